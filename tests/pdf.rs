//! Promises of `pdf`: what is written is accessible, archivable, exact, and the same every time.
//!
//! The validators' verdict (PDF/UA-1, PDF/A-3a) is `tests/pdf-validation/validate.sh --controls`; here stands what no
//! validator reads: that the text is the text, in order, at its place.

#[path = "pdf-validation/attachment.rs"]
mod attachment;
#[path = "pdf-validation/controls.rs"]
mod controls;
#[path = "pdf-validation/fields.rs"]
mod fields;
#[path = "pdf-validation/inspect.rs"]
mod inspect;
#[path = "pdf-validation/layout.rs"]
mod layout;
#[path = "pdf-validation/right_to_left.rs"]
mod right_to_left;
#[path = "pdf-validation/samples.rs"]
mod samples;
#[path = "pdf-validation/variants.rs"]
mod variants;

use std::path::PathBuf;
use std::process::Command;

use controls::DAMAGES;
use inspect::{MM, find, inspect, near};
use klartext::document::{Block, Document, Furniture, TextStyle};
use klartext::fault::Fault;
use klartext::pdf::{self, PdfFault};
use lopdf::{Document as Pdf, Object};
use samples::{heading, letter_with, paragraph, refused, sheet_with, table, written};

fn everything() -> Vec<(&'static str, Document)> {
    samples::all().into_iter().chain(variants::all()).collect()
}

// Promise: the same record gives the same bytes.
#[test]
fn the_same_document_gives_the_same_bytes_on_any_thread() {
    for (name, document) in everything() {
        let first = written(&document);
        let others: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| written(&document))).collect();
            threads.into_iter().map(|thread| thread.join().expect("thread")).collect()
        });
        assert!(others.iter().all(|other| *other == first), "{name}");
    }
    let mut other = samples::shortest();
    other.attachment.bytes.push(b' ');
    let id = |document: &Document| {
        let pdf = Pdf::load_mem(&written(document)).expect("readable");
        pdf.trailer.get(b"ID").and_then(Object::as_array).expect("identifier").clone()
    };
    assert_ne!(id(&samples::shortest()), id(&other), "the identifier follows the content");
}

// PDF/UA-1, 7.1: all content is tagged or artifact; the catalogue says what the file is.
#[test]
fn every_file_is_tagged_and_described() {
    for (name, document) in everything() {
        let file = inspect(&written(&document));
        assert!(file.all_marked, "{name}: unmarked content");
        let catalog = file.pdf.catalog().expect("catalog");
        assert_eq!(inspect::string(catalog.get(b"Lang").expect("Lang")), document.language);
        let preferences =
            catalog.get(b"ViewerPreferences").and_then(Object::as_dict).expect("preferences");
        assert!(
            preferences.get(b"DisplayDocTitle").and_then(Object::as_bool).expect("shown title")
        );
        let packet = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
        let packet =
            &file.pdf.get_object(packet).and_then(Object::as_stream).expect("packet").content;
        let packet = String::from_utf8(packet.clone()).expect("UTF-8");
        for part in
            ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", &document.marker]
        {
            assert!(packet.contains(part), "{name}: {part}");
        }
        let has_outline = catalog.has(b"Outlines");
        assert_eq!(has_outline, file.pages.len() > 3, "{name}: bookmarks from 4 pages on");
        for figure in file.tree().all("Figure") {
            assert!(
                figure.alt.is_some() && figure.has_bounds,
                "{name}: figure without text or place"
            );
        }
    }
    assert!(inspect(&written(&samples::report())).pages.len() > 3, "one sample has bookmarks");
}

// Text from a case must not become markup in the metadata.
#[test]
fn metadata_is_escaped() {
    let mut document = samples::shortest();
    document.title = "A & B </rdf:li><pdfaid:part>9".into();
    let bytes = written(&document);
    let count =
        |needle: &[u8]| bytes.windows(needle.len()).filter(|window| *window == needle).count();
    assert_eq!((count(b"<pdfaid:part>"), count(b"A &amp; B &lt;/rdf:li&gt;")), (1, 1));
}

