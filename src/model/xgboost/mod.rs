//! XGBoost's own model files, JSON and UBJSON, versions 1.7 to 3.4: trees (gbtree, DART) and weighted sums (gblinear).
//!
//! A file is read once from start to end, each tree into its final form as it comes. Thresholds and leaves are read into
//! single precision directly, because a detour over double precision rounds twice. Where a name could change what the
//! numbers mean, names that are not known are refused, not skipped.

mod assemble;
mod categories;
mod objective;
mod trees;

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{malformed, unsupported};
use super::json::Json;
use super::pull::{Kind, Pull, Read};
use super::ubjson::Ubjson;
use super::{Model, Tree};
use crate::fault::Checked;
use categories::Categories;
use objective::Version;
use trees::Arrays;

/// Reads the JSON form.
pub(super) fn json(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    model(file, Json::new(bytes), bytes.len(), "xgboost-json", "an XGBoost JSON model")
}

/// Reads the UBJSON form.
pub(super) fn ubjson(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    model(file, Ubjson::new(bytes), bytes.len(), "xgboost-ubjson", "an XGBoost UBJSON model")
}

fn model<'b, P: Pull<'b>>(
    file: &str,
    mut reader: P,
    bytes: usize,
    format: &str,
    expected: &str,
) -> Checked<Box<dyn Model>> {
    let mut document = Document { room: ROOM + 8 * bytes, ..Document::default() };
    match document.read(&mut reader).and_then(|()| reader.end()) {
        Ok(()) => document.model(file, format),
        Err(e) if e.unknown => Err(unsupported(file, format!("{} of XGBoost", e.what))),
        Err(e) => Err(malformed(file, expected, e.to_string())),
    }
}

/// Bytes that trees with vectors in their leaves may take in any case.
const ROOM: usize = 64 << 20;

/// What a file says.
#[derive(Debug, Default)]
struct Document {
    version: Version,
    attributes: BTreeMap<String, String>,
    names: Vec<String>,
    types: Vec<String>,
    booster: Booster,
    parameters: Parameters,
    objective: String,
    /// Quantiles or expectiles.
    alphas: Option<String>,
    /// Bytes that trees with vectors in their leaves may still take.
    room: usize,
}

#[derive(Debug, Default)]
struct Parameters {
    base_score: String,
    features: String,
    classes: String,
    targets: String,
}

#[derive(Debug, Default)]
struct Booster {
    name: String,
    forest: Option<Forest>,
    /// Weights of a linear booster.
    weights: Option<Vec<f32>>,
    /// DART: before version 3.4 beside the trees, since then among them, where the booster is called `gbtree`.
    drop: Option<Vec<f32>>,
}

/// The trees in the order of the file.
#[derive(Debug, Default)]
struct Forest {
    categories: Categories,
    groups: Vec<i32>,
    trees: Vec<Tree>,
    /// For each tree of the file how many trees it became, and whether its leaves are vectors.
    planted: Vec<(usize, bool)>,
    /// What is wrong with trees.
    faults: Vec<String>,
    /// Where rounds end, in trees of the file, since version 2.
    rounds: Option<Vec<i32>>,
    /// Trees of a round for each output.
    parallel: String,
    declared: String,
}

impl Document {
    fn read<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let mut learner = false;
        reader.fields("the file", &["learner", "version"], |reader, key| match key {
            "version" => {
                let mut place = 0;
                reader.array(|reader| {
                    let number = reader.integer()?;
                    if let Some(part) = self.version.get_mut(place) {
                        *part = u32::try_from(number).unwrap_or(u32::MAX);
                    }
                    place += 1;
                    Ok(())
                })
            }
            _ => {
                learner = true;
                self.learner(reader)
            }
        })?;
        if learner { Ok(()) } else { Err(reader.fault("no `learner`")) }
    }

    fn learner<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let known = [
            "attributes",
            "feature_names",
            "feature_types",
            "gradient_booster",
            "learner_model_param",
            "objective",
        ];
        reader.fields("the learner", &known, |reader, key| match key {
            "attributes" => reader.object(|reader, key| {
                let value = reader.text()?.into_owned();
                match self.attributes.insert(key.to_owned(), value) {
                    None => Ok(()),
                    Some(_) => Err(reader.fault("an attribute twice")),
                }
            }),
            "feature_names" => texts(reader, &mut self.names),
            "feature_types" => texts(reader, &mut self.types),
            "gradient_booster" => self.booster.read(reader, &mut self.room),
            "learner_model_param" => self.parameters.read(reader),
            _ => self.objective(reader),
        })
    }

    fn objective<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let mut seen = BTreeSet::new();
        reader.object(|reader, key| {
            if !seen.insert(key.to_owned()) {
                return Err(reader.fault("a field of the objective twice"));
            }
            match key {
                "name" => self.objective = reader.text()?.into_owned(),
                "quantile_loss_param" | "expectile_loss_param" => {
                    let known = ["quantile_alpha", "expectile_alpha"];
                    reader.fields("the objective", &known, |reader, _| {
                        self.alphas = Some(reader.text()?.into_owned());
                        Ok(())
                    })?;
                }
                // What an objective trains with; its raw scores and predictions do not depend on it.
                _ => reader.skip()?,
            }
            Ok(())
        })
    }
}

