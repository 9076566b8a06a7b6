//! `klartext predict`: a model's own predictions.

use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use super::Outcome;
use super::message::say;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{self, LoadedModel, Model, ModelCard};
use crate::table::{Cell, Numbers, ResultTable, Separator, Table, read_table};

/// A model and the rows it is applied to.
#[derive(Args, Debug)]
pub struct DataArgs {
    /// Model file, see `klartext inspect`
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Table with a column for each feature of the model: CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Column that identifies a row [default: the row's number, from 0]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Boosting rounds to use, FROM up to but not including TO [default: all]
    #[arg(long, value_name = "FROM..TO", value_parser = rounds)]
    pub trees: Option<std::ops::Range<usize>>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub table: TableArgs,
}

/// How tables are written.
#[derive(Args, Debug)]
pub struct TableArgs {
    /// Separator of CSV fields [default: found from the header, `;` or `,`]
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    pub separator: Option<u8>,
    /// Numbers have a decimal comma
    #[arg(long)]
    pub decimal_comma: bool,
}

/// Where results go.
#[derive(Args, Debug)]
pub struct OutputArgs {
    /// File to write: CSV, or JSON Lines if the name ends in .jsonl [default: CSV on standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `klartext predict`.
#[derive(Args, Debug)]
#[command(
    about = "Predict with a model, exactly as the library that trained it",
    after_help = "EXAMPLES:\n  \
        klartext predict --model model.json --data cases.csv\n  \
        klartext predict --model model.ubj --data cases.csv --id case_id -o predictions.csv\n  \
        klartext predict --model model.txt --data cases.jsonl -o predictions.jsonl --force\n\n\
        Columns: id, class (multi-class models only), raw (the score before the link), value (the prediction).\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct PredictArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

fn rounds(text: &str) -> Result<std::ops::Range<usize>, String> {
    let ends = text.split_once("..").map(|(from, to)| (from.trim().parse(), to.trim().parse()));
    match ends {
        Some((Ok(from), Ok(to))) if from < to => Ok(from..to),
        _ => Err("two counts such as 0..50, the first less than the second".to_owned()),
    }
}

fn separator(text: &str) -> Result<u8, String> {
    match text {
        "\\t" | "tab" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
            _ => Err("one ASCII character, or `tab`".to_owned()),
        },
    }
}

impl TableArgs {
    /// Reads a table.
    pub(super) fn read(&self, path: &Path) -> Checked<Table> {
        read_table(path, self.separator.map_or(Separator::Detect, Separator::Given))
    }
}

/// A model with rows in its feature order.
pub(super) struct Rows {
    pub loaded: LoadedModel,
    pub ids: Vec<Cell>,
    pub numbers: Numbers,
}

impl DataArgs {
    /// The model of the rounds that were asked for.
    fn part(&self, mut loaded: LoadedModel) -> Checked<LoadedModel> {
        if let Some(rounds) = &self.trees {
            let part = loaded.model.part(rounds.clone());
            loaded.model = part.map_err(|faults| placed(faults, &self.model))?;
        }
        Ok(loaded)
    }

