//! Promise: an ONNX file of one tree ensemble or one linear model predicts what onnxruntime predicts from it, and is
//! explained as the single-precision model that it is; whatever else an ONNX file holds is refused by name.

use crate::reference::{expected, model, path, rows};
use klartext::attribution::interventional;
use klartext::model::{Form, from_bytes};

/// Distance in single-precision units in the last place.
fn ulps(a: f64, b: f64) -> u32 {
    let ordered = |x: f64| {
        let bits = (x as f32).to_bits() as i32;
        if bits < 0 { i32::MIN - bits } else { bits }
    };
    ordered(a).abs_diff(ordered(b))
}

/// Largest distance of the values from what onnxruntime gives, over all rows and columns. Of one score for two classes
/// the second column is compared.
pub fn worst(name: &str, input: &str, kind: &str, distance: impl Fn(f64, f64) -> f64) -> f64 {
    let loaded = model(&format!("{name}.onnx"));
    let model = loaded.model.as_ref();
    let given = expected(&format!("{name}.{kind}"));
    let columns = given.len() / given.shape()[0];
    let given = given.as_slice().unwrap();
    let rows = rows(model, input);
    assert_eq!(given.len(), rows.nrows() * columns, "{name}");
    let n = model.outputs();
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = 0.0f64;
    for (row, given) in rows.rows().into_iter().zip(given.chunks(columns)) {
        model.raw(row.as_slice().unwrap(), &mut raw);
        model.value(&raw, &mut value);
        for (value, given) in value.iter().zip(&given[columns - n..]) {
            worst = worst.max(distance(*value, *given));
        }
    }
    worst
}

fn in_ulps(a: f64, b: f64) -> f64 {
    f64::from(ulps(a, b))
}

/// Units of 2^-24, single precision's between 1/2 and 1: below 1/2 onnxruntime's sigmoid is 1 minus such a number.
fn in_units_of_one(a: f64, b: f64) -> f64 {
    (a - b).abs() * f64::from(1 << 24)
}

/// With one thread onnxruntime sums the trees in the order of the file, as is done here: bit for bit.
#[test]
fn trees_predict_what_onnxruntime_predicts() {
    for (name, input) in [
        ("onnx_xgb_adult", "adult_num.X.csv"),
        ("sk_hgb_adult", "adult_num.X.csv"),
        ("sk_rf_adult", "adult_fill.X.csv"),
        ("sk191_boost", "synthetic_full.X.csv"),
        ("sk191_boost3", "synthetic_full.X.csv"),
        ("sk191_forest3", "synthetic_full.X.csv"),
        ("sk191_regress", "synthetic_full.X.csv"),
        ("sk191_mirrored", "synthetic.X.csv"),
    ] {
        let worst = worst(name, input, "onnx_scores", in_ulps);
        println!("{name}: {worst} ulp");
        assert_eq!(worst, 0.0, "{name}");
    }
}

/// With more threads onnxruntime sums the trees in parts, and gives other last digits itself: these are of two threads.
#[test]
fn the_number_of_threads_of_onnxruntime_moves_the_last_digits_only() {
    for (name, input) in [
        ("onnx_xgb_adult", "adult_num.X.csv"),
        ("sk_hgb_adult", "adult_num.X.csv"),
        ("sk_rf_adult", "adult_fill.X.csv"),
    ] {
        let worst = worst(name, input, "onnx_probabilities", in_units_of_one);
        println!("{name}: {worst}");
        assert!(worst <= 4.0, "{name}: {worst}");
    }
}

/// Products are added as onnxruntime does: fused, one after the other, the intercept last.
#[test]
fn linear_models_agree_but_for_the_order_of_sums() {
    for name in ["sk191_linear", "sk191_logit", "sk191_softmax"] {
        let worst = worst(name, "synthetic_full.X.csv", "onnx_scores", |a, b| (a - b).abs());
        println!("{name}: {worst:e}");
        assert!(worst <= 1e-6, "{name}: {worst:e}");
    }
}

