//! The furniture of a letter: DIN 5008 forms A and B, A4, for a DL window envelope.
//!
//! Only the return line and the address may be seen through the window, whose field is 85 × 45 mm and begins at 27 mm
//! (form A) or 45 mm (form B). In the envelope the sheet slides by 5 mm: nothing stands so near below the field.

use std::rc::Rc;

use parley::BaseDirection;

use crate::document::{Direction, Document, Emblem, Furniture, LetterForm};
use crate::logo::{Content, Pixels};

use super::compose::{Area, Composer, Type};
use super::fault::PdfFault;
use super::furniture::{LEFT, RIGHT, fitted};
use super::ink::{ACCENT, Artifact, GREY, INK, Ink, MM, Owner, RULE, Shape, black_or_white};
use super::tags::{Role, Tags};
use super::typeset::{Line, Setting, one_line, set, turns};

/// Lines the address zone holds.
const ADDRESS_LINES: usize = 6;
/// Width of text in the address field: 85 mm without the inset of 5 mm at the left.
const FIELD_TEXT: f32 = 80.0 * MM;
/// Height of the zone of the return line and notes (5 + 12.7 mm), above the address zone (27.3 mm).
const NOTES: f32 = 17.7 * MM;
/// Height of both zones.
const FIELD: f32 = 45.0 * MM;
/// Distance of address lines: six of them fill the zone.
const ADDRESS_PITCH: f32 = 27.3 * MM / 6.0;
/// Information block: 20 + 85 + 20 mm from the left; it may reach 10 mm from the edge.
const INFORMATION: Area = Area { x: 125.0 * MM, width: 75.0 * MM };
/// The information block begins so far below the upper edge of the address field.
const INFORMATION_BELOW: f32 = 5.0 * MM;
/// The subject stands two lines below the address field.
const SUBJECT_BELOW: f32 = 8.46 * MM;
/// The most a logo may take of the letterhead's width.
const EMBLEM_WIDTH: f32 = 45.0 * MM;

/// Where a form has its parts, in points from the upper edge.
struct Measures {
    /// Baselines of the letterhead.
    head: [f32; 2],
    /// Upper and lower edge of the room for a logo.
    emblem: (f32, f32),
    /// Upper edge of the address field.
    field: f32,
    /// Fold marks.
    folds: [f32; 2],
}

fn measures(form: LetterForm) -> Measures {
    let mm = |value: f32| value * MM;
    match form {
        LetterForm::A => Measures {
            head: [18.5, 23.3].map(mm),
            emblem: (mm(12.5), mm(25.0)),
            field: mm(27.0),
            folds: [87.0, 192.0].map(mm),
        },
        LetterForm::B => Measures {
            head: [22.0, 27.4].map(mm),
            emblem: (mm(13.0), mm(38.0)),
            field: mm(45.0),
            folds: [105.0, 210.0].map(mm),
        },
    }
}

/// What the furniture leaves for the rest.
pub(crate) struct Head {
    /// Where the subject begins.
    pub bottom: f32,
    /// The logo, where it is made of pixels.
    pub picture: Option<Pixels>,
}

/// Draws the furniture of page 1.
pub(crate) fn write(
    letter: &Furniture,
    document: &Document,
    composer: &mut Composer,
    page: &mut Vec<Ink>,
) -> Result<Head, PdfFault> {
    let Furniture::Letter {
        form,
        emblem,
        letterhead,
        letterhead_note,
        return_line,
        address,
        information,
    } = letter
    else {
        return Err(PdfFault::Empty("letter"));
    };
    let measures = measures(*form);
    let large = composer.is_large();
    let tags = &mut composer.tags;
    let root = tags.root();
    let (mut width, mut picture) = (RIGHT - LEFT, None);
    if let Some(emblem) = emblem {
        let (taken, pixels) = draw_emblem(emblem, &measures, tags, page)?;
        width -= taken + 6.0 * MM;
        picture = pixels;
    }
    let [first, second] = measures.head;
    for (text, bold, sizes, y, color) in [
        (letterhead, true, &[16.0, 14.5, 13.0, 12.0, 11.0], first, ACCENT),
        (letterhead_note, false, &[9.0, 8.5, 8.0, 7.5, 7.0], second, GREY),
    ] {
        if !text.is_empty() {
            let line = fitted(text, bold, sizes, width)?;
            let owner = Owner::Leaf(tags.node_with_leaf(root, Role::P));
            page.push(Ink::text(owner, LEFT, y, line, color));
        }
    }
    window(return_line, address, measures.field, tags, page)?;
    let top = measures.field + INFORMATION_BELOW;
    let size = if large { 12.0 } else { 10.0 };
    let from = page.len();
    let bottom = information_block(information, top, size, document, composer, page)?;
    if document.direction == Direction::RightToLeft {
        // The block keeps its place; within it the labels stand at the right.
        let axis = 2.0 * INFORMATION.x + INFORMATION.width;
        for ink in page.iter_mut().skip(from) {
            *ink = ink.clone().mirrored(axis);
        }
    }
    page.extend(marks(&measures));
    let subject = measures.field + FIELD + SUBJECT_BELOW;
    let black_and_white = document.inks == crate::document::Inks::BlackAndWhite;
    if let Some(pixels) = picture.as_mut().filter(|_| black_and_white) {
        for pixel in pixels.rgb.chunks_exact_mut(3) {
            if let [r, g, b] = pixel {
                let color = black_or_white([*r, *g, *b]);
                pixel.copy_from_slice(&color);
            }
        }
    }
    Ok(Head { bottom: subject.max(bottom + 5.0 * MM), picture })
}

