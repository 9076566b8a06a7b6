//! The interventional game one background row at a time: what the model says of every mix of the two rows.
//!
//! A coalition's value is the mean over the background rows z of the model's value at the row that has the coalition's
//! features from the explained row x and all others from z. Shapley values are linear in the game, so they are the mean
//! of those of the games of single z. In such a game only the players play at which x and z differ for the model
//! ([`Mix::live`]), which are fewer than all: 12 of them make 4096 mixes, whatever the model's width. Of trees all mixes
//! are scored at once ([`cubes`]); of any other model one after the other, in blocks ([`splices`]).

mod cubes;
mod enumeration;
mod kernel;
mod owen;
mod rescaled;
mod sampling;
mod splices;
mod wood;

pub(super) use enumeration::shapley;
pub use kernel::{Kernel, KernelSampling};
pub use owen::Owen;
pub use rescaled::Rescaled;
pub(super) use sampling::too_few;
pub use sampling::{Mixed, Sampled, Sampling, Stop, sampled};

use ndarray::{Array2, ArrayView2};

use self::cubes::{Additive, Cubes};
use self::splices::Splices;
use self::wood::Wood;
use super::groups::Groups;
use super::interventional::check_background;
use super::scale::Scale;
use crate::fault::Checked;
use crate::model::{Form, Model};

/// The games of an explained row and one background row.
trait Mix {
    /// The players at which the two rows differ for the model, ascending; any other changes nothing.
    fn live(&self) -> &[u32];

    /// Raw scores of all coalitions of the live players, coalitions × outputs: bit i of a coalition's place is `live()[i]`.
    fn table(&mut self) -> Vec<f64>;

    /// Raw scores while live players (by their place in `live()`) join in an order: (1 + live) × outputs.
    fn walk(&mut self, order: &[u32]) -> Vec<f64>;

    /// Raw scores of coalitions of all players, coalitions × outputs.
    fn scores(&mut self, coalitions: &[Vec<bool>]) -> Vec<f64>;
}

/// A model with a background, and who plays on which scale.
#[derive(Debug)]
pub struct Game<'m> {
    model: &'m dyn Model,
    groups: Groups,
    scale: Scale,
    background: Array2<f64>,
    ways: Ways<'m>,
    /// Mean value of the background, one an output.
    base: Vec<f64>,
}

/// How mixes are scored.
#[derive(Debug)]
enum Ways<'m> {
    Wood(Wood<'m>),
    Additive(Additive),
    Splices,
}

/// An explained row as the way of scoring wants it.
struct Prepared {
    /// The row, or what every player adds to a weighted sum.
    numbers: Vec<f64>,
    /// Which way it goes at every node of trees.
    sides: Vec<u64>,
}

impl<'m> Game<'m> {
    /// A game over a background (rows × features, NaN missing).
    ///
    /// # Errors
    /// M21 without rows, M22 for another number of columns.
    pub fn new(
        model: &'m dyn Model,
        background: ArrayView2<f64>,
        groups: Groups,
        scale: Scale,
    ) -> Checked<Self> {
        check_background(model, background)?;
        let all: Vec<usize> = (0..model.outputs()).collect();
        let values = scale.explained(model, background, &all);
        let base = values.columns().into_iter().map(|c| c.sum() / background.nrows() as f64);
        let base = base.collect();
        let ways = match model.form() {
            Form::Trees(trees) => Wood::new(model, trees, background, &groups).map(Ways::Wood),
            Form::Linear(linear) => {
                Some(Ways::Additive(Additive::new(linear, background, &groups)))
            }
            Form::Other => None,
        };
        let ways = ways.unwrap_or(Ways::Splices);
        let background = background.to_owned();
        Ok(Game { model, groups, scale, background, ways, base })
    }

    /// The players.
    pub fn groups(&self) -> &Groups {
        &self.groups
    }

    fn rows(&self) -> usize {
        self.background.nrows()
    }

    fn outputs(&self) -> usize {
        self.model.outputs()
    }

    /// The explained row as the way of scoring wants it.
    fn prepared(&self, row: &[f64]) -> Prepared {
        match &self.ways {
            Ways::Wood(wood) => Prepared { numbers: Vec::new(), sides: wood.row(row) },
            Ways::Additive(additive) => {
                let numbers = additive.row(self.model, row, &self.groups);
                Prepared { numbers, sides: Vec::new() }
            }
            Ways::Splices => Prepared { numbers: row.to_vec(), sides: Vec::new() },
        }
    }

    /// The mixes of an explained row and a background row.
    fn mix<'g>(&'g self, row: &'g Prepared, other: usize) -> Box<dyn Mix + 'g> {
        match self.cubes(row, other) {
            Some(cubes) => Box::new(cubes),
            None => Box::new(Splices::new(self, &row.numbers, other)),
        }
    }

    /// The mixes of an explained row and a background row, where they are sums over cubes.
    fn cubes(&self, row: &Prepared, other: usize) -> Option<Cubes> {
        match &self.ways {
            Ways::Wood(wood) => Some(Cubes::of_trees(wood, &row.sides, other)),
            Ways::Additive(additive) => Some(Cubes::of_sums(additive, &row.numbers, other)),
            Ways::Splices => None,
        }
    }

    /// Puts raw scores, several × outputs, on the game's scale.
    fn rescale(&self, scores: &mut [f64]) {
        if self.scale == Scale::Raw {
            return;
        }
        let mut value = vec![0.0; self.outputs()];
        for raw in scores.chunks_exact_mut(self.outputs().max(1)) {
            self.scale.apply(self.model, raw, &mut value);
            raw.copy_from_slice(&value);
        }
    }
}
