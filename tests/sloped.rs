//! Promise: attributions of trees whose leaves are weighted sums (LightGBM's linear trees) are exact against any
//! background. They agree with the definition of the Shapley value over all coalitions and add up to the score.

mod reference;

use klartext::attribution::{Attribution, enumerated, interventional};
use klartext::model::{
    Comparison, FloatWidth, MissingRule, ModelCard, Node, Slope, Split, Tree, TreeEnsemble,
};
use ndarray::Array2;
use proptest::prelude::*;
use reference::{model, path, rows};

const FEATURES: usize = 5;

/// A leaf: a number, or a sum over any columns, those of its path or not, one of them perhaps twice.
fn leaf() -> impl Strategy<Value = Node> {
    let number = || (-8i8..8).prop_map(|x| f64::from(x) / 4.0);
    let terms = proptest::collection::vec((0u32..FEATURES as u32, number()), 0..4);
    (any::<bool>(), number(), number(), terms).prop_map(|(plain, fallback, constant, terms)| {
        if plain {
            Node::Leaf { value: fallback, cover: 1.0 }
        } else {
            Node::Sloped(Box::new(Slope { fallback, constant, terms, cover: 1.0 }))
        }
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
fn nodes() -> impl Strategy<Value = Vec<Node>> {
    leaf().prop_map(|leaf| vec![leaf]).prop_recursive(4, 32, 2, |below| {
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

fn ensemble() -> impl Strategy<Value = TreeEnsemble> {
    (proptest::collection::vec((0usize..2, nodes()), 1..5), 1u8..4).prop_map(|(trees, divisor)| {
        TreeEnsemble {
            card: ModelCard {
                features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
                ..ModelCard::default()
            },
            trees: trees.into_iter().map(|(output, nodes)| Tree { output, nodes }).collect(),
            base: vec![0.25, -1.5],
            width: FloatWidth::Double,
            divisor: f64::from(divisor),
            ..TreeEnsemble::default()
        }
    })
}

fn row() -> impl Strategy<Value = Vec<f64>> {
    let cell = prop_oneof![1 => Just(f64::NAN), 5 => (-4i8..10).prop_map(|x| f64::from(x) / 2.0)];
    proptest::collection::vec(cell, FEATURES)
}

fn agree(own: &Attribution, definition: &Attribution, within: f64) {
    // Sums of large numbers are as exact as their largest.
    let scale = definition.values.iter().fold(1.0f64, |most, x| most.max(x.abs()));
    let pairs = own.values.iter().zip(&definition.values);
    for (own, by_definition) in pairs.chain([(&own.base_value, &definition.base_value)]) {
        assert!((own - by_definition).abs() <= within * scale, "{own} {by_definition}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn sloped_leaves_agree_with_the_definition(
        trees in ensemble(),
        row in row(),
        background in proptest::collection::vec(row(), 1..7),
    ) {
        let shape = (background.len(), FEATURES);
        let background = Array2::from_shape_vec(shape, background.concat()).unwrap();
        for output in 0..2 {
            let own = interventional(&trees, &row, background.view(), output).unwrap();
            agree(&own, &enumerated(&trees, &row, background.view(), output).unwrap(), 1e-12);
            prop_assert!(own.residual(&trees, &row, output) <= 1e-12);
        }
    }
}

/// Models of LightGBM itself, with missing values and categories on the way to the sums.
#[test]
fn linear_trees_of_lightgbm_agree_with_the_definition() {
    for file in ["lgb470_linear.txt", "lgb335_linear.txt", "lgb470_linear_cat.json"] {
        let loaded = model(file);
        let rows = rows(&*loaded.model, "lightgbm.X.csv");
        let background = rows.slice(ndarray::s![..20, ..]);
        for row in rows.rows() {
            let row = row.to_vec();
            let own = interventional(&*loaded.model, &row, background, 0).unwrap();
            agree(&own, &enumerated(&*loaded.model, &row, background, 0).unwrap(), 1e-11);
            assert!(own.residual(&*loaded.model, &row, 0) <= 1e-12);
        }
    }
}

/// Without a background nothing says what a sum is worth on average: the hint is to give one.
#[test]
fn without_a_background_linear_trees_are_refused_with_the_way_out() {
    let file = |name: &str| path(name).to_str().unwrap().to_owned();
    let klartext = |args: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_klartext")).args(args).output().unwrap()
    };
    let (model, data) = (file("models/lgb470_linear.txt"), file("lightgbm.X.csv"));
    let base = ["attribute", "--model", &model, "--data", &data];
    let without = klartext(&base);
    let message = String::from_utf8(without.stderr).unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(message.contains("weighted sums") && message.contains("--background"), "{message}");
    let with = klartext(&[&base[..], &["--background", &data]].concat());
    assert_eq!(with.status.code(), Some(0), "{}", String::from_utf8_lossy(&with.stderr));
}
