//! An independent solver as oracle: Pumpkin (lazy clause generation, TU Delft) on the same question as a constraint
//! program. It shares no code with the search: choices are integers, each tree has exactly one leaf, a leaf forbids the
//! choices that its tests do not send there, and the sum of the leaves must reach the goal.

use std::ops::ControlFlow;

use pumpkin_conflict_resolvers::resolvers::ResolutionResolver;
use pumpkin_core::optimisation::OptimisationDirection;
use pumpkin_core::optimisation::linear_sat_unsat::LinearSatUnsat;
use pumpkin_core::predicates::Predicate;
use pumpkin_core::results::{OptimisationResult, ProblemSolution, SolutionReference};
use pumpkin_core::termination::Indefinite;
use pumpkin_core::variables::{DomainId, TransformableVariable};
use pumpkin_core::{DefaultBrancher, Solver, predicate};

use super::*;

/// Leaves are multiples of this, so that their sums are whole numbers for the solver and exact for the search.
const UNIT: f64 = 1.0 / 64.0;
/// Costs are multiples of a thousandth.
const COST: f64 = 1000.0;

/// Each leaf of a tree: its value in units, and the tests on the way to it with the side taken.
fn leaves(tree: &Tree) -> Vec<(i32, Vec<(&Node, bool)>)> {
    let mut found = Vec::new();
    let mut open = vec![(0usize, Vec::new())];
    while let Some((at, path)) = open.pop() {
        match &tree.nodes[at] {
            Node::Leaf { value, .. } => found.push(((value / UNIT) as i32, path)),
            node @ Node::Inner { left, right, .. } => {
                for (child, goes_left) in [(left, true), (right, false)] {
                    let mut path = path.clone();
                    path.push((node, goes_left));
                    open.push((*child as usize, path));
                }
            }
            Node::Sloped(_) => unreachable!("not drawn"),
        }
    }
    found
}

/// The least cost in thousandths, by the solver.
fn solve(
    model: &Trees,
    row: &[f64],
    threshold: f64,
    list: &[Adjustable],
    most: usize,
) -> Option<i32> {
    let mut solver = Solver::default();
    let tag = solver.new_constraint_tag();
    let values: Vec<_> = list.iter().map(|feature| all_values(feature, row)).collect();
    let choices: Vec<DomainId> =
        values.iter().map(|v| solver.new_bounded_integer(0, v.len() as i32 - 1)).collect();
    let mut costs = Vec::new();
    let mut changed = Vec::new();
    for (choice, values) in choices.iter().zip(&values) {
        let choice = *choice;
        let each: Vec<i32> = values.iter().map(|(_, cost)| (cost * COST).round() as i32).collect();
        let dearest = each.iter().max().copied().expect("the own value");
        let cost = solver.new_bounded_integer(0, dearest);
        solver.add_constraint(pumpkin_constraints::element(choice, each, cost, tag)).post();
        costs.push(cost);
        let change = solver.new_bounded_integer(0, 1);
        solver.add_clause([predicate![choice == 0], predicate![change == 1]], tag);
        changed.push(change);
    }
    solver
        .add_constraint(pumpkin_constraints::less_than_or_equals(changed, most as i32, tag))
        .post();
    // (column, values) of each choice
    let column = |j: usize, c: usize| list[j].columns.iter().position(|&column| column == c);
    let mut score = Vec::new();
    for tree in model.0.trees.iter().filter(|tree| tree.output == 0) {
        let mut one_of = Vec::new();
        for (value, path) in leaves(tree) {
            let leaf = solver.new_bounded_integer(0, 1);
            one_of.push(leaf);
            if value != 0 {
                score.push(leaf.scaled(-value));
            }
            for (node, goes_left) in path {
                let Node::Inner { feature, split, .. } = node else { continue };
                let feature = *feature as usize;
                let owner = (0..list.len()).find_map(|j| Some((j, column(j, feature)?)));
                match owner {
                    None => {
                        if split.goes_left(model.0.seen(row[feature])) != goes_left {
                            solver.add_clause([predicate![leaf == 0]], tag);
                        }
                    }
                    Some((j, at)) => {
                        for (i, (value, _)) in values[j].iter().enumerate() {
                            if split.goes_left(model.0.seen(value[at])) != goes_left {
                                let (choice, i) = (choices[j], i as i32);
                                let clause: [Predicate; 2] =
                                    [predicate![leaf == 0], predicate![choice != i]];
                                solver.add_clause(clause, tag);
                            }
                        }
                    }
                }
            }
        }
        solver.add_clause(one_of.iter().map(|&leaf| predicate![leaf == 1]), tag);
        solver.add_constraint(pumpkin_constraints::less_than_or_equals(one_of, 1, tag)).post();
    }
    let goal = ((threshold - model.0.base[0]) / UNIT).ceil() as i32;
    solver.add_constraint(pumpkin_constraints::less_than_or_equals(score, -goal, tag)).post();
    let total = solver.new_bounded_integer(0, 1_000_000);
    let mut terms: Vec<_> = costs.iter().map(|cost| cost.scaled(1)).collect();
    terms.push(total.scaled(-1));
    solver.add_constraint(pumpkin_constraints::equals(terms, 0, tag)).post();
    let mut brancher = solver.default_brancher();
    let callback = |_: &Solver,
                    _: SolutionReference<'_>,
                    _: &DefaultBrancher,
                    _: &ResolutionResolver|
     -> ControlFlow<()> { ControlFlow::Continue(()) };
    let result = solver.optimise(
        &mut brancher,
        &mut Indefinite,
        &mut ResolutionResolver::default(),
        LinearSatUnsat::new(OptimisationDirection::Minimise, total, callback),
    );
    match result {
        OptimisationResult::Optimal(solution) => Some(solution.get_integer_value(total)),
        OptimisationResult::Unsatisfiable => None,
        _ => panic!("the solver was not limited"),
    }
}

