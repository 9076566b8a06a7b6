//! Cases: one row a case, checked value by value against the features.

use jiff::civil::Date;
use ndarray::Array2;

use super::{Encoding, Feature, Kind};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::table::Table;

/// A value of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CaseValue {
    /// Not known.
    Missing,
    /// A number.
    Number(f64),
    /// Index into [`Feature::choices`].
    Choice(usize),
}

/// A checked case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its id; also the name of its output folder.
    pub id: String,
    /// State of the data, where the table says it.
    pub data_as_of: Option<Date>,
    /// One value a feature of the procedure.
    pub values: Vec<CaseValue>,
    /// The person wrote something that no feature holds.
    pub statement: bool,
}

/// Reads a table of cases. A faulty case does not stop the others: the result lists the good ones and the faults.
/// Faults of the table as a whole (a missing column) leave no case.
pub fn read_cases(features: &[Feature], table: &Table) -> (Vec<Case>, Faults) {
    let mut faults = Faults::default();
    let column = |name: &str| table.columns.iter().position(|column| column == name);
    let mut wanted = vec!["case_id"];
    wanted.extend(features.iter().map(|feature| feature.id.as_str()));
    for name in &wanted {
        if column(name).is_none() {
            faults.push(Fault::new(
                "P40",
                Place::file(&table.file).line(1).field(*name),
                format!("columns {}", table.columns.join(", ")),
                format!("a column {name}"),
                "Add the column; leave its cells empty where the value is not known.",
            ));
        }
    }
    if !faults.0.is_empty() {
        return (vec![], faults);
    }
    let columns: Vec<usize> = features.iter().filter_map(|feature| column(&feature.id)).collect();
    let id_column = column("case_id").unwrap_or_default();
    let date_column = column("data_as_of");
    let statement = column("statement");
    let mut cases: Vec<Case> = vec![];
    let mut seen = std::collections::BTreeSet::new();
    for row in &table.rows {
        let before = faults.0.len();
        let place = |field: &str| Place::file(&table.file).line(row.line).field(field);
        let cell = |i: usize| {
            row.cells.get(i).and_then(Option::as_deref).map(str::trim).unwrap_or_default()
        };
        let id = cell(id_column);
        if !is_case_id(id) {
            faults.push(Fault::new(
                "P41",
                place("case_id"),
                format!("“{id}”"),
                "1 to 80 letters, digits, dots, hyphens or underscores, a letter or digit at both ends, and no name of a run's own files",
                "Give the case an id that can name a folder.",
            ));
        } else if !seen.insert(id.to_lowercase()) {
            faults.push(Fault::new(
                "P42",
                place("case_id"),
                format!("“{id}” a second time"),
                "one line a case",
                "Take one of the lines out, or give it an id of its own.",
            ));
        }
        let mut data_as_of = None;
        if let Some(text) = date_column.map(cell).filter(|text| !text.is_empty()) {
            match text.parse::<Date>() {
                Ok(date) => data_as_of = Some(date),
                Err(_) => faults.push(Fault::new(
                    "P43",
                    place("data_as_of"),
                    format!("“{text}”"),
                    "a date such as 2026-11-20",
                    "Correct the date.",
                )),
            }
        }
        let mut values = vec![];
        for (feature, &i) in features.iter().zip(&columns) {
            match feature.value(cell(i)) {
                Ok(value) => values.push(value),
                Err(expected) => faults.push(Fault::new(
                    "P44",
                    place(&feature.id),
                    format!("“{}”", cell(i)),
                    expected,
                    "Correct the value, or leave the cell empty if it is not known.",
                )),
            }
        }
        let written = statement.map(cell).unwrap_or_default();
        if !["", "yes", "no"].contains(&written) {
            faults.push(Fault::new(
                "P45",
                place("statement"),
                format!("“{written}”"),
                "yes or no",
                "Say whether the person wrote something that no other column holds.",
            ));
        }
        if faults.0.len() == before {
            let statement = written == "yes";
            cases.push(Case { id: id.to_owned(), data_as_of, values, statement });
        }
    }
    (cases, faults)
}

