//! Promise: predictions and contributions equal LightGBM's in double precision, from the text form and from the JSON
//! dump; a file that cannot be read exactly is refused by name.

use klartext::model::{FeatureKind, Form, Model, Unseen, from_bytes};

use crate::compare::{changed, codes, contributions, predictions, refused, relative};
use crate::reference::{expected, model, path};

const BOTH: [&str; 12] = [
    "nan", "zeros", "none", "cat", "linear", "leaf", "rf", "multi", "dart", "sqrt", "pandas",
    "declared",
];

/// Files and the rows they are compared on: all that `make.py` and `make_lightgbm.py` make, and the larger ones.
fn files() -> Vec<(String, &'static str)> {
    let mut files: Vec<(String, &str)> = [
        ("lgb_adult_100.txt", "adult_num.X.csv"),
        ("lgb_injury_multi.txt", "injury.X.csv"),
        ("lgb_adult_cat.txt", "adult_num.X.csv"),
        ("lgb470_forest.txt", "synthetic.X.csv"),
        ("lgb470_ova.txt", "synthetic.X.csv"),
        ("lgb470_zero.txt", "synthetic.X.csv"),
        ("lgb470_category.txt", "synthetic.X.csv"),
        ("lgb470_stump.txt", "synthetic.X.csv"),
        ("lgb470_tweedie.txt", "synthetic.X.csv"),
    ]
    .map(|(file, rows)| (file.to_owned(), rows))
    .into();
    let rows = |name: &str| match name {
        "pandas" | "declared" => "lightgbm_pandas.X.csv",
        _ => "lightgbm.X.csv",
    };
    for name in BOTH {
        files.push((format!("lgb335_{name}.txt"), rows(name)));
        files.push((format!("lgb470_{name}.txt"), rows(name)));
    }
    for name in [
        "l1",
        "l1sqrt",
        "huber",
        "fair",
        "quantile",
        "mape",
        "poisson",
        "gamma",
        "xent",
        "xentlambda",
        "lambdarank",
        "xendcg",
        "custom",
        "goss",
        "onevsall",
        "rf_multi",
        "rf_gamma",
        "linear_cat",
        "empty",
        "best",
    ] {
        files.push((format!("lgb470_{name}.txt"), rows(name)));
    }
    for name in ["nan", "cat", "linear", "linear_cat", "rf", "pandas", "leaf", "empty"] {
        files.push((format!("lgb470_{name}.json"), rows(name)));
    }
    for name in ["cat", "pandas"] {
        files.push((format!("lgb335_{name}.json"), rows(name)));
    }
    files
}

#[test]
fn lightgbm_predictions_are_the_librarys() {
    for (file, input) in files() {
        let (raw, value) = predictions(&file, input, relative);
        println!("{file}: raw {raw:e}, value {value:e} relative");
        assert!(raw <= 1e-12 && value <= 1e-12, "{file}: {raw:e} {value:e}");
    }
}

/// LightGBM refuses contributions of linear trees.
#[test]
fn lightgbm_contributions_are_the_librarys() {
    for (file, input) in files() {
        if !file.contains("linear") {
            let worst = contributions(&file, input);
            println!("{file}: {worst:e}");
            assert!(worst <= 1e-12, "{file}: {worst:e}");
        }
    }
}

/// Raw scores of rows that are kept as an array beside a model.
fn worst_raw(model: &dyn Model, rows: &[f64], margin: &[f64]) -> f64 {
    let width = model.card().features.len();
    assert_eq!(rows.len(), margin.len() * width);
    let mut worst = 0.0f64;
    for (row, margin) in rows.chunks(width).zip(margin) {
        let mut raw = [0.0];
        model.raw(row, &mut raw);
        worst = worst.max(relative(raw[0], *margin));
    }
    worst
}

