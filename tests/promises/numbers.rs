//! "A number that the model did not produce is the worst bug there is": every number of a record is computed again, on
//! paths that share as little as possible with the one that wrote it. The tests read the tables and procedure.toml
//! themselves, splice rows themselves, and take attributions from their definition over all coalitions.

use klartext::attribution::by_enumeration;
use klartext::model::{Form, Model, TreeEnsemble, read};
use serde_json::Value;

use crate::program::{DATE, Folder, PROCEDURES, project};

/// `procedure.toml` as a table.
pub fn procedure(name: &str) -> toml::Table {
    let path = project().join("models").join(name).join("procedure.toml");
    std::fs::read_to_string(path).expect("a procedure").parse().expect("TOML")
}

/// Columns of the model and their numbers for the value of a feature; NaN is missing.
fn columns(feature: &toml::Value, cell: &str) -> Vec<(String, f64)> {
    let text = |value: &toml::Value, name: &str| {
        value.get(name).and_then(|v| v.as_str()).map(str::to_owned)
    };
    let values: Vec<&toml::Value> =
        feature.get("value").and_then(|values| values.as_array()).into_iter().flatten().collect();
    let missing = cell.is_empty();
    let Some(column) = text(feature, "column") else {
        // One column a value, 1 for the value that it is.
        let one_hot = |value: &toml::Value| {
            let number = if missing {
                f64::NAN
            } else {
                f64::from(u8::from(text(value, "id").as_deref() == Some(cell)))
            };
            Some((text(value, "column")?, number))
        };
        return values.into_iter().filter_map(one_hot).collect();
    };
    let code = |value: &toml::Value| {
        let yes_no = match cell {
            "yes" => 1.0,
            _ => 0.0,
        };
        value.get("code").map_or(yes_no, |code| code.as_float().expect("a code"))
    };
    let number = match values.iter().find(|value| text(value, "id").as_deref() == Some(cell)) {
        _ if missing => f64::NAN,
        Some(value) => code(value),
        None => cell.parse().expect("a number"),
    };
    vec![(column, number)]
}

