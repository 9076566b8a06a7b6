//! `klartext check`: everything that can be known about a procedure before a case comes.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{Outcome, codes, explain, message, readability};
use crate::explanation::Basis;
use crate::fault::{Fault, Faults, Place};
use crate::procedure::wording_findings;
use crate::run::{Loaded, Measured, measured_examples};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  klartext check models/unemployment-benefit --date 2026-11-23
  klartext check models/unemployment-benefit --date 2026-11-23 --json
  klartext check --explain G13

Exit code 0: nothing found. 1: warnings. 2: the procedure is refused.")]
pub(super) struct CheckArgs {
    /// Folder of the procedure
    #[arg(required_unless_present = "explain")]
    procedure: Option<PathBuf>,
    /// What a code of a fault or gate means
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// Date against which the age of the evaluation is judged: YYYY-MM-DD, or today [default: SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// What was found and measured as JSON
    #[arg(long, conflicts_with = "explain")]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Checked<'a> {
    procedure: &'a str,
    findings: &'a [Fault],
    readability: &'a [Measured],
}

pub(super) fn run(args: &CheckArgs) -> Result<Outcome, Faults> {
    if let Some(code) = &args.explain {
        return match codes::meaning(code) {
            Some(text) => {
                println!("{}: {text}", code.to_uppercase());
                Ok(Outcome::Done)
            }
            None => Err(Fault::new(
                "R03",
                Place::default().field("--explain"),
                format!("“{code}”"),
                "a code such as P03 or G13",
                "Copy the code from the message.",
            )
            .into()),
        };
    }
    let folder = args.procedure.clone().unwrap_or_default();
    let date = explain::date(args.date.as_deref())?;
    let loaded = Loaded::from(&folder)?;
    let basis = Basis::new(&loaded.procedure, &loaded.model, date)?;
    let measured = measured_examples(&basis, date)?;
    let mut findings = findings(&basis, date);
    findings.extend(wording_findings(&loaded.procedure));
    findings.extend(loaded.procedure.slot_findings());
    findings.extend(readability::findings(&loaded.procedure, &measured));
    if args.json {
        let checked = Checked {
            procedure: &loaded.procedure.id,
            findings: &findings,
            readability: &measured,
        };
        println!("{}", serde_json::to_string_pretty(&checked).unwrap_or_default());
        return Ok(if findings.is_empty() { Outcome::Done } else { Outcome::Findings });
    }
    println!(
        "{}: {} features, {} languages",
        loaded.procedure.id,
        loaded.procedure.features.len(),
        loaded.procedure.languages.len()
    );
    let card = loaded.model.model.card();
    println!(
        "model: {} ({}), {} trees, sha256 {}",
        card.format, card.written_by, card.trees, loaded.model.sha256
    );
    println!(
        "comparison group: {} cases; held-out cases: {}",
        basis.background_identity.rows, basis.holdout_identity.rows
    );
    let (rows, agreeing) = basis.surrogate_fidelity();
    println!("simplified tree: agrees in {agreeing} of {rows} held-out cases");
    readability::print(&measured);
    for finding in &findings {
        println!("{} {}: {}", finding.code, finding.place, finding.found);
        println!("    to do: {}", finding.mend);
    }
    if findings.is_empty() {
        message::detail("no findings");
        return Ok(Outcome::Done);
    }
    println!("{} findings", findings.len());
    Ok(Outcome::Findings)
}

/// What does not refuse the procedure, but should be known.
fn findings(basis: &Basis<'_>, date: Date) -> Vec<Fault> {
    let procedure = basis.procedure;
    let mut findings = vec![];
    let mut find = |code, field: &str, found: String, mend: &str| {
        findings.push(Fault::new(code, Place::file(&procedure.file).field(field), found, "", mend));
    };
    if basis.model.sha256 != procedure.model_sha256 {
        find(
            "G13",
            "model.sha256",
            format!(
                "the file has {}, approved is {}: no document will be written",
                basis.model.sha256, procedure.model_sha256
            ),
            "Put the approved model back, or have the new one approved and enter its SHA-256.",
        );
    }
    let (rows, agreeing) = basis.surrogate_fidelity();
    if (agreeing as f64) < 0.90 * rows as f64 {
        find(
            "G14",
            "surrogate",
            format!(
                "the simplified tree agrees in {agreeing} of {rows} cases, below 90 of 100: it is shown to the owner only"
            ),
            "Allow more leaves or depth, if a person can still read the tree.",
        );
    }
    for (frequency, side) in basis.frequencies.iter().zip(["negative", "positive"]) {
        if !frequency.printable {
            find(
                "G20",
                "holdout",
                format!(
                    "{} held-out cases with the {side} result, evaluated {}; by {date} letters say that the frequency is not known",
                    frequency.rows, procedure.holdout_as_of
                ),
                "Evaluate at least 200 cases a result, within 24 months.",
            );
        }
    }
    for feature in &procedure.features {
        if let crate::procedure::Protection::Proxy(_) = feature.protection
            && feature.actionable
        {
            find(
                "G10",
                &format!("feature.{}", feature.id),
                "a proxy of a protected feature may stand in an example of other values".to_owned(),
                "Set actionable = false, unless such an example helps people.",
            );
        }
    }
    findings
}
