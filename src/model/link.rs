//! From raw score to prediction.
//!
//! Exponentials and logarithms come from the `pxfm` crate, correctly rounded, not from the machine's C library: the same file gives the
//! same bits on every machine.

/// The link of an objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// The raw score is the prediction.
    Identity,
    /// `1 / (1 + exp(-slope·raw))`, of each output on its own.
    Logistic {
        /// LightGBM's `sigmoid` parameter; 1 elsewhere.
        slope: f64,
    },
    /// Softmax over the outputs.
    Softmax,
    /// `exp(raw)`.
    Exp,
    /// The normal distribution's function (probit).
    Probit,
    /// `1 − exp(−exp(raw))`.
    ComplementaryLogLog,
    /// `exp(−exp(−raw))`.
    LogLog,
    /// `1/2 + arctan(raw)/π`.
    Cauchit,
    /// `sign(raw) · raw²` (LightGBM's reg_sqrt).
    SignedSquare,
    /// `ln(1 + exp(raw))` (LightGBM's cross_entropy_lambda).
    Softplus,
    /// 1 above 0, else 0 (XGBoost's binary:hinge).
    Step,
    /// `1 / raw`.
    Inverse,
    /// Each output's share of their sum.
    Share,
    /// Softmax in which an output of 0 stays 0 (ONNX's SOFTMAX_ZERO).
    SoftmaxZero,
    /// Normal quantile, by onnxruntime's approximation (ONNX's PROBIT).
    NormalQuantile,
    /// Each output's logistic over the sum of all outputs' logistics (one class against the rest).
    LogisticShare,
    /// The mean of a raw score that is a sum, and then a link (LightGBM's random forests).
    Mean {
        /// How many were summed.
        of: f64,
        /// The link of the mean.
        then: MeanLink,
    },
    /// The outputs of a row in ascending order (XGBoost's quantiles).
    Ascending,
    /// The first output, and above each the softplus of the next one, and 1e-6 (XGBoost's expectiles).
    RisingSoftplus,
    /// Of two outputs the first as it is, the second `exp(2·raw)` (CatBoost's mean with its variance).
    MeanVariance,
}

/// A link that a mean can have, see [`Link::Mean`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeanLink {
    /// [`Link::Identity`].
    Identity,
    /// [`Link::Logistic`].
    Logistic {
        /// LightGBM's `sigmoid` parameter.
        slope: f64,
    },
    /// [`Link::Softmax`].
    Softmax,
    /// [`Link::Exp`].
    Exp,
    /// [`Link::SignedSquare`].
    SignedSquare,
    /// [`Link::Softplus`].
    Softplus,
}

impl From<MeanLink> for Link {
    fn from(link: MeanLink) -> Self {
        match link {
            MeanLink::Identity => Link::Identity,
            MeanLink::Logistic { slope } => Link::Logistic { slope },
            MeanLink::Softmax => Link::Softmax,
            MeanLink::Exp => Link::Exp,
            MeanLink::SignedSquare => Link::SignedSquare,
            MeanLink::Softplus => Link::Softplus,
        }
    }
}

impl Link {
    /// This link of the mean of `rounds` summed numbers; nothing for a link that no mean can have.
    pub(super) fn of_mean(self, rounds: usize) -> Option<Self> {
        let then = match self {
            Link::Identity => MeanLink::Identity,
            Link::Logistic { slope } => MeanLink::Logistic { slope },
            Link::Softmax => MeanLink::Softmax,
            Link::Exp => MeanLink::Exp,
            Link::SignedSquare => MeanLink::SignedSquare,
            Link::Softplus => MeanLink::Softplus,
            _ => return None,
        };
        Some(Link::Mean { of: rounds as f64, then })
    }

    /// [`Link::Mean`] of another number of rounds; nothing for any other link.
    pub(super) fn with_mean_of(self, rounds: usize) -> Option<Self> {
        match self {
            Link::Mean { then, .. } => Some(Link::Mean { of: rounds as f64, then }),
            _ => None,
        }
    }

