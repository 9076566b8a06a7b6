//! Is this file what the program would write? Reads the attached record, computes it again from the model, and writes
//! the document again.

use std::path::Path;

use serde_json::Value;

use super::Loaded;
use super::complete::complete;
use super::documents::{DocumentKind, render};
use super::report::render_report;
use crate::explanation::{
    Basis, Circumstances, InputValue, Record, from_json, report_from_json, to_json,
};
use crate::fault::{Checked, Fault, Place};
use crate::language::Language;
use crate::pdf;
use crate::procedure::{Case, CaseValue, Procedure};

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The marker of the file: `klartext/letter/de`.
    pub marker: String,
    /// What it is about: the case, or the procedure of a report.
    pub about: String,
    /// Places in the record whose value differs from what the model gives: path, attached value, computed value.
    pub differences: Vec<(String, String, String)>,
    /// The file has exactly the bytes that the program writes for its record.
    pub same_bytes: bool,
}

impl Verdict {
    /// Every number agrees and the bytes are the same.
    pub fn holds(&self) -> bool {
        self.differences.is_empty() && self.same_bytes
    }
}

/// Verifies a letter, a sheet or a report.
///
/// # Errors
/// The file cannot be read, has no record, or is about another procedure.
pub fn verify(loaded: &Loaded, path: &Path) -> Checked<Verdict> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        Fault::new(
            "F01",
            Place::file(&file),
            error.to_string(),
            "a readable PDF",
            "Check the name of the file.",
        )
    })?;
    let (marker, attached) = pdf::attachment(&bytes).map_err(|mut faults| {
        faults.0.iter_mut().for_each(|fault| fault.place = Place::file(&file));
        faults
    })?;
    if let Some(language) = report_language(&marker) {
        return verify_report(loaded, &file, marker, language, &attached, &bytes);
    }
    let (kind, language) = parse_marker(&marker).ok_or_else(|| {
        Fault::new(
            "R60",
            Place::file(&file),
            format!("the marker “{marker}”"),
            "a letter, sheet or report of this program",
            "Verify a document that `klartext explain` or `klartext render` wrote.",
        )
    })?;
    let record = from_json(&file, &attached)?;
    let procedure = &loaded.procedure;
    same_procedure(procedure, &record.procedure.id, &file)?;
    let basis = Basis::new(procedure, &loaded.model, record.date)?;
    let mut computed =
        basis.explain(&case_of(procedure, &record, &file)?, circumstances(&record))?;
    complete(&mut computed, procedure);
    let differences = differences(&attached, &to_json(&computed));
    let rendered = render(kind, &computed, procedure, language)?;
    Ok(Verdict {
        marker,
        about: format!("case {}", record.case.id),
        differences,
        same_bytes: rendered.bytes == bytes,
    })
}

fn same_procedure(procedure: &Procedure, id: &str, file: &str) -> Checked<()> {
    if id == procedure.id {
        return Ok(());
    }
    Err(Fault::new(
        "R61",
        Place::file(file),
        format!("a document about {id}"),
        format!("one about {}", procedure.id),
        "Name the folder of the document's procedure with --procedure.",
    )
    .into())
}

fn report_language(marker: &str) -> Option<Language> {
    Language::from_tag(marker.strip_prefix("klartext/report/")?)
}

/// The owner's report: its numbers again from procedure and model. What came of the run (decisions, held-back letters)
/// is taken from the attached report: it is no result of the model.
fn verify_report(
    loaded: &Loaded,
    file: &str,
    marker: String,
    language: Language,
    attached: &[u8],
    bytes: &[u8],
) -> Checked<Verdict> {
    let report = report_from_json(file, attached)?;
    let procedure = &loaded.procedure;
    same_procedure(procedure, &report.procedure.id, file)?;
    let basis = Basis::new(procedure, &loaded.model, report.date)?;
    let computed = basis.report(report.date, report.approved_by.clone(), report.usage)?;
    Ok(Verdict {
        marker,
        about: format!("procedure {}", procedure.id),
        differences: differences(attached, &computed.to_json()),
        same_bytes: render_report(&computed, procedure, language)?.bytes == bytes,
    })
}

fn parse_marker(marker: &str) -> Option<(DocumentKind, Language)> {
    let mut parts = marker.strip_prefix("klartext/")?.split('/');
    let name = parts.next()?;
    let kind = DocumentKind::ALL.into_iter().find(|kind| kind.name() == name)?;
    let language = Language::from_tag(parts.next()?)?;
    parts.next().is_none().then_some((kind, language))
}

/// The case that a record is about, from its inputs.
pub(super) fn case_of(procedure: &Procedure, record: &Record, file: &str) -> Checked<Case> {
    let mut values = vec![];
    for feature in &procedure.features {
        let input = record.inputs.iter().find(|input| input.feature == feature.id);
        let value = match input.map(|input| &input.value) {
            Some(InputValue::Missing) => Some(CaseValue::Missing),
            Some(InputValue::Number(number)) => Some(CaseValue::Number(*number)),
            Some(InputValue::Word(word)) => {
                feature.choices.iter().position(|choice| choice.id == *word).map(CaseValue::Choice)
            }
            None => None,
        };
        values.push(value.ok_or_else(|| {
            Fault::new(
                "R62",
                Place::file(file).field(format!("inputs.{}", feature.id)),
                "no value that the procedure knows",
                "one value a feature",
                "Verify with the procedure folder of that time.",
            )
        })?);
    }
    Ok(Case {
        id: record.case.id.clone(),
        data_as_of: record.case.data_as_of,
        values,
        statement: record.case.statement,
    })
}

fn circumstances(record: &Record) -> Circumstances {
    Circumstances {
        date: record.date,
        approved_by: record.approved_by.clone(),
        decision: record.decision.clone(),
        handling: record.handling.clone(),
        recipient: record.recipient.clone(),
        format: record.format,
        evidence: record.evidence.clone(),
        letter: Some(record.letter),
    }
}

/// Where two JSON texts differ.
fn differences(attached: &[u8], computed: &[u8]) -> Vec<(String, String, String)> {
    if attached == computed {
        return vec![];
    }
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or(Value::Null);
    let mut found = vec![];
    compare(&mut found, String::new(), &parse(attached), &parse(computed));
    if found.is_empty() {
        // The same values, written differently: also not what the program writes.
        found.push((
            "(bytes)".to_owned(),
            "another spelling".to_owned(),
            "the program's spelling".to_owned(),
        ));
    }
    found
}

fn compare(found: &mut Vec<(String, String, String)>, path: String, a: &Value, b: &Value) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let missing = Value::Null;
                compare(
                    found,
                    format!("{path}/{key}"),
                    a.get(key).unwrap_or(&missing),
                    b.get(key).unwrap_or(&missing),
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                compare(found, format!("{path}/{i}"), a, b);
            }
        }
        _ if a != b => found.push((path, a.to_string(), b.to_string())),
        _ => {}
    }
}
