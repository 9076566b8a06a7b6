//! From raw score to prediction.

/// The link of an objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// The raw score is the prediction.
    Identity,
    /// `1 / (1 + exp(-slope·raw))`.
    Logistic {
        /// LightGBM's `sigmoid` parameter; 1 elsewhere.
        slope: f64,
    },
    /// Softmax over the outputs.
    Softmax,
    /// `exp(raw)`.
    Exp,
}
