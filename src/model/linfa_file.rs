//! `klartext.linfa/1`: a linfa-trees or linfa-logistic model as `klartext train` saves it.
//!
//! A tree compares `x < threshold`, as linfa predicts; its leaf is the share of positive training rows that reached
//! it, its cover their number. A missing value counts as the median of the training rows (`fill`), so at a split it
//! goes where the fill value goes.

use serde::{Deserialize, Serialize};

use super::fault::{add, malformed, structure};
use super::{
    Comparison, FloatWidth, Form, LinearModel, Link, MissingRule, Model, ModelCard, Node, Split,
    Tree, TreeEnsemble, named,
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
    /// The value of the target that counts as positive.
    pub positive: String,
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
    /// A decision tree in columns, one entry a node in preorder; `feature` is null in a leaf.
    Tree {
        /// Feature index of the split, null in a leaf.
        feature: Vec<Option<u32>>,
        /// `x < threshold` goes left; 0 in a leaf.
        threshold: Vec<f64>,
        /// Left child; 0 in a leaf.
        left: Vec<u32>,
        /// Right child; 0 in a leaf.
        right: Vec<u32>,
        /// Share of positive training rows that reached the node.
        value: Vec<f64>,
        /// Training rows that reached the node.
        cover: Vec<u64>,
    },
    /// A logistic regression on the values as they stand in the data.
    Logistic {
        /// One weight a feature.
        weights: Vec<f64>,
        /// The intercept.
        intercept: f64,
    },
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
        let card = |objective: &str| ModelCard {
            format: "linfa".to_owned(),
            written_by: self.written_by.clone(),
            objective: format!("{objective} of {} = {}", self.target, self.positive),
            features,
            classes: Vec::new(),
            trees: 0,
            depth: 0,
            leaves: 0,
            missing: "A missing value counts as the median of the training rows.".to_owned(),
            ..ModelCard::default()
        };
        match self.model {
            Fitted::Tree { feature, threshold, left, right, value, cover } => {
                let n = feature.len();
                if [threshold.len(), left.len(), right.len(), value.len(), cover.len()]
                    .iter()
                    .any(|l| *l != n)
                {
                    add(
                        &mut faults,
                        structure(file, "node columns of different lengths", "one entry a node"),
                    );
                }
                let columns =
                    feature.iter().zip(&threshold).zip(&left).zip(&right).zip(&value).zip(&cover);
                let nodes: Vec<Node> = columns
                    .map(|(((((feature, threshold), left), right), value), cover)| {
                        let cover = *cover as f64;
                        let Some(feature) = *feature else {
                            return Node::Leaf { value: *value, cover };
                        };
                        let fill = self.fill.get(feature as usize).copied().unwrap_or(0.0);
                        let missing = if fill < *threshold {
                            MissingRule::NanLeft
                        } else {
                            MissingRule::NanRight
                        };
                        let split =
                            Split::Threshold { at: *threshold, less: Comparison::Less, missing };
                        Node::Inner { feature, split, left: *left, right: *right, cover }
                    })
                    .collect();
                let tree = Tree::arranged(0, &nodes, count).map_err(|what| {
                    structure(file, format!("a tree with {what}"), "a well-formed tree")
                });
                let tree = faults.take(tree);
                let (Some(tree), true) = (tree, faults.0.is_empty()) else {
                    return Err(faults);
                };
                let (width, link) = (FloatWidth::Double, Link::Identity);
                let card = card("share");
                let ensemble = TreeEnsemble {
                    card,
                    trees: vec![tree],
                    base: vec![0.0],
                    width,
                    link,
                    divisor: 1.0,
                    ..TreeEnsemble::default()
                };
                Ok(Box::new(FilledTree { tree: ensemble.measured(), fill: self.fill }))
            }
            Fitted::Logistic { weights, intercept } => {
                if weights.len() != count
                    || !weights.iter().chain([&intercept]).all(|w| w.is_finite())
                {
                    add(
                        &mut faults,
                        structure(
                            file,
                            "weights that do not fit the features",
                            "one finite number a feature",
                        ),
                    );
                }
                let link = Link::Logistic { slope: 1.0 };
                let card = card("logistic regression");
                let linear = LinearModel {
                    card,
                    weights: vec![weights],
                    intercepts: vec![intercept],
                    fill: self.fill,
                    link,
                    ..LinearModel::default()
                };
                faults.or(Box::new(linear))
            }
        }
    }
}

/// A tree that puts a number in the place of every missing one; its splits send a missing value where that number goes.
#[derive(Debug)]
struct FilledTree {
    tree: TreeEnsemble,
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

    fn fills(&self) -> Option<&[f64]> {
        Some(&self.fill)
    }
}
