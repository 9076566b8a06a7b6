//! One set of features: the cheapest of its changes that reaches the goal; and, where nothing is found yet, some change.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::super::asked::Ranges;
use super::super::choices::Choices;
use super::forest::{Answers, Set};
use super::part::Part;
use super::survey::bits;
use super::{Hunt, Stage, Stopped};

/// A change, and what breaks ties: cost, number of changes, changed features, how far along their choices, which choices.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub cost: f64,
    changed: Vec<usize>,
    /// How far along its choices each has moved, then which choices they are.
    far: (Vec<u32>, Vec<u32>),
    pub row: Vec<f64>,
}

impl Best {
    /// Whether it comes before all changes of these features that cost at least so much.
    pub fn is_before(&self, least: f64, changed: &[usize]) -> bool {
        // sums of lower numbers in the same order are never higher
        least > self.cost || least == self.cost && self.order(changed) == Ordering::Less
    }

    fn order(&self, changed: &[usize]) -> Ordering {
        let length = self.changed.len().cmp(&changed.len());
        length.then_with(|| self.changed.as_slice().cmp(changed))
    }
}

/// A box of a set's choices that waits, by its cost.
struct Open {
    cost: f64,
    at: usize,
    /// Its cheapest corner is that of the box it was cut from, which does not reach the goal.
    tried: bool,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.at.cmp(&self.at))
    }
}

/// Boxes of the choices of one set of features.
struct Boxes {
    features: Vec<usize>,
    /// Everything that the set may come to; all other features as they are.
    built: Ranges,
    /// The ranges of all boxes, one after the other.
    ranges: Vec<(u32, u32)>,
    open: BinaryHeap<Open>,
    /// The box that is looked at.
    here: Ranges,
}

impl Boxes {
    fn set(&mut self, ranges: &[(u32, u32)]) {
        for (&j, range) in self.features.iter().zip(ranges) {
            self.here[j] = *range;
        }
    }
}

/// The feature to divide, and the choice before which: where tests tell most apart; none for a single choice of each.
fn cut(boxes: &Boxes, parts: &[Part], ranges: &[(u32, u32)]) -> Option<(usize, u32)> {
    let mut pick: Option<(f64, usize, u32)> = None;
    let mut widest: Option<(u32, usize, u32)> = None;
    for (slot, &(from, to)) in ranges.iter().enumerate().filter(|(_, (from, to))| from < to) {
        for part in parts {
            let (weight, cut) = part.weight(slot, &boxes.built, (from, to));
            if weight > 0.0 && pick.is_none_or(|(most, ..)| weight > most) {
                pick = Some((weight, slot, cut));
            }
        }
        if widest.is_none_or(|(most, ..)| to - from > most) {
            widest = Some((to - from, slot, from + (to - from) / 2 + 1));
        }
    }
    let pick = pick.map(|(_, slot, cut)| (slot, cut));
    pick.or(widest.map(|(_, slot, cut)| (slot, cut)))
}

