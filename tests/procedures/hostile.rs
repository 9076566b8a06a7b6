//! Promise: hostile texts in procedure, cases, people and decisions: a document stays correct, with every glyph in the
//! area of the text and none over another, or it is refused with a reason. Nothing is injected, and no word is bent: a
//! label stands in every document byte for byte as the procedure writes it.

use klartext::document::{Document, letter, sheet_a, sheet_b};
use klartext::explanation::Record;

use super::inspect::{Shown, inspect};
use super::spoilt::Spoilt;
use super::*;

/// A compound of 60 letters, as authorities like them.
const COMPOUND: &str = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsstelle";

/// Letters in all languages, in large print too, and both sheets, whatever the gates say of them.
fn documents(loaded: &Loaded, record: &Record) -> Vec<(String, Document)> {
    let mut all = vec![];
    let mut large = record.clone();
    large.format.large = true;
    for &language in &loaded.procedure.languages {
        for record in [record, &large] {
            if let Ok(document) = letter(record, &loaded.procedure, language) {
                let size = document.body_size;
                all.push((format!("letter.{language} of {size} pt"), document));
            }
        }
        for (name, sheet) in [
            ("sheet-a", sheet_a(record, &loaded.procedure, language)),
            ("sheet-b", sheet_b(record, &loaded.procedure, language)),
        ] {
            all.extend(sheet.ok().map(|document| (format!("{name}.{language}"), document)));
        }
    }
    assert!(all.len() >= 14, "{} documents", all.len());
    all
}

/// Left, top, right, bottom of what is inked, millimetres: capitals and descenders, not the line.
fn place(shown: &Shown) -> [f32; 4] {
    let em = shown.size / super::inspect::MM;
    // A space at the end of a line that runs to the left hangs in the margin.
    let hanging = if shown.text.starts_with(' ') { 0.25 * em } else { 0.0 };
    [shown.x + hanging, shown.y - 0.7 * em, shown.x + shown.width, shown.y + 0.2 * em]
}

/// Glyphs that left the page's area for text, and texts that stand on one another.
fn spilt(bytes: &[u8], name: &str) -> Vec<String> {
    let file = inspect(bytes);
    let mut faults = vec![];
    let bottom = if name.starts_with("letter") { 266.0 } else { 279.0 };
    let shown: Vec<&Shown> =
        file.shown.iter().filter(|shown| !shown.text.trim().is_empty()).collect();
    for shown in &shown {
        let [left, top, right, foot] = place(shown);
        let text = shown.mcid.is_some();
        let inside = left >= 24.4 && right <= 201.0 && top >= 4.0;
        if !inside || foot > if text { bottom + 1.0 } else { 287.0 } {
            faults.push(format!("{name}: {:?} at {:?}", shown.text, place(shown)));
        }
    }
    // Arabic letters join and bear marks: their glyphs stand on one another by design.
    let joins = |shown: &Shown| shown.text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
    let apart: Vec<&&Shown> = shown.iter().filter(|shown| !joins(shown)).collect();
    for (nth, one) in apart.iter().enumerate() {
        for other in apart.iter().skip(nth + 1).filter(|other| other.page == one.page) {
            let ([l, t, r, b], [left, top, right, bottom]) = (place(one), place(other));
            if l.max(left) + 0.4 < r.min(right) && t.max(top) + 0.5 < b.min(bottom) {
                faults.push(format!("{name}: {:?} over {:?}", one.text, other.text));
            }
        }
    }
    faults
}

/// Lays every document out: nothing spills, or the page is refused with a reason.
fn laid_out(loaded: &Loaded, record: &Record) -> (usize, Vec<String>) {
    let (mut written, mut refusals) = (0, vec![]);
    let mut faults = vec![];
    for (name, document) in documents(loaded, record) {
        match klartext::pdf::write(&document) {
            Ok(file) => {
                written += 1;
                faults.extend(spilt(&file.bytes, &name));
            }
            Err(fault) => refusals.push(format!("{name}: {fault}")),
        }
    }
    let first = faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults\n{first}", faults.len());
    println!("{written} documents, refused: {refusals:#?}");
    (written, refusals)
}

/// The documents of the fixtures themselves do not spill: the ruler is right.
#[test]
fn nothing_spills_without_hostile_texts() {
    let (loaded, record, summary) =
        Spoilt::new("unemployment-benefit", "ALB-2026-0004").record().unwrap();
    assert!(summary.held_back.is_empty(), "{:?}", summary.held_back);
    let (_, refusals) = laid_out(&loaded, &record.unwrap());
    assert!(refusals.is_empty(), "{refusals:?}");
}

