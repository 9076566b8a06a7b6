//! PMML 4.0 to 4.4, as the JPMML evaluator computes it.
//!
//! A file is read in three steps: XML as flat lists ([`xml`]); what its fields, transformations, predicates and models
//! mean, with types, three truths and missing values ([`expression`], [`predicate`], [`tree`], [`score`]); and, where
//! that is possible without changing a number, trees and weighted sums of the kind that attributions know
//! ([`compile`]). What is not possible is evaluated as it is.

mod combined;
mod compile;
mod decide;
mod expression;
mod field;
mod finish;
mod function;
mod general;
mod knowledge;
mod mining;
mod model;
mod predicate;
mod read;
mod regression;
mod score;
mod scorecard;
mod spread;
mod text;
mod transformation;
mod tree;
mod words;
mod xml;

use std::sync::Arc;

use self::field::{Condition, Features};
use self::finish::Finish;
use self::model::{Around, is_model};
use self::read::{Reader, Refusal, Scope, attribute, bad, no};
use self::score::{Part, Scored};
use self::xml::{Document, Node as Element};
use super::fault::malformed;
use super::{Form, LinearModel, Link, Model, ModelCard, TreeEnsemble};
use crate::fault::{Checked, Faults};

/// A PMML model.
#[derive(Debug)]
struct PmmlModel {
    card: ModelCard,
    scored: Arc<Scored>,
    body: Body,
    conditions: Vec<(u32, Condition)>,
    fills: Option<Vec<f64>>,
}

/// What computes its scores.
#[derive(Debug)]
enum Body {
    Trees(Box<TreeEnsemble>),
    Linear(Box<LinearModel>),
    Other,
}

/// Reads a model from the bytes of a PMML file.
///
/// # Errors
/// M03 for what is no XML or no PMML, M04 for what is not supported, M05 for parts that contradict each other.
pub(super) fn read(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let document = Document::read(file, bytes)?;
    let root = document.root();
    if root.name() != "PMML" {
        let found = format!("XML whose root element is {}", root.name());
        return Err(malformed(file, "a PMML document", found));
    }
    let mut reader = Reader::default();
    let model = of_document(&mut reader, root);
    let mut refusals = reader.refusals();
    match model {
        Ok(model) if refusals.is_empty() => return Ok(Box::new(model)),
        Ok(_) => {}
        Err(refusal) if !refusals.contains(&refusal) => refusals.push(refusal),
        Err(_) => {}
    }
    Err(Faults(refusals.into_iter().flat_map(|refusal| refusal.faults(file).0).collect()))
}

fn of_document<'d>(reader: &mut Reader<'d>, root: Element<'d>) -> Result<PmmlModel, Refusal> {
    let version = attribute(root, "version")?;
    if !version.starts_with("4.") {
        return Err(no(format!("PMML {version} (4.0 to 4.4 are read)")));
    }
    if let Some(language) = root.get("xmlns")
        && !language.starts_with("http://www.dmg.org/PMML-4_")
    {
        return Err(no(format!("the XML namespace `{language}`")));
    }
    let parts = ["Header", "DataDictionary", "TransformationDictionary", "MiningBuildTask"];
    let mut models = vec![];
    for part in root.children() {
        if is_model(part) {
            models.push(part);
        } else if !parts.contains(&part.name()) {
            reader.refused(part, no(format!("{} in a PMML file", part.name())));
        }
    }
    let model = match models.as_slice() {
        [model] => *model,
        [] => return Err(bad("a file without a model")),
        several => return Err(no(format!("{} models in one file", several.len()))),
    };
    let transformations = root.child("TransformationDictionary");
    for function in transformations.into_iter().flat_map(|all| all.named("DefineFunction")) {
        reader.functions.insert(attribute(function, "name")?.into_owned(), function);
    }
    let reader = &*reader;
    let dictionary = field::dictionary(reader, root)?;
    let scope = Scope::default();
    let schema =
        model.child("MiningSchema").ok_or_else(|| bad("a model without a MiningSchema"))?;
    // A model is read also where some of its fields are refused: what else is wrong is told with them.
    let features = field::features(reader, &scope, root, &dictionary, schema);
    if let Some(transformations) = transformations {
        scope.derive(transformations)?;
    }
    let around = Around { reader, dictionary: &dictionary, predicted: None };
    let scored = model::read(around, &scope, model);
    Ok(compiled(root, model, scored?, features?))
}

