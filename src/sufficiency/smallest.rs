//! The smallest sufficient set, by hitting sets.
//!
//! A row that turns the result differs from the case in some players; a sufficient set must keep at least one of them,
//! and a set that keeps one of every such row's is sufficient (Ignatiev et al., "From contrastive to abductive
//! explanations and back again", AI*IA 2020). So a smallest set that hits all rows known so far is tried; it is
//! sufficient, and then the smallest, or it gives one more row to hit.

use super::climb::Climbs;
use super::hitting::heaviest;
use super::{Check, Sufficiency, own_values, same};

/// Most players that are told apart.
const MOST_PLAYERS: usize = 64;
/// The share of all boxes that one set may take, so that a set that cannot be settled leaves some for larger ones.
const SHARE: usize = 4;

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
    /// that with the largest sum of `weights` (one a player, such as the sizes of attributions). At most `boxes` boxes are
    /// looked at in all, so that the answer does not depend on the machine's speed.
    pub fn smallest(&self, row: &[f64], weights: &[f64], most: usize, boxes: usize) -> Smallest {
        let count = self.players.len();
        if !self.is_applicable() || count > MOST_PLAYERS {
            return Smallest::NotApplicable;
        }
        let most = most.min(count);
        let asked = self.of(row);
        let mut boxes = boxes;
        let share = boxes.div_ceil(SHARE);
        // What turns the result alone is in every sufficient set.
        let mut to_hit: Vec<u64> = self.turning_alone(&asked).into_iter().map(|j| 1 << j).collect();
        let (mut undecided, mut climbs): (Vec<u64>, Climbs) = (vec![], Climbs::default());
        for size in to_hit.len()..=most {
            while let Some(set) = heaviest(count, size, weights, &to_hit, &undecided) {
                if boxes == 0 {
                    return Smallest::Undecided;
                }
                let kept: Vec<bool> = (0..count).map(|j| set >> j & 1 == 1).collect();
                // A set costs one box at least, so that the search ends.
                let mut own = share.min(boxes) - 1;
                let before = own;
                let found = self.settle(&asked, &kept, &mut own, &mut climbs);
                boxes -= 1 + before - own;
                match found {
                    Check::Proven => {
                        let players = (0..count).filter(|j| set >> j & 1 == 1).collect();
                        return Smallest::Set { players, smallest: undecided.is_empty() };
                    }
                    Check::Refuted(found) => to_hit.push(self.turning(row, found, weights)),
                    Check::Undecided => undecided.push(set),
                    Check::NotApplicable => return Smallest::NotApplicable,
                }
            }
        }
        if undecided.is_empty() { Smallest::NoneUpTo(most) } else { Smallest::Undecided }
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
