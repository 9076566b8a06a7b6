//! Interventional Shapley values of trees and linear models over a background.
//!
//! For one background row z a leaf with value v counts only if every distinct feature of its path is satisfied by the
//! row x or by z. With a features that only x satisfies and b that only z does, a feature of the first kind gets
//! v·(a−1)! b!/(a+b)!, one of the second −v·a! (b−1)!/(a+b)!, and features that both satisfy get nothing (Lundberg et
//! al., Nature Machine Intelligence 2, 2020, independent tree explanations).
//!
//! Which of its path's features z satisfies is a pattern of bits, and many background rows share one. So each leaf
//! keeps its patterns with their counts, found once, and a row costs patterns, not background rows.

use std::borrow::Cow;

use ndarray::ArrayView2;

use super::players::Players;
use super::sloped::SlopedLeaf;
use super::{Attribution, Block, Explainer, directions};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, LinearModel, Model, Node, Tree, TreeEnsemble};

/// Most distinct features on a path: one bit each.
pub(super) const MOST_FEATURES: usize = 64;

/// A model and a background prepared for interventional attribution of many rows.
#[derive(Debug)]
pub struct Interventional<'m> {
    /// Mean exact score of the background, one an output.
    base: Vec<f64>,
    rows: f64,
    features: usize,
    kind: Kind<'m>,
}

#[derive(Debug)]
enum Kind<'m> {
    Trees { ensemble: &'m TreeEnsemble, players: Players, plans: Vec<Plan<'m>>, weights: Weights },
    Linear { model: &'m LinearModel, means: Vec<Vec<f64>> },
}

/// One tree with the background's patterns at each leaf.
#[derive(Debug)]
struct Plan<'m> {
    tree: Cow<'m, Tree>,
    leaves: Vec<Leaf>,
    /// Tests of all leaves, one leaf after the other: node, side, bit of the node's feature.
    tests: Vec<(u32, bool, u8)>,
    /// Distinct players of all leaves' paths.
    features: Vec<u32>,
    /// Patterns of all leaves, with the number of background rows that have each.
    patterns: Vec<(u64, f64)>,
    /// What the leaves that are weighted sums add to their fallback.
    sloped: Vec<SlopedLeaf>,
}

/// A leaf's value and where its parts end in the plan's lists (they begin where those of the leaf before end).
#[derive(Debug)]
struct Leaf {
    value: f64,
    tests: usize,
    features: usize,
    patterns: usize,
}

/// `(a−1)! b!/(a+b)!` at `[a][b]`, for a from 1.
#[derive(Debug)]
pub(super) struct Weights(Vec<[f64; MOST_FEATURES + 1]>);

impl Weights {
    /// (a−1)! b!/(a+b)! = 1/(a·C(a+b, a)), by (a, b) → (a, b+1): times (b+1)/(a+b+1).
    fn up_to(features: usize) -> Self {
        let row = |a: usize| {
            let mut row = [0.0; MOST_FEATURES + 1];
            let mut weight = 1.0 / a as f64;
            for (b, cell) in row.iter_mut().enumerate() {
                *cell = weight;
                weight *= (b + 1) as f64 / (a + b + 1) as f64;
            }
            row
        };
        Weights((1..=features.max(1)).map(row).collect())
    }

    pub fn of(&self, a: usize, b: usize) -> f64 {
        a.checked_sub(1).and_then(|a| self.0.get(a)?.get(b)).copied().unwrap_or(0.0)
    }
}

/// M21, M22: a background must have rows, and a column a feature.
pub(super) fn check_background(model: &dyn Model, background: ArrayView2<f64>) -> Checked<()> {
    let features = model.card().features.len();
    let mut faults = Faults::default();
    if background.nrows() == 0 {
        let mend = "Give the table of the comparison group.";
        faults.push(Fault::new(
            "M21",
            Place::default(),
            "a background without rows",
            "at least one row",
            mend,
        ));
    }
    if background.ncols() != features {
        let found = format!("a background of {} columns", background.ncols());
        let mend = "Give the background with the model's own features.";
        faults.push(Fault::new(
            "M22",
            Place::default(),
            found,
            format!("{features}, one a feature"),
            mend,
        ));
    }
    faults.or(())
}

impl Explainer for Interventional<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let features = self.features;
        Block::each(rows, outputs, features, |row, k| Ok(self.explain(row, k)))
    }
}

