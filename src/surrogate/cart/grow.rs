//! Growing best first: the leaf whose best question takes away most of the squared error is split next (as
//! scikit-learn's trees with a budget of leaves are grown), so that a budget of leaves is spent where it tells most.
//!
//! The question that divides best on its own need not be the one under which most is told in the end. So at the first
//! levels several questions can be tried, each with a best-first tree of its own on either side; which of them is asked is
//! left to the pruning, which knows what each is worth with so many leaves (`prune`). What best-first growth alone has
//! after any number of splits is among these trees: the question that divides best is always tried.

use rayon::prelude::*;

use super::super::threshold::roundest;
use super::super::tree::Ask;
use super::Fitting;
use super::cut::{Cut, Side, alternatives, best};
use super::ranked::{MISSING, Ranked};

/// So many times as many questions are looked at as are tried, where others follow that are tried: those go on with which
/// four leaves tell most.
const AHEAD: usize = 2;

/// How large a tree may grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub leaves: usize,
    pub depth: usize,
    pub min_leaf: usize,
    /// What a question must take away of the squared error.
    pub least: f64,
}

/// A node of a grown tree; children stand behind their parent.
#[derive(Clone, Debug)]
pub(super) struct Grown {
    pub depth: usize,
    /// The questions tried, that which divides best first; none in a leaf.
    pub splits: Vec<GrownSplit>,
    /// What it would get wrong as a leaf.
    pub error: f64,
    /// The weight of the rows whose decision it would say wrong as a leaf, of a score with a threshold; else 0.
    pub decisions: f64,
    /// Fitting rows of a leaf, ascending; none of a node with a question.
    pub rows: Vec<u32>,
}

/// Detail, question, side of missing values, by how much the squared error falls, node for yes, node for no.
#[derive(Clone, Debug)]
pub(super) struct GrownSplit {
    pub detail: usize,
    pub ask: Ask,
    pub missing_yes: bool,
    pub gain: f64,
    pub yes: usize,
    pub no: usize,
}

