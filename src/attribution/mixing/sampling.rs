//! Shapley values over a background: exact where the mixes of two rows can be enumerated, else from sampled orders.
//!
//! An order and a background row give each player what it changes when it joins those before it; the mean over all
//! orders and rows is the interventional Shapley value (Castro, Gómez, Tejada, Computers & Operations Research 36,
//! 2009). Each order is taken with its reverse, which cancels much of the noise (Mitchell, Cooper, Frank, Holmes,
//! Sampling Permutations for Shapley Value Estimation, JMLR 23, 2022), and every background row gets as many pairs as
//! every other, so that values and base value add up to the explained number exactly, whatever the sample. A background
//! row with few live players is enumerated instead; it adds nothing to the standard errors.

use std::sync::atomic::{AtomicU64, Ordering};

use ndarray::{Array2, ArrayView2};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::enumeration::shapley;
use super::{Game, Mix, Prepared};
use crate::attribution::block::put;
use crate::attribution::{Attribution, Block, Explainer, Groups, MOST_PLAYERS, Scale};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::Model;

/// How much is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Pairs of an order and its reverse for each background row; at least 2, so that an error can be estimated.
    pub pairs: usize,
    /// Seed of the generator (xoshiro256++); the same for every row, so that rows can be compared.
    pub seed: u64,
}

/// When to stop sampling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// So many of the largest values must be settled: each is larger than the next one by twice the sum of their
    /// standard errors, in absolute value.
    pub settle: usize,
    /// Most evaluations of the model for a row, if the ranking is not settled before; two pairs are taken in any case.
    pub budget: u64,
}

/// A sampled attribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// The estimate.
    pub attribution: Attribution,
    /// Standard error of each value: background rows are no sample, orders are, so that the variance is taken within
    /// each background row.
    pub standard_errors: Vec<f64>,
}

/// Interventional Shapley values of a model's exact score, sampled; see [`Mixed`] for many rows.
///
/// # Errors
/// M21, M22 for the background; M27 for less than two pairs a row.
pub fn sampled(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    output: usize,
    sampling: Sampling,
) -> Checked<Sampled> {
    let groups = Groups::single(&model.card().features);
    let game = Game::new(model, background, groups, Scale::Raw)?;
    let (attribution, standard_errors) = Mixed::sampled(game, sampling, None)?.single(row, output);
    Ok(Sampled { attribution, standard_errors })
}

/// M27.
pub(in crate::attribution) fn too_few(pairs: usize) -> Faults {
    Fault::new(
        "M27",
        Place::default(),
        format!("{pairs} pairs of orders a background row"),
        "at least 2, so that an error can be estimated",
        "Ask for more.",
    )
    .into()
}

/// A game prepared for many rows.
#[derive(Debug)]
pub struct Mixed<'m> {
    game: Game<'m>,
    /// Live players up to which the mixes of two rows are enumerated.
    enumerated: usize,
    sampling: Sampling,
    stop: Option<Stop>,
    /// Rows whose ranking was settled, and not.
    settled: [AtomicU64; 2],
}

/// One row, explained.
struct Found {
    base: Vec<f64>,
    /// Players × outputs.
    values: Array2<f64>,
    errors: Array2<f64>,
}

impl<'m> Mixed<'m> {
    /// Exact values of a game of few players.
    ///
    /// # Errors
    /// M24 for more than [`MOST_PLAYERS`].
    pub fn exact(game: Game<'m>) -> Checked<Self> {
        let players = game.groups.count();
        if players > MOST_PLAYERS {
            return Err(super::super::exact::too_many(players));
        }
        let sampling = Sampling { pairs: 2, seed: 0 };
        Ok(Mixed {
            game,
            enumerated: MOST_PLAYERS,
            sampling,
            stop: None,
            settled: Default::default(),
        })
    }

    /// Values that are exact as far as at most [`MOST_PLAYERS`] players are live at a background row, else sampled.
    ///
    /// # Errors
    /// M27 for less than two pairs a background row.
    pub fn exact_or_sampled(
        game: Game<'m>,
        sampling: Sampling,
        stop: Option<Stop>,
    ) -> Checked<Self> {
        Ok(Mixed { enumerated: MOST_PLAYERS, ..Mixed::sampled(game, sampling, stop)? })
    }

    /// Sampled values.
    ///
    /// # Errors
    /// M27 for less than two pairs a background row.
    pub fn sampled(game: Game<'m>, sampling: Sampling, stop: Option<Stop>) -> Checked<Self> {
        if sampling.pairs < 2 {
            return Err(too_few(sampling.pairs));
        }
        // Of two an order and its reverse are all orders.
        Ok(Mixed { game, enumerated: 2, sampling, stop, settled: Default::default() })
    }

