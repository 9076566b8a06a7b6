//! RegressionModel: weighted sums of fields, and their normalisation.

use std::sync::Arc;

use super::expression::{Expression, Shared, Type};
use super::field::class_place;
use super::finish::Finish;
use super::function::{Function, Two};
use super::read::{Reader, Refusal, Scope, attribute, bad, no, only};
use super::score::{Gate, Part, Scored, Sum};
use super::transformation::{cast, value};
use super::xml::Node;
use crate::model::Link;

/// What a model in a file predicts: nothing for a number, else the classes it has, if the target says so.
#[derive(Clone, Debug, Default)]
pub struct Predicted {
    /// A class, and not a number.
    pub classification: bool,
    /// The classes, as far as they are known.
    pub classes: Vec<String>,
    /// The model's own target says which; else they are those of the model around it.
    pub declared: bool,
    /// They have an order.
    pub ordinal: bool,
    /// Single precision.
    pub single: bool,
}

/// Parts that a sum of other models' sums may have.
const MOST_PARTS: usize = 500_000;

/// The link of a normalisation method.
fn link(method: &str) -> Option<Link> {
    Some(match method {
        "none" => Link::Identity,
        "logit" => Link::Logistic { slope: 1.0 },
        "probit" => Link::Probit,
        "cloglog" => Link::ComplementaryLogLog,
        "loglog" => Link::LogLog,
        "cauchit" => Link::Cauchit,
        "exp" => Link::Exp,
        _ => return None,
    })
}

/// A RegressionModel.
pub fn read(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    predicted: &Predicted,
) -> Result<Scored, Refusal> {
    let method = node.get("normalizationMethod");
    let method = method.as_deref().unwrap_or("none");
    let unknown = || no(format!("the normalizationMethod `{method}`"));
    let tables = reader.all(node.named("RegressionTable"), |child| {
        only(child, &["intercept", "targetCategory"])?;
        let category = child.get("targetCategory").map(|name| name.into_owned());
        Ok((category, table(reader, scope, child, predicted.single)?))
    })?;
    let single = predicted.single;
    if !predicted.classification {
        let [(_, sum)] = tables.as_slice() else {
            return Err(bad("a RegressionModel for a number without one RegressionTable"));
        };
        let link = match method {
            "softmax" => Link::Logistic { slope: 1.0 },
            method => link(method).ok_or_else(unknown)?,
        };
        let (sums, finish) = (vec![sum.clone()], Finish::Link(link));
        return Ok(Scored { finish, ..Scored::bare(sums, single) });
    }
    if tables.len() < 2 {
        return Err(bad("a RegressionModel for classes with fewer than two RegressionTables"));
    }
    let mut names = vec![];
    for (category, _) in &tables {
        names
            .push(category.clone().ok_or_else(|| bad("a RegressionTable without targetCategory"))?);
    }
    let known = |name: &String| class_place(&predicted.classes, name).is_some();
    let classes =
        match predicted.classes.is_empty() || !(predicted.declared || names.iter().all(known)) {
            // One class against the others, in a chain: the one is what is computed.
            true if names.len() == 2 => names.iter().rev().cloned().collect(),
            true => names.clone(),
            false => predicted.classes.clone(),
        };
    // Where each table's class stands in the order of the target's classes.
    let mut places = vec![];
    for name in &names {
        let place = class_place(&classes, name);
        places
            .push(place.ok_or_else(|| bad(format!("the class `{name}`, which the target lacks")))?);
    }
    let mut sorted = places.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if classes.len() != tables.len() || sorted.len() != tables.len() {
        return Err(bad(format!(
            "{} RegressionTables for {} classes",
            tables.len(),
            classes.len()
        )));
    }
    let sums: Vec<Sum> = tables.into_iter().map(|(_, sum)| sum).collect();
    let cumulated =
        Finish::Cumulative(link(method).filter(|l| *l != Link::Exp).unwrap_or(Link::Identity));
    let (sums, finish) = match (method, sums.as_slice()) {
        ("none" | "logit" | "probit" | "cloglog" | "loglog" | "cauchit", _)
            if predicted.ordinal =>
        {
            if !places.is_sorted() {
                return Err(no("RegressionTables in another order than that of the classes"));
            }
            (cumulative(sums), cumulated)
        }
        (_, _) if predicted.ordinal => {
            return Err(no(format!(
                "the normalizationMethod `{method}` over ordered classes, which the standard does not have"
            )));
        }
        ("none" | "logit" | "probit" | "cloglog" | "loglog" | "cauchit", [first, _]) => {
            let finish = match method {
                "none" => Finish::Limited,
                _ => Finish::Link(link(method).ok_or_else(unknown)?),
            };
            binary(first, finish, places.first() == Some(&1))?
        }
        ("softmax", [first, second]) => {
            let (positive, other) =
                if places.first() == Some(&1) { (first, second) } else { (second, first) };
            let mut sum = positive.clone();
            if !(other.parts.is_empty() && other.base == 0.0) {
                sum.add(other, -1.0);
            }
            (vec![sum], Finish::Link(Link::Logistic { slope: 1.0 }))
        }
        ("simplemax", [first, second]) => {
            let positive = if places.first() == Some(&1) { first } else { second };
            let mut all = first.clone();
            all.add(second, 1.0);
            (vec![share(positive, all)?], Finish::Link(Link::Identity))
        }
        ("softmax", _) => (placed(sums, &places), Finish::Link(Link::Softmax)),
        ("simplemax", _) => match logistic(&sums) {
            Some(inner) => (placed(inner, &places), Finish::LogisticShare),
            None => (placed(sums, &places), Finish::Link(Link::Share)),
        },
        ("logit", _) => (placed(sums, &places), Finish::LogisticShare),
        ("none", _) => {
            let mut sums = sums;
            let mut last = Sum::constant(1.0);
            sums.pop();
            sums.iter().for_each(|sum| last.add(sum, -1.0));
            sums.push(last);
            (placed(sums, &places), Finish::Link(Link::Identity))
        }
        _ => {
            return Err(no(format!(
                "the normalizationMethod `{method}` over {} classes, which the standard does not have",
                sums.len()
            )));
        }
    };
    Ok(Scored { finish, classes, ..Scored::bare(sums, single) })
}

