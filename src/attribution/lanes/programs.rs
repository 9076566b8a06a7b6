//! The programs of an ensemble's trees. They are ten times the trees' size, so they are kept only when more than a few rows
//! come; a single case has each of them made, run and forgotten, and the numbers are the same.

use std::borrow::Cow;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::program::Program;
use super::views::Views;

/// What is prepared of an ensemble, for lanes of one precision.
#[derive(Clone, Debug)]
pub struct Prepared<R> {
    pub views: Views,
    /// By tree: its program, if it was kept.
    pub kept: Vec<OnceLock<Program<R>>>,
    pub players: usize,
}

/// The programs as a computation gets them.
pub struct Programs<'a, R> {
    pub prepared: &'a Prepared<R>,
    /// Makes the program of a tree.
    pub make: &'a (dyn Fn(usize) -> Program<R> + Sync),
    /// Whether to keep what is made.
    pub keeps: bool,
}

impl<R> Clone for Programs<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Programs<'_, R> {}

impl<'a, R: Clone + Send + Sync> Programs<'a, R> {
    /// The program of a tree.
    pub fn of(&self, tree: usize) -> Cow<'a, Program<R>> {
        match self.prepared.kept.get(tree) {
            Some(kept) if self.keeps => Cow::Borrowed(kept.get_or_init(|| (self.make)(tree))),
            kept => match kept.and_then(OnceLock::get) {
                Some(program) => Cow::Borrowed(program),
                None => Cow::Owned((self.make)(tree)),
            },
        }
    }

    /// The programs of some trees; those that are not kept are made on all cores.
    pub fn some(&self, trees: &[usize]) -> Vec<Cow<'a, Program<R>>> {
        match self.keeps {
            true => trees.iter().map(|tree| self.of(*tree)).collect(),
            false => trees.par_iter().map(|tree| self.of(*tree)).collect(),
        }
    }

    /// The programs of all trees.
    pub fn all(&self) -> impl Iterator<Item = Cow<'a, Program<R>>> {
        (0..self.prepared.kept.len()).map(|tree| self.of(tree))
    }
}
