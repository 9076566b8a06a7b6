//! The owner's bars: magnitudes with their values, such as the mean share of each feature in all results.

use super::canvas::{Checks, Format, paint, stack, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::{Bar, Look};
use super::palette::{ACCENT, INK, RULE};
use super::text::{Lines, Type, natural};
use crate::fault::Checked;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Magnitude {
    /// What it is, in words.
    pub label: String,
    /// Its value in words, set at the bar's end.
    pub value_label: String,
    /// Its value, 0 or more. Only the ratio of the values matters.
    pub value: f64,
}

const GAP: f32 = 9.0;
const NEAR: f32 = 5.0;

/// Draws one bar a row, in the order given, lengths proportional to the values, from 0: mean absolute attribution of
/// features, counts a year, any shares of one whole.
///
/// # Errors
/// C01 a value that is negative or not a finite number, C02 no rows, C03 a format out of range.
pub fn bars(rows: &[Magnitude], format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("bars", format);
    checks.some("rows", rows);
    for (i, row) in rows.iter().enumerate() {
        checks.within(|| format!("rows[{i}].value"), row.value, 0.0..=1e12);
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let face = Type::new(text_size, INK);
    let widest = rows.iter().map(|row| natural(&row.label, face)).fold(0.0, f32::max);
    let left = widest.min(0.42 * width) + GAP;
    let labels: Vec<Lines> =
        rows.iter().map(|row| Lines::set(&row.label, face, left - GAP)).collect();
    let values: Vec<Lines> =
        rows.iter().map(|row| Lines::set(&row.value_label, face, 0.45 * (width - left))).collect();
    let most = rows.iter().map(|row| row.value).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let share = |value: f64| (value / most) as f32;
    // As wide as leaves every value room behind its bar.
    let room = rows
        .iter()
        .zip(&values)
        .map(|(row, value)| (width - left - NEAR - value.width) / share(row.value).max(1e-3))
        .fold(width - left, f32::min);

    let bar = 1.25 * text_size;
    let heights = labels
        .iter()
        .zip(&values)
        .map(|(label, value)| label.height().max(value.height()).max(bar));
    let bands = stack(heights, 2.0, 0.7 * text_size);
    let bottom = bands.last().map_or(0.0, |band| band.bottom);

    paint("bars", width, bottom + 3.0, |canvas| {
        let mut plane = canvas.plane(left..left + room, 0.0..bottom, 0.0..1.0)?;
        plane.draw_series(rows.iter().zip(&bands).map(|(row, band)| {
            Bar::new((0.0, row.value / most), band.middle(), bar, Look::Plain(ACCENT))
        }))?;
        canvas.line(&[(left, 0.0), (left, bottom + 2.0)], stroke(RULE, 0.8))?;
        for (((row, band), label), value) in rows.iter().zip(&bands).zip(&labels).zip(&values) {
            canvas.text_at(label, 0.0, band.middle(), Anchor::Start)?;
            let end = left + room * share(row.value);
            canvas.text_at(value, end + NEAR, band.middle(), Anchor::Start)?;
        }
        Ok(())
    })
}
