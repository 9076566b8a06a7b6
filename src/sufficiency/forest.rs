//! Trees as sets of leaves: what each can still reach when details are narrowed to ranges of their values.
//!
//! The leaves of a tree are the bits of a set, in the order of their values, so that the highest (lowest) leaf that can
//! be reached is the last (first) bit. A test whose answer is known takes the leaves behind the other answer out of the
//! set; that is right wherever in the tree the test stands, since a leaf stays only if every test above it lets it
//! (Lucchese et al., "QuickScorer", SIGIR 2015).

use std::collections::BTreeMap;

use super::cells::cells;
use super::{Player, Ruling, Values, value_at};
use crate::model::{Comparison, FeatureKind, FloatWidth, MissingRule, Node, Split, TreeEnsemble};

/// Most machine words of sets; a model with more is left alone.
const MOST_WORDS: usize = 1 << 25;
/// Most cells of all numbers, for tests that are told cell by cell.
const MOST_ANSWERS: usize = 1 << 26;

/// A range of values of a player, by place, both ends included.
pub(super) type Range = (u32, u32);

/// What is known of a test's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Left,
    Right,
    Both,
}

/// The answers of a test, by the values of its player.
#[derive(Debug)]
enum Answers {
    /// Of ascending numbers those before `first` go left; a missing value, which comes last, goes its own way.
    Ascending { first: u32, numbers: u32, missing_left: bool },
    /// Entry `i` counts those among the first `i` that go left.
    Counts(Vec<u32>),
}

/// A test on the column of a player, or on a column derived from players.
#[derive(Debug)]
struct Test<'m> {
    column: usize,
    split: &'m Split,
    answers: Answers,
    /// Trees, and the places of their sets in `masks`: what is left when it goes left, and when it goes right.
    parts: Vec<(u32, usize, usize)>,
}

/// An ensemble, prepared.
#[derive(Debug)]
pub(super) struct Forest<'m> {
    ensemble: &'m TreeEnsemble,
    pub players: Vec<Player>,
    /// By player: its values, each with one number a column.
    pub values: Vec<Vec<Vec<f64>>>,
    /// By player: the tests on it.
    tests: Vec<Vec<Test<'m>>>,
    /// Tests on columns of no player, or derived from several: they are answered when all of these are settled.
    joint: Vec<(Vec<usize>, Test<'m>)>,
    masks: Vec<u64>,
    trees: Vec<Leaves>,
    base: f64,
    /// The raw score at which the result turns.
    pub threshold: f64,
    /// What rounding can hide: in the library's arithmetic, in its link, and in the sums here.
    pub slack: f64,
}

/// The leaves of a tree.
#[derive(Debug)]
struct Leaves {
    /// What each adds to the score, ascending.
    values: Vec<f64>,
    /// Its set: first word and number of words.
    from: usize,
    words: usize,
}

/// A case with some players narrowed.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// By player; none for one that is kept.
    pub ranges: Vec<Option<Range>>,
    sets: Vec<u64>,
    most: Vec<f64>,
    /// The highest score inside, in the direction that turns the result.
    pub highest: f64,
}

/// One test of a tree, by column, threshold, comparison and rule for missing values.
type Known = BTreeMap<(usize, u64, bool, u8), usize>;

