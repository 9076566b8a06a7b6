//! Promise: attributions are exact. They agree with the definition of the Shapley value over all coalitions on trees of
//! every kind, add up to the model evaluated in double precision within 1e-9, and agree with what XGBoost, LightGBM
//! and shap print.

mod reference;

use klartext::attribution::{
    Attribution, Interventional, PathDependent, Sampling, by_enumeration, enumerated,
    path_dependent, sampled, with_covers,
};
use klartext::model::{
    Comparison, FloatWidth, Form, LinearModel, Link, MissingRule, Model, ModelCard, Node, Split,
    Tree, TreeEnsemble,
};
use ndarray::Array2;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reference::{expected, model, rows};

const FEATURES: usize = 4;

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

fn split() -> impl Strategy<Value = Split> {
    let missing = prop_oneof![
        Just(MissingRule::NanLeft),
        Just(MissingRule::NanRight),
        Just(MissingRule::NanIsZero),
        Just(MissingRule::ZeroLeft),
        Just(MissingRule::ZeroRight),
    ];
    let less = prop_oneof![Just(Comparison::Less), Just(Comparison::LessOrEqual)];
    let threshold = (-1i8..4, less, missing).prop_map(|(at, less, missing)| Split::Threshold {
        at: f64::from(at),
        less,
        missing,
    });
    let categories = (proptest::collection::btree_set(0u32..4, 0..4), any::<bool>(), any::<bool>())
        .prop_map(|(set, lightgbm, missing_left)| Split::Categories {
            set: set.into_iter().collect(),
            member_left: lightgbm,
            missing_left,
            invalid_left: !lightgbm,
        });
    prop_oneof![3 => threshold, 1 => categories]
}

fn sprout() -> impl Strategy<Value = Sprout> {
    let leaf = (-40i8..40, 0u8..4)
        .prop_map(|(v, c)| Sprout::Leaf { value: f64::from(v) / 8.0, cover: f64::from(c) });
    leaf.prop_recursive(6, 40, 2, |inner| {
        (0..FEATURES as u32, split(), inner.clone(), inner).prop_map(|(feature, split, l, r)| {
            Sprout::Inner { feature, split, children: Box::new((l, r)) }
        })
    })
}

fn card(features: usize) -> ModelCard {
    ModelCard {
        format: "test".into(),
        written_by: String::new(),
        objective: String::new(),
        features: (0..features).map(|f| format!("x{f}")).collect(),
        classes: Vec::new(),
        trees: 0,
        depth: 0,
        leaves: 0,
        missing: String::new(),
        ..ModelCard::default()
    }
}

fn ensemble() -> impl Strategy<Value = TreeEnsemble> {
    let trees = proptest::collection::vec((0usize..2, sprout()), 1..5);
    (trees, 0usize..3, 1u8..3).prop_map(|(trees, width, divisor)| TreeEnsemble {
        card: card(FEATURES),
        trees: trees
            .iter()
            .map(|(output, sprout)| {
                let mut nodes = Vec::new();
                sprout.lay(&mut nodes);
                Tree { output: *output, nodes }
            })
            .collect(),
        base: vec![0.25, -1.5],
        width: [FloatWidth::Single, FloatWidth::SingleInput, FloatWidth::Double][width],
        link: Link::Identity,
        divisor: f64::from(divisor),
        ..TreeEnsemble::default()
    })
}

fn row() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(
        prop_oneof![1 => Just(f64::NAN), 5 => (-2i8..5).prop_map(f64::from)],
        FEATURES,
    )
}

/// The tree's conditional expectation by cover, given the features in the coalition: the path-dependent game.
fn expectation(model: &TreeEnsemble, tree: &Tree, at: usize, row: &[f64], set: u32) -> f64 {
    match &tree.nodes[at] {
        Node::Sloped(_) => unreachable!("not drawn"),
        Node::Leaf { value, .. } => *value,
        Node::Inner { feature, split, left, right, .. } => {
            let below = |child: &u32| expectation(model, tree, *child as usize, row, set);
            if set >> feature & 1 == 1 {
                let x = model.seen(row[*feature as usize]);
                return if split.goes_left(x) { below(left) } else { below(right) };
            }
            let cover = |child: &u32| tree.nodes[*child as usize].cover();
            let (l, r) = (cover(left), cover(right));
            let share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
            share * below(left) + (1.0 - share) * below(right)
        }
    }
}

