//! Promise: every trap of scikit-learn's models in skops files goes as in scikit-learn: each setting of its encoders,
//! codes and categories that training did not have, values at the thresholds, missing values in every column, many trees,
//! long paths and one leaf. `make_skops_traps.py` wrote the files.

use std::io::{Cursor, Read, Write};

use klartext::model::{Model, from_bytes};

use crate::compare::{predictions, refused, relative, scaled};
use crate::reference::{expected, model, path, rows};

/// The archive of 120 trees that scikit-learn wrote: each tree names five members, one of them among the arguments that
/// it is made with.
#[test]
fn forests_of_more_than_a_hundred_trees_are_read() {
    let loaded = model("trap191_hundred.skops");
    assert_eq!((loaded.model.card().trees, loaded.model.card().leaves), (120, 240));
    let worst = worst("trap191_hundred", "skops_trap_edges");
    assert!(worst <= 1e-12, "{worst:e}");
}

fn worst(name: &str, table: &str) -> f64 {
    let (raw, value) = predictions(&format!("{name}.skops"), &format!("{table}.X.csv"), scaled);
    println!("{name}: {raw:e} {value:e}");
    raw.max(value)
}

/// OneHotEncoder: four rules for unknown categories, each with five for rare ones and three for dropped ones, on texts
/// with missing ones, on two texts, on numbers with missing ones and on numbers without; dropped by name and given
/// categories too. Unknown are texts, -1, 2.7, 1e9, and missing values where training had none.
#[test]
fn one_hot_encoders_follow_every_setting() {
    for (unknown, table) in [
        ("error", "skops_known"),
        ("ignore", "skops_codes"),
        ("infrequent_if_exist", "skops_codes"),
        ("warn", "skops_codes"),
    ] {
        let worst = worst(&format!("trap191_onehot_{unknown}"), table);
        assert!(worst <= 1e-12, "{unknown}: {worst:e}");
    }
}

/// OrdinalEncoder: codes of unknown and of missing categories, numbers and none, rare ones in a group.
#[test]
fn ordinal_encoders_follow_every_setting() {
    for (name, table) in [
        ("ordinal", "skops_codes"),
        ("ordinal_error", "skops_known"),
        ("ordinal_missing", "skops_codes"),
    ] {
        let worst = worst(&format!("trap191_{name}"), table);
        assert!(worst <= 1e-12, "{name}: {worst:e}");
    }
}

/// What an encoder refuses has no score, and is no missing value in secret.
#[test]
fn what_an_encoder_refuses_has_no_score() {
    for name in ["trap191_onehot_error", "trap191_ordinal_error"] {
        let loaded = model(&format!("{name}.skops"));
        let model = loaded.model.as_ref();
        let known = rows(model, "skops_known.X.csv").row(0).to_vec();
        for (feature, value) in [(2, -1.0), (2, 2.7), (2, 1e9), (3, f64::NAN), (3, 4.0)] {
            let mut row = known.clone();
            row[feature] = value;
            let mut out = [0.0];
            model.raw(&row, &mut out);
            assert!(out[0].is_nan(), "{name}: {value} in column {feature} gives {}", out[0]);
        }
    }
}

/// Histogram gradient boosting: codes -1, 2.7, 1e9, unknown texts and missing values in columns of categories.
#[test]
fn categories_of_histogram_boosting_are_scikit_learns() {
    for (name, table) in [("hist_codes", "skops_plain_codes"), ("hist_typed", "skops_codes")] {
        let worst = worst(&format!("trap191_{name}"), table);
        assert!(worst <= 1e-12, "{name}: {worst:e}");
    }
}

/// Every threshold, the next singles and doubles beside it, and halfway to the next single, where rounding turns.
/// Trained with weights of rows and of classes.
#[test]
fn values_at_the_thresholds_go_where_scikit_learn_sends_them() {
    for name in ["forest_edges", "extra_edges", "boosted_edges", "hist_edges", "tree_edges"] {
        let worst = worst(&format!("trap191_{name}"), "skops_trap_edges");
        assert!(worst <= 1e-12, "{name}: {worst:e}");
    }
}

/// Each column missing alone, all of them, zeros of both signs, and numbers that single precision takes for zero.
#[test]
fn missing_values_go_where_scikit_learn_sends_them() {
    for name in ["forest_edges", "extra_edges", "hist_edges", "tree_edges"] {
        let loaded = model(&format!("trap191_{name}.skops"));
        let given = expected(&format!("trap191_{name}.empty"));
        let n = loaded.model.outputs();
        let mut out = vec![0.0; n];
        let rows = rows(loaded.model.as_ref(), "skops_trap_gaps.X.csv");
        assert_eq!(given.len(), rows.nrows() * n);
        for (row, given) in rows.rows().into_iter().zip(given.as_slice().unwrap().chunks(n)) {
            loaded.model.raw(row.as_slice().unwrap(), &mut out);
            for (value, given) in out.iter().zip(given) {
                assert!(scaled(*value, *given) <= 1e-12, "{name}: {row} {value} {given}");
            }
        }
    }
}

