//! The promises of the general tree: what it says of rows is counted from them, fidelity is what a person would count on
//! rows that it has not seen, the same input gives the same tree, and nothing makes it panic.

use klartext::surrogate::{
    Ask, Detail, DetailKind, Judged, Local, Said, Sample, Share, Subject, SurrogateTree,
    TreeOptions, Withheld, curve, stability,
};
use ndarray::{Array2, ArrayView2, array};
use proptest::prelude::*;

use super::{draws, people};

/// The columns of [`people`] as details: four numbers, one of them as a category, one-hot columns 3 and 4.
pub fn details() -> Vec<Detail> {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let grade = DetailKind::Category {
        codes: vec![0.0, 1.0, 2.0, 3.0],
        names: texts(&["none", "basic", "higher \"A\"", "x < y & z"]),
    };
    let kind = DetailKind::OneHot { names: texts(&["f3", "f4", "(none)"]) };
    vec![
        Detail::number("f0", 0),
        Detail::number("f1", 1),
        Detail { name: "f2".into(), columns: vec![2], kind: grade },
        Detail { name: "trade".into(), columns: vec![3, 4], kind },
        Detail::number("f5", 5),
    ]
}

/// Rows of [`people`] in which at most one of the columns 3 and 4 is 1, their scores, and three classes of these.
pub fn cases(n: usize, seed: u64) -> (Array2<f64>, Vec<f64>, Vec<usize>) {
    let (mut rows, _) = people(n, seed);
    let mut draw = draws(seed ^ 5);
    let mut scores = Vec::new();
    for mut row in rows.rows_mut() {
        if row[3] == 1.0 {
            row[4] = 0.0;
        }
        let age = if row[0].is_nan() { 40.0 } else { row[0] };
        let trade = if row[3] == 1.0 { 2.0 } else { row[4] };
        scores.push(age / 10.0 + trade - (row[2] % 2.0) + row[5] * 1e6 + draw() * 0.3);
        if draw() < 0.05 {
            row[2] = f64::NAN;
        }
    }
    let classes = scores.iter().map(|y| if *y < 3.5 { 0 } else { 1 + usize::from(*y > 6.0) });
    let classes = classes.collect();
    (rows, scores, classes)
}

pub fn three() -> Subject {
    Subject::Decision { classes: ["low", "middle", "high"].map(str::to_owned).to_vec() }
}

pub fn fit(
    rows: &Array2<f64>,
    scores: &[f64],
    classes: &[usize],
    subject: Subject,
    options: TreeOptions,
) -> SurrogateTree {
    let sample = Sample { rows: rows.view(), scores, classes, weights: &[] };
    SurrogateTree::fit(details(), subject, sample, options).unwrap()
}

