//! Transformations: derived fields, the expressions they are made of, and the functions that a file defines.

use std::collections::HashSet;

use super::expression::{Expression, Outliers, Range, Shared, Type, Value, number};
use super::function::{Function, resolve};
use super::read::{Meaning, Reader, Refusal, Scope, attribute, bad, no, only, parts, too_much};
use super::text;
use super::xml::Node;

/// A value from an expression.
pub fn value(expression: Expression, ty: Type) -> Result<Shared, Refusal> {
    Value::new(expression, ty).map_err(too_much)
}

/// A derived field's value.
pub fn derived_field(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
) -> Result<Shared, Refusal> {
    only(node, &["name", "displayName", "optype", "dataType"])?;
    let ty = data_type(node)?.ok_or_else(|| bad("a DerivedField without `dataType`"))?;
    let expressions: Vec<Node<'_>> =
        node.children().filter(|c| !matches!(c.name(), "Interval" | "Value")).collect();
    let [body] = expressions.as_slice() else {
        return Err(bad("a DerivedField without one expression"));
    };
    let of = expression(reader, scope, *body, Some(ty))?;
    cast(of, ty)
}

/// An element's data type, if it names one.
pub fn data_type(node: Node<'_>) -> Result<Option<Type>, Refusal> {
    let Some(name) = node.get("dataType") else { return Ok(None) };
    let ty = Type::named(&name).ok_or_else(|| no(format!("the data type `{name}`")))?;
    Ok(Some(ty))
}

/// A value as one of another type.
pub fn cast(of: Shared, ty: Type) -> Result<Shared, Refusal> {
    match (of.ty, ty) {
        (from, to) if from == to => Ok(of),
        (Type::Float | Type::Integer | Type::Boolean, Type::Double) => {
            value(Expression::Same(of), ty)
        }
        (Type::Double | Type::Integer | Type::Boolean, Type::Float) => {
            value(Expression::Single(of), ty)
        }
        (Type::Boolean, Type::Integer) => value(Expression::Same(of), ty),
        (Type::Double | Type::Float, Type::Integer) if is_whole(&of) => {
            value(Expression::Same(of), ty)
        }
        (from, to) => Err(no(format!("a field of type {to:?} made from a value of type {from:?}"))),
    }
}

/// Whether every value is a whole number.
fn is_whole(of: &Value) -> bool {
    let whole = |x: f64| x.is_nan() || x.fract() == 0.0;
    if of.ty == Type::Integer || of.ty == Type::Boolean {
        return true;
    }
    match &of.expression {
        Expression::Constant(x) => whole(*x),
        Expression::Same(of) => is_whole(of),
        Expression::Filled(of, x) => is_whole(of) && whole(*x),
        Expression::Indicator(..) => true,
        Expression::Bins(_, bins, other) => whole(*other) && bins.iter().all(|(_, x)| whole(*x)),
        Expression::Table(_, rows, other) => whole(*other) && rows.iter().all(|(_, x)| whole(*x)),
        Expression::Apply(Function::If, of) => of.iter().skip(1).all(|of| is_whole(of)),
        _ => false,
    }
}

/// An expression's value; `hint` is the type that it is wanted for, for what has no type of its own.
pub fn expression(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    hint: Option<Type>,
) -> Result<Shared, Refusal> {
    reader.step()?;
    match node.name() {
        "Constant" => constant(reader, node, hint),
        "FieldRef" => {
            only(node, &["field", "mapMissingTo"])?;
            let of = scope.value(reader, &attribute(node, "field")?)?;
            filled(reader, node, "mapMissingTo", of)
        }
        "Apply" => apply(reader, scope, node, hint),
        "NormContinuous" => norm_continuous(reader, scope, node),
        "NormDiscrete" => {
            only(node, &["field", "value", "method", "mapMissingTo"])?;
            if let Some(method) = node.get("method").filter(|method| method != "indicator") {
                return Err(no(format!("the method `{method}` of NormDiscrete")));
            }
            let of = scope.value(reader, &attribute(node, "field")?)?;
            let wanted = reader.literal(&attribute(node, "value")?, of.ty)?;
            let of = value(Expression::Indicator(of, wanted), Type::Double)?;
            filled(reader, node, "mapMissingTo", of)
        }
        "Discretize" => discretize(reader, scope, node, hint),
        "MapValues" => map_values(reader, scope, node, hint),
        other => Err(no(format!("the expression {other}"))),
    }
}

