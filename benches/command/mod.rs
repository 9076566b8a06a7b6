//! What the measuring programs of cases share: their command line, tables, and the work of a thread.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use klartext::model::{Model, rows_for};
use klartext::table::{Separator, Table, read_table};
use ndarray::Array2;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What the command line says.
pub struct Arguments(pub BTreeMap<String, String>);

impl Arguments {
    /// The words behind the program's name: `--name value` or `--name`.
    pub fn of(words: impl Iterator<Item = String>) -> Self {
        let mut words = words.filter(|word| word != "--bench").peekable();
        let mut found = BTreeMap::new();
        while let Some(word) = words.next() {
            if let Some(name) = word.strip_prefix("--") {
                let value = words.next_if(|value| !value.starts_with("--")).unwrap_or_default();
                found.insert(name.to_owned(), value);
            }
        }
        Arguments(found)
    }

    /// What a name says; it must be there.
    pub fn text(&self, name: &str) -> Outcome<&str> {
        self.0.get(name).map(String::as_str).ok_or_else(|| format!("--{name} is missing").into())
    }

    /// A number, or what counts where it is not given.
    pub fn number(&self, name: &str, otherwise: f64) -> Outcome<f64> {
        self.0.get(name).map_or(Ok(otherwise), |text| Ok(text.parse()?))
    }
}

/// A file's table.
pub fn table(path: &str) -> Outcome<Table> {
    Ok(read_table(Path::new(path), Separator::Detect).map_err(|f| f.to_string())?)
}

/// A file's rows in the columns of a model.
pub fn numbers(path: &str, model: &dyn Model) -> Outcome<Array2<f64>> {
    let rows = rows_for(model.card(), &table(path)?, None, false).map_err(|f| f.to_string())?;
    if rows.faults.is_empty() {
        Ok(rows.values)
    } else {
        Err(format!("{path}: {} faults", rows.faults.len()).into())
    }
}

/// How long this thread has computed, where the system tells it: Linux brings the number up to date when the thread makes
/// way for others.
pub fn worked() -> Option<Duration> {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
