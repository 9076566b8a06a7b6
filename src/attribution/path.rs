//! Path-dependent Shapley values of trees, by quadrature.
//!
//! A leaf with value v whose path tests the distinct features f contributes, with participation probability p,
//! v · Π_f [(1−p) b_f + p s_f], where s_f is 1 if the row satisfies all tests on f and b_f is the product of the cover
//! fractions of the edges on f. Then φ_f = v ∫₀¹ (s_f − b_f) Π_{g≠f} [(1−p) b_g + p s_g] dp. The integrand has degree
//! d−1 for d distinct features, so Gauss-Legendre with ⌈d/2⌉ points is exact (Wettenstein, Mitchell, Yu: Quadrature
//! TreeSHAP, 2026, arXiv 2605.04497; the point count: QuadraSHAP, 2026, arXiv 2605.05870).
//!
//! Instead of leaf by leaf the sum is taken node by node, and rows are lanes of vectors: `lanes/program.rs`.

use std::borrow::Cow;

use ndarray::{ArrayView2, Axis};

use super::lanes::{Instructions, Precise, Prepared, Program, Values, Views};
use super::players::Players;
use super::quadrature::gauss_legendre;
use super::{Attribution, Block, Explainer};
use crate::fault::Checked;
use crate::model::{Node, Tree, TreeEnsemble};

/// A split prepared for quadrature.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Its node; the left child is the next one.
    pub node: usize,
    pub right: usize,
    /// The feature, or the features that a derived column comes from.
    pub player: usize,
    /// Cover fraction of the left edge.
    pub left_share: f64,
    /// Depth of the nearest split above on the same player.
    pub above: Option<usize>,
    /// Product of the cover fractions of the edges above on the same player; 1 without any.
    pub above_share: f64,
}

/// One tree prepared for quadrature.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub steps: Vec<Step>,
    pub points: Vec<f64>,
    pub weights: Vec<f64>,
    /// By node: its step, or the leaf's value.
    nodes: Vec<Result<usize, f64>>,
    /// Cover-weighted mean of the leaves.
    mean: f64,
    uncovered: Vec<Uncovered>,
}

/// A leaf that counts only for the rows that reach it. All of them get the same from it.
#[derive(Clone, Debug)]
struct Uncovered {
    node: usize,
    /// Player and value.
    values: Vec<(usize, f64)>,
}

/// Width of the numbers that values are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Double precision.
    #[default]
    Double,
    /// Single precision within a few trees, sums over trees in double precision: for bulk.
    Single,
}

/// The trees' programs, in lanes of one width.
#[derive(Debug)]
enum Lanes {
    Double(Prepared<f64>),
    Single(Prepared<f32>),
}

/// An ensemble prepared for path-dependent attribution of many rows.
///
/// The cover fraction of a left edge is `cover(left) / (cover(left) + cover(right))`; where both covers are zero, it is
/// one half: nothing was seen there, so neither side is preferred.
#[derive(Debug)]
pub struct PathDependent<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    trees: Vec<Cow<'m, Tree>>,
    plans: Vec<Plan>,
    lanes: Lanes,
    instructions: Instructions,
}

impl<'m> PathDependent<'m> {
    /// Prepares an ensemble for values in double precision.
    pub fn new(ensemble: &'m TreeEnsemble) -> Self {
        PathDependent::with(ensemble, Precision::Double, Instructions::default())
    }

    /// Prepares an ensemble for a precision and the instructions to compute with.
    pub fn with(
        ensemble: &'m TreeEnsemble,
        precision: Precision,
        instructions: Instructions,
    ) -> Self {
        let players = Players::of(ensemble);
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let trees: Vec<Cow<Tree>> = ensemble.trees.iter().map(|t| t.in_order(columns)).collect();
        let plan = |tree: &Cow<Tree>| Plan::new(tree, &players, ensemble.skips_uncovered);
        let plans: Vec<Plan> = trees.iter().map(plan).collect();
        let lanes = match precision {
            Precision::Double => Lanes::Double(prepared(ensemble, &trees, &plans, &players)),
            Precision::Single => Lanes::Single(prepared(ensemble, &trees, &plans, &players)),
        };
        PathDependent { ensemble, players, trees, plans, lanes, instructions }
    }

    /// The base value of an output: what the trees give on average over their training cover.
    pub fn base_value(&self, output: usize) -> f64 {
        let means = self.trees.iter().zip(&self.plans);
        let means = means.filter(|(tree, _)| tree.output == output).map(|(_, plan)| plan.mean);
        self.ensemble.base.get(output).copied().unwrap_or(0.0)
            + means.sum::<f64>() / self.ensemble.divisor
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let seen = self.ensemble.row(row);
        let mut values = vec![0.0; self.players.count()];
        self.add(&seen, &[output], &mut |_, _, player, value| {
            if let Some(own) = values.get_mut(player) {
                *own = value;
            }
        });
        Attribution { base_value: self.base_value(output), values: self.finished(&seen, output, values) }
    }

