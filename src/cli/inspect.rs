//! `klartext inspect`: what a model file is.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::Outcome;
use crate::fault::Checked;
use crate::model::{self, LoadedModel, ModelCard};

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
    sha256: &'a str,
    #[serde(flatten)]
    card: &'a ModelCard,
}

/// Runs `klartext inspect`.
///
/// # Errors
/// The faults of the model file.
pub fn run(args: &InspectArgs) -> Checked<Outcome> {
    let loaded = model::read(&args.model)?;
    let text = if args.json { json(&loaded) } else { readable(&loaded) };
    // A reader that has seen enough (`head`) is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(Outcome::Done)
}

fn json(loaded: &LoadedModel) -> String {
    let inspection =
        Inspection { file: &loaded.file, sha256: &loaded.sha256, card: loaded.model.card() };
    // Texts and counts alone: this cannot fail.
    serde_json::to_string_pretty(&inspection).unwrap_or_default()
}

fn readable(loaded: &LoadedModel) -> String {
    let card = loaded.model.card();
    let mut lines = vec![
        ("file", loaded.file.clone()),
        ("sha256", loaded.sha256.clone()),
        ("format", card.format.clone()),
        ("written by", card.written_by.clone()),
        ("objective", card.objective.clone()),
    ];
    if !card.classes.is_empty() {
        lines.push(("classes", card.classes.join(", ")));
    }
    match card.trees {
        0 => lines.push(("form", "linear".to_owned())),
        trees => lines
            .push(("form", format!("{trees} trees, depth {}, {} leaves", card.depth, card.leaves))),
    }
    lines.push(("missing", card.missing.clone()));
    lines.push(("features", format!("{}: {}", card.features.len(), card.features.join(", "))));
    lines.iter().map(|(name, value)| format!("{name:<11}{value}")).collect::<Vec<_>>().join("\n")
}
