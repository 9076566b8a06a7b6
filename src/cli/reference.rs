//! `klartext schema`, `completions`, `man`: what others build on.

use std::io::Write;

use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::{Outcome, command};
use crate::explanation;
use crate::fault::{Fault, Faults, Place};

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Which schema
    #[arg(default_value = "record")]
    of: Schema,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Schema {
    /// The explanation record, record.json
    Record,
    /// The manifest of a run, run.json
    Run,
    /// The numbers of the owner's report
    Report,
    /// A line of what `klartext counterfactual` writes
    Counterfactual,
    /// What `klartext tree` writes as JSON
    Tree,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn schema(args: &SchemaArgs) -> Result<Outcome, Faults> {
    let text = match args.of {
        Schema::Record => explanation::schema(),
        Schema::Run => pretty(&schemars::schema_for!(crate::run::Manifest)),
        Schema::Report => explanation::report_schema(),
        Schema::Counterfactual => {
            pretty(&schemars::schema_for!(super::counterfactual::CaseCounterfactuals))
        }
        Schema::Tree => pretty(&schemars::schema_for!(super::tree::Told)),
    };
    print(text.as_bytes())
}

fn pretty(schema: &schemars::Schema) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome, Faults> {
    let mut out = vec![];
    clap_complete::generate(args.shell, &mut command(), "klartext", &mut out);
    print(&out)
}

pub(super) fn man() -> Result<Outcome, Faults> {
    let mut out = vec![];
    let fault = |error: std::io::Error| {
        Fault::new(
            "F03",
            Place::default(),
            error.to_string(),
            "room for the manual page",
            "Try again.",
        )
    };
    clap_mangen::Man::new(command()).render(&mut out).map_err(fault)?;
    let mut whole = command();
    whole.build();
    for verb in whole.get_subcommands() {
        clap_mangen::Man::new(verb.clone()).render(&mut out).map_err(fault)?;
    }
    print(&out)
}

/// To stdout. A reader that stops reading is no fault.
fn print(bytes: &[u8]) -> Result<Outcome, Faults> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Fault::new(
            "F03",
            Place::file("stdout"),
            error.to_string(),
            "an output that can be written",
            "Send the output somewhere else.",
        )
        .into()),
        _ => Ok(Outcome::Done),
    }
}
