//! The faces inside a file: subsets, with one code a (glyph, text) pair.
//!
//! printpdf keeps one text a glyph, so that a hyphen and a soft hyphen, a space and a no-break space extract as the
//! same character. Here every pair has a code (CID) of its own and a ToUnicode entry; several codes may show one glyph.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, dictionary};
use sha2::{Digest, Sha256};

use crate::typeface;

use super::archive::{literal, packed};
use super::fault::PdfFault;
use super::ink::{Ink, Shape};
use super::typeset::{Glyph, Stands};

/// Resource names of the faces, regular and bold. Never `F1` to `F14`: printpdf takes those for its own.
pub(crate) const RESOURCE_NAMES: [&str; 2] = ["Regular", "Bold"];
const POSTSCRIPT_NAMES: [&str; 2] = ["NotoSans-Regular", "NotoSans-Bold"];

/// Every (glyph, text) pair of a document and its code.
pub(crate) struct Repertoire {
    codes: BTreeMap<(bool, u16, Stands), u16>,
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
        let mut next = [1u16; 2];
        let codes = pairs
            .into_iter()
            .map(|pair| {
                let next = &mut next[usize::from(pair.0)];
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
        for bold in [false, true] {
            let pairs: Vec<(u16, Stands)> = self
                .codes
                .keys()
                .filter(|(face, ..)| *face == bold)
                .map(|(_, id, text)| (*id, *text))
                .collect();
            if !pairs.is_empty() {
                fonts.set(RESOURCE_NAMES[usize::from(bold)], write_face(pdf, bold, &pairs)?);
            }
        }
        Ok(fonts)
    }
}

fn key(glyph: &Glyph) -> (bool, u16, Stands) {
    (glyph.bold, glyph.id, glyph.stands)
}

/// A Type0 font over a TrueType subset (ISO 32000-1, 9.7).
fn write_face(pdf: &mut Pdf, bold: bool, pairs: &[(u16, Stands)]) -> Result<ObjectId, PdfFault> {
    let mut remapper = subsetter::GlyphRemapper::new();
    let mut code_to_glyph = vec![0u8; 2];
    for (glyph, _) in pairs {
        code_to_glyph.extend(remapper.remap(*glyph).to_be_bytes());
    }
    let face = if bold { typeface::BOLD } else { typeface::REGULAR };
    let program = subsetter::subset(face, 0, &remapper)
        .map_err(|error| PdfFault::Writer(format!("font subset: {error}")))?;

    // A subset's tag must differ where subsets differ (9.6.4).
    let tag: String =
        Sha256::digest(&program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    let name = format!("{tag}+{}", POSTSCRIPT_NAMES[usize::from(bold)]);
    let widths: Vec<Object> = pairs
        .iter()
        .map(|(glyph, _)| i64::from(typeface::glyph_advance(*glyph, bold)).into())
        .collect();
    let metrics = typeface::metrics(bold);

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
        "StemV" => if bold { 140 } else { 80 },
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
