//! Scores of a row with one feature set to other values.
//!
//! Only trees that ask about the feature can answer otherwise, and they answer all values in one descent: at a test on
//! another feature all values go the row's way, at a test on this one they part.

use ndarray::Array2;

use crate::model::{Form, Model, Node, Tree, TreeEnsemble};

/// Values that go down a tree together: bits of a machine word.
const TOGETHER: usize = 64;

/// A model, prepared for the question.
#[derive(Debug)]
pub struct WhatIf<'m> {
    model: &'m dyn Model,
    /// Of trees whose columns are the features and whose leaves are numbers; by feature, the trees that ask about it.
    trees: Option<(&'m TreeEnsemble, Vec<Vec<usize>>)>,
}

/// What is known of a row before anything is changed.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its values.
    pub row: Vec<f64>,
    /// Its exact scores, one an output.
    pub scores: Vec<f64>,
    seen: Vec<f64>,
    leaves: Vec<f64>,
}

impl<'m> WhatIf<'m> {
    /// Prepares a model.
    pub fn new(model: &'m dyn Model) -> Self {
        let trees = match model.form() {
            Form::Trees(trees) if trees.derived.is_empty() && trees.is_constant_leaved() => {
                let mut asking = vec![vec![]; trees.card.features.len()];
                for (at, tree) in trees.trees.iter().enumerate() {
                    let asked = tree.nodes.iter().filter_map(|node| match node {
                        Node::Inner { feature, .. } => Some(*feature as usize),
                        _ => None,
                    });
                    let mut asked: Vec<usize> = asked.collect();
                    asked.sort_unstable();
                    asked.dedup();
                    for feature in asked {
                        if let Some(asking) = asking.get_mut(feature) {
                            asking.push(at);
                        }
                    }
                }
                Some((trees, asking))
            }
            _ => None,
        };
        WhatIf { model, trees }
    }

    /// A row as it is.
    pub fn known(&self, row: &[f64]) -> Known {
        let mut scores = vec![0.0; self.model.outputs()];
        self.model.exact(row, &mut scores);
        let (mut seen, mut leaves) = (vec![], vec![]);
        if let Some((trees, _)) = &self.trees {
            seen = trees.row(row);
            let leaf = |tree: &Tree| tree.leaf(|f| seen.get(f).copied().unwrap_or(f64::NAN));
            leaves = trees.trees.iter().map(leaf).collect();
        }
        Known { row: row.to_vec(), scores, seen, leaves }
    }

    /// The exact scores with a feature at each of some values: values × outputs.
    pub fn scores(&self, known: &Known, feature: usize, values: &[f64]) -> Array2<f64> {
        let outputs = self.model.outputs();
        let Some((trees, asking)) = &self.trees else {
            let mut scores = Array2::zeros((values.len(), outputs));
            let mut rows = Array2::zeros((values.len(), known.row.len()));
            for (value, mut row) in values.iter().zip(rows.rows_mut()) {
                row.iter_mut().zip(&known.row).for_each(|(cell, own)| *cell = *own);
                if let Some(cell) = row.get_mut(feature) {
                    *cell = *value;
                }
            }
            self.model.exact_block(rows.view(), scores.view_mut());
            return scores;
        };
        let mut changes = Array2::zeros((values.len(), outputs));
        let of_feature = asking.get(feature).map(Vec::as_slice).unwrap_or_default();
        let mut open = vec![];
        let whole = |x: f64| {
            // As the ensemble's own row: a hashed category is not rounded.
            let hashed = matches!(trees.card.kind(feature), crate::model::FeatureKind::Hashed(_));
            if hashed { x } else { trees.seen(x) }
        };
        let seen: Vec<f64> = values.iter().map(|x| whole(*x)).collect();
        for (part, seen) in seen.chunks(TOGETHER).enumerate() {
            let everyone = u64::MAX >> (TOGETHER - seen.len());
            for at in of_feature {
                let (Some(tree), Some(own)) = (trees.trees.get(*at), known.leaves.get(*at)) else {
                    continue;
                };
                open.push((0, everyone));
                while let Some((node, values)) = open.pop() {
                    match tree.nodes.get(node) {
                        Some(Node::Inner { feature: asked, split, left, right, .. }) => {
                            let sides = if *asked as usize == feature {
                                bits(values).fold(0u64, |sides, bit| {
                                    let x = seen.get(bit).copied().unwrap_or(f64::NAN);
                                    sides | u64::from(split.goes_left(x)) << bit
                                })
                            } else {
                                let x = known.seen.get(*asked as usize);
                                let x = x.copied().unwrap_or(f64::NAN);
                                if split.goes_left(x) { u64::MAX } else { 0 }
                            };
                            let ways = [(*left, values & sides), (*right, values & !sides)];
                            let ways = ways.into_iter().filter(|(_, values)| *values != 0);
                            open.extend(ways.map(|(node, values)| (node as usize, values)));
                        }
                        Some(Node::Leaf { value, .. }) if value != own => {
                            for bit in bits(values) {
                                let place = (part * TOGETHER + bit, tree.output);
                                if let Some(change) = changes.get_mut(place) {
                                    *change += value - own;
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        for mut changes in changes.rows_mut() {
            for (change, score) in changes.iter_mut().zip(&known.scores) {
                *change = score + *change / trees.divisor;
            }
        }
        changes
    }
}

fn bits(word: u64) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(bit)
    })
}
