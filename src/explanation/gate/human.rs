//! Gates of the human: a decision, on this person's data, with own considerations, released by somebody.

use std::collections::BTreeSet;

use crate::explanation::record::{InputValue, Record};
use crate::procedure::{Agreement, LetterKind, Procedure};

/// Reasons shorter than this say nothing.
const LEAST_REASON: usize = 20;
/// A human whose words are the program's to this share has written no reasons of their own (LETTERS 14.3).
const MOST_COPIED: f64 = 0.7;

/// G02.
pub(super) fn decision(record: &Record, procedure: &Procedure) -> Option<String> {
    let Some(decision) = &record.decision else {
        let needed = match record.letter {
            LetterKind::Annex => Some("no human decision is recorded"),
            LetterKind::Automatic => Some("no decision is recorded (agreed = automatic)"),
            LetterKind::MissingDocuments => {
                let looked = record.handling.first_look.is_some();
                (!looked).then_some("no human's look at the documents is recorded (first_look)")
            }
            LetterKind::Info | LetterKind::Hearing | LetterKind::Reply => None,
        };
        return needed.map(str::to_owned);
    };
    let mut findings = vec![];
    if decision.decided_at.date() > record.date {
        findings.push("decided after the date of the letter".to_owned());
    }
    if record.case.data_as_of.is_some_and(|as_of| decision.decided_at.date() < as_of) {
        findings.push("decided before the state of the data".to_owned());
    }
    if decision.agreement == Agreement::Automatic {
        if procedure.full_automation.is_none() {
            findings.push("decided by the program, where a human decides".to_owned());
        }
        if decision.positive != record.prediction.positive {
            findings.push("recorded is not what the program computes".to_owned());
        }
        return (!findings.is_empty()).then(|| findings.join("; "));
    }
    if record.letter == LetterKind::Automatic {
        findings.push("a human decided, and the letter says that a program did".to_owned());
    }
    if decision.decided_by_role.trim().is_empty() {
        findings.push("no function of the human (decided_by_role)".to_owned());
    }
    let length = decision.reasons.trim().chars().count();
    if length < LEAST_REASON {
        findings.push(format!(
            "the reasons have {length} characters, at least {LEAST_REASON} are needed"
        ));
    } else if copied(&decision.reasons, record, procedure) >= MOST_COPIED {
        findings.push("the reasons are the program's words, not the human's own".to_owned());
    }
    let side = |positive: bool| if positive { "positive" } else { "negative" };
    let same = decision.positive == record.prediction.positive;
    let contradicts = match decision.agreement {
        Agreement::Agreed => !same,
        Agreement::Deviated => same,
        // Who made no use of the suggestion may have come to either result.
        Agreement::NotUsed | Agreement::Automatic => false,
    };
    if contradicts {
        findings.push(format!(
            "recorded as {}, but the human's outcome is {} and the program's is {}",
            if same { "deviated" } else { "agreed" },
            side(decision.positive),
            side(record.prediction.positive)
        ));
    }
    (!findings.is_empty()).then(|| findings.join("; "))
}

/// Share of the words of a text that are also words of what the program says about the case: labels, values and
/// sentences of the named reasons, the suggestion. Words of one or two letters say nothing.
fn copied(text: &str, record: &Record, procedure: &Procedure) -> f64 {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2)
            .map(str::to_lowercase)
            .collect()
    };
    let mut program = BTreeSet::new();
    for reason in &record.reasons.named {
        let feature = procedure.features.iter().find(|feature| feature.id == reason.feature);
        let input = record.inputs.iter().find(|input| input.feature == reason.feature);
        if let Some(feature) = feature {
            let texts = feature
                .label
                .values()
                .chain(feature.short.values())
                .chain(feature.sentence_for.values())
                .chain(feature.sentence_against.values())
                .chain(feature.unit.values().flat_map(|unit| unit.forms.values()));
            program.extend(texts.flat_map(|text| words(text)));
            match input.map(|input| &input.value) {
                Some(InputValue::Number(number)) => program.extend(words(&number.to_string())),
                Some(InputValue::Word(word)) => {
                    let choice = feature.choices.iter().find(|choice| choice.id == *word);
                    let texts = choice.iter().flat_map(|choice| choice.text.values());
                    program.extend(texts.flat_map(|text| words(text)));
                }
                _ => {}
            }
        }
    }
    let suggested = procedure.outcome(record.prediction.positive);
    for texts in [&suggested.suggestion, &suggested.result, &suggested.goal] {
        program.extend(texts.values().flat_map(|text| words(text)));
    }
    for catalogue in procedure.catalogues.values() {
        for id in ["rea-item-for-clause", "rea-item-against-clause"] {
            let said = catalogue.say(id, &[("satz", ""), ("staerke", "")]).unwrap_or_default();
            program.extend(words(&said));
        }
        let strengths = ["strength-very-strong", "strength-strong", "strength-medium"];
        for id in strengths.into_iter().chain(["strength-slight"]) {
            program.extend(words(&catalogue.say(id, &[]).unwrap_or_default()));
        }
    }
    let own = words(text);
    let known = own.iter().filter(|word| program.contains(*word)).count();
    if own.is_empty() { 0.0 } else { known as f64 / own.len() as f64 }
}

/// G03.
pub(super) fn same_person(record: &Record) -> Option<String> {
    let decision = record.decision.as_ref()?;
    if decision.case_id != record.case.id {
        return Some(format!("the decision is about case {}", decision.case_id));
    }
    let hash = decision.inputs_sha256.as_ref()?;
    (*hash != record.case.inputs_sha256)
        .then(|| "the decision was taken on other inputs (inputs_sha256 differs)".to_owned())
}

/// G04.
pub(super) fn discretion(record: &Record) -> Option<String> {
    let decision = record.decision.as_ref()?;
    if !record.procedure.discretion {
        return None;
    }
    if decision.agreement == Agreement::Automatic {
        return Some("discretion: only a human exercises it".to_owned());
    }
    (decision.considerations.trim().chars().count() < LEAST_REASON).then(|| {
        "discretion: a human's considerations are missing (§ 35 (1) sentence 3 SGB X)".to_owned()
    })
}

/// G05.
pub(super) fn statement(record: &Record) -> Option<String> {
    if !record.case.statement || record.handling.statement_considered {
        return None;
    }
    let decided = record.decision.is_some();
    decided.then(|| {
        "the person wrote something that no input holds, and no human considered it".to_owned()
    })
}

/// G28.
pub(super) fn released(record: &Record) -> Option<String> {
    record.approved_by.is_none().then(|| "not released (--release --approved-by NAME)".to_owned())
}
