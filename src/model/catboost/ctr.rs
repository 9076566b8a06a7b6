//! CatBoost's statistics of categories (CTR): how often a category, or several together, went with the target in
//! training, as a number that trees compare.
//!
//! The file carries the counts in a table by hash. The hash of a combination takes in its categories, then whether its
//! numbers are above their borders, then whether its categories are the ones asked for. A combination that training
//! never saw has the statistic of no counts at all.

use std::sync::Arc;

use super::features::{FloatFeature, Treatment};
use crate::model::{HashedLevels, Rule};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Borders,
    Buckets,
    BinarizedTargetMeanValue,
    FloatTargetMeanValue,
    Counter,
    FeatureFreq,
}

impl Kind {
    /// By CatBoost's name.
    pub fn named(name: &str) -> Option<Kind> {
        Some(match name {
            "Borders" => Kind::Borders,
            "Buckets" => Kind::Buckets,
            "BinarizedTargetMeanValue" => Kind::BinarizedTargetMeanValue,
            "FloatTargetMeanValue" => Kind::FloatTargetMeanValue,
            "Counter" => Kind::Counter,
            "FeatureFreq" => Kind::FeatureFreq,
            _ => return None,
        })
    }

    /// By its number in the binary form.
    pub fn numbered(number: u8) -> Option<Kind> {
        let all = [
            Kind::Borders,
            Kind::Buckets,
            Kind::BinarizedTargetMeanValue,
            Kind::FloatTargetMeanValue,
            Kind::Counter,
            Kind::FeatureFreq,
        ];
        all.get(usize::from(number)).copied()
    }
}

/// Which features are counted together, by their index among the numbers or the categories.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Combination {
    pub categories: Vec<usize>,
    /// Whether a number is above a border.
    pub above: Vec<(usize, f32)>,
    /// Whether a category is the one with a hash.
    pub is: Vec<(usize, i32)>,
}

impl Combination {
    /// The category that is counted alone.
    pub fn alone(&self) -> Option<usize> {
        match self.categories.as_slice() {
            [one] if self.above.is_empty() && self.is.is_empty() => Some(*one),
            _ => None,
        }
    }
}

/// What a table is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Base {
    pub combination: Combination,
    pub kind: Kind,
    /// Which of the target's divisions into classes it counts; the JSON form does not tell.
    pub classifier: i32,
}

/// A statistic from the counts of a table, and the borders that trees compare it with.
#[derive(Clone, Debug)]
pub(super) struct Ctr {
    pub base: Base,
    pub target_border: usize,
    pub prior: f32,
    pub prior_weight: f32,
    pub shift: f32,
    pub scale: f32,
    pub borders: Vec<f32>,
}

/// The counts of each hash.
#[derive(Clone, Debug)]
pub(super) enum Counts {
    /// Sum of the target and how often.
    Means(Vec<(f32, i32)>),
    /// How often.
    Totals(Vec<i32>),
    /// How often with each of some classes, hash by hash.
    Classes(usize, Vec<i32>),
}

/// A table of counts.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Hash and place in the counts, ascending.
    places: Vec<(u64, u32)>,
    counts: Counts,
    denominator: i32,
}

/// CatBoost marks an empty place of its hash tables so; JSON lists one of them like a hash.
pub(super) const EMPTY: u64 = u64::MAX;

const MULTIPLIER: u64 = 0x4906_ba49_4954_cb65;

/// The inverse of [`MULTIPLIER`] modulo 2^64, by Newton's iteration.
const INVERSE: u64 = {
    let mut x = MULTIPLIER;
    let mut round = 0;
    while round < 6 {
        x = x.wrapping_mul(2u64.wrapping_sub(MULTIPLIER.wrapping_mul(x)));
        round += 1;
    }
    x
};

/// One more part of a combination's hash.
fn mixed(hash: u64, part: u64) -> u64 {
    MULTIPLIER.wrapping_mul(hash.wrapping_add(MULTIPLIER.wrapping_mul(part)))
}

/// A category's hash as a part: 32 bits with their sign.
fn part(hash: u32) -> u64 {
    i64::from(hash as i32) as u64
}

impl Table {
    /// A table for a kind of statistic.
    ///
    /// # Errors
    /// A clause: counts of another kind, a place without counts, a hash twice.
    pub fn new(
        kind: Kind,
        mut places: Vec<(u64, u32)>,
        counts: Counts,
        denominator: i32,
    ) -> Result<Self, String> {
        let count = match (kind, &counts) {
            (Kind::BinarizedTargetMeanValue | Kind::FloatTargetMeanValue, Counts::Means(all)) => {
                all.len()
            }
            (Kind::Counter | Kind::FeatureFreq, Counts::Totals(all)) => all.len(),
            (Kind::Borders | Kind::Buckets, Counts::Classes(classes @ 2.., all)) => {
                all.len() / classes
            }
            (Kind::Borders | Kind::Buckets, Counts::Classes(classes, _)) => {
                return Err(format!("counts of {classes} classes"));
            }
            _ => return Err("counts of another kind".to_owned()),
        };
        places.retain(|(hash, _)| *hash != EMPTY);
        places.sort_unstable();
        if let Some((_, place)) = places.iter().find(|(_, place)| *place as usize >= count) {
            return Err(format!("place {place} of {count} counts"));
        }
        if let Some([(hash, _), _]) = places.windows(2).find(|w| matches!(w, [a, b] if a.0 == b.0))
        {
            return Err(format!("the hash {hash} twice"));
        }
        Ok(Table { places, counts, denominator })
    }

