//! The gates: each is tripped once and passed once; its verdict stands in the record, and its
//! consequence is seen on the files.

use std::path::Path;

use crate::pdf::{flat, text_of};
use crate::program::{Folder, Ran};

const CASE: &str = "ALB-2026-0001";
const RELEASE: [&str; 3] = ["--release", "--approved-by", "Kim Muster"];

/// Consequence and finding of a gate in the record of a case.
fn verdict(folder: &Folder, case: &str, gate: &str) -> (String, String) {
    let record = folder.record(case);
    let gates = record["gates"].as_array().expect("gates");
    let found = gates
        .iter()
        .find(|verdict| verdict["gate"] == gate)
        .expect("every gate is in every record");
    let text = |name: &str| found[name].as_str().expect("a text").to_owned();
    (text("consequence"), text("finding"))
}

fn passes(folder: &Folder, case: &str, gate: &str) {
    assert_eq!(verdict(folder, case, gate), ("pass".to_owned(), String::new()));
}

fn trips(folder: &Folder, case: &str, gate: &str, consequence: &str, finding: &str) {
    let (followed, found) = verdict(folder, case, gate);
    assert_eq!(followed, consequence);
    assert!(found.contains(finding), "{found}");
}

/// The documents of a case, without the languages.
fn documents(folder: &Folder, case: &str) -> Vec<String> {
    let names = folder.names();
    let own = names.iter().filter_map(|name| name.strip_prefix(&format!("{case}/")));
    own.filter(|name| name.ends_with(".pdf")).map(str::to_owned).collect()
}

/// The line of a case in `held_back.csv`.
fn held_back(folder: &Folder, ran: &Ran, line: &str) {
    assert_eq!(ran.code, 1, "{ran:?}");
    let list = folder.read("output/held_back.csv");
    assert!(list.contains(line), "no “{line}” in\n{list}");
}

/// Gives every line of a table another column.
fn add_column(folder: &Folder, file: &str, name: &str, value: &str) {
    let path = folder.path(file);
    let mut reader = csv::Reader::from_path(&path).expect("a table");
    let mut writer = csv::Writer::from_writer(vec![]);
    let mut headers = reader.headers().expect("a header").clone();
    headers.push_field(name);
    writer.write_record(&headers).expect("a header");
    for row in reader.records() {
        let mut row = row.expect("a row");
        row.push_field(value);
        writer.write_record(&row).expect("a row");
    }
    folder.write(file, writer.into_inner().expect("a table"));
}

fn alb() -> Folder {
    Folder::of("unemployment-benefit")
}

/// G01: an annex explains a Bescheid; without its date and the agency's remedy heading there is no letter.
#[test]
fn g01_legal_fields() {
    let folder = alb();
    let ran = folder.explain(&[CASE], &["--kind", "annex"]);
    held_back(&folder, &ran, "ALB-2026-0001,letter,G01,blocked,");
    trips(
        &folder,
        CASE,
        "G01",
        "block_letter",
        "notice_date in decisions.csv and remedy.heading in procedure.toml",
    );
    assert_eq!(documents(&folder, CASE), ["sheet-a.de.entwurf.pdf", "sheet-b.de.entwurf.pdf"]);

    let folder = alb();
    add_column(&folder, "decisions.csv", "notice_date", "2026-11-20");
    folder.replace(
        "procedure/procedure.toml",
        "[outcome.positive]",
        "[remedy]\nregime = \"SGG\"\nheading = \"Ihr Recht\"\n\n[outcome.positive]",
    );
    assert_eq!(folder.explain(&[CASE], &[]).code, 0);
    passes(&folder, CASE, "G01");
    assert_eq!(folder.record(CASE)["letter"], "annex");
    let Some(text) = text_of(&folder.path("output/ALB-2026-0001/letter.de.entwurf.pdf")) else {
        return;
    };
    assert!(flat(&text).contains("erklärt den Bescheid vom 20. November 2026."), "{text}");
}

