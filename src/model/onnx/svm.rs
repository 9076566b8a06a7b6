//! SVMClassifier and SVMRegressor, as onnxruntime computes them: kernels in single precision, sums of classifiers in
//! double, and pairwise probabilities brought together after Wu, Lin and Weng, "Probability estimates for multi-class
//! classification by pairwise coupling" (2004).

use super::attributes::{Attributes, Trouble};
use super::program::Kernel;

/// How a row is compared with a support vector.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Linear,
    Polynomial,
    Radial,
    Sigmoid,
}

/// A support vector machine.
#[derive(Debug)]
pub(super) struct Machine {
    kernel: Comparison,
    /// gamma, coef0, degree.
    parameters: [f32; 3],
    vectors: Vec<f32>,
    columns: usize,
    coefficients: Vec<f32>,
    rho: Vec<f32>,
    /// By class: how many support vectors; empty for a regressor.
    counts: Vec<usize>,
    /// Pairwise probabilities.
    a: Vec<f32>,
    b: Vec<f32>,
    /// Whether there are two columns of opposite sign for one pair.
    mirrored: bool,
}

/// Reads the operator; it reads `columns` columns.
pub(super) fn read(from: &Attributes, columns: usize) -> Result<Machine, Trouble> {
    let classifier = from.node.name == "SVMClassifier";
    from.only(if classifier {
        &[
            "classlabels_ints",
            "classlabels_strings",
            "coefficients",
            "kernel_params",
            "kernel_type",
            "post_transform",
            "prob_a",
            "prob_b",
            "rho",
            "support_vectors",
            "vectors_per_class",
        ]
    } else {
        &[
            "coefficients",
            "kernel_params",
            "kernel_type",
            "n_supports",
            "one_class",
            "post_transform",
            "rho",
            "support_vectors",
        ]
    })?;
    let kernel = match from.word("kernel_type", "LINEAR")?.as_str() {
        "LINEAR" => Comparison::Linear,
        "POLY" => Comparison::Polynomial,
        "RBF" => Comparison::Radial,
        "SIGMOID" => Comparison::Sigmoid,
        other => return Err(from.unsupported(format!("the kernel `{other}`"))),
    };
    let transform = from.word("post_transform", "NONE")?;
    if transform != "NONE" {
        return Err(from.unsupported(format!("the post_transform `{transform}`")));
    }
    if !classifier && from.int("one_class", 0)? != 0 {
        return Err(from.unsupported("one_class"));
    }
    let parameters = match from.floats("kernel_params")?.as_slice() {
        [] => [0.0; 3],
        [gamma, coef0, degree] => [*gamma, *coef0, *degree],
        other => {
            return Err(from.contradiction(format!("{} kernel parameters", other.len()), "three"));
        }
    };
    let labels = if classifier { from.labels("classlabels_ints")? } else { Vec::new() };
    let mut counts = Vec::new();
    for count in if classifier { from.ints("vectors_per_class")? } else { Vec::new() } {
        let known = usize::try_from(count).ok().filter(|count| *count <= 10_000_000);
        counts
            .push(known.ok_or_else(|| from.contradiction(format!("{count} vectors"), "a count"))?);
    }
    let machine = Machine {
        kernel,
        parameters,
        vectors: from.floats("support_vectors")?,
        columns,
        coefficients: from.floats("coefficients")?,
        rho: from.floats("rho")?,
        a: if classifier { from.floats("prob_a")? } else { Vec::new() },
        b: if classifier { from.floats("prob_b")? } else { Vec::new() },
        mirrored: classifier && counts.len() == 2,
        counts,
    };
    let count: usize = machine.counts.iter().sum();
    let supports = if classifier {
        count
    } else {
        usize::try_from(from.int("n_supports", 0)?).unwrap_or(usize::MAX)
    };
    if supports == 0 {
        return Err(from.unsupported("no support vectors"));
    }
    let pairs = machine.pairs();
    let classes = machine.counts.len();
    let sound = columns > 0
        && Some(machine.vectors.len()) == supports.checked_mul(columns)
        && if classifier {
            classes == labels.len()
                && classes >= 2
                && Some(machine.coefficients.len()) == supports.checked_mul(classes - 1)
                && machine.rho.len() == pairs
                && machine.a.len() == machine.b.len()
                && (machine.a.is_empty() || machine.a.len() == pairs)
        } else {
            machine.coefficients.len() == supports && machine.rho.len() == 1
        };
    if !sound {
        let found = format!(
            "{} numbers of support vectors and {} coefficients for {supports} vectors of {columns} columns",
            machine.vectors.len(),
            machine.coefficients.len()
        );
        return Err(from.contradiction(found, "lists that fit each other"));
    }
    Ok(machine)
}

impl Machine {
    fn pairs(&self) -> usize {
        let classes = self.counts.len();
        classes * classes.saturating_sub(1) / 2
    }

    /// Columns of scores.
    pub fn width(&self) -> usize {
        match self.counts.len() {
            0 => 1,
            classes if !self.a.is_empty() => classes,
            2 => 2,
            _ => self.pairs(),
        }
    }

