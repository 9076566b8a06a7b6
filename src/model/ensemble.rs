//! One representation for every tree family.

use std::borrow::Cow;

use ndarray::{ArrayView2, ArrayViewMut2};

use super::encoding::EncodedColumn;
use super::{FeatureKind, Form, Link, Model, ModelCard};
use crate::fault::{Checked, Fault, Place};

/// Float width in which a library compares and sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatWidth {
    /// Values are rounded to single precision before comparing; leaves are summed in single precision.
    Single,
    /// Values are rounded to single precision before comparing; all else is in double precision (CatBoost).
    SingleInput,
    /// As [`FloatWidth::Single`], but leaves are summed from zero, divided, and the base is added last (onnxruntime).
    OnnxRuntime,
    /// As [`FloatWidth::OnnxRuntime`], but rows are in double precision until the file's own encoding rounds them.
    OnnxRuntimeWide,
    /// Double precision throughout.
    Double,
}

impl FloatWidth {
    /// A value as a model of this width compares it.
    pub fn seen(self, x: f64) -> f64 {
        match self {
            FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime => {
                f64::from(x as f32)
            }
            FloatWidth::Double | FloatWidth::OnnxRuntimeWide => x,
        }
    }
}

/// Which test sends a value to the left child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `x < threshold` (XGBoost, linfa).
    Less,
    /// `x <= threshold` (LightGBM, scikit-learn; CatBoost, whose `x > border` goes right).
    LessOrEqual,
}

/// What happens to a missing value at a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingRule {
    /// NaN goes to the left child.
    NanLeft,
    /// NaN goes to the right child.
    NanRight,
    /// NaN is taken for 0 and compared (LightGBM missing type none).
    NanIsZero,
    /// NaN and |x| <= 1e-35f go left (LightGBM missing type zero, default left).
    ZeroLeft,
    /// NaN and |x| <= 1e-35f go right.
    ZeroRight,
}

/// One test.
#[derive(Clone, Debug, PartialEq)]
pub enum Split {
    /// Compare with a threshold (already in the model's float width, widened to f64).
    Threshold {
        /// The threshold.
        at: f64,
        /// The comparison that goes left.
        less: Comparison,
        /// Missing values.
        missing: MissingRule,
    },
    /// Category codes. A code in the set goes to `member_left ? left : right`, any other code to the other side.
    Categories {
        /// Sorted codes.
        set: Vec<u32>,
        /// Side of the listed codes.
        member_left: bool,
        /// Side of NaN.
        missing_left: bool,
        /// LightGBM truncates to int and treats negative codes as not listed; XGBoost sends invalid codes left.
        invalid_left: bool,
    },
    /// Single numbers. One that equals a listed one goes to `member_left ? left : right`, any other to the other side.
    Members {
        /// Sorted numbers, none of them NaN, in the model's float width.
        set: Box<[f64]>,
        /// Side of the listed numbers.
        member_left: bool,
        /// Side of NaN.
        missing_left: bool,
    },
}

/// One node; children are indices into [`Tree::nodes`].
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// An inner node.
    Inner {
        /// Column index.
        feature: u32,
        /// The test.
        split: Split,
        /// Left child.
        left: u32,
        /// Right child.
        right: u32,
        /// Training weight that passed here (hessian sum, row count), for path-dependent attribution.
        cover: f64,
    },
    /// A leaf.
    Leaf {
        /// Its value, already multiplied by shrinkage and tree weight as the library does.
        value: f64,
        /// Training weight that ended here.
        cover: f64,
    },
    /// A leaf that is a weighted sum (LightGBM's linear trees).
    Sloped(Box<Slope>),
}

/// A leaf that is a weighted sum of features: `constant + Σ weight · x`, or `fallback` where one of them is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Slope {
    /// The value where a feature of the sum is missing.
    pub fallback: f64,
    /// The constant.
    pub constant: f64,
    /// Column and weight, in the library's order of summation.
    pub terms: Vec<(u32, f64)>,
    /// Training weight that ended here.
    pub cover: f64,
}