/// Traps: values exactly at, one double below and one above every threshold, for every missing type.
#[test]
fn values_at_the_thresholds_go_where_lightgbm_sends_them() {
    for name in
        ["lgb335_nan", "lgb470_nan", "lgb335_zeros", "lgb470_zeros", "lgb335_none", "lgb470_none"]
    {
        let loaded = model(&format!("{name}.txt"));
        let rows = expected(&format!("{name}.edges"));
        let margin = expected(&format!("{name}.edges_margin"));
        let worst = worst_raw(&*loaded.model, rows.as_slice().unwrap(), margin.as_slice().unwrap());
        assert!(margin.len() > 50 && worst <= 1e-12, "{name}: {worst:e}");
    }
}

/// Traps: a path of 30 splits; 5,000 trees; one leaf and no tree.
#[test]
fn extents_do_not_matter() {
    let deep = model("lgb470_deep.txt");
    assert!(deep.model.card().depth >= 30, "{}", deep.model.card().depth);
    let (rows, margin) = (expected("lgb470_deep.rows"), expected("lgb470_deep.margin"));
    let worst = worst_raw(&*deep.model, rows.as_slice().unwrap(), margin.as_slice().unwrap());
    assert!(worst <= 1e-12, "{worst:e}");
    let theirs = expected("lgb470_deep.contribs");
    let Form::Trees(trees) = deep.model.form() else { panic!() };
    for (row, theirs) in rows.rows().into_iter().zip(theirs.rows()) {
        let own = klartext::attribution::path_dependent(trees, &row.to_vec(), 0);
        for (own, theirs) in own.values.iter().chain([&own.base_value]).zip(theirs) {
            assert!(relative(*own, *theirs) <= 1e-9, "{own} {theirs}");
        }
    }

    let text = std::fs::read_to_string(path("models/lgb470_small.txt")).unwrap();
    let (head, rest) = text.split_once("tree_sizes=").unwrap();
    let (rest, tail) = rest.split_once("end of trees").unwrap();
    let trees: Vec<&str> =
        rest.split("Tree=").skip(1).map(|t| t.split_once('\n').unwrap().1).collect();
    let mut many = head.to_owned() + "\n";
    for i in 0..5000 {
        many += &format!("Tree={i}\n{}", trees[i % trees.len()]);
    }
    many += &format!("end of trees{tail}");
    let many = from_bytes("many", many.as_bytes()).unwrap();
    assert_eq!((many.card().trees, many.card().rounds), (5000, 5000));
    let rows = crate::reference::rows(&*many, "lightgbm.X.csv");
    let margin = expected("lgb470_small.many_margin");
    let worst = worst_raw(&*many, rows.as_slice().unwrap(), margin.as_slice().unwrap());
    assert!(worst <= 1e-12, "{worst:e}");

    assert_eq!(model("lgb470_leaf.txt").model.card().depth, 0);
    assert_eq!(model("lgb470_empty.json").model.card().trees, 0);
}

/// Promise: `--trees` is LightGBM's start_iteration and num_iteration, also of a forest, whose mean is of the part.
#[test]
fn a_part_of_the_rounds_is_the_librarys() {
    for (name, rounds) in [("rf", 1..4), ("multi", 1..3)] {
        for version in ["lgb335", "lgb470"] {
            let name = format!("{version}_{name}");
            let loaded = model(&format!("{name}.txt"));
            let part = loaded.model.part(rounds.clone()).unwrap();
            let rows = crate::reference::rows(&*part, "lightgbm.X.csv");
            let n = part.outputs();
            let (margin, pred) =
                (expected(&format!("{name}.part_margin")), expected(&format!("{name}.part_pred")));
            let theirs =
                margin.as_slice().unwrap().chunks(n).zip(pred.as_slice().unwrap().chunks(n));
            for (row, (margin, pred)) in rows.rows().into_iter().zip(theirs) {
                let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
                part.raw(row.as_slice().unwrap(), &mut raw);
                part.value(&raw, &mut value);
                for (own, theirs) in raw.iter().chain(&value).zip(margin.iter().chain(pred)) {
                    assert!(relative(*own, *theirs) <= 1e-12, "{name}: {own} {theirs}");
                }
            }
        }
    }
}