    /// The values of a row for an output, and their standard errors, which are 0 where it is exact.
    pub fn single(&self, row: &[f64], output: usize) -> (Attribution, Vec<f64>) {
        let found = self.row(row);
        let of = |values: &Array2<f64>| values.column(output).to_vec();
        let base_value = found.base.get(output).copied().unwrap_or(f64::NAN);
        (Attribution { base_value, values: of(&found.values) }, of(&found.errors))
    }

    fn row(&self, row: &[f64]) -> Found {
        let (players, outputs) = (self.game.groups.count(), self.game.outputs());
        let mut state = State {
            exact: Array2::zeros((players, outputs)),
            drawn: Vec::new(),
            pairs: 0,
            evaluations: 0,
            row: self.game.prepared(row),
        };
        let Some(stop) = self.stop else {
            self.draw(&mut state, self.sampling.pairs);
            return self.found(&state);
        };
        self.draw(&mut state, 2);
        loop {
            let found = self.found(&state);
            let settled = state.is_enough() && is_settled(&found, stop.settle);
            let more = if settled { 0 } else { state.affordable(stop.budget) };
            if more == 0 {
                if let Some(count) = self.settled.get(usize::from(!settled)) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                return found;
            }
            self.draw(&mut state, more);
        }
    }

    /// Takes more pairs of orders of every background row that is not enumerated.
    fn draw(&self, state: &mut State, pairs: usize) {
        let (players, outputs) = (self.game.groups.count(), self.game.outputs());
        let first = state.pairs == 0;
        let rows: Vec<usize> = match first {
            true => (0..self.game.rows()).collect(),
            false => state.drawn.iter().map(|drawn| drawn.other).collect(),
        };
        for (at, other) in rows.into_iter().enumerate() {
            let mut mix = self.game.mix(&state.row, other);
            let live = mix.live().to_vec();
            if first && live.len() <= self.enumerated {
                let mut table = mix.table();
                state.evaluations += 1 << live.len();
                self.game.rescale(&mut table);
                let values = shapley(live.len(), outputs, table);
                for (values, player) in values.chunks_exact(outputs.max(1)).zip(&live) {
                    let mut sums = state.exact.row_mut(*player as usize);
                    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
                }
                continue;
            }
            if first {
                let empty = Array2::zeros((live.len(), outputs));
                let live = live.clone();
                state.drawn.push(Drawn { other, live, sums: empty.clone(), squares: empty });
            }
            let at = if first { state.drawn.len() - 1 } else { at };
            let Some(drawn) = state.drawn.get_mut(at) else { continue };
            for pair in state.pairs..state.pairs + pairs {
                let order = self.order(players, &live, other, pair);
                let gains = self.gains(mix.as_mut(), &order);
                drawn.sums += &gains;
                drawn.squares.zip_mut_with(&gains, |square, gain| *square += gain * gain);
            }
            let steps = 2 * (live.len() as u64 + 1);
            state.evaluations =
                state.evaluations.saturating_add(steps.saturating_mul(pairs as u64));
        }
        state.pairs += pairs;
    }

