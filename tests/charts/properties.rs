//! Promises on random data.

use klartext::chart::palette::{ACCENT, COUNTER, INK, LEVEL, RULE};
use klartext::chart::*;
use proptest::prelude::*;

use super::*;

pub(crate) fn label() -> impl Strategy<Value = String> {
    "([A-ZÄa-zäöüß0-9.:-]{1,22}[ \u{a0}]){0,7}[a-zğ]{1,8}"
}

pub(crate) fn word() -> impl Strategy<Value = String> {
    "[+−]?[0-9]{1,4}( [A-Za-z]{1,9}){0,2}"
}

pub(crate) fn format() -> impl Strategy<Value = Format> {
    (6.0f32..13.0, 0.0f32..1.0).prop_map(|(text_size, share)| {
        let least = 16.0 * text_size;
        Format { width: least + share * (500.0 - least), text_size }
    })
}

proptest! {
    // A failing case is put into a test of its own, so no file of seeds is kept.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reasons_are_proportional_to_their_shares_on_their_side_of_the_axis(
        rows in prop::collection::vec((label(), -1.0f64..1.0), 1..9),
        words in (label(), label()),
        format in format(),
    ) {
        let rows: Vec<Reason> = rows.into_iter().map(|(label, share)| Reason { label, share }).collect();
        let data = Reasons { against: words.0, towards: words.1, rows };
        let drawing = reasons(&data, format).unwrap();
        assert_sound(&drawing);
        assert_clear_of_bars(&drawing, &[ACCENT, COUNTER]);
        let labels = data.rows.iter().map(|row| row.label.as_str());
        assert_complete(&drawing, labels.chain([data.against.as_str(), data.towards.as_str()]));
        prop_assert_eq!(&drawing, &reasons(&data, format).unwrap());

        let axis = drawing.marks.iter().find_map(|mark| match mark {
            Mark::Line { points, color: INK, .. } => Some(points[0].0),
            _ => None,
        });
        let axis = axis.unwrap();
        let bars = bars_of(&drawing, &[ACCENT, COUNTER]);
        let most = data.rows.iter().map(|row| row.share.abs()).fold(0.0, f64::max);
        let longest = bars.iter().map(|(bar, _)| bar[2] - bar[0]).fold(0.0, f32::max);
        let shown: Vec<&Reason> =
            data.rows.iter().filter(|row| (row.share.abs() / most) as f32 * longest > 0.05).collect();
        let visible: Vec<_> = bars.iter().filter(|(bar, _)| bar[2] - bar[0] > 0.05).collect();
        prop_assert!(visible.len().abs_diff(shown.len()) <= 1);
        if visible.len() == shown.len() {
            for ((bar, color), row) in visible.into_iter().zip(shown) {
                let wanted = (row.share.abs() / most) as f32 * longest;
                prop_assert!((bar[2] - bar[0] - wanted).abs() < 0.05, "length {:?} for {}", bar, row.share);
                let (start, side) = if row.share > 0.0 { (bar[0], ACCENT) } else { (bar[2], COUNTER) };
                prop_assert!((start - axis).abs() < 0.05, "{bar:?} does not begin at the axis {axis}");
                prop_assert_eq!(*color, side);
            }
        }
    }

    #[test]
    fn a_waterfall_steps_from_the_start_to_the_end(
        start in (label(), word(), -50.0f64..100.0),
        steps in prop::collection::vec((label(), word(), -60.0f64..60.0), 0..8),
        threshold in prop::option::of((label(), -80.0f64..150.0)),
        end in (label(), word()),
        format in format(),
    ) {
        let sum = steps.iter().fold(start.2, |sum, step| sum + step.2);
        let data = Waterfall {
            start: Level { label: start.0, value_label: start.1, value: start.2 },
            steps: steps.into_iter().map(|(label, value_label, delta)| Step { label, value_label, delta }).collect(),
            end: Level { label: end.0, value_label: end.1, value: sum },
            threshold: threshold.map(|(label, value)| Level { label, value_label: String::new(), value }),
        };
        let drawing = waterfall(&data, format).unwrap();
        assert_sound(&drawing);
        assert_clear_of_bars(&drawing, &[ACCENT, COUNTER, LEVEL]);
        assert_clear_of_lines(&drawing);
        let mut labels = vec![&data.start.label, &data.start.value_label, &data.end.label, &data.end.value_label];
        labels.extend(data.steps.iter().flat_map(|step| [&step.label, &step.value_label]));
        labels.extend(data.threshold.iter().map(|t| &t.label));
        assert_complete(&drawing, labels.into_iter().map(String::as_str));

        // Every step begins where the one before ended.
        let bars = bars_of(&drawing, &[ACCENT, COUNTER]);
        if bars.len() == data.steps.len() {
            let ends: Vec<(f32, f32)> = bars
                .iter()
                .map(|(bar, color)| if *color == ACCENT { (bar[0], bar[2]) } else { (bar[2], bar[0]) })
                .collect();
            for pair in ends.windows(2) {
                prop_assert!((pair[0].1 - pair[1].0).abs() < 0.03, "{ends:?}");
            }
            // A connector stands where each of them ends, and one more where the start does.
            let connectors: Vec<f32> = drawing
                .marks
                .iter()
                .filter_map(|mark| match mark {
                    Mark::Line { points, width, color: RULE } if *width == 0.7 => Some(points[0].0),
                    _ => None,
                })
                .collect();
            for ((_, end), connector) in ends.iter().zip(connectors.iter().skip(1)) {
                prop_assert!((end - connector).abs() < 0.03, "{ends:?} {connectors:?}");
            }
            // Lengths are the steps'.
            let length = |(from, to): &(f32, f32)| f64::from(to - from);
            let drawn: f64 = ends.iter().map(|bar| length(bar).abs()).sum();
            let given: f64 = data.steps.iter().map(|step| step.delta.abs()).sum();
            for (bar, step) in ends.iter().zip(&data.steps) {
                prop_assert!((length(bar) - step.delta / given * drawn).abs() < 0.05 + 1e-3 * drawn, "{bar:?} {step:?}");
            }
        }

        let mut broken = data.clone();
        broken.end.value += 1.0 + 0.01 * sum.abs();
        prop_assert_eq!(code(waterfall(&broken, format)), "C04");
    }

    #[test]
    fn bars_are_proportional_to_their_values(
        rows in prop::collection::vec((label(), word(), 0.0f64..1e6), 1..12),
        format in format(),
    ) {
        let rows: Vec<Magnitude> =
            rows.into_iter().map(|(label, value_label, value)| Magnitude { label, value_label, value }).collect();
        let drawing = bars(&rows, format).unwrap();
        assert_sound(&drawing);
        assert_clear_of_bars(&drawing, &[ACCENT]);
        assert_complete(&drawing, rows.iter().flat_map(|row| [row.label.as_str(), row.value_label.as_str()]));
        let drawn = bars_of(&drawing, &[ACCENT]);
        let most = rows.iter().map(|row| row.value).fold(0.0, f64::max);
        let longest = drawn.iter().map(|(bar, _)| bar[2] - bar[0]).fold(0.0, f32::max);
        if drawn.len() == rows.len() {
            for ((bar, _), row) in drawn.iter().zip(&rows) {
                prop_assert!((bar[2] - bar[0] - (row.value / most) as f32 * longest).abs() < 0.03);
            }
        }
    }

    #[test]
    fn a_swarm_shows_attributions_at_their_place_on_the_axis(
        rows in prop::collection::vec(
            (label(), prop::collection::vec((-3.0f64..3.0, prop::option::of(0.0f64..=1.0)), 0..60)), 1..5),
        words in (label(), label(), label(), label()),
        most in 2usize..80,
        scale in -9i32..6,
        unit in "[a-z]{0,30}",
        format in format(),
    ) {
        let factor = 10f64.powi(scale);
        let rows: Vec<SwarmRow> = rows
            .into_iter()
            .map(|(label, points)| {
                let point = |(a, level)| SwarmPoint { attribution: a * factor, level };
                SwarmRow { label, points: points.into_iter().map(point).collect() }
            })
            .collect();
        let short = unit.len() < 10;
        let tick = move |v: f64| number(v / factor, &unit);
        let data = Beeswarm {
            rows, axis: words.0, tick: &tick, low: words.1, high: words.2, missing: words.3, most,
        };
        match beeswarm(&data, format) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(!short || format.width < 24.0 * format.text_size, "a wide swarm has room for a tick");
            }
            Ok(drawing) => {
                assert_sound(&drawing);
                let dots: Vec<f32> = circles(&drawing).into_iter().map(|dot| dot.0).collect();
                let expected: usize = data.rows.iter().map(|row| row.points.len().min(most)).sum();
                prop_assert!(dots.len() >= expected && dots.len() <= expected + 1, "{} dots", dots.len());
                // Where nothing is left out, each dot stands where the ticks say.
                if let Some(place) = scale_of(&drawing)
                    && data.rows.iter().all(|row| row.points.len() <= most)
                {
                    let mut values = Vec::new();
                    for row in &data.rows {
                        let mut own: Vec<f64> = row.points.iter().map(|p| p.attribution / factor).collect();
                        own.sort_by(f64::total_cmp);
                        values.extend(own);
                    }
                    for (dot, value) in dots[dots.len() - expected..].iter().zip(&values) {
                        prop_assert!((dot - place(*value)).abs() < 0.1, "{dot} for {value}: {}", place(*value));
                    }
                }
            }
        }
    }

    #[test]
    fn calibration_and_groups_show_rates_at_their_place_on_the_axis(
        bins in prop::collection::vec((0u64..5000, 0.0f64..=1.0, 0.0f64..=1.0, 0.0f64..0.2), 1..12),
        labels in prop::collection::vec(label(), 5),
        groups_of in prop::collection::vec((label(), word(), prop::option::of((0.0f64..0.9, 0.0f64..0.1)), word()), 1..6),
        reference in prop::option::of((0.0f64..1.0, label())),
        unit in "[a-z]{0,4}",
        format in format(),
    ) {
        let n = bins.len() as f64;
        let bins = bins.iter().enumerate().map(|(i, &(count, predicted, frequency, half))| CalibrationBin {
            from: i as f64 / n,
            to: (i + 1) as f64 / n,
            count,
            observed: (count > 0).then(|| Observed {
                predicted,
                frequency,
                low: (frequency - half).max(0.0),
                high: (frequency + half).min(1.0),
            }),
        });
        let count = |v: f64| format!("{v}");
        let tick = move |v: f64| number(v, &unit);
        let data = Calibration {
            bins: bins.collect(),
            x_label: labels[0].clone(),
            y_label: labels[1].clone(),
            count_label: labels[2].clone(),
            dot_label: labels[3].clone(),
            diagonal_label: labels[4].clone(),
            tick: &tick,
            count_tick: &count,
        };
        match calibration(&data, format) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(format.width < 30.0 * format.text_size, "a wide chart has room for a tick");
            }
            Ok(drawing) => {
                assert_sound(&drawing);
                assert_clear_of_bars(&drawing, &[LEVEL]);
                let known: Vec<Observed> = data.bins.iter().filter_map(|bin| bin.observed).collect();
                let dots = circles(&drawing);
                prop_assert_eq!(dots.len(), known.len() + 1, "one dot is the legend's");
                // The plane is a square, so y goes with x.
                if let Some(place) = scale_of(&drawing) {
                    let legend_first = (dots[0].0 - place(known.first().map_or(0.0, |o| o.predicted))).abs() > 0.1;
                    let dots = if legend_first { &dots[1..] } else { &dots[..known.len()] };
                    for (dot, observed) in dots.iter().zip(&known) {
                        prop_assert!((dot.0 - place(observed.predicted)).abs() < 0.1, "{dot:?} {observed:?}");
                        for (other, second) in dots.iter().zip(&known) {
                            let rise = place(second.frequency) - place(observed.frequency);
                            prop_assert!((dot.1 - other.1 - rise).abs() < 0.1, "{dot:?} {other:?}");
                        }
                    }
                }
                let most = data.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f32;
                let counted: Vec<f32> = data.bins.iter().map(|bin| bin.count as f32 / most).collect();
                let heights: Vec<f32> = bars_of(&drawing, &[LEVEL]).iter().map(|(b, _)| b[3] - b[1]).collect();
                let shown: Vec<f32> = counted.into_iter().filter(|share| *share > 0.0).collect();
                let highest = heights.iter().copied().fold(0.0, f32::max);
                if heights.len() == shown.len() {
                    for (height, share) in heights.iter().zip(&shown) {
                        prop_assert!((height - share * highest).abs() < 0.03);
                    }
                }
            }
        }
        let estimate = |(value, half): (f64, f64)| Estimate { value, low: (value - half).max(0.0), high: value + half };
        let rows = groups_of.into_iter().map(|(label, size, rate, value_label)| GroupRow {
            label, size, estimate: rate.map(estimate), value_label,
        });
        let data = Groups { rows: rows.collect(), reference, axis: labels[0].clone(), tick: &tick };
        match groups(&data, format) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(format.width < 24.0 * format.text_size, "a wide chart has room for a tick");
            }
            Ok(drawing) => {
                assert_sound(&drawing);
                let known: Vec<f64> = data.rows.iter().filter_map(|row| Some(row.estimate?.value)).collect();
                let dots = circles(&drawing);
                prop_assert_eq!(dots.len(), known.len());
                if let Some(place) = scale_of(&drawing) {
                    for (dot, value) in dots.iter().zip(known) {
                        prop_assert!((dot.0 - place(value)).abs() < 0.1, "{dot:?} {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn effects_stand_at_their_value_and_height(
        points in prop::collection::vec((0.01f64..50.0, -3.0f64..3.0), 1..25),
        start in -100.0f64..100.0, labels in prop::collection::vec(label(), 2), unit in "[a-z]{0,4}", format in format(),
    ) {
        let mut x = start;
        let points: Vec<(f64, f64)> = points.into_iter().map(|(step, y)| { x += step; (x, y) }).collect();
        let tick = move |v: f64| number(v, &unit);
        let plain = |v: f64| format!("{v}");
        let data = Effect {
            title: labels[0].clone(), points: points.clone(), range: (-3.0, 3.0), y_label: labels[1].clone(),
            x_tick: &tick, y_tick: &plain,
        };
        match effect(&data, format) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(format.width < 30.0 * format.text_size, "a wide chart has room for a tick");
            }
            Ok(drawing) => {
                assert_sound(&drawing);
                let dots = circles(&drawing);
                prop_assert_eq!(dots.len(), points.len());
                // Distances go with the data's, in both directions.
                let (first, last) = (points[0], points[points.len() - 1]);
                let along = (dots[points.len() - 1].0 - dots[0].0) as f64 / (last.0 - first.0).max(1e-9);
                for (dot, point) in dots.iter().zip(&points) {
                    if points.len() > 1 {
                        let wanted = (point.0 - first.0) * along;
                        prop_assert!(((dot.0 - dots[0].0) as f64 - wanted).abs() < 0.1, "{dot:?} {point:?}");
                    }
                    let up = f64::from(dots[0].1 - dot.1) * 6.0 / 96.0;
                    prop_assert!((up - (point.1 - first.1)).abs() < 0.02, "{dot:?} {point:?}");
                }
            }
        }
    }
}

/// A number with all its decimals and a unit, told from any label by its first character.
fn number(v: f64, unit: &str) -> String {
    let text = format!("{v:.9}");
    format!("~{} {unit}", text.trim_end_matches('0').trim_end_matches('.')).trim_end().to_owned()
}

/// Where the tick labels of the x axis say that a number stands; None with fewer than two ticks.
fn scale_of(drawing: &Drawing) -> Option<impl Fn(f64) -> f32> {
    let ticks = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Text { x, anchor: Anchor::Middle, text, .. } => {
            Some((text.strip_prefix('~')?.split(' ').next()?.parse::<f64>().ok()?, f64::from(*x)))
        }
        _ => None,
    });
    let ticks: Vec<(f64, f64)> = ticks.collect();
    let (first, last) = (*ticks.first()?, *ticks.last()?);
    let slope = (last.1 - first.1) / (last.0 - first.0);
    (ticks.len() > 1).then_some(move |value: f64| (first.1 + slope * (value - first.0)) as f32)
}