/// Promise: categories by name are the columns' that were such in pandas, also an ordered one that was trained as a
/// number; a category that the model does not know is missing.
#[test]
fn pandas_categories_find_their_columns() {
    for file in ["lgb335_pandas.txt", "lgb470_pandas.txt", "lgb470_pandas.json"] {
        let loaded = model(file);
        let card = loaded.model.card();
        let of = |j: usize| match card.kind(j) {
            FeatureKind::Category(levels) => {
                assert_eq!(levels.unseen, Unseen::Missing);
                levels.names.iter().map(String::as_str).collect()
            }
            other => vec![if *other == FeatureKind::Number { "number" } else { "code" }],
        };
        assert_eq!(card.features[0], "net_income");
        let kinds: Vec<Vec<&str>> = (0..7).map(of).collect();
        let expected: [&[&str]; 7] = [
            &["number"],
            &["Dächer, \"flach\"", "NA", "baker", "carpenter"],
            if file.starts_with("lgb335") {
                kinds[2].as_slice()
            } else {
                &["low", "middle", "high"]
            },
            &["101", "205", "333", "478", "512"],
            &["x"],
            &["False", "True"],
            &["number"],
        ];
        assert_eq!(kinds, expected, "{file}");
    }
    let loaded = model("lgb470_declared.txt");
    assert_eq!(*loaded.model.card().kind(3), FeatureKind::Code);
}

/// What cannot be read exactly is refused by name, and contradictions are found.
#[test]
fn what_lightgbm_writes_and_is_not_read_is_refused() {
    let text = |from: &str, to: &str| changed("lgb470_tweedie.txt", from, to);
    let linear = |from: &str, to: &str| changed("lgb470_linear.txt", from, to);
    let cat = |from: &str, to: &str| changed("lgb470_cat.txt", from, to);
    let dump = |from: &str, to: &str| changed("lgb470_nan.json", from, to);
    let pandas = |from: &str, to: &str| changed("lgb470_pandas.txt", from, to);
    refused([
        (text("version=v4", "version=v5"), "M04", "version `v5`"),
        (text("objective=tweedie", "objective=ndcg"), "M04", "objective `ndcg`"),
        (text("objective=tweedie", "objective=tweedie power:1"), "M04", "`power:1`"),
        (text("num_class=1", "num_class=2"), "M05", "2 classes"),
        (text("num_class=1", "num_klass=1"), "M04", "`num_klass`"),
        (text("num_class=1", "num_class=1\nnum_class=1"), "M03", "twice"),
        (text("num_tree_per_iteration=1", "num_tree_per_iteration=3"), "M05", "3 trees"),
        (text("max_feature_idx=4", "max_feature_idx=5"), "M05", "5 feature names"),
        (text("max_feature_idx=4", "max_feature_idx=9999999999"), "M05", "5 feature names"),
        (text("feature_infos=[", "feature_infos=none ["), "M05", "6 entries"),
        (text("tree_sizes=", "tree_sizes=7 "), "M05", "`tree_sizes`"),
        (text("Tree=1", "Tree=2"), "M05", "tree `2`"),
        (text("\nleaf_weight=", "\nleaf_height=1\nleaf_weight="), "M04", "`leaf_height`"),
        (text("decision_type=10", "decision_type=12"), "M05", "decision type 12"),
        (text("decision_type=10", "decision_type=18"), "M05", "decision type 18"),
        (text("decision_type=10", "decision_type=1"), "M05", "decision type 1"),
        (text("left_child=2", "left_child=0"), "M05", "twice"),
        (text("left_child=2", "left_child=77"), "M05", "child 77"),
        (text("num_leaves=7", "num_leaves=1000000000"), "M05", "values of `split_feature`"),
        (text("num_leaves=7", "num_leaves=0"), "M05", "no leaves"),
        (text("leaf_value=", "leaf_value=nan "), "M05", "values of `leaf_value`"),
        (text("threshold=", "threshold=nan "), "M05", "values of `threshold`"),
        (text("is_linear=0", "is_linear=2"), "M03", "`2` for `is_linear`"),
        (text("end of parameters", "end of"), "M03", "ends in its parameters"),
        (text("end of trees", "end"), "M04", "`end`"),
        (linear("leaf_coeff=", "leaf_coeff=1 "), "M05", "values of `leaf_coeff`"),
        (linear("leaf_coeff=", "leaf_koeff="), "M04", "`leaf_koeff`"),
        (cat("cat_boundaries=0", "cat_boundaries=7"), "M05", "decision type"),
        (pandas("pandas_categorical:[[", "pandas_categorical:["), "M03", "cannot be read"),
        (
            pandas(
                "pandas_categorical:[[",
                "pandas_categorical:[[], [], [], [\"a\"], [], [], [], [],[",
            ),
            "M04",
            "pandas categories",
        ),
        (dump("\"v4\"", "\"v5\""), "M04", "version `v5`"),
        (dump("\"NaN\"", "\"Maybe\""), "M04", "missing type `Maybe`"),
        (dump("\"<=\"", "\"<\""), "M04", "decision type `<`"),
        (dump("\"split_gain\"", "\"split_pain\""), "M04", "`split_pain`"),
        (dump("\"split_gain\"", "\"threshold\""), "M03", "`threshold` twice"),
        (dump("\"version\"", "\"name\""), "M03", "`name` twice"),
        (dump("\"label_index\"", "\"label_offset\""), "M04", "`label_offset`"),
        (dump("\"default_left\"", "\"leaf_index\""), "M03", "lacks"),
        (dump("\"split_feature\": ", "\"split_feature\": 7"), "M05", "feature 7"),
        (dump("\"threshold\": ", "\"threshold\": NaN, \"leaf_index\": "), "M05", "threshold"),
        (
            dump("\"leaf_value\": ", "\"leaf_value\": Infinity, \"split_index\": "),
            "M05",
            "leaf inf",
        ),
    ]);
}

