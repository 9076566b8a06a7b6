//! Mixes of two rows, evaluated by the model as they are, in blocks.

use ndarray::{Array2, ArrayView1};

use super::{Game, Mix};

/// Rows that the model is given at once.
const BLOCK: usize = 128;

pub(super) struct Splices<'g> {
    game: &'g Game<'g>,
    row: &'g [f64],
    other: ArrayView1<'g, f64>,
    live: Vec<u32>,
}

impl<'g> Splices<'g> {
    pub fn new(game: &'g Game<'g>, row: &'g [f64], other: usize) -> Self {
        let other = game.background.row(other);
        let differs = |f: &usize| match (row.get(*f), other.get(*f)) {
            (Some(x), Some(z)) => x.to_bits() != z.to_bits() && !(x.is_nan() && z.is_nan()),
            _ => false,
        };
        let players = (0u32..).zip(game.groups.members());
        let live = players.filter(|(_, members)| members.iter().any(&differs));
        let live = live.map(|(player, _)| player).collect();
        Splices { game, row, other, live }
    }

    /// Raw scores of `count` mixes; `joined` says whether a player has joined in one.
    fn evaluate(&self, count: usize, joined: impl Fn(usize, u32) -> bool) -> Vec<f64> {
        let (features, outputs) = (self.row.len(), self.game.outputs());
        let mut scores = Vec::with_capacity(count * outputs);
        let mut from = 0;
        while from < count {
            let size = BLOCK.min(count - from);
            let mut rows = Array2::zeros((size, features));
            for (c, mut mixed) in rows.rows_mut().into_iter().enumerate() {
                mixed.assign(&self.other);
                let players = (0u32..).zip(self.game.groups.members());
                for (_, members) in players.filter(|(player, _)| joined(from + c, *player)) {
                    for f in members {
                        if let (Some(cell), Some(x)) = (mixed.get_mut(*f), self.row.get(*f)) {
                            *cell = *x;
                        }
                    }
                }
            }
            let mut found = Array2::from_elem((size, outputs), f64::NAN);
            self.game.model.exact_block(rows.view(), found.view_mut());
            scores.extend(found.iter());
            from += size;
        }
        scores
    }
}

impl Mix for Splices<'_> {
    fn live(&self) -> &[u32] {
        &self.live
    }

    fn table(&mut self) -> Vec<f64> {
        let bit = |player: u32| self.live.iter().position(|live| *live == player);
        let bits: Vec<Option<usize>> = (0..self.game.groups.count() as u32).map(bit).collect();
        self.evaluate(1 << self.live.len(), |c, player| {
            bits.get(player as usize).copied().flatten().is_some_and(|bit| c >> bit & 1 == 1)
        })
    }

    fn walk(&mut self, order: &[u32]) -> Vec<f64> {
        let mut place = vec![usize::MAX; self.game.groups.count()];
        for (at, live) in order.iter().enumerate() {
            let player = self.live.get(*live as usize);
            if let Some(place) = player.and_then(|player| place.get_mut(*player as usize)) {
                *place = at;
            }
        }
        self.evaluate(order.len() + 1, |joined, player| {
            place.get(player as usize).is_some_and(|place| *place < joined)
        })
    }

    fn scores(&mut self, coalitions: &[Vec<bool>]) -> Vec<f64> {
        self.evaluate(coalitions.len(), |c, player| {
            coalitions.get(c).and_then(|c| c.get(player as usize)).is_some_and(|joined| *joined)
        })
    }
}
