//! A block of rows: what the lanes need is laid out, the trees run over it, the values are summed.

use super::arithmetic::{Job, Lane, Precise, Real};
use super::kernel::TreePass;
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

/// Trees whose values are summed in the lanes' own precision before they are added to the totals in double precision.
const TREES_AT_ONCE: usize = 16;

/// Vectors of a tile where there are rows enough.
const TILE: usize = 4;

/// Bytes of views and values that a block has at most, unless one tile has more: it should stay in the second cache.
const BLOCK_BYTES: usize = 512 << 10;

/// Values of rows (each as [`crate::model::TreeEnsemble::row`] gives it, `columns` numbers) for groups of trees.
pub struct Values<'a, R> {
    pub prepared: &'a Prepared<R>,
    pub seen: &'a [f64],
    pub columns: usize,
    /// Numbers of the trees of each output.
    pub outputs: &'a [Vec<usize>],
    /// Gets each value: row, place of the output, player, value.
    pub put: &'a mut dyn FnMut(usize, usize, usize, f64),
}

impl<R: Precise> Job<R> for Values<'_, R> {
    type Output = ();

    fn run<L: Lane<Real = R>>(self, lane: L) {
        let rows = self.seen.len().checked_div(self.columns).unwrap_or(0);
        let Prepared { views, players, .. } = self.prepared;
        let tile = TILE * L::WIDTH;
        let row_bytes = (views.len() + players) * size_of::<R>() + players * size_of::<f64>();
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
            let mut block = Block::new(lane, self.prepared, seen, self.columns, vectors);
            for (k, trees) in self.outputs.iter().enumerate() {
                block.sum(lane, self.prepared, trees);
                block.read(*players, to - from, |row, player, value| {
                    (self.put)(from + row, k, player, value);
                });
            }
            from = to;
        }
    }
}

/// The lanes' view of some rows.
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
    fn new(lane: L, prepared: &Prepared<L::Real>, seen: &[f64], columns: usize, vectors: usize) -> Self {
        let zero = lane.splat(L::Real::narrowed(0.0));
        let tile = vectors * L::WIDTH;
        let tiles = (seen.len() / columns.max(1)).div_ceil(tile);
        let count = prepared.views.len();
        let mut views = vec![zero; tiles * count * vectors];
        let place = |view: usize, row: usize| (row / tile * count + view) * tile + row % tile;
        let cells: &mut [L::Real] = pulp::bytemuck::cast_slice_mut(&mut views);
        prepared.views.fill(seen, columns, cells, place);
        let values = vec![zero; tiles * prepared.players * vectors];
        let totals = vec![0.0; values.len() * L::WIDTH];
        Block { vectors, views, values, totals }
    }

    /// The values of some trees, into `totals`.
    fn sum(&mut self, lane: L, prepared: &Prepared<L::Real>, trees: &[usize]) {
        let zero = lane.splat(L::Real::narrowed(0.0));
        self.totals.fill(0.0);
        for trees in trees.chunks(TREES_AT_ONCE) {
            self.values.fill(zero);
            for program in trees.iter().filter_map(|t| prepared.programs.get(*t)) {
                match self.vectors {
                    TILE => self.tree::<TILE>(lane, prepared, program),
                    _ => self.tree::<1>(lane, prepared, program),
                }
            }
            let values: &[L::Real] = pulp::bytemuck::cast_slice(&self.values);
            for (total, value) in self.totals.iter_mut().zip(values) {
                *total += value.widened();
            }
        }
    }

    fn tree<const G: usize>(
        &mut self,
        lane: L,
        prepared: &Prepared<L::Real>,
        program: &Program<L::Real>,
    ) {
        for (points, constants) in &program.passes {
            match points {
                1 => self.pass::<1, G>(lane, prepared, program, constants),
                2 => self.pass::<2, G>(lane, prepared, program, constants),
                3 => self.pass::<3, G>(lane, prepared, program, constants),
                _ => self.pass::<4, G>(lane, prepared, program, constants),
            }
        }
    }

    fn pass<const M: usize, const G: usize>(
        &mut self,
        lane: L,
        prepared: &Prepared<L::Real>,
        program: &Program<L::Real>,
        constants: &[L::Real],
    ) {
        lane.vectorize(TreePass::<L, M, G> {
            ops: &program.ops,
            constants,
            depth: program.depth,
            views: &self.views,
            view_count: prepared.views.len(),
            values: &mut self.values,
            player_count: prepared.players,
        });
    }

    /// Reads the totals of the first rows.
    fn read(&self, players: usize, rows: usize, mut put: impl FnMut(usize, usize, f64)) {
        let tile = self.vectors * L::WIDTH;
        for row in 0..rows {
            let from = row / tile * players * tile + row % tile;
            for player in 0..players {
                put(row, player, self.totals.get(from + player * tile).copied().unwrap_or(f64::NAN));
            }
        }
    }
}