/// A value with another in the place of a missing one, if an attribute says so.
fn filled(
    reader: &Reader<'_>,
    node: Node<'_>,
    attribute: &str,
    of: Shared,
) -> Result<Shared, Refusal> {
    let Some(text) = node.get(attribute) else { return Ok(of) };
    let (fill, ty) = (reader.literal(&text, of.ty)?, of.ty);
    value(Expression::Filled(of, fill), ty)
}

fn constant(reader: &Reader<'_>, node: Node<'_>, hint: Option<Type>) -> Result<Shared, Refusal> {
    only(node, &["dataType", "missing"])?;
    let text = node.text();
    let ty = match (data_type(node)?, hint) {
        (Some(ty), _) => ty,
        (None, Some(ty)) if ty == Type::Text || number(&text).is_none() => Type::Text,
        (None, _) if text.parse::<i32>().is_ok() => Type::Integer,
        (None, _) if number(&text).is_some() => Type::Double,
        (None, _) => Type::Text,
    };
    let missing = node.get("missing").is_some_and(|missing| missing == "true" || missing == "1");
    if missing || (text.is_empty() && ty != Type::Text) {
        return Ok(Value::constant(f64::NAN, ty));
    }
    Ok(Value::constant(reader.literal(&text, ty)?, ty))
}

fn apply(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    hint: Option<Type>,
) -> Result<Shared, Refusal> {
    only(node, &["function", "mapMissingTo", "defaultValue", "invalidValueTreatment"])?;
    let name = attribute(node, "function")?;
    if let Some(how) = node.get("invalidValueTreatment")
        && how != "returnInvalid"
        && how != "asMissing"
    {
        return Err(no(format!("the invalidValueTreatment `{how}` of the function `{name}`")));
    }
    let compares = matches!(name.as_ref(), "equal" | "notEqual" | "isIn" | "isNotIn");
    let (mut first, mut place) = (None, 0);
    let mut of = reader.all(node.children(), |child| {
        let hint = match (compares, name.as_ref(), place) {
            (true, ..) => first,
            (_, "if", 1 | 2) => hint,
            _ => None,
        };
        place += 1;
        let of = expression(reader, scope, child, hint)?;
        first.get_or_insert(of.ty);
        Ok(of)
    })?;
    let missing: Vec<Shared> = of.clone();
    if let Some(result) = text::apply(reader, &name, &of)? {
        let result = unless_missing(reader, node, &missing, result)?;
        return filled(reader, node, "defaultValue", result);
    }
    // What is not valid is refused or missing before a function sees it, but for fields that keep it.
    if let ("isValid" | "isNotValid", [of]) = (name.as_ref(), of.as_slice()) {
        if of.sources.iter().any(|feature| reader.is_unchecked(*feature)) {
            return Err(no(format!(
                "the function `{name}` of a field that keeps what is not valid"
            )));
        }
        if name == "isNotValid" {
            return Ok(Value::constant(0.0, Type::Boolean));
        }
        let is = Expression::Apply(Function::Missing(false), vec![of.clone()]);
        return value(is, Type::Boolean);
    }
    let result = match resolve(&name, &of) {
        Ok((function, ty)) => {
            if function == Function::If && ty == Type::Float {
                of = of
                    .into_iter()
                    .map(|of| if of.ty == Type::Boolean { Ok(of) } else { cast(of, ty) })
                    .collect::<Result<_, _>>()?;
            }
            value(Expression::Apply(function, of), ty)?
        }
        Err(refusal) => match reader.functions.get(name.as_ref()) {
            Some(function) => defined(reader, *function, of)?,
            None => return Err(no(refusal)),
        },
    };
    let result = unless_missing(reader, node, &missing, result)?;
    filled(reader, node, "defaultValue", result)
}

