//! A case with some players narrowed to ranges: what every tree can still reach, and where a range is best divided.

use super::answers::{Range, Way};
use super::forest::{Case, Forest};
use super::slopes::Reach;
use super::wood::{Part, Tree, Wood};

/// A case with some players narrowed.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// By player; none for one that is kept.
    pub ranges: Vec<Option<Range>>,
    sets: Vec<u64>,
    /// By tree: the highest leaf inside.
    most: Vec<f64>,
    /// What sloped columns can be, and the highest value of each weighted sum.
    pub reach: Vec<Reach>,
    pub sums: Vec<f64>,
    /// The highest score inside, counted so that the result turns when it rises.
    pub highest: f64,
}

/// Where a range is divided: between this place and the next, and the highest score of both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub player: usize,
    pub after: u32,
    pub below: f64,
    pub above: f64,
}

/// The trees of a case, in the direction in which its result turns.
#[derive(Debug)]
pub(super) struct Asked<'a, 'm> {
    pub forest: &'a Forest<'m>,
    pub case: &'a Case<'a>,
    /// The result turns when the score rises.
    pub up: bool,
}

/// The trees of one check.
#[derive(Debug)]
pub(super) struct Boxes<'a, 'm> {
    pub asked: &'a Asked<'a, 'm>,
    pub wood: &'a Wood,
}

/// Sets of the trees that a half touches.
#[derive(Debug, Default)]
pub(super) struct Touched {
    round: u32,
    rounds: Vec<u32>,
    sets: Vec<u64>,
    most: Vec<f64>,
    /// Last place (first place) from which on a test is settled, the test, and whether it goes left.
    prefixes: Vec<(u32, u32, bool)>,
    suffixes: Vec<(u32, u32, bool)>,
    cuts: Vec<Cut>,
}

impl Boxes<'_, '_> {
    /// All players that are not kept anywhere.
    pub fn open(&self, kept: &[bool]) -> Open {
        let Boxes { asked, wood } = self;
        let mut open = Open {
            ranges: vec![],
            sets: vec![0; wood.words()],
            most: vec![0.0; wood.trees.len()],
            reach: vec![],
            sums: vec![],
            highest: f64::INFINITY,
        };
        for tree in &wood.trees {
            for bit in 0..tree.values.len() {
                if let Some(word) = open.sets.get_mut(tree.from + bit / 64) {
                    *word |= 1 << (bit % 64);
                }
            }
        }
        for (j, kept) in kept.iter().enumerate() {
            open.ranges.push((!kept).then(|| asked.forest.all(asked.case, j)));
        }
        self.answer_joint(&mut open, None);
        asked.reach_sums(&mut open, None);
        self.reach_trees(&mut open, false);
        self.sum(&mut open);
        open
    }

    /// Brings the highest leaves up to date, of all trees or of those with weighted sums.
    fn reach_trees(&self, open: &mut Open, sums: bool) {
        let Open { most, sets, sums: reached, .. } = open;
        let trees = self.wood.trees.iter().zip(most);
        for (leaves, most) in trees.filter(|(leaves, _)| !sums || !leaves.sums.is_empty()) {
            let set = sets.get(leaves.from..leaves.from + leaves.words).unwrap_or_default();
            *most = self.highest(leaves, set, reached);
        }
    }

    fn sum(&self, open: &mut Open) {
        let Asked { forest, up, .. } = self.asked;
        let base = if *up { forest.base } else { -forest.base };
        open.highest = base + open.most.iter().sum::<f64>();
    }

