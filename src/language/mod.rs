//! Wording: one catalogue a language (Fluent), numbers and dates as that language writes them.
//!
//! The German catalogue is the binding one. A message that is missing, or a slot that is not filled, is a fault and
//! never an empty place in a letter.

mod catalogue;
mod numbers;
pub mod readability;

pub use catalogue::{Catalogue, Wording};
pub use numbers::{Numerals, largest_remainder, places, plain_number};

use serde::{Deserialize, Serialize};

/// A language the built-in catalogue has.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German, plain language level B1: the binding text.
    De,
    /// English.
    En,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Language; 2] = [Language::De, Language::En];

    /// Short tag, as in file names and in `procedure.toml`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::De => "de",
            Language::En => "en",
        }
    }

    /// BCP 47 tag, as in the document's metadata.
    pub fn bcp47(self) -> &'static str {
        match self {
            Language::De => "de-DE",
            Language::En => "en-GB",
        }
    }

    /// The language of a short tag.
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }
}
