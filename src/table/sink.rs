//! Results written as they come: to standard output, or to a file that takes its name when it is whole.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::RecordBatch;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use tempfile::NamedTempFile;

use super::format::Format;
use super::result::{
    Heading, Kind, Values, batch, schema, write_csv, write_json_lines, write_names,
};
use super::write::{exists, temporary, unwritable};
use crate::fault::{Checked, Fault};

/// Rows of a group of a Parquet file: what is kept in memory until it is written.
const GROUP: usize = 1 << 16;
/// Cells of such a group, where rows are long.
const GROUP_CELLS: usize = 1 << 23;

/// Where results go, and how.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The file; none for standard output.
    pub path: Option<PathBuf>,
    /// The format.
    pub format: Format,
    /// An existing file is overwritten.
    pub force: bool,
    /// A CSV begins with the names of its columns.
    pub header: bool,
}

impl Destination {
    /// Whether a result may be written there; to be asked before hours of work.
    ///
    /// # Errors
    /// F02 if the file exists and is not to be overwritten.
    pub fn check(&self) -> Checked<()> {
        match &self.path {
            Some(path) if !self.force && path.exists() => Err(exists(path).into()),
            _ => Ok(()),
        }
    }
}

/// Turns columns into what is written, on any thread.
#[derive(Clone, Debug)]
pub struct Encoder {
    format: Format,
    headings: Arc<[Heading]>,
    schema: SchemaRef,
}

/// Some rows, ready to be written.
pub enum Encoded {
    /// Text.
    Bytes(Vec<u8>),
    /// A batch.
    Batch(RecordBatch),
}

impl Encoder {
    /// For results of these columns.
    pub fn new(format: Format, headings: &[Heading]) -> Self {
        Encoder { format, headings: headings.into(), schema: schema(headings) }
    }

    /// Encodes columns of equal length, one a heading.
    ///
    /// # Errors
    /// F03 for columns that are not as the headings say.
    pub fn encode(&self, columns: Vec<Values>) -> Checked<Encoded> {
        let mut out = Vec::new();
        match self.format {
            Format::Csv => write_csv(&mut out, &columns),
            Format::JsonLines => write_json_lines(&mut out, &self.headings, &columns),
            Format::Parquet | Format::ArrowFile | Format::ArrowStream => {
                let batch = batch(self.schema.clone(), columns);
                return Ok(Encoded::Batch(batch.map_err(|e| failed("the result", &e))?));
            }
        }
        Ok(Encoded::Bytes(out))
    }
}

/// What bytes go to.
enum Target {
    Stdout(io::Stdout),
    File(BufWriter<NamedTempFile>),
}

/// A target that remembers that nobody reads it any more.
struct Output {
    target: Target,
    closed: Arc<AtomicBool>,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.target {
            Target::Stdout(out) => out.write(bytes),
            Target::File(out) => out.write(bytes),
        };
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.target {
            Target::Stdout(out) => out.flush(),
            Target::File(out) => out.flush(),
        };
        self.note(flushed)
    }
}

impl Output {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            self.closed.store(true, Ordering::Relaxed);
        }
        result
    }
}

enum Writer {
    Text(Output),
    Parquet(Box<ArrowWriter<Output>>),
    File(Box<FileWriter<Output>>),
    Stream(Box<StreamWriter<Output>>),
    /// Nobody reads any more.
    Nobody,
}

/// An open result.
pub struct Sink {
    path: Option<PathBuf>,
    force: bool,
    closed: Arc<AtomicBool>,
    writer: Writer,
}

