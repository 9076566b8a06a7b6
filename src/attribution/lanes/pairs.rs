//! Path-dependent interactions of pairs of players: one walk over a tree's program a tile of rows.
//!
//! A leaf with value v contributes to the pair (f, g) of its path v ∫₀¹ (s_f − b_f)(s_g − b_g) Π_h [(1−p) b_h + p s_h] dp
//! over the other players h. As for the values the sum is taken node by node: a split on f adds for every other player g
//! of the path above it (s_g − b_g) Σ c_g κ (U_left − U_right), where κ is what the split adds for the value of f and
//! c_g the product of the factors above without that of g. These products are carried down one a player instead of
//! dividing one by each factor, which may be zero.

use std::collections::BTreeMap;

use super::arithmetic::{Aligned, Lane, Real, Work};
use super::program::{Kind, Op, Program};
use super::programs::Programs;

/// A player of the path above a split.
#[derive(Clone, Copy, Debug)]
struct Other {
    /// Depth of the last edge on it.
    edge: u32,
    /// Its place among the distinct players of the path.
    place: u32,
    /// Where the pair is summed.
    pair: u32,
}

/// The pairs of one tree's program.
#[derive(Clone, Debug, Default)]
pub struct TreePairs {
    /// By the step that a program's ops name: the place of its own player, and where its others end (they begin where
    /// those of the step before end).
    steps: Vec<(u32, u32)>,
    others: Vec<Other>,
    /// Distinct players on the longest path.
    width: usize,
}

/// The pairs of players that meet on a path.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// By tree.
    pub trees: Vec<TreePairs>,
    /// Ascending; the first player is the lesser.
    pub pairs: Vec<(usize, usize)>,
}

/// The distinct players of a path, in the order of their first edges, with the depth of their last.
fn distinct(path: &[usize]) -> Vec<(usize, u32)> {
    let mut distinct: Vec<(usize, u32)> = Vec::new();
    for (depth, player) in path.iter().enumerate() {
        match distinct.iter_mut().find(|(known, _)| known == player) {
            Some((_, last)) => *last = depth as u32,
            None => distinct.push((*player, depth as u32)),
        }
    }
    distinct
}

/// The ops that are the first of their nodes, with the players above.
fn each_first<R>(program: &Program<R>, mut look: impl FnMut(&Op<R>, &[usize])) {
    let mut path: Vec<usize> = Vec::new();
    for op in &program.ops {
        if !op.kind.is_first() {
            continue;
        }
        path.truncate(op.depth as usize);
        look(op, &path);
        path.push(op.player as usize);
    }
}

impl Pairs {
    /// The pairs of programs, in the order of their trees.
    pub fn new<R: Real>(programs: Programs<R>) -> Self {
        let mut numbers: BTreeMap<(usize, usize), u32> = BTreeMap::new();
        let pair = |a: usize, b: usize| (a.min(b), a.max(b));
        for program in programs.all() {
            each_first(&program, |op, path| {
                for other in path.iter().filter(|p| **p != op.player as usize) {
                    numbers.insert(pair(*other, op.player as usize), 0);
                }
            });
        }
        numbers.values_mut().zip(0..).for_each(|(number, next)| *number = next);
        let trees = programs.all().map(|program| {
            let mut tree = TreePairs::default();
            let steps = program.ops.iter().map(|op| op.step as usize + 1).max().unwrap_or(0);
            tree.steps.resize(steps, (0, 0));
            // Steps are in preorder, and so are the first ops of their nodes.
            each_first(&program, |op, path| {
                let distinct = distinct(path);
                let own = op.player as usize;
                let place = distinct.iter().position(|(player, _)| *player == own);
                tree.width = tree.width.max(distinct.len() + usize::from(place.is_none()));
                for (place, (player, edge)) in distinct.iter().enumerate() {
                    if *player != own {
                        let pair = numbers.get(&pair(*player, own)).copied().unwrap_or(0);
                        tree.others.push(Other { edge: *edge, place: place as u32, pair });
                    }
                }
                if let Some(step) = tree.steps.get_mut(op.step as usize) {
                    *step = (place.unwrap_or(distinct.len()) as u32, tree.others.len() as u32);
                }
            });
            tree
        });
        let trees = trees.collect();
        Pairs { trees, pairs: numbers.into_keys().collect() }
    }
}

impl TreePairs {
    /// The place of a step's player on its path, and the others.
    fn of(&self, step: u32) -> (usize, &[Other]) {
        let step = step as usize;
        let from = step.checked_sub(1).and_then(|before| self.steps.get(before)).map_or(0, |s| s.1);
        let (place, to) = self.steps.get(step).copied().unwrap_or_default();
        (place as usize, self.others.get(from as usize..to as usize).unwrap_or_default())
    }
}