/// The path-dependent game weighs by the weights of the training rows, not by their number.
#[test]
fn covers_are_weights_of_rows() {
    for name in ["forest_edges", "extra_edges", "tree_edges"] {
        let loaded = model(&format!("trap191_{name}.skops"));
        let klartext::model::Form::Trees(trees) = loaded.model.form() else { panic!() };
        let given = expected(&format!("trap191_{name}.contribs"));
        let rows = rows(trees, "skops_trap_edges.X.csv");
        let n = trees.outputs();
        for (r, row) in rows.rows().into_iter().take(60).enumerate() {
            for k in 0..n {
                let found =
                    klartext::attribution::path_dependent(trees, row.as_slice().unwrap(), k);
                let theirs = &given.as_slice().unwrap()[(r * n + k) * 4..][..4];
                for (own, theirs) in found.values.iter().chain([&found.base_value]).zip(theirs) {
                    assert!(scaled(*own, *theirs) < 1e-9, "{name} {r}: {own} {theirs}");
                }
            }
        }
    }
}

/// A path of 26 splits, as long as histogram gradient boosting finds one (of 31: `skops::predictions…`); one leaf.
#[test]
fn long_paths_and_single_leaves_are_read() {
    for (name, table) in [("hist_deep", "skops_trap_walk"), ("hist_leaf", "skops_trap_edges")] {
        let worst = worst(&format!("trap191_{name}"), table);
        assert!(worst <= 1e-12, "{name}: {worst:e}");
    }
    assert!(model("trap191_hist_deep.skops").model.card().depth >= 26);
    assert_eq!(model("trap191_hist_leaf.skops").model.card().depth, 0);
}

/// 5,000 trees: the forest's four over and over, as the script did it for scikit-learn.
#[test]
fn five_thousand_trees_are_averaged_in_order() {
    let bytes = std::fs::read(path("models/trap191_forest_edges.skops")).unwrap();
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for i in 0..from.len() {
        let mut member = from.by_index(i).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        if member.name() == "schema.json" {
            let mut schema: serde_json::Value = serde_json::from_slice(&content).unwrap();
            let list = schema["content"]["content"]["estimators_"]["content"].as_array_mut();
            let list = list.unwrap();
            let trees = list.clone();
            while list.len() < 5_000 {
                list.extend_from_slice(&trees);
            }
            content = schema.to_string().into_bytes();
        }
        to.start_file(member.name(), options).unwrap();
        to.write_all(&content).unwrap();
    }
    let bytes = to.finish().unwrap().into_inner();
    let model = from_bytes("many", &bytes).map_err(|faults| faults.to_string()).unwrap();
    assert_eq!(model.card().trees, 5_000);
    let given = expected("trap191_many.margin");
    let mut out = vec![0.0; model.outputs()];
    let rows = rows(model.as_ref(), "skops_trap_edges.X.csv");
    let given = given.as_slice().unwrap().chunks(out.len());
    for (row, given) in rows.rows().into_iter().zip(given) {
        model.raw(row.as_slice().unwrap(), &mut out);
        for (value, given) in out.iter().zip(given) {
            assert!(relative(*value, *given) <= 1e-12, "{value} {given}");
        }
    }
}

/// Models of models and several targets with classes.
#[test]
fn models_of_models_are_refused_by_name() {
    let file = |name: &str| {
        std::fs::read(path("models").join(format!("trap191_refused_{name}.skops"))).unwrap()
    };
    refused([
        (file("chain"), "M04", "ClassifierChain"),
        (file("several"), "M04", "MultiOutputClassifier"),
        (file("stacked"), "M04", "StackingClassifier"),
        (file("voting"), "M04", "VotingClassifier"),
        (file("calibrated"), "M04", "CalibratedClassifierCV"),
        (file("adaboost"), "M04", "AdaBoostClassifier"),
        (file("bagging"), "M04", "BaggingClassifier"),
        (file("multilabel"), "M04", "RandomForestClassifier"),
        (file("text_targets"), "M04", "DecisionTreeClassifier"),
        (file("target_encoder"), "M04", "TargetEncoder"),
    ]);
}
