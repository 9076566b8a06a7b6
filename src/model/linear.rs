//! Weighted sums of the inputs.

use super::encoding::{EncodedColumn, encode};
use super::{FloatWidth, Form, Link, Model, ModelCard};

/// One or more weighted sums: `raw_k = intercept_k + Σ_j weight_kj · x_j`.
/// A missing value is replaced by the feature's fill value before anything else, which the file states.
#[derive(Clone, Debug)]
pub struct LinearModel {
    /// The card.
    pub card: ModelCard,
    /// outputs × columns: [`LinearModel::columns`] where there are some, else features.
    pub weights: Vec<Vec<f64>>,
    /// One intercept an output.
    pub intercepts: Vec<f64>,
    /// What a missing value counts as, one a feature; NaN where the model computes nothing from a missing value.
    pub fill: Vec<f64>,
    /// Raw scores to predictions.
    pub link: Link,
    /// In which precision the library multiplies and adds.
    pub width: FloatWidth,
    /// Columns computed from the features, each from one at most, that the weights are for; none where the weights are
    /// for the features themselves.
    pub columns: Vec<EncodedColumn>,
    /// The library's own contributions are `weight · x`, without a comparison group (XGBoost's gblinear).
    pub uncentred: bool,
}

impl Default for LinearModel {
    fn default() -> Self {
        LinearModel {
            card: ModelCard::default(),
            weights: vec![Vec::new()],
            intercepts: vec![0.0],
            fill: Vec::new(),
            link: Link::Identity,
            width: FloatWidth::Double,
            columns: Vec::new(),
            uncentred: false,
        }
    }
}

impl LinearModel {
    /// What each feature adds to an output's score for a row, one number a feature: `weight · x`, over the columns that
    /// come from it. Columns that come from no feature belong to no one; see [`LinearModel::constant`].
    pub fn contributions(&self, row: &[f64], output: usize) -> Vec<f64> {
        let weights = self.weights.get(output).map(Vec::as_slice).unwrap_or_default();
        let filled = self.row(row);
        let features = self.card.features.len();
        if self.columns.is_empty() {
            return weights.iter().zip(&filled).map(|(w, x)| w * x).collect();
        }
        let mut sums = vec![0.0; features];
        for ((column, weight), x) in
            self.columns.iter().zip(weights).zip(encode(&self.columns, &filled))
        {
            let source = column.sources.first();
            if let Some(sum) = source.and_then(|source| sums.get_mut(*source as usize)) {
                *sum += weight * x;
            }
        }
        sums
    }

    /// An output's score before any feature has added to it.
    pub fn constant(&self, output: usize) -> f64 {
        let weights = self.weights.get(output).map(Vec::as_slice).unwrap_or_default();
        let constants = self.columns.iter().zip(weights).filter(|(c, _)| c.sources.is_empty());
        self.intercepts.get(output).copied().unwrap_or(f64::NAN)
            + constants.map(|(column, weight)| weight * column.value(&[])).sum::<f64>()
    }

    /// The features with missing ones filled.
    fn row(&self, row: &[f64]) -> Vec<f64> {
        let of = |j: usize| row.get(j).copied().unwrap_or(f64::NAN);
        (0..self.card.features.len()).map(|j| self.filled(j, of(j))).collect()
    }

    /// A feature's value with missing ones filled, in the width of the model's rows.
    pub fn filled(&self, feature: usize, x: f64) -> f64 {
        let single = matches!(self.width, FloatWidth::SingleInput | FloatWidth::OnnxRuntime);
        let x = if single { self.width.seen(x) } else { x };
        if x.is_nan() { self.fill.get(feature).copied().unwrap_or(0.0) } else { x }
    }
}

/// A weighted sum in single precision as onnxruntime's matrix product gives it: one fused multiplication and addition
/// after the other, each rounded once.
pub(super) fn fused_sum(weights: &[f64], columns: &[f64]) -> f32 {
    let pairs = weights.iter().zip(columns);
    // The product of two singles is exact in double precision.
    pairs.fold(0.0f32, |sum, (w, x)| {
        (f64::from(*w as f32) * f64::from(*x as f32) + f64::from(sum)) as f32
    })
}

impl Model for LinearModel {
    fn fills(&self) -> Option<&[f64]> {
        (!self.fill.iter().any(|fill| fill.is_nan())).then_some(self.fill.as_slice())
    }

    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn outputs(&self) -> usize {
        self.intercepts.len()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        let fused = matches!(self.width, FloatWidth::OnnxRuntime | FloatWidth::OnnxRuntimeWide);
        if self.width != FloatWidth::Single && !fused {
            return self.exact(row, out);
        }
        let filled = self.row(row);
        let columns = if self.columns.is_empty() { filled } else { encode(&self.columns, &filled) };
        if fused {
            for ((out, weights), intercept) in
                out.iter_mut().zip(&self.weights).zip(&self.intercepts)
            {
                *out = f64::from(fused_sum(weights, &columns) + *intercept as f32);
            }
            return;
        }
        for ((out, weights), intercept) in out.iter_mut().zip(&self.weights).zip(&self.intercepts) {
            let terms = weights.iter().zip(&columns).map(|(w, x)| *w as f32 * *x as f32);
            *out = f64::from(terms.fold(*intercept as f32, |sum, term| sum + term));
        }
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        let filled = self.row(row);
        let columns = if self.columns.is_empty() { filled } else { encode(&self.columns, &filled) };
        for ((out, weights), intercept) in out.iter_mut().zip(&self.weights).zip(&self.intercepts) {
            let terms = weights.iter().zip(&columns).map(|(w, x)| w * x);
            *out = intercept + terms.sum::<f64>();
        }
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        match self.width {
            FloatWidth::Single => self.link.single(raw, out),
            FloatWidth::OnnxRuntime | FloatWidth::OnnxRuntimeWide => {
                self.link.onnxruntime_sums(raw, out);
            }
            FloatWidth::Double | FloatWidth::SingleInput => self.link.double(raw, out),
        }
    }

    fn form(&self) -> Form<'_> {
        Form::Linear(self)
    }
}