// Extracted text is the text: hyphens, minus signs, fixed spaces, combining marks, f-ligatures, other scripts.
#[test]
fn extracted_text_is_the_text() {
    let texts = [
        "WG-2026-004711, −5 %, 9–12 Uhr, 1.234,56\u{a0}€, n\u{a0}=\u{202f}4, „so“ … •",
        "Auflage, Schifffahrt, offiziell, fjord",
        "zerlegt: a\u{308}u\u{308} und Ä, q\u{303}\u{323} i\u{307}\u{301}",
        "ğışİŞĞ ăâîșțĂȘȚ ąćęłńóśźżŁ Đặng Thị Hồng αβγΩ абвгдєїЯ",
        "(Klammer) \\ Rückstrich ( offen",
    ];
    let file = inspect(&written(&letter_with(texts.iter().map(|text| paragraph(text)).collect())));
    let reading = file.tree().reading();
    for text in texts {
        assert!(reading.iter().any(|read| read == text), "{text:?} in {reading:#?}");
    }
}

// Soft hyphens are offers, not text; a hyphen that the layout puts in is not a hyphen of the text.
#[test]
fn hyphens_of_the_layout_are_soft() {
    let word = "Wahrscheinlichkeitsverteilungen ";
    let mut document = sheet_with(vec![paragraph(word.repeat(30).trim_end())]);
    document.hyphenate = true;
    let file = inspect(&written(&document));
    let read = file.tree().all("P").iter().map(|p| p.text.clone()).collect::<String>();
    assert!(read.contains('\u{ad}'), "some line ends inside a word");
    assert_eq!(read.replace('\u{ad}', ""), word.repeat(30).trim_end());
    let right = file.shown.iter().map(|shown| shown.x).fold(0.0, f32::max);
    assert!(right < 190.0);

    document.hyphenate = false;
    document.blocks.push(paragraph("So\u{ad}zi\u{ad}al"));
    let read = inspect(&written(&document)).tree().reading().concat();
    assert!(read.ends_with("Sozial") && !read.contains('\u{ad}'));
}

// Promise: number and unit, § and number, day and month are never parted.
#[test]
fn no_line_ends_at_a_fixed_space() {
    let text = "Wir brauchen etwa 3\u{a0}Wochen nach §\u{a0}35 und 1.780\u{202f}Euro. ".repeat(40);
    let file = inspect(&written(&letter_with(vec![paragraph(text.trim_end())])));
    let lines = file.shown.iter().filter(|shown| shown.mcid.is_some());
    for line in lines {
        assert!(!line.text.ends_with(['\u{a0}', '\u{202f}']), "{:?}", line.text);
    }
}

// Gate G24: a character without a glyph, a control, a bidi override are refused with the character and its place.
#[test]
fn unprintable_text_is_refused_everywhere() {
    let missing = refused(&letter_with(vec![paragraph("Guten Tag 漢字, wie geht es?")]));
    assert!(
        matches!(&missing, PdfFault::MissingGlyph { character: '漢', context } if context.contains("Guten Tag"))
    );
    assert_eq!(Fault::from(missing).code, "F21");
    for bad in [
        '\u{202e}', '\u{2066}', '\u{200f}', '\u{7}', '\t', '\0', '\u{fffd}', '\u{e000}', '\u{2028}',
    ] {
        let with = |text: &str| format!("{text} {bad} Ende");
        let mut places: Vec<Document> = vec![
            letter_with(vec![paragraph(&with("Absatz"))]),
            letter_with(vec![heading(2, &with("Titel"))]),
            letter_with(vec![Block::AgencyText { heading: "Text".into(), text: with("Amt") }]),
            letter_with(vec![Block::Choices {
                field: "wahl".into(),
                label: vec![],
                options: vec![with("Wahl")],
            }]),
        ];
        for field in 0..4 {
            let mut document = letter_with(vec![]);
            match field {
                0 => document.title = with("Titel"),
                1 => document.footer = with("Fuß"),
                2 => document.watermark = Some(with("Entwurf")),
                _ => document.marker = with("marke"),
            }
            places.push(document);
        }
        for document in places {
            let fault = refused(&document);
            assert!(
                matches!(fault, PdfFault::NotText { character, .. } if character == bad),
                "{bad:?}: {fault}"
            );
        }
    }
}

