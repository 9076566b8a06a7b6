//! How a score is divided among a model's columns: exactly where the model's form allows it, else from mixes of the case
//! with those of the comparison group.
//!
//! A model that can only be evaluated gets the same interventional values. They are exact as long as case and comparison
//! differ in at most 12 columns, which one-hot columns seldom exceed; otherwise five seeds are run (gate G12 asks whether
//! they agree), and the values are the means of what these give.

use ndarray::ArrayView2;

use super::record::AttributionView;
use crate::attribution::{
    Attribution, Game, Groups, Interventional, Mixed, Sampling, Scale, grouped,
};
use crate::fault::Checked;
use crate::model::{Form, Model};

/// Seeds that are run.
const SEEDS: u64 = 5;
/// Pairs of orders of each seed for each case of the comparison group.
const PAIRS: usize = 4;

/// A model and a comparison group, prepared for many cases.
#[derive(Debug)]
pub(super) enum Attributions<'a> {
    /// Trees and weighted sums.
    Formula(Interventional<'a>),
    /// A model that can only be evaluated, one a seed.
    Mixes(Vec<Mixed<'a>>),
}

/// The columns' values of a case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attributed {
    pub attribution: Attribution,
    /// What single seeds give, each one value a column; none where values are exact.
    pub seeds: Vec<(u64, Vec<f64>)>,
}

impl<'a> Attributions<'a> {
    /// Prepares a model of one output.
    ///
    /// # Errors
    /// Those of the method: M21 to M23.
    pub fn new(model: &'a dyn Model, background: ArrayView2<f64>) -> Checked<Self> {
        if !matches!(model.form(), Form::Other) {
            return Ok(Attributions::Formula(Interventional::new(model, background)?));
        }
        let seeded = |seed: u64| {
            let groups = Groups::single(&model.card().features);
            let game = Game::new(model, background, groups, Scale::Raw)?;
            Mixed::exact_or_sampled(game, Sampling { pairs: PAIRS, seed }, None)
        };
        Ok(Attributions::Mixes((0..SEEDS).map(seeded).collect::<Checked<_>>()?))
    }

    /// How many of so many cases the report is made from: evaluating mixes takes a hundred times as long as a formula.
    pub fn most(&self, rows: usize) -> usize {
        match self {
            Attributions::Formula(_) => rows,
            Attributions::Mixes(_) => rows.div_ceil(10),
        }
    }

    /// The values of a row for the first output.
    pub fn explain(&self, row: &[f64]) -> Attributed {
        let mixes = match self {
            Attributions::Formula(formula) => {
                return Attributed { attribution: formula.explain(row, 0), seeds: vec![] };
            }
            Attributions::Mixes(mixes) => mixes,
        };
        let mut base_value = f64::NAN;
        let mut runs: Vec<(u64, Vec<f64>)> = vec![];
        for (seed, mixed) in (0..).zip(mixes) {
            let (attribution, errors) = mixed.single(row, 0);
            base_value = attribution.base_value;
            if errors.iter().all(|error| *error == 0.0) {
                return Attributed { attribution, seeds: vec![] };
            }
            runs.push((seed, attribution.values));
        }
        let count = runs.len() as f64;
        let mean = |column: usize| {
            runs.iter().filter_map(|(_, values)| values.get(column)).sum::<f64>() / count
        };
        let values = (0..row.len()).map(mean).collect();
        Attributed { attribution: Attribution { base_value, values }, seeds: runs }
    }

    /// What the record calls the method, for values that are exact and for sampled ones.
    pub fn method(&self, model: &dyn Model, is_exact: bool) -> &'static str {
        match self {
            Attributions::Formula(_) if model.card().trees > 0 => AttributionView::TREES,
            Attributions::Formula(_) => AttributionView::LINEAR,
            Attributions::Mixes(_) if is_exact => AttributionView::EXACT,
            Attributions::Mixes(_) => AttributionView::SAMPLED,
        }
    }
}

impl Attributed {
    /// Values of the features of a procedure by seed, from those of their columns.
    pub fn by_feature(&self, columns: &[Vec<usize>]) -> Vec<(u64, Vec<f64>)> {
        self.seeds.iter().map(|(seed, values)| (*seed, grouped(values, columns))).collect()
    }
}

/// Standard error of the mean of what seeds give for a feature; none where values are exact.
pub(super) fn standard_error(seeds: &[(u64, Vec<f64>)], feature: usize) -> Option<f64> {
    let values: Vec<f64> =
        seeds.iter().filter_map(|(_, values)| values.get(feature).copied()).collect();
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let spread: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    Some((spread / (count - 1.0) / count).sqrt())
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::model::ModelCard;

    /// A product, a sum and a threshold of features, of which nothing is known but its values.
    #[derive(Debug)]
    struct BlackBox(ModelCard);

    impl Model for BlackBox {
        fn card(&self) -> &ModelCard {
            &self.0
        }
        fn outputs(&self) -> usize {
            1
        }
        fn raw(&self, row: &[f64], out: &mut [f64]) {
            out[0] = row.iter().take(9).sum::<f64>() / 9.0 + row[0] * row[1] * row[2];
            out[0] += row.iter().skip(9).fold(0.0, |m, x| x.max(m));
        }
        fn exact(&self, row: &[f64], out: &mut [f64]) {
            self.raw(row, out);
        }
        fn value(&self, raw: &[f64], out: &mut [f64]) {
            out.copy_from_slice(raw);
        }
        fn form(&self) -> Form<'_> {
            Form::Other
        }
    }

    fn black_box(features: usize) -> BlackBox {
        let features = (0..features).map(|f| format!("x{f}")).collect();
        BlackBox(ModelCard { features, ..ModelCard::default() })
    }

    /// Promise: values of a black box add up; exact ones need no seeds, sampled ones have five, and a standard error.
    #[test]
    fn a_black_box_is_explained_exactly_or_by_seeds() {
        for (features, exact) in [(12, true), (15, false)] {
            let model = black_box(features);
            let background =
                Array2::from_shape_fn((7, features), |(r, f)| ((r * 5 + f * 3) % 11) as f64 / 8.0);
            let row: Vec<f64> = (0..features).map(|f| f as f64 / 5.0 - 1.3).collect();
            let attributions = Attributions::new(&model, background.view()).unwrap();
            let found = attributions.explain(&row);
            assert!(found.attribution.residual(&model, &row, 0) < 1e-12);
            assert_eq!(found.seeds.len(), if exact { 0 } else { 5 });
            let method = attributions.method(&model, found.seeds.is_empty());
            assert_eq!(method, if exact { "exact" } else { "permutation" });
            let columns: Vec<Vec<usize>> = (0..features).step_by(2).map(|f| vec![f]).collect();
            let seeds = found.by_feature(&columns);
            assert_eq!(standard_error(&seeds, 0).is_some(), !exact);
            if !exact {
                assert_eq!(seeds[0].1.len(), columns.len());
                assert!(standard_error(&seeds, 0).unwrap() > 0.0);
            }
        }
    }
}