#[test]
fn the_card_says_what_the_file_is() {
    let card = |file: &str| model(file).model.card().clone();
    let xgb = card("onnx_xgb_adult.onnx");
    assert_eq!((xgb.format.as_str(), xgb.written_by.as_str()), ("onnx", "OnnxMLTools 1.16.0"));
    assert_eq!((xgb.features.len(), xgb.features[13].as_str()), (14, "f13"));
    assert!(xgb.objective.contains("LOGISTIC") && xgb.objective.contains("class `1`"));
    assert_eq!((xgb.leaves, xgb.classes.len()), (1011, 0));
    let forest = card("sk191_forest3.onnx");
    assert_eq!((forest.trees, forest.classes.join(",").as_str()), (5, "0,1,2"));
    assert!(model("sk191_logit.onnx").model.fills().is_none());
}

/// The margin that XGBoost's own contributions add up to is the raw score: the conversion of floats loses nothing but
/// the order of sums and the base score's last digits.
#[test]
fn the_raw_score_of_a_converted_xgboost_model_is_its_margin() {
    let loaded = model("onnx_xgb_adult.onnx");
    let rows = rows(loaded.model.as_ref(), "adult_num.X.csv");
    let contributions = expected("onnx_xgb_adult.xgb_contribs");
    for (row, contributions) in rows.rows().into_iter().zip(contributions.outer_iter()) {
        let mut raw = [0.0];
        loaded.model.raw(row.as_slice().unwrap(), &mut raw);
        assert!((raw[0] - contributions.sum()).abs() < 1e-5, "{raw:?} {}", contributions.sum());
    }
}

/// The attributions of shap are those of the double-precision model that was converted. 1e-5 of the score is more than
/// single-precision leaves lose; a row of which a threshold's rounding changes the path would show here.
#[test]
fn attributions_are_those_of_the_converted_model() {
    for (name, input, columns) in
        [("sk_hgb_adult", "adult_num", 1), ("sk_rf_adult", "adult_fill", 2)]
    {
        let loaded = model(&format!("{name}.onnx"));
        let model = loaded.model.as_ref();
        let background = rows(model, &format!("{input}.background100.csv"));
        let shap = expected(&format!("{name}.shap_interv100"));
        let base = expected(&format!("{name}.shap_interv100_base"));
        let (shap, base) = (shap.as_slice().unwrap(), base.as_slice().unwrap());
        let mut worst = 0.0f64;
        for (r, row) in rows(model, &format!("{input}.X.csv")).rows().into_iter().enumerate() {
            let row = row.as_slice().unwrap();
            let found = interventional(model, row, background.view(), 0).unwrap();
            assert!(found.residual(model, row, 0) <= 1e-9);
            for (f, value) in found.values.iter().enumerate() {
                // the last column is the class that the one score is for
                worst = worst.max((value - shap[(r * 14 + f) * columns + columns - 1]).abs());
            }
            worst = worst.max((found.base_value - base[columns - 1]).abs());
        }
        println!("{name}: {worst:e}");
        assert!(worst <= 1e-5, "{name}: {worst:e}");
    }
}

