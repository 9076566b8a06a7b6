//! Scorecard: points for each characteristic, by the first attribute that fits.

use std::sync::Arc;

use super::expression::Type;
use super::predicate::{Predicate, of_element};
use super::read::{Reader, Refusal, Scope, attribute, bad, no, only, parts};
use super::score::{Gate, Part, Scored, Sum};
use super::transformation::{cast, expression};
use super::tree::{MissingStrategy, Tree, TreeNode, UNCOUNTED, constant};
use super::xml::Node;

/// Attributes of a characteristic with points that are computed.
const MOST_COMPUTED: usize = 1000;

/// A Scorecard.
pub fn read(reader: &Reader<'_>, scope: &Scope<'_, '_>, node: Node<'_>) -> Result<Scored, Refusal> {
    let mut sum = Sum::constant(reader.number_or(node, "initialScore", 0.0)?);
    let list = node.child("Characteristics");
    let list = list.ok_or_else(|| bad("a Scorecard without Characteristics"))?;
    parts(list, &["Characteristic"])?;
    reader.all(list.named("Characteristic"), |characteristic| {
        parts(characteristic, &["Attribute"])?;
        let attributes: Vec<Node<'_>> = characteristic.named("Attribute").collect();
        if attributes.is_empty() {
            return Err(bad("a Characteristic without Attributes"));
        }
        let computed = attributes.iter().any(|of| of.child("ComplexPartialScore").is_some());
        if computed {
            computed_points(reader, scope, &attributes, &mut sum)?;
        } else {
            let tree = Arc::new(points(reader, scope, &attributes)?);
            sum.parts.push((Gate::default(), Part::Tree(tree, 0, 1.0)));
        }
        Ok(())
    })?;
    Ok(Scored::bare(vec![sum], false))
}

/// A characteristic as a tree of one level: a missing value fits no attribute that compares it.
fn points(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    attributes: &[Node<'_>],
) -> Result<Tree, Refusal> {
    let plain = |predicate: Predicate, result: Option<u32>| TreeNode {
        predicate,
        children: vec![],
        default: None,
        result,
        vote: None,
        count: UNCOUNTED,
        records: 0.0,
    };
    let mut tree = Tree {
        nodes: vec![plain(Predicate::True, None)],
        results: vec![],
        missing: MissingStrategy::PassedOver,
        falls_back: false,
    };
    reader.all(attributes.iter().copied(), |of| {
        only(of, &["reasonCode", "partialScore"])?;
        let points = reader.number(&attribute(of, "partialScore")?)?;
        let at = tree.results.len() as u32;
        tree.results.push(points);
        tree.nodes.push(plain(of_element(reader, scope, of)?, Some(at)));
        Ok(())
    })?;
    let last = tree.nodes.len() as u32;
    if let Some(root) = tree.nodes.first_mut() {
        root.children = (1..last).collect();
    }
    Ok(tree)
}

/// A characteristic with points that are computed.
fn computed_points(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    attributes: &[Node<'_>],
    sum: &mut Sum,
) -> Result<(), Refusal> {
    if attributes.len() > MOST_COMPUTED {
        return Err(no(format!("more than {MOST_COMPUTED} Attributes with computed points")));
    }
    let unit = Arc::new(constant(Some(1.0)));
    let mut earlier: Vec<Arc<Predicate>> = vec![];
    for of in attributes {
        only(*of, &["reasonCode", "partialScore"])?;
        let predicate = Arc::new(of_element(reader, scope, *of)?);
        let gate = Gate { earlier: earlier.clone(), this: Some(predicate.clone()) };
        let part = match of.child("ComplexPartialScore") {
            Some(complex) => {
                let body = complex.children().next();
                let body = body.ok_or_else(|| bad("a ComplexPartialScore of nothing"))?;
                let points = expression(reader, scope, body, Some(Type::Double))?;
                if !points.ty.is_number() {
                    return Err(no("a ComplexPartialScore that is no number"));
                }
                Part::Term(cast(points, Type::Double)?, 1.0)
            }
            None => {
                let points = reader.number(&attribute(*of, "partialScore")?)?;
                Part::Tree(unit.clone(), 0, points)
            }
        };
        sum.parts.push((gate, part));
        earlier.push(predicate);
    }
    sum.parts.push((Gate { earlier, this: None }, Part::Nothing));
    Ok(())
}
