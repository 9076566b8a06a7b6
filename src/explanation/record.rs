//! The shape of the record, `klartext.explanation/1`. `klartext schema` prints it as JSON Schema.
//!
//! It holds ids, numbers and dates, and those words that a human wrote (decision, name). Labels and sentences come from
//! the procedure. Vectors keep the order of the procedure; nothing here depends on hashing or time.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::details::DetailsView;
use super::reason::Reasons;
use super::reliability::CaseReliability;
use super::statements::StatementsView;
use super::tree_spread::{Decided, SpreadView};
use super::verdict::GateVerdict;
use crate::procedure::{Decision, Evidence, Format, Handling, LetterKind, Person, Role};

/// Name and version of this schema.
pub const SCHEMA: &str = "klartext.explanation/1";

/// Everything that any document says about a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// `klartext.explanation/1`.
    pub schema: String,
    /// What computed it.
    pub tool: Tool,
    /// Which procedure.
    pub procedure: ProcedureIdentity,
    /// Which model.
    pub model: ModelIdentity,
    /// The comparison group that attributions refer to.
    pub background: GroupIdentity,
    /// The labelled cases behind error rates and fidelity.
    pub holdout: GroupIdentity,
    /// Which case.
    pub case: CaseIdentity,
    /// Which letter the case gets.
    pub letter: LetterKind,
    /// Date of the documents.
    #[schemars(with = "String")]
    pub date: Date,
    /// Who released the documents; none on a draft.
    pub approved_by: Option<String>,
    /// What the program knew.
    pub inputs: Vec<Input>,
    /// What the model computed.
    pub prediction: Prediction,
    /// Which inputs moved the raw score, and by how much.
    pub attribution: AttributionView,
    /// What is said about them in words.
    pub reasons: Reasons,
    /// How far all this can be relied on; not there in records of earlier versions, which are refused (`R67`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<CaseReliability>,
    /// The simplified picture of the model, and where this case lies in it.
    pub surrogate: SurrogateView,
    /// Which other values would have changed the result.
    pub counterfactual: CounterfactualView,
    /// Which details would change the result if they were wrong; not there in records of earlier versions, which are refused (`R67`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<DetailsView>,
    /// Which details settle the result alone, and without which it is another; not there in records of earlier versions, which are refused (`R67`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statements: Option<StatementsView>,
    /// How often the program was right with this result.
    pub frequency: FrequencyView,
    /// Inputs outside the usual range.
    pub unusual: Vec<Unusual>,
    /// What a human decided.
    pub decision: Option<Decision>,
    /// How humans handle the case besides.
    pub handling: Handling,
    /// The case is one of those that get no sheet B, so that the agency sees how people decide without the program.
    pub control: bool,
    /// Who gets the letter.
    pub recipient: Option<Person>,
    /// How the letter is printed; not there for a letter as every letter is.
    #[serde(default, skip_serializing_if = "Format::is_standard")]
    pub format: Format,
    /// Where in the person's documents details were read; left out where there is none.
    #[serde(default, skip_serializing_if = "Evidence::is_empty")]
    pub evidence: Evidence,
    /// What was checked, and what follows.
    pub gates: Vec<GateVerdict>,
}

/// What computed the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `klartext`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Which procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProcedureIdentity {
    /// Its id.
    pub id: String,
    /// Version of the program in the agency's numbering.
    pub version: String,
    /// SHA-256 over procedure.toml and texts.
    pub sha256: String,
    /// What the program does there.
    pub role: Role,
    /// The law leaves discretion to the human.
    pub discretion: bool,
}

/// Which model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelIdentity {
    /// File name.
    pub file: String,
    /// SHA-256 of the file that was used.
    pub sha256: String,
    /// SHA-256 of the file that was approved.
    pub approved_sha256: String,
    /// Format of the file.
    pub format: String,
    /// Library and version that wrote it.
    pub written_by: String,
    /// Training objective.
    pub objective: String,
    /// Number of trees.
    pub trees: usize,
    /// What a raw score is.
    pub scale: RawScale,
}

