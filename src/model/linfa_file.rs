//! `klartext.linfa/1`: a model of linfa-trees, linfa-logistic, linfa-linear or linfa-elasticnet as `klartext train`
//! saves it.
//!
//! A tree compares `x < threshold`, as linfa predicts; its leaf is the share of positive training rows that reached
//! it, its cover their number; a forest is the mean of its trees. A missing value counts as the median of the training rows (`fill`), so at a split it
//! goes where the fill value goes.

use serde::{Deserialize, Serialize};

use super::fault::{add, malformed, structure};
use super::{
    Comparison, Form, LinearModel, Link, MissingRule, Model, ModelCard, Node, Parts, Split, Tree,
    TreeEnsemble, named,
};
use crate::fault::{Checked, Faults};

/// The schema's name, first member of the file.
pub(super) const SCHEMA: &str = "klartext.linfa/1";

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinfaFile {
    /// `klartext.linfa/1`.
    pub schema: String,
    /// The crates that fitted it, with versions.
    pub written_by: String,
    /// The target column.
    pub target: String,
    /// The value of the target that counts as positive; none where the target is a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Rows it was fitted on.
    pub rows: u64,
    /// Feature names in column order.
    pub features: Vec<String>,
    /// What a missing value counts as, one a feature.
    pub fill: Vec<f64>,
    /// What was fitted.
    pub model: Fitted,
}

/// What was fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fitted {
    /// A decision tree.
    Tree(TreeColumns),
    /// A random forest: the mean of its trees.
    Forest {
        /// In the order of their bootstraps.
        trees: Vec<TreeColumns>,
    },
    /// A logistic regression on the values as they stand in the data.
    Logistic {
        /// One weight a feature.
        weights: Vec<f64>,
        /// The intercept.
        intercept: f64,
    },
    /// A regression on a target of numbers, on the values as they stand in the data.
    Linear {
        /// One weight a feature.
        weights: Vec<f64>,
        /// The intercept.
        intercept: f64,
    },
}

/// A decision tree in columns, one entry a node in preorder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeColumns {
    /// Feature index of the split, null in a leaf.
    pub feature: Vec<Option<u32>>,
    /// `x < threshold` goes left; 0 in a leaf.
    pub threshold: Vec<f64>,
    /// Left child; 0 in a leaf.
    pub left: Vec<u32>,
    /// Right child; 0 in a leaf.
    pub right: Vec<u32>,
    /// Share of positive training rows that reached the node.
    pub value: Vec<f64>,
    /// Training rows that reached the node.
    pub cover: Vec<u64>,
}

/// Reads the file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let read: LinfaFile = serde_json::from_slice(bytes)
        .map_err(|e| malformed(file, "a klartext.linfa/1 model", e.to_string()))?;
    read.model(file)
}

