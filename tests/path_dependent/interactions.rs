//! Interactions are the Shapley interaction indices of the definition, halved between the two cells of a pair, and what
//! XGBoost prints.

use klartext::attribution::{Explainer, Instructions, PathDependent, Precision, by_enumeration};
use klartext::model::{Form, TreeEnsemble};
use ndarray::{Array2, ArrayView2, Axis};
use proptest::prelude::*;

use crate::reference::{expected, model, rows};
use crate::world::{FEATURES, OUTPUTS, ensemble, ensemble_with_sum, game, row};

/// The matrix of a row from its cells; each cell is given once, ascending, and none is zero.
fn matrix(cells: &[(u32, u32, f64)], features: usize) -> Array2<f64> {
    assert!(cells.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
    assert!(cells.iter().all(|cell| cell.2 != 0.0));
    let mut matrix = Array2::zeros((features, features));
    cells.iter().for_each(|(a, b, x)| matrix[(*a as usize, *b as usize)] = *x);
    matrix
}

/// Σ_S |S|! (n−|S|−2)! / (n−1)! · (v(S+i+j) − v(S+i) − v(S+j) + v(S)) over the coalitions S without i and j (Grabisch and
/// Roubens 1999).
fn index(values: &[f64], players: usize, i: usize, j: usize) -> f64 {
    let factorial = |n: usize| (1..=n).product::<usize>() as f64;
    let both = 1usize << i | 1 << j;
    let without = (0..1usize << players).filter(|set| set & both == 0);
    let terms = without.map(|set| {
        let size = set.count_ones() as usize;
        let weight = factorial(size) * factorial(players - size - 2) / factorial(players - 1);
        weight * (values[set | both] - values[set | 1 << i] - values[set | 1 << j] + values[set])
    });
    terms.sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cells_are_the_interaction_indices_of_the_cover_game(model in ensemble(), row in row()) {
        for (precision, tolerance) in [(Precision::Double, 1e-12), (Precision::Single, 2e-5)] {
            let prepared = PathDependent::with(&model, precision, Instructions::default());
            let view = ArrayView2::from_shape((1, FEATURES), &row).unwrap();
            let outputs: Vec<usize> = (0..OUTPUTS).collect();
            let block = Explainer::explain(&prepared, view, &outputs).unwrap();
            let found = prepared.interactions(view, &outputs).unwrap().unwrap();
            prop_assert_eq!(found.len(), 1);
            for output in outputs {
                let found = matrix(&found[0][output], FEATURES);
                let values: Vec<f64> =
                    (0..1u32 << FEATURES).map(|set| game(&model, &row, output, set)).collect();
                for i in 0..FEATURES {
                    for j in (0..FEATURES).filter(|j| *j != i) {
                        let wanted = index(&values, FEATURES, i, j) / 2.0;
                        prop_assert!((found[(i, j)] - wanted).abs() < tolerance, "{precision:?} {} {wanted}", found[(i, j)]);
                        prop_assert_eq!(found[(i, j)].to_bits(), found[(j, i)].to_bits());
                    }
                    let rest = found.row(i).sum() - block.values[(0, output, i)];
                    prop_assert!(rest.abs() < 1e-12);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A column that comes from two features is one player; they share its values, and its cells.
    #[test]
    fn a_column_of_two_features_is_one_player(model in ensemble_with_sum(), row in row()) {
        const COLUMNS: usize = FEATURES + 1;
        let prepared = PathDependent::new(&model);
        let view = ArrayView2::from_shape((1, FEATURES), &row).unwrap();
        let seen = model.row(&row);
        let block = Explainer::explain(&prepared, view, &[0]).unwrap();
        let found = prepared.interactions(view, &[0]).unwrap().unwrap();
        let found = matrix(&found[0][0], FEATURES);
        let values: Vec<f64> = (0..1u32 << COLUMNS).map(|set| game(&model, &seen, 0, set)).collect();
        let players = by_enumeration(COLUMNS, |set| values[set as usize]).unwrap();
        // How much of a player's value a feature gets.
        let share = |player: usize, feature: usize| match player {
            FEATURES => if feature < 2 { 0.5 } else { 0.0 },
            _ => f64::from(u8::from(player == feature)),
        };
        for f in 0..FEATURES {
            let wanted: f64 = (0..COLUMNS).map(|p| share(p, f) * players[p]).sum();
            prop_assert!((block.values[(0, 0, f)] - wanted).abs() < 1e-12);
            prop_assert!((found.row(f).sum() - wanted).abs() < 1e-12);
            for g in (0..FEATURES).filter(|g| *g != f) {
                let mut wanted = 0.0;
                for (p, own) in players.iter().enumerate() {
                    let mut rest = *own;
                    for q in (0..COLUMNS).filter(|q| *q != p) {
                        let half = index(&values, COLUMNS, p, q) / 2.0;
                        wanted += share(p, f) * share(q, g) * half;
                        rest -= half;
                    }
                    wanted += share(p, f) * share(p, g) * rest;
                }
                prop_assert!((found[(f, g)] - wanted).abs() < 1e-12, "{} {wanted}", found[(f, g)]);
            }
        }
    }
}

/// All cells and the base value add up to the score, each row of the matrix to the feature's value.
fn add_up(file: &str, trees: &TreeEnsemble, rows: ArrayView2<f64>, outputs: &[usize]) {
    let features = trees.card.features.len();
    let prepared = PathDependent::new(trees);
    let block = Explainer::explain(&prepared, rows, outputs).unwrap();
    let exact = prepared.explained(trees, rows, outputs);
    let found = prepared.interactions(rows, outputs).unwrap().unwrap();
    for (r, found) in found.iter().enumerate() {
        for (k, cells) in found.iter().enumerate() {
            let found = matrix(cells, features);
            let total = found.sum() + block.base_values[(r, k)];
            assert!((total - exact[(r, k)]).abs() < 1e-9 * exact[(r, k)].abs().max(1.0), "{file}");
            for (f, row) in found.rows().into_iter().enumerate() {
                assert!((row.sum() - block.values[(r, k, f)]).abs() < 1e-12, "{file} {r} {f}");
            }
            assert_eq!(found, found.t(), "{file}");
        }
    }
}

#[test]
fn cells_are_what_xgboost_prints() {
    for (file, input) in [
        ("xgb_adult_100x6.json", "adult_num"),
        ("xgb_adult_catcodes.json", "adult_num"),
        ("xgb_injury_multi.json", "injury"),
    ] {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!("{file}") };
        let input = rows(loaded.model.as_ref(), &format!("{input}.X.csv"));
        let input = input.select(Axis(0), &(0..20).collect::<Vec<_>>());
        let (features, outputs) = (trees.card.features.len(), loaded.model.outputs());
        let name = file.split('.').next().unwrap();
        let wanted = expected(&format!("{name}.interactions20"));
        let wanted = wanted.as_slice().unwrap();
        let width = features + 1;
        assert_eq!(wanted.len(), 20 * outputs * width * width, "{file}");
        let all: Vec<usize> = (0..outputs).collect();
        let found = PathDependent::new(trees).interactions(input.view(), &all).unwrap().unwrap();
        let mut worst = 0.0f64;
        for (r, found) in found.iter().enumerate() {
            for (k, cells) in found.iter().enumerate() {
                let found = matrix(cells, features);
                for ((a, b), x) in found.indexed_iter() {
                    let at = ((r * outputs + k) * width + a) * width + b;
                    worst = worst.max((x - wanted[at]).abs());
                }
            }
        }
        println!("{file}: {worst:e} from XGBoost's interactions");
        // XGBoost computes in single precision.
        assert!(worst < 2e-5, "{file}: {worst:e}");
        add_up(file, trees, input.view(), &all);
    }
}

#[test]
fn cells_of_models_with_statistics_of_categories_add_up() {
    for file in ["cb1210_ctr.cbm", "cb1210_ctr_many.cbm"] {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!("{file}") };
        let rows = rows(loaded.model.as_ref(), "categories.X.csv");
        add_up(file, trees, rows.view(), &[0]);
    }
}
