//! DESIGN 4: a value that cannot be read names file, line, column, value and what was expected; a bad row does not stop
//! the others. Results are written whole or not at all.

use insta::assert_snapshot;

use crate::made::put;
use crate::{klartext, model};

/// The folder's files besides the ones given.
fn others(folder: &std::path::Path, given: &[&str]) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !given.contains(&name.as_str())).collect()
}

#[test]
fn bad_rows_are_told_and_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let csv = "income,trade,grade,children\n0.5,nurse,30,1\n1,baker,x,2\n\n1,\"nu\nrse\",3\n2,mason,,1e999\n\
               0.25,mason,20,0\n\u{e9},\"no\"\"ne\",,\n";
    put(dir.path(), "a.csv", csv.as_bytes());
    let mut bytes = csv.as_bytes().to_vec();
    bytes.extend(b"\xff,none,,\n1,none,30,1\n");
    put(dir.path(), "b.csv", &bytes);
    let lines = "{\"income\":0.5,\"trade\":\"nurse\",\"grade\":30,\"children\":[1]}\n[1]\n\
                 {\"children\":2,\"grade\":null,\"trade\":\"mason\",\"more\":{\"x\":[1]},\"income\":true}\n\n\
                 {\"income\":1,\"income\":2}\n{\"income\":0.5}\n";
    put(dir.path(), "a.jsonl", lines.as_bytes());
    let model = model("xgb341_names.json");
    for file in ["a.csv", "b.csv", "a.jsonl"] {
        let ran = klartext(dir.path(), &["predict", "--model", &model, "--data", file], &[]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let out = String::from_utf8(ran.out).unwrap();
        assert_snapshot!(format!("bad_rows_of_{file}"), format!("{out}--- stderr\n{}", ran.err));
    }
}

/// A table of the wrong kind: the faults that are told are few, the rest is counted.
#[test]
fn many_faults_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let rows = "x,nurse,y,z\n".repeat(70_000);
    put(dir.path(), "a.csv", format!("income,trade,grade,children\n{rows}").as_bytes());
    let model = model("xgb341_names.json");
    let args = ["predict", "--model", &model, "--data", "a.csv", "-o", "o.csv"];
    let ran = klartext(dir.path(), &args, &[]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.err.lines().filter(|line| line.contains("[T08]")).count(), 1000);
    assert!(
        ran.err.contains("209000 more faults are not shown."),
        "{}",
        &ran.err[ran.err.len() - 200..]
    );
    assert!(ran.err.ends_with("70000 of 70000 rows are left out.\n"));
    assert_eq!(std::fs::read_to_string(dir.path().join("o.csv")).unwrap(), "id,raw,value\n");
}

/// An existing file is not touched; a run that fails leaves none; one that is whole replaces it with --force.
#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let head = "income,trade,grade,children\n";
    put(dir.path(), "good.csv", format!("{head}{}", "0.5,nurse,30,1\n".repeat(3000)).as_bytes());
    let bad = format!("{head}{}1,\"nurse,2,3\n", "0.5,nurse,30,1\n".repeat(3000));
    put(dir.path(), "bad.csv", bad.as_bytes());
    let model = model("xgb341_names.json");
    for to in ["o.csv", "o.jsonl", "o.parquet", "o.arrow", "o.arrows"] {
        let run = |data: &str, more: &[&str]| {
            let args = ["predict", "--model", &model, "--data", data, "-o", to];
            klartext(dir.path(), &[&args[..], more].concat(), &[])
        };
        let given = ["good.csv", "bad.csv", to];
        let ran = run("bad.csv", &[]);
        assert_eq!(ran.refused(), ["T10"], "{ran:?}");
        assert!(others(dir.path(), &given[..2]).is_empty());
        put(dir.path(), to, b"mine");
        assert_eq!(run("good.csv", &[]).refused(), ["F02"]);
        assert_eq!(run("bad.csv", &["--force"]).refused(), ["T10"]);
        assert_eq!(std::fs::read(dir.path().join(to)).unwrap(), b"mine");
        run("good.csv", &["--force"]).done();
        assert!(std::fs::read(dir.path().join(to)).unwrap() != b"mine");
        assert!(others(dir.path(), &given).is_empty());
        std::fs::remove_file(dir.path().join(to)).unwrap();
        let nowhere =
            ["predict", "--model", &model, "--data", "good.csv", "-o", "no/where.parquet"];
        assert_eq!(klartext(dir.path(), &nowhere, &[]).refused(), ["F03"]);
    }
}

/// A reader that has seen enough ends the run, and that is no fault.
#[test]
fn a_closed_pipe_ends_the_run() {
    use std::io::Read;
    let dir = tempfile::tempdir().unwrap();
    let rows = "0.5,nurse,30,1\n".repeat(200_000);
    put(dir.path(), "a.csv", format!("income,trade,grade,children\n{rows}").as_bytes());
    for format in ["csv", "parquet", "arrow-stream"] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_klartext"))
            .args(["predict", "--model", &model("xgb341_names.json"), "--data", "a.csv"])
            .args(["--output-format", format])
            .current_dir(dir.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 4]).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{format}");
    }
}
