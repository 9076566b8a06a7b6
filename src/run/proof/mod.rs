//! Proofreading what a finished file says: every number, date and name in it is one that the record gives, or one of the
//! fixed texts of catalogue and procedure. What the record gives is collected here anew, without the code that wrote the
//! document; the texts are those that [`pdf::proofread`] reads out of the finished bytes.
//!
//! | code | what is wrong |
//! |---|---|
//! | R75 | a number or date that the record does not give |
//! | R76 | a reason, a change, a detail or the result is not said as the record has it |
//! | R77 | an empty slot, a placeholder, a signed nothing |
//! | R79 | name, file number or date of the letter are not at their place |

mod details;
mod easy;
mod numbers;
mod points;
mod sayable;
mod slots;
#[cfg(test)]
mod tests;
mod tongue;
mod totals;

use crate::document::Document;
use crate::explanation::{ModelReport, Record};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::language::Language;
use crate::pdf::{self, Reading, Written};
use crate::procedure::Procedure;

use super::documents::DocumentKind;
use numbers::Sayable;
use tongue::Tongue;

/// What a document is about.
pub(super) struct Subject<'a> {
    pub kind: DocumentKind,
    pub record: &'a Record,
    pub procedure: &'a Procedure,
    pub language: Language,
}

/// Proofreads a letter or sheet.
///
/// # Errors
/// All findings: of the file, and of what it says.
pub(super) fn case_document(
    subject: &Subject<'_>,
    written: &Written,
    document: &Document,
) -> Checked<()> {
    let reading = pdf::proofread(written, document)?;
    meaning(subject, &reading)
}

/// Whether what was read is true of the case.
fn meaning(subject: &Subject<'_>, reading: &Reading) -> Checked<()> {
    let Some(tongue) = Tongue::of(subject.procedure, subject.language) else { return Ok(()) };
    let heard = Heard::new(reading, &tongue);
    let mut faults = Faults::default();
    let mut given = Sayable::default();
    sayable::of_case(subject, &tongue, &mut given);
    sayable::of_procedure(subject.procedure, &tongue, &mut given);
    if tongue.is_easy() {
        easy::sayable(subject, &tongue, &mut given);
    }
    numbers::check(&heard, &given, &mut faults);
    points::check(subject, &tongue, &heard, &mut faults);
    slots::check(&heard, &sayable::quoted(subject.record, subject.procedure), &mut faults);
    faults.or(())
}

/// Proofreads an owner's report.
///
/// # Errors
/// As for a letter.
pub(super) fn report_document(
    report: &ModelReport,
    procedure: &Procedure,
    language: Language,
    written: &Written,
    document: &Document,
) -> Checked<()> {
    let reading = pdf::proofread(written, document)?;
    true_of_report(report, procedure, language, &reading)
}

/// Whether what was read is true of the report.
fn true_of_report(
    report: &ModelReport,
    procedure: &Procedure,
    language: Language,
    reading: &Reading,
) -> Checked<()> {
    let Some(tongue) = Tongue::of(procedure, language) else { return Ok(()) };
    let mut heard = Heard::new(reading, &tongue);
    // Marks of axes are places on them, not results; that they are those of the chart was read above.
    heard.drawn.clear();
    totals::without_section_numbers(&mut heard);
    let mut faults = Faults::default();
    let mut given = Sayable::default();
    totals::of_report(report, procedure, &tongue, &mut given);
    sayable::of_procedure(procedure, &tongue, &mut given);
    numbers::check(&heard, &given, &mut faults);
    slots::check(&heard, &[], &mut faults);
    faults.or(())
}

/// A text of the finished file, and its words.
struct Line<'a> {
    role: &'a str,
    text: &'a str,
    words: Vec<String>,
    cell: Option<(usize, usize)>,
}

/// Everything that was read.
struct Heard<'a> {
    /// In the order of reading.
    said: Vec<Line<'a>>,
    /// Drawn in figures.
    drawn: Vec<Line<'a>>,
    /// Header and footer, without page numbers.
    around: Vec<Line<'a>>,
}

impl<'a> Heard<'a> {
    fn new(reading: &'a Reading, tongue: &Tongue<'_>) -> Heard<'a> {
        let line = |role: &'a str, text: &'a str, cell| Line {
            role,
            text,
            words: tongue.words(text),
            cell,
        };
        let said = reading.said.iter().map(|said| line(&said.role, &said.text, said.cell));
        let drawn = reading.said.iter().flat_map(|said| &said.drawn);
        let mut heard = Heard { said: said.collect(), drawn: vec![], around: vec![] };
        // Glyphs that run from right to left stand on the page the other way round: what is drawn and what stands around
        // was compared with the document by its letters, and is no text that could be heard.
        if tongue.runs_to_the_left() {
            return heard;
        }
        heard.drawn = drawn.map(|text| line("Figure", text, None)).collect();
        let pages = reading.pages.len();
        for (nth, page) in reading.pages.iter().enumerate() {
            let number = tongue.page_number(nth + 1, pages);
            let lines = page.artefacts.iter().map(|text| line("Artifact", text, None));
            heard.around.extend(lines.filter(|line| line.words != number));
        }
        heard
    }

    fn all(&self) -> impl Iterator<Item = &Line<'a>> {
        self.said.iter().chain(&self.drawn).chain(&self.around)
    }
}

/// A finding about what a file says.
fn finding(code: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Fault {
    let mend = "The file was not released; report this with the record of the case.";
    Fault::new(code, Place::default(), found, expected, mend)
}
