//! How often the smallest set of details that is enough is found, and how long that takes, case by case.
//!
//! ```sh
//! cargo bench --bench sufficiency -- --model FILE --data FILE.csv --background FILE.csv [--group 500] [--threshold 0.5]
//!     [--cases 100] [--most 4] [--boxes N] [--samples 2000] [--lines FILE]
//! cargo bench --bench sufficiency -- --procedure FOLDER --data cases.csv [--cases 100] …
//! ```
//!
//! The cases are spread evenly over the table, the comparison group over the background. The weights that choose among sets
//! of one size are the attributions, as in a record. One JSON object is printed: players, seconds of the thread's own work
//! (median, 90th and 99th percentile, most), the number of cases of each verdict, the share that is undecided, and the violations, which must be
//! 0: rows that keep a set which is called enough, have the other details drawn from the range, and another result. `--boxes`
//! is the limit of a record unless it is given. `--lines` writes what was found of each case, so that two versions can be
//! compared. Without arguments it does nothing, so that it can be built and run with all other targets.

mod command;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::date;
use klartext::attribution::Interventional;
use klartext::explanation::Basis;
use klartext::model::{FeatureKind, Form, Model, read};
use klartext::procedure::{Encoding, Kind, read_cases};
use klartext::run::Loaded;
use klartext::sufficiency::{Player, Ruling, Smallest, Sufficiency, Values};
use ndarray::{Array2, Axis};

use command::{Arguments, Outcome, numbers, table, worked};

/// So many rows, spread evenly.
fn spread(rows: &Array2<f64>, count: usize) -> Array2<f64> {
    let count = count.min(rows.nrows());
    let places: Vec<usize> = (0..count).map(|i| i * rows.nrows() / count).collect();
    rows.select(Axis(0), &places)
}

/// A case's attributions, one a player; all alike for a black box.
fn weights(explainer: Option<&Interventional<'_>>, players: &[Player], row: &[f64]) -> Vec<f64> {
    let Some(explainer) = explainer else { return vec![1.0; players.len()] };
    let values = explainer.explain(row, 0).values;
    let of = |player: &Player| player.columns.iter().map(|&c| values[c]).sum::<f64>().abs();
    players.iter().map(of).collect()
}

/// Numbers that look drawn (SplitMix64), the same in every run.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A value of a player's range; one in four is an end of it.
    fn value(&mut self, values: &Values) -> Vec<f64> {
        match values {
            Values::Listed(all) => all[(self.next() * all.len() as f64) as usize].clone(),
            Values::Span { low, high, missing } => {
                let at = self.next();
                vec![match at {
                    _ if *missing && at < 0.1 => f64::NAN,
                    _ if at < 0.2 => *low,
                    _ if at < 0.3 => *high,
                    _ => low + (high - low) * self.next(),
                }]
            }
        }
    }
}

/// Rows with another result that keep a set which is called enough.
fn violations(
    model: &dyn Model,
    ruling: Ruling,
    players: &[Player],
    row: &[f64],
    kept: &[usize],
    samples: usize,
) -> usize {
    let positive = ruling.positive(model, row);
    let mut drawn = Drawn(7);
    let mut found = 0;
    for _ in 0..samples {
        let mut with = row.to_vec();
        for (_, player) in players.iter().enumerate().filter(|(j, _)| !kept.contains(j)) {
            let values = drawn.value(&player.values);
            player.columns.iter().zip(values).for_each(|(&column, x)| with[column] = x);
        }
        found += usize::from(ruling.positive(model, &with) != positive);
    }
    found
}

