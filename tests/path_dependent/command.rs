//! `klartext attribute --interactions` and `--precision`.

use std::collections::BTreeMap;
use std::process::Command;

use crate::reference::path;

fn attribute(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .arg("attribute")
        .args(args)
        .current_dir(path(""))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Lines of a CSV without quotes, by columns of the head.
fn lines(csv: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    (lines.next().unwrap(), lines.collect())
}

/// DESIGN 5: one line a cell; a feature's cells add up to its value; both ways of a pair are there, zeros are not.
#[test]
fn interactions_are_one_line_a_cell() {
    for (model, data) in [
        ("models/xgb_adult_100x6.json", "adult_num.X.csv"),
        ("models/xgb_injury_multi.json", "injury.X.csv"),
    ] {
        let (code, values, _) = attribute(&["--model", model, "--data", data]);
        assert_eq!(code, 0);
        let (head, values) = lines(&values);
        let several = head[1] == "class";
        let keys = if several { 2 } else { 1 };
        let (code, cells, err) = attribute(&["--model", model, "--data", data, "--interactions"]);
        assert_eq!(code, 0, "{err}");
        let (cell_head, cells) = lines(&cells);
        let wanted = ["id", "class", "feature_a", "feature_b", "value"];
        assert_eq!(
            cell_head,
            wanted
                .iter()
                .filter(|c| several || **c != "class")
                .map(|c| c.to_string())
                .collect::<Vec<_>>()
        );
        let mut matrix = BTreeMap::new();
        let mut sums: BTreeMap<(Vec<String>, String), f64> = BTreeMap::new();
        for cell in &cells {
            let value: f64 = cell[keys + 2].parse().unwrap();
            assert_ne!(value, 0.0);
            let key = (cell[..keys].to_vec(), cell[keys].clone(), cell[keys + 1].clone());
            *sums.entry((key.0.clone(), key.1.clone())).or_default() += value;
            assert!(matrix.insert(key, value).is_none());
        }
        for ((row, a, b), value) in &matrix {
            assert_eq!(matrix.get(&(row.clone(), b.clone(), a.clone())), Some(value));
        }
        for line in &values {
            for (name, value) in head.iter().zip(line).skip(keys + 2) {
                let sum = sums.get(&(line[..keys].to_vec(), name.clone())).copied();
                let distance = sum.unwrap_or(0.0) - value.parse::<f64>().unwrap();
                assert!(distance.abs() < 1e-12, "{line:?} {name}");
            }
        }
    }
}

#[test]
fn single_precision_is_near_and_refused_elsewhere() {
    let fixed = ["--model", "models/xgb_adult_100x6.json", "--data", "adult_num.X.csv"];
    let with = |more: &[&str]| attribute(&[&fixed, more].concat());
    let (code, double, _) = with(&[]);
    let (single_code, single, err) = with(&["--precision", "single"]);
    assert_eq!((code, single_code), (0, 0), "{err}");
    assert_ne!(double, single);
    let numbers = |text: &str| -> Vec<f64> {
        lines(text).1.concat().iter().filter_map(|cell| cell.parse().ok()).collect()
    };
    let (double, single) = (numbers(&double), numbers(&single));
    assert_eq!(double.len(), single.len());
    assert!(double.iter().zip(&single).all(|(a, b)| (a - b).abs() < 1e-5));
    let background = ["--background", "adult_num.background100.csv", "--precision", "single"];
    let (code, _, err) = with(&background);
    assert!(code == 2 && err.contains("R04"), "{code} {err}");
    let (code, _, err) = with(&[
        "--background",
        "adult_num.background100.csv",
        "--method",
        "exact",
        "--interactions",
    ]);
    assert!(code == 2, "{code} {err}");
}
