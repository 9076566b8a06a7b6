//! Issue 5, point 9: CSV, JSON Lines, Parquet, Arrow file and stream in and out; every type of column; `-`.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Int8Type};
use arrow_array::*;
use arrow_schema::DataType;
use klartext::table::{Format, Layout, Seen, Separator, TableStream, Values, read_table};

use crate::made::{self, arrow, parquet, put};
use crate::{klartext, model};

/// The same table gives the same bytes, whatever form it has, as a file and on standard input.
#[test]
fn results_do_not_depend_on_the_form() {
    let dir = tempfile::tempdir().unwrap();
    for (file, data) in [
        ("cb_adult_num.json", made::repeated("adult_num.X.csv", 2)),
        ("xgb341_names.json", made::repeated("xgb341_names.X.csv", 40)),
    ] {
        let model = model(file);
        let mut expected = None;
        for (name, bytes) in made::forms(&data) {
            put(dir.path(), name, &bytes);
            let from = |data: &str, input: &[u8]| {
                klartext(dir.path(), &["attribute", "--model", &model, "--data", data], input)
                    .done()
            };
            let found = from(name, &[]);
            assert_eq!(found.iter().filter(|b| **b == b'\n').count(), data.rows.len() + 1);
            let expected = expected.get_or_insert_with(|| found.clone());
            assert!(found == *expected, "{file} {name}");
            assert!(from("-", &bytes) == *expected, "{file} {name} on standard input");
        }
    }
}

/// What is written in one form is the same in every other.
#[test]
fn results_are_the_same_in_every_form() {
    let dir = tempfile::tempdir().unwrap();
    let table = made::repeated("xgb341_names.X.csv", 40);
    put(dir.path(), "a.csv", &made::csv(&table));
    let model = model("xgb341_names.json");
    let args = ["attribute", "--model", &model, "--data", "a.csv"];
    let csv = klartext(dir.path(), &args, &[]).done();
    put(dir.path(), "csv.csv", &csv);
    let columns = |path: &str| {
        let mut stream =
            TableStream::open(&dir.path().join(path), None, Separator::Detect).unwrap();
        let all: Vec<usize> = (0..stream.columns().len()).collect();
        stream.need(&all).unwrap();
        let layout = Layout {
            file: path.to_owned(),
            names: stream.columns().to_vec(),
            wanted: all,
            id: None,
        };
        let mut numbers = vec![];
        while let Some(chunk) = stream.next(700).unwrap() {
            let read = chunk.read(&layout, |_, seen| match seen {
                Seen::Number(x) => Ok(x),
                Seen::Whole(n) => Ok(n as f64),
                Seen::Text(text) => Ok(text.parse().unwrap()),
                other => panic!("{other:?}"),
            });
            numbers.extend(read.unwrap().numbers.values);
        }
        (layout.names, numbers)
    };
    let expected = columns("csv.csv");
    assert_eq!(expected.1.len(), table.rows.len() * expected.0.len());
    for name in ["o.jsonl", "o.parquet", "o.arrow", "o.feather", "o.arrows"] {
        let to_file = [&args[..], &["-o", name]].concat();
        assert_eq!(klartext(dir.path(), &to_file, &[]).done(), b"");
        assert!(columns(name) == expected, "{name}");
        // On standard output the same bytes come.
        let format = Format::of_path(name.as_ref()).unwrap();
        let (format, _) = Format::NAMES.into_iter().find(|(_, f)| *f == format).unwrap();
        let to_stdout = [&args[..], &["-o", "-", "--output-format", format]].concat();
        let written = klartext(dir.path(), &to_stdout, &[]).done();
        assert!(written == std::fs::read(dir.path().join(name)).unwrap(), "{name}");
    }
}

