//! Every value of one feature that reaches a goal on its own, all else as it is: the nearest below and above a number's
//! own value, each as far as it reaches; of choices all of them. Directions in which a feature may move are not asked:
//! what is looked for is a wrong value, not advice.

use super::choices::{Choices, MOST_STEPS, multiple};
use super::frame::Frame;
use super::{Adjustable, AdjustableKind, Goal, Plan, Search};
use crate::fault::Checked;

/// Most values of a number that are tried one by one on trees and weighted sums.
const MOST_TRIED: usize = 20_000;
/// Most values where each of them is a run of a model of which nothing is known.
const MOST_RUN: usize = 512;

/// Neighbouring values that all reach the goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The smallest of them.
    pub low: f64,
    /// The largest of them.
    pub high: f64,
    /// They begin at the smallest admissible value.
    pub from_least: bool,
    /// They end at the largest admissible value.
    pub to_most: bool,
}

/// The values of one feature that reach a goal on their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turning {
    /// Of a number: the nearest run below its own value and the nearest above it, in this order; every run where the
    /// own value is missing. A run holds the admissible values (multiples of the step) between its ends.
    pub runs: Vec<Run>,
    /// Of categories and codes: each value (one number a column) that reaches the goal, in the order of the feature.
    pub values: Vec<Vec<f64>>,
    /// Every admissible value was looked at, one by one or as one of a cell of equal answers. If not, nothing is known.
    pub searched: bool,
}

impl Search<'_> {
    /// One entry a feature; empty ones where the case is there already.
    ///
    /// # Errors
    /// As [`Search::reach`].
    pub fn turning(&self, row: &[f64], goal: Goal) -> Checked<Vec<Turning>> {
        self.frame.check(row, &goal)?;
        let there = self.frame.there(row, &goal);
        let features = self.frame.adjustable.iter().enumerate();
        Ok(features
            .map(|(j, feature)| {
                if there {
                    return Turning { searched: true, ..Turning::default() };
                }
                match &feature.kind {
                    AdjustableKind::OneHot { codes } => {
                        self.choices(feature, row, goal, codes.clone())
                    }
                    AdjustableKind::Codes { values } => {
                        let codes = values.iter().map(|value| vec![*value]).collect();
                        self.choices(feature, row, goal, codes)
                    }
                    AdjustableKind::Number { step } => self.number(j, feature, row, goal, *step),
                }
            })
            .collect())
    }

    fn choices(
        &self,
        feature: &Adjustable,
        row: &[f64],
        goal: Goal,
        codes: Vec<Vec<f64>>,
    ) -> Turning {
        let own: Vec<f64> = feature.columns.iter().map(|&c| row[c]).collect();
        let reach =
            |code: &Vec<f64>| *code != own && reaches(&self.frame, feature, row, &goal, code);
        let values = codes.into_iter().filter(reach).collect();
        Turning { values, searched: true, ..Turning::default() }
    }

    fn number(
        &self,
        j: usize,
        feature: &Adjustable,
        row: &[f64],
        goal: Goal,
        step: Option<f64>,
    ) -> Turning {
        let free = Adjustable { direction: super::Direction::Any, ..feature.clone() };
        let column = feature.columns.first().copied().unwrap_or_default();
        let own = row.get(column).copied().unwrap_or(f64::NAN);
        let missing = !own.is_finite();
        let Some((least, most)) = ends(feature, step) else {
            return Turning { searched: true, ..Turning::default() };
        };
        // A missing value has no neighbours: it is looked at as if it were the smallest one.
        let mut from = row.to_vec();
        if missing && let Some(cell) = from.get_mut(column) {
            *cell = least;
        }
        let Some(choices) = self.told_apart(j, &free, &from) else { return Turning::default() };
        let values: Vec<f64> =
            (0..choices.len()).filter_map(|i| choices.values(i).first().copied()).collect();
        let reach: Vec<bool> = values
            .iter()
            .map(|x| (missing || *x != own) && reaches(&self.frame, feature, row, &goal, &[*x]))
            .collect();
        let own_place = if missing { 0 } else { choices.own as usize };
        let at = |i: usize| values.get(i).copied();
        // Between two values that are told apart lie only such as answer like the one nearer to the own value.
        let before = |x: f64| step.map_or(x, |step| multiple(step, (x / step).round() - 1.0));
        let after = |x: f64| step.map_or(x, |step| multiple(step, (x / step).round() + 1.0));
        let above = |first: usize, last: usize| {
            let end = at(last + 1);
            let to = match (end, step) {
                (Some(end), Some(_)) => before(end),
                (Some(_), None) => at(last).unwrap_or(most),
                (None, _) => most,
            };
            Run {
                low: at(first).unwrap_or(least),
                high: to.max(at(last).unwrap_or(to)),
                // An own value outside the range leaves all of it on one side.
                from_least: at(first).is_some_and(|low| low <= least),
                to_most: end.is_none(),
            }
        };
        let below = |first: usize, last: usize| {
            let end = first.checked_sub(1).and_then(at);
            let to = match (end, step) {
                (Some(end), Some(_)) => after(end),
                (Some(_), None) => at(first).unwrap_or(least),
                (None, _) => least,
            };
            Run {
                low: to.min(at(first).unwrap_or(to)),
                high: at(last).unwrap_or(most),
                from_least: end.is_none(),
                to_most: at(last).is_some_and(|high| high >= most),
            }
        };
        let all = runs_of(&reach);
        let runs = if missing {
            all.iter().map(|&(first, last)| above(first, last)).collect()
        } else {
            let under = all.iter().rev().find(|(_, last)| *last < own_place);
            let over = all.iter().find(|(first, _)| *first > own_place);
            let under = under.map(|&(first, last)| below(first, last));
            under.into_iter().chain(over.map(|&(first, last)| above(first, last))).collect()
        };
        Turning { runs, searched: true, ..Turning::default() }
    }

    /// The values of a number that can be told apart; none where they are too many.
    fn told_apart(&self, j: usize, feature: &Adjustable, row: &[f64]) -> Option<Choices> {
        let listed = |most: usize| Choices::listed(feature, row).filter(|c| c.len() <= most);
        match &self.plan {
            Plan::Trees(plan) => {
                let derived = plan.ensemble.derived.iter();
                let moves = |source: &u32| feature.columns.contains(&(*source as usize));
                if derived.flat_map(|derived| &derived.sources).any(moves) {
                    return listed(MOST_TRIED);
                }
                // Each of the cells of the trees, by the value of it nearest to the own one.
                let boundaries = plan.boundaries.get(j)?;
                Some(Choices::new(feature, row, boundaries, plan.ensemble.width))
            }
            Plan::Linear(_) | Plan::Lines => listed(MOST_TRIED),
            Plan::Values => listed(MOST_RUN),
        }
    }
}

