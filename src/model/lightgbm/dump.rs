//! The JSON dump: `dump_model` of Python, written with `json.dump`.
//!
//! It has what a prediction needs: objective with its parameters, whether the output is averaged, every test with missing
//! type and default side, leaves with 17 digits, linear leaves. It has no parameters of the training, and says nothing of
//! features that training did not use; only the columns of pandas categories depend on these.

use super::super::fault::{add, malformed, structure, unsupported};
use super::json::Json;
use super::{
    Facts, MOST_FAULTS, Node, Seen, Split, Tree, TreeEnsemble, category, numeric, pandas, sloped,
};
use crate::fault::{Checked, Faults};

/// Longest path, as for every tree.
const DEEPEST: usize = 1024;

/// Whether a JSON text is such a dump, by the names of its parts.
pub(in crate::model) fn is_dump(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let mut json = Json::new("", text);
    let mut first = true;
    if json.open().is_err() {
        return false;
    }
    while let Ok(Some(key)) = json.key(std::mem::replace(&mut first, false)) {
        match &*key {
            "tree_info" => return true,
            "learner" | "schema" | "oblivious_trees" | "features_info" | "trees" => return false,
            _ => {}
        }
        if json.skip().is_err() {
            return false;
        }
    }
    false
}

/// Reads the dump.
pub(in crate::model) fn read(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| malformed(file, "a LightGBM JSON dump", e.to_string()))?;
    let mut json = Json::new(file, text);
    let (mut version, mut outputs, mut classes, mut last) = (None, None, None, None);
    let (mut names, mut objective, mut averaged) = (None, String::new(), false);
    let mut infos: Vec<(String, Seen)> = Vec::new();
    let mut lists = Vec::new();
    let mut read: Option<Vec<Vec<Node>>> = None;
    json.object(|json, key| {
        match key {
            "version" => version = Some(json.string()?.into_owned()),
            "num_class" => classes = Some(json.count()?),
            "num_tree_per_iteration" => outputs = Some(json.count()?),
            "max_feature_idx" => last = Some(json.number()? as i64),
            "objective" => objective = json.string()?.trim().to_owned(),
            "average_output" => averaged = json.boolean()?,
            "feature_names" => {
                let mut list = Vec::new();
                json.list(|json| {
                    list.push(json.string()?.into_owned());
                    Ok(())
                })?;
                names = Some(list);
            }
            "feature_infos" => json.object(|json, name| {
                infos.push((name.to_owned(), info(json)?));
                Ok(())
            })?,
            "tree_info" => {
                let mut trees = Vec::new();
                json.list(|json| {
                    trees.push(tree(json, file, trees.len())?);
                    Ok(())
                })?;
                read = Some(trees);
            }
            "pandas_categorical" => lists = pandas::lists(json)?,
            "name" | "label_index" | "monotone_constraints" | "feature_importances" => {
                json.skip()?
            }
            other => {
                let short: String = other.chars().take(40).collect();
                return Err(unsupported(file, format!("`{short}` in a LightGBM JSON dump")));
            }
        }
        Ok(())
    })?;
    json.end()?;
    let lacks = |key: &str| malformed(file, "a LightGBM JSON dump", format!("no `{key}`"));
    let outputs = outputs.ok_or_else(|| lacks("num_tree_per_iteration"))?;
    let names: Vec<String> = names.ok_or_else(|| lacks("feature_names"))?;
    let read = read.ok_or_else(|| lacks("tree_info"))?;
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
        version: version.ok_or_else(|| lacks("version"))?,
        outputs,
        classes: classes.ok_or_else(|| lacks("num_class"))?,
        last: last.ok_or_else(|| lacks("max_feature_idx"))?,
        seen: names.iter().map(seen).collect(),
        names,
        objective,
        averaged,
        declared: None,
        pandas: lists,
    };
    super::ensemble(facts, trees, faults)
}

/// What training saw of a feature: a range, or category codes in `values`.
fn info(json: &mut Json) -> Checked<Seen> {
    let (mut least, mut most, mut codes) = (f64::NAN, f64::NAN, false);
    json.object(|json, key| match key {
        "min_value" => {
            least = json.number()?;
            Ok(())
        }
        "max_value" => {
            most = json.number()?;
            Ok(())
        }
        "values" => json.list(|json| {
            codes = true;
            json.skip()
        }),
        _ => json.skip(),
    })?;
    Ok(if codes { Seen::Codes(most as i64) } else { Seen::Range(least, most) })
}

