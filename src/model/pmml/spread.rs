//! Trees in which a missing value leads down every branch that it may: `weightedConfidence` and `aggregateNodes` of
//! PMML 4.4, "Tree Models", MISSING-VALUE-STRATEGY.
//!
//! The evaluator that the other strategies are compared with has neither; these follow the standard's text. Its
//! proportions of records are taken among the nodes that are scored, so that the shares add up to one.

use super::expression::Row;
use super::tree::{MissingStrategy, Tree, TreeNode};

/// A tree's result for a row; NaN where there is none.
pub fn value(tree: &Tree, row: Row<'_>, output: usize) -> f64 {
    let Some(root) = tree.nodes.first().filter(|root| root.predicate.answer(row) != Some(false))
    else {
        return f64::NAN;
    };
    match tree.missing {
        MissingStrategy::AggregateNodes => {
            let (mut sum, mut all) = (0.0, 0.0);
            aggregate(tree, root, row, output, &mut |share, records| {
                sum += share * records;
                all += records;
            });
            sum / all
        }
        _ => weighted(tree, root, row, output),
    }
}

/// A node's children that a row goes to: the first whose predicate is true, if none before it is without an answer;
/// else those whose predicates are not false, up to the first that is true if nothing behind it can be reached.
fn possible<'t>(
    tree: &'t Tree,
    node: &TreeNode,
    row: Row<'_>,
    up_to_true: bool,
) -> Vec<&'t TreeNode> {
    let mut found = vec![];
    for child in node.children.iter().filter_map(|child| tree.nodes.get(*child as usize)) {
        let answer = child.predicate.answer(row);
        if answer == Some(false) {
            continue;
        }
        let first = found.is_empty();
        found.push(child);
        if answer == Some(true) && (first || up_to_true) {
            break;
        }
    }
    found
}

/// The node's own result, where it is a leaf or stands in for children none of which fits.
fn own(tree: &Tree, node: &TreeNode, output: usize) -> f64 {
    match node.children.is_empty() || tree.falls_back {
        true => tree.result(node, output),
        false => f64::NAN,
    }
}

/// The mean of the nodes that are scored where a predicate has no answer, by their training records.
fn weighted(tree: &Tree, node: &TreeNode, row: Row<'_>, output: usize) -> f64 {
    let children = possible(tree, node, row, false);
    match children.as_slice() {
        [] => own(tree, node, output),
        [child] => weighted(tree, child, row, output),
        several => {
            let all: f64 = several.iter().map(|child| child.count).sum();
            let shares = several.iter().map(|c| c.count * weighted(tree, c, row, output));
            shares.sum::<f64>() / all
        }
    }
}

/// Every leaf that a row may reach, with its records.
fn aggregate(
    tree: &Tree,
    node: &TreeNode,
    row: Row<'_>,
    output: usize,
    leaf: &mut impl FnMut(f64, f64),
) {
    let children = possible(tree, node, row, true);
    if children.is_empty() {
        let share = own(tree, node, output);
        if !share.is_nan() {
            leaf(share, node.records);
        }
    }
    for child in children {
        aggregate(tree, child, row, output, leaf);
    }
}
