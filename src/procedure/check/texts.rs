//! Texts in the languages of a procedure: which of them must stand depends on the documents that a language has words for.

use std::collections::BTreeMap;

use super::Checker;
use crate::language::{Language, Scope};
use crate::procedure::Localised;
use crate::procedure::raw::Texts;

impl Checker<'_> {
    /// A text that must stand in every language of the procedure.
    pub(super) fn texts(&mut self, at: usize, field: &str, texts: Texts) -> Localised {
        self.texts_of(at, field, texts, Scope::EasyLetter)
    }

    /// A text that must stand in every language but Leichte Sprache.
    pub(super) fn letter_texts(&mut self, at: usize, field: &str, texts: Texts) -> Localised {
        self.texts_of(at, field, texts, Scope::Letters)
    }

    /// A text of sheets and report: it must stand in the languages that have words for those.
    pub(super) fn office_texts(&mut self, at: usize, field: &str, texts: Texts) -> Localised {
        self.texts_of(at, field, texts, Scope::All)
    }

    /// A text that must stand in the languages that have words for documents of that scope, and may in the others.
    pub(super) fn texts_of(
        &mut self,
        at: usize,
        field: &str,
        texts: Texts,
        scope: Scope,
    ) -> Localised {
        let mut out = Localised::new();
        for language in self.languages.clone() {
            let name = format!("{field}.{}", language.tag());
            let text = texts.get(language.tag()).cloned();
            let needed = self.scopes.get(&language).is_none_or(|has| *has >= scope);
            if needed || text.is_some() {
                out.insert(language, self.filled(at, &name, text.unwrap_or_default()));
            }
        }
        self.languages_known(at, field, texts.keys());
        out
    }

    /// A text of letters that may be absent, but not in one language only.
    pub(super) fn letter_optional(&mut self, at: usize, field: &str, texts: Texts) -> Localised {
        if texts.is_empty() { Localised::new() } else { self.letter_texts(at, field, texts) }
    }

    /// Lists of texts, one a language that has words for documents of that scope.
    pub(super) fn lists<T: Clone>(
        &mut self,
        at: usize,
        field: &str,
        lists: BTreeMap<String, T>,
        (scope, least): (Scope, usize),
        len: fn(&T) -> usize,
    ) -> BTreeMap<Language, T> {
        let mut out = BTreeMap::new();
        for language in self.languages.clone() {
            let list = lists.get(language.tag());
            let n = list.map_or(0, len);
            let needed = self.scopes.get(&language).is_none_or(|has| *has >= scope);
            if n < least && (needed || list.is_some()) {
                let (found, expected) = (format!("{n} entries"), format!("at least {least}"));
                self.fault(
                    "P07",
                    at,
                    &format!("{field}.{}", language.tag()),
                    &found,
                    &expected,
                    "Add entries.",
                );
            }
            if let Some(list) = list {
                out.insert(language, list.clone());
            }
        }
        self.languages_known(at, field, lists.keys());
        out
    }

    pub(super) fn languages_known<'t>(
        &mut self,
        at: usize,
        field: &str,
        tags: impl Iterator<Item = &'t String>,
    ) {
        for tag in tags {
            if !self.languages.iter().any(|language| language.tag() == tag) {
                let found = format!("a text in “{tag}”");
                self.fault(
                    "P08",
                    at,
                    field,
                    &found,
                    "a language that `name` has",
                    "Add that language to `name` and everywhere, or take the text out.",
                );
            }
        }
    }
}
