//! Where CatBoost's JSON form loses a table: statistics of the same features and kind, but of two divisions of the
//! target into classes, have one name there, and only one of the tables is written. The training parameters, which the
//! file carries, tell whether there were two; then the file is refused, because nothing tells whose the table is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Described;
use super::ctr::{Ctr, Kind};
use super::features::{Category, called};
use crate::fault::{Fault, Faults, Place};
use crate::model::fault::add;

/// How statistics were made in training.
#[derive(Deserialize, Default)]
pub(super) struct Settings {
    #[serde(default)]
    simple_ctrs: Vec<Setting>,
    #[serde(default)]
    combinations_ctrs: Vec<Setting>,
    /// By place of the feature among all features.
    #[serde(default)]
    per_feature_ctrs: BTreeMap<String, Vec<Setting>>,
}

#[derive(Deserialize)]
struct Setting {
    ctr_type: String,
    #[serde(default)]
    target_binarization: Value,
}

impl Settings {
    /// Refuses statistics of which training made several with one name.
    pub fn check(&self, file: &str, described: &Described, faults: &mut Faults) {
        let (simple, combined) = (several(&self.simple_ctrs), several(&self.combinations_ctrs));
        let own: BTreeMap<&str, Vec<Kind>> =
            self.per_feature_ctrs.iter().map(|(at, all)| (at.as_str(), several(all))).collect();
        if [&simple, &combined].into_iter().chain(own.values()).all(Vec::is_empty) {
            return;
        }
        let categories: BTreeMap<usize, &Category> =
            described.categories.iter().map(|category| (category.index, category)).collect();
        for Ctr { base, .. } in &described.ctrs {
            let first = base.combination.categories.first();
            let Some(category) = first.and_then(|index| categories.get(index)) else { continue };
            let several = match base.combination.alone() {
                None => &combined,
                Some(_) => own.get(category.flat.to_string().as_str()).unwrap_or(&simple),
            };
            if several.contains(&base.kind) {
                let fault = Fault::new(
                    "M04",
                    Place::file(file),
                    format!(
                        "statistics `{:?}` of the categorical feature {}, of several divisions of the target, in JSON",
                        base.kind,
                        called(&category.name, category.flat)
                    ),
                    "one division, as CatBoost's JSON form keeps the table of one only",
                    "Save the model in CatBoost's own form: save_model(\"model.cbm\").",
                );
                add(faults, fault.into());
            }
        }
    }
}

/// The kinds that settings make with more than one division of the target.
fn several(settings: &[Setting]) -> Vec<Kind> {
    let mut first: Vec<(Kind, &Value)> = Vec::new();
    let mut several = Vec::new();
    for setting in settings {
        let Some(kind) = Kind::named(&setting.ctr_type) else { continue };
        match first.iter().find(|(known, _)| *known == kind) {
            None => first.push((kind, &setting.target_binarization)),
            Some((_, division)) if **division != setting.target_binarization => {
                if !several.contains(&kind) {
                    several.push(kind);
                }
            }
            Some(_) => {}
        }
    }
    several
}
