//! Categories by name: a procedure need not know the numbers that stand for categories inside a model whose file names
//! them. What a letter is computed from is what `predict` gives for the same words.

use crate::program::{Folder, project};

const CASE: &str = "UVR-2026-0001";
const PROCEDURE: &str = "procedure/procedure.toml";

/// The procedure with a model that knows injury and industry by name, and without any code or one-hot column.
fn named() -> Folder {
    let folder = Folder::of("rehab-management");
    let model = project().join("tests/reference/models/lgb470_named.txt");
    folder.write("procedure/model.txt", std::fs::read(model).expect("the reference model"));
    let inspected = folder.run(&["inspect", "--model", "procedure/model.txt", "--json"]);
    assert_eq!(inspected.code, 0, "{inspected:?}");
    let card: serde_json::Value = serde_json::from_str(&inspected.out).expect("JSON");
    let lines = folder.read(PROCEDURE);
    let lines = lines
        .lines()
        .filter(|line| !line.starts_with("column = \"injtype_") && !line.starts_with("code = "));
    let lines = lines.map(|line| match line {
        line if line.starts_with("sha256 = ") => format!("sha256 = {}", card["sha256"]),
        "id = \"injtype\"" => "id = \"injtype\"\ncolumn = \"injtype\"".to_owned(),
        line => line.to_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    folder.write(PROCEDURE, text);
    folder
}

#[test]
fn a_letter_says_what_the_model_gives_for_the_words_of_the_case() {
    let folder = named();
    let ran = folder.explain(&[CASE], &[]);
    assert!(ran.code == 0 || ran.code == 1, "{ran:?}");
    let record = folder.record(CASE);
    let cases = folder.read("cases.csv");
    let case = cases.lines().find(|line| line.starts_with(CASE)).expect("the case");
    let cells: Vec<&str> = case.split(',').collect();
    let [_, _, injury, "yes", age, industry, wage] = cells.as_slice() else { panic!("{case}") };
    folder.write(
        "row.csv",
        format!("injtype,hosp,age,indust,prewage\n{injury},1,{age},{industry},{wage}\n"),
    );
    let predicted = folder.run(&["predict", "--model", "procedure/model.txt", "--data", "row.csv"]);
    let line = predicted.out.lines().nth(1).expect("a row");
    let numbers: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
    assert_eq!(record["prediction"]["raw"].as_f64(), Some(numbers[1]));
    assert_eq!(record["prediction"]["value"].as_f64(), Some(numbers[2]));
}

#[test]
fn a_name_that_the_model_does_not_know_is_a_fault() {
    let folder = named();
    folder.replace(PROCEDURE, "id = \"construction\"", "id = \"mining\"");
    let ran = folder.explain(&[CASE], &[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("P22") && ran.err.contains("mining"), "{ran:?}");
}
