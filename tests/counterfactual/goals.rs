//! The same promise for every other goal: a class, a band, several different changes, columns that move with others;
//! always against all admissible combinations, and re-predicted.

use klartext::counterfactual::{Dependent, Goal};

use super::*;

/// Whether a row reaches a goal, from the scores alone.
fn holds(goal: Goal, scores: &[f64]) -> bool {
    match goal {
        Goal::Side { output, target, .. } => target.holds(scores[output]),
        Goal::Band { output, from, to, margin, .. } => {
            scores[output] >= from + margin && scores[output] <= to - margin
        }
        Goal::Class { output, margin } => scores.iter().enumerate().all(|(k, score)| {
            k == output
                || match (k < output && margin == 0.0, scores[output]) {
                    (true, own) => own > *score,
                    (false, own) if margin == 0.0 => own >= *score,
                    (false, own) => own - score >= margin,
                }
        }),
    }
}

fn reached(model: &dyn Model, row: &[f64], goal: Goal) -> bool {
    let mut out = vec![0.0; model.outputs()];
    model.raw(row, &mut out);
    let raw = holds(goal, &out);
    model.exact(row, &mut out);
    raw && holds(goal, &out)
}

/// Moves the dependent columns of a changed row.
fn moved(dependents: &[Dependent], list: &[Adjustable], own: &[f64], row: &mut [f64]) -> bool {
    for dependent in dependents {
        let mut value = own[dependent.column];
        for (j, factor) in &dependent.terms {
            let column = list[*j].columns[0];
            if !own[column].is_nan() && row[column] != own[column] {
                value += factor * (row[column] - own[column]);
            }
        }
        row[dependent.column] = value;
        if value < dependent.min || value > dependent.max {
            return false;
        }
    }
    true
}

/// The cheapest admissible change that changes no forbidden set together, with the features it changes.
fn brute_goal(
    model: &dyn Model,
    row: &[f64],
    goal: Goal,
    list: &[Adjustable],
    dependents: &[Dependent],
    forbidden: &[Vec<usize>],
    most: usize,
) -> Option<f64> {
    let all: Vec<_> = list.iter().map(|a| all_values(a, row)).collect();
    let mut best: Option<f64> = None;
    let mut at = vec![0usize; list.len()];
    loop {
        let changed: Vec<usize> = (0..at.len()).filter(|&j| at[j] > 0).collect();
        let free = !forbidden.iter().any(|set| set.iter().all(|j| changed.contains(j)));
        if changed.len() <= most && free {
            let mut new = row.to_vec();
            let mut cost = 0.0;
            for (j, &i) in at.iter().enumerate() {
                list[j].columns.iter().zip(&all[j][i].0).for_each(|(&c, &v)| new[c] = v);
                cost += all[j][i].1;
            }
            let inside = moved(dependents, list, row, &mut new);
            if inside && reached(model, &new, goal) && best.is_none_or(|b| cost < b) {
                best = Some(cost);
            }
        }
        let Some(j) = (0..at.len()).find(|&j| at[j] + 1 < all[j].len()) else { return best };
        at[j] += 1;
        at[..j].fill(0);
    }
}

fn check_one(
    model: &dyn Model,
    row: &[f64],
    goal: Goal,
    list: &[Adjustable],
    dependents: &[Dependent],
    draw: &mut Draw,
) -> bool {
    let most = 1 + draw.below(4);
    let limits = Limits { max_changes: most, max_boxes: 1_000_000 };
    let search = Search::with(model, list.to_vec(), dependents.to_vec(), limits).expect("sound");
    let all = search.several(row, goal, 3).expect("sound row");
    let mut forbidden: Vec<Vec<usize>> = Vec::new();
    let mut found_some = false;
    for found in &all {
        let smallest = brute_goal(model, row, goal, list, dependents, &forbidden, most);
        match found {
            Found::AlreadyThere => return false,
            Found::Impossible => assert_eq!(smallest, None, "impossible must be impossible"),
            Found::NotFound { .. } => panic!("a search without pressing limits ends in a proof"),
            Found::Changes { changes, cost, proof, row: changed } => {
                found_some = true;
                assert_eq!(*proof, Proof::Smallest);
                let smallest = smallest.expect("brute force finds one too");
                assert!((cost - smallest).abs() < 1e-9, "{goal:?}: {cost}, brute {smallest}");
                assert!(reached(model, changed, goal), "must be reached when predicted again");
                let features: Vec<usize> = changes.iter().map(|change| change.feature).collect();
                assert!(features.len() <= most);
                let again = forbidden.iter().any(|set| set.iter().all(|j| features.contains(j)));
                assert!(!again, "each change leaves a feature alone that the ones before change");
                let mut rebuilt = row.to_vec();
                for change in changes {
                    let columns = &list[change.feature].columns;
                    columns.iter().zip(&change.to).for_each(|(&c, &v)| rebuilt[c] = v);
                }
                assert!(moved(dependents, list, row, &mut rebuilt), "within the limits");
                assert_eq!(format!("{rebuilt:?}"), format!("{changed:?}"), "nothing else changes");
                forbidden.push(features);
            }
        }
    }
    found_some
}

