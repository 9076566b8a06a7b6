//! Tests of the simplified tree in words. Thresholds are printed in full.

use super::telling::Telling;
use crate::explanation::PathStepView;
use crate::language::plain_number;
use crate::procedure::{Encoding, Feature};

/// The test itself as a question, and whether its answer "yes" is the low side. Choices are asked for what they are
/// (`Krankenhaus: ja?`), never for what they are not.
pub(super) fn question(t: &Telling<'_>, step: &PathStepView) -> (String, bool) {
    let of_column = |feature: &&Feature| feature.encoding.columns().contains(&step.column.as_str());
    let feature = t.procedure.features.iter().find(of_column);
    let low = feature.is_none_or(|feature| matches!(feature.encoding, Encoding::Number(_)));
    (side(t, &step.column, step.threshold, low), low)
}

/// One side of a test on a column of the model.
pub(super) fn side(t: &Telling<'_>, column: &str, threshold: f64, low: bool) -> String {
    let feature = t.procedure.features.iter().find(|f| f.encoding.columns().contains(&column));
    let Some(feature) = feature else { return format!("{column} {}", plain_number(threshold)) };
    let label = t.of(&feature.short);
    match &feature.encoding {
        Encoding::Number(_) => {
            // Thresholds of the tree are the roundest numbers that divide the cases the same way: printed in full, no
            // threshold contradicts the branch that a case took.
            let full = Feature { decimals: None, ..feature.clone() };
            let id = if low { "rule-less" } else { "rule-at-least" };
            t.wording.say(id, &[("label", label), ("wert", &t.quantity(&full, threshold))])
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
