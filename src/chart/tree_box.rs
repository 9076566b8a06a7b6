//! A node of a tree as a box: the question with its small chart, or the outcome with its shares.

use super::canvas::{Canvas, Painted, stroke};
use super::drawing::Anchor;
use super::element::Panel;
use super::palette::{ACCENT, INK, INK_SOFT, RULE, TINT, WHITE};
use super::spread::{Plot, Spread};
use super::tally::{dot, strip};
use super::text::{Lines, Type, longest_part, longest_word, natural};
use super::tree::TreeNodeView;

/// Space between a box's border and its text at the sides.
const SIDE: f32 = 5.0;
/// Space above and below, where boxes stand side by side, and where they stand close.
const ABOVE: (f32, f32) = (3.5, 2.5);
/// Widest outcome that is kept on one line, in parts of the size.
const OUTCOME: f32 = 12.0;
/// Space between the texts of a box and its chart.
const GAP: f32 = 2.5;
/// Height of a bar of shares, usual and where boxes stand close.
const STRIP: (f32, f32) = (5.5, 4.5);
/// Least and usual width of a bar of shares beside its text.
const STRIP_WIDTH: (f32, f32) = (30.0, 56.0);
/// Width of a chart beside its question, and what the question needs beside it.
const BESIDE: (f32, f32) = (120.0, 96.0);
/// Widest question that a column of boxes is made wider for, in parts of the size.
const QUESTION: f32 = 17.0;

/// What all boxes of a picture share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style<'a> {
    /// Size of texts in points.
    pub size: f32,
    /// Boxes stand one below the other, so that charts and bars stand beside the texts.
    pub outlined: bool,
    /// Words may be broken at soft hyphens to fit a column.
    pub hyphenated: bool,
    /// Boxes stand closer, so that more of them stand on a sheet.
    pub close: bool,
    /// Scale of all scores.
    pub scale: (f64, f64),
    /// Word at cases that lack the asked value.
    pub missing: &'a str,
}

/// Sizes of a node's box in points.
pub(super) struct Measure {
    /// Width when set.
    pub width: f32,
    /// Height when set.
    pub height: f32,
    /// Lines of the longest of its texts when set.
    pub lines: usize,
}

/// A node's box, set for a room.
pub(super) struct NodeBox<'a> {
    view: &'a TreeNodeView,
    style: Style<'a>,
    leaf: bool,
    step: Option<usize>,
    /// The number of the step stands before the first line.
    indent: f32,
    text: Lines,
    own: Lines,
    note: Lines,
    /// Text and note stand on one line.
    one_line: bool,
    plot: Option<Plot<'a>>,
    /// Chart or bar stands beside the texts.
    aside: bool,
    words_width: f32,
    figure_width: f32,
}

/// Width of a node's box below which words, outcomes or counts break, and that at which nothing breaks.
pub(super) fn wants(
    view: &TreeNodeView,
    leaf: bool,
    step: Option<usize>,
    style: Style<'_>,
) -> (f32, f32) {
    let size = style.size;
    let question = Type::new(size, INK);
    let face = if leaf { question.bold() } else { question };
    let (strong, soft) = (question.bold(), Type::new(size, INK_SOFT));
    let indent = indent(leaf, step, size);
    let word = if style.hyphenated { longest_part } else { longest_word };
    let (whole, whole_note) = (natural(&view.text, face), natural(&view.note, soft));
    let (chart, chart_wish) = chart_wants(view, leaf, style);
    // Outcomes and counts are short and stand in every leaf: breaking them makes a tree twice as high.
    let outcome = if leaf && !style.hyphenated { whole.min(OUTCOME * size) } else { 0.0 };
    let least = (indent + word(&view.text, face))
        .max(outcome)
        .max(word(&view.own, strong))
        .max(longest_word(&view.note, soft))
        .max(chart);
    let widest = (indent + whole).max(natural(&view.own, strong)).max(whole_note).max(chart_wish);
    let wish = if leaf { widest } else { widest.min(QUESTION * size).max(least) };
    (least + 2.0 * SIDE, wish + 2.0 * SIDE)
}

