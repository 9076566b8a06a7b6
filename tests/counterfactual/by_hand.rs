//! Cases whose smallest change can be worked out by hand, and constraints that contradict each other.

use super::*;

/// Continuous features of a weighted sum: the closed form, including one that must go to its limit.
#[test]
fn linear_closed_form() {
    let model = Weighted(LinearModel {
        card: card(),
        weights: vec![vec![2.0, 1.0, 0.0, 0.0, 0.0, 0.0]],
        intercepts: vec![-6.0],
        fill: vec![0.0; COLUMNS],
        ..LinearModel::default()
    });
    let two = [Adjustable { max: 2.0, ..free(0) }, free(1)];
    let found = find(&model, 0, &[0.0; COLUMNS], UP, &two, Limits::default()).expect("sound");
    let Found::Changes { changes, cost, proof, .. } = found else { panic!("{found:?}") };
    // column 1 alone needs 6 (cost 1.6); both together cost at least 2
    assert_eq!((changes.len(), changes[0].feature, proof), (1, 1, Proof::Smallest));
    assert!((changes[0].to[0] - 6.0).abs() < 1e-12 && (cost - 1.6).abs() < 1e-12);
    let short = [Adjustable { max: 2.0, ..free(0) }, Adjustable { max: 5.0, ..free(1) }];
    let found = find(&model, 0, &[0.0; COLUMNS], UP, &short, Limits::default()).expect("sound");
    let Found::Changes { changes, cost, .. } = found else { panic!("{found:?}") };
    // 2·2 from column 0 at its limit, 2 from column 1: 1 + 0.2 + 1 + 0.2
    assert_eq!((changes[0].to[0], changes.len()), (2.0, 2));
    assert!((changes[1].to[0] - 2.0).abs() < 1e-12 && (cost - 2.4).abs() < 1e-12);
}

/// Of equally dear changes the one with fewer features is returned, then the one of the features listed first.
#[test]
fn ties_are_broken_the_same_way() {
    let link = Link::Identity;
    let linear = Weighted(LinearModel {
        card: card(),
        weights: vec![vec![1.0, 2.0, 1.0, 2.0, 0.0, 0.0]],
        intercepts: vec![-2.0],
        fill: vec![0.0; COLUMNS],
        link,
        ..LinearModel::default()
    });
    let trees = (0..4).map(|j| {
        let split =
            Split::Threshold { at: 1.0, less: Comparison::Less, missing: MissingRule::NanLeft };
        let gain = linear.0.weights[0][j];
        let nodes = vec![
            Node::Inner { feature: j as u32, split, left: 1, right: 2, cover: 2.0 },
            Node::Leaf { value: 0.0, cover: 1.0 },
            Node::Leaf { value: gain, cover: 1.0 },
        ];
        Tree { output: 0, nodes }
    });
    let (trees, width) = (trees.collect(), FloatWidth::Single);
    let trees = summed(trees, vec![-2.0], width);
    let yes = |column: usize, weight: f64| {
        let kind = AdjustableKind::Codes { values: vec![0.0, 1.0] };
        Adjustable { kind, scale: 0.0, weight, ..free(column) }
    };
    let models: [&dyn Model; 2] = [&linear, &trees];
    for model in models {
        let changed = |list: &[Adjustable]| {
            let found =
                find(model, 0, &[0.0; COLUMNS], UP, list, Limits::default()).expect("sound");
            let Found::Changes { changes, cost, .. } = found else { panic!("{found:?}") };
            assert_eq!(cost, 2.0);
            changes.iter().map(|c| list[c.feature].columns[0]).collect::<Vec<_>>()
        };
        // columns 0 and 2 together gain as much, and cost as much, as 1 or 3 alone
        assert_eq!(changed(&[yes(0, 1.0), yes(2, 1.0), yes(1, 2.0)]), [1]);
        assert_eq!(changed(&[yes(3, 2.0), yes(0, 1.0), yes(1, 2.0), yes(2, 1.0)]), [3]);
        assert_eq!(changed(&[yes(1, 2.0), yes(0, 1.0), yes(3, 2.0), yes(2, 1.0)]), [1]);
        assert_eq!(changed(&[yes(0, 1.0), yes(2, 1.0)]), [0, 2]);
    }
}

/// Contradicting constraints and broken trees are refused, all faults in one go; nothing panics.
#[test]
fn contradictions_are_refused() {
    let model = stump(0.5, Comparison::Less, FloatWidth::Double);
    let list = [
        Adjustable { columns: vec![99], ..free(0) },
        Adjustable { kind: AdjustableKind::Number { step: Some(0.0) }, ..free(0) },
        Adjustable { columns: vec![1, 2], ..free(0) },
        Adjustable { min: 2.0, max: 1.0, ..free(3) },
        Adjustable { kind: AdjustableKind::OneHot { codes: vec![vec![1.0, 2.0]] }, ..free(4) },
        Adjustable { weight: 0.0, ..free(5) },
        Adjustable { columns: vec![], ..free(5) },
    ];
    let faults = Search::new(&model, 3, &list, Limits::default()).expect_err("refused").0;
    assert_eq!(faults.len(), 8, "{faults:#?}");
    assert!(faults.iter().all(|f| ["R40", "R41"].contains(&f.code)));
    let mut model = stump(0.5, Comparison::Less, FloatWidth::Double);
    if let Node::Inner { left, .. } = &mut model.0.trees[0].nodes[0] {
        *left = 0;
    }
    assert_eq!(
        Search::new(&model, 0, &[free(0)], Limits::default()).expect_err("a loop").0[0].code,
        "R42"
    );
    let model = stump(0.5, Comparison::Less, FloatWidth::Double);
    assert_eq!(
        find(&model, 0, &[0.0], UP, &[free(0)], Limits::default()).expect_err("short").0[0].code,
        "R43"
    );
}