/// The cost that the search proves smallest is the solver's optimum, and both agree on what is impossible.
#[test]
fn an_independent_solver_agrees() {
    let mut draw = Draw(101);
    let mut counts = [0; 3];
    for _ in 0..400 {
        let count = 4 + draw.below(9);
        let width = [FloatWidth::Single, FloatWidth::Double][draw.below(2)];
        let mut trees: Vec<Tree> = (0..count).map(|_| tree(&mut draw, 0, width)).collect();
        for node in trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
            if let Node::Leaf { value, .. } = node {
                *value = (*value / UNIT).round() * UNIT;
            }
        }
        let model = summed(trees, vec![0.0], width);
        let list = adjustable(&mut draw);
        let row = row(&mut draw);
        let threshold = (draw.unit() * count as f64 * 0.5 / UNIT).round() * UNIT;
        let most = 1 + draw.below(4);
        let target = Target { threshold_raw: threshold, above: true, margin: 0.0 };
        let limits = Limits { max_changes: most, max_boxes: 1_000_000 };
        let found = find(&model, 0, &row, target, &list, limits).expect("sound");
        let optimum = solve(&model, &row, threshold, &list, most);
        match found {
            Found::AlreadyThere => {
                counts[0] += 1;
                assert_eq!(optimum, Some(0));
            }
            Found::Impossible => {
                counts[1] += 1;
                assert_eq!(optimum, None);
            }
            Found::Changes { cost, proof, .. } => {
                counts[2] += 1;
                assert_eq!(proof, Proof::Smallest);
                let optimum = f64::from(optimum.expect("the solver finds one too")) / COST;
                // the solver's costs are rounded to thousandths, one a feature
                assert!((cost - optimum).abs() < 0.0026, "{cost}, solver {optimum}");
            }
            Found::NotFound { .. } => panic!("not limited"),
        }
    }
    assert!(counts[1] > 15 && counts[2] > 40, "{counts:?}");
}
