//! "Please check these details": the inputs whose correction alone would change the result.
//!
//! Every feature is asked that no law protects, also one that nobody can act on (a wrong date of accident), in both
//! directions: what is looked for is a wrong value, not advice. The values are exact for the model (`counterfactual::
//! Search::turning`); they are values that a document can print.

use jiff::civil::Date;
use ndarray::Array2;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adjustable::{kind, spread};
use super::basis::Basis;
use super::explain::{decoded, input_value};
use super::gate::prints_alike;
use super::record::{ChangeView, InputValue};
use crate::counterfactual::{Adjustable, Direction, Goal, Turning};
use crate::fault::Checked;
use crate::procedure::{CaseValue, Feature, Kind, Procedure, Protection, Source};

/// The details whose correction alone would change the result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetailsView {
    /// Those that would: missing ones first, then the nearest to their own value.
    pub turning: Vec<DetailView>,
    /// Ids of features that were not asked: the law protects them.
    pub protected: Vec<String>,
    /// Ids of features with too many values to try one by one on this model: nothing is said of them.
    pub unsearched: Vec<String>,
}

/// A detail whose correction alone would change the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetailView {
    /// Feature id.
    pub feature: String,
    /// The value it has.
    pub value: InputValue,
    /// Where that comes from: `own` (the person), `file` (the agency's), `other` (another body).
    pub source: String,
    /// State of the case's data.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
    /// Of a number: with any value of these ranges, all else as it is, the result is the other one. The nearest below the
    /// own value and the nearest above it; every range where the value is missing.
    pub ranges: Vec<TurningRange>,
    /// Of a choice: ids of the values with which the result is the other one.
    pub choices: Vec<String>,
    /// From the own value to the nearest such value, in standard deviations of the comparison group; 1 for a choice, none
    /// for a missing value.
    pub distance: Option<f64>,
}

/// A range of values that turn the result, both ends included, on the grid that the feature is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurningRange {
    /// Its smallest value.
    pub low: f64,
    /// Its largest value.
    pub high: f64,
    /// It begins at the smallest value that the procedure (or, where it names none, the comparison group) has.
    pub from_least: bool,
    /// It ends at the largest value.
    pub to_most: bool,
}

/// What may be wrong: every feature that is not protected, with the values that the procedure admits (those between the
/// comparison group's ends, where it admits all), on the grid that a document prints.
pub(super) fn checkable(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    background: &Array2<f64>,
) -> (Vec<usize>, Vec<Adjustable>) {
    let (mut features, mut all) = (vec![], vec![]);
    for (i, (feature, columns)) in procedure.features.iter().zip(columns).enumerate() {
        if matches!(feature.protection, Protection::Protected(_)) {
            continue;
        }
        let (low, high, scale) = spread(background, columns);
        let (low, high) = (feature.min.unwrap_or(low), feature.max.unwrap_or(high));
        let number = matches!(feature.kind, Kind::Quantity | Kind::Percent);
        // A number that no case of the group has, and the procedure does not bound, has no values to try.
        if number && (low > high || low.is_nan() || high.is_nan()) {
            continue;
        }
        features.push(i);
        all.push(Adjustable {
            columns: columns.clone(),
            kind: kind(feature),
            direction: Direction::Any,
            min: low.min(high),
            max: high.max(low),
            scale: if number { scale } else { 0.0 },
            weight: 1.0,
        });
    }
    (features, all)
}

impl Basis<'_> {
    /// The details of a case whose correction alone would change its result.
    ///
    /// # Errors
    /// As [`crate::counterfactual::Search::turning`].
    pub(super) fn details(
        &self,
        values: &[CaseValue],
        row: &[f64],
        positive: bool,
        as_of: Option<Date>,
    ) -> Checked<DetailsView> {
        let output = 0;
        let target = self.target(positive);
        let goal = Goal::Side { output, target, value: Some(self.procedure.threshold) };
        let found = self.details_search.turning(row, goal)?;
        let mut view = DetailsView::default();
        for (i, feature) in self.procedure.features.iter().enumerate() {
            if matches!(feature.protection, Protection::Protected(_)) {
                view.protected.push(feature.id.clone());
                continue;
            }
            let place = self.checkable.iter().position(|&of| of == i);
            let turning = place.and_then(|place| found.get(place));
            let Some(turning) = turning.filter(|turning| turning.searched) else {
                view.unsearched.push(feature.id.clone());
                continue;
            };
            let value = values.get(i).copied().unwrap_or(CaseValue::Missing);
            let columns = self.columns.get(i).map(Vec::as_slice).unwrap_or_default();
            let spread = spread(&self.background, columns);
            view.turning.extend(self.detail(feature, value, turning, columns, spread, as_of));
        }
        // Missing ones first; the order of the procedure among equal ones.
        let key = |detail: &DetailView| detail.distance.unwrap_or(-1.0);
        view.turning.sort_by(|a, b| key(a).total_cmp(&key(b)));
        Ok(view)
    }

    /// Some case of the comparison group has these values.
    fn is_seen(&self, columns: &[usize], values: &[f64]) -> bool {
        self.background
            .rows()
            .into_iter()
            .any(|row| columns.iter().zip(values).all(|(&column, x)| row.get(column) == Some(x)))
    }

    /// A detail, if a value that earlier cases have would turn the result.
    fn detail(
        &self,
        feature: &Feature,
        value: CaseValue,
        turning: &Turning,
        own_columns: &[usize],
        (low, high, scale): (f64, f64, f64),
        as_of: Option<Date>,
    ) -> Option<DetailView> {
        let own = input_value(feature, value);
        let nearest = |run: &crate::counterfactual::Run| match value {
            CaseValue::Number(own) if run.high < own => run.high,
            CaseValue::Number(_) => run.low,
            // Of a missing value the part that earlier cases have.
            _ => run.low.max(low).min(run.high),
        };
        let is_told = |run: &&crate::counterfactual::Run| {
            let near = nearest(run);
            let change = ChangeView {
                feature: feature.id.clone(),
                from: own.clone(),
                to: InputValue::Number(near),
            };
            near >= low && near <= high && !prints_alike(&change, self.procedure)
        };
        let runs: Vec<&crate::counterfactual::Run> = turning.runs.iter().filter(is_told).collect();
        let choices: Vec<String> = turning
            .values
            .iter()
            // A choice that no case of the group has is none that anybody has seen.
            .filter(|columns| self.is_seen(own_columns, columns))
            .filter_map(|columns| match decoded(feature, columns) {
                InputValue::Word(id) => Some(id),
                _ => None,
            })
            .collect();
        if runs.is_empty() && choices.is_empty() {
            return None;
        }
        let distance = match value {
            CaseValue::Missing => None,
            CaseValue::Choice(_) => Some(1.0),
            CaseValue::Number(own) => {
                let moves = runs.iter().map(|run| (nearest(run) - own).abs());
                let least = moves.fold(f64::INFINITY, f64::min);
                Some(if scale > 0.0 { least / scale } else { 0.0 })
            }
        };
        let range = |run: &&crate::counterfactual::Run| TurningRange {
            low: run.low + 0.0,
            high: run.high + 0.0,
            from_least: run.from_least,
            to_most: run.to_most,
        };
        Some(DetailView {
            feature: feature.id.clone(),
            value: own,
            source: match feature.source {
                Source::Own => "own",
                Source::File => "file",
                Source::Other(_) => "other",
            }
            .to_owned(),
            as_of,
            ranges: runs.iter().map(range).collect(),
            choices,
            distance: distance.filter(|distance| distance.is_finite()),
        })
    }
}
