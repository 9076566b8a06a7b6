//! The reference files beside this one, read for the tests.
#![allow(dead_code)] // each test file uses a part

use std::path::PathBuf;

use klartext::model::{LoadedModel, Model, read, rows_for};
use klartext::table::{Separator, read_table};
use ndarray::{Array2, ArrayD, IxDyn};

/// A file of the reference folder.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

/// A reference model.
pub fn model(file: &str) -> LoadedModel {
    read(&path("models").join(file)).unwrap_or_else(|faults| panic!("{file}: {faults}"))
}

/// A reference table in a model's feature order.
pub fn rows(model: &dyn Model, file: &str) -> Array2<f64> {
    let table = read_table(&path(file), Separator::Detect).unwrap();
    let numbers = rows_for(model.card(), &table, None, false).unwrap();
    assert!(numbers.faults.is_empty(), "{:?}", numbers.faults);
    numbers.values
}

/// An expected array; `f4` is widened.
pub fn expected(name: &str) -> ArrayD<f64> {
    npy(&std::fs::read(path("expected").join(format!("{name}.npy"))).unwrap())
}

/// NumPy's format 1.0, little-endian `f4` or `f8`, C order.
fn npy(bytes: &[u8]) -> ArrayD<f64> {
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let body = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let head = std::str::from_utf8(&bytes[10..body]).unwrap();
    assert!(head.contains("'fortran_order': False"), "{head}");
    let shape = head.split_once("'shape': (").unwrap().1.split_once(')').unwrap().0;
    let shape: Vec<usize> = shape.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    let values: Vec<f64> = if head.contains("'<f4'") {
        bytes[body..]
            .chunks_exact(4)
            .map(|c| f64::from(f32::from_le_bytes(c.try_into().unwrap())))
            .collect()
    } else {
        assert!(head.contains("'<f8'"), "{head}");
        bytes[body..].chunks_exact(8).map(|c| f64::from_le_bytes(c.try_into().unwrap())).collect()
    };
    ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap()
}