impl Parameters {
    fn read<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let known = ["base_score", "boost_from_average", "num_class", "num_feature", "num_target"];
        reader.fields("learner_model_param", &known, |reader, key| {
            let text = reader.text()?;
            match key {
                "base_score" => self.base_score = text.into_owned(),
                "num_class" => self.classes = text.into_owned(),
                "num_feature" => self.features = text.into_owned(),
                "num_target" => self.targets = text.into_owned(),
                _ => {}
            }
            Ok(())
        })
    }
}

impl Booster {
    fn read<'b, P: Pull<'b>>(&mut self, reader: &mut P, room: &mut usize) -> Read<()> {
        let known = ["gbtree", "model", "name", "weight_drop"];
        reader.fields("the booster", &known, |reader, key| match key {
            "gbtree" => reader.fields("the booster", &["model", "name"], |reader, key| match key {
                "model" => self.model(reader, room),
                _ => reader.text().map(drop),
            }),
            "model" => self.model(reader, room),
            "name" => {
                self.name = reader.text()?.into_owned();
                Ok(())
            }
            _ => reader.singles(self.drop.get_or_insert_default()),
        })
    }

    /// Trees or weights; which of them stands behind the name of the booster, which may come later.
    fn model<'b, P: Pull<'b>>(&mut self, reader: &mut P, room: &mut usize) -> Read<()> {
        let known = [
            "boosted_rounds",
            "cats",
            "gbtree_model_param",
            "iteration_indptr",
            "tree_info",
            "trees",
            "weight_drop",
            "weights",
        ];
        reader.fields("the booster's model", &known, |reader, key| {
            match key {
                "boosted_rounds" => return reader.skip(),
                "weight_drop" => return reader.singles(self.drop.get_or_insert_default()),
                "weights" => return reader.singles(self.weights.get_or_insert_default()),
                _ => {}
            }
            let forest = self.forest.get_or_insert_default();
            match key {
                "cats" => forest.categories.read(reader),
                "gbtree_model_param" => forest.parameters(reader),
                "iteration_indptr" => reader.integers(forest.rounds.get_or_insert_default()),
                "tree_info" => reader.integers(&mut forest.groups),
                _ => forest.trees(reader, room),
            }
        })
    }
}

impl Forest {
    fn parameters<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let known = ["num_parallel_tree", "num_trees", "size_leaf_vector"];
        reader.fields("gbtree_model_param", &known, |reader, key| {
            let text = reader.text()?;
            match key {
                "num_parallel_tree" => self.parallel = text.into_owned(),
                "num_trees" => self.declared = text.into_owned(),
                _ => {}
            }
            Ok(())
        })
    }

    fn trees<'b, P: Pull<'b>>(&mut self, reader: &mut P, room: &mut usize) -> Read<()> {
        let mut arrays = Arrays::default();
        reader.array(|reader| {
            arrays.read(reader)?;
            let t = self.planted.len();
            let before = self.trees.len();
            match arrays.plant(t, &mut self.trees, room) {
                Ok(planted) => self.planted.push(planted),
                Err(clause) => {
                    self.trees.truncate(before);
                    self.planted.push((0, false));
                    self.faults.push(format!("tree {t} with {clause}"));
                }
            }
            Ok(())
        })
    }
}

fn texts<'b, P: Pull<'b>>(reader: &mut P, out: &mut Vec<String>) -> Read<()> {
    if reader.kind()? == Kind::Null {
        return reader.skip();
    }
    reader.texts(out)
}
