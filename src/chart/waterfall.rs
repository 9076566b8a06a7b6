//! The caseworker's chart: from the comparison group's base to this case, one step a reason.

use plotters::element::{DashedPathElement, PathElement};

use super::backend::units;
use super::canvas::{Checks, Format, fill, paint, stack, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::{Bar, Look};
use super::palette::{COUNTER_LINE, COUNTER_TEXT, INK, INK_SOFT, LEVEL, RULE, WHITE};
use super::text::{Lines, Type, natural};
use crate::fault::Checked;

/// A level: where the sum begins or ends, or the threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// What it is, in words.
    pub label: String,
    /// Its value in words; empty where the label says it.
    pub value_label: String,
    /// Its position.
    pub value: f64,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What moved the score, in words.
    pub label: String,
    /// The step in words: `+42`.
    pub value_label: String,
    /// The step, unrounded, in the unit of the levels.
    pub delta: f64,
}

/// The caseworker's bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// The comparison group's base value.
    pub start: Level,
    /// Steps in reading order; with the last one (all other information) they reach the end.
    pub steps: Vec<Step>,
    /// This case.
    pub end: Level,
    /// Where the result changes; `value_label` is not used.
    pub threshold: Option<Level>,
}

const GAP: f32 = 9.0;
/// Space between a bar and its value.
const NEAR: f32 = 5.0;

