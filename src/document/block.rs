//! The blocks a document is made of. They say what a thing is; `pdf` decides where it stands and how it is tagged.

use crate::chart::Drawing;

/// A stretch of text in one weight. A line feed in it begins a new line of the same paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Bold face.
    pub bold: bool,
}

/// Regular text.
pub fn plain(text: impl Into<String>) -> Run {
    Run { text: text.into(), bold: false }
}

/// Bold text.
pub fn bold(text: impl Into<String>) -> Run {
    Run { text: text.into(), bold: true }
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextStyle {
    /// Body text.
    Body,
    /// Smaller and lighter: reading help, caveats, notes.
    Note,
    /// Larger than body: the one sentence a sheet or report begins with.
    Lead,
}

/// The look of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelTone {
    /// Light blue ground with an accent bar at the left: the summary of a letter, once a document.
    Summary,
    /// Warm ground and border: what speaks against.
    Caution,
    /// White ground and thin border.
    Plain,
}

/// Alignment of a table column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Flush left.
    Left,
    /// Flush right.
    Right,
    /// Numbers aligned on the decimal mark of the language (`,` or `.`).
    Decimal,
}

/// A table column.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Header text.
    pub title: String,
    /// Alignment of its cells.
    pub align: Align,
    /// Share of the width, relative to the other columns.
    pub weight: f32,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(Vec<Run>),
    /// An empty box to tick by hand, with the text a screen reader says.
    Tick(String),
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; level 1 is the document's title and stands once.
    Heading {
        /// 1, 2 or 3.
        level: u8,
        /// The text.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        runs: Vec<Run>,
        /// Its style.
        style: TextStyle,
    },
    /// A bulleted list.
    List {
        /// One entry an item.
        items: Vec<Vec<Run>>,
    },
    /// A framed or tinted group; stays on one page while it fits one.
    Panel {
        /// Its look.
        tone: PanelTone,
        /// What stands in it (headings, paragraphs, lists).
        blocks: Vec<Block>,
    },
    /// Groups side by side, equally wide, read one after the other; panels at their ends share a lower edge. They stay
    /// on one page; groups too tall for a page follow one another in full width.
    Columns(Vec<Vec<Block>>),
    /// A table with a header row that is repeated on the next page.
    Table {
        /// Said above the table, where there is something to say.
        caption: Option<String>,
        /// Columns.
        columns: Vec<TableColumn>,
        /// Rows; one cell a column. The first cell of a row is its row header.
        rows: Vec<Vec<Cell>>,
    },
    /// A chart with its text equivalent. Wider drawings are made smaller; a text that leaves the drawing is refused.
    Figure {
        /// The drawing, at most as wide as the text.
        drawing: Drawing,
        /// Alternative text: says what the picture says, from the same numbers.
        alt: String,
        /// Text below it.
        caption: Option<String>,
    },
    /// A label and empty lines for a hand.
    WriteLines {
        /// The label.
        label: Vec<Run>,
        /// Number of lines, 8 mm apart.
        lines: usize,
    },
    /// A label and boxes to tick, on one line where they fit.
    Choices {
        /// The label, may be empty.
        label: Vec<Run>,
        /// One text a box.
        options: Vec<String>,
    },
    /// The agency's own text, byte for byte, under its own heading, only broken into lines.
    AgencyText {
        /// Heading.
        heading: String,
        /// Text; line breaks are kept.
        text: String,
    },
    /// Blocks that must stand on one page.
    Keep(Vec<Block>),
    /// Extra space, in millimetres.
    Space(f32),
    /// A new page begins.
    PageBreak,
}

/// What stands around the blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Furniture {
    /// DIN 5008 form B.
    Letter {
        /// Name of the agency, large, top left.
        letterhead: String,
        /// Second line of the letterhead.
        letterhead_note: String,
        /// The small line above the address.
        return_line: String,
        /// Up to 6 lines; may be empty (then nothing is printed in the window).
        address: Vec<String>,
        /// Label and value, one a line, right of the address.
        information: Vec<(String, String)>,
    },
    /// A sheet or report: title block on page 1.
    Sheet {
        /// Second line below the title (the title itself is the level-1 heading among the blocks).
        subtitle: String,
        /// Lines at the right of the title.
        head_lines: Vec<String>,
    },
}

/// A file attached to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// What it is, in the document's language.
    pub description: String,
    /// JSON bytes.
    pub bytes: Vec<u8>,
}

/// A document ready for layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// BCP 47 tag of its language: `de-DE`, `en-GB`.
    pub language: String,
    /// Title shown by the reader.
    pub title: String,
    /// The agency.
    pub author: String,
    /// What this file is, for machines: `klartext/letter/de`. Stands in the metadata as keywords.
    pub marker: String,
    /// Date as `YYYY-MM-DD`; creation date of the file.
    pub date: String,
    /// Letterhead or title block.
    pub furniture: Furniture,
    /// The content in reading order.
    pub blocks: Vec<Block>,
    /// Text at the left of every footer.
    pub footer: String,
    /// `Seite {page} von {pages}`.
    pub page_number: String,
    /// Texts at the left and right of the header from page 2 on.
    pub running_header: (String, String),
    /// Text of the watermark on every page; None on a released document.
    pub watermark: Option<String>,
    /// Body size in points.
    pub body_size: f32,
    /// Hyphenate (never in a citizen's letter).
    pub hyphenate: bool,
    /// The record, as JSON.
    pub attachment: Attachment,
}
