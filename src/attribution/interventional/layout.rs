//! Where the shares of leaves are added up, and the tables of a tree.
//!
//! Some trees in a row, a band, add to one accumulator a row, in units of four numbers. An entry of a group's table
//! holds the units that the group's shares lie in, so that looking it up is a few additions of four numbers each,
//! without asking whose they are. The shares that most groups have come first, so that a group touches few units.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use pulp::{Arch, Simd, WithSimd};

use super::cuts::{LANES, Lane, Sides};
use super::group::Group;
use super::plan::Plan;
use super::weights::{Order, Weights};

/// Bytes of tables that are kept for values (half as many for pairs); those of further trees are made for each block of
/// rows.
const MOST_KEPT: usize = 200 << 20;

/// Bytes of the shares of a table, so that what is looked up in turn stays in a first cache.
const TABLE_BYTES: usize = 16 << 10;

/// Four numbers that are added at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(32))]
pub(super) struct Unit([f64; 4]);

impl Unit {
    #[inline(always)]
    fn add(&mut self, other: &Unit) {
        // As values, not places: so the compiler sees that the four additions are one.
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        self.0 = [a + e, b + f, c + g, d + h];
    }
}

/// All trees, for one order of shares.
#[derive(Debug)]
pub(super) struct Layout {
    order: Order,
    bands: Vec<Band>,
}

/// Trees of one output that add to the same accumulator.
#[derive(Debug)]
pub(super) struct Band {
    pub output: usize,
    /// By place in the accumulator: whose share it is (see [`share_of`]).
    pub shares: Vec<u64>,
    trees: Vec<Laid>,
}

/// A tree in a band.
#[derive(Debug)]
struct Laid {
    plan: usize,
    groups: Vec<LaidGroup>,
    /// Units of the tree's tables.
    units: usize,
    /// Whether there is room to keep them.
    is_kept: bool,
    /// Steps that the tables cost, and that a row costs without them.
    table_cost: f64,
    row_cost: f64,
    /// Rows that were explained without tables.
    rows: AtomicU64,
    table: OnceLock<Vec<Unit>>,
}

/// A group in a band.
#[derive(Debug)]
struct LaidGroup {
    group: Group,
    /// Units of the accumulator that an entry holds, ascending.
    units: Vec<u16>,
    /// Where its table begins in the tree's.
    first: usize,
    /// By leaf and share: its place in an entry.
    places: Vec<u16>,
}

/// Whose share it is: the player's number, or the pair's, of the players i < j j(j−1)/2 + i.
pub(super) fn share_of(order: Order, players: &[u32]) -> Vec<u64> {
    let number = |player: &u32| u64::from(*player);
    match order {
        Order::Values => players.iter().map(number).collect(),
        Order::Pairs => players
            .iter()
            .enumerate()
            .flat_map(|(at, b)| players.iter().take(at).map(move |a| (a.min(b), a.max(b))))
            .map(|(i, j)| number(j) * number(j).saturating_sub(1) / 2 + number(i))
            .collect(),
    }
}

impl Layout {
    /// A layout with few accumulators; if its tables are too many, one with an accumulator a tree, whose entries are
    /// shorter, because a tree has fewer players than many trees.
    pub fn new(order: Order, plans: &[Plan], outputs: usize) -> Self {
        // A few units for values; pairs are many.
        let most = if order == Order::Values { 64 } else { 256 };
        let together = Layout::with(order, plans, outputs, most);
        if together.overflows() { Layout::with(order, plans, outputs, 0) } else { together }
    }

    /// A layout whose bands have at most so many shares, unless a single tree has more.
    fn with(order: Order, plans: &[Plan], outputs: usize, most: usize) -> Self {
        let mut bands = Vec::new();
        for output in 0..outputs {
            let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
            let mut trees: Vec<(usize, Vec<Group>)> = Vec::new();
            for (at, plan) in plans.iter().enumerate().filter(|(_, p)| p.tree.output == output) {
                let groups = Group::all(plan, order, TABLE_BYTES);
                // How often each share is added, or how many numbers it takes where those should be few.
                let mut own: BTreeMap<u64, usize> = BTreeMap::new();
                for group in &groups {
                    for share in share_of(order, group.players()) {
                        *own.entry(share).or_default() += if most == 0 { group.entries } else { 1 };
                    }
                }
                let more = own.keys().filter(|share| !counts.contains_key(share)).count();
                if !trees.is_empty() && counts.len() + more > most {
                    let trees = std::mem::take(&mut trees);
                    bands.push(Band::new(order, output, plans, &counts, trees));
                    counts.clear();
                }
                own.into_iter()
                    .for_each(|(share, count)| *counts.entry(share).or_default() += count);
                trees.push((at, groups));
            }
            if !trees.is_empty() {
                bands.push(Band::new(order, output, plans, &counts, trees));
            }
        }
        let mut layout = Layout { order, bands };
        let (mut bytes, room) = (0, layout.room());
        for tree in layout.bands.iter_mut().flat_map(|band| &mut band.trees) {
            bytes += tree.units * size_of::<Unit>();
            tree.is_kept = bytes <= room;
        }
        layout
    }

