//! A feature as people see it, and how far it may move.

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Faults, Place};

/// Which way a value may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Both ways.
    #[default]
    Any,
    /// It may only rise.
    Up,
    /// It may only fall.
    Down,
}

/// What values a feature may take.
#[derive(Clone, Debug, PartialEq)]
pub enum AdjustableKind {
    /// One numeric column. New values are multiples of `step` (a grid anchored at 0); without a step any double.
    Number {
        /// Distance of admissible values, above 0.
        step: Option<f64>,
    },
    /// One category over several columns: for each category the values of all columns.
    OneHot {
        /// categories × columns.
        codes: Vec<Vec<f64>>,
    },
    /// One column with a list of admissible values: yes/no, ordered categories.
    Codes {
        /// The values.
        values: Vec<f64>,
    },
}

/// One feature that may change.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustable {
    /// Its columns; one, except for one-hot groups.
    pub columns: Vec<usize>,
    /// What values it may take.
    pub kind: AdjustableKind,
    /// Which way it may go; not asked of one-hot groups.
    pub direction: Direction,
    /// Smallest new value; not asked of one-hot groups.
    pub min: f64,
    /// Largest new value; not asked of one-hot groups.
    pub max: f64,
    /// What a move is measured in, normally the standard deviation of the background. 0 where distance means nothing
    /// (unordered codes, a column that is constant in the background): then only the change itself costs.
    pub scale: f64,
    /// Cost of changing it at all, relative to other features; above 0.
    pub weight: f64,
}

impl Adjustable {
    /// Cost of a move of this length.
    pub(super) fn cost(&self, distance: f64) -> f64 {
        let far = match self.kind {
            AdjustableKind::OneHot { .. } => 0.0,
            _ if self.scale == 0.0 => 0.0,
            _ => distance.abs() / self.scale,
        };
        self.weight * (1.0 + 0.1 * far)
    }

    /// Whether `to` is admissible for a case whose own value is `own`.
    pub(super) fn admits(&self, own: f64, to: f64) -> bool {
        let way = match self.direction {
            Direction::Any => true,
            Direction::Up => to > own,
            Direction::Down => to < own,
        };
        way && to != own && to >= self.min && to <= self.max
    }

    fn trouble(&self, features: usize, taken: &mut [bool]) -> Option<String> {
        let mut columns = self.columns.iter();
        if let Some(c) = columns.find(|&&c| taken.get(c).is_none_or(|&t| t)) {
            return Some(format!("column {c} twice or beyond the model's {features} columns"));
        }
        for &c in &self.columns {
            if std::mem::replace(&mut taken[c], true) {
                return Some(format!("column {c} twice"));
            }
        }
        if !(self.scale >= 0.0 && self.scale.is_finite()) {
            return Some(format!("scale {}", self.scale));
        }
        if !(self.weight > 0.0 && self.weight.is_finite()) {
            return Some(format!("weight {}", self.weight));
        }
        if self.min.is_nan() || self.max.is_nan() || self.min > self.max {
            return Some(format!("range {} to {}", self.min, self.max));
        }
        let single = self.columns.len() == 1;
        match &self.kind {
            AdjustableKind::Number { step } => match step {
                _ if !single => Some(format!("a number in {} columns", self.columns.len())),
                Some(step) if !(*step > 0.0 && step.is_finite()) => Some(format!("step {step}")),
                _ => None,
            },
            AdjustableKind::Codes { values } => match values.iter().find(|v| !v.is_finite()) {
                _ if !single => Some(format!("codes in {} columns", self.columns.len())),
                Some(v) => Some(format!("code {v}")),
                None => None,
            },
            AdjustableKind::OneHot { codes } => {
                let wrong = |code: &Vec<f64>| {
                    code.len() != self.columns.len() || code.iter().any(|v| !v.is_finite())
                };
                if self.columns.is_empty() {
                    Some("a category without columns".into())
                } else {
                    codes.iter().find(|c| wrong(c)).map(|c| format!("category code {c:?}"))
                }
            }
        }
    }
}

/// One fault for each feature that contradicts itself, the model, or a feature listed before it.
pub(super) fn check(adjustable: &[Adjustable], features: &[String], faults: &mut Faults) {
    let mut taken = vec![false; features.len()];
    for (j, feature) in adjustable.iter().enumerate() {
        if let Some(found) = feature.trouble(features.len(), &mut taken) {
            let name = feature.columns.first().and_then(|&c| features.get(c));
            let place = name.map_or_else(Place::default, |name| Place::default().field(name));
            faults.push(Fault::new(
                "R41",
                place,
                format!("adjustable feature {j} with {found}"),
                "columns of the model used once, finite codes, min <= max, scale >= 0, step and weight > 0",
                "Correct the constraints of this feature.",
            ));
        }
    }
}
