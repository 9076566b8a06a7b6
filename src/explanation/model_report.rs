//! What the model owner's report says, `klartext.report/1`: counted on the hold-out, about no single person.
//!
//! Everything that needs the cases is computed in [`Basis::report`](super::Basis::report); the document only writes it
//! down. Extremes of a column are one person's value, so ranges are percentiles; points of the swarm are sorted within
//! their feature, so that the values of one case cannot be put together again.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::effects::Effect;
use super::reasons_summary::ReasonsSummary;
use super::record::{
    ColumnValue, FrequencyView, GroupIdentity, ModelIdentity, ProcedureIdentity, Tool,
};
use super::reliability_summary::ReliabilitySummary;
use super::tree_spread::SpreadView;
use super::tree_trust::{TreeSize, TreeStability};
use crate::audit::{ErrorTable, Share};

/// Name and version of this schema.
pub const REPORT_SCHEMA: &str = "klartext.report/1";

/// Everything that the owner's report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelReport {
    /// `klartext.report/1`.
    pub schema: String,
    /// What computed it.
    pub tool: Tool,
    /// Which procedure.
    pub procedure: ProcedureIdentity,
    /// Which model.
    pub model: ModelIdentity,
    /// The comparison group that attributions refer to.
    pub background: GroupIdentity,
    /// The labelled cases on which everything was counted.
    pub holdout: GroupIdentity,
    /// Date of the report.
    #[schemars(with = "String")]
    pub date: Date,
    /// Who released it; none on a draft.
    pub approved_by: Option<String>,
    /// What the program calculates with, in the order of the procedure.
    pub features: Vec<FeatureSummary>,
    /// How often it is right and wrong.
    pub performance: Performance,
    /// The same for groups of people.
    pub groups: Vec<GroupComparison>,
    /// Where groups of one column differ most in the share of overlooked cases.
    pub gap_overlooked: Option<GroupGap>,
    /// Where they differ most in the share of needless suggestions.
    pub gap_needless: Option<GroupGap>,
    /// What moves the result.
    pub influence: Influence,
    /// How the raw score goes with the details that move it most and are numbers; at most four, the strongest first.
    pub effects: Vec<Effect>,
    /// The simplified tree.
    pub surrogate: SurrogateSummary,
    /// How often other values would flip the result.
    pub counterfactuals: CounterfactualSummary,
    /// How far the explanations can be relied on.
    pub reliability: Reliability,
    /// What came of a run of cases; only in the report that a run writes.
    pub usage: Option<Usage>,
}

impl ModelReport {
    /// A draft: nobody released it, or the model is not the approved one.
    pub fn is_draft(&self) -> bool {
        self.approved_by.is_none() || self.model.sha256 != self.model.approved_sha256
    }

    /// As JSON with a line end; the same report gives the same bytes.
    pub fn to_json(&self) -> Vec<u8> {
        // Serialising plain structs of strings and finite numbers cannot fail.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// The JSON Schema of the report, pretty-printed, with a line end.
pub fn report_schema() -> String {
    let mut text =
        serde_json::to_string_pretty(&schemars::schema_for!(ModelReport)).unwrap_or_default();
    text.push('\n');
    text
}

/// A share of cases with its Wilson interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// Cases counted.
    pub count: usize,
    /// Cases in all; at least 1.
    pub of: usize,
    /// `count / of`.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<Share> for Rate {
    fn from(share: Share) -> Self {
        let Share { count, of, share, low, high } = share;
        Rate { count, of, share, low, high }
    }
}

impl Rate {
    /// `count` of `of`; none of no cases.
    pub(super) fn of(count: usize, of: usize) -> Option<Rate> {
        Share::new(count, of).map(Rate::from)
    }

