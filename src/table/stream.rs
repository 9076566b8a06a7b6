//! A table read from front to back, in chunks of rows, whatever form it has.
//!
//! One thread takes chunks ([`TableStream::next`]), any thread makes numbers of them ([`Chunk::read`]). A chunk knows the
//! number of its first row in the whole table, and its lines.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::arrow::{self, ArrowReader};
use super::columnar;
use super::format::Format;
use super::parquet::ParquetReader;
use super::read::{Separator, nothing, source, unreadable};
use super::seen::{Layout, Read, Refusal, Seen};
use super::split::{Splitter, TextChunk};
use super::{check_names, text_rows};
use crate::fault::{Checked, Fault, Faults, Place};

/// Rows of JSON Lines (within 4 MiB) whose names are the columns: names that come first later are not seen.
const HEAD: usize = 8192;

/// An open table.
pub struct TableStream {
    file: String,
    path: PathBuf,
    format: Format,
    separator: Separator,
    columns: Arc<Vec<String>>,
    reader: Reader,
    /// The places of the columns that are read, ascending.
    needed: Arc<Vec<usize>>,
    /// The rows that are still to be given, by number.
    range: Range<u64>,
    /// The number of the next row of the reader.
    at: u64,
    /// What is left of a batch that is longer than a chunk.
    rest: Option<RecordBatch>,
    /// Bytes that are read.
    read: Arc<AtomicU64>,
}

/// Counts what is read.
struct Counting<R>(R, Arc<AtomicU64>);

impl<R: io::Read> io::Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

enum Reader {
    Csv(Splitter, u8),
    Lines(Splitter),
    Parquet(Box<ParquetReader>),
    Arrow(Box<ArrowReader>),
}

/// Some rows of a table, not read yet.
pub struct Chunk {
    columns: Arc<Vec<String>>,
    needed: Arc<Vec<usize>>,
    /// Number of the first row.
    first: u64,
    rows: usize,
    content: Content,
}

enum Content {
    Csv(TextChunk, u8),
    Lines(TextChunk),
    Columns(RecordBatch),
}

impl TableStream {
    /// Opens a file, or standard input for the path `-`. The format is the one asked for, else what the first bytes or
    /// the name say.
    ///
    /// # Errors
    /// T01, and what is wrong with header or schema: T02, T04, T05, T10, T11.
    pub fn open(path: &Path, asked: Option<Format>, separator: Separator) -> Checked<Self> {
        let (file, mut input) = source(path)?;
        let mut first = Vec::new();
        let sniffed = input.by_ref().take(64).read_to_end(&mut first);
        sniffed.map_err(|e| unreadable(&file, &e))?;
        let format = Format::of_input(asked, &first, path);
        TableStream::of(path, file, first, input, format, separator)
    }

