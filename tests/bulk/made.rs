//! Tables made for the tests, in every form.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::Schema;
use klartext::table::{Table, read_table};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// A table of the tests' reference, `times` over.
pub fn repeated(name: &str, times: usize) -> Table {
    let path = crate::reference::path(name);
    let mut table = read_table(&path, klartext::table::Separator::Detect).unwrap();
    let rows = table.rows.clone();
    (1..times).for_each(|_| table.rows.extend(rows.clone()));
    table
}

/// The table as CSV.
pub fn csv(table: &Table) -> Vec<u8> {
    let line = |cells: Vec<&str>| cells.join(",") + "\n";
    let mut text = line(table.columns.iter().map(String::as_str).collect());
    for row in &table.rows {
        text += &line(row.cells.iter().map(|cell| cell.as_deref().unwrap_or("")).collect());
    }
    text.into_bytes()
}

/// The table as JSON Lines, numbers as numbers.
pub fn json_lines(table: &Table) -> Vec<u8> {
    let mut text = String::new();
    for row in &table.rows {
        let cells = table.columns.iter().zip(&row.cells).map(|(name, cell)| {
            let value = match cell {
                None => "null".to_owned(),
                Some(cell) if cell.parse::<f64>().is_ok() => cell.clone(),
                Some(cell) => format!("{cell:?}"),
            };
            format!("{name:?}:{value}")
        });
        text += &format!("{{{}}}\n", cells.collect::<Vec<_>>().join(","));
    }
    text.into_bytes()
}

/// The table as a batch: doubles where all cells are numbers, texts otherwise.
pub fn batch(table: &Table) -> RecordBatch {
    let column = |at: usize| -> ArrayRef {
        let cells = || table.rows.iter().map(move |row| row.cells[at].as_deref());
        if cells().flatten().all(|cell| cell.parse::<f64>().is_ok()) {
            let number = |cell: Option<&str>| cell.map(|cell| cell.parse::<f64>().unwrap());
            return Arc::new(cells().map(number).collect::<Float64Array>());
        }
        Arc::new(cells().collect::<StringArray>())
    };
    let columns = table.columns.iter().enumerate();
    let columns: Vec<_> = columns.map(|(at, name)| (name.as_str(), column(at), true)).collect();
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// A batch as Parquet, with row groups of `rows`.
pub fn parquet(batch: &RecordBatch, rows: usize, compression: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(rows))
        .build();
    let mut writer = ArrowWriter::try_new(vec![], batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// A batch as an Arrow file or stream, in batches of `rows`.
pub fn arrow(
    batch: &RecordBatch,
    rows: usize,
    file: bool,
    packed: Option<CompressionType>,
) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(packed).unwrap();
    let schema: &Schema = &batch.schema();
    let parts = (0..batch.num_rows()).step_by(rows.max(1));
    let parts = parts.map(|at| batch.slice(at, rows.min(batch.num_rows() - at)));
    if file {
        let mut writer = FileWriter::try_new_with_options(vec![], schema, options).unwrap();
        parts.for_each(|part| writer.write(&part).unwrap());
        writer.finish().unwrap();
        return writer.into_inner().unwrap();
    }
    let mut writer = StreamWriter::try_new_with_options(vec![], schema, options).unwrap();
    parts.for_each(|part| writer.write(&part).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

/// The table in every form, as (name, bytes).
pub fn forms(table: &Table) -> Vec<(&'static str, Vec<u8>)> {
    let batch = batch(table);
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let gzip = Compression::GZIP(GzipLevel::default());
    vec![
        ("a.csv", csv(table)),
        ("a.jsonl", json_lines(table)),
        ("snappy.parquet", parquet(&batch, 130, Compression::SNAPPY)),
        ("zstd.parquet", parquet(&batch, 7000, zstd)),
        ("gzip.parquet", parquet(&batch, 7000, gzip)),
        ("lz4.parquet", parquet(&batch, 7000, Compression::LZ4_RAW)),
        ("plain.parquet", parquet(&batch, 1, Compression::UNCOMPRESSED)),
        ("a.arrow", arrow(&batch, 170, true, None)),
        ("zstd.arrow", arrow(&batch, 1500, true, Some(CompressionType::ZSTD))),
        ("lz4.feather", arrow(&batch, 1500, true, Some(CompressionType::LZ4_FRAME))),
        ("a.arrows", arrow(&batch, 90, false, None)),
        ("lz4.arrows", arrow(&batch, 9000, false, Some(CompressionType::LZ4_FRAME))),
    ]
}

/// Writes a file, and says where.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
