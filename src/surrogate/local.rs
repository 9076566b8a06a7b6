//! A surrogate around one case: fitted on its neighbours, and shown only where it is faithful there.
//!
//! Neighbours are the rows of a table nearest to the case, and copies of the case in which one detail has the value of such
//! a row: every value occurs, and the copies show what the model does when a single detail differs. Distance is Euclidean in
//! what people see as one detail: a number counts in standard deviations of the table, a category that differs 1, a value
//! that only one of both lacks 1. A neighbour weighs `exp(-(distance / h)²)`, where h is the median distance of the
//! nearest rows (the kernel of LIME: Ribeiro, Singh and Guestrin 2016, section 3.4, with a width from the data).

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::cart::{Sample, TreeOptions};
use super::details::Detail;
use super::draws::{Draws, mixed};
use super::interval::wilson;
use super::tree::{Subject, SurrogateTree};
use crate::fault::Checked;

/// Nearest rows that are neighbours.
pub const NEAREST: usize = 500;
/// Most copies of the case with one detail of a neighbour; each stands once.
pub const COPIES: usize = 500;
/// Least share of the (weighted) neighbours that did not fit the tree on which it must say what the model says.
pub const LEAST_AGREEMENT: f64 = 0.9;
/// Least share of the score's variance among them that a tree of a score must explain.
pub const LEAST_EXPLAINED: f64 = 0.75;
/// Fewest effective neighbours to measure on, `(Σw)² / Σw²` (Kish 1965).
pub const LEAST_EFFECTIVE: f64 = 30.0;
/// One in so many neighbours measures and does not fit.
const MEASURING: u64 = 3;
/// The lightest weight: farther neighbours than that of the kernel count as much.
const LEAST_WEIGHT: f64 = 1e-3;
/// A tree around one case is small.
const OPTIONS: TreeOptions =
    TreeOptions { max_leaves: 6, max_depth: 4, min_leaf: 10, tuned: false, thorough: false };

/// What the model says of some rows.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Scores.
    pub scores: Vec<f64>,
    /// Classes; empty for a score without a threshold.
    pub classes: Vec<usize>,
}

/// Why a local surrogate is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// There are too few neighbours.
    TooFew,
    /// The model says the same of all neighbours: there is nothing to divide.
    Alike,
    /// It is not faithful enough around the case, or not more so than one and the same answer for all neighbours.
    Unfaithful,
    /// It says something else about the case than the model.
    Disagrees,
}

/// A surrogate around one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Rows of the table that are neighbours.
    pub nearest: usize,
    /// Copies of the case with one detail of a neighbour.
    pub copies: usize,
    /// Effective neighbours that it was measured on.
    pub effective: f64,
    /// Weighted share of these on which tree and model say the same, with Wilson's interval for the effective number.
    pub agreement: Option<(f64, f64, f64)>,
    /// Weighted share of the score's variance that it explains among them.
    pub explained: Option<f64>,
    /// The tree, if it may be shown.
    pub tree: Result<SurrogateTree, Withheld>,
}

