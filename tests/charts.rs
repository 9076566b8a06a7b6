//! Promises of the charts: everything stands on the sheet, no word meets another or a bar, lengths and directions are
//! the data's, the same data give the same drawing, and what cannot be drawn truthfully is refused.

use klartext::chart::palette::{ACCENT, COUNTER, INK, LEVEL};
use klartext::chart::*;
use klartext::fault::Checked;
use klartext::typeface::advance;
use proptest::prelude::*;

type Box4 = [f32; 4];

/// Box of a text: from the height of a capital down to the descender.
fn text_box(mark: &Mark) -> Option<Box4> {
    let Mark::Text {
        x,
        y,
        anchor,
        size,
        bold,
        text,
        ..
    } = mark
    else {
        return None;
    };
    let width = advance(text, *bold, *size);
    let left = match anchor {
        Anchor::Start => *x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Some([left, y - 0.72 * size, left + width, y + 0.22 * size])
}

fn meet(a: &Box4, b: &Box4) -> bool {
    const TOUCH: f32 = 0.05;
    a[0] + TOUCH < b[2] && b[0] + TOUCH < a[2] && a[1] + TOUCH < b[3] && b[1] + TOUCH < a[3]
}

fn bounds(points: &[(f32, f32)]) -> Box4 {
    points
        .iter()
        .fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |b, &(x, y)| {
            [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
        })
}

fn texts(drawing: &Drawing) -> Vec<Box4> {
    drawing.marks.iter().filter_map(text_box).collect()
}

/// Filled shapes with four corners: bars.
fn bars_of(drawing: &Drawing, wanted: &[Color]) -> Vec<(Box4, Color)> {
    let fills = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Fill { points, color } if points.len() == 4 && wanted.contains(color) => {
            Some((bounds(points), *color))
        }
        _ => None,
    });
    fills.collect()
}

/// The promise every chart keeps.
fn assert_sound(drawing: &Drawing) {
    let within = |b: Box4, margin: f32| {
        b.iter().all(|v| v.is_finite())
            && b[0] >= -margin
            && b[1] >= -margin
            && b[2] <= drawing.width + margin
            && b[3] <= drawing.height + margin
    };
    for mark in &drawing.marks {
        match mark {
            Mark::Line { points, .. } | Mark::Fill { points, .. } => {
                assert!(
                    within(bounds(points), 0.02),
                    "leaves {}x{}: {mark:?}",
                    drawing.width,
                    drawing.height
                )
            }
            Mark::Text { text, size, .. } => {
                let own = text_box(mark).expect("a text");
                assert!(
                    within(own, 0.1),
                    "leaves {}x{}: {mark:?} {own:?}",
                    drawing.width,
                    drawing.height
                );
                assert!(!text.is_empty() && *size >= 5.0);
            }
        }
    }
    let boxes = texts(drawing);
    for (i, a) in boxes.iter().enumerate() {
        for (j, b) in boxes.iter().enumerate().skip(i + 1) {
            let text = |n: usize| {
                drawing
                    .marks
                    .iter()
                    .filter(|m| matches!(m, Mark::Text { .. }))
                    .nth(n)
                    .cloned()
            };
            assert!(!meet(a, b), "texts meet: {:?} and {:?}", text(i), text(j));
        }
    }
}

fn assert_clear_of_bars(drawing: &Drawing, colors: &[Color]) {
    for (bar, _) in bars_of(drawing, colors) {
        for text in texts(drawing) {
            assert!(!meet(&bar, &text), "a text {text:?} meets a bar {bar:?}");
        }
    }
}

/// No letter of a label is left out or set twice.
fn assert_complete<'a>(drawing: &Drawing, labels: impl IntoIterator<Item = &'a str>) {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect::<Vec<_>>()
    };
    let mut wanted: Vec<char> = labels.into_iter().flat_map(letters).collect();
    let set = drawing.marks.iter().filter_map(|m| {
        if let Mark::Text { text, .. } = m {
            Some(text)
        } else {
            None
        }
    });
    let mut found: Vec<char> = set.flat_map(|text| letters(text)).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    assert_eq!(wanted, found, "letters are missing or doubled");
}

fn code<T>(result: Checked<T>) -> &'static str {
    result.err().map_or("drawn", |faults| faults.0[0].code)
}