#[test]
fn labels_of_200_letters() {
    let long = |id: &str, old: &str| {
        let mut label = format!("{old} ({id}):").replace(':', "");
        while label.chars().count() < 200 {
            label.push_str(" und noch eine Angabe dazu");
        }
        label.chars().take(200).collect::<String>().trim_end().to_owned()
    };
    let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004")
        .features("label", long)
        .features("short", long);
    let (loaded, record, _) = spoilt.record().unwrap();
    let (_, mut refusals) = laid_out(&loaded, &record.unwrap());
    // Labels of five lines and more at 18 points: the chart alone is taller than a page.
    refusals.retain(|refusal| !refusal.contains("18 pt: a figure"));
    assert!(refusals.is_empty(), "{refusals:?}");
}

#[test]
fn compounds_of_60_letters_everywhere() {
    let with = |old: &str| format!("{old} {COMPOUND}");
    let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004")
        .features("label", |_, old| with(old))
        .features("short", |_, old| with(old))
        .features("missing", |_, old| with(old))
        .values("text", with)
        .values("short", with)
        .at(&["outcome", "positive", "result"], with)
        .at(&["outcome", "positive", "suggestion"], with)
        .at(&["outcome", "positive", "short"], with)
        .at(&["outcome", "negative", "short"], with)
        .at(&["outcome", "positive", "consequence"], with)
        .at(&["program", "blind_spots"], with)
        .at(&["name"], with)
        .cell(
            "people.csv",
            "name",
            "Alex Hildegard von und zu Grundstücksverkehr-Übertragungsstelle",
        )
        .cell("decisions.csv", "reasons", &format!("{COMPOUND} {COMPOUND} sagt die Person."));
    let (loaded, record, _) = spoilt.record().unwrap();
    let (_, refusals) = laid_out(&loaded, &record.unwrap());
    assert!(refusals.is_empty(), "{refusals:?}");
}

/// A word that does not fit the window of the envelope is never broken: the letter is held back, and says why.
#[test]
fn names_wider_than_the_window_hold_the_letter_back() {
    for column in ["name", "address_1"] {
        let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004");
        let spoilt = spoilt.cell("people.csv", column, &format!("Alex {COMPOUND}"));
        let (_, _, summary) = spoilt.record().unwrap();
        let held = summary.held_back.iter().find(|held| held.document.starts_with("letter"));
        let held = held.unwrap_or_else(|| panic!("{column}: {:?}", summary.held_back));
        assert!(held.finding.contains("mm wide"), "{held:?}");
    }
}

/// Slot grammar, rule 13: no word is bent and no letter changes its case, wherever a label stands.
#[test]
fn labels_stand_as_they_are_written() {
    let odd = |id: &str, old: &str| format!("{old} iQ-ßTraẞe „{id}“ ÉLAN ǅ");
    let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004")
        .features("label", odd)
        .features("short", odd);
    let (loaded, record, _) = spoilt.record().unwrap();
    let record = record.unwrap();
    for (name, document) in documents(&loaded, &record) {
        let texts = document.texts();
        let says = |label: &str| texts.iter().any(|text| text.contains(label));
        let language = loaded
            .procedure
            .languages
            .iter()
            .find(|language| name.split(['.', ' ']).nth(1) == Some(language.tag()));
        for feature in &loaded.procedure.features {
            let of = |texts: &klartext::procedure::Localised| {
                texts.get(language.unwrap()).cloned().unwrap_or_default()
            };
            let (label, short) = (of(&feature.label), of(&feature.short));
            // Sheet B names the details that count, the others all.
            let there = says(&label) || says(&short) || name.starts_with("sheet-b");
            assert!(there, "{name}: “{label}” in {texts:#?}");
        }
        // Every trace of a label is one byte for byte.
        let traces = texts.join("\n").to_lowercase().matches("iq-ß").count();
        let whole = texts.join("\n").matches("iQ-ßTraẞe „").count();
        assert_eq!(traces, whole, "{name}");
    }
}