    /// An order of the live players, the same for every explained row but for who is live.
    fn order(&self, players: usize, live: &[u32], other: usize, pair: usize) -> Vec<u32> {
        let mixed = (other as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add((pair as u64).wrapping_mul(0xd1b5_4a32_d192_ed03));
        let mut generator =
            Xoshiro256PlusPlus::seed_from_u64(self.sampling.seed.wrapping_add(mixed));
        let mut order: Vec<u32> = (0..players as u32).collect();
        order.shuffle(&mut generator);
        let place = |player: &u32| live.binary_search(player).ok().map(|place| place as u32);
        order.iter().filter_map(place).collect()
    }

    /// What the live players gain on the way of an order and of its reverse, the mean of both; live × outputs.
    fn gains(&self, mix: &mut dyn Mix, order: &[u32]) -> Array2<f64> {
        let outputs = self.game.outputs();
        let mut gains = Array2::zeros((order.len(), outputs));
        let backwards: Vec<u32> = order.iter().rev().copied().collect();
        for order in [order, &backwards] {
            let mut scores = mix.walk(order);
            self.game.rescale(&mut scores);
            let after = scores.chunks_exact(outputs.max(1)).skip(1);
            let steps = scores.chunks_exact(outputs.max(1)).zip(after).zip(order);
            for ((before, after), live) in steps {
                let mut gains = gains.row_mut(*live as usize);
                for ((gain, after), before) in gains.iter_mut().zip(after).zip(before) {
                    *gain += (after - before) / 2.0;
                }
            }
        }
        gains
    }

    fn found(&self, state: &State) -> Found {
        let (rows, pairs) = (self.game.rows() as f64, state.pairs as f64);
        let mut values = state.exact.mapv(|sum| sum / rows);
        let mut errors: Array2<f64> = Array2::zeros(values.raw_dim());
        for drawn in &state.drawn {
            for (live, player) in drawn.live.iter().enumerate() {
                let (sums, squares) = (drawn.sums.row(live), drawn.squares.row(live));
                let mut values = values.row_mut(*player as usize);
                let mut errors = errors.row_mut(*player as usize);
                for (((value, error), sum), square) in
                    values.iter_mut().zip(&mut errors).zip(sums).zip(squares)
                {
                    let spread = (square - sum * sum / pairs).max(0.0) / (pairs - 1.0);
                    *value += sum / pairs / rows;
                    *error += spread / pairs / (rows * rows);
                }
            }
        }
        errors.mapv_inplace(f64::sqrt);
        Found { base: self.game.base.clone(), values, errors }
    }

    fn is_sampled(&self) -> bool {
        self.game.groups.count() > self.enumerated
    }
}

/// What has been found for a row so far.
struct State {
    /// Sums over the background rows that are enumerated, players × outputs.
    exact: Array2<f64>,
    /// The other background rows.
    drawn: Vec<Drawn>,
    /// Pairs of orders taken of each of these.
    pairs: usize,
    evaluations: u64,
    /// The explained row.
    row: Prepared,
}

impl State {
    /// Whether standard errors can be believed: they come from 20 degrees of freedom at least, or are all 0.
    fn is_enough(&self) -> bool {
        self.drawn.is_empty() || self.drawn.len() * (self.pairs - 1) >= 20
    }

    /// How many more pairs to take: half as many again, or what the budget leaves.
    fn affordable(&self, budget: u64) -> usize {
        let cost: u64 = self.drawn.iter().map(|drawn| 2 * (drawn.live.len() as u64 + 1)).sum();
        let left = budget.saturating_sub(self.evaluations) / cost.max(1);
        (self.pairs / 2).max(1).min(usize::try_from(left).unwrap_or(usize::MAX))
    }
}

/// Sums of gains and of their squares over pairs of orders, at one background row; live players × outputs.
struct Drawn {
    other: usize,
    live: Vec<u32>,
    sums: Array2<f64>,
    squares: Array2<f64>,
}

/// Whether the largest values, so many, are in order beyond doubt.
fn is_settled(found: &Found, most: usize) -> bool {
    found.values.columns().into_iter().zip(found.errors.columns()).all(|(values, errors)| {
        let mut ranked: Vec<(f64, f64)> =
            values.iter().map(|value| value.abs()).zip(errors.iter().copied()).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut pairs = ranked.windows(2).take(most);
        pairs.all(|pair| match pair {
            [larger, next] => larger.0 - next.0 >= 2.0 * (larger.1 + next.1),
            _ => true,
        })
    })
}

impl Explainer for Mixed<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let players = self.game.groups.count();
        let mut block = Block::zeros(rows.nrows(), outputs.len(), players);
        let mut errors = block.values.clone();
        for (r, row) in rows.rows().into_iter().enumerate() {
            let found = self.row(&row.to_vec());
            block.put(r, outputs, &found.base, &found.values);
            for (k, output) in outputs.iter().enumerate() {
                put(&mut errors, r, k, &found.errors, *output);
            }
        }
        block.standard_errors = self.is_sampled().then_some(errors);
        Ok(block)
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        self.game.scale.explained(model, rows, outputs)
    }

    fn seed(&self) -> Option<u64> {
        self.is_sampled().then_some(self.sampling.seed)
    }

    fn told(&self) -> Option<String> {
        let stop = self.stop.filter(|_| self.is_sampled())?;
        let [settled, open] = &self.settled;
        let (settled, open) = (settled.load(Ordering::Relaxed), open.load(Ordering::Relaxed));
        let rest = match open {
            0 => String::new(),
            _ => format!(
                "; for the others the budget of {} evaluations was used up first",
                stop.budget
            ),
        };
        Some(format!(
            "the order of the {} largest values is settled for {settled} of {} rows{rest}.",
            stop.settle,
            settled + open
        ))
    }
}
