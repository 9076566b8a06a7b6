//! The record: everything that any document says about a case.
//!
//! [`Basis`] is what is computed once a procedure (comparison group, surrogate, error rates); [`Basis::explain`] makes
//! the [`Record`] of a case; documents are pure functions of it and compute nothing.

mod adjustable;
mod attributions;
mod basis;
mod binding;
mod details;
mod effects;
mod explain;
mod frequency;
mod gate;
mod holdout;
mod json;
mod licence;
mod model_measures;
mod model_report;
mod reason;
mod reasons_summary;
mod record;
mod reliability;
mod reliability_summary;
mod statements;
mod tree_spread;
mod tree_trust;
mod verdict;

pub use basis::Basis;
pub use binding::name_codes;
pub use details::{DetailView, DetailsView, TurningRange};
pub use effects::{Effect, EffectPoint};
pub use explain::Circumstances;
pub(crate) use explain::inputs_sha256;
pub use holdout::Holdout;
pub use json::{from_json, report_from_json, schema, to_json};
pub use licence::{Licence, LicenceCheck, LicenceVerdict};
pub use model_report::*;
pub use reason::{Reason, Reasons, Strength};
pub use reasons_summary::{EnoughCount, ReasonsSummary};
pub use record::*;
pub use reliability::{
    BackgroundStability, CaseReliability, FeatureError, NeighbourStability, OtherGame,
    PredictionGap, RankFlip,
};
pub use reliability_summary::{
    BackgroundSummary, Counted, GameSummary, GapSummary, NeighbourSummary, ReliabilitySummary,
};
pub use statements::{
    NecessaryView, StatementsView, SufficientStatus, SufficientView, TogetherView,
};
pub use tree_spread::{ChoiceSpread, Decided, SpreadValues, SpreadView};
pub use tree_trust::{TreeSize, TreeStability};
pub use verdict::{Consequence, GateCode, GateVerdict};
