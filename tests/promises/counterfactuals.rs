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
    assert!(refused.err.contains("from 0 to below 1"), "{}", refused.err);
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

/// Without --target the nearest other class is looked for. A search that stops early on one of them claims nothing about
/// the nearest that the whole search does not bear out.
#[test]
fn a_stopped_search_does_not_claim_the_nearest_class() {
    let start = [
        "counterfactual",
        "--model",
        "tests/reference/models/xgb_injury_multi.json",
        "--data",
        "tests/reference/injury.X.csv",
        "--background",
        "tests/reference/injury.background100.csv",
    ];
    let cases = |more: &[&str]| {
        let ran = klartext(&[&start[..], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        lines(&ran.out)
    };
    let whole = cases(&[]);
    let number = |case: &Value, key: &str| case["counterfactuals"][0][key].as_f64();
    let (mut stopped, mut farther) = (0, 0);
    for boxes in ["3", "10", "12"] {
        for (case, whole) in cases(&["--max-boxes", boxes]).iter().zip(&whole) {
            assert_eq!(whole["status"], "optimal");
            let smallest = number(whole, "cost").expect("a change");
            let Some(cost) = number(case, "cost") else {
                assert_eq!(case["status"], "gap", "{case}");
                continue;
            };
            let bound = number(case, "bound").expect("a bound");
            assert!(bound <= smallest * (1.0 + 1e-12), "{bound} of {smallest}: {case}");
            let proven = case["status"] == "optimal";
            assert_eq!(proven, bound == cost, "{case}");
            stopped += usize::from(!proven);
            farther += usize::from(cost > smallest && case["target"] != whole["target"]);
        }
    }
    assert!(stopped > 10 && farther > 3, "{stopped} stopped, {farther} of another class");
}

/// A search that stops tells the bound reached: beside the change in hand, or of the case where there is none.
#[test]
fn a_stopped_search_tells_the_bound_reached() {
    let start = ["counterfactual", "--model", MODEL, "--data", DATA, "--background", BACKGROUND];
    let cases = |more: &[&str]| {
        let ran = klartext(&[&start[..], &["--max-changes", "1"], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        lines(&ran.out)
    };
    let (mut alone, mut beside) = (0, 0);
    for (case, whole) in cases(&["--max-boxes", "1"]).iter().zip(cases(&[])) {
        let smallest = whole["counterfactuals"][0]["cost"].as_f64();
        let change = &case["counterfactuals"][0];
        assert_eq!(case.get("bound").is_some(), change.is_null(), "{case}");
        let of = if change.is_null() { &mut alone } else { &mut beside };
        *of += 1;
        let told = if change.is_null() { &case["bound"] } else { &change["bound"] };
        let bound = told.as_f64().expect("a bound");
        assert!(bound > 0.0, "{case}");
        assert!(smallest.is_none_or(|smallest| bound <= smallest * (1.0 + 1e-12)), "{case}");
    }
    assert!(alone > 3 && beside > 3, "{alone} alone, {beside} beside a change");
}

/// The lines go to standard output or to a file whose name promises nothing else, and that is asked before the search.
#[test]
fn the_output_is_json_lines() {
    let folder = Rules::new();
    let start = ["counterfactual", "--model", MODEL, "--data", DATA, "--background", BACKGROUND];
    let all = klartext(&[&start[..], &["--max-changes", "1"]].concat());
    for name in ["changes.jsonl", "changes.ndjson", "changes.json", "changes"] {
        let path = folder.path(name);
        let ran = klartext(&[&start[..], &["--max-changes", "1", "-o", &path]].concat());
        assert_eq!((ran.code, ran.err.as_str(), ran.out.as_str()), (0, "", ""));
        assert_eq!(std::fs::read_to_string(path).expect("written"), all.out);
    }
    let named = klartext(&[&start[..], &["--max-changes", "1", "-o", "-"]].concat());
    assert_eq!((named.code, named.out), (0, all.out));
    for name in ["changes.csv", "changes.txt", "changes.parquet", "changes.arrow"] {
        let path = folder.path(name);
        let ran = klartext(&[&start[..], &["-o", &path]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("R04") && ran.err.contains("changes.jsonl"), "{}", ran.err);
        assert!(!std::path::Path::new(&path).exists());
    }
    // a constraints file that does not exist would be the next fault
    let path = folder.path("changes.jsonl");
    let ran = klartext(&[&start[..], &["--constraints", "none.toml", "-o", &path]].concat());
    assert!(ran.code == 2 && ran.err.contains("F02") && !ran.err.contains("R45"), "{}", ran.err);
}

/// A model without names of its own takes columns by position: changes are told in the table's columns, and constraints
/// may use either name, though not both for one.
#[test]
fn changes_are_told_in_the_columns_of_the_table() {
    let folder = Rules::new();
    let data = std::fs::read_to_string("tests/reference/bb_mlp_injury8.X.csv").expect("data");
    folder.write("data.csv", &data.lines().take(9).collect::<Vec<_>>().join("\n"));
    let data = folder.path("data.csv");
    let start = [
        "counterfactual",
        "--model",
        "tests/reference/models/bb_mlp_injury8.onnx",
        "--data",
        &data,
        "--background",
        "tests/reference/bb_mlp_injury8.background100.csv",
    ];
    let columns = table(&std::fs::read_to_string(start[4]).expect("data"));
    let mut outputs = Vec::new();
    // totmed is the seventh column, benefit the eighth
    for (first, second) in [("totmed", "benefit"), ("f6", "f7")] {
        let rules = format!(
            "[features.{first}]\nimmutable = true\n[features.age]\ninteger = true\n[features.{second}]\ndepends_on = \"prewage\"\n"
        );
        folder.write("rules.toml", &rules);
        let ran = klartext(&[&start[..], &["--constraints", &folder.path("rules.toml")]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let mut moved = 0;
        for case in lines(&ran.out) {
            for counterfactual in case["counterfactuals"].as_array().expect("a list") {
                for change in counterfactual["changes"].as_array().expect("a list") {
                    let name = change["feature"].as_str().expect("a name");
                    assert!(columns[0].contains_key(name) && name != "totmed", "{change}");
                    moved += usize::from(change["moves_with"][0] == "prewage");
                    // a network has a score for every value, and people have none with fifteen digits
                    let to = change["to"].to_string();
                    assert!(name == "benefit" || to.len() < 9, "{change}");
                }
            }
        }
        assert!(moved > 0);
        outputs.push(ran.out);
    }
    assert_eq!(outputs[0], outputs[1]);
    folder.write("both.toml", "[features.f6]\nmax = 9\n[features.totmed]\nmin = 2\n");
    let ran = klartext(&[&start[..], &["--constraints", &folder.path("both.toml")]].concat());
    assert!(ran.code == 2 && ran.err.contains("R46") && ran.err.contains("f6"), "{}", ran.err);
}

/// What can never be meant is refused with what was found; nothing is quietly left out.
#[test]
fn constraints_without_effect_are_refused() {
    let folder = Rules::new();
    let start = ["counterfactual", "--model", MODEL, "--data", DATA, "--background", BACKGROUND];
    for (rules, found, expected) in [
        ("min = 90", "min 90", "17 to 64"),
        ("min = 50\nmax = 40", "min 50, max 40", "17 to 64"),
        ("max = nan", "max NaN", "17 to 64"),
        ("values = []", "`values` without any", "immutable"),
        ("values = [200, 300]", "[200.0, 300.0]", "17 to 64"),
        ("values = [20.5]\ninteger = true", "[20.5]", "whole numbers from 17 to 64"),
        ("values = [20, \"old\"]", "the value \"old\"", "numbers"),
        ("step = 1000", "steps of 1000 from 17 to 64", "a multiple"),
        ("min = 20.2\nmax = 20.8\ninteger = true", "steps of 1 from 20.2 to 20.8", "a multiple"),
        ("depends_on = []", "`depends_on` without names", "moves with"),
        ("depends_on = \"shoes\"", "`shoes`, which the model does not have", "numbers"),
        ("depends_on = { sex = inf }", "inf units of `sex`", "finite units"),
        ("depends_on = \"age\"", "itself", "numbers"),
        (
            "depends_on = \"sex\"\n[features.sex]\ndepends_on = \"race\"",
            "`sex`, which depends on others",
            "do not depend",
        ),
        ("min = \"18\"", "expected a number", "[features.NAME]"),
        ("values = [[1]]", "a number, a name in quotes", "[features.NAME]"),
    ] {
        folder.write("rules.toml", &format!("[features.age]\n{rules}\n"));
        let path = folder.path("rules.toml");
        let ran = klartext(&[&start[..], &["--constraints", &path]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{rules}");
        let line = |what: &str| {
            let lines = ran.err.lines().filter(|line| line.trim_start().starts_with(what));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert!(line("found").contains(found), "{rules}: {}", ran.err);
        assert!(line("expected").contains(expected), "{rules}: {}", ran.err);
        assert!(ran.err.contains("rules.toml, line ") && ran.err.matches("found").count() == 1);
    }
}

/// Options that cannot be meant are refused in the words of the command line, and numbers below 0 are numbers.
#[test]
fn options_that_do_not_fit_are_refused() {
    let of = |model: &str, table: &str, more: &[&str]| {
        let model = format!("tests/reference/models/{model}");
        let data = format!("tests/reference/{table}.X.csv");
        let start = ["counterfactual", "--model", &model, "--data", &data, "--background", &data];
        klartext(&[&start[..], more].concat())
    };
    for (model, table, options, found) in [
        (
            "xgb_injury_multi.json",
            "injury",
            ["--threshold", "0.5"],
            "for a model of several classes",
        ),
        ("xgb_injury_multi.json", "injury", ["--target", "0..1"], "for a model of 4 outputs"),
        ("xgb_injury_multi.json", "injury", ["--target", "7"], "the class `7`"),
        ("xgb_injury_poisson.json", "injury", ["--target", "-5..-1"], "the target `-5..-1`"),
        ("xgb_adult_100x6.json", "adult_num", ["--target", "2..3"], "the target `2..3`"),
        ("xgb_adult_100x6.json", "adult_num", ["--target", "1.5.."], "the target `1.5..`"),
        ("xgb_adult_100x6.json", "adult_num", ["--target", "0.5..0.2"], "the target `0.5..0.2`"),
        ("xgb_adult_100x6.json", "adult_num", ["--threshold", "-1.5"], "the threshold -1.5"),
        ("xgb_adult_100x6.json", "adult_num", ["--margin", "-1"], "0 or more"),
        ("xgb_adult_100x6.json", "adult_num", ["--margin", "nan"], "0 or more"),
        ("xgb_adult_100x6.json", "adult_num", ["--plausible", "-0.1"], "0 to below 1"),
        ("xgb_adult_100x6.json", "adult_num", ["--plausible", "1"], "0 to below 1"),
        ("xgb_adult_100x6.json", "adult_num", ["--time-limit", "-1"], "above 0"),
    ] {
        let ran = of(model, table, &options);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{options:?}");
        assert!(ran.err.contains(found), "{options:?}: {}", ran.err);
        assert!(!ran.err.contains("-inf") && !ran.err.contains("R43"), "{}", ran.err);
    }
    for options in [["--target", "-1..-0.2"], ["--threshold", "-0.5"]] {
        let ran = of("xgb341_linear.json", "synthetic", &options);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{options:?}");
        for case in lines(&ran.out) {
            assert_eq!(case["status"], "optimal", "{case}");
            let reached = case["counterfactuals"][0]["prediction"].as_f64().expect("a number");
            let target = &case["target"];
            match (&target["between"], target["above"].as_f64()) {
                (Value::Array(_), _) => assert!((-1.0..=-0.2).contains(&reached), "{case}"),
                (_, Some(least)) => assert!(least == -0.5 && reached >= least, "{case}"),
                _ => assert!(target["below"] == -0.5 && reached < -0.5, "{case}"),
            }
        }
    }
}

/// A weighted sum that has to be tried value by value says which number has too many, and what helps.
#[test]
fn too_many_values_of_a_weighted_sum_are_refused() {
    let folder = Rules::new();
    folder.write("rules.toml", "[features.a]\nstep = 0.00001\n");
    let rules = folder.path("rules.toml");
    let table = "tests/reference/synthetic.X.csv";
    let model = "tests/reference/models/xgb341_linear.json";
    let start = ["counterfactual", "--model", model, "--data", table, "--background", table];
    let of = |more: &[&str]| klartext(&[&start[..], &["--constraints", &rules], more].concat());
    let ran = of(&["--threshold", "0.5", "--plausible", "0.1"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for part in ["R44 a", "in steps of 0.00001", "at most 100000 values", "coarser step"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    // without a demand besides the score there is a way that needs no list
    assert_eq!(of(&["--threshold", "0.5"]).code, 0);
}
