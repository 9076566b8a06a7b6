//! Promise (issue 5, point 7): `klartext global` writes its measures in columns that are always the same, in one table or
//! a file each; what cannot be computed is refused.

use insta::assert_snapshot;

use crate::numbers::model_rows;
use crate::program::{Folder, klartext};

/// The folder of a procedure with `rows.csv`, and `background.csv` in the model's columns.
fn with_rows(procedure: &str, rows: usize) -> Folder {
    let folder = Folder::of(procedure);
    folder.write("rows.csv", model_rows(procedure, &folder.read("cases.csv"), rows));
    let background = folder.read("procedure/background.csv");
    folder.write("background.csv", model_rows(procedure, &background, 40));
    folder
}

#[test]
fn measures_of_twelve_rows() {
    let folder = with_rows("rehab-management", 12);
    let all = ["global", "--model", "procedure/model.txt", "--data", "rows.csv", "--grid", "3"];
    let more = ["--background", "background.csv", "--cases", "1", "--only"];
    let ran = folder.run(&[&all[..], &more[..], &["importance,ale,permutation"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_snapshot!("global_rehab-management", ran.transcript());
    let ran = folder.run(&[&all[..], &more[..], &["dependence,partial,ice"]].concat());
    let first: Vec<&str> = ran.out.lines().filter(|line| line.contains("age")).collect();
    assert_snapshot!("global_rehab-management_age", first.join("\n"));
}

#[test]
fn a_folder_gets_a_file_each_and_a_file_all_of_it() {
    let folder = with_rows("unemployment-benefit", 20);
    let all =
        ["-q", "global", "--model", "procedure/model.ubj", "--data", "rows.csv", "--grid", "4"];
    let more = ["--background", "background.csv", "--cases", "2", "--scale", "probability"];
    let run = |last: &[&str]| folder.run(&[&all[..], &more[..], last].concat());
    let whole = run(&[]);
    assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{whole:?}");
    assert_eq!(run(&["-o", "found"]).code, 0);
    let mut joined = String::new();
    for name in ["importance", "dependence", "partial_dependence", "ice", "ale"] {
        let text = folder.read(&format!("found/{name}.csv"));
        let (head, rows) = text.split_once('\n').expect("a header");
        assert_eq!(head, whole.out.lines().next().unwrap());
        joined.push_str(rows);
    }
    assert_eq!(whole.out.split_once('\n').unwrap().1, joined);
    // The same again, and nothing is overwritten unasked.
    assert_eq!(run(&[]).out, whole.out);
    assert_eq!(run(&["-j", "3"]).out, whole.out);
    assert!(run(&["-o", "found"]).refused().contains("F02"), "a file exists");
    assert_eq!(run(&["-o", "found", "--force"]).code, 0);
    assert_eq!(run(&["-o", "all.jsonl", "--only", "ale"]).code, 0);
    let line = folder.read("all.jsonl").lines().next().expect("a line").to_owned();
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["measure"], "ale");
    assert_eq!(line["standard_error"], serde_json::Value::Null);
}

/// A target in the words of the model, as classes, and as numbers.
#[test]
fn what_really_happened_is_read_as_the_model_has_it() {
    let folder = Folder::of("rehab-management");
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");
    let census = format!("{reference}/models/xgb_adult_100x6.json");
    let rows = format!("{reference}/global.X.csv");
    let run = |more: &[&str]| {
        let all = ["global", "--model", &census, "--data", &rows, "--only", "permutation"];
        folder.run(&[&all[..], more].concat())
    };
    let ran = run(&["--target", "outcome", "--repeats", "2"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_snapshot!("global_target", ran.transcript());
    let error = run(&["--target", "outcome", "--repeats", "2", "--loss", "error"]);
    let line = error.out.lines().last().expect("the loss");
    let share: f64 = line.split(',').nth(4).expect("an estimate").parse().expect("a number");
    assert!(line.starts_with("loss,") && (0.0..=1.0).contains(&share), "{line}");
    assert!(run(&["--target", "outcom"]).refused().contains("T09"));
    // Ages are no probabilities of an outcome.
    assert!(run(&["--target", "age"]).refused().contains("M28"));

    let multi = format!("{reference}/models/xgb_injury_multi.json");
    let rows = std::fs::read_to_string(format!("{reference}/injury.X.csv")).expect("the table");
    let with_class = |of: &dyn Fn(usize) -> &'static str| -> String {
        let line = |(i, line): (usize, &str)| match i {
            0 => format!("{line},duration\n"),
            i => format!("{line},{}\n", of(i)),
        };
        rows.lines().take(30).enumerate().map(line).collect()
    };
    folder.write("multi.csv", with_class(&|i| ["0", "1", "2", "3"][i % 4]));
    let all = ["global", "--model", &multi, "--data", "multi.csv", "--target", "duration"];
    let ran =
        folder.run(&[&all[..], &["--only", "importance,permutation", "--class", "1"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let lines = |start: &str| ran.out.lines().filter(|line| line.starts_with(start)).count();
    let features = lines("mean_absolute,1,");
    assert!(features > 5);
    assert_eq!((lines("permutation_change,1,"), lines("permutation_loss,,")), (features, features));
    // A row without a target is named, left out, and a finding.
    folder.write("multi.csv", with_class(&|i| if i == 7 { "9" } else { "2" }));
    let ran = folder.run(&[&all[..], &["--only", "permutation"]].concat());
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.err.contains("[T08] multi.csv, line 8, duration")
            && ran.err.contains("1 of 29 rows are left out.")
    );
    assert!(ran.out.contains(",28\n"), "{}", ran.out);
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let folder = with_rows("rehab-management", 5);
    let run = |more: &[&str]| {
        let all = ["global", "--model", "procedure/model.txt", "--data", "rows.csv"];
        folder.run(&[&all[..], more].concat())
    };
    assert!(run(&["--class", "x", "--only", "partial"]).refused().contains("R04"));
    assert!(run(&["--method", "linear"]).refused().contains("R04"));
    for wrong in [["--grid", "1"], ["--repeats", "0"], ["--only", "everything"]] {
        assert_eq!(run(&wrong).code, 2, "{wrong:?}");
    }
    // Effects need no background; attributions of a weighted sum do.
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");
    let (model, rows) = (
        format!("{reference}/models/sk_logreg_benefits.onnx"),
        format!("{reference}/benefits.X.csv"),
    );
    let linear =
        |only: &str| klartext(&["global", "--model", &model, "--data", &rows, "--only", only]);
    assert!(linear("importance").refused().contains("background"));
    assert_eq!(linear("partial,ale").code, 0);
}
