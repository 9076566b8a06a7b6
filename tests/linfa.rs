//! Promise: who has no model yet trains one with linfa, on the table as people keep it, and every other command reads it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn klartext(args: &[&str]) -> Output {
    let ran = Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran
}

/// A copy of a procedure whose model is what `train` makes of its hold-out table.
fn procedure_with(kind: &str, folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/unemployment-benefit");
    let copy = folder.join("procedure");
    std::fs::create_dir_all(copy.join("texts")).unwrap();
    for name in ["procedure.toml", "background.csv", "holdout.csv", "texts/de.ftl", "texts/en.ftl"]
    {
        std::fs::copy(root.join(name), copy.join(name)).unwrap();
    }
    let [root, data, model] = [root.clone(), root.join("holdout.csv"), copy.join("model.json")]
        .map(|p| p.display().to_string());
    let train = ["train", "--data", &data, "--target", "ui", "--positive", "no"];
    klartext(&[&train[..], &["--procedure", &root, "--kind", kind, "-o", &model]].concat());
    let inspected: serde_json::Value =
        serde_json::from_slice(&klartext(&["inspect", "--model", &model, "--json"]).stdout)
            .unwrap();
    let toml = std::fs::read_to_string(copy.join("procedure.toml")).unwrap();
    let mut lines: Vec<String> = toml.lines().map(str::to_owned).collect();
    for line in &mut lines {
        if line.starts_with("file = \"model.ubj\"") {
            *line = "file = \"model.json\"".to_owned();
        }
        if line.starts_with("sha256 = ") {
            *line = format!("sha256 = {}", inspected["sha256"]);
        }
    }
    std::fs::write(copy.join("procedure.toml"), lines.join("\n")).unwrap();
    copy
}

fn explained(kind: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let procedure = procedure_with(kind, folder.path()).display().to_string();
    let cases =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/unemployment-benefit/cases.csv");
    let output = folder.path().join("out");
    let (cases, out) = (cases.display().to_string(), output.display().to_string());
    // The second case has no tenure.
    let only = "ALB-2026-0001,ALB-2026-0005";
    klartext(&[
        "explain",
        &procedure,
        "--cases",
        &cases,
        "--date",
        "2026-11-23",
        "-o",
        &out,
        "--only",
        only,
    ]);
    let case = output.join("ALB-2026-0005");
    let files: Vec<String> = ["letter", "sheet-a", "sheet-b"]
        .iter()
        .map(|name| case.join(format!("{name}.de.entwurf.pdf")))
        .chain([output.join("report.de.entwurf.pdf")])
        .map(|path| path.display().to_string())
        .collect();
    let mut verify = vec!["verify", "--procedure", &procedure];
    verify.extend(files.iter().map(String::as_str));
    klartext(&verify);
    serde_json::from_slice(&std::fs::read(case.join("record.json")).unwrap()).unwrap()
}

/// The value that was put in the place of a missing one is told: the median of the training rows.
fn tells_the_fill(record: &serde_json::Value) {
    let inputs = record["inputs"].as_array().unwrap();
    let tenure = inputs.iter().find(|input| input["feature"] == "tenure").unwrap();
    assert_eq!((&tenure["value"], &tenure["filled"]), (&serde_json::Value::Null, &true.into()));
    let holdout =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models/unemployment-benefit/holdout.csv");
    let mut known: Vec<f64> = csv::Reader::from_path(holdout)
        .unwrap()
        .deserialize::<std::collections::BTreeMap<String, String>>()
        .filter_map(|row| row.unwrap()["tenure"].parse().ok())
        .collect();
    known.sort_by(f64::total_cmp);
    let middle = known.len() / 2;
    let median = if known.len() % 2 == 1 {
        known[middle]
    } else {
        (known[middle - 1] + known[middle]) / 2.0
    };
    assert_eq!(tenure["filled_with"], median);
    assert!(inputs.iter().filter(|input| input["filled"] == true).count() == 1);
}

#[test]
fn a_tree_serves_the_whole_way() {
    let record = explained("tree");
    assert_eq!(record["model"]["format"], "linfa");
    assert_eq!(record["attribution"]["method"], "tree-interventional");
    tells_the_fill(&record);
}

#[test]
fn a_logistic_regression_serves_the_whole_way() {
    let record = explained("logistic");
    assert_eq!(record["attribution"]["method"], "linear");
    tells_the_fill(&record);
}
