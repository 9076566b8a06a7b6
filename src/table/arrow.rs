//! Arrow IPC messages, from a stream or a file.
//!
//! An Arrow file is a stream between two marks with a list of places behind it
//! (<https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format>), so both are read from front to back: standard
//! input can be either, and one batch is in memory at a time. The messages' lengths are checked here before `arrow-ipc`
//! decodes what they say: it trusts some of them with an allocation or an index.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{Message, MessageHeader, RecordBatch as Described, root_as_message};
use arrow_schema::SchemaRef;

use super::format::Format;
use super::parquet::guarded;
use crate::fault::{Checked, Fault, Faults, Place};

/// The mark at the front of a file, padded.
const FRONT: &[u8; 8] = b"ARROW1\0\0";
/// The mark before a message's length.
const CONTINUES: [u8; 4] = [0xff; 4];
/// Most bytes of a message's description; some 100 bytes a column.
const LONGEST_DESCRIPTION: usize = 1 << 28;
/// Most rows of a batch.
const MOST_ROWS: i64 = 1 << 31;
/// By how much a buffer may grow when it is unpacked: the densest packing of zeros is some 32,000 to one.
const MOST_UNPACKED: u64 = 1 << 16;

/// Reads batches.
pub(super) struct ArrowReader {
    file: String,
    input: Box<dyn Read + Send>,
    schema: SchemaRef,
    dictionaries: HashMap<i64, ArrayRef>,
    needed: Vec<usize>,
    ended: bool,
}

/// A message: its description and what follows it.
struct Parts {
    description: Vec<u8>,
    body: u64,
}

impl ArrowReader {
    /// Reads up to the schema.
    ///
    /// # Errors
    /// T11 for what is no Arrow.
    pub fn open(file: &str, mut input: Box<dyn Read + Send>, format: Format) -> Checked<Self> {
        let begun = match format {
            Format::ArrowFile => Some(front(file, &mut input)?),
            _ => None,
        };
        let parts = message(file, &mut input, begun)?;
        let parts = parts.ok_or_else(|| broken(file, "nothing where the schema should be"))?;
        let described = describe(file, &parts)?;
        let schema = described.header_as_schema();
        let schema = schema.ok_or_else(|| broken(file, "a first message that is no schema"))?;
        if !schema.endianness().equals_to_target_endianness() {
            return Err(broken(file, "numbers with the other order of bytes").into());
        }
        let schema = guarded(file, || arrow_ipc::convert::try_fb_to_schema(schema))?;
        Ok(ArrowReader {
            file: file.to_owned(),
            input,
            schema: Arc::new(schema),
            dictionaries: HashMap::new(),
            needed: Vec::new(),
            ended: false,
        })
    }

    /// The schema of all columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Which columns the batches have, ascending.
    pub fn need(&mut self, columns: &[usize]) {
        self.needed = columns.to_vec();
    }

    /// The next batch of more than `skip` rows; the rows of those that are skipped are taken off `skip`.
    ///
    /// # Errors
    /// T01 and T11.
    pub fn next(&mut self, skip: &mut u64) -> Checked<Option<RecordBatch>> {
        while !self.ended {
            let Some(parts) = message(&self.file, &mut self.input, None)? else {
                self.ended = true;
                // A file has a list behind its stream: whoever writes it into a pipe is not cut off.
                let rest = io::copy(&mut self.input, &mut io::sink());
                rest.map_err(|e| super::read::unreadable(&self.file, &e))?;
                break;
            };
            let described = describe(&self.file, &parts)?;
            let rows = match rows_of(&self.file, &described)? {
                Some(rows) if *skip >= rows => {
                    pass(&self.file, &mut self.input, parts.body)?;
                    *skip -= rows;
                    continue;
                }
                rows => rows,
            };
            let body = self.body(parts.body)?;
            let version = described.version();
            match described.header_type() {
                MessageHeader::RecordBatch => {
                    let Some(batch) = described.header_as_record_batch() else { continue };
                    check(&self.file, batch, &body)?;
                    let batch = guarded(&self.file, || {
                        let schema = self.schema.clone();
                        let needed = Some(self.needed.as_slice());
                        read_record_batch(
                            &body,
                            batch,
                            schema,
                            &self.dictionaries,
                            needed,
                            &version,
                        )
                    })?;
                    if rows.is_some_and(|rows| rows > 0) {
                        return Ok(Some(batch));
                    }
                }
                MessageHeader::DictionaryBatch => {
                    let Some(batch) = described.header_as_dictionary_batch() else { continue };
                    if let Some(values) = batch.data() {
                        check(&self.file, values, &body)?;
                    }
                    let known = &mut self.dictionaries;
                    guarded(&self.file, || {
                        read_dictionary(&body, batch, &self.schema, known, &version)
                    })?;
                }
                _ => {
                    return Err(
                        broken(&self.file, "a message that is neither rows nor texts").into()
                    );
                }
            }
        }
        Ok(None)
    }

    fn body(&mut self, length: u64) -> Checked<Buffer> {
        // Grows with what arrives: a length that is not true costs no memory.
        let mut body = Vec::new();
        let read = (&mut self.input).take(length).read_to_end(&mut body);
        let read = read.map_err(|e| super::read::unreadable(&self.file, &e))?;
        if read as u64 != length {
            return Err(cut(&self.file));
        }
        Ok(Buffer::from_vec(body))
    }
}

