//! Promise: predictions equal XGBoost's bit for bit in single precision, or within one unit in the last place for
//! transcendental links; a file that cannot be read exactly is refused by name.

use crate::compare::{changed, codes, predictions, refused, ulps};
use crate::reference::{model, path};

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
        let (raw, value) = predictions(file, input, |a, b| f64::from(ulps(a, b)));
        println!("{file}: raw {raw} ulp, value {value} ulp");
        assert_eq!(raw, 0.0, "{file}: raw score, ulp");
        assert!(value <= 1.0, "{file}: value, {value} ulp");
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

/// What cannot be read exactly is refused by name, and contradictions are found.
#[test]
fn what_xgboost_writes_and_is_not_read_is_refused() {
    let xgboost = |from: &str, to: &str| changed("xgb341_gamma.json", from, to);
    refused([
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
    ]);
}

#[test]
fn every_fault_of_a_file_comes_in_one_go() {
    let bytes = changed("xgb341_gamma.json", "\"num_target\":\"1\"", "\"num_target\":\"2\"");
    let text =
        String::from_utf8(bytes).unwrap().replace("\"left_children\":[1,", "\"left_children\":[0,");
    let trees = text.matches("\"left_children\":[0,").count();
    assert!(trees > 1);
    assert_eq!(codes(text.as_bytes()).len(), 1 + trees);
}
