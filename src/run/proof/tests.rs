//! "A number in a letter that the model did not produce is the worst bug there is" (CONTRIBUTING.md): a document that
//! says one thing wrong is found, and the documents of the fixtures are not.

use std::path::{Path, PathBuf};

use jiff::civil::date;

use super::*;
use crate::explanation::{Basis, Circumstances};
use crate::procedure::{Decision, Person, read_cases, read_decisions, read_handlings, read_people};
use crate::run::Loaded;
use crate::table::{Separator, read_table};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A record of the fixtures, changed before the document is made, and the document read back.
struct Bench {
    loaded: Loaded,
    record: Record,
}

impl Bench {
    fn of(name: &str, id: &str) -> Bench {
        let loaded = Loaded::from(&project(&format!("models/{name}"))).unwrap();
        let table = |file: &str| {
            let path = project(&format!("fixtures/{name}/{file}"));
            read_table(&path, Separator::Detect).unwrap()
        };
        let (cases, _) = read_cases(&loaded.procedure.features, &table("cases.csv"));
        let case = cases.into_iter().find(|case| case.id == id).unwrap();
        let ids = [id];
        let own = |wanted: &str| wanted == id;
        let mut people = table("people.csv");
        let mut decisions = table("decisions.csv");
        for table in [&mut people, &mut decisions] {
            let column = table.columns.iter().position(|column| column == "case_id").unwrap();
            table.rows.retain(|row| row.cells[column].as_deref().is_some_and(own));
        }
        let with = Circumstances {
            decision: read_decisions(&decisions, &ids).unwrap().remove(id),
            handling: read_handlings(&decisions, &ids).unwrap().remove(id).unwrap_or_default(),
            recipient: read_people(&people, &ids, &loaded.procedure.languages).unwrap().remove(id),
            ..Circumstances::new(date(2026, 11, 23))
        };
        let basis = Basis::new(&loaded.procedure, &loaded.model, date(2026, 11, 23)).unwrap();
        let record = basis.explain(&case, with).unwrap();
        Bench { loaded, record }
    }

    fn subject(&self, kind: DocumentKind, language: Language) -> Subject<'_> {
        Subject { kind, record: &self.record, procedure: &self.loaded.procedure, language }
    }

    fn reading(&self, kind: DocumentKind, language: Language) -> Reading {
        let document = kind.document(&self.record, &self.loaded.procedure, language).unwrap();
        let written = pdf::write(&document).unwrap();
        pdf::proofread(&written, &document).unwrap()
    }

    /// Codes of what is found when one text of the file is another. The words before and after a `…` stand somewhere.
    fn codes(&self, kind: DocumentKind, from: &str, to: &str) -> Vec<&'static str> {
        let mut reading = self.reading(kind, Language::GERMAN);
        let spaced = |text: &str| text.replace('\u{a0}', " ");
        let lines =
            reading.said.iter_mut().flat_map(|said| said.drawn.iter_mut().chain([&mut said.text]));
        let artefacts = reading.pages.iter_mut().flat_map(|page| page.artefacts.iter_mut());
        let line = lines.chain(artefacts).find(|text| spaced(text).contains(from));
        let line = line.unwrap_or_else(|| panic!("{kind:?} has no {from}"));
        *line = spaced(line).replacen(from, to, 1);
        found(meaning(&self.subject(kind, Language::GERMAN), &reading))
    }
}

fn found(result: Checked<()>) -> Vec<&'static str> {
    result.err().map(|faults| faults.0.iter().map(|fault| fault.code).collect()).unwrap_or_default()
}

use DocumentKind::{Letter, SheetA, SheetB};

const BOTH: [Language; 2] = [Language::GERMAN, Language::ENGLISH];
const CASE: (&str, &str) = ("unemployment-benefit", "ALB-2026-0004");

#[test]
fn documents_of_a_case_say_what_the_record_gives() {
    let bench = Bench::of(CASE.0, CASE.1);
    for kind in DocumentKind::ALL {
        for language in BOTH {
            let reading = bench.reading(kind, language);
            let faults = meaning(&bench.subject(kind, language), &reading);
            assert!(faults.is_ok(), "{kind:?} {language:?}\n{}", faults.unwrap_err());
        }
    }
}

