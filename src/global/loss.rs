//! What really happened, and how wrong a prediction is about it.

use crate::fault::{Checked, Fault, Place};
use crate::model::{Link, MeanLink, Model};

/// How wrong a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// −ln of the probability of what happened, which is taken for at least 2⁻⁵²; with one output −t ln p − (1−t) ln(1−p).
    Log,
    /// Squared distance of prediction and target; of probabilities summed over the classes (Brier 1950), of one
    /// probability once.
    Squared,
    /// Distance of prediction and target.
    Absolute,
    /// 1 where the likelier class is not what happened (from one half on the positive one; the first of equal ones), else
    /// 0.
    Error,
}

/// What really happened, one entry a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The number, or the index of the class; for a classifier with one output 1 for its positive class, else 0.
    pub values: Vec<f64>,
    /// How predictions are judged.
    pub loss: Loss,
}

impl Loss {
    /// The loss that fits a model: log loss for probabilities, squared error for numbers.
    pub fn usual(model: &dyn Model) -> Loss {
        if gives_probabilities(model) { Loss::Log } else { Loss::Squared }
    }

    /// The name that the command line has for it.
    pub fn name(self) -> &'static str {
        match self {
            Loss::Log => "log",
            Loss::Squared => "squared",
            Loss::Absolute => "absolute",
            Loss::Error => "error",
        }
    }

    /// Whether a model's predictions can be judged so.
    ///
    /// # Errors
    /// M28 for a loss of classes where there are none, or the other way round, and for a model of several numbers.
    pub fn check(self, model: &dyn Model) -> Checked<()> {
        let found = format!("the loss {}", self.name());
        let probabilities = gives_probabilities(model);
        let mend = "Choose another --loss, or leave --target out: then the change of the prediction is measured.";
        let expected = match self {
            Loss::Log | Loss::Error if !probabilities => {
                "squared or absolute for a model of numbers"
            }
            Loss::Absolute if model.outputs() > 1 => "log, squared or error for a model of classes",
            Loss::Squared if model.outputs() > 1 && !probabilities => {
                "no target for a model of several numbers"
            }
            _ => return Ok(()),
        };
        Err(Fault::new("M28", Place::default(), found, expected, mend).into())
    }

    /// The loss of a prediction (after the link, one number an output).
    pub fn of(self, prediction: &[f64], target: f64) -> f64 {
        let first = prediction.first().copied().unwrap_or(f64::NAN);
        let happened = target as usize;
        match (self, prediction) {
            (Loss::Log, [_]) => target * minus_log(first) + (1.0 - target) * minus_log(1.0 - first),
            (Loss::Log, all) => minus_log(all.get(happened).copied().unwrap_or(f64::NAN)),
            (Loss::Squared, [_]) => (first - target) * (first - target),
            (Loss::Squared, all) => {
                let distance = |(k, p): (usize, &f64)| p - f64::from(u8::from(k == happened));
                all.iter().enumerate().map(distance).map(|d| d * d).sum()
            }
            (Loss::Absolute, _) => (first - target).abs(),
            (Loss::Error, [_]) => f64::from(u8::from((first >= 0.5) != (target > 0.5))),
            (Loss::Error, all) => {
                let likeliest = (0..all.len()).rev().max_by(|a, b| {
                    let of = |k: &usize| all.get(*k).copied().unwrap_or(f64::NAN);
                    of(a).total_cmp(&of(b))
                });
                f64::from(u8::from(likeliest != Some(happened)))
            }
        }
    }
}

/// Predictions are probabilities of classes.
pub(super) fn gives_probabilities(model: &dyn Model) -> bool {
    let mean = |link| matches!(link, MeanLink::Logistic { .. } | MeanLink::Softmax);
    let linked = match model.link() {
        Link::Logistic { .. }
        | Link::Softmax
        | Link::Probit
        | Link::ComplementaryLogLog
        | Link::LogLog
        | Link::Cauchit
        | Link::Share
        | Link::SoftmaxZero
        | Link::LogisticShare => true,
        Link::Mean { then, .. } => mean(then),
        _ => false,
    };
    linked || !model.card().classes.is_empty() || model.card().positive.is_some()
}

fn minus_log(p: f64) -> f64 {
    -pxfm::f_log(p.max(f64::EPSILON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_their_definitions() {
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-15, "{found}");
        near(Loss::Log.of(&[0.25], 1.0), 4f64.ln());
        near(Loss::Log.of(&[0.25], 0.0), (4f64 / 3.0).ln());
        near(Loss::Log.of(&[0.5, 0.25, 0.25], 2.0), 4f64.ln());
        near(Loss::Log.of(&[0.0], 1.0), 52.0 * 2f64.ln());
        near(Loss::Squared.of(&[0.25], 1.0), 0.5625);
        near(Loss::Squared.of(&[0.5, 0.25, 0.25], 0.0), 0.375);
        near(Loss::Absolute.of(&[3.0], 5.5), 2.5);
        let error = |prediction: &[f64], target| Loss::Error.of(prediction, target);
        assert_eq!([error(&[0.5], 1.0), error(&[0.5], 0.0), error(&[0.4], 0.0)], [0.0, 1.0, 0.0]);
        assert_eq!([error(&[0.4, 0.4, 0.2], 0.0), error(&[0.4, 0.4, 0.2], 1.0)], [0.0, 1.0]);
    }
}
