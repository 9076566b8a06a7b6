//! Decision trees that copy a model, their fidelity, their paths.
//!
//! There are two: [`Surrogate`], of the *decision*, fitted with linfa-trees, which sheets and reports show; and
//! [`SurrogateTree`], of a score, decision, class or band of any model, fitted with an own CART on what people see as one
//! detail ([`Detail`]), which `klartext tree` makes, measures ([`Faithfulness`]), tells around one case ([`Local`]) and
//! writes as PMML and ONNX (docs/decisions/0004, docs/surrogates.md).
//!
//! A surrogate is a simplified picture for caseworkers (only where it is faithful, gates G14 and G15) and owners; it is
//! never shown to citizens. What it says about a case is what the model decided, not why: it is fitted to decisions.
//!
//! Every split of a [`Surrogate`] is found by linfa-trees (`grow`); the tree that is kept, drawn and asked is this crate's own copy, whose
//! counts and majorities come from routing the fitting rows through the thresholds that are printed. Missing values are
//! taken for the median of the fitting rows ([`Surrogate::fills`]), in fitting and everywhere else, and a path says so.

mod beside;
mod bins;
mod cart;
mod details;
mod draws;
mod export;
mod fidelity;
mod grow;
mod interval;
mod local;
mod measure;
mod prune;
mod rules;
mod threshold;
mod tree;

pub use beside::alike;
pub use bins::{Bins, bins, usual_scores};
pub use cart::{Sample, TreeOptions};
pub use details::{Detail, DetailKind};
pub use draws::shuffled;
pub use fidelity::{Fidelity, LeafFidelity};
pub use interval::{Estimate, INTERVAL_SEED, Share};
pub use local::{
    COPIES, LEAST_AGREEMENT, LEAST_EFFECTIVE, LEAST_EXPLAINED, Local, NEAREST, Said, Withheld,
};
pub use measure::{
    CurvePoint, Faithfulness, Judged, LeafFaithfulness, Stability, curve, stability,
};
pub use rules::{Condition, Rule};
pub use threshold::roundest;
pub use tree::{Ask, Split, SplitNode, Subject, SurrogateTree, Taken};

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::fault::{Checked, Fault, Place};

/// More rows than this are not told apart by the numbers that a fit counts rows with.
const MOST_ROWS: usize = u32::MAX as usize;

/// How large a surrogate may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurrogateOptions {
    /// Longest path, in questions.
    pub max_depth: usize,
    /// Most leaves; at least 1.
    pub max_leaves: usize,
    /// Fewest fitting rows in a leaf; at least 1.
    pub min_leaf: usize,
}

impl Default for SurrogateOptions {
    /// Depth 5, 16 leaves, 20 rows a leaf.
    fn default() -> Self {
        SurrogateOptions { max_depth: 5, max_leaves: 16, min_leaf: 20 }
    }
}

/// The question of an inner node: is the value below the threshold? "Low" is yes, "high" is `>=`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Column.
    pub feature: usize,
    /// Values `< threshold` go low, values `>= threshold` go high. It is the roundest number that divides the fitting
    /// rows the same way, so it can be printed in full.
    pub threshold: f64,
    /// Node for lower values.
    pub low: usize,
    /// Node for the others.
    pub high: usize,
}

/// One node; the counts are fitting rows by the model's decision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurrogateNode {
    /// The node above; `None` for the root.
    pub parent: Option<usize>,
    /// Questions asked before.
    pub depth: usize,
    /// The question, or `None` for a leaf.
    pub question: Option<Question>,
    /// Fitting rows here that the model decided negatively.
    pub negative: usize,
    /// Fitting rows here that the model decided positively.
    pub positive: usize,
    /// What the surrogate says here: the more frequent decision; of equally frequent ones the negative.
    pub decision: bool,
}

/// One step of a case through the tree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    /// Column that was asked.
    pub feature: usize,
    /// Threshold it was compared with.
    pub threshold: f64,
    /// Whether it lay below.
    pub goes_low: bool,
    /// Whether the value was missing, so that [`Surrogate::fills`] was asked instead.
    pub missing: bool,
}

/// A surrogate tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Surrogate {
    features: Vec<String>,
    /// Preorder; node 0 is the root.
    nodes: Vec<SurrogateNode>,
    fills: Vec<f64>,
    options: SurrogateOptions,
}

