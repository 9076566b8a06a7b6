//! The after-step on printpdf's file: tags, fonts, metadata, colour, attachment, bookmarks, identifier.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{PdfDocument, PdfSaveOptions};
use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::logo::Pixels;

use super::draw::Drawn;
use super::fault::PdfFault;
use super::fonts::{PICTURE, Repertoire};
use super::furniture::LaidOut;
use super::ink::PAGE_HEIGHT;
use super::metadata::{PRODUCER, xmp};
use super::strip::Bookmark;
use super::{fields, icc, metadata};

/// More pages than this and the file gets bookmarks.
const PAGES_WITHOUT_OUTLINE: usize = 3;
/// Length of the file identifier, bytes.
const ID: usize = 16;

/// Text of any script as a PDF string.
pub(crate) fn utf16(text: &str) -> Object {
    let bytes =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// ASCII as a PDF string.
pub(crate) fn literal(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

/// A compressed stream.
pub(crate) fn packed(mut dictionary: Dictionary, plain: &[u8]) -> Stream {
    let mut encoder =
        ZlibEncoder::new(Vec::with_capacity(plain.len() / 2 + 64), Compression::default());
    // Writing to memory does not fail; should it, the plain bytes are as right.
    let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
    let content = match packed {
        Ok(content) => {
            dictionary.set("Filter", "FlateDecode");
            content
        }
        Err(_) => plain.to_vec(),
    };
    let mut stream = Stream::new(dictionary, content);
    stream.allows_compression = false;
    stream
}

fn writer(error: impl std::fmt::Display) -> PdfFault {
    PdfFault::Writer(error.to_string())
}

/// Makes the finished file.
pub(crate) fn finish(
    document: &Document,
    laid: LaidOut,
    drawn: Drawn,
    repertoire: &Repertoire,
) -> Result<Vec<u8>, PdfFault> {
    let mut source = PdfDocument::new("");
    source.with_pages(drawn.pages);
    // `secure` would drop our raw TJ; nothing here comes from a foreign file.
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: false,
        image_optimization: None,
    };
    let mut pdf = source.to_lopdf_document(&options, &mut Vec::new());
    pdf.version = "1.7".to_owned();
    pdf.binary_mark = vec![0xe2, 0xe3, 0xcf, 0xd3];
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    pages_and_fonts(&mut pdf, &pages, repertoire)?;
    if let Some(picture) = &laid.picture {
        put_picture(&mut pdf, pages.first(), picture)?;
    }
    let widgets = fields::reserve(&mut pdf, &laid.fields);
    let form = fields::write(&mut pdf, &laid.fields, &widgets, &pages)?;
    let tree = laid.tags.write(&mut pdf, &pages, &drawn.pieces, &widgets);

    let date = literal(&format!("D:{}000000Z", document.date.replace('-', "")));
    let file = attach(&mut pdf, document, &date);
    let profile = pdf.add_object(packed(dictionary! { "N" => 3 }, &icc::SRGB));
    // Metadata stays readable for programs that do not unpack (ISO 19005-3, 6.6.2.1).
    let mut packet = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        xmp(document).into_bytes(),
    );
    packet.allows_compression = false;
    let packet = pdf.add_object(packet);
    let outline =
        (pages.len() > PAGES_WITHOUT_OUTLINE).then(|| outline(&mut pdf, &laid.bookmarks, &pages));
    let info = pdf.add_object(dictionary! {
        "Title" => utf16(&document.title),
        "Author" => utf16(&document.author),
        "Keywords" => utf16(&document.marker),
        "Creator" => literal(PRODUCER),
        "Producer" => literal(metadata::PRODUCER),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    });

    let catalog = pdf.catalog_mut().map_err(writer)?;
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", literal(&document.language));
    catalog.set("StructTreeRoot", tree);
    catalog.set("Metadata", packet);
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => literal("sRGB"),
        "Info" => literal("sRGB IEC61966-2-1"),
        "DestOutputProfile" => profile,
    };
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalog.set("AF", vec![Object::Reference(file)]);
    let names = vec![utf16(&document.attachment.name), Object::Reference(file)];
    catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } });
    if let Some(form) = form {
        catalog.set("AcroForm", form);
    }
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", "UseOutlines");
    }

    if let Ok(old) = pdf.trailer.get(b"Info").and_then(Object::as_reference) {
        pdf.objects.remove(&old);
    }
    pdf.trailer.set("Info", info);
    let placeholder = Object::String(vec![0; ID], StringFormat::Hexadecimal);
    pdf.trailer.set("ID", vec![placeholder.clone(), placeholder]);
    let mut bytes = Vec::with_capacity(64 * 1024);
    pdf.save_to(&mut bytes).map_err(writer)?;
    identify(&mut bytes)?;
    Ok(bytes)
}

