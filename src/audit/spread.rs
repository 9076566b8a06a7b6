//! Where the values of a column usually lie, and whether one lies outside.

use serde::{Deserialize, Serialize};

use super::SMALL_GROUP;

/// A quantile of ascending values, by whole percent: the smallest value that at least `percent` of 100 values do not
/// exceed (inverse of the empirical distribution function, definition 1 of Hyndman and Fan 1996). It is always a value
/// that occurred, never "2.7 children". `None` without values.
pub fn quantile(ascending: &[f64], percent: usize) -> Option<f64> {
    let rank = (percent.min(100) * ascending.len()).div_ceil(100).max(1);
    ascending.get(rank - 1).copied()
}

fn ascending(column: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = column.iter().copied().filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// "In most cases this value is between `low` and `high`."
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypicalRange {
    /// 10th percentile.
    pub low: f64,
    /// 90th percentile.
    pub high: f64,
    /// Cases with a value.
    pub cases: usize,
}

/// The typical range of a column (missing and infinite values left out), or `None` for fewer than [`SMALL_GROUP`] values
/// (gate G27).
pub fn typical_range(column: &[f64]) -> Option<TypicalRange> {
    let values = ascending(column);
    let cases = values.len();
    let range = |low, high| TypicalRange { low, high, cases };
    let both = quantile(&values, 10).zip(quantile(&values, 90));
    both.filter(|_| cases >= SMALL_GROUP).map(|(low, high)| range(low, high))
}

/// How far the values of a training or background column reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Smallest value.
    pub min: f64,
    /// 1st percentile.
    pub first: f64,
    /// 99th percentile.
    pub ninety_ninth: f64,
    /// Largest value.
    pub max: f64,
    /// Cases with a value.
    pub cases: usize,
}

/// Where a value stands (gate G16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within the 1st to 99th percentile.
    Usual,
    /// Beyond one of them, but not beyond every value there was.
    Rare,
    /// Below the smallest or above the largest value there was.
    Outside,
    /// Missing.
    Missing,
}

impl Spread {
    /// The spread of a column (missing and infinite values left out), or `None` without values.
    pub fn new(column: &[f64]) -> Option<Spread> {
        let values = ascending(column);
        Some(Spread {
            min: *values.first()?,
            first: quantile(&values, 1)?,
            ninety_ninth: quantile(&values, 99)?,
            max: *values.last()?,
            cases: values.len(),
        })
    }

    /// Where a value stands.
    pub fn standing(&self, value: f64) -> Standing {
        if value.is_nan() {
            Standing::Missing
        } else if value < self.min || value > self.max {
            Standing::Outside
        } else if value < self.first || value > self.ninety_ninth {
            Standing::Rare
        } else {
            Standing::Usual
        }
    }
}
