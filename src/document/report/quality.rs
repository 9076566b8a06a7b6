//! How often the program is right and wrong, and for which groups.

use super::{Report, WIDE, cells, list};
use crate::audit::SMALL_GROUP;
use crate::chart::{self, Format};
use crate::document::letter::body;
use crate::document::{Align, Block, plain};
use crate::explanation::{CalibrationBinView, Errors, GroupComparison, GroupGap, GroupView, Rate};

impl Report<'_> {
    fn errors(&self) -> &Errors {
        &self.report.performance.errors
    }

    /// What really happened, in the words of the procedure.
    fn event(&self, positive: bool) -> &str {
        self.t.of(&self.t.procedure.outcome(positive).right_means)
    }

    pub(super) fn tested(&self) -> String {
        let slots = [
            ("n", &*self.count(self.errors().rows)),
            ("zeitraum", self.t.of(&self.t.procedure.holdout_period)),
            ("ereignis", self.event(true)),
            ("basis", &self.rate(self.errors().base_rate)),
        ];
        self.say("report-tested", &slots)
    }

    /// How often a result is right; the wrong ones are the rest of 100.
    pub(super) fn suggested(&self, positive: bool) -> String {
        let errors = self.errors();
        let rate = if positive {
            errors.positive_predictive_value
        } else {
            errors.negative_predictive_value
        };
        let suggestion = self.t.of(&self.t.procedure.outcome(positive).short);
        let Some(rate) = rate else {
            return self.say("report-never-suggested", &[("vorschlag", suggestion)]);
        };
        let right = (200 * rate.count + rate.of) / (2 * rate.of);
        let slots = [
            ("vorschlag", suggestion),
            ("richtig", &*self.count(right)),
            ("falsch", &*self.count(100 - right)),
        ];
        self.say("report-suggested", &slots)
    }

    pub(super) fn overlooked(&self) -> String {
        let n = self.rate(self.errors().false_negative_rate);
        self.say("report-overlooked", &[("n", &n), ("ereignis", self.event(true))])
    }

    pub(super) fn needless(&self) -> String {
        let n = self.rate(self.errors().false_positive_rate);
        let suggestion = self.t.of(&self.t.procedure.positive.short);
        let slots = [("n", &*n), ("ereignis", self.event(false)), ("vorschlag", suggestion)];
        self.say("report-needless", &slots)
    }

    pub(super) fn quality(&self) -> Vec<Block> {
        let performance = &self.report.performance;
        let mut blocks = vec![
            body(vec![plain(self.tested())]),
            Block::Keep(vec![self.error_table(), self.note("report-accuracy-warning", &[])]),
            Block::Keep(vec![
                self.subheading("report-rates-head"),
                self.rates(),
                self.note("report-interval-note", &[]),
            ]),
        ];
        let number = |value: f64, places| self.t.numerals.number(value, places);
        let mut measures = vec![];
        if let Some(auc) = performance.auc {
            measures.push(self.say("report-auc", &[("auc", &number(auc, 2))]));
        }
        if let Some(brier) = performance.brier {
            measures.push(self.say("report-brier", &[("brier", &number(brier, 3))]));
        }
        if performance.frequencies.iter().any(|frequency| !frequency.printable) {
            measures.push(self.text("report-calibration-old"));
        }
        blocks.push(list(measures));
        blocks.extend(self.calibration());
        blocks
    }

    fn error_table(&self) -> Block {
        let errors = self.errors();
        let outcome = |positive| self.t.of(&self.t.procedure.outcome(positive).short).to_owned();
        let row = |head: String, yes: usize, no: usize| {
            cells([head, self.count(yes), self.count(no), self.count(yes + no)])
        };
        let mut columns = vec![
            self.column("report-col-suggested", Align::Left, 2.6),
            self.column("report-col-cases", Align::Right, 3.0),
            self.column("report-col-cases", Align::Right, 3.0),
            self.column("report-col-sum", Align::Right, 1.2),
        ];
        columns[1].title = self.event(true).to_owned();
        columns[2].title = self.event(false).to_owned();
        let (tp, fp) = (errors.true_positives, errors.false_positives);
        let (tn, fn_) = (errors.true_negatives, errors.false_negatives);
        Block::Table {
            caption: Some(self.text("report-confusion-caption")),
            columns,
            rows: vec![
                row(outcome(true), tp, fp),
                row(outcome(false), fn_, tn),
                row(self.text("report-col-sum"), tp + fn_, fp + tn),
            ],
        }
    }

    fn rates(&self) -> Block {
        let errors = self.errors();
        let outcome = |positive| self.t.of(&self.t.procedure.outcome(positive).short);
        let rows = [
            (self.say("report-rate-base", &[("ereignis", self.event(true))]), errors.base_rate),
            (
                self.say("report-rate-right", &[("vorschlag", outcome(true))]),
                errors.positive_predictive_value,
            ),
            (
                self.say("report-rate-right", &[("vorschlag", outcome(false))]),
                errors.negative_predictive_value,
            ),
            (self.text("report-rate-overlooked"), errors.false_negative_rate),
            (self.text("report-rate-needless"), errors.false_positive_rate),
        ];
        let row = |(head, rate): (String, Option<Rate>)| {
            let counts = rate.map_or_else(String::new, |rate| {
                let slots = [("n", &*self.count(rate.count)), ("von", &*self.count(rate.of))];
                self.say("report-count-of", &slots)
            });
            let interval = rate.map_or_else(String::new, |rate| self.interval(rate));
            cells([head, counts, self.rate(rate), interval])
        };
        Block::Table {
            caption: None,
            columns: vec![
                self.column("report-col-rate", Align::Left, 5.0),
                self.column("report-col-counts", Align::Right, 2.0),
                self.column("report-col-of-100", Align::Right, 1.3),
                self.column("report-col-interval", Align::Right, 1.7),
            ],
            rows: rows.map(row).into(),
        }
    }

    fn calibration(&self) -> Vec<Block> {
        let performance = &self.report.performance;
        let bins = &performance.calibration;
        if bins.is_empty() {
            return vec![];
        }
        let of_hundred = |share: f64| self.t.numerals.number(100.0 * share, 0);
        let mut alt = vec![self.text("alt-calibration")];
        for (bin, predicted, happened) in shown(bins) {
            let slots = [
                ("berechnet", &*of_hundred(predicted)),
                ("passiert", &*self.rate(Some(happened))),
                ("n", &self.count(bin.rows)),
            ];
            alt.push(self.say("alt-calibration-item", &slots));
        }
        let tick = |share: f64| of_hundred(share);
        let count_tick = |count: f64| self.t.numerals.number(count, 0);
        let data = chart::Calibration {
            bins: bins
                .iter()
                .map(|bin| chart::CalibrationBin {
                    from: bin.from,
                    to: bin.to,
                    count: bin.rows as u64,
                    observed: bin.predicted.zip(bin.happened).map(|(predicted, happened)| {
                        chart::Observed {
                            predicted,
                            frequency: happened.share,
                            low: happened.low,
                            high: happened.high,
                        }
                    }),
                })
                .collect(),
            x_label: self.text("chart-axis-predicted"),
            y_label: self.text("chart-axis-observed"),
            count_label: self.text("chart-axis-cases"),
            dot_label: self.text("report-calibration-dot"),
            diagonal_label: self.text("report-calibration-line"),
            tick: &tick,
            count_tick: &count_tick,
        };
        let half = Format { width: 0.47 * WIDE.width, ..WIDE };
        let drawing = chart::calibration(&data, half);
        let gap = performance.expected_calibration_error;
        let gap = gap.map_or_else(String::new, |gap| {
            self.say(
                "report-calibration-gap",
                &[("abweichung", &self.t.numerals.number(100.0 * gap, 1))],
            )
        });
        let rows = bins.iter().map(|bin| {
            let range = self.say(
                "value-range",
                &[("von", &of_hundred(bin.from)), ("bis", &of_hundred(bin.to))],
            );
            let unknown = || "–".to_owned();
            cells([
                range,
                self.count(bin.rows),
                bin.predicted.map_or_else(unknown, of_hundred),
                bin.happened.map_or_else(unknown, |rate| self.rate(Some(rate))),
                bin.happened.map_or_else(String::new, |rate| self.interval(rate)),
            ])
        });
        let table = Block::Table {
            caption: Some(self.text("report-calibration-caption")),
            columns: vec![
                self.column("report-col-bin", Align::Left, 2.5),
                self.column("report-col-cases", Align::Right, 1.4),
                self.column("report-col-predicted", Align::Right, 1.6),
                self.column("report-col-happened", Align::Right, 1.9),
                // `98 bis 100` on one line
                self.column("report-col-interval", Align::Right, 2.8),
            ],
            rows: rows.collect(),
        };
        let small = self.note("report-bins-small", &[("n", &self.count(SMALL_GROUP))]);
        vec![Block::Keep(vec![
            self.subheading("report-calibration-head"),
            self.paragraph("report-calibration-text", &[]),
            Block::Columns(vec![
                vec![self.t.figure(drawing, alt.join(" "), Some(gap))],
                vec![table, small],
            ]),
        ])]
    }

    pub(super) fn groups(&self) -> Vec<Block> {
        let groups = &self.report.groups;
        if groups.is_empty() {
            return vec![self.paragraph("report-groups-unknown", &[])];
        }
        let mut blocks = vec![self.group_table(), self.paragraph("report-groups-intro", &[])];
        let overlooked: fn(&Errors) -> Option<Rate> = |errors| errors.false_negative_rate;
        let needless: fn(&Errors) -> Option<Rate> = |errors| errors.false_positive_rate;
        for (head, alt, rate, sentences) in [
            (
                "report-groups-overlooked",
                "report-alt-overlooked",
                overlooked,
                [Some(self.overlooked()), self.gap(self.report.gap_overlooked.as_ref())],
            ),
            (
                "report-groups-needless",
                "report-alt-needless",
                needless,
                [Some(self.needless()), self.gap(self.report.gap_needless.as_ref())],
            ),
        ] {
            blocks.push(Block::Keep(vec![
                self.subheading(head),
                body(vec![plain(sentences.into_iter().flatten().collect::<Vec<_>>().join(" "))]),
                self.group_chart(alt, rate),
            ]));
        }
        let mut notes = vec![self.text("report-groups-uncertain")];
        let hidden = groups.iter().flat_map(|group| &group.groups).any(|row| row.errors.is_none());
        if hidden {
            notes.push(self.say("report-groups-small", &[("n", &self.count(SMALL_GROUP))]));
        }
        notes.push(self.text("report-groups-no-claim"));
        blocks.push(list(notes));
        blocks
    }

    /// Words for a column of groups and for one of its values.
    fn group_label(&self, column: &str, value: Option<&str>) -> (String, String) {
        let t = &self.t;
        let known = t.procedure.holdout_groups.iter().find(|group| group.column == column);
        let words = value.map(|value| {
            let words = known.and_then(|known| known.values.get(value));
            words.map_or(value, |words| t.of(words)).to_owned()
        });
        let column = known.map_or(column, |known| t.of(&known.label)).to_owned();
        (column, words.unwrap_or_else(|| self.text("word-missing")))
    }

    /// Where groups differ most, and whether it may be chance.
    pub(super) fn gap(&self, gap: Option<&GroupGap>) -> Option<String> {
        let gap = gap?;
        let (column, higher) = self.group_label(&gap.column, Some(&gap.higher));
        let (_, lower) = self.group_label(&gap.column, Some(&gap.lower));
        let slots = [
            ("spalte", &*column),
            ("gruppe_1", &higher),
            ("wert_1", &self.rate(Some(gap.higher_rate))),
            ("gruppe_2", &lower),
            ("wert_2", &self.rate(Some(gap.lower_rate))),
        ];
        let (low, high) = gap.difference;
        let id = if low <= 0.0 { "report-gap-chance" } else { "report-gap-apart" };
        // To tenths, outwards: the side of 0 on which an end lies must show.
        let number = |tenths: f64| self.t.numerals.number(tenths / 10.0, 1);
        let range =
            [("von", &*number((1000.0 * low).floor())), ("bis", &number((1000.0 * high).ceil()))];
        Some(format!("{} {}", self.say("report-groups-largest", &slots), self.say(id, &range)))
    }

    fn group_chart(&self, alt: &str, rate: fn(&Errors) -> Option<Rate>) -> Block {
        let mut said = vec![self.text(alt)];
        let mut rows = vec![];
        for (comparison, group) in self.group_rows() {
            let (column, value) = self.group_label(&comparison.column, group.value.as_deref());
            let found = group.errors.as_ref().and_then(rate);
            let value_label = found.map_or_else(
                || self.text("report-not-shown"),
                |rate| self.say("word-of-100", &[("n", &self.rate(Some(rate)))]),
            );
            let size = found.map_or_else(String::new, |rate| {
                self.say("tree-cases", &[("n", &self.count(rate.of))])
            });
            let comma = if size.is_empty() { "" } else { ", " };
            said.push(format!("{column}, {value}: {value_label}{comma}{size}."));
            rows.push(chart::GroupRow {
                label: format!("{column}: {value}"),
                size,
                estimate: found.map(|rate| chart::Estimate {
                    value: rate.share,
                    low: rate.low,
                    high: rate.high,
                }),
                value_label,
            });
        }
        let all = rate(self.errors());
        let words = self.say("report-all", &[("n", &self.rate(all))]);
        said.push(format!("{words}."));
        let tick = |share: f64| self.shortest(100.0 * share);
        let data = chart::Groups {
            rows,
            reference: all.map(|all| (all.share, words)),
            axis: self.text("report-axis-rate"),
            tick: &tick,
        };
        let format = Format { text_size: 8.5, ..WIDE };
        self.t.figure(chart::groups(&data, format), said.join(" "), None)
    }

    fn group_rows(&self) -> impl Iterator<Item = (&GroupComparison, &GroupView)> {
        self.report.groups.iter().flat_map(|c| c.groups.iter().map(move |group| (c, group)))
    }

    fn group_table(&self) -> Block {
        let rows = self.group_rows().map(|(comparison, group)| {
            let (column, value) = self.group_label(&comparison.column, group.value.as_deref());
            let label = format!("{column}: {value}");
            let Some(errors) = &group.errors else {
                return cells([label, "–".into(), "–".into(), "–".into(), "–".into(), "–".into()]);
            };
            let with_interval = |rate: Option<Rate>| match rate {
                Some(value) => format!("{} ({})", self.rate(rate), self.interval(value)),
                None => self.text("word-missing"),
            };
            cells([
                label,
                self.count(errors.rows),
                self.rate(errors.base_rate),
                self.rate(errors.positive_rate),
                with_interval(errors.false_negative_rate),
                with_interval(errors.false_positive_rate),
            ])
        });
        Block::Table {
            caption: Some(self.text("report-groups-caption")),
            columns: vec![
                self.column("report-col-group", Align::Left, 3.4),
                self.column("report-col-cases", Align::Right, 1.2),
                self.column("report-col-base", Align::Right, 1.4),
                self.column("report-col-offered", Align::Right, 1.6),
                self.column("report-col-overlooked", Align::Right, 2.1),
                self.column("report-col-needless", Align::Right, 2.1),
            ],
            rows: rows.collect(),
        }
    }
}

/// Bins that have a dot.
fn shown(bins: &[CalibrationBinView]) -> impl Iterator<Item = (&CalibrationBinView, f64, Rate)> {
    bins.iter().filter_map(|bin| Some((bin, bin.predicted?, bin.happened?)))
}
