//! The command line: one file a command.

pub mod attribute;
pub mod inspect;
pub mod predict;
pub mod train;

use std::process::ExitCode;

use clap::Parser;

/// How a command that could be carried out ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done: exit code 0.
    Done,
    /// Something was found, or left out: exit code 1.
    Findings,
}

#[derive(Parser)]
#[command(name = "klartext", version)]
enum Command {
    Predict(predict::PredictArgs),
    Attribute(attribute::AttributeArgs),
    Inspect(inspect::InspectArgs),
    Train(train::TrainArgs),
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Predict(args) => predict::run(&args),
        Command::Attribute(args) => attribute::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Train(args) => train::run(&args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(faults) => {
            eprintln!("{faults}");
            ExitCode::from(2)
        }
    }
}
