//! Columns as lanes compare them: every test of every kind is `value < threshold` on a view of a column.
//!
//! A view is a column with its missing values replaced by what sends them to their side, so that lanes need no rule for
//! them. In lanes of single precision a column of a model in double precision becomes the number of thresholds that a
//! value is not below, which loses nothing. What is no comparison (categories, listed numbers) is asked of the split
//! itself, once for each value that a block holds, and the view has its answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::arithmetic::Real;
use crate::model::{
    Comparison, FeatureKind, FloatWidth, MissingRule, Node, Split, Tree, TreeEnsemble,
};

/// What a view shows of its column.
#[derive(Clone, Debug)]
enum Shown {
    /// The value; a missing one replaced.
    Value(MissingRule),
    /// How many of these thresholds (ascending) it is not below.
    Rank(MissingRule, Vec<f64>),
    /// 0 where the split goes left, else 1.
    Side(Split),
}

/// The views of an ensemble's columns that its trees test.
#[derive(Clone, Debug, Default)]
pub struct Views {
    /// Column and what is shown of it.
    views: Vec<(u32, Shown)>,
    /// By column, for each rule for missing values: the view that is compared with thresholds.
    compared: Vec<[Option<u32>; RULES]>,
    asked: BTreeMap<(u32, Vec<u64>), usize>,
}

/// Rules for missing values.
const RULES: usize = 5;

/// LightGBM's threshold for zero, as [`Split::goes_left`] has it.
const ZERO: f64 = 1e-35f32 as f64;

/// A value with what sends a missing one to its side of every finite threshold.
fn replaced(x: f64, missing: MissingRule) -> f64 {
    let zero = x.is_nan() || x.abs() <= ZERO;
    match missing {
        MissingRule::NanLeft if x.is_nan() => f64::NEG_INFINITY,
        MissingRule::NanRight if x.is_nan() => f64::INFINITY,
        MissingRule::NanIsZero if x.is_nan() => 0.0,
        MissingRule::ZeroLeft if zero => f64::NEG_INFINITY,
        MissingRule::ZeroRight if zero => f64::INFINITY,
        _ => x,
    }
}

/// The threshold that `<` compares with, in a width: `x <= at` is `x < ` the next number.
fn strict(at: f64, less: Comparison, single: bool) -> f64 {
    match less {
        Comparison::Less => at,
        Comparison::LessOrEqual if single => f64::from((at as f32).next_up()),
        Comparison::LessOrEqual => at.next_up(),
    }
}

/// A key for splits that are no comparison, equal for equal ones.
fn key(split: &Split) -> Vec<u64> {
    let flag = u64::from;
    match split {
        Split::Threshold { at, less, missing } => {
            vec![0, at.to_bits(), *less as u64, *missing as u64]
        }
        Split::Categories { set, member_left, missing_left, invalid_left } => {
            let flags = [1, flag(*member_left), flag(*missing_left), flag(*invalid_left)];
            flags.into_iter().chain(set.iter().map(|code| u64::from(*code))).collect()
        }
        Split::Members { set, member_left, missing_left } => {
            let flags = [2, flag(*member_left), flag(*missing_left)];
            flags.into_iter().chain(set.iter().map(|x| x.to_bits())).collect()
        }
    }
}

