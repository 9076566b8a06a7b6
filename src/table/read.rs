//! Reading whole tables into text cells.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::format::Format;
use super::stream::TableStream;
use super::{Row, Table, check_names, excerpt};
use crate::fault::{Checked, Fault, Faults, Place};

/// The field separator of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// Found from the header line: `;` if it has one outside quotes, else `,`.
    Detect,
    /// A given byte.
    Given(u8),
}

/// Reads a table: Parquet and Arrow by their first bytes, JSON Lines when the name ends in `.jsonl` or `.ndjson` or the
/// first character is `{`, CSV otherwise. A UTF-8 byte order mark is tolerated, blank lines are skipped. Numbers of typed
/// columns become text in the shortest form that reads back to the same double. The path `-` is standard input.
///
/// # Errors
/// T01 to T07 and T10 to T12 (see [`crate::table`]), all that were found.
pub fn read_table(path: &Path, separator: Separator) -> Checked<Table> {
    let (file, mut input) = source(path)?;
    let mut first = Vec::new();
    let sniffed = input.by_ref().take(8).read_to_end(&mut first);
    sniffed.map_err(|e| unreadable(&file, &e))?;
    match Format::of_content(&first).filter(|format| !format.is_text()) {
        Some(format) => columnar_table(path, file, first, input, format),
        None => {
            input.read_to_end(&mut first).map_err(|e| unreadable(&file, &e))?;
            table_from_bytes(&file, &first, separator)
        }
    }
}

/// A file or standard input, and its name in messages.
///
/// # Errors
/// T01 when it cannot be opened.
pub(super) fn source(path: &Path) -> Checked<(String, Box<dyn Read + Send>)> {
    if path == Path::new("-") {
        return Ok(("standard input".to_owned(), Box::new(std::io::stdin())));
    }
    let file = path.display().to_string();
    match std::fs::File::open(path) {
        Ok(opened) => Ok((file, Box::new(opened))),
        Err(e) => Err(unreadable(&file, &e).into()),
    }
}

/// A file that cannot be read.
pub(super) fn unreadable(file: &str, e: &std::io::Error) -> Fault {
    let mend = "Check the name and the permissions.";
    Fault::new("T01", Place::file(file), e.to_string(), "a readable file", mend)
}

/// A table without rows.
pub(super) fn nothing(file: &str, has_columns: bool) -> Fault {
    Fault::new(
        "T05",
        Place::file(file),
        if has_columns { "a header without rows" } else { "nothing" },
        "a table with at least one row",
        "Check that the right file was given.",
    )
}

/// A whole table of typed columns, as text.
fn columnar_table(
    path: &Path,
    file: String,
    first: Vec<u8>,
    rest: Box<dyn Read + Send>,
    format: Format,
) -> Checked<Table> {
    let mut stream = TableStream::of(path, file, first, rest, format, Separator::Detect)?;
    let all: Vec<usize> = (0..stream.columns().len()).collect();
    stream.need(&all)?;
    let mut rows = Vec::new();
    // A binary table has no lines; its rows are counted as if each were one, below a header.
    while let Some(chunk) = stream.next(4096)? {
        rows.extend(
            (rows.len() as u64 + 2..).zip(chunk.cells()).map(|(line, cells)| Row { line, cells }),
        );
    }
    if rows.is_empty() {
        return Err(nothing(stream.file(), true).into());
    }
    Ok(Table { file: stream.file().to_owned(), columns: stream.columns().to_vec(), rows })
}

/// Reads a table from the bytes of its file; `file` is its name, which decides the format and stands in messages.
///
/// # Errors
/// As [`read_table`], without T01.
pub fn table_from_bytes(file: &str, bytes: &[u8], separator: Separator) -> Checked<Table> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = bytes.get(..e.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
        Fault::new(
            "T02",
            Place::file(file).line(line),
            "bytes that are not UTF-8",
            "a table in UTF-8",
            "Save the table again with the encoding UTF-8.",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Path::new(file)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("jsonl") || e.eq_ignore_ascii_case("ndjson"));
    let table = if lines || text.trim_start().starts_with('{') {
        json_lines(file, text)?
    } else {
        delimited(file, text, separator)?
    };
    if table.rows.is_empty() {
        return Err(nothing(file, !table.columns.is_empty()).into());
    }
    Ok(table)
}