impl<'m> Forest<'m> {
    /// None for what cannot be prepared: leaves that are sums, numbers that only derived columns see, too many leaves.
    pub fn new(ensemble: &'m TreeEnsemble, players: &[Player], ruling: Ruling) -> Option<Self> {
        let features = ensemble.card.features.len();
        let trees = || ensemble.trees.iter().filter(|tree| tree.output == ruling.output);
        let derived_from = |column: usize| {
            let sources = ensemble.derived.get(column.checked_sub(features)?)?.sources.iter();
            Some(sources.map(|source| *source as usize).collect::<Vec<usize>>())
        };
        let spans = |column: usize| {
            players.iter().any(|player| {
                player.columns.contains(&column) && matches!(player.values, Values::Span { .. })
            })
        };
        let mut asked: BTreeMap<usize, Vec<&Split>> = BTreeMap::new();
        for node in trees().flat_map(|tree| &tree.nodes) {
            match node {
                Node::Inner { feature, split, .. } => {
                    let column = *feature as usize;
                    asked.entry(column).or_default().push(split);
                    if derived_from(column).is_some_and(|sources| sources.into_iter().any(spans)) {
                        return None;
                    }
                }
                Node::Leaf { value, .. } if value.is_finite() => {}
                Node::Leaf { .. } | Node::Sloped(_) => return None,
            }
        }
        let width = ensemble.width;
        let none = vec![];
        let values_of = |player: &Player| match (&player.values, player.columns.as_slice()) {
            (Values::Listed(values), _) => values.clone(),
            (Values::Span { low, high, missing }, columns) => {
                let splits = columns.first().and_then(|c| asked.get(c)).unwrap_or(&none);
                let numbers = cells(splits.iter().copied(), width, *low, *high);
                numbers.into_iter().chain(missing.then_some(f64::NAN)).map(|x| vec![x]).collect()
            }
        };
        let words: usize = trees()
            .map(|tree| {
                let leaves = tree.nodes.len() / 2 + 1;
                leaves.div_ceil(64) * (1 + 2 * (tree.nodes.len() - leaves.min(tree.nodes.len())))
            })
            .fold(0, usize::saturating_add);
        if words > MOST_WORDS {
            return None;
        }
        let mut forest = Forest {
            ensemble,
            values: players.iter().map(values_of).collect(),
            players: players.to_vec(),
            tests: players.iter().map(|_| vec![]).collect(),
            joint: vec![],
            masks: vec![],
            trees: vec![],
            base: ensemble.base.get(ruling.output).copied()?,
            threshold: ruling.threshold_raw,
            slack: 0.0,
        };
        forest.add(ruling.output, &derived_from)?;
        forest.slack = forest.rounding();
        Some(forest)
    }

    fn add(
        &mut self,
        output: usize,
        derived_from: &dyn Fn(usize) -> Option<Vec<usize>>,
    ) -> Option<()> {
        let owner = |column: usize, players: &[Player]| {
            players.iter().position(|player| player.columns.contains(&column))
        };
        let (mut known, mut joint) = (Known::new(), Known::new());
        let mut answers = 0usize;
        let trees = self.ensemble.trees.iter().filter(|tree| tree.output == output);
        for (t, tree) in (0u32..).zip(trees) {
            let (leaves, below) = order(tree, self.ensemble.divisor)?;
            let words = leaves.len().div_ceil(64);
            let from = self.trees.last().map_or(0, |last| last.from + last.words);
            for node in &tree.nodes {
                let Node::Inner { feature, split, left, right, .. } = node else { continue };
                let column = *feature as usize;
                let mut put = |without: &[u32]| {
                    let at = self.masks.len();
                    self.masks.resize(at + words, u64::MAX);
                    for &bit in without {
                        if let Some(word) = self.masks.get_mut(at + bit as usize / 64) {
                            *word &= !(1 << (bit % 64));
                        }
                    }
                    at
                };
                let of =
                    |child: u32| below.get(child as usize).map(Vec::as_slice).unwrap_or_default();
                let part = (t, put(of(*right)), put(of(*left)));
                let key = match split {
                    Split::Threshold { at, less, missing } => {
                        Some((column, at.to_bits(), *less == Comparison::Less, *missing as u8))
                    }
                    Split::Categories { .. } | Split::Members { .. } => None,
                };
                match owner(column, &self.players) {
                    Some(player) => {
                        let tests = self.tests.get_mut(player)?;
                        let at = key.and_then(|key| known.get(&key).copied());
                        if let Some(test) = at.and_then(|at| tests.get_mut(at)) {
                            test.parts.push(part);
                            continue;
                        }
                        if let Some(key) = key {
                            known.insert(key, tests.len());
                        }
                        let position =
                            self.players.get(player)?.columns.iter().position(|c| *c == column)?;
                        let values = self.values.get(player)?;
                        let seen = |x: f64| seen(self.ensemble, column, x);
                        let told = told(split, values, position, &seen);
                        if let Answers::Counts(counts) = &told {
                            answers += counts.len();
                        }
                        if answers > MOST_ANSWERS {
                            return None;
                        }
                        tests.push(Test { column, split, answers: told, parts: vec![part] });
                    }
                    None => {
                        let at = key.and_then(|key| joint.get(&key).copied());
                        if let Some((_, test)) = at.and_then(|at| self.joint.get_mut(at)) {
                            test.parts.push(part);
                            continue;
                        }
                        if let Some(key) = key {
                            joint.insert(key, self.joint.len());
                        }
                        let sources = derived_from(column).unwrap_or_default();
                        let mut movers: Vec<usize> =
                            sources.iter().filter_map(|c| owner(*c, &self.players)).collect();
                        movers.sort_unstable();
                        movers.dedup();
                        let answers = Answers::Counts(vec![]);
                        self.joint
                            .push((movers, Test { column, split, answers, parts: vec![part] }));
                    }
                }
            }
            self.trees.push(Leaves { values: leaves, from, words });
        }
        Some(())
    }

