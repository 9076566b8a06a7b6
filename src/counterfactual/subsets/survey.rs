//! What a few changed features can gain at most: an upper bound for every set of one, two, three … features, from one walk
//! over the trees.
//!
//! A leaf is reached only if certain features change: those whose tests on the way to it the case's own values answer
//! otherwise. So each tree is a list of sets of features, each with the most that it gains over the case's own leaf, and
//! a set `S` of changed features gains in a tree at most the most of all listed sets inside `S`. The sum over the trees
//! bounds the score of every case in which exactly `S` changes. For all pairs at once it is computed from what each
//! feature gains alone, corrected in the trees that both are in.

use super::forest::{Answers, Forest, JOINT, LEAF, SETTLED, Set};

/// Most features that a set tells apart.
const MOST: usize = SETTLED as usize;

/// What a demand asks of the trees, turned so that higher is nearer.
#[derive(Debug)]
pub(in super::super) struct Pull {
    /// Roots, and what a leaf counts.
    pub trees: Vec<(u32, f64)>,
    pub base: f64,
    /// A sum below this cannot reach the demand, whatever rounding does.
    pub goal: f64,
}

/// A set of features, one bit each, and what it gains.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gain {
    set: Set,
    most: f64,
}

/// What sets of features gain in each tree, for one demand.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Of sets of at most so many features everything is known.
    pub size: u32,
    gains: Vec<Gain>,
    /// Where each tree's end.
    ends: Vec<u32>,
    /// The case's own score.
    pub own: f64,
    /// What tests that several features decide may gain at most, whoever changes.
    free: f64,
    /// What the score must come to, less what rounding can do in bounds.
    pub goal: f64,
    /// By bit: gains such that no set gains more than the sum of those of its features.
    pub shares: Vec<f64>,
}

impl Survey {
    /// Walks the trees; leaves that need more than `size` features to change are left out.
    pub fn new(forest: &Forest<'_>, answers: &Answers, pull: &Pull, size: u32) -> Self {
        let mut survey = Survey { size, own: pull.base, ..Survey::default() };
        let mut open: Vec<(u32, Set)> = Vec::new();
        let mut extent = pull.base.abs() + pull.goal.abs();
        for &(root, sign) in &pull.trees {
            let start = survey.gains.len();
            let mut own = None;
            open.push((root, 0));
            while let Some((mut at, set)) = open.pop() {
                loop {
                    let twig = forest.twigs[at as usize];
                    if twig.test == LEAF {
                        let value = sign * forest.values[twig.left as usize];
                        // the first leaf is the case's own
                        let own = *own.get_or_insert(value);
                        if value > own {
                            survey.gains.push(Gain { set, most: value - own });
                        }
                        break;
                    }
                    let (next, other, bit) = answers.ways(twig);
                    if bit < SETTLED {
                        let set = set | 1 << bit;
                        if set.count_ones() <= size {
                            open.push((other, set));
                        }
                    } else if bit == JOINT {
                        // which of several features changes is not asked: any may
                        open.push((other, set));
                    }
                    at = next;
                }
            }
            let own = own.unwrap_or(0.0);
            survey.own += own;
            extent += own.abs() + survey.settle(start);
            survey.ends.push(survey.gains.len() as u32);
        }
        // bounds are sums and differences of a few numbers a tree: Higham (2002), section 4.2, with room to spare
        let terms = 32.0 * (pull.trees.len() as f64 + 8.0);
        survey.goal = pull.goal - terms * f64::EPSILON * extent;
        if size > 2 {
            survey.share();
        }
        survey
    }

    /// One entry a set, those of few features first; gives the most.
    fn settle(&mut self, start: usize) -> f64 {
        let gains = &mut self.gains[start..];
        if self.size <= 2 {
            // pairs look at each once: no need to tidy up
            return gains.iter().fold(0.0, |most, gain| most.max(gain.most));
        }
        let key = |gain: &Gain| (gain.set.count_ones(), gain.set);
        gains.sort_unstable_by(|a, b| key(a).cmp(&key(b)).then(b.most.total_cmp(&a.most)));
        let mut kept = start;
        let mut most = 0.0f64;
        for at in start..self.gains.len() {
            let gain = self.gains[at];
            most = most.max(gain.most);
            // a set gains at least what a part of it gains
            let known = self.gains[start..kept].iter();
            let mut inside = known.filter(|known| known.set & !gain.set == 0);
            if inside.all(|known| known.most < gain.most) {
                self.gains[kept] = gain;
                kept += 1;
            }
        }
        self.gains.truncate(kept);
        most
    }

