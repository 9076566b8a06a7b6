//! LightGBM's text model files, versions v2 to v4.
//!
//! Comparison is `x <= threshold` in double precision; children below zero are leaves, `!child` is the leaf's index.
//! Of a random forest (`average_output`) the raw score is the average that LightGBM predicts from; LightGBM's own
//! `raw_score` prints the sum there.
//! The average that training starts from is folded into the first trees, shrinkage and DART weights into the leaves.

use std::collections::BTreeMap;

use super::fault::{add, malformed, structure, unsupported};
use super::{
    Comparison, FloatWidth, Link, MissingRule, ModelCard, Node, Split, Tree, TreeEnsemble, named,
};
use crate::fault::{Checked, Faults};

/// Key and value lines up to the next blank-separated block.
struct Block<'a> {
    file: &'a str,
    /// `header` or `tree 17`, for messages.
    name: String,
    values: BTreeMap<&'a str, &'a str>,
}

impl<'a> Block<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.values.get(key).copied()
    }

    fn required(&self, key: &str) -> Checked<&'a str> {
        self.get(key).ok_or_else(|| {
            malformed(self.file, "a LightGBM model", format!("no `{key}` in {}", self.name))
        })
    }

    fn one<T: std::str::FromStr>(&self, key: &str) -> Checked<T> {
        let text = self.required(key)?;
        text.trim().parse().map_err(|_| self.faulty(key, text))
    }

    /// A list of exactly `count` numbers; absent and empty are the same.
    fn list<T: std::str::FromStr>(&self, key: &str, count: usize) -> Checked<Vec<T>> {
        let text = self.get(key).unwrap_or("");
        let list: Vec<T> = text
            .split_ascii_whitespace()
            .map(|t| t.parse().map_err(|_| self.faulty(key, t)))
            .collect::<Result<_, _>>()?;
        if list.len() == count {
            Ok(list)
        } else {
            let found = format!("{} values of `{key}` in {}", list.len(), self.name);
            Err(structure(self.file, found, format!("{count}")))
        }
    }

    fn faulty(&self, key: &str, text: &str) -> Faults {
        let short: String = text.chars().take(40).collect();
        malformed(self.file, "a LightGBM model", format!("`{short}` for `{key}` in {}", self.name))
    }
}

/// Reads the text form.
pub(super) fn text(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| malformed(file, "a LightGBM text model", e.to_string()))?;
    let mut blocks = vec![Block { file, name: "the header".to_owned(), values: BTreeMap::new() }];
    let mut ended = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line == "end of trees" {
            ended = true;
            break;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if key == "Tree" {
            blocks.push(Block { file, name: format!("tree {value}"), values: BTreeMap::new() });
        } else if let Some(block) = blocks.last_mut() {
            block.values.insert(key, value);
        }
    }
    if !ended {
        return Err(malformed(
            file,
            "a LightGBM model up to `end of trees`",
            "a file that ends before",
        ));
    }
    let mut blocks = blocks.into_iter();
    let Some(header) = blocks.next() else {
        return Err(malformed(file, "a header", "none"));
    };
    ensemble(file, &header, blocks.as_slice())
}

fn ensemble(file: &str, header: &Block, trees: &[Block]) -> Checked<TreeEnsemble> {
    let mut faults = Faults::default();
    let objective = header.get("objective").unwrap_or("").trim();
    let link = faults.take(link(file, objective));
    let outputs: usize = header.one("num_tree_per_iteration")?;
    let last: usize = header.one("max_feature_idx")?;
    let names = header.required("feature_names")?;
    let names: Vec<String> = names.split_ascii_whitespace().map(str::to_owned).collect();
    let features = named(file, last.saturating_add(1), names, &mut faults);
    if outputs == 0 || trees.is_empty() || !trees.len().is_multiple_of(outputs) {
        let found = format!("{} trees, {outputs} in an iteration", trees.len());
        return Err(structure(file, found, "whole iterations"));
    }
    let mut read = Vec::with_capacity(trees.len());
    for (t, block) in trees.iter().enumerate() {
        match tree(file, block, t % outputs, features.len()) {
            Ok(tree) => read.push(tree),
            Err(more) => add(&mut faults, more),
        }
    }
    let (Some(link), true) = (link, faults.0.is_empty()) else {
        return Err(faults);
    };
    let divisor = if header.get("average_output").is_some() { trees.len() / outputs } else { 1 };
    let card = ModelCard {
        format: "lightgbm-text".to_owned(),
        written_by: format!("LightGBM (file version {})", header.get("version").unwrap_or("not stated")),
        objective: objective.to_owned(),
        features,
        classes: if outputs > 1 { (0..outputs).map(|c| c.to_string()).collect() } else { Vec::new() },
        trees: 0,
        depth: 0,
        leaves: 0,
        missing: "Each split says whether a missing value counts as zero or follows a default side; at category \
                  splits it goes right."
            .to_owned(),
 ..ModelCard::default()
};
    let base = vec![0.0; outputs];
    let width = FloatWidth::Double;
    Ok(TreeEnsemble {
        card,
        trees: read,
        base,
        width,
        link,
        divisor: divisor as f64,
        ..TreeEnsemble::default()
    }
    .measured())
}

