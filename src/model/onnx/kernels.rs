//! Several numbers from several, as onnxruntime computes them in single precision.

use super::program::Kernel;

/// Each number's share of the exponentials.
#[derive(Debug)]
pub(super) struct Softmax;

impl Kernel for Softmax {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let largest = from.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (to, x) in to.iter_mut().zip(from) {
            *to = f64::from(pxfm::f_expf((x - largest) as f32));
        }
        let sum: f64 = to.iter().sum();
        to.iter_mut().for_each(|x| *x = f64::from((*x / sum) as f32));
    }

    fn link(&self) -> &'static str {
        "softmax"
    }
}

/// The logarithm of the sum of exponentials.
#[derive(Debug)]
pub(super) struct LogSumExp;

impl Kernel for LogSumExp {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let largest = from.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = from.iter().map(|x| pxfm::f_exp(x - largest)).sum();
        to.fill(f64::from((pxfm::f_log(sum) + largest) as f32));
    }
}

/// The place of the largest or smallest number, of equals the first or the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arg {
    pub largest: bool,
    pub last: bool,
}

impl Kernel for Arg {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let mut best = 0;
        for (i, x) in from.iter().enumerate() {
            let own = from.get(best).copied().unwrap_or(f64::NAN);
            let better = if self.largest { *x > own } else { *x < own };
            if better || (self.last && *x == own) {
                best = i;
            }
        }
        to.fill(best as f64);
    }
}

/// The largest or smallest numbers in order, then their places; of equals the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Best {
    pub largest: bool,
    pub count: usize,
}

impl Kernel for Best {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let mut order: Vec<usize> = (0..from.len()).collect();
        let key = |i: &usize| from.get(*i).copied().unwrap_or(f64::NAN);
        match self.largest {
            true => order.sort_by(|a, b| key(b).total_cmp(&key(a)).then(a.cmp(b))),
            false => order.sort_by(|a, b| key(a).total_cmp(&key(b)).then(a.cmp(b))),
        }
        if let Some((numbers, places)) = to.split_at_mut_checked(self.count) {
            for ((number, place), at) in numbers.iter_mut().zip(places).zip(&order) {
                (*number, *place) = (key(at), *at as f64);
            }
        }
    }
}

/// Of the first number the one at that place among the others.
#[derive(Debug)]
pub(super) struct Pick;

impl Kernel for Pick {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let found = from.split_first().and_then(|(place, others)| {
            if place.is_nan() { None } else { others.get(*place as usize).copied() }
        });
        to.fill(found.unwrap_or(f64::NAN));
    }
}

/// Numbers divided by their norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Norm {
    Largest,
    Sum,
    Length,
}

impl Kernel for Norm {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let single = |x: f64| f64::from(x as f32);
        let norm = match self {
            Norm::Largest => from.iter().copied().fold(f64::from(f32::MIN), f64::max),
            Norm::Sum => single(from.iter().map(|x| x.abs()).sum()),
            Norm::Length => from.iter().map(|x| x * x).sum::<f64>(),
        };
        for (to, x) in to.iter_mut().zip(from) {
            *to = match self {
                _ if norm == 0.0 => *x,
                Norm::Length => single((x * x / norm).sqrt().copysign(*x)),
                _ => single(x / norm),
            };
        }
    }

    fn link(&self) -> &'static str {
        if *self == Norm::Sum { "share" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_follow_their_definitions() {
        let run = |kernel: &dyn Kernel, from: &[f64], n: usize| {
            let mut to = vec![f64::NAN; n];
            kernel.run(from, &mut to);
            to
        };
        assert_eq!(run(&Arg { largest: true, last: false }, &[1.0, 3.0, 3.0], 1), [1.0]);
        assert_eq!(run(&Arg { largest: true, last: true }, &[1.0, 3.0, 3.0], 1), [2.0]);
        assert_eq!(run(&Arg { largest: false, last: false }, &[1.0, 3.0, 0.5], 1), [2.0]);
        let best = Best { largest: false, count: 2 };
        assert_eq!(run(&best, &[5.0, 1.0, 3.0, 1.0], 4), [1.0, 1.0, 1.0, 3.0]);
        assert_eq!(run(&Pick, &[1.0, 7.0, 8.0], 1), [8.0]);
        assert!(run(&Pick, &[9.0, 7.0, 8.0], 1)[0].is_nan());
        assert_eq!(run(&Norm::Sum, &[1.0, -3.0], 2), [0.25, -0.75]);
        assert_eq!(run(&Norm::Length, &[3.0, -4.0], 2), [f64::from(0.6f32), f64::from(-0.8f32)]);
        assert_eq!(run(&Norm::Largest, &[1.0, -3.0], 2), [1.0, -3.0]);
        assert_eq!(run(&Softmax, &[0.0, 0.0], 2), [0.5, 0.5]);
        assert_eq!(run(&LogSumExp, &[0.0], 1), [0.0]);
    }
}