#[test]
fn a_wrong_number_sign_date_or_name_is_found() {
    let bench = Bench::of(CASE.0, CASE.1);
    for (kind, from, to, code) in [
        // numbers: a digit, a mark, a unit, a share, a frequency
        (Letter, "217 Dollar", "218 Dollar", "R75"),
        (Letter, "6,2 %", "62 %", "R75"),
        (Letter, "6,2 %", "6,2 Dollar", "R75"),
        (Letter, "42 Mal", "43 Mal", "R75"),
        (SheetA, "52,1 %", "52,2 %", "R75"),
        (SheetB, "Anteil 37 %", "Anteil 38 %", "R76"),
        (SheetB, "Anteil 37 %", "Anteil 97 %", "R75"),
        (SheetB, "58 falsch", "57 falsch", "R75"),
        // signs
        (SheetB, "+0,42", "−0,42", "R75"),
        (SheetB, "+0,42", "+0,43", "R75"),
        (SheetB, "+0,12", "−0,00", "R77"),
        // dates
        (Letter, "23. November 2026", "23. Oktober 2026", "R75"),
        (Letter, "23. November 2026", "24. November 2026", "R79"),
        // numbers of the fixed texts keep the words beside them
        (Letter, "je 100", "je 31a", "R75"),
        // direction, strength, order
        (Letter, "dagegen gesprochen", "dafür gesprochen", "R76"),
        (Letter, "sehr stark dafür", "ein wenig dafür", "R76"),
        // source and date of a detail to check
        (Letter, "(erfunden), Stand", "(echt), Stand", "R76"),
        (Letter, "Stand: 12. November", "Stand: 23. November", "R76"),
        // slots
        (Letter, "Beratung an.", "Beratung an: .", "R77"),
        (Letter, "Guten Tag", "Guten  Tag", "R77"),
        (Letter, "Guten Tag", "{anrede}", "R77"),
        (Letter, "Guten Tag", "Guten Tag NaN", "R77"),
    ] {
        let codes = bench.codes(kind, from, to);
        assert!(codes.contains(&code), "{kind:?}: {to} for {from} gives {codes:?}");
    }
}

/// Counts, thresholds, ends of axes, steps and own values in the picture of the tree.
#[test]
fn a_number_changed_in_the_picture_of_the_tree_is_found() {
    let bench = Bench::of("rehab-management", "UVR-2026-0002");
    for (from, to) in [
        ("622 von 630 Fällen", "632 von 630 Fällen"),
        ("29 von 31 Fällen", "29 von 32 Fällen"),
        ("639 Dollar", "640 Dollar"),
        ("1.100 Dollar", "1.200 Dollar"),
        ("Dieser Fall: 173,47 Dollar", "Dieser Fall: 174,47 Dollar"),
        ("97 von 100", "98 von 100"),
    ] {
        let codes = bench.codes(SheetB, from, to);
        assert!(codes.contains(&"R75"), "{to} for {from} gives {codes:?}");
    }
}

#[test]
fn a_name_or_number_at_the_wrong_place_is_found() {
    let bench = Bench::of(CASE.0, CASE.1);
    let name = bench.record.recipient.as_ref().unwrap().name.clone();
    assert!(
        bench.codes(Letter, &format!("Guten Tag {name}"), "Guten Tag Kim Anders").contains(&"R79")
    );
    assert!(bench.codes(Letter, CASE.1, "ALB-2026-0005").contains(&"R75"));
}

/// Reasons in another order, on the other side, and a list with one too few.
#[test]
fn reasons_stand_in_their_list_in_their_order() {
    let bench = Bench::of(CASE.0, CASE.1);
    let subject = bench.subject(Letter, Language::GERMAN);
    let good = bench.reading(Letter, Language::GERMAN);
    let list: Vec<usize> =
        (0..good.said.len()).filter(|&i| good.said[i].text.contains("gesprochen")).collect();
    assert!(list.len() >= 3);
    let mut swapped = good.clone();
    swapped.said.swap(list[0], list[1]);
    assert!(found(meaning(&subject, &swapped)).contains(&"R76"));
    let mut fewer = good.clone();
    fewer.said.remove(list[0]);
    assert!(found(meaning(&subject, &fewer)).contains(&"R76"));
    let mut without_changes = good;
    let change = |said: &pdf::Said| said.role == "LBody" && said.text.contains(" statt ");
    assert!(without_changes.said.iter().any(change));
    without_changes.said.retain(|said| !change(said));
    assert!(found(meaning(&subject, &without_changes)).contains(&"R76"));
}

