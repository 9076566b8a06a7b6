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
//! Tree ensembles are searched by sets of features (`subsets`), each set best-first over boxes of cells, with the sum of the
//! highest reachable leaves as bound (Devos, Meert and Davis 2021, "Versatile verification of tree ensembles"); where more
//! features can matter than a set holds, over boxes of all features at once (`boxes`). Weighted sums are searched by
//! enumerating the subsets of features (`ladder`). All are exact: [`Proof::Smallest`] and [`Found::Impossible`] are proofs,
//! over all admissible changes of at most [`Limits::max_changes`] features. A change counts only if both the library's own
//! arithmetic ([`Model::raw`]) and double precision ([`Model::exact`]) reach the target; nothing else is ever returned. With
//! an [`Isolation`] it must be as ordinary as asked for besides, inside the same proofs.

mod adjustable;
mod asked;
mod boxes;
mod choices;
mod constraints;
mod dependent;
mod frame;
mod goal;
mod isolation;
mod ladder;
mod line;
mod patience;
mod reduced;
mod spheres;
mod subsets;
mod turning;

pub use adjustable::{Adjustable, AdjustableKind, Direction};
pub use constraints::{Bound, Constraints, Named};
pub use dependent::Dependent;
pub use goal::{Goal, Target};
pub use isolation::{Isolation, Ordinariness};
pub use turning::{Run, Turning};

use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::boxes::Hunt;
use self::frame::Frame;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, Model};

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
    /// Found by trying: nothing is known of smaller changes.
    Sampled,
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
    /// The search ended before a change was found, or excluded.
    NotFound {
        /// No admissible change costs less; none where nothing is proven.
        bound: Option<f64>,
    },
}

impl Found {
    /// The adjustable features that change; none where nothing does.
    pub fn changed(&self) -> Vec<usize> {
        match self {
            Found::Changes { changes, .. } => changes.iter().map(|change| change.feature).collect(),
            _ => Vec::new(),
        }
    }
}

/// A search over one model and one list of adjustable features, prepared once for many cases.
#[derive(Debug)]
pub struct Search<'m> {
    frame: Frame<'m>,
    plan: Plan<'m>,
    output: usize,
    /// The isolation forest as searches over boxes see it; only among ordinary cases.
    ordinary: Option<Box<reduced::TreePlan<'m>>>,
}

