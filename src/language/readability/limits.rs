//! Limits of each level of language: how hard a text may be, and how easy it should be.
//!
//! The numbers of letters and sheets are those of the content specification, section 8; they were set with measured texts in
//! view, not with readers, and the pass line lies between the program's wording and a paragraph of jargon. Those of English
//! sheets are this project's: as far from the English letter's as the German sheet's are from the German letter's.

use super::Spelling;
use super::formulas::Measures;
use crate::language::Language;

/// Texts of fewer words are too noisy for formulas; their sentences are measured all the same.
pub const LEAST_WORDS: usize = 100;

/// How easy a text must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A letter in plain German (B1).
    Plain,
    /// A letter in Leichte Sprache.
    Easy,
    /// A caseworker's sheet or an owner's report in German.
    Sheet,
    /// A letter in English.
    English,
    /// A sheet or report in English.
    EnglishSheet,
}

impl Level {
    /// The level of a letter (`citizen`) or of another document in a language; none where no formula is made for the
    /// language.
    pub fn of(language: Language, citizen: bool) -> Option<Level> {
        Level::of_tag(language.tag(), citizen)
    }

    fn of_tag(tag: &str, citizen: bool) -> Option<Level> {
        // Subtags of a country change no rule: de-AT, en-GB.
        let mut parts = tag.split('-');
        let language = parts.next()?;
        let easy = parts.any(|part| part.eq_ignore_ascii_case("ls"));
        match (language, easy, citizen) {
            ("de", true, _) => Some(Level::Easy),
            ("de", false, true) => Some(Level::Plain),
            ("de", false, false) => Some(Level::Sheet),
            ("en", false, true) => Some(Level::English),
            ("en", false, false) => Some(Level::EnglishSheet),
            _ => None,
        }
    }

    /// How words of the level are spelled.
    pub fn spelling(self) -> Spelling {
        match self {
            Level::Plain | Level::Easy | Level::Sheet => Spelling::German,
            Level::English | Level::EnglishSheet => Spelling::English,
        }
    }

    /// A text beyond this is held back (letters) or warned of (sheets, reports).
    pub fn pass(self) -> Limits {
        match self {
            Level::Plain => Limits::german(60.0, 8.0, 45.0, 12.0, 20),
            Level::Easy => Limits::german(75.0, 4.5, 32.0, 8.0, 12),
            Level::Sheet => Limits::german(45.0, 11.0, 52.0, 16.0, 28),
            Level::English => Limits::english(65.0, 8.0, 38.0, 14.0, 22),
            Level::EnglishSheet => Limits::english(50.0, 11.0, 45.0, 18.0, 28),
        }
    }

    /// A text should keep these; beyond is near the limit. Levels without a goal of their own have their limits.
    pub fn goal(self) -> Limits {
        match self {
            Level::Plain => Limits::german(68.0, 6.0, 38.0, 10.0, 15),
            other => other.pass(),
        }
    }
}

/// Limits of a level. Formulas of the other language are absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Least Amstad.
    pub amstad: Option<f64>,
    /// Greatest Wiener Sachtextformel 1.
    pub wiener: Option<f64>,
    /// Least Flesch reading ease.
    pub flesch: Option<f64>,
    /// Greatest Flesch-Kincaid grade.
    pub grade: Option<f64>,
    /// Greatest LIX.
    pub lix: f64,
    /// Greatest mean length of a sentence in words.
    pub mean: f64,
    /// Greatest length of a sentence in words.
    pub longest: usize,
}

impl Limits {
    const fn german(amstad: f64, wiener: f64, lix: f64, mean: f64, longest: usize) -> Limits {
        Limits {
            amstad: Some(amstad),
            wiener: Some(wiener),
            flesch: None,
            grade: None,
            lix,
            mean,
            longest,
        }
    }

    const fn english(flesch: f64, grade: f64, lix: f64, mean: f64, longest: usize) -> Limits {
        Limits {
            amstad: None,
            wiener: None,
            flesch: Some(flesch),
            grade: Some(grade),
            lix,
            mean,
            longest,
        }
    }

    /// The measures of a whole text that are beyond the limits, in words: `Amstad 51.3 (at least 60)`. Sentences are
    /// judged one by one.
    pub fn beyond(&self, measures: &Measures) -> Vec<String> {
        if measures.words < LEAST_WORDS {
            return vec![];
        }
        let mut out = vec![];
        let mut at_least = |name: &str, value: Option<f64>, limit: Option<f64>| {
            if let Some((value, limit)) = value.zip(limit).filter(|(value, limit)| value < limit) {
                out.push(format!("{name} {value} (at least {limit})"));
            }
        };
        at_least("Amstad", measures.amstad, self.amstad);
        at_least("Flesch", measures.flesch, self.flesch);
        let mut at_most = |name: &str, value: Option<f64>, limit: Option<f64>| {
            if let Some((value, limit)) = value.zip(limit).filter(|(value, limit)| value > limit) {
                out.push(format!("{name} {value} (at most {limit})"));
            }
        };
        at_most("Wiener 1", measures.wiener.map(|[first, ..]| first), self.wiener);
        at_most("Flesch-Kincaid", measures.grade, self.grade);
        at_most("LIX", Some(measures.lix), Some(self.lix));
        at_most("words a sentence", Some(measures.counts.words_per_sentence), Some(self.mean));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_with_formulas_has_its_level() {
        assert_eq!(Level::of(Language::GERMAN, true), Some(Level::Plain));
        assert_eq!(Level::of(Language::ENGLISH, false), Some(Level::EnglishSheet));
        assert_eq!(Level::of_tag("de-LS", true), Some(Level::Easy));
        assert_eq!(Level::of_tag("de-AT", true), Some(Level::Plain));
        assert_eq!(Level::of_tag("ar", true), None);
        assert_eq!(Level::of_tag("den", true), None);
    }

    /// A goal is never laxer than the limit.
    #[test]
    fn a_goal_is_within_the_limit() {
        for level in [Level::Plain, Level::Easy, Level::Sheet, Level::English, Level::EnglishSheet]
        {
            let (pass, goal) = (level.pass(), level.goal());
            assert!(goal.amstad >= pass.amstad && goal.flesch >= pass.flesch);
            assert!(goal.wiener <= pass.wiener && goal.grade <= pass.grade && goal.lix <= pass.lix);
            assert!(goal.mean <= pass.mean && goal.longest <= pass.longest);
        }
    }
}
