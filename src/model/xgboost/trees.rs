//! The trees of an XGBoost file, from one array a field to nodes.

use super::super::pull::{Pull, Read};
use super::super::{Comparison, MissingRule, Node, Split, Tree};

/// The arrays of one tree as they stand in the file. One is used for all trees of a file, so that its memory is, too.
#[derive(Debug, Default)]
pub(super) struct Arrays {
    left: Vec<i32>,
    right: Vec<i32>,
    features: Vec<i32>,
    conditions: Vec<f32>,
    default_left: Vec<bool>,
    covers: Vec<f32>,
    types: Vec<i32>,
    categories: Vec<i32>,
    categories_nodes: Vec<i32>,
    categories_segments: Vec<i32>,
    categories_sizes: Vec<i32>,
    /// Vectors of leaves that have several numbers, in the order in which leaves are numbered (since version 3.2).
    leaf_weights: Option<Vec<f32>>,
    /// Vectors of all nodes, by which version 2 and 3.0 give leaves; read only where they are needed.
    base_weights: Vec<f32>,
    nodes: String,
    vector: String,
    id: Option<i64>,
}

/// The fields of a tree.
const FIELDS: [&str; 17] = [
    "base_weights",
    "categories",
    "categories_nodes",
    "categories_segments",
    "categories_sizes",
    "default_left",
    "id",
    "leaf_weights",
    "left_children",
    "loss_changes",
    "parents",
    "right_children",
    "split_conditions",
    "split_indices",
    "split_type",
    "sum_hessian",
    "tree_param",
];

impl Arrays {
    /// Reads one tree.
    pub(super) fn read<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        for list in [&mut self.left, &mut self.right, &mut self.features, &mut self.types] {
            list.clear();
        }
        for list in [
            &mut self.categories,
            &mut self.categories_nodes,
            &mut self.categories_segments,
            &mut self.categories_sizes,
        ] {
            list.clear();
        }
        for list in [&mut self.conditions, &mut self.covers, &mut self.base_weights] {
            list.clear();
        }
        self.default_left.clear();
        self.leaf_weights = None;
        (self.nodes, self.vector, self.id) = (String::new(), String::new(), None);
        let mut base = None;

