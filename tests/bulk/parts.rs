//! Issue 5, point 9: resumable ranges of rows; the parts of a table together are the whole, byte for byte, and so they
//! are on any number of threads.

use crate::made::{self, put};
use crate::{klartext, model};

#[test]
fn parts_together_are_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let table = made::repeated("xgb341_names.X.csv", 60);
    let model = model("xgb341_names.json");
    for (name, bytes) in made::forms(&table) {
        put(dir.path(), name, &bytes);
        // Both forms of text that can be put together, each on half of the forms.
        let format = if name.len() % 2 == 0 { "csv" } else { "jsonl" };
        {
            let run = |more: &[&str]| {
                let args = ["attribute", "--model", &model, "--data", name];
                let args = [&args[..], &["--output-format", format], more].concat();
                klartext(dir.path(), &args, &[]).done()
            };
            let whole = run(&[]);
            let parts = [1, 2, 3, 4].map(|k| {
                let part = format!("{k}/4");
                let header = if k == 1 { &[][..] } else { &["--no-header"] };
                run(&[&["--shard", &part], header].concat())
            });
            assert!(parts.iter().all(|part| part.len() > whole.len() / 5), "{name}");
            assert!(parts.concat() == whole, "{name} {format}: parts");
            let ranges = ["..130", "130..131", "131..2100", "2100..", "99999.."].map(|rows| {
                let header = if rows.starts_with("..") { &[][..] } else { &["--no-header"] };
                run(&[&["--rows", rows], header].concat())
            });
            assert!(ranges.concat() == whole, "{name} {format}: ranges");
        }
    }
}

/// The bytes of a result do not depend on the number of threads, binary ones neither.
#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let table = made::repeated("xgb341_names.X.csv", 60);
    put(dir.path(), "a.csv", &made::csv(&table));
    let model = model("xgb341_names.json");
    for format in ["csv", "parquet", "arrow", "arrow-stream"] {
        let run = |jobs: &str| {
            let args = ["attribute", "--model", &model, "--data", "a.csv", "-j", jobs];
            klartext(dir.path(), &[&args[..], &["--output-format", format]].concat(), &[]).done()
        };
        let one = run("1");
        assert!(run("2") == one && run("5") == one, "{format}");
    }
}

/// More parts than rows: some are empty, and all together are the whole. A part of a stream is refused.
#[test]
fn empty_parts_are_no_fault() {
    let dir = tempfile::tempdir().unwrap();
    let mut table = made::repeated("xgb341_names.X.csv", 1);
    table.rows.truncate(2);
    let model = model("xgb341_names.json");
    for (name, bytes) in made::forms(&table) {
        put(dir.path(), name, &bytes);
        let run = |more: &[&str]| {
            let args = ["predict", "--model", &model, "--data", name, "--output-format", "jsonl"];
            klartext(dir.path(), &[&args[..], more].concat(), &[]).done()
        };
        let parts = ["1/3", "2/3", "3/3"].map(|part| run(&["--shard", part]));
        assert!(parts.concat() == run(&[]), "{name}");
        let args = ["predict", "--model", &model, "--data", "-", "--shard", "1/3"];
        let ran = klartext(dir.path(), &args, &bytes);
        if name.ends_with(".parquet") {
            // Parquet says its length, on standard input too.
            assert_eq!(ran.code, 0, "{ran:?}");
        } else {
            assert_eq!(ran.refused(), ["R04"], "{name}");
        }
    }
}

/// Interactions have many lines a row: they stream, in parts and in every form, as values do.
#[test]
fn interactions_stream_too() {
    let dir = tempfile::tempdir().unwrap();
    let table = made::repeated("xgb341_names.X.csv", 12);
    put(dir.path(), "a.csv", &made::csv(&table));
    let model = model("xgb341_names.json");
    let run = |more: &[&str]| {
        let args = ["attribute", "--model", &model, "--data", "a.csv", "--interactions"];
        klartext(dir.path(), &[&args[..], more].concat(), &[]).done()
    };
    let whole = run(&[]);
    assert!(whole.iter().filter(|b| **b == b'\n').count() > 2 * table.rows.len());
    let parts = [run(&["--shard", "1/2"]), run(&["--shard", "2/2", "--no-header"])];
    assert!(parts.concat() == whole);
    assert!(run(&["-j", "1"]) == whole);
    run(&["-o", "o.parquet"]);
    run(&["-o", "o.arrow"]);
    let read = |name: &str| {
        let path = dir.path().join(name);
        klartext::table::read_table(&path, klartext::table::Separator::Detect).unwrap()
    };
    let (parquet, arrow) = (read("o.parquet"), read("o.arrow"));
    put(dir.path(), "o.csv", &whole);
    let csv = read("o.csv");
    assert_eq!((&parquet.columns, &arrow.columns), (&csv.columns, &csv.columns));
    let cells = |table: &klartext::table::Table| {
        table.rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>()
    };
    assert!(cells(&parquet) == cells(&csv) && cells(&arrow) == cells(&csv));
}
