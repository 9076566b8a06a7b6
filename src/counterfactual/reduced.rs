//! Trees with everything fixed taken out: for one case, only tests on features that may change remain, each as a question
//! about the index of a choice (`asked`). The highest score inside a box is then a walk over a few small trees.

use std::collections::BTreeMap;

use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Comparison, Node, Split, Tree, TreeEnsemble};

use super::adjustable::AdjustableKind;
use super::asked::{Ask, Ranges, Tests, Way};
use super::choices::{Boundary, Choices};
use super::frame::Frame;
use super::goal::Demand;
use super::isolation::Isolation;
use super::subsets::{Forest, Pull};

/// What a search needs of an ensemble, once for all cases.
#[derive(Debug)]
pub(super) struct TreePlan<'m> {
    pub ensemble: &'m TreeEnsemble,
    /// Boundaries of the tests on each adjustable number.
    pub boundaries: Vec<Vec<Boundary>>,
    /// Distinct tests on columns that may change.
    tests: Vec<(Ask, &'m Split)>,
    /// Index into `tests` for each node of each tree, or `FIXED`.
    asked: Vec<(&'m Tree, Vec<u32>)>,
    /// The trees for searches by sets of features.
    pub forest: Forest<'m>,
    /// What divides the depths of the forest that says how ordinary a case is, and what they must come to.
    ordinary: Option<(f64, f64)>,
    /// What rounding can add to or take from a sum of leaves in double precision, one an output.
    slack: Vec<f64>,
}

const FIXED: u32 = u32::MAX;
/// The output of the trees that say how ordinary a case is.
const ORDINARY: usize = usize::MAX;

/// One test of a tree: what it asks, threshold, comparison, rule for missing values.
type Known = BTreeMap<(Ask, u64, bool, u8), u32>;

impl<'m> TreePlan<'m> {
    /// Prepares the trees; `R42` for a tree whose children or columns do not exist.
    pub fn new(ensemble: &'m TreeEnsemble, frame: &Frame<'m>) -> Checked<Self> {
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let owner = owners(ensemble, frame);
        let mut plan = TreePlan {
            ensemble,
            boundaries: vec![Vec::new(); frame.adjustable.len()],
            tests: Vec::new(),
            asked: Vec::new(),
            forest: Forest::default(),
            ordinary: None,
            slack: Vec::new(),
        };
        let mut known = Known::new();
        let mut faults = Faults::default();
        let mut sizes: Vec<f64> = ensemble.base.iter().map(|b| b.abs()).collect();
        for (t, tree) in ensemble.trees.iter().enumerate() {
            if let Some(n) = broken(tree, columns) {
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
                Node::Inner { feature, split, .. } => match owner.get(*feature as usize) {
                    Some(Some(ask)) => plan.test(*ask, split, &mut known),
                    _ => FIXED,
                },
            });
            let asked = asked.collect();
            plan.asked.push((tree, asked));
            if let Some(size) = sizes.get_mut(tree.output) {
                *size += largest;
            }
        }
        // a forest that says how ordinary a case is asks as the model does
        let mut ordinary: Vec<(&Tree, Vec<u32>)> = Vec::new();
        if let Some((forest, bar)) = frame.isolation.map(Isolation::demand) {
            for tree in &forest.trees {
                let asked = tree.nodes.iter().map(|node| match node {
                    Node::Inner { feature, split, .. } => match owner.get(*feature as usize) {
                        Some(Some(ask)) => plan.test(*ask, split, &mut known),
                        _ => FIXED,
                    },
                    Node::Leaf { .. } | Node::Sloped(_) => FIXED,
                });
                ordinary.push((tree, asked.collect()));
            }
            plan.ordinary = Some((forest.divisor, bar));
        }
        let trees = plan.asked.iter().map(|(tree, asked)| (*tree, tree.output, asked.as_slice()));
        let others = ordinary.iter().map(|(tree, asked)| (*tree, ORDINARY, asked.as_slice()));
        plan.forest = Forest::new(plan.tests.len(), trees.chain(others), FIXED);
        // Higham (2002), section 4.2: n additions err by at most n·u times the sum of magnitudes; twice, for both sums
        let terms = 4.0 * (plan.asked.len() as f64 + 2.0) * f64::EPSILON;
        plan.slack = sizes.into_iter().map(|size| terms * size).collect();
        for (j, feature) in frame.adjustable.iter().enumerate() {
            if matches!(feature.kind, AdjustableKind::Number { .. }) {
                for (ask, split) in &plan.tests {
                    if matches!(ask, Ask::Own { feature, .. } if *feature as usize == j) {
                        Boundary::of(split, &mut plan.boundaries[j]);
                    }
                }
                Boundary::sort(&mut plan.boundaries[j]);
            }
        }
        faults.or(plan)
    }

    fn test(&mut self, ask: Ask, split: &'m Split, known: &mut Known) -> u32 {
        let next = self.tests.len() as u32;
        let id = match split {
            Split::Threshold { at, less, missing } => {
                let less = *less == Comparison::Less;
                *known.entry((ask, at.to_bits(), less, *missing as u8)).or_insert(next)
            }
            Split::Categories { .. } | Split::Members { .. } => next,
        };
        if id == next {
            self.tests.push((ask, split));
        }
        id
    }

    /// The tests as this case sees them.
    pub fn asked<'a>(
        &'a self,
        frame: &'a Frame<'a>,
        row: &'a [f64],
        choices: &'a [Choices],
    ) -> Tests<'a> {
        Tests::new(self.ensemble, frame, row, choices, &self.tests)
    }

    /// What the demands ask of the trees, and last how ordinary a case must be. Scores are turned so that higher is nearer
    /// to the goal.
    pub fn pulls(&self, demands: &[Demand]) -> Vec<Pull> {
        let of = |k: usize, from: &[f64]| from.get(k).copied().unwrap_or(0.0);
        let each = demands.iter().map(|demand| {
            let (plus, minus) = (demand.plus, demand.minus);
            let base = of(plus, &self.ensemble.base);
            let base = base - minus.map_or(0.0, |k| of(k, &self.ensemble.base));
            let slack = of(plus, &self.slack) + minus.map_or(0.0, |k| of(k, &self.slack));
            let weight = demand.sign / self.ensemble.divisor;
            let tree = |&(root, output): &(u32, usize)| {
                let first = (output == plus).then_some((root, weight));
                first.or_else(|| (Some(output) == minus).then_some((root, -weight)))
            };
            let trees = self.forest.roots.iter().filter_map(tree).collect();
            // twice, because each leaf is divided before it is added
            Pull { trees, base: demand.sign * base, goal: demand.least - 2.0 * slack }
        });
        let ordinary = self.ordinary.map(|(divisor, bar)| {
            let roots = self.forest.roots.iter().filter(|(_, output)| *output == ORDINARY);
            let trees: Vec<(u32, f64)> = roots.map(|(root, _)| (*root, 1.0 / divisor)).collect();
            // depths are positive and add up to about the bar
            let slack = 16.0 * (trees.len() as f64 + 2.0) * f64::EPSILON * bar.abs();
            Pull { trees, base: 0.0, goal: bar - slack }
        });
        each.chain(ordinary).collect()
    }

    /// The trees of one demand as this case sees them.
    pub fn reduce(&self, row: &[f64], tests: &Tests<'_>, demand: Demand) -> Reduced {
        let of = |k: usize, from: &[f64]| from.get(k).copied().unwrap_or(0.0);
        let base = of(demand.plus, &self.ensemble.base)
            - demand.minus.map_or(0.0, |k| of(k, &self.ensemble.base));
        let slack = of(demand.plus, &self.slack) + demand.minus.map_or(0.0, |k| of(k, &self.slack));
        let mut reduced = Reduced {
            nodes: Vec::new(),
            roots: Vec::new(),
            base: demand.sign * base,
            divisor: self.ensemble.divisor,
            goal: demand.least - slack,
            stack: Vec::new(),
        };
        let row: Vec<f64> = self.ensemble.row(row);
        // a negative divisor turns the largest sum into the smallest
        let sign = if self.ensemble.divisor < 0.0 { -demand.sign } else { demand.sign };
        let all = tests.all();
        for (tree, asked) in &self.asked {
            if tree.output == demand.plus {
                reduced.add(tree, asked, &row, sign, tests, &all);
            } else if Some(tree.output) == demand.minus {
                reduced.add(tree, asked, &row, -sign, tests, &all);
            }
        }
        reduced
    }
}

