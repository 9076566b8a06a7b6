//! The blocks a document is made of. They say what a thing is; `pdf` decides where it stands and how it is tagged.

use crate::chart::Drawing;
pub use crate::language::Direction;
pub use crate::logo::Logo;
pub use crate::procedure::LetterForm;

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

/// The text of runs, whatever their weight.
pub fn joined(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
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
    /// An empty box to tick, with the text a screen reader says.
    Tick {
        /// Name of its form field: parts of lower-case letters, digits, `_` and `-`, joined by dots; once a document.
        field: String,
        /// What it stands for.
        text: String,
    },
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
    /// A label and empty lines, for a hand or the keyboard.
    WriteLines {
        /// Name of its form field.
        field: String,
        /// The label.
        label: Vec<Run>,
        /// Number of lines, 8 mm apart.
        lines: usize,
    },
    /// A label and boxes to tick, on one line where they fit.
    Choices {
        /// Name of their form fields, to which `.option_1`, `.option_2` … are added.
        field: String,
        /// The label, may be empty.
        label: Vec<Run>,
        /// One text a box.
        options: Vec<String>,
    },
    /// The agency's own text, byte for byte, under its own heading, only broken into lines.
    AgencyText {
        /// Heading; empty under a heading of the document's own.
        heading: String,
        /// Text; line breaks are kept.
        text: String,
    },
    /// Blocks in another language than the document's, in their own direction: the agency's German text in an Arabic
    /// letter.
    InLanguage {
        /// BCP 47 tag.
        language: String,
        /// Which way its lines run.
        direction: Direction,
        /// The blocks.
        blocks: Vec<Block>,
    },
    /// Blocks that must stand on one page.
    Keep(Vec<Block>),
    /// Extra space, in millimetres.
    Space(f32),
    /// A new page begins.
    PageBreak,
}

/// Colours of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inks {
    /// The house's colours.
    #[default]
    Colour,
    /// Black on white, without greys: for people who tell colours or greys apart badly, and for copies.
    BlackAndWhite,
}

/// The sign of the agency and what it says to those who do not see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Emblem {
    /// The drawing or picture.
    pub logo: Logo,
    /// Alternative text; empty for mere decoration.
    pub alt: String,
}

/// What stands around the blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Furniture {
    /// A letter after DIN 5008.
    Letter {
        /// Form A (short letterhead) or B.
        form: LetterForm,
        /// At the right of the letterhead.
        emblem: Option<Emblem>,
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
    /// Which way its lines run. From right to left: text flush right; bullets, bars and table columns from the right, the
    /// page number at the left; the address window keeps its place. Dates, amounts and references in a sentence stay
    /// from left to right by themselves: no text needs direction characters, and none may hold any.
    pub direction: Direction,
    /// Body size in points. From 14 on (Leichte Sprache, large print) notes and tables are as large.
    pub body_size: f32,
    /// Distance of body lines as a multiple of their size: 1.35, in Leichte Sprache 1.5.
    pub line_pitch: f32,
    /// Every sentence of paragraphs and lists begins a line of its own (Leichte Sprache).
    pub sentence_a_line: bool,
    /// Colours.
    pub inks: Inks,
    /// Hyphenate (never in a citizen's letter).
    pub hyphenate: bool,
    /// The record, as JSON.
    pub attachment: Attachment,
}
