//! Gates of the model and of what explains it: sums, stability, the approved file, surrogate, counterfactual.

use crate::explanation::record::{
    AttributionView, ChangeView, CounterfactualStatus, InputValue, Record,
};
use crate::explanation::verdict::Consequence;
use crate::procedure::Procedure;

/// Agreement of the simplified tree from which caseworkers see it without a warning, and at all (gate G14).
const FIDELITY: (f64, f64) = (0.95, 0.90);
/// Held-out cases in the case's leaf, and agreement there (gate G15).
const LOCAL_FIDELITY: (usize, f64) = (30, 0.90);
/// Seeds of a sampled attribution; seeds that must name the same first three (gate G12).
const SEEDS: (usize, f64) = (5, 0.8);

/// G11. Base value + attributions = the model in double precision, within 1e-9 relative; and the library's own score
/// differs from that by its rounding only: each of the n trees adds at most one rounding of the running sum.
pub(super) fn local_accuracy(record: &Record, trees: usize) -> Option<String> {
    let prediction = &record.prediction;
    let scale = prediction.exact.abs().max(1.0);
    let residual = record.attribution.residual;
    if residual.is_nan() || residual > 1e-9 * scale {
        return Some(format!("base value and attributions miss the model by {residual:e}"));
    }
    let gap = (prediction.raw - prediction.exact).abs();
    let rounding = (trees as f64 + 2.0)
        * f64::from(f32::EPSILON)
        * scale.max(record.attribution.base_value.abs());
    (gap.is_nan() || gap > rounding)
        .then(|| format!("the library's score and the double-precision sum differ by {gap:e}"))
}

/// G12. Exact attributions are the same every time; sampled ones must agree among their seeds.
pub(super) fn stability(record: &Record) -> Option<String> {
    let attribution = &record.attribution;
    let exact = [AttributionView::TREES, AttributionView::LINEAR, AttributionView::EXACT];
    if exact.contains(&attribution.method.as_str()) {
        return None;
    }
    let runs = &attribution.seeds;
    if runs.len() < SEEDS.0 {
        return Some(format!("{} seeds, at least {} are needed", runs.len(), SEEDS.0));
    }
    if record.reasons.flat {
        return None;
    }
    let places = attribution.features.iter().enumerate();
    for (i, feature) in places {
        let named = record.reasons.named.iter().any(|reason| reason.feature == feature.feature);
        let sign = |run: &crate::explanation::SeedRun| run.values.get(i).map(|v| *v > 0.0);
        if named && runs.iter().any(|run| sign(run) != Some(feature.value > 0.0)) {
            return Some(format!("{} changes its sign among seeds", feature.feature));
        }
    }
    let first_three = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        let size = |i: &usize| values.get(*i).map_or(0.0, |value| value.abs());
        order.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.cmp(b)));
        order.truncate(3);
        order.sort_unstable();
        order
    };
    let values: Vec<f64> = attribution.features.iter().map(|feature| feature.value).collect();
    let shown = first_three(&values);
    let same = runs.iter().filter(|run| first_three(&run.values) == shown).count();
    ((same as f64) < SEEDS.1 * runs.len() as f64)
        .then(|| format!("only {same} of {} seeds give the same first three", runs.len()))
}

/// G13.
pub(super) fn approved(record: &Record) -> Option<String> {
    (record.model.sha256 != record.model.approved_sha256).then(|| {
        format!(
            "the model file has SHA-256 {}, approved was {}",
            record.model.sha256, record.model.approved_sha256
        )
    })
}

/// G14: a warning from 90 to 95 of 100, left out below.
pub(super) fn fidelity(record: &Record) -> (Consequence, Option<String>) {
    let view = &record.surrogate;
    let fidelity = view.agreeing as f64 / view.rows.max(1) as f64;
    let finding = (fidelity < FIDELITY.0)
        .then(|| format!("the simplified tree agrees in {} of {} cases", view.agreeing, view.rows));
    (if fidelity < FIDELITY.1 { Consequence::Omit } else { Consequence::Warning }, finding)
}

/// G15.
pub(super) fn local_fidelity(record: &Record) -> Option<String> {
    let view = &record.surrogate;
    if !view.agrees {
        return Some("the simplified tree disagrees with the program in this case".to_owned());
    }
    if view.leaf_rows < LOCAL_FIDELITY.0 {
        return Some(format!("{} held-out cases in this leaf", view.leaf_rows));
    }
    let fidelity = view.leaf_agreeing as f64 / view.leaf_rows as f64;
    (fidelity < LOCAL_FIDELITY.1).then(|| {
        format!("it agrees in {} of {} cases of this leaf", view.leaf_agreeing, view.leaf_rows)
    })
}

/// G19. What `find` promises is checked again on the record itself: it flips, at most two changes, actionable features only.
pub(super) fn counterfactual(record: &Record, procedure: &Procedure) -> Option<String> {
    let found = &record.counterfactual;
    if found.status != CounterfactualStatus::Found {
        return Some("no example was found".to_owned());
    }
    let flips = found
        .value
        .is_some_and(|value| (value >= record.prediction.threshold) != record.prediction.positive);
    if !flips {
        return Some("the example does not flip the result".to_owned());
    }
    if found.changes.len() > 2 {
        return Some(format!("{} changes", found.changes.len()));
    }
    let same = found.changes.iter().find(|change| prints_alike(change, procedure));
    if let Some(change) = same {
        return Some(format!("{} would be printed as it is", change.feature));
    }
    let fixed = found.changes.iter().find(|change| {
        procedure.features.iter().all(|feature| feature.id != change.feature || !feature.actionable)
    });
    fixed.map(|change| format!("{} is not actionable", change.feature))
}

/// With the places of its feature the other value would be printed like the own one: "2 years instead of 2 years".
pub(in crate::explanation) fn prints_alike(change: &ChangeView, procedure: &Procedure) -> bool {
    let feature = procedure.features.iter().find(|feature| feature.id == change.feature);
    match (feature, &change.from, &change.to) {
        (Some(feature), InputValue::Number(from), InputValue::Number(to)) => {
            format!("{from:.*}", feature.places(*from)) == format!("{to:.*}", feature.places(*to))
        }
        (_, from, to) => from == to,
    }
}
