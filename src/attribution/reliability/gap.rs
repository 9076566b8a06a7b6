//! Whether the score moves when reasons are taken away: the prediction gap.

use super::splices::Splices;
use crate::attribution::exact_score;

/// What becomes of a score when players take the values of background rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// By player: mean of score − score with this player alone taken from a background row. A value that is true has
    /// this sign: with the player's own value the score is higher (lower) than with the values that others have.
    pub alone: Vec<f64>,
    /// At k−1: mean |change| of the score with the k strongest players taken from one background row each time.
    pub strongest: Vec<f64>,
    /// At k−1: the same with the k weakest.
    pub weakest: Vec<f64>,
}

impl Gap {
    /// Mean of a curve over k: its area, on the scale of the score.
    pub fn area(curve: &[f64]) -> f64 {
        curve.iter().sum::<f64>() / curve.len().max(1) as f64
    }
}

/// The prediction gap on important and on unimportant features (PGI and PGU of OpenXAI, Agarwal et al., NeurIPS 2022),
/// with plausible replacements: the values of a background row together, instead of noise. `players` are the features of
/// each player, `ranking` orders them from the strongest.
pub fn prediction_gap(
    splices: &Splices<'_>,
    row: &[f64],
    output: usize,
    players: &[Vec<usize>],
    ranking: &[usize],
) -> Gap {
    let own = exact_score(splices.model(), row, output);
    let rows = splices.rows().max(1) as f64;
    let scores = |replaced: &[bool]| splices.scores(row, replaced, output);
    let replace = |replaced: &mut [bool], player: usize| {
        for feature in players.get(player).into_iter().flatten() {
            if let Some(replaced) = replaced.get_mut(*feature) {
                *replaced = true;
            }
        }
    };
    let curve = |order: &mut dyn Iterator<Item = &usize>| -> Vec<f64> {
        let mut replaced = vec![false; row.len()];
        let step = |player: &usize| {
            replace(&mut replaced, *player);
            scores(&replaced).iter().map(|score| (own - score).abs()).sum::<f64>() / rows
        };
        order.map(step).collect()
    };
    let alone = (0..players.len()).map(|player| {
        let mut replaced = vec![false; row.len()];
        replace(&mut replaced, player);
        scores(&replaced).iter().map(|score| own - score).sum::<f64>() / rows + 0.0
    });
    Gap {
        alone: alone.collect(),
        strongest: curve(&mut ranking.iter()),
        weakest: curve(&mut ranking.iter().rev()),
    }
}
