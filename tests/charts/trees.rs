//! Promises of the pictures of a tree: nothing meets, nothing is cut off or left out; thickness, heights and lengths are
//! the counts'; the path is numbered; a grey copy says the same.

use klartext::chart::palette::{ACCENT, COUNTER, LEVEL, RULE, WHITE, contrast, luminance};
use klartext::chart::*;
use proptest::prelude::*;

use super::properties::{format, label, word};
use super::*;

/// Boxes of nodes: filled shapes with rounded corners that are no circles.
pub(super) fn boxes(drawing: &Drawing) -> Vec<Box4> {
    let fills = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Fill { points, .. } if points.len() == 20 => Some(bounds(points)),
        _ => None,
    });
    fills.filter(|b| ((b[2] - b[0]) - (b[3] - b[1])).abs() > 0.05).collect()
}

/// Edges: bent or straight lines of the outline's colour that are not closed, with their thickness.
fn edges(drawing: &Drawing, points_of: usize) -> Vec<(Vec<(f32, f32)>, f32)> {
    let lines = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Line { points, width, color: RULE }
            if points.len() == points_of && points.first() != points.last() =>
        {
            Some((points.clone(), *width))
        }
        _ => None,
    });
    lines.collect()
}

pub(super) fn words() -> TreeWords {
    TreeWords {
        yes: "ja".into(),
        no: "nein".into(),
        outcomes: vec!["später prüfen".into(), "zuerst prüfen".into()],
        scores: "8 von 10 Fällen".into(),
        threshold: "hier teilt die Frage".into(),
        own: "dieser Fall".into(),
        missing: "fehlt".into(),
        edges: "je dicker, desto mehr Fälle".into(),
    }
}

/// All texts that a tree must show, but for the legend.
fn said(node: &TreeNodeView, words: &TreeWords, depth: usize, out: &mut Vec<String>) {
    out.extend([node.text.clone(), node.note.clone(), node.own.clone()]);
    if node.on_path && node.yes.is_some() {
        out.push((depth + 1).to_string());
    }
    if let Some(spread) = &node.spread {
        match &spread.asked {
            Asked::Numbers { ends, .. } => out.extend(ends.clone()),
            Asked::Categories(all) => out.extend(all.iter().map(|c| c.name.clone())),
        }
        if spread.missing.as_ref().is_some_and(|missing| missing.rows() > 0) {
            out.push(words.missing.clone());
        }
    }
    for (child, word) in [(&node.yes, &words.yes), (&node.no, &words.no)] {
        if let Some(child) = child {
            out.push(word.clone());
            said(child, words, depth + 1, out);
        }
    }
}

fn counts(outcomes: usize) -> impl Strategy<Value = Tally> {
    prop::collection::vec(prop_oneof![Just(0usize), 0usize..400], outcomes)
        .prop_map(Tally::Outcomes)
}

fn scores() -> impl Strategy<Value = Tally> {
    (0usize..90, prop::collection::vec(-4.0f64..4.0, 3)).prop_map(|(rows, mut s)| {
        s.sort_by(f64::total_cmp);
        Tally::Scores { rows, low: s[0], middle: s[1], high: s[2] }
    })
}

fn tally(score: bool, outcomes: usize) -> BoxedStrategy<Tally> {
    if score { scores().boxed() } else { counts(outcomes).boxed() }
}

fn spread(score: bool, outcomes: usize) -> impl Strategy<Value = Spread> {
    let numbers = (
        prop::collection::vec((0.1f64..5.0, tally(score, outcomes)), 1..9),
        -50.0f64..50.0,
        0usize..9,
        (word(), word()),
    )
        .prop_map(|(bins, start, place, ends)| {
            let mut edges = vec![start];
            for (width, _) in &bins {
                edges.push(edges[edges.len() - 1] + width);
            }
            Asked::Numbers {
                threshold: edges[place % edges.len()],
                axis: [start - 1.0, edges[edges.len() - 1] + 0.5],
                bins: bins.into_iter().map(|bin| bin.1).collect(),
                edges,
                ends: ends.into(),
            }
        });
    let category = (label(), any::<bool>(), tally(score, outcomes))
        .prop_map(|(name, yes, tally)| Category { name, yes, tally });
    let categories = prop::collection::vec(category, 1..7).prop_map(Asked::Categories);
    let own = prop_oneof![
        Just(None),
        Just(Some(Own::Missing)),
        (-80.0f64..80.0).prop_map(|own| Some(Own::Number(own))),
        (0usize..7).prop_map(|own| Some(Own::Category(own))),
    ];
    let asked = prop_oneof![numbers, categories];
    (asked, prop::option::of(tally(score, outcomes)), own)
        .prop_map(|(asked, missing, own)| Spread { asked, missing, own })
}

