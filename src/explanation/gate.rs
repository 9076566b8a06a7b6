//! Gates: what must hold before a document may say what it says, each with a stable code.

use super::record::{ChangeView, CounterfactualStatus, InputValue, Record};
use super::verdict::{Consequence, GateCode, GateVerdict};
use crate::fault::{turns, visible};
use crate::procedure::{LetterKind, Procedure};
use crate::typeface;

impl Record {
    /// The hardest consequence of its gates.
    pub fn consequence(&self) -> Consequence {
        self.gates.iter().map(|verdict| verdict.consequence).max().unwrap_or(Consequence::Pass)
    }

    /// Documents are drafts.
    pub fn is_draft(&self) -> bool {
        self.approved_by.is_none() || self.consequence() >= Consequence::Draft
    }

    /// The gate holds.
    pub fn passes(&self, gate: GateCode) -> bool {
        self.gate(gate).is_some_and(|verdict| verdict.consequence == Consequence::Pass)
    }

    /// The verdicts that the gates give on what the record says now.
    pub fn judged(&self, procedure: &Procedure) -> Vec<GateVerdict> {
        judge(self, procedure, self.model.trees)
    }

    /// The verdict of a gate.
    pub fn gate(&self, gate: GateCode) -> Option<&GateVerdict> {
        self.gates.iter().find(|verdict| verdict.gate == gate)
    }
}

/// Reasons shorter than this say nothing.
const LEAST_REASON: usize = 20;

/// Checks a record that is complete but for its gates.
pub(super) fn judge(record: &Record, procedure: &Procedure, trees: usize) -> Vec<GateVerdict> {
    let verdict = |gate, consequence, finding: Option<String>| GateVerdict {
        gate,
        consequence: if finding.is_some() { consequence } else { Consequence::Pass },
        finding: finding.unwrap_or_default(),
    };
    vec![
        verdict(GateCode::G01, Consequence::BlockLetter, legal_fields(record, procedure)),
        verdict(GateCode::G02, Consequence::Draft, human_decision(record)),
        verdict(GateCode::G03, Consequence::BlockAll, same_person(record)),
        verdict(GateCode::G04, Consequence::BlockLetter, discretion(record)),
        verdict(GateCode::G11, Consequence::BlockAll, local_accuracy(record, trees)),
        verdict(GateCode::G13, Consequence::BlockAll, approved_model(record)),
        verdict(GateCode::G19, Consequence::Omit, counterfactual(record, procedure)),
        verdict(GateCode::G24, Consequence::BlockAll, printable(record)),
        verdict(GateCode::G28, Consequence::Draft, released(record)),
    ]
}

/// Fields of the procedure are checked when it is loaded; what is left depends on the case.
fn legal_fields(record: &Record, procedure: &Procedure) -> Option<String> {
    if record.letter != LetterKind::Annex {
        return None;
    }
    let mut missing = vec![];
    if record.decision.as_ref().and_then(|decision| decision.notice_date).is_none() {
        missing.push("notice_date in decisions.csv");
    }
    if procedure.remedy_heading.is_none() {
        missing.push("remedy.heading in procedure.toml");
    }
    (!missing.is_empty()).then(|| format!("an annex needs {}", missing.join(" and ")))
}

fn human_decision(record: &Record) -> Option<String> {
    let Some(decision) = &record.decision else {
        return (record.letter == LetterKind::Annex)
            .then(|| "no human decision is recorded".to_owned());
    };
    let mut findings = vec![];
    if decision.decided_by_role.trim().is_empty() {
        findings.push("no function of the human (decided_by_role)".to_owned());
    }
    let length = decision.reasons.trim().chars().count();
    if length < LEAST_REASON {
        findings.push(format!(
            "the reasons have {length} characters, at least {LEAST_REASON} are needed"
        ));
    }
    if record.case.data_as_of.is_some_and(|as_of| decision.decided_at.date() < as_of) {
        findings.push("decided before the state of the data".to_owned());
    }
    if decision.decided_at.date() > record.date {
        findings.push("decided after the date of the letter".to_owned());
    }
    let agreed = matches!(decision.agreement, crate::procedure::Agreement::Agreed);
    if agreed != (decision.positive == record.prediction.positive) {
        let says = if agreed { "agreed" } else { "deviated" };
        let side = |positive: bool| if positive { "positive" } else { "negative" };
        findings.push(format!(
            "recorded as {says}, but the human's outcome is {} and the program's is {}",
            side(decision.positive),
            side(record.prediction.positive)
        ));
    }
    (!findings.is_empty()).then(|| findings.join("; "))
}

fn same_person(record: &Record) -> Option<String> {
    let decision = record.decision.as_ref()?;
    if decision.case_id != record.case.id {
        return Some(format!("the decision is about case {}", decision.case_id));
    }
    let hash = decision.inputs_sha256.as_ref()?;
    (*hash != record.case.inputs_sha256)
        .then(|| "the decision was taken on other inputs (inputs_sha256 differs)".to_owned())
}