/// A table of cases (as people know them) as rows of the model, in the model's order of features.
fn rows(name: &str, table: &str, features: &[String]) -> Vec<Vec<f64>> {
    let procedure = procedure(name);
    let known = procedure["feature"].as_array().expect("features");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| {
        let mut row = vec![f64::NAN; features.len()];
        for feature in known {
            let id = feature["id"].as_str().expect("an id");
            let at = header.iter().position(|name| name == id).expect("a column");
            for (column, number) in columns(feature, &record[at]) {
                row[features.iter().position(|name| *name == column).expect("a column")] = number;
            }
        }
        row
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// The model of a procedure.
fn model(name: &str) -> Box<dyn Model> {
    let file = procedure(name)["model"]["file"].as_str().expect("a file").to_owned();
    read(&project().join("models").join(name).join(file)).expect("a model").model
}

/// The first rows of a table as CSV with the columns of the model.
pub fn model_rows(name: &str, table: &str, most: usize) -> String {
    let model = model(name);
    let features = &model.card().features;
    csv_of(features, rows(name, table, features).into_iter().take(most))
}

fn csv_of(features: &[String], rows: impl Iterator<Item = Vec<f64>>) -> String {
    let mut out = features.join(",") + "\n";
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|x| if x.is_nan() { String::new() } else { x.to_string() }).collect();
        out.push_str(&(cells.join(",") + "\n"));
    }
    out
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Interventional Shapley values from their definition, tree by tree: values of a sum are sums of values (linearity),
/// and a tree's coalitions are those of the features it tests.
fn by_definition(trees: &TreeEnsemble, row: &[f64], background: &[Vec<f64>]) -> (f64, Vec<f64>) {
    let score = |trees: &TreeEnsemble, row: &[f64]| {
        let mut out = [0.0];
        trees.exact(row, &mut out);
        out[0]
    };
    let nothing = TreeEnsemble { trees: vec![], ..trees.clone() };
    let constant = score(&nothing, row);
    let (mut base, mut values) = (constant, vec![0.0; row.len()]);
    for tree in &trees.trees {
        let alone = TreeEnsemble { trees: vec![tree.clone()], ..trees.clone() };
        let mut players: Vec<usize> = tree
            .nodes
            .iter()
            .filter_map(|node| match node {
                klartext::model::Node::Inner { feature, .. } => Some(*feature as usize),
                _ => None,
            })
            .collect();
        players.sort_unstable();
        players.dedup();
        let game = |set: u32| {
            let of = |other: &Vec<f64>| {
                let mut spliced = other.clone();
                for (i, &player) in players.iter().enumerate() {
                    if set >> i & 1 == 1 {
                        spliced[player] = row[player];
                    }
                }
                score(&alone, &spliced) - constant
            };
            background.iter().map(of).sum::<f64>() / background.len() as f64
        };
        base += game(0);
        for (&player, phi) in
            players.iter().zip(by_enumeration(players.len(), game).expect("few players"))
        {
            values[player] += phi;
        }
    }
    (base, values)
}

/// DESIGN 6: predictions are the library's, attributions are exact (1e-9 relative), the base value is the mean of the
/// comparison group; shares and rests follow from them. Cases: far from the threshold on both sides, near it, with gaps.
#[test]
fn every_number_of_a_record_is_computed_again() {
    for (name, cases) in [
        ("unemployment-benefit", ["ALB-2026-0004", "ALB-2026-0005", "ALB-2026-0014"]),
        ("rehab-management", ["UVR-2026-0004", "UVR-2026-0005", "UVR-2026-0013"]),
    ] {
        let folder = Folder::of(name);
        folder.explain(&cases, &[]);
        let model = model(name);
        let features = model.card().features.clone();
        let Form::Trees(trees) = model.form() else { panic!("a model of trees") };
        let background = rows(name, &folder.read("procedure/background.csv"), &features);
        let table = folder.read("cases.csv");
        let all = rows(name, &table, &features);
        let ids: Vec<&str> =
            table.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        for case in cases {
            let row = &all[ids.iter().position(|id| *id == case).unwrap()];
            let record = folder.record(case);
            prediction(&folder, &features, row, &record);
            let (base, values) = by_definition(trees, row, &background);
            let attribution = &record["attribution"];
            close(number(&attribution["base_value"]), base);
            let total = number(&record["prediction"]["exact"]);
            close(base + values.iter().sum::<f64>(), total);
            for (column, value) in features.iter().zip(&values) {
                let columns = attribution["columns"].as_array().unwrap();
                let told = columns.iter().find(|item| item["column"] == column.as_str()).unwrap();
                close(number(&told["value"]), *value);
            }
            shares(name, &record, &features, &values);
            counterfactual(name, &folder, &features, row, &record);
        }
    }
}

fn close(told: f64, computed: f64) {
    assert!(
        (told - computed).abs() <= 1e-9 * computed.abs().max(1.0),
        "the record has {told}, computed {computed}"
    );
}

/// `predict` on the case's row gives the numbers of the record, digit by digit.
fn prediction(folder: &Folder, features: &[String], row: &[f64], record: &Value) {
    let (raw, value) = predicted(folder, features, row);
    let told = &record["prediction"];
    assert_eq!((number(&told["raw"]), number(&told["value"])), (raw, value));
    let threshold = number(&told["threshold"]);
    assert_eq!(told["positive"], value >= threshold);
    assert_eq!(told["near"], (value - threshold).abs() < 0.05);
    let back = 1.0 / (1.0 + (-number(&told["threshold_raw"])).exp());
    close(back, threshold);
}

/// Raw score and prediction of a row, by the command line.
fn predicted(folder: &Folder, features: &[String], row: &[f64]) -> (f64, f64) {
    folder.write("row.csv", csv_of(features, std::iter::once(row.to_vec())));
    let model = ["model.ubj", "model.txt"].map(|name| format!("procedure/{name}"));
    let model = model.iter().find(|name| folder.path(name).exists()).unwrap();
    let ran = folder.run(&["predict", "--model", model, "--data", "row.csv"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let cells: Vec<f64> =
        ran.out.lines().nth(1).unwrap().split(',').map(|cell| cell.parse().unwrap()).collect();
    let [_, raw, value] = cells[..] else { panic!("{}", ran.out) };
    (raw, value)
}

/// Features are sums over their columns; shares are parts of the sum of magnitudes; named and unnamed make the whole.
fn shares(name: &str, record: &Value, features: &[String], values: &[f64]) {
    let procedure = procedure(name);
    let known = procedure["feature"].as_array().unwrap();
    let of = |feature: &toml::Value| -> f64 {
        let own = columns(feature, "");
        own.iter()
            .map(|(column, _)| values[features.iter().position(|name| name == column).unwrap()])
            .sum()
    };
    let sums: Vec<(&str, f64)> =
        known.iter().map(|feature| (feature["id"].as_str().unwrap(), of(feature))).collect();
    let total: f64 = sums.iter().map(|(_, value)| value.abs()).sum();
    let told = record["attribution"]["features"].as_array().unwrap();
    assert_eq!(told.len(), sums.len());
    for (item, (id, value)) in told.iter().zip(&sums) {
        assert_eq!(item["feature"], *id);
        close(number(&item["value"]), *value);
        close(number(&item["share"]), value.abs() / total);
    }
    let reasons = &record["reasons"];
    let named = reasons["named"].as_array().unwrap();
    let sign = if record["prediction"]["positive"] == true { 1.0 } else { -1.0 };
    let mut rest = 1.0;
    let mut net: f64 = sums.iter().map(|(_, value)| sign * value / total).sum();
    for reason in named {
        let (_, value) = sums.iter().find(|(id, _)| reason["feature"] == *id).unwrap();
        assert_eq!(reason["speaks_for"], sign * value > 0.0, "{reason}");
        close(number(&reason["share"]), value.abs() / total);
        rest -= value.abs() / total;
        net -= sign * value / total;
    }
    close(number(&reasons["rest_share"]), rest);
    close(number(&reasons["rest_net"]), net);
}

/// G19: the example of other values, predicted again by the command line, flips the result; so does every single one.
fn counterfactual(name: &str, folder: &Folder, features: &[String], row: &[f64], record: &Value) {
    let procedure = procedure(name);
    let threshold = number(&record["prediction"]["threshold"]);
    let positive = record["prediction"]["positive"].as_bool().unwrap();
    let told = &record["counterfactual"];
    let changed = |changes: &[Value]| {
        let mut row = row.to_vec();
        for change in changes {
            let feature = procedure["feature"]
                .as_array()
                .unwrap()
                .iter()
                .find(|feature| change["feature"] == feature["id"].as_str().unwrap())
                .unwrap();
            assert_eq!(feature["actionable"].as_bool(), Some(true), "{change}");
            assert_ne!(change["from"], change["to"]);
            let cell = match &change["to"] {
                Value::String(word) => word.clone(),
                to => number(to).to_string(),
            };
            for (column, number) in columns(feature, &cell) {
                row[features.iter().position(|name| *name == column).unwrap()] = number;
            }
        }
        predicted(folder, features, &row)
    };
    let changes = told["changes"].as_array().unwrap();
    assert_eq!(changes.is_empty(), told["status"] != "found");
    assert!(changes.len() <= 2);
    if !changes.is_empty() {
        let (raw, value) = changed(changes);
        assert_eq!((number(&told["raw"]), number(&told["value"])), (raw, value));
        assert_ne!(value >= threshold, positive, "{told}");
    }
    for change in told["alternatives"].as_array().unwrap() {
        let (_, value) = changed(std::slice::from_ref(change));
        assert_ne!(value >= threshold, positive, "{change}");
    }
}

/// DESIGN 6, on every case of the fixtures: base value and attributions add up to the double-precision score, columns
/// to features, and the record's own residual tells it.
#[test]
fn every_record_adds_up() {
    for name in PROCEDURES {
        let folder = Folder::of(name);
        folder.run(&[
            "explain",
            "procedure",
            "--cases",
            "cases.csv",
            "-o",
            "output",
            "--date",
            DATE,
            "--for",
            "citizen",
        ]);
        let names = folder.names();
        let records: Vec<&String> =
            names.iter().filter(|name| name.ends_with("record.json")).collect();
        assert_eq!(records.len(), 36);
        for file in records {
            let record = folder.record(file.split('/').next().unwrap());
            let attribution = &record["attribution"];
            let sum = |list: &str| {
                attribution[list]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| number(&item["value"]))
                    .sum::<f64>()
            };
            let exact = number(&record["prediction"]["exact"]);
            close(number(&attribution["base_value"]) + sum("features"), exact);
            close(sum("features"), sum("columns"));
            assert!(number(&attribution["residual"]) <= 1e-9 * exact.abs().max(1.0));
            let shares: f64 = attribution["features"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| number(&item["share"]))
                .sum();
            close(shares, 1.0);
        }
    }
}
