//! What a reason must pass before it is told as one: three checks, each with its number (`docs/reasons.md`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reliability::CaseReliability;
use crate::sufficiency::Replaced;

/// Share of the drawn comparison groups that may give a reason the other sign: firm is what holds in 95 of 100.
pub(super) const MOST_OTHER: f64 = 0.05;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LicenceVerdict {
    /// The reason passed.
    Holds,
    /// It did not.
    Fails,
    /// The check is not possible with this model.
    NotApplicable,
}

/// A check and the number that decided it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LicenceCheck {
    /// What came of it.
    pub verdict: LicenceVerdict,
    /// The number; none where the check is not possible.
    pub number: Option<f64>,
}

impl LicenceCheck {
    fn of(number: Option<f64>, holds: impl Fn(f64) -> bool) -> LicenceCheck {
        let verdict = match number {
            None => LicenceVerdict::NotApplicable,
            Some(number) if holds(number) => LicenceVerdict::Holds,
            Some(_) => LicenceVerdict::Fails,
        };
        LicenceCheck { verdict, number }
    }
}

/// The three checks of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Licence {
    /// Its sign survives other comparison groups. Number: the share of the drawn groups that give it another sign; at
    /// most 0.05 holds. Not possible for a model of which nothing is known but its values.
    pub background: LicenceCheck,
    /// Its sign survives the other attribution, the path-dependent one. Number: that attribution; the same sign holds.
    /// Not possible for models that are no trees, or whose file does not say how many training cases passed each split.
    pub other_game: LicenceCheck,
    /// Taken from each case of the comparison group, all else as it is, it moves the exact score the stated way. Number:
    /// mean of score − score with it replaced, over the whole group; the sign of the attribution holds.
    pub probe: LicenceCheck,
}

impl Licence {
    /// The checks of a feature: its place, its attribution, what is known of the case.
    pub(super) fn of(
        feature: usize,
        attribution: f64,
        reliability: &CaseReliability,
        replaced: &[Replaced],
    ) -> Licence {
        let other_sign = reliability
            .background
            .as_ref()
            .and_then(|background| background.features.get(feature))
            .map(|feature| feature.other_sign);
        let other = reliability.path_dependent.as_ref();
        let other = other.and_then(|game| game.values.get(feature).copied());
        let raises = replaced.get(feature).map(|replaced| replaced.raises);
        let same_sign =
            |number: f64| number > 0.0 && attribution > 0.0 || number < 0.0 && attribution < 0.0;
        Licence {
            background: LicenceCheck::of(other_sign, |share| share <= MOST_OTHER),
            other_game: LicenceCheck::of(other, same_sign),
            probe: LicenceCheck::of(raises, same_sign),
        }
    }

    /// The checks, in a fixed order.
    pub fn checks(&self) -> [LicenceCheck; 3] {
        [self.background, self.other_game, self.probe]
    }

    /// No check failed, and the probe, which every model allows, was made.
    pub fn holds(&self) -> bool {
        self.probe.verdict == LicenceVerdict::Holds
            && self.checks().iter().all(|check| check.verdict != LicenceVerdict::Fails)
    }

    /// Whether the numbers give these verdicts, for a reason whose attribution has this sign.
    pub(super) fn is_consistent(&self, attribution: f64) -> bool {
        let same_sign =
            |number: f64| number > 0.0 && attribution > 0.0 || number < 0.0 && attribution < 0.0;
        self.background == LicenceCheck::of(self.background.number, |share| share <= MOST_OTHER)
            && self.other_game == LicenceCheck::of(self.other_game.number, same_sign)
            && self.probe == LicenceCheck::of(self.probe.number, same_sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LicenceVerdict::{Fails, Holds, NotApplicable};

    fn licence(background: Option<f64>, other: Option<f64>, probe: Option<f64>) -> Licence {
        let same_sign = |number: f64| number > 0.0;
        Licence {
            background: LicenceCheck::of(background, |share| share <= MOST_OTHER),
            other_game: LicenceCheck::of(other, same_sign),
            probe: LicenceCheck::of(probe, same_sign),
        }
    }

    #[test]
    fn one_failed_check_takes_the_licence_away() {
        assert!(licence(Some(0.05), Some(0.1), Some(0.2)).holds());
        assert!(!licence(Some(0.055), Some(0.1), Some(0.2)).holds());
        assert!(!licence(Some(0.0), Some(-0.1), Some(0.2)).holds());
        assert!(!licence(Some(0.0), Some(0.0), Some(0.2)).holds(), "no influence has no sign");
        assert!(!licence(Some(0.0), Some(0.1), Some(f64::NAN)).holds());
    }

    /// "Not applicable" is a verdict of its own: it takes nothing away, but something must have been checked.
    #[test]
    fn what_cannot_be_checked_is_told_as_such() {
        let black_box = licence(None, None, Some(0.2));
        assert!(black_box.holds());
        assert_eq!(black_box.checks().map(|c| c.verdict), [NotApplicable, NotApplicable, Holds]);
        assert!(!licence(None, None, None).holds());
        assert_eq!(licence(Some(1.0), None, None).background.verdict, Fails);
        assert!(black_box.is_consistent(1.0) && !black_box.is_consistent(-1.0));
    }
}