    /// The categories that a table of one category alone knows.
    pub fn categories(&self) -> impl Iterator<Item = u32> {
        self.places.iter().filter_map(|(hash, _)| {
            let category = hash.wrapping_mul(INVERSE).wrapping_mul(INVERSE);
            (part(category as u32) == category).then_some(category as u32)
        })
    }

    fn place(&self, hash: u64) -> Option<usize> {
        let at = self.places.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
        self.places.get(at).map(|(_, place)| *place as usize)
    }
}

impl Ctr {
    /// What does not fit between a statistic and its table.
    pub fn check(&self, table: &Table) -> Result<(), String> {
        if let (Kind::Borders | Kind::Buckets, Counts::Classes(classes, _)) =
            (self.base.kind, &table.counts)
        {
            let most = if self.base.kind == Kind::Buckets { *classes } else { classes - 1 };
            if self.target_border >= most {
                return Err(format!("target border {} of {classes} classes", self.target_border));
            }
        }
        let numbers = [self.prior, self.prior_weight, self.shift, self.scale];
        if !numbers.iter().chain(&self.borders).all(|x| x.is_finite()) {
            return Err("a prior, a scale or a border that is no number".to_owned());
        }
        if !self.borders.is_sorted_by(|a, b| a < b) {
            return Err("borders that do not ascend".to_owned());
        }
        Ok(())
    }

    /// The statistic at a place of the table; without one, that of no counts.
    fn at(&self, table: &Table, place: Option<usize>) -> f32 {
        let (good, total) = match (&table.counts, place) {
            (Counts::Means(all), Some(place)) => {
                let (sum, count) = all.get(place).copied().unwrap_or_default();
                (sum, count as f32)
            }
            (Counts::Totals(all), place) => {
                let total = place.and_then(|place| all.get(place)).copied().unwrap_or_default();
                (total as f32, table.denominator as f32)
            }
            (Counts::Classes(classes, all), Some(place)) => {
                let own = all.get(place * classes..).and_then(|rest| rest.get(..*classes));
                let own = own.unwrap_or_default();
                let sum = |of: &[i32]| of.iter().map(|n| i64::from(*n)).sum::<i64>() as f32;
                let good = match self.base.kind {
                    Kind::Buckets => own.get(self.target_border..=self.target_border),
                    _ => own.get(self.target_border + 1..),
                };
                (sum(good.unwrap_or_default()), sum(own))
            }
            (Counts::Means(_) | Counts::Classes(..), None) => (0.0, 0.0),
        };
        ((good + self.prior) / (total + self.prior_weight) + self.shift) * self.scale
    }
}

/// A part of a combination with the place of its value among a rule's sources.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Category(usize, Arc<HashedLevels>),
    Above(usize, f32, Treatment),
    Is(usize, i32, Arc<HashedLevels>),
}

/// A statistic as a column that comes from raw columns.
#[derive(Clone, Debug)]
pub(super) struct Statistic {
    pub ctr: Ctr,
    pub table: Arc<Table>,
    /// In the order in which the hash takes them in.
    pub parts: Vec<Part>,
    /// The columns of the combination's categories.
    pub credited: Vec<u32>,
}

impl Statistic {
    /// The statistic of a category counted alone; of none that the table knows if `hash` is none.
    pub fn of(&self, hash: Option<u32>) -> f32 {
        let place = hash.and_then(|hash| self.table.place(mixed(0, part(hash))));
        self.ctr.at(&self.table, place)
    }

    fn hash(&self, sources: &[f64]) -> Option<u64> {
        let mut hash = 0;
        for each in &self.parts {
            hash = match each {
                Part::Category(at, levels) => {
                    mixed(hash, part(levels.hash(sources.get(*at).copied()?)?))
                }
                Part::Above(at, border, treatment) => {
                    let x = sources.get(*at).copied()?;
                    mixed(hash, u64::from(FloatFeature::above(*treatment, *border, x)))
                }
                Part::Is(at, asked, levels) => {
                    let is = levels.hash(sources.get(*at).copied()?)? as i32 == *asked;
                    mixed(hash, u64::from(is))
                }
            };
        }
        Some(hash)
    }
}

impl Rule for Statistic {
    fn value(&self, sources: &[f64]) -> f64 {
        let place = self.hash(sources).and_then(|hash| self.table.place(hash));
        f64::from(self.ctr.at(&self.table, place))
    }

    fn credited(&self) -> Option<&[u32]> {
        Some(&self.credited)
    }

    fn borders(&self, source: usize) -> Option<Vec<f64>> {
        let mut borders = vec![];
        for each in &self.parts {
            match each {
                Part::Above(at, border, _) if *at == source => borders.push(f64::from(*border)),
                Part::Category(at, _) | Part::Is(at, ..) if *at == source => return None,
                Part::Above(..) | Part::Category(..) | Part::Is(..) => {}
            }
        }
        Some(borders)
    }
}
