//! What another comparison group of the same kind would say: the bootstrap over background rows (Efron, Annals of
//! Statistics 7, 1979).
//!
//! An interventional value is the mean over background rows of what each row alone gives ([`Against`](super::Against)).
//! So a resampled group costs no new explanation, only another weighted mean; and the bootstrap's standard error of a
//! mean needs no resample at all: with infinitely many it is √(Σ (φ_z − φ̄)² / n) / √n.

use ndarray::{Array2, ArrayView2};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::ranking::{ranking, same_leading};

/// Resampled comparison groups: how often each background row was drawn, with replacement.
#[derive(Clone, Debug, PartialEq)]
pub struct Resamples {
    /// Seed of the generator (xoshiro256++).
    pub seed: u64,
    /// Resamples × background rows: how often each was drawn.
    counts: Array2<f64>,
}

impl Resamples {
    /// Draws `resamples` groups of `rows` rows out of as many.
    pub fn new(rows: usize, resamples: usize, seed: u64) -> Resamples {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut counts = Array2::zeros((resamples, rows));
        for mut group in counts.rows_mut() {
            for _ in 0..rows {
                if let Some(count) = group.get_mut(generator.random_range(0..rows)) {
                    *count += 1.0;
                }
            }
        }
        Resamples { seed, counts }
    }

    /// How many groups were drawn.
    pub fn count(&self) -> usize {
        self.counts.nrows()
    }
}

/// What the bootstrap says about an attribution. Shares are of the resampled groups.
#[derive(Clone, Debug, PartialEq)]
pub struct BackgroundError {
    /// Standard error of each value.
    pub standard_errors: Vec<f64>,
    /// By player: share in which its value has not the sign that it has.
    pub other_sign: Vec<f64>,
    /// Share in which the strongest player is the strongest.
    pub same_strongest: f64,
    /// Share in which the same players are the leading ones, in any order.
    pub same_leading: f64,
    /// Neighbours in the ranking, from the strongest: as many as are leading.
    pub flips: Vec<Flip>,
}

/// Two neighbours in a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The stronger player.
    pub stronger: usize,
    /// The next one.
    pub weaker: usize,
    /// Share of the resampled groups in which the second is the stronger one.
    pub share: f64,
}

/// The bootstrap error of an attribution, from what each background row alone gives (players × background rows).
/// `leading` is how many places of the ranking count as leading.
pub fn background_error(
    alone: ArrayView2<f64>,
    resamples: &Resamples,
    leading: usize,
) -> BackgroundError {
    let rows = alone.ncols().max(1) as f64;
    let means: Vec<f64> = alone.rows().into_iter().map(|row| row.sum() / rows).collect();
    let standard_errors = alone.rows().into_iter().zip(&means).map(|(row, mean)| {
        let squares: f64 = row.iter().map(|value| (value - mean) * (value - mean)).sum();
        (squares / rows).sqrt() / rows.sqrt()
    });
    let order = ranking(&means);
    let neighbours: Vec<(usize, usize)> =
        order.iter().copied().zip(order.iter().skip(1).copied()).take(leading).collect();
    let mut other_sign = vec![0usize; means.len()];
    let mut flipped = vec![0usize; neighbours.len()];
    let (mut strongest, mut same) = (0usize, 0usize);
    for group in resamples.counts.rows() {
        let drawn: Vec<f64> = alone.rows().into_iter().map(|row| row.dot(&group) / rows).collect();
        let of = |player: usize| drawn.get(player).copied().unwrap_or(0.0);
        for ((other, mean), value) in other_sign.iter_mut().zip(&means).zip(&drawn) {
            *other += usize::from(mean * value <= 0.0 && *mean != 0.0);
        }
        for (flipped, (stronger, weaker)) in flipped.iter_mut().zip(&neighbours) {
            *flipped += usize::from(of(*weaker).abs() > of(*stronger).abs());
        }
        let drawn = ranking(&drawn);
        strongest += usize::from(drawn.first() == order.first());
        same += usize::from(same_leading(&order, &drawn, leading));
    }
    let share = |count: usize| count as f64 / resamples.count().max(1) as f64;
    BackgroundError {
        standard_errors: standard_errors.collect(),
        other_sign: other_sign.into_iter().map(share).collect(),
        same_strongest: share(strongest),
        same_leading: share(same),
        flips: neighbours
            .into_iter()
            .zip(flipped)
            .map(|((stronger, weaker), count)| Flip { stronger, weaker, share: share(count) })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn every_group_has_as_many_rows_as_the_background() {
        let resamples = Resamples::new(40, 25, 7);
        assert_eq!(resamples.count(), 25);
        assert!(resamples.counts.rows().into_iter().all(|group| group.sum() == 40.0));
        assert_eq!(resamples, Resamples::new(40, 25, 7));
        assert_ne!(resamples.counts, Resamples::new(40, 25, 8).counts);
        assert_eq!(Resamples::new(0, 3, 0).count(), 3, "nothing to draw from");
    }

    #[test]
    fn the_standard_error_is_the_limit_of_the_bootstraps() {
        let alone = array![[1.0, 2.0, 4.0, 9.0, -3.0, 0.5], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]];
        let resamples = Resamples::new(6, 20_000, 1);
        let found = background_error(alone.view(), &resamples, 3);
        let means: Vec<f64> =
            resamples.counts.rows().into_iter().map(|g| alone.row(0).dot(&g) / 6.0).collect();
        let mean = means.iter().sum::<f64>() / 20_000.0;
        let spread = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((found.standard_errors[0] / spread.sqrt() - 1.0).abs() < 0.02);
        assert_eq!((found.standard_errors[1], found.other_sign[1]), (0.0, 0.0));
        let negative = means.iter().filter(|m| **m <= 0.0).count() as f64 / 20_000.0;
        assert_eq!(found.other_sign[0], negative);
        assert!(negative > 0.0);
    }

    #[test]
    fn flips_are_counted_between_neighbours() {
        // Two rows: both drawn, or one of them twice. The players swap with the second row drawn twice.
        let alone = array![[4.0, 0.0], [0.0, 3.0], [0.1, 0.1]];
        let resamples = Resamples::new(2, 4_000, 3);
        let found = background_error(alone.view(), &resamples, 2);
        let twice = resamples.counts.column(1).iter().filter(|n| **n == 2.0).count();
        assert_eq!(found.flips[0], Flip { stronger: 0, weaker: 1, share: twice as f64 / 4_000.0 });
        assert_eq!(found.same_strongest, 1.0 - twice as f64 / 4_000.0);
        // With one row drawn twice the third player passes the one that this row says nothing of.
        let either = resamples.counts.column(0).iter().filter(|n| **n != 1.0).count();
        assert_eq!(found.same_leading, 1.0 - either as f64 / 4_000.0);
    }
}
