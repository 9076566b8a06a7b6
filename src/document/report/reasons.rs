//! What the reasons of letters are worth: how many pass their checks, and how many details settle a result.

use super::{Report, cells, list};
use crate::document::{Align, Block};
use crate::explanation::ReasonsSummary;

impl Report<'_> {
    /// How many leading reasons pass each check.
    pub(super) fn licences(&self, reasons: &ReasonsSummary) -> Block {
        let mut items =
            vec![self.say("report-licence-all", &[("n", &self.counted(reasons.licensed))])];
        let mut not = vec![];
        for (id, name, counted) in [
            ("report-licence-background", "licence-background", reasons.background),
            ("report-licence-game", "licence-game", reasons.other_game),
            ("report-licence-probe", "licence-probe", Some(reasons.probe)),
        ] {
            match counted {
                Some(counted) => items.push(self.say(id, &[("n", &self.counted(counted))])),
                None => not.push(self.text(name)),
            }
        }
        if !not.is_empty() {
            items.push(self.say("report-licence-not", &[("liste", &not.join(", "))]));
        }
        let intro = [("n", &*self.count(reasons.rows))];
        Block::Keep(vec![
            self.subheading("report-licence-head"),
            self.paragraph("report-licence", &intro),
            list(items),
        ])
    }

    /// How many details are enough for a result, and how often one detail alone decides.
    pub(super) fn proofs(&self, reasons: &ReasonsSummary) -> Block {
        let mut blocks = vec![self.subheading("report-proof-head")];
        if reasons.sufficient.is_empty() {
            blocks.push(self.paragraph("report-proof-not", &[]));
        } else {
            blocks.push(self.paragraph("report-proof", &[]));
            let proven = reasons.sufficient.iter();
            let mut rows: Vec<_> = proven
                .map(|enough| cells([self.count(enough.size), self.count(enough.cases)]))
                .collect();
            let more = self.say("report-enough-more", &[("n", &self.count(reasons.most))]);
            rows.push(cells([more, self.count(reasons.none)]));
            if reasons.undecided > 0 {
                rows.push(cells([self.text("report-enough-open"), self.count(reasons.undecided)]));
            }
            blocks.push(Block::Table {
                caption: None,
                columns: vec![
                    self.column("report-col-enough", Align::Left, 5.0),
                    self.column("report-col-enough-cases", Align::Decimal, 2.0),
                ],
                rows,
            });
        }
        blocks.push(list(vec![
            self.say("report-necessary", &[("n", &self.rate(reasons.necessary))]),
            self.say("report-details", &[("n", &self.rate(reasons.details))]),
        ]));
        Block::Keep(blocks)
    }
}
