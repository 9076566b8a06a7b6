//! ONNX files: trees, weighted sums, and what stands before and behind them.
//!
//! The graph is followed from the columns of a table to its output ([`trace`]), for one row: what comes before the model
//! (scalers, encoders, imputers) becomes columns computed from features, what comes behind it a link, and tests on
//! encoded columns become tests on features. A graph that is no model of a known form is evaluated as it is ([`whole`]).
//! An operator that is not followed is evaluated by a [`runtime`], if the program was built with one, or refused by name: nothing is guessed. Mostly the file has thresholds and leaves in
//! single precision, so that it is a model of its own, not the one it was converted from; it is what is explained. It
//! has no covers (`nodes_hitrates` is absent or 1), so that path-dependent values are refused.

mod arithmetic;
mod attributes;
mod batch;
mod encoders;
mod ensemble;
mod finish;
mod head;
mod inputs;
mod kernels;
mod linear;
mod message;
mod numbers;
mod program;
mod recognise;
mod runtime;
mod shapes;
mod sums;
mod svm;
mod trace;
mod trees;
mod whole;
mod wire;

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Model;
use super::fault::{add, malformed, structure, unsupported};
use crate::fault::{Checked, Faults};
use attributes::Trouble;
use finish::{Says, finish};
use message::{Graph, Port};
use program::{Cell, Elem};
use trace::{Tracer, needed};

/// Versions of the operators of ONNX and of ai.onnx.ml in which those that are read mean the same.
const VERSIONS: (std::ops::RangeInclusive<i64>, std::ops::RangeInclusive<i64>) = (1..=26, 1..=5);

/// Most operators of a graph.
const MOST_OPERATORS: usize = 100_000;

/// Reads an ONNX file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let broken = |what: String| malformed(file, "an ONNX model", format!("a file with {what}"));
    let model = message::Model::read(bytes).map_err(broken)?;
    let Some(graph) = &model.graph else {
        return Err(malformed(file, "an ONNX model", "a file without a graph"));
    };
    let mut faults = Faults::default();
    if model.functions {
        add(&mut faults, unsupported(file, "an ONNX model with functions of its own"));
    }
    if graph.sparse {
        add(&mut faults, unsupported(file, "sparse constants in ONNX"));
    }
    if graph.nodes.len() > MOST_OPERATORS {
        let found = format!("{} operators in ONNX", graph.nodes.len());
        add(&mut faults, unsupported(file, found));
    }
    let versions = versions(file, &model, graph, &mut faults);
    let (outputs, classifier) = outputs(file, graph)?;
    let mut tracer = Tracer::new(versions);
    let (features, mut notes) = inputs::read(file, graph, &mut tracer)?;
    let told = |trouble: Trouble| trouble.faults(file);
    for tensor in &graph.constants {
        let value = tracer.tensor(tensor).map_err(told)?;
        // Of an input that is a constant too the constant counts; an empty one is there for operators that are not read.
        if !value.cells.is_empty() {
            tracer.define(tensor.name, Rc::new(value)).map_err(told)?;
        }
    }
    let names: Vec<&str> = outputs.iter().map(|port| port.name).collect();
    let wanted = needed(graph, &names);
    let mut troubles = Vec::new();
    if faults.0.is_empty() {
        tracer.run(graph, &wanted, &mut troubles);
    }
    for trouble in troubles {
        add(&mut faults, trouble.faults(file));
    }
    let mut cells = Vec::new();
    let mut single = true;
    for name in &names {
        let Some(value) = tracer.value(name).filter(|_| faults.0.is_empty()) else {
            if faults.0.is_empty() {
                let found = format!("the output `{name}`, which nothing before it gives");
                add(&mut faults, structure(file, found, "operators in the order of their values"));
            }
            return Err(faults);
        };
        let several =
            value.dims.iter().filter(|dim| **dim != 1).count() > 1 || value.cells.len() > 1000;
        if value.elem == Elem::Text || several || (names.len() > 1 && value.cells.len() != 1) {
            let found = format!("the output `{name}` of ONNX, which is no score or one of several");
            return Err(unsupported(file, found));
        }
        single &= value.elem == Elem::Single;
        cells.extend(&value.cells);
    }
    if cells.is_empty() || cells.iter().any(|cell| matches!(cell, Cell::Constant(_))) {
        return Err(unsupported(file, "an output of ONNX that is the same for every row"));
    }
    let labels = inputs::labels(graph, &tracer).map_err(told)?;
    let operators: BTreeSet<&str> = graph
        .nodes
        .iter()
        .zip(&wanted)
        .filter(|(_, wanted)| **wanted)
        .map(|(node, _)| node.name)
        .collect();
    if operators.iter().any(|name| name.starts_with("TreeEnsemble")) && single {
        notes.push(
            "Thresholds and leaves are in single precision: the file is a model of its own, and at a threshold it may \
             differ from the one it was converted from."
                .to_owned(),
        );
    }
    if !tracer.evaluated.is_empty() {
        let names: Vec<&str> = tracer.evaluated.keys().map(String::as_str).collect();
        notes.push(format!(
            "The runtime {} evaluates {}: nothing is known of it but its values, whose last digits may be others on \
             another processor.",
            runtime::NAME,
            names.join(", ")
        ));
    }
    let written_by = format!("{} {}", model.producer, model.version);
    let says = Says {
        file,
        // CatBoost writes a page of build information as its version.
        written_by: written_by.lines().next().unwrap_or_default().trim().to_owned(),
        features,
        labels,
        classifier,
        operators: operators.into_iter().map(str::to_owned).collect(),
        notes,
    };
    finish(tracer, &cells, says)
}