/// The logo at the right of the letterhead, as large as its room allows. Returns the width it takes.
fn draw_emblem(
    emblem: &Emblem,
    measures: &Measures,
    tags: &mut Tags,
    page: &mut Vec<Ink>,
) -> Result<(f32, Option<Pixels>), PdfFault> {
    let logo = &emblem.logo;
    let sane = |side: f32| side.is_finite() && side > 0.0;
    if !sane(logo.width) || !sane(logo.height) {
        return Err(PdfFault::Empty("size of the logo"));
    }
    let (top, bottom) = measures.emblem;
    let scale = (EMBLEM_WIDTH / logo.width).min((bottom - top) / logo.height);
    let (width, height) = (logo.width * scale, logo.height * scale);
    let x = RIGHT - width;
    let owner = if emblem.alt.trim().is_empty() {
        Owner::Artifact(Artifact::Layout)
    } else {
        super::typeset::require_text(&emblem.alt)?;
        let node = tags.node(tags.root(), Role::Figure);
        tags.set_alt(node, &emblem.alt);
        page.push(Ink::place(node, None, [x, top, x + width, top + height]));
        Owner::Leaf(tags.leaf(node))
    };
    let picture = match &logo.content {
        Content::Areas(areas) => {
            for area in areas {
                let at = |&(px, py): &(f32, f32)| (x + px * scale, top + py * scale);
                let rings = area.rings.iter().map(|ring| ring.iter().map(at).collect()).collect();
                let shape = Shape::Rings { rings, even_odd: area.even_odd, color: area.color };
                page.push(Ink::new(owner, shape).in_group(x, width));
            }
            None
        }
        Content::Pixels(pixels) => {
            page.push(Ink::new(owner, Shape::Picture { x, y: top, width, height }));
            Some(pixels.clone())
        }
    };
    Ok((width, picture))
}

fn window(
    return_line: &str,
    address: &[String],
    top: f32,
    tags: &mut Tags,
    page: &mut Vec<Ink>,
) -> Result<(), PdfFault> {
    if address.len() > ADDRESS_LINES {
        return Err(PdfFault::AddressLines { lines: address.len() });
    }
    if address.iter().all(String::is_empty) {
        return Ok(());
    }
    let root = tags.root();
    if !return_line.is_empty() {
        let lines = return_lines(return_line)?;
        let owner = Owner::Leaf(tags.node_with_leaf(root, Role::P));
        let mut y = top + 3.6 * MM;
        for (nth, line) in lines.into_iter().enumerate() {
            y += if nth > 0 { line.size * 1.25 } else { 0.0 };
            page.push(Ink::text(owner, LEFT, y, line, GREY));
        }
        let y = y + 1.2 * MM;
        page.push(Ink::rule(Artifact::Layout, (LEFT, y), (LEFT + FIELD_TEXT, y), RULE, 0.4));
    }
    let leaf = tags.node_with_leaf(root, Role::P);
    // A name that runs from right to left is heard as it is written, not as its glyphs stand.
    let spoken = address.join(" ");
    let owner = Owner::Leaf(match turns(&[(spoken.as_str(), false)]) {
        true => tags.spoken(leaf, &spoken),
        false => leaf,
    });
    let mut lines = Vec::new();
    for (nth, text) in address.iter().enumerate() {
        // The space is for those who hear the address or copy it: lines of one paragraph run on.
        let text = if nth + 1 < address.len() { format!("{text} ") } else { text.clone() };
        lines.append(&mut address_lines(&text)?);
    }
    if lines.len() > ADDRESS_LINES {
        return Err(PdfFault::AddressLines { lines: lines.len() });
    }
    for (nth, line) in lines.into_iter().enumerate() {
        let y = top + NOTES + nth as f32 * ADDRESS_PITCH + 3.5 * MM;
        page.push(Ink::text(owner, LEFT, y, line, INK));
    }
    Ok(())
}

