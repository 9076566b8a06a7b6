//! What must hold whatever the bytes are: a file is refused with faults that say something, or it is a model whose
//! numbers hold together. The fuzz targets run it, and the tests replay the corpus through it (`tests/hostile`).

use klartext::attribution::{Interventional, PathDependent};
use klartext::fault::Faults;
use klartext::model::{
    FeatureKind, Form, Link, Model, Node, Split, TreeEnsemble, Unseen, from_bytes,
};
use klartext::table::{Separator, table_from_bytes};
use ndarray::Array2;

/// Reads a model and puts it to the proof; whether it was read.
pub fn model(bytes: &[u8]) -> bool {
    match from_bytes("m", bytes) {
        Ok(model) => {
            sound(model.as_ref());
            true
        }
        Err(faults) => {
            told(&faults);
            false
        }
    }
}

/// Reads a table under a name that decides its format; whether it was read.
pub fn table(name: &str, bytes: &[u8]) -> bool {
    match table_from_bytes(name, bytes, Separator::Detect) {
        Ok(table) => {
            assert!(!table.rows.is_empty());
            assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
            // Records that a carriage return alone ends stand in one line.
            assert!(table.rows.windows(2).all(|pair| pair[0].line <= pair[1].line));
            for comma in [false, true] {
                let numbers = table.numbers(&table.columns, comma);
                assert_eq!(numbers.values.dim(), (table.rows.len(), table.columns.len()));
                assert!(numbers.values.iter().all(|x| !x.is_infinite()));
            }
            true
        }
        Err(faults) => {
            told(&faults);
            false
        }
    }
}

/// A refusal says what was found, what was expected and what to do.
fn told(faults: &Faults) {
    assert!(!faults.0.is_empty(), "refused without a fault");
    for fault in &faults.0 {
        assert!(!fault.found.is_empty() && !fault.expected.is_empty() && !fault.mend.is_empty());
        assert!(
            fault.found.len() < 10_000,
            "{}: a message of {} bytes",
            fault.code,
            fault.found.len()
        );
    }
    assert!(faults.to_string().chars().all(|c| c == '\n' || !c.is_control()));
}

fn sound(model: &dyn Model) {
    let card = model.card();
    let (features, outputs) = (card.features.len(), model.outputs());
    assert!(outputs > 0, "a model without outputs");
    assert!(card.classes.len() == outputs || outputs == 1, "{:?}, {outputs} outputs", card.classes);
    assert!(card.kinds.is_empty() || card.kinds.len() == features);
    assert!(model.fills().is_none_or(|fills| fills.len() == features));
    assert!(!card.format.is_empty());
    // What is read from a file of some kilobytes is evaluated in microseconds; of a large one a few rows must do.
    let rows = rows(model);
    let rows = if card.leaves > 2000 || outputs > 100 { &rows[..2] } else { &rows };
    for row in rows {
        evaluated(model, row);
    }
    if let Form::Trees(trees) = model.form() {
        parts(model, &rows[0]);
        let cells = features * outputs;
        if cells <= 64 && card.trees <= 50 && card.leaves <= 500 && card.depth <= 20 {
            attributed(model, trees, rows);
        }
    }
}

/// Rows that show the most: all missing, extremes, and the thresholds of the trees.
fn rows(model: &dyn Model) -> Vec<Vec<f64>> {
    let card = model.card();
    let of = |x: f64| -> Vec<f64> {
        let cell = |feature: usize| match card.kind(feature) {
            FeatureKind::Category(levels) => {
                let other = usize::from(levels.unseen == Unseen::Other);
                let last = (levels.names.len() + other).saturating_sub(1);
                if x.is_nan() || levels.names.is_empty() {
                    f64::NAN
                } else {
                    x.clamp(0.0, last as f64)
                }
            }
            // Numbers, codes, places of hashes: whatever a row may hold.
            _ => x,
        };
        (0..card.features.len()).map(cell).collect()
    };
    let mut rows: Vec<Vec<f64>> = [f64::NAN, 0.0, 1.0, -1.0, 1e300, -1e300].map(of).into();
    if let Form::Trees(trees) = model.form() {
        let nodes = trees.trees.iter().take(20).flat_map(|tree| tree.nodes.iter().take(20));
        let mut row = of(0.5);
        for node in nodes {
            let Node::Inner { feature, split: Split::Threshold { at, .. }, .. } = node else {
                continue;
            };
            let number = matches!(card.kind(*feature as usize), FeatureKind::Number);
            if let Some(x) = row.get_mut(*feature as usize).filter(|_| number && at.is_finite()) {
                *x = *at;
            }
        }
        rows.push(row);
    }
    rows
}

/// No score can be further from zero than this.
fn bound(trees: &TreeEnsemble, output: usize) -> f64 {
    let size = |node: &Node| match node {
        Node::Leaf { value, .. } => value.abs(),
        Node::Inner { .. } | Node::Sloped(_) => 0.0,
    };
    let of = trees.trees.iter().filter(|tree| tree.output == output);
    let sum: f64 = of.map(|tree| tree.nodes.iter().map(size).fold(0.0, f64::max)).sum();
    sum / trees.divisor + trees.base[output].abs()
}

