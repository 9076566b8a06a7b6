//! Writing tables: CSV or JSON Lines, to a file all at once or to standard output.

use std::io::{self, Write};
use std::path::Path;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::fault::{Checked, Fault, Place};

/// A cell of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number; NaN and infinities are written as missing.
    Number(f64),
    /// Nothing: an empty field, or null.
    Missing,
}

/// A table of results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultTable {
    /// Column names.
    pub columns: Vec<String>,
    /// One cell a column in each row.
    pub rows: Vec<Vec<Cell>>,
}

/// A number in the shortest form that reads back to the same double; never `-0`; empty when it is no finite number.
pub fn shortest(x: f64) -> String {
    if !x.is_finite() {
        return String::new();
    }
    // Adding 0 turns −0 into 0.
    let x = x + 0.0;
    let (plain, exponent) = (format!("{x}"), format!("{x:e}"));
    if exponent.len() < plain.len() { exponent } else { plain }
}

impl ResultTable {
    /// Writes the table to a file (JSON Lines if its name ends in `.jsonl` or `.ndjson`, CSV otherwise), or as CSV to
    /// standard output.
    ///
    /// # Errors
    /// F02 if the file exists and `force` is not set, F03 if it cannot be written.
    pub fn write(&self, to: Option<&Path>, force: bool) -> Checked<()> {
        let Some(path) = to else {
            return match io::stdout().lock().write_all(&self.csv()) {
                // A reader that has seen enough (`head`) is no fault.
                Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                    Err(unwritable("standard output", &e).into())
                }
                _ => Ok(()),
            };
        };
        let lines = path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson");
        write_file(path, &if lines { self.json_lines() } else { self.csv() }, force)
    }

    /// The table as CSV with `,` and `\n`.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = csv::Writer::from_writer(&mut out);
        // Writing into memory cannot fail, and rows are as long as the header.
        let _ = writer.write_record(&self.columns);
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => text.clone(),
                Cell::Number(x) => shortest(*x),
                Cell::Missing => String::new(),
            }));
        }
        drop(writer);
        out
    }

    /// The table as JSON Lines.
    pub fn json_lines(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for row in &self.rows {
            // Serialising texts and numbers into memory cannot fail.
            let _ = serde_json::to_writer(&mut out, &Object(&self.columns, row));
            out.push(b'\n');
        }
        out
    }
}

struct Object<'a>(&'a [String], &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, cell) in self.0.iter().zip(self.1) {
            match cell {
                Cell::Text(text) => map.serialize_entry(name, text)?,
                Cell::Number(x) if x.is_finite() && x.fract() == 0.0 && x.abs() < 1e15 => {
                    map.serialize_entry(name, &(*x as i64))?;
                }
                Cell::Number(x) => map.serialize_entry(name, &x.is_finite().then_some(*x))?,
                Cell::Missing => map.serialize_entry(name, &())?,
            }
        }
        map.end()
    }
}

/// Writes a file all at once: into a temporary file in the same folder, which then takes the name. No reader ever sees
/// half of it; it is not forced to the disk, which would cost a thousand letters most of their time.
///
/// # Errors
/// F02 if the file exists and `force` is not set, F03 if it cannot be written.
pub fn write_file(path: &Path, content: &[u8], force: bool) -> Checked<()> {
    let file = path.display().to_string();
    let exists = || {
        let mend = "Choose another name, or overwrite it with --force.";
        Fault::new("F02", Place::file(&file), "a file of this name", "a new file", mend)
    };
    if !force && path.exists() {
        return Err(exists().into());
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = (|| {
        let mut temporary = tempfile::Builder::new();
        // Temporary files are private to the user; a result has the rights that any new file gets.
        #[cfg(unix)]
        temporary.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut temporary = temporary.tempfile_in(folder)?;
        temporary.write_all(content)?;
        if force { temporary.persist(path) } else { temporary.persist_noclobber(path) }
            .map_err(|e| e.error)
    })();
    match written {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(exists().into()),
        Err(e) => Err(unwritable(&file, &e).into()),
    }
}

fn unwritable(file: &str, e: &io::Error) -> Fault {
    let mend = "Check the folder, the permissions and the space left.";
    Fault::new("F03", Place::file(file), e.to_string(), "a file that can be written", mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (x, text) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e300, "1e300"),
            (1e-7, "1e-7"),
            (100.0, "100"),
            (f64::NAN, ""),
        ] {
            assert_eq!(shortest(x), text);
        }
        let x = 0.1f32 as f64 / 3.0;
        assert_eq!(shortest(x).parse::<f64>(), Ok(x));
    }

    #[test]
    fn a_file_is_written_whole_and_not_over_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jsonl");
        let rows = vec![
            vec![Cell::Text("a,b".into()), Cell::Number(2.0)],
            vec![Cell::Missing, Cell::Number(-0.5)],
        ];
        let table = ResultTable { columns: vec!["id".into(), "value".into()], rows };
        table.write(Some(&path), false).unwrap();
        let lines = "{\"id\":\"a,b\",\"value\":2}\n{\"id\":null,\"value\":-0.5}\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), lines);
        assert_eq!(String::from_utf8(table.csv()).unwrap(), "id,value\n\"a,b\",2\n,-0.5\n");
        assert_eq!(table.write(Some(&path), false).unwrap_err().0[0].code, "F02");
        table.write(Some(&path), true).unwrap();
        let nowhere = dir.path().join("no/where.csv");
        assert_eq!(table.write(Some(&nowhere), false).unwrap_err().0[0].code, "F03");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
