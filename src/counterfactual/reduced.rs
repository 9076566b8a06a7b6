//! Trees with everything fixed taken out: for one case, only tests on features that may change remain, each as a question
//! about the index of a choice. The highest score inside a box is then a walk over a few small trees.

use std::collections::BTreeMap;

use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Comparison, MissingRule, Node, Split, Tree, TreeEnsemble};

use super::adjustable::AdjustableKind;
use super::choices::{Boundary, Choices};
use super::{Frame, Target};

/// What a search needs of an ensemble, once for all cases.
#[derive(Debug)]
pub(super) struct TreePlan<'m> {
    pub ensemble: &'m TreeEnsemble,
    output: usize,
    /// Boundaries of the tests on each adjustable number.
    pub boundaries: Vec<Vec<Boundary>>,
    /// Distinct tests on adjustable columns: adjustable feature, position of the column in it, test.
    tests: Vec<(usize, usize, &'m Split)>,
    /// Index into `tests` for each node of each tree of this output, or `FIXED`.
    asked: Vec<(&'m Tree, Vec<u32>)>,
    /// What rounding can add to or take from a sum of leaves in double precision.
    slack: f64,
}

const FIXED: u32 = u32::MAX;

impl<'m> TreePlan<'m> {
    /// Prepares the trees of one output; `R42` for a tree whose children or columns do not exist.
    pub fn new(ensemble: &'m TreeEnsemble, frame: &Frame<'_>) -> Checked<Self> {
        let features = ensemble.card.features.len();
        let mut owner = vec![None; features];
        for (j, feature) in frame.adjustable.iter().enumerate() {
            feature.columns.iter().enumerate().for_each(|(i, &c)| owner[c] = Some((j, i)));
        }
        let mut plan = TreePlan {
            ensemble,
            output: frame.output,
            boundaries: vec![Vec::new(); frame.adjustable.len()],
            tests: Vec::new(),
            asked: Vec::new(),
            slack: 0.0,
        };
        let mut known = BTreeMap::new();
        let mut faults = Faults::default();
        let mut size = ensemble.base.get(frame.output).map_or(0.0, |b| b.abs());
        let trees = ensemble.trees.iter().enumerate().filter(|(_, t)| t.output == frame.output);
        for (t, tree) in trees {
            if let Some(n) = broken(tree, features) {
                faults.push(Fault::new(
                    "R42",
                    Place::default(),
                    format!("tree {t} whose node {n} points before itself, outside the tree or the columns"),
                    "children after their parent, features of the model, leaves that are numbers",
                    "Read the model from a sound file.",
                ));
                continue;
            }
            let mut largest = 0.0f64;
            let asked = tree.nodes.iter().map(|node| match node {
                Node::Leaf { value, .. } => {
                    largest = largest.max(value.abs() / ensemble.divisor.abs());
                    FIXED
                }
                // not searched, see `Search::new`
                Node::Sloped(_) => FIXED,
                Node::Inner { feature, split, .. } => match owner[*feature as usize] {
                    None => FIXED,
                    Some((j, i)) => plan.test(j, i, split, &mut known),
                },
            });
            let asked = asked.collect();
            plan.asked.push((tree, asked));
            size += largest;
        }
        // Higham (2002), section 4.2: n additions err by at most n·u times the sum of magnitudes; twice, for both sums
        plan.slack = 4.0 * (plan.asked.len() as f64 + 2.0) * f64::EPSILON * size;
        for (j, feature) in frame.adjustable.iter().enumerate() {
            if matches!(feature.kind, AdjustableKind::Number { .. }) {
                let of = |&(_, _, split): &(usize, usize, &Split)| {
                    Boundary::of(split, &mut plan.boundaries[j])
                };
                plan.tests.iter().filter(|t| t.0 == j).for_each(of);
                Boundary::sort(&mut plan.boundaries[j]);
            }
        }
        faults.or(plan)
    }

    fn test(
        &mut self,
        feature: usize,
        position: usize,
        split: &'m Split,
        known: &mut BTreeMap<(usize, usize, u64, bool, u8), u32>,
    ) -> u32 {
        let next = self.tests.len() as u32;
        let id = match split {
            Split::Threshold { at, less, missing } => {
                let less = *less == Comparison::Less;
                *known
                    .entry((feature, position, at.to_bits(), less, *missing as u8))
                    .or_insert(next)
            }
            Split::Categories { .. } | Split::Members { .. } => next,
        };
        if id == next {
            self.tests.push((feature, position, split));
        }
        id
    }

    /// The trees as this case sees them.
    pub fn reduce(&self, row: &[f64], choices: &[Choices], target: Target) -> Reduced {
        let sides = self.tests.iter().map(|&(j, i, split)| Test {
            feature: j as u32,
            side: self.side(&choices[j], i, split),
        });
        let sign = if target.above { 1.0 } else { -1.0 };
        let mut reduced = Reduced {
            tests: sides.collect(),
            nodes: Vec::new(),
            roots: Vec::new(),
            base: sign * self.ensemble.base.get(self.output).copied().unwrap_or(0.0),
            divisor: self.ensemble.divisor,
            goal: sign * target.threshold_raw + target.margin - self.slack,
            all: choices.iter().map(|c| (0, c.len() as u32 - 1)).collect(),
            stack: Vec::new(),
        };
        let row: Vec<f64> = self.ensemble.row(row);
        // a negative divisor turns the largest sum into the smallest
        let sign = if self.ensemble.divisor < 0.0 { -sign } else { sign };
        for (tree, asked) in &self.asked {
            reduced.add(tree, asked, &row, sign);
        }
        reduced
    }

    fn side(&self, choices: &Choices, position: usize, split: &Split) -> Side {
        let left = |i: usize| split.goes_left(self.ensemble.seen(choices.values(i)[position]));
        let monotone = choices.stride() == 1
            && matches!(
                split,
                Split::Threshold {
                    missing: MissingRule::NanLeft | MissingRule::NanRight | MissingRule::NanIsZero,
                    ..
                }
            );
        if monotone {
            // choices ascend, so those that go left come first
            let (mut from, mut to) = (0, choices.len());
            while from < to {
                let middle = (from + to) / 2;
                if left(middle) { from = middle + 1 } else { to = middle }
            }
            return Side::Before(from as u32);
        }
        let mut count = 0;
        let counts = (0..choices.len()).map(|i| {
            count += u32::from(left(i));
            count
        });
        Side::Counts(std::iter::once(0).chain(counts.collect::<Vec<_>>()).collect())
    }
}

/// The first node that would lead out of the tree or round in a circle.
fn broken(tree: &Tree, features: usize) -> Option<usize> {
    if tree.nodes.is_empty() {
        return Some(0);
    }
    tree.nodes.iter().enumerate().position(|(n, node)| match node {
        Node::Leaf { value, .. } => !value.is_finite(),
        Node::Sloped(_) => false,
        Node::Inner { feature, left, right, .. } => {
            let inside = |&child: &u32| (child as usize) > n && (child as usize) < tree.nodes.len();
            *feature as usize >= features || !inside(left) || !inside(right)
        }
    })
}

#[derive(Debug)]
struct Test {
    feature: u32,
    side: Side,
}

/// Which choices go left.
#[derive(Debug)]
enum Side {
    /// Those before this one.
    Before(u32),
    /// Any; entry `i` counts those among the first `i`.
    Counts(Vec<u32>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Left,
    Right,
    Both,
}

/// One node: a test index, or `FIXED` for a leaf; `most` is the highest leaf below.
#[derive(Clone, Copy, Debug)]
struct ReducedNode {
    test: u32,
    left: u32,
    right: u32,
    most: f64,
}

/// The ensemble of one case. Scores are turned so that higher is nearer to the target.
#[derive(Debug)]
pub(super) struct Reduced {
    tests: Vec<Test>,
    nodes: Vec<ReducedNode>,
    roots: Vec<u32>,
    base: f64,
    divisor: f64,
    /// A box whose highest score lies below this cannot hold a change that reaches the target.
    pub goal: f64,
    /// The box of all choices.
    pub all: Ranges,
    stack: Vec<u32>,
}

/// A range of choices for each feature, both ends included.
pub(super) type Ranges = Vec<(u32, u32)>;

impl Reduced {
    fn add(&mut self, tree: &Tree, asked: &[u32], row: &[f64], sign: f64) {
        let first = self.nodes.len();
        // (node of the tree, place in `nodes` that waits for it, whether as its left child)
        let mut open: Vec<(u32, Option<(usize, bool)>)> = vec![(0, None)];
        while let Some((mut n, parent)) = open.pop() {
            let here = self.nodes.len();
            let made = loop {
                match &tree.nodes[n as usize] {
                    Node::Sloped(_) => {
                        break ReducedNode { test: FIXED, left: 0, right: 0, most: f64::INFINITY };
                    }
                    Node::Leaf { value, .. } => {
                        break ReducedNode { test: FIXED, left: 0, right: 0, most: sign * value };
                    }
                    Node::Inner { feature, split, left, right, .. } => {
                        let test = asked[n as usize];
                        let way = match self.tests.get(test as usize) {
                            None if split.goes_left(row[*feature as usize]) => Way::Left,
                            None => Way::Right,
                            Some(test) => test.side.within(self.all[test.feature as usize]),
                        };
                        match way {
                            Way::Left => n = *left,
                            Way::Right => n = *right,
                            Way::Both => {
                                open.push((*right, Some((here, false))));
                                open.push((*left, Some((here, true))));
                                break ReducedNode { test, left: 0, right: 0, most: 0.0 };
                            }
                        }
                    }
                }
            };
            self.nodes.push(made);
            match parent {
                Some((p, true)) => self.nodes[p].left = here as u32,
                Some((p, false)) => self.nodes[p].right = here as u32,
                None => {}
            }
        }
        for n in (first..self.nodes.len()).rev() {
            let node = self.nodes[n];
            if node.test != FIXED {
                let most = |child: u32| self.nodes[child as usize].most;
                self.nodes[n].most = most(node.left).max(most(node.right));
            }
        }
        if self.nodes.len() == first + 1 {
            self.base += self.nodes[first].most / self.divisor.abs();
            self.nodes.truncate(first); // the same for every choice
        } else {
            self.roots.push(first as u32);
        }
    }

    /// The highest score that trees can add up to inside a box; exact for a box of single choices, up to rounding.
    pub fn highest(&mut self, ranges: &[(u32, u32)]) -> f64 {
        let mut sum = 0.0;
        let mut stack = std::mem::take(&mut self.stack);
        for &root in &self.roots {
            let mut best = f64::NEG_INFINITY;
            stack.push(root);
            while let Some(n) = stack.pop() {
                let mut node = &self.nodes[n as usize];
                while node.most > best {
                    if node.test == FIXED {
                        best = node.most;
                        break;
                    }
                    let test = &self.tests[node.test as usize];
                    let (left, right) = (node.left, node.right);
                    let next = match test.side.within(ranges[test.feature as usize]) {
                        Way::Left => left,
                        Way::Right => right,
                        Way::Both => {
                            // the better side first, so that the other one is often not walked at all
                            let most = |n: u32| self.nodes[n as usize].most;
                            let (first, later) = if most(left) >= most(right) {
                                (left, right)
                            } else {
                                (right, left)
                            };
                            stack.push(later);
                            first
                        }
                    };
                    node = &self.nodes[next as usize];
                }
            }
            sum += best;
        }
        self.stack = stack;
        self.base + sum / self.divisor.abs()
    }
}

impl Side {
    fn within(&self, (from, to): (u32, u32)) -> Way {
        match self {
            Side::Before(first) if to < *first => Way::Left,
            Side::Before(first) if from >= *first => Way::Right,
            Side::Before(_) => Way::Both,
            Side::Counts(counts) => match counts[to as usize + 1] - counts[from as usize] {
                0 => Way::Right,
                n if n == to - from + 1 => Way::Left,
                _ => Way::Both,
            },
        }
    }
}
