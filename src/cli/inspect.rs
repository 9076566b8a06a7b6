//! `klartext inspect`: what a model file is.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::Outcome;
use crate::attribution::MOST_PLAYERS;
use crate::fault::{Checked, Fault, Faults, visible};
use crate::model::{
    self, FeatureKind, FileIdentity, Form, HashedLevels, Levels, LoadedModel, ModelCard, Unseen,
};

/// Arguments of `klartext inspect`.
#[derive(Args, Debug)]
#[command(
    about = "Say what a model file is",
    after_help = "EXAMPLES:\n  klartext inspect --model model.json\n  klartext inspect --model model.txt --json\n\n\
        A file that cannot be explained exactly is refused with the reason; the exit code is then 2."
)]
pub struct InspectArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Inspection<'a> {
    file: &'a str,
    size: u64,
    sha256: &'a str,
    link: String,
    outputs: usize,
    #[serde(flatten)]
    card: &'a ModelCard,
    cannot: Vec<String>,
}

/// Runs `klartext inspect`.
///
/// # Errors
/// The faults of the model file.
pub fn run(args: &InspectArgs) -> Checked<Outcome> {
    let read = model::read(&args.model);
    let text = match (&read, args.json) {
        (Ok(loaded), true) => json(loaded),
        (Ok(loaded), false) => readable(loaded),
        (Err(faults), as_json) => refused(args, faults, as_json)?,
    };
    // A reader that has seen enough (`head`) is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    read.map(|_| Outcome::Done)
}

/// What `--json` prints of a file that is refused.
#[derive(Serialize)]
struct Refusal<'a> {
    file: String,
    size: u64,
    sha256: &'a str,
    unsupported: Vec<&'a str>,
    faults: &'a [Fault],
}

/// Which file it is, and what in it is not supported; the faults themselves go to stderr like all others.
fn refused(args: &InspectArgs, faults: &Faults, as_json: bool) -> Checked<String> {
    let FileIdentity { size, sha256 } = FileIdentity::read(&args.model)?;
    let file = args.model.display().to_string();
    let unsupported = faults.0.iter().filter(|fault| fault.code == "M04");
    let unsupported: Vec<&str> = unsupported.map(|fault| fault.found.as_str()).collect();
    if as_json {
        let refusal = Refusal { file, size, sha256: &sha256, unsupported, faults: &faults.0 };
        return Ok(serde_json::to_string_pretty(&refusal).unwrap_or_default());
    }
    let (size, sha256) = (format!("{size} bytes"), sha256);
    let mut lines = vec![("file", file.as_str()), ("size", &size), ("sha256", &sha256)];
    lines.extend(unsupported.iter().map(|what| ("unsupported", *what)));
    Ok(in_columns(&lines))
}

/// Names and values under each other; what a file says cannot move a terminal's cursor.
fn in_columns(lines: &[(&str, &str)]) -> String {
    let lines = lines.iter().map(|(name, value)| format!("{name:<12}{}", visible(value)));
    lines.collect::<Vec<_>>().join("\n")
}

fn json(loaded: &LoadedModel) -> String {
    let card = loaded.model.card();
    // One kind a feature, also where the reader left them out because all are numbers.
    let mut card = card.clone();
    card.kinds = (0..card.features.len()).map(|j| card.kind(j).clone()).collect();
    let inspection = Inspection {
        file: &loaded.file,
        size: loaded.size,
        sha256: &loaded.sha256,
        link: loaded.model.link().to_string(),
        outputs: loaded.model.outputs(),
        card: &card,
        cannot: cannot(loaded),
    };
    // Texts and counts alone: this cannot fail.
    serde_json::to_string_pretty(&inspection).unwrap_or_default()
}

