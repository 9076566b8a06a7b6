//! `klartext global`: what a model does over many rows.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ndarray::{Array2, Axis};

use super::Outcome;
use super::attribute::method::{Prepared, Setting, prepare};
use super::attribute::options::{GroupValue, Method, Options, Precision, Scale};
use super::global_table::{FILES, Told, tables};
use super::message::say;
use super::predict::{DataArgs, placed, usage};
use super::whole::without;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::global::{self, Asked, Grid, Loss, Measures, Target, overview};
use crate::model::{FeatureKind, LoadedModel, Model, rows_for};
use crate::table::Cell;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Mean |attribution| and mean attribution of each feature
    Importance,
    /// Attribution by the feature's value
    Dependence,
    /// Mean score with the feature at each value
    Partial,
    /// The same for single rows (individual conditional expectation)
    Ice,
    /// Accumulated local effects, for numbers
    Ale,
    /// What a feature's permutation does to the loss (with --target) and to the prediction
    Permutation,
}

/// How predictions are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LossName {
    /// log for probabilities, squared for numbers
    Auto,
    /// −ln of the probability of what happened
    Log,
    /// Squared distance; of probabilities the Brier score
    Squared,
    /// Absolute distance
    Absolute,
    /// Share of wrong classes
    Error,
}

/// Arguments of `klartext global`.
#[derive(Args, Debug)]
#[command(
    about = "What a model does over many rows: importance, dependence, partial dependence, effects",
    after_help = "EXAMPLES:\n  \
        klartext global --model model.json --data cases.csv -o global.csv\n  \
        klartext global --model model.json --data cases.csv --background background.csv -o folder/\n  \
        klartext global --model model.txt --data holdout.csv --target outcome --only permutation\n  \
        klartext global --model model.json --data cases.csv --only partial,ice --scale probability\n\n\
        One row a number, in columns that are always the same: measure, class (models of several\n\
        outputs only), feature, id, at, estimate, standard_error, low, high, rows. `at` is the feature's\n\
        value, empty where it is missing; low and high are an interval of 95 % (estimate ± 1.96 standard\n\
        errors over the rows).\n\n\
        Measures: mean_absolute and mean (of the attributions); dependence_bin (mean attribution by\n\
        value) and dependence (single rows); partial_dependence; ice (single rows); ale;\n\
        permutation_change (mean |change| of the score); with --target permutation_loss (mean rise of the\n\
        loss) and loss (as it is). Definitions: docs/global.md.\n\n\
        A file gets all of it; a folder (a name without an ending) one file each: importance.csv,\n\
        dependence.csv, partial_dependence.csv, ice.csv, ale.csv.\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct GlobalArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    /// Table of the rows to compare with, in the same form as the data
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
    /// How attributions are computed, as for `klartext attribute`
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// Column of the data that says what really happened
    #[arg(long, value_name = "COLUMN")]
    pub target: Option<String>,
    /// How predictions are judged (with --target)
    #[arg(long, value_enum, default_value_t = LossName::Auto)]
    pub loss: LossName,
    /// Class to look at, by name or index (models of several outputs)
    #[arg(long, value_name = "NAME|INDEX|all", default_value = "all")]
    pub class: String,
    /// What is looked at
    #[arg(long, value_enum, default_value_t = Scale::Raw)]
    pub scale: Scale,
    /// What to compute [default: everything]
    #[arg(long, value_enum, value_name = "PART,…", value_delimiter = ',')]
    pub only: Vec<Part>,
    /// Points of a number's grid: all its values if there are no more, else quantiles; categories have all
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub grid: u16,
    /// Rows that are told one by one (dependence, ice), evenly taken
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub cases: usize,
    /// How often each feature is permuted
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub repeats: u16,
    /// Seed of the permutations, and of sampled attributions
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Rows to use at most, evenly taken [default: all]
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// File (CSV, or JSON Lines if the name ends in .jsonl) or folder to write [default: CSV on standard output]
    #[arg(short, long, value_name = "FILE|FOLDER")]
    pub output: Option<PathBuf>,
    /// Overwrite what exists
    #[arg(long)]
    pub force: bool,
}

