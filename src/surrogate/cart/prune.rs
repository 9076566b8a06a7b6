//! The best prunings of a grown tree, one a number of leaves.
//!
//! Cost-complexity pruning (Breiman, Friedman, Olshen and Stone 1984, section 3.3) gives a sequence of subtrees that
//! skips sizes: its next weakest link may hang on three leaves. Going through the nodes from below, the least error that
//! each subtree can have with 1, 2, … leaves is known exactly (Bohanec and Bratko 1994, "Trading accuracy for simplicity
//! in decision trees"); the subtrees of the cost-complexity sequence are among those found so. Where several questions
//! were tried at a node, the one with the least error for so many leaves is taken: it may be another one for each size.
//! The tree of a budget is therefore never worse on the fitting rows than the one that best-first growth has after as many
//! splits, which is one of the prunings.

use super::grow::Grown;

/// Another question than the one that divides best must leave this part less of the error: sums that rounding tells apart
/// are alike.
const ROUNDING: f64 = 1e-9;

/// The least error of a subtree with at most so many leaves.
#[derive(Clone, Copy, Debug)]
struct Least {
    error: f64,
    /// The question at its root, of those tried there, and the leaves for yes and no; none where it is a leaf.
    asked: Option<(usize, usize, usize)>,
}

/// The least error of every node's subtree, by leaves.
#[derive(Debug)]
pub(super) struct Prunings {
    /// Of each node: one entry a number of leaves from 1.
    tables: Vec<Vec<Least>>,
}

impl Prunings {
    /// For up to `most` leaves; `price` is what a wrong decision counts beside the squared error.
    pub fn new(grown: &[Grown], most: usize, price: f64) -> Self {
        let mut tables: Vec<Vec<Least>> = vec![Vec::new(); grown.len()];
        // Children stand behind their parent.
        for (at, node) in grown.iter().enumerate().rev() {
            let mut table = vec![Least { error: node.error + price * node.decisions, asked: None }];
            for (nth, split) in node.splits.iter().enumerate() {
                let (Some(yes), Some(no)) = (tables.get(split.yes), tables.get(split.no)) else {
                    continue;
                };
                for leaves in 2..=(yes.len() + no.len()).min(most.max(1)) {
                    let Some((error, of_yes)) = joined(yes, no, leaves) else { continue };
                    let found = Least { error, asked: Some((nth, of_yes, leaves - of_yes)) };
                    match table.get_mut(leaves - 1) {
                        Some(known) if error < known.error * (1.0 - ROUNDING) => *known = found,
                        Some(_) => {}
                        None => table.push(found),
                    }
                }
            }
            // The question with the most leaves below it need not be the best one: fewer leaves of another may tell more.
            let mut least = Least { error: f64::INFINITY, asked: None };
            for own in &mut table {
                if own.error > least.error {
                    *own = least;
                }
                least = *own;
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

    /// Of each node the question that the best pruning with at most so many leaves asks there; none
    /// where it has a leaf or does not come.
    pub fn asked(&self, grown: &[Grown], leaves: usize) -> Vec<Option<usize>> {
        let mut asked = vec![None; grown.len()];
        let mut open = vec![(0, leaves.clamp(1, self.largest()))];
        while let Some((at, leaves)) = open.pop() {
            let least = self.tables.get(at).and_then(|table| table.get(leaves - 1));
            let Some((nth, of_yes, of_no)) = least.and_then(|least| least.asked) else { continue };
            let Some(split) = grown.get(at).and_then(|node| node.splits.get(nth)) else { continue };
            open.push((split.yes, of_yes));
            open.push((split.no, of_no));
            if let Some(asked) = asked.get_mut(at) {
                *asked = Some(nth);
            }
        }
        asked
    }

    /// The error of the best pruning with at most so many leaves.
    #[cfg(test)]
    pub fn error(&self, leaves: usize) -> f64 {
        self.tables[0][leaves - 1].error
    }
}

/// The least error of two subtrees with so many leaves together, and how many of these are on the side of yes.
fn joined(yes: &[Least], no: &[Least], leaves: usize) -> Option<(f64, usize)> {
    let mut best: Option<(f64, usize)> = None;
    let first = leaves.saturating_sub(no.len()).max(1);
    for (i, own) in yes.iter().enumerate().take(leaves - 1).skip(first - 1) {
        let Some(other) = no.get(leaves - i - 2) else { continue };
        let sum = own.error + other.error;
        if best.is_none_or(|(least, _)| sum < least) {
            best = Some((sum, i + 1));
        }
    }
    best
}
