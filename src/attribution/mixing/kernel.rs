//! Kernel SHAP: Shapley values as a weighted regression on coalitions.
//!
//! The Shapley values are the weights of the additive game that fits v best, where a coalition of s among n players
//! counts (n−1) / (C(n,s) s (n−s)) and the sum is held to v(all) − v(nobody) (Lundberg, Lee, A Unified Approach to
//! Interpreting Model Predictions, 2017; Charnes et al., 1988). The smallest and the largest coalitions carry most of
//! the weight and are few, so whole sizes are taken from outside in as long as sampling would draw each of their
//! coalitions at least once; the rest is sampled by weight, each with its complement (Covert, Lee, Improving KernelSHAP,
//! 2021). The sum is held by eliminating the last player. With all 2^n − 2 coalitions the values are exact.
//!
//! Standard errors are by a grouped jackknife: the sampled pairs are dealt into 20 groups, the regression is solved
//! without each, and the variance is (G−1)/G Σ (φ_g − mean)² (Efron, Stein, 1981; Wolter, Introduction to Variance
//! Estimation, 4). Coalitions and factors are the same for every row, so that rows can be compared.

use ndarray::{Array2, Array3, ArrayView2};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::Game;
use crate::attribution::block::put;
use crate::attribution::symmetric::Cholesky;
use crate::attribution::{Block, Explainer};
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;

/// Groups of the jackknife.
const GROUPS: usize = 20;
/// Most coalitions, whatever the budget: they are kept.
const MOST: u64 = 1 << 20;

/// How much is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelSampling {
    /// Most evaluations of the model for a row; without a number those of 2n + 2048 coalitions. More than 2^20
    /// coalitions are never taken.
    pub budget: Option<u64>,
    /// Seed of the generator (xoshiro256++).
    pub seed: u64,
}

/// A game prepared for the regression.
#[derive(Debug)]
pub struct Kernel<'m> {
    game: Game<'m>,
    seed: u64,
    coalitions: Vec<Vec<bool>>,
    /// Weight of each coalition, and its group of the jackknife; none of one that is not sampled.
    weights: Vec<(f64, Option<usize>)>,
    /// Of everything, and without each group.
    factors: Vec<Cholesky>,
}

impl<'m> Kernel<'m> {
    /// Chooses the coalitions.
    ///
    /// # Errors
    /// M32 for a budget that does not even hold the coalitions of one player, of all but one, and two pairs a group.
    pub fn new(game: Game<'m>, sampling: KernelSampling) -> Checked<Self> {
        let players = game.groups.count();
        let rows = game.rows() as u64;
        let all = if players < 62 { (1u64 << players).saturating_sub(2) } else { u64::MAX };
        let most = sampling.budget.map_or(2 * players as u64 + 2048, |budget| budget / rows.max(1));
        let most = most.min(MOST);
        let least = all.min(2 * players as u64 + 4 * GROUPS as u64);
        if most < least {
            return Err(Fault::new(
                "M32",
                Place::default(),
                format!("a budget of {} evaluations a row", sampling.budget.unwrap_or(0)),
                format!("at least {}: {least} coalitions of {rows} background rows", least * rows),
                "Give more with --budget, or a smaller background.",
            )
            .into());
        }
        let mut kernel = Kernel {
            game,
            seed: sampling.seed,
            coalitions: Vec::new(),
            weights: Vec::new(),
            factors: Vec::new(),
        };
        kernel.choose(players, most, sampling.seed);
        let sampled = kernel.is_sampled();
        for left_out in std::iter::once(None).chain((0..GROUPS).filter(|_| sampled).map(Some)) {
            let mut sums = Array2::zeros((players.saturating_sub(1), players.saturating_sub(1)));
            for (coalition, (weight, group)) in kernel.coalitions.iter().zip(&kernel.weights) {
                let weight = weight * kept(left_out, *group);
                let own = contrasts(coalition);
                for (mut row, a) in sums.rows_mut().into_iter().zip(&own) {
                    if *a != 0.0 && weight != 0.0 {
                        row.iter_mut().zip(&own).for_each(|(sum, b)| *sum += weight * a * b);
                    }
                }
            }
            kernel.factors.extend(Cholesky::of(sums));
        }
        Ok(kernel)
    }

