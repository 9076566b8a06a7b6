//! Promises ("the same record gives the same bytes, on every machine") and ("no clock, no hash
//! order, no thread order reaches an output"); `verify` holds the program to it.

use crate::pdf::{flat, text_of, with_page_changed, with_stream_changed};
use crate::program::{DATE, Folder, PROCEDURES, tree};

/// DESIGN 6: two runs in different folders and on different numbers of threads write the same bytes, file by file.
#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    for procedure in PROCEDURES {
        let (one, other) = (Folder::of(procedure), Folder::of(procedure));
        let table = one.read("cases.csv");
        let ids: Vec<&str> =
            table.lines().skip(1).take(10).filter_map(|line| line.split(',').next()).collect();
        let (a, b) = (one.explain(&ids, &["-j", "1"]), other.explain(&ids, &["-j", "2"]));
        assert_eq!(a.transcript(), b.transcript());
        assert!(one.names().len() > 40, "{:?}", one.names());
        assert_eq!(one.names(), other.names());
        for (name, bytes) in one.output() {
            assert!(other.output()[&name] == bytes, "{procedure}: {name} differs");
        }
    }
}

/// DESIGN 6: the owner's report too.
#[test]
fn the_report_is_the_same_on_any_number_of_threads() {
    let run = |jobs: &str| {
        let folder = Folder::of("rehab-management");
        let ran = folder.run(&[
            "-j",
            jobs,
            "explain",
            "procedure",
            "--cases",
            "cases.csv",
            "-o",
            "output",
            "--date",
            DATE,
            "--only",
            "UVR-2026-0001",
        ]);
        assert!(ran.code <= 1, "{ran:?}");
        folder.output()
    };
    let (one, two) = (run("1"), run("2"));
    assert!(one.keys().any(|name| name.starts_with("report.")), "{:?}", one.keys());
    assert!(
        one == two,
        "{:?}",
        one.keys().filter(|name| one.get(*name) != two.get(*name)).collect::<Vec<_>>()
    );
}

/// A case with documents in both languages, released.
fn documents() -> Folder {
    let folder = Folder::of("unemployment-benefit");
    let more = ["--lang", "de,en", "--release", "--approved-by", "Kim Muster"];
    let ran = folder.explain(&["ALB-2026-0004"], &more);
    assert_eq!(ran.code, 0, "{ran:?}");
    folder
}

fn verify(folder: &Folder, file: &str) -> (i32, String, String) {
    let ran = folder.run(&["verify", file, "--procedure", "procedure"]);
    (ran.code, ran.out, ran.err)
}

