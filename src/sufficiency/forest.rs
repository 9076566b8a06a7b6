//! Trees, prepared once for all cases: tests as questions about the places of values.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answers, Range, Way};
use super::cells::cells;
use super::slopes::Sum;
use super::{Player, Ruling, Values, own_values};
use crate::model::{
    Comparison, FeatureKind, FloatWidth, MissingRule, Node, Split, Tree, TreeEnsemble,
};

/// Most cells of all numbers, for tests that are told cell by cell.
const MOST_ANSWERS: usize = 1 << 26;
/// The test of a leaf, and the player of a test on columns of none or several.
pub(super) const NONE: u32 = u32::MAX;

/// A test.
#[derive(Debug)]
pub(super) struct Test<'m> {
    column: usize,
    split: &'m Split,
    /// Whose values answer it; [`NONE`] where none or several decide.
    pub player: u32,
    pub answers: Answers,
}

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Twig {
    /// [`NONE`] for a leaf.
    pub test: u32,
    /// Of a leaf: the place of its weighted sum, or [`NONE`].
    pub left: u32,
    pub right: u32,
    /// Of a leaf: what it adds to the score.
    pub value: f64,
}

/// An ensemble, prepared.
#[derive(Debug)]
pub(super) struct Forest<'m> {
    ensemble: &'m TreeEnsemble,
    pub players: Vec<Player>,
    /// By player: its values, each with one number a column.
    pub values: Vec<Vec<Vec<f64>>>,
    pub tests: Vec<Test<'m>>,
    /// Tests on columns of no player, or derived from several, with these: answered when all of them are settled.
    pub joint: Vec<(Vec<usize>, u32)>,
    pub twigs: Vec<Twig>,
    /// The first node of each tree.
    pub roots: Vec<u32>,
    /// Leaves that are weighted sums.
    pub sums: Vec<Sum>,
    /// The columns that these weigh, ascending.
    pub sloped: Vec<usize>,
    pub base: f64,
    /// The raw score at which the result turns.
    threshold: f64,
}

/// A case as the tests see it.
#[derive(Debug)]
pub(super) struct Case<'c> {
    pub row: &'c [f64],
    /// By test: whether it goes left.
    left: Vec<bool>,
    /// By player: its own values are in its range.
    inside: Vec<bool>,
    /// What rounding can hide.
    slack: f64,
}

/// One test of a tree, by column, threshold, comparison and rule for missing values.
type Known = BTreeMap<(usize, u64, bool, u8), u32>;

impl<'m> Forest<'m> {
    /// None for what cannot be prepared: numbers in derived columns whose borders are not known, leaves that are no
    /// numbers.
    pub fn new(ensemble: &'m TreeEnsemble, players: &[Player], ruling: Ruling) -> Option<Self> {
        let features = ensemble.card.features.len();
        let trees = || ensemble.trees.iter().filter(|tree| tree.output == ruling.output);
        let spans = |column: usize| {
            players.iter().any(|player| {
                player.columns.contains(&column) && matches!(player.values, Values::Span { .. })
            })
        };
        let mut asked: BTreeMap<usize, Vec<&Split>> = BTreeMap::new();
        let (mut columns, mut sloped) = (BTreeSet::new(), BTreeSet::new());
        for node in trees().flat_map(|tree| &tree.nodes) {
            match node {
                Node::Inner { feature, split, .. } => {
                    asked.entry(*feature as usize).or_default().push(split);
                    columns.insert(*feature as usize);
                }
                Node::Leaf { value, .. } if value.is_finite() => {}
                Node::Leaf { .. } => return None,
                Node::Sloped(slope) => {
                    let sum = Sum::of(slope, ensemble.divisor);
                    if !sum.is_finite() || sum.columns().any(|column| column >= features) {
                        return None;
                    }
                    sloped.extend(sum.columns());
                }
            }
        }
        let mut borders: Vec<(usize, Split)> = vec![];
        for column in columns.into_iter().filter_map(|column| column.checked_sub(features)) {
            let derived = ensemble.derived.get(column)?;
            for (position, source) in derived.sources.iter().enumerate() {
                let source = *source as usize;
                if spans(source) {
                    let known = derived.rule.as_ref()?.borders(position)?;
                    borders.extend(known.into_iter().map(|at| (source, above(at))));
                }
            }
        }
        for (column, split) in &borders {
            asked.entry(*column).or_default().push(split);
        }
        let none = vec![];
        let values_of = |player: &Player| match (&player.values, player.columns.as_slice()) {
            (Values::Listed(values), _) => values.clone(),
            (Values::Span { low, high, missing }, columns) => {
                let splits = columns.first().and_then(|c| asked.get(c)).unwrap_or(&none);
                let both = columns.first().is_some_and(|column| sloped.contains(column));
                let numbers = cells(splits.iter().copied(), ensemble.width, *low, *high, both);
                numbers.into_iter().chain(missing.then_some(f64::NAN)).map(|x| vec![x]).collect()
            }
        };
        let mut forest = Forest {
            ensemble,
            values: players.iter().map(values_of).collect(),
            players: players.to_vec(),
            tests: vec![],
            joint: vec![],
            twigs: vec![],
            roots: vec![],
            sums: vec![],
            sloped: sloped.iter().copied().collect(),
            base: ensemble.base.get(ruling.output).copied()?,
            threshold: ruling.threshold_raw,
        };
        let mut known = Known::new();
        trees().try_for_each(|tree| forest.add(tree, &mut known))?;
        // A range is divided between cells only, never inside one, as long as no test needs a single value.
        if forest.has_sums() && forest.joint.iter().any(|(movers, _)| !movers.is_empty()) {
            return None;
        }
        let answers = forest.tests.iter().map(|test| test.answers.size());
        if answers.fold(0, usize::saturating_add) > MOST_ANSWERS {
            return None;
        }
        Some(forest)
    }

