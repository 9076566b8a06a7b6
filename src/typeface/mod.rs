//! The bundled faces: Noto Sans 2.015, regular and bold (SIL Open Font License 1.1, `fonts/OFL.txt`).
//!
//! Only what must be known before layout: which characters can be printed (gate G24) and how wide a text is about.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// Noto Sans Regular, TrueType outlines.
pub static REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
/// Noto Sans Bold, TrueType outlines.
pub static BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");

struct Face {
    font: FontRef<'static>,
    units_per_em: f32,
    /// Advance width of every glyph, 1/1000 em.
    advances: Vec<u16>,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        // The bytes are part of the program and a unit test reads them: this cannot fail at a user's.
        let font = FontRef::new(bytes).expect("bundled face");
        let units_per_em =
            f32::from(font.head().expect("bundled face has a head table").units_per_em());
        let glyphs = font.maxp().expect("bundled face has a maxp table").num_glyphs();
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let advances = (0..glyphs)
            .map(|glyph| {
                metrics.advance_width(GlyphId::from(glyph)).unwrap_or(0.0) * 1000.0 / units_per_em
            })
            .map(|thousandths| thousandths.round() as u16)
            .collect();
        Face { font, units_per_em, advances }
    }
}

static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| [Face::new(REGULAR), Face::new(BOLD)]);

/// Measures of a face in 1/1000 em, y pointing up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Above the baseline.
    pub ascent: f32,
    /// Below the baseline, negative.
    pub descent: f32,
    /// Height of capitals.
    pub cap_height: f32,
    /// Left, bottom, right, top of all glyphs.
    pub bounds: [f32; 4],
}

/// Measures of a face.
pub fn metrics(bold: bool) -> Metrics {
    let face = &FACES[usize::from(bold)];
    let scale = 1000.0 / face.units_per_em;
    let metrics = face.font.metrics(Size::unscaled(), LocationRef::default());
    let bounds = metrics.bounds.map_or([0.0; 4], |b| [b.x_min, b.y_min, b.x_max, b.y_max]);
    Metrics {
        ascent: metrics.ascent * scale,
        descent: metrics.descent * scale,
        cap_height: metrics.cap_height.unwrap_or(metrics.ascent) * scale,
        bounds: bounds.map(|v| v * scale),
    }
}

/// Whether both faces have a glyph for a character.
pub fn covers(c: char) -> bool {
    [false, true].iter().all(|bold| glyph(c, *bold).is_some())
}

/// Glyph of a character in one face.
pub fn glyph(c: char, bold: bool) -> Option<u16> {
    let glyph = FACES[usize::from(bold)].font.charmap().map(c)?;
    u16::try_from(glyph.to_u32()).ok().filter(|glyph| *glyph != 0)
}

/// Advance width of a glyph in 1/1000 em; 0 for a glyph the face has not.
pub fn glyph_advance(glyph: u16, bold: bool) -> u16 {
    FACES[usize::from(bold)].advances.get(usize::from(glyph)).copied().unwrap_or(0)
}

/// Sum of the advance widths of a text in points, without kerning: within 1 % of the set width, never much below it.
pub fn advance(text: &str, bold: bool, size: f32) -> f32 {
    let thousandths: u32 = text
        .chars()
        .filter_map(|c| glyph(c, bold))
        .map(|glyph| u32::from(glyph_advance(glyph, bold)))
        .sum();
    thousandths as f32 * size / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_scripts_the_letters_need() {
        // Latin with Turkish, Romanian, Polish; Greek; Cyrillic; typographic marks; the minus sign.
        for c in
            "äöüßÄÖÜẞ ğışİŞĞ ăâîșțĂȘȚ ąćęłńóśźżŁ αβγΩ абвгдєїЯ „“”’–—…•§€−\u{a0}\u{202f}·".chars()
        {
            assert!(covers(c), "no glyph for {c:?} U+{:04X}", c as u32);
        }
        assert!(!covers('漢'));
    }

    #[test]
    fn bold_is_wider_and_width_grows_with_size() {
        let text = "Ihre Miete im Monat";
        assert!(advance(text, true, 10.0) > advance(text, false, 10.0));
        assert!((advance(text, false, 20.0) - 2.0 * advance(text, false, 10.0)).abs() < 1e-3);
    }
}
