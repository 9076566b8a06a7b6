//! Weighted sums of the inputs.

use super::Link;

/// One or more weighted sums: `raw_k = intercept_k + Σ_j weight_kj · x_j`, in double precision.
/// A missing value is replaced by the feature's fill value before anything else, which the file states.
#[derive(Clone, Debug)]
pub struct LinearModel {
    /// The card.
    pub card: super::ModelCard,
    /// outputs × features.
    pub weights: Vec<Vec<f64>>,
    /// One intercept an output.
    pub intercepts: Vec<f64>,
    /// What a missing value counts as, one a feature.
    pub fill: Vec<f64>,
    /// Raw scores to predictions.
    pub link: Link,
}
