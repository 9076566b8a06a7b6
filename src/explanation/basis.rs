//! What is computed once a procedure: comparison group, prepared attribution and search, surrogate, error rates.

use std::path::Path;

use jiff::civil::Date;
use ndarray::Array2;
use sha2::{Digest, Sha256};

use super::frequency::frequencies;
use super::record::{FrequencyView, GroupIdentity};
use crate::attribution::Interventional;
use crate::audit;
use crate::counterfactual::{Adjustable, AdjustableKind, Direction as Way, Limits, Search};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Link, LoadedModel};
use crate::procedure::{CaseValue, Direction, Encoding, Feature, Kind, Procedure, read_values};
use crate::surrogate::{Surrogate, SurrogateOptions};
use crate::table::{Separator, Table, read_table};

/// Smallest group of which a range is told (gate G27).
const LEAST_GROUP: usize = 20;

/// Everything about a procedure that does not depend on the case.
#[derive(Debug)]
pub struct Basis<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// Its model.
    pub model: &'a LoadedModel,
    /// Model columns of each feature, in the order of [`Encoding::columns`].
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
    /// How often the program was right with the negative and with the positive result.
    pub frequencies: [FrequencyView; 2],
    /// The surrogate tree.
    pub surrogate: Surrogate,
    /// Indices of hold-out rows on which its fidelity is measured (the others fitted it).
    pub measured: Vec<usize>,
    pub(super) interventional: Interventional<'a>,
    pub(super) search: Search<'a>,
    /// Features of the search, as indices into the procedure's features.
    pub(super) adjustable: Vec<usize>,
}

/// The labelled cases that the model never saw.
#[derive(Debug)]
pub struct Holdout {
    /// Rows × model columns.
    pub rows: Array2<f64>,
    /// Values of the features, as people see them.
    pub values: Vec<Vec<CaseValue>>,
    /// Predictions (after the link).
    pub predictions: Vec<f64>,
    /// Results of the program.
    pub decisions: Vec<bool>,
    /// What really happened.
    pub labels: Vec<bool>,
    /// The values of the audit groups, one list a group of the procedure.
    pub groups: Vec<Vec<Option<String>>>,
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
        let background = faults.take(read_group(
            procedure,
            &procedure.background_file,
            procedure.background_as_of,
        ));
        let holdout =
            faults.take(read_group(procedure, &procedure.holdout_file, procedure.holdout_as_of));
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
        let interventional = Interventional::new(&*model.model, background.view())?;
        Ok(Basis {
            threshold_raw,
            range: high - low,
            typical: ranges(10, 90),
            usual: ranges(1, 99),
            frequencies: frequencies(&holdout, procedure.holdout_as_of, today),
            surrogate,
            measured,
            interventional,
            search,
            adjustable,
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

    pub(super) fn attributions(&self) -> &Interventional<'a> {
        &self.interventional
    }
}

impl Holdout {
    fn new(
        procedure: &Procedure,
        model: &LoadedModel,
        columns: &[Vec<usize>],
        table: &Table,
    ) -> Checked<Holdout> {
        let values = read_values(&procedure.features, table)?;
        let wanted: Vec<String> = std::iter::once(procedure.holdout_label.clone())
            .chain(procedure.holdout_groups.iter().map(|group| group.column.clone()))
            .collect();
        let at = table.locate(&wanted)?;
        let cell = |row: usize, column: usize| {
            table.text(row, column).map(str::trim).filter(|text| !text.is_empty())
        };
        let mut faults = Faults::default();
        let mut labels = vec![];
        for (i, row) in table.rows.iter().enumerate() {
            let label = cell(i, at[0]);
            if label.is_none() {
                faults.push(Fault::new(
                    "P54",
                    Place::file(&table.file).line(row.line).field(&procedure.holdout_label),
                    "nothing",
                    "what really happened",
                    "Take cases without a label out of the hold-out.",
                ));
            }
            labels.push(label == Some(procedure.holdout_positive.as_str()));
        }
        let width = model.model.card().features.len();
        let rows = encode(procedure, columns, width, &values);
        let (mut predictions, mut decisions) = (vec![], vec![]);
        for row in rows.rows() {
            let (mut raw, mut value) = ([0.0], [0.0]);
            model.model.raw(&row.to_vec(), &mut raw);
            model.model.value(&raw, &mut value);
            predictions.push(value[0]);
            decisions.push(value[0] >= procedure.threshold);
        }
        let group = |column: usize| {
            (0..table.rows.len()).map(|row| cell(row, column).map(str::to_owned)).collect()
        };
        let groups = at[1..].iter().map(|&column| group(column)).collect();
        faults.or(Holdout { rows, values, predictions, decisions, labels, groups })
    }
}

/// Rows × model columns.
fn encode(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    width: usize,
    values: &[Vec<CaseValue>],
) -> Array2<f64> {
    let mut rows = Array2::from_elem((values.len(), width), f64::NAN);
    for (mut row, values) in rows.rows_mut().into_iter().zip(values) {
        for ((feature, columns), &value) in procedure.features.iter().zip(columns).zip(values) {
            for (&column, number) in columns.iter().zip(feature.encode(value)) {
                row[column] = number;
            }
        }
    }
    rows
}

/// Finds the model columns of every feature; each column belongs to exactly one.
fn bind(procedure: &Procedure, model: &LoadedModel) -> Checked<Vec<Vec<usize>>> {
    let known = &model.model.card().features;
    let mut faults = Faults::default();
    let mut owner: Vec<Option<&str>> = vec![None; known.len()];
    let mut bound = vec![];
    for feature in &procedure.features {
        let mut columns = vec![];
        for name in feature.encoding.columns() {
            let place = Place::file(&procedure.file).field(format!("feature.{}", feature.id));
            match known.iter().position(|column| column == name) {
                Some(i) if owner[i].is_none() => {
                    owner[i] = Some(&feature.id);
                    columns.push(i);
                }
                Some(i) => faults.push(Fault::new(
                    "P50",
                    place,
                    format!("column {name}, which {} has already", owner[i].unwrap_or_default()),
                    "one feature a column",
                    "Take the column out of one of the features.",
                )),
                None => faults.push(Fault::new(
                    "P51",
                    place,
                    format!("column {name}, which the model has not"),
                    format!("one of {}", known.join(", ")),
                    "Correct the column name, or take the feature out.",
                )),
            }
        }
        bound.push(columns);
    }
    for (name, owner) in known.iter().zip(&owner) {
        if owner.is_none() {
            faults.push(Fault::new(
                "P52",
                Place::file(&model.file),
                format!("column {name} without a feature"),
                "a [[feature]] with a label for every column of the model",
                "Add the feature to procedure.toml: a person must be able to read what the program used.",
            ));
        }
    }
    for item in &procedure.not_used {
        for column in item.columns.iter().filter(|column| known.contains(column)) {
            faults.push(Fault::new(
                "G21",
                Place::file(&procedure.file).field("program.not_used"),
                format!("{column}, which is a column of the model"),
                "only what the model does not use",
                "Take the claim out: the letter would say something untrue.",
            ));
        }
    }
    if model.model.outputs() != 1 {
        faults.push(Fault::new(
            "P53",
            Place::file(&model.file),
            format!("{} outputs", model.model.outputs()),
            "one raw score",
            "A procedure explains a model with two results; use `attribute` for the others.",
        ));
    }
    faults.or(bound)
}

/// The threshold on the raw scale: the inverse of the link.
fn raw_threshold(procedure: &Procedure, model: &LoadedModel) -> Checked<f64> {
    let at = procedure.threshold;
    let form = model.model.form();
    let link = match form {
        crate::model::Form::Trees(trees) => trees.link,
        crate::model::Form::Linear(linear) => linear.link,
    };
    let raw = match link {
        Link::Identity => at,
        Link::Logistic { slope } => pxfm::f_log(at / (1.0 - at)) / slope,
        Link::Exp => pxfm::f_log(at),
        Link::Softmax => f64::NAN,
        #[allow(
            unreachable_patterns,
            reason = "links that readers may add are refused, not guessed"
        )]
        _ => f64::NAN,
    };
    if raw.is_finite() {
        return Ok(raw);
    }
    Err(Fault::new(
        "P55",
        Place::file(&procedure.file).field("model.threshold"),
        format!("{at} with the link {link:?}"),
        "a threshold that the model's prediction can cross",
        "Give the threshold on the scale of the prediction (`klartext predict` prints it as value).",
    )
    .into())
}

