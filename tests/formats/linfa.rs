//! Promise: who has no model yet trains one with linfa, on the table as people keep it, and every other command reads it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::reference::{model, rows};

fn klartext(args: &[&str]) -> Output {
    let ran = Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    ran
}

/// A copy of a procedure without its model.
fn procedure(folder: &Path) -> (PathBuf, PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/unemployment-benefit");
    let copy = folder.join("procedure");
    std::fs::create_dir_all(copy.join("texts")).unwrap();
    for name in ["procedure.toml", "background.csv", "holdout.csv"] {
        std::fs::copy(root.join(name), copy.join(name)).unwrap();
    }
    for text in std::fs::read_dir(root.join("texts")).unwrap() {
        let name = text.unwrap().file_name();
        std::fs::copy(root.join("texts").join(&name), copy.join("texts").join(&name)).unwrap();
    }
    (root, copy)
}

/// Names the model in the procedure, with its hash.
fn names_the_model(copy: &Path, name: &str) {
    let model = copy.join(name).display().to_string();
    let inspected: serde_json::Value =
        serde_json::from_slice(&klartext(&["inspect", "--model", &model, "--json"]).stdout)
            .unwrap();
    let toml = std::fs::read_to_string(copy.join("procedure.toml")).unwrap();
    let mut lines: Vec<String> = toml.lines().map(str::to_owned).collect();
    for line in &mut lines {
        if line.starts_with("file = \"model.ubj\"") {
            *line = format!("file = \"{name}\"");
        }
        if line.starts_with("sha256 = ") {
            *line = format!("sha256 = {}", inspected["sha256"]);
        }
    }
    std::fs::write(copy.join("procedure.toml"), lines.join("\n")).unwrap();
}

/// What is explained with the model that `train` makes of the procedure's hold-out table.
fn explained(kind: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let (root, copy) = procedure(folder.path());
    let [root, data, model] = [root.clone(), root.join("holdout.csv"), copy.join("model.json")]
        .map(|p| p.display().to_string());
    let train = ["train", "--data", &data, "--target", "ui", "--positive", "no"];
    klartext(&[&train[..], &["--procedure", &root, "--kind", kind, "-o", &model]].concat());
    names_the_model(&copy, "model.json");
    told(folder.path(), &copy, "citizen,caseworker,owner")
}

/// What is explained with a model of another library.
fn explained_by(file: &str) -> serde_json::Value {
    explained_to(file, "citizen,caseworker,owner")
}

fn explained_to(file: &str, readers: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let (_, copy) = procedure(folder.path());
    std::fs::copy(crate::reference::path("models").join(file), copy.join(file)).unwrap();
    names_the_model(&copy, file);
    told(folder.path(), &copy, readers)
}