/// `;` if the header line has one outside quotes, else `,`; none where the line does not end.
pub(super) fn detect(text: &[u8]) -> Option<u8> {
    let mut quoted = false;
    for b in text {
        match b {
            b'"' => quoted = !quoted,
            b';' if !quoted => return Some(b';'),
            b'\n' if !quoted => return Some(b','),
            _ => {}
        }
    }
    None
}

fn delimited(file: &str, text: &str, separator: Separator) -> Checked<Table> {
    let separator = match separator {
        Separator::Detect => detect(text.as_bytes()).unwrap_or(b','),
        Separator::Given(byte) => byte,
    };
    let mut faults = Faults::default();
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        faults.push(Fault::new(
            "T10",
            Place::file(file),
            "an odd number of quotation marks",
            "quoted fields that end",
            "Close the quoted field; inside it write a quotation mark twice.",
        ));
        return Err(faults);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    // The csv reader counts the lines up to where its last record ended; blank lines before a record are skipped by
    // it, so the line of a record is found from its byte offset.
    let mut counted = Lines::new(text.as_bytes(), 1);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                faults.push(Fault::new(
                    "T10",
                    Place::file(file),
                    e.to_string(),
                    "a CSV record",
                    "Check quoting and separator of the table.",
                ));
                break;
            }
        };
        let line = counted.line(record.position().map_or(0, csv::Position::byte));
        let Some(names) = &columns else {
            let names: Vec<String> = record.iter().map(str::to_owned).collect();
            check_names(file, Some(line), &names, &mut faults);
            columns = Some(names);
            continue;
        };
        if record.len() != names.len() {
            faults.push(Fault::new(
                "T03",
                Place::file(file).line(line),
                format!("{} cells", record.len()),
                format!("{} cells as in the header", names.len()),
                "Quote fields that hold the separator, or add the cells that lack.",
            ));
            continue;
        }
        let cells = record.iter().map(|c| (!c.is_empty()).then(|| c.to_owned())).collect();
        rows.push(Row { line, cells });
    }
    faults.or(Table { file: file.to_owned(), columns: columns.unwrap_or_default(), rows })
}

