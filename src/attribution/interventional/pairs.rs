//! From interaction indices of pairs of players to the cells of a matrix of features.

use super::layout::share_of;
use super::plan::Plan;
use super::weights::Order;
use crate::attribution::Interactions;
use crate::attribution::players::Players;

/// The pairs of players that an output's trees have in one leaf, ascending.
pub(super) fn occurring(plans: &[Plan], output: usize) -> Vec<u64> {
    let mut ids = Vec::new();
    for plan in plans.iter().filter(|plan| plan.tree.output == output) {
        let mut own = Vec::new();
        for at in 0..plan.leaves() {
            own.extend(share_of(Order::Pairs, plan.at(at).players));
        }
        for leaf in &plan.deep {
            own.extend(share_of(Order::Pairs, &leaf.players));
        }
        for leaf in &plan.sloped {
            own.extend(share_of(Order::Pairs, leaf.players()));
        }
        own.sort_unstable();
        own.dedup();
        ids.extend(own);
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The players i < j of a pair's number, j(j−1)/2 + i.
fn players_of(id: u64) -> (usize, usize) {
    // The root is near enough for all numbers of players that fit into memory; one step mends its rounding.
    let mut j = ((1.0 + (1.0 + 8.0 * id as f64).sqrt()) / 2.0) as u64;
    while j * (j.max(1) - 1) / 2 > id {
        j -= 1;
    }
    while j * (j + 1) / 2 <= id {
        j += 1;
    }
    ((id - j * (j.max(1) - 1) / 2) as usize, j as usize)
}

/// What a row gives the players and their pairs, summed over the background.
pub(super) struct PairRow<'a> {
    /// Values of the players.
    pub own: &'a [f64],
    /// Indices of the pairs.
    pub both: &'a [f64],
    /// Whose they are.
    pub ids: &'a [u64],
    pub divisor: f64,
}

impl PairRow<'_> {
    /// The cells of the matrix: half an index on each side of the diagonal, and on it what that leaves of the value. What
    /// belongs to a combination of features is shared among them, as values are.
    pub fn cells(&self, players: &Players) -> Interactions {
        let mut diagonal: Vec<f64> = self.own.iter().map(|value| value / self.divisor).collect();
        let mut cells = Vec::with_capacity(2 * self.both.len() + diagonal.len());
        for (index, id) in self.both.iter().zip(self.ids).filter(|(index, _)| **index != 0.0) {
            let half = index / self.divisor / 2.0;
            let (i, j) = players_of(*id);
            cells.extend([(i as u32, j as u32, half), (j as u32, i as u32, half)]);
            for player in [i, j] {
                diagonal.get_mut(player).into_iter().for_each(|value| *value -= half);
            }
        }
        cells.extend((0u32..).zip(diagonal).map(|(player, value)| (player, player, value)));
        cells.retain(|(.., value)| *value != 0.0);
        cells.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        players.shared_pairs(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered() {
        for j in 0..60u32 {
            for i in 0..j {
                let [id] = share_of(Order::Pairs, &[i, j])[..] else { panic!("one pair") };
                assert_eq!(players_of(id), (i as usize, j as usize));
                assert_eq!(share_of(Order::Pairs, &[j, i]), [id]);
            }
        }
        let last = u64::from(u32::MAX);
        assert_eq!(players_of(last * (last - 1) / 2 + 7), (7, last as usize));
    }
}
