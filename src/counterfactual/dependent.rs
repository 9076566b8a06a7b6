//! Columns that move with others: years of work with age, a sum with its parts.
//!
//! A dependent column cannot be changed on its own. It moves by `Σ factor · (new − own)` over the features that it
//! depends on, so that what was a sum stays one, and what passes together passes together.

use serde::{Deserialize, Serialize};

use super::adjustable::{Adjustable, AdjustableKind};
use crate::fault::{Fault, Faults, Place};

/// A column that moves with adjustable features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dependent {
    /// The column; no adjustable feature's.
    pub column: usize,
    /// Adjustable features (indices into their list) of one column each, and how far the column moves for one unit.
    pub terms: Vec<(usize, f64)>,
    /// Smallest value it may come to.
    pub min: f64,
    /// Largest value it may come to.
    pub max: f64,
}

impl Dependent {
    /// The column's value where the features it depends on have moved from `own` to `new` (whole rows).
    /// A missing value stays missing.
    pub(super) fn value(&self, adjustable: &[Adjustable], own: &[f64], new: &[f64]) -> f64 {
        let at = |row: &[f64], j: usize| {
            let column = adjustable.get(j).and_then(|feature| feature.columns.first());
            column.and_then(|column| row.get(*column)).copied().unwrap_or(f64::NAN)
        };
        let start = own.get(self.column).copied().unwrap_or(f64::NAN);
        let moves = self.terms.iter().map(|(j, factor)| {
            let (from, to) = (at(own, *j), at(new, *j));
            // A missing value does not move.
            if from.is_nan() || from == to { 0.0 } else { factor * (to - from) }
        });
        // One sum in a fixed order: the bounds of a box take the same steps.
        moves.fold(start, |sum, step| sum + step)
    }

    /// Whether a value that has moved is one that it may come to.
    pub(super) fn admits(&self, value: f64) -> bool {
        value.is_nan() || (value >= self.min && value <= self.max)
    }
}

/// One `R41` for each dependent column that contradicts the model or the adjustable features.
pub(super) fn check(
    dependents: &[Dependent],
    adjustable: &[Adjustable],
    features: &[String],
    faults: &mut Faults,
) {
    let mut taken = vec![false; features.len()];
    for column in adjustable.iter().flat_map(|feature| &feature.columns) {
        if let Some(taken) = taken.get_mut(*column) {
            *taken = true;
        }
    }
    for dependent in dependents {
        let single = |j: usize| {
            let feature = adjustable.get(j)?;
            let listed = matches!(feature.kind, AdjustableKind::Codes { .. });
            (feature.columns.len() == 1 && listed).then_some(())
        };
        let found = match taken.get_mut(dependent.column) {
            None => Some("a column beyond the model's".to_owned()),
            Some(true) => Some("a column that may also change on its own".to_owned()),
            Some(free) => {
                *free = true;
                let wrong = dependent
                    .terms
                    .iter()
                    .find(|(j, factor)| single(*j).is_none() || !factor.is_finite());
                match wrong {
                    Some((j, factor)) => Some(format!("feature {j} times {factor}")),
                    None if dependent.terms.is_empty() => Some("nothing to move with".to_owned()),
                    None if dependent.min > dependent.max => {
                        Some(format!("range {} to {}", dependent.min, dependent.max))
                    }
                    None => None,
                }
            }
        };
        if let Some(found) = found {
            let place = features.get(dependent.column);
            faults.push(Fault::new(
                "R41",
                place.map_or_else(Place::default, |name| Place::default().field(name)),
                format!("a dependent column with {found}"),
                "a column of its own that moves with features of one column and listed values",
                "Correct the constraints of this feature.",
            ));
        }
    }
}
