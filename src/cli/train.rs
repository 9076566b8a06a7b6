//! `klartext train`: fits a small model with linfa.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ndarray::Array2;

use super::Outcome;
use super::predict::{TableArgs, placed, usage};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Recipe, Target, TrainingSet, fit};
use crate::procedure::{Procedure, encoded};
use crate::table::{Table, write_file};

/// What is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// Decision tree (linfa-trees)
    Tree,
    /// Random forest: the mean of trees on bootstraps (linfa-trees)
    Forest,
    /// Logistic regression (linfa-logistic)
    Logistic,
    /// Ordinary least squares; the target is a number (linfa-linear)
    Linear,
    /// Least squares with a penalty on the weights; the target is a number (linfa-elasticnet)
    ElasticNet,
}

/// Arguments of `klartext train`.
#[derive(Args, Debug)]
#[command(
    about = "Fit a tree, a forest or a weighted sum with linfa",
    after_help = "EXAMPLES:\n  \
        klartext train --data past.csv --target granted --positive yes --kind tree --depth 4 -o model.json\n  \
        klartext train --data past.csv --target ui --positive no --procedure models/unemployment-benefit --kind tree -o model.json\n  \
        klartext train --data past.csv --target late --features age,income --kind logistic -o model.json --force\n  \
        klartext train --data past.csv --target days --kind elastic-net --penalty 0.1 -o model.json\n\n\
        Missing values are filled with the column's median, which the model file records.\n\
        The same data give the same file."
)]
pub struct TrainArgs {
    /// Table to learn from: CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Column to predict
    #[arg(long, value_name = "COLUMN")]
    pub target: String,
    /// Value of the target that counts as positive [default: 1, where the target is 0 and 1]
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// Feature columns [default: every named column but target and id whose cells are all numbers]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub features: Option<Vec<String>>,
    /// Folder of a procedure: its features are the columns, words and yes/no become numbers as the procedure says
    #[arg(long, value_name = "DIR", conflicts_with = "features")]
    pub procedure: Option<PathBuf>,
    /// Column that identifies a row, never a feature
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// What to fit
    #[arg(long, value_enum)]
    pub kind: KindArg,
    /// Longest path of a tree, in splits
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub depth: u8,
    /// Fewest rows in a leaf of a tree
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub min_leaf: u32,
    /// Trees of a forest
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub trees: u16,
    /// Percentage of the columns that each tree of a forest may ask about, drawn anew for each
    #[arg(long, value_name = "PERCENT", default_value_t = 70, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub columns: u8,
    /// Number that the random draws of a forest start from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Weight of an elastic net's penalty, on standardised columns
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    pub penalty: f64,
    /// Share of an elastic net's penalty that is on the sizes of the weights, 0 to 1; the rest is on their squares
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub l1_ratio: f64,
    /// Weigh both classes the same while trees are grown: for a target that is rarely positive, or rarely not
    #[arg(long)]
    pub balanced: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub table: TableArgs,
    /// Model file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Runs `klartext train`.
///
/// # Errors
/// The faults of the table, of the fit (M07) and of the output file.
pub fn run(args: &TrainArgs) -> Checked<Outcome> {
    train(args).map_err(|faults| placed(faults, &args.data))
}

fn train(args: &TrainArgs) -> Checked<Outcome> {
    let table = args.table.read(&args.data)?;
    let mut faults = Faults::default();
    let (depth, min_leaf, balanced) = (args.depth.into(), args.min_leaf as usize, args.balanced);
    let kind = match args.kind {
        KindArg::Tree => Recipe::Tree { depth, min_leaf, balanced },
        KindArg::Forest => {
            let (trees, columns, seed) = (args.trees.into(), args.columns.into(), args.seed);
            Recipe::Forest { trees, depth, min_leaf, balanced, columns, seed }
        }
        KindArg::Logistic => Recipe::Logistic,
        KindArg::Linear => Recipe::Linear,
        KindArg::ElasticNet => {
            Recipe::ElasticNet { penalty: args.penalty, l1_ratio: args.l1_ratio }
        }
    };
    let wanted = if kind.numeric() { numbers(args, &table) } else { labels(args, &table) };
    let wanted = faults.take(wanted);
    let columns = faults.take(columns(args, &table));
    let (Some(wanted), Some((features, values))) = (wanted, columns) else {
        return Err(faults);
    };
    let target = args.target.clone();
    let data = TrainingSet { file: table.file.clone(), features, values, target, wanted };
    let file = fit(&data, kind)?;
    let mut bytes = serde_json::to_vec(&file).map_err(|e| {
        Fault::new("F03", Place::default(), e.to_string(), "a model", "Please report this.")
    })?;
    bytes.push(b'\n');
    write_file(&args.output, &bytes, args.force)?;
    Ok(Outcome::Done)
}

/// The target as numbers.
fn numbers(args: &TrainArgs, table: &Table) -> Checked<Target> {
    if let Some(positive) = &args.positive {
        let found = format!("the positive value `{positive}` of a target that is a number");
        let mend = "Leave --positive out, or fit a tree, a forest or a logistic regression.";
        return Err(usage(found, "no positive value", mend).into());
    }
    let read = table.numbers(std::slice::from_ref(&args.target), args.table.decimal_comma);
    let mut faults = Faults(read.faults);
    // A column that does not exist has its fault, and no cells.
    if faults.0.is_empty() {
        for (row, number) in table.rows.iter().zip(&read.values) {
            if number.is_nan() {
                faults.push(no_value(args, table, row.line));
            }
        }
    }
    faults.or(Target::Number(read.values.into_iter().collect()))
}

fn no_value(args: &TrainArgs, table: &Table, line: u64) -> Fault {
    let place = Place::file(&table.file).line(line).field(&args.target);
    Fault::new("M07", place, "no value", "a value of the target", "Remove the row, or fill it.")
}

/// The positive value, and whether each row has it.
fn labels(args: &TrainArgs, table: &Table) -> Checked<Target> {
    let at = table.locate(std::slice::from_ref(&args.target))?;
    let at = at.first().copied().unwrap_or(usize::MAX);
    let mut faults = Faults::default();
    let mut texts = Vec::with_capacity(table.rows.len());
    for (r, row) in table.rows.iter().enumerate() {
        let text = table.text(r, at).map(str::trim);
        if matches!(text, None | Some("" | "NA" | "NaN" | "nan" | "null")) {
            faults.push(no_value(args, table, row.line));
        }
        texts.push(text.unwrap_or(""));
    }
    faults.or(())?;
    let distinct: BTreeSet<&str> = texts.iter().copied().collect();
    let positive = match &args.positive {
        Some(positive) => positive.trim(),
        None if distinct.iter().all(|t| matches!(*t, "0" | "1")) => "1",
        None => {
            let some: Vec<&str> = distinct.iter().copied().take(10).collect();
            let found = format!("the target values {}", some.join(", "));
            return Err(usage(
                found,
                "0 and 1, or the positive one named",
                "Name it with --positive.",
            )
            .into());
        }
    };
    let labels = texts.iter().map(|t| *t == positive).collect();
    Ok(Target::Class { positive: positive.to_owned(), labels })
}

/// The feature columns; columns that are left out because they hold text are reported.
/// Names and numbers of the columns to learn from.
fn columns(args: &TrainArgs, table: &Table) -> Checked<(Vec<String>, Array2<f64>)> {
    if let Some(folder) = &args.procedure {
        return encoded(&Procedure::load(folder)?.features, table);
    }
    let features = features(args, table)?;
    let numbers = table.numbers(&features, args.table.decimal_comma);
    Faults(numbers.faults).or((features, numbers.values))
}

fn features(args: &TrainArgs, table: &Table) -> Checked<Vec<String>> {
    if let Some(features) = &args.features {
        if features.contains(&args.target) {
            let found = format!("the target `{}` among the features", args.target);
            return Err(
                usage(found, "features without the target", "Take it out of --features.").into()
            );
        }
        table.locate(features)?;
        return Ok(features.clone());
    }
    // A column without a name holds the row names of the program that wrote the table.
    let other = |c: &&String| !c.is_empty() && **c != args.target && Some(*c) != args.id.as_ref();
    let numeric = |c: &String| {
        let numbers = table.numbers(std::slice::from_ref(c), args.table.decimal_comma);
        numbers.faults.is_empty()
    };
    let (features, texts): (Vec<String>, Vec<String>) =
        table.columns.iter().filter(other).cloned().partition(numeric);
    if !texts.is_empty() {
        eprintln!("Columns without use, because they hold text: {}", texts.join(", "));
    }
    Ok(features)
}
