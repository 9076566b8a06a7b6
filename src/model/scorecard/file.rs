//! The two forms of a points table: CSV with one row a bin, and TOML.

use serde::Deserialize;
use toml::{Spanned, Value};

use super::bin::{Mark, has_comma, number};
use super::link::LinkTable;
use super::{Absent, Band, Finder, MOST_POINTS, Points, Row};
use crate::fault::{Checked, Fault, Place};
use crate::model::fault::{malformed, unsupported};

/// The schema of the TOML form.
const SCHEMA: &str = "klartext.scorecard/1";

/// The columns of the CSV form; the last two may be left out.
const COLUMNS: [&str; 5] = ["attribute", "bin", "points", "count", "sheet"];

/// What the attribute of the row is called that says what a missing value gets in the whole table.
const ALL: &str = "*";

/// What stands in the place of points where a missing value is refused.
const REFUSE: &str = "refuse";

/// What the attribute of the row with the base points is called; it has no bin.
const BASE: &str = "base";

/// What a number must be.
pub const NUMBER: &str = "a number of at most a million million, with a decimal point";

/// Whether a first line is the header of a points table.
pub fn is_csv(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line.get(..1000).unwrap_or(line)) else { return false };
    let names: Vec<&str> = line.split(separator(line)).map(bare).collect();
    COLUMNS.iter().take(3).all(|column| names.contains(column))
}

/// Whether a text says before its first table that it is a points table.
pub fn is_toml(text: &[u8]) -> bool {
    let lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).take(100);
    let mut keys = lines.take_while(|line| !line.starts_with(b"["));
    keys.any(|line| {
        let value = line.strip_prefix(b"schema").map(<[u8]>::trim_ascii_start);
        let value = value.and_then(|rest| rest.strip_prefix(b"=")).map(<[u8]>::trim_ascii_start);
        value.is_some_and(|v| {
            v.starts_with(b"\"klartext.scorecard/") || v.starts_with(b"'klartext.scorecard/")
        })
    })
}

fn separator(header: &str) -> char {
    if header.contains(';') { ';' } else { ',' }
}

fn bare(cell: &str) -> &str {
    cell.trim().trim_matches('"').trim()
}

/// Points or a count that a table may have.
fn within(x: f64, least: f64) -> Option<f64> {
    (least..=MOST_POINTS).contains(&x).then_some(x)
}