impl Local {
    /// Fits and measures. `table` and `row` have the model's columns; `say` asks the model.
    ///
    /// # Errors
    /// As [`SurrogateTree::fit`].
    pub fn around(
        row: &[f64],
        table: ArrayView2<'_, f64>,
        details: &[Detail],
        subject: &Subject,
        say: &dyn Fn(ArrayView2<'_, f64>) -> Said,
        seed: u64,
    ) -> Checked<Local> {
        let space = Space::new(table, details);
        let (near, width) = space.nearest(row, table);
        let copies = copies(row, table, &near, details, seed);
        let mut rows = table.select(Axis(0), &near);
        // Shapes agree: both have the table's columns.
        for copy in copies.rows() {
            let _ = rows.push_row(copy);
        }
        let weights: Vec<f64> = rows
            .rows()
            .into_iter()
            .map(|other| kernel(space.distance(row, &other.to_vec()), width))
            .collect();
        let said = say(rows.view());
        let scored: Vec<usize> = (0..rows.nrows())
            .filter(|i| said.scores.get(*i).is_some_and(|score| score.is_finite()))
            .collect();
        let (measuring, fitting): (Vec<usize>, Vec<usize>) =
            scored.into_iter().partition(|i| mixed(seed ^ *i as u64).is_multiple_of(MEASURING));
        let effective = effective(&pick(&weights, &measuring));
        let withheld = |why, agreement, explained| {
            let (nearest, copies) = (near.len(), copies.nrows());
            Ok(Local { nearest, copies, effective, agreement, explained, tree: Err(why) })
        };
        if effective < LEAST_EFFECTIVE || fitting.len() < 2 * OPTIONS.min_leaf {
            return withheld(Withheld::TooFew, None, None);
        }
        let fitted_rows = rows.select(Axis(0), &fitting);
        let sample = Sample {
            rows: fitted_rows.view(),
            scores: &pick(&said.scores, &fitting),
            classes: &pick(&said.classes, &fitting),
            weights: &pick(&weights, &fitting),
        };
        let tree = SurrogateTree::fit(details.to_vec(), subject.clone(), sample, OPTIONS)?;
        let measured = rows.select(Axis(0), &measuring);
        let (scores, classes) = (pick(&said.scores, &measuring), pick(&said.classes, &measuring));
        let weights = pick(&weights, &measuring);
        let leaves = tree.leaf_of_rows(measured.view());
        let nodes = || leaves.iter().filter_map(|leaf| tree.nodes().get(*leaf));
        let total: f64 = weights.iter().sum();
        let agreement = (!classes.is_empty()).then(|| {
            let alike = nodes().zip(&classes).zip(&weights).filter(|((n, c), _)| n.says == **c);
            let share = (alike.map(|(_, weight)| weight).sum::<f64>() / total).min(1.0);
            let (low, high) = wilson(share, effective);
            (share, low, high)
        });
        let weighed = |of: &dyn Fn(usize) -> f64| -> f64 {
            weights.iter().enumerate().map(|(i, w)| w * of(i)).sum::<f64>() / total
        };
        let means: Vec<f64> = nodes().map(|node| node.mean).collect();
        let at = |all: &[f64], i: usize| all.get(i).copied().unwrap_or(0.0);
        let mean = weighed(&|i| at(&scores, i));
        let variance = weighed(&|i| (at(&scores, i) - mean).powi(2));
        let wrong = weighed(&|i| (at(&scores, i) - at(&means, i)).powi(2));
        let explained = (variance > 0.0).then(|| 1.0 - wrong / variance);
        if tree.leaves() == 1 {
            return withheld(Withheld::Alike, agreement, explained);
        }
        let faithful = match (subject, agreement) {
            (Subject::Score { .. }, agreement) => {
                explained.is_some_and(|explained| explained >= LEAST_EXPLAINED)
                    && agreement.is_none_or(|(share, ..)| share >= LEAST_AGREEMENT)
            }
            (Subject::Decision { .. }, agreement) => {
                agreement.is_some_and(|(share, ..)| share >= LEAST_AGREEMENT)
            }
        };
        // What a single answer gets right without any question is no merit of the tree's.
        let root = tree.nodes().first().map(|root| root.says);
        let plain = classes.iter().zip(&weights).filter(|(class, _)| Some(**class) == root);
        let plain = plain.map(|(_, weight)| weight).sum::<f64>() / total;
        let tells = match subject {
            Subject::Decision { .. } => agreement.is_some_and(|(share, ..)| share > plain),
            Subject::Score { .. } => true,
        };
        if !(faithful && tells) {
            return withheld(Withheld::Unfaithful, agreement, explained);
        }
        let own = Array2::from_shape_fn((1, row.len()), |(_, j)| at(row, j));
        let model = say(own.view()).classes.first().copied();
        if model.is_some_and(|class| class != tree.says(row)) {
            return withheld(Withheld::Disagrees, agreement, explained);
        }
        let (nearest, copies) = (near.len(), copies.nrows());
        Ok(Local { nearest, copies, effective, agreement, explained, tree: Ok(tree) })
    }
}

fn pick<T: Copy>(all: &[T], places: &[usize]) -> Vec<T> {
    places.iter().filter_map(|i| all.get(*i).copied()).collect()
}

fn effective(weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let sum: f64 = weights.iter().sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

fn kernel(distance: f64, width: f64) -> f64 {
    if width > 0.0 { (-(distance / width).powi(2)).exp().max(LEAST_WEIGHT) } else { 1.0 }
}

/// What distances are measured in.
struct Space<'a> {
    details: &'a [Detail],
    /// Standard deviation of each number; 0 of one that does not vary, and of categories.
    deviations: Vec<f64>,
}

impl<'a> Space<'a> {
    fn new(table: ArrayView2<'_, f64>, details: &'a [Detail]) -> Self {
        let deviation = |detail: &Detail| {
            if detail.is_category() {
                return 0.0;
            }
            let values: Vec<f64> = table
                .rows()
                .into_iter()
                .map(|row| detail.value(&row.to_vec()))
                .filter(|x| x.is_finite())
                .collect();
            let n = values.len().max(1) as f64;
            let mean = values.iter().sum::<f64>() / n;
            (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt()
        };
        Space { details, deviations: details.iter().map(deviation).collect() }
    }

    fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let each = self.details.iter().zip(&self.deviations).map(|(detail, deviation)| {
            let (a, b) = (detail.value(a), detail.value(b));
            match (a.is_nan(), b.is_nan()) {
                (true, true) => 0.0,
                (true, false) | (false, true) => 1.0,
                _ if detail.is_category() => f64::from(u8::from(a != b)),
                _ if *deviation > 0.0 => ((a - b) / deviation).powi(2),
                // A number that does not vary in the table says of no row that it is near.
                _ => 0.0,
            }
        });
        each.sum::<f64>().sqrt()
    }

