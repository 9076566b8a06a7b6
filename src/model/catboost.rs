//! CatBoost's JSON model files (`save_model(…, format="json")`), version 1.2, with numeric features: symmetric trees
//! (grow policy `SymmetricTree`) and others (`Depthwise`, `Lossguide`).
//!
//! A split is true, and goes right, where `x > border` in single precision; leaves are summed in double precision. Bit i
//! of a symmetric tree's leaf index says whether split i is true. Its root is the last split, so that the covers between
//! root and leaves are those that CatBoost's own ShapValues use. A scale other than 1 is multiplied into the leaves.

use std::fmt::Display;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::fault::{add, malformed, structure, unsupported};
use super::{
    Comparison, FloatWidth, Link, MissingRule, ModelCard, Node, Split, Tree, TreeEnsemble, named,
};
use crate::fault::{Checked, Faults};

/// Most splits of a symmetric tree; CatBoost's own limit.
const DEEPEST: usize = 16;

// Where a name could change what the numbers mean, names that are not known are refused, not skipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Top {
    features_info: Features,
    model_info: Info,
    scale_and_bias: (f64, Numbers),
    oblivious_trees: Option<Vec<Symmetric>>,
    trees: Option<Vec<Branch>>,
    /// Statistics of categorical features, which are refused by name.
    #[serde(rename = "ctr_data")]
    _ctr_data: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Features {
    #[serde(default)]
    float_features: Vec<FloatFeature>,
    #[serde(default)]
    categorical_features: Vec<OtherFeature>,
    #[serde(default)]
    text_features: Vec<OtherFeature>,
    #[serde(default)]
    embedding_features: Vec<OtherFeature>,
    #[serde(rename = "cat_features_hash")]
    _hashes: Option<IgnoredAny>,
    #[serde(rename = "ctrs")]
    _ctrs: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct FloatFeature {
    #[serde(default)]
    feature_id: String,
    feature_index: usize,
    flat_feature_index: usize,
    borders: Option<Vec<f32>>,
    has_nans: bool,
    nan_value_treatment: Treatment,
}

/// What a missing value makes of every test on a feature.
#[derive(Clone, Copy, Deserialize, PartialEq)]
enum Treatment {
    /// Compared as it is, so that no test is true (`nan_mode` Forbidden, or none in training).
    #[serde(rename = "AsIs")]
    Compared,
    /// `nan_mode` Min.
    #[serde(rename = "AsFalse")]
    Below,
    /// `nan_mode` Max.
    #[serde(rename = "AsTrue")]
    Above,
}

#[derive(Deserialize)]
struct OtherFeature {
    #[serde(default)]
    feature_id: String,
    flat_feature_index: usize,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    catboost_version_info: String,
    params: Parameters,
    class_params: Option<Classes>,
}

#[derive(Deserialize)]
struct Parameters {
    loss_function: Loss,
}

#[derive(Deserialize)]
struct Loss {
    #[serde(rename = "type")]
    name: String,
}

#[derive(Deserialize)]
struct Classes {
    #[serde(default)]
    class_names: Vec<serde_json::Value>,
}

/// One number, or one an output.
#[derive(Deserialize)]
#[serde(untagged)]
enum Numbers {
    One(f64),
    Many(Vec<f64>),
}

impl Numbers {
    fn all(&self) -> &[f64] {
        match self {
            Numbers::One(one) => std::slice::from_ref(one),
            Numbers::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Symmetric {
    splits: Option<Vec<RawSplit>>,
    /// Leaf by leaf, the outputs of a leaf side by side.
    leaf_values: Vec<f64>,
    leaf_weights: Vec<f64>,
}

/// A node of a tree that is not symmetric: a split with both sides, or a value with its weight.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Branch {
    split: Option<RawSplit>,
    left: Option<Box<Branch>>,
    right: Option<Box<Branch>>,
    value: Option<Numbers>,
    weight: Option<f64>,
}

#[derive(Deserialize)]
struct RawSplit {
    split_type: String,
    float_feature_index: Option<usize>,
    border: Option<f32>,
}

/// Reads the JSON form.
pub(super) fn json(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let top: Top = serde_json::from_slice(bytes)
        .map_err(|e| malformed(file, "a CatBoost JSON model", e.to_string()))?;
    let mut faults = Faults::default();
    refuse_other(file, &top.features_info, &mut faults);
    let loss = top.model_info.params.loss_function.name.as_str();
    let (scale, bias) = &top.scale_and_bias;
    let bias = bias.all();
    let link = faults.take(link(file, loss, bias.len()));
    let (Some(link), true) = (link, faults.0.is_empty()) else {
        return Err(faults);
    };
    let inputs = &top.features_info.float_features;
    let features = names(file, inputs, &mut faults);
    let classes = classes(file, top.model_info.class_params, bias.len(), &mut faults);
    let outlines: Vec<Checked<Outline>> = match (&top.oblivious_trees, &top.trees) {
        (Some(trees), None) => {
            let outline = |(t, tree)| symmetric(&Place { file, t, inputs }, tree, bias.len());
            trees.iter().enumerate().map(outline).collect()
        }
        (None, Some(trees)) => {
            let outline = |(t, tree)| branching(&Place { file, t, inputs }, tree, bias.len());
            trees.iter().enumerate().map(outline).collect()
        }
        _ => Vec::new(),
    };
    if outlines.is_empty() {
        let expected = "trees, either `oblivious_trees` or `trees`";
        add(&mut faults, structure(file, "no trees, or two lists of trees", expected));
    }
    let mut trees = Vec::new();
    for (t, outline) in outlines.into_iter().enumerate() {
        let place = Place { file, t, inputs };
        match outline.and_then(|outline| outline.trees(&place, *scale, bias.len())) {
            Ok(more) => trees.extend(more),
            Err(more) => add(&mut faults, more),
        }
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let card = ModelCard {
        format: "catboost-json".to_owned(),
        written_by: written_by(&top.model_info.catboost_version_info),
        objective: loss.to_owned(),
        missing: missing(inputs, &features),
        features,
        classes,
        trees: 0,
        depth: 0,
        leaves: 0,
        ..ModelCard::default()
    };
    let (base, width) = (bias.to_vec(), FloatWidth::SingleInput);
    Ok(TreeEnsemble { card, trees, base, width, link, divisor: 1.0, ..TreeEnsemble::default() }
        .measured())
}

/// Refuses every feature that is no number, by name.
fn refuse_other(file: &str, features: &Features, faults: &mut Faults) {
    let kinds = [
        ("categorical", &features.categorical_features),
        ("text", &features.text_features),
        ("embedding", &features.embedding_features),
    ];
    for (kind, features) in kinds {
        for OtherFeature { feature_id, flat_feature_index } in features {
            let name = match feature_id.as_str() {
                "" => format!("number {flat_feature_index}"),
                name => format!("`{name}`"),
            };
            add(faults, unsupported(file, format!("the {kind} feature {name} of CatBoost")));
        }
    }
}

/// The link of a loss function: what CatBoost's `predict` gives by default, and of classes the probabilities.
fn link(file: &str, loss: &str, outputs: usize) -> Checked<Link> {
    let (link, several) = match loss {
        "Logloss" | "CrossEntropy" => (Link::Logistic { slope: 1.0 }, false),
        "MultiClass" => (Link::Softmax, true),
        "MultiClassOneVsAll" => (Link::Logistic { slope: 1.0 }, true),
        "Poisson" | "Tweedie" => (Link::Exp, false),
        "RMSE" | "MAE" | "Quantile" | "MAPE" | "Lq" | "Expectile" | "Huber" | "LogCosh"
        | "YetiRank" | "YetiRankPairwise" | "PairLogit" | "PairLogitPairwise" | "QueryRMSE"
        | "QuerySoftMax" => (Link::Identity, false),
        other => {
            return Err(unsupported(file, format!("the loss function `{other}` of CatBoost")));
        }
    };
    if several == (outputs > 1) && outputs > 0 {
        return Ok(link);
    }
    let expected = if several { "one an output" } else { "one" };
    Err(structure(file, format!("{outputs} biases with the loss function `{loss}`"), expected))
}

/// The features' names in column order.
fn names(file: &str, inputs: &[FloatFeature], faults: &mut Faults) -> Vec<String> {
    for (i, input) in inputs.iter().enumerate() {
        if (input.feature_index, input.flat_feature_index) != (i, i) {
            let (own, flat) = (input.feature_index, input.flat_feature_index);
            let found = format!("feature {own} (of all {flat}) in place {i}");
            add(faults, structure(file, found, "every feature in its place"));
        }
        // CatBoost never writes the one without the other (and would not heed it).
        if !input.has_nans && input.nan_value_treatment == Treatment::Above {
            let found = format!("feature {i} without missing values, but a rule for them");
            add(faults, structure(file, found, "the treatment AsIs"));
        }
    }
    let names = if inputs.iter().all(|f| f.feature_id.is_empty()) {
        Vec::new()
    } else {
        inputs.iter().map(|f| f.feature_id.clone()).collect()
    };
    named(file, inputs.len(), names, faults)
}

/// The names of the classes, one an output; none of a single output.
fn classes(file: &str, given: Option<Classes>, outputs: usize, faults: &mut Faults) -> Vec<String> {
    let given = given.map(|c| c.class_names).unwrap_or_default();
    match (outputs, given.len()) {
        (..=1, _) => Vec::new(),
        (_, 0) => (0..outputs).map(|c| c.to_string()).collect(),
        (_, count) => {
            if count != outputs {
                let found = format!("{count} class names");
                add(faults, structure(file, found, format!("{outputs}, one an output")));
            }
            let name = |c: serde_json::Value| match c {
                serde_json::Value::String(name) => name,
                other => other.to_string(),
            };
            given.into_iter().map(name).collect()
        }
    }
}

fn written_by(version: &str) -> String {
    let tag = version.lines().find_map(|l| l.trim().strip_prefix("Branch: tags/v"));
    tag.map_or_else(|| "CatBoost".to_owned(), |tag| format!("CatBoost {tag}"))
}

fn missing(inputs: &[FloatFeature], features: &[String]) -> String {
    let above: Vec<&str> = inputs
        .iter()
        .zip(features)
        .filter(|(f, _)| f.nan_value_treatment == Treatment::Above)
        .map(|(_, name)| name.as_str())
        .collect();
    let below = "A missing value counts as smaller than every border";
    match above.as_slice() {
        [] => format!("{below}."),
        _ if above.len() == inputs.len() => {
            "A missing value counts as larger than every border.".to_owned()
        }
        _ => format!("{below}; as larger than every border in: {}.", above.join(", ")),
    }
}

/// Where a tree stands, for its faults, and the features it may ask about.
struct Place<'a> {
    file: &'a str,
    t: usize,
    inputs: &'a [FloatFeature],
}

impl Place<'_> {
    fn refuse(&self, what: &dyn Display) -> Faults {
        structure(self.file, format!("tree {} with {what}", self.t), "a well-formed tree")
    }

    /// Column and test of a split.
    fn split(&self, raw: &RawSplit) -> Checked<(u32, Split)> {
        if raw.split_type != "FloatFeature" {
            let what = format!("a split of the type `{}` of CatBoost", raw.split_type);
            return Err(unsupported(self.file, what));
        }
        let (Some(feature), Some(border)) = (raw.float_feature_index, raw.border) else {
            return Err(self.refuse(&"a split without feature or border"));
        };
        let (Some(input), Ok(column)) = (self.inputs.get(feature), u32::try_from(feature)) else {
            let count = self.inputs.len();
            return Err(self.refuse(&format!("a split on feature {feature} of {count}")));
        };
        if !border.is_finite() || !input.borders.iter().flatten().any(|b| *b == border) {
            return Err(self.refuse(&format!("a border {border} that feature {feature} lacks")));
        }
        let missing = match input.nan_value_treatment {
            Treatment::Compared | Treatment::Below => MissingRule::NanLeft,
            Treatment::Above => MissingRule::NanRight,
        };
        let split =
            Split::Threshold { at: f64::from(border), less: Comparison::LessOrEqual, missing };
        Ok((column, split))
    }
}

/// A tree whose leaves have one value an output; the values in `nodes` are still empty.
struct Outline<'a> {
    nodes: Vec<Node>,
    /// By leaf: its node and its values.
    leaves: Vec<(usize, &'a [f64])>,
}

impl Outline<'_> {
    /// One tree an output.
    fn trees(mut self, place: &Place, scale: f64, outputs: usize) -> Checked<Vec<Tree>> {
        let mut trees = Vec::with_capacity(outputs);
        for output in 0..outputs {
            for (at, values) in &self.leaves {
                if let (Some(Node::Leaf { value, .. }), Some(given)) =
                    (self.nodes.get_mut(*at), values.get(output))
                {
                    *value = given * scale;
                }
            }
            let tree = Tree::arranged(output, &self.nodes, place.inputs.len());
            trees.push(tree.map_err(|what| place.refuse(&what))?);
        }
        Ok(trees)
    }
}

/// A symmetric tree, level by level: node i has the children 2i + 1 (split false) and 2i + 2 (split true).
fn symmetric<'a>(place: &Place, tree: &'a Symmetric, outputs: usize) -> Checked<Outline<'a>> {
    let splits = tree.splits.as_deref().unwrap_or_default();
    if splits.len() > DEEPEST {
        return Err(place.refuse(&format!("{} splits, more than {DEEPEST}", splits.len())));
    }
    let count = 1usize << splits.len();
    let (values, weights) = (tree.leaf_values.len(), tree.leaf_weights.len());
    if weights != count || Some(values) != count.checked_mul(outputs) {
        let found = format!("{values} leaf values and {weights} leaf weights for {count} leaves");
        return Err(place.refuse(&found));
    }
    // Covers of all levels, from the leaves to the root.
    let mut levels = vec![tree.leaf_weights.clone()];
    for _ in splits {
        let below = levels.last().map(Vec::as_slice).unwrap_or_default();
        levels.push(below.chunks(2).map(|pair| pair.iter().sum()).collect());
    }
    let mut nodes = Vec::with_capacity(2 * count);
    for (raw, covers) in splits.iter().zip(levels.iter().skip(1)).rev() {
        let (feature, split) = place.split(raw)?;
        for cover in covers {
            let left = 2 * nodes.len() as u32 + 1;
            let (split, cover) = (split.clone(), *cover);
            nodes.push(Node::Inner { feature, split, left, right: left + 1, cover });
        }
    }
    let first = nodes.len();
    nodes.extend(tree.leaf_weights.iter().map(|w| Node::Leaf { value: 0.0, cover: *w }));
    Ok(Outline { nodes, leaves: (first..).zip(tree.leaf_values.chunks(outputs.max(1))).collect() })
}