    /// A row against every support vector.
    fn compared(&self, row: &[f64]) -> Vec<f32> {
        let [gamma, coef0, degree] = self.parameters;
        let vectors = self.vectors.chunks(self.columns.max(1));
        vectors
            .map(|vector| {
                let pairs = || vector.iter().zip(row).map(|(v, x)| (*v, *x as f32));
                if self.kernel == Comparison::Radial {
                    let distance = pairs().fold(0.0f32, |sum, (v, x)| sum + (x - v) * (x - v));
                    return pxfm::f_expf(-gamma * distance);
                }
                let product = pairs().fold(0.0f32, |sum, (v, x)| {
                    (f64::from(v) * f64::from(x) + f64::from(sum)) as f32
                });
                match self.kernel {
                    Comparison::Polynomial => pxfm::f_powf(gamma * product + coef0, degree),
                    Comparison::Sigmoid => pxfm::f_tanhf(gamma * product + coef0),
                    _ => product,
                }
            })
            .collect()
    }

    /// The sums of all pairs of classes.
    fn sums(&self, kernels: &[f32]) -> Vec<f64> {
        let total = kernels.len();
        let mut starts = Vec::new();
        let mut start = 0;
        for count in &self.counts {
            starts.push((start, *count));
            start += count;
        }
        let part = |row: usize, (start, count): (usize, usize)| {
            let coefficients = self.coefficients.iter().skip(row * total + start).take(count);
            let products =
                coefficients.zip(kernels.iter().skip(start)).map(|(c, k)| f64::from(c * k));
            products.sum::<f64>()
        };
        let mut sums = Vec::new();
        for (i, first) in starts.iter().enumerate() {
            for (j, second) in starts.iter().enumerate().skip(i + 1) {
                let rho = self.rho.get(sums.len()).copied().map_or(f64::NAN, f64::from);
                sums.push(part(j - 1, *first) + part(i, *second) + rho);
            }
        }
        sums
    }

    /// Class probabilities from pairwise ones.
    fn coupled(&self, sums: &[f64], to: &mut [f64]) {
        let n = self.counts.len();
        let mut r = vec![0f32; n * n];
        let mut pair = 0;
        for i in 0..n {
            for j in i + 1..n {
                let of = |list: &[f32]| list.get(pair).copied().unwrap_or(f32::NAN);
                let score = sums.get(pair).copied().unwrap_or(f64::NAN) as f32;
                let x = score * of(&self.a) + of(&self.b);
                let above = 1.0 / (1.0 + pxfm::f_expf(-x.abs()));
                let logistic = if x < 0.0 { 1.0 - above } else { above };
                let own = (1.0 - logistic).clamp(1e-7, 1.0 - 1e-7);
                for (at, value) in [(i * n + j, own), (j * n + i, 1.0 - own)] {
                    if let Some(cell) = r.get_mut(at) {
                        *cell = value;
                    }
                }
                pair += 1;
            }
        }
        let r = |i: usize, j: usize| r.get(i * n + j).copied().unwrap_or(0.0);
        let mut q = vec![vec![0f32; n]; n];
        for (i, row) in q.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell = if i == j {
                    (0..n).filter(|k| *k != i).fold(0.0, |sum, k| sum + r(k, i) * r(k, i))
                } else {
                    -r(j, i) * r(i, j)
                };
            }
        }
        let mut p = vec![1.0 / n as f32; n];
        let epsilon = 0.005 / n as f32;
        for _ in 0..100 {
            let mut qp: Vec<f32> = q
                .iter()
                .map(|row| row.iter().zip(&p).fold(0.0, |sum, (q, p)| sum + q * p))
                .collect();
            let mut pqp = p.iter().zip(&qp).fold(0.0f32, |sum, (p, qp)| sum + p * qp);
            if qp.iter().all(|qp| (qp - pqp).abs() < epsilon) {
                break;
            }
            for (i, row) in q.iter().enumerate() {
                let diagonal = row.get(i).copied().unwrap_or(1.0);
                let own = qp.get(i).copied().unwrap_or(0.0);
                let step = (-own + pqp) / diagonal;
                if let Some(p) = p.get_mut(i) {
                    *p += step;
                }
                pqp = (pqp + step * (step * diagonal + 2.0 * own)) / (1.0 + step) / (1.0 + step);
                for (qp, q) in qp.iter_mut().zip(row) {
                    *qp = (*qp + step * q) / (1.0 + step);
                }
                p.iter_mut().for_each(|p| *p /= 1.0 + step);
            }
        }
        for (to, p) in to.iter_mut().zip(p) {
            *to = f64::from(p);
        }
    }
}

impl Kernel for Machine {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let kernels = self.compared(from);
        if self.counts.is_empty() {
            let products = kernels.iter().zip(&self.coefficients).map(|(k, c)| f64::from(k * c));
            let rho = self.rho.first().copied().map_or(f64::NAN, f64::from);
            return to.fill(f64::from((products.sum::<f64>() + rho) as f32));
        }
        let sums = self.sums(&kernels);
        if !self.a.is_empty() {
            return self.coupled(&sums, to);
        }
        match (to, sums.as_slice()) {
            ([other, own], [sum]) if self.mirrored => {
                *own = f64::from(*sum as f32);
                *other = -*own;
            }
            (to, sums) => {
                for (to, sum) in to.iter_mut().zip(sums) {
                    *to = f64::from(*sum as f32);
                }
            }
        }
    }
}