/// Promise: a dump is one whatever its first keys are, and what Python writes for numbers that are none does not matter.
#[test]
fn a_dump_is_known_by_its_trees() {
    let whole = std::fs::read_to_string(path("models/lgb470_nan.json")).unwrap();
    let inside = whole.trim_end().strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let (head, trees) = inside.split_once("\"tree_info\": ").unwrap();
    let (trees, tail) = trees.split_at(trees.find("}}}], ").map_or(trees.len(), |at| at + 4));
    let rest = format!("{head}{}", tail.trim_start_matches(", "));
    let rest = rest.trim_end_matches(", ");
    let constraints = "\"monotone_constraints\": [";
    assert!(rest.contains(constraints));
    let odd = rest.replacen(constraints, &format!("{constraints}NaN, Infinity, -Infinity"), 1);
    let expected = from_bytes("m", whole.as_bytes()).unwrap();
    let row = vec![f64::NAN; expected.card().features.len()];
    let raw = |text: &str| {
        let model = from_bytes("m", text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        let mut out = vec![0.0; model.outputs()];
        model.raw(&row, &mut out);
        (model.card().clone(), out)
    };
    let whole = raw(&whole);
    for text in [
        format!("{{\"tree_info\": {trees}, {rest}}}"),
        format!("\u{feff} {{{rest},\n\"tree_info\" :{trees}}}\n"),
        format!("{{{odd}, \"tree_info\": {trees}}}"),
    ] {
        assert_eq!(raw(&text), whole);
    }
    // The first name that tells a format tells it.
    refused([
        (format!("{{\"learner\": {{}}, {inside}}}").into_bytes(), "M04", "of XGBoost"),
        (format!("{{{inside}, \"learner\": {{}}}}").into_bytes(), "M04", "`learner`"),
        (format!("{{\"a\": [[],], {inside}}}").into_bytes(), "M03", "`]`"),
        (format!("{{\"trees\": [], {inside}}}").into_bytes(), "M04", "`trees`"),
    ]);
}

/// Promise: a dump whose numbers, flags and texts are not what JSON has is refused, also where nobody asks for them.
#[test]
fn what_is_no_json_is_no_dump() {
    let dump = |from: &str, to: &str| changed("lgb470_nan.json", from, to);
    refused([
        (dump("\"average_output\": false", "\"average_output\": 0"), "M03", "true or false"),
        (
            dump("\"default_left\": ", "\"default_left\": 1, \"leaf_index\": "),
            "M03",
            "true or false",
        ),
        (dump("\"split_gain\": ", "\"split_gain\": +"), "M03", "`+` where a value"),
        (
            dump("\"split_gain\": ", "\"split_gain\": [1,,2], \"leaf_index\": "),
            "M03",
            "without parts",
        ),
        (dump("\"leaf_value\": ", "\"leaf_value\": -NaN, \"split_index\": "), "M03", "a number"),
        (dump("\"name\": \"tree\"", "\"name\": \"\\x\""), "M03", "a text"),
        (dump("\"num_class\": 1", "\"num_class\": 1.0"), "M03", "a whole number"),
        (
            dump("\"monotone_constraints\": [", "\"monotone_constraints\": [,"),
            "M03",
            "`,` where a value",
        ),
        (dump("\"min_value\": ", "\"min_value\": 0, \"min_value\": "), "M03", "`min_value` twice"),
        (
            dump("\"tree_index\": 0", "\"tree_index\": 0, \"tree_index\": 0"),
            "M03",
            "`tree_index` twice",
        ),
        (dump("\"shrinkage\"", "\"shrunk\""), "M04", "`shrunk`"),
    ]);
}

/// Promise: a dump cut off anywhere, nested without end or with a byte changed is refused or read, and does no harm.
#[test]
fn damaged_dumps_do_no_harm() {
    let whole = std::fs::read(path("models/lgb470_linear_cat.json")).unwrap();
    for end in (0..whole.len() - 1).step_by(97) {
        assert!(from_bytes("m", &whole[..end]).is_err(), "cut at {end}");
    }
    let mut damaged = whole.clone();
    for (i, at) in (0..whole.len()).step_by(61).enumerate() {
        damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'"'][i % 6];
        if let Ok(model) = from_bytes("m", &damaged) {
            model
                .raw(&vec![f64::NAN; model.card().features.len()], &mut vec![0.0; model.outputs()]);
        }
        damaged[at] = whole[at];
    }
    let text = String::from_utf8(whole).unwrap();
    let (head, _) = text.split_once("\"tree_structure\":").unwrap();
    for deeper in ["{\"left_child\":", "{\"split_gain\":", "[", "{\"leaf_value\":["] {
        let deep = head.to_owned() + "\"tree_structure\":" + &deeper.repeat(100_000);
        assert!(matches!(codes(deep.as_bytes())[..], ["M03" | "M04" | "M05"]), "{deeper}");
    }
}

