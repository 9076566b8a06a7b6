//! What a feature may become: for one case the finitely many values that can make a difference, with their costs.
//!
//! A tree sees a number only through its comparisons, so all values between two neighbouring thresholds are one cell. Of
//! each cell only the admissible value nearest to the own one can be part of a smallest change; it is found by asking the
//! comparison itself (after rounding to the model's float width), never by rounding a threshold.

use crate::model::{Comparison, FloatWidth, MissingRule, Split};

use super::adjustable::{Adjustable, AdjustableKind, Direction};

/// Values beyond this many steps are no longer told apart by doubles and are never proposed.
pub(super) const MOST_STEPS: f64 = 4_503_599_627_370_496.0; // 2^52

/// Most values of a number that are tried one by one.
pub(super) const MOST_LISTED: f64 = 100_000.0;

/// A place where a test on a column changes its mind: values `< at` (or `<= at`) are below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Boundary {
    pub at: f64,
    pub includes: bool,
}

impl Boundary {
    fn below(&self, x: f64) -> bool {
        if self.includes { x <= self.at } else { x < self.at }
    }

    /// All places where a test changes its mind.
    pub fn of(split: &Split, into: &mut Vec<Boundary>) {
        match split {
            Split::Threshold { at, less, missing } => {
                into.push(Boundary { at: *at, includes: *less == Comparison::LessOrEqual });
                if matches!(missing, MissingRule::ZeroLeft | MissingRule::ZeroRight) {
                    into.push(Boundary { at: -1e-35, includes: false });
                    into.push(Boundary { at: 1e-35, includes: true });
                }
            }
            Split::Categories { set, .. } => {
                // codes are truncated: [c, c + 1) is one code; below 0 and beyond u32 is invalid, but for libraries that
                // truncate before they look at the sign: for them (−1, 0) is code 0 as well
                into.push(Boundary { at: -1.0, includes: true });
                let ends = [0.0, f64::from(u32::MAX)].into_iter();
                let codes = set.iter().flat_map(|&c| [f64::from(c), f64::from(c) + 1.0]);
                into.extend(ends.chain(codes).map(|at| Boundary { at, includes: false }));
            }
            Split::Members { set, .. } => into.extend(
                set.iter().flat_map(|&at| [false, true].map(|includes| Boundary { at, includes })),
            ),
        }
    }

    /// Sorted, each once.
    pub fn sort(all: &mut Vec<Boundary>) {
        all.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.includes.cmp(&b.includes)));
        all.dedup();
    }
}

/// The `k`-th multiple of a step. Steps such as 0.01 divide by 100 instead, so that the value is the double nearest to
/// the decimal a person would write.
pub(super) fn multiple(step: f64, k: f64) -> f64 {
    let inverse = (1.0 / step).round();
    let value =
        if step < 1.0 && (inverse * step - 1.0).abs() < 1e-9 { k / inverse } else { k * step };
    value + 0.0 // no negative zero
}

/// The admissible values of one number: a grid, or all doubles of a width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub step: Option<f64>,
    pub width: FloatWidth,
}

impl Grid {
    /// The smallest value on the grid that is not below (`up`), or the largest that is below (`!up`) the boundary.
    fn beside(&self, boundary: Boundary, up: bool) -> Option<f64> {
        let Some(step) = self.step else {
            let next = |x: f64| match self.width {
                FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime if up => {
                    f64::from((x as f32).next_up())
                }
                FloatWidth::Single | FloatWidth::SingleInput | FloatWidth::OnnxRuntime => {
                    f64::from((x as f32).next_down())
                }
                FloatWidth::Double | FloatWidth::OnnxRuntimeWide if up => x.next_up(),
                FloatWidth::Double | FloatWidth::OnnxRuntimeWide => x.next_down(),
            };
            let at = self.width.seen(boundary.at);
            let value = if boundary.below(at) == up { next(at) } else { at };
            return (boundary.below(value) != up && value.is_finite()).then_some(value + 0.0);
        };
        let start = (boundary.at / step).floor();
        if start.abs() >= MOST_STEPS {
            return None;
        }
        let below = |k: f64| boundary.below(self.width.seen(multiple(step, k)));
        // bracket the step at which the comparison changes, then halve
        let (mut low, mut high, mut reach) = (start - 1.0, start + 1.0, 1.0);
        while !below(low) || below(high) {
            reach *= 2.0;
            if reach > MOST_STEPS {
                return None;
            }
            (low, high) = (start - reach, start + reach);
        }
        while high - low > 1.0 {
            let middle = ((low + high) / 2.0).floor();
            if below(middle) { low = middle } else { high = middle }
        }
        Some(multiple(step, if up { high } else { low }))
    }

