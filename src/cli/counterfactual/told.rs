//! What was found, in the columns and categories of the table: one JSON object a case.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::counterfactual::{Bound, Found, Isolation, Named, Proof};
use crate::model::{Form, Model, ModelCard};

/// What was found for a case: one line of the output of `klartext counterfactual`.
#[derive(Debug, JsonSchema, Serialize)]
pub(in crate::cli) struct CaseCounterfactuals {
    /// The case: its cell in the column of `--id`, else the number of its row, from 0.
    id: String,
    /// How sure the answer is, of the first change.
    status: Status,
    /// The model's prediction of the case as it is; of several classes one number a class.
    prediction: Prediction,
    /// What was to be reached.
    target: Wanted,
    /// The changes, best first; none where there are none.
    counterfactuals: Vec<Counterfactual>,
    /// What a change costs at least; only where the search stopped at its limit with none in hand. Of a change in hand its
    /// own `bound` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bound: Option<f64>,
}

#[derive(Clone, Copy, Debug, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// No admissible change costs less.
    Optimal,
    /// The search stopped at its limit: a smaller change may exist, which costs at least `bound`.
    Gap,
    /// Proven: no admissible change reaches the target.
    None,
    /// Found, or not found, by trying: nothing is proven.
    Sampled,
}

#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(untagged)]
enum Prediction {
    /// Of a model with one output.
    One(Option<f64>),
    /// One a class, in the order of the model's classes.
    Each(Vec<Option<f64>>),
}

#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Wanted {
    /// A prediction of at least this.
    Above(f64),
    /// A prediction below this.
    Below(f64),
    /// A prediction from the first up to the second; an open end is null.
    Between(Option<f64>, Option<f64>),
    /// This class.
    Class(String),
}

/// Changes that together bring the wanted result.
#[derive(Debug, JsonSchema, Serialize)]
struct Counterfactual {
    /// Every column that changes, those that move with others included; set in the case they give `prediction`.
    changes: Vec<ColumnChange>,
    /// 1 a changed feature and a tenth of its move in standard deviations of the background.
    cost: f64,
    /// No admissible change costs less than this; null where nothing is proven.
    bound: Option<f64>,
    /// The model's prediction of the changed case.
    prediction: Prediction,
    /// How ordinary the changed case is beside the background; only with `--plausible`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plausibility: Option<Plausibility>,
}

/// How ordinary a case is beside the background, by an isolation forest (Liu, Ting and Zhou 2008).
#[derive(Debug, JsonSchema, Serialize)]
struct Plausibility {
    /// The anomaly score, from 0 to 1: about 0.5 for an ordinary case, towards 1 for one that stands alone.
    isolation: f64,
    /// Share of the background's rows that are at least as isolated.
    as_isolated: f64,
}

#[derive(Debug, JsonSchema, Serialize)]
struct ColumnChange {
    /// The column.
    feature: String,
    /// Its value in the case.
    from: Value,
    /// Its new value.
    to: Value,
    /// The group of one-hot columns that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The column does not change on its own: it moves with these features.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    moves_with: Vec<String>,
}

#[derive(Debug, JsonSchema, Serialize)]
#[serde(untagged)]
enum Value {
    /// A number.
    Number(f64),
    /// The name of a category.
    Name(String),
}

/// The library's own prediction, one number an output.
pub(super) fn values(model: &dyn Model, row: &[f64]) -> Vec<f64> {
    let (mut raw, mut value) = (vec![f64::NAN; model.outputs()], vec![f64::NAN; model.outputs()]);
    model.raw(row, &mut raw);
    model.value(&raw, &mut value);
    value
}

/// Puts what was found into the words of the table.
pub(super) struct Teller<'a> {
    pub model: &'a dyn Model,
    pub card: &'a ModelCard,
    pub named: &'a [Named],
    pub bound: &'a Bound,
    pub names: &'a [String],
    pub isolation: Option<&'a Isolation>,
}

