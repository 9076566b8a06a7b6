//! What the cells of a feature are: numbers, or categories that a model knows by name.
//!
//! A row holds one number a feature, so that everything behind the readers computes on numbers alone: a category is the
//! place of its name in the list that the file carries.

use serde::Serialize;

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
        of(cell).or_else(|| of(cell.trim())).or_else(|| {
            let number: f64 = self.numeric.then(|| cell.trim().parse().ok()).flatten()?;
            self.names.iter().position(|name| name.parse() == Ok(number))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_level_missing_or_unknown() {
        let mut levels = Levels {
            names: vec!["NA".into(), "b".into(), "3".into()],
            numeric: false,
            unseen: Unseen::Other,
        };
        assert_eq!(levels.code("NA"), Ok(0.0));
        assert_eq!(levels.code(" b "), Ok(1.0));
        assert_eq!(levels.code("3.0"), Ok(3.0));
        assert!(levels.code("").unwrap().is_nan());
        levels.numeric = true;
        assert_eq!(levels.code("3.0"), Ok(2.0));
        levels.unseen = Unseen::Missing;
        assert!(levels.code("z").unwrap().is_nan());
        levels.unseen = Unseen::Refused;
        assert!(levels.code("z").unwrap_err().contains("NA, b, 3"));
        assert!(levels.code("null").unwrap().is_nan());
    }
}