    /// Newcombe's hybrid score interval of `self.share - other.share`.
    fn minus(&self, other: &Rate) -> (f64, f64) {
        let difference = self.share - other.share;
        // Not `hypot`, whose last digit is the platform's.
        let root = |a: f64, b: f64| (a * a + b * b).sqrt();
        let down = root(self.share - self.low, other.high - other.share);
        let up = root(self.high - self.share, other.share - other.low);
        (difference - down, difference + up)
    }
}

/// A feature of the procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureSummary {
    /// Feature id.
    pub feature: String,
    /// `quantity`, `percent`, `yes_no`, `category`.
    pub kind: String,
    /// `own`, `file`, `other`.
    pub source: String,
    /// `none`, `protected`, `proxy`.
    pub protection: String,
    /// May stand in an example of other values.
    pub actionable: bool,
    /// Columns of the model.
    pub columns: Vec<String>,
    /// Held-out cases in which it is not known.
    pub missing: Option<Rate>,
    /// 10th and 90th percentile in the comparison group.
    pub typical: Option<(f64, f64)>,
    /// 1st and 99th percentile in the comparison group; values outside count as unusual.
    pub usual: Option<(f64, f64)>,
}

/// How often the program is right and wrong on the hold-out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Performance {
    /// Counts and rates of all cases.
    pub errors: Errors,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: Option<f64>,
    /// Mean distance of probability and frequency over the bins, weighted by cases.
    pub expected_calibration_error: Option<f64>,
    /// Bins of a tenth each, without empty ones; empty where the prediction is no probability.
    pub calibration: Vec<CalibrationBinView>,
    /// For the negative and the positive result: what a letter may say (gate G20).
    pub frequencies: [FrequencyView; 2],
}

/// Decisions against what really happened. A rate is absent where it has no cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Errors {
    /// Cases.
    pub rows: usize,
    /// Positive result, and it happened.
    pub true_positives: usize,
    /// Positive result, and it did not happen.
    pub false_positives: usize,
    /// Negative result, and it did not happen.
    pub true_negatives: usize,
    /// Negative result, and it happened.
    pub false_negatives: usize,
    /// Cases in which it happened.
    pub base_rate: Option<Rate>,
    /// Cases with the positive result.
    pub positive_rate: Option<Rate>,
    /// Of the positive results, those that happened.
    pub positive_predictive_value: Option<Rate>,
    /// Of the negative results, those that did not happen.
    pub negative_predictive_value: Option<Rate>,
    /// Of the cases in which it happened, those with the negative result: overlooked.
    pub false_negative_rate: Option<Rate>,
    /// Of the cases in which it did not happen, those with the positive result: needless.
    pub false_positive_rate: Option<Rate>,
}

impl From<&ErrorTable> for Errors {
    fn from(table: &ErrorTable) -> Self {
        let rate = |share: Option<Share>| share.map(Rate::from);
        Errors {
            rows: table.cases(),
            true_positives: table.tp,
            false_positives: table.fp,
            true_negatives: table.tn,
            false_negatives: table.fn_,
            base_rate: rate(table.base_rate()),
            positive_rate: rate(table.positive_rate()),
            positive_predictive_value: rate(table.positive_predictive_value()),
            negative_predictive_value: rate(table.negative_predictive_value()),
            false_negative_rate: rate(table.false_negative_rate()),
            false_positive_rate: rate(table.false_positive_rate()),
        }
    }
}

/// A bin of predicted probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationBinView {
    /// Lower edge.
    pub from: f64,
    /// Upper edge.
    pub to: f64,
    /// Cases in it.
    pub rows: usize,
    /// Mean prediction; absent in a bin of fewer than 20 cases (gate G27).
    pub predicted: Option<f64>,
    /// How often it happened; absent likewise.
    pub happened: Option<Rate>,
}

/// Errors by the values of one group column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupComparison {
    /// Column of the hold-out.
    pub column: String,
    /// Its groups by name; cases in which it is not known come last.
    pub groups: Vec<GroupView>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupView {
    /// Value of the column; none where it is unknown.
    pub value: Option<String>,
    /// Its counts; none where the group is too small to be shown (gate G27).
    pub errors: Option<Errors>,
}

