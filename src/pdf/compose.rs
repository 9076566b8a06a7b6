//! Blocks → strips: sizes, spaces, glue and tags of headings, paragraphs and lists.

use std::borrow::Cow;

use parley::BaseDirection;

use crate::chart::Color;
use crate::document::{Block, Direction, Document, Furniture, Run, TextStyle};

use super::fault::PdfFault;
use super::form::Field;
use super::ink::{ACCENT, GREY, INK, Ink, MM, Owner};
use super::sentence::sentences_on_lines;
use super::strip::{Bookmark, Frame, Glue, Look, Strip, keep_together};
use super::tags::{Node, Role, Tags};
use super::typeset::{ASCENT, DESCENT, Setting, one_line, set, turns};

/// What strips of text are.
const A_LINE: &str = "a line";
const A_HEADING: &str = "a heading";

/// Where blocks may stand, in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub x: f32,
    pub width: f32,
}

impl Area {
    /// The same, narrower from the left and the right.
    pub fn inset(self, left: f32, right: f32) -> Area {
        Area { x: self.x + left, width: (self.width - left - right).max(1.0) }
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub size: f32,
    pub pitch: f32,
    pub color: Color,
}

impl Type {
    /// Height of a line.
    pub fn line(self) -> f32 {
        self.size * self.pitch
    }

    /// From the top of a line to its baseline.
    pub fn baseline(self) -> f32 {
        (self.line() - self.size * (ASCENT + DESCENT)) / 2.0 + self.size * ASCENT
    }
}

/// Turns blocks into strips and grows the structure tree on the way.
pub(crate) struct Composer {
    pub tags: Tags,
    pub frames: Vec<Frame>,
    /// Table headers to repeat.
    pub headers: Vec<Strip>,
    /// Body size, points.
    pub body: f32,
    /// Decimal mark of the language.
    pub decimal_mark: char,
    hyphens: Option<hypher::Lang>,
    letter: bool,
    pub last_level: u8,
    /// Form fields, by number.
    pub fields: Vec<Field>,
    /// Which way the lines of the block at hand run.
    pub direction: Direction,
    /// Which way those of the document run.
    of_document: Direction,
    pitch: f32,
    sentence_a_line: bool,
}

/// Narrower than this are columns, points.
const NARROW: f32 = 300.0;
/// From this size on nothing is set smaller than the body: who needs large print needs it everywhere.
const LARGE: f32 = 14.0;

impl Composer {
    /// A composer for a document, with nothing composed.
    pub fn new(document: &Document) -> Composer {
        let english = document.language.starts_with("en");
        let language = match document.language.get(..2) {
            Some("de") => Some(hypher::Lang::German),
            Some("en") => Some(hypher::Lang::English),
            _ => None,
        };
        Composer {
            tags: Tags::new(),
            frames: Vec::new(),
            headers: Vec::new(),
            // Below 8 pt nobody reads, above 30 pt nothing fits; a wild value must not loop.
            body: if document.body_size.is_finite() {
                document.body_size.clamp(8.0, 30.0)
            } else {
                12.0
            },
            decimal_mark: if english { '.' } else { ',' },
            hyphens: language.filter(|_| document.hyphenate),
            letter: matches!(document.furniture, Furniture::Letter { .. }),
            last_level: 0,
            fields: Vec::new(),
            direction: document.direction,
            of_document: document.direction,
            pitch: pitch(document),
            sentence_a_line: document.sentence_a_line,
        }
    }

    /// Body text.
    pub fn body_look(&self) -> Type {
        Type { size: self.body, pitch: self.pitch, color: INK }
    }

    /// A letter, whose text stands closer than that of a sheet of panels.
    pub fn is_letter(&self) -> bool {
        self.letter
    }

    /// A document in large print.
    pub fn is_large(&self) -> bool {
        self.body >= LARGE
    }

    /// A size for what may be smaller than the body, in documents of ordinary size.
    pub fn smaller(&self, share: f32, least: f32) -> f32 {
        if self.is_large() { self.body } else { (self.body * share).max(least) }
    }

    /// A frame around an area.
    pub fn frame(&self, look: Look, area: Area) -> Frame {
        let rigid = self.direction != self.of_document;
        Frame { look, x: area.x, width: area.width, rigid }
    }

    /// Space below a paragraph.
    pub fn paragraph_gap(&self) -> f32 {
        self.body * 0.46
    }

    /// Secondary text.
    pub fn note_look(&self) -> Type {
        Type { size: self.smaller(0.84, 8.0), pitch: self.pitch.max(1.3), color: GREY }
    }

