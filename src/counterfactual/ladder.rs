//! Smallest changes on weighted sums.
//!
//! Only moves that bring the score nearer can be part of a smallest change. For each feature they form a ladder: rungs of
//! rising gain and rising cost, `cost = weight + slope · gain`. For each subset of at most `max_changes` features all
//! rungs of all but one feature are tried inside the window that bounds leave open, and the last one is solved by halving
//! on the model's own prediction. Features without a step have a rung for every double; of several such features in a
//! subset all but one stand at their end, because a knapsack that may be cut has an optimum with at most one cut item
//! (Dantzig 1957).

use crate::fault::{Checked, Fault, Place};
use crate::model::LinearModel;

use super::adjustable::{Adjustable, AdjustableKind, Direction};
use super::choices::{MOST_STEPS, multiple};
use super::frame::Frame;
use super::goal::{Goal, Target};
use super::patience::Patience;
use super::{Change, Found, Proof};

/// One score on a side of a threshold; see [`Goal::Side`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub output: usize,
    pub target: Target,
    pub value: Option<f64>,
}

impl Side {
    fn goal(self) -> Goal {
        Goal::Side { output: self.output, target: self.target, value: self.value }
    }
}

/// What a search needs of a linear model.
#[derive(Debug)]
pub(super) struct LinearPlan<'m> {
    linear: &'m LinearModel,
}

#[derive(Debug)]
enum Rungs {
    /// Multiples of a step: the first one's number, +1 or -1.
    Grid { step: f64, first: f64, way: f64, count: u64 },
    /// Every double from the first (as its place in the order of doubles), +1 or -1.
    Free { first: i64, way: i64, count: u64 },
    /// Listed values with their gains.
    List(Vec<(f64, Vec<f64>)>),
}

/// The helpful moves of one feature for one case.
#[derive(Debug)]
struct Ladder<'a> {
    feature: usize,
    columns: &'a [usize],
    rungs: Rungs,
    own: f64,
    /// Score gained by a unit of the column.
    pull: f64,
    weight: f64,
    slope: f64,
}

struct Climb<'a> {
    frame: &'a Frame<'a>,
    own: &'a [f64],
    goal: Goal,
    /// Score still missing, less what rounding may hide.
    need: f64,
    best: Option<(f64, Vec<f64>)>,
    patience: Patience,
}

/// Place of a double in their order (the key of `f64::total_cmp`), and back.
fn place(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn at_place(place: i64) -> f64 {
    f64::from_bits((place ^ (((place >> 63) as u64) >> 1) as i64) as u64) + 0.0
}

/// The first of `count` rungs for which something holds that holds for all later ones.
fn first_where(mut from: u64, count: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let mut to = count;
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) { to = middle } else { from = middle + 1 }
    }
    from
}

impl<'m> LinearPlan<'m> {
    /// `R42` where the weights of an output are not one finite number a feature.
    pub fn new(linear: &'m LinearModel) -> Checked<Self> {
        let features = linear.card.features.len();
        let broken = linear.weights.iter().position(|weights| {
            weights.len() != features || weights.iter().any(|w| !w.is_finite())
        });
        if let Some(output) = broken.or((linear.weights.is_empty()).then_some(0)) {
            let weights = linear.weights.get(output).map_or(0, Vec::len);
            let found = format!("{weights} weights of output {output}");
            let expected = format!("{features} finite weights");
            let mend = "Read the model from a sound file.";
            return Err(Fault::new("R42", Place::default(), found, expected, mend).into());
        }
        Ok(LinearPlan { linear })
    }

