//! Numbers that divide: medians, and the roundest threshold in a gap.

use ndarray::ArrayView1;

/// The lower median of the values that are there: a value that really occurs. 0 where there is none.
pub(super) fn lower_median(column: ArrayView1<'_, f64>) -> f64 {
    let mut values: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

/// The roundest number `t` with `below < t <= above`, so that `x < t` divides the two.
///
/// Taken from the middle half of the gap, because a threshold at its edge fits new rows worse: the multiple of the
/// largest power of ten that lies there, the one nearest to the middle. Whole columns get whole thresholds.
pub fn roundest(below: f64, above: f64, whole: bool) -> f64 {
    let gap = above - below;
    let middle = below + gap / 2.0;
    let least = if whole { 0 } else { -15 };
    for power in (least..=15).rev() {
        let round = if power >= 0 {
            let unit = 10f64.powi(power);
            (middle / unit).round() * unit
        } else {
            // dividing gives the double nearest to the decimal, multiplying by 0.1 does not
            let unit = 10f64.powi(-power);
            (middle * unit).round() / unit
        };
        if (round - middle).abs() <= gap / 4.0 && below < round && round <= above {
            return round + 0.0;
        }
    }
    // neighbours one whole number apart, or closer than 15 decimals; a gap too wide for doubles
    if whole || !(below < middle && middle <= above) { above } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn thresholds_are_round_and_divide() {
        assert_eq!(roundest(3.0, 4.0, true), 4.0);
        assert_eq!(roundest(3.0, 5.0, true), 4.0);
        assert_eq!(roundest(0.0, 1.0, false), 0.5);
        assert_eq!(roundest(1200.0, 1300.0, true), 1250.0);
        assert_eq!(roundest(1210.0, 1422.0, true), 1300.0);
        assert_eq!(roundest(0.123456, 0.123987, false), 0.1237);
        assert_eq!(roundest(-1.0, 1.0, false).to_bits(), 0.0f64.to_bits());
        let next = 1.0f64.next_up();
        assert_eq!(roundest(1.0, next, false), next);
        let wide = roundest(-f64::MAX, f64::MAX, false);
        assert!(-f64::MAX < wide && wide <= f64::MAX);
    }

    #[test]
    fn the_median_is_a_value_that_occurs() {
        assert_eq!(lower_median(array![4.0, f64::NAN, 1.0, 3.0, 2.0].view()), 2.0);
        assert_eq!(lower_median(array![f64::NAN].view()), 0.0);
    }
}
