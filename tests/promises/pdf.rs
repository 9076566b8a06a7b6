//! Finished files, read by programs that are not this one: poppler for text, lopdf for what lies inside.

use std::path::Path;
use std::process::Command;

use lopdf::{Document, Object};

/// The text of a PDF file in the order of its content, by poppler's pdftotext. Without poppler there is nothing to read:
/// in CI that is a failure, elsewhere the test says so and looks at nothing.
pub fn text_of(path: &Path) -> Option<String> {
    let output = Command::new("pdftotext").args(["-raw", "-nopgbrk"]).arg(path).arg("-").output();
    match output {
        Ok(output) => {
            assert!(output.status.success(), "pdftotext {}: {output:?}", path.display());
            Some(String::from_utf8(output.stdout).expect("pdftotext writes UTF-8"))
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "poppler-utils are needed here: {error}");
            eprintln!(
                "pdftotext is missing (poppler-utils): the text of {} was not read",
                path.display()
            );
            None
        }
    }
}

/// Text on one line: every run of white space is one space.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file with the first occurrence of `from` replaced in the first stream that holds it, its other objects untouched.
pub fn with_stream_changed(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut pdf = Document::load_mem(file).expect("a PDF of ours");
    let mut changed = false;
    for object in pdf.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let Ok(plain) = stream.get_plain_content() else { continue };
        let Some(at) = plain.windows(from.len()).position(|window| window == from) else {
            continue;
        };
        let new = [&plain[..at], to, &plain[at + from.len()..]].concat();
        stream.set_plain_content(new);
        changed = true;
        break;
    }
    assert!(changed, "no stream holds {}", String::from_utf8_lossy(from));
    let mut bytes = vec![];
    pdf.save_to(&mut bytes).expect("a PDF");
    bytes
}

/// The file with the first occurrence of a text on a page replaced by another: glyph numbers of the content stream, by
/// the character map of the font that has it.
pub fn with_page_changed(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let pdf = Document::load_mem(file).expect("a PDF of ours");
    let plain = |object: &Object| object.as_stream().ok()?.get_plain_content().ok();
    let streams: Vec<Vec<u8>> = pdf.objects.values().filter_map(plain).collect();
    let glyph = |map: &str, c: char| {
        let wanted = format!("<{:04X}>", c as u32);
        map.lines().find_map(|line| {
            let (glyph, character) = line.trim().split_once(' ')?;
            let glyph = u16::from_str_radix(glyph.trim_matches(['<', '>']), 16).ok()?;
            (character == wanted).then(|| glyph.to_be_bytes())
        })
    };
    let glyphs = |map: &str, text: &str| {
        text.chars().map(|c| glyph(map, c)).collect::<Option<Vec<_>>>().map(|all| all.concat())
    };
    let shows =
        |stream: &Vec<u8>, text: &[u8]| stream.windows(text.len()).any(|window| window == text);
    let (old, new) = streams
        .iter()
        .filter_map(|map| std::str::from_utf8(map).ok().filter(|map| map.contains("beginbfchar")))
        .filter_map(|map| Some((glyphs(map, from)?, glyphs(map, to)?)))
        .find(|(old, _)| streams.iter().any(|stream| shows(stream, old)))
        .unwrap_or_else(|| panic!("no page shows {from}"));
    with_stream_changed(file, &old, &new)
}
