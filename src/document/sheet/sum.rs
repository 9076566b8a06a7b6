//! How sheet B draws the way from the comparison group to the case.

use super::Sheet;
use crate::chart;
use crate::document::Block;
use crate::document::letter::TEXT_WIDTH;
use crate::explanation::RawScale;

impl Sheet<'_> {
    /// Steps in points of the program's raw score, rounded to hundredths so that they add up: the last step takes what
    /// rounding leaves. The quality line stands with the reading help.
    pub(super) fn waterfall(&self, quality: &str) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let attribution = &record.attribution;
        let number = |value: f64| t.numerals.number(value, 2);
        let mut steps = vec![];
        let mut alt = vec![];
        let mut shown = 0.0;
        let mut at = attribution.base_value;
        let mut printed = hundredths(at);
        alt.push(self.say("waterfall-alt-start", &[("wert", &number(at))]));
        for reason in &record.reasons.named {
            let value = attribution.features.iter().find(|item| item.feature == reason.feature);
            let (Some(feature), Some(input), Some(value)) =
                (t.feature(&reason.feature), t.input(record, &reason.feature), value)
            else {
                continue;
            };
            at += value.value;
            shown += value.value;
            // The printed step is the difference of the printed levels, so that the column adds up.
            let step = hundredths(at) - printed;
            printed = hundredths(at);
            let label = t.short_line(feature, &input.value);
            let value_label = t.numerals.signed(step as f64 / 100.0, 2);
            alt.push(format!("{label}: {value_label}."));
            steps.push(chart::Step { label, value_label, delta: value.value });
        }
        let total: f64 = attribution.features.iter().map(|item| item.value).sum();
        let end = attribution.base_value + total;
        let step = hundredths(end) - printed;
        let rest = self.say("chart-rest", &[]);
        let value_label = t.numerals.signed(step as f64 / 100.0, 2);
        alt.push(format!("{rest}: {value_label}."));
        steps.push(chart::Step { label: rest, value_label, delta: total - shown });
        let threshold = record.prediction.threshold_raw;
        alt.push(
            self.say(
                "waterfall-alt-end",
                &[("wert", &*number(end)), ("grenze", &number(threshold))],
            ),
        );
        let data = chart::Waterfall {
            start: chart::Level {
                label: self
                    .say("waterfall-start", &[("gruppe", t.of(&t.procedure.background_name))]),
                value_label: number(attribution.base_value),
                value: attribution.base_value,
            },
            steps,
            end: chart::Level {
                label: self.say("waterfall-end", &[]),
                value_label: number(end),
                value: end,
            },
            threshold: Some(chart::Level {
                label: self.say("waterfall-threshold", &[("grenze", &number(threshold))]),
                value_label: String::new(),
                value: threshold,
            }),
        };
        let drawing = chart::waterfall(&data, chart::Format { width: TEXT_WIDTH, text_size: 8.5 });
        let caption = match record.model.scale {
            RawScale::LogOdds => "waterfall-caption",
            RawScale::Score => "waterfall-caption-score",
        };
        let caption = format!("{}\n{quality}", self.say(caption, &[]));
        vec![Block::Keep(vec![
            self.heading("sheet-sum-head"),
            t.figure(drawing, alt.join(" "), Some(caption)),
        ])]
    }
}

/// A score in whole hundredths.
fn hundredths(value: f64) -> i64 {
    (value * 100.0).round() as i64
}
