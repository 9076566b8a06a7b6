//! A graph that is neither trees nor a weighted sum, evaluated as a whole.

use super::super::{Form, Model, ModelCard};
use super::program::Program;

/// A model of which nothing is known but its values.
#[derive(Debug)]
pub(super) struct Whole {
    pub card: ModelCard,
    pub program: Program,
    /// The features that the program reads, in its order.
    pub sources: Vec<u32>,
    /// Which of the program's numbers are outputs.
    pub outputs: Vec<usize>,
    pub width: usize,
    /// By feature: whether its numbers are in single precision.
    pub single: Vec<bool>,
}

impl Model for Whole {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn outputs(&self) -> usize {
        self.outputs.len()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        let of = |j: &u32| {
            let x = row.get(*j as usize).copied().unwrap_or(f64::NAN);
            if self.single.get(*j as usize) == Some(&true) { f64::from(x as f32) } else { x }
        };
        let sources: Vec<f64> = self.sources.iter().map(of).collect();
        let mut all = vec![f64::NAN; self.width];
        self.program.run(&sources, &mut all);
        for (out, k) in out.iter_mut().zip(&self.outputs) {
            *out = all.get(*k).copied().unwrap_or(f64::NAN);
        }
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.raw(row, out);
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }

    fn form(&self) -> Form<'_> {
        Form::Other
    }
}
