//! Mixes of two rows, scored all at once for sums of trees and weighted sums.
//!
//! A leaf that some mix of x and z reaches asks for x's value of some players and for z's of some others, and for nothing
//! of the rest: the mixes that reach it are a cube of coalitions. So the score of every coalition is a sum over cubes
//! that are found in one walk through the trees. With the signs of inclusion and exclusion a cube is a few points, and
//! one fast transform (sums over subsets) gives the scores of all coalitions together.

use std::ops::Range;

use ndarray::{Array2, ArrayView2};

use super::Mix;
use super::wood::Wood;
use crate::attribution::groups::Groups;
use crate::model::{LinearModel, Model};

/// Weighted sums with a background.
#[derive(Debug)]
pub(super) struct Additive {
    players: usize,
    constants: Vec<f64>,
    /// Of each background row what every player adds to every output, outputs × players.
    background: Vec<Vec<f64>>,
}

impl Additive {
    pub fn new(model: &LinearModel, background: ArrayView2<f64>, groups: &Groups) -> Self {
        let outputs = model.intercepts.len();
        let shares = |row: Vec<f64>| shares(model, &row, groups);
        Additive {
            players: groups.count(),
            constants: (0..outputs).map(|k| model.constant(k)).collect(),
            background: background.rows().into_iter().map(|row| shares(row.to_vec())).collect(),
        }
    }

    /// What every player adds for a row.
    pub fn row(&self, model: &dyn Model, row: &[f64], groups: &Groups) -> Vec<f64> {
        match model.form() {
            crate::model::Form::Linear(linear) => shares(linear, row, groups),
            _ => Vec::new(),
        }
    }
}

fn shares(model: &LinearModel, row: &[f64], groups: &Groups) -> Vec<f64> {
    let mut shares = Vec::with_capacity(model.intercepts.len() * groups.count());
    for k in 0..model.intercepts.len() {
        let own = model.contributions(row, k);
        let of = |f: &usize| own.get(*f).copied().unwrap_or(0.0);
        shares.extend(groups.members().iter().map(|members| members.iter().map(of).sum::<f64>()));
    }
    shares
}

/// A part of the score that some coalitions have.
#[derive(Debug)]
struct Cube {
    output: usize,
    value: f64,
    /// Where its sides end in the list; they begin where those of the cube before end.
    end: usize,
}

/// All mixes of two rows.
#[derive(Debug)]
pub(super) struct Cubes {
    live: Vec<u32>,
    /// What every coalition has, one an output.
    base: Vec<f64>,
    cubes: Vec<Cube>,
    /// Place in `live`, and whether the player must have joined or must not have.
    sides: Vec<(u32, bool)>,
}

impl Cubes {
    pub fn of_trees(wood: &Wood, row: &[u64], other: usize) -> Self {
        let base = wood.base();
        let mut found = Cubes { live: Vec::new(), base, cubes: Vec::new(), sides: Vec::new() };
        wood.walk(row, other, |output, value, path| found.add(output, value, path));
        found.finish(wood.players())
    }

    pub fn of_sums(sums: &Additive, row: &[f64], other: usize) -> Self {
        let nothing = Vec::new();
        let other = sums.background.get(other).unwrap_or(&nothing);
        let base = sums.constants.clone();
        let mut found = Cubes { live: Vec::new(), base, cubes: Vec::new(), sides: Vec::new() };
        let players = sums.players.max(1);
        for (at, (ours, theirs)) in row.iter().zip(other).enumerate() {
            let (output, player) = (at / players, at % players);
            found.add(output, *theirs, &[]);
            if ours != theirs {
                found.add(output, ours - theirs, &[(player as u32, true)]);
            }
        }
        found.finish(sums.players)
    }

    fn add(&mut self, output: usize, value: f64, path: &[(u32, bool)]) {
        if path.is_empty() {
            if let Some(base) = self.base.get_mut(output) {
                *base += value;
            }
            return;
        }
        self.sides.extend_from_slice(path);
        self.cubes.push(Cube { output, value, end: self.sides.len() });
    }

    /// Numbers the players that were met.
    fn finish(mut self, players: usize) -> Self {
        let mut place = vec![u32::MAX; players];
        for (player, _) in &self.sides {
            if let Some(place) = place.get_mut(*player as usize) {
                *place = 0;
            }
        }
        for (player, place) in (0u32..).zip(&mut place) {
            if *place == 0 {
                *place = self.live.len() as u32;
                self.live.push(player);
            }
        }
        for (player, _) in &mut self.sides {
            *player = place.get(*player as usize).copied().unwrap_or(0);
        }
        self
    }

    /// The live players.
    pub fn players(&self) -> &[u32] {
        &self.live
    }

    /// Every cube with its sides.
    fn each(&self) -> impl Iterator<Item = (&Cube, &[(u32, bool)])> {
        let begins = std::iter::once(0).chain(self.cubes.iter().map(|cube| cube.end));
        self.cubes.iter().zip(begins).map(|(cube, begin)| {
            let sides: Range<usize> = begin..cube.end;
            (cube, self.sides.get(sides).unwrap_or_default())
        })
    }

