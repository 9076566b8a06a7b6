//! A page of a person's document with the places that were read: areas of grey, frames, numbers.

use super::canvas::{Checks, Format, misfit};
use super::drawing::{Anchor, Color, Drawing, Mark};
use super::palette::{ACCENT, RULE, WHITE};
use crate::fault::Checked;

/// Light, middle, dark.
const GREYS: [Color; 3] = [[0xc4, 0xc4, 0xc4], [0x84, 0x84, 0x84], [0x26, 0x26, 0x26]];
/// Neighbouring areas overlap by this part of a pixel: no viewer shows seams between them.
const OVERLAP: f32 = 0.12;

/// A page to draw. All positions are in its own pixels: left, top, width, height.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageView {
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
    /// Areas that are not paper, and how dark: 1 light, 2 middle, 3 dark.
    pub areas: Vec<([f32; 4], u8)>,
    /// Places to frame and number from 1, in order.
    pub places: Vec<[f32; 4]>,
}

/// Draws a page as wide as the format says.
///
/// # Errors
/// C01 a position that is not finite; C02 a page without width or height; C03 a format out of range, or an area or a place
/// outside the page.
pub fn page(view: &PageView, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("page", format);
    checks.number(|| "width".to_owned(), view.width.into());
    checks.number(|| "height".to_owned(), view.height.into());
    let boxes = || view.areas.iter().map(|(bounds, _)| bounds).chain(&view.places);
    boxes().flatten().for_each(|&edge| checks.number(|| "position".to_owned(), edge.into()));
    if view.width <= 0.0 || view.height <= 0.0 {
        let expected = "a page with width and height";
        checks.refuse("C02", "width", "no page", expected, "Leave the page out when it is empty.");
    }
    checks.done()?;
    let slack = 0.01 * view.width;
    let outside = |[x, y, width, height]: &[f32; 4]| {
        *x < 0.0 || *y < 0.0 || x + width > view.width + slack || y + height > view.height + slack
    };
    if boxes().any(outside) {
        return Err(misfit("page", "an area or a place outside the page".to_owned()));
    }
    let scale = format.width / view.width;
    let corners = |[x, y, width, height]: [f32; 4], more: f32| {
        let (right, bottom) =
            ((x + width + more).min(view.width), (y + height + more).min(view.height));
        [(x, y), (right, y), (right, bottom), (x, bottom)]
            .map(|(x, y)| (x * scale, y * scale))
            .to_vec()
    };
    let frame = |bounds: [f32; 4], width: f32, color: Color| {
        let mut points = corners(bounds, 0.0);
        points.extend(points.first().copied());
        Mark::Line { points, width, color }
    };
    let mut marks = Vec::with_capacity(view.areas.len() + 4 * view.places.len() + 1);
    for (bounds, shade) in &view.areas {
        let color = usize::from(*shade).checked_sub(1).and_then(|i| GREYS.get(i));
        let color = color.copied().unwrap_or(WHITE);
        marks.push(Mark::Fill { points: corners(*bounds, OVERLAP), color });
    }
    marks.push(frame([0.0, 0.0, view.width, view.height], 0.5, RULE));
    let (size, side) = (format.text_size, format.text_size * 1.35);
    for (number, bounds) in view.places.iter().enumerate() {
        marks.push(frame(*bounds, 1.1, ACCENT));
        // The number stands left of its frame where there is room, else in its corner.
        let (left, top) = (bounds[0] * scale, bounds[1] * scale);
        let x = (left - side).max(0.5).min((format.width - side).max(0.0));
        let y = top.min((view.height * scale - side).max(0.0));
        let label = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)].to_vec();
        marks.push(Mark::Fill { points: label, color: ACCENT });
        marks.push(Mark::Text {
            x: x + side / 2.0,
            y: y + side / 2.0 + 0.35 * size,
            anchor: Anchor::Middle,
            size,
            bold: true,
            color: WHITE,
            text: (number + 1).to_string(),
        });
    }
    Ok(Drawing { width: format.width, height: view.height * scale, marks, mirrors: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Format = Format { width: 200.0, text_size: 8.0 };

    fn view() -> PageView {
        PageView {
            width: 100.0,
            height: 140.0,
            areas: vec![([10.0, 20.0, 30.0, 5.0], 3)],
            places: vec![[10.0, 18.0, 40.0, 9.0], [0.0, 130.0, 100.0, 10.0]],
        }
    }

    #[test]
    fn places_are_framed_and_numbered_in_order() {
        let drawing = page(&view(), FORMAT).unwrap();
        assert_eq!((drawing.width, drawing.height), (200.0, 280.0));
        let texts: Vec<&str> = drawing
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(texts, ["1", "2"]);
        let frame = vec![(20.0, 36.0), (100.0, 36.0), (100.0, 54.0), (20.0, 54.0), (20.0, 36.0)];
        assert!(
            drawing
                .marks
                .iter()
                .any(|mark| matches!(mark, Mark::Line { points, .. } if *points == frame))
        );
        for mark in &drawing.marks {
            let (Mark::Line { points, .. } | Mark::Fill { points, .. }) = mark else { continue };
            assert!(
                points.iter().all(|(x, y)| (0.0..=200.0).contains(x) && (0.0..=280.0).contains(y))
            );
        }
    }

    #[test]
    fn a_place_outside_the_page_is_refused() {
        let mut wrong = view();
        wrong.places.push([90.0, 0.0, 20.0, 10.0]);
        assert_eq!(page(&wrong, FORMAT).unwrap_err().0[0].code, "C03");
        assert_eq!(page(&PageView::default(), FORMAT).unwrap_err().0[0].code, "C02");
        let mut wrong = view();
        wrong.areas[0].0[0] = f32::NAN;
        assert_eq!(page(&wrong, FORMAT).unwrap_err().0[0].code, "C01");
    }
}
