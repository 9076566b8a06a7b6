//! Which columns of a table are the model's features.

use ndarray::Array2;

use super::ModelCard;
use crate::fault::{Checked, Fault, Place};
use crate::table::{Numbers, Table};

/// The table's columns in the model's feature order. By name; for a model without names of its own (`f0`, `f1`, …) by
/// position if the table has exactly one column a feature (not counting the `except` column, which holds the ids).
///
/// # Errors
/// T09 for each column that is missing; M06 when the columns of a model without names do not match in number.
pub fn columns_for(card: &ModelCard, table: &Table, except: Option<&str>) -> Checked<Vec<String>> {
    let nameless = card.features.iter().enumerate().all(|(i, name)| *name == format!("f{i}"));
    if !nameless || card.features.iter().all(|f| table.column(f).is_some()) {
        table.locate(&card.features)?;
        return Ok(card.features.clone());
    }
    let columns: Vec<String> =
        table.columns.iter().filter(|c| Some(c.as_str()) != except).cloned().collect();
    if columns.len() == card.features.len() {
        return Ok(columns);
    }
    Err(Fault::new(
        "M06",
        Place::file(&table.file),
        format!("{} columns", columns.len()),
        format!(
            "{} columns, because the model has no feature names and takes them by position",
            card.features.len()
        ),
        "Give the features alone, in training order (and the id column with --id).",
    )
    .into())
}

/// The model's rows of a table: rows × features, and the faults of single cells.
///
/// # Errors
/// As [`columns_for`].
pub fn rows_for(
    card: &ModelCard,
    table: &Table,
    except: Option<&str>,
    decimal_comma: bool,
) -> Checked<Numbers> {
    Ok(table.numbers(&columns_for(card, table, except)?, decimal_comma))
}

impl Numbers {
    /// The rows without a fault, as a matrix of their own (a background, a training set).
    pub fn sound(&self) -> Array2<f64> {
        let keep: Vec<usize> = (0..self.values.nrows())
            .filter(|r| self.faulty_rows.binary_search(r).is_err())
            .collect();
        self.values.select(ndarray::Axis(0), &keep)
    }
}