/// The chart of a question; a leaf asks nothing.
fn spread_of(view: &TreeNodeView, leaf: bool) -> Option<&Spread> {
    view.spread.as_ref().filter(|_| !leaf)
}

/// Room of a step's number before its question.
fn indent(leaf: bool, step: Option<usize>, size: f32) -> f32 {
    if step.is_some() && !leaf { 2.0 * badge(size) + 3.5 } else { 0.0 }
}

/// Least width of a node's chart or bar, and that at which its words stand on one line.
fn chart_wants(view: &TreeNodeView, leaf: bool, style: Style<'_>) -> (f32, f32) {
    match (spread_of(view, leaf), &view.tally) {
        (Some(spread), _) => Plot::wants(spread, style.missing, style.size),
        (None, Some(_)) => (STRIP_WIDTH.0, STRIP_WIDTH.0),
        _ => (0.0, 0.0),
    }
}

impl<'a> NodeBox<'a> {
    /// Sets a node for a box at most as wide as `room`; `step` is its number on the path.
    pub(super) fn set(
        view: &'a TreeNodeView,
        leaf: bool,
        step: Option<usize>,
        style: Style<'a>,
        room: f32,
    ) -> Self {
        let size = style.size;
        let question = Type::new(size, INK);
        let face = if leaf { question.bold() } else { question };
        let (strong, soft) = (question.bold(), Type::new(size, INK_SOFT));
        let indent = indent(leaf, step, size);
        let (whole, whole_note) = (natural(&view.text, face), natural(&view.note, soft));
        let (_, chart) = chart_wants(view, leaf, style);
        let inner = room - 2.0 * SIDE;
        let spread = spread_of(view, leaf);
        let figure = spread.is_some() || view.tally.is_some();
        let (least_aside, usual) = match (spread_of(view, leaf), &view.tally) {
            (Some(_), _) => (BESIDE.1, BESIDE.0.max(chart)),
            // Shorter rather than below its words.
            (None, Some(_)) => {
                let words = if whole_note > 0.0 { whole.max(whole_note) } else { whole };
                let left = inner - 10.0 - words;
                (words.min(OUTCOME * size), left.clamp(STRIP_WIDTH.0, STRIP_WIDTH.1))
            }
            _ => (0.0, 0.0),
        };
        let aside = style.outlined && figure && inner >= least_aside + 10.0 + usual;
        let words_room = if aside { inner - usual - 10.0 } else { inner };
        let both = whole + size + whole_note;
        let one_line =
            style.outlined && leaf && whole_note > 0.0 && both <= words_room && view.own.is_empty();
        let text = Lines::even(&view.text, face, words_room - indent);
        let own = Lines::even(&view.own, strong, words_room);
        let note = Lines::even(&view.note, soft, words_room);
        let words_width = match one_line {
            true => both,
            false => (indent + text.width).max(own.width).max(note.width),
        };
        let figure_width = if !figure {
            0.0
        } else if aside {
            usual
        } else if leaf {
            words_width.max(STRIP_WIDTH.0).min(inner)
        } else {
            inner
        };
        let plot = spread.map(|spread| Plot::set(spread, style, figure_width));
        NodeBox {
            view,
            style,
            leaf,
            step,
            indent,
            text,
            own,
            note,
            one_line,
            plot,
            aside,
            words_width,
            figure_width,
        }
    }

    fn above(&self) -> f32 {
        if self.style.outlined || self.style.close { ABOVE.1 } else { ABOVE.0 }
    }

    fn strip_height(&self) -> f32 {
        if self.style.close { STRIP.1 } else { STRIP.0 }
    }

    fn words_height(&self) -> f32 {
        let first = self.text.height().max(if self.indent > 0.0 {
            2.0 * badge(self.style.size)
        } else {
            0.0
        });
        if self.one_line { first } else { first + self.own.height() + self.note.height() }
    }

    fn figure_height(&self) -> f32 {
        match (&self.plot, &self.view.tally) {
            (Some(plot), _) => plot.height,
            (None, Some(_)) => self.strip_height(),
            _ => 0.0,
        }
    }

