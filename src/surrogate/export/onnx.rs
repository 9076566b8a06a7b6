//! ONNX: a TreeEnsembleRegressor or TreeEnsembleClassifier (ai.onnx.ml, version 3) on one input of doubles, so that
//! thresholds and values are compared as here. What it says is single precision, as the operators have it.
//!
//! Its trees ask about one number at a time. A question about a set of categories becomes one about each, and what follows
//! "yes" stands in the file once for each of them.

use super::super::details::DetailKind;
use super::super::tree::{Ask, Split, Subject, SurrogateTree};
use super::protobuf::Message;
use crate::fault::{Checked, Fault, Place};

/// Most nodes that are written.
const MOST_NODES: usize = 100_000;

/// `AttributeProto.AttributeType`.
const INT: i64 = 2;
const STRING: i64 = 3;
const TENSOR: i64 = 4;
const INTS: i64 = 7;
const STRINGS: i64 = 8;
/// `TensorProto.DataType`.
const FLOAT_ELEMENTS: i64 = 1;
const STRING_ELEMENTS: i64 = 8;
const DOUBLE_ELEMENTS: i64 = 11;

impl SurrogateTree {
    /// The tree as an ONNX file. Its input has the model's columns in their order, `columns` of them; categories are the
    /// numbers that the model's rows have for them.
    ///
    /// # Errors
    /// R37 for a question that the file cannot hold, or a tree that is too large once sets of categories are unfolded.
    pub fn to_onnx(&self, columns: usize) -> Checked<Vec<u8>> {
        self.exportable("ONNX")?;
        let mut nodes = Nodes { tree: self, rows: Vec::new(), votes: Vec::new() };
        if nodes.add(0).is_none() {
            return Err(Fault::new(
                "R37",
                Place::default(),
                format!("more than {MOST_NODES} nodes, one for each category of a question"),
                "a tree that ONNX can hold",
                "Write the tree as PMML, or fit one with fewer leaves.",
            )
            .into());
        }
        let (operator, outputs) = match self.subject() {
            Subject::Score { .. } => {
                ("TreeEnsembleRegressor", vec![port("score", FLOAT_ELEMENTS, &[-1, 1])])
            }
            Subject::Decision { classes } => (
                "TreeEnsembleClassifier",
                vec![
                    port("class", STRING_ELEMENTS, &[-1]),
                    port("shares", FLOAT_ELEMENTS, &[-1, classes.len() as i64]),
                ],
            ),
        };
        let mut node = Message::default().text(1, "rows");
        for name in if outputs.len() == 1 { &["score"][..] } else { &["class", "shares"] } {
            node = node.text(2, name);
        }
        node = node.text(3, "surrogate").text(4, operator).text(7, "ai.onnx.ml");
        for attribute in nodes.attributes() {
            node = node.message(5, attribute);
        }
        let rows = port("rows", DOUBLE_ELEMENTS, &[-1, columns as i64]);
        let mut graph = Message::default().message(1, node).text(2, "surrogate").message(11, rows);
        for output in outputs {
            graph = graph.message(12, output);
        }
        let opset = |domain: &str, version| Message::default().text(1, domain).int(2, version);
        let model = Message::default()
            .int(1, 8)
            .text(2, "klartext")
            .text(3, env!("CARGO_PKG_VERSION"))
            .text(6, "A surrogate: a simplified picture of another model, not that model.")
            .message(7, graph)
            .message(8, opset("", 17))
            .message(8, opset("ai.onnx.ml", 3));
        Ok(model.into_bytes())
    }
}

/// A tensor that comes in or goes out; -1 is any number of rows.
fn port(name: &str, elements: i64, dimensions: &[i64]) -> Message {
    let mut shape = Message::default();
    for dimension in dimensions {
        let size = match dimension {
            -1 => Message::default().text(2, "n"),
            size => Message::default().int(1, *size),
        };
        shape = shape.message(1, size);
    }
    let tensor = Message::default().int(1, elements).message(2, shape);
    Message::default().text(1, name).message(2, Message::default().message(1, tensor))
}

/// One node as the operator's lists have it.
struct Row {
    mode: &'static str,
    column: i64,
    value: f64,
    yes: i64,
    no: i64,
    missing_yes: i64,
}

/// A test of one number: mode, column, what it is compared with.
type Test = (&'static str, usize, f64);

/// The lists that the operator has.
struct Nodes<'a> {
    tree: &'a SurrogateTree,
    rows: Vec<Row>,
    /// Node, class (or 0), and what it gives to it.
    votes: Vec<(i64, i64, f64)>,
}

