//! A feature as people see it, and how it becomes columns of the model.

use std::collections::BTreeMap;

use super::Localised;
use crate::language::{Language, Plural};

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number with a unit.
    Quantity,
    /// A percentage: 35 in the table is shown as 35 %.
    Percent,
    /// Yes or no.
    YesNo,
    /// One of several.
    Category,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the person.
    Own,
    /// From the agency's file.
    File,
    /// From another body.
    Other(Localised),
}

/// Whether a feature is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// No.
    None,
    /// Yes, and the legal basis for using it.
    Protected(Localised),
    /// It may stand for a protected one, and what was examined.
    Proxy(Localised),
}

/// In which direction a counterfactual may move a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    Any,
    /// Only up.
    Up,
    /// Only down.
    Down,
}

/// One value of a category or of yes/no.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As in the case table.
    pub id: String,
    /// In words (category) or as a full clause (yes/no).
    pub text: Localised,
    /// Short.
    pub short: Localised,
}

/// How a value becomes columns of the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Encoding {
    /// The number goes into this column.
    Number(String),
    /// The code of the chosen value goes into this column.
    Code {
        /// Column.
        column: String,
        /// One code a choice; NaN for all until [`Feature::named_codes`] has asked the model, which knows them by name.
        codes: Vec<f64>,
    },
    /// The column of the chosen value is 1, the others 0. A choice without a column is the base category.
    OneHot(Vec<Option<String>>),
}

impl Encoding {
    /// The model columns, in order.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Encoding::Number(column) | Encoding::Code { column, .. } => vec![column],
            Encoding::OneHot(columns) => columns.iter().flatten().map(String::as_str).collect(),
        }
    }
}

/// A unit in one language: the word by plural class, and what is said instead of 0 of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The word that stands after the number.
    pub forms: BTreeMap<Plural, String>,
    /// The whole value where it is 0: "keine Person".
    pub none: Option<String>,
}

impl Unit {
    /// The word with numbers of a class.
    pub fn form(&self, class: Plural) -> &str {
        let form = self.forms.get(&class).or_else(|| self.forms.get(&Plural::Other));
        form.map(String::as_str).unwrap_or_default()
    }
}

/// Something that people know about a case.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Column of the case table.
    pub id: String,
    /// How it is shown.
    pub kind: Kind,
    /// Nominative with article or possessive.
    pub label: Localised,
    /// For charts, tables and trees.
    pub short: Localised,
    /// Unit of a quantity.
    pub unit: BTreeMap<Language, Unit>,
    /// Places after the decimal mark when shown; a number is shown in full where none are declared.
    pub decimals: Option<usize>,
    /// Where it comes from.
    pub source: Source,
    /// How the model gets it.
    pub encoding: Encoding,
    /// Values of a category or yes/no.
    pub choices: Vec<Choice>,
    /// Protected or proxy.
    pub protection: Protection,
    /// May stand in a counterfactual.
    pub actionable: bool,
    /// In which direction.
    pub direction: Direction,
    /// Smallest admissible value.
    pub min: Option<f64>,
    /// Largest admissible value.
    pub max: Option<f64>,
    /// Grid of counterfactual values.
    pub step: Option<f64>,
    /// Own sentence when it spoke for the result.
    pub sentence_for: Localised,
    /// Own sentence when it spoke against it.
    pub sentence_against: Localised,
    /// Own sentence about the usual range.
    pub sentence_typical: Localised,
    /// Own sentence of an example of other values.
    pub cf_sentence: Localised,
    /// Clause when the value is missing.
    pub missing: Localised,
}

impl Feature {
    /// The column whose codes are still to be asked of the model.
    pub fn named_codes(&mut self) -> Option<(&str, &[Choice], &mut Vec<f64>)> {
        match &mut self.encoding {
            Encoding::Code { column, codes } if codes.iter().any(|code| code.is_nan()) => {
                Some((column, &self.choices, codes))
            }
            _ => None,
        }
    }

    /// Places with which a number of this feature is printed: the declared ones, else as many as say it in full.
    pub fn places(&self, number: f64) -> usize {
        self.decimals.unwrap_or_else(|| crate::language::places(number))
    }
}
