//! Promise: predictions and path-dependent attributions of CatBoost models, JSON and binary, equal CatBoost's own, and a
//! file that cannot be read exactly is refused by name, never read wrongly. Categories: see also `catboost_categories`.

use crate::compare::{contributions, predictions, relative};
use crate::reference::{expected, model, path, rows};
use klartext::attribution::{Interventional, exact_score, path_dependent};
use klartext::model::{Form, MissingRule, Node, Split, from_bytes};

/// File and rows; whether CatBoost gives contributions of it.
const MODELS: [(&str, &str, bool); 26] = [
    ("cb_adult_num.json", "adult_num", true),
    ("cb1210_depthwise.json", "synthetic", true),
    ("cb1210_lossguide.json", "synthetic", true),
    ("cb1210_multi.json", "synthetic", true),
    ("cb1210_multi_depthwise.json", "synthetic", true),
    ("cb1210_ova.json", "synthetic", true),
    ("cb1210_nanmax.json", "synthetic", true),
    ("cb1210_scaled.json", "synthetic", false),
    ("cb1210_poisson.json", "synthetic", true),
    ("cb1210_variance.cbm", "synthetic", false),
    ("cb1210_labels.cbm", "synthetic", false),
    ("cb1210_targets.cbm", "synthetic", false),
    ("cb1210_tweedie.cbm", "synthetic", true),
    ("cb1210_focal.json", "synthetic", true),
    ("cb1210_focal.cbm", "synthetic", true),
    ("cb1210_rank.cbm", "synthetic", true),
    ("cb1210_weighted.cbm", "synthetic", true),
    ("cb1210_named.cbm", "synthetic", true),
    ("cb1210_deep.cbm", "synthetic", true),
    ("cb1210_leaf.json", "synthetic", false),
    ("cb1210_leaf.cbm", "synthetic", false),
    ("cb1210_monotone.cbm", "synthetic", false),
    ("cb1210_sum.json", "synthetic", false),
    ("cb1210_sum.cbm", "synthetic", false),
    // Every border of the model, and the next numbers of single precision on both sides; NaN in every feature.
    ("cb1210_borders.json", "catboost_borders", true),
    ("cb1210_borders.cbm", "catboost_borders", true),
];

#[test]
fn predictions_are_the_librarys() {
    for (file, input, _) in MODELS {
        let worst = predictions(file, &format!("{input}.X.csv"), |a, b| {
            (a - b).abs() / b.abs().max(f64::MIN_POSITIVE)
        });
        println!("{file}: raw {:e}, value {:e} relative", worst.0, worst.1);
        assert!(worst.0 <= 1e-14 && worst.1 <= 1e-14, "{file}: {worst:?}");
    }
}

#[test]
fn path_dependent_values_are_the_librarys() {
    for (file, input, given) in MODELS {
        if given {
            let worst = contributions(file, &format!("{input}.X.csv"));
            println!("{file}: contributions {worst:e}");
            assert!(worst <= 1e-12, "{file}: {worst:e}");
        }
    }
}

/// CatBoost's own interventional ShapValues over the 100 background rows; the last column is the base value.
#[test]
fn interventional_values_are_the_librarys() {
    let loaded = model("cb_adult_num.json");
    let model = loaded.model.as_ref();
    let background = rows(model, "adult_num.background100.csv");
    let interventional = Interventional::new(model, background.view()).unwrap();
    let wanted = expected("cb_adult_num.shapvalues_interv100");
    let mut worst = 0.0f64;
    for (r, row) in rows(model, "adult_num.X.csv").rows().into_iter().enumerate() {
        let found = interventional.explain(row.as_slice().unwrap(), 0);
        for (f, value) in found.values.iter().chain([&found.base_value]).enumerate() {
            worst = worst.max((value - wanted[[r, f]]).abs());
        }
    }
    println!("interventional: {worst:e}");
    assert!(worst <= 1e-6, "{worst:e}");
}

