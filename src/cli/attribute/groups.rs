//! The file that says which features play as one.

use std::path::Path;

use crate::attribution::Groups;
use crate::fault::{Checked, Fault, Faults, Place};

/// Reads a file of groups for a model's features: `name = ["feature", …]`, in a table `[groups]` or without one.
///
/// # Errors
/// M30 for a file that cannot be read, is no TOML, or holds something else; M31 for groups that do not fit the features.
pub(in crate::cli) fn read(path: &Path, features: &[String]) -> Checked<Groups> {
    let file = path.display().to_string();
    let fault = |place: Place, found: String, expected: &str| {
        let mend = "Write [groups] and a line NAME = [\"FEATURE\", \"FEATURE\"] for each group.";
        Fault::new("M30", place, found, expected, mend)
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        fault(Place::file(&file), error.to_string(), "a text file of groups that can be read")
    })?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = 1 + before.bytes().filter(|b| *b == b'\n').count() as u64;
        fault(Place::file(&file).line(line), error.message().to_owned(), "TOML")
    })?;
    let inner = match (table.get("groups"), table.len()) {
        (Some(toml::Value::Table(inner)), 1) => inner,
        _ => &table,
    };
    let mut faults = Faults::default();
    let mut groups = vec![];
    for (name, value) in inner {
        let members: Option<Vec<String>> = value.as_array().and_then(|members| {
            members.iter().map(|member| member.as_str().map(str::to_owned)).collect()
        });
        match members {
            Some(members) => groups.push((name.clone(), members)),
            None => faults.push(fault(
                Place::file(&file).field(name),
                value.type_str().to_owned(),
                "a list of features",
            )),
        }
    }
    if inner.is_empty() {
        faults.push(fault(Place::file(&file), "no group".into(), "one group at least"));
    }
    faults.or(())?;
    Groups::new(features, &groups).map_err(|mut faults| {
        for fault in &mut faults.0 {
            fault.place.file = Some(file.clone());
        }
        faults
    })
}
