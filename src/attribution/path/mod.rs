//! Path-dependent Shapley values of trees, by quadrature.
//!
//! A leaf with value v whose path tests the distinct features f contributes, with participation probability p,
//! v · Π_f [(1−p) b_f + p s_f], where s_f is 1 if the row satisfies all tests on f and b_f is the product of the cover
//! fractions of the edges on f. Then φ_f = v ∫₀¹ (s_f − b_f) Π_{g≠f} [(1−p) b_g + p s_g] dp. The integrand has degree
//! d−1 for d distinct features, so Gauss-Legendre with ⌈d/2⌉ points is exact (Wettenstein, Mitchell, Yu: Quadrature
//! TreeSHAP, 2026, arXiv 2605.04497; the point count: QuadraSHAP, 2026, arXiv 2605.05870).
//!
//! Instead of leaf by leaf the sum is taken node by node, and rows are lanes of vectors: `lanes/program.rs`.

mod cells;
mod plan;
mod uncovered;

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{Array2, ArrayView2, Axis};

use self::cells::PairCells;
use self::plan::Known;
pub(super) use self::plan::Plan;
use self::uncovered::Uncovered;
use super::block::explained;
use super::lanes::{
    Instructions, Leaves, Pairs, Precise, Prepared, Program, Programs, Summed, Sums, Views,
};
use super::players::Players;
use super::{Attribution, Block, Explainer, Interactions};
use crate::fault::Checked;
use crate::model::{Model, Node, Tree, TreeEnsemble};

/// Width of the numbers that values are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Double precision.
    #[default]
    Double,
    /// Single precision within a few trees, sums over trees in double precision: for bulk.
    Single,
}

/// Rows whose interactions are computed at once.
const PAIRED_ROWS: usize = 512;

/// Rows for which the trees' programs are not kept: making one costs as much as running it on some vectors of rows, and
/// keeping all of them more than making them.
const FEW: usize = 16;

/// The trees' programs, in lanes of one width.
#[derive(Debug)]
enum Lanes {
    Double(Prepared<f64>),
    Single(Prepared<f32>),
}

/// By tree: its output and the values of its nodes.
type LeafValues = Vec<(usize, Vec<f64>)>;

