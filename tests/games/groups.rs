//! Groups as players.

use klartext::attribution::{
    Explainer, Game, Groups, Interventional, Mixed, Owen, PathDependent, Scale, Summed,
    by_enumeration,
};
use klartext::model::{Link, Model, Node};
use ndarray::{ArrayView2, Axis};

use crate::reference::{model, rows as reference_rows};
use crate::world::{Draw, close, forest, pairs, row, rows, worth};

fn values(explainer: &dyn Explainer, row: &[f64], output: usize) -> Vec<f64> {
    let view = ArrayView2::from_shape((1, row.len()), row).unwrap();
    let block = explainer.explain(view, &[output]).unwrap();
    block.values.index_axis(Axis(0), 0).index_axis(Axis(0), 0).to_vec()
}

/// A tree's expectation by cover, given who has joined: the path-dependent game.
fn expectation(nodes: &[Node], at: usize, row: &[f64], joined: &dyn Fn(usize) -> bool) -> f64 {
    let Node::Inner { feature, split, left, right, .. } = &nodes[at] else {
        let Node::Leaf { value, .. } = &nodes[at] else { panic!("not drawn") };
        return *value;
    };
    let below = |child: &u32| expectation(nodes, *child as usize, row, joined);
    if joined(*feature as usize) {
        return if split.goes_left(row[*feature as usize]) { below(left) } else { below(right) };
    }
    let (l, r) = (nodes[*left as usize].cover(), nodes[*right as usize].cover());
    let share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
    share * below(left) + (1.0 - share) * below(right)
}

/// Issue 5, point 6: players may be groups, exact for the group game, by both methods of trees; that is not the sum.
#[test]
fn trees_are_played_by_groups() {
    let mut apart = 0;
    for seed in 0..60 {
        let draw = &mut Draw(seed);
        let features = 6;
        let trees = forest(draw, features, 2, Link::Identity);
        let groups = pairs(features);
        let (row, background) = (row(draw, features), rows(draw, 4, features));
        let played = groups.played_by(&trees);
        for output in 0..2 {
            let base = trees.base[output];
            let wanted = by_enumeration(groups.count(), |set| {
                let joined = |f| set >> groups.player(f) & 1 == 1;
                let own = trees.trees.iter().filter(|tree| tree.output == output);
                let sum: f64 = own.map(|tree| expectation(&tree.nodes, 0, &row, &joined)).sum();
                base + sum / trees.divisor
            });
            let of = Box::new(PathDependent::new(&played));
            let path = Summed { of, groups: groups.clone() };
            let wanted = wanted.unwrap();
            close(&values(&path, &row, output), &wanted, 1e-11, "path-dependent");
            let of = Box::new(PathDependent::new(&trees));
            let sums = values(&Summed { of, groups: groups.clone() }, &row, output);
            apart += usize::from(sums.iter().zip(&wanted).any(|(a, b)| (a - b).abs() > 1e-3));

            let wanted = by_enumeration(groups.count(), |set| {
                let joined = |f| set >> groups.player(f) & 1 == 1;
                worth(&trees, Scale::Raw, &row, &background, joined, output)
            });
            let of = Box::new(Interventional::new(&played, background.view()).unwrap());
            let interventional = Summed { of, groups: groups.clone() };
            let found = values(&interventional, &row, output);
            close(&found, &wanted.unwrap(), 1e-11, "interventional");
        }
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        trees.exact(&row, &mut a);
        played.exact(&row, &mut b);
        assert_eq!(a, b);
    }
    assert!(apart > 60, "sums differ from the group game in {apart} of 120 cases only");
}

