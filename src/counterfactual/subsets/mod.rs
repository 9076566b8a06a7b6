//! The smallest change by sets of features: first every feature alone, then every pair, and so on.
//!
//! A change of more features costs at least as much as the cheapest moves of that many features, so the sizes are gone
//! through in order and end when no larger set can cost less than what is found. Of each size only those sets are looked
//! at whose upper bound reaches the goal ([`survey`]); what is left of the trees where one set changes is small
//! ([`part`]), and is searched best first over boxes of choices: by cost, the cheapest corner of a box first. What is
//! found narrows what is still looked for, because a move that alone costs more than the rest of the change in hand is no
//! part of a smaller one.
//!
//! The bounds are sums of the highest leaves that trees can reach (Devos, Meert and Davis 2021, "Versatile verification of
//! tree ensembles"); the order of sets is this crate's own.

mod forest;
mod part;
mod point;
mod survey;

pub(super) use self::forest::Forest;
pub(super) use self::survey::Pull;

use std::collections::BTreeSet;

use self::forest::{Answers, SETTLED, Set};
use self::part::{Part, Trees};
use self::point::Best;
use self::survey::{Pairs, Survey, bits};
use super::asked::{Ranges, Tests, Way};
use super::choices::Choices;
use super::frame::Frame;
use super::goal::Goal;
use super::patience::Patience;
use super::reduced::TreePlan;
use super::{Change, Found, Proof};

/// Costs are sums in different orders: a bound counts as reached within this share.
const ROUNDING: f64 = 1e-12;
/// Sets that are left when a better change narrows the search again.
const MANY: usize = 12;
/// Most features that a search by sets tells apart.
const MOST_FEATURES: usize = SETTLED as usize;

/// A search for one case.
pub(super) struct Hunt<'a> {
    frame: &'a Frame<'a>,
    plan: &'a TreePlan<'a>,
    row: &'a [f64],
    goal: Goal,
    choices: &'a [Choices],
    tests: Tests<'a>,
    pulls: Vec<Pull>,
    /// The features that can matter; their place is their bit.
    active: Vec<usize>,
    bits: Vec<u8>,
    /// By bit: the cheapest move.
    cheapest: Vec<f64>,
    /// Sets that are not to change together.
    forbidden: Vec<Set>,
    own: Ranges,
    best: Option<Best>,
    patience: Patience,
    parts: Vec<Part>,
    pairs: Vec<Pairs>,
}

/// What is known of a size of sets inside some ranges.
struct Stage {
    ranges: Ranges,
    answers: Answers,
    surveys: Vec<Survey>,
}

/// Stopped before the end.
struct Stopped;

impl<'a> Hunt<'a> {
    /// A search on trees; none where too many features can change for sets of them.
    pub fn new(
        plan: &'a TreePlan<'a>,
        frame: &'a Frame<'a>,
        row: &'a [f64],
        goal: Goal,
        choices: &'a [Choices],
        forbidden: &[Vec<usize>],
    ) -> Option<Self> {
        let tests = plan.asked(frame, row, choices);
        let all = tests.all();
        let mut asked = vec![false; choices.len()];
        let mut mark = |j: u32| {
            if let Some(asked) = asked.get_mut(j as usize) {
                *asked = true;
            }
        };
        for test in 0..tests.count() {
            if tests.way(test, &all) == Way::Both {
                tests.features(test).for_each(&mut mark);
            }
        }
        // what moves a column into its limits can matter without any test
        let terms = frame.dependents.iter().flat_map(|dependent| &dependent.terms);
        terms.for_each(|(j, _)| mark(*j as u32));
        let active: Vec<usize> =
            (0..choices.len()).filter(|&j| asked[j] && choices[j].len() > 1).collect();
        if active.len() > MOST_FEATURES {
            return None;
        }
        let mut bits = vec![SETTLED; choices.len()];
        for (bit, &j) in active.iter().enumerate() {
            bits[j] = bit as u8;
        }
        let cheapest = active.iter().map(|&j| {
            let (own, costs) = (choices[j].own as usize, &choices[j].costs);
            let beside = [own.checked_sub(1), Some(own + 1)].into_iter().flatten();
            beside.filter_map(|i| costs.get(i)).copied().fold(f64::INFINITY, f64::min)
        });
        let cheapest = cheapest.collect();
        // a set with a feature that never changes is never changed together
        let set = |set: &Vec<usize>| {
            let bit = |j: &usize| bits.get(*j).filter(|bit| **bit < SETTLED);
            set.iter().try_fold(0, |all: Set, j| Some(all | 1 << bit(j)?))
        };
        let forbidden = forbidden.iter().filter_map(set).collect();
        let demands = goal.demands(frame.model.outputs());
        let pulls = plan.pulls(&demands);
        let pairs = pulls.iter().map(|_| Pairs::new(active.len())).collect();
        Some(Hunt {
            frame,
            plan,
            row,
            goal,
            choices,
            tests,
            active,
            bits,
            cheapest,
            forbidden,
            own: choices.iter().map(|c| (c.own, c.own)).collect(),
            best: None,
            patience: Patience::new(frame),
            parts: pulls.iter().map(|_| Part::default()).collect(),
            pairs,
            pulls,
        })
    }

