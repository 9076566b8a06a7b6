//! What stands around the blocks: title block, running header, footer, draft band; and the whole way from document
//! to pages.

use std::rc::Rc;

use parley::BaseDirection;

use crate::document::{Block, Direction, Document, Furniture, Inks};
use crate::logo::Pixels;

use super::compose::{Area, Composer, Type};
use super::fault::PdfFault;
use super::fields::Placed;
use super::form::check_names;
use super::ink::{
    ACCENT, Artifact, GREY, INK, Ink, MM, Owner, PAGE_WIDTH, RULE, Shape, WARM, WARM_TINT,
};
use super::letter;
use super::paginate::{Room, paginate};
use super::strip::{Bookmark, Glue, Strip};
use super::tags::{Role, Tags};
use super::typeset::{Line, Setting, one_line, require_text, set};

/// Left margin (DIN 5008; room for the punch).
pub(crate) const LEFT: f32 = 25.0 * MM;
/// Right end of the text, 20 mm from the edge.
pub(crate) const RIGHT: f32 = PAGE_WIDTH - 20.0 * MM;
/// The text area.
pub(crate) const TEXT: Area = Area { x: LEFT, width: RIGHT - LEFT };

/// A document on pages.
pub(crate) struct LaidOut {
    pub pages: Vec<Vec<Ink>>,
    pub tags: Tags,
    pub bookmarks: Vec<Bookmark>,
    /// Form fields, in reading order.
    pub fields: Vec<Placed>,
    /// The picture of the letterhead.
    pub picture: Option<Pixels>,
}

/// Lays a document out.
pub(crate) fn lay_out(document: &Document) -> Result<LaidOut, PdfFault> {
    check_metadata(document)?;
    let mut composer = Composer::new(document);
    let root = composer.tags.root();
    let mut page_one = match &document.watermark {
        Some(text) => {
            let owner = Owner::Leaf(composer.tags.node_with_leaf(root, Role::P));
            draft_band(text, composer.speaker(&[(text, true)], owner))?
        }
        None => Vec::new(),
    };
    let (title, blocks) = match document.blocks.split_first() {
        Some((Block::Heading { level: 1, text }, rest)) => (Some(text.as_str()), rest),
        _ => (None, document.blocks.as_slice()),
    };
    let mut picture = None;
    let (mut strips, room) = match &document.furniture {
        letter @ Furniture::Letter { .. } => {
            let head = letter::write(letter, document, &mut composer, &mut page_one)?;
            let bottom = head.bottom;
            picture = head.picture;
            let mut strips = match title {
                Some(title) => composer.heading(1, title, root, TEXT)?,
                None => Vec::new(),
            };
            // The subject stands on page 1, whatever follows it.
            strips.iter_mut().for_each(|strip| strip.glue = Glue::Free);
            (
                strips,
                Room { first_top: bottom, top: 26.0 * MM, bottom: 266.0 * MM, footer: 271.5 * MM },
            )
        }
        Furniture::Sheet { subtitle, head_lines } => {
            let strips = title_block(title, subtitle, head_lines, &mut composer)?;
            (
                strips,
                Room {
                    first_top: 17.0 * MM,
                    top: 26.0 * MM,
                    bottom: 279.0 * MM,
                    footer: 282.0 * MM,
                },
            )
        }
    };
    strips.append(&mut composer.blocks(blocks, root, TEXT)?);
    let Composer { mut tags, frames, headers, fields, .. } = composer;
    check_names(&fields)?;
    let paged = paginate(strips, &frames, &headers, room)?;
    if paged.bookmarks.is_empty() {
        return Err(PdfFault::Empty("title (a level-1 heading)"));
    }
    let mirror = document.direction == Direction::RightToLeft;
    let count = paged.pages.len();
    let mut pages = Vec::with_capacity(count);
    let mut places: Vec<Option<Placed>> = vec![None; fields.len()];
    for (number, content) in paged.pages.into_iter().enumerate() {
        let mut inks = if number == 0 { Vec::new() } else { later_head(document)? };
        inks.extend(content);
        inks.extend(footer(document, number + 1, count, room)?);
        if mirror {
            inks = inks.into_iter().map(|ink| ink.mirrored(LEFT + RIGHT)).collect();
        }
        if number == 0 {
            // What DIN 5008 puts in its place stays there.
            inks.splice(0..0, std::mem::take(&mut page_one));
        }
        if document.inks == Inks::BlackAndWhite {
            inks = inks.into_iter().map(Ink::in_black_and_white).collect();
        }
        for ink in &inks {
            if let Shape::Place { node, field, bounds } = ink.shape {
                tags.set_bounds(node, number, bounds);
                let spec = field.and_then(|field| Some((field, fields.get(field)?.clone())));
                if let Some((nth, field)) = spec
                    && let Some(slot) = places.get_mut(nth)
                {
                    *slot = Some(Placed { field, page: number, bounds });
                }
            }
        }
        pages.push(inks);
    }
    let placed: Option<Vec<Placed>> = places.into_iter().collect();
    let fields = placed.ok_or(PdfFault::Empty("place for a form field"))?;
    Ok(LaidOut { pages, tags, bookmarks: paged.bookmarks, fields, picture })
}