impl LinfaFile {
    /// The model; `file` is its name in messages.
    ///
    /// # Errors
    /// M05 for lengths, children, features or numbers that contradict each other.
    pub fn model(self, file: &str) -> Checked<Box<dyn Model>> {
        let mut faults = Faults::default();
        let count = self.features.len();
        if count == 0 {
            add(&mut faults, structure(file, "no features", "at least one"));
        }
        let features = named(file, count, self.features, &mut faults);
        if self.fill.len() != count || self.fill.iter().any(|f| !f.is_finite()) {
            add(
                &mut faults,
                structure(
                    file,
                    "fill values that do not fit the features",
                    "one finite number a feature",
                ),
            );
        }
        let numeric = matches!(self.model, Fitted::Linear { .. });
        if numeric == self.positive.is_some() {
            let found = if numeric {
                "a positive value of a target of numbers"
            } else {
                "no positive value of the target"
            };
            add(
                &mut faults,
                structure(file, found, "one for a tree, forest or logistic regression"),
            );
        }
        let positive = self.positive.map(|p| format!(" = {p}")).unwrap_or_default();
        let card = |objective: &str| ModelCard {
            format: "linfa".to_owned(),
            written_by: self.written_by.clone(),
            objective: format!("{objective} of {}{positive}", self.target),
            features,
            classes: Vec::new(),
            trees: 0,
            depth: 0,
            leaves: 0,
            missing: "A missing value counts as the median of the training rows.".to_owned(),
            ..ModelCard::default()
        };
        let (weights, intercept, link, objective) = match self.model {
            Fitted::Tree(tree) => {
                let tree = faults.take(tree.tree(file, &self.fill));
                let (Some(tree), true) = (tree, faults.0.is_empty()) else {
                    return Err(faults);
                };
                let ensemble = TreeEnsemble {
                    card: card("share"),
                    trees: vec![tree],
                    ..TreeEnsemble::default()
                };
                let tree = Box::new(ensemble.measured());
                return Ok(Box::new(FilledTree { tree, fill: self.fill }));
            }
            Fitted::Forest { trees } => {
                if trees.is_empty() {
                    add(
                        &mut faults,
                        structure(file, "a forest without trees", "at least one tree"),
                    );
                }
                let trees: Vec<Tree> = trees
                    .into_iter()
                    .filter_map(|tree| faults.take(tree.tree(file, &self.fill)))
                    .collect();
                faults.or(())?;
                let ensemble = TreeEnsemble {
                    card: card("mean share"),
                    divisor: trees.len() as f64,
                    rounds: (1..=trees.len()).collect(),
                    parts: Parts::Averaged,
                    trees,
                    ..TreeEnsemble::default()
                };
                let tree = Box::new(ensemble.measured());
                return Ok(Box::new(FilledTree { tree, fill: self.fill }));
            }
            Fitted::Logistic { weights, intercept } => {
                (weights, intercept, Link::Logistic { slope: 1.0 }, "logistic regression")
            }
            Fitted::Linear { weights, intercept } => {
                (weights, intercept, Link::Identity, "linear regression")
            }
        };
        if weights.len() != count || !weights.iter().chain([&intercept]).all(|w| w.is_finite()) {
            let found = "weights that do not fit the features";
            add(&mut faults, structure(file, found, "one finite number a feature"));
        }
        let linear = LinearModel {
            card: card(objective),
            weights: vec![weights],
            intercepts: vec![intercept],
            fill: self.fill,
            link,
            ..LinearModel::default()
        };
        faults.or(Box::new(linear))
    }
}

impl TreeColumns {
    /// The tree, whose splits send a missing value where its fill goes.
    fn tree(&self, file: &str, fill: &[f64]) -> Checked<Tree> {
        let TreeColumns { feature, threshold, left, right, value, cover } = self;
        let n = feature.len();
        if [threshold.len(), left.len(), right.len(), value.len(), cover.len()]
            .iter()
            .any(|l| *l != n)
        {
            let found = "node columns of different lengths";
            return Err(structure(file, found, "one entry a node"));
        }
        let columns = feature.iter().zip(threshold).zip(left).zip(right).zip(value).zip(cover);
        let nodes: Vec<Node> = columns
            .map(|(((((feature, threshold), left), right), value), cover)| {
                let cover = *cover as f64;
                let Some(feature) = *feature else {
                    return Node::Leaf { value: *value, cover };
                };
                let fill = fill.get(feature as usize).copied().unwrap_or(0.0);
                let missing =
                    if fill < *threshold { MissingRule::NanLeft } else { MissingRule::NanRight };
                let split = Split::Threshold { at: *threshold, less: Comparison::Less, missing };
                Node::Inner { feature, split, left: *left, right: *right, cover }
            })
            .collect();
        Tree::arranged(0, &nodes, fill.len())
            .map_err(|what| structure(file, format!("a tree with {what}"), "a well-formed tree"))
    }
}

/// Trees that put a number in the place of every missing one; their splits send a missing value where that number goes.
#[derive(Debug)]
struct FilledTree {
    tree: Box<dyn Model>,
    fill: Vec<f64>,
}

impl Model for FilledTree {
    fn card(&self) -> &ModelCard {
        self.tree.card()
    }

    fn outputs(&self) -> usize {
        self.tree.outputs()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        self.tree.raw(row, out);
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.tree.exact(row, out);
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.tree.value(raw, out);
    }

    fn form(&self) -> Form<'_> {
        self.tree.form()
    }

    fn summed_trees(&self) -> Option<&TreeEnsemble> {
        self.tree.summed_trees()
    }

    fn part(&self, rounds: std::ops::Range<usize>) -> Checked<Box<dyn Model>> {
        let (tree, fill) = (self.tree.part(rounds)?, self.fill.clone());
        Ok(Box::new(FilledTree { tree, fill }))
    }

    fn fills(&self) -> Option<&[f64]> {
        Some(&self.fill)
    }
}
