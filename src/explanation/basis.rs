//! What is computed once a procedure: comparison group, prepared attribution and search, surrogate, error rates.

use std::path::Path;

use jiff::civil::Date;
use ndarray::Array2;
use sha2::{Digest, Sha256};

use super::adjustable::adjustable;
use super::attributions::Attributions;
use super::binding::{bind, raw_threshold};
use super::details::checkable;
use super::frequency::frequencies;
use super::holdout::{Holdout, encode};
use super::record::{FrequencyView, GroupIdentity};
use super::reliability::{RESAMPLES, SEED};
use super::statements::players;
use super::tree_spread::{SpreadView, spreads};
use crate::attribution::PathDependent;
use crate::attribution::reliability::{Against, Resamples, Splices};
use crate::audit;
use crate::counterfactual::{Limits, Search};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, LoadedModel};
use crate::procedure::{CaseValue, Procedure, read_values};
use crate::sufficiency::{Replacements, Ruling, Sufficiency};
use crate::surrogate::{Surrogate, SurrogateOptions};
use crate::table::{Separator, Table, read_table};

/// Smallest group of which a range is told (gate G27).
const LEAST_GROUP: usize = 20;

/// What earlier cases have of a feature.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// Least and greatest number.
    Range(f64, f64),
    /// Places of the choices that occur.
    Choices(std::collections::BTreeSet<usize>),
    /// No value at all.
    Nothing,
}

impl Known {
    /// Of one feature's values.
    fn of(values: impl Iterator<Item = CaseValue>) -> Known {
        values.fold(Known::Nothing, |known, value| match (known, value) {
            (known, CaseValue::Missing) => known,
            (Known::Range(low, high), CaseValue::Number(x)) => {
                Known::Range(low.min(x), high.max(x))
            }
            (_, CaseValue::Number(x)) => Known::Range(x, x),
            (Known::Choices(mut seen), CaseValue::Choice(i)) => {
                seen.insert(i);
                Known::Choices(seen)
            }
            (_, CaseValue::Choice(i)) => Known::Choices([i].into()),
        })
    }
}

/// Everything about a procedure that does not depend on the case.
#[derive(Debug)]
pub struct Basis<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// Its model.
    pub model: &'a LoadedModel,
    /// Model columns of each feature, in the order of [`Encoding::columns`](crate::procedure::Encoding::columns).
    pub columns: Vec<Vec<usize>>,
    /// The comparison group, rows × model columns.
    pub background: Array2<f64>,
    /// Identity of the comparison group.
    pub background_identity: GroupIdentity,
    /// The labelled cases.
    pub holdout: Holdout,
    /// Identity of the labelled cases.
    pub holdout_identity: GroupIdentity,
    /// The threshold on the raw scale.
    pub threshold_raw: f64,
    /// Largest minus smallest exact score of the comparison group.
    pub range: f64,
    /// 10th and 90th percentile of each feature in the comparison group.
    pub typical: Vec<Option<(f64, f64)>>,
    /// 1st and 99th percentile of each feature in the comparison group.
    pub usual: Vec<Option<(f64, f64)>>,
    /// What of each feature the comparison group and the hold-out have.
    pub(super) known: Vec<Known>,
    /// How often the program was right with the negative and with the positive result.
    pub frequencies: [FrequencyView; 2],
    /// The surrogate tree.
    pub surrogate: Surrogate,
    /// How the asked detail is spread over the fitting cases, one entry a node of the tree.
    pub spreads: Vec<Option<SpreadView>>,
    /// Indices of hold-out rows that fitted it.
    pub fitted: Vec<usize>,
    /// Indices of those on which its fidelity is measured: the others.
    pub measured: Vec<usize>,
    pub(super) attributions: Attributions<'a>,
    /// Values against each case of the comparison group alone; none of a model that can only be evaluated.
    pub(super) against: Option<Against<'a>>,
    /// The comparison group drawn anew.
    pub(super) resamples: Resamples,
    /// Scores with features taken from the comparison group.
    pub(super) splices: Splices<'a>,
    /// The path-dependent game, for trees whose file has covers.
    pub(super) paths: Option<PathDependent<'a>>,
    pub(super) search: Search<'a>,
    /// Features of the search, as indices into the procedure's features.
    pub(super) adjustable: Vec<usize>,
    /// The search for wrong details.
    pub(super) details_search: Search<'a>,
    /// Its features.
    pub(super) checkable: Vec<usize>,
    /// What settles a result alone.
    pub(super) sufficiency: Sufficiency<'a>,
    /// What becomes of a result with the comparison group's values.
    pub(super) replacements: Replacements<'a>,
}

