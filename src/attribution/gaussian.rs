//! Weighted sums of features that go together: the conditional game under a normal distribution.
//!
//! A feature outside the coalition is not drawn from the comparison group as it comes, but expected from the coalition's
//! features: v(S) = E[f(x) | x_S], with the columns normally distributed with the comparison group's mean and covariance
//! (Aas, Jullum, Løland, Explaining individual predictions when features are dependent, Artificial Intelligence 298,
//! 2021; for weighted sums the expectation is one of the columns alone). So what two features say in common is divided
//! between them, and a feature without weight gets a value where it tells of one with weight.
//!
//! A player's columns (those of a category, those of a group) are brought to uncorrelated directions first: directions
//! that the comparison group does not have belong to the player alone. In such coordinates t with correlations C and
//! weights α, v(S) = t_S · (α_S + C_SS⁻¹ C_SR α_R) over the rest R, which is linear in t: the Shapley values of any row
//! are products of t with vectors that are computed once. Up to 12 players from all coalitions, above from sampled
//! orders. Where players determine each other the pseudo-inverse of C_SS takes the place of the inverse, and that is
//! told; orders are not sampled then.

use ndarray::{Array2, ArrayView2};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::block::put;
use super::interventional::check_background;
use super::mixing::{Sampling, shapley};
use super::symmetric::{Cholesky, eigen};
use super::{Block, Explainer, Groups, MOST_PLAYERS};
use crate::fault::{Checked, Fault, Place};
use crate::model::{LinearModel, Model, encode};

/// Directions with less than this share of the largest correlation count as none.
const FLAT: f64 = 1e-9;
/// Batches of orders that standard errors come from.
const BATCHES: usize = 20;
/// Pairs of orders for each pair that is asked for.
const PAIRS: usize = 100;

/// A weighted sum with a comparison group, prepared for the conditional game.
#[derive(Debug)]
pub struct Gaussian<'m> {
    model: &'m LinearModel,
    groups: Groups,
    /// Mean score of the comparison group, one an output.
    base: Vec<f64>,
    /// Means of the columns.
    means: Vec<f64>,
    players: Vec<Player>,
    /// Number of directions.
    width: usize,
    /// By batch (one where all coalitions were taken): players × (outputs × directions), to be multiplied with t.
    vectors: Vec<Array2<f64>>,
    seed: u64,
    told: Vec<String>,
}

/// The columns of a player.
#[derive(Debug)]
struct Player {
    columns: Vec<usize>,
    /// Directions × columns: t from what the columns differ from their means.
    to: Array2<f64>,
    /// Columns × directions: back again.
    back: Array2<f64>,
    /// Where its directions begin.
    first: usize,
}

impl<'m> Gaussian<'m> {
    /// Prepares a model for a background (rows × features; a missing value counts as what the model fills in).
    ///
    /// # Errors
    /// M21, M22 for the background; M27 for less than two pairs; M35 where values of the background are no finite
    /// numbers to the model, or where more than [`MOST_PLAYERS`] players determine each other.
    pub fn new(
        model: &'m LinearModel,
        background: ArrayView2<f64>,
        groups: Groups,
        sampling: Sampling,
    ) -> Checked<Self> {
        check_background(model, background)?;
        let rows: Vec<Vec<f64>> =
            background.rows().into_iter().map(|row| columns(model, &row.to_vec())).collect();
        let count = rows.first().map_or(0, Vec::len);
        let values = Array2::from_shape_fn((rows.len(), count), |(r, c)| {
            rows.get(r).and_then(|row| row.get(c)).copied().unwrap_or(f64::NAN)
        });
        if values.iter().any(|x| !x.is_finite()) {
            let found = "background rows that the model has no prediction for";
            let mend = "Leave these rows out of the background.";
            return Err(fault(found.to_owned(), "finite numbers in every column", mend));
        }
        let n = rows.len() as f64;
        let means: Vec<f64> = values.columns().into_iter().map(|c| c.sum() / n).collect();
        let mut standard = values;
        let mut deviations = Vec::with_capacity(count);
        for (mut column, mean) in standard.columns_mut().into_iter().zip(&means) {
            column.mapv_inplace(|x| x - mean);
            let deviation = (column.iter().map(|x| x * x).sum::<f64>() / n).sqrt();
            let known = deviation > 1e-12 * mean.abs();
            deviations.push(if known { deviation } else { 0.0 });
            column.mapv_inplace(|x| if known { x / deviation } else { 0.0 });
        }
        let correlations = standard.t().dot(&standard) / n;
        let players = directions(model, &groups, &correlations, &deviations);
        let width = players.iter().map(|player| player.to.nrows()).sum();
        let whitened = whitened(&players, &correlations, &deviations, width);
        let outputs = model.intercepts.len();
        let own: Vec<Vec<f64>> = (0..outputs).map(|k| own_weights(model, &players, k)).collect();
        let mut base = vec![0.0; outputs];
        let mut score = base.clone();
        for row in background.rows() {
            model.exact(&row.to_vec(), &mut score);
            base.iter_mut().zip(&score).for_each(|(sum, score)| *sum += score / n);
        }
        let mut told = vec![];
        let missing = background.iter().filter(|x| x.is_nan()).count();
        if missing > 0 {
            told.push(format!(
                "{missing} missing values of the background count as what the model fills in."
            ));
        }
        let game = Conditional { correlations: whitened, own, players: &players, width };
        let (directions, kin) = game.singular(&groups);
        if !kin.is_empty() {
            told.push(format!(
                "{} determine each other in the background ({} of {width} directions are left): the pseudo-inverse \
                 stands for the inverse.",
                kin.join(", "),
                directions
            ));
        }
        let vectors = match groups.count() <= MOST_PLAYERS {
            true => vec![game.enumerated(!kin.is_empty())],
            false if sampling.pairs < 2 => {
                return Err(super::mixing::too_few(sampling.pairs));
            }
            false if !kin.is_empty() => {
                let found = format!("{} that determine each other", kin.join(", "));
                let expected = format!(
                    "players that do not, or at most {MOST_PLAYERS} players: a singular covariance is not sampled"
                );
                let mend = "Put them into one group with --groups, or use the method linear.";
                return Err(fault(found, &expected, mend));
            }
            false => game.sampled(sampling),
        };
        let seed = sampling.seed;
        Ok(Gaussian { model, groups, base, means, players, width, vectors, seed, told })
    }

