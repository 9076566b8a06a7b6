//! Questions asked anew, one after the other, with everything below them as it is.
//!
//! A tree grown from above chooses its first questions before it knows what is asked below them. Afterwards it can be told
//! for each row that reaches a node what the tree would get wrong of it on either side; the question that sends rows to
//! where less is wrong takes the place of the old one (tree alternating optimisation: Carreira-Perpiñán and Tavallali 2018,
//! "Alternating optimization of decision trees", section 3). What leaves say is then found anew. The error on the fitting
//! rows falls with each step, so that it ends; the size stays.

use rayon::prelude::*;

use super::super::threshold::roundest;
use super::super::tree::{Ask, Split, SurrogateTree};
use super::Fitting;
use super::ranked::MISSING;

/// Most passes over the tree.
const PASSES: usize = 8;
/// A pass that takes away less than this part of the error is the last one.
const LEAST_GAIN: f64 = 1e-3;

/// A question, and by how much the error falls.
struct Better {
    detail: usize,
    ask: Ask,
    missing_yes: bool,
    /// What followed "yes" follows "no" now.
    swapped: bool,
    error: f64,
}

impl Fitting<'_> {
    /// Asks all questions anew until nothing is gained. `rows` are those that the tree was fitted on, `price` is what a wrong
    /// decision of a score counts.
    pub(super) fn refine(&self, tree: &mut SurrogateTree, rows: &[u32], price: f64) {
        let mut before = self.wrong(tree, rows, price);
        for _ in 0..PASSES {
            if before <= 0.0 {
                break;
            }
            // From below: another question at a node changes which rows reach those below it, and no others.
            let mut reached: Vec<Vec<u32>> = vec![Vec::new(); tree.nodes.len()];
            for row in rows {
                let mut here = Some(self.leaf(tree, 0, *row));
                while let Some(at) = here {
                    if let Some(reached) = reached.get_mut(at) {
                        reached.push(*row);
                    }
                    here = tree.nodes.get(at).and_then(|node| node.parent);
                }
            }
            let kept = tree.clone();
            let mut changed = false;
            for (at, here) in reached.iter().enumerate().rev() {
                changed |= self.ask_anew(tree, at, here, price);
            }
            if !changed {
                break;
            }
            self.count(tree, rows);
            let after = self.wrong(tree, rows, price);
            // A mean that is nearer to all scores of a leaf can be on the other side of the threshold.
            if after > before {
                *tree = kept;
                break;
            }
            if before - after < LEAST_GAIN * before {
                break;
            }
            before = after;
        }
        super::build::lay_out(tree);
        self.count(tree, rows);
    }

    /// Whether a node that these rows reach has a better question now.
    fn ask_anew(&self, tree: &mut SurrogateTree, at: usize, here: &[u32], price: f64) -> bool {
        let Some(old) = tree.nodes.get(at).and_then(|node| node.split.clone()) else {
            return false;
        };
        // By how much more is wrong where "yes" leads than where "no" does.
        let excess: Vec<f64> = here
            .par_iter()
            .map(|row| {
                let wrong = |from| self.wrong_of(tree, self.leaf(tree, from, *row), *row, price);
                wrong(old.yes) - wrong(old.no)
            })
            .collect();
        let goes_yes = |row: u32| old.goes_yes(self.value(old.detail, row));
        let now: f64 =
            here.iter().zip(&excess).filter(|(row, _)| goes_yes(**row)).map(|(_, e)| e).sum();
        let scale: f64 = excess.iter().map(|e| e.abs()).sum();
        let found: Vec<Option<Better>> = (0..self.columns.len())
            .into_par_iter()
            .map(|detail| self.best_of(detail, here, &excess))
            .collect();
        let best =
            found.into_iter().flatten().fold(None, |best: Option<Better>, next| match best {
                Some(best) if best.error <= next.error => Some(best),
                _ => Some(next),
            });
        // Less than the rounding of the sums is no gain.
        let Some(best) = best.filter(|best| best.error < now - 1e-9 * scale) else { return false };
        let (yes, no) = if best.swapped { (old.no, old.yes) } else { (old.yes, old.no) };
        let Better { detail, ask, missing_yes, .. } = best;
        self.put(tree, at, Split { detail, ask, missing_yes, yes, no });
        if self.is_roomy(tree, at, here) {
            return true;
        }
        self.put(tree, at, old);
        false
    }

    fn put(&self, tree: &mut SurrogateTree, at: usize, split: Split) {
        if let Some(node) = tree.nodes.get_mut(at) {
            node.split = Some(split);
        }
    }

    /// Whether every leaf below a node has enough rows.
    fn is_roomy(&self, tree: &SurrogateTree, at: usize, here: &[u32]) -> bool {
        let mut counts = vec![0usize; tree.nodes.len()];
        for row in here {
            if let Some(count) = counts.get_mut(self.leaf(tree, at, *row)) {
                *count += 1;
            }
        }
        let mut below = vec![at];
        while let Some(node) = below.pop() {
            match tree.nodes.get(node).and_then(|node| node.split.as_ref()) {
                Some(split) => below.extend([split.yes, split.no]),
                None if counts.get(node).is_none_or(|n| *n < self.options.min_leaf) => {
                    return false;
                }
                None => {}
            }
        }
        true
    }

    /// The question about a detail that leaves least wrong, as the sum of the excess of the rows that answer yes.
    fn best_of(&self, detail: usize, here: &[u32], excess: &[f64]) -> Option<Better> {
        let column = self.columns.get(detail)?;
        let mut sums: Vec<(usize, f64)> = vec![(0, 0.0); column.values.len()];
        let (mut missing, mut missing_rows, mut total) = (0.0, 0usize, 0.0);
        for (row, excess) in here.iter().zip(excess) {
            let rank = column.ranks.get(*row as usize).copied().unwrap_or(MISSING);
            match sums.get_mut(rank as usize) {
                Some((rows, sum)) => {
                    *rows += 1;
                    *sum += excess;
                    total += excess;
                }
                None => {
                    missing_rows += 1;
                    missing += excess;
                }
            }
        }
        let present = sums.iter().enumerate().filter(|(_, (rows, _))| *rows > 0);
        let present: Vec<(usize, f64)> = present.map(|(rank, (_, sum))| (rank, *sum)).collect();
        if present.len() < 2 {
            return None;
        }
        // Rows without the value go where less of them is wrong.
        let least_missing = f64::min(missing, 0.0);
        let missing_first = |first_yes: bool, larger_first: bool| match missing_rows {
            0 => larger_first == first_yes,
            _ => missing < 0.0,
        };
        let value = |rank: usize| column.values.get(rank).copied().unwrap_or(f64::NAN);
        if column.nominal {
            let (yes, no): (Vec<_>, Vec<_>) = present.iter().partition(|(_, sum)| *sum < 0.0);
            if yes.is_empty() || no.is_empty() {
                return None;
            }
            let error = yes.iter().map(|(_, sum)| sum).sum::<f64>() + least_missing;
            // The question names the fewer categories.
            let swapped = no.len() < yes.len();
            let named = if swapped { &no } else { &yes };
            let places = named.iter().map(|(rank, _)| value(*rank) as usize).collect();
            let goes_yes = missing_first(true, 2 * named.len() > present.len());
            let missing_yes = goes_yes != (swapped && missing_rows > 0);
            return Some(Better { detail, ask: Ask::OneOf(places), missing_yes, swapped, error });
        }
        let mut best: Option<(f64, bool, usize)> = None;
        let mut below = 0.0;
        for (taken, (_, sum)) in present.iter().enumerate().take(present.len() - 1) {
            below += sum;
            for (error, swapped) in [(below, false), (total - below, true)] {
                if best.is_none_or(|(least, ..)| error < least) {
                    best = Some((error, swapped, taken));
                }
            }
        }
        let (error, swapped, taken) = best?;
        let (low, high) = (present.get(taken)?.0, present.get(taken + 1)?.0);
        let ask = Ask::Below(roundest(value(low), value(high), column.whole));
        let rows_below: usize = sums.iter().take(low + 1).map(|(rows, _)| rows).sum();
        let goes_yes = missing_first(true, 2 * rows_below > here.len());
        let missing_yes = goes_yes != (swapped && missing_rows > 0);
        Some(Better { detail, ask, missing_yes, swapped, error: error + least_missing })
    }
}
