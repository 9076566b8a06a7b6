//! A block of rows: what the lanes need is laid out, the trees run over it, the values are summed.

use super::arithmetic::{Buffer, Job, Lane, Precise, Real};
use super::kernel::TreePass;
use super::pairs::{PairPass, Pairs, TreePairs};
use super::program::Program;
use super::programs::Programs;

/// Trees whose values are summed in the lanes' own precision before they are added to the totals in double precision.
const TREES_AT_ONCE: usize = 16;

/// How many times as many trees have their programs at hand.
const MADE_AT_ONCE: usize = 2;

/// Vectors of a tile of values where there are rows enough, and of a tile of interactions, which have more to remember.
const TILE: usize = 4;
const PAIR_TILE: usize = 2;

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
pub struct Sums<'a, R, F> {
    pub programs: Programs<'a, R>,
    pub summed: Summed<'a>,
    pub seen: &'a [f64],
    pub columns: usize,
    /// Numbers of the trees of each output.
    pub outputs: &'a [Vec<usize>],
    /// Gets each sum: row, place of the output, player or pair, sum.
    pub put: F,
}

impl<R: Precise, F: FnMut(usize, usize, usize, f64)> Job<R> for Sums<'_, R, F> {
    type Output = ();

    fn run<L: Lane<Real = R>>(mut self, lane: L) {
        let rows = self.seen.len().checked_div(self.columns).unwrap_or(0);
        let asked = Asked { programs: self.programs, summed: self.summed };
        let players = self.programs.prepared.players;
        let sums = match self.summed {
            Summed::Values => players,
            Summed::Pairs(pairs) => pairs.pairs.len(),
        };
        let (most, least) = match self.summed {
            Summed::Values => (TILE, 1),
            Summed::Pairs(_) => (PAIR_TILE, PAIR_TILE),
        };
        let tile = most * L::WIDTH;
        let narrow = (self.programs.prepared.views.len() + sums) * size_of::<R>();
        let row_bytes = narrow + sums * size_of::<f64>();
        let tiles = (BLOCK_BYTES / (row_bytes * tile).max(1)).max(1);
        let whole = rows - rows % tile;
        let mut from = 0;
        while from < rows {
            // What is left over goes by single vectors.
            let (to, vectors) = match from < whole {
                true => ((from + tiles * tile).min(whole), most),
                false => (rows, least),
            };
            let seen = self.seen.get(from * self.columns..to * self.columns).unwrap_or_default();
            let mut block = Block::<L>::new(asked, seen, self.columns, vectors, sums);
            for (k, trees) in self.outputs.iter().enumerate() {
                block.sum(lane, asked, trees);
                block.read(sums, to - from, |row, at, sum| (self.put)(from + row, k, at, sum));
            }
            from = to;
        }
    }
}

/// What is to be summed, of which trees.
#[derive(Clone, Copy)]
struct Asked<'a, R> {
    programs: Programs<'a, R>,
    summed: Summed<'a>,
}

/// Some rows, laid out for lanes.
struct Block<L: Lane> {
    /// Vectors of a tile.
    vectors: usize,
    views: Buffer<L::Real>,
    values: Buffer<L::Real>,
    /// Sums of the values, laid out as they are.
    totals: Vec<f64>,
}

impl<L: Lane> Block<L>
where
    L::Real: Precise,
{
    fn new(of: Asked<L::Real>, seen: &[f64], columns: usize, vectors: usize, sums: usize) -> Self {
        let prepared = of.programs.prepared;
        let tile = vectors * L::WIDTH;
        let tiles = (seen.len() / columns.max(1)).div_ceil(tile);
        let count = prepared.views.len();
        let mut views = Buffer::zeros(tiles * count * tile);
        prepared.views.fill(seen, columns, tile, views.numbers_mut());
        let count = tiles * sums * tile;
        let (values, totals) = (Buffer::zeros(count), vec![0.0; count]);
        Block { vectors, views, values, totals }
    }

    /// The sums of some trees, into `totals`.
    fn sum(&mut self, lane: L, asked: Asked<L::Real>, trees: &[usize]) {
        self.totals.fill(0.0);
        for trees in trees.chunks(MADE_AT_ONCE * TREES_AT_ONCE) {
            let programs = asked.programs.some(trees);
            let trees = trees.chunks(TREES_AT_ONCE).zip(programs.chunks(TREES_AT_ONCE));
            for (trees, programs) in trees {
                self.values.numbers_mut().fill(L::Real::narrowed(0.0));
                for (tree, program) in trees.iter().zip(programs) {
                    self.tree(lane, asked, *tree, program);
                }
                for (total, value) in self.totals.iter_mut().zip(self.values.numbers()) {
                    *total += value.widened();
                }
            }
        }
    }

    fn tree(&mut self, lane: L, asked: Asked<L::Real>, tree: usize, program: &Program<L::Real>) {
        for (points, constants) in &program.passes {
            match (asked.summed, self.vectors, points) {
                (Summed::Values, TILE, 2) => {
                    self.values::<2, TILE>(lane, asked, program, constants)
                }
                (Summed::Values, TILE, 3) => {
                    self.values::<3, TILE>(lane, asked, program, constants)
                }
                (Summed::Values, TILE, _) => {
                    self.values::<4, TILE>(lane, asked, program, constants)
                }
                (Summed::Values, _, 2) => self.values::<2, 1>(lane, asked, program, constants),
                (Summed::Values, _, 3) => self.values::<3, 1>(lane, asked, program, constants),
                (Summed::Values, _, _) => self.values::<4, 1>(lane, asked, program, constants),
                (Summed::Pairs(pairs), _, points) => {
                    let Some(tree) = pairs.trees.get(tree) else { continue };
                    let pairs = (tree, pairs.pairs.len());
                    match points {
                        2 => self.pairs::<2>(lane, asked, program, constants, pairs),
                        3 => self.pairs::<3>(lane, asked, program, constants, pairs),
                        _ => self.pairs::<4>(lane, asked, program, constants, pairs),
                    }
                }
            }
        }
    }

    fn values<const M: usize, const G: usize>(
        &mut self,
        lane: L,
        asked: Asked<L::Real>,
        program: &Program<L::Real>,
        constants: &[L::Real],
    ) {
        lane.vectorize(TreePass::<L, M, G> {
            ops: &program.ops,
            constants,
            depth: program.depth,
            views: self.views.vectors(),
            view_count: asked.programs.prepared.views.len(),
            values: self.values.vectors_mut(),
            player_count: asked.programs.prepared.players,
        });
    }

    fn pairs<const M: usize>(
        &mut self,
        lane: L,
        asked: Asked<L::Real>,
        program: &Program<L::Real>,
        constants: &[L::Real],
        (pairs, pair_count): (&TreePairs, usize),
    ) {
        lane.vectorize(PairPass::<L, M, PAIR_TILE> {
            ops: &program.ops,
            pairs,
            constants,
            depth: program.depth,
            views: self.views.vectors(),
            view_count: asked.programs.prepared.views.len(),
            values: self.values.vectors_mut(),
            pair_count,
        });
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
