//! Best-first search over boxes of choices.
//!
//! A box is a range of choices for each feature. Its lower bound is the sum of the cheapest choices, its upper bound the
//! sum of the highest leaves that each tree can reach inside it (Devos, Meert and Davis 2021). Boxes are taken by lower
//! bound; one whose upper bound misses the target is dropped, and so is one in which more features must change than are
//! allowed. The first box of single choices that reaches the target is therefore the cheapest change of all. How ordinary
//! a changed case must be is one more sum over trees with such a bound.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::asked::{Ranges, Tests};
use super::choices::Choices;
use super::frame::Frame;
use super::goal::{Demand, Goal};
use super::isolation::Isolation;
use super::line::Line;
use super::patience::Patience;
use super::reduced::{Reduced, TreePlan};
use super::{Change, Found, Proof};

/// How many open boxes are tried for some change when the limit is reached.
const DIVES: usize = 64;

struct Open {
    cost: f64,
    /// By how much the highest score passes its demand, the least of all demands.
    highest: f64,
    ranges: Ranges,
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
    /// Greatest = taken first: lowest cost, then most room, then a fixed order.
    fn cmp(&self, other: &Self) -> Ordering {
        let cost = other.cost.total_cmp(&self.cost);
        cost.then(self.highest.total_cmp(&other.highest))
            .then_with(|| other.ranges.cmp(&self.ranges))
    }
}

/// A solution and what breaks ties: cost, number of changes, changed features, how far along their choices.
struct Best {
    cost: f64,
    order: (usize, Vec<usize>, Vec<u32>),
    row: Vec<f64>,
}

/// What bounds the score of a box, one for each demand of the goal.
enum Bounds<'a> {
    Trees { tests: Tests<'a>, each: Vec<Reduced> },
    Lines(Vec<Line>),
}

/// A search for one case.
pub(super) struct Hunt<'a> {
    frame: &'a Frame<'a>,
    own: &'a [f64],
    goal: Goal,
    choices: &'a [Choices],
    bounds: Bounds<'a>,
    /// The forest that says how ordinary a changed case is, and the depth that it must come to.
    ordinary: Option<(Tests<'a>, Reduced)>,
    /// Sets of features that are not to change together (again).
    forbidden: &'a [Vec<usize>],
    patience: Patience,
}

/// The choices of each feature on trees: one a cell between thresholds.
pub(super) fn tree_choices(plan: &TreePlan<'_>, frame: &Frame<'_>, own: &[f64]) -> Vec<Choices> {
    let features = frame.adjustable.iter().zip(&plan.boundaries);
    let width = plan.ensemble.width;
    features.map(|(feature, bounds)| Choices::new(feature, own, bounds, width)).collect()
}

/// The cheapest change that reaches the goal.
pub(super) fn find(mut hunt: Hunt<'_>) -> Found {
    let (frame, row) = (hunt.frame, hunt.own);
    let all = hunt.choices.iter().map(|c| (0, c.len() as u32 - 1)).collect();
    let mut open = BinaryHeap::new();
    hunt.push(&mut open, all);
    let mut best: Option<Best> = None;
    while let Some(next) = open.pop() {
        if let Some(found) = &best
            && next.cost > found.cost
        {
            break;
        }
        if hunt.patience.is_over() {
            // ties may be left, but a change in hand is the cheapest: every open box costs as much
            return match best {
                Some(best) => frame.found(row, best.row, best.cost, Proof::Smallest),
                None => hunt.dive(next, open),
            };
        }
        match hunt.branching(&next.ranges) {
            None => best = hunt.better(&next, best),
            Some(j) => hunt.split(&mut open, &next.ranges, j),
        }
    }
    match best {
        Some(best) => frame.found(row, best.row, best.cost, Proof::Smallest),
        None => Found::Impossible,
    }
}

/// The cheapest change of each feature alone.
pub(super) fn alternatives(mut hunt: Hunt<'_>) -> Vec<Option<Change>> {
    let mut ranges: Ranges = hunt.choices.iter().map(|c| (c.own, c.own)).collect();
    let mut each = Vec::with_capacity(ranges.len());
    for j in 0..ranges.len() {
        let own = hunt.choices[j].own;
        let mut order: Vec<u32> = (0..hunt.choices[j].len() as u32).filter(|&i| i != own).collect();
        let costs = &hunt.choices[j].costs;
        order.sort_by(|&a, &b| costs[a as usize].total_cmp(&costs[b as usize]).then(a.cmp(&b)));
        let flip = order.into_iter().find_map(|i| {
            ranges[j] = (i, i);
            hunt.room(&ranges)?;
            let changed = hunt.row(&ranges);
            hunt.frame.reached(&changed, &hunt.goal).then_some(changed)
        });
        ranges[j] = (own, own);
        each.push(flip.and_then(|changed| hunt.frame.change(j, hunt.own, &changed)));
    }
    each
}

