//! How long the search for the smallest change takes, case by case, and whether every change stated holds.
//!
//! ```sh
//! cargo bench --bench counterfactual -- --model FILE --data FILE.csv --background FILE.csv [--constraints FILE.toml]
//!     [--cases 300] [--max-changes N] [--max-boxes N] [--time-limit SECONDS] [--plausible SHARE] [--threshold 0.5]
//!     [--repeat 1] [--lines FILE] [--rows FILE]
//! ```
//!
//! The cases are spread evenly over the table. Each is searched `--repeat` times, of which the shortest counts: on a busy
//! machine a search is interrupted by others for longer than it takes. Each change is predicted again by the model, and
//! held against the constraints by code that shares nothing with the search. One JSON object is printed: seconds by the
//! clock and by the thread's own work (median, 90th and 99th percentile, most), counts of each status, and the violations,
//! which must be 0. `--lines` writes what was found of each case, so that two versions can be compared; `--rows` seconds,
//! changed row and status of each, as JSON; `--slow` names cases that take longer than 20 ms. Without arguments it does
//! nothing, so that it can be built and run with all other targets.

mod command;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use klartext::counterfactual::{
    Adjustable, AdjustableKind, Bound, Constraints, Direction, Found, Goal, Isolation, Limits,
    Named, Proof, Search, Target,
};
use klartext::model::{FeatureKind, Form, Model, read};

use command::{Arguments, Outcome, numbers, worked};

/// Names of categories, where the model has them.
fn names(model: &dyn Model) -> Vec<Named> {
    let card = model.card();
    let of = |j| match card.kind(j) {
        FeatureKind::Category(levels) => {
            let each = levels.names.iter().enumerate();
            Named { texts: each.map(|(i, n)| ((i as f64).to_bits(), n.clone())).collect() }
        }
        _ => Named::default(),
    };
    (0..card.features.len()).map(of).collect()
}

fn predicted(model: &dyn Model, row: &[f64]) -> f64 {
    let (mut raw, mut value) = (vec![0.0; model.outputs()], vec![0.0; model.outputs()]);
    model.raw(row, &mut raw);
    model.value(&raw, &mut value);
    value[0]
}

/// Whether one feature's new values are allowed.
fn allowed(feature: &Adjustable, own: &[f64], new: &[f64]) -> bool {
    let pick = |row: &[f64]| feature.columns.iter().map(|&c| row[c]).collect::<Vec<f64>>();
    let (from, to) = (pick(own), pick(new));
    if from.iter().zip(&to).all(|(a, b)| a.to_bits() == b.to_bits()) {
        return true;
    }
    if from.iter().any(|x| x.is_nan()) {
        return false;
    }
    let way = match feature.direction {
        Direction::Any => true,
        Direction::Up => to[0] > from[0],
        Direction::Down => to[0] < from[0],
    };
    let inside = to[0] >= feature.min && to[0] <= feature.max;
    match &feature.kind {
        AdjustableKind::OneHot { codes } => codes.contains(&to),
        AdjustableKind::Codes { values } => way && inside && values.contains(&to[0]),
        AdjustableKind::Number { step: None } => way && inside,
        AdjustableKind::Number { step: Some(step) } => {
            let steps = to[0] / step;
            way && inside && (steps - steps.round()).abs() < 1e-9 * steps.abs().max(1.0)
        }
    }
}

/// Why a change is none, if it is none.
fn violation(
    model: &dyn Model,
    bound: &Bound,
    own: &[f64],
    new: &[f64],
    above: bool,
    threshold: f64,
    most: usize,
) -> Option<String> {
    let prediction = predicted(model, new);
    if (prediction >= threshold) != above {
        return Some(format!("predicted {prediction}"));
    }
    let mut may = vec![false; own.len()];
    let mut changed = 0;
    for (feature, name) in bound.adjustable.iter().zip(&bound.names) {
        feature.columns.iter().for_each(|&c| may[c] = true);
        changed +=
            usize::from(feature.columns.iter().any(|&c| own[c].to_bits() != new[c].to_bits()));
        if !allowed(feature, own, new) {
            return Some(format!("{name} may not become {:?}", new[feature.columns[0]]));
        }
    }
    for dependent in &bound.dependents {
        may[dependent.column] = true;
        let moved: f64 = dependent
            .terms
            .iter()
            .map(|(j, factor)| {
                let column = bound.adjustable[*j].columns[0];
                let step = new[column] - own[column];
                if step.is_nan() { 0.0 } else { factor * step }
            })
            .sum();
        let (from, to) = (own[dependent.column], new[dependent.column]);
        let inside = to >= dependent.min && to <= dependent.max;
        let moves = (from + moved - to).abs() < 1e-9 * to.abs().max(1.0);
        if !(from.is_nan() || inside && moves) {
            return Some(format!("column {} is {to}", dependent.column));
        }
    }
    let other = (0..own.len()).find(|&c| !may[c] && own[c].to_bits() != new[c].to_bits());
    match other {
        Some(column) => Some(format!("column {column} changed")),
        None if changed > most => Some(format!("{changed} changes")),
        None => None,
    }
}

