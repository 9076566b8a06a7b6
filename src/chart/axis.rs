//! Number axes: as many ticks as their labels leave room for.

use std::ops::Range;

use plotters::coord::ranged1d::{BoldPoints, Ranged};
use plotters::coord::types::RangedCoordf64;

use super::canvas::{Painted, Plane, font, stroke};
use super::palette::{GRID, RULE};
use super::text::Type;

/// Words for a number on an axis.
pub type Tick<'a> = &'a dyn Fn(f64) -> String;

/// A range of numbers along a stretch of the sheet.
///
/// Coordinates are the numbers times a power of ten that brings the span near 1, since plotters' ticks are only right
/// for spans far above the machine epsilon.
pub(super) struct Axis {
    /// Coordinates of the ends.
    pub range: Range<f64>,
    shift: i32,
    /// Upper bound of the number of ticks, as plotters takes it.
    pub ticks: usize,
}

impl Axis {
    /// An axis from `low` to `high` on the stretch `place` of a sheet of width `width`. `None` if not one label fits.
    pub(super) fn new(
        low: f64,
        high: f64,
        place: Range<f32>,
        width: f32,
        face: Type,
        tick: Tick,
    ) -> Option<Self> {
        let mut axis = Axis::unticked(low, high);
        axis.ticks = (1..=MOST_TICKS).rev().find(|&most| {
            let mut free = 0.0;
            let labels = axis.labels(most, tick);
            !labels.is_empty()
                && labels.iter().all(|(at, label)| {
                    let share = (at - axis.range.start) / (axis.range.end - axis.range.start);
                    let centre = place.start + (place.end - place.start) * share as f32;
                    let half = face.measure(label) / 2.0;
                    let fits = centre - half >= free && centre + half <= width;
                    free = centre + half + 0.8 * face.size;
                    fits
                })
        })?;
        Some(axis)
    }

    /// An axis from `low` to `high` that stands upright: its labels need room above each other alone.
    pub(super) fn upright(low: f64, high: f64, height: f32, face: Type) -> Self {
        let mut axis = Axis::unticked(low, high);
        axis.ticks = ((height / (2.4 * face.size)) as usize).clamp(2, MOST_TICKS);
        axis
    }

    fn unticked(low: f64, high: f64) -> Self {
        // Below 1e-12 a span is rounding noise around one number; a span of 1 shows it as that number.
        let (low, high) = if high - low < 1e-12 { (low - 0.5, high + 0.5) } else { (low, high) };
        let shift = -((high - low).log10().floor() as i32);
        let mut axis = Axis { range: 0.0..1.0, shift, ticks: 0 };
        axis.range = axis.at(low)..axis.at(high);
        axis
    }

    /// Coordinate of a number.
    pub(super) fn at(&self, value: f64) -> f64 {
        if self.shift < 0 {
            value / 10_f64.powi(-self.shift)
        } else {
            value * 10_f64.powi(self.shift)
        }
    }

    /// Number at a coordinate. Dividing by whole powers of ten gives the nearest number to the decimal tick.
    fn number(&self, at: f64) -> f64 {
        let value = if self.shift < 0 {
            at * 10_f64.powi(-self.shift)
        } else {
            at / 10_f64.powi(self.shift)
        };
        value + 0.0
    }

    fn labels(&self, most: usize, tick: Tick) -> Vec<(f64, String)> {
        let points = RangedCoordf64::from(self.range.clone()).key_points(BoldPoints(most));
        points.into_iter().map(|at| (at, self.word(at, tick))).collect()
    }

    /// Width of the widest label that an axis from `low` to `high` may get.
    pub(super) fn widest(low: f64, high: f64, face: Type, tick: Tick) -> f32 {
        let axis = Axis::unticked(low, high);
        let labels = (1..=MOST_TICKS).flat_map(|most| axis.labels(most, tick));
        labels.map(|(_, word)| face.measure(&word)).fold(0.0, f32::max)
    }

    /// Room that half a tick label may need beyond the ends of the axis; at most a fifth of the sheet.
    pub(super) fn overhang(low: f64, high: f64, width: f32, face: Type, tick: Tick) -> f32 {
        (Axis::widest(low, high, face, tick) / 2.0 + 1.0).min(0.2 * width)
    }

    /// Words of the tick at a coordinate.
    pub(super) fn word(&self, at: f64, tick: Tick) -> String {
        one_line(tick(self.number(at)))
    }

    /// Grid lines across the plane, to be drawn first.
    pub(super) fn grid(&self, plane: &mut Plane) -> Painted {
        let silent = |_: &f64| String::new();
        plane
            .configure_mesh()
            .disable_axes()
            .disable_y_mesh()
            .x_labels(self.ticks)
            .y_labels(0)
            .x_label_formatter(&silent)
            .bold_line_style(stroke(GRID, 0.6))
            .light_line_style(plotters::style::TRANSPARENT)
            .draw()
    }

    /// Axis line, tick marks and labels in the plane's label area below, to be drawn last: read last.
    pub(super) fn draw(&self, plane: &mut Plane, face: Type, tick: Tick) -> Painted {
        let words = |at: &f64| self.word(*at, tick);
        plane
            .configure_mesh()
            .disable_mesh()
            .disable_y_axis()
            .x_labels(self.ticks)
            .y_labels(0)
            .x_label_formatter(&words)
            .x_label_style(font(face))
            .axis_style(stroke(RULE, 0.8))
            .set_tick_mark_size(
                plotters::chart::LabelAreaPosition::Bottom,
                super::backend::units(TICK),
            )
            .draw()
    }

    /// Height of the label area below a plane.
    pub(super) fn height(face: Type) -> f32 {
        2.0 * TICK + 1.1 * face.size
    }
}

/// A tick label is one line: controls become spaces.
fn one_line(text: String) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Most ticks of an axis.
const MOST_TICKS: usize = 8;

/// Length of a tick mark; plotters sets labels at twice that distance.
const TICK: f32 = 3.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_the_nearest_numbers_to_round_decimals_on_any_scale() {
        let tick = |v: f64| format!("{v}");
        let words = |low, high| {
            let axis = Axis::new(low, high, 100.0..400.0, 420.0, Type::new(8.5, RULE), &tick)
                .expect("room for ticks");
            axis.labels(axis.ticks, &tick).into_iter().map(|label| label.1).collect::<Vec<_>>()
        };
        assert_eq!(words(-0.31, 0.42), ["-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(words(0.0, 2.1e-7), ["0", "0.00000005", "0.0000001", "0.00000015", "0.0000002"]);
        assert_eq!(words(0.0, 3100.0), ["0", "500", "1000", "1500", "2000", "2500", "3000"]);
    }
}
