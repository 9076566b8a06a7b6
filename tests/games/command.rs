//! `klartext attribute` with these methods.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::reference::path;

fn attribute(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .arg("attribute")
        .args(args)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    format!("exit {}\n{out}{err}", output.status.code().unwrap())
}

/// A folder with a model as `model.EXT`, three rows and a background of five.
fn folder(model: &str, table: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let extension = model.rsplit('.').next().unwrap();
    let to = dir.path().join(format!("model.{extension}"));
    std::fs::copy(path("models").join(model), to).unwrap();
    let rows = std::fs::read_to_string(path(table)).unwrap();
    let lines: Vec<&str> = rows.lines().collect();
    std::fs::write(dir.path().join("rows.csv"), lines[..4].join("\n") + "\n").unwrap();
    let background = [&lines[..1], &lines[6..11]].concat().join("\n") + "\n";
    std::fs::write(dir.path().join("background.csv"), background).unwrap();
    dir
}

fn of<'a>(model: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["--model", model, "--data", "rows.csv", "--background", "background.csv"];
    [&fixed, more].concat()
}

/// DESIGN 5: `--scale probability`, groups and what they get, stretched values.
#[test]
fn probabilities_and_groups() {
    let folder = folder("xgb341_dart.json", "synthetic.X.csv");
    let dir = folder.path();
    std::fs::write(dir.join("groups.toml"), "[groups]\nfirst = [\"a\", \"c\"]\n").unwrap();
    let mut all = String::new();
    for more in [
        &["--scale", "probability"][..],
        &["--method", "tree-rescaled"],
        &["--groups", "groups.toml"],
        &["--groups", "groups.toml", "--group-value", "sum"],
        &["--groups", "groups.toml", "--group-value", "owen", "--scale", "probability"],
        &["--groups", "groups.toml", "--method", "tree-path"],
        &["--method", "kernel"],
    ] {
        all += &format!("$ {}\n{}\n", more.join(" "), attribute(dir, &of("model.json", more)));
    }
    assert_snapshot!("probabilities_and_groups", all);
}

/// Issue 5, point 5: black boxes, exactly and sampled, with the seed in the output.
#[test]
fn black_boxes() {
    let folder = folder("bb_mlp_injury8.onnx", "bb_mlp_injury8.X.csv");
    let mut all = String::new();
    for more in [
        &[][..],
        &["--method", "permutation", "--seed", "7"],
        &["--method", "permutation", "--settle", "2", "--budget", "4000"],
        &["--scale", "probability"],
    ] {
        let ran = attribute(folder.path(), &of("model.onnx", more));
        all += &format!("$ {}\n{ran}\n", more.join(" "));
    }
    assert_snapshot!("black_boxes", all);
}

/// Linear models, with features that go together.
#[test]
fn conditional_values() {
    let folder = folder("sk_logreg_benefits.onnx", "benefits.X.csv");
    let dir = folder.path();
    std::fs::copy(path("benefits.background100.csv"), dir.join("background.csv")).unwrap();
    let groups = "person = [\"age\", \"sex\", \"married\", \"head\", \"nwhite\"]\n\
                  place = [\"state\", \"stateur\", \"statemb\", \"smsa\"]\n";
    std::fs::write(dir.join("groups.toml"), groups).unwrap();
    let more = ["--method", "linear-gaussian", "--groups", "groups.toml"];
    assert_snapshot!("conditional_values", attribute(dir, &of("model.onnx", &more)));
}

/// Usage that cannot be met is refused with a code, and what to do.
#[test]
fn what_does_not_fit_is_refused() {
    let folder = folder("xgb341_dart.json", "synthetic.X.csv");
    let dir = folder.path();
    std::fs::write(dir.join("broken.toml"), "[groups]\nfirst = [\"a\"\n").unwrap();
    std::fs::write(dir.join("wrong.toml"), "first = [\"a\", \"zz\"]\nb = [\"c\"]\n").unwrap();
    std::fs::write(dir.join("odd.toml"), "first = 3\n").unwrap();
    std::fs::write(dir.join("good.toml"), "first = [\"a\", \"b\"]\n").unwrap();
    let mut all = String::new();
    for more in [
        &["--scale", "probability", "--method", "tree-path"][..],
        &["--method", "linear-gaussian"],
        &["--budget", "7"],
        &["--settle", "3", "--method", "tree-path"],
        &["--method", "kernel", "--budget", "7"],
        &["--method", "permutation", "--groups", "good.toml", "--group-value", "sum"],
        &["--method", "kernel", "--groups", "good.toml", "--group-value", "owen"],
        &["--groups", "nowhere.toml"],
        &["--groups", "broken.toml"],
        &["--groups", "wrong.toml"],
        &["--groups", "odd.toml"],
        &["--group-value", "sum"],
    ] {
        let ran = attribute(dir, &of("model.json", more));
        assert!(ran.starts_with("exit 2"), "{ran}");
        all += &format!("$ {}\n{ran}\n", more.join(" "));
    }
    assert_snapshot!("refusals", all);
}
