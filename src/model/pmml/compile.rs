//! PMML's trees as trees of the kind that attributions know, and its sums as weighted sums.

use std::collections::HashMap;
use std::sync::Arc;

use super::decide::Compiler;
use super::expression::column;
use super::score::{Part, Scored, Sum};
use crate::model::{
    EncodedColumn, FeatureKind, FloatWidth, Folding, LinearModel, Node, TreeEnsemble,
};

/// Why a model cannot be compiled; it is then evaluated as it is.
#[derive(Debug)]
pub struct NotTrees;

/// A model as a tree ensemble, without its card.
pub fn trees(scored: &Scored, kinds: &[FeatureKind]) -> Result<TreeEnsemble, NotTrees> {
    let mut compiler = Compiler::default();
    let mut written: Vec<(usize, Vec<Node>)> = vec![];
    let mut base = vec![];
    let divisor = divisor(&scored.sums);
    for (k, sum) in scored.sums.iter().enumerate() {
        let mut constant = sum.base;
        for (gate, part) in &sum.parts {
            match part {
                Part::Tree(tree, output, weight) => {
                    let weight = if divisor == 1.0 { *weight } else { 1.0 };
                    written.push((k, compiler.tree(gate, tree, *output, weight, sum.single)?));
                }
                Part::Nothing => {
                    let nothing = super::tree::constant(None);
                    written.push((k, compiler.tree(gate, &nothing, 0, 1.0, false)?));
                }
                Part::Term(of, weight) if of.sources.is_empty() && gate.is_always_open() => {
                    constant += of.of(&|_| f64::NAN) * weight;
                }
                Part::Term(..) | Part::Combined(..) => return Err(NotTrees),
            }
        }
        if !constant.is_finite() {
            return Err(NotTrees);
        }
        base.push(constant);
    }
    if written.is_empty() {
        return Err(NotTrees);
    }
    let columns = compiler.columns();
    let mut folding = Folding::new(kinds, &columns, FloatWidth::Double);
    let width = kinds.len() + columns.len();
    let mut trees = vec![];
    for (output, nodes) in written {
        let folded = folding.nodes(&nodes).map_err(|_| NotTrees)?;
        trees.push(crate::model::Tree::arranged(output, &folded, width).map_err(|_| NotTrees)?);
    }
    let derived = std::mem::take(&mut folding.derived);
    let link = scored.finish.link();
    Ok(TreeEnsemble { trees, base, divisor, derived, link, ..TreeEnsemble::default() })
}

/// What the sum of trees is divided by, where all have the same weight, one in so many.
fn divisor(sums: &[Sum]) -> f64 {
    let mut weights = sums.iter().flat_map(|sum| &sum.parts).map(|(_, part)| match part {
        Part::Tree(_, _, weight) => *weight,
        _ => f64::NAN,
    });
    let first = weights.next().unwrap_or(1.0);
    let count = (1.0 / first).round();
    if weights.all(|weight| weight == first) && count > 1.0 && 1.0 / count == first {
        count
    } else {
        1.0
    }
}

/// A model as weighted sums, without its card.
pub fn linear(scored: &Scored, features: usize) -> Result<LinearModel, NotTrees> {
    let mut columns: Vec<EncodedColumn> = vec![];
    let mut known: HashMap<usize, usize> = HashMap::new();
    let mut entries: Vec<Vec<(usize, f64)>> = vec![];
    let mut intercepts = vec![];
    for sum in &scored.sums {
        let mut of_sum = vec![];
        for (gate, part) in &sum.parts {
            let Part::Term(of, weight) = part else { return Err(NotTrees) };
            if !gate.is_always_open() || of.sources.len() > 1 || !weight.is_finite() {
                return Err(NotTrees);
            }
            let place = *known.entry(Arc::as_ptr(of) as usize).or_insert_with(|| {
                columns.push(column(of));
                columns.len() - 1
            });
            of_sum.push((place, *weight));
        }
        if !sum.base.is_finite() {
            return Err(NotTrees);
        }
        intercepts.push(sum.base);
        entries.push(of_sum);
    }
    // One weight for each column and score: many scores over many columns are not worth the room.
    if columns.len().saturating_mul(entries.len()) > 20_000_000 {
        return Err(NotTrees);
    }
    let mut weights = vec![vec![0.0; columns.len()]; entries.len()];
    for (weights, of_sum) in weights.iter_mut().zip(entries) {
        for (place, weight) in of_sum {
            if let Some(place) = weights.get_mut(place) {
                *place += weight;
            }
        }
    }
    let fill = vec![f64::NAN; features];
    let link = scored.finish.link();
    Ok(LinearModel { weights, intercepts, fill, link, columns, ..LinearModel::default() })
}
