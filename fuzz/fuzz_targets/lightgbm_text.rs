#![no_main]
//! LightGBM's text.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    klartext_fuzz::mutated(data, size, most, seed)
});
libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(data.starts_with(b"tree"), || drop(checks::model(data)))
});