    fn is_sampled(&self) -> bool {
        self.weights.iter().any(|(_, group)| group.is_some())
    }

    fn choose(&mut self, players: usize, most: u64, seed: u64) {
        let n = players as f64;
        // Weight of all coalitions of a size together, up to a factor: (n−1) / (s (n−s)).
        let share = |size: usize| (n - 1.0) / (size as f64 * (n - size as f64));
        let mut left = most;
        let mut size = 1;
        while 2 * size <= players {
            let both = if 2 * size == players { 1.0 } else { 2.0 };
            let rest: f64 = (size..=players - size).map(share).sum();
            let count = both * choose(players, size);
            if left as f64 * both * share(size) / rest < count * (1.0 - 1e-8) {
                break;
            }
            let weight = share(size) / choose(players, size);
            let mut members: Vec<usize> = (0..size).collect();
            loop {
                let coalition: Vec<bool> = (0..players).map(|p| members.contains(&p)).collect();
                if both == 2.0 {
                    self.coalitions.push(coalition.iter().map(|joined| !joined).collect());
                    self.weights.push((weight, None));
                }
                self.coalitions.push(coalition);
                self.weights.push((weight, None));
                if !advance(&mut members, players) {
                    break;
                }
            }
            left = left.saturating_sub(count as u64);
            size += 1;
        }
        if 2 * size > players {
            return;
        }
        let sizes: Vec<usize> = (size..=players - size).collect();
        let rest: f64 = sizes.iter().map(|size| share(*size)).sum();
        let pairs = left / 2;
        let weight = rest / (2 * pairs) as f64;
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..players).collect();
        for pair in 0..pairs {
            let mut drawn = generator.random::<f64>() * rest;
            let size = sizes.iter().find(|size| {
                drawn -= share(**size);
                drawn < 0.0
            });
            let size = size.or(sizes.last()).copied().unwrap_or(1);
            let (joined, _) = order.partial_shuffle(&mut generator, size);
            let mut coalition = vec![false; players];
            for player in joined {
                if let Some(joined) = coalition.get_mut(*player) {
                    *joined = true;
                }
            }
            let group = Some(pair as usize % GROUPS);
            self.coalitions.push(coalition.iter().map(|joined| !joined).collect());
            self.coalitions.push(coalition);
            self.weights.extend([(weight, group); 2]);
        }
    }

    /// Values and standard errors of a row, each players × outputs.
    fn row(&self, row: &[f64]) -> (Array2<f64>, Array2<f64>) {
        let (players, outputs) = (self.game.groups.count(), self.game.outputs());
        let row = self.game.prepared(row);
        let mut ends = vec![vec![false; players], vec![true; players]];
        ends.extend(self.coalitions.iter().cloned());
        let mut means = vec![0.0; ends.len() * outputs];
        for other in 0..self.game.rows() {
            let mut scores = self.game.mix(&row, other).scores(&ends);
            self.game.rescale(&mut scores);
            let rows = self.game.rows() as f64;
            means.iter_mut().zip(&scores).for_each(|(mean, score)| *mean += score / rows);
        }
        let of = |coalition: usize, output: usize| {
            means.get(coalition * outputs + output).copied().unwrap_or(f64::NAN)
        };
        let (mut values, mut errors) =
            (Array2::zeros((players, outputs)), Array2::zeros((players, outputs)));
        for output in 0..outputs {
            let (nobody, gain) = (of(0, output), of(1, output) - of(0, output));
            // Right-hand sides: of what is not sampled, and of each group.
            let mut sides = vec![vec![0.0; players.saturating_sub(1)]; GROUPS + 1];
            for (c, (coalition, (weight, group))) in
                self.coalitions.iter().zip(&self.weights).enumerate()
            {
                let last = coalition.last().copied().unwrap_or(false);
                let left = of(c + 2, output) - nobody - if last { gain } else { 0.0 };
                if let Some(side) = sides.get_mut(group.map_or(0, |group| group + 1)) {
                    let own = contrasts(coalition);
                    side.iter_mut().zip(own).for_each(|(sum, x)| *sum += weight * x * left);
                }
            }
            let solve = |left_out: Option<usize>, factor: &Cholesky| {
                let mut sum = vec![0.0; players.saturating_sub(1)];
                for (at, side) in sides.iter().enumerate() {
                    let scale = kept(left_out, at.checked_sub(1));
                    sum.iter_mut().zip(side).for_each(|(sum, x)| *sum += scale * x);
                }
                let mut found = factor.solve(&sum);
                let rest = gain - found.iter().sum::<f64>();
                if players > 0 {
                    found.push(rest);
                }
                found
            };
            let mut factors = self.factors.iter();
            let Some(whole) = factors.next() else { continue };
            let found = solve(None, whole);
            values.column_mut(output).iter_mut().zip(&found).for_each(|(to, x)| *to = *x);
            let parts: Vec<Vec<f64>> =
                factors.enumerate().map(|(group, factor)| solve(Some(group), factor)).collect();
            if parts.is_empty() {
                continue;
            }
            let count = parts.len() as f64;
            for (player, error) in errors.column_mut(output).iter_mut().enumerate() {
                let of = |part: &Vec<f64>| part.get(player).copied().unwrap_or(f64::NAN);
                let mean = parts.iter().map(of).sum::<f64>() / count;
                let spread: f64 = parts.iter().map(|part| (of(part) - mean).powi(2)).sum();
                *error = (spread * (count - 1.0) / count).sqrt();
            }
        }
        (values, errors)
    }
}

