//! Promise: `klartext tree` tells of any model how a small tree copies it, how well, and of a case only what is true of it;
//! every form of its file says the same.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::Value;

use crate::program::klartext;

const RECOURSE: &str = "models/recourse-screening/model.cbm";
const REHAB: &str = "models/rehab-management/model.txt";

/// A folder with the hold-outs of two procedures as their models take them.
struct Folder(tempfile::TempDir);

impl Folder {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("a file")
    }
    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("written");
        self.path(name)
    }

    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        let yes_no = |text: String| text.replace("yes", "1").replace("no,", "0,");
        let read = |name: &str| {
            std::fs::read_to_string(format!("models/{name}/holdout.csv")).expect("a hold-out")
        };
        // Words with these letters are none of the categories.
        let recourse: String =
            read("recourse-screening").lines().take(1601).map(|line| format!("{line}\n")).collect();
        folder.write("recourse.csv", &yes_no(recourse));
        let kinds = [
            "head",
            "neck",
            "upper_extremities",
            "trunk",
            "low_back",
            "lower_extremities",
            "occupational_disease",
            "other",
        ];
        let mut rehab =
            kinds.map(|kind| format!("injtype_{kind}")).join(",") + ",hosp,age,indust,prewage\n";
        for line in read("rehab-management").lines().skip(1).take(1600) {
            let cells: Vec<&str> = line.split(',').collect();
            let ones = kinds.map(|kind| u8::from(cells[0] == kind).to_string()).join(",");
            let industry = match cells[3] {
                "manufacturing" => "1",
                "construction" => "2",
                "other" => "3",
                _ => "",
            };
            let hospital = match cells[1] {
                "yes" => "1",
                "no" => "0",
                _ => "",
            };
            rehab.push_str(&format!("{ones},{hospital},{},{industry},{}\n", cells[2], cells[4]));
        }
        folder.write("rehab.csv", &rehab);
        let names = kinds.map(|kind| format!("\"injtype_{kind}\"")).join(", ");
        folder.write("groups.toml", &format!("[groups]\ninjtype = [{names}]\n"));
        folder
    }

    /// Runs the command on one of the tables.
    fn tree(&self, model: &str, data: &str, more: &[&str]) -> String {
        let data = self.path(data);
        let mut arguments = vec!["tree", "--model", model, "--data", &data];
        arguments.extend(more);
        let ran = klartext(&arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        ran.out
    }

    fn json(&self, model: &str, data: &str, more: &[&str]) -> Value {
        let file = self.path("tree.json");
        let more: Vec<&str> = more.iter().copied().chain(["-o", &file, "--force"]).collect();
        self.tree(model, data, &more);
        serde_json::from_slice(&self.read("tree.json")).expect("JSON")
    }
}

/// What people read, in both languages: categories by name, numbers in full, natural frequencies.
#[test]
fn the_text_says_what_it_is() {
    let folder = Folder::new();
    let of = |lang| ["--leaves", "6", "--case", "7", "--lang", lang];
    assert_snapshot!("tree_recourse_en", folder.tree(RECOURSE, "recourse.csv", &of("en")));
    assert_snapshot!("tree_recourse_de", folder.tree(RECOURSE, "recourse.csv", &of("de")));
    let groups = folder.path("groups.toml");
    let rehab = ["--of", "score", "--leaves", "5", "--groups", &groups, "--case", "3"];
    assert_snapshot!("tree_rehab_en", folder.tree(REHAB, "rehab.csv", &rehab));
}

