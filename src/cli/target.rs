//! The column that says what really happened, as the numbers that a loss compares with.

use crate::fault::{Checked, Fault, Place};
use crate::model::Model;
use crate::table::{Table, number, truth};

/// A target, and its faults by row.
pub(super) type ReadTarget = (Vec<f64>, Vec<(usize, Fault)>);

/// Reads the target of every row: a number; for classes the index of the class that is named or numbered; for a
/// classifier with one output 1 for its positive class and 0 for the other one. A cell that cannot be read is NaN and a
/// fault of its row.
///
/// # Errors
/// T09 without the column; M28 where no row has the positive class that the model names.
pub(super) fn read_target(
    model: &dyn Model,
    table: &Table,
    name: &str,
    decimal_comma: bool,
) -> Checked<ReadTarget> {
    let at = table.locate(&[name.to_owned()])?.first().copied().unwrap_or(usize::MAX);
    let cells: Vec<&str> =
        (0..table.rows.len()).map(|row| table.text(row, at).unwrap_or_default().trim()).collect();
    let positive = model.card().positive.as_deref().filter(|_| model.outputs() == 1);
    let coded = cells.iter().all(|cell| matches!(as_number(cell, decimal_comma), Some(0.0 | 1.0)));
    if let Some(class) = positive.filter(|class| !coded && !cells.iter().any(|c| same(c, class))) {
        let found = format!("no cell of the positive class `{class}`");
        let mend = "Give the target in the words of the model, or as 0 and 1.";
        let place = Place::file(&table.file).field(name);
        return Err(Fault::new("M28", place, found, "cells of both classes", mend).into());
    }
    let mut faults = vec![];
    let mut values = Vec::with_capacity(cells.len());
    for (row, cell) in cells.into_iter().enumerate() {
        let read = match positive {
            _ if cell.is_empty() => Err("what really happened".to_owned()),
            Some(class) if !coded || same(class, "0") => one_of(model, cell, class),
            _ if model.outputs() > 1 => class_index(model, cell),
            _ => match number(cell, decimal_comma) {
                Ok(x) if x.is_finite() => Ok(x),
                Ok(_) => Err("what really happened".to_owned()),
                Err(expected) => Err(expected),
            },
        };
        values.push(*read.as_ref().unwrap_or(&f64::NAN));
        if let Err(expected) = read {
            let line = table.rows.get(row).map_or(0, |row| row.line);
            let place = Place::file(&table.file).line(line).field(name);
            let found = format!("`{cell}`");
            let mend = "Correct the cell, or leave the row out.";
            faults.push((row, Fault::new("T08", place, found, expected, mend)));
        }
    }
    Ok((values, faults))
}

fn as_number(cell: &str, decimal_comma: bool) -> Option<f64> {
    truth(cell).or_else(|| number(cell, decimal_comma).ok())
}

/// The same text, or the same number.
fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

fn one_of(model: &dyn Model, cell: &str, positive: &str) -> Result<f64, String> {
    let classes = &model.card().classes;
    if same(cell, positive) {
        Ok(1.0)
    } else if classes.is_empty() || classes.iter().any(|class| same(cell, class)) {
        Ok(0.0)
    } else {
        Err(format!("one of {}", classes.join(", ")))
    }
}

fn class_index(model: &dyn Model, cell: &str) -> Result<f64, String> {
    let classes = &model.card().classes;
    let named = classes.iter().position(|class| same(cell, class));
    let numbered = || cell.parse::<usize>().ok().filter(|k| *k < model.outputs());
    match named.or_else(numbered) {
        Some(k) => Ok(k as f64),
        None if classes.is_empty() => {
            Err(format!("a class from 0 to {}", model.outputs().saturating_sub(1)))
        }
        None => Err(format!("one of {}", classes.join(", "))),
    }
}
