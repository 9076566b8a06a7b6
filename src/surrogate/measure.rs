//! How faithful a [`SurrogateTree`] is: agreement of decisions, explained variance of the score, near the threshold, leaf by
//! leaf, against its size, and from one sample to the next. Everything on rows that did not fit it.

use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cart::{Sample, TreeOptions};
use super::details::Detail;
use super::draws::Draws;
use super::interval::{Estimate, Share, explained};
use super::tree::{Ask, Subject, SurrogateTree};
use crate::fault::Checked;

/// Rows to measure on, and what the model says of them.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// Rows × the model's columns.
    pub rows: ArrayView2<'a, f64>,
    /// The model's score of each row.
    pub scores: &'a [f64],
    /// The model's class of each row; empty for a score without a threshold.
    pub classes: &'a [usize],
    /// How far each row is from another class: from the threshold, or from the best score to the second; empty where
    /// nothing is near or far.
    pub distances: &'a [f64],
}

/// How faithful a tree is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Faithfulness {
    /// Rows that it was measured on.
    pub rows: usize,
    /// Rows on which tree and model say the same class (Craven and Shavlik 1996 call this fidelity).
    pub agreement: Option<Share>,
    /// The same among the quarter of rows, rounded up, that are nearest to another class; ties by row order.
    pub near: Option<Share>,
    /// The share of the score's variance that the leaves' means explain.
    pub explained: Option<Estimate>,
    /// One entry a leaf, in the order of the nodes.
    pub leaves: Vec<LeafFaithfulness>,
}

/// How faithful a leaf is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeafFaithfulness {
    /// Index in [`SurrogateTree::nodes`].
    pub leaf: usize,
    /// Rows that end there.
    pub rows: usize,
    /// Those of which the leaf says the model's class.
    pub agreement: Option<Share>,
    /// Root of the mean squared difference between the leaf's mean and the model's scores; none without rows.
    pub error: Option<f64>,
}

/// Faithfulness of the best tree of a size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Leaves.
    pub leaves: usize,
    /// Rows on which tree and model say the same class.
    pub agreement: Option<Share>,
    /// The share of the score's variance that it explains.
    pub explained: Option<Estimate>,
}

/// What trees of the same size have in common that were fitted on resamples of the fitting rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// Resamples, as many rows as there are, drawn with repetition.
    pub resamples: usize,
    /// Of these, trees whose first question is about the detail that the tree itself asks about first.
    pub same_first: usize,
    /// Of these, trees that ask the questions below it about the same details too, or ask none there either.
    pub same_second: usize,
    /// Lowest and highest threshold of the first question, among the trees with the same one; none of a category.
    pub first_between: Option<(f64, f64)>,
    /// Mean share of the measured rows on which two of the trees say the same class, over all pairs.
    pub agreement: Option<f64>,
    /// Mean correlation of the scores that two of the trees say of the measured rows, over all pairs in which both vary.
    pub correlation: Option<f64>,
}

