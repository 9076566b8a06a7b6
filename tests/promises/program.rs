//! The program as its users meet it: a folder with a procedure and its tables, a command line, exit code, messages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The date of every document of these tests.
pub const DATE: &str = "2026-11-23";
/// The procedures that the project brings.
pub const PROCEDURES: [&str; 2] = ["unemployment-benefit", "rehab-management"];

/// What a command left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// For a snapshot: exit code, stdout, stderr.
    pub fn transcript(&self) -> String {
        let part = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!("--- {name}\n{text}"),
        };
        format!("exit {}\n{}{}", self.code, part("stdout", &self.out), part("stderr", &self.err))
    }

    /// Input was refused (exit code 2), and every fault says where, what was found and expected, and what to do.
    pub fn refused(&self) -> String {
        assert_eq!(self.code, 2, "{self:?}");
        assert!(!faults(&self.err).is_empty(), "no fault is named: {self:?}");
        for fault in faults(&self.err) {
            let parts: Vec<&str> = fault.lines().collect();
            let [head, found, expected, mend] = parts[..] else { panic!("parts of {fault}") };
            assert!(head.split_whitespace().count() >= 2, "no place: {head}");
            for (line, name) in [(found, "found"), (expected, "expected"), (mend, "to do")] {
                let text =
                    line.trim().strip_prefix(name).unwrap_or_else(|| panic!("{name}: {fault}"));
                assert!(!text.trim().is_empty(), "{name} is empty: {fault}");
            }
        }
        self.transcript()
    }
}

/// The faults on stderr, four lines each.
fn faults(err: &str) -> Vec<String> {
    let lines: Vec<&str> = err.lines().collect();
    let is_head = |line: &str| {
        let code = line.split(' ').next().unwrap_or_default();
        code.len() == 3
            && code.starts_with(|c: char| c.is_ascii_uppercase())
            && code[1..].bytes().all(|b| b.is_ascii_digit())
    };
    (0..lines.len())
        .filter(|&i| is_head(lines[i]))
        .map(|i| lines[i..lines.len().min(i + 4)].join("\n"))
        .collect()
}

/// Runs the program in a folder. No date comes from the environment.
pub fn klartext_in(folder: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .args(args)
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran {
        code: output.status.code().expect("the program ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs the program where the project lies.
pub fn klartext(args: &[&str]) -> Ran {
    klartext_in(&project(), args)
}

/// The project's folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own with a procedure (`procedure/`), its tables (`cases.csv`, `people.csv`, `decisions.csv`) and its
/// output (`output/`), to be spoilt.
pub struct Folder {
    dir: TempDir,
}

impl Folder {
    pub fn of(procedure: &str) -> Folder {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder { dir };
        copy(&project().join("models").join(procedure), &folder.path("procedure"));
        copy(&project().join("fixtures").join(procedure), &folder.path(""));
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        self
    }

    /// Replaces the first occurrence of a text that must be there.
    pub fn replace(&self, name: &str, from: &str, to: &str) -> &Self {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no “{from}”");
        self.write(name, text.replacen(from, to, 1))
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        klartext_in(self.dir.path(), args)
    }

    /// `explain` with all tables for these cases (all of them if none are named), and further arguments.
    pub fn explain(&self, only: &[&str], more: &[&str]) -> Ran {
        let only = only.join(",");
        let mut args =
            vec!["explain", "procedure", "--cases", "cases.csv", "--people", "people.csv"];
        args.extend(["--decisions", "decisions.csv", "-o", "output", "--date", DATE]);
        args.extend(["--for", "citizen,caseworker"]);
        if !only.is_empty() {
            args.extend(["--only", &only]);
        }
        args.extend(more);
        self.run(&args)
    }

    /// Everything below the output folder.
    pub fn output(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path("output"))
    }

    /// Names of everything below the output folder.
    pub fn names(&self) -> Vec<String> {
        self.output().into_keys().collect()
    }

    pub fn record(&self, case: &str) -> Value {
        let text = self.read(&format!("output/{case}/record.json"));
        serde_json::from_str(&text).expect("a record is JSON")
    }
}

/// Files below a folder by relative name; nothing if there is no such folder. Anything that only a broken write leaves
/// behind fails the test.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(place) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name =
                path.strip_prefix(folder).expect("a path below").to_string_lossy().into_owned();
            let file = name.rsplit('/').next().unwrap_or_default();
            assert!(!file.starts_with('.'), "a left-over of a write: {name}");
            let bytes = std::fs::read(&path).expect("a readable file");
            assert!(!bytes.is_empty(), "an empty file: {name}");
            if name.ends_with(".pdf") {
                assert!(
                    bytes.ends_with(b"%%EOF") || bytes.ends_with(b"%%EOF\n"),
                    "half a PDF: {name}"
                );
            }
            found.insert(name, bytes);
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a new folder");
    for entry in std::fs::read_dir(from).expect("a folder of the project") {
        let entry = entry.expect("a readable folder");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
