//! Cases that stand together, by what the model says of them: as a bar of shares, or as the range of their scores.

use super::canvas::{Canvas, Checks, Painted, fill, stroke};
use super::drawing::Color;
use super::element::{Look, Patch, Rules};
use super::palette::{ACCENT, COUNTER, COUNTER_LINE, INK, INK_SOFT, LEVEL, PALE, RULE, WHITE};

/// Cases of a bin, a category or a leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum Tally {
    /// How many the model decided in which way, in the order of the tree's outcomes.
    Outcomes(Vec<usize>),
    /// Their scores.
    Scores {
        /// Number of cases.
        rows: usize,
        /// Where the usual scores begin.
        low: f64,
        /// The score in the middle.
        middle: f64,
        /// Where the usual scores end.
        high: f64,
    },
}

impl Tally {
    /// Number of cases.
    pub fn rows(&self) -> usize {
        match self {
            Tally::Outcomes(counts) => counts.iter().sum(),
            Tally::Scores { rows, .. } => *rows,
        }
    }

    /// Adds what cannot be drawn: scores that are no numbers or out of order.
    pub(super) fn check(&self, field: &str, checks: &mut Checks) {
        let Tally::Scores { low, middle, high, .. } = self else { return };
        for (name, value) in [("low", low), ("middle", middle), ("high", high)] {
            checks.number(|| format!("{field}.{name}"), *value);
        }
        if !(low <= middle && middle <= high) {
            let mend = "Give the lower end, the middle and the upper end in this order.";
            let found = format!("{low}, {middle}, {high}");
            checks.refuse("C01", field, found, "ascending scores", mend);
        }
    }
}

/// Grounds of outcomes, and lines on them where these are too few.
const GROUNDS: [Look; 6] = [
    Look::Plain(LEVEL),
    Look::Hatched,
    Look::Plain(ACCENT),
    Look::Plain(PALE),
    Look::Plain(INK),
    Look::Plain(WHITE),
];
const RULES: [Rules; 3] = [Rules::Falling, Rules::Level, Rules::Upright];
/// Outcomes that can be told apart. Those from the last of them on look alike, and the legend names them together.
pub(super) const APART: usize = GROUNDS.len() * (1 + RULES.len());

/// How an outcome is filled, so that neighbours differ in lightness or hatch: told apart on a grey copy.
pub(super) fn tone(outcome: usize, outcomes: usize) -> Look {
    if outcomes <= 2 {
        return Look::Plain(if outcome.is_multiple_of(2) { LEVEL } else { ACCENT });
    }
    let outcome = outcome.min(APART - 1);
    let ground = GROUNDS.get(outcome % GROUNDS.len()).copied().unwrap_or(Look::Plain(LEVEL));
    // Neighbours differ in how their lines run, too: on paper light lines on dark look like dark lines on light.
    let rules = (outcome / GROUNDS.len()).checked_sub(1);
    let rules = rules.and_then(|nth| RULES.get((nth + outcome) % RULES.len()));
    match (ground, rules) {
        (look, None) => look,
        (Look::Plain(ground @ (ACCENT | INK)), Some(rules)) => Look::Ruled(ground, WHITE, *rules),
        (Look::Plain(ground), Some(rules)) => Look::Ruled(ground, INK, *rules),
        (_, Some(rules)) => Look::Ruled(COUNTER, COUNTER_LINE, *rules),
    }
}

/// The outline of what is filled lightly.
const OUTLINE: f32 = 0.5;

/// Outline of a box, inside it.
pub(super) fn outline(
    canvas: &Canvas,
    [left, top, right, bottom]: [f32; 4],
    color: Color,
) -> Painted {
    let inset = OUTLINE / 2.0;
    let (l, t, r, b) = (left + inset, top + inset, right - inset, bottom - inset);
    if l >= r || t >= b {
        return canvas.line(&[(left, top), (left, bottom)], stroke(color, OUTLINE));
    }
    canvas.line(&[(l, t), (r, t), (r, b), (l, b), (l, t)], stroke(color, OUTLINE))
}

/// Counts one upon the other in a column whose full height stands for `most` cases; the last outcome stands lowest. A
/// column of cases is never invisible.
pub(super) fn pile(
    canvas: &Canvas,
    counts: &[usize],
    most: usize,
    [left, top, right, bottom]: [f32; 4],
) -> Painted {
    let all: usize = counts.iter().sum();
    if all == 0 || right - left < 0.02 {
        return Ok(());
    }
    let height = ((bottom - top) * (all as f64 / most.max(1) as f64) as f32).max(LEAST_PILE);
    let mut foot = bottom;
    let mut below = 0;
    for (outcome, &count) in counts.iter().enumerate().rev() {
        below += count;
        let head = bottom - height * (below as f64 / all as f64) as f32;
        canvas.draw(&Patch::of([left, head, right, foot], tone(outcome, counts.len())))?;
        foot = head;
    }
    outline(canvas, [left, bottom - height, right, bottom], RULE)
}