    /// Sizes of the box.
    pub(super) fn measure(&self) -> Measure {
        let (words, figure) = (self.words_height(), self.figure_height());
        let (width, height) = match (self.aside, figure > 0.0) {
            (true, true) => (self.words_width + 10.0 + self.figure_width, words.max(figure)),
            (false, true) => (self.words_width.max(self.figure_width), words + GAP + figure),
            (_, false) => (self.words_width, words),
        };
        let size = self.style.size;
        let extra = if self.leaf && figure > 0.0 && !self.aside { 1.0 } else { 0.0 };
        Measure {
            width: width.max(size) + 2.0 * SIDE,
            height: height.max(size) + 2.0 * self.above() + extra,
            lines: self.text.lines.len().max(self.note.lines.len()).max(self.own.lines.len()),
        }
    }

    /// Draws the box with its upper left corner at a point.
    pub(super) fn draw(&self, canvas: &Canvas, left: f32, top: f32) -> Painted {
        let Measure { width, height, .. } = self.measure();
        let view = self.view;
        let filled = self.leaf && view.on_path;
        let ground = match (filled, self.leaf, view.positive) {
            (true, ..) => ACCENT,
            (_, true, Some(true)) => TINT,
            _ => WHITE,
        };
        let border = match (view.on_path, view.positive) {
            (true, _) => stroke(ACCENT, 1.6),
            (_, Some(true)) if self.leaf => stroke(ACCENT, 0.8),
            _ => stroke(RULE, 0.8),
        };
        Panel { edges: [left, top, left + width, top + height], ground, border }.draw(canvas)?;
        let colored = |lines: &Lines| {
            let mut lines = lines.clone();
            if filled {
                lines.face.color = WHITE;
            }
            lines
        };
        let (text, own, note) = (colored(&self.text), colored(&self.own), colored(&self.note));
        let (x, words) = (left + SIDE, self.words_height());
        let figure = self.figure_height();
        let inner = height - 2.0 * self.above();
        let mut y = top
            + self.above()
            + if self.aside || figure == 0.0 { (inner - words) / 2.0 } else { 0.0 };
        if let (Some(step), true) = (self.step, self.indent > 0.0) {
            let radius = badge(self.style.size);
            let line = self.text.face.leading().max(2.0 * radius);
            numbered(canvas, step, (x + radius, y + line / 2.0), self.style.size)?;
            y += ((2.0 * radius - self.text.height()) / 2.0).max(0.0);
        }
        canvas.text(&text, x + self.indent, y, Anchor::Start)?;
        if self.one_line {
            canvas.text(&note, x + text.width + self.style.size, y, Anchor::Start)?;
            y += text.height();
        } else {
            y += text.height();
            canvas.text(&own, x, y, Anchor::Start)?;
            y += own.height();
            if self.leaf || self.aside || figure == 0.0 {
                canvas.text(&note, x, y, Anchor::Start)?;
                y += note.height();
            }
        }
        let (figure_left, figure_top) = match self.aside {
            true => (left + width - SIDE - self.figure_width, top + (height - figure) / 2.0),
            false => (x, y + GAP),
        };
        match (&self.plot, &view.tally) {
            (Some(plot), _) => plot.draw(canvas, figure_left, figure_top)?,
            (None, Some(tally)) => {
                let edges = [
                    figure_left,
                    figure_top,
                    figure_left + self.figure_width,
                    figure_top + self.strip_height(),
                ];
                strip(canvas, tally, self.style.scale, edges)?;
            }
            _ => {}
        }
        if !(self.leaf || self.aside || self.one_line) && figure > 0.0 {
            canvas.text(&note, x, figure_top + figure, Anchor::Start)?;
        }
        Ok(())
    }
}

/// Radius of the circle of a step's number.
pub(super) fn badge(size: f32) -> f32 {
    0.68 * size
}

/// A step's number in a filled circle.
pub(super) fn numbered(canvas: &Canvas, step: usize, at: (f32, f32), size: f32) -> Painted {
    dot(canvas, at, badge(size), ACCENT)?;
    let digits = Lines::set(&step.to_string(), Type::new(size - 0.5, WHITE).bold(), f32::INFINITY);
    canvas.text_at(&digits, at.0, at.1, Anchor::Middle)
}
