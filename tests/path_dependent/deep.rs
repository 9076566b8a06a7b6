//! Deep paths, with players that come again: more quadrature points than one pass over a tree has.

use klartext::attribution::{Explainer, Instructions, PathDependent, Precision};
use klartext::model::{Comparison, FloatWidth, MissingRule, Node, Split, Tree, TreeEnsemble};
use ndarray::Array2;

use crate::world::card;

/// A generator of numbers in [0, 1), the same every time (Numerical Recipes' linear congruence).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A chain of splits on features that come in turn, then again; each has a leaf on one side.
fn chain(depth: usize, features: usize, numbers: &mut Numbers) -> Tree {
    let mut nodes = vec![];
    for d in 0..depth {
        let split = Split::Threshold {
            at: numbers.next(),
            less: Comparison::Less,
            missing: MissingRule::NanLeft,
        };
        let (feature, at) = ((d % features) as u32, nodes.len() as u32);
        let cover = (depth - d) as f64 + 1.0;
        let inner =
            |right| Node::Inner { feature, split: split.clone(), left: at + 1, right, cover };
        let leaf = Node::Leaf { value: numbers.next() - 0.5, cover: 1.0 };
        if d % 3 == 0 {
            // The leaf is on the right: it comes after all that is below.
            nodes.push(inner(u32::MAX));
        } else {
            nodes.push(inner(at + 2));
            nodes.push(leaf);
        }
    }
    nodes.push(Node::Leaf { value: 2.0, cover: 1.0 });
    for at in (0..nodes.len()).rev() {
        let next = nodes.len() as u32;
        if let Node::Inner { right, .. } = &mut nodes[at]
            && *right == u32::MAX
        {
            *right = next;
            nodes.push(Node::Leaf { value: numbers.next() - 0.5, cover: 1.0 });
        }
    }
    Tree { output: 0, nodes }
}

/// Leaf by leaf, each player once, and the product of the other factors multiplied out: no quadrature.
fn leaf_by_leaf(tree: &Tree, row: &[f64]) -> Vec<f64> {
    let mut values = vec![0.0; row.len()];
    let mut open = vec![(0usize, Vec::<(u32, bool, f64)>::new())];
    while let Some((at, path)) = open.pop() {
        match &tree.nodes[at] {
            Node::Inner { feature, split, left, right, .. } => {
                let goes = split.goes_left(row[*feature as usize]);
                let cover = |at: &u32| tree.nodes[*at as usize].cover();
                let share = cover(left) / (cover(left) + cover(right));
                for (at, goes, share) in [(left, goes, share), (right, !goes, 1.0 - share)] {
                    let mut path = path.clone();
                    match path.iter_mut().find(|edge| edge.0 == *feature) {
                        Some((_, all, merged)) => (*all, *merged) = (*all && goes, *merged * share),
                        None => path.push((*feature, goes, share)),
                    }
                    open.push((*at as usize, path));
                }
            }
            Node::Leaf { value, .. } => {
                for (feature, satisfied, share) in &path {
                    // Coefficients of Π [(1−p) b + p s] in the Bernstein basis: c[j] belongs to p^j (1−p)^(n−j).
                    let mut c = vec![1.0];
                    for (_, s, b) in path.iter().filter(|edge| edge.0 != *feature) {
                        let mut next = vec![0.0; c.len() + 1];
                        for (j, x) in c.iter().enumerate() {
                            next[j] += x * b;
                            next[j + 1] += x * f64::from(u8::from(*s));
                        }
                        c = next;
                    }
                    // ∫ p^j (1−p)^(n−j) dp = 1 / ((n+1) C(n, j))
                    let n = c.len() - 1;
                    let mut choose = 1.0;
                    let mut sum = 0.0;
                    for (j, x) in c.iter().enumerate() {
                        sum += x / ((n + 1) as f64 * choose);
                        choose = choose * (n - j) as f64 / (j + 1) as f64;
                    }
                    values[*feature as usize] +=
                        value * (f64::from(u8::from(*satisfied)) - share) * sum;
                }
            }
            Node::Sloped(_) => unreachable!(),
        }
    }
    values
}

#[test]
fn depth_31_with_players_that_come_again_stays_exact() {
    let mut numbers = Numbers(7);
    for features in [5, 13, 23, 31] {
        let trees: Vec<Tree> = (0..3).map(|_| chain(31, features, &mut numbers)).collect();
        for tree in &trees {
            assert_eq!(tree.extent().0, 31);
            assert_eq!(Tree::arranged(0, &tree.nodes, features).as_ref(), Ok(tree));
        }
        let model = TreeEnsemble {
            card: card(features),
            trees,
            width: FloatWidth::Double,
            ..TreeEnsemble::default()
        };
        // Rows that go far down, and others.
        let rows = Array2::from_shape_fn((70, features), |(r, f)| match (r + f) % 11 {
            0 => f64::NAN,
            1..4 => -1.0,
            _ => numbers.next(),
        });
        for precision in [Precision::Double, Precision::Single] {
            let prepared = PathDependent::with(&model, precision, Instructions::default());
            let block = Explainer::explain(&prepared, rows.view(), &[0]).unwrap();
            for (r, row) in rows.rows().into_iter().enumerate() {
                let row = row.to_vec();
                let mut wanted = vec![0.0; features];
                for tree in &model.trees {
                    let own = leaf_by_leaf(tree, &row);
                    wanted.iter_mut().zip(own).for_each(|(sum, x)| *sum += x);
                }
                let tolerance = if precision == Precision::Double { 1e-13 } else { 1e-5 };
                for (f, wanted) in wanted.iter().enumerate() {
                    let error = (block.values[(r, 0, f)] - wanted).abs();
                    assert!(error < tolerance, "{features} features, row {r}, {f}: {error:e}");
                }
                let found = prepared.explain(&row, 0);
                assert!(found.residual(&model, &row, 0) <= prepared.tolerance());
            }
        }
    }
}

#[test]
fn a_path_of_thousands_of_splits_needs_no_stack() {
    let mut numbers = Numbers(3);
    let model = TreeEnsemble {
        card: card(9),
        trees: vec![chain(20_000, 9, &mut numbers)],
        ..TreeEnsemble::default()
    };
    let row: Vec<f64> = (0..9).map(|_| numbers.next()).collect();
    let found = PathDependent::new(&model).explain(&row, 0);
    assert!(found.residual(&model, &row, 0) <= 1e-9);
}
