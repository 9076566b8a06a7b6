//! Promise: the commands print what the libraries compute.

use crate::reference::{expected, path};

/// Promise: the commands print what the library computes, skip rows that cannot be read and say so by exit code 1.
#[test]
fn the_commands_print_the_models_numbers() {
    let klartext = |args: &[&str]| {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data.csv");
    let table = std::fs::read_to_string(path("synthetic.X.csv")).unwrap();
    std::fs::write(&data, table.replacen("\n", "\n1,2,3,4,x\n", 1)).unwrap();
    let (data, file) = (data.to_str().unwrap(), path("models/lgb470_category.txt"));
    let file = file.to_str().unwrap();

    let (code, out, err) = klartext(&["predict", "--model", file, "--data", data]);
    assert_eq!(code, Some(1));
    assert!(err.contains("T08") && err.contains("line 2") && err.contains("`x`"), "{err}");
    let pred = expected("lgb470_category.pred");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines[0], lines.len()), ("id,raw,value", 41));
    for (i, (line, pred)) in lines[1..].iter().zip(&pred).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], (i + 1).to_string());
        let value: f64 = cells[2].parse().unwrap();
        // One unit in the last place: the link's exponential is ours on every machine, not the C library's.
        assert!((value - pred).abs() <= f64::EPSILON * pred, "{value} {pred}");
    }

    let (code, out, _) =
        klartext(&["attribute", "--model", file, "--data", data, "--method", "tree-path"]);
    assert_eq!(code, Some(1));
    for line in out.lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|c| c.parse().unwrap()).collect();
        assert!((cells[1] - cells[2..].iter().sum::<f64>()).abs() < 1e-12);
        assert!(!line.contains(",-0,"), "{line}");
    }

    let (code, _, err) = klartext(&["attribute", "--model", file, "--data", data, "--class", "7"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("R04"), "{err}");
    let (code, out, _) = klartext(&["inspect", "--model", file, "--json"]);
    assert_eq!((code, out.contains("\"trees\": 6")), (Some(0), true));
}