fn small(leaves: usize, min_leaf: usize) -> TreeOptions {
    TreeOptions { max_leaves: leaves, min_leaf, ..TreeOptions::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counts, means and what a node says are those of the rows that its own questions send there; limits hold.
    #[test]
    fn a_node_says_what_its_rows_say(
        seed in any::<u64>(), n in 1usize..300, leaves in 1usize..14, min_leaf in 1usize..20, of_score in any::<bool>(),
    ) {
        let (rows, scores, classes) = cases(n, seed);
        let (subject, classes) = match of_score {
            true => (Subject::Score { threshold: None }, vec![]),
            false => (three(), classes),
        };
        let tree = fit(&rows, &scores, &classes, subject, small(leaves, min_leaf));
        prop_assert!(tree.leaves() <= leaves && tree.depth() <= 8);
        let reached = tree.rows_by_node(rows.view());
        for (at, (node, reached)) in tree.nodes().iter().zip(&reached).enumerate() {
            prop_assert_eq!(node.rows, reached.len());
            prop_assert!(node.split.is_some() || at == 0 || reached.len() >= min_leaf);
            let mean = reached.iter().map(|i| scores[*i]).sum::<f64>() / reached.len() as f64;
            let spread = reached.iter().map(|i| (scores[*i] - mean).powi(2)).sum::<f64>() / reached.len() as f64;
            prop_assert!((node.mean - mean).abs() < 1e-9 && (node.deviation - spread.sqrt()).abs() < 1e-6);
            for (class, count) in node.counts.iter().enumerate() {
                prop_assert_eq!(*count, reached.iter().filter(|i| classes[**i] == class).count());
                prop_assert!(*count <= node.counts[node.says]);
            }
            let Some(split) = &node.split else { prop_assert_eq!(node.missing, 0); continue };
            let own = |i: &&usize| tree.details()[split.detail].value(&rows.row(**i).to_vec()).is_nan();
            prop_assert_eq!(node.missing, reached.iter().filter(own).count());
            prop_assert!(split.yes == at + 1 && split.no > split.yes, "preorder, yes before no");
            for child in [split.yes, split.no] {
                prop_assert_eq!(tree.nodes()[child].parent, Some(at));
                prop_assert_eq!(tree.nodes()[child].depth, node.depth + 1);
            }
        }
        for row in rows.rows() {
            let row = row.to_vec();
            let path = tree.path(&row);
            let mut at = 0;
            for taken in &path {
                prop_assert_eq!(taken.node, at);
                let split = tree.nodes()[at].split.as_ref().unwrap();
                prop_assert_eq!(taken.yes, split.goes_yes(taken.value));
                prop_assert!(taken.missing || taken.yes == split.ask.is_yes(taken.value));
                at = if taken.yes { split.yes } else { split.no };
            }
            prop_assert_eq!(at, tree.leaf(&row));
        }
    }

    /// Fidelity is what is counted one by one.
    #[test]
    fn faithfulness_is_counted(seed in any::<u64>(), n in 40usize..200, m in 1usize..100) {
        let (rows, scores, classes) = cases(n, seed);
        let tree = fit(&rows, &scores, &classes, three(), small(6, 4));
        let (rows, scores, classes) = cases(m, seed ^ 1);
        let distances: Vec<f64> = scores.iter().map(|y| (y - 3.5).abs()).collect();
        let judged = Judged { rows: rows.view(), scores: &scores, classes: &classes, distances: &distances };
        let found = tree.faithfulness(&judged);
        let row = |i: usize| rows.row(i).to_vec();
        let agrees = |i: usize| tree.says(&row(i)) == classes[i];
        prop_assert_eq!(found.agreement, Share::new((0..m).filter(|i| agrees(*i)).count(), m));
        let mut order: Vec<usize> = (0..m).collect();
        order.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]));
        let near = &order[..m.div_ceil(4)];
        prop_assert_eq!(found.near, Share::new(near.iter().filter(|i| agrees(**i)).count(), near.len()));
        let mean = scores.iter().sum::<f64>() / m as f64;
        let all: f64 = scores.iter().map(|y| (y - mean).powi(2)).sum();
        let wrong: f64 = (0..m).map(|i| (scores[i] - tree.score(&row(i))).powi(2)).sum();
        if let Some(explained) = found.explained {
            prop_assert!((explained.value - (1.0 - wrong / all)).abs() < 1e-9);
            prop_assert!(explained.low <= explained.value && explained.value <= explained.high);
        }
        prop_assert_eq!(found.leaves.iter().map(|l| l.rows).sum::<usize>(), m);
        for leaf in &found.leaves {
            let here: Vec<usize> = (0..m).filter(|i| tree.leaf(&row(*i)) == leaf.leaf).collect();
            prop_assert_eq!(leaf.agreement, Share::new(here.iter().filter(|i| agrees(**i)).count(), here.len()));
        }
    }
}

/// The same rows give the same tree, interval, curve and stability on one thread and on several.
#[test]
fn threads_change_nothing() {
    let (rows, scores, classes) = cases(400, 11);
    let all = || {
        let sample = Sample { rows: rows.view(), scores: &scores, classes: &classes, weights: &[] };
        let options = small(8, 5);
        let tree = SurrogateTree::fit(details(), three(), sample, options).unwrap();
        let judged =
            Judged { rows: rows.view(), scores: &scores, classes: &classes, distances: &scores };
        let points = curve(&details(), &three(), sample, options, &judged).unwrap();
        let stable = stability(&tree, sample, options, &judged, 4, 0).unwrap();
        (tree.faithfulness(&judged), tree, points, stable)
    };
    let on = |threads| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(all)
    };
    let one = on(1);
    assert!(one.1.leaves() > 3);
    assert!(one == on(4) && one == on(3));
}

