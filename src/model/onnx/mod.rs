//! ONNX files whose graph is one tree ensemble or one linear model of `ai.onnx.ml` on one tensor of float columns.
//!
//! What skl2onnx and onnxmltools write behind the model (ZipMap, Cast, Identity) changes the form of the result, not its
//! numbers, and is passed over. Every other operator is refused by name: nothing is guessed. The file has thresholds and
//! leaves in single precision, so that it is a model of its own, not the one it was converted from; it is what is
//! explained. It has no covers (`nodes_hitrates` is absent or 1), so that path-dependent values are refused.

mod linear;
mod message;
mod trees;

use std::borrow::Cow;
use std::collections::BTreeMap;

use prost::Message;

use super::fault::{add, malformed, structure, unsupported};
use super::{Model, ModelCard, named};
use crate::fault::{Checked, Faults};
use message::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// `ai.onnx.ml` versions in which the operators that are read mean the same.
const OPSETS: std::ops::RangeInclusive<i64> = 1..=4;

/// `TensorProto.DataType` of single and double precision.
const FLOAT: i32 = 1;
const DOUBLE: i32 = 11;

/// `AttributeProto.AttributeType`.
const STRING: i32 = 3;
const INT: i32 = 2;
const TENSOR: i32 = 4;
const FLOATS: i32 = 6;
const INTS: i32 = 7;
const STRINGS: i32 = 8;

/// The operator that is the model, with what its graph says about it.
struct Operator<'a> {
    file: &'a str,
    name: &'a str,
    attributes: BTreeMap<&'a str, &'a AttributeProto>,
    features: Vec<String>,
    written_by: String,
}

/// Reads an ONNX file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let model = ModelProto::decode(bytes)
        .map_err(|e| malformed(file, "an ONNX model", format!("a file with {e}")))?;
    let Some(graph) = &model.graph else {
        return Err(malformed(file, "an ONNX model", "a file without a graph"));
    };
    let mut faults = Faults::default();
    let node = faults.take(operators(file, graph)).flatten();
    let width = faults.take(input(file, graph));
    if !model.functions.is_empty() {
        add(&mut faults, unsupported(file, "an ONNX model with functions of its own"));
    }
    let opset = model.opset_import.iter().filter(|o| o.domain == "ai.onnx.ml").map(|o| o.version);
    let opset: Vec<i64> = opset.collect();
    match opset.as_slice() {
        [version] if OPSETS.contains(version) => {}
        [version] if node.is_some() => {
            add(&mut faults, unsupported(file, format!("version {version} of ai.onnx.ml in ONNX")));
        }
        _ if node.is_some() => {
            let found = format!("{} versions of ai.onnx.ml", opset.len());
            add(&mut faults, structure(file, found, "one"));
        }
        _ => {}
    }
    let (Some(node), Some((input, width)), true) = (node, width, faults.0.is_empty()) else {
        return Err(faults);
    };
    behind(file, graph, node, input)?;
    let mut attributes = BTreeMap::new();
    for attribute in &node.attribute {
        if attributes.insert(attribute.name.as_str(), attribute).is_some() {
            let found = format!("the attribute `{}` twice", attribute.name);
            return Err(structure(file, found, "each once"));
        }
    }
    let features = named(file, width, Vec::new(), &mut faults);
    let written_by = format!("{} {}", model.producer_name, model.producer_version);
    // CatBoost writes a page of build information as its version.
    let written_by = written_by.lines().next().unwrap_or_default().trim().to_owned();
    let operator =
        faults.or(Operator { file, name: &node.op_type, attributes, features, written_by })?;
    if operator.name.starts_with("Tree") { trees::read(operator) } else { linear::read(operator) }
}

