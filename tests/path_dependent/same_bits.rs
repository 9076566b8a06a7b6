//! The same bits on all instructions that this machine has, in every block, on every thread.

use klartext::attribution::{Explainer, Instructions, PathDependent, Precision};
use klartext::model::{Form, Model, ModelCard, TreeEnsemble};
use ndarray::{Array2, ArrayView2, Axis};
use proptest::prelude::*;

use crate::reference::{model, rows as table};
use crate::world::{card, ensemble, rows};

const PRECISIONS: [Precision; 2] = [Precision::Double, Precision::Single];

/// All numbers of rows, as bits.
fn bits(explainer: &dyn Explainer, rows: ArrayView2<f64>, outputs: &[usize]) -> Vec<u64> {
    let block = explainer.explain(rows, outputs).unwrap();
    let cells = explainer.interactions(rows, outputs).unwrap().unwrap();
    let cells = cells.iter().flatten().flatten();
    let cells = cells.flat_map(|(a, b, x)| [u64::from(*a), u64::from(*b), x.to_bits()]);
    let numbers = block.base_values.iter().chain(&block.values).map(|x| x.to_bits());
    numbers.chain(cells).collect()
}

fn same_everywhere(model: &TreeEnsemble, rows: &Array2<f64>, outputs: &[usize]) {
    for precision in PRECISIONS {
        let portable = *Instructions::all().last().unwrap();
        assert_eq!(portable.name(), "portable");
        let portable = PathDependent::with(model, precision, portable);
        let wanted = bits(&portable, rows.view(), outputs);
        for instructions in Instructions::all() {
            let prepared = PathDependent::with(model, precision, instructions);
            let found = bits(&prepared, rows.view(), outputs);
            assert!(found == wanted, "{precision:?} {}", instructions.name());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn instructions_do_not_matter_for_random_trees(model in ensemble(), rows in rows()) {
        same_everywhere(&model, &rows, &[1, 0]);
    }
}

const MODELS: [(&str, &str); 6] = [
    ("xgb_adult_100x6.json", "adult_num"),
    ("xgb_adult_catcodes.json", "adult_num"),
    ("xgb_injury_multi.json", "injury"),
    ("lgb_adult_cat.txt", "adult_num"),
    ("cb1210_multi_depthwise.json", "synthetic"),
    ("cb1210_ctr.cbm", "categories"),
];

#[test]
fn instructions_do_not_matter_for_models_of_the_libraries() {
    for (file, input) in MODELS {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!("{file}") };
        let input = table(loaded.model.as_ref(), &format!("{input}.X.csv"));
        // 19 rows: whole vectors of some instructions, and a rest.
        let input = input.select(Axis(0), &(0..19).collect::<Vec<_>>());
        same_everywhere(trees, &input, &(0..loaded.model.outputs()).collect::<Vec<_>>());
    }
}

#[test]
fn blocks_and_threads_do_not_matter() {
    let loaded = model("xgb_injury_multi.json");
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    let rows = table(loaded.model.as_ref(), "injury.X.csv");
    for precision in PRECISIONS {
        let prepared = PathDependent::with(trees, precision, Instructions::default());
        let whole = Explainer::explain(&prepared, rows.view(), &[0, 1, 2, 3]).unwrap();
        let in_blocks = |size: usize| {
            let blocks: Vec<_> = rows.axis_chunks_iter(Axis(0), size).collect();
            let explain = |rows| Explainer::explain(&prepared, rows, &[0, 1, 2, 3]).unwrap();
            let explain = &explain;
            let blocks: Vec<_> = std::thread::scope(|scope| {
                let threads = blocks.into_iter().map(|rows| scope.spawn(move || explain(rows)));
                let threads: Vec<_> = threads.collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            blocks.into_iter().flat_map(|block| block.values.into_iter()).collect::<Vec<f64>>()
        };
        for size in [1, 7, 64] {
            let found = in_blocks(size);
            let same = found.iter().zip(&whole.values).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same && found.len() == whole.values.len(), "{precision:?}, blocks of {size}");
        }
        // One class alone, and a row alone.
        let alone = prepared.explain(&rows.row(3).to_vec(), 2);
        for (f, value) in alone.values.iter().enumerate() {
            assert_eq!(value.to_bits(), whole.values[(3, 2, f)].to_bits());
        }
    }
}

/// Exact scores of blocks are those of the model, bit for bit.
#[test]
fn scores_of_blocks_are_the_models() {
    for (file, input) in MODELS {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!("{file}") };
        let input = table(loaded.model.as_ref(), &format!("{input}.X.csv"));
        same_scores(file, trees, loaded.model.as_ref(), &input);
    }
}

fn same_scores(name: &str, trees: &TreeEnsemble, model: &dyn Model, rows: &Array2<f64>) {
    let outputs: Vec<usize> = (0..model.outputs()).rev().collect();
    let mut wanted = vec![0.0; model.outputs()];
    for precision in PRECISIONS {
        let prepared = PathDependent::with(trees, precision, Instructions::default());
        let found = prepared.explained(model, rows.view(), &outputs);
        for (row, found) in rows.rows().into_iter().zip(found.rows()) {
            model.exact(&row.to_vec(), &mut wanted);
            for (output, found) in outputs.iter().zip(found) {
                assert_eq!(found.to_bits(), wanted[*output].to_bits(), "{name} {precision:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scores_of_blocks_are_those_of_random_trees(model in ensemble(), rows in rows()) {
        same_scores("random", &model, &model, &rows);
    }
}

/// A points table has no prediction for some rows.
#[test]
fn rows_without_a_prediction_have_no_score() {
    let model = Refusing(TreeEnsemble { card: card(2), ..TreeEnsemble::default() });
    let rows = Array2::from_shape_vec((2, 2), vec![f64::NAN, 0.0, 1.0, 2.0]).unwrap();
    let found = PathDependent::new(&model.0).explained(&model, rows.view(), &[0]);
    assert!(found[(0, 0)].is_nan() && found[(1, 0)] == 0.0);
}

/// Trees that a row with a missing value has no score from.
#[derive(Debug)]
struct Refusing(TreeEnsemble);

impl Model for Refusing {
    fn card(&self) -> &ModelCard {
        &self.0.card
    }

    fn outputs(&self) -> usize {
        1
    }

    fn raw(&self, row: &[f64], out: &mut [f64]) {
        self.exact(row, out);
    }

    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.0.exact(row, out);
        if row.iter().any(|x| x.is_nan()) {
            out.fill(f64::NAN);
        }
    }

    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }

    fn form(&self) -> Form<'_> {
        Form::Trees(&self.0)
    }
}
