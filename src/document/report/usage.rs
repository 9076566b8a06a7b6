//! Other values, and what people made of the suggestions.

use super::{Report, cells, list};
use crate::document::{Align, Block};
use crate::explanation::Usage;
use crate::language::largest_remainder;

/// Fewer decisions than this say little about how people decide.
const FEW_DECISIONS: usize = 30;

impl Report<'_> {
    pub(super) fn other_values(&self) -> Vec<Block> {
        let found = &self.report.counterfactuals;
        let counts = [found.one_change, found.two_changes, found.impossible, found.not_found];
        let shares: Vec<f64> =
            counts.iter().map(|&n| n as f64 / found.rows.max(1) as f64).collect();
        let hundreds = largest_remainder(&shares);
        let ids = ["report-cf-one", "report-cf-two", "report-cf-impossible", "report-cf-not-found"];
        let rows = ids.iter().zip(counts).zip(hundreds).map(|((id, n), of_100)| {
            cells([self.text(id), self.count(n), self.t.numerals.number(f64::from(of_100), 0)])
        });
        let proven =
            [("n", &*self.count(found.proven_smallest)), ("von", &self.count(found.found))];
        vec![Block::Keep(vec![
            self.paragraph("report-cf-intro", &[("n", &self.count(found.rows))]),
            Block::Table {
                caption: None,
                columns: vec![
                    self.column("report-col-outcome", Align::Left, 6.5),
                    self.column("report-col-cases", Align::Right, 1.5),
                    self.column("report-col-of-100", Align::Right, 1.5),
                ],
                rows: rows.collect(),
            },
            self.note("report-cf-proved", &proven),
        ])]
    }

    /// How often people followed; said as a frequency only of enough decisions.
    pub(super) fn agreement(&self, usage: &Usage) -> Option<String> {
        let decided = usage.agreed + usage.deviated;
        if decided == 0 {
            return None;
        }
        let slots = [
            ("gefolgt", &*self.count(usage.agreed)),
            ("anders", &self.count(usage.deviated)),
            ("offen", &self.count(usage.open)),
        ];
        let counts = self.say("report-agreement-counts", &slots);
        let few = self.say("report-agreement-small", &[("n", &self.count(FEW_DECISIONS))]);
        let rate =
            self.say("report-agreement", &[("quote", &self.of_hundred(usage.agreed, decided))]);
        Some(format!("{counts} {}", if decided < FEW_DECISIONS { few } else { rate }))
    }

    pub(super) fn usage(&self) -> Vec<Block> {
        let Some(usage) = &self.report.usage else { return vec![] };
        let mut items = vec![self.say("report-use-cases", &[("n", &self.count(usage.cases))])];
        items.push(self.agreement(usage).unwrap_or_else(|| self.text("report-agreement-none")));
        if usage.agreed + usage.deviated > 0 {
            items.push(self.text("report-agreement-warning"));
        }
        if let Some(n) = usage.without_considerations {
            items.push(self.say("report-considerations-missing", &[("n", &self.count(n))]));
        }
        items.push(self.say("report-use-unusual", &[("n", &self.count(usage.unusual))]));
        items.push(self.text("report-objections-unknown"));
        items.extend(usage.letters_blocked.map(|letters| match letters {
            0 => self.text("report-gates-none"),
            n => self.say("report-gates", &[("n", &self.count(n))]),
        }));
        let mut blocks = vec![list(items)];
        if usage.held_back.is_empty() {
            return blocks;
        }
        let rows = usage.held_back.iter().map(|entry| {
            let id = format!("report-gate-{}", entry.code);
            let known = self.t.wording.has(&id);
            let meaning = self.text(if known { &id } else { "report-gate-other" });
            let blocked = entry.consequence == "blocked";
            let effect = if blocked { "report-effect-block" } else { "report-effect-draft" };
            cells([entry.code.clone(), meaning, self.text(effect), self.count(entry.cases)])
        });
        blocks.push(Block::Table {
            caption: Some(self.text("report-gates-caption")),
            columns: vec![
                self.column("report-col-gate", Align::Left, 1.2),
                self.column("report-col-meaning", Align::Left, 6.0),
                self.column("report-col-effect", Align::Left, 1.6),
                self.column("report-col-cases", Align::Right, 1.0),
            ],
            rows: rows.collect(),
        });
        blocks
    }
}
