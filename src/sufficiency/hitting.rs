//! The heaviest set of a size that hits every set of a list.

/// What is looked for.
#[derive(Debug)]
struct Hitting<'a> {
    /// Players from the heaviest to the lightest, the first of equal ones first.
    order: Vec<usize>,
    weights: &'a [f64],
    to_hit: &'a [u64],
    left_out: &'a [u64],
    best: Option<(f64, u64)>,
}

/// The set of `size` of `count` players that hits everything, is not among those left out, and weighs most; of equal ones
/// the one that a fixed order of trying finds first.
///
/// Whoever hits a set has one of its players: each is tried in turn, and then barred from the tries after it, so that no
/// set comes twice. A branch that cannot weigh more than the best is left.
pub(super) fn heaviest(
    count: usize,
    size: usize,
    weights: &[f64],
    to_hit: &[u64],
    left_out: &[u64],
) -> Option<u64> {
    let weight = |j: &usize| weights.get(*j).copied().unwrap_or(0.0);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let mut hitting = Hitting { order, weights, to_hit, left_out, best: None };
    hitting.extend(0, 0, size);
    hitting.best.map(|(_, set)| set)
}

impl Hitting<'_> {
    fn weight(&self, j: usize) -> f64 {
        self.weights.get(j).copied().unwrap_or(0.0)
    }

    fn sum(&self, set: u64) -> f64 {
        // Always in the same order, so that equal sets have equal sums.
        (0..64).filter(|j| set >> j & 1 == 1).map(|j| self.weight(j)).sum()
    }

    /// Extends `set` by `more` players that are not `barred`.
    fn extend(&mut self, set: u64, barred: u64, more: usize) {
        let free = |j: &&usize| (set | barred) >> **j & 1 == 0;
        let added: Vec<usize> = self.order.iter().filter(free).take(more).copied().collect();
        if added.len() < more {
            return;
        }
        let full = added.iter().fold(set, |set, j| set | 1 << j);
        if self.best.is_some_and(|(best, _)| self.sum(full) <= best) {
            return;
        }
        // The set with the fewest players that may be taken leaves the fewest tries.
        let open = self.to_hit.iter().filter(|hit| *hit & set == 0).map(|hit| hit & !barred);
        let players = match open.min_by_key(|hit| hit.count_ones()) {
            Some(hit) => hit,
            // Everything is hit: the heaviest others complete it, unless that set is left out.
            None if !self.left_out.contains(&full) => {
                self.best = Some((self.sum(full), full));
                return;
            }
            None => !(set | barred),
        };
        if more == 0 {
            return;
        }
        let tried: Vec<usize> =
            self.order.iter().filter(|j| players >> **j & 1 == 1).copied().collect();
        let mut barred = barred;
        for j in tried {
            self.extend(set | 1 << j, barred, more - 1);
            barred |= 1 << j;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_set_that_hits_everything() {
        let weights = [1.0, 5.0, 2.0, 4.0];
        assert_eq!(heaviest(4, 0, &weights, &[], &[]), Some(0));
        assert_eq!(heaviest(4, 0, &weights, &[0b1], &[]), None);
        assert_eq!(heaviest(4, 1, &weights, &[], &[]), Some(0b10));
        assert_eq!(heaviest(4, 2, &weights, &[0b1001, 0b0110], &[]), Some(0b1010));
        assert_eq!(heaviest(4, 4, &weights, &[0b1], &[]), Some(0b1111));
        assert_eq!(heaviest(4, 2, &[1.0; 4], &[], &[]), Some(0b11), "the first of equal ones");
    }

    /// Against every set of every size, for lists of sets that look drawn.
    #[test]
    fn no_heavier_set_hits_everything() {
        let mut state = 1u64;
        let mut drawn = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..300 {
            let count = 1 + drawn(7) as usize;
            let weights: Vec<f64> = (0..count).map(|_| drawn(5) as f64).collect();
            let to_hit: Vec<u64> = (0..drawn(6)).map(|_| drawn(1 << count)).collect();
            let left_out: Vec<u64> = (0..drawn(4)).map(|_| drawn(1 << count)).collect();
            for size in 0..=count {
                let sum = |set: u64| -> f64 {
                    (0..count).filter(|j| set >> j & 1 == 1).map(|j| weights[j]).sum()
                };
                let fits = |set: &u64| {
                    set.count_ones() as usize == size
                        && to_hit.iter().all(|hit| hit & set != 0)
                        && !left_out.contains(set)
                };
                let most = (0..1u64 << count).filter(fits).map(sum).reduce(f64::max);
                let found = heaviest(count, size, &weights, &to_hit, &left_out);
                assert!(found.is_none_or(|set| fits(&set)), "{found:?}");
                assert_eq!(found.map(sum), most, "{weights:?} {to_hit:?} {left_out:?}");
            }
        }
    }
}
