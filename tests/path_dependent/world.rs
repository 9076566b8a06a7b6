//! Random ensembles of every kind that path-dependent attribution knows, and rows for them.

use std::sync::Arc;

use klartext::model::{
    Comparison, EncodedColumn, FloatWidth, MissingRule, ModelCard, Node, Rule, Shape, Split, Tree,
    TreeEnsemble,
};
use ndarray::Array2;
use proptest::prelude::*;

pub const FEATURES: usize = 4;
pub const OUTPUTS: usize = 2;

/// A random tree before its nodes are laid out.
#[derive(Clone, Debug)]
enum Sprout {
    Leaf { value: f64, cover: f64 },
    Inner { feature: u32, split: Split, children: Box<(Sprout, Sprout)> },
}

impl Sprout {
    /// Appends the nodes in preorder; returns the cover.
    fn lay(&self, nodes: &mut Vec<Node>) -> f64 {
        match self {
            Sprout::Leaf { value, cover } => {
                nodes.push(Node::Leaf { value: *value, cover: *cover });
                *cover
            }
            Sprout::Inner { feature, split, children } => {
                let at = nodes.len();
                nodes.push(Node::Leaf { value: 0.0, cover: 0.0 });
                let mut cover = children.0.lay(nodes);
                let right = nodes.len() as u32;
                cover += children.1.lay(nodes);
                let (feature, split, left) = (*feature, split.clone(), at as u32 + 1);
                nodes[at] = Node::Inner { feature, split, left, right, cover };
                cover
            }
        }
    }
}

/// Thresholds among them that are no finite number, and neighbours that single precision cannot tell apart.
fn threshold() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-1i8..4).prop_map(f64::from),
        1 => Just(1.0f64.next_up()),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
    ]
}

fn split() -> impl Strategy<Value = Split> {
    let missing = prop_oneof![
        Just(MissingRule::NanLeft),
        Just(MissingRule::NanRight),
        Just(MissingRule::NanIsZero),
        Just(MissingRule::ZeroLeft),
        Just(MissingRule::ZeroRight),
    ];
    let less = prop_oneof![Just(Comparison::Less), Just(Comparison::LessOrEqual)];
    let compared = (threshold(), less, missing).prop_map(|(at, less, missing)| Split::Threshold {
        at,
        less,
        missing,
    });
    let set = || proptest::collection::btree_set(0u32..4, 0..4);
    let categories =
        (set(), any::<bool>(), any::<bool>()).prop_map(|(set, lightgbm, missing_left)| {
            Split::Categories {
                set: set.into_iter().collect(),
                member_left: lightgbm,
                missing_left,
                invalid_left: !lightgbm,
            }
        });
    let members =
        (set(), any::<bool>(), any::<bool>()).prop_map(|(set, member_left, missing_left)| {
            let set = set.into_iter().map(|x| f64::from(x) - 1.0).collect();
            Split::Members { set, member_left, missing_left }
        });
    prop_oneof![3 => compared, 1 => categories, 1 => members]
}

fn sprout(columns: usize) -> impl Strategy<Value = Sprout> {
    let leaf = (-40i8..40, 0u8..4)
        .prop_map(|(v, c)| Sprout::Leaf { value: f64::from(v) / 8.0, cover: f64::from(c) });
    leaf.prop_recursive(6, 40, 2, move |inner| {
        (0..columns as u32, split(), inner.clone(), inner).prop_map(|(feature, split, l, r)| {
            Sprout::Inner { feature, split, children: Box::new((l, r)) }
        })
    })
}

pub fn card(features: usize) -> ModelCard {
    let features = (0..features).map(|f| format!("x{f}")).collect();
    ModelCard { features, ..ModelCard::default() }
}

/// Up to four trees of two outputs, some without any split.
pub fn ensemble() -> impl Strategy<Value = TreeEnsemble> {
    ensemble_of(FEATURES)
}

/// The sum of its sources: a column that comes from two features.
#[derive(Debug)]
struct Sum;

impl Rule for Sum {
    fn value(&self, sources: &[f64]) -> f64 {
        sources.iter().sum()
    }
}

