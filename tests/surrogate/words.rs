//! The promise of the stated branch: what a sentence says of a case is true of the numbers in it, and it is the branch that
//! the case took. Peers round before they compare, and say the other branch (docs/surrogates.md).

use std::sync::LazyLock;

use klartext::document::TreeSentences;
use klartext::language::{Catalogue, Language, Wording};
use klartext::surrogate::{Ask, Detail, Sample, Subject, SurrogateTree, TreeOptions};
use ndarray::Array2;
use proptest::prelude::*;

use super::tree::{cases, details, fit, three};

/// A number as the language wrote it.
fn read(text: &str, language: Language) -> f64 {
    let text = text.replace('\u{2212}', "-");
    let (thousands, decimal) = if language == Language::GERMAN { ('.', ',') } else { (',', '.') };
    let plain: String = text.chars().filter(|c| *c != thousands).collect();
    plain.replace(decimal, ".").parse().unwrap_or_else(|_| panic!("“{text}” is no number"))
}

/// The own value, the limit, and whether the sentence says "less".
fn stated(sentence: &str, language: Language) -> (f64, f64, bool) {
    let (less, least) = match language == Language::GERMAN {
        true => (" ist weniger als ", " ist mindestens "),
        false => (" is less than ", " is at least "),
    };
    let said = sentence.strip_prefix("f: ").unwrap().strip_suffix('.').unwrap();
    let is_less = said.contains(less);
    let (own, limit) = said.split_once(if is_less { less } else { least }).unwrap();
    (read(own, language), read(limit, language), is_less)
}

/// A tree that asks about one threshold between two values.
fn divided(low: f64, high: f64) -> SurrogateTree {
    let rows = Array2::from_shape_vec((2, 1), vec![low, high]).unwrap();
    let sample = Sample { rows: rows.view(), scores: &[0.0, 1.0], classes: &[], weights: &[] };
    let options = TreeOptions { max_leaves: 2, min_leaf: 1, ..TreeOptions::default() };
    let subject = Subject::Score { threshold: None };
    SurrogateTree::fit(vec![Detail::number("f", 0)], subject, sample, options).unwrap()
}

static CATALOGUES: LazyLock<[Catalogue; 2]> = LazyLock::new(|| {
    [Language::GERMAN, Language::ENGLISH].map(|language| Catalogue::load(language, &[]).unwrap())
});

