//! What the readers of PMML's parts share: faults, literals, and which names mean what where.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};

use super::expression::{Shared, Texts, Type, number};
use super::transformation;
use super::xml::Node;
use crate::fault::Faults;
use crate::model::fault::{structure, unsupported};

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Something that this program does not do; else parts that contradict each other or are not there.
    unsupported: bool,
    what: String,
    /// The line of the element in which it was found.
    line: Option<u64>,
    /// It is more than is read: nothing else is looked at, which could be as much again.
    limit: bool,
}

impl Refusal {
    /// The fault of a file.
    pub fn faults(self, file: &str) -> Faults {
        let mut faults = match self.unsupported {
            true => unsupported(file, self.what),
            false => structure(file, self.what, "a sound PMML model"),
        };
        if let Some(line) = self.line {
            faults.0.iter_mut().for_each(|fault| fault.place.line = Some(line));
        }
        faults
    }

    /// The same, found in an element if not in one within it.
    fn within(self, node: Node<'_>) -> Refusal {
        let line = self.line.or_else(|| Some(node.line()));
        Refusal { line, ..self }
    }
}

/// Something that is not supported.
pub fn no(what: impl Into<String>) -> Refusal {
    Refusal { unsupported: true, what: what.into(), line: None, limit: false }
}

/// More than is read.
pub fn too_much(what: impl Into<String>) -> Refusal {
    Refusal { limit: true, ..no(what) }
}

/// Something that is wrong.
pub fn bad(found: impl Into<String>) -> Refusal {
    Refusal { unsupported: false, what: found.into(), line: None, limit: false }
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
    /// What is wrong with it, in the order in which it was found.
    refusals: RefCell<Vec<Refusal>>,
    /// Features that may be texts that the file does not know; features that keep what is not valid.
    open: RefCell<BTreeSet<u32>>,
    unchecked: RefCell<BTreeSet<u32>>,
}

/// Refusals that are told; a file with more has one fault many times.
const MOST_TOLD: usize = 100;

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
            return Err(too_much(format!("fields and functions more than {DEEPEST} deep")));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Deeper(&self.depth))
    }

    /// One more expression.
    pub fn step(&self) -> Result<(), Refusal> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST {
            return Err(too_much(format!("more than {MOST} expressions")));
        }
        Ok(())
    }

    /// Keeps what is wrong with a part of the file, so that the others are read all the same.
    pub fn keep(&self, refusal: Refusal) {
        let mut refusals = self.refusals.borrow_mut();
        let known =
            |kept: &Refusal| (kept.unsupported, &kept.what) == (refusal.unsupported, &refusal.what);
        if refusals.len() < MOST_TOLD && !refusals.iter().any(known) {
            refusals.push(refusal);
        }
    }

    /// Keeps what is wrong with an element.
    pub fn refused(&self, node: Node<'_>, refusal: Refusal) {
        self.keep(refusal.within(node));
    }

    /// What all of some elements are, or the first refusal; each is kept, up to one that is a limit.
    pub fn all<'n, T>(
        &self,
        nodes: impl Iterator<Item = Node<'n>>,
        mut read: impl FnMut(Node<'n>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let (mut found, mut first) = (vec![], None);
        for node in nodes {
            match read(node).map_err(|refusal| refusal.within(node)) {
                Ok(value) => found.push(value),
                Err(refusal) => {
                    self.keep(refusal.clone());
                    let limit = refusal.limit;
                    first.get_or_insert(refusal);
                    if limit {
                        break;
                    }
                }
            }
        }
        first.map_or(Ok(found), Err)
    }

    /// All refusals that were kept.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.refusals.borrow().clone()
    }

    /// A feature may be any text.
    pub fn opened(&self, feature: u32) {
        self.open.borrow_mut().insert(feature);
    }

    /// Whether a feature may be any text.
    pub fn is_open(&self, feature: u32) -> bool {
        self.open.borrow().contains(&feature)
    }

    /// A feature keeps what is not valid.
    pub fn unchecked(&self, feature: u32) {
        self.unchecked.borrow_mut().insert(feature);
    }

    /// Whether a feature keeps what is not valid.
    pub fn is_unchecked(&self, feature: u32) -> bool {
        self.unchecked.borrow().contains(&feature)
    }

    /// A text's code.
    pub fn code(&self, text: &str) -> f64 {
        self.texts.borrow_mut().code(text)
    }

    /// The text that a code is of.
    pub fn text(&self, code: f64) -> Option<String> {
        self.texts.borrow().text(code).map(str::to_owned)
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

    /// The value that a name has in this model itself, if it has been read.
    pub fn local(&self, name: &str) -> Option<Shared> {
        match self.names.borrow().get(name) {
            Some(Meaning::Value(value)) => Some(value.clone()),
            _ => None,
        }
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
