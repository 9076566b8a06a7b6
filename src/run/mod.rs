//! Many cases: records and documents for each, in parallel, every file written whole or not at all.

mod complete;
mod documents;
mod files;
mod job;
mod manifest;
mod proof;
mod readability;
mod report;
mod reread;
mod verify;

pub use documents::{Audience, DocumentKind, Rendered, render};
pub use files::write_file;
pub use job::{Job, Summary, run};
pub use manifest::{CaseEntry, FileEntry, HeldBack, Manifest};
pub use readability::{Measured, judgement, measured_examples};
pub use report::render_report;
pub use reread::read_record;
pub use verify::{Verdict, verify};

use std::path::Path;

use crate::explanation;
use crate::fault::Checked;
use crate::model::{self, LoadedModel};
use crate::procedure::Procedure;

/// A procedure and its model, as loaded from a folder.
#[derive(Debug)]
pub struct Loaded {
    /// The checked procedure.
    pub procedure: Procedure,
    /// Its model.
    pub model: LoadedModel,
}

impl Loaded {
    /// Loads both.
    ///
    /// # Errors
    /// Every fault of the procedure folder, or every fault of the model file.
    pub fn from(folder: &Path) -> Checked<Loaded> {
        let mut procedure = Procedure::load(folder)?;
        let model = model::read(&procedure.model_file)?;
        explanation::name_codes(&mut procedure, &model)?;
        Ok(Loaded { procedure, model })
    }
}
