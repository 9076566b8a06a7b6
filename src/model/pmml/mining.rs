//! MiningModel: models made of models.

use std::sync::Arc;

use super::combined::{Absent, Combination, Combined, Member};
use super::expression::{Expression, Type};
use super::finish::{Finish, Target};
use super::model::{Around, is_model, outputs, read as read_model};
use super::predicate::{Predicate, of_element};
use super::read::{Refusal, Scope, attribute, bad, no, only};
use super::regression::Predicted;
use super::score::{Gate, Part, Scored, Sum};
use super::transformation::value;
use super::tree::{self, Tree};
use super::xml::Node;
use crate::model::Link;

/// Segments that the first is selected from.
const MOST_SELECTED: usize = 1000;

/// The ways of putting models together that are computed.
const METHODS: [&str; 12] = [
    "modelChain",
    "selectFirst",
    "sum",
    "weightedSum",
    "x-weightedSum",
    "average",
    "weightedAverage",
    "max",
    "median",
    "weightedMedian",
    "majorityVote",
    "weightedMajorityVote",
];

/// One segment.
struct Segment {
    predicate: Predicate,
    weight: f64,
    scored: Arc<Scored>,
}

/// A MiningModel.
pub fn read<'d>(
    around: Around<'_, 'd>,
    scope: &Scope<'_, 'd>,
    node: Node<'d>,
    predicted: &Predicted,
) -> Result<Scored, Refusal> {
    let reader = around.reader;
    let segmentation = node.child("Segmentation");
    let segmentation = segmentation.ok_or_else(|| bad("a MiningModel without a Segmentation"))?;
    only(segmentation, &["multipleModelMethod", "missingPredictionTreatment", "missingThreshold"])?;
    let method = attribute(segmentation, "multipleModelMethod")?;
    if method == "selectAll" {
        return Err(no(
            "the multipleModelMethod `selectAll`: it has a result a Segment, and no single one",
        ));
    }
    if !METHODS.contains(&method.as_ref()) {
        return Err(no(format!("the multipleModelMethod `{method}`")));
    }
    let threshold = reader.number_or(segmentation, "missingThreshold", 1.0)?;
    let votes = matches!(method.as_ref(), "majorityVote" | "weightedMajorityVote");
    let absent = match segmentation.get("missingPredictionTreatment").as_deref() {
        None | Some("continue") if votes => Absent::Counted(threshold),
        None | Some("continue" | "returnMissing") => Absent::Nothing,
        Some("skipSegment") => Absent::LeftOut(threshold),
        Some(other) => return Err(no(format!("the missingPredictionTreatment `{other}`"))),
    };
    let chain = method == "modelChain";
    let mut segments = reader.all(segmentation.children(), |segment| {
        if segment.name() != "Segment" {
            return Err(no(format!("{} in a Segmentation", segment.name())));
        }
        only(segment, &["id", "weight"])?;
        let weight = reader.number_or(segment, "weight", 1.0)?;
        if !(weight >= 0.0 && weight.is_finite()) {
            return Err(bad(format!("the weight {weight} of a Segment")));
        }
        let predicate = of_element(reader, scope, segment)?;
        let model = segment.children().find(|child| is_model(*child));
        let model = model.ok_or_else(|| bad("a Segment without a model"))?;
        let scored = read_model(around, scope, model)?;
        let scored = if votes { voting(scored, predicted)? } else { scored };
        if !chain && scored.classes.is_empty() == predicted.classification {
            return Err(bad("a Segment whose functionName is another than that of its model"));
        }
        let scored = Arc::new(scored);
        if chain {
            let only_if =
                (!matches!(predicate, Predicate::True)).then(|| Arc::new(predicate.clone()));
            outputs(reader, scope, model, &scored, only_if.as_ref())?;
        }
        Ok(Segment { predicate, weight, scored })
    })?;
    let Some(last) = segments.last() else { return Err(bad("a Segmentation without Segments")) };
    if !chain && segments.iter().any(|segment| segment.scored.sums.len() != last.scored.sums.len())
    {
        return Err(bad("Segments of different numbers of classes"));
    }
    match (method.as_ref(), predicted.classification) {
        ("modelChain", _) if !matches!(last.predicate, Predicate::True) => {
            // The last model that takes part has the result: the first one from behind.
            let alike = |segment: &Segment| {
                segment.scored.classes.is_empty() != predicted.classification
                    && segment.scored.sums.len() == last.scored.sums.len()
            };
            let always = |segment: &Segment| matches!(segment.predicate, Predicate::True);
            let first = segments.iter().rposition(always).unwrap_or(0);
            if !segments.iter().skip(first).all(alike) {
                return Err(no("a modelChain that may end with models of different results"));
            }
            segments.drain(..first);
            segments.reverse();
            select_first(segments)
        }
        ("modelChain", classification) => {
            if last.scored.classes.is_empty() == classification {
                return Err(bad("a modelChain whose last model has another functionName"));
            }
            let Segment { scored, .. } = segments.pop().ok_or_else(|| bad("no Segment"))?;
            Ok(Arc::unwrap_or_clone(scored))
        }
        ("selectFirst", _) if absent == Absent::Nothing => select_first(segments),
        ("sum", false) => together(segments, predicted, Combination::Sum, absent, |_| 1.0),
        ("weightedSum" | "x-weightedSum", false) => {
            together(segments, predicted, Combination::Sum, absent, |segment| segment.weight)
        }
        ("average", _) => together(segments, predicted, Combination::Average, absent, |_| 1.0),
        ("weightedAverage", _) => {
            together(segments, predicted, Combination::Average, absent, |segment| segment.weight)
        }
        ("max", true) => together(segments, predicted, Combination::Surest, absent, |_| 1.0),
        ("median", true) => together(segments, predicted, Combination::Middle, absent, |_| 1.0),
        ("majorityVote", true) => votes_of(segments, predicted, absent, |_| 1.0),
        ("weightedMajorityVote", true) => {
            votes_of(segments, predicted, absent, |segment| segment.weight)
        }
        ("median", false) => together(segments, predicted, Combination::Median, absent, |_| 1.0),
        ("weightedMedian", false) => {
            let weight = |segment: &Segment| segment.weight;
            together(segments, predicted, Combination::WeightedMedian, absent, weight)
        }
        (other, true) => Err(no(format!(
            "the multipleModelMethod `{other}` of classes, which the standard does not have"
        ))),
        (other, false) => Err(no(format!(
            "the multipleModelMethod `{other}` of numbers, which the standard does not have"
        ))),
    }
}

