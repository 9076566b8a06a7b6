//! What people see as one detail: a number, a category by name, one-hot columns that are one category.

use serde::{Deserialize, Serialize};

/// One detail of a case, and the model's columns that hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The name of the column, or of the group of columns.
    pub name: String,
    /// The model's columns: one, or those of a one-hot group.
    pub columns: Vec<usize>,
    /// What it is.
    pub kind: DetailKind,
}

/// What a detail is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DetailKind {
    /// A number in one column.
    Number,
    /// A category in one column.
    Category {
        /// The number in the column, one a category.
        codes: Vec<f64>,
        /// The names, in the same order.
        names: Vec<String>,
    },
    /// A category in several columns of which one is 1 and the others are 0.
    OneHot {
        /// The names, in the order of the columns, and one more for rows in which every column is 0.
        names: Vec<String>,
    },
}

impl Detail {
    /// A number in a column.
    pub fn number(name: impl Into<String>, column: usize) -> Self {
        Detail { name: name.into(), columns: vec![column], kind: DetailKind::Number }
    }

    /// The value of a row: the number, or the place of the category in [`Detail::names`]; the number of names for a
    /// category that is not among them; NaN where it is missing. One-hot columns that hold anything but zeros and at
    /// most a single 1 say no category, and count as missing. Never the negative zero.
    pub fn value(&self, row: &[f64]) -> f64 {
        let cell = |column: usize| row.get(column).copied().unwrap_or(f64::NAN) + 0.0;
        match &self.kind {
            DetailKind::Number => self.columns.first().map_or(f64::NAN, |column| cell(*column)),
            DetailKind::Category { codes, names } => {
                let own = self.columns.first().map_or(f64::NAN, |column| cell(*column));
                if own.is_nan() {
                    return own;
                }
                codes.iter().position(|code| *code == own).unwrap_or(names.len()) as f64
            }
            DetailKind::OneHot { .. } => {
                let mut found = self.columns.len();
                for (place, column) in self.columns.iter().enumerate() {
                    match cell(*column) {
                        0.0 => {}
                        1.0 if found == self.columns.len() => found = place,
                        _ => return f64::NAN,
                    }
                }
                found as f64
            }
        }
    }

    /// The names of the categories; none of a number.
    pub fn names(&self) -> &[String] {
        match &self.kind {
            DetailKind::Number => &[],
            DetailKind::Category { names, .. } | DetailKind::OneHot { names } => names,
        }
    }

    /// Whether it is a category.
    pub fn is_category(&self) -> bool {
        !matches!(self.kind, DetailKind::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbers_or_places() {
        let number = Detail::number("a", 1);
        assert_eq!(number.value(&[1.0, -0.0]).to_bits(), 0.0f64.to_bits());
        assert!(number.value(&[1.0]).is_nan());
        let names = ["x", "y", "none"].map(str::to_owned).to_vec();
        let kind = DetailKind::Category { codes: vec![3.0, 7.0], names: names[..2].to_vec() };
        let category = Detail { name: "b".into(), columns: vec![0], kind };
        assert_eq!([3.0, 7.0, 8.0].map(|code| category.value(&[code])), [0.0, 1.0, 2.0]);
        assert!(category.value(&[f64::NAN]).is_nan());
        let group =
            Detail { name: "c".into(), columns: vec![0, 2], kind: DetailKind::OneHot { names } };
        assert_eq!(group.value(&[0.0, 9.0, 1.0]), 1.0);
        assert_eq!(group.value(&[0.0, 9.0, 0.0]), 2.0);
        assert!(group.value(&[1.0, 9.0, 1.0]).is_nan() && group.value(&[0.5, 9.0, 0.0]).is_nan());
    }
}
