//! Owen values: what features get that join in groups.
//!
//! Groups share among themselves as the players of a Shapley game, and each group's share is divided among its features
//! by what they can do with the other groups (Owen, Values of Games with a Priori Unions, 1977):
//! φ_i = Σ_H w_m(|H|) Σ_T w_b(|T|) (v(H ∪ T ∪ i) − v(H ∪ T)) over the sets H of the m − 1 other groups and T of the b − 1
//! other features of the group. So the values of a group's features add up to the group's Shapley value, which the sum
//! of plain Shapley values does not.

use ndarray::{Array2, ArrayView2};

use super::enumeration::weights;
use super::{Game, Prepared};
use crate::attribution::{Block, Explainer, Groups, MOST_PLAYERS};
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;

/// A game of single features, prepared for its Owen values.
#[derive(Debug)]
pub struct Owen<'m> {
    game: Game<'m>,
    groups: Groups,
}

impl<'m> Owen<'m> {
    /// `game` has a player for every feature; `groups` says which features go together.
    ///
    /// # Errors
    /// M33 where the other groups and a group's features are more than [`MOST_PLAYERS`].
    pub fn new(game: Game<'m>, groups: Groups) -> Checked<Self> {
        let largest = groups.members().iter().map(Vec::len).max().unwrap_or(0);
        let players = groups.count().saturating_sub(1) + largest;
        if players > MOST_PLAYERS {
            let found = format!(
                "{} groups and single features, the largest of {largest} features",
                groups.count()
            );
            let expected = format!("at most {MOST_PLAYERS} other groups and features of a group");
            let mend = "Make fewer groups, or use --group-value shapley.";
            return Err(Fault::new("M33", Place::default(), found, expected, mend).into());
        }
        Ok(Owen { game, groups })
    }

    /// Adds the values of one group's live members at one background row, features × outputs.
    fn add(&self, group: usize, row: &Prepared, other: usize, values: &mut Array2<f64>) {
        let (features, outputs) = (self.game.groups.count(), self.game.outputs());
        let mut mix = self.game.mix(row, other);
        let live: Vec<usize> = mix.live().iter().map(|f| *f as usize).collect();
        let own: Vec<usize> =
            live.iter().copied().filter(|f| self.groups.player(*f) == group).collect();
        let mut others: Vec<usize> = live.iter().map(|f| self.groups.player(*f)).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|other| *other != group);
        // The bit that says whether a feature has joined: its own in its group, that of its group elsewhere.
        let bit = |f: usize| {
            let of = self.groups.player(f);
            let place = own.iter().position(|own| *own == f);
            place.or_else(|| {
                others.iter().position(|other| *other == of).map(|place| own.len() + place)
            })
        };
        let bits: Vec<Option<usize>> = (0..features).map(bit).collect();
        let size = 1usize << (own.len() + others.len());
        let joined = |set: usize| bits.iter().map(move |b| b.is_some_and(|b| set >> b & 1 == 1));
        let coalitions: Vec<Vec<bool>> = (0..size).map(|set| joined(set).collect()).collect();
        let mut scores = mix.scores(&coalitions);
        self.game.rescale(&mut scores);
        let (inner, outer) = (weights(own.len()), weights(others.len() + 1));
        let weight = |weights: &[f64], set: usize| {
            weights.get(set.count_ones() as usize).copied().unwrap_or(0.0)
        };
        let rows = self.game.rows() as f64;
        for (i, feature) in own.iter().enumerate() {
            for set in (0..size).filter(|set| set >> i & 1 == 0) {
                let inside = set & ((1 << own.len()) - 1);
                let weight = weight(&inner, inside) * weight(&outer, set >> own.len()) / rows;
                let (with, without) = ((set | 1 << i) * outputs, set * outputs);
                for k in 0..outputs {
                    let of = |at: usize| scores.get(at + k).copied().unwrap_or(f64::NAN);
                    if let Some(value) = values.get_mut((*feature, k)) {
                        *value += weight * (of(with) - of(without));
                    }
                }
            }
        }
    }
}

impl Explainer for Owen<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let features = self.game.groups.count();
        let mut block = Block::zeros(rows.nrows(), outputs.len(), features);
        for (r, row) in rows.rows().into_iter().enumerate() {
            let row = self.game.prepared(&row.to_vec());
            let mut values = Array2::zeros((features, self.game.outputs()));
            for other in 0..self.game.rows() {
                for group in 0..self.groups.count() {
                    self.add(group, &row, other, &mut values);
                }
            }
            block.put(r, outputs, &self.game.base, &values);
        }
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
}
