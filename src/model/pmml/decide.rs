//! A PMML node asks its children in turn, and each may answer yes, no, or that a value is missing. That is a decision of
//! its own: a small tree of tests on single columns whose ends are the children. Where two of the three answers come to
//! the same, one test does.

use std::collections::HashMap;
use std::sync::Arc;

use super::compile::NotTrees;
use super::expression::{Expression, Shared, column};
use super::function::Compare;
use super::knowledge::Knowledge;
use super::predicate::{Compound, Predicate};
use super::score::Gate;
use super::tree::{MissingStrategy, Tree};
use crate::model::{Comparison, EncodedColumn, MissingRule, Node, Split};

/// The value of a leaf where the model has no result. A result of 0 is the other zero.
pub const NO_RESULT: f64 = -0.0;

/// Children that a node is compiled with, and parts of a predicate; wider ones are evaluated as they are.
const WIDEST: usize = 200;

/// Questions that compiling asks at most, of any file, and more for each node of its trees: conditions whose ways
/// multiply ask millions for a few nodes, and are evaluated as they are.
const MOST_STEPS: u64 = 100_000;
const MOST_STEPS_A_NODE: u64 = 200;

/// Questions inside questions, and tests on a path, that are compiled; calls go as deep.
const DEEPEST: usize = 250;

/// Nodes that a tree may grow to by its parts standing in several places.
const MOST_NODES: usize = 1_000_000;

/// What an end of a decision is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// A node of the tree.
    Node(u32),
    /// The result of the node that decides.
    Own,
    /// No result.
    Nothing,
    /// The tree takes no part.
    Zero,
}

/// A decision: tests on columns, and where they lead.
#[derive(Clone, Debug, PartialEq)]
enum Decision {
    End(End),
    Test(Box<(u32, Split, Decision, Decision)>),
}

type Decided = Result<Decision, NotTrees>;

/// What an answer leads to.
type Then<'c> = dyn FnMut(&mut Compiler, &Knowledge, Option<bool>) -> Decided + 'c;

/// Compiles trees.
#[derive(Debug, Default)]
pub struct Compiler {
    columns: Vec<EncodedColumn>,
    /// Columns that are never missing.
    present: Vec<bool>,
    known: HashMap<usize, u32>,
    steps: u64,
    /// Nodes of the trees so far.
    nodes: u64,
    depth: usize,
}

/// A tree while its nodes are written.
struct Writing<'t> {
    tree: &'t Tree,
    output: usize,
    weight: f64,
    /// Results are rounded to single precision.
    single: bool,
    nodes: Vec<Node>,
    /// Which nodes have been written.
    written: Vec<bool>,
    /// One stands in two places, or has no training rows.
    uncounted: bool,
}

impl Compiler {
    /// The columns that the trees' tests are on.
    pub fn columns(self) -> Vec<EncodedColumn> {
        self.columns
    }

    /// A tree's nodes, with tests on encoded columns.
    pub fn tree(
        &mut self,
        gate: &Gate,
        tree: &Tree,
        output: usize,
        weight: f64,
        single: bool,
    ) -> Result<Vec<Node>, NotTrees> {
        if tree.missing.spreads() {
            return Err(NotTrees);
        }
        let root = tree.nodes.first().ok_or(NotTrees)?;
        self.nodes += tree.nodes.len() as u64;
        let none = Knowledge::default();
        let earlier: Vec<&Predicate> = gate.earlier.iter().map(AsRef::as_ref).collect();
        let this = gate.this.as_deref();
        let decision = self.gate(&earlier, this, &none, &mut |compiler, knowledge, open| {
            if open != Some(true) {
                return Ok(Decision::End(End::Zero));
            }
            compiler.ask(&root.predicate, knowledge, &mut |_, _, answer| {
                let end = if answer == Some(true) { End::Node(0) } else { End::Nothing };
                Ok(Decision::End(end))
            })
        })?;
        let mut writing = Writing {
            tree,
            output,
            weight,
            single,
            nodes: vec![],
            written: vec![false; tree.nodes.len()],
            uncounted: false,
        };
        self.write(&mut writing, &decision, 0, &none, 0)?;
        if writing.uncounted {
            for node in &mut writing.nodes {
                if let Node::Inner { cover, .. } | Node::Leaf { cover, .. } = node {
                    *cover = 0.0;
                }
            }
        }
        Ok(writing.nodes)
    }

