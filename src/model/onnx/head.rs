//! The operators of a graph that are models in themselves: trees, weighted sums.

use std::sync::Arc;

use super::super::{LinearModel, Model, TreeEnsemble};

/// A model within a graph.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub body: Body,
    /// One score for two classes, of which onnxruntime gives two columns.
    pub one: bool,
    /// Class labels; none of a regressor.
    pub labels: Vec<String>,
    /// Operator and post_transform.
    pub objective: String,
}

/// What the model is; its features are the columns that the operator reads.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one a file
pub(super) enum Body {
    Trees(Arc<TreeEnsemble>),
    Linear(LinearModel),
}

impl Head {
    pub fn model(&self) -> &dyn Model {
        match &self.body {
            Body::Trees(trees) => trees.as_ref(),
            Body::Linear(linear) => linear,
        }
    }

    /// Columns that the operator gives.
    pub fn width(&self) -> usize {
        if self.one { 2 } else { self.model().outputs() }
    }

    /// The columns from what the operator reads.
    pub fn run(&self, from: &[f64], to: &mut [f64]) {
        let model = self.model();
        let mut raw = vec![0.0; model.outputs()];
        model.raw(from, &mut raw);
        match to {
            [other, own] if self.one => {
                model.value(&raw, std::slice::from_mut(own));
                *other = f64::from((1.0 - *own) as f32);
            }
            _ if to.len() == raw.len() => model.value(&raw, to),
            _ => to.fill(f64::NAN),
        }
    }
}
