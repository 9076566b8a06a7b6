//! `klartext attribute`: exact Shapley values of a model's raw score.

mod method;
mod rows;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ndarray::{Array2, Axis};

use self::method::{prepare, routed};
use self::rows::Attributions;
use super::Outcome;
use super::bulk::{self, BulkArgs, is_stdin};
use super::message::say;
use super::predict::{DataArgs, OutputArgs, placed, usage};
use crate::attribution::{MOST_PLAYERS, Sampling};
use crate::fault::{Checked, Faults};
use crate::model::{Form, Model, ModelCard, rows_for};

/// How attributions are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Interventional (or linear) where a background is given, path-dependent for trees otherwise; of a model that can
    /// only be evaluated exact up to 12 features, permutation above
    Auto,
    /// Path-dependent: features outside the coalition are averaged by training cover; where the file has none, by the
    /// background's rows
    TreePath,
    /// Interventional: features outside the coalition come from the background
    TreeInterventional,
    /// Weight times distance from the background's mean
    Linear,
    /// Interventional by enumeration of all coalitions, up to 12 features
    Exact,
    /// Interventional, estimated from sampled orders of the features, with standard errors; any model
    Permutation,
}

impl Method {
    /// Whether values of this model are estimated, with standard errors.
    fn is_sampled(self, model: &dyn Model) -> bool {
        let many = model.card().features.len() > MOST_PLAYERS;
        self == Method::Permutation
            || self == Method::Auto && matches!(model.form(), Form::Other) && many
    }
}

/// Arguments of `klartext attribute`.
#[derive(Args, Debug)]
#[command(
    about = "Attribute a model's raw score to its features, exactly",
    after_help = "EXAMPLES:\n  \
        klartext attribute --model model.json --data cases.csv --background background.csv --id case_id\n  \
        klartext attribute --model model.json --data cases.csv --method tree-path -o attributions.csv\n  \
        klartext attribute --model classes.ubj --data cases.csv --class 2 -o attributions.jsonl\n  \
        klartext attribute --model model.ubj --data cases.parquet --shard 2/4 -o attributions-2.parquet\n  \
        … | klartext attribute --model model.ubj --data - --output-format arrow-stream | …\n\n\
        Columns: id, class (multi-class models only), prediction (the raw score in double precision), base_value,\n\
        then one a feature; base_value and the features add up to the prediction. Sampled values have their\n\
        standard errors behind them, in columns standard_error.FEATURE.\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct AttributeArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub bulk: BulkArgs,
    /// Table of the rows to compare with, in the same form as the data
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
    /// How to compute
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// Sampled pairs of orders for each background row (method permutation)
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub pairs: usize,
    /// Seed of the sample (method permutation)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Class to explain, by name or index (multi-class models)
    #[arg(long, value_name = "NAME|INDEX|all", default_value = "all")]
    pub class: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// Runs `klartext attribute`.
///
/// # Errors
/// The faults of model, tables and output file; a method that does not fit the model (R04); an attribution that does
/// not add up to the model's score within 1e-9 (M25).
pub fn run(args: &AttributeArgs) -> Checked<Outcome> {
    attribute(args).map_err(|faults| placed(faults, &args.data.model))
}

fn attribute(args: &AttributeArgs) -> Checked<Outcome> {
    let (loaded, input) = args.data.open(&args.bulk)?;
    let model = loaded.model.as_ref();
    let outputs = classes(model.card(), model.outputs(), &args.class)?;
    check_names(model.card(), model.outputs() > 1)?;
    let background = background(args, model)?;
    let routed = routed(args.method, model, background.as_ref());
    let sampling = Sampling { pairs: args.pairs, seed: args.seed };
    let is_sampled = args.method.is_sampled(model);
    if is_sampled {
        say(&format!(
            "note: sampled with {} pairs of orders for each background row, seed {}.",
            sampling.pairs, sampling.seed
        ));
    }
    let explainer = prepare(args.method, model, routed.as_ref(), background, sampling)?;
    let attributions = Attributions { model, explainer, outputs, is_sampled };
    bulk::run(input, model, &attributions, &args.bulk.destination(&args.output))
}

/// The outputs to explain.
fn classes(card: &ModelCard, outputs: usize, asked: &str) -> Checked<Vec<usize>> {
    if asked == "all" {
        return Ok((0..outputs).collect());
    }
    let found = card.classes.iter().position(|c| c == asked);
    let found = found.or_else(|| asked.parse().ok().filter(|k| *k < outputs));
    match found {
        Some(k) => Ok(vec![k]),
        None => {
            let known = if outputs > 1 { card.classes.join(", ") } else { "0".to_owned() };
            Err(usage(
                format!("the class `{asked}`"),
                format!("one of {known}, or all"),
                "Correct --class.",
            )
            .into())
        }
    }
}

/// The columns that the result adds must not be feature names.
fn check_names(card: &ModelCard, several: bool) -> Checked<()> {
    let mut faults = Faults::default();
    for name in ["id", "prediction", "base_value"].into_iter().chain(several.then_some("class")) {
        if card.features.iter().any(|f| f == name) {
            let found = format!("a feature of the name `{name}`");
            faults.push(usage(
                found,
                "a name that the result does not use",
                "Rename the feature in the model.",
            ));
        }
    }
    faults.or(())
}

/// The background's rows; a background with a cell that cannot be read is refused as a whole.
fn background(args: &AttributeArgs, model: &dyn Model) -> Checked<Option<Array2<f64>>> {
    let Some(path) = &args.background else {
        return Ok(None);
    };
    if is_stdin(path) && is_stdin(&args.data.data) {
        let found = "standard input as data and as background";
        return Err(usage(found, "one table from it", "Give a file for one of the two.").into());
    }
    let table = args.data.table.read(path)?;
    let id = args.data.id.as_deref();
    let numbers = rows_for(model.card(), &table, id, args.data.table.decimal_comma)?;
    let values = Faults(numbers.faults).or(numbers.values)?;
    // Rows that the model has no prediction for compare with nothing.
    let mut scores = vec![0.0; model.outputs()];
    let mut kept = vec![];
    for (r, row) in values.rows().into_iter().enumerate() {
        model.exact(&row.to_vec(), &mut scores);
        if !scores.iter().any(|score| score.is_nan()) {
            kept.push(r);
        }
    }
    let left_out = values.nrows() - kept.len();
    if left_out > 0 {
        say(&format!(
            "note: {left_out} rows of the background are left out, the model has no prediction for them."
        ));
    }
    Ok(Some(values.select(Axis(0), &kept)))
}