impl<'a> Basis<'a> {
    /// Reads the tables of the procedure and prepares everything. `today` decides whether the hold-out is recent enough
    /// for frequency statements (gate G20).
    ///
    /// # Errors
    /// Columns of the model that no feature has and the other way round, a threshold that the link cannot have, faulty
    /// background or hold-out tables, a "not used" claim that is not true.
    pub fn new(
        procedure: &'a Procedure,
        model: &'a LoadedModel,
        today: Date,
    ) -> Checked<Basis<'a>> {
        let columns = bind(procedure, model)?;
        let mut faults = Faults::default();
        let threshold_raw = faults.take(raw_threshold(procedure, model));
        let background =
            faults.take(read_group(&procedure.background_file, procedure.background_as_of));
        let holdout = faults.take(read_group(&procedure.holdout_file, procedure.holdout_as_of));
        let (Some(threshold_raw), Some(background), Some(holdout), true) =
            (threshold_raw, background, holdout, faults.0.is_empty())
        else {
            return Err(faults);
        };
        let (background_table, background_identity) = background;
        let (holdout_table, holdout_identity) = holdout;
        let background_values = read_values(&procedure.features, &background_table)?;
        let width = model.model.card().features.len();
        let background = encode(procedure, &columns, width, &background_values);
        let holdout = Holdout::new(procedure, model, &columns, &holdout_table)?;

        let exact = background.rows().into_iter().map(|row| {
            let mut out = [0.0];
            model.model.exact(&row.to_vec(), &mut out);
            out[0]
        });
        let (low, high) =
            exact.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        let ranges = |low: usize, high: usize| -> Vec<Option<(f64, f64)>> {
            (0..procedure.features.len())
                .map(|i| {
                    let mut numbers: Vec<f64> = background_values
                        .iter()
                        .filter_map(|row| match row[i] {
                            CaseValue::Number(number) => Some(number),
                            _ => None,
                        })
                        .collect();
                    numbers.sort_by(f64::total_cmp);
                    let both = audit::quantile(&numbers, low).zip(audit::quantile(&numbers, high));
                    both.filter(|_| numbers.len() >= LEAST_GROUP)
                })
                .collect()
        };

        // Every second held-out row fits the tree, the others measure it: the model saw neither.
        let fitted: Vec<usize> = (0..holdout.decisions.len()).step_by(2).collect();
        let measured: Vec<usize> = (1..holdout.decisions.len()).step_by(2).collect();
        let (max_depth, max_leaves, min_leaf) = procedure.surrogate_limits;
        let options = SurrogateOptions { max_depth, max_leaves, min_leaf };
        let decisions: Vec<bool> = fitted.iter().map(|&i| holdout.decisions[i]).collect();
        let rows = holdout.rows.select(ndarray::Axis(0), &fitted);
        let surrogate =
            Surrogate::fit(&model.model.card().features, rows.view(), &decisions, options)?;

        let (adjustable, changes) = adjustable(procedure, &columns, &background);
        let search = Search::new(&*model.model, 0, &changes, Limits::default())?;
        let (checkable, details) = checkable(procedure, &columns, &background);
        let details_search = Search::new(&*model.model, 0, &details, Limits::default())?;
        let ruling = Ruling { output: 0, threshold: procedure.threshold, threshold_raw };
        let players = players(procedure, &columns, background.view());
        let sufficiency = Sufficiency::new(&*model.model, players, ruling, background.view())?;
        let replacements = Replacements::new(&*model.model, &columns, ruling, background.view());
        let attributions = Attributions::new(&*model.model, background.view())?;
        let against = match model.model.form() {
            Form::Other => None,
            Form::Trees(_) | Form::Linear(_) => {
                Some(Against::new(&*model.model, background.view())?)
            }
        };
        let paths = match model.model.form() {
            Form::Trees(trees) if trees.card.covers && trees.is_constant_leaved() => {
                Some(PathDependent::new(trees))
            }
            _ => None,
        };
        let splices = Splices::new(&*model.model, background.view())?;
        let resamples = Resamples::new(background.nrows(), RESAMPLES, SEED);
        Ok(Basis {
            against,
            resamples,
            splices,
            paths,
            threshold_raw,
            range: high - low,
            typical: ranges(10, 90),
            usual: ranges(1, 99),
            known: (0..procedure.features.len())
                .map(|i| {
                    let rows = background_values.iter().chain(&holdout.values);
                    Known::of(rows.filter_map(|row| row.get(i).copied()))
                })
                .collect(),
            frequencies: frequencies(&holdout, procedure.holdout_as_of, today),
            spreads: spreads(procedure, &columns, &surrogate, &holdout, &fitted),
            surrogate,
            fitted,
            measured,
            attributions,
            search,
            adjustable,
            details_search,
            checkable,
            sufficiency,
            replacements,
            columns,
            background,
            background_identity,
            holdout,
            holdout_identity,
            procedure,
            model,
        })
    }

    /// The model's columns for the values of a case.
    pub fn row(&self, values: &[CaseValue]) -> Vec<f64> {
        let width = self.model.model.card().features.len();
        let mut row = vec![f64::NAN; width];
        for ((feature, columns), &value) in
            self.procedure.features.iter().zip(&self.columns).zip(values)
        {
            for (&column, number) in columns.iter().zip(feature.encode(value)) {
                row[column] = number;
            }
        }
        row
    }
}

fn read_group(file: &Path, as_of: Date) -> Checked<(Table, GroupIdentity)> {
    let table = read_table(file, Separator::Detect)?;
    let bytes = std::fs::read(file).map_err(|error| {
        Fault::new(
            "F01",
            Place::file(file.display().to_string()),
            error.to_string(),
            "a readable file",
            "Check the file.",
        )
    })?;
    let identity = GroupIdentity {
        file: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256: crate::procedure::hex(&Sha256::digest(&bytes)),
        rows: table.rows.len(),
        as_of,
    };
    Ok((table, identity))
}
