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
