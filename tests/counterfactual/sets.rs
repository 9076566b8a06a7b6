//! What the order of sets must not break: many features, models with many trees, ties, and the promise that every change
//! stated is predicted again and keeps its constraints, on a shipped model.

use std::path::Path;

use klartext::counterfactual::{Constraints, Goal};
use klartext::model::read;
use klartext::table::{Separator, read_table};
use ndarray::Array2;

use super::*;

/// Every change stated for the rows of a shipped model's background flips the result when predicted again, changes only
/// what may change, and keeps direction and range; so does every other of several.
#[test]
fn stated_changes_hold_on_a_shipped_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/unemployment-benefit");
    let loaded = read(&folder.join("model.ubj")).expect("a model");
    let model = loaded.model.as_ref();
    let table = read_table(&folder.join("background.csv"), Separator::Detect).expect("a table");
    let features = &model.card().features;
    // a category `kind` stands in columns `kind_VALUE`
    let group = "joblost";
    let members: Vec<&String> = features.iter().filter(|f| f.starts_with(group)).collect();
    let cell = |r: usize, feature: &str| {
        let Some(column) = table.column(feature) else {
            let kind = table.column(group).expect("the category");
            let value = table.text(r, kind).expect("a category");
            return f64::from(u8::from(feature == format!("{group}_{value}")));
        };
        match table.text(r, column) {
            Some("yes") => 1.0,
            Some("no") => 0.0,
            text => text.map_or(f64::NAN, |text| text.parse().expect("a number")),
        }
    };
    let values = (0..table.rows.len()).flat_map(|r| features.iter().map(move |f| (r, f)));
    let values: Vec<f64> = values.map(|(r, feature)| cell(r, feature)).collect();
    let rows = Array2::from_shape_vec((table.rows.len(), features.len()), values).expect("rows");
    let named = vec![Default::default(); features.len()];
    let first = "age";
    let rules =
        format!("[features.{first}]\ndirection = \"increase\"\n[groups]\n{group} = {members:?}");
    let rules = Constraints::parse("rules.toml", &rules).expect("rules");
    let bound = rules.bind(model.card(), rows.view(), &named, false).expect("sound rules");
    assert!(members.len() > 2 && bound.names.iter().any(|name| name == group));
    let limits = Limits { max_changes: 3, max_boxes: 100_000 };
    let search = Search::with(model, bound.adjustable.clone(), Vec::new(), limits).expect("sound");
    let threshold = 0.5;
    let threshold_raw = model.link().inverse(threshold);
    let predict = |row: &[f64]| {
        let (mut raw, mut value) = ([0.0], [0.0]);
        model.raw(row, &mut raw);
        model.value(&raw, &mut value);
        value[0]
    };
    let mut stated = 0;
    for row in rows.rows().into_iter().take(150) {
        let row = row.to_vec();
        let above = predict(&row) < threshold;
        let target = Target { threshold_raw, above, margin: 0.0 };
        let goal = Goal::Side { output: 0, target, value: Some(threshold) };
        for found in search.several(&row, goal, 2).expect("sound row") {
            let Found::Changes { changes, row: new, .. } = found else { continue };
            stated += 1;
            assert_eq!(predict(&new) >= threshold, above);
            assert!(changes.len() <= 3);
            let mut rebuilt = row.clone();
            for change in &changes {
                let feature = &bound.adjustable[change.feature];
                for (&column, &value) in feature.columns.iter().zip(&change.to) {
                    rebuilt[column] = value;
                    let single = feature.columns.len() == 1;
                    assert!(!single || value >= feature.min && value <= feature.max);
                }
                if bound.names[change.feature] == first {
                    assert!(change.to[0] > change.from[0]);
                }
            }
            assert_eq!(format!("{rebuilt:?}"), format!("{new:?}"), "nothing else changes");
        }
    }
    assert!(stated > 150, "{stated} changes");
}

/// Sums of stumps over so many columns, each of which may become 1; column `j` then gains `gain(j)`.
fn stumps(columns: usize, gain: impl Fn(usize) -> f64) -> (Trees, Vec<Adjustable>) {
    let trees = (0..columns).map(|j| {
        let split =
            Split::Threshold { at: 1.0, less: Comparison::Less, missing: MissingRule::NanLeft };
        let nodes = vec![
            Node::Inner { feature: j as u32, split, left: 1, right: 2, cover: 2.0 },
            Node::Leaf { value: 0.0, cover: 1.0 },
            Node::Leaf { value: gain(j), cover: 1.0 },
        ];
        Tree { output: 0, nodes }
    });
    let mut model = summed(trees.collect(), vec![0.0], FloatWidth::Double);
    model.0.card.features = (0..columns).map(|j| format!("f{j}")).collect();
    let yes = |column: usize| {
        let kind = AdjustableKind::Codes { values: vec![0.0, 1.0] };
        Adjustable { kind, scale: 0.0, ..free(column) }
    };
    (model, (0..columns).map(yes).collect())
}

/// Of sets of the same size the first in the order of features that reaches the goal is found, from one to four
/// features, and with more features than a search by sets tells apart.
#[test]
fn the_first_of_equal_sets_is_found() {
    for (columns, largest) in [(12, 4), (64, 4), (128, 3), (130, 1)] {
        // the last has more features than a search by sets tells apart
        let (model, list) = stumps(columns, |j| if j % 2 == 0 { 1.0 } else { 1.5 });
        for size in 1..=largest {
            // so many of the larger gains, or one more than that of the smaller ones
            let target = Target { threshold_raw: 1.5 * size as f64, above: true, margin: 0.0 };
            let limits = Limits { max_changes: size + 1, max_boxes: 1_000_000 };
            let found = find(&model, 0, &vec![0.0; columns], target, &list, limits).expect("sound");
            let Found::Changes { changes, proof, cost, .. } = found else { panic!("{found:?}") };
            let changed: Vec<usize> = changes.iter().map(|change| change.feature).collect();
            let expected: Vec<usize> = (0..size).map(|i| 2 * i + 1).collect();
            assert_eq!((changed, cost, proof), (expected, size as f64, Proof::Smallest));
        }
        let target = Target { threshold_raw: 1e6, above: true, margin: 0.0 };
        let limits = Limits { max_changes: columns, max_boxes: 1_000_000 };
        let found = find(&model, 0, &vec![0.0; columns], target, &list, limits).expect("sound");
        assert_eq!(found, Found::Impossible);
    }
}
