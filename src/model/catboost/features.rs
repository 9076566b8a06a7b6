//! The features of a CatBoost model, and which column of a row each one is.

use serde::Deserialize;

use super::Described;
use crate::fault::{Checked, Faults};
use crate::model::fault::{add, structure};
use crate::model::named;

/// What a missing value makes of every test on a feature.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) enum Treatment {
    /// Compared as it is, so that no test is true (`nan_mode` Forbidden, or none in training).
    #[serde(rename = "AsIs")]
    Compared,
    /// `nan_mode` Min.
    #[serde(rename = "AsFalse")]
    Below,
    /// `nan_mode` Max.
    #[serde(rename = "AsTrue")]
    Above,
}

/// A number.
pub(super) struct FloatFeature {
    /// Empty where the file has none.
    pub name: String,
    /// Its place among the numbers.
    pub index: usize,
    /// Its place among all features.
    pub flat: usize,
    pub borders: Vec<f32>,
    pub has_nans: bool,
    pub treatment: Treatment,
}

/// A category.
pub(super) struct Category {
    /// Empty where the file has none.
    pub name: String,
    /// Its place among the categories.
    pub index: usize,
    /// Its place among all features.
    pub flat: usize,
    /// Hashes that one-hot tests ask for.
    pub values: Vec<i32>,
    /// Their texts, where the file has them.
    pub texts: Vec<String>,
}

/// How a feature is called in a message.
pub(super) fn called(name: &str, flat: usize) -> String {
    match name {
        "" => format!("number {flat}"),
        name => format!("`{name}`"),
    }
}

/// Which column of a row a feature is.
pub(super) struct Layout {
    /// Names in column order.
    pub names: Vec<String>,
    /// Index among the numbers, place in the list, and column; ascending.
    numbers: Vec<(usize, usize, u32)>,
    /// The same of the categories.
    categories: Vec<(usize, usize, u32)>,
}

impl Layout {
    /// The layout: features that a file lacks (CatBoost can drop unused ones) leave no gap.
    pub fn of(file: &str, described: &Described) -> Checked<Self> {
        let mut faults = Faults::default();
        for input in &described.floats {
            input.check(file, &mut faults);
        }
        let floats = described.floats.iter().map(|f| (f.flat, f.name.as_str()));
        let categories = described.categories.iter().map(|c| (c.flat, c.name.as_str()));
        let mut order: Vec<(usize, &str)> = floats.chain(categories).collect();
        order.sort_unstable();
        if let Some([(flat, _), _]) = order.windows(2).find(|w| matches!(w, [a, b] if a.0 == b.0)) {
            let found = format!("two features in place {flat}");
            add(&mut faults, structure(file, found, "every feature in its place"));
        }
        let nameless = order.iter().all(|(_, name)| name.is_empty());
        let names = match nameless && order.iter().enumerate().all(|(i, (flat, _))| i == *flat) {
            true => Vec::new(),
            false => order
                .iter()
                .map(|(flat, name)| match *name {
                    "" => format!("f{flat}"),
                    name => name.to_owned(),
                })
                .collect(),
        };
        let names = named(file, order.len(), names, &mut faults);
        let column = |flat: usize| {
            order.binary_search_by_key(&flat, |(flat, _)| *flat).unwrap_or_default() as u32
        };
        let mut by_index = |features: Vec<(usize, usize)>, what: &str| {
            let all = features.into_iter().enumerate();
            let mut all: Vec<(usize, usize, u32)> =
                all.map(|(at, (index, flat))| (index, at, column(flat))).collect();
            // Tests number the borders in the order of the list, and name features by their index.
            if !all.is_sorted_by(|a, b| a.0 < b.0) {
                let found = format!("{what} features out of order");
                add(&mut faults, structure(file, found, "every feature in its place"));
                all.sort_unstable();
            }
            all
        };
        let numbers = described.floats.iter().map(|f| (f.index, f.flat)).collect();
        let numbers = by_index(numbers, "numeric");
        let categories = described.categories.iter().map(|c| (c.index, c.flat)).collect();
        let categories = by_index(categories, "categorical");
        faults.or(Layout { names, numbers, categories })
    }

    /// Place in the list and column of a number, by its index.
    pub fn number(&self, index: usize) -> Option<(usize, u32)> {
        find(&self.numbers, index)
    }

    /// Place in the list and column of a category, by its index.
    pub fn category(&self, index: usize) -> Option<(usize, u32)> {
        find(&self.categories, index)
    }
}

fn find(all: &[(usize, usize, u32)], index: usize) -> Option<(usize, u32)> {
    let at = all.binary_search_by_key(&index, |(index, ..)| *index).ok()?;
    all.get(at).map(|(_, place, column)| (*place, *column))
}

impl FloatFeature {
    fn check(&self, file: &str, faults: &mut Faults) {
        let name = called(&self.name, self.flat);
        // CatBoost never writes the one without the other (and would not heed it).
        if !self.has_nans && self.treatment == Treatment::Above {
            let found = format!("feature {name} without missing values, but a rule for them");
            add(faults, structure(file, found, "the treatment AsIs"));
        }
        // CatBoost counts the borders below a value, which is a comparison with each only if they ascend.
        let ordered = self.borders.is_sorted_by(|a, b| a < b);
        if !ordered || !self.borders.iter().all(|b| b.is_finite()) {
            let found = format!("borders of feature {name} that are no ascending numbers");
            add(faults, structure(file, found, "ascending numbers"));
        }
    }

    /// Whether a value is above a border.
    pub fn above(treatment: Treatment, border: f32, x: f64) -> bool {
        match (x.is_nan(), treatment) {
            (true, Treatment::Above) => true,
            (true, _) => false,
            (false, _) => x as f32 > border,
        }
    }
}
