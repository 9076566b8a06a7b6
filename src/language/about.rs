//! What a language is like: `language.toml` in the folder of its texts.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::Language;
use crate::fault::{Checked, Fault, Place};

/// A folder of the catalogue: tag, `language.toml`, texts (file name and text).
type Folder = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));

/// Which way lines run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Direction {
    /// Left to right.
    #[serde(rename = "ltr")]
    LeftToRight,
    /// Right to left: Arabic, Farsi, Hebrew.
    #[serde(rename = "rtl")]
    RightToLeft,
}

/// How plain the wording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Level {
    /// Einfache Sprache, B1.
    #[serde(rename = "b1")]
    B1,
    /// Leichte Sprache: rules, layout and letter of its own.
    #[serde(rename = "ls")]
    Easy,
    /// No level was aimed at.
    #[serde(rename = "plain")]
    Plain,
}

/// Which documents a language has words for. The order says what a text is needed for: one that every letter needs,
/// one that the full letter needs, one that only sheets and report need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The letter in Leichte Sprache alone.
    EasyLetter,
    /// Letters alone.
    Letters,
    /// Letters, sheets and report.
    All,
}

/// What a language is like.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// BCP 47 tag, as in the document's metadata: `de-DE`.
    pub bcp47: String,
    /// Its own name for itself.
    pub name: String,
    /// Which way its lines run.
    pub direction: Direction,
    /// How plain its wording is.
    pub level: Level,
    /// Which documents it has words for.
    #[serde(rename = "documents")]
    pub scope: Scope,
    /// Decimal mark.
    pub decimal: char,
    /// Mark between groups of three digits.
    pub thousands: char,
    /// A percentage; `{n}` is the number.
    pub percent: String,
    /// A date in running text, of `{day}`, `{dd}`, `{month}` (the message `month-1` to `month-12`), `{mm}`, `{year}`.
    pub long_date: String,
    /// A date in a field, of the same parts without the month's name.
    pub short_date: String,
    /// A machine translated the wording: no letter in it is released before somebody who speaks it has checked it.
    #[serde(default)]
    pub machine_made: bool,
}

impl About {
    /// Reads a `language.toml`.
    ///
    /// # Errors
    /// `L06`: it is no TOML, a field is missing, unknown or of another kind, or a pattern has an unknown part.
    pub fn read(file: &str, text: &str) -> Checked<About> {
        let refuse = |line: Option<u64>, found: String, expected: &str| {
            let mut place = Place::file(file);
            place.line = line;
            let mend = "Correct it; the folder of a built-in language shows all fields.";
            Fault::new("L06", place, found, expected, mend)
        };
        let about: About = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() as u64 + 1);
            refuse(line, error.message().trim().to_owned(), "the description of a language")
        })?;
        let known = ["{n}", "{day}", "{dd}", "{month}", "{mm}", "{year}"];
        for (pattern, needed) in
            [(&about.percent, "{n}"), (&about.long_date, "{year}"), (&about.short_date, "{year}")]
        {
            let rest = known.iter().fold(pattern.clone(), |rest, part| rest.replace(part, ""));
            if rest.contains(['{', '}']) || !pattern.contains(needed) {
                let expected = format!("a pattern of {} that has {needed}", known.join(", "));
                return Err(refuse(None, format!("“{pattern}”"), &expected).into());
            }
        }
        let no_tag = about.bcp47.is_empty()
            || !about.bcp47.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if no_tag {
            return Err(refuse(None, format!("“{}”", about.bcp47), "a BCP 47 tag").into());
        }
        Ok(about)
    }

    /// Lines run from right to left.
    pub fn right_to_left(&self) -> bool {
        self.direction == Direction::RightToLeft
    }
}

/// The built-in languages that can be read (a test reads them all), German first.
fn built_in() -> &'static BTreeMap<Language, About> {
    static LANGUAGES: OnceLock<BTreeMap<Language, About>> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        let read = FOLDERS.iter().filter_map(|(tag, about, _)| {
            Some((Language::from_tag(tag)?, About::read(tag, about).ok()?))
        });
        read.collect()
    })
}

impl Language {
    /// Every language of the built-in catalogue, German first. A procedure may bring more.
    pub fn built_in() -> impl Iterator<Item = Language> {
        built_in().keys().copied()
    }

    /// What the built-in catalogue says about the language, if it has it.
    pub fn about(&self) -> Option<&'static About> {
        built_in().get(self)
    }

    /// The built-in texts: file name and text.
    pub(super) fn texts(&self) -> &'static [(&'static str, &'static str)] {
        FOLDERS.iter().find(|(tag, ..)| *tag == self.tag()).map_or(&[], |(_, _, texts)| texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise: languages are found by folder.
    #[test]
    fn every_folder_is_a_language() {
        let folders = std::fs::read_dir("src/language/catalogue").unwrap();
        let mut tags: Vec<String> =
            folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let mut known: Vec<String> = Language::built_in().map(|l| l.tag().to_owned()).collect();
        assert_eq!(known[0], "de");
        tags.sort();
        known.sort();
        assert_eq!(tags, known);
        for (tag, about, texts) in FOLDERS {
            About::read(tag, about).unwrap();
            assert!(!texts.is_empty(), "{tag}");
        }
    }

    #[test]
    fn a_description_is_read_whole_or_refused() {
        let text = include_str!("catalogue/en/language.toml");
        assert!(About::read("x", text).is_ok());
        for (from, to) in [
            ("{n}%", "{m}%"),
            ("{year}", "{yy}"),
            ("ltr", "down"),
            ("bcp47 = \"en-GB\"", "bcp47 = \"en GB\""),
            ("name", "title"),
        ] {
            let fault = &About::read("x", &text.replace(from, to)).unwrap_err().0[0];
            assert_eq!(fault.code, "L06", "{from} -> {to}");
        }
    }
}