/// Writes the documents of two cases, verifies them, and returns the record of one.
fn told(folder: &Path, copy: &Path, readers: &str) -> serde_json::Value {
    let procedure = copy.display().to_string();
    let cases =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/unemployment-benefit/cases.csv");
    let output = folder.join("out");
    let (cases, out) = (cases.display().to_string(), output.display().to_string());
    // The second case has no tenure. Where much of the influence is of the value that stands in for it, its letter is
    // held back (gate G17); everything else is written.
    let only = "ALB-2026-0001,ALB-2026-0005";
    let date = "2026-11-23";
    let mut args = vec!["explain", &procedure, "--cases", &cases, "--date", date, "-o", &out];
    args.extend(["--only", only, "--for", readers]);
    let ran = Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap();
    let error = String::from_utf8_lossy(&ran.stderr).into_owned();
    let held = std::fs::read_to_string(output.join("held_back.csv")).unwrap_or_default();
    let held: Vec<&str> = held.lines().skip(1).collect();
    assert_eq!(ran.status.code(), Some(i32::from(!held.is_empty())), "{error}");
    assert!(held.iter().all(|line| line.starts_with("ALB-2026-0005,letter,G17")), "{held:?}");
    let case = output.join("ALB-2026-0005");
    let mut files = vec![
        output.join("ALB-2026-0001/letter.de.entwurf.pdf"),
        case.join("sheet-a.de.entwurf.pdf"),
        case.join("sheet-b.de.entwurf.pdf"),
    ];
    if readers.contains("owner") {
        files.push(output.join("report.de.entwurf.pdf"));
    }
    if held.is_empty() {
        files.push(case.join("letter.de.entwurf.pdf"));
    }
    let files: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
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
fn a_forest_serves_the_whole_way() {
    let record = explained("forest");
    assert_eq!(record["model"]["format"], "linfa");
    assert_eq!(record["attribution"]["method"], "tree-interventional");
    tells_the_fill(&record);
}

/// Forests of scikit-learn, as skops and as ONNX, are as good for a procedure as linfa's own. The file has no fill: a
/// missing value goes where the trees send it.
#[test]
fn forests_of_scikit_learn_serve_the_whole_way() {
    for format in ["skops", "onnx"] {
        let record = explained_by(&format!("benefit_forest.{format}"));
        assert_eq!(record["model"]["format"], format);
        assert_eq!(record["attribution"]["method"], "tree-interventional");
        let inputs = record["inputs"].as_array().unwrap();
        assert!(inputs.iter().all(|input| input["filled"] != true), "{format}");
    }
}

/// Issue 5, point 5: so does a model of which nothing is known but its values. Its attributions are exact, because the
/// case differs from each of the comparison group in few columns; an example of other values is not proven to be the
/// smallest.
#[test]
fn a_network_serves_the_whole_way() {
    let record = explained_to("benefit_network.onnx", "citizen,caseworker");
    let attribution = &record["attribution"];
    assert_eq!(attribution["method"], "exact");
    assert_eq!(attribution["seeds"].as_array().unwrap().len(), 0);
    assert!(attribution["residual"].as_f64().unwrap() < 1e-12);
    assert_eq!(record["counterfactual"]["proven_smallest"], false);
    let gates = record["gates"].as_array().unwrap();
    let verdict = |gate: &str| {
        let verdict = gates.iter().find(|verdict| verdict["gate"] == gate).unwrap();
        verdict["consequence"].clone()
    };
    assert_eq!((verdict("G11"), verdict("G12")), ("pass".into(), "pass".into()));
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
    use klartext::model::{Recipe, Target, TrainingSet, fit};
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
        wanted: Target::Class { positive: "1".into(), labels: labels.clone() },
    };
    let saved = |kind| {
        let bytes = serde_json::to_vec(&fit(&data, kind).unwrap()).unwrap();
        klartext::model::from_bytes("m.json", &bytes).unwrap()
    };
    let (tree, logistic) =
        (saved(Recipe::Tree { depth: 6, min_leaf: 2, balanced: false }), saved(Recipe::Logistic));
    assert!(tree.card().leaves > 2);
    let dataset = linfa::Dataset::new(values.clone(), ndarray::Array1::from(labels.clone()));
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
        let labels = leaves.iter().zip(&labels).filter(|(l, _)| **l == at);
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

/// Fifty rows of small numbers, and two targets.
fn table() -> (ndarray::Array2<f64>, Vec<bool>, Vec<f64>) {
    let cell = |r: usize, c: usize| ((r * (7 + 3 * c) + r * r * (c + 2)) % 23) as f64 * 1.25 + 40.0;
    let values = ndarray::Array2::from_shape_fn((50, 4), |(r, c)| cell(r, c));
    let numbers: Vec<f64> =
        values.rows().into_iter().map(|x| x[0] - 2.0 * x[1] + 0.1 * x[2] * x[3]).collect();
    (values, numbers.iter().map(|y| *y > 130.0).collect(), numbers)
}

fn set(wanted: klartext::model::Target) -> klartext::model::TrainingSet {
    klartext::model::TrainingSet {
        file: "t.csv".into(),
        features: ["a", "b", "c", "d"].map(String::from).into(),
        values: table().0,
        target: "y".into(),
        wanted,
    }
}

fn written(wanted: &klartext::model::Target, kind: klartext::model::Recipe) -> Vec<u8> {
    let file = || klartext::model::fit(&set(wanted.clone()), kind).unwrap();
    let bytes = serde_json::to_vec(&file()).unwrap();
    assert_eq!(bytes, serde_json::to_vec(&file()).unwrap(), "the same data give the same bytes");
    bytes
}

/// Promise: a saved linear model predicts as linfa's own.
#[test]
fn saved_linear_models_predict_as_linfa_does() {
    use klartext::model::{Recipe, Target};
    use linfa::traits::{Fit, Predict};

    let (values, _, numbers) = table();
    let targets = ndarray::Array1::from(numbers.clone());
    let wanted = Target::Number(numbers);
    let linear = linfa_linear::LinearRegression::new();
    let linear = linear.fit(&linfa::Dataset::new(values.clone(), targets.clone())).unwrap();
    let mut scaled = values.clone();
    for mut column in scaled.columns_mut() {
        let (mean, deviation) = (column.mean().unwrap(), column.std(0.0));
        column.mapv_inplace(|x| (x - mean) / deviation);
    }
    // A tight fit, so that the last rounding of the standardisation does not decide when linfa stops.
    let (penalty, l1_ratio) = (0.25, 0.75);
    let net = linfa_elasticnet::ElasticNet::params().penalty(penalty).l1_ratio(l1_ratio);
    let net = net.tolerance(1e-8).max_iterations(1000);
    let net = net.fit(&linfa::Dataset::new(scaled.clone(), targets)).unwrap();
    for (kind, theirs) in [
        (Recipe::Linear, linear.predict(&values)),
        (Recipe::ElasticNet { penalty, l1_ratio }, net.predict(&scaled)),
    ] {
        let saved = klartext::model::from_bytes("m.json", &written(&wanted, kind)).unwrap();
        assert!(saved.card().objective.ends_with("regression of y"), "{}", saved.card().objective);
        let (mut raw, mut value) = ([0.0], [0.0]);
        for (row, theirs) in values.rows().into_iter().zip(&theirs) {
            saved.raw(&row.to_vec(), &mut raw);
            saved.value(&raw, &mut value);
            assert!(
                (value[0] - theirs).abs() <= 1e-12 * theirs.abs().max(1.0),
                "{kind:?} {value:?} {theirs}"
            );
        }
    }
}

/// Promise: a forest is the mean of its trees, also of some of them, and its seed is all that is random in it.
/// Values at each threshold go right, and only what is below it goes left, as linfa itself sends them.
#[test]
fn values_at_the_thresholds_go_where_linfa_sends_them() {
    use klartext::model::{Form, Node, Recipe, Split, Target};
    use linfa::traits::{Fit, Predict};

    let (values, labels, _) = table();
    let wanted = Target::Class { positive: "1".into(), labels: labels.clone() };
    let recipe = Recipe::Tree { depth: 5, min_leaf: 2, balanced: false };
    let saved = klartext::model::from_bytes("m.json", &written(&wanted, recipe)).unwrap();
    let dataset = linfa::Dataset::new(values.clone(), ndarray::Array1::from(labels.clone()));
    let theirs = linfa_trees::DecisionTree::params();
    let theirs =
        theirs.max_depth(Some(5)).min_weight_leaf(2.0).min_weight_split(4.0).fit(&dataset).unwrap();
    // Of a leaf with as many rows of either class linfa picks one by hash order, and the saved tree may merge it with its
    // sister: everywhere else the classes are the same.
    let leaf = |row: &[f64]| {
        let mut node = theirs.root_node();
        while !node.is_leaf() {
            let (feature, threshold, _) = node.split();
            let side = usize::from(row[feature] >= threshold);
            node = node.children()[side].as_ref().unwrap();
        }
        std::ptr::from_ref(node)
    };
    let trained: Vec<_> = values.rows().into_iter().map(|row| leaf(&row.to_vec())).collect();
    let tied = |at| {
        let own = trained.iter().zip(&labels).filter(|(leaf, _)| **leaf == at);
        own.map(|(_, label)| if *label { 1 } else { -1 }).sum::<i32>() == 0
    };
    let Form::Trees(trees) = saved.form() else { panic!() };
    let (mut compared, mut turned) = (0, 0);
    for node in &trees.trees[0].nodes {
        let Node::Inner { feature, split: Split::Threshold { at, .. }, .. } = node else {
            continue;
        };
        for row in values.rows() {
            let mut classes = Vec::new();
            for x in [at.next_down(), *at, at.next_up()] {
                let mut row = row.to_vec();
                row[*feature as usize] = x;
                if tied(leaf(&row)) {
                    continue;
                }
                let mut score = [0.0];
                saved.exact(&row, &mut score);
                let class =
                    theirs.predict(&ndarray::Array2::from_shape_vec((1, 4), row).unwrap())[0];
                assert_eq!(score[0] > 0.5, class, "{feature} {x}");
                classes.push(class);
                compared += 1;
            }
            turned += usize::from(classes.len() == 3 && classes[0] != classes[1]);
        }
    }
    assert!(compared >= 200 && turned >= 5, "{compared} {turned}");
}

#[test]
fn a_saved_forest_is_the_mean_of_its_trees() {
    use klartext::model::{Fitted, LinfaFile, Recipe, Target};

    let (values, labels, _) = table();
    let wanted = Target::Class { positive: "1".into(), labels };
    let forest = |seed| Recipe::Forest {
        trees: 12,
        depth: 4,
        min_leaf: 2,
        balanced: false,
        columns: 50,
        seed,
    };
    let bytes = written(&wanted, forest(7));
    assert_ne!(bytes, written(&wanted, forest(8)));
    let file: LinfaFile = serde_json::from_slice(&bytes).unwrap();
    let saved = klartext::model::from_bytes("m.json", &bytes).unwrap();
    let Fitted::Forest { trees } = &file.model else { panic!() };
    assert_eq!((trees.len(), saved.card().trees), (12, 12));
    let mut asked = std::collections::BTreeSet::new();
    let score = |model: &dyn klartext::model::Model, row: &[f64]| {
        let (mut raw, mut value) = ([0.0], [0.0]);
        model.raw(row, &mut raw);
        model.value(&raw, &mut value);
        value[0]
    };
    let part = saved.part(3..5).unwrap();
    for row in values.rows() {
        let row = row.to_vec();
        let each: Vec<f64> = trees
            .iter()
            .map(|tree| {
                let mut at = 0;
                while let Some(feature) = tree.feature[at] {
                    asked.insert(feature);
                    let left = row[feature as usize] < tree.threshold[at];
                    at = (if left { tree.left[at] } else { tree.right[at] }) as usize;
                }
                tree.value[at]
            })
            .collect();
        assert!((score(saved.as_ref(), &row) - each.iter().sum::<f64>() / 12.0).abs() < 1e-15);
        assert!((score(part.as_ref(), &row) - (each[3] + each[4]) / 2.0).abs() < 1e-15);
    }
    assert!(asked.len() > 2, "trees of different columns: {asked:?}");
    assert!(trees.iter().all(|tree| tree.cover[0] == 50 && !tree.feature.is_empty()));
    let missing = score(saved.as_ref(), &[f64::NAN; 4]);
    assert_eq!(missing, score(saved.as_ref(), &file.fill));
    assert_eq!(saved.fills(), Some(&file.fill[..]));
}

/// Promise: a target that is no number, or that a weighted sum cannot be fitted to, is refused with the place.
#[test]
fn a_target_that_is_no_number_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("past.csv");
    let model = folder.path().join("model.json");
    let train = |table: &str, more: &[&str]| {
        std::fs::write(&data, table).unwrap();
        let (data, model) = (data.display().to_string(), model.display().to_string());
        let args = ["train", "--data", &data, "--target", "y", "--force", "-o", &model];
        let ran = Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).args(more).output();
        let ran = ran.unwrap();
        (ran.status.success(), String::from_utf8(ran.stderr).unwrap())
    };
    let good = "a,b,y\n1,2,3\n2,1,5\n3,5,4\n4,4,9\n";
    let linear: &[&str] = &["--kind", "linear"];
    assert!(train(good, linear).0);
    assert!(train(good, &["--kind", "elastic-net", "--l1-ratio", "0", "--penalty", "0.1"]).0);
    for (table, more, expected) in [
        ("a,b,y\n1,2,3\n2,1,yes\n3,5,4\n4,4,9\n", linear, "yes"),
        ("a,b,y\n1,2,3\n2,1,\n3,5,4\n4,4,9\n", linear, "no value"),
        ("a,b,y\n1,2,3\n2,1,3\n3,5,3\n4,4,3\n", linear, "a single value"),
        ("a,b,y\n1,2,3\n2,4,5\n3,6,4\n4,8,9\n", linear, "`b` that is a weighted sum"),
        ("a,b,y\n1,2,3\n2,2,5\n3,2,4\n4,2,9\n", linear, "the same value of `b`"),
        (good, &["--kind", "linear", "--positive", "3"], "--positive"),
        (good, &["--kind", "elastic-net", "--l1-ratio", "2"], "a penalty of 1, 2 of it L1"),
        (good, &["--kind", "elastic-net", "--penalty", "NaN"], "a penalty of NaN"),
    ] {
        let (success, told) = train(table, more);
        assert!(!success && told.contains(expected), "{expected}: {told}");
    }
}

