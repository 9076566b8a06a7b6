//! A record from a file, before documents are made from it again.

use std::path::Path;

use super::complete::complete;
use super::verify::case_of;
use crate::explanation::{GateVerdict, Record, from_json, inputs_sha256};
use crate::fault::{Checked, Fault, Place};
use crate::procedure::Procedure;

/// Reads a record that `explain` wrote with this procedure. Whether its numbers are the model's only `verify` can tell;
/// here it must be of one piece: inputs that the procedure knows, the hash of these inputs, and the verdicts that the
/// gates give on it, so that nothing is printed that the gates hold back.
///
/// # Errors
/// `F01` unreadable, `R10` no record, `R61` of another procedure, `R62` inputs that the procedure has not, `R63` changed
/// after it was written.
pub fn read_record(procedure: &Procedure, path: &Path) -> Checked<Record> {
    let file = path.display().to_string();
    let fault = |code, found: String, expected: &str, mend: &str| {
        Fault::new(code, Place::file(&file), found, expected, mend)
    };
    let bytes = std::fs::read(path).map_err(|error| {
        fault("F01", error.to_string(), "a readable record", "Check the name of the file.")
    })?;
    let record = from_json(&file, &bytes)?;
    let own = &record.procedure;
    if own.id != procedure.id || own.sha256 != procedure.sha256 {
        let found = format!("a record of {} ({})", own.id, own.sha256);
        let expected = format!("a record of {} ({})", procedure.id, procedure.sha256);
        let mend = "Use the procedure folder of that time, or explain the case again.";
        return Err(fault("R61", found, &expected, mend).into());
    }
    let case = case_of(procedure, &record, &file)?;
    let changed = if inputs_sha256(&procedure.features, &case.values) != record.case.inputs_sha256 {
        "inputs that are not those of inputs_sha256"
    } else if judged_again(&record, procedure) != record.gates {
        "verdicts that the gates do not give on this record"
    } else {
        return Ok(record);
    };
    let mend = "Explain the case again; records are not edited.";
    Err(fault("R63", changed.to_owned(), "a record as `klartext explain` wrote it", mend).into())
}

/// The verdicts of all gates, those about the finished letter too.
fn judged_again(record: &Record, procedure: &Procedure) -> Vec<GateVerdict> {
    let mut again = Record { gates: record.judged(procedure), ..record.clone() };
    complete(&mut again, procedure);
    again.gates
}