impl Teller<'_> {
    fn prediction(&self, row: &[f64]) -> Prediction {
        let finite = |x: &f64| x.is_finite().then_some(*x + 0.0);
        match values(self.model, row).as_slice() {
            [one] => Prediction::One(finite(one)),
            each => Prediction::Each(each.iter().map(finite).collect()),
        }
    }

    fn value(&self, column: usize, x: f64) -> Value {
        let text = self.named.get(column).and_then(|named| named.texts.get(&x.to_bits()));
        text.map_or(Value::Number(x + 0.0), |text| Value::Name(text.clone()))
    }

    pub fn case(
        &self,
        id: String,
        row: &[f64],
        target: Wanted,
        found: Vec<Found>,
    ) -> CaseCounterfactuals {
        let status = match found.first() {
            Some(Found::Changes { proof: Proof::Smallest, .. } | Found::AlreadyThere) => {
                Status::Optimal
            }
            Some(Found::Changes { proof: Proof::NotProven { .. }, .. }) => Status::Gap,
            Some(Found::Changes { proof: Proof::Sampled, .. }) => Status::Sampled,
            Some(Found::Impossible) => Status::None,
            Some(Found::NotFound { .. }) if !self.is_searched() => Status::Sampled,
            Some(Found::NotFound { .. }) | None => Status::Gap,
        };
        let bound = match found.first() {
            Some(Found::NotFound { bound }) => *bound,
            _ => None,
        };
        let counterfactuals = found.iter().filter_map(|found| self.change(row, found)).collect();
        CaseCounterfactuals {
            id,
            status,
            prediction: self.prediction(row),
            target,
            counterfactuals,
            bound,
        }
    }

    /// Whether the model's form is one that proofs are known for.
    fn is_searched(&self) -> bool {
        match self.model.form() {
            Form::Trees(trees) => trees.is_constant_leaved(),
            Form::Linear(_) => true,
            Form::Other => false,
        }
    }

    fn change(&self, own: &[f64], found: &Found) -> Option<Counterfactual> {
        let (changed, cost, bound) = match found {
            Found::Changes { cost, proof, row, .. } => {
                let bound = match proof {
                    Proof::Smallest => Some(*cost),
                    Proof::NotProven { gap } => Some(*cost - gap),
                    Proof::Sampled => None,
                };
                (row.as_slice(), *cost, bound)
            }
            // The case is where it is wanted: nothing need change.
            Found::AlreadyThere => (own, 0.0, Some(0.0)),
            Found::Impossible | Found::NotFound { .. } => return None,
        };
        let groups: BTreeMap<usize, &String> = self
            .bound
            .adjustable
            .iter()
            .zip(self.names)
            .filter(|(feature, _)| feature.columns.len() > 1)
            .flat_map(|(feature, name)| feature.columns.iter().map(move |c| (*c, name)))
            .collect();
        let moves_with = |column: usize| {
            let dependent = self.bound.dependents.iter().find(|d| d.column == column);
            let terms = dependent.into_iter().flat_map(|d| &d.terms);
            terms.filter_map(|(j, _)| self.names.get(*j).cloned()).collect()
        };
        let differs = |(_, (from, to)): &(usize, (&f64, &f64))| from.to_bits() != to.to_bits();
        let changes =
            own.iter().zip(changed).enumerate().filter(differs).map(|(column, (from, to))| {
                ColumnChange {
                    feature: self.card.features.get(column).cloned().unwrap_or_default(),
                    from: self.value(column, *from),
                    to: self.value(column, *to),
                    group: groups.get(&column).map(|name| (*name).clone()),
                    moves_with: moves_with(column),
                }
            });
        let (changes, prediction) = (changes.collect(), self.prediction(changed));
        let plausibility = self.isolation.map(|isolation| {
            let found = isolation.of(changed);
            Plausibility { isolation: found.score, as_isolated: found.share }
        });
        Some(Counterfactual { changes, cost, bound, prediction, plausibility })
    }
}
