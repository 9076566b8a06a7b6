//! Promise: predictions equal XGBoost's bit for bit in single precision, or within one unit in the last place for
//! transcendental links; contributions equal its own within 2e-6; a file that cannot be read exactly is refused by name.

use klartext::attribution::path_dependent;
use klartext::model::{FeatureKind, Form, Model, from_bytes, rows_for};
use klartext::table::{Separator, read_table};

use crate::compare::{changed, codes, contributions, predictions, refused, scaled, ulps};
use crate::reference::{expected, model, path, rows};

/// The reference files, and the table of each.
pub fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(path("models"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| file.starts_with("xgb") && !file.contains("many"))
        .map(|file| {
            let input = match file.as_str() {
                f if f.contains("adult") => "adult_num.X.csv".to_owned(),
                f if f.contains("injury") => "injury.X.csv".to_owned(),
                f if f.contains("edges") => "xgb_edges.X.csv".to_owned(),
                f if f.contains("deep") => "xgb_deep.X.csv".to_owned(),
                f if f.contains("names") => format!("{}_names.X.csv", &f[..6]),
                _ => "synthetic.X.csv".to_owned(),
            };
            (file, input)
        })
        .collect();
    files.sort();
    assert!(files.len() > 80, "{}", files.len());
    files
}

fn name(file: &str) -> &str {
    file.split('.').next().unwrap()
}

/// Raw scores of a model, row after row.
fn raw(model: &dyn Model, input: &str) -> Vec<f64> {
    let mut out = vec![0.0; model.outputs()];
    let mut all = Vec::new();
    for row in rows(model, input).rows() {
        model.raw(row.as_slice().unwrap(), &mut out);
        all.extend_from_slice(&out);
    }
    all
}

/// Boosters, objectives, outputs, categories; every threshold of a model, and the numbers beside it; a path of 30 splits.
#[test]
fn xgboost_predictions_are_the_librarys() {
    for (file, input) in files() {
        if file.contains("softmax") {
            continue;
        }
        let (raw, value) = predictions(&file, &input, |a, b| f64::from(ulps(a, b)));
        println!("{file}: raw {raw} ulp, value {value} ulp");
        assert_eq!(raw, 0.0, "{file}: raw score, ulp");
        // An expectile is the sum of several transcendental functions, and may be near zero.
        let most = if file.contains("expectiles") { 4.0 } else { 1.0 };
        assert!(value <= most, "{file}: value, {value} ulp");
    }
}

