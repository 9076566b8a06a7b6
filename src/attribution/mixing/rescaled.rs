//! Raw Shapley values stretched to the probability, one background row at a time.
//!
//! What shap's TreeExplainer gives for `model_output="probability"`: the raw values of the game with one background row
//! are multiplied by (p(x) − p(z)) / (f(x) − f(z)), and the mean is taken over the background rows. They add up to the
//! probability, but they are **not its Shapley values**: within a pair of rows the link is taken for a straight line, so
//! that what two features do to the probability together is divided as if it were on the raw scale. Use the scale
//! `probability` for Shapley values of the probability.

use ndarray::{Array2, ArrayView2};

use super::{Game, Ways};
use crate::attribution::{Block, Explainer};
use crate::fault::{Checked, Fault, Place};
use crate::model::{Link, Model};

/// A game on the probability scale, prepared for rescaled raw values.
#[derive(Debug)]
pub struct Rescaled<'m>(Game<'m>);

impl<'m> Rescaled<'m> {
    /// `game` is on the scale that the values shall have.
    ///
    /// # Errors
    /// M34 where the link takes several outputs together, or the model is no sum of trees with constant leaves and no
    /// weighted sum.
    pub fn new(game: Game<'m>) -> Checked<Self> {
        let link = game.model.link();
        let several = matches!(
            link,
            Link::Softmax
                | Link::SoftmaxZero
                | Link::Share
                | Link::LogisticShare
                | Link::Ascending
                | Link::RisingSoftplus
        );
        let found = if several && game.outputs() > 1 {
            format!("a link that takes the outputs together ({link})")
        } else if matches!(game.ways, Ways::Splices) {
            "a model that is no plain sum of trees or features".to_owned()
        } else {
            return Ok(Rescaled(game));
        };
        let mend = "Use --scale probability, which gives the Shapley values of the probability.";
        Err(Fault::new("M34", Place::default(), found, "a sum with a link of one output", mend)
            .into())
    }

    /// Values of a row, players × outputs.
    fn row(&self, row: &[f64]) -> Array2<f64> {
        let game = &self.0;
        let row = game.prepared(row);
        let mut values = Array2::zeros((game.groups.count(), game.outputs()));
        for other in 0..game.rows() {
            let Some(cubes) = game.cubes(&row, other) else { continue };
            let (own, others) = cubes.ends();
            let (mut p_own, mut p_others) = (own.clone(), others.clone());
            game.rescale(&mut p_own);
            game.rescale(&mut p_others);
            let pairs = own.iter().zip(&others).zip(p_own.iter().zip(&p_others));
            let factors: Vec<f64> = pairs
                .map(|((x, z), (px, pz))| if x == z { 1.0 } else { (px - pz) / (x - z) })
                .collect();
            for (raw, player) in cubes.shapley().rows().into_iter().zip(cubes.players()) {
                let mut sums = values.row_mut(*player as usize);
                for ((sum, raw), factor) in sums.iter_mut().zip(raw).zip(&factors) {
                    *sum += raw * factor / game.rows() as f64;
                }
            }
        }
        values
    }
}

impl Explainer for Rescaled<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let mut block = Block::zeros(rows.nrows(), outputs.len(), self.0.groups.count());
        for (r, row) in rows.rows().into_iter().enumerate() {
            block.put(r, outputs, &self.0.base, &self.row(&row.to_vec()));
        }
        Ok(block)
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        self.0.scale.explained(model, rows, outputs)
    }
}
