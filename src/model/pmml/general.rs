//! GeneralRegressionModel: sums of parameters over factors and covariates, as SPSS and R write them.

use std::collections::HashMap;

use super::expression::{Expression, Shared, Type, Value};
use super::field::class_place;
use super::finish::{Finish, Target};
use super::function::{Compare, Function};
use super::read::{Reader, Refusal, Scope, attribute, bad, no, only, parts};
use super::regression::{Predicted, binary, cumulative, numeric, power, times};
use super::score::{Gate, Part, Scored, Sum};
use super::transformation::value;
use super::xml::Node;
use crate::model::Link;

const KNOWN: [&str; 22] = [
    "modelName",
    "functionName",
    "algorithmName",
    "targetVariableName",
    "modelType",
    "targetReferenceCategory",
    "cumulativeLink",
    "linkFunction",
    "linkParameter",
    "trialsVariable",
    "trialsValue",
    "distribution",
    "distParameter",
    "offsetVariable",
    "offsetValue",
    "modelDF",
    "isScorable",
    "x-mathContext",
    "cumulativeLinkFunction",
    "startTimeVariable",
    "endTimeVariable",
    "subjectIDVariable",
];

/// A GeneralRegressionModel.
pub fn read(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    predicted: &Predicted,
) -> Result<Scored, Refusal> {
    only(node, &KNOWN)?;
    let kind = attribute(node, "modelType")?;
    if !matches!(
        kind.as_ref(),
        "regression"
            | "generalLinear"
            | "generalizedLinear"
            | "multinomialLogistic"
            | "ordinalMultinomial"
    ) {
        return Err(no(format!("the GeneralRegressionModel `{kind}`")));
    }
    let products = products(reader, scope, node)?;
    let single = predicted.single;
    let betas = betas(reader, node)?;
    let sum = |category: Option<&str>| -> Sum {
        let mut sum = Sum { single, ..Sum::default() };
        for (of, parameter, beta) in &betas {
            let same = match (of, category) {
                (None, None) => true,
                (Some(of), Some(category)) => super::tree::same_class(of, category),
                _ => false,
            };
            if !same {
                continue;
            }
            match products.get(parameter) {
                Some(product) => {
                    sum.parts.push((Gate::default(), Part::Term(product.clone(), *beta)))
                }
                None => sum.base += beta,
            }
        }
        sum
    };
    let linked = matches!(kind.as_ref(), "generalizedLinear" | "ordinalMultinomial");
    let offset = offset(reader, scope, node, linked)?;
    let shifted = |mut sum: Sum| {
        sum.add(&offset, 1.0);
        sum
    };
    let scored = |sums, finish, classes, factor| {
        let target = Target { factor, ..Target::default() };
        Scored { finish, target, classes, ..Scored::bare(sums, single) }
    };
    if node.get("trialsVariable").is_some() {
        return Err(no("a GeneralRegressionModel with a trialsVariable"));
    }
    let trials = reader.number_or(node, "trialsValue", 1.0)?;
    if !predicted.classification {
        if betas.iter().any(|(category, ..)| category.is_some()) {
            return Err(bad("a PCell for a class in a model for a number"));
        }
        return match kind.as_ref() {
            "regression" | "generalLinear" => {
                Ok(scored(vec![sum(None)], Finish::Link(Link::Identity), vec![], 1.0))
            }
            "generalizedLinear" => {
                Ok(scored(vec![shifted(sum(None))], finish(reader, node)?, vec![], trials))
            }
            _ => Err(no(format!("the GeneralRegressionModel `{kind}` for a number"))),
        };
    }
    let classes = predicted.classes.clone();
    if classes.len() < 2 {
        return Err(bad("a GeneralRegressionModel for classes whose target lists none"));
    }
    if trials != 1.0 {
        return Err(no("a GeneralRegressionModel for classes with trials"));
    }
    let order = order(node, &classes, &betas, &kind)?;
    let names: Vec<&str> =
        order.iter().filter_map(|at| classes.get(*at)).map(String::as_str).collect();
    let own = |name: &str| {
        betas
            .iter()
            .any(|(of, ..)| of.as_deref().is_some_and(|of| super::tree::same_class(of, name)))
    };
    match kind.as_ref() {
        "generalizedLinear" => {
            let ([first, _], [at, _]) = (names.as_slice(), order.as_slice()) else {
                return Err(no("a generalizedLinear model of more than two classes"));
            };
            let of = if own(first) { sum(Some(first)) } else { sum(None) };
            let (sums, finish) = binary(&shifted(of), finish(reader, node)?, *at == 1)?;
            Ok(scored(sums, finish, classes, 1.0))
        }
        "multinomialLogistic" => {
            let mut sums: Vec<(usize, Sum)> = vec![];
            for (k, (name, at)) in names.iter().zip(&order).enumerate() {
                let of = match (k + 1 == names.len(), own(name)) {
                    (true, _) => Sum::constant(0.0),
                    (false, true) => sum(Some(name)),
                    (false, false) if names.len() == 2 => sum(None),
                    (false, false) => {
                        return Err(bad(format!("no PCell for the class `{name}`")));
                    }
                };
                sums.push((*at, of));
            }
            if let [(at, of), _] = sums.as_slice() {
                let logit = Finish::Link(Link::Logistic { slope: 1.0 });
                let (sums, finish) = binary(of, logit, *at == 1)?;
                return Ok(scored(sums, finish, classes, 1.0));
            }
            sums.sort_by_key(|(at, _)| *at);
            let sums = sums.into_iter().map(|(_, sum)| sum).collect();
            Ok(scored(sums, Finish::Link(Link::Softmax), classes, 1.0))
        }
        "ordinalMultinomial" => {
            let link = node.get("cumulativeLink").or_else(|| node.get("cumulativeLinkFunction"));
            let link = match link.as_deref() {
                Some("logit") => Link::Logistic { slope: 1.0 },
                Some("probit") => Link::Probit,
                Some("cloglog") => Link::ComplementaryLogLog,
                Some("loglog") => Link::LogLog,
                Some("cauchit") => Link::Cauchit,
                other => {
                    return Err(no(format!("the cumulativeLink `{}`", other.unwrap_or_default())));
                }
            };
            if !order.is_sorted() {
                return Err(no(
                    "an ordinalMultinomial model whose last class is not the reference",
                ));
            }
            let mut sums = vec![];
            for name in &names {
                let mut of = sum(None);
                of.add(&sum(Some(name)), 1.0);
                sums.push(shifted(of));
            }
            // P(first) = F(score) for two classes, too: its score is that of the second class, turned.
            if let [first, _] = sums.as_slice() {
                let (sums, finish) = binary(first, Finish::Link(link), false)?;
                return Ok(scored(sums, finish, classes, 1.0));
            }
            Ok(scored(cumulative(sums), Finish::Cumulative(link), classes, 1.0))
        }
        other => Err(no(format!("the GeneralRegressionModel `{other}` for classes"))),
    }
}

