//! A model and all rows of a table at once, for commands whose answers are few.

use ndarray::Array2;

use super::message::say;
use super::predict::{DataArgs, by_position};
use super::target::read_target;
use crate::fault::{Checked, Faults};
use crate::model::{LoadedModel, Model, columns_for, rows_for};
use crate::table::{Cell, Table};

/// A model with rows in its feature order.
pub(super) struct Whole {
    pub loaded: LoadedModel,
    /// The table that the rows came from.
    pub table: Table,
    /// Rows × features; NaN where a cell is missing or cannot be read.
    pub values: Array2<f64>,
    /// What really happened, one a row; none where no column was named for it.
    pub target: Option<Vec<f64>>,
    /// Place of the id's column.
    id: Option<usize>,
    /// Rows with a cell that cannot be read, ascending.
    faulty: Vec<usize>,
}

impl DataArgs {
    /// Reads model and table, all faults of both in one go; reports cells that cannot be read.
    pub(super) fn whole(&self) -> Checked<Whole> {
        self.whole_with(None)
    }

    /// The same, with a column that says what really happened.
    pub(super) fn whole_with(&self, target: Option<&str>) -> Checked<Whole> {
        let mut faults = Faults::default();
        let loaded = faults.take(self.load());
        let table = faults.take(self.table.read(&self.data));
        let (Some(loaded), Some(table)) = (loaded, table) else { return Err(faults) };
        let (name, comma) = (self.id.as_deref(), self.table.decimal_comma);
        let model = loaded.model.as_ref();
        let of_model = without(&table, target, model);
        let numbers = faults.take(rows_for(model.card(), &of_model, name, comma));
        let id = faults.take(match name {
            None => Ok(None),
            Some(name) => table.locate(&[name.to_owned()]).map(|at| at.first().copied()),
        });
        let target = target.map(|name| read_target(model, &table, name, comma));
        let target = faults.take(target.transpose());
        let (Some(numbers), Some(id), Some(target), true) =
            (numbers, id, target, faults.0.is_empty())
        else {
            return Err(faults);
        };
        let columns = columns_for(model.card(), &of_model, name)?;
        if let Some(note) = by_position(model.card(), &of_model.file, &columns) {
            say(&note);
        }
        let (target, more) = target.map_or((None, vec![]), |(all, more)| (Some(all), more));
        let mut faulty = numbers.faulty_rows;
        faulty.extend(more.iter().map(|(row, _)| *row));
        faulty.sort_unstable();
        faulty.dedup();
        for fault in numbers.faults.iter().chain(more.iter().map(|(_, fault)| fault)) {
            eprintln!("{fault}");
        }
        if !faulty.is_empty() {
            eprintln!("{} of {} rows are left out.", faulty.len(), table.rows.len());
        }
        Ok(Whole { loaded, values: numbers.values, target, id, faulty, table })
    }
}

/// The table without the column of the target, which is no feature: a model without names counts columns.
pub(super) fn without(table: &Table, target: Option<&str>, model: &dyn Model) -> Table {
    let mut table = table.clone();
    let is_feature = |name: &str| model.card().features.iter().any(|feature| feature == name);
    if let Some(at) = target.filter(|name| !is_feature(name)).and_then(|name| table.column(name)) {
        table.columns.remove(at);
        for row in table.rows.iter_mut().filter(|row| at < row.cells.len()) {
            row.cells.remove(at);
        }
    }
    table
}

impl Whole {
    /// The numbers of the rows that could be read, ascending.
    pub(super) fn sound_rows(&self) -> impl Iterator<Item = usize> + '_ {
        let rows = 0..self.table.rows.len();
        rows.filter(|row| self.faulty.binary_search(row).is_err())
    }

    /// A row's id as it stands in the table; its number where no column was named.
    pub(super) fn id(&self, row: usize) -> Cell {
        match self.id {
            None => Cell::Text(row.to_string()),
            Some(at) => {
                let text = self.table.text(row, at);
                text.map_or(Cell::Missing, |text| Cell::Text(text.to_owned()))
            }
        }
    }

    /// The rows that could be read: id, empty where it is missing, and values.
    pub(super) fn sound(&self) -> Vec<(String, Vec<f64>)> {
        let text = |row| match self.id(row) {
            Cell::Text(text) => text,
            _ => String::new(),
        };
        self.sound_rows().map(|row| (text(row), self.values.row(row).to_vec())).collect()
    }

    /// Whether every row could be read.
    pub(super) fn is_sound(&self) -> bool {
        self.faulty.is_empty()
    }
}
