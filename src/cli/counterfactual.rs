//! `klartext counterfactual`: the smallest changes that bring another result, with proof.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::Outcome;
use super::message::say;
use super::predict::{DataArgs, OutputArgs, placed, usage};
use crate::counterfactual::{
    Bound, Constraints, Found, Goal, Limits, Named, Proof, Search, Target,
};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{FeatureKind, Form, Link, MeanLink, Model, ModelCard, columns_for, rows_for};
use crate::table::{Cell, Table, write_file};

/// Arguments of `klartext counterfactual`.
#[derive(Args, Debug)]
#[command(
    about = "Find the smallest changes of a case that bring another result",
    after_help = "EXAMPLES:\n  \
        klartext counterfactual --model model.json --data cases.csv --background background.csv --id case_id\n  \
        klartext counterfactual --model model.json --data cases.csv --background background.csv --constraints rules.toml --max-changes 2 -o changes.jsonl\n  \
        klartext counterfactual --model wages.txt --data cases.csv --background background.csv --target 1500..2000 --count 3\n\n\
        CONSTRAINTS:\n  \
        [features.age]\n  \
        direction = \"increase\"        # or \"decrease\"\n  \
        integer = true                # or step = 0.5, min = 18, max = 67\n  \
        [features.sex]\n  \
        immutable = true\n  \
        [features.region]\n  \
        values = [\"north\", \"south\"]\n  \
        [features.years_of_work]\n  \
        depends_on = \"age\"            # moves with it; a list: by the sum of their moves\n  \
        [groups]\n  \
        trade = [\"trade_a\", \"trade_b\"]   # one-hot columns that are one category\n\n\
        One JSON object a case, see `klartext schema counterfactual`. Status: optimal (no smaller change exists within\n\
        the constraints), gap (the search stopped; a smaller change costs at least `bound`), none (proven: no change\n\
        within the constraints brings the result), sampled (found by trying: not proven smallest). New values stay\n\
        within the background's. Cost: 1 a changed feature and a tenth of its move in standard deviations."
)]
pub struct CounterfactualArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    /// Table of the comparison group: new values stay within its values
    #[arg(long, value_name = "FILE")]
    pub background: PathBuf,
    /// What may change and how (TOML); without it every feature may
    #[arg(long, value_name = "FILE")]
    pub constraints: Option<PathBuf>,
    /// Most features that may change together [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_changes: Option<u32>,
    /// Different changes a case; each leaves a feature alone that every one before it changes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// Prediction from which the result is the other one [default: 0.5, for probabilities]
    #[arg(long, value_name = "NUMBER", conflicts_with = "target")]
    pub threshold: Option<f64>,
    /// Class to reach, or the prediction's range FROM..TO (either end may be left out) [default: the other side of the
    /// threshold; of several classes the nearest other one]
    #[arg(long, value_name = "CLASS|FROM..TO")]
    pub target: Option<String>,
    /// How far beyond the threshold the changed case must lie, in raw score
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0)]
    pub margin: f64,
    /// Boxes looked at for each change before the search stops with what it has
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub max_boxes: usize,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// What was found for a case: one line of the output of `klartext counterfactual`.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct CaseCounterfactuals {
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
enum Wanted {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// The column does not change on its own: it moves with these features.
    #[serde(skip_serializing_if = "Vec::is_empty")]
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

/// Runs `klartext counterfactual`.
///
/// # Errors
/// The faults of model, tables, constraints and output file; R47 where it is not said what is to be reached.
pub fn run(args: &CounterfactualArgs) -> Checked<Outcome> {
    counterfactuals(args).map_err(|faults| placed(faults, &args.data.model))
}

fn counterfactuals(args: &CounterfactualArgs) -> Checked<Outcome> {
    let rows = args.data.rows()?;
    let model: &dyn Model = rows.loaded.model.as_ref();
    let card = model.card();
    let aim = Aim::of(args, model)?;
    note(model);
    let table = args.data.table.read(&args.background)?;
    let id = args.data.id.as_deref();
    let numbers = rows_for(card, &table, id, args.data.table.decimal_comma)?;
    let background = Faults(numbers.faults).or(numbers.values)?;
    let mut named = names(card, &table, background.view(), id)?;
    if card.kinds.iter().any(|kind| matches!(kind, FeatureKind::Hashed(_))) {
        // The texts of hashed categories stand only in the tables.
        let data = args.data.table.read(&args.data.data)?;
        let own = names(card, &data, rows.numbers.values.view(), id)?;
        for (named, own) in named.iter_mut().zip(own) {
            for (bits, text) in own.texts {
                named.texts.entry(bits).or_insert(text);
            }
        }
    }
    let constraints = match &args.constraints {
        Some(path) => read_constraints(path)?,
        None => Constraints::default(),
    };
    let weighted = matches!(model.form(), Form::Linear(_));
    let bound = constraints.bind(card, background.view(), &named, weighted)?;
    let limits = Limits {
        max_changes: args.max_changes.map_or(usize::MAX, |n| n as usize),
        max_boxes: args.max_boxes,
    };
    let Bound { adjustable, names, dependents } = bound.clone();
    let search = Search::with(model, adjustable, dependents, limits)?;
    let teller = Teller { model, card, named: &named, bound: &bound, names: &names };
    let count = args.count as usize;
    let lines: Vec<String> = rows
        .sound()
        .par_iter()
        .map(|(r, row)| {
            let id = match rows.id(*r) {
                Cell::Text(id) => id,
                _ => String::new(),
            };
            let (wanted, found) = aim.reach(&search, model, row, count)?;
            let told = teller.case(id, row, wanted, found);
            Ok(serde_json::to_string(&told).unwrap_or_default())
        })
        .collect::<Checked<_>>()?;
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    match &args.output.output {
        Some(path) => write_file(path, text.as_bytes(), args.output.force)?,
        None => match io::stdout().lock().write_all(text.as_bytes()) {
            // A reader that has seen enough is no fault.
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                let place = Place::file("standard output");
                let mend = "Send the output somewhere else.";
                return Err(
                    Fault::new("F03", place, e.to_string(), "a writable output", mend).into()
                );
            }
            _ => {}
        },
    }
    Ok(rows.outcome())
}

