//! Tests of the simplified tree in words. Thresholds are never rounded so that they contradict the branch: they are
//! printed between the values that the feature can take.

use super::telling::Telling;
use crate::explanation::{PathStepView, Record};
use crate::language::plain_number;
use crate::procedure::{Encoding, Feature};

/// A step of the path: `Alter: unter 42 Jahre`, `Grund: Auftragsmangel`.
pub(super) fn step(t: &Telling<'_>, record: &Record, step: &PathStepView) -> String {
    let text = side(t, &step.column, step.threshold, step.low, own(record, &step.column));
    if step.missing { format!("{text} {}", t.wording.text("rule-missing-filled")) } else { text }
}

/// The test itself, to be answered with yes (below the threshold) or no.
pub(super) fn question(t: &Telling<'_>, record: &Record, step: &PathStepView) -> String {
    side(t, &step.column, step.threshold, true, own(record, &step.column))
}

/// The case's value of a column.
fn own(record: &Record, column: &str) -> Option<f64> {
    let columns = record.inputs.iter().flat_map(|input| &input.columns);
    columns.filter(|item| item.column == column).find_map(|item| item.value)
}

/// One side of a test on a column of the model; `own` is the case's value, where there is a case.
pub(super) fn side(
    t: &Telling<'_>,
    column: &str,
    threshold: f64,
    low: bool,
    own: Option<f64>,
) -> String {
    let feature = t.procedure.features.iter().find(|f| f.encoding.columns().contains(&column));
    let Some(feature) = feature else { return format!("{column} {}", plain_number(threshold)) };
    let label = t.of(&feature.short);
    match &feature.encoding {
        Encoding::Number(_) => {
            let number = printable_threshold(feature, threshold, own);
            let id = if low { "rule-less" } else { "rule-at-least" };
            t.wording.say(
                id,
                &[("label", label), ("wert", &t.quantity(&at_scale(feature, number.1), number.0))],
            )
        }
        Encoding::Code { codes, .. } => {
            let chosen: Vec<String> = feature
                .choices
                .iter()
                .zip(codes)
                .filter(|(_, code)| (**code < threshold) == low)
                .map(|(choice, _)| t.of(&choice.short).to_owned())
                .collect();
            format!("{label}: {}", chosen.join(", "))
        }
        Encoding::OneHot(columns) => {
            let chosen = columns.iter().position(|name| name.as_deref() == Some(column));
            let word = chosen
                .and_then(|i| feature.choices.get(i))
                .map(|choice| t.of(&choice.short))
                .unwrap_or_default();
            // A one-hot column is 0 or 1: the low side of any threshold in between is "not this value".
            let id = if low { "rule-is-not" } else { "rule-is" };
            t.wording.say(id, &[("label", label), ("wert", word)])
        }
    }
}

/// The threshold with as few decimals as say the truth: the case's own value lies on the printed side of the printed
/// number, and the number is off by at most half a percent. Returns the number and its decimals.
fn printable_threshold(feature: &Feature, threshold: f64, own: Option<f64>) -> (f64, usize) {
    if feature.decimals == 0 && feature.step.is_some_and(|step| step.fract() == 0.0) {
        // Only whole numbers occur: "below 42" and "from 42" say the same as 41.5.
        return (threshold.ceil(), 0);
    }
    for decimals in feature.decimals..9 {
        let power = 10f64.powi(decimals as i32);
        let rounded = (threshold * power).round() / power;
        let truthful = own.is_none_or(|own| (own < rounded) == (own < threshold));
        if truthful && (rounded - threshold).abs() <= 0.005 * threshold.abs() {
            return (rounded, decimals);
        }
    }
    (threshold, 9)
}

/// The feature as it is shown with that many decimals.
fn at_scale(feature: &Feature, decimals: usize) -> Feature {
    Feature { decimals, ..feature.clone() }
}