/// The nodes of one tree, root first.
fn tree(json: &mut Json, file: &str, number: usize) -> Checked<Vec<Node>> {
    let mut nodes = Vec::new();
    json.object(|json, key| match key {
        "tree_structure" => {
            nodes = branches(json, file)?;
            Ok(())
        }
        "tree_index" | "num_leaves" | "num_cat" | "shrinkage" => json.skip(),
        other => {
            let short: String = other.chars().take(40).collect();
            Err(unsupported(file, format!("`{short}` in a tree of a LightGBM JSON dump")))
        }
    })?;
    if nodes.is_empty() {
        return Err(malformed(file, "a `tree_structure`", format!("none in tree {number}")));
    }
    Ok(nodes)
}

/// What is written of a node.
#[derive(Default)]
struct Written {
    /// Which of [`KEYS`] were read, a bit each.
    seen: u32,
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
fn branches(json: &mut Json, file: &str) -> Checked<Vec<Node>> {
    let mut nodes = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut begin = Some(true);
    loop {
        if let Some(left) = begin.take() {
            if open.len() > DEEPEST {
                let found = format!("a path of more than {DEEPEST} splits");
                return Err(structure(file, found, "shorter paths"));
            }
            json.open()?;
            open.push(Open { place: nodes.len(), left, first: true, own: Written::default() });
            nodes.push(Node::Leaf { value: f64::NAN, cover: 0.0 });
        }
        let Some(node) = open.last_mut() else { return Ok(nodes) };
        let key = json.key(std::mem::replace(&mut node.first, false))?;
        if let Some(at) = key.as_ref().and_then(|key| KEYS.iter().position(|known| known == key)) {
            let bit = 1u32 << at;
            if node.own.seen & bit != 0 {
                return Err(json.twice(key.as_deref().unwrap_or_default()));
            }
            node.own.seen |= bit;
        }
        match key.as_deref() {
            Some("left_child") => begin = Some(true),
            Some("right_child") => begin = Some(false),
            Some(key) => node.own.take(json, file, key)?,
            None => {
                let Some(Open { place, left, own, .. }) = open.pop() else { return Ok(nodes) };
                let made = own.made().ok_or_else(|| {
                    let expected = "a whole test with both children, or a leaf";
                    malformed(file, expected, "a node that lacks a part of it, or is both")
                })?;
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

impl Written {
    /// Takes the value of a key.
    fn take(&mut self, json: &mut Json, file: &str, key: &str) -> Checked<()> {
        match key {
            "split_feature" => self.feature = Some(json.count()?),
            "threshold" if json.peek() == Some(b'"') => self.set = Some(set(json, file)?),
            "threshold" => self.at = Some(json.number()?),
            "decision_type" => {
                self.categories = Some(match &*json.string()? {
                    "<=" => false,
                    "==" => true,
                    other => {
                        let what = format!("the decision type `{other}` of LightGBM");
                        return Err(unsupported(file, what));
                    }
                });
            }
            "default_left" => self.default_left = Some(json.boolean()?),
            "missing_type" => {
                self.missing = Some(match &*json.string()? {
                    "None" => 0,
                    "Zero" => 1,
                    "NaN" => 2,
                    other => {
                        let what = format!("the missing type `{other}` of LightGBM");
                        return Err(unsupported(file, what));
                    }
                });
            }
            "internal_count" | "leaf_count" => self.cover = json.number()?,
            "leaf_value" => self.value = Some(json.number()?),
            "leaf_const" => self.constant = Some(json.number()?),
            "leaf_features" => json.list(|json| {
                self.columns.push(u32::try_from(json.count()?).unwrap_or(u32::MAX));
                Ok(())
            })?,
            "leaf_coeff" => json.list(|json| {
                self.weights.push(json.number()?);
                Ok(())
            })?,
            "split_index" | "split_gain" | "internal_value" | "internal_weight" | "leaf_index"
            | "leaf_weight" => json.skip()?,
            other => {
                let short: String = other.chars().take(40).collect();
                let what = format!("`{short}` in a node of a LightGBM JSON dump");
                return Err(unsupported(file, what));
            }
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
fn set(json: &mut Json, file: &str) -> Checked<Vec<u32>> {
    let text = json.string()?;
    let codes = text.split("||").filter(|code| !code.is_empty());
    let set: Result<Vec<u32>, _> = codes.map(str::parse).collect();
    let mut set = set.map_err(|_| {
        let short: String = text.chars().take(40).collect();
        malformed(file, "category codes with || between", format!("`{short}`"))
    })?;
    set.sort_unstable();
    Ok(set)
}
