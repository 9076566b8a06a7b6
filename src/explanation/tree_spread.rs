//! How the asked detail is spread over the fitting cases of each question of the simplified tree: behind its pictures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::holdout::Holdout;
use crate::procedure::{CaseValue, Encoding, Procedure};
use crate::surrogate::{Question, Surrogate, bins};

/// Fitting cases by the program's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// With its negative result.
    pub negative: usize,
    /// With its positive result.
    pub positive: usize,
}

impl Decided {
    /// Cases in all.
    pub fn rows(&self) -> usize {
        self.negative + self.positive
    }

    /// Counts cases by their places in the list of results.
    fn of<'i>(places: impl IntoIterator<Item = &'i usize>, decisions: &[bool]) -> Decided {
        let mut counted = Decided::default();
        for &place in places {
            match decisions.get(place) {
                Some(true) => counted.positive += 1,
                Some(false) => counted.negative += 1,
                None => {}
            }
        }
        counted
    }
}

/// The fitting cases of a question by the value it asks about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpreadView {
    /// Feature id.
    pub feature: String,
    /// The cases with a value.
    pub values: SpreadValues,
    /// Cases that lack the value; the tree takes the usual one for it.
    pub missing: Decided,
}

/// Cases by value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SpreadValues {
    /// A number, in bins.
    Numbers {
        /// Ends of the bins, ascending, one more than bins; the threshold is one of them.
        edges: Vec<f64>,
        /// Lower end of an axis that holds the edges, a round number.
        axis_low: f64,
        /// Its upper end.
        axis_high: f64,
        /// The first bin also holds all lower values.
        open_low: bool,
        /// The last bin also holds all higher values.
        open_high: bool,
        /// Cases with `edge <= value < next edge`.
        bins: Vec<Decided>,
    },
    /// A choice.
    Choices {
        /// Those that occur or that the question could be asked of, in the procedure's order.
        choices: Vec<ChoiceSpread>,
    },
}

/// Cases with a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChoiceSpread {
    /// Id of the choice.
    pub choice: String,
    /// The choice lies on the low side of the question.
    pub low: bool,
    /// The cases.
    pub cases: Decided,
}

/// One spread a node of the tree, None for its leaves; `columns` are the model's columns of each feature, `fitted` the
/// held-out rows that fitted the tree.
pub(super) fn spreads(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    tree: &Surrogate,
    holdout: &Holdout,
    fitted: &[usize],
) -> Vec<Option<SpreadView>> {
    let nodes = tree.nodes();
    let mut here: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for &row in fitted {
        let values = holdout.rows.row(row).to_vec();
        let mut at = Some(tree.leaf(&values));
        while let Some(node) = at {
            if let Some(here) = here.get_mut(node) {
                here.push(row);
            }
            at = nodes.get(node).and_then(|node| node.parent);
        }
    }
    let one = |(node, rows): (&crate::surrogate::SurrogateNode, &Vec<usize>)| {
        spread(procedure, columns, node.question?, holdout, rows)
    };
    nodes.iter().zip(&here).map(one).collect()
}

fn spread(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    question: Question,
    holdout: &Holdout,
    rows: &[usize],
) -> Option<SpreadView> {
    let at = columns.iter().position(|columns| columns.contains(&question.feature))?;
    let (feature, own) = (procedure.features.get(at)?, columns.get(at)?);
    let place = own.iter().position(|column| *column == question.feature)?;
    let value = |row: &usize| holdout.values.get(*row).and_then(|values| values.get(at)).copied();
    if let Encoding::Number(_) = feature.encoding {
        let numbers: Vec<f64> = rows
            .iter()
            .map(|row| holdout.rows.get((*row, question.feature)).copied().unwrap_or(f64::NAN))
            .collect();
        let found = bins(&numbers, question.threshold)?;
        let counted = |places: &Vec<usize>| {
            let rows: Vec<usize> =
                places.iter().filter_map(|place| rows.get(*place).copied()).collect();
            Decided::of(&rows, &holdout.decisions)
        };
        let [open_low, open_high] = found.open;
        return Some(SpreadView {
            feature: feature.id.clone(),
            values: SpreadValues::Numbers {
                bins: found.rows.iter().map(counted).collect(),
                edges: found.edges,
                axis_low: found.axis[0],
                axis_high: found.axis[1],
                open_low,
                open_high,
            },
            missing: counted(&found.missing),
        });
    }
    let with = |wanted: CaseValue| {
        let rows: Vec<usize> =
            rows.iter().copied().filter(|row| value(row) == Some(wanted)).collect();
        Decided::of(&rows, &holdout.decisions)
    };
    let choices = feature.choices.iter().enumerate().filter_map(|(i, choice)| {
        let code = feature.encode(CaseValue::Choice(i)).get(place).copied()?;
        Some(ChoiceSpread {
            choice: choice.id.clone(),
            low: code < question.threshold,
            cases: with(CaseValue::Choice(i)),
        })
    });
    Some(SpreadView {
        feature: feature.id.clone(),
        values: SpreadValues::Choices { choices: choices.collect() },
        missing: with(CaseValue::Missing),
    })
}
