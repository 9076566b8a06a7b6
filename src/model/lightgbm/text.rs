//! The text form: `save_model`, `model_to_string`, the command line program, R.
//!
//! A header, one block a tree, `end of trees`, importances, parameters, and behind them what Python adds. Children below
//! zero are leaves, `!child` is the leaf's index. Lines are looked at where they stand; a list's length is that of its
//! text, never a declared one.

use super::super::fault::{add, malformed, structure, unsupported};
use super::{
    Facts, MOST_CODES, MOST_FAULTS, Node, Seen, Split, Tree, TreeEnsemble, category, numeric,
    pandas, sloped,
};
use crate::fault::{Checked, Faults};

/// What is read of the header and of a tree, and what else LightGBM writes there that no prediction needs.
const HEADER: &[&str] = &[
    "version",
    "num_class",
    "num_tree_per_iteration",
    "max_feature_idx",
    "objective",
    "average_output",
    "feature_names",
    "feature_infos",
    "tree_sizes",
    "label_index",
    "monotone_constraints",
];
const TREE: &[&str] = &[
    "num_leaves",
    "num_cat",
    "split_feature",
    "threshold",
    "decision_type",
    "left_child",
    "right_child",
    "leaf_value",
    "leaf_count",
    "internal_count",
    "cat_boundaries",
    "cat_threshold",
    "is_linear",
    "leaf_const",
    "num_features",
    "leaf_features",
    "leaf_coeff",
    "split_gain",
    "leaf_weight",
    "internal_value",
    "internal_weight",
    "shrinkage",
];

/// Lines `key=value` under a heading.
struct Block<'a> {
    file: &'a str,
    /// `the header` or `tree 17`, for messages.
    name: String,
    keys: &'static [&'static str],
    values: Vec<Option<&'a str>>,
}

impl<'a> Block<'a> {
    fn new(file: &'a str, name: String, keys: &'static [&'static str]) -> Self {
        Block { file, name, keys, values: vec![None; keys.len()] }
    }

    fn set(&mut self, line: &'a str) -> Checked<()> {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let place = self.keys.iter().position(|known| *known == key);
        let Some(slot) = place.and_then(|at| self.values.get_mut(at)) else {
            return Err(unsupported(
                self.file,
                format!("`{}` in {} of a LightGBM model", short(key), self.name),
            ));
        };
        match slot.replace(value) {
            None => Ok(()),
            Some(_) => {
                let found = format!("`{key}` twice in {}", self.name);
                Err(malformed(self.file, "each line once", found))
            }
        }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        let at = self.keys.iter().position(|known| *known == key)?;
        self.values.get(at).copied().flatten()
    }

    fn required(&self, key: &str) -> Checked<&'a str> {
        self.get(key).ok_or_else(|| {
            malformed(self.file, "a LightGBM model", format!("no `{key}` in {}", self.name))
        })
    }

    fn one<T: std::str::FromStr>(&self, key: &str) -> Checked<T> {
        let text = self.required(key)?;
        text.trim().parse().map_err(|_| self.faulty(key, text))
    }

    /// All numbers of a list.
    fn all<T: std::str::FromStr>(&self, key: &str) -> Checked<Vec<T>> {
        let text = self.get(key).unwrap_or("");
        let mut list = Vec::with_capacity(text.len() / 8);
        for word in text.split_ascii_whitespace() {
            list.push(word.parse().map_err(|_| self.faulty(key, word))?);
        }
        Ok(list)
    }

    /// A list of exactly `count` numbers; absent and empty are the same.
    fn list<T: std::str::FromStr>(&self, key: &str, count: usize) -> Checked<Vec<T>> {
        let list = self.all(key)?;
        if list.len() == count {
            return Ok(list);
        }
        let found = format!("{} values of `{key}` in {}", list.len(), self.name);
        Err(structure(self.file, found, format!("{count}")))
    }

