//! Text cut into chunks of whole records, without reading their cells.
//!
//! One thread cuts, many read what was cut. So the cutter must see records exactly as the reader of a chunk will: a CSV
//! record ends with a line end outside quotes, a quote opens only at the start of a field, and a doubled quote stays
//! inside (the rules of the `csv` crate). Records without a byte are no rows.

use std::io::Read;

use super::Separator;
use crate::fault::{Checked, Fault, Place};

/// Bytes that are read at once.
const PORTION: usize = 1 << 18;
/// A chunk is full with so many bytes, however few rows it has.
const FULL: usize = 1 << 22;
/// A record of more bytes is none: a quote that never ends would otherwise take the rest of the file into memory.
const LONGEST: usize = 1 << 26;

/// Whole records of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextChunk {
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Line of the first byte in the file, from 1.
    pub line: u64,
    /// Number of the first record in the file, from 0, the header not counted.
    pub first: u64,
    /// How many records.
    pub rows: usize,
}

/// How records end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    /// CSV with this separator.
    Quoted(u8),
    /// A line each.
    Lines,
}

/// Cuts a text into chunks.
pub(super) struct Splitter {
    file: String,
    input: Box<dyn Read + Send>,
    ends: Ends,
    /// What is read and not given away yet; it starts with a record.
    buffer: Vec<u8>,
    /// Up to where the buffer was looked at.
    seen: usize,
    /// Where the record begins that is looked at.
    start: usize,
    quoted: bool,
    /// Behind a quote that closed.
    closed: Option<usize>,
    /// Lines that end before `seen`, in the buffer.
    lines: u64,
    ended: bool,
    line: u64,
    first: u64,
}

impl Splitter {
    /// For CSV; finds the separator if it is not given.
    ///
    /// # Errors
    /// T01 when the input cannot be read.
    pub fn delimited(
        file: &str,
        input: Box<dyn Read + Send>,
        separator: Separator,
    ) -> Checked<(Self, u8)> {
        let mut splitter = Splitter::new(file, input, Ends::Lines);
        splitter.skip_mark()?;
        let separator = match separator {
            Separator::Given(byte) => byte,
            Separator::Detect => loop {
                match super::read::detect(&splitter.buffer) {
                    Some(byte) => break byte,
                    None if splitter.ended || splitter.buffer.len() > LONGEST => break b',',
                    None => splitter.fill()?,
                }
            },
        };
        splitter.ends = Ends::Quoted(separator);
        Ok((splitter, separator))
    }

    /// For JSON Lines.
    ///
    /// # Errors
    /// T01 when the input cannot be read.
    pub fn lines(file: &str, input: Box<dyn Read + Send>) -> Checked<Self> {
        let mut splitter = Splitter::new(file, input, Ends::Lines);
        splitter.skip_mark()?;
        Ok(splitter)
    }

    fn new(file: &str, input: Box<dyn Read + Send>, ends: Ends) -> Self {
        Splitter {
            file: file.to_owned(),
            input,
            ends,
            buffer: Vec::new(),
            seen: 0,
            start: 0,
            quoted: false,
            closed: None,
            lines: 0,
            ended: false,
            line: 1,
            first: 0,
        }
    }

    fn skip_mark(&mut self) -> Checked<()> {
        while self.buffer.len() < 3 && !self.ended {
            self.fill()?;
        }
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        Ok(())
    }