fn label() -> impl Strategy<Value = String> {
    "([A-ZÄa-zäöüß0-9.:-]{1,22}[ \u{a0}]){0,7}[a-zğ]{1,8}"
}

fn word() -> impl Strategy<Value = String> {
    "[+−]?[0-9]{1,4}( [A-Za-z]{1,9}){0,2}"
}

fn format() -> impl Strategy<Value = Format> {
    (6.0f32..13.0, 0.0f32..1.0).prop_map(|(text_size, share)| {
        let least = 16.0 * text_size;
        Format {
            width: least + share * (500.0 - least),
            text_size,
        }
    })
}

fn two(v: f64) -> String {
    format!("{v:.2}").replace('.', ",")
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
    fn a_tree_keeps_every_text_in_its_box_and_the_boxes_apart(
        shape in prop::collection::vec((label(), word(), any::<bool>()), 1..24),
        words in ("[a-z]{1,6}", "[a-z]{1,6}"),
        format in format(),
    ) {
        let (root, used) = tree(&shape);
        let words = TreeWords { yes: words.0, no: words.1 };
        match surrogate_tree(&root, &words, format) {
            Err(faults) => prop_assert_eq!(faults.0[0].code, "C03"),
            Ok(drawing) => {
                assert_sound(&drawing);
                let boxes: Vec<Box4> = drawing
                    .marks
                    .iter()
                    .filter_map(|m| if let Mark::Fill { points, .. } = m { Some(bounds(points)) } else { None })
                    .collect();
                prop_assert_eq!(boxes.len(), used);
                for (i, a) in boxes.iter().enumerate() {
                    prop_assert!(!boxes[i + 1..].iter().any(|b| meet(a, b)), "boxes meet");
                }
                for text in texts(&drawing) {
                    let inside = |b: &Box4| text[0] >= b[0] && text[1] >= b[1] && text[2] <= b[2] && text[3] <= b[3];
                    let homes = boxes.iter().filter(|b| meet(&text, b)).count();
                    prop_assert!(homes == 0 || (homes == 1 && boxes.iter().any(inside)), "{text:?} leaves its box");
                }
                let edges = (used - 1) / 2;
                let mut labels: Vec<&str> = Vec::new();
                collect(&root, &mut labels);
                labels.extend(std::iter::repeat_n([words.yes.as_str(), words.no.as_str()], edges).flatten());
                assert_complete(&drawing, labels);
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
        let tick = move |v: f64| two(v / factor);
        let data = Beeswarm {
            rows, axis: words.0, tick: &tick, low: words.1, high: words.2, missing: words.3, most,
        };
        match beeswarm(&data, format) {
            Err(faults) => prop_assert_eq!(faults.0[0].code, "C03"),
            Ok(drawing) => {
                assert_sound(&drawing);
                let legend = usize::from(data.rows.iter().flat_map(|r| r.points.iter().take(1)).count() > 0);
                let dots: Vec<f32> = circles(&drawing);
                let expected: usize = data.rows.iter().map(|row| row.points.len().min(most)).sum();
                prop_assert!(dots.len() >= expected && dots.len() <= expected + legend, "{} dots", dots.len());
                // Rows without a sample lie on one straight line of attribution against place.
                if data.rows.iter().all(|row| row.points.len() <= most) && expected > 2 {
                    let mut values = Vec::new();
                    for row in &data.rows {
                        let mut own: Vec<f64> = row.points.iter().map(|p| p.attribution).collect();
                        own.sort_by(f64::total_cmp);
                        values.extend(own);
                    }
                    let dots = &dots[dots.len() - expected..];
                    let extreme = |sign: f64| (0..expected).max_by(|&a, &b| (sign * values[a]).total_cmp(&(sign * values[b]))).unwrap();
                    let (low, high) = (extreme(-1.0), extreme(1.0));
                    let slope = f64::from(dots[high] - dots[low]) / (values[high] - values[low]);
                    for (dot, value) in dots.iter().zip(&values) {
                        let wanted = f64::from(dots[low]) + slope * (value - values[low]);
                        prop_assert!((f64::from(*dot) - wanted).abs() < 0.05, "{dot} for {value}");
                    }
                }
            }
        }
    }

    #[test]
    fn calibration_and_groups_stand_on_the_sheet(
        bins in prop::collection::vec((0u64..5000, 0.0f64..=1.0, 0.0f64..=1.0, 0.0f64..0.2), 1..12),
        labels in prop::collection::vec(label(), 5),
        groups_of in prop::collection::vec((label(), word(), prop::option::of((0.0f64..0.9, 0.0f64..0.1)), word()), 1..6),
        reference in prop::option::of((0.0f64..1.0, label())),
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
        let data = Calibration {
            bins: bins.collect(),
            x_label: labels[0].clone(),
            y_label: labels[1].clone(),
            count_label: labels[2].clone(),
            dot_label: labels[3].clone(),
            diagonal_label: labels[4].clone(),
            tick: &two,
            count_tick: &count,
        };
        match calibration(&data, format) {
            Err(faults) => prop_assert_eq!(faults.0[0].code, "C03"),
            Ok(drawing) => {
                assert_sound(&drawing);
                assert_clear_of_bars(&drawing, &[LEVEL]);
            }
        }
        let estimate = |(value, half): (f64, f64)| Estimate { value, low: (value - half).max(0.0), high: value + half };
        let rows = groups_of.into_iter().map(|(label, size, rate, value_label)| GroupRow {
            label, size, estimate: rate.map(estimate), value_label,
        });
        let data = Groups { rows: rows.collect(), reference, axis: labels[0].clone(), tick: &two };
        match groups(&data, format) {
            Err(faults) => prop_assert_eq!(faults.0[0].code, "C03"),
            Ok(drawing) => assert_sound(&drawing),
        }
    }
}

/// A full binary tree from a list of (text, note, split or leaf), and its number of nodes.
fn tree(shape: &[(String, String, bool)]) -> (TreeNodeView, usize) {
    fn grow(shape: &[(String, String, bool)], next: &mut usize, on_path: bool) -> TreeNodeView {
        let (text, note, split) = shape[(*next).min(shape.len() - 1)].clone();
        *next += 1;
        let mut node = TreeNodeView {
            text,
            on_path,
            ..TreeNodeView::default()
        };
        if split && *next + 1 < shape.len() {
            node.yes = Some(Box::new(grow(shape, next, on_path)));
            node.no = Some(Box::new(grow(shape, next, false)));
        } else {
            node.note = note;
            node.positive = Some(split);
        }
        node
    }
    let mut used = 0;
    (grow(shape, &mut used, true), used)
}

fn collect<'a>(node: &'a TreeNodeView, labels: &mut Vec<&'a str>) {
    labels.extend([node.text.as_str(), node.note.as_str()]);
    for child in [&node.yes, &node.no].into_iter().flatten() {
        collect(child, labels);
    }
}

/// x of the middles of all filled circles.
fn circles(drawing: &Drawing) -> Vec<f32> {
    let fills = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Fill { points, .. } if points.len() == 20 => Some(bounds(points)),
        _ => None,
    });
    fills.map(|b| (b[0] + b[2]) / 2.0).collect()
}

