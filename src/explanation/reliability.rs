//! How far the explanation of a case can be relied on, and the same over many cases.
//!
//! The numbers are those of [`attribution::reliability`](crate::attribution::reliability), for the features as people see
//! them. `docs/reliability.md` has each definition in words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::{Basis, Known};
use crate::attribution::grouped;
use crate::attribution::reliability::{
    Gap, Move, agreement, background_error, prediction_gap, ranking, stability, summed,
};
use crate::procedure::{CaseValue, Encoding, Feature};

/// Places of a ranking that are leading ones: people remember three reasons.
pub(super) const LEADING: usize = 3;
/// Resampled comparison groups.
pub(super) const RESAMPLES: usize = 200;
/// Seed of the generator (xoshiro256++) that draws them.
pub(super) const SEED: u64 = 0;

/// How far the explanation of a case can be relied on. That base value and attributions add up to the score is
/// `attribution.residual`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseReliability {
    /// What other comparison groups of the same kind would say; none for a model of which nothing is known but its
    /// values.
    pub background: Option<BackgroundStability>,
    /// What the path-dependent game says, which averages over training cases instead of the comparison group; none for
    /// models that are no trees, or whose file does not say how many training cases passed each split.
    pub path_dependent: Option<OtherGame>,
    /// How the score moves when features take the values of the comparison group.
    pub gap: PredictionGap,
    /// Whether cases that hardly differ get the same reasons; none for a model of which nothing is known but its values.
    pub neighbours: Option<NeighbourStability>,
}

/// The bootstrap over the comparison group (Efron 1979): groups of as many cases are drawn out of it, with replacement,
/// and each explains the case anew. Shares are of these groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackgroundStability {
    /// Cases of the comparison group, and of each drawn one.
    pub rows: usize,
    /// Groups drawn.
    pub resamples: usize,
    /// Seed of the generator that draws them (xoshiro256++).
    pub seed: u64,
    /// One entry a feature of the procedure.
    pub features: Vec<FeatureError>,
    /// Share in which the strongest feature is the strongest.
    pub same_strongest: f64,
    /// Share in which the same three features are the strongest, in any order.
    pub same_leading: f64,
    /// How often neighbours in the ranking swap: the first and the second, the second and the third, the third and the
    /// fourth.
    pub flips: Vec<RankFlip>,
}

/// What the bootstrap says about a feature's attribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FeatureError {
    /// Feature id.
    pub feature: String,
    /// Standard error of the attribution: the limit of the bootstrap's for infinitely many groups, which needs no draw.
    pub standard_error: f64,
    /// Share in which the attribution has another sign; 0 for an attribution of 0.
    pub other_sign: f64,
}

/// How often two neighbours in the ranking swap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankFlip {
    /// Id of the stronger feature.
    pub stronger: String,
    /// Id of the next one.
    pub weaker: String,
    /// Share in which the next one is the stronger of the two.
    pub share: f64,
}

/// The path-dependent Shapley values of the case, and how far they agree with the attributions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OtherGame {
    /// One value a feature of the procedure, in its order.
    pub values: Vec<f64>,
    /// The same feature is the strongest.
    pub same_strongest: bool,
    /// Features that are among the three strongest of both.
    pub shared_leading: usize,
    /// Spearman's rank correlation of the |values|; none for fewer than 3 features, or where all are equal.
    pub rank_correlation: Option<f64>,
    /// Ids of the features whose value has the other sign.
    pub other_sign: Vec<String>,
}

/// The prediction gap: features take the values that a case of the comparison group has, and the exact score is computed
/// anew. Changes are on the scale of the raw score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictionGap {
    /// Cases of the comparison group that were used, evenly taken.
    pub rows: usize,
    /// One number a feature of the procedure, in its order: mean of score − score with this feature alone taken from the
    /// comparison group. A reason whose number has the sign of its attribution is confirmed.
    pub alone: Vec<f64>,
    /// At place k (from 1): mean |change| of the score when the k strongest features are taken from one case of the
    /// comparison group.
    pub strongest: Vec<f64>,
    /// The same with the k weakest features.
    pub weakest: Vec<f64>,
    /// Mean of `strongest`: the area under it.
    pub strongest_area: f64,
    /// Mean of `weakest`. An explanation that orders the features rightly has the larger area in `strongest`.
    pub weakest_area: f64,
}

/// Neighbours of the case: one number a step up or down, where that stays within what the comparison group and the
/// held-out cases have. A step is the feature's own, and at least 1 % of the width from the 1st to the 99th percentile
/// of the comparison group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourStability {
    /// Neighbours.
    pub neighbours: usize,
    /// Those with the same result.
    pub same_decision: usize,
    /// Of these, those with another strongest feature.
    pub other_strongest: usize,
    /// Of these, those with other three strongest features, whatever their order.
    pub other_leading: usize,
    /// The largest sum of |changes| of the attributions among those with the same result, divided by the sum of the
    /// |attributions|.
    pub largest_change: f64,
}

/// A case that was explained: its values, its columns, its attributions by feature, its result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Explained<'a> {
    pub values: &'a [CaseValue],
    pub row: &'a [f64],
    pub attributions: &'a [f64],
    pub positive: bool,
}

