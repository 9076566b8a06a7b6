//! Trees with a background, laid out for walks with two rows at once.
//!
//! Which way a row goes at every node is asked once a row, one bit a node; then a walk with two rows reads bits and
//! small nodes only.

use std::borrow::Cow;

use ndarray::ArrayView2;

use crate::attribution::groups::Groups;
use crate::model::{Model, Node, Tree, TreeEnsemble};

/// Most bits that are kept for a background: 128 MiB.
const MOST_BITS: usize = 1 << 30;

/// Trees with a background.
#[derive(Debug)]
pub(super) struct Wood<'m> {
    ensemble: &'m TreeEnsemble,
    /// In preorder: a left child follows its parent.
    trees: Vec<Cow<'m, Tree>>,
    /// Nodes of all trees, one after the other.
    nodes: Vec<Small>,
    count: usize,
    background: Background,
}

/// A node.
#[derive(Debug)]
struct Small {
    /// Of the tested column.
    player: u32,
    /// Place of the right child; 0 of a leaf.
    right: u32,
    /// Of a leaf, already divided.
    value: f64,
}

#[derive(Debug)]
enum Background {
    /// Which way each row goes at every node.
    Sides(Vec<Vec<u64>>),
    /// The rows as the trees see them, where those would be too many.
    Rows(Vec<Vec<f64>>),
}

/// What a player has been decided to be on the way to a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Nothing,
    Joined(bool),
}

impl<'m> Wood<'m> {
    /// None where mixes have leaves or columns that are neither x's nor z's: leaves that are weighted sums, columns
    /// computed from several players; and where the trees are not all that makes the score.
    pub fn new(
        model: &dyn Model,
        ensemble: &'m TreeEnsemble,
        background: ArrayView2<f64>,
        groups: &Groups,
    ) -> Option<Self> {
        if !ensemble.is_constant_leaved() {
            return None;
        }
        let features = ensemble.card.features.len();
        let mut players: Vec<u32> = (0..features).map(|f| groups.player(f) as u32).collect();
        for column in &ensemble.derived {
            let mut of = column.sources.iter().map(|f| groups.player(*f as usize) as u32);
            let first = of.next();
            if of.any(|player| Some(player) != first) {
                return None;
            }
            players.push(first.unwrap_or(0));
        }
        let outputs = model.outputs();
        let (mut own, mut sums) = (vec![0.0; outputs], vec![0.0; ensemble.base.len()]);
        let mut rows = Vec::with_capacity(background.nrows());
        for row in background.rows() {
            let row = row.to_vec();
            model.exact(&row, &mut own);
            ensemble.exact(&row, &mut sums);
            if own != sums {
                return None;
            }
            rows.push(ensemble.row(&row));
        }
        let trees: Vec<Cow<Tree>> =
            ensemble.trees.iter().map(|tree| tree.in_order(players.len())).collect();
        let mut nodes = Vec::new();
        for tree in &trees {
            let begin = nodes.len();
            for node in &tree.nodes {
                nodes.push(match node {
                    Node::Inner { feature, right, .. } => Small {
                        player: players.get(*feature as usize).copied().unwrap_or(0),
                        right: u32::try_from(begin + *right as usize).ok()?,
                        value: 0.0,
                    },
                    Node::Leaf { value, .. } => {
                        Small { player: 0, right: 0, value: value / ensemble.divisor }
                    }
                    Node::Sloped(_) => return None,
                });
            }
        }
        let count = groups.count();
        let background = Background::Rows(Vec::new());
        let mut wood = Wood { ensemble, trees, nodes, count, background };
        wood.background = match rows.len().saturating_mul(wood.nodes.len()) <= MOST_BITS {
            true => Background::Sides(rows.iter().map(|row| wood.sides(row)).collect()),
            false => Background::Rows(rows),
        };
        Some(wood)
    }

    /// Number of players.
    pub fn players(&self) -> usize {
        self.count
    }

    /// What every coalition has, one an output.
    pub fn base(&self) -> Vec<f64> {
        self.ensemble.base.clone()
    }

    /// Which way a row goes at every node.
    pub fn row(&self, row: &[f64]) -> Vec<u64> {
        self.sides(&self.ensemble.row(row))
    }

    fn sides(&self, row: &[f64]) -> Vec<u64> {
        let mut sides = vec![0u64; self.nodes.len().div_ceil(64)];
        let nodes = self.trees.iter().flat_map(|tree| &tree.nodes);
        for (at, node) in nodes.enumerate() {
            if let Node::Inner { feature, split, .. } = node {
                let x = row.get(*feature as usize).copied().unwrap_or(f64::NAN);
                if let Some(word) = sides.get_mut(at / 64) {
                    *word |= u64::from(split.goes_left(x)) << (at % 64);
                }
            }
        }
        sides
    }

    /// Every leaf that some mix of a row (as [`Wood::row`] gives it) and a background row reaches: output, value, and the
    /// players that must have joined or must not have.
    pub fn walk(
        &self,
        ours: &[u64],
        other: usize,
        mut found: impl FnMut(usize, f64, &[(u32, bool)]),
    ) {
        let theirs = match &self.background {
            Background::Sides(sides) => sides.get(other).map_or(Cow::Owned(vec![]), Cow::Borrowed),
            Background::Rows(rows) => {
                Cow::Owned(rows.get(other).map(|row| self.sides(row)).unwrap_or_default())
            }
        };
        let goes = |sides: &[u64], at: usize| {
            sides.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
        };
        let mut decided = vec![Decided::Nothing; self.count];
        let mut decide = |player: u32, what: Decided| {
            decided.get_mut(player as usize).map_or(Decided::Nothing, |known| {
                let before = *known;
                *known = what;
                before
            })
        };
        let mut path: Vec<(u32, bool)> = Vec::new();
        // Nodes still to be visited: node, length of the path there, and the player that has not joined there.
        let mut open: Vec<(usize, usize, u32)> = Vec::new();
        let mut begin = 0;
        for tree in &self.trees {
            let mut at = begin;
            begin += tree.nodes.len();
            while let Some(node) = self.nodes.get(at) {
                if node.right != 0 {
                    let (ours, theirs) = (goes(ours, at), goes(&theirs, at));
                    let child = |left: bool| if left { at + 1 } else { node.right as usize };
                    if ours == theirs {
                        at = child(ours);
                        continue;
                    }
                    at = match decide(node.player, Decided::Joined(true)) {
                        Decided::Joined(true) => child(ours),
                        Decided::Joined(false) => {
                            decide(node.player, Decided::Joined(false));
                            child(theirs)
                        }
                        Decided::Nothing => {
                            open.push((child(theirs), path.len(), node.player));
                            path.push((node.player, true));
                            child(ours)
                        }
                    };
                    continue;
                }
                found(tree.output, node.value, &path);
                let Some((next, length, player)) = open.pop() else { break };
                for (left, _) in path.drain(length..) {
                    decide(left, Decided::Nothing);
                }
                path.push((player, false));
                decide(player, Decided::Joined(false));
                at = next;
            }
            for (left, _) in path.drain(..) {
                decide(left, Decided::Nothing);
            }
        }
    }
}