/// Runs `klartext global`.
///
/// # Errors
/// The faults of model, tables, target and output; a method that does not fit the model (R04); an attribution that does
/// not add up (M25); a loss that the model cannot have (M28).
pub fn run(args: &GlobalArgs) -> Checked<Outcome> {
    global(args).map_err(|faults| placed(faults, &args.data.model))
}

/// The rows that are used.
struct Input {
    loaded: LoadedModel,
    ids: Vec<Cell>,
    rows: Array2<f64>,
    target: Option<Vec<f64>>,
    /// Rows were left out because of a fault.
    faulty: bool,
}

fn global(args: &GlobalArgs) -> Checked<Outcome> {
    let input = read(args)?;
    let model: &dyn Model = input.loaded.model.as_ref();
    let parts = |part: Part| args.only.is_empty() || args.only.contains(&part);
    let measures = Measures {
        attributions: parts(Part::Importance) || parts(Part::Dependence),
        partial: parts(Part::Partial) || parts(Part::Ice),
        accumulated: parts(Part::Ale),
        permutation: parts(Part::Permutation),
    };
    let target = input.target.map(|values| Target { values, loss: loss(args, model) });
    let background = background(args, &input.loaded)?;
    let options = Options {
        method: args.method,
        scale: args.scale,
        precision: Precision::Double,
        groups: None,
        group_value: GroupValue::Shapley,
        pairs: 2,
        settle: None,
        budget: None,
        seed: args.seed,
    };
    let setting = Setting::new(&options, model, background.as_ref())?;
    let explainer = if measures.attributions {
        let Prepared { explainer, .. } = prepare(&options, model, &setting, background)?;
        Some(explainer)
    } else {
        None
    };
    let card = model.card();
    let grids = input.rows.columns().into_iter().enumerate().map(|(feature, column)| {
        let nominal = !matches!(card.kind(feature), FeatureKind::Number);
        Grid::new(column.iter().copied(), nominal, usize::from(args.grid))
    });
    let asked = Asked {
        measures,
        outputs: super::attribute::classes(card, model.outputs(), &args.class)?,
        grids: grids.collect(),
        scale: match args.scale {
            Scale::Raw => global::Scale::Raw,
            Scale::Probability => global::Scale::Prediction,
        },
        cases: args.cases,
        repeats: usize::from(args.repeats),
        seed: args.seed,
    };
    if measures.permutation {
        let loss = target
            .as_ref()
            .map_or(String::new(), |target| format!("; the loss is {}", target.loss.name()));
        say(&format!(
            "note: each feature is permuted {} times, seed {}{loss}.",
            args.repeats, args.seed
        ));
    }
    let explainer = explainer.as_deref();
    let found = overview(model, explainer, input.rows.view(), target.as_ref(), &asked)?;
    if let Some(told) = explainer.and_then(|explainer| explainer.told()) {
        say(&format!("note: {told}"));
    }
    let told = Told { model, ids: &input.ids, asked: &asked, found: &found };
    write(args, tables(&told, parts))?;
    Ok(if input.faulty { Outcome::Findings } else { Outcome::Done })
}

fn loss(args: &GlobalArgs, model: &dyn Model) -> Loss {
    match args.loss {
        LossName::Auto => Loss::usual(model),
        LossName::Log => Loss::Log,
        LossName::Squared => Loss::Squared,
        LossName::Absolute => Loss::Absolute,
        LossName::Error => Loss::Error,
    }
}

