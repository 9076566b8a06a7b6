//! Parquet files, read batch by batch.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::arrow::broken;
use crate::fault::{Checked, Fault};

/// A file whose parts are read only where they lie within it: the library reserves memory for what a part says of its
/// own length.
struct Bounded {
    file: File,
    length: u64,
}

impl Length for Bounded {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Bounded {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<bytes::Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF("a part outside the file".to_owned()));
        }
        self.file.get_bytes(start, length)
    }
}

/// Reads batches.
pub(super) struct ParquetReader {
    file: String,
    input: Option<Bounded>,
    metadata: ArrowReaderMetadata,
    needed: Vec<usize>,
    range: Range<u64>,
    reader: Option<ParquetRecordBatchReader>,
}

impl ParquetReader {
    /// Reads the description at the end of the file.
    ///
    /// # Errors
    /// T01 and T11.
    pub fn open(name: &str, file: File) -> Checked<Self> {
        let length = file.metadata().map_err(|e| super::read::unreadable(name, &e))?.len();
        let input = Bounded { file, length };
        // The types are Parquet's own: an Arrow schema that some writers put beside them says nothing that is needed.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = guarded(name, || ArrowReaderMetadata::load(&input, options))?;
        let groups = metadata.metadata().row_groups();
        let mut rows = 0u64;
        for group in groups {
            let more = u64::try_from(group.num_rows()).ok();
            rows = more
                .and_then(|more| rows.checked_add(more))
                .filter(|rows| *rows < 1 << 48)
                .ok_or_else(|| broken(name, "a number of rows that cannot be"))?;
        }
        Ok(ParquetReader {
            file: name.to_owned(),
            input: Some(input),
            metadata,
            needed: Vec::new(),
            range: 0..rows,
            reader: None,
        })
    }

    /// The schema of all columns.
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// How many rows the file has.
    pub fn rows(&self) -> u64 {
        let groups = self.metadata.metadata().row_groups();
        groups.iter().map(|group| group.num_rows().unsigned_abs()).sum()
    }

    /// Which columns the batches have, ascending.
    pub fn need(&mut self, columns: &[usize]) {
        self.needed = columns.to_vec();
    }

    /// Which rows; groups of rows outside are not read.
    pub fn go_to(&mut self, range: Range<u64>) {
        self.range = range;
    }

    /// The next batch, of at most `most` rows as they were at the first call.
    ///
    /// # Errors
    /// T11.
    pub fn next(&mut self, most: usize) -> Checked<Option<RecordBatch>> {
        if let Some(input) = self.input.take() {
            self.reader = Some(self.build(input, most)?);
        }
        let Some(reader) = &mut self.reader else { return Ok(None) };
        guarded(&self.file, || reader.next().transpose())
    }

    fn build(&self, input: Bounded, most: usize) -> Checked<ParquetRecordBatchReader> {
        let (mut kept, mut offset, mut start) = (Vec::new(), 0, 0u64);
        for (i, group) in self.metadata.metadata().row_groups().iter().enumerate() {
            let end = start.saturating_add(group.num_rows().unsigned_abs());
            if end > self.range.start && start < self.range.end {
                if kept.is_empty() {
                    offset = self.range.start.saturating_sub(start);
                }
                kept.push(i);
            }
            start = end;
        }
        let limit = self.range.end.saturating_sub(self.range.start);
        guarded(&self.file, || {
            let builder =
                ParquetRecordBatchReaderBuilder::new_with_metadata(input, self.metadata.clone());
            let mask = ProjectionMask::roots(builder.parquet_schema(), self.needed.iter().copied());
            builder
                .with_projection(mask)
                .with_batch_size(most)
                .with_row_groups(kept)
                .with_offset(usize::try_from(offset).unwrap_or(usize::MAX))
                .with_limit(usize::try_from(limit).unwrap_or(usize::MAX))
                .build()
        })
    }
}

/// What a library makes of the bytes of a table. It gives an error for most that is wrong with them, and panics at some.
///
/// # Errors
/// T11.
pub(super) fn guarded<T, E: std::fmt::Display>(
    file: &str,
    read: impl FnOnce() -> Result<T, E>,
) -> Checked<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(broken(file, &format!("what cannot be read: {e}")).into()),
        Err(_) => {
            let fault: Fault = broken(file, "contradictions that the reader stopped at");
            Err(fault.into())
        }
    }
}