/// DESIGN 5, `verify`: every document agrees with its record and its record with the model; `render` writes the same
/// bytes from the record as `explain` wrote.
#[test]
fn what_was_written_verifies_and_renders_again() {
    let folder = documents();
    let pdfs: Vec<String> =
        folder.names().into_iter().filter(|name| name.ends_with(".pdf")).collect();
    assert_eq!(pdfs.len(), 6, "{pdfs:?}");
    let paths: Vec<String> = pdfs.iter().map(|name| format!("output/{name}")).collect();
    let mut args = vec!["verify", "--procedure", "procedure"];
    args.extend(paths.iter().map(String::as_str));
    let ran = folder.run(&args);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.lines().filter(|line| line.contains(": agrees (klartext/")).count(), 6);

    let record = "output/ALB-2026-0004/record.json";
    let ran = folder.run(&[
        "render",
        record,
        "--procedure",
        "procedure",
        "--lang",
        "de,en",
        "-o",
        "again",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (first, again) = (folder.output(), tree(&folder.path("again")));
    assert_eq!(again.keys().cloned().collect::<Vec<_>>(), pdfs);
    for (name, bytes) in again {
        assert!(first[&name] == bytes, "{name} differs");
    }
}

/// DESIGN 5, `verify`: the owner's report of a run agrees; a number in it that the model does not give is named.
#[test]
fn a_changed_number_in_the_report_is_found() {
    let folder = Folder::of("unemployment-benefit");
    let ran = folder.explain(&["ALB-2026-0004"], &["--for", "owner"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report = "output/report.de.entwurf.pdf";
    let (code, out, err) = verify(&folder, report);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("agrees (klartext/report/de, procedure unemployment-benefit)"), "{out}");
    let file = std::fs::read(folder.path(report)).unwrap();
    let forged = with_stream_changed(&file, b"\"true_positives\": 243", b"\"true_positives\": 244");
    folder.write("forged.pdf", forged);
    let (code, out, err) = verify(&folder, "forged.pdf");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("the file has 244, the model gives 243"), "{out}");
}

/// DESIGN 5, `verify`: a number of the attached record that the model does not give is found and named.
#[test]
fn a_changed_number_in_the_record_is_found() {
    let folder = documents();
    let file = std::fs::read(folder.path("output/ALB-2026-0004/letter.de.pdf")).unwrap();
    let base = folder.record("ALB-2026-0004")["attribution"]["base_value"].to_string();
    assert!(base.starts_with("-0.80"), "{base}");
    let other = base.replacen("-0.80", "-0.81", 1);
    let forged = with_stream_changed(
        &file,
        format!("\"base_value\": {base}").as_bytes(),
        format!("\"base_value\": {other}").as_bytes(),
    );
    folder.write("forged.pdf", forged);
    let (code, out, err) = verify(&folder, "forged.pdf");
    assert_eq!(code, 1, "{out}{err}");
    assert!(
        out.contains("forged.pdf: does not agree (klartext/letter/de, case ALB-2026-0004)"),
        "{out}"
    );
    let named = format!("  /attribution/base_value: the file has {other}, the model gives {base}");
    assert!(out.contains(&named), "{out}");

    // Another input is another case: all numbers that follow from it are named.
    let forged = with_stream_changed(
        &file,
        b"\"feature\": \"tenure\",\n      \"value\": 1.0",
        b"\"feature\": \"tenure\",\n      \"value\": 2.0",
    );
    folder.write("forged.pdf", forged);
    let (code, out, err) = verify(&folder, "forged.pdf");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("/prediction/raw: the file has"), "{out}");
    assert!(out.contains("/case/inputs_sha256: the file has"), "{out}");
}

/// DESIGN 5, `verify`: one digit changed on the page, the record untouched.
#[test]
fn a_changed_digit_on_the_page_is_found() {
    let folder = documents();
    let file = std::fs::read(folder.path("output/ALB-2026-0004/letter.de.pdf")).unwrap();
    folder.write("forged.pdf", with_page_changed(&file, "217", "271"));
    if let Some(text) = text_of(&folder.path("forged.pdf")) {
        assert!(flat(&text).contains("271 Dollar"), "the change is seen: {text}");
    }
    let (code, out, err) = verify(&folder, "forged.pdf");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("the bytes differ from what the program writes"), "{out}");
    assert!(!out.contains("the model gives"), "the record is untouched: {out}");
}

/// DESIGN 5: what is no document of this program, or one of another procedure, is refused and named.
#[test]
fn what_is_no_document_is_refused() {
    let folder = documents();
    let file = std::fs::read(folder.path("output/ALB-2026-0004/letter.de.pdf")).unwrap();
    let n = file.len();
    let whole = |length: usize| file[..length].to_vec();
    let wrong =
        [vec![], b"not a PDF".to_vec(), whole(8), whole(n / 2), whole(n - 200), vec![b'%'; 5000]];
    for bytes in wrong {
        folder.write("wrong.pdf", &bytes);
        let ran = folder.run(&["verify", "wrong.pdf", "--procedure", "procedure"]);
        assert!(ran.refused().contains("F31 wrong.pdf"), "{ran:?}");
        assert_eq!(ran.out, "");
    }
    let ran = folder.run(&["verify", "nowhere.pdf", "--procedure", "procedure"]);
    assert!(ran.refused().contains("F01 nowhere.pdf"), "{ran:?}");
    let other = Folder::of("rehab-management");
    other.write("letter.pdf", &file);
    let ran = other.run(&["verify", "letter.pdf", "--procedure", "procedure"]);
    assert!(ran.refused().contains("R61 letter.pdf"), "{ran:?}");
}

