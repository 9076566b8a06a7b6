//! A graph that is neither trees nor a weighted sum, evaluated as a whole.

use ndarray::{ArrayView2, ArrayViewMut2, Axis};

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

    fn exact_block(&self, rows: ArrayView2<f64>, mut out: ArrayViewMut2<f64>) {
        /// Rows at once: what is read and written stays near.
        const LANES: usize = 64;
        for (from, mut out) in (0..).step_by(LANES).zip(out.axis_chunks_iter_mut(Axis(0), LANES)) {
            let lanes = out.nrows();
            let mut sources = Vec::with_capacity(self.sources.len() * lanes);
            for j in &self.sources {
                let single = self.single.get(*j as usize) == Some(&true);
                sources.extend((from..from + lanes).map(|row| {
                    let x = rows.get((row, *j as usize)).copied().unwrap_or(f64::NAN);
                    if single { f64::from(x as f32) } else { x }
                }));
            }
            let mut all = vec![f64::NAN; self.width * lanes];
            self.program.run_block(&sources, lanes, &mut all);
            for (mut column, k) in out.columns_mut().into_iter().zip(&self.outputs) {
                let found = all.get(k * lanes..(k + 1) * lanes).unwrap_or_default();
                column.iter_mut().zip(found).for_each(|(out, x)| *out = *x);
            }
        }
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }

    fn form(&self) -> Form<'_> {
        Form::Other
    }
}
