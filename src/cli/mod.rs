//! The command line: one file a command. Results go to stdout or files, messages and progress to stderr.
//!
//! Exit code 0: done. 1: findings (some documents held back, a check found something). 2: usage, configuration or input
//! refused. 3: internal error.

mod attribute;
mod bulk;
mod check;
mod codes;
mod counterfactual;
mod explain;
mod global;
mod global_table;
mod init;
mod inspect;
mod message;
mod predict;
mod readability;
mod reference;
mod render;
mod report;
mod target;
mod train;
mod tree;
mod verify;
mod whole;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::fault::Faults;

/// How a command ended without being refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// Done, with findings: something was held back or a check failed.
    Findings,
}

/// Explains what a model did to a person's case, in words that person understands.
#[derive(Debug, Parser)]
#[command(name = "klartext", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Start with:\n  klartext explain models/unemployment-benefit --cases fixtures/unemployment-benefit/cases.csv --date 2026-11-23"
)]
struct Cli {
    /// Say nothing but faults
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// When messages are coloured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: message::Color,
    /// Threads; results are the same with any number
    #[arg(short, long, global = true, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Records and documents for every case: the main job
    Explain(explain::ExplainArgs),
    /// The model owner's report
    Report(report::ReportArgs),
    /// Predictions of a model, as its library makes them
    Predict(predict::PredictArgs),
    /// Exact feature attributions
    Attribute(attribute::AttributeArgs),
    /// What a model does over many rows: importance, dependence, effects
    Global(global::GlobalArgs),
    /// A simplified tree of a model, with its fidelity
    Tree(tree::TreeArgs),
    /// Smallest changes that bring another result, with proof
    Counterfactual(counterfactual::CounterfactualArgs),
    /// What a model file is
    Inspect(inspect::InspectArgs),
    /// Train a decision tree or a logistic regression with linfa
    Train(train::TrainArgs),
    /// A procedure folder to fill in, from a model and a table
    Init(init::InitArgs),
    /// Everything that can be known about a procedure before a case comes
    Check(check::CheckArgs),
    /// Documents again from a record
    Render(render::RenderArgs),
    /// Whether a document is what the program writes for its record, and the record what the model gives
    Verify(verify::VerifyArgs),
    /// The JSON Schema of the record
    Schema(reference::SchemaArgs),
    /// Completions for a shell
    Completions(reference::CompletionsArgs),
    /// The manual page
    Man,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no faults; clap prints to the right stream. A closed pipe is no fault either.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    message::set_up(cli.quiet, cli.verbose, cli.color);
    if let Some(jobs) = cli.jobs {
        // Fails only if a pool exists already, which cannot be at the start of the program.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global();
    }
    let result = std::panic::catch_unwind(|| run(&cli.verb));
    match result {
        Ok(Ok(Outcome::Done)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::Findings)) => ExitCode::from(1),
        Ok(Err(faults)) => {
            message::faults(&faults);
            ExitCode::from(2)
        }
        Err(_) => {
            message::internal_error();
            ExitCode::from(3)
        }
    }
}

fn run(verb: &Verb) -> Result<Outcome, Faults> {
    match verb {
        Verb::Explain(args) => explain::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Predict(args) => predict::run(args),
        Verb::Attribute(args) => attribute::run(args),
        Verb::Global(args) => global::run(args),
        Verb::Tree(args) => tree::run(args),
        Verb::Counterfactual(args) => counterfactual::run(args),
        Verb::Inspect(args) => inspect::run(args),
        Verb::Train(args) => train::run(args),
        Verb::Init(args) => init::run(args),
        Verb::Check(args) => check::run(args),
        Verb::Render(args) => render::run(args),
        Verb::Verify(args) => verify::run(args),
        Verb::Schema(args) => reference::schema(args),
        Verb::Completions(args) => reference::completions(args),
        Verb::Man => reference::man(),
    }
}

/// The command as clap knows it, for completions and the manual page.
fn command() -> clap::Command {
    Cli::command()
}
