//! Which columns of a table are the model's features.

use std::collections::BTreeSet;

use ndarray::Array2;

use super::{FeatureKind, ModelCard};
use crate::fault::{Checked, Fault, Place};
use crate::table::{Numbers, Refusal, Seen, Table, locate, number, truth};

/// The table's columns in the model's feature order. By name; for a model without names of its own ([`is_nameless`]) by
/// position if the table has exactly one column a feature (not counting the `except` column, which holds the ids).
///
/// # Errors
/// T09 for each column that is missing; M06 when the columns of a model without names do not match in number.
pub fn columns_for(card: &ModelCard, table: &Table, except: Option<&str>) -> Checked<Vec<String>> {
    columns_in(card, &table.file, &table.columns, except)
}

/// As [`columns_for`], of a table of which only its name and columns are known yet.
///
/// # Errors
/// As [`columns_for`].
pub fn columns_in(
    card: &ModelCard,
    file: &str,
    columns: &[String],
    except: Option<&str>,
) -> Checked<Vec<String>> {
    let known: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    if let Some(columns) = spaced(card, columns, &known) {
        return Ok(columns);
    }
    if !is_nameless(card) || card.features.iter().all(|f| known.contains(f.as_str())) {
        locate(file, columns, &card.features)?;
        return Ok(card.features.clone());
    }
    let columns: Vec<String> =
        columns.iter().filter(|c| Some(c.as_str()) != except).cloned().collect();
    if columns.len() == card.features.len() {
        return Ok(columns);
    }
    Err(Fault::new(
        "M06",
        Place::file(file),
        format!("{} columns", columns.len()),
        format!(
            "{} columns, because the model has no feature names and takes them by position",
            card.features.len()
        ),
        "Give the features alone, in training order (and the id column with --id).",
    )
    .into())
}

/// The columns of a table whose names have blanks where LightGBM wrote `_` for them: it cannot keep blanks in its files.
/// None where every feature has a column of its own name, or one has not exactly one such column.
fn spaced(card: &ModelCard, columns: &[String], known: &BTreeSet<&str>) -> Option<Vec<String>> {
    let exact = |feature: &String| known.contains(feature.as_str());
    if !card.format.starts_with("lightgbm") || card.features.iter().all(exact) {
        return None;
    }
    let column = |feature: &String| {
        if exact(feature) {
            return Some(feature.clone());
        }
        let mut such = columns.iter().filter(|column| column.replace(' ', "_") == *feature);
        let only = such.next().filter(|column| !card.features.contains(column))?;
        such.next().is_none().then(|| only.clone())
    };
    card.features.iter().map(column).collect()
}

/// Whether the names are those that a library gives where it knows none: `f0` (XGBoost, CatBoost, this program),
/// `Column_0` (LightGBM), `x0` or `x1` (scikit-learn and what exports it).
pub fn is_nameless(card: &ModelCard) -> bool {
    let counted = |prefix: &str, from: usize| {
        (from..).zip(&card.features).all(|(i, name)| {
            name.strip_prefix(prefix).is_some_and(|number| *number == i.to_string())
        })
    };
    counted("f", 0) || counted("Column_", 0) || counted("x", 0) || counted("x", 1)
}

/// The model's rows of a table: rows × features, and the faults of single cells.
///
/// # Errors
/// As [`columns_for`].
pub fn rows_for(
    card: &ModelCard,
    table: &Table,
    except: Option<&str>,
    decimal_comma: bool,
) -> Checked<Numbers> {
    let columns = columns_for(card, table, except)?;
    Ok(table.converted(&columns, |j, seen| number_for(card, j, seen, decimal_comma)))
}

/// The number that a row holds for a cell of a feature (its place in the model's order), NaN for a missing one.
///
/// # Errors
/// Why the cell is none: it cannot be read, or is not what the model demands of the feature.
pub fn number_for(
    card: &ModelCard,
    feature: usize,
    seen: Seen,
    decimal_comma: bool,
) -> Result<f64, Refusal> {
    let x = read_cell(card.kind(feature), seen, decimal_comma).map_err(Refusal::new)?;
    match card.demands.get(feature).and_then(|demand| demand.unmet(x)) {
        None => Ok(x),
        Some(expected) => {
            let mend = "Give the value, or leave the row out.";
            Err(Refusal { expected: expected.to_owned(), mend })
        }
    }
}