type Shape = (String, String, bool, Option<Spread>, Option<Tally>);

/// A tree of random shape whose path takes yes everywhere; counts fall from the root.
fn grown(shape: &[Shape], next: &mut usize, on_path: bool, rows: usize) -> TreeNodeView {
    let (text, note, split, spread, tally) = shape[(*next).min(shape.len() - 1)].clone();
    *next += 1;
    let mut node = TreeNodeView { text, on_path, rows, ..TreeNodeView::default() };
    if split && *next + 1 < shape.len() {
        node.own = if on_path { note } else { String::new() };
        node.spread = spread;
        let yes = rows / 3;
        node.yes = Some(Box::new(grown(shape, next, on_path, yes)));
        node.no = Some(Box::new(grown(shape, next, false, rows - yes)));
    } else {
        node.note = note;
        node.tally = tally;
        node.positive = Some(split);
    }
    node
}

fn shapes(most: usize) -> impl Strategy<Value = Vec<Shape>> {
    (any::<bool>(), 2usize..5).prop_flat_map(move |(score, outcomes)| {
        let one = (
            label(),
            word(),
            prop::bool::weighted(0.6),
            prop::option::weighted(0.8, spread(score, outcomes)),
            prop::option::weighted(0.8, tally(score, outcomes)),
        );
        prop::collection::vec(one, 1..most)
    })
}

/// Every text stands in one box as a whole, or in none; no box meets another.
pub(super) fn assert_boxed(drawing: &Drawing) {
    let boxes = boxes(drawing);
    for (i, a) in boxes.iter().enumerate() {
        assert!(!boxes[i + 1..].iter().any(|b| meet(a, b)), "boxes meet");
    }
    for text in texts(drawing) {
        let inside =
            |b: &Box4| text[0] >= b[0] && text[1] >= b[1] && text[2] <= b[2] && text[3] <= b[3];
        let homes = boxes.iter().filter(|b| meet(&text, b)).count();
        assert!(homes == 0 || (homes == 1 && boxes.iter().any(inside)), "{text:?} leaves its box");
    }
}

/// Entries of the legend that the drawing has, each said in full; which ones it needs is asked apart.
fn legend(words: &TreeWords, drawing: &Drawing) -> Vec<String> {
    let drawn: String = all_text(drawing);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let mut wanted = words.outcomes.clone();
    wanted.extend([&words.scores, &words.threshold, &words.own, &words.edges].map(String::clone));
    wanted.retain(|entry| !entry.is_empty() && drawn.contains(&squeezed(entry)));
    wanted
}

pub(super) fn all_text(drawing: &Drawing) -> String {
    let texts = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.split_whitespace().collect::<String>()),
        _ => None,
    });
    texts.collect()
}

/// The legend's words are not among the random ones: digits and a mark that no label has.
fn strange_words() -> TreeWords {
    TreeWords {
        outcomes: ["§1", "§2", "§3", "§4"].map(String::from).to_vec(),
        scores: "§s".into(),
        threshold: "§t".into(),
        own: "§o".into(),
        edges: "§e".into(),
        ..words()
    }
}

