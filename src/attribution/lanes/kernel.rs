//! Path-dependent values of a block of rows: one walk over a tree's program a tile of rows.

use super::arithmetic::{Aligned, Lane, Real, Work};
use super::program::{Kind, Op};

/// One tree, some of its points, on all tiles of a block. A tile is `G` vectors of rows, which share what is loaded for
/// an op; `M` is the number of points.
pub struct TreePass<'a, L: Lane, const M: usize, const G: usize> {
    pub ops: &'a [Op<L::Real>],
    /// Rows of one number a point, see [`super::program::Program::passes`].
    pub constants: &'a [L::Real],
    pub depth: usize,
    /// Tiles × views × vectors.
    pub views: &'a [L::Vector],
    pub view_count: usize,
    /// Tiles × players × vectors: where values are added.
    pub values: &'a mut [L::Vector],
    pub player_count: usize,
}

/// Lanes of all points of a tile.
type Points<V, const M: usize, const G: usize> = Aligned<[[V; M]; G]>;

/// What the walk remembers, by depth.
struct Walk<V, const M: usize, const G: usize> {
    /// Products of the factors above.
    product: Vec<Points<V, M, G>>,
    /// Values of subtrees, left and right.
    subtree: Vec<Points<V, M, G>>,
    /// 1 where the row goes left; times [`Walk::satisfied`] of the split above, if it is on the same player.
    side: Vec<Aligned<[V; G]>>,
    /// 1 where the row satisfies the tests on the player up to the edge that the walk has taken.
    satisfied: Vec<Aligned<[V; G]>>,
}

/// The sides of a split that are leaves.
const NONE: u8 = 0;
const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const BOTH: u8 = 3;

impl<L: Lane, const M: usize, const G: usize> Work<L> for TreePass<'_, L, M, G> {
    #[inline(always)]
    fn run(self, lane: L) {
        let zero = lane.splat(pulp::bytemuck::Zeroable::zeroed());
        let mut walk = Walk {
            product: vec![Aligned([[zero; M]; G]); self.depth + 1],
            subtree: vec![Aligned([[zero; M]; G]); 2 * self.depth + 3],
            side: vec![Aligned([zero; G]); self.depth + 1],
            satisfied: vec![Aligned([zero; G]); self.depth + 1],
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
            .zip(values.chunks_exact_mut(self.player_count.max(1)));
        for (views, values) in tiles {
            for op in self.ops {
                let at = op.at as usize;
                let (Some(view), Some(value), Some([own, ..])) = (
                    views.get(op.view as usize),
                    values.get_mut(op.player as usize),
                    constants.get(at..),
                ) else {
                    continue;
                };
                let again = constants.get(at..).and_then(|rows| rows.first_chunk::<4>());
                match (op.kind, again) {
                    (Kind::Enter, _) => walk.enter::<L, LEFT>(lane, op, points, own, view),
                    (Kind::EnterRight, _) => walk.enter::<L, RIGHT>(lane, op, points, own, view),
                    (Kind::EnterAgain, Some(own)) => {
                        walk.enter_again::<L, LEFT>(lane, op, own, view)
                    }
                    (Kind::EnterAgainRight, Some(own)) => {
                        walk.enter_again::<L, RIGHT>(lane, op, own, view)
                    }
                    (Kind::Switch, _) => walk.switch(lane, op),
                    (Kind::Combine, _) => walk.combine::<L, NONE>(lane, op, points, own, value),
                    (Kind::CombineLeft, _) => walk.combine::<L, LEFT>(lane, op, points, own, value),
                    (Kind::CombineRight, _) => {
                        walk.combine::<L, RIGHT>(lane, op, points, own, value)
                    }
                    (Kind::Pair, _) => walk.pair(lane, op, points, view, value),
                    (Kind::CombineAgain, Some(own)) => {
                        walk.combine_again::<L, NONE>(lane, op, own, value)
                    }
                    (Kind::CombineAgainLeft, Some(own)) => {
                        walk.combine_again::<L, LEFT>(lane, op, own, value)
                    }
                    (Kind::CombineAgainRight, Some(own)) => {
                        walk.combine_again::<L, RIGHT>(lane, op, own, value)
                    }
                    (Kind::PairAgain, Some(own)) => {
                        walk.look_again(lane, op, view);
                        walk.combine_again::<L, BOTH>(lane, op, own, value)
                    }
                    // A program has four rows of constants for each such op.
                    (_, None) => {}
                }
            }
        }
    }
}

