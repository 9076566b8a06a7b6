//! What a leaf is worth to the players who decide whether it counts.
//!
//! A leaf of the value v counts for a coalition S of the row's features if S holds all of A, the players that only the
//! row satisfies, and none of B, those that only the background row does. With a = |A| and b = |B| the Shapley value of
//! a player of A is v·(a−1)! b!/(a+b)!, that of one of B −v·a! (b−1)!/(a+b)!, and nobody else has any (Lundberg et al.,
//! Nature Machine Intelligence 2, 2020, independent tree explanations). By the same argument the Shapley interaction
//! index (Grabisch and Roubens 1999) of two of A is v·(a−2)! b!/(a+b−1)!, of two of B v·a! (b−2)!/(a+b−1)!, and of one of
//! each −v·(a−1)! (b−1)!/(a+b−1)!: the discrete second difference is not zero for one coalition only.

/// Most distinct players on a path: one bit each.
pub(in crate::attribution) const MOST_FEATURES: usize = 64;

/// `(a−1)! b!/(a+b)!` at `[a][b]`, for a from 1.
#[derive(Debug)]
pub(in crate::attribution) struct Weights(Vec<[f64; MOST_FEATURES + 1]>);

/// What is shared out: among players, or among pairs of players.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::attribution) enum Order {
    /// Shapley values, one a player.
    Values,
    /// Shapley interaction indices, one a pair: of the players i < j at `j(j−1)/2 + i`.
    Pairs,
}

impl Order {
    /// Shares among a number of players.
    pub fn shares(self, players: usize) -> usize {
        match self {
            Order::Values => players,
            Order::Pairs => players * players.saturating_sub(1) / 2,
        }
    }
}

impl Weights {
    /// (a−1)! b!/(a+b)! = 1/(a·C(a+b, a)), by (a, b) → (a, b+1): times (b+1)/(a+b+1).
    pub fn up_to(features: usize) -> Self {
        let row = |a: usize| {
            let mut row = [0.0; MOST_FEATURES + 1];
            let mut weight = 1.0 / a as f64;
            for (b, cell) in row.iter_mut().enumerate() {
                *cell = weight;
                weight *= (b + 1) as f64 / (a + b + 1) as f64;
            }
            row
        };
        Weights((1..=features.max(1)).map(row).collect())
    }

    pub fn of(&self, a: usize, b: usize) -> f64 {
        a.checked_sub(1).and_then(|a| self.0.get(a)?.get(b)).copied().unwrap_or(0.0)
    }

    /// Adds to the shares of a leaf what an amount is worth to those that only the row and only the background row
    /// satisfies. Equal for every caller, so that a share has the same bits whether it was tabulated or not.
    #[inline]
    pub fn share(
        &self,
        order: Order,
        for_row: u64,
        for_other: u64,
        amount: f64,
        shares: &mut [f64],
    ) {
        let (a, b) = (for_row.count_ones() as usize, for_other.count_ones() as usize);
        let mut add = |at: usize, amount: f64| {
            if let Some(share) = shares.get_mut(at) {
                *share += amount;
            }
        };
        match order {
            Order::Values => {
                let (gain, loss) = (amount * self.of(a, b), amount * self.of(b, a));
                each(for_row, |i| add(i, gain));
                each(for_other, |i| add(i, -loss));
            }
            Order::Pairs => {
                let both = amount * self.of(a.saturating_sub(1), b);
                let neither = amount * self.of(b.saturating_sub(1), a);
                let mixed = amount * self.of(a, b.saturating_sub(1));
                each(for_row | for_other, |j| {
                    let below = (1u64 << j) - 1;
                    let (same, sum, other) = if for_row >> j & 1 == 1 {
                        (for_row, both, for_other)
                    } else {
                        (for_other, neither, for_row)
                    };
                    let first = j * j.saturating_sub(1) / 2;
                    each(same & below, |i| add(first + i, sum));
                    each(other & below, |i| add(first + i, -mixed));
                });
            }
        }
    }
}

/// Calls with the place of each bit.
fn each(mut bits: u64, mut call: impl FnMut(usize)) {
    while bits != 0 {
        call(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The lowest `count` bits.
pub(in crate::attribution) fn all(count: usize) -> u64 {
    if count >= MOST_FEATURES { u64::MAX } else { (1u64 << count) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_the_combinatorial_ones() {
        let weights = Weights::up_to(6);
        let factorial = |n: usize| (1..=n).product::<usize>() as f64;
        for a in 1..=6 {
            for b in 0..=6 {
                let expected = factorial(a - 1) * factorial(b) / factorial(a + b);
                assert!((weights.of(a, b) / expected - 1.0).abs() < 1e-15, "{a} {b}");
            }
        }
        assert_eq!(weights.of(0, 3), 0.0);
    }

    /// The formulas of the head of this file against the definition of the interaction index over all coalitions.
    #[test]
    fn shares_of_pairs_are_those_of_the_definition() {
        let weights = Weights::up_to(6);
        let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
        for (for_row, for_other) in (0u64..32).flat_map(|a| (0u64..32).map(move |b| (a, b & !a))) {
            let mut shares = [0.0; 10];
            weights.share(Order::Pairs, for_row, for_other, 1.0, &mut shares);
            let game = |set: u64| f64::from(u8::from(for_row & !set == 0 && for_other & set == 0));
            for j in 0..5 {
                for i in 0..j {
                    let (one, two) = (1u64 << i, 1u64 << j);
                    let index: f64 = (0..32u64)
                        .filter(|set| set & (one | two) == 0)
                        .map(|set| {
                            let size = set.count_ones();
                            factorial(size) * factorial(3 - size) / factorial(4)
                                * (game(set | one | two) - game(set | one) - game(set | two)
                                    + game(set))
                        })
                        .sum();
                    let found = shares[j * (j - 1) / 2 + i];
                    assert!((found - index).abs() < 1e-15, "{for_row:b} {for_other:b} {i} {j}");
                }
            }
        }
    }
}
