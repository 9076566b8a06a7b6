//! The promise of exports: a tree written as PMML or ONNX, read again by this program, says of every row what the tree says.

use klartext::model::{Model, from_bytes};
use klartext::surrogate::{Sample, Subject, SurrogateTree, TreeOptions};
use ndarray::Array2;
use proptest::prelude::*;

use super::tree::{cases, details, fit, three};

const COLUMNS: [&str; 6] = ["f0", "f1", "f2", "f3", "f4", "f5"];

fn columns() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

fn options() -> TreeOptions {
    TreeOptions { max_leaves: 12, min_leaf: 4, tuned: false, ..TreeOptions::default() }
}

/// What a file says of a row of all columns: categories are the places of their names in the file.
fn predicted(model: &dyn Model, row: &[f64]) -> Vec<f64> {
    let card = model.card();
    let own: Vec<f64> = card
        .features
        .iter()
        .map(|name| row[COLUMNS.iter().position(|column| column == name).unwrap()])
        .collect();
    let (mut raw, mut value) = (vec![0.0; model.outputs()], vec![0.0; model.outputs()]);
    model.raw(&own, &mut raw);
    model.value(&raw, &mut value);
    value
}

fn check(tree: &SurrogateTree, bytes: &[u8], rows: &Array2<f64>, name: &str, tolerance: f64) {
    let model = from_bytes(name, bytes).unwrap_or_else(|faults| panic!("{name}: {faults}"));
    for row in rows.rows() {
        let row = row.to_vec();
        let found = predicted(&*model, &row);
        let leaf = &tree.nodes()[tree.leaf(&row)];
        let expected: Vec<f64> = match tree.subject() {
            Subject::Score { .. } => vec![leaf.mean],
            Subject::Decision { .. } => {
                leaf.counts.iter().map(|count| *count as f64 / leaf.rows as f64).collect()
            }
        };
        // A classifier of two classes gives the share of the second, or both.
        let expected = match (found.len(), expected.as_slice()) {
            (1, [_, second]) => vec![*second],
            _ => expected,
        };
        assert_eq!(found.len(), expected.len(), "{name}");
        for (a, b) in found.iter().zip(&expected) {
            let off = (a - b).abs() <= tolerance * (1.0 + b.abs());
            assert!(off, "{name}: {row:?}: {found:?}, not {expected:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_says_the_same(seed in any::<u64>()) {
        let (rows, scores, classes) = cases(300, seed);
        let (others, ..) = cases(300, seed ^ 1);
        let score = fit(&rows, &scores, &[], Subject::Score { threshold: None }, options());
        let decision = fit(&rows, &scores, &classes, three(), options());
        let two: Vec<usize> = classes.iter().map(|class| usize::from(*class == 1)).collect();
        let pair = Subject::Decision { classes: vec!["no".into(), "yes".into()] };
        let pair = fit(&rows, &scores, &two, pair, options());
        prop_assert!(score.leaves() == 12);
        for tree in [score, decision, pair] {
            let pmml = tree.to_pmml(&columns()).unwrap();
            let onnx = tree.to_onnx(6).unwrap();
            for rows in [&rows, &others] {
                check(&tree, pmml.as_bytes(), rows, "tree.pmml", 1e-12);
                // Single precision, as the operators have it.
                check(&tree, &onnx, rows, "tree.onnx", 1e-6);
            }
        }
    }
}

/// A tree of one leaf, and one that asks for a category that the model does not know.
#[test]
fn what_a_file_cannot_hold_is_refused() {
    let (mut rows, scores, _) = cases(100, 2);
    let leaf = fit(&rows, &[1.5; 100], &[], Subject::Score { threshold: None }, options());
    assert_eq!(leaf.leaves(), 1);
    check(&leaf, leaf.to_pmml(&columns()).unwrap().as_bytes(), &rows, "leaf.pmml", 0.0);
    check(&leaf, &leaf.to_onnx(6).unwrap(), &rows, "leaf.onnx", 1e-6);
    // Half of the rows have a category beyond the names, and only these are high.
    let high: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 2 == 0))).collect();
    for (i, mut row) in rows.rows_mut().into_iter().enumerate() {
        row[2] = if i % 2 == 0 { 9.0 } else { 1.0 };
    }
    let sample = Sample { rows: rows.view(), scores: &high, classes: &[], weights: &[] };
    let tree = SurrogateTree::fit(details(), Subject::Score { threshold: None }, sample, options());
    let tree = tree.unwrap();
    assert_eq!(scores.len(), 100);
    let code = |found: Result<(), klartext::fault::Faults>| found.unwrap_err().0[0].code;
    let names_it = tree.nodes().iter().filter_map(|n| n.split.as_ref()).any(|s| s.detail == 2);
    assert!(names_it);
    if let klartext::surrogate::Ask::OneOf(places) = &tree.nodes()[0].split.as_ref().unwrap().ask
        && places.contains(&4)
    {
        assert_eq!(code(tree.to_pmml(&columns()).map(|_| ())), "R37");
        assert_eq!(code(tree.to_onnx(6).map(|_| ())), "R37");
    } else {
        check(&tree, tree.to_pmml(&columns()).unwrap().as_bytes(), &rows, "other.pmml", 1e-12);
    }
}