/// Reads model, rows and target, all faults in one go; reports cells that cannot be read.
fn read(args: &GlobalArgs) -> Checked<Input> {
    let whole = args.data.whole_with(args.target.as_deref())?;
    let model = whole.loaded.model.as_ref();
    let mut scores = vec![0.0; model.outputs()];
    let (predicted, other): (Vec<usize>, Vec<usize>) = whole.sound_rows().partition(|row| {
        model.exact(&whole.values.row(*row).to_vec(), &mut scores);
        !scores.iter().any(|score| score.is_nan())
    });
    if !other.is_empty() {
        say(&format!(
            "note: the model has no prediction for {} rows; they are left out.",
            other.len()
        ));
    }
    let n = predicted.len();
    let taken = args.sample.unwrap_or(n).min(n);
    let rows: Vec<usize> =
        (0..taken).filter_map(|i| predicted.get(i * n / taken).copied()).collect();
    if rows.is_empty() {
        let place = Place::file(&whole.table.file);
        let mend = "Correct the cells that were named, or give other rows.";
        return Err(Fault::new("T05", place, "no row that can be used", "rows", mend).into());
    }
    let target = whole.target.as_ref();
    Ok(Input {
        ids: rows.iter().map(|row| whole.id(*row)).collect(),
        target: target.map(|all| rows.iter().filter_map(|row| all.get(*row).copied()).collect()),
        rows: whole.values.select(Axis(0), &rows),
        faulty: !whole.is_sound(),
        loaded: whole.loaded,
    })
}

/// The background's rows; one with a cell that cannot be read is refused as a whole.
fn background(args: &GlobalArgs, loaded: &LoadedModel) -> Checked<Option<Array2<f64>>> {
    let Some(path) = &args.background else { return Ok(None) };
    let table = args.data.table.read(path)?;
    let model = loaded.model.as_ref();
    let table = without(&table, args.target.as_deref(), model);
    // The background need not have the data's ids.
    let id = args.data.id.as_deref().filter(|name| table.column(name).is_some());
    let numbers = rows_for(model.card(), &table, id, args.data.table.decimal_comma)?;
    let values = Faults(numbers.faults).or(numbers.values)?;
    let mut scores = vec![0.0; model.outputs()];
    let kept: Vec<usize> = (0..values.nrows())
        .filter(|row| {
            model.exact(&values.row(*row).to_vec(), &mut scores);
            !scores.iter().any(|score| score.is_nan())
        })
        .collect();
    if kept.len() < values.nrows() {
        say(&format!(
            "note: {} rows of the background are left out, the model has no prediction for them.",
            values.nrows() - kept.len()
        ));
    }
    Ok(Some(values.select(Axis(0), &kept)))
}

/// Writes one table to a file or standard output, or each to a file of its own in a folder.
fn write(args: &GlobalArgs, tables: Vec<(&'static str, crate::table::ResultTable)>) -> Checked<()> {
    let is_folder = |path: &&Path| path.is_dir() || path.extension().is_none();
    match args.output.as_deref().filter(is_folder) {
        Some(folder) => {
            let files: Vec<(PathBuf, _)> = tables
                .into_iter()
                .map(|(name, table)| (folder.join(format!("{name}.csv")), table))
                .collect();
            if let (false, Some((path, _))) = (args.force, files.iter().find(|(p, _)| p.exists())) {
                // None is written where one cannot be.
                let mend = "Choose another folder, or overwrite with --force.";
                let place = Place::file(path.display().to_string());
                let found = "a file of this name";
                return Err(Fault::new("F02", place, found, "a new file", mend).into());
            }
            std::fs::create_dir_all(folder).map_err(|error| {
                let place = Place::file(folder.display().to_string());
                let mend = "Check the name and the permissions.";
                Fault::new("F03", place, error.to_string(), "a folder that can be made", mend)
            })?;
            files.iter().try_for_each(|(path, table)| table.write(Some(path), args.force))
        }
        None => {
            let mut tables = tables.into_iter().map(|(_, table)| table);
            let Some(mut all) = tables.next() else {
                let expected = format!("at least one of {}", FILES.join(", "));
                return Err(usage("nothing to compute", expected, "Correct --only.").into());
            };
            tables.for_each(|table| all.rows.extend(table.rows));
            all.write(args.output.as_deref(), args.force)
        }
    }
}
