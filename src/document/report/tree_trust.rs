//! What the simplified tree is worth: beside trees of other sizes, and beside trees of cases drawn anew.

use super::{Report, cells, list};
use crate::document::{Align, Block};
use crate::explanation::TreeStability;
use crate::procedure::Feature;

impl Report<'_> {
    /// Agreement against size; nothing in a report that has no sizes.
    pub(super) fn tree_sizes(&self) -> Option<Block> {
        let tree = &self.report.surrogate;
        let rows = tree.sizes.iter().map(|size| {
            let (share, range) = (self.floored(size.agreement), self.range(size.agreement));
            cells([self.count(size.leaves), share, range])
        });
        let table = Block::Table {
            caption: Some(self.text("report-tree-sizes-caption")),
            columns: vec![
                self.column("report-col-leaves", Align::Right, 2.0),
                self.column("report-col-agree", Align::Right, 3.0),
                self.column("report-col-interval", Align::Right, 3.0),
            ],
            rows: rows.collect(),
        };
        let shown = [("blaetter", &*self.count(tree.leaves))];
        let blocks = vec![
            self.subheading("report-tree-sizes-head"),
            self.paragraph("report-tree-sizes", &shown),
            table,
        ];
        (!tree.sizes.is_empty()).then_some(Block::Keep(blocks))
    }

    /// What trees of cases drawn anew have in common.
    pub(super) fn tree_stability(&self, stability: &TreeStability) -> Block {
        let fitted = self.report.surrogate.fitted_rows;
        let trees = self.count(stability.trees);
        let intro = [("n", &*self.count(fitted)), ("ziehungen", &trees)];
        let mut items = vec![];
        if let Some(feature) = stability.first.as_ref().and_then(|id| self.t.feature(id)) {
            let slots = [
                ("angabe", self.t.of(&feature.short)),
                ("n", &self.count(stability.same_first)),
                ("von", &trees),
            ];
            items.push(self.say("report-tree-first", &slots));
            if let Some(between) = stability.first_between {
                let range = self.thresholds(feature, between);
                items.push(self.say("report-tree-first-at", &[("bereich", &range)]));
            }
        }
        // Agreement is never rounded up.
        let alike = self.count(100 * stability.alike.count / stability.alike.of.max(1));
        if stability.alike.of > 0 {
            items.push(self.say("report-tree-alike", &[("n", &alike)]));
        }
        Block::Keep(vec![
            self.subheading("report-tree-stability-head"),
            self.paragraph("report-tree-stability", &intro),
            list(items),
            self.note("report-tree-stability-note", &[]),
        ])
    }

    /// From the lowest to the highest threshold, in full as in the tree itself; once where they are the same.
    fn thresholds(&self, feature: &Feature, (low, high): (f64, f64)) -> String {
        let full = Feature { decimals: None, ..feature.clone() };
        let said = |threshold: f64| self.t.quantity(&full, threshold);
        match low == high {
            true => said(low),
            false => self.say("value-range", &[("von", &said(low)), ("bis", &said(high))]),
        }
    }
}
