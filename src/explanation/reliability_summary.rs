//! How far the explanations can be relied on, over held-out cases: for the owner's report.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::model_report::Rate;
use super::reason::Reasons;
use super::reasons_summary::{Held, ReasonsSummary};
use super::reliability::{CaseReliability, Explained};
use crate::attribution::grouped;

/// What holds in at least this share of the drawn comparison groups is called firm.
const FIRM: f64 = 0.95;

/// How far the explanations of held-out cases, evenly taken, can be relied on. The reasons are the
/// leading points that a letter would name if none of them needed a licence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReliabilitySummary {
    /// Cases.
    pub rows: usize,
    /// Other comparison groups of the same kind; none for a model of which nothing is known but its values.
    pub background: Option<BackgroundSummary>,
    /// The path-dependent game; none for models without covers.
    pub path_dependent: Option<GameSummary>,
    /// What becomes of the score when features take other cases' values.
    pub gap: GapSummary,
    /// Cases that hardly differ; none for a model of which nothing is known but its values.
    pub neighbours: Option<NeighbourSummary>,
}

/// A share of things that are no independent cases (reasons or neighbours of the same cases), so that it has no interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// Counted.
    pub count: usize,
    /// Of these.
    pub of: usize,
    /// `count / of`; 0 of none.
    pub share: f64,
}

impl Counted {
    pub(super) fn all(counts: impl Iterator<Item = (usize, usize)>) -> Counted {
        let (count, of) = counts.fold((0, 0), |(count, of), (more, all)| (count + more, of + all));
        Counted { count, of, share: count as f64 / of.max(1) as f64 }
    }

    pub(super) fn yes(answers: impl Iterator<Item = bool>) -> Counted {
        Counted::all(answers.map(|yes| (usize::from(yes), 1)))
    }
}

/// The bootstrap over the comparison group. Firm is what holds in at least 95 of 100 drawn groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackgroundSummary {
    /// Groups drawn.
    pub resamples: usize,
    /// Seed of the generator that draws them (xoshiro256++).
    pub seed: u64,
    /// Median over the reasons of standard error / |attribution|.
    pub relative_error: f64,
    /// Reasons whose sign is firm.
    pub firm_sign: Counted,
    /// Cases whose strongest feature is firm.
    pub firm_strongest: Option<Rate>,
    /// Cases whose three strongest features are firm, in any order.
    pub firm_leading: Option<Rate>,
}

/// The path-dependent game beside the interventional one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameSummary {
    /// Cases in which both have the same strongest feature.
    pub same_strongest: Option<Rate>,
    /// Mean number of features that are among the three strongest of both.
    pub shared_leading: f64,
    /// Median rank correlation of the |values|; none where no case has one.
    pub rank_correlation: Option<f64>,
    /// Reasons that the path-dependent game gives the other sign.
    pub other_sign: Counted,
}

/// The prediction gap, on the scale of the raw score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GapSummary {
    /// Cases of the comparison group whose values were taken, evenly chosen.
    pub rows: usize,
    /// At place k (from 1): mean over the cases of the mean |change| of the score when the k strongest features are taken
    /// from the comparison group.
    pub strongest: Vec<f64>,
    /// The same with the k weakest features.
    pub weakest: Vec<f64>,
    /// Mean of `strongest`.
    pub strongest_area: f64,
    /// Mean of `weakest`.
    pub weakest_area: f64,
    /// Cases in which the area of the strongest is the larger one.
    pub in_order: Option<Rate>,
    /// Reasons that are confirmed: taken from the comparison group alone, they move the mean score the way they say.
    pub confirmed: Counted,
}

/// Cases one step away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourSummary {
    /// Neighbours with the same result.
    pub same_decision: Counted,
    /// Of these, those with another strongest feature.
    pub other_strongest: Counted,
    /// Of these, those with other three strongest features, whatever their order.
    pub other_leading: Counted,
    /// Median over the cases of the largest sum of |changes| of the attributions, divided by the sum of the
    /// |attributions|.
    pub largest_change: f64,
}

/// A case with its reasons: place of the feature, attribution.
struct Case {
    row: usize,
    attributions: Vec<f64>,
    leading: Reasons,
    reliability: CaseReliability,
    reasons: Vec<(usize, f64)>,
}

