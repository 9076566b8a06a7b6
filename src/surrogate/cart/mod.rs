//! Fitting a [`SurrogateTree`]: grown best first, pruned to the best tree of a size, sized by rows that did not grow it,
//! its thresholds made round where that costs nothing.
//!
//! linfa-trees has neither a regression target nor a budget of leaves, tells three and more classes apart in hash order
//! and knows no categories (docs/decisions/0004): so this is an own CART. Of two decisions on numbers its questions are
//! those that linfa-trees finds (tests/surrogate).

mod build;
mod cut;
mod grow;
mod prune;
mod ranked;
mod refine;
mod round;
#[cfg(test)]
mod tests;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use self::cut::Targets;
use self::grow::{Grown, Room, grow};
use self::prune::Prunings;
use self::ranked::Ranked;
use super::details::Detail;
use super::draws::mixed;
use super::tree::{Subject, SurrogateTree};
use crate::fault::{Checked, Fault, Faults, Place};

/// How large a tree may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeOptions {
    /// Most leaves; at least 1.
    pub max_leaves: usize,
    /// Longest path, in questions.
    pub max_depth: usize,
    /// Fewest fitting rows in a leaf; at least 1.
    pub min_leaf: usize,
    /// Whether a fifth of the fitting rows decides how many leaves up to `max_leaves` the tree has. Without it, it has as
    /// many as there are to have.
    pub tuned: bool,
    /// Whether questions are asked anew once the tree is grown, if that fifth of the rows is copied better then. The
    /// first questions of such a tree are not those that divide best on their own.
    pub refined: bool,
}

impl Default for TreeOptions {
    /// 16 leaves, depth 8, 20 rows a leaf, tuned and refined.
    fn default() -> Self {
        TreeOptions { max_leaves: 16, max_depth: 8, min_leaf: 20, tuned: true, refined: true }
    }
}

/// The rows that a tree is fitted on, and what the model says of them.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Rows × the model's columns.
    pub rows: ArrayView2<'a, f64>,
    /// The model's score of each row.
    pub scores: &'a [f64],
    /// The model's class of each row (0 and 1 for a decision); empty for a score without a threshold.
    pub classes: &'a [usize],
    /// Weight of each row; empty for 1 each.
    pub weights: &'a [f64],
}

/// Fewest rows that may decide about a size.
const LEAST_TUNING: usize = 50;
/// One in so many fitting rows decides about the size.
const TUNING: u64 = 5;
/// A tree is grown to so many times its budget before it is pruned, because a question may be worth its leaf only
/// together with those below it.
const GROWN: usize = 4;
/// More leaves than this are not grown beyond the budget.
const MOST_BEYOND: usize = 256;

impl SurrogateTree {
    /// Fits a tree. The same sample gives the same tree, on any number of threads.
    ///
    /// Best-first growth to four times the leaves that may be; of its prunings the one with the least error for each
    /// number of leaves (wrong classes, then Gini impurity; of scores the squared error); among these sizes the one that
    /// is most faithful on a fifth of the fitting rows, which did not grow it then, of equally faithful ones the
    /// smallest; a tree of that size grown on all fitting rows; its questions asked anew, where that fifth was copied better by
    /// such a tree; rounder thresholds where neither all fitting rows nor that
    /// fifth are copied less faithfully. A tree of classes keeps no question whose answers are two leaves of one class.
    ///
    /// # Errors
    /// `R34` rows, scores, classes, weights and details that do not match, or no rows; `R35` a score or weight that is not
    /// finite, an infinite value; `R36` options that allow no tree.
    pub fn fit(
        details: Vec<Detail>,
        subject: Subject,
        sample: Sample<'_>,
        options: TreeOptions,
    ) -> Checked<SurrogateTree> {
        let fitting = Fitting::new(details, subject, sample, options)?;
        let (leaves, refined) = fitting.size();
        let all = fitting.all();
        let (grown, prunings) = fitting.grown(all.clone());
        let mut tree = fitting.tree(&grown, &prunings.leaves(&grown, leaves));
        if refined {
            fitting.refine(&mut tree, &all);
        }
        if matches!(tree.subject, Subject::Decision { .. }) {
            build::join_alike(&mut tree);
        }
        fitting.round(&mut tree);
        fitting.count(&mut tree, &all);
        Ok(tree)
    }

    /// The best trees of several sizes, as they are grown and pruned for [`SurrogateTree::fit`] but not sized by tuning:
    /// what a curve of fidelity against size is drawn from. Sizes beyond the largest that can be grown are left out.
    ///
    /// # Errors
    /// As [`SurrogateTree::fit`].
    pub fn of_sizes(
        details: Vec<Detail>,
        subject: Subject,
        sample: Sample<'_>,
        options: TreeOptions,
        sizes: &[usize],
    ) -> Checked<Vec<SurrogateTree>> {
        let most = sizes.iter().copied().max().unwrap_or(1).max(1);
        let options = TreeOptions { max_leaves: most, ..options };
        let fitting = Fitting::new(details, subject, sample, options)?;
        let all = fitting.all();
        let (grown, prunings) = fitting.grown(all.clone());
        let possible = sizes.iter().filter(|size| (1..=prunings.largest()).contains(*size));
        let one = |size: &usize| {
            let mut tree = fitting.tree(&grown, &prunings.leaves(&grown, *size));
            if options.refined {
                fitting.refine(&mut tree, &all);
            }
            tree
        };
        Ok(possible.map(one).collect())
    }
}

