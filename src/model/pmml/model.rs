//! The model elements of a file: their schema, transformations, targets and outputs, and models made of models.

use std::sync::Arc;

use super::expression::{Expression, Shared, Type, Value};
use super::field::{self, Dictionary, Usage, class_place, usage};
use super::finish::{Finish, Target, Whole};
use super::function::{Function, Two};
use super::predicate::Predicate;
use super::read::{Meaning, Reader, Refusal, Scope, attribute, bad, no, only, parts};
use super::regression::Predicted;
use super::score::{Gate, Part, Scored, Sum};
use super::transformation::{cast, data_type, expression, value};
use super::xml::Node;
use super::{general, mining, regression, scorecard, tree};
use crate::model::Link;

/// What a model element is read with.
#[derive(Clone, Copy, Debug)]
pub struct Around<'r, 'd> {
    /// The file.
    pub reader: &'r Reader<'d>,
    /// Its fields.
    pub dictionary: &'r Dictionary<'d>,
    /// What the model around it predicts.
    pub predicted: Option<&'r Predicted>,
}

/// The attributes of model elements that are known; those of a GeneralRegressionModel are its own.
const ATTRIBUTES: [&str; 17] = [
    "modelName",
    "functionName",
    "algorithmName",
    "isScorable",
    "x-mathContext",
    "modelType",
    "targetFieldName",
    "normalizationMethod",
    "missingValueStrategy",
    "missingValuePenalty",
    "noTrueChildStrategy",
    "splitCharacteristic",
    "initialScore",
    "useReasonCodes",
    "reasonCodeAlgorithm",
    "baselineScore",
    "baselineMethod",
];

/// The elements that are models.
pub fn is_model(node: Node<'_>) -> bool {
    node.name().ends_with("Model")
        || matches!(node.name(), "Scorecard" | "NeuralNetwork" | "RuleSet" | "AnomalyDetection")
}

/// A model element; `scope` has the fields around it.
pub fn read<'d>(
    around: Around<'_, 'd>,
    outer: &Scope<'_, 'd>,
    node: Node<'d>,
) -> Result<Scored, Refusal> {
    let reader = around.reader;
    let _deeper = reader.deeper()?;
    if node.get("isScorable").is_some_and(|is| is == "false" || is == "0") {
        return Err(no("a model that says of itself that it is not for scoring"));
    }
    let predicted = predicted(around, node)?;
    let scope = Scope::inside(outer);
    if let (Some(schema), Some(_)) = (node.child("MiningSchema"), around.predicted) {
        field::nested(reader, outer, &scope, schema)?;
    }
    if let Some(local) = node.child("LocalTransformations") {
        scope.derive(local)?;
    }
    known(node)?;
    if node.name() != "GeneralRegressionModel" {
        only(node, &ATTRIBUTES)?;
    }
    let scored = match node.name() {
        "RegressionModel" => regression::read(reader, &scope, node, &predicted)?,
        "GeneralRegressionModel" => general::read(reader, &scope, node, &predicted)?,
        "TreeModel" => tree_model(reader, &scope, node, &predicted)?,
        "Scorecard" => scorecard::read(reader, &scope, node)?,
        "MiningModel" => mining::read(
            Around { predicted: Some(&predicted), ..around },
            &scope,
            node,
            &predicted,
        )?,
        other => return Err(no(format!("a {other}"))),
    };
    targets(reader, node, scored)
}

/// Refuses what a model element must not have to be read exactly.
fn known(node: Node<'_>) -> Result<(), Refusal> {
    let parts: &[&str] = match node.name() {
        "RegressionModel" => &["RegressionTable"],
        "TreeModel" => &["Node"],
        "MiningModel" => &["Segmentation"],
        "Scorecard" => &["Characteristics"],
        "GeneralRegressionModel" => &[
            "ParameterList",
            "FactorList",
            "CovariateList",
            "PPMatrix",
            "PCovMatrix",
            "ParamMatrix",
            "EventValues",
        ],
        other => return Err(no(format!("a {other}"))),
    };
    let all = ["MiningSchema", "Output", "ModelStats", "ModelExplanation", "Targets"];
    let more = ["LocalTransformations", "ModelVerification"];
    let known = |name: &str| parts.contains(&name) || all.contains(&name) || more.contains(&name);
    match node.children().find(|child| !known(child.name())) {
        Some(child) => Err(no(format!("{} in a {}", child.name(), node.name()))),
        None => Ok(()),
    }
}

