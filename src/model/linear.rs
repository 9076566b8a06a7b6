//! Weighted sums of the inputs.

use super::{Form, Link, Model, ModelCard};

/// One or more weighted sums: `raw_k = intercept_k + Σ_j weight_kj · x_j`, in double precision.
/// A missing value is replaced by the feature's fill value before anything else, which the file states.
#[derive(Clone, Debug)]
pub struct LinearModel {
    /// The card.
    pub card: ModelCard,
    /// outputs × features.
    pub weights: Vec<Vec<f64>>,
    /// One intercept an output.
    pub intercepts: Vec<f64>,
    /// What a missing value counts as, one a feature; NaN where the model computes nothing from a missing value.
    pub fill: Vec<f64>,
    /// Raw scores to predictions.
    pub link: Link,
}

impl LinearModel {
    /// A feature's value with missing ones filled.
    pub fn filled(&self, feature: usize, x: f64) -> f64 {
        if x.is_nan() { self.fill.get(feature).copied().unwrap_or(0.0) } else { x }
    }
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
        self.exact(row, out);
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        for ((out, weights), intercept) in out.iter_mut().zip(&self.weights).zip(&self.intercepts) {
            let terms =
                weights.iter().zip(row).enumerate().map(|(j, (w, x))| w * self.filled(j, *x));
            *out = intercept + terms.sum::<f64>();
        }
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.link.double(raw, out);
    }

    fn form(&self) -> Form<'_> {
        Form::Linear(self)
    }
}
