//! Promise: the numbers that say how far an explanation can be relied on are what their definitions say. Each is computed
//! here anew from the definition: one explanation a background row, one score a spliced row, one case a neighbour.

mod drawn;
mod reference;

use std::path::Path;

use drawn::{FEATURES, ensemble, row, table};
use jiff::civil::{Date, date};
use klartext::attribution::reliability::{
    Against, Gap, MOST_SPLICED, Splices, background_error, prediction_gap, ranking, spearman,
    summed,
};
use klartext::attribution::{
    Interventional, enumerated, exact_score, grouped, interventional, path_dependent,
};
use klartext::explanation::{Basis, Circumstances, Record};
use klartext::model::{Form, Model};
use klartext::procedure::{Case, CaseValue, read_values};
use klartext::run::Loaded;
use klartext::table::{Separator, read_table};
use ndarray::Axis;
use proptest::prelude::*;
use reference::{model, rows};

fn worst<'a>(found: impl IntoIterator<Item = &'a f64>, wanted: &[f64]) -> f64 {
    let found: Vec<f64> = found.into_iter().copied().collect();
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_background_row_alone_gives_its_own_shapley_values(
        model in ensemble(true), row in row(), other in row(), background in table(5),
    ) {
        let against = Against::new(&model, background.view()).unwrap();
        for output in 0..2 {
            let found = against.values(&row, output);
            for (z, found) in background.rows().into_iter().zip(found.columns()) {
                let alone = z.insert_axis(Axis(0));
                let wanted = enumerated(&model, &row, alone, output).unwrap();
                prop_assert!(worst(found, &wanted.values) < 1e-11);
            }
            let all = Interventional::new(&model, background.view()).unwrap();
            let (here, there) = (all.explain(&row, output), all.explain(&other, output));
            prop_assert!(!against.is_alike(&row, &other, output) || here.values == there.values);
            prop_assert!(against.is_alike(&row, &row, output));
        }
    }

    #[test]
    fn many_background_rows_are_bits_of_several_words(model in ensemble(true), row in row(), background in table(140)) {
        let against = Against::new(&model, background.view()).unwrap();
        let wanted = interventional(&model, &row, background.view(), 0).unwrap();
        let means: Vec<f64> =
            against.values(&row, 0).rows().into_iter().map(|v| v.mean().unwrap()).collect();
        prop_assert!(worst(&means, &wanted.values) < 1e-11);
    }

    #[test]
    fn spliced_scores_are_the_models_bit_for_bit(
        model in (any::<bool>(), ensemble(true), ensemble(false)).prop_map(|(sloped, a, b)| if sloped { a } else { b }),
        row in row(), background in table(90), replaced in proptest::collection::vec(any::<bool>(), FEATURES),
    ) {
        let splices = Splices::new(&model, background.view()).unwrap();
        let n = background.nrows();
        prop_assert_eq!(splices.rows(), n.min(MOST_SPLICED));
        for output in 0..2 {
            let found = splices.scores(&row, &replaced, output);
            for (i, found) in found.iter().enumerate() {
                let other = background.row(i * n / n.min(MOST_SPLICED));
                let spliced: Vec<f64> =
                    (0..FEATURES).map(|j| if replaced[j] { other[j] } else { row[j] }).collect();
                prop_assert_eq!(found.to_bits(), exact_score(&model, &spliced, output).to_bits());
            }
        }
    }

    #[test]
    fn the_prediction_gap_is_its_definition(model in ensemble(false), row in row(), background in table(9)) {
        let players = [vec![3], vec![0, 4], vec![1], vec![2]];
        let values = interventional(&model, &row, background.view(), 1).unwrap().values;
        let order = ranking(&grouped(&values, &players));
        let splices = Splices::new(&model, background.view()).unwrap();
        let found = prediction_gap(&splices, &row, 1, &players, &order);
        let own = exact_score(&model, &row, 1);
        let changes = |taken: &[usize]| -> Vec<f64> {
            let score = |z: ndarray::ArrayView1<f64>| {
                let mut spliced = row.clone();
                for feature in taken.iter().flat_map(|player| &players[*player]) {
                    spliced[*feature] = z[*feature];
                }
                own - exact_score(&model, &spliced, 1)
            };
            background.rows().into_iter().map(score).collect()
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let size = |values: Vec<f64>| mean(&values.iter().map(|v| v.abs()).collect::<Vec<_>>());
        for k in 1..=4 {
            prop_assert!((found.strongest[k - 1] - size(changes(&order[..k]))).abs() < 1e-12);
            prop_assert!((found.weakest[k - 1] - size(changes(&order[4 - k..]))).abs() < 1e-12);
        }
        for player in 0..4 {
            prop_assert!((found.alone[player] - mean(&changes(&[player]))).abs() < 1e-12);
        }
        prop_assert!((Gap::area(&found.strongest) - mean(&found.strongest)).abs() < 1e-12);
    }
}

#[test]
fn features_behind_one_column_are_one_player_here_too() {
    // CatBoost's statistics of combinations: derived columns, several sources a column.
    for (file, table) in [
        ("cb1210_ctr.cbm", "categories.X.csv"),
        ("cb1210_ctr_two.cbm", "categories.X.csv"),
        ("sk_logreg_benefits.onnx", "benefits.X.csv"),
        ("xgb_injury_multi.json", "injury.X.csv"),
    ] {
        let loaded = model(file);
        let model = &*loaded.model;
        let rows = rows(model, table);
        let background = rows.select(Axis(0), &(5..25).collect::<Vec<_>>());
        let against = Against::new(model, background.view()).unwrap();
        let all = Interventional::new(model, background.view()).unwrap();
        for output in 0..model.outputs().min(2) {
            for r in 0..4 {
                let row = rows.row(r).to_vec();
                let found = against.values(&row, output);
                let wanted = all.explain(&row, output).values;
                let means: Vec<f64> = found.rows().into_iter().map(|v| v.mean().unwrap()).collect();
                assert!(worst(&means, &wanted) < 1e-9, "{file} row {r}");
                for (z, values) in background.rows().into_iter().zip(found.columns()) {
                    let score = |row: &[f64]| exact_score(model, row, output);
                    let rest = score(&row) - score(&z.to_vec()) - values.sum();
                    assert!(rest.abs() < 1e-9, "{file} row {r}: {rest}");
                }
                assert!(!against.is_alike(&row, &rows.row(r + 1).to_vec(), output), "{file} {r}");
            }
        }
    }
}

#[test]
fn what_cannot_be_computed_is_refused() {
    let loaded = model("bb_mlp_injury8.onnx");
    let rows = rows(&*loaded.model, "bb_mlp_injury8.X.csv");
    assert!(matches!(loaded.model.form(), Form::Other));
    let code = |result: Result<(), klartext::fault::Faults>| result.unwrap_err().0[0].code;
    assert_eq!(code(Against::new(&*loaded.model, rows.view()).map(drop)), "M26");
    let empty = rows.select(Axis(0), &[]);
    assert_eq!(code(Splices::new(&*loaded.model, empty.view()).map(drop)), "M21");
    let narrow = rows.select(Axis(1), &[0]);
    assert_eq!(code(Splices::new(&*loaded.model, narrow.view()).map(drop)), "M22");
    // Scores with other cases' values need nothing but the model.
    let splices = Splices::new(&*loaded.model, rows.view()).unwrap();
    let row = rows.row(0).to_vec();
    let all = vec![true; row.len()];
    assert_eq!(splices.scores(&row, &all, 0)[0], exact_score(&*loaded.model, &row, 0));
}

const DATE: Date = date(2026, 11, 23);

fn explain(basis: &Basis, values: &[CaseValue]) -> Record {
    let case =
        Case { id: "A-1".to_owned(), data_as_of: None, values: values.to_vec(), statement: false };
    basis.explain(&case, Circumstances::new(DATE)).unwrap()
}

#[test]
fn the_record_says_what_a_new_computation_says() {
    // Promise (issue 5, point 8): each number of the record by its definition, for trees of LightGBM, XGBoost, CatBoost,
    // ONNX without covers, and a points table.
    for name in [
        "rehab-management",
        "unemployment-benefit",
        "recourse-screening",
        "study-certificate",
        "housing-benefit-priority",
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name);
        let loaded = Loaded::from(&folder).unwrap();
        let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).unwrap();
        let model: &dyn Model = &*loaded.model.model;
        let n = basis.background.nrows();
        for i in [0, 7] {
            let values = &basis.holdout.values[i];
            let record = explain(&basis, values);
            let row = basis.row(values);
            let found = record.reliability.expect("reliability");
            let own: Vec<f64> = record.attribution.features.iter().map(|f| f.value).collect();

            let background = found.background.expect("trees or a weighted sum");
            // What each case of the comparison group gives alone; of some of them, explained one by one.
            let against = Against::new(model, basis.background.view()).unwrap();
            let alone = summed(&against.values(&row, 0), &basis.columns);
            for z in [0, n / 2, n - 1] {
                let other = basis.background.row(z).insert_axis(Axis(0));
                let wanted = interventional(model, &row, other, 0).unwrap();
                let wanted = grouped(&wanted.values, &basis.columns);
                assert!(worst(alone.column(z), &wanted) < 1e-11, "{name} {z}");
            }
            assert_eq!((background.rows, background.resamples, background.seed), (n, 200, 0));
            for (entry, alone) in background.features.iter().zip(alone.rows()) {
                let error = alone.std(0.0) / (n as f64).sqrt();
                assert!((entry.standard_error - error).abs() < 1e-12, "{name}: {entry:?} {error}");
                assert!((0.0..=1.0).contains(&entry.other_sign));
            }

            match (model.form(), &found.path_dependent) {
                (Form::Trees(trees), Some(game)) => {
                    let wanted = path_dependent(trees, &row, 0).values;
                    let wanted = grouped(&wanted, &basis.columns);
                    assert!(worst(&game.values, &wanted) < 1e-12);
                    let sizes = |v: &[f64]| v.iter().map(|x| x.abs()).collect::<Vec<f64>>();
                    assert_eq!(game.rank_correlation, spearman(&sizes(&own), &sizes(&wanted)));
                    assert_eq!(game.same_strongest, ranking(&own)[0] == ranking(&wanted)[0]);
                }
                (Form::Trees(trees), None) => {
                    assert!(!trees.card.covers || !trees.is_constant_leaved(), "{name}");
                }
                (_, game) => assert!(game.is_none(), "{name}"),
            }

            let splices = Splices::new(model, basis.background.view()).unwrap();
            let gap = prediction_gap(&splices, &row, 0, &basis.columns, &ranking(&own));
            assert_eq!(found.gap.strongest, gap.strongest);
            assert_eq!((found.gap.rows, found.gap.strongest_area), (64, Gap::area(&gap.strongest)));

            neighbours(&basis, values, &record.attribution.features, found.neighbours.unwrap());
        }
    }
}

