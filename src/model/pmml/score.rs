//! What a model computes: sums of trees and terms, and what makes predictions of them.

use std::sync::Arc;

use super::combined::Combined;
use super::expression::{Extent, Row, Shared};
use super::finish::{Finish, Target};
use super::predicate::Predicate;
use super::tree::Tree;
use crate::model::Link;

/// When a segment takes part: none of the earlier predicates is true, and its own is.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// Predicates none of which may be true.
    pub earlier: Vec<Arc<Predicate>>,
    /// The predicate that must be true.
    pub this: Option<Arc<Predicate>>,
}

impl Gate {
    /// Whether it is open for a row.
    pub fn is_open(&self, row: Row<'_>) -> bool {
        let holds = |predicate: &Arc<Predicate>| predicate.answer(row) == Some(true);
        !self.earlier.iter().any(holds) && self.this.as_ref().is_none_or(holds)
    }

    /// Whether it is always open.
    pub fn is_always_open(&self) -> bool {
        self.earlier.is_empty() && self.this.is_none()
    }
}

/// One summand.
#[derive(Clone, Debug)]
pub enum Part {
    /// A tree's result times a weight.
    Tree(Arc<Tree>, usize, f64),
    /// A value times a weight.
    Term(Shared, f64),
    /// Several models together, in a way that is no sum.
    Combined(Arc<Combined>, usize, f64),
    /// No result at all, where the gate is open.
    Nothing,
}

/// A sum.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// The constant.
    pub base: f64,
    /// Summands, in the file's order, each with the gate it stands behind.
    pub parts: Vec<(Gate, Part)>,
    /// Summed in single precision, from 0, with the constant last.
    pub single: bool,
}

impl Sum {
    /// The constant alone.
    pub fn constant(base: f64) -> Sum {
        Sum { base, ..Sum::default() }
    }

    /// The sum for a row, in double precision.
    pub fn exact(&self, row: Row<'_>) -> f64 {
        self.parts.iter().map(|(gate, part)| part.value(gate, row)).sum::<f64>() + self.base
    }

    /// The sum for a row, in the file's own precision.
    pub fn value(&self, row: Row<'_>) -> f64 {
        if !self.single {
            return self.exact(row);
        }
        let sum = self.parts.iter().map(|(gate, part)| part.value(gate, row) as f32).sum::<f32>();
        f64::from(sum + self.base as f32)
    }

    /// Adds another sum times a weight.
    pub fn add(&mut self, other: &Sum, weight: f64) {
        self.base += other.base * weight;
        self.single |= other.single;
        for (gate, part) in &other.parts {
            let part = match part {
                Part::Tree(tree, output, w) => Part::Tree(tree.clone(), *output, w * weight),
                Part::Term(value, w) => Part::Term(value.clone(), w * weight),
                Part::Combined(of, output, w) => Part::Combined(of.clone(), *output, w * weight),
                Part::Nothing => Part::Nothing,
            };
            self.parts.push((gate.clone(), part));
        }
    }

    /// The sum times a factor, plus a constant.
    pub fn scaled(&self, factor: f64, constant: f64) -> Sum {
        let mut sum = Sum::constant(constant);
        sum.add(self, factor);
        sum
    }

    /// The sum behind one more gate; its constant stands there too.
    pub fn gated(&self, gate: &Gate, unit: &Arc<Tree>) -> Sum {
        let mut sum = Sum { base: 0.0, parts: vec![], single: self.single };
        if self.base != 0.0 {
            sum.parts.push((gate.clone(), Part::Tree(unit.clone(), 0, self.base)));
        }
        for (inner, part) in &self.parts {
            let mut both = gate.clone();
            both.earlier.extend(inner.earlier.iter().cloned());
            match (&both.this, &inner.this) {
                (_, None) => {}
                (None, Some(_)) => both.this = inner.this.clone(),
                (Some(_), Some(this)) => both.also(this),
            }
            sum.parts.push((both, part.clone()));
        }
        sum
    }

    fn extent(&self, into: &mut Extent) {
        for (gate, part) in &self.parts {
            gate.earlier.iter().chain(&gate.this).for_each(|predicate| predicate.extent(into));
            match part {
                Part::Tree(tree, ..) => tree.extent(into),
                Part::Term(value, _) => into.see(value),
                Part::Combined(of, ..) => {
                    for member in &of.members {
                        member.predicate.extent(into);
                        member.scored.extent(into);
                    }
                }
                Part::Nothing => {}
            }
        }
    }
}

