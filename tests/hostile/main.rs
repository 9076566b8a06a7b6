//! Promise: no file makes the program panic, hang, or take memory that the file only declares; a damaged file is
//! refused with faults that say something, or it is a model whose numbers hold together. Within a second and 256 MiB;
//! and a sound file is read in less than four times its size.
//!
//! The seeds are the smallest models of each kind (`fuzz/seeds.py`); they lie with what fuzzing found in `fuzz/corpus`.

#[path = "../../fuzz/src/archive.rs"]
mod archive;
mod archives;
mod binary;
#[allow(dead_code)] // each user of the checks uses a part
#[path = "../../fuzz/src/checks.rs"]
mod checks;
mod declared;
mod harm;
mod multiplied;
mod replay;
mod tables;
mod text;
mod xml;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Most bytes that reading a hostile file, and evaluating what was read, may take.
const MOST: usize = 256 << 20;

/// Longest that it may take; the checks around it and a build without optimisation are slower than the program.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// One test at a time: the allocator counts the memory of the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Bytes that something takes at its peak, beyond those in use before.
fn peak<T>(what: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = what();
    (result, MEMORY.peak_usage().saturating_sub(before))
}

/// Reads bytes as a model and checks it within the bounds of time and memory; whether it was read.
fn harmless(name: &str, bytes: &[u8]) -> bool {
    bounded(name, bytes, checks::model)
}

fn bounded(
    name: &str,
    bytes: &[u8],
    check: impl Fn(&[u8]) -> bool + std::panic::RefUnwindSafe,
) -> bool {
    let start = Instant::now();
    let (result, peak) = peak(|| std::panic::catch_unwind(|| check(bytes)));
    let time = start.elapsed();
    let read = result.unwrap_or_else(|_| {
        let kept = std::env::temp_dir().join("klartext-hostile-file");
        let _ = std::fs::write(&kept, bytes);
        panic!("{name} does harm; its {} bytes are in {}", bytes.len(), kept.display())
    });
    assert!(peak < MOST, "{name} takes {peak} bytes of memory");
    assert!(time < LONGEST, "{name} takes {time:?}");
    read
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a fuzz target's corpus, by name: all, or its seeds only.
fn corpus(target: &str, seeds: bool) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("fuzz/corpus").join(target);
    let Ok(folder) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let files = files.into_iter().filter(|path| !seeds || name(path).starts_with("seed_"));
    files.map(|path| (format!("{target}/{}", name(&path)), std::fs::read(path).unwrap())).collect()
}
