//! The sheet a chart is painted on: sizes checked, labels set, planes of coordinates handed out.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::Color as _;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::backend::{MarkBackend, TurnedText, units};
use super::drawing::{Anchor, Color, Drawing};
use super::text::{Lines, Type};
use crate::fault::{Checked, Fault, Faults, Place};

/// The width a chart may take and the size of its labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Width of the drawing in points: at least 16 times the text size, at most 14400.
    pub width: f32,
    /// Size of the labels in points, 6 to 24. Smaller texts of the chart follow it.
    pub text_size: f32,
}

impl Format {
    /// A chart of this width with labels of 9.5 points.
    pub fn wide(width: f32) -> Self {
        Format { width, text_size: 9.5 }
    }
}

/// Largest side of a page in points (ISO 32000-1, annex C.2).
const LARGEST: f32 = 14_400.0;

/// Largest magnitude a chart shows: far above any score, far below what its arithmetic could lose.
const LARGEST_VALUE: f64 = 1e12;

/// What stops plotters.
pub(super) type Refusal = DrawingAreaErrorKind<TurnedText>;

/// Result of painting.
pub(super) type Painted = Result<(), Refusal>;

/// A context of coordinates: x in data, y in points from the top of the drawing.
pub(super) type Plane<'c, 'a> =
    ChartContext<'c, MarkBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Faults found in a chart's data.
pub(super) struct Checks {
    chart: &'static str,
    faults: Faults,
}

impl Checks {
    /// Checks the format of a chart.
    pub(super) fn new(chart: &'static str, format: Format) -> Self {
        let mut checks = Checks { chart, faults: Faults::default() };
        let Format { width, text_size } = format;
        if !(6.0..=24.0).contains(&text_size) {
            checks.refuse(
                "C03",
                "text_size",
                format!("{text_size} pt"),
                "6 to 24 pt",
                "Give another text size.",
            );
        } else if !(16.0 * text_size..=LARGEST).contains(&width) {
            let expected = format!("{} to {LARGEST} pt", 16.0 * text_size);
            checks.refuse(
                "C03",
                "width",
                format!("{width} pt"),
                expected,
                "Give another width or text size.",
            );
        }
        checks
    }

    /// Adds a fault at a field of the chart's data.
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        field: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
        mend: &str,
    ) {
        let place = Place::default().field(format!("chart.{}.{field}", self.chart));
        self.faults.push(Fault::new(code, place, found, expected, mend));
    }

    /// A number that can be drawn.
    pub(super) fn number(&mut self, field: impl FnOnce() -> String, value: f64) {
        self.within(field, value, -LARGEST_VALUE..=LARGEST_VALUE);
    }

    /// A number in a range.
    pub(super) fn within(
        &mut self,
        field: impl FnOnce() -> String,
        value: f64,
        range: std::ops::RangeInclusive<f64>,
    ) {
        if !range.contains(&value) {
            let expected = format!("a number from {} to {}", range.start(), range.end());
            let mend = "A chart never guesses: leave the row out or give its number.";
            self.refuse("C01", &field(), value.to_string(), expected, mend);
        }
    }

    /// At least one of something.
    pub(super) fn some<T>(&mut self, field: &str, list: &[T]) {
        if list.is_empty() {
            self.refuse(
                "C02",
                field,
                "nothing",
                "at least one entry",
                "Leave the chart out when it has nothing to show.",
            );
        }
    }

    /// All faults, if any.
    pub(super) fn done(self) -> Checked<()> {
        self.faults.or(())
    }
}

/// One fault of the layout: the content does not fit the width.
pub(super) fn misfit(chart: &'static str, found: impl Into<String>) -> Faults {
    let place = Place::default().field(format!("chart.{chart}"));
    Fault::new(
        "C03",
        place,
        found,
        "content that fits the drawing",
        "Give more width or shorter texts.",
    )
    .into()
}

