//! How much the simplified tree of the report is worth: trees of other sizes, and trees of cases drawn anew.

use ndarray::{Array2, Axis};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::model_report::Rate;
use super::reliability::SEED;
use super::reliability_summary::Counted;
use crate::fault::Checked;
use crate::procedure::Encoding;
use crate::surrogate::{Question, Surrogate, alike};

/// Trees that are fitted on cases drawn anew.
const REDRAWN: usize = 20;
/// Most leaves of the trees of other sizes; the tree's own limit is one more.
const SIZES: [usize; 5] = [1, 2, 4, 8, 16];

/// A tree of some size beside the simplified one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeSize {
    /// Its leaves.
    pub leaves: usize,
    /// Agreement with the program on the held-out cases that fitted none of the trees.
    pub agreement: Option<Rate>,
}

/// What trees have in common that were fitted as the simplified one, on as many of its fitting cases, drawn with repetition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeStability {
    /// Such trees.
    pub trees: usize,
    /// Feature that the simplified tree asks about first; none of a single leaf.
    pub first: Option<String>,
    /// Of the trees, those that ask about the same feature first.
    pub same_first: usize,
    /// Lowest and highest threshold of the first question among these; none where the feature is no number.
    pub first_between: Option<(f64, f64)>,
    /// Over each two of the trees and the held-out cases that fitted none of them: those of which both say the same.
    pub alike: Counted,
}

impl Basis<'_> {
    /// Fitting cases of the tree, and the program's decisions on them.
    fn fitting(&self) -> (Array2<f64>, Vec<bool>) {
        let of = |&row: &usize| self.holdout.decisions.get(row).copied();
        let decisions = self.fitted.iter().filter_map(of).collect();
        (self.holdout.rows.select(Axis(0), &self.fitted), decisions)
    }

    /// Agreement of trees of 1, 2, 4, 8, 16 leaves at most and of the simplified one, ascending, each size once.
    pub(super) fn tree_sizes(&self) -> Checked<Vec<TreeSize>> {
        let (rows, decisions) = self.fitting();
        let mut sizes = [SIZES.as_slice(), &[self.surrogate.options().max_leaves]].concat();
        sizes.sort_unstable();
        let measured = self.holdout.rows.select(Axis(0), &self.measured);
        let of = |&row: &usize| self.holdout.decisions.get(row).copied();
        let said: Vec<bool> = self.measured.iter().filter_map(of).collect();
        let trees = self.surrogate.of_sizes(rows.view(), &decisions, &sizes)?;
        let mut found: Vec<TreeSize> = trees
            .iter()
            .map(|tree| {
                let fidelity = tree.fidelity(measured.view(), &said, None);
                let agreement = Rate::of(fidelity.agreeing, fidelity.rows);
                TreeSize { leaves: tree.leaves(), agreement }
            })
            .collect();
        // Where more leaves are allowed than are of use, the same tree comes again.
        found.dedup_by_key(|size| size.leaves);
        Ok(found)
    }

    /// Fits the tree on cases drawn anew and compares.
    pub(super) fn tree_stability(&self) -> Checked<TreeStability> {
        let (rows, decisions) = self.fitting();
        let trees = self.surrogate.redrawn(rows.view(), &decisions, REDRAWN, SEED)?;
        let first = self.asked_first(&self.surrogate).map(|(feature, _)| feature);
        let same: Vec<Question> = trees
            .iter()
            .filter_map(|tree| self.asked_first(tree))
            .filter(|(feature, _)| Some(*feature) == first)
            .map(|(_, question)| question)
            .collect();
        let first = first.and_then(|feature| self.procedure.features.get(feature));
        let is_number =
            first.is_some_and(|feature| matches!(feature.encoding, Encoding::Number(_)));
        let thresholds = same.iter().map(|question| question.threshold);
        let first_between = thresholds.fold(None, |known: Option<(f64, f64)>, threshold| {
            let (low, high) = known.unwrap_or((threshold, threshold));
            Some((low.min(threshold), high.max(threshold)))
        });
        let measured = self.holdout.rows.select(Axis(0), &self.measured);
        Ok(TreeStability {
            trees: trees.len(),
            first: first.map(|feature| feature.id.clone()),
            same_first: same.len(),
            first_between: first_between.filter(|_| is_number),
            alike: Counted::all([alike(&trees, measured.view())].into_iter()),
        })
    }

    /// The feature that a tree asks about first, and its question; the columns of one choice are one feature.
    fn asked_first(&self, tree: &Surrogate) -> Option<(usize, Question)> {
        let question = tree.nodes().first()?.question?;
        let of_column = |columns: &Vec<usize>| columns.contains(&question.feature);
        Some((self.columns.iter().position(of_column)?, question))
    }
}