impl Gate {
    /// One more predicate that must be true: what it is not may not be.
    fn also(&mut self, predicate: &Arc<Predicate>) {
        use super::predicate::Compound;
        let this = self.this.take();
        let parts = this.into_iter().chain([predicate.clone()]).map(Predicate::Shared);
        self.this = Some(Arc::new(Predicate::Compound(Compound::And, parts.collect())));
    }
}

impl Part {
    fn value(&self, gate: &Gate, row: Row<'_>) -> f64 {
        if !gate.is_always_open() && !gate.is_open(row) {
            return 0.0;
        }
        match self {
            Part::Tree(tree, output, weight) => tree.value(row, *output) * weight,
            Part::Term(value, weight) => value.of(row) * weight,
            Part::Combined(of, output, weight) => {
                of.values(row).get(*output).copied().unwrap_or(f64::NAN) * weight
            }
            Part::Nothing => f64::NAN,
        }
    }
}

/// A model: its scores, and what makes predictions of them.
#[derive(Clone, Debug)]
pub struct Scored {
    /// One score, or one a class.
    pub sums: Vec<Sum>,
    /// From scores to predictions.
    pub finish: Finish,
    /// What is done to a predicted number in the end.
    pub target: Target,
    /// The names of the classes, none for a number. Two classes have one score, that of the second.
    pub classes: Vec<String>,
    /// The link is computed in single precision.
    pub single: bool,
    /// What takes the place of no prediction: none, or one number a score.
    pub otherwise: Vec<f64>,
    /// The trees and their weights, where the scores are shares of their votes: one without a result does not vote.
    pub votes: Vec<(Arc<Tree>, f64)>,
}

impl Scored {
    /// A model of a number whose scores are its predictions.
    pub fn bare(sums: Vec<Sum>, single: bool) -> Scored {
        Scored {
            sums,
            finish: Finish::Link(Link::Identity),
            target: Target::default(),
            classes: vec![],
            single,
            otherwise: vec![],
            votes: vec![],
        }
    }

    /// The predictions for a row.
    pub fn values(&self, row: Row<'_>) -> Vec<f64> {
        let mut raw: Vec<f64> = self.sums.iter().map(|sum| sum.value(row)).collect();
        self.count_votes(row, &mut raw);
        let mut out = vec![f64::NAN; raw.len()];
        self.predictions(&raw, &mut out);
        out
    }

    /// The shares of the votes that there are, where not all trees have one; none where most trees have none.
    pub fn count_votes(&self, row: Row<'_>, raw: &mut [f64]) {
        if self.votes.is_empty() || !raw.iter().any(|x| x.is_nan()) {
            return;
        }
        let mut counts = vec![0.0; self.classes.len()];
        let mut silent = 0.0;
        for (tree, weight) in &self.votes {
            match tree.node(row).and_then(|node| node.vote).and_then(|v| counts.get_mut(v as usize))
            {
                Some(count) => *count += weight,
                None => silent += weight,
            }
        }
        let (all, most): (f64, f64) =
            (counts.iter().sum(), counts.iter().copied().fold(0.0, f64::max));
        if all > 0.0 && silent <= most {
            let skip = usize::from(raw.len() == 1);
            for (raw, count) in raw.iter_mut().zip(counts.iter().skip(skip)) {
                *raw = count / all;
            }
        }
    }

    /// From scores to predictions.
    pub fn predictions(&self, raw: &[f64], out: &mut [f64]) {
        self.finish.predictions(raw, self.single, out);
        if out.iter().any(|x| x.is_nan()) {
            out.fill(f64::NAN);
            for (out, otherwise) in out.iter_mut().zip(&self.otherwise) {
                *out = *otherwise;
            }
        }
        for out in out.iter_mut() {
            *out = self.target.of(*out);
        }
    }

    /// What it needs, one level above its parts.
    pub fn extent(&self, into: &mut Extent) {
        self.sums.iter().for_each(|sum| sum.extent(into));
        into.depth += 1;
    }

    /// Whether the scores are the predictions.
    pub fn is_bare(&self) -> bool {
        self.finish == Finish::Link(Link::Identity)
            && self.target.is_nothing()
            && self.otherwise.is_empty()
    }
}
