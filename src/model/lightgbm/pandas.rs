//! Which columns were categories in pandas.
//!
//! The file lists the categories of those columns in column order, but not which columns they are: those declared as
//! categories, unless an ordered category was trained as a number or a column of plain integers was declared too. So
//! the lists are laid on the columns in every way that fits what training saw (a code is below the number of
//! categories). Where more than one fits, the one is taken in which training saw the last category of every list, if all
//! lists are words: were it wrong, a column of words would be left a number, and the table's reader refuse its cells.
//! Otherwise the file is refused.

use super::super::fault::{malformed, unsupported};
use super::super::json::Json;
use super::super::pull::{Kind, Pull, Read};
use super::{Levels, Seen};
use crate::fault::Checked;
use crate::model::Unseen;

/// Most pairs of a column and a list that are tried.
const MOST_PAIRS: usize = 10_000_000;

/// Reads the lists as they stand in the file: `null`, or a list of lists.
pub(super) fn lists(json: &mut Json) -> Read<Vec<Levels>> {
    let mut lists = Vec::new();
    if json.kind()? == Kind::Null {
        json.skip()?;
        return Ok(lists);
    }
    json.array(|json| {
        let mut levels = Levels { names: Vec::new(), numeric: true, unseen: Unseen::Missing };
        json.array(|json| {
            let name = if json.kind()? == Kind::Text {
                levels.numeric = false;
                json.text()?.into_owned()
            } else {
                match json.scalar()? {
                    // As pandas writes them into a table.
                    "true" => "True".to_owned(),
                    "false" => "False".to_owned(),
                    token => token.to_owned(),
                }
            };
            levels.names.push(name);
            Ok(())
        })?;
        lists.push(levels);
        Ok(())
    })?;
    Ok(lists)
}

/// The lists from the line of the text form.
pub(super) fn line(file: &str, text: &str) -> Checked<Vec<Levels>> {
    let mut json = Json::new(text.as_bytes());
    let lists = lists(&mut json).and_then(|lists| json.end().map(|()| lists));
    lists.map_err(|_| {
        let found = "a line that cannot be read";
        malformed(file, "the categories in pandas_categorical", found)
    })
}

/// The column of each list.
pub(super) fn places(
    file: &str,
    seen: &[Seen],
    declared: Option<&[usize]>,
    lists: &[Levels],
) -> Checked<Vec<usize>> {
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let coded = || {
        let codes = |(j, seen): (usize, &Seen)| matches!(seen, Seen::Codes(_)).then_some(j);
        seen.iter().enumerate().filter_map(codes).collect()
    };
    let mut declared: Vec<usize> = declared.map_or_else(coded, <[usize]>::to_vec);
    declared.sort_unstable();
    declared.dedup();
    let fits = |j: usize, list: &Levels| match seen.get(j) {
        Some(Seen::Nothing) => true,
        Some(Seen::Codes(most)) => *most < list.names.len() as i64,
        Some(Seen::Range(least, most)) => {
            let whole = least.fract() == 0.0 && most.fract() == 0.0;
            whole && *least >= 0.0 && *most < list.names.len() as f64
        }
        None => false,
    };
    if declared.len() == lists.len() && declared.iter().zip(lists).all(|(j, list)| fits(*j, list)) {
        return Ok(declared);
    }
    // Fewer lists than declared columns: some of these were plain integers. More: others were ordered categories.
    let fewer = lists.len() < declared.len();
    let columns: Vec<(usize, bool)> = if fewer {
        declared.into_iter().map(|j| (j, false)).collect()
    } else {
        (0..seen.len()).map(|j| (j, declared.binary_search(&j).is_ok())).collect()
    };
    let whole = |j: usize, list: &Levels| {
        let last = list.names.len() as i64 - 1;
        fits(j, list)
            && match seen.get(j) {
                Some(Seen::Codes(most)) => *most == last,
                Some(Seen::Range(least, most)) => *least == 0.0 && *most == last as f64,
                _ => true,
            }
    };
    let words =
        lists.iter().all(|list| list.names.iter().all(|n| n.trim().parse::<f64>().is_err()));
    let way = only_way(&columns, lists, fits);
    let way = way.or_else(|| words.then(|| only_way(&columns, lists, whole)).flatten());
    way.ok_or_else(|| {
        unsupported(
            file,
            format!(
                "{} lists of pandas categories, for which the file leaves open which columns they belong to",
                lists.len()
            ),
        )
    })
}