fn read_constraints(path: &std::path::Path) -> Checked<Constraints> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        let mend = "Check the name and the permissions.";
        Fault::new("R45", Place::file(&file), e.to_string(), "a readable TOML file in UTF-8", mend)
    })?;
    Constraints::parse(&file, &text)
}

/// The texts of the categories' codes, as model and table have them.
fn names(
    card: &ModelCard,
    table: &Table,
    values: ndarray::ArrayView2<f64>,
    id: Option<&str>,
) -> Checked<Vec<Named>> {
    let columns = columns_for(card, table, id)?;
    let mut all = vec![Named::default(); card.features.len()];
    for (j, (named, column)) in all.iter_mut().zip(&columns).enumerate() {
        match card.kind(j) {
            FeatureKind::Category(levels) => {
                let each = levels.names.iter().enumerate();
                named.texts = each.map(|(i, n)| ((i as f64).to_bits(), n.clone())).collect();
            }
            FeatureKind::Hashed(_) => {
                let Some(at) = table.column(column) else { continue };
                for r in 0..table.rows.len() {
                    let code = values.get((r, j)).copied().unwrap_or(f64::NAN);
                    if let (Some(text), false) = (table.text(r, at), code.is_nan()) {
                        named.texts.entry(code.to_bits()).or_insert_with(|| text.to_owned());
                    }
                }
            }
            FeatureKind::Number | FeatureKind::Code => {}
        }
    }
    Ok(all)
}

/// What is to be reached.
enum Aim {
    /// The other side of a threshold of the prediction, which lies here in raw scores.
    OtherSide {
        output: usize,
        threshold: f64,
        raw: f64,
        margin: f64,
    },
    /// A range of the prediction.
    Within {
        output: usize,
        from: f64,
        to: f64,
        goal: Goal,
    },
    Class {
        output: usize,
        name: String,
        margin: f64,
    },
    /// The nearest class that the case is not in.
    OtherClass {
        names: Vec<String>,
        margin: f64,
    },
}

