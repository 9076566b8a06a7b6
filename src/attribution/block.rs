//! Attributions of many rows at once: what every method gives and every output takes.

use ndarray::{Array2, Array3, ArrayView2, Axis};

use super::Attribution;
use crate::fault::Checked;
use crate::model::Model;

/// Shapley values of a block of rows for some outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What the explained score is before anything about the row is known: rows × outputs asked for.
    pub base_values: Array2<f64>,
    /// Rows × outputs asked for × players. `base_values + Σ values` is what [`Explainer::explained`] gives.
    pub values: Array3<f64>,
    /// Standard errors of the values, where they are sampled.
    pub standard_errors: Option<Array3<f64>>,
}

impl Block {
    /// A block of zeros.
    pub fn zeros(rows: usize, outputs: usize, players: usize) -> Self {
        Block {
            base_values: Array2::zeros((rows, outputs)),
            values: Array3::zeros((rows, outputs, players)),
            standard_errors: None,
        }
    }

    /// Puts a row's base values (one an output) and values (players × outputs) in their places.
    pub(super) fn put(
        &mut self,
        row: usize,
        outputs: &[usize],
        base: &[f64],
        values: &Array2<f64>,
    ) {
        for (k, output) in outputs.iter().enumerate() {
            if let Some(to) = self.base_values.get_mut((row, k)) {
                *to = base.get(*output).copied().unwrap_or(f64::NAN);
            }
            put(&mut self.values, row, k, values, *output);
        }
    }

    /// A block from what a method gives row by row and output by output.
    ///
    /// # Errors
    /// Those of the method.
    pub fn each(
        rows: ArrayView2<f64>,
        outputs: &[usize],
        players: usize,
        mut explain: impl FnMut(&[f64], usize) -> Checked<Attribution>,
    ) -> Checked<Self> {
        let mut block = Block::zeros(rows.nrows(), outputs.len(), players);
        for (r, row) in rows.rows().into_iter().enumerate() {
            let row = row.to_vec();
            for (k, output) in outputs.iter().enumerate() {
                let found = explain(&row, *output)?;
                if let Some(base) = block.base_values.get_mut((r, k)) {
                    *base = found.base_value;
                }
                let mut values = block.values.index_axis_mut(Axis(0), r);
                let mut values = values.index_axis_mut(Axis(0), k);
                values.iter_mut().zip(&found.values).for_each(|(value, found)| *value = *found);
            }
        }
        Ok(block)
    }
}

/// Puts one output's numbers (players × outputs) in their place among those of all rows.
pub(super) fn put(to: &mut Array3<f64>, row: usize, k: usize, values: &Array2<f64>, output: usize) {
    for (player, values) in values.rows().into_iter().enumerate() {
        if let (Some(to), Some(value)) = (to.get_mut((row, k, player)), values.get(output)) {
            *to = *value;
        }
    }
}

/// Pairwise Shapley interaction values of one row and output: the cells of the symmetric matrix that are not zero, both
/// (a, b) and (b, a), ascending; the diagonal has what is left of a feature's value. All cells and the base value add up
/// to the score, and a feature's row of the matrix to its Shapley value (Lundberg et al., Nature Machine Intelligence 2,
/// 2020, SHAP interaction values).
pub type Interactions = Vec<(u32, u32, f64)>;

/// The model's exact raw scores, rows × outputs asked for.
pub(super) fn explained(
    model: &dyn Model,
    rows: ArrayView2<f64>,
    outputs: &[usize],
) -> Array2<f64> {
    let mut scores = Array2::from_elem((rows.nrows(), model.outputs()), f64::NAN);
    model.exact_block(rows, scores.view_mut());
    Array2::from_shape_fn((rows.nrows(), outputs.len()), |(row, k)| {
        let output = outputs.get(k).copied().unwrap_or(usize::MAX);
        scores.get((row, output)).copied().unwrap_or(f64::NAN)
    })
}

/// A method that is prepared for a model (and a background), and explains rows in blocks.
///
/// A row's numbers do not depend on the block that it is in, nor on the machine.
pub trait Explainer: Send + Sync {
    /// Explains rows (rows × features, in the model's feature order, NaN missing) for some outputs.
    ///
    /// # Errors
    /// What the method cannot do for this model.
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block>;

    /// What base value and values of each row add up to, rows × outputs asked for: the exact raw score unless a method
    /// explains another scale. NaN where the model has no prediction for a row; its values mean nothing then.
    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        explained(model, rows, outputs)
    }

    /// Interaction values, rows × outputs asked for; none from a method that has none.
    ///
    /// # Errors
    /// What the method cannot do for this model.
    fn interactions(
        &self,
        _rows: ArrayView2<f64>,
        _outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        Ok(None)
    }

    /// The seed, where values are sampled.
    fn seed(&self) -> Option<u64> {
        None
    }

    /// What is to be told about the rows explained so far, one sentence: why sampling stopped.
    fn told(&self) -> Option<String> {
        None
    }

    /// How far from `explained` the sum of a row's values may be, relative to the largest number involved; gate G11.
    fn tolerance(&self) -> f64 {
        1e-9
    }
}
