//! Leaves that no training row reached, of libraries that let them count only for the rows that reach them.

use crate::attribution::quadrature::gauss_legendre;

/// A leaf that counts only for the rows that reach it. All of them get the same from it.
#[derive(Clone, Debug)]
pub struct Uncovered {
    pub node: usize,
    /// Its value, and the players of its path, each with the cover fraction of all edges on it.
    pub value: f64,
    pub shares: Vec<(usize, f64)>,
}

impl Uncovered {
    /// What its players get, of a row that reaches it: player and value.
    pub fn values(&self) -> impl Iterator<Item = (usize, f64)> {
        self.shares.iter().map(|(player, share)| (*player, (1.0 - share) * self.mean(&[*player])))
    }

    /// What pairs of its players get, of a row that reaches it.
    pub fn pairs(&self) -> impl Iterator<Item = ((usize, usize), f64)> {
        self.shares.iter().enumerate().flat_map(move |(i, (f, share_f))| {
            self.shares.iter().take(i).map(move |(g, share_g)| {
                let value = (1.0 - share_f) * (1.0 - share_g) * self.mean(&[*f, *g]);
                (((*f).min(*g), (*f).max(*g)), value)
            })
        })
    }

    /// Its value times the integral of the other players' factors.
    fn mean(&self, without: &[usize]) -> f64 {
        let (points, weights) = gauss_legendre(self.shares.len().div_ceil(2).max(1));
        let at = |x: f64| -> f64 {
            let others = self.shares.iter().filter(|(player, _)| !without.contains(player));
            others.map(|(_, share)| (1.0 - x) * share + x).product()
        };
        self.value * points.iter().zip(&weights).map(|(x, weight)| weight * at(*x)).sum::<f64>()
    }
}