    /// Single precision adds one rounding a tree (G11), the link and its inverse a few more; sums in double precision
    /// err by n·u times their magnitudes (Higham 2002, section 4.2).
    fn rounding(&self) -> f64 {
        let largest = |leaves: &Leaves| leaves.values.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let size = self.base.abs() + self.trees.iter().map(largest).sum::<f64>();
        let unit = match self.ensemble.width {
            FloatWidth::Double => f64::EPSILON,
            _ => f64::from(f32::EPSILON),
        };
        let sums = 4.0 * (self.trees.len() as f64 + 4.0) * unit * size;
        sums + 1e-5 * self.threshold.abs().max(1.0)
    }

    /// The row's case with the kept players at their own values and all others anywhere. `up`: the result turns when the
    /// score rises.
    pub fn open(&self, row: &[f64], kept: &[bool], up: bool) -> Open {
        let words = self.trees.last().map_or(0, |last| last.from + last.words);
        let mut open = Open {
            ranges: vec![],
            sets: vec![0; words],
            most: vec![0.0; self.trees.len()],
            highest: f64::INFINITY,
        };
        for leaves in &self.trees {
            for bit in 0..leaves.values.len() {
                if let Some(word) = open.sets.get_mut(leaves.from + bit / 64) {
                    *word |= 1 << (bit % 64);
                }
            }
        }
        let own = self.ensemble.row(row);
        for (j, tests) in self.tests.iter().enumerate() {
            let is_kept = kept.get(j).copied().unwrap_or(true);
            let all = self.values.get(j).map_or(0, |values| values.len() as u32 - 1);
            open.ranges.push((!is_kept).then_some((0, all)));
            for test in tests {
                let way = if is_kept {
                    let x = own.get(test.column).copied().unwrap_or(f64::NAN);
                    settled(test.split.goes_left(x))
                } else {
                    test.way((0, all))
                };
                self.answer(&mut open, test, way);
            }
        }
        for (movers, test) in &self.joint {
            self.answer_joint(&mut open, row, movers, test);
        }
        self.bound(&mut open, up, None);
        open
    }