/// A sum's share of another one, as a sum.
fn share(of: &Sum, all: Sum) -> Result<Sum, Refusal> {
    let single = of.single;
    let number = |sum: Sum| {
        value(Expression::Model(Arc::new(Scored::bare(vec![sum], single)), 0), Type::Double)
    };
    let divided = Expression::Apply(
        Function::Two(Two::Divide, Type::Double),
        vec![number(of.clone())?, number(all)?],
    );
    let parts = vec![(Gate::default(), Part::Term(value(divided, Type::Double)?, 1.0))];
    Ok(Sum { base: 0.0, parts, single })
}

/// The one score of a model of two classes: that of the second class, from the score of one of them.
pub fn binary(of: &Sum, finish: Finish, is_second: bool) -> Result<(Vec<Sum>, Finish), Refusal> {
    if is_second {
        return Ok((vec![of.clone()], finish));
    }
    let other = finish.of_the_other();
    let (sign, constant, finish) =
        other.ok_or_else(|| no(format!("the link ({finish}) for the first of two classes")))?;
    Ok((vec![of.scaled(sign, constant)], finish))
}

/// Scores of ordered classes. The last class has what is left over; its score is that of its being the case.
pub fn cumulative(mut sums: Vec<Sum>) -> Vec<Sum> {
    sums.pop();
    if let Some(last) = sums.last() {
        let last = last.scaled(-1.0, 0.0);
        sums.push(last);
    }
    sums
}

/// The scores inside, if all are logistic functions of other models' scores.
fn logistic(sums: &[Sum]) -> Option<Vec<Sum>> {
    let logit = Finish::Link(Link::Logistic { slope: 1.0 });
    let inner = |sum: &Sum| match sum.parts.as_slice() {
        [(gate, Part::Term(of, 1.0))] if gate.is_always_open() && sum.base == 0.0 => {
            match &of.expression {
                Expression::Model(scored, 0)
                    if scored.finish == logit
                        && scored.target.is_nothing()
                        && scored.otherwise.is_empty()
                        && scored.single == sum.single =>
                {
                    scored.sums.first().cloned()
                }
                _ => None,
            }
        }
        _ => None,
    };
    sums.iter().map(inner).collect()
}