    /// Whether a gate is open: no earlier predicate holds, and its own does.
    fn gate(
        &mut self,
        earlier: &[&Predicate],
        this: Option<&Predicate>,
        knowledge: &Knowledge,
        then: &mut Then<'_>,
    ) -> Decided {
        if earlier.len() > WIDEST {
            return Err(NotTrees);
        }
        match (earlier, this) {
            ([first, rest @ ..], _) => {
                self.ask(first, knowledge, &mut |compiler, knowledge, answer| match answer {
                    Some(true) => then(compiler, knowledge, Some(false)),
                    _ => compiler.gate(rest, this, knowledge, then),
                })
            }
            ([], Some(this)) => self.ask(this, knowledge, then),
            ([], None) => then(self, knowledge, Some(true)),
        }
    }

    /// Asks a predicate, and goes on with each answer that it can give.
    fn ask(
        &mut self,
        predicate: &Predicate,
        knowledge: &Knowledge,
        then: &mut Then<'_>,
    ) -> Decided {
        self.steps += 1;
        let most = MOST_STEPS + MOST_STEPS_A_NODE * self.nodes;
        if self.steps > most || self.depth > DEEPEST {
            return Err(NotTrees);
        }
        self.depth += 1;
        let decided = self.asked(predicate, knowledge, then);
        self.depth -= 1;
        decided
    }

