//! `klartext render`: documents again from a record.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, message};
use crate::fault::Faults;
use crate::language::Language;
use crate::procedure::Procedure;
use crate::run::{DocumentKind, read_record, render, write_file};

/// Arguments of `render`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  klartext render output/unemployment-benefit/ALB-2026-0001/record.json --procedure models/unemployment-benefit --document letter --lang en -o letters")]
pub(super) struct RenderArgs {
    /// Records that `explain` wrote
    #[arg(required = true, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// Folder of the procedure
    #[arg(long, value_name = "DIR")]
    procedure: PathBuf,
    /// Which documents [default: all]
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    document: Vec<Kind>,
    /// Languages
    #[arg(long, value_name = "LANG", value_delimiter = ',', default_value = "de", value_parser = super::explain::language)]
    lang: Vec<Language>,
    /// Output folder; each case gets a folder of its own there
    #[arg(short, long, value_name = "DIR", default_value = "output/rendered")]
    output: PathBuf,
    /// Overwrite
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Letter,
    SheetA,
    SheetB,
}

pub(super) fn run(args: &RenderArgs) -> Result<Outcome, Faults> {
    let procedure = Procedure::load(&args.procedure)?;
    let kinds: Vec<DocumentKind> = if args.document.is_empty() {
        DocumentKind::ALL.to_vec()
    } else {
        let of = |kind: &Kind| match kind {
            Kind::Letter => DocumentKind::Letter,
            Kind::SheetA => DocumentKind::SheetA,
            Kind::SheetB => DocumentKind::SheetB,
        };
        args.document.iter().map(of).collect()
    };
    let mut faults = Faults::default();
    let mut held = 0;
    for path in &args.records {
        let Some(record) = faults.take(read_record(&procedure, path)) else { continue };
        for &kind in &kinds {
            if record.consequence() > kind.allowed_up_to() {
                held += 1;
                message::say(&format!(
                    "{} {}: held back by its gates",
                    record.case.id,
                    kind.name()
                ));
                continue;
            }
            for &language in &args.lang {
                let rendered = render(kind, &record, &procedure, language);
                let Some(rendered) = faults.take(rendered) else { continue };
                let target = args.output.join(&record.case.id).join(&rendered.name);
                let written = write_file(&target, &rendered.bytes, args.force);
                if faults.take(written).is_some() {
                    message::say(&target.display().to_string());
                }
            }
        }
    }
    faults.or(if held > 0 { Outcome::Findings } else { Outcome::Done })
}
