//! Histogram gradient boosting of scikit-learn: thresholds in double precision, missing values with a side of their own,
//! categories by bitset.

use super::archive::Archive;
use super::schema::{Item, Node as Object};
use super::{Estimator, Grown, GrownTree};
use crate::fault::Checked;
use crate::model::fault::{structure, unsupported};
use crate::model::{Comparison, Link, MissingRule, Node, Split};

/// Reads the trees.
///
/// # Errors
/// M03, M04, M05 of a part.
pub(super) fn boosting(archive: &Archive<'_>, object: &Object) -> Checked<Estimator> {
    let file = archive.file;
    let base = archive.numbers(object, "_baseline_prediction")?;
    let outputs = archive.count(object, "n_trees_per_iteration_")?;
    if base.len() != outputs || outputs == 0 {
        let found = format!("{} base scores of {outputs} outputs", base.len());
        return Err(structure(file, found, "one an output"));
    }
    let loss = object.text("loss").unwrap_or("");
    let link = match (&*object.class, loss) {
        (
            "HistGradientBoostingClassifier",
            "log_loss" | "binary_crossentropy" | "categorical_crossentropy" | "auto",
        ) => match outputs {
            1 => Link::Logistic { slope: 1.0 },
            _ => Link::Softmax,
        },
        ("HistGradientBoostingRegressor", "poisson" | "gamma") => Link::Exp,
        (
            "HistGradientBoostingRegressor",
            "squared_error"
            | "absolute_error"
            | "quantile"
            | "least_squares"
            | "least_absolute_deviation",
        ) => Link::Identity,
        (class, _) => return Err(unsupported(file, format!("a {class} with the loss `{loss}`"))),
    };
    let mut grown = Grown { base, link, missing: true, ..Grown::default() };
    let list = archive.list("_predictors", archive.attribute(object, "_predictors")?)?;
    for stage in list {
        let stage = archive.list("_predictors", stage)?;
        if stage.len() != outputs {
            let found = format!("{} trees in a stage of {outputs} outputs", stage.len());
            return Err(structure(file, found, "one tree an output"));
        }
        for (output, item) in stage.iter().enumerate() {
            let Item::Node(predictor) = item else {
                return Err(unsupported(file, format!("a tree that is {}", item.described())));
            };
            if &*predictor.class != "TreePredictor" {
                return Err(unsupported(file, format!("a tree that is {}", item.described())));
            }
            let (nodes, values) = tree(archive, predictor, categorical(object))?;
            grown.trees.push(GrownTree { nodes, values: vec![(output, values)] });
        }
        grown.rounds.push(grown.trees.len());
    }
    Ok(Estimator::Trees(grown))
}

/// Whether categories come from the model's own preprocessor, which makes codes of them (since 1.4).
fn categorical(object: &Object) -> bool {
    object.object("_preprocessor").is_some()
}

fn tree(archive: &Archive<'_>, object: &Object, encoded: bool) -> Checked<(Vec<Node>, Vec<f64>)> {
    let file = archive.file;
    let records = archive.array("nodes", archive.attribute(object, "nodes")?)?;
    let column = |name: &str| {
        records.field(name).ok_or_else(|| {
            structure(file, format!("nodes without `{name}`"), "the nodes of a histogram tree")
        })
    };
    // Before 0.24 a threshold was `threshold`, and there were no categories.
    let threshold = column("num_threshold").or_else(|_| column("threshold"))?;
    let (value, cover) = (column("value")?, column("count")?);
    let (left, right) = (column("left")?, column("right")?);
    let (feature, is_leaf) = (column("feature_idx")?, column("is_leaf")?);
    let to_left = column("missing_go_to_left")?;
    let is_categorical = records.field("is_categorical");
    let bitsets = match object.attribute("raw_left_cat_bitsets") {
        Some(item) => archive.array("raw_left_cat_bitsets", item)?,
        None => archive.array("nodes", archive.attribute(object, "nodes")?)?,
    };
    let words = bitsets.numbers().unwrap_or_default();
    let mut nodes = Vec::with_capacity(value.len());
    for i in 0..value.len() {
        let at = |column: &[f64]| column.get(i).copied().unwrap_or(f64::NAN);
        let cover = at(cover);
        if at(is_leaf) != 0.0 {
            nodes.push(Node::Leaf { value: i as f64, cover });
            continue;
        }
        let index = |x: f64| (x >= 0.0 && x < f64::from(u32::MAX)).then_some(x as u32);
        let (Some(l), Some(r), Some(f)) = (index(at(left)), index(at(right)), index(at(feature)))
        else {
            let found = format!("node {i} with the feature {}", at(feature));
            return Err(structure(file, found, "a feature"));
        };
        let missing_left = at(to_left) != 0.0;
        let split = if is_categorical.is_some_and(|column| at(column) != 0.0) {
            if !encoded {
                return Err(unsupported(
                    file,
                    "categorical splits of histogram gradient boosting before scikit-learn 1.4",
                ));
            }
            // Eight words of 32 bits a split. Codes of categories that the training data did not have are missing.
            let first = records.field("bitset_idx").map_or(f64::NAN, at);
            let words = index(first).and_then(|first| {
                let first = first as usize * 8;
                words.get(first..first.checked_add(8)?)
            });
            let Some(words) = words else {
                let found = format!("node {i} with the bitset {first}");
                return Err(structure(file, found, "a bitset"));
            };
            let bit = |code: &u32| {
                let word = words.get(*code as usize / 32).copied().unwrap_or(0.0) as u32;
                word >> (code % 32) & 1 == 1
            };
            let set: Vec<u32> = (0u32..256).filter(bit).collect();
            Split::Categories { set, member_left: true, missing_left, invalid_left: missing_left }
        } else {
            let missing = if missing_left { MissingRule::NanLeft } else { MissingRule::NanRight };
            let at = at(threshold);
            Split::Threshold { at, less: Comparison::LessOrEqual, missing }
        };
        nodes.push(Node::Inner { feature: f, split, left: l, right: r, cover });
    }
    Ok((nodes, value.to_vec()))
}
