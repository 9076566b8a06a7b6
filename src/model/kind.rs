//! What the cells of a feature are: numbers, or categories that a model knows by name.
//!
//! A row holds one number a feature, so that everything behind the readers computes on numbers alone: a category is the
//! place of its name in the list that the file carries.

use serde::Serialize;

use super::cityhash::city_hash_64;
use crate::table::truth;

/// What a feature's cells are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureKind {
    /// Numbers.
    #[default]
    Number,
    /// Numbers that are codes of categories; which code means what, the file does not say.
    Code,
    /// Categories that the file names.
    Category(Levels),
    /// Categories that the file knows by the hash of their text (CatBoost).
    Hashed(HashedLevels),
}

impl FeatureKind {
    /// The name of a category, by the number that a row holds for it; none where the file has no name for it.
    pub fn name(&self, code: f64) -> Option<&str> {
        let place = (code >= 0.0 && code.fract() == 0.0).then_some(code as usize)?;
        match self {
            FeatureKind::Number | FeatureKind::Code => None,
            FeatureKind::Category(levels) => levels.names.get(place).map(String::as_str),
            FeatureKind::Hashed(levels) => levels.names.get(place)?.as_deref(),
        }
    }
}

/// What a feature's number must be for the model to have a prediction; a points table may ask for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// Not missing.
    pub present: bool,
    /// A whole number, where it is not missing.
    pub whole: bool,
}

impl Demand {
    /// What is expected in the place of a value that the model refuses; none for one that it takes.
    pub fn unmet(self, value: f64) -> Option<&'static str> {
        match (self.present, self.whole) {
            (true, _) if value.is_nan() => {
                Some("a value: the model has no prediction where it is missing")
            }
            (_, true) if !value.is_nan() && value.fract() != 0.0 => {
                Some("a whole number: the model knows nothing between them")
            }
            _ => None,
        }
    }
}

/// The categories of a feature that a file knows by hash.
///
/// A row holds a category's place in the list; one that is not listed is `count + 1 + hash`, because a statistic of
/// several features may know it all the same. No text at all is the empty text, a category like any other.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct HashedLevels {
    /// Low halves of the texts' CityHash, ascending.
    hashes: Vec<u32>,
    /// Their texts, where the file has them.
    names: Vec<Option<String>>,
}

impl HashedLevels {
    /// The list, from hashes in any order and a way to their texts.
    pub(super) fn new(mut hashes: Vec<u32>, name: impl Fn(u32) -> Option<String>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        let names = hashes.iter().map(|hash| name(*hash)).collect();
        HashedLevels { hashes, names }
    }

    /// The hash of a text.
    pub(super) fn hash_of(text: &str) -> u32 {
        city_hash_64(text.as_bytes()) as u32
    }

    /// The number that a row holds for the text of a cell. A truth value as Python writes it is the text `1` or `0`, as
    /// CatBoost has it, where the file knows those and no `True` or `False`.
    pub fn code(&self, cell: &str) -> f64 {
        let known = |text: &str| self.hashes.binary_search(&HashedLevels::hash_of(text)).is_ok();
        let truth = || (known("1") || known("0")) && !known("True") && !known("False");
        let text = match cell {
            "True" if truth() => "1",
            "False" if truth() => "0",
            text => text,
        };
        let hash = HashedLevels::hash_of(text);
        match self.hashes.binary_search(&hash) {
            Ok(place) => place as f64,
            Err(_) => (self.hashes.len() + 1) as f64 + f64::from(hash),
        }
    }

    /// The hash that a row's number stands for; none for a number that stands for no text.
    pub fn hash(&self, code: f64) -> Option<u32> {
        if code.is_nan() {
            return Some(HashedLevels::hash_of(""));
        }
        let beyond = code - (self.hashes.len() + 1) as f64;
        if (0.0..=f64::from(u32::MAX)).contains(&beyond) {
            return Some(beyond as u32);
        }
        if code < 0.0 { None } else { self.hashes.get(code as usize).copied() }
    }

    /// How many categories the file knows.
    pub fn count(&self) -> usize {
        self.hashes.len()
    }

    /// The texts of those that the file names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().flatten().map(String::as_str)
    }
}

