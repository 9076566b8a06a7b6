//! Columns of Arrow arrays as cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};

use super::seen::{Collector, Layout, Read, Refusal, Seen};
use super::{check_names, excerpt};
use crate::fault::{Checked, Fault, Faults, Place};

/// The names of a schema's columns.
///
/// # Errors
/// T04 for each name that occurs twice, T05 where there is none.
pub(super) fn names(file: &str, schema: &Schema) -> Checked<Vec<String>> {
    let names: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let mut faults = Faults::default();
    check_names(file, None, &names, &mut faults);
    if names.is_empty() {
        faults.push(super::read::nothing(file, false));
    }
    faults.or(names)
}

/// Refuses columns whose cells are neither numbers nor texts.
///
/// # Errors
/// T12 for each such column.
pub(super) fn check_types(file: &str, schema: &Schema, columns: &[usize]) -> Checked<()> {
    let mut faults = Faults::default();
    for field in columns.iter().filter_map(|at| schema.fields().get(*at)) {
        if is_readable(field.data_type()) {
            continue;
        }
        let found = excerpt(&field.data_type().to_string());
        faults.push(Fault::new(
            "T12",
            Place::file(file).field(field.name()),
            format!("a column of the type {found}"),
            "numbers, truth values, texts or a dictionary of them",
            "Turn the column into numbers or texts, as the model was trained on them.",
        ));
    }
    faults.or(())
}

fn is_readable(kind: &DataType) -> bool {
    use DataType::*;
    match kind {
        Dictionary(_, values) => !matches!(**values, Dictionary(..)) && is_readable(values),
        Null | Boolean | Utf8 | LargeUtf8 | Utf8View => true,
        Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => true,
        kind => kind.is_numeric(),
    }
}

/// Whether a column's cells are whole numbers that a result keeps as such.
pub(super) fn is_whole(kind: &DataType) -> bool {
    use DataType::*;
    matches!(kind, Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32)
}

/// Gives every cell of a column to `visit`, by row; false for a type that is not readable.
fn each(array: &dyn Array, visit: &mut dyn FnMut(usize, Seen)) -> bool {
    use DataType::*;
    match array.data_type() {
        Null => {
            (0..array.len()).for_each(|row| visit(row, Seen::Missing));
            true
        }
        Boolean => {
            let Some(array) = array.as_boolean_opt() else { return false };
            array.iter().enumerate().for_each(|(row, truth)| {
                visit(row, truth.map_or(Seen::Missing, Seen::Truth));
            });
            true
        }
        Int8 => primitive::<Int8Type>(array, visit, |n| Seen::Whole(n.into())),
        Int16 => primitive::<Int16Type>(array, visit, |n| Seen::Whole(n.into())),
        Int32 => primitive::<Int32Type>(array, visit, |n| Seen::Whole(n.into())),
        Int64 => primitive::<Int64Type>(array, visit, Seen::Whole),
        UInt8 => primitive::<UInt8Type>(array, visit, |n| Seen::Whole(n.into())),
        UInt16 => primitive::<UInt16Type>(array, visit, |n| Seen::Whole(n.into())),
        UInt32 => primitive::<UInt32Type>(array, visit, |n| Seen::Whole(n.into())),
        UInt64 => primitive::<UInt64Type>(array, visit, |n| {
            i64::try_from(n).map_or(Seen::Number(n as f64), Seen::Whole)
        }),
        Float16 => primitive::<Float16Type>(array, visit, |x| number(x.to_f64())),
        Float32 => primitive::<Float32Type>(array, visit, |x| number(x.into())),
        Float64 => primitive::<Float64Type>(array, visit, number),
        Decimal32(..) => decimal::<Decimal32Type>(array, visit),
        Decimal64(..) => decimal::<Decimal64Type>(array, visit),
        Decimal128(..) => decimal::<Decimal128Type>(array, visit),
        Decimal256(..) => decimal::<Decimal256Type>(array, visit),
        Utf8 => array.as_string_opt::<i32>().map(|a| texts(a.iter(), visit)).is_some(),
        LargeUtf8 => array.as_string_opt::<i64>().map(|a| texts(a.iter(), visit)).is_some(),
        Utf8View => array.as_string_view_opt().map(|a| texts(a.iter(), visit)).is_some(),
        Dictionary(..) => dictionary(array, visit),
        _ => false,
    }
}