impl Slope {
    /// The leaf's value for a row; `seen` gives a column's value in the model's float width.
    pub fn value(&self, seen: impl Fn(usize) -> f64) -> f64 {
        let mut sum = self.constant;
        for (column, weight) in &self.terms {
            let x = seen(*column as usize);
            if x.is_nan() {
                return self.fallback;
            }
            sum += weight * x;
        }
        sum
    }
}

/// One tree; node 0 is the root.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Which raw score it adds to.
    pub output: usize,
    /// Nodes in preorder, as [`Tree::arranged`] brings them: node 0 is the root, a left child follows its parent.
    pub nodes: Vec<Node>,
}

/// A sum of trees plus a base score per output, and a link.
#[derive(Clone, Debug)]
pub struct TreeEnsemble {
    /// The card.
    pub card: super::ModelCard,
    /// Trees in the library's summation order.
    pub trees: Vec<Tree>,
    /// Base raw score of each output (margin, not probability).
    pub base: Vec<f64>,
    /// Float width of comparisons and sums.
    pub width: FloatWidth,
    /// Raw scores to predictions.
    pub link: Link,
    /// Divide the sum of trees by this (random forests), else 1.
    pub divisor: f64,
    /// Columns computed from several features, or from one in a way that no test on it can stand for; trees name them by
    /// numbers from the number of features on.
    pub derived: Vec<EncodedColumn>,
    /// Where each boosting round's trees end; empty where the file has no rounds.
    pub rounds: Vec<usize>,
    /// What a part of the rounds does with divisor and base.
    pub parts: Parts,
    /// In path-dependent attribution a leaf that no training row reached counts only for the rows that reach it. So
    /// CatBoost has it, whose monotone trees have values in such leaves.
    pub skips_uncovered: bool,
}

/// How a part of an ensemble's rounds is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parts {
    /// The trees of the part, and the base (XGBoost).
    #[default]
    WithBase,
    /// As [`Parts::WithBase`], divided by the number of rounds in the part (random forests).
    Averaged,
    /// The base belongs to the first round (CatBoost).
    BaseWithFirst,
}

impl Default for TreeEnsemble {
    fn default() -> Self {
        TreeEnsemble {
            card: super::ModelCard::default(),
            trees: Vec::new(),
            base: vec![0.0],
            width: FloatWidth::Double,
            link: Link::Identity,
            divisor: 1.0,
            derived: Vec::new(),
            rounds: Vec::new(),
            parts: Parts::WithBase,
            skips_uncovered: false,
        }
    }
}

/// LightGBM's `kZeroThreshold`: 1e-35 in single precision, widened.
const ZERO: f64 = 1e-35f32 as f64;

impl Split {
    /// Whether a value (already rounded to the model's width) goes left.
    pub fn goes_left(&self, x: f64) -> bool {
        match self {
            Split::Threshold { at, less, missing } => {
                let x = match missing {
                    MissingRule::NanLeft if x.is_nan() => return true,
                    MissingRule::NanRight if x.is_nan() => return false,
                    MissingRule::ZeroLeft if x.is_nan() || x.abs() <= ZERO => return true,
                    MissingRule::ZeroRight if x.is_nan() || x.abs() <= ZERO => return false,
                    MissingRule::NanIsZero if x.is_nan() => 0.0,
                    _ => x,
                };
                match less {
                    Comparison::Less => x < *at,
                    Comparison::LessOrEqual => x <= *at,
                }
            }
            Split::Categories { set, member_left, missing_left, invalid_left } => {
                if x.is_nan() {
                    return *missing_left;
                }
                // LightGBM truncates before it looks at the sign, so that -0.5 is category 0 there and invalid elsewhere.
                let negative = if *invalid_left { x < 0.0 } else { x <= -1.0 };
                if negative || x >= f64::from(u32::MAX) {
                    return *invalid_left;
                }
                if set.binary_search(&(x as u32)).is_ok() { *member_left } else { !*member_left }
            }
            Split::Members { set, member_left, missing_left } => {
                if x.is_nan() {
                    return *missing_left;
                }
                let listed = set.binary_search_by(|listed| match listed.partial_cmp(&x) {
                    Some(order) => order,
                    None => std::cmp::Ordering::Less,
                });
                if listed.is_ok() { *member_left } else { !*member_left }
            }
        }
    }
}

