//! Promises of proofreading: a finished file is read back, and one that does not say what its document says, in its order,
//! with everything that a reader needs, is found, whatever the place that was spoilt. Any bytes may come.

#[allow(dead_code)] // the samples serve other tests as well
#[path = "pdf-validation/samples.rs"]
mod samples;

use klartext::document::Document;
use klartext::pdf::{self, Written, proofread, read_back};
use lopdf::{Document as Pdf, Object, ObjectId, Stream};

/// Every document there is a sample of is read back as it was meant.
#[test]
fn what_is_written_is_what_is_read() {
    for (name, document) in samples::all() {
        let written = pdf::write(&document).expect("a document");
        let reading = proofread(&written, &document);
        let reading = reading.unwrap_or_else(|faults| panic!("{name}\n{faults}"));
        assert_eq!(reading.pages.len(), written.pages);
        assert_eq!(reading.attached, document.attachment.bytes);
    }
}

/// A document whose file has everything that can be spoilt.
fn document() -> Document {
    let mut document = samples::letter();
    document.watermark = Some("ENTWURF – nicht versenden".into());
    document
}

/// Codes of what is found in a file that was changed after it was written.
fn codes(change: impl FnOnce(&mut Pdf)) -> Vec<&'static str> {
    let document = document();
    let written = pdf::write(&document).expect("a document");
    let mut file = Pdf::load_mem(&written.bytes).expect("a PDF");
    change(&mut file);
    let mut bytes = vec![];
    file.save_to(&mut bytes).expect("a PDF");
    let faults = proofread(&Written { bytes, pages: written.pages }, &document).err();
    let mut codes: Vec<&str> =
        faults.map(|faults| faults.0.iter().map(|fault| fault.code).collect()).unwrap_or_default();
    codes.dedup();
    codes
}

/// Elements of a structure type.
fn elements(file: &Pdf, role: &str) -> Vec<ObjectId> {
    let is = |object: &Object| {
        let entry = object.as_dict().ok()?;
        Some(entry.has(b"P") && entry.get(b"S").ok()?.as_name().ok()? == role.as_bytes())
    };
    file.objects.iter().filter(|(_, object)| is(object) == Some(true)).map(|(id, _)| *id).collect()
}

fn set(file: &mut Pdf, id: ObjectId, name: &str, value: impl Into<Object>) {
    file.get_dictionary_mut(id).expect("an element").set(name, value);
}

/// Replaces bytes in the first stream that has them.
fn replace(file: &mut Pdf, from: &str, to: &str) {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    for object in file.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let Ok(plain) = stream.get_plain_content() else { continue };
        if let Some(at) = plain.windows(from.len()).position(|window| window == from) {
            stream.set_plain_content([&plain[..at], to, &plain[at + from.len()..]].concat());
            return;
        }
    }
    panic!("no stream has {}", String::from_utf8_lossy(from));
}

fn first_page_content(file: &Pdf) -> ObjectId {
    let page = file.get_pages()[&1];
    file.get_dictionary(page)
        .and_then(|page| page.get(b"Contents")?.as_reference())
        .expect("content")
}

fn change_content(file: &mut Pdf, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let id = first_page_content(file);
    let stream = file.get_object(id).and_then(Object::as_stream).expect("content");
    let plain = stream.get_plain_content().expect("content");
    file.objects.insert(id, Stream::new(lopdf::Dictionary::new(), change(plain)).into());
}

#[test]
fn an_unchanged_file_has_no_findings() {
    assert_eq!(codes(|_| {}), Vec::<&str>::new());
}

/// Two blocks that changed places in the tree only: the page looks the same.
#[test]
fn another_order_is_found() {
    let swapped = codes(|file| {
        let id = elements(file, "Document")[0];
        let kids = file
            .get_dictionary_mut(id)
            .and_then(|e| e.get_mut(b"K")?.as_array_mut())
            .expect("kids");
        let last = kids.len() - 1;
        kids.swap(last, last - 1);
    });
    assert_eq!(swapped, ["R71"]);
}