impl Aim {
    fn of(args: &CounterfactualArgs, model: &dyn Model) -> Checked<Self> {
        let (card, margin) = (model.card(), args.margin);
        let names: Vec<String> = (0..model.outputs())
            .map(|k| card.classes.get(k).cloned().unwrap_or_else(|| k.to_string()))
            .collect();
        if let Some(target) = &args.target
            && let Some((from, to)) = target.split_once("..")
        {
            return Aim::within(model, from, to, margin);
        }
        if model.outputs() > 1 {
            if !chooses(model.link()) || card.classes.is_empty() && model.link() == Link::Identity {
                return Err(Aim::unsaid("a model of several numbers that are no classes"));
            }
            let Some(target) = &args.target else {
                return Ok(Aim::OtherClass { names, margin });
            };
            let found = names.iter().position(|name| name == target);
            let found = found.or_else(|| target.parse().ok().filter(|k| *k < names.len()));
            return match found {
                Some(output) => {
                    let name = names.get(output).cloned().unwrap_or_default();
                    Ok(Aim::Class { output, name, margin })
                }
                None => {
                    let expected = format!("one of {}", names.join(", "));
                    Err(usage(format!("the class `{target}`"), expected, "Correct --target.")
                        .into())
                }
            };
        }
        if let Some(target) = &args.target {
            let found = format!("the target `{target}` for a model of one number");
            let mend = "Correct --target, or leave it out for the other side of --threshold.";
            return Err(usage(found, "a range FROM..TO of the prediction", mend).into());
        }
        let threshold = match args.threshold {
            Some(threshold) => threshold,
            None if is_probability(model) => 0.5,
            None => return Err(Aim::unsaid("a model whose prediction is a number")),
        };
        let link = model.link();
        // Of a step only its place is known: 0 in raw score.
        let raw = if link == Link::Step { 0.0 } else { link.inverse(threshold) };
        if !raw.is_finite() {
            let found = format!("the threshold {threshold}");
            let expected = "a threshold that the model's prediction can cross";
            return Err(usage(found, expected, "Correct --threshold.").into());
        }
        Ok(Aim::OtherSide { output: 0, threshold, raw, margin })
    }

    fn unsaid(found: &str) -> Faults {
        Fault::new(
            "R47",
            Place::default(),
            found,
            "what is to be reached",
            "Give --target FROM..TO (a range of the prediction), or --threshold.",
        )
        .into()
    }

    fn within(model: &dyn Model, from: &str, to: &str, margin: f64) -> Checked<Self> {
        let end = |text: &str, open: f64| {
            let text = text.trim();
            if text.is_empty() { Some(open) } else { text.parse().ok() }
        };
        let ends = end(from, f64::NEG_INFINITY).zip(end(to, f64::INFINITY));
        let Some((from, to)) =
            ends.filter(|(from, to)| from <= to && (from.is_finite() || to.is_finite()))
        else {
            let found = format!("the target `{from}..{to}`");
            let expected =
                "two numbers FROM..TO, the first not above the second, at most one left out";
            return Err(usage(found, expected, "Correct --target.").into());
        };
        let link = model.link();
        if model.outputs() != 1 || matches!(link, Link::Inverse | Link::Step) {
            let found = "a range for a model without one rising prediction";
            return Err(usage(found, "a model of one number", "Give a class with --target.").into());
        }
        let raw = |x: f64| if x.is_finite() { link.inverse(x) } else { x };
        let (low, high) = (raw(from), raw(to));
        // An end beyond all predictions is no limit.
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        let high = if high.is_nan() { f64::INFINITY } else { high };
        let values = Some((from, to));
        let goal = Goal::Band { output: 0, from: low, to: high, margin, values };
        Ok(Aim::Within { from, to, goal })
    }

