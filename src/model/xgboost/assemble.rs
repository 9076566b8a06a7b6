//! From what an XGBoost file says to a model: outputs, base scores, classes, rounds, kinds of features; and every
//! contradiction of the file in one go.

use super::super::fault::{add, malformed, structure, unsupported};
use super::super::{
    FeatureKind, FloatWidth, LinearModel, Model, ModelCard, Node, Split, TreeEnsemble, named,
};
use super::objective::Objective;
use super::{Document, Forest};
use crate::fault::{Checked, Faults};

/// More outputs than any model has; there is a base score for each, which no tree need back.
const MOST_OUTPUTS: usize = 1 << 16;

impl Document {
    /// The model, or every fault.
    pub(super) fn model(mut self, file: &str, format: &str) -> Checked<Box<dyn Model>> {
        let mut faults = Faults::default();
        let Some(objective) =
            Objective::named(&self.objective, self.version, self.alphas.as_deref())
        else {
            let what = format!("the objective `{}` of XGBoost", self.objective);
            add(&mut faults, unsupported(file, what));
            return Err(faults);
        };
        let classes = count(file, "num_class", &self.parameters.classes, &mut faults);
        let targets = count(file, "num_target", &self.parameters.targets, &mut faults);
        let features = count(file, "num_feature", &self.parameters.features, &mut faults);
        let outputs = classes.max(targets).max(1);
        if outputs > MOST_OUTPUTS || (classes > 1 && targets > 1) {
            let found = format!("{classes} classes and {targets} targets");
            add(&mut faults, structure(file, found, "several classes or several targets"));
            return Err(faults);
        }
        let names = named(file, features, std::mem::take(&mut self.names), &mut faults);
        let base = match objective.base(&self.parameters.base_score, outputs) {
            Ok(base) => base,
            Err(expected) => {
                let found = format!("the base score `{}`", self.parameters.base_score);
                add(&mut faults, structure(file, found, expected));
                vec![0.0; outputs]
            }
        };
        let mut notes = self.notes();
        notes.extend(objective.notes.iter().cloned());
        let card = ModelCard {
            format: format.to_owned(),
            written_by: match self.version {
                [0, 0, 0] => "XGBoost".to_owned(),
                [major, minor, patch] => format!("XGBoost {major}.{minor}.{patch}"),
            },
            objective: std::mem::take(&mut self.objective),
            features: names,
            classes: match outputs {
                1 => Vec::new(),
                _ => (0..outputs).map(|k| k.to_string()).collect(),
            },
            missing: "A missing value follows the default side of each split; that another number stood for missing in training, the file does not say.".to_owned(),
            notes,
            ..ModelCard::default()
        };
        let (forest, weights) = (self.booster.forest.take(), self.booster.weights.take());
        let model: Box<dyn Model> = match (self.booster.name.as_str(), forest, weights) {
            ("gbtree" | "dart", Some(forest), None) => {
                let ensemble = TreeEnsemble {
                    card,
                    base: base.iter().map(|b| f64::from(*b)).collect(),
                    width: FloatWidth::Single,
                    link: objective.link,
                    ..TreeEnsemble::default()
                };
                Box::new(self.ensemble(file, ensemble, forest, &mut faults))
            }
            ("gblinear", None, Some(weights)) => {
                let linear = LinearModel {
                    card: ModelCard { missing: "A missing value counts as 0.".to_owned(), ..card },
                    link: objective.link,
                    width: FloatWidth::Single,
                    uncentred: true,
                    ..LinearModel::default()
                };
                Box::new(linear_model(file, linear, &weights, &base, &mut faults))
            }
            ("gbtree" | "dart" | "gblinear", ..) => {
                return Err(malformed(file, "an XGBoost model", "a booster without its model"));
            }
            (other, ..) => return Err(unsupported(file, format!("the booster `{other}`"))),
        };
        faults.or(model)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(best) = self.attributes.get("best_iteration") {
            // Booster.predict uses all trees, XGBClassifier.predict stops at the best iteration: the file cannot tell.
            let until = best.parse::<usize>().ok().and_then(|best| best.checked_add(1));
            let until = until.map(|n| format!("; the first {n} alone: --trees 0..{n}"));
            notes.push(format!(
                "Early stopping marked round {best} as the best; all rounds are used, as by the library's own Booster{}.",
                until.unwrap_or_default()
            ));
        }
        if self.version > [3, 4, u32::MAX] {
            notes.push(
                "The file is of a later version than those whose numbers were compared (1.7 to 3.4)."
                    .to_owned(),
            );
        }
        notes
    }

