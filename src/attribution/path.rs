//! Path-dependent Shapley values of trees, by quadrature.
//!
//! A leaf with value v whose path tests the distinct features f contributes, with participation probability p,
//! v · Π_f [(1−p) b_f + p s_f], where s_f is 1 if the row satisfies all tests on f and b_f is the product of the cover
//! fractions of the edges on f. Then φ_f = v ∫₀¹ (s_f − b_f) Π_{g≠f} [(1−p) b_g + p s_g] dp. The integrand has degree
//! d−1 for d distinct features, so Gauss-Legendre with ⌈d/2⌉ points is exact (Wettenstein, Mitchell, Yu: Quadrature
//! TreeSHAP, 2026, arXiv 2605.04497; the point count: QuadraSHAP, 2026, arXiv 2605.05870).
//!
//! Instead of leaf by leaf the sum is taken node by node. Nodes lie in preorder, so one pass forwards gives every node
//! the product c of the factors above it, and one pass backwards the value U of its subtree with the factors below:
//! a split on a feature that is new on the path adds (s − w) Σ_k c_k (U_left − U_right)_k to its feature.

use std::borrow::Cow;

use ndarray::ArrayView2;

use super::players::Players;
use super::quadrature::gauss_legendre;
use super::{Attribution, Block, Explainer, directions};
use crate::fault::Checked;
use crate::model::{Node, Tree, TreeEnsemble};

/// A split prepared for quadrature.
#[derive(Clone, Debug)]
struct Step {
    /// Its node; the left child is the next one.
    node: usize,
    right: usize,
    /// The feature, or the features that a derived column comes from.
    player: usize,
    /// Cover fraction of the left edge.
    left_share: f64,
    /// The nearest split above on the same player (index into the steps), and whether the path goes left there.
    above: Option<(usize, bool)>,
    /// Product of the cover fractions of the edges above on the same feature; 1 without any.
    above_share: f64,
}

/// One tree prepared for quadrature.
#[derive(Clone, Debug)]
struct Plan<'m> {
    tree: Cow<'m, Tree>,
    steps: Vec<Step>,
    points: Vec<f64>,
    weights: Vec<f64>,
    /// Cover-weighted mean of the leaves.
    mean: f64,
}

/// An ensemble prepared for path-dependent attribution of many rows.
///
/// The cover fraction of a left edge is `cover(left) / (cover(left) + cover(right))`; where both covers are zero, it is
/// one half: nothing was seen there, so neither side is preferred.
#[derive(Debug)]
pub struct PathDependent<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    plans: Vec<Plan<'m>>,
}

impl<'m> PathDependent<'m> {
    /// Prepares an ensemble.
    pub fn new(ensemble: &'m TreeEnsemble) -> Self {
        let players = Players::of(ensemble);
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let plan = |tree: &'m Tree| Plan::new(tree.in_order(columns), &players);
        let plans = ensemble.trees.iter().map(plan).collect();
        PathDependent { ensemble, players, plans }
    }

    /// The base value of an output: what the trees give on average over their training cover.
    pub fn base_value(&self, output: usize) -> f64 {
        let means = self.plans.iter().filter(|p| p.tree.output == output).map(|p| p.mean);
        self.ensemble.base.get(output).copied().unwrap_or(0.0)
            + means.sum::<f64>() / self.ensemble.divisor
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let mut values = vec![0.0; self.players.count()];
        let mut space = Space::default();
        let row = self.ensemble.row(row);
        let seen = |f: usize| row.get(f).copied().unwrap_or(f64::NAN);
        for plan in self.plans.iter().filter(|p| p.tree.output == output) {
            directions(&plan.tree, seen, &mut space.left);
            plan.add(self.ensemble.skips_uncovered, &mut space, &mut values);
        }
        for value in &mut values {
            *value /= self.ensemble.divisor;
        }
        Attribution { base_value: self.base_value(output), values: self.players.shared(values) }
    }
}

impl Explainer for PathDependent<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let features = self.ensemble.card.features.len();
        Block::each(rows, outputs, features, |row, k| Ok(self.explain(row, k)))
    }
}

/// Path-dependent Shapley values of one row; see [`PathDependent`] for many.
pub fn path_dependent(ensemble: &TreeEnsemble, row: &[f64], output: usize) -> Attribution {
    PathDependent::new(ensemble).explain(row, output)
}

/// Working memory, reused over trees.
#[derive(Default)]
struct Space {
    /// By node: whether the row goes left.
    left: Vec<bool>,
    /// By step: whether the row satisfies all tests above on the step's feature.
    above: Vec<bool>,
    /// By node and point: product of the factors above, times the quadrature weight.
    product: Vec<f64>,
    /// By node and point: value of the subtree with the factors below.
    subtree: Vec<f64>,
}