/// Markup, quotes and slots of any template are texts like any other, or refused.
#[test]
fn nothing_is_injected() {
    for hostile in [
        "<b>Miete</b> & \"Co\" 'x'",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "**fett** _kursiv_ [Link](http://example.org)",
        "%PDF-1.7 endstream endobj (a\\) Tj",
    ] {
        let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004")
            .features("label", |_, old| format!("{old} {hostile}"))
            .cell("people.csv", "name", &format!("Kim {hostile}"))
            .cell("decisions.csv", "reasons", &format!("{hostile} steht so in der Akte."));
        let (loaded, record, _) = spoilt.record().unwrap();
        let record = record.unwrap();
        assert_eq!(record.recipient.as_ref().unwrap().name, format!("Kim {hostile}"));
        for (name, document) in documents(&loaded, &record) {
            if name.starts_with("letter.de ") {
                let file = klartext::pdf::write(&document).unwrap();
                let read = klartext::pdf::proofread(&file, &document).unwrap();
                let said: String = read.said.iter().map(|said| said.text.as_str()).collect();
                assert!(said.contains(hostile), "{name}: {said}");
            }
        }
        laid_out(&loaded, &record);
    }
}

/// What cannot be printed, or would turn the text around it, is refused where it stands.
#[test]
fn texts_that_cannot_be_printed_are_refused() {
    for (hostile, codes) in [
        ("Miete\u{202e}eteiM", ["P06", "P06"]),
        ("Miete\nim Monat", ["P06", "P06"]),
        ("{wert}", ["P04", "P29"]),
        ("", ["P03", "P03"]),
        (" ", ["P03", "P05"]),
        ("家賃", ["P67", "P67"]),
    ] {
        let spoilt = Spoilt::new("unemployment-benefit", "ALB-2026-0004")
            .features("label", |_, _| hostile.to_owned());
        let faults = spoilt.record().map(|_| ()).expect_err(hostile);
        let found: Vec<&str> = faults.0.iter().map(|fault| fault.code).collect();
        assert!(found.iter().any(|code| codes.contains(code)), "“{hostile}”: {found:?}");
        assert!(faults.0.iter().all(|fault| !fault.mend.is_empty()), "{faults}");
    }
}

/// Names in the scripts that can be printed stay as they are; others hold the case back.
#[test]
fn names_in_every_script() {
    for (name, printed) in [
        ("Nguyễn Thị Ánh", true),
        ("Łukasz Źdźbło-Ødegård", true),
        ("Ἀλέξανδρος Παπαδόπουλος", true),
        ("Олександр Ґудзь", true),
        ("محمد عبد الله", true),
        ("O’Neill-d’Arc, Jr.", true),
        ("山田太郎", false),
        ("Kim \u{202e}retsuM", false),
        ("Kim\u{0}Muster", false),
        ("👩‍🦰", false),
    ] {
        let spoilt =
            Spoilt::new("unemployment-benefit", "ALB-2026-0004").cell("people.csv", "name", name);
        let Ok((loaded, record, summary)) = spoilt.record() else {
            assert!(!printed, "{name}");
            continue;
        };
        let held = summary.held_back.iter().any(|held| held.code == "G24");
        assert_eq!(held, !printed, "{name}: {:?}", summary.held_back);
        if let (true, Some(record)) = (printed, record) {
            laid_out(&loaded, &record);
        }
    }
}

/// Values that no table should have: said as they are, or refused; never `-0`, `NaN`, `inf` in a document.
#[test]
fn wild_values() {
    for (column, value) in [
        ("rr", "0"),
        ("rr", "-0"),
        ("rr", "-0.0"),
        ("rr", "1e308"),
        ("rr", "-1e308"),
        ("rr", "1e-308"),
        ("rr", "NaN"),
        ("rr", "inf"),
        ("rr", ""),
        ("rr", "12,5"),
        ("age", "-0"),
        ("age", "1e308"),
        ("age", "9007199254740993"),
        ("age", "abc"),
    ] {
        let spoilt =
            Spoilt::new("unemployment-benefit", "ALB-2026-0004").cell("cases.csv", column, value);
        let Ok((loaded, Some(record), _)) = spoilt.record() else { continue };
        for (name, document) in documents(&loaded, &record) {
            let texts = document.texts().join("\n");
            let words = texts.split(|c: char| c.is_whitespace() || c == ':');
            for word in words.map(|word| word.trim_end_matches(['.', ','])) {
                let wild = ["-0", "−0", "NaN", "nan", "inf", "-inf", "−inf"].contains(&word);
                assert!(!wild && !word.contains("e308"), "{column} {value}: “{word}” in {name}");
            }
        }
        let (_, refusals) = laid_out(&loaded, &record);
        for refusal in refusals {
            assert!(refusal.contains(':'), "{refusal}");
        }
    }
}
