#![no_main]
//! XGBoost's JSON.

use klartext_fuzz::{checks, has, watched};

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    klartext_fuzz::mutated(data, size, most, seed)
});
libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(has(data, "\"learner\""), || drop(checks::model(data)))
});