/// Paints a drawing of a checked width and a computed height through plotters.
pub(super) fn paint(
    chart: &'static str,
    width: f32,
    height: f32,
    painter: impl for<'a> FnOnce(&Canvas<'a>) -> Painted,
) -> Checked<Drawing> {
    if !(1.0..=LARGEST).contains(&height) {
        return Err(misfit(chart, format!("a height of {height} pt")));
    }
    // Whole units, so that the last pixel is inside.
    let mut drawing = Drawing { width, height: height.ceil(), ..Drawing::default() };
    let canvas = Canvas { area: MarkBackend::new(&mut drawing).into_drawing_area() };
    let painted = painter(&canvas);
    drop(canvas);
    match painted {
        Ok(()) => Ok(drawing),
        Err(refusal) => Err(misfit(chart, format!("a drawing error ({refusal})"))),
    }
}

/// A stroke.
pub(super) fn stroke(color: Color, width: f32) -> ShapeStyle {
    ShapeStyle {
        color: rgb(color).to_rgba(),
        filled: false,
        stroke_width: units(width).max(1) as u32,
    }
}

/// A fill.
pub(super) fn fill(color: Color) -> ShapeStyle {
    rgb(color).filled()
}

/// A colour as plotters takes it.
pub(super) fn rgb([r, g, b]: Color) -> RGBColor {
    RGBColor(r, g, b)
}

/// A type as plotters takes it.
pub(super) fn font(face: Type) -> TextStyle<'static> {
    let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::SansSerif, f64::from(units(face.size)), style).color(&rgb(face.color))
}

/// A drawing in the making.
pub(super) struct Canvas<'a> {
    area: DrawingArea<MarkBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// Draws an element whose corners are in back-end units.
    pub(super) fn draw<E>(&self, element: &E) -> Painted
    where
        for<'e> &'e E: plotters::element::PointCollection<'e, (i32, i32)>,
        E: plotters::element::Drawable<MarkBackend<'a>>,
    {
        self.area.draw(element)
    }

    /// A straight or bent line through points.
    pub(super) fn line(&self, points: &[(f32, f32)], style: ShapeStyle) -> Painted {
        let points: Vec<_> = points.iter().map(|&(x, y)| (units(x), units(y))).collect();
        self.draw(&PathElement::new(points, style))
    }

    /// Sets lines below `top`, each anchored at x.
    pub(super) fn text(&self, lines: &Lines, x: f32, top: f32, anchor: Anchor) -> Painted {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = font(lines.face).pos(Pos::new(h_pos, VPos::Bottom));
        for (i, line) in lines.lines.iter().enumerate() {
            self.area.draw_text(line, &style, (units(x), units(top + lines.baseline(i))))?;
        }
        Ok(())
    }

    /// Sets lines with their middle at height y.
    pub(super) fn text_at(&self, lines: &Lines, x: f32, y: f32, anchor: Anchor) -> Painted {
        self.text(lines, x, y - lines.height() / 2.0, anchor)
    }

    /// The part of the sheet from x to x and y to y, in points.
    pub(super) fn part(&self, x: Range<f32>, y: Range<f32>) -> DrawingArea<MarkBackend<'a>, Shift> {
        let size = (units(x.end) - units(x.start), units(y.end) - units(y.start));
        self.area.clone().shrink((units(x.start), units(y.start)), size)
    }

    /// A plane over a part of the sheet: `data` along x, points from the top of the drawing along y.
    pub(super) fn plane<'c>(
        &self,
        x: Range<f32>,
        y: Range<f32>,
        data: Range<f64>,
    ) -> Result<Plane<'c, 'a>, Refusal> {
        let down = f64::from(y.end)..f64::from(y.start);
        ChartBuilder::on(&self.part(x, y)).build_cartesian_2d(data, down)
    }
}

/// A horizontal band of a drawing, in points from the top.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band {
    /// Upper edge.
    pub top: f32,
    /// Lower edge.
    pub bottom: f32,
}

impl Band {
    /// Middle.
    pub(super) fn middle(&self) -> f32 {
        (self.top + self.bottom) / 2.0
    }
}

/// Bands of these heights one below the other from `top`, `gap` apart.
pub(super) fn stack(heights: impl IntoIterator<Item = f32>, top: f32, gap: f32) -> Vec<Band> {
    let mut next = top;
    heights
        .into_iter()
        .map(|height| {
            let band = Band { top: next, bottom: next + height };
            next = band.bottom + gap;
            band
        })
        .collect()
}
