//! Smallest changes that flip the result, under constraints, with proof status.
//!
//! A case is turned by changing *features as people see them* ([`Adjustable`]): one number on its grid, one category that
//! stands in several one-hot columns, one yes/no column. What is not listed cannot change, which is how immutable and
//! protected features stay out; a missing value stays missing.
//!
//! The cost of a change is `weight · (1 + 0.1 · |move| / scale)` for numbers and codes and `weight` for one-hot groups,
//! summed over the changed features: few changes first, then short ones. It is this crate's own choice; a letter shows at
//! most two changes, and novices learn most from the closest case (Kuhl et al. 2022).
//!
//! Tree ensembles are searched best-first over boxes of cells (`boxes`; sum of the highest reachable leaves as bound,
//! as in Devos, Meert and Davis 2021, "Versatile verification of tree ensembles"), weighted sums by enumerating the subsets of features
//! (`ladder`). Both are exact: [`Proof::Smallest`] and [`Found::Impossible`] are proofs, over all admissible changes of
//! at most [`Limits::max_changes`] features. A change counts only if both the library's own arithmetic
//! ([`Model::raw`]) and double precision ([`Model::exact`]) reach the target; nothing else is ever returned.

mod adjustable;
mod boxes;
mod choices;
mod ladder;
mod reduced;

pub use adjustable::{Adjustable, AdjustableKind, Direction};

use serde::{Deserialize, Serialize};

use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, Model};

/// Which side of the threshold must be reached, in raw scores. A score `>= threshold_raw` is above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The threshold on the raw score.
    pub threshold_raw: f64,
    /// Whether the score must come to lie above (`>=`) or below (`<`) it.
    pub above: bool,
    /// How far beyond the threshold the changed case must lie, in raw score; 0 or more. Above means
    /// `>= threshold_raw + margin`, below means `< threshold_raw - margin`.
    pub margin: f64,
}

impl Target {
    /// Whether a score lies on the wanted side, by the margin.
    pub fn holds(&self, score: f64) -> bool {
        if self.above {
            score >= self.threshold_raw + self.margin
        } else {
            score < self.threshold_raw - self.margin
        }
    }
}

/// When a search stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most features that may change together.
    pub max_changes: usize,
    /// Most boxes (trees) or combinations (weighted sums) looked at.
    pub max_boxes: usize,
}

impl Default for Limits {
    /// Two changes (gate G19), 200,000 boxes.
    fn default() -> Self {
        Limits { max_changes: 2, max_boxes: 200_000 }
    }
}

/// One changed feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Index into the list of adjustable features.
    pub feature: usize,
    /// Own values, one a column of the feature.
    pub from: Vec<f64>,
    /// New values, one a column of the feature.
    pub to: Vec<f64>,
}

/// What is known about the size of a change.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// No admissible change of at most `max_changes` features costs less.
    Smallest,
    /// The search stopped early; a smaller change could cost this much less, not more.
    NotProven {
        /// Cost minus the proven lower bound.
        gap: f64,
    },
}

/// Result of a search.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Changes that flip the result, in the order of the adjustable features.
    Changes {
        /// What changes.
        changes: Vec<Change>,
        /// The summed cost.
        cost: f64,
        /// Whether this is proven to be the smallest.
        proof: Proof,
        /// The whole changed case, which was predicted again.
        row: Vec<f64>,
    },
    /// The case lies on the wanted side of the threshold without any change.
    AlreadyThere,
    /// Proven: no admissible change of at most `max_changes` features reaches the target.
    Impossible,
    /// The limit was reached before anything was found or excluded.
    NotFound,
}

/// A search over one model output and one list of adjustable features, prepared once for many cases.
#[derive(Debug)]
pub struct Search<'m> {
    frame: Frame<'m>,
    plan: Plan<'m>,
}

/// What both kinds of search share.
#[derive(Debug)]
pub(crate) struct Frame<'m> {
    pub model: &'m dyn Model,
    pub output: usize,
    pub adjustable: Vec<Adjustable>,
    pub limits: Limits,
}

