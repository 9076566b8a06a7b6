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
}

impl Link {
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
            Link::Identity | Link::Exp => self.single(raw, out),
        }
    }
}

fn each(raw: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (out, raw) in out.iter_mut().zip(raw) {
        *out = f(*raw);
    }
}
