//! What becomes of the result when details take the values of the comparison group, all else as it is.

use ndarray::ArrayView2;

use super::{Ruling, order, same, value_at};
use crate::attribution::exact_score;
use crate::model::Model;

/// A model's comparison group, prepared for replacing one detail after the other.
#[derive(Debug)]
pub struct Replacements<'m> {
    model: &'m dyn Model,
    ruling: Ruling,
    players: Vec<Vec<usize>>,
    /// By player: its values in the group, each once, with the number of cases that have it.
    values: Vec<Vec<(Vec<f64>, usize)>>,
    group: Vec<Vec<f64>>,
}

/// What one detail's replacement does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replaced {
    /// Cases of the group with another value.
    pub others: usize,
    /// Of these, those with whose value the result turns.
    pub turned: usize,
    /// Mean over the whole group of the exact raw score less the score with the detail taken from a case of it: above 0
    /// where the own value raises the score.
    pub raises: f64,
}

/// What replacing several details at once does, all from the same case of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// Cases of the group that differ in at least one of the details.
    pub others: usize,
    /// Of these, those with whose values the result turns.
    pub turned: usize,
}

impl<'m> Replacements<'m> {
    /// Prepares a model for a group (rows × columns); `players` are the columns of each detail.
    pub fn new(
        model: &'m dyn Model,
        players: &[Vec<usize>],
        ruling: Ruling,
        group: ArrayView2<f64>,
    ) -> Self {
        let rows = group.rows();
        let group: Vec<Vec<f64>> = rows.into_iter().map(|row| row.to_vec()).collect();
        let values = players.iter().map(|columns| {
            let mut all: Vec<Vec<f64>> = group.iter().map(|row| of(row, columns)).collect();
            all.sort_by(|a, b| order(a, b));
            let mut counted: Vec<(Vec<f64>, usize)> = vec![];
            for values in all {
                match counted.last_mut() {
                    Some((last, count)) if same(last, &values) => *count += 1,
                    _ => counted.push((values, 1)),
                }
            }
            counted
        });
        Replacements { model, ruling, values: values.collect(), players: players.to_vec(), group }
    }

    /// Number of cases of the group.
    pub fn rows(&self) -> usize {
        self.group.len()
    }

    /// One entry a player.
    pub fn each(&self, row: &[f64]) -> Vec<Replaced> {
        let positive = self.ruling.positive(self.model, row);
        let own = exact_score(self.model, row, self.ruling.output);
        let rows = self.group.len().max(1) as f64;
        let replaced = |(columns, values): (&Vec<usize>, &Vec<(Vec<f64>, usize)>)| {
            let mut found = Replaced { others: 0, turned: 0, raises: 0.0 };
            let mut sum = 0.0;
            for (values, count) in values {
                if same(values, &of(row, columns)) {
                    continue;
                }
                let mut with = row.to_vec();
                put(&mut with, columns, values);
                found.others += count;
                if self.ruling.positive(self.model, &with) != positive {
                    found.turned += count;
                }
                sum += *count as f64 * (own - exact_score(self.model, &with, self.ruling.output));
            }
            found.raises = sum / rows + 0.0;
            found
        };
        self.players.iter().zip(&self.values).map(replaced).collect()
    }

    /// These players all at once.
    pub fn together(&self, row: &[f64], players: &[usize]) -> Together {
        let positive = self.ruling.positive(self.model, row);
        let mut found = Together { others: 0, turned: 0 };
        for other in &self.group {
            let mut with = row.to_vec();
            for columns in players.iter().filter_map(|j| self.players.get(*j)) {
                put(&mut with, columns, &of(other, columns));
            }
            if !same(&with, row) {
                found.others += 1;
                found.turned += usize::from(self.ruling.positive(self.model, &with) != positive);
            }
        }
        found
    }
}

fn of(row: &[f64], columns: &[usize]) -> Vec<f64> {
    columns.iter().map(|&c| value_at(row.get(c))).collect()
}

fn put(row: &mut [f64], columns: &[usize], values: &[f64]) {
    for (&column, &x) in columns.iter().zip(values) {
        if let Some(cell) = row.get_mut(column) {
            *cell = x;
        }
    }
}