/// PDF/UA and PDF/A want these; and nothing unprintable may hide in them.
fn check_metadata(document: &Document) -> Result<(), PdfFault> {
    for (text, what) in
        [(&document.title, "title"), (&document.language, "language"), (&document.author, "author")]
    {
        if text.trim().is_empty() {
            return Err(PdfFault::Empty(what));
        }
    }
    if !document.language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(PdfFault::Empty("language tag (BCP 47)"));
    }
    let attachment = &document.attachment;
    if attachment.name.is_empty() {
        return Err(PdfFault::Empty("name of the attachment"));
    }
    let texts = [&document.title, &document.language, &document.author, &document.marker];
    for text in texts.into_iter().chain([&attachment.name, &attachment.description]) {
        require_text(text)?;
    }
    let digits = |range: std::ops::Range<usize>| {
        document.date.get(range).and_then(|part| part.parse::<u32>().ok())
    };
    let well_formed = document.date.len() == 10
        && document
            .date
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day));
    if well_formed { Ok(()) } else { Err(PdfFault::Date(document.date.clone())) }
}

/// A line of furniture in the largest of the sizes in which it fits.
pub(crate) fn fitted(
    text: &str,
    bold: bool,
    sizes: &[f32],
    room: f32,
) -> Result<std::rc::Rc<super::typeset::Line>, PdfFault> {
    let mut width = 0.0;
    for size in sizes {
        let line = one_line(text, bold, *size)?;
        if line.width <= room + 0.01 {
            return Ok(line);
        }
        width = line.width;
    }
    Err(PdfFault::TooWide { text: text.to_owned(), width: width / MM, room: room / MM })
}

/// The band that says a document is a draft: real text in the upper margin, never near the address window.
fn draft_band(text: &str, owner: Owner) -> Result<Vec<Ink>, PdfFault> {
    let (top, height) = (5.0 * MM, 6.2 * MM);
    let line = fitted(text, true, &[11.0, 10.0, 9.0, 8.0], TEXT.width - 8.0 * MM)?;
    let x = TEXT.x + (TEXT.width - line.width) / 2.0;
    let border =
        Ink::border(Owner::Artifact(Artifact::Layout), TEXT.x, top, TEXT.width, height, WARM, 0.8);
    Ok(vec![
        Ink::ground(TEXT.x, top, TEXT.width, height, WARM_TINT),
        border,
        Ink::text(owner, x, top + height / 2.0 + 0.36 * line.size, line, WARM),
    ])
}

/// The upper margin of following pages.
fn later_head(document: &Document) -> Result<Vec<Ink>, PdfFault> {
    let kind = Artifact::Pagination;
    let owner = Owner::Artifact(kind);
    let mut inks = match &document.watermark {
        Some(text) => draft_band(text, owner)?,
        None => Vec::new(),
    };
    let (left, right) = &document.running_header;
    if !left.is_empty() || !right.is_empty() {
        let y = 17.5 * MM;
        inks.extend(two_ends(left, right, y, owner, small(document))?);
        let rule = y + 1.9 * MM;
        inks.push(Ink::rule(kind, (LEFT, rule), (RIGHT, rule), RULE, 0.5));
    }
    Ok(inks)
}