#[derive(Debug)]
enum Plan<'m> {
    Trees(reduced::TreePlan<'m>),
    Linear(ladder::LinearPlan<'m>),
    /// No search knows how this model computes: nothing is claimed.
    None,
}

impl<'m> Search<'m> {
    /// Prepares the search.
    ///
    /// # Errors
    /// `R40` an output the model does not have; `R41` an adjustable feature that contradicts itself or the model, one
    /// fault each; `R42` a tree that is no tree.
    pub fn new(
        model: &'m dyn Model,
        output: usize,
        adjustable: &[Adjustable],
        limits: Limits,
    ) -> Checked<Self> {
        let mut faults = Faults::default();
        if output >= model.outputs() {
            faults.push(Fault::new(
                "R40",
                Place::default(),
                format!("output {output}"),
                format!("an output below {}", model.outputs()),
                "Name an output the model has.",
            ));
        }
        adjustable::check(adjustable, &model.card().features, &mut faults);
        let adjustable = adjustable.to_vec();
        let mut frame = Some(Frame { model, output, adjustable, limits });
        let plan = match (&frame, faults.0.is_empty(), model.form()) {
            (Some(_), true, Form::Other) => Some(Plan::None),
            (Some(_), true, Form::Trees(trees))
                if !trees.derived.is_empty() || !trees.is_constant_leaved() =>
            {
                Some(Plan::None)
            }
            (Some(_), true, Form::Linear(linear)) if !linear.columns.is_empty() => Some(Plan::None),
            (Some(frame), true, Form::Trees(trees)) => {
                faults.take(reduced::TreePlan::new(trees, frame)).map(Plan::Trees)
            }
            (Some(frame), true, Form::Linear(linear)) => {
                faults.take(ladder::LinearPlan::new(linear, frame)).map(Plan::Linear)
            }
            _ => None,
        };
        match (frame.take(), plan) {
            (Some(frame), Some(plan)) => Ok(Search { frame, plan }),
            _ => Err(faults),
        }
    }

    /// The smallest change of `row` (one value a feature, NaN = missing) that reaches the target.
    ///
    /// Ties are broken the same way every time: lower cost, fewer changes, then the order of the adjustable features.
    ///
    /// # Errors
    /// `R43` a row of the wrong length, or a target that is no number.
    pub fn find(&self, row: &[f64], target: Target) -> Checked<Found> {
        self.frame.check(row, target)?;
        if self.frame.there(row, target) {
            return Ok(Found::AlreadyThere);
        }
        Ok(match &self.plan {
            Plan::Trees(plan) => boxes::find(plan, &self.frame, row, target),
            Plan::Linear(plan) => plan.find(&self.frame, row, target),
            Plan::None => Found::NotFound,
        })
    }

    /// For each adjustable feature on its own, the cheapest change that reaches the target, or `None` where the feature
    /// alone cannot (proven, whatever the limits). All `None` when the case is there already.
    ///
    /// # Errors
    /// As [`Search::find`].
    pub fn alternatives(&self, row: &[f64], target: Target) -> Checked<Vec<Option<Change>>> {
        self.frame.check(row, target)?;
        if self.frame.there(row, target) {
            return Ok(vec![None; self.frame.adjustable.len()]);
        }
        Ok(match &self.plan {
            Plan::Trees(plan) => boxes::alternatives(plan, &self.frame, row, target),
            Plan::Linear(plan) => plan.alternatives(&self.frame, row, target),
            Plan::None => vec![None; self.frame.adjustable.len()],
        })
    }
}

/// [`Search::new`] and [`Search::find`] for a single case.
///
/// # Errors
/// Those of both.
pub fn find(
    model: &dyn Model,
    output: usize,
    row: &[f64],
    target: Target,
    adjustable: &[Adjustable],
    limits: Limits,
) -> Checked<Found> {
    Search::new(model, output, adjustable, limits)?.find(row, target)
}

impl Frame<'_> {
    fn check(&self, row: &[f64], target: Target) -> Checked<()> {
        let expected = self.model.card().features.len();
        let found = if row.len() != expected {
            format!("a row of {} values", row.len())
        } else if !target.threshold_raw.is_finite() || target.margin.is_nan() || target.margin < 0.0
        {
            format!("threshold {} with margin {}", target.threshold_raw, target.margin)
        } else {
            return Ok(());
        };
        Err(Fault::new(
            "R43",
            Place::default(),
            found,
            format!("{expected} values, a finite threshold and a margin of 0 or more"),
            "Give the row in the model's column order and a threshold on the raw score.",
        )
        .into())
    }

    fn scores(&self, row: &[f64]) -> (f64, f64) {
        let mut out = vec![f64::NAN; self.model.outputs()];
        self.model.raw(row, &mut out);
        let raw = out[self.output];
        self.model.exact(row, &mut out);
        (raw, out[self.output])
    }

    /// Whether the library's own score lies on the wanted side; the margin is only asked of changes.
    fn there(&self, row: &[f64], target: Target) -> bool {
        Target { margin: 0.0, ..target }.holds(self.scores(row).0)
    }

    /// Whether a changed case counts: by the margin, in the library's arithmetic and in double precision.
    pub(crate) fn reached(&self, row: &[f64], target: Target) -> bool {
        let (raw, exact) = self.scores(row);
        target.holds(raw) && target.holds(exact)
    }

    /// The result for a changed row, listing the features whose columns differ.
    pub(crate) fn found(&self, own: &[f64], row: Vec<f64>, cost: f64, proof: Proof) -> Found {
        let changes =
            (0..self.adjustable.len()).filter_map(|j| self.change(j, own, &row)).collect();
        Found::Changes { changes, cost, proof, row }
    }

    pub(crate) fn change(&self, feature: usize, own: &[f64], row: &[f64]) -> Option<Change> {
        let columns = &self.adjustable[feature].columns;
        let pick = |row: &[f64]| columns.iter().map(|&c| row[c]).collect::<Vec<f64>>();
        // bit patterns, so that a missing value equals itself
        let differs = columns.iter().any(|&c| own[c].to_bits() != row[c].to_bits());
        differs.then(|| Change { feature, from: pick(own), to: pick(row) })
    }
}