/// Reads the CSV form.
pub fn csv(finder: &mut Finder<'_>, text: &str) -> Checked<Points> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Blank lines before the header count as lines.
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator = separator(header) as u8;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let broken = |e: csv::Error| malformed(finder.file, "a table", e.to_string());
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    for (i, name) in names.iter().enumerate() {
        if !COLUMNS.contains(&name.as_str()) {
            let expected = "the columns attribute, bin, points and count alone";
            finder.say(1, format!("the column `{name}`"), expected);
        } else if names.iter().take(i).any(|before| before == name) {
            finder.say(1, format!("the column `{name}` twice"), "each column once");
        }
    }
    let at = |column: &str| names.iter().position(|name| name == column);
    let (attribute, bin, points, count) = (at("attribute"), at("bin"), at("points"), at("count"));
    let sheet = at("sheet");
    let records = reader.records().collect::<Result<Vec<csv::StringRecord>, _>>();
    let records = records.map_err(|e| malformed(finder.file, "a table", e.to_string()))?;
    let comma = |record: &csv::StringRecord| {
        let cells = [points, count, bin].into_iter().flatten();
        cells.filter_map(|at| record.get(at)).any(|cell| {
            has_comma(cell) || number(cell, Mark::Comma).is_some() && cell.contains(',')
        })
    };
    let mark = match separator == b';' && records.iter().any(comma) {
        true => Mark::Comma,
        false => Mark::Point,
    };
    let expected = match mark {
        Mark::Point => NUMBER,
        Mark::Comma => "a number of at most a million million, with a decimal comma as others here",
    };
    let number = |cell: &str| number(cell, mark);
    let mut found = Points { format: "scorecard-csv", mark, ..Points::default() };
    let mut based = false;
    for record in records {
        // Sheets that were put together repeat the header, and have empty rows between them.
        if record.iter().all(str::is_empty) || record.iter().eq(names.iter().map(String::as_str)) {
            continue;
        }
        let line = record.position().map_or(1, csv::Position::line);
        if record.len() != names.len() {
            let expected = format!("{} cells, as the header has", names.len());
            finder.say(line, format!("{} cells", record.len()), &expected);
            continue;
        }
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let (name, text) = (cell(attribute), cell(bin));
        let refused = name == ALL && cell(points) == REFUSE;
        let value = number(cell(points)).and_then(|x| within(x, -MOST_POINTS));
        if value.is_none() && !refused {
            finder.say(line, format!("the points `{}`", cell(points)), expected);
        }
        let points = value.unwrap_or_default();
        if name == BASE && text.is_empty() {
            if std::mem::replace(&mut based, true) {
                finder.say(line, "base points again", "base points once");
            }
            found.base = points;
            continue;
        }
        if name == ALL {
            if text != "missing" {
                let found = format!("the bin `{text}` of all attributes");
                finder.say(line, found, "`missing` alone, for attributes that have no such bin");
            } else if found.absent.is_some() {
                finder.say(line, "the row `*,missing` again", "it once");
            }
            found.absent = Some(Absent::new(line, points, refused));
            continue;
        }
        if name.is_empty() {
            finder.say(line, "a bin without an attribute", "the name of the attribute in each row");
        }
        let counted = cell(count);
        let count = number(counted).and_then(|x| within(x, 0.0));
        if count.is_none() && !counted.is_empty() {
            finder.say(line, format!("the count `{counted}`"), "a number from 0, or nothing");
        }
        let (attribute, text, sheet) = (name.to_owned(), text.to_owned(), cell(sheet).to_owned());
        found.rows.push(Row { line, attribute, text, points, count, sheet });
    }
    Ok(found)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(default)]
    name: String,
    base: Option<Spanned<Value>>,
    missing: Option<Spanned<Value>>,
    link: Option<Spanned<LinkTable>>,
    #[serde(default)]
    band: Vec<Spanned<BandTable>>,
    #[serde(default)]
    attribute: Vec<AttributeTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BandTable {
    name: String,
    points: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttributeTable {
    name: Spanned<String>,
    #[serde(default)]
    sheet: String,
    bins: Vec<Spanned<BinTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BinTable {
    bin: String,
    points: Value,
    count: Option<Value>,
}

/// A number of a TOML file; a whole one is exact up to [`MOST_POINTS`].
pub fn numeric(value: &Value, least: f64) -> Option<f64> {
    match value {
        Value::Integer(x) => within(*x as f64, least),
        Value::Float(x) => within(*x, least),
        _ => None,
    }
}

/// A value for a message: a number or a text as it is, anything else by its kind.
fn shown(value: &Value) -> String {
    match value {
        Value::Integer(x) => format!("{x}"),
        Value::Float(x) => format!("{x}"),
        Value::String(text) => format!("`{text}`"),
        other => format!("of the kind {}", other.type_str()),
    }
}

/// Reads the TOML form.
pub fn toml(finder: &mut Finder<'_>, text: &str) -> Checked<Points> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line_of = |at: usize| {
        let above = text.as_bytes().get(..at).unwrap_or_default();
        above.iter().filter(|b| **b == b'\n').count() as u64 + 1
    };
    let file: File = toml::from_str(text).map_err(|e| {
        let mut place = Place::file(finder.file);
        if let Some(span) = e.span() {
            place = place.line(line_of(span.start));
        }
        let found: String = e.message().trim().chars().take(300).collect();
        let expected = format!("a points table of the schema {SCHEMA}");
        Fault::new("M03", place, found, expected, "Correct the table; docs/formats.md shows one.")
    })?;
    if file.schema != SCHEMA {
        return Err(unsupported(finder.file, format!("the schema `{}`", file.schema)));
    }
    let mut found = Points { format: "scorecard-toml", name: file.name, ..Points::default() };
    if let Some(base) = file.base {
        match numeric(base.get_ref(), -MOST_POINTS) {
            Some(x) => found.base = x,
            None => finder.say(line_of(base.span().start), "base points that are none", NUMBER),
        }
    }
    if let Some(missing) = file.missing {
        let (line, missing) = (line_of(missing.span().start), missing.into_inner());
        let refused = missing.as_str() == Some(REFUSE);
        let points = numeric(&missing, -MOST_POINTS);
        if points.is_none() && !refused {
            let shown = format!("`missing` {}", shown(&missing));
            finder.say(line, shown, "points for a missing value, or `refuse`");
        }
        found.absent = Some(Absent::new(line, points.unwrap_or_default(), refused));
    }
    for band in file.band {
        let (line, BandTable { name, points }) = (line_of(band.span().start), band.into_inner());
        found.bands.push(Band { line, name, text: points });
    }
    if let Some(link) = file.link {
        let (line, link) = (line_of(link.span().start), link.into_inner());
        found.logistic = link.logistic(finder, line);
        found.positive = link.positive;
    }
    // Lines are counted on from bin to bin: a count from the top for each would take long in a large file.
    let (mut counted, mut line) = (0, 1);
    let mut names = std::collections::BTreeSet::new();
    for attribute in file.attribute {
        let (at, name) = (attribute.name.span().start, attribute.name.into_inner());
        let attribute_sheet = attribute.sheet;
        if name.is_empty() || !names.insert(name.clone()) {
            let found = format!("the attribute `{name}`");
            finder.say(line_of(at), found, "a name, each once");
        }
        if attribute.bins.is_empty() {
            finder.say(line_of(at), format!("no bins of `{name}`"), "a bin for every value");
        }
        for bin in attribute.bins {
            let at = bin.span().start;
            let between = text.as_bytes().get(counted..at).unwrap_or_default();
            line += between.iter().filter(|b| **b == b'\n').count() as u64;
            counted = counted.max(at);
            let BinTable { bin: text, points, count } = bin.into_inner();
            let value = numeric(&points, -MOST_POINTS);
            if value.is_none() {
                finder.say(line, format!("the points {}", shown(&points)), NUMBER);
            }
            let share = count.as_ref().and_then(|count| numeric(count, 0.0));
            if let (Some(count), None) = (&count, share) {
                finder.say(
                    line,
                    format!("the count {}", shown(count)),
                    "a number from 0, or nothing",
                );
            }
            let (attribute, points) = (name.clone(), value.unwrap_or_default());
            let sheet = attribute_sheet.clone();
            found.rows.push(Row { line, attribute, text, points, count: share, sheet });
        }
    }
    Ok(found)
}