/// What a model element predicts.
fn predicted(around: Around<'_, '_>, node: Node<'_>) -> Result<Predicted, Refusal> {
    let function = match node.name() {
        "Scorecard" => node.get("functionName").unwrap_or("regression".into()),
        _ => attribute(node, "functionName")?,
    };
    let classification = match function.as_ref() {
        "regression" => false,
        "classification" => true,
        other => return Err(no(format!("a model whose functionName is `{other}`"))),
    };
    let context = node.get("x-mathContext");
    let single = match context.as_deref() {
        None | Some("double") => false,
        Some("float") => true,
        Some(other) => return Err(no(format!("the x-mathContext `{other}`"))),
    };
    let mut predicted = Predicted { classification, single, ..Predicted::default() };
    if !classification {
        return Ok(predicted);
    }
    let mut targets = vec![];
    for field in
        node.child("MiningSchema").into_iter().flat_map(|schema| schema.named("MiningField"))
    {
        if usage(field)? == Usage::Target {
            targets.push(attribute(field, "name")?);
        }
    }
    let target = match targets.as_slice() {
        [name] => around.dictionary.get(name.as_ref()),
        [] => None,
        _ => return Err(no("a model with more than one target")),
    };
    if let Some(field) = target {
        predicted.classes = field::classes(field);
        predicted.declared = !predicted.classes.is_empty();
        predicted.ordinal = field.is_ordinal();
    } else if let Some(outer) = around.predicted.filter(|outer| outer.classification) {
        predicted.classes = outer.classes.clone();
        predicted.ordinal = outer.ordinal;
    }
    if predicted.classes.is_empty() {
        predicted.classes = mentioned(node);
    }
    Ok(predicted)
}

/// The classes that a model's own parts name, where its target lists none.
fn mentioned(node: Node<'_>) -> Vec<String> {
    let mut classes: Vec<String> = vec![];
    for part in node.all() {
        let name = match part.name() {
            "ScoreDistribution" => part.get("value"),
            "RegressionTable" => part.get("targetCategory"),
            "Node" => part.get("score"),
            _ => None,
        };
        if let Some(name) = name
            && class_place(&classes, &name).is_none()
            && classes.len() < 1000
        {
            classes.push(name.into_owned());
        }
    }
    classes
}

/// A tree model as a score.
fn tree_model(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    predicted: &Predicted,
) -> Result<Scored, Refusal> {
    let classes = predicted.classification.then_some(predicted.classes.as_slice());
    if classes.is_some_and(|classes| classes.len() < 2) {
        return Err(bad("a tree for fewer than two classes"));
    }
    let tree = tree::read(reader, scope, node, classes, predicted.single)?;
    if let Some(step) = step(&tree, predicted) {
        return Ok(step);
    }
    let tree = Arc::new(tree);
    let part = |output: usize| Sum {
        base: 0.0,
        parts: vec![(Gate::default(), Part::Tree(tree.clone(), output, 1.0))],
        single: predicted.single,
    };
    let sums = match predicted.classes.len() {
        _ if !predicted.classification => vec![part(0)],
        2 => vec![part(1)],
        several => (0..several).map(part).collect(),
    };
    Ok(Scored { classes: predicted.classes.clone(), ..Scored::bare(sums, predicted.single) })
}

/// A tree that only asks whether another model's score is above a limit, as CatBoost closes its chains.
fn step(tree: &tree::Tree, predicted: &Predicted) -> Option<Scored> {
    use super::function::Compare;
    let [root, first, second] = tree.nodes.as_slice() else { return None };
    if tree.missing.spreads() {
        return None;
    }
    let (Predicate::True, Predicate::Compare(of, compare, limit), Predicate::True) =
        (&root.predicate, &first.predicate, &second.predicate)
    else {
        return None;
    };
    let Expression::Model(scored, output) = &of.expression else { return None };
    let finish = match compare {
        Compare::Greater if *limit == 0.0 => Finish::Link(Link::Step),
        Compare::Greater => Finish::Above(*limit),
        Compare::GreaterOrEqual => Finish::AtLeast(*limit),
        _ => return None,
    };
    let chosen = (first.vote, second.vote) == (Some(1), Some(0))
        && [first, second].iter().all(|node| node.children.is_empty());
    let certain = [first, second].iter().all(|node| {
        let of = |k| tree.result(node, k);
        (of(0), of(1)) == (0.0, 1.0) || (of(0), of(1)) == (1.0, 0.0)
    });
    let sums = || scored.sums.get(*output).cloned().into_iter().collect();
    (chosen && certain && predicted.classes.len() == 2 && scored.is_bare()).then(|| Scored {
        finish,
        classes: predicted.classes.clone(),
        ..Scored::bare(sums(), predicted.single)
    })
}