/// A model that votes: a tree with one leaf a row by its node's own class, any other by its most probable class.
fn voting(mut plain: Scored, predicted: &Predicted) -> Result<Scored, Refusal> {
    let classes = predicted.classes.len();
    if plain.classes.len() != classes {
        return Err(bad("a Segment of another number of classes than its model"));
    }
    let votes = |sum: &Sum| match sum.parts.as_slice() {
        [(_, Part::Tree(tree, ..))] => !tree.missing.spreads(),
        _ => false,
    };
    if !(plain.is_bare() && plain.sums.iter().all(votes)) {
        return Ok(plain);
    }
    let mut voted: Option<Arc<Tree>> = None;
    for part in plain.sums.iter_mut().flat_map(|sum| &mut sum.parts) {
        if let (_, Part::Tree(tree, ..)) = part {
            // Each score has the same tree; it is read as it was before it votes.
            let of = voted.get_or_insert_with(|| Arc::new(tree::voting(tree, classes)));
            *tree = of.clone();
        }
    }
    Ok(plain)
}

/// Shares of votes.
fn votes_of(
    segments: Vec<Segment>,
    predicted: &Predicted,
    absent: Absent,
    weight: impl Fn(&Segment) -> f64,
) -> Result<Scored, Refusal> {
    let tree = |segment: &Segment| match segment.scored.sums.first()?.parts.as_slice() {
        [(_, Part::Tree(tree, ..))] if segment.scored.is_bare() && !tree.missing.spreads() => {
            Some((tree.clone(), weight(segment)))
        }
        _ => None,
    };
    let always = segments.iter().all(|segment| matches!(segment.predicate, Predicate::True));
    let votes: Option<Vec<_>> = segments.iter().map(tree).collect();
    match votes.filter(|_| always && absent == Absent::Counted(1.0)) {
        // Trees that all vote are a mean of trees, as long as each has a vote.
        Some(votes) => {
            let mean = Combination::Average;
            let scored = together(segments, predicted, mean, Absent::Nothing, weight)?;
            Ok(Scored { votes, ..scored })
        }
        None => together(segments, predicted, Combination::Votes, absent, weight),
    }
}

/// Segments whose results are summed, averaged, or put in order.
fn together(
    segments: Vec<Segment>,
    predicted: &Predicted,
    how: Combination,
    absent: Absent,
    weight: impl Fn(&Segment) -> f64,
) -> Result<Scored, Refusal> {
    let always = segments.iter().all(|segment| matches!(segment.predicate, Predicate::True));
    let outputs = segments.first().map_or(1, |segment| segment.scored.sums.len());
    let all: f64 = segments.iter().map(&weight).sum();
    if all <= 0.0 {
        return Err(bad("Segments whose weights are 0"));
    }
    let scale = if how == Combination::Average { all } else { 1.0 };
    let additive = absent == Absent::Nothing
        && matches!(how, Combination::Sum | Combination::Average)
        && (always || how == Combination::Sum);
    let mut sums = vec![Sum { single: predicted.single, ..Sum::default() }; outputs];
    if additive {
        let mut waiting = vec![];
        for segment in &segments {
            let share = weight(segment) / scale;
            let waits = !matches!(segment.predicate, Predicate::True);
            let mut bare = vec![];
            for k in 0..outputs {
                bare.push(result(&segment.scored, k)?);
            }
            if waits {
                waiting.push((bare, share));
            } else {
                bare.iter().zip(&mut sums).for_each(|(of, sum)| sum.add(of, share));
            }
        }
        if !always {
            gated(segments, waiting, &mut sums);
        }
    } else {
        let members = segments.into_iter().map(|segment| {
            let weight = weight(&segment);
            let mass = segment.weight;
            Member { predicate: segment.predicate, weight, mass, scored: segment.scored }
        });
        let combined = Arc::new(Combined { how, absent, members: members.collect() });
        for (k, sum) in sums.iter_mut().enumerate() {
            sum.parts.push((Gate::default(), Part::Combined(combined.clone(), k, 1.0)));
        }
    }
    Ok(whole(sums, predicted.classes.clone(), predicted.single))
}