/// The categories of a feature. A row holds a level's place in [`Levels::names`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Levels {
    /// Names, as the file has them.
    pub names: Vec<String>,
    /// The names are numbers: `3` and `3.0` are the same level.
    pub numeric: bool,
    /// What a category is that the file does not name.
    pub unseen: Unseen,
}

/// What a model makes of a category that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unseen {
    /// The library refuses it, and so does the table's reader.
    Refused,
    /// It is like no other: its code is the number of levels.
    Other,
    /// It counts as missing.
    Missing,
}

impl Levels {
    /// The number that a row holds for the text of a cell: the level's place; for unknown categories what
    /// [`Levels::unseen`] says. `NA`, `NaN`, `nan`, `null` and blanks are missing unless they name a level.
    ///
    /// # Errors
    /// What was expected, for a category that the library refuses.
    pub fn code(&self, cell: &str) -> Result<f64, String> {
        if let Some(at) = self.place(cell) {
            return Ok(at as f64);
        }
        if matches!(cell.trim(), "" | "NA" | "NaN" | "nan" | "null") {
            return Ok(f64::NAN);
        }
        match self.unseen {
            Unseen::Other => Ok(self.names.len() as f64),
            Unseen::Missing => Ok(f64::NAN),
            Unseen::Refused => {
                let mut known: Vec<&str> = self.names.iter().take(12).map(String::as_str).collect();
                if self.names.len() > known.len() {
                    known.push("…");
                }
                Err(format!("one of the model's categories: {}", known.join(", ")))
            }
        }
    }

    fn place(&self, cell: &str) -> Option<usize> {
        let of = |text: &str| self.names.iter().position(|name| name == text);
        // Blanks around a text make another text of it, as they do for the library.
        of(cell).or_else(|| {
            // A truth value as pandas writes it is 1 or 0 where the levels are numbers.
            let read = |text: &str| text.parse().ok().or_else(|| truth(text));
            let number: f64 = self.numeric.then(|| read(cell.trim())).flatten()?;
            self.names.iter().position(|name| name.parse() == Ok(number))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_cell_is_its_text_known_or_not() {
        let hash = HashedLevels::hash_of;
        let levels = HashedLevels::new(vec![hash("b"), hash("a"), hash("b")], |_| None);
        assert_eq!((levels.count(), levels.names().count()), (2, 0));
        for text in ["a", "b", "", " a", "NaN", "-1", "2.7", "zz"] {
            assert_eq!(levels.hash(levels.code(text)), Some(hash(text)), "{text}");
        }
        assert!(levels.code("a") < 2.0 && levels.code("zz") > 2.0);
        let truth = HashedLevels::new(vec![hash("1")], |_| None);
        assert_eq!((truth.code("True"), truth.code("False")), (truth.code("1"), truth.code("0")));
        let text = HashedLevels::new(vec![hash("1"), hash("True")], |_| None);
        assert_eq!(text.hash(text.code("False")), Some(hash("False")));
        assert_eq!(levels.hash(f64::NAN), Some(hash("")));
        for code in [-1.0, 2.0, f64::INFINITY, 1e12] {
            assert_eq!(levels.hash(code), None, "{code}");
        }
    }

    #[test]
    fn a_cell_is_a_level_missing_or_unknown() {
        let mut levels = Levels {
            names: vec!["NA".into(), "b".into(), "3".into()],
            numeric: false,
            unseen: Unseen::Other,
        };
        assert_eq!(levels.code("NA"), Ok(0.0));
        assert_eq!((levels.code("b"), levels.code(" b ")), (Ok(1.0), Ok(3.0)));
        assert_eq!(levels.code("3.0"), Ok(3.0));
        assert!(levels.code("").unwrap().is_nan());
        levels.numeric = true;
        assert_eq!(levels.code("3.0"), Ok(2.0));
        levels.names.push("1".into());
        assert_eq!(levels.code("True"), Ok(3.0));
        levels.names.push("True".into());
        assert_eq!(levels.code("True"), Ok(4.0));
        levels.unseen = Unseen::Missing;
        assert!(levels.code("z").unwrap().is_nan());
        levels.unseen = Unseen::Refused;
        assert!(levels.code("z").unwrap_err().contains("NA, b, 3"));
        assert!(levels.code("null").unwrap().is_nan());
    }
}
