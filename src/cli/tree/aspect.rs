//! What of a model a tree pictures: its decision, class, score band or score, of every row.

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::{Of, TreeArgs, option};
use crate::cli::counterfactual::{first_highest, is_probability};
use crate::document::exact_number;
use crate::fault::{Checked, Faults};
use crate::language::{Wording, plain_number};
use crate::model::{Link, Model};
use crate::surrogate::{Said, Subject, roundest};

/// How a row's class is found.
#[derive(Debug)]
enum Ways {
    /// The prediction is at or above a threshold; the raw score that it has there.
    Threshold { at: f64, raw: f64 },
    /// The highest score.
    Highest,
    /// The highest score is this one's, or another's.
    One(usize),
    /// Between these scores, ascending.
    Bands(Vec<f64>),
    /// There are none.
    Nothing,
}

/// What a tree pictures.
#[derive(Debug)]
pub(super) struct Aspect<'m> {
    model: &'m dyn Model,
    /// The output whose score is meant.
    output: usize,
    ways: Ways,
    pub subject: Subject,
}

impl<'m> Aspect<'m> {
    /// What was asked for; `rows` are those that bands are made of.
    pub fn of(args: &TreeArgs, model: &'m dyn Model, rows: ArrayView2<'_, f64>) -> Checked<Self> {
        let of = |subject, output, ways| Ok(Aspect { model, output, ways, subject });
        if model.outputs() > 1 {
            if args.threshold.is_some() {
                let found = "a threshold for a model of several classes";
                let mend = "Leave it out, or picture one class with --class.";
                let expected = "none: the model says the class with the highest score";
                return Err(option("--threshold", found, expected, mend).into());
            }
            if args.bands.is_some() {
                return Err(no_bands("a model of several classes"));
            }
            let names: Vec<String> = (0..model.outputs())
                .map(|k| model.card().classes.get(k).cloned().unwrap_or_else(|| k.to_string()))
                .collect();
            let chosen = args.class.as_deref().map(|class| one_of(&names, class)).transpose()?;
            return match (args.of, chosen) {
                (Some(Of::Score), None) => {
                    let found =
                        "`score` for a model of several classes, which has a score for each";
                    let mend = "Give --class, or leave --of out for the decision.";
                    let expected = format!("a class whose score is meant: {}", names.join(", "));
                    Err(option("--of", found, expected, mend).into())
                }
                (Some(Of::Score), Some(k)) => {
                    of(Subject::Score { threshold: None }, k, Ways::Nothing)
                }
                (_, Some(k)) => {
                    let name = names.get(k).cloned().unwrap_or_default();
                    let classes = vec![format!("not {name}"), name];
                    of(Subject::Decision { classes }, k, Ways::One(k))
                }
                (_, None) => of(Subject::Decision { classes: names }, 0, Ways::Highest),
            };
        }
        if let Some(class) = &args.class {
            let found = format!("the class `{class}` for a model that says one number");
            let expected = "a class of a model of several classes";
            return Err(option("--class", found, expected, "Leave it out.").into());
        }
        let threshold = args.threshold.or(is_probability(model).then_some(0.5));
        let Some(at) = threshold else {
            return match args.of {
                Some(Of::Decision) => Aspect::bands(args, model, rows),
                _ if args.bands.is_some() => Err(no_bands("its score itself, which is pictured")),
                _ => of(Subject::Score { threshold: None }, 0, Ways::Nothing),
            };
        };
        if args.bands.is_some() {
            return Err(no_bands("a model that has a decision"));
        }
        let link = model.link();
        // Of a step only its place is known: 0 in raw score.
        let raw = if link == Link::Step { 0.0 } else { link.inverse(at) };
        if !raw.is_finite() {
            let found = format!("the threshold {}", plain_number(at));
            let expected = match is_probability(model) {
                true => "a number above 0 and below 1, as the predictions of this model are",
                false => "a number that the predictions of this model can be above and below",
            };
            return Err(option("--threshold", found, expected, "Correct --threshold.").into());
        }
        let subject = match args.of {
            Some(Of::Score) => Subject::Score { threshold: Some(raw) },
            _ => {
                let at = plain_number(at);
                let classes = vec![format!("prediction < {at}"), format!("prediction >= {at}")];
                Subject::Decision { classes }
            }
        };
        of(subject, 0, Ways::Threshold { at, raw })
    }

    /// Bands between quantiles of the scores.
    fn bands(args: &TreeArgs, model: &'m dyn Model, rows: ArrayView2<'_, f64>) -> Checked<Self> {
        let probe = Aspect {
            model,
            output: 0,
            ways: Ways::Nothing,
            subject: Subject::Score { threshold: None },
        };
        let mut scores = probe.say(rows).scores;
        scores.sort_unstable_by(f64::total_cmp);
        let bands = usize::from(args.bands.unwrap_or(BANDS));
        // A band begins between two scores that occur, at a number that people can read. Where many rows share a score
        // there are fewer bands.
        let begins = |k: usize| {
            let from = *scores.get(k * scores.len() / bands)?;
            let below = scores.partition_point(|score| *score < from).checked_sub(1)?;
            Some(roundest(*scores.get(below)?, from, false))
        };
        let mut edges: Vec<f64> = (1..bands).filter_map(begins).collect();
        edges.dedup();
        if edges.is_empty() {
            let found = "one and the same score of all rows";
            let expected = "scores that can be divided into bands";
            return Err(option("--of", found, expected, "Picture the score: --of score.").into());
        }
        let name = |k: usize| {
            let edge = |k: usize| edges.get(k).map(|x| plain_number(*x));
            match (k.checked_sub(1).and_then(edge), edge(k)) {
                (None, Some(to)) => format!("score < {to}"),
                (Some(from), Some(to)) => format!("{from} <= score < {to}"),
                (from, None) => format!("score >= {}", from.unwrap_or_default()),
            }
        };
        let classes = (0..=edges.len()).map(name).collect();
        let subject = Subject::Decision { classes };
        Ok(Aspect { model, output: 0, ways: Ways::Bands(edges), subject })
    }