    /// Values of players before they are divided and shared.
    fn add(&self, seen: &[f64], outputs: &[usize], put: &mut dyn FnMut(usize, usize, usize, f64)) {
        let columns = self.ensemble.card.features.len() + self.ensemble.derived.len();
        let of = |output: &usize| -> Vec<usize> {
            let trees = self.trees.iter().enumerate();
            trees.filter(|(_, tree)| tree.output == *output).map(|(t, _)| t).collect()
        };
        let outputs: Vec<Vec<usize>> = outputs.iter().map(of).collect();
        match &self.lanes {
            Lanes::Double(prepared) => {
                let job = Values { prepared, seen, columns, outputs: &outputs, put };
                f64::on(self.instructions, job);
            }
            Lanes::Single(prepared) => {
                let job = Values { prepared, seen, columns, outputs: &outputs, put };
                f32::on(self.instructions, job);
            }
        }
    }

    /// Values of features from those of players.
    fn finished(&self, seen: &[f64], output: usize, mut values: Vec<f64>) -> Vec<f64> {
        let special = self.trees.iter().zip(&self.plans);
        for (tree, plan) in special.filter(|(t, p)| t.output == output && !p.uncovered.is_empty()) {
            let reached = reached(tree, seen);
            let leaf = plan.uncovered.iter().find(|leaf| leaf.node == reached);
            for (player, value) in leaf.into_iter().flat_map(|leaf| &leaf.values) {
                if let Some(own) = values.get_mut(*player) {
                    *own += value;
                }
            }
        }
        values.iter_mut().for_each(|value| *value /= self.ensemble.divisor);
        self.players.shared(values)
    }
}

impl Explainer for PathDependent<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let (features, players) = (self.ensemble.card.features.len(), self.players.count());
        let mut block = Block::zeros(rows.nrows(), outputs.len(), features);
        for (k, output) in outputs.iter().enumerate() {
            block.base_values.index_axis_mut(Axis(1), k).fill(self.base_value(*output));
        }
        let mut seen = Vec::new();
        for row in rows.rows() {
            seen.extend(self.ensemble.row(&row.to_vec()));
        }
        let mut values = vec![0.0; rows.nrows() * outputs.len() * players];
        self.add(&seen, outputs, &mut |row, k, player, value| {
            if let Some(own) = values.get_mut((row * outputs.len() + k) * players + player) {
                *own = value;
            }
        });
        let columns = features + self.ensemble.derived.len();
        for (r, mut found) in block.values.outer_iter_mut().enumerate() {
            let seen = seen.get(r * columns..(r + 1) * columns).unwrap_or_default();
            for ((k, output), mut found) in outputs.iter().enumerate().zip(found.outer_iter_mut()) {
                let from = (r * outputs.len() + k) * players;
                let own = values.get(from..from + players).unwrap_or_default().to_vec();
                let own = self.finished(seen, *output, own);
                found.iter_mut().zip(own).for_each(|(found, own)| *found = own);
            }
        }
        Ok(block)
    }

    fn tolerance(&self) -> f64 {
        match self.lanes {
            Lanes::Double(_) => 1e-9,
            // TODO justify
            Lanes::Single(_) => 1e-4,
        }
    }
}

/// Path-dependent Shapley values of one row; see [`PathDependent`] for many.
pub fn path_dependent(ensemble: &TreeEnsemble, row: &[f64], output: usize) -> Attribution {
    PathDependent::new(ensemble).explain(row, output)
}

/// The trees' programs for lanes of a width.
fn prepared<R: Precise>(
    ensemble: &TreeEnsemble,
    trees: &[Cow<Tree>],
    plans: &[Plan],
    players: &Players,
) -> Prepared<R> {
    let views = Views::new::<R>(ensemble, trees);
    let program = |(tree, plan): (&Cow<Tree>, &Plan)| {
        Program::new(plan, |step| {
            let node = plan.steps.get(step).and_then(|step| tree.nodes.get(step.node));
            match node {
                Some(Node::Inner { feature, split, .. }) => views.test(ensemble, *feature, split),
                _ => (0, 0.0),
            }
        })
    };
    let programs = trees.iter().zip(plans).map(program).collect();
    Prepared { views, programs, players: players.count() }
}

