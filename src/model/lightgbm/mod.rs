//! LightGBM's model files: the text form (file versions v2 to v4) and the JSON dump.
//!
//! Comparison is `x <= threshold` in double precision. At a split by category the value is truncated to a whole number;
//! codes below zero, codes beyond the list and missing values go right. The average that training starts from is folded
//! into the first trees, shrinkage and DART weights into the leaves, so that the raw score is the plain sum of the trees.
//!
//! Of a random forest (`average_output`) LightGBM's own raw score and contributions are that sum too; only its prediction
//! takes the mean over the rounds, before the objective's link. So it is here: [`Link::Mean`].

mod dump;
mod objective;
mod pandas;
mod text;

pub(super) use dump::read as dump;
pub(super) use text::read as text;

use super::ensemble::Parts;
use super::fault::{add, structure, unsupported};
use super::{
    Comparison, FeatureKind, FloatWidth, Levels, Link, MissingRule, ModelCard, Node, Slope, Split,
    Tree, TreeEnsemble, named,
};
use crate::fault::{Checked, Faults};

/// Most raw scores of a model without trees; with trees there are no more than trees.
const MOST_OUTPUTS: usize = 10_000;

/// Most faults that are listed; all trees may have the same one in many words.
const MOST_FAULTS: usize = 50;

/// Most category codes in the lists of a text file, which holds 32 of them in 11 bytes. Where LightGBM is left to itself a
/// list has no more than 32.
const MOST_CODES: usize = 8_000_000;

/// What training saw of a feature.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    /// It was not used: constant, or never filled.
    Nothing,
    /// Numbers, from the smallest to the largest.
    Range(f64, f64),
    /// Category codes, up to the largest.
    Codes(i64),
}

/// What a file says beside its trees.
#[derive(Debug)]
struct Facts<'a> {
    file: &'a str,
    /// `lightgbm-text` or `lightgbm-json`.
    format: &'static str,
    version: String,
    /// Trees of an iteration, one an output.
    outputs: usize,
    /// Classes, which must be as many.
    classes: usize,
    /// Features less one; none has -1.
    last: i64,
    names: Vec<String>,
    objective: String,
    /// The prediction takes the mean over the rounds.
    averaged: bool,
    /// One a feature, or none at all.
    seen: Vec<Seen>,
    /// The features that were declared as categories, where the file says it.
    declared: Option<Vec<usize>>,
    /// The categories of the columns that were such in pandas, in column order.
    pandas: Vec<Levels>,
}

/// The number of features, checked.
fn count(file: &str, last: i64) -> Checked<usize> {
    let fault = || structure(file, format!("max_feature_idx {last}"), "a count of features");
    usize::try_from(last.saturating_add(1)).map_err(|_| fault())
}

