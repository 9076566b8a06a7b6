//! Shapley values against each background row alone.
//!
//! An interventional value is the mean over the background of what each of its rows alone gives, which is what an error
//! of that mean is estimated from. Against one background row z a leaf with value v gives v·(a−1)! b!/(a+b)! to each of
//! the a players of its path that only the explained row satisfies, and −v·a! (b−1)!/(a+b)! to each of the b players
//! that only z does (Lundberg et al., Nature Machine Intelligence 2, 2020). All background rows go down a tree together,
//! as bits of a set, so that a row costs the leaves that it or some background row can reach.
//!
//! A leaf that is a weighted sum (LightGBM's linear trees) is its number for missing values, and beside it the game of
//! what the sum adds to that number, as in [`sloped`](super::super::sloped).

use ndarray::{Array2, ArrayView2, Axis};

use super::path::{Level, Walk, bits, everyone};
use crate::attribution::interventional::{MOST_FEATURES, check_background};
use crate::attribution::players::Players;
use crate::fault::{Checked, Fault, Place};
use crate::model::{Form, LinearModel, Model, Node, Slope, Tree, TreeEnsemble};

/// A model and a background, prepared for values against each of its rows.
#[derive(Debug)]
pub struct Against<'m> {
    rows: usize,
    features: usize,
    kind: Kind<'m>,
}

#[derive(Debug)]
enum Kind<'m> {
    Trees(Trees<'m>),
    /// The contributions of the background, one table (features × rows) an output.
    Linear(&'m LinearModel, Vec<Array2<f64>>),
}

#[derive(Debug)]
struct Trees<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    /// By tree, node and word: background rows that go left.
    left: Vec<Vec<u64>>,
    /// Background rows as the model sees them.
    background: Vec<Vec<f64>>,
    everyone: Vec<u64>,
    weights: Weights,
    /// By column: the tests on it, as (tree, node).
    tests: Vec<Vec<(usize, usize)>>,
    /// By column: trees with a leaf whose sum has it.
    sums: Vec<Vec<usize>>,
}

/// `(a−1)! b!/(a+b)!`, by a and b.
#[derive(Debug)]
struct Weights {
    side: usize,
    table: Vec<f64>,
}

impl Weights {
    /// For up to `most` players: 1/(a·C(a+b, a)), from (a, b) to (a, b+1) by (b+1)/(a+b+1). Nothing for a = 0.
    fn up_to(most: usize) -> Self {
        let side = most + 2;
        let mut table = vec![0.0; side];
        for a in 1..side {
            let mut weight = 1.0 / a as f64;
            for b in 0..side {
                table.push(weight);
                weight *= (b + 1) as f64 / (a + b + 1) as f64;
            }
        }
        Weights { side, table }
    }

    fn of(&self, a: usize, b: usize) -> f64 {
        self.table.get(a * self.side + b).copied().unwrap_or(0.0)
    }
}

impl<'m> Against<'m> {
    /// Prepares a model for a background (rows × features, NaN missing).
    ///
    /// # Errors
    /// M21 without rows, M22 for another number of columns, M23 for more than 64 distinct features on a path, M26 for a
    /// model of which nothing more is known than its values.
    pub fn new(model: &'m dyn Model, background: ArrayView2<f64>) -> Checked<Self> {
        check_background(model, background)?;
        let features = model.card().features.len();
        let kind = match model.form() {
            Form::Trees(ensemble) => Kind::Trees(Trees::new(ensemble, background)?),
            Form::Linear(model) => {
                let table = |output: usize| {
                    let mut table = Array2::zeros((features, background.nrows()));
                    for (row, mut column) in background.rows().into_iter().zip(table.columns_mut())
                    {
                        let own = model.contributions(&row.to_vec(), output);
                        column.iter_mut().zip(own).for_each(|(cell, own)| *cell = own);
                    }
                    table
                };
                Kind::Linear(model, (0..model.intercepts.len()).map(table).collect())
            }
            Form::Other => {
                let found = "a model that can only be evaluated";
                let mend = "Use the method `exact` (up to 12 features) or `permutation`.";
                let expected = "trees or a weighted sum";
                return Err(Fault::new("M26", Place::default(), found, expected, mend).into());
            }
        };
        Ok(Against { rows: background.nrows(), features, kind })
    }