/// The largest difference of an error rate between two groups of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupGap {
    /// Column of the hold-out.
    pub column: String,
    /// Group with the higher rate.
    pub higher: String,
    /// Its rate.
    pub higher_rate: Rate,
    /// Group with the lower rate.
    pub lower: String,
    /// Its rate.
    pub lower_rate: Rate,
    /// Interval of 95 % of the difference, from the Wilson intervals of both rates (Newcombe 1998, method 10). Where it
    /// contains 0, the difference may be chance; that the two intervals overlap would not say so.
    pub difference: (f64, f64),
}

impl GroupGap {
    /// The largest difference of `rate` among known groups that are shown; the first of equal ones.
    pub(super) fn largest(
        comparisons: &[GroupComparison],
        rate: fn(&Errors) -> Option<Rate>,
    ) -> Option<GroupGap> {
        let mut largest: Option<GroupGap> = None;
        for comparison in comparisons {
            let rates: Vec<(&String, Rate)> = comparison
                .groups
                .iter()
                .filter_map(|group| Some((group.value.as_ref()?, rate(group.errors.as_ref()?)?)))
                .collect();
            for (higher, up) in &rates {
                for (lower, down) in &rates {
                    let before = largest
                        .as_ref()
                        .map_or(0.0, |gap| gap.higher_rate.share - gap.lower_rate.share);
                    if up.share - down.share > before {
                        largest = Some(GroupGap {
                            column: comparison.column.clone(),
                            higher: (*higher).clone(),
                            higher_rate: *up,
                            lower: (*lower).clone(),
                            lower_rate: *down,
                            difference: up.minus(down),
                        });
                    }
                }
            }
        }
        largest
    }
}

/// What moves the raw score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Influence {
    /// `tree-interventional` or `linear`.
    pub method: String,
    /// Held-out cases, evenly taken.
    pub rows: usize,
    /// Mean raw score of the comparison group.
    pub base_value: f64,
    /// One entry a feature, the largest mean first.
    pub features: Vec<FeatureInfluence>,
}

/// Influence of a feature over many cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureInfluence {
    /// Feature id.
    pub feature: String,
    /// Mean of |attribution|.
    pub mean_absolute: f64,
    /// Standard error of that mean over the cases.
    pub standard_error: f64,
    /// Its part of the sum over all features.
    pub share: f64,
    /// 10th percentile, median, 90th percentile of the attribution.
    pub spread: [f64; 3],
    /// Rank correlation of value and attribution (Spearman 1904); none for a choice without order.
    pub rank_correlation: Option<f64>,
    /// For a choice and for yes/no: mean attribution by value.
    pub values: Vec<ValueInfluence>,
    /// Points of the swarm, ascending, of at most 400 cases.
    pub points: Vec<InfluencePoint>,
}

/// Influence of one value of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ValueInfluence {
    /// Id of the value.
    pub value: String,
    /// Cases with it; none for fewer than 20.
    pub rows: Option<usize>,
    /// Mean attribution; none likewise.
    pub mean: Option<f64>,
}

/// One dot of the swarm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InfluencePoint {
    /// Attribution, to 4 places.
    pub attribution: f64,
    /// Rank of the value, 0 lowest to 1 highest; none where it is missing or has no order.
    pub level: Option<f64>,
}

/// The simplified tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurrogateSummary {
    /// Leaves.
    pub leaves: usize,
    /// Questions on the longest path.
    pub depth: usize,
    /// Held-out cases that fitted it.
    pub fitted_rows: usize,
    /// Fitting cases in its smallest leaf.
    pub smallest_leaf: usize,
    /// Agreement with the program on the other held-out cases.
    pub fidelity: Option<Rate>,
    /// The same for the quarter of them nearest to the threshold.
    pub fidelity_near: Option<Rate>,
    /// Agreement of trees of other sizes and of this one, ascending; empty in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<TreeSize>,
    /// What trees of cases drawn anew have in common; not there in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<TreeStability>,
    /// Nodes in preorder; the first is the root.
    pub nodes: Vec<TreeNode>,
    /// One rule a leaf.
    pub rules: Vec<TreeRule>,
    /// What a missing value is taken for, for the columns that the tree asks about: the median of the fitting cases.
    pub missing_as: Vec<ColumnValue>,
}

