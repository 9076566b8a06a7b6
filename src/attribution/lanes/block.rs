//! A block of rows: what the lanes need is laid out, the trees run over it, the values are summed.

use super::arithmetic::{Job, Lane, Precise, Real};
use super::kernel::TreePass;
use super::pairs::{PairPass, Pairs};
use super::program::Program;
use super::views::Views;

/// Trees of one output, with views, for lanes of one precision.
#[derive(Clone, Debug)]
pub struct Prepared<R> {
    pub views: Views,
    /// By tree.
    pub programs: Vec<Program<R>>,
    pub players: usize,
}

impl<R> Prepared<R> {
    /// How many sums a row has.
    fn count(&self, summed: Summed) -> usize {
        match summed {
            Summed::Values => self.players,
            Summed::Pairs(pairs) => pairs.pairs.len(),
        }
    }
}

/// Trees whose values are summed in the lanes' own precision before they are added to the totals in double precision.
const TREES_AT_ONCE: usize = 16;

/// Vectors of a tile where there are rows enough.
const TILE: usize = 4;

/// Bytes of views and values that a block has at most, unless one tile has more: it should stay in the second cache.
const BLOCK_BYTES: usize = 512 << 10;

/// What is summed over trees.
#[derive(Clone, Copy)]
pub enum Summed<'a> {
    /// A value a player.
    Values,
    /// An interaction a pair.
    Pairs(&'a Pairs),
}

/// Sums for rows (each as [`crate::model::TreeEnsemble::row`] gives it, `columns` numbers) and groups of trees.
pub struct Sums<'a, R> {
    pub prepared: &'a Prepared<R>,
    pub summed: Summed<'a>,
    pub seen: &'a [f64],
    pub columns: usize,
    /// Numbers of the trees of each output.
    pub outputs: &'a [Vec<usize>],
    /// Gets each sum: row, place of the output, player or pair, sum.
    pub put: &'a mut dyn FnMut(usize, usize, usize, f64),
}

impl<R: Precise> Job<R> for Sums<'_, R> {
    type Output = ();

    fn run<L: Lane<Real = R>>(self, lane: L) {
        let rows = self.seen.len().checked_div(self.columns).unwrap_or(0);
        let sums = self.prepared.count(self.summed);
        let tile = TILE * L::WIDTH;
        let narrow = (self.prepared.views.len() + sums) * size_of::<R>();
        let row_bytes = narrow + sums * size_of::<f64>();
        let tiles = (BLOCK_BYTES / (row_bytes * tile).max(1)).max(1);
        let whole = rows - rows % tile;
        let mut from = 0;
        while from < rows {
            // What is left over goes by single vectors.
            let (to, vectors) = match from < whole {
                true => ((from + tiles * tile).min(whole), TILE),
                false => (rows, 1),
            };
            let seen = self.seen.get(from * self.columns..to * self.columns).unwrap_or_default();
            let mut block = Block::new(lane, &self, seen, vectors);
            for (k, trees) in self.outputs.iter().enumerate() {
                block.sum(lane, &self, trees);
                block.read(sums, to - from, |row, at, sum| (self.put)(from + row, k, at, sum));
            }
            from = to;
        }
    }
}

/// Some rows, laid out for lanes.
struct Block<L: Lane> {
    /// Vectors of a tile.
    vectors: usize,
    views: Vec<L::Vector>,
    values: Vec<L::Vector>,
    /// Sums of the values, laid out as they are.
    totals: Vec<f64>,
}

impl<L: Lane> Block<L>
where
    L::Real: Precise,
{
    fn new(lane: L, sums: &Sums<L::Real>, seen: &[f64], vectors: usize) -> Self {
        let Sums { prepared, columns, .. } = *sums;
        let zero = lane.splat(L::Real::narrowed(0.0));
        let tile = vectors * L::WIDTH;
        let tiles = (seen.len() / columns.max(1)).div_ceil(tile);
        let count = prepared.views.len();
        let mut views = vec![zero; tiles * count * vectors];
        let place = |view: usize, row: usize| (row / tile * count + view) * tile + row % tile;
        let cells: &mut [L::Real] = pulp::bytemuck::cast_slice_mut(&mut views);
        prepared.views.fill(seen, columns, cells, place);
        let values = vec![zero; tiles * prepared.count(sums.summed) * vectors];
        let totals = vec![0.0; values.len() * L::WIDTH];
        Block { vectors, views, values, totals }
    }

    /// The sums of some trees, into `totals`.
    fn sum(&mut self, lane: L, sums: &Sums<L::Real>, trees: &[usize]) {
        let zero = lane.splat(L::Real::narrowed(0.0));
        self.totals.fill(0.0);
        for trees in trees.chunks(TREES_AT_ONCE) {
            self.values.fill(zero);
            for tree in trees {
                match self.vectors {
                    TILE => self.tree::<TILE>(lane, sums, *tree),
                    _ => self.tree::<1>(lane, sums, *tree),
                }
            }
            let values: &[L::Real] = pulp::bytemuck::cast_slice(&self.values);
            for (total, value) in self.totals.iter_mut().zip(values) {
                *total += value.widened();
            }
        }
    }

    fn tree<const G: usize>(&mut self, lane: L, sums: &Sums<L::Real>, tree: usize) {
        let Some(program) = sums.prepared.programs.get(tree) else { return };
        for (points, constants) in &program.passes {
            match points {
                1 => self.pass::<1, G>(lane, sums, tree, program, constants),
                2 => self.pass::<2, G>(lane, sums, tree, program, constants),
                3 => self.pass::<3, G>(lane, sums, tree, program, constants),
                _ => self.pass::<4, G>(lane, sums, tree, program, constants),
            }
        }
    }

    fn pass<const M: usize, const G: usize>(
        &mut self,
        lane: L,
        sums: &Sums<L::Real>,
        tree: usize,
        program: &Program<L::Real>,
        constants: &[L::Real],
    ) {
        let Program { ops, depth, .. } = program;
        let view_count = sums.prepared.views.len();
        let (views, values) = (&self.views, &mut self.values);
        match sums.summed {
            Summed::Values => lane.vectorize(TreePass::<L, M, G> {
                ops,
                constants,
                depth: *depth,
                views,
                view_count,
                values,
                player_count: sums.prepared.players,
            }),
            Summed::Pairs(pairs) => {
                let Some(tree) = pairs.trees.get(tree) else { return };
                lane.vectorize(PairPass::<L, M, G> {
                    ops,
                    pairs: tree,
                    constants,
                    depth: *depth,
                    views,
                    view_count,
                    values,
                    pair_count: pairs.pairs.len(),
                });
            }
        }
    }

    /// Reads the totals of the first rows.
    fn read(&self, sums: usize, rows: usize, mut put: impl FnMut(usize, usize, f64)) {
        let tile = self.vectors * L::WIDTH;
        for row in 0..rows {
            let from = row / tile * sums * tile + row % tile;
            for at in 0..sums {
                put(row, at, self.totals.get(from + at * tile).copied().unwrap_or(f64::NAN));
            }
        }
    }
}
