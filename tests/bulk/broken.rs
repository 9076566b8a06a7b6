//! Promise: no table makes the program panic or take memory that the table only declares; a broken one is refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Float64Array, RecordBatch, RecordBatchOptions};
use arrow_ipc::CompressionType;
use arrow_schema::{Field, Schema};
use klartext::fault::Checked;
use klartext::table::{Layout, Seen, Separator, TableStream, read_table};
use parquet::basic::Compression;

use crate::made::{arrow, parquet, put};

/// Reads all of a table; how many rows it has.
fn read(path: &Path) -> Checked<u64> {
    let mut stream = TableStream::open(path, None, Separator::Detect)?;
    let all: Vec<usize> = (0..stream.columns().len()).collect();
    stream.need(&all)?;
    let names = stream.columns().to_vec();
    let layout = Layout { file: "a".into(), names, wanted: all, id: Some(0) };
    let mut rows = 0;
    while let Some(chunk) = stream.next(500)? {
        let read = chunk.read(&layout, |_, seen| {
            Ok(match seen {
                Seen::Number(x) => x,
                _ => f64::NAN,
            })
        })?;
        assert_eq!(read.numbers.values.nrows(), chunk.rows());
        assert_eq!(read.first, rows);
        rows += chunk.rows() as u64;
    }
    Ok(rows)
}

/// Reads a table that may be anything: refused with something to say, or read.
fn harmless(path: &Path, bytes: &[u8], what: &str) -> bool {
    std::fs::write(path, bytes).unwrap();
    let found = catch_unwind(AssertUnwindSafe(|| read(path)));
    let found = found.unwrap_or_else(|_| panic!("a panic: {what}"));
    let counted = catch_unwind(AssertUnwindSafe(|| {
        TableStream::open(path, None, Separator::Detect).and_then(|stream| stream.count())
    }));
    assert!(counted.is_ok(), "a panic while counting: {what}");
    match found {
        Ok(_) => true,
        Err(faults) => {
            assert!(!faults.0.is_empty(), "{what}");
            for fault in faults.0 {
                assert!(!fault.found.is_empty() && fault.found.len() < 10_000, "{what}: {fault}");
            }
            false
        }
    }
}

/// Small tables with texts, dictionaries, nulls and compressed parts.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let texts = [Some("nurse"), None, Some("mason"), Some(""), Some("nurse")];
    let numbers = [Some(0.5), None, Some(-1.0), Some(7.0), Some(1e300)];
    let key = DictionaryArray::<arrow_array::types::Int8Type>::from_iter(texts);
    let columns: [(&str, ArrayRef); 4] = [
        ("a", Arc::new(Float64Array::from_iter(numbers))),
        ("b", Arc::new(arrow_array::StringArray::from_iter(texts))),
        ("c", Arc::new(key)),
        ("d", Arc::new(arrow_array::BooleanArray::from(vec![true, false, true, true, false]))),
    ];
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    vec![
        ("a.parquet", parquet(&batch, 3, Compression::SNAPPY)),
        ("b.parquet", parquet(&batch, 9, Compression::ZSTD(Default::default()))),
        ("c.parquet", parquet(&batch, 9, Compression::UNCOMPRESSED)),
        ("a.arrow", arrow(&batch, 3, true, None)),
        ("b.arrow", arrow(&batch, 5, true, Some(CompressionType::ZSTD))),
        ("a.arrows", arrow(&batch, 3, false, None)),
        ("b.arrows", arrow(&batch, 5, false, Some(CompressionType::LZ4_FRAME))),
    ]
}

#[test]
fn a_table_cut_anywhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in seeds() {
        let path = put(dir.path(), name, &bytes);
        assert_eq!(read(&path), Ok(5), "{name}");
        let mut read_anyway = vec![];
        for end in 0..bytes.len() {
            if harmless(&path, &bytes[..end], &format!("{name} cut at {end}")) {
                read_anyway.push(end);
            }
        }
        // An Arrow stream may end between two messages; an Arrow file is read as the stream that it holds.
        assert!(name.contains(".arrow") || read_anyway.is_empty(), "{name}: {read_anyway:?}");
        assert!(read_anyway.len() < bytes.len() / 2, "{name}: {read_anyway:?}");
    }
}

/// Every byte set to what makes lengths and offsets extreme. What the libraries panic at is caught and told.
#[test]
fn a_damaged_table_does_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in seeds() {
        let path = dir.path().join(name);
        for at in 0..bytes.len() {
            let extremes = [0, 0x7f, 0xff, bytes[at].wrapping_add(1)];
            // The seeds have like parts: each byte gets two of the values, another byte of its kind the others.
            for byte in extremes.into_iter().skip(2 * (at / 8 % 2)).take(2) {
                let mut damaged = bytes.clone();
                damaged[at] = byte;
                harmless(&path, &damaged, &format!("{name} with {byte} at {at}"));
            }
        }
    }
}