/// The leaf that a row reaches.
fn reached(tree: &Tree, seen: &[f64]) -> usize {
    let mut at = 0;
    while let Some(Node::Inner { feature, split, left, right, .. }) = tree.nodes.get(at) {
        let x = seen.get(*feature as usize).copied().unwrap_or(f64::NAN);
        at = if split.goes_left(x) { *left } else { *right } as usize;
    }
    at
}

impl Plan {
    fn new(tree: &Tree, players: &Players, skips_uncovered: bool) -> Self {
        let cover = |at: u32| tree.nodes.get(at as usize).map_or(0.0, Node::cover);
        let mut steps: Vec<Step> = Vec::new();
        let mut nodes = Vec::with_capacity(tree.nodes.len());
        let mut uncovered = Vec::new();
        let mut distinct = 1;
        // The path to the node at hand: player, cover fraction of all edges on it so far, distinct players so far, and
        // what the first two are on the right side.
        struct Edge {
            player: usize,
            share: f64,
            right: f64,
            count: usize,
        }
        let mut path: Vec<Edge> = Vec::new();
        // Where to go back to when a leaf is met: the right child and its parent's place on the path.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some(edge) = path.last_mut() {
                    edge.share = edge.right;
                }
            }
            let (feature, left, right) = match node {
                Node::Inner { feature, left, right, .. } => (*feature, *left, *right),
                Node::Leaf { value, cover } if skips_uncovered && *cover == 0.0 && *value != 0.0 => {
                    let path = path.iter().map(|edge| (edge.player, edge.share));
                    uncovered.push(Uncovered { node: at, values: always(*value, path) });
                    nodes.push(Err(0.0));
                    continue;
                }
                Node::Leaf { value, .. } => {
                    nodes.push(Err(*value));
                    continue;
                }
                // Not for this game: the command refuses such trees.
                Node::Sloped(_) => {
                    nodes.push(Err(0.0));
                    continue;
                }
            };
            let player = players.player(feature);
            let above = path.iter().rposition(|edge| edge.player == player);
            let above_share = above.and_then(|at| path.get(at)).map_or(1.0, |edge| edge.share);
            let (l, r) = (cover(left), cover(right));
            let left_share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
            let count = path.last().map_or(0, |edge| edge.count) + usize::from(above.is_none());
            distinct = distinct.max(count);
            open.push((right as usize, path.len()));
            path.push(Edge {
                player,
                share: above_share * left_share,
                right: above_share * (1.0 - left_share),
                count,
            });
            nodes.push(Ok(steps.len()));
            let right = right as usize;
            steps.push(Step { node: at, right, player, left_share, above, above_share });
        }
        let (points, weights) = gauss_legendre(distinct.div_ceil(2));
        let mean = mean(tree, &steps);
        Plan { steps, points, weights, nodes, mean, uncovered }
    }

    /// The step of a node that is a split.
    pub fn step_of(&self, node: usize) -> Option<usize> {
        self.nodes.get(node).and_then(|found| found.ok())
    }

    /// The value of a node that is a leaf.
    pub fn leaf(&self, node: usize) -> Option<f64> {
        self.nodes.get(node).and_then(|found| found.err())
    }
}

/// Cover-weighted mean of a tree's leaves.
fn mean(tree: &Tree, steps: &[Step]) -> f64 {
    let value = |n: &Node| if let Node::Leaf { value, .. } = n { *value } else { 0.0 };
    let mut mean: Vec<f64> = tree.nodes.iter().map(value).collect();
    for step in steps.iter().rev() {
        mean[step.node] =
            mean[step.right] + step.left_share * (mean[step.node + 1] - mean[step.right]);
    }
    mean.first().copied().unwrap_or(0.0)
}

/// What the players of a leaf's path (player and cover fraction of all edges on it so far; the last of a player counts)
/// get from a leaf that the row reaches.
fn always(value: f64, path: impl DoubleEndedIterator<Item = (usize, f64)>) -> Vec<(usize, f64)> {
    let mut shares: Vec<(usize, f64)> = Vec::new();
    for (player, share) in path.rev() {
        if !shares.iter().any(|(known, _)| *known == player) {
            shares.push((player, share));
        }
    }
    let (points, weights) = gauss_legendre(shares.len().div_ceil(2));
    let factor = |share: f64, x: f64| (1.0 - x) * share + x;
    let gain = |(player, share): &(usize, f64)| {
        let at = |x: f64| -> f64 {
            let others = shares.iter().filter(|(other, _)| other != player);
            others.map(|(_, share)| factor(*share, x)).product()
        };
        let sum: f64 = points.iter().zip(&weights).map(|(x, w)| w * at(*x)).sum();
        (*player, value * (1.0 - share) * sum)
    };
    shares.iter().map(gain).collect()
}
