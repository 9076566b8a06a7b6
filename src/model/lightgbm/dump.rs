//! The JSON dump: `dump_model` of Python, written with `json.dump`.
//!
//! It has what a prediction needs: objective with its parameters, whether the output is averaged, every test with missing
//! type and default side, leaves with 17 digits, linear leaves. It has no parameters of the training, and says nothing of
//! features that training did not use; only the columns of pandas categories depend on these.

use super::super::fault::{add, malformed, structure, unsupported};
use super::super::json::Json;
use super::super::pull::{Error, Kind, Pull, Read};
use super::{
    Facts, Levels, MOST_FAULTS, Node, Seen, Split, Tree, TreeEnsemble, category, numeric, pandas,
    sloped,
};
use crate::fault::{Checked, Faults};

/// Longest path, as for every tree.
const DEEPEST: usize = 1024;

/// What is expected of a file.
const DUMP: &str = "a LightGBM JSON dump";

/// The names of the outermost object.
const PARTS: [&str; 14] = [
    "average_output",
    "feature_importances",
    "feature_infos",
    "feature_names",
    "label_index",
    "max_feature_idx",
    "monotone_constraints",
    "name",
    "num_class",
    "num_tree_per_iteration",
    "objective",
    "pandas_categorical",
    "tree_info",
    "version",
];

/// What a dump says, and the nodes of its trees.
#[derive(Default)]
struct Document {
    version: Option<String>,
    outputs: Option<usize>,
    classes: Option<usize>,
    last: Option<i64>,
    names: Option<Vec<String>>,
    objective: String,
    averaged: bool,
    infos: Vec<(String, Seen)>,
    lists: Vec<Levels>,
    trees: Option<Vec<Vec<Node>>>,
}

impl Document {
    fn read(&mut self, json: &mut Json) -> Read<()> {
        json.fields("the dump", &PARTS, |json, key| {
            match key {
                "version" => self.version = Some(json.text()?.into_owned()),
                "num_class" => self.classes = Some(json.count()?),
                "num_tree_per_iteration" => self.outputs = Some(json.count()?),
                "max_feature_idx" => self.last = Some(json.integer()?),
                "objective" => self.objective = json.text()?.trim().to_owned(),
                "average_output" => self.averaged = json.truth()?,
                "feature_names" => json.texts(self.names.get_or_insert_default())?,
                "feature_infos" => json.object(|json, name| {
                    self.infos.push((name.to_owned(), info(json)?));
                    Ok(())
                })?,
                "tree_info" => {
                    let trees = self.trees.get_or_insert_default();
                    json.array(|json| {
                        trees.push(tree(json, trees.len())?);
                        Ok(())
                    })?;
                }
                "pandas_categorical" => self.lists = pandas::lists(json)?,
                "name" => json.text().map(drop)?,
                "monotone_constraints" => json.array(Json::skip_plain)?,
                "feature_importances" => json.object(|json, _| json.skip_plain())?,
                _ => json.skip_plain()?,
            }
            Ok(())
        })
    }

    /// The model; what the file lacks and what contradicts itself.
    fn model(self, file: &str) -> Checked<TreeEnsemble> {
        let lacks = |key: &str| malformed(file, DUMP, format!("no `{key}`"));
        let outputs = self.outputs.ok_or_else(|| lacks("num_tree_per_iteration"))?;
        let names = self.names.ok_or_else(|| lacks("feature_names"))?;
        let read = self.trees.ok_or_else(|| lacks("tree_info"))?;
        let mut faults = Faults::default();
        let mut trees = Vec::with_capacity(read.len());
        for (t, nodes) in read.into_iter().enumerate() {
            if faults.0.len() > MOST_FAULTS {
                break;
            }
            match Tree::arranged(t % outputs.max(1), &nodes, names.len()) {
                Ok(tree) => trees.push(tree),
                Err(what) => {
                    let found = format!("tree {t} with {what}");
                    add(&mut faults, structure(file, found, "a well-formed tree"));
                }
            }
        }
        let mut infos = self.infos;
        infos.sort_by(|a, b| a.0.cmp(&b.0));
        if infos.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
            return Err(malformed(file, "each feature of feature_infos once", "one of them twice"));
        }
        let seen = |name: &String| {
            let at = infos.binary_search_by(|(known, _)| known.cmp(name));
            at.ok().and_then(|at| infos.get(at)).map_or(Seen::Nothing, |(_, seen)| seen.clone())
        };
        let facts = Facts {
            file,
            format: "lightgbm-json",
            version: self.version.ok_or_else(|| lacks("version"))?,
            outputs,
            classes: self.classes.ok_or_else(|| lacks("num_class"))?,
            last: self.last.ok_or_else(|| lacks("max_feature_idx"))?,
            seen: names.iter().map(seen).collect(),
            names,
            objective: self.objective,
            averaged: self.averaged,
            declared: None,
            pandas: self.lists,
        };
        super::ensemble(facts, trees, faults)
    }
}