    fn faulty(&self, key: &str, text: &str) -> Faults {
        let found = format!("`{}` for `{key}` in {}", short(text), self.name);
        malformed(self.file, "a LightGBM model", found)
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads the text form.
pub(in crate::model) fn read(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| malformed(file, "a LightGBM text model", e.to_string()))?;
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let mut faults = Faults::default();
    let mut header = Block::new(file, "the header".to_owned(), HEADER);
    let mut facts = None;
    let mut trees: Vec<Tree> = Vec::new();
    let mut block: Option<Block> = None;
    let (mut count, mut codes) = (0usize, 0usize);
    let mut ended = false;
    for line in lines.by_ref() {
        let number = line.strip_prefix("Tree=");
        if number.is_some() || line == "end of trees" {
            if facts.is_none() {
                facts = faults.take(self::facts(file, &header));
            }
            let Some(facts) = &facts else { return Err(faults) };
            if let Some(block) = block.take() {
                let output = (count - 1) % facts.outputs.max(1);
                match tree(&block, output, facts.names.len()) {
                    Ok(tree) => {
                        codes += super::codes(&tree);
                        trees.push(tree);
                    }
                    Err(more) => add(&mut faults, more),
                }
            }
            ended = number.is_none();
            if codes > MOST_CODES {
                let found = format!("more than {MOST_CODES} category codes");
                return Err(structure(file, found, "shorter lists"));
            }
            if ended || faults.0.len() > MOST_FAULTS {
                break;
            }
            let number = number.unwrap_or("");
            if number.trim() != count.to_string() {
                return Err(structure(
                    file,
                    format!("tree `{}`", short(number)),
                    format!("tree {count}"),
                ));
            }
            block = Some(Block::new(file, format!("tree {count}"), TREE));
            count += 1;
        } else if faults.0.len() > MOST_FAULTS {
            break;
        } else if !line.is_empty() {
            match &mut block {
                Some(block) => faults.take(block.set(line)),
                None if line == "tree" => None,
                None => faults.take(header.set(line)),
            };
        }
    }
    if !ended && faults.0.is_empty() {
        return Err(malformed(
            file,
            "a LightGBM model up to `end of trees`",
            "a file that ends before",
        ));
    }
    let (Some(mut facts), true) = (facts, faults.0.is_empty()) else { return Err(faults) };
    let sizes = header.get("tree_sizes").map(|sizes| sizes.split_ascii_whitespace().count());
    if let Some(sizes) = sizes.filter(|sizes| *sizes != count) {
        let found = format!("{sizes} values of `tree_sizes` with {count} trees");
        add(&mut faults, structure(file, found, "one a tree"));
    }
    if let Some(more) = tail(file, lines, &mut facts).err() {
        add(&mut faults, more);
    }
    super::ensemble(facts, trees, faults)
}

fn facts<'a>(file: &'a str, header: &Block<'a>) -> Checked<Facts<'a>> {
    let names = header.required("feature_names")?.split(' ').filter(|name| !name.is_empty());
    let outputs = header.one("num_tree_per_iteration")?;
    Ok(Facts {
        file,
        format: "lightgbm-text",
        version: header.required("version")?.trim().to_owned(),
        outputs,
        classes: header.one("num_class")?,
        last: header.one("max_feature_idx")?,
        names: names.map(str::to_owned).collect(),
        objective: header.get("objective").unwrap_or("").trim().to_owned(),
        averaged: header.get("average_output").is_some(),
        seen: seen(header)?,
        declared: None,
        pandas: Vec::new(),
    })
}

/// What training saw of each feature: `none`, `[least:most]`, or the category codes with colons between.
fn seen(header: &Block) -> Checked<Vec<Seen>> {
    let key = "feature_infos";
    let Some(text) = header.get(key) else { return Ok(Vec::new()) };
    let one = |word: &str| {
        if word == "none" {
            return Some(Seen::Nothing);
        }
        if let Some(range) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
            let (least, most) = range.split_once(':')?;
            return Some(Seen::Range(least.parse().ok()?, most.parse().ok()?));
        }
        let mut most = -1;
        for code in word.split(':') {
            most = most.max(code.parse::<i64>().ok()?);
        }
        Some(Seen::Codes(most))
    };
    let words = text.split_ascii_whitespace();
    words.map(|word| one(word).ok_or_else(|| header.faulty(key, word))).collect()
}

/// What stands behind the trees: of the parameters the declared categories, and the categories of pandas.
fn tail<'a>(file: &str, lines: impl Iterator<Item = &'a str>, facts: &mut Facts) -> Checked<()> {
    let mut open = false;
    for line in lines {
        match line {
            "parameters:" => open = true,
            "end of parameters" => open = false,
            _ => {}
        }
        let declared =
            line.strip_prefix("[categorical_feature: ").and_then(|l| l.strip_suffix(']'));
        if let (true, Some(declared)) = (open, declared) {
            let columns = declared.split(',').filter(|c| !c.is_empty()).map(str::parse);
            facts.declared = columns.collect::<Result<_, _>>().ok();
        }
        if let Some(lists) = line.strip_prefix("pandas_categorical:") {
            facts.pandas = pandas::line(file, lists)?;
        }
    }
    if open {
        let found = "a file that ends in its parameters";
        return Err(malformed(file, "a LightGBM model up to `end of parameters`", found));
    }
    Ok(())
}

fn tree(block: &Block, output: usize, features: usize) -> Checked<Tree> {
    let leaves: usize = block.one("num_leaves")?;
    let refuse = |found: String, expected: &str| structure(block.file, found, expected);
    let Some(inner) = leaves.checked_sub(1) else {
        return Err(refuse(format!("no leaves in {}", block.name), "at least one"));
    };
    let mut nodes = if inner == 0 { Vec::new() } else { inner_nodes(block, inner)? };
    nodes.extend(leaf_nodes(block, leaves)?);
    Tree::arranged(output, &nodes, features)
        .map_err(|what| refuse(format!("{} with {what}", block.name), "a well-formed tree"))
}

