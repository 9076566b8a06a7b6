//! Promise: every procedure runs on its fixtures, and the worked example of the letter comes out of the model.

use klartext::explanation::{Consequence, GateCode};
use klartext::language::Language;
use klartext::run::Audience;

use crate::{Run, said};

/// The sentences of the worked example, in its order; values are those of the model, not texts written
/// for the case. What differs from it, and why:
/// - small letter after the comma of the greeting; headings without capitals throughout;
/// - what the result means stands beside it, so that page 1 says it in any case, with the strongest point;
/// - "Ist etwas falsch? Oder soll ein Mensch noch einmal prüfen?" where there is no decision to disagree with;
/// - how far from the limit the case lay, that the explanation is simplified, own view, files, help, other formats: blocks
///   that every letter has and the example leaves out;
/// - what was not used is a list: three entries never stand in a sentence.
const EXAMPLE: [&str; 32] = [
    "Wohngeld-Antrag vom 3. November 2026: Wir nutzen ein Computerprogramm",
    "Guten Tag Alex Beispiel,",
    "dieses Schreiben ist eine Information. Es ist kein Bescheid.",
    "Das Wichtigste in Kürze",
    "Das Ergebnis: Wir prüfen Ihren Antrag zuerst.",
    "Das bedeutet für Sie: Wir brauchen etwa 3 Wochen.",
    "Entschieden ist noch nichts.",
    "Lesen Sie bitte den Teil „Das können Sie jetzt tun“.",
    "Was hat das Programm gemacht?",
    "Ein Computerprogramm sortiert die Fälle. Es schlägt vor, welche Fälle wir zuerst prüfen. Das Programm entscheidet nicht über Ihren Antrag. Das macht ein Mensch. Die Reihenfolge kann aber ändern, wie lange Sie warten.",
    "Das Programm hat aus früheren Fällen gelernt. Es sucht nach ähnlichen Mustern. Es versteht Ihren Fall nicht so wie ein Mensch.",
    "Diese Punkte waren für das Programm wichtig",
    "Das sprach dafür, den Antrag zuerst zu prüfen:",
    "Die Zahl der Personen im Haushalt: 5 Personen. Das hat sehr stark dafür gesprochen.",
    "Ihr Einkommen im Monat: 1.450 Euro. Das hat stark dafür gesprochen. Zum Vergleich: Bei den meisten Fällen liegt dieser Wert zwischen 1.600 Euro und 2.300 Euro.",
    "Das sprach dagegen, den Antrag zuerst zu prüfen:",
    "Ihre Ersparnisse: 3.200 Euro. Das hat ein wenig dagegen gesprochen.",
    "Die anderen Angaben hatten zusammen nur wenig Einfluss.",
    "Diese Punkte zeigen nur, wie das Programm gerechnet hat. Sie entscheiden nicht über Ihren Antrag.",
    "Wann wäre das Ergebnis des Programms anders?",
    "Wir haben mit anderen Werten gerechnet. Schon eine Änderung hätte für ein anderes Ergebnis gereicht: Ihr Einkommen im Monat: 1.780 Euro statt 1.450 Euro.",
    "Das ist nur ein Rechenbeispiel. Es ist kein Versprechen. Über Ihren Antrag entscheiden wir nach dem Gesetz. Bitte machen Sie immer richtige Angaben.",
    "Wie sicher ist das Programm?",
    "Das Programm kann sich irren. Wir haben es mit 4.200 alten Fällen getestet. Von je 100 Fällen mit so einem Ergebnis lag es etwa 81 Mal richtig. Etwa 19 Mal lag es falsch. Richtig heißt hier: Ein Mensch hat später bestätigt, dass es eilig war.",
    "Das Programm kennt nur die Angaben in diesem Brief.",
    "Es weiß zum Beispiel nichts über: eine Kündigung der Wohnung und eine Trennung. Ist so etwas bei Ihnen wichtig? Dann schreiben Sie uns das bitte.",
    "Diese Angaben hat es nicht benutzt: Staatsangehörigkeit Geschlecht Religion",
    "Das können Sie jetzt tun",
    "Ist Ihre Lage sehr dringend? Rufen Sie uns bitte sofort an: 0000 1234-56.",
    "Eine Angabe ist falsch oder fehlt? Sagen Sie uns, was richtig ist. Wir ändern die Angabe und prüfen den Fall neu.",
    "Ein Mensch soll den Fall noch einmal prüfen? Schreiben Sie uns oder rufen Sie uns an. Das kostet nichts.",
    "Sie dürfen immer nachfragen. Das schadet Ihnen nicht.",
];

#[test]
fn the_worked_example_comes_out_of_the_model() {
    let run = Run::of("housing-benefit-priority", &["WOG-2026-0001"], &[Audience::Citizen]);
    assert!(run.summary.held_back.is_empty(), "{:?}", run.summary.held_back);
    let letter = said(&run.letter("WOG-2026-0001", Language::GERMAN));
    let mut rest = letter.as_str();
    for sentence in EXAMPLE {
        let at = rest.find(sentence).unwrap_or_else(|| panic!("“{sentence}” in: {rest}"));
        rest = &rest[at + sentence.len()..];
    }
    // Not more reasons than the example has.
    assert_eq!(run.record("WOG-2026-0001").reasons.named.len(), 3);
}

/// No case of the fixtures is held back or a draft but by the gates that a fixture is there for.
#[test]
fn every_case_of_the_fixtures_has_its_letter() {
    for (name, cases, drafts) in [
        ("housing-benefit-priority", 13, vec![]),
        ("recourse-screening", 13, vec![]),
        ("study-certificate", 13, vec![]),
    ] {
        let run = Run::of(name, &[], &[Audience::Citizen]);
        assert_eq!(run.summary.cases, cases, "{name}");
        assert!(run.summary.faults.0.is_empty(), "{name}: {:?}", run.summary.faults);
        let held: Vec<(&str, &str)> = run
            .summary
            .held_back
            .iter()
            .map(|held| (held.case_id.as_str(), held.code.as_str()))
            .collect();
        assert_eq!(held, drafts, "{name}: {:?}", run.summary.held_back);
    }
}

/// A human who saw the passage decides differently; the letter then gives the human's reasons, not the program's.
#[test]
fn a_wrong_sign_is_overruled() {
    let run = Run::of("recourse-screening", &["REG-2026-0008"], &[Audience::Citizen]);
    let record = run.record("REG-2026-0008");
    assert!(record.prediction.positive && !record.decision.as_ref().unwrap().positive);
    let letter = said(&run.letter("REG-2026-0008", Language::GERMAN));
    assert!(letter.contains("In der Meldung geht es um das Wetter."));
    assert!(!letter.contains("dafür gesprochen"));
    assert_eq!(record.gate(GateCode::G02).unwrap().consequence, Consequence::Pass);
}

/// The letter about a missing document says what a human found missing, and sets no statutory deadline.
#[test]
fn a_missing_document_is_named() {
    let run = Run::of("study-certificate", &["STU-2026-0009"], &[Audience::Citizen]);
    let letter = said(&run.letter("STU-2026-0009", Language::GERMAN));
    for text in [
        "Diese Unterlagen fehlen: Das Semester Der Zeitraum vom Studium",
        "Gesucht haben wir: eine vollständige Studienbescheinigung.",
        "Das hat das Programm nicht gefunden: Semester und Zeitraum.",
        "bis zum 14. Dezember 2026",
    ] {
        assert!(letter.contains(text), "“{text}” in: {letter}");
    }
    assert!(!letter.contains("Widerspruch") && !letter.contains("Einspruch"));
}
