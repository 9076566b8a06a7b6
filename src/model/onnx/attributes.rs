//! The attributes of one operator, and the constants of a graph, with what can be wrong with them.

use super::super::fault::{malformed, structure, unsupported};
use super::message::{self, Attribute, Node, Tensor};
use super::program::Elem;
use super::wire::List;
use crate::fault::Faults;

/// What is wrong with a part of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    Malformed(String),
    Unsupported(String),
    /// An operator that a build with the runtime evaluates.
    #[cfg(not(feature = "onnx-runtime"))]
    WithoutRuntime(String),
    /// Found, expected.
    Contradiction(String, String),
}

/// The broken bytes of a message.
impl From<String> for Trouble {
    fn from(broken: String) -> Self {
        Trouble::Malformed(broken)
    }
}

impl Trouble {
    pub fn faults(self, file: &str) -> Faults {
        match self {
            Trouble::Malformed(what) => {
                malformed(file, "an ONNX model", format!("a file with {what}"))
            }
            Trouble::Unsupported(what) => unsupported(file, what),
            #[cfg(not(feature = "onnx-runtime"))]
            Trouble::WithoutRuntime(name) => {
                let mut faults = unsupported(file, format!("the operator `{name}` of ONNX"));
                for fault in &mut faults.0 {
                    fault.mend = "Build Klartext with `--features onnx-runtime`: its runtime evaluates this operator \
                                  (docs/formats.md)."
                        .into();
                }
                faults
            }
            Trouble::Contradiction(found, expected) => structure(file, found, expected),
        }
    }
}

/// The attributes of an operator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attributes<'a, 'n> {
    pub node: &'n Node<'a>,
    /// The version of its domain.
    pub version: i64,
}

impl<'a> Attributes<'a, '_> {
    /// Refuses attributes that are not known by name, and any that is there twice.
    pub fn only(&self, known: &[&str]) -> Result<(), Trouble> {
        let mut seen: Vec<&str> = Vec::new();
        for attribute in &self.node.attributes {
            if seen.contains(&attribute.name) {
                let found = format!("the attribute `{}` twice", attribute.name);
                return Err(self.contradiction(found, "each once"));
            }
            if !known.contains(&attribute.name) {
                let name: String = attribute.name.chars().take(60).collect();
                return Err(self.unsupported(format!("the attribute `{name}`")));
            }
            seen.push(attribute.name);
        }
        Ok(())
    }

    pub fn get(&self, name: &str, kind: u64) -> Result<Option<Attribute<'a>>, Trouble> {
        match self.node.attribute(name) {
            Some(attribute) if attribute.kind != kind => {
                let found = format!("the attribute `{name}` of type {}", attribute.kind);
                Err(self.contradiction(found, &format!("type {kind}")))
            }
            other => Ok(other),
        }
    }

    pub fn int(&self, name: &str, otherwise: i64) -> Result<i64, Trouble> {
        match self.get(name, message::INT)? {
            Some(attribute) => Ok(attribute.int()?),
            None => Ok(otherwise),
        }
    }

    pub fn float(&self, name: &str, otherwise: f32) -> Result<f32, Trouble> {
        match self.get(name, message::FLOAT)? {
            Some(attribute) => Ok(attribute.float()?),
            None => Ok(otherwise),
        }
    }

    /// A word such as `post_transform`.
    pub fn word(&self, name: &str, otherwise: &str) -> Result<String, Trouble> {
        match self.get(name, message::STRING)? {
            Some(attribute) => {
                Ok(String::from_utf8_lossy(attribute.bytes()?).chars().take(200).collect())
            }
            None => Ok(otherwise.to_owned()),
        }
    }

    /// A list of integers where it lies; an empty one where it is absent.
    pub fn int_list(&self, name: &str) -> Result<List<'a>, Trouble> {
        Ok(self.get(name, message::INTS)?.map_or(List::of(&[], 8), |a| a.ints()))
    }

    pub fn ints(&self, name: &str) -> Result<Vec<i64>, Trouble> {
        let mut list = self.int_list(name)?;
        let found: Result<Vec<i64>, String> = std::iter::from_fn(|| list.next_int()).collect();
        Ok(found?)
    }

    pub fn has(&self, name: &str) -> bool {
        self.node.attribute(name).is_some()
    }

    pub fn floats(&self, name: &str) -> Result<Vec<f32>, Trouble> {
        let list = self.get(name, message::FLOATS)?.map(|a| a.floats());
        let Some(mut list) = list else { return Ok(Vec::new()) };
        let found: Result<Vec<f32>, String> = std::iter::from_fn(|| list.next_float()).collect();
        Ok(found?)
    }

    pub fn texts(&self, name: &str) -> Result<Vec<String>, Trouble> {
        let list = self.get(name, message::STRINGS)?.map(|a| a.strings());
        let Some(mut list) = list else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        while let Some(bytes) = list.next_bytes() {
            let text = std::str::from_utf8(bytes?)
                .map_err(|_| Trouble::Malformed(format!("a text of `{name}` that is no UTF-8")))?;
            found.push(text.to_owned());
        }
        Ok(found)
    }

    pub fn tensor(&self, name: &str) -> Result<Option<Tensor<'a>>, Trouble> {
        match self.get(name, message::TENSOR)? {
            Some(attribute) => Ok(attribute.tensor()?),
            None => Ok(None),
        }
    }

    /// Class labels as text; empty where there are none.
    pub fn labels(&self, ints: &str) -> Result<Vec<String>, Trouble> {
        let (ints, texts) = (self.ints(ints)?, self.texts("classlabels_strings")?);
        let labels: Vec<String> = match (ints.as_slice(), texts.as_slice()) {
            (ints, []) => ints.iter().map(i64::to_string).collect(),
            ([], _) => texts,
            _ => return Err(self.contradiction("class labels of two kinds", "one")),
        };
        let mut sorted: Vec<&String> = labels.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < labels.len() {
            return Err(self.contradiction("a class label twice", "each once"));
        }
        Ok(labels)
    }

    pub fn unsupported(&self, what: impl std::fmt::Display) -> Trouble {
        Trouble::Unsupported(format!("{what} in the operator `{}` of ONNX", self.node.name))
    }

    pub fn contradiction(&self, found: impl std::fmt::Display, expected: &str) -> Trouble {
        Trouble::Contradiction(format!("{found} in `{}`", self.node.name), expected.to_owned())
    }
}

