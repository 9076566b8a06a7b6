//! `klartext attribute`: exact Shapley values of a model's raw score.

mod groups;
mod interactions;
pub(super) mod method;
pub(super) mod options;

use std::path::PathBuf;

use clap::Args;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use self::interactions::{PairCell, pair_cells};
use self::method::{Prepared, Setting, prepare};
use self::options::Options;
use super::Outcome;
use super::message::say;
use super::predict::{DataArgs, OutputArgs, Rows, class, class as class_cell, placed, usage};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Model, ModelCard, rows_for};
use crate::table::{Cell, ResultTable};

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
        klartext attribute --model model.ubj --data cases.csv --interactions -o interactions.csv\n\n\
        Columns: id, class (multi-class models only), prediction (what is explained, in double precision),\n\
        base_value, then one a feature or group; base_value and these add up to the prediction. Sampled values have\n\
        their standard errors behind them, in columns standard_error.FEATURE, and the seed.\n\
        With --interactions: id, class (multi-class models only), feature_a, feature_b, value.\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct AttributeArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
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
    let rows = args.data.rows()?;
    let model: &dyn Model = rows.loaded.model.as_ref();
    let card = model.card();
    let outputs = classes(card, model.outputs(), &args.class)?;
    let several = model.outputs() > 1;
    let background = background(args, &rows)?;
    let setting = Setting::new(&args.options, model, background.as_ref())?;
    let Prepared { explainer, players } = prepare(&args.options, model, &setting, background)?;
    let seed = explainer.seed();
    let sound = rows.sound();
    if args.interactions {
        let lines: Vec<Vec<Vec<Cell>>> = sound
            .par_chunks(interactions::ROWS)
            .map(|own| {
                let block = interactions::block(own, card.features.len())?;
                let cells = pair_cells(explainer.as_ref(), model, block.view(), &outputs)?;
                let name = |player: usize| {
                    players.get(player).map_or(Cell::Missing, |name| Cell::Text(name.clone()))
                };
                let line = |cell: PairCell| {
                    let id = own.get(cell.row).map_or(Cell::Missing, |(r, _)| rows.id(*r));
                    let class = outputs.get(cell.output).filter(|_| several);
                    let class = class.map(|k| class_cell(card, *k));
                    let pair = [name(cell.a), name(cell.b), Cell::Number(cell.value)];
                    [id].into_iter().chain(class).chain(pair).collect()
                };
                Ok(cells.into_iter().map(line).collect())
            })
            .collect::<Checked<_>>()?;
        let class = several.then_some("class");
        let columns = ["id"].into_iter().chain(class).chain(["feature_a", "feature_b", "value"]);
        let columns = columns.map(str::to_owned).collect();
        let table = ResultTable { columns, rows: lines.into_iter().flatten().collect() };
        table.write(args.output.output.as_deref(), args.output.force)?;
        return Ok(rows.outcome());
    }
    check_names(&players, several, seed.is_some())?;
    let lines: Vec<Vec<Vec<Cell>>> = sound
        .par_iter()
        .map(|(r, row)| {
            let view = ArrayView2::from_shape((1, row.len()), row).map_err(shape)?;
            let block = explainer.explain(view, &outputs)?;
            let explained = explainer.explained(model, view, &outputs);
            let line = |(at, k): (usize, &usize)| {
                let prediction = explained.get((0, at)).copied().unwrap_or(f64::NAN);
                let class = several.then(|| class(card, *k));
                if prediction.is_nan() {
                    // The model has no prediction for the row: there is nothing to attribute.
                    let values = if seed.is_some() { 2 * players.len() + 1 } else { players.len() };
                    let empty = vec![Cell::Number(f64::NAN); values + 2];
                    return Ok([rows.id(*r)].into_iter().chain(class).chain(empty).collect());
                }
                let base_value = block.base_values.get((0, at)).copied().unwrap_or(f64::NAN);
                let values = block.values.index_axis(Axis(0), 0);
                let values = values.index_axis(Axis(0), at);
                adds_up(prediction, base_value, values, explainer.tolerance())?;
                let errors = block
                    .standard_errors
                    .as_ref()
                    .map(|errors| errors.index_axis(Axis(0), 0).index_axis(Axis(0), at).to_vec());
                let errors = errors.into_iter().flatten().chain(seed.map(|seed| seed as f64));
                let numbers = [prediction, base_value].into_iter().chain(values.to_vec());
                let numbers = numbers.chain(errors).map(Cell::Number);
                Ok([rows.id(*r)].into_iter().chain(class).chain(numbers).collect())
            };
            outputs.iter().enumerate().map(line).collect()
        })
        .collect::<Checked<_>>()?;
    let class = several.then_some("class");
    let columns =
        ["id"].into_iter().chain(class).chain(["prediction", "base_value"]).map(str::to_owned);
    let errors = players.iter().filter(|_| seed.is_some());
    let errors = errors.map(|player| format!("standard_error.{player}"));
    let columns = columns.chain(players.iter().cloned()).chain(errors);
    let columns = columns.chain(seed.map(|_| "seed".to_owned())).collect();
    let table = ResultTable { columns, rows: lines.into_iter().flatten().collect() };
    table.write(args.output.output.as_deref(), args.output.force)?;
    if let Some(told) = explainer.told() {
        say(&format!("note: {told}"));
    }
    Ok(rows.outcome())
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
fn background(args: &AttributeArgs, rows: &Rows) -> Checked<Option<Array2<f64>>> {
    let Some(path) = &args.background else {
        return Ok(None);
    };
    let table = args.data.table.read(path)?;
    let id = args.data.id.as_deref();
    let numbers = rows_for(rows.loaded.model.card(), &table, id, args.data.table.decimal_comma)?;
    let values = Faults(numbers.faults).or(numbers.values)?;
    // Rows that the model has no prediction for compare with nothing.
    let model = rows.loaded.model.as_ref();
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

/// Refuses an attribution that does not add up: a number that the model did not produce must not leave the program.
fn adds_up(
    explained: f64,
    base_value: f64,
    values: ArrayView1<f64>,
    tolerance: f64,
) -> Checked<()> {
    let largest = values.iter().fold(1f64, |m, x| m.max(x.abs()));
    let scale = largest.max(explained.abs()).max(base_value.abs());
    let residual = (base_value + values.sum() - explained).abs() / scale;
    if residual <= tolerance {
        return Ok(());
    }
    let found = format!("an attribution that misses the model's score by {residual:e}");
    let mend = "Please report this with the model file.";
    Err(Fault::new("M25", Place::default(), found, format!("at most {tolerance:e}"), mend).into())
}

/// A row of another length than the model's features cannot come from a table.
fn shape(error: ndarray::ShapeError) -> Faults {
    let mend = "Please report this with the model file.";
    Fault::new("M22", Place::default(), error.to_string(), "one value a feature", mend).into()
}