fn path_game(model: &TreeEnsemble, row: &[f64], output: usize, set: u32) -> f64 {
    let trees = model.trees.iter().filter(|t| t.output == output);
    model.base[output]
        + trees.map(|t| expectation(model, t, 0, row, set)).sum::<f64>() / model.divisor
}

fn close(found: &[f64], wanted: &[f64], tolerance: f64) -> Result<(), String> {
    let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    if found.len() == wanted.len() && worst <= tolerance {
        Ok(())
    } else {
        Err(format!("{found:?}\nnot {wanted:?}"))
    }
}

fn used(model: &TreeEnsemble, output: usize) -> [bool; FEATURES] {
    let mut used = [false; FEATURES];
    for node in model.trees.iter().filter(|t| t.output == output).flat_map(|t| &t.nodes) {
        if let Node::Inner { feature, .. } = node {
            used[*feature as usize] = true;
        }
    }
    used
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn path_dependent_is_the_shapley_value_of_the_cover_game(model in ensemble(), row in row()) {
        let prepared = PathDependent::new(&model);
        for output in 0..2 {
            let found = prepared.explain(&row, output);
            let wanted = by_enumeration(FEATURES, |set| path_game(&model, &row, output, set)).unwrap();
            prop_assert_eq!(close(&found.values, &wanted, 1e-11), Ok(()));
            prop_assert!((found.base_value - path_game(&model, &row, output, 0)).abs() < 1e-11);
            prop_assert!(found.residual(&model, &row, output) <= 1e-9);
            for (value, used) in found.values.iter().zip(used(&model, output)) {
                prop_assert!(used || *value == 0.0);
            }
        }
    }

    #[test]
    fn interventional_is_the_shapley_value_of_the_splicing_game(
        model in ensemble(), row in row(), background in proptest::collection::vec(row(), 1..6),
    ) {
        let background = Array2::from_shape_vec((background.len(), FEATURES), background.concat()).unwrap();
        let prepared = Interventional::new(&model, background.view()).unwrap();
        for output in 0..2 {
            let found = prepared.explain(&row, output);
            let wanted = enumerated(&model, &row, background.view(), output).unwrap();
            prop_assert_eq!(close(&found.values, &wanted.values, 1e-11), Ok(()));
            prop_assert!((found.base_value - wanted.base_value).abs() < 1e-11);
            prop_assert!(found.residual(&model, &row, output) <= 1e-9);
            for (value, used) in found.values.iter().zip(used(&model, output)) {
                prop_assert!(used || *value == 0.0);
            }
        }
    }

    #[test]
    fn linear_models_follow_the_definition_too(
        weights in proptest::collection::vec(-9i8..9, FEATURES), row in row(),
        background in proptest::collection::vec(row(), 1..6),
    ) {
        let model = LinearModel {
            card: card(FEATURES),
            weights: vec![weights.into_iter().map(f64::from).collect()],
            intercepts: vec![0.5],
            fill: vec![1.0, 2.0, 3.0, 4.0],
            link: Link::Identity,
 ..LinearModel::default()
};
        let background = Array2::from_shape_vec((background.len(), FEATURES), background.concat()).unwrap();
        let found = Interventional::new(&model, background.view()).unwrap().explain(&row, 0);
        let wanted = enumerated(&model, &row, background.view(), 0).unwrap();
        prop_assert_eq!(close(&found.values, &wanted.values, 1e-11), Ok(()));
        prop_assert!(found.residual(&model, &row, 0) <= 1e-9);
    }

    #[test]
    fn features_that_play_the_same_part_get_the_same(sprout in sprout(), row in row(), other in row()) {
        // Two trees, equal but for features 0 and 1 changing places, and a row and background that hold equal values
        // in both: nothing distinguishes the two features.
        let mut nodes = Vec::new();
        sprout.lay(&mut nodes);
        let mirrored = nodes.iter().cloned().map(|mut node| {
            if let Node::Inner { feature, .. } = &mut node {
                *feature = match *feature { 0 => 1, 1 => 0, f => f };
            }
            node
        }).collect();
        let model = TreeEnsemble {
            card: card(FEATURES),
            trees: vec![Tree { output: 0, nodes }, Tree { output: 0, nodes: mirrored }],
            base: vec![0.0], width: FloatWidth::Double, link: Link::Identity, divisor: 1.0,
 ..TreeEnsemble::default()
};
        let equal = |mut row: Vec<f64>| { row[1] = row[0]; row };
        let (row, other) = (equal(row), equal(other));
        let background = Array2::from_shape_vec((1, FEATURES), other).unwrap();
        for found in [
            path_dependent(&model, &row, 0),
            Interventional::new(&model, background.view()).unwrap().explain(&row, 0),
        ] {
            prop_assert!((found.values[0] - found.values[1]).abs() < 1e-12);
        }
    }
}