// Promise: a letter stands as DIN 5008 form B wants it, to half a millimetre.
#[test]
fn a_letter_stands_where_din_5008_wants_it() {
    let mut document = samples::letter();
    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    address.extend(["Zeile 4", "Zeile 5", "Zeile 6"].map(String::from));
    let file = inspect(&written(&document));
    for (page, y, length) in [(0, 105.0, 2.5), (0, 148.5, 4.0), (0, 210.0, 2.5)] {
        let mark = file.strokes.iter().find(|(p, from, _)| *p == page && (from.1 - y).abs() < 0.5);
        let (_, from, to) = mark.expect("a mark at the edge");
        near(from.0, 5.0, "mark begins");
        near(to.0 - from.0, length, "mark length");
    }
    let address = find(&file, "Alex Beispiel");
    near(address.x, 25.0, "address x");
    assert!(address.size >= 10.0 && address.y > 62.7 && address.y - 0.8 * address.size / MM > 62.2);
    assert!(find(&file, "Zeile 6").y < 90.0, "six lines end inside the field");
    let return_line = file
        .shown
        .iter()
        .find(|shown| shown.text.contains("Rathausplatz 1 · 12345") && shown.size <= 8.0);
    let return_line = return_line.expect("return line");
    near(return_line.x, 25.0, "return line x");
    assert!((45.0..50.0).contains(&return_line.y) && (6.0..=8.0).contains(&return_line.size));
    let information = find(&file, "Unser Zeichen");
    near(information.x, 125.0, "information block x");
    near(information.y - 10.0 * 1.07 / MM, 50.0, "information block top");
    let subject = find(&file, "Wohngeld-Antrag vom");
    near(subject.x, 25.0, "subject x");
    near(subject.y - 1.009 * subject.size / MM, 98.46, "subject line top");
    for shown in &file.shown {
        let in_window = shown.page == 0 && shown.x < 105.0 && (45.0..90.0).contains(&shown.y);
        let allowed = shown.text.contains("Rathausplatz") || shown.y > 62.7;
        assert!(!in_window || allowed, "{:?} in the window", shown.text);
        assert!(shown.x >= 24.5, "{:?} left of the margin", shown.text);
        assert!(shown.mcid.is_none() || shown.y <= 266.0, "{:?} below the last line", shown.text);
        assert!(
            shown.page == 0 || shown.mcid.is_none() || shown.y > 20.0,
            "{:?} above the margin",
            shown.text
        );
    }
    let number =
        file.shown.iter().filter(|shown| shown.text.starts_with("Seite")).collect::<Vec<_>>();
    assert_eq!(number.len(), file.pages.len());
    assert_eq!(number[0].text, format!("Seite\u{a0}1 von\u{a0}{}", file.pages.len()));
    assert!(number.iter().all(|number| number.mcid.is_none() && number.y > 262.0));
}

#[test]
fn nothing_is_printed_in_the_window_of_a_letter_without_address() {
    let mut document = letter_with(vec![]);
    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    address.clear();
    let file = inspect(&written(&document));
    assert!(!file.shown.iter().any(|shown| shown.x < 105.0 && (45.0..90.0).contains(&shown.y)));

    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    *address = vec!["Zeile".into(); 7];
    assert_eq!(refused(&document), PdfFault::AddressLines { lines: 7 });
    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    // A long line goes on below itself; a word is never broken.
    *address = vec!["Sehr lange Zeile ".repeat(9)];
    written(&document);
    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    *address = vec!["SehrLangesWort".repeat(9)];
    assert!(matches!(refused(&document), PdfFault::TooWide { .. }));
}

// A long return line takes a second line in its own zone and leaves the address zone alone.
#[test]
fn a_long_return_line_has_two_lines() {
    let mut document = letter_with(vec![]);
    let Furniture::Letter { return_line, .. } = &mut document.furniture else { panic!("a letter") };
    *return_line = "Beispielkasse für Arbeitsunfälle und Berufskrankheiten · Am Musterhafen 7 · 00003 Probedorf".into();
    let file = inspect(&written(&document));
    let lines: Vec<_> = file
        .shown
        .iter()
        .filter(|shown| shown.x < 105.0 && (45.0..62.0).contains(&shown.y))
        .collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.size >= 6.0 && line.y < 55.0));
    let Furniture::Letter { return_line, .. } = &mut document.furniture else { panic!("a letter") };
    *return_line = return_line.repeat(3);
    assert!(matches!(refused(&document), PdfFault::TooWide { .. }));
}