/// DESIGN 1: documents are made from records, so `render` takes no record that was edited: not for another folder, not
/// with other inputs, not past the gates. Nothing is written for it, and the other records are done.
#[test]
fn an_edited_record_is_not_rendered() {
    let folder = documents();
    let good = folder.read("output/ALB-2026-0004/record.json");
    let gates = good.find("  \"gates\": [").expect("gates");
    let edits = [
        ("R10", good.replace("\"id\": \"ALB-2026-0004\"", "\"id\": \"../escape\"")),
        ("R10", good.replace("klartext.explanation/1", "klartext.explanation/2")),
        ("R10", good[..gates].to_owned()),
        ("R62", good.replacen("\"value\": \"position_abolished\"", "\"value\": \"nothing\"", 1)),
        ("R63", good.replacen("\"value\": 217.0", "\"value\": 218.0", 1)),
        ("R63", format!("{}  \"gates\": []\n}}\n", &good[..gates])),
        ("R63", good.replacen("\"approved_by\": \"Kim Muster\"", "\"approved_by\": null", 1)),
        ("R63", good.replace("\"exact\": 0.", "\"exact\": 7.")),
    ];
    folder.write("good.json", &good);
    for (code, text) in edits {
        assert_ne!(text, good);
        folder.write("edited.json", text);
        let ran = folder.run(&[
            "render",
            "edited.json",
            "good.json",
            "--procedure",
            "procedure",
            "-o",
            "again/in",
            "--force",
        ]);
        assert!(ran.refused().contains(&format!("{code} edited.json")), "{code}: {ran:?}");
        let again = tree(&folder.path("again"));
        assert_eq!(again.len(), 3, "only the good record is done: {:?}", again.keys());
        assert!(again.keys().all(|name| name.starts_with("in/ALB-2026-0004/")));
    }
}

/// A record of an earlier version lacks parts that every document is checked against: `render` and `verify` name the file
/// and the part, and say what to do, instead of making or judging a document without it.
#[test]
fn a_record_of_an_earlier_version_is_told_to_be_explained_again() {
    let folder = documents();
    let good = folder.record("ALB-2026-0004");
    let file = std::fs::read(folder.path("output/ALB-2026-0004/letter.de.pdf")).unwrap();
    let mut lacking = vec![];
    for part in ["reliability", "details", "statements"] {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(part).expect("a part of every record");
        lacking.push((part.to_owned(), record));
    }
    let mut record = good.clone();
    let first = &mut record["reasons"]["named"][0];
    let part = format!("reasons.named.{}.licence", first["feature"].as_str().unwrap());
    first.as_object_mut().unwrap().remove("licence").expect("checks of every reason");
    lacking.push((part, record));
    for (part, record) in lacking {
        let text = serde_json::to_string_pretty(&record).unwrap() + "\n";
        folder.write("old.json", &text);
        let ran = folder.run(&["render", "old.json", "--procedure", "procedure", "-o", "again"]);
        let refused = ran.refused();
        assert!(refused.contains(&format!("R67 old.json, {part}")), "{ran:?}");
        assert!(refused.contains("explain the case"), "{ran:?}");
        assert!(!folder.path("again").exists(), "nothing is written");
        let whole = folder.read("output/ALB-2026-0004/record.json");
        let old = with_stream_changed(&file, whole.as_bytes(), text.as_bytes());
        folder.write("old.pdf", old);
        let ran = folder.run(&["verify", "old.pdf", "--procedure", "procedure"]);
        assert!(ran.refused().contains(&format!("R67 old.pdf, {part}")), "{ran:?}");
        assert_eq!(ran.out, "");
    }
}
