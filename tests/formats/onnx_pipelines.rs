//! Promise: what stands before and behind the model of an ONNX file is followed to the columns of the table, so that
//! predictions are onnxruntime's and attributions are of the raw columns; and what is no model of a known form is
//! evaluated as a whole.

use crate::onnx::worst;
use crate::reference::{expected, model, path, rows};
use klartext::attribution::{enumerated, interventional};
use klartext::model::{FeatureKind, Form, Model, Unseen, from_bytes};

/// Distance, missing numbers on both sides being none. onnxruntime's logistic function is right to some 1e-7, whatever
/// the probability, so that a distance relative to a small one says nothing.
fn distance(a: f64, b: f64) -> f64 {
    if a.is_nan() && b.is_nan() { 0.0 } else { (a - b).abs() / b.abs().max(1.0) }
}

/// Scalers, imputers, encoders, bins; missing numbers and categories that no encoder names.
#[test]
fn pipelines_predict_what_onnxruntime_predicts() {
    for (name, form) in [
        ("forest", "trees"),
        ("boost_ordinal", "trees"),
        ("boost_bins", "trees"),
        ("bagging", "trees"),
        ("logit", "linear"),
        ("logit3", "linear"),
        ("rest3", "linear"),
        ("ridge", "linear"),
        ("poisson", "linear"),
        ("sgd", "linear"),
        ("mlp", "other"),
        ("svm", "other"),
        ("svm3", "other"),
        ("neighbours", "other"),
        ("bayes", "other"),
    ] {
        let name = format!("skl1200_{name}");
        let loaded = model(&format!("{name}.onnx"));
        let found = match loaded.model.form() {
            Form::Trees(_) => "trees",
            Form::Linear(_) => "linear",
            Form::Other => "other",
        };
        assert_eq!(found, form, "{name}");
        let worst = worst(&name, "onnx_mixed.X.csv", "onnx_scores", distance);
        println!("{name}: {worst:e}");
        assert!(worst <= 2e-6, "{name}: {worst:e}");
    }
}

/// Values below, at and above each threshold behind a scaler, in single precision: bit for bit.
#[test]
fn folded_thresholds_are_exact() {
    let loaded = model("skl1200_forest.onnx");
    let model = loaded.model.as_ref();
    let given = expected("skl1200_edges.onnx_scores");
    let rows = rows(model, "onnx_edges.X.csv");
    assert!(rows.nrows() > 100 && given.shape() == [rows.nrows(), 2]);
    let mut out = [0.0];
    for (row, given) in rows.rows().into_iter().zip(given.as_slice().unwrap().chunks(2)) {
        model.raw(row.as_slice().unwrap(), &mut out);
        assert_eq!(out[0], given[1], "{row}");
    }
}

/// Version 5: all seven tests, members among them, missing values, two targets.
#[test]
fn the_one_tree_operator_of_version_5() {
    let worst = worst("onnx5_trees", "onnx5.X.csv", "onnx_scores", |a, b| (a - b).abs());
    assert_eq!(worst, 0.0);
}

#[test]
fn features_are_the_columns_of_the_table() {
    let loaded = model("skl1200_forest.onnx");
    let card = loaded.model.card();
    assert_eq!(card.features, ["age", "income", "children", "sex", "job"]);
    assert_eq!(card.positive.as_deref(), Some("yes"));
    let FeatureKind::Category(job) = card.kind(4) else { panic!("{:?}", card.kinds) };
    assert_eq!((job.names.join(" ").as_str(), job.unseen), ("clerk none nurse", Unseen::Other));
    assert!(matches!(loaded.model.form(), Form::Trees(trees) if trees.derived.is_empty()));
    let three = model("skl1200_logit3.onnx");
    assert_eq!(three.model.card().classes, ["0", "1", "2", "3"]);
    // Whole numbers that only an encoder reads are categories by name.
    let bins = model("skl1200_boost_ordinal.onnx");
    let FeatureKind::Category(children) = bins.model.card().kind(2) else { panic!() };
    assert!(children.numeric && children.names.len() == 4);
    assert!(matches!(model("skl1200_mlp.onnx").model.form(), Form::Other));
}