/// The model columns of all features, and what they hold for every row of a table: a table as people keep it becomes one
/// that a model can be trained on.
///
/// # Errors
/// As for [`read_values`].
pub fn encoded(features: &[Feature], table: &Table) -> Checked<(Vec<String>, Array2<f64>)> {
    let names: Vec<String> =
        features.iter().flat_map(|feature| feature.encoding.columns()).map(str::to_owned).collect();
    let nameless = features.iter().filter(|feature| {
        matches!(&feature.encoding, Encoding::Code { codes, .. } if codes.iter().any(|c| c.is_nan()))
    });
    let faults = nameless.map(|feature| {
        Fault::new(
            "P22",
            Place::default().field(&feature.id),
            "values without codes",
            "numbers to train on",
            "Add `code` to every value of the feature.",
        )
    });
    Faults(faults.collect()).or(())?;
    let rows = read_values(features, table)?;
    let numbers = rows.iter().flat_map(|values| {
        features.iter().zip(values).flat_map(|(feature, &value)| feature.encode(value))
    });
    // Every feature gives as many numbers as it has columns, so the shape fits.
    let values = Array2::from_shape_vec((rows.len(), names.len()), numbers.collect());
    Ok((names.clone(), values.unwrap_or_else(|_| Array2::zeros((0, names.len())))))
}

/// The values of the features in a table without case ids (comparison group, hold-out), one row of values a row.
///
/// # Errors
/// A missing column, and every cell that is no value of its feature: such a table is refused as a whole.
pub fn read_values(features: &[Feature], table: &Table) -> Checked<Vec<Vec<CaseValue>>> {
    let mut faults = Faults::default();
    let ids: Vec<String> = features.iter().map(|feature| feature.id.clone()).collect();
    let columns = table.locate(&ids)?;
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut values = Vec::with_capacity(features.len());
        for (feature, &i) in features.iter().zip(&columns) {
            let cell =
                row.cells.get(i).and_then(Option::as_deref).map(str::trim).unwrap_or_default();
            match feature.value(cell) {
                Ok(value) => values.push(value),
                Err(expected) => faults.push(Fault::new(
                    "P44",
                    Place::file(&table.file).line(row.line).field(&feature.id),
                    format!("“{cell}”"),
                    expected,
                    "Correct the value, or leave the cell empty if it is not known.",
                )),
            }
        }
        rows.push(values);
    }
    faults.or(rows)
}

/// Case ids become folder names: nothing that leaves the output folder, upsets a file system, reads as an option of a
/// command, or is the name of a file that a run writes beside the cases.
pub(crate) fn is_case_id(id: &str) -> bool {
    let end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let own = ["run.json", "held_back.csv"].iter().any(|name| name.eq_ignore_ascii_case(id))
        || id.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("report."));
    (1..=80).contains(&id.len())
        && end(id.chars().next())
        && end(id.chars().next_back())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && !own
}

impl Feature {
    /// The value of a cell; the error says what was expected.
    ///
    /// # Errors
    /// A word where a number is expected, a number outside the admissible range, an unknown category.
    pub fn value(&self, cell: &str) -> Result<CaseValue, String> {
        if matches!(self.kind, Kind::YesNo | Kind::Category) {
            if let Some(i) = self.choices.iter().position(|choice| choice.id == cell) {
                return Ok(CaseValue::Choice(i));
            }
            if matches!(cell, "" | "NA" | "NaN") {
                return Ok(CaseValue::Missing);
            }
            let known: Vec<&str> = self.choices.iter().map(|choice| choice.id.as_str()).collect();
            return Err(format!("one of {}", known.join(", ")));
        }
        if matches!(cell, "" | "NA" | "NaN") {
            return Ok(CaseValue::Missing);
        }
        let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
        let Some(number) = number else {
            return Err("a number such as 12.5".to_owned());
        };
        if self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max) {
            let end =
                |end: Option<f64>| end.map_or("any".to_owned(), crate::language::plain_number);
            return Err(format!("a number from {} to {}", end(self.min), end(self.max)));
        }
        Ok(CaseValue::Number(number + 0.0))
    }

    /// The values of the model's columns for a value, in the order of [`Encoding::columns`]; NaN where it is missing.
    pub fn encode(&self, value: CaseValue) -> Vec<f64> {
        match (&self.encoding, value) {
            (Encoding::Number(_), CaseValue::Number(number)) => vec![number],
            (Encoding::Code { codes, .. }, CaseValue::Choice(i)) => {
                vec![codes.get(i).copied().unwrap_or(f64::NAN)]
            }
            (Encoding::OneHot(columns), CaseValue::Choice(chosen)) => columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.is_some())
                .map(|(i, _)| f64::from(u8::from(i == chosen)))
                .collect(),
            (encoding, _) => vec![f64::NAN; encoding.columns().len()],
        }
    }
}