/// The value of a function that the file defines.
fn defined(reader: &Reader<'_>, function: Node<'_>, of: Vec<Shared>) -> Result<Shared, Refusal> {
    only(function, &["name", "optype", "dataType"])?;
    let name = attribute(function, "name")?;
    let _deeper = reader.deeper()?;
    let inside = Scope::default();
    let parameters: Vec<Node<'_>> = function.named("ParameterField").collect();
    if parameters.len() != of.len() {
        return Err(bad(format!("the function `{name}` of {} values", of.len())));
    }
    for (parameter, of) in parameters.iter().zip(of) {
        let of = match data_type(*parameter)? {
            Some(ty) => cast(of, ty)?,
            None => of,
        };
        inside.put(attribute(*parameter, "name")?.into_owned(), Meaning::Value(of));
    }
    let body = function.children().find(|child| child.name() != "ParameterField");
    let body = body.ok_or_else(|| bad(format!("the function `{name}` without an expression")))?;
    let ty = data_type(function)?;
    let of = expression(reader, &inside, body, ty)?;
    match ty {
        Some(ty) => cast(of, ty),
        None => Ok(of),
    }
}

/// What an attribute says of numbers outside the limits.
pub fn outliers(node: Node<'_>, attribute: &str) -> Result<Outliers, Refusal> {
    match node.get(attribute).as_deref() {
        None | Some("asIs") => Ok(Outliers::AsIs),
        Some("asMissingValues") => Ok(Outliers::Missing),
        Some("asExtremeValues") => Ok(Outliers::Extreme),
        Some(other) => Err(no(format!("the outlier treatment `{other}`"))),
    }
}

fn norm_continuous(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
) -> Result<Shared, Refusal> {
    only(node, &["field", "mapMissingTo", "outliers"])?;
    parts(node, &["LinearNorm"])?;
    let of = scope.value(reader, &attribute(node, "field")?)?;
    if !of.ty.is_number() {
        return Err(no("NormContinuous of values that are no numbers"));
    }
    let mut points = vec![];
    for point in node.named("LinearNorm") {
        let at = |name| reader.number(&attribute(point, name)?);
        points.push((at("orig")?, at("norm")?));
    }
    let rises = points.windows(2).all(|w| matches!(w, [a, b] if a.0 < b.0));
    if points.len() < 2 || !rises || points.iter().any(|p| !(p.0.is_finite() && p.1.is_finite())) {
        return Err(bad("a NormContinuous whose points do not rise, two at least"));
    }
    let of = value(Expression::Line(of, points, outliers(node, "outliers")?), Type::Double)?;
    filled(reader, node, "mapMissingTo", of)
}

/// The range of numbers that an Interval is.
pub fn interval(reader: &Reader<'_>, node: Node<'_>) -> Result<Range, Refusal> {
    only(node, &["closure", "leftMargin", "rightMargin"])?;
    let low = reader.number_or(node, "leftMargin", f64::NEG_INFINITY)?;
    let high = reader.number_or(node, "rightMargin", f64::INFINITY)?;
    let (open_low, open_high) = match attribute(node, "closure")?.as_ref() {
        "openOpen" => (true, true),
        "openClosed" => (true, false),
        "closedOpen" => (false, true),
        "closedClosed" => (false, false),
        other => return Err(bad(format!("the closure `{other}` of an Interval"))),
    };
    // The doubles in an open range are those from the next one on.
    let low = if open_low && low.is_finite() { low.next_up() } else { low };
    let high = if open_high && high.is_finite() { high.next_down() } else { high };
    Ok(Range { low, high })
}

/// The type of what a table or bins give, and of a field's values.
fn result_type(node: Node<'_>, hint: Option<Type>) -> Result<Type, Refusal> {
    Ok(data_type(node)?.or(hint).unwrap_or(Type::Text))
}