/// Everything that fits of one sample share.
struct Fitting<'a> {
    details: Vec<Detail>,
    subject: Subject,
    sample: Sample<'a>,
    options: TreeOptions,
    columns: Vec<Ranked>,
    targets: Targets,
}

impl<'a> Fitting<'a> {
    fn new(
        details: Vec<Detail>,
        subject: Subject,
        sample: Sample<'a>,
        options: TreeOptions,
    ) -> Checked<Self> {
        check(&details, &subject, &sample, options)?;
        let columns = details.iter().map(|detail| Ranked::new(detail, sample.rows)).collect();
        let n = sample.rows.nrows();
        let weights = match sample.weights {
            [] => vec![1.0; n],
            weights => weights.to_vec(),
        };
        let (width, values) = match &subject {
            Subject::Score { .. } => (1, sample.scores.to_vec()),
            // Of two classes one indicator says everything.
            Subject::Decision { classes } if classes.len() == 2 => {
                (1, sample.classes.iter().map(|class| *class as f64).collect())
            }
            Subject::Decision { classes } => {
                let each = |class: &usize| {
                    let class = *class;
                    (0..classes.len()).map(move |k| f64::from(u8::from(k == class)))
                };
                (classes.len(), sample.classes.iter().flat_map(each).collect())
            }
        };
        let targets = Targets { width, values, weights };
        Ok(Fitting { details, subject, sample, options, columns, targets })
    }

    fn all(&self) -> Vec<u32> {
        (0..self.sample.rows.nrows() as u32).collect()
    }

    /// Whether a row is among those that decide about size and rounding.
    fn tunes(&self, row: u32) -> bool {
        mixed(u64::from(row)).is_multiple_of(TUNING)
    }

    fn grown(&self, rows: Vec<u32>) -> (Vec<Grown>, Prunings) {
        let TreeOptions { max_leaves, max_depth, min_leaf, .. } = self.options;
        let leaves = max_leaves.saturating_mul(GROWN).min(max_leaves.saturating_add(MOST_BEYOND));
        let room = Room { leaves, depth: max_depth, min_leaf };
        let grown = grow(&self.columns, rows, &self.targets, room);
        let errors: Vec<f64> = grown.iter().map(|node| self.error(&node.rows)).collect();
        let prunings = Prunings::new(&grown, &errors, max_leaves);
        (grown, prunings)
    }

    /// What a leaf of these rows gets wrong. Of classes the weight of those that are not the most frequent one; the
    /// impurity decides between equally wrong trees: together it is less than one row.
    fn error(&self, rows: &[u32]) -> f64 {
        let Subject::Decision { classes } = &self.subject else {
            let weighed = || rows.iter().map(|i| (self.weight(*i), self.score(*i)));
            let weight: f64 = weighed().map(|(w, _)| w).sum();
            let mean = weighed().map(|(w, y)| w * y).sum::<f64>() / weight;
            return weighed().map(|(w, y)| w * (y - mean) * (y - mean)).sum();
        };
        let mut counts = vec![0.0; classes.len()];
        for i in rows {
            if let Some(count) = self.class(*i).and_then(|class| counts.get_mut(class)) {
                *count += self.weight(*i);
            }
        }
        let total: f64 = counts.iter().sum();
        let most = counts.iter().copied().fold(0.0, f64::max);
        let gini = total - counts.iter().map(|count| count * count).sum::<f64>() / total;
        let all: f64 = self.targets.weights.iter().sum();
        total - most + self.least_weight() * gini / (all + 1.0)
    }

    /// The least weight of a row: a difference in wrong rows is never smaller.
    fn least_weight(&self) -> f64 {
        if self.sample.weights.is_empty() {
            return 1.0;
        }
        let positive = self.sample.weights.iter().copied().filter(|w| *w > 0.0);
        positive.fold(f64::INFINITY, f64::min)
    }

    fn weight(&self, row: u32) -> f64 {
        self.targets.weights.get(row as usize).copied().unwrap_or(0.0)
    }

    fn score(&self, row: u32) -> f64 {
        self.sample.scores.get(row as usize).copied().unwrap_or(f64::NAN)
    }

    fn class(&self, row: u32) -> Option<usize> {
        self.sample.classes.get(row as usize).copied()
    }

