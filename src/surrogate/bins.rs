//! How the asked value is spread over a question's rows, in bins that the question divides: behind its picture.

/// Rows by value, in bins of equal width of which none lies on both sides of the threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Ends of the bins, ascending, one more than bins; the threshold is one of them.
    pub edges: Vec<f64>,
    /// Round ends of an axis that holds the edges.
    pub axis: [f64; 2],
    /// The first bin also holds all lower values, the last all higher ones: tails are thinner than the picture could show.
    pub open: [bool; 2],
    /// Places (in the list of values) of the rows of each bin: `edge <= value < next edge`.
    pub rows: Vec<Vec<usize>>,
    /// Places of the rows that lack the value.
    pub missing: Vec<usize>,
}

/// Bins are at most so many on the whole range.
const MOST: f64 = 13.0;
/// Of every hundred values, so many at either end may be in an open bin.
const TAIL: f64 = 0.02;

/// Bins of a question `value < threshold` over the values of its rows; NaN and infinities count as missing. None without
/// a value, or with a threshold that is no number.
///
/// Edges are the threshold and its distances in steps of 1, 2 or 5 times a power of ten (whole where all values are), so
/// they stand for no single row. A tail of up to 2 of 100 values is gathered in an open bin where it would take more than
/// a third of the picture.
pub fn bins(values: &[f64], threshold: f64) -> Option<Bins> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (&least, &greatest) = (sorted.first()?, sorted.last()?);
    if !threshold.is_finite() {
        return None;
    }
    let at = |share: f64| {
        let place = (share * (sorted.len() - 1) as f64).round() as usize;
        sorted.get(place).copied().unwrap_or(greatest)
    };
    let (inner_low, inner_high) = (at(TAIL).min(threshold), at(1.0 - TAIL).max(threshold));
    let inner = inner_high - inner_low;
    let far = |tail: f64| tail > 0.5 * inner && inner > 0.0;
    let open = [far(inner_low - least), far(greatest - inner_high)];
    let low = if open[0] { inner_low } else { least.min(threshold) };
    let high = if open[1] { inner_high } else { greatest.max(threshold) };
    let whole = threshold.fract() == 0.0 && sorted.iter().all(|v| v.fract() == 0.0);
    let width = width(high - low, whole, threshold)?;
    // At least one bin on either side, so that the threshold lies between two.
    let below = ((threshold - low) / width).ceil().max(1.0) as usize;
    let above = (((high - threshold) / width).floor() + 1.0).max(1.0) as usize;
    let edge = |step: i64| {
        let edge = clean(threshold + step as f64 * width);
        // What is never negative has no negative edge.
        if least >= 0.0 && edge < 0.0 && threshold > 0.0 { 0.0 } else { edge + 0.0 }
    };
    let mut edges: Vec<f64> = (-(below as i64)..=above as i64)
        .map(|step| if step == 0 { threshold } else { edge(step) })
        .collect();
    edges.dedup();
    if !edges.windows(2).all(|pair| pair[0] < pair[1]) {
        return None;
    }
    let below = edges.iter().position(|&edge| edge == threshold)?;
    let bins = edges.len() - 1;
    let mut rows = vec![Vec::new(); bins];
    let mut missing = Vec::new();
    for (i, &value) in values.iter().enumerate() {
        if !value.is_finite() {
            missing.push(i);
            continue;
        }
        // The side is the one that the tree takes, whatever rounding did to other edges.
        let (first, last) = if value < threshold { (0, below) } else { (below, bins) };
        let inside = edges.get(first + 1..last).unwrap_or_default();
        let bin = first + inside.partition_point(|&edge| edge <= value);
        if let Some(rows) = rows.get_mut(bin) {
            rows.push(i);
        }
    }
    let (first, last) = (edges.first()?, edges.last()?);
    let round = |value: f64, round: fn(f64) -> f64| clean(round(clean(value / width)) * width);
    let axis = [round(*first, f64::floor).min(*first), round(*last, f64::ceil).max(*last)];
    // An open bin ends where the axis does: its end stands for all that lies beyond.
    if let (true, Some(first)) = (open[0], edges.first_mut()) {
        *first = axis[0];
    }
    if let (true, Some(last)) = (open[1], edges.last_mut()) {
        *last = axis[1];
    }
    Some(Bins { edges, axis, open, rows, missing })
}

/// Sums of decimals end in noise: 4.05 and not 4.050000000000001.
fn clean(value: f64) -> f64 {
    format!("{value:.12e}").parse().unwrap_or(value) + 0.0
}

