//! The trees of a model as one array of small nodes, and the answers that a case's own values give to their tests.

use std::collections::BTreeMap;

use crate::model::{Comparison, Node, Split, Tree, TreeEnsemble};

use super::super::asked::{Ranges, Tests, Way};

/// A set of features, one bit each.
pub(in super::super) type Set = u128;

/// A node: a test and two children, or a leaf.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Twig {
    /// A number of a test, or [`LEAF`].
    pub test: u32,
    /// The left child; of a leaf the place of its value.
    pub left: u32,
    /// The right child.
    pub right: u32,
}

/// The test of a leaf.
pub(in super::super) const LEAF: u32 = u32::MAX;

/// The trees of an ensemble, once for all cases.
#[derive(Debug, Default)]
pub(in super::super) struct Forest<'m> {
    pub twigs: Vec<Twig>,
    pub values: Vec<f64>,
    /// Root and output of each tree.
    pub roots: Vec<(u32, usize)>,
    /// Tests on columns that stay as they are; numbered behind those that ask.
    fixed: Vec<(u32, &'m Split)>,
    /// How many tests ask what may change.
    asking: u32,
}

impl<'m> Forest<'m> {
    /// The trees, each with its output and for every node the number of its test, or `none` for a column that stays.
    pub fn new<'a>(
        asking: usize,
        trees: impl Iterator<Item = (&'m Tree, usize, &'a [u32])>,
        none: u32,
    ) -> Self {
        let mut forest = Forest { asking: asking as u32, ..Forest::default() };
        let mut known: BTreeMap<(u32, u64, bool, u8), u32> = BTreeMap::new();
        for (tree, output, asked) in trees {
            let first = forest.twigs.len() as u32;
            forest.roots.push((first, output));
            for (node, asked) in tree.nodes.iter().zip(asked) {
                let twig = match node {
                    Node::Inner { feature, split, left, right, .. } => {
                        let test = if *asked == none {
                            forest.stays(*feature, split, &mut known)
                        } else {
                            *asked
                        };
                        Twig { test, left: first + left, right: first + right }
                    }
                    Node::Leaf { value, .. } => {
                        forest.values.push(*value);
                        Twig { test: LEAF, left: forest.values.len() as u32 - 1, right: 0 }
                    }
                    // Ensembles with such leaves are not searched.
                    Node::Sloped(_) => {
                        forest.values.push(f64::INFINITY);
                        Twig { test: LEAF, left: forest.values.len() as u32 - 1, right: 0 }
                    }
                };
                forest.twigs.push(twig);
            }
        }
        forest
    }

    /// The number of a test on a column that stays.
    fn stays(
        &mut self,
        column: u32,
        split: &'m Split,
        known: &mut BTreeMap<(u32, u64, bool, u8), u32>,
    ) -> u32 {
        let next = self.asking + self.fixed.len() as u32;
        let number = match split {
            Split::Threshold { at, less, missing } => {
                let less = *less == Comparison::Less;
                *known.entry((column, at.to_bits(), less, *missing as u8)).or_insert(next)
            }
            Split::Categories { .. } | Split::Members { .. } => next,
        };
        if number == next {
            self.fixed.push((column, split));
        }
        number
    }
}

/// What a case's own value answers, and who could answer otherwise.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Answer {
    /// Whether the own value goes left.
    pub left: bool,
    /// The bit of the feature whose change can turn the answer; [`SETTLED`] or [`JOINT`].
    pub bit: u8,
}

/// Nothing that is allowed turns the answer.
pub(in super::super) const SETTLED: u8 = 128;
/// Several features together decide.
pub(in super::super) const JOINT: u8 = 129;

/// The answers to all tests.
#[derive(Debug, Default)]
pub(in super::super) struct Answers(pub Vec<Answer>);

impl Answers {
    /// The answers of a case: `own` its choices, `ranges` the choices it may come to, `bits` the bit of each feature,
    /// [`SETTLED`] for one that stays.
    pub fn new(
        forest: &Forest<'_>,
        ensemble: &TreeEnsemble,
        row: &[f64],
        tests: &Tests<'_>,
        own: &Ranges,
        ranges: &Ranges,
        bits: &[u8],
    ) -> Self {
        let mut answers = Vec::with_capacity(forest.asking as usize + forest.fixed.len());
        for test in 0..forest.asking {
            let left = tests.way(test, own) == Way::Left;
            let settled = tests.way(test, ranges) != Way::Both;
            let bit = match tests.feature(test) {
                _ if settled => SETTLED,
                Some(feature) => bits.get(feature as usize).copied().unwrap_or(SETTLED),
                None => JOINT,
            };
            answers.push(Answer { left, bit });
        }
        let seen = ensemble.row(row);
        answers.extend(forest.fixed.iter().map(|(column, split)| {
            let x = seen.get(*column as usize).copied().unwrap_or(f64::NAN);
            Answer { left: split.goes_left(x), bit: SETTLED }
        }));
        Answers(answers)
    }

    /// The children of a node, the one that the case takes first, and the bit that leads to the other.
    #[inline]
    pub fn ways(&self, twig: Twig) -> (u32, u32, u8) {
        let answer = self.0[twig.test as usize];
        if answer.left {
            (twig.left, twig.right, answer.bit)
        } else {
            (twig.right, twig.left, answer.bit)
        }
    }
}
