//! What an example of other values may change: actionable features, within what the procedure and the comparison group
//! allow, on values that a letter can print.

use ndarray::Array2;

use crate::counterfactual::{Adjustable, AdjustableKind, Direction as Way};
use crate::procedure::{CaseValue, Direction, Encoding, Feature, Kind, Procedure};

/// What may change in a counterfactual: the actionable features, inside what the procedure and the comparison group allow.
pub(super) fn adjustable(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    background: &Array2<f64>,
) -> (Vec<usize>, Vec<Adjustable>) {
    let mut features = vec![];
    let mut changes = vec![];
    for (i, (feature, columns)) in procedure.features.iter().zip(columns).enumerate() {
        if !feature.actionable {
            continue;
        }
        let (min, max, scale) = spread(background, columns);
        features.push(i);
        changes.push(Adjustable {
            columns: columns.clone(),
            kind: kind(feature),
            direction: match feature.direction {
                Direction::Any => Way::Any,
                Direction::Up => Way::Up,
                Direction::Down => Way::Down,
            },
            min: feature.min.unwrap_or(min).max(min),
            max: feature.max.unwrap_or(max).min(max),
            scale: if matches!(feature.kind, Kind::Quantity | Kind::Percent) { scale } else { 0.0 },
            weight: 1.0,
        });
    }
    (features, changes)
}

pub(super) fn kind(feature: &Feature) -> AdjustableKind {
    match &feature.encoding {
        Encoding::Number(_) => {
            let shown = 10f64.powi(-(feature.decimals.unwrap_or_default() as i32));
            // A value that a letter names must be one that a letter can print.
            AdjustableKind::Number { step: Some(feature.step.unwrap_or(shown)) }
        }
        Encoding::Code { codes, .. } => AdjustableKind::Codes { values: codes.clone() },
        Encoding::OneHot(_) => AdjustableKind::OneHot {
            codes: (0..feature.choices.len())
                .map(|i| feature.encode(CaseValue::Choice(i)))
                .collect(),
        },
    }
}

/// Smallest, largest value and standard deviation of a column in the comparison group.
pub(super) fn spread(background: &Array2<f64>, columns: &[usize]) -> (f64, f64, f64) {
    let Some(&column) = columns.first() else { return (0.0, 0.0, 0.0) };
    let values: Vec<f64> =
        background.column(column).iter().copied().filter(|x| !x.is_nan()).collect();
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    let min = values.iter().copied().fold(f64::MAX, f64::min);
    let max = values.iter().copied().fold(f64::MIN, f64::max);
    (min, max, variance.sqrt())
}
