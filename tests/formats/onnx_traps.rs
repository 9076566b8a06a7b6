//! Promise: every trap of ONNX files goes as in onnxruntime: each test of a node with missing numbers on either side, at,
//! just below and just above every threshold; post_transform; one score or two for two classes; double precision; sets;
//! many trees, deep ones and one leaf; and what other libraries export. `make_onnx_traps.py` wrote the files.

use crate::compare::{refused, ulps};
use crate::reference::{expected, model, path, rows};
use klartext::model::{Form, Model, from_bytes};

/// Largest distance in single-precision units in the last place of a model's outputs from what onnxruntime gave; of one
/// score for two classes the second column is compared. Numbers that are missing or infinite must be the same.
fn farthest(model: &dyn Model, name: &str, table: &str) -> u32 {
    let given = expected(&format!("{name}.onnx_scores"));
    let rows = rows(model, table);
    let n = model.outputs();
    let columns = given.len() / rows.nrows();
    assert!(columns == n || (columns, n) == (2, 1), "{name}: {columns} columns of {n} outputs");
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = 0;
    for (row, given) in rows.rows().into_iter().zip(given.as_slice().unwrap().chunks(columns)) {
        model.raw(row.as_slice().unwrap(), &mut raw);
        model.value(&raw, &mut value);
        for (value, given) in value.iter().zip(&given[columns - n..]) {
            if value.is_finite() && given.is_finite() {
                worst = worst.max(ulps(*value, *given));
            } else {
                assert!(value == given || (value.is_nan() && given.is_nan()), "{name}: {row}");
            }
        }
    }
    worst
}

fn compared(name: &str, table: &str) -> u32 {
    let name = format!("ort132_{name}");
    let loaded = model(&format!("{name}.onnx"));
    let worst = farthest(loaded.model.as_ref(), &name, table);
    println!("{name}: {worst} ulps");
    worst
}

/// Each of the six tests, its missing values on either side or not told, alone in a file and among others; equalities in
/// a row; a path of 31 tests, one leaf. The rows hold every threshold, the next single and double above and below, -0,
/// infinity, and 2.7, -1 and 1e9 where codes are compared.
#[test]
fn every_test_of_a_node_goes_as_in_onnxruntime() {
    for name in [
        "modes",
        "modes_untold",
        "mode_leq",
        "mode_lt",
        "mode_gte",
        "mode_gt",
        "mode_eq",
        "mode_neq",
        "chain",
        "chain_tracks",
        "deep",
        "leaf",
    ] {
        assert_eq!(compared(name, "onnx_traps.X.csv"), 0, "{name}");
    }
    assert_eq!(model("ort132_deep.onnx").model.card().depth, 31);
}

/// Columns in double precision are compared in it, with thresholds of double or single precision; the columns that
/// onnxruntime gives are of single precision.
#[test]
fn doubles_are_compared_in_double_precision() {
    for name in ["doubles", "doubles_lt", "doubles_singles"] {
        assert_eq!(compared(name, "onnx_traps.X.csv"), 0, "{name}");
    }
    for name in ["doubles_classes", "doubles_pair"] {
        assert!(compared(name, "onnx_traps.X.csv") <= 2, "{name}");
    }
    // The next double above a third goes where the third's own single would not.
    let loaded = model("ort132_doubles.onnx");
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    let third = 1.0f64 / 3.0;
    assert_eq!((trees.seen(third), trees.seen(third.next_up())), (third, third.next_up()));
}

/// Sets of numbers: onnxruntime cuts fractions off where a member is above 30, and takes the numbers for SOFTMAX and
/// LOGISTIC for each other.
#[test]
fn sets_are_those_of_onnxruntime() {
    for name in ["members", "members_double"] {
        assert_eq!(compared(name, "onnx_traps.X.csv"), 0, "{name}");
    }
    for name in ["members_far", "members_few", "members_far_double", "members_few_double"] {
        assert!(compared(name, "onnx_traps.X.csv") <= 2, "{name}");
        let swapped = model(&format!("ort132_{name}.onnx")).model.card().objective.clone();
        assert!(swapped.contains("as onnxruntime takes post_transform"), "{swapped}");
    }
}

