//! From interactions of pairs to the cells of a matrix.

use crate::attribution::lanes::Pairs;

/// The pairs of players that meet on a path, and the cells of the matrix in their order.
#[derive(Debug)]
pub struct PairCells {
    pub pairs: Pairs,
    /// Both cells of each pair and the diagonal, ascending, with what they show.
    cells: Vec<(u32, u32, Shown)>,
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// Half of the interaction of a pair.
    Pair(usize),
    /// What is left of a player's value.
    Rest(usize),
}

impl PairCells {
    pub fn new(pairs: Pairs, players: usize) -> Self {
        let mut cells: Vec<_> =
            (0..players).map(|p| (p as u32, p as u32, Shown::Rest(p))).collect();
        for (number, (a, b)) in pairs.pairs.iter().enumerate() {
            cells.push((*a as u32, *b as u32, Shown::Pair(number)));
            cells.push((*b as u32, *a as u32, Shown::Pair(number)));
        }
        cells.sort_unstable();
        PairCells { pairs, cells }
    }

    /// The matrix of players from the interactions of pairs and the values: its cells that are not zero, ascending.
    pub fn matrix(&self, pairs: &[f64], values: &[f64]) -> Vec<(u32, u32, f64)> {
        let mut rest = values.to_vec();
        for ((a, b), interaction) in self.pairs.pairs.iter().zip(pairs) {
            for player in [a, b] {
                if let Some(rest) = rest.get_mut(*player) {
                    *rest -= interaction / 2.0;
                }
            }
        }
        let value = |(a, b, shown): &(u32, u32, Shown)| {
            let value = match shown {
                Shown::Pair(number) => pairs.get(*number).map(|interaction| interaction / 2.0),
                Shown::Rest(player) => rest.get(*player).copied(),
            };
            value.filter(|value| *value != 0.0).map(|value| (*a, *b, value))
        };
        self.cells.iter().filter_map(value).collect()
    }
}