/// The versions of the operators of ONNX and of ai.onnx.ml.
fn versions(file: &str, model: &message::Model, graph: &Graph, faults: &mut Faults) -> (i64, i64) {
    if model.opsets.is_empty() {
        add(
            faults,
            malformed(file, "an ONNX model", "a file without the versions of its operators"),
        );
    }
    let mut of = |domain: &str, name: &str, known: &std::ops::RangeInclusive<i64>| {
        let used = graph.nodes.iter().any(|node| node.domain == domain);
        let mut given: Vec<i64> = model
            .opsets
            .iter()
            .filter(|(d, _)| *d == domain)
            .map(|(_, version)| *version)
            .collect();
        given.dedup();
        match given.as_slice() {
            [version] if known.contains(version) => *version,
            [] if !used => 0,
            [] => {
                let found = format!("no version of {name}");
                add(faults, malformed(file, "an ONNX model", found));
                0
            }
            [version] if used => {
                add(faults, unsupported(file, format!("version {version} of {name} in ONNX")));
                0
            }
            [_] => 0,
            _ => {
                add(faults, structure(file, format!("{} versions of {name}", given.len()), "one"));
                0
            }
        }
    };
    (of("", "ONNX's operators", &VERSIONS.0), of("ai.onnx.ml", "ai.onnx.ml", &VERSIONS.1))
}

/// The outputs that are scores, and whether the graph is a classifier's.
fn outputs<'g, 'a>(file: &str, graph: &'g Graph<'a>) -> Checked<(Vec<&'g Port<'a>>, bool)> {
    let score = |port: &&Port| matches!(port.kind, None | Some(1 | 11));
    let scores: Vec<&Port> = graph.outputs.iter().filter(score).collect();
    let label = graph.outputs.iter().any(|port| matches!(port.kind, Some(6..=8)));
    let of = |name: &str| name == "ZipMap" || name.ends_with("Classifier");
    let classifier = label || graph.nodes.iter().any(|node| of(node.name));
    match scores.as_slice() {
        [_] => return Ok((scores, classifier)),
        [] if graph.outputs.is_empty() => {
            return Err(structure(file, "a graph without an output", "one"));
        }
        [] => return Err(unsupported(file, "an ONNX model that gives no scores, only labels")),
        _ => {}
    }
    let named: Vec<&Port> =
        scores.iter().copied().filter(|port| port.name.contains("prob")).collect();
    if named.len() == 1 {
        return Ok((named, classifier));
    }
    // skl2onnx names the columns of a class each i0, i1, ….
    if label && (0..).zip(&scores).all(|(k, port)| port.name == format!("i{k}")) {
        return Ok((scores, classifier));
    }
    let names: Vec<&str> = scores.iter().take(8).map(|port| port.name).collect();
    Err(unsupported(file, format!("an ONNX model with the outputs {}", names.join(", "))))
}
