//! Promise: CatBoost's categories are told by the text of a cell as CatBoost tells them, one-hot tests and statistics
//! (CTR) of one and of several features are exact in both of its file forms, and contributions are on the raw columns.

use crate::compare::{contributions, predictions, relative};
use crate::reference::{expected, model, path, rows};
use klartext::attribution::{Interventional, path_dependent};
use klartext::model::{FeatureKind, Form, from_bytes};

const MODELS: [&str; 9] = [
    "cb1210_ctr_many.cbm",
    "cb1210_onehot.json",
    "cb1210_onehot.cbm",
    "cb1210_ctr.json",
    "cb1210_ctr.cbm",
    "cb1210_ctr_borders.cbm",
    "cb1210_ctr_two.cbm",
    "cb1210_ctr_multi.cbm",
    "cb1210_ctr_lossguide.cbm",
];

/// The rows have categories that training never saw, `NaN`, blanks and the empty text, codes -1, 2.7 and 1e9.
#[test]
fn predictions_and_contributions_are_the_librarys() {
    for file in MODELS {
        let worst = predictions(file, "categories.X.csv", relative);
        let shares = contributions(file, "categories.X.csv");
        println!("{file}: raw {:e}, value {:e}, contributions {shares:e}", worst.0, worst.1);
        assert!(worst.0 <= 1e-14 && worst.1 <= 1e-14 && shares <= 1e-12, "{file}");
    }
}

/// The rows themselves are the background; CatBoost's last column is the base value.
#[test]
fn interventional_values_are_the_librarys() {
    for name in ["cb1210_onehot", "cb1210_ctr", "cb1210_ctr_many"] {
        let loaded = model(&format!("{name}.cbm"));
        let model = loaded.model.as_ref();
        let rows = rows(model, "categories.X.csv");
        let interventional = Interventional::new(model, rows.view()).unwrap();
        let wanted = expected(&format!("{name}.interventional"));
        for (r, row) in rows.rows().into_iter().enumerate() {
            let found = interventional.explain(row.as_slice().unwrap(), 0);
            for (f, value) in found.values.iter().chain([&found.base_value]).enumerate() {
                assert!((value - wanted[[r, f]]).abs() < 1e-12, "{name} {r} {f}");
            }
        }
    }
}

#[test]
fn a_category_is_its_text() {
    let card = model("cb1210_onehot.json").model.card().clone();
    assert_eq!(card.features, ["num", "sex", "city", "code", "part", "zip"]);
    let FeatureKind::Hashed(city) = card.kind(2) else { panic!("{:?}", card.kind(2)) };
    // The file was saved with the training rows, so that it has the texts.
    assert!(city.names().any(|name| name == "Ulm"), "{city:?}");
    assert!(city.code("Ulm") < city.count() as f64);
    assert_eq!(*card.kind(0), FeatureKind::Number);
    assert!(card.missing.ends_with("the empty text, a category like any other."));
    // An empty cell is the empty text.
    let (missing, empty) = (city.hash(f64::NAN), city.hash(city.code("")));
    assert_eq!(missing, empty);
    // Integers are their decimal text, nothing else.
    let FeatureKind::Hashed(code) = card.kind(3) else { panic!() };
    assert_ne!(code.code("2"), code.code("2.0"));
    let card = model("cb1210_ctr.cbm").model.card().clone();
    assert_eq!((card.format.as_str(), card.positive.as_deref()), ("catboost-cbm", Some("yes")));
    let FeatureKind::Hashed(city) = card.kind(2) else { panic!() };
    assert!(city.count() > 0 && city.names().count() == 0);
}

/// A statistic of one category is a test on its column as long as the file knows few of them; one of several features
/// stays a column, and those of many categories.
#[test]
fn tests_are_on_raw_columns_where_they_can_be() {
    let derived = |file: &str| {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!() };
        trees.derived.iter().map(|column| column.sources.clone()).collect::<Vec<_>>()
    };
    assert!(derived("cb1210_ctr_two.cbm").is_empty());
    let combined = derived("cb1210_ctr.cbm");
    assert!(combined.iter().any(|sources| sources.len() > 1), "{combined:?}");
    assert!(MODELS.iter().any(|file| derived(file).contains(&vec![5])));
    // A combination with a number credits its categories alone, as CatBoost does.
    let loaded = model("cb1210_ctr.cbm");
    let Form::Trees(trees) = loaded.model.form() else { panic!() };
    assert!(trees.derived.iter().any(|c| c.credited().len() < c.sources.len()));
}