/// G02: a decision without a human's reasons, or that contradicts itself, makes drafts only, even when released.
#[test]
fn g02_human_decision() {
    let cases = [
        (
            "Am Telefon sagte die Person, dass sie noch keinen Antrag gestellt hat. Ein Gespräch ist sinnvoll.",
            "Ja.",
            "have 3 characters",
        ),
        (
            "0001,positive",
            "0001,negative",
            "recorded as agreed, but the human's outcome is negative",
        ),
        ("2026-11-17T11:07", "2026-11-24T11:07", "decided after the date of the letter"),
        ("2026-11-17T11:07", "2026-10-01T11:07", "decided before the state of the data"),
    ];
    for (from, to, finding) in cases {
        let folder = alb();
        folder.replace("decisions.csv", from, to);
        let ran = folder.explain(&[CASE], &RELEASE);
        held_back(&folder, &ran, "ALB-2026-0001,letter,G02,draft,");
        trips(&folder, CASE, "G02", "draft", finding);
        assert!(documents(&folder, CASE).iter().all(|name| name.ends_with(".entwurf.pdf")));
        assert_eq!(documents(&folder, CASE).len(), 3);
    }
    let folder = alb();
    assert_eq!(folder.explain(&[CASE], &RELEASE).code, 0);
    passes(&folder, CASE, "G02");
}

/// G03: a decision that a human took on other inputs is not told as one about this case.
#[test]
fn g03_same_person() {
    let folder = alb();
    assert_eq!(folder.explain(&[CASE], &[]).code, 0);
    let seen = folder.record(CASE)["case"]["inputs_sha256"].as_str().expect("a hash").to_owned();
    add_column(&folder, "decisions.csv", "inputs_sha256", &seen);
    assert_eq!(folder.explain(&[CASE], &["--force"]).code, 0);
    passes(&folder, CASE, "G03");
    assert_eq!(folder.record(CASE)["decision"]["inputs_sha256"], seen.as_str());

    // The same decision, another case.
    let ran = folder.explain(&["ALB-2026-0002"], &["--force"]);
    held_back(&folder, &ran, "ALB-2026-0002,letter,G03,blocked,");
    trips(&folder, "ALB-2026-0002", "G03", "block_all", "taken on other inputs");
    assert_eq!(documents(&folder, "ALB-2026-0002"), Vec::<String>::new());
}

/// G04: where the law leaves discretion, a letter needs a human's considerations; the sheets are written and ask for
/// them.
#[test]
fn g04_discretion() {
    let folder = Folder::of("rehab-management");
    let ran = folder.explain(&["UVR-2026-0001", "UVR-2026-0006"], &RELEASE);
    held_back(&folder, &ran, "UVR-2026-0006,letter,G04,blocked,");
    trips(&folder, "UVR-2026-0006", "G04", "block_letter", "considerations are missing");
    passes(&folder, "UVR-2026-0001", "G04");
    assert_eq!(
        documents(&folder, "UVR-2026-0001"),
        ["letter.de.pdf", "sheet-a.de.pdf", "sheet-b.de.pdf"]
    );
    assert_eq!(
        documents(&folder, "UVR-2026-0006"),
        ["sheet-a.de.entwurf.pdf", "sheet-b.de.entwurf.pdf"]
    );
    let Some(text) = text_of(&folder.path("output/UVR-2026-0006/sheet-b.de.entwurf.pdf")) else {
        return;
    };
    assert!(flat(&text).contains("§ 35"), "the sheet says why the letter is held back: {text}");
}