// Gate G28: the watermark of a draft stands on every page, as text that is read first.
#[test]
fn a_draft_says_so_on_every_page_and_first_of_all() {
    let file = inspect(&written(&samples::letter()));
    for page in 0..file.pages.len() {
        let band = file
            .shown
            .iter()
            .find(|shown| shown.page == page && shown.text == "ENTWURF – nicht versenden");
        assert!(band.is_some_and(|band| band.y < 15.0), "page {page}");
    }
    assert_eq!(file.tree().reading()[0], "ENTWURF – nicht versenden");
    let released = letter_with(vec![]);
    assert!(!inspect(&written(&released)).shown.iter().any(|shown| shown.text.contains("ENTWURF")));
}

// Reading order is the order of the blocks, with columns one after the other.
#[test]
fn reading_order_is_the_order_of_the_blocks() {
    let file = inspect(&written(&samples::letter()));
    let reading = file.tree().reading().join("\n");
    let mut from = 0;
    for part in [
        "ENTWURF",
        "Amt für Wohngeld",
        "Alex Beispiel Lange Straße 12 12345 Musterstadt",
        "Unser Zeichen WG-2026",
        "Wohngeld-Antrag vom 3.\u{a0}November",
        "Guten Tag",
        "Das Wichtigste in Kürze",
        "Das Ergebnis: Wir prüfen",
        "Das sprach dafür, den",
        "Ihr Einkommen im Monat: 1.450\u{a0}Euro",
        "Das sprach dagegen",
        "Ihre Ersparnisse",
        "sprach sehr stark dafür. Einkommen",
        "So lesen Sie das Bild",
        "Wann wäre",
        "1.780\u{a0}Euro statt",
        "Das können Sie jetzt tun",
        "•",
        "Ist Ihre Lage",
        "Angabe",
        "Miete im Monat\n640 Euro\naus unserer Akte",
        "Freundliche Grüße",
        "Datenschutz",
        "Verantwortlich ist das Amt für Wohngeld. Rathausplatz 1 12345 Musterstadt",
    ] {
        let at = reading[from..]
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} after {from} in\n{reading}"));
        from += at + part.len();
    }
}

// The same, seen by a program that knows nothing of this one. In CI poppler-utils must be there.
#[test]
fn pdftotext_reads_the_letter_in_order() {
    let file = tempfile::NamedTempFile::new().expect("file");
    std::fs::write(file.path(), written(&samples::letter())).expect("written");
    let output = Command::new("pdftotext").arg("-raw").arg(file.path()).arg("-").output();
    let Ok(output) = output else {
        assert!(std::env::var_os("CI").is_none(), "CI needs pdftotext (poppler-utils)");
        eprintln!("pdftotext is not installed: not checked");
        return;
    };
    // poppler writes fixed spaces as spaces.
    let text =
        String::from_utf8(output.stdout).expect("UTF-8").replace(['\u{a0}', '\u{202f}'], " ");
    let mut from = 0;
    for part in [
        "ENTWURF – nicht versenden",
        "Alex Beispiel",
        "Guten Tag",
        "Das sprach dafür",
        "Das sprach dagegen",
        "Wann wäre",
        "Miete im Monat",
        "Freundliche Grüße",
    ] {
        from += text[from..].find(part).unwrap_or_else(|| panic!("{part:?} in\n{text}"));
    }
    assert!(text.contains("WG-2026-004711") && text.contains("1.780 Euro statt 1.450 Euro."));
}

