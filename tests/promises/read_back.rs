//! "A number in a letter that the model did not produce is the worst bug there is": the finished files are read with
//! another program, and every number, date, name and direction in them is traced to the record or the procedure's texts.

use std::collections::BTreeSet;

use crate::expected::{Expected, Record};
use crate::page::Page;
use crate::pdf::text_of;
use crate::program::{Folder, PROCEDURES};

/// Letters and sheets of every second case in both languages.
#[test]
fn what_documents_say_stands_in_the_record() {
    let mut seen = BTreeSet::new();
    for name in PROCEDURES {
        let folder = Folder::of(name);
        let people = people(&folder);
        let cases: Vec<&(String, String)> = people.iter().step_by(2).collect();
        let ids: Vec<&str> = cases.iter().map(|(case, _)| case.as_str()).collect();
        folder.explain(&ids, &["--lang", "de,en"]);
        for language in ["de", "en"] {
            let expected = Expected::new(name, language);
            for (case, person) in &cases {
                let record = Record(folder.record(case));
                for kind in ["letter", "sheet-a", "sheet-b"] {
                    let path = folder.path(&format!("output/{case}/{kind}.{language}.entwurf.pdf"));
                    if !path.exists() {
                        assert_eq!(kind, "letter", "only G04 holds documents of the fixtures back");
                        assert!(record.is("/procedure/discretion"));
                        continue;
                    }
                    let Some(text) = text_of(&path) else { return };
                    let page = Page::new(kind, &expected, &record, text);
                    page.check(person, &people, &mut seen);
                }
            }
        }
    }
    // What this test promises to have looked at.
    for situation in [
        "agreed",
        "deviated",
        "open",
        "gap",
        "near",
        "two changes",
        "tree",
        "frequency",
        "negative",
    ] {
        assert!(seen.contains(situation), "no case with: {situation}; {seen:?}");
    }
}

/// The check finds a number, a date, a direction that the record has not: otherwise it would prove nothing.
#[test]
fn what_the_record_has_not_is_found() {
    let folder = Folder::of(PROCEDURES[0]);
    folder.explain(&["ALB-2026-0004"], &[]);
    let expected = Expected::new(PROCEDURES[0], "de");
    let record = Record(folder.record("ALB-2026-0004"));
    for (kind, from, to) in [
        ("letter", "217 Dollar", "218 Dollar"),
        ("letter", "6,2 %", "62 %"),
        ("letter", "42 Mal", "43 Mal"),
        ("letter", "23. November 2026", "23. Oktober 2026"),
        ("letter", "dagegen gesprochen", "dafür gesprochen"),
        ("letter", "sehr stark dafür", "ein wenig dafür"),
        ("letter", "Programm Version 1.0", "Rechenwert 0,14"),
        ("letter", "Seite 1 von", "Seite 2 von"),
        ("letter", "Beratung an.", "Beratung an: ."),
        ("sheet-a", "52,1 %", "52,2 %"),
        ("sheet-b", "Anteil 37 %", "Anteil 38 %"),
        ("sheet-b", "+0,42", "+0,43"),
        ("sheet-b", "+0,12", "−0,00"),
        ("sheet-b", "58 falsch", "57 falsch"),
    ] {
        let Some(text) =
            text_of(&folder.path(&format!("output/ALB-2026-0004/{kind}.de.entwurf.pdf")))
        else {
            return;
        };
        let good = Page::new(kind, &expected, &record, text);
        assert_eq!(good.faults(), Vec::<String>::new());
        assert!(
            !good.forged(from, to).faults().is_empty(),
            "{kind}: {to} instead of {from} is not found"
        );
    }
}

/// Case id and name of everybody.
fn people(folder: &Folder) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(folder.path("people.csv")).expect("people");
    reader
        .records()
        .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).expect("a row"))
        .collect()
}

impl Page<'_> {
    fn check(&self, person: &str, people: &[(String, String)], seen: &mut BTreeSet<&'static str>) {
        let faults = self.faults();
        let case = self.record.text("/case/id").unwrap();
        assert!(
            faults.is_empty(),
            "{case} {} {}: {faults:#?}\n{}",
            self.kind,
            self.expected.language(),
            self.raw
        );
        // Nobody's letter names somebody else.
        for (_, other) in people.iter().filter(|(_, other)| other != person) {
            assert!(!self.text.contains(other.as_str()), "{case} names {other}");
        }
        if self.kind == "letter" {
            assert!(self.text.contains(person), "{case} does not name {person}");
        }
        self.situations(seen);
    }

    fn situations(&self, seen: &mut BTreeSet<&'static str>) {
        let record = self.record;
        let mut see = |condition: bool, name| {
            if condition {
                seen.insert(name);
            }
        };
        see(record.text("/decision/agreement") == Some("agreed"), "agreed");
        see(record.deviated() && self.kind == "letter", "deviated");
        see(record.0["decision"].is_null(), "open");
        see(record.list("/inputs").iter().any(|input| input["value"].is_null()), "gap");
        see(record.is("/prediction/near"), "near");
        see(record.list("/counterfactual/changes").len() == 2, "two changes");
        see(self.kind == "sheet-b" && self.shows_tree(), "tree");
        see(self.kind == "letter" && record.is("/frequency/printable"), "frequency");
        see(!record.is("/prediction/positive"), "negative");
    }
}