fn otherwise(reader: &Reader<'_>, node: Node<'_>, ty: Type) -> Result<f64, Refusal> {
    match node.get("defaultValue") {
        Some(text) => reader.literal(&text, ty),
        None => Ok(f64::NAN),
    }
}

/// With `mapMissingTo` in the place of a missing argument; what the table itself leaves missing stays so.
fn unless_missing(
    reader: &Reader<'_>,
    node: Node<'_>,
    of: &[Shared],
    result: Shared,
) -> Result<Shared, Refusal> {
    let Some(text) = node.get("mapMissingTo") else { return Ok(result) };
    let ty = result.ty;
    let other = Value::constant(reader.literal(&text, ty)?, ty);
    let test = |of: &Shared| {
        value(Expression::Apply(Function::Missing(true), vec![of.clone()]), Type::Boolean)
    };
    let tests = of.iter().map(test).collect::<Result<Vec<_>, _>>()?;
    let test = match tests.as_slice() {
        [test] => test.clone(),
        _ => value(Expression::Apply(Function::Or, tests), Type::Boolean)?,
    };
    value(Expression::Apply(Function::If, vec![test, other, result]), ty)
}

fn discretize(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    hint: Option<Type>,
) -> Result<Shared, Refusal> {
    only(node, &["field", "mapMissingTo", "defaultValue", "dataType"])?;
    parts(node, &["DiscretizeBin"])?;
    let of = scope.value(reader, &attribute(node, "field")?)?;
    if !of.ty.is_number() {
        return Err(no("Discretize of values that are no numbers"));
    }
    let ty = result_type(node, hint)?;
    let mut bins = vec![];
    for bin in node.named("DiscretizeBin") {
        only(bin, &["binValue"])?;
        let range = bin.child("Interval").ok_or_else(|| bad("a DiscretizeBin without Interval"))?;
        let to = reader.literal(&attribute(bin, "binValue")?, ty)?;
        bins.push((interval(reader, range)?, to));
    }
    let other = otherwise(reader, node, ty)?;
    let result = value(Expression::Bins(of.clone(), bins, other), ty)?;
    unless_missing(reader, node, &[of], result)
}

fn map_values(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    hint: Option<Type>,
) -> Result<Shared, Refusal> {
    only(node, &["mapMissingTo", "defaultValue", "outputColumn", "dataType"])?;
    parts(node, &["FieldColumnPair", "InlineTable", "TableLocator"])?;
    let ty = result_type(node, hint)?;
    let output = attribute(node, "outputColumn")?;
    let (mut of, mut columns) = (vec![], vec![]);
    for pair in node.named("FieldColumnPair") {
        of.push(scope.value(reader, &attribute(pair, "field")?)?);
        columns.push(attribute(pair, "column")?);
    }
    let table = node.child("InlineTable");
    let table = table.ok_or_else(|| no("MapValues without an InlineTable"))?;
    parts(table, &["row"])?;
    if of.is_empty() {
        return Err(bad("MapValues of nothing"));
    }
    let (mut rows, mut seen) = (vec![], HashSet::new());
    for row in table.named("row") {
        let cell = |name: &str| {
            let local = name.rsplit(':').next().unwrap_or(name);
            let cell = row.children().find(|cell| cell.name() == local);
            let cell = cell.ok_or_else(|| bad(format!("a row of MapValues without `{name}`")));
            cell.map(Node::text)
        };
        let mut keys = vec![];
        for (of, column) in of.iter().zip(&columns) {
            keys.push(reader.literal(&cell(column)?, of.ty)?);
        }
        if !seen.insert(keys.iter().map(|key| (key + 0.0).to_bits()).collect::<Vec<_>>()) {
            return Err(bad("MapValues with two rows for the same values"));
        }
        rows.push((keys, reader.literal(&cell(&output)?, ty)?));
    }
    let other = otherwise(reader, node, ty)?;
    let result = value(Expression::Table(of.clone(), rows, other), ty)?;
    unless_missing(reader, node, &of, result)
}
