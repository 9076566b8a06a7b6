//! `klartext explain`: the main job.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{Outcome, message};
use crate::fault::{Fault, Faults, Place, visible};
use crate::language::Language;
use crate::procedure::{Format, LetterKind};
use crate::run::{Audience, Job, Loaded};

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  klartext explain models/unemployment-benefit --cases fixtures/unemployment-benefit/cases.csv --people fixtures/unemployment-benefit/people.csv --decisions fixtures/unemployment-benefit/decisions.csv --date 2026-11-23
  klartext explain models/rehab-management --cases cases.csv --date today --for citizen --only UVR-2026-0001
  klartext explain models/recourse-screening --cases fixtures/recourse-screening/cases.csv --evidence fixtures/recourse-screening/evidence.jsonl --date 2026-11-23
  klartext explain models/unemployment-benefit --cases cases.csv --date 2026-11-23 --release --approved-by \"Kim Muster\"

Documents are drafts with a watermark until they are released. Files: <output>/<case>/record.json,
letter.<lang>.pdf, sheet-a.<lang>.pdf, sheet-b.<lang>.pdf; <output>/report.<lang>.pdf, run.json,
held_back.csv.")]
pub(super) struct ExplainArgs {
    /// Folder of the procedure
    procedure: PathBuf,
    /// Cases: one row a case, a column case_id and one a feature (CSV or JSON Lines)
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// People: case_id, name, address lines, language, format
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Decisions: what a human decided, and why
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Evidence: where in a person's documents details were read, one place a line (JSON Lines)
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// Output folder [default: output/<procedure>]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Who gets documents
    #[arg(
        long = "for",
        value_name = "WHO",
        value_delimiter = ',',
        default_value = "citizen,caseworker,owner"
    )]
    audiences: Vec<Reader>,
    /// Languages [default: German, and the person's own besides for the letter]
    #[arg(long, value_name = "LANG", value_delimiter = ',', value_parser = language)]
    lang: Vec<Language>,
    /// Only these cases
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Which letter, for all cases [default: the one in the decisions, else annex where a Bescheid is recorded, else the procedure's]
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// How letters are printed: standard, large (18 pt), bw (black on white), large+bw [default: as people.csv says]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Write final documents, without the watermark
    #[arg(long, requires = "approved_by")]
    release: bool,
    /// Who releases
    #[arg(long, value_name = "NAME", requires = "release", value_parser = name)]
    approved_by: Option<String>,
    /// Date of the documents: YYYY-MM-DD, or today [default: SOURCE_DATE_EPOCH]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Overwrite the documents of an earlier run
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reader {
    Citizen,
    Caseworker,
    Owner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Information, no decision
    Info,
    /// Explains a Bescheid
    Annex,
    /// Asks for the person's view first
    Hearing,
    /// Says which documents are missing
    MissingDocuments,
    /// Answers a request for an explanation
    Reply,
    /// Cover of a fully automated decision
    Automatic,
}

/// A language tag of the command line.
pub(super) fn language(tag: &str) -> Result<Language, String> {
    let known: Vec<String> = Language::built_in().map(|language| language.to_string()).collect();
    Language::from_tag(tag).ok_or_else(|| {
        format!("a tag such as en or de-LS is needed; the catalogue has {}", known.join(", "))
    })
}

/// How a letter is printed.
fn format(text: &str) -> Result<Format, String> {
    Format::from_text(text).ok_or_else(|| "one of standard, large, bw, large+bw".to_owned())
}

/// A name: somebody's, and printable.
fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a release needs the name of a person".to_owned()),
        name if name != visible(name) => Err("a name has printable characters only".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// The date of the documents. No clock is read unless asked for by the word `today`.
pub(super) fn date(given: Option<&str>) -> Result<Date, Faults> {
    let refuse = |found: String| {
        Fault::new(
            "R02",
            Place::default().field("--date"),
            found,
            "a date such as 2026-11-23, or the word today",
            "Give --date, or set SOURCE_DATE_EPOCH; no document gets a date by chance.",
        )
    };
    match given {
        Some("today") => Ok(jiff::ZonedDateTime::now().date()),
        Some(text) => text.parse().map_err(|_| refuse(format!("“{text}”")).into()),
        None => {
            let epoch =
                std::env::var("SOURCE_DATE_EPOCH").map_err(|_| refuse("no date".to_owned()))?;
            let second =
                epoch.parse().ok().and_then(|second| jiff::Timestamp::from_second(second).ok());
            let second = second.ok_or_else(|| refuse(format!("SOURCE_DATE_EPOCH “{epoch}”")))?;
            Ok(jiff::tz::Offset::UTC.to_datetime(second).date())
        }
    }
}

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome, Faults> {
    let date = date(args.date.as_deref())?;
    let loaded = Loaded::from(&args.procedure)?;
    let output =
        args.output.clone().unwrap_or_else(|| PathBuf::from("output").join(&loaded.procedure.id));
    let job = Job {
        cases: args.cases.clone(),
        people: args.people.clone(),
        decisions: args.decisions.clone(),
        evidence: args.evidence.clone(),
        audiences: args
            .audiences
            .iter()
            .map(|reader| match reader {
                Reader::Citizen => Audience::Citizen,
                Reader::Caseworker => Audience::Caseworker,
                Reader::Owner => Audience::Owner,
            })
            .collect(),
        languages: args.lang.clone(),
        only: args.only.clone(),
        approved_by: args.approved_by.clone().filter(|_| args.release),
        date,
        letter: args.kind.map(|kind| match kind {
            Kind::Info => LetterKind::Info,
            Kind::Annex => LetterKind::Annex,
            Kind::Hearing => LetterKind::Hearing,
            Kind::MissingDocuments => LetterKind::MissingDocuments,
            Kind::Reply => LetterKind::Reply,
            Kind::Automatic => LetterKind::Automatic,
        }),
        format: args.format,
        force: args.force,
        output,
    };
    let bar = message::progress(true);
    let summary = crate::run::run(&loaded, &job, &|_, total| {
        bar.set_length(total as u64);
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    message::faults(&summary.faults);
    message::say(&format!(
        "{}, {} in {}{}",
        counted(summary.cases, "case", "cases"),
        counted(summary.files, "file", "files"),
        job.output.display(),
        if job.approved_by.is_some() {
            ""
        } else {
            " (drafts; release with --release --approved-by NAME)"
        }
    ));
    let held = summary.held_back.len() + summary.faults.0.len();
    if held == 0 {
        return Ok(Outcome::Done);
    }
    let list = job.output.join("held_back.csv");
    message::say(&format!("{} in {}", counted(held, "entry", "entries"), list.display()));
    for entry in &summary.held_back {
        message::say(&format!(
            "  {} {} {}: {}",
            entry.case_id, entry.document, entry.code, entry.finding
        ));
    }
    Ok(Outcome::Findings)
}

/// `1 case`, `3 cases`.
fn counted(n: usize, one: &str, other: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { other })
}
