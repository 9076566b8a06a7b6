//! What moves the result: mean influence, the swarm, and both as tables.

use super::{Report, WIDE, cells, feature_is_choice};
use crate::chart::{self, Beeswarm, SwarmPoint, SwarmRow};
use crate::document::{Align, Block, Cell};
use crate::explanation::{FeatureInfluence, InputValue};
use crate::language::largest_remainder;
use crate::procedure::Feature;

/// From this rank correlation on a direction is named.
const CLEAR: f64 = 0.5;
/// Most dots drawn a row.
const DOTS: usize = 400;

impl Report<'_> {
    /// Every feature with its influence and its share in whole percent; the shares add up to 100.
    fn influences(&self) -> Vec<(&Feature, &FeatureInfluence, u32)> {
        let features = &self.report.influence.features;
        let shares: Vec<f64> = features.iter().map(|item| item.share).collect();
        let both = features.iter().zip(largest_remainder(&shares));
        both.filter_map(|(item, share)| Some((self.t.feature(&item.feature)?, item, share)))
            .collect()
    }

    fn percent(&self, share: u32) -> String {
        self.t.numerals.percent(f64::from(share) / 100.0, 0)
    }

    /// Which way higher values go, where that is clear.
    fn direction(&self, item: &FeatureInfluence, feature: &Feature) -> String {
        self.text(match item.rank_correlation {
            None if feature_is_choice(feature) => "report-direction-choice",
            Some(r) if r >= CLEAR => "report-direction-up",
            Some(r) if r <= -CLEAR => "report-direction-down",
            _ => "report-direction-mixed",
        })
    }

    pub(super) fn influence(&self) -> Vec<Block> {
        let influence = &self.report.influence;
        let t = &self.t;
        let method = match influence.method.as_str() {
            "linear" => "report-method-linear",
            _ => "report-method-tree-interventional",
        };
        let slots = [
            ("verfahren", &*self.text(method)),
            ("n", &self.count(influence.rows)),
            ("vergleichsgruppe", t.of(&t.procedure.background_name)),
            ("datum", &t.numerals.short_date(self.report.background.as_of)),
        ];
        let result = self.t.of(&t.procedure.positive.short);
        let mut blocks = vec![
            Block::Keep(vec![
                self.paragraph("report-influence-intro", &[]),
                self.bars(),
                self.note("report-influence-method", &slots),
            ]),
            Block::Keep(vec![
                self.subheading("report-swarm-head"),
                self.paragraph("report-swarm-help", &[("ergebnis", result)]),
                self.swarm(),
            ]),
            Block::Keep(vec![
                self.influence_table(),
                self.note("report-influence-note", &[("ergebnis", result)]),
            ]),
        ];
        blocks.extend(self.value_table());
        blocks.extend(self.effects());
        blocks
    }

    fn bars(&self) -> Block {
        let mut alt = vec![self.text("alt-mean")];
        let rows: Vec<chart::Magnitude> = self
            .influences()
            .into_iter()
            .map(|(feature, item, share)| {
                let label = self.t.of(&feature.short).to_owned();
                let value_label = self.percent(share);
                alt.push(
                    self.say("alt-mean-item", &[("label", &*label), ("anteil", &value_label)]),
                );
                chart::Magnitude { label, value_label, value: item.mean_absolute }
            })
            .collect();
        let caption = self.text("report-influence-caption");
        self.t.figure(chart::bars(&rows, WIDE), alt.join(" "), Some(caption))
    }

    fn swarm(&self) -> Block {
        let number = |value: f64| self.t.numerals.signed(value, 2);
        let mut alt = vec![self.text("report-alt-swarm")];
        let rows = self.influences().into_iter().map(|(feature, item, _)| {
            let label = self.t.of(&feature.short).to_owned();
            let [low, middle, high] = item.spread.map(number);
            let slots = [
                ("label", &*label),
                ("von", &low),
                ("mitte", &middle),
                ("bis", &high),
                ("richtung", &self.direction(item, feature)),
            ];
            alt.push(self.say("report-alt-swarm-item", &slots));
            let points = item.points.iter();
            SwarmRow {
                label,
                points: points
                    .map(|point| SwarmPoint { attribution: point.attribution, level: point.level })
                    .collect(),
            }
        });
        let tick = |value: f64| self.shortest(value);
        let data = Beeswarm {
            rows: rows.collect(),
            axis: self.text("report-axis-influence"),
            tick: &tick,
            low: self.text("report-swarm-low"),
            high: self.text("report-swarm-high"),
            missing: self.text("report-swarm-missing"),
            most: DOTS,
        };
        let drawing = chart::beeswarm(&data, WIDE);
        self.t.figure(drawing, alt.join(" "), Some(self.text("report-swarm-caption")))
    }

    fn influence_table(&self) -> Block {
        let rows = self.influences().into_iter().map(|(feature, item, share)| {
            let number = |value: f64| self.t.numerals.number(value, 4);
            let [low, _, high] = item.spread.map(|value| self.t.numerals.signed(value, 2));
            cells([
                self.t.of(&feature.short).to_owned(),
                number(item.mean_absolute),
                number(item.standard_error),
                self.percent(share),
                self.say("value-range", &[("von", &*low), ("bis", &high)]),
                self.direction(item, feature),
            ])
        });
        Block::Table {
            caption: Some(self.text("report-influence-table")),
            columns: vec![
                self.column("report-col-detail", Align::Left, 4.0),
                self.column("report-col-mean-influence", Align::Decimal, 1.5),
                self.column("report-col-error", Align::Decimal, 1.4),
                self.column("report-col-share", Align::Right, 1.0),
                self.column("report-col-spread", Align::Right, 2.0),
                self.column("report-col-direction", Align::Left, 1.9),
            ],
            rows: rows.collect(),
        }
    }

    /// Choices have no order that a colour could show: their values are told one by one.
    fn value_table(&self) -> Vec<Block> {
        let mut rows: Vec<Vec<Cell>> = vec![];
        for (feature, item, _) in self.influences() {
            if !feature_is_choice(feature) {
                continue;
            }
            for value in &item.values {
                let few = || self.text("report-too-few");
                let word = InputValue::Word(value.value.clone());
                let mean = |mean| self.t.numerals.signed(mean, 2);
                rows.push(cells([
                    self.t.short_line(feature, &word),
                    value.rows.map_or_else(few, |n| self.count(n)),
                    value.mean.map_or_else(String::new, mean),
                ]));
            }
        }
        if rows.is_empty() {
            return vec![];
        }
        vec![Block::Table {
            caption: Some(self.text("report-values-caption")),
            columns: vec![
                self.column("report-col-value", Align::Left, 6.8),
                self.column("report-col-cases", Align::Right, 1.6),
                self.column("report-col-mean", Align::Decimal, 2.0),
            ],
            rows,
        }]
    }
}