// Tables: header cells with scope, read once, repeated to the eye on every page; decimals under each other.
#[test]
fn tables_have_headers_and_aligned_decimals() {
    let file = inspect(&written(&sheet_with(vec![table(90)])));
    let tree = file.tree();
    let headers: Vec<_> = tree
        .all("TH")
        .into_iter()
        .map(|th| (th.scope.clone().expect("scope"), th.text.clone()))
        .collect();
    assert_eq!(
        headers[..3],
        [
            ("Column".into(), "Merkmal".into()),
            ("Column".into(), "Einfluss".into()),
            ("Row".into(), "Zeile 0".into())
        ]
    );
    assert_eq!(
        (tree.all("TR").len(), tree.all("TD").len(), tree.all("Caption")[0].text.as_str()),
        (91, 90, "Beschriftung")
    );
    let heads: Vec<_> = file.shown.iter().filter(|shown| shown.text == "Merkmal").collect();
    assert_eq!(heads.len(), file.pages.len());
    assert_eq!(heads.iter().filter(|head| head.mcid.is_some()).count(), 1);
    let commas: Vec<f32> = file
        .shown
        .iter()
        .filter(|shown| {
            shown.text.contains(',') && shown.text.starts_with(|c: char| c.is_ascii_digit())
        })
        .map(|shown| {
            shown.x
                + klartext::typeface::advance(
                    shown.text.split(',').next().expect("digits"),
                    false,
                    shown.size,
                ) / MM
        })
        .collect();
    assert_eq!(commas.len(), 90);
    assert!(commas.iter().all(|comma| (comma - commas[0]).abs() < 0.1), "{commas:?}");
}

// Headings keep two lines of what follows; no paragraph leaves a single line behind or ahead; Keep keeps.
#[test]
fn pages_break_where_readers_expect_it() {
    for filler in 0..26 {
        let mut blocks = vec![paragraph("Füllzeile."); filler + 14];
        blocks.push(heading(2, "Überschrift mit Text"));
        blocks.push(paragraph(
            &"Ein Satz, der zusammen mit anderen Sätzen mehrere Zeilen füllt. ".repeat(8),
        ));
        blocks.push(Block::Keep(vec![
            paragraph("Gruppe eins"),
            paragraph("Gruppe zwei"),
            paragraph("Gruppe drei"),
        ]));
        let file = inspect(&written(&letter_with(blocks)));
        let title = find(&file, "Überschrift mit Text");
        let mut lines = [0usize; 4];
        file.shown
            .iter()
            .filter(|s| s.text.contains("Satz") || s.text.contains("Sätzen"))
            .for_each(|s| lines[s.page] += 1);
        assert!(lines[title.page] >= 2, "{filler}: heading alone, {lines:?}");
        assert!(lines.iter().all(|count| *count != 1), "{filler}: widow or orphan, {lines:?}");
        let group =
            ["eins", "zwei", "drei"].map(|part| find(&file, &format!("Gruppe {part}")).page);
        assert!(group.iter().all(|page| *page == group[0]), "{filler}: {group:?}");
    }
}

// What fits no page is refused or goes on, never cut off.
#[test]
fn what_is_too_large_is_refused_or_goes_on() {
    let long = "Ein langer Satz mit vielen Wörtern. ".repeat(900);
    let panel = Block::Panel {
        tone: klartext::document::PanelTone::Caution,
        blocks: vec![paragraph(long.trim_end())],
    };
    let file = inspect(&written(&letter_with(vec![panel])));
    assert!(file.pages.len() > 3);
    assert!(file.tree().reading().iter().any(|read| *read == long.trim_end()), "nothing is lost");
    let columns = Block::Columns(vec![vec![paragraph(long.trim_end())], vec![paragraph("kurz")]]);
    let file = inspect(&written(&letter_with(vec![columns])));
    assert!(file.tree().reading().iter().any(|read| *read == long.trim_end()));
    let last = find(&file, "kurz");
    near(last.x, 25.0, "a group below the other begins at the margin");
    assert_eq!(last.page + 1, file.pages.len());

    let Block::Figure { mut drawing, alt, .. } = samples::bars(400.0) else { panic!("a figure") };
    drawing.height = 900.0;
    let tall = Block::Figure { drawing, alt, caption: None };
    assert!(matches!(refused(&letter_with(vec![tall])), PdfFault::TooTall { .. }));

    let unbroken = "x".repeat(400);
    let file = inspect(&written(&letter_with(vec![paragraph(&unbroken)])));
    let lines: Vec<_> = file.shown.iter().filter(|shown| shown.text.starts_with("xx")).collect();
    assert!(lines.len() > 4, "a word wider than the line is broken");
    assert_eq!(lines.iter().map(|line| line.text.len()).sum::<usize>(), 400);
}