/// Values of a constant, in C order.
#[derive(Clone, Debug)]
pub(super) enum Values {
    Numbers(Elem, Vec<f64>),
    Texts(Vec<String>),
}

/// A constant's values and dimensions.
pub(super) fn values(tensor: &Tensor) -> Result<(Vec<usize>, Values), Trouble> {
    let name: String = tensor.name.chars().take(60).collect();
    if tensor.outside {
        return Err(Trouble::Unsupported(format!("values of `{name}` in another file in ONNX")));
    }
    let dims: Option<Vec<usize>> = tensor.dims.iter().map(|d| usize::try_from(*d).ok()).collect();
    let count = dims.as_ref().and_then(|d| d.iter().try_fold(1usize, |n, d| n.checked_mul(*d)));
    let (Some(dims), Some(count)) = (dims, count) else {
        let found = format!("the dimensions {:?} of `{name}`", tensor.dims);
        return Err(Trouble::Contradiction(found, "sizes".to_owned()));
    };
    let list = |field| List::of(tensor.body, field);
    let collected = |numbers: Result<Vec<f64>, String>| numbers.map_err(Trouble::from);
    let found = match (tensor.kind, tensor.raw) {
        (8, _) => {
            let mut list = list(6);
            let mut texts = Vec::new();
            while let Some(bytes) = list.next_bytes() {
                let text = std::str::from_utf8(bytes?).map_err(|_| {
                    Trouble::Malformed(format!("a text of `{name}` that is no UTF-8"))
                })?;
                texts.push(text.to_owned());
            }
            Values::Texts(texts)
        }
        (kind, Some(raw)) => {
            let numbers = match kind {
                1 => whole(raw, |b| f64::from(f32::from_le_bytes(b))),
                2 => whole(raw, |b| f64::from(u8::from_le_bytes(b))),
                3 => whole(raw, |b| f64::from(i8::from_le_bytes(b))),
                4 => whole(raw, |b| f64::from(u16::from_le_bytes(b))),
                5 => whole(raw, |b| f64::from(i16::from_le_bytes(b))),
                6 => whole(raw, |b| f64::from(i32::from_le_bytes(b))),
                7 => whole(raw, |b| i64::from_le_bytes(b) as f64),
                9 => whole(raw, |b: [u8; 1]| f64::from(u8::from(b != [0]))),
                11 => whole(raw, f64::from_le_bytes),
                12 => whole(raw, |b| f64::from(u32::from_le_bytes(b))),
                13 => whole(raw, |b| u64::from_le_bytes(b) as f64),
                _ => return Err(strange(kind, &name)),
            };
            let Some(numbers) = numbers else {
                let found = format!("{} bytes for `{name}`", raw.len());
                return Err(Trouble::Contradiction(found, format!("{count} numbers")));
            };
            Values::Numbers(elem(kind).ok_or_else(|| strange(kind, &name))?, numbers)
        }
        (kind @ 1, None) => {
            let mut list = list(4);
            let numbers = std::iter::from_fn(|| list.next_float()).map(|x| x.map(f64::from));
            Values::Numbers(elem(kind).unwrap_or(Elem::Single), collected(numbers.collect())?)
        }
        (11, None) => {
            let mut list = list(10);
            let numbers = std::iter::from_fn(|| list.next_double()).collect();
            Values::Numbers(Elem::Double, collected(numbers)?)
        }
        (kind, None) => {
            let elem = elem(kind).ok_or_else(|| strange(kind, &name))?;
            let mut list = list(match kind {
                7 => 7,
                12 | 13 => 11,
                _ => 5,
            });
            let numbers = std::iter::from_fn(|| list.next_int()).map(|x| x.map(|x| x as f64));
            Values::Numbers(elem, collected(numbers.collect())?)
        }
    };
    let length = match &found {
        Values::Numbers(_, numbers) => numbers.len(),
        Values::Texts(texts) => texts.len(),
    };
    if length != count {
        let found = format!("{length} values for `{name}`");
        return Err(Trouble::Contradiction(found, format!("{count}")));
    }
    Ok((dims, found))
}

fn whole<const N: usize>(raw: &[u8], number: impl Fn([u8; N]) -> f64) -> Option<Vec<f64>> {
    let (numbers, rest) = raw.as_chunks::<N>();
    rest.is_empty().then(|| numbers.iter().map(|bytes| number(*bytes)).collect())
}

fn strange(kind: i64, name: &str) -> Trouble {
    Trouble::Unsupported(format!("the element type {kind} of `{name}` in ONNX"))
}

/// What elements of a `TensorProto.DataType` are.
pub(super) fn elem(kind: i64) -> Option<Elem> {
    match kind {
        1 => Some(Elem::Single),
        11 => Some(Elem::Double),
        2..=7 | 12 | 13 => Some(Elem::Whole),
        8 => Some(Elem::Text),
        9 => Some(Elem::Truth),
        _ => None,
    }
}