/// Explains every neighbour as a case of its own.
fn neighbours(
    basis: &Basis,
    values: &[CaseValue],
    own: &[klartext::explanation::FeatureAttribution],
    found: klartext::explanation::NeighbourStability,
) {
    let own: Vec<f64> = own.iter().map(|feature| feature.value).collect();
    let leading = |values: &[f64]| {
        let mut leading: Vec<usize> = ranking(values).into_iter().take(3).collect();
        leading.sort_unstable();
        leading
    };
    let model: &dyn Model = &*basis.model.model;
    let all_of_it = Interventional::new(model, basis.background.view()).unwrap();
    let explained = |values: &[CaseValue]| -> (bool, Vec<f64>) {
        let row = basis.row(values);
        let (mut raw, mut value) = ([0.0], [0.0]);
        model.raw(&row, &mut raw);
        model.value(&raw, &mut value);
        let attributions = grouped(&all_of_it.explain(&row, 0).values, &basis.columns);
        (value[0] >= basis.procedure.threshold, attributions)
    };
    let result = explained(values).0;
    let table = read_table(&basis.procedure.background_file, Separator::Detect).unwrap();
    let background = read_values(&basis.procedure.features, &table).unwrap();
    let (mut all, mut same, mut other, mut three) = (0, 0, 0, 0);
    let mut largest: f64 = 0.0;
    for (i, feature) in basis.procedure.features.iter().enumerate() {
        let (CaseValue::Number(x), Some((low, high))) = (values[i], basis.usual[i]) else {
            continue;
        };
        let range: Vec<f64> = (background.iter().chain(&basis.holdout.values))
            .filter_map(|values| match values[i] {
                CaseValue::Number(x) => Some(x),
                _ => None,
            })
            .collect();
        let least = feature.min.unwrap_or(f64::MIN);
        let most = feature.max.unwrap_or(f64::MAX);
        let (from, to) =
            range.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
        let unit = feature.step.unwrap_or(10f64.powi(-(feature.decimals.unwrap_or(0) as i32)));
        let step = unit * ((high - low) / 100.0 / unit).round().max(1.0);
        for x in [x - step, x + step] {
            if x < from.max(least) || x > to.min(most) {
                continue;
            }
            all += 1;
            let mut values = values.to_vec();
            values[i] = CaseValue::Number(x);
            let (positive, theirs) = explained(&values);
            if positive != result {
                continue;
            }
            same += 1;
            other += usize::from(ranking(&theirs)[0] != ranking(&own)[0]);
            three += usize::from(leading(&theirs) != leading(&own));
            let change: f64 = theirs.iter().zip(&own).map(|(a, b)| (a - b).abs()).sum();
            largest = largest.max(change / own.iter().map(|v| v.abs()).sum::<f64>());
        }
    }
    assert!(all > 0);
    assert_eq!((found.neighbours, found.same_decision), (all, same));
    assert_eq!((found.other_strongest, found.other_leading), (other, three));
    assert!((found.largest_change - largest).abs() < 1e-9);
}

