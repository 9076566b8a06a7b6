//! The promise of `--plausible`: a changed case is as ordinary as asked for, and no smaller change is. Compared with
//! brute force over all admissible combinations.

use klartext::counterfactual::{Goal, Isolation};
use ndarray::Array2;

use super::*;

fn background(draw: &mut Draw, rows: usize) -> Array2<f64> {
    let values: Vec<f64> = (0..rows).flat_map(|_| row(draw)).collect();
    Array2::from_shape_vec((rows, COLUMNS), values).expect("rows of one length")
}

/// Gives whether a change was found, and whether the forest made it dearer.
fn check(model: &dyn Model, draw: &mut Draw) -> (bool, bool) {
    let rows = 8 + draw.below(60);
    let background = background(draw, rows);
    let share = [0.0, 0.05, 0.3, 0.6][draw.below(4)];
    let isolation = Isolation::fit(model, background.view(), share).expect("a sound share");
    let (list, row) = (adjustable(draw), row(draw));
    let target =
        Target { threshold_raw: draw.unit() * 2.0 - 1.0, above: draw.below(2) == 0, margin: 0.0 };
    let most = 1 + draw.below(4);
    let limits = Limits { max_changes: most, max_boxes: 1_000_000 };
    let search = Search::new(model, 0, &list, limits).expect("sound");
    let free = search.find(&row, target).expect("sound row");
    let search = search.among_ordinary(&isolation).expect("sound");
    let found = search.find(&row, target).expect("sound row");
    let ordinary = |row: &[f64]| isolation.of(row).share > share;
    let smallest = brute_where(model, &row, (0, target), &list, most, ordinary);
    match (found, free) {
        (Found::AlreadyThere, Found::AlreadyThere) => (false, false),
        (Found::Impossible, free) => {
            assert_eq!(smallest, None, "impossible must be impossible");
            (false, free != Found::Impossible)
        }
        (Found::Changes { cost, proof, row: changed, .. }, Found::Changes { cost: free, .. }) => {
            assert_eq!(proof, Proof::Smallest);
            let smallest = smallest.expect("brute force finds one too");
            assert!((cost - smallest).abs() < 1e-9, "cost {cost}, brute force {smallest}");
            assert!(ordinary(&changed), "{:?}", isolation.of(&changed));
            assert!(cost >= free - 1e-9);
            (true, cost > free + 1e-9)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn ordinary_changes_of_trees_are_the_smallest_ones() {
    let mut draw = Draw(90);
    let mut counts = [0; 2];
    for _ in 0..250 {
        let model = trees(&mut draw);
        let (found, dearer) = check(&model, &mut draw);
        counts[0] += usize::from(found);
        counts[1] += usize::from(dearer);
    }
    assert!(counts[0] > 50 && counts[1] > 10, "{counts:?}");
}

#[test]
fn ordinary_changes_of_weighted_sums_are_the_smallest_ones() {
    let mut draw = Draw(91);
    let mut counts = [0; 2];
    for _ in 0..120 {
        let weights = (0..COLUMNS).map(|_| draw.unit() * 2.0 - 1.0).collect();
        let model = Weighted(LinearModel {
            card: card(),
            weights: vec![weights],
            intercepts: vec![draw.unit() - 0.5],
            fill: vec![1.0; COLUMNS],
            ..LinearModel::default()
        });
        let (found, dearer) = check(&model, &mut draw);
        counts[0] += usize::from(found);
        counts[1] += usize::from(dearer);
    }
    assert!(counts[0] > 20 && counts[1] > 5, "{counts:?}");
}

/// A row that stands alone is told from one that stands among others, the same way every time.
#[test]
fn isolation_tells_what_stands_alone() {
    let mut draw = Draw(92);
    let model = trees(&mut draw);
    let mut background = background(&mut draw, 400);
    background.column_mut(0).fill(3.0);
    let fit = || Isolation::fit(&model, background.view(), 0.1).expect("sound");
    let isolation = fit();
    let own = background.row(7).to_vec();
    let mut strange = own.clone();
    strange[1] = 40.0;
    strange[5] = -40.0;
    let (ordinary, alone) = (isolation.of(&own), isolation.of(&strange));
    assert!(alone.score > ordinary.score && alone.share < 0.02, "{ordinary:?} {alone:?}");
    assert_eq!(ordinary, fit().of(&own));
    // Liu, Ting and Zhou (2008): where all rows are ordinary, all scores are about 0.5
    let scores: Vec<f64> =
        background.rows().into_iter().map(|row| isolation.of(&row.to_vec()).score).collect();
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    assert!((0.35..0.6).contains(&mean), "{mean}");
    assert!(scores.iter().all(|score| (0.0..1.0).contains(score)));
    for share in [-0.1, 1.0, f64::NAN] {
        let fault = Isolation::fit(&model, background.view(), share).expect_err("no share");
        assert_eq!(fault.0[0].code, "R48");
    }
}

/// A time that is over at once still gives what is known: a change that holds, and a bound that no change undercuts.
#[test]
fn a_time_limit_gives_the_bound_reached() {
    let mut draw = Draw(93);
    let mut gaps = 0;
    for _ in 0..300 {
        let (model, list, row) = (trees(&mut draw), adjustable(&mut draw), row(&mut draw));
        let limits = Limits { max_changes: 4, max_boxes: 1_000_000 };
        let search = Search::new(&model, 0, &list, limits).expect("sound");
        let search = search.for_at_most(std::time::Duration::ZERO);
        let goal = Goal::Side { output: 0, target: UP, value: None };
        let smallest = brute(&model, 0, &row, UP, &list, 4);
        match search.reach(&row, goal, &[]).expect("sound row") {
            Found::Changes { cost, proof, row, .. } => {
                let (raw, exact) = scores(&model, &row, 0);
                assert!(UP.holds(raw) && UP.holds(exact));
                let gap = match proof {
                    Proof::NotProven { gap } => gap,
                    _ => 0.0,
                };
                gaps += usize::from(gap > 0.0);
                assert!(cost - gap <= smallest.expect("there is one") + 1e-9);
            }
            Found::Impossible => assert_eq!(smallest, None),
            Found::NotFound | Found::AlreadyThere => {}
        }
    }
    assert!(gaps > 10, "{gaps} gaps");
}
