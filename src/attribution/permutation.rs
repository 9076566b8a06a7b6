//! Shapley values of any model by sampling orders in which the features join, with standard errors.
//!
//! An order and a background row give each feature what it changes when it joins those before it; the mean over all
//! orders and rows is the interventional Shapley value (Castro, Gómez, Tejada, Computers & Operations Research 36,
//! 2009). Each order is taken with its reverse, which cancels much of the noise (Mitchell, Cooper, Frank, Holmes,
//! Sampling Permutations for Shapley Value Estimation, JMLR 23, 2022), and every background row gets as many pairs as
//! every other, so that values and base value add up to the score exactly, whatever the sample.

use ndarray::{Array2, Array3, ArrayView2};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{Attribution, Block, Explainer, exact_score, interventional::check_background};
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;

/// How much is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Pairs of an order and its reverse for each background row; at least 2, so that an error can be estimated.
    pub pairs: usize,
    /// Seed of the generator (xoshiro256++); the same for every row, so that rows can be compared.
    pub seed: u64,
}

/// A sampled attribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// The estimate.
    pub attribution: Attribution,
    /// Standard error of each value: background rows are no sample, orders are, so that the variance is taken within
    /// each background row.
    pub standard_errors: Vec<f64>,
}

/// Interventional Shapley values of a model's exact score, sampled.
///
/// # Errors
/// M21, M22 for the background; M27 for less than two pairs a row.
pub fn sampled(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    output: usize,
    sampling: Sampling,
) -> Checked<Sampled> {
    check_background(model, background)?;
    if sampling.pairs < 2 {
        return Err(Fault::new(
            "M27",
            Place::default(),
            format!("{} pairs of orders a background row", sampling.pairs),
            "at least 2, so that an error can be estimated",
            "Ask for more.",
        )
        .into());
    }
    let features = model.card().features.len();
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(sampling.seed);
    let mut order: Vec<usize> = (0..features).collect();
    let own_score = exact_score(model, row, output);
    let (mut base_value, mut values) = (0.0, vec![0.0; features]);
    let mut variances = vec![0.0; features];
    let (rows, pairs) = (background.nrows() as f64, sampling.pairs as f64);
    for other in background.rows() {
        let other = other.to_vec();
        let other_score = exact_score(model, &other, output);
        base_value += other_score;
        // Of this background row: sum and sum of squares of a feature's gain, over the pairs.
        let (mut sums, mut squares) = (vec![0.0; features], vec![0.0; features]);
        for _ in 0..sampling.pairs {
            order.shuffle(&mut generator);
            let mut gains = vec![0.0; features];
            let mut walk = |order: &mut dyn Iterator<Item = &usize>| {
                let mut joined = other.clone();
                let (mut before, mut left) = (other_score, features);
                for &feature in order {
                    if let (Some(cell), Some(x)) = (joined.get_mut(feature), row.get(feature)) {
                        *cell = *x;
                    }
                    left -= 1;
                    let after = match left {
                        0 => own_score,
                        _ => exact_score(model, &joined, output),
                    };
                    if let Some(gain) = gains.get_mut(feature) {
                        *gain += (after - before) / 2.0;
                    }
                    before = after;
                }
            };
            walk(&mut order.iter());
            walk(&mut order.iter().rev());
            for ((sum, square), gain) in sums.iter_mut().zip(&mut squares).zip(&gains) {
                *sum += gain;
                *square += gain * gain;
            }
        }
        for (feature, (sum, square)) in sums.iter().zip(&squares).enumerate() {
            let spread = (square - sum * sum / pairs).max(0.0) / (pairs - 1.0);
            if let (Some(value), Some(variance)) =
                (values.get_mut(feature), variances.get_mut(feature))
            {
                *value += sum / pairs / rows;
                *variance += spread / pairs / (rows * rows);
            }
        }
    }
    let attribution = Attribution { base_value: base_value / rows, values };
    Ok(Sampled { attribution, standard_errors: variances.into_iter().map(f64::sqrt).collect() })
}

/// Sampling of orders, prepared for a model and a background; see [`sampled`].
#[derive(Debug)]
pub struct Permutations<'m> {
    /// The model.
    pub model: &'m dyn Model,
    /// Background rows × features.
    pub background: Array2<f64>,
    /// How much is sampled.
    pub sampling: Sampling,
}

impl Explainer for Permutations<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let features = self.model.card().features.len();
        let mut errors = Vec::with_capacity(rows.nrows() * outputs.len() * features);
        let mut block = Block::each(rows, outputs, features, |row, k| {
            let found = sampled(self.model, row, self.background.view(), k, self.sampling)?;
            errors.extend(found.standard_errors);
            Ok(found.attribution)
        })?;
        let shape = (rows.nrows(), outputs.len(), features);
        block.standard_errors = Array3::from_shape_vec(shape, errors).ok();
        Ok(block)
    }
}
