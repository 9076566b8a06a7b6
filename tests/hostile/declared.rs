//! Files that declare what they do not hold, point where nothing is, run in circles, or nest without end: refused.

use crate::binary::{Attribute, field, nested, number, onnx, ubjson};
use crate::text::{line, member, value_end};
use crate::{alone, corpus, harmless};

const HUGE: &str = "1000000000";

fn seed(target: &str, name: &str) -> String {
    let files = corpus(target, true);
    let file = files.into_iter().find(|(file, _)| file.ends_with(&format!("/seed_{name}")));
    String::from_utf8(file.unwrap_or_else(|| panic!("no seed {name} of {target}")).1).unwrap()
}

fn refused(files: Vec<(String, Vec<u8>)>) {
    let _alone = alone();
    let read: Vec<String> = files
        .into_iter()
        .filter(|(name, file)| harmless(name, file))
        .map(|(name, _)| name)
        .collect();
    assert!(read.is_empty(), "read, though they contradict themselves:\n{}", read.join("\n"));
}

/// The seed itself is read: what the changes below refuse is the change.
fn changed(
    target: &str,
    name: &str,
    change: impl Fn(&str, &str, usize, &str) -> String,
    changes: &[(&str, usize, &str)],
) -> Vec<(String, Vec<u8>)> {
    let whole = seed(target, name);
    assert!(harmless(name, whole.as_bytes()), "the seed {name} of {target} is not read");
    let file = |(key, nth, value): &(&str, usize, &str)| {
        let short: String = value.chars().take(30).collect();
        (
            format!("{target} {name}: {key} {nth} is {short}"),
            change(&whole, key, *nth, value).into_bytes(),
        )
    };
    changes.iter().map(file).collect()
}

#[test]
fn xgboost() {
    let changes = [
        ("num_trees", 0, "\"1000000000\""),
        ("num_feature", 2, "\"1000000000\""),
        ("num_feature", 2, "\"-1\""),
        ("num_feature", 2, "\"1e9\""),
        ("num_class", 0, "\"1000000000\""),
        ("num_target", 0, "\"1000000000\""),
        ("num_target", 0, "\"99999999999999999999\""),
        ("size_leaf_vector", 0, "\"1000000000\""),
        ("num_nodes", 0, "\"1000000000\""),
        ("tree_info", 0, "[0,1000000000]"),
        ("tree_info", 0, "[0,-1]"),
        ("tree_info", 0, "[0]"),
        ("base_score", 0, "\"NaN\""),
        ("base_score", 0, "\"[NaN]\""),
        ("base_score", 0, "\"[5E-1,5E-1]\""),
        ("base_score", 0, "\"1E999\""),
        ("name", 0, "\"unheard\""),
        ("feature_names", 0, "[\"a\",\"a\",\"b\"]"),
        ("feature_names", 0, "[\"a\"]"),
    ];
    let mut files = changed("xgboost_json", "logistic", member, &changes);
    // Its trees have seven nodes, two of them with categories.
    files.extend(changed(
        "xgboost_json",
        "codes",
        member,
        &[
            ("left_children", 0, "[1,0,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[0,3,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[1,1,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[1,7,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[1,1000000000,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[1,-7,5,-1,-1,-1,-1]"),
            ("left_children", 0, "[1,3]"),
            ("left_children", 0, "[]"),
            ("right_children", 0, "[2,4,2147483648,-1,-1,-1,-1]"),
            ("split_indices", 0, "[3,0,0,0,0,0,0]"),
            ("split_indices", 0, "[1000000000,0,0,0,0,0,0]"),
            ("split_indices", 0, "[-1,0,0,0,0,0,0]"),
            ("split_conditions", 0, "[1e999,0,0,0,0,0,0]"),
            ("split_conditions", 0, "[NaN,0,0,0,0,0,0]"),
            ("split_conditions", 0, "[0,0,0,0,0,0]"),
            ("split_type", 0, "[1,0,0,0,0,0,0]"),
            ("split_type", 0, "[9,0,0,0,0,0,0]"),
            ("default_left", 0, "[2,0,0,0,0,0,0]"),
            ("categories_nodes", 0, "[0]"),
            ("categories_segments", 0, "[1000000000]"),
            ("categories_segments", 0, "[-1]"),
            ("categories_sizes", 0, "[1000000000]"),
            ("categories_sizes", 0, "[18446744073709551615]"),
            ("categories_nodes", 0, "[1000000000]"),
            ("categories", 0, "[-1]"),
            ("categories", 0, "[]"),
        ],
    ));
    // What JSON can say, UBJSON can.
    let binary: Vec<_> = files
        .iter()
        .filter_map(|(name, file)| {
            let value = serde_json::from_slice(file).ok()?;
            Some((name.replace("_json", "_ubjson"), ubjson(&value)))
        })
        .collect();
    assert!(binary.len() > 30);
    files.extend(binary);
    refused(files);
}

