//! The smallest sufficient set, by hitting sets.
//!
//! A row that turns the result differs from the case in some players; a sufficient set must keep at least one of them,
//! and a set that keeps one of every such row's is sufficient (Ignatiev et al., "From contrastive to abductive
//! explanations and back again", AI*IA 2020). So a smallest set that hits all rows known so far is tried; it is
//! sufficient, and then the smallest, or it gives one more row to hit.

use super::forest::own_values;
use super::{Check, Sufficiency, same};

/// Most players that are told apart.
const MOST_PLAYERS: usize = 64;
/// Most sets of one size that are looked at.
const MOST_SETS: u64 = 200_000;

/// What came of the search.
#[derive(Clone, Debug, PartialEq)]
pub enum Smallest {
    /// These players, in their order, are sufficient.
    Set {
        /// Their places.
        players: Vec<usize>,
        /// It is proven that no set of fewer players is.
        smallest: bool,
    },
    /// Proven: no set of at most so many players is sufficient.
    NoneUpTo(usize),
    /// The limit was reached before either was shown.
    Undecided,
    /// Nothing can be proven of such a model.
    NotApplicable,
}

impl Sufficiency<'_> {
    /// The smallest set of at most `most` players that is sufficient for the result of `row`; of sets of the same size
    /// that with the largest sum of `weights` (one a player, such as the sizes of attributions), then the first. At most
    /// `boxes` boxes are looked at in all, so that the answer does not depend on the machine's speed.
    pub fn smallest(&self, row: &[f64], weights: &[f64], most: usize, boxes: usize) -> Smallest {
        let count = self.players.len();
        if !self.is_applicable() || count > MOST_PLAYERS {
            return Smallest::NotApplicable;
        }
        let mut boxes = boxes;
        let (mut to_hit, mut undecided): (Vec<u64>, Vec<u64>) = (vec![], vec![]);
        for size in 0..=most.min(count) {
            if combinations(count, size) > MOST_SETS {
                return Smallest::Undecided;
            }
            while let Some(set) = heaviest(count, size, weights, &to_hit, &undecided) {
                let kept: Vec<bool> = (0..count).map(|j| set >> j & 1 == 1).collect();
                match self.check(row, &kept, &mut boxes) {
                    Check::Proven => {
                        let players = (0..count).filter(|j| set >> j & 1 == 1).collect();
                        return Smallest::Set { players, smallest: undecided.is_empty() };
                    }
                    Check::Refuted(found) => to_hit.push(self.turning(row, found, weights)),
                    Check::Undecided if boxes == 0 => return Smallest::Undecided,
                    Check::Undecided => undecided.push(set),
                    Check::NotApplicable => return Smallest::NotApplicable,
                }
            }
        }
        if undecided.is_empty() { Smallest::NoneUpTo(most.min(count)) } else { Smallest::Undecided }
    }

    /// The players in which a row that turns the result must differ from the case to do so: none of them can take its
    /// own value back. Those of the least weight go back first.
    fn turning(&self, row: &[f64], mut found: Vec<f64>, weights: &[f64]) -> u64 {
        let positive = self.ruling.positive(self.model, row);
        let mut differs: Vec<usize> = (0..self.players.len())
            .filter(|&j| {
                self.players.get(j).is_some_and(|player| {
                    !same(&own_values(player, row), &own_values(player, &found))
                })
            })
            .collect();
        let weight = |j: &usize| weights.get(*j).copied().unwrap_or(0.0);
        differs.sort_by(|a, b| weight(a).total_cmp(&weight(b)).then(b.cmp(a)));
        let mut set = 0u64;
        for j in differs {
            let mut back = found.clone();
            for &column in self.players.get(j).map(|player| &player.columns).into_iter().flatten() {
                if let (Some(cell), Some(own)) = (back.get_mut(column), row.get(column)) {
                    *cell = *own;
                }
            }
            if self.ruling.positive(self.model, &back) != positive {
                found = back;
            } else {
                set |= 1 << j;
            }
        }
        set
    }
}

/// How many sets of a size there are.
fn combinations(of: usize, size: usize) -> u64 {
    (0..size as u64).fold(1u64, |n, i| n.saturating_mul(of as u64 - i) / (i + 1))
}

/// The set of a size that hits everything, is not among those left out, and weighs most; the first of equal ones.
fn heaviest(
    count: usize,
    size: usize,
    weights: &[f64],
    to_hit: &[u64],
    left_out: &[u64],
) -> Option<u64> {
    let weight = |j: usize| weights.get(j).copied().unwrap_or(0.0);
    let mut best: Option<(f64, u64)> = None;
    let mut chosen: Vec<usize> = (0..size).collect();
    loop {
        let set = chosen.iter().fold(0u64, |set, j| set | 1 << j);
        if to_hit.iter().all(|hit| hit & set != 0) && !left_out.contains(&set) {
            let sum: f64 = chosen.iter().map(|j| weight(*j)).sum();
            if best.is_none_or(|(most, _)| sum > most) {
                best = Some((sum, set));
            }
        }
        let Some(i) =
            (0..size).rev().find(|&i| chosen.get(i).is_some_and(|j| *j < count - size + i))
        else {
            return best.map(|(_, set)| set);
        };
        let next = chosen.get(i).map_or(0, |j| j + 1);
        for (k, j) in chosen.iter_mut().skip(i).enumerate() {
            *j = next + k;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_set_that_hits_everything() {
        let weights = [1.0, 5.0, 2.0, 4.0];
        assert_eq!(heaviest(4, 0, &weights, &[], &[]), Some(0));
        assert_eq!(heaviest(4, 0, &weights, &[0b1], &[]), None);
        assert_eq!(heaviest(4, 1, &weights, &[], &[]), Some(0b10));
        assert_eq!(heaviest(4, 2, &weights, &[0b1001, 0b0110], &[]), Some(0b1010));
        assert_eq!(
            heaviest(4, 2, &weights, &[0b1001, 0b0110], &[0b1010]),
            Some(0b0011),
            "the first of equal ones"
        );
        assert_eq!(heaviest(4, 4, &weights, &[0b1], &[]), Some(0b1111));
        assert_eq!(heaviest(4, 2, &[1.0; 4], &[], &[]), Some(0b11), "the first of equal ones");
    }

    #[test]
    fn sets_are_counted() {
        assert_eq!(
            (combinations(10, 0), combinations(10, 3), combinations(64, 4)),
            (1, 120, 635_376)
        );
    }
}
