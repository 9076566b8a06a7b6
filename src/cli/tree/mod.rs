//! `klartext tree`: a simplified tree of any model, with its fidelity on rows that did not fit it.

mod aspect;
mod details;
mod drawn;
mod text;
mod told;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ndarray::{Array2, Axis};

use self::aspect::Aspect;
pub(in crate::cli) use self::told::Told;
use super::Outcome;
use super::counterfactual::names;
use super::message::say;
use super::predict::{DataArgs, placed};
use super::whole::Whole;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::language::{Catalogue, Language, Wording};
use crate::model::{FeatureKind, Model, rows_for};
use crate::surrogate::{
    CurvePoint, Detail, Faithfulness, Judged, Local, Said, Sample, Stability, SurrogateTree,
    TreeOptions, curve, shuffled, stability,
};
use crate::table::{Cell, write_file};

/// Resamples of the fitting rows that stability is measured with.
const RESAMPLES: usize = 10;
/// One in so many rows measures, where no table is given for it.
const MEASURING: usize = 4;

/// What is pictured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// The decision at the threshold, the class, or the band of the score
    Decision,
    /// The raw score
    Score,
}

/// Arguments of `klartext tree`.
#[derive(Args, Debug)]
#[command(
    about = "A simplified tree of a model, with its fidelity on rows that did not fit it",
    after_help = "EXAMPLES:\n  \
        klartext tree --model model.json --data cases.csv\n  \
        klartext tree --model model.json --data cases.csv --leaves 8 --case 4711 --id case_id --lang de\n  \
        klartext tree --model wages.txt --data cases.csv --of score -o tree.json\n  \
        klartext tree --model model.onnx --data fit.csv --held-out other.csv -o tree.svg\n\n\
        The tree is a picture of the model, never its reason. Without --held-out a quarter of the rows,\n\
        drawn with --seed, is not used for fitting and measures the tree.\n\n\
        The name of the file says its form: .txt (as on standard output), .json (see `klartext schema\n\
        tree`), .svg and .pdf (drawn), .pmml and .onnx (the tree as a model of its own).\n\
        Rows with a cell that cannot be read are left out and reported; the exit code is then 1.\n\
        What the tree promises and what its numbers mean: docs/surrogates.md."
)]
pub struct TreeArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    /// Table of the rows that measure the tree [default: a quarter of the data]
    #[arg(long, value_name = "FILE")]
    pub held_out: Option<PathBuf>,
    /// Most leaves
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub leaves: u16,
    /// Longest path, in questions
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(0..=64))]
    pub depth: u16,
    /// Fewest fitting rows in a leaf
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub min_leaf: u32,
    /// Have as many leaves as may be, and do not let rows that did not grow the tree choose fewer
    #[arg(long)]
    pub all_leaves: bool,
    /// What is pictured [default: the decision, where the model has one]
    #[arg(long, value_enum)]
    pub of: Option<Of>,
    /// Prediction from which the decision is the other one [default: 0.5, for probabilities]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// Bands of the score, of about as many rows each, for --of decision of a model that has none [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20))]
    pub bands: Option<u8>,
    /// Class whose score is pictured, or the decision for it (models of several classes)
    #[arg(long, value_name = "NAME|INDEX")]
    pub class: Option<String>,
    /// One-hot columns that are one category: TOML, [groups] and lines NAME = ["FEATURE", …]
    #[arg(long, value_name = "FILE")]
    pub groups: Option<PathBuf>,
    /// Case of the data whose way is told, and a tree for cases like it
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    /// Language of the words
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub lang: String,
    /// Seed of what is drawn: held-out rows, resamples, similar cases
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
    /// Date of a PDF file: YYYY-MM-DD, or today [default: SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// File to write [default: text on standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Runs `klartext tree`.
///
/// # Errors
/// The faults of model, tables, groups and output file; R04 for options that do not fit the model; R37 and R38 for a form
/// that the tree cannot be written in.
pub fn run(args: &TreeArgs) -> Checked<Outcome> {
    tree(args).map_err(|faults| placed(faults, &args.data.model))
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Text,
    Json,
    Svg,
    Pdf,
    Pmml,
    Onnx,
}