/// How many rows a file has: its messages' descriptions are read, their bodies passed over.
///
/// # Errors
/// T01 and T11.
pub(super) fn count(path: &Path, format: Format) -> Checked<u64> {
    let file = path.display().to_string();
    let unreadable = |e: io::Error| super::read::unreadable(&file, &e);
    let opened = std::fs::File::open(path).map_err(unreadable)?;
    let length = opened.metadata().map_err(unreadable)?.len();
    let mut input = io::BufReader::new(opened);
    let mut begun = match format {
        Format::ArrowFile => Some(front(&file, &mut input)?),
        _ => None,
    };
    let mut rows = 0;
    while let Some(parts) = message(&file, &mut input, begun.take())? {
        let described = describe(&file, &parts)?;
        rows += rows_of(&file, &described)?.unwrap_or(0);
        let past = i64::try_from(parts.body).map_err(|_| cut(&file))?;
        input.seek_relative(past).map_err(unreadable)?;
        if input.stream_position().map_err(unreadable)? > length {
            return Err(cut(&file));
        }
    }
    input.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(rows)
}

/// Reads the mark of a file and the first bytes of the message behind it.
fn front(file: &str, input: &mut impl Read) -> Checked<[u8; 4]> {
    let mut mark = [0; 8];
    match input.read_exact(&mut mark) {
        Ok(()) if mark == *FRONT => {}
        Ok(()) => return Err(broken(file, "a file that does not begin with ARROW1").into()),
        Err(_) => return Err(cut(file)),
    }
    // The mark is padded to 8 bytes by the specification, to 64 by some writers.
    let mut word = [0; 4];
    for _ in 0..=14 {
        input.read_exact(&mut word).map_err(|_| cut(file))?;
        if word != [0; 4] {
            break;
        }
    }
    Ok(word)
}

/// The next message's description; none at the end. `begun` are its first bytes, where they are read already.
fn message(file: &str, input: &mut impl Read, begun: Option<[u8; 4]>) -> Checked<Option<Parts>> {
    let unreadable = |e: io::Error| match e.kind() {
        io::ErrorKind::UnexpectedEof => cut(file),
        _ => super::read::unreadable(file, &e).into(),
    };
    let mut length = match begun {
        Some(begun) => begun,
        None => {
            let mut first = Vec::new();
            input.by_ref().take(4).read_to_end(&mut first).map_err(unreadable)?;
            match first.first_chunk::<4>() {
                Some(length) => *length,
                // A stream may end without its mark.
                None if first.is_empty() => return Ok(None),
                None => return Err(cut(file)),
            }
        }
    };
    if length == CONTINUES {
        input.read_exact(&mut length).map_err(unreadable)?;
    }
    let length = u32::from_le_bytes(length) as usize;
    if length == 0 {
        return Ok(None);
    }
    if length > LONGEST_DESCRIPTION {
        return Err(broken(file, &format!("a message described in {length} bytes")).into());
    }
    let mut description = Vec::new();
    let read = input.take(length as u64).read_to_end(&mut description).map_err(unreadable)?;
    if read != length {
        return Err(cut(file));
    }
    let mut parts = Parts { description, body: 0 };
    let body = describe(file, &parts)?.bodyLength();
    parts.body = u64::try_from(body).map_err(|_| broken(file, "a message of negative length"))?;
    Ok(Some(parts))
}

fn describe<'p>(file: &str, parts: &'p Parts) -> Checked<Message<'p>> {
    root_as_message(&parts.description)
        .map_err(|e| broken(file, &format!("a message that cannot be read: {e}")).into())
}

/// The rows of a batch; none for another message.
fn rows_of(file: &str, described: &Message) -> Checked<Option<u64>> {
    let Some(batch) = described.header_as_record_batch() else { return Ok(None) };
    match batch.length() {
        rows @ 0..=MOST_ROWS => Ok(Some(rows.unsigned_abs())),
        rows => Err(broken(file, &format!("a batch of {rows} rows")).into()),
    }
}

fn pass(file: &str, input: &mut impl Read, length: u64) -> Checked<()> {
    match io::copy(&mut input.take(length), &mut io::sink()) {
        Ok(passed) if passed == length => Ok(()),
        Ok(_) => Err(cut(file)),
        Err(e) => Err(super::read::unreadable(file, &e).into()),
    }
}

/// Checks that what a batch describes lies within its body, and is not out of all proportion to it.
fn check(file: &str, batch: Described, body: &Buffer) -> Checked<()> {
    let wrong = |what: &str| Err(broken(file, what).into());
    if !(0..=MOST_ROWS).contains(&batch.length()) {
        return wrong("a batch of a negative number of rows");
    }
    for node in batch.nodes().into_iter().flatten() {
        if !(0..=MOST_ROWS).contains(&node.length())
            || !(0..=node.length()).contains(&node.null_count())
        {
            return wrong("a column with a length that cannot be");
        }
    }
    let packed = batch.compression().is_some();
    for buffer in batch.buffers().into_iter().flatten() {
        let range =
            usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let bytes = range.and_then(|(at, length)| body.get(at..at.checked_add(length)?));
        let Some(bytes) = bytes else {
            return wrong("a buffer outside its message");
        };
        if packed && !bytes.is_empty() {
            let Some((unpacked, rest)) = bytes.split_first_chunk::<8>() else {
                return wrong("a packed buffer without its length");
            };
            // −1 says that this one is not packed.
            let unpacked = i64::from_le_bytes(*unpacked);
            let most = (rest.len() as u64).saturating_mul(MOST_UNPACKED);
            if unpacked < -1 || u64::try_from(unpacked).is_ok_and(|unpacked| unpacked > most) {
                return wrong("a packed buffer with a length that cannot be");
            }
        }
    }
    Ok(())
}

/// A Parquet or Arrow file that cannot be read.
pub(super) fn broken(file: &str, found: &str) -> Fault {
    let mend = "Write the table again; see klartext attribute --help for the formats.";
    Fault::new("T11", Place::file(file), found, "a whole Parquet or Arrow table", mend)
}

fn cut(file: &str) -> Faults {
    broken(file, "an end in the middle of the table").into()
}
