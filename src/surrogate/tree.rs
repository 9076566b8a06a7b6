//! The general surrogate tree: of a score, a decision, a class or a band; its questions and the way of a row through it.

use ndarray::{ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::details::Detail;

/// What a tree pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Subject {
    /// The model's score, by a regression tree.
    Score {
        /// The score from which the decision is the other one; the nodes carry decisions then.
        threshold: Option<f64>,
    },
    /// The model's decision, class or score band, by a classification tree.
    Decision {
        /// Their names.
        classes: Vec<String>,
    },
}

/// The question of an inner node; the answer to a stated question is what decides, so that a sentence that says the
/// answer is true of the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Is the value below this number? It is meant to be printed in full.
    Below(f64),
    /// Is the category one of these? Places in [`Detail::names`], ascending. One that the fit never saw is none of them.
    OneOf(Vec<usize>),
}

impl Ask {
    /// The answer for a value that is there ([`Detail::value`]).
    pub fn is_yes(&self, value: f64) -> bool {
        match self {
            Ask::Below(threshold) => value < *threshold,
            Ask::OneOf(places) => places.iter().any(|place| *place as f64 == value),
        }
    }
}

/// A question and where its answers lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The detail that is asked about, in [`SurrogateTree::details`].
    pub detail: usize,
    /// The question.
    pub ask: Ask,
    /// Whether rows without the value go where "yes" leads.
    pub missing_yes: bool,
    /// Node for yes.
    pub yes: usize,
    /// Node for no.
    pub no: usize,
}

impl Split {
    /// Whether a value goes where "yes" leads.
    pub fn goes_yes(&self, value: f64) -> bool {
        if value.is_nan() { self.missing_yes } else { self.ask.is_yes(value) }
    }
}

/// A node, with what is known of the fitting rows that reach it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitNode {
    /// The node above; none for the root.
    pub parent: Option<usize>,
    /// Questions asked before.
    pub depth: usize,
    /// The question; none in a leaf.
    pub split: Option<Split>,
    /// Fitting rows here.
    pub rows: usize,
    /// Those of them that lack the value asked for; 0 in a leaf.
    pub missing: usize,
    /// Mean score of the rows here.
    pub mean: f64,
    /// Standard deviation of their scores (divided by the number of rows).
    pub deviation: f64,
    /// Rows here by class; of a score with a threshold: below it, and at or above it; of a score without one empty.
    pub counts: Vec<usize>,
    /// The class that the tree says: the most frequent one, of equally frequent ones the first; of a score with a
    /// threshold 1 where the mean is at or above it, else 0.
    pub says: usize,
}

/// One step of a row through the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// The node whose question was asked.
    pub node: usize,
    /// The value of the row ([`Detail::value`]).
    pub value: f64,
    /// Whether it is missing, so that the node's own rule for missing values decided.
    pub missing: bool,
    /// Whether the row went where "yes" leads.
    pub yes: bool,
}

/// A surrogate tree of any model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurrogateTree {
    pub(super) details: Vec<Detail>,
    pub(super) subject: Subject,
    /// Preorder, "yes" before "no"; node 0 is the root.
    pub(super) nodes: Vec<SplitNode>,
}

impl SurrogateTree {
    /// The details that it may ask about.
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// What it pictures.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// All nodes in preorder, "yes" before "no"; node 0 is the root.
    pub fn nodes(&self) -> &[SplitNode] {
        &self.nodes
    }

    /// Number of leaves.
    pub fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| node.split.is_none()).count()
    }

    /// Longest path, in questions.
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.depth).max().unwrap_or(0)
    }

    fn walk(&self, row: &[f64], mut step: impl FnMut(Taken)) -> usize {
        let mut at = 0;
        while let Some(split) = self.nodes.get(at).and_then(|node| node.split.as_ref()) {
            let value = self.details.get(split.detail).map_or(f64::NAN, |detail| detail.value(row));
            let yes = split.goes_yes(value);
            step(Taken { node: at, value, missing: value.is_nan(), yes });
            at = if yes { split.yes } else { split.no };
        }
        at
    }

    /// The questions that a row is asked, from the root. A row that is too short counts as missing where it ends.
    pub fn path(&self, row: &[f64]) -> Vec<Taken> {
        let mut path = Vec::new();
        self.walk(row, |step| path.push(step));
        path
    }

    /// Index of the leaf that a row ends in.
    pub fn leaf(&self, row: &[f64]) -> usize {
        self.walk(row, |_| {})
    }

    /// The class that the tree says of a row; see [`SplitNode::says`].
    pub fn says(&self, row: &[f64]) -> usize {
        self.nodes.get(self.leaf(row)).map_or(0, |node| node.says)
    }

    /// The score that the tree says of a row: the mean of its leaf.
    pub fn score(&self, row: &[f64]) -> f64 {
        self.nodes.get(self.leaf(row)).map_or(f64::NAN, |node| node.mean)
    }

    /// The leaf of each row of a table.
    pub fn leaf_of_rows(&self, rows: ArrayView2<'_, f64>) -> Vec<usize> {
        let one = |row: ArrayView1<'_, f64>| match row.as_slice() {
            Some(row) => self.leaf(row),
            None => self.leaf(&row.to_vec()),
        };
        rows.rows().into_iter().map(one).collect()
    }

    /// Indices of the rows that reach each node, ascending: what the distributions at the questions are drawn from.
    pub fn rows_by_node(&self, rows: ArrayView2<'_, f64>) -> Vec<Vec<usize>> {
        let mut reached = vec![Vec::new(); self.nodes.len()];
        for (i, leaf) in self.leaf_of_rows(rows).into_iter().enumerate() {
            let mut here = Some(leaf);
            while let Some(at) = here {
                if let Some(reached) = reached.get_mut(at) {
                    reached.push(i);
                }
                here = self.nodes.get(at).and_then(|node| node.parent);
            }
        }
        reached
    }
}
