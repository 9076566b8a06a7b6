//! The ONNX file of one operator alone, as the runtime reads it (onnx.proto of ONNX 1.18).

use super::super::attributes::Trouble;
use super::super::program::{Cell, Elem};
use super::super::trace::{Given, Value};
use super::known::{self, Operator};

/// What the operator reads, each name once, in the order of their first places.
pub(super) struct Read<'v> {
    pub tensors: Vec<Tensor<'v>>,
}

pub(super) struct Tensor<'v> {
    name: &'v str,
    pub value: &'v Value,
    pub dims: Vec<usize>,
    /// Its numbers are part of the graph.
    fixed: bool,
}

impl<'v> Read<'v> {
    /// # Errors
    /// Texts, which no operator of the runtime's reads.
    pub fn of(given: &'v Given, operator: Option<&Operator>) -> Result<Self, Trouble> {
        let mut tensors: Vec<Tensor> = Vec::new();
        for (at, (name, value)) in given.from.node.inputs.iter().zip(given.inputs).enumerate() {
            let Some(value) = value.as_deref() else { continue };
            if value.elem == Elem::Text {
                return Err(given.from.unsupported("texts"));
            }
            let scalar =
                value.cells.len() == 1 && operator.is_some_and(|known| known.is_scalar(at));
            let dims = if scalar { Vec::new() } else { value.dims.clone() };
            // The first input is never part of the graph: of constants alone the runtime would compute before it is
            // known here how much.
            let fixed = at > 0 && value.constants().is_some();
            match tensors.iter_mut().find(|known| known.name == *name) {
                Some(known) => known.fixed &= fixed,
                None => tensors.push(Tensor { name, value, dims, fixed }),
            }
        }
        Ok(Read { tensors })
    }

    /// What is told for each row.
    pub fn open(&self) -> impl Iterator<Item = &Tensor<'v>> {
        self.tensors.iter().filter(|tensor| !tensor.fixed)
    }

    /// The cells of what is told for each row.
    pub fn args(&self) -> Vec<Cell> {
        self.open().flat_map(|tensor| tensor.value.cells.iter().copied()).collect()
    }
}

/// The bytes of the file.
pub(super) fn file(given: &Given, read: &Read) -> Vec<u8> {
    let mut graph = Vec::new();
    let mut node = given.from.node.body.to_vec();
    let defaults = known::operator(given.from.node.name).map_or(&[][..], Operator::defaults);
    for (name, x) in defaults.iter().filter(|(name, _)| !given.from.has(name)) {
        message(&mut node, 5, &attribute(name, *x));
    }
    message(&mut graph, 1, &node);
    message(&mut graph, 2, b"operator");
    for tensor in &read.tensors {
        match tensor.fixed {
            true => message(&mut graph, 5, &initializer(tensor)),
            false => message(&mut graph, 11, &input(tensor)),
        }
    }
    for name in given.from.node.outputs.iter().filter(|name| !name.is_empty()) {
        let mut port = Vec::new();
        message(&mut port, 1, name.as_bytes());
        message(&mut graph, 12, &port);
    }
    let mut opset = Vec::new();
    message(&mut opset, 1, b"");
    number(&mut opset, 2, given.from.version as u64);
    let mut file = Vec::new();
    number(&mut file, 1, 8);
    message(&mut file, 8, &opset);
    message(&mut file, 7, &graph);
    file
}

fn attribute(name: &str, x: f32) -> Vec<u8> {
    let mut attribute = Vec::new();
    message(&mut attribute, 1, name.as_bytes());
    varint(&mut attribute, 2 << 3 | 5);
    attribute.extend(x.to_le_bytes());
    number(&mut attribute, 20, 1);
    attribute
}

fn kind(elem: Elem) -> u64 {
    match elem {
        Elem::Single | Elem::Text => 1,
        Elem::Whole => 7,
        Elem::Truth => 9,
        Elem::Double => 11,
    }
}

fn initializer(Tensor { name, value, dims, .. }: &Tensor) -> Vec<u8> {
    let mut tensor = Vec::new();
    for dim in dims {
        number(&mut tensor, 1, *dim as u64);
    }
    number(&mut tensor, 2, kind(value.elem));
    message(&mut tensor, 8, name.as_bytes());
    let mut raw = Vec::new();
    for x in value.constants().unwrap_or_default() {
        match value.elem {
            Elem::Single | Elem::Text => raw.extend((x as f32).to_le_bytes()),
            Elem::Double => raw.extend(x.to_le_bytes()),
            Elem::Whole => raw.extend((x as i64).to_le_bytes()),
            Elem::Truth => raw.push(u8::from(x != 0.0)),
        }
    }
    message(&mut tensor, 9, &raw);
    tensor
}

fn input(Tensor { name, value, dims, .. }: &Tensor) -> Vec<u8> {
    let mut shape = Vec::new();
    for dim in dims {
        let mut size = Vec::new();
        number(&mut size, 1, *dim as u64);
        message(&mut shape, 1, &size);
    }
    let mut tensor = Vec::new();
    number(&mut tensor, 1, kind(value.elem));
    message(&mut tensor, 2, &shape);
    let mut of_type = Vec::new();
    message(&mut of_type, 1, &tensor);
    let mut port = Vec::new();
    message(&mut port, 1, name.as_bytes());
    message(&mut port, 2, &of_type);
    port
}

fn varint(to: &mut Vec<u8>, mut x: u64) {
    while x >= 128 {
        to.push(x as u8 | 128);
        x >>= 7;
    }
    to.push(x as u8);
}

fn number(to: &mut Vec<u8>, field: u64, x: u64) {
    varint(to, field << 3);
    varint(to, x);
}

fn message(to: &mut Vec<u8>, field: u64, body: &[u8]) {
    varint(to, field << 3 | 2);
    varint(to, body.len() as u64);
    to.extend_from_slice(body);
}