fn goal(draw: &mut Draw, outputs: usize) -> Goal {
    let margin = [0.0, 0.0, 0.05][draw.below(3)];
    let from = draw.unit() * 3.0 - 1.5;
    match draw.below(3) {
        0 => Goal::Class { output: draw.below(outputs), margin },
        1 => Goal::Band {
            output: draw.below(outputs),
            from,
            to: [from + 0.4 + draw.unit(), f64::INFINITY][draw.below(2)],
            margin,
            values: None,
        },
        _ => Goal::Side {
            output: draw.below(outputs),
            target: Target { threshold_raw: from, above: draw.below(2) == 0, margin },
            value: None,
        },
    }
}

/// Column 1 moves with column 0, or with columns 0 and 5 (a sum).
fn with_dependent(draw: &mut Draw) -> (Vec<Adjustable>, Vec<Dependent>) {
    let mut list = adjustable(draw);
    list.remove(1);
    // What others move with is listed value by value.
    list[0].kind = AdjustableKind::Codes { values: (0..8).map(f64::from).collect() };
    let factor = [0.1, -0.1, 0.05][draw.below(3)];
    let terms = if draw.below(2) == 0 { vec![(0, factor)] } else { vec![(0, factor), (2, 0.1)] };
    let min = [0.0, f64::NEG_INFINITY][draw.below(2)];
    (list, vec![Dependent { column: 1, terms, min, max: 0.7 }])
}

#[test]
fn trees_reach_classes_and_bands() {
    let mut draw = Draw(77);
    let mut reached = 0;
    for _ in 0..400 {
        let model = trees(&mut draw);
        let list = adjustable(&mut draw);
        let row = row(&mut draw);
        let goal = goal(&mut draw, 2);
        reached += usize::from(check_one(&model, &row, goal, &list, &[], &mut draw));
    }
    assert!(reached > 100, "{reached} of the goals were reached");
}

#[test]
fn columns_move_with_others() {
    let mut draw = Draw(78);
    let mut reached = 0;
    for _ in 0..400 {
        let model = trees(&mut draw);
        let (list, dependents) = with_dependent(&mut draw);
        let row = row(&mut draw);
        let goal = goal(&mut draw, 2);
        reached += usize::from(check_one(&model, &row, goal, &list, &dependents, &mut draw));
    }
    assert!(reached > 100, "{reached} of the goals were reached");
}

#[test]
fn weighted_sums_reach_bands_and_move_columns_with_others() {
    let mut draw = Draw(79);
    let mut reached = 0;
    for round in 0..300 {
        let weights = (0..COLUMNS).map(|_| draw.unit() * 2.0 - 1.0).collect();
        let model = Weighted(LinearModel {
            card: card(),
            weights: vec![weights],
            intercepts: vec![draw.unit() - 0.5],
            fill: (0..COLUMNS).map(|_| draw.unit()).collect(),
            ..LinearModel::default()
        });
        let (list, dependents) = if round % 2 == 0 {
            (adjustable(&mut draw), Vec::new())
        } else {
            with_dependent(&mut draw)
        };
        let row = row(&mut draw);
        let goal = loop {
            match goal(&mut draw, 1) {
                Goal::Class { .. } => {}
                goal => break goal,
            }
        };
        reached += usize::from(check_one(&model, &row, goal, &list, &dependents, &mut draw));
    }
    assert!(reached > 60, "{reached} of the goals were reached");
}

/// A model that says nothing but its values.
#[derive(Debug)]
struct Opaque(Trees);

impl Model for Opaque {
    fn card(&self) -> &ModelCard {
        self.0.card()
    }
    fn outputs(&self) -> usize {
        self.0.outputs()
    }
    fn raw(&self, row: &[f64], out: &mut [f64]) {
        self.0.raw(row, out);
    }
    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.0.exact(row, out);
    }
    fn value(&self, raw: &[f64], out: &mut [f64]) {
        self.0.value(raw, out);
    }
    fn form(&self) -> Form<'_> {
        Form::Other
    }
}

/// Changes found by trying flip the result, keep the constraints, never claim to be smallest, and are the same twice.
#[test]
fn values_alone_are_searched_by_trying() {
    let mut draw = Draw(80);
    let (mut found_some, mut there) = (0, 0);
    for _ in 0..120 {
        let model = Opaque(trees(&mut draw));
        let list = adjustable(&mut draw);
        let row = row(&mut draw);
        let goal = goal(&mut draw, 2);
        let limits = Limits { max_changes: 3, max_boxes: 100_000 };
        let search = Search::with(&model, list.clone(), vec![], limits).expect("sound");
        let found = search.reach(&row, goal, &[]).expect("sound row");
        // Compared as text, because a missing value equals itself there.
        let again = search.reach(&row, goal, &[]).expect("sound row");
        assert_eq!(format!("{found:?}"), format!("{again:?}"));
        let possible = brute_goal(&model, &row, goal, &list, &[], &[], 3);
        match found {
            Found::Changes { changes, cost, proof, row: changed } => {
                found_some += 1;
                assert_eq!(proof, Proof::Sampled);
                assert!(reached(&model, &changed, goal) && changes.len() <= 3);
                assert!(cost >= possible.expect("brute force finds one too") - 1e-9);
                for change in &changes {
                    let admissible = all_values(&list[change.feature], &row);
                    assert!(admissible[1..].iter().any(|(v, _)| *v == change.to), "{change:?}");
                }
            }
            Found::NotFound { bound } => assert_eq!(bound, None, "nothing is proven by trying"),
            Found::AlreadyThere => there += 1,
            Found::Impossible => panic!("nothing is proven by trying"),
        }
    }
    assert!(found_some > 15 && there > 0, "{found_some} found, {there} there");
}