/// One tree, some of its points, on all tiles of a block; as [`super::kernel::TreePass`].
pub struct PairPass<'a, L: Lane, const M: usize, const G: usize> {
    pub ops: &'a [Op<L::Real>],
    pub pairs: &'a TreePairs,
    pub constants: &'a [L::Real],
    pub depth: usize,
    pub views: &'a [L::Vector],
    pub view_count: usize,
    /// Tiles × pairs × vectors.
    pub values: &'a mut [L::Vector],
    pub pair_count: usize,
}

type Points<V, const M: usize, const G: usize> = Aligned<[[V; M]; G]>;

/// What the walk remembers, by depth.
struct Walk<V, const M: usize, const G: usize> {
    width: usize,
    product: Vec<Points<V, M, G>>,
    /// By depth and place: the product without that player's factor.
    without: Vec<Points<V, M, G>>,
    subtree: Vec<Points<V, M, G>>,
    /// The factor of the left edge.
    factor: Vec<Points<V, M, G>>,
    /// s' s of the split, as in the kernel of values.
    side: Vec<Aligned<[V; G]>>,
    satisfied: Vec<Aligned<[V; G]>>,
    /// Of the edge that the walk has taken: s − b of its player.
    excess: Vec<Aligned<[V; G]>>,
}

impl<L: Lane, const M: usize, const G: usize> Work<L> for PairPass<'_, L, M, G> {
    #[inline(always)]
    fn run(self, lane: L) {
        let zero = lane.splat(L::Real::narrowed(0.0));
        let depths = self.depth + 1;
        let width = self.pairs.width.max(1);
        let mut walk = Walk {
            width,
            product: vec![Aligned([[zero; M]; G]); depths],
            without: vec![Aligned([[zero; M]; G]); depths * width],
            subtree: vec![Aligned([[zero; M]; G]); 2 * depths + 1],
            factor: vec![Aligned([[zero; M]; G]); depths],
            side: vec![Aligned([zero; G]); depths],
            satisfied: vec![Aligned([zero; G]); depths],
            excess: vec![Aligned([zero; G]); depths],
        };
        let constants = self.constants.as_chunks::<M>().0;
        let [points, weights, ..] = constants else { return };
        if let Some(root) = walk.product.first_mut() {
            root.0 = [weights.map(|weight| lane.splat(weight)); G];
        }
        let views = self.views.as_chunks::<G>().0;
        let values = self.values.as_chunks_mut::<G>().0;
        let tiles = views
            .chunks_exact(self.view_count.max(1))
            .zip(values.chunks_exact_mut(self.pair_count.max(1)));
        for (views, values) in tiles {
            for op in self.ops {
                let (Some(view), Some(own)) =
                    (views.get(op.view as usize), constants.get(op.at as usize..))
                else {
                    continue;
                };
                let (place, others) = self.pairs.of(op.step);
                match op.kind {
                    Kind::Enter | Kind::EnterAgain => {
                        walk.look(lane, op, points, own, view);
                        walk.descend::<L, true>(lane, op, place, others);
                    }
                    Kind::EnterRight | Kind::EnterAgainRight => {
                        walk.look(lane, op, points, own, view);
                        walk.descend::<L, false>(lane, op, place, others);
                    }
                    Kind::Switch => walk.switch(lane, op, others),
                    Kind::Pair | Kind::PairAgain => {
                        walk.look(lane, op, points, own, view);
                        walk.combine(lane, op, own, others, values);
                    }
                    Kind::Combine
                    | Kind::CombineLeft
                    | Kind::CombineRight
                    | Kind::CombineAgain
                    | Kind::CombineAgainLeft
                    | Kind::CombineAgainRight => walk.combine(lane, op, own, others, values),
                }
            }
        }
    }
}