    /// The first value on the grid at or beyond a limit, seen from below (`up`) or above.
    fn within(&self, limit: f64, up: bool) -> f64 {
        match self.step {
            Some(step) if (limit / step).abs() < MOST_STEPS => {
                let near = (limit / step).round();
                let inside = |k: f64| {
                    let v = multiple(step, k);
                    if up { v >= limit } else { v <= limit }
                };
                let toward = if up { 1.0 } else { -1.0 };
                let k = [near - toward, near, near + toward].into_iter().find(|&k| inside(k));
                k.map_or(limit, |k| multiple(step, k))
            }
            _ => limit,
        }
    }
}

/// The choices of one adjustable feature for one case. The own values are one of them, at index [`Choices::own`], cost 0.
/// Costs fall towards the own choice from both sides, so the cheapest of a range is its end nearest to it.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    stride: usize,
    values: Vec<f64>,
    pub costs: Vec<f64>,
    pub own: u32,
}

impl Choices {
    /// Values of choice `i`, one a column of the feature.
    pub fn values(&self, i: usize) -> &[f64] {
        &self.values[i * self.stride..(i + 1) * self.stride]
    }

    /// How many columns the feature has.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.costs.len()
    }

    /// Lowest cost in a range, both ends included.
    pub fn cheapest(&self, from: u32, to: u32) -> f64 {
        let nearest = self.own.clamp(from, to);
        self.costs[nearest as usize]
    }

    /// Only the own values.
    fn fixed(own: Vec<f64>) -> Self {
        Choices { stride: own.len(), values: own, costs: vec![0.0], own: 0 }
    }

    /// The choices of a case. `boundaries` are those of all tests on the column of a number, sorted.
    pub fn new(
        feature: &Adjustable,
        row: &[f64],
        boundaries: &[Boundary],
        width: FloatWidth,
    ) -> Self {
        let own: Vec<f64> = feature.columns.iter().map(|&c| row[c]).collect();
        if own.iter().any(|v| !v.is_finite()) {
            return Choices::fixed(own); // missing stays missing
        }
        match &feature.kind {
            AdjustableKind::OneHot { codes } => {
                let mut all = Choices::fixed(own.clone());
                for (i, code) in codes.iter().enumerate() {
                    if *code != own && !codes[..i].contains(code) {
                        all.values.extend(code);
                        all.costs.push(feature.cost(0.0));
                    }
                }
                all
            }
            AdjustableKind::Codes { values } => Choices::line(feature, own[0], values.clone()),
            AdjustableKind::Number { step } => {
                let grid = Grid { step: *step, width };
                Choices::line(feature, own[0], cells(feature, own[0], boundaries, grid))
            }
        }
    }

    /// All admissible values of a feature, those of a number one by one; none where they cannot be listed.
    pub fn listed(feature: &Adjustable, row: &[f64]) -> Option<Self> {
        let AdjustableKind::Number { step } = &feature.kind else {
            return Some(Choices::new(feature, row, &[], FloatWidth::Double));
        };
        let own = feature.columns.first().and_then(|c| row.get(*c)).copied().unwrap_or(f64::NAN);
        if !own.is_finite() {
            return Some(Choices::fixed(vec![own]));
        }
        let step = (*step)?;
        let (first, last) = ((feature.min / step).floor(), (feature.max / step).ceil());
        if !(first.abs() < MOST_STEPS && last.abs() < MOST_STEPS && last - first <= MOST_LISTED) {
            return None;
        }
        let count = (last - first) as u32;
        let values = (0..=count).map(|i| multiple(step, first + f64::from(i))).collect();
        Some(Choices::line(feature, own, values))
    }

    fn line(feature: &Adjustable, own: f64, mut values: Vec<f64>) -> Self {
        values.retain(|&v| feature.admits(own, v));
        values.push(own);
        values.sort_by(f64::total_cmp);
        values.dedup();
        let costs = values.iter().map(|&v| if v == own { 0.0 } else { feature.cost(v - own) });
        let costs = costs.collect();
        let index = values.partition_point(|&v| v < own);
        Choices { stride: 1, values, costs, own: index as u32 }
    }
}

