//! Promise: predictions equal those of the library that trained the model, bit for bit in the model's own float width,
//! or within one unit in the last place for transcendental links; and a file that cannot be read exactly is refused
//! by name.

mod reference;

use reference::{expected, model, path, rows};

/// Distance in single-precision units in the last place.
fn ulps(a: f64, b: f64) -> u32 {
    let ordered = |x: f64| {
        let bits = (x as f32).to_bits() as i32;
        if bits < 0 { i32::MIN - bits } else { bits }
    };
    ordered(a).abs_diff(ordered(b))
}

/// Largest errors of raw score and value over all rows and outputs, in the unit of `distance`.
fn errors(file: &str, input: &str, distance: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let loaded = model(file);
    let model = loaded.model.as_ref();
    let name = file.split('.').next().unwrap();
    let (margin, pred) = (expected(&format!("{name}.margin")), expected(&format!("{name}.pred")));
    let rows = rows(model, input);
    let n = model.outputs();
    assert_eq!((margin.len(), pred.len()), (rows.nrows() * n, rows.nrows() * n), "{file}");
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = (0.0f64, 0.0f64);
    for (r, row) in rows.rows().into_iter().enumerate() {
        model.raw(row.as_slice().unwrap(), &mut raw);
        model.value(&raw, &mut value);
        for k in 0..n {
            let at = r * n + k;
            worst.0 = worst.0.max(distance(raw[k], margin.as_slice().unwrap()[at]));
            worst.1 = worst.1.max(distance(value[k], pred.as_slice().unwrap()[at]));
        }
    }
    worst
}

#[test]
fn xgboost_predictions_are_the_librarys() {
    for (file, input) in [
        ("xgb_adult_100x6.json", "adult_num.X.csv"),
        ("xgb_adult_100x6.ubj", "adult_num.X.csv"),
        ("xgb_injury_multi.json", "injury.X.csv"),
        ("xgb_injury_multi.ubj", "injury.X.csv"),
        ("xgb214_adult.json", "adult_num.X.csv"),
        ("xgb214_adult.ubj", "adult_num.X.csv"),
        ("xgb_adult_catcodes.json", "adult_num.X.csv"),
        ("xgb_adult_catcodes.ubj", "adult_num.X.csv"),
        ("xgb_injury_poisson.json", "injury.X.csv"),
        ("xgb_injury_poisson.ubj", "injury.X.csv"),
        ("xgb341_dart.json", "synthetic.X.csv"),
        ("xgb341_logitraw.json", "synthetic.X.csv"),
        ("xgb341_gamma.json", "synthetic.X.csv"),
        ("xgb341_forests.json", "synthetic.X.csv"),
        ("xgb176_dart.json", "synthetic.X.csv"),
        ("xgb176_logitraw.json", "synthetic.X.csv"),
        ("xgb176_gamma.json", "synthetic.X.csv"),
        ("xgb176_forests.json", "synthetic.X.csv"),
    ] {
        let (raw, value) = errors(file, input, |a, b| f64::from(ulps(a, b)));
        println!("{file}: raw {raw} ulp, value {value} ulp");
        assert_eq!(raw, 0.0, "{file}: raw score, ulp");
        assert!(value <= 1.0, "{file}: value, {value} ulp");
    }
}

#[test]
fn lightgbm_predictions_are_the_librarys() {
    for (file, input) in [
        ("lgb_adult_100.txt", "adult_num.X.csv"),
        ("lgb_injury_multi.txt", "injury.X.csv"),
        ("lgb_adult_cat.txt", "adult_num.X.csv"),
        ("lgb470_forest.txt", "synthetic.X.csv"),
        ("lgb470_ova.txt", "synthetic.X.csv"),
        ("lgb470_zero.txt", "synthetic.X.csv"),
        ("lgb470_category.txt", "synthetic.X.csv"),
        ("lgb470_stump.txt", "synthetic.X.csv"),
        ("lgb470_tweedie.txt", "synthetic.X.csv"),
    ] {
        let (raw, value) =
            errors(file, input, |a, b| (a - b).abs() / b.abs().max(f64::MIN_POSITIVE));
        println!("{file}: raw {raw:e}, value {value:e} relative");
        assert!(raw <= 1e-12 && value <= 1e-12, "{file}: {raw:e} {value:e}");
    }
}