/// The segments of a sum that take part only where their predicate is true; without any there is no result.
fn gated(segments: Vec<Segment>, waiting: Vec<(Vec<Sum>, f64)>, sums: &mut [Sum]) {
    let unit = Arc::new(tree::constant(Some(1.0)));
    let mut waiting = waiting.into_iter();
    let (mut predicates, mut certain) = (vec![], false);
    for segment in segments {
        if matches!(segment.predicate, Predicate::True) {
            certain = true;
            continue;
        }
        let predicate = Arc::new(segment.predicate);
        predicates.push(predicate.clone());
        let gate = Gate { earlier: vec![], this: Some(predicate) };
        if let Some((bare, share)) = waiting.next() {
            for (of, sum) in bare.iter().zip(sums.iter_mut()) {
                sum.add(&of.gated(&gate, &unit), share);
            }
        }
    }
    if !certain {
        let none = Gate { earlier: predicates, this: None };
        sums.iter_mut().for_each(|sum| sum.parts.push((none.clone(), Part::Nothing)));
    }
}

/// A model's result as a sum: its own sum if nothing is done to it, else its prediction.
fn result(scored: &Arc<Scored>, output: usize) -> Result<Sum, Refusal> {
    match scored.sums.get(output) {
        Some(sum) if scored.is_bare() => Ok(sum.clone()),
        _ => {
            let of = value(Expression::Model(scored.clone(), output), Type::Double)?;
            let parts = vec![(Gate::default(), Part::Term(of, 1.0))];
            Ok(Sum { base: 0.0, parts, single: scored.single })
        }
    }
}

/// The first segment whose predicate is true.
fn select_first(segments: Vec<Segment>) -> Result<Scored, Refusal> {
    let Some(first) = segments.first() else { return Err(bad("no Segment")) };
    let alike = segments.iter().all(|segment| {
        let (a, b) = (&segment.scored, &first.scored);
        a.finish == b.finish
            && a.target == b.target
            && a.otherwise == b.otherwise
            && a.single == b.single
    });
    let (finish, target, classes, single, otherwise) = match alike {
        true => {
            let of = &first.scored;
            (of.finish, of.target, of.classes.clone(), of.single, of.otherwise.clone())
        }
        // Different links: the result is the prediction, and the score is it, too.
        false => {
            let bare = Finish::Link(Link::Identity);
            (bare, Target::default(), first.scored.classes.clone(), false, vec![])
        }
    };
    let unit = Arc::new(tree::constant(Some(1.0)));
    let mut sums = vec![Sum { single, ..Sum::default() }; first.scored.sums.len()];
    let mut earlier: Vec<Arc<Predicate>> = vec![];
    let mut certain = false;
    for segment in segments {
        let is_true = matches!(segment.predicate, Predicate::True);
        let predicate = Arc::new(segment.predicate);
        let this = (!is_true).then(|| predicate.clone());
        let gate = Gate { earlier: earlier.clone(), this };
        for (k, sum) in sums.iter_mut().enumerate() {
            let of = match (alike, segment.scored.sums.get(k)) {
                (true, Some(of)) => of.clone(),
                _ => result(&segment.scored, k)?,
            };
            sum.add(&of.gated(&gate, &unit), 1.0);
        }
        if is_true {
            certain = true;
            break;
        }
        earlier.push(predicate);
        if earlier.len() > MOST_SELECTED {
            return Err(no(format!("selectFirst over more than {MOST_SELECTED} Segments")));
        }
    }
    if !certain {
        let none = Gate { earlier, this: None };
        sums.iter_mut().for_each(|sum| sum.parts.push((none.clone(), Part::Nothing)));
    }
    Ok(Scored { finish, target, classes, otherwise, ..Scored::bare(sums, single) })
}

/// A model whose scores are its predictions.
fn whole(sums: Vec<Sum>, classes: Vec<String>, single: bool) -> Scored {
    Scored { classes, ..Scored::bare(sums, single) }
}
