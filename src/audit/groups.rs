//! The same counts group by group, without showing small groups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ErrorTable, same_length};
use crate::fault::Checked;

/// Groups of fewer persons are not shown (gate G27).
pub const SMALL_GROUP: usize = 20;

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its name; `None` for cases whose group is unknown.
    pub group: Option<String>,
    /// Its counts, with all rates and intervals; `None` for a group of fewer than [`SMALL_GROUP`] persons, whose size is
    /// not told either.
    pub errors: Option<ErrorTable>,
}

/// Errors of each group, sorted by name, the unknown one first.
///
/// What is hidden is known in sum, as the total less the others. While that sum is itself smaller than [`SMALL_GROUP`], the
/// next smallest group (the first by name of equally small ones) is hidden too.
///
/// # Errors
/// `R50` lists of different lengths.
pub fn by_group(
    groups: &[Option<String>],
    labels: &[bool],
    decisions: &[bool],
) -> Checked<Vec<GroupRow>> {
    same_length(&[
        ("groups", groups.len()),
        ("labels", labels.len()),
        ("decisions", decisions.len()),
    ])?;
    let mut tables: BTreeMap<&Option<String>, ErrorTable> = BTreeMap::new();
    for ((group, &label), &decision) in groups.iter().zip(labels).zip(decisions) {
        tables.entry(group).or_default().count(label, decision);
    }
    let all = groups.len();
    let mut rows: Vec<GroupRow> = tables
        .into_iter()
        .map(|(group, errors)| GroupRow {
            group: group.clone(),
            errors: (errors.cases() >= SMALL_GROUP).then_some(errors),
        })
        .collect();
    loop {
        let hidden: usize =
            all - rows.iter().filter_map(|row| row.errors).map(|e| e.cases()).sum::<usize>();
        let shown = rows.iter_mut().filter(|row| row.errors.is_some());
        match shown.min_by_key(|row| row.errors.map(|errors| errors.cases())) {
            Some(next) if hidden > 0 && hidden < SMALL_GROUP => next.errors = None,
            _ => break,
        }
    }
    Ok(rows)
}
