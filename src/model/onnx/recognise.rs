//! Finds the model in what a graph computes: trees or weighted sums on columns, and the link behind them.
//!
//! Cells that are a weighted sum of scores of trees are one ensemble with scaled leaves; cells that are a weighted sum of
//! numbers that each come from one feature are a linear model. What is neither stays a program.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{FloatWidth, LinearModel, Link, ModelCard, Node, Tree, TreeEnsemble};
use super::arithmetic::{Binary, Unary};
use super::head::{Body, Head};
use super::program::{Builder, Cell, Elem, Kernel, Op, Origin, Step};

/// A model on columns that cells compute.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub body: Body,
    pub columns: Vec<Cell>,
    /// Its one score is for the second of two columns, beside which stands 1 less it.
    pub one: bool,
    pub labels: Vec<String>,
    pub objective: String,
}

/// The model that some cells are the columns of.
pub(super) fn recognise(builder: &Builder, cells: &[Cell]) -> Option<Found> {
    links(builder, cells, 8)
}

fn links(builder: &Builder, cells: &[Cell], left: usize) -> Option<Found> {
    let left = left.checked_sub(1)?;
    let cells: Vec<Cell> = cells.iter().map(|cell| uncast(builder, *cell)).collect();
    if let Some(found) = whole(builder, &cells) {
        return Some(found);
    }
    if let [other, own] = cells.as_slice()
        && is_rest(builder, *other, *own)
    {
        let found = links(builder, &[*own], left)?;
        return (!found.one).then_some(Found { one: true, ..found });
    }
    if let Some((step, kernel)) = kernel(builder, &cells) {
        let found = links(builder, &step.args, left);
        let mut found = match (found, kernel.link()) {
            (None, "share") => each_its_own(builder, &step.args, left)?,
            (found, _) => found?,
        };
        if found.one {
            // Two columns that add up to 1 are their own shares.
            return (kernel.link() == "share").then_some(found);
        }
        let link = linked(&mut found);
        match (kernel.link(), *link) {
            ("softmax", Link::Identity) => *link = Link::Softmax,
            // Such shares add up to 1 already, but for the last digits.
            ("share", Link::Softmax | Link::LogisticShare) => {}
            ("share", Link::Logistic { slope: 1.0 }) => *link = Link::LogisticShare,
            ("share", Link::Identity) => *link = Link::Share,
            _ => return None,
        }
        return Some(found);
    }
    if let [cell] = cells.as_slice()
        && let Some((Step { op: Op::Unary(unary, _), args, .. }, _)) = builder.step_of(*cell)
        && let Some(to) = match unary {
            Unary::Sigmoid => Some(Link::Logistic { slope: 1.0 }),
            Unary::Exp => Some(Link::Exp),
            _ => None,
        }
    {
        let mut found = links(builder, args, left)?;
        let one = found.one;
        let link = linked(&mut found);
        if *link != Link::Identity || one {
            return None;
        }
        *link = to;
        return Some(found);
    }
    if let Some(found) = shares(builder, &cells, left) {
        return Some(found);
    }
    affine(builder, &cells)
}

fn linked(found: &mut Found) -> &mut Link {
    match &mut found.body {
        Body::Trees(trees) => &mut Arc::make_mut(trees).link,
        Body::Linear(linear) => &mut linear.link,
    }
}

/// A cell without the casts behind it that change no single-precision number.
fn uncast(builder: &Builder, mut cell: Cell) -> Cell {
    for _ in 0..8 {
        match builder.step_of(cell) {
            Some((
                Step { op: Op::Unary(Unary::Cast, Elem::Single | Elem::Double), args, .. },
                _,
            )) if !matches!(args.first(), Some(Cell::Slot(_)) if is_raw(builder, args.first())) => {
                match args.first() {
                    Some(inner) => cell = *inner,
                    None => break,
                }
            }
            _ => break,
        }
    }
    cell
}

fn is_raw(builder: &Builder, cell: Option<&Cell>) -> bool {
    cell.and_then(|cell| builder.step_of(*cell))
        .is_some_and(|(step, _)| matches!(step.op, Op::Raw(_)))
}

/// All columns of one model, or one of them.
fn whole(builder: &Builder, cells: &[Cell]) -> Option<Found> {
    let (step, first) = builder.step_of(*cells.first()?)?;
    let Op::Head(head) = &step.op else { return None };
    let found = |head: &Head, one: bool| Found {
        body: head.body.clone(),
        columns: step.args.to_vec(),
        one,
        labels: head.labels.clone(),
        objective: head.objective.clone(),
    };
    if cells.len() == head.width()
        && (first..).zip(cells).all(|(k, cell)| of(step, k) == *cell)
        && first == 0
    {
        return Some(found(head, head.one));
    }
    match (cells, head.one) {
        ([_], true) if first == 1 => Some(found(head, false)),
        ([_], false) if matches!(head.model().link(), Link::Identity | Link::Logistic { .. }) => {
            let mut found = found(head, false);
            found.select(first);
            Some(found)
        }
        _ => None,
    }
}

