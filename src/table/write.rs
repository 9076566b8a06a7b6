//! Writing whole tables, and files all at once.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::format::Format;
use super::number::shortest;
use super::result::{Heading, Kind, Values, write_csv, write_json_lines, write_names};
use super::sink::{Destination, Encoder, Sink};
use crate::fault::{Checked, Fault, Place};

/// A cell of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number; NaN and infinities are written as missing.
    Number(f64),
    /// A whole number.
    Whole(i64),
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

impl ResultTable {
    /// Writes the table to a file, in the format that its name says (CSV for a name that says none), or as CSV to
    /// standard output.
    ///
    /// # Errors
    /// F02 if the file exists and `force` is not set, F03 if it cannot be written.
    pub fn write(&self, to: Option<&Path>, force: bool) -> Checked<()> {
        let format = to.and_then(Format::of_path).unwrap_or(Format::Csv);
        let (headings, columns) = self.by_column();
        let to = Destination { path: to.map(Path::to_owned), format, force, header: true };
        let mut sink = Sink::open(&to, &headings)?;
        sink.write(Encoder::new(format, &headings).encode(columns)?)?;
        sink.finish()
    }

    /// The table as CSV with `,` and `\n`.
    pub fn csv(&self) -> Vec<u8> {
        let (headings, columns) = self.by_column();
        let mut out = Vec::new();
        write_names(&mut out, &headings);
        write_csv(&mut out, &columns);
        out
    }

    /// The table as JSON Lines.
    pub fn json_lines(&self) -> Vec<u8> {
        let (headings, columns) = self.by_column();
        let mut out = Vec::new();
        write_json_lines(&mut out, &headings, &columns);
        out
    }

    /// The columns: of texts where one cell is text, of whole numbers where all are, of numbers otherwise.
    fn by_column(&self) -> (Vec<Heading>, Vec<Values>) {
        let column = |(at, name): (usize, &String)| {
            let cells = || self.rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Missing));
            if cells().any(|cell| matches!(cell, Cell::Text(_))) {
                let text = |cell: &Cell| match cell {
                    Cell::Text(text) => Some(text.as_str().into()),
                    Cell::Number(x) => Some(shortest(*x).into()),
                    Cell::Whole(n) => Some(n.to_string().into()),
                    Cell::Missing => None,
                };
                (Heading::new(name, Kind::Text), Values::Text(cells().map(text).collect()))
            } else if cells().all(|cell| matches!(cell, Cell::Whole(_))) {
                let whole = |cell: &Cell| match cell {
                    Cell::Whole(n) => Some(*n),
                    _ => None,
                };
                (Heading::new(name, Kind::Whole), Values::Whole(cells().map(whole).collect()))
            } else {
                let number = |cell: &Cell| match cell {
                    Cell::Number(x) => *x,
                    Cell::Whole(n) => *n as f64,
                    _ => f64::NAN,
                };
                (Heading::new(name, Kind::Number), Values::Number(cells().map(number).collect()))
            }
        };
        self.columns.iter().enumerate().map(column).unzip()
    }
}

/// Writes a file all at once: into a temporary file in the same folder, which then takes the name. No reader ever sees
/// half of it; it is not forced to the disk, which would cost a thousand letters most of their time.
///
/// # Errors
/// F02 if the file exists and `force` is not set, F03 if it cannot be written.
pub fn write_file(path: &Path, content: &[u8], force: bool) -> Checked<()> {
    if !force && path.exists() {
        return Err(exists(path).into());
    }
    let written = temporary(path).and_then(|mut file| file.write_all(content).map(|()| file));
    let file = written.map_err(|e| unwritable(&path.display().to_string(), &e))?;
    named(file, path, force)
}

/// A new file beside the one that is to be written.
pub(super) fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new();
    // Temporary files are private to the user; a result has the rights that any new file gets.
    #[cfg(unix)]
    temporary.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    temporary.tempfile_in(folder)
}

/// Gives a file its name.
///
/// # Errors
/// F02 if one of that name exists and `force` is not set, F03.
pub(super) fn named(file: NamedTempFile, path: &Path, force: bool) -> Checked<()> {
    let named = if force { file.persist(path) } else { file.persist_noclobber(path) };
    match named.map_err(|e| e.error) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(exists(path).into()),
        Err(e) => Err(unwritable(&path.display().to_string(), &e).into()),
    }
}

pub(super) fn exists(path: &Path) -> Fault {
    let mend = "Choose another name, or overwrite it with --force.";
    let place = Place::file(path.display().to_string());
    Fault::new("F02", place, "a file of this name", "a new file", mend)
}

pub(super) fn unwritable(file: &str, e: &io::Error) -> Fault {
    let mend = "Check the folder, the permissions and the space left.";
    // tempfile adds the temporary name, which is another one each time and nobody's own
    let text = e.to_string();
    let found = text.split_once(" at path \"").map_or(text.as_str(), |(found, _)| found);
    Fault::new("F03", Place::file(file), found, "a file that can be written", mend)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let fault = table.write(Some(&nowhere), false).unwrap_err().0.remove(0);
        assert_eq!((fault.code, fault.found.contains(".tmp")), ("F03", false), "{}", fault.found);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
