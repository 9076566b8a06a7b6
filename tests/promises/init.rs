//! `klartext init` writes a folder that says all that model and table say, marks guesses, and is refused until a human
//! has written what only a human can; filled in, it explains.

use insta::assert_snapshot;

use crate::program::{Folder, project};

/// The model's own input columns of held-out cases: what a data scientist has. The reason why the job ended is four
/// columns there.
fn inputs(folder: &Folder) {
    let mut reader = csv::Reader::from_path(folder.path("procedure/holdout.csv")).expect("cases");
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let numbers = ["age", "tenure", "rr", "statemb", "stateur"];
    let reasons = ["slack_work", "position_abolished", "seasonal_job_ended", "other"];
    let mut text = format!(
        "{},school12,{},ui\n",
        numbers.join(","),
        reasons.map(|reason| format!("joblost_{reason}")).join(",")
    );
    for row in reader.records().take(400) {
        let row = row.expect("a row");
        let flag = |yes: bool| if yes { "1" } else { "0" }.to_owned();
        let mut cells: Vec<String> = numbers.iter().map(|name| row[at(name)].to_owned()).collect();
        cells.push(flag(&row[at("school12")] == "yes"));
        cells.extend(reasons.iter().map(|reason| flag(&row[at("joblost")] == *reason)));
        cells.push(flag(&row[at("ui")] == "no"));
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    folder.write("inputs.csv", text);
}

#[test]
fn a_folder_to_fill_in() {
    let folder = Folder::of("unemployment-benefit");
    inputs(&folder);
    let model = project().join("models/unemployment-benefit/model.ubj");
    let model = model.to_str().unwrap();
    let args = ["init", "--model", model, "--data", "inputs.csv", "--label", "ui", "-o", "mine"];
    let ran = folder.run(&args);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_snapshot!("init_procedure", folder.read("mine/procedure.toml"));
    assert_snapshot!("init_message", ran.transcript());
    // Nothing is overwritten without being asked to.
    assert_eq!(folder.run(&args).code, 2);

    // As it is, it is refused, with every text that is missing; no other fault is in it.
    let ran = folder.run(&["check", "mine", "--date", "2026-11-23"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    let left = folder.read("mine/procedure.toml").matches("TODO").count();
    let faults = ran.err.matches("\nP04 ").count();
    assert!(faults > 30 && faults <= left, "{faults} of {left}\n{}", ran.err);

    // Written by a human (here: any words), it explains the table's own rows.
    let text = folder.read("mine/procedure.toml");
    let text = text
        .replace("as_of = \"TODO\"", "as_of = \"2026-06-30\"")
        .replace("promises_confirmed = false", "promises_confirmed = true")
        .replace("TODO", "Ein Wort");
    folder.write("mine/procedure.toml", text);
    let background = folder.read("mine/background.csv");
    let mut lines = background.lines();
    let header = lines.next().unwrap();
    let case = lines.next().unwrap();
    folder.write("case.csv", format!("case_id,{header}\nA-1,{case}\n"));
    let ran = folder.run(&[
        "explain",
        "mine",
        "--cases",
        "case.csv",
        "--date",
        "2026-11-23",
        "-o",
        "out",
        "--for",
        "caseworker",
    ]);
    assert!(ran.code < 2, "{ran:?}");
    assert!(folder.path("out/A-1/sheet-a.de.entwurf.pdf").exists(), "{ran:?}");
}
