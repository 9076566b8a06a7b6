//! Models of scikit-learn in skops files, against what scikit-learn 1.9.1 and 1.5.2 predict from them.

use std::io::{Cursor, Read, Write};

use klartext::model::{FeatureKind, Form, from_bytes};

use crate::compare::{contributions, predictions, refused, scaled};
use crate::reference::{model, path};

/// Model and table.
const MODELS: [(&str, &str); 39] = [
    ("sk191_forest", "skops_gaps"),
    ("sk191_boosted", "skops_full"),
    ("sk191_hist", "skops_gaps"),
    ("sk191_tree", "skops_gaps"),
    ("sk191_rare", "skops_odd"),
    ("sk191_extra", "skops_gaps"),
    ("sk191_extra_two", "skops_full"),
    ("sk191_targets", "skops_full"),
    ("sk191_weighted", "skops_full"),
    ("sk191_exponential", "skops_full"),
    ("sk191_quantile", "skops_full"),
    ("sk191_zero", "skops_full"),
    ("sk191_subsampled", "skops_full"),
    ("sk191_leaf", "skops_full"),
    ("sk191_gamma", "skops_gaps"),
    ("sk191_hist_quantile", "skops_gaps"),
    ("sk191_named", "skops_named"),
    ("sk191_linear_targets", "skops_full"),
    ("sk191_no_intercept", "skops_full"),
    ("sk191_ridge_class", "skops_full"),
    ("sk191_sgd", "skops_full"),
    ("sk191_poisson", "skops_full"),
    ("sk191_tweedie", "skops_full"),
    ("sk191_searched", "skops_full"),
    ("sk191_bins", "skops_mixed"),
    ("sk191_bins_trees", "skops_odd"),
    ("sk191_ordinal", "skops_odd"),
    ("sk191_union", "skops_gaps"),
    ("sk191_edges", "skops_edges"),
    ("sk191_edges_scaled", "skops_edges"),
    ("sk191_deep", "skops_deep"),
    ("sk191_nameless", "skops_nameless"),
    ("sk152_forest", "skops_gaps"),
    ("sk152_boosted", "skops_full"),
    ("sk152_hist", "skops_gaps"),
    ("sk152_tree", "skops_gaps"),
    ("sk152_rest", "skops_full"),
    ("sk152_softmax", "skops_full"),
    ("sk152_rare", "skops_odd"),
];

