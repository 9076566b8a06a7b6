//! From a grown tree and its pruning to the tree that is kept: preorder, with counts from the rows that reach each node.

use super::super::tree::{Split, SplitNode, Subject, SurrogateTree};
use super::Fitting;
use super::grow::Grown;

impl Fitting<'_> {
    /// The tree of a pruning, with what is known of the rows that grew it; `asked` says which question each node asks.
    pub(super) fn tree(
        &self,
        grown: &[Grown],
        asked: &[Option<usize>],
        rows: &[u32],
    ) -> SurrogateTree {
        let mut nodes: Vec<SplitNode> = Vec::new();
        let mut open = vec![(0, None::<(usize, bool)>)];
        while let Some((at, parent)) = open.pop() {
            let Some(own) = grown.get(at) else { continue };
            let place = nodes.len();
            if let Some((parent, yes)) = parent
                && let Some(split) = nodes.get_mut(parent).and_then(|node| node.split.as_mut())
            {
                *(if yes { &mut split.yes } else { &mut split.no }) = place;
            }
            let nth = asked.get(at).copied().flatten();
            let split = nth.and_then(|nth| own.splits.get(nth));
            if let Some(split) = split {
                open.push((split.no, Some((place, false))));
                open.push((split.yes, Some((place, true))));
            }
            nodes.push(SplitNode {
                split: split.map(|split| Split {
                    detail: split.detail,
                    ask: split.ask.clone(),
                    missing_yes: split.missing_yes,
                    yes: 0,
                    no: 0,
                }),
                ..empty(parent.map(|(parent, _)| parent), own.depth)
            });
        }
        let (details, subject) = (self.details.clone(), self.subject.clone());
        let mut tree = SurrogateTree { details, subject, nodes };
        self.count(&mut tree, rows);
        tree
    }

    /// Counts, means and what the tree says, from rows that are sent through its questions.
    pub(super) fn count(&self, tree: &mut SurrogateTree, rows: &[u32]) {
        let classes = match &self.subject {
            Subject::Decision { classes } => classes.len(),
            Subject::Score { threshold: Some(_) } => 2,
            Subject::Score { threshold: None } => 0,
        };
        let mut sums =
            vec![
                Sums { counts: vec![0; classes], weights: vec![0.0; classes], ..Sums::default() };
                tree.nodes.len()
            ];
        let leaves: Vec<usize> = rows.iter().map(|i| self.leaf(tree, 0, *i)).collect();
        // Sums of leaves first and of each node from its children, so that a node's mean does not depend on its depth.
        let mut scored = vec![Vec::new(); tree.nodes.len()];
        for (i, leaf) in rows.iter().zip(&leaves) {
            if let Some(scored) = scored.get_mut(*leaf) {
                scored.push(*i);
            }
            let mut here = Some(*leaf);
            while let Some(at) = here {
                let (Some(sums), Some(node)) = (sums.get_mut(at), tree.nodes.get(at)) else {
                    break;
                };
                let weight = self.weight(*i);
                sums.rows += 1;
                sums.weight += weight;
                sums.score += weight * self.score(*i);
                if let Some(class) = self.class(*i) {
                    if let Some(count) = sums.counts.get_mut(class) {
                        *count += 1;
                    }
                    if let Some(sum) = sums.weights.get_mut(class) {
                        *sum += weight;
                    }
                }
                let lacks = |detail: usize| self.value(detail, *i).is_nan();
                if node.split.as_ref().is_some_and(|split| lacks(split.detail)) {
                    sums.missing += 1;
                }
                here = node.parent;
            }
        }
        for (node, sums) in tree.nodes.iter_mut().zip(&sums) {
            let mean = if sums.weight > 0.0 { sums.score / sums.weight } else { 0.0 };
            (node.rows, node.missing, node.mean) = (sums.rows, sums.missing, mean);
            node.counts.clone_from(&sums.counts);
            node.says = match &self.subject {
                Subject::Score { threshold } => {
                    usize::from(threshold.is_some_and(|threshold| mean >= threshold))
                }
                Subject::Decision { .. } => first_most(&sums.weights),
            };
        }
        let mut squares = vec![0.0; tree.nodes.len()];
        for (i, leaf) in rows.iter().zip(&leaves) {
            let mut here = Some(*leaf);
            while let Some(at) = here {
                let (Some(square), Some(node)) = (squares.get_mut(at), tree.nodes.get(at)) else {
                    break;
                };
                let off = self.score(*i) - node.mean;
                *square += self.weight(*i) * off * off;
                here = node.parent;
            }
        }
        for ((node, square), sums) in tree.nodes.iter_mut().zip(squares).zip(&sums) {
            node.deviation = if sums.weight > 0.0 { (square / sums.weight).sqrt() } else { 0.0 };
        }
    }
}

#[derive(Clone, Default)]
struct Sums {
    rows: usize,
    missing: usize,
    weight: f64,
    score: f64,
    counts: Vec<usize>,
    weights: Vec<f64>,
}

fn empty(parent: Option<usize>, depth: usize) -> SplitNode {
    SplitNode {
        parent,
        depth,
        split: None,
        rows: 0,
        missing: 0,
        mean: 0.0,
        deviation: 0.0,
        counts: Vec::new(),
        says: 0,
    }
}

/// The place of the largest, the first of several.
pub(super) fn first_most(weights: &[f64]) -> usize {
    let most =
        weights.iter().enumerate().fold(None, |most: Option<(usize, f64)>, (k, w)| match most {
            Some((_, largest)) if largest >= *w => most,
            _ => Some((k, *w)),
        });
    most.map_or(0, |(k, _)| k)
}

/// Takes out questions whose answers are two leaves that say the same, until there are none.
pub(super) fn join_alike(tree: &mut SurrogateTree) {
    // Children stand behind their parent: one pass from behind sees every pair that is left.
    for at in (0..tree.nodes.len()).rev() {
        let says = |child: usize| {
            let child = tree.nodes.get(child)?;
            child.split.is_none().then_some(child.says)
        };
        let split = tree.nodes.get(at).and_then(|node| node.split.as_ref());
        let alike = split.and_then(|split| says(split.yes).zip(says(split.no)));
        if alike.is_some_and(|(yes, no)| yes == no)
            && let Some(node) = tree.nodes.get_mut(at)
        {
            node.split = None;
            node.missing = 0;
        }
    }
    lay_out(tree);
}

/// Only what the root still reaches, in preorder, "yes" before "no".
pub(super) fn lay_out(tree: &mut SurrogateTree) {
    let mut kept: Vec<SplitNode> = Vec::new();
    let mut open = vec![(0, None::<(usize, bool)>)];
    while let Some((at, parent)) = open.pop() {
        let Some(own) = tree.nodes.get(at) else { continue };
        let place = kept.len();
        if let Some((parent, yes)) = parent
            && let Some(split) = kept.get_mut(parent).and_then(|node| node.split.as_mut())
        {
            *(if yes { &mut split.yes } else { &mut split.no }) = place;
        }
        if let Some(split) = &own.split {
            open.push((split.no, Some((place, false))));
            open.push((split.yes, Some((place, true))));
        }
        kept.push(SplitNode { parent: parent.map(|(parent, _)| parent), ..own.clone() });
    }
    tree.nodes = kept;
}