/// A model with what its `Targets` do.
fn targets(reader: &Reader<'_>, node: Node<'_>, mut scored: Scored) -> Result<Scored, Refusal> {
    let Some(targets) = node.child("Targets") else { return Ok(scored) };
    parts(targets, &["Target"])?;
    let all: Vec<Node<'_>> = targets.named("Target").collect();
    let target = match all.as_slice() {
        [] => return Ok(scored),
        [target] => *target,
        _ => return Err(no("more than one Target")),
    };
    only(
        target,
        &["field", "optype", "castInteger", "min", "max", "rescaleConstant", "rescaleFactor"],
    )?;
    let whole = match target.get("castInteger").as_deref() {
        None => None,
        Some("round") => Some(Whole::Nearest),
        Some("ceiling") => Some(Whole::Ceiling),
        Some("floor") => Some(Whole::Floor),
        Some(other) => return Err(no(format!("castInteger `{other}`"))),
    };
    let limit = |name: &str, otherwise: f64| reader.number_or(target, name, otherwise);
    let limits = (limit("min", f64::NEG_INFINITY)?, limit("max", f64::INFINITY)?);
    let (factor, constant) = (limit("rescaleFactor", 1.0)?, limit("rescaleConstant", 0.0)?);
    let given = Target { limits, factor, constant, whole };
    parts(target, &["TargetValue"])?;
    let values: Vec<Node<'_>> = target.named("TargetValue").collect();
    if !scored.classes.is_empty() {
        if !given.is_nothing() {
            return Err(no("a Target that changes the numbers of classes"));
        }
        let mut priors = vec![f64::NAN; scored.classes.len()];
        for value in values {
            let (name, prior) = (value.get("value"), value.get("priorProbability"));
            if let (Some(name), Some(prior)) = (name, prior) {
                let prior = reader.number(&prior)?;
                let place = class_place(&scored.classes, &name);
                match place.and_then(|place| priors.get_mut(place)) {
                    Some(place) => *place = prior,
                    None => return Err(bad(format!("the class `{name}`, which there is not"))),
                }
            }
        }
        if !priors.iter().any(|prior| prior.is_nan()) {
            let sum: f64 = priors.iter().sum();
            let skip = usize::from(scored.sums.len() == 1);
            scored.otherwise = priors.iter().skip(skip).map(|prior| prior / sum).collect();
        }
        return Ok(scored);
    }
    if let [value] = values.as_slice()
        && let Some(text) = value.get("defaultValue")
    {
        scored.otherwise = vec![reader.number(&text)?];
    }
    if given.is_linear() && scored.is_bare() {
        let single = scored.single;
        for sum in &mut scored.sums {
            *sum = sum.scaled(factor, constant);
            sum.single |= single;
        }
    } else if scored.target.is_nothing() {
        scored.target = given;
    } else if !given.is_nothing() {
        return Err(no("a Target after trials"));
    }
    Ok(scored)
}

/// Gives the names of a model's outputs a meaning in the chain that it is a link of. Where the model takes part only if
/// a predicate is true, the outputs are otherwise those of an earlier model, or missing.
pub fn outputs<'d>(
    reader: &Reader<'d>,
    scope: &Scope<'_, 'd>,
    node: Node<'d>,
    scored: &Arc<Scored>,
    only_if: Option<&Arc<Predicate>>,
) -> Result<(), Refusal> {
    for field in node.child("Output").into_iter().flat_map(|output| output.named("OutputField")) {
        let name = attribute(field, "name")?.into_owned();
        let found = output(reader, scope, field, scored).and_then(|of| {
            let Some(predicate) = only_if else { return Ok(of) };
            let ty = of.ty;
            let other = scope.local(&name).unwrap_or_else(|| Value::constant(f64::NAN, ty));
            match other.ty == ty {
                true => value(Expression::Where(predicate.clone(), of, other), ty),
                false => Err(no(format!("the output `{name}` of two types"))),
            }
        });
        let meaning = match found {
            Ok(value) => Meaning::Value(value),
            Err(refusal) => Meaning::Refused(refusal),
        };
        scope.put(name, meaning);
    }
    Ok(())
}

fn output<'d>(
    reader: &Reader<'d>,
    scope: &Scope<'_, 'd>,
    field: Node<'d>,
    scored: &Arc<Scored>,
) -> Result<Shared, Refusal> {
    let ty = data_type(field)?;
    let own = if scored.single { Type::Float } else { Type::Double };
    let model = |output: usize| value(Expression::Model(scored.clone(), output), own);
    let of = match field.get("feature").as_deref().unwrap_or("predictedValue") {
        "predictedValue" if scored.classes.is_empty() => model(0)?,
        "transformedValue" => {
            let body = field.children().next();
            let body = body.ok_or_else(|| bad("an OutputField without an expression"))?;
            expression(reader, scope, body, ty)?
        }
        "probability" => {
            let name = attribute(field, "value")?;
            let place = class_place(&scored.classes, &name);
            let place =
                place.ok_or_else(|| bad(format!("the class `{name}`, which there is not")))?;
            match (scored.sums.len(), place) {
                (1, 1) => model(0)?,
                (1, _) => {
                    let one = Value::constant(1.0, own);
                    let rest = Function::Two(Two::Subtract, own);
                    value(Expression::Apply(rest, vec![one, model(0)?]), own)?
                }
                _ => model(place)?,
            }
        }
        other => {
            return Err(no(format!("an output of the feature `{other}` as another model's field")));
        }
    };
    match ty {
        Some(Type::Float) if of.ty == Type::Double => cast(of, Type::Float),
        Some(Type::Double) => cast(of, Type::Double),
        _ => Ok(of),
    }
}