#[test]
fn ubjson_sizes_and_depths() {
    let whole = seed("xgboost_json", "logistic");
    let value = serde_json::from_str(&whole).unwrap();
    let sound = ubjson(&value);
    assert!(harmless("UBJSON by hand", &sound));
    let spot = |name: &str, with: &[u8]| {
        let key = [b"L".as_slice(), &(name.len() as i64).to_be_bytes(), name.as_bytes()].concat();
        let at = sound.windows(key.len()).position(|w| w == key).unwrap() + key.len();
        (
            format!("UBJSON: {name} as {:?}", with.escape_ascii().to_string().get(..20)),
            [&sound[..at], with].concat(),
        )
    };
    let mut files = vec![];
    for name in [
        "learner",
        "trees",
        "left_children",
        "split_conditions",
        "base_score",
        "version",
        "unheard",
        "parents",
    ] {
        let name = if whole.contains(&format!("\"{name}\"")) { name } else { "learner" };
        for with in [
            b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff".as_slice(),
            b"[$d#l\x3b\x9a\xca\x00\x00\x00",
            b"[$L#l\x3b\x9a\xca\x00\x00\x00",
            b"[$T#l\x3b\x9a\xca\x00",
            b"[$Z#l\x3b\x9a\xca\x00",
            b"[$[#l\x3b\x9a\xca\x00",
            b"[#l\x3b\x9a\xca\x00Z",
            b"{#l\x3b\x9a\xca\x00Z",
            b"SL\x7f\xff\xff\xff\xff\xff\xff\xff",
            b"SL\xff\xff\xff\xff\xff\xff\xff\xff",
            b"SU\x02\xff\xfe",
            b"HU\x021e",
            b"[$",
            b"[$d",
            b"[#",
            &b"[".repeat(100_000),
            &b"[$[#i\x01".repeat(100_000),
            &b"[#i\x01".repeat(100_000),
            &b"{U\x01a".repeat(100_000),
            &b"N".repeat(100_000),
        ] {
            files.push(spot(name, with));
        }
    }
    refused(files);
}

#[test]
fn json_depths_and_encodings() {
    let mut files = vec![];
    for (target, name) in [
        ("xgboost_json", "logistic"),
        ("lightgbm_json", "binary"),
        ("catboost_json", "logloss"),
        ("linfa", "tree"),
    ] {
        let whole = seed(target, name);
        let inside = whole.trim_end().strip_suffix('}').unwrap();
        let deep = ["[", "{\"a\":", "[{\"a\":"].map(|open| open.repeat(100_000));
        let shut = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for tail in deep.iter().chain([&shut]) {
            files.push((
                format!("{target}: deep at the end"),
                format!("{inside},\"unheard\":{tail}}}").into_bytes(),
            ));
            files.push((
                format!("{target}: deep at the start"),
                format!("{{\"unheard\":{tail},{}", &whole.trim_start()[1..]).into_bytes(),
            ));
        }
        files.push((format!("{target}: twice"), [whole.as_str(), &whole].concat().into_bytes()));
        files.push((format!("{target}: rubbish behind"), format!("{whole}x").into_bytes()));
        files.push((
            format!("{target}: UTF-16"),
            whole.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ));
        let first = whole.find('"').unwrap() + 1;
        files.push((
            format!("{target}: no UTF-8"),
            [&whole.as_bytes()[..first], b"\xff\xc0\x80", &whole.as_bytes()[first..]].concat(),
        ));
    }
    for open in ["[", "{\"learner\":", "{\"a\":", "{\"tree_info\":["] {
        files.push((format!("nothing but {open}"), open.repeat(100_000).into_bytes()));
        files.push((
            format!("an object with {open}"),
            format!("{{\"learner\":{}", open.repeat(100_000)).into_bytes(),
        ));
    }
    refused(files);
}

