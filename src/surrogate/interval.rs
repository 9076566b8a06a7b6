//! Shares and other estimates with an interval of 95 %: what is measured on some rows is told with how sure that is.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::draws::Draws;

/// Two-sided 95 % of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;
/// Resamples of a bootstrap interval.
const RESAMPLES: u64 = 500;
/// Seed of bootstrap intervals.
pub const INTERVAL_SEED: u64 = 20_261_123;

/// `count` of `of` cases, with the Wilson score interval of 95 % (Wilson 1927; recommended for all sample sizes by Brown,
/// Cai and DasGupta 2001): `(p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Cases counted.
    pub count: usize,
    /// Cases in all; at least 1.
    pub of: usize,
    /// `count / of`.
    pub share: f64,
    /// Lower end of the interval, at least 0.
    pub low: f64,
    /// Upper end of the interval, at most 1.
    pub high: f64,
}

impl Share {
    /// The share, or `None` where there are no cases (or fewer than are counted).
    pub fn new(count: usize, of: usize) -> Option<Share> {
        if of == 0 || count > of {
            return None;
        }
        let (n, share) = (of as f64, count as f64 / of as f64);
        let (low, high) = wilson(share, n);
        Some(Share { count, of, share, low, high })
    }

    /// Of 100 cases, never rounded up: "in 94 of 100 cases".
    pub fn of_hundred(&self) -> usize {
        100 * self.count / self.of.max(1)
    }
}

/// Wilson's interval of a share found on `n` rows, which need not be a whole number (effective rows of weighted ones).
pub(super) fn wilson(share: f64, n: f64) -> (f64, f64) {
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // The share lies in its interval; at 0 and 1 one end is exact, and rounding must not move it.
    let low = if share == 0.0 { 0.0 } else { ((centre - half) / scale).max(0.0).min(share) };
    let high = if share == 1.0 { 1.0 } else { ((centre + half) / scale).min(1.0).max(share) };
    (low, high)
}

/// A number with an interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number, of all rows.
    pub value: f64,
    /// Lower end: the 2.5th percentile of 500 resamples of the rows.
    pub low: f64,
    /// Upper end: the 97.5th percentile.
    pub high: f64,
}

/// The share of the scores' variance that each of several predictions explains, `1 - Σ(y - p)² / Σ(y - mean)²`, with the
/// percentile interval of a bootstrap (Efron and Tibshirani 1993, section 13.3). None where the scores are all the same.
pub(super) fn explained(scores: &[f64], predictions: &[Vec<f64>]) -> Vec<Option<Estimate>> {
    let n = scores.len();
    let mean = scores.iter().sum::<f64>() / n.max(1) as f64;
    // What a row adds to the sums: centred score, its square, squared error of each prediction.
    let centred: Vec<f64> = scores.iter().map(|y| y - mean).collect();
    let errors: Vec<Vec<f64>> = predictions
        .iter()
        .map(|of| of.iter().zip(scores).map(|(p, y)| (y - p) * (y - p)).collect())
        .collect();
    let of = |rows: &mut dyn Iterator<Item = usize>| -> Vec<Option<f64>> {
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        let mut wrong = vec![0.0; errors.len()];
        for i in rows {
            let y = centred.get(i).copied().unwrap_or(0.0);
            count += 1.0;
            sum += y;
            squares += y * y;
            for (wrong, errors) in wrong.iter_mut().zip(&errors) {
                *wrong += errors.get(i).copied().unwrap_or(0.0);
            }
        }
        let all = squares - sum * sum / f64::max(count, 1.0);
        // Below the rounding of a sum of squares there is no variance to explain.
        let least = count * squares * f64::EPSILON;
        wrong.into_iter().map(|wrong| (all > least).then(|| 1.0 - wrong / all)).collect()
    };
    let whole = of(&mut (0..n));
    let resampled: Vec<Vec<Option<f64>>> = (0..RESAMPLES)
        .into_par_iter()
        .map(|stream| {
            let mut draws = Draws::new(INTERVAL_SEED, stream);
            of(&mut (0..n).map(|_| draws.below(n)))
        })
        .collect();
    let estimate = |(k, value): (usize, Option<f64>)| {
        let drawn = resampled.iter().filter_map(|all| all.get(k).copied().flatten());
        let mut drawn: Vec<f64> = drawn.collect();
        drawn.sort_unstable_by(f64::total_cmp);
        let at =
            |part: f64| drawn.get((part * drawn.len().saturating_sub(1) as f64).round() as usize);
        value.zip(at(0.025)).zip(at(0.975)).map(|((value, low), high)| Estimate {
            value,
            low: low.min(value),
            high: high.max(value),
        })
    };
    whole.into_iter().enumerate().map(estimate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998 ("Two-sided confidence intervals for the single proportion", table I, method 3) has these.
    #[test]
    fn wilson_intervals_are_those_in_print() {
        let rounded = |count, of| {
            let share = Share::new(count, of).unwrap();
            [share.low, share.high].map(|x| (x * 10_000.0).round() / 10_000.0)
        };
        assert_eq!(rounded(81, 263), [0.2553, 0.3662]);
        assert_eq!(rounded(15, 148), [0.0624, 0.1605]);
        assert_eq!(rounded(0, 20), [0.0, 0.1611]);
        assert_eq!(rounded(1, 29), [0.0061, 0.1718]);
        assert!(Share::new(0, 0).is_none());
        assert_eq!(Share::new(1999, 2000).unwrap().of_hundred(), 99);
        assert_eq!(Share::new(20, 20).unwrap().high, 1.0);
    }

    #[test]
    fn explained_variance_has_an_interval_around_it() {
        let scores: Vec<f64> = (0..200).map(f64::from).collect();
        let half: Vec<f64> = scores.iter().map(|y| if *y < 100.0 { 49.5 } else { 149.5 }).collect();
        let found = explained(&scores, &[scores.clone(), half, vec![99.5; 200]]);
        let [all, half, none] = [0, 1, 2].map(|k| found[k].unwrap());
        assert_eq!((all.value, all.low, all.high), (1.0, 1.0, 1.0));
        // Two halves of a uniform distribution leave a quarter of its variance.
        assert!(
            (half.value - 0.75).abs() < 1e-3 && half.low < half.value && half.value < half.high
        );
        assert!(none.value.abs() < 1e-12);
        assert_eq!(explained(&[0.1; 30], &[vec![0.1; 30]]), [None]);
        assert_eq!(explained(&[], &[vec![]]), [None]);
    }
}
