//! Proofreading: a finished file is read back as a screen reader reads it, and compared with the document it was made of.
//!
//! The reader shares nothing with the writer but the parser of PDF objects: it walks the structure tree, takes the text
//! of every marked-content identifier through the fonts' character maps, and keeps artefacts apart. What is compared:
//!
//! | code | what is wrong |
//! |---|---|
//! | R70 | the file cannot be read back |
//! | R71 | a text of the document is not read, a text is read that the document has not, or the order differs |
//! | R72 | what assistive technology needs is missing: title, language, alternative text, header cells, heading levels |
//! | R73 | a glyph without text, a text without glyph, a control or direction character |
//! | R74 | a page without its number, its footer, its header or the mark of a draft |
//! | R78 | the attached file is not that of the document |
//!
//! Whether the texts are true is for `run` to judge, which has the record.

mod content;
mod face;
mod form;
mod order;
mod scan;
mod tree;

use super::Written;
use super::read::guarded;
use crate::document::Document;
use crate::fault::{Checked, Fault, Faults, Place};

pub use order::normalised;

/// A finished file, as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Title in the metadata.
    pub title: Option<String>,
    /// Readers show the title, not the file name.
    pub shows_title: bool,
    /// Language of the document.
    pub language: Option<String>,
    /// The file says that it is tagged.
    pub tagged: bool,
    /// What is read, in the order of reading.
    pub said: Vec<Said>,
    /// Cells in each row of each table.
    pub tables: Vec<Vec<usize>>,
    /// What is said for each form field; empty for one that says nothing.
    pub fields: Vec<String>,
    /// The pages.
    pub pages: Vec<PageRead>,
    /// The attached file.
    pub attached: Vec<u8>,
}

/// A text that is read in one go: a heading, a paragraph, the body of a list item, a cell, a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Structure type: `H1`, `P`, `LBody`, `TH`, `TD`, `Caption`, `Figure` …
    pub role: String,
    /// The text; of a figure its alternative text.
    pub text: String,
    /// Of a figure: the texts drawn in it.
    pub drawn: Vec<String>,
    /// Of a cell: number of its table and of its row, from 0.
    pub cell: Option<(usize, usize)>,
    /// Of a header cell: what it heads, `Column` or `Row`.
    pub scope: Option<String>,
}

/// What a page has besides what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRead {
    /// Artefacts: header, footer, repeated table headers, the mark of a draft.
    pub artefacts: Vec<String>,
    /// Text that is neither content nor artefact, or content that no element owns.
    pub unowned: Vec<String>,
    /// Codes that stand for no text or show no glyph.
    pub wordless: Vec<u16>,
    /// Content that the reader does not read.
    pub unread: Option<&'static str>,
}

/// Reads a finished file back.
///
/// # Errors
/// `R70` for anything that is not a tagged file as [`write`](super::write) makes it. Hostile files give a fault, never a
/// panic.
pub fn read_back(bytes: &[u8]) -> Checked<Reading> {
    guarded(bytes, tree::read).map_err(|found| {
        Fault::new(
            "R70",
            Place::default(),
            found,
            "a tagged file that can be read back",
            "Report this: the file was not released.",
        )
        .into()
    })
}

/// Reads a file back and compares it with the document that it was made of.
///
/// # Errors
/// Every difference, and whatever a reader of the file would miss.
pub fn proofread(written: &Written, document: &Document) -> Checked<Reading> {
    let reading = read_back(&written.bytes)?;
    let mut faults = Faults::default();
    order::check(&reading, document, &mut faults);
    form::check(&reading, document, written.pages, &mut faults);
    faults.or(reading)
}

/// A finding about a finished file.
fn finding(code: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Fault {
    let mend = "The file was not released; report this with the record of the case.";
    Fault::new(code, Place::default(), found, expected, mend)
}
