//! Leaves of more players than a table could hold.
//!
//! A row is compared with each of the background's patterns at such a leaf. They are kept while they are few; a large
//! background at many deep leaves has more of them than fit into memory, and then a leaf's are counted again for each
//! block of rows, one leaf at a time.

use super::plan::{Pattern, Plan, Step, satisfied};
use super::weights::{Order, Weights, all};

/// Patterns that are kept at most, over all leaves: 64 MiB.
pub(super) const MOST_KEPT: usize = 4 << 20;

/// A leaf of more than [`MOST_TABULATED`](super::plan::MOST_TABULATED) players.
#[derive(Debug)]
pub(super) struct DeepLeaf {
    value: f64,
    steps: Vec<Step>,
    pub players: Vec<u32>,
    /// Ascending; none where there is no room for them.
    patterns: Option<Vec<Pattern<u64>>>,
}

/// By test of a tree, one bit a background row: whether it goes left.
pub(super) struct BackgroundSides {
    words: Vec<Vec<u64>>,
    rows: usize,
}

impl BackgroundSides {
    pub fn new(tests: usize, rows: usize) -> Self {
        BackgroundSides { words: vec![vec![0; rows.div_ceil(64)]; tests], rows }
    }

    /// Notes that a row goes left at a test.
    pub fn goes_left(&mut self, test: usize, row: usize) {
        if let Some(word) = self.words.get_mut(test).and_then(|words| words.get_mut(row / 64)) {
            *word |= 1 << (row % 64);
        }
    }

    /// The patterns at a leaf, ascending.
    fn patterns(&self, leaf: &DeepLeaf) -> Vec<Pattern<u64>> {
        let mut bits = vec![all(leaf.players.len()); self.rows];
        for step in &leaf.steps {
            let words = self.words.get(step.test as usize).into_iter().flatten();
            for (rows, word) in bits.chunks_mut(64).zip(words) {
                for (r, bits) in rows.iter_mut().enumerate() {
                    if (word >> r & 1 == 1) != step.left {
                        *bits &= !(1u64 << step.bit);
                    }
                }
            }
        }
        bits.sort_unstable();
        let same = bits.chunk_by(|a, b| a == b);
        let pattern =
            |same: &[u64]| Some(Pattern { bits: *same.first()?, rows: same.len() as u32 });
        same.filter_map(pattern).collect()
    }
}

impl DeepLeaf {
    /// A leaf without patterns.
    pub fn new(value: f64, steps: Vec<Step>, players: Vec<u32>) -> Self {
        DeepLeaf { value, steps, players, patterns: None }
    }

    /// Adds the shares of rows, given by the tree's tests whether they go left, summed over the background rows.
    pub fn add(
        &self,
        patterns: &[Pattern<u64>],
        left: &[bool],
        order: Order,
        weights: &Weights,
        shares: &mut Vec<f64>,
    ) {
        shares.clear();
        shares.resize(order.shares(self.players.len()), 0.0);
        let full = all(self.players.len());
        let own = satisfied(&self.steps, self.players.len(), left);
        for Pattern { bits: other, rows } in patterns {
            if own | other == full && own != *other {
                let amount = self.value * f64::from(*rows);
                weights.share(order, own & !other, other & !own, amount, shares);
            }
        }
    }
}

/// Counts the patterns of a tree's deep leaves and keeps them while there is room for so many; returns whether there was.
pub(super) fn keep(plan: &mut Plan, sides: &BackgroundSides, room: &mut usize) -> bool {
    let mut all_kept = true;
    for leaf in &mut plan.deep {
        let patterns = sides.patterns(leaf);
        if patterns.len() <= *room {
            *room -= patterns.len();
            leaf.patterns = Some(patterns);
        } else {
            all_kept = false;
        }
    }
    all_kept
}

/// Calls with each deep leaf of a tree and its patterns. `sides` gives the background's sides if a leaf needs them.
pub(super) fn each(
    plan: &Plan,
    sides: impl FnOnce() -> BackgroundSides,
    mut call: impl FnMut(&DeepLeaf, &[Pattern<u64>]),
) {
    let missing = plan.deep.iter().any(|leaf| leaf.patterns.is_none());
    let sides = missing.then(sides);
    for leaf in &plan.deep {
        match (&leaf.patterns, &sides) {
            (Some(patterns), _) => call(leaf, patterns),
            (None, Some(sides)) => call(leaf, &sides.patterns(leaf)),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Array3};

    use super::super::trees::Trees;
    use super::MOST_KEPT;
    use crate::model::{Comparison, MissingRule, ModelCard, Node, Split, Tree, TreeEnsemble};

    /// Promise: a large background costs time, not truth. Patterns that there was no room for are counted again, and
    /// give the same bits as those that were kept, for values and pairs, in blocks and for one row.
    #[test]
    fn patterns_that_are_counted_again_are_those_that_were_kept() {
        let features = 20u32;
        let mut nodes = Vec::new();
        for step in 0..features {
            let split = Split::Threshold {
                at: f64::from(step % 3),
                less: Comparison::Less,
                missing: MissingRule::NanLeft,
            };
            let (left, right) = (2 * step + 1, 2 * step + 2);
            nodes.push(Node::Inner { feature: step, split, left, right, cover: 1.0 });
            nodes.push(Node::Leaf { value: f64::from(step * 7 % 5) - 2.0, cover: 1.0 });
        }
        nodes.push(Node::Leaf { value: 3.0, cover: 1.0 });
        let features = features as usize;
        let model = TreeEnsemble {
            card: ModelCard {
                features: (0..features).map(|f| format!("x{f}")).collect(),
                ..ModelCard::default()
            },
            trees: vec![Tree { output: 0, nodes }],
            base: vec![0.5],
            divisor: 1.0,
            ..TreeEnsemble::default()
        };
        let cell = |(r, f): (usize, usize)| ((r * 31 + f * 17 + r * f) % 7) as f64 - 2.0;
        let background = Array2::from_shape_fn((70, features), cell);
        let rows = Array2::from_shape_fn((30, features), |(r, f)| cell((r + 100, f + 3)));
        let kept = Trees::with_room(&model, background.view(), MOST_KEPT).unwrap();
        // Nothing is kept; the first leaves are and the later ones are not.
        for room in [0, 90] {
            let again = Trees::with_room(&model, background.view(), room).unwrap();
            let blocks = [&kept, &again].map(|trees| {
                let mut values = Array3::zeros((30, 1, features));
                trees.explain(rows.view(), &[0], &mut values);
                values
            });
            assert_eq!(blocks[0], blocks[1]);
            assert!(blocks[0].iter().any(|value| *value != 0.0));
            let of = |trees: &Trees| trees.interactions(rows.view(), &[0]);
            assert_eq!(of(&kept), of(&again));
            let row = rows.row(3).to_vec();
            assert_eq!(kept.explain_row(&row, 0), again.explain_row(&row, 0));
        }
    }
}