impl<'m> Interventional<'m> {
    /// Prepares a model for a background (rows × features, NaN missing).
    ///
    /// # Errors
    /// M21 without rows, M22 for another number of columns, M23 for more than 64 distinct features on a path, M26 for a
    /// model of which nothing more is known than its values.
    pub fn new(model: &'m dyn Model, background: ArrayView2<f64>) -> Checked<Self> {
        check_background(model, background)?;
        let rows = background.nrows() as f64;
        let mut base = vec![0.0; model.outputs()];
        let mut scores = base.clone();
        for row in background.rows() {
            model.exact(&row.to_vec(), &mut scores);
            base.iter_mut().zip(&scores).for_each(|(sum, score)| *sum += score);
        }
        base.iter_mut().for_each(|sum| *sum /= rows);
        let features = model.card().features.len();
        let kind = match model.form() {
            Form::Linear(model) => {
                let mut means = vec![vec![0.0; features]; model.intercepts.len()];
                for row in background.rows() {
                    let row = row.to_vec();
                    for (output, means) in means.iter_mut().enumerate() {
                        let own = model.contributions(&row, output);
                        means.iter_mut().zip(own).for_each(|(mean, x)| *mean += x / rows);
                    }
                }
                Kind::Linear { model, means }
            }
            Form::Other => {
                let found = "a model that can only be evaluated";
                let mend = "Use the method `exact` (up to 12 features) or `permutation`.";
                return Err(Fault::new(
                    "M26",
                    Place::default(),
                    found,
                    "trees or a weighted sum",
                    mend,
                )
                .into());
            }
            Form::Trees(ensemble) => {
                let players = Players::of(ensemble);
                let columns = features + ensemble.derived.len();
                let background: Vec<Vec<f64>> =
                    background.rows().into_iter().map(|row| ensemble.row(&row.to_vec())).collect();
                let plan =
                    |tree: &'m Tree| Plan::new(tree.in_order(columns), &players, &background);
                let plans: Vec<Plan> = ensemble.trees.iter().map(plan).collect::<Checked<_>>()?;
                let weights = Weights::up_to(plans.iter().map(Plan::widest).max().unwrap_or(0));
                Kind::Trees { ensemble, players, plans, weights }
            }
        };
        Ok(Interventional { base, rows, features, kind })
    }

    /// The base value of an output: the mean exact score of the background.
    pub fn base_value(&self, output: usize) -> f64 {
        self.base.get(output).copied().unwrap_or(f64::NAN)
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let values = match &self.kind {
            Kind::Linear { model, means } => {
                let means = means.get(output).into_iter().flatten();
                let own = model.contributions(row, output);
                own.into_iter().zip(means).map(|(own, mean)| own - mean).collect()
            }
            Kind::Trees { ensemble, players, plans, weights } => {
                let mut values = vec![0.0; players.count()];
                let row = ensemble.row(row);
                let seen = |f: usize| row.get(f).copied().unwrap_or(f64::NAN);
                let mut left = Vec::new();
                for plan in plans.iter().filter(|p| p.tree.output == output) {
                    directions(&plan.tree, seen, &mut left);
                    plan.add(&left, &row, weights, &mut values);
                }
                let scale = self.rows * ensemble.divisor;
                values.iter_mut().for_each(|value| *value /= scale);
                players.shared(values)
            }
        };
        Attribution { base_value: self.base_value(output), values }
    }
}

/// Interventional Shapley values of one row; see [`Interventional`] for many.
///
/// # Errors
/// As [`Interventional::new`].
pub fn interventional(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    output: usize,
) -> Checked<Attribution> {
    Ok(Interventional::new(model, background)?.explain(row, output))
}

/// M23, for a leaf that more features decide than there are bits.
fn too_wide() -> Faults {
    Fault::new(
        "M23",
        Place::default(),
        format!("a leaf that more than {MOST_FEATURES} features decide"),
        format!("at most {MOST_FEATURES} for interventional attribution"),
        "Use the method `tree-path`, or a model of less depth.",
    )
    .into()
}

