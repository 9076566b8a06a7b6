//! One representation for every tree family.

use super::Link;

/// Float width in which a library compares and sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatWidth {
    /// Values are rounded to single precision before comparing; leaves are summed in single precision.
    Single,
    /// Double precision throughout.
    Double,
}

/// Which test sends a value to the left child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `x < threshold` (XGBoost, linfa).
    Less,
    /// `x <= threshold` (LightGBM, scikit-learn).
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
    /// NaN and |x| <= 1e-35 go left (LightGBM missing type zero, default left).
    ZeroLeft,
    /// NaN and |x| <= 1e-35 go right.
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
}

/// One tree; node 0 is the root.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Which raw score it adds to.
    pub output: usize,
    /// Nodes in preorder or any order; node 0 is the root; children have larger indices than their parent.
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
}

impl Split {
    /// Whether a value (already rounded to the model's width) goes left.
    pub fn goes_left(&self, x: f64) -> bool {
        match self {
            Split::Threshold { at, less, missing } => {
                let zero = x.abs() <= 1e-35;
                let x = match missing {
                    MissingRule::NanLeft if x.is_nan() => return true,
                    MissingRule::NanRight if x.is_nan() => return false,
                    MissingRule::ZeroLeft if x.is_nan() || zero => return true,
                    MissingRule::ZeroRight if x.is_nan() || zero => return false,
                    MissingRule::NanIsZero if x.is_nan() => 0.0,
                    _ => x,
                };
                match less {
                    Comparison::Less => x < *at,
                    Comparison::LessOrEqual => x <= *at,
                }
            }
            Split::Categories {
                set,
                member_left,
                missing_left,
                invalid_left,
            } => {
                if x.is_nan() {
                    return *missing_left;
                }
                if x < 0.0 || x >= f64::from(u32::MAX) {
                    return *invalid_left;
                }
                if set.binary_search(&(x as u32)).is_ok() {
                    *member_left
                } else {
                    !*member_left
                }
            }
        }
    }
}

impl TreeEnsemble {
    /// A value as the model sees it: rounded to single precision where the library does.
    pub fn seen(&self, x: f64) -> f64 {
        match self.width {
            FloatWidth::Single => f64::from(x as f32),
            FloatWidth::Double => x,
        }
    }
}
