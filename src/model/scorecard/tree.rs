//! The bins of an attribute as a tree: halved again and again, so that paths stay short.

use std::collections::BTreeMap;

use super::bin::{Cut, Piece, number};
use super::ranges::{Found, Region, regions};
use super::{Absent, Attribute, Finder, Row};
use crate::model::{
    Comparison, Demand, FeatureKind, Levels, MissingRule, Node, Split, Tree, Unseen,
};

/// An attribute's tree, and what its cells are.
pub struct Grown {
    pub kind: FeatureKind,
    pub demand: Demand,
    pub tree: Tree,
}

/// A leaf to be: points and training weight.
#[derive(Clone, Copy)]
struct End {
    value: f64,
    cover: f64,
}

/// The tree of an attribute; nothing if its bins leave something out or contradict each other, which is then told.
/// `absent`: what a missing value gets where the attribute has no bin for it.
pub fn grown(
    finder: &mut Finder<'_>,
    attribute: &Attribute<'_>,
    feature: u32,
    absent: Option<&Absent>,
) -> Option<Grown> {
    let pieces =
        || attribute.bins.iter().flat_map(|(row, pieces)| pieces.iter().map(move |of| (*row, of)));
    let before = finder.found.0.len();
    let only = |finder: &mut Finder<'_>, what: &Piece, name: &str| {
        let mut such = pieces().filter(|(_, piece)| *piece == what).map(|(row, _)| row);
        let first = such.next();
        for row in such {
            let found = format!("the bin `{name}` of `{}` again", attribute.name);
            finder.say(row.line, found, "each bin once");
        }
        first
    };
    let own = only(finder, &Piece::Missing, "missing");
    let missing = own.or(absent.map(|absent| &absent.row));
    let present = own.is_none() && absent.is_some_and(|absent| absent.refused);
    let other = only(finder, &Piece::Other, "other");
    let line = attribute.bins.first().map_or(1, |(row, _)| row.line);
    if missing.is_none() {
        let found = format!("no bin `missing` of `{}`", attribute.name);
        finder.say(line, found, "points for a missing value too, here or for the whole table");
    }
    let range = |piece: &Piece| matches!(piece, Piece::Interval(..) | Piece::Range(..));
    let numeric = pieces().any(|(_, piece)| range(piece));
    let Found { regions, whole } =
        if numeric { regions(finder, attribute, other, line) } else { Found::default() };
    let (levels, groups) = if numeric { (None, Vec::new()) } else { texts(finder, attribute) };
    let missing = missing.filter(|_| finder.found.0.len() == before)?;
    // A count of a bin is shared among its pieces. One attribute has one tree: only the sum counts.
    let mut shares: BTreeMap<*const Row, f64> = BTreeMap::new();
    let rows =
        regions.iter().map(|Region { row, .. }| *row).chain(groups.iter().map(|(row, _)| *row));
    for row in rows.chain([missing]) {
        *shares.entry(std::ptr::from_ref(row)).or_default() += 1.0;
    }
    let end = |row: &Row| {
        let share = shares.get(&std::ptr::from_ref(row)).copied().unwrap_or(1.0);
        End { value: row.points, cover: row.count.unwrap_or(0.0) / share }
    };
    let mut nodes = Vec::new();
    let test = if numeric {
        // Every number is below the infinite, and a missing value is not.
        let (at, less) = (f64::INFINITY, Comparison::LessOrEqual);
        Split::Threshold { at, less, missing: MissingRule::NanRight }
    } else {
        among(groups.iter().flat_map(|(_, codes)| codes.iter().copied()))
    };
    let kind = levels.map_or(FeatureKind::Number, FeatureKind::Category);
    if !regions.is_empty() || !groups.is_empty() {
        nodes.push(Node::Inner { feature, split: test, left: 1, right: 0, cover: 0.0 });
        if numeric {
            let ends: Vec<(Cut, End)> =
                regions.iter().map(|Region { high, row }| (*high, end(row))).collect();
            halved(&mut nodes, feature, &ends, &|low: &[(Cut, End)]| {
                let Cut { at, after } = low.last().map_or(Cut::HIGHEST, |(cut, _)| *cut);
                let less = if after { Comparison::LessOrEqual } else { Comparison::Less };
                Split::Threshold { at, less, missing: MissingRule::NanRight }
            });
        } else {
            let ends: Vec<(Vec<u32>, End)> =
                groups.into_iter().map(|(row, codes)| (codes, end(row))).collect();
            halved(&mut nodes, feature, &ends, &|low: &[(Vec<u32>, End)]| {
                among(low.iter().flat_map(|(codes, _)| codes.iter().copied()))
            });
        }
    }
    let (last, under) = (nodes.len() as u32, nodes.get(1).map_or(0.0, Node::cover));
    let End { value, cover: own } = end(missing);
    nodes.push(Node::Leaf { value, cover: own });
    if let Some(Node::Inner { right, cover, .. }) = nodes.first_mut() {
        (*right, *cover) = (last, under + own);
    }
    let demand = Demand { present, whole };
    Some(Grown { kind, demand, tree: Tree { output: 0, nodes } })
}

