//! Covers for trees whose file has none.
//!
//! Path-dependent attribution averages over the branches of a tree by training weight. ONNX and most PMML files do not
//! say it. Then the rows of a background are sent through each tree, and what passes a node is its cover: the game is
//! the same, played with the background's distribution instead of the training rows'.

use ndarray::ArrayView2;

use crate::model::{Node, TreeEnsemble};

/// The ensemble with the number of background rows (rows × features) that pass each node as its cover.
pub fn with_covers(ensemble: &TreeEnsemble, background: ArrayView2<f64>) -> TreeEnsemble {
    let mut routed = ensemble.clone();
    let rows: Vec<Vec<f64>> =
        background.rows().into_iter().map(|row| ensemble.row(&row.to_vec())).collect();
    for tree in &mut routed.trees {
        let mut covers = vec![0.0; tree.nodes.len()];
        for row in &rows {
            let mut at = 0;
            while let (Some(node), Some(cover)) = (tree.nodes.get(at), covers.get_mut(at)) {
                *cover += 1.0;
                let Node::Inner { feature, split, left, right, .. } = node else { break };
                let x = row.get(*feature as usize).copied().unwrap_or(f64::NAN);
                at = if split.goes_left(x) { *left } else { *right } as usize;
            }
        }
        for (node, counted) in tree.nodes.iter_mut().zip(covers) {
            match node {
                Node::Inner { cover, .. } | Node::Leaf { cover, .. } => *cover = counted,
                Node::Sloped(slope) => slope.cover = counted,
            }
        }
    }
    routed.card.covers = true;
    routed
}
