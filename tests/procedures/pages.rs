//! Promise: a letter has three pages at most, and its first page answers what a computer did with my data, why, and what
//! I can do (in Leichte Sprache four). Each procedure's longest case of the fixtures, in every kind of letter, in German and English.

use klartext::document::letter;
use klartext::explanation::Record;
use klartext::language::Language;

use super::inspect::inspect;
use super::spoilt::Spoilt;
use super::*;

/// Procedure, case, and whether a Bescheid of it can be explained.
const LONGEST: [(&str, &str, bool); 5] = [
    ("housing-benefit-priority", "WOG-2026-0005", false),
    ("recourse-screening", "REG-2026-0005", false),
    ("rehab-management", "UVR-2026-0030", true),
    ("study-certificate", "STU-2026-0009", true),
    ("unemployment-benefit", "ALB-2026-0032", false),
];

fn short_enough(loaded: &Loaded, record: &Record, name: &str) {
    for language in [Language::GERMAN, Language::ENGLISH] {
        let document = letter(record, &loaded.procedure, language).unwrap();
        let file = klartext::pdf::write(&document).unwrap();
        assert!(file.pages <= 3, "{name} {language}: {} pages", file.pages);
        let first: String =
            inspect(&file.bytes).shown.iter().filter(|s| s.page == 0).map(|s| &*s.text).collect();
        let answers = match language {
            Language::GERMAN => ["Computerprogramm", "Wichtigste", "Das können Sie jetzt tun"],
            _ => ["computer program", "main points", "What you can do now"],
        };
        for answer in answers {
            assert!(first.contains(answer), "{name} {language}: “{answer}” on page 1: {first}");
        }
    }
    // Leichte Sprache is set larger, one sentence a line.
    let easy = Language::from_tag("de-LS").unwrap();
    if loaded.procedure.catalogues.contains_key(&easy) {
        let file = klartext::pdf::write(&letter(record, &loaded.procedure, easy).unwrap()).unwrap();
        assert!(file.pages <= 4, "{name} {easy}: {} pages", file.pages);
    }
}

#[test]
fn no_letter_has_a_fourth_page() {
    for (name, case, bescheid) in LONGEST {
        let of = |kind: &str| Spoilt::new(name, case).cell("decisions.csv", "letter", kind);
        let open = |kind: &str| {
            let open = of(kind).cell("decisions.csv", "agreed", "open");
            open.cell("decisions.csv", "notice_date", "")
        };
        let asked = "Sie haben am 16. November 2026 gefragt, wie das Ergebnis entstanden ist.";
        let planned = "Wir haben vor, die Leistung zu beenden. So sagt es das Gesetz (§ 24 SGB X).";
        let mut kinds = vec![
            ("info", of("info").cell("decisions.csv", "notice_date", "")),
            (
                "reply",
                of("reply").cell("decisions.csv", "agency_text", asked).cell(
                    "decisions.csv",
                    "notice_date",
                    "2026-11-20",
                ),
            ),
            ("hearing", open("hearing").cell("decisions.csv", "agency_text", planned)),
        ];
        if bescheid {
            kinds.push(("annex", of("annex").cell("decisions.csv", "notice_date", "2026-11-20")));
        }
        for (kind, spoilt) in kinds {
            let (loaded, record, summary) = spoilt.record().unwrap();
            let record = record.unwrap_or_else(|| panic!("{name} {kind}: {:?}", summary));
            short_enough(&loaded, &record, &format!("{name} {kind}"));
        }
    }
}