/// Line numbers of ascending byte offsets.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// Of bytes that begin on a line.
    pub fn new(bytes: &'a [u8], line: u64) -> Self {
        Lines { bytes, at: 0, line }
    }

    /// The line of the first byte from `offset` on that is no line end.
    pub fn line(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(&b) = self.bytes.get(self.at) {
            if self.at >= offset && !matches!(b, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(b == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// Most cells of a table that has more cells than bytes.
const MOST_BARE: usize = 1_000_000;

fn json_lines(file: &str, text: &str) -> Checked<Table> {
    let mut faults = Faults::default();
    let mut columns: Vec<String> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    let size = text.len();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        let place = || Place::file(file).line(line);
        let Pairs(pairs) = match serde_json::from_str(text) {
            Ok(pairs) => pairs,
            Err(e) => {
                faults.push(Fault::new(
                    "T06",
                    place(),
                    e.to_string(),
                    "one JSON object a line",
                    "Write each row as one JSON object on a line of its own.",
                ));
                continue;
            }
        };
        let mut cells: Vec<Option<String>> = vec![None; columns.len()];
        let mut seen = vec![false; columns.len()];
        for (name, value) in pairs {
            let at = match places.get(&name) {
                Some(at) => *at,
                None => {
                    columns.push(name.clone());
                    places.insert(name.clone(), columns.len() - 1);
                    columns.len() - 1
                }
            };
            cells.resize(columns.len(), None);
            seen.resize(columns.len(), false);
            let (Some(cell), Some(seen)) = (cells.get_mut(at), seen.get_mut(at)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                faults.push(Fault::new(
                    "T04",
                    place().field(&name),
                    format!("the name `{}` twice in one object", excerpt(&name)),
                    "each name once",
                    "Remove one of the two.",
                ));
            }
            *cell = match value {
                serde_json::Value::Null => None,
                serde_json::Value::Bool(b) => Some(b.to_string()),
                serde_json::Value::Number(n) => Some(n.to_string()),
                serde_json::Value::String(s) => (!s.is_empty()).then_some(s),
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                    faults.push(Fault::new(
                        "T07",
                        place().field(&name),
                        "a list or an object",
                        "a number, a text or null",
                        "Write one value a column.",
                    ));
                    None
                }
            };
        }
        rows.push(Row { line, cells });
        // Each row its own names: a small file would become a table that no memory holds.
        let count = rows.len().saturating_mul(columns.len());
        if count > size.max(MOST_BARE) {
            faults.push(Fault::new(
                "T03",
                place(),
                format!("{} names in the first {} rows", columns.len(), rows.len()),
                "rows with the same names",
                "Write one object a row, with a name for each column.",
            ));
            return Err(faults);
        }
    }
    for row in &mut rows {
        row.cells.resize(columns.len(), None);
    }
    faults.or(Table { file: file.to_owned(), columns, rows })
}

/// The members of a JSON object in file order, repeated names included.
struct Pairs(Vec<(String, serde_json::Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &[u8]) -> Checked<Table> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        read_table(&path, Separator::Detect)
    }

    fn codes(result: Checked<Table>) -> Vec<&'static str> {
        result.unwrap_err().0.iter().map(|f| f.code).collect()
    }

    #[test]
    fn csv_keeps_text_and_lines() {
        let t =
            read("a.csv", "\u{feff}id;\"a;b\"\r\n\r\n1;\"x\ny\"\n2;\n3;NA\n".as_bytes()).unwrap();
        assert_eq!(t.columns, ["id", "a;b"]);
        assert_eq!(t.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 5, 6]);
        assert_eq!(t.text(0, 1), Some("x\ny"));
        assert_eq!(t.text(1, 1), None);
        assert_eq!(t.text(2, 1), Some("NA"));
    }

    #[test]
    fn json_lines_keep_order_and_numbers() {
        let t = read("a.jsonl", b"{\"b\":0.1,\"a\":\"x\"}\n\n{\"a\":null,\"c\":12345678901234}\n")
            .unwrap();
        assert_eq!(t.columns, ["b", "a", "c"]);
        assert_eq!(t.rows[1].line, 3);
        assert_eq!(t.text(0, 0), Some("0.1"));
        assert_eq!(
            (t.text(1, 0), t.text(1, 1), t.text(1, 2)),
            (None, None, Some("12345678901234"))
        );
    }

    #[test]
    fn every_fault_has_its_code() {
        assert_eq!(codes(read_table(Path::new("/nowhere/at/all.csv"), Separator::Detect)), ["T01"]);
        assert_eq!(codes(read("a.csv", b"a,b\n1,\xff\n")), ["T02"]);
        assert_eq!(codes(read("a.csv", b"a,b\n1\n1,2,3\n1,2\n")), ["T03", "T03"]);
        assert_eq!(codes(read("a.csv", b"a,a,b,a\n1,2,3,4\n")), ["T04", "T04"]);
        assert_eq!(codes(read("a.csv", b"a,b\n")), ["T05"]);
        assert_eq!(codes(read("a.csv", b"")), ["T05"]);
        assert_eq!(codes(read("a.jsonl", b"{\"a\":1}\n[1]\n{\"a\":\n")), ["T06", "T06"]);
        assert_eq!(codes(read("a.jsonl", b"{\"a\":[1]}\n{\"a\":1,\"a\":2}\n")), ["T07", "T04"]);
        assert_eq!(codes(read("a.csv", b"a,b\n1,\"2\n")), ["T10"]);
        let own: String = (0..2000).map(|i| format!("{{\"{i}\":1}}\n")).collect();
        assert_eq!(codes(read("a.jsonl", own.as_bytes())), ["T03"]);
    }
}