impl Node {
    /// Training weight that passed or ended here.
    pub fn cover(&self) -> f64 {
        match self {
            Node::Inner { cover, .. } | Node::Leaf { cover, .. } => *cover,
            Node::Sloped(slope) => slope.cover,
        }
    }
}

impl Tree {
    /// A tree from nodes in any order with the root first: what the root reaches, brought into preorder.
    /// Nodes that the root does not reach (deleted ones) are dropped.
    ///
    /// # Errors
    /// What is wrong, as a clause: a child out of range or reached twice (a cycle), a feature out of range, a NaN
    /// threshold, a leaf that is no finite number, a negative cover.
    pub fn arranged(output: usize, given: &[Node], features: usize) -> Result<Tree, String> {
        let node = |at: usize| given.get(at).cloned().ok_or_else(|| format!("no node {at}"));
        Tree::planted(output, given.len(), features, node)
    }

    /// The tree in preorder: itself if its left children follow their parents, else brought into order. A tree that
    /// [`Tree::arranged`] refuses stays as it is.
    pub fn in_order(&self, features: usize) -> Cow<'_, Tree> {
        let ordered = (1..).zip(&self.nodes).all(|(next, node)| match node {
            Node::Inner { left, right, .. } => *left == next && *right > next,
            Node::Leaf { .. } | Node::Sloped(_) => true,
        });
        if ordered {
            return Cow::Borrowed(self);
        }
        Tree::arranged(self.output, &self.nodes, features).map_or(Cow::Borrowed(self), Cow::Owned)
    }

    /// The value of the leaf that a row reaches; `seen` gives a feature's value in the model's float width.
    pub fn leaf(&self, seen: impl Fn(usize) -> f64) -> f64 {
        let mut at = 0;
        loop {
            match self.nodes.get(at) {
                Some(Node::Inner { feature, split, left, right, .. }) => {
                    at = if split.goes_left(seen(*feature as usize)) { *left } else { *right }
                        as usize;
                }
                Some(Node::Leaf { value, .. }) => return *value,
                Some(Node::Sloped(slope)) => return slope.value(seen),
                None => return 0.0,
            }
        }
    }

    /// Longest path in splits, and number of leaves.
    pub fn extent(&self) -> (usize, usize) {
        let mut depth = vec![0usize; self.nodes.len()];
        let (mut deepest, mut leaves) = (0, 0);
        for (i, node) in self.nodes.iter().enumerate() {
            let here = depth.get(i).copied().unwrap_or(0);
            match node {
                Node::Inner { left, right, .. } => {
                    for child in [*left, *right] {
                        if let Some(d) = depth.get_mut(child as usize) {
                            *d = here + 1;
                        }
                    }
                }
                Node::Leaf { .. } | Node::Sloped(_) => {
                    deepest = deepest.max(here);
                    leaves += 1;
                }
            }
        }
        (deepest, leaves)
    }
}

impl TreeEnsemble {
    /// A value as the model sees it: rounded to single precision where the library does.
    pub fn seen(&self, x: f64) -> f64 {
        self.width.seen(x)
    }

    /// Fills the card's counts of trees, depth and leaves from the trees.
    pub(super) fn measured(mut self) -> Self {
        self.card.trees = self.trees.len();
        self.card.rounds = self.rounds.len();
        let bare = |tree: &Tree| matches!(tree.nodes.first(), Some(node @ Node::Inner { .. }) if node.cover() == 0.0);
        self.card.covers = !self.trees.iter().any(bare);
        (self.card.depth, self.card.leaves) = (0, 0);
        for tree in &self.trees {
            let (depth, leaves) = tree.extent();
            self.card.depth = self.card.depth.max(depth);
            self.card.leaves += leaves;
        }
        self
    }