/// The codes go left, all else and a missing value right.
fn among(codes: impl Iterator<Item = u32>) -> Split {
    let mut set: Vec<u32> = codes.collect();
    set.sort_unstable();
    Split::Categories { set, member_left: true, missing_left: false, invalid_left: false }
}

/// Adds a balanced tree of the ends in preorder; `test` gives the test that the lower half passes. Its depth is the
/// logarithm of the number of bins.
fn halved<T>(
    nodes: &mut Vec<Node>,
    feature: u32,
    ends: &[(T, End)],
    test: &impl Fn(&[(T, End)]) -> Split,
) {
    if let [(_, End { value, cover })] = ends {
        return nodes.push(Node::Leaf { value: *value, cover: *cover });
    }
    let (low, high) = ends.split_at(ends.len() / 2);
    if low.is_empty() {
        return;
    }
    let place = nodes.len();
    let left = place as u32 + 1;
    let cover = ends.iter().map(|(_, end)| end.cover).sum();
    nodes.push(Node::Inner { feature, split: test(low), left, right: 0, cover });
    halved(nodes, feature, low, test);
    let next = nodes.len() as u32;
    if let Some(Node::Inner { right, .. }) = nodes.get_mut(place) {
        *right = next;
    }
    halved(nodes, feature, high, test);
}

/// The categories in the file's order, and the codes of each bin; `other` is the code after the last one.
fn texts<'a>(
    finder: &mut Finder<'_>,
    attribute: &Attribute<'a>,
) -> (Option<Levels>, Vec<(&'a Row, Vec<u32>)>) {
    let pieces = || attribute.bins.iter().flat_map(|(_, pieces)| pieces);
    let mut values = pieces().filter_map(|piece| match piece {
        Piece::Value(text) => Some(text),
        _ => None,
    });
    let mark = attribute.mark;
    let numeric = values.all(|text| number(text, mark).is_some());
    let count = pieces().filter(|piece| matches!(piece, Piece::Value(_))).count();
    let others = pieces().any(|piece| *piece == Piece::Other);
    let mut levels = Levels {
        names: Vec::new(),
        numeric,
        unseen: if others { Unseen::Other } else { Unseen::Refused },
    };
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    let mut groups = Vec::new();
    for (row, pieces) in &attribute.bins {
        let mut codes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Value(text) => {
                    // `3` and `3.0` are one category where all are numbers.
                    let same = number(text, mark).filter(|_| numeric).map(|x| x.to_string());
                    let first = *known.entry(same.unwrap_or(text.clone())).or_insert(row.line);
                    if known.len() == levels.names.len() {
                        let found = format!("the category `{text}` of `{}` again", attribute.name);
                        finder.say(row.line, found, &format!("it once; it is in line {first}"));
                    } else {
                        codes.push(levels.names.len() as u32);
                        levels.names.push(text.clone());
                    }
                }
                Piece::Other => codes.push(count as u32),
                Piece::Missing | Piece::Interval(..) | Piece::Range(..) => {}
            }
        }
        if !codes.is_empty() {
            groups.push((*row, codes));
        }
    }
    (Some(levels), groups)
}
