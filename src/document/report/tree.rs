//! The simplified tree: drawn, and as a list of rules that says the same.

use super::{Report, WIDE, cells, list};
use crate::chart::{self, TreeNodeView, TreeWords};
use crate::document::letter::body;
use crate::document::rule::side;
use crate::document::{Align, Block, plain};
use crate::explanation::{Rate, TreeCondition, TreeQuestion};
use crate::procedure::{Encoding, Feature};

/// From this fidelity on the caseworker's sheet shows the tree (gate G14).
const LEAST_FIDELITY: f64 = 0.90;

impl Report<'_> {
    pub(super) fn fidelity(&self) -> String {
        let tree = &self.report.surrogate;
        let slots =
            [("blaetter", &*self.count(tree.leaves)), ("treue", &self.floored(tree.fidelity))];
        self.say("report-tree", &slots)
    }

    /// Agreement is never rounded up.
    fn floored(&self, rate: Option<Rate>) -> String {
        match rate {
            Some(rate) => self.count(100 * rate.count / rate.of.max(1)),
            None => self.text("word-missing"),
        }
    }

    pub(super) fn tree(&self) -> Vec<Block> {
        let tree = &self.report.surrogate;
        let measured = tree.fidelity.map_or(0, |rate| rate.of);
        let shown = tree.fidelity.is_some_and(|rate| rate.share >= LEAST_FIDELITY);
        let size = [
            ("tiefe", &*self.count(tree.depth)),
            ("blaetter", &self.count(tree.leaves)),
            ("n", &self.count(tree.smallest_leaf)),
        ];
        let made = [
            ("n", &*self.count(tree.fitted_rows)),
            ("gemessen", &self.count(measured)),
            ("nahe", &self.floored(tree.fidelity_near)),
        ];
        let use_of_it = if shown { "report-tree-use-sheet" } else { "report-tree-use-owner" };
        let text = list(vec![
            self.say("report-tree-size", &size),
            self.say("report-tree-made", &made),
            format!("{} {}", self.text(use_of_it), self.text("report-tree-never-letter")),
        ]);
        let fidelity = body(vec![plain(self.fidelity())]);
        let words = TreeWords { yes: self.text("word-yes"), no: self.text("word-no") };
        let Some(root) = self.node(0) else { return vec![fidelity, text] };
        let drawing = chart::surrogate_tree(&root, &words, WIDE);
        let mut alt = vec![self.say("alt-tree", &[("blaetter", &self.count(tree.leaves))])];
        let rules: Vec<(String, String, Option<Rate>)> = tree
            .rules
            .iter()
            .map(|rule| {
                let conditions: Vec<String> =
                    rule.conditions.iter().map(|condition| self.condition(condition)).collect();
                let result = self.t.of(&self.t.procedure.outcome(rule.says_positive).short);
                (conditions.join("; "), result.to_owned(), rule.agreeing)
            })
            .collect();
        for (conditions, result, agreeing) in &rules {
            let slots = [
                ("bedingungen", &**conditions),
                ("ergebnis", result),
                ("n", &self.count(agreeing.map_or(0, |rate| rate.of))),
            ];
            alt.push(self.say("alt-tree-rule", &slots));
        }
        let rows = rules.into_iter().map(|(conditions, result, agreeing)| {
            let counts = agreeing.map_or_else(
                || self.count(0),
                |rate| {
                    let slots = [("n", &*self.count(rate.count)), ("von", &*self.count(rate.of))];
                    self.say("report-count-of", &slots)
                },
            );
            cells([conditions, result, counts])
        });
        let rules = Block::Table {
            caption: Some(self.text("report-tree-rules-head")),
            columns: vec![
                self.column("report-col-rule", Align::Left, 6.6),
                self.column("report-col-then", Align::Left, 2.0),
                self.column("report-col-agree", Align::Right, 1.6),
            ],
            rows: rows.collect(),
        };
        vec![
            fidelity,
            text,
            self.t.figure(drawing, alt.join(" "), Some(self.text("report-tree-caption"))),
            rules,
            self.note("report-tree-missing", &[]),
        ]
    }

    fn node(&self, at: usize) -> Option<TreeNodeView> {
        let node = self.report.surrogate.nodes.get(at)?;
        let rows = self.count(node.rows);
        let note = self.say("tree-cases", &[("n", &rows)]);
        let Some(question) = &node.question else {
            let outcome = self.t.procedure.outcome(node.says_positive);
            return Some(TreeNodeView {
                text: self.t.of(&outcome.short).to_owned(),
                note,
                positive: Some(node.says_positive),
                ..TreeNodeView::default()
            });
        };
        // A child stands after its parent (preorder), so a broken record cannot lead in circles.
        let child = |i: usize| (i > at).then(|| self.node(i)).flatten().map(Box::new);
        let (low, high) = (child(question.low)?, child(question.high)?);
        let low_is_yes = self.low_is_yes(question);
        let (yes, no) = if low_is_yes { (low, high) } else { (high, low) };
        Some(TreeNodeView {
            text: format!("{}?", side(&self.t, &question.column, question.threshold, low_is_yes)),
            note,
            yes: Some(yes),
            no: Some(no),
            ..TreeNodeView::default()
        })
    }

    /// "Is it this value?" is asked for the value, never for its opposite.
    fn low_is_yes(&self, question: &TreeQuestion) -> bool {
        self.owner(&question.column)
            .is_none_or(|feature| matches!(feature.encoding, Encoding::Number(_)))
    }

    fn owner(&self, column: &str) -> Option<&Feature> {
        self.t.procedure.features.iter().find(|f| f.encoding.columns().contains(&column))
    }

    fn condition(&self, condition: &TreeCondition) -> String {
        let TreeCondition { column, from, below } = condition;
        let sides = [(from, false), (below, true)];
        let words = sides
            .into_iter()
            .filter_map(|(threshold, low)| Some(side(&self.t, column, (*threshold)?, low)));
        words.collect::<Vec<_>>().join("; ")
    }
}