    fn trees(&self) -> impl Iterator<Item = &[Gain]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let tree = &self.gains[start..end as usize];
            start = end as usize;
            tree
        })
    }

    /// Divides what each tree gains among features: what a set gains beyond the shares of its features is divided
    /// equally among them, the smallest sets first. So no set ever gains more than its features' shares.
    fn share(&mut self) {
        let mut shares = vec![0.0f64; MOST];
        let mut own = [0.0f64; MOST];
        let mut free = 0.0;
        for tree in self.trees() {
            let mut touched: Set = 0;
            let mut given = 0.0f64;
            for gain in tree {
                if gain.set == 0 {
                    given = given.max(gain.most);
                    continue;
                }
                let known: f64 = bits(gain.set).map(|j| own[j]).sum();
                let left = gain.most - given - known;
                if left > 0.0 {
                    let each = left / f64::from(gain.set.count_ones());
                    bits(gain.set).for_each(|j| own[j] += each);
                    touched |= gain.set;
                }
            }
            free += given;
            for j in bits(touched) {
                shares[j] += std::mem::take(&mut own[j]);
            }
        }
        self.free = free;
        self.shares = shares;
    }

    /// Whether the goal may be reached where, besides `with`, so many of `among` change; the bits of both.
    pub fn allows(&self, with: Set, among: &[usize], count: usize) -> bool {
        if self.shares.is_empty() {
            return true;
        }
        let share = |j: usize| self.shares.get(j).copied().unwrap_or(0.0);
        let mut best = [0.0f64; MOST];
        for &j in among {
            // the highest so far, in order
            let mut next = share(j);
            for place in best.iter_mut().take(count) {
                if next > *place {
                    std::mem::swap(&mut next, place);
                }
            }
        }
        let most = self.own + self.free + bits(with).map(share).sum::<f64>();
        most + best.iter().take(count).sum::<f64>() >= self.goal
    }
}

/// The numbers of the bits of a set, ascending.
pub(super) fn bits(mut set: Set) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = set.trailing_zeros() as usize;
        set &= set.wrapping_sub(1);
        (next < MOST).then_some(next)
    })
}

/// Upper bounds of the scores where, besides a set that changes anyway, one or two features change.
#[derive(Debug)]
pub(super) struct Pairs {
    pub base: f64,
    pub single: Vec<f64>,
    /// By the bits of both, the lower first: what is to be added to the gains of each.
    joint: Vec<f64>,
    best: Vec<f64>,
    both: Vec<f64>,
    listed: Vec<u16>,
}

impl Pairs {
    /// For so many features.
    pub fn new(count: usize) -> Self {
        Pairs {
            base: 0.0,
            single: vec![0.0; count],
            joint: vec![0.0; count * count],
            best: vec![0.0; count],
            both: vec![0.0; count * count],
            listed: Vec::new(),
        }
    }

    /// The bounds where all of `with` may change and no feature outside `among` and `with`.
    pub fn scan(&mut self, survey: &Survey, with: Set, among: Set) {
        let count = self.single.len();
        self.base = survey.own;
        self.single.fill(0.0);
        self.joint.fill(0.0);
        for tree in survey.trees() {
            let (mut free, mut touched): (f64, Set) = (0.0, 0);
            for gain in tree {
                let rest = gain.set & !with;
                if rest == 0 {
                    free = free.max(gain.most);
                    continue;
                }
                if rest & !among != 0 {
                    continue;
                }
                let first = rest.trailing_zeros() as usize;
                let second = rest & (rest - 1);
                if second == 0 {
                    touched |= rest;
                    self.best[first] = self.best[first].max(gain.most);
                } else if second & (second - 1) == 0 {
                    let at = first * count + second.trailing_zeros() as usize;
                    if self.both[at] == 0.0 {
                        self.listed.push(at as u16);
                    }
                    self.both[at] = self.both[at].max(gain.most);
                }
            }
            self.base += free;
            for a in bits(touched) {
                let alone = (self.best[a] - free).max(0.0);
                self.best[a] = alone;
                self.single[a] += alone;
                // a tree has one leaf: of two features that gain alone, the better one counts
                for b in bits(touched & ((1 << a) - 1)) {
                    self.joint[b * count + a] -= alone.min(self.best[b]);
                }
            }
            for at in self.listed.drain(..) {
                let (a, b) = (at as usize / count, at as usize % count);
                let more = std::mem::take(&mut self.both[at as usize]) - free;
                let more = more - self.best[a].max(self.best[b]);
                if more > 0.0 {
                    self.joint[at as usize] += more;
                }
            }
            for a in bits(touched) {
                self.best[a] = 0.0;
            }
        }
    }

    /// The bound with one more feature.
    pub fn one(&self, a: usize) -> f64 {
        self.base + self.single[a]
    }

    /// The bound with two more features, `a < b`.
    pub fn two(&self, a: usize, b: usize) -> f64 {
        self.base + self.single[a] + self.single[b] + self.joint[a * self.single.len() + b]
    }
}
