//! Shapley values of a model's raw score, in double precision.
//!
//! Which game is played decides what a value means:
//! * [`Interventional`]: a feature outside the coalition takes its value from a background row; the base value is the
//!   mean score of the background.
//! * [`PathDependent`]: a feature outside the coalition is averaged over inside each tree by training cover; the base
//!   value is the cover-weighted mean of the trees.
//!
//! Both are exact for trees and weighted sums: the values and the base value add up to [`Model::exact`](crate::model::Model).
//! A [`Game`] is the first one for any model, on the raw scale or behind the link, played by features or by [`Groups`]:
//! [`Mixed`] computes it exactly where few players differ, and samples it elsewhere; [`Kernel`] is a regression on its
//! coalitions; [`Owen`] divides what groups get. [`Gaussian`] is another game, for weighted sums of features that go
//! together. [`by_enumeration`] is the definition, for up to 12 players.
//!
//! | code | what |
//! |---|---|
//! | M21 | the background has no rows |
//! | M22 | the background has another number of columns than the model has features |
//! | M23 | a tree tests more than 64 features on one path |
//! | M24 | more players than can be enumerated |
//! | M25 | an attribution that does not add up to the model's score: given by those who print it, see [`Attribution::residual`] |
//! | M26 | a model that only enumeration or sampling can attribute: nothing is known of it but its values |
//! | M27 | less sampling than an error can be estimated from |
//! | M31 | groups that do not fit the features |
//! | M32 | a budget that Kernel SHAP cannot begin with |
//! | M33 | more groups and features of a group than can be enumerated |
//! | M34 | a model whose raw values cannot be stretched to its predictions |
//! | M35 | a background without a covariance that conditional values can be computed from |

mod block;
mod exact;
mod gaussian;
mod groups;
mod interventional;
mod lanes;
mod mixing;
mod path;
mod players;
mod quadrature;
pub mod reliability;
mod routing;
mod scale;
mod sloped;
mod symmetric;
mod weighted;

pub use block::{Block, Explainer, Interactions};
pub use exact::{MOST_PLAYERS, by_enumeration, enumerated};
pub use gaussian::Gaussian;
pub use groups::{Groups, Summed};
pub use interventional::{Interventional, interventional};
pub use lanes::Instructions;
pub use mixing::{
    Game, Kernel, KernelSampling, Mixed, Owen, Rescaled, Sampled, Sampling, Stop, sampled,
};
pub use path::{PathDependent, Precision, path_dependent};
pub use quadrature::gauss_legendre;
pub use routing::with_covers;
pub use scale::{Prediction, Scale};
pub use weighted::Uncentred;

use crate::model::Model;

/// Shapley values of one row and one output.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// What the raw score is before anything about the row is known.
    pub base_value: f64,
    /// One value a feature, in the model's feature order; `base_value + Σ values` is the exact raw score.
    pub values: Vec<f64>,
}

impl Attribution {
    /// Base value and values summed.
    pub fn total(&self) -> f64 {
        self.base_value + self.values.iter().sum::<f64>()
    }

    /// How far the sum misses the model's exact raw score, relative to the largest number involved (at least 1):
    /// `|base + Σ values − exact| / max(1, |exact|, |base|, |values|…)`. Gate G11 refuses more than 1e-9.
    pub fn residual(&self, model: &dyn Model, row: &[f64], output: usize) -> f64 {
        let exact = exact_score(model, row, output);
        let scale = self
            .values
            .iter()
            .chain([&exact, &self.base_value])
            .fold(1.0f64, |m, x| m.max(x.abs()));
        (self.total() - exact).abs() / scale
    }
}

/// The exact raw score of one output.
pub fn exact_score(model: &dyn Model, row: &[f64], output: usize) -> f64 {
    let mut scores = vec![0.0; model.outputs()];
    model.exact(row, &mut scores);
    scores.get(output).copied().unwrap_or(f64::NAN)
}

/// Sums values within groups of features (one-hot columns and other columns that people see as one thing).
/// By linearity the sum is what the group adds, given that its features join the coalition one by one.
pub fn grouped(values: &[f64], groups: &[Vec<usize>]) -> Vec<f64> {
    groups.iter().map(|group| group.iter().filter_map(|f| values.get(*f)).sum()).collect()
}

/// Which way a row goes at every node of a tree.
fn directions(tree: &crate::model::Tree, seen: impl Fn(usize) -> f64, left: &mut Vec<bool>) {
    left.clear();
    left.extend(tree.nodes.iter().map(|node| match node {
        crate::model::Node::Inner { feature, split, .. } => {
            split.goes_left(seen(*feature as usize))
        }
        crate::model::Node::Leaf { .. } | crate::model::Node::Sloped(_) => false,
    }));
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn groups_are_summed() {
        assert_eq!(grouped(&[1.0, 2.0, 4.0], &[vec![0, 2], vec![1], vec![]]), [5.0, 2.0, 0.0]);
    }
}
