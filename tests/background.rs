//! Promise: attributions against a background cost the same whatever its size, and are the same bits whatever the block
//! that a row is in: tables are an acceleration, not an approximation. Interaction values agree with the definition of
//! the Shapley interaction index over all coalitions, and a feature's row of them adds up to its value.

mod reference;

use klartext::attribution::{Explainer, Interactions, Interventional, exact_score};
use std::sync::Arc;

use klartext::model::{
    Comparison, Form, MissingRule, Model, ModelCard, Node, Rule, Slope, Split, Tree, TreeEnsemble,
};
use ndarray::{Array2, ArrayView2, Axis};
use proptest::prelude::*;

/// Numbers from a seed; what is drawn does not matter, only that it is the same everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// A cell of a table: a small number, a half, a tiny one, or missing.
    fn cell(&mut self) -> f64 {
        self.one_of(&[f64::NAN, 0.0, -0.0, 1e-36, 1.0, 2.0, 3.0, 0.5, -1.0, 2.5, 7.0])
    }

    fn rows(&mut self, rows: usize, features: usize) -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, features), || self.cell())
    }

    fn split(&mut self) -> Split {
        use MissingRule::{NanIsZero, NanLeft, NanRight, ZeroLeft, ZeroRight};
        match self.below(6) {
            0 => Split::Categories {
                set: (0..4).filter(|_| self.below(2) == 0).collect(),
                member_left: self.below(2) == 0,
                missing_left: self.below(2) == 0,
                invalid_left: self.below(2) == 0,
            },
            1 => Split::Members {
                set: [-1.0, 0.5, 2.0].into_iter().filter(|_| self.below(2) == 0).collect(),
                member_left: self.below(2) == 0,
                missing_left: self.below(2) == 0,
            },
            _ => Split::Threshold {
                at: self.one_of(&[-0.0, 0.0, 0.5, 1.0, 2.0, 3.0, f64::INFINITY, f64::NEG_INFINITY]),
                less: self.one_of(&[Comparison::Less, Comparison::LessOrEqual]),
                missing: self.one_of(&[NanLeft, NanRight, NanIsZero, ZeroLeft, ZeroRight]),
            },
        }
    }

    /// Appends a tree in preorder.
    fn tree(&mut self, features: u32, depth: u32, sloped: bool, nodes: &mut Vec<Node>) {
        if depth == 0 || self.below(8) == 0 {
            let value = self.below(80) as f64 / 8.0 - 5.0;
            let terms = || (0..2).map(|f| (f, f64::from(f) + 0.25)).collect();
            nodes.push(match sloped && self.below(3) == 0 {
                true => Node::Sloped(Box::new(Slope {
                    fallback: value,
                    constant: 1.5 - value,
                    terms: terms(),
                    cover: 1.0,
                })),
                false => Node::Leaf { value, cover: 1.0 },
            });
            return;
        }
        let (at, feature, split) =
            (nodes.len(), self.below(u64::from(features)) as u32, self.split());
        nodes.push(Node::Leaf { value: 0.0, cover: 0.0 });
        self.tree(features, depth - 1, sloped, nodes);
        let right = nodes.len() as u32;
        self.tree(features, depth - 1, sloped, nodes);
        nodes[at] = Node::Inner { feature, split, left: at as u32 + 1, right, cover: 2.0 };
    }

    fn ensemble(&mut self, features: u32, depth: u32, sloped: bool) -> TreeEnsemble {
        let trees = (0..self.below(5)).map(|_| {
            let mut nodes = Vec::new();
            self.tree(features, depth, sloped, &mut nodes);
            Tree { output: self.below(2) as usize, nodes }
        });
        let trees = trees.collect();
        ensemble(features as usize, trees, self.one_of(&[1.0, 3.0]))
    }
}

fn ensemble(features: usize, trees: Vec<Tree>, divisor: f64) -> TreeEnsemble {
    TreeEnsemble {
        card: ModelCard {
            features: (0..features).map(|f| format!("x{f}")).collect(),
            ..ModelCard::default()
        },
        trees,
        base: vec![0.25, -1.5],
        divisor,
        ..TreeEnsemble::default()
    }
}