    /// An ensemble with the trees of the file.
    fn ensemble(
        &mut self,
        file: &str,
        mut ensemble: TreeEnsemble,
        mut forest: Forest,
        faults: &mut Faults,
    ) -> TreeEnsemble {
        for clause in forest.faults.drain(..) {
            let found =
                if clause.len() > 300 { clause.chars().take(300).collect() } else { clause };
            add(faults, structure(file, found, "a well-formed tree"));
        }
        let (outputs, features) = (ensemble.base.len(), ensemble.card.features.len());
        let count = forest.planted.len();
        let mut agree = |what: &str, length: usize| {
            if length != count {
                let found = format!("{length} {what} for {count} trees");
                add(faults, structure(file, found, "one a tree"));
            }
        };
        agree("entries of tree_info", forest.groups.len());
        if !forest.declared.is_empty() {
            agree("declared trees", forest.declared.parse().unwrap_or(usize::MAX));
        }
        let mut drop = self.booster.drop.take().filter(|drop| !drop.is_empty());
        if let Some(drop) = drop.as_mut().filter(|_| self.version < [3, 4, 0]) {
            // Refreshing a model could leave weights behind that no tree has.
            drop.truncate(count);
        }
        let needed = self.booster.name == "dart" && count > 0;
        if let Some(drop) = drop.as_ref().map(Vec::len).or(needed.then_some(0)) {
            agree("tree weights", drop);
        }
        forest.assign(file, outputs, drop.as_deref(), faults);
        ensemble.rounds = forest.rounds(file, outputs, faults);
        let mut kinds = match forest.categories.levels(features, self.version) {
            Ok(levels) => levels
                .into_iter()
                .map(|levels| levels.map_or(FeatureKind::Number, FeatureKind::Category))
                .collect(),
            Err((what, true)) => {
                add(faults, unsupported(file, what));
                Vec::new()
            }
            Err((what, false)) => {
                add(faults, structure(file, what, "categories that fit the features"));
                Vec::new()
            }
        };
        kinds.resize(features, FeatureKind::Number);
        let mut code = |feature: usize| {
            if let Some(kind @ FeatureKind::Number) = kinds.get_mut(feature) {
                *kind = FeatureKind::Code;
            }
        };
        for (feature, _) in self.types.iter().enumerate().filter(|(_, kind)| *kind == "c") {
            code(feature);
        }
        let mut beyond = None;
        for (t, tree) in forest.trees.iter().enumerate() {
            for node in &tree.nodes {
                let Node::Inner { feature, split, .. } = node else { continue };
                if *feature as usize >= features {
                    beyond = beyond.or(Some((t, *feature)));
                }
                if matches!(split, Split::Categories { .. }) {
                    code(*feature as usize);
                }
            }
        }
        if let Some((t, feature)) = beyond {
            let found = format!("a tree (the {t}th) that tests feature {feature} of {features}");
            add(faults, structure(file, found, "features below num_feature"));
        }
        if !(self.types.is_empty() || self.types.len() == features) {
            let found = format!("{} types for {features} features", self.types.len());
            add(faults, structure(file, found, "one a feature"));
        }
        if kinds.iter().any(|kind| *kind != FeatureKind::Number) {
            ensemble.card.kinds = kinds;
        }
        ensemble.trees = forest.trees;
        ensemble.measured()
    }
}