fn evaluated(model: &dyn Model, row: &[f64]) {
    let n = model.outputs();
    let (mut raw, mut exact, mut value) = (vec![0.5; n], vec![0.25; n], vec![0.125; n]);
    model.raw(row, &mut raw);
    model.exact(row, &mut exact);
    model.value(&raw, &mut value);
    let mut again = vec![0.75; n];
    model.raw(row, &mut again);
    let bits = |numbers: &[f64]| numbers.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&raw), bits(&again), "another score the second time");
    let finite = raw.iter().all(|x| x.is_finite());
    if let (Link::Logistic { .. } | Link::Probit | Link::Cauchit, true) = (model.link(), finite) {
        assert!(value.iter().all(|p| (0.0..=1.0).contains(p)), "{raw:?} is {value:?}");
    }
    let Form::Trees(trees) = model.form() else { return };
    if !trees.is_constant_leaved() {
        return;
    }
    for output in 0..n {
        let bound = bound(trees, output);
        // Beyond this single precision overflows, and so does the library.
        if !(bound < 1e30 && trees.divisor >= 1.0) {
            continue;
        }
        let (raw, exact) = (raw[output], exact[output]);
        // A PMML tree may have no prediction; scikit-learn refuses rows with missing values, a points table what it
        // demands otherwise.
        let refuses = ["pmml", "skops"].iter().any(|name| model.card().format.starts_with(name))
            || !model.card().accepts(row);
        if exact.is_nan() && refuses {
            assert!(raw.is_nan(), "{raw} where there is no prediction");
            continue;
        }
        assert!(exact.abs() <= bound * (1.0 + 1e-9), "{exact} beyond {bound}");
        let rounding = (trees.trees.len() + 4) as f64 * bound.max(1e-37) * f64::from(f32::EPSILON);
        assert!((raw - exact).abs() <= rounding, "{raw} is not {exact}, bound {bound}");
    }
}

/// A part of all rounds is the whole; no part reaches beyond the rounds there are.
fn parts(model: &dyn Model, row: &[f64]) {
    let rounds = model.card().rounds;
    assert!(model.part(0..rounds + 1).is_err());
    assert!(model.part(rounds..rounds).is_err());
    if rounds == 0 || model.card().leaves > 2000 {
        return;
    }
    let scores = |model: &dyn Model| {
        let mut raw = vec![0.0; model.outputs()];
        model.raw(row, &mut raw);
        raw.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    };
    let part = |rounds| model.part(rounds).unwrap_or_else(|faults| panic!("a part: {faults}"));
    assert_eq!(scores(part(0..rounds).as_ref()), scores(model), "a part of all rounds");
    sound_part(part(0..1).as_ref(), row);
    sound_part(part(rounds - 1..rounds).as_ref(), row);
}

fn sound_part(part: &dyn Model, row: &[f64]) {
    assert_eq!(part.card().rounds, 1);
    evaluated(part, row);
}

/// Attributions add up, whatever the tree.
fn attributed(model: &dyn Model, trees: &TreeEnsemble, rows: &[Vec<f64>]) {
    let features = model.card().features.len();
    let path = (trees.card.covers && trees.is_constant_leaved()).then(|| PathDependent::new(trees));
    let n = model.outputs();
    let mut exact = vec![0.0; n];
    // Rows without a prediction are no background.
    let predicted = |row: &&Vec<f64>| {
        let mut exact = vec![0.0; n];
        model.exact(row, &mut exact);
        !exact.iter().any(|x| x.is_nan())
    };
    let background: Vec<&Vec<f64>> = rows.iter().filter(predicted).take(3).collect();
    let flat: Vec<f64> = background.iter().copied().flatten().copied().collect();
    let Ok(background) = Array2::from_shape_vec((background.len(), features), flat) else {
        return;
    };
    // Too many features on a path (M23) is refused.
    let interventional = Interventional::new(model, background.view()).ok();
    for row in rows {
        model.exact(row, &mut exact);
        for (output, exact) in exact.iter().enumerate() {
            let bound = bound(trees, output).max(1.0);
            if !(bound < 1e100 && trees.divisor >= 1.0) || exact.is_nan() {
                continue;
            }
            let found = path.iter().map(|path| path.explain(row, output));
            let found = found.chain(interventional.iter().map(|i| i.explain(row, output)));
            for found in found {
                // Sums of weighted features have no bound of their own.
                let bound = found.values.iter().fold(bound, |m, x| m.max(x.abs()));
                let missed = (found.total() - exact).abs();
                if trees.is_constant_leaved() {
                    assert!(missed <= 1e-9 * bound, "{found:?} misses {exact} by {missed:e}");
                }
            }
        }
    }
}

/// A table as the fuzz target has it: JSON Lines if the first byte is a brace, else CSV behind that byte.
pub fn any_table(bytes: &[u8]) -> bool {
    match bytes {
        [b'{', ..] => table("t.jsonl", bytes),
        [_, rest @ ..] => table("t.csv", rest),
        [] => false,
    }
}