/// What this program does not do with the model, one sentence each.
fn cannot(loaded: &LoadedModel) -> Vec<String> {
    let mut cannot = Vec::new();
    let mut say = |text: &str| cannot.push(text.to_owned());
    match loaded.model.form() {
        Form::Trees(trees) => {
            if !trees.card.covers {
                say("Path-dependent attribution without a background: the file has no covers.");
            }
            if !trees.is_constant_leaved() {
                say("Path-dependent attribution and smallest changes: leaves are weighted sums.");
            } else if !trees.derived.is_empty() {
                say("Smallest changes: trees ask about columns computed from several features.");
            }
        }
        Form::Linear(linear) => {
            if !linear.uncentred {
                say("Attribution without a background: a weighted sum needs a comparison group.");
            }
            if !linear.columns.is_empty() {
                say("Smallest changes: the weights are for columns computed from the features.");
            }
        }
        Form::Other => {
            say("Smallest changes: nothing is known of the model but its values.");
            if loaded.model.card().features.len() > MOST_PLAYERS {
                say(
                    "Exact attribution: the model has more features than can be enumerated; it is sampled.",
                );
            }
        }
    }
    if loaded.model.card().rounds == 0 {
        say("--trees: the file has no boosting rounds.");
    }
    cannot
}

fn readable(loaded: &LoadedModel) -> String {
    let card = loaded.model.card();
    let mut lines = vec![
        ("file", loaded.file.clone()),
        ("size", format!("{} bytes", loaded.size)),
        ("sha256", loaded.sha256.clone()),
        ("format", card.format.clone()),
        ("written by", card.written_by.clone()),
        ("objective", card.objective.clone()),
        ("link", loaded.model.link().to_string()),
    ];
    match (&card.positive, loaded.model.outputs()) {
        (Some(class), 1) => lines.push(("outputs", format!("1, for the class {class}"))),
        (_, outputs) => lines.push(("outputs", outputs.to_string())),
    }
    if !card.classes.is_empty() {
        lines.push(("classes", card.classes.join(", ")));
    }
    let form = match loaded.model.form() {
        Form::Trees(_) => {
            format!("{} trees, depth {}, {} leaves", card.trees, card.depth, card.leaves)
        }
        Form::Linear(_) => "a weighted sum".to_owned(),
        Form::Other => "evaluated as a whole".to_owned(),
    };
    lines.push(("form", form));
    if card.trees > 0 {
        let rounds = if card.rounds > 0 { card.rounds.to_string() } else { "none".to_owned() };
        lines.push(("rounds", rounds));
        lines.push((
            "covers",
            if card.covers { "in the file" } else { "not in the file" }.to_owned(),
        ));
    }
    lines.push(("missing", card.missing.clone()));
    lines.extend(card.notes.iter().map(|note| ("note", note.clone())));
    lines.extend(cannot(loaded).into_iter().map(|what| ("cannot", what)));
    lines.push(("features", card.features.len().to_string()));
    let named: Vec<(&str, &str)> = lines.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let mut lines = vec![in_columns(&named)];
    let widest = card.features.iter().map(|f| f.chars().count()).max().unwrap_or(0).min(40);
    for (j, name) in card.features.iter().enumerate() {
        let kind = match card.kind(j) {
            FeatureKind::Number => "number".to_owned(),
            FeatureKind::Code => "category code".to_owned(),
            FeatureKind::Category(levels) => categories(levels),
            FeatureKind::Hashed(levels) => hashed(levels),
        };
        lines.push(format!("  {:<widest$}  {}", visible(name), visible(&kind)));
    }
    lines.join("\n")
}

/// How many levels of a category are named.
const SHOWN: usize = 8;

/// The levels of a category that the file knows by hash, the first ones by name where it has names.
fn hashed(levels: &HashedLevels) -> String {
    let names: Vec<&str> = levels.names().take(SHOWN).collect();
    let known = match (levels.count(), names.len()) {
        (0, _) => "none known on its own".to_owned(),
        (count, 0) => format!("{count} known by hash, the file has no names"),
        (count, shown) if count > shown => {
            format!("{} and {} more", names.join(", "), count - shown)
        }
        _ => names.join(", "),
    };
    format!("category: {known}; any other is told by the hash of its text")
}

/// The levels of a category, the first ones by name.
fn categories(levels: &Levels) -> String {
    let names: Vec<&str> = levels.names.iter().take(SHOWN).map(String::as_str).collect();
    let more = match levels.names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let unseen = match levels.unseen {
        Unseen::Refused => "any other is refused",
        Unseen::Other => "any other is like none of them",
        Unseen::Missing => "any other counts as missing",
    };
    format!("category: {}{more}; {unseen}", names.join(", "))
}