/// Categories are asked for by name, one-hot columns as one detail; a category of which half is high is found.
#[test]
fn categories_are_one_question() {
    let (rows, _, _) = cases(600, 3);
    let high = |row: &[f64]| matches!(row[2], 1.0 | 3.0) || row[3] == 1.0;
    let classes: Vec<usize> =
        rows.rows().into_iter().map(|row| usize::from(high(&row.to_vec()))).collect();
    let scores: Vec<f64> = classes.iter().map(|class| *class as f64).collect();
    let subject = Subject::Decision { classes: vec!["low".into(), "high".into()] };
    let tree = fit(&rows, &scores, &classes, subject, small(8, 5));
    assert_eq!(tree.leaves(), 3, "{:?}", tree.nodes());
    let sets: Vec<&Ask> =
        tree.nodes().iter().filter_map(|node| Some(&node.split.as_ref()?.ask)).collect();
    assert!(sets.iter().all(|ask| matches!(ask, Ask::OneOf(_))));
    let wrong =
        rows.rows().into_iter().zip(&classes).filter(|(r, c)| tree.says(&r.to_vec()) != **c);
    // Rows whose category is missing cannot be told.
    assert!(wrong.into_iter().all(|(row, _)| row[2].is_nan()));
}

/// Rows that lack a value go where they are copied best, not where the middle value would go.
#[test]
fn missing_values_have_a_side_of_their_own() {
    let values: Vec<f64> =
        (0..90).map(|i| if i % 3 == 0 { f64::NAN } else { f64::from(i) }).collect();
    let rows = Array2::from_shape_vec((90, 1), values).unwrap();
    let score = |row: f64| if row.is_nan() || row >= 60.0 { 1.0 } else { 0.0 };
    let scores: Vec<f64> = rows.iter().map(|x| score(*x)).collect();
    let sample = Sample { rows: rows.view(), scores: &scores, classes: &[], weights: &[] };
    let tree = SurrogateTree::fit(
        vec![Detail::number("a", 0)],
        Subject::Score { threshold: None },
        sample,
        small(2, 1),
    );
    let tree = tree.unwrap();
    assert_eq!([f64::NAN, 10.0, 80.0].map(|x| tree.score(&[x])), [1.0, 0.0, 1.0]);
    assert_eq!(tree.nodes()[0].missing, 30);
}

/// Input that holds nothing to divide gives one leaf; what cannot be fitted is refused with a fault.
#[test]
fn hostile_input_gives_a_leaf_or_a_fault() {
    let number = || vec![Detail::number("a", 0)];
    let of = |rows: ArrayView2<'_, f64>, scores: &[f64], options| {
        let sample = Sample { rows: rows.view(), scores, classes: &[], weights: &[] };
        SurrogateTree::fit(number(), Subject::Score { threshold: None }, sample, options)
    };
    let leaf = |rows: ArrayView2<'_, f64>, scores: &[f64]| {
        let tree = of(rows, scores, small(4, 1)).unwrap();
        assert_eq!((tree.leaves(), tree.depth()), (1, 0));
        tree.nodes()[0].mean
    };
    assert_eq!(leaf(array![[3.0]].view(), &[7.5]), 7.5);
    let missing = Array2::from_elem((50, 1), f64::NAN);
    assert_eq!(leaf(missing.view(), &[[0.0, 1.0]; 25].concat()), 0.5);
    let rows = Array2::from_shape_fn((200, 1), |(i, _)| i as f64);
    // A tenth is no double: the mean of many is off by rounding, and that is nothing to divide.
    assert!((leaf(rows.view(), &[0.1; 200]) - 0.1).abs() < 1e-12);
    leaf(Array2::from_elem((50, 1), -0.0).view(), &[[0.0, 1.0]; 25].concat());
    let huge = array![[-f64::MAX], [f64::MAX], [1e300], [5e-324]];
    let tree = of(huge.view(), &[0.0, 1.0, 1.0, 0.0], small(4, 1)).unwrap();
    assert_eq!((tree.score(&[1e308]), tree.score(&[0.0])), (1.0, 0.0));
    let code = |rows: &Array2<f64>, scores: &[f64], options| {
        of(rows.view(), scores, options).unwrap_err().0[0].code
    };
    assert_eq!(code(&Array2::zeros((0, 1)), &[], small(2, 1)), "R34");
    assert_eq!(code(&rows, &[1.0], small(2, 1)), "R34");
    assert_eq!(code(&Array2::zeros((1, 0)), &[1.0], small(2, 1)), "R34");
    assert_eq!(code(&array![[f64::INFINITY]], &[1.0], small(2, 1)), "R35");
    assert_eq!(code(&array![[1.0]], &[f64::NAN], small(2, 1)), "R35");
    assert_eq!(code(&array![[1.0]], &[1.0], small(0, 1)), "R36");
    assert_eq!(code(&array![[1.0]], &[1.0], small(1, 0)), "R36");
    let weights =
        Sample { rows: rows.view(), scores: &[1.0; 200], classes: &[], weights: &[0.0; 200] };
    let refused =
        SurrogateTree::fit(number(), Subject::Score { threshold: None }, weights, small(2, 1));
    assert_eq!(refused.unwrap_err().0[0].code, "R35");
    let classes =
        Sample { rows: rows.view(), scores: &[1.0; 200], classes: &[3; 200], weights: &[] };
    let refused = SurrogateTree::fit(number(), three(), classes, small(2, 1));
    assert_eq!(refused.unwrap_err().0[0].code, "R34");
}

