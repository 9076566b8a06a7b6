#![no_main]
//! CatBoost's binary format.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(data.starts_with(b"CBM1"), || drop(checks::model(data)))
});