/// What a raw score is, for the words beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawScale {
    /// Log-odds: the logistic function makes a probability of it.
    LogOdds,
    /// The model's own score, which is its prediction or becomes it in another way.
    Score,
}

/// A table of cases behind the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupIdentity {
    /// File name.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Number of cases.
    pub rows: usize,
    /// State of the data.
    #[schemars(with = "String")]
    pub as_of: Date,
}

/// Which case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseIdentity {
    /// Its id.
    pub id: String,
    /// State of its data.
    #[schemars(with = "Option<String>")]
    pub data_as_of: Option<Date>,
    /// SHA-256 over feature ids and values.
    pub inputs_sha256: String,
    /// The person wrote something that no input holds (§ 31a sentence 2 SGB X).
    pub statement: bool,
}

/// A value as it stands in the case table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum InputValue {
    /// A number.
    Number(f64),
    /// Id of a category, `yes`, `no`.
    Word(String),
    /// Not known.
    Missing,
}

/// One feature of the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// Feature id.
    pub feature: String,
    /// Its value.
    pub value: InputValue,
    /// What the model got: columns and numbers; null is missing.
    pub columns: Vec<ColumnValue>,
    /// The model put a usual value in the place of the missing one (else it computed without).
    pub filled: bool,
    /// That value, where it is one that the feature can have.
    pub filled_with: Option<f64>,
    /// The feature is a number (else: yes or no, or one of a list).
    pub numeric: bool,
    /// 10th and 90th percentile of the comparison group, where at least 20 values are known (gate G27).
    pub typical: Option<(f64, f64)>,
}

/// A column of the model and its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnValue {
    /// Column name.
    pub column: String,
    /// Number, or null when missing.
    pub value: Option<f64>,
}

/// What the model computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// Raw score in the library's own arithmetic.
    pub raw: f64,
    /// The same leaves summed in double precision: base value + attributions.
    pub exact: f64,
    /// The library's prediction (after the link).
    pub value: f64,
    /// At or above is positive, on the scale of `value`.
    pub threshold: f64,
    /// The same threshold on the raw scale.
    pub threshold_raw: f64,
    /// The result.
    pub positive: bool,
    /// Within the band around the threshold that counts as near (gate G18).
    pub near: bool,
    /// Where the case stands, for the words that say so.
    pub situation: Situation,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// At or above the threshold, and not near.
    ClearlyAbove,
    /// Below the threshold, and not near.
    ClearlyBelow,
    /// Near the threshold, with points on both sides.
    NearOpposed,
    /// Near the threshold, with no point against the result.
    NearUnopposed,
}

/// Which inputs moved the raw score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttributionView {
    /// Interventional Shapley values of the raw score, one a column: `tree-interventional` or `linear`, by formula;
    /// `exact`, from all coalitions; `permutation`, from sampled orders (4 pairs of an order and its reverse for each
    /// case of the comparison group and seed), the mean over the seeds.
    pub method: String,
    /// Mean raw score of the comparison group.
    pub base_value: f64,
    /// One value a feature of the procedure (sum over its columns).
    pub features: Vec<FeatureAttribution>,
    /// One value a column of the model.
    pub columns: Vec<ColumnAttribution>,
    /// |exact − (base value + sum)|, gate G11.
    pub residual: f64,
    /// Of sampled methods: the attributions that single seeds give (gate G12); empty for exact ones.
    pub seeds: Vec<SeedRun>,
}

impl AttributionView {
    /// The method of tree models.
    pub const TREES: &str = "tree-interventional";
    /// The method of weighted sums.
    pub const LINEAR: &str = "linear";
    /// The method of any model, where few columns differ from the comparison group.
    pub const EXACT: &str = "exact";
    /// The method of any model elsewhere: sampled.
    pub const SAMPLED: &str = "permutation";
}

/// What one seed of a sampled method gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeedRun {
    /// The seed.
    pub seed: u64,
    /// One value a feature of the procedure.
    pub values: Vec<f64>,
}

