//! Interventional Shapley values of trees and linear models over a background.
//!
//! For one background row z a leaf counts only if every distinct feature of its path is satisfied by the row x or by z
//! ([`weights`] says what it is worth to whom then). Which of its path's features z satisfies is a pattern of bits, and
//! many background rows share one; so does which of them x satisfies. So each leaf keeps the background's patterns with
//! their counts, found once ([`plan`]), and what a leaf adds for each pattern of x is tabulated when rows enough have come
//! for that, for neighbouring leaves together ([`group`], [`layout`]). Then a row costs a few additions of vectors a tree,
//! whatever the background's size (Nadel and Wettenstein, Woodelf, AAAI 2026, has the idea of pattern counts; the
//! decision 0015 what is different here).
//!
//! A row's bits depend neither on the block it is in nor on whether there was a table: a table's entries are computed
//! with the same additions in the same order as the shares of a single row.

mod count;
mod cuts;
mod deep;
mod group;
mod layout;
mod pairs;
mod plan;
mod trees;
mod weights;

use ndarray::{Array2, ArrayView2, Axis};

use self::trees::Trees;
pub(super) use self::weights::{MOST_FEATURES, Order, Weights, all};
use super::block::explained;
use super::{Attribution, Block, Explainer, Interactions};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, LinearModel, Model};

/// A model and a background prepared for interventional attribution of many rows.
#[derive(Debug)]
pub struct Interventional<'m> {
    /// Mean exact score of the background, one an output.
    base: Vec<f64>,
    features: usize,
    kind: Kind<'m>,
}

#[derive(Debug)]
enum Kind<'m> {
    Trees(Box<Trees<'m>>),
    Linear { model: &'m LinearModel, means: Vec<Vec<f64>> },
}

/// M21, M22: a background must have rows, and a column a feature.
pub(super) fn check_background(model: &dyn Model, background: ArrayView2<f64>) -> Checked<()> {
    let features = model.card().features.len();
    let mut faults = Faults::default();
    if background.nrows() == 0 {
        let mend = "Give the table of the comparison group.";
        faults.push(Fault::new(
            "M21",
            Place::default(),
            "a background without rows",
            "at least one row",
            mend,
        ));
    }
    if background.ncols() != features {
        let found = format!("a background of {} columns", background.ncols());
        let mend = "Give the background with the model's own features.";
        faults.push(Fault::new(
            "M22",
            Place::default(),
            found,
            format!("{features}, one a feature"),
            mend,
        ));
    }
    faults.or(())
}

/// Fewer rows are explained one by one: filling the lanes costs more.
const FEW: usize = 8;

impl Explainer for Interventional<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let trees =
            match &self.kind {
                Kind::Trees(trees) if rows.nrows() > FEW => trees,
                _ => {
                    return Block::each(rows, outputs, self.features, |row, k| {
                        Ok(self.explain(row, k))
                    });
                }
            };
        let mut block = Block::zeros(rows.nrows(), outputs.len(), self.features);
        for (k, output) in outputs.iter().enumerate() {
            block.base_values.index_axis_mut(Axis(1), k).fill(self.base_value(*output));
        }
        trees.explain(rows, outputs, &mut block.values);
        Ok(block)
    }

    fn explained(
        &self,
        model: &dyn Model,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Array2<f64> {
        match &self.kind {
            Kind::Trees(trees) if rows.nrows() > FEW => trees.scores(model, rows, outputs),
            _ => explained(model, rows, outputs),
        }
    }

    fn interactions(
        &self,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        Ok(Some(match &self.kind {
            Kind::Trees(trees) => trees.interactions(rows, outputs),
            Kind::Linear { .. } => {
                // A sum has none: the diagonal is the values.
                let block = Explainer::explain(self, rows, outputs)?;
                let diagonal = |values: ndarray::ArrayView1<f64>| {
                    let cells = (0u32..).zip(values).filter(|(_, value)| **value != 0.0);
                    cells.map(|(f, value)| (f, f, *value)).collect()
                };
                let of_row = |row: ndarray::ArrayView2<f64>| {
                    row.rows().into_iter().map(diagonal).collect::<Vec<Interactions>>()
                };
                block.values.outer_iter().map(of_row).collect()
            }
        }))
    }
}

impl<'m> Interventional<'m> {
    /// Prepares a model for a background (rows × features, NaN missing).
    ///
    /// # Errors
    /// M21 without rows, M22 for another number of columns, M23 for more than 64 distinct features on a path, M26 for a
    /// model of which nothing more is known than its values.
    pub fn new(model: &'m dyn Model, background: ArrayView2<f64>) -> Checked<Self> {
        check_background(model, background)?;
        let rows = background.nrows() as f64;
        let mut base = vec![0.0; model.outputs()];
        let mut scores = base.clone();
        for row in background.rows() {
            model.exact(&row.to_vec(), &mut scores);
            base.iter_mut().zip(&scores).for_each(|(sum, score)| *sum += score);
        }
        base.iter_mut().for_each(|sum| *sum /= rows);
        let features = model.card().features.len();
        let kind = match model.form() {
            Form::Linear(model) => {
                let mut means = vec![vec![0.0; features]; model.intercepts.len()];
                for row in background.rows() {
                    let row = row.to_vec();
                    for (output, means) in means.iter_mut().enumerate() {
                        let own = model.contributions(&row, output);
                        means.iter_mut().zip(own).for_each(|(mean, x)| *mean += x / rows);
                    }
                }
                Kind::Linear { model, means }
            }
            Form::Other => {
                let found = "a model that can only be evaluated";
                let mend = "Use the method `exact` (up to 12 features) or `permutation`.";
                return Err(Fault::new(
                    "M26",
                    Place::default(),
                    found,
                    "trees or a weighted sum",
                    mend,
                )
                .into());
            }
            Form::Trees(ensemble) => Kind::Trees(Box::new(Trees::new(ensemble, background)?)),
        };
        Ok(Interventional { base, features, kind })
    }

    /// The base value of an output: the mean exact score of the background.
    pub fn base_value(&self, output: usize) -> f64 {
        self.base.get(output).copied().unwrap_or(f64::NAN)
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let values = match &self.kind {
            Kind::Linear { model, means } => {
                let means = means.get(output).into_iter().flatten();
                let own = model.contributions(row, output);
                own.into_iter().zip(means).map(|(own, mean)| own - mean).collect()
            }
            Kind::Trees(trees) => trees.explain_row(row, output),
        };
        Attribution { base_value: self.base_value(output), values }
    }
}

/// Interventional Shapley values of one row; see [`Interventional`] for many.
///
/// # Errors
/// As [`Interventional::new`].
pub fn interventional(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    output: usize,
) -> Checked<Attribution> {
    Ok(Interventional::new(model, background)?.explain(row, output))
}
