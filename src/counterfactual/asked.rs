//! Which way a test goes inside a box: on a column of a feature that may change, on a column that moves with others, and
//! on a column that is derived from some of both.

use crate::model::{FeatureKind, MissingRule, Split, TreeEnsemble};

use super::choices::Choices;
use super::frame::Frame;

/// A range of choices for each feature, both ends included.
pub(super) type Ranges = Vec<(u32, u32)>;

/// What a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// A column of an adjustable feature, at a position among the feature's columns.
    Own { feature: u32, position: u32 },
    /// A dependent column.
    Moved { dependent: u32 },
    /// A derived column of the ensemble, at least one of whose sources moves.
    Derived { derived: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Left,
    Right,
    Both,
}

/// Which choices of one feature go left.
#[derive(Debug)]
enum Side {
    /// Those of a feature before this one.
    Before { feature: u32, first: u32 },
    /// Any; entry `i` counts those among the first `i`.
    Counts { feature: u32, counts: Vec<u32> },
    /// The value of a dependent column decides.
    Moved { dependent: u32, terms: Vec<u32> },
    /// The value of a derived column decides; it is known where these features have one choice left.
    Joint { derived: u32, features: Vec<u32> },
}

/// The tests of an ensemble as one case sees them.
#[derive(Debug)]
pub(super) struct Tests<'a> {
    ensemble: &'a TreeEnsemble,
    frame: &'a Frame<'a>,
    own: &'a [f64],
    choices: &'a [Choices],
    sides: Vec<(Side, &'a Split)>,
}

