//! `klartext counterfactual`: the smallest changes that bring another result, with proof.

mod aim;
mod told;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use rayon::prelude::*;

use self::aim::Aim;
pub(in crate::cli) use self::aim::{first_highest, is_probability};
pub(in crate::cli) use self::told::CaseCounterfactuals;
use self::told::Teller;
use super::Outcome;
use super::message::say;
use super::predict::{DataArgs, placed, usage};
use crate::counterfactual::{Bound, Constraints, Isolation, Limits, Named, Search};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{FeatureKind, Form, Model, ModelCard, columns_for, rows_for};
use crate::table::{Destination, Format, Table, write_file};

/// Arguments of `klartext counterfactual`.
#[derive(Args, Debug)]
#[command(
    about = "Find the smallest changes of a case that bring another result",
    after_help = "EXAMPLES:\n  \
        klartext counterfactual --model model.json --data cases.csv --background background.csv --id case_id\n  \
        klartext counterfactual --model model.json --data cases.csv --background background.csv --constraints rules.toml --max-changes 2 -o changes.jsonl\n  \
        klartext counterfactual --model wages.txt --data cases.csv --background background.csv --target 1500..2000 --count 3\n\n\
        CONSTRAINTS:\n  \
        [features.age]\n  \
        direction = \"increase\"        # or \"decrease\"\n  \
        integer = true                # or step = 0.5, min = 18, max = 67\n  \
        [features.sex]\n  \
        immutable = true\n  \
        [features.region]\n  \
        values = [\"north\", \"south\"]\n  \
        [features.years_of_work]\n  \
        depends_on = \"age\"            # moves with it; a list: by the sum of their moves\n  \
        [groups]\n  \
        trade = [\"trade_a\", \"trade_b\"]   # one-hot columns that are one category\n\n\
        One JSON object a case, see `klartext schema counterfactual`. Status: optimal (no smaller change\n\
        exists within the constraints), gap (the search stopped; a smaller change costs at least `bound`),\n\
        none (proven: no change within the constraints brings the result), sampled (found by trying: not\n\
        proven smallest). New values stay within the background's. Cost: 1 a changed feature and a tenth\n\
        of its move in standard deviations.\n\n\
        --plausible 0.05: more than 5 of 100 of the background's rows must be at least as isolated as\n\
        the changed case, by an isolation forest of the background (fixed seed). What is optimal or none\n\
        is so within this constraint. --time-limit makes the output depend on the machine's speed;\n\
        --max-boxes is the limit that does not."
)]
pub struct CounterfactualArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub data: DataArgs,
    /// Table of the comparison group: new values stay within its values
    #[arg(long, value_name = "FILE")]
    pub background: PathBuf,
    /// What may change and how (TOML); without it every feature may
    #[arg(long, value_name = "FILE")]
    pub constraints: Option<PathBuf>,
    /// Most features that may change together [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_changes: Option<u32>,
    /// Different changes a case; each leaves a feature alone that every one before it changes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// Prediction from which the result is the other one [default: 0.5, for probabilities]
    #[arg(long, value_name = "NUMBER", conflicts_with = "target", allow_negative_numbers = true)]
    pub threshold: Option<f64>,
    /// Class to reach, or the prediction's range FROM..TO (either end may be left out) [default: the other side of the
    /// threshold; of several classes the nearest other one]
    #[arg(long, value_name = "CLASS|FROM..TO", allow_hyphen_values = true)]
    pub target: Option<String>,
    /// How far beyond the threshold the changed case must lie, in raw score
    #[arg(long, value_name = "NUMBER", default_value_t = 0.0, value_parser = margin, allow_negative_numbers = true)]
    pub margin: f64,
    /// Boxes looked at for each change before the search stops with what it has
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub max_boxes: usize,
    /// Seconds for each change before the search stops with what it has: the output then depends on the machine
    #[arg(long, value_name = "SECONDS", value_parser = time, allow_negative_numbers = true)]
    pub time_limit: Option<Duration>,
    /// More than this share of the comparison group must be at least as isolated as the changed case (0 to below 1)
    #[arg(long, value_name = "SHARE", value_parser = share, allow_negative_numbers = true)]
    pub plausible: Option<f64>,
    /// File to write, JSON Lines [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
}

fn margin(text: &str) -> Result<f64, String> {
    let margin = text.parse().ok().filter(|margin: &f64| margin.is_finite() && *margin >= 0.0);
    margin.ok_or_else(|| "a number of 0 or more".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| (0.0..1.0).contains(share));
    share.ok_or_else(|| "a share from 0 to below 1, such as 0.05".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| "a number of seconds above 0".to_owned())
}

/// Runs `klartext counterfactual`.
///
/// # Errors
/// The faults of model, tables, constraints and output file; R47 where it is not said what is to be reached.
pub fn run(args: &CounterfactualArgs) -> Checked<Outcome> {
    counterfactuals(args).map_err(|faults| placed(faults, &args.data.model))
}