/// Compresses page contents, hands the pages the fonts and their place in the structure tree.
fn pages_and_fonts(
    pdf: &mut Pdf,
    pages: &[ObjectId],
    repertoire: &Repertoire,
) -> Result<(), PdfFault> {
    let fonts = repertoire.write(pdf)?;
    for (number, page) in pages.iter().enumerate() {
        let entry = pdf.get_dictionary_mut(*page).map_err(writer)?;
        entry.set("StructParents", number as i64);
        entry.set("Tabs", "S");
        entry.remove(b"Annots");
        let content = entry.get(b"Contents").and_then(Object::as_reference).map_err(writer)?;
        let resources = entry.get(b"Resources").and_then(Object::as_reference).map_err(writer)?;
        if let Some(Object::Stream(stream)) = pdf.objects.get_mut(&content) {
            *stream = packed(Dictionary::new(), &std::mem::take(&mut stream.content));
        }
        // printpdf gives all pages one empty font dictionary.
        let shared =
            pdf.get_dictionary(resources).and_then(|entry| entry.get(b"Font")?.as_reference());
        pdf.objects.insert(shared.map_err(writer)?, Object::Dictionary(fonts.clone()));
    }
    Ok(())
}

/// The picture of the letterhead: an image on the first page.
fn put_picture(pdf: &mut Pdf, page: Option<&ObjectId>, picture: &Pixels) -> Result<(), PdfFault> {
    let Some(page) = page else { return Ok(()) };
    let head = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(picture.columns),
        "Height" => i64::from(picture.rows),
        "ColorSpace" => "DeviceRGB",
        "BitsPerComponent" => 8,
    };
    let image = pdf.add_object(packed(head, &picture.rgb));
    let resources = pdf
        .get_dictionary(*page)
        .and_then(|page| page.get(b"Resources").and_then(Object::as_reference))
        .map_err(writer)?;
    let resources = pdf.get_dictionary_mut(resources).map_err(writer)?;
    resources.set("XObject", dictionary! { PICTURE => image });
    Ok(())
}

/// The record: an associated file of the document, its data (ISO 19005-3, 6.8).
fn attach(pdf: &mut Pdf, document: &Document, date: &Object) -> ObjectId {
    let attachment = &document.attachment;
    let parameters =
        dictionary! { "Size" => attachment.bytes.len() as i64, "ModDate" => date.clone() };
    let head = dictionary! { "Type" => "EmbeddedFile", "Subtype" => "application/json", "Params" => parameters };
    let content = pdf.add_object(packed(head, &attachment.bytes));
    pdf.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => utf16(&attachment.name),
        "UF" => utf16(&attachment.name),
        "AFRelationship" => "Data",
        "Desc" => utf16(&attachment.description),
        "EF" => dictionary! { "F" => content, "UF" => content },
    })
}

/// Bookmarks, nested by heading level.
fn outline(pdf: &mut Pdf, bookmarks: &[Bookmark], pages: &[ObjectId]) -> ObjectId {
    let root = pdf.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| pdf.new_object_id()).collect();
    let parent_of =
        |nth: usize| bookmarks[..nth].iter().rposition(|above| above.level < bookmarks[nth].level);
    let parents: Vec<Option<usize>> = (0..bookmarks.len()).map(parent_of).collect();
    let children = |of: Option<usize>| -> Vec<usize> {
        (0..bookmarks.len()).filter(|n| parents[*n] == of).collect()
    };
    // Everything open: the count of an open entry is that of all entries below it (ISO 32000-1, 12.3.3).
    let below = |nth: usize| {
        bookmarks[nth + 1..].iter().take_while(|mark| mark.level > bookmarks[nth].level).count()
            as i64
    };
    let ends = |entry: &mut Dictionary, kids: &[usize]| {
        if let (Some(first), Some(last)) = (kids.first(), kids.last()) {
            entry.set("First", ids[*first]);
            entry.set("Last", ids[*last]);
        }
    };
    let mut entry = dictionary! { "Type" => "Outlines", "Count" => bookmarks.len() as i64 };
    ends(&mut entry, &children(None));
    pdf.objects.insert(root, entry.into());
    for of in std::iter::once(None).chain((0..bookmarks.len()).map(Some)) {
        let siblings = children(of);
        for (place, nth) in siblings.iter().enumerate() {
            let mark = &bookmarks[*nth];
            let top = PAGE_HEIGHT - mark.y + 6.0;
            let target =
                vec![pages[mark.page].into(), "XYZ".into(), 0.into(), top.into(), Object::Null];
            let mut entry = dictionary! { "Title" => utf16(&mark.text), "Dest" => target };
            entry.set("Parent", of.map_or(root, |of| ids[of]));
            if place > 0 {
                entry.set("Prev", ids[siblings[place - 1]]);
            }
            if let Some(next) = siblings.get(place + 1) {
                entry.set("Next", ids[*next]);
            }
            ends(&mut entry, &children(Some(*nth)));
            if below(*nth) > 0 {
                entry.set("Count", below(*nth));
            }
            pdf.objects.insert(ids[*nth], entry.into());
        }
    }
    root
}

/// Puts the file identifier in: the hash of the file with zeros in its place.
fn identify(bytes: &mut [u8]) -> Result<(), PdfFault> {
    let zeros = vec![b'0'; 2 * ID];
    let digest = Sha256::digest(&*bytes);
    let id: Vec<u8> =
        digest.iter().take(ID).flat_map(|byte| format!("{byte:02X}").into_bytes()).collect();
    let trailer = bytes.windows(7).rposition(|window| window == b"trailer").unwrap_or(0);
    let mut from = trailer;
    for _ in 0..2 {
        let at = bytes[from..].windows(zeros.len()).position(|window| window == zeros);
        let at =
            from + at.ok_or_else(|| PdfFault::Writer("no place for the identifier".to_owned()))?;
        bytes[at..at + zeros.len()].copy_from_slice(&id);
        from = at + zeros.len();
    }
    Ok(())
}
