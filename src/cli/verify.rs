//! `klartext verify`: is this file what the program writes?

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, message};
use crate::fault::Faults;
use crate::run::{Loaded, verify};

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  klartext verify output/unemployment-benefit/ALB-2026-0001/letter.de.entwurf.pdf --procedure models/unemployment-benefit

Exit code 0: every number of the attached record is what the model gives, and the file has exactly the bytes that the
program writes for it. 1: something differs; stdout says what.")]
pub(super) struct VerifyArgs {
    /// Letters, sheets or reports
    #[arg(required = true, value_name = "FILE.pdf")]
    files: Vec<PathBuf>,
    /// Folder of the procedure
    #[arg(long, value_name = "DIR")]
    procedure: PathBuf,
}

pub(super) fn run(args: &VerifyArgs) -> Result<Outcome, Faults> {
    let loaded = Loaded::from(&args.procedure)?;
    let mut faults = Faults::default();
    let mut outcome = Outcome::Done;
    for file in &args.files {
        let Some(verdict) = faults.take(verify(&loaded, file)) else { continue };
        let name = file.display();
        if verdict.holds() {
            println!("{name}: agrees ({}, {})", verdict.marker, verdict.about);
            continue;
        }
        outcome = Outcome::Findings;
        println!("{name}: does not agree ({}, {})", verdict.marker, verdict.about);
        for (path, attached, computed) in &verdict.differences {
            println!("  {path}: the file has {attached}, the model gives {computed}");
        }
        if !verdict.same_bytes {
            println!("  the bytes differ from what the program writes for the computed record");
        }
    }
    if !faults.0.is_empty() && args.files.len() > faults.0.len() {
        message::say("Some files could not be verified:");
    }
    faults.or(outcome)
}