/// A model in the form that says most about it.
fn compiled(
    root: Element<'_>,
    model: Element<'_>,
    scored: Scored,
    features: Features,
) -> PmmlModel {
    let mut card = card(root, model, &scored, &features);
    let Features { names, kinds, fills, conditions } = features;
    let body = if let Ok(linear) = compile::linear(&scored, names.len()) {
        Body::Linear(Box::new(LinearModel { card: card.clone(), ..linear }))
    } else if let Ok(trees) = compile::trees(&scored, &kinds) {
        let trees = TreeEnsemble { card: card.clone(), ..trees }.measured();
        card = trees.card.clone();
        Body::Trees(Box::new(trees))
    } else {
        Body::Other
    };
    let all = matches!(body, Body::Linear(_)) && !fills.iter().any(|fill| fill.is_nan());
    let fills = all.then_some(fills);
    PmmlModel { card, scored: Arc::new(scored), body, conditions, fills }
}

fn card(root: Element<'_>, model: Element<'_>, scored: &Scored, features: &Features) -> ModelCard {
    let version = root.get("version").unwrap_or_default();
    let application = root.child("Header").and_then(|header| header.child("Application"));
    let part = |name| application.and_then(|of| of.get(name)).unwrap_or_default();
    let first = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    let written_by = format!("{} {}", part("name"), first(&part("version")));
    let mut objective = model.name().to_owned();
    for name in ["functionName", "algorithmName"] {
        if let Some(text) = model.get(name) {
            objective.push_str(", ");
            objective.push_str(&text);
        }
    }
    let several = scored.sums.len() > 1;
    let mut notes = vec![];
    if !matches!(scored.finish, Finish::Link(_)) {
        notes.push(format!("From score to prediction: {}.", scored.finish));
    }
    if !scored.target.is_nothing() {
        notes.push("The predicted number is limited, scaled or rounded in the end.".to_owned());
    }
    if !features.conditions.is_empty() {
        let mut named: Vec<&str> = vec![];
        for (feature, _) in &features.conditions {
            let name = features.names.get(*feature as usize).map_or("", String::as_str);
            if !named.contains(&name) {
                named.push(name);
            }
        }
        notes.push(format!(
            "There is no prediction for numbers that the file does not allow, of: {}.",
            named.join(", ")
        ));
    }
    notes.extend(unevaluated(model));
    let tree = scored.sums.iter().flat_map(|sum| &sum.parts);
    let tree = tree.map(|(_, part)| part).find_map(|part| match part {
        Part::Tree(tree, ..) => Some(tree.missing),
        _ => None,
    });
    let missing = match tree {
        None => "without a value that the sum needs there is no prediction",
        Some(tree::MissingStrategy::PassedOver) => "missing values fail every comparison",
        Some(tree::MissingStrategy::Last) => "at a missing value the result is the node's own",
        Some(tree::MissingStrategy::Nothing) => "at a missing value there is no prediction",
        Some(tree::MissingStrategy::DefaultChild) => "missing values go to a node's default child",
        Some(tree::MissingStrategy::WeightedConfidence) => {
            "a missing value goes every way that it may, each by its training rows"
        }
        Some(tree::MissingStrategy::AggregateNodes) => {
            "with a missing value all leaves that may be reached are one"
        }
    };
    ModelCard {
        format: format!("pmml-{version}"),
        written_by: written_by.trim().to_owned(),
        objective,
        features: features.names.clone(),
        kinds: features.kinds.clone(),
        classes: if several { scored.classes.clone() } else { vec![] },
        positive: if several { None } else { scored.classes.get(1).cloned() },
        missing: missing.to_owned(),
        notes,
        ..ModelCard::default()
    }
}

