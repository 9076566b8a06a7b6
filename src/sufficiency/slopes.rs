//! Leaves that are weighted sums (LightGBM's linear trees): their highest value inside a box, and the row that has it.
//!
//! Between two neighbouring thresholds every tree has one leaf, so that the score is a weighted sum of the numbers: its
//! highest value lies at an end of each range. Values are listed with both ends of each cell, and a missing value (which
//! turns the leaf into another number) is taken apart from the others before a box counts as whole.

use super::answers::Range;
use super::forest::{Forest, NONE, Twig};
use super::open::{Asked, Open};
use crate::model::Slope;

/// A leaf of a tree that has weighted sums; a constant one has no terms.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// The value where a number of the sum is missing.
    fallback: f64,
    constant: f64,
    /// Column and weight.
    terms: Vec<(usize, f64)>,
}

impl Sum {
    /// A leaf's part of the score.
    pub fn of(slope: &Slope, divisor: f64) -> Sum {
        let term = |(column, weight): &(u32, f64)| (*column as usize, weight / divisor);
        Sum {
            fallback: slope.fallback / divisor,
            constant: slope.constant / divisor,
            terms: slope.terms.iter().map(term).collect(),
        }
    }

    /// A leaf of one value.
    pub fn constant(value: f64) -> Sum {
        Sum { fallback: value, constant: value, terms: vec![] }
    }

    /// Whether all its numbers are finite.
    pub fn is_finite(&self) -> bool {
        let mut weights = self.terms.iter();
        self.fallback.is_finite()
            && self.constant.is_finite()
            && weights.all(|(_, weight)| weight.is_finite())
    }

    /// The columns that it weighs.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        self.terms.iter().map(|(column, _)| *column)
    }

    /// Its value for a row as the model sees it.
    pub fn value(&self, seen: &[f64]) -> f64 {
        let mut sum = self.constant;
        for (column, weight) in &self.terms {
            match seen.get(*column) {
                Some(x) if !x.is_nan() => sum += weight * x,
                _ => return self.fallback,
            }
        }
        sum
    }

    /// Adds what each column weighs, unless one of them is missing.
    pub fn add_weights(&self, seen: &[f64], sign: f64, into: &mut [f64]) {
        if self.columns().any(|column| seen.get(column).is_none_or(|x| x.is_nan())) {
            return;
        }
        for (column, weight) in &self.terms {
            if let Some(total) = into.get_mut(*column) {
                *total += sign * weight;
            }
        }
    }

    /// The sum of the magnitudes that are added where each column is as large as `largest` says.
    pub fn size(&self, largest: &dyn Fn(usize) -> f64) -> f64 {
        let terms = self.terms.iter().map(|(column, weight)| weight.abs() * largest(*column));
        (self.constant.abs() + terms.sum::<f64>()).max(self.fallback.abs())
    }
}

/// What a column can be inside a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Its ends; none where it is missing in the whole box.
    ends: Option<(f64, f64)>,
    missing: bool,
}

impl Reach {
    const NOTHING: Reach = Reach { ends: None, missing: false };

    /// With one more value.
    fn with(self, x: f64) -> Reach {
        match (x.is_nan(), self.ends) {
            (true, _) => Reach { missing: true, ..self },
            (false, None) => Reach { ends: Some((x, x)), ..self },
            (false, Some((low, high))) => Reach { ends: Some((low.min(x), high.max(x))), ..self },
        }
    }
}

impl Asked<'_, '_> {
    /// What a column can be inside a box.
    fn reach(&self, open: &Open, column: usize) -> Reach {
        let forest = self.forest;
        let at = |values: &[f64], position: usize| {
            forest.number_seen(column, values.get(position).copied().unwrap_or(f64::NAN))
        };
        let own = at(self.case.row, column);
        let range = forest.owner(column).and_then(|(j, position)| {
            let range = open.ranges.get(j).copied().flatten()?;
            Some((forest.values.get(j)?, position, range))
        });
        let Some((values, position, (from, to))) = range else {
            return Reach::NOTHING.with(own);
        };
        (from..=to).fold(Reach::NOTHING, |reach, place| match values.get(place as usize) {
            Some(values) => reach.with(at(values, position)),
            None => reach.with(own),
        })
    }

