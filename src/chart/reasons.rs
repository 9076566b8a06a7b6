//! The citizen's chart: what spoke for and what against, as bars from one axis, without numbers.

use super::canvas::{Checks, Format, paint, stack, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::{Bar, Look, arrow};
use super::palette::{ACCENT, COUNTER_TEXT, INK};
use super::text::{Lines, Type, natural};
use crate::fault::Checked;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What the bar stands for, in words, with the person's value: `Einkommen im Monat: 1.450 Euro`.
    pub label: String,
    /// Signed share of the result; positive speaks for it. Only the ratio of the shares matters.
    pub share: f64,
}

/// The citizen's bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// Word over the left side: `sprach dagegen`. An arrow is drawn with it.
    pub against: String,
    /// Word over the right side: `sprach dafür`.
    pub towards: String,
    /// The bars in reading order; the last may stand for all other information together.
    pub rows: Vec<Reason>,
}

/// Room of an arrow and the space to its word.
const ARROW: f32 = 16.0;
/// Space between the axis and the words above it, and between labels and bars.
const GAP: f32 = 9.0;

/// Draws the bars. All have one scale: lengths are proportional to the shares on both sides of the axis.
///
/// # Errors
/// C01 a share that is not a finite number, C02 no rows, C03 a format out of range.
pub fn reasons(data: &Reasons, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("reasons", format);
    checks.some("rows", &data.rows);
    for (i, row) in data.rows.iter().enumerate() {
        checks.number(|| format!("rows[{i}].share"), row.share);
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let face = Type::new(text_size, INK);
    let widest = data.rows.iter().map(|row| natural(&row.label, face)).fold(0.0, f32::max);
    let left = widest.min(0.42 * width) + GAP;
    let room = width - left;

    // The axis stands where both sides fill their room at one scale, with space for the word over the right side.
    let most = |sign: f64| data.rows.iter().map(|row| row.share * sign).fold(0.0, f64::max);
    let (against, towards) = (most(-1.0), most(1.0));
    let head = Type::new(text_size, ACCENT).bold();
    let right_least = (natural(&data.towards, head) + GAP + ARROW + 1.0).min(0.7 * room);
    let total = against + towards;
    let wish = if total > 0.0 { room * (against / total) as f32 } else { room / 2.0 };
    let left_side = wish.clamp(GAP, (room - right_least).max(GAP));
    let axis = left + left_side;
    // Points that one unit of share is worth, kept as the data range of the whole room.
    let fits = |side: f32, most: f64| {
        if most > 0.0 { f64::from(side) / most } else { f64::INFINITY }
    };
    let scale = fits(left_side, against).min(fits(room - left_side - 0.5, towards));
    let range = -f64::from(left_side)..f64::from(room - left_side);

    let left_head =
        Lines::set(&data.against, Type { color: COUNTER_TEXT, ..head }, axis - GAP - ARROW);
    let right_head = Lines::set(&data.towards, head, width - axis - GAP - ARROW);
    let head_height = left_head.height().max(right_head.height());
    let bar = 1.25 * text_size;
    let labels: Vec<Lines> =
        data.rows.iter().map(|row| Lines::set(&row.label, face, left - GAP)).collect();
    let heights = labels.iter().map(|label| label.height().max(bar));
    let bands = stack(heights, head_height + 0.75 * text_size, 0.65 * text_size);
    let bottom = bands.last().map_or(head_height, |band| band.bottom);
    let overhang = 0.4 * text_size;

    let drawing = paint("reasons", width, bottom + overhang + 1.0, |canvas| {
        canvas.text(&left_head, axis - GAP, 0.0, Anchor::End)?;
        canvas.text(&right_head, axis + GAP, 0.0, Anchor::Start)?;
        let middle = face.leading() / 2.0;
        if left_head.width > 0.0 {
            arrow(canvas, axis - GAP - left_head.width - 5.0, middle, false, COUNTER_TEXT)?;
        }
        if right_head.width > 0.0 {
            arrow(canvas, axis + GAP + right_head.width + 5.0, middle, true, ACCENT)?;
        }
        let mut plane = canvas.plane(left..width, 0.0..bottom, range)?;
        plane.draw_series(data.rows.iter().zip(&bands).map(|(row, band)| {
            let end = if scale.is_finite() { row.share * scale } else { 0.0 };
            Bar::new((0.0, end), band.middle(), bar, Look::of(row.share))
        }))?;
        canvas.line(
            &[(axis, head_height + 0.4 * text_size), (axis, bottom + overhang)],
            stroke(INK, 1.2),
        )?;
        for (label, band) in labels.iter().zip(&bands) {
            canvas.text_at(label, 0.0, band.middle(), Anchor::Start)?;
        }
        Ok(())
    })?;
    Ok(Drawing { mirrors: true, ..drawing })
}