    /// Composes blocks into one area.
    pub fn blocks(
        &mut self,
        blocks: &[Block],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let mut strips: Vec<Strip> = Vec::new();
        let mut extra = 0.0;
        let mut new_page = false;
        for (nth, block) in blocks.iter().enumerate() {
            let mut more = match block {
                Block::Heading { level, text } => self.heading(*level, text, parent, area)?,
                Block::Paragraph { runs, style } => {
                    let mut lines = self.paragraph(runs, *style, parent, area)?;
                    let introduces =
                        runs.last().is_some_and(|run| run.text.trim_end().ends_with(':'));
                    if introduces
                        && matches!(
                            blocks.get(nth + 1),
                            Some(Block::List { .. } | Block::Table { .. })
                        )
                        && let Some(last) = lines.last_mut()
                    {
                        last.glue = Glue::Lines;
                        last.after *= 0.6;
                    }
                    lines
                }
                Block::List { items } => self.list(items, parent, area)?,
                Block::Panel { tone, blocks } => self.panel(*tone, blocks, parent, area)?,
                Block::Columns(columns) => self.columns(columns, parent, area)?,
                Block::Table { caption, columns, rows } => {
                    self.table(caption.as_deref(), columns, rows, parent, area)?
                }
                Block::Figure { drawing, alt, caption } => {
                    self.figure(drawing, alt, caption.as_deref(), parent, area)?
                }
                Block::WriteLines { field, label, lines } => {
                    self.write_lines(field, label, *lines, parent, area)?
                }
                Block::Choices { field, label, options } => {
                    self.choices(field, label, options, parent, area)?
                }
                Block::InLanguage { language, direction, blocks } => {
                    self.in_language(language, *direction, blocks, parent, area)?
                }
                Block::AgencyText { heading, text } => {
                    self.agency_text(heading, text, parent, area)?
                }
                Block::Keep(blocks) => {
                    let mut group = self.blocks(blocks, parent, area)?;
                    keep_together(&mut group);
                    group
                }
                Block::Space(millimetres) => {
                    extra += if millimetres.is_finite() {
                        millimetres.clamp(0.0, 200.0) * MM
                    } else {
                        0.0
                    };
                    continue;
                }
                Block::PageBreak => {
                    new_page = true;
                    continue;
                }
            };
            if let Some(first) = more.first_mut() {
                first.extra += std::mem::take(&mut extra);
                first.new_page |= std::mem::take(&mut new_page);
            }
            strips.append(&mut more);
        }
        // A heading wants two lines below it: a single line takes the next along.
        for nth in 1..strips.len().saturating_sub(1) {
            if strips[nth - 1].what == A_HEADING && strips[nth].what == A_LINE {
                strips[nth].glue = strips[nth].glue.max(Glue::Keep);
            }
        }
        Ok(strips)
    }

    /// A text as one strip a line, the first two and the last two lines glued.
    pub fn text(
        &mut self,
        runs: &[(&str, bool)],
        owner: Owner,
        look: Type,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let owner = self.speaker(runs, owner);
        let setting = Setting {
            size: look.size,
            width: Some(area.width),
            hyphens: self.hyphens,
            base: self.base(),
        };
        let lines = set(runs, setting)?;
        let count = lines.len();
        Ok(lines
            .into_iter()
            .enumerate()
            .map(|(nth, line)| {
                let ink = Ink::text(owner, area.x, look.baseline(), line, look.color);
                let mut strip = Strip::new(A_LINE, look.line(), vec![ink]);
                if nth + 1 < count && (nth == 0 || nth + 2 == count) {
                    strip.glue = Glue::Lines;
                }
                strip
            })
            .collect())
    }

    fn base(&self) -> BaseDirection {
        match self.direction {
            Direction::LeftToRight => BaseDirection::Ltr,
            Direction::RightToLeft => BaseDirection::Rtl,
        }
    }

    /// Who owns the glyphs of a text: its element, or a Span in it that says the text where its glyphs do not stand in
    /// the order in which it is read.
    pub fn speaker(&mut self, runs: &[(&str, bool)], owner: Owner) -> Owner {
        match owner {
            Owner::Leaf(leaf) if turns(runs) => {
                let text: String = runs.iter().map(|(text, _)| *text).collect();
                Owner::Leaf(self.tags.spoken(leaf, &text.replace(['\r', '\n'], " ")))
            }
            owner => owner,
        }
    }