/// The places of the classes, the reference category last.
fn order(
    node: Node<'_>,
    classes: &[String],
    betas: &[Beta],
    kind: &str,
) -> Result<Vec<usize>, Refusal> {
    let named = node.get("targetReferenceCategory");
    let reference = match named {
        Some(name) => class_place(classes, &name),
        None if kind == "ordinalMultinomial" => None,
        None => {
            let without = |class: &String| {
                !betas.iter().any(|(of, ..)| {
                    of.as_deref().is_some_and(|of| super::tree::same_class(of, class))
                })
            };
            let mut places = classes.iter().enumerate().filter(|(_, class)| without(class));
            match (places.next(), places.next()) {
                (Some((place, _)), None) => Some(place),
                _ => return Err(bad("no one class without a PCell, to be the reference category")),
            }
        }
    };
    let mut order: Vec<usize> = (0..classes.len()).filter(|at| Some(*at) != reference).collect();
    order.extend(reference);
    Ok(order)
}

/// A parameter's weight: the class it is for, the parameter, the weight.
type Beta = (Option<String>, String, f64);

fn betas(reader: &Reader<'_>, node: Node<'_>) -> Result<Vec<Beta>, Refusal> {
    let matrix = node.child("ParamMatrix");
    let matrix = matrix.ok_or_else(|| bad("a GeneralRegressionModel without a ParamMatrix"))?;
    parts(matrix, &["PCell"])?;
    let betas = reader.all(matrix.named("PCell"), |cell| {
        only(cell, &["targetCategory", "parameterName", "beta", "df"])?;
        let beta = reader.number(&attribute(cell, "beta")?)?;
        if !beta.is_finite() {
            return Err(bad(format!("the beta {beta}")));
        }
        let category = cell.get("targetCategory").map(|name| name.into_owned());
        Ok((category, attribute(cell, "parameterName")?.into_owned(), beta))
    })?;
    match betas.is_empty() {
        true => Err(bad("a GeneralRegressionModel without parameters")),
        false => Ok(betas),
    }
}

