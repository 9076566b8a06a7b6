//! From what a graph computes to a model on the columns of a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::fault::structure;
use super::super::{
    EncodedColumn, FeatureKind, FloatWidth, Folding, Levels, LinearModel, Model, ModelCard, Tree,
    TreeEnsemble, Unseen,
};
use super::arithmetic::Unary;
use super::head::Body;
use super::program::{Cell, Elem, Op, Origin};
use super::recognise::{Found, recognise};
use super::trace::Tracer;
use super::whole::Whole;
use crate::fault::Checked;

/// What the file says beside its graph.
pub(super) struct Says<'f> {
    pub file: &'f str,
    pub written_by: String,
    pub features: Vec<String>,
    /// Class labels, where an operator behind the model names them.
    pub labels: Vec<String>,
    pub classifier: bool,
    /// Operators of the graph that count.
    pub operators: Vec<String>,
    pub notes: Vec<String>,
}

/// The model whose scores the cells are.
pub(super) fn finish(tracer: Tracer, cells: &[Cell], says: Says) -> Checked<Box<dyn Model>> {
    let kinds = kinds(&tracer);
    let levels = tracer.decoding();
    let mut card = ModelCard {
        format: "onnx".to_owned(),
        written_by: says.written_by.clone(),
        features: says.features.clone(),
        notes: says.notes.clone(),
        ..ModelCard::default()
    };
    if kinds.iter().any(|kind| *kind != FeatureKind::Number) {
        card.kinds.clone_from(&kinds);
    }
    let found = recognise(&tracer.builder, cells).filter(|found| {
        // A weighted sum of columns that come from several features belongs to no one feature.
        let many = |cell: &Cell| tracer.builder.origin_of(*cell) == Origin::Many;
        matches!(found.body, Body::Trees(_)) || !found.columns.iter().any(many)
    });
    let Some(mut found) = found else {
        return whole(&tracer, cells, says, card, &levels);
    };
    let labels = if says.labels.is_empty() { found.labels.clone() } else { says.labels.clone() };
    let classifier = says.classifier || !found.labels.is_empty();
    let columns = columns(&tracer, &found, &levels);
    let wide = tracer.sources.iter().any(|source| source.elem == Elem::Double);
    // The graph goes before its trees are changed, so that no second copy of them is made.
    let tracer = match &found.body {
        Body::Trees(_) => {
            drop(tracer);
            None
        }
        Body::Linear(_) => Some(tracer),
    };
    let one = std::mem::take(&mut found.one);
    if classifier && !one {
        found.collapse();
    }
    let outputs = match &found.body {
        Body::Trees(trees) => trees.outputs(),
        Body::Linear(linear) => linear.outputs(),
    };
    card.objective.clone_from(&found.objective);
    name_classes(&mut card, &labels, outputs, classifier);
    match found.body {
        Body::Trees(trees) => {
            folded(says.file, columns, Arc::unwrap_or_clone(trees), card, &kinds, wide)
        }
        Body::Linear(linear) => {
            let fills = tracer.map(|tracer| fills(&tracer, card.features.len()));
            let fills = fills.unwrap_or_default();
            Ok(linear_on(fills, columns, linear, card, &kinds, wide))
        }
    }
}

fn name_classes(card: &mut ModelCard, labels: &[String], outputs: usize, classifier: bool) {
    match (labels, outputs) {
        ([_, positive], 1) => {
            card.objective.push_str(&format!(", for the class `{positive}`"));
            card.positive = Some(positive.clone());
        }
        (labels, outputs) if outputs > 1 && labels.len() == outputs => {
            card.classes = labels.to_vec()
        }
        (_, 1) => {}
        (_, outputs) => {
            card.classes = (0..outputs).map(|k| k.to_string()).collect();
            if !classifier {
                card.notes.push(format!(
                    "It gives {outputs} numbers a row: their places stand for classes."
                ));
            }
        }
    }
}

/// What the cells of each feature are.
fn kinds(tracer: &Tracer) -> Vec<FeatureKind> {
    let kind = |source: &super::trace::Source| {
        if !source.is_category() {
            return FeatureKind::Number;
        }
        let numeric = source.elem != Elem::Text;
        let name = |level: &f64| match numeric {
            true => (*level as i64).to_string(),
            false => tracer.texts.get(*level as usize).cloned().unwrap_or_default(),
        };
        let unseen = if source.closed { Unseen::Refused } else { Unseen::Other };
        FeatureKind::Category(Levels {
            names: source.levels.iter().map(name).collect(),
            numeric,
            unseen,
        })
    };
    tracer.sources.iter().map(kind).collect()
}

/// Whether the columns are the features as they are.
fn plain(columns: &[EncodedColumn], features: usize) -> bool {
    columns.len() == features
        && (0..).zip(columns).all(|(j, column)| column.rule.is_none() && column.sources == [j])
}

fn columns(
    tracer: &Tracer,
    found: &Found,
    levels: &BTreeMap<u32, Arc<[f64]>>,
) -> Vec<EncodedColumn> {
    found.columns.iter().map(|cell| tracer.builder.column(*cell, levels)).collect()
}

