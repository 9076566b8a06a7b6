//! What a graph computes for one row, number by number.
//!
//! Every element of every tensor is a constant or a slot; a step computes slots from earlier ones, in the width of its
//! tensor, as onnxruntime does. A text is its place in a list of all texts of the file. So columns before a model can be
//! told apart, and a column that comes from one feature is known to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use super::super::linear::fused_sum;
use super::super::{EncodedColumn, Rule, Shape};
use super::arithmetic::{Binary, Unary};
use super::head::Head;

/// What the elements of a tensor are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elem {
    Single,
    Double,
    Whole,
    Truth,
    Text,
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Constant(f64),
    Slot(u32),
}

/// Several numbers from several.
pub(super) trait Kernel: Send + Sync + Debug {
    fn run(&self, from: &[f64], to: &mut [f64]);

    /// `softmax` or `share`, where the kernel is a link that a model can have.
    fn link(&self) -> &'static str {
        ""
    }
}

/// What a step does.
#[derive(Clone, Debug)]
pub(super) enum Op {
    /// A feature.
    Raw(u32),
    /// A feature that is a category: its place to the text or number of the level; last the one for any other.
    Decoded(u32, Arc<[f64]>),
    Unary(Unary, Elem),
    Binary(Binary, Elem),
    /// Of three the second where the first holds, else the third.
    Where,
    /// A weighted sum.
    Dot(Arc<[f64]>, Elem),
    Head(Arc<Head>),
    Kernel(Arc<dyn Kernel>),
}

/// One step: its slots follow each other from `at` on.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub op: Op,
    pub args: Box<[Cell]>,
    pub at: u32,
    pub width: u32,
}

impl Step {
    fn run(&self, sources: &[f64], slots: &mut [f64], gathered: &mut Vec<f64>) {
        gathered.clear();
        gathered.extend(self.args.iter().map(|cell| match cell {
            Cell::Constant(x) => *x,
            Cell::Slot(at) => slots.get(*at as usize).copied().unwrap_or(f64::NAN),
        }));
        let at = self.at as usize;
        let Some(out) = slots.get_mut(at..at.saturating_add(self.width as usize)) else { return };
        if let Op::Kernel(kernel) = &self.op {
            return kernel.run(gathered, out);
        }
        if let Op::Head(head) = &self.op {
            return head.run(gathered, out);
        }
        let Some(out) = out.first_mut() else { return };
        let source = |j: &u32| sources.get(*j as usize).copied().unwrap_or(f64::NAN);
        *out = match (&self.op, gathered.as_slice()) {
            (Op::Raw(j), _) => source(j),
            (Op::Decoded(j, levels), _) => {
                let place = source(j);
                match levels.get(place as usize).or(levels.last()) {
                    _ if place.is_nan() => f64::NAN,
                    Some(level) => *level,
                    None => f64::NAN,
                }
            }
            (Op::Unary(unary, elem), [x]) => unary.apply(*x, *elem),
            (Op::Binary(binary, elem), [a, b]) => binary.apply(*a, *b, *elem),
            (Op::Where, [test, a, b]) => {
                if *test != 0.0 {
                    *a
                } else {
                    *b
                }
            }
            (Op::Dot(weights, elem), xs) => {
                if *elem == Elem::Single {
                    f64::from(fused_sum(weights, xs))
                } else {
                    weights.iter().zip(xs).map(|(w, x)| w * x).sum::<f64>()
                }
            }
            _ => f64::NAN,
        };
    }
}

/// What is known of where a slot's number comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Origin {
    Nothing,
    One(u32, Shape),
    Many,
}

/// All steps of a graph.
#[derive(Debug, Default)]
pub(super) struct Builder {
    pub steps: Vec<Step>,
    /// By slot: its step and what is known of it.
    slots: Vec<(u32, Origin)>,
    /// Cells that steps read, of all together.
    read: usize,
}

/// Most slots, and most cells that steps read: a small file must not fill the memory.
const MOST: usize = 2_000_000;

