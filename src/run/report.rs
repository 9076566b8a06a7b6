//! The owner's report of a procedure: rendered, and what a run contributes to it.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::Rendered;
use super::manifest::{CaseEntry, HeldBack};
use super::proof;
use crate::document;
use crate::explanation::{Basis, HeldBackCount, ModelReport, Usage};
use crate::fault::{Checked, Fault, Place};
use crate::language::Language;
use crate::pdf;
use crate::procedure::{Agreement, Case, Decision, Procedure};

/// The report as a file: `report.de.pdf`, `report.de.entwurf.pdf`.
///
/// # Errors
/// Missing texts; a character that the faces have not; content that does not fit; every finding of the proofreading
/// (`R70` to `R79`).
pub fn render_report(
    report: &ModelReport,
    procedure: &Procedure,
    language: Language,
) -> Checked<Rendered> {
    let document = document::report(report, procedure, language)?;
    let name = report_name(language, document.watermark.is_some());
    let written = pdf::write(&document).map_err(Fault::from)?;
    proof::report_document(report, procedure, language, &written, &document).map_err(
        |mut faults| {
            let place = Place::file(&procedure.id).field("report");
            faults.0.iter_mut().for_each(|fault| fault.place = place.clone());
            faults
        },
    )?;
    Ok(Rendered { name, bytes: written.bytes, pages: written.pages, judgement: None })
}

/// File name of the report.
pub(super) fn report_name(language: Language, draft: bool) -> String {
    format!("report.{}{}.pdf", language.tag(), if draft { ".entwurf" } else { "" })
}

/// What came of a run: what humans decided, and what was held back. `unread` are lines of the case table that could
/// not be read; `with_letters` says whether letters were asked for.
pub(super) fn usage(
    basis: &Basis<'_>,
    cases: &[Case],
    decisions: &BTreeMap<String, Decision>,
    entries: &[CaseEntry],
    unread: &[HeldBack],
    with_letters: bool,
) -> Usage {
    let decided: Vec<&Decision> = cases.iter().filter_map(|case| decisions.get(&case.id)).collect();
    let agreed = decided.iter().filter(|d| d.agreement == Agreement::Agreed).count();
    let without = decided.iter().filter(|d| d.considerations.trim().is_empty()).count();
    let held = || entries.iter().flat_map(|entry| &entry.held_back).chain(unread);
    let letters: BTreeSet<&str> = held()
        .filter(|entry| entry.consequence == "blocked")
        .filter(|entry| ["letter", "all"].contains(&entry.document.as_str()))
        .map(|entry| entry.case_id.as_str())
        .collect();
    let mut by_code: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for entry in held() {
        let key = (entry.code.as_str(), entry.consequence.as_str());
        by_code.entry(key).or_default().insert(&entry.case_id);
    }
    Usage {
        cases: cases.len() + unread.len(),
        agreed,
        deviated: decided.len() - agreed,
        open: cases.len() - decided.len(),
        without_considerations: basis.procedure.discretion.then_some(without),
        unusual: cases.iter().filter(|case| basis.is_unusual(&case.values)).count(),
        letters_blocked: with_letters.then_some(letters.len()),
        held_back: by_code
            .into_iter()
            .map(|((code, consequence), cases)| HeldBackCount {
                code: code.to_owned(),
                consequence: consequence.to_owned(),
                cases: cases.len(),
            })
            .collect(),
    }
}
