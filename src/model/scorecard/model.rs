//! A points table that has no prediction for some rows: those with a missing value that it refuses, or a number between
//! its whole ones.

use crate::model::{Form, Link, Model, ModelCard, TreeEnsemble};

/// The trees of a table whose card demands something.
#[derive(Debug)]
pub struct PointsTable(pub TreeEnsemble);

impl Model for PointsTable {
    fn card(&self) -> &ModelCard {
        &self.0.card
    }

    fn outputs(&self) -> usize {
        self.0.outputs()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        self.exact(row, out);
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        match self.0.card.accepts(row) {
            true => self.0.exact(row, out),
            false => out.fill(f64::NAN),
        }
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.0.value(raw, out);
    }

    fn form(&self) -> Form<'_> {
        Form::Trees(&self.0)
    }

    fn link(&self) -> Link {
        self.0.link
    }
}
