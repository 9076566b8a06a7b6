//! Values of one detail that turn the result, against every value of its grid.

use klartext::counterfactual::{
    Adjustable, AdjustableKind, Direction, Goal, Limits, Run, Search, Target,
};
use klartext::model::{FloatWidth, LinearModel, Link, Model, ModelCard, TreeEnsemble};
use proptest::prelude::*;

use crate::drawn::{FEATURES, ensemble, row};

const STEP: f64 = 0.5;
const ENDS: (f64, f64) = (0.2, 3.9);

/// Two numbers on a grid of halves, a category in two columns, a code. Directions do not count.
fn features() -> Vec<Adjustable> {
    let of = |columns: &[usize], kind| Adjustable {
        columns: columns.to_vec(),
        kind,
        direction: Direction::Up,
        min: ENDS.0,
        max: ENDS.1,
        scale: 1.0,
        weight: 1.0,
    };
    let codes = vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![0.0, 0.0]];
    vec![
        of(&[0], AdjustableKind::Number { step: Some(STEP) }),
        of(&[1, 2], AdjustableKind::OneHot { codes }),
        of(&[3], AdjustableKind::Number { step: Some(STEP) }),
        of(&[4], AdjustableKind::Codes { values: vec![0.0, 1.0, 3.0] }),
    ]
}

/// Scores above or below the threshold, by the model alone.
fn is_above(model: &dyn Model, row: &[f64], threshold: f64) -> bool {
    let mut raw = vec![0.0; model.outputs()];
    model.raw(row, &mut raw);
    raw[0] >= threshold
}

fn judge(model: &dyn Model, row: &[f64], threshold: f64) {
    let search = Search::new(model, 0, &features(), Limits::default()).unwrap();
    let positive = is_above(model, row, threshold);
    let target = Target { threshold_raw: threshold, above: !positive, margin: 1e-6 };
    let goal = Goal::Side { output: 0, target, value: Some(threshold) };
    let found = search.turning(row, goal).unwrap();
    let turns = |columns: &[usize], values: &[f64]| {
        let mut with = row.to_vec();
        columns.iter().zip(values).for_each(|(&c, &x)| with[c] = x);
        is_above(model, &with, threshold) != positive
    };
    // 0.5, 1, … 3.5
    let grid: Vec<f64> = (1..=7).map(|k| f64::from(k) * STEP).collect();
    for (feature, found) in features().iter().zip(&found) {
        assert!(found.searched);
        let columns = &feature.columns;
        match &feature.kind {
            AdjustableKind::Number { .. } => {
                let own = row[columns[0]];
                let turned: Vec<bool> =
                    grid.iter().map(|x| *x != own && turns(columns, &[*x])).collect();
                let mut wanted: Vec<Run> = vec![];
                for (i, _) in turned.iter().enumerate().filter(|(_, turned)| **turned) {
                    let x = grid[i];
                    match wanted.last_mut() {
                        // The own value parts two runs, also where it is not on the grid.
                        Some(run) if run.high == x - STEP && !(run.high < own && own < x) => {
                            run.high = x;
                        }
                        _ => {
                            wanted.push(Run { low: x, high: x, from_least: false, to_most: false })
                        }
                    }
                }
                for run in &mut wanted {
                    run.from_least = run.low == grid[0];
                    run.to_most = run.high == grid[grid.len() - 1];
                }
                if !own.is_nan() {
                    let below = wanted.iter().rposition(|run| run.high < own);
                    let above = wanted.iter().position(|run| run.low > own);
                    wanted = [below, above].into_iter().flatten().map(|i| wanted[i]).collect();
                }
                assert_eq!(found.runs, wanted, "{columns:?} of {row:?}");
                assert!(found.values.is_empty());
            }
            AdjustableKind::OneHot { codes } => {
                let own: Vec<f64> = columns.iter().map(|&c| row[c]).collect();
                let wanted: Vec<Vec<f64>> =
                    codes.iter().filter(|c| **c != own && turns(columns, c)).cloned().collect();
                assert_eq!(found.values, wanted);
            }
            AdjustableKind::Codes { values } => {
                let own = row[columns[0]];
                let wanted: Vec<Vec<f64>> = values
                    .iter()
                    .filter(|x| **x != own && turns(columns, &[**x]))
                    .map(|x| vec![*x])
                    .collect();
                assert_eq!(found.values, wanted);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Trees, with missing values and own values off the grid.
    #[test]
    fn turning_values_of_trees_are_those_of_trying_everything(
        model in ensemble(false), row in row(), at in -3i8..4, off in 0u8..3,
    ) {
        let mut row = row;
        row[0] += f64::from(off) * 0.3;
        judge(&model, &row, f64::from(at) / 2.0 + 0.03);
    }

    #[test]
    fn turning_values_of_weighted_sums_are_those_of_trying_everything(
        weights in proptest::collection::vec(-3i8..4, FEATURES), row in row(), at in -6i8..6,
    ) {
        let model = LinearModel {
            card: ModelCard {
                features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
                ..ModelCard::default()
            },
            weights: vec![weights.into_iter().map(f64::from).collect()],
            intercepts: vec![0.5],
            fill: vec![0.25; FEATURES],
            link: Link::Identity,
            ..LinearModel::default()
        };
        judge(&model, &row, f64::from(at) + 0.17);
    }
}

/// Where the case is there already nothing turns it; a constant model has no value that does.
#[test]
fn nothing_turns_what_cannot_turn() {
    let card = ModelCard {
        features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
        ..ModelCard::default()
    };
    let width = FloatWidth::Double;
    let model = TreeEnsemble { card, base: vec![1.0], width, ..TreeEnsemble::default() };
    let search = Search::new(&model, 0, &features(), Limits::default()).unwrap();
    for above in [true, false] {
        let target = Target { threshold_raw: 0.0, above, margin: 0.0 };
        let goal = Goal::Side { output: 0, target, value: None };
        let found = search.turning(&[0.5, 1.0, 0.0, f64::NAN, 3.0], goal).unwrap();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|t| t.searched && t.runs.is_empty() && t.values.is_empty()));
    }
}