#[test]
fn json_members_given_twice() {
    // Which of two counts, readers disagree on: a file that says a thing twice says nothing.
    let mut files = vec![];
    for (target, name, key) in [
        ("xgboost_json", "logistic", "num_feature"),
        ("xgboost_json", "logistic", "base_score"),
        ("xgboost_json", "logistic", "name"),
        ("xgboost_json", "logistic", "split_conditions"),
        ("lightgbm_json", "binary", "leaf_value"),
        ("lightgbm_json", "binary", "num_class"),
        ("catboost_json", "logloss", "leaf_values"),
        ("catboost_json", "logloss", "scale_and_bias"),
        ("linfa", "tree", "rows"),
        ("linfa", "tree", "threshold"),
    ] {
        let whole = seed(target, name);
        let at = whole.rfind(&format!("\"{key}\"")).unwrap();
        let value = value_end(&whole, at + key.len() + 3);
        let twice = format!("{}{},{}", &whole[..at], &whole[at..value], &whole[at..]);
        files.push((format!("{target}: {key} twice"), twice.into_bytes()));
    }
    let whole = seed("lightgbm_text", "binary");
    for key in ["num_class", "threshold", "leaf_value"] {
        let at = whole.find(&format!("\n{key}=")).unwrap() + 1;
        let end = at + whole[at..].find('\n').unwrap() + 1;
        let twice = format!("{}{}{}", &whole[..at], &whole[at..end], &whole[at..]);
        files.push((format!("lightgbm_text: {key} twice"), twice.into_bytes()));
    }
    refused(files);
}

#[test]
fn lightgbm() {
    let changes = [
        ("num_class", 0, HUGE),
        ("num_tree_per_iteration", 0, HUGE),
        ("num_tree_per_iteration", 0, "0"),
        ("num_tree_per_iteration", 0, "3"),
        ("max_feature_idx", 0, HUGE),
        ("max_feature_idx", 0, "18446744073709551615"),
        ("max_feature_idx", 0, "-1"),
        ("max_feature_idx", 0, "0"),
        ("feature_names", 0, "a a a"),
        ("objective", 0, "unheard"),
        ("objective", 0, "binary sigmoid:0"),
        ("objective", 0, "binary sigmoid:-1"),
        ("objective", 0, "binary sigmoid:nan"),
        ("num_leaves", 0, HUGE),
        ("num_leaves", 0, "0"),
        ("num_leaves", 0, "-4"),
        ("num_leaves", 0, "3"),
        ("num_leaves", 0, "18446744073709551615"),
        ("num_cat", 0, HUGE),
        ("num_cat", 0, "18446744073709551615"),
        ("split_feature", 0, "3 0 0"),
        ("split_feature", 0, "1000000000 0 0"),
        ("split_feature", 0, "-1 0 0"),
        ("split_feature", 0, "0"),
        ("threshold", 0, "nan 0 0"),
        ("threshold", 0, "x 0 0"),
        ("decision_type", 0, "1 2 2"),
        ("decision_type", 0, "12 2 2"),
        ("decision_type", 0, "-1 2 2"),
        ("left_child", 0, "0 -1 -2"),
        ("left_child", 0, "1 0 -2"),
        ("left_child", 0, "1 1 -2"),
        ("left_child", 0, "3 -1 -2"),
        ("left_child", 0, "-5 -1 -2"),
        ("left_child", 0, "1000000000 -1 -2"),
        ("left_child", 0, "-9223372036854775808 -1 -2"),
        ("left_child", 0, "9223372036854775807 -1 -2"),
        ("leaf_value", 0, "nan 0 0 0"),
        ("leaf_value", 0, "inf 0 0 0"),
        ("leaf_value", 0, "0 0 0"),
        ("is_linear", 0, "2"),
    ];
    let mut files = changed("lightgbm_text", "binary", line, &changes);
    files.extend(changed(
        "lightgbm_text",
        "pandas",
        line,
        &[
            ("cat_boundaries", 0, "0 1000000000"),
            ("cat_boundaries", 0, "1 0"),
            ("cat_boundaries", 0, "0 18446744073709551615"),
            ("cat_threshold", 0, ""),
            ("cat_threshold", 0, "4294967296"),
        ],
    ));
    let whole = seed("lightgbm_text", "binary");
    files.push(("LightGBM: a million trees by name".to_owned(), [
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nfeature_names=a\n",
        &"Tree=0\n".repeat(1_000_000), "end of trees\n"].concat().into_bytes()));
    files.push((
        "LightGBM: no UTF-8".to_owned(),
        [whole.as_bytes().split_at(10).0, b"\xff\xfe", whole.as_bytes().split_at(10).1].concat(),
    ));
    refused(files);
}

