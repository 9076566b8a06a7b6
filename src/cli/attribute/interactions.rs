//! `klartext attribute --interactions`: pairwise interactions, one line a cell that is not zero.

use std::sync::Arc;

use ndarray::{ArrayView1, ArrayView2};

use crate::attribution::{Explainer, Interactions};
use crate::cli::bulk::{RowWriter, Sound};
use crate::cli::predict::{classes, usage};
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;
use crate::table::{Heading, Kind, Values};

/// A prepared method that is asked for interactions.
pub(super) struct Pairs<'m> {
    model: &'m dyn Model,
    explainer: &'m dyn Explainer,
    outputs: Vec<usize>,
    players: Arc<[String]>,
}

impl<'m> Pairs<'m> {
    /// The interactions of some outputs between players of these names.
    pub fn new(
        model: &'m dyn Model,
        explainer: &'m dyn Explainer,
        outputs: Vec<usize>,
        players: &[String],
    ) -> Self {
        Pairs { model, explainer, outputs, players: players.into() }
    }
}

impl RowWriter for Pairs<'_> {
    fn headings(&self, ids: Kind) -> Vec<Heading> {
        let class = (self.model.outputs() > 1).then(|| Heading::new("class", Kind::Text));
        let pair = ["feature_a", "feature_b"].map(|name| Heading::new(name, Kind::Text));
        let value = Heading::new("value", Kind::Number);
        [Heading::new("id", ids)].into_iter().chain(class).chain(pair).chain([value]).collect()
    }

    fn columns(&self, rows: &Sound) -> Checked<Vec<Values>> {
        let cells = match rows.count() {
            0 => Vec::new(),
            _ => pair_cells(self.explainer, self.model, rows.values.view(), &self.outputs)?,
        };
        let ids = rows.ids(cells.iter().map(|cell| cell.row));
        let output = |cell: &PairCell| self.outputs.get(cell.output).copied().unwrap_or(0);
        let several = self.model.outputs() > 1;
        let class = several.then(|| classes(self.model.card(), cells.iter().map(output)));
        let named = |player: fn(&PairCell) -> usize| {
            let places = cells.iter().map(|cell| player(cell) as u32).collect();
            Values::Named(places, Arc::clone(&self.players))
        };
        let pair = [named(|cell| cell.a), named(|cell| cell.b)];
        let value = Values::Number(cells.iter().map(|cell| cell.value).collect());
        Ok([ids].into_iter().chain(class).chain(pair).chain([value]).collect())
    }

    fn cells(&self) -> usize {
        // Of a tree's features some pairs meet; the square of all bounds them.
        let players = self.players.len();
        self.outputs.len() * players * players.min(32)
    }
}

/// A cell: the row's place in its block, the output's place among those asked for, two players and their interaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairCell {
    pub row: usize,
    pub output: usize,
    pub a: usize,
    pub b: usize,
    pub value: f64,
}

/// The cells of a block of rows that are not zero, both (a, b) and (b, a) and the diagonal. There are none of a row that
/// the model has no prediction for.
///
/// # Errors
/// A method that has no interactions (R04); cells that do not add up to the score, or a player's to its value (M25).
pub(super) fn pair_cells(
    explainer: &dyn Explainer,
    model: &dyn Model,
    rows: ArrayView2<f64>,
    outputs: &[usize],
) -> Checked<Vec<PairCell>> {
    let Some(found) = explainer.interactions(rows, outputs)? else {
        return Err(usage(
            "interactions by a method that has none",
            "path-dependent or interventional values of trees",
            "Leave --interactions out, or use --method tree-path.",
        )
        .into());
    };
    let block = explainer.explain(rows, outputs)?;
    let explained = explainer.explained(model, rows, outputs);
    let mut cells = vec![];
    for (row, found) in found.iter().enumerate() {
        for (output, found) in found.iter().enumerate() {
            let score = explained.get((row, output)).copied().unwrap_or(f64::NAN);
            if score.is_nan() {
                continue;
            }
            let base = block.base_values.get((row, output)).copied().unwrap_or(f64::NAN);
            let values = block.values.index_axis(ndarray::Axis(0), row);
            let values = values.index_axis(ndarray::Axis(0), output);
            adds_up(score, base, values, found, explainer.tolerance())?;
            cells.extend(found.iter().map(|(a, b, value)| PairCell {
                row,
                output,
                a: *a as usize,
                b: *b as usize,
                value: *value,
            }));
        }
    }
    Ok(cells)
}

/// Refuses cells that miss the score, or a player's cells that miss its value.
fn adds_up(
    score: f64,
    base: f64,
    values: ArrayView1<f64>,
    cells: &Interactions,
    tolerance: f64,
) -> Checked<()> {
    let largest = values.iter().chain([&score, &base]).fold(1f64, |m, x| m.max(x.abs()));
    let mut missing: Vec<f64> = values.to_vec();
    for (a, _, value) in cells {
        if let Some(missing) = missing.get_mut(*a as usize) {
            *missing -= value;
        }
    }
    let total: f64 = base + cells.iter().map(|cell| cell.2).sum::<f64>();
    let worst = missing.iter().fold((total - score).abs(), |m, x| m.max(x.abs())) / largest;
    if worst <= tolerance {
        return Ok(());
    }
    let found = format!("interactions that miss a value or the model's score by {worst:e}");
    let mend = "Please report this with the model file.";
    Err(Fault::new("M25", Place::default(), found, format!("at most {tolerance:e}"), mend).into())
}