    /// What the case is to reach, and the changes found.
    fn reach(
        &self,
        search: &Search<'_>,
        model: &dyn Model,
        row: &[f64],
        count: usize,
    ) -> Checked<(Wanted, Vec<Found>)> {
        match self {
            Aim::OtherSide { output, threshold, raw, margin } => {
                let above = values(model, row).get(*output).is_some_and(|x| *x < *threshold);
                let target = Target { threshold_raw: *raw, above, margin: *margin };
                let goal = Goal::Side { output: *output, target, value: Some(*threshold) };
                let wanted =
                    if above { Wanted::Above(*threshold) } else { Wanted::Below(*threshold) };
                Ok((wanted, search.several(row, goal, count)?))
            }
            Aim::Within { from, to, goal } => {
                let finite = |x: f64| x.is_finite().then_some(x);
                let wanted = Wanted::Between(finite(*from), finite(*to));
                Ok((wanted, search.several(row, *goal, count)?))
            }
            Aim::Class { output, name, margin } => {
                let goal = Goal::Class { output: *output, margin: *margin };
                Ok((Wanted::Class(name.clone()), search.several(row, goal, count)?))
            }
            Aim::OtherClass { names, margin } => {
                let mut raw = vec![f64::NAN; model.outputs()];
                model.raw(row, &mut raw);
                let own = first_highest(&raw);
                let mut best: Option<(f64, usize, Vec<Found>)> = None;
                for output in (0..names.len()).filter(|k| *k != own) {
                    let found =
                        search.several(row, Goal::Class { output, margin: *margin }, count)?;
                    let cost = match found.first() {
                        Some(Found::Changes { cost, .. }) => *cost,
                        // Unfinished before impossible: it must not look like a proof.
                        Some(Found::NotFound) => f64::MAX,
                        _ => f64::INFINITY,
                    };
                    if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                        best = Some((cost, output, found));
                    }
                }
                let (_, output, found) = best.unwrap_or((0.0, own, Vec::new()));
                Ok((Wanted::Class(names.get(output).cloned().unwrap_or_default()), found))
            }
        }
    }
}

/// Whether the highest score decides.
fn chooses(link: Link) -> bool {
    matches!(
        link,
        Link::Softmax
            | Link::SoftmaxZero
            | Link::Share
            | Link::LogisticShare
            | Link::Logistic { .. }
            | Link::Identity
            | Link::Mean {
                then: MeanLink::Softmax | MeanLink::Logistic { .. } | MeanLink::Identity,
                ..
            }
    )
}

/// Whether the one prediction is a probability.
fn is_probability(model: &dyn Model) -> bool {
    let card = model.card();
    let linked = matches!(
        model.link(),
        Link::Logistic { .. }
            | Link::Probit
            | Link::ComplementaryLogLog
            | Link::LogLog
            | Link::Cauchit
            | Link::Step
            | Link::Mean { then: MeanLink::Logistic { .. }, .. }
    );
    linked || card.positive.is_some() || !card.classes.is_empty()
}

fn values(model: &dyn Model, row: &[f64]) -> Vec<f64> {
    let (mut raw, mut value) = (vec![f64::NAN; model.outputs()], vec![f64::NAN; model.outputs()]);
    model.raw(row, &mut raw);
    model.value(&raw, &mut value);
    value
}

fn first_highest(scores: &[f64]) -> usize {
    let best =
        scores.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(0, |(k, _)| k)
}

/// Puts what was found into the words of the table.
struct Teller<'a> {
    model: &'a dyn Model,
    card: &'a ModelCard,
    named: &'a [Named],
    bound: &'a Bound,
    names: &'a [String],
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

    fn case(
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
            Some(Found::NotFound) if !self.is_searched() => Status::Sampled,
            Some(Found::NotFound) | None => Status::Gap,
        };
        let counterfactuals = found.iter().filter_map(|found| self.change(row, found)).collect();
        CaseCounterfactuals {
            id,
            status,
            prediction: self.prediction(row),
            target,
            counterfactuals,
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
            Found::Impossible | Found::NotFound => return None,
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
        Some(Counterfactual { changes, cost, bound, prediction })
    }
}

/// What is said once, where proofs are not to be had.
fn note(model: &dyn Model) {
    if matches!(model.form(), Form::Other) {
        say(
            "note: of this model only values are known; changes are found by trying and not proven smallest.",
        );
    }
}