    /// The row with what the model sees of it: rounded to the model's float width, the derived columns behind the
    /// features; a feature beyond the row's end counts as missing.
    pub fn row(&self, row: &[f64]) -> Vec<f64> {
        let mut seen = Vec::with_capacity(self.card.features.len() + self.derived.len());
        self.see(row.iter().copied(), &mut seen);
        seen
    }

    /// Appends the row as [`TreeEnsemble::row`] gives it.
    pub fn see(&self, row: impl Iterator<Item = f64>, into: &mut Vec<f64>) {
        let (from, features) = (into.len(), self.card.features.len());
        match self.card.kinds.is_empty() {
            true => into.extend(row.take(features).map(|x| self.seen(x))),
            // A hashed category is no number that a library would round.
            false => into.extend(row.take(features).enumerate().map(|(j, x)| {
                if matches!(self.card.kind(j), FeatureKind::Hashed(_)) { x } else { self.seen(x) }
            })),
        }
        into.resize(from + features, f64::NAN);
        for column in &self.derived {
            let raw = into.get(from..from + features).unwrap_or_default();
            into.push(self.seen(column.value(raw)));
        }
    }

    /// The leaf value of each tree for a row as [`TreeEnsemble::row`] gives it.
    fn leaves<'a>(&'a self, row: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + 'a {
        let seen = |f: usize| row.get(f).copied().unwrap_or(f64::NAN);
        self.trees.iter().map(move |tree| (tree.output, tree.leaf(seen)))
    }

    /// Whether every leaf is one number.
    pub fn is_constant_leaved(&self) -> bool {
        !self.trees.iter().any(|tree| tree.nodes.iter().any(|n| matches!(n, Node::Sloped(_))))
    }
}

impl Model for TreeEnsemble {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn outputs(&self) -> usize {
        self.base.len()
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        if matches!(self.width, FloatWidth::Double | FloatWidth::SingleInput) {
            return self.exact(row, out);
        }
        let row = &self.row(row);
        match self.width {
            FloatWidth::Double | FloatWidth::SingleInput => {}
            FloatWidth::Single => {
                let mut sums: Vec<f32> = self.base.iter().map(|b| *b as f32).collect();
                for (output, leaf) in self.leaves(row) {
                    if let Some(sum) = sums.get_mut(output) {
                        *sum += leaf as f32;
                    }
                }
                for (out, sum) in out.iter_mut().zip(sums) {
                    *out = f64::from(sum);
                }
            }
            FloatWidth::OnnxRuntime | FloatWidth::OnnxRuntimeWide => {
                let mut sums = vec![0.0f32; self.base.len()];
                for (output, leaf) in self.leaves(row) {
                    if let Some(sum) = sums.get_mut(output) {
                        *sum += leaf as f32;
                    }
                }
                for ((out, sum), base) in out.iter_mut().zip(sums).zip(&self.base) {
                    *out = f64::from(sum / self.divisor as f32 + *base as f32);
                }
            }
        }
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for (output, leaf) in self.leaves(&self.row(row)) {
            if let Some(sum) = out.get_mut(output) {
                *sum += leaf;
            }
        }
        for (out, base) in out.iter_mut().zip(&self.base) {
            *out = *out / self.divisor + base;
        }
    }

    fn exact_block(&self, rows: ArrayView2<f64>, out: ArrayViewMut2<f64>) {
        self.sum_block(rows, out);
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        match self.width {
            FloatWidth::Single => self.link.single(raw, out),
            FloatWidth::Double | FloatWidth::SingleInput => self.link.double(raw, out),
            FloatWidth::OnnxRuntime | FloatWidth::OnnxRuntimeWide => {
                self.link.onnxruntime(raw, out);
            }
        }
    }

