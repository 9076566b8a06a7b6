//! A procedure with its tables in a folder of its own, to be changed text by text.

use std::path::Path;

use klartext::explanation::Record;
use klartext::fault::Faults;
use toml::{Table, Value};

use super::*;

/// A procedure in five languages with its tables, to be spoilt.
pub struct Spoilt {
    folder: tempfile::TempDir,
    toml: Table,
    case: String,
}

impl Spoilt {
    pub fn new(name: &str, case: &str) -> Spoilt {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path();
        copy(&project().join("models").join(name), to);
        copy(&project().join("fixtures").join(name), to);
        let text = std::fs::read_to_string(to.join("procedure.toml")).unwrap();
        Spoilt { folder, toml: text.parse().unwrap(), case: case.to_owned() }
    }

    /// Changes a text of every feature, in every language.
    pub fn features(mut self, key: &str, change: impl Fn(&str, &str) -> String) -> Spoilt {
        for feature in self.toml["feature"].as_array_mut().unwrap() {
            let id = feature["id"].as_str().unwrap().to_owned();
            let Some(texts) = feature.get_mut(key).and_then(Value::as_table_mut) else { continue };
            for (_, text) in texts.iter_mut() {
                if let Some(old) = text.as_str() {
                    *text = Value::String(change(&id, old));
                }
            }
        }
        self
    }

    /// Changes the text of a value of a choice, in every language.
    pub fn values(mut self, key: &str, change: impl Fn(&str) -> String) -> Spoilt {
        for feature in self.toml["feature"].as_array_mut().unwrap() {
            let Some(values) = feature.get_mut("value").and_then(Value::as_array_mut) else {
                continue;
            };
            for text in values.iter_mut().flat_map(|value| {
                value.get_mut(key).and_then(Value::as_table_mut).into_iter().flatten()
            }) {
                if let Some(old) = text.1.as_str() {
                    *text.1 = Value::String(change(old));
                }
            }
        }
        self
    }

    /// Changes a text at a place, in every language.
    pub fn at(mut self, table: &[&str], change: impl Fn(&str) -> String) -> Spoilt {
        let (first, rest) = table.split_first().unwrap();
        let place = rest.iter().fold(&mut self.toml[*first], |value, key| &mut value[*key]);
        match place {
            Value::String(text) => *text = change(text),
            Value::Table(texts) => {
                for (_, text) in texts.iter_mut() {
                    match text {
                        Value::String(old) => *old = change(old),
                        Value::Array(list) => {
                            for old in list.iter_mut() {
                                *old = Value::String(change(old.as_str().unwrap()));
                            }
                        }
                        other => panic!("{other:?}"),
                    }
                }
            }
            other => panic!("{other:?}"),
        }
        self
    }

    /// Changes a cell of the case in a table.
    pub fn cell(self, file: &str, column: &str, text: &str) -> Spoilt {
        let path = self.folder.path().join(file);
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let mut header = reader.headers().unwrap().clone();
        let at = header.iter().position(|name| name == column);
        let at = at.unwrap_or_else(|| {
            header.push_field(column);
            header.len() - 1
        });
        let mut writer = csv::Writer::from_writer(vec![]);
        writer.write_record(&header).unwrap();
        for row in reader.records().map(Result::unwrap) {
            let own = row[0] == *self.case;
            let old = |nth| row.get(nth).unwrap_or_default();
            let cells = (0..header.len()).map(|nth| if own && nth == at { text } else { old(nth) });
            writer.write_record(cells).unwrap();
        }
        std::fs::write(path, writer.into_inner().unwrap()).unwrap();
        self
    }

    /// What comes of it: the record of the case, or the faults that refuse the procedure.
    pub fn record(&self) -> Result<(Loaded, Option<Record>, Summary), Faults> {
        let folder = self.folder.path();
        let lines = self.toml.iter().map(|(key, value)| format!("{key} = {}\n", inline(value)));
        std::fs::write(folder.join("procedure.toml"), lines.collect::<String>()).unwrap();
        let loaded = Loaded::from(folder)?;
        let output = tempfile::tempdir().unwrap();
        let job = Job {
            cases: folder.join("cases.csv"),
            people: Some(folder.join("people.csv")),
            decisions: Some(folder.join("decisions.csv")),
            evidence: Some(folder.join("evidence.jsonl")).filter(|path| path.exists()),
            output: output.path().to_owned(),
            audiences: BTreeSet::from([Audience::Citizen, Audience::Caseworker]),
            languages: vec![],
            only: vec![self.case.clone()],
            approved_by: Some("Kim Muster".to_owned()),
            date: DATE,
            letter: None,
            format: None,
            force: false,
        };
        let summary = run(&loaded, &job, &|_, _| {})?;
        for held in &summary.held_back {
            assert!(!held.code.is_empty() && !held.finding.is_empty(), "{held:?}");
        }
        let record = std::fs::read(output.path().join(&self.case).join("record.json")).ok();
        let record = record.map(|bytes| from_json(&self.case, &bytes).unwrap());
        Ok((loaded, record, summary))
    }
}

/// A value as TOML writes it in one line.
fn inline(value: &Value) -> String {
    let list = |values: Vec<String>| values.join(", ");
    match value {
        Value::String(text) => serde_json::to_string(text).unwrap(),
        Value::Array(values) => format!("[{}]", list(values.iter().map(inline).collect())),
        Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("\"{key}\" = {}", inline(value)));
            format!("{{ {} }}", list(pairs.collect()))
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Boolean(yes) => yes.to_string(),
        other => panic!("{other:?}"),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
