//! The faces of a finished file, as far as reading needs them: which text a code stands for, and whether it shows a
//! glyph at all.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document as Pdf, Object};

use crate::pdf::read::{dictionary, resolved, unpacked};

/// A face of the file.
#[derive(Debug, Default)]
pub(super) struct Face {
    texts: BTreeMap<u16, String>,
    /// Glyph of each code, two bytes each, where the file says so.
    glyphs: Option<Vec<u8>>,
}

impl Face {
    /// The face of a font dictionary. A font that is not made as ours are gives a face in which no code has a text.
    pub fn of(pdf: &Pdf, font: &Dictionary) -> Face {
        let stream = |object: Option<&Object>| match object.and_then(|object| resolved(pdf, object))
        {
            Some(Object::Stream(stream)) => unpacked(stream).ok(),
            _ => None,
        };
        let is_ours =
            font.get(b"Encoding").and_then(Object::as_name).is_ok_and(|n| n == b"Identity-H");
        let map = stream(font.get(b"ToUnicode").ok()).filter(|_| is_ours).unwrap_or_default();
        let descendants = font.get(b"DescendantFonts").ok().and_then(|all| resolved(pdf, all));
        let first = descendants.and_then(|all| all.as_array().ok()?.first());
        let glyphs = dictionary(pdf, first).and_then(|font| stream(font.get(b"CIDToGIDMap").ok()));
        Face { texts: texts(&map), glyphs }
    }

    /// The text of a code; none where the file says none.
    pub fn text(&self, code: u16) -> Option<&str> {
        self.texts.get(&code).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The code shows a glyph, and not the box for a missing one.
    pub fn has_glyph(&self, code: u16) -> bool {
        let glyph = |map: &Vec<u8>| {
            let at = 2 * usize::from(code);
            map.get(at..at + 2).is_some_and(|pair| pair.iter().any(|byte| *byte != 0))
        };
        self.glyphs.as_ref().is_some_and(glyph)
    }
}

/// The `bfchar` entries of a character map (ISO 32000-1, 9.10.3). Our files have no others.
fn texts(map: &[u8]) -> BTreeMap<u16, String> {
    let map = String::from_utf8_lossy(map);
    let mut texts = BTreeMap::new();
    for section in map.split("beginbfchar").skip(1) {
        let section = section.split("endbfchar").next().unwrap_or_default();
        let mut units = section.split(['<', '>']).skip(1).step_by(2);
        while let (Some(code), Some(text)) = (units.next(), units.next()) {
            let code = u16::from_str_radix(code.trim(), 16);
            if let (Ok(code), Some(text)) = (code, utf16(text.trim())) {
                texts.insert(code, text);
            }
        }
    }
    texts
}

/// `00410042` → `AB`.
fn utf16(hex: &str) -> Option<String> {
    if !hex.is_ascii() || !hex.len().is_multiple_of(4) {
        return None;
    }
    let units: Option<Vec<u16>> = hex
        .as_bytes()
        .chunks(4)
        .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok())
        .collect();
    String::from_utf16(&units?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_map_is_read() {
        let map = b"2 beginbfchar\n<0001> <0041>\n<0002> <D83DDE00>\nendbfchar\n1 beginbfchar\n<0007> <00660069>\nendbfchar <0009> <0042>";
        let texts = texts(map);
        assert_eq!(texts.len(), 3);
        assert_eq!((texts[&1].as_str(), texts[&2].as_str(), texts[&7].as_str()), ("A", "😀", "fi"));
        assert_eq!((utf16("004"), utf16("zzzz"), utf16("D83D")), (None, None, None));
    }
}
