//! The faces inside a file: subsets, with one code a (glyph, text) pair.
//!
//! printpdf keeps one text a glyph, so that a hyphen and a soft hyphen, a space and a no-break space extract as the
//! same character. Here every pair has a code (CID) of its own and a ToUnicode entry; several codes may show one glyph.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, dictionary};
use sha2::{Digest, Sha256};

use crate::typeface::{self, Face};

use super::archive::{literal, packed};
use super::fault::PdfFault;
use super::ink::{Ink, Shape};
use super::typeset::{Glyph, Stands};

/// Resource name of the picture of the letterhead.
pub(crate) const PICTURE: &str = "Picture";

/// Resource name of a face. Never `F1` to `F14`: printpdf takes those for its own.
pub(crate) fn resource_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "Regular",
        Face::Bold => "Bold",
        Face::Arabic => "Arabic",
        Face::ArabicBold => "ArabicBold",
    }
}

/// Every (glyph, text) pair of a document and its code.
pub(crate) struct Repertoire {
    codes: BTreeMap<(Face, u16, Stands), u16>,
}

impl Repertoire {
    /// Collects the pairs of all pages. Codes count from 1 in each face in order of glyph and text; 0 stays .notdef.
    pub fn of(pages: &[Vec<Ink>]) -> Repertoire {
        let mut pairs = BTreeSet::new();
        for ink in pages.iter().flatten() {
            if let Shape::Text { line, .. } = &ink.shape {
                pairs.extend(line.glyphs.iter().map(key));
            }
        }
        let mut next = [1u16; Face::ALL.len()];
        let codes = pairs
            .into_iter()
            .map(|pair| {
                let next = &mut next[pair.0 as usize];
                let code = *next;
                *next = next.saturating_add(1);
                (pair, code)
            })
            .collect();
        Repertoire { codes }
    }

    /// Code of a glyph of this document.
    pub fn code(&self, glyph: &Glyph) -> u16 {
        self.codes.get(&key(glyph)).copied().unwrap_or(0)
    }

    /// Adds the font objects of the faces that are used and returns the dictionary for the pages' resources.
    pub fn write(&self, pdf: &mut Pdf) -> Result<Dictionary, PdfFault> {
        let mut fonts = Dictionary::new();
        for of in Face::ALL {
            let pairs: Vec<(u16, Stands)> = self
                .codes
                .keys()
                .filter(|(face, ..)| *face == of)
                .map(|(_, id, text)| (*id, *text))
                .collect();
            if !pairs.is_empty() {
                fonts.set(resource_name(of), write_face(pdf, of, &pairs)?);
            }
        }
        Ok(fonts)
    }
}

fn key(glyph: &Glyph) -> (Face, u16, Stands) {
    (glyph.face, glyph.id, glyph.stands)
}

/// A Type0 font over a TrueType subset (ISO 32000-1, 9.7).
fn write_face(pdf: &mut Pdf, face: Face, pairs: &[(u16, Stands)]) -> Result<ObjectId, PdfFault> {
    let mut remapper = subsetter::GlyphRemapper::new();
    let mut code_to_glyph = vec![0u8; 2];
    for (glyph, _) in pairs {
        code_to_glyph.extend(remapper.remap(*glyph).to_be_bytes());
    }
    let program = subsetter::subset(face.program(), 0, &remapper)
        .map_err(|error| PdfFault::Writer(format!("font subset: {error}")))?;

    // A subset's tag must differ where subsets differ (9.6.4).
    let tag: String =
        Sha256::digest(&program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    let name = format!("{tag}+{}", face.name());
    let widths: Vec<Object> = pairs
        .iter()
        .map(|(glyph, _)| i64::from(typeface::glyph_advance(*glyph, face)).into())
        .collect();
    let metrics = typeface::metrics(face);

    let file = pdf.add_object(packed(dictionary! { "Length1" => program.len() as i64 }, &program));
    let to_unicode = pdf.add_object(packed(Dictionary::new(), to_unicode(pairs).as_bytes()));
    let code_to_glyph = pdf.add_object(packed(Dictionary::new(), &code_to_glyph));
    let whole = |value: f32| Object::Integer(value.round() as i64);
    let descriptor = pdf.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => name.as_str(),
        "Flags" => 4, // symbolic: the codes are our own
        "FontBBox" => metrics.bounds.map(whole).to_vec(),
        "ItalicAngle" => 0,
        "Ascent" => whole(metrics.ascent),
        "Descent" => whole(metrics.descent),
        "CapHeight" => whole(metrics.cap_height),
        "StemV" => if face.is_bold() { 140 } else { 80 },
        "FontFile2" => file,
    });
    let descendant = pdf.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => name.as_str(),
        "CIDSystemInfo" => dictionary! {
            "Registry" => literal("Adobe"), "Ordering" => literal("Identity"), "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => 0,
        "W" => vec![1.into(), Object::Array(widths)],
        "CIDToGIDMap" => code_to_glyph,
    });
    Ok(pdf.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => name.as_str(),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![Object::Reference(descendant)],
        "ToUnicode" => to_unicode,
    }))
}

/// Resource name of the face that form fields are filled in with.
pub(crate) const FIELDS: &str = "Fields";

/// The face that form fields are filled in with: a simple font (9.6.3), because viewers write into a field by the codes
/// of its encoding.
pub(crate) fn write_fields_face(pdf: &mut Pdf) -> ObjectId {
    let face = Face::Regular;
    let metrics = typeface::metrics(face);
    let whole = |value: f32| Object::Integer(value.round() as i64);
    let (first, last) = (32u8, 255u8);
    let widths: Vec<Object> = (first..=last)
        .map(|code| {
            let glyph = win_ansi(code).and_then(|c| typeface::glyph(c, face));
            glyph.map_or(0, |glyph| i64::from(typeface::glyph_advance(glyph, face))).into()
        })
        .collect();
    let program = typeface::FIELDS;
    let file = pdf.add_object(packed(dictionary! { "Length1" => program.len() as i64 }, program));
    let name = "KLRTXT+NotoSans-Regular";
    let descriptor = pdf.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => name,
        "Flags" => 32, // nonsymbolic
        "FontBBox" => metrics.bounds.map(whole).to_vec(),
        "ItalicAngle" => 0,
        "Ascent" => whole(metrics.ascent),
        "Descent" => whole(metrics.descent),
        "CapHeight" => whole(metrics.cap_height),
        "StemV" => 80,
        "FontFile2" => file,
    });
    pdf.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "TrueType",
        "BaseFont" => name,
        "FirstChar" => i64::from(first),
        "LastChar" => i64::from(last),
        "Widths" => widths,
        "Encoding" => "WinAnsiEncoding",
        "FontDescriptor" => descriptor,
    })
}

/// Character of a code of WinAnsiEncoding (ISO 32000-1, annex D.2).
fn win_ansi(code: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match code {
        0x80..=0x9f => HIGH.get(usize::from(code - 0x80)).copied().filter(|c| *c != '\0'),
        0x20..=0x7e | 0xa0..=0xff => Some(char::from(code)),
        _ => None,
    }
}

/// The CMap from codes to text (9.10.3).
fn to_unicode(pairs: &[(u16, Stands)]) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let rows: Vec<String> = pairs
        .iter()
        .zip(1u16..)
        .map(|((_, stands), code)| {
            let text: String = stands.iter().filter(|c| **c != '\0').collect();
            let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            format!("<{code:04X}> <{units}>\n")
        })
        .collect();
    for hundred in rows.chunks(100) {
        map += &format!("{} beginbfchar\n{}endbfchar\n", hundred.len(), hundred.concat());
    }
    map + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
}
