//! The best question for some rows: every threshold between two values that occur, every set of categories that can be
//! the best one, missing values on either side.
//!
//! What is made small is the squared error, `Σ w (y - mean)²` over all columns of the target (Breiman, Friedman, Olshen
//! and Stone 1984, sections 8.2 and 8.3). Of indicators of classes it is the Gini impurity times the rows (Breiman et al.,
//! section 4.3.1; of two classes one indicator has half of it), so that one search serves scores, decisions and classes.
//! With targets centred on the node's mean a cut takes away `Σ S²(1/W_yes + 1/W_no)`, where S is the sum on either side.
//!
//! Of a category with c values only the c - 1 sets are tried that a walk through the categories by their mean passes: with
//! one column of targets the best set is among them (Breiman et al., theorem 4.5; Fisher 1958), unless it leaves too few
//! rows on a side, or unless it would be best to tell apart only rows without the value, which is no question here. With
//! several columns the walk is done by each of them, and the best of these is taken, which need not be the best of all.

use rayon::prelude::*;

use super::ranked::{MISSING, Ranked};

/// Columns of targets, and a weight for each row.
#[derive(Clone, Debug)]
pub(in crate::surrogate) struct Targets {
    /// Number of columns.
    pub width: usize,
    /// Rows × columns.
    pub values: Vec<f64>,
    /// One a row.
    pub weights: Vec<f64>,
}

impl Targets {
    /// The targets of a row.
    pub fn of(&self, row: usize) -> &[f64] {
        self.values.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }
}

/// A question found: which ranks answer yes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Side {
    /// Ranks up to and including the first number, against those from the second on.
    UpTo(u32, u32),
    /// These ranks, ascending.
    Among(Vec<u32>),
}

/// The best cut of a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    pub detail: usize,
    pub yes: Side,
    pub missing_yes: bool,
    /// By how much the squared error falls.
    pub gain: f64,
}

/// The rows of a node by rank, ascending, only ranks that occur.
struct Bins {
    ranks: Vec<u32>,
    /// Of each rank: number of rows, weight, and the sum of each column of targets. A flat table, because there is one for
    /// every detail of every node.
    cells: Vec<f64>,
    /// The same of rows without a value.
    missing: Vec<f64>,
    /// Numbers a rank.
    width: usize,
}

impl Bins {
    fn of(&self, bin: usize) -> &[f64] {
        self.cells.get(bin * self.width..(bin + 1) * self.width).unwrap_or_default()
    }

    fn mean(&self, bin: usize, column: usize) -> f64 {
        match self.of(bin) {
            [_, weight, sums @ ..] => sums.get(column).map_or(0.0, |sum| sum / weight),
            _ => 0.0,
        }
    }
}

