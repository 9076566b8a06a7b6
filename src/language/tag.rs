//! The name of a language: a short tag. What it is like (marks, direction, level) its folder says, see [`super::About`].

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest tag: `de-LS`, `zh-Hant-TW`, `sr-Latn-RS`.
const LONGEST: usize = 14;

/// A language, by its tag: `de`, `en`, `de-LS`. Any language may be added by files, so this is no list of languages.
///
/// German comes first in every order, then the others by tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language {
    length: u8,
    bytes: [u8; LONGEST],
}

impl Language {
    /// German, plain language level B1: the binding text.
    pub const GERMAN: Language = Language::short(*b"de");
    /// English.
    pub const ENGLISH: Language = Language::short(*b"en");

    const fn short(tag: [u8; 2]) -> Language {
        let mut bytes = [0; LONGEST];
        bytes[0] = tag[0];
        bytes[1] = tag[1];
        Language { length: 2, bytes }
    }

    /// The language of a tag: two or three lower-case letters, then subtags of letters and digits after hyphens.
    /// `None` for any other text, and for tags longer than 14 bytes.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let mut parts = tag.split('-');
        let primary = parts.next()?;
        let well_formed = matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|byte| byte.is_ascii_lowercase())
            && parts.all(|part| {
                (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..tag.len())?.copy_from_slice(tag.as_bytes());
        well_formed.then_some(Language { length: tag.len() as u8, bytes })
    }

    /// Short tag, as in file names and in `procedure.toml`.
    pub fn tag(&self) -> &str {
        // The bytes were taken from ASCII text of that length.
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl Ord for Language {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |language: &Language| (*language != Language::GERMAN, language.bytes);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Language {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Language::from_tag(&tag)
            .ok_or_else(|| serde::de::Error::custom(format!("“{tag}” is no tag of a language")))
    }
}

impl JsonSchema for Language {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Language".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Tag of a language: `de`, `en`, `de-LS`.",
            "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            "maxLength": LONGEST,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_anything_else_is_none() {
        for tag in ["de", "en", "de-LS", "ar", "uk", "zh-Hant-TW"] {
            assert_eq!(Language::from_tag(tag).unwrap().tag(), tag);
        }
        for text in
            ["", "d", "DE", "deutsch", "de-", "de_LS", "de-ÄÖ", "../x", "de-aaaaaaaa-bbbbbbbb"]
        {
            assert_eq!(Language::from_tag(text), None, "{text}");
        }
    }

    /// Promise: German is the binding language and always first.
    #[test]
    fn german_comes_first() {
        let mut tags: Vec<Language> = ["uk", "en", "de-LS", "de", "ar"]
            .iter()
            .filter_map(|tag| Language::from_tag(tag))
            .collect();
        tags.sort();
        let tags: Vec<&str> = tags.iter().map(Language::tag).collect();
        assert_eq!(tags, ["de", "ar", "de-LS", "en", "uk"]);
    }
}
