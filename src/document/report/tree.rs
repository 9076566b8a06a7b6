//! The simplified tree: drawn, and as a list of rules that says the same.

use super::{Report, WIDE, cells, list};
use crate::chart::{self, Drawing, TreeNodeView};
use crate::document::letter::body;
use crate::document::rule::side;
use crate::document::{Align, Block, plain};
use crate::explanation::{Decided, Rate, TreeCondition, TreeNode, TreeQuestion};
use crate::fault::Checked;
use crate::procedure::Encoding;

/// Tallest picture that stands on a page with its caption, in points.
const TALLEST: f32 = 650.0;

/// From this fidelity on the caseworker's sheet shows the tree (gate G14).
const LEAST_FIDELITY: f64 = 0.90;

impl Report<'_> {
    pub(super) fn fidelity(&self) -> String {
        let tree = &self.report.surrogate;
        let slots = [
            ("blaetter", &*self.count(tree.leaves)),
            ("treue", &self.floored(tree.fidelity)),
            ("bereich", &self.range(tree.fidelity)),
        ];
        self.say("report-tree", &slots)
    }

    /// Agreement is never rounded up.
    pub(super) fn floored(&self, rate: Option<Rate>) -> String {
        match rate {
            Some(rate) => self.count(100 * rate.count / rate.of.max(1)),
            None => self.text("word-missing"),
        }
    }

    /// The interval of a rate; without cases it is not known.
    pub(super) fn range(&self, rate: Option<Rate>) -> String {
        rate.map_or_else(|| self.text("word-missing"), |rate| self.interval(rate))
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
            ("bereich", &self.range(tree.fidelity_near)),
        ];
        let use_of_it = if shown { "report-tree-use-sheet" } else { "report-tree-use-owner" };
        let text = list(vec![
            self.say("report-tree-size", &size),
            self.say("report-tree-made", &made),
            format!("{} {}", self.text(use_of_it), self.text("report-tree-never-letter")),
        ]);
        let fidelity = body(vec![plain(self.fidelity())]);
        let Some(root) = self.node(0) else { return vec![fidelity, text] };
        let drawings = chart::tree_pages(&root, &self.t.tree_words(), WIDE, TALLEST);
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
        let pictures = self.pictures(drawings, self.in_words(&rules));
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
        let mut blocks = vec![fidelity, text];
        blocks.extend(pictures);
        blocks.extend([rules, self.note("report-tree-missing", &[])]);
        blocks.extend(self.tree_sizes());
        blocks.extend(tree.stability.as_ref().map(|stability| self.tree_stability(stability)));
        blocks
    }

    /// The sheets of the picture. What all of them show is said at the first; the others say that they go on.
    fn pictures(&self, drawings: Checked<Vec<Drawing>>, alt: String) -> Vec<Block> {
        let sheets = match drawings {
            Ok(sheets) => sheets,
            Err(faults) => return vec![self.t.figure(Err(faults), alt, None)],
        };
        let last = sheets.len().saturating_sub(1);
        let one = |(nth, drawing)| {
            let caption = (nth == last).then(|| self.text("report-tree-caption"));
            let alt = if nth == 0 { alt.clone() } else { self.text("alt-tree-continued") };
            self.t.figure(Ok(drawing), alt, caption)
        };
        sheets.into_iter().enumerate().map(one).collect()
    }

    /// What the picture shows: every question with the cases on its sides, every leaf.
    fn in_words(&self, rules: &[(String, String, Option<Rate>)]) -> String {
        let tree = &self.report.surrogate;
        let mut alt = vec![self.say("alt-tree", &[("blaetter", &self.count(tree.leaves))])];
        let positive = self.t.of(&self.t.procedure.outcome(true).short);
        for node in &tree.nodes {
            let Some(question) = &node.question else { continue };
            let low_is_yes = self.low_is_yes(question);
            let (yes, no) = match low_is_yes {
                true => (question.low, question.high),
                false => (question.high, question.low),
            };
            let (Some(yes), Some(no)) = (tree.nodes.get(yes), tree.nodes.get(no)) else { continue };
            let slots = [
                ("frage", &*self.question(question)),
                ("ja", &self.count(yes.rows)),
                ("ja_n", &self.count(yes.positive)),
                ("nein", &self.count(no.rows)),
                ("nein_n", &self.count(no.positive)),
                ("ergebnis", positive),
            ];
            alt.push(self.say("alt-tree-question", &slots));
        }
        for ((conditions, result, _), rule) in rules.iter().zip(&tree.rules) {
            let Some(leaf) = tree.nodes.get(rule.leaf) else { continue };
            let with = if rule.says_positive { leaf.positive } else { leaf.negative };
            let slots = [
                ("bedingungen", &**conditions),
                ("ergebnis", result),
                ("n", &self.count(with)),
                ("von", &self.count(leaf.rows)),
            ];
            alt.push(self.say("alt-tree-rule", &slots));
        }
        alt.join(" ")
    }

    fn question(&self, question: &TreeQuestion) -> String {
        let low = self.low_is_yes(question);
        format!("{}?", side(&self.t, &question.column, question.threshold, low))
    }

    fn node(&self, at: usize) -> Option<TreeNodeView> {
        let node = self.report.surrogate.nodes.get(at)?;
        let Some(question) = &node.question else {
            let outcome = self.t.procedure.outcome(node.says_positive);
            let text = self.t.of(&outcome.short).to_owned();
            return Some(self.t.tree_leaf(text, decided(node), node.says_positive));
        };
        // A child stands after its parent (preorder), so a broken record cannot lead in circles.
        let child = |i: usize| (i > at).then(|| self.node(i)).flatten().map(Box::new);
        let (low, high) = (child(question.low)?, child(question.high)?);
        let low_is_yes = self.low_is_yes(question);
        let (yes, no) = if low_is_yes { (low, high) } else { (high, low) };
        Some(TreeNodeView {
            text: self.t.softened(&self.question(question)),
            note: self.say("tree-cases", &[("n", &self.count(node.rows))]),
            rows: node.rows,
            spread: question
                .spread
                .as_ref()
                .map(|spread| self.t.tree_spread(spread, question.threshold, low_is_yes, None)),
            yes: Some(yes),
            no: Some(no),
            ..TreeNodeView::default()
        })
    }

    /// "Is it this value?" is asked for the value, never for its opposite.
    fn low_is_yes(&self, question: &TreeQuestion) -> bool {
        self.t
            .owner(&question.column)
            .is_none_or(|feature| matches!(feature.encoding, Encoding::Number(_)))
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

fn decided(node: &TreeNode) -> Decided {
    Decided { negative: node.negative, positive: node.positive }
}
