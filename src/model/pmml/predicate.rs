//! Predicates: tests with three answers, of which the third is that a value is missing.

use std::sync::Arc;

use super::expression::{Extent, Row, Shared};
use super::function::Compare;
use super::read::{Reader, Refusal, Scope, array, attribute, bad, no, only};
use super::xml::Node;

/// A test.
#[derive(Clone, Debug)]
pub enum Predicate {
    /// Always true.
    True,
    /// Always false.
    False,
    /// A comparison with a constant.
    Compare(Shared, Compare, f64),
    /// Whether a value is one of a sorted list, or is not.
    In(Shared, Box<[f64]>, bool),
    /// Whether a value is missing, or is not.
    Missing(Shared, bool),
    /// Several tests.
    Compound(Compound, Vec<Predicate>),
    /// A test that stands in several places.
    Shared(Arc<Predicate>),
}

/// How several tests are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compound {
    /// All hold.
    And,
    /// One holds.
    Or,
    /// An odd number holds.
    Xor,
    /// The first that has an answer.
    Surrogate,
}

impl Predicate {
    /// The answer for a row; none where a value is missing.
    pub fn answer(&self, row: Row<'_>) -> Option<bool> {
        match self {
            Predicate::True => Some(true),
            Predicate::False => Some(false),
            Predicate::Compare(of, compare, value) => {
                let x = of.of(row);
                (!x.is_nan()).then(|| compare.holds(x, *value))
            }
            Predicate::In(of, values, inside) => {
                let x = of.of(row);
                (!x.is_nan()).then(|| values.contains(&x) == *inside)
            }
            Predicate::Missing(of, missing) => Some(of.of(row).is_nan() == *missing),
            Predicate::Shared(shared) => shared.answer(row),
            Predicate::Compound(compound, parts) => {
                let mut answers = parts.iter().map(|part| part.answer(row));
                match compound {
                    Compound::Surrogate => answers.find_map(|answer| answer),
                    Compound::Xor => answers.try_fold(false, |odd, answer| Some(odd != answer?)),
                    Compound::And | Compound::Or => {
                        let decides = *compound == Compound::Or;
                        let mut result = Some(!decides);
                        for answer in answers {
                            match answer {
                                Some(answer) if answer == decides => return Some(decides),
                                None => result = None,
                                Some(_) => {}
                            }
                        }
                        result
                    }
                }
            }
        }
    }

    /// What it needs.
    pub fn extent(&self, into: &mut Extent) {
        match self {
            Predicate::True | Predicate::False => {}
            Predicate::Compare(of, ..) | Predicate::In(of, ..) | Predicate::Missing(of, _) => {
                into.see(of);
            }
            Predicate::Shared(shared) => shared.extent(into),
            Predicate::Compound(_, parts) => parts.iter().for_each(|part| part.extent(into)),
        }
    }
}

/// Whether an element is a predicate.
pub fn is_predicate(node: Node<'_>) -> bool {
    matches!(
        node.name(),
        "True" | "False" | "SimplePredicate" | "SimpleSetPredicate" | "CompoundPredicate"
    )
}

/// The predicate of an element: its first child that is one.
pub fn of_element(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
) -> Result<Predicate, Refusal> {
    let found = node.children().find(|child| is_predicate(*child));
    predicate(
        reader,
        scope,
        found.ok_or_else(|| bad(format!("a {} without a predicate", node.name())))?,
    )
}

/// A predicate.
pub fn predicate(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
) -> Result<Predicate, Refusal> {
    match node.name() {
        "True" => Ok(Predicate::True),
        "False" => Ok(Predicate::False),
        "SimplePredicate" => {
            only(node, &["field", "operator", "value"])?;
            let of = scope.value(reader, &attribute(node, "field")?)?;
            let operator = attribute(node, "operator")?;
            match operator.as_ref() {
                "isMissing" => return Ok(Predicate::Missing(of, true)),
                "isNotMissing" => return Ok(Predicate::Missing(of, false)),
                _ => {}
            }
            let compare = Compare::named(&operator)
                .ok_or_else(|| no(format!("the operator `{operator}` of a SimplePredicate")))?;
            if compare.is_order() && !of.ty.is_number() {
                return Err(no(format!("the operator `{operator}` on values that are no numbers")));
            }
            let value = reader.literal(&attribute(node, "value")?, of.ty)?;
            Ok(Predicate::Compare(of, compare, value))
        }
        "SimpleSetPredicate" => {
            only(node, &["field", "booleanOperator"])?;
            let of = scope.value(reader, &attribute(node, "field")?)?;
            let inside = match attribute(node, "booleanOperator")?.as_ref() {
                "isIn" => true,
                "isNotIn" => false,
                other => return Err(no(format!("the operator `{other}` of a SimpleSetPredicate"))),
            };
            let list =
                node.child("Array").ok_or_else(|| bad("a SimpleSetPredicate without Array"))?;
            let mut values = Vec::new();
            for text in array(list) {
                values.push(reader.literal(&text, of.ty)?);
            }
            values.sort_by(f64::total_cmp);
            values.dedup();
            Ok(Predicate::In(of, values.into(), inside))
        }
        "CompoundPredicate" => {
            only(node, &["booleanOperator"])?;
            let compound = match attribute(node, "booleanOperator")?.as_ref() {
                "and" => Compound::And,
                "or" => Compound::Or,
                "xor" => Compound::Xor,
                "surrogate" => Compound::Surrogate,
                other => return Err(no(format!("the operator `{other}` of a CompoundPredicate"))),
            };
            let parts = reader.all(node.children(), |part| predicate(reader, scope, part))?;
            match parts.len() {
                0 => Err(bad("a CompoundPredicate of nothing")),
                _ => Ok(Predicate::Compound(compound, parts)),
            }
        }
        other => Err(no(format!("the predicate {other}"))),
    }
}
