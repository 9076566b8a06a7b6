//! What loading a model file costs, beside loading it in the library that wrote it.
//!
//! `benches/loading.py` writes the models and how long the libraries take, and then runs this; without it, the reference
//! models alone are loaded, and nothing is compared.

#[path = "../tests/reference/mod.rs"]
mod reference;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use klartext::model::{from_bytes, read};

/// Median milliseconds of a call over 25 calls.
fn milliseconds(mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..25)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Model files, and what the library takes for each, where that was measured.
fn files() -> Vec<(PathBuf, Option<f64>)> {
    let folder = std::env::var_os("KLARTEXT_LOADING").map(PathBuf::from);
    let measured = folder.map(|folder| {
        let table = std::fs::read_to_string(folder.join("library.csv")).unwrap();
        let line = |line: &str| {
            let (file, time) = line.split_once(',').unwrap();
            (folder.join(file), time.parse().ok())
        };
        table.lines().skip(1).map(line).collect()
    });
    measured.unwrap_or_else(|| {
        ["xgb_adult_100x6.json", "xgb_adult_100x6.ubj", "lgb_adult_100.txt", "cb_adult_num.json"]
            .map(|file| (reference::path("models").join(file), None))
            .into()
    })
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn loading(c: &mut Criterion) {
    println!(
        "{:<28}{:>10}{:>12}{:>12}{:>12}{:>8}",
        "file", "KiB", "bytes, ms", "file, ms", "library, ms", "ratio"
    );
    let mut group = c.benchmark_group("loading");
    group.sample_size(10);
    for (file, library) in files() {
        let bytes = std::fs::read(&file).unwrap();
        let parse = milliseconds(|| drop(black_box(from_bytes("m", black_box(&bytes)))));
        // With the file's SHA-256, which is kept with every result.
        let whole = milliseconds(|| drop(black_box(read(black_box(&file)))));
        let library = library.map(|ms: f64| (format!("{ms:.2}"), format!("{:.2}", whole / ms)));
        let (library, ratio) = library.unwrap_or_default();
        println!(
            "{:<28}{:>10}{parse:>12.2}{whole:>12.2}{library:>12}{ratio:>8}",
            name(&file),
            bytes.len() / 1024,
        );
        group.bench_function(name(&file), |b| {
            b.iter(|| drop(black_box(from_bytes("m", black_box(&bytes)))));
        });
    }
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
