//! ONNX's protobuf messages (onnx.proto of ONNX 1.18), as far as they change numbers.

use super::wire::{Broken, Content, Fields, List};

/// A model file.
#[derive(Debug, Default)]
pub(super) struct Model<'a> {
    pub producer: &'a str,
    pub version: &'a str,
    /// Domain and version; the domain of ONNX itself is empty.
    pub opsets: Vec<(&'a str, i64)>,
    pub graph: Option<Graph<'a>>,
    /// It defines functions of its own.
    pub functions: bool,
}

/// A graph of operators.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    pub nodes: Vec<Node<'a>>,
    pub constants: Vec<Tensor<'a>>,
    pub inputs: Vec<Port<'a>>,
    pub outputs: Vec<Port<'a>>,
    /// It holds sparse constants, which are not read.
    pub sparse: bool,
}

/// One operator.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    pub inputs: Vec<&'a str>,
    pub outputs: Vec<&'a str>,
    pub name: &'a str,
    /// `ai.onnx` is written as the empty domain.
    pub domain: &'a str,
    pub attributes: Vec<Attribute<'a>>,
    /// The operator as it lies in the file.
    #[cfg_attr(not(feature = "onnx-runtime"), allow(dead_code))] // for the runtime alone
    pub body: &'a [u8],
}

/// `AttributeProto.AttributeType`.
pub(super) const FLOAT: u64 = 1;
pub(super) const INT: u64 = 2;
pub(super) const STRING: u64 = 3;
pub(super) const TENSOR: u64 = 4;
pub(super) const GRAPH: u64 = 5;
pub(super) const FLOATS: u64 = 6;
pub(super) const INTS: u64 = 7;
pub(super) const STRINGS: u64 = 8;

/// An attribute of an operator; its value stays in the file's bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    pub kind: u64,
    pub body: &'a [u8],
}

/// A tensor; its values stay in the file's bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Tensor<'a> {
    pub name: &'a str,
    pub dims: Vec<i64>,
    /// `TensorProto.DataType`.
    pub kind: i64,
    pub raw: Option<&'a [u8]>,
    /// Its values lie in another file.
    pub outside: bool,
    pub body: &'a [u8],
}

/// An input or output: what its elements are, and its dimensions (none where they are not fixed).
#[derive(Clone, Debug, Default)]
pub(super) struct Port<'a> {
    pub name: &'a str,
    /// `TensorProto.DataType`; none for a sequence or a map.
    pub kind: Option<i64>,
    /// None where the file says nothing of the shape.
    pub dims: Option<Vec<Option<i64>>>,
}

fn text<'a>(content: Content<'a>) -> Result<&'a str, Broken> {
    std::str::from_utf8(bytes(content)?).map_err(|_| "a name that is no UTF-8".to_owned())
}

fn bytes<'a>(content: Content<'a>) -> Result<&'a [u8], Broken> {
    match content {
        Content::Bytes(bytes) => Ok(bytes),
        _ => Err("a number where a text belongs".to_owned()),
    }
}

fn int(content: Content) -> Result<i64, Broken> {
    match content {
        Content::Varint(value) => Ok(value as i64),
        _ => Err("something else where an integer belongs".to_owned()),
    }
}

/// Calls `each` with every field.
fn fields<'a>(
    body: &'a [u8],
    mut each: impl FnMut(u64, Content<'a>) -> Result<(), Broken>,
) -> Result<(), Broken> {
    let mut fields = Fields::of(body);
    while let Some((field, content)) = fields.next()? {
        each(field, content)?;
    }
    Ok(())
}

impl<'a> Model<'a> {
    pub fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut model = Model::default();
        fields(body, |field, content| {
            match field {
                2 => model.producer = text(content)?,
                3 => model.version = text(content)?,
                7 if model.graph.is_some() => return Err("two graphs".to_owned()),
                7 => model.graph = Some(Graph::read(bytes(content)?)?),
                8 => {
                    let mut opset = ("", 0);
                    fields(bytes(content)?, |field, content| {
                        match field {
                            1 => opset.0 = domain(text(content)?),
                            2 => opset.1 = int(content)?,
                            _ => {}
                        }
                        Ok(())
                    })?;
                    model.opsets.push(opset);
                }
                25 => model.functions = true,
                _ => {}
            }
            Ok(())
        })?;
        Ok(model)
    }
}

fn domain(name: &str) -> &str {
    if name == "ai.onnx" { "" } else { name }
}

