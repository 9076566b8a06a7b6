//! How the score goes with the strongest details: one small chart each, all on one scale.

use super::{Report, WIDE};
use crate::chart::{self, Format};
use crate::document::Block;
use crate::explanation::Effect;
use crate::language::Plural;
use crate::procedure::Feature;

/// Charts side by side.
const BESIDE: usize = 2;

impl Report<'_> {
    pub(super) fn effects(&self) -> Vec<Block> {
        let effects = &self.report.effects;
        let all = || effects.iter().flat_map(|effect| &effect.curve).map(|point| point.effect);
        let range = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        let charts: Vec<Block> = effects
            .iter()
            .filter_map(|effect| Some(self.effect(self.t.feature(&effect.feature)?, effect, range)))
            .collect();
        if charts.is_empty() {
            return vec![];
        }
        let rows = charts.chunks(BESIDE).map(|row| match row {
            [left, right] => Block::Columns(vec![vec![left.clone()], vec![right.clone()]]),
            // One alone keeps its width beside an empty place.
            alone => Block::Columns(vec![alone.to_vec(), vec![]]),
        });
        let mut blocks =
            vec![self.subheading("report-effect-head"), self.paragraph("report-effect-help", &[])];
        blocks.extend(rows);
        blocks.push(self.note("report-effect-note", &[]));
        vec![Block::Keep(blocks)]
    }

    fn effect(&self, feature: &Feature, effect: &Effect, range: (f64, f64)) -> Block {
        let t = &self.t;
        let short = t.of(&feature.short);
        let title = match t.unit(feature, Plural::Other) {
            "" => short.to_owned(),
            unit => format!("{short} ({unit})"),
        };
        let value = |x: f64| t.numerals.number(x, feature.places(x));
        let moves = |y: f64| t.numerals.signed(y, 2);
        let told = [0, effect.curve.len() / 2, effect.curve.len().saturating_sub(1)];
        let told = told.map(|at| effect.curve.get(at).map(|p| (value(p.value), moves(p.effect))));
        let alt = match &told {
            [Some((x1, y1)), Some((x2, y2)), Some((x3, y3))] => {
                let slots = [("label", &*title), ("x1", x1), ("y1", y1)];
                let rest = [("x2", &**x2), ("y2", y2), ("x3", x3), ("y3", y3)];
                self.say("report-alt-effect", &[&slots[..], &rest[..]].concat())
            }
            _ => title.clone(),
        };
        let tick = |y: f64| self.shortest(y);
        let data = chart::Effect {
            title,
            points: effect.curve.iter().map(|point| (point.value, point.effect)).collect(),
            range,
            y_label: self.text("report-axis-effect"),
            x_tick: &tick,
            y_tick: &tick,
        };
        let half = Format { width: 0.47 * WIDE.width, ..WIDE };
        t.figure(chart::effect(&data, half), alt, None)
    }
}
