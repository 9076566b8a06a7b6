//! Where CatBoost's JSON form loses a table: statistics of the same features and kind, but of two divisions of the
//! target into classes, have one name there, and only one of the tables is written. The training parameters, which the
//! file carries, tell whether there were two; then the file is refused, because nothing tells whose the table is.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Described;
use super::ctr::{Ctr, Kind};
use super::features::called;
use crate::fault::{Fault, Faults, Place};

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
        for ctr in &described.ctrs {
            let category = |index| described.categories.iter().find(|c| c.index == index);
            let own = ctr.base.combination.categories.first().copied().and_then(category);
            let flat = own.map(|category| category.flat).unwrap_or_default();
            if self.divisions(ctr, flat) > 1 {
                let name = own.map(|category| called(&category.name, category.flat));
                let fault = Fault::new(
                    "M04",
                    Place::file(file),
                    format!(
                        "statistics `{:?}` of the categorical feature {}, of several divisions of the target, in JSON",
                        ctr.base.kind,
                        name.unwrap_or_default()
                    ),
                    "one division, as CatBoost's JSON form keeps the table of one only",
                    "Save the model in CatBoost's own form: save_model(\"model.cbm\").",
                );
                if faults.0.last() != Some(&fault) {
                    faults.push(fault);
                }
            }
        }
    }

    /// How many divisions of the target there were for a statistic's features and kind.
    fn divisions(&self, ctr: &Ctr, flat: usize) -> usize {
        let settings = match ctr.base.combination.alone() {
            None => &self.combinations_ctrs,
            Some(_) => self.per_feature_ctrs.get(&flat.to_string()).unwrap_or(&self.simple_ctrs),
        };
        let of_kind = settings.iter().filter(|s| Kind::named(&s.ctr_type) == Some(ctr.base.kind));
        let mut divisions: Vec<&Value> = of_kind.map(|s| &s.target_binarization).collect();
        divisions.dedup();
        divisions.len()
    }
}