/// The one way to lay the lists on columns in order so that each fits and every column that must have one does.
fn only_way(
    columns: &[(usize, bool)],
    lists: &[Levels],
    fits: impl Fn(usize, &Levels) -> bool,
) -> Option<Vec<usize>> {
    let (n, k) = (columns.len(), lists.len());
    if n.checked_mul(k)? > MOST_PAIRS {
        return None;
    }
    // By number of lists placed so far, from the last column backwards: ways to place the rest, 2 for more than one.
    let mut ways = vec![vec![0u8; k + 1]; n + 1];
    *ways.last_mut()?.last_mut()? = 1;
    for (at, (column, must)) in columns.iter().enumerate().rev() {
        let (before, after) = ways.split_at_mut(at + 1);
        let (here, next) = (before.last_mut()?, after.first()?);
        for (i, way) in here.iter_mut().enumerate() {
            let without = if *must { 0 } else { next.get(i).copied().unwrap_or(0) };
            let with = lists.get(i).filter(|list| fits(*column, list));
            let with = with.and_then(|_| next.get(i + 1)).copied().unwrap_or(0);
            *way = (without + with).min(2);
        }
    }
    if *ways.first()?.first()? != 1 {
        return None;
    }
    let mut places = Vec::with_capacity(k);
    for ((column, must), next) in columns.iter().zip(ways.iter().skip(1)) {
        let i = places.len();
        let without = !must && next.get(i) == Some(&1);
        if !without && i < k {
            places.push(*column);
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: usize) -> Levels {
        let names = (0..names).map(|n| n.to_string()).collect();
        Levels { names, numeric: true, unseen: Unseen::Missing }
    }

    #[test]
    fn lists_are_laid_where_only_they_fit() {
        let seen = [
            Seen::Range(-3.7, 3.0),
            Seen::Codes(2),
            Seen::Range(0.0, 2.0),
            Seen::Codes(3),
            Seen::Nothing,
            Seen::Codes(1),
            Seen::Range(0.0, 2.0),
        ];
        let of = |declared: Option<&[usize]>, sizes: &[usize]| {
            let lists: Vec<Levels> = sizes.iter().map(|n| list(*n)).collect();
            places("m", &seen, declared, &lists).map_err(|f| f.0[0].code)
        };
        // As many as declared; one ordered category more; the same without the declaration (a dump).
        assert_eq!(of(Some(&[1, 3, 4, 5]), &[3, 4, 1, 2]), Ok(vec![1, 3, 4, 5]));
        assert_eq!(of(Some(&[1, 3, 4, 5]), &[3, 3, 4, 1, 2]), Ok(vec![1, 2, 3, 4, 5]));
        assert_eq!(of(None, &[3, 3, 4, 1, 2]), Ok(vec![1, 2, 3, 4, 5]));
        // One of the declared was a plain integer.
        assert_eq!(of(Some(&[1, 3, 5]), &[4, 2]), Err("M04"));
        assert_eq!(of(Some(&[1, 3, 5]), &[3, 2]), Ok(vec![1, 5]));
        // The last list may be the fourth or the seventh column.
        assert_eq!(of(Some(&[1]), &[3, 9]), Err("M04"));
        assert_eq!(of(Some(&[1, 3]), &[2, 2]), Err("M04"));
        assert_eq!(of(Some(&[]), &[]), Ok(vec![]));
    }

    #[test]
    fn words_are_laid_where_training_saw_them_all() {
        let seen = [Seen::Range(0.0, 1.0), Seen::Range(0.0, 2.0), Seen::Codes(1)];
        let words = |n: usize| Levels {
            names: (0..n).map(|n| format!("level {n}")).collect(),
            numeric: false,
            unseen: Unseen::Missing,
        };
        // A flag, an ordered category of three, a declared one of two.
        assert_eq!(places("m", &seen, Some(&[2]), &[words(3), words(2)]).unwrap(), [1, 2]);
        assert!(places("m", &seen, Some(&[2]), &[list(3), list(2)]).is_err());
        assert!(places("m", &seen, Some(&[2]), &[words(3), list(2)]).is_err());
    }

    #[test]
    fn names_are_read_as_a_table_has_them() {
        let lists = line("m", r#"[["a", "\u00e4"], [1, 2.5], [false, true], []]"#).unwrap();
        assert_eq!(lists[0].names, ["a", "ä"]);
        assert_eq!(
            (&lists[1].names[..], lists[1].numeric),
            (&["1".into(), "2.5".into()][..], true)
        );
        assert_eq!(lists[2].names, ["False", "True"]);
        assert_eq!(line("m", "null").unwrap(), []);
        assert_eq!(line("m", "[[\"a\"").unwrap_err().0[0].code, "M03");
    }
}
