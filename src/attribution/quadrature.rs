//! Gauss-Legendre quadrature on [0, 1].

/// The points and weights of the `count`-point rule on [0, 1], exact for polynomials up to degree `2·count − 1`.
///
/// Newton's method on the Legendre polynomial from the usual starting values (Press et al., Numerical Recipes, 4.6),
/// in double precision to the last bits.
pub fn gauss_legendre(count: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut points, mut weights) = (vec![0.5; count], vec![1.0; count]);
    let n = count as f64;
    for i in 0..count.div_ceil(2) {
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        // Newton converges quadratically; 4 steps are enough, the rest is a bound.
        for _ in 0..20 {
            let (value, derivative) = legendre(count, x);
            slope = derivative;
            let step = value / derivative;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        if count % 2 == 1 && i == count / 2 {
            x = 0.0;
            slope = legendre(count, 0.0).1;
        }
        let weight = 1.0 / ((1.0 - x * x) * slope * slope);
        for (at, point) in [(i, (1.0 - x) / 2.0), (count - 1 - i, (1.0 + x) / 2.0)] {
            if let (Some(p), Some(w)) = (points.get_mut(at), weights.get_mut(at)) {
                (*p, *w) = (point, weight);
            }
        }
    }
    (points, weights)
}

/// Value and derivative of the Legendre polynomial of a degree, inside (−1, 1).
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut last, mut value) = (0.0, 1.0);
    for j in 0..degree {
        let j = j as f64;
        (last, value) = (value, ((2.0 * j + 1.0) * x * value - j * last) / (j + 1.0));
    }
    (value, degree as f64 * (x * value - last) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::gauss_legendre;

    #[test]
    fn the_rule_integrates_every_degree_it_promises() {
        for count in 1..=24 {
            let (x, w) = gauss_legendre(count);
            for degree in 0..2 * count {
                let sum: f64 = x.iter().zip(&w).map(|(x, w)| w * x.powi(degree as i32)).sum();
                let error = (sum - 1.0 / (degree as f64 + 1.0)).abs();
                assert!(error < 2e-15, "{count} points, degree {degree}: {error:e}");
            }
        }
    }
}