    /// Values and standard errors of a row, each players × outputs.
    fn row(&self, row: &[f64]) -> (Array2<f64>, Array2<f64>) {
        let outputs = self.base.len();
        let columns = columns(self.model, row);
        let difference = |c: usize| {
            columns.get(c).copied().unwrap_or(f64::NAN) - self.means.get(c).copied().unwrap_or(0.0)
        };
        let mut at = vec![0.0; self.width];
        let mut values = Array2::zeros((self.players.len(), outputs));
        for (p, player) in self.players.iter().enumerate() {
            let own: Vec<f64> = player.columns.iter().map(|c| difference(*c)).collect();
            let along = product(&player.to, &own);
            let back = product(&player.back, &along);
            for k in 0..outputs {
                let weights = self.model.weights.get(k).map(Vec::as_slice).unwrap_or_default();
                let beside = player.columns.iter().zip(own.iter().zip(&back));
                let sum: f64 = beside
                    .map(|(c, (own, back))| weights.get(*c).copied().unwrap_or(0.0) * (own - back))
                    .sum();
                if let Some(value) = values.get_mut((p, k)) {
                    *value = sum;
                }
            }
            at.iter_mut().skip(player.first).zip(along).for_each(|(to, x)| *to = x);
        }
        let mut errors = Array2::zeros(values.raw_dim());
        let batches = self.vectors.len() as f64;
        for ((p, k), value) in values.indexed_iter_mut() {
            let of = |vectors: &Array2<f64>| -> f64 {
                let vector = vectors.row(p);
                vector.iter().skip(k * self.width).zip(&at).map(|(v, t)| v * t).sum()
            };
            let found: Vec<f64> = self.vectors.iter().map(of).collect();
            let mean = found.iter().sum::<f64>() / batches;
            *value += mean;
            if found.len() > 1 {
                let spread: f64 = found.iter().map(|x| (x - mean).powi(2)).sum();
                if let Some(error) = errors.get_mut((p, k)) {
                    *error = (spread / (batches * (batches - 1.0))).sqrt();
                }
            }
        }
        (values, errors)
    }
}

fn fault(found: String, expected: &str, mend: &str) -> crate::fault::Faults {
    Fault::new("M35", Place::default(), found, expected, mend).into()
}

/// A row's columns, as the weights are for them.
fn columns(model: &LinearModel, row: &[f64]) -> Vec<f64> {
    let of = |f: usize| model.filled(f, row.get(f).copied().unwrap_or(f64::NAN));
    let filled: Vec<f64> = (0..model.card.features.len()).map(of).collect();
    if model.columns.is_empty() { filled } else { encode(&model.columns, &filled) }
}

fn product(matrix: &Array2<f64>, by: &[f64]) -> Vec<f64> {
    matrix.rows().into_iter().map(|row| row.iter().zip(by).map(|(m, x)| m * x).sum()).collect()
}

