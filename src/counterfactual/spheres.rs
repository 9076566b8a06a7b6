//! Changes of a model of which nothing is known but its values, found by trying.
//!
//! Around the case lie spheres of growing radius (Laugel, Lesot, Marsala, Renard, Detyniecki, Comparison-based inverse
//! classification for interpretability in machine learning, IPMU 2018): candidates change few features by little first,
//! then more by more, all of them to admissible values. Of the first candidate that reaches the goal every change that
//! is not needed is taken back, and what remains is moved towards the case's own values as far as the goal allows. The
//! result flips, and is a local optimum of its kind; that it is the smallest is not known, and never said.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::adjustable::{Adjustable, AdjustableKind};
use super::choices::{MOST_STEPS, multiple};
use super::frame::Frame;
use super::goal::Goal;
use super::patience::Patience;
use super::{Found, Proof};

/// Seed of the candidates, the same for every case, so that the same case has the same result.
const SEED: u64 = 0x6b6c_6172;
/// Radii, as shares of a feature's range.
const RADII: [f64; 8] = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0];
/// Candidates for each radius and number of changed features.
const CANDIDATES: usize = 60;
/// Halvings of a distance that is shortened.
const HALVINGS: usize = 40;

pub(super) fn find(frame: &Frame<'_>, own: &[f64], goal: Goal, forbidden: &[Vec<usize>]) -> Found {
    let free: Vec<usize> = (0..frame.adjustable.len())
        .filter(|&j| frame.adjustable[j].columns.iter().all(|&c| own[c].is_finite()))
        .collect();
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut best: Option<(f64, Vec<f64>)> = None;
    let mut patience = Patience::new(frame);
    for size in 1..=frame.limits.max_changes.min(free.len()) {
        for radius in RADII {
            for _ in 0..CANDIDATES * size {
                if patience.is_over() {
                    break;
                }
                patience.count();
                let candidate = draw(frame, own, &free, size, radius, &mut generator);
                if !admitted(frame, own, &candidate, forbidden) || !frame.reached(&candidate, &goal)
                {
                    continue;
                }
                let row = shortened(frame, own, candidate, &goal, forbidden);
                let cost = cost(frame, own, &row);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, row));
                }
            }
        }
        // More changes always cost more than the first of fewer.
        if best.is_some() {
            break;
        }
    }
    match best {
        Some((cost, row)) => frame.found(own, row, cost, Proof::Sampled),
        None => Found::NotFound { bound: None },
    }
}

/// The features whose columns differ.
fn changed(frame: &Frame<'_>, own: &[f64], row: &[f64]) -> Vec<usize> {
    let differs = |j: &usize| frame.change(*j, own, row).is_some();
    (0..frame.adjustable.len()).filter(differs).collect()
}

fn admitted(frame: &Frame<'_>, own: &[f64], row: &[f64], forbidden: &[Vec<usize>]) -> bool {
    let changed = changed(frame, own, row);
    !changed.is_empty() && !forbidden.iter().any(|set| set.iter().all(|j| changed.contains(j)))
}

fn cost(frame: &Frame<'_>, own: &[f64], row: &[f64]) -> f64 {
    let each = changed(frame, own, row).into_iter().map(|j| {
        let feature = &frame.adjustable[j];
        let column = feature.columns[0];
        feature.cost(row[column] - own[column])
    });
    each.sum()
}

/// The admissible value of a number or listed column next to a wanted one.
fn admissible(feature: &Adjustable, own: f64, wanted: f64) -> Option<f64> {
    let wanted = wanted.clamp(feature.min, feature.max);
    let found = match &feature.kind {
        AdjustableKind::OneHot { .. } => return None,
        AdjustableKind::Number { step: None } => Some(wanted),
        AdjustableKind::Number { step: Some(step) } => {
            let near = (wanted / step).round();
            let tries = [near, near - 1.0, near + 1.0].into_iter();
            let mut values = tries.filter(|k| k.abs() < MOST_STEPS).map(|k| multiple(*step, k));
            values.find(|value| feature.admits(own, *value))
        }
        AdjustableKind::Codes { values } => {
            let admitted = values.iter().copied().filter(|v| feature.admits(own, *v));
            admitted.min_by(|a, b| (a - wanted).abs().total_cmp(&(b - wanted).abs()))
        }
    };
    found.filter(|value| feature.admits(own, *value))
}

fn draw(
    frame: &Frame<'_>,
    own: &[f64],
    free: &[usize],
    size: usize,
    radius: f64,
    generator: &mut Xoshiro256PlusPlus,
) -> Vec<f64> {
    let mut row = own.to_vec();
    let mut left = free.to_vec();
    for _ in 0..size {
        if left.is_empty() {
            break;
        }
        let j = left.swap_remove(generator.random_range(0..left.len()));
        let feature = &frame.adjustable[j];
        let way: f64 = generator.random_range(-1.0..=1.0);
        match &feature.kind {
            AdjustableKind::OneHot { codes } if !codes.is_empty() => {
                let code = &codes[generator.random_range(0..codes.len())];
                feature.columns.iter().zip(code).for_each(|(&c, &v)| row[c] = v);
            }
            AdjustableKind::OneHot { .. } => {}
            // The codes of categories have no distance: any of them.
            AdjustableKind::Codes { values } if feature.scale == 0.0 && !values.is_empty() => {
                let value = values[generator.random_range(0..values.len())];
                if feature.admits(own[feature.columns[0]], value) {
                    row[feature.columns[0]] = value;
                }
            }
            _ => {
                let column = feature.columns[0];
                let range = (feature.max - feature.min).min(f64::MAX);
                let wanted = own[column] + way * radius * range;
                if let Some(value) = admissible(feature, own[column], wanted) {
                    row[column] = value;
                }
            }
        }
    }
    frame.moved(own, &mut row);
    row
}

/// Takes back what is not needed, and shortens what is.
fn shortened(
    frame: &Frame<'_>,
    own: &[f64],
    mut row: Vec<f64>,
    goal: &Goal,
    forbidden: &[Vec<usize>],
) -> Vec<f64> {
    let fits = |row: &[f64]| admitted(frame, own, row, forbidden) && frame.reached(row, goal);
    for j in changed(frame, own, &row) {
        let mut trial = row.clone();
        frame.adjustable[j].columns.iter().for_each(|&c| trial[c] = own[c]);
        frame.moved(own, &mut trial);
        if fits(&trial) {
            row = trial;
        }
    }
    for j in changed(frame, own, &row) {
        let feature = &frame.adjustable[j];
        if matches!(feature.kind, AdjustableKind::OneHot { .. }) || feature.scale == 0.0 {
            continue;
        }
        let column = feature.columns[0];
        let (mut near, mut far) = (own[column], row[column]);
        for _ in 0..HALVINGS {
            let middle = near + (far - near) / 2.0;
            let Some(value) = admissible(feature, own[column], middle) else {
                near = middle;
                continue;
            };
            let mut trial = row.clone();
            trial[column] = value;
            frame.moved(own, &mut trial);
            if fits(&trial) {
                far = value;
                row = trial;
            } else {
                near = middle;
            }
            if (far - near).abs() <= f64::EPSILON * far.abs() {
                break;
            }
        }
    }
    row
}