/// The definition of interventional Shapley values on the raw columns, against the methods for trees and sums.
#[test]
fn attributions_are_of_raw_columns() {
    for name in ["skl1200_forest.onnx", "skl1200_boost_bins.onnx", "skl1200_bagging.onnx"] {
        let loaded = model(name);
        let model = loaded.model.as_ref();
        let rows = rows(model, "onnx_mixed.X.csv");
        let background = rows.slice(ndarray::s![20..26, ..]);
        for row in rows.rows().into_iter().take(4) {
            let row = row.as_slice().unwrap();
            let fast = interventional(model, row, background, 0).unwrap();
            let slow = enumerated(model, row, background, 0).unwrap();
            assert!((fast.base_value - slow.base_value).abs() < 1e-9, "{name}");
            for (a, b) in fast.values.iter().zip(&slow.values) {
                assert!((a - b).abs() < 1e-9, "{name}: {a} {b}");
            }
        }
    }
}

/// Real columns: probabilities, and exact values of a weighted sum brought back from the indicators to each raw column.
#[test]
fn a_logistic_regression_behind_encoders_is_attributed_to_raw_columns() {
    let name = "sk_logreg_benefits";
    let probabilities = worst(name, "benefits.X.csv", "onnx_scores", distance);
    assert!(probabilities <= 1e-7, "{probabilities:e}");
    let loaded = model("sk_logreg_benefits.onnx");
    let model = loaded.model.as_ref();
    let background = rows(model, "benefits.background100.csv");
    let given = expected("sk_logreg_benefits.linear_shap_rawcols");
    let base = expected("sk_logreg_benefits.linear_shap_base");
    let given = given.as_slice().unwrap().chunks(16);
    for (row, given) in rows(model, "benefits.X.csv").rows().into_iter().zip(given) {
        let found = interventional(model, row.as_slice().unwrap(), background.view(), 0).unwrap();
        assert!((found.base_value - base.as_slice().unwrap()[0]).abs() <= 2e-7);
        for (value, given) in found.values.iter().zip(given) {
            assert!((value - given).abs() <= 2e-7, "{value} {given}");
        }
    }
}

/// A network: its probabilities, and Shapley values by enumeration as computed independently.
#[test]
fn a_network_is_evaluated_and_attributed_as_a_whole() {
    let probabilities = worst("bb_mlp_injury8", "bb_mlp_injury8.X.csv", "onnx_scores", distance);
    assert!(probabilities <= 2e-6, "{probabilities:e}");
    let loaded = model("bb_mlp_injury8.onnx");
    let model = loaded.model.as_ref();
    assert_eq!(model.outputs(), 1);
    let shapley = expected("bb_mlp_injury8.exact_shapley20_100bg");
    let background = rows(model, "bb_mlp_injury8.background100.csv");
    for (r, row) in rows(model, "bb_mlp_injury8.X.csv").rows().into_iter().take(2).enumerate() {
        let row = row.as_slice().unwrap();
        let found = enumerated(model, row, background.view(), 0).unwrap();
        for (value, given) in found.values.iter().zip(&shapley.as_slice().unwrap()[8 * r..]) {
            assert!((value - given).abs() <= 2e-6, "{value} {given}");
        }
    }
}

/// Sizes that no bytes back, and bytes cut off or changed: a fault or a model, never a panic.
#[test]
fn damaged_pipelines_do_no_harm() {
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for name in ["boost_ordinal", "mlp", "neighbours", "svm", "logit", "bayes"] {
        let bytes = std::fs::read(path("models").join(format!("skl1200_{name}.onnx"))).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 60) {
            drop(from_bytes("m", &bytes[..end]));
        }
        for _ in 0..60 {
            let mut bytes = bytes.clone();
            for _ in 0..1 + next() % 3 {
                let at = (next() % bytes.len() as u64) as usize;
                bytes[at] = next() as u8;
            }
            if let Ok(model) = from_bytes("m", &bytes) {
                evaluated(model.as_ref());
            }
        }
    }
}

fn evaluated(model: &dyn Model) {
    let mut out = vec![0.0; model.outputs()];
    for x in [0.5, f64::NAN, -1e300] {
        model.raw(&vec![x; model.card().features.len()], &mut out);
    }
}
