//! The owner's effect chart: how the score goes with one detail.

use plotters::element::{Circle, DashedPathElement};
use plotters::prelude::ChartBuilder;
use plotters::series::LineSeries;

use super::axis::{Axis, Tick};
use super::backend::units;
use super::canvas::{Checks, Format, fill, font, misfit, paint, stroke};
use super::drawing::{Anchor, Drawing};
use super::palette::{ACCENT, GRID, INK, INK_SOFT, RULE};
use super::text::{Lines, Type};
use crate::fault::Checked;

/// The effect chart.
pub struct Effect<'a> {
    /// What the chart is about, above it: `Alter in Jahren`.
    pub title: String,
    /// Value of the detail and effect, by ascending value.
    pub points: Vec<(f64, f64)>,
    /// Least and greatest effect of the axis, so that several charts have one scale; 0 is within.
    pub range: (f64, f64),
    /// Words above the y axis: `Wirkung`.
    pub y_label: String,
    /// Words for a value of the detail.
    pub x_tick: Tick<'a>,
    /// Words for an effect.
    pub y_tick: Tick<'a>,
}

/// Height of the plane.
const HEIGHT: f32 = 96.0;

/// Draws the effect as a line with a dot at every value that was computed, and a dashed line at 0.
///
/// # Errors
/// C01 a number that is not finite or outside the range, C02 fewer than one point, C03 a format out of range or tick labels
/// without room.
pub fn effect(data: &Effect, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("effect", format);
    checks.some("points", &data.points);
    let (low, high) = data.range;
    checks.within(|| "range.low".to_owned(), low, -1e12..=0.0);
    checks.within(|| "range.high".to_owned(), high, 0.0..=1e12);
    for (i, (x, y)) in data.points.iter().enumerate() {
        checks.number(|| format!("points[{i}].value"), *x);
        checks.within(|| format!("points[{i}].effect"), *y, low.min(0.0)..=high.max(0.0));
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let small = Type::new(text_size - 1.0, INK_SOFT);
    let title = Lines::set(&data.title, Type::new(text_size, INK), width);
    let y_title = Lines::set(&data.y_label, small, width);
    let upright = Axis::upright(low, high, HEIGHT, small);
    let left = Axis::widest(low, high, small, data.y_tick) + 9.0;
    let xs = || data.points.iter().map(|(x, _)| *x);
    let (from, to) = (xs().fold(f64::MAX, f64::min), xs().fold(f64::MIN, f64::max));
    let right = width - Axis::overhang(from, to, width, small, data.x_tick).max(4.0);
    if right - left < 6.0 * text_size {
        return Err(misfit("effect", "tick labels without room"));
    }
    let Some(along) = Axis::new(from, to, left..right, width, small, data.x_tick) else {
        return Err(misfit("effect", "tick labels without room"));
    };
    let y_top = title.height() + 3.0;
    let top = y_top + y_title.height() + 0.6 * small.size;
    let bottom = top + HEIGHT;
    let floor = bottom + Axis::height(small);
    paint("effect", width, floor + 2.0, |canvas| {
        canvas.text(&title, 0.0, 0.0, Anchor::Start)?;
        canvas.text(&y_title, 0.0, y_top, Anchor::Start)?;
        let words = |at: &f64| upright.word(*at, data.y_tick);
        let silent = |_: &f64| String::new();
        let mut plane = ChartBuilder::on(&canvas.part(0.0..right, top..floor))
            .y_label_area_size(units(left))
            .x_label_area_size(units(floor - bottom))
            .build_cartesian_2d(along.range.clone(), upright.range.clone())?;
        plane
            .configure_mesh()
            .disable_x_axis()
            .x_labels(along.ticks)
            .y_labels(upright.ticks)
            .x_label_formatter(&silent)
            .y_label_formatter(&words)
            .y_label_style(font(small))
            .axis_style(stroke(RULE, 0.8))
            .bold_line_style(stroke(GRID, 0.6))
            .light_line_style(plotters::style::TRANSPARENT)
            .set_tick_mark_size(plotters::chart::LabelAreaPosition::Left, units(3.0))
            .draw()?;
        let nothing = upright.at(0.0);
        plane.draw_series([DashedPathElement::new(
            [(along.range.start, nothing), (along.range.end, nothing)],
            units(4.0),
            units(3.0),
            stroke(RULE, 1.0),
        )])?;
        let places = || data.points.iter().map(|(x, y)| (along.at(*x), upright.at(*y)));
        plane.draw_series(LineSeries::new(places(), stroke(ACCENT, 1.4)))?;
        plane.draw_series(places().map(|place| Circle::new(place, units(1.8), fill(ACCENT))))?;
        along.draw(&mut plane, small, data.x_tick)
    })
}