    fn weights(&self, output: usize) -> &'m [f64] {
        self.linear.weights.get(output).map_or(&[], Vec::as_slice)
    }

    /// The smallest change; see the module.
    pub fn find(
        &self,
        frame: &Frame<'_>,
        row: &[f64],
        side: Side,
        forbidden: &[Vec<usize>],
    ) -> Found {
        let weights = self.weights(side.output);
        let ladders = ladders(frame, row, side, weights);
        let mut climb = Climb::new(frame, row, side, weights);
        let mut stopped = false;
        for size in 1..=frame.limits.max_changes.min(ladders.len()) {
            let mut subset: Vec<usize> = (0..size).collect();
            loop {
                let chosen: Vec<&Ladder<'_>> = subset.iter().map(|&i| &ladders[i]).collect();
                let changes = |j: &usize| chosen.iter().any(|l| l.feature == *j);
                let skipped = forbidden.iter().any(|set| set.iter().all(changes));
                stopped |= !skipped && (climb.patience.is_over() || !climb.subset(&chosen));
                if stopped || !advance(&mut subset, ladders.len()) {
                    break;
                }
            }
        }
        let least = ladders.iter().map(|l| l.cost(0)).fold(f64::INFINITY, f64::min);
        match climb.best {
            Some((cost, changed)) => {
                let gap = cost - least;
                let proof =
                    if stopped && gap > 0.0 { Proof::NotProven { gap } } else { Proof::Smallest };
                frame.found(row, changed, cost, proof)
            }
            None if stopped => Found::NotFound { bound: Some(least) },
            None => Found::Impossible,
        }
    }

    /// The cheapest change of each feature alone.
    pub fn alternatives(&self, frame: &Frame<'_>, row: &[f64], side: Side) -> Vec<Option<Change>> {
        let weights = self.weights(side.output);
        let mut each = vec![None; frame.adjustable.len()];
        for ladder in ladders(frame, row, side, weights) {
            let mut climb = Climb::new(frame, row, side, weights);
            climb.last(&ladder, row.to_vec(), 0.0);
            each[ladder.feature] =
                climb.best.and_then(|(_, changed)| frame.change(ladder.feature, row, &changed));
        }
        each
    }
}

fn ladders<'a>(frame: &'a Frame<'_>, row: &[f64], side: Side, weights: &[f64]) -> Vec<Ladder<'a>> {
    let sign = if side.target.above { 1.0 } else { -1.0 };
    let adjustable = frame.adjustable.iter().enumerate();
    let ladder = |(j, feature)| Ladder::new(j, feature, row, weights, sign);
    adjustable.filter_map(ladder).filter(|l| l.count() > 0).collect()
}

/// The next subset of the same size in lexicographic order.
fn advance(subset: &mut [usize], of: usize) -> bool {
    let size = subset.len();
    let Some(i) = (0..size).rev().find(|&i| subset[i] < of - size + i) else { return false };
    let start = subset[i] + 1;
    subset[i..].iter_mut().enumerate().for_each(|(k, s)| *s = start + k);
    true
}

impl<'a> Ladder<'a> {
    fn new(
        j: usize,
        feature: &'a Adjustable,
        row: &[f64],
        weights: &[f64],
        sign: f64,
    ) -> Option<Self> {
        let columns = feature.columns.as_slice();
        if columns.iter().any(|&c| !row[c].is_finite()) {
            return None; // missing stays missing
        }
        let (own, pull) = (row[columns[0]], sign * weights[columns[0]]);
        let weight = feature.cost(0.0);
        // cost of one unit of gain beyond the fixed weight
        let slope = (feature.cost(1.0) - weight) / pull.abs();
        let mut ladder = Ladder {
            feature: j,
            columns,
            rungs: Rungs::List(Vec::new()),
            own,
            pull,
            weight,
            slope,
        };
        ladder.rungs = match &feature.kind {
            AdjustableKind::OneHot { codes } => {
                ladder.slope = 0.0;
                let gain = |code: &[f64]| -> f64 {
                    let moved = columns.iter().zip(code).map(|(&c, v)| weights[c] * (v - row[c]));
                    sign * moved.sum::<f64>()
                };
                // all categories cost the same, so only one with the highest gain can be needed
                let best = codes.iter().map(|code| (gain(code), code)).filter(|(g, _)| *g > 0.0);
                let best = best.reduce(|a, b| if b.0 > a.0 { b } else { a });
                Rungs::List(best.map(|(g, code)| (g, code.clone())).into_iter().collect())
            }
            AdjustableKind::Codes { values } => {
                let helps =
                    values.iter().filter(|&&v| feature.admits(own, v) && pull * (v - own) > 0.0);
                let mut list: Vec<_> = helps.map(|&v| (pull * (v - own), vec![v])).collect();
                list.sort_by(|a, b| a.0.total_cmp(&b.0));
                Rungs::List(list)
            }
            AdjustableKind::Number { step } => number(feature, *step, own, pull)?,
        };
        Some(ladder)
    }

