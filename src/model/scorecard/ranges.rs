//! The ranges of an attribute of numbers: each number in one of them, or it is told which are not.

use super::bin::{Cut, Piece, number};
use super::{Attribute, Finder, Row};

/// Whole numbers up to here have a next one in double precision.
const MOST_WHOLE: f64 = 1e15;

/// The numbers below a cut that no region before it has.
pub struct Region<'a> {
    pub high: Cut,
    pub row: &'a Row,
}

/// The regions of an attribute, ascending.
#[derive(Default)]
pub struct Found<'a> {
    pub regions: Vec<Region<'a>>,
    /// They are of whole numbers: what lies between two of them is in none.
    pub whole: bool,
}

/// One interval of a bin.
struct Interval<'a> {
    low: Cut,
    high: Cut,
    /// Written as a range of whole numbers is.
    range: bool,
    row: &'a Row,
}

/// The regions of an attribute, which follow each other without gap or overlap; `other` fills the gaps.
pub fn regions<'a>(
    finder: &mut Finder<'_>,
    attribute: &Attribute<'a>,
    other: Option<&'a Row>,
    line: u64,
) -> Found<'a> {
    let mut intervals = intervals(finder, attribute);
    let whole = other.is_none() && are_whole(&intervals);
    if whole {
        // `18-25` and `26-40` follow each other: the first ends where the second begins.
        let next = |cut: Cut| match cut.after && cut.at.is_finite() {
            true => Cut { at: cut.at + 1.0, after: false },
            false => cut,
        };
        for of in &mut intervals {
            (of.low, of.high) = (next(of.low), next(of.high));
        }
    }
    let mut regions: Vec<Region<'_>> = Vec::new();
    let mut reached = Cut::LOWEST;
    let gap = |finder: &mut Finder<'_>, regions: &mut Vec<_>, to: Cut, line: u64, from: Cut| {
        match other {
            Some(row) => regions.push(Region { high: to, row }),
            None => {
                let found =
                    format!("no bin of `{}` for numbers {}", attribute.name, told(from, to));
                finder.say(line, found, "a bin for every number, or a bin `other`");
            }
        }
    };
    for Interval { low, high, row, .. } in intervals {
        if low < reached {
            let until = if high < reached { high } else { reached };
            let found =
                format!("two bins of `{}` for numbers {}", attribute.name, told(low, until));
            finder.say(row.line, found, "one bin for every number");
        } else if low > reached {
            gap(finder, &mut regions, low, row.line, reached);
        }
        regions.push(Region { high, row });
        reached = if high > reached { high } else { reached };
    }
    if reached < Cut::HIGHEST {
        gap(finder, &mut regions, Cut::HIGHEST, line, reached);
    }
    Found { regions, whole }
}

/// The intervals of an attribute, by their lower ends.
fn intervals<'a>(finder: &mut Finder<'_>, attribute: &Attribute<'a>) -> Vec<Interval<'a>> {
    let mut intervals: Vec<Interval<'_>> = Vec::new();
    for (row, pieces) in &attribute.bins {
        for piece in pieces {
            let (low, high, range) = match piece {
                Piece::Interval(low, high) => (*low, *high, false),
                Piece::Range(low, high) => (*low, *high, true),
                Piece::Value(text) => match number(text, attribute.mark) {
                    Some(at) => (Cut { at, after: false }, Cut { at, after: true }, false),
                    None => {
                        let found = format!("`{text}` among intervals of `{}`", attribute.name);
                        finder.say(row.line, found, "numbers alone, or texts alone");
                        continue;
                    }
                },
                Piece::Missing | Piece::Other => continue,
            };
            intervals.push(Interval { low, high, range, row });
        }
    }
    let key = |cut: &Cut| (cut.at, cut.after);
    intervals.sort_by(|Interval { low: a, .. }, Interval { low: b, .. }| {
        a.at.total_cmp(&b.at).then_with(|| key(a).1.cmp(&key(b).1))
    });
    intervals
}

/// Whether ranges are of whole numbers: all their ends are, and one ends at a number and the next begins at the next.
fn are_whole(intervals: &[Interval<'_>]) -> bool {
    let whole =
        |cut: &Cut| cut.at.is_infinite() || (cut.at.fract() == 0.0 && cut.at.abs() <= MOST_WHOLE);
    let follows = |pair: &[Interval<'_>]| match pair {
        [before, after] => {
            before.high.after && !after.low.after && after.low.at == before.high.at + 1.0
        }
        _ => false,
    };
    intervals.iter().any(|of| of.range)
        && intervals.iter().all(|of| whole(&of.low) && whole(&of.high))
        && intervals.windows(2).any(follows)
}

/// An interval in mathematical notation.
pub fn told(low: Cut, high: Cut) -> String {
    let open = if low.after || low.at.is_infinite() { '(' } else { '[' };
    let close = if high.after && high.at.is_finite() { ']' } else { ')' };
    format!("{open}{},{}{close}", low.at, high.at)
}
