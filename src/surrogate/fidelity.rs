//! How often a surrogate agrees with the model it pictures: over all rows, near the threshold, and leaf by leaf.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::Surrogate;

/// Agreement of decisions; fidelity in the sense of Craven and Shavlik 1996 (TREPAN).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fidelity {
    /// Rows compared.
    pub rows: usize,
    /// Rows on which surrogate and model decide the same.
    pub agreeing: usize,
    /// `agreeing / rows`; `None` without rows.
    pub share: Option<f64>,
    /// Rows and agreement among the quarter of rows nearest to the threshold, where it is hardest.
    pub near: Option<(usize, usize)>,
}

/// Agreement among the rows that end in one leaf (gate G15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafFidelity {
    /// Index of the leaf in [`Surrogate::nodes`].
    pub leaf: usize,
    /// Rows that end there.
    pub rows: usize,
    /// Those decided alike.
    pub agreeing: usize,
}

impl LeafFidelity {
    /// Gate G15: at least 30 rows of which at least 90 % agree.
    pub fn holds(&self) -> bool {
        self.rows >= 30 && 10 * self.agreeing >= 9 * self.rows
    }
}

impl Surrogate {
    /// Fidelity on rows (best: rows the fit has not seen) and the model's decisions on them. Rows beyond the shorter of
    /// both are not compared. `distances` are the model's distances `|raw - threshold|`, for [`Fidelity::near`]: the
    /// nearest quarter, rounded up, ties by row order.
    pub fn fidelity(
        &self,
        rows: ArrayView2<'_, f64>,
        decisions: &[bool],
        distances: Option<&[f64]>,
    ) -> Fidelity {
        let agrees = self.agreement(rows, decisions);
        let (rows, agreeing) = (agrees.len(), agrees.iter().filter(|a| a.1).count());
        let near = distances.map(|distances| {
            let mut order: Vec<usize> = (0..rows.min(distances.len())).collect();
            order.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]).then(a.cmp(&b)));
            order.truncate(order.len().div_ceil(4));
            (order.len(), order.iter().filter(|&&i| agrees[i].1).count())
        });
        let share = (rows > 0).then(|| agreeing as f64 / rows as f64);
        Fidelity { rows, agreeing, share, near }
    }

    /// Fidelity of every leaf, in the order of [`Surrogate::nodes`]; leaves without rows are listed with 0.
    pub fn leaf_fidelity(
        &self,
        rows: ArrayView2<'_, f64>,
        decisions: &[bool],
    ) -> Vec<LeafFidelity> {
        let mut counts = vec![(0, 0); self.nodes.len()];
        for (leaf, agrees) in self.agreement(rows, decisions) {
            counts[leaf].0 += 1;
            counts[leaf].1 += usize::from(agrees);
        }
        let leaves =
            counts.into_iter().enumerate().filter(|&(n, _)| self.nodes[n].question.is_none());
        leaves.map(|(leaf, (rows, agreeing))| LeafFidelity { leaf, rows, agreeing }).collect()
    }

    /// Leaf of each row, and whether the surrogate decides as the model.
    fn agreement(&self, rows: ArrayView2<'_, f64>, decisions: &[bool]) -> Vec<(usize, bool)> {
        let pairs = rows.rows().into_iter().zip(decisions);
        let one = pairs.map(|(row, &decision)| {
            let leaf = self.leaf(&row.to_vec());
            (leaf, self.nodes[leaf].decision == decision)
        });
        one.collect()
    }
}