/// Draws the steps. Bars of levels begin at 0, so 0 is always on the sheet.
///
/// # Errors
/// C01 a value that is not a finite number, C03 a format out of range, C04 steps that do not lead from the start to the
/// end (by more than a ten-thousandth of the largest level: a picture that does not add up would be a false statement).
pub fn waterfall(data: &Waterfall, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("waterfall", format);
    checks.number(|| "start.value".into(), data.start.value);
    checks.number(|| "end.value".into(), data.end.value);
    for (i, step) in data.steps.iter().enumerate() {
        checks.number(|| format!("steps[{i}].delta"), step.delta);
    }
    if let Some(threshold) = &data.threshold {
        checks.number(|| "threshold.value".into(), threshold.value);
    }
    let mut sums = vec![data.start.value];
    sums.extend(data.steps.iter().scan(data.start.value, |sum, step| {
        *sum += step.delta;
        Some(*sum)
    }));
    let reached = sums.last().copied().unwrap_or(data.start.value);
    let largest = sums.iter().chain([&data.end.value]).fold(0.0_f64, |most, v| most.max(v.abs()));
    if (reached - data.end.value).abs() > 1e-4 * largest {
        let expected = format!("the end, {}", data.end.value);
        let mend = "Give every step unrounded and all remaining ones as the last step.";
        checks.refuse("C04", "steps", format!("steps that lead to {reached}"), expected, mend);
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let face = Type::new(text_size, INK);
    let strong = face.bold();
    let soft = Type { color: INK_SOFT, ..face };
    // Label, value, from, to, look of each row.
    let level = |level: &Level, face, look| {
        (level.label.clone(), level.value_label.clone(), 0.0, level.value, face, look)
    };
    let mut rows = vec![level(&data.start, soft, Look::Plain(LEVEL))];
    rows.extend(data.steps.iter().zip(&sums).map(|(step, &from)| {
        let (label, value) = (step.label.clone(), step.value_label.clone());
        (label, value, from, from + step.delta, face, Look::of(step.delta))
    }));
    rows.push(level(&data.end, strong, Look::Plain(INK_SOFT)));

    let widest = rows.iter().map(|row| natural(&row.0, row.4)).fold(0.0, f32::max);
    let left = widest.min(0.42 * width) + GAP;
    let labels: Vec<Lines> = rows.iter().map(|row| Lines::set(&row.0, row.4, left - GAP)).collect();
    let values: Vec<Lines> = rows
        .iter()
        .map(|row| Lines::set(&row.1, Type { color: INK, ..row.4 }, 0.45 * (width - left)))
        .collect();

    let positions =
        rows.iter().flat_map(|row| [row.2, row.3]).chain(data.threshold.iter().map(|t| t.value));
    let (low, high) =
        positions.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    let span = if high > low { high - low } else { 1.0 };
    let share = |value: f64| ((value - low) / span) as f32;
    // As wide as leaves every value room at the right of its bar.
    let room = rows
        .iter()
        .zip(&values)
        .map(|(row, value)| (width - left - NEAR - value.width) / share(row.2.max(row.3)).max(1e-3))
        .fold(width - left - 1.0, f32::min);
    let x = |value: f64| left + room * share(value);

    let bar = 1.15 * text_size;
    let head = data.threshold.as_ref().map(|t| {
        let face = Type { color: COUNTER_TEXT, ..strong };
        (x(t.value), Lines::set(&t.label, face, 0.6 * width))
    });
    let top = head.as_ref().map_or(1.0, |(_, lines)| lines.height() + 0.7 * text_size);
    let heights = labels
        .iter()
        .zip(&values)
        .map(|(label, value)| label.height().max(value.height()).max(bar));
    let bands = stack(heights, top, 0.42 * text_size);
    let bottom = bands.last().map_or(top, |band| band.bottom);

    paint("waterfall", width, bottom + 4.0, |canvas| {
        if let Some((at, lines)) = &head {
            let centre = at.min(width - lines.width / 2.0).max(lines.width / 2.0);
            canvas.text(lines, centre, 0.0, Anchor::Middle)?;
            let down =
                [(units(*at), units(lines.height() + 1.5)), (units(*at), units(bottom + 3.0))];
            canvas.draw(&DashedPathElement::new(
                down,
                units(3.5),
                units(2.5),
                stroke(COUNTER_LINE, 1.1),
            ))?;
        }
        let mut plane = canvas.plane(left..left + room, 0.0..bottom, low..low + span)?;
        plane.draw_series(
            rows.iter()
                .zip(&bands)
                .map(|row| Bar::new((row.0.2, row.0.3), row.1.middle(), bar, row.0.5)),
        )?;
        // Each row ends where the next begins; the last sum is the end itself.
        plane.draw_series(rows.windows(2).zip(bands.windows(2)).filter_map(|(rows, bands)| {
            let ([from, _], [upper, lower]) = (rows, bands) else {
                return None;
            };
            let ends = [upper.middle() + bar / 2.0, lower.middle() - bar / 2.0];
            Some(PathElement::new(ends.map(|y| (from.3, f64::from(y))), stroke(RULE, 0.7)))
        }))?;
        // The threshold shows on the case's own bar, too.
        if let (Some((at, _)), Some(last), Some(end)) = (&head, bands.last(), rows.last())
            && (x(end.2.min(end.3))..x(end.2.max(end.3))).contains(at)
        {
            let (up, down) = (last.middle() - bar / 2.0, last.middle() + bar / 2.0);
            canvas.line(&[(*at, up), (*at, down)], stroke(WHITE, 1.1))?;
        }
        let (first, last) = (bands.first().map_or(top, |b| b.top), bottom);
        canvas.line(&[(x(0.0), first - 2.0), (x(0.0), last + 2.0)], stroke(RULE, 0.7))?;
        for (((row, band), label), value) in rows.iter().zip(&bands).zip(&labels).zip(&values) {
            canvas.text_at(label, 0.0, band.middle(), Anchor::Start)?;
            let at = x(row.2.max(row.3)) + NEAR;
            let mut lines = head.iter().map(|(line, _)| *line).chain([x(0.0)]);
            if lines.any(|line| (at - 2.0..at + value.width + 2.0).contains(&line)) {
                // The lines of threshold and zero make way for the number.
                let half = value.height() / 2.0;
                let corners =
                    [(at - 2.0, band.middle() - half), (at + value.width, band.middle() + half)];
                let corners = corners.map(|(x, y)| (units(x), units(y)));
                canvas.draw(&plotters::element::Rectangle::new(corners, fill(WHITE)))?;
            }
            canvas.text_at(value, at, band.middle(), Anchor::Start)?;
        }
        Ok(())
    })
}
