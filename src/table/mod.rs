//! Tables as they come from a file: named columns of text cells, each row with its line number.
//!
//! Conversion to numbers happens once, in [`Table::numbers`], which names file, line, column and value of every cell
//! that cannot be read, and leaves the other rows usable.

mod read;

pub use read::{Separator, read_table};

use ndarray::Array2;

use crate::fault::Fault;

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
    /// One fault a cell that could not be read.
    pub faults: Vec<Fault>,
    /// Indices of rows with at least one fault, ascending.
    pub faulty_rows: Vec<usize>,
}
