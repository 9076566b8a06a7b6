//! How sure the program is, what it cannot know, what it did not use.

use super::{Letter, body};
use crate::document::{Block, plain};
use crate::explanation::{GateCode, Situation};

impl Letter<'_> {
    pub(super) fn certainty(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let mut blocks = vec![self.heading("unc-head")];
        let mut sure = vec![];
        if record.unlike_earlier() {
            let checked = record.handling.unusual_checked;
            sure.push(self.say(if checked { "unc-ood" } else { "unc-ood-unchecked" }, &[]));
        }
        let frequency = &record.frequency;
        if self.tells_the_suggestion() {
            sure.push(self.say(
                match record.prediction.situation {
                    Situation::ClearlyAbove => "sit-clearly-above",
                    Situation::ClearlyBelow => "sit-clearly-below",
                    Situation::NearOpposed => "sit-near-opposed",
                    Situation::NearUnopposed => "sit-near-unopposed",
                },
                &[],
            ));
        }
        if record.passes(GateCode::G20) && self.tells_the_suggestion() {
            // Rounded so that right and wrong add up to 100.
            let right = (100.0 * frequency.right as f64 / frequency.rows as f64).round();
            let whole = |n: f64| t.numerals.number(n, 0);
            sure.push(self.say(
                "unc-freq",
                &[
                    ("n_test", &*whole(record.holdout.rows as f64)),
                    ("n_richtig", &whole(right)),
                    ("n_falsch", &whole(100.0 - right)),
                ],
            ));
            let means = t.of(&self.suggested().right_means);
            sure.push(self.say("unc-freq-meaning", &[("richtig_heisst", means)]));
        } else {
            sure.push(self.say("unc-nofreq", &[]));
        }
        blocks.push(body(vec![plain(sure.join(" "))]));
        let unused: Vec<String> =
            t.procedure.not_used.iter().map(|item| t.of(&item.label).to_owned()).collect();
        let mut last = vec![];
        if !unused.is_empty() {
            last.push(self.say("not-list", &[("nicht_benutzt_liste", &t.joined(&unused))]));
            // Only with an audit record: that stand-ins were looked for is a claim like any other.
            if let Some(audit) = t.procedure.not_used_audit {
                let date = t.numerals.long_date(audit, &t.wording);
                last.push(self.say("not-proxy", &[("audit_datum", &date)]));
            }
        }
        last.push(self.say("unc-simplified", &[]));
        blocks.extend(self.blind_spots(&last.join(" ")));
        blocks
    }

    /// What the program cannot know, and what is to be said after it.
    pub(super) fn blind_spots(&self, after: &str) -> Vec<Block> {
        let t = &self.t;
        let blind = t.procedure.blind_spots.get(&t.wording.language()).cloned().unwrap_or_default();
        t.enumerated("unc-blind", "blind_liste", &blind, after)
    }
}