    /// The highest leaf of a set; `sums`: the highest value of each weighted sum.
    fn highest(&self, leaves: &Tree, set: &[u64], sums: &[f64]) -> f64 {
        if !leaves.sums.is_empty() {
            let is_in = |bit: usize| set.get(bit / 64).is_some_and(|w| w >> (bit % 64) & 1 == 1);
            let inside = leaves.sums.iter().enumerate().filter(|(bit, _)| is_in(*bit));
            let inside = inside.filter_map(|(_, sum)| sums.get(*sum as usize));
            return inside.fold(f64::NEG_INFINITY, |most, sum| most.max(*sum));
        }
        let bit = if self.asked.up {
            let mut words = set.iter().enumerate().rev().filter(|(_, word)| **word != 0);
            words.next().map(|(w, word)| 64 * w + 63 - word.leading_zeros() as usize)
        } else {
            let mut words = set.iter().enumerate().filter(|(_, word)| **word != 0);
            words.next().map(|(w, word)| 64 * w + word.trailing_zeros() as usize)
        };
        let value = bit.and_then(|bit| leaves.values.get(bit)).copied().unwrap_or(0.0);
        if self.asked.up { value } else { -value }
    }

    fn mask(&self, part: &Part, left: bool, words: usize) -> &[u64] {
        let at = if left { part.left } else { part.right } as usize;
        self.wood.masks.get(at..at + words).unwrap_or_default()
    }

    /// Narrows the sets of a test's trees.
    fn answer(&self, open: &mut Open, test: u32, way: Way) {
        let left = match way {
            Way::Left => true,
            Way::Right => false,
            Way::Both => return,
        };
        for part in self.wood.parts.get(&test).into_iter().flatten() {
            let Some(leaves) = self.wood.trees.get(part.tree as usize) else { continue };
            let mask = self.mask(part, left, leaves.words);
            let Some(set) = open.sets.get_mut(leaves.from..leaves.from + leaves.words) else {
                continue;
            };
            set.iter_mut().zip(mask).for_each(|(set, mask)| *set &= mask);
            if let Some(most) = open.most.get_mut(part.tree as usize) {
                *most = self.highest(leaves, set, &open.sums);
            }
        }
    }

    /// Tests that several players decide, as far as all of these have one value; `moved`: only those of this player.
    fn answer_joint(&self, open: &mut Open, moved: Option<usize>) {
        let forest = self.asked.forest;
        let mut seen: Option<Vec<f64>> = None;
        for (movers, test) in &forest.joint {
            if moved.is_none_or(|moved| movers.contains(&moved)) && is_single(open, movers) {
                let seen = seen.get_or_insert_with(|| forest.seen(&self.row(open)));
                let way = Way::of(forest.joint_left(seen, *test));
                self.answer(open, *test, way);
            }
        }
    }

    /// Narrows one player.
    pub fn narrow(&self, open: &mut Open, player: usize, to: Range) {
        let Some(Some(was)) = open.ranges.get(player).copied() else { return };
        if let Some(range) = open.ranges.get_mut(player) {
            *range = Some(to);
        }
        let Asked { forest, case, .. } = self.asked;
        for &test in self.wood.asked.get(player).into_iter().flatten() {
            let way = forest.way(case, test, to);
            if way != Way::Both && forest.way(case, test, was) == Way::Both {
                self.answer(open, test, way);
            }
        }
        if to.0 == to.1 {
            self.answer_joint(open, Some(player));
        }
        if forest.has_sums() {
            self.asked.reach_sums(open, Some(player));
            self.reach_trees(open, true);
        }
        self.sum(open);
    }

