//! Traces of a slot that was not filled, or filled with nothing; placeholders; numbers that are none.
//!
//! A text of the case with such traces in it is quoted data: its occurrences are left out of the search.

use super::{Heard, finding};
use crate::fault::Faults;
use crate::pdf::normalised;

/// What no sentence has.
const TRACES: [&str; 15] = [
    ": .", ": ,", ": ;", "::", " .", " ,", " ;", "()", "„“", "“”", "\"\"", "  ", "{", "}",
    "\u{fffd}",
];
/// What is written where a text is still to come, and what is no number.
const PLACEHOLDERS: [&str; 8] =
    ["TODO", "FIXME", "XXX", "Mustertext", "Platzhalter", "NaN", "Infinity", "inf"];

/// Searches every text.
pub(super) fn check(heard: &Heard<'_>, quoted: &[String], faults: &mut Faults) {
    let mut quoted: Vec<&str> = quoted
        .iter()
        .flat_map(|text| text.lines().chain([text.as_str()]))
        .map(str::trim)
        .filter(|text| text.contains(|c: char| !c.is_alphanumeric()) || PLACEHOLDERS.contains(text))
        .collect();
    // The longest first: a name within another leaves no rest.
    quoted.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    quoted.dedup();
    for line in heard.all() {
        let raw = line.text.replace(['\u{ad}', '\u{200b}'], "");
        // Leaving quotations out takes traces away and brings none: most texts need not be searched for quotations.
        let whole = match traces(&raw) {
            (None, None) => raw,
            _ => quoted.iter().fold(raw, |text, quote| without(&text, quote)),
        };
        let text = whole.trim();
        let (trace, placeholder) = traces(&whole);
        if let Some(trace) = trace {
            let found = format!("“{trace}” in “{text}”");
            faults.push(finding("R77", found, "a text in every slot"));
        }
        if let Some(word) = placeholder {
            let found = format!("“{word}” in “{text}”");
            faults.push(finding("R77", found, "a finished text"));
        }
        if let Some(word) = line.words.iter().find(|word| is_signed_nothing(word)) {
            let found = format!("“{word}” in “{text}”");
            faults.push(finding("R77", found, "nothing without a sign"));
        }
    }
}

/// The first trace of a slot and the first placeholder in a text.
fn traces(text: &str) -> (Option<&'static str>, Option<&str>) {
    let text = text.trim();
    let trace = TRACES.into_iter().find(|trace| text.contains(*trace));
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    (trace, words.find(|word| PLACEHOLDERS.contains(word)))
}

/// A text without a quotation; that stands in it as one letter.
fn without(text: &str, quote: &str) -> String {
    if text.contains(quote) {
        return text.replace(quote, "Q");
    }
    // Broken into lines, it may have lost a space or gained one.
    let (flat, quote) = (normalised(text), normalised(quote));
    if flat.contains(&quote) && !quote.is_empty() {
        flat.replace(&quote, "Q")
    } else {
        text.to_owned()
    }
}

fn is_signed_nothing(word: &str) -> bool {
    let digits = word.trim_start_matches(['-', '−', '+']);
    digits.len() < word.len()
        && digits.contains('0')
        && digits.chars().all(|c| matches!(c, '0' | '.' | ','))
}