    /// Bytes of all tables.
    fn bytes(&self) -> usize {
        let trees = self.bands.iter().flat_map(|band| &band.trees);
        trees.map(|tree| tree.units * size_of::<Unit>()).sum()
    }

    /// Whether some tables are made anew for each call of [`Layout::add`], which should then have many rows.
    pub fn overflows(&self) -> bool {
        self.bytes() > self.room()
    }

    fn room(&self) -> usize {
        if self.order == Order::Values { MOST_KEPT } else { MOST_KEPT / 2 }
    }

    /// The bands of an output.
    pub fn bands_of(&self, output: usize) -> impl Iterator<Item = &Band> {
        self.bands.iter().filter(move |band| band.output == output)
    }

    /// The groups of each tree, by the number of its plan.
    pub fn groups(&self) -> impl Iterator<Item = (usize, impl Iterator<Item = &Group>)> {
        let trees = self.bands.iter().flat_map(|band| &band.trees);
        trees.map(|tree| (tree.plan, tree.groups.iter().map(|laid| &laid.group)))
    }

    /// Takes note of what tables would cost, when the background is counted.
    pub fn weigh(&mut self, plans: &[Plan]) {
        for tree in self.bands.iter_mut().flat_map(|band| &mut band.trees) {
            let Some(plan) = plans.get(tree.plan) else { continue };
            (tree.table_cost, tree.row_cost) = (0.0, 0.0);
            for laid in &tree.groups {
                for at in laid.group.leaves.0..laid.group.leaves.1 {
                    let (table, row) = plan.at(at).costs();
                    tree.table_cost += table + laid.group.entries as f64;
                    tree.row_cost += row + 10.0;
                }
            }
        }
    }

    /// Adds the shares of rows, one accumulator of the band's units a row.
    pub fn add(
        &self,
        band: &Band,
        plans: &[Plan],
        weights: &Weights,
        chunks: &[Vec<Lane>],
        rows: usize,
        sums: &mut [Unit],
    ) {
        let arch = Arch::new();
        let mut space = Space::default();
        let units = band.units();
        for tree in &band.trees {
            let Some(plan) = plans.get(tree.plan) else { continue };
            let kept = self.table(tree, plan, weights, rows);
            let made = if kept.is_none() && tree.is_worth(rows as u64) {
                Some(tree.tabulate(plan, self.order, weights))
            } else {
                None
            };
            let table = kept.or(made.as_deref());
            for ((at, ranks), sums) in chunks.iter().enumerate().zip(sums.chunks_mut(units * LANES))
            {
                space.sides.resize(plan.tests.len(), [0; LANES]);
                arch.dispatch(Sides { tests: &plan.tests, ranks, sides: &mut space.sides });
                let rows = rows.saturating_sub(at * LANES).min(LANES);
                match table {
                    Some(table) => {
                        let sums = sums.get_mut(..rows * units).unwrap_or_default();
                        arch.dispatch(LookUp { tree, table, space: &mut space, units, sums })
                    }
                    None => {
                        for (r, sums) in sums.chunks_mut(units).take(rows).enumerate() {
                            space.left.clear();
                            let left = |side: &Lane| side.get(r).is_some_and(|side| *side != 0);
                            space.left.extend(space.sides.iter().map(left));
                            tree.add(plan, self.order, weights, &mut space, sums);
                        }
                    }
                }
            }
        }
    }

    /// Adds the shares of one row, given by its ranks, without tables.
    pub fn add_one(
        &self,
        band: &Band,
        plans: &[Plan],
        weights: &Weights,
        ranks: &[u16],
        sums: &mut [Unit],
    ) {
        let mut space = Space::default();
        for tree in &band.trees {
            let Some(plan) = plans.get(tree.plan) else { continue };
            plan.sides(ranks, &mut space.left);
            tree.add(plan, self.order, weights, &mut space, sums);
        }
    }