    fn asked(
        &mut self,
        predicate: &Predicate,
        knowledge: &Knowledge,
        then: &mut Then<'_>,
    ) -> Decided {
        match predicate {
            Predicate::True => then(self, knowledge, Some(true)),
            Predicate::False => then(self, knowledge, Some(false)),
            Predicate::Shared(shared) => self.ask(shared, knowledge, then),
            Predicate::Compare(of, compare, value) => {
                let below = |at: f64, less: Comparison| Split::Threshold {
                    at,
                    less,
                    missing: MissingRule::NanRight,
                };
                let (split, left) = match compare {
                    Compare::Less => (below(*value, Comparison::Less), true),
                    Compare::LessOrEqual => (below(*value, Comparison::LessOrEqual), true),
                    Compare::Greater => (below(*value, Comparison::LessOrEqual), false),
                    Compare::GreaterOrEqual => (below(*value, Comparison::Less), false),
                    Compare::Equal => (members(&[*value]), true),
                    Compare::NotEqual => (members(&[*value]), false),
                };
                self.test(of, &split, left, knowledge, then)
            }
            Predicate::In(of, values, inside) => {
                self.test(of, &members(values), *inside, knowledge, then)
            }
            Predicate::Missing(of, missing) => {
                let column = self.column(of);
                let absent = self.absent(column, knowledge);
                let on = |compiler: &mut Compiler, then: &mut Then<'_>, is: bool| {
                    then(compiler, &knowledge.with_missing(column, is), Some(is == *missing))
                };
                match absent {
                    Some(is) => on(self, then, is),
                    None => {
                        let present = on(self, then, false)?;
                        let absent = on(self, then, true)?;
                        Ok(apart(column, present, absent))
                    }
                }
            }
            Predicate::Compound(compound, parts) => {
                if parts.len() > WIDEST {
                    return Err(NotTrees);
                }
                let start = match compound {
                    Compound::And => Some(true),
                    Compound::Or | Compound::Xor => Some(false),
                    Compound::Surrogate => None,
                };
                self.compound(*compound, parts, start, knowledge, then)
            }
        }
    }

    /// Asks the parts of a compound predicate that are left, with what the others came to.
    fn compound(
        &mut self,
        compound: Compound,
        parts: &[Predicate],
        so_far: Option<bool>,
        knowledge: &Knowledge,
        then: &mut Then<'_>,
    ) -> Decided {
        let Some((first, rest)) = parts.split_first() else {
            return then(self, knowledge, so_far);
        };
        self.ask(first, knowledge, &mut |compiler, knowledge, answer| {
            let (decided, next) = match (compound, so_far, answer) {
                (Compound::And, _, Some(false)) => (true, Some(false)),
                (Compound::Or, _, Some(true)) => (true, Some(true)),
                (Compound::And | Compound::Or, so_far, Some(_)) => (false, so_far),
                (Compound::And | Compound::Or, _, None) => (false, None),
                (Compound::Xor, Some(odd), Some(answer)) => (false, Some(odd != answer)),
                (Compound::Xor, ..) => (true, None),
                (Compound::Surrogate, _, answer) => (answer.is_some(), answer),
            };
            match decided {
                true => then(compiler, knowledge, next),
                false => compiler.compound(compound, rest, next, knowledge, then),
            }
        })
    }

    /// A test of a value; `true_left`: the predicate holds for what goes left.
    fn test(
        &mut self,
        of: &Shared,
        split: &Split,
        true_left: bool,
        knowledge: &Knowledge,
        then: &mut Then<'_>,
    ) -> Decided {
        if of.sources.is_empty() {
            let x = of.of(&|_| f64::NAN);
            let answer = (!x.is_nan()).then(|| split.goes_left(x) == true_left);
            return then(self, knowledge, answer);
        }
        let column = self.column(of);
        let absent = self.absent(column, knowledge);
        let missing = match absent {
            Some(false) => None,
            _ => Some(then(self, &knowledge.with_missing(column, true), None)?),
        };
        if absent == Some(true) {
            return missing.ok_or(NotTrees);
        }
        let mut side = |compiler: &mut Compiler, left: bool| {
            let knowledge = knowledge.with_side(column, split, left);
            then(compiler, &knowledge, Some(left == true_left))
        };
        let (left, right) = match knowledge.implied(column, split) {
            Some(left) => {
                let present = side(self, left)?;
                return Ok(match missing {
                    Some(missing) => apart(column, present, missing),
                    None => present,
                });
            }
            None => (side(self, true)?, side(self, false)?),
        };
        let test =
            |split: Split, left, right| Decision::Test(Box::new((column, split, left, right)));
        Ok(match missing {
            _ if left == right => match missing {
                Some(missing) => apart(column, left, missing),
                None => left,
            },
            None => test(split.clone(), left, right),
            Some(missing) if missing == right => test(split.clone(), left, right),
            Some(missing) if missing == left => test(missing_left(split), left, right),
            Some(missing) => apart(column, test(split.clone(), left, right), missing),
        })
    }

    /// Whether a column is missing, if that is known.
    fn absent(&self, column: u32, knowledge: &Knowledge) -> Option<bool> {
        match self.present.get(column as usize) {
            Some(true) => Some(false),
            _ => knowledge.missing(column),
        }
    }

    /// The column of a value.
    fn column(&mut self, of: &Shared) -> u32 {
        let next = self.columns.len() as u32;
        let place = *self.known.entry(Arc::as_ptr(of) as usize).or_insert(next);
        if place == next {
            self.columns.push(column(of));
            self.present.push(is_present(of));
        }
        place
    }

    /// A node's decision between its children from one of them on.
    fn children(&mut self, tree: &Tree, node: u32, from: usize, knowledge: &Knowledge) -> Decided {
        let end = |end: End| Ok(Decision::End(end));
        let of = tree.nodes.get(node as usize).ok_or(NotTrees)?;
        if of.children.len() > WIDEST {
            return Err(NotTrees);
        }
        let Some(child) = of.children.get(from) else {
            return end(if tree.falls_back { End::Own } else { End::Nothing });
        };
        let predicate = &tree.nodes.get(*child as usize).ok_or(NotTrees)?.predicate;
        self.ask(predicate, knowledge, &mut |compiler, knowledge, answer| match answer {
            Some(true) => end(End::Node(*child)),
            Some(false) => compiler.children(tree, node, from + 1, knowledge),
            None => match tree.missing {
                MissingStrategy::PassedOver => compiler.children(tree, node, from + 1, knowledge),
                MissingStrategy::Nothing => end(End::Nothing),
                MissingStrategy::WeightedConfidence | MissingStrategy::AggregateNodes => {
                    Err(NotTrees)
                }
                MissingStrategy::Last => end(End::Own),
                MissingStrategy::DefaultChild => match of.default {
                    Some(default) => end(End::Node(default)),
                    // What has no answer is not true.
                    None => compiler.children(tree, node, from + 1, knowledge),
                },
            },
        })
    }

    /// Writes a decision of a node and all that follows; returns the training rows that came here.
    fn write(
        &mut self,
        writing: &mut Writing<'_>,
        decision: &Decision,
        node: u32,
        knowledge: &Knowledge,
        depth: usize,
    ) -> Result<f64, NotTrees> {
        if writing.nodes.len() > MOST_NODES || depth > DEEPEST {
            return Err(NotTrees);
        }
        match decision {
            Decision::Test(test) => {
                let (feature, split, left, right) = test.as_ref();
                let at = writing.nodes.len();
                writing.nodes.push(Node::Leaf { value: NO_RESULT, cover: 0.0 });
                let mut cover = 0.0;
                let known = knowledge.after(*feature, split, true);
                cover += self.write(writing, left, node, &known, depth + 1)?;
                let second = writing.nodes.len() as u32;
                let known = knowledge.after(*feature, split, false);
                cover += self.write(writing, right, node, &known, depth + 1)?;
                if let Some(place) = writing.nodes.get_mut(at) {
                    let (feature, split) = (*feature, split.clone());
                    let left = at as u32 + 1;
                    *place = Node::Inner { feature, split, left, right: second, cover };
                }
                Ok(cover)
            }
            Decision::End(End::Node(child)) => {
                let of = writing.tree.nodes.get(*child as usize).ok_or(NotTrees)?;
                let seen = writing.written.get_mut(*child as usize).ok_or(NotTrees)?;
                writing.uncounted |= std::mem::replace(seen, true);
                if of.children.is_empty() {
                    return writing.leaf(*child, of.count);
                }
                let tree = writing.tree;
                let decision = self.children(tree, *child, 0, knowledge)?;
                self.write(writing, &decision, *child, knowledge, depth + 1)
            }
            Decision::End(End::Own) => {
                // The training rows that went to no child.
                let nodes = &writing.tree.nodes;
                let of = nodes.get(node as usize).ok_or(NotTrees)?;
                let gone = of.children.iter().filter_map(|child| nodes.get(*child as usize));
                let rest = of.count - gone.map(|child| child.count).sum::<f64>();
                writing.leaf(node, if writing.tree.falls_back { rest.max(0.0) } else { 0.0 })
            }
            Decision::End(End::Zero) => {
                writing.uncounted = true;
                writing.nodes.push(Node::Leaf { value: 0.0, cover: 0.0 });
                Ok(0.0)
            }
            Decision::End(End::Nothing) => {
                writing.nodes.push(Node::Leaf { value: NO_RESULT, cover: 0.0 });
                Ok(0.0)
            }
        }
    }
}