    /// The cheapest change that reaches the goal.
    pub fn find(mut self) -> Found {
        let most = self.frame.limits.max_changes.min(self.active.len());
        let mut stage = None;
        for size in 1..=most {
            let least = self.least(size, None);
            if self.best.as_ref().is_some_and(|best| least * (1.0 - ROUNDING) >= best.cost) {
                break;
            }
            if size == 3 && self.best.is_none() {
                self.best = self.climb();
            }
            if self.size(size, most, &mut stage).is_err() {
                return self.stopped(least);
            }
        }
        match self.best {
            Some(best) => self.frame.found(self.row, best.row, best.cost, Proof::Smallest),
            None => Found::Impossible,
        }
    }

    /// What is known when the patience is over: no change that was not looked at costs less than `least`.
    fn stopped(mut self, least: f64) -> Found {
        let best = match self.best.take() {
            Some(best) => Some(best),
            None => self.climb(),
        };
        match best {
            None => Found::NotFound { bound: Some(least) },
            Some(best) => {
                let gap = best.cost - least;
                let proven = gap <= ROUNDING * best.cost;
                let proof = if proven { Proof::Smallest } else { Proof::NotProven { gap } };
                self.frame.found(self.row, best.row, best.cost, proof)
            }
        }
    }

    /// What so many changes cost at least, without the feature of a bit.
    fn least(&self, count: usize, without: Option<usize>) -> f64 {
        let each = self.cheapest.iter().enumerate().filter(|(bit, _)| Some(*bit) != without);
        let mut costs: Vec<f64> = each.map(|(_, cost)| *cost).collect();
        costs.sort_by(f64::total_cmp);
        costs.iter().take(count).sum()
    }

    /// The choices of a feature that with `others` cost at most so much.
    fn within(&self, j: usize, (from, to): (u32, u32), most: f64, others: f64) -> (u32, u32) {
        let choices = &self.choices[j];
        let fits = |i: u32| choices.costs[i as usize] + others <= most * (1.0 + ROUNDING);
        let own = choices.own;
        let mut low = own;
        while low > from && fits(low - 1) {
            low -= 1;
        }
        let mut high = own;
        while high < to && fits(high + 1) {
            high += 1;
        }
        (low, high)
    }

    /// The choices that changes of a size can have that cost no more than what is found.
    fn ranges(&self, size: usize) -> Ranges {
        let all = self.tests.all();
        let Some(best) = &self.best else { return all };
        let mut ranges = self.own.clone();
        for (bit, &j) in self.active.iter().enumerate() {
            ranges[j] = self.within(j, all[j], best.cost, self.least(size - 1, Some(bit)));
        }
        ranges
    }

    fn stage(&self, size: usize, most: usize, before: Option<Stage>) -> Stage {
        let ranges = self.ranges(size);
        let size = size.max(most.min(2)) as u32;
        if let Some(before) = before
            && before.ranges == ranges
            && before.surveys.iter().all(|survey| survey.size >= size)
        {
            return before;
        }
        let (forest, ensemble) = (&self.plan.forest, self.plan.ensemble);
        let answers =
            Answers::new(forest, ensemble, self.row, &self.tests, &self.own, &ranges, &self.bits);
        let survey = |pull| Survey::new(forest, &answers, pull, size);
        let surveys = self.pulls.iter().map(survey).collect();
        Stage { ranges, answers, surveys }
    }

    /// All changes of exactly so many features.
    fn size(&mut self, size: usize, most: usize, kept: &mut Option<Stage>) -> Result<(), Stopped> {
        let mut done: BTreeSet<Set> = BTreeSet::new();
        loop {
            let stage = self.stage(size, most, kept.take());
            let mut sets = self.candidates(size, &stage)?;
            sets.retain(|(_, set)| !done.contains(set));
            sets.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let count = sets.len();
            let mut narrowed = false;
            for (at, (_, set)) in sets.into_iter().enumerate() {
                if self.is_too_dear(set) {
                    continue;
                }
                if self.is_over() {
                    return Err(Stopped);
                }
                done.insert(set);
                narrowed = self.solve(set, &stage)? && count - at > MANY;
                if narrowed {
                    break;
                }
            }
            *kept = Some(stage);
            if !narrowed {
                return Ok(());
            }
        }
    }