#[test]
fn trees_laid_out_otherwise_give_the_same() {
    let split = Split::Threshold { at: 0.0, less: Comparison::Less, missing: MissingRule::NanLeft };
    let inner = |feature, left, right| Node::Inner {
        feature,
        split: split.clone(),
        left,
        right,
        cover: 0.0,
    };
    let leaf = |value| Node::Leaf { value, cover: value };
    let breadth = vec![inner(0, 1, 2), inner(1, 3, 4), leaf(4.0), leaf(1.0), leaf(2.0)];
    let mut model = TreeEnsemble {
        card: card(2),
        trees: vec![Tree { output: 0, nodes: breadth.clone() }],
        base: vec![0.0],
        width: FloatWidth::Double,
        link: Link::Identity,
        divisor: 1.0,
        ..TreeEnsemble::default()
    };
    let found = path_dependent(&model, &[-1.0, 1.0], 0);
    model.trees = vec![Tree::arranged(0, &breadth, 2).unwrap()];
    assert_eq!(found, path_dependent(&model, &[-1.0, 1.0], 0));
    assert!(found.residual(&model, &[-1.0, 1.0], 0) < 1e-15);
}

/// Attributions of all outputs summed, each checked to add up to the model.
fn over_outputs(
    model: &dyn Model,
    row: &[f64],
    outputs: std::ops::Range<usize>,
    explain: impl Fn(usize) -> Attribution,
) -> Attribution {
    let mut sum = Attribution { base_value: 0.0, values: vec![0.0; row.len()] };
    for k in outputs {
        let found = explain(k);
        assert!(found.residual(model, row, k) <= 1e-9);
        sum.base_value += found.base_value;
        sum.values.iter_mut().zip(&found.values).for_each(|(sum, value)| *sum += value);
    }
    sum
}

/// Largest distance between attributions and an expected array that `at(row, output, feature)` indexes; the feature
/// number one past the last is the base value.
fn worst(
    input: &Array2<f64>,
    outputs: usize,
    base: bool,
    explain: impl Fn(&[f64], usize) -> Attribution,
    at: impl Fn(usize, usize, usize) -> f64,
) -> f64 {
    let mut worst = 0.0f64;
    for (r, row) in input.rows().into_iter().enumerate() {
        for k in 0..outputs {
            let found = explain(row.as_slice().unwrap(), k);
            for (f, value) in found.values.iter().enumerate() {
                worst = worst.max((value - at(r, k, f)).abs());
            }
            if base {
                worst = worst.max((found.base_value - at(r, k, found.values.len())).abs());
            }
        }
    }
    worst
}

