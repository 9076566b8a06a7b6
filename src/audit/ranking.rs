//! How well values rank the positive cases above the negative ones.

use super::{finite, same_length};
use crate::fault::Checked;

/// Area under the ROC curve: the share of pairs of a positive and a negative case in which the positive one has the
/// higher value, ties counted half (Hanley and McNeil 1982). Counted in whole half pairs, so ties are exact.
/// `None` where one of both kinds is missing.
///
/// # Errors
/// `R50` lists of different lengths; `R51` a value that is not finite.
pub fn area_under_curve(values: &[f64], labels: &[bool]) -> Checked<Option<f64>> {
    same_length(&[("values", values.len()), ("labels", labels.len())])?;
    finite(values)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let (mut half_pairs, mut negatives, mut positives) = (0u128, 0u128, 0u128);
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let up = tied.iter().filter(|&&i| labels[i]).count() as u128;
        let down = tied.len() as u128 - up;
        half_pairs += up * (2 * negatives + down);
        positives += up;
        negatives += down;
    }
    let pairs = positives * negatives;
    Ok((pairs > 0).then(|| half_pairs as f64 / (2 * pairs) as f64))
}