    fn add(&mut self, tree: &'m Tree, known: &mut Known) -> Option<()> {
        let divisor = self.ensemble.divisor;
        let root = self.twigs.len() as u32;
        let is_sloped = tree.nodes.iter().any(|node| matches!(node, Node::Sloped(_)));
        for (n, node) in (0u32..).zip(&tree.nodes) {
            let mut leaf = |value: f64, sum: Sum| {
                let at = self.sums.len() as u32;
                if is_sloped {
                    self.sums.push(sum);
                }
                Twig { test: NONE, left: if is_sloped { at } else { NONE }, right: NONE, value }
            };
            let twig = match node {
                Node::Inner { feature, split, left, right, .. } => {
                    // Children stand after their parents: no circle.
                    let inside = |child: u32| child > n && (child as usize) < tree.nodes.len();
                    if !inside(*left) || !inside(*right) {
                        return None;
                    }
                    let test = self.test(*feature as usize, split, known)?;
                    Twig { test, left: root + left, right: root + right, value: 0.0 }
                }
                Node::Leaf { value, .. } => leaf(value / divisor, Sum::constant(value / divisor)),
                Node::Sloped(slope) => leaf(0.0, Sum::of(slope, divisor)),
            };
            self.twigs.push(twig);
        }
        self.roots.push(root);
        Some(())
    }

    /// The number of a test.
    fn test(&mut self, column: usize, split: &'m Split, known: &mut Known) -> Option<u32> {
        let key = match split {
            Split::Threshold { at, less, missing } => {
                Some((column, at.to_bits(), *less == Comparison::Less, *missing as u8))
            }
            Split::Categories { .. } | Split::Members { .. } => None,
        };
        if let Some(test) = key.and_then(|key| known.get(&key)) {
            return Some(*test);
        }
        let next = self.tests.len() as u32;
        if let Some(key) = key {
            known.insert(key, next);
        }
        let owner =
            |column: usize| self.players.iter().position(|player| player.columns.contains(&column));
        let mut test = Test { column, split, player: NONE, answers: Answers::Counts(vec![]) };
        let derived = column.checked_sub(self.ensemble.card.features.len());
        match (derived.map(|d| self.ensemble.derived.get(d)), owner(column)) {
            (None, Some(player)) => {
                let position =
                    self.players.get(player)?.columns.iter().position(|c| *c == column)?;
                let seen = |x: f64| seen(self.ensemble, column, x);
                test.answers = Answers::of(split, self.values.get(player)?, position, &seen);
                test.player = player as u32;
            }
            (None, None) => self.joint.push((vec![], next)),
            (Some(derived), _) => {
                let sources = derived?.sources.iter().map(|source| *source as usize);
                let owners: Vec<Option<usize>> = sources.map(owner).collect();
                let mut movers: Vec<usize> = owners.iter().copied().flatten().collect();
                movers.sort_unstable();
                movers.dedup();
                match movers.as_slice() {
                    // All from one player: its values decide whatever else the row has.
                    [player] if owners.iter().all(Option::is_some) => {
                        let mut row = vec![f64::NAN; self.ensemble.card.features.len()];
                        let left = self.values.get(*player)?.iter().map(|values| {
                            put(&mut row, &self.players.get(*player)?.columns, values);
                            let seen = self.ensemble.row(&row);
                            Some(split.goes_left(seen.get(column).copied()?))
                        });
                        let left: Vec<bool> = left.collect::<Option<_>>()?;
                        test.answers = Answers::counted(left.into_iter());
                        test.player = *player as u32;
                    }
                    _ => self.joint.push((movers, next)),
                }
            }
        }
        self.tests.push(test);
        Some(next)
    }