    /// The sets of a size whose bounds reach all demands, with how far above they are.
    fn candidates(&mut self, size: usize, stage: &Stage) -> Result<Vec<(f64, Set)>, Stopped> {
        let can = |&bit: &usize| {
            let j = self.active[bit];
            stage.ranges[j].0 < stage.ranges[j].1
        };
        let mut order: Vec<usize> = (0..self.active.len()).filter(can).collect();
        let mut sets = Vec::new();
        if let Some(survey) = stage.surveys.first().filter(|_| size > 2) {
            let share = |bit: usize| survey.shares.get(bit).copied().unwrap_or(0.0);
            order.sort_by(|&a, &b| share(b).total_cmp(&share(a)).then(a.cmp(&b)));
        }
        self.extend(size, 0, &order, stage, &mut sets)?;
        sets.retain(|(_, set)| !self.forbidden.iter().any(|forbidden| forbidden & !set == 0));
        Ok(sets)
    }

    /// Sets of `with` and so many of `rest`.
    fn extend(
        &mut self,
        count: usize,
        with: Set,
        rest: &[usize],
        stage: &Stage,
        sets: &mut Vec<(f64, Set)>,
    ) -> Result<(), Stopped> {
        if count > 2 {
            for (at, &bit) in rest.iter().enumerate() {
                let (with, rest) = (with | 1 << bit, &rest[at + 1..]);
                if rest.len() + 1 < count {
                    break;
                }
                if stage.surveys.iter().all(|survey| survey.allows(with, rest, count - 1)) {
                    self.extend(count - 1, with, rest, stage, sets)?;
                }
            }
            return Ok(());
        }
        if self.is_over() || sets.len() > self.patience.most {
            return Err(Stopped);
        }
        let among = rest.iter().fold(0, |all: Set, bit| all | 1 << bit);
        for (pairs, survey) in self.pairs.iter_mut().zip(&stage.surveys) {
            pairs.scan(survey, with, among);
        }
        let room = |bound: &dyn Fn(&Pairs) -> f64| {
            let each = self.pairs.iter().zip(&stage.surveys);
            each.map(|(pairs, survey)| bound(pairs) - survey.goal).fold(f64::INFINITY, f64::min)
        };
        for a in bits(among) {
            if count == 1 {
                let room = room(&|pairs| pairs.one(a));
                if room >= 0.0 {
                    sets.push((room, with | 1 << a));
                }
                continue;
            }
            for b in bits(among).filter(|b| *b > a) {
                let room = room(&|pairs| pairs.two(a, b));
                if room >= 0.0 {
                    sets.push((room, with | 1 << a | 1 << b));
                }
            }
        }
        Ok(())
    }

    /// Counts one more set or box; true where that is one too many.
    fn is_over(&mut self) -> bool {
        let over = self.patience.is_over();
        self.patience.count();
        over
    }

    fn features(&self, set: Set) -> Vec<usize> {
        bits(set).map(|bit| self.active[bit]).collect()
    }

    /// Whether changing a set costs more than what is found, or as much where that comes first.
    fn is_too_dear(&self, set: Set) -> bool {
        let Some(best) = &self.best else { return false };
        let least: f64 = bits(set).map(|bit| self.cheapest[bit]).sum();
        least > best.cost || least == best.cost && best.is_before(least, &self.features(set))
    }

    fn trees<'t>(&'t self, answers: &'t Answers) -> Trees<'t> {
        Trees { forest: &self.plan.forest, tests: &self.tests, answers, bits: &self.bits }
    }

    /// For each feature alone the cheapest change that reaches the goal.
    pub fn each(mut self) -> Vec<Option<Change>> {
        let all = self.tests.all();
        let mut each = vec![None; self.choices.len()];
        let stage = self.stage(1, 1, None);
        let mut parts = std::mem::take(&mut self.parts);
        for &j in &self.active {
            let mut ranges = self.own.clone();
            ranges[j] = all[j];
            for (part, pull) in parts.iter_mut().zip(&self.pulls) {
                part.build(&self.trees(&stage.answers), pull, &[j as u32], &ranges);
            }
            let built = ranges.clone();
            let own = self.choices[j].own;
            let costs = &self.choices[j].costs;
            let mut order: Vec<u32> = (0..costs.len() as u32).filter(|&i| i != own).collect();
            order.sort_by(|&a, &b| costs[a as usize].total_cmp(&costs[b as usize]).then(a.cmp(&b)));
            let flip = order.into_iter().find_map(|i| {
                ranges[j] = (i, i);
                let reach = |part: &mut Part| part.reaches(&self.tests, &built, &ranges);
                if !parts.iter_mut().all(reach) {
                    return None;
                }
                let changed = self.frame.row(self.row, self.choices, &ranges);
                self.frame.reached(&changed, &self.goal).then_some(changed)
            });
            each[j] = flip.and_then(|changed| self.frame.change(j, self.row, &changed));
        }
        each
    }
}
