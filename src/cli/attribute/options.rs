//! How attributions are computed: method, scale, players, sampling.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::attribution;

/// How attributions are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Interventional (or linear) where a background is given, path-dependent for trees otherwise; what has no exact
    /// formula (black boxes, probabilities) is exact where at most 12 players differ from a background row, else sampled
    Auto,
    /// Path-dependent: features outside the coalition are averaged by training cover; where the file has none, by the
    /// background's rows
    TreePath,
    /// Interventional: features outside the coalition come from the background
    TreeInterventional,
    /// Raw interventional values stretched to the probability, as shap does: they add up to it, but are not its Shapley
    /// values (those: --scale probability)
    TreeRescaled,
    /// Weight times distance from the background's mean
    Linear,
    /// Weighted sums: features outside the coalition are expected from those inside, normally distributed as in the
    /// background
    LinearGaussian,
    /// Interventional by enumeration of all coalitions, up to 12 players
    Exact,
    /// Interventional by Kernel SHAP, a regression on coalitions, with standard errors; any model
    Kernel,
    /// Interventional, estimated from sampled orders of the players, with standard errors; any model
    Permutation,
}

/// What is explained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// The raw score: the margin of a boosted model, the averaged probability of a forest
    #[default]
    Raw,
    /// The value behind the link: a probability, a count
    Probability,
}

impl From<Scale> for attribution::Scale {
    fn from(scale: Scale) -> Self {
        match scale {
            Scale::Raw => attribution::Scale::Raw,
            Scale::Probability => attribution::Scale::Probability,
        }
    }
}

/// Width of the numbers that path-dependent values are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// Double precision: values add up to the score within 1e-9
    #[default]
    Double,
    /// Single precision, about twice as fast: within 1e-4, of most models within 1e-6
    Single,
}

impl From<Precision> for attribution::Precision {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::Double => attribution::Precision::Double,
            Precision::Single => attribution::Precision::Single,
        }
    }
}

/// What a group of features gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GroupValue {
    /// Its Shapley value as one player; columns are the groups
    #[default]
    Shapley,
    /// Owen values: that Shapley value, divided among the group's features; columns are the features
    Owen,
    /// The sum of what its features get one by one; columns are the groups
    Sum,
}

/// How to compute.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How to compute
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// What to explain
    #[arg(long, value_enum, default_value_t = Scale::Raw)]
    pub scale: Scale,
    /// Width of the numbers that path-dependent values are computed with
    #[arg(long, value_enum, default_value_t = Precision::Double)]
    pub precision: Precision,
    /// TOML file with groups of features that play as one: [groups] and lines NAME = ["FEATURE", …]
    #[arg(long, value_name = "FILE")]
    pub groups: Option<PathBuf>,
    /// What a group gets
    #[arg(long, value_enum, default_value_t = GroupValue::Shapley, requires = "groups")]
    pub group_value: GroupValue,
    /// Sampled pairs of orders for each background row, or a hundredth of all (method linear-gaussian)
    #[arg(long, value_name = "N", default_value_t = 2, conflicts_with = "settle")]
    pub pairs: usize,
    /// Sample orders until the N largest values are in order beyond their standard errors
    #[arg(long, value_name = "N")]
    pub settle: Option<usize>,
    /// Most evaluations of the model for a row, with --settle [default: 500000] or method kernel [default: those of
    /// 2n + 2048 coalitions]
    #[arg(long, value_name = "N")]
    pub budget: Option<u64>,
    /// Seed of what is sampled
    // A column of the result holds it: whole numbers that a double holds.
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=1 << 53))]
    pub seed: u64,
}
