//! Several models together, in ways that are no sums with fixed weights: means of those that take part, medians, the
//! surest, votes.

use std::sync::Arc;

use super::expression::Row;
use super::predicate::Predicate;
use super::score::Scored;

/// How results of several models become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combination {
    /// The mean by weight.
    Average,
    /// The sum by weight.
    Sum,
    /// The one in the middle.
    Median,
    /// The first one, from below, up to which half of the weight lies.
    WeightedMedian,
    /// Of classes: the mean of the models that are surest of the class that one of them is surest of.
    Surest,
    /// Of classes: the mean of the models closest to the largest of the classes' medians.
    Middle,
    /// Of classes: the shares of the votes, one a model for its most probable class, by weight.
    Votes,
}

/// What becomes of a member without a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Absent {
    /// There is no result.
    Nothing,
    /// It is left out, as long as the absent weigh no more than this share.
    LeftOut(f64),
    /// Of votes: as `LeftOut`; and there is no result if more are without a vote than have any one class.
    Counted(f64),
}

/// One of several models.
#[derive(Debug)]
pub struct Member {
    /// When it takes part.
    pub predicate: Predicate,
    /// Its weight in the result.
    pub weight: f64,
    /// Its weight among those that are absent.
    pub mass: f64,
    /// The model.
    pub scored: Arc<Scored>,
}

/// Several models together.
#[derive(Debug)]
pub struct Combined {
    /// How.
    pub how: Combination,
    /// Members without a result.
    pub absent: Absent,
    /// The models.
    pub members: Vec<Member>,
}

/// The results of the members that take part, each with its weight.
struct Taken {
    results: Vec<(f64, Vec<f64>)>,
    /// The weight of those without a result.
    silent: f64,
}

impl Combined {
    /// The results, one a score; NaN where there is none.
    pub fn values(&self, row: Row<'_>) -> Vec<f64> {
        let outputs = self.members.first().map_or(1, |member| member.scored.sums.len());
        let found = self.taken(row).and_then(|taken| match self.how {
            Combination::Votes => self.votes(&taken, outputs),
            Combination::Surest | Combination::Middle => Some(self.chosen(&taken.results, outputs)),
            _ => Some((0..outputs).map(|k| self.number(&taken.results, k)).collect()),
        });
        found.unwrap_or_else(|| vec![f64::NAN; outputs])
    }

    /// Who takes part; nothing where that leaves no result.
    fn taken(&self, row: Row<'_>) -> Option<Taken> {
        let mut taken = Taken { results: vec![], silent: 0.0 };
        let (mut all, mut gone) = (0.0, 0.0);
        for member in &self.members {
            if member.predicate.answer(row) != Some(true) {
                continue;
            }
            let values = member.scored.values(row);
            all += member.mass;
            if !values.iter().any(|x| x.is_nan()) {
                taken.results.push((member.weight, values));
            } else if self.absent == Absent::Nothing {
                return None;
            } else {
                gone += member.mass;
                taken.silent += member.weight;
            }
        }
        let most = match self.absent {
            Absent::Nothing => f64::INFINITY,
            Absent::LeftOut(most) | Absent::Counted(most) => most,
        };
        (gone / all <= most && !taken.results.is_empty()).then_some(taken)
    }

    /// One number of the results'.
    fn number(&self, results: &[(f64, Vec<f64>)], k: usize) -> f64 {
        let of =
            || results.iter().map(|(w, values)| (*w, values.get(k).copied().unwrap_or(f64::NAN)));
        let sum: f64 = of().map(|(w, x)| w * x).sum();
        match self.how {
            Combination::Average => sum / of().map(|(w, _)| w).sum::<f64>(),
            Combination::WeightedMedian => {
                let mut sorted: Vec<(f64, f64)> = of().collect();
                sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
                let half = 0.5 * of().map(|(w, _)| w).sum::<f64>();
                let mut below = 0.0;
                let found = sorted.iter().find(|(w, _)| {
                    below += w;
                    below >= half
                });
                found.map_or(f64::NAN, |(_, x)| *x)
            }
            Combination::Median => median(of().map(|(_, x)| x)),
            _ => sum,
        }
    }

    /// The mean of the members that are chosen by the class that most is said for.
    fn chosen(&self, results: &[(f64, Vec<f64>)], outputs: usize) -> Vec<f64> {
        let classes: Vec<Vec<f64>> = results.iter().map(|(_, values)| whole(values)).collect();
        let count = classes.first().map_or(0, Vec::len);
        let of = |class: usize| {
            classes.iter().map(move |shares| shares.get(class).copied().unwrap_or(f64::NAN))
        };
        let said: Vec<f64> = (0..count)
            .map(|class| match self.how {
                Combination::Surest => of(class).fold(f64::NEG_INFINITY, f64::max),
                _ => median(of(class)),
            })
            .collect();
        let class = first_largest(&said);
        let target = said.get(class).copied().unwrap_or(f64::NAN);
        let distance = |share: f64| (target - share).abs();
        let least = of(class).map(distance).fold(f64::INFINITY, f64::min);
        let chosen = || {
            let near = of(class).map(move |share| distance(share) <= least);
            results.iter().zip(near).filter(|(_, near)| *near).map(|((_, values), _)| values)
        };
        let number = chosen().count() as f64;
        let sum =
            |k: usize| chosen().map(|values| values.get(k).copied().unwrap_or(f64::NAN)).sum();
        (0..outputs)
            .map(|k| {
                let sum: f64 = sum(k);
                sum / number
            })
            .collect()
    }

    /// The shares of the votes.
    fn votes(&self, taken: &Taken, outputs: usize) -> Option<Vec<f64>> {
        let mut counts: Vec<f64> = vec![];
        for (weight, values) in &taken.results {
            let shares = whole(values);
            counts.resize(shares.len().max(counts.len()), 0.0);
            if let Some(count) = counts.get_mut(first_largest(&shares)) {
                *count += weight;
            }
        }
        let (all, most) = (counts.iter().sum::<f64>(), counts.iter().copied().fold(0.0, f64::max));
        let outvoted = matches!(self.absent, Absent::Counted(_)) && taken.silent > most;
        let skip = counts.len().saturating_sub(outputs);
        (all > 0.0 && !outvoted).then(|| counts.iter().skip(skip).map(|c| c / all).collect())
    }
}

/// One number a class: of two classes there is one score, that of the second.
fn whole(values: &[f64]) -> Vec<f64> {
    match values {
        [second] => vec![1.0 - second, *second],
        several => several.to_vec(),
    }
}

/// The place of the largest number, of equal ones the first.
fn first_largest(numbers: &[f64]) -> usize {
    let placed = numbers.iter().copied().enumerate();
    placed.fold((0, f64::NEG_INFINITY), |best, (i, x)| if x > best.1 { (i, x) } else { best }).0
}

/// The number in the middle, or the mean of the two there.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = |at: usize| sorted.get(at).copied().unwrap_or(f64::NAN);
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => middle(half),
        _ => (middle(half.saturating_sub(1)) + middle(half)) / 2.0,
    }
}