    /// Brings up to date what sums can be after a player was narrowed; all of them without one.
    pub fn reach_sums(&self, open: &mut Open, moved: Option<usize>) {
        let forest = self.forest;
        if forest.sums.is_empty() {
            return;
        }
        let own = |column: usize| forest.owner(column).map(|(player, _)| player);
        open.reach.resize(forest.sloped.len(), Reach::NOTHING);
        open.sums.resize(forest.sums.len(), f64::INFINITY);
        for (c, &column) in forest.sloped.iter().enumerate() {
            if moved.is_none_or(|moved| own(column) == Some(moved)) {
                let reach = self.reach(open, column);
                if let Some(of) = open.reach.get_mut(c) {
                    *of = reach;
                }
            }
        }
        for (s, sum) in forest.sums.iter().enumerate() {
            if moved.is_none_or(|moved| sum.columns().any(|column| own(column) == Some(moved))) {
                let highest = self.highest_sum(sum, &open.reach);
                if let Some(of) = open.sums.get_mut(s) {
                    *of = highest;
                }
            }
        }
    }

    fn highest_sum(&self, sum: &Sum, reach: &[Reach]) -> f64 {
        let sign = if self.up { 1.0 } else { -1.0 };
        let mut highest = sign * sum.constant;
        let mut missing = false;
        for (column, weight) in &sum.terms {
            let place = self.forest.sloped.binary_search(column).ok();
            let reach = place.and_then(|place| reach.get(place)).copied();
            let Some(Reach { ends: Some((low, high)), missing: may_be }) = reach else {
                return sign * sum.fallback;
            };
            missing |= may_be;
            highest += (sign * weight * low).max(sign * weight * high);
        }
        if missing { highest.max(sign * sum.fallback) } else { highest }
    }

    /// A player that sums weigh, whose range has numbers together with a missing value or one outside: where to divide it.
    pub fn mixed(&self, open: &Open) -> Option<(usize, u32)> {
        let forest = self.forest;
        for &column in &forest.sloped {
            let Some((j, position)) = forest.owner(column) else { continue };
            let Some(Some((from, to))) = open.ranges.get(j).copied() else { continue };
            let Some(values) = forest.values.get(j) else { continue };
            let is_missing = |place: u32| {
                let values = values.get(place as usize);
                values.and_then(|v| v.get(position)).map(|x| x.is_nan())
            };
            let first = is_missing(from);
            let end = (from..=to).take_while(|&place| is_missing(place) == first).last();
            if let Some(end) = end.filter(|end| *end < to) {
                return Some((j, end));
            }
        }
        None
    }

    /// The places with the highest score of a box in which every test is answered, and that score.
    pub fn peak(&self, open: &Open) -> (Vec<u32>, f64) {
        let forest = self.forest;
        let sign = if self.up { 1.0 } else { -1.0 };
        let first = |range: &Option<Range>| range.map_or(NONE, |(from, _)| from);
        let mut places: Vec<u32> = open.ranges.iter().map(first).collect();
        let mut seen = forest.seen(&forest.row(self.case, places.iter().copied()));
        // What each column weighs in the leaves that this box reaches.
        let mut weights = vec![0.0; seen.len()];
        for &root in &forest.roots {
            // Numbers are apart from missing values: a sum that falls back does so in the whole box.
            let leaf = self.leaf(root, &places, &seen);
            if let Some(sum) = leaf.and_then(|leaf| forest.sum(leaf)) {
                sum.add_weights(&seen, sign, &mut weights);
            }
        }
        for (j, range) in open.ranges.iter().enumerate() {
            let (Some((from, to)), Some(player), Some(values)) =
                (range, forest.players.get(j), forest.values.get(j))
            else {
                continue;
            };
            let worth = |place: u32| -> f64 {
                let Some(values) = values.get(place as usize) else { return 0.0 };
                let each = player.columns.iter().zip(values).filter(|(_, x)| !x.is_nan());
                each.map(|(c, x)| {
                    weights.get(*c).copied().unwrap_or(0.0) * forest.number_seen(*c, *x)
                })
                .sum()
            };
            let best =
                (*from..=*to).reduce(|best, at| if worth(at) > worth(best) { at } else { best });
            if let (Some(place), Some(best)) = (places.get_mut(j), best) {
                *place = best;
            }
        }
        seen = forest.seen(&forest.row(self.case, places.iter().copied()));
        let leaf =
            |root: u32| self.leaf(root, &places, &seen).map(|twig| forest.value(twig, &seen));
        let sum: f64 = forest.roots.iter().filter_map(|root| leaf(*root)).sum();
        let score = sign * (forest.base + sum);
        (places, score)
    }
}

impl Forest<'_> {
    /// Whether a leaf is a weighted sum.
    pub fn has_sums(&self) -> bool {
        !self.sums.is_empty()
    }

    /// The weighted sum of a leaf.
    pub fn sum(&self, leaf: &Twig) -> Option<&Sum> {
        self.sums.get(leaf.left as usize)
    }

    /// What a leaf adds to the score of a row as the model sees it.
    pub fn value(&self, leaf: &Twig, seen: &[f64]) -> f64 {
        self.sum(leaf).map_or(leaf.value, |sum| sum.value(seen))
    }
}
