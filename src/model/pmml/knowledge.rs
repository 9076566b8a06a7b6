//! What the tests on the way to a node have already said about the columns, so that no question is asked twice.

use crate::model::{Comparison, Split};

/// What is known of one column.
#[derive(Clone, Debug)]
struct Known {
    missing: Option<bool>,
    /// Of a value that is there: no less, no more, one of these, none of those.
    low: f64,
    high: f64,
    only: Option<Vec<f64>>,
    not: Vec<f64>,
}

static NOTHING: Known = Known {
    missing: None,
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
    only: None,
    not: Vec::new(),
};

/// What is known of all columns.
#[derive(Clone, Debug, Default)]
pub struct Knowledge(Vec<(u32, Known)>);

impl Knowledge {
    fn of(&self, column: u32) -> &Known {
        self.0.iter().find(|(known, _)| *known == column).map_or(&NOTHING, |(_, known)| known)
    }

    fn change(&self, column: u32, change: impl FnOnce(&mut Known)) -> Knowledge {
        let mut all = self.clone();
        match all.0.iter_mut().find(|(known, _)| *known == column) {
            Some((_, known)) => change(known),
            None => {
                let mut known = NOTHING.clone();
                change(&mut known);
                all.0.push((column, known));
            }
        }
        all
    }

    /// Whether the column is missing, if that is known.
    pub fn missing(&self, column: u32) -> Option<bool> {
        self.of(column).missing
    }

    /// The knowledge that a column is missing, or is not.
    pub fn with_missing(&self, column: u32, missing: bool) -> Knowledge {
        self.change(column, |known| known.missing = Some(missing))
    }

    /// Which way a value that is there goes, if that is known.
    pub fn implied(&self, column: u32, split: &Split) -> Option<bool> {
        let known = self.of(column);
        match split {
            Split::Threshold { at, less, .. } => {
                let left = |x: f64| match less {
                    Comparison::Less => x < *at,
                    Comparison::LessOrEqual => x <= *at,
                };
                match (left(known.low), left(known.high)) {
                    (_, true) => Some(true),
                    (false, _) => Some(false),
                    _ => None,
                }
            }
            Split::Members { set, member_left, .. } => {
                let listed = |x: &f64| set.contains(x);
                let possible =
                    |x: &&f64| known.low <= **x && **x <= known.high && !known.not.contains(x);
                match &known.only {
                    Some(only) if only.iter().all(listed) => Some(*member_left),
                    Some(only) if !only.iter().any(listed) => Some(!member_left),
                    Some(_) => None,
                    None if !set.iter().any(|x| possible(&x)) => Some(!member_left),
                    None => None,
                }
            }
            Split::Categories { .. } => None,
        }
    }

    /// The knowledge that a value is there and goes one way.
    pub fn with_side(&self, column: u32, split: &Split, left: bool) -> Knowledge {
        self.change(column, |known| {
            known.missing = Some(false);
            known.learn(split, left);
        })
    }

    /// The knowledge of a row on one side of a split, missing values included where they go there.
    pub fn after(&self, column: u32, split: &Split, left: bool) -> Knowledge {
        let missing_here = split.goes_left(f64::NAN) == left;
        let (present, absent) = match split {
            Split::Threshold { at, less: Comparison::LessOrEqual, .. } if *at == f64::INFINITY => {
                (left, !left)
            }
            _ => (true, true),
        };
        self.change(column, |known| {
            if !missing_here && known.missing.is_none() {
                known.missing = Some(false);
            }
            if missing_here && !present && absent {
                known.missing = Some(true);
            }
            known.learn(split, left);
        })
    }
}

impl Known {
    fn learn(&mut self, split: &Split, left: bool) {
        match split {
            Split::Threshold { at, less, .. } => match (less, left) {
                (Comparison::LessOrEqual, true) => self.high = self.high.min(*at),
                (Comparison::LessOrEqual, false) => self.low = self.low.max(at.next_up()),
                (Comparison::Less, true) => self.high = self.high.min(at.next_down()),
                (Comparison::Less, false) => self.low = self.low.max(*at),
            },
            Split::Members { set, member_left, .. } => {
                if *member_left == left {
                    let stays = |x: &f64| self.only.as_ref().is_none_or(|only| only.contains(x));
                    self.only = Some(set.iter().copied().filter(stays).collect());
                } else {
                    if let Some(only) = &mut self.only {
                        only.retain(|x| !set.contains(x));
                    }
                    self.not.extend(set.iter());
                }
            }
            Split::Categories { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MissingRule;

    fn threshold(at: f64) -> Split {
        Split::Threshold { at, less: Comparison::LessOrEqual, missing: MissingRule::NanRight }
    }

    fn members(set: &[f64]) -> Split {
        Split::Members { set: set.into(), member_left: true, missing_left: false }
    }

    #[test]
    fn nothing_is_asked_twice() {
        let none = Knowledge::default();
        assert_eq!(none.implied(0, &threshold(1.0)), None);
        let above = none.with_side(0, &threshold(1.0), false);
        assert_eq!(above.missing(0), Some(false));
        assert_eq!(above.implied(0, &threshold(1.0)), Some(false));
        assert_eq!(above.implied(0, &threshold(2.0)), None);
        assert_eq!(above.implied(0, &members(&[0.5, 1.0])), Some(false));
        assert_eq!(above.implied(1, &threshold(1.0)), None);
        let listed = none.with_side(0, &members(&[1.0, 2.0]), true);
        assert_eq!(listed.implied(0, &members(&[1.0, 2.0, 3.0])), Some(true));
        assert_eq!(listed.implied(0, &members(&[1.0])), None);
        let one = listed.with_side(0, &members(&[2.0]), false);
        assert_eq!(one.implied(0, &members(&[1.0])), Some(true));
        let right = none.after(0, &threshold(1.0), false);
        assert_eq!(right.missing(0), None);
        assert_eq!(none.after(0, &threshold(1.0), true).missing(0), Some(false));
        assert_eq!(none.after(0, &threshold(f64::INFINITY), false).missing(0), Some(true));
    }
}
