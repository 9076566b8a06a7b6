//! XGBoost's own model files, JSON and UBJSON, versions 1.7 to 3.4: gbtree and DART.
//!
//! Thresholds and leaves are read into single precision directly, because a detour over double precision rounds twice.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, Unexpected, Visitor};

use super::fault::{add, malformed, structure, unsupported};
use super::{
    Comparison, FloatWidth, Link, MissingRule, ModelCard, Node, Split, Tree, TreeEnsemble, named,
};
use crate::fault::{Checked, Faults};

/// Reads the JSON form.
pub(super) fn json(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let read: Top = serde_json::from_slice(bytes)
        .map_err(|e| malformed(file, "an XGBoost JSON model", e.to_string()))?;
    ensemble(file, read, "xgboost-json")
}

/// Reads the UBJSON form.
pub(super) fn ubjson(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let read: Top = super::ubjson::from_slice(bytes)
        .map_err(|e| malformed(file, "an XGBoost UBJSON model", e.to_string()))?;
    ensemble(file, read, "xgboost-ubjson")
}

#[derive(Deserialize)]
struct Top {
    learner: Learner,
    #[serde(default)]
    version: Vec<u32>,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    feature_names: Vec<String>,
    gradient_booster: Booster,
    learner_model_param: Parameters,
    objective: Objective,
}

#[derive(Deserialize)]
struct Parameters {
    base_score: String,
    num_feature: String,
    #[serde(default)]
    num_class: String,
    #[serde(default)]
    num_target: String,
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

// Where a name could change what the numbers mean, names that are not known are refused, not skipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Booster {
    name: String,
    model: Option<Trees>,
    /// DART before version 3.4 wraps the tree booster and keeps the weights of the trees beside it.
    gbtree: Option<Wrapped>,
    weight_drop: Option<Vec<f32>>,
}

