//! The procedures on synthetic data: what their fixtures promise, the worked example of the letter, evidence from the
//! documents to record, sheet and letter.

mod evidence;
mod golden;
mod hostile;
// Its tree is for the tests of tags.
#[allow(dead_code)]
#[path = "../pdf-validation/inspect.rs"]
mod inspect;
mod pages;
mod spoilt;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use klartext::document::Document;
use klartext::explanation::{Record, from_json};
use klartext::language::Language;
use klartext::run::{Audience, Job, Loaded, Summary, run};

const DATE: Date = date(2026, 11, 23);

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn loaded(name: &str) -> Loaded {
    Loaded::from(&project().join("models").join(name)).unwrap()
}

/// A run over the fixtures of a procedure.
struct Run {
    loaded: Loaded,
    output: tempfile::TempDir,
    summary: Summary,
}

impl Run {
    /// Some cases (all where none is named) for some readers.
    fn of(name: &str, only: &[&str], audiences: &[Audience]) -> Run {
        let (loaded, output) = (loaded(name), tempfile::tempdir().unwrap());
        let fixtures = project().join("fixtures").join(name);
        let evidence = fixtures.join("evidence.jsonl");
        let job = Job {
            cases: fixtures.join("cases.csv"),
            people: Some(fixtures.join("people.csv")),
            decisions: Some(fixtures.join("decisions.csv")),
            evidence: evidence.exists().then_some(evidence),
            output: output.path().to_owned(),
            audiences: BTreeSet::from_iter(audiences.iter().copied()),
            languages: vec![],
            only: only.iter().map(|&id| id.to_owned()).collect(),
            approved_by: Some("Kim Muster".to_owned()),
            date: DATE,
            letter: None,
            format: None,
            force: false,
        };
        let summary = run(&loaded, &job, &|_, _| {}).unwrap();
        Run { loaded, output, summary }
    }

    fn record(&self, case: &str) -> Record {
        let path = self.output.path().join(case).join("record.json");
        from_json(case, &std::fs::read(path).unwrap()).unwrap()
    }

    fn letter(&self, case: &str, language: Language) -> Document {
        klartext::document::letter(&self.record(case), &self.loaded.procedure, language).unwrap()
    }

    fn sheet(&self, part: &str, case: &str) -> Document {
        let (record, procedure) = (self.record(case), &self.loaded.procedure);
        match part {
            "a" => klartext::document::sheet_a(&record, procedure, Language::GERMAN).unwrap(),
            _ => klartext::document::sheet_b(&record, procedure, Language::GERMAN).unwrap(),
        }
    }
}

/// The texts of a document in one line, without no-break spaces.
fn said(document: &Document) -> String {
    document.texts().join(" ").replace('\u{a0}', " ")
}
