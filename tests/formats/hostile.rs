//! Promise: no file makes the program panic, hang or take memory that the file only declares; what is no model is
//! refused.

use crate::compare::refused;
use crate::reference::path;

/// What cannot be read exactly is refused by name, and contradictions are found.
#[test]
fn what_is_no_model_is_refused() {
    let deep = [b"{\"a\":".as_slice(), &[b'['; 100_000]].concat();
    refused([
        (b"{\"schema\":\"klartext.linfa/9\"}".to_vec(), "M04", "klartext.linfa/9"),
        (b"<?xml version=\"1.0\"?><PMML/>".to_vec(), "M05", "PMML"),
        (b"\x80\x04\x95".to_vec(), "M04", "pickle"),
        (b"hello".to_vec(), "M02", "no known format"),
        (b"".to_vec(), "M03", "empty"),
        (deep, "M03", "nested"),
    ]);
}

/// A file cut off anywhere, or with any byte changed, is refused or read, and never panics, hangs or takes memory
/// that it only declares. Models that are read still predict.
#[test]
fn damaged_files_do_no_harm() {
    for file in ["xgb341_dart.json", "xgb214_adult.ubj", "lgb470_category.txt"] {
        let whole = std::fs::read(path("models").join(file)).unwrap();
        let step = whole.len() / 150;
        // The last bytes of a file may be dispensable (a line end, parameters after the trees), its first half is not.
        for end in (0..whole.len() / 2).step_by(step) {
            assert!(
                klartext::model::from_bytes("m", &whole[..end]).is_err(),
                "{file} cut at {end}"
            );
        }
        let mut damaged = whole.clone();
        for (i, at) in (0..whole.len()).step_by(step).enumerate() {
            damaged[at] = [0xff, 0x00, b'9', b'-', b'[', b'L'][i % 6];
            if let Ok(model) = klartext::model::from_bytes("m", &damaged) {
                let row = vec![f64::NAN; model.card().features.len()];
                model.raw(&row, &mut vec![0.0; model.outputs()]);
            }
            damaged[at] = whole[at];
        }
    }
}