fn check(tree: &SurrogateTree, value: f64) {
    for catalogue in &*CATALOGUES {
        let language = catalogue.language();
        let wording = Wording::new(catalogue);
        let words = TreeSentences::new(tree, &wording, &[]);
        let taken = tree.path(&[value])[0];
        let sentence = words.step(&taken);
        let (own, limit, is_less) = stated(&sentence, language);
        let split = tree.nodes()[0].split.as_ref().unwrap();
        let Ask::Below(threshold) = split.ask else { panic!("a number") };
        assert_eq!((own, limit), (value + 0.0, threshold), "{sentence}");
        assert_eq!(is_less, own < limit, "{sentence}");
        assert_eq!(is_less, taken.yes, "{sentence}");
        let leaf = if is_less { split.yes } else { split.no };
        assert_eq!(tree.leaf(&[value]), leaf, "{sentence}");
        assert!(wording.finish(()).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// At the threshold, one double beside it, and anywhere; in all sizes of numbers.
    #[test]
    fn the_stated_branch_is_the_taken_branch(
        low in any::<f64>(), high in any::<f64>(), other in any::<f64>(), near in -5i32..5,
    ) {
        let finite = |x: f64| if x.is_finite() { x } else { 0.5 };
        let (low, high) = (finite(low) + 0.0, finite(high) + 0.0);
        prop_assume!(low < high);
        let tree = divided(low, high);
        let Some(split) = &tree.nodes()[0].split else { return Err(TestCaseError::fail("no question")) };
        let Ask::Below(threshold) = split.ask else { panic!("a number") };
        // Neighbours of the threshold, and numbers that round to it.
        let beside = [threshold, threshold.next_down(), threshold.next_up(), low, high, finite(other)];
        let rounded = threshold * (1.0 + f64::from(near) * 1e-4);
        for value in beside.into_iter().chain([finite(rounded)]) {
            check(&tree, finite(value));
        }
    }
}

/// The case of PEERS: a rounded threshold said the other branch.
#[test]
fn small_numbers_are_said_in_full() {
    let tree = divided(0.00004, 0.008902);
    check(&tree, 0.00005);
    check(&tree, 0.004471);
}

/// Sentences about categories name the own value and the set that it is in, or not in; of a missing value they say so.
#[test]
fn categories_are_stated_as_they_were_asked() {
    let (rows, scores, classes) = cases(500, 21);
    let options = TreeOptions { max_leaves: 12, min_leaf: 5, ..TreeOptions::default() };
    let tree = fit(&rows, &scores, &classes, three(), options);
    let catalogue = Catalogue::load(Language::ENGLISH, &[]).unwrap();
    let wording = Wording::new(&catalogue);
    let names = ["low", "middle", "high"].map(str::to_owned);
    let words = TreeSentences::new(&tree, &wording, &names);
    let (mut sets, mut missing) = (0, 0);
    for row in rows.rows() {
        let row = row.to_vec();
        for taken in tree.path(&row) {
            let sentence = words.step(&taken);
            let split = tree.nodes()[taken.node].split.clone().unwrap();
            let detail = &details()[split.detail];
            assert!(sentence.starts_with(&format!("{}: ", detail.name)), "{sentence}");
            assert_eq!(sentence.contains("not known"), taken.missing);
            missing += usize::from(taken.missing);
            let Ask::OneOf(places) = &split.ask else { continue };
            if taken.missing {
                continue;
            }
            sets += 1;
            let own = &detail.names()[taken.value as usize];
            let named = places.iter().any(|place| &detail.names()[*place] == own);
            assert_eq!(named, taken.yes, "{sentence}");
            let denies = sentence.contains(" is not ") || sentence.contains(" is none of ");
            assert_eq!(denies, !taken.yes, "{sentence}");
            assert!(sentence.contains(own.as_str()), "{sentence}");
        }
    }
    assert!(sets > 50 && missing > 0, "{sets} {missing}");
    assert!(wording.finish(()).is_ok());
}

/// A rule holds of a row exactly where the row ends in its leaf: read back from the words of its numbers.
#[test]
fn rules_say_which_rows_they_cover() {
    let mut draw = super::draws(31);
    let rows = Array2::from_shape_simple_fn((600, 1), || (draw() * 1000.0).round() / 8.0);
    let scores: Vec<f64> = rows.iter().map(|x| (x / 9.0).sin() + x / 50.0).collect();
    let sample = Sample { rows: rows.view(), scores: &scores, classes: &[], weights: &[] };
    let options = TreeOptions { max_leaves: 9, min_leaf: 5, ..TreeOptions::default() };
    let subject = Subject::Score { threshold: None };
    let tree = SurrogateTree::fit(vec![Detail::number("f", 0)], subject, sample, options).unwrap();
    assert!(tree.leaves() > 5);
    let catalogue = &CATALOGUES[1];
    let wording = Wording::new(catalogue);
    let words = TreeSentences::new(&tree, &wording, &[]);
    for (at, _) in tree.nodes().iter().enumerate().filter(|(_, node)| node.split.is_none()) {
        let conditions = words.conditions(at);
        // One limit below and one above at most, however often the tree asks.
        assert!(conditions.len() <= 2, "{conditions:?}");
        for x in rows.iter() {
            let holds = conditions.iter().all(|condition| {
                let said = condition.strip_prefix("f: ").unwrap();
                match said.strip_prefix("less than ") {
                    Some(limit) => *x < read(limit, Language::ENGLISH),
                    None => *x >= read(said.strip_prefix("at least ").unwrap(), Language::ENGLISH),
                }
            });
            assert_eq!(holds, tree.leaf(&[*x]) == at, "{x}: {conditions:?}");
        }
    }
}