    fn count(&self) -> u64 {
        match &self.rungs {
            Rungs::Grid { count, .. } | Rungs::Free { count, .. } => *count,
            Rungs::List(list) => list.len() as u64,
        }
    }

    fn set(&self, row: &mut [f64], i: u64) {
        match &self.rungs {
            Rungs::List(list) => {
                let values = list.get(i as usize).map_or(&[][..], |(_, v)| v.as_slice());
                self.columns.iter().zip(values).for_each(|(&c, &v)| row[c] = v);
            }
            _ => row[self.columns[0]] = self.value(i),
        }
    }

    fn value(&self, i: u64) -> f64 {
        match &self.rungs {
            Rungs::Grid { step, first, way, .. } => multiple(*step, first + way * i as f64),
            Rungs::Free { first, way: 1, .. } => at_place(first.saturating_add_unsigned(i)),
            Rungs::Free { first, .. } => at_place(first.saturating_sub_unsigned(i)),
            Rungs::List(list) => list.get(i as usize).map_or(self.own, |(_, v)| v[0]),
        }
    }

    fn gain(&self, i: u64) -> f64 {
        match &self.rungs {
            Rungs::List(list) => list.get(i as usize).map_or(f64::INFINITY, |(gain, _)| *gain),
            _ => self.pull * (self.value(i) - self.own),
        }
    }

    fn cost(&self, i: u64) -> f64 {
        self.weight + self.slope * self.gain(i)
    }

    fn most(&self) -> f64 {
        self.gain(self.count() - 1)
    }
}

/// The rungs of a number that moves towards the target, or `None` where it may not or need not.
fn number(feature: &Adjustable, step: Option<f64>, own: f64, pull: f64) -> Option<Rungs> {
    let up = pull > 0.0;
    let blocked = if up { Direction::Down } else { Direction::Up };
    if pull == 0.0 || feature.direction == blocked {
        return None;
    }
    let (near, far) = if up { (feature.min, feature.max) } else { (feature.max, feature.min) };
    let Some(step) = step else {
        let far = far.clamp(f64::MIN, f64::MAX);
        let start = if up { own.next_up().max(near) } else { own.next_down().min(near) };
        if (up && start > far) || (!up && start < far) {
            return None;
        }
        let count = place(start).abs_diff(place(far)).saturating_add(1);
        return Some(Rungs::Free { first: place(start), way: if up { 1 } else { -1 }, count });
    };
    // counted in steps towards the target; nudged until the multiples themselves agree
    let way = if up { 1.0 } else { -1.0 };
    let limit = |x: f64| (x / step).clamp(-MOST_STEPS, MOST_STEPS);
    let mut first =
        if up { limit(own.max(near)).floor() } else { limit(own.min(near)).ceil() } - way;
    let mut last = if up { limit(far).ceil() } else { limit(far).floor() } + way;
    for _ in 0..4 {
        let (value, end) = (multiple(step, first), multiple(step, last));
        if !(feature.admits(own, value) && (value - own) * way > 0.0) {
            first += way;
        }
        if (end - far) * way > 0.0 {
            last -= way;
        }
    }
    let count = (last - first) * way + 1.0;
    let fits = feature.admits(own, multiple(step, first)) && count >= 1.0;
    fits.then_some(Rungs::Grid { step, first, way, count: count as u64 })
}