impl Fitting<'_> {
    /// A tree grown on some rows (as indices, with repetition where rows were drawn twice). `tried` says how many
    /// questions are tried at the root, at the nodes below it, and so on; where it ends the tree grows best first, its
    /// nodes in the order of its splits.
    pub(super) fn grow(&self, rows: Vec<u32>, room: Room, tried: &[usize]) -> Vec<Grown> {
        self.grow_from(rows, 0, room, tried)
    }

    fn grow_from(&self, rows: Vec<u32>, depth: usize, room: Room, tried: &[usize]) -> Vec<Grown> {
        let Some((most, below)) = tried.split_first() else {
            return self.best_first(rows, depth, room);
        };
        let mut nodes = vec![self.node(rows, depth)];
        if depth >= room.depth || room.leaves < 2 {
            return nodes;
        }
        let here = nodes.first_mut().map(|root| std::mem::take(&mut root.rows)).unwrap_or_default();
        let mut cuts = alternatives(&self.columns, &here, &self.targets, room.min_leaf);
        cuts.retain(|cut| cut.gain >= room.least);
        let ahead = if below.is_empty() { 1 } else { AHEAD };
        cuts.truncate(most * ahead);
        if cuts.len() > *most {
            cuts = self.best_ahead(cuts, &here, *most, depth, room);
        }
        let side = |rows| self.grow_from(rows, depth + 1, room, below);
        // Collected in order, so that no thread decides which question stands first.
        let branches: Vec<(Vec<Grown>, Vec<Grown>, &Cut)> = cuts
            .par_iter()
            .map(|cut| {
                let (yes, no) = self.divide(cut, &here);
                (side(yes), side(no), cut)
            })
            .collect();
        let mut splits = Vec::with_capacity(branches.len());
        for (yes, no, cut) in branches {
            let (at_yes, at_no) = (nodes.len(), nodes.len() + yes.len());
            nodes.extend(yes.into_iter().map(|node| node.moved(at_yes)));
            nodes.extend(no.into_iter().map(|node| node.moved(at_no)));
            splits.extend(self.split(cut, at_yes, at_no));
        }
        if let Some(root) = nodes.first_mut() {
            if splits.is_empty() {
                root.rows = here;
            }
            root.splits = splits;
        }
        nodes
    }

    /// The cut that divides best, and those that take away most together with the best question on either side; in the
    /// order in which they stood.
    fn best_ahead(
        &self,
        cuts: Vec<Cut>,
        here: &[u32],
        most: usize,
        depth: usize,
        room: Room,
    ) -> Vec<Cut> {
        let gain = |(nth, cut): (usize, &Cut)| {
            let (yes, no) = self.divide(cut, here);
            let of = |rows: &[u32]| self.open(rows, room, depth + 1).map_or(0.0, |cut| cut.gain);
            (nth, if nth == 0 { f64::INFINITY } else { cut.gain + of(&yes) + of(&no) })
        };
        let mut told: Vec<(usize, f64)> = cuts.par_iter().enumerate().map(gain).collect();
        told.sort_by(|a, b| b.1.total_cmp(&a.1));
        told.truncate(most);
        let each = cuts.into_iter().enumerate();
        let kept = each.filter(|(nth, _)| told.iter().any(|(kept, _)| kept == nth));
        kept.map(|(_, cut)| cut).collect()
    }

    fn best_first(&self, rows: Vec<u32>, depth: usize, room: Room) -> Vec<Grown> {
        let first = self.open(&rows, room, depth);
        let mut nodes = vec![self.node(rows, depth)];
        // The best question of each leaf that has one.
        let mut frontier: Vec<(usize, Cut)> = first.map(|cut| (0, cut)).into_iter().collect();
        let mut leaves = 1;
        while leaves < room.leaves {
            let gains = frontier.iter().enumerate().map(|(k, (_, cut))| (k, cut.gain));
            let next = gains.fold(None, |most: Option<(usize, f64)>, (k, gain)| match most {
                Some((_, largest)) if largest >= gain => most,
                _ => Some((k, gain)),
            });
            let Some((k, _)) = next else { break };
            let (at, cut) = frontier.remove(k);
            let (yes, no) = (nodes.len(), nodes.len() + 1);
            let (Some(node), Some(split)) = (nodes.get_mut(at), self.split(&cut, yes, no)) else {
                continue;
            };
            node.splits = vec![split];
            let (depth, here) = (node.depth + 1, std::mem::take(&mut node.rows));
            let (yes_rows, no_rows) = self.divide(&cut, &here);
            for (place, rows) in [(yes, yes_rows), (no, no_rows)] {
                if let Some(cut) = self.open(&rows, room, depth) {
                    frontier.push((place, cut));
                }
                nodes.push(self.node(rows, depth));
            }
            leaves += 1;
        }
        nodes
    }

    fn node(&self, rows: Vec<u32>, depth: usize) -> Grown {
        let (error, decisions) = self.error(&rows);
        Grown { depth, splits: vec![], error, decisions, rows }
    }

    /// The best question of a node that may still have one.
    fn open(&self, rows: &[u32], room: Room, depth: usize) -> Option<Cut> {
        if depth >= room.depth {
            return None;
        }
        let found = best(&self.columns, rows, &self.targets, room.min_leaf);
        found.filter(|cut| cut.gain >= room.least)
    }

    /// The rows on either side of a cut.
    fn divide(&self, cut: &Cut, here: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let ranks = self.columns.get(cut.detail).map(|column| column.ranks.as_slice());
        let goes_yes = |i: &u32| match ranks.and_then(|ranks| ranks.get(*i as usize)).copied() {
            None | Some(MISSING) => cut.missing_yes,
            Some(rank) => match &cut.yes {
                Side::UpTo(last, _) => rank <= *last,
                Side::Among(ranks) => ranks.binary_search(&rank).is_ok(),
            },
        };
        here.iter().copied().partition(goes_yes)
    }

    fn split(&self, cut: &Cut, yes: usize, no: usize) -> Option<GrownSplit> {
        let ask = asked(self.columns.get(cut.detail)?, &cut.yes);
        let Cut { detail, missing_yes, gain, .. } = *cut;
        Some(GrownSplit { detail, ask, missing_yes, gain, yes, no })
    }
}

impl Grown {
    /// The same node where all nodes stand so many places later.
    fn moved(mut self, by: usize) -> Grown {
        for split in &mut self.splits {
            split.yes += by;
            split.no += by;
        }
        self
    }
}

/// The question in values. A threshold is the roundest number that divides the same rows.
fn asked(column: &Ranked, side: &Side) -> Ask {
    let value = |rank: &u32| column.values.get(*rank as usize).copied().unwrap_or(f64::NAN);
    match side {
        Side::UpTo(below, above) => Ask::Below(roundest(value(below), value(above), column.whole)),
        Side::Among(ranks) => Ask::OneOf(ranks.iter().map(|rank| value(rank) as usize).collect()),
    }
}