/// The values of a block, its rows explained in parts of a length.
fn in_parts(explainer: &Interventional, rows: ArrayView2<f64>, length: usize) -> Vec<Vec<u64>> {
    let parts = rows.axis_chunks_iter(Axis(0), length);
    let block = |part| Explainer::explain(explainer, part, &[1, 0]).unwrap();
    let bits = |values: ndarray::ArrayView2<f64>| values.iter().map(|x| x.to_bits()).collect();
    parts.flat_map(|part| block(part).values.outer_iter().map(bits).collect::<Vec<_>>()).collect()
}

fn same_bits(explainer: &Interventional, rows: ArrayView2<f64>) {
    let single: Vec<Vec<u64>> = rows
        .rows()
        .into_iter()
        .map(|row| {
            let row = row.to_vec();
            let of = |k| explainer.explain(&row, k).values.into_iter().map(f64::to_bits);
            of(1).chain(of(0)).collect()
        })
        .collect();
    for length in [11, 150, 1, 300] {
        assert_eq!(in_parts(explainer, rows, length), single, "parts of {length} rows");
    }
}

/// The interaction indices of all pairs by their definition: Σ_S |S|! (n−|S|−2)!/(n−1)! of the second difference.
fn by_definition(
    model: &dyn Model,
    row: &[f64],
    background: ArrayView2<f64>,
    k: usize,
) -> Array2<f64> {
    let n = row.len();
    let factorial = |n: usize| (1..=n).map(|x| x as f64).product::<f64>();
    let game: Vec<f64> = (0..1u32 << n)
        .map(|set| {
            let score = |other: ndarray::ArrayView1<f64>| {
                let of = |f: usize| if set >> f & 1 == 1 { row[f] } else { other[f] };
                exact_score(model, &(0..n).map(of).collect::<Vec<_>>(), k)
            };
            background.rows().into_iter().map(score).sum::<f64>() / background.nrows() as f64
        })
        .collect();
    let mut cells = Array2::zeros((n, n));
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|(i, j)| i != j) {
        let (a, b) = (1usize << i, 1usize << j);
        for set in (0..1usize << n).filter(|set| set & (a | b) == 0) {
            let size = set.count_ones() as usize;
            let weight = factorial(size) * factorial(n - size - 2) / factorial(n - 1) / 2.0;
            cells[[i, j]] +=
                weight * (game[set | a | b] - game[set | a] - game[set | b] + game[set]);
        }
    }
    cells
}

/// The cells off the diagonal are the definition's, the matrix is symmetric and sparse, its rows are the values.
fn check_cells(cells: &Interactions, definition: Option<&Array2<f64>>, values: &[f64]) {
    let scale = values.iter().fold(1.0f64, |most, x| most.max(x.abs()));
    let n = values.len();
    let mut matrix = Array2::<f64>::zeros((n, n));
    assert!(cells.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)), "ascending, each once");
    for (a, b, value) in cells {
        assert!(*value != 0.0);
        matrix[[*a as usize, *b as usize]] = *value;
    }
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
        assert!((matrix[[i, j]] - matrix[[j, i]]).abs() <= 1e-12 * scale);
        if let Some(definition) = definition.filter(|_| i != j) {
            let (found, wanted) = (matrix[[i, j]], definition[[i, j]]);
            assert!((found - wanted).abs() <= 1e-11 * scale, "{i} {j}: {found} {wanted}");
        }
    }
    for (row, value) in matrix.rows().into_iter().zip(values) {
        assert!((row.sum() - value).abs() <= 1e-11 * scale, "{} {value}", row.sum());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rows_bits_depend_neither_on_its_block_nor_on_tables(seed in any::<u64>(), others in 1usize..40) {
        let mut draw = Draw(seed);
        let model = draw.ensemble(6, 6, seed % 4 == 0);
        let background = draw.rows(others, 6);
        let explainer = Interventional::new(&model, background.view()).unwrap();
        same_bits(&explainer, draw.rows(300, 6).view());
    }

    #[test]
    fn interactions_follow_their_definition(seed in any::<u64>(), others in 1usize..6) {
        against_the_definition(seed, others);
    }
}

fn against_the_definition(seed: u64, others: usize) {
    let mut draw = Draw(seed);
    let model = draw.ensemble(5, 5, seed & 1 == 0);
    let background = draw.rows(others, 5);
    let explainer = Interventional::new(&model, background.view()).unwrap();
    let rows = draw.rows(3, 5);
    let found = explainer.interactions(rows.view(), &[0, 1]).unwrap().unwrap();
    for (row, found) in rows.rows().into_iter().zip(found) {
        for (k, cells) in found.iter().enumerate() {
            let row = row.to_vec();
            let definition = by_definition(&model, &row, background.view(), k);
            check_cells(cells, Some(&definition), &explainer.explain(&row, k).values);
        }
    }
}

