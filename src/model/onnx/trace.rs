//! Follows a graph from the columns of a table to its output, for one row.
//!
//! Every tensor is taken with a batch of one row, and each of its elements is a cell of a [`Builder`]: so reshaping,
//! gathering and joining move cells about, and arithmetic adds steps. onnxruntime gives each row what it gives it alone,
//! but for the order of sums.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::attributes::{Attributes, Trouble, Values, values};
use super::message::{Graph, Node, Port, Tensor};
use super::program::{Builder, Cell, Elem, Op, constant};
use super::{encoders, numbers, runtime, shapes};

/// A tensor for one row.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub elem: Elem,
    pub dims: Vec<usize>,
    pub cells: Vec<Cell>,
}

impl Value {
    pub fn new(elem: Elem, dims: Vec<usize>, cells: Vec<Cell>) -> Self {
        Value { elem, dims, cells }
    }

    /// Number of elements in one step of an axis, and of the axis, from the front and from behind.
    pub fn split_at(&self, axis: usize) -> (usize, usize, usize) {
        let product = |dims: &[usize]| dims.iter().product::<usize>();
        let (outer, rest) = self.dims.split_at_checked(axis).unwrap_or((&self.dims, &[]));
        let (length, inner) = rest.split_first().map_or((1, 1), |(n, inner)| (*n, product(inner)));
        (product(outer), length, inner)
    }

    /// The numbers, if all are constant.
    pub fn constants(&self) -> Option<Vec<f64>> {
        let constant = |cell: &Cell| if let Cell::Constant(x) = cell { Some(*x) } else { None };
        self.cells.iter().map(constant).collect()
    }
}

/// A column of the table.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub elem: Elem,
    /// Texts or numbers that operators ask for, in the order of asking.
    pub levels: Vec<f64>,
    /// Its number counts, not only whether it is one of the levels.
    pub numeric: bool,
    /// Any other level is refused.
    pub closed: bool,
}

/// The state of following a graph.
pub(super) struct Tracer<'a> {
    pub builder: Builder,
    pub sources: Vec<Source>,
    pub texts: Vec<String>,
    text_places: HashMap<String, u32>,
    values: HashMap<&'a str, Rc<Value>>,
    /// Versions of the operators of ONNX and of ai.onnx.ml.
    pub versions: (i64, i64),
    /// Operators that the runtime evaluates, and how many of each.
    pub evaluated: BTreeMap<String, usize>,
    /// What they cost a row, in pairs of a number that is read and one that is given.
    #[cfg(feature = "onnx-runtime")]
    pub pairs: usize,
    /// How many bodies are around what is followed.
    depth: usize,
    /// Elements of all values that operators have given.
    cells: usize,
}

/// Most elements that an operator reads, and that all operators give: a value joined with itself again and again must
/// not fill the memory.
const MOST: usize = 2_000_000;

impl<'a> Tracer<'a> {
    pub fn new(versions: (i64, i64)) -> Self {
        Tracer {
            builder: Builder::default(),
            sources: Vec::new(),
            texts: Vec::new(),
            text_places: HashMap::new(),
            values: HashMap::new(),
            versions,
            evaluated: BTreeMap::new(),
            #[cfg(feature = "onnx-runtime")]
            pairs: 0,
            depth: 0,
            cells: 0,
        }
    }

    /// The place of a text among all texts.
    pub fn text(&mut self, text: &str) -> f64 {
        if let Some(place) = self.text_places.get(text) {
            return f64::from(*place);
        }
        let place = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.text_places.insert(text.to_owned(), place);
        f64::from(place)
    }

    pub fn value(&self, name: &str) -> Option<&Rc<Value>> {
        self.values.get(name)
    }

    /// The columns of an input: `width` features of `elem`.
    /// `wide`: rows are in double precision, so that numbers of single precision are to be rounded first.
    pub fn input(
        &mut self,
        port: &Port<'a>,
        elem: Elem,
        dims: Vec<usize>,
        wide: bool,
    ) -> Result<(), Trouble> {
        let count: usize = dims.iter().product();
        let mut cells = Vec::new();
        for _ in 0..count {
            let source = self.sources.len() as u32;
            let mut cell =
                Cell::Slot(self.builder.step(Op::Raw(source), Vec::new(), 1).map_err(large)?);
            if wide && elem == Elem::Single {
                let op = Op::Unary(super::arithmetic::Unary::Cast, elem);
                cell = self.builder.cell(op, vec![cell]).map_err(large)?;
            }
            cells.push(cell);
            let numeric = matches!(elem, Elem::Single | Elem::Double | Elem::Truth);
            self.sources.push(Source { elem, levels: Vec::new(), numeric, closed: false });
        }
        self.values.insert(port.name, Rc::new(Value::new(elem, dims, cells)));
        Ok(())
    }

