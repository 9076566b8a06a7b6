//! Which value is the strongest, and how alike two rankings are.

/// Indices of values from the largest |value| to the smallest; the first of equal ones comes first.
pub fn ranking(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<(usize, f64)> = values.iter().map(|value| value.abs()).enumerate().collect();
    order.sort_by(|(i, a), (j, b)| b.total_cmp(a).then(i.cmp(j)));
    order.into_iter().map(|(i, _)| i).collect()
}

/// Whether two rankings have the same first `leading` places, in any order.
pub(super) fn same_leading(a: &[usize], b: &[usize], leading: usize) -> bool {
    shared_leading(a, b, leading) == leading.min(a.len())
}

/// How many of the first `leading` places two rankings share, in any order.
pub(super) fn shared_leading(a: &[usize], b: &[usize], leading: usize) -> usize {
    a.iter().take(leading).filter(|i| b.iter().take(leading).any(|j| j == *i)).count()
}

/// Spearman's rank correlation (1904) of two lists of the same length; equal values share their middle rank. None for
/// fewer than 3 values, or a list without spread.
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (ranks(a), ranks(b));
    let n = a.len() as f64;
    let mean = (n + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let (ab, aa, bb) = (product(&a, &b), product(&a, &a), product(&b, &b));
    let fits = a.len() == b.len() && a.len() >= 3 && aa > 0.0 && bb > 0.0;
    fits.then(|| ab / (aa * bb).sqrt() + 0.0)
}

/// Ranks from 1, the middle rank for equal values.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|(_, a), (_, b)| a == b) {
        let middle = before as f64 + (tied.len() + 1) as f64 / 2.0;
        for (i, _) in tied {
            if let Some(rank) = ranks.get_mut(*i) {
                *rank = middle;
            }
        }
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_comes_first_whatever_its_sign() {
        assert_eq!(ranking(&[0.5, -2.0, 2.0, 0.0]), [1, 2, 0, 3]);
        assert_eq!(shared_leading(&[0, 1, 2, 3], &[2, 3, 0, 1], 3), 2);
        assert!(same_leading(&[0, 1, 2, 3], &[2, 1, 0, 3], 3));
        assert!(same_leading(&[0, 1], &[1, 0], 3), "fewer players than places");
        assert!(!same_leading(&[0, 1, 2, 3], &[2, 1, 3, 0], 3));
    }

    #[test]
    fn rank_correlation_is_spearmans() {
        // Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 − 6·4/(5·24) = 0.8.
        let r = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[20.0, 10.0, 40.0, 30.0, 50.0]);
        assert!((r.unwrap() - 0.8).abs() < 1e-15);
        // With a tie (ranks 1.5 1.5 3 against 1 2 3): Pearson of the ranks, √3/2.
        let r = spearman(&[7.0, 7.0, 9.0], &[1.0, 2.0, 3.0]);
        assert!((r.unwrap() - 0.75f64.sqrt()).abs() < 1e-15);
        assert_eq!(spearman(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(spearman(&[1.0, 2.0], &[1.0, 2.0]), None);
    }
}