fn read_cell(kind: &FeatureKind, seen: Seen, decimal_comma: bool) -> Result<f64, String> {
    match (kind, seen) {
        (_, Seen::Missing) => Ok(f64::NAN),
        (FeatureKind::Category(levels), Seen::Text(text)) => levels.code(text),
        (FeatureKind::Hashed(levels), Seen::Text(text)) => Ok(levels.code(text)),
        // Categories are known by their text, whatever type the column has.
        (FeatureKind::Category(levels), typed) => levels.code(&typed.to_text().unwrap_or_default()),
        (FeatureKind::Hashed(levels), typed) => {
            Ok(levels.code(&typed.to_text().unwrap_or_default()))
        }
        // Which truth has which code, the file does not say.
        (FeatureKind::Code, Seen::Truth(_)) => Err("the code of a category, a number".to_owned()),
        (FeatureKind::Code, Seen::Text(text)) if truth(text.trim()).is_some() => {
            Err("the code of a category, a number".to_owned())
        }
        (_, Seen::Text(text)) => number(text, decimal_comma),
        (_, Seen::Number(x)) if x.is_infinite() => Err("a finite number, or nothing".to_owned()),
        (_, Seen::Number(x)) => Ok(x),
        (_, Seen::Whole(n)) => Ok(n as f64),
        (_, Seen::Truth(truth)) => Ok(f64::from(u8::from(truth))),
    }
}

impl Numbers {
    /// The rows without a fault, as a matrix of their own (a background, a training set).
    pub fn sound(&self) -> Array2<f64> {
        let keep: Vec<usize> = (0..self.values.nrows())
            .filter(|r| self.faulty_rows.binary_search(r).is_err())
            .collect();
        self.values.select(ndarray::Axis(0), &keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Row;

    fn table(columns: &[&str]) -> Table {
        let cells = columns.iter().map(|c| Some(c.len().to_string())).collect();
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        Table { file: "t.csv".into(), columns, rows: vec![Row { line: 2, cells }] }
    }

    fn card(features: &[&str]) -> ModelCard {
        ModelCard {
            format: String::new(),
            written_by: String::new(),
            objective: String::new(),
            features: features.iter().map(|f| (*f).to_owned()).collect(),
            classes: Vec::new(),
            trees: 0,
            depth: 0,
            leaves: 0,
            missing: String::new(),
            ..ModelCard::default()
        }
    }

    #[test]
    fn lightgbm_writes_an_underscore_for_a_blank() {
        let mut card = card(&["net_income", "age"]);
        let blank = table(&["age", "net income"]);
        assert_eq!(columns_for(&card, &blank, None).unwrap_err().0[0].code, "T09");
        card.format = "lightgbm-text".into();
        assert_eq!(columns_for(&card, &blank, None).unwrap(), ["net income", "age"]);
        let both = table(&["age", "net income", "net_income"]);
        assert_eq!(columns_for(&card, &both, None).unwrap(), ["net_income", "age"]);
        card.features[0] = "a_b_c".into();
        let two = table(&["age", "a b_c", "a_b c"]);
        assert_eq!(columns_for(&card, &two, None).unwrap_err().0[0].code, "T09");
    }

    /// pandas writes truth values into columns that a model takes as numbers; a category of that name stays one.
    #[test]
    fn truth_values_are_numbers_where_the_model_takes_numbers() {
        let mut card = card(&["n", "c", "k"]);
        let levels = crate::model::Levels {
            names: vec!["x".into(), "True".into()],
            numeric: false,
            unseen: crate::model::Unseen::Refused,
        };
        card.kinds = vec![FeatureKind::Number, FeatureKind::Category(levels), FeatureKind::Code];
        let mut table = table(&["n", "c", "k"]);
        let read = |cells: [&str; 3], table: &mut Table| {
            table.rows = vec![Row { line: 2, cells: cells.map(|c| Some(c.to_owned())).into() }];
            rows_for(&card, table, None, false).unwrap()
        };
        let numbers = read(["True", "True", "1"], &mut table);
        assert_eq!(numbers.values.row(0).to_vec(), [1.0, 1.0, 1.0]);
        let faulty = read(["FALSE", "False", "False"], &mut table);
        assert_eq!(faulty.values[[0, 0]], 0.0);
        let fields: Vec<_> =
            faulty.faults.iter().map(|f| f.place.field.as_deref().unwrap()).collect();
        assert_eq!(fields, ["c", "k"]);
    }

    #[test]
    fn features_are_taken_by_name_or_by_position_where_there_are_none() {
        let by_name = columns_for(&card(&["b", "a"]), &table(&["a", "x", "b"]), None).unwrap();
        assert_eq!(by_name, ["b", "a"]);
        let nameless = card(&["f0", "f1"]);
        assert_eq!(
            columns_for(&nameless, &table(&["id", "p", "q"]), Some("id")).unwrap(),
            ["p", "q"]
        );
        assert_eq!(columns_for(&nameless, &table(&["f1", "f0", "z"]), None).unwrap(), ["f0", "f1"]);
        assert_eq!(
            columns_for(&nameless, &table(&["p", "q", "r"]), None).unwrap_err().0[0].code,
            "M06"
        );
        assert_eq!(
            columns_for(&card(&["b", "a"]), &table(&["p", "q"]), None).unwrap_err().0.len(),
            2
        );
    }
}
