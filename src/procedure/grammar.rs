//! The grammar of slots: the program never bends a word, so a text must be right whatever is put into it.
//!
//! Checked where the procedure is loaded: see `docs/wording.md` for the rules in the words of those who write.

use crate::fault::{Fault, Place};
use crate::language::Language;

use super::Procedure;

/// How a German label begins: article or possessive, nominative.
const BEGINNINGS: [&str; 10] =
    ["der", "die", "das", "ein", "eine", "ihr", "ihre", "unser", "unsere", "sie"];

/// Sentences of a text: they end in a full stop, a question mark or an exclamation mark before a space, but not after a
/// number ("14. Juli").
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = vec![];
    let (mut start, mut before) = (0, ' ');
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let ends = matches!(c, '.' | '?' | '!' | '؟') && !before.is_ascii_digit();
        if ends && rest.peek().is_none_or(|(_, next)| next.is_whitespace()) {
            let end = at + c.len_utf8();
            sentences.extend(text.get(start..end).map(str::trim));
            start = end;
        }
        before = c;
    }
    sentences.extend(text.get(start..).map(str::trim));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// The slots of a text, each with its braces.
pub(super) fn slots(text: &str) -> Vec<&str> {
    let mut slots = vec![];
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = rest.get(start..).and_then(|slot| slot.find('}'));
        let end = end.map_or(rest.len(), |end| start + end + 1);
        slots.extend(rest.get(start..end));
        rest = rest.get(end..).unwrap_or_default();
    }
    slots
}

/// Colon style: in its sentence a value stands after a colon or alone. "Wegen {wert} Miete" would have to bend the value.
pub(super) fn stands_after_a_colon(sentence: &str, slot: &str) -> bool {
    let alone = sentence.trim_end_matches(['.', '?', '!']) == slot;
    let before = sentence.find(slot).and_then(|at| sentence.get(..at));
    alone || before.is_none_or(|before| before.contains([':', '：']))
}

/// A German infinitive with "zu", also inside the verb: "zu prüfen", "anzubieten".
fn is_infinitive(goal: &str) -> bool {
    let last = goal.rsplit(' ').next().unwrap_or_default();
    let inside = last.find("zu").is_some_and(|at| at > 0);
    goal.contains(" zu ") || goal.starts_with("zu ") || (inside && last.ends_with('n'))
}

impl Procedure {
    /// What would not stand well in a German letter: labels without article (`P63`), goals that are no infinitive with
    /// "zu" (`P64`). Only likely faults, so they refuse nothing.
    pub fn slot_findings(&self) -> Vec<Fault> {
        let mut findings = vec![];
        let mut find = |code, field: String, found: &str, mend: &str| {
            let place = Place::file(&self.file).field(field);
            findings.push(Fault::new(code, place, format!("“{found}”"), "", mend));
        };
        let german =
            |texts: &super::Localised| texts.get(&Language::GERMAN).cloned().unwrap_or_default();
        for feature in &self.features {
            let label = german(&feature.label);
            let first = label.split(' ').next().unwrap_or_default().to_lowercase();
            if !BEGINNINGS.contains(&first.as_str()) {
                find(
                    "P63",
                    format!("feature.{}.label.de", feature.id),
                    &label,
                    "Begin the label with its article or with Ihr or Ihre, in the nominative; see docs/wording.md.",
                );
            }
        }
        for (side, outcome) in [("positive", &self.positive), ("negative", &self.negative)] {
            let goal = german(&outcome.goal);
            if !is_infinitive(&goal) {
                find(
                    "P64",
                    format!("outcome.{side}.goal.de"),
                    &goal,
                    "Write an infinitive with “zu”, as after “Das sprach dafür, ”; see docs/wording.md.",
                );
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(
            sentences("Ihr Alter: {wert}. Das war am 14. Juli wichtig."),
            ["Ihr Alter: {wert}.", "Das war am 14. Juli wichtig."]
        );
        assert_eq!(sentences("Nur ein Teil"), ["Nur ein Teil"]);
        assert!(sentences("").is_empty());
    }

    /// Promise (slot grammar 1): a slot stands after a colon or alone.
    #[test]
    fn a_slot_stands_after_a_colon_or_alone() {
        for (sentence, right) in [
            ("Ihre Miete: {wert}.", true),
            ("{wert}.", true),
            ("Ihr Lohn: 100 Euro statt {wert}.", true),
            ("Wegen {wert} Miete spricht das für Sie.", false),
            ("Ihre Miete ist {wert}.", false),
        ] {
            assert_eq!(stands_after_a_colon(sentence, "{wert}"), right, "{sentence}");
        }
        assert_eq!(slots("{a} und {b"), ["{a}", "{b"]);
    }

    #[test]
    fn goals_are_infinitives() {
        for goal in ["den Antrag zuerst zu prüfen", "Ihnen eine Beratung anzubieten"] {
            assert!(is_infinitive(goal), "{goal}");
        }
        for goal in ["eine Prüfung", "für eine vorrangige Prüfung", "den Antrag prüfen"] {
            assert!(!is_infinitive(goal), "{goal}");
        }
    }
}