/// The k-th slot of a step.
fn of(step: &Step, k: usize) -> Cell {
    Cell::Slot(step.at.saturating_add(u32::try_from(k).unwrap_or(u32::MAX)))
}

/// The kernel that all cells are the columns of.
fn kernel<'b>(builder: &'b Builder, cells: &[Cell]) -> Option<(&'b Step, &'b dyn Kernel)> {
    let (step, first) = builder.step_of(*cells.first()?)?;
    let Op::Kernel(kernel) = &step.op else { return None };
    let all = first == 0
        && cells.len() == step.width as usize
        && (0..).zip(cells).all(|(k, cell)| of(step, k) == *cell);
    (all && !kernel.link().is_empty()).then(|| (step, kernel.as_ref()))
}

/// Whether a cell is 1 less another.
fn is_rest(builder: &Builder, other: Cell, own: Cell) -> bool {
    match builder.step_of(other) {
        Some((Step { op: Op::Binary(Binary::Sub, _), args, .. }, _)) => match args.as_ref() {
            [Cell::Constant(1.0), cell] => uncast(builder, *cell) == own,
            _ => false,
        },
        _ => false,
    }
}

/// Every cell divided by the sum of all.
fn shares(builder: &Builder, cells: &[Cell], left: usize) -> Option<Found> {
    let mut parts = Vec::new();
    let mut total = None;
    for cell in cells {
        let (step, _) = builder.step_of(*cell)?;
        let (Op::Binary(Binary::Div, _), [part, sum]) = (&step.op, step.args.as_ref()) else {
            return None;
        };
        if *total.get_or_insert(*sum) != *sum {
            return None;
        }
        parts.push(*part);
    }
    let (step, _) = builder.step_of(total?)?;
    let Op::Dot(weights, _) = &step.op else { return None };
    if parts.len() < 3 || *step.args != *parts || !weights.iter().all(|weight| *weight == 1.0) {
        return None;
    }
    each_its_own(builder, &parts, left)
}

/// Each class has a model of its own: its logistic, to be shared out.
fn each_its_own(builder: &Builder, cells: &[Cell], left: usize) -> Option<Found> {
    together(cells.iter().map(|cell| links(builder, &[*cell], left)).collect::<Option<_>>()?)
}

/// Linear models of one output each with a logistic link, as one.
fn together(scores: Vec<Found>) -> Option<Found> {
    let first = scores.first()?.clone();
    let (mut columns, mut weights, mut intercepts) = (Vec::new(), Vec::new(), Vec::new());
    for found in &scores {
        let Body::Linear(linear) = &found.body else { return None };
        if linear.link != (Link::Logistic { slope: 1.0 }) || found.one {
            return None;
        }
        let ([own], [intercept]) = (linear.weights.as_slice(), linear.intercepts.as_slice()) else {
            return None;
        };
        let mut row = vec![0.0; columns.len()];
        row.extend(own);
        columns.extend(&found.columns);
        weights.push(row);
        intercepts.push(*intercept);
    }
    weights.iter_mut().for_each(|row| row.resize(columns.len(), 0.0));
    let linear = LinearModel {
        card: ModelCard { features: vec![String::new(); columns.len()], ..ModelCard::default() },
        fill: vec![f64::NAN; columns.len()],
        weights,
        intercepts,
        width: FloatWidth::OnnxRuntime,
        link: Link::LogisticShare,
        ..LinearModel::default()
    };
    Some(Found { body: Body::Linear(linear), columns, labels: Vec::new(), ..first })
}

/// A cell as a weighted sum.
#[derive(Default)]
struct Sum {
    /// By slot that comes from one feature: its weight.
    atoms: BTreeMap<u32, f64>,
    /// By slot that is a score of trees: its weight.
    scores: BTreeMap<u32, f64>,
    constant: f64,
}

