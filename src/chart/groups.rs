//! The owner's comparison of groups: an error rate and its interval a group, against the rate of all.

use plotters::element::{Circle, DashedPathElement, PathElement};
use plotters::prelude::ChartBuilder;

use super::axis::{Axis, Tick};
use super::backend::units;
use super::canvas::{Checks, Format, fill, misfit, paint, stack, stroke};
use super::drawing::{Anchor, Drawing};
use super::palette::{ACCENT, COUNTER_LINE, COUNTER_TEXT, GRID, INK, INK_SOFT, WHITE};
use super::text::{Lines, Type, natural};
use crate::fault::Checked;

/// A measured rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The rate.
    pub value: f64,
    /// Lower end of its interval, at most the rate.
    pub low: f64,
    /// Upper end, at least the rate.
    pub high: f64,
}

/// One group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    /// The group, in words.
    pub label: String,
    /// Its size, in words: `n = 1.204`.
    pub size: String,
    /// Its rate; None where the group is too small or the rate is not known.
    pub estimate: Option<Estimate>,
    /// The rate in words, or why there is none.
    pub value_label: String,
}

/// The comparison.
pub struct Groups<'a> {
    /// Groups in reading order.
    pub rows: Vec<GroupRow>,
    /// Rate of all cases and its label.
    pub reference: Option<(f64, String)>,
    /// What the axis counts, in words.
    pub axis: String,
    /// Words for a number on the axis.
    pub tick: Tick<'a>,
}

const GAP: f32 = 10.0;
const NEAR: f32 = 6.0;

