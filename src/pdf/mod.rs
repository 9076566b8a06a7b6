//! Blocks on pages: a [`Document`] becomes one file that is PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once.
//!
//! The way through, in the order of the data:
//!
//! | file | what it does |
//! |---|---|
//! | `typeset` | text → lines of glyphs, each with the text it stands for (parley) |
//! | `direction`, `sentence` | what keeps its direction in a text of the other; one sentence a line |
//! | `compose`, `table`, `panel`, `form`, `figure` | blocks → strips: things that stay whole, with their glue |
//! | `paginate` | strips → pages |
//! | `furniture` | what stands around the blocks: letterhead, window, title block, header, footer, draft band |
//! | `draw` | pages → printpdf operations, every piece marked with its tag or as artifact |
//! | `tags` | the structure tree |
//! | `fields` | form fields that can be filled in |
//! | `fonts` | subsets of the bundled faces, one code a (glyph, text) |
//! | `archive` | metadata, colour, attachment, bookmarks, identifier: what makes the file archivable |
//! | `read` | the attachment of a finished file |
//! | `proof` | a finished file read back and compared with its document |
//!
//! Nothing here reads a clock, a counter or a hash order: the same document gives the same bytes.

mod archive;
mod compose;
mod direction;
mod draw;
mod fault;
mod fields;
mod figure;
mod fonts;
mod form;
mod furniture;
mod icc;
mod ink;
mod letter;
mod metadata;
mod paginate;
mod panel;
mod proof;
mod read;
mod sentence;
mod strip;
mod table;
mod tags;
mod typeset;

pub use fault::PdfFault;
pub use proof::{PageRead, Reading, Said, normalised, proofread, read_back};
pub use read::attachment;

use crate::document::Document;

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Number of pages (gate G25).
    pub pages: usize,
}

/// Lays a document out and writes it as one PDF/UA-1 and PDF/A-3a file.
///
/// # Errors
/// Refuses the document instead of printing it wrongly: a character without a glyph, a control or bidi override
/// character, an address that does not fit the window, headings out of order, a piece that fits no page.
pub fn write(document: &Document) -> Result<Written, PdfFault> {
    let laid = furniture::lay_out(document)?;
    let repertoire = fonts::Repertoire::of(&laid.pages);
    let drawn = draw::pages(&laid, &repertoire);
    let pages = laid.pages.len();
    let bytes = archive::finish(document, laid, drawn, &repertoire)?;
    Ok(Written { bytes, pages })
}