/// Reads the dump.
pub(in crate::model) fn read(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let mut json = Json::new(bytes);
    let mut document = Document::default();
    match document.read(&mut json).and_then(|()| json.end()) {
        Ok(()) => document.model(file),
        Err(e) if e.unknown => Err(unsupported(file, format!("{} of LightGBM", e.what))),
        Err(e) => Err(malformed(file, DUMP, e.to_string())),
    }
}

/// What training saw of a feature: a range, or category codes in `values`.
fn info(json: &mut Json) -> Read<Seen> {
    let (mut least, mut most, mut codes) = (f64::NAN, f64::NAN, false);
    json.fields("feature_infos", &["max_value", "min_value", "values"], |json, key| {
        match key {
            "min_value" => least = json.double()?,
            "max_value" => most = json.double()?,
            _ => json.array(|json| {
                codes = true;
                json.skip_plain()
            })?,
        }
        Ok(())
    })?;
    Ok(if codes { Seen::Codes(most as i64) } else { Seen::Range(least, most) })
}

/// The nodes of one tree, root first.
fn tree(json: &mut Json, number: usize) -> Read<Vec<Node>> {
    let known = ["num_cat", "num_leaves", "shrinkage", "tree_index", "tree_structure"];
    let mut nodes = Vec::new();
    json.fields("a tree", &known, |json, key| match key {
        "tree_structure" => {
            nodes = branches(json)?;
            Ok(())
        }
        _ => json.skip_plain(),
    })?;
    match nodes.is_empty() {
        true => Err(json.fault(format!("no `tree_structure` in tree {number}"))),
        false => Ok(nodes),
    }
}

/// What is written of a node.
#[derive(Default)]
struct Written {
    /// Which of [`KEYS`] were read, a bit each.
    seen: u64,
    feature: Option<usize>,
    at: Option<f64>,
    set: Option<Vec<u32>>,
    categories: Option<bool>,
    default_left: Option<bool>,
    missing: Option<u8>,
    left: Option<u32>,
    right: Option<u32>,
    cover: f64,
    value: Option<f64>,
    constant: Option<f64>,
    columns: Vec<u32>,
    weights: Vec<f64>,
}

/// The keys of a node; LightGBM writes each once.
const KEYS: &[&str] = &[
    "split_index",
    "split_feature",
    "split_gain",
    "threshold",
    "decision_type",
    "default_left",
    "missing_type",
    "internal_value",
    "internal_weight",
    "internal_count",
    "left_child",
    "right_child",
    "leaf_index",
    "leaf_value",
    "leaf_weight",
    "leaf_count",
    "leaf_const",
    "leaf_features",
    "leaf_coeff",
];

/// A node that is being read.
struct Open {
    place: usize,
    /// It is its parent's left child.
    left: bool,
    first: bool,
    own: Written,
}

