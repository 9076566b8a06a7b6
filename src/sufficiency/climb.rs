//! A row that turns the result, by changing one player after the other: each time the one whose best value raises the score
//! most. What is found is checked by the model; nothing follows from finding nothing.

use std::collections::BTreeMap;

use super::forest::{NONE, Twig};
use super::open::Asked;

/// Most changes of one climb.
const MOST_STEPS: usize = 64;
/// Rows of the comparison group from which a climb starts, those with the highest scores first.
const STARTS: usize = 8;

/// What was found on the way of climbs of one case: they share their first steps.
#[derive(Debug, Default)]
pub(super) struct Climbs {
    known: BTreeMap<Vec<u32>, (f64, Vec<Gain>)>,
    /// How many trees were walked.
    pub walked: usize,
}

/// Most places of which gains are kept.
const MOST_KNOWN: usize = 4096;

/// What changing one player alone does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    pub player: usize,
    /// The place of its best value.
    pub place: u32,
    /// By how much the score rises.
    pub gain: f64,
}

impl Asked<'_, '_> {
    /// The score at these places, one a player, and what each player can add to it alone.
    pub fn gains(&self, places: &[u32]) -> (f64, Vec<Gain>) {
        let forest = self.forest;
        let sign = if self.up { 1.0 } else { -1.0 };
        let seen = match forest.joint.is_empty() && !forest.has_sums() {
            true => vec![],
            false => forest.seen(&forest.row(self.case, places.iter().copied())),
        };
        let mut score = sign * forest.base;
        // By player: differences of what its values add, value after value.
        let mut added: Vec<Vec<f64>> =
            forest.values.iter().map(|values| vec![0.0; values.len() + 1]).collect();
        // By column: its weight in the leaves of these places.
        let mut weights = vec![0.0; if forest.has_sums() { seen.len() } else { 0 }];
        let mut met: Vec<(u32, u32)> = vec![];
        let mut open: Vec<(u32, u32, u32)> = vec![];
        for &root in &forest.roots {
            met.clear();
            let leaf = self.walk(root, places, &seen, &mut |player, at| {
                if player != NONE && !met.iter().any(|(other, _)| *other == player) {
                    met.push((player, at));
                }
            });
            let value = leaf.map_or(0.0, |leaf| forest.value(leaf, &seen));
            if let Some(sum) = leaf.and_then(|leaf| forest.sum(leaf)) {
                sum.add_weights(&seen, sign, &mut weights);
            }
            score += sign * value;
            for &(player, at) in &met {
                let Some(added) = added.get_mut(player as usize) else { continue };
                let Some(last) = forest.own(player as usize).checked_sub(1) else { continue };
                open.push((at, 0, last));
                while let Some((at, from, to)) = open.pop() {
                    let found = self.until(at, player, places, &seen);
                    let Some(twig @ Twig { test, left, right, .. }) = found else { continue };
                    if *test == NONE {
                        let gain = sign * (forest.value(twig, &seen) - value);
                        for (place, gain) in [(from, gain), (to + 1, -gain)] {
                            if let Some(added) = added.get_mut(place as usize) {
                                *added += gain;
                            }
                        }
                        continue;
                    }
                    let mut start = from;
                    while start <= to {
                        let end = forest.run_from(self.case, *test, (start, to));
                        let left_side = forest.left(self.case, *test, start);
                        open.push((if left_side { *left } else { *right }, start, end));
                        start = end + 1;
                    }
                }
            }
        }
        let best = |(player, added): (usize, &Vec<f64>)| {
            let mut sum = 0.0;
            let mut best = Gain { player, place: 0, gain: f64::NEG_INFINITY };
            for (place, added) in (0u32..).zip(added.iter().take(added.len() - 1)) {
                sum += added;
                let gain = match weights.is_empty() {
                    true => sum,
                    false => sum + self.slope(player, place, &weights, &seen),
                };
                if gain > best.gain {
                    best = Gain { player, place, gain };
                }
            }
            best
        };
        (score, added.iter().enumerate().map(best).collect())
    }