/// An ensemble prepared for path-dependent attribution of many rows.
///
/// The cover fraction of a left edge is `cover(left) / (cover(left) + cover(right))`; where both covers are zero, it is
/// one half: nothing was seen there, so neither side is preferred.
#[derive(Debug)]
pub struct PathDependent<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    trees: Vec<Cow<'m, Tree>>,
    /// By tree; found with its program, or before if that is asked for first.
    known: Vec<OnceLock<Known>>,
    lanes: Lanes,
    /// Rows that were explained so far.
    rows: AtomicUsize,
    instructions: Instructions,
    /// By tree: its output and the values of its nodes; none if they are no numbers. Made for many rows.
    leaves: OnceLock<Option<LeafValues>>,
    /// Which pairs meet on a path; found when interactions are first asked for.
    pairs: OnceLock<PairCells>,
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
        let known = trees.iter().map(|_| OnceLock::new()).collect();
        let lanes = match precision {
            Precision::Double => Lanes::Double(prepared(ensemble, &trees, &players)),
            Precision::Single => Lanes::Single(prepared(ensemble, &trees, &players)),
        };
        PathDependent {
            ensemble,
            players,
            trees,
            known,
            lanes,
            rows: AtomicUsize::new(0),
            instructions,
            leaves: OnceLock::new(),
            pairs: OnceLock::new(),
        }
    }

    /// The program of a tree for the views of some lanes.
    fn program<R: Precise>(&self, views: &Views, tree: usize) -> Program<R> {
        let (Some(tree), Some(known)) = (self.trees.get(tree), self.known.get(tree)) else {
            return Program::default();
        };
        let plan = self.plan(tree);
        let program = Program::new(&plan, |step| {
            let node = plan.steps.get(step).and_then(|step| tree.nodes.get(step.node));
            match node {
                Some(Node::Inner { feature, split, .. }) => {
                    views.test(self.ensemble, *feature, split)
                }
                _ => (0, 0.0),
            }
        });
        known.get_or_init(|| plan.known);
        program
    }

    fn plan(&self, tree: &Tree) -> Plan {
        Plan::new(tree, &self.players, self.ensemble.skips_uncovered)
    }

    /// The trees of an output with what is known of them.
    fn known(&self, output: usize) -> impl Iterator<Item = (&Tree, &Known)> {
        let trees = self.trees.iter().zip(&self.known);
        let trees = trees.filter(move |(tree, _)| tree.output == output);
        trees.map(|(tree, known)| (&**tree, known.get_or_init(|| self.plan(tree).known)))
    }

    /// Values of the trees' nodes, for which lanes carry the nodes' numbers.
    fn leaves(&self) -> Option<&Vec<(usize, Vec<f64>)>> {
        let value = |node: &Node| if let Node::Leaf { value, .. } = node { *value } else { 0.0 };
        let values = |tree: &Cow<Tree>| (tree.output, tree.nodes.iter().map(value).collect());
        let leaves = self.leaves.get_or_init(|| {
            // Numbers of nodes must be numbers of single precision.
            let few = self.trees.iter().all(|tree| tree.nodes.len() < 1 << 24);
            let leaves = few && self.ensemble.is_constant_leaved();
            leaves.then(|| self.trees.iter().map(values).collect())
        });
        leaves.as_ref()
    }

    /// The base value of an output: what the trees give on average over their training cover.
    pub fn base_value(&self, output: usize) -> f64 {
        let means = self.known(output).map(|(_, known)| known.mean);
        self.ensemble.base.get(output).copied().unwrap_or(0.0)
            + means.sum::<f64>() / self.ensemble.divisor
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let seen = self.ensemble.row(row);
        let mut values = vec![0.0; self.players.count()];
        self.sum(Summed::Values, &seen, &[output], |_, _, player, value| {
            if let Some(own) = values.get_mut(player) {
                *own = value;
            }
        });
        let values = self.finished(&seen, output, values);
        Attribution { base_value: self.base_value(output), values }
    }

    /// Values of players or pairs before they are divided and shared: row, place of the output, player or pair, value.
    fn sum(
        &self,
        summed: Summed,
        seen: &[f64],
        outputs: &[usize],
        put: impl FnMut(usize, usize, usize, f64),
    ) {
        let columns = self.ensemble.card.features.len() + self.ensemble.derived.len();
        let of = |output: &usize| -> Vec<usize> {
            let trees = self.trees.iter().enumerate();
            trees.filter(|(_, tree)| tree.output == *output).map(|(t, _)| t).collect()
        };
        let outputs: Vec<Vec<usize>> = outputs.iter().map(of).collect();
        let rows = seen.len().checked_div(columns).unwrap_or(0);
        let before = self.rows.fetch_add(rows, Ordering::Relaxed);
        let keeps = before.saturating_add(rows) > FEW;
        match &self.lanes {
            Lanes::Double(prepared) => {
                let make = &|tree| self.program(&prepared.views, tree);
                let programs = Programs { prepared, make, keeps };
                let job = Sums { programs, summed, seen, columns, outputs: &outputs, put };
                f64::on(self.instructions, job);
            }
            Lanes::Single(prepared) => {
                let make = &|tree| self.program(&prepared.views, tree);
                let programs = Programs { prepared, make, keeps };
                let job = Sums { programs, summed, seen, columns, outputs: &outputs, put };
                f32::on(self.instructions, job);
            }
        }
    }

    /// Values of features from those of players.
    fn finished(&self, seen: &[f64], output: usize, values: Vec<f64>) -> Vec<f64> {
        self.players.shared(self.completed(seen, output, values))
    }

    /// Values of players with those of the leaves that they do not have yet, divided.
    fn completed(&self, seen: &[f64], output: usize, mut values: Vec<f64>) -> Vec<f64> {
        for (player, value) in self.reached(seen, output).flat_map(Uncovered::values) {
            if let Some(own) = values.get_mut(player) {
                *own += value;
            }
        }
        values.iter_mut().for_each(|value| *value /= self.ensemble.divisor);
        values
    }

    /// Whether players are features, and all that they get comes from the lanes.
    fn is_plain(&self) -> bool {
        self.players.count() == self.ensemble.card.features.len() && !self.ensemble.skips_uncovered
    }

    /// The leaves without cover that a row reaches.
    fn reached<'a>(
        &'a self,
        seen: &'a [f64],
        output: usize,
    ) -> impl Iterator<Item = &'a Uncovered> + 'a {
        let trees = self.ensemble.skips_uncovered.then(|| self.known(output));
        let trees = trees.into_iter().flatten().filter(|(_, known)| !known.uncovered.is_empty());
        trees.filter_map(|(tree, known)| {
            let reached = reached(tree, seen);
            known.uncovered.iter().find(|leaf| leaf.node == reached)
        })
    }

    /// The interactions of a row's players, as a matrix of features.
    fn matrix(
        &self,
        seen: &[f64],
        output: usize,
        cells: &PairCells,
        mut pairs: Vec<f64>,
        values: Vec<f64>,
    ) -> Interactions {
        for (pair, value) in self.reached(seen, output).flat_map(Uncovered::pairs) {
            let at = cells.pairs.pairs.binary_search(&pair);
            if let Some(own) = at.ok().and_then(|at| pairs.get_mut(at)) {
                *own += value;
            }
        }
        pairs.iter_mut().for_each(|value| *value /= self.ensemble.divisor);
        let values = self.completed(seen, output, values);
        self.players.shared_pairs(cells.matrix(&pairs, &values))
    }

    /// After the values: what base values need of a tree is found with its program.
    fn fill_base_values(&self, outputs: &[usize], block: &mut Block) {
        for (k, output) in outputs.iter().enumerate() {
            block.base_values.index_axis_mut(Axis(1), k).fill(self.base_value(*output));
        }
    }

    /// The rows as the model sees them, one after the other.
    fn seen(&self, rows: ArrayView2<f64>) -> Vec<f64> {
        let mut seen = Vec::with_capacity(rows.nrows() * self.columns());
        rows.rows().into_iter().for_each(|row| self.ensemble.see(row.iter().copied(), &mut seen));
        seen
    }

    /// Numbers of a row as the model sees it.
    fn columns(&self) -> usize {
        self.ensemble.card.features.len() + self.ensemble.derived.len()
    }

    /// Sums of rows, rows × outputs × `count`.
    fn sums(&self, summed: Summed, seen: &[f64], outputs: &[usize], count: usize) -> Vec<f64> {
        let rows = seen.len().checked_div(self.columns()).unwrap_or(0);
        let mut sums = vec![0.0; rows * outputs.len() * count];
        self.sum(summed, seen, outputs, |row, k, at, sum| {
            if let Some(own) = sums.get_mut((row * outputs.len() + k) * count + at) {
                *own = sum;
            }
        });
        sums
    }
}