/// What a model adds without a parameter.
fn offset(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
    linked: bool,
) -> Result<Sum, Refusal> {
    let variable = node.get("offsetVariable");
    let mut sum = Sum::constant(match variable {
        Some(_) => 0.0,
        None => reader.number_or(node, "offsetValue", 0.0)?,
    });
    if let Some(name) = variable {
        let of = numeric(scope.value(reader, &name)?)?;
        sum.parts.push((Gate::default(), Part::Term(of, 1.0)));
    }
    match linked || (sum.base == 0.0 && sum.parts.is_empty()) {
        true => Ok(sum),
        false => Err(no("an offset in a model without a link")),
    }
}

/// The link of a generalised linear model.
fn finish(reader: &Reader<'_>, node: Node<'_>) -> Result<Finish, Refusal> {
    let link = attribute(node, "linkFunction")?;
    let parameter = |name: &str| reader.number(&attribute(node, name)?);
    Ok(match link.as_ref() {
        "identity" => Finish::Link(Link::Identity),
        "log" => Finish::Link(Link::Exp),
        "logit" => Finish::Link(Link::Logistic { slope: 1.0 }),
        "probit" => Finish::Link(Link::Probit),
        "cloglog" => Finish::Link(Link::ComplementaryLogLog),
        "loglog" => Finish::Link(Link::LogLog),
        "logc" => Finish::LogComplement,
        "negbin" => Finish::NegativeBinomial(parameter("distParameter")?),
        "oddspower" => Finish::OddsPower(parameter("linkParameter")?),
        "power" => match parameter("linkParameter")? {
            -1.0 => Finish::Link(Link::Inverse),
            other => Finish::Power(other),
        },
        other => return Err(no(format!("the linkFunction `{other}`"))),
    })
}

/// What each parameter is multiplied with: products of factors' indicators and covariates' powers.
fn products(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    node: Node<'_>,
) -> Result<HashMap<String, Shared>, Refusal> {
    let predictors = |list: &str| -> Result<Vec<String>, Refusal> {
        let mut names = vec![];
        for predictor in node.child(list).into_iter().flat_map(Node::children) {
            if predictor.name() != "Predictor" {
                return Err(no(format!("{} in a {list}", predictor.name())));
            }
            if predictor.child("Matrix").is_some() || predictor.get("contrastMatrixType").is_some()
            {
                return Err(no("a factor with a contrast matrix"));
            }
            names.push(attribute(predictor, "name")?.into_owned());
        }
        Ok(names)
    };
    let (factors, covariates) = (predictors("FactorList")?, predictors("CovariateList")?);
    let mut parts: HashMap<String, (Option<Shared>, Option<Shared>)> = HashMap::new();
    let cells = node.child("PPMatrix").into_iter().flat_map(|matrix| matrix.named("PPCell"));
    reader.all(cells, |cell| {
        only(cell, &["value", "predictorName", "parameterName", "targetCategory"])?;
        if cell.get("targetCategory").is_some() {
            return Err(no("a PPCell for one class"));
        }
        let name = attribute(cell, "predictorName")?;
        let text = attribute(cell, "value")?;
        let of = scope.value(reader, &name)?;
        let place = parts.entry(attribute(cell, "parameterName")?.into_owned()).or_default();
        let product = |before: &Option<Shared>, of: Shared| match before {
            None => Ok(of),
            Some(before) => times(before.clone(), of),
        };
        if factors.iter().any(|factor| *factor == name) {
            let wanted = reader.literal(&text, of.ty)?;
            let is = value(Expression::Indicator(of, wanted), Type::Double)?;
            place.0 = Some(product(&place.0, is)?);
        } else if covariates.iter().any(|covariate| *covariate == name) {
            let of = power(numeric(of)?, reader.number(&text)?)?;
            place.1 = Some(product(&place.1, of)?);
        } else {
            return Err(bad(format!(
                "the predictor `{name}`, which is no factor and no covariate"
            )));
        }
        Ok(())
    })?;
    let mut products = HashMap::new();
    for (parameter, part) in parts {
        let product = match part {
            (Some(factor), Some(covariate)) => {
                // Where a factor does not hold, a missing covariate does not matter.
                let zero = Value::constant(0.0, Type::Double);
                let none = value(
                    Expression::Apply(
                        Function::Compare(Compare::Equal),
                        vec![factor.clone(), zero.clone()],
                    ),
                    Type::Boolean,
                )?;
                let product = times(factor, covariate)?;
                value(Expression::Apply(Function::If, vec![none, zero, product]), Type::Double)?
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => continue,
        };
        products.insert(parameter, product);
    }
    Ok(products)
}
