//! `klartext predict`: a model's own predictions.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::bulk::{self, BulkArgs, RowWriter, Sound};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{self, LoadedModel, Model, ModelCard};
use crate::table::{Heading, Kind, Separator, Table, Values, read_table};

/// A model and the rows it is applied to.
#[derive(Args, Debug)]
pub struct DataArgs {
    /// Model file, see `klartext inspect`
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Table with a column for each feature of the model: CSV, JSON Lines, Parquet, Arrow; `-` for standard input
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
    /// File to write, in the form that its name says: .csv, .jsonl, .parquet, .arrow (file), .arrows (stream)
    /// [default: CSV on standard output]
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
        klartext predict --model model.txt --data cases.jsonl -o predictions.jsonl --force\n  \
        klartext predict --model model.ubj --data cases.parquet --shard 2/4 -o predictions-2.parquet\n\n\
        Columns: id, class (multi-class models only), raw (the score before the link), value (the\n\
        prediction).\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1."
)]
pub struct PredictArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub bulk: BulkArgs,
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

impl DataArgs {
    /// Reads the model: of the rounds that were asked for.
    pub(super) fn load(&self) -> Checked<LoadedModel> {
        let mut loaded = model::read(&self.model)?;
        if let Some(rounds) = &self.trees {
            let part = loaded.model.part(rounds.clone());
            loaded.model = part.map_err(|faults| placed(faults, &self.model))?;
        }
        Ok(loaded)
    }
}

/// What is said where a table's `columns` are taken by position.
pub(super) fn by_position(card: &ModelCard, file: &str, columns: &[String]) -> Option<String> {
    if !model::is_nameless(card) {
        let mut other =
            card.features.iter().zip(columns).filter(|(feature, column)| feature != column);
        return other.next().map(|(feature, column)| {
            format!("note: the column `{column}` is the feature `{feature}`: LightGBM writes _ for a blank.")
        });
    }
    (columns != card.features).then(|| {
        format!(
            "note: the model has no feature names of its own; the columns of {file} are taken by position ({} = {}, …).",
            card.features.first().map_or("", String::as_str),
            columns.first().map_or("", String::as_str),
        )
    })
}

/// The column of classes, for lines that belong to these outputs.
pub(super) fn classes(card: &ModelCard, lines: impl Iterator<Item = usize>) -> Values {
    Values::Named(lines.map(|output| output as u32).collect(), card.classes.clone().into())
}

/// Runs `klartext predict`.
///
/// # Errors
/// The faults of model, table and output file.
pub fn run(args: &PredictArgs) -> Checked<Outcome> {
    let (loaded, input) = args.data.open(&args.bulk)?;
    let model = loaded.model.as_ref();
    bulk::run(input, model, &Predictions(model), &args.bulk.destination(&args.output))
}

/// Raw scores and predictions, one line a row and output.
struct Predictions<'m>(&'m dyn Model);

impl RowWriter for Predictions<'_> {
    fn headings(&self, ids: Kind) -> Vec<Heading> {
        let class = (self.0.outputs() > 1).then(|| Heading::new("class", Kind::Text));
        let numbers = ["raw", "value"].map(|name| Heading::new(name, Kind::Number));
        [Heading::new("id", ids)].into_iter().chain(class).chain(numbers).collect()
    }

    fn columns(&self, rows: &Sound) -> Checked<Vec<Values>> {
        let outputs = self.0.outputs();
        let (mut raws, mut values) = (Vec::new(), Vec::new());
        let (mut raw, mut value) = (vec![0.0; outputs], vec![0.0; outputs]);
        for row in rows.values.rows() {
            match row.as_slice() {
                Some(row) => self.0.raw(row, &mut raw),
                None => self.0.raw(&row.to_vec(), &mut raw),
            }
            self.0.value(&raw, &mut value);
            raws.extend_from_slice(&raw);
            values.extend_from_slice(&value);
        }
        let lines = || (0..rows.count()).flat_map(|row| (0..outputs).map(move |k| (row, k)));
        let class = (outputs > 1).then(|| classes(self.0.card(), lines().map(|(_, k)| k)));
        let ids = rows.ids(lines().map(|(row, _)| row));
        let numbers = [Values::Number(raws), Values::Number(values)];
        Ok([ids].into_iter().chain(class).chain(numbers).collect())
    }

    fn cells(&self) -> usize {
        3 * self.0.outputs() + self.0.card().features.len()
    }
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
