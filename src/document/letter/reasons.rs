//! What mattered to the program, and what would have changed its result.

use super::{Letter, TEXT_WIDTH, body, note};
use crate::chart;
use crate::document::telling::Listing;
use crate::document::{Block, PanelTone, Run, bold, plain};
use crate::explanation::{CounterfactualStatus, GateCode};
use crate::procedure::Protection;

/// Points whose direction is less certain: their names, and no strength.
const UNCERTAIN: Listing<'_> = Listing {
    sentence: "rea-uncertain",
    slot: "label_liste",
    head: "rea-uncertain-head",
    then: None,
};

/// A chart may take two thirds of a page, points.
const TALLEST: f32 = 480.0;

impl Letter<'_> {
    /// The human decided differently: the human's own words, and nothing about the rejected suggestion.
    pub(super) fn human_reasons(&self) -> Vec<Block> {
        let Some(decision) = &self.record.decision else { return vec![] };
        let intro = self.say("dec-reasons-head", &[]);
        let written = format!("{intro} {}\n{}", decision.reasons, decision.considerations);
        let paragraphs = written.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut blocks = vec![self.heading("head-human-reasons")];
        blocks.extend(paragraphs.map(|line| body(vec![plain(line)])));
        blocks
    }

    pub(super) fn reasons(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let reasons = &record.reasons;
        let mut blocks = vec![self.heading("rea-head")];
        if reasons.flat {
            blocks.push(self.paragraph("rea-flat", &[]));
        }
        let goal = t.of(&self.suggested().goal);
        for (side, head, none) in [
            (true, "rea-for-head", "rea-none-for"),
            (false, "rea-against-head", "rea-none-against"),
        ] {
            let items: Vec<Vec<Run>> = reasons
                .named
                .iter()
                .filter(|reason| reason.speaks_for == side)
                .map(|reason| t.reason(record, reason))
                .collect();
            let is_open = reasons.uncertain.iter().any(|reason| reason.speaks_for == side);
            if items.is_empty() && is_open {
                // There may be such a point: nothing is said of this side.
            } else if items.is_empty() {
                blocks.push(self.paragraph(none, &[]));
            } else {
                blocks
                    .push(Block::Heading { level: 3, text: self.say(head, &[("ziel_inf", goal)]) });
                blocks.push(Block::List { items });
            }
        }
        let uncertain: Vec<String> = reasons
            .uncertain
            .iter()
            .filter_map(|reason| Some(t.of(&t.feature(&reason.feature)?.label).to_owned()))
            .collect();
        if !uncertain.is_empty() {
            blocks.extend(t.enumerated(&UNCERTAIN, &uncertain, [""; 2]));
        }
        let told = reasons.named.len() + reasons.uncertain.len();
        let uncertain: f64 = reasons.uncertain.iter().map(|reason| reason.share).sum();
        let rest = if told == record.inputs.len() {
            "rea-all"
        } else if reasons.rest_share - uncertain > 0.25 {
            "rea-rest-big"
        } else {
            "rea-rest"
        };
        let caveat = if self.has_bescheid() { "rea-caveat" } else { "rea-caveat-case" };
        let mut after = vec![self.say(rest, &[]), self.say(caveat, &[])];
        if reasons.average {
            after.insert(0, self.say("rea-average", &[]));
        }
        blocks.push(body(vec![plain(after.join(" "))]));
        blocks.extend(self.protected_reasons());
        if !reasons.named.is_empty() {
            blocks.push(self.chart());
        }
        blocks
    }

    fn chart(&self) -> Block {
        let (record, t) = (self.record, &self.t);
        let mut rows = vec![];
        let mut alt = vec![self.say("alt-reasons", &[])];
        for reason in &record.reasons.named {
            let (Some(feature), Some(input)) =
                (t.feature(&reason.feature), t.input(record, &reason.feature))
            else {
                continue;
            };
            let label = t.short_line(feature, &input.value);
            let strength = t.wording.text(reason.strength.message());
            let pattern = if reason.speaks_for {
                "alt-reasons-for-clause"
            } else {
                "alt-reasons-against-clause"
            };
            alt.push(self.say(pattern, &[("satz", &label), ("staerke", &strength)]));
            rows.push(chart::Reason {
                label,
                share: if reason.speaks_for { reason.share } else { -reason.share },
            });
        }
        if record.reasons.rest_share > 0.0 {
            let label = self.say("chart-rest", &[]);
            rows.push(chart::Reason { label, share: record.reasons.rest_net });
            let side =
                if record.reasons.rest_net >= 0.0 { "alt-rest-for" } else { "alt-rest-against" };
            alt.push(self.say(side, &[]));
        }
        let data = chart::Reasons {
            against: self.say("chart-against", &[]),
            towards: self.say("chart-for", &[]),
            rows,
        };
        // In large print as large as the text; the chart breaks its labels into lines. One that is too tall is set smaller.
        let (size, smaller) = if record.format.large { (super::LARGE, 14.0) } else { (10.0, 8.5) };
        let of_size =
            |text_size| chart::reasons(&data, chart::Format { width: TEXT_WIDTH, text_size });
        let drawing = match of_size(size) {
            Ok(drawing) if drawing.height > TALLEST => of_size(smaller),
            other => other,
        };
        t.figure(drawing, alt.join(" "), Some(self.say("chart-read", &[])))
    }

    pub(super) fn counterfactual(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let found = &record.counterfactual;
        if !(record.passes(GateCode::G19) && found.status == CounterfactualStatus::Found) {
            return match found.status {
                CounterfactualStatus::Impossible => {
                    vec![self.heading("cf-head"), self.paragraph("cf-none-two", &[])]
                }
                _ => vec![],
            };
        }
        let lines: Vec<String> = found
            .changes
            .iter()
            .filter_map(|change| {
                let feature = t.feature(&change.feature)?;
                let own = t.of(&feature.cf_sentence);
                if !own.is_empty() {
                    let to = own.replace("{cf_wert}", &t.value(feature, &change.to));
                    return Some(to.replace("{wert}", &t.value(feature, &change.from)));
                }
                let slots = [
                    ("label", t.of(&feature.label)),
                    ("cf_wert", &*t.short_value(feature, &change.to)),
                    ("wert", &*t.short_value(feature, &change.from)),
                ];
                Some(self.say("cf-item", &slots))
            })
            .collect();
        let intro = if lines.len() == 1 { "cf-intro" } else { "cf-intro-two" };
        let mut blocks = vec![self.paragraph(intro, &[])];
        blocks
            .push(Block::List { items: lines.into_iter().map(|line| vec![bold(line)]).collect() });
        let caveat = if self.has_bescheid() { "cf-caveat" } else { "cf-caveat-case" };
        blocks.push(note(self.say(caveat, &[])));
        vec![Block::Keep(vec![
            self.heading("cf-head"),
            Block::Panel { tone: PanelTone::Plain, blocks },
        ])]
    }

    /// Protected details among the reasons stand with the law that lets the agency use them, in the agency's words (gate
    /// G10).
    fn protected_reasons(&self) -> Option<Block> {
        let reasons = &self.record.reasons;
        let named = reasons.named.iter().chain(&reasons.uncertain);
        let protected: Vec<String> = named
            .filter_map(|reason| {
                let feature = self.t.feature(&reason.feature)?;
                let Protection::Protected(basis) = &feature.protection else { return None };
                let slots =
                    [("label", self.t.of(&feature.label)), ("rechtsgrundlage", self.t.of(basis))];
                Some(self.say("rea-protected", &slots))
            })
            .collect();
        (!protected.is_empty()).then(|| {
            let head = self.say("rea-protected-head", &[]);
            note(format!("{head} {}", protected.join(" ")))
        })
    }
}
