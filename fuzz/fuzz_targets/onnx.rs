#![no_main]
//! ONNX.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(data.starts_with(b"\x08"), || drop(checks::model(data)))
});
