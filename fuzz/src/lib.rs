//! What the fuzz targets share.

pub mod checks;
pub mod mutate;

use libfuzzer_sys::{Corpus, fuzzer_mutate};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory that no file of the sizes libFuzzer makes may take.
const MOST: usize = 256 << 20;

/// Runs a check and watches the memory it takes; only what is of the target's format is kept in its corpus.
pub fn watched(is_format: bool, check: impl FnOnce()) -> Corpus {
    if !is_format {
        return Corpus::Reject;
    }
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    check();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    assert!(peak < MOST, "{peak} bytes of memory");
    Corpus::Keep
}

/// Whether some text is in the file.
pub fn has(data: &[u8], text: &str) -> bool {
    data.windows(text.len()).any(|window| window == text.as_bytes())
}

/// One of the mutations of [`mutate::text`] two times out of three, else libFuzzer's own.
pub fn mutated(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let new = if seed.is_multiple_of(3) { None } else { mutate::text(&data[..size], seed) };
    match new {
        Some(new) if new.len() <= most => {
            data[..new.len()].copy_from_slice(&new);
            new.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}
