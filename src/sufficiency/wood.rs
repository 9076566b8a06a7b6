//! The trees of one check: what is left of them where some players are kept, small ones merged.
//!
//! A sum of highest leaves is a loose bound, because leaves of different trees may ask for different values of the same
//! player. Leaves of two trees that can be reached together are leaves of one merged tree, whose highest leaf is nearer to
//! the highest score (Chen, Zhang, Si, Li, Boning and Hsieh 2019, "Robustness verification of tree-based models").

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Range, Way};
use super::forest::NONE;
use super::open::Asked;

/// Most leaves of a merged tree.
const MOST_LEAVES: usize = 256;
/// Most pairs of leaves that one merger looks at.
const MOST_PAIRS: usize = 1 << 14;
/// Most trees among which the partner of a tree is sought.
const PARTNERS: usize = 8;
/// Most leaves of all trees; above that nothing is proven.
const MOST_IN_ALL: usize = 1 << 19;

/// A leaf of a tree, or of several together.
#[derive(Clone, Debug)]
struct Leaf {
    value: f64,
    /// Place of its weighted sum, or [`NONE`].
    sum: u32,
    /// By player, ascending: between which places it is reached.
    ranges: Vec<(u32, Range)>,
    /// The open tests that lead to it, ascending, each with its answer.
    answers: Vec<(u32, bool)>,
}

/// Where a test stands: a tree, and the places of its sets in the masks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub tree: u32,
    /// What is left when it goes left.
    pub left: u32,
    /// What is left when it goes right.
    pub right: u32,
}

/// A tree as a set of leaves.
#[derive(Debug)]
pub(super) struct Tree {
    /// What each adds to the score, ascending.
    pub values: Vec<f64>,
    /// The place of each one's weighted sum; empty where there are none.
    pub sums: Vec<u32>,
    /// Its set: first word and number of words.
    pub from: usize,
    pub words: usize,
}

/// The trees of one check.
#[derive(Debug)]
pub(super) struct Wood {
    pub trees: Vec<Tree>,
    pub masks: Vec<u64>,
    /// By test: where it stands. Tests that are settled stand nowhere.
    pub parts: BTreeMap<u32, Vec<Part>>,
    /// By player: the open tests on it.
    pub asked: Vec<Vec<u32>>,
    leaves: Vec<Vec<Leaf>>,
}

impl Wood {
    /// What is left of the trees; none where that is too much.
    pub fn new(asked: &Asked<'_, '_>, kept: &[bool]) -> Option<Wood> {
        let own: Vec<u32> = (0..kept.len()).map(|j| asked.forest.own(j)).collect();
        let seen = asked.forest.seen(asked.case.row);
        let mut trees: Vec<Vec<Leaf>> = vec![];
        let mut count = 0;
        for &root in &asked.forest.roots {
            let leaves = asked.reachable(root, kept, &own, &seen);
            count += leaves.len();
            if count > MOST_IN_ALL {
                return None;
            }
            trees.push(leaves);
        }
        let test = |test: &u32| asked.forest.tests.get(*test as usize).map(|test| test.player);
        Some(Wood::of(trees, kept.len(), &test))
    }

    /// The same with small trees merged.
    pub fn merged(self, asked: &Asked<'_, '_>) -> Wood {
        let test = |test: &u32| asked.forest.tests.get(*test as usize).map(|test| test.player);
        Wood::of(merged(self.leaves), self.asked.len(), &test)
    }

    fn of(leaves: Vec<Vec<Leaf>>, players: usize, player: &dyn Fn(&u32) -> Option<u32>) -> Wood {
        let mut wood = Wood {
            trees: vec![],
            masks: vec![],
            parts: BTreeMap::new(),
            asked: vec![vec![]; players],
            leaves,
        };
        for t in 0..wood.leaves.len() {
            wood.add(t);
        }
        for test in wood.parts.keys() {
            let tests = player(test).and_then(|player| wood.asked.get_mut(player as usize));
            if let Some(tests) = tests {
                tests.push(*test);
            }
        }
        wood
    }

