//! The features of a graph, and the names of its classes.

use std::collections::BTreeSet;

use super::super::fault::{structure, unsupported};
use super::attributes::{Attributes, Trouble, elem};
use super::message::{Graph, Node, Port};
use super::program::Elem;
use super::trace::{Tracer, needed};
use crate::fault::{Checked, Faults};

/// More features than any table has columns; a declared count must not be allocated unseen.
const MOST: usize = 100_000;

/// Names that say nothing of a column: those of a whole tensor.
const GENERIC: &[&str] = &[
    "X",
    "x",
    "data",
    "features",
    "float_input",
    "input",
    "input_1",
    "inputs",
    "int64_input",
    "variable",
];

/// Names of the features, and what is to be said of them. The tracer gets the inputs.
pub(super) fn read<'a>(
    file: &str,
    graph: &Graph<'a>,
    tracer: &mut Tracer<'a>,
) -> Checked<(Vec<String>, Vec<String>)> {
    let constants: BTreeSet<&str> = graph.constants.iter().map(|tensor| tensor.name).collect();
    let ports: Vec<&Port> =
        graph.inputs.iter().filter(|port| !constants.contains(port.name)).collect();
    let mut faults = Faults::default();
    let mut found: Vec<(&Port<'a>, Elem, Vec<usize>)> = Vec::new();
    for port in ports.iter().copied() {
        match shape(file, graph, port, ports.len()) {
            Ok((elem, dims)) => found.push((port, elem, dims)),
            Err(more) => faults.0.extend(more.0),
        }
    }
    let product = |dims: &[usize]| dims.iter().fold(1usize, |n, dim| n.saturating_mul(*dim));
    let widths = found.iter().map(|(_, _, dims)| product(dims));
    let width = widths.fold(0usize, usize::saturating_add);
    if width > MOST {
        faults.0.extend(structure(file, format!("{width} features"), format!("at most {MOST}")).0);
    }
    if ports.is_empty() {
        faults.0.extend(structure(file, "a graph without an input", "one").0);
    }
    faults.or(())?;
    let wide = found.iter().any(|(_, elem, _)| *elem == Elem::Double);
    for (port, elem, dims) in &found {
        tracer.input(port, *elem, dims.clone(), wide).map_err(|trouble| trouble.faults(file))?;
    }
    let single = |dims: &[usize]| dims.iter().product::<usize>() == 1;
    let by_name = found.iter().all(|(_, _, dims)| single(dims))
        && !matches!(found.as_slice(), [(port, _, _)] if GENERIC.contains(&port.name));
    if by_name {
        let names: Vec<String> = found.iter().map(|(port, _, _)| port.name.to_owned()).collect();
        let distinct: BTreeSet<&String> = names.iter().collect();
        if distinct.len() < names.len() {
            return Err(structure(file, "an input twice", "each once"));
        }
        return Ok((names, Vec::new()));
    }
    let mut notes = Vec::new();
    if found.len() > 1 {
        let mut at = 0;
        let mut parts = Vec::new();
        for (port, _, dims) in found.iter().take(40) {
            let count: usize = dims.iter().product();
            parts.push(match count {
                1 => format!("f{at} is {}", port.name),
                _ => format!("f{at} to f{} are {}", at + count - 1, port.name),
            });
            at += count;
        }
        notes.push(format!("Columns in the order of the file's inputs: {}.", parts.join(", ")));
    }
    Ok(((0..width).map(|j| format!("f{j}")).collect(), notes))
}

/// What an input holds, and its dimensions for one row.
fn shape(file: &str, graph: &Graph, port: &Port, ports: usize) -> Checked<(Elem, Vec<usize>)> {
    let name: String = port.name.chars().take(60).collect();
    let refused =
        |what: &str| Err(unsupported(file, format!("the input `{name}` of ONNX, {what}")));
    let Some(kind) = port.kind else { return refused("which is no tensor") };
    let Some(elem) = elem(kind) else { return refused(&format!("of the element type {kind}")) };
    let size = |dim: &Option<i64>| match dim {
        Some(dim) if *dim > 0 => Ok(Some(usize::try_from(*dim).unwrap_or(usize::MAX))),
        Some(0 | -1) | None => Ok(None),
        Some(dim) => {
            Err(structure(file, format!("{dim} columns of the input `{name}`"), "a count"))
        }
    };
    let dims = port.dims.as_deref().unwrap_or_default();
    let dims = match dims {
        [one] => match size(one)? {
            Some(width) if width > 1 => vec![width],
            _ => vec![1],
        },
        [_, width] => match size(width)? {
            Some(width) => vec![1, width],
            None if ports == 1 => match told(graph, port.name, 4) {
                Some(width) => vec![1, width],
                None => return refused("without a fixed number of columns"),
            },
            None => return refused("without a fixed number of columns"),
        },
        [] if port.dims.is_none() && ports == 1 => match told(graph, port.name, 4) {
            Some(width) => vec![1, width],
            None => return refused("without a fixed number of columns"),
        },
        other => return refused(&format!("of {} dimensions", other.len())),
    };
    if dims.iter().any(|dim| *dim > MOST) {
        let width = dims.last().copied().unwrap_or(0);
        return Err(structure(
            file,
            format!("{width} columns of the input `{name}`"),
            format!("at most {MOST}"),
        ));
    }
    Ok((elem, dims))
}

/// How many columns an input has by what the operator after it holds.
fn told(graph: &Graph, name: &str, left: usize) -> Option<usize> {
    let left = left.checked_sub(1)?;
    let node = graph.nodes.iter().find(|node| node.inputs.first() == Some(&name))?;
    let from = Attributes { node, version: 0 };
    let several = |count: usize| (count > 1).then_some(count);
    match node.name {
        "Scaler" => several(from.floats("offset").ok()?.len()),
        "Imputer" => several(from.floats("imputed_value_floats").ok()?.len()),
        "LinearRegressor" => {
            let targets = usize::try_from(from.int("targets", 1).ok()?).ok()?;
            from.floats("coefficients").ok()?.len().checked_div(targets)
        }
        "LinearClassifier" => {
            let rows = from.floats("intercepts").ok()?.len();
            from.floats("coefficients").ok()?.len().checked_div(rows)
        }
        "MatMul" | "Gemm" if from.int("transB", 0).ok()? == 0 => {
            let weights =
                graph.constants.iter().find(|tensor| Some(&tensor.name) == node.inputs.get(1))?;
            usize::try_from(*weights.dims.first()?).ok()
        }
        "Gemm" => {
            let weights =
                graph.constants.iter().find(|tensor| Some(&tensor.name) == node.inputs.get(1))?;
            usize::try_from(*weights.dims.get(1)?).ok()
        }
        "Cast" | "Identity" => told(graph, node.outputs.first()?, left),
        _ => None,
    }
}

/// Class labels that operators behind the model name, or the last classifier.
pub(super) fn labels(graph: &Graph, tracer: &Tracer) -> Result<Vec<String>, Trouble> {
    let of = |node: &Node, ints: &str| Attributes { node, version: 0 }.labels(ints);
    if let Some(node) = graph.nodes.iter().find(|node| node.name == "ZipMap") {
        return of(node, "classlabels_int64s");
    }
    let outputs = graph.outputs.iter().filter(|port| matches!(port.kind, Some(6..=8)));
    let names: Vec<&str> = outputs.map(|port| port.name).collect();
    let wanted = needed(graph, &names);
    let behind =
        graph.nodes.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(node, _)| node);
    for node in behind.filter(|node| matches!(node.name, "ArrayFeatureExtractor" | "Gather")).rev()
    {
        let table = node.inputs.first().and_then(|name| tracer.value(name));
        let Some(table) = table.filter(|table| table.dims.len() == 1) else { continue };
        let Some(numbers) = table.constants() else { continue };
        return Ok(numbers
            .iter()
            .map(|number| match table.elem {
                Elem::Text => tracer.texts.get(*number as usize).cloned().unwrap_or_default(),
                _ => number.to_string(),
            })
            .collect());
    }
    for node in graph.nodes.iter().rev() {
        match node.name {
            "LinearClassifier" | "SVMClassifier" => return of(node, "classlabels_ints"),
            "TreeEnsembleClassifier" => return of(node, "classlabels_int64s"),
            _ => {}
        }
    }
    Ok(Vec::new())
}
