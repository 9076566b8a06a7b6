//! From a PMML model's scores to its predictions: the normalisations, the links, and what `Targets` does in the end.

use crate::model::Link;

/// What makes predictions of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finish {
    /// A link.
    Link(Link),
    /// The logistic function of each score, and of those each class's share.
    LogisticShare,
    /// The scores of all classes but the last are cumulated: each class has what its link adds.
    Cumulative(Link),
    /// Limited to 0 and 1.
    Limited,
    /// `1 − exp(raw)`.
    LogComplement,
    /// `raw^(1/power)`; the exponential for power 0.
    Power(f64),
    /// `1 / (1 + (1 + power·raw)^(−1/power))`; the logistic function for power 0.
    OddsPower(f64),
    /// `1 / (dispersion · (exp(−raw) − 1))`.
    NegativeBinomial(f64),
    /// 1 where the score is greater than the limit, else 0.
    Above(f64),
    /// 1 where the score is at least the limit, else 0.
    AtLeast(f64),
}

impl Finish {
    /// From scores to predictions; `single`: in single precision.
    pub fn predictions(self, raw: &[f64], single: bool, out: &mut [f64]) {
        let each = |out: &mut [f64], f: &dyn Fn(f64) -> f64| {
            for (out, raw) in out.iter_mut().zip(raw) {
                *out = f(*raw);
            }
        };
        match self {
            Finish::Link(link) if single => narrow(link, raw, out),
            Finish::Link(link) => link.double(raw, out),
            Finish::LogisticShare => {
                let mut shares = vec![0.0; raw.len()];
                Link::Logistic { slope: 1.0 }.double(raw, &mut shares);
                Link::Share.double(&shares, out);
            }
            Finish::Cumulative(link) => {
                let mut up_to = vec![0.0; raw.len()];
                link.double(raw, &mut up_to);
                if link == Link::Identity {
                    // Without a link a sum may lie outside the shares that there are.
                    up_to.iter_mut().filter(|x| !x.is_nan()).for_each(|x| *x = x.clamp(0.0, 1.0));
                }
                if let Some(last) = up_to.last_mut() {
                    *last = 1.0;
                }
                let mut before = 0.0;
                for (out, up_to) in out.iter_mut().zip(up_to) {
                    *out = up_to - before;
                    before = up_to;
                }
            }
            Finish::Limited => each(out, &|x| if x.is_nan() { x } else { x.clamp(0.0, 1.0) }),
            Finish::LogComplement => each(out, &|x| -pxfm::f_expm1(x)),
            Finish::Power(0.0) => Link::Exp.double(raw, out),
            Finish::Power(power) => each(out, &|x| pxfm::f_pow(x, 1.0 / power)),
            Finish::OddsPower(0.0) => Link::Logistic { slope: 1.0 }.double(raw, out),
            Finish::OddsPower(power) => {
                each(out, &|x| 1.0 / (1.0 + pxfm::f_pow(1.0 + power * x, -(1.0 / power))));
            }
            Finish::NegativeBinomial(dispersion) => {
                each(out, &|x| 1.0 / (dispersion * pxfm::f_expm1(-x)));
            }
            Finish::Above(limit) => each(out, &|x| match x.is_nan() {
                true => x,
                false => f64::from(u8::from(x > limit)),
            }),
            Finish::AtLeast(limit) => each(out, &|x| match x.is_nan() {
                true => x,
                false => f64::from(u8::from(x >= limit)),
            }),
        }
    }

    /// The same for the other of two classes, as a sign of the score and what follows.
    pub fn of_the_other(self) -> Option<(f64, f64, Finish)> {
        // 1 − f(x) as g(sign·x + constant)
        Some(match self {
            Finish::Link(link @ (Link::Logistic { .. } | Link::Probit | Link::Cauchit)) => {
                (-1.0, 0.0, Finish::Link(link))
            }
            Finish::Link(Link::ComplementaryLogLog) => (-1.0, 0.0, Finish::Link(Link::LogLog)),
            Finish::Link(Link::LogLog) => (-1.0, 0.0, Finish::Link(Link::ComplementaryLogLog)),
            Finish::Link(Link::Identity) => (-1.0, 1.0, self),
            Finish::Limited => (-1.0, 1.0, Finish::Limited),
            Finish::LogComplement => (1.0, 0.0, Finish::Link(Link::Exp)),
            Finish::Link(Link::Exp) => (1.0, 0.0, Finish::LogComplement),
            _ => return None,
        })
    }

