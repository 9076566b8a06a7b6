#![no_main]
//! XGBoost's UBJSON.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(data.starts_with(b"{") && data.get(1).is_some_and(|b| b"LiUIl#$".contains(b)), || {
        drop(checks::model(data))
    })
});
