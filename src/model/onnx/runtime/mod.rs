//! Operators that are not followed, evaluated by a runtime: tract, with the feature `onnx-runtime`.
//!
//! Each such operator is a graph of its own for the runtime, and a [`Kernel`](super::program::Kernel) for what follows
//! the graph: everything before and behind it is followed as ever. So one operator that is not known does not turn the
//! whole file over to the runtime, and a small file cannot make the runtime fill the memory, because shapes are known
//! before anything is computed. Only operators whose numbers were compared with onnxruntime's are let through
//! ([`known`]); the runtime passes over attributes that it does not read, and such ones are refused by name here.

#[cfg(feature = "onnx-runtime")]
mod file;
mod known;
#[cfg(feature = "onnx-runtime")]
mod single;

use std::rc::Rc;

/// The runtime and its version, as `inspect` tells it.
pub(super) const NAME: &str = "tract 0.22.5";

use super::attributes::Trouble;
use super::trace::{Given, Tracer, Value};

/// What the operator gives; none if it is none of those that the runtime evaluates.
pub(super) fn apply(tracer: &mut Tracer, given: &Given) -> Result<Option<Vec<Rc<Value>>>, Trouble> {
    let Some(operator) = known::operator(given.from.node.name) else { return Ok(None) };
    operator.check(given)?;
    evaluated(tracer, given).map(Some)
}

#[cfg(not(feature = "onnx-runtime"))]
fn evaluated(_: &mut Tracer, given: &Given) -> Result<Vec<Rc<Value>>, Trouble> {
    Err(Trouble::WithoutRuntime(given.from.node.name.to_owned()))
}

#[cfg(feature = "onnx-runtime")]
pub(super) fn evaluated(tracer: &mut Tracer, given: &Given) -> Result<Vec<Rc<Value>>, Trouble> {
    use std::sync::Arc;

    /// Most operators for the runtime: each is a graph to be prepared.
    const MOST: usize = 256;
    /// Most pairs of numbers read and given, of all of them: what a row may cost.
    const MOST_PAIRS: usize = 4_000_000_000;

    let name = given.from.node.name;
    if tracer.evaluated.values().sum::<usize>() >= MOST {
        let found = format!("more than {MOST} operators that {NAME} evaluates, in ONNX");
        return Err(Trouble::Unsupported(found));
    }
    let read = file::Read::of(given, known::operator(name))?;
    let (operator, args) = (single::Single::new(given, &read)?, read.args());
    tracer.pairs = tracer.pairs.saturating_add(operator.pairs);
    if tracer.pairs > MOST_PAIRS {
        return Err(given.from.unsupported("a row that costs billions of products"));
    }
    let shapes: Vec<_> = operator.outputs().to_vec();
    let width = shapes.iter().map(single::Shape::cells).sum();
    let cells =
        tracer.builder.cells(Arc::new(operator), args, width).map_err(super::trace::large)?;
    *tracer.evaluated.entry(name.to_owned()).or_insert(0) += 1;
    let mut rest = cells.as_slice();
    let mut outputs = Vec::new();
    let mut shapes = shapes.into_iter();
    for name in &given.from.node.outputs {
        let shape = if name.is_empty() { None } else { shapes.next() };
        outputs.push(Rc::new(match shape {
            None => Value::new(super::program::Elem::Single, Vec::new(), Vec::new()),
            Some(shape) => {
                let (own, others) = rest.split_at_checked(shape.cells()).unwrap_or((rest, &[]));
                rest = others;
                Value::new(shape.elem, shape.dims, own.to_vec())
            }
        }));
    }
    Ok(outputs)
}

#[cfg(test)]
#[cfg(feature = "onnx-runtime")]
pub(super) use tests::forced;

#[cfg(test)]
#[cfg(feature = "onnx-runtime")]
mod tests {
    use std::cell::Cell;

    use super::super::trace::Given;
    use crate::model::{Model, from_bytes, rows_for};
    use crate::table::{Separator, read_table};

    thread_local! {
        static FORCED: Cell<bool> = const { Cell::new(false) };
    }

    /// Whether the runtime evaluates what is followed otherwise, too.
    pub fn forced(given: &Given) -> bool {
        let computes = !matches!(given.from.node.name, "Constant" | "Shape" | "Scan");
        FORCED.get() && computes && given.from.node.domain.is_empty() && !given.inputs.is_empty()
    }

    fn read(name: &str, by_runtime: bool) -> Box<dyn Model> {
        let path = format!("{}/tests/reference/models/{name}.onnx", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        FORCED.set(by_runtime);
        let read = from_bytes(name, &bytes);
        FORCED.set(false);
        read.unwrap()
    }

    /// Promise: where a graph can be followed and run, both give the same values, so that it does not matter to the
    /// numbers which of the two evaluates an operator.
    #[test]
    fn what_is_followed_is_what_the_runtime_computes() {
        let mut seen = std::collections::BTreeSet::new();
        for (name, table) in [
            ("bb_mlp_injury8", "bb_mlp_injury8"),
            ("skl1200_bayes", "onnx_mixed"),
            ("skl1200_logit3", "onnx_mixed"),
            ("skl1200_mlp", "onnx_mixed"),
            ("skl1200_neighbours", "onnx_mixed"),
            ("skl1200_svm", "onnx_mixed"),
            ("sk191_boost3", "synthetic_full"),
            ("sk_logreg_benefits", "benefits"),
        ] {
            let (followed, run) = (read(name, false), read(name, true));
            let note = run.card().notes.iter().find(|note| note.contains("tract"));
            let operators = note.unwrap().split("evaluates ").nth(1).unwrap();
            let operators = operators.split(':').next().unwrap();
            seen.extend(operators.split(", ").map(str::to_owned));
            let n = followed.outputs();
            assert_eq!(run.outputs(), n, "{name}");
            let table = format!("{}/tests/reference/{table}.X.csv", env!("CARGO_MANIFEST_DIR"));
            let table = read_table(std::path::Path::new(&table), Separator::Detect).unwrap();
            let rows = rows_for(followed.card(), &table, None, false).unwrap().values;
            let mut worst = 0.0f64;
            for row in rows.rows().into_iter().take(40) {
                let row = row.to_vec();
                let values = |model: &dyn Model| {
                    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
                    model.raw(&row, &mut raw);
                    model.value(&raw, &mut value);
                    value
                };
                for (a, b) in values(followed.as_ref()).iter().zip(values(run.as_ref())) {
                    assert_eq!(a.is_nan(), b.is_nan(), "{name}: {row:?}");
                    worst = worst.max((a - b).abs() / a.abs().max(1.0));
                }
            }
            println!("{name}: {worst:e}, {operators}");
            assert!(worst <= 2e-6, "{name}: {worst:e}");
        }
        assert!(seen.len() >= 12, "{seen:?}");
    }

    /// The version that `inspect` tells is the one that is built.
    #[test]
    fn the_version_is_told() {
        let lock = include_str!("../../../../Cargo.lock");
        let version = super::NAME.strip_prefix("tract ").unwrap();
        assert!(lock.contains(&format!("name = \"tract-onnx\"\nversion = \"{version}\"")));
    }
}
