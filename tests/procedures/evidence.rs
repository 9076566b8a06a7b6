//! Promise: where a detail was read in a document, the record keeps the place, the sheet shows it, the letter names it.

use klartext::chart::Mark;
use klartext::document::{Block, Document, Run as TextRun};
use klartext::explanation::to_json;
use klartext::language::Language;
use klartext::run::Audience;
use sha2::{Digest, Sha256};

use crate::{Run, project, said};

const BOTH: [Audience; 2] = [Audience::Citizen, Audience::Caseworker];

fn blocks(document: &Document) -> Vec<&Block> {
    fn walk<'d>(blocks: &'d [Block], found: &mut Vec<&'d Block>) {
        for block in blocks {
            found.push(block);
            match block {
                Block::Panel { blocks, .. } | Block::Keep(blocks) => walk(blocks, found),
                Block::Columns(columns) => columns.iter().for_each(|blocks| walk(blocks, found)),
                _ => {}
            }
        }
    }
    let mut found = vec![];
    walk(&document.blocks, &mut found);
    found
}

fn bold(runs: &[TextRun]) -> Vec<&str> {
    runs.iter().filter(|run| run.bold).map(|run| run.text.as_str()).collect()
}

#[test]
fn a_passage_goes_from_the_report_to_record_sheet_and_letter() {
    let run = Run::of("recourse-screening", &["REG-2026-0008"], &BOTH);
    let record = run.record("REG-2026-0008");
    let [passage] = record.evidence.passages.as_slice() else { panic!("one passage") };
    let report =
        std::fs::read(project().join("fixtures/recourse-screening").join(&passage.file)).unwrap();
    assert_eq!(passage.text, "ein richtiges Hundewetter");
    assert_eq!(
        passage.sha256,
        Sha256::digest(&report).iter().map(|b| format!("{b:02x}")).collect::<String>()
    );
    let chars: Vec<char> = String::from_utf8(report).unwrap().chars().collect();
    assert_eq!(chars[passage.start..passage.end].iter().collect::<String>(), passage.text);

    // The sheet quotes the sentence, the words in bold, before any result.
    let sheet = run.sheet("a", "REG-2026-0008");
    let marked = blocks(&sheet).into_iter().any(|block| match block {
        Block::List { items } => {
            items.iter().any(|item| bold(item) == ["ein richtiges Hundewetter"])
        }
        _ => false,
    });
    assert!(marked, "{}", said(&sheet));
    assert!(said(&sheet).contains("(R-008.txt): „Draußen war ein richtiges Hundewetter, deshalb war der Boden im Eingang nass.“"));

    let letter = said(&run.letter("REG-2026-0008", Language::GERMAN));
    assert!(letter.contains("Der Hinweis auf ein Tier: Das Programm hat diese Stelle gelesen: „Draußen war ein richtiges Hundewetter,"));
    assert!(
        said(&run.letter("REG-2026-0008", Language::ENGLISH))
            .contains("The program read this passage:")
    );
}

#[test]
fn a_page_is_shown_with_its_places() {
    let run = Run::of("study-certificate", &["STU-2026-0006"], &BOTH);
    let record = run.record("STU-2026-0006");
    let [page] = record.evidence.pages.as_slice() else { panic!("one page") };
    assert_eq!((page.width, page.height), (420, 594));
    assert!(to_json(&record).len() < 64 * 1024, "a page does not swell the record");
    let sheet = run.sheet("a", "STU-2026-0006");
    let figures: Vec<_> = blocks(&sheet)
        .into_iter()
        .filter_map(|block| match block {
            Block::Figure { drawing, alt, caption } => Some((drawing, alt, caption)),
            _ => None,
        })
        .collect();
    let [(drawing, alt, caption)] = figures.as_slice() else { panic!("one picture") };
    let numbers = drawing.marks.iter().filter(|mark| matches!(mark, Mark::Text { .. })).count();
    assert_eq!(numbers, page.places.len());
    assert!(alt.replace('\u{a0}', " ").contains("1 Titel · 2 Name"), "{alt}");
    assert!(caption.as_ref().unwrap().contains("S-006.png"));
    // What the reading overlooked is on the page all the same: the human sees it.
    let letter = said(&run.letter("STU-2026-0006", Language::GERMAN));
    assert!(letter.contains(
        "Das Programm hat diese Seite gelesen: S-006.png. Was es dort gefunden hat, steht in der Tabelle."
    ));
    assert!(letter.contains("Titel gefunden von Ihnen Name gefunden von Ihnen"), "{letter}");
    assert!(letter.contains("Das hat das Programm nicht gefunden: Stempel oder Unterschrift."));
}

/// A record without evidence is written as before there was any.
#[test]
fn no_evidence_leaves_no_trace() {
    let run = Run::of("housing-benefit-priority", &["WOG-2026-0002"], &[Audience::Caseworker]);
    let record = run.record("WOG-2026-0002");
    assert!(!String::from_utf8(to_json(&record)).unwrap().contains("evidence"));
    assert!(!said(&run.sheet("a", "WOG-2026-0002")).contains("Stellen in den Unterlagen"));
}

/// A record whose page was tampered with gives no document.
#[test]
fn a_page_that_is_none_refuses_the_sheet() {
    let run = Run::of("study-certificate", &["STU-2026-0001"], &[Audience::Citizen]);
    let mut record = run.record("STU-2026-0001");
    record.evidence.pages[0].picture.rows[0] = "c999".to_owned();
    let faults =
        klartext::document::sheet_a(&record, &run.loaded.procedure, Language::GERMAN).unwrap_err();
    assert_eq!(faults.0[0].code, "E10");
}

/// Sheet B of the screening for recourse asks what the law wants examined, and accuses nobody.
#[test]
fn the_recourse_sheet_has_its_fields() {
    let run = Run::of("recourse-screening", &["REG-2026-0001"], &[Audience::Caseworker]);
    let sheet = said(&run.sheet("b", "REG-2026-0001"));
    for text in [
        "Kein Vorwurf gegen die versicherte Person.",
        "Möglicher Verursacher",
        "Grund der Haftung",
        "Verjährung (§ 113 SGB VII, Datum vom Fachbereich)",
        "Familienprivileg geprüft (§ 116 Absatz 6 SGB X)",
        "Verzicht abgewogen (§ 110 Absatz 2 SGB VII)",
    ] {
        assert!(sheet.contains(text), "“{text}” in: {sheet}");
    }
    let other = Run::of("housing-benefit-priority", &["WOG-2026-0002"], &[Audience::Caseworker]);
    assert!(!said(&other.sheet("b", "WOG-2026-0002")).contains("Möglicher Verursacher"));
}
