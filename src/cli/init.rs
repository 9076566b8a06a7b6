//! `klartext init`: a procedure folder to fill in.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, message};
use crate::fault::{Checked, Fault, Place};
use crate::model;
use crate::procedure::{SketchOf, sketch};
use crate::run::write_file;
use crate::table::{Separator, read_table};

/// Arguments of `init`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  klartext init --model models/unemployment-benefit/model.ubj --data inputs.csv --label ui -o my-procedure\n  klartext check my-procedure\n\n\
        What only the agency can write is left as TODO, and refused by check until it is written."
)]
pub(super) struct InitArgs {
    /// Model file; it is copied into the folder
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Table with the model's input columns, one row a case
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Column of the table with what really happened
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Folder of the procedure; its name is the procedure's id
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Overwrite files of the folder
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &InitArgs) -> Checked<Outcome> {
    let loaded = model::read(&args.model)?;
    let table = read_table(&args.data, Separator::Detect)?;
    let card = loaded.model.card();
    let places = table.locate(&card.features)?;
    let label = match &args.label {
        Some(name) => table.locate(std::slice::from_ref(name))?.first().copied(),
        None => None,
    };
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(id), Some(file)) = (name(&args.output), name(&args.model)) else {
        return Err(Fault::new(
            "R04",
            Place::default().field("--output"),
            args.output.display().to_string(),
            "a folder with a name",
            "Name the folder after the procedure, for example -o housing-benefit.",
        )
        .into());
    };
    let made = sketch(&SketchOf {
        id: &id.to_lowercase(),
        card,
        model_file: &file,
        sha256: &loaded.sha256,
        table: &table,
        places: &places,
        label,
    });
    let bytes = std::fs::read(&args.model).map_err(|error| {
        Fault::new(
            "F01",
            Place::file(args.model.display().to_string()),
            error.to_string(),
            "a readable file",
            "Check the name of the file.",
        )
    })?;
    let files: [(&str, &[u8]); 5] = [
        ("procedure.toml", made.procedure.as_bytes()),
        ("background.csv", made.background.as_bytes()),
        ("holdout.csv", made.holdout.as_bytes()),
        ("PROVENANCE.md", made.provenance.as_bytes()),
        (&file, &bytes),
    ];
    for (name, bytes) in files {
        write_file(&args.output.join(name), bytes, args.force)?;
    }
    let count = made.procedure.matches("TODO").count();
    message::say(&format!(
        "{}: {count} texts to write; `klartext check {}` lists them",
        args.output.display(),
        args.output.display()
    ));
    Ok(Outcome::Done)
}