    /// A constant of the graph.
    pub fn tensor(&mut self, tensor: &Tensor) -> Result<Value, Trouble> {
        let (dims, values) = values(tensor)?;
        let (elem, cells) = match values {
            Values::Numbers(elem, numbers) => {
                (elem, numbers.into_iter().map(Cell::Constant).collect())
            }
            Values::Texts(texts) => {
                let cells = texts.iter().map(|text| Cell::Constant(self.text(text))).collect();
                (Elem::Text, cells)
            }
        };
        Ok(Value::new(elem, dims, cells))
    }

    pub fn define(&mut self, name: &'a str, value: Rc<Value>) -> Result<(), Trouble> {
        if value.cells.is_empty() || value.dims.contains(&0) {
            return Err(Trouble::Unsupported(format!("the empty value `{name}` in ONNX")));
        }
        if self.values.insert(name, value).is_some() {
            let found = format!("the value `{name}` twice");
            return Err(Trouble::Contradiction(found, "each name once".to_owned()));
        }
        Ok(())
    }

    /// Follows the nodes that `wanted` says; troubles are told for all that stand alone.
    pub fn run(&mut self, graph: &Graph<'a>, wanted: &[bool], troubles: &mut Vec<Trouble>) {
        for (node, _) in graph.nodes.iter().zip(wanted).filter(|(_, wanted)| **wanted) {
            let mut inputs = Vec::with_capacity(node.inputs.len());
            let mut missing = false;
            for name in &node.inputs {
                match self.values.get(name) {
                    _ if name.is_empty() => inputs.push(None),
                    Some(value) => inputs.push(Some(value.clone())),
                    None => missing = true,
                }
            }
            // What an operator gives that is not followed is told where that operator stands.
            if missing {
                continue;
            }
            let version = if node.domain.is_empty() { self.versions.0 } else { self.versions.1 };
            let from = Attributes { node, version };
            let read: usize = inputs.iter().flatten().map(|value| value.cells.len()).sum();
            if read > MOST || self.cells > MOST {
                troubles
                    .push(Trouble::Unsupported("a graph of millions of numbers a row".to_owned()));
                return;
            }
            match self.node(&from, &inputs) {
                Err(trouble) if troubles.contains(&trouble) => {}
                Err(trouble) => troubles.push(trouble),
                Ok(outputs) => {
                    self.cells += outputs.iter().map(|value| value.cells.len()).sum::<usize>();
                    for (name, value) in node.outputs.iter().zip(outputs) {
                        if name.is_empty() {
                            continue;
                        }
                        if let Err(trouble) = self.define(name, value) {
                            troubles.push(trouble);
                        }
                    }
                }
            }
        }
    }

    fn node(
        &mut self,
        from: &Attributes<'a, '_>,
        inputs: &[Option<Rc<Value>>],
    ) -> Result<Vec<Rc<Value>>, Trouble> {
        let name = from.node.name;
        if !encoders::keeps_levels(name) {
            let cells = inputs.iter().flatten().flat_map(|value| value.cells.iter().copied());
            let roots: Vec<u32> = cells.filter_map(|cell| self.root(cell)).collect();
            for root in roots {
                if let Some(source) = self.sources.get_mut(root as usize) {
                    source.numeric = true;
                }
            }
        }
        let given = Given { from, inputs };
        #[cfg(all(test, feature = "onnx-runtime"))]
        if runtime::forced(&given)
            && let Ok(outputs) = runtime::evaluated(self, &given)
        {
            return Ok(outputs);
        }
        let outputs = match from.node.domain {
            "" if name == "Scan" => Some(self.scan(&given)?),
            "" => match shapes::apply(self, &given)? {
                Some(outputs) => Some(outputs),
                None => match numbers::apply(self, &given)? {
                    Some(outputs) => Some(outputs),
                    None => runtime::apply(self, &given)?,
                },
            },
            "ai.onnx.ml" => encoders::apply(self, &given)?,
            _ => None,
        };
        outputs.ok_or_else(|| {
            let name: String = name.chars().take(60).collect();
            Trouble::Unsupported(format!("the operator `{name}` of ONNX"))
        })
    }