/// The library prints the class; here the probabilities behind it are given.
#[test]
fn a_softmax_is_the_most_probable_class() {
    for file in ["xgb341_softmax.ubj", "xgb176_softmax.ubj"] {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let (margin, pred) = (
            expected(&format!("{}.margin", name(file))),
            expected(&format!("{}.pred", name(file))),
        );
        let raw = raw(model, "synthetic.X.csv");
        assert_eq!(raw, margin.as_slice().unwrap(), "{file}");
        let mut value = vec![0.0; 4];
        for (raw, pred) in raw.chunks(4).zip(&pred) {
            model.value(raw, &mut value);
            assert!((value.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            let best = (0..4).max_by(|a, b| value[*a].total_cmp(&value[*b])).unwrap();
            assert_eq!(best as f64, *pred, "{file}");
        }
        assert!(model.card().notes.iter().any(|note| note.contains("multi:softmax")), "{file}");
    }
}

#[test]
fn xgboost_contributions_are_the_librarys() {
    let mut seen = 0;
    for (file, input) in files() {
        let theirs = format!("{}.contribs", name(&file));
        if !path("expected").join(format!("{theirs}.npy")).exists() {
            // Before 3.4 the library has none for leaves that are vectors, and version 2 writes no covers for them.
            assert!(file.contains("vector") || file.contains("rank"), "{file}");
            assert_eq!(model(&file).model.card().covers, !file.contains("xgb214"), "{file}");
            continue;
        }
        seen += 1;
        let loaded = model(&file);
        let worst = match loaded.model.form() {
            Form::Trees(_) => contributions(&file, &input),
            Form::Linear(linear) => {
                let (contribs, width) = (expected(&theirs), linear.card.features.len() + 1);
                let mut contribs = contribs.as_slice().unwrap().chunks(width);
                let mut worst = 0.0f64;
                for row in rows(linear, &input).rows() {
                    for k in 0..linear.outputs() {
                        let found = linear.contributions(row.as_slice().unwrap(), k);
                        let found = found.into_iter().chain([linear.constant(k)]);
                        for (found, theirs) in found.zip(contribs.next().unwrap()) {
                            worst = worst.max(scaled(found, *theirs));
                        }
                    }
                }
                assert!(contribs.next().is_none() && linear.uncentred);
                worst
            }
            Form::Other => panic!("{file}"),
        };
        println!("{file}: {worst:e}");
        assert!(worst < 2e-6, "{file}: {worst:e}");
    }
    assert!(seen > 70, "{seen}");
}

/// `--trees FROM..TO` is the library's own prediction with a range of iterations: the base score is always in.
#[test]
fn a_part_of_the_rounds_is_the_librarys() {
    let mut seen = 0;
    for (file, input) in files() {
        let part = format!("{}.part", name(&file));
        if !path("expected").join(format!("{part}.npy")).exists() {
            continue;
        }
        seen += 1;
        let loaded = model(&file);
        let all = loaded.model.card().rounds;
        let rounds = match file.as_str() {
            f if f.contains("early") => {
                let note = &loaded.model.card().notes[0];
                let until = note.split_once("--trees 0..").unwrap().1;
                0..until
                    .split(',')
                    .next()
                    .unwrap()
                    .trim_end_matches(|c: char| !c.is_ascii_digit())
                    .parse()
                    .unwrap()
            }
            f if f.contains("targets") => 1..2,
            _ => 1..3,
        };
        assert!(rounds.end <= all, "{file}: {rounds:?} of {all}");
        let found = raw(loaded.model.part(rounds).unwrap().as_ref(), &input);
        assert_eq!(found, expected(&part).as_slice().unwrap(), "{file}");
    }
    assert!(seen >= 9, "{seen}");
    let linear = model("xgb341_linear.json");
    assert_eq!(linear.model.part(0..1).unwrap_err().0[0].code, "M08");
}

/// Codes that are negative, broken or too large go where XGBoost sends them: left, not to the default side.
#[test]
fn codes_that_training_did_not_see_are_the_librarys() {
    for file in
        ["xgb341_codes_1.json", "xgb341_codes_9.ubj", "xgb320_codes_9.ubj", "xgb214_codes_1.json"]
            .into_iter()
            .chain(["xgb176_codes_1.json", "xgb176_codes_9.ubj"])
    {
        let loaded = model(file);
        assert_eq!(loaded.model.card().kind(3), &FeatureKind::Code, "{file}");
        assert_eq!(loaded.model.card().kind(0), &FeatureKind::Number, "{file}");
        let found = raw(loaded.model.as_ref(), "xgb_codes.X.csv");
        assert_eq!(found, expected(&format!("{}.odd", name(file))).as_slice().unwrap(), "{file}");
    }
}

/// Categories are taken by their names; one that the model does not know is refused, as the library does.
#[test]
fn categories_are_named_in_the_file() {
    for file in
        ["xgb341_names.json", "xgb341_names_ubj.ubj", "xgb320_names.json", "xgb320_names_ubj.ubj"]
    {
        let loaded = model(file);
        let card = loaded.model.card();
        let FeatureKind::Category(trades) = card.kind(1) else { panic!("{file}") };
        let FeatureKind::Category(grades) = card.kind(2) else { panic!("{file}") };
        let clerk = if file.contains("341") { "Bürokraft" } else { "clerk" };
        assert_eq!(
            (trades.names.join(" "), trades.numeric),
            (format!("nurse {clerk} NA mason none"), false)
        );
        assert_eq!((grades.names.join(" "), grades.numeric), ("7 10 20 30".to_owned(), true));
        assert_eq!(card.kind(0), &FeatureKind::Number);
        let folder = tempfile::tempdir().unwrap();
        let table = folder.path().join("t.csv");
        std::fs::write(
            &table,
            "income,trade,grade,children\n1,baker,10,0\n1,nurse,11,0\n,,,\n2,NA,7.0,1\n",
        )
        .unwrap();
        let table = read_table(&table, Separator::Detect).unwrap();
        let numbers = rows_for(card, &table, None, false).unwrap();
        assert_eq!(numbers.faulty_rows, [0, 1]);
        assert_eq!(numbers.values.row(3).to_vec(), [2.0, 2.0, 0.0, 1.0]);
        assert!(numbers.values.row(2).iter().all(|x| x.is_nan()));
    }
    // Up to 3.3 the names were cut off after as many bytes as they have characters.
    let cut = changed("xgb341_names.json", "\"version\":[3,4,1]", "\"version\":[3,3,0]");
    refused([(cut, "M04", "letters outside ASCII")]);
}

/// 5,000 trees: those of the file over and over, as the script put them together for the library.
#[test]
fn five_thousand_trees_are_summed_in_order() {
    let text = std::fs::read_to_string(path("models/xgb341_many.json")).unwrap();
    let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let forest = &mut file["learner"]["gradient_booster"]["model"];
    let tree = |t: usize| {
        let mut tree = forest["trees"][t % 50].clone();
        tree["id"] = t.into();
        tree
    };
    let trees: Vec<_> = (0..5000).map(tree).collect();
    forest["trees"] = trees.into();
    forest["tree_info"] = vec![0; 5000].into();
    forest["iteration_indptr"] = (0..=5000).collect::<Vec<_>>().into();
    forest["gbtree_model_param"]["num_trees"] = "5000".into();
    let model = from_bytes("m", file.to_string().as_bytes()).unwrap();
    assert_eq!((model.card().trees, model.card().rounds), (5000, 5000));
    let found = raw(model.as_ref(), "synthetic.X.csv");
    assert_eq!(found, expected("xgb341_many.margin").as_slice().unwrap());
    let Form::Trees(trees) = model.form() else { panic!() };
    // Summing 5,000 singles costs the library this much.
    let contribs = expected("xgb341_many.contribs");
    for (row, theirs) in
        rows(model.as_ref(), "synthetic.X.csv").rows().into_iter().zip(contribs.rows())
    {
        let found = path_dependent(trees, row.as_slice().unwrap(), 0);
        for (found, theirs) in found.values.iter().chain([&found.base_value]).zip(theirs) {
            assert!(scaled(*found, *theirs) < 1e-4, "{found} {theirs}");
        }
    }
}

#[test]
fn both_forms_of_a_file_are_one_model() {
    for (json, ubjson) in [
        ("xgb_adult_100x6.json", "xgb_adult_100x6.ubj"),
        ("xgb341_vector.json", "xgb341_vector_ubj.ubj"),
        ("xgb214_vector.json", "xgb214_vector_ubj.ubj"),
    ] {
        let (json, ubjson) = (model(json), model(ubjson));
        assert_ne!(json.sha256, ubjson.sha256);
        let (Form::Trees(a), Form::Trees(b)) = (json.model.form(), ubjson.model.form()) else {
            panic!()
        };
        assert_eq!((&a.trees, &a.base, &a.rounds), (&b.trees, &b.base, &b.rounds));
        assert!(a.card.written_by.starts_with("XGBoost "));
    }
    let loaded = model("xgb_adult_100x6.json");
    let card = loaded.model.card();
    assert_eq!((card.trees, card.depth, card.rounds), (100, 6, 100));
    assert_eq!(card.written_by, "XGBoost 3.4.1");
}

/// What `inspect` tells.
#[test]
fn the_card_says_what_the_file_is() {
    let card = |file: &str| model(file).model.card().clone();
    let early = card("xgb341_early.json");
    assert!(early.notes[0].starts_with("Early stopping marked round "), "{:?}", early.notes);
    let quantiles = card("xgb341_quantiles.json");
    assert_eq!(quantiles.classes, ["0", "1", "2"]);
    assert!(quantiles.notes[0].contains("quantiles [1E-1,5E-1,9E-1]"), "{:?}", quantiles.notes);
    assert!(card("xgb341_expectiles.ubj").notes[0].contains("expectiles"));
    assert_eq!(card("xgb341_nameless.ubj").features, ["f0", "f1", "f2", "f3", "f4"]);
    let deep = card("xgb341_deep.json");
    assert_eq!((deep.depth, deep.leaves), (30, 31));
    let leaf = card("xgb341_leaf.json");
    assert_eq!((leaf.trees, leaf.depth, leaf.leaves), (2, 0, 2));
    let forest = card("xgb341_forest.ubj");
    assert_eq!((forest.trees, forest.rounds), (6, 1));
    let vector = card("xgb341_vector_classes.ubj");
    assert_eq!((vector.trees, vector.rounds, vector.classes.len()), (16, 2, 4));
    assert_eq!(card("xgb341_linear.json").missing, "A missing value counts as 0.");
    assert_eq!(card("xgb341_slice.json").rounds, 2);
}

/// What cannot be read exactly is refused by name, and contradictions are found.
#[test]
fn what_xgboost_writes_and_is_not_read_is_refused() {
    let xgboost = |from: &str, to: &str| changed("xgb341_gamma.json", from, to);
    let named = |from: &str, to: &str| changed("xgb341_names.json", from, to);
    let vector = |from: &str, to: &str| changed("xgb341_vector.json", from, to);
    let linear = |from: &str, to: &str| changed("xgb341_linear.json", from, to);
    refused([
        (xgboost("reg:gamma", "reg:unheard"), "M04", "reg:unheard"),
        (xgboost("\"name\":\"gbtree\"", "\"name\":\"gbforest\""), "M04", "gbforest"),
        (xgboost("\"name\":\"gbtree\"", "\"name\":\"gblinear\""), "M03", "without its model"),
        (xgboost("\"tree_info\"", "\"scaled_by\":2,\"tree_info\""), "M04", "scaled_by"),
        (xgboost("\"default_left\"", "\"gain_left\":[],\"default_left\""), "M04", "gain_left"),
        (xgboost("\"num_target\"", "\"num_vector\":\"2\",\"num_target\""), "M04", "num_vector"),
        (xgboost("\"num_class\":\"0\"", "\"num_class\":\"x\""), "M05", "`x` for num_class"),
        (
            xgboost("\"num_class\":\"0\"", "\"num_class\":\"1000000000\""),
            "M05",
            "1000000000 classes",
        ),
        (
            xgboost("\"num_feature\":\"5\",\"num_t", "\"num_feature\":\"1000000000\",\"num_t"),
            "M05",
            "1000000000 features",
        ),
        (xgboost("\"base_score\":\"[", "\"base_score\":\"[1,"), "M05", "the base score"),
        (xgboost("\"base_score\":\"[", "\"base_score\":\"[-"), "M05", "the base score"),
        (xgboost("\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\""), "M05", "leaves of 3"),
        (xgboost("\"id\":0", "\"id\":1"), "M05", "another number"),
        (xgboost("\"tree_info\":[0,", "\"tree_info\":["), "M05", "3 entries of tree_info"),
        (xgboost("\"tree_info\":[0,", "\"tree_info\":[1,"), "M05", "output 1"),
        (
            xgboost("\"num_trees\":\"4\"", "\"num_trees\":\"1000000000\""),
            "M05",
            "1000000000 declared",
        ),
        (
            xgboost("\"iteration_indptr\":[0,1", "\"iteration_indptr\":[0,9"),
            "M05",
            "iteration_indptr",
        ),
        (xgboost("\"split_type\":[0", "\"split_type\":[1"), "M05", "no categories"),
        (xgboost("\"split_type\":[0", "\"split_type\":[2"), "M05", "split type 2"),
        (xgboost("\"split_indices\":[", "\"split_indices\":[7"), "M05", "tests feature"),
        (
            xgboost("\"split_conditions\":[", "\"split_conditions\":[NaN,"),
            "M05",
            "different lengths",
        ),
        (xgboost("\"left_children\":[1", "\"left_children\":[2"), "M05", "children 2 and 2"),
        (xgboost("\"learner\":", "\"learner\":7,\"learner\":"), "M03", "where `{` is due"),
        (xgboost("\"version\":", "\"version\":[3,4,1],\"version\":"), "M03", "twice"),
        (named("\"offsets\":[0,5", "\"offsets\":[0,99"), "M05", "do not fit"),
        (
            named("\"feature_segments\":[0,0,5", "\"feature_segments\":[0,0,4"),
            "M05",
            "another count",
        ),
        (named("\"type\":15", "\"type\":8"), "M04", "type 8"),
        (vector("\"size_leaf_vector\":\"3\"", "\"size_leaf_vector\":\"2\""), "M05", "leaves of 2"),
        (vector("\"num_target\":\"3\"", "\"num_target\":\"2\""), "M05", "the base score"),
        (linear("\"weights\":[", "\"weights\":[1,"), "M05", "7 weights"),
        (
            changed("xgb341_dart.json", "\"weight_drop\":[", "\"weight_drop\":[1,"),
            "M05",
            "9 tree weights",
        ),
        (
            changed("xgb176_dart.json", "\"weight_drop\":[", "\"weight_drop\":[],\"x\":["),
            "M04",
            "`x` of the booster",
        ),
    ]);
}

/// Numbers that no library writes.
#[test]
fn thresholds_and_leaves_are_finite() {
    let text = std::fs::read_to_string(path("models/xgb341_gamma.json")).unwrap();
    let (before, rest) = text.split_once("\"split_conditions\":[").unwrap();
    let (numbers, after) = rest.split_once(']').unwrap();
    let numbers: Vec<&str> = numbers.split(',').collect();
    for wrong in ["1e999", "-1E39", "NaN", "Infinity"] {
        for at in 0..numbers.len() {
            let mut numbers = numbers.clone();
            numbers[at] = wrong;
            let text = format!("{before}\"split_conditions\":[{}]{after}", numbers.join(","));
            assert_eq!(codes(text.as_bytes()), ["M05"], "{wrong} at {at}");
        }
    }
}

/// Other files that XGBoost writes are refused by name.
#[test]
fn other_files_of_xgboost_are_refused_by_name() {
    refused([
        (b"binf\0\0\0?".to_vec(), "M04", "old binary format"),
        (b"booster[0]:\n0:[f0<1] yes=1,no=2,missing=1\n".to_vec(), "M04", "dump_model"),
        (b"[\n  { \"nodeid\": 0, \"depth\": 0 }]".to_vec(), "M04", "dump_model"),
        (
            changed(
                "xgb341_gamma.json",
                "\"objective\":{",
                "\"learner_train_param\":{},\"objective\":{",
            ),
            "M04",
            "learner_train_param",
        ),
    ]);
}

/// A model that diverged is read, but its negative covers are none.
#[test]
fn negative_covers_are_no_covers() {
    let bytes = changed("xgb341_gamma.json", "\"sum_hessian\":[", "\"sum_hessian\":[-");
    let model = from_bytes("m", &bytes).unwrap();
    assert!(!model.card().covers);
    let found = raw(model.as_ref(), "synthetic.X.csv");
    assert_eq!(found, expected("xgb341_gamma.margin").as_slice().unwrap());
}

#[test]
fn every_fault_of_a_file_comes_in_one_go() {
    let bytes = changed("xgb341_gamma.json", "\"num_class\":\"0\"", "\"num_class\":\"x\"");
    let text =
        String::from_utf8(bytes).unwrap().replace("\"left_children\":[1,", "\"left_children\":[0,");
    let trees = text.matches("\"left_children\":[0,").count();
    assert!(trees > 1);
    assert_eq!(codes(text.as_bytes()).len(), 1 + trees);
}

/// A file cut off anywhere is refused; with any byte changed it is refused or read, and what is read still predicts.
#[test]
fn cut_or_damaged_files_do_no_harm() {
    for file in [
        "xgb341_names.json",
        "xgb341_names_ubj.ubj",
        "xgb341_vector_classes.ubj",
        "xgb214_vector.json",
        "xgb341_linear.json",
        "xgb214_linear_logistic.ubj",
        "xgb341_dart_forest.ubj",
    ] {
        let whole = std::fs::read(path("models").join(file)).unwrap();
        let step = whole.len() / 400 + 1;
        for end in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            assert!(from_bytes("m", &whole[..end]).is_err(), "{file} cut at {end}");
        }
        let mut damaged = whole.clone();
        for (i, at) in (0..whole.len()).step_by(step).enumerate() {
            damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'L', b'}', b'$', 0x7f][i % 9];
            if let Ok(model) = from_bytes("m", &damaged) {
                let row = vec![f64::NAN; model.card().features.len()];
                model.raw(&row, &mut vec![0.0; model.outputs()]);
            }
            damaged[at] = whole[at];
        }
    }
}