impl Explainer for PathDependent<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let (features, players) = (self.ensemble.card.features.len(), self.players.count());
        let mut block = Block::zeros(rows.nrows(), outputs.len(), features);
        let seen = self.seen(rows);
        if self.is_plain() {
            let divisor = self.ensemble.divisor;
            let values = block.values.as_slice_mut().unwrap_or_default();
            self.sum(Summed::Values, &seen, outputs, |row, k, player, value| {
                if let Some(own) = values.get_mut((row * outputs.len() + k) * players + player) {
                    *own = value / divisor;
                }
            });
            self.fill_base_values(outputs, &mut block);
            return Ok(block);
        }
        let values = self.sums(Summed::Values, &seen, outputs, players);
        let columns = self.columns();
        for (r, mut found) in block.values.outer_iter_mut().enumerate() {
            let seen = seen.get(r * columns..(r + 1) * columns).unwrap_or_default();
            for ((k, output), mut found) in outputs.iter().enumerate().zip(found.outer_iter_mut()) {
                let from = (r * outputs.len() + k) * players;
                let own = values.get(from..from + players).unwrap_or_default().to_vec();
                let own = self.finished(seen, *output, own);
                found.iter_mut().zip(own).for_each(|(found, own)| *found = own);
            }
        }
        self.fill_base_values(outputs, &mut block);
        Ok(block)
    }

    fn interactions(
        &self,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        let players = self.players.count();
        let cells = self.pairs.get_or_init(|| {
            let pairs = match &self.lanes {
                Lanes::Double(prepared) => {
                    let make = &|tree| self.program(&prepared.views, tree);
                    Pairs::new(Programs { prepared, make, keeps: true })
                }
                Lanes::Single(prepared) => {
                    let make = &|tree| self.program(&prepared.views, tree);
                    Pairs::new(Programs { prepared, make, keeps: true })
                }
            };
            PairCells::new(pairs, players)
        });
        let count = cells.pairs.pairs.len();
        let columns = self.columns();
        let mut found = Vec::with_capacity(rows.nrows());
        // A row may have as many cells as there are pairs: a few rows at a time.
        for rows in rows.axis_chunks_iter(Axis(0), PAIRED_ROWS) {
            let seen = self.seen(rows);
            let values = self.sums(Summed::Values, &seen, outputs, players);
            let pairs = self.sums(Summed::Pairs(&cells.pairs), &seen, outputs, count);
            for (r, seen) in seen.chunks_exact(columns.max(1)).enumerate() {
                let matrix = |(k, output): (usize, &usize)| {
                    let at = r * outputs.len() + k;
                    let pairs = pairs.get(at * count..(at + 1) * count).unwrap_or_default();
                    let values = values.get(at * players..(at + 1) * players).unwrap_or_default();
                    self.matrix(seen, *output, cells, pairs.to_vec(), values.to_vec())
                };
                found.push(outputs.iter().enumerate().map(matrix).collect());
            }
        }
        Ok(Some(found))
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        let own = model.summed_trees().is_some_and(|trees| std::ptr::eq(trees, self.ensemble));
        // Filling the lanes for a few rows costs more than walking the trees.
        let many = own && self.columns() > 0 && rows.nrows() > FEW;
        let (true, Some(trees)) = (many, self.leaves()) else {
            return explained(model, rows, outputs);
        };
        let seen = self.seen(rows);
        let (columns, count) = (self.columns(), self.ensemble.base.len());
        let mut scores = vec![0.0; rows.nrows() * count];
        let (seen, into) = (&seen, &mut scores);
        match &self.lanes {
            Lanes::Double(prepared) => {
                let make = &|tree| self.program(&prepared.views, tree);
                let programs = Programs { prepared, make, keeps: true };
                let job = Leaves { programs, seen, columns, trees, scores: into, outputs: count };
                f64::on(self.instructions, job);
            }
            Lanes::Single(prepared) => {
                let make = &|tree| self.program(&prepared.views, tree);
                let programs = Programs { prepared, make, keeps: true };
                let job = Leaves { programs, seen, columns, trees, scores: into, outputs: count };
                f32::on(self.instructions, job);
            }
        }
        Array2::from_shape_fn((rows.nrows(), outputs.len()), |(row, k)| {
            let output = outputs.get(k).copied().unwrap_or(usize::MAX);
            match self.ensemble.base.get(output) {
                Some(base) => {
                    let sum = scores.get(row * count + output).copied().unwrap_or(f64::NAN);
                    sum / self.ensemble.divisor + base
                }
                None => f64::NAN,
            }
        })
    }

    fn tolerance(&self) -> f64 {
        match self.lanes {
            Lanes::Double(_) => 1e-9,
            // A value is a sum over the nodes of its tests of terms that have each some dozen roundings of 6e-8, in
            // double precision over more than 16 trees. So the error is some 1e-6 of the leaves' sizes, of which the
            // values may be a small part where trees cancel out; 2e-6 is the worst of the models measured.
            Lanes::Single(_) => 1e-4,
        }
    }
}

/// Path-dependent Shapley values of one row; see [`PathDependent`] for many.
pub fn path_dependent(ensemble: &TreeEnsemble, row: &[f64], output: usize) -> Attribution {
    PathDependent::new(ensemble).explain(row, output)
}

/// The trees for lanes of a width; their programs are made when they are asked for.
fn prepared<R: Precise>(
    ensemble: &TreeEnsemble,
    trees: &[Cow<Tree>],
    players: &Players,
) -> Prepared<R> {
    let kept = trees.iter().map(|_| OnceLock::new()).collect();
    Prepared { views: Views::new::<R>(ensemble, trees), kept, players: players.count() }
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
