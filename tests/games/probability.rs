//! The probability scale, and what shap calls so.

use klartext::attribution::{
    Explainer, Game, Groups, Mixed, Prediction, Rescaled, Sampling, Scale, by_enumeration,
};
use klartext::model::{Form, Link, Model};
use ndarray::{ArrayView2, Axis};

use crate::reference::{expected, model, rows as reference_rows};
use crate::world::{Draw, close, forest, linear, pairs, row, rows, worth};

const SAMPLING: Sampling = Sampling { pairs: 2, seed: 0 };

fn values(explainer: &dyn Explainer, row: &[f64], output: usize) -> Vec<f64> {
    let view = ArrayView2::from_shape((1, row.len()), row).unwrap();
    let block = explainer.explain(view, &[output]).unwrap();
    block.values.index_axis(Axis(0), 0).index_axis(Axis(0), 0).to_vec()
}

/// DESIGN 5: `probability` explains the probability, exactly up to 12 players; they may be groups.
#[test]
fn values_behind_the_link_follow_the_definition() {
    for seed in 0..60 {
        let draw = &mut Draw(seed);
        let features = 4 + draw.below(3) as usize;
        let link =
            [Link::Logistic { slope: 1.3 }, Link::Softmax, Link::Exp][draw.below(3) as usize];
        let outputs = if link == Link::Softmax { 3 } else { 1 };
        let trees = forest(draw, features, outputs, link);
        let sum = linear(draw, features, Link::Logistic { slope: 1.0 });
        let models: [&dyn Model; 2] = [&trees, &sum];
        let (row, background) = (row(draw, features), rows(draw, 4, features));
        for model in models {
            for groups in [Groups::single(&model.card().features), pairs(features)] {
                for scale in [Scale::Raw, Scale::Probability] {
                    let game = Game::new(model, background.view(), groups.clone(), scale).unwrap();
                    let exact = Mixed::exact(game).unwrap();
                    for output in 0..model.outputs() {
                        let wanted = by_enumeration(groups.count(), |set| {
                            let joined = |f| set >> groups.player(f) & 1 == 1;
                            worth(model, scale, &row, &background, joined, output)
                        });
                        let found = values(&exact, &row, output);
                        close(&found, &wanted.unwrap(), 1e-12, &format!("{seed} {scale:?}"));
                    }
                }
            }
        }
    }
}

/// Leaves that are weighted sums, and columns of several players, are mixed by the model itself.
#[test]
fn linear_trees_have_a_probability_too() {
    for (file, input) in
        [("lgb470_linear.txt", "synthetic.X.csv"), ("cb1210_ctr_two.cbm", "categories.X.csv")]
    {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let input = reference_rows(model, input);
        let background = input.select(Axis(0), &[11, 12, 13]);
        let groups = Groups::single(&model.card().features);
        assert!(groups.count() <= 8, "{file}");
        let game = Game::new(model, background.view(), groups.clone(), Scale::Probability).unwrap();
        let exact = Mixed::exact(game).unwrap();
        for row in input.rows().into_iter().take(4) {
            let row = row.to_vec();
            let wanted = by_enumeration(groups.count(), |set| {
                let joined = |f| set >> f & 1 == 1;
                worth(model, Scale::Probability, &row, &background, joined, 0)
            });
            close(&values(&exact, &row, 0), &wanted.unwrap(), 1e-12, file);
        }
    }
}