/// Scores in the order of the target's classes.
fn placed(sums: Vec<Sum>, places: &[usize]) -> Vec<Sum> {
    let mut pairs: Vec<(usize, Sum)> = places.iter().copied().zip(sums).collect();
    pairs.sort_by_key(|(place, _)| *place);
    pairs.into_iter().map(|(_, sum)| sum).collect()
}

/// One RegressionTable.
fn table(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    single: bool,
) -> Result<Sum, Refusal> {
    let mut sum = Sum::constant(reader.number(&attribute(node, "intercept")?)?);
    sum.single = single;
    let terms = reader.all(node.children(), |child| {
        let weight = reader.number(&attribute(child, "coefficient")?)?;
        if !weight.is_finite() {
            return Err(bad(format!("the coefficient {weight}")));
        }
        let term = match child.name() {
            "NumericPredictor" => {
                only(child, &["name", "exponent", "coefficient"])?;
                let of = numeric(scope.value(reader, &attribute(child, "name")?)?)?;
                match child.get("exponent") {
                    None => of,
                    Some(exponent) => power(of, reader.number(&exponent)?)?,
                }
            }
            "CategoricalPredictor" => {
                only(child, &["name", "value", "coefficient"])?;
                let of = scope.value(reader, &attribute(child, "name")?)?;
                let wanted = reader.literal(&attribute(child, "value")?, of.ty)?;
                let is = value(Expression::Indicator(of, wanted), Type::Double)?;
                // A missing category adds nothing.
                value(Expression::Filled(is, 0.0), Type::Double)?
            }
            "PredictorTerm" => {
                only(child, &["name", "coefficient"])?;
                let factors = reader.all(child.named("FieldRef"), |field| {
                    numeric(scope.value(reader, &attribute(field, "field")?)?)
                })?;
                let mut product: Option<Shared> = None;
                for of in factors {
                    product = Some(match product {
                        None => of,
                        Some(product) => times(product, of)?,
                    });
                }
                product.ok_or_else(|| bad("a PredictorTerm of nothing"))?
            }
            other => return Err(no(format!("{other} in a RegressionTable"))),
        };
        Ok((term, weight))
    })?;
    for (term, weight) in terms {
        push(&mut sum, term, weight)?;
    }
    Ok(sum)
}

/// Adds a weighted term. Another model's score, to which nothing is done, is added as the sum that it is.
fn push(sum: &mut Sum, term: Shared, weight: f64) -> Result<(), Refusal> {
    let mut of = &term;
    while let Expression::Same(inner) = &of.expression {
        of = inner;
    }
    if let Expression::Model(scored, output) = &of.expression
        && let Some(inner) = scored.sums.get(*output)
        && scored.is_bare()
    {
        if sum.parts.len() + inner.parts.len() > MOST_PARTS {
            return Err(no(format!("a sum of more than {MOST_PARTS} parts")));
        }
        sum.add(inner, weight);
        return Ok(());
    }
    sum.parts.push((Gate::default(), Part::Term(term, weight)));
    Ok(())
}

/// A value that is a number.
pub fn numeric(of: Shared) -> Result<Shared, Refusal> {
    match of.ty.is_number() {
        true => Ok(of),
        false => cast(of, Type::Double),
    }
}

/// A value to a power.
pub fn power(of: Shared, exponent: f64) -> Result<Shared, Refusal> {
    if exponent == 1.0 {
        return Ok(of);
    }
    let exponent = super::expression::Value::constant(exponent, Type::Double);
    let function = Function::Two(Two::Power, Type::Double);
    value(Expression::Apply(function, vec![of, exponent]), Type::Double)
}

/// A product of two values.
pub fn times(a: Shared, b: Shared) -> Result<Shared, Refusal> {
    let function = Function::Two(Two::Multiply, Type::Double);
    value(Expression::Apply(function, vec![a, b]), Type::Double)
}