fn seconds(sorted: &[Duration], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, Duration::as_secs_f64)
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    let loaded = read(Path::new(arguments.text("model")?)).map_err(|f| f.to_string())?;
    let model: &dyn Model = loaded.model.as_ref();
    let rows = numbers(arguments.text("data")?, model)?;
    let background = numbers(arguments.text("background")?, model)?;
    let constraints = match arguments.0.get("constraints") {
        Some(path) => {
            Constraints::parse(path, &std::fs::read_to_string(path)?).map_err(|f| f.to_string())?
        }
        None => Constraints::default(),
    };
    let named = names(model);
    let weighted = matches!(model.form(), Form::Linear(_));
    let bound = constraints
        .bind(model.card(), background.view(), &named, weighted)
        .map_err(|f| f.to_string())?;
    let limits = Limits {
        max_changes: arguments.number("max-changes", 1e9)? as usize,
        max_boxes: arguments.number("max-boxes", 1e6)? as usize,
    };
    let Bound { adjustable, dependents, .. } = bound.clone();
    let isolation = match arguments.0.get("plausible") {
        Some(share) => Some(
            Isolation::fit(model, background.view(), share.parse()?).map_err(|f| f.to_string())?,
        ),
        None => None,
    };
    let mut search =
        Search::with(model, adjustable, dependents, limits).map_err(|f| f.to_string())?;
    if let Some(isolation) = &isolation {
        search = search.among_ordinary(isolation).map_err(|f| f.to_string())?;
    }
    if let Some(seconds) = arguments.0.get("time-limit") {
        search = search.for_at_most(Duration::from_secs_f64(seconds.parse()?));
    }
    let threshold = arguments.number("threshold", 0.5)?;
    let threshold_raw = model.link().inverse(threshold);
    let cases = (arguments.number("cases", 300.0)? as usize).min(rows.nrows());
    let repeats = arguments.number("repeat", 1.0)? as usize;
    let (mut times, mut works) = (Vec::with_capacity(cases), Vec::with_capacity(cases));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut violations = 0;
    let (mut lines, mut json) = (String::new(), String::new());
    for case in 0..cases {
        let row = rows.row(case * rows.nrows() / cases).to_vec();
        let above = predicted(model, &row) < threshold;
        let target = Target { threshold_raw, above, margin: 0.0 };
        let goal = Goal::Side { output: 0, target, value: Some(threshold) };
        let (mut time, mut own) = (Duration::MAX, Duration::MAX);
        let mut found = Found::NotFound { bound: None };
        for _ in 0..repeats {
            let (before, start) = (worked(), Instant::now());
            found = search.reach(&row, goal, &[]).map_err(|f| f.to_string())?;
            let elapsed = start.elapsed();
            time = time.min(elapsed);
            let work = worked().zip(before).map(|(after, before)| after.saturating_sub(before));
            // reading the number is work too: for short searches the clock is the better bound
            own = own.min(work.unwrap_or(elapsed)).min(elapsed);
        }
        works.push(own);
        times.push(time);
        let status = match &found {
            Found::Changes { changes, proof, row: new, cost, .. } => {
                let most = limits.max_changes;
                let why = violation(model, &bound, &row, new, above, threshold, most);
                let ordinary = isolation.as_ref().map(|isolation| isolation.of(new).share);
                let share = arguments.number("plausible", 0.0)?;
                let strange = ordinary.filter(|found| *found <= share);
                let why = why.or(strange.map(|found| format!("as isolated: {found}")));
                if let Some(why) = why {
                    violations += 1;
                    eprintln!("case {case}: {why}");
                }
                let told =
                    changes.iter().map(|c| format!("{}->{:?}", bound.names[c.feature], c.to));
                lines += &format!("{case} {cost} {} ", told.collect::<Vec<_>>().join(" "));
                let proof = match proof {
                    Proof::Smallest => "optimal",
                    Proof::NotProven { .. } => "gap",
                    Proof::Sampled => "sampled",
                };
                format!("{proof} {}", changes.len())
            }
            Found::AlreadyThere => "there".to_owned(),
            Found::Impossible => "none".to_owned(),
            Found::NotFound { .. } => "not found".to_owned(),
        };
        if arguments.0.contains_key("slow") && time > Duration::from_millis(20) {
            eprintln!("case {case}: {status} {:.1} ms", time.as_secs_f64() * 1e3);
        }
        lines += &format!("{status}\n");
        let new = match &found {
            Found::Changes { row, .. } => serde_json::to_string(row)?,
            _ => "null".to_owned(),
        };
        let word = status.split(' ').next().unwrap_or_default();
        let time = time.as_secs_f64();
        json += &format!("{{\"seconds\": {time}, \"row\": {new}, \"status\": \"{word}\"}}\n");
        *counts.entry(status).or_default() += 1;
    }
    times.sort_unstable();
    works.sort_unstable();
    if let Some(path) = arguments.0.get("lines") {
        std::fs::write(path, lines)?;
    }
    if let Some(path) = arguments.0.get("rows") {
        std::fs::write(path, json)?;
    }
    let spread = |sorted: &[Duration]| {
        let at = |share| seconds(sorted, share);
        let (median, p90, p99, most) = (at(0.5), at(0.9), at(0.99), at(1.0));
        format!(
            "{{\"median\": {median:.6}, \"p90\": {p90:.6}, \"p99\": {p99:.6}, \"most\": {most:.6}}}"
        )
    };
    println!(
        "{{\"cases\": {cases}, \"features\": {}, \"seconds\": {}, \"work\": {}, \"violations\": {violations}, \"statuses\": {counts:?}}}",
        bound.adjustable.len(),
        spread(&times),
        spread(&works),
    );
    if violations > 0 { Err(format!("{violations} violations").into()) } else { Ok(()) }
}

fn main() -> Outcome<()> {
    let arguments = Arguments::of(std::env::args().skip(1));
    if arguments.0.is_empty() { Ok(()) } else { measure(&arguments) }
}