/// Draws a dot and an interval a group, the rate in words at the right, and a dashed line at the rate of all. The axis
/// begins at 0.
///
/// # Errors
/// C01 a rate that is not a finite number or lies outside its interval, C02 no rows, C03 a format out of range or
/// labels without room.
pub fn groups(data: &Groups, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("groups", format);
    checks.some("rows", &data.rows);
    for (i, row) in data.rows.iter().enumerate() {
        if let Some(Estimate { value, low, high }) = row.estimate {
            for (name, number) in [("value", value), ("low", low), ("high", high)] {
                checks.number(|| format!("rows[{i}].estimate.{name}"), number);
            }
            if low > value || value > high {
                let found = format!("{value} outside {low} to {high}");
                checks.refuse(
                    "C01",
                    &format!("rows[{i}].estimate"),
                    found,
                    "a value in its interval",
                    "Mend the interval.",
                );
            }
        }
    }
    if let Some((value, _)) = data.reference {
        checks.number(|| "reference".into(), value);
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let face = Type::new(text_size, INK);
    let small = Type::new(text_size - 1.0, INK_SOFT);
    let names =
        data.rows.iter().map(|row| natural(&row.label, face).max(natural(&row.size, small)));
    let ends = data.rows.iter().filter_map(|row| row.estimate).flat_map(|e| [e.low, e.high]);
    let (low, high) = ends
        .chain(data.reference.iter().map(|reference| reference.0))
        .fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    let margin = 0.03 * (high - low);
    let (low, high) = (if low < 0.0 { low - margin } else { low }, high + margin);
    let overhang = Axis::overhang(low, high, width, small, data.tick);
    let left = (names.fold(0.0, f32::max).min(0.36 * width) + GAP).max(overhang);
    let labels: Vec<(Lines, Lines)> = data
        .rows
        .iter()
        .map(|row| {
            (Lines::set(&row.label, face, left - GAP), Lines::set(&row.size, small, left - GAP))
        })
        .collect();
    // Rates stand in a column of their own; words why there is none stand in the plane.
    let known = data.rows.iter().filter(|row| row.estimate.is_some());
    let column =
        known.map(|row| natural(&row.value_label, face).min(0.3 * width)).fold(GAP, f32::max);
    let right = width - (column + 1.5 * GAP).max(overhang);
    let values: Vec<Lines> = data
        .rows
        .iter()
        .map(|row| match row.estimate {
            Some(_) => Lines::set(&row.value_label, face, column),
            None => Lines::set(
                &row.value_label,
                Type { color: INK_SOFT, ..face },
                right - left - 2.0 * NEAR,
            ),
        })
        .collect();

    let Some(axis) = Axis::new(low, high, left..right, width, small, data.tick) else {
        return Err(misfit("groups", "tick labels without room"));
    };
    let x = |value: f64| {
        let share = (axis.at(value) - axis.range.start) / (axis.range.end - axis.range.start);
        left + (right - left) * share as f32
    };

    let head = data.reference.as_ref().map(|(value, label)| {
        (*value, Lines::set(label, Type { color: COUNTER_TEXT, ..small }.bold(), 0.6 * width))
    });
    let top = head.as_ref().map_or(0.0, |(_, lines)| lines.height() + 3.0);
    let heights = labels.iter().zip(&values).map(|((label, size), value)| {
        (label.height() + size.height()).max(value.height()).max(1.6 * text_size)
    });
    let bands = stack(heights, top + 5.0, 8.0);
    let bottom = bands.last().map_or(top, |band| band.bottom) + 5.0;
    let floor = bottom + Axis::height(small);
    let centre = (left + right) / 2.0;
    let title = Lines::set(&data.axis, small, 2.0 * centre.min(width - centre));

    paint("groups", width, floor + title.height() + 5.0, |canvas| {
        let mut plane = ChartBuilder::on(&canvas.part(left..right, top..floor))
            .x_label_area_size(units(floor - bottom))
            .build_cartesian_2d(axis.range.clone(), f64::from(bottom)..f64::from(top))?;
        axis.grid(&mut plane)?;
        for (_, band) in data.rows.iter().zip(&bands).filter(|(row, _)| row.estimate.is_some()) {
            canvas.line(&[(left, band.middle()), (right, band.middle())], stroke(GRID, 0.6))?;
        }
        if let Some((value, lines)) = &head {
            let at = axis.at(*value);
            let ends = [(at, f64::from(top)), (at, f64::from(bottom))];
            plane.draw_series([DashedPathElement::new(
                ends,
                units(3.5),
                units(2.5),
                stroke(COUNTER_LINE, 1.1),
            )])?;
            let centre = x(*value).min(width - lines.width / 2.0).max(lines.width / 2.0);
            canvas.text(lines, centre, 0.0, Anchor::Middle)?;
        }
        let known = || {
            data.rows
                .iter()
                .zip(&bands)
                .filter_map(|(row, band)| Some((row.estimate?, f64::from(band.middle()))))
        };
        plane.draw_series(known().flat_map(|(e, y)| {
            let (low, high) = (axis.at(e.low), axis.at(e.high));
            let cap = |x: f64| vec![(x, y - 3.0), (x, y + 3.0)];
            [vec![(low, y), (high, y)], cap(low), cap(high)]
                .map(|path| PathElement::new(path, stroke(ACCENT, 1.2)))
        }))?;
        plane.draw_series(
            known().map(|(e, y)| Circle::new((axis.at(e.value), y), units(3.2), fill(ACCENT))),
        )?;
        for (((row, band), (label, size)), value) in
            data.rows.iter().zip(&bands).zip(&labels).zip(&values)
        {
            let block = band.middle() - (label.height() + size.height()) / 2.0;
            canvas.text(label, 0.0, block, Anchor::Start)?;
            canvas.text(size, 0.0, block + label.height(), Anchor::Start)?;
            if row.estimate.is_some() {
                canvas.text_at(value, width, band.middle(), Anchor::End)?;
            } else {
                // The words stand in the plane, on paper of their own.
                let at = left + NEAR;
                let half = value.height() / 2.0;
                let corners = [
                    (at - 3.0, band.middle() - half),
                    (at + value.width + 3.0, band.middle() + half),
                ];
                let corners = corners.map(|(x, y)| (units(x), units(y)));
                canvas.draw(&plotters::element::Rectangle::new(corners, fill(WHITE)))?;
                canvas.text_at(value, at, band.middle(), Anchor::Start)?;
            }
        }
        axis.draw(&mut plane, small, data.tick)?;
        canvas.text(&title, centre, floor + 2.0, Anchor::Middle)
    })
}