    fn add(&mut self, tree: usize) {
        let Some(leaves) = self.leaves.get_mut(tree) else { return };
        // Stable: equal leaves stay in their order.
        leaves.sort_by(|a, b| a.value.total_cmp(&b.value));
        let words = leaves.len().div_ceil(64);
        let from = self.trees.last().map_or(0, |last| last.from + last.words);
        let tree = tree as u32;
        let tests: BTreeSet<u32> =
            leaves.iter().flat_map(|leaf| leaf.answers.iter().map(|(test, _)| *test)).collect();
        let mut places: BTreeMap<u32, usize> = BTreeMap::new();
        for test in tests {
            let at = self.masks.len();
            self.masks.resize(at + 2 * words, u64::MAX);
            places.insert(test, at);
            let part = Part { tree, left: at as u32, right: (at + words) as u32 };
            self.parts.entry(test).or_default().push(part);
        }
        for (bit, leaf) in leaves.iter().enumerate() {
            for (test, left) in &leaf.answers {
                // Going left takes away what lies on the right.
                let at = places.get(test).map(|at| at + if *left { words } else { 0 } + bit / 64);
                if let Some(word) = at.and_then(|at| self.masks.get_mut(at)) {
                    *word &= !(1 << (bit % 64));
                }
            }
        }
        let sums = match leaves.iter().any(|leaf| leaf.sum != NONE) {
            true => leaves.iter().map(|leaf| leaf.sum).collect(),
            false => vec![],
        };
        let values = leaves.iter().map(|leaf| leaf.value).collect();
        self.trees.push(Tree { values, sums, from, words });
    }

    /// How many leaves there are.
    pub fn count(&self) -> usize {
        self.leaves.iter().map(Vec::len).sum()
    }

    /// How many words the sets of all trees take.
    pub fn words(&self) -> usize {
        self.trees.last().map_or(0, |last| last.from + last.words)
    }
}

impl Asked<'_, '_> {
    /// The leaves that can be reached where the other players may be anything.
    fn reachable(&self, root: u32, kept: &[bool], own: &[u32], seen: &[f64]) -> Vec<Leaf> {
        let forest = self.forest;
        let mut leaves = vec![];
        let start = Leaf { value: 0.0, sum: NONE, ranges: vec![], answers: vec![] };
        let mut open = vec![(root, start)];
        while let Some((at, way)) = open.pop() {
            let Some(twig) = forest.twigs.get(at as usize) else { continue };
            let Some(test) = forest.tests.get(twig.test as usize) else {
                leaves.push(Leaf { value: twig.value, sum: twig.left, ..way });
                continue;
            };
            let player = test.player as usize;
            let child = |left: bool| if left { twig.left } else { twig.right };
            let settled = match kept.get(player) {
                Some(true) => own.get(player).map(|own| forest.left(self.case, twig.test, *own)),
                Some(false) => None,
                None if self.is_fixed(twig.test, kept) => Some(forest.joint_left(seen, twig.test)),
                None => None,
            };
            if let Some(left) = settled {
                open.push((child(left), way));
                continue;
            }
            for left in [false, true] {
                let mut next = way.clone();
                if kept.get(player).is_some() {
                    let at = next.ranges.iter().position(|(other, _)| *other >= test.player);
                    let at = at.unwrap_or(next.ranges.len());
                    let known = next.ranges.get(at).filter(|(other, _)| *other == test.player);
                    let (is_known, range) = match known {
                        Some((_, range)) => (true, *range),
                        None => (false, forest.all(self.case, player)),
                    };
                    let Some(range) = self.side(twig.test, range, left) else { continue };
                    if !is_known {
                        next.ranges.insert(at, (test.player, range));
                    } else if let Some((_, known)) = next.ranges.get_mut(at) {
                        *known = range;
                    }
                    if forest.way(self.case, twig.test, forest.all(self.case, player)) != Way::Both
                    {
                        open.push((child(left), next));
                        continue;
                    }
                }
                match next.answers.binary_search(&(twig.test, left)) {
                    Ok(_) => {}
                    Err(_) if next.answers.binary_search(&(twig.test, !left)).is_ok() => continue,
                    Err(at) => next.answers.insert(at, (twig.test, left)),
                }
                open.push((child(left), next));
            }
        }
        leaves
    }