impl Builder {
    /// A step of `width` slots; the first of them.
    pub fn step(&mut self, op: Op, args: Vec<Cell>, width: usize) -> Result<u32, String> {
        self.read = self.read.saturating_add(args.len());
        if self.slots.len().saturating_add(width) > MOST || self.read > 4 * MOST {
            return Err("a graph of millions of numbers a row".to_owned());
        }
        let origin = self.origin(&op, &args);
        let (at, step) = (self.slots.len() as u32, self.steps.len() as u32);
        self.slots.extend(std::iter::repeat_n((step, origin), width));
        self.steps.push(Step { op, args: args.into(), at, width: width as u32 });
        Ok(at)
    }

    /// A step of one slot; a constant where all it reads is constant.
    pub fn cell(&mut self, op: Op, args: Vec<Cell>) -> Result<Cell, String> {
        let constant = args.iter().all(|cell| matches!(cell, Cell::Constant(_)));
        if constant && !matches!(op, Op::Raw(_) | Op::Decoded(..)) {
            self.read = self.read.saturating_add(args.len());
            if self.read > 4 * MOST {
                return Err("a graph of millions of numbers a row".to_owned());
            }
            let step = Step { op, args: args.into(), at: 0, width: 1 };
            let mut out = [f64::NAN];
            step.run(&[], &mut out, &mut Vec::new());
            return Ok(Cell::Constant(out[0]));
        }
        self.step(op, args, 1).map(Cell::Slot)
    }

    /// Several slots of a kernel; constants where all it reads is constant.
    pub fn cells(
        &mut self,
        kernel: Arc<dyn Kernel>,
        args: Vec<Cell>,
        width: usize,
    ) -> Result<Vec<Cell>, String> {
        if args.iter().all(|cell| matches!(cell, Cell::Constant(_))) {
            if width > MOST {
                return Err("a graph of millions of numbers a row".to_owned());
            }
            let from: Vec<f64> = args.iter().map(|cell| constant(*cell)).collect();
            let mut out = vec![f64::NAN; width];
            kernel.run(&from, &mut out);
            return Ok(out.into_iter().map(Cell::Constant).collect());
        }
        let at = self.step(Op::Kernel(kernel), args, width)?;
        Ok((at..at + width as u32).map(Cell::Slot).collect())
    }

    /// The step that a cell comes from, and its place among the step's slots.
    pub fn step_of(&self, cell: Cell) -> Option<(&Step, usize)> {
        let Cell::Slot(slot) = cell else { return None };
        let (step, _) = self.slots.get(slot as usize)?;
        let step = self.steps.get(*step as usize)?;
        Some((step, slot.checked_sub(step.at)? as usize))
    }

    pub fn origin_of(&self, cell: Cell) -> Origin {
        match cell {
            Cell::Constant(_) => Origin::Nothing,
            Cell::Slot(slot) => {
                self.slots.get(slot as usize).map_or(Origin::Many, |(_, origin)| *origin)
            }
        }
    }

    fn origin(&self, op: &Op, args: &[Cell]) -> Origin {
        if let Op::Raw(j) | Op::Decoded(j, _) = op {
            return Origin::One(*j, Shape::Rising);
        }
        let mut source = None;
        for cell in args {
            match (self.origin_of(*cell), source) {
                (Origin::Nothing, _) => {}
                (Origin::One(j, _), None) => source = Some(j),
                (Origin::One(j, _), Some(k)) if j == k => {}
                _ => return Origin::Many,
            }
        }
        let Some(source) = source else { return Origin::Nothing };
        let shape = |cell: &Cell| match self.origin_of(*cell) {
            Origin::One(_, shape) => shape,
            _ => Shape::Any,
        };
        let shape = match (op, args) {
            (Op::Unary(unary, _), [x]) => after(shape(x), unary.shape()),
            (Op::Binary(binary, _), [x @ Cell::Slot(_), Cell::Constant(c)]) => {
                after(shape(x), binary.shape(*c, false))
            }
            (Op::Binary(binary, _), [Cell::Constant(c), x @ Cell::Slot(_)]) => {
                after(shape(x), binary.shape(*c, true))
            }
            _ => Shape::Any,
        };
        Origin::One(source, shape)
    }

