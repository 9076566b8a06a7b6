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
    let (margin, pred) = (
        expected(&format!("{name}.margin")),
        expected(&format!("{name}.pred")),
    );
    let rows = rows(model, input);
    let n = model.outputs();
    assert_eq!(
        (margin.len(), pred.len()),
        (rows.nrows() * n, rows.nrows() * n),
        "{file}"
    );
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = (0.0f64, 0.0f64);
    for (r, row) in rows.rows().into_iter().enumerate() {
        model.raw(row.as_slice().unwrap(), &mut raw);
        model.value(&raw, &mut value);
        for k in 0..n {
            let at = r * n + k;
            worst.0 = worst
                .0
                .max(distance(raw[k], margin.as_slice().unwrap()[at]));
            worst.1 = worst
                .1
                .max(distance(value[k], pred.as_slice().unwrap()[at]));
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
        let (raw, value) = errors(file, input, |a, b| {
            (a - b).abs() / b.abs().max(f64::MIN_POSITIVE)
        });
        println!("{file}: raw {raw:e}, value {value:e} relative");
        assert!(raw <= 1e-12 && value <= 1e-12, "{file}: {raw:e} {value:e}");
    }
}

#[test]
fn both_forms_of_a_file_are_one_model() {
    let (json, ubjson) = (model("xgb_adult_100x6.json"), model("xgb_adult_100x6.ubj"));
    assert_ne!(json.sha256, ubjson.sha256);
    let klartext::model::Form::Trees(a) = json.model.form() else {
        panic!()
    };
    let klartext::model::Form::Trees(b) = ubjson.model.form() else {
        panic!()
    };
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
        (
            xgboost("reg:gamma", "reg:quantileerror"),
            "M04",
            "reg:quantileerror",
        ),
        (
            xgboost("\"name\":\"gbtree\"", "\"name\":\"gblinear\""),
            "M04",
            "gblinear",
        ),
        (
            xgboost("\"num_target\":\"1\"", "\"num_target\":\"2\""),
            "M04",
            "2 targets",
        ),
        (
            xgboost("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\""),
            "M04",
            "vector in each leaf",
        ),
        (
            xgboost("\"enc\":[]", "\"enc\":[1]"),
            "M04",
            "category names",
        ),
        (
            xgboost("\"tree_info\"", "\"scaled_by\":2,\"tree_info\""),
            "M03",
            "scaled_by",
        ),
        (
            xgboost("\"base_score\":\"[", "\"base_score\":\"[-"),
            "M05",
            "base score",
        ),
        (
            xgboost(
                "\"num_feature\":\"5\",\"num_target\"",
                "\"num_feature\":\"4\",\"num_target\"",
            ),
            "M05",
            "feature names",
        ),
        (
            xgboost("\"num_class\":\"0\"", "\"num_class\":\"4000000000\""),
            "M05",
            "4000000000 classes",
        ),
        (
            xgboost("\"left_children\":[1,", "\"left_children\":[0,"),
            "M05",
            "node 0 reached twice",
        ),
        (
            xgboost("\"left_children\":[1,", "\"left_children\":[9999,"),
            "M05",
            "child 9999",
        ),
        (
            xgboost("\"left_children\":[1,", "\"left_children\":[-7,"),
            "M05",
            "children -7",
        ),
        (
            xgboost("\"sum_hessian\":[", "\"sum_hessian\":[1,"),
            "M05",
            "different lengths",
        ),
        (lightgbm("is_linear=0", "is_linear=1"), "M04", "linear_tree"),
        (
            lightgbm("objective=tweedie", "objective=cross_entropy_lambda"),
            "M04",
            "cross_entropy_lambda",
        ),
        (
            lightgbm("left_child=", "left_child=9 "),
            "M05",
            "left_child",
        ),
        (lightgbm("end of trees", "end of tre"), "M03", "ends before"),
        (lightgbm("leaf_value=", "leaf_value=x"), "M03", "leaf_value"),
        (
            b"{\"schema\":\"klartext.linfa/9\"}".to_vec(),
            "M04",
            "klartext.linfa/9",
        ),
        (b"{\"oblivious_trees\":[]}".to_vec(), "M04", "CatBoost"),
        (b"<?xml version=\"1.0\"?><PMML/>".to_vec(), "M04", "PMML"),
        (b"\x80\x04\x95".to_vec(), "M04", "pickle"),
        (b"hello".to_vec(), "M02", "no known format"),
        (b"".to_vec(), "M03", "empty"),
        (
            [b"{\"a\":".as_slice(), &[b'['; 100_000]].concat(),
            "M03",
            "",
        ),
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
    let bytes = changed(
        "xgb341_gamma.json",
        "\"num_target\":\"1\"",
        "\"num_target\":\"2\"",
    );
    let text = String::from_utf8(bytes)
        .unwrap()
        .replace("\"left_children\":[1,", "\"left_children\":[0,");
    let trees = text.matches("\"left_children\":[0,").count();
    assert!(trees > 1);
    assert_eq!(codes(text.as_bytes()).len(), 1 + trees);
}

/// A file cut off anywhere, or with any byte changed, is refused or read, and never panics, hangs or takes memory
/// that it only declares. Models that are read still predict.
#[test]
fn damaged_files_do_no_harm() {
    for file in [
        "xgb341_dart.json",
        "xgb214_adult.ubj",
        "lgb470_category.txt",
    ] {
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
