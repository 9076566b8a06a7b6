//! Who plays: features, and the sources of a derived column together.
//!
//! A test on a column that comes from several features (a statistic of a combination of categories) cannot be credited
//! to one of them. As in CatBoost's own ShapValues the features of the combination are one player, and what it gets is
//! shared equally between them (catboost/libs/fstr/shap_values.cpp, "combination class").

use std::collections::BTreeMap;

use crate::model::TreeEnsemble;

/// The players of an ensemble: its features, then one for each distinct combination of features.
#[derive(Clone, Debug)]
pub(super) struct Players {
    features: usize,
    /// By column: its player.
    of: Vec<usize>,
    /// By combination: its features.
    combinations: Vec<Vec<u32>>,
}

impl Players {
    pub fn of(ensemble: &TreeEnsemble) -> Self {
        let features = ensemble.card.features.len();
        let mut players =
            Players { features, of: (0..features).collect(), combinations: Vec::new() };
        for column in &ensemble.derived {
            let known = players.combinations.iter().position(|c| c == column.credited());
            let player = match (column.credited(), known) {
                ([source], _) => *source as usize,
                (_, Some(known)) => features + known,
                (sources, None) => {
                    players.combinations.push(sources.to_vec());
                    features + players.combinations.len() - 1
                }
            };
            players.of.push(player);
        }
        players
    }

    /// The player of a column.
    pub fn player(&self, column: u32) -> usize {
        self.of.get(column as usize).copied().unwrap_or(column as usize)
    }

    pub fn count(&self) -> usize {
        self.features + self.combinations.len()
    }

    /// One value a feature, from one a player.
    pub fn shared(&self, mut values: Vec<f64>) -> Vec<f64> {
        let combined = values.split_off(self.features.min(values.len()));
        for (value, sources) in combined.into_iter().zip(&self.combinations) {
            for source in sources {
                if let Some(own) = values.get_mut(*source as usize) {
                    *own += value / sources.len() as f64;
                }
            }
        }
        values
    }

    /// Cells of a symmetric matrix of features, ascending, from those of a matrix of players. The cells of a player of
    /// several features are shared as its value is, so that a feature's row still adds up to its value.
    pub fn shared_pairs(&self, cells: Vec<(u32, u32, f64)>) -> Vec<(u32, u32, f64)> {
        if self.combinations.is_empty() {
            return cells;
        }
        let mut shared: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (a, b, value) in cells {
            let (first, second) = (self.features_of(&a), self.features_of(&b));
            let part = value / (first.len() * second.len()) as f64;
            for f in first {
                for g in second {
                    *shared.entry((*f, *g)).or_default() += part;
                }
            }
        }
        let found = shared.into_iter().filter(|(_, value)| *value != 0.0);
        found.map(|((f, g), value)| (f, g, value)).collect()
    }

    /// The features that share what a player gets.
    fn features_of<'a>(&'a self, player: &'a u32) -> &'a [u32] {
        let combination = (*player as usize).checked_sub(self.features);
        let combination = combination.and_then(|at| self.combinations.get(at));
        combination.map_or(std::slice::from_ref(player), Vec::as_slice)
    }
}
