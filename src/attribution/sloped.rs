//! Interventional Shapley values of leaves that are weighted sums (LightGBM's linear trees).
//!
//! Such a leaf is worth `f` where a feature of its sum is missing, else `c + Σ a_t x_t`. So it is a leaf of the number `f`,
//! and beside it the game of `c − f + Σ a_t x_t` that is played only where every feature of the path is satisfied and every
//! feature of the sum is there. With a background row z a feature t holds x_t within the coalition and z_t outside, that is
//! `z_t + (x_t − z_t)·[t in the coalition]`: each term is a sum of two games that ask who is in the coalition and who is
//! not, and these have the Shapley values of every leaf (see [`super::interventional`]). Background rows of one pattern
//! are added up, because the game is linear in z.

use super::interventional::{MOST_FEATURES, Order, Weights, all};
use crate::model::Slope;

/// The weighted sum of a leaf, with the background's patterns at it.
#[derive(Debug)]
pub(super) struct SlopedLeaf {
    /// Tests of the path: node, side, bit of the player.
    tests: Vec<(u32, bool, u8)>,
    /// The players of the path, then those of the sum alone.
    players: Vec<u32>,
    /// `c − f`.
    constant: f64,
    terms: Vec<Term>,
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Term {
    column: usize,
    weight: f64,
    bit: u8,
}

/// Background rows that satisfy the same players.
#[derive(Debug)]
struct Pattern {
    bits: u64,
    rows: f64,
    /// One a term: the column's values added up.
    sums: Vec<f64>,
}

impl SlopedLeaf {
    /// A leaf at the end of a path with its tests and players; none for more than 64 players.
    pub fn new(
        slope: &Slope,
        tests: &[(u32, bool, u8)],
        path: &[u32],
        player: impl Fn(u32) -> u32,
    ) -> Option<Self> {
        let mut players = path.to_vec();
        let mut terms = Vec::with_capacity(slope.terms.len());
        for (column, weight) in &slope.terms {
            let own = player(*column);
            let bit = players.iter().position(|p| *p == own).unwrap_or(players.len());
            if bit == players.len() {
                players.push(own);
            }
            let bit = u8::try_from(bit).ok()?;
            terms.push(Term { column: *column as usize, weight: *weight, bit });
        }
        let constant = slope.constant - slope.fallback;
        let leaf =
            SlopedLeaf { tests: tests.to_vec(), players, constant, terms, patterns: Vec::new() };
        (leaf.players.len() <= MOST_FEATURES).then_some(leaf)
    }

    /// The players of the path, then those of the sum alone.
    pub fn players(&self) -> &[u32] {
        &self.players
    }

    /// Number of players.
    pub fn width(&self) -> usize {
        self.players.len()
    }

    /// The players whose tests a row all satisfies, and whose value it has if the sum asks for it.
    fn bits(&self, left: &[bool], row: &[f64]) -> u64 {
        let mut bits = all(self.players.len());
        for (node, side, bit) in &self.tests {
            if left.get(*node as usize) != Some(side) {
                bits &= !(1u64 << bit);
            }
        }
        for term in &self.terms {
            if value(row, term.column).is_nan() {
                bits &= !(1u64 << term.bit);
            }
        }
        bits
    }

    /// Adds a background row, given which way it goes at every node.
    pub fn count(&mut self, left: &[bool], row: &[f64]) {
        let bits = self.bits(left, row);
        let at = match self.patterns.binary_search_by_key(&bits, |pattern| pattern.bits) {
            Ok(at) => at,
            Err(at) => {
                let sums = vec![0.0; self.terms.len()];
                self.patterns.insert(at, Pattern { bits, rows: 0.0, sums });
                at
            }
        };
        let Some(pattern) = self.patterns.get_mut(at) else { return };
        pattern.rows += 1.0;
        for (sum, term) in pattern.sums.iter_mut().zip(&self.terms) {
            // A missing one is in no game of its pattern.
            let x = value(row, term.column);
            *sum += if x.is_nan() { 0.0 } else { x };
        }
    }

    /// Adds the Shapley values of a row, summed over the background rows.
    pub fn add(&self, left: &[bool], row: &[f64], weights: &Weights, values: &mut [f64]) {
        let full = all(self.players.len());
        let own = self.bits(left, row);
        for pattern in &self.patterns {
            let other = pattern.bits;
            if own | other != full {
                continue;
            }
            let (for_row, for_other) = (own & !other, other & !own);
            let (a, b) = (for_row.count_ones() as usize, for_other.count_ones() as usize);
            // What the leaf is worth as far as no term's own feature decides, and what those that decide add in all.
            let (mut fixed, mut moving) = (self.constant * pattern.rows, 0.0);
            for (term, sum) in self.terms.iter().zip(&pattern.sums) {
                let bit = 1u64 << term.bit;
                let x = pattern.rows * value(row, term.column);
                if for_row & bit != 0 {
                    fixed += term.weight * x;
                    continue;
                }
                fixed += term.weight * sum;
                if for_other & bit == 0 {
                    let gain = term.weight * (x - sum);
                    moving += gain;
                    add_to(values, &self.players, u32::from(term.bit), gain * weights.of(a + 1, b));
                }
            }
            let gain = fixed * weights.of(a, b) + moving * weights.of(a + 1, b);
            let loss = fixed * weights.of(b, a) + moving * weights.of(b, a + 1);
            let (mut for_row, mut for_other) = (for_row, for_other);
            while for_row != 0 {
                add_to(values, &self.players, for_row.trailing_zeros(), gain);
                for_row &= for_row - 1;
            }
            while for_other != 0 {
                add_to(values, &self.players, for_other.trailing_zeros(), -loss);
                for_other &= for_other - 1;
            }
        }
    }

    /// The interaction indices of a row, summed over the background rows; one a pair of [`SlopedLeaf::players`].
    pub fn pairs(&self, left: &[bool], row: &[f64], weights: &Weights) -> Vec<f64> {
        let mut shares = vec![0.0; Order::Pairs.shares(self.players.len())];
        let full = all(self.players.len());
        let own = self.bits(left, row);
        for pattern in &self.patterns {
            let other = pattern.bits;
            if own | other != full {
                continue;
            }
            let (for_row, for_other) = (own & !other, other & !own);
            let mut fixed = self.constant * pattern.rows;
            for (term, sum) in self.terms.iter().zip(&pattern.sums) {
                let bit = 1u64 << term.bit;
                let x = pattern.rows * value(row, term.column);
                if for_row & bit != 0 {
                    fixed += term.weight * x;
                    continue;
                }
                fixed += term.weight * sum;
                if for_other & bit == 0 {
                    let gain = term.weight * (x - sum);
                    weights.share(Order::Pairs, for_row | bit, for_other, gain, &mut shares);
                }
            }
            weights.share(Order::Pairs, for_row, for_other, fixed, &mut shares);
        }
        shares
    }
}

fn add_to(values: &mut [f64], features: &[u32], bit: u32, amount: f64) {
    if let Some(value) = features.get(bit as usize).and_then(|f| values.get_mut(*f as usize)) {
        *value += amount;
    }
}

fn value(row: &[f64], column: usize) -> f64 {
    row.get(column).copied().unwrap_or(f64::NAN)
}
