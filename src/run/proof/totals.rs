//! What the record of an owner's report lets it say: every number in it, in the roundings that a report uses.

use serde_json::Value;

use super::Heard;
use super::numbers::Sayable;
use super::tongue::Tongue;
use crate::audit::SMALL_GROUP;
use crate::explanation::ModelReport;
use crate::procedure::Procedure;

/// Letters of a checksum that are printed as one word.
const CHECKSUM_WORD: usize = 8;

/// Everything that a report gives.
pub(super) fn of_report(
    report: &ModelReport,
    procedure: &Procedure,
    tongue: &Tongue<'_>,
    given: &mut Sayable,
) {
    all(&serde_json::to_value(report).unwrap_or_default(), tongue, given);
    for date in [report.date, report.background.as_of, report.holdout.as_of] {
        tongue.dates(date).iter().for_each(|words| given.words(words));
    }
    for value in [report.reliability.residual_max, report.reliability.residual_p99] {
        given.bound(value);
    }
    rounded(procedure.threshold, given);
    // Cases of a search are told of every hundred.
    let found = report.counterfactuals;
    for n in [found.one_change, found.two_changes, found.impossible, found.not_found] {
        rounded(n as f64 / found.rows.max(1) as f64, given);
    }
    let errors = &report.performance.errors;
    for pair in [
        [errors.true_positives, errors.false_positives],
        [errors.false_negatives, errors.true_negatives],
        [errors.true_positives, errors.false_negatives],
        [errors.false_positives, errors.true_negatives],
    ] {
        given.number(pair.iter().sum::<usize>().to_string());
    }
    if let Some(usage) = &report.usage {
        let decided = usage.agreed + usage.deviated;
        rounded(usage.agreed as f64 / decided.max(1) as f64, given);
    }
    let few = [SMALL_GROUP.to_string()];
    for id in ["report-bins-small", "report-groups-small"] {
        given.words(&tongue.phrase(id, &[("n", &few)]));
    }
    // Fewer decisions than this are told to say little.
    given.words(&tongue.phrase("report-agreement-small", &[("n", &["30".to_owned()])]));
    for feature in &procedure.features {
        for choice in &feature.choices {
            [&choice.text, &choice.short]
                .into_iter()
                .for_each(|text| given.text(tongue.text(text), tongue));
        }
    }
    for group in &procedure.holdout_groups {
        let texts = group.values.values().chain([&group.label]);
        texts.for_each(|text| given.text(tongue.text(text), tongue));
    }
}

/// Numbers of a JSON value in their roundings, and the digits of its words. The dots of the swarm are not said.
fn all(value: &Value, tongue: &Tongue<'_>, given: &mut Sayable) {
    match value {
        Value::Number(number) => rounded(number.as_f64().unwrap_or_default(), given),
        Value::String(text) => {
            given.words(&tongue.words(text));
            let is_checksum = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
            if is_checksum {
                let parts = text.as_bytes().chunks(CHECKSUM_WORD);
                parts.for_each(|part| given.number(String::from_utf8_lossy(part).into_owned()));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, tongue, given)),
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| *name != "points")
            .for_each(|(_, field)| all(field, tongue, given)),
        _ => {}
    }
}

/// A number to as many places as reports print, in full, and as a share of a hundred, rounded, down, up, and what is left
/// of the hundred.
fn rounded(value: f64, given: &mut Sayable) {
    let mut say = |text: String| {
        let nothing = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        let text = if nothing { text.trim_start_matches('-').to_owned() } else { text };
        if value > 0.0 && !nothing {
            given.number(format!("+{text}"));
        }
        given.number(text);
    };
    (0..=4).for_each(|places| say(format!("{value:.places$}")));
    say(format!("{value}"));
    let hundred = 100.0 * value;
    if (-100.0..=100.0).contains(&hundred) {
        for share in [hundred.round(), (hundred + 1e-9).floor(), (hundred - 1e-9).ceil()] {
            say(format!("{share:.0}"));
            say(format!("{:.0}", 100.0 - share));
        }
        // Ends of an interval are rounded outwards.
        for tenths in [(10.0 * hundred).floor(), (10.0 * hundred).round(), (10.0 * hundred).ceil()]
        {
            say(format!("{:.1}", tenths / 10.0));
        }
        say(format!("{}", (1e6 * hundred).round() / 1e6));
    }
}

/// Headings of sections carry their number, which is no result: it goes where it is the next one.
pub(super) fn without_section_numbers(heard: &mut Heard<'_>) {
    let mut next = 1;
    for line in heard.said.iter_mut().filter(|line| line.role == "H2") {
        if line.words.first().is_some_and(|word| *word == next.to_string()) {
            line.words.remove(0);
            next += 1;
        }
    }
}