/// A number of leaves is chosen by rows that did not grow the tree: noise gets no tree, a rule gets its own size.
#[test]
fn noise_is_pruned() {
    let mut draw = draws(9);
    let rows = Array2::from_shape_simple_fn((2000, 6), || (draw() * 10.0).floor());
    let noise: Vec<f64> = (0..2000).map(|_| draw()).collect();
    let few = fit(&rows, &noise, &[], Subject::Score { threshold: None }, small(16, 5));
    assert!(few.leaves() <= 3, "{}", few.leaves());
    let rule: Vec<f64> = rows
        .column(0)
        .iter()
        .zip(&noise)
        .map(|(x, e)| f64::from(u8::from(*x > 4.0)) + 0.01 * e)
        .collect();
    let tree = fit(&rows, &rule, &[], Subject::Score { threshold: None }, small(16, 5));
    assert_eq!(
        tree.nodes()[0].split.as_ref().map(|s| (s.detail, s.ask.clone())),
        Some((0, Ask::Below(5.0)))
    );
}

/// Around a case: a tree where the model is simple there, silence with a reason where it is not.
#[test]
fn a_local_tree_is_faithful_or_silent() {
    let mut draw = draws(4);
    let table = Array2::from_shape_simple_fn((1500, 3), || (draw() * 20.0).floor() / 2.0);
    let numbers: Vec<Detail> = (0..3).map(|j| Detail::number(format!("f{j}"), j)).collect();
    let subject = Subject::Decision { classes: vec!["no".into(), "yes".into()] };
    let around = |model: &dyn Fn(&[f64]) -> bool, row: &[f64], table: ArrayView2<'_, f64>| {
        let say = |rows: ArrayView2<'_, f64>| Said {
            scores: rows
                .rows()
                .into_iter()
                .map(|r| f64::from(u8::from(model(&r.to_vec()))))
                .collect(),
            classes: rows.rows().into_iter().map(|r| usize::from(model(&r.to_vec()))).collect(),
        };
        Local::around(row, table, &numbers, &subject, &say, 0).unwrap()
    };
    let simple = |row: &[f64]| row[0] < 5.0 && row[1] >= 3.0;
    let found = around(&simple, &[4.5, 3.5, 5.0], table.view());
    let tree = found.tree.as_ref().unwrap();
    assert!(
        found
            .agreement
            .is_some_and(|(share, low, high)| share >= 0.9 && low <= share && share <= high)
    );
    assert_eq!(tree.says(&[4.5, 3.5, 5.0]), 1);
    assert!(found.nearest == 500 && (30..60).contains(&found.copies), "{}", found.copies);
    // The same on every call.
    assert_eq!(found, around(&simple, &[4.5, 3.5, 5.0], table.view()));
    // A chessboard has no small tree.
    let board = |row: &[f64]| ((row[0] * 2.0) as i64 + (row[1] * 2.0) as i64) % 2 == 0;
    assert_eq!(around(&board, &[4.5, 3.5, 5.0], table.view()).tree, Err(Withheld::Unfaithful));
    assert_eq!(around(&|_| true, &[4.5, 3.5, 5.0], table.view()).tree, Err(Withheld::Alike));
    let few = table.slice_axis(ndarray::Axis(0), (0..5).into());
    assert!(matches!(
        around(&simple, &[4.5, 3.5, 5.0], few).tree,
        Err(Withheld::TooFew | Withheld::Unfaithful | Withheld::Alike)
    ));
    // Of a single point that the model judges otherwise than everything around it the tree says something else.
    let island = |row: &[f64]| row == [4.5, 3.5, 5.25] || simple(&[row[0] + 2.0, row[1], row[2]]);
    let lone = around(&island, &[4.5, 3.5, 5.25], table.view());
    assert_eq!(lone.tree, Err(Withheld::Disagrees));
}
