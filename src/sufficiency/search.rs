//! Branch and bound on trees: is there a combination of values that turns the result?
//!
//! A box whose highest score cannot turn the result is dropped. Of every other one each player's range is first cut down to
//! what can: where one side of a cut cannot turn the result, only the other one is left. Then the box is divided at the cut
//! that lowers the scores of both sides most. A box in which every test is answered has one score (or, where leaves
//! are weighted sums, its highest at a known row), and the model itself is asked (`turns`).

use super::Check;
use super::open::{Asked, Boxes, Cut, Open, Touched};
use super::wood::Wood;

/// So many leaves are prepared in about the time of a box: the limit counts them as one.
const LEAVES_A_BOX: usize = 256;
/// Boxes that are looked at before trees are merged.
const FEW: usize = 20;

/// Whether the kept players are sufficient. Each box that is looked at takes one from `boxes`.
pub(super) fn check(
    asked: &Asked<'_, '_>,
    kept: &[bool],
    turns: &dyn Fn(&[f64]) -> bool,
    boxes: &mut usize,
) -> Check {
    let Some(wood) = Wood::new(asked, kept) else { return Check::Undecided };
    *boxes = boxes.saturating_sub(wood.count().div_ceil(LEAVES_A_BOX));
    // Most sets are settled in a few boxes; merging the trees pays for the others.
    let mut few = FEW.min(*boxes);
    *boxes -= few;
    let inside = Boxes { asked, wood: &wood };
    let found = searched(&inside, kept, turns, &mut few);
    *boxes += few;
    if found != Check::Undecided || *boxes == 0 {
        return found;
    }
    let wood = wood.merged(asked);
    searched(&Boxes { asked, wood: &wood }, kept, turns, boxes)
}

fn searched(
    inside: &Boxes<'_, '_>,
    kept: &[bool],
    turns: &dyn Fn(&[f64]) -> bool,
    boxes: &mut usize,
) -> Check {
    let asked = inside.asked;
    let goal = asked.forest.goal(asked.case, asked.up);
    let mut in_doubt = false;
    let mut touched = Touched::default();
    let mut stack = vec![inside.open(kept)];
    while let Some(mut open) = stack.pop() {
        // Also true of a bound that is no number: nothing is proven with it.
        if open.highest < goal {
            continue;
        }
        if *boxes == 0 {
            return Check::Undecided;
        }
        *boxes -= 1;
        match divided(inside, &mut open, goal, &mut touched) {
            Divided::Nowhere => {}
            // Every test is answered.
            Divided::Whole => {
                let (places, score) = asked.peak(&open);
                let found = asked.forest.row(asked.case, places.into_iter());
                if turns(&found) {
                    return Check::Refuted(found);
                }
                // Of a box with one score that is all; where leaves are sums, rounding may hide a turn this near.
                in_doubt |= asked.forest.has_sums() && (score.is_nan() || score >= goal);
            }
            Divided::At { player, after, above_first } => {
                let Some(Some((from, to))) = open.ranges.get(player).copied() else { continue };
                let mut other = open.clone();
                inside.narrow(&mut open, player, (from, after));
                inside.narrow(&mut other, player, (after + 1, to));
                // The more promising side is looked at first.
                stack.extend(if above_first { [open, other] } else { [other, open] });
            }
        }
    }
    if in_doubt { Check::Undecided } else { Check::Proven }
}

/// What comes of a box.
enum Divided {
    /// It cannot turn the result.
    Nowhere,
    /// Every test has the same answer in all of it.
    Whole,
    /// It is divided after this place of a player.
    At { player: usize, after: u32, above_first: bool },
}

/// Narrows a box to what can turn the result, and finds where to divide the rest.
fn divided(inside: &Boxes<'_, '_>, open: &mut Open, goal: f64, touched: &mut Touched) -> Divided {
    let mut best: Option<(f64, Cut)> = None;
    for player in 0..open.ranges.len() {
        let Some((from, to)) = open.ranges.get(player).copied().flatten() else { continue };
        let cuts = inside.cuts(open, player, touched);
        // Lower sides rise with the cut, upper ones fall.
        let low = cuts.iter().take_while(|cut| cut.below < goal).last().map(|cut| cut.after + 1);
        let high = cuts.iter().rev().take_while(|cut| cut.above < goal).last();
        let narrowed = (low.unwrap_or(from), high.map_or(to, |cut| cut.after));
        if narrowed.0 > narrowed.1 {
            return Divided::Nowhere;
        }
        for cut in cuts.iter().filter(|cut| narrowed.0 <= cut.after && cut.after < narrowed.1) {
            let fall = |side: f64| (open.highest - side).min(open.highest - goal);
            let (below, above) = (fall(cut.below), fall(cut.above));
            // Both must fall: the smaller counts more.
            let worth = below.min(above) + 0.2 * below.max(above);
            if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                best = Some((worth, *cut));
            }
        }
        if narrowed != (from, to) {
            inside.narrow(open, player, narrowed);
            if open.highest < goal {
                return Divided::Nowhere;
            }
        }
    }
    match best {
        Some((_, Cut { player, after, below, above })) => {
            Divided::At { player, after, above_first: above > below }
        }
        None => match inside.unsettled(open).or_else(|| inside.asked.mixed(open)) {
            Some((player, after)) => Divided::At { player, after, above_first: false },
            None => Divided::Whole,
        },
    }
}
