//! The tests of all trees as ranks among each other.
//!
//! All thresholds that one feature is compared with, under one rule for missing values, divide its numbers into ranges.
//! A row is asked once for its range; then every test of the ensemble is a comparison of two small whole numbers, with
//! the outcome that [`Split::goes_left`] has: the cuts are sorted so that whoever goes left at one does at all behind it.

use std::collections::BTreeMap;

use ndarray::ArrayView2;
use pulp::{Simd, WithSimd};

use crate::model::{Comparison, MissingRule, Node, Split, Tree, TreeEnsemble};

/// Rows that are looked at together: so many that a table, once it is in the first cache, serves many of them.
pub(super) const LANES: usize = 256;

/// A number of each of [`LANES`] rows, or all bits where something is true.
pub(super) type Lane = [u16; LANES];

/// Most cuts of a column; more go to a second column of the same feature.
const MOST_CUTS: usize = 60_000;

/// A test: a row goes left if its rank in the column is at most the cut's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    pub column: u32,
    pub cut: u16,
}

/// How a column ranks.
#[derive(Debug)]
enum Ranks {
    /// By the number of cuts that are at most the value: left of a cut are the smaller ones.
    Numbers { at: Vec<f64>, missing: u16 },
    /// By the number of tests that do not send the value left.
    Tests(Vec<Split>),
}

#[derive(Debug)]
struct Column {
    feature: usize,
    ranks: Ranks,
}

/// The distinct tests of an ensemble, in columns.
#[derive(Debug)]
pub(super) struct Cuts {
    columns: Vec<Column>,
    /// Numbers of a row as the model sees it: features and derived columns.
    width: usize,
}

/// What a column's tests have in common, and a test's place among them.
type Key = (u32, Vec<u64>);

/// Tests with their places among those that have a key in common.
type Ordered<'t> = Vec<((u64, bool), &'t Split)>;

impl Cuts {
    /// The cuts of an ensemble whose trees are given in order; and by tree and node the test (of leaves anything).
    pub fn of<'t>(
        ensemble: &TreeEnsemble,
        trees: impl Iterator<Item = &'t Tree> + Clone,
    ) -> (Self, Vec<Vec<Test>>) {
        let mut found: BTreeMap<Key, Ordered<'_>> = BTreeMap::new();
        for node in trees.clone().flat_map(|tree| &tree.nodes) {
            if let Node::Inner { feature, split, .. } = node {
                found.entry((*feature, common(split))).or_default().push((order(split), split));
            }
        }
        let mut columns = Vec::new();
        // By key: first column, and the sorted orders of its cuts and those of the columns that go on.
        let mut places: BTreeMap<Key, (u32, Vec<(u64, bool)>)> = BTreeMap::new();
        for (key, mut tests) in found {
            tests.sort_by_key(|(order, _)| *order);
            tests.dedup_by_key(|(order, _)| *order);
            let first = columns.len() as u32;
            for part in tests.chunks(MOST_CUTS) {
                let splits: Vec<&Split> = part.iter().map(|(_, split)| *split).collect();
                columns.push(Column { feature: key.0 as usize, ranks: Ranks::of(&splits) });
            }
            places.insert(key, (first, tests.into_iter().map(|(order, _)| order).collect()));
        }
        let test = |node: &Node| {
            let Node::Inner { feature, split, .. } = node else {
                return Test { column: 0, cut: 0 };
            };
            let Some((first, orders)) = places.get(&(*feature, common(split))) else {
                return Test { column: 0, cut: 0 };
            };
            let at = orders.partition_point(|other| *other < order(split));
            Test { column: first + (at / MOST_CUTS) as u32, cut: (at % MOST_CUTS) as u16 }
        };
        let tests = trees.map(|tree| tree.nodes.iter().map(test).collect()).collect();
        let width = ensemble.card.features.len() + ensemble.derived.len();
        (Cuts { columns, width }, tests)
    }

    /// The ranks of up to [`LANES`] rows (as the model is given them), one lane a column. Lanes behind the last row
    /// are those of a row of missing values.
    pub fn ranks(&self, ensemble: &TreeEnsemble, rows: ArrayView2<f64>) -> Vec<Lane> {
        let mut seen = vec![[f64::NAN; LANES]; self.width];
        let mut given = Vec::with_capacity(rows.ncols());
        for (r, row) in rows.rows().into_iter().enumerate().take(LANES) {
            given.clear();
            given.extend(row.iter().copied());
            for (x, lanes) in ensemble.row(&given).into_iter().zip(&mut seen) {
                if let Some(lane) = lanes.get_mut(r) {
                    *lane = x;
                }
            }
        }
        let nothing = [f64::NAN; LANES];
        let lane = |column: &Column| {
            let mut ranks = [0; LANES];
            let values = seen.get(column.feature).unwrap_or(&nothing);
            for (rank, x) in ranks.iter_mut().zip(values) {
                *rank = column.ranks.rank(*x);
            }
            ranks
        };
        self.columns.iter().map(lane).collect()
    }

    /// The ranks of one row as the model sees it, one a column.
    pub fn ranks_of(&self, seen: &[f64]) -> Vec<u16> {
        let value = |column: &Column| seen.get(column.feature).copied().unwrap_or(f64::NAN);
        self.columns.iter().map(|column| column.ranks.rank(value(column))).collect()
    }
}

