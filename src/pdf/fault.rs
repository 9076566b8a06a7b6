//! Why a document was refused.

use thiserror::Error;

use crate::fault::{Fault, Place};

/// Why a document could not be written. Nothing is printed wrongly instead.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PdfFault {
    /// Gate G24: the bundled faces have no glyph for a character.
    #[error("no glyph for {character:?} (U+{:04X}) in “{context}”", *character as u32)]
    MissingGlyph {
        /// The character.
        character: char,
        /// Some text around it.
        context: String,
    },
    /// A control, bidi or replacement character: it would make the printed text differ from the stored one.
    #[error("character U+{:04X} in “{context}” is not text", *character as u32)]
    NotText {
        /// The character.
        character: char,
        /// Some text around it, without such characters.
        context: String,
    },
    /// DIN 5008: the address zone holds six lines.
    #[error("{lines} address lines")]
    AddressLines {
        /// How many there are.
        lines: usize,
    },
    /// A line of the furniture does not fit its place even at its smallest size.
    #[error("“{text}” is {width:.0} mm wide, its place {room:.0} mm")]
    TooWide {
        /// The text.
        text: String,
        /// Its width, mm.
        width: f32,
        /// The width of its place, mm.
        room: f32,
    },
    /// A piece that cannot be broken is taller than a page.
    #[error("{what} is {height:.0} mm high, a page has room for {room:.0} mm")]
    TooTall {
        /// What it is.
        what: String,
        /// Its height, mm.
        height: f32,
        /// The room on a page, mm.
        room: f32,
    },
    /// PDF/UA-1 7.4: one title, and no heading level left out.
    #[error("heading of level {level} “{text}” after level {after}")]
    HeadingOrder {
        /// Its level.
        level: u8,
        /// Its text.
        text: String,
        /// The level of the heading before it; 0 for none.
        after: u8,
    },
    /// A row of a table with more or fewer cells than columns.
    #[error("table row {row} has {cells} cells for {columns} columns")]
    TableShape {
        /// The row, from 1.
        row: usize,
        /// Its cells.
        cells: usize,
        /// The columns of the table.
        columns: usize,
    },
    /// The date is not `YYYY-MM-DD`.
    #[error("date “{0}”")]
    Date(String),
    /// The document has no title, language or alternative text where PDF/UA wants one.
    #[error("no {0}")]
    Empty(&'static str),
    /// A form field without a name of its own.
    #[error("form field “{0}”")]
    FieldName(String),
    /// The writing layer failed.
    #[error("PDF writer: {0}")]
    Writer(String),
}

impl PdfFault {
    /// Stable code of the fault.
    pub fn code(&self) -> &'static str {
        match self {
            PdfFault::MissingGlyph { .. } => "F21",
            PdfFault::NotText { .. } => "F22",
            PdfFault::AddressLines { .. } => "F23",
            PdfFault::TooWide { .. } => "F24",
            PdfFault::TooTall { .. } => "F25",
            PdfFault::HeadingOrder { .. } => "F26",
            PdfFault::TableShape { .. } => "F27",
            PdfFault::Date(_) => "F28",
            PdfFault::Empty(_) => "F29",
            PdfFault::Writer(_) => "F30",
            PdfFault::FieldName(_) => "F32",
        }
    }

    fn expected_and_mend(&self) -> (&'static str, &'static str) {
        match self {
            PdfFault::MissingGlyph { .. } => (
                "characters of the bundled face (Latin, Greek, Cyrillic, Arabic)",
                "Write the text with characters the face has, or produce this letter by hand.",
            ),
            PdfFault::NotText { .. } => {
                ("printable text", "Remove the character from the source of the text.")
            }
            PdfFault::AddressLines { .. } => {
                ("at most 6 lines (DIN 5008)", "Join lines of the address.")
            }
            PdfFault::TooWide { .. } => ("a text that fits its place", "Shorten the text."),
            PdfFault::TooTall { .. } => {
                ("a piece that fits one page", "Split the text, the row or the figure.")
            }
            PdfFault::HeadingOrder { .. } => {
                ("one level-1 heading first, then no level left out", "Correct the heading levels.")
            }
            PdfFault::TableShape { .. } => ("one cell a column", "Correct the table."),
            PdfFault::Date(_) => ("a date YYYY-MM-DD", "Correct the date of the document."),
            PdfFault::Empty(_) => ("a text (PDF/UA-1)", "Give the text."),
            PdfFault::FieldName(_) => (
                "a name of lower-case letters, digits, _ and - in parts joined by dots, once a document",
                "Give the field a name of its own.",
            ),
            PdfFault::Writer(_) => {
                ("a written file", "Report this; the document is at fault only if it is huge.")
            }
        }
    }
}

impl From<PdfFault> for Fault {
    fn from(fault: PdfFault) -> Fault {
        let (expected, mend) = fault.expected_and_mend();
        Fault::new(fault.code(), Place::default(), fault.to_string(), expected, mend)
    }
}
