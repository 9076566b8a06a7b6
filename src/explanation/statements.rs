//! Which details settle the result alone, and without which it is another: statements with their verdicts. The
//! definitions are those of [`sufficiency`](crate::sufficiency); `docs/reasons.md` has them in words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::reason::Reasons;
use crate::procedure::{Encoding, Kind, Procedure};
use crate::sufficiency::{Player, Replaced, Smallest};

/// Most details of a sufficient set: more are no short reason.
pub(super) const MOST_SUFFICIENT: usize = 4;
/// Most boxes of one case, so that the verdict is the same on every machine.
const BOXES: usize = 20_000;
/// Least cases of the comparison group with another value, for a detail to be called necessary (gate G27).
const LEAST_OTHERS: usize = 20;

/// Which details settle the result alone, and without which it is another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatementsView {
    /// The smallest set of details that is enough for the result.
    pub sufficient: SufficientView,
    /// One entry a feature of the procedure, in its order.
    pub necessary: Vec<NecessaryView>,
    /// The named reasons for the result, all at once; none where there are fewer than two.
    pub together: Option<TogetherView>,
}

/// What is known of details that are enough alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SufficientStatus {
    /// Proven: with these kept, no combination of the others in the comparison group's range changes the result.
    Proven,
    /// Proven: no set of at most `most` details is enough.
    None,
    /// The search reached its limit: nothing is said.
    Undecided,
    /// Nothing can be proven of such a model: nothing is said.
    NotApplicable,
}

/// Details that are enough for the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SufficientView {
    /// The verdict; only of `proven` and `none` a document speaks.
    pub status: SufficientStatus,
    /// Ids of the features, in the order of the procedure; empty unless proven, and where the result is the same
    /// whatever the details are.
    pub features: Vec<String>,
    /// It is proven that no set of fewer details is enough.
    pub smallest: bool,
    /// The largest number of details that was asked for.
    pub most: usize,
}

/// What becomes of the result when one detail takes the values of other cases, all else as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NecessaryView {
    /// Feature id.
    pub feature: String,
    /// Cases of the comparison group with another value.
    pub others: usize,
    /// Of these, those with whose value the result is the other one.
    pub turned: usize,
    /// With every one of them, and they are at least 20: without this detail the result is another.
    pub always: bool,
}

/// What becomes of the result when several details take the values of one other case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TogetherView {
    /// Ids of the features.
    pub features: Vec<String>,
    /// Cases of the comparison group that differ in one of them at least.
    pub others: usize,
    /// Of these, those with whose values the result is the other one.
    pub turned: usize,
}

/// The details as players, with their ranges in the comparison group.
pub(super) fn players(
    procedure: &Procedure,
    columns: &[Vec<usize>],
    background: ndarray::ArrayView2<f64>,
) -> Vec<Player> {
    let features = procedure.features.iter().zip(columns);
    features
        .map(|(feature, columns)| {
            let number = matches!(feature.kind, Kind::Quantity | Kind::Percent)
                && matches!(feature.encoding, Encoding::Number(_));
            Player::seen_in(background, columns, number)
        })
        .collect()
}

impl Basis<'_> {
    /// The statements about a case. `attributions` say which of equally small sets is told.
    pub(super) fn statements(
        &self,
        row: &[f64],
        attributions: &[f64],
        replaced: &[Replaced],
        reasons: &Reasons,
    ) -> StatementsView {
        let id = |feature: usize| {
            self.procedure.features.get(feature).map(|f| f.id.clone()).unwrap_or_default()
        };
        let weights: Vec<f64> = attributions.iter().map(|value| value.abs()).collect();
        let found = self.sufficiency.smallest(row, &weights, MOST_SUFFICIENT, BOXES);
        let most = MOST_SUFFICIENT.min(self.procedure.features.len());
        let view = |status, features, smallest| SufficientView { status, features, smallest, most };
        let sufficient = match found {
            Smallest::Set { players, smallest } => {
                view(SufficientStatus::Proven, players.into_iter().map(id).collect(), smallest)
            }
            Smallest::NoneUpTo(_) => view(SufficientStatus::None, vec![], false),
            Smallest::Undecided => view(SufficientStatus::Undecided, vec![], false),
            Smallest::NotApplicable => view(SufficientStatus::NotApplicable, vec![], false),
        };
        let necessary = replaced.iter().enumerate().map(|(i, replaced)| NecessaryView {
            feature: id(i),
            others: replaced.others,
            turned: replaced.turned,
            always: replaced.others >= LEAST_OTHERS && replaced.turned == replaced.others,
        });
        let named = reasons.named.iter().filter(|reason| reason.speaks_for);
        let places: Vec<usize> = named
            .filter_map(|reason| {
                self.procedure.features.iter().position(|feature| feature.id == reason.feature)
            })
            .collect();
        let together = (places.len() > 1).then(|| {
            let found = self.replacements.together(row, &places);
            TogetherView {
                features: places.iter().copied().map(id).collect(),
                others: found.others,
                turned: found.turned,
            }
        });
        StatementsView { sufficient, necessary: necessary.collect(), together }
    }
}