/// An ensemble with thresholds at 0 and at −0, which once were ranked as two numbers.
#[test]
fn both_zeros_are_one_threshold() {
    against_the_definition(3_274_139_338_808_167_343, 1);
}

/// Models of the libraries themselves: categories, statistics of combinations, several outputs, linear leaves, forests.
#[test]
fn blocks_and_interactions_of_real_models() {
    let models = [
        ("xgb_adult_100x6.json", "adult_num"),
        ("xgb_injury_multi.json", "injury"),
        ("cb1210_ctr.cbm", "categories"),
        ("cb1210_ctr_multi.cbm", "categories"),
        ("cb1210_multi.json", "synthetic"),
    ];
    for (name, data) in models {
        let loaded = reference::model(name);
        let model = loaded.model.as_ref();
        let Form::Trees(_) = model.form() else { panic!("trees") };
        let rows = reference::rows(model, &format!("{data}.X.csv"));
        let explainer =
            Interventional::new(model, rows.slice_axis(Axis(0), (0..40).into())).unwrap();
        let outputs: Vec<usize> = (0..model.outputs()).collect();
        let block = Explainer::explain(&explainer, rows.view(), &outputs).unwrap();
        let few = rows.slice_axis(Axis(0), (0..9).into());
        let cells = explainer.interactions(few, &outputs).unwrap().unwrap();
        for (r, row) in rows.rows().into_iter().enumerate() {
            for k in &outputs {
                let single = explainer.explain(&row.to_vec(), *k);
                let values = block.values.index_axis(Axis(0), r);
                assert_eq!(values.index_axis(Axis(0), *k).to_vec(), single.values, "{name}");
                if let Some(cells) = cells.get(r) {
                    check_cells(&cells[*k], None, &single.values);
                }
            }
        }
    }
}

/// What a model with derived columns gives its players, by the definition: a feature switches its own column, a
/// combination the columns that are credited to it; then what a combination gets is shared equally.
struct Combined<'m> {
    trees: &'m TreeEnsemble,
    /// By column: its player.
    of: Vec<usize>,
    /// By player: the features that share what it gets.
    players: Vec<Vec<usize>>,
}

impl<'m> Combined<'m> {
    fn new(trees: &'m TreeEnsemble) -> Self {
        let features = trees.card.features.len();
        let mut players: Vec<Vec<usize>> = (0..features).map(|f| vec![f]).collect();
        let mut of: Vec<usize> = (0..features).collect();
        for derived in &trees.derived {
            let shared: Vec<usize> = derived.credited().iter().map(|f| *f as usize).collect();
            let known = players.iter().position(|player| *player == shared);
            of.push(known.unwrap_or(players.len()));
            if known.is_none() {
                players.push(shared);
            }
        }
        Combined { trees, of, players }
    }

    /// The score where the players of a set have the row's columns, and the others those of a background row.
    fn score(&self, seen: &[f64], other: &[f64], set: usize, k: usize) -> f64 {
        let value = |c: usize| if set >> self.of[c] & 1 == 1 { seen[c] } else { other[c] };
        let own = self.trees.trees.iter().filter(|tree| tree.output == k);
        own.map(|tree| tree.leaf(value)).sum::<f64>() / self.trees.divisor + self.trees.base[k]
    }

