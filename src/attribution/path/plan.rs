//! A tree's splits with what quadrature needs of them.

use super::uncovered::Uncovered;
use crate::attribution::lanes::rule_size;
use crate::attribution::players::Players;
use crate::attribution::quadrature::gauss_legendre;
use crate::model::{Node, Tree};

/// A split prepared for quadrature.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its node; the left child is the next one.
    pub node: usize,
    pub right: usize,
    /// The feature, or the features that a derived column comes from.
    pub player: usize,
    /// Cover fraction of the left edge.
    pub left_share: f64,
    /// Depth of the nearest split above on the same player.
    pub above: Option<usize>,
    /// Product of the cover fractions of the edges above on the same player; 1 without any.
    pub above_share: f64,
}

/// One tree prepared for quadrature.
#[derive(Clone, Debug)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub points: Vec<f64>,
    pub weights: Vec<f64>,
    /// By node: its step, or the leaf's value.
    nodes: Vec<Result<usize, f64>>,
    pub known: Known,
}

/// What is kept of a plan.
#[derive(Clone, Debug)]
pub struct Known {
    /// Cover-weighted mean of the leaves.
    pub mean: f64,
    pub uncovered: Vec<Uncovered>,
}

impl Plan {
    /// Prepares a tree whose nodes are in preorder.
    pub fn new(tree: &Tree, players: &Players, skips_uncovered: bool) -> Self {
        let cover = |at: u32| tree.nodes.get(at as usize).map_or(0.0, Node::cover);
        let mut steps: Vec<Step> = Vec::new();
        let mut nodes = Vec::with_capacity(tree.nodes.len());
        let mut uncovered = Vec::new();
        let mut distinct = 1;
        // The path to the node at hand: player, cover fraction of all edges on it so far, distinct players so far, and
        // what the first two are on the right side.
        struct Edge {
            player: usize,
            share: f64,
            right: f64,
            count: usize,
        }
        let mut path: Vec<Edge> = Vec::new();
        // Where to go back to when a leaf is met: the right child and its parent's place on the path.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some(edge) = path.last_mut() {
                    edge.share = edge.right;
                }
            }
            let (feature, left, right) = match node {
                Node::Inner { feature, left, right, .. } => (*feature, *left, *right),
                Node::Leaf { value, cover }
                    if skips_uncovered && *cover == 0.0 && *value != 0.0 =>
                {
                    let mut shares: Vec<(usize, f64)> = Vec::new();
                    for edge in path.iter().rev() {
                        if !shares.iter().any(|(player, _)| *player == edge.player) {
                            shares.push((edge.player, edge.share));
                        }
                    }
                    uncovered.push(Uncovered { node: at, value: *value, shares });
                    nodes.push(Err(0.0));
                    continue;
                }
                Node::Leaf { value, .. } => {
                    nodes.push(Err(*value));
                    continue;
                }
                // Not for this game: the command refuses such trees.
                Node::Sloped(_) => {
                    nodes.push(Err(0.0));
                    continue;
                }
            };
            let player = players.player(feature);
            let above = path.iter().rposition(|edge| edge.player == player);
            let above_share = above.and_then(|at| path.get(at)).map_or(1.0, |edge| edge.share);
            let (l, r) = (cover(left), cover(right));
            let left_share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
            let count = path.last().map_or(0, |edge| edge.count) + usize::from(above.is_none());
            distinct = distinct.max(count);
            open.push((right as usize, path.len()));
            path.push(Edge {
                player,
                share: above_share * left_share,
                right: above_share * (1.0 - left_share),
                count,
            });
            nodes.push(Ok(steps.len()));
            let right = right as usize;
            steps.push(Step { node: at, right, player, left_share, above, above_share });
        }
        let (points, weights) = gauss_legendre(rule_size(distinct.div_ceil(2)));
        let mean = mean(tree, &steps);
        Plan { steps, points, weights, nodes, known: Known { mean, uncovered } }
    }

    /// The step of a node that is a split.
    pub fn step_of(&self, node: usize) -> Option<usize> {
        self.nodes.get(node).and_then(|found| found.ok())
    }

    /// The value of a node that is a leaf.
    pub fn leaf(&self, node: usize) -> Option<f64> {
        self.nodes.get(node).and_then(|found| found.err())
    }
}

/// Cover-weighted mean of a tree's leaves.
fn mean(tree: &Tree, steps: &[Step]) -> f64 {
    let value = |n: &Node| if let Node::Leaf { value, .. } = n { *value } else { 0.0 };
    let mut mean: Vec<f64> = tree.nodes.iter().map(value).collect();
    for step in steps.iter().rev() {
        mean[step.node] =
            mean[step.right] + step.left_share * (mean[step.node + 1] - mean[step.right]);
    }
    mean.first().copied().unwrap_or(0.0)
}