/// A node of the simplified tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeNode {
    /// The question; none in a leaf.
    pub question: Option<TreeQuestion>,
    /// Fitting cases here.
    pub rows: usize,
    /// Those with the program's negative result.
    pub negative: usize,
    /// Those with its positive result.
    pub positive: usize,
    /// What the tree says here.
    pub says_positive: bool,
}

/// A question of the simplified tree: is the value below the threshold?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeQuestion {
    /// Column of the model.
    pub column: String,
    /// Threshold.
    pub threshold: f64,
    /// Index of the node for values below it.
    pub low: usize,
    /// Index of the node for the others.
    pub high: usize,
    /// How the asked feature is spread over the fitting cases here.
    pub spread: Option<SpreadView>,
}

/// A leaf as a rule that can be read alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeRule {
    /// Index of the leaf.
    pub leaf: usize,
    /// What must hold, one entry a column.
    pub conditions: Vec<TreeCondition>,
    /// What the tree says then.
    pub says_positive: bool,
    /// Held-out cases (not those that fitted the tree) to which it applies, and on how many of them the program agrees.
    pub agreeing: Option<Rate>,
}

/// `from <= value < below`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TreeCondition {
    /// Column of the model.
    pub column: String,
    /// At least this.
    pub from: Option<f64>,
    /// Less than this.
    pub below: Option<f64>,
}

/// Search for other values over held-out cases, evenly taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CounterfactualSummary {
    /// Cases searched.
    pub rows: usize,
    /// An example was found.
    pub found: usize,
    /// One change is enough.
    pub one_change: usize,
    /// Two changes are needed.
    pub two_changes: usize,
    /// Proven: no admissible change of at most two features flips the result.
    pub impossible: usize,
    /// The search reached its limit.
    pub not_found: usize,
    /// Of the examples found, those proven to be the smallest.
    pub proven_smallest: usize,
}

/// How far the explanations can be relied on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reliability {
    /// Cases on which the residual was measured.
    pub rows: usize,
    /// Largest |exact − (base value + sum)|.
    pub residual_max: f64,
    /// Its 99th percentile.
    pub residual_p99: f64,
    /// Cases in which each half of the comparison group (every second case) names the same strongest feature.
    pub same_strongest: Option<Rate>,
    /// The measures of a record's `reliability`, over held-out cases.
    pub measured: ReliabilitySummary,
    /// What the reasons and details of the same cases are worth; not there in reports of earlier versions, which are refused (`R67`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<ReasonsSummary>,
    /// Held-out cases with a value outside the 1st to 99th percentile of the comparison group.
    pub unusual: Option<Rate>,
    /// Held-out cases with a missing value.
    pub missing: Option<Rate>,
    /// Held-out cases near the threshold.
    pub near: Option<Rate>,
}

/// What came of a run of cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Cases of the run.
    pub cases: usize,
    /// Humans decided as suggested.
    pub agreed: usize,
    /// Humans decided differently.
    pub deviated: usize,
    /// Nobody has decided yet.
    pub open: usize,
    /// Recorded decisions without considerations, where the law leaves discretion; none elsewhere.
    pub without_considerations: Option<usize>,
    /// Cases with a value outside the usual range.
    pub unusual: usize,
    /// Cases whose letter was not written; none where the run wrote no letters.
    pub letters_blocked: Option<usize>,
    /// What held documents back, by code.
    pub held_back: Vec<HeldBackCount>,
}

/// How often a gate or fault held something back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldBackCount {
    /// Code of the gate or fault.
    pub code: String,
    /// `blocked` or `draft`.
    pub consequence: String,
    /// Cases concerned.
    pub cases: usize,
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn the_interval_of_a_difference_is_newcombes() {
        // Newcombe 1998, table II, method 10: 56/70 - 48/80 gives 0.0524 to 0.3339.
        let (a, b) = (Rate::of(56, 70).unwrap(), Rate::of(48, 80).unwrap());
        let (low, high) = a.minus(&b);
        assert!((low - 0.0524).abs() < 5e-5 && (high - 0.3339).abs() < 5e-5, "{low} {high}");
    }
}
