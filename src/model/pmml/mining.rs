//! MiningModel: models made of models.

use std::sync::Arc;

use super::expression::{Expression, Type};
use super::finish::{Finish, Target};
use super::model::{Around, is_model, outputs, read as read_model};
use super::predicate::{Predicate, of_element};
use super::read::{Refusal, Scope, attribute, bad, no, only};
use super::regression::Predicted;
use super::score::{Absent, Combination, Combined, Gate, Member, Part, Scored, Sum};
use super::transformation::value;
use super::tree::{self, Tree};
use super::xml::Node;
use crate::model::Link;

/// Segments that the first is selected from.
const MOST_SELECTED: usize = 1000;

/// The ways of putting models together that are computed.
const METHODS: [&str; 11] = [
    "modelChain",
    "selectFirst",
    "sum",
    "weightedSum",
    "x-weightedSum",
    "average",
    "weightedAverage",
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
    if !METHODS.contains(&method.as_ref()) {
        return Err(no(format!("the multipleModelMethod `{method}`")));
    }
    let threshold = reader.number_or(segmentation, "missingThreshold", 1.0)?;
    let absent = match segmentation.get("missingPredictionTreatment").as_deref() {
        None | Some("continue" | "returnMissing") => Absent::Nothing,
        Some("skipSegment") => Absent::LeftOut(threshold),
        Some(other) => return Err(no(format!("the missingPredictionTreatment `{other}`"))),
    };
    let votes = matches!(method.as_ref(), "majorityVote" | "weightedMajorityVote");
    let chain = method == "modelChain";
    let mut segments: Vec<Segment> = vec![];
    for segment in segmentation.children() {
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
        let scored = match (votes, model.name()) {
            (false, _) => read_model(around, scope, model)?,
            (true, "TreeModel") => voting(around, scope, model, predicted)?,
            (true, other) => return Err(no(format!("votes of a {other}"))),
        };
        if !chain && scored.classes.is_empty() == predicted.classification {
            return Err(bad("a Segment whose functionName is another than that of its model"));
        }
        let scored = Arc::new(scored);
        if chain {
            if !matches!(predicate, Predicate::True) {
                return Err(no("a modelChain whose Segments have predicates"));
            }
            outputs(reader, scope, model, &scored)?;
        }
        segments.push(Segment { predicate, weight, scored });
    }
    let Some(last) = segments.last() else { return Err(bad("a Segmentation without Segments")) };
    if !chain && segments.iter().any(|segment| segment.scored.sums.len() != last.scored.sums.len())
    {
        return Err(bad("Segments of different numbers of classes"));
    }
    match (method.as_ref(), predicted.classification) {
        ("modelChain", classification) => {
            if last.scored.classes.is_empty() == classification {
                return Err(bad("a modelChain whose last model has another functionName"));
            }
            let Segment { scored, .. } = segments.pop().ok_or_else(|| bad("no Segment"))?;
            Ok(Arc::try_unwrap(scored).unwrap_or_else(|shared| Scored {
                sums: shared.sums.clone(),
                finish: shared.finish,
                target: shared.target,
                classes: shared.classes.clone(),
                single: shared.single,
                otherwise: shared.otherwise.clone(),
                votes: shared.votes.clone(),
            }))
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
        ("majorityVote", true) => votes_of(segments, predicted, absent, |_| 1.0),
        ("weightedMajorityVote", true) => {
            votes_of(segments, predicted, absent, |segment| segment.weight)
        }
        ("median", false) => together(segments, predicted, Combination::Median, absent, |_| 1.0),
        ("weightedMedian", false) => {
            let weight = |segment: &Segment| segment.weight;
            together(segments, predicted, Combination::WeightedMedian, absent, weight)
        }
        (other, _) => Err(no(format!("the multipleModelMethod `{other}`"))),
    }
}

/// A tree that votes.
fn voting<'d>(
    around: Around<'_, 'd>,
    outer: &Scope<'_, 'd>,
    node: Node<'d>,
    predicted: &Predicted,
) -> Result<Scored, Refusal> {
    let mut plain = read_model(around, outer, node)?;
    let classes = predicted.classes.len();
    if plain.classes.len() != classes {
        return Err(bad("a Segment of another number of classes than its model"));
    }
    let mut voted: Option<Arc<Tree>> = None;
    for sum in &mut plain.sums {
        for (_, part) in &mut sum.parts {
            let Part::Tree(tree, ..) = part else { return Err(no("votes of such a TreeModel")) };
            let voted = match &voted {
                Some(voted) => voted.clone(),
                // Each score has the same tree; it is read as it was before it votes.
                None => voted.insert(Arc::new(tree::voting(tree, classes))).clone(),
            };
            *tree = voted;
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
    let always = segments.iter().all(|segment| matches!(segment.predicate, Predicate::True));
    if !always || absent != Absent::Nothing {
        return Err(no("votes with predicates of Segments, or with Segments that are skipped"));
    }
    let votes = segments.iter().map(|segment| {
        let part = segment.scored.sums.first().and_then(|sum| sum.parts.first());
        match part {
            Some((_, Part::Tree(tree, ..))) => Ok((tree.clone(), weight(segment))),
            _ => Err(no("votes of such a TreeModel")),
        }
    });
    let votes = votes.collect::<Result<Vec<_>, _>>()?;
    let scored = together(segments, predicted, Combination::Average, absent, weight)?;
    Ok(Scored { votes, ..scored })
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
            Member { predicate: segment.predicate, weight, scored: segment.scored }
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
    Ok(Scored { sums, finish, target, classes, single, otherwise, votes: vec![] })
}

/// A model whose scores are its predictions.
fn whole(sums: Vec<Sum>, classes: Vec<String>, single: bool) -> Scored {
    let finish = Finish::Link(Link::Identity);
    Scored {
        sums,
        finish,
        target: Target::default(),
        classes,
        single,
        otherwise: vec![],
        votes: vec![],
    }
}
