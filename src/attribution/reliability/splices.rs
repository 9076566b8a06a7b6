//! Scores of a row with some of its features taken from background rows.

use ndarray::{Array2, ArrayView2, Axis};

use super::path::bits;
use crate::attribution::interventional::check_background;
use crate::fault::Checked;
use crate::model::{Form, Model, Node, TreeEnsemble};

/// Most background rows that are spliced in: a machine word of bits.
pub const MOST_SPLICED: usize = 64;

/// A model and at most [`MOST_SPLICED`] rows of a background, evenly taken. Trees send all of them down together.
#[derive(Debug)]
pub struct Splices<'m> {
    model: &'m dyn Model,
    background: Array2<f64>,
    /// Of trees whose columns are the features and whose leaves are numbers, by tree and node: rows that go left.
    left: Option<(&'m TreeEnsemble, Vec<Vec<u64>>)>,
}

impl<'m> Splices<'m> {
    /// Prepares a model for a background (rows × features, NaN missing).
    ///
    /// # Errors
    /// M21 without rows, M22 for another number of columns.
    pub fn new(model: &'m dyn Model, background: ArrayView2<f64>) -> Checked<Self> {
        check_background(model, background)?;
        let n = background.nrows();
        let taken = n.min(MOST_SPLICED);
        let rows: Vec<usize> = (0..taken).map(|i| i * n / taken).collect();
        let background = background.select(Axis(0), &rows);
        let left = match model.form() {
            Form::Trees(trees) if trees.derived.is_empty() && trees.is_constant_leaved() => {
                let seen: Vec<Vec<f64>> =
                    background.rows().into_iter().map(|row| trees.row(&row.to_vec())).collect();
                let word = |node: &Node| {
                    let Node::Inner { feature, split, .. } = node else { return 0 };
                    seen.iter().enumerate().fold(0u64, |word, (r, row)| {
                        let x = row.get(*feature as usize).copied().unwrap_or(f64::NAN);
                        word | u64::from(split.goes_left(x)) << r
                    })
                };
                let of = |tree: &crate::model::Tree| tree.nodes.iter().map(word).collect();
                Some((trees, trees.trees.iter().map(of).collect()))
            }
            _ => None,
        };
        Ok(Splices { model, background, left })
    }

    /// The model.
    pub fn model(&self) -> &'m dyn Model {
        self.model
    }

    /// Number of background rows.
    pub fn rows(&self) -> usize {
        self.background.nrows()
    }

    /// The exact score of the row with the features of `replaced` (one truth a feature) taken from each background row:
    /// one score a background row.
    pub fn scores(&self, row: &[f64], replaced: &[bool], output: usize) -> Vec<f64> {
        let is_replaced = |feature: usize| replaced.get(feature).copied().unwrap_or(false);
        let Some((trees, left)) = &self.left else {
            let mut spliced = self.background.clone();
            for (j, (mut column, own)) in spliced.columns_mut().into_iter().zip(row).enumerate() {
                if !is_replaced(j) {
                    column.fill(*own);
                }
            }
            let mut scores = Array2::zeros((self.rows(), self.model.outputs()));
            self.model.exact_block(spliced.view(), scores.view_mut());
            let score = |scores: ndarray::ArrayView1<f64>| scores.get(output).copied();
            let scores = scores.rows().into_iter();
            return scores.map(|scores| score(scores).unwrap_or(f64::NAN)).collect();
        };
        let seen = trees.row(row);
        let mut sums = vec![0.0; self.rows()];
        let everyone = u64::MAX >> (64 - self.rows().clamp(1, 64));
        let mut open = vec![];
        for (tree, left) in trees.trees.iter().zip(left).filter(|(t, _)| t.output == output) {
            open.push((0, everyone));
            while let Some((at, rows)) = open.pop() {
                match tree.nodes.get(at) {
                    Some(Node::Inner { feature, split, left: low, right: high, .. }) => {
                        let feature = *feature as usize;
                        let sides = if is_replaced(feature) {
                            left.get(at).copied().unwrap_or(0)
                        } else {
                            let x = seen.get(feature).copied().unwrap_or(f64::NAN);
                            if split.goes_left(x) { u64::MAX } else { 0 }
                        };
                        let ways = [(*low, rows & sides), (*high, rows & !sides)];
                        let ways = ways.into_iter().filter(|(_, rows)| *rows != 0);
                        open.extend(ways.map(|(node, rows)| (node as usize, rows)));
                    }
                    Some(Node::Leaf { value, .. }) => {
                        for r in bits(&[rows]) {
                            if let Some(sum) = sums.get_mut(r) {
                                *sum += value;
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        let base = trees.base.get(output).copied().unwrap_or(f64::NAN);
        sums.into_iter().map(|sum| sum / trees.divisor + base).collect()
    }
}
