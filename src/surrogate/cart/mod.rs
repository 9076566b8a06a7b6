//! Fitting a [`SurrogateTree`]: grown best first, pruned to the best tree of a size, sized by rows that did not grow it,
//! its thresholds made round where that costs nothing. `grow`, `prune`, `refine` and `round` are steps, `plan` says which.
//!
//! linfa-trees has neither a regression target nor a budget of leaves, tells three and more classes apart in hash order
//! and knows no categories (docs/decisions/0004): so this is an own CART. Of two decisions on numbers its questions are
//! those that linfa-trees finds (tests/surrogate).

mod build;
mod cut;
mod grow;
mod plan;
mod prune;
mod ranked;
mod refine;
mod round;
#[cfg(test)]
mod tests;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use self::cut::Targets;
use self::grow::{Grown, Room};
use self::prune::Prunings;
use self::ranked::Ranked;
use super::details::Detail;
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
    /// Whether fitting rows that did not grow the tree decide how many leaves up to `max_leaves` it has. Without it, it
    /// has as many as there are to have.
    pub tuned: bool,
    /// Whether several first questions are tried, and questions are asked anew once the tree is grown. The questions of such
    /// a tree need not be those that divide best on their own.
    pub thorough: bool,
}

impl Default for TreeOptions {
    /// 16 leaves, depth 8, 20 rows a leaf, tuned and thorough.
    fn default() -> Self {
        TreeOptions { max_leaves: 16, max_depth: 8, min_leaf: 20, tuned: true, thorough: true }
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

/// A tree is grown to so many times its budget before it is pruned, because a question may be worth its leaf only
/// together with those below it; of scores, whose pruning counts what their growth counts, fewer do.
const GROWN: usize = 4;
const GROWN_OF_SCORES: usize = 2;
/// More leaves than this are not grown beyond the budget.
const MOST_BEYOND: usize = 256;
/// How many questions are tried at the root and at the nodes below it, where there is time for it.
const BREADTHS: [&[usize]; 3] = [&[4, 3], &[3, 2], &[2]];
/// What a wrong decision of a tree of a score counts, in variances of the scores.
const PRICE: f64 = 0.3;
/// Other prices that trees are pruned by, in parts of it: what is best by one of them can copy both well enough.
const PRICES: [f64; 4] = [1.0, 3.0, 0.3, 0.0];
/// Time for it: rows × details × questions, and leaves × questions, are no more than this.
const MOST_CELLS: usize = 20_000_000;
const MOST_TRIED_LEAVES: usize = 2048;

impl SurrogateTree {
    /// Fits a tree. The same sample gives the same tree, on any number of threads.
    ///
    /// Best-first growth to four times the leaves that may be, with several questions tried at the first two levels; of all
    /// prunings the one with the least error for each number of leaves (wrong classes, then Gini impurity; of scores the
    /// squared error, and of those with a threshold wrong decisions beside it); among these sizes the one that is most
    /// faithful on fifths of the fitting rows, each of which did not grow its tree then, of equally faithful ones the
    /// smallest. Then a tree of that size is fitted on all of them, its questions asked anew, and gets rounder thresholds
    /// where neither all fitting rows nor a fifth are copied less faithfully. A tree of classes keeps no question whose
    /// answers are two leaves of one class.
    ///
    /// A tree of a score with a threshold copies neither the scores nor the decisions of the fitting rows less well than the
    /// one that best-first growth has with as many leaves.
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
        let (leaves, all) = (fitting.size(), fitting.all());
        let trees = fitting.grown(all.clone());
        let mut tree = fitting.best(&trees, leaves, &all);
        if matches!(tree.subject, Subject::Decision { .. }) {
            build::join_alike(&mut tree);
        }
        fitting.round(&mut tree);
        fitting.count(&mut tree, &all);
        Ok(tree)
    }

    /// The best trees of several sizes, as they are grown and pruned for [`SurrogateTree::fit`] but not sized by tuning:
    /// what a curve of fidelity against size is drawn from. Sizes that no tree has, or none that is better than a smaller
    /// one, are left out.
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
        let trees = fitting.grown(all.clone());
        let each = sizes.iter().map(|size| (*size, fitting.best(&trees, *size, &all)));
        Ok(each.filter(|(size, tree)| tree.leaves() == *size).map(|(_, tree)| tree).collect())
    }
}