impl Basis<'_> {
    /// How far the explanation of a case can be relied on.
    pub(super) fn case_reliability(&self, case: Explained<'_>) -> CaseReliability {
        let id = |feature: usize| {
            self.procedure.features.get(feature).map(|f| f.id.clone()).unwrap_or_default()
        };
        let background = self.against.as_ref().map(|against| {
            let alone = summed(&against.values(case.row, 0), &self.columns);
            let found = background_error(alone.view(), &self.resamples, LEADING);
            let errors = found.standard_errors.iter().zip(&found.other_sign).enumerate();
            BackgroundStability {
                rows: against.rows(),
                resamples: self.resamples.count(),
                seed: self.resamples.seed,
                features: errors
                    .map(|(i, (error, other))| FeatureError {
                        feature: id(i),
                        standard_error: *error,
                        other_sign: *other,
                    })
                    .collect(),
                same_strongest: found.same_strongest,
                same_leading: found.same_leading,
                flips: found
                    .flips
                    .iter()
                    .map(|flip| RankFlip {
                        stronger: id(flip.stronger),
                        weaker: id(flip.weaker),
                        share: flip.share,
                    })
                    .collect(),
            }
        });
        let path_dependent = self.paths.as_ref().map(|paths| {
            let mut values = grouped(&paths.explain(case.row, 0).values, &self.columns);
            values.iter_mut().for_each(|value| *value += 0.0);
            let found = agreement(case.attributions, &values, LEADING);
            OtherGame {
                values,
                same_strongest: found.same_strongest,
                shared_leading: found.shared_leading,
                rank_correlation: found.rank_correlation,
                other_sign: found.other_sign.into_iter().map(id).collect(),
            }
        });
        CaseReliability {
            background,
            path_dependent,
            gap: self.gap(case),
            neighbours: self.neighbours(case),
        }
    }

    fn gap(&self, case: Explained<'_>) -> PredictionGap {
        let order = ranking(case.attributions);
        let Gap { alone, strongest, weakest } =
            prediction_gap(&self.splices, case.row, 0, &self.columns, &order);
        PredictionGap {
            rows: self.splices.rows(),
            alone,
            strongest_area: Gap::area(&strongest),
            weakest_area: Gap::area(&weakest),
            strongest,
            weakest,
        }
    }

    fn neighbours(&self, case: Explained<'_>) -> Option<NeighbourStability> {
        let against = self.against.as_ref()?;
        let neighbour = |values: Vec<CaseValue>| {
            let row = self.row(&values);
            let (mut raw, mut value) = ([0.0], [0.0]);
            self.model.model.raw(&row, &mut raw);
            self.model.model.value(&raw, &mut value);
            let [value] = value;
            let changes = if against.is_alike(case.row, &row, 0) {
                vec![0.0; case.attributions.len()]
            } else {
                let theirs =
                    grouped(&self.attributions.explain(&row).attribution.values, &self.columns);
                theirs.iter().zip(case.attributions).map(|(theirs, own)| theirs - own).collect()
            };
            Move { changes, same_decision: (value >= self.procedure.threshold) == case.positive }
        };
        let moves: Vec<Move> = self.one_step_away(case.values).map(neighbour).collect();
        let found = stability(case.attributions, &moves, LEADING);
        Some(NeighbourStability {
            neighbours: found.neighbours,
            same_decision: found.same_decision,
            other_strongest: found.other_strongest,
            other_leading: found.other_leading,
            largest_change: found.largest_change,
        })
    }

    /// The values of a case with one number a step down or up, where that can be.
    fn one_step_away<'v>(
        &'v self,
        values: &'v [CaseValue],
    ) -> impl Iterator<Item = Vec<CaseValue>> + 'v {
        let features = self.procedure.features.iter().zip(values).zip(&self.known).zip(&self.usual);
        features.enumerate().flat_map(move |(i, (((feature, value), known), usual))| {
            let around = match (value, known, usual) {
                (CaseValue::Number(x), Known::Range(low, high), Some((first, last)))
                    if matches!(feature.encoding, Encoding::Number(_)) =>
                {
                    let (least, most) = (feature.min.unwrap_or(*low), feature.max.unwrap_or(*high));
                    let step = step(feature, last - first);
                    let fits = |x: &f64| *x >= low.max(least) && *x <= high.min(most);
                    [x - step, x + step].into_iter().filter(fits).collect()
                }
                _ => vec![],
            };
            around.into_iter().map(move |x| {
                let mut values = values.to_vec();
                if let Some(value) = values.get_mut(i) {
                    *value = CaseValue::Number(x);
                }
                values
            })
        })
    }
}

/// A step of a feature: its own (or the last digit that is shown), times the whole number that brings it nearest to 1 %
/// of a width, at least once.
fn step(feature: &Feature, width: f64) -> f64 {
    let shown = 10f64.powi(-(feature.decimals.unwrap_or_default() as i32));
    let own = feature.step.unwrap_or(shown);
    own * (0.01 * width / own).round().max(1.0)
}
