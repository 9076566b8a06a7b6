//! Whether two attributions of one case say the same: those of two games, or of two comparison groups.

use super::ranking::{ranking, shared_leading, spearman};

/// How far two attributions agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// Both have the same strongest player.
    pub same_strongest: bool,
    /// Players that are among the leading ones of both.
    pub shared_leading: usize,
    /// Spearman's rank correlation of the |values|; none for fewer than 3 players, or where all are equal.
    pub rank_correlation: Option<f64>,
    /// Players of the first attribution that have the other sign in the second one; 0 has none.
    pub other_sign: Vec<usize>,
}

/// Compares two attributions of the same players; `leading` is how many places count as leading.
///
/// Path-dependent and interventional values differ where features depend on each other: the first game averages over
/// cases like this one, the second breaks the dependence (Janzing, Minorics, Blöbaum, Feature relevance quantification
/// in explainable AI, AISTATS 2020). Where they name other reasons, a reason owes its place to that choice.
pub fn agreement(first: &[f64], second: &[f64], leading: usize) -> Agreement {
    let (a, b) = (ranking(first), ranking(second));
    let sizes = |values: &[f64]| values.iter().map(|value| value.abs()).collect::<Vec<f64>>();
    let pairs = first.iter().zip(second).enumerate();
    Agreement {
        same_strongest: a.first() == b.first(),
        shared_leading: shared_leading(&a, &b, leading),
        rank_correlation: spearman(&sizes(first), &sizes(second)),
        other_sign: pairs.filter(|(_, (a, b))| *a * *b < 0.0).map(|(i, _)| i).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::agreement;

    #[test]
    fn agreement_counts_places_and_signs() {
        let found = agreement(&[3.0, -2.0, 1.0, 0.5], &[2.5, 3.0, 0.1, -0.6], 3);
        assert!(!found.same_strongest);
        // 0 1 2 against 1 0 3.
        assert_eq!(found.shared_leading, 2);
        assert_eq!(found.other_sign, [1, 3]);
        // Ranks of the sizes 4 3 2 1 against 3 4 1 2: 1 − 6·4/(4·15).
        assert!((found.rank_correlation.unwrap() - 0.6).abs() < 1e-15);
        let same = agreement(&[1.0, 0.0], &[1.0, 0.0], 3);
        assert!(same.same_strongest && same.shared_leading == 2 && same.other_sign.is_empty());
    }
}
