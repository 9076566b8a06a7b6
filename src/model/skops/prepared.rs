//! A model with what scikit-learn does about missing values around it.

use std::ops::Range;

use crate::fault::Checked;
use crate::model::{Form, Model, ModelCard, TreeEnsemble};

/// A model that has no score for a row in which a value is missing that scikit-learn refuses to be missing; or one that
/// puts numbers in the place of missing values.
#[derive(Debug)]
pub(super) struct Prepared {
    model: Box<dyn Model>,
    /// One a feature.
    refuses: Vec<bool>,
    fill: Option<Vec<f64>>,
}

impl Prepared {
    /// The model as it is, if there is nothing to do about missing values.
    pub fn around(
        model: Box<dyn Model>,
        refuses: Vec<bool>,
        fill: Option<Vec<f64>>,
    ) -> Box<dyn Model> {
        if fill.is_none() && !refuses.contains(&true) {
            return model;
        }
        Box::new(Prepared { model, refuses, fill })
    }

    fn refuses(&self, row: &[f64]) -> bool {
        self.refuses.iter().zip(row).any(|(refuses, x)| *refuses && x.is_nan())
    }
}

impl Model for Prepared {
    fn card(&self) -> &ModelCard {
        self.model.card()
    }

    fn outputs(&self) -> usize {
        self.model.outputs()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        if self.refuses(row) {
            return out.fill(f64::NAN);
        }
        self.model.raw(row, out);
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        if self.refuses(row) {
            return out.fill(f64::NAN);
        }
        self.model.exact(row, out);
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.model.value(raw, out);
    }

    fn form(&self) -> Form<'_> {
        self.model.form()
    }

    fn summed_trees(&self) -> Option<&TreeEnsemble> {
        if self.refuses.contains(&true) { None } else { self.model.summed_trees() }
    }

    fn part(&self, rounds: Range<usize>) -> Checked<Box<dyn Model>> {
        let model = self.model.part(rounds)?;
        Ok(Prepared::around(model, self.refuses.clone(), self.fill.clone()))
    }

    fn fills(&self) -> Option<&[f64]> {
        self.fill.as_deref().or_else(|| self.model.fills())
    }
}