/// What `ntree_start` and `ntree_end` give: the bias belongs to the first tree.
#[test]
fn parts_are_the_librarys() {
    for (file, input) in [
        ("cb1210_onehot.json", "categories"),
        ("cb1210_onehot.cbm", "categories"),
        ("cb1210_targets.cbm", "synthetic"),
    ] {
        let loaded = model(file);
        assert_eq!(loaded.model.card().rounds, 6);
        for (from, to) in [(0, 4), (2, 5)] {
            let part = loaded.model.part(from..to).unwrap();
            let name = file.split('.').next().unwrap();
            let wanted = expected(&format!("{name}.part{from}-{to}"));
            let mut raw = vec![0.0; part.outputs()];
            let rows = rows(part.as_ref(), &format!("{input}.X.csv"));
            let wanted = wanted.as_slice().unwrap().chunks(raw.len());
            for (row, wanted) in rows.rows().into_iter().zip(wanted) {
                part.raw(row.as_slice().unwrap(), &mut raw);
                for (found, wanted) in raw.iter().zip(wanted) {
                    assert!(relative(*found, *wanted) <= 1e-14, "{file} {from}..{to}");
                }
            }
        }
        assert_eq!(loaded.model.part(0..7).unwrap_err().0[0].code, "M08");
    }
}

/// Where leaves have values that no training row reached, they count only for the rows that reach them, as in
/// CatBoost's ShapValues on the training rows.
#[test]
fn leaves_without_training_rows_count_where_they_are_reached() {
    let loaded = model("cb1210_monotone.cbm");
    assert!(loaded.model.card().notes.iter().any(|note| note.contains("no training row reached")));
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    let mut emptied = trees.clone();
    for node in emptied.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
        if let Node::Leaf { value, cover: 0.0 } = node {
            *value = 0.0;
        }
    }
    assert_ne!(emptied.trees, trees.trees);
    let mut compared = 0;
    for row in rows(trees, "synthetic.X.csv").rows() {
        let row = row.as_slice().unwrap();
        let found = path_dependent(trees, row, 0);
        assert!(found.residual(trees, row, 0) < 1e-12);
        if exact_score(&emptied, row, 0) == exact_score(trees, row, 0) {
            emptied.skips_uncovered = false;
            assert_eq!(found, path_dependent(&emptied, row, 0));
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// Trap: 5,000 trees. Each asks whether feature 0 is above its number; above it is worth 1.
#[test]
fn many_trees_are_read() {
    const COUNT: usize = 5_000;
    let borders: Vec<String> = (0..COUNT).map(|t| t.to_string()).collect();
    let trees: Vec<String> = (0..COUNT)
        .map(|t| {
            format!(
                r#"{{"leaf_values":[0,1],"leaf_weights":[1,3],"splits":[{{"border":{t},
                "float_feature_index":0,"split_index":{t},"split_type":"FloatFeature"}}]}}"#
            )
        })
        .collect();
    let file = format!(
        r#"{{"features_info":{{"float_features":[{{"borders":[{}],"feature_id":"x","feature_index":0,
        "flat_feature_index":0,"has_nans":false,"nan_value_treatment":"AsIs"}}]}},
        "model_info":{{"params":{{"loss_function":{{"type":"RMSE"}}}}}},"scale_and_bias":[1,[0.5]],
        "oblivious_trees":[{}]}}"#,
        borders.join(","),
        trees.join(",")
    );
    let model = from_bytes("m", file.as_bytes()).unwrap();
    assert_eq!((model.card().trees, model.card().rounds), (COUNT, COUNT));
    for (x, score) in [(-1.0, 0.5), (0.0, 0.5), (17.5, 18.5), (1e9, 5000.5), (f64::NAN, 0.5)] {
        let mut raw = [0.0];
        model.raw(&[x], &mut raw);
        assert_eq!(raw[0], score, "{x}");
    }
}

