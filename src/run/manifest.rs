//! What a run did: `run.json` for machines, `held_back.csv` for people who must act.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::explanation::{GroupIdentity, ModelIdentity, ProcedureIdentity, Tool};
use crate::language::readability::Measures;

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FileEntry {
    /// Path below the output folder, with `/`.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: usize,
    /// Its pages; none for data.
    pub pages: Option<usize>,
    /// How easy its text is to read; letters only, in languages that have formulas.
    pub readability: Option<Measures>,
}

/// A case of the run.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CaseEntry {
    /// Its id.
    pub id: String,
    /// What was written.
    pub files: Vec<FileEntry>,
    /// What was held back.
    pub held_back: Vec<HeldBack>,
}

/// A document that was not written, or only as a draft although release was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldBack {
    /// The case.
    pub case_id: String,
    /// `letter`, `sheet-a`, `sheet-b`, `all`.
    pub document: String,
    /// Gate or fault code.
    pub code: String,
    /// `blocked` or `draft`.
    pub consequence: String,
    /// What was found.
    pub finding: String,
    /// What to do.
    pub mend: String,
}

/// The run as a whole. It has no time of day and no number of threads: two runs on the same input are the same.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Manifest {
    /// `klartext.run/1`.
    pub schema: String,
    /// What ran.
    pub tool: Tool,
    /// Which procedure.
    pub procedure: ProcedureIdentity,
    /// Which model.
    pub model: ModelIdentity,
    /// The comparison group.
    pub background: GroupIdentity,
    /// The labelled cases.
    pub holdout: GroupIdentity,
    /// Date of the documents.
    #[schemars(with = "String")]
    pub date: Date,
    /// Who released.
    pub approved_by: Option<String>,
    /// Cases in the order of the table.
    pub cases: Vec<CaseEntry>,
    /// Files about the run as a whole.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// As JSON with a line end.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// `held_back.csv`.
pub(super) fn held_back_csv(entries: &[HeldBack]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing text fields into memory cannot fail.
    let _ = writer.write_record(["case_id", "document", "code", "consequence", "finding", "mend"]);
    for entry in entries {
        let _ = writer.serialize((
            &entry.case_id,
            &entry.document,
            &entry.code,
            &entry.consequence,
            &entry.finding,
            &entry.mend,
        ));
    }
    writer.into_inner().unwrap_or_default()
}
