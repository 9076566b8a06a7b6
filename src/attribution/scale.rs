//! What is explained: a model's raw score, or what its link makes of it.
//!
//! The Shapley values of a probability are not those of the raw score put through the link, nor a sum over trees: the
//! link is applied to every coalition's score.

use ndarray::{Array2, ArrayView2, Axis};

use crate::model::{FloatWidth, Form, Link, Model};

/// The scale that values add up on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// The exact raw score: the margin of a boosted model, the averaged probability of a forest.
    #[default]
    Raw,
    /// The value behind the link, in double precision from the exact raw scores: the probability of a classifier, the
    /// count of a Poisson model. A model in single precision predicts the same up to the rounding of its own width.
    Probability,
}

impl Scale {
    /// The explained numbers from the exact raw scores of all outputs. `out.len() == raw.len()`.
    pub fn apply(self, model: &dyn Model, raw: &[f64], out: &mut [f64]) {
        let width = match model.form() {
            Form::Trees(trees) => trees.width,
            Form::Linear(linear) => linear.width,
            Form::Other => FloatWidth::Double,
        };
        match (self, width) {
            (Scale::Raw, _) => out.copy_from_slice(raw),
            (Scale::Probability, FloatWidth::Double | FloatWidth::SingleInput) => {
                model.value(raw, out);
            }
            (Scale::Probability, _) => model.link().double(raw, out),
        }
    }

    /// What a model's outputs are on this scale for rows, rows × outputs asked for; NaN where there is no prediction.
    pub fn explained(
        self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        let count = model.outputs();
        let mut scores = Array2::from_elem((rows.nrows(), count), f64::NAN);
        model.exact_block(rows, scores.view_mut());
        let mut value = vec![f64::NAN; count];
        let mut explained = Array2::from_elem((rows.nrows(), outputs.len()), f64::NAN);
        for (raw, mut found) in scores.axis_iter(Axis(0)).zip(explained.rows_mut()) {
            self.apply(model, &raw.to_vec(), &mut value);
            for (found, output) in found.iter_mut().zip(outputs) {
                *found = value.get(*output).copied().unwrap_or(f64::NAN);
            }
        }
        explained
    }
}

/// How a model's prediction follows from its raw score, as far as it matters for the choice of a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prediction {
    /// The raw score is the prediction: both scales are the same.
    RawScore,
    /// The prediction is the raw score divided by this: both scales have the same Shapley values up to this divisor.
    Divided(f64),
    /// The prediction is another function of the raw scores.
    Linked,
}

impl Prediction {
    /// Of a model.
    pub fn of(model: &dyn Model) -> Self {
        match (model.link(), model.form()) {
            (Link::Mean { of, then }, _) if Link::from(then) == Link::Identity => {
                Prediction::Divided(of)
            }
            (Link::Identity, form) => {
                // A file may have a rule behind its scores that is none of the links that are known.
                let card = model.card();
                let count = model.outputs();
                let plain = matches!(form, Form::Trees(_) | Form::Linear(_))
                    && !card.format.starts_with("pmml");
                let probe: Vec<f64> = (1..=count).map(|k| k as f64 / (count + 2) as f64).collect();
                let mut value = vec![f64::NAN; count];
                model.value(&probe, &mut value);
                match plain || value == probe {
                    true => Prediction::RawScore,
                    false => Prediction::Linked,
                }
            }
            _ => Prediction::Linked,
        }
    }
}