#[test]
fn predictions_are_those_of_scikit_learn() {
    let mut worst = Vec::new();
    for (name, table) in MODELS {
        let (raw, value) = predictions(&format!("{name}.skops"), &format!("{table}.X.csv"), scaled);
        if raw.max(value) > 1e-12 {
            worst.push(format!("{name}: {raw:e} {value:e}"));
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}

/// The weights of the path-dependent game are those of the training rows.
#[test]
fn contributions_are_those_of_shap() {
    for (name, table) in [
        ("sk191_forest", "skops_gaps"),
        ("sk191_tree", "skops_gaps"),
        ("sk191_extra", "skops_gaps"),
        ("sk191_extra_two", "skops_full"),
        ("sk191_targets", "skops_full"),
        ("sk191_weighted", "skops_full"),
        ("sk191_subsampled", "skops_full"),
    ] {
        let error = contributions(&format!("{name}.skops"), &format!("{table}.X.csv"));
        assert!(error < 1e-9, "{name}: {error:e}");
    }
}

/// Attributions are about the columns of the table, not about those of an encoder.
#[test]
fn pipelines_are_explained_on_the_columns_of_the_table() {
    let loaded = model("sk191_rare.skops");
    let card = loaded.model.card();
    assert_eq!(card.features, ["age", "wage", "months", "z", "branch", "sex", "zone"]);
    let FeatureKind::Category(branch) = card.kind(4) else { panic!("{:?}", card.kinds) };
    assert_eq!(branch.names, ["IT", "bau", "büro", "pflege", "q", "x y"]);
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    assert!(trees.derived.is_empty());
    assert_eq!(card.positive.as_deref(), Some("1"));
    assert!(card.covers && card.trees == 5 && card.rounds == 5);
    let loaded = model("sk191_boosted.skops");
    assert_eq!(loaded.model.card().classes, ["hoch", "mittel", "tief"]);
    assert_eq!(loaded.model.card().written_by, "scikit-learn 1.9.1");
    assert!(loaded.model.card().missing.contains("refused"));
}

/// Where scikit-learn refuses a missing value, there is no score; a part of the rounds is that of the whole.
#[test]
fn a_missing_value_that_scikit_learn_refuses_has_no_score() {
    let loaded = model("sk191_boosted.skops");
    let mut out = [0.0; 3];
    loaded.model.raw(&[30.0, f64::NAN, 1.0, 0.0], &mut out);
    assert!(out.iter().all(|x| x.is_nan()));
    let part = loaded.model.part(0..2).unwrap();
    part.raw(&[30.0, f64::NAN, 1.0, 0.0], &mut out);
    assert!(out.iter().all(|x| x.is_nan()));
    let mut whole = [0.0; 3];
    loaded.model.part(0..5).unwrap().raw(&[30.0, 900.0, 1.0, 0.0], &mut out);
    loaded.model.raw(&[30.0, 900.0, 1.0, 0.0], &mut whole);
    assert_eq!(out, whole);
}

/// The archive with its schema changed.
fn changed(name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let bytes = std::fs::read(path("models").join(name)).unwrap();
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for i in 0..from.len() {
        let mut member = from.by_index(i).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        if member.name() == "schema.json" {
            content = change(std::str::from_utf8(&content).unwrap()).into_bytes();
        }
        to.start_file(member.name(), options).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn what_cannot_be_read_exactly_is_refused_by_name() {
    let swap = |file: &str, from: &str, to: &str| {
        changed(file, |schema| {
            assert!(schema.contains(from), "{file} has no {from}");
            schema.replace(from, to)
        })
    };
    refused([
        (
            swap("sk191_tree.skops", "DecisionTreeClassifier", "MLPClassifier"),
            "M04",
            "MLPClassifier",
        ),
        (swap("sk191_tree.skops", "sklearn.tree._classes", "os"), "M04", "os.DecisionTree"),
        (swap("sk191_poisson.skops", "\"MaxAbsScaler\"", "\"PCA\""), "M04", "`PCA`"),
        (
            swap("sk191_union.skops", "\"StandardScaler\"", "\"PowerTransformer\""),
            "M04",
            "PowerTransformer",
        ),
        (
            swap("sk191_exponential.skops", "\\\"exponential\\\"", "\\\"own\\\""),
            "M04",
            "the loss `own`",
        ),
        (
            swap("sk191_sgd.skops", "\\\"log_loss\\\"", "\\\"modified_huber\\\""),
            "M04",
            "modified_huber",
        ),
        (swap("sk191_tree.skops", "\"tree_\"", "\"wood_\""), "M05", "without a tree"),
        (
            swap("sk191_tree.skops", "\"n_features_in_\"", "\"n_features\""),
            "M05",
            "how many columns",
        ),
        (swap("sk191_tree.skops", ".npy", ".npz"), "M03", ".npz"),
        (changed("sk191_tree.skops", |_| "[".repeat(100_000)), "M03", "recursion limit"),
        (changed("sk191_tree.skops", |_| "{\"__class__\":".repeat(100_000)), "M03", ""),
        (b"\x80\x04\x95".to_vec(), "M04", "skops.io.dump"),
    ]);
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    for name in ["sk191_tree.skops", "sk191_leaf.skops"] {
        let bytes = std::fs::read(path("models").join(name)).unwrap();
        for end in (0..bytes.len()).step_by(97).chain(bytes.len() - 30..bytes.len()) {
            assert!(from_bytes("m", &bytes[..end]).is_err(), "{name} cut at {end}");
        }
    }
}

/// A byte changed anywhere is refused or changes a number; it does no harm.
#[test]
fn a_changed_byte_does_no_harm() {
    let bytes = std::fs::read(path("models").join("sk191_tree.skops")).unwrap();
    for at in (0..bytes.len()).step_by(211) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        if let Ok(model) = from_bytes("m", &changed) {
            let mut out = vec![0.0; model.outputs()];
            model.raw(&vec![1.0; model.card().features.len()], &mut out);
        }
    }
}