/// A row may hold any number in place of a category's: it is then no category at all.
#[test]
fn no_number_leads_astray() {
    for file in MODELS {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!() };
        for x in [f64::INFINITY, -1.0, 0.5, 1e300, f64::NEG_INFINITY, 4_294_967_296.0] {
            let row = vec![x; 6];
            let mut raw = vec![0.0; loaded.model.outputs()];
            loaded.model.raw(&row, &mut raw);
            let found = path_dependent(trees, &row, 0);
            assert!((found.total() - raw[0]).abs() < 1e-12, "{file} {x}");
        }
    }
}

fn text(file: &str) -> String {
    // The file as it is, without blanks between its parts.
    let text = std::fs::read_to_string(path("models").join(file)).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string()
}

#[test]
fn what_the_file_lacks_is_refused_by_name() {
    let ctr = text("cb1210_ctr.json");
    let start = ctr.find("\"ctr_data\":{").unwrap();
    let end = start + ctr[start..].find(",\"features_info\"").unwrap();
    // The first table once more, with its name.
    let value: serde_json::Value = serde_json::from_str(&ctr).unwrap();
    let (name, table) = value["ctr_data"].as_object().unwrap().iter().next().unwrap();
    let first = format!("{}:{table},", serde_json::Value::from(name.as_str()));
    let twice = ctr.replacen("\"ctr_data\":{", &format!("\"ctr_data\":{{{first}"), 1);
    let lost = format!("{}\"ctr_data\":null{}", &ctr[..start], &ctr[end..]);
    let change = |from: &str, to: &str| {
        assert!(ctr.contains(from), "{from}");
        ctr.replacen(from, to, 1)
    };
    for (bytes, code, named) in [
        (lost, "M04", "without their table"),
        (twice, "M05", "twice"),
        (text("cb1210_ctr_two.json"), "M04", "several divisions of the target"),
        (change("\"hash_stride\":3", "\"hash_stride\":4"), "M05", "in steps of 4"),
        (change("\"hash_stride\":3", "\"hash_stride\":0"), "M05", "in steps of 0"),
        (change("\"ctr_type\":\"B", "\"ctr_type\":\"Z"), "M04", "the statistic `Z"),
        (change("\"scale\":15", "\"scale\":1e39"), "M03", "out of range"),
        (
            change(
                "\"combination_element\":\"cat_feature_value\"",
                "\"combination_element\":\"rest\"",
            ),
            "M05",
            "`rest`",
        ),
        (change("{\"cat_feature_index\":1", "{\"cat_feature_index\":9"), "M04", "number 9"),
        (change("\"target_border_idx\":0", "\"target_border_idx\":2"), "M05", "target border 2"),
        (change("\"18446744073709551615\"", "\"18446744073709551616\""), "M03", "the hash"),
        (change("\"18446744073709551615\",", "\"7\",\"8\","), "M05", ""),
    ] {
        let Err(faults) = from_bytes("m", bytes.as_bytes()) else { panic!("{named} was read") };
        assert!(
            faults.0.iter().any(|f| f.code == code && f.found.contains(named)),
            "{named}: {faults}"
        );
    }
    for (file, named) in [
        ("cb1210_text.cbm", "the text feature `notes`"),
        ("cb1210_embedding.cbm", "embedding feature `point`"),
    ] {
        let bytes = std::fs::read(path("models").join(file)).unwrap();
        let faults = from_bytes("m", &bytes).unwrap_err();
        assert_eq!(faults.0[0].code, "M04", "{faults}");
        assert!(faults.0[0].found.contains(named), "{faults}");
    }
}

/// Cut off anywhere the binary form is refused; with any byte changed it is refused or read, and does no harm.
#[test]
fn damaged_binary_files_do_no_harm() {
    for file in ["cb1210_ctr.cbm", "cb1210_ctr_borders.cbm", "cb1210_named.cbm"] {
        let whole = std::fs::read(path("models").join(file)).unwrap();
        for end in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
            assert!(from_bytes("m", &whole[..end]).is_err(), "{file} cut at {end}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(from_bytes("m", &longer).is_err(), "{file} with a byte more");
        let mut damaged = whole.clone();
        for (i, at) in (0..whole.len()).step_by(5).enumerate() {
            damaged[at] = [0xff, 0x00, 0x7f, 0x80, 0x01, whole[at] ^ 0x10][i % 6];
            if let Ok(model) = from_bytes("m", &damaged) {
                let row = vec![f64::NAN; model.card().features.len()];
                model.raw(&row, &mut vec![0.0; model.outputs()]);
            }
            damaged[at] = whole[at];
        }
    }
}
