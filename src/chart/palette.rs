//! The colours: one dark accent, one warm counter-colour, greys.
//!
//! Direction must survive a grey copy, so for and against differ in luminance, and against carries a hatch.

use super::drawing::Color;

/// Dark blue: what speaks for the result, a case's path, points of measurement.
pub const ACCENT: Color = [0x14, 0x45, 0x6b];
/// Ground of what speaks against: light, warm.
pub const COUNTER: Color = [0xf3, 0xd9, 0xae];
/// Hatch and border of what speaks against.
pub const COUNTER_LINE: Color = [0x8a, 0x58, 0x12];
/// Words about what speaks against.
pub const COUNTER_TEXT: Color = [0x6b, 0x42, 0x0a];
/// Text.
pub const INK: Color = [0x1c, 0x1f, 0x23];
/// Text of second rank: tick labels, counts.
pub const INK_SOFT: Color = [0x4c, 0x53, 0x5b];
/// Axes, frames, connectors.
pub const RULE: Color = [0x7d, 0x86, 0x90];
/// Grid lines.
pub const GRID: Color = [0xdf, 0xe3, 0xe7];
/// Bars that stand for a level and not for a direction.
pub const LEVEL: Color = [0xc3, 0xcc, 0xd5];
/// The accent on its way to paper: one of several outcomes.
pub const PALE: Color = [0x95, 0xab, 0xbc];
/// Ground of accentuated boxes.
pub const TINT: Color = [0xe8, 0xef, 0xf5];
/// Paper.
pub const WHITE: Color = [0xff, 0xff, 0xff];

/// Low end of the scale of feature values.
const LOW: Color = [0xf0, 0xb8, 0x62];
/// Middle of the scale, where a straight mix of the ends would be muddy.
const MIDDLE: Color = [0x8f, 0x8a, 0x9c];

/// Relative luminance, 0 (black) to 1 (white). Source: WCAG 2.2, definition "relative luminance".
pub fn luminance(color: Color) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = color.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, definition "contrast ratio".
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Colour of a feature value between the lowest (0, light warm) and the highest (1, dark blue). Luminance falls
/// steadily, so the order survives a grey copy.
pub fn level(share: f64) -> Color {
    let share = share.clamp(0.0, 1.0);
    if share < 0.5 { mix(LOW, MIDDLE, share * 2.0) } else { mix(MIDDLE, ACCENT, share * 2.0 - 1.0) }
}

/// The colour `share` of the way from one to another.
pub(super) fn mix(from: Color, to: Color, share: f64) -> Color {
    std::array::from_fn(|i| {
        (f64::from(from[i]) * (1.0 - share) + f64::from(to[i]) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_shapes_have_the_contrast_wcag_asks_for() {
        assert!((contrast([0, 0, 0], WHITE) - 21.0).abs() < 1e-9);
        assert!(contrast(ACCENT, WHITE) >= 9.0, "{}", contrast(ACCENT, WHITE));
        for text in [INK, INK_SOFT, COUNTER_TEXT] {
            assert!(contrast(text, WHITE) >= 7.0, "{text:?}: {}", contrast(text, WHITE));
        }
        assert!(contrast(INK, TINT) >= 7.0);
        // WCAG 1.4.11: lines that carry meaning, 3:1.
        for line in [COUNTER_LINE, RULE] {
            assert!(contrast(line, WHITE) >= 3.0, "{line:?}: {}", contrast(line, WHITE));
        }
        assert!(contrast(COUNTER_LINE, COUNTER) >= 3.0);
    }

    #[test]
    fn for_and_against_differ_in_a_grey_copy() {
        assert!(contrast(ACCENT, COUNTER) >= 4.5, "{}", contrast(ACCENT, COUNTER));
        assert!(contrast(LEVEL, ACCENT) >= 4.5);
    }

    #[test]
    fn the_scale_of_values_falls_in_luminance() {
        let steps: Vec<f64> = (0..=100).map(|i| luminance(level(f64::from(i) / 100.0))).collect();
        assert!(steps.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(contrast(level(0.0), level(1.0)) >= 4.5);
    }
}
