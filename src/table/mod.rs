//! Tables as they come from a file: named columns of text cells, each row with its line number.
//!
//! Conversion to numbers happens once, in [`Table::numbers`], which names file, line, column and value of every cell
//! that cannot be read, and leaves the other rows usable.
//!
//! | code | what |
//! |---|---|
//! | T01 | the file cannot be read |
//! | T02 | the file is not UTF-8 |
//! | T03 | a row has more or fewer cells than the header |
//! | T04 | a column name occurs twice |
//! | T05 | the table has no header or no rows |
//! | T06 | a line is not a JSON object |
//! | T07 | a JSON value is a list or an object |
//! | T08 | a cell is not a number |
//! | T09 | a column that is needed is missing |
//! | T10 | a CSV record cannot be read, or a quoted field never ends |
//! | T11 | a Parquet or Arrow file that is broken, or uses what is not supported |
//! | T12 | a column of a type that holds neither numbers nor texts |
//! | F02 | a file that is to be written exists |
//! | F03 | a file cannot be written |

mod arrow;
mod columnar;
mod format;
mod number;
mod parquet;
mod read;
mod result;
mod seen;
mod sink;
mod split;
mod stream;
mod text_rows;
mod write;

pub use format::Format;
pub use number::{shortest, truth};
pub use read::{Separator, read_table, table_from_bytes};
pub use result::{Heading, Kind, Values};
pub use seen::{Layout, Read, Refusal, Seen};
pub use sink::{Destination, Encoded, Encoder, Sink};
pub use stream::{Chunk, TableStream};
pub use write::{Cell, ResultTable, write_file};

use std::collections::{BTreeMap, BTreeSet};

use ndarray::Array2;

use crate::fault::{Checked, Fault, Faults, Place};

/// One row: its line in the file (from 1; the header is line 1 of a CSV file) and its cells as text.
/// A missing cell is `None`: an empty field, or JSON null.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// One cell a column of [`Table::columns`].
    pub cells: Vec<Option<String>>,
}

/// A table of text cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The file it came from, as the user named it.
    pub file: String,
    /// Column names, in file order.
    pub columns: Vec<String>,
    /// Rows, in file order.
    pub rows: Vec<Row>,
}

/// Numbers out of a table, rows by columns, NaN where a cell is missing; and the faults of the cells that are no
/// numbers (those cells are NaN too, their rows are listed in [`Numbers::faulty_rows`] and must not be used).
#[derive(Clone, Debug)]
pub struct Numbers {
    /// rows × columns, in the order the columns were asked for.
    pub values: Array2<f64>,
    /// One fault a cell that could not be read, in row order; a column that does not exist is one fault.
    pub faults: Vec<Fault>,
    /// Indices of rows with at least one fault, ascending; every row when a column does not exist.
    pub faulty_rows: Vec<usize>,
}

impl Table {
    /// Position of a column, by its exact name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// Positions of columns that must exist.
    ///
    /// # Errors
    /// One T09 a missing column, with the columns that do exist and the closest name.
    pub fn locate(&self, names: &[String]) -> Checked<Vec<usize>> {
        locate(&self.file, &self.columns, names)
    }

    /// The cell text of a row in a column, `None` when missing.
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.rows.get(row)?.cells.get(column)?.as_deref()
    }

    /// The cells of some columns as numbers.
    ///
    /// Missing are: no text, blanks only, `NA`, `NaN`, `nan`, `null`. Everything else must be a finite number as
    /// `f64::from_str` reads it (blanks around it are ignored), with `,` in place of `.` when `decimal_comma` is set, or
    /// a truth value (`true`, `True`, `TRUE` for 1, `false`, `False`, `FALSE` for 0); thousands separators, `inf` and numbers beyond the range of a double are refused.
    pub fn numbers(&self, columns: &[String], decimal_comma: bool) -> Numbers {
        self.converted(columns, |_, seen| match seen {
            Seen::Text(text) => number(text, decimal_comma).map_err(Refusal::new),
            _ => Ok(f64::NAN),
        })
    }

    /// The cells of some columns as the numbers that `convert` makes of them; it gets the column's place in `columns`
    /// and the cell, text or missing, and gives the number, NaN for missing, or why there is none.
    pub fn converted(
        &self,
        columns: &[String],
        convert: impl Fn(usize, Seen) -> Result<f64, Refusal>,
    ) -> Numbers {
        let mut values = Array2::from_elem((self.rows.len(), columns.len()), f64::NAN);
        let mut faults = Vec::new();
        let mut faulty = vec![false; self.rows.len()];
        let places = places(&self.columns);
        let mut at = Vec::with_capacity(columns.len());
        for name in columns {
            let found = places.get(name.as_str()).copied();
            if found.is_none() {
                faults.push(missing_column(&self.file, &self.columns, name));
                faulty.fill(true);
            }
            at.push(found);
        }
        for ((row, mut out), faulty) in self.rows.iter().zip(values.rows_mut()).zip(&mut faulty) {
            for (j, ((name, column), out)) in columns.iter().zip(&at).zip(&mut out).enumerate() {
                let Some(column) = column else { continue };
                let text = row.cells.get(*column).and_then(Option::as_deref);
                match convert(j, text.map_or(Seen::Missing, Seen::Text)) {
                    Ok(x) => *out = x,
                    Err(why) => {
                        *faulty = true;
                        faults.push(Fault::new(
                            "T08",
                            Place::file(&self.file).line(row.line).field(name),
                            text.map_or("nothing".into(), |text| format!("`{}`", excerpt(text))),
                            why.expected,
                            why.mend,
                        ));
                    }
                }
            }
        }
        let faulty_rows =
            faulty.iter().enumerate().filter_map(|(i, &bad)| bad.then_some(i)).collect();
        Numbers { values, faults, faulty_rows }
    }
}

