//! `klartext attribute`: exact Shapley values of a model's raw score.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::Outcome;
use super::message::say;
use super::predict::{DataArgs, OutputArgs, Rows, class, placed, usage};
use crate::attribution::{
    Attribution, Interventional, MOST_PLAYERS, PathDependent, Sampled, Sampling, enumerated,
    exact_score, sampled, with_covers,
};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, LinearModel, Model, ModelCard, TreeEnsemble, rows_for};
use crate::table::{Cell, ResultTable};

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

/// Arguments of `klartext attribute`.
#[derive(Args, Debug)]
#[command(
    about = "Attribute a model's raw score to its features, exactly",
    after_help = "EXAMPLES:\n  \
        klartext attribute --model model.json --data cases.csv --background background.csv --id case_id\n  \
        klartext attribute --model model.json --data cases.csv --method tree-path -o attributions.csv\n  \
        klartext attribute --model classes.ubj --data cases.csv --class 2 -o attributions.jsonl\n\n\
        Columns: id, class (multi-class models only), prediction (the raw score in double precision), base_value,\n\
        then one a feature; base_value and the features add up to the prediction. Sampled values have their\n\
        standard errors behind them, in columns standard_error.FEATURE.\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct AttributeArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
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

/// A method, prepared for many rows.
enum Prepared<'m> {
    Path(PathDependent<'m>),
    Background(Interventional<'m>),
    Exact(&'m dyn Model, Array2<f64>),
    Sampled(&'m dyn Model, Array2<f64>, Sampling),
    /// Products of weight and value, as the library itself gives them.
    Uncentred(&'m LinearModel),
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
    check_names(card, several)?;
    let background = background(args, &rows)?;
    let routed = routed(args.method, model, background.as_ref());
    let sampling = Sampling { pairs: args.pairs, seed: args.seed };
    let prepared = prepare(args.method, model, routed.as_ref(), background, sampling)?;
    let is_sampled = matches!(prepared, Prepared::Sampled(..));
    if is_sampled {
        say(&format!(
            "note: sampled with {} pairs of orders for each background row, seed {}.",
            sampling.pairs, sampling.seed
        ));
    }
    let sound = rows.sound();
    let lines: Vec<Vec<Vec<Cell>>> = sound
        .par_iter()
        .map(|(r, row)| {
            let line = |k: &usize| {
                let prediction = exact_score(model, row, *k);
                let class = several.then(|| class(card, *k));
                if prediction.is_nan() {
                    // The model has no prediction for the row: there is nothing to attribute.
                    let features = card.features.len() * if is_sampled { 2 } else { 1 };
                    let empty = vec![Cell::Number(f64::NAN); features + 2];
                    return Ok([rows.id(*r)].into_iter().chain(class).chain(empty).collect());
                }
                let (attribution, errors) = prepared.explain(row, *k)?;
                let Attribution { base_value, values } = checked(attribution, model, row, *k)?;
                let numbers = [prediction, base_value].into_iter().chain(values).chain(errors);
                let numbers = numbers.map(Cell::Number);
                Ok([rows.id(*r)].into_iter().chain(class).chain(numbers).collect())
            };
            outputs.iter().map(line).collect()
        })
        .collect::<Checked<_>>()?;
    let class = several.then_some("class");
    let columns =
        ["id"].into_iter().chain(class).chain(["prediction", "base_value"]).map(str::to_owned);
    let errors = card.features.iter().filter(|_| is_sampled);
    let errors = errors.map(|feature| format!("standard_error.{feature}"));
    let columns = columns.chain(card.features.iter().cloned()).chain(errors).collect();
    let table = ResultTable { columns, rows: lines.into_iter().flatten().collect() };
    table.write(args.output.output.as_deref(), args.output.force)?;
    Ok(rows.outcome())
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

/// Path-dependent values were asked for, and the file has no covers: the background's rows give them.
fn routed(
    method: Method,
    model: &dyn Model,
    background: Option<&Array2<f64>>,
) -> Option<TreeEnsemble> {
    let Form::Trees(trees) = model.form() else { return None };
    let background = background.filter(|_| method == Method::TreePath && !trees.card.covers)?;
    say(&format!(
        "note: the model file has no covers; the {} rows of the background were sent through its trees for them.",
        background.nrows()
    ));
    Some(with_covers(trees, background.view()))
}

fn prepare<'m>(
    method: Method,
    model: &'m dyn Model,
    routed: Option<&'m TreeEnsemble>,
    background: Option<Array2<f64>>,
    sampling: Sampling,
) -> Checked<Prepared<'m>> {
    let needed = |what: &str| {
        usage("no background", format!("a background for {what}"), "Give one with --background.")
    };
    let misfit = |what: &str| {
        usage(format!("a model that is no {what}"), format!("a {what}"), "Use --method auto.")
    };
    match (method, model.form(), background) {
        (Method::Exact, _, Some(background)) => Ok(Prepared::Exact(model, background)),
        (Method::Exact, _, None) => Err(needed("the method exact").into()),
        (Method::TreePath | Method::TreeInterventional, Form::Linear(_) | Form::Other, _) => {
            Err(misfit("tree model").into())
        }
        (Method::Linear, Form::Trees(_) | Form::Other, _) => Err(misfit("linear model").into()),
        (Method::Permutation, _, Some(background)) => {
            Ok(Prepared::Sampled(model, background, sampling))
        }
        (Method::Auto, Form::Other, Some(background)) => Ok(match model.card().features.len() {
            ..=MOST_PLAYERS => Prepared::Exact(model, background),
            _ => Prepared::Sampled(model, background, sampling),
        }),
        (Method::Auto | Method::Linear, Form::Linear(linear), None) if linear.uncentred => {
            Ok(Prepared::Uncentred(linear))
        }
        (Method::TreePath, Form::Trees(trees), _) | (Method::Auto, Form::Trees(trees), None) => {
            let trees = routed.unwrap_or(trees);
            check_covers(trees)?;
            Ok(Prepared::Path(PathDependent::new(trees)))
        }
        (_, Form::Linear(_), None) => Err(needed("a linear model").into()),
        (_, _, None) => Err(needed("this method").into()),
        (_, _, Some(background)) => {
            Ok(Prepared::Background(Interventional::new(model, background.view())?))
        }
    }
}

/// Path-dependent values average by cover, which leaves that are weighted sums cannot be.
fn check_covers(trees: &TreeEnsemble) -> Checked<()> {
    let found = if !trees.card.covers {
        "a model file without covers"
    } else if !trees.is_constant_leaved() {
        "trees whose leaves are weighted sums"
    } else {
        return Ok(());
    };
    let mend = "Give a background with --background; the method auto is then interventional.";
    Err(usage(found, "covers and leaves for path-dependent attribution", mend).into())
}

impl Prepared<'_> {
    /// The attribution of a row, and standard errors where it is sampled.
    fn explain(&self, row: &[f64], output: usize) -> Checked<(Attribution, Vec<f64>)> {
        let attribution = match self {
            Prepared::Path(path) => path.explain(row, output),
            Prepared::Background(interventional) => interventional.explain(row, output),
            Prepared::Uncentred(linear) => Attribution {
                base_value: linear.constant(output),
                values: linear.contributions(row, output),
            },
            Prepared::Exact(model, background) => {
                enumerated(*model, row, background.view(), output)?
            }
            Prepared::Sampled(model, background, sampling) => {
                let Sampled { attribution, standard_errors } =
                    sampled(*model, row, background.view(), output, *sampling)?;
                return Ok((attribution, standard_errors));
            }
        };
        Ok((attribution, Vec::new()))
    }
}

/// Refuses an attribution that does not add up: a number that the model did not produce must not leave the program.
fn checked(
    found: Attribution,
    model: &dyn Model,
    row: &[f64],
    output: usize,
) -> Checked<Attribution> {
    let residual = found.residual(model, row, output);
    if residual <= 1e-9 {
        return Ok(found);
    }
    let found = format!("an attribution that misses the model's score by {residual:e}");
    Err(Fault::new(
        "M25",
        Place::default(),
        found,
        "at most 1e-9",
        "Please report this with the model file.",
    )
    .into())
}
