//! Attributions of weighted sums without a background.

use ndarray::ArrayView2;

use super::{Attribution, Block, Explainer};
use crate::fault::Checked;
use crate::model::LinearModel;

/// Products of weight and value, as the library itself gives them for a model that was trained without centring; the
/// base value is the intercept.
#[derive(Debug)]
pub struct Uncentred<'m>(pub &'m LinearModel);

impl Explainer for Uncentred<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let features = self.0.card.features.len();
        Block::each(rows, outputs, features, |row, k| {
            Ok(Attribution { base_value: self.0.constant(k), values: self.0.contributions(row, k) })
        })
    }
}