    /// The same with one player narrowed.
    pub fn narrowed(&self, open: &Open, row: &[f64], player: usize, to: Range, up: bool) -> Open {
        let mut next = open.clone();
        let Some(Some(was)) = open.ranges.get(player).copied() else { return next };
        if let Some(range) = next.ranges.get_mut(player) {
            *range = Some(to);
        }
        let mut touched = vec![false; self.trees.len()];
        let mut touch = |test: &Test<'_>| {
            for (tree, ..) in &test.parts {
                if let Some(touched) = touched.get_mut(*tree as usize) {
                    *touched = true;
                }
            }
        };
        for test in self.tests.get(player).into_iter().flatten() {
            let way = test.way(to);
            if way != Way::Both && test.way(was) == Way::Both {
                self.answer(&mut next, test, way);
                touch(test);
            }
        }
        if to.0 == to.1 {
            for (movers, test) in self.joint.iter().filter(|(movers, _)| movers.contains(&player)) {
                self.answer_joint(&mut next, row, movers, test);
                touch(test);
            }
        }
        self.bound(&mut next, up, Some(&touched));
        next
    }

    fn answer(&self, open: &mut Open, test: &Test<'_>, way: Way) {
        for (tree, left, right) in &test.parts {
            let mask = match way {
                Way::Left => *left,
                Way::Right => *right,
                Way::Both => return,
            };
            let Some(leaves) = self.trees.get(*tree as usize) else { continue };
            let sets = open.sets.iter_mut().skip(leaves.from).take(leaves.words);
            let masks = self.masks.iter().skip(mask);
            sets.zip(masks).for_each(|(set, mask)| *set &= mask);
        }
    }

    /// A test on a column of no player, or derived from several: answered when all of these have one value.
    fn answer_joint(&self, open: &mut Open, row: &[f64], movers: &[usize], test: &Test<'_>) {
        let is_single = |j: &usize| match open.ranges.get(*j) {
            Some(Some((from, to))) => from == to,
            _ => true,
        };
        if movers.iter().all(is_single) {
            let own = self.ensemble.row(&self.row(open, row));
            let x = own.get(test.column).copied().unwrap_or(f64::NAN);
            self.answer(open, test, settled(test.split.goes_left(x)));
        }
    }

    /// The highest score, from the trees that were touched.
    fn bound(&self, open: &mut Open, up: bool, touched: Option<&[bool]>) {
        for (t, leaves) in self.trees.iter().enumerate() {
            if touched.is_some_and(|touched| touched.get(t) == Some(&false)) {
                continue;
            }
            let sets = open.sets.iter().skip(leaves.from).take(leaves.words);
            let mut words = (0usize..).zip(sets).filter(|(_, word)| **word != 0);
            let bit = if up {
                words.next_back_bit()
            } else {
                words.next().map(|(w, word)| 64 * w + word.trailing_zeros() as usize)
            };
            let value = bit.and_then(|bit| leaves.values.get(bit)).copied().unwrap_or(0.0);
            if let Some(most) = open.most.get_mut(t) {
                *most = if up { value } else { -value };
            }
        }
        let base = if up { self.base } else { -self.base };
        open.highest = base + open.most.iter().sum::<f64>();
    }

    /// The score from which the result can turn, as `highest` counts.
    pub fn goal(&self, up: bool) -> f64 {
        let threshold = if up { self.threshold } else { -self.threshold };
        threshold - self.slack
    }

    /// The row with the first value of each range.
    pub fn row(&self, open: &Open, own: &[f64]) -> Vec<f64> {
        let mut row = own.to_vec();
        for ((player, values), range) in self.players.iter().zip(&self.values).zip(&open.ranges) {
            let chosen = range.and_then(|(from, _)| values.get(from as usize));
            for (&column, &x) in player.columns.iter().zip(chosen.into_iter().flatten()) {
                if let Some(cell) = row.get_mut(column) {
                    *cell = x;
                }
            }
        }
        row
    }
}

/// The last bit of the words that are not empty.
trait LastBit {
    fn next_back_bit(&mut self) -> Option<usize>;
}

impl<'w, I: Iterator<Item = (usize, &'w u64)>> LastBit for I {
    fn next_back_bit(&mut self) -> Option<usize> {
        self.last().map(|(w, word)| 64 * w + 63 - word.leading_zeros() as usize)
    }
}

fn settled(left: bool) -> Way {
    if left { Way::Left } else { Way::Right }
}