    /// A body, once for each row of the last inputs: what it carries along, and what it gives each time.
    fn scan(&mut self, given: &Given<'a, '_, '_>) -> Result<Vec<Rc<Value>>, Trouble> {
        let from = given.from;
        from.only(&["body", "num_scan_inputs"])?;
        let body = from
            .get("body", super::message::GRAPH)?
            .map(|body| body.graph())
            .transpose()?
            .flatten();
        let body = body.ok_or_else(|| from.contradiction("no body", "one"))?;
        let rows = usize::try_from(from.int("num_scan_inputs", 0)?).unwrap_or(0);
        let inputs: Vec<Rc<Value>> = given.inputs.iter().flatten().cloned().collect();
        let carried = inputs
            .len()
            .checked_sub(rows)
            .filter(|_| rows > 0 && inputs.len() == body.inputs.len());
        let Some(carried) = carried.filter(|carried| *carried <= body.outputs.len()) else {
            return Err(
                from.contradiction("a body with other inputs", "as many as the operator has")
            );
        };
        if self.depth >= 2 || from.version < 9 {
            return Err(from.unsupported("bodies within bodies, or version 8"));
        }
        let (mut state, rows) =
            (inputs.get(..carried).unwrap_or_default().to_vec(), inputs.get(carried..));
        let rows = rows.unwrap_or_default();
        let count = rows.first().and_then(|value| value.dims.first().copied()).unwrap_or(0);
        if rows.iter().any(|value| value.dims.first() != Some(&count)) || count == 0 {
            return Err(from.contradiction("rows of different numbers", "one number"));
        }
        let mut given_each: Vec<(Elem, Vec<usize>, Vec<Cell>)> = Vec::new();
        let wanted = vec![true; body.nodes.len()];
        for row in 0..count {
            let mut own: Vec<&'a str> = Vec::new();
            let slices = rows.iter().map(|value| {
                let (_, _, inner) = value.split_at(0);
                let cells = value.cells.iter().skip(row * inner).take(inner).copied().collect();
                let dims = value.dims.iter().skip(1).copied().collect();
                Rc::new(Value::new(value.elem, dims, cells))
            });
            let values: Vec<Rc<Value>> = state.iter().cloned().chain(slices).collect();
            for (port, value) in body.inputs.iter().zip(values) {
                self.define(port.name, value)?;
                own.push(port.name);
            }
            for tensor in &body.constants {
                let value = Rc::new(self.tensor(tensor)?);
                self.define(tensor.name, value)?;
                own.push(tensor.name);
            }
            let mut troubles = Vec::new();
            self.depth += 1;
            self.run(&body, &wanted, &mut troubles);
            self.depth -= 1;
            if let Some(trouble) = troubles.into_iter().next() {
                return Err(trouble);
            }
            own.extend(body.nodes.iter().flat_map(|node| node.outputs.iter().copied()));
            let outputs: Option<Vec<Rc<Value>>> =
                body.outputs.iter().map(|port| self.values.get(port.name).cloned()).collect();
            let outputs = outputs.ok_or_else(|| {
                from.contradiction("an output of the body that nothing gives", "values")
            })?;
            own.iter().for_each(|name| drop(self.values.remove(name)));
            state = outputs.get(..carried).unwrap_or_default().to_vec();
            for (k, value) in outputs.iter().skip(carried).enumerate() {
                match given_each.get_mut(k) {
                    None => given_each.push((value.elem, value.dims.clone(), value.cells.clone())),
                    Some((_, dims, cells)) if *dims == value.dims => cells.extend(&value.cells),
                    Some(_) => {
                        return Err(from.contradiction("rows of different shapes", "one shape"));
                    }
                }
            }
        }
        let stacked = given_each.into_iter().map(|(elem, dims, cells)| {
            let dims = std::iter::once(count).chain(dims).collect();
            Rc::new(Value::new(elem, dims, cells))
        });
        Ok(state.into_iter().chain(stacked).collect())
    }

