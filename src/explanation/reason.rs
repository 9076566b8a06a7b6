//! From attributions to what is said: which points are named, on which side, and how strong.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::licence::Licence;

/// How strong a point was, as a word.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Share of at least 2 %.
    Slight,
    /// At least 7 %.
    Medium,
    /// At least 15 %.
    Strong,
    /// At least 30 %.
    VeryStrong,
}

impl Strength {
    /// The word for a share; none below 2 %.
    pub fn of(share: f64) -> Option<Strength> {
        match share {
            s if s >= 0.30 => Some(Strength::VeryStrong),
            s if s >= 0.15 => Some(Strength::Strong),
            s if s >= 0.07 => Some(Strength::Medium),
            s if s >= 0.02 => Some(Strength::Slight),
            _ => None,
        }
    }

    /// Message of the catalogue.
    pub fn message(self) -> &'static str {
        match self {
            Strength::Slight => "strength-slight",
            Strength::Medium => "strength-medium",
            Strength::Strong => "strength-strong",
            Strength::VeryStrong => "strength-very-strong",
        }
    }
}

/// A point that is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Feature id.
    pub feature: String,
    /// It spoke for the program's result (else against it).
    pub speaks_for: bool,
    /// Share of the total influence.
    pub share: f64,
    /// How strong, as a word.
    pub strength: Strength,
    /// The checks that it passed, or did not; not there in records of earlier versions, which are refused (`R67`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
}

/// What is said about the attributions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reasons {
    /// Named points, strongest first; at most 3 for and 2 against, 4 in all.
    pub named: Vec<Reason>,
    /// Points of at least 7 % that a check takes the licence from, strongest first, at most 3: told with less certainty,
    /// never as decisive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<Reason>,
    /// Share of all points that are not named.
    pub rest_share: f64,
    /// Net share of the points that are not named: positive when together they spoke for the result.
    pub rest_net: f64,
    /// No point reaches 15 %, whatever its licence: no single point decided.
    pub flat: bool,
    /// The case lies within 2 % of the output range of the comparison group's mean.
    pub average: bool,
}

/// Most points named for the result, against it, and in all.
const MOST: (usize, usize, usize) = (3, 2, 4);
/// An item of this share is never hidden behind the other side.
const BOTH_SIDES_FROM: f64 = 0.07;
/// Points without a licence are told from this share on, and at most so many; smaller ones are dropped.
const UNCERTAIN: (f64, usize) = (0.07, 3);

impl Reasons {
    /// The strongest point for the result; none where there is none, or where a stronger one has no licence.
    pub fn main(&self) -> Option<&Reason> {
        let main = self.named.iter().find(|reason| reason.speaks_for)?;
        let mut uncertain = self.uncertain.iter();
        let is_first = !uncertain.any(|other| other.speaks_for && other.share > main.share);
        is_first.then_some(main)
    }

