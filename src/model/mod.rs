//! What a model is: one trait, two forms that attributions know exactly, one reader a file format.
//!
//! Rows are `&[f64]`, one value a feature in [`ModelCard::features`] order, NaN = missing.
//!
//! | code | what |
//! |---|---|
//! | M01 | the file cannot be read |
//! | M02 | no known format |
//! | M03 | not well-formed, or cut off |
//! | M04 | something that is not supported, by name |
//! | M05 | parts that contradict each other: lengths, children, features, classes, numbers |
//! | M06 | the data do not fit the model's features |
//! | M07 | training data that cannot be fitted |
//! | M08 | a part of the rounds that there is not |

mod catboost;
mod cityhash;
mod columns;
mod decimal;
mod encoding;
mod ensemble;
mod fault;
mod fit;
mod json;
mod kind;
mod lightgbm;
mod linear;
mod linfa_file;
mod link;
mod onnx;
mod plant;
mod pmml;
mod pull;
mod read;
mod scorecard;
mod skops;
mod tree_block;
mod ubjson;
mod weighted;
mod xgboost;

pub use columns::{columns_for, columns_in, is_nameless, number_for, rows_for};
pub use encoding::{EncodedColumn, Folding, Rule, Shape, encode};
pub use ensemble::{
    Comparison, FloatWidth, MissingRule, Node, Parts, Slope, Split, Tree, TreeEnsemble,
};
pub use fit::{Recipe, Target, TrainingSet, fit};
pub use kind::{Demand, FeatureKind, HashedLevels, Levels, Unseen};
pub use linear::LinearModel;
pub use linfa_file::{Fitted, LinfaFile, TreeColumns};
pub use link::{Link, MeanLink};
pub use read::{FileIdentity, from_bytes, read};

use ndarray::{ArrayView2, ArrayViewMut2};
use serde::Serialize;

use crate::fault::{Checked, Fault, Place};

/// What the file says about itself; printed by `inspect`, kept in the record.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ModelCard {
    /// `xgboost-json`, `xgboost-ubjson`, `lightgbm-text`, `catboost-json`, `catboost-cbm`, `onnx`, `pmml-4.4`, `linfa`,
    /// `scorecard-csv`, `scorecard-toml`.
    pub format: String,
    /// Version of the library that wrote the file, where the file says it.
    pub written_by: String,
    /// The training objective, in the library's own words.
    pub objective: String,
    /// Feature names in column order. Files without names get `f0`, `f1`, ….
    pub features: Vec<String>,
    /// What the features' cells are, one a feature; empty where all are numbers.
    pub kinds: Vec<FeatureKind>,
    /// What the features' numbers must be, one a feature; empty where they may be anything.
    pub demands: Vec<Demand>,
    /// Class names or indices; empty for a single output.
    pub classes: Vec<String>,
    /// The class that the one output of a classifier with two classes is for, where the file names it.
    pub positive: Option<String>,
    /// Number of trees; 0 for a model without.
    pub trees: usize,
    /// Boosting rounds that `--trees` can select from; 0 where the file has none.
    pub rounds: usize,
    /// The file says how much training weight passed each node, which path-dependent attribution needs.
    pub covers: bool,
    /// Longest path from root to leaf, in splits.
    pub depth: usize,
    /// Total leaves.
    pub leaves: usize,
    /// How missing values are treated, one sentence.
    pub missing: String,
    /// What else a user of the model should know, and what cannot be done with it, one sentence each.
    pub notes: Vec<String>,
}

impl ModelCard {
    /// What a feature's cells are.
    pub fn kind(&self, feature: usize) -> &FeatureKind {
        const NUMBER: &FeatureKind = &FeatureKind::Number;
        self.kinds.get(feature).unwrap_or(NUMBER)
    }

    /// Whether a row's numbers are all what they must be for there to be a prediction.
    pub fn accepts(&self, row: &[f64]) -> bool {
        self.demands.iter().zip(row).all(|(demand, x)| demand.unmet(*x).is_none())
    }
}

