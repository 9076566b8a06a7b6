//! Promise: an operator of ONNX that is not followed is evaluated by a runtime, if the program was built with one, as
//! onnxruntime evaluates it, and is said to be; in a build without one it is refused by name, with the way to a build
//! that evaluates it. What the runtime does not read is refused by name in both.

use klartext::fault::{Fault, Faults};
use klartext::model::from_bytes;

use crate::reference::path;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(path("models").join(format!("runtime_{name}.onnx"))).unwrap()
}

/// The file with one name in it, wherever it is, put in another's place; both of one length.
fn changed(name: &str, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = file(name);
    let places = bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "{name} has no {from:?}");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

fn refused(bytes: &[u8]) -> Faults {
    from_bytes("m", bytes).map(|_| ()).unwrap_err()
}

/// What the runtime would pass over.
#[test]
fn what_the_runtime_does_not_read_is_refused_by_name() {
    for (bytes, what) in [
        (changed("cumsum", b"CumSum", b"CumMax"), "the operator `CumMax` of ONNX"),
        (changed("cumsum", b"CumSum", b"Random"), "the operator `Random` of ONNX"),
        (changed("conv", b"kernel_shape", b"kernel_shapz"), "attribute `kernel_shapz`"),
        (changed("series", b"bidirectional", b"unidirectiona"), "this value of `direction`"),
        (changed("series", b"Sigmoid", b"Softmax"), "this value of `activations`"),
        (changed("series", b"hidden_size\x18\x03", b"hidden_size\x18\x04"), "weights of the shape"),
        (changed("moved", b"reflect", b"wrapped"), "this value of `mode`"),
        (changed("pools", b"SAME_UPPER", b"SAME_OTHER"), "this value of `auto_pad`"),
    ] {
        let faults = refused(&bytes);
        let found = |f: &Fault| matches!(f.code, "M04" | "M05") && f.found.contains(what);
        assert!(faults.0.iter().any(found), "{what}: {faults}");
    }
}

#[cfg(not(feature = "onnx-runtime"))]
mod without {
    use super::{file, refused};

    #[test]
    fn the_refusal_names_the_operator_and_the_feature() {
        for (name, operators) in
            [("cumsum", &["CumSum"][..]), ("conv", &["Conv"]), ("series", &["GRU", "LSTM", "RNN"])]
        {
            let mut faults = refused(&file(name)).0;
            faults.sort_by(|a, b| a.found.cmp(&b.found));
            let found: Vec<String> =
                operators.iter().map(|name| format!("the operator `{name}` of ONNX")).collect();
            assert_eq!(faults.iter().map(|f| f.found.clone()).collect::<Vec<_>>(), found);
            for fault in &faults {
                assert_eq!(fault.code, "M04");
                assert!(fault.mend.contains("--features onnx-runtime"), "{}", fault.mend);
            }
        }
    }
}

#[cfg(feature = "onnx-runtime")]
mod with {
    use klartext::attribution::enumerated;
    use klartext::model::{Form, Model, from_bytes};

    use super::{changed, file, refused};
    use crate::compare::scaled;
    use crate::reference::{expected, model, rows};

    /// All operators, by graph and column, of rows with and without missing numbers. Of a row with a missing one it
    /// may give a number where here is none (its recurrent layers do), but not the other way round, nor another.
    #[test]
    fn values_are_those_of_onnxruntime() {
        let mut failed = Vec::new();
        for name in ["cumsum", "conv", "pools", "series", "functions", "moved"] {
            let model = from_bytes(name, &file(name)).unwrap_or_else(|faults| panic!("{faults}"));
            for (kind, table) in [("scores", "synthetic_full"), ("missing", "synthetic")] {
                let given = expected(&format!("runtime_{name}.onnx_{kind}"));
                let columns = given.len() / given.shape()[0];
                assert_eq!(model.outputs(), columns, "{name}");
                let rows = rows(model.as_ref(), &format!("{table}.X.csv"));
                let rows = rows
                    .rows()
                    .into_iter()
                    .filter(|row| (kind == "missing") == row.iter().any(|x| x.is_nan()));
                let rows: Vec<Vec<f64>> = rows.map(|row| row.to_vec()).collect();
                assert_eq!(rows.len(), given.shape()[0]);
                let mut worst = vec![0.0f64; columns];
                for (row, given) in rows.iter().zip(given.as_slice().unwrap().chunks(columns)) {
                    let mut raw = vec![0.0; columns];
                    model.raw(row, &mut raw);
                    for ((worst, raw), given) in worst.iter_mut().zip(&raw).zip(given) {
                        *worst = worst.max(match (raw.is_nan(), given.is_nan()) {
                            (false, false) => scaled(*raw, *given),
                            (true, _) if kind == "missing" => 0.0,
                            _ => f64::INFINITY,
                        });
                    }
                }
                println!("{name} {kind}: {worst:?}");
                if worst.iter().any(|worst| *worst > 2e-6) {
                    failed.push((name, kind));
                }
            }
        }
        assert!(failed.is_empty(), "{failed:?}");
    }

