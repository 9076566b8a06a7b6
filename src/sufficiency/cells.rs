//! What trees can tell apart of a number: one value for each cell between two neighbouring thresholds.

use crate::model::{Comparison, FloatWidth, MissingRule, Split};

/// A place where a test changes its mind: values `< at` (or `<= at`) are below it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Edge {
    at: f64,
    includes: bool,
}

impl Edge {
    fn is_above(&self, x: f64) -> bool {
        if self.includes { x <= self.at } else { x < self.at }
    }

    /// All places where a test changes its mind.
    fn of(split: &Split, into: &mut Vec<Edge>) {
        match split {
            Split::Threshold { at, less, missing } => {
                into.push(Edge { at: *at, includes: *less == Comparison::LessOrEqual });
                if matches!(missing, MissingRule::ZeroLeft | MissingRule::ZeroRight) {
                    // LightGBM's kZeroThreshold, in single precision.
                    let zero = f64::from(1e-35f32);
                    into.push(Edge { at: -zero, includes: false });
                    into.push(Edge { at: zero, includes: true });
                }
            }
            Split::Categories { set, .. } => {
                // Codes are truncated: [c, c + 1) is one code, and (-1, 1) is code 0 where negative codes are.
                let ends = [-1.0, 0.0, f64::from(u32::MAX)].into_iter();
                let codes = set.iter().flat_map(|&c| [f64::from(c), f64::from(c) + 1.0]);
                into.extend(ends.chain(codes).map(|at| Edge { at, includes: false }));
                into.push(Edge { at: -1.0, includes: true });
            }
            Split::Members { set, .. } => into.extend(
                set.iter().flat_map(|&at| [false, true].map(|includes| Edge { at, includes })),
            ),
        }
    }
}

/// The next value of a width above `x`.
fn above(width: FloatWidth, x: f64) -> f64 {
    match width {
        FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime => {
            f64::from((x as f32).next_up())
        }
        FloatWidth::Double | FloatWidth::OnnxRuntimeWide => x.next_up(),
    }
}

/// The value of a width before `x`.
fn below(width: FloatWidth, x: f64) -> f64 {
    match width {
        FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime => {
            f64::from((x as f32).next_down())
        }
        FloatWidth::Double | FloatWidth::OnnxRuntimeWide => x.next_down(),
    }
}

/// The first value of each cell between `low` and `high`, ascending, both ends included, for these tests on the number;
/// with `both`, the last value of each cell, too.
pub(super) fn cells<'s>(
    splits: impl Iterator<Item = &'s Split>,
    width: FloatWidth,
    low: f64,
    high: f64,
    both: bool,
) -> Vec<f64> {
    let mut edges = vec![];
    splits.for_each(|split| Edge::of(split, &mut edges));
    edges.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.includes.cmp(&b.includes)));
    edges.dedup();
    let (first, last) = (width.seen(low), width.seen(high));
    let mut values = vec![low];
    for edge in edges {
        // The smallest value that is not below the edge.
        let at = width.seen(edge.at);
        let start = if edge.is_above(at) { above(width, at) } else { at };
        if edge.is_above(first) && !edge.is_above(last) && !edge.is_above(start) && start <= last {
            // A value that single precision rounds up to the range's end is that end.
            values.push(start.clamp(low, high));
            if both {
                values.push(below(width, start).clamp(low, high));
            }
        }
    }
    values.push(high);
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn less(at: f64) -> Split {
        Split::Threshold { at, less: Comparison::Less, missing: MissingRule::NanLeft }
    }

    /// Every way in which the tests can answer between the ends is one of the values' ways.
    #[test]
    fn every_cell_has_a_value() {
        let at_most = |at| Split::Threshold {
            at,
            less: Comparison::LessOrEqual,
            missing: MissingRule::ZeroLeft,
        };
        let set = Split::Categories {
            set: vec![1, 4],
            member_left: true,
            missing_left: false,
            invalid_left: false,
        };
        let members =
            Split::Members { set: vec![2.0, 2.5].into(), member_left: true, missing_left: false };
        let splits = [less(0.5), less(3.0), at_most(3.0), at_most(-1.25), set, members];
        for width in [FloatWidth::Single, FloatWidth::Double] {
            let values = cells(splits.iter(), width, -2.0, 6.5, false);
            let ways =
                |x: f64| splits.iter().map(|s| s.goes_left(width.seen(x))).collect::<Vec<_>>();
            let told: Vec<Vec<bool>> = values.iter().map(|x| ways(*x)).collect();
            assert!(values.iter().all(|x| (-2.0..=6.5).contains(x)));
            for step in 0..=8500 {
                let x = -2.0 + f64::from(step) / 1000.0;
                for x in [x, x.next_up().min(6.5), x.next_down().max(-2.0)] {
                    assert!(told.contains(&ways(x)), "{x}: {:?} is missing", ways(x));
                }
            }
        }
    }

    #[test]
    fn a_range_without_thresholds_is_its_ends() {
        assert_eq!(cells([less(9.0)].iter(), FloatWidth::Single, 1.0, 3.0, false), [1.0, 3.0]);
        assert_eq!(cells([less(1.0)].iter(), FloatWidth::Single, 1.0, 1.0, false), [1.0]);
        assert_eq!(cells([less(2.0)].iter(), FloatWidth::Double, 1.0, 3.0, false), [1.0, 2.0, 3.0]);
    }
}
