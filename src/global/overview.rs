//! One pass over the rows, from which all global measures come.

use ndarray::{Array2, ArrayView2, Axis};
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use rayon::prelude::*;

use super::grid::Grid;
use super::loss::{Target, gives_probabilities};
use super::moments::Moments;
use super::what_if::WhatIf;
use crate::attribution::{Block, Explainer};
use crate::fault::{Checked, Fault, Place};
use crate::model::Model;

/// Rows that are explained together.
const BLOCK: usize = 64;
/// Blocks whose sums are held before they are added up.
const BLOCKS: usize = 256;

/// Scale of partial dependence, individual curves, accumulated effects and the change under permutation. Attributions have
/// that of the explainer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The exact raw score.
    Raw,
    /// The prediction, after the link.
    Prediction,
}

/// What is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Attributions: means and dependence; needs an explainer.
    pub attributions: bool,
    /// Partial dependence and individual curves.
    pub partial: bool,
    /// Accumulated local effects.
    pub accumulated: bool,
    /// Permutation importance.
    pub permutation: bool,
}

/// What is asked of [`overview`].
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is computed.
    pub measures: Measures,
    /// Outputs of the model.
    pub outputs: Vec<usize>,
    /// One grid a feature.
    pub grids: Vec<Grid>,
    /// Scale of what is no attribution.
    pub scale: Scale,
    /// Rows that are told one by one, evenly taken.
    pub cases: usize,
    /// How often each feature is permuted.
    pub repeats: usize,
    /// Seed of the permutations (xoshiro256++).
    pub seed: u64,
}

/// Rows of one class of values of a feature: what they have of it, and what it adds to their score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// The feature's values; empty for the missing one.
    pub at: Moments,
    /// The attributions.
    pub value: Moments,
}

/// What is found about a feature and an output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureOverview {
    /// |attribution|.
    pub absolute: Moments,
    /// Attribution.
    pub signed: Moments,
    /// Attributions by class of the feature's value, see [`Grid::class`].
    pub dependence: Vec<Bin>,
    /// Scores with the feature at each point of its grid, the missing value last (Friedman, Annals of Statistics 29,
    /// 2001): the mean is the partial dependence.
    pub partial: Vec<Moments>,
    /// In each bin of the grid, by how much the score differs between its upper and its lower end, over the rows in it.
    pub steps: Vec<Moments>,
    /// |change| of the score when the feature is permuted, mean over the repeats, one number a row.
    pub change: Moments,
}

/// What is told of one row, feature and output.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseLine {
    /// The row.
    pub row: usize,
    /// The feature.
    pub feature: usize,
    /// Place of the output among those asked for.
    pub output: usize,
    /// The feature's value.
    pub at: f64,
    /// Its attribution, where attributions were asked for.
    pub value: Option<f64>,
    /// Scores with the feature at each point of its grid (individual conditional expectation, Goldstein et al., Journal of
    /// Computational and Graphical Statistics 24, 2015); empty where they were not asked for.
    pub curve: Vec<f64>,
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// Outputs asked for × features.
    pub features: Vec<Vec<FeatureOverview>>,
    /// By feature: by how much the loss rises when the feature is permuted, mean over the repeats, one number a row; empty
    /// without a target.
    pub loss: Vec<Moments>,
    /// The loss as it is; of nothing without a target.
    pub own_loss: Moments,
    /// Single rows, in their order, then by output and feature.
    pub cases: Vec<CaseLine>,
}

impl FeatureOverview {
    /// Accumulated local effects at the points of a grid (Apley and Zhu, JRSS B 82, 2020): the mean steps of the bins
    /// below, added up and moved so that their mean over the rows is 0, each row taken in the middle of its bin's ends.
    pub fn accumulated(&self) -> Vec<f64> {
        let mut effects = vec![0.0];
        let (mut sum, mut rows, mut at) = (0.0, 0usize, 0.0);
        for step in &self.steps {
            let next = at + step.mean;
            sum += step.count as f64 * (at + next) / 2.0;
            rows += step.count;
            at = next;
            effects.push(at);
        }
        let centre = sum / rows.max(1) as f64;
        effects.iter().map(|effect| effect - centre + 0.0).collect()
    }

