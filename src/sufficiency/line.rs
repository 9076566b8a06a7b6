//! Weighted sums: the highest score of a range is the sum of each detail's highest part.

use super::forest::put;
use super::{Check, Player, Ruling, Values, own_values};
use crate::model::{FloatWidth, LinearModel};

/// A weighted sum, prepared.
#[derive(Debug)]
pub(super) struct Line<'m> {
    linear: &'m LinearModel,
    players: Vec<Player>,
    ruling: Ruling,
}

impl<'m> Line<'m> {
    /// None where the parts are not each from one player: numbers that go into computed columns.
    pub fn new(linear: &'m LinearModel, players: &[Player], ruling: Ruling) -> Option<Self> {
        let features = linear.card.features.len();
        let weights = linear.weights.get(ruling.output)?;
        let spans = |column: &u32| {
            players.iter().any(|player| {
                player.columns.contains(&(*column as usize))
                    && matches!(player.values, Values::Span { .. })
            })
        };
        let sound = if linear.columns.is_empty() {
            weights.len() == features
        } else {
            let mut columns = linear.columns.iter();
            columns.all(|column| column.sources.len() <= 1 && !column.sources.iter().any(spans))
        };
        let finite = weights.iter().all(|weight| weight.is_finite());
        (sound && finite).then(|| Line { linear, players: players.to_vec(), ruling })
    }

    /// Whether the kept players are sufficient: the row with the highest part of every other one is the one that would
    /// turn the result first.
    pub fn check(
        &self,
        row: &[f64],
        kept: &[bool],
        positive: bool,
        turns: &dyn Fn(&[f64]) -> bool,
    ) -> Check {
        let sign = if positive { -1.0 } else { 1.0 };
        let mut extreme = row.to_vec();
        let free = self.players.iter().zip(kept).filter(|(_, kept)| !**kept);
        for (player, _) in free {
            let mut values = match &player.values {
                Values::Listed(values) => values.clone(),
                Values::Span { low, high, missing } => {
                    let ends = [*low, *high].into_iter().chain(missing.then_some(f64::NAN));
                    ends.map(|x| vec![x]).collect()
                }
            };
            // The own value counts, also where it lies outside the range.
            values.push(own_values(player, row));
            let mut best: Option<(f64, &[f64])> = None;
            for values in &values {
                let mut with = row.to_vec();
                put(&mut with, &player.columns, values);
                let parts = self.linear.contributions(&with, self.ruling.output);
                let part: f64 =
                    player.columns.iter().filter_map(|c| parts.get(*c)).sum::<f64>() * sign;
                if best.is_none_or(|(most, _)| part > most) {
                    best = Some((part, values));
                }
            }
            if let Some((_, values)) = best {
                put(&mut extreme, &player.columns, values);
            }
        }
        if turns(&extreme) {
            return Check::Refuted(extreme);
        }
        let parts = self.linear.contributions(&extreme, self.ruling.output);
        let constant = self.linear.constant(self.ruling.output);
        let size = parts.iter().fold(constant.abs(), |size, part| size + part.abs());
        let unit = match self.linear.width {
            FloatWidth::Double => f64::EPSILON,
            _ => f64::from(f32::EPSILON),
        };
        let threshold = self.ruling.threshold_raw;
        let slack =
            8.0 * (parts.len() as f64 + 4.0) * unit * size + 1e-5 * threshold.abs().max(1.0);
        let highest = sign * (constant + parts.iter().sum::<f64>());
        // Rounding may hide a turn this near; a score that is no number proves nothing.
        if highest < sign * threshold - slack { Check::Proven } else { Check::Undecided }
    }
}