#[test]
fn a_changed_missing_or_added_text_is_found() {
    // A digit of the page, by the code of another glyph.
    let digit = codes(|file| {
        let map = file.objects.values().filter_map(|object| {
            let plain = object.as_stream().ok()?.get_plain_content().ok()?;
            String::from_utf8(plain).ok().filter(|map| map.contains("beginbfchar"))
        });
        let maps: Vec<String> = map.collect();
        let code = |c: char| {
            let wanted = format!("<{:04X}>", u32::from(c));
            let line = maps[0].lines().find(|line| line.ends_with(&wanted)).expect("a digit");
            u16::from_str_radix(&line[1..5], 16).expect("a code").to_be_bytes()
        };
        let (one, two) = (code('1'), code('2'));
        change_content(file, |plain| {
            let mut changed = plain.clone();
            let at = plain.windows(2).rposition(|pair| pair == one).expect("a 1 on the page");
            changed[at..at + 2].copy_from_slice(&two);
            changed
        });
    });
    assert!(digit.contains(&"R71") || digit.contains(&"R74"), "{digit:?}");
    // A letter stands for another when read aloud.
    let other = codes(|file| replace(file, "<0041>\n", "<0042>\n"));
    assert!(other.contains(&"R71"), "{other:?}");
    let dropped = codes(|file| {
        let id = elements(file, "P")[2];
        set(file, id, "K", Vec::<Object>::new());
    });
    assert_eq!(dropped, ["R71"]);
    let added = codes(|file| {
        change_content(file, |plain| {
            [b"BT /Regular 9 Tf 10 10 Td <0005> Tj ET\n".as_slice(), &plain].concat()
        });
    });
    assert_eq!(added, ["R71"]);
    let hidden = codes(|file| {
        let id = elements(file, "P")[2];
        set(file, id, "ActualText", Object::string_literal("anderer Text"));
    });
    assert_eq!(hidden, ["R71"]);
    let other_page_count = {
        let document = document();
        let written = pdf::write(&document).expect("a document");
        let fewer = Written { pages: written.pages + 1, ..written };
        proofread(&fewer, &document).expect_err("another number of pages")
    };
    assert!(other_page_count.0.iter().all(|fault| fault.code == "R74"));
}

#[test]
fn what_assistive_technology_needs_is_missed() {
    let without = |name: &'static [u8]| {
        codes(move |file| {
            file.catalog_mut().expect("catalog").remove(name);
        })
    };
    assert_eq!(without(b"Lang"), ["R72"]);
    assert_eq!(without(b"MarkInfo"), ["R72"]);
    assert_eq!(without(b"ViewerPreferences"), ["R72"]);
    assert_eq!(without(b"StructTreeRoot"), ["R70"]);
    assert_eq!(without(b"AF"), ["R70"]);
    let title = codes(|file| {
        let info = file.trailer.get(b"Info").and_then(Object::as_reference).expect("info");
        file.get_dictionary_mut(info).expect("info").remove(b"Title");
    });
    assert_eq!(title, ["R72"]);
    let alt = codes(|file| {
        let id = elements(file, "Figure")[0];
        file.get_dictionary_mut(id).expect("figure").remove(b"Alt");
    });
    assert!(alt.contains(&"R72"), "{alt:?}");
    let header = codes(|file| {
        for id in elements(file, "TH") {
            file.get_dictionary_mut(id).expect("cell").remove(b"A");
        }
    });
    assert_eq!(header, ["R72"]);
    let cells = codes(|file| {
        let id = elements(file, "TH")[0];
        set(file, id, "S", "TD");
    });
    assert!(cells.contains(&"R72"), "{cells:?}");
    let row = codes(|file| {
        let id = *elements(file, "TR").last().expect("a row");
        let kids = file
            .get_dictionary_mut(id)
            .and_then(|e| e.get_mut(b"K")?.as_array_mut())
            .expect("cells");
        kids.pop();
    });
    assert!(row.contains(&"R72"), "{row:?}");
    let level = codes(|file| {
        let id = elements(file, "H2")[0];
        set(file, id, "S", "H3");
    });
    assert!(level.contains(&"R72"), "{level:?}");
}

