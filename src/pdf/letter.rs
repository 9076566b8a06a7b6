//! The furniture of a letter: DIN 5008 form B, A4, for a DL window envelope.
//!
//! Only the return line and the address may be seen through the window, whose field is 85 × 45 mm at (20, 45) mm.

use std::rc::Rc;

use crate::document::Furniture;

use super::compose::{Area, Composer, Type};
use super::fault::PdfFault;
use super::furniture::{LEFT, RIGHT, fitted};
use super::ink::{ACCENT, Artifact, GREY, INK, Ink, MM, Owner, RULE};
use super::tags::{Role, Tags};
use super::typeset::{Line, Setting, one_line, set};

/// Lines the address zone holds.
const ADDRESS_LINES: usize = 6;
/// Upper edge of the address field.
const FIELD_TOP: f32 = 45.0 * MM;
/// Width of text in the address field: 85 mm without the inset of 5 mm at the left.
const FIELD_TEXT: f32 = 80.0 * MM;
/// Height of the zone of the return line and notes (5 + 12.7 mm), above the address zone (27.3 mm).
const NOTES: f32 = 17.7 * MM;
/// Distance of address lines: six of them fill the zone.
const ADDRESS_PITCH: f32 = 27.3 * MM / 6.0;
/// Information block.
const INFORMATION: Area = Area { x: 125.0 * MM, width: 75.0 * MM };
/// Its upper edge.
const INFORMATION_TOP: f32 = 50.0 * MM;
/// Subject: two lines (8.46 mm) below the address field.
const SUBJECT: f32 = 98.46 * MM;

/// Draws the furniture of page 1 and returns where the subject begins.
pub(crate) fn write(
    letter: &Furniture,
    composer: &mut Composer,
    page: &mut Vec<Ink>,
) -> Result<f32, PdfFault> {
    let Furniture::Letter { letterhead, letterhead_note, return_line, address, information } =
        letter
    else {
        return Ok(SUBJECT);
    };
    let tags = &mut composer.tags;
    let root = tags.root();
    let width = RIGHT - LEFT;
    for (text, bold, sizes, y, color) in [
        (letterhead, true, [16.0, 13.0, 11.0], 22.0 * MM, ACCENT),
        (letterhead_note, false, [9.0, 8.0, 7.0], 27.4 * MM, GREY),
    ] {
        if !text.is_empty() {
            let line = fitted(text, bold, &sizes, width)?;
            let owner = Owner::Leaf(tags.node_with_leaf(root, Role::P));
            page.push(Ink::text(owner, LEFT, y, line, color));
        }
    }
    window(return_line, address, tags, page)?;
    let bottom = information_block(information, tags, page)?;
    page.extend(marks());
    Ok(SUBJECT.max(bottom + 5.0 * MM))
}

fn window(
    return_line: &str,
    address: &[String],
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
        let mut y = FIELD_TOP + 3.6 * MM;
        for (nth, line) in lines.into_iter().enumerate() {
            y += if nth > 0 { line.size * 1.25 } else { 0.0 };
            page.push(Ink::text(owner, LEFT, y, line, GREY));
        }
        let y = y + 1.2 * MM;
        page.push(Ink::rule(Artifact::Layout, (LEFT, y), (LEFT + FIELD_TEXT, y), RULE, 0.4));
    }
    let owner = Owner::Leaf(tags.node_with_leaf(root, Role::P));
    for (nth, text) in address.iter().enumerate() {
        // The space is for those who hear the address or copy it: lines of one paragraph run on.
        let text = if nth + 1 < address.len() { format!("{text} ") } else { text.clone() };
        let line = fitted(&text, false, &[11.0, 10.5, 10.0], FIELD_TEXT)?;
        let y = FIELD_TOP + NOTES + nth as f32 * ADDRESS_PITCH + 3.5 * MM;
        page.push(Ink::text(owner, LEFT, y, line, INK));
    }
    Ok(())
}

/// The return line in one line, or in two where it is long: the zone above the address has room for both.
fn return_lines(text: &str) -> Result<Vec<Rc<Line>>, PdfFault> {
    let mut width = 0.0;
    for (size, most) in [(7.0, 1), (6.5, 1), (7.0, 2), (6.0, 2)] {
        let lines =
            set(&[(text, false)], Setting { size, width: Some(FIELD_TEXT), hyphens: None })?;
        if lines.len() <= most {
            return Ok(lines);
        }
        width = lines.iter().map(|line| line.width).sum();
    }
    Err(PdfFault::TooWide { text: text.to_owned(), width: width / MM, room: 2.0 * FIELD_TEXT / MM })
}

/// Label and value, a row each; long values go on below themselves.
fn information_block(
    rows: &[(String, String)],
    tags: &mut Tags,
    page: &mut Vec<Ink>,
) -> Result<f32, PdfFault> {
    let root = tags.root();
    let look = Type { size: 10.0, pitch: 1.36, color: INK };
    let mut labels = Vec::with_capacity(rows.len());
    for (label, _) in rows {
        // A space ends the label, so that label and value do not run together when read aloud.
        labels.push(one_line(&format!("{label} "), false, 9.0)?);
    }
    let label_width =
        labels.iter().map(|line| line.width).fold(0.0, f32::max).min(INFORMATION.width * 0.5);
    let values = INFORMATION.inset(label_width + 2.0 * MM, 0.0);
    let mut y = INFORMATION_TOP;
    for (label, (text, value)) in labels.into_iter().zip(rows) {
        if label.width > label_width + 0.01 {
            let (width, room) = (label.width / MM, label_width / MM);
            return Err(PdfFault::TooWide { text: text.clone(), width, room });
        }
        let owner = Owner::Leaf(tags.node_with_leaf(root, Role::P));
        page.push(Ink::text(owner, INFORMATION.x, y + look.baseline(), label, GREY));
        let setting =
            super::typeset::Setting { size: look.size, width: Some(values.width), hyphens: None };
        let lines = set(&[(value, false)], setting)?;
        let height = lines.len().max(1) as f32 * look.line();
        for (nth, line) in lines.into_iter().enumerate() {
            page.push(Ink::text(
                owner,
                values.x,
                y + nth as f32 * look.line() + look.baseline(),
                line,
                INK,
            ));
        }
        y += height;
    }
    Ok(y)
}

/// Fold marks at 105 and 210 mm, punch mark at half the height.
fn marks() -> impl Iterator<Item = Ink> {
    [(105.0, 2.5), (148.5, 4.0), (210.0, 2.5)].into_iter().map(|(y, length)| {
        let (y, x) = (y * MM, 5.0 * MM);
        Ink::rule(Artifact::Layout, (x, y), (x + length * MM, y), INK, 0.25)
    })
}