impl<'a> Climb<'a> {
    fn new(frame: &'a Frame<'a>, own: &'a [f64], side: Side, weights: &[f64]) -> Self {
        let target = side.target;
        let exact = frame.exact(own, side.output);
        let sign = if target.above { 1.0 } else { -1.0 };
        let products = own.iter().zip(weights).map(|(x, w)| x * w).filter(|p| p.is_finite());
        let size = products.map(f64::abs).sum::<f64>() + exact.abs() + target.threshold_raw.abs();
        let slack = 4.0 * (weights.len() as f64 + 4.0) * f64::EPSILON * size;
        let need = sign * (target.threshold_raw - exact) + target.margin - slack;
        Climb { frame, own, goal: side.goal(), need, best: None, patience: Patience::new(frame) }
    }

    fn bar(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    /// All combinations of one subset; false when the limit was reached.
    fn subset(&mut self, chosen: &[&Ladder<'_>]) -> bool {
        self.patience.count();
        let most: f64 = chosen.iter().map(|l| l.most()).sum();
        if most < self.need || chosen.iter().map(|l| l.weight).sum::<f64>() >= self.bar() {
            return true;
        }
        let free = |l: &Ladder<'_>| matches!(l.rungs, Rungs::Free { .. });
        let mut last: Vec<usize> = (0..chosen.len()).filter(|&i| free(chosen[i])).collect();
        if last.is_empty() {
            last.extend((0..chosen.len()).max_by_key(|&i| chosen[i].count()));
        }
        last.into_iter().all(|i| {
            let mut outer = chosen.to_vec();
            let inner = outer.remove(i);
            self.combine(&outer, inner, self.own.to_vec(), 0.0, self.need)
        })
    }

    fn combine(
        &mut self,
        outer: &[&Ladder<'_>],
        inner: &Ladder<'_>,
        mut row: Vec<f64>,
        cost: f64,
        need: f64,
    ) -> bool {
        let Some((ladder, rest)) = outer.split_first() else {
            let i = first_where(0, inner.count(), |i| inner.gain(i) >= need);
            if i < inner.count() && cost + inner.cost(i) < self.bar() {
                self.last(inner, row, cost);
            }
            return true;
        };
        let others = || rest.iter().copied().chain([inner]);
        let most: f64 = others().map(Ladder::most).sum();
        let weights: f64 = others().map(|l| l.weight).sum();
        let slope = others().map(|l| l.slope).fold(f64::INFINITY, f64::min);
        let bound =
            |i: u64| cost + ladder.cost(i) + weights + slope * (need - ladder.gain(i)).max(0.0);
        let count = ladder.count();
        let enough = first_where(0, count, |i| ladder.gain(i) + most >= need);
        let turn = first_where(enough, count, |i| ladder.gain(i) >= need);
        // up to `turn` the bound falls where this ladder is the cheaper one; afterwards it rises
        let falling = ladder.slope < slope;
        let mut from = enough;
        if matches!(ladder.rungs, Rungs::Free { .. }) {
            from = count - 1;
        } else if falling {
            from = first_where(enough, turn, |i| bound(i) < self.bar());
        }
        for i in from..count {
            self.patience.count();
            if self.patience.is_over() {
                return false;
            }
            if bound(i) >= self.bar() {
                if falling && i < turn {
                    continue;
                }
                break;
            }
            ladder.set(&mut row, i);
            let left = need - ladder.gain(i);
            if !self.combine(rest, inner, row.clone(), cost + ladder.cost(i), left) {
                return false;
            }
        }
        true
    }

    /// The lowest rung of one ladder that reaches the target, by the model's own prediction.
    fn last(&mut self, ladder: &Ladder<'_>, mut row: Vec<f64>, cost: f64) {
        let reaches = |i: u64| {
            let mut row = row.clone();
            ladder.set(&mut row, i);
            self.frame.reached(&row, &self.goal)
        };
        let i = first_where(0, ladder.count(), reaches);
        if i < ladder.count() && cost + ladder.cost(i) < self.bar() {
            ladder.set(&mut row, i);
            self.best = Some((cost + ladder.cost(i), row));
        }
    }
}
