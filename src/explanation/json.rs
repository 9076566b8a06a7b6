//! The record as JSON: two spaces, fields in the order of the structs, shortest numbers: the same record gives the same
//! bytes on every machine.

use serde::de::DeserializeOwned;

use super::model_report::{ModelReport, REPORT_SCHEMA};
use super::record::{Record, SCHEMA};
use crate::fault::{Fault, Place};
use crate::procedure::is_case_id;

/// The record as bytes, with a line end.
pub fn to_json(record: &Record) -> Vec<u8> {
    // Serialising plain structs of strings and finite numbers cannot fail; numbers are finite because `explain` refuses
    // others.
    let mut bytes = serde_json::to_vec_pretty(record).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Reads a record.
///
/// # Errors
/// `R10`: no JSON of this schema; line and column are in the message. `R67`: an earlier version wrote it, and a part is not
/// there; its name is in the message.
pub fn from_json(file: &str, bytes: &[u8]) -> Result<Record, Fault> {
    let record = read(file, bytes, SCHEMA, |record: &Record| &record.schema)?;
    // The id names a folder wherever documents are written.
    if !is_case_id(&record.case.id) {
        return Err(fault(file, SCHEMA, format!("the case id “{}”", record.case.id)));
    }
    match lacking(&record) {
        Some(part) => Err(earlier(file, &part, &record.tool.version)),
        None => Ok(record),
    }
}

/// Reads the numbers of a report.
///
/// # Errors
/// As [`from_json`].
pub fn report_from_json(file: &str, bytes: &[u8]) -> Result<ModelReport, Fault> {
    let report = read(file, bytes, REPORT_SCHEMA, |report: &ModelReport| &report.schema)?;
    match &report.reliability.reasons {
        Some(_) => Ok(report),
        None => Err(earlier(file, "reliability.reasons", &report.tool.version)),
    }
}

/// The part that every record has and this one has not. A document made without it would leave out what a person needs,
/// and nobody would see that.
fn lacking(record: &Record) -> Option<String> {
    let reasons = record.reasons.named.iter().map(|reason| ("named", reason));
    let mut reasons =
        reasons.chain(record.reasons.uncertain.iter().map(|reason| ("uncertain", reason)));
    let unchecked = reasons.find(|(_, reason)| reason.licence.is_none());
    match unchecked {
        _ if record.reliability.is_none() => Some("reliability".to_owned()),
        _ if record.details.is_none() => Some("details".to_owned()),
        _ if record.statements.is_none() => Some("statements".to_owned()),
        Some((list, reason)) => Some(format!("reasons.{list}.{}.licence", reason.feature)),
        None => None,
    }
}

fn earlier(file: &str, part: &str, version: &str) -> Fault {
    Fault::new(
        "R67",
        Place::file(file).field(part),
        format!("no such part; written by klartext {version}"),
        "every part that this version writes",
        "An earlier version wrote the file: explain the case (or write the report) again with this one.",
    )
}

fn read<T: DeserializeOwned>(
    file: &str,
    bytes: &[u8],
    schema: &str,
    of: fn(&T) -> &String,
) -> Result<T, Fault> {
    let read: T =
        serde_json::from_slice(bytes).map_err(|error| fault(file, schema, error.to_string()))?;
    if of(&read) != schema {
        return Err(fault(file, schema, format!("schema “{}”", of(&read))));
    }
    Ok(read)
}

fn fault(file: &str, schema: &str, found: String) -> Fault {
    Fault::new(
        "R10",
        Place::file(file),
        found,
        format!("a record of schema {schema}"),
        "Use what `klartext explain` wrote; if an earlier version wrote it, explain the case again with this one.",
    )
}

/// The JSON Schema of the record, pretty-printed, with a line end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Record);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