impl<'a> Tests<'a> {
    pub fn new(
        ensemble: &'a TreeEnsemble,
        frame: &'a Frame<'a>,
        own: &'a [f64],
        choices: &'a [Choices],
        asked: &'a [(Ask, &'a Split)],
    ) -> Self {
        let mut tests = Tests { ensemble, frame, own, choices, sides: Vec::new() };
        tests.sides = asked.iter().map(|(ask, split)| (tests.side(*ask, split), *split)).collect();
        tests
    }

    /// The box of all choices.
    pub fn all(&self) -> Ranges {
        self.choices.iter().map(|c| (0, c.len() as u32 - 1)).collect()
    }

    /// How many tests there are.
    pub fn count(&self) -> u32 {
        self.sides.len() as u32
    }

    /// The features whose choices decide a test.
    pub fn features(&self, test: u32) -> impl Iterator<Item = u32> {
        let (one, several): (Option<u32>, &[u32]) = match &self.sides[test as usize].0 {
            Side::Before { feature, .. } | Side::Counts { feature, .. } => (Some(*feature), &[]),
            Side::Joint { features, .. } => (None, features),
            Side::Moved { terms, .. } => (None, terms),
        };
        one.into_iter().chain(several.iter().copied())
    }

    /// The one feature whose choices decide a test; none where several do.
    pub fn feature(&self, test: u32) -> Option<u32> {
        let mut features = self.features(test);
        features.next().filter(|_| features.next().is_none())
    }

    /// The first choice that goes right, where all before it go left.
    pub fn first(&self, test: u32) -> Option<u32> {
        match self.sides[test as usize].0 {
            Side::Before { first, .. } => Some(first),
            _ => None,
        }
    }

    /// Which way a test goes inside a box; both where that is not settled.
    pub fn way(&self, test: u32, ranges: &Ranges) -> Way {
        let (side, split) = &self.sides[test as usize];
        match side {
            Side::Before { feature, first } => {
                let (from, to) = ranges[*feature as usize];
                match (to < *first, from >= *first) {
                    (true, _) => Way::Left,
                    (_, true) => Way::Right,
                    _ => Way::Both,
                }
            }
            Side::Counts { feature, counts } => {
                let (from, to) = ranges[*feature as usize];
                match counts[to as usize + 1] - counts[from as usize] {
                    0 => Way::Right,
                    n if n == to - from + 1 => Way::Left,
                    _ => Way::Both,
                }
            }
            Side::Moved { dependent, .. } => {
                let (low, high) =
                    self.frame.span(*dependent as usize, self.own, self.choices, ranges);
                let column = self.frame.dependents[*dependent as usize].column;
                let (low, high) = (self.seen(column, low), self.seen(column, high));
                match (split.goes_left(low), split.goes_left(high)) {
                    (left, _) if low == high || low.is_nan() => settled(left),
                    (low, high) if low == high && is_monotone(split) => settled(low),
                    _ => Way::Both,
                }
            }
            Side::Joint { derived, features } => {
                let single = |j: &u32| ranges[*j as usize].0 == ranges[*j as usize].1;
                if !features.iter().all(single) {
                    return Way::Both;
                }
                let row = self.frame.row(self.own, self.choices, ranges);
                settled(split.goes_left(self.derived(*derived, &row)))
            }
        }
    }

    /// A value as the model's tests see it; the hash of a category is no number to round.
    fn seen(&self, column: usize, x: f64) -> f64 {
        match self.ensemble.card.kind(column) {
            FeatureKind::Hashed(_) => x,
            _ => self.ensemble.seen(x),
        }
    }

    fn derived(&self, derived: u32, row: &[f64]) -> f64 {
        let at = self.ensemble.card.features.len() + derived as usize;
        self.ensemble.row(row).get(at).copied().unwrap_or(f64::NAN)
    }

    fn side(&self, ask: Ask, split: &Split) -> Side {
        match ask {
            Ask::Own { feature, position } => {
                let choices = &self.choices[feature as usize];
                let column = self.frame.adjustable[feature as usize].columns[position as usize];
                let seen = |i: usize| self.seen(column, choices.values(i)[position as usize]);
                let ascending = choices.stride() == 1 && is_monotone(split);
                side_of(feature, choices.len(), ascending, |i| split.goes_left(seen(i)))
            }
            Ask::Moved { dependent } => {
                let terms = self.frame.dependents.get(dependent as usize).map(|d| &d.terms);
                let mut terms: Vec<u32> =
                    terms.into_iter().flatten().map(|(j, _)| *j as u32).collect();
                terms.sort_unstable();
                terms.dedup();
                Side::Moved { dependent, terms }
            }
            Ask::Derived { derived } => {
                let features = self.movers(derived);
                let [feature] = features.as_slice() else {
                    return Side::Joint { derived, features };
                };
                let mut ranges: Ranges = self.choices.iter().map(|c| (c.own, c.own)).collect();
                let count = self.choices[*feature as usize].len();
                side_of(*feature, count, false, |i| {
                    ranges[*feature as usize] = (i as u32, i as u32);
                    let row = self.frame.row(self.own, self.choices, &ranges);
                    split.goes_left(self.derived(derived, &row))
                })
            }
        }
    }

    /// The adjustable features that a derived column depends on, also through dependent columns.
    fn movers(&self, derived: u32) -> Vec<u32> {
        let mut features = Vec::new();
        let sources = self.ensemble.derived.get(derived as usize).map(|d| d.sources.as_slice());
        for source in sources.unwrap_or_default() {
            let source = *source as usize;
            let own = self.frame.adjustable.iter().position(|f| f.columns.contains(&source));
            features.extend(own);
            let through = self.frame.dependents.iter().filter(|d| d.column == source);
            features.extend(through.flat_map(|d| d.terms.iter().map(|(j, _)| *j)));
        }
        features.sort_unstable();
        features.dedup();
        features.into_iter().map(|j| j as u32).collect()
    }
}

fn settled(left: bool) -> Way {
    if left { Way::Left } else { Way::Right }
}

/// Whether of ascending numbers those that go left come first.
fn is_monotone(split: &Split) -> bool {
    let Split::Threshold { missing, .. } = split else { return false };
    matches!(missing, MissingRule::NanLeft | MissingRule::NanRight | MissingRule::NanIsZero)
}

fn side_of(
    feature: u32,
    count: usize,
    ascending: bool,
    mut left: impl FnMut(usize) -> bool,
) -> Side {
    if ascending {
        let (mut from, mut to) = (0, count);
        while from < to {
            let middle = (from + to) / 2;
            if left(middle) { from = middle + 1 } else { to = middle }
        }
        return Side::Before { feature, first: from as u32 };
    }
    let mut sum = 0;
    let counts = (0..count).map(|i| {
        sum += u32::from(left(i));
        sum
    });
    let counts: Vec<u32> = counts.collect();
    Side::Counts { feature, counts: std::iter::once(0).chain(counts).collect() }
}
