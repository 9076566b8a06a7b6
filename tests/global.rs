//! Promise (issue 5, point 7): global measures are their definitions. They are computed here anew, row by row and value
//! by value, and compared with scikit-learn's partial dependence, individual curves and permutation importance.

mod drawn;
mod reference;

use drawn::{FEATURES, ensemble, row, table};
use klartext::attribution::{
    Explainer, Game, Groups, Interventional, Mixed, Sampling, Scale as Explained, exact_score,
};
use klartext::global::{
    Asked, Grid, Loss, Measures, Moments, Overview, Scale, Target, WhatIf, overview, permutations,
};
use klartext::model::{FeatureKind, Link, Model, TreeEnsemble};
use ndarray::{Array2, ArrayView2, Axis};
use proptest::prelude::*;
use reference::{model, path, rows};

const EVERYTHING: Measures =
    Measures { attributions: true, partial: true, accumulated: true, permutation: true };

fn asked(model: &dyn Model, rows: ArrayView2<f64>, size: usize) -> Asked {
    let grids = rows.columns().into_iter().enumerate().map(|(feature, column)| {
        let nominal = *model.card().kind(feature) != FeatureKind::Number;
        Grid::new(column.iter().copied(), nominal, size)
    });
    Asked {
        measures: EVERYTHING,
        outputs: (0..model.outputs()).collect(),
        grids: grids.collect(),
        scale: Scale::Raw,
        cases: 3,
        repeats: 2,
        seed: 5,
    }
}

