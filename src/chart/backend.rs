//! The plotters back end that collects marks.
//!
//! plotters places everything on whole pixels. Its pixel here is a hundredth of a point, so that nothing is visibly
//! rounded, and what it hands over becomes a line, a filled polygon or a real text of a [`Drawing`].

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::drawing::{Anchor, Color, Drawing, Mark};
use crate::typeface::advance;

/// Back-end units a point.
const UNITS: f32 = 100.0;

/// Height of a capital of Noto Sans, in parts of the size (OS/2 `sCapHeight` 714 of 1000).
pub(super) const CAPITAL: f32 = 0.714;

/// What Noto Sans needs below the baseline (`g`, `j`), in parts of the size.
pub(super) const DESCENT: f32 = 0.24;

/// Points as back-end units.
pub(super) fn units(points: f32) -> i32 {
    (points * UNITS).round() as i32
}

fn points(units: i32) -> f32 {
    units as f32 / UNITS
}

fn position((x, y): BackendCoord) -> (f32, f32) {
    (points(x), points(y))
}

/// The colour as it looks on white paper: PDF/A viewers and printers need no transparency.
fn on_white(color: BackendColor) -> Color {
    let alpha = color.alpha.clamp(0.0, 1.0);
    let mix = |c: u8| (f64::from(c) * alpha + 255.0 * (1.0 - alpha)).round() as u8;
    let (r, g, b) = color.rgb;
    [mix(r), mix(g), mix(b)]
}

/// A mark has no direction: turned text is refused rather than set level in the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("turned text")]
pub(super) struct TurnedText;

/// Collects what plotters draws as marks of a drawing.
pub(super) struct MarkBackend<'a> {
    drawing: &'a mut Drawing,
}

impl<'a> MarkBackend<'a> {
    /// A back end as large as the drawing.
    pub(super) fn new(drawing: &'a mut Drawing) -> Self {
        MarkBackend { drawing }
    }

    fn line(&mut self, points: Vec<(f32, f32)>, style: &impl BackendStyle) {
        if style.color().alpha > 0.0 && points.len() > 1 {
            let width = style.stroke_width() as f32 / UNITS;
            self.drawing.marks.push(Mark::Line { points, width, color: on_white(style.color()) });
        }
    }

    fn fill(&mut self, points: Vec<(f32, f32)>, style: &impl BackendStyle) {
        if style.color().alpha > 0.0 && points.len() > 2 {
            self.drawing.marks.push(Mark::Fill { points, color: on_white(style.color()) });
        }
    }
}

type Outcome = Result<(), DrawingErrorKind<TurnedText>>;

impl DrawingBackend for MarkBackend<'_> {
    type ErrorType = TurnedText;

    fn get_size(&self) -> (u32, u32) {
        (units(self.drawing.width).max(0) as u32, units(self.drawing.height).max(0) as u32)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Outcome {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome {
        self.line(vec![position(from), position(to)], style);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let ((x0, y0), (x1, y1)) = (position(a), position(b));
        let mut corners = vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)];
        if fill {
            self.fill(corners, style);
        } else {
            corners.push((x0, y0));
            self.line(corners, style);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.line(path.into_iter().map(position).collect(), style);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        // 20 corners: the polygon leaves the circle by 1.2 % of the radius, 0.04 pt on the largest dot.
        const CORNERS: u32 = 20;
        let (cx, cy) = position(center);
        let radius = radius as f32 / UNITS;
        let mut corners: Vec<_> = (0..CORNERS)
            .map(|i| {
                let (sin, cos) = (std::f32::consts::TAU * i as f32 / CORNERS as f32).sin_cos();
                (cx + radius * cos, cy + radius * sin)
            })
            .collect();
        if fill {
            self.fill(corners, style);
        } else {
            corners.push((cx + radius, cy));
            self.line(corners, style);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Outcome {
        self.fill(corners.into_iter().map(position).collect(), style);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Outcome {
        if !matches!(style.transform(), FontTransform::None) {
            return Err(DrawingErrorKind::DrawingError(TurnedText));
        }
        if text.is_empty() || style.color().alpha <= 0.0 {
            return Ok(());
        }
        let size = style.size() as f32 / UNITS;
        let (x, y) = position(pos);
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        // `Bottom` is the baseline and `Top` the height of a capital, so that texts of several sizes share a line.
        let baseline = match style.anchor().v_pos {
            VPos::Top => y + CAPITAL * size,
            VPos::Center => y + CAPITAL * size / 2.0,
            VPos::Bottom => y,
        };
        let bold = matches!(style.style(), FontStyle::Bold);
        let color = on_white(style.color());
        self.drawing.marks.push(Mark::Text {
            x,
            y: baseline,
            anchor,
            size,
            bold,
            color,
            text: text.to_owned(),
        });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let size = style.size() as f32;
        let width = advance(text, matches!(style.style(), FontStyle::Bold), size);
        Ok((width.ceil() as u32, ((CAPITAL + DESCENT) * size).ceil() as u32))
    }
}

#[cfg(test)]
mod tests {
    use plotters::coord::Shift;
    use plotters::prelude::{BLACK, DrawingArea, FontDesc, FontFamily, IntoDrawingArea, Rectangle};
    use plotters::style::Color as _;

    use super::*;

    fn collect(paint: impl for<'a> FnOnce(&DrawingArea<MarkBackend<'a>, Shift>)) -> Vec<Mark> {
        let mut drawing = Drawing { width: 100.0, height: 50.0, ..Drawing::default() };
        paint(&MarkBackend::new(&mut drawing).into_drawing_area());
        drawing.marks
    }

    #[test]
    fn transparency_is_flattened_on_white_and_nothing_is_left_of_invisible_marks() {
        let marks = collect(|area| {
            area.draw(&Rectangle::new(
                [(0, 0), (units(10.0), units(5.0))],
                BLACK.mix(0.5).filled(),
            ))
            .unwrap();
            area.draw(&Rectangle::new(
                [(0, 0), (units(10.0), units(5.0))],
                BLACK.mix(0.0).filled(),
            ))
            .unwrap();
        });
        let corners = vec![(0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (0.0, 5.0)];
        assert_eq!(marks, [Mark::Fill { points: corners, color: [128, 128, 128] }]);
    }

    #[test]
    fn text_keeps_anchor_weight_and_size_and_turned_text_is_refused() {
        use plotters::style::text_anchor::Pos;
        let font = FontDesc::new(FontFamily::SansSerif, f64::from(units(9.5)), FontStyle::Bold);
        let style = font.color(&BLACK).pos(Pos::new(HPos::Right, VPos::Bottom));
        let marks = collect(|area| {
            area.draw_text("Miete", &style, (units(90.0), units(20.25))).unwrap();
            let turned = style.transform(FontTransform::Rotate90);
            assert!(area.draw_text("Miete", &turned, (0, 0)).is_err());
            let (width, _) = area.estimate_text_size("Miete", &style).unwrap();
            assert!((width as f32 / UNITS - advance("Miete", true, 9.5)).abs() < 0.02);
        });
        let text = "Miete".to_owned();
        let (x, y, anchor) = (90.0, 20.25, Anchor::End);
        assert_eq!(
            marks,
            [Mark::Text { x, y, anchor, size: 9.5, bold: true, color: [0, 0, 0], text }]
        );
    }
}