/// A detail beside another's label, as happens when two columns are mixed up.
#[test]
fn details_stand_beside_their_labels() {
    let bench = Bench::of(CASE.0, CASE.1);
    for kind in [Letter, SheetA] {
        let mut reading = bench.reading(kind, Language::GERMAN);
        let values: Vec<usize> = (1..reading.said.len())
            .filter(|&i| reading.said[i].role == "TD" && reading.said[i - 1].role == "TH")
            .filter(|&i| reading.said[i - 1].scope.as_deref() == Some("Row"))
            .collect();
        let (first, second) = (values[0], values[1]);
        let text = reading.said[first].text.clone();
        reading.said[first].text = std::mem::replace(&mut reading.said[second].text, text);
        assert!(found(meaning(&bench.subject(kind, Language::GERMAN), &reading)).contains(&"R76"));
    }
}

/// Attributions of a rejected suggestion have no place in a letter.
#[test]
fn a_rejected_suggestion_has_no_reasons() {
    let mut bench = Bench::of(CASE.0, CASE.1);
    let reading = bench.reading(Letter, Language::GERMAN);
    let decision = bench.record.decision.take();
    let own = decision.unwrap_or_else(|| Decision {
        case_id: CASE.1.to_owned(),
        positive: false,
        decided_by_role: "Sachbearbeitung".to_owned(),
        decided_at: date(2026, 11, 20).at(9, 0, 0, 0),
        agreement: crate::procedure::Agreement::Deviated,
        reasons: "x".to_owned(),
        considerations: String::new(),
        notice_date: None,
        inputs_sha256: None,
    });
    let agreement = crate::procedure::Agreement::Deviated;
    bench.record.decision = Some(Decision { agreement, ..own });
    assert!(found(meaning(&bench.subject(Letter, Language::GERMAN), &reading)).contains(&"R76"));
}

/// Every kind of letter about every kind of decision, with everything that a case can bring: what is written passes.
#[test]
fn every_kind_of_letter_says_what_its_record_gives() {
    use crate::procedure::{Agreement, Handling, LetterKind};
    for (name, id) in
        [CASE, ("rehab-management", "UVR-2026-0001"), ("rehab-management", "UVR-2026-0012")]
    {
        let mut bench = Bench::of(name, id);
        let own = bench.record.decision.clone();
        let law = BOTH.map(|language| (language, "§ 31a SGB X".to_owned()));
        bench.loaded.procedure.full_automation =
            Some(crate::procedure::FullAutomation { legal_basis: law.into() });
        bench.record.handling = Handling {
            review_by: Some(date(2026, 12, 14)),
            missing: vec!["Lohnzettel für 3 Monate (09/2026)".to_owned(), "Ausweis".to_owned()],
            refusal_intended: true,
            notice_66: "§ 66 Absatz 3 SGB I:\n  Wir können  ablehnen .".to_owned(),
            time_limit: "Frist: 14 Tage".to_owned(),
            agency_text: "Wir wollen 1.234,50 Euro fordern.\n\nGrund: {siehe Akte} vom 07.11.2026"
                .to_owned(),
            ..Handling::default()
        };
        let decided = Decision {
            case_id: id.to_owned(),
            positive: bench.record.prediction.positive,
            decided_by_role: "Sachbearbeitung Team 4".to_owned(),
            decided_at: date(2026, 11, 20).at(9, 0, 0, 0),
            agreement: Agreement::Agreed,
            reasons: "Am 3. November rief die Person an.\nSie hat 2 Kinder.".to_owned(),
            considerations: "Der Aufwand von 250 Euro ist klein.".to_owned(),
            notice_date: Some(date(2026, 11, 21)),
            inputs_sha256: None,
        };
        let mut decisions = vec![None, own];
        for agreement in
            [Agreement::Agreed, Agreement::Deviated, Agreement::NotUsed, Agreement::Automatic]
        {
            let positive = decided.positive == agreement.follows();
            decisions.push(Some(Decision { agreement, positive, ..decided.clone() }));
        }
        for (_, kind) in LetterKind::ALL {
            for decision in &decisions {
                bench.record.letter = kind;
                bench.record.decision.clone_from(decision);
                for language in BOTH {
                    let made = crate::run::render(
                        Letter,
                        &bench.record,
                        &bench.loaded.procedure,
                        language,
                    );
                    let agreement = decision.as_ref().map(|decision| decision.agreement);
                    let noticed = decision.as_ref().is_some_and(|d| d.notice_date.is_some());
                    if kind.explains_a_bescheid() && !noticed {
                        // Gate G01 holds such a letter back; here it is seen that its slot is empty.
                        let codes = found(made.map(|_| ()));
                        assert!(codes.contains(&"R77"), "{id} {kind:?} {agreement:?}: {codes:?}");
                        continue;
                    }
                    assert!(
                        made.is_ok(),
                        "{id} {kind:?} {agreement:?} {language:?}\n{}",
                        made.unwrap_err()
                    );
                }
            }
        }
    }
}