impl<'a> Hunt<'a> {
    /// A search on trees; see [`tree_choices`].
    pub fn on_trees(
        plan: &'a TreePlan<'a>,
        frame: &'a Frame<'a>,
        own: &'a [f64],
        goal: Goal,
        choices: &'a [Choices],
        forbidden: &'a [Vec<usize>],
    ) -> Self {
        let tests = plan.asked(frame, own, choices);
        let demands = goal.demands(frame.model.outputs());
        let each = demands.into_iter().map(|demand| plan.reduce(own, &tests, demand)).collect();
        Hunt::new(frame, own, goal, choices, Bounds::Trees { tests, each }, forbidden)
    }

    /// A search on a weighted sum, whose choices are listed one by one.
    pub fn on_line(
        frame: &'a Frame<'a>,
        own: &'a [f64],
        goal: Goal,
        choices: &'a [Choices],
        forbidden: &'a [Vec<usize>],
    ) -> Self {
        let demands = goal.demands(frame.model.outputs());
        let line = |demand| Line::new(frame, own, choices, demand);
        let bounds = Bounds::Lines(demands.into_iter().map(line).collect());
        Hunt::new(frame, own, goal, choices, bounds, forbidden)
    }

    fn new(
        frame: &'a Frame<'a>,
        own: &'a [f64],
        goal: Goal,
        choices: &'a [Choices],
        bounds: Bounds<'a>,
        forbidden: &'a [Vec<usize>],
    ) -> Self {
        let patience = Patience::new(frame);
        Hunt { frame, own, goal, choices, bounds, ordinary: None, forbidden, patience }
    }

    /// The same search, bounded besides by how ordinary a changed case must be: `forest` is the plan of the frame's own
    /// isolation forest.
    pub fn among(mut self, forest: Option<&'a TreePlan<'a>>) -> Self {
        let demand = self.frame.isolation.map(Isolation::demand);
        self.ordinary = forest.zip(demand).map(|(plan, (_, least))| {
            let tests = plan.asked(self.frame, self.own, self.choices);
            let demand = Demand { plus: 0, minus: None, sign: 1.0, least, strict: false };
            let reduced = plan.reduce(self.own, &tests, demand);
            (tests, reduced)
        });
        self
    }

    /// By how much the highest scores and depths inside a box pass their demands, at least; none where one cannot.
    fn room(&mut self, ranges: &Ranges) -> Option<f64> {
        let mut least = f64::INFINITY;
        match &mut self.bounds {
            Bounds::Trees { tests, each } => {
                for reduced in each {
                    least = least.min(reduced.highest(tests, ranges) - reduced.goal);
                    if least < 0.0 {
                        return None;
                    }
                }
            }
            Bounds::Lines(each) => {
                for line in each {
                    least = least.min(line.highest(ranges) - line.goal);
                    if least < 0.0 {
                        return None;
                    }
                }
            }
        }
        if let Some((tests, reduced)) = &mut self.ordinary {
            least = least.min(reduced.highest(tests, ranges) - reduced.goal);
        }
        (least >= 0.0).then_some(least)
    }

    /// Whether a dependent column can stay inside its limits somewhere in a box.
    fn stays_inside(&self, ranges: &Ranges) -> bool {
        self.frame.dependents.iter().enumerate().all(|(d, dependent)| {
            let (low, high) = self.frame.span(d, self.own, self.choices, ranges);
            low.is_nan() || low <= dependent.max && high >= dependent.min
        })
    }

    /// Whether features that are not to change together must all change in a box.
    fn is_forbidden(&self, ranges: &Ranges) -> bool {
        self.forbidden.iter().any(|set| set.iter().all(|&j| self.must_change(j, ranges[j])))
    }

    fn must_change(&self, j: usize, range: (u32, u32)) -> bool {
        let own = self.choices[j].own;
        own < range.0 || own > range.1
    }

    fn cost(&self, ranges: &Ranges) -> f64 {
        ranges.iter().zip(self.choices).map(|(r, c)| c.cheapest(r.0, r.1)).sum()
    }

    fn row(&self, ranges: &Ranges) -> Vec<f64> {
        self.frame.row(self.own, self.choices, ranges)
    }

