//! A tree with what its leaves ask of a row, and the background's patterns at each.

use std::borrow::Cow;

use super::cuts::Test;
use super::deep::DeepLeaf;
use super::weights::{MOST_FEATURES, Order, Weights, all};
use crate::attribution::players::Players;
use crate::attribution::sloped::SlopedLeaf;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Node, Tree};

/// Most distinct players on the path of a leaf whose values are tabulated.
pub(super) const MOST_TABULATED: usize = 12;

/// One test on the way to a leaf: the player has its bit only if the row goes to this side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Which of the tree's distinct tests.
    pub test: u32,
    pub left: bool,
    /// The bit of the test's player at the leaf.
    pub bit: u8,
}

/// How many background rows satisfy the tests of exactly these players of a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pattern<Bits> {
    pub bits: Bits,
    pub rows: u32,
}

/// Where a leaf's parts end in the plan's lists; they begin where those of the leaf before end.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    steps: usize,
    players: usize,
    patterns: usize,
}

/// A leaf of at most [`MOST_TABULATED`] players.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf<'p> {
    pub value: f64,
    pub steps: &'p [Step],
    pub players: &'p [u32],
    /// Ascending.
    pub patterns: &'p [Pattern<u16>],
}

/// What is below a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Below {
    /// The first of its leaves that are no deep ones, and the end of them.
    pub leaves: (usize, usize),
    /// Steps from the root to the node.
    pub above: usize,
    /// The right child of an inner node; the left one is the next node.
    pub right: Option<usize>,
}

/// One tree.
#[derive(Debug)]
pub(super) struct Plan<'m> {
    pub tree: Cow<'m, Tree>,
    /// The distinct tests of the tree.
    pub tests: Vec<Test>,
    /// By node.
    pub below: Vec<Below>,
    values: Vec<f64>,
    ends: Vec<Ends>,
    steps: Vec<Step>,
    players: Vec<u32>,
    patterns: Vec<Pattern<u16>>,
    pub deep: Vec<DeepLeaf>,
    /// What the leaves that are weighted sums add to their fallback.
    pub sloped: Vec<SlopedLeaf>,
}

/// M23, for a leaf that more features decide than there are bits.
fn too_wide() -> Faults {
    Fault::new(
        "M23",
        Place::default(),
        format!("a leaf that more than {MOST_FEATURES} features decide"),
        format!("at most {MOST_FEATURES} for interventional attribution"),
        "Use the method `tree-path`, or a model of less depth.",
    )
    .into()
}