impl<'m> Plan<'m> {
    fn new(tree: Cow<'m, Tree>, players: &Players, background: &[Vec<f64>]) -> Checked<Self> {
        let (mut leaves, mut tests, mut features) = (Vec::new(), Vec::new(), Vec::new());
        let mut sloped = Vec::new();
        // The path to the node at hand: node, side; and where to go back to: right child, place on the path.
        let mut path: Vec<(usize, bool)> = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some((_, left)) = path.last_mut() {
                    *left = false;
                }
            }
            match node {
                Node::Inner { right, .. } => {
                    open.push((*right as usize, path.len()));
                    path.push((at, true));
                }
                leaf @ (Node::Leaf { .. } | Node::Sloped(_)) => {
                    let first = features.len();
                    for (node, left) in &path {
                        let Some(Node::Inner { feature, .. }) = tree.nodes.get(*node) else {
                            continue;
                        };
                        let player = players.player(*feature) as u32;
                        let own = features.get(first..).unwrap_or_default();
                        let bit = own.iter().position(|f| *f == player).unwrap_or(own.len());
                        if bit == own.len() {
                            features.push(player);
                        }
                        tests.push((*node as u32, *left, bit.min(MOST_FEATURES) as u8));
                    }
                    if features.len() - first > MOST_FEATURES {
                        return Err(too_wide());
                    }
                    let value = match leaf {
                        Node::Leaf { value, .. } => *value,
                        Node::Sloped(slope) => {
                            let begin = leaves.last().map_or(0, |leaf: &Leaf| leaf.tests);
                            let tests = tests.get(begin..).unwrap_or_default();
                            let path = features.get(first..).unwrap_or_default();
                            let player = |column| players.player(column) as u32;
                            let leaf = SlopedLeaf::new(slope, tests, path, player);
                            sloped.push(leaf.ok_or_else(too_wide)?);
                            slope.fallback
                        }
                        Node::Inner { .. } => continue,
                    };
                    leaves.push(Leaf {
                        value,
                        tests: tests.len(),
                        features: features.len(),
                        patterns: 0,
                    });
                }
            }
        }
        let mut plan = Plan { tree, leaves, tests, features, patterns: Vec::new(), sloped };
        plan.count(background);
        Ok(plan)
    }

    /// Counts the background's patterns at each leaf, in ascending order.
    fn count(&mut self, background: &[Vec<f64>]) {
        let mut seen: Vec<Vec<u64>> = vec![Vec::with_capacity(background.len()); self.leaves.len()];
        let mut left = Vec::new();
        for row in background {
            directions(&self.tree, |f| row.get(f).copied().unwrap_or(f64::NAN), &mut left);
            let mut from = (0, 0);
            for (leaf, seen) in self.leaves.iter().zip(&mut seen) {
                seen.push(self.pattern(&left, from.0..leaf.tests, leaf.features - from.1));
                from = (leaf.tests, leaf.features);
            }
            self.sloped.iter_mut().for_each(|leaf| leaf.count(&left, row));
        }
        for (leaf, seen) in self.leaves.iter_mut().zip(&mut seen) {
            seen.sort_unstable();
            for same in seen.chunk_by(|a, b| a == b) {
                self.patterns.extend(same.first().map(|pattern| (*pattern, same.len() as f64)));
            }
            leaf.patterns = self.patterns.len();
        }
    }

    /// The bits of the path's features whose tests a row all satisfies.
    fn pattern(&self, left: &[bool], tests: std::ops::Range<usize>, features: usize) -> u64 {
        let mut pattern = all(features);
        for (node, side, bit) in self.tests.get(tests).unwrap_or_default() {
            if left.get(*node as usize) != Some(side) {
                pattern &= !(1u64 << bit);
            }
        }
        pattern
    }

    fn widest(&self) -> usize {
        let mut from = 0;
        self.leaves
            .iter()
            .map(|leaf| leaf.features - std::mem::replace(&mut from, leaf.features))
            .chain(self.sloped.iter().map(SlopedLeaf::width))
            .max()
            .unwrap_or(0)
    }

    /// Adds the tree's Shapley values, summed over the background rows.
    fn add(&self, left: &[bool], row: &[f64], weights: &Weights, values: &mut [f64]) {
        self.sloped.iter().for_each(|leaf| leaf.add(left, row, weights, values));
        let mut from = (0, 0, 0);
        for leaf in &self.leaves {
            let tests = from.0..leaf.tests;
            let features = self.features.get(from.1..leaf.features).unwrap_or_default();
            let patterns = self.patterns.get(from.2..leaf.patterns).unwrap_or_default();
            from = (leaf.tests, leaf.features, leaf.patterns);
            let full = all(features.len());
            let own = self.pattern(left, tests, features.len());
            for (other, count) in patterns {
                if own | other != full || own == *other {
                    continue;
                }
                let (mut for_row, mut for_other) = (own & !other, other & !own);
                let (a, b) = (for_row.count_ones() as usize, for_other.count_ones() as usize);
                let (gain, loss) =
                    (leaf.value * count * weights.of(a, b), leaf.value * count * weights.of(b, a));
                while for_row != 0 {
                    add_to(values, features, for_row.trailing_zeros(), gain);
                    for_row &= for_row - 1;
                }
                while for_other != 0 {
                    add_to(values, features, for_other.trailing_zeros(), -loss);
                    for_other &= for_other - 1;
                }
            }
        }
    }
}

pub(super) fn add_to(values: &mut [f64], features: &[u32], bit: u32, amount: f64) {
    if let Some(value) = features.get(bit as usize).and_then(|f| values.get_mut(*f as usize)) {
        *value += amount;
    }
}

/// The lowest `count` bits.
pub(super) fn all(count: usize) -> u64 {
    if count >= MOST_FEATURES { u64::MAX } else { (1u64 << count) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_combinatorial_ones() {
        let weights = Weights::up_to(6);
        let factorial = |n: usize| (1..=n).product::<usize>() as f64;
        for a in 1..=6 {
            for b in 0..=6 {
                let expected = factorial(a - 1) * factorial(b) / factorial(a + b);
                assert!((weights.of(a, b) / expected - 1.0).abs() < 1e-15, "{a} {b}");
            }
        }
        assert_eq!(weights.of(0, 3), 0.0);
    }
}
