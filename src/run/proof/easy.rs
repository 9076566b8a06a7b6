//! What a letter in Leichte Sprache says at its place: whole numbers, no percentages, every detail in a list, the reasons
//! that count in their order, an example only where it is one in whole numbers.

use super::numbers::Sayable;
use super::tongue::Tongue;
use super::{Heard, Subject, finding};
use crate::explanation::{CounterfactualStatus, GateCode, InputValue, Strength};
use crate::fault::Faults;
use crate::procedure::{Feature, Kind, LetterKind, Source};

/// Words without the marks of bold text.
fn unmarked(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|word| word.replace("**", "")).collect()
}

/// A message as words.
fn phrase(tongue: &Tongue<'_>, id: &str, slots: &[(&str, &[String])]) -> Vec<String> {
    unmarked(tongue.phrase(id, slots))
}

/// A value in whole numbers: `36 Jahre`, `ungefähr 52 von 100`.
fn value(tongue: &Tongue<'_>, feature: &Feature, value: &InputValue) -> Vec<String> {
    let InputValue::Number(number) = value else {
        return unmarked(tongue.value(feature, value, false));
    };
    let whole = number.round();
    let said = match feature.kind {
        Kind::Percent => phrase(tongue, "ls-of-100", &[("n", &[tongue.number(whole, 0)])]),
        _ => tongue.full_quantity(feature, whole),
    };
    if whole == *number { said } else { phrase(tongue, "ls-about", &[("wert", &said)]) }
}

/// `Ihr Alter 36 Jahre`, or the text of a yes or no.
fn line(tongue: &Tongue<'_>, feature: &Feature, input: &InputValue) -> Vec<String> {
    let value = value(tongue, feature, input);
    match (input, feature.kind) {
        (InputValue::Word(_), Kind::YesNo) => value,
        _ => tongue.words(tongue.text(&feature.label)).into_iter().chain(value).collect(),
    }
}

/// The whole numbers that the letter may say.
pub(super) fn sayable(subject: &Subject<'_>, tongue: &Tongue<'_>, given: &mut Sayable) {
    let record = subject.record;
    let feature = |id: &str| subject.procedure.features.iter().find(|feature| feature.id == id);
    let inputs = record.inputs.iter().map(|input| (&input.feature, &input.value));
    let changes = record.counterfactual.changes.iter().map(|change| (&change.feature, &change.to));
    for (id, number) in inputs.chain(changes) {
        if let Some(feature) = feature(id) {
            given.words(&value(tongue, feature, number));
        }
    }
}