impl Form {
    fn of(path: Option<&Path>) -> Checked<Form> {
        let Some(path) = path else { return Ok(Form::Text) };
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        Ok(match ending.as_deref() {
            Some("txt") => Form::Text,
            Some("json") => Form::Json,
            Some("svg") => Form::Svg,
            Some("pdf") => Form::Pdf,
            Some("pmml") => Form::Pmml,
            Some("onnx") => Form::Onnx,
            _ => {
                let found = match ending {
                    Some(ending) => format!("a name that ends in .{ending}"),
                    None => "a name without an ending".to_owned(),
                };
                let expected = "a name that ends in .txt, .json, .svg, .pdf, .pmml or .onnx";
                let place = Place::file(path.display().to_string());
                return Err(Fault::new("R38", place, found, expected, "Rename the file.").into());
            }
        })
    }
}

/// A case whose way is told.
struct Case {
    id: String,
    row: Vec<f64>,
    said: Said,
    local: Local,
}

/// Everything that is told of a tree, whatever the form.
struct Found<'a> {
    args: &'a TreeArgs,
    model: &'a dyn Model,
    sha256: &'a str,
    aspect: &'a Aspect<'a>,
    tree: SurrogateTree,
    options: TreeOptions,
    fitting: &'a Rows,
    faithfulness: Faithfulness,
    curve: Vec<CurvePoint>,
    stability: Stability,
    case: Option<Case>,
}

/// Rows and what the model says of them.
struct Rows {
    values: Array2<f64>,
    said: Said,
    distances: Vec<f64>,
}

impl Rows {
    fn new(aspect: &Aspect<'_>, values: Array2<f64>) -> Self {
        let (said, distances) = aspect.say_and_measure(values.view());
        Rows { values, said, distances }
    }

    fn sample(&self) -> Sample<'_> {
        let Said { scores, classes } = &self.said;
        Sample { rows: self.values.view(), scores, classes, weights: &[] }
    }

    fn judged(&self) -> Judged<'_> {
        let Said { scores, classes } = &self.said;
        Judged { rows: self.values.view(), scores, classes, distances: &self.distances }
    }
}