/// A tree that is not symmetric. The reader of JSON bounds the depth of nesting, and so of the recursion.
fn branching<'a>(place: &Place, root: &'a Branch, outputs: usize) -> Checked<Outline<'a>> {
    let mut outline = Outline { nodes: Vec::new(), leaves: Vec::new() };
    grow(place, root, outputs, &mut outline)?;
    Ok(outline)
}

/// Adds a node with all that is below it, the left side first; gives its cover.
fn grow<'a>(
    place: &Place,
    branch: &'a Branch,
    outputs: usize,
    outline: &mut Outline<'a>,
) -> Checked<f64> {
    let here = outline.nodes.len();
    match branch {
        Branch { split: None, left: None, right: None, value: Some(values), weight: Some(w) } => {
            let values = values.all();
            if values.len() != outputs {
                let found = format!("{} values in a leaf for {outputs} outputs", values.len());
                return Err(place.refuse(&found));
            }
            outline.leaves.push((here, values));
            outline.nodes.push(Node::Leaf { value: 0.0, cover: *w });
            Ok(*w)
        }
        Branch {
            split: Some(split),
            left: Some(below),
            right: Some(above),
            value: None,
            weight: None,
        } => {
            let (feature, split) = place.split(split)?;
            // Its place is taken before the nodes below are known.
            outline.nodes.push(Node::Leaf { value: 0.0, cover: 0.0 });
            let left = outline.nodes.len() as u32;
            let mut cover = grow(place, below, outputs, outline)?;
            let right = outline.nodes.len() as u32;
            cover += grow(place, above, outputs, outline)?;
            if let Some(node) = outline.nodes.get_mut(here) {
                *node = Node::Inner { feature, split, left, right, cover };
            }
            Ok(cover)
        }
        _ => Err(place.refuse(&"a node that is neither a split with two sides nor a leaf")),
    }
}
