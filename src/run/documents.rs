//! From a record to the files about it.

use super::readability::judgement;
use crate::document::{self, Document};
use crate::explanation::{Consequence, Record};
use crate::fault::{Checked, Fault, Place};
use crate::language::Language;
use crate::language::readability::Judgement;
use crate::pdf;
use crate::procedure::Procedure;

use super::proof;

/// Who reads a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// The letter.
    Citizen,
    /// Sheets A and B.
    Caseworker,
    /// The report.
    Owner,
}

/// A kind of document about one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// The citizen's letter.
    Letter,
    /// The caseworker's sheet before the result.
    SheetA,
    /// The caseworker's sheet about the result.
    SheetB,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [DocumentKind; 3] =
        [DocumentKind::Letter, DocumentKind::SheetA, DocumentKind::SheetB];

    /// Name in files and markers.
    pub fn name(self) -> &'static str {
        match self {
            DocumentKind::Letter => "letter",
            DocumentKind::SheetA => "sheet-a",
            DocumentKind::SheetB => "sheet-b",
        }
    }

    /// Who reads it.
    pub fn audience(self) -> Audience {
        match self {
            DocumentKind::Letter => Audience::Citizen,
            _ => Audience::Caseworker,
        }
    }

    /// The gates' hardest consequence under which it may still be written.
    pub fn allowed_up_to(self) -> Consequence {
        match self {
            DocumentKind::Letter => Consequence::Draft,
            _ => Consequence::BlockLetter,
        }
    }

    /// The document about a record.
    ///
    /// # Errors
    /// Missing texts, a record of another procedure.
    pub fn document(
        self,
        record: &Record,
        procedure: &Procedure,
        language: Language,
    ) -> Checked<Document> {
        match self {
            DocumentKind::Letter => document::letter(record, procedure, language),
            DocumentKind::SheetA => document::sheet_a(record, procedure, language),
            DocumentKind::SheetB => document::sheet_b(record, procedure, language),
        }
    }
}

/// A finished file.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// File name: `letter.de.pdf`, `letter.de.entwurf.pdf`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub pages: usize,
    /// What is to be said about its text; letters only, in languages that have formulas.
    pub judgement: Option<Judgement>,
}

/// Lays a document out, writes it, and reads the finished file back: a file that says anything the record does not give
/// never leaves here.
///
/// # Errors
/// Missing texts; a character that the faces have not; content that does not fit; every finding of the proofreading
/// (`R70` to `R79`).
pub fn render(
    kind: DocumentKind,
    record: &Record,
    procedure: &Procedure,
    language: Language,
) -> Checked<Rendered> {
    let document = kind.document(record, procedure, language)?;
    let judgement = match kind {
        DocumentKind::Letter => judgement(&document, kind, record, procedure, language),
        _ => None,
    };
    let draft = if document.watermark.is_some() { ".entwurf" } else { "" };
    let written = pdf::write(&document).map_err(|fault| {
        let mut fault = Fault::from(fault);
        fault.place = Place::file(&record.case.id).field(kind.name());
        fault
    })?;
    let subject = proof::Subject { kind, record, procedure, language };
    proof::case_document(&subject, &written, &document).map_err(|mut faults| {
        let place = Place::file(&record.case.id).field(kind.name());
        faults.0.iter_mut().for_each(|fault| fault.place = place.clone());
        faults
    })?;
    Ok(Rendered {
        name: format!("{}.{}{draft}.pdf", kind.name(), language.tag()),
        bytes: written.bytes,
        pages: written.pages,
        judgement,
    })
}