impl SurrogateTree {
    /// Measures the tree.
    pub fn faithfulness(&self, judged: &Judged<'_>) -> Faithfulness {
        let leaves = self.leaf_of_rows(judged.rows);
        let says = |leaf: usize| self.nodes.get(leaf).map(|node| node.says);
        let mean = |leaf: usize| self.nodes.get(leaf).map_or(f64::NAN, |node| node.mean);
        let has_classes = !judged.classes.is_empty();
        let agrees: Vec<bool> = leaves
            .iter()
            .zip(judged.classes)
            .map(|(leaf, class)| says(*leaf) == Some(*class))
            .collect();
        let count = |rows: &[usize]| {
            let agreeing = rows.iter().filter(|i| agrees.get(**i) == Some(&true)).count();
            Share::new(agreeing, rows.len()).filter(|_| has_classes)
        };
        let near = (!judged.distances.is_empty()).then(|| nearest(judged.distances));
        let predictions: Vec<f64> = leaves.iter().map(|leaf| mean(*leaf)).collect();
        let explained = explained(judged.scores, &[predictions]).into_iter().next().flatten();
        let mut by_leaf = vec![Vec::new(); self.nodes.len()];
        for (i, leaf) in leaves.iter().enumerate() {
            if let Some(rows) = by_leaf.get_mut(*leaf) {
                rows.push(i);
            }
        }
        let each = self.nodes.iter().enumerate().zip(&by_leaf);
        let each = each.filter(|((_, node), _)| node.split.is_none());
        let leaves = each.map(|((leaf, node), rows)| {
            let off = rows.iter().filter_map(|i| judged.scores.get(*i)).map(|y| y - node.mean);
            let squares: f64 = off.map(|off| off * off).sum();
            let error = (!rows.is_empty()).then(|| (squares / rows.len() as f64).sqrt());
            LeafFaithfulness { leaf, rows: rows.len(), agreement: count(rows), error }
        });
        Faithfulness {
            rows: judged.rows.nrows(),
            leaves: leaves.collect(),
            agreement: count(&(0..agrees.len()).collect::<Vec<_>>()),
            near: near.and_then(|near| count(&near)),
            explained,
        }
    }
}

/// The nearest quarter, rounded up.
fn nearest(distances: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..distances.len()).collect();
    let distance = |i: usize| distances.get(i).copied().unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(a.cmp(b)));
    order.truncate(order.len().div_ceil(4));
    order
}

