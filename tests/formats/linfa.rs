//! Promise: who has no model yet trains one with linfa, on the table as people keep it, and every other command reads it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::reference::{model, rows};

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

/// Promise: a saved linfa model is the model that linfa fitted.
#[test]
fn saved_linfa_models_predict_as_linfa_does() {
    use klartext::model::{Recipe, TrainingSet, fit};
    use linfa::traits::{Fit, Predict};

    let cases = rows(model("xgb_injury_multi.json").model.as_ref(), "injury.X.csv");
    // The columns without missing values, so that linfa sees the same; the target is whether there was a hospital stay.
    let features = [0, 5, 6, 7, 8];
    let values = cases.select(ndarray::Axis(1), &features);
    let labels: Vec<bool> = cases.column(3).iter().map(|stay| *stay == 1.0).collect();
    let (values, labels): (Vec<_>, Vec<_>) = values
        .rows()
        .into_iter()
        .zip(&labels)
        .filter(|(r, _)| r.iter().all(|x| !x.is_nan()))
        .unzip();
    let values = ndarray::stack(ndarray::Axis(0), &values).unwrap();
    let labels: Vec<bool> = labels.into_iter().copied().collect();
    let data = TrainingSet {
        file: "injury".into(),
        features: features.iter().map(|f| format!("x{f}")).collect(),
        values: values.clone(),
        target: "hosp".into(),
        positive: "1".into(),
        labels: labels.clone(),
    };
    let saved = |kind| {
        let bytes = serde_json::to_vec(&fit(&data, kind).unwrap()).unwrap();
        klartext::model::from_bytes("m.json", &bytes).unwrap()
    };
    let (tree, logistic) =
        (saved(Recipe::Tree { depth: 6, min_leaf: 2, balanced: false }), saved(Recipe::Logistic));
    assert!(tree.card().leaves > 2);
    let dataset = linfa::Dataset::new(values.clone(), ndarray::Array1::from(labels));
    let theirs = linfa_trees::DecisionTree::params();
    let theirs =
        theirs.max_depth(Some(6)).min_weight_leaf(2.0).min_weight_split(4.0).fit(&dataset).unwrap();
    // Where a leaf of linfa's has as many rows of either class, linfa picks one by hash order, and the saved tree
    // merges the leaf with its sister if they can agree: everywhere else the classes are the same.
    let leaf = |row: ndarray::ArrayView1<f64>| {
        let mut node = theirs.root_node();
        while !node.is_leaf() {
            let (feature, threshold, _) = node.split();
            let side = usize::from(row[feature] >= threshold);
            node = node.children()[side].as_ref().unwrap();
        }
        std::ptr::from_ref(node)
    };
    let leaves: Vec<_> = values.rows().into_iter().map(leaf).collect();
    let tied = |at| {
        let labels = leaves.iter().zip(&data.labels).filter(|(l, _)| **l == at);
        labels.map(|(_, label)| if *label { 1 } else { -1 }).sum::<i32>() == 0
    };
    let classes = theirs.predict(&values);
    let mut score = [0.0];
    let mut compared = 0;
    for ((row, class), leaf) in values.rows().into_iter().zip(&classes).zip(&leaves) {
        if !tied(*leaf) {
            tree.exact(&row.to_vec(), &mut score);
            assert_eq!(score[0] > 0.5, *class, "{score:?}");
            compared += 1;
        }
    }
    assert!(compared > values.nrows() / 2);
    // linfa-logistic on the columns as they are finds other weights (its penalty is not scaled); the fit itself is
    // checked beside the code, the reading here: the score is the weighted sum that the file states.
    logistic.exact(&[f64::NAN; 5], &mut score);
    let klartext::model::Form::Linear(linear) = logistic.form() else { panic!() };
    let sum: f64 = linear.weights[0].iter().zip(&linear.fill).map(|(w, x)| w * x).sum();
    assert_eq!(score[0], linear.intercepts[0] + sum);
    let mut missing = [0.0];
    let row: Vec<f64> = linear.fill.clone();
    tree.exact(&row, &mut score);
    tree.exact(&[f64::NAN; 5], &mut missing);
    assert_eq!(score, missing, "a missing value goes where the fill value goes");
}