/// The model; faults of the trees come in.
fn ensemble(facts: Facts, trees: Vec<Tree>, mut faults: Faults) -> Checked<TreeEnsemble> {
    let file = facts.file;
    let Facts { outputs, averaged, .. } = facts;
    if !matches!(facts.version.as_str(), "v2" | "v3" | "v4") {
        let short: String = facts.version.chars().take(40).collect();
        let what = format!("the version `{short}` of LightGBM's model files");
        add(&mut faults, unsupported(file, what));
    }
    let link = faults.take(objective::link(file, &facts.objective, outputs));
    let features = faults.take(count(file, facts.last)).unwrap_or(0);
    if facts.names.len() != features {
        let found = format!("{} feature names", facts.names.len());
        add(&mut faults, structure(file, found, format!("{features}, one a feature")));
    }
    let names = named(file, facts.names.len(), facts.names, &mut faults);
    if !facts.seen.is_empty() && facts.seen.len() != features {
        let found = format!("{} entries of feature_infos", facts.seen.len());
        add(&mut faults, structure(file, found, format!("{features}, one a feature")));
    }
    if facts.classes != outputs {
        let found = format!("{} classes with {outputs} trees in an iteration", facts.classes);
        add(&mut faults, structure(file, found, "a tree a class"));
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let most = if trees.is_empty() { MOST_OUTPUTS } else { trees.len() };
    if outputs == 0 || outputs > most || !trees.len().is_multiple_of(outputs) {
        let found = format!("{} trees, {outputs} in an iteration", trees.len());
        return Err(structure(file, found, "whole iterations"));
    }
    let rounds = trees.len() / outputs;
    if averaged && rounds == 0 {
        return Err(structure(file, "the mean of no trees", "at least one tree"));
    }
    let link = link.unwrap_or(Link::Identity);
    let link = if averaged { link.of_mean(rounds).unwrap_or(link) } else { link };
    let places = pandas::places(file, &facts.seen, facts.declared.as_deref(), &facts.pandas)?;
    let mut notes = notes(&trees, averaged);
    if !places.is_empty() {
        let columns: Vec<&str> =
            places.iter().filter_map(|j| names.get(*j)).map(String::as_str).collect();
        notes.push(format!(
            "The categories are those of the file's pandas_categorical, in its order, for the columns {}; as in \
             LightGBM's Python package any other category counts as missing.",
            columns.join(", ")
        ));
    }
    let classes =
        if outputs > 1 { (0..outputs).map(|c| c.to_string()).collect() } else { Vec::new() };
    let card = ModelCard {
        format: facts.format.to_owned(),
        written_by: written_by(&facts.version),
        objective: match facts.objective.as_str() {
            "" => "none in the file (a custom objective)".to_owned(),
            objective => objective.to_owned(),
        },
        kinds: kinds(features, &facts.seen, facts.declared, &trees, &places, facts.pandas),
        features: names,
        classes,
        missing: missing(&trees),
        notes,
        ..ModelCard::default()
    };
    Ok(TreeEnsemble {
        card,
        trees,
        base: vec![0.0; outputs],
        width: FloatWidth::Double,
        link,
        rounds: (1..=rounds).map(|round| round * outputs).collect(),
        parts: if averaged { Parts::Averaged } else { Parts::WithBase },
        ..TreeEnsemble::default()
    }
    .measured())
}

fn written_by(version: &str) -> String {
    let releases = match version {
        "v2" => "2.1 to 2.2",
        "v3" => "2.3 to 3.3",
        _ => "4",
    };
    format!("LightGBM {releases} (file version {version})")
}

/// What the features' cells are; empty where all are numbers.
fn kinds(
    features: usize,
    seen: &[Seen],
    declared: Option<Vec<usize>>,
    trees: &[Tree],
    places: &[usize],
    pandas: Vec<Levels>,
) -> Vec<FeatureKind> {
    let mut kinds = vec![FeatureKind::Number; features];
    let coded = seen.iter().enumerate().filter(|(_, seen)| matches!(seen, Seen::Codes(_)));
    let asked = nodes(trees).filter_map(|node| match node {
        Node::Inner { feature, split: Split::Categories { .. }, .. } => Some(*feature as usize),
        _ => None,
    });
    for j in coded.map(|(j, _)| j).chain(declared.into_iter().flatten()).chain(asked) {
        if let Some(kind) = kinds.get_mut(j) {
            *kind = FeatureKind::Code;
        }
    }
    for (j, levels) in places.iter().zip(pandas) {
        if let Some(kind) = kinds.get_mut(*j) {
            *kind = FeatureKind::Category(levels);
        }
    }
    if kinds.iter().all(|kind| *kind == FeatureKind::Number) { Vec::new() } else { kinds }
}

fn nodes(trees: &[Tree]) -> impl Iterator<Item = &Node> {
    trees.iter().flat_map(|tree| &tree.nodes)
}

/// The category codes in a tree's lists.
fn codes(tree: &Tree) -> usize {
    let of = |node: &Node| match node {
        Node::Inner { split: Split::Categories { set, .. }, .. } => set.len(),
        _ => 0,
    };
    tree.nodes.iter().map(of).sum()
}

/// How missing values are treated, one sentence, for the tests that the trees have.
fn missing(trees: &[Tree]) -> String {
    let (mut zero, mut none, mut side, mut category) = (false, false, false, false);
    for node in nodes(trees) {
        let Node::Inner { split, .. } = node else { continue };
        match split {
            Split::Threshold { missing, .. } => match missing {
                MissingRule::NanIsZero => none = true,
                MissingRule::ZeroLeft | MissingRule::ZeroRight => zero = true,
                MissingRule::NanLeft | MissingRule::NanRight => side = true,
            },
            Split::Categories { .. } | Split::Members { .. } => category = true,
        }
    }
    let parts: Vec<&str> = [
        (side, "follows the split's default side"),
        (zero, "follows the split's default side, as zero does (zero_as_missing)"),
        (none, "counts as zero at splits whose training data had none missing"),
        (category, "is none of the listed categories (right side) at splits by category"),
    ]
    .into_iter()
    .filter_map(|(is, part)| is.then_some(part))
    .collect();
    match parts.as_slice() {
        [] => "No tree asks about a feature.".to_owned(),
        parts => format!("A missing value {}.", parts.join("; it ")),
    }
}

fn notes(trees: &[Tree], averaged: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if averaged {
        notes.push(
            "A random forest: the raw score and the attributions are the sum over the rounds, as LightGBM's own \
             raw_score and pred_contrib; the prediction takes their mean."
                .to_owned(),
        );
    }
    if nodes(trees).any(|node| matches!(node, Node::Sloped(_))) {
        notes.push(
            "Linear trees: a leaf is a weighted sum of features; where one of them is missing, a number of its own."
                .to_owned(),
        );
    }
    if nodes(trees).any(|node| matches!(node, Node::Inner { split: Split::Categories { .. }, .. }))
    {
        notes.push(
            "Category codes are cut to whole numbers; a negative code and one that a split does not list go right."
                .to_owned(),
        );
    }
    notes
}

/// A test against a threshold, with the missing type's number in the file: 0 none, 1 zero, 2 NaN.
fn numeric(at: f64, missing: u8, default_left: bool) -> Option<Split> {
    let missing = match (missing, default_left) {
        (0, _) => MissingRule::NanIsZero,
        (1, true) => MissingRule::ZeroLeft,
        (1, false) => MissingRule::ZeroRight,
        (2, true) => MissingRule::NanLeft,
        (2, false) => MissingRule::NanRight,
        _ => return None,
    };
    Some(Split::Threshold { at, less: Comparison::LessOrEqual, missing })
}

/// A test by category codes (sorted); listed ones go left. LightGBM casts the value to a signed integer, so that no value
/// is a code beyond its range.
fn category(mut set: Vec<u32>) -> Split {
    set.retain(|code| i32::try_from(*code).is_ok());
    Split::Categories { set, member_left: true, missing_left: false, invalid_left: false }
}

/// A leaf of a linear tree; one without terms is a number.
fn sloped(fallback: f64, constant: f64, terms: Vec<(u32, f64)>, cover: f64) -> Node {
    if terms.is_empty() {
        return Node::Leaf { value: constant, cover };
    }
    Node::Sloped(Box::new(Slope { fallback, constant, terms, cover }))
}