fn read_group(_: &Procedure, file: &Path, as_of: Date) -> Checked<(Table, GroupIdentity)> {
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

/// What may change in a counterfactual: the actionable features, inside what the procedure and the comparison group allow.
fn adjustable(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    background: &Array2<f64>,
) -> (Vec<usize>, Vec<Adjustable>) {
    let mut features = vec![];
    let mut changes = vec![];
    for (i, (feature, columns)) in procedure.features.iter().zip(columns).enumerate() {
        if !feature.actionable {
            continue;
        }
        let (min, max, scale) = spread(background, columns);
        features.push(i);
        changes.push(Adjustable {
            columns: columns.clone(),
            kind: kind(feature),
            direction: match feature.direction {
                Direction::Any => Way::Any,
                Direction::Up => Way::Up,
                Direction::Down => Way::Down,
            },
            min: feature.min.unwrap_or(min).max(min),
            max: feature.max.unwrap_or(max).min(max),
            scale: if matches!(feature.kind, Kind::Quantity | Kind::Percent) { scale } else { 0.0 },
            weight: 1.0,
        });
    }
    (features, changes)
}

fn kind(feature: &Feature) -> AdjustableKind {
    match &feature.encoding {
        Encoding::Number(_) => {
            let shown = 10f64.powi(-(feature.decimals.unwrap_or_default() as i32));
            // A value that a letter names must be one that a letter can print.
            AdjustableKind::Number { step: Some(feature.step.unwrap_or(shown)) }
        }
        Encoding::Code { codes, .. } => AdjustableKind::Codes { values: codes.clone() },
        Encoding::OneHot(_) => AdjustableKind::OneHot {
            codes: (0..feature.choices.len())
                .map(|i| feature.encode(CaseValue::Choice(i)))
                .collect(),
        },
    }
}

/// Smallest, largest value and standard deviation of a column in the comparison group.
fn spread(background: &Array2<f64>, columns: &[usize]) -> (f64, f64, f64) {
    let Some(&column) = columns.first() else { return (0.0, 0.0, 0.0) };
    let values: Vec<f64> =
        background.column(column).iter().copied().filter(|x| !x.is_nan()).collect();
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    let min = values.iter().copied().fold(f64::MAX, f64::min);
    let max = values.iter().copied().fold(f64::MIN, f64::max);
    (min, max, variance.sqrt())
}