/// Where the value of a node's subtree goes, and those of its children.
#[inline(always)]
fn family<'a, P, R>(subtree: &'a mut [P], op: &Op<R>) -> (&'a mut P, &'a [P]) {
    let (above, below) = subtree.split_at_mut(2 * op.depth as usize + 1);
    (&mut above[op.dest as usize], &below[..2])
}

impl<V: Copy, const M: usize, const G: usize> Walk<V, M, G> {
    /// Products of one child; `TO` is its side.
    #[inline(always)]
    fn enter<L: Lane<Vector = V>, const TO: u8>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        points: &[L::Real; M],
        own: &[L::Real; M],
        view: &[V; G],
    ) {
        let depth = op.depth as usize;
        let threshold = lane.splat(op.threshold);
        let [product, below] = &mut self.product[depth..depth + 2] else { return };
        let side = &mut self.side[depth];
        for g in 0..G {
            let s = lane.less(view[g], threshold);
            side[g] = s;
            for k in 0..M {
                let factor = lane.mul_add(s, lane.splat(points[k]), lane.splat(own[k]));
                let left = lane.mul(product[g][k], factor);
                below[g][k] = if TO == LEFT { left } else { lane.sub(product[g][k], left) };
            }
        }
        if op.watched {
            self.satisfied[depth] = *side;
            if TO == RIGHT {
                let one = lane.splat(L::Real::ONE);
                self.satisfied[depth].0 = side.map(|s| lane.sub(one, s));
            }
        }
    }

    /// Where the row satisfies the tests above and goes left.
    #[inline(always)]
    fn look_again<L: Lane<Vector = V>>(&mut self, lane: L, op: &Op<L::Real>, view: &[V; G]) {
        let threshold = lane.splat(op.threshold);
        let above = self.satisfied[op.above as usize];
        let side = &mut self.side[op.depth as usize];
        for g in 0..G {
            side[g] = lane.mul(above[g], lane.less(view[g], threshold));
        }
    }

    #[inline(always)]
    fn enter_again<L: Lane<Vector = V>, const TO: u8>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        own: &[[L::Real; M]; 4],
        view: &[V; G],
    ) {
        self.look_again(lane, op, view);
        let depth = op.depth as usize;
        let above = self.satisfied[op.above as usize];
        let share = lane.splat(op.share);
        let [product, below] = &mut self.product[depth..depth + 2] else { return };
        let side = &self.side[depth];
        for g in 0..G {
            for k in 0..M {
                let ratio = lane.mul_add(above[g], lane.splat(own[0][k]), share);
                let ratio = lane.mul_add(side[g], lane.splat(own[1][k]), ratio);
                let left = lane.mul(product[g][k], ratio);
                below[g][k] = if TO == LEFT { left } else { lane.sub(product[g][k], left) };
            }
        }
        if op.watched {
            self.satisfied[depth] = *side;
            if TO == RIGHT {
                for g in 0..G {
                    self.satisfied[depth][g] = lane.sub(above[g], side[g]);
                }
            }
        }
    }

    #[inline(always)]
    fn switch<L: Lane<Vector = V>>(&mut self, lane: L, op: &Op<L::Real>) {
        let depth = op.depth as usize;
        let [product, below] = &mut self.product[depth..depth + 2] else { return };
        for g in 0..G {
            for k in 0..M {
                below[g][k] = lane.sub(product[g][k], below[g][k]);
            }
        }
        if op.watched {
            let one = lane.splat(L::Real::ONE);
            let above = if op.again { self.satisfied[op.above as usize].0 } else { [one; G] };
            let rest = self.satisfied[depth].0.iter_mut().zip(&above).zip(&self.side[depth].0);
            for ((satisfied, above), side) in rest {
                *satisfied = lane.sub(*above, *side);
            }
        }
    }

    #[inline(always)]
    fn combine<L: Lane<Vector = V>, const LEAVES: u8>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        points: &[L::Real; M],
        own: &[L::Real; M],
        value: &mut [V; G],
    ) {
        let depth = op.depth as usize;
        let share = lane.splat(op.share);
        let leaves = (lane.splat(op.left), lane.splat(op.right));
        let (product, side) = (&self.product[depth], &self.side[depth]);
        let (up, below) = family(&mut self.subtree, op);
        for g in 0..G {
            let s = side[g];
            let mut sum = share;
            for k in 0..M {
                let left = if LEAVES & LEFT == 0 { below[0][g][k] } else { leaves.0 };
                let right = if LEAVES & RIGHT == 0 { below[1][g][k] } else { leaves.1 };
                let difference = lane.sub(left, right);
                let factor = lane.mul_add(s, lane.splat(points[k]), lane.splat(own[k]));
                up[g][k] = lane.mul_add(factor, difference, right);
                sum = match k {
                    0 => lane.mul(product[g][k], difference),
                    _ => lane.mul_add(product[g][k], difference, sum),
                };
            }
            value[g] = lane.mul_add(lane.sub(s, share), sum, value[g]);
        }
    }

    /// Two leaves: what the row gets beyond their mean is the same at all points.
    #[inline(always)]
    fn pair<L: Lane<Vector = V>>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        points: &[L::Real; M],
        view: &[V; G],
        value: &mut [V; G],
    ) {
        let product = &self.product[op.depth as usize];
        let up = &mut self.subtree[op.dest as usize];
        let threshold = lane.splat(op.threshold);
        let [gain, loss, mean] = op.beyond.map(|x| lane.splat(x));
        for g in 0..G {
            let s = lane.less(view[g], threshold);
            let beyond = lane.mul_add(s, gain, loss);
            let mut sum = product[g][0];
            for k in 1..M {
                sum = lane.add(sum, product[g][k]);
            }
            for k in 0..M {
                up[g][k] = lane.mul_add(lane.splat(points[k]), beyond, mean);
            }
            value[g] = lane.mul_add(beyond, sum, value[g]);
        }
    }

    #[inline(always)]
    fn combine_again<L: Lane<Vector = V>, const LEAVES: u8>(
        &mut self,
        lane: L,
        op: &Op<L::Real>,
        own: &[[L::Real; M]; 4],
        value: &mut [V; G],
    ) {
        let depth = op.depth as usize;
        let share = lane.splat(op.share);
        let leaves = (lane.splat(op.left), lane.splat(op.right));
        let (product, side) = (&self.product[depth], &self.side[depth]);
        let above = &self.satisfied[op.above as usize];
        let (up, below) = family(&mut self.subtree, op);
        for g in 0..G {
            let mut sum = value[g];
            for k in 0..M {
                let left = if LEAVES & LEFT == 0 { below[0][g][k] } else { leaves.0 };
                let right = if LEAVES & RIGHT == 0 { below[1][g][k] } else { leaves.1 };
                let difference = lane.sub(left, right);
                let ratio = lane.mul_add(above[g], lane.splat(own[0][k]), share);
                let ratio = lane.mul_add(side[g], lane.splat(own[1][k]), ratio);
                let gain = lane.mul(above[g], lane.splat(own[2][k]));
                let gain = lane.mul_add(side[g], lane.splat(own[3][k]), gain);
                up[g][k] = lane.mul_add(ratio, difference, right);
                sum = lane.mul_add(lane.mul(product[g][k], gain), difference, sum);
            }
            value[g] = sum;
        }
    }
}