#[test]
fn the_bootstrap_is_a_new_explanation_by_each_drawn_group() {
    // The drawn groups come from their counts alone: with one row drawn n times, only its values are left.
    let loaded = model("xgb_adult_100x6.json");
    let rows = rows(&*loaded.model, "adult_num.X.csv");
    let background = rows.select(Axis(0), &(1..31).collect::<Vec<_>>());
    let against = Against::new(&*loaded.model, background.view()).unwrap();
    let alone = against.values(&rows.row(0).to_vec(), 0);
    let groups: Vec<Vec<usize>> = vec![vec![0, 1, 2], vec![3, 4], (5..14).collect()];
    let alone = summed(&alone, &groups);
    let resamples = klartext::attribution::reliability::Resamples::new(30, 500, 11);
    let found = background_error(alone.view(), &resamples, 3);
    let again = background_error(alone.view(), &resamples, 3);
    assert_eq!(found, again);
    assert_eq!(found.flips.len(), 2, "three players have two neighbouring pairs");
    let all = interventional(&*loaded.model, &rows.row(0).to_vec(), background.view(), 0).unwrap();
    let order = ranking(&grouped(&all.values, &groups));
    assert_eq!((found.flips[0].stronger, found.flips[0].weaker), (order[0], order[1]));
    assert!(found.same_leading == 1.0, "three players have the same three places");
}