    /// Opens what was begun to be read.
    pub(super) fn of(
        path: &Path,
        file: String,
        first: Vec<u8>,
        rest: Box<dyn io::Read + Send>,
        format: Format,
        separator: Separator,
    ) -> Checked<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let counted = read.clone();
        let input = || Box::new(Counting(Cursor::new(first).chain(rest), counted));
        let (reader, columns) = match format {
            Format::Csv => {
                let (mut splitter, byte) = Splitter::delimited(&file, input(), separator)?;
                let columns = header(&file, &mut splitter, byte)?;
                (Reader::Csv(splitter, byte), columns)
            }
            Format::JsonLines => {
                let mut splitter = Splitter::lines(&file, input())?;
                let head = splitter.next(HEAD)?.ok_or_else(|| nothing(&file, false))?;
                let columns = text_rows::object_names(&head);
                splitter.put_back(head);
                (Reader::Lines(splitter), columns)
            }
            Format::Parquet => {
                let opened = match path == Path::new("-") {
                    true => spooled(&mut input()),
                    false => File::open(path),
                };
                let opened = opened.map_err(|e| unreadable(&file, &e))?;
                let reader = ParquetReader::open(&file, opened)?;
                let columns = columnar::names(&file, reader.schema())?;
                (Reader::Parquet(Box::new(reader)), columns)
            }
            Format::ArrowFile | Format::ArrowStream => {
                let reader = ArrowReader::open(&file, input(), format)?;
                let columns = columnar::names(&file, reader.schema())?;
                (Reader::Arrow(Box::new(reader)), columns)
            }
        };
        Ok(TableStream {
            file,
            path: path.to_owned(),
            format,
            separator,
            columns: Arc::new(columns),
            reader,
            needed: Arc::default(),
            range: 0..u64::MAX,
            at: 0,
            rest: None,
            read,
        })
    }

    /// Of a file: its length in bytes, and how many of them are read.
    pub fn bytes(&self) -> Option<(u64, Arc<AtomicU64>)> {
        let size = std::fs::metadata(&self.path).ok().filter(|file| file.is_file())?.len();
        Some((size, self.read.clone()))
    }

    /// The table as messages name it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Column names, in the table's order; of JSON Lines those of the first 8,192 rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Positions of columns that must exist.
    ///
    /// # Errors
    /// One T09 a missing column.
    pub fn locate(&self, names: &[String]) -> Checked<Vec<usize>> {
        super::locate(&self.file, &self.columns, names)
    }

    fn schema(&self) -> Option<&SchemaRef> {
        match &self.reader {
            Reader::Parquet(reader) => Some(reader.schema()),
            Reader::Arrow(reader) => Some(reader.schema()),
            Reader::Csv(..) | Reader::Lines(_) => None,
        }
    }

    /// Whether a column's cells are whole numbers by its type.
    pub fn is_whole(&self, column: usize) -> bool {
        let field = self.schema().and_then(|schema| schema.fields().get(column));
        field.is_some_and(|field| columnar::is_whole(field.data_type()))
    }

    /// Says which columns will be read; the others cost as little as the format allows.
    ///
    /// # Errors
    /// T12 for a column of a type that holds neither numbers nor texts.
    pub fn need(&mut self, columns: &[usize]) -> Checked<()> {
        let mut needed = columns.to_vec();
        needed.sort_unstable();
        needed.dedup();
        if let Some(schema) = self.schema() {
            columnar::check_types(&self.file, schema, &needed)?;
        }
        match &mut self.reader {
            Reader::Parquet(reader) => reader.need(&needed),
            Reader::Arrow(reader) => reader.need(&needed),
            Reader::Csv(..) | Reader::Lines(_) => {}
        }
        self.needed = Arc::new(needed);
        Ok(())
    }

    /// How many rows the table has, where the format says so at once (Parquet).
    pub fn length(&self) -> Option<u64> {
        match &self.reader {
            Reader::Parquet(reader) => Some(reader.rows()),
            _ => None,
        }
    }

    /// How many rows the table has; reads the whole file where the format does not say it. None for standard input.
    ///
    /// # Errors
    /// T01, T10, T11.
    pub fn count(&self) -> Checked<Option<u64>> {
        if let Some(rows) = self.length() {
            return Ok(Some(rows));
        }
        if self.path == Path::new("-") {
            return Ok(None);
        }
        if !self.format.is_text() {
            return arrow::count(&self.path, self.format).map(Some);
        }
        let (file, input) = source(&self.path)?;
        let mut splitter = match self.format {
            Format::Csv => {
                let (mut splitter, byte) = Splitter::delimited(&file, input, self.separator)?;
                header(&file, &mut splitter, byte)?;
                splitter
            }
            _ => Splitter::lines(&file, input)?,
        };
        let mut rows = 0;
        while let Some(chunk) = splitter.next(usize::MAX)? {
            rows += chunk.rows as u64;
        }
        Ok(Some(rows))
    }

    /// Gives only rows of these numbers. To be called before [`next`](Self::next).
    pub fn go_to(&mut self, range: Range<u64>) {
        if let Reader::Parquet(reader) = &mut self.reader {
            let rows = reader.rows();
            let range = range.start.min(rows)..range.end.min(rows);
            self.at = range.start;
            reader.go_to(range);
        }
        self.range = range;
    }

    /// The next rows, at most `most`; none at the end.
    ///
    /// # Errors
    /// T01, and what is wrong with the table as a whole: T05, T10, T11.
    pub fn next(&mut self, most: usize) -> Checked<Option<Chunk>> {
        let most = most.max(1);
        while self.at < self.range.end {
            let ahead = self.range.start.saturating_sub(self.at);
            // Text is cut where the range begins, so that no row before it is read.
            let left = if ahead > 0 { ahead } else { self.range.end - self.at };
            let cut = usize::try_from(left).unwrap_or(usize::MAX);
            let content = match &mut self.reader {
                Reader::Csv(splitter, separator) => {
                    let cut = if ahead > 0 { cut } else { cut.min(most) };
                    splitter.next(cut)?.map(|text| (text.rows, Content::Csv(text, *separator)))
                }
                Reader::Lines(splitter) => {
                    let cut = if ahead > 0 { cut } else { cut.min(most) };
                    splitter.next(cut)?.map(|text| (text.rows, Content::Lines(text)))
                }
                Reader::Parquet(_) | Reader::Arrow(_) => {
                    let batch = self.batch(most)?;
                    batch.map(|batch| (batch.num_rows(), Content::Columns(batch)))
                }
            };
            let Some((rows, content)) = content else {
                if self.at == 0 {
                    return Err(nothing(&self.file, true).into());
                }
                return Ok(None);
            };
            let first = self.at;
            self.at += rows as u64;
            if self.at > self.range.start {
                let (columns, needed) = (self.columns.clone(), self.needed.clone());
                return Ok(Some(Chunk { columns, needed, first, rows, content }));
            }
        }
        Ok(None)
    }

    /// The next rows of a binary table, none of them outside the range.
    fn batch(&mut self, most: usize) -> Checked<Option<RecordBatch>> {
        let batch = match &mut self.reader {
            Reader::Parquet(reader) => reader.next(most)?,
            Reader::Arrow(reader) => match self.rest.take() {
                Some(rest) => Some(rest),
                None => {
                    let ahead = self.range.start.saturating_sub(self.at);
                    let mut skip = ahead;
                    let batch = reader.next(&mut skip)?;
                    self.at += ahead - skip;
                    let from = usize::try_from(skip).unwrap_or(usize::MAX);
                    self.at += skip;
                    batch.map(|batch| {
                        let from = from.min(batch.num_rows());
                        batch.slice(from, batch.num_rows() - from)
                    })
                }
            },
            Reader::Csv(..) | Reader::Lines(_) => None,
        };
        let Some(batch) = batch else { return Ok(None) };
        let left = self.range.end.saturating_sub(self.at);
        let kept = most.min(usize::try_from(left).unwrap_or(usize::MAX)).min(batch.num_rows());
        if batch.num_rows() > kept {
            self.rest = Some(batch.slice(kept, batch.num_rows() - kept));
        }
        Ok(Some(batch.slice(0, kept)))
    }
}