fn discretion(record: &Record) -> Option<String> {
    let decision = record.decision.as_ref()?;
    (record.procedure.discretion && decision.considerations.trim().chars().count() < LEAST_REASON)
        .then(|| {
            "discretion: a human's considerations are missing (§ 35 (1) sentence 3 SGB X)"
                .to_owned()
        })
}

/// Base value + attributions = the model in double precision, within 1e-9 relative; and the library's own score differs
/// from that by its rounding only: each of the n trees adds at most one rounding of the running sum.
fn local_accuracy(record: &Record, trees: usize) -> Option<String> {
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

fn approved_model(record: &Record) -> Option<String> {
    (record.model.sha256 != record.model.approved_sha256).then(|| {
        format!(
            "the model file has SHA-256 {}, approved was {}",
            record.model.sha256, record.model.approved_sha256
        )
    })
}

/// What `find` promises is checked again on the record itself: it flips, at most two changes, actionable features only.
fn counterfactual(record: &Record, procedure: &Procedure) -> Option<String> {
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
pub(super) fn prints_alike(change: &ChangeView, procedure: &Procedure) -> bool {
    let feature = procedure.features.iter().find(|feature| feature.id == change.feature);
    match (feature, &change.from, &change.to) {
        (Some(feature), InputValue::Number(from), InputValue::Number(to)) => {
            format!("{from:.*}", feature.places(*from)) == format!("{to:.*}", feature.places(*to))
        }
        (_, from, to) => from == to,
    }
}

fn printable(record: &Record) -> Option<String> {
    let mut texts: Vec<&str> = vec![&record.case.id];
    if let Some(person) = &record.recipient {
        texts.push(&person.name);
        texts.extend(person.address.iter().map(String::as_str));
        if person.address.len() > 5 {
            return Some(format!(
                "{} address lines below the name, at most 5 fit the window",
                person.address.len()
            ));
        }
    }
    if let Some(decision) = &record.decision {
        // Paragraphs of what a human wrote stay paragraphs.
        texts.extend(decision.reasons.lines().chain(decision.considerations.lines()));
        texts.push(&decision.decided_by_role);
    }
    let text =
        texts.into_iter().find_map(|text| Some((text, text.chars().find(|&c| !is_printable(c))?)));
    text.map(|(text, c)| {
        format!("character U+{:04X} in “{}” cannot be printed", c as u32, visible(text))
    })
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !turns(c) && typeface::covers(c)
}

fn released(record: &Record) -> Option<String> {
    record.approved_by.is_none().then(|| "not released (--release --approved-by NAME)".to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::explanation::{Basis, Circumstances};
    use crate::procedure::read_cases;
    use crate::table::{Separator, read_table};

    /// The record of a case of the fixtures, as `explain` makes it.
    fn record() -> Record {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let procedure = Procedure::load(&project.join("models/unemployment-benefit")).unwrap();
        let model = crate::model::read(&procedure.model_file).unwrap();
        let date = jiff::civil::date(2026, 11, 23);
        let basis = Basis::new(&procedure, &model, date).unwrap();
        let table = project.join("fixtures/unemployment-benefit/cases.csv");
        let table = read_table(&table, Separator::Detect).unwrap();
        let (cases, _) = read_cases(&procedure.features, &table);
        let with = Circumstances {
            date,
            approved_by: None,
            decision: None,
            recipient: None,
            letter: None,
        };
        basis.explain(&cases[0], with).unwrap()
    }

    /// G11: no file reaches this gate unless the program itself is wrong, so the record is spoilt
    /// here: by more than 1e-9 in double precision, by more than single-precision rounding against the library.
    #[test]
    fn an_explanation_that_does_not_add_up_is_held_back() {
        let good = record();
        let trees = good.model.trees;
        assert_eq!(local_accuracy(&good, trees), None);
        let spoilt = |spoil: fn(&mut Record)| {
            let mut record = good.clone();
            spoil(&mut record);
            local_accuracy(&record, trees)
        };
        assert_eq!(spoilt(|record| record.attribution.residual = 9e-10), None);
        assert!(spoilt(|record| record.attribution.residual = 1.1e-9).unwrap().contains("miss"));
        assert!(spoilt(|record| record.attribution.residual = f64::NAN).is_some());
        assert_eq!(spoilt(|record| record.prediction.raw = record.prediction.exact + 1e-6), None);
        let gap = spoilt(|record| record.prediction.raw = record.prediction.exact + 1e-3);
        assert!(gap.unwrap().contains("library"));
        assert!(spoilt(|record| record.prediction.raw = f64::NAN).is_some());
    }

    /// G11 blocks every document, and what blocks most decides.
    #[test]
    fn the_hardest_consequence_decides() {
        let mut record = record();
        assert_eq!(record.consequence(), Consequence::Draft);
        let verdict = record.gates.iter_mut().find(|verdict| verdict.gate == GateCode::G11);
        verdict.unwrap().consequence = Consequence::BlockAll;
        assert_eq!(record.consequence(), Consequence::BlockAll);
        assert!(record.is_draft());
    }
}