    /// Number of background rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Values of a row against each background row alone, features × background rows. Their mean over the background is
    /// the interventional value; the values of one background row add up to the row's score less that row's.
    pub fn values(&self, row: &[f64], output: usize) -> Array2<f64> {
        match &self.kind {
            Kind::Linear(model, background) => {
                let mut values = match background.get(output) {
                    Some(background) => background.mapv(|theirs| -theirs),
                    None => Array2::zeros((self.features, self.rows)),
                };
                let own = model.contributions(row, output);
                for (mut values, own) in values.rows_mut().into_iter().zip(own) {
                    values += own;
                }
                values
            }
            Kind::Trees(trees) => {
                let mut values = Array2::zeros((trees.players.count(), self.rows));
                let seen = trees.ensemble.row(row);
                let mut space = Space::new(self.rows);
                for at in trees.of_output(output) {
                    trees.add(at, &seen, &mut space, |player, row, amount| {
                        if let Some(value) = values.get_mut((player, row)) {
                            *value += amount;
                        }
                    });
                }
                values /= trees.ensemble.divisor;
                trees.by_feature(values, self.features)
            }
        }
    }

    /// Whether two rows have the same values for sure: no test of a tree answers otherwise, or no feature differs. A small
    /// step seldom crosses a threshold, and to know it costs nothing beside an explanation.
    pub fn is_alike(&self, row: &[f64], other: &[f64], output: usize) -> bool {
        let same = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
        match &self.kind {
            Kind::Linear(..) => same(row, other),
            Kind::Trees(trees) => {
                trees.is_alike(&trees.ensemble.row(row), &trees.ensemble.row(other), output)
            }
        }
    }
}

/// Working memory, reused over trees.
#[derive(Debug)]
struct Space {
    walk: Walk,
    /// By background row: players of the path that only the explained row satisfies.
    alone: Vec<usize>,
}

impl Space {
    fn new(rows: usize) -> Self {
        Space { walk: Walk::default(), alone: vec![0; rows] }
    }
}

impl<'m> Trees<'m> {
    fn new(ensemble: &'m TreeEnsemble, background: ArrayView2<f64>) -> Checked<Self> {
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let background: Vec<Vec<f64>> =
            background.rows().into_iter().map(|row| ensemble.row(&row.to_vec())).collect();
        let players = Players::of(ensemble);
        let (mut tests, mut sums) = (vec![vec![]; columns], vec![vec![]; columns]);
        let mut most = 0;
        for (at, tree) in ensemble.trees.iter().enumerate() {
            let mut terms = vec![];
            for (place, node) in tree.nodes.iter().enumerate() {
                match node {
                    Node::Inner { feature, .. } => {
                        if let Some(tests) = tests.get_mut(*feature as usize) {
                            tests.push((at, place));
                        }
                    }
                    Node::Sloped(slope) => terms.extend(slope.terms.iter().map(|(c, _)| *c)),
                    Node::Leaf { .. } => {}
                }
            }
            let used = tree.nodes.iter().filter_map(|node| match node {
                Node::Inner { feature, .. } => Some(*feature),
                _ => None,
            });
            let mut used: Vec<usize> =
                used.chain(terms.iter().copied()).map(|column| players.player(column)).collect();
            used.sort_unstable();
            used.dedup();
            // No path has more tests than the tree is deep, no leaf asks for more players than the tree knows.
            let widest =
                if terms.is_empty() { tree.extent().0.min(used.len()) } else { used.len() };
            most = most.max(widest);
            terms.sort_unstable();
            terms.dedup();
            for column in terms {
                if let Some(sums) = sums.get_mut(column as usize) {
                    sums.push(at);
                }
            }
        }
        if most > MOST_FEATURES {
            let found = format!("a tree of which one path may test {most} features");
            let expected = format!("at most {MOST_FEATURES} for interventional attribution");
            let mend = "Use the method `tree-path`, or a model of less depth.";
            return Err(Fault::new("M23", Place::default(), found, expected, mend).into());
        }
        let left = ensemble.trees.iter().map(|tree| sides(tree, &background)).collect();
        let everyone = everyone(background.len());
        let weights = Weights::up_to(most);
        Ok(Trees { ensemble, players, left, background, everyone, weights, tests, sums })
    }

