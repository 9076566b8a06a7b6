//! Columns of a result, and their rows as text.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use super::number::write_shortest;

/// What the cells of a result's column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Doubles.
    Number,
    /// Whole numbers.
    Whole,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its name.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
}

impl Heading {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Heading { name: name.into(), kind }
    }
}

/// The cells of a column for some rows. Columns of a result may have several lines for one row of the data.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Texts.
    Text(Vec<Option<Arc<str>>>),
    /// Doubles; what is not finite is written as missing.
    Number(Vec<f64>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Texts out of a list, by their place in it.
    Named(Vec<u32>, Arc<[String]>),
}

impl Values {
    /// How many cells.
    pub fn len(&self) -> usize {
        match self {
            Values::Text(cells) => cells.len(),
            Values::Number(cells) => cells.len(),
            Values::Whole(cells) => cells.len(),
            Values::Named(cells, _) => cells.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn text(&self, row: usize) -> Option<&str> {
        match self {
            Values::Text(cells) => cells.get(row)?.as_deref(),
            Values::Named(cells, names) => names.get(*cells.get(row)? as usize).map(String::as_str),
            Values::Number(_) | Values::Whole(_) => None,
        }
    }

    fn array(self) -> ArrayRef {
        let rows = self.len();
        match self {
            Values::Number(cells) if cells.iter().all(|x| x.is_finite()) => {
                Arc::new(Float64Array::from(cells))
            }
            Values::Number(cells) => {
                let cells = cells.into_iter().map(|x| x.is_finite().then_some(x));
                Arc::new(cells.collect::<Float64Array>())
            }
            Values::Whole(cells) => Arc::new(Int64Array::from(cells)),
            texts => Arc::new((0..rows).map(|row| texts.text(row)).collect::<StringArray>()),
        }
    }
}

/// The schema of a result.
pub(super) fn schema(headings: &[Heading]) -> SchemaRef {
    let field = |heading: &Heading| {
        let kind = match heading.kind {
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::Float64,
            Kind::Whole => DataType::Int64,
        };
        Field::new(&heading.name, kind, true)
    };
    Arc::new(Schema::new(headings.iter().map(field).collect::<Vec<_>>()))
}

/// Columns as a batch; −0 is 0, as in text.
///
/// # Errors
/// Columns of different lengths, or of other kinds than the schema's.
pub(super) fn batch(schema: SchemaRef, columns: Vec<Values>) -> Result<RecordBatch, ArrowError> {
    let arrays = columns.into_iter().map(|mut values| {
        if let Values::Number(cells) = &mut values {
            cells.iter_mut().for_each(|x| *x += 0.0);
        }
        values.array()
    });
    RecordBatch::try_new(schema, arrays.collect())
}

/// Appends a line of CSV with the names of the columns.
pub(super) fn write_names(out: &mut Vec<u8>, headings: &[Heading]) {
    for (i, heading) in headings.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_quoted(out, &heading.name);
    }
    out.push(b'\n');
}

/// Appends rows as CSV with `,` and `\n`.
pub(super) fn write_csv(out: &mut Vec<u8>, columns: &[Values]) {
    let mut whole = itoa::Buffer::new();
    for row in 0..columns.first().map_or(0, Values::len) {
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            match column {
                Values::Number(cells) => {
                    write_shortest(out, cells.get(row).copied().unwrap_or(f64::NAN));
                }
                Values::Whole(cells) => {
                    if let Some(n) = cells.get(row).copied().flatten() {
                        out.extend_from_slice(whole.format(n).as_bytes());
                    }
                }
                texts => write_quoted(out, texts.text(row).unwrap_or_default()),
            }
        }
        out.push(b'\n');
    }
}

/// A field of CSV, in quotes where it needs them.
fn write_quoted(out: &mut Vec<u8>, text: &str) {
    if !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Appends rows as JSON Lines.
pub(super) fn write_json_lines(out: &mut Vec<u8>, headings: &[Heading], columns: &[Values]) {
    let names: Vec<Vec<u8>> = headings.iter().map(|heading| json_text(&heading.name)).collect();
    let (mut whole, mut number) = (itoa::Buffer::new(), zmij::Buffer::new());
    for row in 0..columns.first().map_or(0, Values::len) {
        for (i, (name, column)) in names.iter().zip(columns).enumerate() {
            out.push(if i == 0 { b'{' } else { b',' });
            out.extend_from_slice(name);
            out.push(b':');
            match column {
                Values::Number(cells) => match cells.get(row) {
                    Some(x) if x.fract() == 0.0 && x.abs() < 1e15 => {
                        out.extend_from_slice(whole.format(*x as i64).as_bytes());
                    }
                    Some(x) if x.is_finite() => {
                        out.extend_from_slice(number.format_finite(*x).as_bytes());
                    }
                    _ => out.extend_from_slice(b"null"),
                },
                Values::Whole(cells) => match cells.get(row).copied().flatten() {
                    Some(n) => out.extend_from_slice(whole.format(n).as_bytes()),
                    None => out.extend_from_slice(b"null"),
                },
                texts => match texts.text(row) {
                    Some(text) => out.extend(json_text(text)),
                    None => out.extend_from_slice(b"null"),
                },
            }
        }
        if !columns.is_empty() {
            out.extend_from_slice(b"}\n");
        }
    }
}

fn json_text(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing a text into memory cannot fail.
    let _ = serde_json::to_writer(&mut out, text);
    let _ = out.flush();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_before() {
        let columns = vec![
            Values::Text(vec![Some("a,\"b\"".into()), None]),
            Values::Whole(vec![Some(-3), None]),
            Values::Number(vec![-0.0, f64::NAN]),
            Values::Named(vec![1, 0], vec!["x\n".to_owned(), "y".to_owned()].into()),
        ];
        let kinds = [Kind::Text, Kind::Whole, Kind::Number, Kind::Text];
        let names = ["id", "n", "x,", "name"];
        let headings: Vec<_> =
            names.into_iter().zip(kinds).map(|(n, k)| Heading::new(n, k)).collect();
        let mut csv = vec![];
        write_names(&mut csv, &headings);
        write_csv(&mut csv, &columns);
        let text = "id,n,\"x,\",name\n\"a,\"\"b\"\"\",-3,0,y\n,,,\"x\n\"\n";
        assert_eq!(String::from_utf8(csv).unwrap(), text);
        let mut json = vec![];
        write_json_lines(&mut json, &headings, &columns);
        let text = "{\"id\":\"a,\\\"b\\\"\",\"n\":-3,\"x,\":0,\"name\":\"y\"}\n\
                    {\"id\":null,\"n\":null,\"x,\":null,\"name\":\"x\\n\"}\n";
        assert_eq!(String::from_utf8(json).unwrap(), text);
        let batch = batch(schema(&headings), columns).unwrap();
        assert_eq!((batch.num_rows(), batch.column(2).null_count()), (2, 1));
    }
}
