//! What attributions cost, next to a prediction of the same row, on a model of 100 trees of depth 6 (adult census).
//! Beside criterion's times it prints the ratios, which other machines can be compared by.

#[path = "../tests/reference/mod.rs"]
mod reference;

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use klartext::attribution::{Explainer, Instructions, Interventional, PathDependent, Precision};
use klartext::model::Form;
use ndarray::{Array2, Axis, concatenate};

/// Median seconds of a call over 25 calls.
fn seconds(mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..25)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn attribution(c: &mut Criterion) {
    let loaded = reference::model("xgb_adult_100x6.json");
    let model = loaded.model.as_ref();
    let Form::Trees(ensemble) = model.form() else { panic!("trees") };
    let cases = reference::rows(model, "adult_num.X.csv");
    let others = reference::rows(model, "adult_num.background100.csv");
    let rows: Vec<Vec<f64>> = cases.rows().into_iter().map(|r| r.to_vec()).collect();
    let background: Array2<f64> = concatenate(Axis(0), &[cases.view(), others.view()]).unwrap();
    let path = PathDependent::new(ensemble);
    let interventional = Interventional::new(model, background.view()).unwrap();
    let predict = || rows.iter().for_each(|row| model.exact(black_box(row), &mut [0.0]));
    let path = || rows.iter().for_each(|row| drop(black_box(path.explain(row, 0))));
    // Rows as lanes: blocks of them, on each set of instructions that this machine has.
    let parts: Vec<_> = (0..40).map(|_| cases.view()).collect();
    let many: Array2<f64> = concatenate(Axis(0), &parts).unwrap();
    let copies = many.nrows() as f64 / rows.len() as f64;
    let lanes = |precision, instructions: Instructions| {
        let lanes = PathDependent::with(ensemble, precision, instructions);
        let block = seconds(|| drop(black_box(Explainer::explain(&lanes, many.view(), &[0]))));
        let pairs = seconds(|| drop(black_box(lanes.interactions(many.view(), &[0]))));
        let scores = seconds(|| drop(black_box(lanes.explained(model, many.view(), &[0]))));
        (instructions.name(), precision, [block, pairs, scores].map(|s| s / copies))
    };
    let lanes: Vec<_> = [Precision::Single, Precision::Double]
        .into_iter()
        .flat_map(|precision| Instructions::all().into_iter().map(move |at| (precision, at)))
        // Fused multiplication in software takes minutes.
        .filter(|(_, at)| at.name() != "portable")
        .map(|(precision, at)| lanes(precision, at))
        .collect();
    let interventional =
        || rows.iter().for_each(|row| drop(black_box(interventional.explain(row, 0))));
    // The same rows again and again, in a block, when its tables are there.
    let bulk = Interventional::new(model, background.view()).unwrap();
    let block = || drop(black_box(Explainer::explain(&bulk, many.view(), &[0])));
    let pairs = || drop(black_box(bulk.interactions(many.view(), &[0])));
    let prepare = || drop(black_box(Interventional::new(model, background.view())));

    let unit = seconds(predict);
    println!("per row, in predictions of a row ({:.1} µs):", unit / rows.len() as f64 * 1e6);
    println!("  path-dependent, one by one             {:8.1}", seconds(path) / unit);
    for (name, precision, [block, pairs, scores]) in lanes {
        println!(
            "  the same in a block, {:16}  {:8.2}",
            format!("{name} {precision:?}"),
            block / unit
        );
        println!("    interactions                         {:8.2}", pairs / unit);
        println!("    exact scores                         {:8.2}", scores / unit);
    }
    println!("  interventional, 200 background rows    {:8.1}", seconds(interventional) / unit);
    println!("  the same in a block of 4,000 rows      {:8.1}", seconds(block) / copies / unit);
    println!("  interactions of the same block         {:8.1}", seconds(pairs) / copies / unit);
    println!(
        "  preparing 200 background rows, once    {:8.1}",
        seconds(prepare) / unit * rows.len() as f64
    );

    let mut group = c.benchmark_group("adult_100x6, 100 rows");
    group.sample_size(10);
    group.bench_function("predict", |b| b.iter(predict));
    group.bench_function("path-dependent", |b| b.iter(path));
    group.bench_function("interventional, 200 background rows", |b| b.iter(interventional));
    group.bench_function("prepare 200 background rows", |b| b.iter(prepare));
    group.finish();
}

criterion_group!(benches, attribution);
criterion_main!(benches);
