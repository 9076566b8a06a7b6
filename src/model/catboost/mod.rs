//! CatBoost's model files, JSON and its own binary form (`CBM1`), as version 1.2 writes them: symmetric trees (grow policy
//! `SymmetricTree`) and others (`Depthwise`, `Lossguide`), numeric and categorical features.
//!
//! A test on a number is true, and goes right, where `x > border` in single precision; leaves are summed in double
//! precision. A category is known by the hash of its text: a one-hot test asks for one of them; a statistic (CTR) is a
//! number from a table that the file carries, in single precision, compared like any other. A scale other than 1 is
//! multiplied into the leaves. How CatBoost computes was read in its source (catboost/libs/model, 1.2); where a category
//! has no text, CatBoost's reader of files takes the empty text, and so does this one.

mod binary;
mod ctr;
mod divisions;
mod features;
mod flatbuffer;
mod json;
mod loss;
mod splits;

mod trees;
mod wire;

use std::collections::BTreeMap;

pub(super) use binary::cbm;
pub(super) use json::json;

use self::ctr::{Base, Ctr, Table};
use self::features::{Category, FloatFeature, Layout};
use self::loss::Objective;
use self::splits::Tests;
use super::fault::{add, structure};
use super::{FloatWidth, ModelCard, Node, Parts, Tree, TreeEnsemble};
use crate::fault::{Checked, Faults};

/// What a file says of its features and statistics, whichever form it has.
struct Described {
    floats: Vec<FloatFeature>,
    categories: Vec<Category>,
    ctrs: Vec<Ctr>,
    tables: Vec<(Base, Table)>,
    /// Texts of categories by their hash, where the file has them.
    texts: BTreeMap<u32, String>,
}

/// What a file says besides features and trees.
struct Frame {
    format: &'static str,
    version: String,
    objective: Objective,
    bias: Vec<f64>,
}

/// The model of features, frame and trees. `trees` makes the trees with the file's tests, one an output for every round.
fn assembled(
    file: &str,
    described: Described,
    frame: Frame,
    trees: impl FnOnce(&Tests) -> Checked<Vec<Tree>>,
) -> Checked<TreeEnsemble> {
    let mut faults = Faults::default();
    let outputs = frame.bias.len();
    if !frame.bias.iter().all(|bias| bias.is_finite()) {
        add(&mut faults, structure(file, "a bias that is no finite number", "numbers"));
    }
    let link = faults.take(frame.objective.link(file, outputs));
    let classes = faults.take(frame.objective.classes(file, outputs));
    let layout = faults.take(Layout::of(file, &described));
    let tests = layout.and_then(|layout| faults.take(Tests::of(file, described, layout)));
    let (Some(link), Some(classes), Some(tests)) = (link, classes, tests) else {
        return Err(faults);
    };
    let trees = trees(&tests)?;
    let rounds = (1..=trees.len() / outputs.max(1)).map(|round| round * outputs).collect();
    let card = ModelCard {
        format: frame.format.to_owned(),
        written_by: written_by(&frame.version),
        positive: frame.objective.positive(outputs),
        objective: frame.objective.name().to_owned(),
        missing: tests.missing(),
        notes: frame.objective.notes(),
        features: tests.features,
        kinds: tests.kinds,
        classes,
        ..ModelCard::default()
    };
    let (base, width, parts) = (frame.bias, FloatWidth::SingleInput, Parts::BaseWithFirst);
    let (derived, divisor, skips_uncovered) = (tests.derived, 1.0, true);
    let mut card = card;
    card.notes.extend(unreached(&trees));
    Ok(TreeEnsemble {
        card,
        trees,
        base,
        width,
        link,
        divisor,
        derived,
        rounds,
        parts,
        skips_uncovered,
    }
    .measured())
}

/// A note where leaves have values that no training row reached. CatBoost then adds the rows it is asked about to the
/// covers (catboost/libs/fstr/shap_prepared_trees.cpp), so that its contributions of a row depend on the others.
fn unreached(trees: &[Tree]) -> Option<String> {
    let bare = |node: &Node| matches!(node, Node::Leaf { value, cover } if *cover == 0.0 && value.abs() >= 1e-9);
    let covered = trees.iter().any(|tree| tree.nodes.iter().any(|node| node.cover() > 0.0));
    let found = covered && trees.iter().any(|tree| tree.nodes.iter().any(bare));
    found.then(|| {
        "Leaves that no training row reached have values (monotone constraints make some): CatBoost's own contributions \
         of a row then depend on the other rows it is asked about; these do not."
            .to_owned()
    })
}

/// CatBoost's release, from what it writes about its build; of old releases the commit, which is all that they write.
fn written_by(version: &str) -> String {
    let says = |what: &str| version.lines().find_map(|line| line.trim().strip_prefix(what));
    match (says("Branch: tags/v"), says("Commit: ")) {
        (Some(tag), _) => format!("CatBoost {tag}"),
        (None, Some(commit)) => {
            format!("CatBoost (commit {})", commit.chars().take(12).collect::<String>())
        }
        (None, None) => "CatBoost".to_owned(),
    }
}