    /// The tree's table if it is worth having for that many more rows, and there is room to keep it. The bits of a
    /// share do not depend on it.
    fn table<'t>(
        &self,
        tree: &'t Laid,
        plan: &Plan,
        weights: &Weights,
        rows: usize,
    ) -> Option<&'t [Unit]> {
        if let Some(table) = tree.table.get() {
            return Some(table);
        }
        let rows = tree.rows.fetch_add(rows as u64, Ordering::Relaxed) + rows as u64;
        if !tree.is_kept || !tree.is_worth(rows) {
            return None;
        }
        Some(tree.table.get_or_init(|| tree.tabulate(plan, self.order, weights)))
    }
}

/// Looking up, compiled for the instructions of the machine: additions of numbers have the same bits on all of them.
struct LookUp<'a> {
    tree: &'a Laid,
    table: &'a [Unit],
    space: &'a mut Space,
    /// Units of a row's accumulator.
    units: usize,
    /// The accumulators of as many rows as there are.
    sums: &'a mut [Unit],
}

impl WithSimd for LookUp<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.tree.look_up(self.table, self.space, self.units, self.sums);
    }
}

/// Working memory, reused over trees.
#[derive(Debug)]
struct Space {
    sides: Vec<Lane>,
    index: Lane,
    left: Vec<bool>,
    shares: Vec<f64>,
    entry: Vec<f64>,
}

impl Default for Space {
    fn default() -> Self {
        let (sides, left, shares, entry) = Default::default();
        Space { sides, index: [0; LANES], left, shares, entry }
    }
}

impl Band {
    fn new(
        order: Order,
        output: usize,
        plans: &[Plan],
        counts: &BTreeMap<u64, usize>,
        trees: Vec<(usize, Vec<Group>)>,
    ) -> Self {
        let mut shares: Vec<u64> = counts.keys().copied().collect();
        shares.sort_by_key(|share| std::cmp::Reverse(counts.get(share)));
        let places: BTreeMap<u64, usize> =
            shares.iter().enumerate().map(|(place, share)| (*share, place)).collect();
        let lay = |(plan, groups): (usize, Vec<Group>)| {
            let mut tree = Laid {
                plan,
                groups: Vec::with_capacity(groups.len()),
                units: 0,
                is_kept: false,
                table_cost: 0.0,
                row_cost: 0.0,
                rows: AtomicU64::new(0),
                table: OnceLock::new(),
            };
            for group in groups {
                let own = plans.get(plan).map(|plan| {
                    (group.leaves.0..group.leaves.1)
                        .flat_map(|at| share_of(order, plan.at(at).players))
                        .map(|share| places.get(&share).copied().unwrap_or(0))
                        .collect::<Vec<usize>>()
                });
                let own = own.unwrap_or_default();
                let mut units: Vec<u16> = own.iter().map(|place| (place / 4) as u16).collect();
                units.sort_unstable();
                units.dedup();
                let local = |place: &usize| {
                    let unit = units.partition_point(|unit| usize::from(*unit) < place / 4);
                    (unit * 4 + place % 4) as u16
                };
                let places = own.iter().map(local).collect();
                let first = tree.units;
                tree.units += group.entries * units.len();
                tree.groups.push(LaidGroup { group, units, first, places });
            }
            tree
        };
        Band { output, shares, trees: trees.into_iter().map(lay).collect() }
    }

    /// Units of an accumulator.
    pub fn units(&self) -> usize {
        self.shares.len().div_ceil(4).max(1)
    }

    /// Adds up accumulators into rows of shares.
    pub fn scatter(&self, sums: &[Unit], place: impl Fn(u64) -> usize, rows: &mut [&mut [f64]]) {
        let places: Vec<usize> = self.shares.iter().map(|share| place(*share)).collect();
        for (sums, row) in sums.chunks(self.units()).zip(rows) {
            for (sum, place) in sums.iter().flat_map(|unit| &unit.0).zip(&places) {
                if let Some(share) = row.get_mut(*place) {
                    *share += sum;
                }
            }
        }
    }
}

impl Laid {
    fn is_worth(&self, rows: u64) -> bool {
        rows as f64 * self.row_cost > self.table_cost
    }