    fn fill(&mut self) -> Checked<()> {
        let at = self.buffer.len();
        self.buffer.resize(at + PORTION, 0);
        let room = self.buffer.get_mut(at..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read.map_err(|e| super::read::unreadable(&self.file, &e))?;
        self.buffer.truncate(at + read);
        self.ended = read == 0;
        Ok(())
    }

    /// The next records, at most `most`; none at the end.
    ///
    /// # Errors
    /// T01 when the input cannot be read; T10 for a quoted field that does not end.
    pub fn next(&mut self, most: usize) -> Checked<Option<TextChunk>> {
        let mut rows = 0;
        loop {
            let full = rows >= most || rows > 0 && self.start >= FULL;
            if full || !self.find_end() {
                if full || self.ended {
                    return self.finish(rows);
                }
                if self.buffer.len() - self.start > LONGEST {
                    return Err(self.endless());
                }
                self.fill()?;
                continue;
            }
            let record = self.buffer.get(self.start..self.seen).unwrap_or_default();
            rows += usize::from(self.is_row(record));
            self.start = self.seen;
        }
    }

    /// Whether bytes up to a line end are a row.
    fn is_row(&self, record: &[u8]) -> bool {
        match self.ends {
            Ends::Quoted(_) => !matches!(record, [] | [b'\n' | b'\r']),
            Ends::Lines => !record.trim_ascii().is_empty(),
        }
    }

    /// Moves `seen` behind the end of the record that is looked at; false when the buffer ends before.
    fn find_end(&mut self) -> bool {
        let rest = self.buffer.get(self.seen..).unwrap_or_default();
        let Ends::Quoted(separator) = self.ends else {
            return match memchr::memchr(b'\n', rest) {
                Some(at) => {
                    self.seen += at + 1;
                    self.lines += 1;
                    true
                }
                None => {
                    self.seen = self.buffer.len();
                    false
                }
            };
        };
        let from = self.seen;
        for at in memchr::memchr3_iter(b'\n', b'\r', b'"', rest) {
            let at = from + at;
            let byte = self.buffer.get(at).copied().unwrap_or_default();
            if byte == b'"' {
                let before = at.checked_sub(1).and_then(|before| self.buffer.get(before));
                let opens = at == self.start
                    || before.is_some_and(|b| *b == separator)
                    || self.closed == Some(at);
                if self.quoted {
                    self.quoted = false;
                    self.closed = Some(at + 1);
                } else if opens {
                    self.quoted = true;
                }
                continue;
            }
            self.lines += u64::from(byte == b'\n');
            if !self.quoted {
                self.seen = at + 1;
                return true;
            }
        }
        self.seen = self.buffer.len();
        false
    }

    /// Gives away the records before `start`, and the last one at the end of the input.
    fn finish(&mut self, mut rows: usize) -> Checked<Option<TextChunk>> {
        if self.ended && self.seen == self.buffer.len() && self.start < self.seen {
            if self.quoted {
                return Err(self.endless());
            }
            let record = self.buffer.get(self.start..).unwrap_or_default();
            rows += usize::from(self.is_row(record));
            self.start = self.seen;
        }
        let rest = self.buffer.split_off(self.start);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let chunk = TextChunk { bytes, line: self.line, first: self.first, rows };
        self.line += self.lines;
        self.first += rows as u64;
        (self.lines, self.seen, self.start, self.closed) = (0, 0, 0, None);
        Ok((rows > 0).then_some(chunk))
    }

    /// Takes back the chunk that was given last.
    pub fn put_back(&mut self, chunk: TextChunk) {
        let mut bytes = chunk.bytes;
        bytes.append(&mut self.buffer);
        self.buffer = bytes;
        (self.line, self.first) = (chunk.line, chunk.first);
    }

    /// Counts the next record as the first; for what comes after a header.
    pub fn count_from_here(&mut self) {
        self.first = 0;
    }

    fn endless(&self) -> crate::fault::Faults {
        let line = self.line;
        Fault::new(
            "T10",
            Place::file(&self.file).line(line),
            match self.ends {
                Ends::Quoted(_) => {
                    "a quoted field or a record that never ends, at or after this line"
                }
                Ends::Lines => "a line that never ends, at or after this line",
            },
            format!("records of at most {} MiB", LONGEST >> 20),
            "Close the quoted field; inside it write a quotation mark twice.",
        )
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn csv(text: &[u8], most: usize) -> Checked<Vec<TextChunk>> {
        let input = Box::new(std::io::Cursor::new(text.to_vec()));
        let (mut splitter, _) = Splitter::delimited("a.csv", input, Separator::Given(b','))?;
        let mut chunks = vec![];
        while let Some(chunk) = splitter.next(most)? {
            chunks.push(chunk);
        }
        Ok(chunks)
    }

    #[test]
    fn chunks_know_their_lines_and_numbers() {
        let chunks = csv(b"\xef\xbb\xbfa,b\r\n\r\n1,\"x\ny\"\r\n2,\n\n3,5\"", 1).unwrap();
        let found: Vec<_> = chunks.iter().map(|c| (c.first, c.line, c.rows)).collect();
        assert_eq!(found, [(0, 1, 1), (1, 1, 1), (2, 4, 1), (3, 6, 1)]);
        assert_eq!(chunks[3].bytes, b"\n3,5\"");
        assert_eq!(csv(b"a,b\n1,\"2\n", 9).unwrap_err().0[0].code, "T10");
        assert_eq!(csv(b"\n\r\n", 9).unwrap(), []);
    }

    proptest! {
        /// The cutter sees the records that the reader sees, however the text is quoted.
        #[test]
        fn chunks_are_whole_records(text in "[a,\"\n\r ]{0,40}", most in 1usize..4) {
            let Ok(chunks) = csv(text.as_bytes(), most) else { return Ok(()) };
            let read = |bytes: &[u8]| -> Vec<Vec<String>> {
                let mut reader = csv::ReaderBuilder::new();
                let mut reader = reader.has_headers(false).flexible(true).from_reader(bytes);
                reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
            };
            let whole = read(text.as_bytes());
            let mut cut = vec![];
            let mut at = 0;
            for chunk in &chunks {
                let rows = read(&chunk.bytes);
                prop_assert_eq!(rows.len(), chunk.rows);
                prop_assert!(chunk.rows <= most);
                prop_assert_eq!(chunk.first, cut.len() as u64);
                let before = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
                prop_assert_eq!(chunk.line, 1 + before as u64);
                at += chunk.bytes.len();
                cut.extend(rows);
            }
            prop_assert_eq!(cut, whole);
        }
    }
}