/// Whether a value of a feature reaches the goal, all else as it is.
fn reaches(
    frame: &Frame<'_>,
    feature: &Adjustable,
    row: &[f64],
    goal: &Goal,
    values: &[f64],
) -> bool {
    let mut with = row.to_vec();
    feature.columns.iter().zip(values).for_each(|(&c, &x)| with[c] = x);
    frame.moved(row, &mut with);
    frame.reached(&with, goal)
}

/// The smallest and the largest admissible value of a number; none where there is none.
fn ends(feature: &Adjustable, step: Option<f64>) -> Option<(f64, f64)> {
    let (low, high) = (feature.min, feature.max);
    let Some(step) = step else { return (low <= high).then_some((low, high)) };
    let (first, last) = ((low / step).round(), (high / step).round());
    if !(first.abs() < MOST_STEPS && last.abs() < MOST_STEPS) {
        return None;
    }
    let near = |k: f64, inside: &dyn Fn(f64) -> bool, toward: f64| {
        let mut steps = [k - toward, k, k + toward].into_iter().map(|k| multiple(step, k));
        steps.find(|x| inside(*x))
    };
    let least = near(first, &|x| x >= low, 1.0)?;
    let most = near(last, &|x| x <= high, -1.0)?;
    (least <= most).then_some((least, most))
}

/// First and last place of each stretch of truths.
fn runs_of(truths: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = vec![];
    for (i, _) in truths.iter().enumerate().filter(|(_, truth)| **truth) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == i => *last = i,
            _ => runs.push((i, i)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_truths() {
        assert_eq!(runs_of(&[true, true, false, true]), [(0, 1), (3, 3)]);
        assert_eq!(runs_of(&[false]), []);
    }

    #[test]
    fn ends_are_admissible_values() {
        let number = |min, max| Adjustable {
            columns: vec![0],
            kind: AdjustableKind::Number { step: Some(0.5) },
            direction: crate::counterfactual::Direction::Any,
            min,
            max,
            scale: 1.0,
            weight: 1.0,
        };
        assert_eq!(ends(&number(0.2, 2.9), Some(0.5)), Some((0.5, 2.5)));
        assert_eq!(ends(&number(1.0, 2.0), Some(0.5)), Some((1.0, 2.0)));
        assert_eq!(ends(&number(1.1, 1.4), Some(0.5)), None);
    }
}