/// Every post_transform of trees with one, two and three scores, with and without base values, and of weighted sums.
#[test]
fn post_transforms_are_those_of_onnxruntime() {
    for transform in ["none", "softmax", "logistic", "softmax_zero"] {
        for (name, table) in [
            ("one", "traps"),
            ("targets", "traps"),
            ("classes", "traps"),
            ("names", "traps"),
            ("pair", "traps"),
            ("single", "traps"),
            ("linear2", "sums"),
            ("linear3", "sums"),
            ("sum1", "sums"),
            ("sum2", "sums"),
            ("sum3", "sums"),
        ] {
            let worst = compared(&format!("{name}_{transform}"), &format!("onnx_{table}.X.csv"));
            let most = if transform == "none" { 0 } else { 1 };
            assert!(worst <= most, "{name}_{transform}: {worst}");
        }
    }
    for (name, table) in [
        ("signs_logistic", "traps"),
        ("based_logistic", "traps"),
        ("lone_none", "traps"),
        ("lone_logistic", "traps"),
        ("linear1_none", "sums"),
        ("linear1_logistic", "sums"),
    ] {
        assert!(compared(name, &format!("onnx_{table}.X.csv")) <= 1, "{name}");
    }
    let names = model("ort132_names_none.onnx").model.card().clone();
    assert_eq!(names.classes, ["no", "vielleicht", "ja"]);
    assert_eq!(model("ort132_classes_none.onnx").model.card().classes, ["0", "5", "7"]);
    assert_eq!(model("ort132_lone_none.onnx").model.card().positive.as_deref(), Some("b"));
}

/// onnxruntime's normal quantile subtracts numbers that are nearly equal: a unit in the last place of its logarithm is
/// 6e-5 near 1/2, where the result is 0, and less elsewhere.
#[test]
fn the_normal_quantile_is_that_of_onnxruntime() {
    for (name, table) in [
        ("one", "traps"),
        ("targets", "traps"),
        ("classes", "traps"),
        ("names", "traps"),
        ("pair", "traps"),
        ("lone", "traps"),
        ("linear2", "sums"),
        ("linear3", "sums"),
        ("sum1", "sums"),
        ("sum3", "sums"),
    ] {
        let name = format!("ort132_{name}_probit");
        let loaded = model(&format!("{name}.onnx"));
        let given = expected(&format!("{name}.onnx_scores"));
        let rows = rows(loaded.model.as_ref(), &format!("onnx_{table}.X.csv"));
        let n = loaded.model.outputs();
        let columns = given.len() / rows.nrows();
        let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
        let mut same = 0;
        for (row, given) in rows.rows().into_iter().zip(given.as_slice().unwrap().chunks(columns)) {
            loaded.model.raw(row.as_slice().unwrap(), &mut raw);
            loaded.model.value(&raw, &mut value);
            for ((p, value), given) in raw.iter().zip(&value).zip(&given[columns - n..]) {
                if value == given || (value.is_nan() && given.is_nan()) {
                    same += 1;
                    continue;
                }
                let most = 4e-7 / (p - 0.5).abs().max(0.01);
                assert!((value - given).abs() <= most, "{name}: {p} {value} {given}");
            }
        }
        assert!(same * 3 > rows.nrows() * n, "{name}: {same} alike");
    }
}

/// Where the winner decides on a sign, where one column has no number, and where a base value goes elsewhere.
#[test]
fn what_onnxruntime_makes_of_one_score_otherwise_is_refused() {
    let file =
        |name: &str| std::fs::read(path("models").join(format!("ort132_{name}.onnx"))).unwrap();
    refused([
        (file("signs_none"), "M04", "`NONE` with one score of both signs"),
        (file("signs_softmax"), "M04", "`SOFTMAX` with one score"),
        (file("signs_softmax_zero"), "M04", "`SOFTMAX_ZERO` with one score"),
        (file("signs_probit"), "M04", "`PROBIT` with one score"),
        (file("single_probit"), "M04", "`PROBIT` with one score"),
        (file("lone_softmax"), "M04", "`SOFTMAX` with one score"),
        (file("lone_softmax_zero"), "M04", "`SOFTMAX_ZERO` with one score"),
        (file("second_logistic"), "M04", "a base value with votes for the second class"),
        (file("linear1_softmax"), "M04", "`SOFTMAX` of one score"),
        (file("linear1_softmax_zero"), "M04", "`SOFTMAX_ZERO` of one score"),
        (file("linear1_probit"), "M04", "`PROBIT` of one score"),
    ]);
}

/// CatBoost's own export, onnxmltools' of LightGBM and XGBoost, skl2onnx's of histogram gradient boosting: rows with
/// every threshold, the singles beside it, and missing numbers in every column.
#[test]
fn exported_models_predict_what_onnxruntime_predicts() {
    for (name, most) in [
        ("cat_two", 0),
        ("cat_classes", 0),
        ("cat_names", 0),
        ("cat_number", 0),
        ("light_two", 1),
        ("light_classes", 1),
        ("light_number", 0),
        ("light_forest", 1),
        ("light_poisson", 1),
        ("xgb_two", 1),
        ("xgb_classes", 2),
        ("xgb_number", 0),
        ("xgb_poisson", 1),
        ("hist_two", 1),
        ("hist_classes", 1),
        ("hist_number", 0),
    ] {
        let worst = compared(&format!("export_{name}"), "onnx_export.X.csv");
        assert!(worst <= most, "{name}: {worst}");
    }
    let loaded = model("cb_adult_num.onnx");
    assert_eq!(farthest(loaded.model.as_ref(), "cb_adult_num", "adult_num.X.csv"), 0);
    assert_eq!(model("ort132_export_cat_names.onnx").model.card().classes, ["ja", "nein", "offen"]);
}

