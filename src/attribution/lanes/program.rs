//! A tree as a program for lanes: what is done at each node, in the order of one walk, with all constants computed.
//!
//! With the product c of the factors above a node (times the quadrature weights) and the value U of a subtree with the
//! factors below it, a split on a player that is new on the path has, at each quadrature point x,
//!
//! ```text
//! F = (1−x) w + x s        the factor of the left edge; the right one has 1 − F
//! φ += (s − w) Σ c (U_left − U_right)
//! U = U_right + F (U_left − U_right)
//! ```
//!
//! with s = 1 where the row goes left and w the cover fraction of the left edge. A split on a player that was met above,
//! with merged cover fraction b and s' = 1 where the row satisfies all its tests so far, has instead of F the ratio
//! ρ = F_left / F_above and instead of (s − w) the number κ per point: what the player gains over what the split above
//! gave it already. Both are linear in s' and s' s, so they are constants and no division is left for the rows:
//!
//! ```text
//! 1/i = (1−x) b + x        β = b w (1−x) i        α = x i
//! ρ = w + s' (β − w) + s' s α
//! κ = s' k₀ + s' s (k₁ − k₀),   k₀ = −(b w + (1−b) β) i,   k₁ = (1 − b w − (1−b)(α + β)) i
//! ```

use super::arithmetic::Real;
use crate::attribution::path::Plan;

/// What is done at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A split on a player that is new on the path: products of the left child.
    Enter,
    /// The same, where the left child is a leaf: products of the right child.
    EnterRight,
    /// A split on a player that was met above.
    EnterAgain,
    /// The same, where the left child is a leaf.
    EnterAgainRight,
    /// From the left child to the right one.
    Switch,
    /// Both children are done: neither is a leaf, the left, the right, both.
    Combine,
    CombineLeft,
    CombineRight,
    Pair,
    /// The same, of a player that was met above.
    CombineAgain,
    CombineAgainLeft,
    CombineAgainRight,
    PairAgain,
}

impl Kind {
    /// Whether it is the first op of its node.
    pub fn is_first(self) -> bool {
        use Kind::{Enter, EnterAgain, EnterAgainRight, EnterRight, Pair, PairAgain};
        matches!(self, Enter | EnterRight | EnterAgain | EnterAgainRight | Pair | PairAgain)
    }

    fn enter(again: bool, left_leaf: bool) -> Kind {
        match (again, left_leaf) {
            (false, false) => Kind::Enter,
            (false, true) => Kind::EnterRight,
            (true, false) => Kind::EnterAgain,
            (true, true) => Kind::EnterAgainRight,
        }
    }