    fn join(&mut self, other: &FeatureOverview) {
        fn all<T: Clone + Default>(own: &mut Vec<T>, other: &[T], join: impl Fn(&mut T, &T)) {
            own.resize(other.len().max(own.len()), T::default());
            own.iter_mut().zip(other).for_each(|(own, other)| join(own, other));
        }
        self.absolute.join(&other.absolute);
        self.signed.join(&other.signed);
        self.change.join(&other.change);
        all(&mut self.partial, &other.partial, Moments::join);
        all(&mut self.steps, &other.steps, Moments::join);
        all(&mut self.dependence, &other.dependence, |own, other| {
            own.at.join(&other.at);
            own.value.join(&other.value);
        });
    }
}

impl Overview {
    fn of(asked: &Asked) -> Overview {
        let Measures { attributions, partial, accumulated, .. } = asked.measures;
        let feature = |grid: &Grid| FeatureOverview {
            dependence: vec![Bin::default(); if attributions { grid.classes() } else { 0 }],
            partial: vec![Moments::default(); if partial { grid.all().count() } else { 0 }],
            steps: vec![Moments::default(); if accumulated { grid.bins() } else { 0 }],
            ..FeatureOverview::default()
        };
        let features = |_: &usize| asked.grids.iter().map(feature).collect();
        Overview {
            features: asked.outputs.iter().map(features).collect(),
            loss: vec![Moments::default(); asked.grids.len()],
            ..Overview::default()
        }
    }

    fn join(&mut self, other: Overview) {
        for (own, other) in self.features.iter_mut().zip(&other.features) {
            own.iter_mut().zip(other).for_each(|(own, other)| own.join(other));
        }
        self.loss.iter_mut().zip(&other.loss).for_each(|(own, other)| own.join(other));
        self.own_loss.join(&other.own_loss);
        self.cases.extend(other.cases);
    }

    fn feature(&mut self, output: usize, feature: usize) -> Option<&mut FeatureOverview> {
        self.features.get_mut(output)?.get_mut(feature)
    }
}

/// The rows that each row takes its value from when a feature is permuted: one permutation a repeat, the same for every
/// feature, so that features can be compared.
pub fn permutations(rows: usize, repeats: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut permuted: Vec<u32> = (0..rows as u32).collect();
    let mut draw = |_| {
        permuted.shuffle(&mut generator);
        permuted.clone()
    };
    (0..repeats).map(&mut draw).collect()
}

/// Goes over the rows (rows × features, NaN missing) once. Rows for which the model has no prediction must not be among
/// them.
///
/// # Errors
/// Those of the explainer; M25 for an attribution that does not add up; M28 for a target of another length than the rows,
/// or a number of a class that there is not.
pub fn overview(
    model: &dyn Model,
    explainer: Option<&dyn Explainer>,
    rows: ArrayView2<f64>,
    target: Option<&Target>,
    asked: &Asked,
) -> Checked<Overview> {
    if let Some(target) = target {
        check_target(model, target, rows.nrows())?;
    }
    let taken = asked.cases.min(rows.nrows());
    let permuted = if asked.measures.permutation {
        permutations(rows.nrows(), asked.repeats, asked.seed)
    } else {
        vec![]
    };
    let pass = Pass {
        model,
        what_if: WhatIf::new(model),
        explainer: explainer.filter(|_| asked.measures.attributions),
        rows: rows.view(),
        target,
        permuted,
        cases: (0..taken).map(|i| i * rows.nrows() / taken).collect(),
        points: asked.grids.iter().map(|grid| grid.all().collect()).collect(),
        asked,
    };
    let starts: Vec<usize> = (0..rows.nrows()).step_by(BLOCK).collect();
    let mut whole = Overview::of(asked);
    for part in starts.chunks(BLOCKS) {
        let found: Vec<Overview> =
            part.par_iter().map(|start| pass.block(*start)).collect::<Checked<_>>()?;
        found.into_iter().for_each(|found| whole.join(found));
    }
    if target.is_none() || !asked.measures.permutation {
        whole.loss.clear();
    }
    Ok(whole)
}

fn check_target(model: &dyn Model, target: &Target, rows: usize) -> Checked<()> {
    target.loss.check(model)?;
    let classes = model.outputs();
    let probability = gives_probabilities(model);
    let is_class = |x: &f64| match classes {
        1 => !probability || (0.0..=1.0).contains(x),
        _ => *x >= 0.0 && x.fract() == 0.0 && *x < classes as f64,
    };
    let wrong = target.values.iter().find(|x| !x.is_finite() || !is_class(x));
    let found = match wrong {
        Some(x) => format!("the target {x}"),
        None if target.values.len() != rows => {
            format!("{} targets for {rows} rows", target.values.len())
        }
        None => return Ok(()),
    };
    let mend = "Give what really happened for every row: a number, or the number of a class.";
    Err(Fault::new("M28", Place::default(), found, "one that the model can predict", mend).into())
}

