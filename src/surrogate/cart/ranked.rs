//! Details as ranks of their distinct values: what splits are found on, exactly and without ties that are not ties.

use ndarray::ArrayView2;

use super::super::details::Detail;

/// The rank of a missing value.
pub(super) const MISSING: u32 = u32::MAX;

/// A detail's values as ranks.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The distinct values, ascending; of a category the places that occur.
    pub values: Vec<f64>,
    /// The rank of each row, [`MISSING`] where the value is.
    pub ranks: Vec<u32>,
    /// Every value is a whole number.
    pub whole: bool,
    /// Ranks have no order.
    pub nominal: bool,
}

impl Ranked {
    /// The ranks of a detail's values in some rows.
    pub fn new(detail: &Detail, rows: ArrayView2<'_, f64>) -> Self {
        let of = |row: ndarray::ArrayView1<'_, f64>| match row.as_slice() {
            Some(row) => detail.value(row),
            None => detail.value(&row.to_vec()),
        };
        let own: Vec<f64> = rows.rows().into_iter().map(of).collect();
        // `Detail::value` has no negative zero, so that equal values are those of equal bits.
        let mut values: Vec<f64> = own.iter().copied().filter(|x| !x.is_nan()).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        let rank = |x: &f64| match x.is_nan() {
            true => MISSING,
            false => values.partition_point(|known| known < x) as u32,
        };
        let ranks = own.iter().map(rank).collect();
        let whole = values.iter().all(|x| x.fract() == 0.0);
        Ranked { values, ranks, whole, nominal: detail.is_category() }
    }
}