impl<'m> Plan<'m> {
    fn new(tree: Cow<'m, Tree>, players: &Players) -> Self {
        let cover = |at: u32| tree.nodes.get(at as usize).map_or(0.0, Node::cover);
        let mut steps: Vec<Step> = Vec::new();
        let mut distinct = 1;
        // The path to the node at hand: step, whether it goes left, and how many distinct features it holds.
        let mut path: Vec<(usize, bool, usize)> = Vec::new();
        // Where to go back to when a leaf is met: the right child and its parent's place on the path.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some((_, left, _)) = path.last_mut() {
                    *left = false;
                }
            }
            let Node::Inner { feature, left, right, .. } = node else {
                continue;
            };
            let player = players.player(*feature);
            let here = path.last().map_or(0, |p| p.2);
            let same =
                path.iter().rev().find(|(s, ..)| steps.get(*s).is_some_and(|s| s.player == player));
            let above = same.map(|(step, left, _)| (*step, *left));
            let above_share =
                above.and_then(|(s, left)| steps.get(s).map(|s| s.above_share * s.share(left)));
            let (l, r) = (cover(*left), cover(*right));
            let left_share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
            let count = here + usize::from(above.is_none());
            distinct = distinct.max(count);
            open.push((*right as usize, path.len()));
            path.push((steps.len(), true, count));
            let (right, above_share) = (*right as usize, above_share.unwrap_or(1.0));
            steps.push(Step { node: at, right, player, left_share, above, above_share });
        }
        let (points, weights) = gauss_legendre(distinct.div_ceil(2));
        let mut mean: Vec<f64> = tree
            .nodes
            .iter()
            .map(|n| if let Node::Leaf { value, .. } = n { *value } else { 0.0 })
            .collect();
        for step in steps.iter().rev() {
            mean[step.node] =
                mean[step.right] + step.left_share * (mean[step.node + 1] - mean[step.right]);
        }
        let mean = mean.first().copied().unwrap_or(0.0);
        Plan { tree, steps, points, weights, mean }
    }

    /// The leaf that a row reaches.
    fn reached(&self, left: &[bool]) -> usize {
        let mut at = 0;
        while let Some(Node::Inner { left: below, right, .. }) = self.tree.nodes.get(at) {
            at = if left[at] { *below } else { *right } as usize;
        }
        at
    }

    /// Adds the tree's Shapley values.
    fn add(&self, skips_uncovered: bool, space: &mut Space, values: &mut [f64]) {
        let nodes = &self.tree.nodes;
        let m = self.points.len();
        let Space { left, above, product, subtree } = space;
        product.clear();
        product.resize(nodes.len() * m, 0.0);
        if let Some(root) = product.get_mut(..m) {
            root.copy_from_slice(&self.weights);
        }
        above.clear();
        for step in &self.steps {
            let satisfied =
                step.above.is_none_or(|(s, l)| above[s] && left[self.steps[s].node] == l);
            above.push(satisfied);
            let (head, tail) = product.split_at_mut((step.node + 1) * m);
            let own = &head[step.node * m..];
            for (k, x) in self.points.iter().enumerate() {
                let factor = step.left_factor(*x, satisfied, left[step.node]);
                tail[k] = own[k] * factor;
                tail[(step.right - step.node - 1) * m + k] = own[k] - own[k] * factor;
            }
        }
        subtree.clear();
        subtree.resize(nodes.len() * m, 0.0);
        let reached = self.reached(left);
        for (at, (node, out)) in nodes.iter().zip(subtree.chunks_exact_mut(m)).enumerate() {
            if let Node::Leaf { value, cover } = node
                && !(skips_uncovered && *cover == 0.0 && at != reached)
            {
                out.fill(*value);
            }
        }
        for (step, satisfied) in self.steps.iter().zip(above.iter()).rev() {
            let goes = left[step.node];
            let (head, tail) = subtree.split_at_mut((step.node + 1) * m);
            let own = &mut head[step.node * m..];
            let mut sum = 0.0;
            for (k, x) in self.points.iter().enumerate() {
                let r = tail[(step.right - step.node - 1) * m + k];
                let difference = tail[k] - r;
                let factor = step.left_factor(*x, *satisfied, goes);
                own[k] = r + factor * difference;
                sum += product[step.node * m + k]
                    * step.credit(*x, *satisfied, goes, factor)
                    * difference;
            }
            values[step.player] += sum;
        }
    }
}

impl Step {
    fn share(&self, left: bool) -> f64 {
        if left { self.left_share } else { 1.0 - self.left_share }
    }

    /// The factor of the left edge over the factor that the feature already has above; the right edge has the rest.
    fn left_factor(&self, x: f64, satisfied: bool, left: bool) -> f64 {
        if !satisfied {
            // Above and below have the same factor (1−x); only the covers differ.
            return self.left_share;
        }
        let s = f64::from(u8::from(left));
        let above = (1.0 - x) * self.above_share + x;
        ((1.0 - x) * self.above_share * self.left_share + x * s) / above
    }

    /// What the feature gains over what the split above already gave it, per product of the factors above.
    fn credit(&self, x: f64, satisfied: bool, left: bool, factor: f64) -> f64 {
        let s = f64::from(u8::from(left));
        match (self.above.is_some(), satisfied) {
            (false, _) => s - self.left_share,
            (true, false) => 0.0,
            (true, true) => {
                let above = (1.0 - x) * self.above_share + x;
                (s - self.above_share * self.left_share - (1.0 - self.above_share) * factor) / above
            }
        }
    }
}
