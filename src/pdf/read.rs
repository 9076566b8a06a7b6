//! The attachment of a finished file, for `verify`. The file may be anything: nothing in it is trusted.

use std::io::Read;

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Document as Pdf, LoadOptions, Object, Stream};

use crate::fault::{Checked, Fault, Faults, Place};

/// Larger files are refused before they are read.
const LARGEST_FILE: usize = 64 << 20;
/// No stream may unpack to more.
const LARGEST_STREAM: usize = 64 << 20;

/// Reads the marker (keywords of the metadata) and the attached JSON out of a file that [`write`](super::write) made.
///
/// # Errors
/// `F31` for anything that is not such a file: too large, broken, encrypted, without marker or attachment, with a
/// stream that unpacks to more than 64 MiB. Hostile files give a fault, never a panic.
pub fn attachment(bytes: &[u8]) -> Checked<(String, Vec<u8>)> {
    let refused = |found: &str| {
        Faults::from(Fault::new(
            "F31",
            Place::default(),
            found,
            "a PDF file written by Klartext, unchanged",
            "Use the file as it was written; files that were printed or saved again lose their attachment.",
        ))
    };
    guarded(bytes, read).map_err(refused)
}

/// Reads a file that may be anything.
pub(super) fn guarded<T>(
    bytes: &[u8],
    read: fn(&[u8]) -> Result<T, &'static str>,
) -> Result<T, &'static str> {
    if bytes.len() > LARGEST_FILE {
        return Err("a file of more than 64 MiB");
    }
    // A file of ours begins like this; most hostile ones need not reach the parser.
    if !bytes.starts_with(b"%PDF-1.7") {
        return Err("a file that is no PDF 1.7");
    }
    // The parser is a dependency that was not made for hostile files alone: a panic in it must not end a run.
    std::panic::catch_unwind(|| read(bytes)).unwrap_or(Err("a file that breaks the parser"))
}

fn read(bytes: &[u8]) -> Result<(String, Vec<u8>), &'static str> {
    let pdf = open(bytes)?;
    let marker = marker(&pdf).ok_or("a file without the marker of its kind")?;
    Ok((marker, attached(&pdf)?))
}

/// Parses a file of which nothing is trusted. May panic within the parser.
pub(super) fn open(bytes: &[u8]) -> Result<Pdf, &'static str> {
    let options = LoadOptions {
        strict: true,
        max_decompressed_size: Some(LARGEST_STREAM),
        ..LoadOptions::default()
    };
    let pdf =
        Pdf::load_mem_with_options(bytes, options).map_err(|_| "a file that cannot be parsed")?;
    if pdf.trailer.has(b"Encrypt") {
        return Err("an encrypted file");
    }
    Ok(pdf)
}

/// The keywords of the metadata.
pub(super) fn marker(pdf: &Pdf) -> Option<String> {
    let info = dictionary(pdf, pdf.trailer.get(b"Info").ok())?;
    text(resolved(pdf, info.get(b"Keywords").ok()?)?)
}

/// The one attached file.
pub(super) fn attached(pdf: &Pdf) -> Result<Vec<u8>, &'static str> {
    let catalog = dictionary(pdf, pdf.trailer.get(b"Root").ok()).ok_or("a file without catalog")?;
    let files = catalog.get(b"AF").ok().and_then(|files| resolved(pdf, files)?.as_array().ok());
    let [file] = files.map(Vec::as_slice).unwrap_or_default() else {
        return Err("not exactly one attached file");
    };
    let file = dictionary(pdf, Some(file)).ok_or("no attached file")?;
    let content = dictionary(pdf, file.get(b"EF").ok()).and_then(|content| content.get(b"F").ok());
    match content.and_then(|content| resolved(pdf, content)) {
        Some(Object::Stream(stream)) => unpacked(stream),
        _ => Err("no attached file"),
    }
}

/// Follows references, at most a few of them.
pub(super) fn resolved<'a>(pdf: &'a Pdf, mut object: &'a Object) -> Option<&'a Object> {
    for _ in 0..8 {
        match object {
            Object::Reference(id) => object = pdf.objects.get(id)?,
            direct => return Some(direct),
        }
    }
    None
}

/// Follows references to a dictionary.
pub(super) fn dictionary<'a>(pdf: &'a Pdf, object: Option<&'a Object>) -> Option<&'a Dictionary> {
    resolved(pdf, object?)?.as_dict().ok()
}

/// A string as text.
pub(super) fn text(object: &Object) -> Option<String> {
    text_of_bytes(object.as_str().ok()?)
}

/// The bytes of a string as text: UTF-16 with its mark, or ASCII.
pub(super) fn text_of_bytes(bytes: &[u8]) -> Option<String> {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) if units.len() % 2 == 0 => {
            let units: Vec<u16> =
                units.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()
        }
        Some(_) => None,
        None => bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// The plain bytes of a stream, packed or not.
pub(super) fn unpacked(stream: &Stream) -> Result<Vec<u8>, &'static str> {
    match stream.dict.get(b"Filter") {
        Err(_) => Ok(stream.content.clone()),
        Ok(Object::Name(name)) if name == b"FlateDecode" => {
            let mut plain = Vec::new();
            let limit = LARGEST_STREAM as u64 + 1;
            let read =
                ZlibDecoder::new(stream.content.as_slice()).take(limit).read_to_end(&mut plain);
            match read {
                Ok(_) if plain.len() <= LARGEST_STREAM => Ok(plain),
                Ok(_) => Err("a stream of more than 64 MiB"),
                Err(_) => Err("a stream that cannot be unpacked"),
            }
        }
        Ok(_) => Err("a stream in an unknown packing"),
    }
}
