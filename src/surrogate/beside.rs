//! Trees beside a [`Surrogate`]: of other sizes, and fitted as it was on its fitting rows drawn anew.

use ndarray::{ArrayView2, Axis};
use rayon::prelude::*;

use super::draws::Draws;
use super::prune::prune;
use super::{Surrogate, SurrogateOptions};
use crate::fault::Checked;

impl Surrogate {
    /// Trees of at most so many leaves each (0 counts as 1), with the other options of this one; `rows` and `decisions`
    /// are those that fitted it.
    ///
    /// # Errors
    /// As [`Surrogate::fit`].
    pub fn of_sizes(
        &self,
        rows: ArrayView2<'_, f64>,
        decisions: &[bool],
        sizes: &[usize],
    ) -> Checked<Vec<Surrogate>> {
        let options = |max_leaves| SurrogateOptions { max_leaves, ..self.options };
        let most = sizes.iter().copied().max().unwrap_or(1).max(1);
        let largest = Surrogate::fit(&self.features, rows, decisions, options(most))?;
        // Weakest links are cut in the same order whatever the size: a smaller tree is the larger one, cut further.
        let one = |&size: &usize| Surrogate {
            nodes: prune(&largest.nodes, size.max(1)),
            options: options(size.max(1)),
            ..largest.clone()
        };
        Ok(sizes.iter().map(one).collect())
    }

    /// Trees with the options of this one, each fitted on as many rows, drawn from `rows` with repetition (the bootstrap of
    /// Efron 1979). `rows` and `decisions` are those that fitted this one; the same seed gives the same trees.
    ///
    /// # Errors
    /// As [`Surrogate::fit`].
    pub fn redrawn(
        &self,
        rows: ArrayView2<'_, f64>,
        decisions: &[bool],
        trees: usize,
        seed: u64,
    ) -> Checked<Vec<Surrogate>> {
        let n = rows.nrows().min(decisions.len());
        let one = |stream: u64| {
            let mut draws = Draws::new(seed, stream + 1);
            let drawn: Vec<usize> = (0..n).map(|_| draws.below(n)).collect();
            let said: Vec<bool> =
                drawn.iter().filter_map(|&row| decisions.get(row).copied()).collect();
            Surrogate::fit(&self.features, rows.select(Axis(0), &drawn).view(), &said, self.options)
        };
        (0..trees as u64).into_par_iter().map(one).collect()
    }
}

/// In how many cases two trees decide alike, and of how many, over all pairs of the trees and all rows.
pub fn alike(trees: &[Surrogate], rows: ArrayView2<'_, f64>) -> (usize, usize) {
    let pairs = |n: usize| n * n.saturating_sub(1) / 2;
    let one = |row: ndarray::ArrayView1<'_, f64>| {
        let row = row.to_vec();
        let positive = trees.iter().filter(|tree| tree.decide(&row)).count();
        pairs(positive) + pairs(trees.len() - positive)
    };
    (rows.rows().into_iter().map(one).sum(), pairs(trees.len()) * rows.nrows())
}
