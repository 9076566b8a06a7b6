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

/// The cheapest admissible change of at most two features, by trying all of them.
fn brute_pairs(
    model: &dyn Model,
    row: &[f64],
    target: Target,
    list: &[Adjustable],
    admitted: impl Fn(&[f64]) -> bool,
) -> Option<f64> {
    let all: Vec<_> = list.iter().map(|feature| all_values(feature, row)).collect();
    let exact = |row: &[f64]| {
        let mut out = vec![0.0; model.outputs()];
        model.exact(row, &mut out);
        out[0]
    };
    let mut best: Option<f64> = None;
    for (i, first) in all.iter().enumerate() {
        // the own value of the second one: the first changes alone
        let alone = all[i..].iter().take(1).map(|_| (i, &first[..1]));
        let pairs = (i + 1..all.len()).map(|j| (j, &all[j][1..]));
        for (j, second) in alone.chain(pairs) {
            for ((a, a_cost), (b, b_cost)) in
                first[1..].iter().flat_map(|a| second.iter().map(move |b| (a, b)))
            {
                let cost = a_cost + b_cost;
                if best.is_some_and(|best| cost >= best) {
                    continue;
                }
                let mut changed = row.to_vec();
                list[j].columns.iter().zip(b).for_each(|(&c, &v)| changed[c] = v);
                list[i].columns.iter().zip(a).for_each(|(&c, &v)| changed[c] = v);
                if target.holds(exact(&changed))
                    && target.holds(scores(model, &changed, 0).0)
                    && admitted(&changed)
                {
                    best = Some(cost);
                }
            }
        }
    }
    best
}

/// A sum of stumps on every column and of some trees that ask two columns; the first columns are numbers from 0 to 4, the
/// others yes or no.
fn wide(draw: &mut Draw, columns: usize) -> (Trees, Vec<Adjustable>) {
    const NUMBERS: usize = 4;
    let leaf = |draw: &mut Draw| Node::Leaf { value: (draw.unit() - 0.5) * 0.6, cover: 1.0 };
    let inner = |draw: &mut Draw, feature: usize, left: u32, right: u32| {
        let at = if feature < NUMBERS { 0.5 + draw.below(4) as f64 } else { 0.5 };
        let split = Split::Threshold { at, less: Comparison::Less, missing: MissingRule::NanLeft };
        Node::Inner { feature: feature as u32, split, left, right, cover: 2.0 }
    };
    let mut trees = Vec::new();
    for column in 0..columns {
        let nodes = vec![inner(draw, column, 1, 2), leaf(draw), leaf(draw)];
        trees.push(Tree { output: 0, nodes });
    }
    for _ in 0..30 {
        let (a, b) = (draw.below(columns), draw.below(columns));
        let nodes =
            vec![inner(draw, a, 1, 2), leaf(draw), inner(draw, b, 3, 4), leaf(draw), leaf(draw)];
        trees.push(Tree { output: 0, nodes });
    }
    let mut model = summed(trees, vec![0.0], FloatWidth::Single);
    model.0.card.features = (0..columns).map(|j| format!("f{j}")).collect();
    let list = (0..columns).map(|column| {
        let weight = [1.0, 1.0, 1.5][draw.below(3)];
        let number = column < NUMBERS;
        let kind = match number {
            true => AdjustableKind::Number { step: Some(1.0) },
            false => AdjustableKind::Codes { values: vec![0.0, 1.0] },
        };
        let scale = if number { 1.3 } else { 0.0 };
        Adjustable { kind, scale, weight, min: 0.0, max: 4.0, ..free(column) }
    });
    (model, list.collect())
}

/// The same where more features can matter than a search by sets tells apart, so that boxes of all features are searched;
/// and what a search that stopped early says is true.
#[test]
fn ordinary_changes_are_the_smallest_ones_where_many_features_matter() {
    const COUNT: usize = 131;
    let mut draw = Draw(94);
    let mut counts = [0; 4];
    for round in 0..9 {
        let (model, list) = wide(&mut draw, COUNT);
        let mut cell = |j: usize| match j {
            0..4 => draw.below(5) as f64,
            // rare on some columns, so that rows differ in how ordinary they are
            _ => f64::from(u8::from(draw.below(2 + j % 7) == 0)),
        };
        let rows = Array2::from_shape_fn((50, COUNT), |(_, j)| cell(j));
        let row: Vec<f64> = (0..COUNT).map(cell).collect();
        let share = [0.1, 0.5, 0.8][round % 3];
        let isolation = Isolation::fit(&model, rows.view(), share).expect("a sound share");
        let own = scores(&model, &row, 0).1;
        let above = draw.below(2) == 0;
        let away = (0.4 + 0.6 * draw.unit()) * if above { 1.0 } else { -1.0 };
        let target = Target { threshold_raw: own + away, above, margin: 0.0 };
        let max_boxes = if round % 4 == 0 { 60 } else { 1_000_000 };
        let limits = Limits { max_changes: 2, max_boxes };
        let search = Search::new(&model, 0, &list, limits).expect("sound");
        let free = brute_pairs(&model, &row, target, &list, |_| true);
        let search = search.among_ordinary(&isolation).expect("sound");
        let ordinary = |row: &[f64]| isolation.of(row).share > share;
        let smallest = brute_pairs(&model, &row, target, &list, ordinary);
        match search.find(&row, target).expect("sound row") {
            Found::Changes { cost, proof, row: changed, .. } => {
                let smallest = smallest.expect("brute force finds one too");
                let (raw, exact) = scores(&model, &changed, 0);
                assert!(target.holds(raw) && target.holds(exact) && ordinary(&changed));
                let gap = match proof {
                    Proof::Smallest => 0.0,
                    Proof::NotProven { gap } => gap,
                    Proof::Sampled => panic!("not sampled"),
                };
                assert!(cost >= smallest - 1e-9 && cost - gap <= smallest + 1e-9, "{proof:?}");
                counts[usize::from(gap > 0.0)] += 1;
                counts[2] += usize::from(free.is_none_or(|free| smallest > free + 1e-9));
            }
            Found::Impossible => {
                assert_eq!(smallest, None, "impossible must be impossible");
                counts[3] += 1;
            }
            Found::NotFound { bound } => {
                assert_eq!(max_boxes, 60, "only a limit ends without a proof");
                let bound = bound.expect("boxes are gone through by cost");
                assert!(smallest.is_none_or(|smallest| bound <= smallest + 1e-9));
            }
            Found::AlreadyThere => panic!("the goal lies away from the case"),
        }
    }
    assert!(counts.iter().all(|&count| count > 0), "{counts:?}");
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
    let (mut gaps, mut bounds) = (0, 0);
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
            Found::NotFound { bound } => {
                let bound = bound.expect("sets are gone through by cost");
                assert!(bound > 0.0 && smallest.is_none_or(|smallest| bound <= smallest + 1e-9));
                bounds += 1;
            }
            Found::AlreadyThere => {}
        }
    }
    assert!(gaps > 10 && bounds > 10, "{gaps} gaps, {bounds} bounds alone");
}
