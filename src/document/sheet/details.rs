//! Sheet B: which details change the result alone, what settles it, and which checks the reasons passed. Each line is one
//! whose verdict the record has; what is undecided is not said.

use super::Sheet;
use crate::document::letter::note;
use crate::document::{Align, Block, Cell, Run, plain};
use crate::explanation::{LicenceCheck, LicenceVerdict, Reason, SufficientStatus};

impl Sheet<'_> {
    /// Details to check in the file; none where the record does not say.
    pub(super) fn to_check(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let Some(details) = &record.details else { return vec![] };
        let rows: Vec<Vec<Cell>> = details
            .turning
            .iter()
            .filter_map(|detail| {
                let feature = t.feature(&detail.feature)?;
                let cells = [
                    t.of(&feature.short).to_owned(),
                    t.short_value(feature, &detail.value),
                    self.source(feature),
                    t.turning(feature, detail),
                ];
                Some(cells.into_iter().map(|text| Cell::Text(vec![plain(text)])).collect())
            })
            .collect();
        let mut blocks = vec![self.heading("sheet-check-head")];
        if rows.is_empty() {
            // Where some values could not be tried, nothing is said of all of them.
            if !details.unsearched.is_empty() {
                return vec![];
            }
            blocks.push(note(self.say("sheet-check-none", &[])));
            return blocks;
        }
        let as_of = record.case.data_as_of.map(|as_of| t.numerals.short_date(as_of));
        let as_of = as_of.unwrap_or_else(|| t.wording.text("word-missing"));
        blocks.push(note(self.say("sheet-check-lead", &[("datum", &as_of)])));
        blocks.push(Block::Table {
            caption: None,
            columns: vec![
                self.column("sheet-col-detail", Align::Left, 3.0),
                self.column("sheet-col-value", Align::Left, 2.4),
                self.column("sheet-col-source", Align::Left, 2.4),
                self.column("sheet-col-flip", Align::Left, 3.4),
            ],
            rows,
        });
        blocks.push(Block::Choices {
            field: "other_values.checked".to_owned(),
            label: vec![],
            options: vec![self.say("sheet-cf-check", &[])],
        });
        vec![Block::Keep(blocks)]
    }

    /// What settles the result, as far as it is proven or counted; and which checks the reasons passed.
    pub(super) fn proofs(&self) -> Vec<Block> {
        let record = self.record;
        let mut items: Vec<String> = vec![];
        if let Some(statements) = &record.statements {
            items.extend(self.sufficient());
            for necessary in statements.necessary.iter().filter(|item| item.always) {
                let Some(what) = self.what(&necessary.feature) else { continue };
                let count = self.t.numerals.number(necessary.others as f64, 0);
                let slots = [("satz", &*what), ("n", &count)];
                items.push(self.say("sheet-necessary", &slots));
            }
            if let Some(together) = statements.together.as_ref().filter(|item| item.others > 0) {
                // Never rounded up: 100 is said of all alone.
                let share = 100 * together.turned / together.others;
                items.push(self.say("sheet-together", &[("n", &share.to_string())]));
            }
        }
        items.extend(self.passed());
        if items.is_empty() {
            return vec![];
        }
        let items = items.into_iter().map(|item| vec![plain(item)]).collect();
        vec![Block::Keep(vec![self.heading("sheet-proof-head"), Block::List { items }])]
    }

    fn sufficient(&self) -> Option<String> {
        let sufficient = &self.record.statements.as_ref()?.sufficient;
        match sufficient.status {
            SufficientStatus::Proven if sufficient.features.is_empty() => {
                Some(self.say("sheet-sufficient-always", &[]))
            }
            SufficientStatus::Proven => {
                let list: Vec<String> =
                    sufficient.features.iter().filter_map(|id| self.what(id)).collect();
                let said = self.say("sheet-sufficient", &[("liste", &list.join("; "))]);
                let fewer = sufficient.smallest.then(|| self.say("sheet-sufficient-smallest", &[]));
                Some(std::iter::once(said).chain(fewer).collect::<Vec<_>>().join(" "))
            }
            SufficientStatus::None => {
                Some(self.say("sheet-sufficient-none", &[("n", &sufficient.most.to_string())]))
            }
            SufficientStatus::Undecided | SufficientStatus::NotApplicable => None,
        }
    }

    /// A detail and its value: `Alter: 61 Jahre`.
    fn what(&self, id: &str) -> Option<String> {
        let t = &self.t;
        let feature = t.feature(id)?;
        Some(t.short_line(feature, &t.input(self.record, id)?.value))
    }

    /// The checks that the named reasons passed, and those that this model does not allow.
    fn passed(&self) -> Option<String> {
        let first = self.record.reasons.named.first()?.licence?;
        let names = ["licence-background", "licence-game", "licence-probe"];
        let of = |wanted: fn(&LicenceCheck) -> bool| -> Vec<String> {
            let checks = first.checks();
            let checks = checks.iter().zip(names).filter(|(check, _)| wanted(check));
            checks.map(|(_, id)| self.t.wording.text(id)).collect()
        };
        let made = of(|check| check.verdict != LicenceVerdict::NotApplicable);
        let not = of(|check| check.verdict == LicenceVerdict::NotApplicable);
        let mut said = self.say("sheet-licence-passed", &[("liste", &made.join(", "))]);
        if !not.is_empty() {
            let not = self.say("sheet-licence-not", &[("liste", &not.join(", "))]);
            said = format!("{said} {not}");
        }
        Some(said)
    }

    /// Points of a side that failed a check, with what failed.
    pub(super) fn uncertain(&self, speaks_for: bool) -> Vec<Vec<Run>> {
        let all = self.record.reasons.uncertain.iter();
        let side = all.filter(|reason| reason.speaks_for == speaks_for);
        side.filter_map(|reason| self.uncertain_line(reason)).collect()
    }

    fn uncertain_line(&self, reason: &Reason) -> Option<Vec<Run>> {
        let licence = reason.licence?;
        let what = self.what(&reason.feature)?;
        let mut said = vec![self.say("sheet-uncertain", &[("satz", &what)])];
        let fails = |check: LicenceCheck| check.verdict == LicenceVerdict::Fails;
        if fails(licence.background) {
            let share = (100.0 * licence.background.number.unwrap_or_default()).round();
            let share = self.t.numerals.number(share, 0);
            said.push(self.say("sheet-licence-background", &[("n", &share)]));
        }
        if fails(licence.other_game) {
            said.push(self.say("sheet-licence-game", &[]));
        }
        if fails(licence.probe) {
            said.push(self.say("sheet-licence-probe", &[]));
        }
        Some(vec![plain(said.join(" "))])
    }
}
