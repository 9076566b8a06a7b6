#![no_main]
//! skops.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(data.starts_with(b"PK"), || drop(checks::model(data)))
});
