//! What is left of the trees of one demand where only a few features change: a score for each choice of each feature from
//! the trees that ask one of them alone, and the small trees that ask several.

use super::super::asked::{Ranges, Tests, Way};
use super::forest::{Answers, Forest, JOINT, LEAF, SETTLED, Set};
use super::survey::Pull;

/// A node of a tree that asks several of the features that change. Its left child follows it.
#[derive(Clone, Copy, Debug)]
struct Small {
    /// The place of the feature that is asked; [`IRREGULAR`] or [`END`].
    slot: u32,
    /// The first choice that goes right; of an irregular test its number.
    first: u32,
    right: u32,
    /// The highest leaf below.
    most: f64,
}

/// The slot of a leaf.
const END: u32 = u32::MAX;
/// The slot of a test that does not send the first choices of one feature left and the others right.
const IRREGULAR: u32 = u32::MAX - 1;

/// The scores of one demand over the choices of a few features.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The features, ascending.
    features: Vec<u32>,
    /// Trees that do not ask any of them, and the base.
    base: f64,
    /// By feature: where its scores begin.
    starts: Vec<usize>,
    /// Scores of the choices, feature by feature.
    scores: Vec<f64>,
    /// By choice, as `scores`: how much tests between the first choice and this one tell apart.
    weights: Vec<f64>,
    nodes: Vec<Small>,
    roots: Vec<u32>,
    /// What the small trees add at most.
    room: f64,
    /// A point or box whose highest score lies below this cannot reach the goal.
    pub goal: f64,
    stack: Vec<u32>,
    here: Vec<(u32, u32)>,
    spans: Vec<(u32, u32, u32)>,
}

/// A case's trees, and what it asks of them.
pub(super) struct Trees<'a> {
    pub forest: &'a Forest<'a>,
    pub tests: &'a Tests<'a>,
    pub answers: &'a Answers,
    /// The bit of each feature.
    pub bits: &'a [u8],
}

impl Part {
    /// Takes the trees apart where `features` may take the choices of `ranges` and all others are as `answers` have them.
    pub fn build(&mut self, trees: &Trees<'_>, pull: &Pull, features: &[u32], ranges: &Ranges) {
        self.features.clear();
        self.features.extend(features);
        self.base = pull.base;
        self.starts.clear();
        self.scores.clear();
        self.weights.clear();
        self.nodes.clear();
        self.roots.clear();
        self.room = 0.0;
        let mut mask: Set = 0;
        for &j in features {
            self.starts.push(self.scores.len());
            let (from, to) = ranges[j as usize];
            // one more, where what was added up to the last choice ends
            self.scores.resize(self.scores.len() + (to - from) as usize + 2, 0.0);
            mask |= bit(trees.bits[j as usize]);
        }
        self.weights.resize(self.scores.len(), 0.0);
        let (mut size, mut steps) = (0.0, 0usize);
        for &(root, sign) in &pull.trees {
            let mut at = root;
            let first = loop {
                let twig = trees.forest.twigs[at as usize];
                if twig.test == LEAF {
                    self.base += sign * trees.forest.values[twig.left as usize];
                    break None;
                }
                let (own, _, asks) = trees.answers.ways(twig);
                at = match asked(asks, mask).then(|| way(trees, twig.test, ranges)) {
                    None => own,
                    Some(Way::Left) => twig.left,
                    Some(Way::Right) => twig.right,
                    Some(Way::Both) => break Some(at),
                };
            };
            if let Some(first) = first {
                let (added, changes) = self.plant(trees, first, sign, mask, ranges);
                size += added;
                steps += changes;
            }
        }
        self.sum_up();
        // Higham (2002), section 4.2: the running sums of `scores` are sums of so many differences
        self.goal = pull.goal - 4.0 * (steps + 2) as f64 * f64::EPSILON * size;
    }