/// Promise: a file of before forests and regressions still reads, and one that contradicts itself does not.
#[test]
fn old_files_read_and_contradictions_do_not() {
    let old = r#"{"schema":"klartext.linfa/1","written_by":"klartext 0.1.0 with linfa-trees 0.8.1","target":"y",
        "positive":"1","rows":4,"features":["a"],"fill":[1.0],"model":{"tree":{"feature":[0,null,null],
        "threshold":[2.0,0.0,0.0],"left":[1,0,0],"right":[2,0,0],"value":[0.5,0.0,1.0],"cover":[4,2,2]}}}"#;
    let read = |text: &str| klartext::model::from_bytes("m.json", text.as_bytes());
    assert_eq!(read(old).unwrap().card().leaves, 2);
    for (from, to) in [
        ("\"positive\":\"1\",", ""),
        ("\"threshold\":[2.0,", "\"threshold\":["),
        ("\"left\":[1,", "\"left\":[7,"),
        ("\"tree\":", "\"grove\":"),
    ] {
        assert!(old.contains(from) && read(&old.replace(from, to)).is_err(), "{from}");
    }
    let at = old.find("{\"tree\"").unwrap();
    let other = |model: &str| format!("{}{model}}}", &old[..at]);
    assert!(read(&other("{\"forest\":{\"trees\":[]}}")).is_err());
    let regression = other("{\"linear\":{\"weights\":[2.0],\"intercept\":1.0}}");
    assert!(read(&regression).is_err(), "a regression has no positive value");
    assert!(read(&regression.replace("\"positive\":\"1\",", "")).is_ok());
}