fn folded(
    file: &str,
    columns: Vec<EncodedColumn>,
    mut trees: TreeEnsemble,
    mut card: ModelCard,
    kinds: &[FeatureKind],
    wide: bool,
) -> Checked<Box<dyn Model>> {
    let features = card.features.len();
    if trees.width == FloatWidth::OnnxRuntime && wide {
        trees.width = FloatWidth::OnnxRuntimeWide;
    }
    card.missing = "Each split says whether a missing value takes the branch of values that pass the test; otherwise it \
                    takes the other branch."
        .to_owned();
    (card.trees, card.leaves) = (trees.card.trees, trees.card.leaves);
    if !plain(&columns, features) {
        card.missing.push_str(ENCODED);
        let mut folding = Folding::new(kinds, &columns, trees.width);
        let broken =
            |what: String| structure(file, format!("a tree with {what}"), "a well-formed tree");
        // One tree after the other, so that they do not lie in memory twice.
        for tree in &mut trees.trees {
            let nodes = folding.nodes(&tree.nodes).map_err(broken)?;
            let all = features + folding.derived.len();
            *tree = Tree::arranged(tree.output, &nodes, all).map_err(broken)?;
        }
        trees.derived = folding.derived;
    }
    let (count, leaves) = (card.trees, card.leaves);
    trees.card = card;
    let mut trees = trees.measured();
    (trees.card.trees, trees.card.leaves) = (count, leaves);
    Ok(Box::new(trees))
}

const ENCODED: &str = " The file's own encoding of the columns comes first: an imputer puts its number in the place of a \
                       missing one, and a missing category is like one that the file does not name.";

fn linear_on(
    filled: Vec<f64>,
    columns: Vec<EncodedColumn>,
    mut linear: LinearModel,
    mut card: ModelCard,
    kinds: &[FeatureKind],
    wide: bool,
) -> Box<dyn Model> {
    let features = card.features.len();
    linear.fill = vec![f64::NAN; features];
    // Weights that are no singles were put together from several, and are summed in double precision.
    let mut numbers = linear.weights.iter().flatten().chain(&linear.intercepts);
    let single = numbers.all(|x| f64::from(*x as f32) == *x);
    linear.width = match (single, wide) {
        (true, false) => FloatWidth::OnnxRuntime,
        (true, true) => FloatWidth::OnnxRuntimeWide,
        (false, false) => FloatWidth::SingleInput,
        (false, true) => FloatWidth::Double,
    };
    card.missing = "Not accepted: the model computes no number from a missing value.".to_owned();
    if !plain(&columns, features) {
        linear.columns = columns;
        if filled.iter().any(|fill| !fill.is_nan())
            || kinds.iter().any(|k| *k != FeatureKind::Number)
        {
            card.missing = "Where the file has an imputer its number stands in the place of a missing one; a missing \
                            category is like one that the file does not name; any other missing value is not accepted."
                .to_owned();
        }
        linear.fill = filled;
    }
    linear.card = card;
    Box::new(linear)
}

/// By feature: what stands for a missing value, where an imputer is all that reads it.
fn fills(tracer: &Tracer, features: usize) -> Vec<f64> {
    let mut fills: Vec<Option<f64>> = vec![None; features];
    let mut others = vec![false; features];
    for step in &tracer.builder.steps {
        for arg in step.args.iter() {
            let Some((reads, _)) = tracer.builder.step_of(*arg) else { continue };
            let Op::Raw(j) = reads.op else { continue };
            let (Some(fill), Some(other)) = (fills.get_mut(j as usize), others.get_mut(j as usize))
            else {
                continue;
            };
            match &step.op {
                Op::Unary(Unary::Fill(from, to), _)
                    if from.is_nan() && fill.is_none_or(|f| f == *to) =>
                {
                    *fill = Some(*to);
                }
                _ => *other = true,
            }
        }
    }
    let fill = |(fill, other): (Option<f64>, bool)| fill.filter(|_| !other).unwrap_or(f64::NAN);
    fills.into_iter().zip(others).map(fill).collect()
}

fn whole(
    tracer: &Tracer,
    cells: &[Cell],
    says: Says,
    mut card: ModelCard,
    levels: &BTreeMap<u32, Arc<[f64]>>,
) -> Checked<Box<dyn Model>> {
    let (sources, program) = tracer.builder.extract(cells, levels);
    let two = says.classifier && cells.len() == 2;
    let outputs: Vec<usize> = if two { vec![1] } else { (0..cells.len()).collect() };
    card.objective = format!("a graph of {}", says.operators.join(", "));
    name_classes(&mut card, &says.labels, outputs.len(), says.classifier);
    card.missing = "What the graph makes of it: mostly no number.".to_owned();
    let single = tracer.sources.iter().map(|source| source.elem == Elem::Single).collect();
    Ok(Box::new(Whole { card, program, sources, outputs, width: cells.len(), single }))
}