    fn of_output(&self, output: usize) -> impl Iterator<Item = usize> + '_ {
        let trees = self.ensemble.trees.iter().enumerate();
        trees.filter(move |(_, tree)| tree.output == output).map(|(at, _)| at)
    }

    /// Whether all trees of an output treat two rows (as the model sees them) alike.
    fn is_alike(&self, own: &[f64], other: &[f64], output: usize) -> bool {
        let of_output = |tree: usize| self.ensemble.trees.get(tree).filter(|t| t.output == output);
        let columns = own.iter().zip(other).enumerate();
        let mut changed = columns.filter(|(_, (a, b))| a.to_bits() != b.to_bits());
        changed.all(|(column, (own, other))| {
            let mut tests = self.tests.get(column).into_iter().flatten();
            let mut sums = self.sums.get(column).into_iter().flatten();
            let parts = |(tree, node): &(usize, usize)| {
                let node = of_output(*tree).and_then(|tree| tree.nodes.get(*node));
                let Some(Node::Inner { split, .. }) = node else { return false };
                split.goes_left(*own) != split.goes_left(*other)
            };
            !tests.any(parts) && !sums.any(|tree| of_output(*tree).is_some())
        })
    }

    /// What a tree gives a row against each background row: player, background row, amount.
    fn add(
        &self,
        at: usize,
        row: &[f64],
        space: &mut Space,
        mut add: impl FnMut(usize, usize, f64),
    ) {
        let (Some(tree), Some(left)) = (self.ensemble.trees.get(at), self.left.get(at)) else {
            return;
        };
        let seen = |column: usize| row.get(column).copied().unwrap_or(f64::NAN);
        let Space { walk, alone } = space;
        let goes_left = |node: &Node| match node {
            Node::Inner { feature, split, .. } => split.goes_left(seen(*feature as usize)),
            Node::Leaf { .. } | Node::Sloped(_) => false,
        };
        let player = |column| self.players.player(column);
        walk.leaves(tree, &self.everyone, left, player, goes_left, |node, level| match node {
            Node::Leaf { value, .. } => self.share(level, *value, alone, &mut add),
            Node::Sloped(slope) => {
                self.share(level, slope.fallback, alone, &mut add);
                for other in bits(&level.active) {
                    self.add_sum(slope, level, (row, other), &mut add);
                }
            }
            Node::Inner { .. } => {}
        });
    }

    /// Shares the value of a leaf.
    fn share(
        &self,
        level: &Level,
        value: f64,
        alone: &mut [usize],
        add: &mut impl FnMut(usize, usize, f64),
    ) {
        if value == 0.0 {
            return;
        }
        let players = || level.players.iter().zip(&level.own).enumerate();
        for (place, _) in players().filter(|(_, (_, own))| **own) {
            for row in bits_but(&level.active, level.theirs(place)) {
                if let Some(count) = alone.get_mut(row) {
                    *count += 1;
                }
            }
        }
        let failed = level.own.iter().filter(|own| !**own).count();
        let count = |row: usize| alone.get(row).copied().unwrap_or(0);
        for (place, (player, own)) in players() {
            if *own {
                for row in bits_but(&level.active, level.theirs(place)) {
                    add(*player, row, value * self.weights.of(count(row), failed));
                }
            } else {
                for row in bits(&level.active) {
                    add(*player, row, -value * self.weights.of(failed, count(row)));
                }
            }
        }
        alone.fill(0);
    }

    /// Shares what the sum of a leaf adds to its number for missing values, against one background row: played only
    /// where every feature of the sum is there.
    fn add_sum(
        &self,
        slope: &Slope,
        level: &Level,
        (row, other): (&[f64], usize),
        add: &mut impl FnMut(usize, usize, f64),
    ) {
        let value =
            |row: &[f64], column: u32| row.get(column as usize).copied().unwrap_or(f64::NAN);
        let Some(theirs) = self.background.get(other) else { return };
        // By player: satisfied by the row, satisfied by the background row.
        let satisfies = |place: usize| {
            level.theirs(place).get(other / 64).is_some_and(|word| word >> (other % 64) & 1 == 1)
        };
        let mut players: Vec<(usize, bool, bool)> = (level.players.iter().zip(&level.own))
            .enumerate()
            .map(|(place, (player, own))| (*player, *own, satisfies(place)))
            .collect();
        let mut terms = vec![];
        for (column, weight) in &slope.terms {
            let own = self.players.player(*column);
            let place = players.iter().position(|(player, ..)| *player == own);
            let place = place.unwrap_or_else(|| {
                players.push((own, true, true));
                players.len() - 1
            });
            let (x, z) = (value(row, *column), value(theirs, *column));
            if let Some((_, by_row, by_other)) = players.get_mut(place) {
                *by_row &= !x.is_nan();
                *by_other &= !z.is_nan();
            }
            terms.push((place, weight * x, weight * z));
        }
        if players.iter().any(|(_, by_row, by_other)| !by_row && !by_other) {
            return;
        }
        let of = |by: (bool, bool)| players.iter().filter(|(_, r, o)| (*r, *o) == by).count();
        let (a, b) = (of((true, false)), of((false, true)));
        // What the sum is worth as far as no term's own feature decides, and what those that decide add in all.
        let (mut fixed, mut moving) = (slope.constant - slope.fallback, 0.0);
        for (place, x, z) in terms {
            match players.get(place) {
                Some((_, true, false)) => fixed += x,
                Some((_, false, true)) => fixed += z,
                Some((player, ..)) => {
                    fixed += z;
                    moving += x - z;
                    add(*player, other, (x - z) * self.weights.of(a + 1, b));
                }
                None => {}
            }
        }
        let gain = fixed * self.weights.of(a, b) + moving * self.weights.of(a + 1, b);
        let loss = fixed * self.weights.of(b, a) + moving * self.weights.of(b, a + 1);
        for (player, by_row, by_other) in &players {
            match (by_row, by_other) {
                (true, false) => add(*player, other, gain),
                (false, true) => add(*player, other, -loss),
                _ => {}
            }
        }
    }

    /// One value a feature, from one a player (players × background rows).
    fn by_feature(&self, values: Array2<f64>, features: usize) -> Array2<f64> {
        if self.players.count() == features {
            return values;
        }
        let mut shared = Array2::zeros((features, values.ncols()));
        for (of_players, mut of_features) in values.columns().into_iter().zip(shared.columns_mut())
        {
            let found = self.players.shared(of_players.to_vec());
            of_features.iter_mut().zip(found).for_each(|(cell, found)| *cell = found);
        }
        shared
    }
}