/// What a test on each column asks; none for a column that stays as it is.
fn owners(ensemble: &TreeEnsemble, frame: &Frame<'_>) -> Vec<Option<Ask>> {
    let features = ensemble.card.features.len();
    let mut owner: Vec<Option<Ask>> = vec![None; features];
    for (j, feature) in frame.adjustable.iter().enumerate() {
        for (i, column) in feature.columns.iter().enumerate() {
            if let Some(owner) = owner.get_mut(*column) {
                *owner = Some(Ask::Own { feature: j as u32, position: i as u32 });
            }
        }
    }
    for (d, dependent) in frame.dependents.iter().enumerate() {
        if let Some(owner) = owner.get_mut(dependent.column) {
            *owner = Some(Ask::Moved { dependent: d as u32 });
        }
    }
    for (d, derived) in ensemble.derived.iter().enumerate() {
        let moves = |source: &u32| owner.get(*source as usize).is_some_and(Option::is_some);
        let moved = derived.sources.iter().any(moves);
        owner.push(moved.then_some(Ask::Derived { derived: d as u32 }));
    }
    owner
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
    nodes: Vec<ReducedNode>,
    roots: Vec<u32>,
    base: f64,
    divisor: f64,
    /// A box whose highest score lies below this cannot hold a change that reaches the target.
    pub goal: f64,
    stack: Vec<u32>,
}

impl Reduced {
    fn add(
        &mut self,
        tree: &Tree,
        asked: &[u32],
        row: &[f64],
        sign: f64,
        tests: &Tests<'_>,
        all: &Ranges,
    ) {
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
                        let way = match test {
                            FIXED if split.goes_left(row[*feature as usize]) => Way::Left,
                            FIXED => Way::Right,
                            test => tests.way(test, all),
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
    pub fn highest(&mut self, tests: &Tests<'_>, ranges: &Ranges) -> f64 {
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
                    let (left, right) = (node.left, node.right);
                    let next = match tests.way(node.test, ranges) {
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
