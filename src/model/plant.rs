//! Growing a tree's nodes in preorder, straight from the arrays of a file.

use super::{Node, Split, Tree};

/// Longest path that is accepted. No library grows such trees; work per leaf grows with its path.
const DEEPEST: usize = 1024;

impl Tree {
    /// A tree of what the root, node 0, reaches, in preorder; nodes that it does not reach (deleted ones) are dropped.
    /// `node` gives the node of a number below `count`, with the numbers of its children; each is asked for once.
    ///
    /// # Errors
    /// What is wrong, as a clause: a child out of range or reached twice (a cycle), a feature out of range, a NaN
    /// threshold, a leaf that is no finite number, a negative cover; or what `node` says.
    pub fn planted(
        output: usize,
        count: usize,
        features: usize,
        mut node: impl FnMut(usize) -> Result<Node, String>,
    ) -> Result<Tree, String> {
        let mut nodes: Vec<Node> = Vec::with_capacity(count);
        let mut seen = vec![false; count];
        // What is still to be placed: number, depth, and the parent's place if this is a right child.
        let mut open: Vec<(u32, usize, Option<usize>)> = vec![(0, 0, None)];
        while let Some((at, depth, right_of)) = open.pop() {
            let Some(seen) = seen.get_mut(at as usize) else {
                return Err(format!("a child {at} in a tree of {count} nodes"));
            };
            if std::mem::replace(seen, true) {
                return Err(format!("node {at} reached twice"));
            }
            if depth > DEEPEST {
                return Err(format!("a path of more than {DEEPEST} splits"));
            }
            let mut node = node(at as usize)?;
            check(&node, at, features)?;
            let place = nodes.len();
            if let Some(Node::Inner { right, .. }) = right_of.and_then(|p| nodes.get_mut(p)) {
                *right = place as u32;
            }
            if let Node::Inner { left, right, .. } = &mut node {
                open.push((*right, depth + 1, Some(place)));
                open.push((*left, depth + 1, None));
                *left = place as u32 + 1;
            }
            nodes.push(node);
        }
        // A file may declare many nodes and reach few.
        if nodes.len() < count / 2 {
            nodes.shrink_to_fit();
        }
        Ok(Tree { output, nodes })
    }
}

/// What is wrong with a node on its own.
fn check(node: &Node, at: u32, features: usize) -> Result<(), String> {
    if !(node.cover() >= 0.0 && node.cover().is_finite()) {
        return Err(format!("the cover {} at node {at}", node.cover()));
    }
    match node {
        Node::Inner { feature, split, .. } => {
            if *feature as usize >= features {
                return Err(format!("feature {feature} of {features} at node {at}"));
            }
            if matches!(split, Split::Threshold { at, .. } if at.is_nan()) {
                return Err(format!("a threshold that is no number at node {at}"));
            }
            if matches!(split, Split::Members { set, .. } if !set.is_sorted()) {
                return Err(format!("a list of numbers out of order at node {at}"));
            }
        }
        Node::Leaf { value, .. } if !value.is_finite() => {
            return Err(format!("the leaf {value} at node {at}"));
        }
        Node::Leaf { .. } => {}
        Node::Sloped(slope) => {
            let weights = slope.terms.iter().map(|(_, weight)| weight);
            if !weights.chain([&slope.fallback, &slope.constant]).all(|x| x.is_finite()) {
                return Err(format!("a weighted sum that is not finite at node {at}"));
            }
            if slope.terms.iter().any(|(column, _)| *column as usize >= features) {
                return Err(format!("a weighted sum of other columns at node {at}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_grows_from_its_root_and_drops_the_rest() {
        let node = |at: usize| match at {
            0 => Ok(Node::Inner {
                feature: 0,
                split: Split::Members {
                    set: vec![1.0].into(),
                    member_left: true,
                    missing_left: true,
                },
                left: 4,
                right: 2,
                cover: 2.0,
            }),
            2 | 4 => Ok(Node::Leaf { value: at as f64, cover: 1.0 }),
            other => Err(format!("{other} was asked for")),
        };
        let tree = Tree::planted(3, 9, 1, node).unwrap();
        assert_eq!((tree.output, tree.nodes.len(), tree.nodes.capacity()), (3, 3, 3));
        assert_eq!((tree.leaf(|_| 1.0), tree.leaf(|_| 2.0)), (4.0, 2.0));
        assert!(Tree::planted(0, 3, 1, node).unwrap_err().contains("child 4"));
        assert!(Tree::planted(0, 9, 0, node).unwrap_err().contains("feature 0 of 0"));
        assert!(Tree::planted(0, 0, 1, node).unwrap_err().contains("0 nodes"));
    }
}