proptest! {
    // A failing case is put into a test of its own, so no file of seeds is kept.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_keeps_every_text_in_its_box_and_the_boxes_apart(
        shape in shapes(20), format in format(), tallest in prop_oneof![Just(f32::INFINITY), 250.0f32..900.0],
    ) {
        let mut used = 0;
        let root = grown(&shape, &mut used, true, 1000);
        let words = strange_words();
        match tree_pages(&root, &words, format, tallest) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(used > 5 || format.width < 240.0 || tallest < 600.0, "a small tree fits");
            }
            Ok(sheets) => {
                prop_assert_eq!(&sheets, &tree_pages(&root, &words, format, tallest).unwrap());
                let mut wanted = Vec::new();
                said(&root, &words, 0, &mut wanted);
                wanted.extend(legend(&words, &sheets[0]));
                for sheet in &sheets {
                    assert_sound(sheet);
                    assert_boxed(sheet);
                    prop_assert!(sheet.height <= tallest + 1.0, "{} of {tallest}", sheet.height);
                }
                prop_assert_eq!(sheets.iter().map(|sheet| boxes(sheet).len()).sum::<usize>(), used);
                let marks = sheets.into_iter().flat_map(|sheet| sheet.marks).collect();
                let together = Drawing { marks, ..Drawing::default() };
                assert_complete(&together, wanted.iter().map(String::as_str));
            }
        }
    }

    #[test]
    fn a_path_is_drawn_whole_whatever_its_words(shape in shapes(16), format in format()) {
        let root = grown(&shape, &mut 0, true, 1000);
        let words = strange_words();
        let drawing = match tree_path(&root, &words, format) {
            Err(faults) => {
                prop_assert_eq!(faults.0[0].code, "C03");
                prop_assert!(format.width < 240.0);
                return Ok(());
            }
            Ok(drawing) => drawing,
        };
        assert_sound(&drawing);
        assert_boxed(&drawing);
        let mut wanted = legend(&words, &drawing);
        let mut at = Some(&root);
        let mut depth = 0;
        while let Some(node) = at {
            let folded = TreeNodeView { yes: None, no: None, on_path: false, ..node.clone() };
            said(&folded, &words, 0, &mut wanted);
            if let Some(no) = &node.no {
                depth += 1;
                wanted.extend([depth.to_string(), words.yes.clone(), words.no.clone()]);
                // Of what lies below a branch off the path nothing is shown.
                wanted.extend([no.text.clone(), no.note.clone()]);
            }
            at = node.yes.as_deref();
        }
        assert_complete(&drawing, wanted.iter().map(String::as_str));
        prop_assert_eq!(&drawing, &tree_path(&root, &words, format).unwrap());
    }
}

pub(super) fn leaf(
    text: &str,
    [later, first]: [usize; 2],
    on_path: bool,
) -> Option<Box<TreeNodeView>> {
    Some(Box::new(TreeNodeView {
        text: text.into(),
        note: format!("{} von {} Fällen", later.max(first), later + first),
        rows: later + first,
        tally: Some(Tally::Outcomes(vec![later, first])),
        positive: Some(first > later),
        on_path,
        ..TreeNodeView::default()
    }))
}

pub(super) fn bins(counts: &[[usize; 2]]) -> Vec<Tally> {
    counts.iter().map(|pair| Tally::Outcomes(pair.to_vec())).collect()
}

/// Three leaves, the path to the middle one.
pub fn small() -> TreeNodeView {
    let income = Spread {
        asked: Asked::Numbers {
            edges: vec![1000.0, 1350.0, 1700.0, 2050.0, 2400.0],
            axis: [1000.0, 2400.0],
            bins: bins(&[[10, 300], [40, 200], [250, 50], [200, 10]]),
            threshold: 1700.0,
            ends: ["1.000".into(), "2.400 Euro und mehr".into()],
        },
        missing: Some(Tally::Outcomes(vec![10, 30])),
        own: Some(Own::Number(1450.0)),
    };
    let category = |name: &str, yes, pair: [usize; 2]| Category {
        name: name.into(),
        yes,
        tally: Tally::Outcomes(pair.to_vec()),
    };
    let kind = Spread {
        asked: Asked::Categories(vec![
            category("zur Miete", true, [20, 380]),
            category("Eigentum", false, [30, 100]),
            category("Heim", false, [10, 40]),
        ]),
        missing: None,
        own: Some(Own::Category(1)),
    };
    TreeNodeView {
        text: "Einkommen im Monat unter 1.700 Euro?".into(),
        own: "Dieser Fall: 1.450 Euro".into(),
        note: "1.100 Fälle".into(),
        rows: 1100,
        spread: Some(income),
        on_path: true,
        yes: Some(Box::new(TreeNodeView {
            text: "Wohnung: zur Miete?".into(),
            own: "Dieser Fall: Eigentum".into(),
            note: "580 Fälle".into(),
            rows: 580,
            spread: Some(kind),
            on_path: true,
            yes: leaf("zuerst prüfen", [20, 380], false),
            no: leaf("zuerst prüfen", [40, 140], true),
            ..TreeNodeView::default()
        })),
        no: leaf("später prüfen", [460, 60], false),
        ..TreeNodeView::default()
    }
}