    /// What weighted sums add when a player takes the value of a place.
    fn slope(&self, player: usize, place: u32, weights: &[f64], seen: &[f64]) -> f64 {
        let forest = self.forest;
        let (Some(player), Some(values)) = (forest.players.get(player), forest.values.get(player))
        else {
            return 0.0;
        };
        let Some(values) = values.get(place as usize) else { return 0.0 };
        let each = player.columns.iter().zip(values).map(|(&column, &x)| {
            let weight = weights.get(column).copied().unwrap_or(0.0);
            let step = forest.number_seen(column, x) - seen.get(column).copied().unwrap_or(0.0);
            // What a missing value does is not asked here.
            if step.is_nan() { 0.0 } else { weight * step }
        });
        each.sum()
    }

    fn twig(&self, at: u32) -> Option<&Twig> {
        self.forest.twigs.get(at as usize)
    }

    /// Whether a test goes left at these places.
    fn goes_left(&self, test: u32, places: &[u32], seen: &[f64]) -> bool {
        let player = self.forest.tests.get(test as usize).map_or(NONE, |test| test.player);
        match places.get(player as usize) {
            Some(place) => self.forest.left(self.case, test, *place),
            None => self.forest.joint_left(seen, test),
        }
    }

    /// Walks to the leaf; calls for each node with its player.
    fn walk(
        &self,
        root: u32,
        places: &[u32],
        seen: &[f64],
        meet: &mut dyn FnMut(u32, u32),
    ) -> Option<&Twig> {
        let mut at = root;
        loop {
            let twig = self.twig(at)?;
            let Some(test) = self.forest.tests.get(twig.test as usize) else { return Some(twig) };
            meet(test.player, at);
            at = if self.goes_left(twig.test, places, seen) { twig.left } else { twig.right };
        }
    }

    /// The leaf at these places.
    pub fn leaf(&self, root: u32, places: &[u32], seen: &[f64]) -> Option<&Twig> {
        self.walk(root, places, seen, &mut |_, _| {})
    }

    /// Walks to the next test of a player, or to the leaf.
    fn until(&self, mut at: u32, player: u32, places: &[u32], seen: &[f64]) -> Option<&Twig> {
        loop {
            let twig = self.twig(at)?;
            let test = self.forest.tests.get(twig.test as usize);
            if test.is_none_or(|test| test.player == player) {
                return Some(twig);
            }
            at = if self.goes_left(twig.test, places, seen) { twig.left } else { twig.right };
        }
    }

    /// Climbs from these places; a row that keeps the kept players and turns the result.
    pub fn climb(
        &self,
        kept: &[bool],
        mut places: Vec<u32>,
        turns: &dyn Fn(&[f64]) -> bool,
        climbs: &mut Climbs,
    ) -> Option<Vec<f64>> {
        let goal = self.forest.goal(self.case, self.up);
        for _ in 0..MOST_STEPS {
            let (score, best) = climbs.best(self, kept, &places);
            if score >= goal {
                let row = self.forest.row(self.case, places.iter().copied());
                if turns(&row) {
                    return Some(row);
                }
            }
            let best = best?;
            // Less than rounding is no gain.
            if best.gain.is_nan() || best.gain <= 1e-12 * score.abs().max(1.0) {
                return None;
            }
            *places.get_mut(best.player)? = best.place;
        }
        None
    }

    /// Climbs from the case itself, then from rows of the comparison group.
    pub fn found(
        &self,
        kept: &[bool],
        group: &[Vec<u32>],
        turns: &dyn Fn(&[f64]) -> bool,
        climbs: &mut Climbs,
    ) -> Option<Vec<f64>> {
        let own: Vec<u32> = (0..kept.len()).map(|j| self.forest.own(j)).collect();
        let spliced = |other: &Vec<u32>| {
            let each = own.iter().zip(other).zip(kept);
            each.map(|((own, other), kept)| if *kept { *own } else { *other }).collect()
        };
        let starts = std::iter::once(own.clone()).chain(group.iter().take(STARTS).map(spliced));
        starts.into_iter().find_map(|places| self.climb(kept, places, turns, climbs))
    }
}

impl Climbs {
    /// The score at these places, and the largest gain of a player that is not kept.
    fn best(
        &mut self,
        asked: &Asked<'_, '_>,
        kept: &[bool],
        places: &[u32],
    ) -> (f64, Option<Gain>) {
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        let (score, gains) = self.known.entry(places.to_vec()).or_insert_with(|| {
            self.walked += asked.forest.roots.len();
            asked.gains(places)
        });
        let free = gains.iter().filter(|gain| kept.get(gain.player) == Some(&false));
        let best = free.reduce(|best, gain| if gain.gain > best.gain { gain } else { best });
        (*score, best.copied())
    }
}
