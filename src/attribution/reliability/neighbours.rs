//! Whether cases that hardly differ get the same reasons.

use super::ranking::{ranking, same_leading};

/// A neighbour of a case: one detail a step away.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// By how much each player's value differs from the case's.
    pub changes: Vec<f64>,
    /// The model decides it as the case.
    pub same_decision: bool,
}

/// What the neighbours say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stability {
    /// Neighbours.
    pub neighbours: usize,
    /// Those with the same decision.
    pub same_decision: usize,
    /// Of these, those with another strongest player.
    pub other_strongest: usize,
    /// Of these, those with other leading players, whatever their order.
    pub other_leading: usize,
    /// The largest Σ |change| among those with the same decision, divided by the case's Σ |value|: the largest
    /// sensitivity (Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019) over neighbours that
    /// can be. 0 where nothing moved the case's score.
    pub largest_change: f64,
}

/// Compares a case's values with those of its neighbours; `leading` is how many places count as leading.
pub fn stability(values: &[f64], moves: &[Move], leading: usize) -> Stability {
    let own = ranking(values);
    let total: f64 = values.iter().map(|value| value.abs()).sum();
    let mut found = Stability { neighbours: moves.len(), ..Stability::default() };
    for Move { changes, .. } in moves.iter().filter(|neighbour| neighbour.same_decision) {
        found.same_decision += 1;
        let moved: Vec<f64> = values.iter().zip(changes).map(|(value, by)| value + by).collect();
        let order = ranking(&moved);
        found.other_strongest += usize::from(order.first() != own.first());
        found.other_leading += usize::from(!same_leading(&own, &order, leading));
        let change: f64 = changes.iter().map(|by| by.abs()).sum();
        if total > 0.0 {
            found.largest_change = found.largest_change.max(change / total);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_neighbours_with_the_same_decision_count() {
        let neighbour =
            |changes: [f64; 4], same_decision| Move { changes: changes.into(), same_decision };
        let moves = [
            neighbour([0.0; 4], true),
            // 3 2.9 → 2.5 2.8: another strongest, the same three.
            neighbour([-0.5, 0.1, 0.0, 0.0], true),
            // The fourth passes the third.
            neighbour([0.0, 0.0, -0.9, -0.4], true),
            neighbour([-9.0, 9.0, 9.0, 9.0], false),
        ];
        let found = stability(&[3.0, -2.9, 1.0, -0.1], &moves, 3);
        assert_eq!((found.neighbours, found.same_decision), (4, 3));
        assert_eq!((found.other_strongest, found.other_leading), (1, 1));
        assert!((found.largest_change - 1.3 / 7.0).abs() < 1e-15);
        let found = stability(&[3.0, -1.9, 1.0, -0.1], &moves, 3);
        assert_eq!((found.other_strongest, found.other_leading), (0, 1));
        assert_eq!(stability(&[0.0, 0.0], &[], 3), Stability::default());
    }
}
