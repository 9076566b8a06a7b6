//! The bundled faces: Noto Sans 2.015 and Noto Sans Arabic 2.005, each regular and bold (SIL Open Font License 1.1,
//! `fonts/OFL.txt`).
//!
//! Only what must be known before layout: which characters can be printed (gate G24) and how wide a text is about.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, GlyphId, MetadataProvider};

// Statics: a face is known again by the address of its bytes.
static REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");
static ARABIC: &[u8] = include_bytes!("fonts/NotoSansArabic-Regular.ttf");
static ARABIC_BOLD: &[u8] = include_bytes!("fonts/NotoSansArabic-Bold.ttf");

/// What a form field is filled in with: Noto Sans Regular, the characters of WinAnsiEncoding alone, with the table that
/// leads from a character to its glyph (the subsets of printed text have none).
pub static FIELDS: &[u8] = include_bytes!("fonts/NotoSans-Fields.ttf");

/// A bundled face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Noto Sans Regular: Latin, Greek, Cyrillic.
    Regular,
    /// Noto Sans Bold.
    Bold,
    /// Noto Sans Arabic Regular.
    Arabic,
    /// Noto Sans Arabic Bold.
    ArabicBold,
}

impl Face {
    /// Every face.
    pub const ALL: [Face; 4] = [Face::Regular, Face::Bold, Face::Arabic, Face::ArabicBold];

    /// TrueType outlines.
    pub fn program(self) -> &'static [u8] {
        match self {
            Face::Regular => REGULAR,
            Face::Bold => BOLD,
            Face::Arabic => ARABIC,
            Face::ArabicBold => ARABIC_BOLD,
        }
    }

    /// PostScript name.
    pub fn name(self) -> &'static str {
        match self {
            Face::Regular => "NotoSans-Regular",
            Face::Bold => "NotoSans-Bold",
            Face::Arabic => "NotoSansArabic-Regular",
            Face::ArabicBold => "NotoSansArabic-Bold",
        }
    }

    /// A bold face.
    pub fn is_bold(self) -> bool {
        matches!(self, Face::Bold | Face::ArabicBold)
    }

    /// The Latin face of a weight.
    pub fn latin(bold: bool) -> Face {
        if bold { Face::Bold } else { Face::Regular }
    }

    fn arabic(bold: bool) -> Face {
        if bold { Face::ArabicBold } else { Face::Arabic }
    }

    fn loaded(self) -> &'static Loaded {
        &FACES[self as usize]
    }
}

struct Loaded {
    font: FontRef<'static>,
    units_per_em: f32,
    /// Advance width of every glyph, 1/1000 em.
    advances: Vec<u16>,
}

impl Loaded {
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
        Loaded { font, units_per_em, advances }
    }
}

static FACES: LazyLock<[Loaded; 4]> =
    LazyLock::new(|| Face::ALL.map(|face| Loaded::new(face.program())));

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
pub fn metrics(face: Face) -> Metrics {
    let face = face.loaded();
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

/// Whether a family has a glyph for a character, in both weights.
pub fn covers(c: char) -> bool {
    [false, true].iter().all(|bold| place(c, *bold).is_some())
}

/// Face and glyph of a character: the Latin face where it has one.
fn place(c: char, bold: bool) -> Option<(Face, u16)> {
    [Face::latin(bold), Face::arabic(bold)]
        .into_iter()
        .find_map(|face| glyph(c, face).map(|glyph| (face, glyph)))
}

/// Glyph of a character in one face.
pub fn glyph(c: char, face: Face) -> Option<u16> {
    let glyph = face.loaded().font.charmap().map(c)?;
    u16::try_from(glyph.to_u32()).ok().filter(|glyph| *glyph != 0)
}

/// Advance width of a glyph in 1/1000 em; 0 for a glyph the face has not.
pub fn glyph_advance(glyph: u16, face: Face) -> u16 {
    face.loaded().advances.get(usize::from(glyph)).copied().unwrap_or(0)
}

/// Sum of the advance widths of a text in points, without kerning: within 1 % of the set width of Latin text, never much
/// below it. Letters of a word that join (Arabic) are counted as if they stood alone: never below.
pub fn advance(text: &str, bold: bool, size: f32) -> f32 {
    let thousandths: u32 = text
        .chars()
        .filter_map(|c| place(c, bold))
        .map(|(face, glyph)| u32::from(glyph_advance(glyph, face)))
        .sum();
    thousandths as f32 * size / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_scripts_the_letters_need() {
        // Latin with Turkish, Romanian, Polish; Greek; Cyrillic with Ukrainian; Arabic; typographic marks; the minus sign.
        for c in
            "äöüßÄÖÜẞ ğışİŞĞ ăâîșțĂȘȚ ąćęłńóśźżŁ αβγΩ абвгдєїЯ іїєґІЇЄҐ ألفلام ة ى ؟ ، „“”’–—…•§€−\u{a0}\u{202f}·".chars()
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
