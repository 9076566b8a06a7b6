//! How often a model is right, for whom, and how much its probabilities mean: from labels, model values, decisions and
//! group columns. Everything is counted; every share carries its Wilson interval; nothing depends on chance or order of
//! hashing.

mod calibration;
mod errors;
mod groups;
mod ranking;
mod spread;

pub use crate::surrogate::Share;
pub use calibration::{Bin, Bins, Calibration, calibration};
pub use errors::{ErrorTable, FREQUENCY_CASES, Frequency, errors, frequency};
pub use groups::{GroupRow, SMALL_GROUP, by_group};
pub use ranking::area_under_curve;
pub use spread::{Spread, Standing, TypicalRange, quantile, typical_range};

use crate::fault::{Checked, Fault, Place};

/// `R50` unless all lists have one entry a case.
fn same_length(lists: &[(&str, usize)]) -> Checked<()> {
    let Some((_, first)) = lists.first() else { return Ok(()) };
    if lists.iter().all(|(_, n)| n == first) {
        return Ok(());
    }
    let found: Vec<String> = lists.iter().map(|(name, n)| format!("{n} {name}")).collect();
    let mend = "Give labels, values, decisions and groups of the same cases.";
    Err(Fault::new("R50", Place::default(), found.join(", "), "as many of each", mend).into())
}

/// `R51` for the first value that is no finite number.
fn finite(values: &[f64]) -> Checked<()> {
    let Some((i, value)) = values.iter().enumerate().find(|(_, v)| !v.is_finite()) else {
        return Ok(());
    };
    let found = format!("{value} as value of case {i}");
    let mend = "Leave out cases without a model value.";
    Err(Fault::new("R51", Place::default(), found, "finite model values", mend).into())
}
