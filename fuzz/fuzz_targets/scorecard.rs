#![no_main]
//! A points table, CSV or TOML.

use klartext_fuzz::{checks, watched};

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    klartext_fuzz::mutated(data, size, most, seed)
});
libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    watched(!data.starts_with(b"{") && !data.starts_with(b"<"), || drop(checks::model(data)))
});
