//! The way down a tree, for a row and every background row at once: which of the path's players the row satisfies, and
//! for each of them which background rows do.
//!
//! A leaf with value v counts for a background row only if every player of its path is satisfied by the explained row or
//! by the background row (see [`interventional`](super::super::interventional)). So a player that the explained row
//! fails must be satisfied by the background row, and rows that do not are dropped on the way down. What is left at a
//! leaf are the rows for which it counts; sets of them are bits in words.

use crate::model::{Node, Tree};

/// Bits of a set of rows, 64 a word.
pub(super) fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(64 * at + bit)
        })
    })
}

/// Words of a set of `rows` rows with all of them in it.
pub(super) fn everyone(rows: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; rows.div_ceil(64)];
    if let (Some(last), true) = (words.last_mut(), !rows.is_multiple_of(64)) {
        *last = (1 << (rows % 64)) - 1;
    }
    words
}

/// Where the path stands.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// Distinct players of the path.
    pub players: Vec<usize>,
    /// By player: the explained row satisfies all its tests.
    pub own: Vec<bool>,
    /// By player and word: background rows that satisfy all its tests. Bits beyond the last row mean nothing.
    theirs: Vec<u64>,
    /// Background rows for which a leaf below may count.
    pub active: Vec<u64>,
}

impl Level {
    fn copy(&mut self, other: &Level) {
        self.players.clone_from(&other.players);
        self.own.clone_from(&other.own);
        self.theirs.clone_from(&other.theirs);
        self.active.clone_from(&other.active);
    }

    /// Background rows that satisfy all tests of the player at a place of the path.
    pub fn theirs(&self, place: usize) -> &[u64] {
        let words = self.active.len();
        self.theirs.get(place * words..(place + 1) * words).unwrap_or_default()
    }

    /// The path after one more test: its player, whether the explained row passes, and which background rows do.
    fn enter(
        &mut self,
        above: &Level,
        player: usize,
        own: bool,
        theirs: impl Iterator<Item = u64>,
    ) {
        self.copy(above);
        let words = self.active.len();
        let place = match self.players.iter().position(|known| *known == player) {
            Some(place) => place,
            None => {
                self.players.push(player);
                self.own.push(true);
                self.theirs.resize(self.theirs.len() + words, u64::MAX);
                self.players.len() - 1
            }
        };
        let satisfied = self.own.get_mut(place).is_some_and(|known| {
            *known &= own;
            *known
        });
        let sets = self.theirs.iter_mut().skip(place * words);
        for ((set, theirs), active) in sets.zip(theirs).zip(&mut self.active) {
            *set &= theirs;
            if !satisfied {
                *active &= *set;
            }
        }
    }
}

/// A node to go to.
#[derive(Clone, Copy, Debug)]
struct Visit {
    node: usize,
    depth: usize,
    /// The node above, and whether this is its left child.
    from: Option<(usize, bool)>,
}

/// Working memory of a walk, reused over trees.
#[derive(Debug, Default)]
pub(super) struct Walk {
    levels: Vec<Level>,
    open: Vec<Visit>,
}

impl Walk {
    /// Goes to every leaf that counts for some background row. `rows` are all background rows, `left` (node × word) those
    /// that go left at a node, `player` is a column's player, `goes_left` the explained row's side.
    pub fn leaves(
        &mut self,
        tree: &Tree,
        rows: &[u64],
        left: &[u64],
        player: impl Fn(u32) -> usize,
        goes_left: impl Fn(&Node) -> bool,
        mut leaf: impl FnMut(&Node, &Level),
    ) {
        let words = rows.len();
        self.open.clear();
        self.open.push(Visit { node: 0, depth: 0, from: None });
        while let Some(Visit { node: at, depth, from }) = self.open.pop() {
            if self.levels.len() <= depth {
                self.levels.resize_with(depth + 1, Level::default);
            }
            let (above, here) = self.levels.split_at_mut(depth);
            let Some(here) = here.first_mut() else { continue };
            match (
                above.last(),
                from.and_then(|(parent, side)| Some((parent, side, tree.nodes.get(parent)?))),
            ) {
                (Some(above), Some((parent, side, node @ Node::Inner { feature, .. }))) => {
                    let sides = left.get(parent * words..(parent + 1) * words).unwrap_or_default();
                    let theirs = sides.iter().map(|word| if side { *word } else { !word });
                    here.enter(above, player(*feature), goes_left(node) == side, theirs);
                }
                _ => {
                    here.players.clear();
                    here.own.clear();
                    here.theirs.clear();
                    here.active.clear();
                    here.active.extend_from_slice(rows);
                }
            }
            if here.active.iter().all(|word| *word == 0) {
                continue;
            }
            match tree.nodes.get(at) {
                Some(Node::Inner { left, right, .. }) => {
                    let below = |child: u32, is_left| Visit {
                        node: child as usize,
                        depth: depth + 1,
                        from: Some((at, is_left)),
                    };
                    self.open.push(below(*right, false));
                    self.open.push(below(*left, true));
                }
                Some(node) => leaf(node, here),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_rows_are_bits() {
        assert_eq!(everyone(64), [u64::MAX]);
        assert_eq!(everyone(66), [u64::MAX, 3]);
        assert_eq!(everyone(0), [0u64; 0]);
        assert_eq!(bits(&[5, 0, 1 << 63]).collect::<Vec<_>>(), [0, 2, 191]);
        assert_eq!(bits(&everyone(130)).count(), 130);
    }
}