/// Checks the points of the letter.
pub(super) fn check(
    subject: &Subject<'_>,
    tongue: &Tongue<'_>,
    heard: &Heard<'_>,
    faults: &mut Faults,
) {
    let record = subject.record;
    let feature = |id: &str| subject.procedure.features.iter().find(|feature| feature.id == id);
    let mut want = |holds: bool, wanted: &[String], what: &str| {
        if !holds {
            let found = format!("no “{}” where it belongs", wanted.join(" "));
            faults.push(finding("R76", found, what));
        }
    };
    let below = |id: &str| {
        let heading = phrase(tongue, id, &[]);
        let mut said = heard.said.iter();
        said.find(|line| line.role.starts_with('H') && line.words == heading)?;
        Some(said.take_while(|line| !line.role.starts_with('H')).collect::<Vec<_>>())
    };
    let listed = |id: &str| {
        let lines = below(id)?;
        let list = lines.into_iter().filter(|line| line.role == "LBody");
        Some(list.map(|line| line.words.clone()).collect::<Vec<_>>())
    };
    let lines = record.inputs.iter();
    let details: Vec<Vec<String>> = lines
        .filter_map(|input| Some(line(tongue, feature(&input.feature)?, &input.value)))
        .collect();
    let all = listed("ls-data-head").unwrap_or_default();
    for (nth, detail) in details.iter().enumerate() {
        want(
            all.get(nth) == Some(detail),
            detail,
            "a detail with its value in the list of details",
        );
    }
    let tells = record.decision.as_ref().is_none_or(|decision| decision.agreement.follows());
    let checked =
        record.details.iter().filter(|_| tells && record.letter != LetterKind::MissingDocuments);
    let checked: Vec<Vec<String>> = checked
        .flat_map(|details| details.turning.iter().take(super::details::MOST))
        .filter_map(|detail| {
            let input = record.inputs.iter().find(|input| input.feature == detail.feature)?;
            let feature = feature(&detail.feature)?;
            let mut said = line(tongue, feature, &input.value);
            if input.value != InputValue::Missing {
                let source = match feature.source {
                    Source::Own => "ls-check-own",
                    Source::File => "ls-check-file",
                    Source::Other(_) => "ls-check-other",
                };
                said.extend(phrase(tongue, source, &[]));
            }
            Some(said)
        })
        .collect();
    let words = checked.concat();
    want(
        listed("ls-check-head").unwrap_or_default() == checked,
        &words,
        "the details whose correction would change the result",
    );
    if let (Some(date), false) = (record.case.data_as_of, checked.is_empty()) {
        let [date, _] = tongue.dates(date);
        let mut lead = phrase(tongue, "ls-check-first", &[]);
        lead.extend(phrase(tongue, "ls-check-as-of", &[("datum", &date)]));
        let said = below("ls-check-head").unwrap_or_default();
        let holds = said.iter().any(|line| line.words == lead);
        want(holds, &lead, "the date of the details to check");
    }
    if record.letter == LetterKind::MissingDocuments {
        return;
    }
    let positive = record.prediction.positive;
    let reasons = record.reasons.named.iter().filter(|reason| reason.strength > Strength::Slight);
    let mut wanted = vec![];
    for reason in reasons.filter(|_| tells) {
        let input = record.inputs.iter().find(|input| input.feature == reason.feature);
        let (Some(feature), Some(input)) = (feature(&reason.feature), input) else { continue };
        // The side is that of the attribution's sign, whatever the record says of it.
        let of = record.attribution.features.iter().find(|item| item.feature == reason.feature);
        let speaks_for = of.is_some_and(|item| (item.value > 0.0) == positive);
        let side = if speaks_for { "ls-reason-for" } else { "ls-reason-against" };
        let strength = match reason.strength {
            Strength::VeryStrong => "ls-strength-very",
            Strength::Strong => "ls-strength-strong",
            Strength::Medium | Strength::Slight => "ls-strength-also",
        };
        let slots = [
            ("staerke", &*phrase(tongue, strength, &[])),
            ("satz", &*line(tongue, feature, &input.value)),
        ];
        wanted.push(phrase(tongue, side, &slots));
    }
    let fixed = ["ls-reason-flat", "ls-caveat", "ls-human-reasons"];
    let fixed = fixed.map(|id| phrase(tongue, id, &[]));
    let said: Vec<&Vec<String>> = below("ls-reason-head")
        .into_iter()
        .flatten()
        .map(|line| &line.words)
        .filter(|words| !fixed.contains(words))
        .collect();
    for (nth, reason) in wanted.iter().enumerate() {
        want(said.get(nth) == Some(&reason), reason, "this reason at this place");
    }
    if said.len() > wanted.len() {
        let found = format!("{} reasons", said.len());
        want(false, &[found], &format!("{} reasons", wanted.len()));
    }
    let found = &record.counterfactual;
    let shown =
        tells && found.status == CounterfactualStatus::Found && record.passes(GateCode::G19);
    let mut changes = vec![];
    let mut whole = true;
    for change in found.changes.iter().filter(|_| shown) {
        let Some(feature) = feature(&change.feature) else { continue };
        let to = line(tongue, feature, &change.to);
        whole &= to != line(tongue, feature, &change.from)
            && !matches!(change.to, InputValue::Number(number) if number.fract() != 0.0);
        changes.push(to);
    }
    let expected = (shown && whole).then_some(changes);
    let example = listed("ls-cf-head");
    let words = expected.iter().flatten().flatten().cloned().collect::<Vec<_>>();
    want(
        example == expected,
        &words,
        "the example of other values, where it is one in whole numbers",
    );
}