    /// The matrix of features: off the diagonal half the interaction indices, on it what they leave of the values.
    fn matrix(&self, row: &[f64], background: ArrayView2<f64>, k: usize) -> Array2<f64> {
        let (n, seen) = (self.players.len(), self.trees.row(row));
        let others: Vec<Vec<f64>> =
            background.rows().into_iter().map(|z| self.trees.row(&z.to_vec())).collect();
        let game = |set: usize| {
            let sum: f64 = others.iter().map(|z| self.score(&seen, z, set, k)).sum();
            sum / others.len() as f64
        };
        let game: Vec<f64> = (0..1usize << n).map(game).collect();
        let factorial = |n: usize| (1..=n).map(|x| x as f64).product::<f64>();
        let mut cells = Array2::<f64>::zeros((n, n));
        for i in 0..n {
            let a = 1usize << i;
            for set in (0..1usize << n).filter(|set| set & a == 0) {
                let size = set.count_ones() as usize;
                let weight = factorial(size) * factorial(n - size - 1) / factorial(n);
                cells[[i, i]] += weight * (game[set | a] - game[set]);
            }
        }
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|(i, j)| i != j) {
            let (a, b) = (1usize << i, 1usize << j);
            for set in (0..1usize << n).filter(|set| set & (a | b) == 0) {
                let size = set.count_ones() as usize;
                let weight = factorial(size) * factorial(n - size - 2) / factorial(n - 1) / 2.0;
                cells[[i, j]] +=
                    weight * (game[set | a | b] - game[set | a] - game[set | b] + game[set]);
            }
        }
        for i in 0..n {
            let own = (0..n).filter(|j| *j != i).map(|j| cells[[i, j]]).sum::<f64>();
            cells[[i, i]] -= own;
        }
        let features = row.len();
        let mut shared = Array2::zeros((features, features));
        for ((i, j), cell) in cells.indexed_iter() {
            let (of_i, of_j) = (&self.players[i], &self.players[j]);
            for (f, g) in of_i.iter().flat_map(|f| of_j.iter().map(move |g| (*f, *g))) {
                shared[[f, g]] += cell / (of_i.len() * of_j.len()) as f64;
            }
        }
        shared
    }
}

/// A column's rule that credits all its sources.
#[derive(Debug)]
struct CreditsAll(Arc<dyn Rule>);

impl Rule for CreditsAll {
    fn value(&self, sources: &[f64]) -> f64 {
        self.0.value(sources)
    }
}

/// Statistics of combinations, credited to one category as CatBoost does or to all sources: interactions are those of
/// the game that is documented, cell by cell.
#[test]
fn interactions_of_combinations_follow_their_definition() {
    for (name, credits_all) in
        [("cb1210_ctr.cbm", false), ("cb1210_ctr.cbm", true), ("cb1210_ctr_multi.cbm", true)]
    {
        let loaded = reference::model(name);
        let Form::Trees(trees) = loaded.model.form() else { panic!("trees") };
        let mut trees = trees.clone();
        for column in trees.derived.iter_mut().filter(|_| credits_all) {
            column.rule = column.rule.take().map(|rule| Arc::new(CreditsAll(rule)) as _);
        }
        let combined = Combined::new(&trees);
        assert!(combined.of.len() > trees.card.features.len(), "derived columns");
        assert_eq!(combined.players.len() > trees.card.features.len(), credits_all);
        let rows = reference::rows(loaded.model.as_ref(), "categories.X.csv");
        let background = rows.slice_axis(Axis(0), (0..3).into());
        let explainer = Interventional::new(&trees, background).unwrap();
        let outputs: Vec<usize> = (0..trees.base.len()).collect();
        let few = rows.slice_axis(Axis(0), (7..10).into());
        let found = explainer.interactions(few, &outputs).unwrap().unwrap();
        for (row, found) in few.rows().into_iter().zip(found) {
            for (k, cells) in found.iter().enumerate() {
                let mut rest = combined.matrix(&row.to_vec(), background, k);
                let scale = rest.iter().fold(1.0f64, |most, x| most.max(x.abs()));
                for (f, g, value) in cells {
                    rest[[*f as usize, *g as usize]] -= value;
                }
                assert!(rest.iter().all(|x| x.abs() <= 1e-10 * scale), "{name} {rest}");
            }
        }
    }
}