impl Views {
    /// The views that trees need, for lanes of a precision.
    pub fn new<R: Real>(ensemble: &TreeEnsemble, trees: &[Cow<Tree>]) -> Self {
        let compared = vec![[None; RULES]; columns(ensemble)];
        let mut views = Views { compared, ..Views::default() };
        let single = is_single(ensemble.width);
        for tree in trees {
            for node in &tree.nodes {
                let Node::Inner { feature, split, .. } = node else { continue };
                match split {
                    Split::Threshold { at, less, missing }
                        if is_compared(ensemble, *feature, *at) =>
                    {
                        let next = views.views.len();
                        let column = *feature as usize;
                        let own = views.compared.get_mut(column);
                        let own = own.and_then(|rules| rules.get_mut(*missing as usize));
                        let Some(slot) = own else { continue };
                        let slot = *slot.get_or_insert(next as u32) as usize;
                        if slot == next {
                            let shown = match R::IS_SINGLE && !single {
                                true => Shown::Rank(*missing, vec![]),
                                false => Shown::Value(*missing),
                            };
                            views.views.push((*feature, shown));
                        }
                        if let Some((_, Shown::Rank(_, thresholds))) = views.views.get_mut(slot) {
                            thresholds.push(strict(*at, *less, single));
                        }
                    }
                    split => {
                        let next = views.views.len();
                        let slot = views.asked.entry((*feature, key(split))).or_insert(next);
                        if *slot == next {
                            views.views.push((*feature, Shown::Side(split.clone())));
                        }
                    }
                }
            }
        }
        for (_, shown) in &mut views.views {
            if let Shown::Rank(_, thresholds) = shown {
                thresholds.sort_by(f64::total_cmp);
                thresholds.dedup();
            }
        }
        views
    }

    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// The view that a test is made on, and the number that it is below where the row goes left.
    pub fn test(&self, ensemble: &TreeEnsemble, feature: u32, split: &Split) -> (usize, f64) {
        if let Split::Threshold { at, less, missing } = split
            && is_compared(ensemble, feature, *at)
        {
            let rules = self.compared.get(feature as usize);
            let view = rules.and_then(|rules| rules.get(*missing as usize).copied().flatten());
            let view = view.unwrap_or(0) as usize;
            let at = strict(*at, *less, is_single(ensemble.width));
            return match self.views.get(view) {
                Some((_, Shown::Rank(_, thresholds))) => {
                    // Not below the thresholds up to and with this one: one more than its place.
                    (view, (thresholds.partition_point(|t| *t < at) + 1) as f64)
                }
                _ => (view, at),
            };
        }
        (self.asked.get(&(feature, key(split))).copied().unwrap_or(0), 0.5)
    }

    /// Fills the views of a block, tiles × views × rows of a tile: `seen` holds the rows as [`TreeEnsemble::row`] gives
    /// them, `columns` numbers each.
    pub fn fill<R: Real>(&self, seen: &[f64], columns: usize, tile: usize, out: &mut [R]) {
        let mut asked: BTreeMap<u32, Asked> = BTreeMap::new();
        for (view, (column, shown)) in self.views.iter().enumerate() {
            let column = *column as usize;
            let of = |row: &[f64]| row.get(column).copied().unwrap_or(f64::NAN);
            let rows = seen.chunks_exact(columns.max(1));
            let cells = out.chunks_exact_mut(tile * self.views.len());
            let cells = cells.flat_map(|cells| {
                cells.get_mut(view * tile..(view + 1) * tile).into_iter().flatten()
            });
            match shown {
                Shown::Value(missing) => cells.zip(rows).for_each(|(cell, row)| {
                    *cell = R::narrowed(replaced(of(row), *missing));
                }),
                Shown::Rank(missing, thresholds) => cells.zip(rows).for_each(|(cell, row)| {
                    let x = replaced(of(row), *missing);
                    *cell = R::narrowed(thresholds.partition_point(|t| *t <= x) as f64);
                }),
                Shown::Side(split) => {
                    let asked =
                        asked.entry(column as u32).or_insert_with(|| Asked::of(rows.map(of)));
                    let side = |x: &f64| if split.goes_left(*x) { 0.0 } else { 1.0 };
                    let sides: Vec<f64> = asked.distinct.iter().map(side).collect();
                    for (cell, which) in cells.zip(&asked.which) {
                        *cell = R::narrowed(sides.get(*which as usize).copied().unwrap_or(1.0));
                    }
                }
            }
        }
    }
}

/// The distinct values of a column that splits are asked about.
struct Asked {
    distinct: Vec<f64>,
    /// By row: its value's place.
    which: Vec<u32>,
}

impl Asked {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut places = BTreeMap::new();
        let (mut distinct, mut which) = (Vec::new(), Vec::new());
        for x in values {
            let place = *places.entry(x.to_bits()).or_insert_with(|| {
                distinct.push(x);
                distinct.len() as u32 - 1
            });
            which.push(place);
        }
        Asked { distinct, which }
    }
}

/// Whether values and thresholds are numbers of single precision.
fn is_single(width: FloatWidth) -> bool {
    match width {
        FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime => true,
        FloatWidth::Double | FloatWidth::OnnxRuntimeWide => false,
    }
}

/// Whether lanes can compare with a threshold: it is finite, of the width that the values have, and the values are those
/// of the model's width (a hashed category is no number that was rounded).
fn is_compared(ensemble: &TreeEnsemble, feature: u32, at: f64) -> bool {
    let hashed = matches!(ensemble.card.kind(feature as usize), FeatureKind::Hashed(_));
    let exact = !is_single(ensemble.width) || f64::from(at as f32) == at;
    at.is_finite() && exact && !hashed && (feature as usize) < columns(ensemble)
}

/// Numbers of a row as the model sees it.
fn columns(ensemble: &TreeEnsemble) -> usize {
    ensemble.card.features.len() + ensemble.derived.len()
}