#[test]
fn a_sample_of_a_swarm_keeps_the_smallest_and_the_largest_case() {
    let points = |n: u32| {
        (0..n)
            .map(|i| SwarmPoint {
                attribution: f64::from(i * i) / 1e4,
                level: Some(0.5),
            })
            .collect()
    };
    let draw = |most| {
        let rows = vec![SwarmRow {
            label: "Miete".into(),
            points: points(101),
        }];
        let (axis, low, high) = ("Beitrag".into(), "tief".into(), "hoch".into());
        let data = Beeswarm {
            rows,
            axis,
            tick: &two,
            low,
            high,
            missing: "fehlt".into(),
            most,
        };
        circles(&beeswarm(&data, Format::wide(400.0)).unwrap())
    };
    let (all, few) = (draw(1000), draw(11));
    assert_eq!((all.len(), few.len()), (101, 11));
    assert_eq!((all.first(), all.last()), (few.first(), few.last()));
}

#[test]
fn numbers_that_are_none_and_empty_data_are_refused() {
    let wide = Format::wide(400.0);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        let rows = vec![
            Reason {
                label: "Miete".into(),
                share: bad,
            },
            Reason {
                label: "Alter".into(),
                share: bad,
            },
        ];
        let data = Reasons {
            against: "gegen".into(),
            towards: "für".into(),
            rows,
        };
        let faults = reasons(&data, wide).unwrap_err().0;
        assert_eq!(faults.len(), 2, "all faults in one go");
        assert_eq!(
            faults[1].place.field.as_deref(),
            Some("chart.reasons.rows[1].share")
        );
        assert_eq!(
            code(bars(
                &[Magnitude {
                    label: "a".into(),
                    value_label: "".into(),
                    value: bad
                }],
                wide
            )),
            "C01"
        );
        let level = |value| Level {
            label: "Basis".into(),
            value_label: "".into(),
            value,
        };
        let fall = Waterfall {
            start: level(1.0),
            steps: vec![],
            end: level(1.0),
            threshold: Some(level(bad)),
        };
        assert_eq!(code(waterfall(&fall, wide)), "C01");
        let row = SwarmRow {
            label: "a".into(),
            points: vec![SwarmPoint {
                attribution: bad,
                level: None,
            }],
        };
        let words = || "w".to_owned();
        let swarm = |rows| Beeswarm {
            rows,
            axis: words(),
            tick: &two,
            low: words(),
            high: words(),
            missing: words(),
            most: 9,
        };
        assert_eq!(code(beeswarm(&swarm(vec![row]), wide)), "C01");
        assert_eq!(code(beeswarm(&swarm(vec![]), wide)), "C02");
        let estimate = Some(Estimate {
            value: 0.5,
            low: 0.4,
            high: bad,
        });
        let row = GroupRow {
            label: words(),
            size: words(),
            estimate,
            value_label: words(),
        };
        let of = |rows| Groups {
            rows,
            reference: None,
            axis: words(),
            tick: &two,
        };
        assert_eq!(code(groups(&of(vec![row]), wide)), "C01");
        assert_eq!(code(groups(&of(vec![]), wide)), "C02");
    }
    assert_eq!(code(bars(&[], wide)), "C02");
    for width in [f32::NAN, f32::INFINITY, -1.0, 0.0, 30.0, 1e9] {
        assert_eq!(
            code(bars(
                &[Magnitude {
                    label: "a".into(),
                    value_label: "".into(),
                    value: 1.0
                }],
                Format::wide(width)
            )),
            "C03"
        );
    }
    let outside = Estimate {
        value: 0.5,
        low: 0.6,
        high: 0.7,
    };
    let row = GroupRow {
        label: "a".into(),
        size: "".into(),
        estimate: Some(outside),
        value_label: "".into(),
    };
    assert_eq!(
        code(groups(
            &Groups {
                rows: vec![row],
                reference: None,
                axis: "x".into(),
                tick: &two
            },
            wide
        )),
        "C01"
    );
}