const MODELS: [(&str, &str); 26] = [
    ("xgb_adult_100x6.json", "adult_num"),
    ("xgb_adult_catcodes.json", "adult_num"),
    ("xgb214_adult.ubj", "adult_num"),
    ("xgb_injury_multi.json", "injury"),
    ("xgb_injury_poisson.json", "injury"),
    ("lgb_adult_100.txt", "adult_num"),
    ("lgb_adult_cat.txt", "adult_num"),
    ("lgb_injury_multi.txt", "injury"),
    ("xgb341_dart.json", "synthetic"),
    ("xgb341_forests.json", "synthetic"),
    ("xgb176_dart.json", "synthetic"),
    ("xgb176_forests.json", "synthetic"),
    ("lgb470_forest.txt", "synthetic"),
    ("lgb470_ova.txt", "synthetic"),
    ("lgb470_zero.txt", "synthetic"),
    ("lgb470_category.txt", "synthetic"),
    ("lgb470_stump.txt", "synthetic"),
    ("lgb470_tweedie.txt", "synthetic"),
    ("cb_adult_num.json", "adult_num"),
    ("cb1210_depthwise.json", "synthetic"),
    ("cb1210_lossguide.json", "synthetic"),
    ("cb1210_multi.json", "synthetic"),
    ("cb1210_multi_depthwise.json", "synthetic"),
    ("cb1210_ova.json", "synthetic"),
    ("cb1210_nanmax.json", "synthetic"),
    ("cb1210_poisson.json", "synthetic"),
];

#[test]
fn path_dependent_values_are_the_libraries_own() {
    for (file, input) in MODELS {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let Form::Trees(ensemble) = model.form() else { panic!("{file}") };
        let name = file.split('.').next().unwrap();
        let input = rows(model, &format!("{input}.X.csv"));
        let contribs = expected(&format!("{name}.contribs"));
        let contribs = contribs.as_slice().unwrap();
        let (outputs, width) = (model.outputs(), model.card().features.len() + 1);
        assert_eq!(contribs.len(), input.nrows() * outputs * width, "{file}");
        let prepared = PathDependent::new(ensemble);
        let explain = |row: &[f64], k: usize| {
            over_outputs(model, row, k..k + 1, |k| prepared.explain(row, k))
        };
        let error = worst(&input, outputs, true, explain, |r, k, f| {
            contribs[(r * outputs + k) * width + f]
        });
        // XGBoost adds up in single precision, LightGBM and CatBoost in double.
        let tolerance = if name.starts_with("xgb") { 1e-5 } else { 1e-6 };
        println!("{file}: {error:e} from the library's contributions");
        assert!(error <= tolerance, "{file}: {error:e}");
    }
}