    /// Whether everything that a test of several players (or none) depends on is kept.
    fn is_fixed(&self, test: u32, kept: &[bool]) -> bool {
        let joint = self.forest.joint.iter().find(|(_, other)| *other == test);
        let is_kept = |j: &usize| kept.get(*j).copied().unwrap_or(true);
        joint.is_none_or(|(movers, _)| movers.iter().all(is_kept))
    }

    /// From the first to the last place of a range that goes a way; none where no place does.
    fn side(&self, test: u32, (from, to): Range, left: bool) -> Option<Range> {
        let forest = self.forest;
        let goes = |place: u32| forest.left(self.case, test, place) == left;
        if forest.way(self.case, test, (from, to)) == Way::of(!left) {
            return None;
        }
        let first =
            if goes(from) { from } else { forest.run_from(self.case, test, (from, to)) + 1 };
        let last = if goes(to) { to } else { forest.run_to(self.case, test, (from, to)) - 1 };
        Some((first, last))
    }
}

/// Small trees merged, each with the one of those of its size with which fewest leaves go together.
fn merged(trees: Vec<Vec<Leaf>>) -> Vec<Vec<Leaf>> {
    let mut done: Vec<Vec<Leaf>> = vec![];
    let (sloped, mut open): (Vec<_>, Vec<_>) =
        trees.into_iter().partition(|leaves| leaves.iter().any(|leaf| leaf.sum != NONE));
    done.extend(sloped);
    // The smallest last; of equal ones the first tree.
    open.sort_by_key(|leaves| std::cmp::Reverse(leaves.len()));
    while let Some(one) = open.pop() {
        let mut best: Option<(f64, usize, Vec<Leaf>)> = None;
        let from = open.len().saturating_sub(PARTNERS);
        for (at, other) in open.iter().enumerate().skip(from) {
            let pairs = one.len() * other.len();
            if pairs > MOST_PAIRS {
                continue;
            }
            let Some(both) = together(&one, other) else { continue };
            let share = both.len() as f64 / pairs.max(1) as f64;
            if best.as_ref().is_none_or(|(least, ..)| share < *least) {
                best = Some((share, at, both));
            }
        }
        match best {
            Some((_, at, both)) => {
                open.remove(at);
                let place = open.partition_point(|leaves| leaves.len() > both.len());
                open.insert(place, both);
            }
            None => done.push(one),
        }
    }
    done
}

/// The leaves of two trees together; none where they are too many.
fn together(one: &[Leaf], other: &[Leaf]) -> Option<Vec<Leaf>> {
    let mut both = vec![];
    for a in one {
        for b in other {
            if let Some(ranges) = shared(&a.ranges, &b.ranges)
                && let Some(answers) = agreed(&a.answers, &b.answers)
            {
                if both.len() == MOST_LEAVES {
                    return None;
                }
                both.push(Leaf { value: a.value + b.value, sum: NONE, ranges, answers });
            }
        }
    }
    Some(both)
}

/// Ranges of both; none where they have no place in common.
fn shared(a: &[(u32, Range)], b: &[(u32, Range)]) -> Option<Vec<(u32, Range)>> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some((i, x)), Some((j, y))) if i == j => {
                let range = (x.0.max(y.0), x.1.min(y.1));
                if range.0 > range.1 {
                    return None;
                }
                let player = *i;
                a.next();
                b.next();
                (player, range)
            }
            (Some((i, _)), Some((j, _))) if i > j => *b.next()?,
            (Some(_), _) => *a.next()?,
            (None, Some(_)) => *b.next()?,
            (None, None) => return Some(all),
        };
        all.push(next);
    }
}

/// Answers of both; none where they contradict each other.
fn agreed(a: &[(u32, bool)], b: &[(u32, bool)]) -> Option<Vec<(u32, bool)>> {
    let mut all: Vec<(u32, bool)> = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let Some(next) = match (a.peek(), b.peek()) {
        (Some(x), Some(y)) if x <= y => a.next(),
        (Some(_), None) => a.next(),
        _ => b.next(),
    } {
        match all.last() {
            Some(last) if last == next => {}
            Some((test, _)) if *test == next.0 => return None,
            _ => all.push(*next),
        }
    }
    Some(all)
}
