//! A test as a question about the place of a value among its player's values.

use crate::model::{MissingRule, Split};

/// A range of values of a player, by place, both ends included.
pub(super) type Range = (u32, u32);

/// What is known of a test's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Left,
    Right,
    Both,
}

impl Way {
    /// The way of a test whose answer is known.
    pub fn of(left: bool) -> Way {
        if left { Way::Left } else { Way::Right }
    }
}

/// The answers of a test, by the values of its player.
#[derive(Debug)]
pub(super) enum Answers {
    /// Of ascending numbers those before `first` go left; a missing value, which comes last, goes its own way.
    Ascending { first: u32, numbers: u32, missing_left: bool },
    /// Any; entry `i` counts those among the first `i` that go left.
    Counts(Vec<u32>),
}

impl Answers {
    /// The answers to values of a player, of which each has one number at `position`.
    pub fn of(
        split: &Split,
        values: &[Vec<f64>],
        position: usize,
        seen: &dyn Fn(f64) -> f64,
    ) -> Answers {
        let at =
            |i: usize| values.get(i).and_then(|v| v.get(position)).copied().unwrap_or(f64::NAN);
        let numbers = (0..values.len()).take_while(|&i| !at(i).is_nan()).count();
        let ascends = (1..numbers).all(|i| at(i - 1) <= at(i)) && numbers + 1 >= values.len();
        let plain = match split {
            Split::Threshold { missing, .. } => {
                matches!(
                    missing,
                    MissingRule::NanLeft | MissingRule::NanRight | MissingRule::NanIsZero
                )
            }
            Split::Categories { .. } | Split::Members { .. } => false,
        };
        if ascends && plain {
            let (mut from, mut to) = (0, numbers);
            while from < to {
                let middle = (from + to) / 2;
                if split.goes_left(seen(at(middle))) { from = middle + 1 } else { to = middle }
            }
            return Answers::Ascending {
                first: from as u32,
                numbers: numbers as u32,
                missing_left: split.goes_left(f64::NAN),
            };
        }
        Answers::counted((0..values.len()).map(|i| split.goes_left(seen(at(i)))))
    }

    /// Answers of any kind, in the order of the values.
    pub fn counted(left: impl Iterator<Item = bool>) -> Answers {
        let mut sum = 0;
        let counts = left.map(|left| {
            sum += u32::from(left);
            sum
        });
        Answers::Counts(std::iter::once(0).chain(counts).collect())
    }

    /// How many numbers it takes to keep them.
    pub fn size(&self) -> usize {
        match self {
            Answers::Ascending { .. } => 1,
            Answers::Counts(counts) => counts.len(),
        }
    }

    /// Whether the value at a place goes left.
    pub fn left(&self, place: u32) -> bool {
        match self {
            Answers::Ascending { first, numbers, missing_left } => {
                place < *first || place >= *numbers && *missing_left
            }
            Answers::Counts(counts) => {
                let at = |i: u32| counts.get(i as usize).copied();
                at(place) != at(place + 1)
            }
        }
    }

    /// Which way it goes for a range of values.
    pub fn way(&self, (from, to): Range) -> Way {
        match self {
            Answers::Ascending { first, numbers, missing_left } => {
                let has_number = from < *numbers;
                let last = to.min(numbers.saturating_sub(1));
                let has_missing = to >= *numbers;
                let left = has_number && from < *first || has_missing && *missing_left;
                let right = has_number && last >= *first || has_missing && !missing_left;
                match (left, right) {
                    (true, true) => Way::Both,
                    (left, _) => Way::of(left),
                }
            }
            Answers::Counts(counts) => {
                let at = |i: u32| counts.get(i as usize).copied();
                let (Some(before), Some(after)) = (at(from), at(to + 1)) else { return Way::Both };
                match after - before {
                    0 => Way::Right,
                    n if n == to - from + 1 => Way::Left,
                    _ => Way::Both,
                }
            }
        }
    }

    /// The last place up to which all values from `from` on go its way.
    pub fn run_from(&self, (from, to): Range) -> u32 {
        match self {
            Answers::Ascending { first, numbers, missing_left } => {
                let left = self.left(from);
                // the last number of this side, then the missing value where it goes the same way
                let last = if left && from < *numbers { *first } else { *numbers };
                let joins = last == *numbers && *missing_left == left;
                let last = if from >= *numbers || joins { *numbers } else { last - 1 };
                last.min(to)
            }
            Answers::Counts(_) => {
                let left = self.left(from);
                (from..=to).take_while(|place| self.left(*place) == left).last().unwrap_or(from)
            }
        }
    }

    /// The first place from which on all values up to `to` go its way.
    pub fn run_to(&self, (from, to): Range) -> u32 {
        match self {
            Answers::Ascending { first, numbers, .. } => {
                let left = self.left(to);
                let start = match (to >= *numbers, left) {
                    // a missing value after numbers that go the other way
                    (true, true) if *first < *numbers => *numbers,
                    (_, true) => 0,
                    (_, false) => *first,
                };
                start.max(from).min(to)
            }
            Answers::Counts(_) => {
                let left = self.left(to);
                let places = (from..=to).rev().take_while(|place| self.left(*place) == left);
                places.last().unwrap_or(to)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Comparison;

    /// Ways and runs of every range are those of asking value by value.
    #[test]
    fn runs_end_where_the_answer_changes() {
        let less = |at, missing| Split::Threshold { at, less: Comparison::Less, missing };
        let set = Split::Members {
            set: vec![1.0, 2.0, 5.0].into(),
            member_left: true,
            missing_left: false,
        };
        let mut splits = vec![set];
        for at in [-1.0, 0.5, 3.0, 9.0] {
            splits.push(less(at, MissingRule::NanLeft));
            splits.push(less(at, MissingRule::NanRight));
            splits.push(less(at, MissingRule::ZeroLeft));
        }
        for missing in [false, true] {
            let numbers = (0..6).map(|i| vec![f64::from(i)]);
            let values: Vec<Vec<f64>> = numbers.chain(missing.then(|| vec![f64::NAN])).collect();
            for split in &splits {
                let answers = Answers::of(split, &values, 0, &|x| x);
                let left: Vec<bool> = values.iter().map(|v| split.goes_left(v[0])).collect();
                for from in 0..values.len() {
                    assert_eq!(answers.left(from as u32), left[from], "{split:?}");
                    for to in from..values.len() {
                        let range = (from as u32, to as u32);
                        let inside = &left[from..=to];
                        let way = match inside.iter().filter(|left| **left).count() {
                            0 => Way::Right,
                            n if n == inside.len() => Way::Left,
                            _ => Way::Both,
                        };
                        assert_eq!(answers.way(range), way, "{split:?} {range:?}");
                        let same = |a: &&bool| **a == inside[0];
                        let run = inside.iter().take_while(same).count() - 1;
                        assert_eq!(
                            answers.run_from(range),
                            (from + run) as u32,
                            "{split:?} {range:?}"
                        );
                        let same = |a: &&bool| **a == inside[inside.len() - 1];
                        let run = inside.iter().rev().take_while(same).count() - 1;
                        assert_eq!(answers.run_to(range), (to - run) as u32, "{split:?} {range:?}");
                    }
                }
            }
        }
    }
}