/// How many rows passed; a tree of one leaf, and a file of an old version, may not say it, or say nothing.
fn covers(block: &Block, key: &str, count: usize) -> Checked<Vec<f64>> {
    if block.get(key).is_none_or(|text| text.trim_ascii().is_empty()) {
        Ok(vec![0.0; count])
    } else {
        block.list(key, count)
    }
}

fn inner_nodes(block: &Block, inner: usize) -> Checked<Vec<Node>> {
    let feature: Vec<u32> = block.list("split_feature", inner)?;
    let threshold: Vec<f64> = block.list("threshold", inner)?;
    let decision: Vec<u8> = block.list("decision_type", inner)?;
    let left: Vec<i64> = block.list("left_child", inner)?;
    let right: Vec<i64> = block.list("right_child", inner)?;
    let cover = covers(block, "internal_count", inner)?;
    let mut sets = Sets::new(block)?;
    // Inner nodes first, leaves after them.
    let child = |c: i64| {
        let at = if c >= 0 {
            c.cast_unsigned()
        } else {
            (!c).cast_unsigned().saturating_add(inner as u64)
        };
        u32::try_from(at).unwrap_or(u32::MAX)
    };
    let mut nodes = Vec::with_capacity(2 * inner + 1);
    let columns = feature.iter().zip(&threshold).zip(&decision).zip(&left).zip(&right).zip(&cover);
    for (i, (((((feature, threshold), decision), left), right), cover)) in columns.enumerate() {
        let split = if decision & 1 == 1 {
            sets.split(*threshold)
        } else {
            numeric(*threshold, decision >> 2, decision & 2 == 2)
        };
        let split = split.ok_or_else(|| {
            let found = format!(
                "the decision type {decision} with threshold {threshold} at node {i} of {}",
                block.name
            );
            structure(block.file, found, "a known test")
        })?;
        let (left, right) = (child(*left), child(*right));
        nodes.push(Node::Inner { feature: *feature, split, left, right, cover: *cover });
    }
    Ok(nodes)
}

fn leaf_nodes(block: &Block, leaves: usize) -> Checked<Vec<Node>> {
    let values: Vec<f64> = block.list("leaf_value", leaves)?;
    let cover = covers(block, "leaf_count", leaves)?;
    let pairs = values.into_iter().zip(cover);
    match block.get("is_linear").map_or("0", str::trim) {
        "0" => return Ok(pairs.map(|(value, cover)| Node::Leaf { value, cover }).collect()),
        "1" => {}
        other => return Err(block.faulty("is_linear", other)),
    }
    let constants: Vec<f64> = block.list("leaf_const", leaves)?;
    let counts: Vec<usize> = block.list("num_features", leaves)?;
    let total = counts.iter().fold(0usize, |sum, count| sum.saturating_add(*count));
    let columns: Vec<u32> = block.list("leaf_features", total)?;
    let weights: Vec<f64> = block.list("leaf_coeff", total)?;
    let mut terms = columns.into_iter().zip(weights);
    let leaf = |(((value, cover), constant), count)| {
        sloped(value, constant, terms.by_ref().take(count).collect(), cover)
    };
    Ok(pairs.zip(constants).zip(counts).map(leaf).collect())
}

/// The category lists of a tree: bits of 32-bit words between boundaries.
struct Sets {
    boundaries: Vec<usize>,
    words: Vec<u32>,
    /// The lists that a node has; each is one node's, else a file could ask for far more memory than it has bytes.
    taken: Vec<bool>,
}

impl Sets {
    fn new(block: &Block) -> Checked<Self> {
        let count = if block.get("num_cat").is_some() { block.one("num_cat")? } else { 0 };
        if count == 0 {
            return Ok(Sets { boundaries: Vec::new(), words: Vec::new(), taken: Vec::new() });
        }
        let boundaries: Vec<usize> =
            block.list("cat_boundaries", usize::saturating_add(count, 1))?;
        let words: Vec<u32> =
            block.list("cat_threshold", boundaries.last().copied().unwrap_or(0))?;
        let codes: usize = words.iter().map(|word| word.count_ones() as usize).sum();
        if codes > MOST_CODES {
            let found = format!("{codes} category codes in {}", block.name);
            return Err(structure(block.file, found, format!("at most {MOST_CODES}")));
        }
        let taken = vec![false; count];
        Ok(Sets { boundaries, words, taken })
    }

    /// The test of a node, whose threshold is the number of its list.
    fn split(&mut self, threshold: f64) -> Option<Split> {
        if !(threshold >= 0.0 && threshold.fract() == 0.0) {
            return None;
        }
        let at = threshold as usize;
        if std::mem::replace(self.taken.get_mut(at)?, true) {
            return None;
        }
        let (from, to) = (*self.boundaries.get(at)?, *self.boundaries.get(at.checked_add(1)?)?);
        let words = self.words.get(from..to)?;
        let mut set = Vec::with_capacity(words.iter().map(|w| w.count_ones() as usize).sum());
        for (word, code) in words.iter().zip((0u32..).step_by(32)) {
            set.extend((0..32).filter(|bit| word >> bit & 1 == 1).map(|bit| code + bit));
        }
        Some(category(set))
    }
}
