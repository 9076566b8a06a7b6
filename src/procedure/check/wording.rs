//! The wording of a procedure: `texts/<tag>.ftl` and the files of `texts/<tag>/`, on top of the built-in catalogue; or,
//! with a `language.toml`, a whole language of its own.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Checker;
use crate::fault::{Fault, Place};
use crate::language::{Catalogue, Language, Level, Scope};
use crate::procedure::raw::{RawEasyLanguage, RawTranslations};

impl Checker<'_> {
    /// The wording of every language, German first; what a language lacks beside German is a fault.
    pub(super) fn wordings(
        &mut self,
        folder: &Path,
        digest: &mut Sha256,
    ) -> BTreeMap<Language, Catalogue> {
        let mut catalogues: BTreeMap<Language, Catalogue> = BTreeMap::new();
        for language in self.languages.clone() {
            let own = self.own_texts(&folder.join("texts"), language);
            own.iter().for_each(|(_, text)| digest.update(text.as_bytes()));
            let mut loaded = Catalogue::load(language, &own);
            if let Err(faults) = &mut loaded {
                // A language that nobody describes is named in procedure.toml.
                for fault in faults.0.iter_mut().filter(|fault| fault.place.file.is_none()) {
                    fault.place = Place::file(&self.file).field(format!("name.{language}"));
                }
            }
            let Some(catalogue) = self.faults.take(loaded) else { continue };
            // Leichte Sprache says everything in its own words: it is compared with the built-in one.
            let easy = catalogue.about().scope == Scope::EasyLetter;
            let built_in = Language::from_tag("de-LS").filter(|_| easy);
            let binding = built_in.and_then(|ls| self.faults.take(Catalogue::load(ls, &[])));
            if let Some(binding) = binding.as_ref().or(catalogues.get(&Language::GERMAN)) {
                self.faults.0.extend(catalogue.lacks(binding).0);
            }
            catalogues.insert(language, catalogue);
        }
        catalogues
    }

    /// Who checked the wording of a language that needs it: translations by machine, and Leichte Sprache.
    pub(super) fn checked_translations(
        &mut self,
        translations: Option<RawTranslations>,
        easy: Option<RawEasyLanguage>,
    ) -> BTreeMap<Language, String> {
        let mut checked = BTreeMap::new();
        let by = translations.map(|translations| translations.checked_by).unwrap_or_default();
        self.languages_known(0, "translations.checked_by", by.keys());
        for (tag, name) in by {
            let name = self.filled(0, &format!("translations.checked_by.{tag}"), name);
            checked.extend(Language::from_tag(&tag).map(|language| (language, name)));
        }
        if let Some(easy) = easy {
            let name = self.filled(0, "easy_language.checked_by", easy.checked_by);
            let levels = self.levels.iter().filter(|(_, level)| **level == Level::Easy);
            checked.extend(levels.map(|(language, _)| (*language, name.clone())));
        }
        checked
    }

    /// The procedure's own files of a language, name and text, in the order of their names.
    fn own_texts(&mut self, texts: &Path, language: Language) -> Vec<(String, String)> {
        let mut paths = vec![texts.join(format!("{language}.ftl"))];
        let folder = texts.join(language.tag());
        match std::fs::read_dir(&folder) {
            Ok(entries) => {
                let mut inside: Vec<PathBuf> =
                    entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
                inside.retain(|path| {
                    path.extension().is_some_and(|end| end == "ftl")
                        || path.file_name().is_some_and(|name| name == "language.toml")
                });
                inside.sort();
                paths.extend(inside);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => self.unreadable(&folder, &error),
        }
        let mut own = vec![];
        for path in paths {
            match std::fs::read_to_string(&path) {
                Ok(text) => own.push((path.display().to_string(), text)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => self.unreadable(&path, &error),
            }
        }
        own
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.faults.push(Fault::new(
            "P19",
            Place::file(path.display().to_string()),
            error.to_string(),
            "a readable text file",
            "Correct the file.",
        ));
    }
}
