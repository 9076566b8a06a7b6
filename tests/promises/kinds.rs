//! Six kinds of letter, each put together as its kind asks for: what they say, what they must not say, and the agency's
//! texts byte for byte. The snapshots are the letters as people read them.

use insta::assert_snapshot;

use crate::pdf::{flat, text_of};
use crate::program::Folder;

const CASE: &str = "UVR-2026-0001";

/// The decisions of the fixture with one case only, and with more columns.
fn decisions(folder: &Folder, more: &[(&str, &str)]) {
    let text = folder.read("decisions.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut header = reader.headers().expect("a header").clone();
    let row = reader.records().map(|row| row.expect("a row")).find(|row| &row[0] == CASE);
    let mut cells: Vec<String> = row.expect("the case").iter().map(str::to_owned).collect();
    for (name, value) in more {
        match header.iter().position(|column| column == *name) {
            Some(place) => cells[place] = (*value).to_owned(),
            None => {
                header.push_field(name);
                cells.push((*value).to_owned());
            }
        }
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(&header).expect("a header");
    writer.write_record(&cells).expect("a row");
    folder.write("decisions.csv", writer.into_inner().expect("a table"));
}

/// The German letter of a kind, as text; none without a reader of PDF on the machine.
fn letter(more: &[(&str, &str)], spoil: impl Fn(&Folder)) -> Option<String> {
    let folder = Folder::of("rehab-management");
    decisions(&folder, more);
    spoil(&folder);
    let ran = folder.explain(&[CASE], &["--release", "--approved-by", "Kim Muster"]);
    assert_eq!(ran.code, 0, "{ran:?}\n{}", folder.read("output/held_back.csv"));
    for language in ["de", "en"] {
        let record = format!("output/{CASE}/record.json");
        let ran = folder.run(&[
            "render",
            &record,
            "--procedure",
            "procedure",
            "--document",
            "letter",
            "--lang",
            language,
            "-o",
            "again",
        ]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    text_of(&folder.path(&format!("output/{CASE}/letter.de.pdf")))
}

/// A hearing comes before the decision: no decision is told, the agency's facts stand first, byte for byte, and nothing
/// speaks of a remedy.
#[test]
fn hearing() {
    let facts = "Wir haben vor, Ihre Reha zu beenden.  (So sagt es § 24 SGB X.)";
    let more = [
        ("agreed", "open"),
        ("notice_date", ""),
        ("letter", "hearing"),
        ("agency_text", facts),
        ("review_by", "2026-12-14"),
    ];
    let Some(text) = letter(&more, |_| {}) else { return };
    let flat = flat(&text);
    assert!(flat.contains("wir haben noch nicht entschieden."), "{flat}");
    assert!(flat.contains("Entschieden ist noch nichts."), "{flat}");
    assert!(flat.contains("Bitte melden Sie sich bis zum 14. Dezember 2026."), "{flat}");
    assert!(flat.contains("Wir haben vor, Ihre Reha zu beenden."), "{flat}");
    assert!(!flat.contains("Bescheid vom") && !flat.contains("sich wehren"), "{flat}");
    assert_snapshot!("kind_hearing", text);
}

/// Missing documents: what a human found missing, a notice and a time limit that are the agency's own, no attribution.
#[test]
fn missing_documents() {
    let more = [
        ("agreed", "open"),
        ("notice_date", ""),
        ("letter", "missing_documents"),
        ("missing", "Der Lohnzettel vom Oktober|Der Bericht vom Krankenhaus"),
        ("refusal_intended", "yes"),
        ("notice_66", "Helfen Sie nicht mit, können wir die Leistung versagen (§ 66 SGB I)."),
        ("time_limit", "Die Frist endet am 4. Januar 2027."),
        ("first_look", "Zwei Unterlagen fehlen in der Akte."),
        ("first_look_at", "2026-11-20T09:00"),
    ];
    let Some(text) = letter(&more, |_| {}) else { return };
    let flat = flat(&text);
    assert!(flat.contains("• Der Lohnzettel vom Oktober • Der Bericht vom Krankenhaus"), "{flat}");
    assert!(flat.contains("können wir die Leistung versagen (§ 66 SGB I)."), "{flat}");
    assert!(flat.contains("Die Frist endet am 4. Januar 2027."), "{flat}");
    assert!(!flat.contains("dafür gesprochen"), "{flat}");
    assert_snapshot!("kind_missing_documents", text);
}

/// An answer to somebody who asked how a result came about.
#[test]
fn reply() {
    let more = [("letter", "reply"), ("agency_text", "Sie haben am 16. November 2026 gefragt.")];
    let Some(text) = letter(&more, |_| {}) else { return };
    let flat = flat(&text);
    assert!(flat.contains("Hier ist unsere Antwort."), "{flat}");
    assert!(flat.contains("Sie haben am 16. November 2026 gefragt."), "{flat}");
    assert!(flat.contains("Die rechtlichen Gründe stehen im Bescheid."), "{flat}");
    assert_snapshot!("kind_reply", text);
}

/// The cover of a fully automated decision: says that no human looked, names the law, asks for a human, points to the
/// remedy; no human is said to have decided.
#[test]
fn automatic() {
    let more = [("agreed", "automatic"), ("decided_by_role", ""), ("reasons", "")];
    let spoil = |folder: &Folder| {
        folder.replace(
            "procedure/procedure.toml",
            "automation = \"none\"",
            "automation = \"full\"\nno_reason_for_officer = true\nautomation_legal_basis = { de = \"§ 31a SGB X (Beispieltext der erfundenen Behörde)\", en = \"§ 31a SGB X (sample text of the invented agency)\" }",
        );
        let file = "procedure/procedure.toml";
        let text = folder
            .read(file)
            .replace("discretion = true", "discretion = false")
            .replace("letter = \"info\"", "letter = \"automatic\"")
            .replace("letter = \"annex\"", "letter = \"automatic\"");
        folder.write(file, text);
    };
    let Some(text) = letter(&more, spoil) else { return };
    let flat = flat(&text);
    assert!(flat.contains("Entschieden hat ein Computerprogramm."), "{flat}");
    assert!(flat.contains("Kein Mensch hat den Fall vorher einzeln geprüft."), "{flat}");
    assert!(flat.contains("§ 31a SGB X"), "{flat}");
    assert!(flat.contains("Sie können verlangen, dass ein Mensch Ihren Fall prüft."), "{flat}");
    assert!(flat.contains("Dann können Sie sich wehren."), "{flat}");
    assert!(flat.contains("Sie sehen etwas anders? Schreiben Sie uns."), "{flat}");
    assert!(!flat.contains("ein Mensch geprüft") && !flat.contains("hat ein Mensch"), "{flat}");
    assert_snapshot!("kind_automatic", text);
}

/// An annex carries the agency's remedy notice byte for byte where the procedure has its text, under its own heading,
/// after everything else.
#[test]
fn annex_with_the_remedy_notice() {
    let notice = "Gegen diesen Bescheid können Sie Widerspruch einlegen.  (Text der Behörde, zwei Leerzeichen.)";
    let spoil = |folder: &Folder| {
        let file = "procedure/procedure.toml";
        let text = folder.read(file);
        let at = text.find("[remedy]").expect("a remedy") + "[remedy]\n".len();
        let (before, after) = text.split_at(at);
        folder.write(file, format!("{before}text = \"{notice}\"\n{after}"));
    };
    let Some(text) = letter(&[], spoil) else { return };
    let flat = flat(&text);
    let (before, after) = flat.rsplit_once("Gegen diesen Bescheid").expect("the notice");
    assert!(before.contains("Freundliche Grüße"), "{flat}");
    assert!(after.contains("Text der Behörde"), "{flat}");
    assert_snapshot!("kind_annex", text);
}

/// Who decided without the program's suggestion gives own reasons; what mattered to the program is not told.
#[test]
fn decided_without_the_suggestion() {
    let Some(text) = letter(&[("agreed", "not_used")], |_| {}) else { return };
    let flat = flat(&text);
    assert!(flat.contains("Den Vorschlag des Programms hat er nicht benutzt."), "{flat}");
    assert!(!flat.contains("dafür gesprochen") && !flat.contains("Rechenbeispiel"), "{flat}");
    assert!(flat.contains("Das hat die Ärztin am Telefon erklärt."), "{flat}");
}

/// Sheet B waits for the record of sheet A where the procedure says so; a control case gets none, and nothing is held
/// back for that.
#[test]
fn sheet_b_waits_for_sheet_a() {
    let folder = Folder::of("rehab-management");
    folder.replace(
        "procedure/procedure.toml",
        "[surrogate]",
        "[sheets]\nfirst_look_required = true\n\n[surrogate]",
    );
    decisions(&folder, &[]);
    let ran = folder.explain(&[CASE], &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(folder.read("output/held_back.csv").contains(&format!("{CASE},sheet-b,R64,blocked")));
    assert!(folder.path(&format!("output/{CASE}/sheet-a.de.entwurf.pdf")).exists());
    assert!(!folder.path(&format!("output/{CASE}/sheet-b.de.entwurf.pdf")).exists());
    let look = [("first_look", "Ein Gespräch hilft."), ("first_look_at", "2026-11-18T08:30")];
    decisions(&folder, &look);
    assert_eq!(folder.explain(&[CASE], &["--force"]).code, 0);
    assert!(folder.path(&format!("output/{CASE}/sheet-b.de.entwurf.pdf")).exists());

    let folder = Folder::of("rehab-management");
    folder.replace(
        "procedure/procedure.toml",
        "[surrogate]",
        "[sheets]\ncontrol_share = 0.5\n\n[surrogate]",
    );
    folder.explain(&[], &[]);
    let names = folder.names();
    let with_b = names.iter().filter(|name| name.contains("/sheet-b.")).count();
    let with_a = names.iter().filter(|name| name.contains("/sheet-a.")).count();
    assert!((with_a / 4..with_a).contains(&with_b), "{with_b} of {with_a}");
    for name in names.iter().filter(|name| name.ends_with("/record.json")) {
        let case = name.trim_end_matches("/record.json");
        let control = folder.record(case)["control"].as_bool().expect("a yes or no");
        let has_b = names.iter().any(|other| other.starts_with(&format!("{case}/sheet-b.")));
        assert_eq!(control, !has_b, "{case}");
    }
    assert!(!folder.read("output/held_back.csv").contains("R64"));
}

/// Large print, black on white: the same words on more pages, and released as any letter (gate G25 counts the usual
/// print).
#[test]
fn large_print_is_released() {
    let folder = Folder::of("rehab-management");
    decisions(&folder, &[]);
    let more = ["--release", "--approved-by", "Kim Muster", "--format", "large+bw"];
    let ran = folder.explain(&[CASE], &more);
    assert_eq!(ran.code, 0, "{ran:?}\n{}", folder.read("output/held_back.csv"));
    let name = format!("output/{CASE}/letter.de.pdf");
    let Some(text) = text_of(&folder.path(&name)) else { return };
    let pages = text.matches("Seite ").count();
    assert!(pages > 4, "{pages} pages: {text}");
    assert!(flat(&text).contains("Das hat sehr stark dafür gesprochen."), "{text}");
}
