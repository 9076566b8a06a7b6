//! `klartext report`: the model owner's report, without any case.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, explain, message};
use crate::explanation::Basis;
use crate::fault::Faults;
use crate::language::Language;
use crate::run::{Loaded, render_report, write_file};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  klartext report models/unemployment-benefit --date 2026-11-23
  klartext report models/unemployment-benefit --date 2026-11-23 --lang en -o report.pdf --json report.json
  klartext report models/rehab-management --date today --release --approved-by \"Kim Muster\"

`klartext explain` writes the same report with what came of its cases. The numbers are attached to
the PDF as report.json.")]
pub(super) struct ReportArgs {
    /// Folder of the procedure
    procedure: PathBuf,
    /// Language
    #[arg(long, value_name = "LANG", default_value = "de", value_parser = explain::language)]
    lang: Language,
    /// File [default: output/<procedure>/report.<lang>.pdf, report.<lang>.entwurf.pdf for a draft]
    #[arg(short, long, value_name = "FILE.pdf")]
    output: Option<PathBuf>,
    /// Also write the numbers here
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a final document, without the watermark
    #[arg(long, requires = "approved_by")]
    release: bool,
    /// Who releases
    #[arg(long, value_name = "NAME", requires = "release")]
    approved_by: Option<String>,
    /// Date of the report: YYYY-MM-DD, or today [default: SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Overwrite
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &ReportArgs) -> Result<Outcome, Faults> {
    let date = explain::date(args.date.as_deref())?;
    let loaded = Loaded::from(&args.procedure)?;
    let basis = Basis::new(&loaded.procedure, &loaded.model, date)?;
    let approved_by = args.approved_by.clone().filter(|_| args.release);
    let start = std::time::Instant::now();
    let report = basis.report(date, approved_by, None)?;
    message::detail(&format!("numbers computed in {} ms", start.elapsed().as_millis()));
    let rendered = render_report(&report, &loaded.procedure, args.lang)?;
    let target = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from("output").join(&loaded.procedure.id).join(&rendered.name));
    write_file(&target, &rendered.bytes, args.force)?;
    if let Some(path) = &args.json {
        write_file(path, &report.to_json(), args.force)?;
    }
    message::say(&format!("{}, {} pages", target.display(), rendered.pages));
    if args.release && report.is_draft() {
        message::say("The model file is not the approved one (G13): the report stays a draft.");
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Done)
}
