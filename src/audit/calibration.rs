//! Whether a probability of 30 % means 30 of 100.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Share, finite, same_length};
use crate::fault::{Checked, Fault, Place};

/// How cases are put into bins by their value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bins {
    /// About as many cases in each; equal values are never parted, so there can be fewer bins.
    EqualCount(usize),
    /// Equally wide between 0 and 1: `[i/k, (i+1)/k)`, the last one closed. Bins without cases are left out.
    EqualWidth(usize),
}

/// One bin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lowest value of a case in it.
    pub from: f64,
    /// Highest value of a case in it.
    pub to: f64,
    /// Mean value: what the model expects.
    pub mean: f64,
    /// What happened: positive cases of all, with interval.
    pub positive: Share,
}

/// Calibration of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// From low to high values.
    pub bins: Vec<Bin>,
    /// Brier score: mean of `(value - label)²` with the label as 0 or 1 (Brier 1950); lower is better.
    pub brier: Option<f64>,
    /// Expected calibration error: mean of `|mean - share|` over bins, weighted by cases (Naeini, Cooper and Hauskrecht
    /// 2015).
    pub expected_error: Option<f64>,
}

/// Calibration of values (probabilities of the positive class) against labels. Sums run in the order of the values, so
/// the order of the cases does not matter.
///
/// # Errors
/// `R50` lists of different lengths; `R51` a value that is not finite; `R52` a value outside 0 to 1, or no bins.
pub fn calibration(values: &[f64], labels: &[bool], bins: Bins) -> Checked<Calibration> {
    same_length(&[("values", values.len()), ("labels", labels.len())])?;
    finite(values)?;
    let (Bins::EqualCount(number) | Bins::EqualWidth(number)) = bins;
    let outside = values.iter().find(|v| !(0.0..=1.0).contains(*v));
    if let Some(found) =
        outside.map(|v| format!("value {v}")).or((number == 0).then(|| "no bins".into()))
    {
        let mend = "Calibrate the probability, not the raw score, in at least one bin.";
        let expected = "probabilities from 0 to 1 and at least one bin";
        return Err(Fault::new("R52", Place::default(), found, expected, mend).into());
    }
    let mut cases: Vec<(f64, bool)> = values.iter().copied().zip(labels.iter().copied()).collect();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let n = cases.len();
    let mut parts: BTreeMap<usize, Vec<(f64, bool)>> = BTreeMap::new();
    let mut done = 0;
    for tied in cases.chunk_by(|a, b| a.0 == b.0) {
        let place = match bins {
            // the bin in which the middle of the tied cases falls
            Bins::EqualCount(k) => (2 * done + tied.len() - 1) * k.min(n) / (2 * n),
            Bins::EqualWidth(k) => {
                // the edge itself decides, not a product that rounding may have moved across it
                let edge = |i: usize| i as f64 / k as f64;
                let near = ((tied[0].0 * k as f64) as usize).min(k - 1);
                if edge(near) > tied[0].0 {
                    near.saturating_sub(1)
                } else {
                    near + usize::from(near + 1 < k && edge(near + 1) <= tied[0].0)
                }
            }
        };
        parts.entry(place).or_default().extend(tied);
        done += tied.len();
    }
    let bins: Vec<Bin> = parts.values().filter_map(|part| bin(part)).collect();
    let mean = |sum: f64| (n > 0).then(|| sum / n as f64);
    let squares = cases.iter().map(|&(v, label)| (v - f64::from(u8::from(label))).powi(2)).sum();
    let gaps = bins.iter().map(|b| (b.mean - b.positive.share).abs() * b.positive.of as f64).sum();
    Ok(Calibration { brier: mean(squares), expected_error: mean(gaps), bins })
}

fn bin(cases: &[(f64, bool)]) -> Option<Bin> {
    let (first, last) = (cases.first()?, cases.last()?);
    let mean = cases.iter().map(|c| c.0).sum::<f64>() / cases.len() as f64;
    let positive = Share::new(cases.iter().filter(|c| c.1).count(), cases.len())?;
    Some(Bin { from: first.0, to: last.0, mean, positive })
}
