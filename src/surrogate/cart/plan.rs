//! How large a tree is to be: as is most faithful on rows that did not grow it.
//!
//! A fifth of the fitting rows is left out, trees of all sizes are grown on the others, and what they get wrong of that
//! fifth is counted. With few rows a single fifth says more about itself than about the trees, so that the other fifths are
//! left out in turn, and what is wrong of all of them is added up (cross-validation: Stone 1974; Breiman et al. 1984,
//! section 3.4.2).

use super::super::draws::mixed;
use super::{Fitting, TreeOptions};

/// One in so many fitting rows is in the part that is left out.
const PARTS: u64 = 5;
/// Parts are left out in turn until so many rows, or all of them, have decided.
const ENOUGH: usize = 2_500;
/// Fewest rows of which parts may decide.
const LEAST: usize = 50;

impl Fitting<'_> {
    /// The part of a row. Those of the first one decide about rounding, too.
    pub(super) fn part(&self, row: u32) -> u64 {
        mixed(u64::from(row)) % PARTS
    }

    /// How many leaves the tree is to have: of equally faithful sizes the smallest; as many as may be where that is asked
    /// for, or where there are too few rows to tell.
    pub(super) fn size(&self) -> usize {
        let TreeOptions { max_leaves: most, tuned, .. } = self.options;
        let all = self.all();
        if most == 1 || !tuned || all.len() < LEAST {
            return most;
        }
        let (mut wrong, mut decided) = (vec![0.0; most], 0);
        for part in 0..PARTS {
            if decided >= ENOUGH {
                break;
            }
            let (out, rest): (Vec<u32>, Vec<u32>) =
                all.iter().copied().partition(|row| self.part(*row) == part);
            decided += out.len();
            let trees = self.grown(rest.clone());
            for (leaves, wrong) in (1..).zip(&mut wrong) {
                *wrong += self.wrong(&self.pruned(&trees, leaves, &rest), &out, trees.price());
            }
        }
        let best =
            (1..).zip(wrong).fold(None, |best: Option<(usize, f64)>, (leaves, wrong)| match best {
                Some((_, least)) if least <= wrong => best,
                _ => Some((leaves, wrong)),
            });
        best.map_or(most, |(leaves, _)| leaves)
    }
}