#[test]
fn catboost() {
    let changes = [
        ("float_feature_index", 0, HUGE),
        ("float_feature_index", 2, "-1"),
        ("split_index", 0, HUGE),
        ("split_index", 0, "-1"),
        ("leaf_values", 0, "[0,0,0]"),
        ("leaf_values", 0, "[0,0,0,0,0]"),
        ("leaf_values", 0, "[]"),
        ("leaf_values", 0, "[1e999,0,0,0]"),
        ("leaf_weights", 0, "[1]"),
        ("scale_and_bias", 0, "[1]"),
        ("scale_and_bias", 0, "[1,[0,0]]"),
        ("scale_and_bias", 0, "[1e999,[0]]"),
        ("oblivious_trees", 0, "[{}]"),
        ("splits", 0, "null"),
    ];
    refused(changed("catboost_json", "logloss", member, &changes));
}

#[test]
fn linfa() {
    let changes = [
        ("feature", 0, "[1000000000,null,1,null,null]"),
        ("feature", 0, "[2,null,1,null,null]"),
        ("left", 0, "[1,0,2,0,0]"),
        ("left", 0, "[0,0,3,0,0]"),
        ("right", 0, "[1000000000,0,4,0,0]"),
        ("right", 0, "[2,0,0,0,0]"),
        ("threshold", 0, "[1e999,0,0,0,0]"),
        ("threshold", 0, "[null,0,0,0,0]"),
        ("threshold", 0, "[0.5]"),
        ("value", 0, "[0,1e999,0,0,0]"),
        ("features", 0, "[]"),
        ("features", 0, "[\"a\",\"a\"]"),
        ("fill", 0, "[0]"),
        ("fill", 0, "[1e999,0]"),
        ("schema", 0, "\"klartext.linfa/2\""),
    ];
    let mut files = changed("linfa", "tree", member, &changes);
    files.extend(changed(
        "linfa",
        "logistic",
        member,
        &[
            ("weights", 0, "[1]"),
            ("weights", 0, "[1e999,1]"),
            ("intercept", 0, "1e999"),
            ("intercept", 0, "null"),
        ],
    ));
    refused(files);
}

/// One part of the table replaced.
fn instead(text: &str, part: &str, nth: usize, with: &str) -> String {
    let at = text.match_indices(part).nth(nth).unwrap_or_else(|| panic!("no {part}")).0;
    format!("{}{with}{}", &text[..at], &text[at + part.len()..])
}