/// The link of an objective line such as `binary sigmoid:1`.
fn link(file: &str, objective: &str) -> Checked<Link> {
    let mut words = objective.split_ascii_whitespace();
    let name = words.next().unwrap_or("");
    let parameters: Vec<&str> = words.collect();
    let slope = match parameters.iter().find_map(|p| p.strip_prefix("sigmoid:")) {
        None => 1.0,
        Some(text) => match text.parse::<f64>() {
            Ok(slope) if slope.is_finite() && slope > 0.0 => slope,
            _ => {
                return Err(structure(
                    file,
                    format!("the objective `{objective}`"),
                    "a positive sigmoid parameter",
                ));
            }
        },
    };
    Ok(match name {
        "regression" if parameters.contains(&"sqrt") => {
            return Err(unsupported(file, "the objective `regression sqrt` of LightGBM"));
        }
        "" | "regression" | "regression_l1" | "huber" | "fair" | "quantile" | "mape"
        | "lambdarank" | "rank_xendcg" | "custom" => Link::Identity,
        "binary" | "multiclassova" => Link::Logistic { slope },
        "cross_entropy" => Link::Logistic { slope: 1.0 },
        "multiclass" => Link::Softmax,
        "poisson" | "gamma" | "tweedie" => Link::Exp,
        other => {
            return Err(unsupported(file, format!("the objective `{other}` of LightGBM")));
        }
    })
}

fn tree(file: &str, block: &Block, output: usize, features: usize) -> Checked<Tree> {
    if block.get("is_linear").is_some_and(|v| v.trim() != "0") {
        return Err(unsupported(file, "linear trees of LightGBM (linear_tree)"));
    }
    let leaves: usize = block.one("num_leaves")?;
    let Some(inner) = leaves.checked_sub(1) else {
        return Err(structure(file, format!("no leaves in {}", block.name), "at least one"));
    };
    let values: Vec<f64> = block.list("leaf_value", leaves)?;
    if inner == 0 {
        // A tree of one leaf carries no counts.
        let value = values.first().copied().unwrap_or(0.0);
        return Tree::arranged(output, &[Node::Leaf { value, cover: 0.0 }], features).map_err(
            |what| structure(file, format!("{} with {what}", block.name), "a well-formed tree"),
        );
    }
    let feature: Vec<u32> = block.list("split_feature", inner)?;
    let threshold: Vec<f64> = block.list("threshold", inner)?;
    let decision: Vec<u8> = block.list("decision_type", inner)?;
    let left: Vec<i64> = block.list("left_child", inner)?;
    let right: Vec<i64> = block.list("right_child", inner)?;
    let leaf_count: Vec<f64> = block.list("leaf_count", leaves)?;
    let inner_count: Vec<f64> = block.list("internal_count", inner)?;
    let categories: usize = if block.get("num_cat").is_some() { block.one("num_cat")? } else { 0 };
    let sets = category_sets(block, categories)?;
    // Inner nodes first, leaves after them.
    let child = |c: i64| {
        let at = if c >= 0 {
            c.cast_unsigned()
        } else {
            (!c).cast_unsigned().saturating_add(inner as u64)
        };
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    let mut nodes = Vec::with_capacity(inner + leaves);
    let columns =
        feature.iter().zip(&threshold).zip(&decision).zip(&left).zip(&right).zip(&inner_count);
    for (i, (((((feature, threshold), decision), left), right), cover)) in columns.enumerate() {
        let refuse = |what: String| {
            structure(file, format!("{what} at node {i} of {}", block.name), "a known one")
        };
        let split = if decision & 1 == 1 {
            let set = (threshold.fract() == 0.0 && *threshold >= 0.0)
                .then(|| sets.get(*threshold as usize))
                .flatten()
                .ok_or_else(|| refuse(format!("the category list {threshold}")))?;
            Split::Categories {
                set: set.clone(),
                member_left: true,
                missing_left: false,
                invalid_left: false,
            }
        } else {
            let missing = match (decision >> 2 & 3, decision & 2 == 2) {
                (0, _) => MissingRule::NanIsZero,
                (1, true) => MissingRule::ZeroLeft,
                (1, false) => MissingRule::ZeroRight,
                (2, true) => MissingRule::NanLeft,
                (2, false) => MissingRule::NanRight,
                _ => return Err(refuse(format!("the decision type {decision}"))),
            };
            Split::Threshold { at: *threshold, less: Comparison::LessOrEqual, missing }
        };
        nodes.push(Node::Inner {
            feature: *feature,
            split,
            left: child(*left),
            right: child(*right),
            cover: *cover,
        });
    }
    nodes.extend(
        values
            .iter()
            .zip(&leaf_count)
            .map(|(value, cover)| Node::Leaf { value: *value, cover: *cover }),
    );
    Tree::arranged(output, &nodes, features).map_err(|what| {
        structure(file, format!("{} with {what}", block.name), "a well-formed tree")
    })
}

/// The category codes of each list: bits of 32-bit words between `cat_boundaries`.
fn category_sets(block: &Block, count: usize) -> Checked<Vec<Vec<u32>>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let refuse = || {
        structure(
            block.file,
            format!("category lists of {}", block.name),
            "lists within cat_threshold",
        )
    };
    let boundaries: Vec<usize> =
        block.list("cat_boundaries", count.checked_add(1).ok_or_else(refuse)?)?;
    let words: Vec<u32> = block.list("cat_threshold", boundaries.last().copied().unwrap_or(0))?;
    let mut sets = Vec::with_capacity(count);
    for pair in boundaries.windows(2) {
        let [from, to] = pair else { continue };
        let mut set = Vec::new();
        for (word, code) in
            words.get(*from..*to).ok_or_else(refuse)?.iter().zip((0u32..).step_by(32))
        {
            set.extend((0..32).filter(|bit| word >> bit & 1 == 1).map(|bit| code + bit));
        }
        sets.push(set);
    }
    Ok(sets)
}
