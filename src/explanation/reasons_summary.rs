//! Licences and statements over held-out cases: for the owner's report.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::licence::{Licence, LicenceCheck, LicenceVerdict};
use super::model_report::Rate;
use super::reason::Reasons;
use super::reliability::CaseReliability;
use super::reliability_summary::Counted;
use super::statements::{MOST_SUFFICIENT, SufficientStatus};

/// How many reasons pass their checks, how many details are enough for a result, and how often one detail decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonsSummary {
    /// Held-out cases, evenly taken.
    pub rows: usize,
    /// Leading reasons that pass every check that the model allows.
    pub licensed: Counted,
    /// Reasons that fail with other comparison groups; none where the check is not possible.
    pub background: Option<Counted>,
    /// Reasons that fail in the other attribution; none where the check is not possible.
    pub other_game: Option<Counted>,
    /// Reasons that fail in the probe.
    pub probe: Counted,
    /// Cases by the number of details that are enough, from 0 on; empty where nothing can be proven of the model.
    pub sufficient: Vec<EnoughCount>,
    /// Most details that were asked for.
    pub most: usize,
    /// Cases in which no set of at most so many is enough (proven).
    pub none: usize,
    /// Cases in which the search reached its limit.
    pub undecided: usize,
    /// Cases with a detail without which the result is another.
    pub necessary: Option<Rate>,
    /// Cases with a detail whose correction alone would change the result.
    pub details: Option<Rate>,
}

/// Cases in which so many details are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnoughCount {
    /// Number of details.
    pub size: usize,
    /// Cases.
    pub cases: usize,
}

/// A held-out case: its row, its attributions by feature, its leading reasons, what is known of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held<'a> {
    pub row: usize,
    pub attributions: &'a [f64],
    pub leading: &'a Reasons,
    pub reliability: &'a CaseReliability,
}

struct Judged {
    licences: Vec<Licence>,
    status: SufficientStatus,
    size: usize,
    necessary: bool,
    details: bool,
}

impl Basis<'_> {
    /// Over the cases whose reliability was measured.
    pub(super) fn reasons_summary(&self, held: &[Held<'_>]) -> ReasonsSummary {
        let judged: Vec<Judged> = held.par_iter().filter_map(|held| self.judged(held)).collect();
        let licences = || judged.iter().flat_map(|case| &case.licences);
        let failed = |check: fn(&Licence) -> LicenceCheck| {
            let verdicts = licences().map(check).map(|check| check.verdict);
            let made: Vec<LicenceVerdict> =
                verdicts.filter(|v| *v != LicenceVerdict::NotApplicable).collect();
            let counted =
                Counted::yes(made.iter().map(|verdict| *verdict == LicenceVerdict::Fails));
            (!made.is_empty()).then_some(counted)
        };
        let count =
            |status: SufficientStatus| judged.iter().filter(|case| case.status == status).count();
        let most = MOST_SUFFICIENT.min(self.procedure.features.len());
        let sizes = (0..=most).filter(|_| self.sufficiency.is_applicable());
        let proven = |size: usize| {
            let proven = judged.iter().filter(|case| case.status == SufficientStatus::Proven);
            proven.filter(|case| case.size == size).count()
        };
        let rate = |answers: Vec<bool>| {
            Rate::of(answers.iter().filter(|yes| **yes).count(), answers.len())
        };
        ReasonsSummary {
            rows: judged.len(),
            licensed: Counted::yes(licences().map(Licence::holds)),
            background: failed(|licence| licence.background),
            other_game: failed(|licence| licence.other_game),
            probe: failed(|licence| licence.probe).unwrap_or_default(),
            sufficient: sizes.map(|size| EnoughCount { size, cases: proven(size) }).collect(),
            most,
            none: count(SufficientStatus::None),
            undecided: count(SufficientStatus::Undecided),
            necessary: rate(judged.iter().map(|case| case.necessary).collect()),
            details: rate(judged.iter().map(|case| case.details).collect()),
        }
    }

    fn judged(&self, held: &Held<'_>) -> Option<Judged> {
        let row = self.holdout.rows.row(held.row).to_vec();
        let positive = *self.holdout.decisions.get(held.row)?;
        let values = self.holdout.values.get(held.row)?;
        let replaced = self.replacements.each(&row);
        let places = held.leading.named.iter().filter_map(|reason| {
            self.procedure.features.iter().position(|feature| feature.id == reason.feature)
        });
        let licence = |at: usize| {
            let value = held.attributions.get(at)?;
            Some(Licence::of(at, *value, held.reliability, &replaced))
        };
        let statements = self.statements(&row, held.attributions, &replaced, held.leading);
        let details = self.details(values, &row, positive, None).ok()?;
        Some(Judged {
            licences: places.filter_map(licence).collect(),
            status: statements.sufficient.status,
            size: statements.sufficient.features.len(),
            necessary: statements.necessary.iter().any(|item| item.always),
            details: !details.turning.is_empty(),
        })
    }
}
