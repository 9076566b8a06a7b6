//! Shapley values from their definition, over all coalitions.

use ndarray::ArrayView2;

use super::{Attribution, exact_score, interventional::check_background};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::Model;

/// Most players that are enumerated: 4096 coalitions.
pub const MOST_PLAYERS: usize = 12;

/// M24.
pub(super) fn too_many(players: usize) -> Faults {
    Fault::new(
        "M24",
        Place::default(),
        format!("{players} features"),
        format!("at most {MOST_PLAYERS} for the method `exact`"),
        "Use the method `auto`, which is exact too for trees and linear models, or `permutation`.",
    )
    .into()
}

/// Shapley values of a game by enumeration: `value` gets each coalition once, as a bit set.
///
/// φ_i = Σ_S |S|! (n−|S|−1)! / n! · (v(S ∪ i) − v(S)) over the coalitions S without i (Shapley 1953).
///
/// # Errors
/// M24 for more than [`MOST_PLAYERS`] players.
pub fn by_enumeration(players: usize, mut value: impl FnMut(u32) -> f64) -> Checked<Vec<f64>> {
    if players > MOST_PLAYERS {
        return Err(too_many(players));
    }
    let values: Vec<f64> = (0..1u32 << players).map(&mut value).collect();
    // |S|! (n−|S|−1)! / n! = 1 / (n · C(n−1, |S|))
    let mut weights = Vec::with_capacity(players);
    let mut choose = 1.0;
    for size in 0..players {
        weights.push(1.0 / (players as f64 * choose));
        choose = choose * (players - 1 - size) as f64 / (size + 1) as f64;
    }
    let of = |set: u32| values.get(set as usize).copied().unwrap_or(0.0);
    let phi = |i: usize| {
        let bit = 1u32 << i;
        let without = (0..1u32 << players).filter(|set| set & bit == 0);
        let terms = without.map(|set| {
            weights.get(set.count_ones() as usize).copied().unwrap_or(0.0)
                * (of(set | bit) - of(set))
        });
        terms.sum()
    };
    Ok((0..players).map(phi).collect())
}

/// Interventional Shapley values of any model by enumeration: a coalition's value is the mean exact score over the
/// background rows with the coalition's features replaced by the row's.
///
/// # Errors
/// M21, M22 for the background; M24 for more than [`MOST_PLAYERS`] features.
pub fn enumerated(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    output: usize,
) -> Checked<Attribution> {
    check_background(model, background)?;
    let mut base_value = 0.0;
    let mut spliced = row.to_vec();
    let values = by_enumeration(model.card().features.len(), |set| {
        let mut sum = 0.0;
        for other in background.rows() {
            for (j, ((cell, own), other)) in spliced.iter_mut().zip(row).zip(other).enumerate() {
                *cell = if set >> j & 1 == 1 { *own } else { *other };
            }
            sum += exact_score(model, &spliced, output);
        }
        let mean = sum / background.nrows() as f64;
        if set == 0 {
            base_value = mean;
        }
        mean
    })?;
    Ok(Attribution { base_value, values })
}

#[cfg(test)]
mod tests {
    use super::by_enumeration;

    #[test]
    fn the_glove_game_is_split_as_shapley_did() {
        // One left glove (player 0) and two right ones; a pair is worth 1: 2/3, 1/6, 1/6.
        let phi = by_enumeration(3, |s| f64::from(u8::from(s & 1 == 1 && s & 6 != 0))).unwrap();
        for (phi, expected) in phi.iter().zip([2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
            assert!((phi - expected).abs() < 1e-15);
        }
        assert_eq!(by_enumeration(13, |_| 0.0).unwrap_err().0[0].code, "M24");
        assert_eq!(by_enumeration(0, |_| 1.0).unwrap(), [0.0; 0]);
    }
}