#[test]
fn shares_of_nothing_draw_no_bar() {
    let rows = vec![
        Reason {
            label: "Miete".into(),
            share: 0.0,
        },
        Reason {
            label: "Alter".into(),
            share: -0.0,
        },
    ];
    let drawing = reasons(
        &Reasons {
            against: "gegen".into(),
            towards: "für".into(),
            rows,
        },
        Format::wide(300.0),
    )
    .unwrap();
    assert_eq!(bars_of(&drawing, &[ACCENT, COUNTER]), []);
    assert_sound(&drawing);
}

#[test]
fn a_tree_too_deep_is_refused() {
    let mut root = TreeNodeView {
        text: "Ende".into(),
        ..TreeNodeView::default()
    };
    for _ in 0..60 {
        root = TreeNodeView {
            text: "Frage?".into(),
            yes: Some(Box::new(root)),
            ..TreeNodeView::default()
        };
    }
    let words = TreeWords {
        yes: "ja".into(),
        no: "nein".into(),
    };
    assert_eq!(
        code(surrogate_tree(&root, &words, Format::wide(467.0))),
        "C03"
    );
}

/// What a reader of the code can see: small renderings, kept as text.
mod renderings {
    use super::*;

    fn reason(label: &str, share: f64) -> Reason {
        Reason {
            label: label.into(),
            share,
        }
    }

    #[test]
    fn reasons_chart() {
        let rows = vec![
            reason("Personen im Haushalt: 5", 0.5),
            reason("Ersparnisse: 3.200\u{a0}Euro", -0.1),
            reason("Andere Angaben zusammen", 0.05),
        ];
        let data = Reasons {
            against: "sprach dagegen".into(),
            towards: "sprach dafür".into(),
            rows,
        };
        insta::assert_snapshot!(svg(&reasons(&data, Format::wide(300.0)).unwrap()));
    }