/// Height of a column of few cases beside one of many: low, but seen, with what fills it inside its outline.
const LEAST_PILE: f32 = 1.6;

/// A bar whose parts are the shares of the outcomes, the last outcome first; or the range of the scores on the scale that
/// all of a picture share.
pub(super) fn strip(
    canvas: &Canvas,
    tally: &Tally,
    scale: (f64, f64),
    [left, top, right, bottom]: [f32; 4],
) -> Painted {
    match tally {
        Tally::Outcomes(counts) => {
            let all: usize = counts.iter().sum();
            if all == 0 {
                return Ok(());
            }
            // On a dark box the bar stands on paper of its own.
            canvas.draw(&Patch::of(
                [left - 0.8, top - 0.8, right + 0.8, bottom + 0.8],
                Look::Plain(WHITE),
            ))?;
            let mut start = left;
            let mut before = 0;
            for (outcome, &count) in counts.iter().enumerate().rev() {
                before += count;
                let end = left + (right - left) * (before as f64 / all as f64) as f32;
                canvas.draw(&Patch::of([start, top, end, bottom], tone(outcome, counts.len())))?;
                start = end;
            }
            outline(canvas, [left, top, right, bottom], RULE)
        }
        Tally::Scores { low, middle, high, .. } => {
            let at = |score: f64| left + (right - left) * place(score, scale);
            let y = (top + bottom) / 2.0;
            canvas.draw(&Patch::of(
                [left - 0.8, top - 0.8, right + 0.8, bottom + 0.8],
                Look::Plain(WHITE),
            ))?;
            canvas.line(&[(left, y), (right, y)], stroke(RULE, 0.6))?;
            range(canvas, [at(*low), top, at(*high), bottom])?;
            let x = at(*middle).clamp(left + 0.8, right - 0.8);
            canvas.line(&[(x, top), (x, bottom)], stroke(INK, 1.6))
        }
    }
}

/// Share of the way along the scale of scores; a scale without length has everything in its middle.
pub(super) fn place(score: f64, (low, high): (f64, f64)) -> f32 {
    if high > low { ((score - low) / (high - low)).clamp(0.0, 1.0) as f32 } else { 0.5 }
}

/// The usual scores, as a light box.
pub(super) fn range(canvas: &Canvas, [left, top, right, bottom]: [f32; 4]) -> Painted {
    canvas.draw(&Patch::of([left, top, right, bottom], Look::Plain(LEVEL)))?;
    outline(canvas, [left, top, right, bottom], RULE)
}

/// A round-headed pin: the case's own value.
pub(super) fn pin(canvas: &Canvas, x: f32, top: f32, foot: f32) -> Painted {
    let (head, radius) = (top + PIN, PIN);
    canvas.line(&[(x, head), (x, foot)], stroke(WHITE, 2.4))?;
    canvas.line(&[(x, head), (x, foot)], stroke(INK, 1.0))?;
    dot(canvas, (x, head), radius, INK)
}

/// Radius of a pin's head.
pub(super) const PIN: f32 = 2.2;

/// A filled circle.
pub(super) fn dot(canvas: &Canvas, (x, y): (f32, f32), radius: f32, color: Color) -> Painted {
    use super::backend::units;
    canvas.draw(&plotters::element::Circle::new((units(x), units(y)), units(radius), fill(color)))
}

/// The mark of a threshold: a dashed line with a wedge below the axis.
pub(super) fn threshold(canvas: &Canvas, x: f32, top: f32, axis: f32) -> Painted {
    use super::backend::units;
    use plotters::element::{DashedPathElement, Polygon};
    canvas.line(&[(x, top), (x, axis)], stroke(WHITE, 2.2))?;
    let ends = [(units(x), units(top)), (units(x), units(axis))];
    canvas.draw(&DashedPathElement::new(ends, units(2.2), units(1.4), stroke(INK, 1.0)))?;
    let wedge = [(x, axis + 0.6), (x - 2.4, axis + WEDGE), (x + 2.4, axis + WEDGE)];
    canvas.draw(&Polygon::new(wedge.map(|(x, y)| (units(x), units(y))), fill(INK_SOFT)))
}

/// Height of the wedge below the axis.
pub(super) const WEDGE: f32 = 4.6;
