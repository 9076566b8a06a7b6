//! Points tables: attribute, bin, points, as an agency writes them, in CSV or TOML; see `docs/formats.md`.
//!
//! One tree an attribute, in double precision: the score is the base points plus the points of the bin that each value
//! falls into. A table with a gap, an overlap or a value that is in no bin is refused, with all its faults in one go.

mod bands;
mod bin;
mod file;
mod link;
mod model;
mod ranges;
mod tree;

use std::collections::BTreeMap;

use super::{Demand, FeatureKind, Link, Model, ModelCard, TreeEnsemble};
use crate::fault::{Checked, Fault, Faults, Place};
use bin::{Mark, Piece};
use link::Logistic;
use model::PointsTable;
use tree::Grown;

/// More bytes than any table of points has; memory stays a small multiple of it.
const MOST_BYTES: usize = 4 << 20;

/// Faults that are told; what a table has beyond them is of the same kind.
const MOST_FAULTS: usize = 100;

/// More sheets than any table has; each is a sentence of `inspect`.
const MOST_SHEETS: usize = 100;

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
    /// The sheet that it stands on, empty where there is one alone.
    sheet: String,
}

/// What a missing value gets where its attribute has no bin for it.
struct Absent {
    row: Row,
    /// Nothing: it is refused.
    refused: bool,
}

impl Absent {
    fn new(line: u64, points: f64, refused: bool) -> Absent {
        let (attribute, text, sheet) = ("*".to_owned(), "missing".to_owned(), String::new());
        let points = if refused { 0.0 } else { points };
        Absent { row: Row { line, attribute, text, points, count: None, sheet }, refused }
    }
}

/// A name for a range of points.
struct Band {
    line: u64,
    name: String,
    text: String,
}

/// What a file holds, whichever of the two forms it has.
#[derive(Default)]
struct Points {
    format: &'static str,
    name: String,
    rows: Vec<Row>,
    base: f64,
    mark: Mark,
    absent: Option<Absent>,
    bands: Vec<Band>,
    logistic: Option<Logistic>,
    positive: Option<String>,
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
pub fn csv(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let mut finder = Finder { file, found: Faults::default() };
    let points = file::csv(&mut finder, bounded(file, bytes)?)?;
    assembled(finder, points)
}

/// Reads a points table in TOML.
///
/// # Errors
/// As [`csv`]; M04 for another version of the schema.
pub fn toml(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
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
    sheet: &'a str,
    mark: Mark,
    bins: Vec<(&'a Row, Vec<Piece>)>,
}

/// The model, or all faults of the table.
fn assembled(mut finder: Finder<'_>, points: Points) -> Checked<Box<dyn Model>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    for row in &points.rows {
        let place = *places.entry(&row.attribute).or_insert(attributes.len());
        if place == attributes.len() {
            let (name, sheet) = (&row.attribute, &row.sheet);
            attributes.push(Attribute { name, sheet, mark: points.mark, bins: Vec::new() });
        }
        if let Some(first) = attributes.get(place).filter(|of| of.sheet != row.sheet) {
            let found =
                format!("`{}` on the sheets `{}` and `{}`", first.name, first.sheet, row.sheet);
            finder.say(row.line, found, "each attribute on one sheet");
        }
        match bin::pieces(&row.text, points.mark) {
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
    let bands = bands::sentence(&mut finder, &points.bands);
    let mut kinds: Vec<FeatureKind> = Vec::new();
    let mut demands: Vec<Demand> = Vec::new();
    let mut trees = Vec::new();
    // What is in no bin can be told of a table only whose bins could all be read.
    if finder.found.0.is_empty() {
        for (feature, attribute) in (0u32..).zip(&attributes) {
            let grown = tree::grown(&mut finder, attribute, feature, points.absent.as_ref());
            if let Some(Grown { kind, demand, tree }) = grown {
                kinds.push(kind);
                demands.push(demand);
                trees.push(tree);
            }
        }
    }
    let features = attributes.iter().map(|of| of.name.to_owned()).collect();
    let sheets = sheets(&mut finder, &attributes);
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
    notes.extend(sheets.into_iter().chain(bands));
    let whole: Vec<&str> = told_of(&attributes, &demands, |demand| demand.whole);
    if !whole.is_empty() {
        notes.push(format!("Ranges of whole numbers alone: {}.", whole.join(", ")));
    }
    let refusing = told_of(&attributes, &demands, |demand| demand.present);
    let missing = match (&points.absent, refusing.as_slice()) {
        (_, [_, ..]) => format!("A missing value is refused of: {}.", refusing.join(", ")),
        (Some(of), []) => format!(
            "A missing value gets the points of the bin `missing`, without one {} points.",
            of.row.points
        ),
        (None, []) => "A missing value gets the points of the bin `missing`.".to_owned(),
    };
    if demands.iter().all(|demand| *demand == Demand::default()) {
        demands.clear();
    }
    let card = ModelCard {
        format: points.format.to_owned(),
        written_by: points.name,
        objective: "points".to_owned(),
        features,
        kinds,
        demands,
        positive: points.positive,
        missing,
        notes,
        ..ModelCard::default()
    };
    let trees =
        TreeEnsemble { card, trees, base: vec![base], link, ..TreeEnsemble::default() }.measured();
    Ok(match trees.card.demands.is_empty() {
        true => Box::new(trees),
        false => Box::new(PointsTable(trees)),
    })
}

/// The attributes of which the table demands something.
fn told_of<'a>(
    attributes: &[Attribute<'a>],
    demands: &[Demand],
    what: impl Fn(&Demand) -> bool,
) -> Vec<&'a str> {
    let both = attributes.iter().zip(demands);
    both.filter(|(_, demand)| what(demand)).map(|(of, _)| of.name).collect()
}

/// Which attributes stand on which sheet, a sentence each in the file's order; nothing where no sheet has a name.
fn sheets(finder: &mut Finder<'_>, attributes: &[Attribute<'_>]) -> Vec<String> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sheets: Vec<(&str, Vec<&str>)> = Vec::new();
    for of in attributes.iter().filter(|of| !of.sheet.is_empty()) {
        let place = *places.entry(of.sheet).or_insert(sheets.len());
        match sheets.get_mut(place) {
            Some((_, names)) => names.push(of.name),
            None => sheets.push((of.sheet, vec![of.name])),
        }
    }
    if sheets.len() > MOST_SHEETS {
        let (found, expected) =
            (format!("{} sheets", sheets.len()), format!("at most {MOST_SHEETS}"));
        finder.say(1, found, &expected);
    }
    sheets.iter().map(|(sheet, names)| format!("Sheet {sheet}: {}.", names.join(", "))).collect()
}