/// Ensembles with a column from the first two features behind the features.
pub fn ensemble_with_sum() -> impl Strategy<Value = TreeEnsemble> {
    ensemble_of(FEATURES + 1).prop_map(|ensemble| TreeEnsemble {
        derived: vec![EncodedColumn {
            sources: vec![0, 1],
            shape: Shape::Any,
            rule: Some(Arc::new(Sum)),
        }],
        ..ensemble
    })
}

fn ensemble_of(columns: usize) -> impl Strategy<Value = TreeEnsemble> {
    let trees = proptest::collection::vec((0..OUTPUTS, sprout(columns)), 0..5);
    (trees, 0usize..3, 1u8..3, any::<bool>()).prop_map(|(trees, width, divisor, skips)| {
        let width = [FloatWidth::Single, FloatWidth::SingleInput, FloatWidth::Double][width];
        let tree = |(output, sprout): &(usize, Sprout)| {
            let mut nodes = Vec::new();
            sprout.lay(&mut nodes);
            Tree { output: *output, nodes }
        };
        let trees: Vec<Tree> = trees.iter().map(tree).collect();
        // A file with covers has some at every root.
        let skips = skips && trees.iter().all(|tree| tree.nodes[0].cover() > 0.0);
        TreeEnsemble {
            card: card(FEATURES),
            trees,
            base: vec![0.25, -1.5],
            width,
            divisor: f64::from(divisor),
            skips_uncovered: skips,
            ..TreeEnsemble::default()
        }
    })
}

pub fn row() -> impl Strategy<Value = Vec<f64>> {
    let cell = prop_oneof![
        2 => Just(f64::NAN),
        8 => (-2i8..5).prop_map(f64::from),
        1 => Just(0.5),
        1 => Just(1.0f64.next_up()),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(1e-40),
    ];
    proptest::collection::vec(cell, FEATURES)
}

/// So many rows that there are whole tiles and a rest.
pub fn rows() -> impl Strategy<Value = Array2<f64>> {
    proptest::collection::vec(row(), 1..150)
        .prop_map(|rows| Array2::from_shape_vec((rows.len(), FEATURES), rows.concat()).unwrap())
}

/// The tree's conditional expectation by cover, given the features in the coalition: the path-dependent game. A leaf
/// without cover counts only where the row reaches it, if the ensemble says so.
fn expectation(model: &TreeEnsemble, nodes: &[Node], at: usize, row: &[f64], set: u32) -> f64 {
    fn below(
        model: &TreeEnsemble,
        nodes: &[Node],
        at: usize,
        row: &[f64],
        set: u32,
        reached: bool,
    ) -> f64 {
        match &nodes[at] {
            Node::Sloped(_) => unreachable!("not drawn"),
            Node::Leaf { value, cover } => {
                if model.skips_uncovered && *cover == 0.0 && !reached {
                    0.0
                } else {
                    *value
                }
            }
            Node::Inner { feature, split, left, right, .. } => {
                let left_goes = split.goes_left(model.seen(row[*feature as usize]));
                let child =
                    |at: &u32, reached: bool| below(model, nodes, *at as usize, row, set, reached);
                let (l, r) =
                    (child(left, reached && left_goes), child(right, reached && !left_goes));
                if set >> feature & 1 == 1 {
                    return if left_goes { l } else { r };
                }
                let cover = |at: &u32| nodes[*at as usize].cover();
                let all = cover(left) + cover(right);
                let share = if all > 0.0 { cover(left) / all } else { 0.5 };
                share * l + (1.0 - share) * r
            }
        }
    }
    below(model, nodes, at, row, set, true)
}

/// The value of a coalition of columns, for a row as the model sees it.
pub fn game(model: &TreeEnsemble, row: &[f64], output: usize, set: u32) -> f64 {
    let trees = model.trees.iter().filter(|tree| tree.output == output);
    let sum: f64 = trees.map(|tree| expectation(model, &tree.nodes, 0, row, set)).sum();
    model.base[output] + sum / model.divisor
}