/// Attribution of a feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureAttribution {
    /// Feature id.
    pub feature: String,
    /// By how much it moved the raw score, against the comparison group.
    pub value: f64,
    /// |value| divided by the sum of all |value|.
    pub share: f64,
    /// Standard error of a sampled value, from what the seeds give; none of an exact one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

/// Attribution of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnAttribution {
    /// Column name.
    pub column: String,
    /// By how much it moved the raw score.
    pub value: f64,
}

/// The surrogate tree and where the case lies in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurrogateView {
    /// Leaves.
    pub leaves: usize,
    /// Splits on the longest path.
    pub depth: usize,
    /// Held-out rows on which fidelity was measured.
    pub rows: usize,
    /// Rows on which tree and program give the same result.
    pub agreeing: usize,
    /// The tests on the case's path, from the root.
    pub path: Vec<PathStepView>,
    /// What the tree says about this case.
    pub positive: bool,
    /// Whether that is what the program says.
    pub agrees: bool,
    /// Held-out rows in the case's leaf.
    pub leaf_rows: usize,
    /// Of these, rows on which tree and program give the same result (gate G15).
    pub leaf_agreeing: usize,
    /// Fitting rows in the case's leaf, by the program's result.
    pub leaf: Decided,
}

/// One test on the path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathStepView {
    /// Column of the model.
    pub column: String,
    /// Threshold of the test.
    pub threshold: f64,
    /// The case took the side below the threshold (else: at or above it).
    pub low: bool,
    /// The value was missing and the column's usual value was used.
    pub missing: bool,
    /// Fitting rows in the branch that the case did not take.
    pub other_rows: usize,
    /// What most of them got from the program.
    pub other_positive: bool,
    /// The fitting rows in that branch, by the program's result.
    pub other: Decided,
    /// Fitting rows that are asked this.
    pub rows: usize,
    /// How their values of the asked feature are spread.
    pub spread: Option<SpreadView>,
}

/// Which other values would have changed the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CounterfactualView {
    /// Whether something was found, and what is proven about it.
    pub status: CounterfactualStatus,
    /// The changes, smallest first found; empty unless status is `found`.
    pub changes: Vec<ChangeView>,
    /// Raw score with the changes, in the library's own arithmetic.
    pub raw: Option<f64>,
    /// Prediction with the changes.
    pub value: Option<f64>,
    /// It is proven that no smaller change exists among the adjustable features.
    pub proven_smallest: bool,
    /// Single other values that flip the result on their own, one a feature at most; for the caseworker.
    pub alternatives: Vec<ChangeView>,
}

/// What came of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CounterfactualStatus {
    /// Changes were found and re-predicted.
    Found,
    /// It is proven that no admissible change of at most two features flips the result.
    Impossible,
    /// The search reached its limit without a result.
    NotFound,
}

/// Another value of a feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeView {
    /// Feature id.
    pub feature: String,
    /// The value it has.
    pub from: InputValue,
    /// The value with which the result would be different.
    pub to: InputValue,
}

/// How often the program was right on held-out cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrequencyView {
    /// Held-out cases with the same result.
    pub rows: usize,
    /// Of these, the result was right.
    pub right: usize,
    /// Held-out cases in which the positive outcome really happened.
    pub positives: usize,
    /// Of these, the program missed.
    pub missed: usize,
    /// At least 200 cases with this result and not older than 24 months (gate G20): may be printed for a citizen.
    pub printable: bool,
}

/// An input unlike those of earlier cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unusual {
    /// Feature id.
    pub feature: String,
    /// In which way.
    pub kind: UnusualKind,
    /// 1st percentile of the comparison group, or its least value where that is passed; 0 for categories.
    pub low: f64,
    /// 99th percentile, or the greatest value.
    pub high: f64,
}

/// In which way an input is unlike those of earlier cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnusualKind {
    /// Outside the 1st to 99th percentile of the comparison group.
    OutsideUsual,
    /// Outside every value of comparison group and hold-out.
    OutsideRange,
    /// A category that neither has.
    UnseenCategory,
}