    /// The raw score of a prediction of one output; not finite where there is none.
    pub fn inverse(self, at: f64) -> f64 {
        match self {
            Link::Identity => at,
            Link::Logistic { slope } => pxfm::f_log(at / (1.0 - at)) / slope,
            Link::Exp => pxfm::f_log(at),
            Link::ComplementaryLogLog => pxfm::f_log(-pxfm::f_log1p(-at)),
            Link::LogLog => -pxfm::f_log(-pxfm::f_log(at)),
            Link::Cauchit => pxfm::f_tan((at - 0.5) * std::f64::consts::PI),
            Link::SignedSquare => at.signum() * at.abs().sqrt(),
            Link::Softplus => pxfm::f_log(pxfm::f_expm1(at)),
            Link::Inverse => 1.0 / at,
            // Φ⁻¹(p) = −√2 · erfc⁻¹(2p)
            Link::Probit => -std::f64::consts::SQRT_2 * pxfm::f_erfcinv(2.0 * at),
            // no threshold on one score, or one that no score belongs to
            Link::Softmax
            | Link::Share
            | Link::Step
            | Link::Ascending
            | Link::RisingSoftplus
            | Link::MeanVariance
            | Link::SoftmaxZero
            | Link::NormalQuantile
            | Link::LogisticShare => f64::NAN,
            Link::Mean { of, then } => of * Link::from(then).inverse(at),
        }
    }

    /// Predictions in double precision, as LightGBM computes them. `out.len() == raw.len()`.
    pub fn double(&self, raw: &[f64], out: &mut [f64]) {
        match self {
            Link::Identity => each(raw, out, |x| x),
            Link::Logistic { slope } => each(raw, out, |x| 1.0 / (1.0 + pxfm::f_exp(-slope * x))),
            Link::Exp => each(raw, out, pxfm::f_exp),
            Link::Softmax => {
                let max = raw.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                each(raw, out, |x| pxfm::f_exp(x - max));
                let sum: f64 = out.iter().sum();
                out.iter_mut().for_each(|x| *x /= sum);
            }
            // Φ(x) = erfc(−x/√2)/2
            Link::Probit => {
                each(raw, out, |x| 0.5 * pxfm::f_erfc(-x * std::f64::consts::FRAC_1_SQRT_2));
            }
            Link::ComplementaryLogLog => each(raw, out, |x| -pxfm::f_expm1(-pxfm::f_exp(x))),
            Link::LogLog => each(raw, out, |x| pxfm::f_exp(-pxfm::f_exp(-x))),
            Link::Cauchit => {
                each(raw, out, |x| 0.5 + pxfm::f_atan(x) * std::f64::consts::FRAC_1_PI);
            }
            Link::SignedSquare => each(raw, out, |x| x.signum() * x * x),
            Link::Softplus => each(raw, out, |x| pxfm::f_log1p(pxfm::f_exp(x))),
            Link::Step => each(raw, out, |x| f64::from(u8::from(x > 0.0))),
            Link::Inverse => each(raw, out, |x| 1.0 / x),
            Link::Share => {
                let sum: f64 = raw.iter().sum();
                each(raw, out, |x| x / sum);
            }
            Link::Mean { of, then } => {
                let means: Vec<f64> = raw.iter().map(|sum| sum / of).collect();
                Link::from(*then).double(&means, out);
            }
            Link::Ascending => {
                each(raw, out, |x| x);
                out.sort_unstable_by(f64::total_cmp);
            }
            Link::RisingSoftplus => rising(raw, out, |sum, x| {
                sum + (1e-6 + x.max(0.0) + pxfm::f_log1p(pxfm::f_exp(-x.abs())))
            }),
            Link::MeanVariance => {
                each(raw, out, |x| x);
                out.iter_mut().skip(1).for_each(|x| *x = pxfm::f_exp(2.0 * *x));
            }
            Link::SoftmaxZero => {
                let max = raw.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let zero = |x: f64| x.abs() <= 1e-7;
                each(
                    raw,
                    out,
                    |x| {
                        if zero(x) { x * pxfm::f_exp(-max) } else { pxfm::f_exp(x - max) }
                    },
                );
                let pairs = raw.iter().zip(out.iter());
                let sum: f64 = pairs.filter(|(x, _)| !zero(**x)).map(|(_, y)| y).sum();
                out.iter_mut().for_each(|x| *x /= sum);
            }
            // √2 · erf⁻¹(2x − 1), with the inverse of erf after Winitzki.
            Link::NormalQuantile => each(raw, out, |x| {
                let x = 2.0 * x - 1.0;
                let log = pxfm::f_log((1.0 - x) * (1.0 + x));
                // 2 / (π · 0.147), with onnxruntime's six digits of π
                let v = 4.330750408828252 + 0.5 * log;
                let root = ((v * v - log / 0.147).sqrt() - v).sqrt();
                std::f64::consts::SQRT_2 * if x < 0.0 { -root } else { root }
            }),
            Link::LogisticShare => {
                each(raw, out, |x| 1.0 / (1.0 + pxfm::f_exp(-x)));
                let sum: f64 = out.iter().sum();
                out.iter_mut().for_each(|x| *x /= sum);
            }
        }
    }

