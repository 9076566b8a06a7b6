//! The simplified picture on sheet B: the case's path through the tree, where the tree can be relied on.

use super::Sheet;
use crate::chart::{self, TreeNodeView};
use crate::document::Block;
use crate::document::letter::TEXT_WIDTH;
use crate::document::rule;
use crate::explanation::{Decided, GateCode, PathStepView};

impl Sheet<'_> {
    /// The simplified tree is shown only where it is faithful, in all cases (G14) and in ones like this (G15).
    pub(super) fn tree_is_shown(&self) -> bool {
        self.record.allows(GateCode::G14) && self.record.passes(GateCode::G15)
    }

    /// Of 100 held-out cases, those in which the tree agrees with the program; never rounded up.
    pub(super) fn fidelity(&self) -> String {
        let surrogate = &self.record.surrogate;
        (100 * surrogate.agreeing / surrogate.rows.max(1)).to_string()
    }

    /// The case's path in the simplified tree, drawn; branches that it does not take are one box each.
    pub(super) fn tree(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let surrogate = &record.surrogate;
        let short = |positive: bool| t.of(&t.procedure.outcome(positive).short).to_owned();
        let mut alt = vec![];
        let mut view = TreeNodeView {
            on_path: true,
            ..t.tree_leaf(short(surrogate.positive), surrogate.leaf, surrogate.positive)
        };
        for (nth, step) in surrogate.path.iter().enumerate().rev() {
            alt.push(self.step_in_words(nth, step));
            let said = self.say("sheet-tree-other", &[("ergebnis", &short(step.other_positive))]);
            let other = t.tree_leaf(said, step.other, step.other_positive);
            let (question, yes_is_low) = rule::question(t, step);
            let (yes, no) = if step.low == yes_is_low { (view, other) } else { (other, view) };
            view = TreeNodeView {
                text: t.softened(&format!("{question}?")),
                own: t.softened(&self.own_value(step)),
                rows: step.rows,
                spread: step.spread.as_ref().map(|spread| {
                    let own = t.input(record, &spread.feature).map(|input| &input.value);
                    t.tree_spread(spread, step.threshold, yes_is_low, own)
                }),
                yes: Some(Box::new(yes)),
                no: Some(Box::new(no)),
                on_path: true,
                ..TreeNodeView::default()
            };
        }
        alt.push(self.say("sheet-tree-alt", &[]));
        alt.reverse();
        let (with, of) = self.with_result(surrogate.leaf, surrogate.positive);
        let result = short(surrogate.positive);
        alt.push(
            self.say("sheet-tree-leaf", &[("ergebnis", &*result), ("n", &with), ("von", &of)]),
        );
        let format = chart::Format { width: TEXT_WIDTH, text_size: 8.5 };
        // Thickness goes without saying where the numbers stand beside it, and a line is scarce here.
        let words = chart::TreeWords { edges: String::new(), ..t.tree_words() };
        let drawing = chart::tree_path(&view, &words, format);
        let mut caption = self.say("sheet-tree-fidelity", &[("treue", &self.fidelity())]);
        if !self.record.passes(GateCode::G14) {
            let wrong = 100 - 100 * surrogate.agreeing / surrogate.rows.max(1);
            let warning = self.say("sheet-tree-warning", &[("fehler", &wrong.to_string())]);
            caption = format!("{caption} {warning}");
        }
        vec![self.heading("sheet-tree-head"), t.figure(drawing, alt.join(" "), Some(caption))]
    }

    /// The case's own value of what a step asks.
    fn own_value(&self, step: &PathStepView) -> String {
        let t = &self.t;
        if step.missing {
            return self.say("tree-own-missing", &[]);
        }
        let owned = t.owner(&step.column).and_then(|feature| {
            let input = t.input(self.record, &feature.id)?;
            Some(t.short_value(feature, &input.value))
        });
        owned.map_or_else(String::new, |value| self.say("tree-own", &[("wert", &value)]))
    }

    /// Cases with a result, and all, in words.
    fn with_result(&self, cases: Decided, positive: bool) -> (String, String) {
        let number = |n: usize| self.t.numerals.number(n as f64, 0);
        let with = if positive { cases.positive } else { cases.negative };
        (number(with), number(cases.rows()))
    }

    /// What the picture says of a step.
    fn step_in_words(&self, nth: usize, step: &PathStepView) -> String {
        let t = &self.t;
        let (question, yes_is_low) = rule::question(t, step);
        let word = |yes: bool| t.wording.text(if yes { "word-yes" } else { "word-no" });
        let yes = step.low == yes_is_low;
        let (with, of) = self.with_result(step.other, step.other_positive);
        let own = self.own_value(step);
        let slots = [
            ("n", &*(nth + 1).to_string()),
            ("frage", &format!("{question}?")),
            ("eigen", own.trim_end_matches('.')),
            ("antwort", &word(yes)),
            ("andere", &word(!yes)),
            ("ergebnis", t.of(&t.procedure.outcome(step.other_positive).short)),
            ("rows", &with),
            ("von", &of),
        ];
        self.say("sheet-tree-step", &slots)
    }
}
