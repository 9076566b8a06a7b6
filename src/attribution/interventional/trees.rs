//! An ensemble with a background: prepared once, asked for values and interactions of rows.

use std::sync::OnceLock;

use ndarray::{Array2, Array3, ArrayView2, Axis, Slice};

use super::cuts::{Cuts, LANES, Lane};
use super::deep::{self, BackgroundSides};
use super::layout::{Layout, Unit, share_of};
use super::pairs::{PairRow, occurring};
use super::plan::Plan;
use super::weights::{Order, Weights};
use crate::attribution::players::Players;
use crate::attribution::{Explainer, Interactions, PathDependent, directions};
use crate::fault::Checked;
use crate::model::{Model, TreeEnsemble};

/// Rows whose accumulators lie side by side while the trees run over them.
const SLAB: usize = 1024;

/// Bytes of the pairs of rows that are computed together.
const PAIR_BYTES: usize = 8 << 20;

/// An ensemble, the background's patterns at its leaves, and the tables made so far.
#[derive(Debug)]
pub(super) struct Trees<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    cuts: Cuts,
    plans: Vec<Plan<'m>>,
    weights: Weights,
    values: Layout,
    pairs: OnceLock<Pairs>,
    /// The background, if leaves ask for it again.
    background: Array2<f64>,
    /// Whether a tree has leaves that are in no table, by output.
    beside: Vec<bool>,
    /// Number of background rows times what the sum of the trees is divided by.
    divisor: f64,
    /// The same trees in lanes, which find the leaves of many rows.
    lanes: OnceLock<PathDependent<'m>>,
}

/// What interactions need beside.
#[derive(Debug)]
struct Pairs {
    layout: Layout,
    /// By output: the pairs that its trees have in one leaf.
    occurring: Vec<Vec<u64>>,
}

impl Pairs {
    fn new(plans: &[Plan], outputs: usize) -> Self {
        let mut layout = Layout::new(Order::Pairs, plans, outputs);
        layout.weigh(plans);
        Pairs { layout, occurring: (0..outputs).map(|k| occurring(plans, k)).collect() }
    }
}

impl<'m> Trees<'m> {
    /// # Errors
    /// M23 for more than 64 distinct features on a path.
    pub fn new(ensemble: &'m TreeEnsemble, background: ArrayView2<f64>) -> Checked<Self> {
        Trees::with_room(ensemble, background, deep::MOST_KEPT)
    }

    /// The same, with room for so many patterns of deep leaves.
    pub fn with_room(
        ensemble: &'m TreeEnsemble,
        background: ArrayView2<f64>,
        room: usize,
    ) -> Checked<Self> {
        let players = Players::of(ensemble);
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let trees: Vec<_> = ensemble.trees.iter().map(|tree| tree.in_order(columns)).collect();
        let (cuts, tests) = Cuts::of(ensemble, trees.iter().map(|tree| &**tree));
        let plan = |(tree, tests): (_, Vec<_>)| Plan::new(tree, &tests, &players);
        let mut plans: Vec<Plan> =
            trees.into_iter().zip(tests).map(plan).collect::<Checked<_>>()?;
        let weights = Weights::up_to(plans.iter().map(Plan::widest).max().unwrap_or(0));
        let outputs = ensemble.base.len();
        let mut values = Layout::new(Order::Values, &plans, outputs);
        super::count::count(ensemble, &cuts, &values, &mut plans, background);
        values.weigh(&plans);
        let mut beside = vec![false; outputs];
        for plan in plans.iter().filter(|plan| !plan.deep.is_empty() || !plan.sloped.is_empty()) {
            beside.get_mut(plan.tree.output).into_iter().for_each(|beside| *beside = true);
        }
        let divisor = background.nrows() as f64 * ensemble.divisor;
        let pairs = OnceLock::new();
        let background = background.to_owned();
        let mut trees = Trees {
            ensemble,
            players,
            cuts,
            plans,
            weights,
            values,
            pairs,
            background,
            beside,
            divisor,
            lanes: OnceLock::new(),
        };
        trees.count_deep(room);
        Ok(trees)
    }

    /// Counts the background's patterns at the deep leaves, and forgets the background if nobody will ask for it.
    fn count_deep(&mut self, mut room: usize) {
        let mut all_kept = true;
        for at in 0..self.plans.len() {
            let sides = match self.plans.get(at) {
                Some(plan) if !plan.deep.is_empty() => self.background_sides(plan),
                _ => continue,
            };
            if let Some(plan) = self.plans.get_mut(at) {
                all_kept &= deep::keep(plan, &sides, &mut room);
            }
        }
        if all_kept {
            self.background = Array2::zeros((0, 0));
        }
    }