fn number(x: f64) -> Seen<'static> {
    if x.is_nan() { Seen::Missing } else { Seen::Number(x) }
}

fn primitive<T: ArrowPrimitiveType>(
    array: &dyn Array,
    visit: &mut dyn FnMut(usize, Seen),
    seen: impl Fn(T::Native) -> Seen<'static>,
) -> bool {
    let Some(array) = array.as_primitive_opt::<T>() else { return false };
    if array.null_count() == 0 {
        array.values().iter().enumerate().for_each(|(row, x)| visit(row, seen(*x)));
    } else {
        let cells = array.iter().map(|x| x.map_or(Seen::Missing, &seen));
        cells.enumerate().for_each(|(row, x)| visit(row, x));
    }
    true
}

/// Decimal numbers keep their digits: they become doubles as a cell of text does.
fn decimal<T: DecimalType>(array: &dyn Array, visit: &mut dyn FnMut(usize, Seen)) -> bool {
    let Some(array) = array.as_primitive_opt::<T>() else { return false };
    for row in 0..array.len() {
        if array.is_null(row) {
            visit(row, Seen::Missing);
        } else {
            visit(row, Seen::Text(&array.value_as_string(row)));
        }
    }
    true
}

fn texts<'a>(cells: impl Iterator<Item = Option<&'a str>>, visit: &mut dyn FnMut(usize, Seen)) {
    cells.enumerate().for_each(|(row, cell)| visit(row, cell.map_or(Seen::Missing, Seen::text)));
}

fn dictionary(array: &dyn Array, visit: &mut dyn FnMut(usize, Seen)) -> bool {
    let Some(array) = array.as_any_dictionary_opt() else { return false };
    let mut keys = vec![None; array.len()];
    let mut readable = each(array.keys(), &mut |row, key| {
        if let (Some(at), Seen::Whole(key)) = (keys.get_mut(row), key) {
            *at = usize::try_from(key).ok();
        }
    });
    // One value a row: there may be many more values than this part of the column has rows.
    for (row, key) in keys.into_iter().enumerate() {
        match key.filter(|key| *key < array.values().len()) {
            Some(key) => {
                let value = array.values().slice(key, 1);
                readable &= each(value.as_ref(), &mut |_, seen| visit(row, seen));
            }
            None => visit(row, Seen::Missing),
        }
    }
    readable
}

/// Rows of a batch whose columns are the layout's wanted ones at `places` (and its id at `id`).
///
/// # Errors
/// T12 for a column of another type than its schema said.
pub(super) fn rows(
    layout: &Layout,
    batch: &RecordBatch,
    first: u64,
    places: &[usize],
    id: Option<usize>,
    convert: impl Fn(usize, Seen) -> Result<f64, Refusal>,
) -> Checked<Read> {
    let mut collector = Collector::new(layout, first, batch.num_rows());
    let columns = batch.columns();
    let mut readable = true;
    for (column, place) in places.iter().enumerate() {
        let Some(array) = columns.get(*place) else { continue };
        readable &= each(array.as_ref(), &mut |row, seen| match convert(column, seen) {
            Ok(x) => collector.number(row, column, x),
            Err(why) => collector.refused(row, None, column, seen, why),
        });
    }
    if let Some(array) = id.and_then(|id| columns.get(id)) {
        readable &= each(array.as_ref(), &mut |row, seen| collector.id(row, seen));
    }
    if !readable {
        let places: Vec<usize> = (0..columns.len()).collect();
        check_types(&layout.file, batch.schema_ref(), &places)?;
    }
    Ok(collector.finish())
}

/// Every cell of a batch as text, row by row.
pub(super) fn cells(batch: &RecordBatch) -> Vec<Vec<Option<String>>> {
    let mut rows = vec![vec![None; batch.num_columns()]; batch.num_rows()];
    for (column, array) in batch.columns().iter().enumerate() {
        each(array.as_ref(), &mut |row, seen| {
            if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = seen.to_text();
            }
        });
    }
    rows
}