#[test]
fn points_tables() {
    let mut files = changed(
        "scorecard",
        "csv",
        instead,
        &[
            ("12.5", 0, "1e13"),
            ("12.5", 0, "1e999"),
            ("12.5", 0, "NaN"),
            ("12.5", 0, "12,5"),
            ("18..25", 0, "18..1000000000"),
            ("18..25", 0, "25..18"),
            ("18..25", 0, "19..25"),
            ("18..25", 0, "17-25"),
            ("18..25", 0, "unter 18 Jahre"),
            (">65", 0, ">66"),
            ("age,missing,5,5", 0, "age,missing,5,-5"),
            ("age,missing,5,5", 0, "age,missing,5,"),
            ("age,missing,5,5\n", 0, ""),
            ("age,missing", 0, "*,other"),
            ("age,missing", 0, "*,missing,5,5\n*,missing"),
            ("seeking", 0, "employed"),
            ("base,,200,\n", 0, "base,,200,\nbase,,200,\n"),
            ("attribute", 0, "attribute,sheets"),
        ],
    );
    files.extend(changed(
        "scorecard",
        "odds",
        instead,
        &[
            ("\"refuse\"", 0, "\"guess\""),
            ("\"refuse\"", 0, "1e999"),
            ("pdo = 20", 0, "pdo = 0"),
            ("pdo = 20", 0, "pdo = nan"),
            ("pdo = 20", 0, "factor = 20"),
            ("base_odds = 50", 0, "base_odds = 0"),
            ("base_odds = 50", 0, "base_odds = -50"),
            ("base_odds = 50", 0, "base_odds = inf"),
            (">=600", 0, ">=500"),
            (">=600", 0, ">=700"),
            (">=600", 0, "many"),
            ("\"high\"", 0, "\"low\""),
            ("18-64", 0, "18-63"),
            ("18-64", 0, "18-65"),
            ("18-64", 0, "18-64.5"),
        ],
    ));
    let band = |i: usize| format!("[[band]]\nname = \"b{i}\"\npoints = \"{i}..{}\"\n", i + 1);
    let bands: String = (0..50_000).map(band).collect();
    let whole = seed("scorecard", "odds");
    files.push(("50,000 bands".to_owned(), instead(&whole, "[[band]]", 0, &bands).into_bytes()));
    let sheet = |i: usize| format!("s{i},a{i},missing,1\ns{i},a{i},other,2\n");
    let sheets: String = (0..50_000).map(sheet).collect();
    let sheets = format!("sheet,attribute,bin,points\n{sheets}");
    files.push(("50,000 sheets".to_owned(), sheets.into_bytes()));
    refused(files);
}

/// A regression tree of three nodes, with changes.
fn onnx_tree(columns: i64, changes: Vec<(&'static str, Attribute<'static>)>) -> Vec<u8> {
    use Attribute::{Floats, Int, Ints, Texts};
    let mut attributes = vec![
        ("n_targets", Int(1)),
        ("nodes_falsenodeids", Ints(&[2, 0, 0])),
        ("nodes_featureids", Ints(&[0, 0, 0])),
        ("nodes_modes", Texts(&["BRANCH_LEQ", "LEAF", "LEAF"])),
        ("nodes_nodeids", Ints(&[0, 1, 2])),
        ("nodes_treeids", Ints(&[0, 0, 0])),
        ("nodes_truenodeids", Ints(&[1, 0, 0])),
        ("nodes_values", Floats(&[0.5, 0.0, 0.0])),
        ("target_ids", Ints(&[0, 0])),
        ("target_nodeids", Ints(&[1, 2])),
        ("target_treeids", Ints(&[0, 0])),
        ("target_weights", Floats(&[1.0, 2.0])),
    ];
    for (name, value) in changes {
        attributes.retain(|(n, _)| *n != name);
        attributes.push((name, value));
    }
    onnx("TreeEnsembleRegressor", columns, &attributes)
}

