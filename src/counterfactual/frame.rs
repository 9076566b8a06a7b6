//! What all kinds of search share: the model, what may change, when a change counts.

use std::time::Duration;

use super::adjustable::{Adjustable, AdjustableKind};
use super::asked::Ranges;
use super::choices::{self, Choices};
use super::dependent::Dependent;
use super::goal::Goal;
use super::isolation::Isolation;
use super::{Change, Found, Limits, Proof};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::Model;

/// What all kinds of search share.
#[derive(Debug)]
pub(super) struct Frame<'m> {
    pub model: &'m dyn Model,
    pub adjustable: Vec<Adjustable>,
    pub dependents: Vec<Dependent>,
    pub limits: Limits,
    /// How long a search may take; only where the user asks.
    pub time: Option<Duration>,
    /// How ordinary a changed case must be.
    pub isolation: Option<&'m Isolation>,
}

impl Frame<'_> {
    pub fn check(&self, row: &[f64], goal: &Goal) -> Checked<()> {
        let expected = self.model.card().features.len();
        let found = if row.len() != expected {
            format!("a row of {} values", row.len())
        } else if let Some(trouble) = goal.trouble(self.model.outputs()) {
            trouble
        } else {
            return Ok(());
        };
        Err(Fault::new(
            "R43",
            Place::default(),
            found,
            format!(
                "{expected} values, a goal of the model's own outputs and a margin of 0 or more"
            ),
            "Give the row in the model's column order and a goal on the raw score.",
        )
        .into())
    }

    /// The exact score of one output.
    pub fn exact(&self, row: &[f64], output: usize) -> f64 {
        let mut out = vec![f64::NAN; self.model.outputs()];
        self.model.exact(row, &mut out);
        out.get(output).copied().unwrap_or(f64::NAN)
    }

    /// Whether the library's own score lies where it is wanted; the margin is only asked of changes.
    pub fn there(&self, row: &[f64], goal: &Goal) -> bool {
        let bare = goal.bare();
        let demands = bare.demands(self.model.outputs());
        let mut raw = vec![f64::NAN; self.model.outputs()];
        self.model.raw(row, &mut raw);
        demands.iter().all(|demand| demand.holds(&raw)) && self.predicted(&raw, &bare)
    }

    fn predicted(&self, raw: &[f64], goal: &Goal) -> bool {
        if !goal.asks_prediction() {
            return true;
        }
        let mut values = vec![f64::NAN; raw.len()];
        self.model.value(raw, &mut values);
        goal.predicted(&values)
    }

    /// Whether a changed case counts: by the margin, in the library's arithmetic and in double precision, with dependent
    /// columns inside their limits, and as ordinary as asked for.
    pub fn reached(&self, row: &[f64], goal: &Goal) -> bool {
        let demands = goal.demands(self.model.outputs());
        let mut scores = vec![f64::NAN; self.model.outputs()];
        self.model.exact(row, &mut scores);
        if !demands.iter().all(|demand| demand.holds(&scores)) {
            return false;
        }
        self.model.raw(row, &mut scores);
        demands.iter().all(|demand| demand.holds(&scores))
            && self.predicted(&scores, goal)
            && self.dependents.iter().all(|dependent| {
                dependent.admits(row.get(dependent.column).copied().unwrap_or(f64::NAN))
            })
            && self.isolation.is_none_or(|isolation| isolation.admits(row))
    }

    /// The choices of each feature on a weighted sum, one by one.
    pub fn listed(&self, row: &[f64]) -> Checked<Vec<Choices>> {
        let mut faults = Faults::default();
        let mut all = Vec::with_capacity(self.adjustable.len());
        for feature in &self.adjustable {
            if let Some(choices) = Choices::listed(feature, row) {
                all.push(choices);
                continue;
            }
            let name = feature.columns.first().and_then(|c| self.model.card().features.get(*c));
            faults.push(Fault::new(
                "R44",
                name.map_or_else(Place::default, |name| Place::default().field(name)),
                match feature.kind {
                    AdjustableKind::Number { step: Some(step) } => {
                        format!("values from {} to {} in steps of {step}", feature.min, feature.max)
                    }
                    _ => "a number without steps".to_owned(),
                },
                format!(
                    "at most {} values, because a weighted sum with such a goal is searched value by value",
                    choices::MOST_LISTED
                ),
                "Give the feature a coarser step or a narrower range in the constraints.",
            ));
        }
        faults.or(all)
    }

    /// The case with one choice of each feature (the first of each range), and what moves with them.
    pub fn row(&self, own: &[f64], choices: &[Choices], ranges: &Ranges) -> Vec<f64> {
        let mut row = own.to_vec();
        for ((feature, choices), range) in self.adjustable.iter().zip(choices).zip(ranges) {
            let values = choices.values(range.0 as usize);
            feature.columns.iter().zip(values).for_each(|(&c, &v)| row[c] = v);
        }
        self.moved(own, &mut row);
        row
    }

    /// Sets the dependent columns of a changed row.
    pub fn moved(&self, own: &[f64], row: &mut [f64]) {
        for dependent in &self.dependents {
            let value = dependent.value(&self.adjustable, own, row);
            row[dependent.column] = value;
        }
    }

    /// The smallest and the largest value of a dependent column inside a box. Each step is taken as
    /// [`Dependent::value`] takes it, so that rounding cannot put the value outside.
    pub fn span(
        &self,
        dependent: usize,
        own: &[f64],
        choices: &[Choices],
        ranges: &Ranges,
    ) -> (f64, f64) {
        let Some(dependent) = self.dependents.get(dependent) else { return (f64::NAN, f64::NAN) };
        let start = own.get(dependent.column).copied().unwrap_or(f64::NAN);
        let step = |j: usize, factor: f64, i: u32| {
            let choices = &choices[j];
            let (from, to) =
                (choices.values(choices.own as usize)[0], choices.values(i as usize)[0]);
            if from.is_nan() || from == to { 0.0 } else { factor * (to - from) }
        };
        dependent.terms.iter().fold((start, start), |(low, high), &(j, factor)| {
            let (a, b) = (step(j, factor, ranges[j].0), step(j, factor, ranges[j].1));
            (low + a.min(b), high + a.max(b))
        })
    }

    /// The result for a changed row, listing the features whose columns differ.
    pub fn found(&self, own: &[f64], row: Vec<f64>, cost: f64, proof: Proof) -> Found {
        let changes =
            (0..self.adjustable.len()).filter_map(|j| self.change(j, own, &row)).collect();
        Found::Changes { changes, cost, proof, row }
    }

    pub fn change(&self, feature: usize, own: &[f64], row: &[f64]) -> Option<Change> {
        let columns = &self.adjustable[feature].columns;
        let pick = |row: &[f64]| columns.iter().map(|&c| row[c]).collect::<Vec<f64>>();
        // bit patterns, so that a missing value equals itself
        let differs = columns.iter().any(|&c| own[c].to_bits() != row[c].to_bits());
        differs.then(|| Change { feature, from: pick(own), to: pick(row) })
    }
}