impl Sink {
    /// Opens a result with these columns.
    ///
    /// # Errors
    /// F02 if the file exists and is not to be overwritten, F03 if it cannot be written.
    pub fn open(to: &Destination, headings: &[Heading]) -> Checked<Self> {
        let closed = Arc::new(AtomicBool::new(false));
        to.check()?;
        let target = match &to.path {
            None => Target::Stdout(io::stdout()),
            Some(path) => {
                let file = temporary(path).map_err(|e| unwritable(&name(path), &e))?;
                Target::File(BufWriter::with_capacity(1 << 18, file))
            }
        };
        let output = Output { target, closed: closed.clone() };
        let schema = schema(headings);
        let file = to.path.as_deref().map_or("standard output".to_owned(), name);
        let writer = match to.format {
            Format::Csv | Format::JsonLines => Ok(Writer::Text(output)),
            Format::Parquet => {
                let rows = (GROUP_CELLS / headings.len().max(1)).clamp(1, GROUP);
                let mut properties = WriterProperties::builder()
                    .set_created_by(concat!("klartext ", env!("CARGO_PKG_VERSION")).to_owned())
                    .set_compression(Compression::SNAPPY)
                    // Attributions hardly repeat: looking for values that do costs more than it saves.
                    .set_dictionary_enabled(false)
                    .set_statistics_enabled(EnabledStatistics::Chunk)
                    .set_max_row_group_row_count(Some(rows));
                for text in headings.iter().filter(|heading| heading.kind == Kind::Text) {
                    // Classes and names of features do repeat.
                    let column = ColumnPath::new(vec![text.name.clone()]);
                    properties = properties.set_column_dictionary_enabled(column, true);
                }
                let writer = ArrowWriter::try_new(output, schema, Some(properties.build()));
                writer.map(|writer| Writer::Parquet(Box::new(writer))).map_err(|e| e.to_string())
            }
            Format::ArrowFile => {
                let writer = FileWriter::try_new(output, &schema);
                writer.map(|writer| Writer::File(Box::new(writer))).map_err(|e| e.to_string())
            }
            Format::ArrowStream => {
                let writer = StreamWriter::try_new(output, &schema);
                writer.map(|writer| Writer::Stream(Box::new(writer))).map_err(|e| e.to_string())
            }
        };
        let writer = match writer {
            Err(_) if closed.load(Ordering::Relaxed) => Writer::Nobody,
            other => other.map_err(|e| failed(&file, &e))?,
        };
        let mut sink = Sink { path: to.path.clone(), force: to.force, closed, writer };
        if to.format == Format::Csv && to.header {
            let mut line = Vec::new();
            write_names(&mut line, headings);
            sink.write(Encoded::Bytes(line))?;
        }
        Ok(sink)
    }

    /// Whether whoever read standard output has seen enough (`head`): there is nothing more to do then.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Writes rows. To standard output they go at once.
    ///
    /// # Errors
    /// F03, unless [`is_closed`](Self::is_closed).
    pub fn write(&mut self, rows: Encoded) -> Checked<()> {
        let streams = self.path.is_none();
        let written = match (&mut self.writer, rows) {
            (Writer::Text(output), Encoded::Bytes(bytes)) => {
                let written = output.write_all(&bytes);
                let flushed = |()| if streams { output.flush() } else { Ok(()) };
                written.and_then(flushed).map_err(|e| e.to_string())
            }
            (Writer::Parquet(writer), Encoded::Batch(batch)) => {
                writer.write(&batch).map_err(|e| e.to_string())
            }
            (Writer::File(writer), Encoded::Batch(batch)) => {
                writer.write(&batch).map_err(|e| e.to_string())
            }
            (Writer::Stream(writer), Encoded::Batch(batch)) => {
                let written = writer.write(&batch);
                let flushed = |()| if streams { writer.flush() } else { Ok(()) };
                written.and_then(flushed).map_err(|e| e.to_string())
            }
            (Writer::Nobody, _) => Ok(()),
            _ => Err("rows encoded for another format".to_owned()),
        };
        self.unless_closed(written)
    }

    fn unless_closed(&self, written: Result<(), String>) -> Checked<()> {
        match written {
            Err(e) if !self.is_closed() => {
                let file = self.path.as_deref().map_or("standard output".to_owned(), name);
                Err(failed(&file, &e).into())
            }
            _ => Ok(()),
        }
    }

    /// Writes what is left, and gives the file its name.
    ///
    /// # Errors
    /// F02 if a file of this name came up meanwhile, F03.
    pub fn finish(self) -> Checked<()> {
        let Sink { path, force, closed, writer } = self;
        let file = path.as_deref().map_or("standard output".to_owned(), name);
        let output = match writer {
            Writer::Nobody => return Ok(()),
            Writer::Text(output) => Ok(output),
            Writer::Parquet(writer) => writer.into_inner().map_err(|e| e.to_string()),
            Writer::File(mut writer) => {
                let finished = writer.finish().and_then(|()| writer.into_inner());
                finished.map_err(|e| e.to_string())
            }
            Writer::Stream(mut writer) => {
                let finished = writer.finish().and_then(|()| writer.into_inner());
                finished.map_err(|e| e.to_string())
            }
        };
        let finished = output.and_then(|mut output| {
            output.flush().map_err(|e| e.to_string())?;
            match output.target {
                Target::Stdout(_) => Ok(None),
                Target::File(out) => out.into_inner().map(Some).map_err(|e| e.to_string()),
            }
        });
        let temporary = match finished {
            Err(_) if closed.load(Ordering::Relaxed) => return Ok(()),
            Err(e) => return Err(failed(&file, &e).into()),
            Ok(temporary) => temporary,
        };
        let (Some(path), Some(temporary)) = (path, temporary) else { return Ok(()) };
        super::write::named(temporary, &path, force)
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn failed(file: &str, e: &dyn std::fmt::Display) -> Fault {
    let mend = "Check the folder, the permissions and the space left.";
    let place = crate::fault::Place::file(file);
    Fault::new("F03", place, e.to_string(), "a file that can be written", mend)
}
