//! What is refused, and how: promises ("a value that cannot be read names file, line, column, value and what
//! was expected; one bad case does not stop the others"), and the command line's exit codes, never overwriting, atomic writes.

use insta::assert_snapshot;

use crate::program::{DATE, Folder, Ran, project};

const ALB: &str = "unemployment-benefit";

/// Nothing at all may lie in the output folder after a refusal.
fn refused_whole(folder: &Folder, ran: &Ran) -> String {
    assert_eq!(folder.names(), Vec::<String>::new());
    ran.refused()
}

/// DESIGN 4: a missing column is named, with the columns that are there.
#[test]
fn a_missing_column_refuses_the_table() {
    let folder = Folder::of(ALB);
    folder.replace("cases.csv", ",age,", ",years,");
    assert_snapshot!(refused_whole(&folder, &folder.explain(&[], &[])));
}

/// DESIGN 4: a value that cannot be read names file, line, column, value and what was expected; the other cases are
/// done, nothing is written for the faulty ones, and no id leaves the output folder.
#[test]
fn faulty_cases_do_not_stop_the_others() {
    let folder = Folder::of(ALB);
    let text = folder.read("cases.csv");
    let lines: Vec<&str> = text.lines().take(9).collect();
    let table = lines.join("\n") + "\n";
    folder
        .write("cases.csv", table)
        .replace("cases.csv", "0001,2026-10-02,36", "0001,2026-10-02,thirty")
        .replace("cases.csv", "8,slack_work,yes", "8,slack_wrok,yes")
        .replace("cases.csv", "0003,2026-10-05,29", "0003,2026-10-05,290")
        .replace("cases.csv", "ALB-2026-0004", "../escape")
        .replace("cases.csv", "ALB-2026-0006", "ALB-2026-0005")
        .replace("cases.csv", "2026-10-11", "11.10.2026");
    let ran = folder.run(&[
        "explain",
        "procedure",
        "--cases",
        "cases.csv",
        "-o",
        "output",
        "--date",
        DATE,
        "--for",
        "citizen,caseworker",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_snapshot!(format!(
        "{}--- held_back.csv\n{}",
        ran.transcript(),
        folder.read("output/held_back.csv")
    ));
    let mut done: Vec<String> =
        folder.names().iter().filter_map(|name| Some(name.split_once('/')?.0.to_owned())).collect();
    done.dedup();
    assert_eq!(done, ["ALB-2026-0005", "ALB-2026-0008"]);
    assert!(!folder.path("escape").exists());
}

/// DESIGN 5, `--only`: lines that were not asked for are not this run's business.
#[test]
fn faults_of_other_cases_are_for_the_run_that_asks_for_them() {
    let folder = Folder::of("unemployment-benefit");
    folder.replace("cases.csv", "ALB-2026-0003,2026-10-05,29,", "ALB-2026-0003,2026-10-05,old,");
    let ran = folder.explain(&["ALB-2026-0001"], &[]);
    assert_eq!((ran.code, ran.err.contains("P44")), (0, false), "{ran:?}");
    let ran = folder.explain(&["ALB-2026-0001", "ALB-2026-0003"], &["--force"]);
    assert_eq!((ran.code, ran.err.contains("P44 cases.csv, line 4, age")), (1, true), "{ran:?}");
}

/// DESIGN 4: ids name folders beside the files of the run, and files that people handle in a shell.
#[test]
fn ids_that_cannot_name_a_folder_are_refused() {
    let folder = Folder::of(ALB);
    let row = "2026-10-02,36,1,other,no,50,175,5.3";
    let ids = [
        "run.json",
        "HELD_BACK.csv",
        "report.de.pdf",
        "..",
        ".",
        "-rf",
        "a/b",
        "a\\b",
        "end.",
        "Ä",
        "",
        "good.1",
    ];
    let rows: Vec<String> = ids.iter().map(|id| format!("{id},{row}\n")).collect();
    folder.write(
        "cases.csv",
        format!(
            "case_id,data_as_of,age,tenure,joblost,school12,rr,statemb,stateur\n{}",
            rows.concat()
        ),
    );
    let ran = folder.run(&[
        "explain",
        "procedure",
        "--cases",
        "cases.csv",
        "-o",
        "output",
        "--date",
        DATE,
        "--for",
        "citizen",
    ]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(ran.err.matches("P41 cases.csv, line").count(), ids.len() - 1, "{ran:?}");
    assert_eq!(
        folder.names(),
        ["good.1/letter.de.entwurf.pdf", "good.1/record.json", "held_back.csv", "run.json"]
    );
}

/// DESIGN 4: tables without a row are refused, not taken for "no cases".
#[test]
fn a_table_without_rows_is_refused() {
    let folder = Folder::of(ALB);
    folder.write("cases.csv", "");
    let empty = refused_whole(&folder, &folder.explain(&[], &[]));
    folder.write("cases.csv", "case_id,age,tenure,joblost,school12,rr,statemb,stateur\n");
    let header = refused_whole(&folder, &folder.explain(&[], &[]));
    assert_snapshot!(format!("empty: {empty}\nheader only: {header}"));
}

/// DESIGN 4: people and decisions are joined by case id; an id that is no case is refused before anything is written.
#[test]
fn an_id_that_is_no_case_refuses_the_run() {
    let folder = Folder::of(ALB);
    folder.replace("people.csv", "ALB-2026-0003", "ALB-2026-9993");
    folder.replace("decisions.csv", "ALB-2026-0004", "ALB-2026-9994");
    assert_snapshot!(refused_whole(&folder, &folder.explain(&[], &["--only", "ALB-2026-9995"])));
}

/// DESIGN 6: a model file that is cut off anywhere is refused; no length is read as a smaller model.
#[test]
fn a_cut_off_model_is_refused() {
    for (procedure, model) in [(ALB, "model.ubj"), ("rehab-management", "model.txt")] {
        let folder = Folder::of(procedure);
        let name = format!("procedure/{model}");
        let whole = std::fs::read(folder.path(&name)).unwrap();
        let n = whole.len();
        for length in [0, 1, 7, 100, 1000, n / 4, n / 2, n - n / 5, n - 1000, n - 1] {
            folder.write(&name, &whole[..length]);
            let ran = folder.run(&["inspect", "--model", &name]);
            // The last line of a LightGBM file can only lose its end.
            if length + 1 == n && holds(&whole[..length], b"\nend of trees\n") {
                assert_eq!(ran.code, 0, "{ran:?}");
                continue;
            }
            assert_eq!(ran.code, 2, "at {length} of {n}: {ran:?}");
            assert!(ran.err.contains(&name), "at {length} of {n}");
            // Which file it is, and nothing about a model.
            assert!(ran.out.starts_with("file") && !ran.out.contains("features"), "{ran:?}");
        }
        folder.write(&name, &whole[..n / 2]);
        assert_snapshot!(
            format!("cut_off_{model}"),
            refused_whole(&folder, &folder.explain(&[], &[]))
        );
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// DESIGN 3: a model whose features have no label (or the other way round) refuses the procedure, with every one named.
#[test]
fn a_model_of_other_features_is_refused() {
    let folder = Folder::of(ALB);
    let other =
        std::fs::read(project().join("tests/reference/models/xgb_adult_100x6.ubj")).unwrap();
    folder.write("procedure/model.ubj", other);
    assert_snapshot!(refused_whole(&folder, &folder.explain(&[], &[])));
}

/// DESIGN 5: an output folder that cannot be written is refused before any case. A path below a file cannot be written
/// by anybody, not even by root.
#[test]
fn an_output_that_cannot_be_written_is_refused() {
    let folder = Folder::of(ALB);
    folder.write("output", "a file\n");
    let ran = folder.explain(&["ALB-2026-0001"], &[]);
    assert_snapshot!(ran.refused());
    assert_eq!(folder.read("output"), "a file\n");
}

/// DESIGN 5: never overwrites without --force.
#[test]
fn documents_of_an_earlier_run_are_kept() {
    let folder = Folder::of(ALB);
    assert_eq!(folder.explain(&["ALB-2026-0001"], &[]).code, 0);
    folder.write("output/ALB-2026-0001/notes.txt", "a person's own\n");
    let before = folder.output();
    let again = folder.explain(&["ALB-2026-0001", "ALB-2026-0002"], &[]);
    assert_snapshot!(again.refused());
    assert_eq!(folder.output(), before);
    let forced = folder.run(&[
        "explain",
        "procedure",
        "--cases",
        "cases.csv",
        "-o",
        "output",
        "--date",
        DATE,
        "--only",
        "ALB-2026-0001",
        "--for",
        "caseworker",
        "--force",
    ]);
    assert_eq!(forced.code, 0, "{forced:?}");
    // The old letter does not stay beside a new record; files of others do.
    let names = folder.names();
    assert!(!names.iter().any(|name| name.contains("letter")), "{names:?}");
    assert!(names.contains(&"ALB-2026-0001/notes.txt".to_owned()));
}

/// DESIGN 3: a procedure is refused as a whole, with every fault in one list (file, line, what, how to mend it).
#[test]
fn a_faulty_procedure_is_refused() {
    let spoil = |from: &str, to: &str| {
        let folder = Folder::of(ALB);
        folder.replace("procedure/procedure.toml", from, to);
        refused_whole(&folder, &folder.explain(&["ALB-2026-0001"], &[]))
    };
    assert_snapshot!("procedure_syntax", spoil("[agency]", "[agency"));
    assert_snapshot!("procedure_unknown_field", spoil("signatory =", "signatary ="));
    assert_snapshot!("procedure_no_german", spoil("{ de = \"Ihr Alter\", en", "{ en"));
    assert_snapshot!(
        "procedure_todo",
        spoil("\"Montag bis Donnerstag", "\"TODO Montag bis Donnerstag")
    );
    assert_snapshot!(
        "procedure_automation",
        spoil(
            "automation = \"none\"\ndiscretion = false",
            "automation = \"full\"\ndiscretion = true"
        )
    );
    assert_snapshot!(
        "procedure_placeholder",
        spoil("phone = \"0000 1234-56\"", "phone = \"{telefon}\"")
    );
    assert_snapshot!("procedure_not_used", spoil("\"male\", \"female\"]", "\"male\", \"age\"]"));
}

/// DESIGN 3: every fault in one list.
#[test]
fn all_faults_of_a_procedure_come_at_once() {
    let folder = Folder::of(ALB);
    folder
        .replace("procedure/procedure.toml", "{ de = \"Ihr Alter\", en", "{ en")
        .replace(
            "procedure/procedure.toml",
            "promises_confirmed = true",
            "promises_confirmed = false",
        )
        .replace("procedure/procedure.toml", "kind = \"learned\"", "kind = \"magic\"");
    let ran = folder.run(&["check", "procedure", "--date", DATE]);
    assert_snapshot!(ran.refused());
}

/// DESIGN 5: `--date` or `SOURCE_DATE_EPOCH`; a document never gets a date by chance.
#[test]
fn without_a_date_nothing_is_written() {
    let folder = Folder::of(ALB);
    let ran = folder.run(&["explain", "procedure", "--cases", "cases.csv", "-o", "output"]);
    let none = refused_whole(&folder, &ran);
    let ran = folder.run(&[
        "explain",
        "procedure",
        "--cases",
        "cases.csv",
        "-o",
        "output",
        "--date",
        "23.11.2026",
    ]);
    assert_snapshot!(format!("{none}\n{}", refused_whole(&folder, &ran)));
}

/// LETTERS 4, G24: control and direction characters could make a letter say something else than it shows; an address
/// that does not fit its window is not cut. Sheets without the name are not concerned by the address.
#[test]
fn names_and_addresses_that_cannot_be_printed_hold_the_case_back() {
    let folder = Folder::of(ALB);
    folder
        .replace("people.csv", "Ayşe", "Ay\u{202e}şe")
        .replace("people.csv", "Paweł", "Pa\u{7}weł")
        .replace("people.csv", "Musterallee 38", &"Musterallee ".repeat(20));
    let cases = ["ALB-2026-0001", "ALB-2026-0002", "ALB-2026-0003", "ALB-2026-0006"];
    let ran = folder.explain(&cases, &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_snapshot!(format!("{}\n{}", ran.transcript(), folder.names().join("\n")));
}