/// The players with their uncorrelated directions.
fn directions(
    model: &LinearModel,
    groups: &Groups,
    correlations: &Array2<f64>,
    deviations: &[f64],
) -> Vec<Player> {
    let player = |c: usize| {
        let feature = match model.columns.get(c) {
            Some(column) => column.sources.first().map(|f| *f as usize)?,
            None => c,
        };
        Some(groups.player(feature))
    };
    let at = |i: usize, j: usize| correlations.get((i, j)).copied().unwrap_or(0.0);
    let deviation = |c: usize| deviations.get(c).copied().unwrap_or(0.0);
    let mut first = 0;
    let mut players = Vec::with_capacity(groups.count());
    for p in 0..groups.count() {
        let columns: Vec<usize> = (0..deviations.len()).filter(|c| player(*c) == Some(p)).collect();
        let place = |i: usize| columns.get(i).copied().unwrap_or(0);
        let n = columns.len();
        let (values, vectors) =
            eigen(Array2::from_shape_fn((n, n), |(i, j)| at(place(i), place(j))));
        let largest = values.iter().copied().fold(0.0, f64::max);
        let kept: Vec<(usize, f64)> =
            values.iter().copied().enumerate().filter(|(_, x)| *x > FLAT * largest).collect();
        let of = |d: usize, c: usize| {
            let (d, value) = kept.get(d).copied().unwrap_or((0, 1.0));
            (vectors.get((c, d)).copied().unwrap_or(0.0), value.sqrt(), deviation(place(c)))
        };
        let to = Array2::from_shape_fn((kept.len(), n), |(d, c)| {
            let (x, root, deviation) = of(d, c);
            if deviation > 0.0 { x / root / deviation } else { 0.0 }
        });
        let back = Array2::from_shape_fn((n, kept.len()), |(c, d)| {
            let (x, root, deviation) = of(d, c);
            x * root * deviation
        });
        players.push(Player { columns, to, back, first });
        first += kept.len();
    }
    players
}

/// Correlations of the directions.
fn whitened(
    players: &[Player],
    correlations: &Array2<f64>,
    deviations: &[f64],
    width: usize,
) -> Array2<f64> {
    let mut to: Array2<f64> = Array2::zeros((width, deviations.len()));
    for player in players {
        for (d, row) in player.to.rows().into_iter().enumerate() {
            for (c, x) in player.columns.iter().zip(row) {
                let deviation = deviations.get(*c).copied().unwrap_or(0.0);
                if let Some(cell) = to.get_mut((player.first + d, *c)) {
                    *cell = x * deviation;
                }
            }
        }
    }
    to.dot(correlations).dot(&to.t())
}

/// What an output's weights are for the directions.
fn own_weights(model: &LinearModel, players: &[Player], output: usize) -> Vec<f64> {
    let weights = model.weights.get(output).map(Vec::as_slice).unwrap_or_default();
    let of = |player: &Player| -> Vec<f64> {
        let own: Vec<f64> =
            player.columns.iter().map(|c| weights.get(*c).copied().unwrap_or(0.0)).collect();
        player
            .back
            .columns()
            .into_iter()
            .map(|c| c.iter().zip(&own).map(|(b, w)| b * w).sum())
            .collect()
    };
    players.iter().flat_map(of).collect()
}

/// The game in the directions' coordinates.
struct Conditional<'p> {
    correlations: Array2<f64>,
    /// By output: weights of the directions.
    own: Vec<Vec<f64>>,
    players: &'p [Player],
    width: usize,
}

