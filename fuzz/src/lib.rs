//! What the fuzz targets share.

pub mod archive;
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

/// A file within a ZIP archive mutated, three times out of four; else libFuzzer's own mutation of the archive.
pub fn mutated_within(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let within = || {
        if seed.is_multiple_of(4) {
            return None;
        }
        let mut files = archive::unpacked(&data[..size])?;
        let count = files.len();
        // The schema says what the other files are: it is the one that matters most.
        let schema = files.iter().position(|(name, _)| name == "schema.json");
        let chosen = schema.filter(|_| seed % 4 < 3).unwrap_or(seed as usize / 4 % count.max(1));
        let (name, content) = files.get_mut(chosen)?;
        if name.ends_with(".json") {
            *content = mutate::text(content, seed / 4)?;
        } else {
            let length = content.len();
            content.resize(length + 64, 0);
            let length = fuzzer_mutate(content, length, length + 64);
            content.truncate(length);
        }
        let entries: Vec<_> =
            files.iter().map(|(name, content)| archive::Entry::stored(name, content)).collect();
        Some(archive::packed(&entries))
    };
    match within() {
        Some(new) if new.len() <= most => {
            data[..new.len()].copy_from_slice(&new);
            new.len()
        }
        _ => fuzzer_mutate(data, size, most),
    }
}
