//! What the readers of PMML's parts share: faults, literals, and which names mean what where.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::expression::{Shared, Texts, Type, number};
use super::transformation;
use super::xml::Node;
use crate::fault::Faults;
use crate::model::fault::{structure, unsupported};

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Something that this program does not do.
    Unsupported(String),
    /// Parts that contradict each other or are not there.
    Contradiction(String),
}

impl Refusal {
    /// The fault of a file.
    pub fn faults(self, file: &str) -> Faults {
        match self {
            Refusal::Unsupported(what) => unsupported(file, what),
            Refusal::Contradiction(found) => structure(file, found, "a sound PMML model"),
        }
    }
}

/// Something that is not supported.
pub fn no(what: impl Into<String>) -> Refusal {
    Refusal::Unsupported(what.into())
}

/// Something that is wrong.
pub fn bad(found: impl Into<String>) -> Refusal {
    Refusal::Contradiction(found.into())
}

/// An attribute that must be there.
pub fn attribute<'d>(node: Node<'d>, name: &str) -> Result<Cow<'d, str>, Refusal> {
    node.get(name).ok_or_else(|| bad(format!("a {} without `{name}`", node.name())))
}

/// Refuses an element with attributes that this program does not know: they could change what it means.
pub fn only(node: Node<'_>, known: &[&str]) -> Result<(), Refusal> {
    match node
        .attributes()
        .find(|name| !known.contains(name) && !name.contains(':') && *name != "xmlns")
    {
        None => Ok(()),
        Some(name) => Err(no(format!("the attribute `{name}` of {}", node.name()))),
    }
}

/// Refuses an element with parts that this program does not know there.
pub fn parts(node: Node<'_>, known: &[&str]) -> Result<(), Refusal> {
    match node.children().find(|child| !known.contains(&child.name())) {
        None => Ok(()),
        Some(child) => Err(no(format!("{} in a {}", child.name(), node.name()))),
    }
}

/// The texts of an Array: divided by blanks, those with blanks in quotation marks.
pub fn array(list: Node<'_>) -> Vec<String> {
    let text = list.text();
    let mut found = vec![];
    let mut rest = text.chars().peekable();
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        let mut item = String::new();
        match rest.peek() {
            None => return found,
            Some('"') => {
                rest.next();
                while let Some(c) = rest.next() {
                    match c {
                        '"' => break,
                        '\\' if rest.peek() == Some(&'"') => item.extend(rest.next()),
                        c => item.push(c),
                    }
                }
            }
            Some(_) => {
                while let Some(c) = rest.next_if(|c| !c.is_whitespace()) {
                    item.push(c);
                }
            }
        }
        found.push(item);
    }
}

/// What the whole file has: its texts and its own functions.
#[derive(Debug, Default)]
pub struct Reader<'d> {
    texts: RefCell<Texts>,
    /// How deep fields and functions ask for others just now, and how many expressions have been read.
    depth: Cell<u32>,
    steps: Cell<u64>,
    /// Functions that the file defines.
    pub functions: HashMap<String, Node<'d>>,
}

/// Fields and functions that ask for others in a row.
const DEEPEST: u32 = 100;

/// Expressions that are read, those in functions once a use.
const MOST: u64 = 500_000;

/// One level deeper, as long as it is kept.
#[derive(Debug)]
pub struct Deeper<'r>(&'r Cell<u32>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl Reader<'_> {
    /// One more field or function that another one asks for.
    pub fn deeper(&self) -> Result<Deeper<'_>, Refusal> {
        if self.depth.get() >= DEEPEST {
            return Err(no(format!("fields and functions more than {DEEPEST} deep")));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Deeper(&self.depth))
    }

    /// One more expression.
    pub fn step(&self) -> Result<(), Refusal> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST {
            return Err(no(format!("more than {MOST} expressions")));
        }
        Ok(())
    }

    /// A literal as a value of a type.
    pub fn literal(&self, text: &str, ty: Type) -> Result<f64, Refusal> {
        self.texts.borrow_mut().literal(text, ty).map_err(bad)
    }

    /// A number.
    pub fn number(&self, text: &str) -> Result<f64, Refusal> {
        number(text).ok_or_else(|| bad(format!("`{text}` where a number should be")))
    }

    /// A number in single precision.
    pub fn single(&self, text: &str) -> Result<f32, Refusal> {
        let value: Option<f32> = text.trim().parse().ok().filter(|x: &f32| !x.is_nan());
        value.ok_or_else(|| bad(format!("`{text}` where a number should be")))
    }

    /// An attribute that is a number; a value of its own where it is not there.
    pub fn number_or(&self, node: Node<'_>, name: &str, otherwise: f64) -> Result<f64, Refusal> {
        let value = match node.get(name) {
            Some(text) => self.number(&text)?,
            None => otherwise,
        };
        match value.is_finite() || !otherwise.is_finite() {
            true => Ok(value),
            false => Err(bad(format!("the {name} {value} of {}", node.name()))),
        }
    }
}

/// What a name means.
#[derive(Clone, Debug)]
pub enum Meaning<'d> {
    /// A value.
    Value(Shared),
    /// A derived field that nobody has asked for yet.
    Derived(Node<'d>),
    /// A derived field that is being read: who asks for it now goes in a circle.
    InReading,
    /// Something that cannot be used, and why.
    Refused(Refusal),
}

/// The names of a model, and behind them those of the model it stands in.
#[derive(Debug, Default)]
pub struct Scope<'p, 'd> {
    names: RefCell<HashMap<String, Meaning<'d>>>,
    outer: Option<&'p Scope<'p, 'd>>,
}

impl<'p, 'd> Scope<'p, 'd> {
    /// The names of a model in another one.
    pub fn inside(outer: &'p Scope<'p, 'd>) -> Scope<'p, 'd> {
        Scope { names: RefCell::default(), outer: Some(outer) }
    }

    /// Gives a name a meaning.
    pub fn put(&self, name: impl Into<String>, meaning: Meaning<'d>) {
        self.names.borrow_mut().insert(name.into(), meaning);
    }

    /// The derived fields of an element.
    pub fn derive(&self, from: Node<'d>) -> Result<(), Refusal> {
        for child in from.children() {
            match child.name() {
                "DerivedField" => {
                    let name = attribute(child, "name")?.into_owned();
                    self.put(name, Meaning::Derived(child));
                }
                "DefineFunction" => {}
                other => return Err(no(format!("{other} among the transformations"))),
            }
        }
        Ok(())
    }

    /// The value that a name has.
    pub fn value(&self, reader: &Reader<'_>, name: &str) -> Result<Shared, Refusal> {
        let meaning = self.names.borrow().get(name).cloned();
        match meaning {
            Some(Meaning::Value(value)) => Ok(value),
            Some(Meaning::Refused(refusal)) => Err(refusal),
            Some(Meaning::InReading) => {
                Err(bad(format!("the field `{name}`, which depends on itself")))
            }
            Some(Meaning::Derived(node)) => {
                let _deeper = reader.deeper()?;
                self.put(name, Meaning::InReading);
                let value = transformation::derived_field(reader, self, node);
                let meaning = match &value {
                    Ok(value) => Meaning::Value(value.clone()),
                    Err(refusal) => Meaning::Refused(refusal.clone()),
                };
                self.put(name, meaning);
                value
            }
            None => match self.outer {
                Some(outer) => outer.value(reader, name),
                None => Err(bad(format!("the field `{name}`, which the file does not have"))),
            },
        }
    }
}