fn add(to: &mut [f64], more: &[f64]) {
    to.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// The best cut of some rows that leaves at least `min_leaf` of them on either side; none where no cut lowers the error.
/// Of equally good cuts the one of the first detail, of its cuts the lowest, missing values with the larger side.
pub(super) fn best(
    columns: &[Ranked],
    here: &[u32],
    targets: &Targets,
    min_leaf: usize,
) -> Option<Cut> {
    let found = found(columns, here, targets, min_leaf, &|search, nominal| {
        let best = if nominal { search.sets() } else { search.thresholds() };
        best.into_iter().collect()
    });
    found.into_iter().fold(None, |best: Option<Cut>, cut| match best {
        Some(best) if best.gain >= cut.gain => Some(best),
        _ => Some(cut),
    })
}

/// Cuts that may be worth more than the best one in the end: the best by each detail that has one, and of each category the
/// best that tells a single value from all others; those that divide best first.
pub(super) fn alternatives(
    columns: &[Ranked],
    here: &[u32],
    targets: &Targets,
    min_leaf: usize,
) -> Vec<Cut> {
    let mut found = found(columns, here, targets, min_leaf, &|search, nominal| {
        let best = if nominal { search.sets() } else { search.thresholds() };
        let single = if nominal { search.singles() } else { None };
        let other =
            single.filter(|single| best.as_ref().is_some_and(|best| best.gain > single.gain));
        best.into_iter().chain(other).collect()
    });
    // Stable: of equally good ones the first detail's.
    found.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    found
}

/// What a search finds by each detail, in the order of the details.
fn found(
    columns: &[Ranked],
    here: &[u32],
    targets: &Targets,
    min_leaf: usize,
    of: &(dyn Fn(&Search<'_>, bool) -> Vec<Cut> + Sync),
) -> Vec<Cut> {
    if here.len() < 2 * min_leaf.max(1) {
        return vec![];
    }
    let centred = Centred::new(here, targets);
    let one = |(detail, column): (usize, &Ranked)| {
        let bins = centred.bins(column, here);
        let search = Search { detail, bins: &bins, centred: &centred, min_leaf };
        of(&search, column.nominal)
    };
    // Collected in order, so that no thread decides which of equally good cuts is first.
    let found: Vec<Vec<Cut>> = columns.par_iter().enumerate().map(one).collect();
    found.into_iter().flatten().collect()
}

/// A node's targets, centred on their weighted means.
struct Centred {
    width: usize,
    /// Rows of the node × columns, times the weight.
    values: Vec<f64>,
    weights: Vec<f64>,
    /// What falls below it is rounding.
    least: f64,
}

impl Centred {
    fn new(here: &[u32], targets: &Targets) -> Self {
        let width = targets.width;
        let weights: Vec<f64> =
            here.iter().map(|i| targets.weights.get(*i as usize).copied().unwrap_or(0.0)).collect();
        let total: f64 = weights.iter().sum();
        let (mut means, mut largest) = (vec![0.0; width], 0.0f64);
        for (i, weight) in here.iter().zip(&weights) {
            for (mean, y) in means.iter_mut().zip(targets.of(*i as usize)) {
                *mean += weight * y / total;
                largest = largest.max(y.abs());
            }
        }
        let mut values = Vec::with_capacity(here.len() * width);
        for (i, weight) in here.iter().zip(&weights) {
            let of = targets.of(*i as usize).iter().zip(&means);
            values.extend(of.map(|(y, mean)| weight * (y - mean)));
        }
        // Means of n numbers are off by some n·ε of the largest; a decrease of the square of that says nothing.
        let rounding = 8.0 * f64::EPSILON * here.len() as f64 * largest;
        Centred { width, values, weights, least: total * rounding * rounding }
    }

    /// The rows by rank.
    fn bins(&self, column: &Ranked, here: &[u32]) -> Bins {
        let (distinct, width) = (column.values.len(), self.width + 2);
        let rank = |i: u32| column.ranks.get(i as usize).copied().unwrap_or(MISSING);
        let mut bins = Bins { ranks: vec![], cells: vec![], missing: vec![0.0; width], width };
        if distinct > 4 * here.len() {
            // Few rows of a column of many values: by sorting them. The sort is stable, so sums are those of the row order.
            let mut order: Vec<(u32, usize)> =
                here.iter().enumerate().map(|(k, i)| (rank(*i), k)).collect();
            order.sort_by_key(|(rank, _)| *rank);
            for (rank, k) in order {
                let weight = self.weights.get(k).copied().unwrap_or(0.0);
                let values = self.values.get(k * self.width..(k + 1) * self.width);
                let values = values.unwrap_or_default();
                if rank == MISSING {
                    put(&mut bins.missing, weight, values);
                    continue;
                }
                if bins.ranks.last() != Some(&rank) {
                    bins.ranks.push(rank);
                    bins.cells.resize(bins.cells.len() + width, 0.0);
                }
                let last = bins.cells.len() - width;
                put(bins.cells.get_mut(last..).unwrap_or_default(), weight, values);
            }
            return bins;
        }
        // Rows without a value stand behind all ranks.
        let cells = match self.width {
            1 => self.sums_of_one(column, here),
            _ => self.sums(column, here),
        };
        let (known, missing) = cells.split_at(distinct * width);
        bins.missing = missing.to_vec();
        for (rank, cell) in (0..).zip(known.chunks_exact(width)) {
            if cell.first().is_some_and(|rows| *rows > 0.0) {
                bins.ranks.push(rank);
                bins.cells.extend_from_slice(cell);
            }
        }
        bins
    }

    /// Rows, weight and sums of every rank, and of the rows without a value.
    fn sums(&self, column: &Ranked, here: &[u32]) -> Vec<f64> {
        let (distinct, width) = (column.values.len(), self.width + 2);
        let mut cells = vec![0.0; (distinct + 1) * width];
        let rows = here.iter().zip(&self.weights).zip(self.values.chunks_exact(self.width.max(1)));
        for ((i, weight), values) in rows {
            let rank = column.ranks.get(*i as usize).copied().unwrap_or(MISSING);
            let at = (rank as usize).min(distinct) * width;
            put(cells.get_mut(at..at + width).unwrap_or_default(), *weight, values);
        }
        cells
    }

    /// The same of a single column of targets: most of the time that a fit takes is spent here.
    fn sums_of_one(&self, column: &Ranked, here: &[u32]) -> Vec<f64> {
        let distinct = column.values.len();
        let mut cells = vec![[0.0; 3]; distinct + 1];
        for ((i, weight), value) in here.iter().zip(&self.weights).zip(&self.values) {
            let rank = column.ranks.get(*i as usize).copied().unwrap_or(MISSING);
            if let Some([rows, weights, sum]) = cells.get_mut((rank as usize).min(distinct)) {
                *rows += 1.0;
                *weights += weight;
                *sum += value;
            }
        }
        cells.into_flattened()
    }
}

/// Adds a row to the sums of a rank.
fn put(cell: &mut [f64], weight: f64, values: &[f64]) {
    if let [rows, weights, sums @ ..] = cell {
        *rows += 1.0;
        *weights += weight;
        add(sums, values);
    }
}

/// The cuts of one detail.
struct Search<'a> {
    detail: usize,
    bins: &'a Bins,
    centred: &'a Centred,
    min_leaf: usize,
}

impl Search<'_> {
    /// The best way to cut a walk through the bins: how many of them come first, whether missing values go with them, and
    /// by how much the error falls.
    fn walk(&self, order: &[usize]) -> Option<(usize, bool, f64)> {
        let missing = self.bins.missing.as_slice();
        let [missing_rows, missing_weight, missing_sums @ ..] = missing else { return None };
        let (mut all_rows, mut all_weight) = (*missing_rows, *missing_weight);
        for bin in 0..self.bins.ranks.len() {
            if let [rows, weight, ..] = self.bins.of(bin) {
                all_rows += rows;
                all_weight += weight;
            }
        }
        let least_rows = self.min_leaf as f64;
        let mut first = vec![0.0; self.bins.width];
        let mut best: Option<(usize, bool, f64)> = None;
        for (taken, at) in order.iter().enumerate().take(order.len().saturating_sub(1)) {
            add(&mut first, self.bins.of(*at));
            let [first_rows, first_weight, sums @ ..] = first.as_slice() else { continue };
            let larger_first = 2.0 * (first_rows + missing_rows) > all_rows;
            let sides = [larger_first, !larger_first];
            let tried = if *missing_rows == 0.0 { 1 } else { 2 };
            for missing_first in sides.into_iter().take(tried) {
                let (mut rows, mut weight) = (*first_rows, *first_weight);
                if missing_first {
                    rows += missing_rows;
                    weight += missing_weight;
                }
                let other = all_weight - weight;
                if rows < least_rows
                    || all_rows - rows < least_rows
                    || weight <= 0.0
                    || other <= 0.0
                {
                    continue;
                }
                let squares = sums.iter().zip(missing_sums).map(|(sum, missing)| {
                    let sum = if missing_first { sum + missing } else { *sum };
                    sum * sum
                });
                let gain = squares.sum::<f64>() * (1.0 / weight + 1.0 / other);
                if gain > self.centred.least && best.is_none_or(|(.., most)| gain > most) {
                    best = Some((taken + 1, missing_first, gain));
                }
            }
        }
        best
    }

    fn thresholds(&self) -> Option<Cut> {
        let order: Vec<usize> = (0..self.bins.ranks.len()).collect();
        let (taken, missing_yes, gain) = self.walk(&order)?;
        let yes = Side::UpTo(*self.bins.ranks.get(taken - 1)?, *self.bins.ranks.get(taken)?);
        Some(Cut { detail: self.detail, yes, missing_yes, gain })
    }

    /// The best cut between one category and all others.
    fn singles(&self) -> Option<Cut> {
        let bins = 0..self.bins.ranks.len();
        let one = |bin: usize| {
            // The walk ends before the last of its bins, whichever that is.
            let (_, missing_yes, gain) = self.walk(&[bin, bin])?;
            let yes = Side::Among(vec![*self.bins.ranks.get(bin)?]);
            Some(Cut { detail: self.detail, yes, missing_yes, gain })
        };
        bins.filter_map(one).fold(None, |best: Option<Cut>, cut| match best {
            Some(best) if best.gain >= cut.gain => Some(best),
            _ => Some(cut),
        })
    }

    fn sets(&self) -> Option<Cut> {
        let mut best: Option<Cut> = None;
        for column in 0..self.centred.width {
            let mut order: Vec<usize> = (0..self.bins.ranks.len()).collect();
            let mean = |at: usize| self.bins.mean(at, column);
            order.sort_by(|a, b| mean(*a).total_cmp(&mean(*b)).then(a.cmp(b)));
            let Some((taken, missing_first, gain)) = self.walk(&order) else { continue };
            if best.as_ref().is_some_and(|best| best.gain >= gain) {
                continue;
            }
            // The question names the fewer categories; of as many those that hold the first one.
            let (first, other) = order.split_at(taken);
            let holds = |part: &[usize]| part.contains(&0);
            let first_named =
                first.len() < other.len() || first.len() == other.len() && holds(first);
            let named = if first_named { first } else { other };
            let mut ranks: Vec<u32> =
                named.iter().filter_map(|at| self.bins.ranks.get(*at).copied()).collect();
            ranks.sort_unstable();
            let missing_yes = missing_first == first_named;
            best = Some(Cut { detail: self.detail, yes: Side::Among(ranks), missing_yes, gain });
        }
        best
    }
}