#[test]
fn onnx_trees() {
    use Attribute::{Floats, Int, Ints, Text, Texts};
    assert!(harmless("an ONNX tree", &onnx_tree(2, vec![])));
    let changes = vec![
        ("n_targets", Int(1_000_000_000)),
        ("n_targets", Int(0)),
        ("n_targets", Int(-1)),
        ("nodes_falsenodeids", Ints(&[0, 0, 0])),
        ("nodes_falsenodeids", Ints(&[1, 0, 0])),
        ("nodes_falsenodeids", Ints(&[1_000_000_000, 0, 0])),
        ("nodes_falsenodeids", Ints(&[-1, 0, 0])),
        ("nodes_falsenodeids", Ints(&[i64::MAX, 0, 0])),
        ("nodes_falsenodeids", Ints(&[2, 0])),
        ("nodes_featureids", Ints(&[2, 0, 0])),
        ("nodes_featureids", Ints(&[1_000_000_000, 0, 0])),
        ("nodes_featureids", Ints(&[-1, 0, 0])),
        ("nodes_modes", Texts(&["BRANCH_UNHEARD", "LEAF", "LEAF"])),
        ("nodes_modes", Texts(&["LEAF"])),
        ("nodes_nodeids", Ints(&[0, 1, 1])),
        ("nodes_treeids", Ints(&[0, 1_000_000_000, 0])),
        ("nodes_values", Floats(&[f32::NAN, 0.0, 0.0])),
        ("nodes_values", Floats(&[])),
        ("target_ids", Ints(&[0, 1])),
        ("target_ids", Ints(&[0, 1_000_000_000])),
        ("target_ids", Ints(&[0, -1])),
        ("target_nodeids", Ints(&[1, 1_000_000_000])),
        ("target_nodeids", Ints(&[1, 0])),
        ("target_treeids", Ints(&[0, 1_000_000_000])),
        ("target_weights", Floats(&[f32::NAN, 1.0])),
        ("target_weights", Floats(&[f32::INFINITY, 1.0])),
        ("target_weights", Floats(&[1.0])),
        ("base_values", Floats(&[1.0, 2.0])),
        ("base_values", Floats(&[f32::NAN])),
        ("post_transform", Text("UNHEARD")),
        ("aggregate_function", Text("UNHEARD")),
        ("unheard", Int(1)),
    ];
    let mut files: Vec<(String, Vec<u8>)> = vec![];
    for (i, (name, value)) in changes.into_iter().enumerate() {
        files.push((format!("ONNX {name}, change {i}"), onnx_tree(2, vec![(name, value)])));
    }
    files.push(("ONNX with 10^9 columns".to_owned(), onnx_tree(1_000_000_000, vec![])));
    files.push((
        "ONNX with -1 columns".to_owned(),
        onnx_tree(-1, vec![("nodes_featureids", Ints(&[1_000_000_000, 0, 0]))]),
    ));
    refused(files);
}

#[test]
fn onnx_nests_and_lengths() {
    let sound = onnx_tree(2, vec![]);
    // A graph in an attribute of an operator in a graph …; types in types; fields that nobody knows.
    let deep =
        [nested(&[7, 1, 5, 6], 25_000), nested(&[7, 11, 2, 4, 1], 20_000), nested(&[99], 100_000)];
    let mut files: Vec<(String, Vec<u8>)> = vec![];
    for (i, deep) in deep.iter().enumerate() {
        files.push((format!("ONNX: nest {i} alone"), [number(1, 8), deep.clone()].concat()));
        let within = field(7, &nested(&[1, 5, 6], 33_000));
        files.push((
            format!("ONNX: nest {i} within"),
            [number(1, 8), within, deep.clone()].concat(),
        ));
    }
    files.push(("ONNX: groups".to_owned(), [number(1, 8), vec![0x3b; 100_000]].concat()));
    files.push((
        "ONNX: a length beyond the end".to_owned(),
        [number(1, 8), vec![0x3a, 0xff, 0xff, 0xff, 0xff, 0x07]].concat(),
    ));
    files.push((
        "ONNX: a length of 2^63".to_owned(),
        [number(1, 8), vec![0x3a], vec![0xff; 9], vec![0x7f]].concat(),
    ));
    files.push(("ONNX: a varint without end".to_owned(), [number(1, 8), vec![0xff; 100]].concat()));
    files.push(("ONNX: twice".to_owned(), sound.repeat(2)));
    refused(files);
}

/// Not a model at all.
#[test]
fn anything_else() {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("nothing".to_owned(), vec![]),
        ("blanks".to_owned(), b" \n\t ".repeat(1000)),
        ("zeros".to_owned(), vec![0; 100_000]),
        ("a mark alone".to_owned(), b"\xef\xbb\xbf".to_vec()),
        ("UTF-16".to_owned(), b"\xff\xfet\x00r\x00e\x00e\x00".to_vec()),
        ("text".to_owned(), b"Dear Sir or Madam,\n".repeat(10_000)),
        (
            "a pickle that runs a command".to_owned(),
            b"\x80\x04cos\nsystem\n(S'false'\ntR.".to_vec(),
        ),
        ("an old pickle".to_owned(), b"cos\nsystem\n(S'false'\ntR.".to_vec()),
        ("a gzip archive".to_owned(), b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec()),
    ];
    for first in 0..=255u8 {
        files.push((format!("a file of {first:#x}"), vec![first; 3000]));
        files.push((
            format!("{first:#x} and a brace"),
            [&[first][..], b"{\"learner\":{}}"].concat(),
        ));
    }
    // One of them is the JSON itself with nothing, a blank or a line end before it: a learner without anything.
    refused(files);
}
