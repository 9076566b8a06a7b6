//! How often the program was right on held-out cases, said as natural frequencies (gate G20).

use jiff::civil::Date;

use super::holdout::Holdout;
use super::record::FrequencyView;

/// Fewer cases with a result than this say nothing to a citizen.
const LEAST_CASES: usize = 200;
/// Older evaluations say nothing about today.
const MOST_MONTHS: i32 = 24;

/// For the negative and the positive result.
pub(super) fn frequencies(holdout: &Holdout, as_of: Date, today: Date) -> [FrequencyView; 2] {
    let months =
        i32::from(today.year() - as_of.year()) * 12 + i32::from(today.month() - as_of.month());
    let recent = months < MOST_MONTHS || (months == MOST_MONTHS && today.day() <= as_of.day());
    let cases = || holdout.decisions.iter().zip(&holdout.labels);
    let positives = holdout.labels.iter().filter(|&&label| label).count();
    let missed = cases().filter(|&(&decision, &label)| label && !decision).count();
    [false, true].map(|side| {
        let rows = cases().filter(|&(&decision, _)| decision == side).count();
        let right =
            cases().filter(|&(&decision, &label)| decision == side && label == side).count();
        FrequencyView { rows, right, positives, missed, printable: rows >= LEAST_CASES && recent }
    })
}
