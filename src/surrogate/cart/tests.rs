//! Growth and pruning against implementations that try everything.

use ndarray::Array2;
use proptest::prelude::*;

use super::grow::{Grown, Room};
use super::prune::Prunings;
use super::*;
use crate::surrogate::details::DetailKind;
use crate::surrogate::draws::Draws;

/// Rows of two numbers with ties and gaps, one category of five; scores that depend on them.
fn rows(n: usize, seed: u64) -> (Array2<f64>, Vec<f64>) {
    let mut draws = Draws::new(seed, 7);
    let mut rows = Array2::zeros((n, 3));
    let mut scores = Vec::new();
    for mut row in rows.rows_mut() {
        let mut draw = |end: usize| draws.below(end) as f64;
        (row[0], row[1], row[2]) = (draw(12), draw(40) / 8.0, draw(5));
        scores.push(row[0] * 0.5 + (row[2] % 2.0) * row[1] + draw(100) / 50.0);
        if draw(6) == 0.0 {
            row[1] = f64::NAN;
        }
        if draw(9) == 0.0 {
            row[2] = f64::NAN;
        }
    }
    (rows, scores)
}

fn details() -> Vec<Detail> {
    let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
    let kind = DetailKind::Category { codes: vec![0.0, 1.0, 2.0, 3.0, 4.0], names };
    let category = Detail { name: "kind".into(), columns: vec![2], kind };
    vec![Detail::number("x", 0), Detail::number("y", 1), category]
}

fn fitting<'a>(
    rows: &'a Array2<f64>,
    scores: &'a [f64],
    classes: &'a [usize],
    subject: Subject,
    options: TreeOptions,
) -> Fitting<'a> {
    let sample = Sample { rows: rows.view(), scores, classes, weights: &[] };
    Fitting::new(details(), subject, sample, options).unwrap()
}

fn squared(scores: &[f64], rows: &[u32]) -> f64 {
    let mean = rows.iter().map(|i| scores[*i as usize]).sum::<f64>() / rows.len() as f64;
    rows.iter().map(|i| (scores[*i as usize] - mean).powi(2)).sum()
}

/// Every way to divide rows by one question: by each threshold, each set of categories, missing values on either side.
fn divisions(
    rows: &Array2<f64>,
    here: &[u32],
    min_leaf: usize,
    details: &[Detail],
) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut found = Vec::new();
    let mut divide = |yes: &dyn Fn(f64) -> bool, detail: &Detail| {
        for missing in [true, false] {
            let goes = |i: &u32| {
                let value = detail.value(&rows.row(*i as usize).to_vec());
                if value.is_nan() { missing } else { yes(value) }
            };
            let sides: (Vec<u32>, Vec<u32>) = here.iter().copied().partition(goes);
            // Missing against known is no question.
            let known = |side: &[u32]| {
                side.iter().any(|i| !detail.value(&rows.row(*i as usize).to_vec()).is_nan())
            };
            if sides.0.len().min(sides.1.len()) >= min_leaf && known(&sides.0) && known(&sides.1) {
                found.push(sides);
            }
        }
    };
    for detail in details {
        if detail.is_category() {
            (1..31u32).for_each(|set| divide(&|x| set >> x as u32 & 1 == 1, detail));
        } else {
            let values: Vec<f64> =
                here.iter().map(|i| detail.value(&rows.row(*i as usize).to_vec())).collect();
            values.iter().for_each(|cut| divide(&|x| x < *cut, detail));
        }
    }
    found
}

