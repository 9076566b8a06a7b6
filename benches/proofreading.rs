//! What proofreading costs, next to writing the same file: each document of a case, assembled, written, read back.
//!
//! Beside criterion's times it prints the share, which other machines can be compared by.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use klartext::explanation::{Basis, Circumstances, Record};
use klartext::language::Language;
use klartext::pdf;
use klartext::procedure::{Procedure, read_cases};
use klartext::run::{DocumentKind, Loaded, render};
use klartext::table::{Separator, read_table};

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

fn case() -> (Procedure, Record) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = Loaded::from(&folder.join("models/unemployment-benefit")).unwrap();
    let cases = folder.join("fixtures/unemployment-benefit/cases.csv");
    let table = read_table(&cases, Separator::Detect).unwrap();
    let (cases, _) = read_cases(&loaded.procedure.features, &table);
    let day = date(2026, 11, 23);
    let basis = Basis::new(&loaded.procedure, &loaded.model, day).unwrap();
    let record = basis.explain(&cases[3], Circumstances::new(day)).unwrap();
    (loaded.procedure, record)
}

fn proofreading(c: &mut Criterion) {
    let (procedure, record) = case();
    let mut group = c.benchmark_group("a document");
    group.sample_size(20);
    println!(
        "{:<10}{:>14}{:>14}{:>14}{:>10}",
        "document", "written, ms", "file, ms", "texts, ms", "share"
    );
    for kind in DocumentKind::ALL {
        let language = Language::GERMAN;
        let document = kind.document(&record, &procedure, language).unwrap();
        let written = pdf::write(&document).unwrap();
        let write = || {
            let document = kind.document(&record, &procedure, language).unwrap();
            drop(black_box(pdf::write(&document)));
        };
        let read = || drop(black_box(pdf::proofread(&written, &document)));
        let whole = || drop(black_box(render(kind, &record, &procedure, language)));
        let (writing, file, all) = (milliseconds(write), milliseconds(read), milliseconds(whole));
        println!(
            "{:<10}{writing:>14.2}{file:>14.2}{:>14.2}{:>9.0}%",
            kind.name(),
            all - writing - file,
            100.0 * (all - writing) / writing
        );
        group.bench_function(format!("{} written", kind.name()), |b| b.iter(write));
        group.bench_function(format!("{} written and read back", kind.name()), |b| b.iter(whole));
    }
    group.finish();
}

criterion_group!(benches, proofreading);
criterion_main!(benches);
