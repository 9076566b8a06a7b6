//! Branch and bound on trees: is there a combination of values that turns the result?

use super::Check;
use super::forest::{Forest, Open, Range};

/// Whether the kept players are sufficient. Boxes whose highest score cannot turn the result are dropped; the last ones,
/// of single values, are evaluated by the model itself (`turns`).
pub(super) fn check(
    forest: &Forest<'_>,
    row: &[f64],
    kept: &[bool],
    positive: bool,
    turns: &dyn Fn(&[f64]) -> bool,
    boxes: &mut usize,
) -> Check {
    // A positive result turns when the score falls.
    let up = !positive;
    let goal = forest.goal(up);
    let mut open = vec![forest.open(row, kept, up)];
    while let Some(next) = open.pop() {
        // Also true of a bound that is no number: nothing is proven with it.
        if next.highest < goal {
            continue;
        }
        if *boxes == 0 {
            return Check::Undecided;
        }
        *boxes -= 1;
        match halves(forest, &next, row, up) {
            None => {
                let found = forest.row(&next, row);
                if turns(&found) {
                    return Check::Refuted(found);
                }
            }
            // The more promising half is looked at first.
            Some((one, other)) if one.highest > other.highest => open.extend([other, one]),
            Some((one, other)) => open.extend([one, other]),
        }
    }
    Check::Proven
}

/// The two halves of a box, divided where its bound falls most: by the player whose better half has the lowest bound.
/// None for a box of single values.
fn halves(forest: &Forest<'_>, open: &Open, row: &[f64], up: bool) -> Option<(Open, Open)> {
    let mut best: Option<(f64, f64, Open, Open)> = None;
    for (j, range) in open.ranges.iter().enumerate() {
        let Some((from, to)) = range.filter(|(from, to)| from < to) else { continue };
        let middle = from + (to - from) / 2;
        let half = |to: Range| forest.narrowed(open, row, j, to, up);
        let (one, other) = (half((from, middle)), half((middle + 1, to)));
        let (most, least) = (one.highest.max(other.highest), one.highest.min(other.highest));
        let is_better = best.as_ref().is_none_or(|(before, low, ..)| {
            most.total_cmp(before).then(least.total_cmp(low)).is_lt()
        });
        if is_better {
            best = Some((most, least, one, other));
        }
    }
    best.map(|(_, _, one, other)| (one, other))
}
