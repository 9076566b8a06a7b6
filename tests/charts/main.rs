//! Promises of the charts: everything stands on the sheet, no word meets another or a bar, lengths and directions are
//! the data's, the same data give the same drawing, and what cannot be drawn truthfully is refused.

mod properties;
mod refusals;
mod renderings;
mod tree_hostility;
mod tree_renderings;
mod trees;

use klartext::chart::palette::WHITE;
use klartext::chart::{Anchor, Color, Drawing, Mark};
use klartext::fault::Checked;
use klartext::typeface::advance;

type Box4 = [f32; 4];

/// Box of a text: from the height of a capital down to the descender.
fn text_box(mark: &Mark) -> Option<Box4> {
    let Mark::Text { x, y, anchor, size, bold, text, .. } = mark else {
        return None;
    };
    let width = advance(text, *bold, *size);
    let left = match anchor {
        Anchor::Start => *x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Some([left, y - 0.72 * size, left + width, y + 0.22 * size])
}

fn meet(a: &Box4, b: &Box4) -> bool {
    const TOUCH: f32 = 0.05;
    a[0] + TOUCH < b[2] && b[0] + TOUCH < a[2] && a[1] + TOUCH < b[3] && b[1] + TOUCH < a[3]
}

fn bounds(points: &[(f32, f32)]) -> Box4 {
    points.iter().fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |b, &(x, y)| {
        [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
    })
}

fn texts(drawing: &Drawing) -> Vec<Box4> {
    drawing.marks.iter().filter_map(text_box).collect()
}

/// Filled shapes with four corners: bars.
fn bars_of(drawing: &Drawing, wanted: &[Color]) -> Vec<(Box4, Color)> {
    let fills = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Fill { points, color } if points.len() == 4 && wanted.contains(color) => {
            Some((bounds(points), *color))
        }
        _ => None,
    });
    fills.collect()
}

/// The promise every chart keeps.
fn assert_sound(drawing: &Drawing) {
    let within = |b: Box4, margin: f32| {
        b.iter().all(|v| v.is_finite())
            && b[0] >= -margin
            && b[1] >= -margin
            && b[2] <= drawing.width + margin
            && b[3] <= drawing.height + margin
    };
    for mark in &drawing.marks {
        match mark {
            Mark::Line { points, .. } | Mark::Fill { points, .. } => {
                assert!(
                    within(bounds(points), 0.02),
                    "leaves {}x{}: {mark:?}",
                    drawing.width,
                    drawing.height
                )
            }
            Mark::Text { text, size, .. } => {
                let own = text_box(mark).expect("a text");
                assert!(
                    within(own, 0.1),
                    "leaves {}x{}: {mark:?} {own:?}",
                    drawing.width,
                    drawing.height
                );
                assert!(!text.is_empty() && *size >= 5.0);
            }
        }
    }
    let boxes = texts(drawing);
    for (i, a) in boxes.iter().enumerate() {
        for (j, b) in boxes.iter().enumerate().skip(i + 1) {
            let text = |n: usize| {
                drawing.marks.iter().filter(|m| matches!(m, Mark::Text { .. })).nth(n).cloned()
            };
            assert!(!meet(a, b), "texts meet: {:?} and {:?}", text(i), text(j));
        }
    }
}

fn assert_clear_of_bars(drawing: &Drawing, colors: &[Color]) {
    for (bar, _) in bars_of(drawing, colors) {
        for text in texts(drawing) {
            assert!(!meet(&bar, &text), "a text {text:?} meets a bar {bar:?}");
        }
    }
}

/// No line passes through a text, but where a white ground was laid over the line before the text was set.
fn assert_clear_of_lines(drawing: &Drawing) {
    for (i, mark) in drawing.marks.iter().enumerate() {
        let Some(text) = text_box(mark) else { continue };
        for (j, line) in drawing.marks.iter().enumerate() {
            let Mark::Line { points, width, .. } = line else { continue };
            for pair in points.windows(2) {
                let [left, top, right, bottom] = bounds(pair);
                let half = width / 2.0;
                if !meet(&text, &[left - half, top - half, right + half, bottom + half]) {
                    continue;
                }
                let crossed = [left.max(text[0]), top.max(text[1]), right.min(text[2])];
                let laid = drawing.marks.iter().enumerate().any(|(k, mark)| match mark {
                    Mark::Fill { points, color: WHITE } if j < k && k < i => {
                        let ground = bounds(points);
                        ground[0] <= crossed[0]
                            && ground[1] <= crossed[1]
                            && ground[2] >= crossed[2]
                    }
                    _ => false,
                });
                assert!(laid, "{line:?} passes through {mark:?}");
            }
        }
    }
}

/// No letter of a label is left out or set twice.
fn assert_complete<'a>(drawing: &Drawing, labels: impl IntoIterator<Item = &'a str>) {
    let letters = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<Vec<_>>()
    };
    let mut wanted: Vec<char> = labels.into_iter().flat_map(letters).collect();
    let set = drawing
        .marks
        .iter()
        .filter_map(|m| if let Mark::Text { text, .. } = m { Some(text) } else { None });
    let mut found: Vec<char> = set.flat_map(|text| letters(text)).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    assert_eq!(wanted, found, "letters are missing or doubled");
}

fn code<T>(result: Checked<T>) -> &'static str {
    result.err().map_or("drawn", |faults| faults.0[0].code)
}

/// A tick label with two decimals.
fn two(v: f64) -> String {
    format!("{v:.2}").replace('.', ",")
}

/// Middles of all filled circles.
fn circles(drawing: &Drawing) -> Vec<(f32, f32)> {
    let fills = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Fill { points, .. } if points.len() == 20 => Some(bounds(points)),
        _ => None,
    });
    fills.map(|b| ((b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0)).collect()
}