fn klartext(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(arguments)
        .current_dir(path(""))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Path-dependent values would average by covers that the file does not have.
#[test]
fn without_covers_there_are_no_path_dependent_values() {
    let case = ["attribute", "--model", "models/sk_hgb_adult.onnx", "--data", "adult_num.X.csv"];
    let background = ["--background", "adult_num.background100.csv"];
    for more in [&[][..], &["--method", "tree-path"]] {
        let (code, out, error) = klartext(&[&case[..], more].concat());
        assert_ne!(code, Some(0));
        assert!(out.is_empty() && error.contains("R04"), "{out} {error}");
        assert!(error.contains("without covers") && error.contains("--background"), "{error}");
    }
    let (code, out, error) = klartext(&[&case[..], &background].concat());
    assert_eq!((code, out.lines().count()), (Some(0), 101), "{error}");
}

/// Every fault of a file that is refused: code and what was found.
fn refused(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let faults = from_bytes("m", bytes).map(|_| ()).unwrap_err();
    faults.0.into_iter().map(|f| (f.code, f.found)).collect()
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(path("models").join(name)).unwrap()
}

/// The file with one name in it, wherever it is, put in another's place; both of one length, so that protobuf's lengths hold.
fn changed(name: &str, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = file(name);
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "{name} has no {from}");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn what_is_not_one_model_on_floats_is_refused_by_name() {
    let hgb = "sk_hgb_adult.onnx";
    for (bytes, code, what) in [
        (
            changed("sk191_mirrored.onnx", "AVERAGE", "MINIMUM"),
            "M04",
            "aggregate_function `MINIMUM`",
        ),
        (changed(hgb, "LOGISTIC", "PROBITPR"), "M04", "post_transform `PROBITPR`"),
        (changed(hgb, "BRANCH_LEQ", "BRANCH_XOR"), "M04", "node mode `BRANCH_XOR`"),
        (changed(hgb, "nodes_hitrates", "nodes_whatever"), "M04", "attribute `nodes_whatever`"),
        (changed(hgb, "TreeEnsembleClassifier", "TreeEnsembleClassifieR"), "M04", "operator"),
        (changed("sk_rf_adult.onnx", "post_transform", "Post_transform"), "M04", "Post_transform"),
        (changed(hgb, "class_treeids", "nodes_treeids"), "M05", "`nodes_treeids` twice"),
        (changed("sk191_logit.onnx", "ZipMap", "Binary"), "M04", "`Binary`"),
        (changed("sk191_logit.onnx", "intercepts", "post_trans"), "M04", "`post_trans`"),
    ] {
        let found = refused(&bytes);
        assert!(
            found.iter().any(|(c, f)| *c == code && f.contains(what)),
            "{code} {what}: {found:?}"
        );
    }
}

/// A file that is cut off is refused, unless what is missing is the last imports, which change nothing.
#[test]
fn a_file_cut_off_anywhere_is_a_fault() {
    for name in ["onnx_xgb_adult.onnx", "sk_hgb_adult.onnx", "sk191_logit.onnx"] {
        let bytes = file(name);
        let whole = from_bytes("m", &bytes).unwrap();
        let step = (bytes.len() / 150).max(1);
        let ends =
            (0..bytes.len()).step_by(step).chain(bytes.len().saturating_sub(60)..bytes.len());
        let mut read = 0;
        for end in ends {
            match from_bytes("m", &bytes[..end]) {
                Ok(model) => {
                    read += 1;
                    assert_eq!(model.card(), whole.card(), "{name} cut at {end}");
                }
                Err(faults) => assert!(!faults.0.is_empty()),
            }
        }
        assert!(read <= 4, "{name}: {read} cut files were read");
    }
}

/// Random bytes in the place of others: a fault or a model that can be evaluated, never a panic.
#[test]
fn changed_bytes_never_panic() {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut faults = 0;
    for (name, times) in
        [("sk191_boost.onnx", 1500), ("sk191_mirrored.onnx", 1500), ("sk191_logit.onnx", 1500)]
    {
        let bytes = file(name);
        for _ in 0..times {
            let mut bytes = bytes.clone();
            for _ in 0..1 + next() % 3 {
                let at = (next() % bytes.len() as u64) as usize;
                bytes[at] = next() as u8;
            }
            match from_bytes("m", &bytes) {
                Ok(model) => {
                    let row = vec![0.5; model.card().features.len()];
                    let mut out = vec![0.0; model.outputs()];
                    model.raw(&row, &mut out);
                    assert!(matches!(model.form(), Form::Trees(_) | Form::Linear(_)));
                }
                Err(_) => faults += 1,
            }
        }
    }
    assert!(faults > 500, "only {faults} of the changed files were refused");
}
