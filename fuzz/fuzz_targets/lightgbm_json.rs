#![no_main]
//! LightGBM's JSON dump.

use klartext_fuzz::{checks, has, watched};

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    klartext_fuzz::mutated(data, size, most, seed)
});
libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(has(data, "\"tree_info\""), || drop(checks::model(data)))
});
