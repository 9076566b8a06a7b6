//! The words that a file compares a field with: the categories of a field that lists none.

use std::collections::{HashMap, HashSet};

use super::read::array;
use super::xml::Node;

/// The words that a file compares each field with, wherever it does; `number`: whether a field's values are numbers.
pub fn mentioned(root: Node<'_>, number: impl Fn(&str) -> bool) -> HashMap<String, Vec<String>> {
    let mut words: HashMap<String, Vec<String>> = HashMap::new();
    let mut aliases: Vec<(String, String)> = vec![];
    let mut known: HashSet<(String, String)> = HashSet::new();
    let mut add = |field: &str, word: String| {
        if !number(field) && known.insert((field.to_owned(), word.clone())) {
            words.entry(field.to_owned()).or_default().push(word);
        }
    };
    for node in root.all() {
        let field = node.get("field").or_else(|| match node.name() {
            "CategoricalPredictor" => node.get("name"),
            "PPCell" => node.get("predictorName"),
            _ => None,
        });
        match (node.name(), field) {
            (
                "SimplePredicate" | "NormDiscrete" | "CategoricalPredictor" | "PPCell",
                Some(field),
            ) => {
                if let Some(word) = node.get("value") {
                    add(&field, word.into_owned());
                }
            }
            ("SimpleSetPredicate", Some(field)) => {
                for word in node.child("Array").map(array).unwrap_or_default() {
                    add(&field, word);
                }
            }
            ("MapValues", _) => {
                for pair in node.named("FieldColumnPair") {
                    let (Some(field), Some(column)) = (pair.get("field"), pair.get("column"))
                    else {
                        continue;
                    };
                    let local = column.rsplit(':').next().unwrap_or(&column).to_owned();
                    for row in node.child("InlineTable").into_iter().flat_map(Node::children) {
                        let cell = row.children().find(|cell| cell.name() == local);
                        cell.into_iter().for_each(|cell| add(&field, cell.text()));
                    }
                }
            }
            ("Apply", _) => {
                let fields = node.named("FieldRef").filter_map(|of| of.get("field"));
                for field in fields.collect::<Vec<_>>() {
                    for constant in node.named("Constant") {
                        add(&field, constant.text());
                    }
                }
            }
            ("DerivedField", _) => {
                let of = node.child("FieldRef").and_then(|of| of.get("field"));
                if let (Some(name), Some(of)) = (node.get("name"), of) {
                    aliases.push((of.into_owned(), name.into_owned()));
                }
            }
            ("MiningField", _) => {
                if let (Some(name), Some(word)) =
                    (node.get("name"), node.get("missingValueReplacement"))
                {
                    add(&name, word.into_owned());
                }
            }
            _ => {}
        }
    }
    for (of, name) in aliases.iter().rev().filter(|(of, _)| !number(of)) {
        for word in words.get(name).cloned().unwrap_or_default() {
            if known.insert((of.clone(), word.clone())) {
                words.entry(of.clone()).or_default().push(word);
            }
        }
    }
    words
}