impl Basis<'_> {
    /// Over some held-out cases; and what their reasons and details are worth.
    pub(super) fn reliability_summary(
        &self,
        rows: &[usize],
    ) -> (ReliabilitySummary, ReasonsSummary) {
        let cases: Vec<Case> = rows.par_iter().filter_map(|&i| self.held_out_case(i)).collect();
        let reasons = || cases.iter().flat_map(|case| case.reasons.iter().map(move |r| (case, *r)));
        let background = cases.first().and_then(|case| case.reliability.background.as_ref());
        let background = background.map(|first| {
            let of = || cases.iter().filter_map(|case| case.reliability.background.as_ref());
            let entry = |case: &Case, feature: usize| {
                let background = case.reliability.background.as_ref();
                background.and_then(|b| b.features.get(feature)).cloned()
            };
            let errors = reasons().filter_map(|(case, (feature, value))| {
                Some(entry(case, feature)?.standard_error / value.abs())
            });
            BackgroundSummary {
                resamples: first.resamples,
                seed: first.seed,
                relative_error: median(errors.collect()).unwrap_or(0.0),
                firm_sign: Counted::yes(reasons().filter_map(|(case, (feature, _))| {
                    Some(1.0 - entry(case, feature)?.other_sign >= FIRM)
                })),
                firm_strongest: rate(of().map(|b| b.same_strongest >= FIRM)),
                firm_leading: rate(of().map(|b| b.same_leading >= FIRM)),
            }
        });
        let games = || cases.iter().filter_map(|case| case.reliability.path_dependent.as_ref());
        let path_dependent = games().next().map(|_| GameSummary {
            same_strongest: rate(games().map(|game| game.same_strongest)),
            shared_leading: mean(games().map(|game| game.shared_leading as f64)),
            rank_correlation: median(games().filter_map(|game| game.rank_correlation).collect()),
            other_sign: Counted::yes(reasons().filter_map(|(case, (feature, value))| {
                let game = case.reliability.path_dependent.as_ref()?;
                Some(game.values.get(feature)? * value < 0.0)
            })),
        });
        let near = || cases.iter().filter_map(|case| case.reliability.neighbours);
        let neighbours = near().next().map(|_| NeighbourSummary {
            same_decision: Counted::all(near().map(|n| (n.same_decision, n.neighbours))),
            other_strongest: Counted::all(near().map(|n| (n.other_strongest, n.same_decision))),
            other_leading: Counted::all(near().map(|n| (n.other_leading, n.same_decision))),
            largest_change: median(near().map(|n| n.largest_change).collect()).unwrap_or(0.0),
        });
        let held = cases.iter().map(|case| Held {
            row: case.row,
            attributions: &case.attributions,
            leading: &case.leading,
            reliability: &case.reliability,
        });
        let reasons = self.reasons_summary(&held.collect::<Vec<_>>());
        let reliability = ReliabilitySummary {
            rows: cases.len(),
            background,
            path_dependent,
            gap: self.gap_summary(&cases),
            neighbours,
        };
        (reliability, reasons)
    }

    fn gap_summary(&self, cases: &[Case]) -> GapSummary {
        let gaps = || cases.iter().map(|case| &case.reliability.gap);
        let curve = |of: fn(&CaseReliability) -> &Vec<f64>| -> Vec<f64> {
            let place = |k: usize| {
                mean(cases.iter().filter_map(|case| of(&case.reliability).get(k).copied()))
            };
            (0..self.procedure.features.len()).map(place).collect()
        };
        let reasons = cases.iter().flat_map(|case| case.reasons.iter().map(move |r| (case, *r)));
        GapSummary {
            rows: self.splices.rows(),
            strongest: curve(|reliability| &reliability.gap.strongest),
            weakest: curve(|reliability| &reliability.gap.weakest),
            strongest_area: mean(gaps().map(|gap| gap.strongest_area)),
            weakest_area: mean(gaps().map(|gap| gap.weakest_area)),
            in_order: rate(gaps().map(|gap| gap.strongest_area > gap.weakest_area)),
            confirmed: Counted::yes(reasons.filter_map(|(case, (feature, value))| {
                Some(case.reliability.gap.alone.get(feature)? * value > 0.0)
            })),
        }
    }

    /// A held-out case, explained; none whose score is no number.
    fn held_out_case(&self, i: usize) -> Option<Case> {
        let row = self.holdout.rows.row(i).to_vec();
        let positive = *self.holdout.decisions.get(i)?;
        let attribution = self.attributions.explain(&row).attribution;
        if !attribution.total().is_finite() {
            return None;
        }
        let attributions = grouped(&attribution.values, &self.columns);
        let ids = self.procedure.features.iter().map(|feature| feature.id.as_str());
        let pairs: Vec<(&str, f64)> = ids.zip(attributions.iter().copied()).collect();
        let distance = (attribution.total() - attribution.base_value).abs();
        // Before any of them loses its licence: else what is measured here would hold by itself.
        let leading = Reasons::choose(&pairs, &[], positive, distance, self.range);
        let place = |feature: &str| pairs.iter().position(|(id, _)| *id == feature);
        let reasons = leading.named.iter().filter_map(|reason| {
            let at = place(&reason.feature)?;
            Some((at, *attributions.get(at)?))
        });
        let reasons: Vec<(usize, f64)> = reasons.collect();
        let reliability = self.case_reliability(Explained {
            values: self.holdout.values.get(i)?,
            row: &row,
            attributions: &attributions,
            positive,
        });
        Some(Case { row: i, reasons, reliability, leading, attributions })
    }
}

fn rate(answers: impl Iterator<Item = bool>) -> Option<Rate> {
    let counted = Counted::yes(answers);
    Rate::of(counted.count, counted.of)
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0usize), |(sum, n), value| (sum + value, n + 1));
    sum / n.max(1) as f64
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    crate::audit::quantile(&values, 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_over_everything() {
        let counted = Counted::all([(1, 4), (2, 2), (0, 0)].into_iter());
        assert_eq!(counted, Counted { count: 3, of: 6, share: 0.5 });
        assert_eq!(Counted::all([].into_iter()), Counted::default());
        assert_eq!(rate([true, false, true].into_iter()).map(|r| (r.count, r.of)), Some((2, 3)));
        assert_eq!(rate([].into_iter()), None);
        assert_eq!(mean([1.0, 2.0].into_iter()), 1.5);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
    }
}
