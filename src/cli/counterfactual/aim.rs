//! Which result other values are to bring.

use super::CounterfactualArgs;
use super::told::{Wanted, values};
use crate::cli::predict::usage;
use crate::counterfactual::{Found, Goal, Proof, Search, Target};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Link, MeanLink, Model};

/// What is to be reached.
pub(super) enum Aim {
    /// The other side of a threshold of the prediction, which lies here in raw scores.
    OtherSide {
        output: usize,
        threshold: f64,
        raw: f64,
        margin: f64,
    },
    /// A range of the prediction.
    Within {
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
    pub fn of(args: &CounterfactualArgs, model: &dyn Model) -> Checked<Self> {
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
            if let Some(threshold) = args.threshold {
                let found = format!("the threshold {threshold} for a model of several classes");
                let mend = "Give a class with --target, or nothing for the nearest other one.";
                return Err(usage(found, "no threshold", mend).into());
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
        let asked = format!("{from}..{to}");
        let end = |text: &str, open: f64| {
            let text = text.trim();
            if text.is_empty() { Some(open) } else { text.parse().ok() }
        };
        let ends = end(from, f64::NEG_INFINITY).zip(end(to, f64::INFINITY));
        let Some((from, to)) =
            ends.filter(|(from, to)| from <= to && (from.is_finite() || to.is_finite()))
        else {
            let found = format!("the target `{asked}`");
            let expected =
                "two numbers FROM..TO, the first not above the second, at most one left out";
            return Err(usage(found, expected, "Correct --target.").into());
        };
        let link = model.link();
        if model.outputs() != 1 {
            let found = format!("the range `{asked}` for a model of {} outputs", model.outputs());
            return Err(usage(found, "a class", "Give a class with --target.").into());
        }
        if matches!(link, Link::Inverse | Link::Step) {
            let found =
                format!("the range `{asked}` for a prediction that does not rise with the score");
            let expected = "a prediction that rises with the model's score";
            return Err(usage(found, expected, "Give --threshold.").into());
        }
        let raw = |x: f64| if x.is_finite() { link.inverse(x) } else { x };
        let (low, high) = (raw(from), raw(to));
        // An end beyond all predictions is no limit.
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        let high = if high.is_nan() { f64::INFINITY } else { high };
        if low == f64::NEG_INFINITY && high == f64::INFINITY || low + margin > high - margin {
            let found = match margin {
                0.0 => format!("the target `{asked}`"),
                _ => format!("the target `{asked}` with a margin of {margin} at both ends"),
            };
            let expected = "a range in which predictions of this model can lie";
            return Err(usage(found, expected, "Correct --target or --margin.").into());
        }
        let values = Some((from, to));
        let goal = Goal::Band { output: 0, from: low, to: high, margin, values };
        Ok(Aim::Within { from, to, goal })
    }

    /// What the case is to reach, and the changes found.
    pub fn reach(
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
                // What a change into any other class costs at least, as far as is known.
                let mut least = f64::INFINITY;
                for output in (0..names.len()).filter(|k| *k != own) {
                    let found =
                        search.several(row, Goal::Class { output, margin: *margin }, count)?;
                    let (cost, bound) = match found.first() {
                        Some(Found::Changes { cost, proof: Proof::NotProven { gap }, .. }) => {
                            (*cost, *cost - gap)
                        }
                        Some(Found::Changes { cost, .. }) => (*cost, *cost),
                        // Unfinished before impossible: it must not look like a proof.
                        Some(Found::NotFound { bound }) => (f64::MAX, bound.unwrap_or(0.0)),
                        _ => (f64::INFINITY, f64::INFINITY),
                    };
                    least = least.min(bound);
                    if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                        best = Some((cost, output, found));
                    }
                }
                let (_, output, mut found) = best.unwrap_or((0.0, own, Vec::new()));
                // The nearest class is proven only where no unfinished search leaves room for a nearer one.
                if let Some(Found::Changes { cost, proof, .. }) = found.first_mut()
                    && *proof != Proof::Sampled
                    && least < *cost
                {
                    *proof = Proof::NotProven { gap: *cost - least };
                }
                if let Some(Found::NotFound { bound: Some(bound) }) = found.first_mut() {
                    *bound = least;
                }
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
pub(in crate::cli) fn is_probability(model: &dyn Model) -> bool {
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

/// The place of the highest score, of several the first.
pub(in crate::cli) fn first_highest(scores: &[f64]) -> usize {
    let best =
        scores.iter().enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or(0, |(k, _)| k)
}