    /// The exact scores of many rows, rows × outputs asked for.
    pub fn scores(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        let lanes = self.lanes.get_or_init(|| PathDependent::new(self.ensemble));
        lanes.explained(model, rows, outputs)
    }

    /// The Shapley values of one row, one a feature.
    pub fn explain_row(&self, row: &[f64], output: usize) -> Vec<f64> {
        let seen = self.ensemble.row(row);
        let ranks = self.cuts.ranks_of(&seen);
        let mut values = vec![0.0; self.players.count()];
        for band in self.values.bands_of(output) {
            let mut sums = vec![Unit::default(); band.units()];
            self.values.add_one(band, &self.plans, &self.weights, &ranks, &mut sums);
            band.scatter(&sums, |share| share as usize, &mut [&mut values]);
        }
        if let Ok(row) = ArrayView2::from_shape((1, row.len()), row) {
            let width = values.len().max(1);
            let player = |share| share as usize;
            self.add_beside(Order::Values, row, output, width, player, &mut values);
        }
        values.iter_mut().for_each(|value| *value /= self.divisor);
        self.players.shared(values)
    }

    /// The Shapley values of rows: rows × outputs asked for × features.
    pub fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize], values: &mut Array3<f64>) {
        let players = self.players.count().max(1);
        let player = |share: u64| share as usize;
        let slab = if self.values.overflows() { 4 * SLAB } else { SLAB };
        for from in (0..rows.nrows()).step_by(slab) {
            let to = (from + slab).min(rows.nrows());
            let slab = rows.slice_axis(Axis(0), Slice::from(from..to));
            let chunks = self.ranks(slab);
            for (k, output) in outputs.iter().enumerate() {
                let mut sums = vec![0.0; slab.nrows() * players];
                self.bands(&self.values, &chunks, *output, players, player, &mut sums);
                self.add_beside(Order::Values, slab, *output, players, player, &mut sums);
                for (r, sums) in sums.chunks_exact_mut(players).enumerate() {
                    sums.iter_mut().for_each(|value| *value /= self.divisor);
                    let mut to = values.index_axis_mut(Axis(0), from + r);
                    let to = to.index_axis_mut(Axis(0), k);
                    if players == self.ensemble.card.features.len() {
                        to.into_iter().zip(sums).for_each(|(to, value)| *to = *value);
                    } else {
                        let shared = self.players.shared(sums.to_vec());
                        to.into_iter().zip(shared).for_each(|(to, value)| *to = value);
                    }
                }
            }
        }
    }

    /// The interaction values of rows, rows × outputs asked for.
    pub fn interactions(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Vec<Vec<Interactions>> {
        let pairs = self.pairs.get_or_init(|| Pairs::new(&self.plans, self.ensemble.base.len()));
        let mut found = vec![Vec::with_capacity(outputs.len()); rows.nrows()];
        let players = self.players.count().max(1);
        let player = |share: u64| share as usize;
        for output in outputs {
            let Some(ids) = pairs.occurring.get(*output) else { continue };
            let width = ids.len().max(1);
            let place = |share: u64| ids.partition_point(|id| *id < share);
            let slab = (PAIR_BYTES / (8 * width * LANES)).clamp(1, 4 * SLAB / LANES) * LANES;
            for from in (0..rows.nrows()).step_by(slab) {
                let to = (from + slab).min(rows.nrows());
                let slab = rows.slice_axis(Axis(0), Slice::from(from..to));
                let chunks = self.ranks(slab);
                // The diagonal is what the pairs leave of a player's own value, before that is shared among features.
                let mut own = vec![0.0; slab.nrows() * players];
                self.bands(&self.values, &chunks, *output, players, player, &mut own);
                self.add_beside(Order::Values, slab, *output, players, player, &mut own);
                let mut both = vec![0.0; slab.nrows() * width];
                self.bands(&pairs.layout, &chunks, *output, width, place, &mut both);
                self.add_beside(Order::Pairs, slab, *output, width, place, &mut both);
                let rows = own.chunks_exact(players).zip(both.chunks_exact(width));
                for (found, (own, both)) in found.iter_mut().skip(from).zip(rows) {
                    let row = PairRow { own, both, ids, divisor: self.divisor };
                    found.push(row.cells(&self.players));
                }
            }
        }
        found
    }

    /// The ranks of rows, by chunks of lanes.
    fn ranks(&self, rows: ArrayView2<f64>) -> Vec<Vec<Lane>> {
        let chunk = |from: usize| {
            let to = (from + LANES).min(rows.nrows());
            self.cuts.ranks(self.ensemble, rows.slice_axis(Axis(0), Slice::from(from..to)))
        };
        (0..rows.nrows()).step_by(LANES).map(chunk).collect()
    }

    /// Adds the shares that the bands of an output give to rows of `width` shares, each at the place that `place` says.
    fn bands(
        &self,
        layout: &Layout,
        chunks: &[Vec<Lane>],
        output: usize,
        width: usize,
        place: impl Fn(u64) -> usize,
        shares: &mut [f64],
    ) {
        let mut rows: Vec<&mut [f64]> = shares.chunks_exact_mut(width).collect();
        for band in layout.bands_of(output) {
            let mut sums = vec![Unit::default(); chunks.len() * LANES * band.units()];
            layout.add(band, &self.plans, &self.weights, chunks, rows.len(), &mut sums);
            band.scatter(&sums, &place, &mut rows);
        }
    }

    /// Adds what the leaves that are in no table give rows of `width` shares, each with the place that `place` says.
    fn add_beside(
        &self,
        order: Order,
        rows: ArrayView2<f64>,
        output: usize,
        width: usize,
        place: impl Fn(u64) -> usize,
        sums: &mut [f64],
    ) {
        if self.beside.get(output) != Some(&true) {
            return;
        }
        let seen: Vec<Vec<f64>> =
            rows.rows().into_iter().map(|row| self.ensemble.row(&row.to_vec())).collect();
        let ranks: Vec<Vec<u16>> = seen.iter().map(|seen| self.cuts.ranks_of(seen)).collect();
        let (mut left, mut shares) = (Vec::new(), Vec::new());
        let scatter = |players: &[u32], shares: &[f64], sums: &mut [f64]| {
            for (share, whose) in shares.iter().zip(share_of(order, players)) {
                sums.get_mut(place(whose)).into_iter().for_each(|sum| *sum += share);
            }
        };
        for plan in self.plans.iter().filter(|plan| plan.tree.output == output) {
            let sides: Vec<Vec<bool>> = match plan.deep.is_empty() {
                true => Vec::new(),
                false => ranks.iter().map(|ranks| plan.sides_of(ranks)).collect(),
            };
            deep::each(
                plan,
                || self.background_sides(plan),
                |leaf, patterns| {
                    for (left, sums) in sides.iter().zip(sums.chunks_exact_mut(width)) {
                        leaf.add(patterns, left, order, &self.weights, &mut shares);
                        scatter(&leaf.players, &shares, sums);
                    }
                },
            );
            if plan.sloped.is_empty() {
                continue;
            }
            for (seen, sums) in seen.iter().zip(sums.chunks_exact_mut(width)) {
                let value = |f: usize| seen.get(f).copied().unwrap_or(f64::NAN);
                directions(&plan.tree, value, &mut left);
                for leaf in &plan.sloped {
                    match order {
                        Order::Values => leaf.add(&left, seen, &self.weights, sums),
                        Order::Pairs => {
                            scatter(leaf.players(), &leaf.pairs(&left, seen, &self.weights), sums);
                        }
                    }
                }
            }
        }
    }

    /// Which way the background's rows go at the tests of a tree.
    fn background_sides(&self, plan: &Plan) -> BackgroundSides {
        let background = self.background.view();
        let mut sides = BackgroundSides::new(plan.tests.len(), background.nrows());
        for from in (0..background.nrows()).step_by(LANES) {
            let to = (from + LANES).min(background.nrows());
            let rows = background.slice_axis(Axis(0), Slice::from(from..to));
            note(plan, &self.cuts.ranks(self.ensemble, rows), from, to, &mut sides);
        }
        sides
    }
}

/// Notes which way up to [`LANES`] background rows go at the tests of a tree.
fn note(plan: &Plan, ranks: &[Lane], from: usize, to: usize, sides: &mut BackgroundSides) {
    for (at, test) in plan.tests.iter().enumerate() {
        let ranks = ranks.get(test.column as usize).into_iter().flatten();
        for (row, _) in (from..to).zip(ranks).filter(|(_, rank)| **rank <= test.cut) {
            sides.goes_left(at, row);
        }
    }
}