fn tree(args: &TreeArgs) -> Checked<Outcome> {
    let form = Form::of(args.output.as_deref())?;
    let catalogue = catalogue(&args.lang)?;
    let input = args.data.whole()?;
    let model: &dyn Model = input.loaded.model.as_ref();
    let known: Vec<usize> = input
        .sound_rows()
        .filter(|row| is_scored(model, &input.values.row(*row).to_vec()))
        .collect();
    let left_out = input.sound_rows().count() - known.len();
    if left_out > 0 {
        say(&format!(
            "note: the model has no finite score for {left_out} rows; they are left out."
        ));
    }
    let given = args.held_out.as_deref().map(|path| held_out(args, model, path)).transpose()?;
    let order: Vec<usize> = shuffled(known.len(), args.seed)
        .into_iter()
        .filter_map(|i| known.get(i).copied())
        .collect();
    let measuring = if given.is_some() { 0 } else { order.len() / MEASURING };
    let (mut measured, mut fitted) = (order.clone(), order);
    measured.truncate(measuring);
    fitted.drain(..measuring);
    // In the order of the table again, so that what is told by row order is that of the table.
    measured.sort_unstable();
    fitted.sort_unstable();
    let fitting = input.values.select(Axis(0), &fitted);
    if fitting.nrows() == 0 {
        let place = Place::file(&input.table.file);
        let mend = "Correct the cells that were named, or give other rows.";
        return Err(Fault::new("T05", place, "no row that can be used", "rows", mend).into());
    }
    let aspect = Aspect::of(args, model, fitting.view())?;
    let mut known_texts =
        names(model.card(), &input.table, input.values.view(), args.data.id.as_deref())?;
    if let Some((table, values)) = &given
        && model.card().kinds.iter().any(|kind| matches!(kind, FeatureKind::Hashed(_)))
    {
        // The texts of hashed categories stand only in the tables.
        let id = args.data.id.as_deref().filter(|name| table.column(name).is_some());
        let own = names(model.card(), table, values.view(), id)?;
        for (named, own) in known_texts.iter_mut().zip(own) {
            for (bits, text) in own.texts {
                named.texts.entry(bits).or_insert(text);
            }
        }
    }
    let details: Vec<Detail> =
        details::details(model.card(), &known_texts, fitting.view(), args.groups.as_deref())?;
    let options = TreeOptions {
        max_leaves: usize::from(args.leaves),
        max_depth: usize::from(args.depth),
        min_leaf: args.min_leaf as usize,
        tuned: !args.all_leaves,
        thorough: true,
    };
    let fitting = Rows::new(&aspect, fitting);
    let measured = match given {
        Some((_, values)) => values,
        None => input.values.select(Axis(0), &measured),
    };
    let measured = Rows::new(&aspect, measured);
    let tree =
        SurrogateTree::fit(details.clone(), aspect.subject.clone(), fitting.sample(), options)?;
    let case = args.case.as_deref().map(|id| {
        let row = case_row(args, &input, model, id)?;
        let one =
            Array2::from_shape_fn((1, row.len()), |(_, j)| row.get(j).copied().unwrap_or(f64::NAN));
        let say = |rows: ndarray::ArrayView2<'_, f64>| aspect.say(rows);
        let local =
            Local::around(&row, fitting.values.view(), &details, &aspect.subject, &say, args.seed)?;
        let said = aspect.say(one.view());
        Ok::<_, Faults>(Case { id: id.to_owned(), row, said, local })
    });
    let case = case.transpose()?;
    let judged = measured.judged();
    let found = Found {
        faithfulness: tree.faithfulness(&judged),
        curve: curve(&details, &aspect.subject, fitting.sample(), options, &judged)?,
        stability: stability(&tree, fitting.sample(), options, &judged, RESAMPLES, args.seed)?,
        fitting: &fitting,
        sha256: &input.loaded.sha256,
        aspect: &aspect,
        args,
        model,
        tree,
        options,
        case,
    };
    let bytes = found.written(form, &catalogue)?;
    write(args, &bytes)?;
    Ok(if input.is_sound() { Outcome::Done } else { Outcome::Findings })
}

impl Found<'_> {
    fn written(&self, form: Form, catalogue: &Catalogue) -> Checked<Vec<u8>> {
        let wording = Wording::new(catalogue);
        let columns = &self.model.card().features;
        let bytes = match form {
            Form::Text => text::text(self, &wording).into_bytes(),
            Form::Json => told::json(self, &wording),
            Form::Svg => drawn::svg(self, &wording)?,
            Form::Pdf => drawn::pdf(self, &wording)?,
            Form::Pmml => self.tree.to_pmml(columns)?.into_bytes(),
            Form::Onnx => self.tree.to_onnx(columns.len())?,
        };
        wording.finish(bytes)
    }

    /// Name of the model's file, without its folders.
    fn file(&self) -> String {
        let name = self.args.data.model.file_name();
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Why the way of a case may not be told; none where it may. A way that leads to something else than what the model
    /// says would explain another result; a leaf with few measured rows, or one that is often wrong, is no picture.
    fn withheld(&self, case: &Case) -> Option<&'static str> {
        let leaf = self.tree.leaf(&case.row);
        let says = self.tree.nodes().get(leaf).map(|node| node.says);
        if case.said.classes.first().is_some_and(|class| Some(*class) != says) {
            return Some("disagrees");
        }
        let own = self.faithfulness.leaves.iter().find(|of| of.leaf == leaf);
        let enough = own.is_some_and(|of| {
            of.rows >= 30 && of.agreement.is_none_or(|share| 10 * share.count >= 9 * share.of)
        });
        (!enough).then_some("unfaithful")
    }
}