    /// Copies a tree from its first open test on; one that asks a single feature becomes scores. Gives what was added in
    /// size and in number of sums.
    fn plant(
        &mut self,
        trees: &Trees<'_>,
        first: u32,
        sign: f64,
        mask: Set,
        ranges: &Ranges,
    ) -> (f64, usize) {
        let start = self.nodes.len();
        let mut seen: Set = 0;
        let mut irregular = false;
        // node of the forest, and the place that waits for it as its right child
        let mut open = std::mem::take(&mut self.spans);
        open.clear();
        open.push((first, END, 0));
        while let Some((mut at, parent, _)) = open.pop() {
            let here = self.nodes.len() as u32;
            loop {
                let twig = trees.forest.twigs[at as usize];
                if twig.test == LEAF {
                    let most = sign * trees.forest.values[twig.left as usize];
                    self.nodes.push(Small { slot: END, first: 0, right: 0, most });
                    break;
                }
                let (own, _, asks) = trees.answers.ways(twig);
                if !asked(asks, mask) {
                    at = own;
                    continue;
                }
                match way(trees, twig.test, ranges) {
                    Way::Left => at = twig.left,
                    Way::Right => at = twig.right,
                    Way::Both => {
                        let slot =
                            self.features.iter().position(|&j| trees.bits[j as usize] == asks);
                        let (slot, first) = match slot.zip(trees.tests.first(twig.test)) {
                            Some((slot, first)) => (slot as u32, first),
                            None => (IRREGULAR, twig.test),
                        };
                        irregular |= slot == IRREGULAR;
                        seen |= bit(asks);
                        self.nodes.push(Small { slot, first, right: 0, most: 0.0 });
                        open.push((twig.right, here, 0));
                        open.push((twig.left, END, 0));
                        break;
                    }
                }
            }
            if let Some(parent) = self.nodes.get_mut(parent as usize) {
                parent.right = here;
            }
        }
        self.spans = open;
        if !irregular && seen.count_ones() == 1 {
            let slot = self.nodes[start].slot as usize;
            let added = self.spread(start, slot, ranges);
            self.nodes.truncate(start);
            return added;
        }
        for n in (start..self.nodes.len()).rev() {
            let node = self.nodes[n];
            if node.slot == END {
                continue;
            }
            let (left, right) = (self.nodes[n + 1].most, self.nodes[node.right as usize].most);
            self.nodes[n].most = left.max(right);
            if let Some(&start) = self.starts.get(node.slot as usize) {
                let lowest = ranges[self.features[node.slot as usize] as usize].0;
                self.weights[start + (node.first - lowest) as usize] += (left - right).abs();
            }
        }
        self.roots.push(start as u32);
        self.room += self.nodes[start].most;
        (0.0, 0)
    }

    /// Adds the leaves of a tree that asks one feature to the scores of the choices that reach them.
    fn spread(&mut self, start: usize, slot: usize, ranges: &Ranges) -> (f64, usize) {
        let (lowest, highest) = ranges[self.features[slot] as usize];
        let scores = &mut self.scores[self.starts[slot]..];
        let (mut size, mut steps) = (0.0, 0);
        let mut open = std::mem::take(&mut self.spans);
        open.clear();
        open.push((start as u32, lowest, highest));
        while let Some((at, from, to)) = open.pop() {
            let node = self.nodes[at as usize];
            if node.slot == END {
                scores[(from - lowest) as usize] += node.most;
                scores[(to + 1 - lowest) as usize] -= node.most;
                size += 2.0 * node.most.abs();
                steps += 2;
                continue;
            }
            if from < node.first {
                open.push((at + 1, from, to.min(node.first - 1)));
            }
            if to >= node.first {
                open.push((node.right, from.max(node.first), to));
            }
        }
        self.spans = open;
        (size, steps)
    }

    fn sum_up(&mut self) {
        for (slot, &start) in self.starts.iter().enumerate() {
            let end = self.starts.get(slot + 1).copied().unwrap_or(self.scores.len());
            let (mut sum, mut weight) = (0.0, 0.0);
            let scores = self.scores[start..end].iter_mut().zip(&mut self.weights[start..end]);
            for (at, (score, tells)) in scores.enumerate() {
                // the first choice is told apart from none before it
                weight += if at == 0 { 0.0 } else { *tells + score.abs() };
                *tells = weight;
                sum += *score;
                *score = sum;
            }
        }
    }