#[test]
fn values_are_those_of_shap_in_double_precision() {
    for (file, input) in MODELS {
        let name = file.split('.').next().unwrap();
        if !reference::path("expected").join(format!("{name}.shap_pathdep.npy")).exists() {
            continue;
        }
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let Form::Trees(ensemble) = model.form() else { panic!("{file}") };
        let background = rows(model, &format!("{input}.background100.csv"));
        let input = rows(model, &format!("{input}.X.csv"));
        let path = PathDependent::new(ensemble);
        let interventional = Interventional::new(model, background.view()).unwrap();
        for kind in ["shap_pathdep", "shap_interv100"] {
            let wanted = expected(&format!("{name}.{kind}"));
            let features = model.card().features.len();
            // rows × features, or rows × features × outputs. Of a multi-class LightGBM file shap makes one output
            // that is the sum over the classes.
            let outputs = wanted.len() / input.nrows() / features;
            let classes = |k: usize| {
                if outputs == model.outputs() { k..k + 1 } else { 0..model.outputs() }
            };
            let wanted = wanted.as_slice().unwrap();
            let base = expected(&format!("{name}.shap_interv100_base"));
            let at = |r: usize, k: usize, f: usize| match f == features {
                true => base.as_slice().unwrap()[k],
                false => wanted[(r * features + f) * outputs + k],
            };
            let explain = |row: &[f64], k: usize| {
                over_outputs(model, row, classes(k), |k| match kind {
                    "shap_pathdep" => path.explain(row, k),
                    _ => interventional.explain(row, k),
                })
            };
            let error = worst(&input, outputs, kind != "shap_pathdep", explain, at);
            println!("{file} {kind}: {error:e}");
            assert!(error <= 1e-6, "{file} {kind}: {error:e}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Covers from a background are the rows that pass, and path-dependent values with them follow the definition.
    #[test]
    fn covers_come_from_the_rows_of_a_background(
        model in ensemble(), row in row(), background in proptest::collection::vec(row(), 1..9),
    ) {
        let rows = background.len() as f64;
        let background = Array2::from_shape_vec((background.len(), FEATURES), background.concat()).unwrap();
        let routed = with_covers(&model, background.view());
        for tree in &routed.trees {
            prop_assert_eq!(tree.nodes[0].cover(), rows);
            for node in &tree.nodes {
                if let Node::Inner { left, right, cover, .. } = node {
                    let below = |child: &u32| tree.nodes[*child as usize].cover();
                    prop_assert_eq!(*cover, below(left) + below(right));
                }
            }
        }
        let found = path_dependent(&routed, &row, 0);
        let wanted = by_enumeration(FEATURES, |set| path_game(&routed, &row, 0, set)).unwrap();
        for (found, wanted) in found.values.iter().zip(&wanted) {
            prop_assert!((found - wanted).abs() < 1e-9, "{} {}", found, wanted);
        }
    }

    /// Sampled values add up exactly, and are the same for the same seed.
    #[test]
    fn sampled_values_add_up(
        model in ensemble(), row in row(), background in proptest::collection::vec(row(), 1..5), seed in 0u64..99,
    ) {
        let background = Array2::from_shape_vec((background.len(), FEATURES), background.concat()).unwrap();
        let sampling = Sampling { pairs: 40, seed };
        let found = sampled(&model, &row, background.view(), 0, sampling).unwrap();
        prop_assert_eq!(&found, &sampled(&model, &row, background.view(), 0, sampling).unwrap());
        prop_assert!(found.attribution.residual(&model, &row, 0) < 1e-12);
    }
}

/// The standard error that is stated is that of the value: over many models, always the same ones, the distance from the
/// exact value is one standard error in the root mean square, 91 to 98 in 100 are within two (95 of a normal
/// distribution, which few players with few different gains are not), and none is beyond five. An error
/// of 0 says that the value is exact.
#[test]
fn sampled_values_lie_as_far_off_as_they_state() {
    let mut runner = TestRunner::deterministic();
    let cases = (ensemble(), row(), proptest::collection::vec(row(), 1..5));
    let mut off = Vec::new();
    for seed in 0..1200 {
        let (model, row, background) = cases.new_tree(&mut runner).unwrap().current();
        let background =
            Array2::from_shape_vec((background.len(), FEATURES), background.concat()).unwrap();
        let sampling = Sampling { pairs: 200, seed };
        let found = sampled(&model, &row, background.view(), 0, sampling).unwrap();
        let wanted = enumerated(&model, &row, background.view(), 0).unwrap();
        for ((found, error), wanted) in
            found.attribution.values.iter().zip(&found.standard_errors).zip(&wanted.values)
        {
            let distance = (found - wanted).abs();
            assert!(distance <= 5.0 * error + 1e-9, "{seed}: {found} ± {error}, {wanted}");
            if *error > 1e-6 {
                off.push(distance / error);
            }
        }
    }
    let count = off.len() as f64;
    let root = (off.iter().map(|off| off * off).sum::<f64>() / count).sqrt();
    let within = off.iter().filter(|off| **off <= 2.0).count() as f64 / count;
    println!("{count} values: {root} standard errors, {within} within two");
    assert!(count > 200.0, "{count}");
    assert!((0.9..1.1).contains(&root), "{root}");
    assert!((0.91..0.98).contains(&within), "{within}");
}