/// A row against each background row by itself: which leaves count, and the weights of the formula as plain products.
fn one_by_one(model: &TreeEnsemble, row: &[f64], background: ArrayView2<f64>) -> Vec<f64> {
    let mut values = vec![0.0; row.len()];
    let weight =
        |a: usize, b: usize| (1..=b).map(|i| i as f64 / (a + i) as f64).product::<f64>() / a as f64;
    for other in background.rows() {
        for tree in &model.trees {
            let mut open = vec![(0usize, vec![])];
            while let Some((at, path)) = open.pop() {
                match &tree.nodes[at] {
                    Node::Inner { feature, split, left, right, .. } => {
                        let f = *feature as usize;
                        let sides = (split.goes_left(row[f]), split.goes_left(other[f]));
                        for (child, side) in [(left, true), (right, false)] {
                            let mut path: Vec<(usize, bool, bool)> = path.clone();
                            path.push((f, sides.0 == side, sides.1 == side));
                            // Neither of the two gets here.
                            let all = |of: fn(&(usize, bool, bool)) -> bool| {
                                path.iter().filter(|p| p.0 == f).all(of)
                            };
                            if all(|p| p.1) || all(|p| p.2) {
                                open.push((*child as usize, path));
                            }
                        }
                    }
                    Node::Leaf { value, .. } => {
                        let mut players: Vec<usize> = path.iter().map(|p| p.0).collect();
                        players.sort_unstable();
                        players.dedup();
                        let has = |f: usize, of: fn(&(usize, bool, bool)) -> bool| {
                            path.iter().filter(|p| p.0 == f).all(of)
                        };
                        let only_row: Vec<usize> =
                            players.iter().copied().filter(|f| !has(*f, |p| p.2)).collect();
                        let only_other: Vec<usize> =
                            players.iter().copied().filter(|f| !has(*f, |p| p.1)).collect();
                        let (a, b) = (only_row.len(), only_other.len());
                        only_row.iter().for_each(|f| values[*f] += value * weight(a, b));
                        only_other.iter().for_each(|f| values[*f] -= value * weight(b, a));
                    }
                    Node::Sloped(_) => unreachable!("not drawn"),
                }
            }
        }
    }
    let scale = background.nrows() as f64 * model.divisor;
    values.iter().map(|value| value / scale).collect()
}

/// A path with a leaf at every step; which feature a step asks, `feature` says.
fn ladder(steps: u32, feature: impl Fn(u32) -> u32, draw: &mut Draw) -> Tree {
    let mut nodes = Vec::new();
    for step in 0..steps {
        let at = f64::from(step % 5) - 1.0;
        let (less, missing) = (Comparison::Less, MissingRule::NanLeft);
        let split = Split::Threshold { at, less, missing };
        let (left, right) = (2 * step + 1, 2 * step + 2);
        nodes.push(Node::Inner { feature: feature(step), split, left, right, cover: 1.0 });
        nodes.push(Node::Leaf { value: draw.below(9) as f64 - 4.0, cover: 1.0 });
    }
    nodes.push(Node::Leaf { value: 3.0, cover: 1.0 });
    Tree { output: 0, nodes }
}

#[test]
fn deep_trees_are_exact_too() {
    let mut draw = Draw(7);
    // Depth 31 of 9 features, each again and again; 64 features on one path; both.
    for (features, steps) in [(9, 31), (64, 64), (30, 90)] {
        let trees = vec![
            ladder(steps, |step| step % features, &mut draw),
            ladder(steps, |step| (step * 5 + 1) % features, &mut draw),
        ];
        let model = ensemble(features as usize, trees, 2.0);
        let background = draw.rows(50, features as usize);
        let explainer = Interventional::new(&model, background.view()).unwrap();
        let rows = draw.rows(40, features as usize);
        let block = Explainer::explain(&explainer, rows.view(), &[0]).unwrap();
        for (row, found) in rows.rows().into_iter().zip(block.values.outer_iter()) {
            let row = row.to_vec();
            let wanted = one_by_one(&model, &row, background.view());
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
            }
            let single = explainer.explain(&row, 0);
            assert_eq!(single.values, found.iter().copied().collect::<Vec<_>>());
            assert!(single.residual(&model, &row, 0) < 1e-12);
        }
        let cells = explainer.interactions(rows.view(), &[0]).unwrap().unwrap();
        for (cells, values) in cells.iter().zip(block.values.outer_iter()) {
            check_cells(&cells[0], None, &values.iter().copied().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_hundred_thousand_background_rows_weigh_as_often_as_they_come() {
    let mut draw = Draw(3);
    let model = draw.ensemble(6, 4, true);
    let (kinds, rows) = (draw.rows(10, 6), draw.rows(20, 6));
    let many = Array2::from_shape_fn((100_000, 6), |(r, f)| kinds[[r % 10, f]]);
    let few = Interventional::new(&model, kinds.view()).unwrap();
    let many = Interventional::new(&model, many.view()).unwrap();
    let few = Explainer::explain(&few, rows.view(), &[0, 1]).unwrap();
    let many = Explainer::explain(&many, rows.view(), &[0, 1]).unwrap();
    for (few, many) in few.values.iter().zip(&many.values) {
        assert!((few - many).abs() < 1e-11, "{few} {many}");
    }
    for (few, many) in few.base_values.iter().zip(&many.base_values) {
        assert!((few - many).abs() < 1e-10, "{few} {many}");
    }
}