impl Nodes<'_> {
    /// Adds a node and those below it, and gives its place; none if there are too many.
    fn add(&mut self, at: usize) -> Option<i64> {
        let tree = self.tree;
        let node = tree.nodes().get(at)?;
        let Some(split) = &node.split else {
            let place = self.push("LEAF", 0, 0.0, 0)?;
            match tree.subject() {
                Subject::Score { .. } => self.votes.push((place, 0, node.mean)),
                Subject::Decision { .. } => {
                    // Of two classes onnxruntime says the second as soon as it has any vote, unless one number alone is
                    // voted for: that is the share of the second class then, it decides at a half, and the first class
                    // has the rest.
                    let two = node.counts.len() == 2;
                    let shares = node.counts.iter().skip(usize::from(two)).enumerate();
                    let of = node.rows.max(1) as f64;
                    let votes = shares.map(|(k, count)| (place, k as i64, *count as f64 / of));
                    self.votes.extend(votes);
                }
            }
            return Some(place);
        };
        let tests = self.tests(split)?;
        self.chain(split, &tests)
    }

    fn push(&mut self, mode: &'static str, column: usize, value: f64, missing: i64) -> Option<i64> {
        let place = self.rows.len();
        self.rows.push(Row {
            mode,
            column: column as i64,
            value,
            yes: 0,
            no: 0,
            missing_yes: missing,
        });
        (place < MOST_NODES).then_some(place as i64)
    }

    /// Alternatives of "yes": each a list of tests that must all hold.
    fn tests(&self, split: &Split) -> Option<Vec<Vec<Test>>> {
        let detail = self.tree.details().get(split.detail)?;
        let first = *detail.columns.first()?;
        Some(match (&split.ask, &detail.kind) {
            (Ask::Below(threshold), _) => vec![vec![("BRANCH_LT", first, *threshold)]],
            (Ask::OneOf(places), DetailKind::Category { codes, .. }) => {
                let codes = places.iter().filter_map(|place| codes.get(*place));
                codes.map(|code| vec![("BRANCH_EQ", first, *code)]).collect()
            }
            (Ask::OneOf(places), _) => places
                .iter()
                .map(|place| match detail.columns.get(*place) {
                    Some(column) => vec![("BRANCH_GTE", *column, 0.5)],
                    None => detail.columns.iter().map(|c| ("BRANCH_LT", *c, 0.5)).collect(),
                })
                .collect(),
        })
    }

    /// The alternatives one after the other: "no" of one leads to the next, of the last to what follows "no".
    fn chain(&mut self, split: &Split, alternatives: &[Vec<Test>]) -> Option<i64> {
        let Some((tests, others)) = alternatives.split_first() else { return self.add(split.no) };
        let Some(((mode, column, value), rest)) = tests.split_first() else {
            return self.add(split.yes);
        };
        let place = self.push(mode, *column, *value, i64::from(split.missing_yes))?;
        let yes = match rest {
            [] => self.add(split.yes)?,
            rest => {
                let mut alternatives = vec![rest.to_vec()];
                alternatives.extend_from_slice(others);
                self.chain(split, &alternatives)?
            }
        };
        let no = self.chain(split, others)?;
        let row = self.rows.get_mut(place as usize)?;
        (row.yes, row.no) = (yes, no);
        Some(place)
    }

    fn attributes(&self) -> Vec<Message> {
        let ints = |name: &str, all: Vec<i64>| attribute(name, INTS).ints(8, &all);
        let doubles = |name: &str, all: Vec<f64>| {
            let bytes: Vec<u8> = all.iter().flat_map(|x| x.to_le_bytes()).collect();
            let tensor = Message::default()
                .ints(1, &[all.len() as i64])
                .int(2, DOUBLE_ELEMENTS)
                .text(8, name)
                .bytes(9, &bytes);
            attribute(name, TENSOR).message(5, tensor)
        };
        let texts = |name: &str, all: Vec<&str>| {
            all.into_iter()
                .fold(attribute(name, STRINGS), |attribute, text| attribute.text(9, text))
        };
        let of = |field: fn(&Row) -> i64| self.rows.iter().map(field).collect::<Vec<_>>();
        let numbers = (0..self.rows.len() as i64).collect();
        let mut all = vec![
            ints("nodes_treeids", vec![0; self.rows.len()]),
            ints("nodes_nodeids", numbers),
            ints("nodes_featureids", of(|row| row.column)),
            texts("nodes_modes", self.rows.iter().map(|row| row.mode).collect()),
            doubles("nodes_values_as_tensor", self.rows.iter().map(|row| row.value).collect()),
            ints("nodes_truenodeids", of(|row| row.yes)),
            ints("nodes_falsenodeids", of(|row| row.no)),
            ints("nodes_missing_value_tracks_true", of(|row| row.missing_yes)),
            attribute("post_transform", STRING).text(4, "NONE"),
        ];
        let votes = |prefix: &str| {
            let name = |list: &str| format!("{prefix}_{list}");
            [
                ints(&name("treeids"), vec![0; self.votes.len()]),
                ints(&name("nodeids"), self.votes.iter().map(|vote| vote.0).collect()),
                ints(&name("ids"), self.votes.iter().map(|vote| vote.1).collect()),
                doubles(&name("weights_as_tensor"), self.votes.iter().map(|v| v.2).collect()),
            ]
        };
        match self.tree.subject() {
            Subject::Score { .. } => {
                all.extend(votes("target"));
                all.push(attribute("n_targets", INT).int(3, 1));
            }
            Subject::Decision { classes } => {
                all.extend(votes("class"));
                let names = classes.iter().map(String::as_str).collect();
                all.push(texts("classlabels_strings", names));
            }
        }
        all
    }
}

fn attribute(name: &str, kind: i64) -> Message {
    Message::default().text(1, name).int(20, kind)
}