fn of_every_type() -> Vec<(&'static str, ArrayRef)> {
    let whole = [Some(3i8), None, Some(-1), Some(100)];
    let counts = [Some(3u8), None, Some(0), Some(100)];
    let numbers = [Some(0.5f32), None, Some(-2.25), Some(f32::NAN)];
    let texts = [Some("3"), None, Some(""), Some("NaN")];
    let decimal = Decimal128Array::from(vec![Some(125), None, Some(-5), Some(0)]);
    let small = Decimal64Array::from(vec![Some(125), None, Some(-5), Some(0)]);
    let key = DictionaryArray::<Int8Type>::from_iter(texts);
    vec![
        ("i8", Arc::new(Int8Array::from_iter(whole)) as ArrayRef),
        ("i16", Arc::new(Int16Array::from_iter(whole.map(|x| x.map(i16::from))))),
        ("i32", Arc::new(Int32Array::from_iter(whole.map(|x| x.map(i32::from))))),
        ("i64", Arc::new(Int64Array::from_iter(whole.map(|x| x.map(i64::from))))),
        ("u8", Arc::new(UInt8Array::from_iter(counts))),
        ("u16", Arc::new(UInt16Array::from_iter(counts.map(|x| x.map(u16::from))))),
        ("u32", Arc::new(UInt32Array::from_iter(counts.map(|x| x.map(u32::from))))),
        ("u64", Arc::new(UInt64Array::from_iter(counts.map(|x| x.map(u64::from))))),
        ("f32", Arc::new(Float32Array::from_iter(numbers))),
        ("f64", Arc::new(Float64Array::from_iter(numbers.map(|x| x.map(f64::from))))),
        ("truth", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]))),
        ("decimal", Arc::new(decimal.with_precision_and_scale(10, 2).unwrap())),
        ("small", Arc::new(small.with_precision_and_scale(9, 2).unwrap())),
        ("text", Arc::new(StringArray::from_iter(texts))),
        ("large", Arc::new(LargeStringArray::from_iter(texts))),
        ("view", Arc::new(StringViewArray::from_iter(texts))),
        ("key", Arc::new(key)),
    ]
}

/// DESIGN 4: every type that holds numbers or texts; nulls and NaN are missing; also whole tables read them.
#[test]
fn every_type_is_read() {
    let mut columns = of_every_type();
    columns.push(("nothing", Arc::new(NullArray::new(4))));
    let half = Float16Array::from_iter(
        [Some(0.5f32), None, Some(-2.25), Some(f32::NAN)]
            .map(|x| x.map(<types::Float16Type as ArrowPrimitiveType>::Native::from_f32)),
    );
    columns.push(("f16", Arc::new(half)));
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.iter().map(|(name, array)| (*name, array.clone(), true)),
    )
    .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let plain = parquet::basic::Compression::UNCOMPRESSED;
    for (name, bytes) in [
        ("a.parquet", parquet(&batch, 3, plain)),
        ("a.arrow", arrow(&batch, 3, true, None)),
        ("a.arrows", arrow(&batch, 4, false, None)),
    ] {
        let table = read_table(&put(dir.path(), name, &bytes), Separator::Detect).unwrap();
        assert_eq!(table.columns, columns.iter().map(|(n, _)| *n).collect::<Vec<_>>());
        for (at, (column, array)) in columns.iter().enumerate() {
            let cells: Vec<_> = (0..4).map(|row| table.text(row, at)).collect();
            let expected = match array.data_type() {
                DataType::Null => [None; 4],
                DataType::Boolean => [Some("True"), None, Some("False"), Some("True")],
                DataType::Decimal128(..) | DataType::Decimal64(..) => {
                    [Some("1.25"), None, Some("-0.05"), Some("0.00")]
                }
                kind if kind.is_floating() => [Some("0.5"), None, Some("-2.25"), None],
                kind if kind.is_unsigned_integer() => [Some("3"), None, Some("0"), Some("100")],
                kind if kind.is_integer() => [Some("3"), None, Some("-1"), Some("100")],
                _ => [Some("3"), None, None, Some("NaN")],
            };
            assert_eq!(cells, expected, "{name} {column}");
        }
    }
}