/// The form of a model, for everything that computes exactly on it.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// A sum (or average) of trees.
    Trees(&'a TreeEnsemble),
    /// A weighted sum of the inputs.
    Linear(&'a LinearModel),
    /// Anything else: it can be evaluated, and nothing more is known.
    Other,
}

/// A trained model that can be evaluated on rows.
pub trait Model: Send + Sync + std::fmt::Debug {
    /// What the file says about itself.
    fn card(&self) -> &ModelCard;

    /// Number of raw scores a row gets: 1, or one a class.
    fn outputs(&self) -> usize;

    /// Raw scores in the model's own arithmetic (single precision, summed in the library's order, for XGBoost), so that
    /// they equal the library's bit for bit where that is possible. `out.len() == outputs()`.
    fn raw(&self, row: &[f64], out: &mut [f64]);

    /// The same leaves (or products) summed in double precision: what attributions add up to.
    fn exact(&self, row: &[f64], out: &mut [f64]);

    /// [`Model::exact`] of a block of rows (rows × features), the same numbers as one by one; `out` is rows × outputs.
    fn exact_block(&self, rows: ArrayView2<f64>, mut out: ArrayViewMut2<f64>) {
        let mut scores = vec![0.0; self.outputs()];
        for (row, mut out) in rows.rows().into_iter().zip(out.rows_mut()) {
            self.exact(&row.to_vec(), &mut scores);
            out.iter_mut().zip(&scores).for_each(|(out, score)| *out = *score);
        }
    }

    /// The library's prediction from raw scores: probability, class probabilities, count. In the model's own width.
    fn value(&self, raw: &[f64], out: &mut [f64]);

    /// How it computes, for exact attributions and counterfactuals.
    fn form(&self) -> Form<'_>;

    /// The trees, if [`Model::exact`] is their leaves' sum for every row and nothing else.
    fn summed_trees(&self) -> Option<&TreeEnsemble> {
        None
    }

    /// How raw scores become predictions; [`Link::Identity`] where raw scores are all there is.
    fn link(&self) -> Link {
        match self.form() {
            Form::Trees(trees) => trees.link,
            Form::Linear(linear) => linear.link,
            Form::Other => Link::Identity,
        }
    }

    /// The model of some boosting rounds alone, as the library's own prediction with a range of iterations.
    ///
    /// # Errors
    /// M08 for a range that the model does not have, or a model without rounds.
    fn part(&self, rounds: std::ops::Range<usize>) -> Checked<Box<dyn Model>> {
        Err(Fault::new(
            "M08",
            Place::default(),
            format!("the rounds {} to {}", rounds.start, rounds.end),
            "no choice: this model has no boosting rounds",
            "Leave --trees out.",
        )
        .into())
    }

    /// What a missing value of each feature is taken for, where the model puts a number in its place; none where it
    /// computes without the value. People are told which.
    fn fills(&self) -> Option<&[f64]> {
        None
    }
}

/// A model together with the identity of the file it came from.
#[derive(Debug)]
pub struct LoadedModel {
    /// The file as the user named it.
    pub file: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// Number of its bytes.
    pub size: u64,
    /// The model.
    pub model: Box<dyn Model>,
}

/// Feature names for a model of `count` features: those of the file, or `f0`, `f1`, … where it has none.
fn named(
    file: &str,
    count: usize,
    names: Vec<String>,
    faults: &mut crate::fault::Faults,
) -> Vec<String> {
    /// More features than any table has columns; a declared count must not be allocated unseen.
    const MOST: usize = 1_000_000;
    if count > MOST {
        fault::add(
            faults,
            fault::structure(file, format!("{count} features"), format!("at most {MOST}")),
        );
        return names;
    }
    if names.is_empty() {
        return (0..count).map(|i| format!("f{i}")).collect();
    }
    if names.len() != count {
        fault::add(
            faults,
            fault::structure(
                file,
                format!("{} feature names", names.len()),
                format!("{count}, one a feature"),
            ),
        );
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    if let Some([twice, _]) = sorted.windows(2).find(|w| matches!(w, [a, b] if a == b)) {
        fault::add(
            faults,
            fault::structure(file, format!("the feature name `{twice}` twice"), "each name once"),
        );
    }
    names
}