fn sum(builder: &Builder, cell: Cell) -> Option<Sum> {
    let mut sum = Sum::default();
    let mut open: BTreeMap<u32, f64> = BTreeMap::new();
    let add =
        |cell: Cell, weight: f64, open: &mut BTreeMap<u32, f64>, constant: &mut f64| match cell {
            Cell::Constant(x) => *constant += weight * x,
            Cell::Slot(slot) => *open.entry(slot).or_insert(0.0) += weight,
        };
    add(cell, 1.0, &mut open, &mut sum.constant);
    // The last slot first: what it reads lies before it.
    while let Some((slot, weight)) = open.pop_last() {
        let (step, k) = builder.step_of(Cell::Slot(slot))?;
        let constant = &mut sum.constant;
        match (&step.op, step.args.as_ref()) {
            (Op::Head(head), args) => {
                let model = head.model();
                if model.link() != Link::Identity {
                    return None;
                }
                let (weight, k) = match (head.one, k) {
                    (true, 0) => {
                        *constant += weight;
                        (-weight, 0)
                    }
                    (true, _) => (weight, 0),
                    (false, k) => (weight, k),
                };
                match &head.body {
                    Body::Trees(_) => {
                        let own = if head.one { step.at.checked_add(1)? } else { slot };
                        *sum.scores.entry(own).or_insert(0.0) += weight;
                    }
                    Body::Linear(linear) => {
                        *constant += weight * linear.intercepts.get(k)?;
                        for (w, arg) in linear.weights.get(k)?.iter().zip(args) {
                            add(*arg, weight * w, &mut open, constant);
                        }
                    }
                }
            }
            _ if matches!(builder.origin_of(Cell::Slot(slot)), Origin::One(..)) => {
                *sum.atoms.entry(slot).or_insert(0.0) += weight;
            }
            (Op::Dot(weights, _), args) => {
                for (w, arg) in weights.iter().zip(args) {
                    add(*arg, weight * w, &mut open, constant);
                }
            }
            (Op::Unary(Unary::Cast, Elem::Single | Elem::Double), [x]) => {
                add(*x, weight, &mut open, constant)
            }
            (Op::Unary(Unary::Negative, _), [x]) => add(*x, -weight, &mut open, constant),
            (Op::Binary(Binary::Add, Elem::Single | Elem::Double), [a, b]) => {
                add(*a, weight, &mut open, constant);
                add(*b, weight, &mut open, constant);
            }
            (Op::Binary(Binary::Sub, Elem::Single | Elem::Double), [a, b]) => {
                add(*a, weight, &mut open, constant);
                add(*b, -weight, &mut open, constant);
            }
            (Op::Binary(Binary::Mul, _), [x, Cell::Constant(c)] | [Cell::Constant(c), x]) => {
                add(*x, weight * c, &mut open, constant);
            }
            (Op::Binary(Binary::Div, Elem::Single | Elem::Double), [x, Cell::Constant(c)]) => {
                add(*x, weight / c, &mut open, constant);
            }
            _ => return None,
        }
    }
    let finite =
        sum.atoms.values().chain(sum.scores.values()).chain([&sum.constant]).all(|x| x.is_finite());
    finite.then_some(sum)
}

/// Cells that are weighted sums of scores of trees, or of numbers that each come from one feature.
fn affine(builder: &Builder, cells: &[Cell]) -> Option<Found> {
    let sums: Vec<Sum> = cells.iter().map(|cell| sum(builder, *cell)).collect::<Option<_>>()?;
    let none = Found {
        body: Body::Linear(LinearModel::default()),
        columns: Vec::new(),
        one: false,
        labels: Vec::new(),
        objective: String::new(),
    };
    if sums.iter().all(|sum| sum.scores.is_empty()) {
        let mut slots: Vec<u32> = sums.iter().flat_map(|sum| sum.atoms.keys().copied()).collect();
        slots.sort_unstable();
        slots.dedup();
        if slots.is_empty() {
            return None;
        }
        let row = |sum: &Sum| {
            slots.iter().map(|slot| sum.atoms.get(slot).copied().unwrap_or(0.0)).collect()
        };
        let linear = LinearModel {
            card: ModelCard { features: vec![String::new(); slots.len()], ..ModelCard::default() },
            weights: sums.iter().map(row).collect(),
            intercepts: sums.iter().map(|sum| sum.constant).collect(),
            fill: vec![f64::NAN; slots.len()],
            width: FloatWidth::OnnxRuntime,
            ..LinearModel::default()
        };
        let columns = slots.into_iter().map(Cell::Slot).collect();
        let objective = "a weighted sum".to_owned();
        return Some(Found { body: Body::Linear(linear), columns, objective, ..none });
    }
    if sums.iter().any(|sum| !sum.atoms.is_empty()) {
        return None;
    }
    // Where the columns of each model begin among those of all, by its step.
    let mut starts: BTreeMap<u32, u32> = BTreeMap::new();
    let mut columns: Vec<Cell> = Vec::new();
    let mut ensemble = TreeEnsemble {
        base: Vec::new(),
        width: FloatWidth::OnnxRuntime,
        ..TreeEnsemble::default()
    };
    let (mut count, mut leaves, mut labels) = (0, 0, Vec::new());
    for (output, sum) in sums.iter().enumerate() {
        let mut base = sum.constant;
        for (slot, weight) in &sum.scores {
            let (step, k) = builder.step_of(Cell::Slot(*slot))?;
            let Op::Head(head) = &step.op else { return None };
            let Body::Trees(trees) = &head.body else { return None };
            let k = if head.one { 0 } else { k };
            ensemble.width = trees.width;
            labels.clone_from(&head.labels);
            let start = *starts.entry(step.at).or_insert_with(|| {
                let start = columns.len() as u32;
                columns.extend(step.args.iter());
                (count, leaves) = (count + trees.card.trees, leaves + trees.card.leaves);
                start
            });
            base += weight * trees.base.get(k)?;
            let scale = weight / trees.divisor;
            for tree in trees.trees.iter().filter(|tree| tree.output == k) {
                ensemble.trees.push(Tree { output, nodes: moved(&tree.nodes, start, scale) });
            }
        }
        ensemble.base.push(base);
    }
    if ensemble.trees.len() > 1_000_000 {
        return None;
    }
    ensemble.card.features = vec![String::new(); columns.len()];
    let mut ensemble = ensemble.measured();
    (ensemble.card.trees, ensemble.card.leaves) = (count, leaves);
    let objective = "a weighted sum of tree ensembles".to_owned();
    Some(Found { body: Body::Trees(Arc::new(ensemble)), columns, labels, objective, ..none })
}