/// The row of a case, which must be one that the model can be asked about.
fn case_row(args: &TreeArgs, input: &Whole, model: &dyn Model, id: &str) -> Checked<Vec<f64>> {
    let mut all = 0..input.table.rows.len();
    let refuse = |found: String, expected: String, mend: &str| {
        Err(option("--case", found, expected, mend).into())
    };
    let Some(row) = all.find(|row| *row_id(&input.id(*row)) == *id) else {
        let expected = match (&args.data.id, input.table.rows.len()) {
            (Some(column), _) => {
                format!("a value of the column `{column}` of {}", input.table.file)
            }
            (None, n) => {
                format!("the number of a row of {}, from 0 to {}", input.table.file, n - 1)
            }
        };
        let mend = match &args.data.id {
            Some(_) => "Correct --case.",
            None => "Correct --case, or name the column of the ids with --id.",
        };
        return refuse(format!("no row `{id}`"), expected, mend);
    };
    if input.sound_rows().all(|sound| sound != row) {
        let found = format!("the row `{id}`, which has a cell that cannot be read");
        return refuse(found, "a row that can be read".into(), "Correct the cell named above.");
    }
    let values = input.values.row(row).to_vec();
    if !is_scored(model, &values) {
        let found = format!("the row `{id}`, for which the model has no finite score");
        return refuse(found, "a row that the model can judge".into(), "Ask about another case.");
    }
    Ok(values)
}

/// An option that does not fit the model or the table.
fn option(
    name: &str,
    found: impl Into<String>,
    expected: impl Into<String>,
    mend: impl Into<String>,
) -> Fault {
    Fault::new("R04", Place::default().field(name), found, expected, mend)
}

fn row_id(cell: &Cell) -> std::borrow::Cow<'_, str> {
    match cell {
        Cell::Text(text) => text.as_str().into(),
        _ => "".into(),
    }
}

/// Whether the model has a finite score for a row.
fn is_scored(model: &dyn Model, row: &[f64]) -> bool {
    let mut raw = vec![f64::NAN; model.outputs()];
    model.raw(row, &mut raw);
    raw.iter().all(|score| score.is_finite())
}

/// The rows of a table that measures; one with a cell that cannot be read is refused as a whole.
fn held_out(
    args: &TreeArgs,
    model: &dyn Model,
    path: &Path,
) -> Checked<(crate::table::Table, Array2<f64>)> {
    let table = args.data.table.read(path)?;
    // It need not have the data's ids.
    let id = args.data.id.as_deref().filter(|name| table.column(name).is_some());
    let numbers = rows_for(model.card(), &table, id, args.data.table.decimal_comma)?;
    let values = Faults(numbers.faults).or(numbers.values)?;
    let kept: Vec<usize> =
        (0..values.nrows()).filter(|row| is_scored(model, &values.row(*row).to_vec())).collect();
    if kept.len() < values.nrows() {
        say(&format!(
            "note: {} rows of {} are left out, the model has no finite score for them.",
            values.nrows() - kept.len(),
            path.display()
        ));
    }
    let values = values.select(Axis(0), &kept);
    Ok((table, values))
}

/// Languages that have words for trees.
const LANGUAGES: [&str; 2] = ["de", "en"];

/// The words of a language that has words for trees.
fn catalogue(tag: &str) -> Checked<Catalogue> {
    let known = LANGUAGES.iter().find(|known| **known == tag);
    let Some(language) = known.and_then(|known| Language::from_tag(known)) else {
        let expected = format!("one of {}", LANGUAGES.join(", "));
        let found = format!("the language `{tag}`");
        return Err(option("--lang", found, expected, "Correct --lang.").into());
    };
    Catalogue::load(language, &[])
}

fn write(args: &TreeArgs, bytes: &[u8]) -> Checked<()> {
    match &args.output {
        Some(path) => write_file(path, bytes, args.force),
        None => match io::stdout().lock().write_all(bytes) {
            // A reader that has seen enough is no fault.
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                let place = Place::file("standard output");
                let mend = "Send the output somewhere else.";
                Err(Fault::new("F03", place, e.to_string(), "a writable output", mend).into())
            }
            _ => Ok(()),
        },
    }
}