/// What a file declares takes no memory and no time that its bytes do not back.
#[test]
fn what_is_only_declared_is_refused() {
    let start = std::time::Instant::now();
    let nested = |open: &str, close: &str, inside: &str| {
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        inside.replace('@', &deep).into_bytes()
    };
    let mut huge = b"{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0\0\0\0\x0dfeature_names[".to_vec();
    huge.extend(b"$S#L\x7f\xff\xff\xff\xff\xff\xff\xff");
    // Many trees that all name the same long list of categories, and leaves of very many numbers.
    let shared =
        changed("xgb341_codes_1.json", "\"categories_sizes\":[", "\"categories_sizes\":[9999,");
    let files = [
        (nested("[", "]", r#"{"learner":{"objective":{"x":@}}}"#), "nested"),
        (nested("{\"a\":", "}", r#"{"learner":{"objective":{"x":@}}}"#), "nested"),
        (nested("[", "]", r#"{"learner":@}"#), "where `{` is due"),
        (nested("[", "", "@"), "no known format"),
        (nested("[i\u{1}", "", "{i\u{7}learner@"), "an object"),
        (huge, "declared"),
        (shared, "category lists"),
        (b"{\"learner\":{\"attributes\":{\"a\":\"\xff\xfe\"}}}".to_vec(), "a text"),
        (b"{\"learner\":{}}".to_vec(), "the objective"),
        (b"{\"version\":[3,4,1]}".to_vec(), "no known format"),
        (
            b"{\"learner\":{\"learner_model_param\":{\"num_class\":\"2\",\"num_class\":\"3\"}}}"
                .to_vec(),
            "twice",
        ),
        (b"{\"learner\":{\"objective\":{\"name\":\"a\",\"name\":\"b\"}}}".to_vec(), "twice"),
        (b"{\"learner\":{\"unheard\":[]}}".to_vec(), "unheard"),
        (b"{\"learner\":{}, \"unheard\":[]}".to_vec(), "unheard"),
    ];
    for (bytes, named) in files {
        let Err(faults) = from_bytes("m", &bytes) else { panic!("{named} was read") };
        assert!(faults.to_string().contains(named), "{named}: {faults}");
    }
    assert!(start.elapsed().as_secs() < 10);
}
