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
/// `R10`: no JSON of this schema; line and column are in the message.
pub fn from_json(file: &str, bytes: &[u8]) -> Result<Record, Fault> {
    let record = read(file, bytes, SCHEMA, |record: &Record| &record.schema)?;
    // The id names a folder wherever documents are written.
    if !is_case_id(&record.case.id) {
        return Err(fault(file, SCHEMA, format!("the case id “{}”", record.case.id)));
    }
    Ok(record)
}

/// Reads the numbers of a report.
///
/// # Errors
/// `R10`: no JSON of this schema; line and column are in the message.
pub fn report_from_json(file: &str, bytes: &[u8]) -> Result<ModelReport, Fault> {
    read(file, bytes, REPORT_SCHEMA, |report: &ModelReport| &report.schema)
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
        "Use what `klartext explain` wrote, with this version of the program.",
    )
}

/// The JSON Schema of the record, pretty-printed, with a line end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Record);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