/// Everything that a block of rows needs.
struct Pass<'a> {
    model: &'a dyn Model,
    what_if: WhatIf<'a>,
    explainer: Option<&'a dyn Explainer>,
    rows: ArrayView2<'a, f64>,
    target: Option<&'a Target>,
    permuted: Vec<Vec<u32>>,
    /// Rows that are told one by one, ascending.
    cases: Vec<usize>,
    /// By feature: its grid's points.
    points: Vec<Vec<f64>>,
    asked: &'a Asked,
}

/// Values at which a feature is looked at for a row, all in one go.
struct Probe {
    values: Vec<f64>,
    points: usize,
    /// The bin of the row, whose ends come after the points.
    bin: Option<usize>,
}

impl Pass<'_> {
    fn block(&self, start: usize) -> Checked<Overview> {
        let end = (start + BLOCK).min(self.rows.nrows());
        let rows = self.rows.slice_axis(Axis(0), ndarray::Slice::from(start..end));
        let mut found = Overview::of(self.asked);
        let block = match self.explainer {
            Some(explainer) => Some(self.explained(explainer, rows)?),
            None => None,
        };
        let needs_scores = {
            let Measures { partial, accumulated, permutation, .. } = self.asked.measures;
            partial || accumulated || permutation
        };
        for (r, row) in rows.rows().into_iter().enumerate() {
            let at = start + r;
            let row = row.to_vec();
            let told = self.cases.binary_search(&at).is_ok();
            let mut lines = if told { self.lines(at, &row) } else { vec![] };
            if let Some(block) = &block {
                self.attributions(&mut found, &mut lines, block, r, &row);
            }
            if needs_scores {
                self.scores(&mut found, &mut lines, at, &row);
            }
            found.cases.extend(lines);
        }
        Ok(found)
    }

    /// The explained rows; none that does not add up leaves this place.
    fn explained(&self, explainer: &dyn Explainer, rows: ArrayView2<f64>) -> Checked<Block> {
        let block = explainer.explain(rows, &self.asked.outputs)?;
        let wanted = explainer.explained(self.model, rows, &self.asked.outputs);
        let sums = block.values.sum_axis(Axis(2)) + &block.base_values;
        for ((place, sum), wanted) in sums.indexed_iter().zip(&wanted) {
            let values = block.values.index_axis(Axis(0), place.0);
            let values = values.index_axis(Axis(0), place.1);
            let base = block.base_values.get(place).copied().unwrap_or(f64::NAN);
            let scale = values.iter().chain([&base, wanted]).fold(1f64, |m, x| m.max(x.abs()));
            let residual = (sum - wanted).abs() / scale;
            if residual > explainer.tolerance() || residual.is_nan() {
                let found = format!("an attribution that misses the model's score by {residual:e}");
                let expected = format!("at most {:e}", explainer.tolerance());
                let mend = "Please report this with the model file.";
                return Err(Fault::new("M25", Place::default(), found, expected, mend).into());
            }
        }
        Ok(block)
    }

    /// A line for each output and feature, in this order.
    fn lines(&self, at: usize, row: &[f64]) -> Vec<CaseLine> {
        let line = |output: usize, (feature, x): (usize, &f64)| CaseLine {
            row: at,
            feature,
            output,
            at: *x,
            value: None,
            curve: vec![],
        };
        let of = |output| row.iter().enumerate().map(move |cell| line(output, cell));
        (0..self.asked.outputs.len()).flat_map(of).collect()
    }

    fn attributions(
        &self,
        found: &mut Overview,
        lines: &mut [CaseLine],
        block: &Block,
        r: usize,
        row: &[f64],
    ) {
        let features = row.len();
        for output in 0..self.asked.outputs.len() {
            for (feature, (x, grid)) in row.iter().zip(&self.asked.grids).enumerate() {
                let Some(value) = block.values.get((r, output, feature)).copied() else { continue };
                if let Some(line) = lines.get_mut(output * features + feature) {
                    line.value = Some(value + 0.0);
                }
                let Some(own) = found.feature(output, feature) else { continue };
                own.absolute.add(value.abs());
                own.signed.add(value);
                let class = grid.class(*x);
                if let Some(bin) = class.and_then(|class| own.dependence.get_mut(class)) {
                    bin.value.add(value);
                    if !x.is_nan() {
                        bin.at.add(*x);
                    }
                }
            }
        }
    }

    fn probe(&self, feature: usize, at: usize, x: f64) -> Probe {
        let measures = self.asked.measures;
        let mut values = vec![];
        if measures.partial {
            values.extend(self.points.get(feature).into_iter().flatten());
        }
        let points = values.len();
        let bin = self.asked.grids.get(feature).filter(|_| measures.accumulated);
        let bin = bin.and_then(|grid| grid.bin(x)).map(|(bin, low, high)| {
            values.extend([low, high]);
            bin
        });
        values.extend(self.permuted.iter().map(|permuted| {
            let from = permuted.get(at).map_or(at, |from| *from as usize);
            self.rows.get((from, feature)).copied().unwrap_or(f64::NAN)
        }));
        Probe { values, points, bin }
    }

    fn scores(&self, found: &mut Overview, lines: &mut [CaseLine], at: usize, row: &[f64]) {
        let known = self.what_if.known(row);
        let own = self.on_scale(&known.scores);
        let target = self.target.and_then(|target| Some((target.loss, *target.values.get(at)?)));
        let own_loss =
            target.filter(|_| self.asked.measures.permutation).map(|(loss, happened)| {
                let value = loss.of(&self.predicted(&known.scores), happened);
                found.own_loss.add(value);
                (loss, happened, value)
            });
        for (feature, x) in row.iter().enumerate() {
            let probe = self.probe(feature, at, *x);
            let raw = self.what_if.scores(&known, feature, &probe.values);
            let scaled: Vec<Vec<f64>> =
                raw.rows().into_iter().map(|raw| self.on_scale(&raw.to_vec())).collect();
            for (place, output) in self.asked.outputs.iter().enumerate() {
                let of = |scores: &Vec<f64>| scores.get(*output).copied().unwrap_or(f64::NAN);
                let values: Vec<f64> = scaled.iter().map(of).collect();
                let (curve, rest) = values.split_at(probe.points.min(values.len()));
                if let Some(line) = lines.get_mut(place * row.len() + feature) {
                    line.curve = curve.iter().map(|value| value + 0.0).collect();
                }
                let Some(overview) = found.feature(place, feature) else { continue };
                overview.partial.iter_mut().zip(curve).for_each(|(all, value)| all.add(*value));
                let (ends, permuted) = rest.split_at(if probe.bin.is_some() { 2 } else { 0 });
                let step = probe.bin.and_then(|bin| overview.steps.get_mut(bin));
                if let (Some(step), [low, high]) = (step, ends) {
                    step.add(high - low);
                }
                if !permuted.is_empty() {
                    let changes = permuted.iter().map(|value| (value - of(&own)).abs());
                    overview.change.add(changes.sum::<f64>() / permuted.len() as f64);
                }
            }
            if let Some((loss, happened, value)) = own_loss {
                let before = probe.points + if probe.bin.is_some() { 2 } else { 0 };
                let rise = |prediction: &[f64]| loss.of(prediction, happened) - value;
                let rises = self.rises(&raw, before, rise);
                if let (Some(mean), Some(all)) = (rises, found.loss.get_mut(feature)) {
                    all.add(mean);
                }
            }
        }
    }

    /// Mean rise of the loss over the permuted values, which come after the `before` first ones.
    fn rises(&self, raw: &Array2<f64>, before: usize, rise: impl Fn(&[f64]) -> f64) -> Option<f64> {
        let permuted = raw.rows().into_iter().skip(before);
        let rises: Vec<f64> = permuted.map(|raw| rise(&self.predicted(&raw.to_vec()))).collect();
        (!rises.is_empty()).then(|| rises.iter().sum::<f64>() / rises.len() as f64)
    }

    fn predicted(&self, raw: &[f64]) -> Vec<f64> {
        let mut value = vec![0.0; raw.len()];
        self.model.value(raw, &mut value);
        value
    }

    fn on_scale(&self, raw: &[f64]) -> Vec<f64> {
        match self.asked.scale {
            Scale::Raw => raw.to_vec(),
            Scale::Prediction => self.predicted(raw),
        }
    }
}