#[test]
fn edges_are_as_thick_as_the_cases_that_take_them() {
    let drawing = surrogate_tree(&small(), &words(), Format::wide(467.0)).unwrap();
    // Rows of the nodes in reading order, without the root.
    let rows = [580.0, 400.0, 180.0, 520.0];
    let edges = edges(&drawing, 4);
    assert_eq!(edges.len(), rows.len());
    for (i, (_, width)) in edges.iter().enumerate() {
        for (j, (_, other)) in edges.iter().enumerate() {
            assert_eq!(width > other, rows[i] > rows[j], "{width} {other}");
        }
        let share = (width - 0.8) / 6.2;
        assert!((share - rows[i] / 1100.0).abs() < 0.01, "{share} of {}", rows[i]);
    }
    // Siblings leave their parent side by side: neither hides the other.
    let starts: Vec<f32> = edges.iter().map(|(points, _)| points[0].1).collect();
    for (first, second) in [(0, 3), (1, 2)] {
        let apart = starts[second] - starts[first];
        let touch = (edges[first].1 + edges[second].1) / 2.0;
        assert!((apart - touch).abs() < 0.05, "{apart} for {touch}");
    }
}

#[test]
fn the_path_is_heavy_and_its_steps_are_numbered_in_order() {
    let wide = Format::wide(467.0);
    for (drawing, along) in [
        (surrogate_tree(&small(), &words(), wide).unwrap(), 0),
        (tree_path(&small(), &words(), wide).unwrap(), 1),
    ] {
        let numbers: Vec<(&str, (f32, f32))> = drawing
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text {
                    text, x, y, color: WHITE, bold: true, anchor: Anchor::Middle, ..
                } => Some((text.as_str(), (*x, *y))),
                _ => None,
            })
            .collect();
        assert_eq!(numbers.iter().map(|n| n.0).collect::<Vec<_>>(), ["1", "2"]);
        let at = |n: usize| if along == 0 { numbers[n].1.0 } else { numbers[n].1.1 };
        assert!(at(0) < at(1));
        let heavy: Vec<f32> = drawing
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Line { points, width, color: ACCENT } if points.first() != points.last() => {
                    Some(*width)
                }
                _ => None,
            })
            .collect();
        assert_eq!(heavy, [2.4, 2.4], "one heavy line a step of the path, none off it");
    }
}

#[test]
fn columns_and_bars_are_as_high_and_long_as_their_counts() {
    let drawing = tree_path(&small(), &words(), Format::wide(467.0)).unwrap();
    // The first question's columns: dark and light piled on the axis, the missing ones apart at the right.
    let piles = bars_of(&drawing, &[ACCENT, LEVEL]);
    let wanted = [(300, 10), (200, 40), (50, 250), (10, 200), (30, 10)];
    let columns: Vec<&(Box4, Color)> = piles.iter().take(2 * wanted.len()).collect();
    let unit = (columns[0].0[3] - columns[0].0[1]) / 300.0;
    for (pair, (dark, light)) in columns.chunks(2).zip(wanted) {
        let [(first, first_color), (second, second_color)] = [*pair[0], *pair[1]];
        assert_eq!((first_color, second_color), (ACCENT, LEVEL));
        assert!((first[3] - first[1] - dark as f32 * unit).abs() < 0.05, "{first:?} for {dark}");
        assert!((second[3] - second[1] - light as f32 * unit).abs() < 0.05, "{second:?} {light}");
        assert!((second[3] - first[1]).abs() < 0.02, "light stands on dark");
    }
    // The second question's bars: lengths by count, parts by share; the longest fills its room.
    let bars: Vec<&(Box4, Color)> = piles.iter().skip(2 * wanted.len()).collect();
    let length = |nth: usize| bars[2 * nth + 1].0[2] - bars[2 * nth].0[0];
    // The folded branch of the first question stands before them.
    for (nth, rows) in [(2, 130.0), (3, 50.0)] {
        let wanted = length(1) * rows / 400.0;
        assert!((length(nth) - wanted).abs() < 0.05, "{} for {rows} cases", length(nth));
    }
    let dark = bars[2].0[2] - bars[2].0[0];
    assert!((dark - length(1) * 380.0 / 400.0).abs() < 0.05, "380 of 400 are dark");
}

