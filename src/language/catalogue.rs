//! Fluent catalogues: the built-in wording of a language, and the procedure's own messages on top.

use std::cell::RefCell;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::Language;
use crate::fault::{Checked, Fault, Faults, Place};

/// File name and text of each part of a built-in catalogue.
fn built_in(language: Language) -> [(&'static str, &'static str); 5] {
    match language {
        Language::De => [
            ("de/common.ftl", include_str!("catalogue/de/common.ftl")),
            ("de/letter.ftl", include_str!("catalogue/de/letter.ftl")),
            ("de/sheet.ftl", include_str!("catalogue/de/sheet.ftl")),
            ("de/report.ftl", include_str!("catalogue/de/report.ftl")),
            ("de/document.ftl", include_str!("catalogue/de/document.ftl")),
        ],
        Language::En => [
            ("en/common.ftl", include_str!("catalogue/en/common.ftl")),
            ("en/letter.ftl", include_str!("catalogue/en/letter.ftl")),
            ("en/sheet.ftl", include_str!("catalogue/en/sheet.ftl")),
            ("en/report.ftl", include_str!("catalogue/en/report.ftl")),
            ("en/document.ftl", include_str!("catalogue/en/document.ftl")),
        ],
    }
}

/// The wording of one language.
pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The built-in wording, and on top of it the procedure's own messages (file name and text), which may replace
    /// built-in ones.
    ///
    /// # Errors
    /// Every syntax error of the Fluent files, with file and line.
    pub fn load(language: Language, own: Option<(&str, &str)>) -> Checked<Catalogue> {
        let tag = language.bcp47().parse().map_err(|_| {
            let place = Place::file("built-in catalogue");
            Fault::new("L01", place, language.bcp47(), "a BCP 47 tag", "Correct the tag.")
        })?;
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Isolation marks would stand in the letter as invisible characters around every value.
        bundle.set_use_isolating(false);
        let mut faults = Faults::default();
        for (file, text) in built_in(language).into_iter().chain(own) {
            match FluentResource::try_new(text.to_owned()) {
                Ok(resource) => bundle.add_resource_overriding(resource),
                Err((_, errors)) => {
                    for error in errors {
                        let start = error.pos.start.min(text.len());
                        let line =
                            text.as_bytes()[..start].iter().filter(|&&b| b == b'\n').count() + 1;
                        faults.push(Fault::new(
                            "L01",
                            Place::file(file).line(line as u64),
                            error.kind.to_string(),
                            "a Fluent message (`id = text`)",
                            "Correct the line; see the Fluent syntax guide.",
                        ));
                    }
                }
            }
        }
        faults.or(Catalogue { language, bundle })
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a message of that name.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// The message with its slots filled.
    ///
    /// # Errors
    /// The message is missing (`L02`) or a slot is not filled (`L03`).
    pub fn say(&self, id: &str, slots: &[(&str, &str)]) -> Result<String, Fault> {
        let place = || Place::file(format!("catalogue {}", self.language.tag())).field(id);
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return Err(Fault::new(
                "L02",
                place(),
                "no such message",
                "a message of that name",
                "Add it to texts/<language>.ftl of the procedure, or to the built-in catalogue.",
            ));
        };
        let mut args = FluentArgs::with_capacity(slots.len());
        for &(name, value) in slots {
            args.set(name, value);
        }
        let mut errors = vec![];
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if let Some(error) = errors.first() {
            return Err(Fault::new(
                "L03",
                place(),
                error.to_string(),
                "a text for every slot",
                "Fill the slot, or take it out of the message.",
            ));
        }
        Ok(text)
    }
}

/// A catalogue in use: gives texts, and remembers every fault, so that a document is built in one go and refused as a
/// whole when any text is missing.
#[derive(Debug)]
pub struct Wording<'a> {
    catalogue: &'a Catalogue,
    faults: RefCell<Faults>,
}

impl<'a> Wording<'a> {
    /// Starts without faults.
    pub fn new(catalogue: &'a Catalogue) -> Self {
        Wording { catalogue, faults: RefCell::default() }
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.catalogue.language
    }

    /// The message with its slots filled. A fault is remembered and the text is empty then; [`Wording::finish`]
    /// refuses the document.
    pub fn say(&self, id: &str, slots: &[(&str, &str)]) -> String {
        match self.catalogue.say(id, slots) {
            Ok(text) => text,
            Err(fault) => {
                self.faults.borrow_mut().push(fault);
                String::new()
            }
        }
    }

    /// A message without slots.
    pub fn text(&self, id: &str) -> String {
        self.say(id, &[])
    }

    /// Whether there is a message of that name.
    pub fn has(&self, id: &str) -> bool {
        self.catalogue.has(id)
    }

    /// Remembers a fault that is not about a message.
    pub fn fault(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// The document, if every text was there.
    ///
    /// # Errors
    /// Every missing message and every empty slot.
    pub fn finish<T>(self, document: T) -> Checked<T> {
        self.faults.into_inner().or(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_message_or_slot_is_a_fault() {
        let catalogue =
            Catalogue::load(Language::De, Some(("own.ftl", "a = Guten Tag { $name }\n"))).unwrap();
        assert_eq!(catalogue.say("a", &[("name", "Ayşe")]).unwrap(), "Guten Tag Ayşe");
        assert_eq!(catalogue.say("a", &[]).unwrap_err().code, "L03");
        assert_eq!(catalogue.say("no-such", &[]).unwrap_err().code, "L02");
        let wording = Wording::new(&catalogue);
        assert_eq!(wording.text("no-such"), "");
        assert!(wording.finish(()).is_err());
    }

    #[test]
    fn a_syntax_error_names_file_and_line() {
        let faults = Catalogue::load(Language::De, Some(("own.ftl", "a = x\nb\n"))).unwrap_err();
        assert_eq!(faults.0[0].place.file.as_deref(), Some("own.ftl"));
        assert!(faults.0[0].place.line.is_some());
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        // Promise: a document that exists in German exists in English.
        fn ids(language: Language) -> Vec<String> {
            let mut ids: Vec<String> = built_in(language)
                .iter()
                .flat_map(|(_, text)| text.lines())
                .filter_map(|line| line.split_once(" ="))
                .map(|(id, _)| id.to_owned())
                .filter(|id| !id.starts_with([' ', '#', '}']))
                .collect();
            ids.sort();
            ids
        }
        assert_eq!(ids(Language::De), ids(Language::En));
        assert!(!ids(Language::De).is_empty());
    }
}