fn footer(
    document: &Document,
    page: usize,
    pages: usize,
    room: Room,
) -> Result<Vec<Ink>, PdfFault> {
    let kind = Artifact::Pagination;
    let rule = room.footer;
    let number = document
        .page_number
        .replace("{page}", &page.to_string())
        .replace("{pages}", &pages.to_string());
    let mut inks = vec![Ink::rule(kind, (LEFT, rule), (RIGHT, rule), RULE, 0.5)];
    let small = small(document);
    let y = rule + (4.3_f32 * MM).max(small * 1.3 + 1.0);
    inks.extend(two_ends(&document.footer, &number, y, Owner::Artifact(kind), small)?);
    Ok(inks)
}

/// Size of header and footer: in large print what of it fits.
fn small(document: &Document) -> f32 {
    if document.body_size >= 14.0 { 13.0 } else { 8.5 }
}

/// A small text at either end of a line.
fn two_ends(
    left: &str,
    right: &str,
    y: f32,
    owner: Owner,
    largest: f32,
) -> Result<[Ink; 2], PdfFault> {
    let sizes = |least: f32| -> Vec<f32> {
        (0..14).map(|step| largest - 0.5 * step as f32).filter(|size| *size >= least).collect()
    };
    let right = fitted(right, false, &sizes(7.5), TEXT.width * 0.6)?;
    let left = fitted(left, false, &sizes(6.5), TEXT.width - right.width - 4.0 * MM)?;
    Ok([
        Ink::text(owner, LEFT, y, left, GREY),
        Ink::text(owner, RIGHT - right.width, y, right, GREY),
    ])
}

/// Title at the left, facts at the right, a rule in the accent colour below both.
/// A fact at the head of a sheet: in one line where it fits, else broken.
fn head_line(text: &str, size: f32, room: f32) -> Result<Vec<Rc<Line>>, PdfFault> {
    if let Ok(line) = fitted(text, false, &[size, 8.0, 7.0], room) {
        return Ok(vec![line]);
    }
    let setting =
        Setting { size: 8.0, width: Some(room), hyphens: None, base: BaseDirection::Auto };
    set(&[(text, false)], setting)
}

/// Title, subtitle and facts of a sheet.
fn title_block(
    title: Option<&str>,
    subtitle: &str,
    head_lines: &[String],
    composer: &mut Composer,
) -> Result<Vec<Strip>, PdfFault> {
    let root = composer.tags.root();
    let facts = Type { size: 8.8, pitch: 1.35, color: GREY };
    let mut lines = Vec::new();
    for text in head_lines.iter().filter(|text| !text.is_empty()) {
        lines.push(head_line(text, facts.size, TEXT.width * 0.6)?);
    }
    let facts_width = lines.iter().flatten().map(|line| line.width).fold(0.0, f32::max);
    let gap = if lines.is_empty() { 0.0 } else { 6.0 * MM };
    let area = TEXT.inset(0.0, facts_width + gap);

    let mut stack = super::strip::Stack::new(&[], 0.0);
    if let Some(title) = title {
        composer.heading(1, title, root, area)?.into_iter().for_each(|strip| stack.put(strip));
    }
    if !subtitle.is_empty() {
        let owner = Owner::Leaf(composer.tags.node_with_leaf(root, Role::P));
        let look = Type { size: composer.body * 1.05, pitch: 1.3, color: INK };
        composer
            .text(&[(subtitle, false)], owner, look, area)?
            .into_iter()
            .for_each(|strip| stack.put(strip));
    }
    let mut block = stack.finish(0.0);
    let mut y = 1.2 * MM + facts.baseline();
    for lines in lines {
        let owner = Owner::Leaf(composer.tags.node_with_leaf(root, Role::P));
        for line in lines {
            block.height = block.height.max(y + 1.0 * MM);
            block.inks.push(Ink::text(owner, RIGHT - line.width, y, line, facts.color));
            y += facts.line();
        }
    }
    if block.inks.is_empty() {
        return Ok(Vec::new());
    }
    block.height += 2.2 * MM;
    let y = block.height;
    block.inks.push(Ink::rule(Artifact::Layout, (LEFT, y), (RIGHT, y), ACCENT, 1.2));
    block.after = composer.body * 1.0;
    block.what = "the title block";
    Ok(vec![block])
}
