//! The leaves of many rows, tree by tree: a tree stays in the first cache while the rows run over it.

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};

use super::TreeEnsemble;

/// Rows that run over a tree together.
const ROWS_AT_ONCE: usize = 256;

impl TreeEnsemble {
    /// [`Model::exact`](super::Model::exact) of rows: each row's leaves are added in the order of the trees, as for one
    /// row, so the numbers are the same.
    pub(super) fn sum_block(&self, rows: ArrayView2<f64>, mut out: ArrayViewMut2<f64>) {
        out.fill(0.0);
        let (columns, outputs) = (self.card.features.len() + self.derived.len(), out.ncols());
        let mut seen = Vec::new();
        for from in (0..rows.nrows()).step_by(ROWS_AT_ONCE) {
            let part = Slice::from(from..(from + ROWS_AT_ONCE).min(rows.nrows()));
            seen.clear();
            let some = rows.slice_axis(Axis(0), part);
            some.rows().into_iter().for_each(|row| self.see(row.iter().copied(), &mut seen));
            let mut some = out.slice_axis_mut(Axis(0), part);
            for tree in self.trees.iter().filter(|tree| tree.output < outputs) {
                let sums = some.index_axis_mut(Axis(1), tree.output);
                for (r, sum) in sums.into_iter().enumerate() {
                    let seen = seen.get(r * columns..(r + 1) * columns).unwrap_or_default();
                    *sum += tree.leaf(|f| seen.get(f).copied().unwrap_or(f64::NAN));
                }
            }
        }
        for mut out in out.rows_mut() {
            let scores = out.iter_mut().zip(&self.base);
            scores.for_each(|(out, base)| *out = *out / self.divisor + base);
        }
    }
}