    /// Blocks of another language, and of another direction, in an element that says so.
    fn in_language(
        &mut self,
        language: &str,
        direction: Direction,
        blocks: &[Block],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        if language.is_empty() || !language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            return Err(PdfFault::Empty("language tag (BCP 47)"));
        }
        let group = self.tags.node(parent, Role::Div);
        self.tags.set_language(group, language);
        let around = std::mem::replace(&mut self.direction, direction);
        let hyphens = self.hyphens.take();
        let strips = self.blocks(blocks, group, area);
        self.hyphens = hyphens;
        self.direction = around;
        let mut strips = strips?;
        if direction != around {
            let axis = 2.0 * area.x + area.width;
            for ink in strips.iter_mut().flat_map(|strip| &mut strip.inks) {
                let own = ink.clone();
                *ink = match direction {
                    // The page is mirrored afterwards: this stays as it is.
                    Direction::LeftToRight => own.in_group(area.x, area.width),
                    Direction::RightToLeft => own.mirrored(axis),
                };
            }
        }
        Ok(strips)
    }

    /// Checks that one title stands first and no level is left out (PDF/UA-1, 7.4.2).
    pub fn check_level(&mut self, level: u8, text: &str) -> Result<(), PdfFault> {
        let after = self.last_level;
        let fits = match level {
            1 => after == 0,
            2 | 3 => after > 0 && level <= after + 1,
            _ => false,
        };
        if !fits {
            return Err(PdfFault::HeadingOrder { level, text: text.to_owned(), after });
        }
        self.last_level = level;
        Ok(())
    }

    /// Look of a heading and the spaces around it.
    fn heading_look(&self, level: u8) -> (Type, f32, f32) {
        let (scale, before, after, color) = match (level, self.letter) {
            (1, true) if self.sentence_a_line => (1.4, 0.0, 1.0, INK),
            (2, true) if self.sentence_a_line => (1.25, 1.2, 0.4, ACCENT),
            (1, true) => (1.12, 0.0, 1.1, INK),
            (1, false) => (1.75, 0.0, 0.3, ACCENT),
            (2, true) => (1.08, 1.0, 0.25, ACCENT),
            (2, false) => (1.2, 0.9, 0.3, ACCENT),
            (_, true) => (1.0, 0.6, 0.2, INK),
            _ => (1.0, 0.8, 0.25, INK),
        };
        let pitch = if self.direction == Direction::RightToLeft { 1.5 } else { 1.28 };
        (Type { size: self.body * scale, pitch, color }, self.body * before, self.body * after)
    }

    /// A heading, glued to what follows.
    pub fn heading(
        &mut self,
        level: u8,
        text: &str,
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        self.check_level(level, text)?;
        let (mut look, before, after) = self.heading_look(level);
        let owner = Owner::Leaf(self.tags.node_with_leaf(parent, Role::Heading(level)));
        let owner = self.speaker(&[(text, true)], owner);
        let base = self.base();
        let setting_without_hyphens =
            Setting { size: look.size, width: Some(area.width), hyphens: None, base };
        let mut lines = set(&[(text, true)], setting_without_hyphens)?;
        if lines.is_empty() {
            return Err(PdfFault::Empty("heading text"));
        }
        // Beside another column a heading that hardly misses its line is set a little smaller.
        if lines.len() == 2 && !self.letter && area.width < NARROW {
            let size = look.size * 0.9;
            let smaller = set(&[(text, true)], Setting { size, ..setting_without_hyphens })?;
            if smaller.len() == 1 {
                (lines, look) = (smaller, Type { size, ..look });
            }
        }
        let mut strips: Vec<Strip> = lines
            .into_iter()
            .map(|line| {
                let ink = Ink::text(owner, area.x, look.baseline(), line, look.color);
                Strip { glue: Glue::Lines, ..Strip::new(A_HEADING, look.line(), vec![ink]) }
            })
            .collect();
        if let Some(first) = strips.first_mut() {
            first.before = before;
            first.bookmarks.push(Bookmark { level, text: text.to_owned(), page: 0, y: 0.0 });
        }
        if let Some(last) = strips.last_mut() {
            last.after = after;
        }
        Ok(strips)
    }

    fn paragraph(
        &mut self,
        runs: &[Run],
        style: TextStyle,
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        if runs.iter().all(|run| run.text.is_empty()) {
            return Ok(Vec::new());
        }
        let look = match style {
            TextStyle::Body => self.body_look(),
            TextStyle::Note => self.note_look(),
            TextStyle::Lead => Type { size: self.body * 1.13, pitch: self.pitch, color: INK },
        };
        let owner = Owner::Leaf(self.tags.node_with_leaf(parent, Role::P));
        let runs = self.by_sentence(runs);
        let mut strips = self.text(&stretches(&runs), owner, look, area)?;
        if let Some(last) = strips.last_mut() {
            last.after = self.paragraph_gap();
        }
        Ok(strips)
    }

