//! Rounder thresholds, where the tree copies the model as well with them.
//!
//! The threshold of a question is the roundest number in the middle half of the gap between two values that occur, which
//! changes the side of no fitting row. A rounder one yet, which moves some rows to the other side, is taken only if
//! neither the error on all fitting rows nor that on a fifth of them rises, what the leaves say being
//! found anew, and every leaf keeps enough rows.

use super::super::tree::{Ask, Subject, SurrogateTree};
use super::Fitting;

/// Units are tried down to this part of the range of the values.
const FINEST: i32 = 6;

impl Fitting<'_> {
    /// Makes thresholds rounder, question by question from the root.
    pub(super) fn round(&self, tree: &mut SurrogateTree) {
        let all = self.all();
        for at in 0..tree.nodes.len() {
            let Some((detail, old)) = tree.nodes.get(at).and_then(|node| {
                let split = node.split.as_ref()?;
                match split.ask {
                    Ask::Below(threshold) => Some((split.detail, threshold)),
                    Ask::OneOf(_) => None,
                }
            }) else {
                continue;
            };
            let here: Vec<u32> =
                all.iter().copied().filter(|row| self.reaches(tree, at, *row)).collect();
            let values = here.iter().map(|row| self.value(detail, *row)).filter(|x| !x.is_nan());
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            });
            if low >= high {
                continue;
            }
            let Some(before) = self.errors(tree, at, &here) else { continue };
            for candidate in rounder(old, low, high) {
                self.set(tree, at, candidate);
                let after = self.errors(tree, at, &here);
                let costs_nothing =
                    |after: [f64; 3]| after.iter().zip(&before).all(|(a, b)| a <= b);
                if after.is_some_and(costs_nothing) {
                    break;
                }
                self.set(tree, at, old);
            }
        }
    }

    fn set(&self, tree: &mut SurrogateTree, at: usize, threshold: f64) {
        if let Some(split) = tree.nodes.get_mut(at).and_then(|node| node.split.as_mut()) {
            split.ask = Ask::Below(threshold);
        }
    }

    /// Whether a row passes a node.
    fn reaches(&self, tree: &SurrogateTree, node: usize, row: u32) -> bool {
        let mut at = 0;
        while at != node {
            let Some(split) = tree.nodes.get(at).and_then(|node| node.split.as_ref()) else {
                return false;
            };
            at = if split.goes_yes(self.value(split.detail, row)) { split.yes } else { split.no };
        }
        true
    }

    /// The errors of the subtree of a node, on all its rows and on those that tune, and the weight of wrong decisions of a
    /// score; none if a leaf has too few rows.
    fn errors(&self, tree: &SurrogateTree, at: usize, here: &[u32]) -> Option<[f64; 3]> {
        let mut by_leaf: Vec<Vec<u32>> = vec![Vec::new(); tree.nodes.len()];
        for row in here {
            by_leaf.get_mut(self.leaf(tree, at, *row))?.push(*row);
        }
        let mut below = vec![at];
        let (mut all, mut tuning, mut wrong) = (0.0, 0.0, 0.0);
        while let Some(node) = below.pop() {
            if let Some(split) = tree.nodes.get(node)?.split.as_ref() {
                below.extend([split.yes, split.no]);
                continue;
            }
            let rows = by_leaf.get(node)?;
            if rows.len() < self.options.min_leaf {
                return None;
            }
            let (own, tuned) = self.leaf_errors(rows);
            all += own;
            tuning += tuned;
            wrong += self.error(rows).1;
        }
        Some([all, tuning, wrong])
    }

    /// Errors of a leaf that says what is best for its rows.
    fn leaf_errors(&self, rows: &[u32]) -> (f64, f64) {
        let weighed = || rows.iter().map(|i| (self.weight(*i), *i));
        let tuned = |off: &dyn Fn(u32) -> f64| {
            let (mut all, mut tuning) = (0.0, 0.0);
            for (weight, i) in weighed() {
                all += weight * off(i);
                if self.part(i) == 0 {
                    tuning += weight * off(i);
                }
            }
            (all, tuning)
        };
        match &self.subject {
            Subject::Score { .. } => {
                let weight: f64 = weighed().map(|(w, _)| w).sum();
                let mean = weighed().map(|(w, i)| w * self.score(i)).sum::<f64>() / weight;
                tuned(&|i| (self.score(i) - mean) * (self.score(i) - mean))
            }
            Subject::Decision { classes } => {
                let mut counts = vec![0.0; classes.len()];
                for (weight, i) in weighed() {
                    if let Some(count) = self.class(i).and_then(|class| counts.get_mut(class)) {
                        *count += weight;
                    }
                }
                let says = super::build::first_most(&counts);
                tuned(&|i| f64::from(u8::from(self.class(i) != Some(says))))
            }
        }
    }
}

/// Numbers rounder than a threshold, the roundest first and of equally round ones the nearest: multiples of 1, 5 and 2
/// times powers of ten, inside the range of the values.
fn rounder(threshold: f64, low: f64, high: f64) -> Vec<f64> {
    let top = (high - low).max(threshold.abs()).log10().ceil();
    if !top.is_finite() || top.abs() > 300.0 {
        return Vec::new();
    }
    let top = top as i32;
    let mut found: Vec<f64> = Vec::new();
    for power in (top - FINEST..=top).rev() {
        for factor in [10.0, 5.0, 2.0] {
            // Dividing by a power of ten gives the double nearest to the decimal, multiplying by 0.1 does not.
            let candidate = match power > 0 {
                true => {
                    let unit = factor * 10f64.powi(power - 1);
                    (threshold / unit).round() * unit
                }
                false => {
                    let per = 10f64.powi(1 - power);
                    (threshold * per / factor).round() * factor / per
                }
            } + 0.0;
            let is_rounder = roughness(candidate) < roughness(threshold);
            if low < candidate && candidate <= high && is_rounder && !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    let off = |x: f64| (x - threshold).abs();
    found.sort_by(|a, b| roughness(*a).cmp(&roughness(*b)).then(off(*a).total_cmp(&off(*b))));
    found
}

/// Twice the significant digits of a number, one less if the last of them is a 5: 1000 is rounder than 1500, that than
/// 1400, that than 1450.
fn roughness(x: f64) -> usize {
    let text = x.abs().to_string().replace('.', "");
    let digits = text.trim_matches('0');
    (2 * digits.len()).saturating_sub(usize::from(digits.len() > 1 && digits.ends_with('5')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounder_numbers_come_first_and_end_where_the_threshold_is_round() {
        assert_eq!(rounder(1480.0, 0.0, 9000.0), [1000.0, 2000.0, 1500.0, 1400.0]);
        assert_eq!(rounder(0.37, 0.0, 1.0), [0.4, 0.5, 0.35]);
        assert_eq!(rounder(1000.0, 0.0, 9000.0), [] as [f64; 0]);
        assert!(rounder(f64::MAX, 0.0, f64::MAX).is_empty());
        assert!(rounder(-0.3, -1.0, 1.0).iter().all(|x| *x != 0.0 || x.is_sign_positive()));
    }
}