    /// Where the range of a player can be divided so that tests get answers, ascending, with the highest scores of both
    /// sides; nothing where no test on it alone is open.
    pub fn cuts<'t>(&self, open: &Open, player: usize, touched: &'t mut Touched) -> &'t [Cut] {
        touched.cuts.clear();
        let Some(Some(range)) = open.ranges.get(player).copied() else { return &touched.cuts };
        let Asked { forest, case, .. } = self.asked;
        touched.prefixes.clear();
        touched.suffixes.clear();
        for &test in self.wood.asked.get(player).into_iter().flatten() {
            if forest.way(case, test, range) != Way::Both {
                continue;
            }
            let end = forest.run_from(case, test, range);
            let start = forest.run_to(case, test, range);
            touched.prefixes.push((end, test, forest.left(case, test, range.0)));
            touched.suffixes.push((start - 1, test, forest.left(case, test, range.1)));
        }
        touched.prefixes.sort_unstable();
        touched.suffixes.sort_unstable();
        let places = touched.prefixes.iter().chain(&touched.suffixes).map(|(after, ..)| *after);
        let mut places: Vec<u32> = places.collect();
        places.sort_unstable();
        places.dedup();
        let cut = |after| Cut { player, after, below: open.highest, above: open.highest };
        touched.cuts.extend(places.into_iter().map(cut));
        // The upper side loses values when the cut ascends, the lower one when it descends.
        let (mut cuts, suffixes) =
            (std::mem::take(&mut touched.cuts), std::mem::take(&mut touched.suffixes));
        let prefixes = std::mem::take(&mut touched.prefixes);
        let mut highest = open.highest;
        touched.start(self.wood);
        let mut events = suffixes.iter().peekable();
        for cut in &mut cuts {
            while let Some((_, test, left)) = events.next_if(|(after, ..)| *after <= cut.after) {
                highest += self.touch(open, touched, *test, *left);
            }
            cut.above = highest;
        }
        highest = open.highest;
        touched.start(self.wood);
        let mut events = prefixes.iter().rev().peekable();
        for cut in cuts.iter_mut().rev() {
            while let Some((_, test, left)) = events.next_if(|(after, ..)| *after >= cut.after) {
                highest += self.touch(open, touched, *test, *left);
            }
            cut.below = highest;
        }
        (touched.cuts, touched.suffixes, touched.prefixes) = (cuts, suffixes, prefixes);
        &touched.cuts
    }

    /// By how much the highest score changes with one more test answered.
    fn touch(&self, open: &Open, touched: &mut Touched, test: u32, left: bool) -> f64 {
        let mut change = 0.0;
        for part in self.wood.parts.get(&test).into_iter().flatten() {
            let t = part.tree as usize;
            let Some(leaves) = self.wood.trees.get(t) else { continue };
            let range = leaves.from..leaves.from + leaves.words;
            let (Some(set), Some(round), Some(most)) = (
                touched.sets.get_mut(range.clone()),
                touched.rounds.get_mut(t),
                touched.most.get_mut(t),
            ) else {
                continue;
            };
            if *round != touched.round {
                *round = touched.round;
                set.copy_from_slice(open.sets.get(range).unwrap_or_default());
                *most = open.most.get(t).copied().unwrap_or(0.0);
            }
            let mask = self.mask(part, left, leaves.words);
            set.iter_mut().zip(mask).for_each(|(set, mask)| *set &= mask);
            let now = self.highest(leaves, set, &open.sums);
            change += now - *most;
            *most = now;
        }
        change
    }

    /// A player whose range is to be divided because a test that several players decide is open.
    /// With the place after which to divide it.
    pub fn unsettled(&self, open: &Open) -> Option<(usize, u32)> {
        let movers = self.asked.forest.joint.iter().find(|(movers, _)| !is_single(open, movers));
        let (movers, _) = movers?;
        let range = |j: &usize| open.ranges.get(*j).copied().flatten().map(|range| (*j, range));
        let mut wide = movers.iter().filter_map(range).filter(|(_, (from, to))| from < to);
        wide.next().map(|(j, (from, to))| (j, from + (to - from) / 2))
    }

    /// The row with the first value of each range.
    pub fn row(&self, open: &Open) -> Vec<f64> {
        let places = open.ranges.iter().map(|range| range.map_or(u32::MAX, |(from, _)| from));
        self.asked.forest.row(self.asked.case, places)
    }
}

/// Whether these players have one value each.
fn is_single(open: &Open, movers: &[usize]) -> bool {
    movers.iter().all(|j| match open.ranges.get(*j) {
        Some(Some((from, to))) => from == to,
        _ => true,
    })
}

impl Touched {
    /// A new half: no tree is touched yet.
    fn start(&mut self, wood: &Wood) {
        self.sets.resize(wood.words(), 0);
        self.most.resize(wood.trees.len(), 0.0);
        self.rounds.resize(wood.trees.len(), 0);
        self.round += 1;
    }
}