#[derive(Deserialize)]
struct Wrapped {
    model: Trees,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trees {
    cats: Option<Categories>,
    #[serde(default)]
    tree_info: Vec<i64>,
    #[serde(default)]
    trees: Vec<RawTree>,
    /// DART since version 3.4, which calls the booster `gbtree`.
    weight_drop: Option<Vec<f32>>,
    #[serde(rename = "gbtree_model_param")]
    _parameters: Option<IgnoredAny>,
    #[serde(rename = "iteration_indptr")]
    _iterations: Option<IgnoredAny>,
    #[serde(rename = "boosted_rounds")]
    _linear_rounds: Option<IgnoredAny>,
    #[serde(rename = "param")]
    _linear_parameters: Option<IgnoredAny>,
    #[serde(rename = "weights")]
    _linear_weights: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Categories {
    #[serde(default)]
    enc: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTree {
    tree_param: TreeParameters,
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<u32>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    sum_hessian: Vec<f32>,
    #[serde(default)]
    split_type: Vec<u8>,
    #[serde(default)]
    categories: Vec<i64>,
    #[serde(default)]
    categories_nodes: Vec<u32>,
    #[serde(default)]
    categories_segments: Vec<u64>,
    #[serde(default)]
    categories_sizes: Vec<u64>,
    #[serde(rename = "base_weights")]
    _base_weights: Option<IgnoredAny>,
    #[serde(rename = "id")]
    _id: Option<IgnoredAny>,
    #[serde(rename = "loss_changes")]
    _loss_changes: Option<IgnoredAny>,
    #[serde(rename = "parents")]
    _parents: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct TreeParameters {
    #[serde(default)]
    size_leaf_vector: String,
}

/// 0 or 1 in files of version 2 and later, true or false before.
#[derive(Clone, Copy)]
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("0, 1, true or false")
            }
            fn visit_bool<E: Error>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }
            fn visit_u64<E: Error>(self, flag: u64) -> Result<Flag, E> {
                match flag {
                    0 => Ok(Flag(false)),
                    1 => Ok(Flag(true)),
                    other => Err(E::invalid_value(Unexpected::Unsigned(other), &self)),
                }
            }
            fn visit_i64<E: Error>(self, flag: i64) -> Result<Flag, E> {
                self.visit_u64(u64::try_from(flag).unwrap_or(u64::MAX))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// From a prediction to the raw score, in single precision.
type Margin = fn(f32) -> f32;

/// The link of an objective, and how its base score (stored as a prediction) becomes a margin.
fn objective(name: &str) -> Option<(Link, Margin)> {
    let logit: Margin = |p| -pxfm::f_logf(1.0 / p - 1.0);
    let same: Margin = |x| x;
    Some(match name {
        // XGBoost prints the most probable class for multi:softmax; the probabilities behind it are given here.
        "binary:logistic" | "reg:logistic" => (Link::Logistic { slope: 1.0 }, logit),
        "multi:softprob" | "multi:softmax" => (Link::Softmax, same),
        "binary:logitraw"
        | "reg:squarederror"
        | "reg:linear"
        | "reg:absoluteerror"
        | "reg:pseudohubererror"
        | "rank:pairwise"
        | "rank:ndcg"
        | "rank:map" => (Link::Identity, same),
        "count:poisson" | "reg:gamma" | "reg:tweedie" | "survival:cox" => (Link::Exp, pxfm::f_logf),
        _ => return None,
    })
}

fn ensemble(file: &str, read: Top, format: &str) -> Checked<TreeEnsemble> {
    let Top { learner, version } = read;
    let mut faults = Faults::default();
    let booster = learner.gradient_booster;
    let (model, drop) = match (booster.name.as_str(), booster.model, booster.gbtree) {
        ("gbtree", Some(mut model), _) => {
            let drop = model.weight_drop.take().filter(|w| !w.is_empty());
            (model, drop)
        }
        ("dart", _, Some(wrapped)) => {
            (wrapped.model, Some(booster.weight_drop.unwrap_or_default()))
        }
        ("gbtree" | "dart", ..) => {
            return Err(malformed(file, "an XGBoost model", "a booster without trees"));
        }
        ("gblinear", ..) => {
            return Err(unsupported(file, "the linear booster `gblinear` of XGBoost"));
        }
        (other, ..) => return Err(unsupported(file, format!("the booster `{other}`"))),
    };
    let name = learner.objective.name;
    let Some((link, margin)) = objective(&name) else {
        return Err(unsupported(file, format!("the objective `{name}` of XGBoost")));
    };
    if model.cats.is_some_and(|c| !c.enc.is_empty()) {
        add(
            &mut faults,
            unsupported(
                file,
                "category names inside an XGBoost file (train on category codes instead)",
            ),
        );
    }
    let parameters = learner.learner_model_param;
    let mut count = |field: &str, text: &str| match text {
        "" => 0,
        text => text.parse::<usize>().unwrap_or_else(|_| {
            add(&mut faults, structure(file, format!("`{text}` for {field}"), "a count"));
            0
        }),
    };
    let classes = count("num_class", &parameters.num_class);
    let targets = count("num_target", &parameters.num_target);
    let features = count("num_feature", &parameters.num_feature);
    if targets > 1 {
        add(&mut faults, unsupported(file, format!("an XGBoost model with {targets} targets")));
    }
    let outputs = classes.max(1);
    // There is one base score an output: a declared count that no tree backs must not be allocated.
    if outputs > 1 && outputs > model.trees.len() {
        let found = format!("{outputs} classes and {} trees", model.trees.len());
        add(&mut faults, structure(file, found, "a tree a class"));
        return Err(faults);
    }
    let features = named(file, features, learner.feature_names, &mut faults);
    let base = faults.take(base_margins(file, &parameters.base_score, outputs, margin));
    if model.tree_info.len() != model.trees.len() {
        let found = format!(
            "{} entries of tree_info for {} trees",
            model.tree_info.len(),
            model.trees.len()
        );
        add(&mut faults, structure(file, found, "one a tree"));
    }
    if drop.as_ref().is_some_and(|d| d.len() != model.trees.len()) {
        add(
            &mut faults,
            structure(file, "weight_drop of another length than trees", "one weight a tree"),
        );
    }
    let mut trees = Vec::with_capacity(model.trees.len());
    for (t, (raw, group)) in model.trees.iter().zip(&model.tree_info).enumerate() {
        let weight = drop.as_ref().and_then(|d| d.get(t)).copied().unwrap_or(1.0);
        match usize::try_from(*group).ok().filter(|g| *g < outputs) {
            Some(group) => match tree(file, t, raw, group, features.len(), weight) {
                Ok(tree) => trees.push(tree),
                Err(more) => add(&mut faults, more),
            },
            None => add(
                &mut faults,
                structure(
                    file,
                    format!("tree {t} for class {group}"),
                    format!("a class below {outputs}"),
                ),
            ),
        }
    }
    let (Some(base), true) = (base, faults.0.is_empty()) else {
        return Err(faults);
    };
    let rounds = trees.len() / outputs;
    let objective = match learner.attributes.get("best_iteration") {
        // Booster.predict uses all trees, XGBClassifier.predict stops at the best iteration: the file cannot tell.
        Some(best) => format!(
            "{name} (early stopping marked iteration {best} as best; all {rounds} are used)"
        ),
        None => name,
    };
    let card = ModelCard {
        format: format.to_owned(),
        written_by: match version.iter().map(u32::to_string).collect::<Vec<_>>().join(".") {
            v if v.is_empty() => "XGBoost".to_owned(),
            v => format!("XGBoost {v}"),
        },
        objective,
        features,
        classes: if outputs > 1 {
            (0..outputs).map(|c| c.to_string()).collect()
        } else {
            Vec::new()
        },
        trees: 0,
        depth: 0,
        leaves: 0,
        missing: "A missing value follows the default side of each split.".to_owned(),
        ..ModelCard::default()
    };
    Ok(TreeEnsemble {
        card,
        trees,
        base,
        width: FloatWidth::Single,
        link,
        divisor: 1.0,
        ..TreeEnsemble::default()
    }
    .measured())
}

/// `3E-1` (before version 3.1) or `[3E-1]`, `[a,b,c]` (since), as margins, one an output.
fn base_margins(file: &str, text: &str, outputs: usize, margin: Margin) -> Checked<Vec<f64>> {
    let refuse = |expected: &str| structure(file, format!("the base score `{text}`"), expected);
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let mut base = Vec::new();
    for part in inner.split(',') {
        let score: f32 = part.trim().parse().map_err(|_| refuse("a number"))?;
        let score = margin(score);
        if !score.is_finite() {
            return Err(refuse("a number inside the range of the objective"));
        }
        base.push(f64::from(score));
    }
    match base.as_slice() {
        [one] => Ok(vec![*one; outputs]),
        many if many.len() == outputs => Ok(base),
        _ => Err(refuse("one number, or one a class")),
    }
}

fn tree(
    file: &str,
    t: usize,
    raw: &RawTree,
    output: usize,
    features: usize,
    weight: f32,
) -> Checked<Tree> {
    let refuse =
        |what: &dyn Display| structure(file, format!("tree {t} with {what}"), "a well-formed tree");
    if !matches!(raw.tree_param.size_leaf_vector.as_str(), "" | "0" | "1") {
        return Err(unsupported(file, "trees with a vector in each leaf (multi_output_tree)"));
    }
    let n = raw.left_children.len();
    let lengths = [
        raw.right_children.len(),
        raw.split_indices.len(),
        raw.split_conditions.len(),
        raw.default_left.len(),
        raw.sum_hessian.len(),
    ];
    if lengths.iter().any(|l| *l != n) || !(raw.split_type.is_empty() || raw.split_type.len() == n)
    {
        return Err(refuse(&"arrays of different lengths"));
    }
    let mut sets =
        category_sets(raw).ok_or_else(|| refuse(&"category lists that do not fit its nodes"))?;
    let mut nodes = Vec::with_capacity(n);
    let columns = raw.left_children.iter().zip(&raw.right_children).zip(&raw.split_indices);
    let columns =
        columns.zip(&raw.split_conditions).zip(&raw.default_left).zip(&raw.sum_hessian).enumerate();
    for (i, (((((left, right), feature), condition), default), hessian)) in columns {
        let cover = f64::from(*hessian);
        if *left == -1 {
            nodes.push(Node::Leaf { value: f64::from(condition * weight), cover });
            continue;
        }
        let (Ok(left), Ok(right)) = (u32::try_from(*left), u32::try_from(*right)) else {
            return Err(refuse(&format!("children {left} and {right} at node {i}")));
        };
        let split = match raw.split_type.get(i).copied().unwrap_or(0) {
            0 => Split::Threshold {
                at: f64::from(*condition),
                less: Comparison::Less,
                missing: if default.0 { MissingRule::NanLeft } else { MissingRule::NanRight },
            },
            1 => Split::Categories {
                set: sets
                    .remove(&i)
                    .ok_or_else(|| refuse(&format!("no categories for node {i}")))?,
                member_left: false,
                missing_left: default.0,
                invalid_left: true,
            },
            other => return Err(refuse(&format!("the split type {other} at node {i}"))),
        };
        nodes.push(Node::Inner { feature: *feature, split, left, right, cover });
    }
    Tree::arranged(output, &nodes, features).map_err(|what| refuse(&what))
}

/// The category codes of each categorical node, sorted.
fn category_sets(raw: &RawTree) -> Option<BTreeMap<usize, Vec<u32>>> {
    let count = raw.categories_nodes.len();
    if raw.categories_segments.len() != count || raw.categories_sizes.len() != count {
        return None;
    }
    let mut sets = BTreeMap::new();
    for ((node, start), size) in
        raw.categories_nodes.iter().zip(&raw.categories_segments).zip(&raw.categories_sizes)
    {
        let start = usize::try_from(*start).ok()?;
        let end = start.checked_add(usize::try_from(*size).ok()?)?;
        let codes = raw.categories.get(start..end)?;
        let mut set: Vec<u32> =
            codes.iter().map(|c| u32::try_from(*c).ok()).collect::<Option<_>>()?;
        set.sort_unstable();
        sets.insert(*node as usize, set);
    }
    Some(sets)
}
