//! Random trees and rows, for tests that compare with a definition.
#![allow(dead_code)] // each test file uses a part

use klartext::model::{
    Comparison, FloatWidth, MissingRule, ModelCard, Node, Slope, Split, Tree, TreeEnsemble,
};
use ndarray::Array2;
use proptest::prelude::*;

/// Features of what is drawn.
pub const FEATURES: usize = 5;

/// A leaf: a number, or a sum over any columns.
fn leaf() -> impl Strategy<Value = Node> {
    let number = || (-8i8..8).prop_map(|x| f64::from(x) / 4.0);
    let terms = proptest::collection::vec((0u32..FEATURES as u32, number()), 0..4);
    (0u8..3, number(), number(), terms).prop_map(|(kind, fallback, constant, terms)| match kind {
        0 => Node::Sloped(Box::new(Slope { fallback, constant, terms, cover: 1.0 })),
        _ => Node::Leaf { value: fallback, cover: 1.0 },
    })
}

fn split() -> impl Strategy<Value = Split> {
    let missing = prop_oneof![
        Just(MissingRule::NanLeft),
        Just(MissingRule::NanRight),
        Just(MissingRule::NanIsZero),
        Just(MissingRule::ZeroLeft),
    ];
    let threshold = (-1i8..4, missing).prop_map(|(at, missing)| Split::Threshold {
        at: f64::from(at),
        less: Comparison::LessOrEqual,
        missing,
    });
    let categories =
        proptest::collection::btree_set(0u32..4, 0..3).prop_map(|set| Split::Categories {
            set: set.into_iter().collect(),
            member_left: true,
            missing_left: false,
            invalid_left: false,
        });
    prop_oneof![3 => threshold, 1 => categories]
}

/// A tree in preorder; its children's places are counted within it.
fn nodes(leaf: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Vec<Node>> {
    leaf.prop_map(|leaf| vec![leaf]).prop_recursive(5, 40, 2, |below| {
        (0u32..FEATURES as u32, split(), below.clone(), below).prop_map(|(feature, split, a, b)| {
            let moved = |nodes: Vec<Node>, by: u32| {
                nodes.into_iter().map(move |node| match node {
                    Node::Inner { feature, split, left, right, cover } => {
                        Node::Inner { feature, split, left: left + by, right: right + by, cover }
                    }
                    leaf => leaf,
                })
            };
            let right = a.len() as u32 + 1;
            let root = Node::Inner { feature, split, left: 1, right, cover: 1.0 };
            [root].into_iter().chain(moved(a, 1)).chain(moved(b, right)).collect()
        })
    })
}

/// An ensemble with two outputs; `sloped` says whether leaves may be weighted sums.
pub fn ensemble(sloped: bool) -> impl Strategy<Value = TreeEnsemble> {
    let leaf = leaf().prop_map(move |leaf| match leaf {
        Node::Sloped(slope) if !sloped => Node::Leaf { value: slope.constant, cover: 1.0 },
        leaf => leaf,
    });
    (proptest::collection::vec((0usize..2, nodes(leaf)), 1..5), 1u8..4).prop_map(
        |(trees, divisor)| TreeEnsemble {
            card: ModelCard {
                features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
                ..ModelCard::default()
            },
            trees: trees.into_iter().map(|(output, nodes)| Tree { output, nodes }).collect(),
            base: vec![0.25, -1.5],
            width: FloatWidth::Double,
            divisor: f64::from(divisor),
            ..TreeEnsemble::default()
        },
    )
}

/// Small whole numbers, some missing.
pub fn row() -> impl Strategy<Value = Vec<f64>> {
    let cell = prop_oneof![1 => Just(f64::NAN), 5 => (-2i8..5).prop_map(f64::from)];
    proptest::collection::vec(cell, FEATURES)
}

/// Fewer than `most` rows, at least one.
pub fn table(most: usize) -> impl Strategy<Value = Array2<f64>> {
    proptest::collection::vec(row(), 1..most)
        .prop_map(|rows| Array2::from_shape_vec((rows.len(), FEATURES), rows.concat()).unwrap())
}
