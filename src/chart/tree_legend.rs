//! The legend of a tree: what fills, marks and lines mean; only of those that the picture has.

use super::canvas::{Canvas, Painted, stroke};
use super::drawing::Anchor;
use super::element::Patch;
use super::palette::{INK_SOFT, LEVEL, RULE};
use super::spread::{Asked, Spread};
use super::tally::{APART, Tally, outline, pin, strip, threshold, tone};
use super::text::{Lines, Type};
use super::tree::{TreeNodeView, TreeWords};

/// What an entry explains.
#[derive(Clone, Copy)]
enum Sign {
    /// An outcome and how many there are.
    Outcome(usize, usize),
    Scores,
    Threshold,
    Own,
    Edges,
}

impl Sign {
    fn width(self) -> f32 {
        match self {
            Sign::Outcome(..) => 9.0,
            Sign::Scores | Sign::Edges => 20.0,
            Sign::Threshold | Sign::Own => 6.0,
        }
    }

    /// Draws the sign in the middle of a line.
    fn draw(self, canvas: &Canvas, left: f32, middle: f32) -> Painted {
        let right = left + self.width();
        match self {
            Sign::Outcome(outcome, of) => {
                let edges = [left, middle - 3.6, right, middle + 3.6];
                canvas.draw(&Patch::of(edges, tone(outcome, of)))?;
                outline(canvas, edges, RULE)
            }
            Sign::Scores => {
                let tally = Tally::Scores { rows: 1, low: 0.2, middle: 0.5, high: 0.8 };
                strip(canvas, &tally, (0.0, 1.0), [left, middle - 3.0, right, middle + 3.0])
            }
            Sign::Threshold => threshold(canvas, left + 3.0, middle - 5.0, middle + 0.4),
            Sign::Own => pin(canvas, left + 3.0, middle - 4.8, middle + 4.8),
            Sign::Edges => {
                let half = (left + right) / 2.0;
                for (from, to, width) in [(left, half, 1.2), (half, right, 4.4)] {
                    canvas.line(&[(from, middle), (to, middle)], stroke(RULE, width))?;
                }
                canvas.line(&[(half + 0.5, middle), (right - 0.5, middle)], stroke(LEVEL, 3.4))
            }
        }
    }
}

/// A legend set for a width.
pub(super) struct Legend {
    entries: Vec<Entry>,
    height: f32,
}

struct Entry {
    sign: Sign,
    words: Lines,
    left: f32,
    top: f32,
}

/// Space above a legend, between a sign and its words, and between entries.
const SPACE: (f32, f32, f32) = (7.0, 4.0, 13.0);
/// Height of a line at least: signs are taller than small letters.
const LINE: f32 = 11.5;

impl Legend {
    /// Sets the entries in lines, in the order outcomes, scores, threshold, own value, edges.
    pub(super) fn set(views: &[&TreeNodeView], words: &TreeWords, size: f32, width: f32) -> Self {
        let face = Type::new(size - 0.5, INK_SOFT);
        let spreads = || views.iter().filter_map(|view| view.spread.as_ref());
        let tallies: Vec<&Tally> = views
            .iter()
            .filter_map(|view| view.tally.as_ref())
            .chain(spreads().flat_map(Spread::tallies))
            .collect();
        let outcomes = tallies.iter().map(|tally| match tally {
            Tally::Outcomes(counts) => counts.len(),
            Tally::Scores { .. } => 0,
        });
        let outcomes = outcomes.max().unwrap_or(0);
        let mut wanted: Vec<(Sign, &str)> = Vec::new();
        let named = words.outcomes.get(..outcomes).unwrap_or(&words.outcomes);
        let (told_apart, alike) = named.split_at(named.len().min(APART - 1));
        let alike = alike.join(", ");
        if !alike.is_empty() {
            wanted.push((Sign::Outcome(APART - 1, outcomes), &alike));
        }
        // The last outcome is the dark one that stands lowest and leftmost: it is named first.
        for (nth, word) in told_apart.iter().enumerate().rev() {
            wanted.push((Sign::Outcome(nth, outcomes), word));
        }
        if tallies.iter().any(|tally| matches!(tally, Tally::Scores { .. })) {
            wanted.push((Sign::Scores, &words.scores));
        }
        if spreads().any(|spread| matches!(spread.asked, Asked::Numbers { .. })) {
            wanted.push((Sign::Threshold, &words.threshold));
        }
        if spreads().any(Spread::marks_own) {
            wanted.push((Sign::Own, &words.own));
        }
        if views.iter().any(|view| view.rows > 0) && views.len() > 1 {
            wanted.push((Sign::Edges, &words.edges));
        }
        let mut entries = Vec::new();
        let (mut left, mut top, mut line) = (1.0, SPACE.0, 0.0_f32);
        for (sign, text) in wanted.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            let room = width - 2.0 - sign.width() - SPACE.1;
            let words = Lines::set(text, face, room);
            let needs = sign.width() + SPACE.1 + words.width;
            if left > 1.0 && left + needs > width - 1.0 {
                (left, top, line) = (1.0, top + line, 0.0);
            }
            line = line.max(words.height().max(LINE));
            entries.push(Entry { sign, words, left, top });
            left += needs + SPACE.2;
        }
        let height = if entries.is_empty() { 0.0 } else { top + line };
        Legend { entries, height }
    }

    /// Height with the space above; nothing without entries.
    pub(super) fn height(&self) -> f32 {
        self.height
    }

    /// Draws the legend below a height.
    pub(super) fn draw(&self, canvas: &Canvas, below: f32) -> Painted {
        for Entry { sign, words, left, top } in &self.entries {
            let top = below + top;
            let middle = top + words.face.leading().max(LINE) / 2.0;
            sign.draw(canvas, *left, middle)?;
            let text = top + ((LINE - words.face.leading()) / 2.0).max(0.0);
            canvas.text(words, left + sign.width() + SPACE.1, text, Anchor::Start)?;
        }
        Ok(())
    }
}