/// One case beside a thousand is seen: its column has a least height, and those of the others stay what they were.
#[test]
fn a_column_of_few_cases_is_seen() {
    let mut root = small();
    if let Some(Spread { asked: Asked::Numbers { bins, .. }, .. }) = &mut root.spread {
        bins[3] = Tally::Outcomes(vec![0, 1]);
    }
    let drawing = tree_path(&root, &words(), Format::wide(467.0)).unwrap();
    let piles = bars_of(&drawing, &[ACCENT, LEVEL]);
    let height = |bar: &(Box4, Color)| bar.0[3] - bar.0[1];
    assert_eq!(piles[6].1, ACCENT);
    assert!((height(&piles[6]) - 1.6).abs() < 0.05, "{}", height(&piles[6]));
    let unit = height(&piles[0]) / 300.0;
    assert!((height(&piles[2]) - 200.0 * unit).abs() < 0.05);
}

#[test]
fn the_mark_of_the_threshold_divides_the_columns_and_the_pin_stands_at_the_own_value() {
    let drawing = tree_path(&small(), &words(), Format::wide(467.0)).unwrap();
    let piles = bars_of(&drawing, &[ACCENT, LEVEL]);
    // Four bins of equal width from 1,000 to 2,400: the threshold lies between the second and the third.
    let (second, third) = (piles[2].0, piles[4].0);
    let pin = circles(&drawing).into_iter().find(|c| c.1 < second[1]).unwrap();
    let wedge = drawing.marks.iter().find_map(|mark| match mark {
        Mark::Fill { points, .. } if points.len() == 3 => Some(points[0].0),
        _ => None,
    });
    let threshold = wedge.unwrap();
    assert!(second[2] <= threshold && threshold <= third[0], "{second:?} {threshold} {third:?}");
    let (first, last) = (piles[0].0, piles[6].0);
    let gap = 0.3;
    let (low, high) = (first[0] - gap, last[2] + gap);
    let own = low + (high - low) * (1450.0 - 1000.0) / 1400.0;
    assert!((pin.0 - own).abs() < 0.1, "{} for {own}", pin.0);
}

#[test]
fn a_value_beyond_the_axis_is_an_arrow_and_no_pin() {
    let mut root = small();
    let plain = circles(&tree_path(&root, &words(), Format::wide(467.0)).unwrap()).len();
    if let Some(spread) = &mut root.spread {
        spread.own = Some(Own::Number(99_000.0));
    }
    let drawing = tree_path(&root, &words(), Format::wide(467.0)).unwrap();
    assert_eq!(circles(&drawing).len(), plain - 1);
    assert_sound(&drawing);
}

#[test]
fn neighbouring_outcomes_differ_on_a_grey_copy() {
    for outcomes in 2..=6 {
        let root = TreeNodeView {
            text: "alle".into(),
            tally: Some(Tally::Outcomes(vec![10; outcomes])),
            ..TreeNodeView::default()
        };
        let drawing = surrogate_tree(&root, &TreeWords::default(), Format::wide(300.0)).unwrap();
        let mut parts: Vec<(Box4, Color)> = drawing
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Fill { points, color } if points.len() == 4 => Some((bounds(points), *color)),
                _ => None,
            })
            .collect();
        // The first is the paper below them.
        parts.remove(0);
        assert_eq!(parts.len(), outcomes);
        let hatched = |color: Color| color == COUNTER;
        for pair in parts.windows(2) {
            let (a, b) = (pair[0].1, pair[1].1);
            let enough = if hatched(a) != hatched(b) { 1.05 } else { 1.9 };
            assert!(contrast(a, b) >= enough, "{outcomes}: {a:?} and {b:?}");
        }
        if outcomes == 2 {
            assert!(
                luminance(parts[0].1) < luminance(parts[1].1),
                "the last outcome is the dark one"
            );
        }
    }
}