impl Writing<'_> {
    fn leaf(&mut self, node: u32, count: f64) -> Result<f64, NotTrees> {
        let of = self.tree.nodes.get(node as usize).ok_or(NotTrees)?;
        let value = self.tree.result(of, self.output) * self.weight;
        let value = if self.single { f64::from(value as f32) } else { value };
        // Adding 0 makes the other zero of a result that is one.
        let value = if value.is_nan() { NO_RESULT } else { value + 0.0 };
        self.uncounted |= count < 0.0;
        let cover = count.max(0.0);
        self.nodes.push(Node::Leaf { value, cover });
        Ok(cover)
    }
}

/// The test whether a value is one of a list.
fn members(values: &[f64]) -> Split {
    Split::Members { set: values.into(), member_left: true, missing_left: false }
}

/// The same test, with missing values on the other side.
fn missing_left(split: &Split) -> Split {
    let mut split = split.clone();
    match &mut split {
        Split::Threshold { missing, .. } => *missing = MissingRule::NanLeft,
        Split::Members { missing_left, .. } | Split::Categories { missing_left, .. } => {
            *missing_left = true;
        }
    }
    split
}

/// Values that are there to one side, missing ones to the other.
fn apart(column: u32, present: Decision, missing: Decision) -> Decision {
    if present == missing {
        return present;
    }
    let split = Split::Threshold {
        at: f64::INFINITY,
        less: Comparison::LessOrEqual,
        missing: MissingRule::NanRight,
    };
    Decision::Test(Box::new((column, split, present, missing)))
}

/// Whether a value is never missing.
fn is_present(of: &Shared) -> bool {
    match &of.expression {
        Expression::Constant(x) | Expression::Filled(_, x) => !x.is_nan(),
        Expression::Same(of) | Expression::Single(of) | Expression::Indicator(of, _) => {
            is_present(of)
        }
        _ => false,
    }
}
