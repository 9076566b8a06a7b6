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

mod catboost;
mod columns;
mod ensemble;
mod fault;
mod fit;
mod lightgbm;
mod linear;
mod linfa_file;
mod link;
mod onnx;
mod read;
mod ubjson;
mod xgboost;

pub use columns::{columns_for, rows_for};
pub use ensemble::{Comparison, FloatWidth, MissingRule, Node, Split, Tree, TreeEnsemble};
pub use fit::{Recipe, TrainingSet, fit};
pub use linear::LinearModel;
pub use linfa_file::{Fitted, LinfaFile};
pub use link::Link;
pub use read::{from_bytes, read};

use serde::Serialize;

/// What the file says about itself; printed by `inspect`, kept in the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelCard {
    /// `xgboost-json`, `xgboost-ubjson`, `lightgbm-text`, `catboost-json`, `onnx`, `linfa`.
    pub format: String,
    /// Version of the library that wrote the file, where the file says it.
    pub written_by: String,
    /// The training objective, in the library's own words.
    pub objective: String,
    /// Feature names in column order. Files without names get `f0`, `f1`, ….
    pub features: Vec<String>,
    /// Class names or indices; empty for a single output.
    pub classes: Vec<String>,
    /// Number of trees; 0 for a linear model.
    pub trees: usize,
    /// Longest path from root to leaf, in splits.
    pub depth: usize,
    /// Total leaves.
    pub leaves: usize,
    /// How missing values are treated, one sentence.
    pub missing: String,
}

/// The form of a model, for everything that computes exactly on it.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// A sum (or average) of trees.
    Trees(&'a TreeEnsemble),
    /// A weighted sum of the inputs.
    Linear(&'a LinearModel),
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

    /// The library's prediction from raw scores: probability, class probabilities, count. In the model's own width.
    fn value(&self, raw: &[f64], out: &mut [f64]);

    /// How it computes, for exact attributions and counterfactuals.
    fn form(&self) -> Form<'_>;

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
