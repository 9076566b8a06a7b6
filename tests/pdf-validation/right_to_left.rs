//! Promises of a page that runs from right to left: mirrored but for the window, read as it was written.

use std::process::Command;

use klartext::document::Furniture;

use super::inspect::{Shown, find, inspect, near};
use super::samples::{letter_with, paragraph, written};
use super::variants::{SENTENCES, arabic};

// Issue 4, 1: mirrored layout; the address field stays where the envelope has its window.
#[test]
fn the_page_is_mirrored_but_the_window_is_not() {
    let file = inspect(&written(&arabic()));
    near(find(&file, "Alex Beispiel ").x, 25.0, "address");
    let number = file.shown.iter().find(|s| s.y > 262.0 && s.x < 60.0).expect("page number");
    near(number.x, 25.0, "the page number stands at the left");
    let band = file.strokes.iter().filter(|(_, from, _)| from.0 < 10.0).count();
    assert_eq!(band, 3, "fold and punch marks stay at the left edge");

    let tree = file.tree();
    // Bullets stand right of their text.
    for bullet in file.shown.iter().filter(|s| s.text == "•") {
        let line: Vec<&Shown> = file
            .shown
            .iter()
            .filter(|s| s.page == bullet.page && (s.y - bullet.y).abs() < 0.1 && s.text != "•")
            .filter(|s| (s.x - bullet.x).abs() < 85.0)
            .collect();
        assert!(line.iter().any(|s| s.x < bullet.x), "text left of the bullet");
    }
    let [left, _, right, _] = tree.all("Figure")[0].bounds.expect("place of the figure");
    assert!(left > 24.0 && right < 191.0);
    near(right, 190.0, "a figure stands at the right");
    // Decimal marks of a mirrored table stand under each other: what follows the mark is measured from the right.
    let comma = |text: &str| {
        let shown = find(&file, text);
        let whole = text.split(',').next().expect("digits");
        shown.x + klartext::typeface::advance(whole, false, shown.size) * 25.4 / 72.0
    };
    assert!((comma("1.450,25") - comma("3.200,5")).abs() < 0.3);
    // The first column is the one at the right.
    let value = find(&file, "1.450,25").x;
    let tick = tree.all("Form")[0].bounds.expect("place of the box");
    assert!(tick[2] < value, "the last column stands at the left");
    // The agency's German text keeps its side.
    near(find(&file, "Datenschutz").x, 25.0, "German heading");
    let foreign = tree.all("Div").into_iter().find(|div| div.language.is_some()).expect("German");
    assert_eq!(foreign.language.as_deref(), Some("de-DE"));
    assert!(foreign.kids.iter().any(|kid| kid.role == "Sect"));
}

// Issue 4, 1: what a screen reader gets is the sentence as it was written; no control character is in it.
#[test]
fn sentences_are_read_as_they_were_written() {
    let document = arabic();
    let file = inspect(&written(&document));
    let reading = file.tree().reading();
    let text = reading.join("\n");
    for sentence in SENTENCES {
        assert!(text.contains(sentence), "{sentence}\nnot in\n{text}");
    }
    assert!(text.contains("تاريخ الطلب: 03.11.2026، رقم الملف: WG-2026-004711."));
    assert!(!text.contains(|c| matches!(c, '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')));
}

// Dates, amounts, telephone numbers and references stand on paper as they are written, from left to right.
#[test]
fn numbers_and_references_keep_their_direction_on_paper() {
    let file = inspect(&written(&arabic()));
    for stretch in ["WG-2026-004711", "03.11.2026", "1234-56", "1.450"] {
        assert!(
            file.shown.iter().any(|shown| shown.y > 95.0 && shown.text.contains(stretch)),
            "{stretch} is not in one piece: {:#?}",
            file.shown.iter().map(|s| &s.text).collect::<Vec<_>>()
        );
    }
    let word = |text: &str| {
        let found = file.shown.iter().find(|shown| shown.y > 95.0 && shown.text.trim() == text);
        found.unwrap_or_else(|| panic!("no {text}")).x
    };
    assert!(word("Alex") < word("Beispiel"), "a name of two words is not turned around");
}

// The same, seen by a program that knows nothing of this one. In CI poppler-utils must be there.
#[test]
fn pdftotext_reads_arabic_sentences() {
    let file = tempfile::NamedTempFile::new().expect("file");
    std::fs::write(file.path(), written(&arabic())).expect("written");
    let output = Command::new("pdftotext").arg(file.path()).arg("-").output();
    let Ok(output) = output else {
        assert!(std::env::var_os("CI").is_none(), "CI needs pdftotext (poppler-utils)");
        eprintln!("pdftotext is not installed: not checked");
        return;
    };
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // poppler marks directions for terminals, and turns a full stop and its space around: letters and digits are compared.
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let read = letters(&text);
    for sentence in SENTENCES {
        assert!(read.contains(&letters(sentence)), "{sentence}\nnot in\n{text}");
    }
}

// A name in Arabic letters can be printed in a German letter, too; a direction character that came with it cannot.
#[test]
fn an_arabic_name_stands_in_a_german_letter() {
    let name = "ليلى الحسن";
    let text = format!("Guten Tag {name}, das ist Ihr Brief.");
    let mut document = letter_with(vec![paragraph(&text)]);
    let Furniture::Letter { address, .. } = &mut document.furniture else { panic!("a letter") };
    address[0] = name.into();
    let file = inspect(&written(&document));
    assert!(file.tree().reading().contains(&text), "{:?}", file.tree().reading());
    near(find(&file, "Guten Tag ").x, 25.0, "the German line begins at the left");
}