impl Surrogate {
    /// Fits a tree on rows (rows × features, NaN = missing) and the model's decision on each of them.
    ///
    /// linfa-trees grows it split by split to `max_depth` by Gini impurity; then the weakest links are pruned (Breiman,
    /// Friedman, Olshen and Stone 1984, section 3.3, on wrongly copied decisions) until at most `max_leaves` are left and
    /// no question is left whose both answers lead to the same decision.
    ///
    /// # Errors
    /// `R30` rows, decisions and features that do not match, or no rows; `R31` a value that is infinite; `R32` options
    /// that allow no tree; `R33` what linfa-trees refused.
    pub fn fit(
        features: &[String],
        rows: ArrayView2<'_, f64>,
        decisions: &[bool],
        options: SurrogateOptions,
    ) -> Checked<Surrogate> {
        let fault = |code, found: String, expected: &str, mend: &str| {
            Err(Fault::new(code, Place::default(), found, expected, mend).into())
        };
        if rows.ncols() != features.len() || rows.nrows() != decisions.len() || decisions.is_empty()
        {
            let (n, p) = rows.dim();
            return fault(
                "R30",
                format!(
                    "{n} rows of {p} values, {} decisions, {} features",
                    decisions.len(),
                    features.len()
                ),
                "at least one row, a decision for each row and a name for each column",
                "Give the rows that were scored together with their decisions.",
            );
        }
        if let Some(((row, column), value)) = rows.indexed_iter().find(|(_, v)| v.is_infinite()) {
            return fault(
                "R31",
                format!("{value} in row {row}, {}", features[column]),
                "finite or missing values",
                "Correct the value or leave it empty.",
            );
        }
        if options.max_leaves == 0 || options.min_leaf == 0 {
            return fault(
                "R32",
                format!(
                    "at most {} leaves, at least {} rows a leaf",
                    options.max_leaves, options.min_leaf
                ),
                "1 or more of both",
                "Raise the option.",
            );
        }
        let fills: Vec<f64> = rows.columns().into_iter().map(threshold::lower_median).collect();
        let filled = ndarray::Array2::from_shape_fn(rows.dim(), |(i, j)| {
            let value = rows[(i, j)];
            if value.is_nan() { fills[j] } else { value }
        });
        let grown = grow::grow(&filled, decisions, options)?;
        let nodes = prune::prune(&grown, options.max_leaves);
        Ok(Surrogate { features: features.to_vec(), nodes, fills, options })
    }

    /// Column names.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// All nodes in preorder; node 0 is the root.
    pub fn nodes(&self) -> &[SurrogateNode] {
        &self.nodes
    }

    /// What a missing value of each column is taken for: the lower median of the fitting rows, 0 where they have none.
    pub fn fills(&self) -> &[f64] {
        &self.fills
    }

    /// The options it was fitted with.
    pub fn options(&self) -> SurrogateOptions {
        self.options
    }

    /// Number of leaves.
    pub fn leaves(&self) -> usize {
        self.nodes.iter().filter(|n| n.question.is_none()).count()
    }

    /// Longest path, in questions.
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|n| n.depth).max().unwrap_or(0)
    }

    /// Walks a case to its leaf. A row that is too short counts as missing where it ends.
    fn walk(&self, row: &[f64], mut step: impl FnMut(PathStep)) -> usize {
        let mut at = 0;
        while let Some(Question { feature, threshold, low, high }) = self.nodes[at].question {
            let own = row.get(feature).copied().unwrap_or(f64::NAN);
            let missing = own.is_nan();
            let goes_low = if missing { self.fills[feature] } else { own } < threshold;
            step(PathStep { feature, threshold, goes_low, missing });
            at = if goes_low { low } else { high };
        }
        at
    }

    /// The questions a case is asked, from the root.
    pub fn path(&self, row: &[f64]) -> Vec<PathStep> {
        let mut path = Vec::new();
        self.walk(row, |step| path.push(step));
        path
    }

    /// Index of the leaf a case ends in.
    pub fn leaf(&self, row: &[f64]) -> usize {
        self.walk(row, |_| {})
    }

    /// The decision the surrogate expects of the model.
    pub fn decide(&self, row: &[f64]) -> bool {
        self.nodes[self.leaf(row)].decision
    }
}
