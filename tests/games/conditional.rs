//! Weighted sums of features that go together: the conditional game of a normal distribution.

use klartext::attribution::{Explainer, Gaussian, Groups, Sampling, by_enumeration};
use klartext::model::{LinearModel, Link, Model};
use ndarray::{Array2, ArrayView2, Axis};

use crate::reference::{model, rows as reference_rows};
use crate::world::{Draw, close, linear, pairs};

const SAMPLING: Sampling = Sampling { pairs: 2, seed: 0 };

/// Rows whose features go together.
fn correlated(draw: &mut Draw, count: usize, features: usize) -> Array2<f64> {
    let mixing = Array2::from_shape_fn((features, features), |(i, j)| {
        draw.number() + if i == j { 1.5 } else { 0.0 }
    });
    let own = Array2::from_shape_fn((count, features), |_| draw.number() + draw.number());
    let mut rows = own.dot(&mixing);
    // Units must not matter.
    for (f, mut column) in rows.columns_mut().into_iter().enumerate() {
        let unit = [1.0, 1e4, 1e-3][f % 3];
        column.mapv_inplace(|x| (x + 1.0) * unit);
    }
    rows
}

/// E[f(x) | x_S] from its definition: the means of the others move by Σ_RS Σ_SS⁻¹ (x_S − μ_S).
fn expected_score(
    model: &LinearModel,
    background: &Array2<f64>,
    row: &[f64],
    inside: &[usize],
) -> f64 {
    let n = background.nrows() as f64;
    let means: Vec<f64> = background.columns().into_iter().map(|c| c.sum() / n).collect();
    let covariance = |i: usize, j: usize| {
        let pairs = background.rows().into_iter();
        pairs.map(|r| (r[i] - means[i]) * (r[j] - means[j])).sum::<f64>() / (n - 1.0)
    };
    // Gauss elimination of Σ_SS x = x_S − μ_S.
    let size = inside.len();
    let mut a: Vec<Vec<f64>> = (0..size)
        .map(|i| {
            let own = inside.iter().map(|j| covariance(inside[i], *j));
            own.chain([row[inside[i]] - means[inside[i]]]).collect()
        })
        .collect();
    for i in 0..size {
        let pivot = (i..size).max_by(|p, q| a[*p][i].abs().total_cmp(&a[*q][i].abs())).unwrap();
        a.swap(i, pivot);
        for p in 0..size {
            if p != i {
                let factor = a[p][i] / a[i][i];
                let pivot = a[i].clone();
                for (cell, x) in a[p].iter_mut().zip(&pivot).skip(i) {
                    *cell -= factor * x;
                }
            }
        }
    }
    let solved: Vec<f64> = (0..size).map(|i| a[i][size] / a[i][i]).collect();
    let mut score = model.intercepts[0];
    for f in 0..row.len() {
        let x = match inside.contains(&f) {
            true => row[f],
            false => {
                let moves = inside.iter().zip(&solved).map(|(j, x)| covariance(f, *j) * x);
                means[f] + moves.sum::<f64>()
            }
        };
        score += model.weights[0][f] * x;
    }
    score
}

fn explained(explainer: &dyn Explainer, row: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let view = ArrayView2::from_shape((1, row.len()), row).unwrap();
    let block = explainer.explain(view, &[0]).unwrap();
    let errors = block.standard_errors.map(|errors| errors.iter().copied().collect());
    (block.values.iter().copied().collect(), errors.unwrap_or_default())
}

/// Issue 5, point 4: with correlated features the conditional variant, by the definition over all coalitions.
#[test]
fn conditional_values_follow_the_definition() {
    for seed in 0..25 {
        let draw = &mut Draw(seed);
        let features = 2 + draw.below(5) as usize;
        let model = linear(draw, features, Link::Identity);
        let background = correlated(draw, 60, features);
        let row = correlated(draw, 1, features).row(0).to_vec();
        for groups in [Groups::single(&model.card.features), pairs(features)] {
            let gaussian =
                Gaussian::new(&model, background.view(), groups.clone(), SAMPLING).unwrap();
            let wanted = by_enumeration(groups.count(), |set| {
                let inside: Vec<usize> =
                    (0..features).filter(|f| set >> groups.player(*f) & 1 == 1).collect();
                expected_score(&model, &background, &row, &inside)
            });
            let wanted = wanted.unwrap();
            let largest = wanted.iter().fold(1f64, |m, x| m.max(x.abs()));
            let (found, errors) = explained(&gaussian, &row);
            close(&found, &wanted, 1e-9 * largest, &format!("{seed}"));
            assert!(errors.is_empty() && gaussian.told().is_none() && gaussian.seed().is_none());
        }
    }
}

