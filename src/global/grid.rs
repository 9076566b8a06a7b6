//! At which values of a feature something is computed.

/// The values of a feature at which its effect is computed; all of them occur in the data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Values that are known, ascending.
    pub points: Vec<f64>,
    /// Some rows have no value: it is a point of its own, after the others.
    pub missing: bool,
    /// The points are categories, which have no order.
    pub nominal: bool,
    /// The points are all values that occur.
    pub exact: bool,
}

impl Grid {
    /// Of a feature's values (NaN missing): every one that occurs for categories and for at most `size` distinct numbers,
    /// else `size` quantiles from the smallest to the largest: the values at the ranks nearest to equal distances.
    pub fn new(values: impl Iterator<Item = f64>, nominal: bool, size: usize) -> Grid {
        let mut missing = false;
        let mut known: Vec<f64> = values
            .filter(|x| {
                missing |= x.is_nan();
                !x.is_nan()
            })
            // 0 and −0 are one value.
            .map(|x| x + 0.0)
            .collect();
        known.sort_by(f64::total_cmp);
        let mut distinct = known.clone();
        distinct.dedup();
        let exact = nominal || distinct.len() <= size;
        let points = if exact {
            distinct
        } else {
            let (steps, last) = (size.max(2) - 1, known.len() - 1);
            let ranks = (0..=steps).map(|i| (2 * i * last + steps) / (2 * steps));
            let mut points: Vec<f64> = ranks.filter_map(|rank| known.get(rank)).copied().collect();
            points.dedup();
            points
        };
        Grid { points, missing, nominal, exact }
    }

    /// The points, the missing value last.
    pub fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().copied().chain(self.missing.then_some(f64::NAN))
    }

    /// Number of bins between points, for numbers: (first, second], (second, third], …; the first point itself is in the
    /// first bin. Categories have none.
    pub fn bins(&self) -> usize {
        if self.nominal { 0 } else { self.points.len().saturating_sub(1) }
    }

    /// The bin of a value with its ends; none for a missing one or one outside.
    pub fn bin(&self, x: f64) -> Option<(usize, f64, f64)> {
        let upper = self.points.partition_point(|point| *point < x).max(1);
        let at = upper - 1;
        let (low, high) = (*self.points.get(at)?, *self.points.get(upper)?);
        (!self.nominal && low <= x && x <= high).then_some((at, low, high))
    }

    /// Number of classes of values by which rows are summed up: a class a point where they are all values that occur, one
    /// a bin otherwise; and one for the missing value.
    pub fn classes(&self) -> usize {
        let known = if self.exact { self.points.len() } else { self.bins() };
        known + usize::from(self.missing)
    }

    /// The class of a value.
    pub fn class(&self, x: f64) -> Option<usize> {
        if x.is_nan() {
            return self.missing.then(|| self.classes() - 1);
        }
        if self.exact {
            return self.points.binary_search_by(|point| point.total_cmp(&(x + 0.0))).ok();
        }
        Some(self.bin(x)?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_and_categories_are_all_points() {
        let values = [2.0, f64::NAN, -0.0, 0.0, 2.0, 5.0];
        let grid = Grid::new(values.into_iter(), false, 3);
        assert_eq!(grid.points, [0.0, 2.0, 5.0]);
        assert!(grid.missing && grid.exact);
        assert_eq!((grid.bins(), grid.classes(), grid.all().count()), (2, 4, 4));
        assert_eq!(grid.bin(0.0), Some((0, 0.0, 2.0)));
        assert_eq!(grid.bin(2.0), Some((0, 0.0, 2.0)));
        assert_eq!(grid.bin(2.1), Some((1, 2.0, 5.0)));
        assert_eq!((grid.bin(5.1), grid.bin(-1.0), grid.bin(f64::NAN)), (None, None, None));
        assert_eq!([0.0, 2.0, 5.0, f64::NAN].map(|x| grid.class(x)), [0, 1, 2, 3].map(Some));
        assert_eq!(grid.class(3.0), None);
        let grid = Grid::new((0..50).map(f64::from), true, 10);
        assert_eq!((grid.points.len(), grid.bins(), grid.classes()), (50, 0, 50));
        assert_eq!(grid.bin(3.0), None);
        assert_eq!(Grid::new([].into_iter(), false, 5).classes(), 0);
    }

    #[test]
    fn many_values_are_taken_at_equal_ranks() {
        let grid = Grid::new((0..101).map(|i| f64::from(i * i)), false, 5);
        assert_eq!(grid.points, [0.0, 625.0, 2500.0, 5625.0, 10000.0]);
        assert!(!grid.exact);
        assert_eq!((grid.bins(), grid.classes()), (4, 4));
        assert_eq!(grid.class(625.0), Some(0));
        assert_eq!(grid.class(626.0), Some(1));
        // Half of the values are one: it is one point.
        let grid = Grid::new((0..100).map(|i| f64::from((i - 50).max(0))), false, 5);
        assert_eq!(grid.points, [0.0, 24.0, 49.0]);
    }
}