    /// Chooses the points.
    ///
    /// `attributions`: feature id and attribution of the raw score; `licences`: their checks, in the same order (empty
    /// where nothing was checked, and every point may be named); `positive`: the result that is explained;
    /// `distance`: |score − base value|; `range`: largest minus smallest score of the comparison group.
    pub fn choose(
        attributions: &[(&str, f64)],
        licences: &[Licence],
        positive: bool,
        distance: f64,
        range: f64,
    ) -> Reasons {
        let total: f64 = attributions.iter().map(|(_, value)| value.abs()).sum();
        let share = |value: f64| if total > 0.0 { value.abs() / total } else { 0.0 };
        let average = distance < 0.02 * range;
        let mut order: Vec<usize> = (0..attributions.len()).collect();
        order.sort_by(|&a, &b| {
            attributions[b].1.abs().total_cmp(&attributions[a].1.abs()).then(a.cmp(&b))
        });

        let all: Vec<Reason> = order
            .iter()
            .filter_map(|&i| {
                let (feature, value) = attributions[i];
                let strength = Strength::of(share(value))?;
                // Guard (b): near the average nothing is called strong.
                let strength = if average { strength.min(Strength::Medium) } else { strength };
                let speaks_for = (value > 0.0) == positive;
                Some(Reason {
                    feature: feature.to_owned(),
                    speaks_for,
                    share: share(value),
                    strength,
                    licence: licences.get(i).copied(),
                })
            })
            .collect();
        let flat = all.first().is_none_or(|reason| reason.share < 0.15);
        let is_licensed = |reason: &Reason| reason.licence.is_none_or(|licence| licence.holds());
        let (candidates, mut uncertain): (Vec<Reason>, Vec<Reason>) =
            all.into_iter().partition(is_licensed);
        uncertain.retain(|reason| reason.share >= UNCERTAIN.0);
        uncertain.truncate(UNCERTAIN.1);
        let mut named: Vec<Reason> = vec![];
        for reason in &candidates {
            let same_side = named.iter().filter(|r| r.speaks_for == reason.speaks_for).count();
            let most = if reason.speaks_for { MOST.0 } else { MOST.1 };
            if same_side < most && named.len() < MOST.2 {
                named.push(reason.clone());
            }
        }
        // Guard (c): if the four are all of one side although the other has a point of weight, it takes the last place.
        for side in [true, false] {
            let missing =
                candidates.iter().find(|r| r.speaks_for == side && r.share >= BOTH_SIDES_FROM);
            if let Some(reason) = missing
                && named.iter().all(|r| r.speaks_for != side)
            {
                if named.len() == MOST.2 {
                    named.pop();
                }
                named.push(reason.clone());
            }
        }
        // Guard (d): shares within one percentage point get the same word, the weaker one; (e) words never rise.
        for i in 1..named.len() {
            if named[i - 1].share - named[i].share <= 0.01
                && named[i].strength < named[i - 1].strength
            {
                named[i - 1].strength = named[i].strength;
            }
        }
        for i in 1..named.len() {
            named[i].strength = named[i].strength.min(named[i - 1].strength);
        }
        let is_named = |feature: &str| named.iter().any(|reason| reason.feature == feature);
        let rest: Vec<f64> = attributions
            .iter()
            .filter(|(feature, _)| !is_named(feature))
            .map(|(_, value)| *value)
            .collect();
        let net: f64 = rest.iter().sum::<f64>() * if positive { 1.0 } else { -1.0 };
        Reasons {
            rest_share: if total > 0.0 {
                rest.iter().map(|value| value.abs()).sum::<f64>() / total
            } else {
                0.0
            },
            rest_net: if total > 0.0 { net / total + 0.0 } else { 0.0 },
            flat,
            average,
            named,
            uncertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(values: &[f64], positive: bool) -> Reasons {
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let attributions: Vec<_> = names.into_iter().zip(values.iter().copied()).collect();
        Reasons::choose(&attributions, &[], positive, 1.0, 2.0)
    }

    #[test]
    fn direction_follows_the_explained_result() {
        // A point speaks for or against the result that is explained, not the positive one.
        let reasons = choose(&[0.6, -0.4], true);
        assert!(reasons.named[0].speaks_for && !reasons.named[1].speaks_for);
        let reasons = choose(&[0.6, -0.4], false);
        assert!(!reasons.named[0].speaks_for && reasons.named[1].speaks_for);
    }

    #[test]
    fn the_other_side_is_never_hidden() {
        // Four strong points for, one of 8 % against.
        let reasons = choose(&[0.3, 0.25, 0.2, 0.17, -0.08], true);
        assert_eq!(reasons.named.iter().filter(|r| r.speaks_for).count(), 3);
        assert!(reasons.named.iter().any(|r| r.feature == "e" && !r.speaks_for));
    }

    #[test]
    fn at_most_four_points_and_words_never_rise() {
        let reasons = choose(&[0.3, -0.2, 0.2, -0.1, 0.1, -0.05, 0.05], true);
        assert_eq!(reasons.named.len(), 4);
        assert!(reasons.named.windows(2).all(|pair| pair[0].strength >= pair[1].strength));
        let shown: f64 = reasons.named.iter().map(|r| r.share).sum();
        assert!((shown + reasons.rest_share - 1.0).abs() < 1e-12);
    }

    #[test]
    fn near_ties_get_the_same_word() {
        // 15.3 % and 14.7 % of the total: both "medium".
        let reasons = choose(&[0.153, 0.147, 0.7], true);
        let of = |name: &str| reasons.named.iter().find(|r| r.feature == name).unwrap().strength;
        assert_eq!(of("a"), of("b"));
        assert_eq!(of("a"), Strength::Medium);
    }

    #[test]
    fn nothing_moved_is_flat() {
        let reasons = choose(&[0.0, 0.0], true);
        assert!(reasons.flat && reasons.named.is_empty());
    }

    #[test]
    fn near_the_average_nothing_is_strong() {
        let reasons = Reasons::choose(&[("a", 1.0), ("b", -0.99)], &[], true, 0.01, 2.0);
        assert!(reasons.average && reasons.named.iter().all(|r| r.strength <= Strength::Medium));
    }

    fn licence(holds: bool) -> Licence {
        use crate::explanation::licence::{LicenceCheck, LicenceVerdict};
        let check = |holds: bool| LicenceCheck {
            verdict: if holds { LicenceVerdict::Holds } else { LicenceVerdict::Fails },
            number: Some(0.0),
        };
        Licence { background: check(true), other_game: check(holds), probe: check(true) }
    }

    /// A point that failed a check is never named; from 7 % on it is told as uncertain, below it is dropped. What it
    /// moved stays in the rest, so that shares still add up.
    #[test]
    fn only_licensed_points_are_named() {
        let values = [("a", 0.5), ("b", 0.3), ("c", 0.1), ("d", 0.06), ("e", -0.04)];
        let licences = [false, true, false, false, true].map(licence);
        let reasons = Reasons::choose(&values, &licences, true, 1.0, 2.0);
        let ids = |reasons: &[Reason]| {
            reasons.iter().map(|r| r.feature.clone()).collect::<Vec<_>>().join("")
        };
        assert_eq!((ids(&reasons.named), ids(&reasons.uncertain)), ("be".into(), "ac".into()));
        assert!((reasons.rest_share - 0.66).abs() < 1e-12 && !reasons.flat);
        assert!(reasons.named.iter().all(|r| r.licence.is_some_and(|l| l.holds())));
        // The other side's only point has no licence: its list stays empty.
        let turned = [true, true, true, true, false].map(licence);
        let reasons = Reasons::choose(&values, &turned, true, 1.0, 2.0);
        assert!(reasons.named.iter().all(|r| r.speaks_for) && reasons.uncertain.is_empty());
    }
}