impl<'a> Graph<'a> {
    pub fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut graph = Graph::default();
        fields(body, |field, content| {
            match field {
                1 => graph.nodes.push(Node::read(bytes(content)?)?),
                5 => graph.constants.push(Tensor::read(bytes(content)?)?),
                11 => graph.inputs.push(Port::read(bytes(content)?)?),
                12 => graph.outputs.push(Port::read(bytes(content)?)?),
                15 => graph.sparse = true,
                _ => {}
            }
            Ok(())
        })?;
        Ok(graph)
    }
}

impl<'a> Node<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut node = Node { body, ..Node::default() };
        fields(body, |field, content| {
            match field {
                1 => node.inputs.push(text(content)?),
                2 => node.outputs.push(text(content)?),
                4 => node.name = text(content)?,
                5 => node.attributes.push(Attribute::read(bytes(content)?)?),
                7 => node.domain = domain(text(content)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(node)
    }

    pub fn attribute(&self, name: &str) -> Option<Attribute<'a>> {
        self.attributes.iter().find(|a| a.name == name).copied()
    }
}

impl<'a> Attribute<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut attribute = Attribute { name: "", kind: 0, body };
        fields(body, |field, content| {
            match field {
                1 => attribute.name = text(content)?,
                20 => attribute.kind = int(content)? as u64,
                _ => {}
            }
            Ok(())
        })?;
        Ok(attribute)
    }

    /// The last value of a field that is not repeated.
    fn single(&self, field: u64) -> Result<Option<Content<'a>>, Broken> {
        let mut found = None;
        fields(self.body, |number, content| {
            if number == field {
                found = Some(content);
            }
            Ok(())
        })?;
        Ok(found)
    }

    pub fn float(&self) -> Result<f32, Broken> {
        match self.single(2)? {
            None => Ok(0.0),
            Some(Content::Fixed32(bytes)) => Ok(f32::from_le_bytes(bytes)),
            Some(_) => Err("something else where a float belongs".to_owned()),
        }
    }

    pub fn int(&self) -> Result<i64, Broken> {
        self.single(3)?.map_or(Ok(0), int)
    }

    pub fn bytes(&self) -> Result<&'a [u8], Broken> {
        self.single(4)?.map_or(Ok(&[]), bytes)
    }

    pub fn tensor(&self) -> Result<Option<Tensor<'a>>, Broken> {
        self.single(5)?.map(|content| Tensor::read(bytes(content)?)).transpose()
    }

    pub fn graph(&self) -> Result<Option<Graph<'a>>, Broken> {
        self.single(6)?.map(|content| Graph::read(bytes(content)?)).transpose()
    }

    pub fn floats(&self) -> List<'a> {
        List::of(self.body, 7)
    }

    pub fn ints(&self) -> List<'a> {
        List::of(self.body, 8)
    }

    pub fn strings(&self) -> List<'a> {
        List::of(self.body, 9)
    }
}

impl<'a> Tensor<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut tensor = Tensor { body, ..Tensor::default() };
        fields(body, |field, content| {
            match field {
                2 => tensor.kind = int(content)?,
                3 => return Err("a tensor in segments".to_owned()),
                8 => tensor.name = text(content)?,
                9 => tensor.raw = Some(bytes(content)?),
                14 => tensor.outside = int(content)? != 0,
                _ => {}
            }
            Ok(())
        })?;
        let mut dims = List::of(body, 1);
        while let Some(dim) = dims.next_int() {
            tensor.dims.push(dim?);
            if tensor.dims.len() > 16 {
                return Err("a tensor of more than 16 dimensions".to_owned());
            }
        }
        Ok(tensor)
    }
}

impl<'a> Port<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Broken> {
        let mut port = Port::default();
        fields(body, |field, content| {
            match field {
                1 => port.name = text(content)?,
                2 => fields(bytes(content)?, |field, content| {
                    if field == 1 {
                        port.tensor(bytes(content)?)?;
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(port)
    }

    fn tensor(&mut self, body: &'a [u8]) -> Result<(), Broken> {
        fields(body, |field, content| {
            match field {
                1 => self.kind = Some(int(content)?),
                2 => {
                    let mut dims = Vec::new();
                    fields(bytes(content)?, |field, content| {
                        if field == 1 {
                            let mut dim = None;
                            fields(bytes(content)?, |field, content| {
                                if field == 1 {
                                    dim = Some(int(content)?);
                                }
                                Ok(())
                            })?;
                            dims.push(dim);
                        }
                        Ok(())
                    })?;
                    self.dims = Some(dims);
                }
                _ => {}
            }
            Ok(())
        })
    }
}
