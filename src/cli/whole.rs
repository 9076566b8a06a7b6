//! A model and all rows of a table at once, for commands whose answers are few.

use ndarray::Array2;

use super::message::say;
use super::predict::{DataArgs, by_position};
use crate::fault::{Checked, Faults};
use crate::model::{LoadedModel, columns_for, rows_for};
use crate::table::Table;

/// A model with rows in its feature order.
pub(super) struct Whole {
    pub loaded: LoadedModel,
    /// The table that the rows came from.
    pub table: Table,
    /// Rows × features; NaN where a cell is missing or cannot be read.
    pub values: Array2<f64>,
    /// Text of each row's id.
    ids: Vec<String>,
    /// Rows with a cell that cannot be read, ascending.
    faulty: Vec<usize>,
}

impl DataArgs {
    /// Reads model and table, all faults of both in one go; reports cells that cannot be read.
    pub(super) fn whole(&self) -> Checked<Whole> {
        let mut faults = Faults::default();
        let loaded = faults.take(self.load());
        let table = faults.take(self.table.read(&self.data));
        let (Some(loaded), Some(table)) = (loaded, table) else { return Err(faults) };
        let id = match &self.id {
            None => None,
            Some(name) => faults.take(table.locate(std::slice::from_ref(name))),
        };
        let id = id.and_then(|at| at.first().copied());
        let (card, name) = (loaded.model.card(), self.id.as_deref());
        let numbers = faults.take(rows_for(card, &table, name, self.table.decimal_comma));
        let (Some(numbers), true) = (numbers, faults.0.is_empty()) else { return Err(faults) };
        let columns = columns_for(card, &table, name)?;
        if let Some(note) = by_position(card, &table.file, &columns) {
            say(&note);
        }
        for fault in &numbers.faults {
            eprintln!("{fault}");
        }
        if !numbers.faulty_rows.is_empty() {
            eprintln!("{} of {} rows are left out.", numbers.faulty_rows.len(), table.rows.len());
        }
        let text = |r: usize| match id {
            None => r.to_string(),
            Some(id) => table.text(r, id).unwrap_or_default().to_owned(),
        };
        let ids = (0..table.rows.len()).map(text).collect();
        Ok(Whole { loaded, values: numbers.values, ids, faulty: numbers.faulty_rows, table })
    }
}

impl Whole {
    /// The rows that could be read: id and values.
    pub(super) fn sound(&self) -> Vec<(&str, Vec<f64>)> {
        let rows = self.ids.iter().zip(self.values.rows()).enumerate();
        let sound = rows.filter(|(r, _)| self.faulty.binary_search(r).is_err());
        sound.map(|(_, (id, row))| (id.as_str(), row.to_vec())).collect()
    }

    /// Whether every row could be read.
    pub(super) fn is_sound(&self) -> bool {
        self.faulty.is_empty()
    }
}