/// How a part of a bar is filled: its ground in grey, and of each line on it whether it is upright, how it runs, its grey.
type Filling = (u8, Vec<(bool, i8, u8)>);

/// Of more outcomes than there are tones some have lines on them: no two look alike, on a grey copy either, until there are
/// too many to tell apart, and then the legend names those together that look alike.
#[test]
fn many_outcomes_are_told_apart_or_named_together() {
    let names: Vec<String> = (0..30).map(|nth| format!("class{nth:02}")).collect();
    let drawn = |outcomes: usize| {
        let root = TreeNodeView {
            text: "alle".into(),
            tally: Some(Tally::Outcomes(vec![10; outcomes])),
            ..TreeNodeView::default()
        };
        let words = TreeWords { outcomes: names[..outcomes].to_vec(), ..TreeWords::default() };
        surrogate_tree(&root, &words, Format::wide(900.0)).unwrap()
    };
    let looks = |drawing: &klartext::chart::Drawing, outcomes: usize| -> Vec<Filling> {
        let grounds = drawing.marks.iter().filter_map(|mark| match mark {
            Mark::Fill { points, color } if points.len() == 4 => Some((bounds(points), *color)),
            _ => None,
        });
        // The first is the paper below them; the bar stands before the legend.
        let grey = |color: Color| (255.0 * luminance(color).powf(0.45)) as u8;
        grounds
            .skip(1)
            .take(outcomes)
            .map(|(edges, color)| {
                let inside = |x: f32, y: f32| {
                    edges[0] <= x && x <= edges[2] && edges[1] <= y && y <= edges[3]
                };
                let lines = drawing.marks.iter().filter_map(|mark| match mark {
                    Mark::Line { points, color, .. }
                        if points.len() == 2 && points.iter().all(|p| inside(p.0, p.1)) =>
                    {
                        let (dx, dy) = (points[1].0 - points[0].0, points[1].1 - points[0].1);
                        let rises = i8::from(dx * dy > 0.01) - i8::from(dx * dy < -0.01);
                        Some((dx.abs() < 0.05, rises, grey(*color) / 128))
                    }
                    _ => None,
                });
                let mut lines: Vec<(bool, i8, u8)> = lines.collect();
                lines.sort_unstable();
                lines.dedup();
                (grey(color), lines)
            })
            .collect()
    };
    for outcomes in [6, 7, 12, 20, 24] {
        let looks = looks(&drawn(outcomes), outcomes);
        for (a, look) in looks.iter().enumerate() {
            for other in &looks[..a] {
                let (far, lined) = (look.0.abs_diff(other.0) >= 12, look.1 != other.1);
                assert!(far || lined, "{outcomes}: {look:?} and {other:?}");
            }
        }
    }
    let told = all_text(&drawn(30));
    assert!(told.contains("class23,class24,class25"), "{told}");
    assert!(told.contains("class22") && !told.contains("class22,"), "{told}");
}

#[test]
fn the_legend_says_what_is_there_and_nothing_else() {
    let texts = |root: &TreeNodeView| {
        all_text(&surrogate_tree(root, &words(), Format::wide(467.0)).unwrap())
    };
    let whole = texts(&small());
    for entry in ["spät", "zuerstprüfen", "hierteiltdieFrage", "dieserFall", "jedicker"] {
        assert!(whole.contains(entry), "{entry} in {whole}");
    }
    assert!(!whole.contains("8von10"), "no scores are drawn");
    let mut plain = small();
    plain.spread = None;
    if let Some(yes) = &mut plain.yes {
        yes.spread = None;
    }
    let plain = texts(&plain);
    assert!(!plain.contains("hierteilt") && !plain.contains("dieserFall·"), "{plain}");
    assert!(!plain.contains("dieserFalljedicker"), "no pin is drawn: {plain}");
}
