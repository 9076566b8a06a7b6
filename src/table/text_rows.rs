//! Rows of numbers out of chunks of CSV and JSON Lines.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::excerpt;
use super::read::Lines;
use super::seen::{Collector, Layout, Read, Refusal, Seen};
use super::split::TextChunk;

/// Rows of a chunk of CSV; `width` cells a row.
pub(super) fn delimited(
    layout: &Layout,
    chunk: &TextChunk,
    separator: u8,
    width: usize,
    convert: impl Fn(usize, Seen) -> Result<f64, Refusal>,
) -> Read {
    let mut collector = Collector::new(layout, chunk.first, chunk.rows);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(chunk.bytes.as_slice());
    let mut lines = Lines::new(&chunk.bytes, chunk.line);
    let mut record = csv::ByteRecord::new();
    for row in 0..chunk.rows {
        let read = reader.read_byte_record(&mut record);
        let line = lines.line(record.position().map_or(0, csv::Position::byte));
        if !matches!(read, Ok(true)) {
            let found = read.err().map_or("the end".to_owned(), |e| e.to_string());
            let mend = "Check quoting and separator of the table.";
            collector.fault(row, Some(line), None, "T10", found, "a CSV record", mend);
            break;
        }
        if record.len() != width {
            let found = format!("{} cells", record.len());
            let expected = format!("{width} cells as in the header");
            let mend = "Quote fields that hold the separator, or add the cells that lack.";
            collector.fault(row, Some(line), None, "T03", found, expected, mend);
            continue;
        }
        let mut cell = |column: usize, place: usize| {
            let bytes = record.get(place).unwrap_or_default();
            let Ok(text) = std::str::from_utf8(bytes) else {
                let name = layout.names.get(column).map(String::as_str);
                let found = "bytes that are not UTF-8".to_owned();
                let mend = "Save the table again with the encoding UTF-8.";
                collector.fault(row, Some(line), name, "T02", found, "a table in UTF-8", mend);
                return;
            };
            let seen = Seen::text(text);
            if column == usize::MAX {
                collector.id(row, seen);
                return;
            }
            match convert(column, seen) {
                Ok(x) => collector.number(row, column, x),
                Err(why) => collector.refused(row, Some(line), column, seen, why),
            }
        };
        if let Some(id) = layout.id {
            cell(usize::MAX, id);
        }
        for (column, place) in layout.wanted.iter().enumerate() {
            cell(column, *place);
        }
    }
    collector.finish()
}

/// A cell of JSON.
#[derive(Clone, Debug)]
enum Value {
    Absent,
    Null,
    Number(f64),
    Whole(i64),
    Truth(bool),
    Text(String),
    Nested,
}

impl Value {
    fn seen(&self) -> Seen<'_> {
        match self {
            Value::Absent | Value::Null | Value::Nested => Seen::Missing,
            Value::Number(x) => Seen::Number(*x),
            Value::Whole(n) => Seen::Whole(*n),
            // As the whole-table reader writes it, so that a text column has the same cells either way.
            Value::Truth(true) => Seen::Text("true"),
            Value::Truth(false) => Seen::Text("false"),
            Value::Text(text) => Seen::text(text),
        }
    }
}

/// Rows of a chunk of JSON Lines. `places` has, for each name that is needed, its place in a row's cells: the wanted
/// columns in their order, then the id.
pub(super) fn lines(
    layout: &Layout,
    chunk: &TextChunk,
    places: &BTreeMap<&str, Vec<usize>>,
    convert: impl Fn(usize, Seen) -> Result<f64, Refusal>,
) -> Read {
    let mut collector = Collector::new(layout, chunk.first, chunk.rows);
    let mut cells = vec![Value::Absent; layout.wanted.len() + 1];
    let texts = (chunk.line..).zip(chunk.bytes.split(|b| *b == b'\n'));
    for (row, (line, text)) in texts.filter(|(_, t)| !t.trim_ascii().is_empty()).enumerate() {
        cells.fill(Value::Absent);
        let mut twice = None;
        let mut reader = serde_json::Deserializer::from_slice(text);
        let object = Object { places, cells: &mut cells, twice: &mut twice };
        if let Err(e) = object.deserialize(&mut reader).and_then(|()| reader.end()) {
            let mend = "Write each row as one JSON object on a line of its own.";
            let found = e.to_string();
            collector.fault(row, Some(line), None, "T06", found, "one JSON object a line", mend);
            continue;
        }
        if let Some(name) = twice {
            let found = format!("the name `{}` twice in one object", excerpt(&name));
            let mend = "Remove one of the two.";
            collector.fault(row, Some(line), Some(&name), "T04", found, "each name once", mend);
            continue;
        }
        for (column, value) in cells.iter().enumerate() {
            let name = layout.names.get(column).map(String::as_str);
            if matches!(value, Value::Nested) {
                let (found, expected) = ("a list or an object", "a number, a text or null");
                let mend = "Write one value a column.";
                collector.fault(row, Some(line), name, "T07", found.to_owned(), expected, mend);
            } else if name.is_none() {
                collector.id(row, value.seen());
            } else {
                match convert(column, value.seen()) {
                    Ok(x) => collector.number(row, column, x),
                    Err(why) => collector.refused(row, Some(line), column, value.seen(), why),
                }
            }
        }
    }
    collector.finish()
}

/// The names of the objects of a chunk, in the order in which they come first.
pub(super) fn object_names(chunk: &TextChunk) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for text in chunk.bytes.split(|b| *b == b'\n').filter(|t| !t.trim_ascii().is_empty()) {
        // A line that is none is told when its row is read.
        let mut reader = serde_json::Deserializer::from_slice(text);
        let mut found = Vec::new();
        if NamesOf(&mut found).deserialize(&mut reader).is_ok() {
            for name in found {
                if known.insert(name.clone()) {
                    names.push(name);
                }
            }
        }
    }
    names
}

struct Object<'a> {
    places: &'a BTreeMap<&'a str, Vec<usize>>,
    cells: &'a mut [Value],
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(places) = map.next_key_seed(Key(self.places))? {
            let Some((name, places)) = places else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value_seed(Scalar)?;
            for place in places {
                if let Some(cell) = self.cells.get_mut(*place) {
                    if !matches!(cell, Value::Absent) {
                        *self.twice = Some(name.to_owned());
                    }
                    *cell = value.clone();
                }
            }
        }
        Ok(())
    }
}

/// A name, looked up while it is read: no copy of it is made.
struct Key<'a>(&'a BTreeMap<&'a str, Vec<usize>>);

impl<'de, 'a> DeserializeSeed<'de> for Key<'a> {
    type Value = Option<(&'a str, &'a [usize])>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = Option<(&'a str, &'a [usize])>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get_key_value(name).map(|(name, places)| (*name, places.as_slice())))
    }
}

struct Scalar;

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a number, a text or null")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Truth(truth))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Whole(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(i64::try_from(n).map_or(Value::Number(n as f64), Value::Whole))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Value::Number(x))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Nested)
    }
}

struct NamesOf<'a>(&'a mut Vec<String>);

impl<'de> DeserializeSeed<'de> for NamesOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for NamesOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            self.0.push(name);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
