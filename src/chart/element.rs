//! Own plotters elements: bars with a direction, rounded boxes, arrows.

use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};

use super::backend::units;
use super::canvas::{Canvas, Painted, fill, stroke};
use super::drawing::Color;
use super::palette::{ACCENT, COUNTER, COUNTER_LINE};

/// How a bar looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// One colour.
    Plain(Color),
    /// The counter-colour with its hatch and border: tells against from for without colour.
    Hatched,
    /// A ground, and lines on it.
    Ruled(Color, Color, Rules),
}

/// How lines run, where grounds alone are too few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// From the upper left to the lower right.
    Falling,
    /// From left to right.
    Level,
    /// From top to bottom.
    Upright,
}

impl Look {
    /// The look of a signed value.
    pub(super) fn of(value: f64) -> Self {
        if value < 0.0 { Look::Hatched } else { Look::Plain(ACCENT) }
    }
}

/// A bar between two corners: in the coordinates of its chart (`f64`), or as a [`Patch`].
pub(super) struct Bar<C = f64> {
    corners: [(C, C); 2],
    look: Look,
}

/// A bar between two corners in points from the top left of the drawing.
pub(super) type Patch = Bar<i32>;

impl Bar {
    /// A bar from x to x, its middle at height y, in points.
    pub(super) fn new((from, to): (f64, f64), y: f32, thickness: f32, look: Look) -> Self {
        let (y, half) = (f64::from(y), f64::from(thickness) / 2.0);
        Bar { corners: [(from, y - half), (to, y + half)], look }
    }

    /// A bar between two corners.
    pub(super) fn between(corners: [(f64, f64); 2], look: Look) -> Self {
        Bar { corners, look }
    }
}

impl Patch {
    /// Left, top, right, bottom.
    pub(super) fn of([left, top, right, bottom]: [f32; 4], look: Look) -> Self {
        Bar { corners: [(units(left), units(top)), (units(right), units(bottom))], look }
    }
}

impl<'a, C: 'a> PointCollection<'a, (C, C)> for &'a Bar<C> {
    type Point = &'a (C, C);
    type IntoIter = &'a [(C, C)];

    fn point_iter(self) -> Self::IntoIter {
        &self.corners
    }
}

impl<DB: DrawingBackend, C> Drawable<DB> for Bar<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        corners: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        self.look.draw(corners, backend)
    }
}

impl Look {
    /// Fills what lies between two corners.
    fn draw<DB: DrawingBackend>(
        self,
        mut corners: impl Iterator<Item = BackendCoord>,
        backend: &mut DB,
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let (Some(a), Some(b)) = (corners.next(), corners.next()) else {
            return Ok(());
        };
        let (x0, x1) = (a.0.min(b.0), a.0.max(b.0));
        let (y0, y1) = (a.1.min(b.1), a.1.max(b.1));
        if x0 == x1 || y0 == y1 {
            return Ok(());
        }
        match self {
            Look::Plain(color) => backend.draw_rect((x0, y0), (x1, y1), &fill(color), true),
            Look::Hatched => {
                backend.draw_rect((x0, y0), (x1, y1), &fill(COUNTER), true)?;
                // Lines x + y = c, cut off where they leave the bar.
                for c in steps(x0 + y0, x1 + y1, 3.4) {
                    let (left, right) = (x0.max(c - y1), x1.min(c - y0));
                    if right - left > units(0.3) {
                        backend.draw_line(
                            (left, c - left),
                            (right, c - right),
                            &stroke(COUNTER_LINE, 0.75),
                        )?;
                    }
                }
                // The border stands inside, so that the bar is no longer than its value.
                let edge = units(0.4).min((x1 - x0) / 2).min((y1 - y0) / 2);
                let border = stroke(COUNTER_LINE, 2.0 * edge as f32 / units(1.0) as f32);
                backend.draw_rect((x0 + edge, y0 + edge), (x1 - edge, y1 - edge), &border, false)
            }
            Look::Ruled(ground, line, rules) => {
                backend.draw_rect((x0, y0), (x1, y1), &fill(ground), true)?;
                let pen = stroke(line, 0.75);
                match rules {
                    // Lines x - y = c.
                    Rules::Falling => {
                        for c in steps(x0 - y1, x1 - y0, 3.0) {
                            let (left, right) = (x0.max(c + y0), x1.min(c + y1));
                            if right - left > units(0.3) {
                                backend.draw_line((left, left - c), (right, right - c), &pen)?;
                            }
                        }
                    }
                    Rules::Level => {
                        for y in steps(y0, y1, 2.2) {
                            backend.draw_line((x0, y), (x1, y), &pen)?;
                        }
                    }
                    Rules::Upright => {
                        for x in steps(x0, x1, 2.2) {
                            backend.draw_line((x, y0), (x, y1), &pen)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

/// Where lines stand between two ends, so many points apart, the first half as far from its end.
fn steps(from: i32, to: i32, apart: f32) -> impl Iterator<Item = i32> {
    let step = units(apart).max(1);
    (from + step / 2..to).step_by(step as usize)
}

/// A box with rounded corners.
pub(super) struct Panel {
    /// Left, top, right, bottom in points.
    pub edges: [f32; 4],
    /// Ground.
    pub ground: Color,
    /// Border.
    pub border: ShapeStyle,
}

impl Panel {
    /// Draws the box.
    pub(super) fn draw(&self, canvas: &Canvas) -> Painted {
        const STEPS: usize = 5;
        let [left, top, right, bottom] = self.edges;
        let radius = 3.0_f32.min((right - left) / 2.0).min((bottom - top) / 2.0);
        let centres = [
            (right - radius, top + radius, -90.0_f32),
            (right - radius, bottom - radius, 0.0),
            (left + radius, bottom - radius, 90.0),
            (left + radius, top + radius, 180.0),
        ];
        let mut corners: Vec<(i32, i32)> = Vec::with_capacity(4 * STEPS + 1);
        for (x, y, start) in centres {
            for step in 0..STEPS {
                let (sin, cos) =
                    (start + 90.0 * step as f32 / (STEPS - 1) as f32).to_radians().sin_cos();
                corners.push((units(x + radius * cos), units(y + radius * sin)));
            }
        }
        canvas.draw(&Polygon::new(corners.clone(), fill(self.ground)))?;
        corners.extend(corners.first().copied());
        canvas.draw(&PathElement::new(corners, self.border))
    }
}

/// An arrow of 11 points from (x, y) along the axis; Noto Sans has no arrow glyph.
pub(super) fn arrow(canvas: &Canvas, x: f32, y: f32, rightwards: bool, color: Color) -> Painted {
    let sign = if rightwards { 1.0 } else { -1.0 };
    canvas.line(&[(x, y), (x + sign * 7.0, y)], stroke(color, 1.1))?;
    let head = [(x + sign * 11.0, y), (x + sign * 6.0, y - 2.9), (x + sign * 6.0, y + 2.9)];
    canvas.draw(&Polygon::new(head.map(|(x, y)| (units(x), units(y))), fill(color)))
}