#[test]
fn both_forms_of_a_file_are_one_model() {
    let (json, ubjson) = (model("xgb_adult_100x6.json"), model("xgb_adult_100x6.ubj"));
    assert_ne!(json.sha256, ubjson.sha256);
    let klartext::model::Form::Trees(a) = json.model.form() else { panic!() };
    let klartext::model::Form::Trees(b) = ubjson.model.form() else { panic!() };
    assert_eq!((&a.trees, &a.base), (&b.trees, &b.base));
    assert_eq!((a.card.trees, a.card.depth), (100, 6));
    assert_eq!(a.card.written_by, "XGBoost 3.4.1");
    assert_eq!(path("models").file_name().unwrap(), "models");
}

/// The codes of the faults a file is refused with.
fn codes(bytes: &[u8]) -> Vec<&'static str> {
    klartext::model::from_bytes("m", bytes)
        .map(|_| ())
        .unwrap_err()
        .0
        .iter()
        .map(|f| f.code)
        .collect()
}

/// One change of a reference file.
fn changed(file: &str, from: &str, to: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(path("models").join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_cannot_be_read_exactly_is_refused_by_name() {
    let xgboost = |from: &str, to: &str| changed("xgb341_gamma.json", from, to);
    let lightgbm = |from: &str, to: &str| changed("lgb470_tweedie.txt", from, to);
    for (bytes, code, named) in [
        (xgboost("reg:gamma", "reg:quantileerror"), "M04", "reg:quantileerror"),
        (xgboost("\"name\":\"gbtree\"", "\"name\":\"gblinear\""), "M04", "gblinear"),
        (xgboost("\"num_target\":\"1\"", "\"num_target\":\"2\""), "M04", "2 targets"),
        (
            xgboost("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\""),
            "M04",
            "vector in each leaf",
        ),
        (xgboost("\"enc\":[]", "\"enc\":[1]"), "M04", "category names"),
        (xgboost("\"tree_info\"", "\"scaled_by\":2,\"tree_info\""), "M03", "scaled_by"),
        (xgboost("\"base_score\":\"[", "\"base_score\":\"[-"), "M05", "base score"),
        (
            xgboost("\"num_feature\":\"5\",\"num_target\"", "\"num_feature\":\"4\",\"num_target\""),
            "M05",
            "feature names",
        ),
        (
            xgboost("\"num_class\":\"0\"", "\"num_class\":\"4000000000\""),
            "M05",
            "4000000000 classes",
        ),
        (xgboost("\"left_children\":[1,", "\"left_children\":[0,"), "M05", "node 0 reached twice"),
        (xgboost("\"left_children\":[1,", "\"left_children\":[9999,"), "M05", "child 9999"),
        (xgboost("\"left_children\":[1,", "\"left_children\":[-7,"), "M05", "children -7"),
        (xgboost("\"sum_hessian\":[", "\"sum_hessian\":[1,"), "M05", "different lengths"),
        (lightgbm("is_linear=0", "is_linear=1"), "M04", "linear_tree"),
        (
            lightgbm("objective=tweedie", "objective=cross_entropy_lambda"),
            "M04",
            "cross_entropy_lambda",
        ),
        (lightgbm("left_child=", "left_child=9 "), "M05", "left_child"),
        (lightgbm("end of trees", "end of tre"), "M03", "ends before"),
        (lightgbm("leaf_value=", "leaf_value=x"), "M03", "leaf_value"),
        (b"{\"schema\":\"klartext.linfa/9\"}".to_vec(), "M04", "klartext.linfa/9"),
        (b"<?xml version=\"1.0\"?><PMML/>".to_vec(), "M04", "PMML"),
        (b"\x80\x04\x95".to_vec(), "M04", "pickle"),
        (b"hello".to_vec(), "M02", "no known format"),
        (b"".to_vec(), "M03", "empty"),
        ([b"{\"a\":".as_slice(), &[b'['; 100_000]].concat(), "M03", ""),
    ] {
        let Err(faults) = klartext::model::from_bytes("m", &bytes) else {
            panic!("{named} was read")
        };
        let fault = &faults.0[0];
        assert_eq!(fault.code, code, "{named}: {faults}");
        assert!(fault.found.contains(named), "{named}: {faults}");
    }
}

#[test]
fn every_fault_of_a_file_comes_in_one_go() {
    let bytes = changed("xgb341_gamma.json", "\"num_target\":\"1\"", "\"num_target\":\"2\"");
    let text =
        String::from_utf8(bytes).unwrap().replace("\"left_children\":[1,", "\"left_children\":[0,");
    let trees = text.matches("\"left_children\":[0,").count();
    assert!(trees > 1);
    assert_eq!(codes(text.as_bytes()).len(), 1 + trees);
    // …and what all trees have in common comes once.
    let file = path("models").join("lgb470_tweedie.txt");
    let linear = std::fs::read_to_string(file).unwrap().replace("is_linear=0", "is_linear=1");
    assert_eq!(codes(linear.as_bytes()), ["M04"]);
}

/// A file cut off anywhere, or with any byte changed, is refused or read, and never panics, hangs or takes memory
/// that it only declares. Models that are read still predict.
#[test]
fn damaged_files_do_no_harm() {
    for file in ["xgb341_dart.json", "xgb214_adult.ubj", "lgb470_category.txt"] {
        let whole = std::fs::read(path("models").join(file)).unwrap();
        let step = whole.len() / 150;
        // The last bytes of a file may be dispensable (a line end, parameters after the trees), its first half is not.
        for end in (0..whole.len() / 2).step_by(step) {
            assert!(
                klartext::model::from_bytes("m", &whole[..end]).is_err(),
                "{file} cut at {end}"
            );
        }
        let mut damaged = whole.clone();
        for (i, at) in (0..whole.len()).step_by(step).enumerate() {
            damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'L'][i % 6];
            if let Ok(model) = klartext::model::from_bytes("m", &damaged) {
                let row = vec![f64::NAN; model.card().features.len()];
                model.raw(&row, &mut vec![0.0; model.outputs()]);
            }
            damaged[at] = whole[at];
        }
    }
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

/// Promise: the commands print what the library computes, skip rows that cannot be read and say so by exit code 1.
#[test]
fn the_commands_print_the_models_numbers() {
    let klartext = |args: &[&str]| {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data.csv");
    let table = std::fs::read_to_string(path("synthetic.X.csv")).unwrap();
    std::fs::write(&data, table.replacen("\n", "\n1,2,3,4,x\n", 1)).unwrap();
    let (data, file) = (data.to_str().unwrap(), path("models/lgb470_category.txt"));
    let file = file.to_str().unwrap();

    let (code, out, err) = klartext(&["predict", "--model", file, "--data", data]);
    assert_eq!(code, Some(1));
    assert!(err.contains("T08") && err.contains("line 2") && err.contains("`x`"), "{err}");
    let pred = expected("lgb470_category.pred");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines[0], lines.len()), ("id,raw,value", 41));
    for (i, (line, pred)) in lines[1..].iter().zip(&pred).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], (i + 1).to_string());
        let value: f64 = cells[2].parse().unwrap();
        // One unit in the last place: the link's exponential is ours on every machine, not the C library's.
        assert!((value - pred).abs() <= f64::EPSILON * pred, "{value} {pred}");
    }

    let (code, out, _) =
        klartext(&["attribute", "--model", file, "--data", data, "--method", "tree-path"]);
    assert_eq!(code, Some(1));
    for line in out.lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|c| c.parse().unwrap()).collect();
        assert!((cells[1] - cells[2..].iter().sum::<f64>()).abs() < 1e-12);
        assert!(!line.contains(",-0,"), "{line}");
    }

    let (code, _, err) = klartext(&["attribute", "--model", file, "--data", data, "--class", "7"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("R04"), "{err}");
    let (code, out, _) = klartext(&["inspect", "--model", file, "--json"]);
    assert_eq!((code, out.contains("\"trees\": 6")), (Some(0), true));
}