    /// Single precision adds one rounding a tree (G11), the link and its inverse a few more; sums in double precision
    /// err by n·u times their magnitudes (Higham 2002, section 4.2).
    fn rounding(&self, row: &[f64]) -> f64 {
        let reach = |column: usize| {
            let own = row.get(column).filter(|x| !x.is_nan()).map_or(0.0, |x| x.abs());
            let Some((player, position)) = self.owner(column) else { return own };
            let values = self.values.get(player).into_iter().flatten();
            let values = values.filter_map(|values| values.get(position));
            values.filter(|x| !x.is_nan()).fold(own, |most, x| most.max(x.abs()))
        };
        let columns: Vec<f64> = self.sloped.iter().map(|column| reach(*column)).collect();
        let largest = |column: usize| {
            let place = self.sloped.binary_search(&column).ok();
            place.and_then(|place| columns.get(place)).copied().unwrap_or(f64::INFINITY)
        };
        let mut size = self.base.abs();
        for (t, root) in self.roots.iter().enumerate() {
            let end = self.roots.get(t + 1).map_or(self.twigs.len(), |next| *next as usize);
            let twigs = self.twigs.get(*root as usize..end).unwrap_or_default();
            let leaves = twigs.iter().filter(|twig| twig.test == NONE);
            let sizes = leaves.map(|leaf| match self.sum(leaf) {
                Some(sum) => sum.size(&largest),
                None => leaf.value.abs(),
            });
            size += sizes.fold(0.0, f64::max);
        }
        let unit = match self.ensemble.width {
            FloatWidth::Double => f64::EPSILON,
            _ => f64::from(f32::EPSILON),
        };
        let terms = self.sums.iter().map(|sum| sum.columns().count()).max().unwrap_or(0);
        let sums = 4.0 * ((self.roots.len() + terms) as f64 + 4.0) * unit * size;
        sums + 1e-5 * self.threshold.abs().max(1.0)
    }

    /// The score from which a case's result can turn, counted so that the result turns when it rises.
    pub fn goal(&self, case: &Case<'_>, up: bool) -> f64 {
        let threshold = if up { self.threshold } else { -self.threshold };
        threshold - case.slack
    }

    /// The player that has a column, and the column's position in its values.
    pub fn owner(&self, column: usize) -> Option<(usize, usize)> {
        self.players
            .iter()
            .enumerate()
            .find_map(|(j, player)| Some((j, player.columns.iter().position(|c| *c == column)?)))
    }

    /// A number of a column as the model sees it.
    pub fn number_seen(&self, column: usize, x: f64) -> f64 {
        seen(self.ensemble, column, x)
    }

