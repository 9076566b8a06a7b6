//! `klartext attribute`: exact Shapley values of a model's raw score.

pub(super) mod groups;
mod interactions;
pub(super) mod method;
pub(super) mod options;
mod rows;

use std::path::PathBuf;

use clap::Args;
use ndarray::{Array2, Axis};

use self::interactions::Pairs;
use self::method::{Prepared, Setting, prepare};
use self::options::Options;
use self::rows::Attributions;
use super::Outcome;
use super::bulk::{self, BulkArgs, is_stdin};
use super::message::say;
use super::predict::{DataArgs, OutputArgs, placed, usage};
use crate::fault::{Checked, Faults};
use crate::model::{Model, ModelCard, rows_for};

/// Arguments of `klartext attribute`.
#[derive(Args, Debug)]
#[command(
    about = "Attribute a model's raw score to its features, exactly",
    after_help = "EXAMPLES:\n  \
        klartext attribute --model model.json --data cases.csv --background background.csv --id case_id\n  \
        klartext attribute --model model.json --data cases.csv --method tree-path -o attributions.csv\n  \
        klartext attribute --model classes.ubj --data cases.csv --class 2 -o attributions.jsonl\n  \
        klartext attribute --model model.ubj --data cases.csv --background background.csv --scale probability\n  \
        klartext attribute --model mlp.onnx --data cases.csv --background background.csv --settle 3\n  \
        klartext attribute --model model.ubj --data cases.csv --background background.csv --groups groups.toml\n  \
        klartext attribute --model model.ubj --data cases.csv --interactions -o interactions.csv\n  \
        klartext attribute --model model.ubj --data cases.parquet --shard 2/4 -o attributions-2.parquet\n  \
        … | klartext attribute --model model.ubj --data - --output-format arrow-stream | …\n\n\
        Columns: id, class (multi-class models only), prediction (what is explained, in double precision),\n\
        base_value, then one a feature or group; base_value and these add up to the prediction. Sampled\n\
        values have their standard errors behind them, in columns standard_error.FEATURE, and the seed.\n\
        With --interactions: id, class (multi-class models only), feature_a, feature_b, value.\n\
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
    #[command(flatten)]
    #[allow(missing_docs)]
    pub options: Options,
    /// Pairwise interactions instead of values: one line a pair of features (both ways, and each with itself) that is not
    /// zero; those of a feature add up to its value
    #[arg(long)]
    pub interactions: bool,
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
    let to = args.bulk.destination(&args.output);
    to.check()?;
    let (loaded, input) = args.data.open(&args.bulk)?;
    let model = loaded.model.as_ref();
    let outputs = classes(model.card(), model.outputs(), &args.class)?;
    let background = background(args, model)?;
    let setting = Setting::new(&args.options, model, background.as_ref())?;
    let Prepared { explainer, players } = prepare(&args.options, model, &setting, background)?;
    let explainer = explainer.as_ref();
    let outcome = if args.interactions {
        let pairs = Pairs::new(model, explainer, outputs, &players);
        bulk::run(input, model, &pairs, &to)?
    } else {
        check_names(&players, model.outputs() > 1, explainer.seed().is_some())?;
        let attributions = Attributions { model, explainer, outputs, players };
        bulk::run(input, model, &attributions, &to)?
    };
    if let Some(told) = explainer.told() {
        say(&format!("note: {told}"));
    }
    Ok(outcome)
}

/// The outputs to explain.
pub(super) fn classes(card: &ModelCard, outputs: usize, asked: &str) -> Checked<Vec<usize>> {
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

/// The columns that the result adds must not be names of players.
fn check_names(players: &[String], several: bool, sampled: bool) -> Checked<()> {
    let mut faults = Faults::default();
    let added = ["id", "prediction", "base_value"].into_iter();
    let added = added.chain(several.then_some("class")).chain(sampled.then_some("seed"));
    for name in added {
        if players.iter().any(|player| player == name) {
            let found = format!("a feature or group of the name `{name}`");
            let mend = "Rename the feature in the model, or the group.";
            faults.push(usage(found, "a name that the result does not use", mend));
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
