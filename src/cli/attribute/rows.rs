//! Attributions as columns: one line a row and explained output.

use ndarray::{ArrayView1, Axis};

use crate::attribution::{Block, Explainer};
use crate::cli::bulk::{RowWriter, Sound};
use crate::cli::predict::classes;
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;
use crate::table::{Heading, Kind, Values};

/// A prepared method and what it is asked for.
pub(super) struct Attributions<'m> {
    pub model: &'m dyn Model,
    pub explainer: &'m dyn Explainer,
    /// The outputs to explain.
    pub outputs: Vec<usize>,
    /// Names of those who get a value.
    pub players: Vec<String>,
}

impl RowWriter for Attributions<'_> {
    fn headings(&self, ids: Kind) -> Vec<Heading> {
        let class = (self.model.outputs() > 1).then(|| Heading::new("class", Kind::Text));
        let seed = self.explainer.seed();
        let errors = self.players.iter().filter(|_| seed.is_some());
        let errors = errors.map(|player| format!("standard_error.{player}"));
        let numbers = ["prediction", "base_value"].map(str::to_owned).into_iter();
        let numbers = numbers.chain(self.players.iter().cloned()).chain(errors);
        let numbers = numbers.map(|name| Heading::new(name, Kind::Number));
        let seed = seed.map(|_| Heading::new("seed", Kind::Whole));
        [Heading::new("id", ids)].into_iter().chain(class).chain(numbers).chain(seed).collect()
    }

    fn columns(&self, rows: &Sound) -> Checked<Vec<Values>> {
        let seed = self.explainer.seed();
        let lines =
            || (0..rows.count()).flat_map(|row| (0..self.outputs.len()).map(move |at| (row, at)));
        let mut numbers = vec![
            Vec::with_capacity(rows.count() * self.outputs.len());
            2 + self.players.len() * if seed.is_some() { 2 } else { 1 }
        ];
        if rows.count() > 0 {
            let block = self.explainer.explain(rows.values.view(), &self.outputs)?;
            let explained = self.explainer.explained(self.model, rows.values.view(), &self.outputs);
            for (row, at) in lines() {
                let prediction = explained.get((row, at)).copied().unwrap_or(f64::NAN);
                self.line(&block, row, at, prediction, &mut numbers)?;
            }
        }
        let output = |at| self.outputs.get(at).copied().unwrap_or(0);
        let several = self.model.outputs() > 1;
        let class = several.then(|| classes(self.model.card(), lines().map(|(_, at)| output(at))));
        let ids = rows.ids(lines().map(|(row, _)| row));
        let numbers = numbers.into_iter().map(Values::Number);
        let seed = seed.map(|seed| Values::Whole(vec![i64::try_from(seed).ok(); ids.len()]));
        Ok([ids].into_iter().chain(class).chain(numbers).chain(seed).collect())
    }

    fn cells(&self) -> usize {
        let features = self.model.card().features.len();
        let players = self.players.len();
        let values = if self.explainer.seed().is_some() { 2 * players + 1 } else { players };
        self.outputs.len() * (values + 3) + features
    }
}

impl Attributions<'_> {
    /// Appends one number to each column; none where the model has no prediction: there is nothing to attribute.
    fn line(
        &self,
        block: &Block,
        row: usize,
        at: usize,
        prediction: f64,
        columns: &mut [Vec<f64>],
    ) -> Checked<()> {
        if prediction.is_nan() {
            columns.iter_mut().for_each(|column| column.push(f64::NAN));
            return Ok(());
        }
        let base_value = block.base_values.get((row, at)).copied().unwrap_or(f64::NAN);
        let values = block.values.index_axis(Axis(0), row);
        let values = values.index_axis(Axis(0), at);
        adds_up(prediction, base_value, values, self.explainer.tolerance())?;
        let errors = block.standard_errors.as_ref();
        let errors = errors.map(|errors| errors.index_axis(Axis(0), row));
        let errors = errors.as_ref().map(|errors| errors.index_axis(Axis(0), at));
        let numbers = [prediction, base_value].into_iter().chain(values.iter().copied());
        let numbers = numbers.chain(errors.iter().flat_map(|errors| errors.iter().copied()));
        columns.iter_mut().zip(numbers).for_each(|(column, x)| column.push(x));
        Ok(())
    }
}

/// Refuses an attribution that does not add up: a number that the model did not produce must not leave the program.
fn adds_up(
    explained: f64,
    base_value: f64,
    values: ArrayView1<f64>,
    tolerance: f64,
) -> Checked<()> {
    let largest = values.iter().fold(1f64, |m, x| m.max(x.abs()));
    let scale = largest.max(explained.abs()).max(base_value.abs());
    let residual = (base_value + values.sum() - explained).abs() / scale;
    if residual <= tolerance {
        return Ok(());
    }
    let found = format!("an attribution that misses the model's score by {residual:e}");
    let mend = "Please report this with the model file.";
    Err(Fault::new("M25", Place::default(), found, format!("at most {tolerance:e}"), mend).into())
}