/// Measures the cases of a model.
fn measure(
    arguments: &Arguments,
    model: &dyn Model,
    players: Vec<Player>,
    group: &Array2<f64>,
    rows: &Array2<f64>,
    threshold: f64,
) -> Outcome<()> {
    let threshold_raw = model.link().inverse(threshold);
    let ruling = Ruling { output: 0, threshold, threshold_raw };
    let start = Instant::now();
    let found = Sufficiency::new(model, players.clone(), ruling, group.view());
    let found = found.map_err(|f| f.to_string())?;
    let prepared = start.elapsed().as_secs_f64();
    let explainer = match model.form() {
        Form::Other => None,
        _ => Some(Interventional::new(model, group.view()).map_err(|f| f.to_string())?),
    };
    let most = arguments.number("most", 4.0)? as usize;
    let boxes = arguments.number("boxes", 20_000.0)? as usize;
    let samples = arguments.number("samples", 2_000.0)? as usize;
    let cases = spread(rows, arguments.number("cases", 100.0)? as usize);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut times, mut wrong, mut lines) = (vec![], 0, String::new());
    for (case, row) in cases.rows().into_iter().enumerate() {
        let row = row.to_vec();
        let weights = weights(explainer.as_ref(), &players, &row);
        let (before, start) = (worked(), Instant::now());
        let smallest = found.smallest(&row, &weights, most, boxes);
        let elapsed = start.elapsed();
        let work = worked().zip(before).map(|(after, before)| after.saturating_sub(before));
        // Reading the number is work too: for short searches the clock is the better bound.
        let time = work.unwrap_or(elapsed).min(elapsed);
        times.push(time);
        let verdict = match &smallest {
            Smallest::Set { players: kept, smallest } => {
                wrong += violations(model, ruling, &players, &row, kept, samples);
                let word = if *smallest { "smallest" } else { "proven" };
                format!("{word} of {}", kept.len())
            }
            Smallest::NoneUpTo(_) => "none".to_owned(),
            Smallest::Undecided => "undecided".to_owned(),
            Smallest::NotApplicable => "not applicable".to_owned(),
        };
        let result = ruling.positive(model, &row);
        if arguments.0.contains_key("slow") && time > Duration::from_millis(50) {
            eprintln!("case {case} ({result}): {verdict}, {:.1} ms", time.as_secs_f64() * 1e3);
        }
        lines += &format!("{case} {result} {smallest:?}\n");
        *counts.entry(verdict).or_default() += 1;
    }
    if let Some(path) = arguments.0.get("lines") {
        std::fs::write(path, lines)?;
    }
    times.sort_unstable();
    let at = |share: f64| {
        let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(place).map_or(f64::NAN, Duration::as_secs_f64)
    };
    let undecided = counts.get("undecided").copied().unwrap_or(0) as f64 / times.len() as f64;
    println!(
        "{{\"cases\": {}, \"players\": {}, \"group\": {}, \"prepared\": {prepared:.4}, \"seconds\": {{\"median\": {:.6}, \
         \"p90\": {:.6}, \"p99\": {:.6}, \"most\": {:.6}}}, \"undecided\": {undecided:.4}, \"violations\": {wrong}, \
         \"verdicts\": {counts:?}}}",
        times.len(),
        players.len(),
        group.nrows(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
    );
    if wrong > 0 { Err(format!("{wrong} violations").into()) } else { Ok(()) }
}

/// A model by itself: every column a detail.
fn of_model(arguments: &Arguments) -> Outcome<()> {
    let loaded = read(Path::new(arguments.text("model")?)).map_err(|f| f.to_string())?;
    let model: &dyn Model = loaded.model.as_ref();
    let rows = numbers(arguments.text("data")?, model)?;
    let group = numbers(arguments.text("background")?, model)?;
    let group = spread(&group, arguments.number("group", 500.0)? as usize);
    let columns = 0..model.card().features.len();
    let player = |column: usize| {
        let number = matches!(model.card().kind(column), FeatureKind::Number);
        Player::seen_in(group.view(), &[column], number)
    };
    let players = columns.map(player).collect();
    measure(arguments, model, players, &group, &rows, arguments.number("threshold", 0.5)?)
}

/// A procedure with its own details, comparison group and threshold.
fn of_procedure(arguments: &Arguments) -> Outcome<()> {
    let folder = Path::new(arguments.text("procedure")?);
    let loaded = Loaded::from(folder).map_err(|f| f.to_string())?;
    let procedure = &loaded.procedure;
    let basis = Basis::new(procedure, &loaded.model, date(2026, 11, 23));
    let basis = basis.map_err(|f| f.to_string())?;
    let (cases, faults) = read_cases(&procedure.features, &table(arguments.text("data")?)?);
    if !faults.0.is_empty() {
        eprintln!("{} cases with faults are left out", faults.0.len());
    }
    let width = basis.background.ncols();
    let rows: Vec<f64> = cases.iter().flat_map(|case| basis.row(&case.values)).collect();
    let rows = Array2::from_shape_vec((cases.len(), width), rows)?;
    let features = procedure.features.iter().zip(&basis.columns);
    let player = features.map(|(feature, columns)| {
        let number = matches!(feature.kind, Kind::Quantity | Kind::Percent)
            && matches!(feature.encoding, Encoding::Number(_));
        Player::seen_in(basis.background.view(), columns, number)
    });
    let model = &*loaded.model.model;
    let group = &basis.background;
    measure(arguments, model, player.collect(), group, &rows, procedure.threshold)
}

fn main() -> Outcome<()> {
    let arguments = Arguments::of(std::env::args().skip(1));
    match (arguments.0.is_empty(), arguments.0.contains_key("procedure")) {
        (true, _) => Ok(()),
        (_, true) => of_procedure(&arguments),
        _ => of_model(&arguments),
    }
}
