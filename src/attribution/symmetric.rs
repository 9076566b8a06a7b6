//! Symmetric matrices of a few dozen rows: Cholesky factors, eigenvectors.

use ndarray::{Array1, Array2};

/// The factor L of a positive definite matrix, `L Lᵀ`.
#[derive(Clone, Debug)]
pub(super) struct Cholesky(Vec<Vec<f64>>);

impl Cholesky {
    /// None for a matrix that is not positive definite.
    pub fn of(matrix: Array2<f64>) -> Option<Self> {
        let mut factor = Cholesky(Vec::with_capacity(matrix.nrows()));
        for (i, row) in matrix.rows().into_iter().enumerate() {
            factor.append(row.iter().take(i + 1).copied().collect())?;
        }
        Some(factor)
    }

    /// A factor of no rows.
    pub fn empty() -> Self {
        Cholesky(Vec::new())
    }

    /// Adds a row (and column) of the matrix: its products with the rows before, then with itself.
    pub fn append(&mut self, mut row: Vec<f64>) -> Option<()> {
        let own = row.pop()?;
        let mut left = own;
        for i in 0..row.len() {
            let factors = self.0.get(i)?;
            let (done, open) = row.split_at_mut(i);
            let product: f64 = factors.iter().zip(done.iter()).map(|(l, x)| l * x).sum();
            let x = open.first_mut()?;
            *x = (*x - product) / factors.last()?;
            left -= *x * *x;
        }
        // Not above what rounding leaves of the own product: the row is one of those before.
        if left.is_nan() || left <= 1e-14 * own.abs() {
            return None;
        }
        row.push(left.sqrt());
        self.0.push(row);
        Some(())
    }

    /// The solution x of `L Lᵀ x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x: Vec<f64> = Vec::with_capacity(b.len());
        for (row, b) in self.0.iter().zip(b) {
            let product: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
            x.push((b - product) / row.last().copied().unwrap_or(1.0));
        }
        for i in (0..x.len()).rev() {
            let (above, own) = x.split_at_mut(i);
            let (Some(row), Some(own)) = (self.0.get(i), own.first_mut()) else { continue };
            *own /= row.last().copied().unwrap_or(1.0);
            above.iter_mut().zip(row).for_each(|(x, l)| *x -= l * *own);
        }
        x
    }
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations (Golub, Van Loan, Matrix
/// Computations, 8.5); in no order.
pub(super) fn eigen(mut a: Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    let n = a.nrows();
    let at = |a: &Array2<f64>, i: usize, j: usize| a.get((i, j)).copied().unwrap_or(0.0);
    let mut vectors: Array2<f64> = Array2::eye(n);
    // Convergence is quadratic; a few sweeps are enough, the rest is a bound.
    for _ in 0..60 {
        let whole: f64 = a.iter().map(|x| x * x).sum();
        let off: f64 = a.indexed_iter().filter(|((i, j), _)| i != j).map(|(_, x)| x * x).sum();
        if off <= 1e-32 * whole || off.is_nan() {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = at(&a, p, q);
                if apq == 0.0 {
                    continue;
                }
                let theta = (at(&a, q, q) - at(&a, p, p)) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                rotate_columns(&mut a, p, q, c, s);
                a.swap_axes(0, 1);
                rotate_columns(&mut a, p, q, c, s);
                a.swap_axes(0, 1);
                rotate_columns(&mut vectors, p, q, c, s);
            }
        }
    }
    (a.diag().to_vec(), vectors)
}

fn rotate_columns(a: &mut Array2<f64>, p: usize, q: usize, c: f64, s: f64) {
    let (old_p, old_q): (Array1<f64>, Array1<f64>) =
        (a.column(p).to_owned(), a.column(q).to_owned());
    for ((to, x), y) in a.column_mut(p).iter_mut().zip(&old_p).zip(&old_q) {
        *to = c * x - s * y;
    }
    for ((to, x), y) in a.column_mut(q).iter_mut().zip(&old_p).zip(&old_q) {
        *to = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};

    use super::{Cholesky, eigen};

    fn matrix() -> Array2<f64> {
        let half = Array2::from_shape_fn((5, 5), |(i, j)| ((i * 7 + j * 3) % 11) as f64 - 4.0);
        half.dot(&half.t())
    }

    #[test]
    fn a_factor_solves_its_equations() {
        let wanted = [1.0, -2.0, 0.5, 3.0, -1.5];
        let a = matrix() + Array2::<f64>::eye(5);
        let b: Vec<f64> =
            a.rows().into_iter().map(|r| r.iter().zip(wanted).map(|(a, x)| a * x).sum()).collect();
        let found = Cholesky::of(a).unwrap().solve(&b);
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        assert!(Cholesky::of(Array2::ones((3, 3))).is_none());
    }

    #[test]
    fn eigenvectors_give_the_matrix_back() {
        let a = matrix();
        let (values, vectors) = eigen(a.clone());
        let back = vectors.dot(&Array2::from_diag(&Array1::from(values))).dot(&vectors.t());
        assert!((back - a).iter().all(|x| x.abs() < 1e-11));
        let unit = vectors.t().dot(&vectors) - Array2::<f64>::eye(5);
        assert!(unit.iter().all(|x| x.abs() < 1e-13));
    }
}