/// Texts of a case with braces, double spaces and placeholder words are quoted data; the same words of the program are not.
#[test]
fn texts_of_a_case_are_quoted_not_judged() {
    let mut bench = Bench::of(CASE.0, CASE.1);
    let name = "Ana {x} TODO".to_owned();
    let address = vec!["Hof 7 : . XXX".to_owned(), "12345 Ort".to_owned()];
    bench.record.recipient =
        Some(Person { name, address, language: Language::GERMAN, format: Default::default() });
    let reading = bench.reading(Letter, Language::GERMAN);
    assert_eq!(
        found(meaning(&bench.subject(Letter, Language::GERMAN), &reading)),
        Vec::<&str>::new()
    );
    assert!(bench.codes(Letter, "Freundliche Grüße", "Freundliche TODO").contains(&"R77"));
    // An empty name leaves a hole that is seen.
    bench.record.recipient.as_mut().unwrap().name.clear();
    let reading = bench.reading(Letter, Language::GERMAN);
    let codes = found(meaning(&bench.subject(Letter, Language::GERMAN), &reading));
    assert!(codes.contains(&"R77"), "{codes:?}");
}

/// A record that says another side than its attribution, or a stronger word than its share, gives no file.
#[test]
fn a_record_that_contradicts_itself_is_found() {
    let good = Bench::of(CASE.0, CASE.1);
    let turned = |change: fn(&mut Record)| {
        let mut record = good.record.clone();
        change(&mut record);
        let procedure = &good.loaded.procedure;
        let faults = crate::run::render(Letter, &record, procedure, Language::GERMAN).unwrap_err();
        faults.0.iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    let side = |record: &mut Record| {
        record.reasons.named[0].speaks_for = !record.reasons.named[0].speaks_for;
    };
    assert!(turned(side).contains(&"R76"));
    let strength = |record: &mut Record| {
        let last = record.reasons.named.last_mut().unwrap();
        last.strength = crate::explanation::Strength::VeryStrong;
    };
    assert!(turned(strength).contains(&"R76"));
    let order = |record: &mut Record| record.reasons.named.reverse();
    assert!(turned(order).contains(&"R76"));
}

#[test]
fn numbers_are_heard_in_the_marks_of_the_language() {
    let loaded = Loaded::from(&project("models/unemployment-benefit")).unwrap();
    let heard = |language, text: &str| {
        Tongue::of(&loaded.procedure, language).unwrap().words(text).join(" ")
    };
    let de = |text| heard(Language::GERMAN, text);
    assert_eq!(de("1.450\u{a0}Euro, −0,35 (12\u{a0}%) +3"), "1450 Euro -0.35 12 % +3");
    assert_eq!(
        de("Version 3.2 am 03.11.2026: 0000 1234-56"),
        "Version 3.2 am 03.11.2026 0000 1234-56"
    );
    // A mark at the wrong place makes no number, and a signed nothing stays one.
    assert_eq!(de("14.50 1450,5 −0,00"), "14.50 1450.5 −0,00");
    assert_eq!(heard(Language::ENGLISH, "1,234.5 and 12%"), "1234.5 and 12 %");
}

#[test]
fn a_report_says_what_its_record_gives() {
    for name in ["unemployment-benefit", "rehab-management"] {
        let loaded = Loaded::from(&project(&format!("models/{name}"))).unwrap();
        let basis = Basis::new(&loaded.procedure, &loaded.model, date(2026, 11, 23)).unwrap();
        let report = basis.report(date(2026, 11, 23), None, None).unwrap();
        for language in BOTH {
            let rendered = crate::run::render_report(&report, &loaded.procedure, language);
            assert!(rendered.is_ok(), "{name} {language:?}\n{}", rendered.unwrap_err());
        }
        // Another number in one place of it is found: here a count, there a share.
        let document =
            crate::document::report(&report, &loaded.procedure, Language::GERMAN).unwrap();
        let written = pdf::write(&document).unwrap();
        let reading = pdf::proofread(&written, &document).unwrap();
        let judge = |reading: &Reading| {
            found(true_of_report(&report, &loaded.procedure, Language::GERMAN, reading))
        };
        assert_eq!(judge(&reading), Vec::<&str>::new());
        for (from, to) in
            [("von 100", "von 73.519"), ("Übersehen: ", "Übersehen: 98.7"), (" bis ", " bis 9.")]
        {
            let mut forged = reading.clone();
            let line = forged.said.iter_mut().find(|said| said.text.contains(from)).unwrap();
            line.text = line.text.replacen(from, to, 1);
            assert!(judge(&forged).contains(&"R75"), "{name}: {to}");
        }
    }
}

/// A point whose licence was taken is told as less certain, on its side, without strength; the sheet says what failed.
#[test]
fn a_point_without_licence_is_told_as_such() {
    use crate::explanation::LicenceVerdict;
    let mut bench = Bench::of(CASE.0, CASE.1);
    let named = &mut bench.record.reasons.named;
    let at = named.iter().position(|reason| reason.speaks_for).unwrap();
    let mut reason = named.remove(at);
    let licence = reason.licence.as_mut().unwrap();
    licence.background.verdict = LicenceVerdict::Fails;
    licence.background.number = Some(0.2);
    bench.record.reasons.uncertain.push(reason);
    for kind in [Letter, SheetB] {
        for language in BOTH {
            let made = crate::run::render(kind, &bench.record, &bench.loaded.procedure, language);
            assert!(made.is_ok(), "{kind:?} {language:?}\n{}", made.unwrap_err());
        }
    }
    let said = |kind| {
        let reading = bench.reading(kind, Language::GERMAN);
        reading
            .said
            .iter()
            .map(|said| said.text.replace('\u{a0}', " "))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(said(Letter).contains("Auch wichtig, aber weniger sicher:"));
    assert!(!said(Letter).contains("Das Wichtigste für das Programm"), "a stronger one has none");
    assert!(said(SheetB).contains("In 20 von 100 anderen Vergleichsgruppen"));
    // Said of a record in which every point has its licence, it is found.
    let good = Bench::of(CASE.0, CASE.1);
    let reading = bench.reading(Letter, Language::GERMAN);
    assert!(found(meaning(&good.subject(Letter, Language::GERMAN), &reading)).contains(&"R76"));
}

/// What is enough or necessary is said only as the record proves it.
#[test]
fn a_statement_that_is_not_proven_is_found() {
    use crate::explanation::SufficientStatus;
    let good = Bench::of(CASE.0, CASE.1);
    let reading = good.reading(SheetB, Language::GERMAN);
    let mut bench = Bench::of(CASE.0, CASE.1);
    let sufficient = &mut bench.record.statements.as_mut().unwrap().sufficient;
    assert!(matches!(sufficient.status, SufficientStatus::Proven | SufficientStatus::None));
    sufficient.status = SufficientStatus::Undecided;
    sufficient.features.clear();
    let subject = bench.subject(SheetB, Language::GERMAN);
    assert!(found(meaning(&subject, &reading)).contains(&"R76"));
    // A detail to check that the record does not have, and one too few.
    for kind in [Letter, SheetB] {
        let reading = good.reading(kind, Language::GERMAN);
        let mut bench = Bench::of(CASE.0, CASE.1);
        let turning = &mut bench.record.details.as_mut().unwrap().turning;
        assert!(!turning.is_empty());
        let mut more = turning.remove(0);
        let subject = bench.subject(kind, Language::GERMAN);
        if kind == Letter {
            assert!(found(meaning(&subject, &reading)).contains(&"R76"));
        }
        more.ranges.clear();
        more.choices.clear();
        let mut bench = Bench::of(CASE.0, CASE.1);
        bench.record.details.as_mut().unwrap().turning[0] = more;
        let subject = bench.subject(kind, Language::GERMAN);
        assert!(found(meaning(&subject, &reading)).contains(&"R76"));
    }
}