/// The one operator that is a model; every operator that is neither that nor harmless, by name.
fn operators<'a>(file: &str, graph: &'a GraphProto) -> Checked<Option<&'a NodeProto>> {
    let mut faults = Faults::default();
    let mut found = Vec::new();
    let mut refused: Vec<&str> = Vec::new();
    for node in &graph.node {
        match (node.domain.as_str(), node.op_type.as_str()) {
            (
                "ai.onnx.ml",
                "TreeEnsembleClassifier"
                | "TreeEnsembleRegressor"
                | "LinearClassifier"
                | "LinearRegressor",
            ) => found.push(node),
            ("ai.onnx.ml", "ZipMap") | ("" | "ai.onnx", "Cast" | "Identity") => {}
            (_, name) if !refused.contains(&name) && refused.len() < 20 => refused.push(name),
            _ => {}
        }
    }
    for name in &refused {
        add(&mut faults, unsupported(file, format!("the operator `{name}` of ONNX")));
    }
    match found.as_slice() {
        [node] => faults.or(Some(*node)),
        [] if !refused.is_empty() => Err(faults),
        [] => Err(unsupported(file, "an ONNX model without a tree ensemble or a linear model")),
        _ => {
            add(&mut faults, unsupported(file, format!("{} models in one ONNX file", found.len())));
            Err(faults)
        }
    }
}

/// Name and number of columns of the one input: floats, `[N, features]`.
fn input<'a>(file: &str, graph: &'a GraphProto) -> Checked<(&'a str, usize)> {
    let given = |name: &str| graph.initializer.iter().any(|t| t.name == name);
    let inputs: Vec<_> = graph.input.iter().filter(|i| !given(&i.name)).collect();
    let [input] = inputs.as_slice() else {
        return Err(unsupported(file, format!("an ONNX model with {} inputs", inputs.len())));
    };
    let tensor = input.r#type.as_ref().and_then(|t| t.tensor_type.as_ref());
    let Some(tensor) = tensor.filter(|t| t.elem_type == FLOAT) else {
        let found = format!("the input `{}` of ONNX, which is no tensor of float", input.name);
        return Err(unsupported(file, found));
    };
    let dims = tensor.shape.iter().flat_map(|s| &s.dim).map(|d| d.dim_value);
    match dims.collect::<Vec<_>>().as_slice() {
        [_, width] if *width > 0 => {
            Ok((&input.name, usize::try_from(*width).unwrap_or(usize::MAX)))
        }
        _ => {
            let found =
                format!("the input `{}` of ONNX without a fixed number of columns", input.name);
            Err(unsupported(file, found))
        }
    }
}

/// The model must read the graph's input, and all other operators what the model gives; a score must stay a float.
fn behind(file: &str, graph: &GraphProto, model: &NodeProto, input: &str) -> Checked<()> {
    if model.input.as_slice() != [input] {
        let found = format!("`{}` on something else than the input `{input}`", model.op_type);
        return Err(unsupported(file, found));
    }
    // Of a classifier the first output is the label, which is computed from the scores.
    let label = model.op_type.ends_with("Classifier").then(|| model.output.first()).flatten();
    let mut known: BTreeMap<&str, bool> =
        model.output.iter().map(|name| (name.as_str(), Some(name) != label)).collect();
    for node in graph.node.iter().filter(|node| !std::ptr::eq(*node, model)) {
        let ([from], [to]) = (node.input.as_slice(), node.output.as_slice()) else {
            let found = format!("`{}` with several inputs or outputs", node.op_type);
            return Err(structure(file, found, "one of each"));
        };
        let Some(score) = known.get(from.as_str()).copied() else {
            let found = format!("the operator `{}` of ONNX before the model", node.op_type);
            return Err(unsupported(file, found));
        };
        let kind = node.attribute.iter().find(|a| a.name == "to").map(|a| a.i);
        let float = [FLOAT, DOUBLE].map(i64::from);
        if score && node.op_type == "Cast" && !kind.is_some_and(|kind| float.contains(&kind)) {
            return Err(unsupported(file, "a Cast of ONNX that makes the scores no floats"));
        }
        if known.insert(to, score).is_some() {
            return Err(structure(file, format!("the value `{to}` twice"), "each once"));
        }
    }
    match graph.output.iter().find(|out| !known.contains_key(out.name.as_str())) {
        Some(out) => Err(structure(
            file,
            format!("the output `{}` that nothing gives", out.name),
            "outputs of the model",
        )),
        None if graph.output.is_empty() => Err(structure(file, "no outputs", "the model's")),
        None => Ok(()),
    }
}

