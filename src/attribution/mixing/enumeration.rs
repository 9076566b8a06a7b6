//! Shapley values from the values of all coalitions.

/// Shapley values of a game of `players`, players × outputs, from a table of coalitions × outputs (bit i of a coalition's
/// place is player i).
///
/// φ_i = Σ_{T∋i} (w(t−1) + w(t)) v(T) − Σ_T w(t) v(T) with w(s) = s!(n−s−1)!/n!, w(−1) = w(n) = 0: the definition
/// (Shapley 1953), ordered by coalitions instead of by what a player adds. The sums over the coalitions with a player come
/// from folding the table in halves, so that all players together cost two passes over it. Values are taken relative to
/// that of the empty coalition, which no player's value depends on.
pub(in crate::attribution) fn shapley(
    players: usize,
    outputs: usize,
    mut table: Vec<f64>,
) -> Vec<f64> {
    let weights = weights(players);
    let w = |size: usize| weights.get(size).copied().unwrap_or(0.0);
    let nobody: Vec<f64> = table.iter().take(outputs).copied().collect();
    let mut taken = vec![0.0; outputs];
    for (set, values) in table.chunks_exact_mut(outputs.max(1)).enumerate() {
        let size = set.count_ones() as usize;
        let (with, without) = (size.checked_sub(1).map_or(0.0, &w) + w(size), w(size));
        for ((value, nobody), taken) in values.iter_mut().zip(&nobody).zip(&mut taken) {
            let gain = *value - nobody;
            *taken += without * gain;
            *value = with * gain;
        }
    }
    let mut values = vec![0.0; players * outputs];
    for player in (0..players).rev() {
        // The upper half has the player; then it no longer matters whether it has.
        let (without, with) = table.split_at_mut(outputs << player);
        for (k, taken) in taken.iter().enumerate() {
            let sum: f64 = with.iter().skip(k).step_by(outputs).sum();
            if let Some(value) = values.get_mut(player * outputs + k) {
                *value = sum - taken;
            }
        }
        without.iter_mut().zip(with).for_each(|(without, with)| *without += *with);
        table.truncate(outputs << player);
    }
    values
}

/// `s! (n−s−1)! / n! = 1 / (n · C(n−1, s))` for s from 0 to n − 1.
pub(super) fn weights(players: usize) -> Vec<f64> {
    let mut weights = Vec::with_capacity(players);
    let mut choose = 1.0;
    for size in 0..players {
        weights.push(1.0 / (players as f64 * choose));
        choose = choose * (players - 1 - size) as f64 / (size + 1) as f64;
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::shapley;
    use crate::attribution::by_enumeration;

    #[test]
    fn folding_gives_what_the_definition_does() {
        let value = |set: u32, k: u32| f64::from((set * 37 + k * 11) % 23) / 7.0 + 3.0;
        for players in 0..8usize {
            let table = (0..1u32 << players).flat_map(|set| [value(set, 0), value(set, 1)]);
            let found = shapley(players, 2, table.collect());
            for k in 0..2 {
                let wanted = by_enumeration(players, |set| value(set, k)).unwrap();
                for (player, wanted) in wanted.iter().enumerate() {
                    assert!((found[player * 2 + k as usize] - wanted).abs() < 1e-13);
                }
            }
        }
    }
}