/// The values of a wide model are exact at every background row that few features tell from the case, and they add up to
/// the model's probability; `predict` gives the same up to the model's own single precision.
#[test]
fn probabilities_of_a_boosted_model_add_up() {
    let loaded = model("xgb_adult_100x6.json");
    let model = loaded.model.as_ref();
    let input = reference_rows(model, "adult_num.X.csv").slice_move(ndarray::s![..10, ..]);
    let background = reference_rows(model, "adult_num.background100.csv");
    let game = || {
        let groups = Groups::single(&model.card().features);
        Game::new(model, background.view(), groups, Scale::Probability).unwrap()
    };
    let mixed = Mixed::exact_or_sampled(game(), SAMPLING, None).unwrap();
    let block = mixed.explain(input.view(), &[0]).unwrap();
    let explained = mixed.explained(model, input.view(), &[0]);
    let errors = block.standard_errors.unwrap();
    let sampled = Mixed::sampled(game(), Sampling { pairs: 20, seed: 1 }, None).unwrap();
    let other = sampled.explain(input.view(), &[0]).unwrap();
    let mut exact = 0;
    for (r, row) in input.rows().into_iter().enumerate() {
        let total = block.base_values[[r, 0]] + block.values.index_axis(Axis(0), r).sum();
        assert!((total - explained[[r, 0]]).abs() < 1e-13);
        let (mut raw, mut value) = ([0.0], [0.0]);
        model.raw(&row.to_vec(), &mut raw);
        model.value(&raw, &mut value);
        assert!((value[0] - explained[[r, 0]]).abs() < 1e-6);
        for f in 0..input.ncols() {
            let (own, error) = (block.values[[r, 0, f]], errors[[r, 0, f]]);
            exact += usize::from(error == 0.0);
            let sampled = other.standard_errors.as_ref().unwrap()[[r, 0, f]];
            let distance = (own - other.values[[r, 0, f]]).abs();
            assert!(distance <= 5.0 * (error + sampled) + 1e-12, "{r} {f}: {distance}");
        }
    }
    println!("{exact} of {} values are exact", 10 * input.ncols());
}

/// ATTRIBUTION 5: what shap 0.54.1 gives for `model_output="probability"`, under a name of its own; and that it is
/// something else than the Shapley values of the probability.
#[test]
fn rescaled_values_are_those_of_shap() {
    let loaded = model("xgb_adult_100x6.json");
    let model = loaded.model.as_ref();
    let input = reference_rows(model, "adult_num.X.csv").slice_move(ndarray::s![..40, ..]);
    let background = reference_rows(model, "adult_num.background100.csv");
    let groups = Groups::single(&model.card().features);
    let game = Game::new(model, background.view(), groups.clone(), Scale::Probability).unwrap();
    let rescaled = Rescaled::new(game).unwrap();
    let block = rescaled.explain(input.view(), &[0]).unwrap();
    let wanted = expected("xgb_adult_100x6.shap_rescaled");
    let found = block.values.index_axis(Axis(1), 0);
    let worst = found.iter().zip(wanted.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!("rescaled: {worst:e} from shap");
    assert!(found.len() == wanted.len() && worst < 1e-6, "{worst:e}");
    let game = Game::new(model, background.view(), groups, Scale::Probability).unwrap();
    let shapley = Mixed::sampled(game, SAMPLING, None).unwrap();
    let shapley = shapley.explain(input.view(), &[0]).unwrap();
    let difference = &shapley.values.index_axis(Axis(1), 0) - &found;
    let largest = difference.iter().fold(0f64, |m, x| m.max(x.abs()));
    println!("rescaled: up to {largest} from the Shapley values of the probability");
    assert!(largest > 0.01);
}

#[test]
fn links_of_several_outputs_cannot_be_rescaled() {
    let draw = &mut Draw(5);
    let trees = forest(draw, 4, 3, Link::Softmax);
    let background = rows(draw, 3, 4);
    let groups = Groups::single(&trees.card.features);
    let game = Game::new(&trees, background.view(), groups, Scale::Probability).unwrap();
    let faults = Rescaled::new(game).unwrap_err();
    assert_eq!(faults.0[0].code, "M34");
}

#[test]
fn it_is_known_where_both_scales_are_the_same() {
    for (file, wanted) in [
        ("xgb_adult_100x6.json", Prediction::Linked),
        ("sk_rf_adult.onnx", Prediction::RawScore),
        ("bb_mlp_injury8.onnx", Prediction::RawScore),
        ("lgb470_l1.txt", Prediction::RawScore),
        ("lgb470_linear.txt", Prediction::RawScore),
    ] {
        let loaded = model(file);
        assert_eq!(Prediction::of(loaded.model.as_ref()), wanted, "{file}");
    }
    let loaded = model("lgb470_rf.txt");
    let found = Prediction::of(loaded.model.as_ref());
    println!("lgb470_rf.txt: {found:?}, {:?}", loaded.model.link());
    assert!(matches!(loaded.model.form(), Form::Trees(_)));
}