/// What was grown on some rows.
struct Trees {
    /// With several questions at the first levels, where these are to be tried.
    grown: Vec<Grown>,
    /// Its prunings, and what a wrong decision counts in them. The first are to be preferred.
    prunings: Vec<(f64, Prunings)>,
    /// Best first alone.
    plain: Vec<Grown>,
}

impl Trees {
    /// What a wrong decision counts, of what is to be preferred.
    fn price(&self) -> f64 {
        self.prunings.first().map_or(0.0, |(price, _)| *price)
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

    fn grown(&self, rows: Vec<u32>) -> Trees {
        let TreeOptions { max_leaves, max_depth: depth, min_leaf, thorough, .. } = self.options;
        let times = match self.subject {
            Subject::Score { .. } => GROWN_OF_SCORES,
            Subject::Decision { .. } => GROWN,
        };
        let leaves = max_leaves.saturating_mul(times).min(max_leaves.saturating_add(MOST_BEYOND));
        let room = Room { leaves, depth, min_leaf, least: 0.0 };
        let plain = self.grow(rows.clone(), room, &[]);
        let tried = if thorough { self.breadth(rows.len()) } else { &[] };
        let grown = match tried {
            [] => plain.clone(),
            tried => {
                // Trees beside it need not grow to where a question tells less than any of its own.
                let gains = plain.iter().flat_map(|node| &node.splits).map(|split| split.gain);
                let full = plain.len() + 1 >= 2 * leaves;
                let least = if full { gains.fold(f64::INFINITY, f64::min) } else { 0.0 };
                self.grow(rows, Room { least, ..room }, tried)
            }
        };
        let decides = matches!(self.subject, Subject::Score { threshold: Some(_) });
        let prices = match thorough && decides {
            true => PRICES.map(|times| times * self.price()).to_vec(),
            false => vec![0.0],
        };
        let prunings =
            prices.into_iter().map(|price| (price, Prunings::new(&grown, max_leaves, price)));
        Trees { prunings: prunings.collect(), grown, plain }
    }

    /// What a wrong decision of a tree of a score counts beside the squared error: a part of what a row counts of which a
    /// tree knows nothing.
    fn price(&self) -> f64 {
        let weighed = || self.sample.scores.iter().zip(&self.targets.weights);
        let weight: f64 = weighed().map(|(_, w)| w).sum();
        let mean = weighed().map(|(y, w)| w * y).sum::<f64>() / weight;
        PRICE * weighed().map(|(y, w)| w * (y - mean) * (y - mean)).sum::<f64>() / weight
    }

    /// The best pruning of at most so many leaves, as it was grown.
    fn pruned(&self, trees: &Trees, leaves: usize, rows: &[u32]) -> SurrogateTree {
        let asked = trees.prunings.first().map(|(_, best)| best.asked(&trees.grown, leaves));
        self.tree(&trees.grown, &asked.unwrap_or_default(), rows)
    }

    /// The best tree of at most so many leaves; `rows` are those that grew it.
    fn best(&self, trees: &Trees, leaves: usize, rows: &[u32]) -> SurrogateTree {
        let of = |nodes: &[Grown], asked: Vec<Option<usize>>, price: f64| {
            let mut tree = self.tree(nodes, &asked, rows);
            if self.options.thorough {
                self.refine(&mut tree, rows, price);
            }
            tree
        };
        let each = trees.prunings.iter().map(|(price, prunings)| {
            of(&trees.grown, prunings.asked(&trees.grown, leaves), *price)
        });
        let mut found: Vec<SurrogateTree> = each.collect();
        if found.len() < 2 {
            return found.pop().unwrap_or_else(|| self.pruned(trees, leaves, rows));
        }
        // The nodes stand in the order of the splits, two a split.
        let first = |node: &Grown| {
            let split = node.splits.first().filter(|split| split.yes < 2 * leaves - 1);
            split.map(|_| 0)
        };
        let asked: Vec<Option<usize>> = trees.plain.iter().map(first).collect();
        let plain = self.tree(&trees.plain, &asked, rows);
        found.push(of(&trees.plain, asked, self.price()));
        // Squared error and weight of wrong decisions.
        let wrong = |tree: &SurrogateTree| {
            let squares = self.wrong(tree, rows, 0.0);
            (squares, self.wrong(tree, rows, 1.0) - squares)
        };
        let (most_squares, most_wrong) = wrong(&plain);
        let half = 0.5 * self.least_weight();
        let both = |tree: &SurrogateTree| {
            let (squares, decisions) = wrong(tree);
            let copies = squares <= most_squares && decisions <= most_wrong + half;
            copies.then_some(squares + self.price() * decisions)
        };
        let best =
            found.into_iter().fold(None, |best: Option<(SurrogateTree, f64)>, tree| {
                match (best, both(&tree)) {
                    (None, Some(wrong)) => Some((tree, wrong)),
                    (Some((_, least)), Some(wrong)) if wrong < least => Some((tree, wrong)),
                    (best, _) => best,
                }
            });
        best.map_or(plain, |(tree, _)| tree)
    }

    /// How many questions are tried at the root and at the nodes below it. Work grows with their product.
    fn breadth(&self, rows: usize) -> &'static [usize] {
        let cells = rows.saturating_mul(self.details.len()).max(1);
        let room = (MOST_CELLS / cells).min(MOST_TRIED_LEAVES / self.options.max_leaves.max(1));
        let fits = |tried: &&&[usize]| tried.iter().product::<usize>() <= room;
        BREADTHS.iter().find(fits).copied().unwrap_or_default()
    }