/// The rows of a node: those of the leaves below it.
fn rows_of(grown: &[Grown], at: usize) -> Vec<u32> {
    let Some(split) = grown[at].splits.first() else { return grown[at].rows.clone() };
    let mut rows = [rows_of(grown, split.yes), rows_of(grown, split.no)].concat();
    rows.sort_unstable();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The question found lowers the squared error as much as any of all that could be asked.
    #[test]
    fn a_cut_is_the_best_of_all(
        seed in any::<u64>(), n in 2usize..40, min_leaf in 1usize..5, whole in any::<bool>(),
    ) {
        let (mut rows, scores) = rows(n, seed);
        if whole {
            rows.column_mut(2).mapv_inplace(|x| if x.is_nan() { 0.0 } else { x });
        }
        let options = TreeOptions { min_leaf, ..TreeOptions::default() };
        let fitting = fitting(&rows, &scores, &[], Subject::Score { threshold: None }, options);
        let here = fitting.all();
        let least = |details: &[Detail]| {
            divisions(&rows, &here, min_leaf, details)
                .iter()
                .map(|(yes, no)| squared(&scores, yes) + squared(&scores, no))
                .fold(f64::INFINITY, f64::min)
        };
        let (all, small) = (squared(&scores, &here), 1e-9 * (1.0 + squared(&scores, &here)));
        let (numbers, every) = (least(&details()[..2]), least(&details()));
        let found = cut::best(&fitting.columns, &here, &fitting.targets, min_leaf);
        let left = found.map_or(all, |cut| all - cut.gain);
        prop_assert!(left >= every.min(all) - small && left <= numbers.min(all) + small);
        // The theorem about sets of categories knows no least number of rows, and no missing values that may not stand
        // alone.
        if min_leaf == 1 && rows.column(2).iter().all(|x| !x.is_nan()) {
            prop_assert!((left - every.min(all)).abs() < small);
        }
    }

    /// Of two decisions on numbers without missing values the question is as good as the one that linfa-trees finds.
    #[test]
    fn two_decisions_are_divided_as_linfa_divides_them(seed in any::<u64>(), n in 4usize..80, min_leaf in 1usize..6) {
        let (mut rows, scores) = rows(n, seed);
        rows.mapv_inplace(|x| if x.is_nan() { 3.0 } else { x });
        let decisions: Vec<bool> = scores.iter().map(|y| *y > 4.0).collect();
        let names: Vec<String> = ["x", "y", "kind"].map(str::to_owned).to_vec();
        let stump = crate::surrogate::SurrogateOptions { max_depth: 1, max_leaves: 2, min_leaf };
        let linfa = crate::surrogate::Surrogate::fit(&names, rows.view(), &decisions, stump).unwrap();
        let classes: Vec<usize> = decisions.iter().map(|d| usize::from(*d)).collect();
        let numbers = (0..3).map(|j| Detail::number(names[j].clone(), j)).collect();
        let sample = Sample { rows: rows.view(), scores: &scores, classes: &classes, weights: &[] };
        let subject = Subject::Decision { classes: vec!["no".into(), "yes".into()] };
        let fitting = Fitting::new(numbers, subject, sample, TreeOptions::default()).unwrap();
        let all = fitting.all();
        let cut = cut::best(&fitting.columns, &all, &fitting.targets, min_leaf);
        // linfa's stump is pruned away where both sides decide alike.
        if let Some(question) = linfa.nodes()[0].question {
            let (a, b): (Vec<u32>, Vec<u32>) =
                all.iter().partition(|i| rows[(**i as usize, question.feature)] < question.threshold);
            let truth: Vec<f64> = classes.iter().map(|class| *class as f64).collect();
            let gain = squared(&truth, &all) - squared(&truth, &a) - squared(&truth, &b);
            // linfa-trees sums in single precision.
            let ours = cut.map_or(0.0, |cut| cut.gain);
            prop_assert!((ours - gain).abs() < 1e-5 * (1.0 + gain), "{} {}", ours, gain);
        }
    }

    /// Growth takes the split that lowers the error most among all leaves, and each tree is a pruning of the larger ones.
    #[test]
    fn growth_is_best_first(seed in any::<u64>(), n in 8usize..40, leaves in 1usize..7) {
        let (mut rows, scores) = rows(n, seed);
        rows.column_mut(2).mapv_inplace(|x| if x.is_nan() { 0.0 } else { x });
        let fitting = fitting(&rows, &scores, &[], Subject::Score { threshold: None }, TreeOptions::default());
        let room = Room { leaves, depth: 64, min_leaf: 1, least: 0.0 };
        let grown = fitting.grow(fitting.all(), room, &[]);
        let mut open = vec![fitting.all()];
        let mut error = squared(&scores, &open[0]);
        // Splits stand in the order in which they were made: of the tree after each, compare the error with the best.
        let mut made: Vec<usize> = grown.iter().flat_map(|g| &g.splits).map(|s| s.yes).collect();
        made.sort_unstable();
        for yes in made {
            let best = open.iter().flat_map(|leaf| {
                let own = squared(&scores, leaf);
                divisions(&rows, leaf, 1, &details()).into_iter().map(move |(a, b)| (own, a, b)).collect::<Vec<_>>()
            });
            let most = best.map(|(own, a, b)| own - squared(&scores, &a) - squared(&scores, &b)).fold(0.0, f64::max);
            let (a, b) = (rows_of(&grown, yes), rows_of(&grown, yes + 1));
            let mut both: Vec<u32> = a.iter().chain(&b).copied().collect();
            both.sort_unstable();
            let at = open.iter().position(|leaf| { let mut leaf = leaf.clone(); leaf.sort_unstable(); leaf == both });
            prop_assert!(at.is_some(), "a split of something that is no leaf");
            let gain = squared(&scores, &both) - squared(&scores, &a) - squared(&scores, &b);
            prop_assert!((gain - most).abs() < 1e-9 * (1.0 + error));
            open.remove(at.unwrap());
            open.extend([a, b]);
            error -= gain;
        }
    }

    /// For every number of leaves no pruning has less error than the one that is taken, whichever of the questions tried
    /// each node asks; and what best-first growth alone has with as many leaves has no less.
    #[test]
    fn prunings_are_the_best_of_all(seed in any::<u64>(), n in 8usize..40, first in 0usize..4, second in 0usize..3) {
        let (rows, scores) = rows(n, seed);
        let fitting = fitting(&rows, &scores, &[], Subject::Score { threshold: None }, TreeOptions::default());
        let room = Room { leaves: 5, depth: 4, min_leaf: 2, least: 0.0 };
        let tried: Vec<usize> = [first, second].into_iter().take_while(|count| *count > 0).collect();
        let grown = fitting.grow(fitting.all(), room, &tried);
        for (at, node) in grown.iter().enumerate() {
            prop_assert!((node.error - squared(&scores, &rows_of(&grown, at))).abs() < 1e-9);
            prop_assert!(node.splits.len() <= tried.get(node.depth).copied().unwrap_or(1));
        }
        // All prunings: of a node, itself or a pruning of either side of any of its questions.
        fn all(grown: &[Grown], at: usize) -> Vec<(usize, f64)> {
            let mut found = vec![(1, grown[at].error)];
            for split in &grown[at].splits {
                let no = all(grown, split.no);
                for (a, x) in all(grown, split.yes) {
                    found.extend(no.iter().map(|(b, y)| (a + b, x + y)));
                }
            }
            found
        }
        let every = all(&grown, 0);
        let prunings = Prunings::new(&grown, 7, 0.0);
        let total = grown[0].error;
        for leaves in 1..=prunings.largest() {
            let least = every.iter().filter(|(n, _)| *n <= leaves).map(|(_, e)| *e).fold(f64::INFINITY, f64::min);
            prop_assert!((prunings.error(leaves) - least).abs() < 1e-8 * (1.0 + total));
            let tree = fitting.tree(&grown, &prunings.asked(&grown, leaves), &fitting.all());
            prop_assert!(tree.leaves() <= leaves);
            prop_assert!((fitting.wrong(&tree, &fitting.all(), 0.0) - least).abs() < 1e-8 * (1.0 + total));
            let plain = fitting.grow(fitting.all(), Room { leaves, ..room }, &[]);
            let leaves_of_it = plain.iter().filter(|node| node.splits.is_empty());
            let plain: f64 = leaves_of_it.map(|node| node.error).sum();
            prop_assert!(least <= plain + 1e-8 * (1.0 + total), "{} {}", least, plain);
        }
    }

    /// Asking anew never copies the fitting rows less well, keeps the size, and leaves no leaf with too few rows.
    #[test]
    fn refining_only_gains(seed in any::<u64>(), n in 20usize..80, of_classes in any::<bool>()) {
        let (rows, scores) = rows(n, seed);
        let classes: Vec<usize> = scores.iter().map(|y| usize::from(*y > 4.0)).collect();
        let subject = match of_classes {
            true => Subject::Decision { classes: vec!["no".into(), "yes".into()] },
            false => Subject::Score { threshold: None },
        };
        let classes = if of_classes { classes } else { vec![] };
        let options = TreeOptions { max_leaves: 5, min_leaf: 3, ..TreeOptions::default() };
        let fitting = fitting(&rows, &scores, &classes, subject, options);
        let all = fitting.all();
        let trees = fitting.grown(all.clone());
        let before = fitting.pruned(&trees, 5, &all);
        let mut after = before.clone();
        fitting.refine(&mut after, &all, 0.0);
        prop_assert!(fitting.wrong(&after, &all, 0.0) <= fitting.wrong(&before, &all, 0.0) + 1e-9);
        prop_assert_eq!(after.leaves(), before.leaves());
        prop_assert!(after.nodes.iter().all(|node| node.split.is_some() || node.rows >= 3));
        // What is said of a node is what the rows say that reach it.
        let reached = after.rows_by_node(rows.view());
        for (node, reached) in after.nodes.iter().zip(reached) {
            prop_assert_eq!(node.rows, reached.len());
            let mean = reached.iter().map(|i| scores[*i]).sum::<f64>() / reached.len() as f64;
            prop_assert!((node.mean - mean).abs() < 1e-9);
        }
    }

    /// A rounder threshold is taken only where neither all rows nor those that tune are copied less well.
    #[test]
    fn rounding_costs_nothing(seed in any::<u64>(), n in 20usize..80) {
        let (mut rows, scores) = rows(n, seed);
        rows.column_mut(1).mapv_inplace(|x| x * 1.01 + 0.003);
        let classes: Vec<usize> = scores.iter().map(|y| usize::from(*y > 4.0)).collect();
        let subject = Subject::Decision { classes: vec!["no".into(), "yes".into()] };
        let options = TreeOptions { max_leaves: 5, min_leaf: 2, ..TreeOptions::default() };
        let fitting = fitting(&rows, &scores, &classes, subject, options);
        let all = fitting.all();
        let tuning: Vec<u32> = all.iter().copied().filter(|row| fitting.part(*row) == 0).collect();
        let trees = fitting.grown(all.clone());
        let before = fitting.pruned(&trees, 5, &all);
        let mut after = before.clone();
        fitting.round(&mut after);
        fitting.count(&mut after, &all);
        for rows in [&all, &tuning] {
            prop_assert!(fitting.wrong(&after, rows, 0.0) <= fitting.wrong(&before, rows, 0.0));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// A tree of a score with a threshold copies neither scores nor decisions of the fitting rows less well than best-first
    /// growth does with as many leaves; without a threshold, and of classes, it copies what it pictures no less well.
    #[test]
    fn no_fit_is_below_best_first_growth(seed in any::<u64>(), n in 40usize..160, leaves in 2usize..7, what in 0usize..3) {
        let (rows, scores) = rows(n, seed);
        let classes: Vec<usize> = scores.iter().map(|y| usize::from(*y > 4.0)).collect();
        let (subject, classes) = match what {
            0 => (Subject::Score { threshold: None }, vec![]),
            1 => (Subject::Score { threshold: Some(4.0) }, classes),
            _ => (Subject::Decision { classes: vec!["no".into(), "yes".into()] }, classes),
        };
        let options = TreeOptions { max_leaves: leaves, min_leaf: 3, tuned: false, ..TreeOptions::default() };
        let fitting = fitting(&rows, &scores, &classes, subject.clone(), options);
        let all = fitting.all();
        let room = Room { leaves, depth: options.max_depth, min_leaf: 3, least: 0.0 };
        let grown = fitting.grow(all.clone(), room, &[]);
        let first: Vec<Option<usize>> = grown.iter().map(|node| (!node.splits.is_empty()).then_some(0)).collect();
        let plain = fitting.tree(&grown, &first, &all);
        let sample = Sample { rows: rows.view(), scores: &scores, classes: &classes, weights: &[] };
        let found = SurrogateTree::fit(details(), subject, sample, options).unwrap();
        prop_assert!(found.leaves() <= leaves);
        let wrong = |tree: &SurrogateTree, price| fitting.wrong(tree, &all, price);
        let (own, other) = (wrong(&found, 0.0), wrong(&plain, 0.0));
        prop_assert!(own <= other * (1.0 + 1e-9) + 1e-9, "{} {}", own, other);
        if what == 1 {
            let decisions = |tree| wrong(tree, 1.0) - wrong(tree, 0.0);
            prop_assert!(decisions(&found) <= decisions(&plain) + 1e-6);
        }
    }
}

/// What a question must be followed by is seen at the first level: two details tell little each on their own, and most
/// together.
#[test]
fn a_first_question_is_asked_for_what_follows() {
    let rows = Array2::from_shape_fn((400, 3), |(i, j)| match j {
        0 => (i % 2) as f64,
        1 => (i / 2 % 2) as f64,
        _ => ((i * 7) % 400) as f64,
    });
    let scores: Vec<f64> = rows
        .rows()
        .into_iter()
        .map(|row| 10.0 * f64::from(u8::from(row[0] != row[1])) + 0.02 * row[2] + row[0])
        .collect();
    let names = ["a", "b", "c"];
    let numbers = || (0..3).map(|j| Detail::number(names[j], j)).collect::<Vec<_>>();
    let sample = Sample { rows: rows.view(), scores: &scores, classes: &[], weights: &[] };
    let of = |thorough| {
        let options =
            TreeOptions { max_leaves: 4, tuned: false, thorough, ..TreeOptions::default() };
        let subject = Subject::Score { threshold: None };
        SurrogateTree::fit(numbers(), subject, sample, options).unwrap()
    };
    let off = |tree: &SurrogateTree| {
        let each = rows.rows().into_iter().zip(&scores);
        each.map(|(row, y)| (tree.score(&row.to_vec()) - y).powi(2)).sum::<f64>()
    };
    let (plain, thorough) = (of(false), of(true));
    assert_eq!(plain.nodes()[0].split.as_ref().map(|split| split.detail), Some(2));
    assert_ne!(thorough.nodes()[0].split.as_ref().map(|split| split.detail), Some(2));
    assert!(off(&thorough) < 0.5 * off(&plain), "{} {}", off(&thorough), off(&plain));
}

/// With several columns of targets the question found is no worse than those about a single class.
#[test]
fn three_classes_are_told_apart() {
    let (rows, scores) = rows(60, 3);
    let classes: Vec<usize> = scores.iter().map(|y| (*y / 3.0) as usize % 3).collect();
    let names = ["low", "middle", "high"].map(str::to_owned).to_vec();
    let options = TreeOptions { min_leaf: 2, max_leaves: 12, ..TreeOptions::default() };
    let fitting = fitting(&rows, &scores, &classes, Subject::Decision { classes: names }, options);
    let tree = {
        let trees = fitting.grown(fitting.all());
        fitting.best(&trees, 12, &fitting.all())
    };
    let wrong = fitting.wrong(&tree, &fitting.all(), 0.0);
    assert!(wrong < 0.5 * classes.iter().filter(|c| **c != 0).count() as f64, "{wrong}");
    assert!(tree.nodes.iter().all(|node| node.counts.iter().sum::<usize>() == node.rows));
}
