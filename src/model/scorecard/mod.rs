//! Points tables: attribute, bin, points, as an agency writes them, in CSV or TOML; see `docs/formats.md`.
//!
//! One tree an attribute, in double precision: the score is the base points plus the points of the bin that each value
//! falls into. A table with a gap, an overlap or a value that is in no bin is refused, with all its faults in one go.

mod bin;
mod file;
mod tree;

use std::collections::BTreeMap;

use super::{FeatureKind, Link, ModelCard, TreeEnsemble};
use crate::fault::{Checked, Fault, Faults, Place};
use bin::Piece;
use tree::Grown;

/// More bytes than any table of points has; memory stays a small multiple of it.
const MOST_BYTES: usize = 4 << 20;

/// Faults that are told; what a table has beyond them is of the same kind.
const MOST_FAULTS: usize = 100;

/// Points and counts above are typing errors, and could not be summed exactly.
const MOST_POINTS: f64 = 1e12;

pub(super) use file::{is_csv, is_toml};

/// One row of the table: a bin of an attribute.
struct Row {
    line: u64,
    attribute: String,
    /// As it stands in the file, for messages.
    text: String,
    points: f64,
    count: Option<f64>,
}

/// What a file holds, whichever of the two forms it has.
#[derive(Default)]
struct Points {
    format: &'static str,
    name: String,
    rows: Vec<Row>,
    base: f64,
    logistic: Option<Logistic>,
    positive: Option<String>,
}

/// Points to probability: `1 / (1 + exp(-(points - offset) / factor))`.
struct Logistic {
    factor: f64,
    offset: f64,
}

/// The faults of one file.
struct Finder<'a> {
    file: &'a str,
    found: Faults,
}

impl Finder<'_> {
    fn say(&mut self, line: u64, found: impl AsRef<str>, expected: &str) {
        if self.found.0.len() < MOST_FAULTS {
            let found: String = found.as_ref().chars().take(300).collect();
            let place = Place::file(self.file).line(line);
            self.found.push(Fault::new("M05", place, found, expected, "Correct the table."));
        }
    }
}

/// Reads a points table in CSV.
///
/// # Errors
/// M03 for what is no UTF-8 or no CSV; M05 for all that contradicts itself.
pub fn csv(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let mut finder = Finder { file, found: Faults::default() };
    let points = file::csv(&mut finder, bounded(file, bytes)?)?;
    assembled(finder, points)
}

/// Reads a points table in TOML.
///
/// # Errors
/// As [`csv`]; M04 for another version of the schema.
pub fn toml(file: &str, bytes: &[u8]) -> Checked<TreeEnsemble> {
    let mut finder = Finder { file, found: Faults::default() };
    let points = file::toml(&mut finder, bounded(file, bytes)?)?;
    assembled(finder, points)
}

/// The file's text, if it is one and of a size that a table has.
fn bounded<'a>(file: &str, bytes: &'a [u8]) -> Checked<&'a str> {
    if bytes.len() > MOST_BYTES {
        let (found, most) = (format!("{} bytes", bytes.len()), format!("at most {MOST_BYTES}"));
        return Err(super::fault::structure(file, found, most));
    }
    std::str::from_utf8(bytes).map_err(|e| {
        let found = format!("a byte at {} that is no UTF-8", e.valid_up_to());
        super::fault::malformed(file, "a points table in UTF-8", found)
    })
}

/// The bins of one attribute, in the file's order.
#[derive(Default)]
struct Attribute<'a> {
    name: &'a str,
    bins: Vec<(&'a Row, Vec<Piece>)>,
}

/// The model, or all faults of the table.
fn assembled(mut finder: Finder<'_>, points: Points) -> Checked<TreeEnsemble> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    for row in &points.rows {
        let place = *places.entry(&row.attribute).or_insert(attributes.len());
        if place == attributes.len() {
            attributes.push(Attribute { name: &row.attribute, bins: Vec::new() });
        }
        match bin::pieces(&row.text) {
            Ok(pieces) => {
                if let Some(of) = attributes.get_mut(place) {
                    of.bins.push((row, pieces));
                }
            }
            Err(expected) => finder.say(row.line, format!("the bin `{}`", row.text), expected),
        }
    }
    if attributes.is_empty() {
        finder.say(1, "no attribute", "a row for each bin of each attribute");
    }
    if let Some(bare) = points.rows.iter().find(|row| row.count.is_none())
        && points.rows.iter().any(|row| row.count.is_some())
    {
        finder.say(bare.line, "a bin without a count", "a count for all bins, or for none");
    }
    let mut kinds: Vec<FeatureKind> = Vec::new();
    let mut trees = Vec::new();
    // What is in no bin can be told of a table only whose bins could all be read.
    if finder.found.0.is_empty() {
        for (feature, attribute) in (0u32..).zip(&attributes) {
            if let Some(Grown { kind, tree }) = tree::grown(&mut finder, attribute, feature) {
                kinds.push(kind);
                trees.push(tree);
            }
        }
    }
    let features = attributes.iter().map(|of| of.name.to_owned()).collect();
    finder.found.or(())?;
    let (mut base, mut link) = (points.base, Link::Identity);
    let mut notes = vec![format!(
        "Points table: the raw score is {} base points and the points of one bin an attribute.",
        points.base
    )];
    if let Some(Logistic { factor, offset }) = points.logistic {
        base -= offset;
        link = Link::Logistic { slope: 1.0 / factor };
        notes.push(format!(
            "The raw score is the points less the offset of {offset}; the prediction is 1 / (1 + exp(-raw / {factor}))."
        ));
    }
    let card = ModelCard {
        format: points.format.to_owned(),
        written_by: points.name,
        objective: "points".to_owned(),
        features,
        kinds,
        positive: points.positive,
        missing: "A missing value gets the points of the bin `missing`.".to_owned(),
        notes,
        ..ModelCard::default()
    };
    Ok(TreeEnsemble { card, trees, base: vec![base], link, ..TreeEnsemble::default() }.measured())
}