fn codes(result: Checked<u64>) -> Vec<&'static str> {
    result.unwrap_err().0.iter().map(|fault| fault.code).collect()
}

#[test]
fn odd_tables_are_refused_with_their_code() {
    let dir = tempfile::tempdir().unwrap();
    let plain = Compression::UNCOMPRESSED;
    let number: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0]));
    let twice = Schema::new(vec![
        Field::new("a", number.data_type().clone(), true),
        Field::new("a", number.data_type().clone(), true),
    ]);
    let twice = RecordBatch::try_new(Arc::new(twice), vec![number.clone(); 2]).unwrap();
    let one = RecordBatch::try_from_iter([("a", number)]).unwrap();
    let options = RecordBatchOptions::new().with_row_count(Some(2));
    let none =
        RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap();
    for (batch, expected) in [(&twice, "T04"), (&one.slice(0, 0), "T05"), (&none, "T05")] {
        for (name, bytes) in [
            ("a.parquet", parquet(batch, 9, plain)),
            ("a.arrow", arrow(batch, 9, true, None)),
            ("a.arrows", arrow(batch, 9, false, None)),
        ] {
            let path = put(dir.path(), name, &bytes);
            assert_eq!(codes(read(&path)), [expected], "{name}");
            let whole = read_table(&path, Separator::Detect).map(|_| 0);
            assert_eq!(codes(whole), [expected], "{name}");
        }
    }
    for (name, bytes, expected) in [
        ("a.parquet", &b"a,b\n1,2\n"[..], "T11"),
        ("a.arrow", b"a,b\n1,2\n", "T11"),
        ("a.arrows", b"a,b\n1,2\n", "T11"),
        ("a.parquet", b"", "T11"),
        ("a.arrows", b"", "T11"),
        ("a.csv", b"", "T05"),
        ("a.jsonl", b"\n \n", "T05"),
        ("a.csv", b"PAR1PAR1", "T11"),
        ("a.csv", b"\xff\xff\xff\xff", "T11"),
        ("a.csv", b"a,\xff\n1,2\n", "T02"),
        ("a.csv", b"a,a\n1,2\n", "T04"),
        ("a.csv", b"a,b\n", "T05"),
        ("a.csv", b"a,b\n1,\"2\n", "T10"),
        // a stream whose first message is described in 2 GiB
        ("a.arrows", b"\xff\xff\xff\xff\xff\xff\xff\x7f", "T11"),
        // a Parquet footer longer than the file
        ("a.parquet", b"PAR1\xff\xff\xff\x7fPAR1", "T11"),
    ] {
        let path = put(dir.path(), name, bytes);
        assert_eq!(codes(read(&path)), [expected], "{name} {bytes:?}");
    }
    let nowhere = TableStream::open(Path::new("/nowhere/a.parquet"), None, Separator::Detect);
    assert_eq!(codes(nowhere.map(|_| 0)), ["T01"]);
}

/// A quote that never ends does not take the rest of a large file into memory; a million columns are a table.
#[test]
fn long_records_and_many_columns() {
    let dir = tempfile::tempdir().unwrap();
    let endless = format!("a,b\n1,\"{}", "x\n".repeat(34 << 20));
    assert_eq!(codes(read(&put(dir.path(), "a.csv", endless.as_bytes()))), ["T10"]);
    let names: Vec<String> = (0..1_000_000).map(|i| format!("c{i}")).collect();
    let csv = format!("{}\n{}1\n", names.join(","), "1,".repeat(999_999));
    let path = put(dir.path(), "wide.csv", csv.as_bytes());
    let mut stream = TableStream::open(&path, None, Separator::Detect).unwrap();
    assert_eq!(stream.locate(&["c999999".to_owned()]), Ok(vec![999_999]));
    assert_eq!(stream.locate(&["d".to_owned()]).unwrap_err().0.len(), 1);
    assert_eq!(stream.next(10).unwrap().unwrap().rows(), 1);
    let number: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let batch =
        RecordBatch::try_from_iter(names[..100_000].iter().map(|n| (n, number.clone()))).unwrap();
    for (name, bytes) in [
        ("wide.parquet", parquet(&batch, 9, Compression::UNCOMPRESSED)),
        ("wide.arrow", arrow(&batch, 9, true, None)),
    ] {
        let path = put(dir.path(), name, &bytes);
        let mut stream = TableStream::open(&path, None, Separator::Detect).unwrap();
        assert_eq!(stream.columns().len(), 100_000);
        stream.need(&[99_999]).unwrap();
        assert_eq!(stream.next(10).unwrap().unwrap().rows(), 1, "{name}");
    }
}
