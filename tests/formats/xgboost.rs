//! Promise: predictions equal XGBoost's bit for bit in single precision, or within one unit in the last place for
//! transcendental links; a file that cannot be read exactly is refused by name.

use klartext::attribution::path_dependent;
use klartext::model::{FeatureKind, Form, Model, from_bytes};

use crate::compare::{changed, codes, contributions, predictions, refused, relative, scaled, ulps};
use crate::reference::{expected, model, path, rows};

/// The reference files, and the table of each.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(path("models"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| file.starts_with("xgb") && !file.contains("many"))
        .map(|file| {
            let input = match file.as_str() {
                f if f.contains("adult") => "adult_num.X.csv".to_owned(),
                f if f.contains("injury") => "injury.X.csv".to_owned(),
                f if f.contains("edges") => "xgb_edges.X.csv".to_owned(),
                f if f.contains("deep") => "xgb_deep.X.csv".to_owned(),
                f if f.contains("names") => format!("{}_names.X.csv", &f[..6]),
                _ => "synthetic.X.csv".to_owned(),
            };
            (file, input)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn xgboost_predictions_are_the_librarys() {
    let mut wrong = Vec::new();
    for (file, input) in files() {
        if file.contains("softmax") {
            continue;
        }
        let (raw, value) = predictions(&file, &input, |a, b| f64::from(ulps(a, b)));
        println!("{file}: raw {raw} ulp, value {value} ulp");
        if raw > 0.0 || value > 1.0 {
            wrong.push(format!("{file}: raw {raw} ulp, value {value} ulp"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn xgboost_contributions_are_the_librarys() {
    let mut wrong = Vec::new();
    for (file, input) in files() {
        let name = file.split('.').next().unwrap();
        if !path("expected").join(format!("{name}.contribs.npy")).exists() { continue; }
        if matches!(model(&file).model.form(), Form::Linear(_)) { continue; }
        let worst = contributions(&file, &input);
        println!("{file}: {worst:e}");
        if worst > 2e-6 {
            wrong.push(format!("{file}: {worst:e}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