impl<V: Copy, const M: usize, const G: usize> Walk<V, M, G> {
    /// Which way rows go at a split, and the factor of its left edge.
    #[inline(always)]
    fn look<L: Lane<Vector = V>>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        points: &[L::Real; M],
        own: &[[L::Real; M]],
        view: &[V; G],
    ) {
        let depth = op.depth as usize;
        let (threshold, share) = (lane.splat(op.threshold), lane.splat(op.share));
        let (side, factor) = (&mut self.side[depth], &mut self.factor[depth]);
        match (op.again, own) {
            (true, [betas, alphas, ..]) => {
                let above = &self.satisfied[op.above as usize];
                for g in 0..G {
                    side[g] = lane.mul(above[g], lane.less(view[g], threshold));
                    for k in 0..M {
                        let ratio = lane.mul_add(above[g], lane.splat(betas[k]), share);
                        factor[g][k] = lane.mul_add(side[g], lane.splat(alphas[k]), ratio);
                    }
                }
            }
            (_, [shares, ..]) => {
                for g in 0..G {
                    side[g] = lane.less(view[g], threshold);
                    for k in 0..M {
                        let (x, share) = (lane.splat(points[k]), lane.splat(shares[k]));
                        factor[g][k] = lane.mul_add(side[g], x, share);
                    }
                }
            }
            (_, []) => {}
        }
    }

    /// Products of the first child that is no leaf.
    #[inline(always)]
    fn descend<L: Lane<Vector = V>, const LEFT: bool>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        place: usize,
        others: &[Other],
    ) {
        let depth = op.depth as usize;
        let factor = &self.factor[depth];
        let part = |above: V, factor: V| {
            let left = lane.mul(above, factor);
            if LEFT { left } else { lane.sub(above, left) }
        };
        let (above, below) = self.without.split_at_mut((depth + 1) * self.width);
        let above = &above[depth * self.width..];
        for other in others {
            let (from, to) = (&above[other.place as usize], &mut below[other.place as usize]);
            for g in 0..G {
                for k in 0..M {
                    to[g][k] = part(from[g][k], factor[g][k]);
                }
            }
        }
        below[place] = if op.again { above[place] } else { self.product[depth] };
        for g in 0..G {
            for k in 0..M {
                self.product[depth + 1][g][k] = part(self.product[depth][g][k], factor[g][k]);
            }
        }
        self.take::<L, LEFT>(lane, op);
    }

    /// Notes which edge the walk takes.
    #[inline(always)]
    fn take<L: Lane<Vector = V>, const LEFT: bool>(&mut self, lane: L, op: &Op<L::Real>) {
        let depth = op.depth as usize;
        let share = lane.splat(op.merged);
        for g in 0..G {
            let side = self.side[depth][g];
            let excess = lane.sub(side, share);
            let (satisfied, excess) = match (LEFT, op.again) {
                (true, _) => (side, excess),
                (false, false) => (lane.sub(lane.splat(L::Real::ONE), side), lane.sub(share, side)),
                (false, true) => {
                    let above = op.above as usize;
                    let satisfied = lane.sub(self.satisfied[above][g], side);
                    (satisfied, lane.sub(self.excess[above][g], excess))
                }
            };
            self.satisfied[depth][g] = satisfied;
            self.excess[depth][g] = excess;
        }
    }

    #[inline(always)]
    fn switch<L: Lane<Vector = V>>(&mut self, lane: L, op: &Op<L::Real>, others: &[Other]) {
        let depth = op.depth as usize;
        let (above, below) = self.without.split_at_mut((depth + 1) * self.width);
        let above = &above[depth * self.width..];
        for other in others {
            let (from, to) = (&above[other.place as usize], &mut below[other.place as usize]);
            for g in 0..G {
                for k in 0..M {
                    to[g][k] = lane.sub(from[g][k], to[g][k]);
                }
            }
        }
        for g in 0..G {
            for k in 0..M {
                let (from, to) = (self.product[depth][g][k], self.product[depth + 1][g][k]);
                self.product[depth + 1][g][k] = lane.sub(from, to);
            }
        }
        self.take::<L, false>(lane, op);
    }

    #[inline(always)]
    fn combine<L: Lane<Vector = V>>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        own: &[[L::Real; M]],
        others: &[Other],
        values: &mut [[V; G]],
    ) {
        let depth = op.depth as usize;
        let share = lane.splat(op.share);
        let mut gains = [[share; M]; G];
        let (above, below) = self.subtree.split_at_mut(2 * depth + 1);
        let up = &mut above[op.dest as usize];
        for g in 0..G {
            let side = self.side[depth][g];
            for k in 0..M {
                let (left, right) = match op.kind {
                    Kind::Pair | Kind::PairAgain => (lane.splat(op.left), lane.splat(op.right)),
                    Kind::CombineLeft | Kind::CombineAgainLeft => {
                        (lane.splat(op.left), below[1][g][k])
                    }
                    Kind::CombineRight | Kind::CombineAgainRight => {
                        (below[0][g][k], lane.splat(op.right))
                    }
                    _ => (below[0][g][k], below[1][g][k]),
                };
                let difference = lane.sub(left, right);
                up[g][k] = lane.mul_add(self.factor[depth][g][k], difference, right);
                let gain = match (op.again, own) {
                    (true, [_, _, k0, k1, ..]) => {
                        let above = self.satisfied[op.above as usize][g];
                        let gain = lane.mul(above, lane.splat(k0[k]));
                        lane.mul_add(side, lane.splat(k1[k]), gain)
                    }
                    _ => lane.sub(side, share),
                };
                gains[g][k] = lane.mul(gain, difference);
            }
        }
        let without = &self.without[depth * self.width..];
        for other in others {
            let without = &without[other.place as usize];
            let excess = &self.excess[other.edge as usize];
            let Some(value) = values.get_mut(other.pair as usize) else { continue };
            for g in 0..G {
                let mut sum = lane.mul(without[g][0], gains[g][0]);
                for k in 1..M {
                    sum = lane.mul_add(without[g][k], gains[g][k], sum);
                }
                value[g] = lane.mul_add(excess[g], sum, value[g]);
            }
        }
    }
}
