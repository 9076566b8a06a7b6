//! The pictures of trees, kept as text.

use klartext::chart::*;

use super::trees::small;

fn words() -> TreeWords {
    TreeWords {
        yes: "ja".into(),
        no: "nein".into(),
        outcomes: vec!["später prüfen".into(), "zuerst prüfen".into()],
        scores: "von 10 Fällen liegen 8 im Balken, der Strich zeigt die Mitte".into(),
        threshold: "hier teilt die Frage".into(),
        own: "dieser Fall".into(),
        missing: "fehlt".into(),
        edges: "je dicker die Linie, desto mehr Fälle".into(),
    }
}

/// The same tree of scores.
pub fn scored() -> TreeNodeView {
    fn turn(tally: &mut Tally, shift: f64) {
        let rows = tally.rows();
        let middle = shift + (rows % 7) as f64 / 10.0;
        *tally = Tally::Scores { rows, low: middle - 0.4, middle, high: middle + 0.3 };
    }
    fn walk(node: &mut TreeNodeView, shift: f64) {
        if let Some(tally) = &mut node.tally {
            turn(tally, shift);
            node.text = "im Mittel 0,7 Punkte".into();
        }
        if let Some(spread) = &mut node.spread {
            match &mut spread.asked {
                Asked::Numbers { bins, .. } => {
                    bins.iter_mut().enumerate().for_each(|(i, bin)| turn(bin, i as f64 / 2.0));
                }
                Asked::Categories(all) => {
                    all.iter_mut()
                        .enumerate()
                        .for_each(|(i, c)| turn(&mut c.tally, i as f64 / 3.0));
                }
            }
            spread.missing.iter_mut().for_each(|missing| turn(missing, 0.2));
        }
        for (child, by) in [(&mut node.yes, -0.3), (&mut node.no, 0.4)] {
            if let Some(child) = child {
                walk(child, shift + by);
            }
        }
    }
    let mut root = small();
    walk(&mut root, 0.5);
    root
}

#[test]
fn tree_beside_as_an_outline_and_as_a_path() {
    let wide = Format { width: 467.7, text_size: 9.0 };
    insta::assert_snapshot!("tree_beside", svg(&surrogate_tree(&small(), &words(), wide).unwrap()));
    let narrow = Format::wide(240.0);
    insta::assert_snapshot!(
        "tree_outline",
        svg(&surrogate_tree(&small(), &words(), narrow).unwrap())
    );
    insta::assert_snapshot!("tree_path", svg(&tree_path(&small(), &words(), wide).unwrap()));
}

#[test]
fn tree_of_scores() {
    let wide = Format { width: 467.7, text_size: 9.0 };
    insta::assert_snapshot!(
        "tree_scores",
        svg(&surrogate_tree(&scored(), &words(), wide).unwrap())
    );
    insta::assert_snapshot!(
        "tree_scores_path",
        svg(&tree_path(&scored(), &words(), wide).unwrap())
    );
}