    /// Predictions in single precision, as XGBoost computes them: the sigmoid clamps `-x` at 88.7 so that `exp` stays
    /// finite, the softmax sums in double precision. `out.len() == raw.len()`; `raw` holds single-precision values.
    pub fn single(&self, raw: &[f64], out: &mut [f64]) {
        let narrow = |f: fn(f32) -> f32| move |x: f64| f64::from(f(x as f32));
        match self {
            Link::Identity => each(raw, out, narrow(|x| x)),
            Link::Logistic { .. } => {
                each(raw, out, narrow(|x| 1.0 / (pxfm::f_expf((-x).min(88.7)) + 1.0 + 1e-16)))
            }
            Link::Exp => each(raw, out, narrow(pxfm::f_expf)),
            Link::Softmax => {
                let max = raw.iter().map(|x| *x as f32).fold(f32::NEG_INFINITY, f32::max);
                each(raw, out, |x| f64::from(pxfm::f_expf(x as f32 - max)));
                let sum = out.iter().sum::<f64>() as f32;
                out.iter_mut().for_each(|x| *x = f64::from(*x as f32 / sum));
            }
            Link::Probit
            | Link::ComplementaryLogLog
            | Link::LogLog
            | Link::Cauchit
            | Link::SignedSquare
            | Link::Softplus
            | Link::Step
            | Link::Inverse
            | Link::Share
            | Link::Mean { .. }
            | Link::Ascending
            | Link::MeanVariance
            | Link::SoftmaxZero
            | Link::NormalQuantile
            | Link::LogisticShare => {
                self.double(raw, out);
                out.iter_mut().for_each(|x| *x = f64::from(*x as f32));
            }
            Link::RisingSoftplus => rising(raw, out, |sum, x| {
                let (sum, x) = (sum as f32, x as f32);
                let softplus = x.max(0.0) + pxfm::f_log1pf(pxfm::f_expf(-x.abs()));
                f64::from(sum + (1e-6f32 + softplus))
            }),
        }
    }

    /// As [`Link::onnxruntime`], for what onnxruntime gives to its matrix library: weighted sums.
    pub fn onnxruntime_sums(&self, raw: &[f64], out: &mut [f64]) {
        let logistic = |x: f64| f64::from(rational_logistic(x as f32));
        match self {
            Link::Logistic { .. } => each(raw, out, logistic),
            Link::LogisticShare => {
                each(raw, out, logistic);
                let sum: f64 = out.iter().sum();
                out.iter_mut().for_each(|x| *x = f64::from((*x / f64::from(sum as f32)) as f32));
            }
            _ => self.onnxruntime(raw, out),
        }
    }

    /// Predictions in single precision, as onnxruntime computes them: the sigmoid from `exp(-|x|)`, with the rest to 1
    /// below zero; the softmax sums in single precision. `out.len() == raw.len()`; `raw` holds single-precision values.
    pub fn onnxruntime(&self, raw: &[f64], out: &mut [f64]) {
        match self {
            Link::Logistic { .. } => each(raw, out, |x| {
                let above = 1.0 / (1.0 + pxfm::f_expf(-(x as f32).abs()));
                f64::from(if x < 0.0 { 1.0 - above } else { above })
            }),
            Link::Softmax => {
                let max = raw.iter().map(|x| *x as f32).fold(f32::NEG_INFINITY, f32::max);
                each(raw, out, |x| f64::from(pxfm::f_expf(x as f32 - max)));
                let sum: f32 = out.iter().map(|x| *x as f32).sum();
                out.iter_mut().for_each(|x| *x = f64::from(*x as f32 / sum));
            }
            Link::SoftmaxZero => {
                let max = raw.iter().map(|x| *x as f32).fold(f32::NEG_INFINITY, f32::max);
                let (mut sum, least) = (0.0f32, pxfm::f_expf(-max));
                for (out, x) in out.iter_mut().zip(raw.iter().map(|x| *x as f32)) {
                    let zero = x.abs() <= 1e-7;
                    let power = if zero { x * least } else { pxfm::f_expf(x - max) };
                    if !zero {
                        sum += power;
                    }
                    *out = f64::from(power);
                }
                out.iter_mut().for_each(|x| *x = f64::from(*x as f32 / sum));
            }
            Link::NormalQuantile => each(raw, out, |x| f64::from(quantile(x as f32))),
            _ => self.single(raw, out),
        }
    }
}

