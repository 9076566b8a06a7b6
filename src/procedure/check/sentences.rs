//! The texts of a feature that have slots, and units with their plural forms: right whatever is put into them.

use std::collections::BTreeMap;

use super::Checker;
use crate::language::{Language, Plural};
use crate::procedure::Localised;
use crate::procedure::feature::Unit;
use crate::procedure::grammar::{sentences, slots, stands_after_a_colon};
use crate::procedure::raw::{RawUnit, Texts};

impl Checker<'_> {
    /// Sentences of a letter: whole, with known slots only, each value after a colon or alone, none too long.
    pub(super) fn slot_texts(&mut self, at: usize, field: &str, texts: &Localised, known: &[&str]) {
        for (language, text) in texts {
            let field = format!("{field}.{language}");
            for slot in slots(text) {
                if !known.contains(&slot) {
                    let (found, expected) = (format!("“{slot}”"), known.join(", "));
                    self.fault("P29", at, &field, &found, &expected, "Use one of the slots.");
                }
            }
            if !text.ends_with('.') {
                self.fault(
                    "P29",
                    at,
                    &field,
                    "no full stop at the end",
                    "whole sentences",
                    "Add the full stop.",
                );
            }
            if text.contains("{typ_von}") != text.contains("{typ_bis}") {
                self.fault(
                    "P29",
                    at,
                    &field,
                    "one end of the usual range without the other",
                    "{typ_von} and {typ_bis}, or neither",
                    "Name both ends.",
                );
            }
            let of_value = ["{wert}", "{cf_wert}"];
            for sentence in sentences(text) {
                for slot in of_value.into_iter().filter(|slot| sentence.contains(slot)) {
                    if !stands_after_a_colon(sentence, slot) {
                        self.fault(
                            "P61",
                            at,
                            &field,
                            &format!("“{sentence}”"),
                            &format!("{slot} after a colon or alone: no word is ever bent"),
                            "Write “Label: {wert}.”, and what it means in a sentence of its own (docs/wording.md).",
                        );
                    }
                }
            }
            self.plain(at, &field, *language, text);
        }
    }

    /// The matter of a case: one place for its date, nothing else that would have to be filled.
    pub(super) fn matter(&mut self, at: usize, texts: Texts) -> Localised {
        let texts = self.letter_optional(at, "matter", texts);
        for (language, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
            if slots(text) != ["{datum}"] || text.ends_with('.') {
                self.fault(
                    "P66",
                    at,
                    &format!("matter.{language}"),
                    &format!("“{text}”"),
                    "a subject with {datum} once, no other slot, and no full stop",
                    "Write it as in “Wohngeld-Antrag vom {datum}”.",
                );
            }
        }
        texts
    }

    /// A yes/no feature prints its two texts instead of "label: value": clauses, not the words yes and no.
    pub(super) fn clause(&mut self, at: usize, field: &str, texts: &Localised) {
        for (language, text) in texts {
            if !text.is_empty() && text.split_whitespace().count() < 2 {
                self.fault(
                    "P65",
                    at,
                    &format!("{field}.{language}"),
                    &format!("“{text}”"),
                    "a full clause, such as “Der Mietvertrag liegt vor”",
                    "Write what is the case; “nein” after a label can mean two things.",
                );
            }
        }
    }

    /// Units in every language: the plural forms that its numbers need, and no others.
    pub(super) fn units(
        &mut self,
        at: usize,
        field: &str,
        raw: &BTreeMap<String, RawUnit>,
        needed: bool,
    ) -> BTreeMap<Language, Unit> {
        let mut units = BTreeMap::new();
        for language in self.languages.clone() {
            let field = format!("{field}.{language}");
            let Some(unit) = raw.get(language.tag()) else {
                if needed {
                    self.fault(
                        "P24",
                        at,
                        &field,
                        "no unit",
                        "singular and plural",
                        "Add the unit.",
                    );
                }
                continue;
            };
            let classes = self.plurals.get(&language).map(|rules| rules.classes());
            let classes = classes.unwrap_or_default();
            let given = [
                (Plural::Zero, &unit.zero),
                (Plural::One, &unit.one),
                (Plural::Two, &unit.two),
                (Plural::Few, &unit.few),
                (Plural::Many, &unit.many),
                (Plural::Other, &unit.other),
            ];
            let has_zero = classes.contains(&Plural::Zero);
            let mut forms = BTreeMap::new();
            for (class, form) in given {
                match (form, classes.contains(&class)) {
                    (Some(form), true) => {
                        let name = format!("{field}.{}", class.name());
                        forms.insert(class, self.filled(at, &name, form.clone()));
                    }
                    (None, true) => {
                        let names: Vec<&str> = classes.iter().map(|class| class.name()).collect();
                        self.fault(
                            "P60",
                            at,
                            &format!("{field}.{}", class.name()),
                            "no such form",
                            &format!(
                                "the plural forms that the language has: {}",
                                names.join(", ")
                            ),
                            "Add the form of the word that stands with such numbers.",
                        );
                    }
                    // In a language without this class, a text of its own for 0: "keine Person".
                    (Some(_), false) if class == Plural::Zero => {}
                    (Some(_), false) => {
                        let names: Vec<&str> = classes.iter().map(|class| class.name()).collect();
                        self.fault(
                            "P60",
                            at,
                            &format!("{field}.{}", class.name()),
                            "a form that no number of the language takes",
                            &names.join(", "),
                            "Take the form out.",
                        );
                    }
                    (None, false) => {}
                }
            }
            let none = unit.zero.clone().filter(|_| !has_zero);
            let none = none.map(|text| self.filled(at, &format!("{field}.zero"), text));
            units.insert(language, Unit { forms, none });
        }
        self.languages_known(at, field, raw.keys());
        units
    }
}
