//! A procedure meets its model: which columns a feature has there, and where the threshold lies on the raw scale.

use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{FeatureKind, LoadedModel};
use crate::procedure::Procedure;

/// Finds the model columns of every feature; each column belongs to exactly one.
pub(super) fn bind(procedure: &Procedure, model: &LoadedModel) -> Checked<Vec<Vec<usize>>> {
    let known = &model.model.card().features;
    let mut faults = Faults::default();
    let mut owner: Vec<Option<&str>> = vec![None; known.len()];
    let mut bound = vec![];
    for feature in &procedure.features {
        let mut columns = vec![];
        for name in feature.encoding.columns() {
            let place = Place::file(&procedure.file).field(format!("feature.{}", feature.id));
            match known.iter().position(|column| column == name) {
                Some(i) if owner[i].is_none() => {
                    owner[i] = Some(&feature.id);
                    columns.push(i);
                }
                Some(i) => faults.push(Fault::new(
                    "P50",
                    place,
                    format!("column {name}, which {} has already", owner[i].unwrap_or_default()),
                    "one feature a column",
                    "Take the column out of one of the features.",
                )),
                None => faults.push(Fault::new(
                    "P51",
                    place,
                    format!("column {name}, which the model has not"),
                    format!("one of {}", known.join(", ")),
                    "Correct the column name, or take the feature out.",
                )),
            }
        }
        bound.push(columns);
    }
    for (name, owner) in known.iter().zip(&owner) {
        if owner.is_none() {
            faults.push(Fault::new(
                "P52",
                Place::file(&model.file),
                format!("column {name} without a feature"),
                "a [[feature]] with a label for every column of the model",
                "Add the feature to procedure.toml: a person must be able to read what the program used.",
            ));
        }
    }
    for item in &procedure.not_used {
        for column in item.columns.iter().filter(|column| known.contains(column)) {
            faults.push(Fault::new(
                "G21",
                Place::file(&procedure.file).field("program.not_used"),
                format!("{column}, which is a column of the model"),
                "only what the model does not use",
                "Take the claim out: the letter would say something untrue.",
            ));
        }
    }
    if model.model.outputs() != 1 {
        faults.push(Fault::new(
            "P53",
            Place::file(&model.file),
            format!("{} outputs", model.model.outputs()),
            "one raw score",
            "A procedure explains a model with two results; use `attribute` for the others.",
        ));
    }
    faults.or(bound)
}

/// Fills in the codes of values that the model knows by name: the name is the value's `id`.
///
/// # Errors
/// P22 where the model has no names for the column, or not this one. Columns that the model lacks are told when the procedure meets the model.
pub fn name_codes(procedure: &mut Procedure, model: &LoadedModel) -> Checked<()> {
    let card = model.model.card();
    let mut faults = Faults::default();
    for feature in &mut procedure.features {
        let place = Place::file(&procedure.file).field(format!("feature.{}.value", feature.id));
        let Some((column, choices, codes)) = feature.named_codes() else { continue };
        let Some(at) = card.features.iter().position(|name| name == column) else { continue };
        for (choice, code) in choices.iter().zip(codes) {
            let named = match card.kind(at) {
                FeatureKind::Category(levels) => levels
                    .code(&choice.id)
                    .ok()
                    .filter(|code| *code < levels.names.len() as f64)
                    .ok_or_else(|| {
                        format!("the value {}, which the model does not name", choice.id)
                    }),
                FeatureKind::Hashed(levels) => Some(levels.code(&choice.id))
                    .filter(|code| *code < levels.count() as f64 || levels.count() == 0)
                    .ok_or_else(|| {
                        format!("the value {}, which the model does not know", choice.id)
                    }),
                _ => Err(format!("the value {} without a code", choice.id)),
            };
            match named {
                Ok(named) => *code = named,
                Err(found) => faults.push(Fault::new(
                    "P22",
                    place.clone(),
                    found,
                    "a value of which the model knows name or code",
                    "Take the names from `klartext inspect`, or add `code` to every value.",
                )),
            }
        }
    }
    faults.or(())
}

/// The threshold on the raw scale: the inverse of the link.
pub(super) fn raw_threshold(procedure: &Procedure, model: &LoadedModel) -> Checked<f64> {
    let at = procedure.threshold;
    let link = model.model.link();
    let raw = link.inverse(at);
    if raw.is_finite() {
        return Ok(raw);
    }
    Err(Fault::new(
        "P55",
        Place::file(&procedure.file).field("model.threshold"),
        format!("{at} with the link {link:?}"),
        "a threshold that the model's prediction can cross",
        "Give the threshold on the scale of the prediction (`klartext predict` prints it as value).",
    )
    .into())
}