// PDF/UA-1, 7.4.2 and 7.3.
#[test]
fn bad_structure_is_refused() {
    assert!(matches!(
        refused(&letter_with(vec![heading(3, "zu tief")])),
        PdfFault::HeadingOrder { level: 3, after: 1, .. }
    ));
    assert!(matches!(
        refused(&letter_with(vec![heading(1, "noch einer")])),
        PdfFault::HeadingOrder { .. }
    ));
    let mut untitled = letter_with(vec![]);
    untitled.blocks.clear();
    assert!(matches!(refused(&untitled), PdfFault::Empty(_)));
    let Block::Figure { drawing, caption, .. } = samples::bars(400.0) else { panic!("a figure") };
    let mute = Block::Figure { drawing, alt: " ".into(), caption };
    assert!(matches!(refused(&letter_with(vec![mute])), PdfFault::Empty(_)));
    let Block::Table { columns, mut rows, .. } = table(3) else { panic!("a table") };
    rows[1].pop();
    let ragged = Block::Table { caption: None, columns, rows };
    assert_eq!(
        refused(&letter_with(vec![ragged])),
        PdfFault::TableShape { row: 2, cells: 1, columns: 2 }
    );
    for date in ["2026-13-01", "23.11.2026", "2026-11-2é", ""] {
        let mut document = letter_with(vec![]);
        document.date = date.into();
        assert_eq!(refused(&document), PdfFault::Date(date.into()));
    }
}

// Wild values from a caller must not hang or panic.
#[test]
fn wild_numbers_do_no_harm() {
    for wild in [f32::NAN, f32::INFINITY, -1.0, 0.0, 1e30] {
        let mut document = sheet_with(vec![Block::Space(wild), paragraph("Text")]);
        document.body_size = wild;
        if let Block::Table { mut columns, rows, caption } = table(3) {
            columns[0].weight = wild;
            document.blocks.push(Block::Table { caption, columns, rows });
        }
        written(&document);
        let Block::Figure { mut drawing, alt, caption } = samples::bars(400.0) else {
            panic!("a figure")
        };
        drawing.width = wild;
        let _ = pdf::write(&sheet_with(vec![Block::Figure { drawing, alt, caption }]));
    }
    let empty = vec![
        Block::List { items: vec![] },
        Block::Columns(vec![]),
        Block::Keep(vec![]),
        Block::Panel { tone: klartext::document::PanelTone::Plain, blocks: vec![] },
        Block::WriteLines { field: "a".into(), label: vec![], lines: 0 },
        Block::Choices { field: "b".into(), label: vec![], options: vec![] },
        Block::Paragraph { runs: vec![], style: TextStyle::Body },
        Block::AgencyText { heading: "Leer".into(), text: "\n\n".into() },
        Block::PageBreak,
    ];
    assert_eq!(pdf::write(&letter_with(empty)).expect("written").pages, 1);
}

/// Writes good and broken files where `KLARTEXT_SAMPLES` says, for `tests/pdf-validation/validate.sh --controls`
/// and for looking at them.
#[test]
#[ignore = "writes files; run by tests/pdf-validation/validate.sh"]
fn write_samples_and_controls() {
    let folder = PathBuf::from(std::env::var_os("KLARTEXT_SAMPLES").expect("KLARTEXT_SAMPLES"));
    for part in ["good", "broken"] {
        std::fs::create_dir_all(folder.join(part)).expect("folder");
    }
    for (name, document) in everything() {
        std::fs::write(folder.join("good").join(name).with_extension("pdf"), written(&document))
            .expect("sample");
    }
    for (name, damage) in DAMAGES {
        let document = if name.contains("field") { samples::sheet() } else { samples::letter() };
        let mut pdf = Pdf::load_mem(&written(&document)).expect("readable");
        damage(&mut pdf);
        pdf.save(folder.join("broken").join(format!("{name}.pdf"))).expect("control");
    }
}