/// For every cell that has one: its admissible value nearest to the own value.
fn cells(feature: &Adjustable, own: f64, boundaries: &[Boundary], grid: Grid) -> Vec<f64> {
    let here = grid.width.seen(own);
    let (least, most) = (grid.within(feature.min, true), grid.within(feature.max, false));
    let mut values = Vec::with_capacity(boundaries.len());
    for &boundary in boundaries {
        let up = boundary.below(here);
        let blocked = if up { Direction::Down } else { Direction::Up };
        if feature.direction == blocked {
            continue;
        }
        let Some(value) = grid.beside(boundary, up) else { continue };
        // an own value outside the range enters it at its edge, where that edge lies beyond the boundary
        values.push(if up { value.max(least) } else { value.min(most) });
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(step: Option<f64>, min: f64, max: f64, direction: Direction) -> Adjustable {
        let kind = AdjustableKind::Number { step };
        Adjustable { columns: vec![0], kind, direction, min, max, scale: 1.0, weight: 1.0 }
    }

    fn less(at: f64) -> Boundary {
        Boundary { at, includes: false }
    }

    #[test]
    fn a_cell_is_represented_by_its_nearest_grid_value() {
        let feature = number(Some(1.0), 0.0, 9.0, Direction::Any);
        let bounds = [less(2.5), less(4.0), less(7.2), less(7.8), less(20.0)];
        let choices = Choices::new(&feature, &[5.0], &bounds, FloatWidth::Single);
        // below 2.5: 2; below 4: 3; own 5; from 7.2 and from 7.8 both 8; from 20 outside the range
        assert_eq!(choices.values, [2.0, 3.0, 5.0, 8.0]);
        assert_eq!(choices.own, 2);
        assert_eq!(choices.costs, [1.3, 1.2, 0.0, 1.3]);
        assert_eq!((choices.cheapest(0, 1), choices.cheapest(1, 3)), (1.2, 0.0));
    }

    #[test]
    fn single_precision_decides_which_side_a_grid_value_is_on() {
        // 0.1 rounded to single lies above the double 0.1, and exactly at the single 0.1
        let at = f64::from(0.1f32);
        let grid = Grid { step: Some(0.1), width: FloatWidth::Single };
        assert_eq!(grid.beside(less(at), true), Some(0.1));
        assert_eq!(grid.beside(less(at), false), Some(0.0));
        assert_eq!(grid.beside(Boundary { at, includes: true }, true), Some(0.2));
        let free = Grid { step: None, width: FloatWidth::Double };
        assert_eq!(free.beside(less(3.0), false), Some(3.0f64.next_down()));
        assert_eq!(free.beside(Boundary { at: 3.0, includes: true }, true), Some(3.0f64.next_up()));
    }

    #[test]
    fn direction_range_and_missing_are_respected() {
        let bounds = [less(2.5), less(7.5)];
        let up = number(Some(1.0), 0.0, 9.0, Direction::Up);
        assert_eq!(Choices::new(&up, &[5.0], &bounds, FloatWidth::Double).values, [5.0, 8.0]);
        assert_eq!(Choices::new(&up, &[f64::NAN], &bounds, FloatWidth::Double).len(), 1);
        // an own value below the range enters it at the first grid value inside
        let late = number(Some(1.0), 4.2, 9.0, Direction::Any);
        assert_eq!(
            Choices::new(&late, &[1.0], &bounds, FloatWidth::Double).values,
            [1.0, 5.0, 8.0]
        );
    }

    #[test]
    fn hundredths_are_the_decimals_people_write() {
        assert_eq!(multiple(0.01, 7.0), 0.07);
        assert_eq!(multiple(0.25, 3.0), 0.75);
        assert_eq!(multiple(50.0, 3.0), 150.0);
        assert!(multiple(1.0, -0.0).is_sign_positive());
    }

    /// All numbers between two neighbouring boundaries of a test of categories go the same way, also those that a library
    /// truncates before it looks at their sign.
    #[test]
    fn categories_change_sides_at_boundaries_only() {
        for invalid_left in [false, true] {
            let split = Split::Categories {
                set: vec![0, 3],
                member_left: !invalid_left,
                missing_left: false,
                invalid_left,
            };
            let mut bounds = Vec::new();
            Boundary::of(&split, &mut bounds);
            Boundary::sort(&mut bounds);
            let cell = |x: f64| bounds.iter().filter(|bound| !bound.below(x)).count();
            let tried: Vec<f64> = (-12..40).map(|k| f64::from(k) / 4.0).collect();
            for pair in tried.windows(2).filter(|pair| cell(pair[0]) == cell(pair[1])) {
                assert_eq!(split.goes_left(pair[0]), split.goes_left(pair[1]), "{pair:?}");
            }
        }
    }
}