    #[test]
    fn waterfall_chart() {
        let level = |label: &str, text: &str, value| Level {
            label: label.into(),
            value_label: text.into(),
            value,
        };
        let step = |label: &str, text: &str, delta| Step {
            label: label.into(),
            value_label: text.into(),
            delta,
        };
        let data = Waterfall {
            start: level("Vergleichsgruppe", "31 Punkte", 31.0),
            steps: vec![
                step("Personen im Haushalt: 5", "+60", 60.0),
                step("Ersparnisse", "−5", -5.0),
            ],
            end: level("Dieser Fall", "86 Punkte", 86.0),
            threshold: Some(level("Grenze: 80", "", 80.0)),
        };
        insta::assert_snapshot!(svg(&waterfall(&data, Format::wide(400.0)).unwrap()));
    }

    #[test]
    fn tree_beside_and_as_an_outline() {
        let leaf = |text: &str, note: &str, on_path, positive| {
            let (text, note, positive) = (text.into(), note.into(), Some(positive));
            Some(Box::new(TreeNodeView {
                text,
                note,
                on_path,
                positive,
                ..TreeNodeView::default()
            }))
        };
        let root = TreeNodeView {
            text: "mindestens 4 Personen?".into(),
            yes: leaf("zuerst prüfen", "940 Fälle", true, true),
            no: leaf("später prüfen", "2.610 Fälle", false, false),
            on_path: true,
            ..TreeNodeView::default()
        };
        let words = TreeWords {
            yes: "ja".into(),
            no: "nein".into(),
        };
        let wide = svg(&surrogate_tree(&root, &words, Format::wide(400.0)).unwrap());
        insta::assert_snapshot!("tree_beside", wide);
        let narrow = svg(&surrogate_tree(&root, &words, Format::wide(155.0)).unwrap());
        insta::assert_snapshot!("tree_outline", narrow);
    }

    #[test]
    fn owner_charts() {
        let row = |label: &str, text: &str, value| Magnitude {
            label: label.into(),
            value_label: text.into(),
            value,
        };
        let rows = [
            row("Einkommen im Monat", "62,0 %", 0.62),
            row("Miete", "38,0 %", 0.38),
        ];
        insta::assert_snapshot!("bars", svg(&bars(&rows, Format::wide(300.0)).unwrap()));

        let point = |attribution, level| SwarmPoint { attribution, level };
        let points = vec![
            point(-0.4, Some(0.0)),
            point(0.1, Some(1.0)),
            point(0.1, None),
        ];
        let swarm = Beeswarm {
            rows: vec![SwarmRow {
                label: "Miete".into(),
                points,
            }],
            axis: "Beitrag".into(),
            tick: &two,
            low: "niedrig".into(),
            high: "hoch".into(),
            missing: "fehlt".into(),
            most: 100,
        };
        insta::assert_snapshot!(
            "beeswarm",
            svg(&beeswarm(&swarm, Format::wide(300.0)).unwrap())
        );

        let observed = Some(Observed {
            predicted: 0.2,
            frequency: 0.3,
            low: 0.25,
            high: 0.36,
        });
        let data = Calibration {
            bins: vec![
                CalibrationBin {
                    from: 0.0,
                    to: 0.5,
                    count: 200,
                    observed,
                },
                CalibrationBin {
                    from: 0.5,
                    to: 1.0,
                    count: 0,
                    observed: None,
                },
            ],
            x_label: "vorhergesagt".into(),
            y_label: "beobachtet".into(),
            count_label: "Fälle".into(),
            dot_label: "mit Bereich".into(),
            diagonal_label: "trifft genau zu".into(),
            tick: &two,
            count_tick: &|count| format!("{count}"),
        };
        insta::assert_snapshot!(
            "calibration",
            svg(&calibration(&data, Format::wide(300.0)).unwrap())
        );

        let rate = Some(Estimate {
            value: 0.2,
            low: 0.15,
            high: 0.27,
        });
        let group = |label: &str, size: &str, estimate, text: &str| GroupRow {
            label: label.into(),
            size: size.into(),
            estimate,
            value_label: text.into(),
        };
        let data = Groups {
            rows: vec![
                group("unter 25", "n = 412", rate, "20 %"),
                group("keine Angabe", "n = 9", None, "zu wenige"),
            ],
            reference: Some((0.18, "alle: 18 %".into())),
            axis: "übersehen".into(),
            tick: &two,
        };
        insta::assert_snapshot!("groups", svg(&groups(&data, Format::wide(300.0)).unwrap()));
    }
}
