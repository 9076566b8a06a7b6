//! Words with digits, and what stands beside them: which ones a document may say.

use std::collections::{BTreeMap, BTreeSet};

use super::tongue::Tongue;
use super::{Heard, finding};
use crate::fault::Faults;

/// Findings that are told one by one.
const TOLD: usize = 12;

/// The words before and after; none where anything may stand.
type Context = (Option<String>, Option<String>);

/// Words with digits that may be said, each with the words that must stand beside it: `31a` after `§`, `450` before
/// `Euro`.
#[derive(Debug, Default)]
pub(super) struct Sayable {
    contexts: BTreeMap<String, BTreeSet<Context>>,
    /// Numbers of which an upper bound to one digit may be said.
    bounds: Vec<f64>,
}

fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

impl Sayable {
    /// A number with its unit, which must follow; without unit anything may.
    pub fn quantity(&mut self, words: &[String]) {
        if let Some((number, unit)) = words.split_first() {
            let context = (None, unit.first().cloned());
            self.contexts.entry(number.clone()).or_default().insert(context);
        }
    }

    /// A number beside which anything may stand.
    pub fn number(&mut self, number: String) {
        self.contexts.entry(number).or_default().insert((None, None));
    }

    /// A number that is said as "at most", rounded up.
    pub fn bound(&mut self, value: f64) {
        self.bounds.push(value);
    }

    /// A text: its words with digits stand beside the words that they have in it.
    pub fn words(&mut self, words: &[String]) {
        for (at, word) in words.iter().enumerate().filter(|(_, word)| has_digit(word)) {
            let before = at.checked_sub(1).and_then(|at| words.get(at)).cloned();
            let context = (before, words.get(at + 1).cloned());
            self.contexts.entry(word.clone()).or_default().insert(context);
        }
    }

    /// A text that may have slots in braces; beside a slot anything may stand.
    pub fn text(&mut self, text: &str, tongue: &Tongue<'_>) {
        if has_digit(text) {
            text.split(['{', '}']).step_by(2).for_each(|part| self.words(&tongue.words(part)));
        }
    }

    fn allows(&self, before: Option<&String>, word: &str, after: Option<&String>) -> bool {
        // A text is also printed in parts: at its ends nothing need stand beside.
        let fits = |wanted: &Option<String>, found: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| found.is_none_or(|found| found == wanted))
        };
        let known = self.contexts.get(word).is_some_and(|contexts| {
            contexts.iter().any(|(left, right)| fits(left, before) && fits(right, after))
        });
        known || self.is_bound(word)
    }

    /// `4e-15`: at least the number, at most twice it.
    fn is_bound(&self, word: &str) -> bool {
        let Ok(said) = word.parse::<f64>() else { return false };
        let fits = |value: &f64| *value > 0.0 && said >= *value && said <= 2.0 * value;
        word.contains('e') && self.bounds.iter().any(fits)
    }
}

/// Every word with a digit is one that may be said where it stands.
pub(super) fn check(heard: &Heard<'_>, given: &Sayable, faults: &mut Faults) {
    let mut told = 0;
    for line in heard.all() {
        for (at, word) in line.words.iter().enumerate().filter(|(_, word)| has_digit(word)) {
            let before = at.checked_sub(1).and_then(|at| line.words.get(at));
            if given.allows(before, word, line.words.get(at + 1)) {
                continue;
            }
            let from = at.saturating_sub(3);
            let around: Vec<&str> =
                line.words.iter().skip(from).take(7).map(String::as_str).collect();
            let found = format!("“{word}” in “{}”", around.join(" "));
            faults.push(finding(
                "R75",
                found,
                "a number that the record or a fixed text gives, with its unit",
            ));
            told += 1;
            if told == TOLD {
                return;
            }
        }
    }
}
