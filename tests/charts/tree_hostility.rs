//! Promises of the pictures of a tree: hostile data are drawn or refused, never drawn wrongly.

use klartext::chart::*;

use super::trees::{all_text, assert_boxed, bins, boxes, leaf, small, words};
use super::*;

/// A complete tree of so many questions on every path, with long German names.
fn complete(depth: usize, name: &str, rows: usize) -> TreeNodeView {
    if depth == 0 {
        return *leaf("Aufforderung zur Mitwirkung", [rows / 4, rows - rows / 4], false).unwrap();
    }
    let mut node = small();
    node.on_path = false;
    node.own = String::new();
    node.rows = rows;
    node.text = format!("{name} unter 1.700 Euro?");
    if let Some(spread) = &mut node.spread {
        spread.own = None;
    }
    node.yes = Some(Box::new(complete(depth - 1, name, rows / 2)));
    node.no = Some(Box::new(complete(depth - 1, name, rows - rows / 2)));
    node
}

#[test]
fn hostile_trees_fit_their_sheets() {
    let format = Format { width: 467.7, text_size: 9.0 };
    let long = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung ".repeat(3);
    let names = ["Alter", "Höchstbetrag der Leistung in der Woche", long.trim()];
    for name in names {
        for depth in 0..=4 {
            let root = complete(depth, name, 4000);
            let sheets = tree_pages(&root, &words(), format, 650.0).unwrap();
            for sheet in &sheets {
                assert_sound(sheet);
                assert_boxed(sheet);
                assert!(sheet.height <= 651.0);
            }
            let drawn: usize = sheets.iter().map(|sheet| boxes(sheet).len()).sum();
            assert_eq!(drawn, (1 << (depth + 1)) - 1, "{name} {depth}");
        }
    }
    // 16 leaves with short words stand on one sheet.
    fn shorten(node: &mut TreeNodeView) {
        if node.yes.is_none() {
            node.text = "zuerst prüfen".into();
        }
        if let Some(Spread { asked: Asked::Numbers { ends, .. }, missing, .. }) = &mut node.spread {
            *ends = ["1.000".into(), "2.400 Euro".into()];
            *missing = None;
        }
        [&mut node.yes, &mut node.no].into_iter().flatten().for_each(|child| shorten(child));
    }
    let mut root = complete(4, "Alter", 4000);
    shorten(&mut root);
    let whole = surrogate_tree(&root, &words(), format).unwrap();
    let sheets = tree_pages(&root, &words(), format, 650.0).unwrap();
    assert_eq!(sheets.len(), 1, "{} points high where there is room", whole.height);
    // A path of five long questions.
    let mut root = small();
    for _ in 0..4 {
        root = TreeNodeView {
            text: format!("{long}?"),
            own: format!("Dieser Fall: {long}"),
            yes: Some(Box::new(root)),
            no: leaf(&long, [1, 2], false),
            ..small()
        };
    }
    let path = tree_path(&root, &words(), format).unwrap();
    assert_sound(&path);
    assert_boxed(&path);
}

#[test]
fn all_rows_at_one_value_and_nothing_but_missing_ones() {
    let mut root = small();
    if let Some(Spread {
        asked: Asked::Numbers { edges, bins: columns, threshold, axis, .. },
        ..
    }) = &mut root.spread
    {
        *edges = vec![1.0, 2.0, 3.0];
        *axis = [1.0, 3.0];
        *columns = bins(&[[0, 0], [0, 700]]);
        *threshold = 2.0;
    }
    assert_sound(&surrogate_tree(&root, &words(), Format::wide(467.0)).unwrap());
    if let Some(Spread { asked: Asked::Numbers { bins: columns, .. }, own, .. }) = &mut root.spread
    {
        *columns = bins(&[[0, 0], [0, 0]]);
        *own = Some(Own::Missing);
    }
    for drawing in [
        surrogate_tree(&root, &words(), Format::wide(467.0)).unwrap(),
        tree_path(&root, &words(), Format::wide(467.0)).unwrap(),
    ] {
        assert_sound(&drawing);
        assert!(all_text(&drawing).contains("fehlt"));
    }
}

#[test]
fn what_cannot_be_drawn_truthfully_is_refused() {
    let format = Format::wide(467.0);
    let with = |asked: Asked| {
        let spread = Spread { asked, missing: None, own: None };
        let root = TreeNodeView { spread: Some(spread), ..small() };
        [code(surrogate_tree(&root, &words(), format)), code(tree_path(&root, &words(), format))]
    };
    let numbers = |edges: &[f64], axis, threshold| Asked::Numbers {
        bins: bins(&[[1, 2], [3, 4]]),
        edges: edges.to_vec(),
        axis,
        threshold,
        ends: Default::default(),
    };
    assert_eq!(with(numbers(&[0.0, 1.0, 2.0], [0.0, 2.0], 1.0)), ["drawn"; 2]);
    assert_eq!(with(numbers(&[0.0, 1.0, 2.0], [0.0, 2.0], 3.0)), ["C01"; 2], "threshold outside");
    assert_eq!(with(numbers(&[0.0, 1.0, 2.0], [0.5, 2.0], 1.0)), ["C01"; 2], "axis too short");
    assert_eq!(with(numbers(&[0.0, 2.0, 1.0], [0.0, 2.0], 1.0)), ["C01"; 2], "falling edges");
    assert_eq!(with(numbers(&[0.0, 1.0], [0.0, 2.0], 1.0)), ["C01"; 2], "too few edges");
    assert_eq!(with(numbers(&[0.0, f64::NAN, 2.0], [0.0, 2.0], 1.0)), ["C01"; 2]);
    assert_eq!(with(Asked::Categories(vec![])), ["C02"; 2]);
    let scores = Tally::Scores { rows: 3, low: 2.0, middle: 1.0, high: 3.0 };
    let root = TreeNodeView { tally: Some(scores), ..TreeNodeView::default() };
    assert_eq!(code(surrogate_tree(&root, &words(), format)), "C01");
    let lost = TreeNodeView { on_path: false, ..small() };
    assert_eq!(code(tree_path(&lost, &words(), format)), "C02", "no path to draw");
}

#[test]
fn a_tree_too_deep_is_refused() {
    let mut root = TreeNodeView { text: "Ende".into(), ..TreeNodeView::default() };
    for _ in 0..60 {
        root = TreeNodeView {
            text: "Frage?".into(),
            yes: Some(Box::new(root)),
            ..TreeNodeView::default()
        };
    }
    assert_eq!(code(surrogate_tree(&root, &words(), Format::wide(467.0))), "C03");
}