    /// A box with its bounds, or `None` where no change inside it can reach the target.
    fn open(&mut self, mut ranges: Ranges) -> Option<Open> {
        self.patience.count();
        let changed = (0..ranges.len()).filter(|&j| self.must_change(j, ranges[j])).count();
        let allowed = self.frame.limits.max_changes;
        if changed >= allowed {
            // no more may change, so whatever may stay does
            for (range, choices) in ranges.iter_mut().zip(self.choices) {
                if range.0 <= choices.own && choices.own <= range.1 {
                    *range = (choices.own, choices.own);
                }
            }
        }
        if self.is_forbidden(&ranges) || !self.stays_inside(&ranges) {
            return None;
        }
        let highest = self.room(&ranges)?;
        Some(Open { cost: self.cost(&ranges), highest, ranges })
    }

    fn push(&mut self, open: &mut BinaryHeap<Open>, ranges: Ranges) {
        open.extend(self.open(ranges));
    }

    /// The feature to divide next: among those that may still stay as they are, the one whose staying costs most score;
    /// then the widest range. `None` for a box of single choices.
    fn branching(&mut self, ranges: &Ranges) -> Option<usize> {
        let wide: Vec<usize> = (0..ranges.len()).filter(|&j| ranges[j].0 < ranges[j].1).collect();
        let mut pick: Option<(f64, usize)> = None;
        let mut trial = ranges.clone();
        for &j in &wide {
            if self.must_change(j, ranges[j]) {
                continue;
            }
            trial[j] = (self.choices[j].own, self.choices[j].own);
            let highest = self.room(&trial).unwrap_or(f64::NEG_INFINITY);
            trial[j] = ranges[j];
            if pick.is_none_or(|(lowest, _)| highest < lowest) {
                pick = Some((highest, j));
            }
        }
        let widest = || wide.into_iter().rev().max_by_key(|&j| ranges[j].1 - ranges[j].0);
        pick.map(|(_, j)| j).or_else(widest)
    }

    /// The parts of a box: own, below and above; or two halves where the feature must change.
    fn parts(&self, ranges: &Ranges, j: usize) -> Vec<Ranges> {
        let (from, to) = ranges[j];
        let own = self.choices[j].own;
        let cuts = if self.must_change(j, ranges[j]) {
            let middle = from + (to - from) / 2;
            vec![(from, middle), (middle + 1, to)]
        } else {
            let mut cuts = vec![(own, own)];
            cuts.extend((from < own).then(|| (from, own - 1)));
            cuts.extend((own < to).then(|| (own + 1, to)));
            cuts
        };
        let part = |cut| {
            let mut part = ranges.clone();
            part[j] = cut;
            part
        };
        cuts.into_iter().map(part).collect()
    }

    fn split(&mut self, open: &mut BinaryHeap<Open>, ranges: &Ranges, j: usize) {
        for part in self.parts(ranges, j) {
            self.push(open, part);
        }
    }

    /// The better of a box of single choices, predicted again, and the best so far.
    fn better(&self, point: &Open, best: Option<Best>) -> Option<Best> {
        let changed: Vec<usize> =
            (0..point.ranges.len()).filter(|&j| self.must_change(j, point.ranges[j])).collect();
        let far =
            changed.iter().map(|&j| point.ranges[j].0.abs_diff(self.choices[j].own)).collect();
        let order = (changed.len(), changed, far);
        if best.as_ref().is_some_and(|b| (b.cost, &b.order) <= (point.cost, &order)) {
            return best;
        }
        let row = self.row(&point.ranges);
        if self.frame.reached(&row, &self.goal) {
            Some(Best { cost: point.cost, order, row })
        } else {
            best
        }
    }

    /// Some change, when the limit is reached: from the most promising boxes always into the part with the highest score.
    fn dive(&mut self, first: Open, mut open: BinaryHeap<Open>) -> Found {
        let bound = first.cost;
        let mut next = Some(first);
        let mut best = None;
        for _ in 0..DIVES {
            let Some(mut here) = next.take().or_else(|| open.pop()) else { break };
            loop {
                let Some(j) = self.branching(&here.ranges) else {
                    best = self.better(&here, best);
                    break;
                };
                let parts: Vec<Open> =
                    self.parts(&here.ranges, j).into_iter().filter_map(|p| self.open(p)).collect();
                let Some(part) = parts.into_iter().max_by(|a, b| a.highest.total_cmp(&b.highest))
                else {
                    break;
                };
                here = part;
            }
        }
        match best {
            None => Found::NotFound { bound: Some(bound) },
            Some(best) => {
                let gap = best.cost - bound;
                let proof = if gap > 0.0 { Proof::NotProven { gap } } else { Proof::Smallest };
                self.frame.found(self.own, best.row, best.cost, proof)
            }
        }
    }
}