    /// What a leaf of these rows gets wrong. Of classes the weight of those that are not the most frequent one; the
    /// impurity decides between equally wrong trees: together it is less than one row. Of a score the squared error, and
    /// the weight of wrong decisions where there is a threshold.
    fn error(&self, rows: &[u32]) -> (f64, f64) {
        let Subject::Decision { classes } = &self.subject else {
            let weighed = || rows.iter().map(|i| (self.weight(*i), self.score(*i)));
            let weight: f64 = weighed().map(|(w, _)| w).sum();
            let mean = weighed().map(|(w, y)| w * y).sum::<f64>() / weight;
            let squares = weighed().map(|(w, y)| w * (y - mean) * (y - mean)).sum();
            let Subject::Score { threshold: Some(threshold) } = self.subject else {
                return (squares, 0.0);
            };
            let says = Some(usize::from(mean >= threshold));
            let wrong = rows.iter().filter(|i| self.class(**i) != says);
            return (squares, wrong.map(|i| self.weight(*i)).sum());
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
        (total - most + self.least_weight() * gini / (all + 1.0), 0.0)
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

    /// What a tree gets wrong of some rows: the weight of rows of another class; of a score the squared error, and
    /// `price` times the weight of wrong decisions.
    fn wrong(&self, tree: &SurrogateTree, rows: &[u32], price: f64) -> f64 {
        rows.iter().map(|i| self.wrong_of(tree, self.leaf(tree, 0, *i), *i, price)).sum()
    }

    fn wrong_of(&self, tree: &SurrogateTree, leaf: usize, row: u32, price: f64) -> f64 {
        let Some(node) = tree.nodes.get(leaf) else { return 0.0 };
        let class = self.class(row).is_some_and(|class| class != node.says);
        let weight = self.weight(row);
        match &self.subject {
            Subject::Score { .. } => {
                let off = self.score(row) - node.mean;
                weight * (off * off + if class { price } else { 0.0 })
            }
            Subject::Decision { .. } if class => weight,
            Subject::Decision { .. } => 0.0,
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