    /// The core's link, for what else computes with it.
    pub fn link(self) -> Link {
        match self {
            Finish::Link(link) => link,
            _ => Link::Identity,
        }
    }
}

/// A link in single precision, where the evaluator takes its exponentials as powers of a rounded e.
fn narrow(link: Link, raw: &[f64], out: &mut [f64]) {
    let exp = |x: f32| pxfm::f_pow(2.7182817, f64::from(x)) as f32;
    let of: &dyn Fn(f32) -> f32 = match link {
        Link::Logistic { .. } => &|x| 1.0 / (1.0 + exp(-x)),
        Link::Exp => &exp,
        Link::ComplementaryLogLog => &|x| 1.0 - exp(-exp(x)),
        Link::LogLog => &|x| exp(-exp(-x)),
        Link::Softmax => {
            let max = raw.iter().map(|x| *x as f32).fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0f32;
            for (out, raw) in out.iter_mut().zip(raw) {
                let share = exp(*raw as f32 - max);
                sum += share;
                *out = f64::from(share);
            }
            out.iter_mut().for_each(|x| *x = f64::from(*x as f32 / sum));
            return;
        }
        other => return other.single(raw, out),
    };
    for (out, raw) in out.iter_mut().zip(raw) {
        *out = f64::from(of(*raw as f32));
    }
}

/// In words, for `inspect`.
impl std::fmt::Display for Finish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Finish::Link(link) => write!(f, "{link}"),
            Finish::LogisticShare => f.write_str("logistic, and each class's share of the sum"),
            Finish::Cumulative(link) => write!(f, "cumulated over the ordered classes: {link}"),
            Finish::Limited => f.write_str("limited to 0 and 1"),
            Finish::LogComplement => f.write_str("log-complement, 1 - exp(raw)"),
            Finish::Power(power) => write!(f, "power, raw^(1/{power})"),
            Finish::OddsPower(power) => write!(f, "odds power {power}"),
            Finish::NegativeBinomial(c) => write!(f, "negative binomial with dispersion {c}"),
            Finish::Above(limit) => write!(f, "step, 1 above {limit}, else 0"),
            Finish::AtLeast(limit) => write!(f, "step, 1 from {limit} on, else 0"),
        }
    }
}

/// Which whole number a predicted number becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// The nearest; halves go up.
    Nearest,
    /// The next above.
    Ceiling,
    /// The next below.
    Floor,
}

/// What is done to a predicted number in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Limits, before all else.
    pub limits: (f64, f64),
    /// Times this.
    pub factor: f64,
    /// Plus this.
    pub constant: f64,
    /// To a whole number.
    pub whole: Option<Whole>,
}

impl Default for Target {
    fn default() -> Self {
        let limits = (f64::NEG_INFINITY, f64::INFINITY);
        Target { limits, factor: 1.0, constant: 0.0, whole: None }
    }
}

impl Target {
    /// Whether nothing is done.
    pub fn is_nothing(&self) -> bool {
        *self == Target::default()
    }

    /// Whether it is a factor and a constant alone.
    pub fn is_linear(&self) -> bool {
        Target { factor: 1.0, constant: 0.0, ..*self } == Target::default()
    }

    /// A predicted number in the end.
    pub fn of(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        let x = x.max(self.limits.0).min(self.limits.1) * self.factor + self.constant;
        match self.whole {
            None => x,
            Some(Whole::Nearest) => {
                let down = x.floor();
                if x - down >= 0.5 { down + 1.0 } else { down }
            }
            Some(Whole::Ceiling) => x.ceil(),
            Some(Whole::Floor) => x.floor(),
        }
    }
}
