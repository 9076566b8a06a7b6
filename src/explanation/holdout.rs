//! The labelled cases that the model never saw, scored: behind error rates, fidelity and the owner's report.

use ndarray::Array2;

use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::LoadedModel;
use crate::procedure::{CaseValue, Procedure, read_values};
use crate::table::Table;

/// The labelled cases that the model never saw.
#[derive(Debug)]
pub struct Holdout {
    /// Rows × model columns.
    pub rows: Array2<f64>,
    /// Values of the features, as people see them.
    pub values: Vec<Vec<CaseValue>>,
    /// Predictions (after the link).
    pub predictions: Vec<f64>,
    /// Results of the program.
    pub decisions: Vec<bool>,
    /// What really happened.
    pub labels: Vec<bool>,
    /// The values of the audit groups, one list a group of the procedure.
    pub groups: Vec<Vec<Option<String>>>,
}

impl Holdout {
    /// Reads and scores a table.
    ///
    /// # Errors
    /// Faulty values, a missing column, a case without a label.
    pub(super) fn new(
        procedure: &Procedure,
        model: &LoadedModel,
        columns: &[Vec<usize>],
        table: &Table,
    ) -> Checked<Holdout> {
        let values = read_values(&procedure.features, table)?;
        let wanted: Vec<String> = std::iter::once(procedure.holdout_label.clone())
            .chain(procedure.holdout_groups.iter().map(|group| group.column.clone()))
            .collect();
        let at = table.locate(&wanted)?;
        let cell = |row: usize, column: usize| {
            table.text(row, column).map(str::trim).filter(|text| !text.is_empty())
        };
        let mut faults = Faults::default();
        let mut labels = vec![];
        for (i, row) in table.rows.iter().enumerate() {
            let label = cell(i, at[0]);
            if label.is_none() {
                faults.push(Fault::new(
                    "P54",
                    Place::file(&table.file).line(row.line).field(&procedure.holdout_label),
                    "nothing",
                    "what really happened",
                    "Take cases without a label out of the hold-out.",
                ));
            }
            labels.push(label == Some(procedure.holdout_positive.as_str()));
        }
        let width = model.model.card().features.len();
        let rows = encode(procedure, columns, width, &values);
        let (mut predictions, mut decisions) = (vec![], vec![]);
        for row in rows.rows() {
            let (mut raw, mut value) = ([0.0], [0.0]);
            model.model.raw(&row.to_vec(), &mut raw);
            model.model.value(&raw, &mut value);
            predictions.push(value[0]);
            decisions.push(value[0] >= procedure.threshold);
        }
        let group = |column: usize| {
            (0..table.rows.len()).map(|row| cell(row, column).map(str::to_owned)).collect()
        };
        let groups = at[1..].iter().map(|&column| group(column)).collect();
        faults.or(Holdout { rows, values, predictions, decisions, labels, groups })
    }
}

/// Rows × model columns.
pub(super) fn encode(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    width: usize,
    values: &[Vec<CaseValue>],
) -> Array2<f64> {
    let mut rows = Array2::from_elem((values.len(), width), f64::NAN);
    for (mut row, values) in rows.rows_mut().into_iter().zip(values) {
        for ((feature, columns), &value) in procedure.features.iter().zip(columns).zip(values) {
            for (&column, number) in columns.iter().zip(feature.encode(value)) {
                row[column] = number;
            }
        }
    }
    rows
}