    /// Shapley values of the raw score, live players × outputs: a cube that `a` players must have joined and `b` must not
    /// gives each of the first `(a−1)! b! / (a+b)!` of its value, and takes `a! (b−1)! / (a+b)!` from each of the others.
    pub fn shapley(&self) -> Array2<f64> {
        let mut values = Array2::zeros((self.live.len(), self.base.len()));
        for (cube, sides) in self.each() {
            let joined = sides.iter().filter(|(_, joined)| *joined).count();
            let gain = cube.value * weight(joined, sides.len() - joined);
            let loss = cube.value * weight(sides.len() - joined, joined);
            for (player, joined) in sides {
                if let Some(value) = values.get_mut((*player as usize, cube.output)) {
                    *value += if *joined { gain } else { -loss };
                }
            }
        }
        values
    }

    /// Raw scores of all players joined and of none.
    pub fn ends(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut all, mut none) = (self.base.clone(), self.base.clone());
        for (cube, sides) in self.each() {
            for (sums, whole) in [(&mut all, true), (&mut none, false)] {
                if sides.iter().all(|(_, joined)| *joined == whole)
                    && let Some(sum) = sums.get_mut(cube.output)
                {
                    *sum += cube.value;
                }
            }
        }
        (all, none)
    }
}

/// `(a−1)! b! / (a+b)!`; nothing for `a = 0`.
fn weight(a: usize, b: usize) -> f64 {
    if a == 0 {
        return 0.0;
    }
    // 1 / (a · C(a+b, b))
    let choose = (1..=b).fold(1.0, |product, i| product * (a + i) as f64 / i as f64);
    1.0 / (a as f64 * choose)
}

impl Mix for Cubes {
    fn live(&self) -> &[u32] {
        &self.live
    }

    fn table(&mut self) -> Vec<f64> {
        let (outputs, size) = (self.base.len(), 1usize << self.live.len());
        let mut table = vec![0.0; size * outputs];
        if let Some(none) = table.get_mut(..outputs) {
            none.copy_from_slice(&self.base);
        }
        for (cube, sides) in self.each() {
            let mask = |side: bool| {
                sides
                    .iter()
                    .filter(|(_, joined)| *joined == side)
                    .fold(0usize, |m, (i, _)| m | 1 << i)
            };
            let (needed, barred) = (mask(true), mask(false));
            // All subsets of the barred players: one who is in is taken away again.
            let mut some = barred;
            loop {
                let sign = if some.count_ones() % 2 == 0 { cube.value } else { -cube.value };
                if let Some(sum) = table.get_mut((needed | some) * outputs + cube.output) {
                    *sum += sign;
                }
                if some == 0 {
                    break;
                }
                some = (some - 1) & barred;
            }
        }
        // Sums over subsets, one player after the other.
        for bit in 0..self.live.len() {
            let half = outputs << bit;
            for pair in table.chunks_exact_mut(2 * half) {
                let (without, with) = pair.split_at_mut(half);
                with.iter_mut().zip(without).for_each(|(with, without)| *with += *without);
            }
        }
        table
    }

    fn walk(&mut self, order: &[u32]) -> Vec<f64> {
        let outputs = self.base.len();
        let mut place = vec![0usize; self.live.len()];
        for (at, live) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*live as usize) {
                *place = at;
            }
        }
        // What begins and what ends when so many have joined.
        let mut scores = vec![0.0; (order.len() + 2) * outputs];
        for (cube, sides) in self.each() {
            let (mut from, mut until) = (0, order.len());
            for (player, joined) in sides {
                let at = place.get(*player as usize).copied().unwrap_or(0);
                if *joined {
                    from = from.max(at + 1);
                } else {
                    until = until.min(at);
                }
            }
            if from > until {
                continue;
            }
            for (at, change) in [(from, cube.value), (until + 1, -cube.value)] {
                if let Some(score) = scores.get_mut(at * outputs + cube.output) {
                    *score += change;
                }
            }
        }
        let mut running = self.base.clone();
        for scores in scores.chunks_exact_mut(outputs.max(1)) {
            for (score, running) in scores.iter_mut().zip(&mut running) {
                *running += *score;
                *score = *running;
            }
        }
        scores.truncate((order.len() + 1) * outputs);
        scores
    }

    fn scores(&mut self, coalitions: &[Vec<bool>]) -> Vec<f64> {
        let outputs = self.base.len();
        let mut scores = Vec::with_capacity(coalitions.len() * outputs);
        for coalition in coalitions {
            let joined: Vec<bool> = self
                .live
                .iter()
                .map(|player| coalition.get(*player as usize).copied().unwrap_or(false))
                .collect();
            let mut sums = self.base.clone();
            for (cube, sides) in self.each() {
                let inside = |(player, side): &(u32, bool)| {
                    joined.get(*player as usize).copied().unwrap_or(false) == *side
                };
                if sides.iter().all(inside)
                    && let Some(sum) = sums.get_mut(cube.output)
                {
                    *sum += cube.value;
                }
            }
            scores.extend(sums);
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn weights_are_the_combinatorial_ones() {
        let factorial = |n: usize| (1..=n).product::<usize>() as f64;
        for a in 1..=6 {
            for b in 0..=6 {
                let expected = factorial(a - 1) * factorial(b) / factorial(a + b);
                assert!((weight(a, b) / expected - 1.0).abs() < 1e-14, "{a} {b}");
            }
        }
        assert_eq!(weight(0, 3), 0.0);
    }
}
