//! What a changed case must reach, as inequalities between the model's raw scores.

/// Which side of the threshold must be reached, in raw scores. A score `>= threshold_raw` is above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The threshold on the raw score.
    pub threshold_raw: f64,
    /// Whether the score must come to lie above (`>=`) or below (`<`) it.
    pub above: bool,
    /// How far beyond the threshold the changed case must lie, in raw score; 0 or more. Above means
    /// `>= threshold_raw + margin`, below means `< threshold_raw - margin`.
    pub margin: f64,
}

impl Target {
    /// Whether a score lies on the wanted side, by the margin.
    pub fn holds(&self, score: f64) -> bool {
        if self.above {
            score >= self.threshold_raw + self.margin
        } else {
            score < self.threshold_raw - self.margin
        }
    }
}

/// What a changed case must reach, in raw scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// One score on a side of a threshold.
    Side {
        /// The score's output.
        output: usize,
        /// The side.
        target: Target,
        /// What the library's own prediction must reach (`>=`) or stay below (`<`) besides; none where the raw score
        /// says it all.
        value: Option<f64>,
    },
    /// One score from `from` up to and including `to`, by the margin.
    Band {
        /// The score's output.
        output: usize,
        /// The lower end.
        from: f64,
        /// The upper end.
        to: f64,
        /// How far inside both ends the changed case must lie; 0 or more.
        margin: f64,
        /// From where up to and including where the library's own prediction must lie besides.
        values: Option<(f64, f64)>,
    },
    /// The score of one class above all others, by the margin; of equal scores the first class wins.
    Class {
        /// The class's output.
        output: usize,
        /// How far above the others; 0 or more.
        margin: f64,
    },
}

/// One inequality: `sign · (score of plus − score of minus) >= least`, or `>` where it is strict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Demand {
    pub plus: usize,
    pub minus: Option<usize>,
    pub sign: f64,
    pub least: f64,
    pub strict: bool,
}

impl Demand {
    pub fn holds(&self, scores: &[f64]) -> bool {
        let of = |k: usize| scores.get(k).copied().unwrap_or(f64::NAN);
        let (plus, minus) = (of(self.plus), self.minus.map(of));
        match (minus, self.sign > 0.0, self.strict) {
            // Compared, not subtracted: two scores that differ in the last bit differ.
            (Some(minus), ..) if self.least == 0.0 && self.strict => plus > minus,
            (Some(minus), ..) if self.least == 0.0 => plus >= minus,
            (Some(minus), _, true) => plus - minus > self.least,
            (Some(minus), _, false) => plus - minus >= self.least,
            (None, true, true) => plus > self.least,
            (None, true, false) => plus >= self.least,
            (None, false, true) => plus < -self.least,
            (None, false, false) => plus <= -self.least,
        }
    }
}

impl Goal {
    /// The inequalities, for a model of so many outputs.
    pub(super) fn demands(&self, outputs: usize) -> Vec<Demand> {
        let one = |plus, sign, least, strict| Demand { plus, minus: None, sign, least, strict };
        match *self {
            Goal::Side {
                output, target: Target { threshold_raw, above: true, margin }, ..
            } => {
                vec![one(output, 1.0, threshold_raw + margin, false)]
            }
            Goal::Side {
                output, target: Target { threshold_raw, above: false, margin }, ..
            } => {
                vec![one(output, -1.0, -(threshold_raw - margin), true)]
            }
            // An end that is open demands nothing.
            Goal::Band { output, from, to, margin, .. } => [(1.0, from), (-1.0, to)]
                .into_iter()
                .filter(|(_, end)| end.is_finite())
                .map(|(sign, end)| one(output, sign, sign * end + margin, false))
                .collect(),
            Goal::Class { output, margin } => (0..outputs)
                .filter(|k| *k != output)
                .map(|k| {
                    let strict = k < output && margin == 0.0;
                    Demand { plus: output, minus: Some(k), sign: 1.0, least: margin, strict }
                })
                .collect(),
        }
    }

    /// The same goal without a margin: where a case is that needs no change.
    pub(super) fn bare(&self) -> Self {
        match *self {
            Goal::Side { output, target, value } => {
                Goal::Side { output, target: Target { margin: 0.0, ..target }, value }
            }
            Goal::Band { output, from, to, values, .. } => {
                Goal::Band { output, from, to, margin: 0.0, values }
            }
            Goal::Class { output, .. } => Goal::Class { output, margin: 0.0 },
        }
    }

    /// Whether the library's own prediction (one value an output) is on the wanted side of the value asked for.
    pub(super) fn predicted(&self, values: &[f64]) -> bool {
        match *self {
            Goal::Side { output, target, value: Some(value) } => {
                values.get(output).is_some_and(|found| (*found >= value) == target.above)
            }
            Goal::Band { output, values: Some((from, to)), .. } => {
                values.get(output).is_some_and(|found| *found >= from && *found <= to)
            }
            _ => true,
        }
    }

    /// Whether the library's own prediction is asked at all.
    pub(super) fn asks_prediction(&self) -> bool {
        matches!(self, Goal::Side { value: Some(_), .. } | Goal::Band { values: Some(_), .. })
    }

    /// What is wrong with the goal's own numbers.
    pub(super) fn trouble(&self, outputs: usize) -> Option<String> {
        let (output, margin) = match *self {
            Goal::Side { output, target, .. } => {
                if !target.threshold_raw.is_finite()
                    || target.margin.is_nan()
                    || target.margin < 0.0
                {
                    let Target { threshold_raw, margin, .. } = target;
                    return Some(format!("threshold {threshold_raw} with margin {margin}"));
                }
                (output, target.margin)
            }
            Goal::Band { output, from, to, margin, .. } => {
                let open = from == f64::NEG_INFINITY && to == f64::INFINITY;
                if from.is_nan() || to.is_nan() || open || from + margin > to - margin {
                    return Some(format!("a band from {from} to {to} with margin {margin}"));
                }
                (output, margin)
            }
            Goal::Class { output, margin } => {
                if outputs < 2 {
                    return Some("a class of a model with one score".to_owned());
                }
                (output, margin)
            }
        };
        if output >= outputs {
            return Some(format!("output {output} of {outputs}"));
        }
        (margin.is_nan() || margin < 0.0).then(|| format!("margin {margin}"))
    }
}
