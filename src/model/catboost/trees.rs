//! The trees of a CatBoost model, with the tests of its features, one tree an output.

use std::fmt::Display;

use super::splits::{Asks, Tests};
use crate::fault::{Checked, Faults};
use crate::model::fault::structure;
use crate::model::{Node, Split, Tree};

/// Most splits of a symmetric tree; CatBoost's own limit.
const DEEPEST: usize = 16;

/// Where a tree stands, for its faults, and what it may ask.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub t: usize,
    pub tests: &'a Tests,
    pub scale: f64,
    pub outputs: usize,
}

impl<'a> Place<'a> {
    /// M05 for something about this tree.
    pub fn refuse(&self, what: &dyn Display) -> Faults {
        structure(self.file, format!("tree {} with {what}", self.t), "a well-formed tree")
    }

    /// Column and test of a split, and what it asks.
    pub fn test(&self, number: usize) -> Checked<(u32, &'a Split, Asks)> {
        let test = self.tests.get(number).map(|(column, split, asks)| (*column, split, *asks));
        test.ok_or_else(|| self.refuse(&format!("test {number}, which no feature has")))
    }
}

/// A tree whose leaves have one value an output; the values in `nodes` are still empty.
#[derive(Default)]
pub(super) struct Outline<'a> {
    pub nodes: Vec<Node>,
    /// By leaf: its node and its values.
    pub leaves: Vec<(usize, &'a [f64])>,
}

impl Outline<'_> {
    /// One tree an output.
    pub fn trees(mut self, place: &Place) -> Checked<Vec<Tree>> {
        let mut trees = Vec::with_capacity(place.outputs);
        for output in 0..place.outputs {
            for (at, values) in &self.leaves {
                if let (Some(Node::Leaf { value, .. }), Some(given)) =
                    (self.nodes.get_mut(*at), values.get(output))
                {
                    *value = given * place.scale;
                }
            }
            let tree = Tree::arranged(output, &self.nodes, place.tests.columns());
            trees.push(tree.map_err(|what| place.refuse(&what))?);
        }
        Ok(trees)
    }
}

/// A symmetric tree, level by level: node i has the children 2i + 1 (split false) and 2i + 2 (split true). Bit i of the
/// index of a leaf says whether split i is true. The root is the last split, so that the covers between root and leaves
/// are those that CatBoost's own ShapValues use. Without weights (CatBoost can leave them out) there are no covers.
pub(super) fn symmetric<'a>(
    place: &Place,
    splits: &[usize],
    values: &'a [f64],
    weights: &[f64],
) -> Checked<Outline<'a>> {
    if splits.len() > DEEPEST {
        return Err(place.refuse(&format!("{} splits, more than {DEEPEST}", splits.len())));
    }
    let count = 1usize << splits.len();
    let weighted = weights.is_empty() || weights.len() == count;
    if !weighted || Some(values.len()) != count.checked_mul(place.outputs) {
        let found = format!(
            "{} leaf values and {} leaf weights for {count} leaves",
            values.len(),
            weights.len()
        );
        return Err(place.refuse(&found));
    }
    let weights = if weights.is_empty() { &vec![0.0; count] } else { weights };
    // Covers of all levels, from the leaves to the root.
    let mut levels = vec![weights.to_vec()];
    for _ in splits {
        let below = levels.last().map(Vec::as_slice).unwrap_or_default();
        levels.push(below.chunks(2).map(|pair| pair.iter().sum()).collect());
    }
    let mut nodes = Vec::with_capacity(2 * count);
    for (number, covers) in splits.iter().zip(levels.iter().skip(1)).rev() {
        let (feature, split, _) = place.test(*number)?;
        for cover in covers {
            let left = 2 * nodes.len() as u32 + 1;
            let (split, cover) = (split.clone(), *cover);
            nodes.push(Node::Inner { feature, split, left, right: left + 1, cover });
        }
    }
    let first = nodes.len();
    nodes.extend(weights.iter().map(|w| Node::Leaf { value: 0.0, cover: *w }));
    Ok(Outline { nodes, leaves: (first..).zip(values.chunks(place.outputs.max(1))).collect() })
}
