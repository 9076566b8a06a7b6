//! A share with its interval.

use serde::{Deserialize, Serialize};

/// The 97.5 % point of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

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
        let (n, p) = (of as f64, count as f64 / of as f64);
        let centre = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        // at 0 and at all cases one end is exact; rounding must not move it
        let low = if count == 0 { 0.0 } else { ((centre - half) / scale).max(0.0) };
        let high = if count == of { 1.0 } else { ((centre + half) / scale).min(1.0) };
        Some(Share { count, of, share: p, low, high })
    }
}