    fn combine(again: bool, left_leaf: bool, right_leaf: bool) -> Kind {
        match (again, left_leaf, right_leaf) {
            (false, false, false) => Kind::Combine,
            (false, true, false) => Kind::CombineLeft,
            (false, false, true) => Kind::CombineRight,
            (false, true, true) => Kind::Pair,
            (true, false, false) => Kind::CombineAgain,
            (true, true, false) => Kind::CombineAgainLeft,
            (true, false, true) => Kind::CombineAgainRight,
            (true, true, true) => Kind::PairAgain,
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Op<R> {
    pub kind: Kind,
    /// Splits above the node.
    pub depth: u32,
    /// Where the value of its subtree goes: the root's to 0, a child's to `2 d + 1` (left) or `2 d + 2` (right) for a
    /// parent at depth d.
    pub dest: u32,
    /// The player was met above.
    pub again: bool,
    /// Depth of the nearest split above on the same player.
    pub above: u32,
    /// A split below asks whether the row satisfies the tests so far.
    pub watched: bool,
    pub view: u32,
    pub player: u32,
    /// Where the node's constants begin, in rows of one number a point.
    pub at: u32,
    /// Its split's number in the plan.
    pub step: u32,
    pub threshold: R,
    /// Cover fraction of the left edge.
    pub share: R,
    /// Product of the cover fractions of the left edge and the edges above on the same player.
    pub merged: R,
    /// Values of children that are leaves.
    pub left: R,
    pub right: R,
    /// Numbers of the children's nodes.
    pub leaves: [R; 2],
    /// Of two leaves: left less right, right less their cover-weighted mean, and that mean.
    pub beyond: [R; 3],
}

/// A tree's steps, and the constants for some of its quadrature points at a time.
#[derive(Clone, Debug, Default)]
pub struct Program<R> {
    pub ops: Vec<Op<R>>,
    /// Number of points, and rows of one number a point: points, weights, then those of the nodes.
    pub passes: Vec<(usize, Vec<R>)>,
    /// Splits on the longest path.
    pub depth: usize,
}

/// Most points of a pass; they all have their lanes in registers. No pass has one alone, so that there are fewer sizes to
/// compile.
const MOST_POINTS: usize = 4;

/// Points of a pass for so many in all, as even as can be: five are three and two.
fn pass_size(points: usize) -> usize {
    points.div_ceil(points.div_ceil(MOST_POINTS).max(1)).max(1)
}

/// Points of the rule for a tree that needs so many at least.
pub fn rule_size(least: usize) -> usize {
    (least.max(2)..).find(|points| points % pass_size(*points) != 1).unwrap_or(least)
}

/// What is still to be done while a tree is walked.
enum Visit {
    Node { node: usize, depth: usize, dest: u32 },
    Right { op: usize },
    Done { op: usize, kind: Kind },
}

impl<R: Real> Program<R> {
    /// Compiles a plan; `test` gives a step's view and threshold.
    pub fn new(plan: &Plan, test: impl Fn(usize) -> (usize, f64)) -> Self {
        let mut ops: Vec<Op<R>> = Vec::with_capacity(3 * plan.steps.len());
        // Per depth of the current path: the entering op of its node, and the op that last said which way it goes.
        let mut path: Vec<(usize, usize)> = Vec::new();
        let mut rows = 2;
        let mut constants: Vec<(usize, bool)> = Vec::with_capacity(plan.steps.len());
        let mut deepest = 0;
        let mut visits = vec![Visit::Node { node: 0, depth: 0, dest: 0 }];
        while let Some(visit) = visits.pop() {
            match visit {
                Visit::Node { node, depth, dest } => {
                    let Some(number) = plan.step_of(node) else { continue };
                    let Some(step) = plan.steps.get(number) else { continue };
                    path.truncate(depth);
                    deepest = deepest.max(depth + 1);
                    let (left, right) = (plan.leaf(node + 1), plan.leaf(step.right));
                    let again = step.above.is_some();
                    let above = step.above.unwrap_or(0);
                    if again
                        && let Some((_, side)) = path.get(above).copied()
                        && let Some(op) = ops.get_mut(side)
                    {
                        op.watched = true;
                    }
                    let (view, threshold) = test(number);
                    let (l, r) = (left.unwrap_or(0.0), right.unwrap_or(0.0));
                    let weighted = step.left_share * (l - r);
                    let op = Op {
                        kind: Kind::enter(again, left.is_some()),
                        depth: depth as u32,
                        dest,
                        again,
                        above: above as u32,
                        watched: false,
                        view: view as u32,
                        player: step.player as u32,
                        at: rows as u32,
                        step: number as u32,
                        threshold: R::narrowed(threshold),
                        share: R::narrowed(step.left_share),
                        left: R::narrowed(l),
                        right: R::narrowed(r),
                        leaves: [node + 1, step.right].map(|node| R::narrowed(node as f64)),
                        merged: R::narrowed(step.above_share * step.left_share),
                        beyond: [l - r, -weighted, r + weighted].map(R::narrowed),
                    };
                    constants.push((number, again));
                    rows += if again { 4 } else { 1 };
                    let combine = Kind::combine(again, left.is_some(), right.is_some());
                    if left.is_some() && right.is_some() {
                        ops.push(Op { kind: combine, ..op });
                        continue;
                    }
                    path.push((ops.len(), ops.len()));
                    let entered = ops.len();
                    ops.push(op);
                    visits.push(Visit::Done { op: entered, kind: combine });
                    let below = 2 * depth as u32 + 1;
                    if right.is_none() {
                        let (node, dest) = (step.right, below + 1);
                        visits.push(Visit::Node { node, depth: depth + 1, dest });
                        if left.is_none() {
                            visits.push(Visit::Right { op: entered });
                        }
                    }
                    if left.is_none() {
                        visits.push(Visit::Node { node: node + 1, depth: depth + 1, dest: below });
                    }
                }
                Visit::Right { op } => {
                    let Some(op) = ops.get(op).cloned() else { continue };
                    let depth = op.depth as usize;
                    path.truncate(depth + 1);
                    if let Some((_, side)) = path.get_mut(depth) {
                        *side = ops.len();
                    }
                    ops.push(Op { kind: Kind::Switch, watched: false, ..op });
                }
                Visit::Done { op, kind } => {
                    let Some(op) = ops.get(op).cloned() else { continue };
                    ops.push(Op { kind, ..op });
                }
            }
        }
        let points: Vec<(f64, f64)> =
            plan.points.iter().copied().zip(plan.weights.iter().copied()).collect();
        let size = pass_size(points.len());
        let pass = |points: &[(f64, f64)]| {
            let mut numbers: Vec<R> = Vec::with_capacity(rows * points.len());
            numbers.extend(points.iter().map(|p| R::narrowed(p.0)));
            numbers.extend(points.iter().map(|p| R::narrowed(p.1)));
            for (step, again) in &constants {
                let Some(step) = plan.steps.get(*step) else { continue };
                let (w, b) = (step.left_share, step.above_share);
                if !again {
                    numbers.extend(points.iter().map(|(x, _)| R::narrowed(w * (1.0 - x))));
                    continue;
                }
                let mut own = [[0.0; MOST_POINTS]; 4];
                for (k, (x, _)) in points.iter().enumerate().take(MOST_POINTS) {
                    let inverse = 1.0 / ((1.0 - x) * b + x);
                    let (beta, alpha) = (b * w * (1.0 - x) * inverse, x * inverse);
                    let k0 = -(b * w + (1.0 - b) * beta) * inverse;
                    let k1 = (1.0 - b * w - (1.0 - b) * (alpha + beta)) * inverse;
                    for (row, x) in own.iter_mut().zip([beta - w, alpha, k0, k1 - k0]) {
                        row[k] = x;
                    }
                }
                let rows = own.iter().flat_map(|row| row.iter().take(points.len()));
                numbers.extend(rows.map(|x| R::narrowed(*x)));
            }
            (points.len(), numbers)
        };
        let passes = if ops.is_empty() { vec![] } else { points.chunks(size).map(pass).collect() };
        Program { ops, passes, depth: deepest }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_POINTS, pass_size, rule_size};

    #[test]
    fn every_pass_has_two_to_four_points() {
        for least in 0..200 {
            let points = rule_size(least);
            assert!(points >= least && points <= least.max(1) + 1, "{least}: {points}");
            let last = (points - 1) % pass_size(points) + 1;
            for size in [pass_size(points), last] {
                assert!((2..=MOST_POINTS).contains(&size), "{least}: {size}");
            }
        }
    }
}