/// Trap: CatBoost compares `x > border` after rounding to single precision; the border itself goes left, and so does a
/// double that rounds to it.
#[test]
fn values_at_a_border_go_where_the_library_sends_them() {
    let loaded = model("cb1210_poisson.json");
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    let Some(Node::Inner { feature, split, left, .. }) = trees.trees[0].nodes.first() else {
        panic!()
    };
    // The root is the last split of the file.
    assert_eq!((*feature, *left), (4, 1));
    let Split::Threshold { at, missing, .. } = split else { panic!() };
    assert_eq!((*at, *missing), (0.5, MissingRule::NanLeft));
    let goes_left = |x: f64| split.goes_left(trees.seen(x));
    assert!(goes_left(0.5) && goes_left(0.5 + 1e-9));
    assert!(!goes_left(f64::from(0.5f32.next_up())));
}

#[test]
fn what_a_file_says_about_itself() {
    let card = model("cb1210_multi.json").model.card().clone();
    assert_eq!(
        (card.format.as_str(), card.written_by.as_str()),
        ("catboost-json", "CatBoost 1.2.10")
    );
    assert_eq!(
        (card.objective.as_str(), card.classes.as_slice()),
        ("MultiClass", ["0", "1", "2", "3"].map(String::from).as_slice())
    );
    assert_eq!(
        (card.features, card.trees, card.depth, card.leaves),
        (["a", "b", "c", "d", "e"].map(String::from).into(), 16, 3, 128)
    );
    assert!(card.missing.contains("smaller than every border."), "{}", card.missing);
    // Feature e has no missing values.
    let card = model("cb1210_nanmax.json").model.card().clone();
    assert!(card.missing.ends_with("larger than every border in: a, b, c, d."), "{}", card.missing);
}