    /// The feature that a cell is, but for casts.
    pub fn root(&self, mut cell: Cell) -> Option<u32> {
        loop {
            match self.builder.step_of(cell)?.0 {
                step if matches!(step.op, Op::Unary(super::arithmetic::Unary::Cast, _)) => {
                    cell = *step.args.first()?;
                }
                step => return if let Op::Raw(j) = step.op { Some(j) } else { None },
            }
        }
    }

    /// The levels that features are told by, for [`Builder::extract`]: of those that are categories.
    pub fn decoding(&self) -> BTreeMap<u32, Arc<[f64]>> {
        let categories = (0..).zip(&self.sources).filter(|(_, source)| source.is_category());
        categories
            .map(|(j, source)| {
                let other = if source.elem == Elem::Text { -1.0 } else { 1e300 };
                (j, source.levels.iter().copied().chain([other]).collect())
            })
            .collect()
    }
}

impl Source {
    /// It holds categories by name.
    pub fn is_category(&self) -> bool {
        self.elem == Elem::Text || (!self.numeric && !self.levels.is_empty())
    }
}

/// What an operator gets.
pub(super) struct Given<'a, 'n, 'v> {
    pub from: &'v Attributes<'a, 'n>,
    pub inputs: &'v [Option<Rc<Value>>],
}

impl Given<'_, '_, '_> {
    pub fn input(&self, at: usize) -> Result<&Rc<Value>, Trouble> {
        self.optional(at)
            .ok_or_else(|| self.from.contradiction(format!("no input {at}"), "an input"))
    }

    pub fn optional(&self, at: usize) -> Option<&Rc<Value>> {
        self.inputs.get(at).and_then(Option::as_ref)
    }

    /// An input of whole numbers that are constant.
    pub fn whole(&self, at: usize) -> Result<Option<Vec<i64>>, Trouble> {
        let Some(value) = self.optional(at) else { return Ok(None) };
        match value.constants() {
            Some(numbers) if value.elem == Elem::Whole => {
                Ok(Some(numbers.into_iter().map(|x| x as i64).collect()))
            }
            _ => Err(self.from.unsupported(format!("an input {at} that is no constant"))),
        }
    }

    /// The numbers of an attribute, or of the input that stands for it in later versions.
    pub fn listed(&self, name: &str, at: usize) -> Result<Option<Vec<i64>>, Trouble> {
        match self.from.has(name) {
            true => Ok(Some(self.from.ints(name)?)),
            false => self.whole(at),
        }
    }

    /// An axis counted from the front.
    pub fn axis(&self, axis: i64, rank: usize) -> Result<usize, Trouble> {
        let counted = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
        match usize::try_from(counted) {
            Ok(axis) if axis < rank => Ok(axis),
            _ => Err(self.from.contradiction(format!("axis {axis} of {rank}"), "one of them")),
        }
    }
}

/// A graph that is too large.
pub(super) fn large(what: String) -> Trouble {
    Trouble::Unsupported(what)
}

/// A value of one output.
pub(super) fn single(elem: Elem, dims: Vec<usize>, cells: Vec<Cell>) -> Option<Vec<Rc<Value>>> {
    Some(vec![Rc::new(Value::new(elem, dims, cells))])
}

/// Which nodes the values of some names come from.
pub(super) fn needed(graph: &Graph, names: &[&str]) -> Vec<bool> {
    let mut makers: HashMap<&str, usize> = HashMap::new();
    for (i, node) in graph.nodes.iter().enumerate() {
        for name in node.outputs.iter().filter(|name| !name.is_empty()) {
            makers.insert(name, i);
        }
    }
    let mut wanted = vec![false; graph.nodes.len()];
    let mut open: Vec<&str> = names.to_vec();
    while let Some(name) = open.pop() {
        let Some(node) = makers.get(name) else { continue };
        let (Some(wanted), Some(Node { inputs, .. })) =
            (wanted.get_mut(*node), graph.nodes.get(*node))
        else {
            continue;
        };
        if !std::mem::replace(wanted, true) {
            open.extend(inputs.iter().copied());
            // A body reads values of the graph around it, too.
            let body = graph.nodes.get(*node).and_then(|node| node.attribute("body"));
            if let Some(Ok(Some(body))) = body.map(|body| body.graph()) {
                open.extend(body.nodes.iter().flat_map(|node| node.inputs.iter().copied()));
            }
        }
    }
    wanted
}

/// The constant number of a cell, in the type of a count.
pub(super) fn count(cell: Cell) -> i64 {
    constant(cell) as i64
}
