//! Promise: files of old versions of CatBoost (0.26.1, 1.0.6, 1.1.1, 1.2.2) predict what those versions predict. Category
//! codes -1, -7, 77 and 1e9, texts that training did not have, a missing and a huge number are among the rows.

use klartext::model::FeatureKind;

use crate::compare::{contributions, predictions, relative};
use crate::reference::model;

/// Versions, and the commits that they were built from.
const VERSIONS: [(&str, &str); 4] = [
    ("cb0261", "53fa90391759"),
    ("cb106", "42359eaac284"),
    ("cb111", "d63ba37ba1c5"),
    ("cb122", "ff8f073eea24"),
];

/// The table: numbers alone for the models of numbers, as JSON of versions before 1.1 has no names of columns.
fn table(file: &str) -> &'static str {
    let numbers = file.contains("number") || file.contains("two");
    if numbers { "catboost_old_numbers.X.csv" } else { "catboost_old.X.csv" }
}

/// Numbers in symmetric and other trees, as JSON and binary; categories by statistics, in two classes and in three.
#[test]
fn old_versions_predict_as_they_did() {
    for (tag, commit) in VERSIONS {
        for file in ["number.json", "number.cbm", "two.json", "two.cbm", "classes.cbm", "ctr.cbm"] {
            let file = format!("{tag}_{file}");
            let (raw, value) = predictions(&file, table(&file), relative);
            println!("{file}: {raw:e} {value:e}");
            assert!(raw <= 1e-14 && value <= 1e-14, "{file}: {raw:e} {value:e}");
            let written = model(&file).model.card().written_by.clone();
            assert_eq!(written, format!("CatBoost (commit {commit})"), "{file}");
        }
    }
}

#[test]
fn old_versions_contributions_are_theirs() {
    for (tag, _) in VERSIONS {
        for file in ["number.json", "number.cbm", "classes.cbm", "ctr.cbm"] {
            let worst = contributions(&format!("{tag}_{file}"), table(file));
            assert!(worst <= 1e-12, "{tag}_{file}: {worst:e}");
        }
        let loaded = model(&format!("{tag}_ctr.cbm"));
        assert!(matches!(loaded.model.card().kind(2), FeatureKind::Hashed(_)), "{tag}");
    }
}