/// The JSON keeps to its schema, and its numbers add up.
#[test]
fn json_keeps_to_the_schema() {
    let folder = Folder::new();
    let schema = klartext(&["schema", "tree"]);
    assert_snapshot!("schema_tree", schema.out);
    let schema: Value = serde_json::from_str(&schema.out).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let groups = folder.path("groups.toml");
    let told = [
        folder.json(RECOURSE, "recourse.csv", &["--leaves", "6", "--case", "7"]),
        folder.json(REHAB, "rehab.csv", &["--of", "score", "--groups", &groups]),
        folder.json(REHAB, "rehab.csv", &["--of", "score", "--threshold", "0.3", "--leaves", "1"]),
    ];
    for told in &told {
        assert!(schema.is_valid(told), "{told}");
        let nodes = told["nodes"].as_array().expect("nodes");
        let number = |node: &Value, key: &str| node[key].as_u64().expect("a number") as usize;
        for node in nodes {
            let counts = node["counts"].as_object().into_iter().flat_map(|c| c.values());
            let counts: usize = counts.map(|n| n.as_u64().expect("a count") as usize).sum();
            assert!(counts == 0 || counts == number(node, "rows"));
            if let Some(question) = node["question"].as_object() {
                let child = |key: &str| &nodes[question[key].as_u64().expect("a place") as usize];
                assert_eq!(
                    number(child("yes"), "rows") + number(child("no"), "rows"),
                    number(node, "rows")
                );
            }
        }
        let rows: u64 = told["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .map(|r| r["rows"].as_u64().unwrap())
            .sum();
        assert_eq!(Some(rows), told["fidelity"]["rows"].as_u64());
        assert_eq!(told["fitted_rows"].as_u64().unwrap() + rows, 1600);
    }
}

/// The tree written as a model says of every row what its JSON says.
#[test]
fn files_say_the_same() {
    let folder = Folder::new();
    let told = folder.json(REHAB, "rehab.csv", &["--of", "score", "--leaves", "8"]);
    let nodes = told["nodes"].as_array().expect("nodes");
    let text = String::from_utf8(folder.read("rehab.csv")).expect("text");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut expected = Vec::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let row: BTreeMap<&str, Option<f64>> = header
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name, cell.parse().ok()))
            .collect();
        let mut at = 0;
        while let Some(question) = nodes[at]["question"].as_object() {
            let value = row[question["feature"].as_str().expect("a name")];
            let yes = match value {
                Some(value) => value < question["below"].as_f64().expect("a number"),
                None => question["missing"] == "yes",
            };
            at = question[if yes { "yes" } else { "no" }].as_u64().expect("a place") as usize;
        }
        expected.push(nodes[at]["mean"].as_f64().expect("a mean"));
    }
    for name in ["tree.pmml", "tree.onnx"] {
        let file = folder.path(name);
        folder.tree(REHAB, "rehab.csv", &["--of", "score", "--leaves", "8", "-o", &file]);
        let ran = klartext(&[
            "--quiet",
            "predict",
            "--model",
            &file,
            "--data",
            &folder.path("rehab.csv"),
        ]);
        // ONNX has columns by position: here they stand in another order than the model's.
        if name == "tree.onnx" {
            continue;
        }
        let found: Vec<f64> = ran
            .out
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// The same bytes in every form on one thread and on several, and again.
#[test]
fn threads_change_no_byte() {
    let folder = Folder::new();
    for ending in ["txt", "json", "svg", "pdf", "pmml", "onnx"] {
        let of = |jobs: &str, name: &str| {
            let file = folder.path(&format!("{name}.{ending}"));
            let more =
                ["--leaves", "5", "--case", "7", "--date", "2026-11-23", "-j", jobs, "-o", &file];
            folder.tree(RECOURSE, "recourse.csv", &more);
            folder.read(&format!("{name}.{ending}"))
        };
        let one = of("1", "one");
        assert!(one.len() > 100 && one == of("3", "three"), "{ending}");
    }
}

/// Whoever does not see the drawing is told what it says, in the language asked for: each rule of the text, in order.
#[test]
fn the_drawing_says_what_it_shows() {
    let folder = Folder::new();
    let of = |ending: &str| {
        let file = folder.path(&format!("told.{ending}"));
        folder.tree(RECOURSE, "recourse.csv", &["--leaves", "4", "--lang", "de", "-o", &file]);
        String::from_utf8(folder.read(&format!("told.{ending}"))).expect("UTF-8")
    };
    let (drawn, told) = (of("svg"), of("json"));
    assert!(drawn.contains("xml:lang=\"de-DE\" role=\"img\" aria-labelledby=\"title text\""));
    let (_, rest) = drawn.split_once("<desc id=\"text\">").expect("a description");
    let (said, _) = rest.split_once("</desc>").expect("its end");
    let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let mut from = 0;
    for rule in told["rules"].as_array().expect("rules") {
        for sentence in rule["conditions"].as_array().expect("conditions") {
            let sentence = sentence.as_str().or(sentence["text"].as_str()).expect("a sentence");
            let at = said[from..].find(sentence).unwrap_or_else(|| panic!("{sentence}: {said}"));
            from += at + sentence.len();
        }
    }
    assert!(from > 0);
}

/// Several classes: as they are, one against the others, and the score of one.
#[test]
fn classes_are_pictured_each_way() {
    let folder = Folder::new();
    let model = "tests/reference/models/xgb_injury_multi.json";
    let text = std::fs::read_to_string("tests/reference/injury.X.csv").expect("rows");
    folder.write("injury.csv", &text);
    let leaves = ["--leaves", "4", "--min-leaf", "5"];
    let of = |more: &[&str]| {
        let all: Vec<&str> = leaves.iter().chain(more).copied().collect();
        folder.json(model, "injury.csv", &all)
    };
    let count = |told: &Value| told["of"]["decision"]["classes"].as_array().map(Vec::len);
    assert!(count(&of(&[])).is_some_and(|n| n > 2));
    assert_eq!(count(&of(&["--class", "1"])), Some(2));
    let score = of(&["--class", "1", "--of", "score"]);
    assert_eq!((count(&score), &score["of"]["score"]["threshold"]), (None, &Value::Null));
    assert!(score["fidelity"]["agreement"].is_null());
    let rules = score["rules"].as_array().expect("rules");
    assert!(rules.iter().any(|rule| rule["error"].is_number()));
    let data = folder.path("injury.csv");
    let refused = |more: &[&str]| {
        let mut arguments = vec!["tree", "--model", model, "--data", &data];
        arguments.extend(more);
        klartext(&arguments).refused()
    };
    assert!(refused(&["--of", "score"]).contains("R04"));
    assert!(refused(&["--threshold", "0.5"]).contains("R04"));
    assert!(refused(&["--class", "all"]).contains("R04"));
    assert!(refused(&["--class", "none such"]).contains("R04"));
    assert!(refused(&["--case", "none such"]).contains("R04"));
    assert!(refused(&["--lang", "uk"]).contains("R04"));
    assert!(refused(&["-o", &folder.path("tree.png")]).contains("R38"));
    assert!(refused(&["-o", &folder.path("tree.pdf")]).contains("R02"));
    let groups = folder.write("wrong.toml", "[groups]\nall = [\"age\", \"prewage\"]\n");
    assert!(refused(&["--groups", &groups]).contains("M31"));
}

/// A model of a number: its score, or bands of it.
#[test]
fn numbers_are_pictured_as_scores_or_bands() {
    let folder = Folder::new();
    let text = std::fs::read_to_string("tests/reference/injury.X.csv").expect("rows");
    folder.write("injury.csv", &text);
    let model = "tests/reference/models/xgb_injury_poisson.json";
    let of = |more: &[&str]| {
        let all: Vec<&str> =
            ["--leaves", "4", "--min-leaf", "5"].iter().chain(more).copied().collect();
        folder.json(model, "injury.csv", &all)
    };
    assert!(of(&[])["of"]["score"].is_object());
    let bands = of(&["--of", "decision", "--bands", "3"]);
    assert_eq!(bands["of"]["decision"]["classes"].as_array().map(Vec::len), Some(3));
    let total: u64 = bands["nodes"][0]["counts"]
        .as_object()
        .unwrap()
        .values()
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(Some(total), bands["fitted_rows"].as_u64());
}

/// Little data, missing data and a model that says the same of everybody give a small tree that says so, not a panic.
#[test]
fn little_to_tell_is_told() {
    let folder = Folder::new();
    let text = std::fs::read_to_string("tests/reference/injury.X.csv").expect("rows");
    let (header, row) =
        (text.lines().next().expect("a header"), text.lines().nth(1).expect("a row"));
    let model = "tests/reference/models/xgb_injury_poisson.json";
    let empty = ",".repeat(header.matches(',').count());
    let tables = [
        ("one.csv", format!("{header}\n{row}\n")),
        ("same.csv", format!("{header}\n{}", format!("{row}\n").repeat(60))),
        ("empty.csv", format!("{header}\n{}", format!("{empty}\n").repeat(60))),
    ];
    for (name, table) in tables {
        folder.write(name, &table);
        for of in ["score", "decision"] {
            let more = ["--of", of, "--case", "0", "--threshold", "3", "--min-leaf", "1"];
            let told = folder.tree(model, name, &more);
            assert!(told.contains("Leaves: 1.") && told.contains("Always."), "{told}");
            assert_eq!(told.contains("Nobody knows"), name == "one.csv", "{told}");
        }
    }
    let data = folder.path("same.csv");
    let bands = ["tree", "--model", model, "--data", &data, "--of", "decision"];
    assert!(klartext(&bands).refused().contains("one and the same score"));
}

/// Whatever is asked for wrongly: the option is named, what it was, what it can be, and what to do.
#[test]
fn faults_name_the_option_and_what_it_can_be() {
    let folder = Folder::new();
    let text = std::fs::read_to_string("tests/reference/injury.X.csv").expect("rows");
    folder.write("injury.csv", &text);
    let broken: String = text
        .lines()
        .enumerate()
        .map(|(nth, line)| match nth {
            3 => format!("twelve{}\n", &line[line.find(',').expect("a cell")..]),
            _ => format!("{line}\n"),
        })
        .collect();
    folder.write("broken.csv", &broken);
    let classes = "tests/reference/models/xgb_injury_multi.json";
    let counts = "tests/reference/models/xgb_injury_poisson.json";
    let groups = folder.write("wrong.toml", "[groups]\nboth = [\"age\", \"prewage\"]\n");
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            REHAB,
            "rehab.csv",
            &["--case", "1600"],
            &["R04 --case", "no row `1600`", "from 0 to 1599", "--id"],
        ),
        (
            REHAB,
            "rehab.csv",
            &["--case", "x", "--id", "age"],
            &["R04 --case", "a value of the column `age`"],
        ),
        (
            counts,
            "broken.csv",
            &["--case", "2"],
            &["R04 --case", "a cell that cannot be read", "twelve"],
        ),
        (
            REHAB,
            "rehab.csv",
            &["--class", "1"],
            &["R04 --class", "the class `1`", "one number", "Leave it out"],
        ),
        (
            REHAB,
            "rehab.csv",
            &["--bands", "3"],
            &["R04 --bands", "has a decision", "--of decision"],
        ),
        (counts, "injury.csv", &["--bands", "3"], &["R04 --bands", "--of decision"]),
        (classes, "injury.csv", &["--bands", "3"], &["R04 --bands", "several classes"]),
        (
            REHAB,
            "rehab.csv",
            &["--threshold", "1"],
            &["R04 --threshold", "the threshold 1", "above 0 and below 1"],
        ),
        (classes, "injury.csv", &["--threshold", "0.5"], &["R04 --threshold", "--class"]),
        (classes, "injury.csv", &["--of", "score"], &["R04 --of", "0, 1, 2, 3", "--class"]),
        (
            classes,
            "injury.csv",
            &["--class", "7"],
            &["R04 --class", "the class `7`", "one of 0, 1, 2, 3\n"],
        ),
        (classes, "injury.csv", &["--class", "all"], &["R04 --class", "one of 0, 1, 2, 3\n"]),
        (REHAB, "rehab.csv", &["--lang", "uk"], &["R04 --lang", "`uk`", "one of de, en"]),
        (REHAB, "rehab.csv", &["--lang", "fr"], &["R04 --lang", "`fr`", "one of de, en"]),
        (
            REHAB,
            "rehab.csv",
            &["-o", "tree.png"],
            &["R38 tree.png", "ends in .png", ".svg", "Rename"],
        ),
        (REHAB, "rehab.csv", &["-o", "tree"], &["R38 tree", "without an ending"]),
        (
            counts,
            "injury.csv",
            &["--groups", &groups],
            &["M31", "wrong.toml, both", "age = ", "prewage = "],
        ),
    ];
    for (model, data, more, said) in cases {
        let data = folder.path(data);
        let mut arguments = vec!["tree", "--model", model, "--data", &data];
        arguments.extend(*more);
        let refused = klartext(&arguments).refused();
        for part in *said {
            assert!(refused.contains(part), "{more:?}: no {part:?} in {refused}");
        }
    }
}

/// A score with a threshold: a rule says the decision that its agreement counts.
#[test]
fn a_score_with_a_threshold_says_its_decision() {
    let folder = Folder::new();
    let of = |lang| {
        let more = ["--of", "score", "--threshold", "0.4", "--leaves", "4", "--lang", lang];
        folder.tree(REHAB, "rehab.csv", &more)
    };
    for (lang, below, from) in [
        ("en", ", so prediction below 0.4.", ", so prediction of at least 0.4."),
        ("de", ", also Vorhersage unter 0,4.", ", also Vorhersage mindestens 0,4."),
    ] {
        let told = of(lang);
        let says = told.matches(below).count() + told.matches(from).count();
        assert!(told.contains(below) && told.contains(from) && says == 4, "{told}");
    }
}