impl<'m> Plan<'m> {
    /// A tree in preorder, with the test of each node; patterns are not counted yet.
    pub fn new(tree: Cow<'m, Tree>, by_node: &[Test], players: &Players) -> Checked<Self> {
        let mut plan = Plan {
            tests: by_node.to_vec(),
            below: Vec::with_capacity(tree.nodes.len()),
            values: Vec::new(),
            ends: Vec::new(),
            steps: Vec::new(),
            players: Vec::new(),
            patterns: Vec::new(),
            deep: Vec::new(),
            sloped: Vec::new(),
            tree,
        };
        plan.tests.sort_unstable();
        plan.tests.dedup();
        let nodes = plan.tree.nodes.clone();
        // The path to the node at hand: node, side; and where to go back to: right child, place on the path.
        let mut path: Vec<(usize, bool)> = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some((_, left)) = path.last_mut() {
                    *left = false;
                }
            }
            let here = plan.values.len();
            let right = match node {
                Node::Inner { right, .. } => Some(*right as usize),
                Node::Leaf { .. } | Node::Sloped(_) => None,
            };
            plan.below.push(Below { leaves: (here, here), above: path.len(), right });
            if let Some(right) = right {
                open.push((right, path.len()));
                path.push((at, true));
            } else {
                plan.leaf(node, &path, by_node, players)?;
            }
        }
        // From the last node to the first: children before their parents.
        for at in (0..plan.below.len()).rev() {
            let right = plan.below.get(at).and_then(|below| below.right);
            let end = right.and_then(|right| Some(plan.below.get(right)?.leaves.1));
            if let (Some(below), Some(end)) = (plan.below.get_mut(at), end) {
                below.leaves.1 = end;
            }
        }
        Ok(plan)
    }

    fn leaf(
        &mut self,
        node: &Node,
        path: &[(usize, bool)],
        by_node: &[Test],
        players: &Players,
    ) -> Checked<()> {
        let (mut steps, mut own) = (Vec::with_capacity(path.len()), Vec::<u32>::new());
        let mut by_nodes = Vec::new();
        for (at, left) in path {
            let Some(Node::Inner { feature, .. }) = self.tree.nodes.get(*at) else { continue };
            let player = players.player(*feature) as u32;
            let bit = own.iter().position(|other| *other == player).unwrap_or(own.len());
            if bit == own.len() {
                own.push(player);
            }
            let bit = bit.min(MOST_FEATURES) as u8;
            let test = by_node.get(*at).map_or(0, |test| self.tests.partition_point(|t| t < test));
            steps.push(Step { test: test as u32, left: *left, bit });
            by_nodes.push((*at as u32, *left, bit));
        }
        if own.len() > MOST_FEATURES {
            return Err(too_wide());
        }
        let value = match node {
            Node::Leaf { value, .. } => *value,
            Node::Sloped(slope) => {
                let player = |column| players.player(column) as u32;
                let leaf = SlopedLeaf::new(slope, &by_nodes, &own, player);
                self.sloped.push(leaf.ok_or_else(too_wide)?);
                slope.fallback
            }
            Node::Inner { .. } => return Ok(()),
        };
        if own.len() > MOST_TABULATED {
            self.deep.push(DeepLeaf::new(value, steps, own));
            return Ok(());
        }
        self.values.push(value);
        self.steps.extend(steps);
        self.players.extend(own);
        let (steps, players) = (self.steps.len(), self.players.len());
        self.ends.push(Ends { steps, players, patterns: 0 });
        if let Some(below) = self.below.last_mut() {
            below.leaves.1 = self.values.len();
        }
        Ok(())
    }

    /// A leaf that is no deep one.
    pub fn at(&self, leaf: usize) -> Leaf<'_> {
        let before = leaf.checked_sub(1).and_then(|before| self.ends.get(before));
        let from = before.copied().unwrap_or_default();
        let to = self.ends.get(leaf).copied().unwrap_or(from);
        Leaf {
            value: self.values.get(leaf).copied().unwrap_or(0.0),
            steps: self.steps.get(from.steps..to.steps).unwrap_or_default(),
            players: self.players.get(from.players..to.players).unwrap_or_default(),
            patterns: self.patterns.get(from.patterns..to.patterns).unwrap_or_default(),
        }
    }

    /// Leaves that are no deep ones.
    pub fn leaves(&self) -> usize {
        self.values.len()
    }

    /// By test, whether a row goes left, given by its ranks.
    pub fn sides(&self, ranks: &[u16], left: &mut Vec<bool>) {
        let rank = |test: &Test| ranks.get(test.column as usize).copied().unwrap_or(0);
        left.clear();
        left.extend(self.tests.iter().map(|test| rank(test) <= test.cut));
    }

    /// As [`Plan::sides`].
    pub fn sides_of(&self, ranks: &[u16]) -> Vec<bool> {
        let mut left = Vec::new();
        self.sides(ranks, &mut left);
        left
    }

    /// Takes the patterns of the next leaf.
    pub fn push_patterns(&mut self, leaf: usize, patterns: impl Iterator<Item = Pattern<u16>>) {
        self.patterns.extend(patterns);
        let end = self.patterns.len();
        if let Some(ends) = self.ends.get_mut(leaf) {
            ends.patterns = end;
        }
    }

    /// Most players that decide over a leaf.
    pub fn widest(&self) -> usize {
        let own = (0..self.leaves()).map(|leaf| self.at(leaf).players.len());
        let deep = self.deep.iter().map(|leaf| leaf.players.len());
        own.chain(deep).chain(self.sloped.iter().map(SlopedLeaf::width)).max().unwrap_or(0)
    }
}

/// The players of a leaf whose tests a row all satisfies, given by the tree's tests whether it goes left.
pub(super) fn satisfied(steps: &[Step], players: usize, left: &[bool]) -> u64 {
    let mut bits = all(players);
    for step in steps {
        if left.get(step.test as usize) != Some(&step.left) {
            bits &= !(1u64 << step.bit);
        }
    }
    bits
}

impl Leaf<'_> {
    /// The players whose tests a row all satisfies.
    pub fn satisfied(&self, left: &[bool]) -> u64 {
        satisfied(self.steps, self.players.len(), left)
    }

    /// Adds the shares of a row that satisfies these players, summed over the background rows.
    pub fn add(&self, own: u64, order: Order, weights: &Weights, shares: &mut [f64]) {
        let full = all(self.players.len());
        for Pattern { bits, rows } in self.patterns {
            let other = u64::from(*bits);
            if own | other == full && own != other {
                let amount = self.value * f64::from(*rows);
                weights.share(order, own & !other, other & !own, amount, shares);
            }
        }
    }

    /// The shares for each set of satisfied players, one after the other: what [`Leaf::add`] gives from zeros, to the
    /// bit, but in one go over the pairs of patterns that matter to each other.
    pub fn table(&self, order: Order, weights: &Weights, table: &mut Vec<f64>) {
        let shares = order.shares(self.players.len());
        let full = all(self.players.len());
        table.clear();
        table.resize(shares << self.players.len(), 0.0);
        for Pattern { bits, rows } in self.patterns {
            let other = u64::from(*bits);
            let amount = self.value * f64::from(*rows);
            let for_row = full & !other;
            // All rows that satisfy what this pattern does not, and some of what it does.
            let mut some = other;
            loop {
                let own = for_row | some;
                let first = own as usize * shares;
                if own != other
                    && let Some(cells) = table.get_mut(first..first + shares)
                {
                    weights.share(order, for_row, other & !some, amount, cells);
                }
                if some == 0 {
                    break;
                }
                some = (some - 1) & other;
            }
        }
    }

    /// Steps that [`Leaf::table`] and [`Leaf::add`] take.
    pub fn costs(&self) -> (f64, f64) {
        let pairs: u64 = self.patterns.iter().map(|pattern| 1 << pattern.bits.count_ones()).sum();
        (pairs as f64, self.patterns.len() as f64)
    }
}