    /// The nearest rows, ties by their order, and the median of their distances.
    fn nearest(&self, row: &[f64], table: ArrayView2<'_, f64>) -> (Vec<usize>, f64) {
        let mut near: Vec<(f64, usize)> = table
            .rows()
            .into_iter()
            .enumerate()
            .map(|(i, other)| (self.distance(row, &other.to_vec()), i))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate(NEAREST);
        let width = near.get(near.len() / 2).map_or(0.0, |(distance, _)| *distance);
        (near.into_iter().map(|(_, i)| i).collect(), width)
    }
}

/// Copies of the case: one detail after the other has the value of a drawn neighbour. Copies that are the case, or that
/// there are already, are left out: told twice nothing is surer.
fn copies(
    row: &[f64],
    table: ArrayView2<'_, f64>,
    near: &[usize],
    details: &[Detail],
    seed: u64,
) -> Array2<f64> {
    let mut found = Array2::zeros((0, table.ncols()));
    let mut draws = Draws::new(seed, u64::MAX);
    let mut known = BTreeSet::new();
    for k in 0..COPIES {
        let drawn = near.get(draws.below(near.len()));
        let (Some(detail), Some(other)) = (details.get(k % details.len().max(1)), drawn) else {
            break;
        };
        let mut copy: Vec<f64> =
            (0..table.ncols()).map(|j| row.get(j).copied().unwrap_or(f64::NAN)).collect();
        let own = detail.value(&copy);
        for column in &detail.columns {
            if let (Some(cell), Some(value)) = (copy.get_mut(*column), table.get((*other, *column)))
            {
                *cell = *value;
            }
        }
        let value = detail.value(&copy);
        let differs = value != own && !(value.is_nan() && own.is_nan());
        if differs && known.insert((k % details.len(), value.to_bits())) {
            // Of the table's width.
            let _ = found.push_row(ndarray::ArrayView1::from(&copy));
        }
    }
    found
}
