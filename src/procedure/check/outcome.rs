//! What the two results are called: phrases that the letter puts after a colon and ends itself.

use super::Checker;
use crate::language::Scope;
use crate::procedure::Outcome;
use crate::procedure::raw::{RawOutcome, Texts};

impl Checker<'_> {
    /// One result.
    pub(super) fn outcome(&mut self, field: &str, at: usize, raw: RawOutcome) -> Outcome {
        let mut say = |name: &str, texts: Texts, scope: Scope| {
            self.texts_of(at, &format!("{field}.{name}"), texts, scope)
        };
        let outcome = Outcome {
            short: say("short", raw.short, Scope::All),
            result: say("result", raw.result, Scope::EasyLetter),
            suggestion: say("suggestion", raw.suggestion, Scope::EasyLetter),
            goal: say("goal", raw.goal, Scope::Letters),
            consequence: say("consequence", raw.consequence, Scope::Letters),
            right_means: say("right_means", raw.right_means, Scope::Letters),
            adverse: raw.adverse,
        };
        for (name, texts) in [
            ("result", &outcome.result),
            ("suggestion", &outcome.suggestion),
            ("consequence", &outcome.consequence),
            ("right_means", &outcome.right_means),
            ("goal", &outcome.goal),
        ] {
            if texts.values().any(|text| text.ends_with('.')) {
                let field = format!("{field}.{name}");
                self.fault(
                    "P11",
                    at,
                    &field,
                    "a full stop at the end",
                    "none: the letter sets it",
                    "Take the full stop out.",
                );
            }
        }
        outcome
    }
}