        reader.fields("a tree", &FIELDS, |reader, key| match key {
            "left_children" => reader.integers(&mut self.left),
            "right_children" => reader.integers(&mut self.right),
            "split_indices" => reader.integers(&mut self.features),
            "split_conditions" => reader.singles(&mut self.conditions),
            "default_left" => reader.flags(&mut self.default_left),
            "sum_hessian" => reader.singles(&mut self.covers),
            "split_type" => reader.integers(&mut self.types),
            "categories" => reader.integers(&mut self.categories),
            "categories_nodes" => reader.integers(&mut self.categories_nodes),
            "categories_segments" => reader.integers(&mut self.categories_segments),
            "categories_sizes" => reader.integers(&mut self.categories_sizes),
            "leaf_weights" => reader.singles(self.leaf_weights.get_or_insert_default()),
            "base_weights" => {
                base = Some(reader.place());
                reader.skip()
            }
            "id" => {
                self.id = Some(reader.integer()?);
                Ok(())
            }
            "tree_param" => {
                let known = ["num_deleted", "num_feature", "num_nodes", "size_leaf_vector"];
                reader.fields("tree_param", &known, |reader, key| {
                    let text = reader.text()?;
                    match key {
                        "num_nodes" => self.nodes = text.into_owned(),
                        "size_leaf_vector" => self.vector = text.into_owned(),
                        _ => {}
                    }
                    Ok(())
                })
            }
            // What a split gained, and parents, which the children say.
            _ => reader.skip(),
        })?;
        if let (Some(base), true) = (base, self.leaf_weights.is_none())
            && !matches!(self.vector.as_str(), "" | "0" | "1")
        {
            let end = reader.place();
            reader.back(base);
            reader.singles(&mut self.base_weights)?;
            reader.back(end);
        }
        Ok(())
    }

    /// Adds the tree that was read, number `t` of its file, to a list: one tree an output of its leaves. How many outputs
    /// that were, and whether the leaves are vectors. `room` are the bytes that trees with vectors may still take, because
    /// a short file could declare very many outputs.
    ///
    /// # Errors
    /// What is wrong, as a clause.
    pub(super) fn plant(
        &self,
        t: usize,
        trees: &mut Vec<Tree>,
        room: &mut usize,
    ) -> Result<(usize, bool), String> {
        let n = self.left.len();
        let covers = self.covers.len();
        let lengths =
            [self.right.len(), self.features.len(), self.conditions.len(), self.default_left.len()];
        let typed = self.types.is_empty() || self.types.len() == n;
        if lengths.iter().any(|l| *l != n) || !typed {
            return Err("arrays of different lengths".to_owned());
        }
        if self.nodes.parse() != Ok(n) {
            return Err(format!("{n} nodes, and `{}` declared", self.nodes));
        }
        if self.id.is_some_and(|id| usize::try_from(id) != Ok(t)) {
            return Err("another number than its place".to_owned());
        }
        let vector: usize = match self.vector.as_str() {
            "" => 1,
            text => text.parse().map_err(|_| format!("leaves of {text} numbers"))?,
        };
        // Version 2 writes no covers of trees with vectors.
        if covers != n && !(covers == 0 && vector > 1) {
            return Err("covers of another number than its nodes".to_owned());
        }
        let sizes = self.categories_sizes.iter().map(|size| usize::try_from(*size).ok());
        if sizes.sum::<Option<usize>>() != Some(self.categories.len())
            || !self.categories_nodes.is_sorted_by(|a, b| a < b)
        {
            return Err("category lists that do not fit its nodes".to_owned());
        }
        if vector <= 1 {
            let leaf = |at: usize| self.conditions.get(at).copied();
            trees.push(self.planted(0, n, leaf)?);
            return Ok((1, false));
        }
        let (weights, by_leaf) = match &self.leaf_weights {
            Some(weights) => (weights, true),
            None => (&self.base_weights, false),
        };
        let vectors = if by_leaf { self.left.iter().filter(|l| **l == -1).count() } else { n };
        if Some(weights.len()) != vectors.checked_mul(vector) {
            return Err(format!("{} numbers for {vectors} leaves of {vector}", weights.len()));
        }
        let bytes = n * size_of::<Node>() + self.categories.len() * size_of::<u32>();
        let left = vector.checked_mul(bytes).and_then(|bytes| room.checked_sub(bytes));
        *room = left.ok_or_else(|| format!("leaves of {vector} numbers, too many to hold"))?;
        for output in 0..vector {
            let leaf = |at: usize| {
                let place = match by_leaf {
                    true => self.right.get(at).and_then(|leaf| usize::try_from(*leaf).ok())?,
                    false => at,
                };
                weights.get(place.checked_mul(vector)?.checked_add(output)?).copied()
            };
            trees.push(self.planted(output, n, leaf)?);
        }
        Ok((vector, true))
    }

    fn planted(
        &self,
        output: usize,
        n: usize,
        leaf: impl Fn(usize) -> Option<f32>,
    ) -> Result<Tree, String> {
        // How many features there are is known only when the whole file was read.
        // A model that diverged (or has a loss of its own) may have negative ones, by which nothing can be averaged: the
        // tree then counts as one without.
        let sound = self.covers.iter().all(|cover| *cover >= 0.0 && cover.is_finite());
        Tree::planted(output, n, usize::MAX, |at| {
            let missing = || format!("no node {at}");
            let cover = self.covers.get(at).copied().filter(|_| sound);
            let cover = f64::from(cover.unwrap_or_default());
            let left = *self.left.get(at).ok_or_else(missing)?;
            if left == -1 {
                let value = leaf(at).ok_or_else(|| format!("no value for the leaf {at}"))?;
                return Ok(Node::Leaf { value: f64::from(value), cover });
            }
            let right = *self.right.get(at).ok_or_else(missing)?;
            // XGBoost looks for the right child behind the left one, whatever the file says.
            if left < 0 || left.checked_add(1) != Some(right) {
                return Err(format!("children {left} and {right} at node {at}"));
            }
            let feature = self.features.get(at).and_then(|f| u32::try_from(*f).ok());
            let feature = feature.ok_or_else(|| format!("no feature at node {at}"))?;
            let default_left = *self.default_left.get(at).ok_or_else(missing)?;
            let split = match self.types.get(at).copied().unwrap_or(0) {
                0 => {
                    let threshold = *self.conditions.get(at).ok_or_else(missing)?;
                    if !threshold.is_finite() {
                        return Err(format!("the threshold {threshold} at node {at}"));
                    }
                    Split::Threshold {
                        at: f64::from(threshold),
                        less: Comparison::Less,
                        missing: match default_left {
                            true => MissingRule::NanLeft,
                            false => MissingRule::NanRight,
                        },
                    }
                }
                1 => Split::Categories {
                    set: self.set(at).ok_or_else(|| format!("no categories at node {at}"))?,
                    member_left: false,
                    missing_left: default_left,
                    invalid_left: true,
                },
                other => return Err(format!("the split type {other} at node {at}")),
            };
            Ok(Node::Inner { feature, split, left: left as u32, right: right as u32, cover })
        })
    }

    /// The category codes of a node, sorted.
    fn set(&self, node: usize) -> Option<Vec<u32>> {
        let place = self.categories_nodes.binary_search(&i32::try_from(node).ok()?).ok()?;
        let start = usize::try_from(*self.categories_segments.get(place)?).ok()?;
        let size = usize::try_from(*self.categories_sizes.get(place)?).ok()?;
        let codes = self.categories.get(start..start.checked_add(size)?)?;
        let mut set: Vec<u32> =
            codes.iter().map(|code| u32::try_from(*code).ok()).collect::<Option<_>>()?;
        set.sort_unstable();
        set.dedup();
        (!set.is_empty()).then_some(set)
    }
}
