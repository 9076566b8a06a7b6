//! What people see as one detail, from a model and its tables: numbers, categories by name, one-hot groups by a file.

use std::path::Path;

use ndarray::ArrayView2;

use crate::cli::attribute::groups;
use crate::counterfactual::Named;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::language::plain_number;
use crate::model::{FeatureKind, ModelCard};
use crate::surrogate::{Detail, DetailKind};

/// Name of the category of rows in which every column of a one-hot group is 0.
const NONE: &str = "(none)";

/// The details of a model's rows, in the order of their first columns.
///
/// # Errors
/// The faults of the file of groups; M31 for a group whose columns are no one-hot columns in these rows.
pub(super) fn details(
    card: &ModelCard,
    named: &[Named],
    rows: ArrayView2<'_, f64>,
    file: Option<&Path>,
) -> Checked<Vec<Detail>> {
    let groups = match file {
        Some(path) => groups::read(path, &card.features)?,
        None => crate::attribution::Groups::single(&card.features),
    };
    let mut faults = Faults::default();
    let mut found = Vec::new();
    for (name, columns) in groups.names().iter().zip(groups.members()) {
        if let [column] = columns.as_slice() {
            let kind = kind(card, *column, named.get(*column), rows);
            found.push(Detail { name: name.clone(), columns: columns.clone(), kind });
            continue;
        }
        let ones = |row: ndarray::ArrayView1<'_, f64>| {
            let cells: Vec<f64> =
                columns.iter().map(|c| row.get(*c).copied().unwrap_or(f64::NAN)).collect();
            let coded = cells.iter().all(|x| *x == 0.0 || *x == 1.0 || x.is_nan());
            coded && cells.iter().filter(|x| **x == 1.0).count() <= 1
        };
        if let Some(row) = rows.rows().into_iter().find(|row| !ones(*row)) {
            let place = match file {
                Some(path) => Place::file(path.display().to_string()).field(name),
                None => Place::default().field(name),
            };
            let expected = "one-hot columns: 0 and at most a single 1 in every row";
            let mend = "Take the group out of the file, or correct its columns.";
            let cells = columns.iter().filter_map(|column| {
                let cell = row.get(*column).map(|cell| plain_number(*cell))?;
                Some(format!("{} = {cell}", card.features.get(*column)?))
            });
            let cells: Vec<String> = cells.collect();
            let text = format!("a row with {}", cells.join(", "));
            faults.push(Fault::new("M31", place, text, expected, mend));
            continue;
        }
        let own = columns.iter().filter_map(|column| card.features.get(*column));
        let mut names: Vec<String> = own.map(|column| short(column, name)).collect();
        names.push(NONE.to_owned());
        let kind = DetailKind::OneHot { names };
        found.push(Detail { name: name.clone(), columns: columns.clone(), kind });
    }
    faults.or(found)
}

/// A column's name without that of its group: `trade_north` of `trade` is `north`.
fn short(column: &str, group: &str) -> String {
    let rest = column.strip_prefix(group).map(|rest| rest.trim_start_matches(['_', '=', '.', ' ']));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(column).to_owned()
}

fn kind(
    card: &ModelCard,
    column: usize,
    named: Option<&Named>,
    rows: ArrayView2<'_, f64>,
) -> DetailKind {
    match card.kind(column) {
        FeatureKind::Number => DetailKind::Number,
        FeatureKind::Code => {
            let cells = rows.column(column);
            let mut codes: Vec<f64> = cells.iter().copied().filter(|x| !x.is_nan()).collect();
            codes.sort_by(f64::total_cmp);
            codes.dedup();
            let names = codes.iter().map(|code| plain_number(*code)).collect();
            DetailKind::Category { codes, names }
        }
        FeatureKind::Category(_) | FeatureKind::Hashed(_) => {
            let texts = named.map(|named| named.texts.iter());
            let (codes, names) = texts
                .into_iter()
                .flatten()
                .map(|(bits, text)| (f64::from_bits(*bits), text.clone()))
                .unzip();
            DetailKind::Category { codes, names }
        }
    }
}