/// A line of the address; a long one goes on below itself, but no word of it is ever broken.
fn address_lines(text: &str) -> Result<Vec<Rc<Line>>, PdfFault> {
    const SIZES: [f32; 3] = [11.0, 10.5, 10.0];
    let whole = fitted(text, false, &SIZES, FIELD_TEXT);
    let breaks =
        || text.split_whitespace().all(|word| fitted(word, false, &SIZES, FIELD_TEXT).is_ok());
    if whole.is_ok() || !breaks() {
        return whole.map(|line| vec![line]);
    }
    let base = BaseDirection::Auto;
    set(&[(text, false)], Setting { size: 10.0, width: Some(FIELD_TEXT), hyphens: None, base })
}

/// The return line in one line, or in two where it is long: the zone above the address has room for both.
fn return_lines(text: &str) -> Result<Vec<Rc<Line>>, PdfFault> {
    let mut width = 0.0;
    for (size, most) in [(7.0, 1), (6.5, 1), (7.0, 2), (6.0, 2)] {
        let (width_of, base) = (Some(FIELD_TEXT), BaseDirection::Auto);
        let lines = set(&[(text, false)], Setting { size, width: width_of, hyphens: None, base })?;
        if lines.len() <= most {
            return Ok(lines);
        }
        width = lines.iter().map(|line| line.width).sum();
    }
    Err(PdfFault::TooWide { text: text.to_owned(), width: width / MM, room: 2.0 * FIELD_TEXT / MM })
}

/// Label and value, a row each; long values go on below themselves. In large print a value stands below its
/// label where the labels are long.
fn information_block(
    rows: &[(String, String)],
    top: f32,
    size: f32,
    document: &Document,
    composer: &mut Composer,
    page: &mut Vec<Ink>,
) -> Result<f32, PdfFault> {
    let root = composer.tags.root();
    let pitch = if document.direction == Direction::RightToLeft { 1.5 } else { 1.36 };
    let look = Type { size, pitch, color: INK };
    let mut labels = Vec::with_capacity(rows.len());
    for (label, _) in rows {
        // A space ends the label, so that label and value do not run together when read aloud.
        labels.push(one_line(&format!("{label} "), false, size * 0.9)?);
    }
    let widest = labels.iter().map(|line| line.width).fold(0.0, f32::max);
    let stacked = composer.is_large() && widest > INFORMATION.width * 0.45;
    let label_width = if stacked { INFORMATION.width } else { widest.min(INFORMATION.width * 0.5) };
    let values = if stacked { INFORMATION } else { INFORMATION.inset(label_width + 2.0 * MM, 0.0) };
    let mut y = top;
    for (label, (text, value)) in labels.into_iter().zip(rows) {
        if label.width > label_width + 0.01 {
            let (width, room) = (label.width / MM, label_width / MM);
            return Err(PdfFault::TooWide { text: text.clone(), width, room });
        }
        let owner = Owner::Leaf(composer.tags.node_with_leaf(root, Role::P));
        let of_label = composer.speaker(&[(text, false)], owner);
        page.push(Ink::text(of_label, INFORMATION.x, y + look.baseline(), label, GREY));
        if stacked {
            y += look.size * 1.25;
        }
        let setting = Setting {
            size: look.size,
            width: Some(values.width),
            hyphens: None,
            base: BaseDirection::Auto,
        };
        let lines = set(&[(value, false)], setting)?;
        // A value after a label that is spoken is spoken, too: else it would be read before the label.
        let of_value = match owner {
            Owner::Leaf(leaf) if of_label != owner => {
                Owner::Leaf(composer.tags.spoken(leaf, &value.replace(['\r', '\n'], " ")))
            }
            owner => composer.speaker(&[(value, false)], owner),
        };
        let height = lines.len().max(1) as f32 * look.line();
        for (nth, line) in lines.into_iter().enumerate() {
            page.push(Ink::text(
                of_value,
                values.x,
                y + nth as f32 * look.line() + look.baseline(),
                line,
                INK,
            ));
        }
        y += height + if stacked { look.size * 0.3 } else { 0.0 };
    }
    Ok(y)
}

/// Fold marks, and the punch mark at half the height.
fn marks(measures: &Measures) -> impl Iterator<Item = Ink> {
    let [upper, lower] = measures.folds;
    [(upper, 2.5), (148.5 * MM, 4.0), (lower, 2.5)].into_iter().map(|(y, length)| {
        let x = 5.0 * MM;
        Ink::rule(Artifact::Layout, (x, y), (x + length * MM, y), INK, 0.25)
    })
}