/// The position of every column, by name; of a name that occurs twice the first.
fn places(columns: &[String]) -> BTreeMap<&str, usize> {
    let mut places = BTreeMap::new();
    for (i, name) in columns.iter().enumerate() {
        places.entry(name.as_str()).or_insert(i);
    }
    places
}

/// Positions of columns that must exist.
///
/// # Errors
/// One T09 a missing column, with the columns that do exist and the closest name.
pub fn locate(file: &str, columns: &[String], names: &[String]) -> Checked<Vec<usize>> {
    let mut faults = Faults::default();
    let places = places(columns);
    let mut at = Vec::with_capacity(names.len());
    for name in names {
        match places.get(name.as_str()) {
            Some(i) => at.push(*i),
            None => faults.push(missing_column(file, columns, name)),
        }
    }
    faults.or(at)
}

fn missing_column(file: &str, columns: &[String], name: &str) -> Fault {
    // A model of thousands of features and the wrong table: each fault stays short, and quickly found.
    const MOST_NAMED: usize = 50;
    const MOST_COMPARED: usize = 500;
    let closest = columns
        .iter()
        .take(if columns.len() > MOST_COMPARED { 0 } else { MOST_COMPARED })
        .map(|c| (distance(&c.to_lowercase(), &name.to_lowercase()), c))
        .min_by_key(|(d, _)| *d)
        .filter(|(d, _)| *d <= (name.chars().count() / 3).max(1));
    let mend = match closest {
        Some((_, c)) => format!("Did you mean `{c}`? Otherwise add the column."),
        None => "Add the column, or name the one that holds it.".to_owned(),
    };
    let named = columns.get(..MOST_NAMED).unwrap_or(columns).join(", ");
    let more = match columns.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Fault::new(
        "T09",
        Place::file(file).field(name),
        format!("the columns {named}{more}"),
        format!("a column `{name}`"),
        mend,
    )
}

/// The number in a cell, NaN when missing; see [`Table::numbers`].
///
/// # Errors
/// What was expected.
pub fn number(text: &str, decimal_comma: bool) -> Result<f64, String> {
    number::parse(text, decimal_comma).map_err(str::to_owned)
}

/// Adds a fault for each name that occurs twice, at the line of the header if it has one.
fn check_names(file: &str, line: Option<u64>, names: &[String], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for name in names {
        if seen.insert(name) {
            continue;
        }
        let mut place = Place::file(file);
        place.line = line;
        let found = format!("the column `{}` twice", excerpt(name));
        let mend = "Rename or remove the column.";
        faults.push(Fault::new("T04", place, found, "one name a column, each once", mend));
    }
}

/// A cell as it is quoted in a message: short enough for a line, control characters escaped.
fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().count() > 40 { short + "…" } else { short }
}

/// Edit distance (insert, delete, replace), for the closest column name.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = last.first_mut() {
            *first = left;
        }
        for (y, cell) in b.iter().zip(last.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[Option<&str>]]) -> Table {
        Table {
            file: "cases.csv".into(),
            columns: vec!["age".into(), "income".into()],
            rows: rows
                .iter()
                .zip(2..)
                .map(|(r, line)| Row {
                    line,
                    cells: r.iter().map(|c| c.map(str::to_owned)).collect(),
                })
                .collect(),
        }
    }

    #[test]
    fn a_bad_cell_names_its_place_and_spares_the_other_rows() {
        let t = table(&[
            &[Some("41"), Some("1.234,5")],
            &[Some("NA"), Some("7")],
            &[Some("inf"), None],
        ]);
        let n = t.numbers(&["income".into(), "age".into()], false);
        assert_eq!(n.faulty_rows, [0, 2]);
        assert_eq!(n.values[[1, 0]], 7.0);
        assert!(n.values[[1, 1]].is_nan());
        let f = &n.faults[0];
        assert_eq!(
            (f.code, f.place.line, f.place.field.as_deref()),
            ("T08", Some(2), Some("income"))
        );
        assert_eq!(f.found, "`1.234,5`");
        assert_eq!(n.faults.len(), 2);
    }

    #[test]
    fn a_missing_column_is_named_with_the_closest_one() {
        let t = table(&[&[Some("1"), Some("2")]]);
        let faults = t.locate(&["incone".into(), "zzzzzz".into()]).unwrap_err();
        assert_eq!(faults.0.len(), 2);
        assert!(faults.0[0].mend.contains("`income`"), "{}", faults.0[0]);
        assert!(!faults.0[1].mend.contains("mean"), "{}", faults.0[1]);
        assert_eq!(t.numbers(&["incone".into()], false).faulty_rows, [0]);
    }
}