#[derive(Debug)]
enum Plan<'m> {
    Trees(Box<reduced::TreePlan<'m>>),
    /// Weights for the features themselves.
    Linear(ladder::LinearPlan<'m>),
    /// Weights for columns that come from one feature each.
    Lines,
    /// Nothing is known but values: changes are found by trying.
    Values,
}

impl<'m> Search<'m> {
    /// Prepares the search on one output.
    ///
    /// # Errors
    /// `R40` an output the model does not have; those of [`Search::with`].
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
        let search = faults.take(Search::with(model, adjustable.to_vec(), Vec::new(), limits));
        match (search, faults.0.is_empty()) {
            (Some(search), true) => Ok(Search { output, ..search }),
            _ => Err(faults),
        }
    }

    /// Prepares the search for any goal, with columns that move with others.
    ///
    /// # Errors
    /// `R41` an adjustable feature or dependent column that contradicts itself or the model, one fault each; `R42` a
    /// part of the model on which no search can rely.
    pub fn with(
        model: &'m dyn Model,
        adjustable: Vec<Adjustable>,
        dependents: Vec<Dependent>,
        limits: Limits,
    ) -> Checked<Self> {
        let mut faults = Faults::default();
        adjustable::check(&adjustable, &model.card().features, &mut faults);
        dependent::check(&dependents, &adjustable, &model.card().features, &mut faults);
        let frame = Frame { model, adjustable, dependents, limits, time: None, isolation: None };
        let plan = if faults.0.is_empty() { faults.take(Plan::new(&frame)) } else { None };
        match plan {
            Some(plan) => Ok(Search { frame, plan, output: 0, ordinary: None }),
            None => Err(faults),
        }
    }

    /// The same search, each of whose calls stops after so long with the best that it has. What it finds then depends on
    /// the machine: only for users who ask for it.
    pub fn for_at_most(mut self, time: Duration) -> Self {
        self.frame.time = Some(time);
        self
    }

    /// The same search for changed cases that are as ordinary as the forest asks for, with the same proofs.
    ///
    /// # Errors
    /// As [`Search::with`].
    pub fn among_ordinary(mut self, isolation: &'m Isolation) -> Checked<Self> {
        // before the frame knows of it, because a model's own plan takes the forest in
        let (forest, _) = isolation.demand();
        self.ordinary = Some(Box::new(reduced::TreePlan::new(forest, &self.frame)?));
        self.frame.isolation = Some(isolation);
        self.plan = Plan::new(&self.frame)?;
        Ok(self)
    }

    /// The smallest change of `row` (one value a feature, NaN = missing) that reaches the target.
    ///
    /// Ties are broken the same way every time: lower cost, fewer changes, then the order of the adjustable features.
    ///
    /// # Errors
    /// `R43` a row of the wrong length, or a target that is no number.
    pub fn find(&self, row: &[f64], target: Target) -> Checked<Found> {
        self.reach(row, Goal::Side { output: self.output, target, value: None }, &[])
    }

    /// The smallest change of `row` that reaches the goal without changing all features of a forbidden set together.
    ///
    /// # Errors
    /// `R43` a row of the wrong length, or a goal that is none; `R44` a number of a weighted sum whose values cannot be
    /// tried one by one.
    pub fn reach(&self, row: &[f64], goal: Goal, forbidden: &[Vec<usize>]) -> Checked<Found> {
        self.frame.check(row, &goal)?;
        if self.frame.there(row, &goal) {
            return Ok(Found::AlreadyThere);
        }
        let (frame, ordinary) = (&self.frame, self.ordinary.as_deref());
        Ok(match (&self.plan, self.side(goal)) {
            (Plan::Trees(plan), _) => {
                let choices = boxes::tree_choices(plan, frame, row);
                match subsets::Hunt::new(plan, frame, row, goal, &choices, forbidden) {
                    Some(hunt) => hunt.find(),
                    None => {
                        let hunt = Hunt::on_trees(plan, frame, row, goal, &choices, forbidden);
                        boxes::find(hunt.among(ordinary))
                    }
                }
            }
            (Plan::Linear(plan), Some(side)) => plan.find(frame, row, side, forbidden),
            (Plan::Linear(_) | Plan::Lines, _) => {
                let choices = frame.listed(row)?;
                let hunt = Hunt::on_line(frame, row, goal, &choices, forbidden);
                boxes::find(hunt.among(ordinary))
            }
            (Plan::Values, _) => spheres::find(frame, row, goal, forbidden),
        })
    }

    /// Up to `count` changes, the smallest first; each leaves at least one feature alone that every one before it
    /// changes. The last entry says why there are no more, where there are fewer.
    ///
    /// # Errors
    /// As [`Search::reach`].
    pub fn several(&self, row: &[f64], goal: Goal, count: usize) -> Checked<Vec<Found>> {
        let (mut all, mut forbidden) = (Vec::new(), Vec::new());
        while all.len() < count {
            let found = self.reach(row, goal, &forbidden)?;
            let changed = found.changed();
            all.push(found);
            if changed.is_empty() {
                break;
            }
            forbidden.push(changed);
        }
        Ok(all)
    }

    /// For each adjustable feature on its own, the cheapest change that reaches the target, or `None` where the feature
    /// alone cannot (proven, whatever the limits). All `None` when the case is there already.
    ///
    /// # Errors
    /// As [`Search::find`].
    pub fn alternatives(&self, row: &[f64], target: Target) -> Checked<Vec<Option<Change>>> {
        self.each(row, Goal::Side { output: self.output, target, value: None })
    }

    /// For each adjustable feature on its own (with what moves with it), the cheapest change that reaches the goal, or
    /// `None` where the feature alone cannot. All `None` when the case is there already, or where only values are known.
    ///
    /// # Errors
    /// As [`Search::reach`].
    pub fn each(&self, row: &[f64], goal: Goal) -> Checked<Vec<Option<Change>>> {
        self.frame.check(row, &goal)?;
        let none = vec![None; self.frame.adjustable.len()];
        if self.frame.there(row, &goal) {
            return Ok(none);
        }
        let (frame, ordinary) = (&self.frame, self.ordinary.as_deref());
        Ok(match (&self.plan, self.side(goal)) {
            (Plan::Trees(plan), _) => {
                let choices = boxes::tree_choices(plan, frame, row);
                match subsets::Hunt::new(plan, frame, row, goal, &choices, &[]) {
                    Some(hunt) => hunt.each(),
                    None => {
                        let hunt = Hunt::on_trees(plan, frame, row, goal, &choices, &[]);
                        boxes::alternatives(hunt.among(ordinary))
                    }
                }
            }
            (Plan::Linear(plan), Some(side)) => plan.alternatives(frame, row, side),
            (Plan::Linear(_) | Plan::Lines, _) => {
                let choices = frame.listed(row)?;
                let hunt = Hunt::on_line(frame, row, goal, &choices, &[]);
                boxes::alternatives(hunt.among(ordinary))
            }
            (Plan::Values, _) => none,
        })
    }

    /// A goal that ladders can climb to: one score, a threshold, and nothing that moves along.
    fn side(&self, goal: Goal) -> Option<ladder::Side> {
        match goal {
            Goal::Side { output, target, value }
                if self.frame.dependents.is_empty() && self.frame.isolation.is_none() =>
            {
                Some(ladder::Side { output, target, value })
            }
            _ => None,
        }
    }
}

impl<'m> Plan<'m> {
    fn new(frame: &Frame<'m>) -> Checked<Self> {
        let model: &'m dyn Model = frame.model;
        match model.form() {
            Form::Trees(trees) if trees.is_constant_leaved() => {
                reduced::TreePlan::new(trees, frame).map(|plan| Plan::Trees(Box::new(plan)))
            }
            Form::Linear(linear) if linear.columns.is_empty() => {
                ladder::LinearPlan::new(linear).map(Plan::Linear)
            }
            // Weighted sums of columns that come from several features are not sums of one part a feature.
            Form::Linear(linear) if linear.columns.iter().all(|c| c.sources.len() <= 1) => {
                Ok(Plan::Lines)
            }
            _ => Ok(Plan::Values),
        }
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