#[test]
fn glyphs_without_text_and_texts_without_glyph_are_found() {
    let no_map = codes(|file| {
        let fonts: Vec<ObjectId> = file
            .objects
            .iter()
            .filter(|(_, object)| object.as_dict().is_ok_and(|entry| entry.has(b"ToUnicode")))
            .map(|(id, _)| *id)
            .collect();
        file.get_dictionary_mut(fonts[0]).expect("font").remove(b"ToUnicode");
    });
    assert!(no_map.contains(&"R73"), "{no_map:?}");
    for text in ["<FFFD>\n", "<202E>\n", "<0007>\n"] {
        let codes = codes(|file| replace(file, "<0065>\n", text));
        assert!(codes.contains(&"R73"), "{text}: {codes:?}");
    }
    let one_less = codes(|file| replace(file, "<0065>\n", "<>\n"));
    assert!(one_less.contains(&"R73"), "{one_less:?}");
    let box_for_missing = codes(|file| {
        let map = file.objects.values().find_map(|object| {
            object.as_dict().ok()?.get(b"CIDToGIDMap").ok()?.as_reference().ok()
        });
        file.objects.insert(
            map.expect("a map"),
            Stream::new(lopdf::Dictionary::new(), vec![0; 4096]).into(),
        );
    });
    assert_eq!(box_for_missing, ["R73"]);
}

#[test]
fn pages_need_their_number_footer_and_draft_mark() {
    // The last artefacts of a page are its footer.
    let cut = codes(|file| {
        change_content(file, |plain| {
            let tag = b"/Artifact <</Type /Pagination>> BDC";
            let tag = plain
                .windows(9)
                .rposition(|w| w == b"/Artifact")
                .map_or(tag.as_slice(), |at| &plain[at..at + 9]);
            let at = plain.windows(tag.len()).rposition(|window| window == tag).expect("a footer");
            plain[..at].to_vec()
        });
    });
    assert_eq!(cut, ["R74"]);
}

#[test]
fn another_record_is_found() {
    let other = codes(|file| {
        let id = file.objects.iter().find_map(|(id, object)| {
            let kind = object.as_stream().ok()?.dict.get(b"Type").ok()?.as_name().ok()?;
            (kind == b"EmbeddedFile").then_some(*id)
        });
        let stream = file
            .get_object_mut(id.expect("a file"))
            .and_then(Object::as_stream_mut)
            .expect("a file");
        stream.set_plain_content(b"{}".to_vec());
    });
    assert_eq!(other, ["R78"]);
}

#[test]
fn trees_that_lead_nowhere_are_refused() {
    let circle = codes(|file| {
        let (root, id) = (elements(file, "Document")[0], elements(file, "Sect")[0]);
        set(file, id, "K", vec![Object::Reference(root)]);
    });
    assert_eq!(circle, ["R70"]);
    let deep = codes(|file| {
        let id = elements(file, "P")[0];
        let mut kid = Object::Integer(0);
        for _ in 0..5000 {
            let entry = lopdf::dictionary! { "S" => "Span", "P" => id, "K" => vec![kid] };
            kid = file.add_object(entry).into();
        }
        set(file, id, "K", vec![kid]);
    });
    assert_eq!(deep, ["R70"]);
}

/// Cut and damaged files give faults, never a panic; neither do files that are none.
#[test]
fn hostile_bytes_do_no_harm() {
    let document = document();
    let written = pdf::write(&document).expect("a document");
    let bytes = &written.bytes;
    let judge = |bytes: Vec<u8>| proofread(&Written { bytes, pages: written.pages }, &document);
    for part in 0..80 {
        let cut = bytes[..bytes.len() * part / 80].to_vec();
        assert!(judge(cut).is_err(), "cut at {part}/80");
    }
    let mut state = 1u64;
    for _ in 0..250 {
        let mut damaged = bytes.clone();
        for _ in 0..6 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let at = (state >> 33) as usize % damaged.len();
            damaged[at] = (state >> 20) as u8;
        }
        let _ = judge(damaged);
    }
    for other in [&b""[..], b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", &[0xff; 4096]] {
        assert!(read_back(other).is_err());
    }
}