/// Promise: category lists take no more memory than they are worth: none is two nodes', and there is an end to them.
#[test]
fn category_lists_are_bounded() {
    let twice = changed("lgb470_cat.txt", "threshold=0.39359969055223953", "threshold=0");
    let twice = String::from_utf8(twice).unwrap();
    let twice = twice.replacen("decision_type=10 8 9", "decision_type=9 8 9", 1);
    let large = changed("lgb470_cat.txt", "cat_boundaries=0 2", "cat_boundaries=0 300000");
    let large = String::from_utf8(large).unwrap();
    let (head, rest) = large.split_once("cat_threshold=").unwrap();
    let rest = rest.split_once('\n').unwrap().1;
    let large = format!("{head}cat_threshold={}\n{rest}", "4294967295 ".repeat(300_000));
    refused([
        (twice.into_bytes(), "M05", "decision type 9 with threshold 0"),
        (large.into_bytes(), "M05", "9600000 category codes"),
    ]);
}

/// What all trees have in common comes once, and no file is answered with a list without end.
#[test]
fn a_fault_of_every_tree_comes_once() {
    let text =
        String::from_utf8(changed("lgb470_tweedie.txt", "is_linear=0", "is_linear=1")).unwrap();
    let text = text.replace("is_linear=0", "is_linear=1");
    let found = codes(text.as_bytes());
    assert_eq!(found, ["M05"; 4]);
    let lines = "x=1\n".repeat(1_000_000);
    assert!(codes(format!("tree\n{lines}").as_bytes()).len() < 100);
}