    /// The same runs; where the document wants it, each sentence on a line of its own.
    fn by_sentence<'r>(&self, runs: &'r [Run]) -> Cow<'r, [Run]> {
        if !self.sentence_a_line {
            return Cow::Borrowed(runs);
        }
        let mut before = None;
        let mut out = runs.to_vec();
        for nth in 0..out.len() {
            let next = out.get(nth + 1).and_then(|run| run.text.chars().next());
            if let Some(run) = out.get_mut(nth) {
                run.text = sentences_on_lines(&run.text, before, next);
                before = run.text.chars().last();
            }
        }
        Cow::Owned(out)
    }

    fn list(
        &mut self,
        items: &[Vec<Run>],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let items: Vec<&Vec<Run>> =
            items.iter().filter(|item| item.iter().any(|run| !run.text.is_empty())).collect();
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let look = self.body_look();
        let indent = self.body * 1.1;
        let bullet = one_line("•", true, look.size)?;
        let list = self.tags.node(parent, Role::L);
        self.tags.set_bulleted(list);
        let mut strips: Vec<Strip> = Vec::new();
        for (nth, item) in items.iter().enumerate() {
            // The last item does not begin a page on its own.
            if nth > 0
                && nth + 1 == items.len()
                && let Some(before) = strips.last_mut()
            {
                before.glue = Glue::Keep;
            }
            let entry = self.tags.node(list, Role::LI);
            let label = Owner::Leaf(self.tags.node_with_leaf(entry, Role::Lbl));
            let body = Owner::Leaf(self.tags.node_with_leaf(entry, Role::LBody));
            let item = self.by_sentence(item);
            let mut lines = self.text(&stretches(&item), body, look, area.inset(indent, 0.0))?;
            if let Some(first) = lines.first_mut() {
                let mark = Ink::text(
                    label,
                    area.x + self.body * 0.1,
                    look.baseline(),
                    bullet.clone(),
                    INK,
                );
                first.inks.insert(0, mark);
            }
            keep_together(&mut lines);
            if let Some(last) = lines.last_mut() {
                last.after = self.body * 0.22;
            }
            strips.append(&mut lines);
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.paragraph_gap();
        }
        Ok(strips)
    }

    /// The agency's own words under their own heading, with a bar at the left; its line breaks are kept.
    fn agency_text(
        &mut self,
        heading: &str,
        text: &str,
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let section = self.tags.node(parent, Role::Sect);
        // Under a heading of the letter's own language it has none.
        let mut strips = match heading {
            "" => Vec::new(),
            heading => self.heading(2, heading, section, area)?,
        };
        self.frames.push(self.frame(Look::Quote, area));
        let frame = self.frames.len() - 1;
        let look = self.body_look();
        let mut paragraph: Vec<&str> = Vec::new();
        let mut quoted = Vec::new();
        for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).chain([""])
        {
            if !line.trim().is_empty() {
                paragraph.push(line);
            } else if !paragraph.is_empty() {
                let whole = paragraph.join("\n");
                paragraph.clear();
                let owner = Owner::Leaf(self.tags.node_with_leaf(section, Role::P));
                let mut lines =
                    self.text(&[(&whole, false)], owner, look, area.inset(4.0 * MM, 0.0))?;
                if let Some(last) = lines.last_mut() {
                    last.after = self.paragraph_gap();
                }
                quoted.append(&mut lines);
            }
        }
        for strip in &mut quoted {
            strip.frame = Some(frame);
        }
        keep_together(&mut quoted);
        strips.append(&mut quoted);
        Ok(strips)
    }
}

/// Distance of lines: a wild value must not loop; Arabic letters reach further up and down than Latin ones.
fn pitch(document: &Document) -> f32 {
    let pitch = document.line_pitch;
    let pitch = if pitch.is_finite() { pitch.clamp(1.2, 2.5) } else { 1.35 };
    match document.direction {
        Direction::LeftToRight => pitch,
        Direction::RightToLeft => pitch.max(1.55),
    }
}

/// Runs as the typesetter wants them.
pub(crate) fn stretches(runs: &[Run]) -> Vec<(&str, bool)> {
    runs.iter().map(|run| (run.text.as_str(), run.bold)).collect()
}
