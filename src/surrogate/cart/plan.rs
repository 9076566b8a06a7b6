//! How large a tree is to be and how its questions are to be found: what is most faithful on rows that did not grow it.
//!
//! A fifth of the fitting rows is left out, trees are grown on the others, and what they get wrong of that fifth is
//! counted. With few rows a single fifth says more about itself than about the trees, so that the other fifths are left
//! out in turn, and what is wrong of all of them is added up (cross-validation: Stone 1974; Breiman et al. 1984, section
//! 3.4.2).
//!
//! The plain way is that every question divides best. Another one must be better by more than its standard error, so that
//! chance does not make a tree that is harder to tell (the rule of one standard error: Breiman et al., section 3.4.3; here
//! that of the difference, row by row). And a tree of a score that says the decision, too, must not say it less well.

use super::super::draws::mixed;
use super::super::tree::Way;
use super::grow::Grown;
use super::prune::Prunings;
use super::{Fitting, TreeOptions};

/// One in so many fitting rows is in the part that is left out.
const PARTS: u64 = 5;
/// Parts are left out in turn until so many rows, or all of them, have decided.
const ENOUGH: usize = 2_500;
/// Fewest rows that may decide.
const LEAST: usize = 50;

/// Trees grown without a part of the rows.
struct Without {
    part: Vec<u32>,
    rest: Vec<u32>,
    /// Best first, and with several first questions.
    trees: Vec<(Vec<Grown>, Prunings)>,
}

/// What trees get wrong of the rows that did not grow them.
struct Wrong {
    /// Row by row.
    rows: Vec<f64>,
    /// Weight of the rows with another class than the model's.
    classes: f64,
}

impl Wrong {
    fn sum(&self) -> f64 {
        self.rows.iter().sum()
    }

    /// By how much less is wrong than of another tree; none where that may be chance, or where more classes are wrong.
    fn better_than(&self, plain: &Wrong) -> Option<f64> {
        let off: Vec<f64> = plain.rows.iter().zip(&self.rows).map(|(a, b)| a - b).collect();
        let n = off.len() as f64;
        let gain: f64 = off.iter().sum();
        let variance = off.iter().map(|x| (x - gain / n) * (x - gain / n)).sum::<f64>() / n;
        (gain > (n * variance).sqrt() && self.classes <= plain.classes).then_some(gain)
    }
}

impl Fitting<'_> {
    /// The part of a row. Those of the first one decide about rounding, too.
    pub(super) fn part(&self, row: u32) -> u64 {
        mixed(u64::from(row)) % PARTS
    }

    /// How many leaves the tree is to have, and how its questions are to be found. With too few rows to tell it is as
    /// large as it may be, and every question is the one that divides best.
    pub(super) fn plan(&self) -> (usize, Way) {
        let TreeOptions { max_leaves: most, tuned, thorough, .. } = self.options;
        let without = match most > 1 && (tuned || thorough) {
            true => self.without(),
            false => vec![],
        };
        if without.is_empty() {
            return (most, Way::default());
        }
        let plain = Way::default();
        let leaves = self.leaves_without(&without, plain);
        let wrong = self.wrong_without(&without, leaves, plain);
        let mut best = (leaves, plain, 0.0);
        let tried: &[bool] = if thorough { &[false, true] } else { &[] };
        for tried in tried.iter().copied() {
            let leaves = self.leaves_without(&without, Way { tried, anew: false });
            for anew in [false, true] {
                let way = Way { tried, anew };
                let gain = self.wrong_without(&without, leaves, way).better_than(&wrong);
                if gain.is_some_and(|gain| gain > best.2) {
                    best = (leaves, way, gain.unwrap_or_default());
                }
            }
        }
        (best.0, best.1)
    }

    /// The number of leaves with which least is wrong, of several the smallest; the most there may be where none is asked
    /// for.
    fn leaves_without(&self, without: &[Without], way: Way) -> usize {
        let TreeOptions { max_leaves: most, tuned, .. } = self.options;
        let sizes = if tuned { 1..=most } else { most..=most };
        let wrong = sizes.map(|leaves| (leaves, self.wrong_without(without, leaves, way).sum()));
        let best = wrong.fold(None, |best: Option<(usize, f64)>, (leaves, wrong)| match best {
            Some((_, least)) if least <= wrong => best,
            _ => Some((leaves, wrong)),
        });
        best.map_or(most, |(leaves, _)| leaves)
    }

    /// Trees without each part that decides; none where these are too few rows.
    fn without(&self) -> Vec<Without> {
        let all = self.all();
        let mut parts: Vec<Vec<u32>> = vec![];
        for part in 0..PARTS {
            if parts.iter().map(Vec::len).sum::<usize>() < ENOUGH {
                parts.push(all.iter().copied().filter(|row| self.part(*row) == part).collect());
            }
        }
        if parts.iter().map(Vec::len).sum::<usize>() < LEAST {
            return vec![];
        }
        let ways: &[bool] = if self.options.thorough { &[false, true] } else { &[false] };
        let one = |(part, own): (u64, Vec<u32>)| {
            let rest: Vec<u32> =
                all.iter().copied().filter(|row| self.part(*row) != part).collect();
            let trees = ways.iter().map(|tried| self.grown(rest.clone(), *tried)).collect();
            Without { part: own, rest, trees }
        };
        (0..).zip(parts).map(one).collect()
    }

    /// What trees of a size get wrong of the parts that did not grow them.
    fn wrong_without(&self, without: &[Without], leaves: usize, way: Way) -> Wrong {
        let mut wrong = Wrong { rows: vec![], classes: 0.0 };
        for Without { part, rest, trees } in without {
            let Some((grown, prunings)) = trees.get(usize::from(way.tried)) else { continue };
            let mut tree = self.tree(grown, &prunings.asked(grown, leaves), rest);
            if way.anew {
                self.refine(&mut tree, rest);
            }
            for row in part {
                let leaf = self.leaf(&tree, 0, *row);
                wrong.rows.push(self.wrong_of(&tree, leaf, *row));
                let says = tree.nodes.get(leaf).map(|node| node.says);
                if self.class(*row).is_some_and(|class| Some(class) != says) {
                    wrong.classes += self.weight(*row);
                }
            }
        }
        wrong
    }
}