/// Columns that the model does not need may be of any type; the others are refused by name.
#[test]
fn dates_and_lists_are_refused_where_they_are_needed() {
    let dir = tempfile::tempdir().unwrap();
    let number: ArrayRef = Arc::new(Float64Array::from(vec![1.0; 3]));
    let date: ArrayRef = Arc::new(Date32Array::from(vec![1; 3]));
    let time: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1; 3]));
    let list = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>([
        Some(vec![Some(1)]),
        None,
        Some(vec![]),
    ]);
    let list: ArrayRef = Arc::new(list);
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![&b"x"[..]; 3]));
    let names = ["a", "b", "c", "d", "e"];
    for odd in [date, time, list, bytes] {
        for at in 0..6 {
            let mut columns = vec![number.clone(); 6];
            columns[at] = odd.clone();
            let named = names.into_iter().chain(["other"]).zip(columns);
            let batch = RecordBatch::try_from_iter(named).unwrap();
            let plain = parquet::basic::Compression::UNCOMPRESSED;
            put(dir.path(), "a.parquet", &parquet(&batch, 9, plain));
            put(dir.path(), "a.arrow", &arrow(&batch, 9, true, None));
            let model = model("xgb341_nameless.ubj");
            for file in ["a.parquet", "a.arrow"] {
                let id = "other";
                let args = ["predict", "--model", &model, "--data", file, "--id", id];
                let ran = klartext(dir.path(), &args, &[]);
                let what = format!("{at} {:?} {file}: {ran:?}", odd.data_type());
                assert_eq!(ran.refused(), ["T12"], "{what}");
                let args = ["predict", "--model", &model, "--data", file];
                let ran = klartext(dir.path(), &args, &[]);
                // Without an id the sixth column is one too many for a model that has no names.
                assert_eq!(ran.code, 2, "{what}");
            }
        }
    }
}

/// A column of whole numbers as id stays one; row numbers are whole numbers.
#[test]
fn ids_keep_their_type() {
    let dir = tempfile::tempdir().unwrap();
    let columns: [(&str, ArrayRef); 5] = [
        ("income", Arc::new(Float64Array::from(vec![0.5, 1.5]))),
        ("trade", Arc::new(StringArray::from(vec!["nurse", "mason"]))),
        ("grade", Arc::new(Int32Array::from(vec![30, 20]))),
        ("children", Arc::new(Int64Array::from(vec![1, 2]))),
        ("case", Arc::new(Int64Array::from(vec![Some(9007199254740993), None]))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    put(dir.path(), "a.arrows", &arrow(&batch, 2, false, None));
    let model = model("xgb341_names.json");
    let ids = |more: &[&str]| {
        let args = ["predict", "--model", &model, "--data", "a.arrows", "--output-format", "jsonl"];
        let out = klartext(dir.path(), &[&args[..], more].concat(), &[]).done();
        let lines = String::from_utf8(out).unwrap();
        let id = |line: &str| line.split(['{', ',']).nth(1).unwrap().to_owned();
        lines.lines().map(id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[]), ["\"id\":0", "\"id\":1"]);
    assert_eq!(ids(&["--id", "case"]), ["\"id\":9007199254740993", "\"id\":null"]);
    assert_eq!(ids(&["--id", "trade"]), ["\"id\":\"nurse\"", "\"id\":\"mason\""]);
    assert_eq!(ids(&["--id", "income"]), ["\"id\":\"0.5\"", "\"id\":\"1.5\""]);
    assert!(Values::Number(vec![]).is_empty());
}

/// `explain` and backgrounds take the new forms too: a whole table is the same in each.
#[test]
fn whole_tables_are_the_same_in_every_form() {
    let table = made::repeated("xgb341_names.X.csv", 2);
    let dir = tempfile::tempdir().unwrap();
    let model = crate::reference::model("xgb341_names.json");
    let numbers = |name: &str, bytes: &[u8]| {
        let table = read_table(&put(dir.path(), name, bytes), Separator::Detect).unwrap();
        klartext::model::rows_for(model.model.card(), &table, None, false).unwrap()
    };
    let bits = |x: &f64| if x.is_nan() { 0 } else { x.to_bits() };
    let mut expected: Option<Vec<u64>> = None;
    for (name, bytes) in made::forms(&table) {
        let numbers = numbers(name, &bytes);
        assert!(numbers.faults.is_empty(), "{:?}", numbers.faults);
        let found: Vec<u64> = numbers.values.iter().map(bits).collect();
        assert_eq!(*expected.get_or_insert(found.clone()), found, "{name}");
    }
}
