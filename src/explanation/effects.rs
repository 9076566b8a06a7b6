//! How the raw score goes with a detail: accumulated local effects over held-out cases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::model_report::Influence;
use crate::audit::{self, SMALL_GROUP};
use crate::fault::Checked;
use crate::global::{Asked, Grid, Measures, Scale, overview};
use crate::procedure::Encoding;

/// Details that are shown, at most.
const SHOWN: usize = 4;
/// Percentiles between which a detail is shown, and their distance: extremes are one person's value.
const PERCENTILES: (usize, usize, usize) = (5, 95, 5);

/// How the raw score goes with a detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// Feature id.
    pub feature: String,
    /// Accumulated local effects (Apley and Zhu 2020) on the raw score at values between the 5th and the 95th percentile
    /// of the held-out cases, ascending; their mean over the cases between is 0.
    pub curve: Vec<EffectPoint>,
}

/// A value and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectPoint {
    /// Value of the detail.
    pub value: f64,
    /// Effect on the raw score.
    pub effect: f64,
}

impl Basis<'_> {
    /// The effects of the strongest details that are numbers, over some held-out cases.
    pub(super) fn effects(&self, rows: &[usize], influence: &Influence) -> Checked<Vec<Effect>> {
        let model = &*self.model.model;
        let sample = self.holdout.rows.select(ndarray::Axis(0), rows);
        let mut grids = vec![Grid::default(); model.card().features.len()];
        let mut shown = vec![];
        for item in influence.features.iter().filter(|item| item.mean_absolute > 0.0) {
            let mut features = self.procedure.features.iter().zip(&self.columns);
            let found = features.find(|(feature, _)| feature.id == item.feature);
            let Some((feature, [column])) = found.map(|(f, columns)| (f, columns.as_slice()))
            else {
                continue;
            };
            let is_number = matches!(feature.encoding, Encoding::Number(_));
            let grid = between(sample.column(*column).iter().copied());
            let (Some(own), true) = (grids.get_mut(*column), is_number && grid.bins() > 1) else {
                continue;
            };
            if shown.len() < SHOWN {
                *own = grid;
                shown.push((feature.id.clone(), *column));
            }
        }
        let asked = Asked {
            measures: Measures { accumulated: true, ..Measures::default() },
            outputs: vec![0],
            grids,
            scale: Scale::Raw,
            cases: 0,
            repeats: 0,
            seed: 0,
        };
        let found = overview(model, None, sample.view(), None, &asked)?;
        let features = found.features.first().map(Vec::as_slice).unwrap_or_default();
        let effect = |(feature, column): (String, usize)| {
            let points = asked.grids.get(column)?.points.iter();
            let effects = features.get(column)?.accumulated();
            let curve = points.zip(effects).map(|(x, y)| EffectPoint { value: *x, effect: y });
            Some(Effect { feature, curve: curve.collect() })
        };
        Ok(shown.into_iter().filter_map(effect).collect())
    }
}

/// Percentiles of the values that are known, each once; none where a bin would tell of too few people (gate G27).
fn between(values: impl Iterator<Item = f64>) -> Grid {
    let (first, last, step) = PERCENTILES;
    let mut known: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let percents = (first..=last).step_by(step);
    let mut points: Vec<f64> =
        percents.filter_map(|percent| audit::quantile(&known, percent)).map(|x| x + 0.0).collect();
    points.dedup();
    if step * known.len() < 100 * SMALL_GROUP {
        points.clear();
    }
    Grid { points, ..Grid::default() }
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_percentiles_of_enough_people_are_points() {
        let grid = between((0..400).map(f64::from).chain([f64::NAN]));
        assert_eq!(grid.points.len(), 19);
        assert_eq!((grid.points[0], grid.points[18]), (19.0, 379.0));
        assert!(between((0..399).map(f64::from)).points.is_empty());
        assert_eq!(between((0..400).map(|i| f64::from(i / 200))).points, [0.0, 1.0]);
    }
}
