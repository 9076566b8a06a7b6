//! The leaves that rows reach, so that a block's exact scores cost little next to its attributions.
//!
//! Lanes carry 1 down the side that a row takes and 0 down the other. The number of the leaf is the sum of all leaves'
//! numbers times what arrives there: one term, without rounding. Its value is then added in double precision, tree after
//! tree, as the model itself adds.

use super::arithmetic::{Aligned, Buffer, Job, Lane, Precise, Real, Work};
use super::program::{Kind, Op};
use super::programs::Programs;

/// Adds each tree's leaf to the scores of rows (each as [`crate::model::TreeEnsemble::row`] gives it).
pub struct Leaves<'a, R> {
    pub programs: Programs<'a, R>,
    pub seen: &'a [f64],
    pub columns: usize,
    /// Output of each tree, and the values of its nodes.
    pub trees: &'a [(usize, Vec<f64>)],
    /// Rows × outputs.
    pub scores: &'a mut [f64],
    pub outputs: usize,
}

/// Vectors of a tile, and tiles of a block.
const TILE: usize = 4;
const TILES: usize = 16;

impl<R: Precise> Job<R> for Leaves<'_, R> {
    type Output = ();

    fn run<L: Lane<Real = R>>(self, lane: L) {
        let views_of = &self.programs.prepared.views;
        let (count, tile) = (views_of.len(), TILE * L::WIDTH);
        let all = self.seen.len().checked_div(self.columns).unwrap_or(0);
        let rows = all.div_ceil(tile).clamp(1, TILES) * tile;
        let (mut views, mut numbers) = (Buffer::<R>::zeros(count * rows), Buffer::<R>::zeros(rows));
        let blocks = self.seen.chunks(rows * self.columns.max(1));
        for (seen, scores) in blocks.zip(self.scores.chunks_mut(rows * self.outputs.max(1))) {
            views_of.fill(seen, self.columns, tile, views.numbers_mut());
            for (program, (output, values)) in self.programs.all().zip(self.trees) {
                lane.vectorize(LeafPass::<L> {
                    ops: &program.ops,
                    depth: program.depth,
                    views: views.vectors(),
                    view_count: count,
                    numbers: numbers.vectors_mut(),
                });
                let numbers: &[R] = numbers.numbers();
                for (scores, number) in scores.chunks_exact_mut(self.outputs.max(1)).zip(numbers) {
                    let value = values.get(number.widened() as usize).copied();
                    if let (Some(score), Some(value)) = (scores.get_mut(*output), value) {
                        *score += value;
                    }
                }
            }
        }
    }
}

/// One tree on the tiles of a block.
struct LeafPass<'a, L: Lane> {
    ops: &'a [Op<L::Real>],
    depth: usize,
    /// Tiles × views × vectors.
    views: &'a [L::Vector],
    view_count: usize,
    /// Tiles × vectors: numbers of leaves.
    numbers: &'a mut [L::Vector],
}

impl<L: Lane> Work<L> for LeafPass<'_, L> {
    #[inline(always)]
    fn run(self, lane: L) {
        let zero = lane.splat(L::Real::narrowed(0.0));
        // By depth: 1 where the row passes the node that the walk is at.
        let mut passes = vec![Aligned([zero; TILE]); self.depth + 2];
        if let Some(root) = passes.first_mut() {
            root.0 = [lane.splat(L::Real::ONE); TILE];
        }
        let tiles = self.views.as_chunks::<TILE>().0.chunks_exact(self.view_count.max(1));
        for (views, numbers) in tiles.zip(self.numbers.as_chunks_mut::<TILE>().0) {
            *numbers = [zero; TILE];
            for op in self.ops {
                let depth = op.depth as usize;
                let (Some([here, below]), Some(view)) =
                    (passes.get_mut(depth..depth + 2), views.get(op.view as usize))
                else {
                    continue;
                };
                let threshold = lane.splat(op.threshold);
                let [left, right] = op.leaves.map(|number| lane.splat(number));
                match op.kind {
                    Kind::Enter | Kind::EnterAgain => {
                        for g in 0..TILE {
                            below[g] = lane.mul(here[g], lane.less(view[g], threshold));
                        }
                    }
                    Kind::EnterRight | Kind::EnterAgainRight => {
                        for g in 0..TILE {
                            let ends = lane.mul(here[g], lane.less(view[g], threshold));
                            numbers[g] = lane.mul_add(ends, left, numbers[g]);
                            below[g] = lane.sub(here[g], ends);
                        }
                    }
                    Kind::Switch => {
                        for g in 0..TILE {
                            below[g] = lane.sub(here[g], below[g]);
                        }
                    }
                    Kind::CombineRight | Kind::CombineAgainRight => {
                        for g in 0..TILE {
                            let ends = lane.sub(here[g], below[g]);
                            numbers[g] = lane.mul_add(ends, right, numbers[g]);
                        }
                    }
                    Kind::Pair | Kind::PairAgain => {
                        for g in 0..TILE {
                            let ends = lane.mul(here[g], lane.less(view[g], threshold));
                            numbers[g] = lane.mul_add(ends, left, numbers[g]);
                            let ends = lane.sub(here[g], ends);
                            numbers[g] = lane.mul_add(ends, right, numbers[g]);
                        }
                    }
                    Kind::Combine
                    | Kind::CombineLeft
                    | Kind::CombineAgain
                    | Kind::CombineAgainLeft => {}
                }
            }
        }
    }
}
