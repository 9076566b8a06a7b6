//! What the documents of a procedure measure before a case comes: written for example cases, the first cases of the
//! comparison group with each result, and measured as the gates G22 and G23 will measure them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::DocumentKind;
use crate::document::{Document, names, prose};
use crate::explanation::{Basis, Circumstances, Record};
use crate::fault::{Checked, Faults};
use crate::language::readability::{Class, Judgement, Level, Measures, judge};
use crate::language::{Catalogue, Language, Scope};
use crate::procedure::{Agreement, Case, Decision, LetterKind, Procedure, read_values};
use crate::table::{Separator, read_table};

/// What one document measures.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// `letter`, `sheet-a`, `sheet-b`.
    pub document: &'static str,
    /// Tag of its language.
    pub language: Language,
    /// Which example: kind of letter, result, what a human made of it.
    pub example: String,
    /// What it measures.
    pub measures: Measures,
    /// Measures and sentences beyond the limits of its level.
    pub beyond: Vec<String>,
    /// Measures and sentences beyond the goals of its level.
    pub near: Vec<String>,
    /// Words that it should not have, with what is wrong about them and the sentence.
    pub words: Vec<String>,
}

/// Judges a document about a record. None where no formulas are made for its language.
pub fn judgement(
    document: &Document,
    kind: DocumentKind,
    record: &Record,
    procedure: &Procedure,
    language: Language,
) -> Option<Judgement> {
    let level = Level::of(language, kind == DocumentKind::Letter)?;
    let names = names(record, procedure, language);
    Some(judge(&prose(document, &names), level))
}

/// Measures the documents of example cases: every kind, every language of the procedure, both results, with and without a
/// human's decision.
///
/// # Errors
/// A comparison group that cannot be read; a case that cannot be explained; a text that is missing.
pub fn measured_examples(basis: &Basis<'_>, date: Date) -> Checked<Vec<Measured>> {
    let procedure = basis.procedure;
    let table = read_table(&procedure.background_file, Separator::Detect)?;
    let rows = read_values(&procedure.features, &table)?;
    let mut firsts = BTreeMap::new();
    for values in rows {
        let row = basis.row(&values);
        let (mut raw, mut value) = ([0.0], [0.0]);
        basis.model.model.raw(&row, &mut raw);
        basis.model.model.value(&raw, &mut value);
        firsts.entry(value[0] >= procedure.threshold).or_insert(values);
        if firsts.len() == 2 {
            break;
        }
    }
    let mut faults = Faults::default();
    let mut out = vec![];
    for (positive, values) in firsts {
        let case = Case { id: "example".to_owned(), data_as_of: None, values, statement: false };
        let result = if positive { "positive" } else { "negative" };
        for (letter, decision) in circumstances(procedure, positive, date) {
            let undecided = letter == LetterKind::Info && decision.is_none();
            let made = match decision.as_ref().map(|decision| decision.agreement) {
                None => "open",
                Some(Agreement::Deviated) => "deviated",
                Some(_) => "agreed",
            };
            let with = Circumstances { decision, letter: Some(letter), ..Circumstances::new(date) };
            let Some(record) = faults.take(basis.explain(&case, with)) else { continue };
            // Sheets do not depend on what comes after them.
            let kinds = DocumentKind::ALL.into_iter();
            for kind in kinds.filter(|kind| *kind == DocumentKind::Letter || undecided) {
                let has_words = |language: &&Language| {
                    let about = procedure.catalogues.get(*language).map(Catalogue::about);
                    let needed =
                        if kind == DocumentKind::Letter { Scope::EasyLetter } else { Scope::All };
                    about.is_some_and(|about| about.scope >= needed)
                };
                for &language in procedure.languages.iter().filter(has_words) {
                    let document = faults.take(kind.document(&record, procedure, language));
                    let judged = document.and_then(|document| {
                        judgement(&document, kind, &record, procedure, language)
                    });
                    let example = match kind {
                        DocumentKind::Letter => {
                            format!("{}, {made}, {result} result", letter.name())
                        }
                        _ => format!("{result} result"),
                    };
                    out.extend(judged.map(|judged| measured(kind, language, example, judged)));
                }
            }
        }
    }
    faults.or(out)
}

/// Kind of letter and human decision of each example: every kind that the procedure can write.
fn circumstances(
    procedure: &Procedure,
    positive: bool,
    date: Date,
) -> Vec<(LetterKind, Option<Decision>)> {
    let decided = |agreement: Agreement| Decision {
        case_id: "example".to_owned(),
        positive: positive == agreement.follows(),
        // What a human writes is not the program's text and is not measured.
        decided_by_role: String::new(),
        decided_at: date.at(12, 0, 0, 0),
        agreement,
        reasons: String::new(),
        considerations: String::new(),
        notice_date: Some(date),
        inputs_sha256: None,
    };
    let mut out = vec![];
    for (_, kind) in LetterKind::ALL {
        let (open, decisions): (bool, &[Agreement]) = match kind {
            LetterKind::Info => (true, &[Agreement::Agreed, Agreement::Deviated]),
            LetterKind::Hearing | LetterKind::MissingDocuments => (true, &[]),
            LetterKind::Reply => (false, &[Agreement::Agreed]),
            LetterKind::Annex if procedure.remedy.is_some() => {
                (false, &[Agreement::Agreed, Agreement::Deviated])
            }
            LetterKind::Automatic if procedure.full_automation.is_some() => {
                (false, &[Agreement::Automatic])
            }
            LetterKind::Annex | LetterKind::Automatic => continue,
        };
        out.extend(open.then_some((kind, None)));
        out.extend(decisions.iter().map(|&agreement| (kind, Some(decided(agreement)))));
    }
    out
}

fn measured(
    kind: DocumentKind,
    language: Language,
    example: String,
    judged: Judgement,
) -> Measured {
    // A sheet may use the words of its trade; only its length and form are judged.
    let words = judged
        .words
        .into_iter()
        .filter(|word| kind == DocumentKind::Letter && word.class <= Class::Agency)
        .map(|word| format!("{}: “{}”", word.verdict(), word.sentence))
        .collect();
    Measured {
        document: kind.name(),
        language,
        example,
        measures: judged.measures,
        beyond: judged.beyond,
        near: judged.near,
        words,
    }
}