/// Rows of one set that are not in another.
fn bits_but<'a>(words: &'a [u64], but: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
    words.iter().zip(but).enumerate().flat_map(|(at, (word, but))| {
        let mut left = word & !but;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(64 * at + bit)
        })
    })
}

/// Background rows that go left, by node and word.
fn sides(tree: &Tree, background: &[Vec<f64>]) -> Vec<u64> {
    let words = background.len().div_ceil(64);
    let mut left = vec![0u64; tree.nodes.len() * words];
    for (at, node) in tree.nodes.iter().enumerate() {
        let Node::Inner { feature, split, .. } = node else { continue };
        for (r, row) in background.iter().enumerate() {
            let x = row.get(*feature as usize).copied().unwrap_or(f64::NAN);
            if let (true, Some(word)) = (split.goes_left(x), left.get_mut(at * words + r / 64)) {
                *word |= 1 << (r % 64);
            }
        }
    }
    left
}

/// Sums the rows of a table (features × background rows) within groups of features.
pub fn summed(values: &Array2<f64>, groups: &[Vec<usize>]) -> Array2<f64> {
    let mut sums = Array2::zeros((groups.len(), values.ncols()));
    for (group, mut sum) in groups.iter().zip(sums.rows_mut()) {
        for feature in group.iter().filter(|feature| **feature < values.nrows()) {
            sum += &values.index_axis(Axis(0), *feature);
        }
    }
    sums
}