    fn form(&self) -> Form<'_> {
        Form::Trees(self)
    }

    fn summed_trees(&self) -> Option<&TreeEnsemble> {
        Some(self)
    }

    fn part(&self, rounds: std::ops::Range<usize>) -> Checked<Box<dyn Model>> {
        let count = self.rounds.len();
        let end = |round: usize| match round.checked_sub(1) {
            None => Some(0),
            Some(before) => self.rounds.get(before).copied(),
        };
        let trees = match (end(rounds.start), end(rounds.end)) {
            (Some(from), Some(to)) if rounds.start < rounds.end => self.trees.get(from..to),
            _ => None,
        };
        let Some(trees) = trees else {
            let found = format!("the rounds {} to {}", rounds.start, rounds.end);
            let expected = match count {
                0 => "no choice: this model has no boosting rounds".to_owned(),
                _ => format!("0 ≤ FROM < TO ≤ {count}, the number of rounds"),
            };
            return Err(
                Fault::new("M08", Place::default(), found, expected, "Correct --trees.").into()
            );
        };
        let first = end(rounds.start).unwrap_or(0);
        let mut part = TreeEnsemble {
            card: self.card.clone(),
            trees: trees.to_vec(),
            base: self.base.clone(),
            derived: self.derived.clone(),
            rounds: self
                .rounds
                .get(rounds.clone())
                .unwrap_or_default()
                .iter()
                .map(|end| end - first)
                .collect(),
            ..*self
        };
        match self.parts {
            Parts::WithBase => {}
            Parts::Averaged => match self.link.with_mean_of(rounds.end - rounds.start) {
                Some(link) => part.link = link,
                None => part.divisor = (rounds.end - rounds.start) as f64,
            },
            Parts::BaseWithFirst if rounds.start > 0 => part.base.fill(0.0),
            Parts::BaseWithFirst => {}
        }
        Ok(Box::new(part.measured()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(feature: u32, left: u32, right: u32) -> Node {
        let split =
            Split::Threshold { at: 0.5, less: Comparison::Less, missing: MissingRule::NanLeft };
        Node::Inner { feature, split, left, right, cover: 2.0 }
    }

    fn leaf(value: f64) -> Node {
        Node::Leaf { value, cover: 1.0 }
    }

    #[test]
    fn a_tree_is_brought_into_preorder() {
        let tree = Tree::arranged(
            0,
            &[inner(0, 1, 2), leaf(1.0), inner(1, 4, 3), leaf(2.0), leaf(3.0), leaf(9.0)],
            2,
        )
        .unwrap();
        let expected = [inner(0, 1, 2), leaf(1.0), inner(1, 3, 4), leaf(3.0), leaf(2.0)];
        assert_eq!(tree.nodes, expected);
        assert_eq!(tree.leaf(|f| [1.0, 0.0][f]), 3.0);
        assert_eq!(tree.extent(), (2, 3));
    }

    #[test]
    fn faulty_trees_are_refused() {
        let clause = |nodes: &[Node]| Tree::arranged(0, nodes, 1).unwrap_err();
        assert!(clause(&[inner(0, 1, 0), leaf(1.0)]).contains("twice"));
        assert!(clause(&[inner(0, 1, 1), leaf(1.0)]).contains("twice"));
        assert!(clause(&[inner(0, 1, 7), leaf(1.0)]).contains("child 7"));
        assert!(clause(&[inner(1, 1, 2), leaf(1.0), leaf(1.0)]).contains("feature 1"));
        assert!(clause(&[leaf(f64::NAN)]).contains("leaf NaN"));
        assert!(clause(&[]).contains("0 nodes"));
    }

    #[test]
    fn categories_follow_each_library() {
        let split = |left: bool| Split::Categories {
            set: vec![0, 3],
            member_left: left,
            missing_left: false,
            invalid_left: !left,
        };
        let lightgbm: Vec<bool> =
            [0.0, -0.5, -1.0, 3.9, 4.0, 1e12, f64::NAN].map(|x| split(true).goes_left(x)).into();
        assert_eq!(lightgbm, [true, true, false, true, false, false, false]);
        let xgboost: Vec<bool> =
            [0.0, -0.5, -1.0, 3.0, 4.0, 1e12, f64::NAN].map(|x| split(false).goes_left(x)).into();
        assert_eq!(xgboost, [false, true, true, false, true, true, false]);
    }
}
