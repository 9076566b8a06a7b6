//! Leaves that are looked up together.
//!
//! What the leaves below a node are worth to the players depends on little: for each player that the path to the node
//! tests, whether the row satisfies all of it; and the outcome of each distinct test below. Cuts of one column that are
//! nested count as one choice: of k of them there are k+1 outcomes, not 2^k. So the leaves of a subtree share one table,
//! as long as it is small; a tree whose levels test the same (an oblivious one) is one table.

use super::cuts::{LANES, Lane};
use super::plan::{Leaf, Plan};
use super::weights::{Order, all};

/// A part of the index into a table: the weight counts where the row takes the side of every test up to it.
#[derive(Clone, Copy, Debug)]
struct Atom {
    test: u32,
    /// All bits where the right side is meant.
    flip: u16,
    /// The next test must hold as well.
    goes_on: bool,
    weight: u16,
}

/// Leaves that share a table.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The first leaf and the end of them.
    pub leaves: (usize, usize),
    /// Entries of the table.
    pub entries: usize,
    /// What adds up to the index.
    atoms: Vec<Atom>,
    /// Outcomes of each choice, the one with the smallest weight first.
    choices: Vec<u16>,
    /// Steps of the path to the node.
    above: usize,
    /// Player of the path to the node, and the choice whose first outcome is that the row does not satisfy it.
    paths: Vec<(u32, usize)>,
    /// Test below the node, its choice, and the first outcome of it with which a row goes left.
    cuts: Vec<(u32, usize, u16)>,
    /// Distinct players.
    players: Vec<u32>,
}

/// What a group asks about one player.
struct Asked {
    player: u32,
    /// Tests of the path with their sides.
    path: Vec<(u32, bool)>,
    /// Tests below.
    below: Vec<u32>,
}

impl Group {
    /// The groups of a tree: subtrees as large as the shares in their tables may be, in bytes.
    pub fn all(plan: &Plan, order: Order, most: usize) -> Vec<Group> {
        let mut found: Vec<Option<Group>> = Vec::new();
        // From the last node to the first: children before their parents.
        for (at, below) in plan.below.iter().enumerate().rev() {
            let group = match below.right {
                None if below.leaves.0 < below.leaves.1 => {
                    Group::over(plan, below.leaves, below.above)
                }
                None => None,
                Some(right) => {
                    let child = |child: usize| {
                        plan.below.len().checked_sub(child + 1).and_then(|i| found.get(i)?.as_ref())
                    };
                    let both = child(at + 1).is_some() && child(right).is_some();
                    let group =
                        if both { Group::over(plan, below.leaves, below.above) } else { None };
                    group.filter(|group| {
                        group.entries * order.shares(group.players.len()) * 8 <= most
                    })
                }
            };
            found.push(group);
        }
        found.reverse();
        let mut groups: Vec<Group> = Vec::new();
        for group in found.into_iter().flatten() {
            if groups.last().is_none_or(|last| last.leaves.1 <= group.leaves.0) {
                groups.push(group);
            }
        }
        groups
    }

    /// The players of its leaves, each once.
    pub fn players(&self) -> &[u32] {
        &self.players
    }

    /// The group of some leaves behind the first steps that they have in common; none if its table has more entries
    /// than an index can name.
    fn over(plan: &Plan, leaves: (usize, usize), above: usize) -> Option<Group> {
        let mut asked: Vec<Asked> = Vec::new();
        for at in leaves.0..leaves.1 {
            let leaf = plan.at(at);
            for (place, step) in leaf.steps.iter().enumerate() {
                if place < above && at > leaves.0 {
                    continue;
                }
                let player = *leaf.players.get(usize::from(step.bit))?;
                let known = asked.iter().position(|asked| asked.player == player);
                let known = known.unwrap_or(asked.len());
                if known == asked.len() {
                    asked.push(Asked { player, path: Vec::new(), below: Vec::new() });
                }
                let own = asked.get_mut(known)?;
                if place < above {
                    own.path.push((step.test, step.left));
                } else if !own.below.contains(&step.test) {
                    own.below.push(step.test);
                }
            }
        }
        let mut group = Group {
            leaves,
            entries: 1,
            atoms: Vec::new(),
            choices: Vec::new(),
            above,
            paths: Vec::new(),
            cuts: Vec::new(),
            players: asked.iter().map(|asked| asked.player).collect(),
        };
        for own in &mut asked {
            group.ask(plan, own)?;
        }
        Some(group)
    }