/// Nodes on columns that lie further behind, with scaled leaves.
pub(super) fn moved(nodes: &[Node], start: u32, scale: f64) -> Vec<Node> {
    let mut nodes = nodes.to_vec();
    for node in &mut nodes {
        match node {
            Node::Inner { feature, .. } => *feature = feature.saturating_add(start),
            Node::Leaf { value, .. } => *value *= scale,
            Node::Sloped(_) => {}
        }
    }
    nodes
}

impl Found {
    /// Keeps one of several outputs.
    pub fn select(&mut self, output: usize) {
        match &mut self.body {
            Body::Trees(trees) => {
                let trees = Arc::make_mut(trees);
                trees.trees.retain(|tree| tree.output == output);
                trees.trees.iter_mut().for_each(|tree| tree.output = 0);
                let base = trees.base.get(output).copied().unwrap_or(0.0);
                trees.base = vec![base];
                if trees.trees.is_empty() {
                    let nodes = vec![Node::Leaf { value: 0.0, cover: 0.0 }];
                    trees.trees.push(Tree { output: 0, nodes });
                }
            }
            Body::Linear(linear) => {
                let weights = linear.weights.get(output).cloned().unwrap_or_default();
                linear.weights = vec![weights];
                linear.intercepts =
                    vec![linear.intercepts.get(output).copied().unwrap_or(f64::NAN)];
            }
        }
    }

    /// Two classes as one score, that of the second class, where two scores are no more than one.
    pub fn collapse(&mut self) {
        let link = match &self.body {
            Body::Trees(trees) => trees.link,
            Body::Linear(linear) => linear.link,
        };
        let two = match &self.body {
            Body::Trees(trees) => trees.base.len() == 2,
            Body::Linear(linear) => linear.weights.len() == 2,
        };
        match link {
            _ if !two => {}
            Link::Identity | Link::Logistic { .. } => self.select(1),
            // softmax(a, b) of b is logistic(b − a)
            Link::Softmax => {
                match &mut self.body {
                    Body::Trees(trees) => {
                        let trees = Arc::make_mut(trees);
                        for tree in trees.trees.iter_mut().filter(|tree| tree.output == 0) {
                            tree.nodes = moved(&tree.nodes, 0, -1.0);
                        }
                        trees.trees.iter_mut().for_each(|tree| tree.output = 0);
                        if let [a, b] = trees.base.as_slice() {
                            trees.base = vec![b - a];
                        }
                    }
                    Body::Linear(linear) => {
                        if let ([a, b], [c, d]) =
                            (linear.weights.as_slice(), linear.intercepts.as_slice())
                        {
                            let weights = b.iter().zip(a).map(|(b, a)| b - a).collect();
                            (linear.intercepts, linear.weights) = (vec![d - c], vec![weights]);
                        }
                    }
                }
                *linked(self) = Link::Logistic { slope: 1.0 };
            }
            Link::LogisticShare if self.opposite() => {
                self.select(1);
                *linked(self) = Link::Logistic { slope: 1.0 };
            }
            _ => {}
        }
    }

    /// Two weighted sums that are each other's negative.
    fn opposite(&self) -> bool {
        let Body::Linear(LinearModel { weights, intercepts, .. }) = &self.body else {
            return false;
        };
        let ([a, b], [c, d]) = (weights.as_slice(), intercepts.as_slice()) else { return false };
        *c == -d && a.iter().zip(b).all(|(a, b)| *a == -b)
    }
}