impl Operator<'_> {
    /// Refuses attributes that are not known, by name.
    fn only(&self, known: &[&str]) -> Checked<()> {
        let mut faults = Faults::default();
        for name in self.attributes.keys().filter(|name| !known.contains(name)) {
            let found = format!("the attribute `{name}` of `{}`", self.name);
            add(&mut faults, unsupported(self.file, found));
        }
        faults.or(())
    }

    /// An attribute, if it is there and of the type it must have.
    fn get(&self, name: &str, kind: i32) -> Checked<Option<&AttributeProto>> {
        match self.attributes.get(name) {
            Some(attribute) if attribute.kind != kind => {
                let found = format!("the attribute `{name}` of type {}", attribute.kind);
                Err(structure(self.file, found, format!("type {kind}")))
            }
            other => Ok(other.copied()),
        }
    }

    fn ints(&self, name: &str) -> Checked<&[i64]> {
        Ok(self.get(name, INTS)?.map_or(&[], |a| &a.ints))
    }

    fn int(&self, name: &str) -> Checked<Option<i64>> {
        Ok(self.get(name, INT)?.map(|a| a.i))
    }

    fn strings(&self, name: &str) -> Checked<&[Vec<u8>]> {
        Ok(self.get(name, STRINGS)?.map_or(&[], |a| &a.strings))
    }

    /// A word such as `post_transform`, or what stands for its absence.
    fn word<'a>(&'a self, name: &str, otherwise: &'a str) -> Checked<Cow<'a, str>> {
        let attribute = self.get(name, STRING)?;
        Ok(attribute.map_or(otherwise.into(), |a| String::from_utf8_lossy(&a.s)))
    }

    /// A list of floats, or the tensor that stands for it (version 3).
    fn floats(&self, name: &str) -> Checked<Cow<'_, [f32]>> {
        let as_tensor = format!("{name}_as_tensor");
        let list = self.get(name, FLOATS)?.map(|a| a.floats.as_slice());
        let tensor = self.get(&as_tensor, TENSOR)?.and_then(|a| a.t.as_ref());
        match (list, tensor) {
            (Some(_), Some(_)) => {
                Err(structure(self.file, format!("`{name}` and `{as_tensor}`"), "one of them"))
            }
            (list, None) => Ok(list.unwrap_or_default().into()),
            (None, Some(TensorProto { data_type, data_location: 0, float_data, raw_data, .. }))
                if *data_type == FLOAT =>
            {
                let (values, rest) = raw_data.as_chunks::<4>();
                match (float_data.is_empty(), values.is_empty() && rest.is_empty()) {
                    (_, true) => Ok(float_data.as_slice().into()),
                    (true, false) if rest.is_empty() => {
                        Ok(values.iter().map(|b| f32::from_le_bytes(*b)).collect())
                    }
                    _ => {
                        let found = format!("`{as_tensor}` of {} bytes", raw_data.len());
                        Err(structure(self.file, found, "single-precision numbers"))
                    }
                }
            }
            (None, Some(_)) => {
                let found =
                    format!("`{as_tensor}` of another type than float, or outside the file");
                Err(unsupported(self.file, found))
            }
        }
    }

    /// Class labels as text; empty for a regressor.
    fn labels(&self, ints: &str) -> Checked<Vec<String>> {
        let (ints, strings) = (self.ints(ints)?, self.strings("classlabels_strings")?);
        let labels: Vec<String> = match (ints, strings) {
            (ints, []) => ints.iter().map(i64::to_string).collect(),
            ([], strings) => {
                strings.iter().map(|s| String::from_utf8_lossy(s).into_owned()).collect()
            }
            _ => return Err(structure(self.file, "class labels of two kinds", "one")),
        };
        let mut sorted: Vec<&String> = labels.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < labels.len() {
            return Err(structure(self.file, "a class label twice", "each once"));
        }
        Ok(labels)
    }

    /// The card, without what is counted.
    fn card(&self, transform: &str, classes: Vec<String>, missing: &str) -> ModelCard {
        ModelCard {
            format: "onnx".to_owned(),
            written_by: self.written_by.clone(),
            objective: format!("{}, post_transform {transform}", self.name),
            features: self.features.clone(),
            classes,
            trees: 0,
            depth: 0,
            leaves: 0,
            missing: missing.to_owned(),
            ..ModelCard::default()
        }
    }

    fn unsupported(&self, what: impl std::fmt::Display) -> Faults {
        unsupported(self.file, format!("{what} in `{}` of ONNX", self.name))
    }

    fn contradiction(&self, found: impl std::fmt::Display, expected: &str) -> Faults {
        structure(self.file, format!("{found} in `{}`", self.name), expected)
    }
}
