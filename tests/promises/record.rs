//! Promise: the record is JSON with a published JSON Schema; documents are pure functions of it. The
//! snapshots show every byte: a change of any number or word is seen in review.

use insta::assert_snapshot;
use klartext::explanation::{from_json, to_json};
use serde_json::Value;

use crate::pdf::text_of;
use crate::program::{Folder, klartext};

fn validator(of: &str) -> jsonschema::Validator {
    let ran = klartext(&["schema", of]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let schema: Value = serde_json::from_str(&ran.out).expect("a schema is JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::new(&schema).expect("a schema of Draft 2020-12")
}

fn valid(validator: &jsonschema::Validator, value: &Value) {
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// DESIGN 1: every record is valid against `klartext schema`, and reads back to the same bytes. The cases: agreed,
/// deviated, open, without decision, with a gap, in two languages.
#[test]
fn records_are_valid_and_read_back_to_the_same_bytes() {
    let schema = validator("record");
    for (procedure, cases) in [
        (
            "unemployment-benefit",
            ["ALB-2026-0004", "ALB-2026-0005", "ALB-2026-0008", "ALB-2026-0019", "ALB-2026-0036"],
        ),
        (
            "rehab-management",
            ["UVR-2026-0004", "UVR-2026-0005", "UVR-2026-0006", "UVR-2026-0013", "UVR-2026-0036"],
        ),
    ] {
        let folder = Folder::of(procedure);
        folder.explain(&cases, &[]);
        for case in cases {
            let bytes = std::fs::read(folder.path(&format!("output/{case}/record.json"))).unwrap();
            valid(&schema, &folder.record(case));
            let record = from_json("record.json", &bytes).expect("a record");
            assert!(to_json(&record) == bytes, "{case}: other bytes after reading back");
        }
        let run: Value = serde_json::from_str(&folder.read("output/run.json")).expect("JSON");
        valid(&validator("run"), &run);
        manifest_tells_the_truth(&folder, &run);
    }
    // The schema refuses what is no record.
    assert!(!schema.is_valid(&serde_json::json!({ "schema": "klartext.explanation/1" })));
}

/// DESIGN 1: the manifest lists every file with its SHA-256 and size, and nothing else lies in the folder.
fn manifest_tells_the_truth(folder: &Folder, run: &Value) {
    use sha2::{Digest, Sha256};
    let mut output = folder.output();
    for case in run["cases"].as_array().expect("cases") {
        for file in case["files"].as_array().expect("files") {
            let name = file["file"].as_str().expect("a name");
            let bytes = output.remove(name).unwrap_or_else(|| panic!("{name} is not there"));
            let hash: String =
                Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["sha256"], hash.as_str(), "{name}");
            assert_eq!(file["bytes"], bytes.len(), "{name}");
        }
    }
    assert_eq!(output.into_keys().collect::<Vec<_>>(), ["held_back.csv", "run.json"]);
}

/// DESIGN 1: the same record gives the same bytes. One record and the text of its documents, whole.
#[test]
fn one_case_as_everybody_reads_it() {
    let folder = Folder::of("unemployment-benefit");
    let more = ["--lang", "de,en", "--release", "--approved-by", "Kim Muster"];
    assert_eq!(folder.explain(&["ALB-2026-0005"], &more).code, 0);
    assert_snapshot!("record", folder.read("output/ALB-2026-0005/record.json"));
    for name in ["letter.de", "letter.en", "sheet-a.de", "sheet-b.de"] {
        let file = folder.path(&format!("output/ALB-2026-0005/{name}.pdf"));
        let Some(text) = text_of(&file) else { return };
        assert_snapshot!(name, text);
    }
}