impl Test<'_> {
    /// Which way it goes for a range of values.
    fn way(&self, (from, to): Range) -> Way {
        match &self.answers {
            Answers::Ascending { first, numbers, missing_left } => {
                let has_number = from < *numbers;
                let last = to.min(numbers.saturating_sub(1));
                let has_missing = to >= *numbers;
                let left = has_number && from < *first || has_missing && *missing_left;
                let right = has_number && last >= *first || has_missing && !missing_left;
                match (left, right) {
                    (true, true) => Way::Both,
                    (true, false) => Way::Left,
                    _ => Way::Right,
                }
            }
            Answers::Counts(counts) => {
                let at = |i: u32| counts.get(i as usize).copied();
                let (Some(before), Some(after)) = (at(from), at(to + 1)) else { return Way::Both };
                match after - before {
                    0 => Way::Right,
                    n if n == to - from + 1 => Way::Left,
                    _ => Way::Both,
                }
            }
        }
    }
}

/// A value as the model's tests see it; the hash of a category is no number to round.
fn seen(ensemble: &TreeEnsemble, column: usize, x: f64) -> f64 {
    match ensemble.card.kind(column) {
        FeatureKind::Hashed(_) => x,
        _ => ensemble.seen(x),
    }
}

/// The answers of a test to values of its player.
fn told(split: &Split, values: &[Vec<f64>], position: usize, seen: &dyn Fn(f64) -> f64) -> Answers {
    let at = |i: usize| values.get(i).and_then(|v| v.get(position)).copied().unwrap_or(f64::NAN);
    let numbers = (0..values.len()).take_while(|&i| !at(i).is_nan()).count();
    let ascends = (1..numbers).all(|i| at(i - 1) <= at(i)) && numbers + 1 >= values.len();
    let plain = match split {
        Split::Threshold { missing, .. } => {
            matches!(missing, MissingRule::NanLeft | MissingRule::NanRight | MissingRule::NanIsZero)
        }
        Split::Categories { .. } | Split::Members { .. } => false,
    };
    if ascends && plain {
        let (mut from, mut to) = (0, numbers);
        while from < to {
            let middle = (from + to) / 2;
            if split.goes_left(seen(at(middle))) { from = middle + 1 } else { to = middle }
        }
        return Answers::Ascending {
            first: from as u32,
            numbers: numbers as u32,
            missing_left: split.goes_left(f64::NAN),
        };
    }
    let mut sum = 0;
    let counts = (0..values.len()).map(|i| {
        sum += u32::from(split.goes_left(seen(at(i))));
        sum
    });
    Answers::Counts(std::iter::once(0).chain(counts).collect())
}

/// What each leaf of a tree adds to the score, ascending, and for each node the places of the leaves below it.
fn order(tree: &crate::model::Tree, divisor: f64) -> Option<(Vec<f64>, Vec<Vec<u32>>)> {
    let mut leaves: Vec<(f64, usize)> = vec![];
    for (n, node) in tree.nodes.iter().enumerate() {
        match node {
            Node::Leaf { value, .. } => leaves.push((value / divisor, n)),
            Node::Inner { left, right, .. } => {
                // Children stand after their parents: no circle, and what is below is known going backwards.
                let inside = |child: u32| child as usize > n && (child as usize) < tree.nodes.len();
                if !inside(*left) || !inside(*right) {
                    return None;
                }
            }
            Node::Sloped(_) => return None,
        }
    }
    leaves.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut below: Vec<Vec<u32>> = vec![vec![]; tree.nodes.len()];
    for (place, (_, n)) in (0u32..).zip(&leaves) {
        below.get_mut(*n)?.push(place);
    }
    for (n, node) in tree.nodes.iter().enumerate().rev() {
        if let Node::Inner { left, right, .. } = node {
            let mut all = below.get(*left as usize)?.clone();
            all.extend(below.get(*right as usize)?);
            *below.get_mut(n)? = all;
        }
    }
    Some((leaves.into_iter().map(|(value, _)| value).collect(), below))
}

/// The values of a player's own columns.
pub(super) fn own_values(player: &Player, row: &[f64]) -> Vec<f64> {
    player.columns.iter().map(|&c| value_at(row.get(c))).collect()
}