impl Hunt<'_> {
    /// The cheapest change of exactly this set; true where it is better than what was found before.
    pub(super) fn solve(&mut self, set: Set, stage: &Stage) -> Result<bool, Stopped> {
        let features = self.features(set);
        let mut built = self.own.clone();
        for bit in bits(set) {
            let j = self.active[bit];
            let others: f64 =
                bits(set).filter(|other| *other != bit).map(|other| self.cheapest[other]).sum();
            built[j] = match &self.best {
                Some(best) => self.within(j, stage.ranges[j], best.cost, others),
                None => stage.ranges[j],
            };
            if built[j].0 == built[j].1 {
                return Ok(false);
            }
        }
        let mut parts = std::mem::take(&mut self.parts);
        let numbers: Vec<u32> = features.iter().map(|&j| j as u32).collect();
        for (part, pull) in parts.iter_mut().zip(&self.pulls) {
            part.build(&self.trees(&stage.answers), pull, &numbers, &built);
        }
        let mut boxes = Boxes {
            features,
            here: built.clone(),
            ranges: Vec::new(),
            open: BinaryHeap::new(),
            built,
        };
        let sides = boxes.features.iter().map(|&j| {
            let ((from, to), own) = (boxes.built[j], self.choices[j].own);
            (from + u32::from(from == own), to - u32::from(to == own))
        });
        let first: Vec<(u32, u32)> = sides.collect();
        self.push(&mut boxes, &mut parts, &first, None);
        let found = self.search(&mut boxes, &mut parts);
        self.parts = parts;
        found
    }

    fn search(&mut self, boxes: &mut Boxes, parts: &mut [Part]) -> Result<bool, Stopped> {
        let mut better = false;
        let count = boxes.features.len();
        while let Some(next) = boxes.open.pop() {
            if self.best.as_ref().is_some_and(|best| best.is_before(next.cost, &boxes.features)) {
                break;
            }
            if self.is_over() {
                return Err(Stopped);
            }
            let mut ranges = boxes.ranges[next.at..next.at + count].to_vec();
            let corner = self.nearest(&boxes.features, &ranges);
            boxes.set(&corner);
            if !next.tried
                && self.has_room(&boxes.here, &boxes.built, parts)
                && self.take(boxes, next.cost)
            {
                better = true;
                continue;
            }
            let Some((slot, cut)) = cut(boxes, parts, &ranges) else { continue };
            let ((from, to), own) = (ranges[slot], self.choices[boxes.features[slot]].own);
            // the own choice is none of this set's: what lies on both sides of it is divided there
            let halves = if from <= own && own <= to {
                [(own > from).then(|| (from, own - 1)), (own < to).then_some((own + 1, to))]
            } else {
                [Some((from, cut - 1)), Some((cut, to))]
            };
            for half in halves.into_iter().flatten() {
                ranges[slot] = half;
                self.push(boxes, parts, &ranges, Some(&corner));
            }
        }
        Ok(better)
    }

    /// The cheapest corner of a box: of each feature the nearest choice that is not its own.
    fn nearest(&self, features: &[usize], ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let each = features.iter().zip(ranges).map(|(&j, &(from, to))| {
            let Choices { own, costs, .. } = &self.choices[j];
            let (below, above) = (own.saturating_sub(1), own + 1);
            let at = if to < *own {
                to
            } else if from > *own {
                from
            } else if from > below || from == *own {
                above
            } else if to < above || costs[below as usize] <= costs[above as usize] {
                below
            } else {
                above
            };
            (at, at)
        });
        each.collect()
    }

    /// Keeps a box that can hold a better change; `tried` is a corner that does not reach the goal.
    fn push(
        &self,
        boxes: &mut Boxes,
        parts: &mut [Part],
        ranges: &[(u32, u32)],
        tried: Option<&[(u32, u32)]>,
    ) {
        let nearest = self.nearest(&boxes.features, ranges);
        let tried = tried == Some(&nearest);
        let costs = boxes.features.iter().zip(nearest);
        let cost = costs.map(|(&j, (at, _))| self.choices[j].costs[at as usize]).sum();
        if self.best.as_ref().is_some_and(|best| best.is_before(cost, &boxes.features)) {
            return;
        }
        boxes.set(ranges);
        if self.has_room(&boxes.here, &boxes.built, parts) {
            let at = boxes.ranges.len();
            boxes.ranges.extend(ranges);
            boxes.open.push(Open { cost, at, tried });
        }
    }

    /// Whether the bounds of a box let all demands be reached, and all dependent columns stay inside their limits.
    fn has_room(&self, ranges: &Ranges, built: &Ranges, parts: &mut [Part]) -> bool {
        let inside = self.frame.dependents.iter().enumerate().all(|(d, dependent)| {
            let (low, high) = self.frame.span(d, self.row, self.choices, ranges);
            low.is_nan() || low <= dependent.max && high >= dependent.min
        });
        inside && parts.iter_mut().all(|part| part.reaches(&self.tests, built, ranges))
    }

    /// Keeps a single change, predicted again, where it is better than the best so far; false where it is none.
    fn take(&mut self, boxes: &Boxes, cost: f64) -> bool {
        let row = self.frame.row(self.row, self.choices, &boxes.here);
        if !self.frame.reached(&row, &self.goal) {
            return false;
        }
        let at: Vec<u32> = boxes.features.iter().map(|&j| boxes.here[j].0).collect();
        let far = boxes.features.iter().zip(&at).map(|(&j, i)| i.abs_diff(self.choices[j].own));
        let next = Best { cost, changed: boxes.features.clone(), far: (far.collect(), at), row };
        let key = |best: &Best| (best.changed.len(), best.changed.clone(), best.far.clone());
        let worse = self.best.as_ref().is_some_and(|best| {
            best.cost.total_cmp(&next.cost).then_with(|| key(best).cmp(&key(&next))).is_le()
        });
        if !worse {
            self.best = Some(next);
        }
        true
    }

    /// Some change, found by always taking the move that brings the score furthest, then shortened; none where that leads
    /// nowhere.
    pub(super) fn climb(&mut self) -> Option<Best> {
        let all = self.tests.all();
        let mut at = self.own.clone();
        let mut changed: Set = 0;
        let most = self.frame.limits.max_changes.min(self.active.len());
        while (changed.count_ones() as usize) < most {
            let (bit, choice, reached) = self.step(&at, &all, changed)?;
            at[self.active[bit]] = (choice, choice);
            changed |= 1 << bit;
            if reached {
                return self.shortened(at, &all, changed);
            }
        }
        None
    }

    /// Room of every choice of one feature, the others being as they are `at`.
    fn rooms(&mut self, at: &Ranges, all: &Ranges, bit: usize, answers: &Answers) -> Vec<f64> {
        let j = self.active[bit];
        let mut built = at.clone();
        built[j] = all[j];
        let mut parts = std::mem::take(&mut self.parts);
        for (part, pull) in parts.iter_mut().zip(&self.pulls) {
            part.build(&self.trees(answers), pull, &[j as u32], &built);
        }
        let mut here = built.clone();
        let rooms = (0..self.choices[j].len() as u32).map(|i| {
            here[j] = (i, i);
            let room = |part: &mut Part| part.highest(&self.tests, &built, &here) - part.goal;
            parts.iter_mut().map(room).fold(f64::INFINITY, f64::min)
        });
        let rooms = rooms.collect();
        self.parts = parts;
        rooms
    }

    fn answers(&self, at: &Ranges, all: &Ranges) -> Answers {
        let (forest, ensemble) = (&self.plan.forest, self.plan.ensemble);
        Answers::new(forest, ensemble, self.row, &self.tests, at, all, &self.bits)
    }

    /// The next move: bit, choice, and whether it reaches the goal; of those that do the cheapest.
    fn step(&mut self, at: &Ranges, all: &Ranges, changed: Set) -> Option<(usize, u32, bool)> {
        let answers = self.answers(at, all);
        let mut pick: Option<(bool, f64, usize, u32)> = None;
        for bit in 0..self.active.len() {
            let set = changed | 1 << bit;
            if set == changed || self.forbidden.iter().any(|forbidden| forbidden & !set == 0) {
                continue;
            }
            let rooms = self.rooms(at, all, bit, &answers);
            let choices = &self.choices[self.active[bit]];
            for (i, room) in
                rooms.into_iter().enumerate().filter(|(i, _)| *i != choices.own as usize)
            {
                let reached = room >= 0.0;
                let worth = if reached { -choices.costs[i] } else { room };
                let better = pick.is_none_or(|(done, most, ..)| {
                    (reached, worth).partial_cmp(&(done, most)) == Some(Ordering::Greater)
                });
                if better {
                    pick = Some((reached, worth, bit, i as u32));
                }
            }
        }
        pick.map(|(reached, _, bit, i)| (bit, i, reached))
    }

    /// The change with every feature moved back as far as the goal allows.
    fn shortened(&mut self, mut at: Ranges, all: &Ranges, mut changed: Set) -> Option<Best> {
        for bit in bits(changed) {
            let j = self.active[bit];
            let answers = self.answers(&at, all);
            let rooms = self.rooms(&at, all, bit, &answers);
            let costs = &self.choices[j].costs;
            let reach = (0..rooms.len()).filter(|&i| rooms[i] >= 0.0);
            let nearest = reach.min_by(|&a, &b| costs[a].total_cmp(&costs[b]).then(a.cmp(&b)));
            if let Some(i) = nearest {
                at[j] = (i as u32, i as u32);
                if i as u32 == self.choices[j].own {
                    changed &= !(1 << bit);
                }
            }
        }
        let features = self.features(changed);
        if features.is_empty() {
            return None;
        }
        let cost = features.iter().map(|&j| self.choices[j].costs[at[j].0 as usize]).sum();
        let before = self.best.take();
        let boxes = Boxes {
            features,
            built: at.clone(),
            ranges: Vec::new(),
            open: BinaryHeap::new(),
            here: at,
        };
        self.take(&boxes, cost);
        std::mem::replace(&mut self.best, before)
    }
}
