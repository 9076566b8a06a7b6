//! How sure the program is, what it cannot know, what it did not use.

use super::{Letter, body};
use crate::document::telling::{LISTED, Listing};
use crate::document::{Block, plain};
use crate::explanation::{GateCode, Situation};

const BLIND: Listing<'_> = Listing {
    sentence: "unc-blind",
    slot: "blind_liste",
    head: "unc-blind-head",
    then: Some("unc-blind-ask"),
};
const UNUSED: Listing<'_> = Listing {
    sentence: "not-list",
    slot: "nicht_benutzt_liste",
    head: "not-list-head",
    then: None,
};

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
        blocks.extend(self.limits(sure));
        blocks
    }

    /// What the program cannot know and what it did not use, after what was said of its certainty. Lists stand side by
    /// side: entries are short.
    fn limits(&self, mut sure: Vec<String>) -> Vec<Block> {
        let t = &self.t;
        let (known, simplified) = (self.say("unc-known", &[]), self.say("unc-simplified", &[]));
        let unused: Vec<String> =
            t.procedure.not_used.iter().map(|item| t.of(&item.label).to_owned()).collect();
        // Only with an audit record: that stand-ins were looked for is a claim like any other.
        let audit = t.procedure.not_used_audit.filter(|_| !unused.is_empty());
        let audit = audit.map(|date| {
            self.say("not-proxy", &[("audit_datum", &t.numerals.long_date(date, &t.wording))])
        });
        let audit = audit.unwrap_or_default();
        let blind = self.cannot_know();
        let said = [t.in_sentence(&BLIND, &blind), t.in_sentence(&UNUSED, &unused)];
        if let [Some(blind), Some(not_used)] = said {
            let not_used = if unused.is_empty() { String::new() } else { not_used };
            let sentences = [known, blind, not_used, audit, simplified];
            let sentences = sentences.into_iter().filter(|text| !text.is_empty());
            let second = sentences.collect::<Vec<_>>().join(" ");
            return vec![body(vec![plain(sure.join(" "))]), body(vec![plain(second)])];
        }
        sure.extend([simplified, known]);
        let mut blocks = vec![body(vec![plain(sure.join(" "))])];
        let not_used = match unused.as_slice() {
            [] => vec![],
            unused => t.enumerated(&UNUSED, unused, ["", &audit]),
        };
        if self.record.format.large || not_used.is_empty() {
            blocks.extend(t.enumerated(&BLIND, &blind, [""; 2]).into_iter().chain(not_used));
        } else if blind.len() < LISTED {
            let blind = t.enumerated(&BLIND, &blind, [""; 2]);
            blocks.push(Block::Columns(vec![blind, not_used]));
        } else {
            // The question about what is not known follows its list; below both it takes one line, not two.
            let listing = Listing { then: None, ..BLIND };
            let blind = t.enumerated(&listing, &blind, [""; 2]);
            blocks.push(Block::Columns(vec![not_used, blind]));
            blocks.push(self.paragraph("unc-blind-ask", &[]));
        }
        blocks
    }

    fn cannot_know(&self) -> Vec<String> {
        let t = &self.t;
        t.procedure.blind_spots.get(&t.wording.language()).cloned().unwrap_or_default()
    }

    /// What the program cannot know, where nothing is said of its certainty.
    pub(super) fn blind_spots(&self) -> Vec<Block> {
        self.t.enumerated(&BLIND, &self.cannot_know(), [&*self.say("unc-known", &[]), ""])
    }
}
