//! "Please check these details": the few whose correction alone would have changed the result, with what we have and the
//! values with which it would have been different. It is no advice: also what nobody can change is asked.

use super::Letter;
use crate::document::telling::Telling;
use crate::document::{Block, Run, bold, plain};
use crate::explanation::{DetailView, InputValue, TurningRange};
use crate::procedure::{Feature, LetterKind};

/// Most details that a letter asks to check: a short list is read.
const MOST: usize = 3;

impl Letter<'_> {
    /// The details that this letter asks to check. Of a rejected suggestion a letter explains nothing; where documents are
    /// missing, the program's result does not matter yet.
    pub(super) fn to_check(&self) -> Vec<(&Feature, &DetailView)> {
        let tells =
            self.tells_the_suggestion() && self.record.letter != LetterKind::MissingDocuments;
        let details = self.record.details.iter().filter(|_| tells);
        details
            .flat_map(|details| &details.turning)
            .filter_map(|detail| Some((self.t.feature(&detail.feature)?, detail)))
            .take(MOST)
            .collect()
    }

    /// What is asked below the table of details, and the list of those to check, each with source and date. A single one
    /// needs no list; without any, all are to be checked alike.
    pub(super) fn check_list(&self) -> (String, Option<Block>) {
        let details = self.to_check();
        let t = &self.t;
        match details.as_slice() {
            [] => (self.say("data-check", &[]), None),
            [(feature, detail)] => {
                let range = t.turning(feature, detail);
                let label = self.with_origin(t.of(&feature.short), feature, detail);
                (self.say("check-one", &[("label", &label), ("bereich", &range)]), None)
            }
            several => {
                let items =
                    several.iter().map(|(feature, detail)| self.check_item(feature, detail));
                (self.say("check-intro", &[]), Some(Block::List { items: items.collect() }))
            }
        }
    }

    fn check_item(&self, feature: &Feature, detail: &DetailView) -> Vec<Run> {
        let what = self.t.short_line(feature, &detail.value);
        let range = self.t.turning(feature, detail);
        // What we have is set bold: split the sentence around it.
        let place = self.with_origin("\u{1}", feature, detail);
        let sentence = self.say("check-item", &[("satz", &place), ("bereich", &range)]);
        let (before, after) = sentence.split_once('\u{1}').unwrap_or((&sentence, ""));
        let runs = [plain(before), bold(what), plain(after)];
        runs.into_iter().filter(|run| !run.text.is_empty()).collect()
    }

    /// A detail with its source and the date of the data. Nobody gave a value that is missing: it has a date alone.
    fn with_origin(&self, what: &str, feature: &Feature, detail: &DetailView) -> String {
        let source = (detail.value != InputValue::Missing).then(|| self.t.source(feature));
        let date = detail.as_of.map(|date| self.t.numerals.long_date(date, &self.t.wording));
        match (source, date) {
            (Some(source), Some(date)) => {
                let slots = [("satz", what), ("quelle", &*source), ("datum", &*date)];
                self.say("check-origin", &slots)
            }
            (Some(source), None) => {
                self.say("check-origin-undated", &[("satz", what), ("quelle", &source)])
            }
            (None, Some(date)) => {
                self.say("check-origin-missing", &[("satz", what), ("datum", &date)])
            }
            (None, None) => what.to_owned(),
        }
    }
}

impl Telling<'_> {
    /// The values with which the result would have been different: `1.780 Euro oder mehr`, `Straße oder Baustelle`.
    pub(in crate::document) fn turning(&self, feature: &Feature, detail: &DetailView) -> String {
        let ranges: Vec<String> =
            detail.ranges.iter().map(|range| self.turning_range(feature, range)).collect();
        let short = |id: &String| self.short_value(feature, &InputValue::Word(id.clone()));
        match ranges.split_first() {
            None => self.either(&detail.choices.iter().map(short).collect::<Vec<_>>()),
            Some((first, others)) => others.iter().fold(first.clone(), |said, range| {
                self.wording.say("list-or", &[("a", &said), ("b", range)])
            }),
        }
    }

    fn turning_range(&self, feature: &Feature, range: &TurningRange) -> String {
        let (low, high) = (self.quantity(feature, range.low), self.quantity(feature, range.high));
        match (range.from_least, range.to_most) {
            _ if low == high => low,
            (false, true) => self.wording.say("check-from", &[("wert", &low)]),
            (true, false) => self.wording.say("check-to", &[("wert", &high)]),
            _ => self.wording.say("check-between", &[("von", &low), ("bis", &high)]),
        }
    }

    /// Entries one of which holds: `a`, `a oder b`, `a, b oder c`.
    fn either(&self, entries: &[String]) -> String {
        match entries {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                self.wording.say("list-or", &[("a", &first.join(", ")), ("b", last)])
            }
        }
    }
}