/// √2 · erf⁻¹(2p − 1), with the inverse of erf after Winitzki, in onnxruntime's single-precision steps and with its six
/// digits of π: near 1/2 they leave few digits of the result right.
fn quantile(p: f32) -> f32 {
    let x = 2.0 * p - 1.0;
    let log = pxfm::f_logf((1.0 - x) * (1.0 + x));
    // 2 / (π · 0.147), with those digits of π.
    let v = 4.330_750_5 + 0.5 * log;
    let root = ((v * v - 1.0 / 0.147f32 * log).sqrt() - v).sqrt();
    std::f32::consts::SQRT_2 * if x < 0.0 { -root } else { root }
}

/// The logistic function as onnxruntime's operators compute it: a rational function of single-precision steps, right to
/// some 1e-7, which is not little of a small probability.
pub(super) fn rational_logistic(x: f32) -> f32 {
    const ABOVE: [f32; 5] =
        [4.370_31e-11, 1.156_273_2e-7, 6.085_749e-5, 8.513_771e-3, 2.482_879_5e-1];
    const BELOW: [f32; 6] = [
        6.102_473_7e-13,
        5.761_021_4e-9,
        6.291_068e-6,
        1.701_988_2e-3,
        1.168_176_5e-1,
        9.931_519e-1,
    ];
    if x.is_nan() {
        return x;
    }
    let x = x.clamp(-18.0, 18.0);
    let square = x * x;
    // Multiplied and added in one rounding.
    let polynomial = |coefficients: &[f32]| {
        coefficients
            .iter()
            .fold(0.0f32, |sum, c| (f64::from(sum) * f64::from(square) + f64::from(*c)) as f32)
    };
    (polynomial(&ABOVE) * x / polynomial(&BELOW) + 0.5).clamp(0.0, 1.0)
}

/// In words, for `inspect`.
impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Link::Identity => "none: the raw score is the prediction",
            Link::Logistic { slope } if *slope != 1.0 => {
                return write!(f, "logistic, 1 / (1 + exp(-{slope} raw))");
            }
            Link::Logistic { .. } => "logistic, 1 / (1 + exp(-raw))",
            Link::Softmax => "softmax over the classes",
            Link::Exp => "exponential, exp(raw)",
            Link::Probit => "probit, the normal distribution's function",
            Link::ComplementaryLogLog => "complementary log-log, 1 - exp(-exp(raw))",
            Link::LogLog => "log-log, exp(-exp(-raw))",
            Link::Cauchit => "cauchit, 1/2 + arctan(raw)/pi",
            Link::SignedSquare => "square with its sign, sign(raw) raw^2",
            Link::Softplus => "softplus, ln(1 + exp(raw))",
            Link::Step => "step, 1 above 0, else 0",
            Link::Inverse => "inverse, 1 / raw",
            Link::Share => "each class's share of the sum",
            Link::Mean { of, then } => {
                return write!(f, "the mean of {of} rounds, and then: {}", Link::from(*then));
            }
            Link::Ascending => "the outputs of a row in ascending order",
            Link::RisingSoftplus => "the first output, and above each ln(1 + exp(next)) + 1e-6",
            Link::MeanVariance => "none for the mean; the variance is exp(2 raw)",
            Link::SoftmaxZero => "softmax over the classes, in which a score of 0 stays 0",
            Link::NormalQuantile => {
                "quantile of the normal distribution, as onnxruntime approximates it"
            }
            Link::LogisticShare => "each class's share of the sum of 1 / (1 + exp(-raw))",
        })
    }
}

fn each(raw: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (out, raw) in out.iter_mut().zip(raw) {
        *out = f(*raw);
    }
}

/// Each output from the prediction before it; the first one stands for itself.
fn rising(raw: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    let mut before = None;
    for (out, raw) in out.iter_mut().zip(raw) {
        *out = before.map_or(*raw, |before| f(before, *raw));
        before = Some(*out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bits of onnxruntime 1.32.0's Sigmoid.
    #[test]
    #[allow(clippy::approx_constant)] // a number as any other
    fn the_logistic_function_of_onnxruntime() {
        for (x, bits) in [
            (-30.0, 0x00000000),
            (-17.5, 0x33000000),
            (-8.204575, 0x398f4000),
            (-5.3767633, 0x3b96c800),
            (-1.25, 0x3e640b82),
            (-0.001, 0x3effdf3b),
            (0.0, 0x3f000000),
            (0.3, 0x3f130eaa),
            (2.718, 0x3f70260a),
            (5.3767633, 0x3f7ed270),
            (12.5, 0x3f7fffc2),
            (40.0, 0x3f800000),
        ] {
            assert_eq!(rational_logistic(x).to_bits(), bits, "{x}");
        }
        assert!(rational_logistic(f32::NAN).is_nan());
    }
}