impl Conditional<'_> {
    /// Directions that are left of all, and the players that determine each other.
    fn singular(&self, groups: &Groups) -> (usize, Vec<String>) {
        let (values, vectors) = eigen(self.correlations.clone());
        let mut kin = vec![false; self.players.len()];
        let mut left = 0;
        for (value, vector) in values.iter().zip(vectors.columns()) {
            if *value > FLAT {
                left += 1;
                continue;
            }
            for (kin, player) in kin.iter_mut().zip(self.players) {
                let own = vector.iter().skip(player.first).take(player.to.nrows());
                *kin |= own.into_iter().any(|x| x.abs() > 1e-4);
            }
        }
        let names = kin.iter().zip(groups.names()).filter(|(kin, _)| **kin);
        (left, names.map(|(_, name)| format!("`{name}`")).collect())
    }

    fn directions(&self, players: impl Iterator<Item = usize>) -> Vec<usize> {
        players
            .filter_map(|p| self.players.get(p))
            .flat_map(|player| player.first..player.first + player.to.nrows())
            .collect()
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.correlations.get((i, j)).copied().unwrap_or(0.0)
    }

    /// `C_SR α_R`: what the others' weights are to the coalition's directions.
    fn others(&self, inside: &[usize], own: &[f64]) -> Vec<f64> {
        let outside: Vec<usize> = (0..self.width).filter(|d| !inside.contains(d)).collect();
        let of = |i: &usize| {
            let terms =
                outside.iter().map(|j| self.at(*i, *j) * own.get(*j).copied().unwrap_or(0.0));
            terms.sum()
        };
        inside.iter().map(of).collect()
    }

    /// The vector that t is multiplied with for v(S), outputs × directions, given `C_SS⁻¹`.
    fn vector(&self, inside: &[usize], inverse: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
        let mut vector = vec![0.0; self.own.len() * self.width];
        for (own, vector) in self.own.iter().zip(vector.chunks_exact_mut(self.width.max(1))) {
            let through = inverse(&self.others(inside, own));
            for (d, through) in inside.iter().zip(through) {
                if let Some(to) = vector.get_mut(*d) {
                    *to = own.get(*d).copied().unwrap_or(0.0) + through;
                }
            }
        }
        vector
    }

    /// From all coalitions.
    fn enumerated(&self, singular: bool) -> Array2<f64> {
        let count = self.players.len();
        let size = self.own.len() * self.width;
        let mut table = Vec::with_capacity(size << count);
        for set in 0..1usize << count {
            let inside = self.directions((0..count).filter(|p| set >> p & 1 == 1));
            let place = |i: usize| inside.get(i).copied().unwrap_or(0);
            let n = inside.len();
            let part = Array2::from_shape_fn((n, n), |(i, j)| self.at(place(i), place(j)));
            let factor = if singular { None } else { Cholesky::of(part.clone()) };
            table.extend(match factor {
                Some(factor) => self.vector(&inside, |b| factor.solve(b)),
                None => {
                    let (values, vectors) = eigen(part);
                    self.vector(&inside, |b| pseudo(&values, &vectors, b))
                }
            });
        }
        let values = shapley(count, size, table);
        Array2::from_shape_vec((count, size), values)
            .unwrap_or_else(|_| Array2::zeros((count, size)))
    }

    /// From sampled orders, each with its reverse, in batches.
    fn sampled(&self, sampling: Sampling) -> Vec<Array2<f64>> {
        let pairs = sampling.pairs.saturating_mul(PAIRS).div_ceil(BATCHES);
        let count = self.players.len();
        let size = self.own.len() * self.width;
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(sampling.seed);
        let mut order: Vec<usize> = (0..count).collect();
        let batch = |_| {
            let mut sums: Array2<f64> = Array2::zeros((count, size));
            for _ in 0..pairs {
                order.shuffle(&mut generator);
                let backwards: Vec<usize> = order.iter().rev().copied().collect();
                for order in [&order, &backwards] {
                    self.walk(order, &mut sums);
                }
            }
            sums / (2.0 * pairs as f64)
        };
        (0..BATCHES).map(batch).collect()
    }

    fn walk(&self, order: &[usize], sums: &mut Array2<f64>) {
        let mut factor = Cholesky::empty();
        let mut inside: Vec<usize> = Vec::with_capacity(self.width);
        let mut before = vec![0.0; self.own.len() * self.width];
        for player in order {
            for d in self.directions(std::iter::once(*player)) {
                inside.push(d);
                // Never refused: the whole matrix has no direction near none.
                let row = inside.iter().map(|other| self.at(d, *other)).collect();
                let _ = factor.append(row);
            }
            let after = self.vector(&inside, |b| factor.solve(b));
            if let Some(mut sum) = sums.rows_mut().into_iter().nth(*player) {
                for ((sum, after), before) in sum.iter_mut().zip(&after).zip(&before) {
                    *sum += after - before;
                }
            }
            before = after;
        }
    }
}

/// The pseudo-inverse of a matrix, of which eigenvalues and eigenvectors are given, times `b`.
fn pseudo(values: &[f64], vectors: &Array2<f64>, b: &[f64]) -> Vec<f64> {
    let mut x = vec![0.0; b.len()];
    for (value, vector) in values.iter().zip(vectors.columns()).filter(|(value, _)| **value > FLAT)
    {
        let along: f64 = vector.iter().zip(b).map(|(v, b)| v * b).sum::<f64>() / value;
        x.iter_mut().zip(vector).for_each(|(x, v)| *x += along * v);
    }
    x
}

impl Explainer for Gaussian<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let mut block = Block::zeros(rows.nrows(), outputs.len(), self.groups.count());
        let mut errors = block.values.clone();
        for (r, row) in rows.rows().into_iter().enumerate() {
            let (values, spread) = self.row(&row.to_vec());
            block.put(r, outputs, &self.base, &values);
            for (k, output) in outputs.iter().enumerate() {
                put(&mut errors, r, k, &spread, *output);
            }
        }
        block.standard_errors = (self.vectors.len() > 1).then_some(errors);
        Ok(block)
    }

    fn seed(&self) -> Option<u64> {
        (self.vectors.len() > 1).then_some(self.seed)
    }

    fn told(&self) -> Option<String> {
        (!self.told.is_empty()).then(|| self.told.join(" "))
    }
}