/// A message of protobuf, as far as a file of one operator needs it.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn number(self, field: u64, value: u64) -> Self {
        self.varint(field << 3).varint(value)
    }

    fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        let mut message = self.varint(field << 3 | 2).varint(bytes.len() as u64);
        message.0.extend_from_slice(bytes);
        message
    }

    fn message(self, field: u64, message: Message) -> Self {
        self.bytes(field, &message.0)
    }
}

fn ints(name: &str, values: impl Iterator<Item = u64>) -> Message {
    let head = Message::default().bytes(1, name.as_bytes()).number(20, 7);
    values.fold(head, |message, value| message.number(8, value))
}

fn floats(name: &str, values: impl Iterator<Item = f32>) -> Message {
    let list: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    Message::default().bytes(1, name.as_bytes()).number(20, 6).bytes(7, &list)
}

/// Trap: 5,000 trees, put together here from the numbers that the script has for onnxruntime.
#[test]
fn five_thousand_trees_are_summed_in_order() {
    const TREES: u64 = 5_000;
    let each = || (0..TREES).flat_map(|t| (0..3u64).map(move |node| (t, node)));
    let votes = || (0..TREES).flat_map(|t| (0..2u64).map(move |k| (t, k)));
    let root = |value: u64, node: u64| if node == 0 { value } else { 0 };
    let modes = each().fold(
        Message::default().bytes(1, b"nodes_modes").number(20, 8),
        |message, (t, node)| {
            message.bytes(
                9,
                match (node, t % 2) {
                    (0, 1) => b"BRANCH_LT",
                    (0, _) => b"BRANCH_LEQ",
                    _ => b"LEAF",
                },
            )
        },
    );
    let at = |t: u64| ((t * 37 % 101) as f32 - 50.0) / 16.0;
    let weight = |t: u64, k: u64| (((t * 53 + k * 29) % 97) as f32 - 48.0) / 1024.0;
    let attributes = [
        ints("nodes_treeids", each().map(|(t, _)| t)),
        ints("nodes_nodeids", each().map(|(_, node)| node)),
        ints("nodes_featureids", each().map(|(t, node)| root(t % 3, node))),
        ints("nodes_truenodeids", each().map(|(_, node)| root(1, node))),
        ints("nodes_falsenodeids", each().map(|(_, node)| root(2, node))),
        ints(
            "nodes_missing_value_tracks_true",
            each().map(|(t, node)| root(u64::from(t % 5 == 0), node)),
        ),
        floats("nodes_values", each().map(|(t, node)| if node == 0 { at(t) } else { 0.0 })),
        modes,
        ints("target_treeids", votes().map(|(t, _)| t)),
        ints("target_nodeids", votes().map(|(_, k)| 1 + k)),
        ints("target_ids", votes().map(|_| 0)),
        floats("target_weights", votes().map(|(t, k)| weight(t, k))),
        floats("base_values", std::iter::once(0.5)),
    ];
    let operator = Message::default()
        .bytes(1, b"X")
        .bytes(2, b"Y")
        .bytes(4, b"TreeEnsembleRegressor")
        .bytes(7, b"ai.onnx.ml");
    let operator = attributes.into_iter().fold(operator, |node, own| node.message(5, own));
    let value = |name: &[u8], columns: u64| {
        let shape = Message::default()
            .message(1, Message::default().bytes(2, b"N"))
            .message(1, Message::default().number(1, columns));
        let tensor = Message::default().number(1, 1).message(2, shape);
        Message::default().bytes(1, name).message(2, Message::default().message(1, tensor))
    };
    let graph = Message::default()
        .message(1, operator)
        .bytes(2, b"g")
        .message(11, value(b"X", 3))
        .message(12, value(b"Y", 1));
    let domain = Message::default().bytes(1, b"ai.onnx.ml").number(2, 3);
    let file = Message::default().number(1, 10).message(7, graph).message(8, domain);
    let model = from_bytes("many.onnx", &file.0).map_err(|faults| faults.to_string()).unwrap();
    assert_eq!(model.card().trees, 5_000);
    assert_eq!(farthest(model.as_ref(), "ort132_many", "onnx_traps.X.csv"), 0);
}
