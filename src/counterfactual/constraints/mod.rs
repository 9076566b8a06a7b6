//! What may change, as a file says it: a TOML table for each feature that may not change freely.
//!
//! ```toml
//! [features.age]
//! direction = "increase"
//! integer = true
//! [features.sex]
//! immutable = true
//! [features.years_of_work]
//! depends_on = "age"
//! [groups]
//! region = ["region_north", "region_south"]
//! ```
//!
//! | field | what |
//! |---|---|
//! | `immutable` | stays as it is |
//! | `direction` | `"increase"` or `"decrease"`: the only way it may go |
//! | `integer` | whole numbers only |
//! | `min`, `max` | new values from and up to; never beyond the background's own |
//! | `step` | new values are multiples of it |
//! | `values` | new values are some of these: numbers, or the names of categories |
//! | `depends_on` | moves by as much as the features named move together, and not on its own: a name, a list of names, or a table of names with the number of units for each of theirs |
//!
//! `[groups]` names one-hot columns that are one category: of a group only the patterns occur that the background has.
//! A feature that the file does not name may change freely within the background's values.

mod bind;

pub use bind::{Bound, Named};

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::Direction;
use crate::fault::{Checked, Fault, Place};

/// A constraints file, read but not yet held against a model.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// The file as the user named it; for messages.
    file: String,
    /// Line of each feature's table.
    lines: BTreeMap<String, u64>,
    features: BTreeMap<String, Rule>,
    groups: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    features: BTreeMap<String, Spanned<Rule>>,
    #[serde(default)]
    groups: BTreeMap<String, Vec<String>>,
}

/// What one feature may become.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of constraints")]
struct Rule {
    #[serde(default)]
    immutable: bool,
    direction: Option<Way>,
    #[serde(default)]
    integer: bool,
    min: Option<f64>,
    max: Option<f64>,
    step: Option<f64>,
    values: Option<Vec<Value>>,
    depends_on: Option<DependsOn>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Way {
    Increase,
    Decrease,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Increase => Direction::Up,
            Way::Decrease => Direction::Down,
        }
    }
}

/// A value in `values`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a number, a name in quotes, true or false")]
enum Value {
    Truth(bool),
    Number(f64),
    Name(String),
}

impl fmt::Display for Value {
    /// As the file has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Truth(truth) => write!(f, "{truth}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Name(name) => write!(f, "\"{name}\""),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a name, a list of names, or a table of names with units")]
enum DependsOn {
    One(String),
    Several(Vec<String>),
    Weighted(BTreeMap<String, f64>),
}

impl DependsOn {
    /// Names and units, in the order of the file (a table in the order of its names).
    fn terms(&self) -> Vec<(String, f64)> {
        match self {
            DependsOn::One(name) => vec![(name.clone(), 1.0)],
            DependsOn::Several(names) => names.iter().map(|name| (name.clone(), 1.0)).collect(),
            DependsOn::Weighted(terms) => {
                terms.iter().map(|(name, x)| (name.clone(), *x)).collect()
            }
        }
    }
}

impl Constraints {
    /// Reads the text of a constraints file; `file` is its name, for messages.
    ///
    /// # Errors
    /// R45: not TOML, or a field that there is not.
    pub fn parse(file: &str, text: &str) -> Checked<Self> {
        let read: File = toml::from_str(text).map_err(|error| {
            let mut place = Place::file(file);
            if let Some(span) = error.span() {
                place = place.line(line_of(text, span.start));
            }
            Fault::new(
                "R45",
                place,
                error.message().replace("expected f64", "expected a number"),
                "tables [features.NAME] with immutable, direction, integer, min, max, step, values, depends_on, and a table [groups]",
                "Correct the line; `klartext counterfactual --help` has an example.",
            )
        })?;
        let lines = read.features.iter();
        let lines = lines.map(|(name, rule)| (name.clone(), line_of(text, rule.span().start)));
        Ok(Constraints {
            file: file.to_owned(),
            lines: lines.collect(),
            features: read.features.into_iter().map(|(n, r)| (n, r.into_inner())).collect(),
            groups: read.groups,
        })
    }

    /// The same constraints with the names `to` (one a feature of the model) where the file has those of `from`: for
    /// tables whose columns have other names than the model's features. A file may use either.
    pub fn renamed(mut self, from: &[String], to: &[String]) -> Self {
        // a table of each name: the second one is left, to be refused as unknown
        let told: Vec<String> = self.features.keys().cloned().collect();
        let name = |name: String| match from.iter().position(|known| *known == name) {
            Some(at) if !to.contains(&name) => match to.get(at) {
                Some(other) if !told.contains(other) => other.clone(),
                _ => name,
            },
            _ => name,
        };
        let names = |all: Vec<String>| all.into_iter().map(name).collect::<Vec<String>>();
        self.lines = self.lines.into_iter().map(|(key, line)| (name(key), line)).collect();
        for rule in self.features.values_mut() {
            rule.depends_on = rule.depends_on.take().map(|on| match on {
                DependsOn::One(one) => DependsOn::One(name(one)),
                DependsOn::Several(several) => DependsOn::Several(names(several)),
                DependsOn::Weighted(terms) => DependsOn::Weighted(
                    terms.into_iter().map(|(driver, units)| (name(driver), units)).collect(),
                ),
            });
        }
        self.features = self.features.into_iter().map(|(key, rule)| (name(key), rule)).collect();
        self.groups.values_mut().for_each(|group| *group = names(std::mem::take(group)));
        self
    }

    fn place(&self, feature: &str) -> Place {
        let place = Place::file(&self.file);
        let place = match self.lines.get(feature) {
            Some(line) => place.line(*line),
            None => place,
        };
        place.field(feature)
    }
}

fn line_of(text: &str, offset: usize) -> u64 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count() as u64
}