    /// What computes some cells, from the features they depend on, which are told too.
    pub fn extract(
        &self,
        cells: &[Cell],
        levels: &BTreeMap<u32, Arc<[f64]>>,
    ) -> (Vec<u32>, Program) {
        let mut wanted: BTreeSet<u32> = BTreeSet::new();
        let mut open: Vec<Cell> = cells.to_vec();
        while let Some(cell) = open.pop() {
            let Cell::Slot(slot) = cell else { continue };
            let Some((step, _)) = self.slots.get(slot as usize) else { continue };
            if wanted.insert(*step) {
                open.extend(
                    self.steps.get(*step as usize).iter().flat_map(|step| step.args.iter()),
                );
            }
        }
        let chosen = || wanted.iter().filter_map(|step| self.steps.get(*step as usize));
        let mut sources: Vec<u32> = chosen()
            .filter_map(|step| if let Op::Raw(j) = step.op { Some(j) } else { None })
            .collect();
        sources.sort_unstable();
        sources.dedup();
        let mut at = 0;
        let mut place: BTreeMap<u32, u32> = BTreeMap::new();
        for step in chosen() {
            place.insert(step.at, at);
            at += step.width;
        }
        let moved = |cell: &Cell| match *cell {
            Cell::Slot(slot) => {
                let start = self.step_of(*cell).map_or(0, |(step, _)| step.at);
                Cell::Slot(place.get(&start).map_or(u32::MAX, |at| at + (slot - start)))
            }
            constant => constant,
        };
        let steps = chosen()
            .map(|step| Step {
                op: match &step.op {
                    Op::Raw(j) => {
                        let source = sources.binary_search(j).unwrap_or(usize::MAX) as u32;
                        match levels.get(j) {
                            Some(levels) => Op::Decoded(source, levels.clone()),
                            None => Op::Raw(source),
                        }
                    }
                    other => other.clone(),
                },
                args: step.args.iter().map(moved).collect(),
                at: place.get(&step.at).copied().unwrap_or(0),
                width: step.width,
            })
            .collect();
        let program = Program { steps, slots: at as usize, out: cells.iter().map(moved).collect() };
        (sources, program)
    }

    /// A cell as a column computed from features.
    pub fn column(&self, cell: Cell, levels: &BTreeMap<u32, Arc<[f64]>>) -> EncodedColumn {
        if let Some((Step { op: Op::Raw(j), .. }, _)) = self.step_of(cell)
            && !levels.contains_key(j)
        {
            return EncodedColumn::plain(*j);
        }
        let (sources, program) = self.extract(&[cell], levels);
        let shape = match self.origin_of(cell) {
            Origin::One(_, shape) => shape,
            Origin::Nothing | Origin::Many => Shape::Any,
        };
        EncodedColumn { sources, shape, rule: Some(Arc::new(program)) }
    }
}

/// The number of a constant cell.
pub(super) fn constant(cell: Cell) -> f64 {
    match cell {
        Cell::Constant(x) => x,
        Cell::Slot(_) => f64::NAN,
    }
}

fn after(inner: Shape, outer: Shape) -> Shape {
    match (inner, outer) {
        (Shape::Any, _) | (_, Shape::Any) => Shape::Any,
        (a, b) if a == b => Shape::Rising,
        _ => Shape::Falling,
    }
}

/// Steps that compute some numbers from some features.
#[derive(Debug)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    pub slots: usize,
    pub out: Vec<Cell>,
}

impl Program {
    /// The numbers, from the features in the order of [`Builder::extract`].
    pub fn run(&self, sources: &[f64], out: &mut [f64]) {
        let mut slots = vec![f64::NAN; self.slots];
        let mut gathered = Vec::new();
        for step in &self.steps {
            step.run(sources, &mut slots, &mut gathered);
        }
        for (out, cell) in out.iter_mut().zip(&self.out) {
            *out = match cell {
                Cell::Constant(x) => *x,
                Cell::Slot(at) => slots.get(*at as usize).copied().unwrap_or(f64::NAN),
            };
        }
    }
}

impl Rule for Program {
    fn value(&self, sources: &[f64]) -> f64 {
        let mut out = [f64::NAN];
        self.run(sources, &mut out);
        out[0]
    }
}
