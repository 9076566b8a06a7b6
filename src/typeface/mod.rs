//! The bundled faces: Noto Sans 2.015, regular and bold (SIL Open Font License 1.1, `fonts/OFL.txt`).
//!
//! Only what must be known before layout: which characters can be printed (gate G24) and how wide a text is about.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

/// Noto Sans Regular, TrueType outlines.
pub static REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
/// Noto Sans Bold, TrueType outlines.
pub static BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");

struct Face {
    font: FontRef<'static>,
    units_per_em: f32,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        // The bytes are part of the program and a unit test reads them: this cannot fail at a user's.
        let font = FontRef::new(bytes).expect("bundled face");
        let units_per_em = f32::from(font.head().expect("bundled face has a head table").units_per_em());
        Face { font, units_per_em }
    }
}

static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| [Face::new(REGULAR), Face::new(BOLD)]);

/// Whether both faces have a glyph for a character.
pub fn covers(c: char) -> bool {
    FACES.iter().all(|face| face.font.charmap().map(c).is_some_and(|glyph| glyph.to_u32() != 0))
}

/// Sum of the advance widths of a text in points, without kerning: within 1 % of the set width, never much below it.
pub fn advance(text: &str, bold: bool, size: f32) -> f32 {
    let face = &FACES[usize::from(bold)];
    let charmap = face.font.charmap();
    let metrics = face.font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let units: f32 = text
        .chars()
        .map(|c| charmap.map(c).and_then(|glyph| metrics.advance_width(glyph)).unwrap_or(0.0))
        .sum();
    units * size / face.units_per_em
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_scripts_the_letters_need() {
        // PDF.md: Latin with Turkish, Romanian, Polish; Greek; Cyrillic; typographic marks; the minus sign.
        for c in "äöüßÄÖÜẞ ğışİŞĞ ăâîșțĂȘȚ ąćęłńóśźżŁ αβγΩ абвгдєїЯ „“”’–—…•§€−\u{a0}\u{202f}·".chars() {
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