/// Sizes at which the curve is measured, up to the double of a tree's budget and 32 at least.
fn sizes(budget: usize) -> Vec<usize> {
    let steps = (0..).flat_map(|power: u32| [2usize << power, 3 << power]);
    let most = budget.saturating_mul(2).clamp(32, 1024);
    let mut sizes: Vec<usize> = steps.take_while(|size| *size <= most).chain([1, budget]).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// Faithfulness against size: the best trees of 1, 2, 3, 4, 6, 8, 12, … leaves.
///
/// # Errors
/// As [`SurrogateTree::fit`].
pub fn curve(
    details: &[Detail],
    subject: &Subject,
    sample: Sample<'_>,
    options: TreeOptions,
    judged: &Judged<'_>,
) -> Checked<Vec<CurvePoint>> {
    let sizes = sizes(options.max_leaves);
    let trees =
        SurrogateTree::of_sizes(details.to_vec(), subject.clone(), sample, options, &sizes)?;
    let leaves: Vec<Vec<usize>> = trees.iter().map(|tree| tree.leaf_of_rows(judged.rows)).collect();
    let each = || trees.iter().zip(&leaves);
    let node = |tree: &SurrogateTree, leaf: usize| {
        tree.nodes.get(leaf).map_or((0, f64::NAN), |node| (node.says, node.mean))
    };
    let means = each().map(|(tree, leaves)| leaves.iter().map(|l| node(tree, *l).1).collect());
    let explained = explained(judged.scores, &means.collect::<Vec<Vec<f64>>>());
    let points = each().zip(explained).map(|((tree, leaves), explained)| {
        let said = leaves.iter().zip(judged.classes);
        let agreeing = said.filter(|(leaf, class)| node(tree, **leaf).0 == **class).count();
        let agreement = Share::new(agreeing, judged.classes.len());
        CurvePoint { leaves: tree.leaves(), agreement, explained }
    });
    Ok(points.collect())
}

/// Fits trees of the size of `tree` on resamples and compares them with it and with each other.
///
/// # Errors
/// As [`SurrogateTree::fit`].
pub fn stability(
    tree: &SurrogateTree,
    sample: Sample<'_>,
    options: TreeOptions,
    judged: &Judged<'_>,
    resamples: usize,
    seed: u64,
) -> Checked<Stability> {
    let n = sample.rows.nrows();
    let options = TreeOptions { max_leaves: tree.leaves(), tuned: false, ..options };
    let trees: Vec<SurrogateTree> = (0..resamples as u64)
        .into_par_iter()
        .map(|stream| {
            let mut draws = Draws::new(seed, stream + 1);
            let drawn: Vec<usize> = (0..n).map(|_| draws.below(n)).collect();
            fn pick<T: Copy>(all: &[T], drawn: &[usize]) -> Vec<T> {
                drawn.iter().filter_map(|i| all.get(*i).copied()).collect()
            }
            let rows = sample.rows.select(ndarray::Axis(0), &drawn);
            let sample = Sample {
                rows: rows.view(),
                scores: &pick(sample.scores, &drawn),
                classes: &pick(sample.classes, &drawn),
                weights: &pick(sample.weights, &drawn),
            };
            SurrogateTree::fit(tree.details.clone(), tree.subject.clone(), sample, options)
        })
        .collect::<Checked<_>>()?;
    let first = |tree: &SurrogateTree| tree.asked_at(Some(0));
    let same: Vec<&SurrogateTree> =
        trees.iter().filter(|other| first(other) == first(tree)).collect();
    let second = same.iter().filter(|other| other.asked_second() == tree.asked_second()).count();
    let thresholds =
        same.iter().filter_map(|other| match other.nodes.first()?.split.as_ref()?.ask {
            Ask::Below(threshold) => Some(threshold),
            Ask::OneOf(_) => None,
        });
    let first_between = thresholds.fold(None, |known: Option<(f64, f64)>, t| {
        Some(known.map_or((t, t), |(low, high)| (low.min(t), high.max(t))))
    });
    let leaves: Vec<Vec<usize>> =
        trees.par_iter().map(|tree| tree.leaf_of_rows(judged.rows)).collect();
    let said = |k: usize| {
        let nodes = trees.get(k).map(|tree| tree.nodes.as_slice()).unwrap_or_default();
        let leaves = leaves.get(k).map(Vec::as_slice).unwrap_or_default();
        leaves.iter().filter_map(|leaf| nodes.get(*leaf))
    };
    let pairs: Vec<(usize, usize)> =
        (0..trees.len()).flat_map(|a| (a + 1..trees.len()).map(move |b| (a, b))).collect();
    let of_pairs: Vec<(f64, Option<f64>)> = pairs
        .par_iter()
        .map(|(a, b)| {
            let alike = said(*a).zip(said(*b)).filter(|(a, b)| a.says == b.says).count();
            let means = |k: usize| said(k).map(|node| node.mean).collect::<Vec<_>>();
            (alike as f64 / judged.rows.nrows().max(1) as f64, correlation(&means(*a), &means(*b)))
        })
        .collect();
    let mean = |numbers: Vec<f64>| {
        (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
    };
    let has_classes = !judged.classes.is_empty();
    Ok(Stability {
        resamples,
        same_first: same.len(),
        same_second: second,
        first_between,
        agreement: mean(of_pairs.iter().map(|(alike, _)| *alike).collect()).filter(|_| has_classes),
        correlation: mean(of_pairs.iter().filter_map(|(_, correlation)| *correlation).collect()),
    })
}

impl SurrogateTree {
    /// The detail that a node asks about.
    fn asked_at(&self, node: Option<usize>) -> Option<usize> {
        Some(self.nodes.get(node?)?.split.as_ref()?.detail)
    }

    /// The details that the two nodes below the root ask about, in either order: which answer is "yes" of a category is a
    /// matter of wording.
    fn asked_second(&self) -> [Option<usize>; 2] {
        let root = self.nodes.first().and_then(|node| node.split.as_ref());
        let mut asked = [root.map(|split| split.yes), root.map(|split| split.no)]
            .map(|node| self.asked_at(node));
        asked.sort_unstable();
        asked
    }
}

/// Pearson's correlation; none where one of both does not vary.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len()) as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut both, mut squares_a, mut squares_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        both += (a - mean_a) * (b - mean_b);
        squares_a += (a - mean_a) * (a - mean_a);
        squares_b += (b - mean_b) * (b - mean_b);
    }
    let both_vary = squares_a > 0.0 && squares_b > 0.0;
    both_vary.then(|| both / (squares_a * squares_b).sqrt())
}
