//! Comparison of a model that was read with what its library printed.

use klartext::attribution::path_dependent;
use klartext::model::{Form, from_bytes};

use crate::reference::{expected, model, path, rows};

/// Distance in single-precision units in the last place.
pub fn ulps(a: f64, b: f64) -> u32 {
    let ordered = |x: f64| {
        let bits = (x as f32).to_bits() as i32;
        if bits < 0 { i32::MIN - bits } else { bits }
    };
    ordered(a).abs_diff(ordered(b))
}

/// Distance relative to the second number.
pub fn relative(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() / b.abs().max(f64::MIN_POSITIVE) }
}

/// Distance relative to the second number, or to 1 if that is smaller.
pub fn scaled(a: f64, b: f64) -> f64 {
    (a - b).abs() / b.abs().max(1.0)
}

/// Largest errors of raw score and value over all rows and outputs, in the unit of `distance`, against
/// `expected/NAME.margin.npy` and `expected/NAME.pred.npy`; a missing number must be missing on both sides.
pub fn predictions(file: &str, input: &str, distance: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let loaded = model(file);
    let model = loaded.model.as_ref();
    let name = file.split('.').next().unwrap();
    let (margin, pred) = (expected(&format!("{name}.margin")), expected(&format!("{name}.pred")));
    let rows = rows(model, input);
    let n = model.outputs();
    assert_eq!((margin.len(), pred.len()), (rows.nrows() * n, rows.nrows() * n), "{file}");
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = (0.0f64, 0.0f64);
    let distance = |a: f64, b: f64, r: usize| match (a.is_nan(), b.is_nan()) {
        (false, false) => distance(a, b),
        (true, true) => 0.0,
        _ => panic!("{file}, row {r}: {a} where the library has {b}"),
    };
    for (r, row) in rows.rows().into_iter().enumerate() {
        model.raw(row.as_slice().unwrap(), &mut raw);
        model.value(&raw, &mut value);
        for k in 0..n {
            let at = r * n + k;
            worst.0 = worst.0.max(distance(raw[k], margin.as_slice().unwrap()[at], r));
            worst.1 = worst.1.max(distance(value[k], pred.as_slice().unwrap()[at], r));
        }
    }
    worst
}

/// Largest [`scaled`] error of the path-dependent values against `expected/NAME.contribs.npy`, whose last column is the
/// base value.
pub fn contributions(file: &str, input: &str) -> f64 {
    let loaded = model(file);
    let model = loaded.model.as_ref();
    let Form::Trees(trees) = model.form() else { panic!("{file} has no trees") };
    let name = file.split('.').next().unwrap();
    let contribs = expected(&format!("{name}.contribs"));
    let rows = rows(model, input);
    let (n, width) = (model.outputs(), model.card().features.len() + 1);
    assert_eq!(contribs.len(), rows.nrows() * n * width, "{file}");
    let mut worst = 0.0f64;
    for (r, row) in rows.rows().into_iter().enumerate() {
        for k in 0..n {
            let found = path_dependent(trees, row.as_slice().unwrap(), k);
            let theirs = &contribs.as_slice().unwrap()[(r * n + k) * width..][..width];
            for (found, theirs) in found.values.iter().chain([&found.base_value]).zip(theirs) {
                worst = worst.max(scaled(*found, *theirs));
            }
        }
    }
    worst
}

/// The codes of the faults a file is refused with.
pub fn codes(bytes: &[u8]) -> Vec<&'static str> {
    from_bytes("m", bytes).map(|_| ()).unwrap_err().0.iter().map(|f| f.code).collect()
}

/// One change of a reference file.
pub fn changed(file: &str, from: &str, to: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(path("models").join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    text.replacen(from, to, 1).into_bytes()
}

/// Each file is refused; the first fault has the code, and says what it found.
pub fn refused<const N: usize>(files: [(Vec<u8>, &str, &str); N]) {
    for (bytes, code, named) in files {
        let Err(faults) = from_bytes("m", &bytes) else { panic!("{named} was read") };
        let fault = &faults.0[0];
        assert_eq!(fault.code, code, "{named}: {faults}");
        assert!(fault.found.contains(named), "{named}: {faults}");
    }
}