    /// Reads model and table, all faults of both in one go; reports cells that cannot be read.
    pub(super) fn rows(&self) -> Checked<Rows> {
        let mut faults = Faults::default();
        let loaded = faults.take(model::read(&self.model).and_then(|loaded| self.part(loaded)));
        let table = faults.take(self.table.read(&self.data));
        let (Some(loaded), Some(table)) = (loaded, table) else {
            return Err(faults);
        };
        let ids = match &self.id {
            None => (0..table.rows.len()).map(|r| Cell::Text(r.to_string())).collect(),
            Some(name) => {
                let at = faults.take(table.locate(std::slice::from_ref(name)));
                let at = at.and_then(|at| at.first().copied()).unwrap_or(usize::MAX);
                let id = |r| table.text(r, at).map_or(Cell::Missing, |t| Cell::Text(t.to_owned()));
                (0..table.rows.len()).map(id).collect()
            }
        };
        let card = loaded.model.card();
        let numbers = faults.take(model::rows_for(
            card,
            &table,
            self.id.as_deref(),
            self.table.decimal_comma,
        ));
        let (Some(numbers), true) = (numbers, faults.0.is_empty()) else {
            return Err(faults);
        };
        if let Some(note) = by_position(card, &table, self.id.as_deref()) {
            say(&note);
        }
        for fault in &numbers.faults {
            eprintln!("{fault}");
        }
        if !numbers.faulty_rows.is_empty() {
            eprintln!("{} of {} rows are left out.", numbers.faulty_rows.len(), table.rows.len());
        }
        Ok(Rows { loaded, ids, numbers })
    }
}

/// What is said where columns are taken by position.
pub(super) fn by_position(card: &ModelCard, table: &Table, id: Option<&str>) -> Option<String> {
    let columns = model::columns_for(card, table, id).ok()?;
    if !model::is_nameless(card) {
        let mut other =
            card.features.iter().zip(&columns).filter(|(feature, column)| feature != column);
        return other.next().map(|(feature, column)| {
            format!("note: the column `{column}` is the feature `{feature}`: LightGBM writes _ for a blank.")
        });
    }
    (columns != card.features).then(|| {
        format!(
            "note: the model has no feature names of its own; the columns of {} are taken by position ({} = {}, …).",
            table.file,
            card.features.first().map_or("", String::as_str),
            columns.first().map_or("", String::as_str),
        )
    })
}

impl Rows {
    /// The sound rows: index and values.
    pub(super) fn sound(&self) -> Vec<(usize, Vec<f64>)> {
        let sound = |r: &usize| self.numbers.faulty_rows.binary_search(r).is_err();
        (0..self.ids.len())
            .filter(sound)
            .map(|r| (r, self.numbers.values.row(r).to_vec()))
            .collect()
    }

    /// The cell that identifies a row.
    pub(super) fn id(&self, row: usize) -> Cell {
        self.ids.get(row).cloned().unwrap_or(Cell::Missing)
    }

    /// What the command ends with.
    pub(super) fn outcome(&self) -> Outcome {
        if self.numbers.faulty_rows.is_empty() { Outcome::Done } else { Outcome::Findings }
    }
}

/// The cell of a class.
pub(super) fn class(card: &ModelCard, output: usize) -> Cell {
    card.classes.get(output).map_or(Cell::Missing, |c| Cell::Text(c.clone()))
}

/// Runs `klartext predict`.
///
/// # Errors
/// The faults of model, table and output file.
pub fn run(args: &PredictArgs) -> Checked<Outcome> {
    let rows = args.data.rows()?;
    let model: &dyn Model = rows.loaded.model.as_ref();
    let outputs = model.outputs();
    let sound = rows.sound();
    let cells: Vec<Vec<Vec<Cell>>> = sound
        .par_iter()
        .map(|(r, row)| {
            let (mut raw, mut value) = (vec![0.0; outputs], vec![0.0; outputs]);
            model.raw(row, &mut raw);
            model.value(&raw, &mut value);
            let line = |k: usize, raw: f64, value: f64| {
                let class = (outputs > 1).then(|| class(model.card(), k));
                [rows.id(*r)]
                    .into_iter()
                    .chain(class)
                    .chain([Cell::Number(raw), Cell::Number(value)])
                    .collect()
            };
            raw.iter()
                .zip(&value)
                .enumerate()
                .map(|(k, (raw, value))| line(k, *raw, *value))
                .collect()
        })
        .collect();
    let class = (outputs > 1).then_some("class");
    let columns =
        ["id"].into_iter().chain(class).chain(["raw", "value"]).map(str::to_owned).collect();
    let table = ResultTable { columns, rows: cells.into_iter().flatten().collect() };
    table.write(args.output.output.as_deref(), args.output.force)?;
    Ok(rows.outcome())
}

/// A usage that clap cannot refuse on its own.
pub(super) fn usage(
    found: impl Into<String>,
    expected: impl Into<String>,
    mend: impl Into<String>,
) -> Fault {
    Fault::new("R04", Place::default(), found, expected, mend)
}

/// Names a file in faults that know no place.
pub(super) fn placed(mut faults: Faults, file: &Path) -> Faults {
    for fault in faults.0.iter_mut().filter(|f| f.place == Place::default()) {
        fault.place = Place::file(file.display().to_string());
    }
    faults
}
