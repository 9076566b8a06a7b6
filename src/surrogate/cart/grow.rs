//! Growing best first: the leaf whose best question takes away most of the squared error is split next (as
//! scikit-learn's trees with a budget of leaves are grown), so that a budget of leaves is spent where it tells most.

use super::super::threshold::roundest;
use super::super::tree::Ask;
use super::cut::{Cut, Side, Targets, best};
use super::ranked::{MISSING, Ranked};

/// How large a tree may grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub leaves: usize,
    pub depth: usize,
    pub min_leaf: usize,
}

/// A node of a grown tree; children stand behind their parent.
#[derive(Clone, Debug)]
pub(super) struct Grown {
    pub depth: usize,
    /// Detail, question, side of missing values, node for yes, node for no.
    pub split: Option<GrownSplit>,
    /// Fitting rows here, ascending.
    pub rows: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct GrownSplit {
    pub detail: usize,
    pub ask: Ask,
    pub missing_yes: bool,
    pub yes: usize,
    pub no: usize,
}

/// A tree grown on some rows (as indices, with repetition where rows were drawn twice), in the order of its splits.
pub(super) fn grow(
    columns: &[Ranked],
    rows: Vec<u32>,
    targets: &Targets,
    room: Room,
) -> Vec<Grown> {
    let first = open(columns, &rows, targets, room, 0);
    let mut nodes = vec![Grown { depth: 0, split: None, rows }];
    // The best question of each leaf that has one.
    let mut frontier: Vec<(usize, Cut)> = first.map(|cut| (0, cut)).into_iter().collect();
    let mut leaves = 1;
    while leaves < room.leaves {
        let next =
            frontier.iter().enumerate().fold(None, |most: Option<(usize, f64)>, (k, (_, cut))| {
                match most {
                    Some((_, gain)) if gain >= cut.gain => most,
                    _ => Some((k, cut.gain)),
                }
            });
        let Some((k, _)) = next else { break };
        let (at, cut) = frontier.remove(k);
        let Some(column) = columns.get(cut.detail) else { continue };
        let Some((depth, here)) = nodes.get(at).map(|node| (node.depth, node.rows.clone())) else {
            continue;
        };
        let goes_yes = |i: &u32| match column.ranks.get(*i as usize).copied() {
            None | Some(MISSING) => cut.missing_yes,
            Some(rank) => match &cut.yes {
                Side::UpTo(last, _) => rank <= *last,
                Side::Among(ranks) => ranks.binary_search(&rank).is_ok(),
            },
        };
        let (yes_rows, no_rows): (Vec<u32>, Vec<u32>) = here.into_iter().partition(goes_yes);
        let (yes, no) = (nodes.len(), nodes.len() + 1);
        let split = GrownSplit {
            detail: cut.detail,
            ask: asked(column, &cut.yes),
            missing_yes: cut.missing_yes,
            yes,
            no,
        };
        if let Some(node) = nodes.get_mut(at) {
            node.split = Some(split);
        }
        for (place, rows) in [(yes, yes_rows), (no, no_rows)] {
            if let Some(cut) = open(columns, &rows, targets, room, depth + 1) {
                frontier.push((place, cut));
            }
            nodes.push(Grown { depth: depth + 1, split: None, rows });
        }
        leaves += 1;
    }
    nodes
}

/// The best question of a node that may still have one.
fn open(
    columns: &[Ranked],
    rows: &[u32],
    targets: &Targets,
    room: Room,
    depth: usize,
) -> Option<Cut> {
    if depth >= room.depth { None } else { best(columns, rows, targets, room.min_leaf) }
}

/// The question in values. A threshold is the roundest number that divides the same rows.
fn asked(column: &Ranked, side: &Side) -> Ask {
    let value = |rank: &u32| column.values.get(*rank as usize).copied().unwrap_or(f64::NAN);
    match side {
        Side::UpTo(below, above) => Ask::Below(roundest(value(below), value(above), column.whole)),
        Side::Among(ranks) => Ask::OneOf(ranks.iter().map(|rank| value(rank) as usize).collect()),
    }
}
