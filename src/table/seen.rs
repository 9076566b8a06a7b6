//! What a cell holds, whatever form the table has; and rows of numbers made of it.

use ndarray::Array2;

use super::{Cell, Numbers, excerpt, shortest};
use crate::fault::{Fault, Place};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen<'a> {
    /// Nothing: an empty field, null, or a number that is none.
    Missing,
    /// A number of a typed column.
    Number(f64),
    /// A whole number of a typed column.
    Whole(i64),
    /// A truth value of a typed column.
    Truth(bool),
    /// Text, never empty.
    Text(&'a str),
}

impl Seen<'_> {
    /// Text, or nothing where it is empty.
    pub fn text(text: &str) -> Seen<'_> {
        if text.is_empty() { Seen::Missing } else { Seen::Text(text) }
    }

    /// The cell as text: numbers in the shortest form, truth values as pandas writes them; none for a missing one.
    pub fn to_text(self) -> Option<String> {
        match self {
            Seen::Missing => None,
            Seen::Number(x) if x.is_infinite() => Some(x.to_string()),
            Seen::Number(x) => Some(shortest(x)),
            Seen::Whole(n) => Some(n.to_string()),
            Seen::Truth(truth) => Some(if truth { "True" } else { "False" }.to_owned()),
            Seen::Text(text) => Some(text.to_owned()),
        }
    }

    /// The cell as an id of a result.
    fn to_cell(self) -> Cell {
        match self {
            Seen::Missing => Cell::Missing,
            Seen::Whole(n) => Cell::Whole(n),
            other => other.to_text().map_or(Cell::Missing, Cell::Text),
        }
    }
}

/// Why a cell is not what its column needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub mend: &'static str,
}

impl Refusal {
    /// A cell that cannot be read.
    pub fn new(expected: impl Into<String>) -> Self {
        let mend = "Correct the cell, or leave it empty if the value is not known.";
        Refusal { expected: expected.into(), mend }
    }
}

/// Which columns of a table become numbers, and which one identifies a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The table, as the user named it.
    pub file: String,
    /// Names of the columns that become numbers, in the order of the numbers.
    pub names: Vec<String>,
    /// Their places in the table.
    pub wanted: Vec<usize>,
    /// The place of the column that identifies a row.
    pub id: Option<usize>,
}

/// Rows read out of a chunk of a table.
#[derive(Clone, Debug)]
pub struct Read {
    /// Number of the first row in the table, from 0.
    pub first: u64,
    /// What identifies each row: the cell of the id column; empty where there is no such column.
    pub ids: Vec<Cell>,
    /// The numbers, and the first faults of those that are none.
    pub numbers: Numbers,
    /// How many faults there are besides.
    pub more: u64,
}

/// Faults that are kept of a chunk: a table of the wrong kind has one a cell.
const MOST_TOLD: usize = 20;

/// Collects the rows of a chunk.
pub(super) struct Collector<'l> {
    layout: &'l Layout,
    read: Read,
    faulty: Vec<bool>,
}

impl<'l> Collector<'l> {
    /// For rows that begin with number `first`; every number is missing at first.
    pub fn new(layout: &'l Layout, first: u64, rows: usize) -> Self {
        let values = Array2::from_elem((rows, layout.wanted.len()), f64::NAN);
        let numbers = Numbers { values, faults: Vec::new(), faulty_rows: Vec::new() };
        let ids = if layout.id.is_some() { vec![Cell::Missing; rows] } else { Vec::new() };
        let read = Read { first, ids, numbers, more: 0 };
        Collector { layout, read, faulty: vec![false; rows] }
    }

    /// A number, at row and place among the wanted columns.
    pub fn number(&mut self, row: usize, column: usize, value: f64) {
        if let Some(out) = self.read.numbers.values.get_mut((row, column)) {
            *out = value;
        }
    }

    /// The cell that identifies a row.
    pub fn id(&mut self, row: usize, seen: Seen) {
        if let Some(id) = self.read.ids.get_mut(row) {
            *id = seen.to_cell();
        }
    }

    /// A cell that is no number.
    pub fn refused(
        &mut self,
        row: usize,
        line: Option<u64>,
        column: usize,
        seen: Seen,
        why: Refusal,
    ) {
        let found = match seen.to_text() {
            None => "nothing".to_owned(),
            Some(text) => format!("`{}`", excerpt(&text)),
        };
        let name = self.layout.names.get(column).map_or("", String::as_str);
        self.fault(row, line, Some(name), "T08", found, why.expected, why.mend);
    }

    /// Any fault of a row, which costs the row.
    #[allow(clippy::too_many_arguments)]
    pub fn fault(
        &mut self,
        row: usize,
        line: Option<u64>,
        column: Option<&str>,
        code: &'static str,
        found: String,
        expected: impl Into<String>,
        mend: &str,
    ) {
        if let Some(faulty) = self.faulty.get_mut(row) {
            *faulty = true;
        }
        if self.read.numbers.faults.len() >= MOST_TOLD {
            self.read.more += 1;
            return;
        }
        let mut place = Place::file(&self.layout.file);
        // A binary table has no lines: its rows are told by number, as the results do.
        let found = match line {
            Some(line) => {
                place = place.line(line);
                found
            }
            None => format!("{found} in row {}", self.read.first + row as u64),
        };
        if let Some(column) = column {
            place = place.field(column);
        }
        self.read.numbers.faults.push(Fault::new(code, place, found, expected, mend));
    }

    /// The rows.
    pub fn finish(mut self) -> Read {
        let faulty = self.faulty.iter().enumerate();
        self.read.numbers.faulty_rows = faulty.filter_map(|(i, bad)| bad.then_some(i)).collect();
        self.read
    }
}