    /// How many leaves the tree is to have, and whether its questions are to be asked anew: both as it is best for rows
    /// that did not grow it. With too few of those it is as large as it may be, and stays as it was grown.
    fn size(&self) -> (usize, bool) {
        let TreeOptions { max_leaves: most, tuned, refined, .. } = self.options;
        let (tuning, rest): (Vec<u32>, Vec<u32>) =
            self.all().into_iter().partition(|row| self.tunes(*row));
        if tuning.len() < LEAST_TUNING || most == 1 || !(tuned || refined) {
            return (most, false);
        }
        let (grown, prunings) = self.grown(rest.clone());
        let mut best: Option<(usize, f64)> = None;
        let first = if tuned { 1 } else { prunings.largest() };
        for leaves in first..=prunings.largest() {
            let tree = self.tree(&grown, &prunings.leaves(&grown, leaves));
            let wrong = self.wrong(&tree, &tuning);
            if best.is_none_or(|(_, least)| wrong < least) {
                best = Some((leaves, wrong));
            }
        }
        let Some((leaves, wrong)) = best else { return (most, false) };
        let is_better = refined && leaves > 1 && {
            let mut tree = self.tree(&grown, &prunings.leaves(&grown, leaves));
            self.refine(&mut tree, &rest);
            self.wrong(&tree, &tuning) < wrong
        };
        (if tuned { leaves } else { most }, is_better)
    }

    /// What a tree gets wrong of some rows: the weight of rows of another class, or the squared error.
    fn wrong(&self, tree: &SurrogateTree, rows: &[u32]) -> f64 {
        rows.iter().map(|i| self.wrong_of(tree, self.leaf(tree, 0, *i), *i)).sum()
    }

    fn wrong_of(&self, tree: &SurrogateTree, leaf: usize, row: u32) -> f64 {
        let Some(node) = tree.nodes.get(leaf) else { return 0.0 };
        match &self.subject {
            Subject::Score { .. } => {
                let off = self.score(row) - node.mean;
                self.weight(row) * off * off
            }
            Subject::Decision { .. } if self.class(row) == Some(node.says) => 0.0,
            Subject::Decision { .. } => self.weight(row),
        }
    }

    /// The leaf that a fitting row ends in, from a node on.
    fn leaf(&self, tree: &SurrogateTree, from: usize, row: u32) -> usize {
        let mut at = from;
        while let Some(split) = tree.nodes.get(at).and_then(|node| node.split.as_ref()) {
            at = if split.goes_yes(self.value(split.detail, row)) { split.yes } else { split.no };
        }
        at
    }

    /// A detail's value of a fitting row; NaN where it is missing.
    fn value(&self, detail: usize, row: u32) -> f64 {
        let column = self.columns.get(detail);
        let rank = column.and_then(|column| column.ranks.get(row as usize)).copied();
        let value = column.zip(rank).and_then(|(column, rank)| column.values.get(rank as usize));
        value.copied().unwrap_or(f64::NAN)
    }
}

fn check(
    details: &[Detail],
    subject: &Subject,
    sample: &Sample<'_>,
    options: TreeOptions,
) -> Checked<()> {
    let mut faults = Faults::default();
    let mut fault = |code, found: String, expected: &str, mend: &str| {
        faults.push(Fault::new(code, Place::default(), found, expected, mend));
    };
    let (n, width) = sample.rows.dim();
    let fits = |count: usize| count == 0 || count == n;
    let classes = match subject {
        Subject::Decision { classes } => classes.len(),
        Subject::Score { threshold: Some(_) } => 2,
        Subject::Score { threshold: None } => 0,
    };
    let has_classes = sample.classes.len() == if classes == 0 { 0 } else { n };
    let matching = n > 0
        && n < super::MOST_ROWS
        && sample.scores.len() == n
        && has_classes
        && fits(sample.weights.len())
        && sample.classes.iter().all(|class| *class < classes)
        && details.iter().flat_map(|detail| &detail.columns).all(|column| *column < width);
    if !matching {
        fault(
            "R34",
            format!(
                "{n} rows of {width} columns, {} scores, {} classes of {classes}, {} weights, {} details",
                sample.scores.len(),
                sample.classes.len(),
                sample.weights.len(),
                details.len()
            ),
            "at least one row, and of each row a score, a class where there are classes, and a weight or none at all",
            "Give the rows that were scored together with what the model says of them.",
        );
    }
    let mut used = details.iter().flat_map(|detail| &detail.columns);
    let infinite = used.find_map(|column| {
        let cells = sample.rows.columns().into_iter().nth(*column)?;
        let row = cells.iter().position(|x| x.is_infinite())?;
        Some((row, *column))
    });
    if let Some((row, column)) = infinite {
        fault(
            "R35",
            format!("an infinite value in row {row}, column {column}"),
            "finite or missing values",
            "Correct the value or leave it empty.",
        );
    }
    if let Some(row) = sample.scores.iter().position(|score| !score.is_finite()) {
        fault(
            "R35",
            format!("no finite score of row {row}"),
            "rows that the model has a score for",
            "Leave the row out.",
        );
    }
    if let Some(row) = sample.weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
        fault(
            "R35",
            format!("no positive weight of row {row}"),
            "positive numbers as weights",
            "Leave the row out.",
        );
    }
    if options.max_leaves == 0 || options.min_leaf == 0 {
        fault(
            "R36",
            format!(
                "at most {} leaves, at least {} rows a leaf",
                options.max_leaves, options.min_leaf
            ),
            "1 or more of both",
            "Raise the option.",
        );
    }
    faults.or(())
}