/// How much of a group's weight stays: nothing of the one that is left out, of the others as much more.
fn kept(left_out: Option<usize>, group: Option<usize>) -> f64 {
    match (left_out, group) {
        (Some(left_out), Some(group)) if left_out == group => 0.0,
        (Some(_), Some(_)) => GROUPS as f64 / (GROUPS as f64 - 1.0),
        _ => 1.0,
    }
}

/// Who has joined, less whether the last player has: the regression's row once the sum is held.
fn contrasts(coalition: &[bool]) -> Vec<f64> {
    let number = |joined: &bool| f64::from(u8::from(*joined));
    match coalition.split_last() {
        Some((last, others)) => others.iter().map(|joined| number(joined) - number(last)).collect(),
        None => Vec::new(),
    }
}

fn choose(n: usize, k: usize) -> f64 {
    (1..=k).fold(1.0, |product: f64, i| (product * (n - k + i) as f64 / i as f64).round())
}

/// The next set of the same size, in lexicographic order; false after the last one.
fn advance(members: &mut [usize], players: usize) -> bool {
    let size = members.len();
    for at in (0..size).rev() {
        let Some(member) = members.get(at).copied() else { return false };
        if member + size - at < players {
            for (next, place) in (member + 1..).zip(members.iter_mut().skip(at)) {
                *place = next;
            }
            return true;
        }
    }
    false
}

impl Explainer for Kernel<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let players = self.game.groups.count();
        let mut block = Block::zeros(rows.nrows(), outputs.len(), players);
        let mut errors = Array3::zeros((rows.nrows(), outputs.len(), players));
        for (r, row) in rows.rows().into_iter().enumerate() {
            let (values, spread) = self.row(&row.to_vec());
            block.put(r, outputs, &self.game.base, &values);
            for (k, output) in outputs.iter().enumerate() {
                put(&mut errors, r, k, &spread, *output);
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
        self.is_sampled().then_some(self.seed)
    }

    fn told(&self) -> Option<String> {
        let whole = self.weights.iter().filter(|(_, group)| group.is_none()).count();
        self.is_sampled().then(|| {
            format!(
                "{} coalitions, {whole} of them by whole sizes, the others sampled; the budget decided.",
                self.coalitions.len()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{advance, choose};

    #[test]
    fn sets_of_a_size_come_once_each() {
        let (mut members, mut count) = (vec![0, 1, 2], 1);
        while advance(&mut members, 7) {
            count += 1;
        }
        assert_eq!((members, f64::from(count)), (vec![4, 5, 6], choose(7, 3)));
    }
}