/// The names in the first record of a CSV.
fn header(file: &str, splitter: &mut Splitter, separator: u8) -> Checked<Vec<String>> {
    let chunk = splitter.next(1)?.ok_or_else(|| nothing(file, false))?;
    splitter.count_from_here();
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).has_headers(false).from_reader(&*chunk.bytes);
    let mut lines = super::read::Lines::new(&chunk.bytes, chunk.line);
    let mut record = csv::StringRecord::new();
    let read = reader.read_record(&mut record);
    let line = lines.line(record.position().map_or(0, csv::Position::byte));
    if let Err(e) = read {
        let utf8 = matches!(e.kind(), csv::ErrorKind::Utf8 { .. });
        let fault = if utf8 {
            let mend = "Save the table again with the encoding UTF-8.";
            ("T02", "bytes that are not UTF-8".to_owned(), "a table in UTF-8", mend)
        } else {
            let mend = "Check quoting and separator of the table.";
            ("T10", e.to_string(), "a CSV record", mend)
        };
        let (code, found, expected, mend) = fault;
        return Err(Fault::new(code, Place::file(file).line(line), found, expected, mend).into());
    }
    let names: Vec<String> = record.iter().map(str::to_owned).collect();
    let mut faults = Faults::default();
    check_names(file, Some(line), &names, &mut faults);
    faults.or(names)
}

/// Standard input in a file without a name: Parquet is read from its end.
fn spooled(input: &mut impl io::Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(input, &mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

impl Chunk {
    /// Number of the first row in the table, from 0.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows as numbers; `convert` gets a column's place among the wanted ones and a cell.
    ///
    /// # Errors
    /// T12 for a column of a type that cannot be read.
    pub fn read(
        &self,
        layout: &Layout,
        convert: impl Fn(usize, Seen) -> Result<f64, Refusal>,
    ) -> Checked<Read> {
        match &self.content {
            Content::Csv(text, separator) => {
                let width = self.columns.len();
                Ok(text_rows::delimited(layout, text, *separator, width, convert))
            }
            Content::Lines(text) => {
                let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
                for (place, column) in layout.wanted.iter().chain(layout.id.iter()).enumerate() {
                    if let Some(name) = self.columns.get(*column) {
                        places.entry(name.as_str()).or_default().push(place);
                    }
                }
                Ok(text_rows::lines(layout, text, &places, convert))
            }
            Content::Columns(batch) => {
                let place = |column: &usize| self.needed.binary_search(column).ok();
                let places: Option<Vec<usize>> = layout.wanted.iter().map(place).collect();
                let id = layout.id.as_ref().and_then(place);
                let places = places.unwrap_or_default();
                columnar::rows(layout, batch, self.first, &places, id, convert)
            }
        }
    }

    /// Every cell as text, row by row; only of typed columns.
    pub(super) fn cells(&self) -> Vec<Vec<Option<String>>> {
        match &self.content {
            Content::Columns(batch) => columnar::cells(batch),
            Content::Csv(..) | Content::Lines(_) => Vec::new(),
        }
    }
}