/// A row with one value replaced.
fn with(row: &[f64], feature: usize, x: f64) -> Vec<f64> {
    let mut row = row.to_vec();
    row[feature] = x;
    row
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn near(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() <= 1e-11 * wanted.abs().max(1.0)
}

/// Accumulated local effects, as Apley and Zhu define them.
fn accumulated(
    model: &dyn Model,
    rows: &[Vec<f64>],
    grid: &Grid,
    feature: usize,
    output: usize,
) -> Vec<f64> {
    let z = &grid.points;
    let (mut effects, mut weighted, mut count) = (vec![0.0], 0.0, 0);
    for k in 1..z.len() {
        let inside = |x: f64| x <= z[k] && if k == 1 { x >= z[0] } else { x > z[k - 1] };
        let steps: Vec<f64> = rows
            .iter()
            .filter(|row| inside(row[feature]))
            .map(|row| {
                exact_score(model, &with(row, feature, z[k]), output)
                    - exact_score(model, &with(row, feature, z[k - 1]), output)
            })
            .collect();
        let before = effects[k - 1];
        let here = before + if steps.is_empty() { 0.0 } else { mean(&steps) };
        weighted += steps.len() as f64 * (before + here) / 2.0;
        count += steps.len();
        effects.push(here);
    }
    effects.iter().map(|effect| effect - weighted / count.max(1) as f64).collect()
}

fn predicted(model: &dyn Model, row: &[f64]) -> Vec<f64> {
    let mut raw = vec![0.0; model.outputs()];
    model.exact(row, &mut raw);
    let mut value = raw.clone();
    model.value(&raw, &mut value);
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_measure_is_its_definition(
        (sloped, plain, uses) in (ensemble(true), ensemble(false), any::<bool>()),
        rows in table(160), background in table(4), size in 2usize..8, seed in 0u64..9,
    ) {
        let model: TreeEnsemble = if uses { sloped } else { plain };
        let explainer = Interventional::new(&model, background.view()).unwrap();
        let asked = Asked { seed, ..asked(&model, rows.view(), size) };
        let found = overview(&model, Some(&explainer), rows.view(), None, &asked).unwrap();
        prop_assert!(found.loss.is_empty() && found.own_loss.count == 0);
        let all: Vec<Vec<f64>> = rows.rows().into_iter().map(|row| row.to_vec()).collect();
        let n = all.len();
        let permuted = permutations(n, 2, seed);
        for output in 0..2 {
            for feature in 0..FEATURES {
                let (own, grid) = (&found.features[output][feature], &asked.grids[feature]);
                let values: Vec<f64> = all.iter().map(|row| explainer.explain(row, output).values[feature]).collect();
                let sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
                prop_assert!(near(own.absolute.mean, mean(&sizes)) && near(own.signed.mean, mean(&values)));
                prop_assert_eq!(own.absolute.count, n);
                // Dependence: every row in one class, by the values of the class.
                prop_assert_eq!(own.dependence.iter().map(|bin| bin.value.count).sum::<usize>(), n);
                for (class, bin) in own.dependence.iter().enumerate() {
                    let inside: Vec<usize> = (0..n).filter(|i| grid.class(all[*i][feature]) == Some(class)).collect();
                    let wanted: Vec<f64> = inside.iter().map(|i| values[*i]).collect();
                    prop_assert_eq!(bin.value.count, wanted.len());
                    if !wanted.is_empty() {
                        prop_assert!(near(bin.value.mean, mean(&wanted)));
                    }
                }
                let points: Vec<f64> = grid.all().collect();
                prop_assert_eq!(own.partial.len(), points.len());
                for (point, moments) in points.iter().zip(&own.partial) {
                    let scores: Vec<f64> = all.iter().map(|row| exact_score(&model, &with(row, feature, *point), output)).collect();
                    prop_assert!(near(moments.mean, mean(&scores)));
                }
                if grid.bins() > 0 {
                    let wanted = accumulated(&model, &all, grid, feature, output);
                    let effects = own.accumulated();
                    prop_assert_eq!(effects.len(), wanted.len());
                    prop_assert!(effects.iter().zip(&wanted).all(|(a, b)| near(*a, *b)), "{:?} {:?}", effects, wanted);
                }
                let changes: Vec<f64> = (0..n).map(|i| {
                    let own = exact_score(&model, &all[i], output);
                    mean(&permuted.iter().map(|from| {
                        (exact_score(&model, &with(&all[i], feature, all[from[i] as usize][feature]), output) - own).abs()
                    }).collect::<Vec<_>>())
                }).collect();
                prop_assert!(near(own.change.mean, mean(&changes)));
            }
        }
        // Single rows: evenly taken, with value and curve.
        let taken = 3.min(n);
        prop_assert_eq!(found.cases.len(), taken * 2 * FEATURES);
        for line in &found.cases {
            prop_assert!((0..taken).any(|i| i * n / taken == line.row));
            let value = explainer.explain(&all[line.row], line.output).values[line.feature];
            prop_assert!(near(line.value.unwrap(), value));
            for (point, score) in asked.grids[line.feature].all().zip(&line.curve) {
                prop_assert!(near(*score, exact_score(&model, &with(&all[line.row], line.feature, point), line.output)));
            }
        }
    }

    #[test]
    fn the_loss_of_a_permuted_feature_is_its_definition(
        model in ensemble(false), rows in table(40), classes in proptest::collection::vec(0u8..2, 40),
        which in 0usize..3,
    ) {
        let model = TreeEnsemble { link: Link::Softmax, ..model };
        let loss = [Loss::Log, Loss::Squared, Loss::Error][which];
        let n = rows.nrows();
        let values: Vec<f64> = classes.iter().take(n).map(|class| f64::from(*class)).collect();
        let target = Target { values: values.clone(), loss };
        let measures = Measures { permutation: true, ..Measures::default() };
        let asked = Asked { measures, scale: Scale::Prediction, ..asked(&model, rows.view(), 4) };
        let found = overview(&model, None, rows.view(), Some(&target), &asked).unwrap();
        let of = |row: &[f64], i: usize| loss.of(&predicted(&model, row), values[i]);
        let all: Vec<Vec<f64>> = rows.rows().into_iter().map(|row| row.to_vec()).collect();
        let own: Vec<f64> = (0..n).map(|i| of(&all[i], i)).collect();
        prop_assert!(near(found.own_loss.mean, mean(&own)));
        for feature in 0..FEATURES {
            let rises: Vec<f64> = permutations(n, 2, 5).iter().flat_map(|from| {
                (0..n).map(|i| of(&with(&all[i], feature, all[from[i] as usize][feature]), i) - own[i]).collect::<Vec<_>>()
            }).collect();
            prop_assert!(near(found.loss[feature].mean, mean(&rises)));
        }
        // Probabilities of all classes change together.
        let first = &found.features[0][0].change;
        prop_assert!(near(first.mean, found.features[1][0].change.mean) && first.mean <= 1.0);
    }

    #[test]
    fn many_values_at_once_are_each_value_alone(
        model in (any::<bool>(), ensemble(true), ensemble(false)).prop_map(|(s, a, b)| if s { a } else { b }),
        row in row(), values in proptest::collection::vec((-3i8..6).prop_map(f64::from), 0..150), feature in 0..FEATURES,
    ) {
        let what_if = WhatIf::new(&model);
        let known = what_if.known(&row);
        let found = what_if.scores(&known, feature, &values);
        prop_assert_eq!(found.dim(), (values.len(), 2));
        for (x, scores) in values.iter().zip(found.rows()) {
            for (output, score) in scores.iter().enumerate() {
                prop_assert!(near(*score, exact_score(&model, &with(&row, feature, *x), output)));
            }
        }
    }
}

fn census(found: &dyn Fn(&str, &[f64]) -> Grid) -> (Array2<f64>, Vec<Grid>, Vec<f64>) {
    let loaded = model("xgb_adult_100x6.json");
    let rows = rows(&*loaded.model, "global.X.csv");
    let features = loaded.model.card().features.clone();
    let grids = features
        .iter()
        .zip(rows.columns())
        .map(|(name, column)| found(name, &column.to_vec()))
        .collect();
    let text = std::fs::read_to_string(path("global.X.csv")).unwrap();
    let outcome = |line: &str| line.rsplit(',').next().unwrap().parse().unwrap();
    (rows, grids, text.lines().skip(1).map(outcome).collect())
}

#[test]
fn partial_dependence_effects_and_permutations_are_scikit_learns() {
    // tests/reference/make_global.py: scikit-learn 1.9.1 on XGBoost's own predictions, which are of single precision.
    let mut reader = csv::Reader::from_path(path("global.csv")).unwrap();
    let lines: Vec<Vec<String>> =
        reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
    let of = |measure: &str, scale: &str, feature: &str, id: &str| -> Vec<(f64, f64, f64)> {
        let number = |text: &String| text.parse().unwrap_or(f64::NAN);
        let fits = |line: &&Vec<String>| line[..4] == [measure, scale, feature, id];
        let lines = lines.iter().filter(fits);
        lines.map(|line| (number(&line[4]), number(&line[5]), number(&line[6]))).collect()
    };
    let told = ["age", "education_num", "relationship", "hours_per_week"];
    let points = |name: &str, column: &[f64]| {
        let grid = Grid::new(column.iter().copied(), false, 20);
        let points = of("partial_dependence", "raw", name, "").iter().map(|line| line.0).collect();
        match told.contains(&name) {
            true => Grid { points, missing: false, exact: false, ..grid },
            false => grid,
        }
    };
    let (rows, grids, outcome) = census(&points);
    let loaded = model("xgb_adult_100x6.json");
    let model: &dyn Model = &*loaded.model;
    for (name, scale) in [("raw", Scale::Raw), ("prediction", Scale::Prediction)] {
        let measures = Measures { partial: true, accumulated: true, ..Measures::default() };
        let cases = 5;
        let asked =
            Asked { measures, grids: grids.clone(), scale, cases, ..asked(model, rows.view(), 20) };
        let found = overview(model, None, rows.view(), None, &asked).unwrap();
        for feature in told {
            let at = model.card().features.iter().position(|f| f == feature).unwrap();
            let overview = &found.features[0][at];
            let wanted = of("partial_dependence", name, feature, "");
            assert!(!wanted.is_empty());
            assert_eq!(wanted.len(), overview.partial.len(), "{feature}");
            for (wanted, found) in wanted.iter().zip(&overview.partial) {
                assert!((wanted.1 - found.mean).abs() < 2e-6, "{feature} {wanted:?} {found:?}");
            }
            for line in found.cases.iter().filter(|line| line.feature == at) {
                let wanted = of("ice", name, feature, &line.row.to_string());
                assert_eq!(wanted.len(), line.curve.len());
                for (wanted, found) in wanted.iter().zip(&line.curve) {
                    assert!((wanted.1 - found).abs() < 5e-6, "{feature} {wanted:?} {found}");
                }
            }
            if scale == Scale::Raw {
                let wanted = of("ale", name, feature, "");
                let counts = overview.steps.iter().map(|step| step.count);
                for ((wanted, found), rows) in
                    wanted.iter().zip(overview.accumulated()).zip([0].into_iter().chain(counts))
                {
                    assert!((wanted.1 - found).abs() < 1e-5, "{feature} {wanted:?} {found}");
                    assert_eq!(wanted.2 as usize, rows, "{feature}");
                }
            }
        }
        assert_eq!(found.cases.iter().filter(|line| line.feature == 0).count(), 5);
    }
    // Other permutations than scikit-learn's, of the same number: the means differ by their own noise alone.
    let measures = Measures { permutation: true, ..Measures::default() };
    let asked = Asked { measures, repeats: 400, ..asked(model, rows.view(), 20) };
    let target = Target { values: outcome, loss: Loss::usual(model) };
    assert_eq!(target.loss, Loss::Log);
    let found = overview(model, None, rows.view(), Some(&target), &asked).unwrap();
    for (feature, rise) in model.card().features.iter().zip(&found.loss) {
        let [(_, mean, error)] = of("permutation_loss", "prediction", feature, "")[..] else {
            panic!("{feature}")
        };
        // Both means have the error that the reference states.
        let tolerance = 4.5 * (2.0f64).sqrt() * error + 1e-6;
        assert!((rise.mean - mean).abs() < tolerance, "{feature}: {} {mean} ± {error}", rise.mean);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_numbers() {
    let (rows, grids, outcome) = census(&|_, column| Grid::new(column.iter().copied(), false, 6));
    let loaded = model("xgb_adult_100x6.json");
    let model: &dyn Model = &*loaded.model;
    let explainer = Interventional::new(model, rows.view()).unwrap();
    let asked = Asked { grids, ..asked(model, rows.view(), 6) };
    let target = Target { values: outcome, loss: Loss::Squared };
    let once = |threads: usize| -> Overview {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| overview(model, Some(&explainer), rows.view(), Some(&target), &asked))
            .unwrap()
    };
    // As text, in which missing values are equal.
    assert_eq!(format!("{:?}", once(1)), format!("{:?}", once(3)));
}

#[test]
fn models_that_can_only_be_evaluated_and_those_with_derived_columns_go_too() {
    // An MLP with sampled attributions; CatBoost's statistics of categories, of which every category is a point.
    let loaded = model("bb_mlp_injury8.onnx");
    let all = rows(&*loaded.model, "bb_mlp_injury8.X.csv");
    let rows8 = all.select(Axis(0), &[0, 1, 2, 3, 4]);
    let sampling = Sampling { pairs: 2, seed: 1 };
    let background = all.select(Axis(0), &[5, 6, 7]);
    let groups = Groups::single(&loaded.model.card().features);
    let game = Game::new(&*loaded.model, background.view(), groups, Explained::Raw).unwrap();
    let explainer = Mixed::exact_or_sampled(game, sampling, None).unwrap();
    let asked8 = asked(&*loaded.model, rows8.view(), 4);
    let found = overview(&*loaded.model, Some(&explainer), rows8.view(), None, &asked8).unwrap();
    let block = explainer.explain(rows8.view(), &[0]).unwrap();
    let wanted: f64 = (0..5).map(|r| block.values[[r, 0, 2]].abs()).sum::<f64>() / 5.0;
    assert!(near(found.features[0][2].absolute.mean, wanted));

    let loaded = model("cb1210_ctr.cbm");
    let model = &*loaded.model;
    let rows = rows(model, "categories.X.csv");
    let asked = Asked {
        measures: Measures { partial: true, ..Measures::default() },
        ..asked(model, rows.view(), 5)
    };
    let found = overview(model, None, rows.view(), None, &asked).unwrap();
    let city = model.card().features.iter().position(|f| f == "city").unwrap();
    let grid = &asked.grids[city];
    assert!(grid.nominal && grid.exact && grid.points.len() > 5);
    for (point, moments) in grid.all().zip(&found.features[0][city].partial) {
        let scores: Vec<f64> = (rows.rows().into_iter())
            .map(|row| exact_score(model, &with(&row.to_vec(), city, point), 0))
            .collect();
        assert!(near(moments.mean, mean(&scores)));
    }
}

#[test]
fn a_target_that_the_model_cannot_have_is_refused() {
    let (rows, _, outcome) = census(&|_, column| Grid::new(column.iter().copied(), false, 3));
    let loaded = model("xgb_adult_100x6.json");
    let model: &dyn Model = &*loaded.model;
    let measures = Measures { permutation: true, ..Measures::default() };
    let asked = Asked { measures, ..asked(model, rows.view(), 3) };
    let code = |values: Vec<f64>, loss: Loss| {
        let target = Target { values, loss };
        overview(model, None, rows.view(), Some(&target), &asked).map(drop).map_err(|f| f.0[0].code)
    };
    assert_eq!(code(outcome.clone(), Loss::Absolute), Ok(()));
    assert_eq!(code(outcome[1..].to_vec(), Loss::Log), Err("M28"));
    let mut wrong = outcome.clone();
    wrong[3] = 2.0;
    assert_eq!(code(wrong.clone(), Loss::Log), Err("M28"));
    wrong[3] = f64::NAN;
    assert_eq!(code(wrong, Loss::Error), Err("M28"));
    let poisson = reference::model("xgb_injury_poisson.json");
    for (loss, fits) in
        [(Loss::Squared, true), (Loss::Absolute, true), (Loss::Log, false), (Loss::Error, false)]
    {
        assert_eq!(loss.check(&*poisson.model).is_ok(), fits, "{loss:?}");
    }
    assert_eq!(Loss::usual(&*poisson.model), Loss::Squared);
    let multi = reference::model("xgb_injury_multi.json");
    assert!(
        Loss::Absolute.check(&*multi.model).is_err() && Loss::Error.check(&*multi.model).is_ok()
    );
    assert_eq!(Moments::default().interval(), None);
}