/// One change of a reference file.
fn changed(file: &str, from: &str, to: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(path("models").join(file)).unwrap();
    // The file as it is, without blanks between its parts.
    let text = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    assert!(text.contains(from), "{file} has no {from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_cannot_be_read_exactly_is_refused_by_name() {
    let multi = |from: &str, to: &str| changed("cb1210_multi.json", from, to);
    let depthwise = |from: &str, to: &str| changed("cb1210_depthwise.json", from, to);
    let categorical = r#"{"categorical_features":[{"feature_id":"status","feature_index":0,"flat_feature_index":5}],"#;
    let text = categorical.replace("categorical", "text");
    let features = "\"features_info\":{";
    let put = |given: &str| multi(features, &format!("\"features_info\":{given}"));
    for (bytes, code, named) in [
        (put(&text), "M04", "text feature `status`"),
        (put(&text.replace("text", "embedding")), "M04", "embedding feature `status`"),
        (put("{\"image_features\":[],"), "M03", "image_features"),
        (multi("FloatFeature", "WordFeature"), "M04", "WordFeature"),
        (multi("FloatFeature", "OneHotFeature"), "M05", "without feature"),
        (
            multi("\"type\":\"MultiClass\"},\"metadata\"", "\"type\":\"CtrFactor\"},\"metadata\""),
            "M04",
            "CtrFactor",
        ),
        (
            multi("\"scale_and_bias\":[1,[0,0,0,0]]", "\"scale_and_bias\":[1,[0]]"),
            "M05",
            "1 biases",
        ),
        (
            multi("\"scale_and_bias\":[1,[0,0,0,0]]", "\"scale_and_bias\":[1,[0,0,0]]"),
            "M05",
            "4 class names",
        ),
        (multi("\"scale_and_bias\":[1,", "\"scale_and_bias\":[1e999,"), "M03", "out of range"),
        (multi("\"leaf_values\":[", "\"leaf_values\":[1,"), "M05", "33 leaf values"),
        (multi("\"leaf_weights\":[", "\"leaf_weights\":[1,"), "M05", "9 leaf weights"),
        (multi("\"leaf_weights\":[", "\"leaf_weights\":[-"), "M05", "cover -"),
        (multi("\"float_feature_index\":0", "\"float_feature_index\":5"), "M05", "a split Above"),
        (multi("\"float_feature_index\":0", "\"float_feature_index\":4"), "M05", "a split Above"),
        (multi("\"float_feature_index\":0", "\"float_feature_index\":-1"), "M03", ""),
        (multi("\"flat_feature_index\":1", "\"flat_feature_index\":2"), "M05", "in place 2"),
        (multi("\"feature_index\":1", "\"feature_index\":2"), "M05", "out of order"),
        (multi("\"split_index\":", "\"split_index\":1000000000"), "M05", "which no feature has"),
        (multi("\"split_index\":", "\"split_index\":-1"), "M03", ""),
        (multi("\"borders\":[", "\"borders\":[9,"), "M05", "ascending"),
        (multi("\"feature_id\":\"b\"", "\"feature_id\":\"a\""), "M05", "`a` twice"),
        (
            multi(
                "\"has_nans\":true,\"nan_value_treatment\":\"AsFalse\"",
                "\"has_nans\":false,\"nan_value_treatment\":\"AsTrue\"",
            ),
            "M05",
            "without missing",
        ),
        (multi("AsFalse", "AsMean"), "M03", "AsMean"),
        (multi("\"oblivious_trees\":", "\"trees\":[],\"oblivious_trees\":"), "M05", "two lists"),
        (multi("\"oblivious_trees\":", "\"_trees\":"), "M03", "_trees"),
        (
            depthwise("\"value\":", "\"value\":[1,2],\"weight\":1},\"right\":{\"value\":"),
            "M03",
            "duplicate",
        ),
        (depthwise("\"weight\":", "\"value_weight\":"), "M03", "value_weight"),
        (depthwise("\"weight\":", "\"weight\":-"), "M05", "cover -"),
        (depthwise("\"left\":{", "\"left\":null,\"right\":{"), "M03", ""),
        (depthwise("\"trees\":[{", "\"trees\":[{\"value\":1,"), "M05", "neither a split"),
        (
            depthwise("\"trees\":[", "\"trees\":[{\"value\":[1,2],\"weight\":1},"),
            "M05",
            "2 values in a leaf",
        ),
        (depthwise("\"trees\":[", "\"trees\":[{},"), "M05", "neither a split"),
        (b"{\"oblivious_trees\":[]}".to_vec(), "M03", "features_info"),
        (b"CBM1\0\0".to_vec(), "M03", "before a size"),
        (b"CBM1\xff\xff\xff\xff\x04\0\0\0".to_vec(), "M03", "4294967295"),
    ] {
        let Err(faults) = from_bytes("m", &bytes) else { panic!("{named} was read") };
        let fault = &faults.0[0];
        assert_eq!(fault.code, code, "{named}: {faults}");
        assert!(fault.found.contains(named), "{named}: {faults}");
    }
}

/// Nesting that would exhaust the stack is a fault.
#[test]
fn bottomless_trees_are_refused() {
    let deep = format!("\"trees\":[{}", "{\"left\":".repeat(100_000));
    let faults = from_bytes("m", &changed("cb1210_depthwise.json", "\"trees\":[", &deep)).err();
    assert_eq!(faults.unwrap().0[0].code, "M03");
}

/// A file cut off anywhere is refused; with any byte changed it is refused or read, and never panics. Models that are
/// read still predict.
#[test]
fn damaged_files_do_no_harm() {
    for file in ["cb1210_multi.json", "cb1210_lossguide.json"] {
        let whole = std::fs::read(path("models").join(file)).unwrap();
        let end = whole.trim_ascii_end().len();
        for cut in (0..end).step_by(97) {
            assert!(from_bytes("m", &whole[..cut]).is_err(), "{file} cut at {cut}");
        }
        let mut damaged = whole.clone();
        for (i, at) in (0..whole.len()).step_by(41).enumerate() {
            damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'"'][i % 6];
            if let Ok(model) = from_bytes("m", &damaged) {
                let row = vec![f64::NAN; model.card().features.len()];
                model.raw(&row, &mut vec![0.0; model.outputs()]);
            }
            damaged[at] = whole[at];
        }
    }
}