/// The least of 1, 2 and 5 times a power of ten that divides a span into few enough bins.
fn width(span: f64, whole: bool, threshold: f64) -> Option<f64> {
    // Narrower steps than this would be lost beside the threshold.
    let least = (span / MOST).max(threshold.abs() * 1e-9).max(if whole { 1.0 } else { 0.0 });
    if !least.is_finite() {
        return None;
    }
    if least <= 0.0 {
        return Some(1.0);
    }
    let power = least.log10().floor() as i32;
    let steps = (power - 1..=power + 1).flat_map(|power| {
        // Dividing gives the double nearest to the decimal, multiplying by 0.1 does not.
        let unit = |digit: f64| match power {
            0.. => digit * 10f64.powi(power),
            _ => digit / 10f64.powi(-power),
        };
        [1.0, 2.0, 5.0].map(unit)
    });
    let mut fitting = steps.filter(|step| *step >= least && step.is_finite());
    fitting.next()
}

/// The usual scores of rows: the value that a tenth of them do not exceed, the middle one, and the one that a tenth
/// exceed at most; by nearest rank, so each of them is a score that occurs. None without scores.
pub fn usual_scores(scores: impl IntoIterator<Item = f64>) -> Option<(f64, f64, f64)> {
    let mut sorted: Vec<f64> = scores.into_iter().filter(|score| score.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = |tenths: usize| sorted.get((tenths * last + 5) / 10).copied();
    Some((at(1)?, at(5)?, at(9)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(values: &[f64], threshold: f64) -> (Vec<f64>, [bool; 2], Vec<usize>) {
        let Bins { edges, open, rows, .. } = bins(values, threshold).unwrap();
        (edges, open, rows.iter().map(Vec::len).collect())
    }

    #[test]
    fn bins_are_whole_for_whole_numbers_and_gather_thin_tails() {
        let years: Vec<f64> = (0..20).map(f64::from).collect();
        let (edges, open, counts) = plain(&years, 3.0);
        assert_eq!(edges, [0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.0]);
        assert_eq!((open, counts.iter().sum::<usize>()), ([false, false], 20));
        let mut wages: Vec<f64> = (0..99).map(f64::from).collect();
        wages.push(100_000.0);
        let (edges, open, counts) = plain(&wages, 50.0);
        assert_eq!(open, [false, true]);
        assert!(*edges.last().unwrap() < 120.0);
        assert_eq!(counts.iter().sum::<usize>(), 100);
    }

    #[test]
    fn one_value_and_none_have_bins_or_not() {
        assert_eq!(plain(&[2.0; 5], 2.0).2.iter().sum::<usize>(), 5);
        assert_eq!(bins(&[f64::NAN], 1.0), None);
        assert_eq!(bins(&[1.0], f64::NAN), None);
        assert_eq!(bins(&[0.0, f64::NAN], 0.5).unwrap().missing, [1]);
        let rates = [2.0, 4.4, 8.9, 9.0, 17.5];
        assert_eq!(bins(&rates, 8.95).unwrap().axis, [0.0, 20.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The picture's sides are the tree's: no row left of the mark that the question sends right.
        #[test]
        fn every_row_is_once_in_a_bin_on_its_side(
            values in prop::collection::vec(
                prop_oneof![4 => (-60i32..60).prop_map(f64::from), 4 => -1e3f64..1e3, 1 => Just(f64::NAN), 1 => -1e9f64..1e9],
                1..80),
            place in 0usize..80,
            nudge in prop_oneof![Just(0.0), -1.0f64..1.0],
        ) {
            let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
            prop_assume!(!finite.is_empty());
            let threshold = finite[place % finite.len()] + nudge;
            let found = bins(&values, threshold).unwrap();
            prop_assert!(found.edges.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!(found.edges.len(), found.rows.len() + 1);
            prop_assert!(found.rows.len() <= 17, "{} bins", found.rows.len());
            let cut = found.edges.iter().position(|&edge| edge == threshold).unwrap();
            let mut seen: Vec<usize> = found.rows.concat();
            seen.extend(&found.missing);
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..values.len()).collect::<Vec<_>>());
            prop_assert!(found.axis[0] <= found.edges[0] && found.axis[1] >= found.edges[found.rows.len()]);
            let last = found.rows.len() - 1;
            for (bin, rows) in found.rows.iter().enumerate() {
                for &row in rows {
                    prop_assert_eq!(values[row] < threshold, bin < cut);
                    prop_assert!(values[row] >= found.edges[bin] || bin == 0 || bin == cut);
                    prop_assert!(values[row] < found.edges[bin + 1] || bin == last || bin + 1 == cut);
                    prop_assert!(values[row] >= found.edges[0] || found.open[0]);
                    prop_assert!(values[row] < found.edges[last + 1] || found.open[1]);
                }
            }
        }
    }
}
