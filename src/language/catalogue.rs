//! Fluent catalogues: the built-in wording of a language, and the procedure's own messages on top.

use std::cell::RefCell;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::messages::Messages;
use super::{About, Language, Plurals};
use crate::fault::{Checked, Fault, Faults, Place};

/// Name of the file that says what a language is like.
const ABOUT: &str = "language.toml";

/// The wording of one language.
pub struct Catalogue {
    language: Language,
    about: About,
    plurals: Plurals,
    messages: Messages,
    bundle: FluentBundle<FluentResource>,
    fixed: Vec<String>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The built-in wording, and on top of it the procedure's own files (name and text), which may replace built-in
    /// messages. One of them named `language.toml` describes a language that the built-in catalogue has not.
    ///
    /// # Errors
    /// Every syntax error of the Fluent files, with file and line (`L01`); a `language.toml` that cannot be read (`L06`),
    /// or none at all (`L07`).
    pub fn load(language: Language, own: &[(String, String)]) -> Checked<Catalogue> {
        let mut faults = Faults::default();
        let is_about = |name: &str| name.rsplit(['/', '\\']).next() == Some(ABOUT);
        let about = match (own.iter().find(|(name, _)| is_about(name)), language.about()) {
            (Some((name, text)), _) => faults.take(About::read(name, text)),
            (None, Some(about)) => Some(about.clone()),
            (None, None) => {
                let known: Vec<String> = Language::built_in().map(|l| l.to_string()).collect();
                faults.push(Fault::new(
                    "L07",
                    Place::default().field(language.tag()),
                    "no wording in this language",
                    format!(
                        "one of {}, or texts/{language}/{ABOUT} beside its .ftl files",
                        known.join(", ")
                    ),
                    "Add the language's files to the procedure, or leave the language out.",
                ));
                None
            }
        };
        let Some(about) = about else { return Err(faults) };
        // Only the plural rules of Fluent's own numbers depend on this tag; any tag is a language or the root.
        let mut bundle =
            FluentBundle::new_concurrent(vec![about.bcp47.parse().unwrap_or_default()]);
        // Isolation marks would stand in the letter as invisible characters around every value. Where lines run from right
        // to left the layout itself keeps dates, amounts and references as they are.
        bundle.set_use_isolating(false);
        let mut messages = Messages::default();
        let built_in = language.texts().iter().map(|&(name, text)| (name, text, false));
        let own = own.iter().filter(|(name, _)| !is_about(name));
        let own = own.map(|(name, text)| (name.as_str(), text.as_str(), true));
        let mut fixed = vec![];
        for (file, text, own) in built_in.chain(own) {
            fixed.extend(fixed_numbers(text));
            match FluentResource::try_new(text.to_owned()) {
                Ok(resource) => {
                    messages.add(file, text, own, resource.entries());
                    bundle.add_resource_overriding(resource);
                }
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
        let plurals = Plurals::of(&about.bcp47);
        faults.or(Catalogue { language, about, plurals, messages, bundle, fixed })
    }

    /// What this wording lacks beside the binding one: messages that its documents need, and slots.
    pub fn lacks(&self, binding: &Catalogue) -> Faults {
        let whom = format!("catalogue {}", self.language);
        self.messages.lacks(&binding.messages, self.about.scope, &whom)
    }

    /// The plural rules of the language.
    pub fn plurals(&self) -> &Plurals {
        &self.plurals
    }

    /// What the language is like.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What messages say with a digit in it, without their slots: `Absatz 1`, `von 100`. These numbers come from no case.
    pub fn fixed_numbers(&self) -> &[String] {
        &self.fixed
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

/// The stretches of Fluent messages between their slots that hold a digit.
fn fixed_numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    let said = |line: &'_ str| match line {
        line if line.starts_with('#') => None,
        line if line.starts_with(' ') => Some(line.to_owned()),
        line => line.split_once('=').map(|(_, said)| said.to_owned()),
    };
    let stretches = text.lines().filter_map(said).flat_map(|said| {
        let cut: Vec<String> = said.split(['{', '}']).step_by(2).map(str::to_owned).collect();
        cut
    });
    stretches.filter(|stretch| stretch.contains(|c: char| c.is_ascii_digit()))
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

    /// The plural rules of the language.
    pub fn plurals(&self) -> &'a Plurals {
        &self.catalogue.plurals
    }

    /// What the language is like.
    pub fn about(&self) -> &'a About {
        &self.catalogue.about
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
    use crate::language::Scope;

    fn own(file: &str, text: &str) -> (String, String) {
        (file.to_owned(), text.to_owned())
    }

    #[test]
    fn a_missing_message_or_slot_is_a_fault() {
        let own = own("own.ftl", "a = Guten Tag { $name }\n");
        let catalogue = Catalogue::load(Language::GERMAN, &[own]).unwrap();
        assert_eq!(catalogue.say("a", &[("name", "Ayşe")]).unwrap(), "Guten Tag Ayşe");
        assert_eq!(catalogue.say("a", &[]).unwrap_err().code, "L03");
        assert_eq!(catalogue.say("no-such", &[]).unwrap_err().code, "L02");
        let wording = Wording::new(&catalogue);
        assert_eq!(wording.text("no-such"), "");
        assert!(wording.finish(()).is_err());
    }

    #[test]
    fn a_syntax_error_names_file_and_line() {
        let faults =
            Catalogue::load(Language::GERMAN, &[own("own.ftl", "a = x\nb\n")]).unwrap_err();
        assert_eq!(faults.0[0].place.file.as_deref(), Some("own.ftl"));
        assert!(faults.0[0].place.line.is_some());
    }

    /// Promise: a document that exists in German exists, with every value, in each language that has that document.
    #[test]
    fn every_language_has_what_its_documents_need() {
        let german = Catalogue::load(Language::GERMAN, &[]).unwrap();
        assert!(german.has("greet"));
        for language in Language::built_in() {
            let catalogue = Catalogue::load(language, &[]).unwrap();
            if catalogue.about().scope == Scope::EasyLetter {
                continue;
            }
            let faults = catalogue.lacks(&german);
            assert!(faults.0.is_empty(), "{faults}");
        }
    }

    /// No message stands twice: the second would silently replace the first.
    #[test]
    fn a_message_stands_once() {
        for language in Language::built_in() {
            let mut seen = std::collections::BTreeSet::new();
            for (file, text) in language.texts() {
                let ids = text.lines().filter(|line| line.starts_with(|c: char| c.is_alphabetic()));
                for id in ids.filter_map(|line| line.split_once(" =")).map(|(id, _)| id) {
                    assert!(seen.insert(id), "{file}: {id} a second time");
                }
            }
        }
    }

    /// Promise: a procedure may bring a whole language; one that nobody describes is refused.
    #[test]
    fn a_procedure_may_bring_a_language() {
        let pl = Language::from_tag("pl").unwrap();
        assert_eq!(Catalogue::load(pl, &[]).unwrap_err().0[0].code, "L07");
        let about = include_str!("catalogue/de/language.toml").replace("de-DE", "pl-PL");
        let files = [
            own("texts/pl/language.toml", &about),
            own("texts/pl/letter.ftl", "greet = Dzień dobry\n"),
        ];
        let catalogue = Catalogue::load(pl, &files).unwrap();
        assert_eq!(catalogue.about().bcp47, "pl-PL");
        assert_eq!(catalogue.say("greet", &[]).unwrap(), "Dzień dobry");
        let german = Catalogue::load(Language::GERMAN, &[]).unwrap();
        let faults = catalogue.lacks(&german);
        assert!(faults.0.iter().any(|fault| fault.code == "L04"));
        assert!(faults.0.iter().any(|fault| fault.code == "L05"));
    }
}
