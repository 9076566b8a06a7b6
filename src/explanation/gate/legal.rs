//! Gates of the law: fields of the agency, full automation, hearing, protected attributes, what was not used.

use crate::explanation::record::Record;
use crate::procedure::{Hearing, LetterKind, Procedure, Protection, RemedyRegime};

/// G01. Fields of the procedure are checked when it is loaded; what is left depends on the letter and the case.
pub(super) fn fields(record: &Record, procedure: &Procedure) -> Option<String> {
    let handling = &record.handling;
    let mut missing = vec![];
    if record.letter.explains_a_bescheid() {
        if record.decision.as_ref().and_then(|decision| decision.notice_date).is_none() {
            missing.push("notice_date in decisions.csv");
        }
        match &procedure.remedy {
            None => missing.push("remedy.heading in procedure.toml"),
            Some(remedy) if remedy.regime == RemedyRegime::None => {
                missing.push("a remedy.regime other than none in procedure.toml");
            }
            Some(_) => {}
        }
    }
    match record.letter {
        LetterKind::Hearing if handling.agency_text.is_empty() => {
            missing.push("agency_text in decisions.csv (the facts and what the agency means to do, § 24 SGB X)");
        }
        LetterKind::MissingDocuments => {
            if handling.missing.is_empty() {
                missing.push("missing in decisions.csv (what is missing)");
            }
            if handling.refusal_intended && handling.notice_66.is_empty() {
                missing.push("notice_66 in decisions.csv (§ 66 (3) SGB I)");
            }
            if handling.refusal_intended && handling.time_limit.is_empty() {
                missing.push("time_limit in decisions.csv (§ 66 (3) SGB I)");
            }
        }
        _ => {}
    }
    let kind = record.letter.name();
    (!missing.is_empty()).then(|| format!("the letter ({kind}) needs {}", missing.join(" and ")))
}

/// G06. A letter that says the program decided needs a procedure in which it may, and the other way round.
pub(super) fn full_automation(record: &Record, procedure: &Procedure) -> Option<String> {
    let automatic = record.letter == LetterKind::Automatic;
    let Some(full) = &procedure.full_automation else {
        return automatic.then(|| "automatic without automation = full".to_owned());
    };
    if procedure.discretion {
        return Some("full automation with discretion".to_owned());
    }
    if full.legal_basis.is_empty() {
        return Some("no automation_legal_basis".to_owned());
    }
    if procedure.remedy.is_none() {
        return Some("no remedy: the person could not contest the decision".to_owned());
    }
    let protected = procedure.features.iter().find(
        |feature| matches!(&feature.protection, Protection::Protected(basis) if basis.is_empty()),
    );
    protected.map(|feature| format!("{} is protected and has no legal basis", feature.id))
}

/// G07. § 24 SGB X; `not_required` is no exception: an adverse decision names the one of § 24 (2).
pub(super) fn hearing(record: &Record, procedure: &Procedure) -> Option<String> {
    let decision = record.decision.as_ref()?;
    if record.letter == LetterKind::Hearing || !procedure.outcome(decision.positive).adverse {
        return None;
    }
    match &record.handling.hearing {
        Hearing::Done | Hearing::Exception(_) => None,
        Hearing::Unrecorded => Some("an adverse decision, and no hearing is recorded".to_owned()),
        Hearing::NotRequired => Some(
            "an adverse decision: “not_required” names no exception of § 24 (2) SGB X".to_owned(),
        ),
    }
}

/// G09.
pub(super) fn protected_inputs(procedure: &Procedure) -> Option<String> {
    let without = procedure.features.iter().filter(|feature| match &feature.protection {
        Protection::None => false,
        Protection::Protected(basis) => basis.is_empty(),
        Protection::Proxy(note) => note.is_empty(),
    });
    let names: Vec<&str> = without.map(|feature| feature.id.as_str()).collect();
    (!names.is_empty()).then(|| format!("no legal basis or note: {}", names.join(", ")))
}

/// G10. A reason that is told and protected stands with its legal basis; neither an example of other values nor the
/// details to check ever have one.
pub(super) fn protected_reasons(record: &Record, procedure: &Procedure) -> Option<String> {
    let protection = |id: &str| {
        procedure
            .features
            .iter()
            .find(|feature| feature.id == id)
            .map(|feature| &feature.protection)
    };
    let found = &record.counterfactual;
    let change = found
        .changes
        .iter()
        .chain(&found.alternatives)
        .find(|change| matches!(protection(&change.feature), Some(Protection::Protected(_))));
    if let Some(change) = change {
        return Some(format!("{} is protected and stands in an example", change.feature));
    }
    let details = record.details.iter().flat_map(|details| &details.turning);
    let mut details = details.map(|detail| detail.feature.as_str());
    if let Some(detail) =
        details.find(|id| matches!(protection(id), Some(Protection::Protected(_))))
    {
        return Some(format!("{detail} is protected and stands among the details to check"));
    }
    let mut told = record.reasons.named.iter().chain(&record.reasons.uncertain);
    let reason = told.find(|reason| {
        matches!(protection(&reason.feature), Some(Protection::Protected(basis)) if basis.is_empty())
    });
    reason.map(|reason| format!("{} is a reason, protected, without legal basis", reason.feature))
}

/// G21.
pub(super) fn not_used(record: &Record, procedure: &Procedure) -> Option<String> {
    let used: Vec<&str> = record
        .inputs
        .iter()
        .flat_map(|input| input.columns.iter().map(|column| column.column.as_str()))
        .chain(record.inputs.iter().map(|input| input.feature.as_str()))
        .collect();
    let claimed = procedure.not_used.iter().flat_map(|item| &item.columns);
    let wrong: Vec<&str> =
        claimed.map(String::as_str).filter(|column| used.contains(column)).collect();
    (!wrong.is_empty()).then(|| format!("said to be not used, but an input: {}", wrong.join(", ")))
}