    /// What lies before and behind the operator is followed; of the whole only values are known.
    #[test]
    fn it_is_said_what_the_runtime_evaluates() {
        let loaded = model("runtime_cumsum.onnx");
        let card = loaded.model.card();
        assert!(matches!(loaded.model.form(), Form::Other));
        let note = card.notes.iter().find(|note| note.contains("runtime")).unwrap();
        assert!(note.contains("tract 0.22") && note.contains("CumSum"), "{note}");
        assert!(note.contains("nothing is known of it but its values"), "{note}");
        assert!(!note.contains("Gemm"), "{note}");
        let conv = model("runtime_conv.onnx");
        assert_eq!(conv.model.card().classes, ["0", "1", "2"]);
    }

    /// Shapley values of a black box add up to its value, by enumeration over a background.
    #[test]
    fn a_black_box_is_attributed() {
        let loaded = model("runtime_cumsum.onnx");
        let model = loaded.model.as_ref();
        let rows = rows(model, "synthetic_full.X.csv");
        let background = rows.slice(ndarray::s![..10, ..]);
        let row = rows.row(20).to_vec();
        let found = enumerated(model, &row, background, 0).unwrap();
        let mut raw = [0.0];
        model.raw(&row, &mut raw);
        let sum = found.base_value + found.values.iter().sum::<f64>();
        assert!((sum - raw[0]).abs() <= 1e-9, "{sum} {raw:?}");
    }

    /// A missing number gives no number, or what the graph makes of it; never a panic.
    #[test]
    fn odd_rows_do_no_harm() {
        for name in ["cumsum", "conv", "pools", "series", "functions", "moved"] {
            odd(model(&format!("runtime_{name}.onnx")).model.as_ref());
        }
    }

    /// Sizes that no bytes back are refused before anything is computed.
    #[test]
    fn sizes_that_would_fill_the_memory_are_refused() {
        let pads = |to: i64| [0, to, 0, 1].map(i64::to_le_bytes).concat();
        for (bytes, what) in [
            (changed("moved", &pads(2), &pads(1 << 40)), "`Pad`"),
            (changed("pools", b"blocksize\x18\x02", b"blocksize\x18\x7f"), "ToSpace`"),
        ] {
            let faults = refused(&bytes);
            assert!(faults.0.iter().any(|fault| fault.found.contains(what)), "{what}: {faults}");
            assert!(faults.0.iter().all(|fault| fault.code == "M04"), "{faults}");
        }
    }

    fn odd(model: &dyn Model) {
        let mut out = vec![0.0; model.outputs()];
        for x in [0.5, f64::NAN, -1e300, f64::INFINITY] {
            model.raw(&vec![x; model.card().features.len()], &mut out);
        }
    }

    /// Bytes cut off or changed: a fault or a model, never a panic.
    #[test]
    fn damaged_files_do_no_harm() {
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut read = 0;
        for name in ["cumsum", "conv", "pools", "series", "functions", "moved"] {
            let bytes = file(name);
            for _ in 0..20 {
                let mut bytes = bytes.clone();
                for _ in 0..1 + next() % 3 {
                    let at = (next() % bytes.len() as u64) as usize;
                    bytes[at] = next() as u8;
                }
                if let Ok(model) = from_bytes("m", &bytes) {
                    read += 1;
                    odd(model.as_ref());
                }
            }
        }
        assert!(read > 5, "{read}");
    }
}