/// Reads a node and what is below it, root first; with a list of what is open in place of recursion.
fn branches(json: &mut Json) -> Read<Vec<Node>> {
    let mut nodes = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut begin = Some(true);
    loop {
        if let Some(left) = begin.take() {
            if open.len() > DEEPEST {
                return Err(beyond(json, format!("a path of more than {DEEPEST} splits")));
            }
            json.begin()?;
            open.push(Open { place: nodes.len(), left, first: true, own: Written::default() });
            nodes.push(Node::Leaf { value: f64::NAN, cover: 0.0 });
        }
        let Some(node) = open.last_mut() else { return Ok(nodes) };
        let key = json.key(std::mem::replace(&mut node.first, false))?;
        if let Some(key) = &key {
            json.once("a node", KEYS, &mut node.own.seen, key)?;
        }
        match key.as_deref() {
            Some("left_child") => begin = Some(true),
            Some("right_child") => begin = Some(false),
            Some(key) => node.own.take(json, key)?,
            None => {
                let Some(Open { place, left, own, .. }) = open.pop() else { return Ok(nodes) };
                let lacks = || {
                    json.fault(
                        "a node that is neither a whole test with both children nor a leaf: it lacks a part, or is both",
                    )
                };
                let made = own.made().ok_or_else(lacks)?;
                if let Some(node) = nodes.get_mut(place) {
                    *node = made;
                }
                if let Some(parent) = open.last_mut() {
                    let child = u32::try_from(place).ok();
                    *(if left { &mut parent.own.left } else { &mut parent.own.right }) = child;
                }
            }
        }
    }
}

/// Something well-formed that this program does not know or do.
fn beyond(json: &Json, what: String) -> Error {
    Error { unknown: true, ..json.fault(what) }
}

/// A word out of a few.
fn choice<T>(json: &mut Json, of: &str, known: &[(&str, T)]) -> Read<T>
where
    T: Copy,
{
    let text = json.text()?;
    let found = known.iter().find(|(word, _)| *word == text);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let short: String = text.chars().take(40).collect();
        beyond(json, format!("the {of} `{}`", short.escape_debug()))
    })
}

impl Written {
    /// Takes the value of a key, one of [`KEYS`].
    fn take(&mut self, json: &mut Json, key: &str) -> Read<()> {
        match key {
            "split_feature" => self.feature = Some(json.count()?),
            "threshold" if json.kind()? == Kind::Text => self.set = Some(set(json)?),
            "threshold" => self.at = Some(json.double()?),
            "decision_type" => {
                let known = [("<=", false), ("==", true)];
                self.categories = Some(choice(json, "decision type", &known)?);
            }
            "default_left" => self.default_left = Some(json.truth()?),
            "missing_type" => {
                let known = [("None", 0), ("Zero", 1), ("NaN", 2)];
                self.missing = Some(choice(json, "missing type", &known)?);
            }
            "internal_count" | "leaf_count" => self.cover = json.double()?,
            "leaf_value" => self.value = Some(json.double()?),
            "leaf_const" => self.constant = Some(json.double()?),
            "leaf_features" => json.array(|json| {
                self.columns.push(u32::try_from(json.count()?).unwrap_or(u32::MAX));
                Ok(())
            })?,
            "leaf_coeff" => json.array(|json| {
                self.weights.push(json.double()?);
                Ok(())
            })?,
            // What a split gained, and what training weighed.
            _ => json.skip_plain()?,
        }
        Ok(())
    }

    fn made(self) -> Option<Node> {
        let Some(feature) = self.feature else {
            let leaf = self.left.is_none()
                && self.right.is_none()
                && self.columns.len() == self.weights.len();
            let value = self.value.filter(|_| leaf)?;
            return match self.constant {
                None if self.columns.is_empty() => Some(Node::Leaf { value, cover: self.cover }),
                None => None,
                Some(constant) => {
                    let terms = self.columns.into_iter().zip(self.weights).collect();
                    Some(sloped(value, constant, terms, self.cover))
                }
            };
        };
        let split: Split = if self.categories? {
            category(self.set?)
        } else {
            numeric(self.at?, self.missing?, self.default_left?)?
        };
        let feature = u32::try_from(feature).unwrap_or(u32::MAX);
        let (left, right) = (self.left?, self.right?);
        self.value.is_none().then_some(Node::Inner {
            feature,
            split,
            left,
            right,
            cover: self.cover,
        })
    }
}

/// Category codes: `1||3||5`.
fn set(json: &mut Json) -> Read<Vec<u32>> {
    let text = json.text()?;
    let codes = text.split("||").filter(|code| !code.is_empty());
    let set: Result<Vec<u32>, _> = codes.map(str::parse).collect();
    let mut set = set.map_err(|_| {
        let short: String = text.chars().take(40).collect();
        json.fault(format!("`{short}` where category codes with || between are due"))
    })?;
    set.sort_unstable();
    Ok(set)
}