/// Columns computed from several categories are credited to the groups that these are in.
#[test]
fn combined_columns_go_to_the_groups_of_their_sources() {
    let loaded = model("cb1210_ctr_two.cbm");
    let model = loaded.model.as_ref();
    let klartext::model::Form::Trees(trees) = model.form() else { panic!("trees") };
    let input = reference_rows(model, "categories.X.csv");
    let background = input.select(Axis(0), &[11, 12, 13, 14]);
    let features = &model.card().features;
    let groups = Groups::new(features, &[("all".into(), features.clone())]).unwrap();
    let played = groups.played_by(trees);
    let of = Box::new(Interventional::new(&played, background.view()).unwrap());
    let found = Summed { of, groups }.explain(input.view(), &[0]).unwrap();
    let mut score = vec![0.0; model.outputs()];
    for (r, row) in input.rows().into_iter().enumerate() {
        model.exact(&row.to_vec(), &mut score);
        assert!((found.base_values[[r, 0]] + found.values[[r, 0, 0]] - score[0]).abs() < 1e-12);
    }
}

/// Owen values are the means over all orders in which groups come one after the other; those of a group add up to its
/// Shapley value.
#[test]
fn owen_values_follow_orders_that_keep_groups_together() {
    fn orders(items: &[usize]) -> Vec<Vec<usize>> {
        if items.is_empty() {
            return vec![vec![]];
        }
        let with_first = |at: usize| {
            let mut rest = items.to_vec();
            let first = rest.remove(at);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, first);
                order
            })
        };
        (0..items.len()).flat_map(with_first).collect()
    }
    for seed in 0..20 {
        let draw = &mut Draw(seed);
        let features = 6;
        let trees = forest(draw, features, 1, Link::Logistic { slope: 1.0 });
        let groups = pairs(features);
        let (row, background) = (row(draw, features), rows(draw, 3, features));
        for scale in [Scale::Raw, Scale::Probability] {
            let single = Groups::single(&trees.card.features);
            let game = Game::new(&trees, background.view(), single, scale).unwrap();
            let owen = values(&Owen::new(game, groups.clone()).unwrap(), &row, 0);
            let value =
                |set: u32| worth(&trees, scale, &row, &background, |f| set >> f & 1 == 1, 0);
            let table: Vec<f64> = (0..1 << features).map(value).collect();
            let (mut wanted, mut count) = (vec![0.0; features], 0.0);
            for outer in orders(&(0..groups.count()).collect::<Vec<_>>()) {
                let mut all = vec![vec![]];
                for g in outer {
                    let inner = orders(&groups.members()[g]);
                    all = all
                        .iter()
                        .flat_map(|before: &Vec<usize>| {
                            inner.iter().map(|inner| [before.clone(), inner.clone()].concat())
                        })
                        .collect();
                }
                for order in all {
                    let mut set = 0usize;
                    for f in order {
                        wanted[f] += table[set | 1 << f] - table[set];
                        set |= 1 << f;
                    }
                    count += 1.0;
                }
            }
            wanted.iter_mut().for_each(|value| *value /= count);
            close(&owen, &wanted, 1e-12, "Owen");
            let game = Game::new(&trees, background.view(), groups.clone(), scale).unwrap();
            let shapley = values(&Mixed::exact(game).unwrap(), &row, 0);
            let sums: Vec<f64> =
                groups.members().iter().map(|m| m.iter().map(|f| owen[*f]).sum()).collect();
            close(&sums, &shapley, 1e-12, "sums of Owen values");
        }
    }
}

#[test]
fn too_many_groups_for_owen_are_refused() {
    let draw = &mut Draw(1);
    let trees = forest(draw, 14, 1, Link::Identity);
    let background = rows(draw, 3, 14);
    let single = Groups::single(&trees.card.features);
    let game = Game::new(&trees, background.view(), single.clone(), Scale::Raw).unwrap();
    assert_eq!(Owen::new(game, single.clone()).unwrap_err().0[0].code, "M33");
    let game = Game::new(&trees, background.view(), single, Scale::Raw).unwrap();
    assert_eq!(Mixed::exact(game).unwrap_err().0[0].code, "M24");
}