/// A sentence on the outputs that the file makes of the prediction, which change nothing of it and are not shown.
fn unevaluated(model: Element<'_>) -> Option<String> {
    /// Outputs that are named.
    const MOST: usize = 10;
    let shown = ["predictedValue", "probability"];
    let fields = model.child("Output").into_iter().flat_map(|output| output.named("OutputField"));
    let told = fields.filter_map(|field| {
        let feature = field.get("feature").unwrap_or("predictedValue".into());
        (!shown.contains(&feature.as_ref()))
            .then(|| format!("{} ({feature})", field.get("name").unwrap_or_default()))
    });
    let mut told: Vec<String> = told.take(MOST + 1).collect();
    if told.len() > MOST {
        told.truncate(MOST);
        told.push("…".to_owned());
    }
    (!told.is_empty()).then(|| {
        format!(
            "The file makes further outputs of the prediction, which change no score and are not shown: {}.",
            told.join(", ")
        )
    })
}

impl PmmlModel {
    /// Whether there is a prediction for a row.
    fn accepts(&self, row: &[f64]) -> bool {
        self.conditions.iter().all(|(feature, condition)| {
            condition.holds(row.get(*feature as usize).copied().unwrap_or(f64::NAN))
        })
    }

    /// The scores of trees, NaN where one has no result; `single`: in single precision.
    fn tree_scores(trees: &TreeEnsemble, row: &[f64], single: bool, out: &mut [f64]) {
        let row = trees.row(row);
        let seen = |f: usize| row.get(f).copied().unwrap_or(f64::NAN);
        out.fill(0.0);
        for tree in &trees.trees {
            let leaf = tree.leaf(seen);
            let nothing = leaf == 0.0 && leaf.is_sign_negative();
            if let Some(out) = out.get_mut(tree.output) {
                *out += if nothing { f64::NAN } else { leaf };
                if single {
                    *out = f64::from(*out as f32);
                }
            }
        }
        for (out, base) in out.iter_mut().zip(&trees.base) {
            *out = match single {
                true => f64::from((*out / trees.divisor) as f32 + *base as f32),
                false => *out / trees.divisor + base,
            };
        }
    }
}

impl Model for PmmlModel {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn outputs(&self) -> usize {
        self.scored.sums.len()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        let single = self.scored.sums.iter().any(|sum| sum.single);
        match &self.body {
            _ if !single || !self.accepts(row) => self.exact(row, out),
            Body::Trees(trees) => Self::tree_scores(trees, row, true, out),
            Body::Linear(_) | Body::Other => {
                let of = |feature: u32| row.get(feature as usize).copied().unwrap_or(f64::NAN);
                for (out, sum) in out.iter_mut().zip(&self.scored.sums) {
                    *out = sum.value(&of);
                }
            }
        }
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        if !self.accepts(row) {
            out.fill(f64::NAN);
            return;
        }
        match &self.body {
            Body::Trees(trees) => Self::tree_scores(trees, row, false, out),
            Body::Linear(linear) => linear.exact(row, out),
            Body::Other => {
                let of = |feature: u32| row.get(feature as usize).copied().unwrap_or(f64::NAN);
                for (out, sum) in out.iter_mut().zip(&self.scored.sums) {
                    *out = sum.exact(&of);
                }
            }
        }
        let of = |feature: u32| row.get(feature as usize).copied().unwrap_or(f64::NAN);
        self.scored.count_votes(&of, out);
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.scored.predictions(raw, out);
    }

    fn form(&self) -> Form<'_> {
        match &self.body {
            Body::Trees(trees) => Form::Trees(trees),
            Body::Linear(linear) => Form::Linear(linear),
            Body::Other => Form::Other,
        }
    }

    fn link(&self) -> Link {
        self.scored.finish.link()
    }

    fn fills(&self) -> Option<&[f64]> {
        self.fills.as_deref()
    }
}