    /// A row as the tests see it.
    pub fn case<'c>(&self, row: &'c [f64]) -> Case<'c> {
        let seen = self.ensemble.row(row);
        let left = self
            .tests
            .iter()
            .map(|test| test.split.goes_left(seen.get(test.column).copied().unwrap_or(f64::NAN)));
        let inside = self.players.iter().map(|player| player.admits(&own_values(player, row)));
        let slack = self.rounding(row);
        Case { row, left: left.collect(), inside: inside.collect(), slack }
    }

    /// The place of the own value: behind all others.
    pub fn own(&self, player: usize) -> u32 {
        self.values.get(player).map_or(0, |values| values.len() as u32)
    }

    /// Everything that a player may be: its values, and its own one where that is none of them.
    pub fn all(&self, case: &Case<'_>, player: usize) -> Range {
        let inside = case.inside.get(player).copied().unwrap_or(false);
        (0, self.own(player) - u32::from(inside))
    }

    /// Whether a test of a player goes left where the player has the value of a place.
    pub fn left(&self, case: &Case<'_>, test: u32, place: u32) -> bool {
        let own = || case.left.get(test as usize).copied().unwrap_or(false);
        match self.tests.get(test as usize) {
            Some(test) if place < self.own(test.player as usize) => test.answers.left(place),
            _ => own(),
        }
    }

    /// Which way a test of a player goes for a range of its places.
    pub fn way(&self, case: &Case<'_>, test: u32, (from, to): Range) -> Way {
        let own = Way::of(case.left.get(test as usize).copied().unwrap_or(false));
        let Some(test) = self.tests.get(test as usize) else { return Way::Both };
        let count = self.own(test.player as usize);
        match (from < count, to < count) {
            (_, true) => test.answers.way((from, to)),
            (false, _) => own,
            (true, false) => match test.answers.way((from, count - 1)) {
                way if way == own => own,
                _ => Way::Both,
            },
        }
    }

    /// As [`Answers::run_from`].
    pub fn run_from(&self, case: &Case<'_>, test: u32, (from, to): Range) -> u32 {
        let Some(Test { player, answers, .. }) = self.tests.get(test as usize) else { return to };
        let count = self.own(*player as usize);
        if to < count || from >= count {
            return if to < count { answers.run_from((from, to)) } else { to };
        }
        let end = answers.run_from((from, count - 1));
        let joins = self.left(case, test, from) == self.left(case, test, count);
        if end == count - 1 && joins { to } else { end }
    }

    /// As [`Answers::run_to`].
    pub fn run_to(&self, case: &Case<'_>, test: u32, (from, to): Range) -> u32 {
        let Some(Test { player, answers, .. }) = self.tests.get(test as usize) else { return from };
        let count = self.own(*player as usize);
        if to < count || from >= count {
            return if to < count { answers.run_to((from, to)) } else { from };
        }
        let joins = self.left(case, test, count - 1) == self.left(case, test, count);
        if joins { answers.run_to((from, count - 1)) } else { count }
    }

    /// Whether a test that several players (or none) decide goes left in a row.
    pub fn joint_left(&self, seen: &[f64], test: u32) -> bool {
        self.tests.get(test as usize).is_some_and(|test| {
            test.split.goes_left(seen.get(test.column).copied().unwrap_or(f64::NAN))
        })
    }

    /// A row as the model sees it, derived columns behind the others.
    pub fn seen(&self, row: &[f64]) -> Vec<f64> {
        self.ensemble.row(row)
    }

    /// The row of a case with the values of these places, one a player.
    pub fn row(&self, case: &Case<'_>, places: impl Iterator<Item = u32>) -> Vec<f64> {
        let mut row = case.row.to_vec();
        for ((player, values), place) in self.players.iter().zip(&self.values).zip(places) {
            if let Some(values) = values.get(place as usize) {
                put(&mut row, &player.columns, values);
            }
        }
        row
    }

    /// The places of another row's values; the own place for what is not among a player's values.
    pub fn places(&self, row: &[f64]) -> Vec<u32> {
        let place = |(player, values): (&Player, &Vec<Vec<f64>>)| {
            let own = own_values(player, row);
            let found = match (&player.values, own.as_slice()) {
                _ if !player.admits(&own) => None,
                (Values::Span { missing: true, .. }, [x]) if x.is_nan() => {
                    values.len().checked_sub(1)
                }
                (Values::Span { .. }, [x]) => {
                    // Values are the least of their cells.
                    let seen = |x: f64| self.ensemble.seen(x);
                    let is_below = |v: &Vec<f64>| v.first().is_some_and(|v| seen(*v) <= seen(*x));
                    values.partition_point(is_below).checked_sub(1)
                }
                _ => values.iter().position(|values| super::same(values, &own)),
            };
            found.unwrap_or(values.len()) as u32
        };
        self.players.iter().zip(&self.values).map(place).collect()
    }
}

/// A test that tells numbers above a border from all others.
fn above(border: f64) -> Split {
    let (less, missing) = (Comparison::LessOrEqual, MissingRule::NanLeft);
    Split::Threshold { at: border, less, missing }
}

/// Puts values into columns of a row.
pub(super) fn put(row: &mut [f64], columns: &[usize], values: &[f64]) {
    for (&column, &x) in columns.iter().zip(values) {
        if let Some(cell) = row.get_mut(column) {
            *cell = x;
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