/// Above 12 players orders are sampled; the standard errors say how far off values are.
#[test]
fn sampled_conditional_values_lie_as_far_off_as_they_state() {
    let mut off = vec![];
    for seed in 0..4 {
        let draw = &mut Draw(seed);
        let features = 13;
        let model = linear(draw, features, Link::Identity);
        let background = correlated(draw, 100, features);
        let input = correlated(draw, 4, features);
        let groups = Groups::single(&model.card.features);
        let few = Sampling { pairs: 2, seed };
        let few = Gaussian::new(&model, background.view(), groups.clone(), few).unwrap();
        let many = Sampling { pairs: 20, seed: 99 };
        let many = Gaussian::new(&model, background.view(), groups, many).unwrap();
        for row in input.rows() {
            let row = row.to_vec();
            let (found, errors) = explained(&few, &row);
            let (wanted, small) = explained(&many, &row);
            let mut score = [0.0];
            model.exact(&row, &mut score);
            let view = ArrayView2::from_shape((1, row.len()), &row).unwrap();
            let base = few.explain(view, &[0]).unwrap().base_values[[0, 0]];
            assert!(
                (base + found.iter().sum::<f64>() - score[0]).abs()
                    < 1e-9 * score[0].abs().max(1.0)
            );
            for (((found, wanted), error), small) in
                found.iter().zip(&wanted).zip(&errors).zip(&small)
            {
                off.push((found - wanted).abs() / (error * error + small * small).sqrt());
            }
        }
    }
    let root = (off.iter().map(|x| x * x).sum::<f64>() / off.len() as f64).sqrt();
    println!("{} values, {root} standard errors", off.len());
    assert!((0.8..1.25).contains(&root), "{root}");
}

/// Features that determine each other: told, and treated alike; not sampled above 12 players.
#[test]
fn a_singular_covariance_is_told() {
    let draw = &mut Draw(4);
    let mut model = linear(draw, 3, Link::Identity);
    model.weights[0] = vec![2.0, 0.0, 1.0];
    let mut background = correlated(draw, 50, 3);
    let twice = background.column(0).to_owned();
    background.column_mut(1).assign(&twice);
    let groups = Groups::single(&model.card.features);
    let gaussian = Gaussian::new(&model, background.view(), groups, SAMPLING).unwrap();
    let told = gaussian.told().unwrap();
    assert!(told.contains("`x0`, `x1` determine each other"), "{told}");
    let mut row = background.row(7).to_vec();
    let (found, _) = explained(&gaussian, &row);
    assert!((found[0] - found[1]).abs() < 1e-9, "two names of one thing get the same: {found:?}");
    // A row that the background excludes adds up all the same.
    row[1] += 3.0;
    let (found, _) = explained(&gaussian, &row);
    let mut score = [0.0];
    model.exact(&row, &mut score);
    let view = ArrayView2::from_shape((1, 3), &row).unwrap();
    let base = gaussian.explain(view, &[0]).unwrap().base_values[[0, 0]];
    assert!((base + found.iter().sum::<f64>() - score[0]).abs() < 1e-9);

    let wide = linear(draw, 14, Link::Identity);
    let mut background = correlated(draw, 50, 14);
    let twice = background.column(0).to_owned();
    background.column_mut(13).assign(&twice);
    let groups = Groups::single(&wide.card.features);
    let faults = Gaussian::new(&wide, background.view(), groups, SAMPLING).unwrap_err();
    assert_eq!(faults.0[0].code, "M35");
    assert!(faults.0[0].found.contains("`x0`, `x13`"), "{faults:?}");
}

/// One-hot columns are one player: a scikit-learn pipeline gets one value a raw column.
#[test]
fn categories_are_one_player() {
    let loaded = model("sk_logreg_benefits.onnx");
    let model = loaded.model.as_ref();
    let klartext::model::Form::Linear(of) = model.form() else { panic!("linear") };
    let input = reference_rows(model, "benefits.X.csv");
    let background = reference_rows(model, "benefits.background100.csv");
    let groups = Groups::single(&model.card().features);
    let gaussian = Gaussian::new(of, background.view(), groups, SAMPLING).unwrap();
    println!("{:?}", gaussian.told());
    let rows = input.select(Axis(0), &[0, 1, 2, 3]);
    let block = gaussian.explain(rows.view(), &[0]).unwrap();
    assert_eq!(block.values.len_of(Axis(2)), 16);
    let mut score = vec![0.0; model.outputs()];
    for (r, row) in rows.rows().into_iter().enumerate() {
        model.exact(&row.to_vec(), &mut score);
        let total = block.base_values[[r, 0]] + block.values.index_axis(Axis(0), r).sum();
        assert!((total - score[0]).abs() < 1e-9, "{total} {}", score[0]);
    }
}