    /// How much tests tell the choices of a range apart, and the choice before which half of it lies.
    pub fn weight(&self, slot: usize, built: &Ranges, (from, to): (u32, u32)) -> (f64, u32) {
        let lowest = built[self.features[slot] as usize].0;
        let weights = &self.weights[self.starts[slot]..];
        let range = &weights[(from - lowest) as usize..=(to - lowest) as usize];
        let [first, .., last] = range else { return (0.0, to) };
        let half = range.partition_point(|weight| *weight < first + (last - first) / 2.0);
        (last - first, from + (half as u32).clamp(1, to - from))
    }

    /// The highest score that the trees can add up to inside a box, up to rounding that the goal allows for. `built` is
    /// the box of [`Part::build`].
    pub fn highest(&mut self, tests: &Tests<'_>, built: &Ranges, ranges: &Ranges) -> f64 {
        self.most(tests, built, ranges, f64::NEG_INFINITY)
    }

    /// Whether the highest score inside a box reaches the goal.
    pub fn reaches(&mut self, tests: &Tests<'_>, built: &Ranges, ranges: &Ranges) -> bool {
        self.most(tests, built, ranges, self.goal) >= self.goal
    }

    /// An upper bound of the scores inside a box: the highest, or one below `enough`.
    fn most(&mut self, tests: &Tests<'_>, built: &Ranges, ranges: &Ranges, enough: f64) -> f64 {
        // what the trees not walked yet can add at most is in the sum from the start
        let mut sum = self.base + self.room;
        self.here.clear();
        for (&j, &start) in self.features.iter().zip(&self.starts) {
            let (lowest, (from, to)) = (built[j as usize].0, ranges[j as usize]);
            let scores = &self.scores[start..];
            let range = &scores[(from - lowest) as usize..=(to - lowest) as usize];
            sum += range.iter().fold(f64::NEG_INFINITY, |most, score| most.max(*score));
            self.here.push((from, to));
        }
        let mut stack = std::mem::take(&mut self.stack);
        for &root in &self.roots {
            if sum < enough {
                break;
            }
            let mut best = f64::NEG_INFINITY;
            stack.push(root);
            while let Some(mut n) = stack.pop() {
                loop {
                    let node = &self.nodes[n as usize];
                    if node.most <= best {
                        break;
                    }
                    let (left, right) = match self.here.get(node.slot as usize) {
                        Some((from, to)) => (*from < node.first, *to >= node.first),
                        None if node.slot == END => {
                            best = node.most;
                            break;
                        }
                        None => match tests.way(node.first, ranges) {
                            Way::Left => (true, false),
                            Way::Right => (false, true),
                            Way::Both => (true, true),
                        },
                    };
                    n = match (left, right) {
                        (true, false) => n + 1,
                        (false, _) => node.right,
                        (true, true) => {
                            // the better side first, so that the other one is often not walked at all
                            let most = |n: u32| self.nodes[n as usize].most;
                            let (first, later) = if most(n + 1) >= most(node.right) {
                                (n + 1, node.right)
                            } else {
                                (node.right, n + 1)
                            };
                            stack.push(later);
                            first
                        }
                    };
                }
            }
            sum -= self.nodes[root as usize].most - best;
        }
        self.stack = stack;
        sum
    }
}

/// The bit of a feature as a set; none for one that stays.
pub(super) fn bit(bit: u8) -> Set {
    if bit < SETTLED { 1 << bit } else { 0 }
}

fn way(trees: &Trees<'_>, test: u32, ranges: &Ranges) -> Way {
    trees.tests.way(test, ranges)
}

fn asked(asks: u8, mask: Set) -> bool {
    asks == JOINT || bit(asks) & mask != 0
}
