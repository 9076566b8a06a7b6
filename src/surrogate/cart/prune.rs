//! The best prunings of a grown tree, one a number of leaves.
//!
//! Cost-complexity pruning (Breiman, Friedman, Olshen and Stone 1984, section 3.3) gives a sequence of subtrees that
//! skips sizes: its next weakest link may hang on three leaves. Going through the nodes from below, the least error that
//! each subtree can have with 1, 2, … leaves is known exactly (Bohanec and Bratko 1994, "Trading accuracy for simplicity
//! in decision trees"); the subtrees of the cost-complexity sequence are among those found so. The tree of a budget is
//! therefore never worse on the fitting rows than the one that best-first growth has after as many splits, which is one
//! of the prunings.

use super::grow::Grown;

/// The least error of every node's subtree, by leaves.
#[derive(Debug)]
pub(super) struct Prunings {
    /// Of each node: one entry a number of leaves from 1, error and leaves on the side of yes (0: the node is a leaf).
    tables: Vec<Vec<(f64, usize)>>,
}

impl Prunings {
    /// For up to `most` leaves; `errors` are those of the nodes as leaves.
    pub fn new(grown: &[Grown], errors: &[f64], most: usize) -> Self {
        let mut tables: Vec<Vec<(f64, usize)>> = vec![Vec::new(); grown.len()];
        // Children stand behind their parent.
        for (at, node) in grown.iter().enumerate().rev() {
            let mut table = vec![(errors.get(at).copied().unwrap_or(0.0), 0)];
            let children = node
                .split
                .as_ref()
                .and_then(|split| Some((tables.get(split.yes)?, tables.get(split.no)?)));
            if let Some((yes, no)) = children {
                let size = (yes.len() + no.len()).min(most.max(1));
                for leaves in 2..=size {
                    let mut best: Option<(f64, usize)> = None;
                    for (i, (error, _)) in yes.iter().enumerate().take(leaves - 1) {
                        let Some((other, _)) = no.get(leaves - i - 2) else { continue };
                        let sum = error + other;
                        if best.is_none_or(|(least, _)| sum < least) {
                            best = Some((sum, i + 1));
                        }
                    }
                    table.extend(best);
                }
            }
            if let Some(place) = tables.get_mut(at) {
                *place = table;
            }
        }
        Prunings { tables }
    }

    /// The largest number of leaves that a pruning has.
    pub fn largest(&self) -> usize {
        self.tables.first().map_or(1, Vec::len)
    }

    /// The nodes that are leaves of the best pruning with so many leaves (or the largest there is).
    pub fn leaves(&self, grown: &[Grown], leaves: usize) -> Vec<bool> {
        let mut is_leaf = vec![false; grown.len()];
        let mut open = vec![(0, leaves.clamp(1, self.largest()))];
        while let Some((at, leaves)) = open.pop() {
            let own = self.tables.get(at).and_then(|table| table.get(leaves - 1));
            let split = grown.get(at).and_then(|node| node.split.as_ref());
            match (own, split) {
                (Some((_, yes_leaves)), Some(split)) if *yes_leaves > 0 => {
                    open.push((split.yes, *yes_leaves));
                    open.push((split.no, leaves - yes_leaves));
                }
                _ => {
                    if let Some(is_leaf) = is_leaf.get_mut(at) {
                        *is_leaf = true;
                    }
                }
            }
        }
        is_leaf
    }

    /// The error of the best pruning with so many leaves.
    #[cfg(test)]
    pub fn error(&self, leaves: usize) -> f64 {
        self.tables[0][leaves - 1].0
    }
}
