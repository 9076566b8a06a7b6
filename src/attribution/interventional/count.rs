//! One pass over the background: how many of its rows have each pattern at each leaf.

use ndarray::{ArrayView2, Axis, Slice};
use pulp::Arch;

use super::cuts::{Cuts, LANES, Sides};
use super::layout::Layout;
use super::plan::{Pattern, Plan};
use crate::attribution::directions;
use crate::model::TreeEnsemble;

/// Background rows whose ranks are held at a time.
const BACKGROUND_SLAB: usize = 32 * LANES;

/// Counts the background's patterns at all leaves.
pub(super) fn count(
    ensemble: &TreeEnsemble,
    cuts: &Cuts,
    layout: &Layout,
    plans: &mut [Plan],
    background: ArrayView2<f64>,
) {
    // By tree and group: rows of each entry.
    let mut entries: Vec<Vec<Vec<u32>>> = vec![Vec::new(); plans.len()];
    for (plan, groups) in layout.groups() {
        if let Some(entries) = entries.get_mut(plan) {
            entries.extend(groups.map(|group| vec![0; group.entries]));
        }
    }
    let (mut sides, mut left) = (Vec::new(), Vec::new());
    let mut index = [0; LANES];
    for from in (0..background.nrows()).step_by(BACKGROUND_SLAB) {
        let to = (from + BACKGROUND_SLAB).min(background.nrows());
        let slab = background.slice_axis(Axis(0), Slice::from(from..to));
        let mut chunks = Vec::new();
        for from in (0..slab.nrows()).step_by(LANES) {
            let to = (from + LANES).min(slab.nrows());
            let rows = slab.slice_axis(Axis(0), Slice::from(from..to));
            chunks.push((cuts.ranks(ensemble, rows), rows));
        }
        for (at, groups) in layout.groups() {
            let (Some(plan), Some(entries)) = (plans.get_mut(at), entries.get_mut(at)) else {
                continue;
            };
            let groups: Vec<_> = groups.collect();
            sides.resize(plan.tests.len(), [0; LANES]);
            for (ranks, rows) in &chunks {
                Arch::new().dispatch(Sides { tests: &plan.tests, ranks, sides: &mut sides });
                for (group, entries) in groups.iter().zip(entries.iter_mut()) {
                    group.index(&sides, &mut index);
                    for at in index.iter().take(rows.nrows()) {
                        entries.get_mut(usize::from(*at)).into_iter().for_each(|rows| *rows += 1);
                    }
                }
                if !plan.sloped.is_empty() {
                    for row in rows.rows() {
                        let seen = ensemble.row(&row.to_vec());
                        let value = |f: usize| seen.get(f).copied().unwrap_or(f64::NAN);
                        directions(&plan.tree, value, &mut left);
                        plan.sloped.iter_mut().for_each(|leaf| leaf.count(&left, &seen));
                    }
                }
            }
        }
    }
    let mut rows_of = Vec::new();
    for (at, groups) in layout.groups() {
        let (Some(plan), Some(entries)) = (plans.get_mut(at), entries.get(at)) else { continue };
        for (group, entries) in groups.zip(entries) {
            for at in group.leaves.0..group.leaves.1 {
                let leaf = plan.at(at);
                rows_of.clear();
                rows_of.resize(1usize << leaf.players.len(), 0u32);
                for (bits, rows) in group.satisfied(&leaf).into_iter().zip(entries) {
                    rows_of.get_mut(usize::from(bits)).into_iter().for_each(|sum| *sum += rows);
                }
                let patterns = (0..).zip(&rows_of).filter(|(_, rows)| **rows > 0);
                plan.push_patterns(at, patterns.map(|(bits, rows)| Pattern { bits, rows: *rows }));
            }
        }
    }
}