    /// Adds the choices of a player.
    fn ask(&mut self, plan: &Plan, own: &mut Asked) -> Option<()> {
        let test = |at: u32| plan.tests.get(at as usize).copied();
        // By column, the cut that most rows are left of first.
        own.below.sort_by_key(|at| test(*at).map(|test| (test.column, u16::MAX - test.cut)));
        let mut columns: Vec<&[u32]> = own
            .below
            .chunk_by(|a, b| test(*a).map(|test| test.column) == test(*b).map(|test| test.column))
            .collect();
        if columns.is_empty() {
            columns.push(&[]);
        }
        for (first, tests) in columns.into_iter().enumerate().map(|(i, tests)| (i == 0, tests)) {
            let choice = self.choices.len();
            let weight = u16::try_from(self.entries).ok()?;
            let mut outcomes = 1u16;
            if first && !own.path.is_empty() {
                self.paths.push((own.player, choice));
                self.holds(&own.path, None, weight);
                outcomes += 1;
            }
            for test in tests {
                self.cuts.push((*test, choice, outcomes));
                self.holds(&own.path, Some(*test), weight);
                outcomes = outcomes.checked_add(1)?;
            }
            self.choices.push(outcomes);
            self.entries =
                self.entries.checked_mul(usize::from(outcomes)).filter(|n| *n <= 1 << 16)?;
        }
        Some(())
    }

    /// Adds an atom: all tests of the path, and to the left at one more.
    fn holds(&mut self, path: &[(u32, bool)], last: Option<u32>, weight: u16) {
        let tests = path.iter().copied().chain(last.map(|test| (test, true)));
        self.atoms.extend(tests.map(|(test, left)| Atom {
            test,
            flip: if left { 0 } else { u16::MAX },
            goes_on: true,
            weight,
        }));
        if let Some(atom) = self.atoms.last_mut() {
            atom.goes_on = false;
        }
    }

    /// The entry of each of some rows, given by the tree's tests all bits where they go left.
    #[inline(always)]
    pub fn index(&self, sides: &[Lane], index: &mut Lane) {
        index.fill(0);
        let mut atoms = self.atoms.iter();
        let nothing = [0; LANES];
        let side = |atom: &Atom| sides.get(atom.test as usize).unwrap_or(&nothing);
        while let Some(atom) = atoms.next() {
            let (flip, weight) = (atom.flip, atom.weight);
            if !atom.goes_on {
                for (index, side) in index.iter_mut().zip(side(atom)) {
                    *index = index.wrapping_add((side ^ flip) & weight);
                }
                continue;
            }
            let mut holds = *side(atom);
            holds.iter_mut().for_each(|holds| *holds ^= flip);
            for atom in atoms.by_ref() {
                let flip = atom.flip;
                for (holds, side) in holds.iter_mut().zip(side(atom)) {
                    *holds &= side ^ flip;
                }
                if !atom.goes_on {
                    break;
                }
            }
            for (index, holds) in index.iter_mut().zip(&holds) {
                *index = index.wrapping_add(holds & weight);
            }
        }
    }

    /// By entry: the players of a leaf whose tests a row of that entry all satisfies.
    pub fn satisfied(&self, leaf: &Leaf) -> Vec<u16> {
        let full = all(leaf.players.len()) as u16;
        // By choice and outcome: the players that it leaves satisfied.
        let mut kept: Vec<Vec<u16>> =
            self.choices.iter().map(|outcomes| vec![full; usize::from(*outcomes)]).collect();
        for (place, step) in leaf.steps.iter().enumerate() {
            let bit = 1u16 << step.bit;
            if place < self.above {
                let player = leaf.players.get(usize::from(step.bit));
                let known = self.paths.iter().find(|(other, _)| Some(other) == player);
                let outcome = known.and_then(|(_, choice)| kept.get_mut(*choice)?.first_mut());
                outcome.into_iter().for_each(|kept| *kept &= !bit);
                continue;
            }
            let Some((_, choice, from)) = self.cuts.iter().find(|(test, ..)| *test == step.test)
            else {
                continue;
            };
            for (outcome, kept) in (0..).zip(kept.get_mut(*choice).into_iter().flatten()) {
                if (outcome >= *from) != step.left {
                    *kept &= !bit;
                }
            }
        }
        let mut satisfied = vec![full];
        for kept in kept {
            let before = std::mem::take(&mut satisfied);
            satisfied.reserve(before.len() * kept.len());
            for kept in kept {
                satisfied.extend(before.iter().map(|bits| bits & kept));
            }
        }
        satisfied
    }
}