impl Ranks {
    /// Of tests in order, each once.
    fn of(splits: &[&Split]) -> Self {
        let mut at = Vec::with_capacity(splits.len());
        let mut zero_is_missing = false;
        for split in splits {
            let Split::Threshold { at: cut, less, missing } = split else { break };
            zero_is_missing |= matches!(missing, MissingRule::ZeroLeft | MissingRule::ZeroRight);
            // No more than x is less than the next number.
            at.push(if *less == Comparison::Less { *cut } else { cut.next_up() });
        }
        let endless = splits
            .iter()
            .any(|split| matches!(split, Split::Threshold { at, .. } if at.is_nan() || *at == f64::INFINITY));
        let ranks = Ranks::Tests(splits.iter().map(|split| (*split).clone()).collect());
        if at.len() < splits.len() || zero_is_missing || endless {
            return ranks;
        }
        Ranks::Numbers { at, missing: ranks.rank(f64::NAN) }
    }

    fn rank(&self, x: f64) -> u16 {
        match self {
            Ranks::Numbers { missing, .. } if x.is_nan() => *missing,
            Ranks::Numbers { at, .. } => at.partition_point(|cut| *cut <= x) as u16,
            Ranks::Tests(splits) => splits.partition_point(|split| !split.goes_left(x)) as u16,
        }
    }
}

/// What tests must have in common to be ranked among each other: thresholds the rule for missing values, others all.
fn common(split: &Split) -> Vec<u64> {
    match split {
        Split::Threshold { at, missing, .. } if !at.is_nan() => vec![*missing as u64],
        Split::Threshold { missing, .. } => vec![10 + *missing as u64],
        Split::Categories { set, member_left, missing_left, invalid_left } => {
            let sides = [*member_left, *missing_left, *invalid_left].map(u64::from);
            [20].into_iter().chain(sides).chain(set.iter().map(|code| u64::from(*code))).collect()
        }
        Split::Members { set, member_left, missing_left } => {
            let sides = [*member_left, *missing_left].map(u64::from);
            [30].into_iter().chain(sides).chain(set.iter().map(|x| x.to_bits())).collect()
        }
    }
}

/// The place of a test among those of its column: by threshold, `<` before `<=`.
fn order(split: &Split) -> (u64, bool) {
    let Split::Threshold { at, less, .. } = split else { return (0, false) };
    // No number lies between the two zeros.
    let bits = (*at + 0.0).to_bits();
    let rising = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    (rising, *less == Comparison::LessOrEqual)
}

/// Which side rows go to at tests, compiled for the instructions of the machine.
pub(super) struct Sides<'a> {
    pub tests: &'a [Test],
    pub ranks: &'a [Lane],
    /// By test: all bits where a row goes left.
    pub sides: &'a mut [Lane],
}

impl WithSimd for Sides<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (test, side) in self.tests.iter().zip(self.sides) {
            let Some(ranks) = self.ranks.get(test.column as usize) else { continue };
            for (side, rank) in side.iter_mut().zip(ranks) {
                *side = if *rank <= test.cut { u16::MAX } else { 0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    /// Every rule and comparison at thresholds that are nearly or wholly the same, asked about the numbers around them.
    #[test]
    fn ranks_send_every_number_where_its_test_does() {
        use MissingRule::{NanIsZero, NanLeft, NanRight, ZeroLeft, ZeroRight};
        let numbers = [f64::NEG_INFINITY, -1.0, -1e-36, -0.0, 0.0, 1e-36, 1.0, f64::INFINITY];
        let mut nodes = Vec::new();
        for missing in [NanLeft, NanRight, NanIsZero, ZeroLeft, ZeroRight] {
            for less in [Comparison::Less, Comparison::LessOrEqual] {
                for at in numbers.into_iter().rev() {
                    let split = Split::Threshold { at, less, missing };
                    nodes.push(Node::Inner { feature: 0, split, left: 0, right: 0, cover: 0.0 });
                }
            }
        }
        for left in [true, false] {
            let (missing_left, invalid_left) = (!left, left);
            let categories = Split::Categories {
                set: vec![0, 1],
                member_left: left,
                missing_left,
                invalid_left,
            };
            let members =
                Split::Members { set: Box::new([0.0, 1.0]), member_left: left, missing_left };
            for split in [categories, members] {
                nodes.push(Node::Inner { feature: 0, split, left: 0, right: 0, cover: 0.0 });
            }
        }
        let mut ensemble = TreeEnsemble::default();
        ensemble.card.features = vec!["x".into()];
        let tree = Tree { output: 0, nodes };
        let (cuts, tests) = Cuts::of(&ensemble, [&tree].into_iter());
        let around = [f64::NEG_INFINITY, -2.0, -1.0, -0.5, -1e-35, -1e-36, -0.0, 0.0, 1e-36, 0.5]
            .into_iter()
            .chain([1.0, 1.5, f64::MAX, f64::INFINITY, f64::NAN]);
        let rows: Vec<f64> = around.collect();
        let rows = Array2::from_shape_vec((rows.len(), 1), rows).unwrap();
        let lanes = cuts.ranks(&ensemble, rows.view());
        for (node, test) in tree.nodes.iter().zip(&tests[0]) {
            let Node::Inner { split, .. } = node else { continue };
            for (r, x) in rows.iter().enumerate() {
                let rank = cuts.ranks_of(&[*x])[test.column as usize];
                assert_eq!(rank <= test.cut, split.goes_left(*x), "{x} {split:?}");
                assert_eq!(rank, lanes[test.column as usize][r]);
            }
        }
    }
}