/// G13: a model that is not the approved one explains nobody's case: the record says so, no document is written.
#[test]
fn g13_approved_model() {
    let folder = alb();
    assert_eq!(folder.explain(&[CASE], &[]).code, 0);
    passes(&folder, CASE, "G13");

    let folder = alb();
    folder.replace("procedure/procedure.toml", "sha256 = \"c21e", "sha256 = \"c21f");
    let ran = folder.explain(&[CASE, "ALB-2026-0002"], &RELEASE);
    for case in [CASE, "ALB-2026-0002"] {
        for document in ["letter", "sheet-a", "sheet-b"] {
            held_back(&folder, &ran, &format!("{case},{document},G13,blocked,"));
        }
        trips(&folder, case, "G13", "block_all", "approved was c21f");
        assert_eq!(documents(&folder, case), Vec::<String>::new());
    }
    // Not even from the record afterwards.
    let record = format!("output/{CASE}/record.json");
    let ran = folder.run(&["render", &record, "--procedure", "procedure", "-o", "again"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(!folder.path("again").exists());
}

/// G19: no example of other values is told where none was found; the rest of the letter stands.
#[test]
fn g19_counterfactual() {
    let head = "Wann wäre das Ergebnis des Programms anders?";
    let example = "hätte für ein anderes Ergebnis gereicht";
    let letter = |folder: &Folder| {
        text_of(&folder.path("output/ALB-2026-0004/letter.de.entwurf.pdf")).map(|text| flat(&text))
    };
    let folder = alb();
    assert_eq!(folder.explain(&["ALB-2026-0004"], &[]).code, 0);
    passes(&folder, "ALB-2026-0004", "G19");
    if let Some(text) = letter(&folder) {
        assert!(text.contains(head) && text.replace("hätten", "hätte").contains(example), "{text}");
    }

    let folder = alb();
    let text =
        folder.read("procedure/procedure.toml").replace("actionable = true", "actionable = false");
    folder.write("procedure/procedure.toml", text);
    assert_eq!(folder.explain(&["ALB-2026-0004"], &[]).code, 0);
    trips(&folder, "ALB-2026-0004", "G19", "omit", "no example was found");
    // Its letter is there in both languages, and both sheets.
    assert_eq!(documents(&folder, "ALB-2026-0004").len(), 4);
    if let Some(text) = letter(&folder) {
        assert!(!text.contains("gereicht:"), "{text}");
    }
}

/// G19: an example that prints like the case itself ("2 years instead of 2 years") tells nothing.
#[test]
fn g19_an_example_can_be_seen_in_print() {
    let folder = alb();
    folder.replace(
        "cases.csv",
        "ALB-2026-0004,2026-11-12,26,1,",
        "ALB-2026-0004,2026-11-12,26,1.6,",
    );
    // Without declared places the own value is printed in full and the example can be seen.
    assert_eq!(folder.explain(&["ALB-2026-0004"], &[]).code, 0);
    passes(&folder, "ALB-2026-0004", "G19");
    folder.replace(
        "procedure/procedure.toml",
        "id = \"tenure\"\n",
        "id = \"tenure\"\ndecimals = 0\n",
    );
    assert_eq!(folder.explain(&["ALB-2026-0004"], &["--force"]).code, 0);
    trips(&folder, "ALB-2026-0004", "G19", "omit", "tenure would be printed as it is");
    for name in ["letter", "sheet-b"] {
        let path = folder.path(&format!("output/ALB-2026-0004/{name}.de.entwurf.pdf"));
        let Some(text) = text_of(&path) else { return };
        assert!(
            !flat(&text).contains("2 Jahre statt 2 Jahre")
                && !flat(&text).contains("2 Jahre 2 Jahre"),
            "{text}"
        );
    }
}

/// G24: characters that the faces have not are never left out of a name.
#[test]
fn g24_every_character_can_be_printed() {
    let folder = alb();
    folder.replace("people.csv", "Ayşe Yıldırım", "王小明");
    let ran = folder.explain(&[CASE, "ALB-2026-0003"], &[]);
    held_back(&folder, &ran, "ALB-2026-0001,letter,G24,blocked,");
    trips(&folder, CASE, "G24", "block_all", "U+738B");
    passes(&folder, "ALB-2026-0003", "G24");
    assert_eq!(documents(&folder, CASE), Vec::<String>::new());
    assert_eq!(documents(&folder, "ALB-2026-0003").len(), 3);
}

/// G28: nothing is final before a named person released it; a name without --release releases nothing.
#[test]
fn g28_released() {
    let folder = alb();
    assert_eq!(folder.explain(&[CASE], &[]).code, 0);
    trips(&folder, CASE, "G28", "draft", "not released");
    assert_eq!(
        documents(&folder, CASE),
        ["letter.de.entwurf.pdf", "sheet-a.de.entwurf.pdf", "sheet-b.de.entwurf.pdf"]
    );
    watermark(&folder.path("output/ALB-2026-0001/letter.de.entwurf.pdf"), true);

    assert_eq!(folder.explain(&[CASE], &["--force", "--approved-by", "Kim Muster"]).code, 2);
    assert_eq!(folder.explain(&[CASE], &["--force", "--release"]).code, 2);
    let ran = folder.explain(&[CASE], &["--force", "--release", "--approved-by", "Kim Muster"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    passes(&folder, CASE, "G28");
    assert_eq!(folder.record(CASE)["approved_by"], "Kim Muster");
    assert_eq!(documents(&folder, CASE), ["letter.de.pdf", "sheet-a.de.pdf", "sheet-b.de.pdf"]);
    watermark(&folder.path("output/ALB-2026-0001/letter.de.pdf"), false);
}

/// G28: a release by nobody is none.
#[test]
fn g28_a_release_has_a_name() {
    let folder = alb();
    let ran = folder.explain(&[CASE], &["--release", "--approved-by", "  "]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(folder.names(), Vec::<String>::new());
}

fn watermark(file: &Path, wanted: bool) {
    let Some(text) = text_of(file) else { return };
    assert_eq!(text.contains("ENTWURF"), wanted, "{text}");
}