    /// What the classes are called in a language.
    pub fn names(&self, wording: &Wording<'_>) -> Vec<String> {
        let number = |x: f64| exact_number(wording, x);
        let plain = match &self.subject {
            Subject::Decision { classes } => classes.clone(),
            Subject::Score { .. } => vec![],
        };
        match &self.ways {
            Ways::Threshold { at, .. } => ["surrogate-class-below", "surrogate-class-from"]
                .map(|id| wording.say(id, &[("wert", &number(*at))]))
                .to_vec(),
            Ways::One(_) => {
                let class = plain.get(1).cloned().unwrap_or_default();
                vec![wording.say("surrogate-class-other", &[("klasse", &class)]), class]
            }
            Ways::Bands(edges) => (0..=edges.len())
                .map(|k| {
                    let edge = |k: usize| edges.get(k).map(|x| number(*x));
                    match (k.checked_sub(1).and_then(edge), edge(k)) {
                        (None, Some(to)) => wording.say("surrogate-band-below", &[("bis", &to)]),
                        (Some(from), Some(to)) => {
                            let slots = [("von", &*from), ("bis", &*to)];
                            wording.say("surrogate-band-between", &slots)
                        }
                        (from, None) => {
                            let from = from.unwrap_or_default();
                            wording.say("surrogate-band-from", &[("von", &from)])
                        }
                    }
                })
                .collect(),
            Ways::Highest | Ways::Nothing => plain,
        }
    }

    /// The model's raw scores of a row, and its predictions.
    fn asked(&self, row: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let outputs = self.model.outputs();
        let (mut raw, mut value) = (vec![f64::NAN; outputs], vec![f64::NAN; outputs]);
        self.model.raw(row, &mut raw);
        self.model.value(&raw, &mut value);
        (raw, value)
    }

    /// The class of a row, and how far it is from another one.
    fn class(&self, raw: &[f64], value: &[f64]) -> Option<(usize, f64)> {
        let own = raw.first().copied().unwrap_or(f64::NAN);
        match &self.ways {
            Ways::Threshold { at, raw: limit } => {
                let positive = value.first().is_some_and(|value| value >= at);
                Some((usize::from(positive), (own - limit).abs()))
            }
            Ways::Highest => {
                let best = first_highest(raw);
                Some((best, lead(raw, best)))
            }
            Ways::One(k) => {
                let is_best = first_highest(raw) == *k;
                Some((usize::from(is_best), lead(raw, *k).abs()))
            }
            Ways::Bands(edges) => {
                let band = edges.partition_point(|edge| *edge <= own);
                let near = edges.iter().map(|edge| (own - edge).abs());
                Some((band, near.fold(f64::INFINITY, f64::min)))
            }
            Ways::Nothing => None,
        }
    }

    /// What the model says of rows.
    pub fn say(&self, rows: ArrayView2<'_, f64>) -> Said {
        let (said, _) = self.say_and_measure(rows);
        said
    }

    /// What the model says of rows, and how far each is from another class.
    pub fn say_and_measure(&self, rows: ArrayView2<'_, f64>) -> (Said, Vec<f64>) {
        let one = |row: usize| {
            let row = rows.row(row).to_vec();
            let (raw, value) = self.asked(&row);
            let score = raw.get(self.output).copied().unwrap_or(f64::NAN);
            (score, self.class(&raw, &value))
        };
        let all: Vec<(f64, Option<(usize, f64)>)> =
            (0..rows.nrows()).into_par_iter().map(one).collect();
        let classes = all.iter().filter_map(|(_, class)| class.map(|(class, _)| class)).collect();
        let distances = all.iter().filter_map(|(_, class)| class.map(|(_, off)| off)).collect();
        let scores = all.iter().map(|(score, _)| *score).collect();
        (Said { scores, classes }, distances)
    }
}

/// Bands of a score, where nobody says how many.
const BANDS: u8 = 4;

/// Bands that nobody would see.
fn no_bands(what: &str) -> Faults {
    let expected = "--bands only with --of decision, for a model that has none";
    option("--bands", format!("bands for {what}"), expected, "Leave it out.").into()
}

/// The place of a class, by its name or its number.
fn one_of(names: &[String], asked: &str) -> Checked<usize> {
    let named = names.iter().position(|name| name == asked);
    let found = named.or_else(|| asked.parse().ok().filter(|k| *k < names.len()));
    found.ok_or_else(|| {
        let expected = format!("one of {}", names.join(", "));
        option("--class", format!("the class `{asked}`"), expected, "Correct --class.").into()
    })
}

/// By how much one score is above the highest of the others.
fn lead(raw: &[f64], own: usize) -> f64 {
    let others = raw.iter().enumerate().filter(|(k, _)| *k != own).map(|(_, x)| *x);
    raw.get(own).copied().unwrap_or(f64::NAN) - others.fold(f64::NEG_INFINITY, f64::max)
}