/// Where the lines go; asked before the search, which may take hours.
///
/// # Errors
/// R04 for a name that promises another form; F02.
fn destination(args: &CounterfactualArgs) -> Checked<Destination> {
    let path = args.output.clone().filter(|path| path != Path::new("-"));
    let named = path.as_deref().and_then(Format::of_path);
    if let (Some(path), true) = (&path, named.is_some_and(|form| form != Format::JsonLines)) {
        let found = format!("the file `{}`", path.display());
        let expected = "a name for JSON Lines such as changes.jsonl: a case has a list of changes";
        return Err(usage(found, expected, "Correct --output.").into());
    }
    let format = Format::JsonLines;
    let to = Destination { path, format, force: args.force, header: false };
    to.check().map(|()| to)
}

fn counterfactuals(args: &CounterfactualArgs) -> Checked<Outcome> {
    let to = destination(args)?;
    let rows = args.data.whole()?;
    let model: &dyn Model = rows.loaded.model.as_ref();
    let card = model.card();
    let aim = Aim::of(args, model)?;
    note(model);
    let table = args.data.table.read(&args.background)?;
    let id = args.data.id.as_deref();
    let numbers = rows_for(card, &table, id, args.data.table.decimal_comma)?;
    let background = Faults(numbers.faults).or(numbers.values)?;
    let mut named = names(card, &table, background.view(), id)?;
    if card.kinds.iter().any(|kind| matches!(kind, FeatureKind::Hashed(_))) {
        // The texts of hashed categories stand only in the tables.
        let own = names(card, &rows.table, rows.values.view(), id)?;
        for (named, own) in named.iter_mut().zip(own) {
            for (bits, text) in own.texts {
                named.texts.entry(bits).or_insert(text);
            }
        }
    }
    let constraints = match &args.constraints {
        Some(path) => read_constraints(path)?,
        None => Constraints::default(),
    };
    // Told in the columns of the table, which are those that a person can change.
    let columns = columns_for(card, &rows.table, id)?;
    let constraints = constraints.renamed(&card.features, &columns);
    let card = &ModelCard { features: columns, ..card.clone() };
    let stepped = matches!(model.form(), Form::Trees(trees) if trees.is_constant_leaved());
    let bound = constraints.bind(card, background.view(), &named, !stepped)?;
    let limits = Limits {
        max_changes: args.max_changes.map_or(usize::MAX, |n| n as usize),
        max_boxes: args.max_boxes,
    };
    let Bound { adjustable, names, dependents } = bound.clone();
    let isolation = args.plausible.map(|share| Isolation::fit(model, background.view(), share));
    let isolation = isolation.transpose()?;
    let isolation = isolation.as_ref();
    let mut search = Search::with(model, adjustable, dependents, limits)?;
    if let Some(time) = args.time_limit {
        search = search.for_at_most(time);
    }
    if let Some(isolation) = isolation {
        search = search.among_ordinary(isolation)?;
    }
    let teller = Teller { model, card, named: &named, bound: &bound, names: &names, isolation };
    let count = args.count as usize;
    let lines: Vec<String> = rows
        .sound()
        .par_iter()
        .map(|(id, row)| {
            let (wanted, found) = aim.reach(&search, model, row, count)?;
            let told = teller.case(id.clone(), row, wanted, found);
            Ok(serde_json::to_string(&told).unwrap_or_default())
        })
        .collect::<Checked<_>>()?;
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    match &to.path {
        Some(path) => write_file(path, text.as_bytes(), to.force)?,
        None => match io::stdout().lock().write_all(text.as_bytes()) {
            // A reader that has seen enough is no fault.
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                let place = Place::file("standard output");
                let mend = "Send the output somewhere else.";
                return Err(
                    Fault::new("F03", place, e.to_string(), "a writable output", mend).into()
                );
            }
            _ => {}
        },
    }
    Ok(if rows.is_sound() { Outcome::Done } else { Outcome::Findings })
}

fn read_constraints(path: &Path) -> Checked<Constraints> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        let mend = "Check the name and the permissions.";
        Fault::new("R45", Place::file(&file), e.to_string(), "a readable TOML file in UTF-8", mend)
    })?;
    Constraints::parse(&file, &text)
}

/// The texts of the categories' codes, as model and table have them.
pub(in crate::cli) fn names(
    card: &ModelCard,
    table: &Table,
    values: ndarray::ArrayView2<f64>,
    id: Option<&str>,
) -> Checked<Vec<Named>> {
    let columns = columns_for(card, table, id)?;
    let mut all = vec![Named::default(); card.features.len()];
    for (j, (named, column)) in all.iter_mut().zip(&columns).enumerate() {
        match card.kind(j) {
            FeatureKind::Category(levels) => {
                let each = levels.names.iter().enumerate();
                named.texts = each.map(|(i, n)| ((i as f64).to_bits(), n.clone())).collect();
            }
            FeatureKind::Hashed(_) => {
                let Some(at) = table.column(column) else { continue };
                for r in 0..table.rows.len() {
                    let code = values.get((r, j)).copied().unwrap_or(f64::NAN);
                    if let (Some(text), false) = (table.text(r, at), code.is_nan()) {
                        named.texts.entry(code.to_bits()).or_insert_with(|| text.to_owned());
                    }
                }
            }
            FeatureKind::Number | FeatureKind::Code => {}
        }
    }
    Ok(all)
}

/// What is said once, where proofs are not to be had.
fn note(model: &dyn Model) {
    if matches!(model.form(), Form::Other) {
        say(
            "note: of this model only values are known; changes are found by trying and not proven smallest.",
        );
    }
}