impl Forest {
    /// Gives each tree its output and its weight.
    fn assign(&mut self, file: &str, outputs: usize, drop: Option<&[f32]>, faults: &mut Faults) {
        let mut trees = self.trees.iter_mut();
        for (t, (count, vector)) in self.planted.iter().enumerate() {
            let weight = drop.and_then(|drop| drop.get(t)).copied().unwrap_or(1.0);
            let group = self.groups.get(t).and_then(|group| usize::try_from(*group).ok());
            for tree in trees.by_ref().take(*count) {
                if !vector {
                    tree.output = group.unwrap_or(usize::MAX);
                }
                if tree.output >= outputs || !weight.is_finite() {
                    let group = self.groups.get(t).copied().unwrap_or_default();
                    let found = format!("tree {t} for output {group} with weight {weight}");
                    let expected = format!("an output below {outputs}, and a number");
                    add(faults, structure(file, found, expected));
                }
                if drop.is_some() {
                    for node in &mut tree.nodes {
                        if let Node::Leaf { value, .. } = node {
                            *value = f64::from(*value as f32 * weight);
                        }
                    }
                }
            }
            if *vector && *count != outputs {
                let found = format!("tree {t} with leaves of {count} numbers");
                add(faults, structure(file, found, format!("{outputs}, one an output")));
            }
        }
    }

    /// Where the rounds end, counted in trees of the model.
    fn rounds(&self, file: &str, outputs: usize, faults: &mut Faults) -> Vec<usize> {
        let mut sums = vec![0];
        let mut sum = 0usize;
        for (count, _) in &self.planted {
            sum += count;
            sums.push(sum);
        }
        let trees = self.planted.len();
        let ends: Vec<usize> = match &self.rounds {
            Some(ends) => {
                let ends: Option<Vec<usize>> =
                    ends.iter().map(|end| usize::try_from(*end).ok()).collect();
                let ends = ends.unwrap_or_default();
                if !ends.is_sorted() || ends.first() != Some(&0) || ends.last() != Some(&trees) {
                    let found =
                        "rounds (iteration_indptr) that do not lead from 0 to the last tree";
                    add(faults, structure(file, found, "counts of trees"));
                }
                ends.into_iter().skip(1).collect()
            }
            None => {
                let parallel = count(file, "num_parallel_tree", &self.parallel, faults).max(1);
                let vector = self.planted.iter().any(|(_, vector)| *vector);
                let round = parallel.saturating_mul(if vector { 1 } else { outputs });
                if !trees.is_multiple_of(round) {
                    let found = format!("{trees} trees in rounds of {round}");
                    add(faults, structure(file, found, "whole rounds"));
                }
                (1..=trees / round).map(|n| n * round).collect()
            }
        };
        ends.iter().filter_map(|end| sums.get(*end).copied()).collect()
    }
}

/// A linear model with weights as they stand in the file: feature after feature with one weight an output, the biases
/// last.
fn linear_model(
    file: &str,
    mut linear: LinearModel,
    weights: &[f32],
    base: &[f32],
    faults: &mut Faults,
) -> LinearModel {
    let (features, outputs) = (linear.card.features.len(), base.len());
    // (A model that was never trained has none at all.)
    let expected = (features + 1) * outputs;
    if weights.len() != expected {
        let found = format!("{} weights for {features} features", weights.len());
        add(faults, structure(file, found, format!("{expected}, the biases among them")));
        return linear;
    }
    if weights.iter().any(|weight| !weight.is_finite()) {
        add(faults, structure(file, "a weight that is no number", "finite weights"));
    }
    let weight = |row: usize, k: usize| weights.get(row * outputs + k).copied().unwrap_or(0.0);
    linear.weights =
        (0..outputs).map(|k| (0..features).map(|j| f64::from(weight(j, k))).collect()).collect();
    // XGBoost adds the base score of the first output to all.
    let base = base.first().copied().unwrap_or_default();
    linear.intercepts = (0..outputs).map(|k| f64::from(weight(features, k) + base)).collect();
    linear.fill = vec![0.0; features];
    linear
}

/// A count that is written as a text; none is 0.
fn count(file: &str, field: &str, text: &str, faults: &mut Faults) -> usize {
    match text {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            let text: String = text.chars().take(60).collect();
            add(faults, structure(file, format!("`{text}` for {field}"), "a count"));
            0
        }),
    }
}
