//! Promise: every change that `klartext counterfactual` states is predicted again by the model with the result it names,
//! keeps the constraints of the file, and says how sure it is.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::Value;

use crate::program::klartext;

const MODEL: &str = "tests/reference/models/xgb_adult_100x6.json";
const DATA: &str = "tests/reference/adult_num.X.csv";
const BACKGROUND: &str = "tests/reference/adult_num.background100.csv";

const RULES: &str = r#"
[features.age]
direction = "increase"
integer = true
[features.education_num]
direction = "increase"
integer = true
max = 14
[features.hours_per_week]
min = 10
max = 60
step = 5
[features.capital_gain]
immutable = true
[features.capital_loss]
immutable = true
"#;

/// A folder for constraints files.
struct Rules(tempfile::TempDir);

impl Rules {
    fn new() -> Self {
        Rules(tempfile::tempdir().expect("a folder"))
    }
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("written");
    }
}

/// The cells of a table by row and column.
fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| {
        header.iter().cloned().zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn stated_changes_flip_and_keep_the_constraints() {
    let folder = Rules::new();
    folder.write("rules.toml", RULES);
    let rules = folder.path("rules.toml");
    let ran = klartext(&[
        "counterfactual",
        "--model",
        MODEL,
        "--data",
        DATA,
        "--background",
        BACKGROUND,
        "--constraints",
        &rules,
        "--count",
        "2",
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let cases = lines(&ran.out);
    let rows = table(&std::fs::read_to_string(DATA).expect("data"));
    assert_eq!(cases.len(), rows.len());
    let header: Vec<String> = rows[0].keys().cloned().collect();
    let mut changed = format!("{}\n", header.join(","));
    let mut stated: Vec<(&Value, &Value)> = Vec::new();
    for (case, row) in cases.iter().zip(&rows) {
        for counterfactual in case["counterfactuals"].as_array().expect("a list") {
            let mut row = row.clone();
            for change in counterfactual["changes"].as_array().expect("a list") {
                let name = change["feature"].as_str().expect("a name");
                let number = |key: &str| change[key].as_f64().expect("a number");
                let (from, to) = (number("from"), number("to"));
                assert_eq!(row[name].parse::<f64>().expect("a number") as f32, from as f32);
                match name {
                    "age" => assert!(to > from && to.fract() == 0.0),
                    "education_num" => assert!(to > from && to.fract() == 0.0 && to <= 14.0),
                    "hours_per_week" => assert!((10.0..=60.0).contains(&to) && to % 5.0 == 0.0),
                    name => assert!(!name.starts_with("capital"), "{name} may not change"),
                }
                row.insert(name.to_owned(), to.to_string());
            }
            let cells: Vec<&str> = header.iter().map(|name| row[name].as_str()).collect();
            changed.push_str(&format!("{}\n", cells.join(",")));
            stated.push((case, counterfactual));
        }
    }
    assert!(stated.len() > rows.len(), "{} changes for {} cases", stated.len(), rows.len());
    folder.write("changed.csv", &changed);
    let again = klartext(&["predict", "--model", MODEL, "--data", &folder.path("changed.csv")]);
    assert_eq!(again.code, 0);
    let predictions = table(&again.out);
    assert_eq!(predictions.len(), stated.len());
    for ((case, counterfactual), predicted) in stated.iter().zip(&predictions) {
        let value: f64 = predicted["value"].parse().expect("a number");
        assert_eq!(value, counterfactual["prediction"].as_f64().expect("a number"));
        match (&case["target"]["above"], &case["target"]["below"]) {
            (Value::Number(_), _) => assert!(value >= 0.5, "{value}"),
            (_, Value::Number(_)) => assert!(value < 0.5, "{value}"),
            other => panic!("{other:?}"),
        }
    }
}

/// The lines keep to the schema that `klartext schema` publishes.
#[test]
fn lines_keep_to_the_schema() {
    let schema = klartext(&["schema", "counterfactual"]);
    assert_snapshot!("schema_counterfactual", schema.out);
    let schema: Value = serde_json::from_str(&schema.out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let ran = klartext(&[
        "counterfactual",
        "--model",
        MODEL,
        "--data",
        DATA,
        "--background",
        BACKGROUND,
        "--max-changes",
        "1",
    ]);
    assert_eq!(ran.code, 0);
    let statuses: Vec<String> = lines(&ran.out)
        .iter()
        .map(|line| {
            assert!(schema.is_valid(line), "{line}");
            line["status"].as_str().expect("a status").to_owned()
        })
        .collect();
    // One change is not always enough, and both answers are proven.
    assert!(statuses.contains(&"optimal".into()) && statuses.contains(&"none".into()));
    assert!(statuses.iter().all(|status| status == "optimal" || status == "none"));
}

/// All faults of a constraints file come at once, with line and field.
#[test]
fn contradicting_constraints_are_refused() {
    let folder = Rules::new();
    folder.write(
        "rules.toml",
        "[features.age]\nstep = -1\n[features.shoes]\nimmutable = true\n[features.hours_per_week]\nmin = 50\nmax = 40\n\n[features.capital_gain]\ndepends_on = \"capital_gain\"\n[groups]\nkind = [\"age\", \"none\"]\n",
    );
    folder.write("no.toml", "[features.age]\nimutable = true\n");
    for (name, file) in [("rules", "rules.toml"), ("field", "no.toml"), ("missing", "none.toml")] {
        let path = folder.path(file);
        let ran = klartext(&[
            "counterfactual",
            "--model",
            MODEL,
            "--data",
            DATA,
            "--background",
            BACKGROUND,
            "--constraints",
            &path,
        ]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert_snapshot!(format!("constraints_{name}"), ran.err.replace(&path, file));
    }
}

/// Columns that move with others are listed with the rest, so that the changed case can be rebuilt.
#[test]
fn dependent_columns_are_listed() {
    let folder = Rules::new();
    folder.write(
        "rules.toml",
        "[features.age]\ninteger = true\ndirection = \"increase\"\n[features.hours_per_week]\ndepends_on = { age = 0.5 }\n[features.capital_gain]\nimmutable = true\n[features.capital_loss]\nimmutable = true\n[features.education_num]\nimmutable = true\n",
    );
    let ran = klartext(&[
        "counterfactual",
        "--model",
        MODEL,
        "--data",
        DATA,
        "--background",
        BACKGROUND,
        "--constraints",
        &folder.path("rules.toml"),
    ]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut moved = 0;
    for case in lines(&ran.out) {
        for counterfactual in case["counterfactuals"].as_array().expect("a list") {
            let changes = counterfactual["changes"].as_array().expect("a list");
            let step = |name: &str| {
                let change = changes.iter().find(|change| change["feature"] == name)?;
                Some(change["to"].as_f64()? - change["from"].as_f64()?)
            };
            let (age, hours) = (step("age"), step("hours_per_week"));
            assert_eq!(age.map(|age| age * 0.5), hours, "{counterfactual}");
            moved += usize::from(hours.is_some());
        }
    }
    assert!(moved > 0, "some case moves both");
}

/// With `--plausible` every changed case leaves more than the share asked for at least as isolated, says so in the terms of
/// the schema, and costs no less than without; a share that is none is refused.
#[test]
fn plausible_changes_are_ordinary() {
    let schema: Value =
        serde_json::from_str(&klartext(&["schema", "counterfactual"]).out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let start = ["counterfactual", "--model", MODEL, "--data", DATA, "--background", BACKGROUND];
    let cases = |more: &[&str]| {
        let ran = klartext(&[&start[..], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        lines(&ran.out)
    };
    let (free, ordinary) = (cases(&[]), cases(&["--plausible", "0.3"]));
    assert_eq!(free.len(), ordinary.len());
    let cost = |case: &Value| case["counterfactuals"][0]["cost"].as_f64().unwrap_or(f64::INFINITY);
    let mut dearer = 0;
    for (free, case) in free.iter().zip(&ordinary) {
        assert!(schema.is_valid(case), "{case}");
        assert_eq!(free["counterfactuals"][0]["plausibility"], Value::Null);
        assert!(cost(case) >= cost(free), "{case}");
        dearer += usize::from(cost(case) > cost(free));
        for counterfactual in case["counterfactuals"].as_array().expect("a list") {
            let found = &counterfactual["plausibility"];
            assert!(found["as_isolated"].as_f64().expect("a share") > 0.3, "{case}");
            let score = found["isolation"].as_f64().expect("a score");
            assert!(score > 0.0 && score < 0.7, "{case}");
        }
    }
    assert!(dearer > 0, "no change was too strange");
    let refused = klartext(&[&start[..], &["--plausible", "1.5"]].concat());
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("R48"), "{}", refused.err);
}

/// A time that is over before anything is looked at leaves status `gap`, never a claim.
#[test]
fn a_time_limit_claims_nothing_more() {
    let start = ["counterfactual", "--model", MODEL, "--data", DATA, "--background", BACKGROUND];
    let ran = klartext(&[&start[..], &["--time-limit", "0.000000001"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut gaps = 0;
    for case in lines(&ran.out) {
        assert_ne!(case["status"], "none");
        for counterfactual in case["counterfactuals"].as_array().expect("a list") {
            let number = |key: &str| counterfactual[key].as_f64().expect("a number");
            assert!(number("bound") <= number("cost"));
            gaps += usize::from(number("bound") < number("cost"));
        }
    }
    assert!(gaps > 10, "{gaps} gaps");
    let refused = klartext(&[&start[..], &["--time-limit", "0"]].concat());
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
}
