//! Promise: verbs, their help, streams and exit codes.

use insta::assert_snapshot;

use crate::numbers::model_rows;
use crate::program::{Folder, PROCEDURES, klartext};

/// DESIGN 5: every verb has help, with what it does and its arguments, on stdout.
#[test]
fn every_verb_has_help() {
    for verb in [
        "explain",
        "predict",
        "attribute",
        "global",
        "counterfactual",
        "tree",
        "inspect",
        "train",
        "check",
        "render",
        "verify",
        "report",
        "schema",
        "completions",
        "man",
    ] {
        let ran = klartext(&[verb, "--help"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert_snapshot!(format!("help_{verb}"), ran.out);
    }
    // The list of verbs: each one has a line.
    let ran = klartext(&["--help"]);
    assert_eq!(ran.code, 0);
    for verb in [
        "explain",
        "predict",
        "attribute",
        "global",
        "counterfactual",
        "tree",
        "inspect",
        "train",
        "check",
        "render",
        "verify",
        "report",
        "schema",
        "completions",
        "man",
    ] {
        assert!(
            ran.out.lines().any(|line| line.trim_start().starts_with(&format!("{verb} "))),
            "{verb}: {}",
            ran.out
        );
    }
}

/// DESIGN 5: usage that is not understood is refused with exit code 2, on stderr.
#[test]
fn unknown_usage_is_refused() {
    for args in [
        &["explian"][..],
        &["explain"],
        &["explain", "models/unemployment-benefit", "--cases"],
        &["predict", "--modell", "x"],
        &["-q", "-v", "man"],
        &["explain", "models/unemployment-benefit", "--cases", "x", "--lang", "fr"],
        &["-j", "0", "man"],
        &[],
    ] {
        let ran = klartext(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(!ran.err.is_empty());
    }
    let ran = klartext(&["inspect", "--model", "nowhere.ubj"]);
    assert!(ran.refused().contains("M01 nowhere.ubj"), "{ran:?}");
}

/// DESIGN 5: `inspect` says what a file is; `check` says what can be known before a case comes.
#[test]
fn models_and_procedures_are_described() {
    for (procedure, model) in PROCEDURES.into_iter().zip(["model.ubj", "model.txt"]) {
        let folder = format!("models/{procedure}");
        let inspected = klartext(&["inspect", "--model", &format!("{folder}/{model}")]);
        assert_eq!(inspected.code, 0, "{inspected:?}");
        assert_snapshot!(format!("inspect_{procedure}"), inspected.transcript());
        let checked = klartext(&["check", &folder, "--date", "2026-11-23"]);
        assert_snapshot!(format!("check_{procedure}"), checked.transcript());
    }
}

/// DESIGN 5: `predict` and `attribute` print the columns that the design names, numbers in the shortest form.
#[test]
fn predictions_and_attributions_of_three_rows() {
    for (procedure, model) in PROCEDURES.into_iter().zip(["model.ubj", "model.txt"]) {
        let folder = Folder::of(procedure);
        folder.write("rows.csv", model_rows(procedure, &folder.read("cases.csv"), 3));
        folder.write(
            "background.csv",
            model_rows(procedure, &folder.read("procedure/background.csv"), usize::MAX),
        );
        let model = format!("procedure/{model}");
        let predicted = folder.run(&["predict", "--model", &model, "--data", "rows.csv"]);
        let attributed = folder.run(&[
            "attribute",
            "--model",
            &model,
            "--data",
            "rows.csv",
            "--background",
            "background.csv",
        ]);
        assert_eq!((predicted.code, attributed.code), (0, 0), "{predicted:?} {attributed:?}");
        assert_snapshot!(
            format!("three_rows_{procedure}"),
            format!("{}\n{}", predicted.transcript(), attributed.transcript())
        );
    }
}

/// DESIGN 1 and 5: the published schemas; a change of the record's shape is seen in review.
#[test]
fn schemas() {
    for of in ["record", "run"] {
        assert_snapshot!(format!("schema_{of}"), klartext(&["schema", of]).out);
    }
    assert_eq!(klartext(&["schema"]).out, klartext(&["schema", "record"]).out);
}

/// DESIGN 5: `-q` says nothing but faults; results still come.
#[test]
fn quiet_is_quiet() {
    let folder = Folder::of(PROCEDURES[0]);
    let ran = folder.explain(&["ALB-2026-0001"], &["-q"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert!(!folder.names().is_empty());
    // Faults are said all the same.
    let again = folder.explain(&["ALB-2026-0001"], &["-q"]);
    assert!(again.refused().contains("F02"), "{again:?}");
}

/// DESIGN 5: completions and the manual page.
#[test]
fn completions_and_manual() {
    let bash = klartext(&["completions", "bash"]);
    assert_eq!(bash.code, 0);
    assert!(bash.out.contains("_klartext()") && bash.out.contains("--approved-by"));
    let man = klartext(&["man"]);
    assert_eq!(man.code, 0);
    assert!(
        man.out.contains(".TH klartext 1") && man.out.contains("approved"),
        "{}",
        &man.out[..500]
    );
}