    /// The tables of all groups.
    fn tabulate(&self, plan: &Plan, order: Order, weights: &Weights) -> Vec<Unit> {
        let mut table = vec![Unit::default(); self.units];
        let mut shares = Vec::new();
        for laid in &self.groups {
            let width = laid.units.len();
            let end = laid.first + width * laid.group.entries;
            let Some(entries) = table.get_mut(laid.first..end) else { continue };
            let mut places = laid.places.as_slice();
            for at in laid.group.leaves.0..laid.group.leaves.1 {
                let leaf = plan.at(at);
                leaf.table(order, weights, &mut shares);
                let count = order.shares(leaf.players.len());
                let (own, rest) = places.split_at(count.min(places.len()));
                places = rest;
                if count == 0 {
                    continue;
                }
                let satisfied = laid.group.satisfied(&leaf);
                for (entry, bits) in entries.chunks_exact_mut(width).zip(satisfied) {
                    let first = usize::from(bits) * count;
                    let shares = shares.get(first..first + count).unwrap_or_default();
                    for (share, place) in shares.iter().zip(own) {
                        let place = usize::from(*place);
                        let unit = entry.get_mut(place / 4).and_then(|u| u.0.get_mut(place % 4));
                        unit.into_iter().for_each(|sum| *sum += share);
                    }
                }
            }
        }
        table
    }

    /// Adds the shares of rows, given which way they go at the tree's tests.
    #[inline(always)]
    fn look_up(&self, table: &[Unit], space: &mut Space, units: usize, sums: &mut [Unit]) {
        for laid in &self.groups {
            laid.group.index(&space.sides, &mut space.index);
            let width = laid.units.len();
            let end = laid.first + width * laid.group.entries;
            let Some(entries) = table.get(laid.first..end) else { continue };
            let index = &space.index;
            match width {
                0 => {}
                1 => laid.sum::<1>(entries, index, units, sums),
                2 => laid.sum::<2>(entries, index, units, sums),
                3 => laid.sum::<3>(entries, index, units, sums),
                4 => laid.sum::<4>(entries, index, units, sums),
                5 => laid.sum::<5>(entries, index, units, sums),
                6 => laid.sum::<6>(entries, index, units, sums),
                7 => laid.sum::<7>(entries, index, units, sums),
                8 => laid.sum::<8>(entries, index, units, sums),
                _ => {
                    for (sums, at) in sums.chunks_exact_mut(units).zip(index) {
                        let entry = usize::from(*at) * width;
                        let entry = entries.get(entry..entry + width).unwrap_or_default();
                        for (unit, own) in laid.units.iter().zip(entry) {
                            if let Some(sum) = sums.get_mut(usize::from(*unit)) {
                                sum.add(own);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds the shares of one row without a table: the same numbers in the same order.
    fn add(
        &self,
        plan: &Plan,
        order: Order,
        weights: &Weights,
        space: &mut Space,
        sums: &mut [Unit],
    ) {
        let Space { left, shares, entry, .. } = space;
        for laid in &self.groups {
            entry.clear();
            entry.resize(laid.units.len() * 4, 0.0);
            let mut places = laid.places.as_slice();
            for at in laid.group.leaves.0..laid.group.leaves.1 {
                let leaf = plan.at(at);
                let count = order.shares(leaf.players.len());
                let (own, rest) = places.split_at(count.min(places.len()));
                places = rest;
                shares.clear();
                shares.resize(count, 0.0);
                leaf.add(leaf.satisfied(left), order, weights, shares);
                for (share, place) in shares.iter().zip(own) {
                    if let Some(sum) = entry.get_mut(usize::from(*place)) {
                        *sum += share;
                    }
                }
            }
            for (unit, own) in laid.units.iter().zip(entry.as_chunks::<4>().0) {
                if let Some(sum) = sums.get_mut(usize::from(*unit)) {
                    sum.add(&Unit(*own));
                }
            }
        }
    }
}

impl LaidGroup {
    /// Adds the entries of rows to their accumulators.
    #[inline(always)]
    fn sum<const WIDTH: usize>(
        &self,
        entries: &[Unit],
        index: &Lane,
        units: usize,
        sums: &mut [Unit],
    ) {
        let (entries, _) = entries.as_chunks::<WIDTH>();
        let mut own = [0; WIDTH];
        own.iter_mut().zip(&self.units).for_each(|(own, unit)| *own = usize::from(*unit));
        for (sums, at) in sums.chunks_exact_mut(units).zip(index) {
            let Some(entry) = entries.get(usize::from(*at)) else { continue };
            for (unit, own) in own.iter().zip(entry) {
                if let Some(sum) = sums.get_mut(*unit) {
                    sum.add(own);
                }
            }
        }
    }
}
