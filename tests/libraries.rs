//! Promise: interactions and interventional values are those that shap and woodelf compute in double precision.

mod reference;

use klartext::attribution::{Explainer, Interventional, PathDependent};
use klartext::model::{Form, Model};
use ndarray::{Array2, Axis, Slice};
use reference::{expected, model, rows};

const ROWS: usize = 20;
const MODELS: [(&str, &str); 3] = [
    ("xgb_adult_100x6.json", "adult_num"),
    ("xgb_injury_poisson.json", "injury"),
    ("lgb_adult_100.txt", "adult_num"),
];

/// shap takes the cover of an inner node from the file, which in single precision is not quite the sum of its
/// children's; shap and woodelf compute parts of interventional values in single precision. Measured: at most 1e-7.
const APART: f64 = 3e-7;

fn first_rows(model: &dyn Model, table: &str) -> Array2<f64> {
    let all = rows(model, &format!("{table}.X.csv"));
    all.slice_axis(Axis(0), Slice::from(..ROWS)).to_owned()
}

/// Largest distance of a method's interactions from an expected array, rows × features × features.
fn furthest(method: &dyn Explainer, rows: &Array2<f64>, wanted: &str) -> f64 {
    let features = rows.ncols();
    let wanted = expected(wanted).into_shape_with_order((ROWS, features, features)).unwrap();
    let found = method.interactions(rows.view(), &[0]).unwrap().unwrap();
    let mut furthest = 0.0f64;
    for (row, wanted) in found.iter().zip(wanted.outer_iter()) {
        let mut matrix = Array2::zeros((features, features));
        row[0].iter().for_each(|(a, b, value)| matrix[(*a as usize, *b as usize)] = *value);
        furthest = (&matrix - &wanted).iter().fold(furthest, |worst, x| worst.max(x.abs()));
    }
    furthest
}

#[test]
fn path_dependent_interactions_are_those_of_shap() {
    for (file, table) in MODELS {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let Form::Trees(trees) = model.form() else { panic!("{file}") };
        let name = file.split('.').next().unwrap();
        let rows = first_rows(model, table);
        let wanted = format!("{name}.shap_interactions20");
        let apart = furthest(&PathDependent::new(trees), &rows, &wanted);
        println!("{file}: {apart:e} from shap's interactions");
        assert!(apart < APART, "{file}: {apart:e}");
    }
}

#[test]
fn interventional_interactions_are_those_of_woodelf() {
    for (file, table) in MODELS {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let name = file.split('.').next().unwrap();
        let background = rows(model, &format!("{table}.background100.csv"));
        let method = Interventional::new(model, background.view()).unwrap();
        let wanted = format!("{name}.woodelf_interactions20");
        let apart = furthest(&method, &first_rows(model, table), &wanted);
        println!("{file}: {apart:e} from woodelf's interactions");
        assert!(apart < APART, "{file}: {apart:e}");
    }
}

#[test]
fn interventional_values_are_those_of_woodelf() {
    for (file, table) in MODELS {
        let loaded = model(file);
        let model = loaded.model.as_ref();
        let name = file.split('.').next().unwrap();
        let background = rows(model, &format!("{table}.background100.csv"));
        let method = Interventional::new(model, background.view()).unwrap();
        let found = Explainer::explain(&method, first_rows(model, table).view(), &[0]).unwrap();
        let wanted = expected(&format!("{name}.woodelf_interv20"));
        assert_eq!(found.values.len(), wanted.len(), "{file}");
        let apart = found.values.iter().zip(&wanted).map(|(a, b)| (a - b).abs());
        let apart = apart.fold(0.0, f64::max);
        println!("{file}: {apart:e} from woodelf's values");
        assert!(apart < APART, "{file}: {apart:e}");
    }
}
