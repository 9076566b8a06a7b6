//! A surrogate tree: boxes with questions, edges with answers, the case's path in heavy lines.

use super::canvas::{Canvas, Checks, Format, Painted, misfit, paint, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::Panel;
use super::palette::{ACCENT, INK, INK_SOFT, RULE, TINT, WHITE};
use super::text::{Lines, Type, longest_word, natural};
use super::tree_layout::{Flat, Spot, beside, flatten, outline};
use crate::fault::Checked;

/// A node as it is drawn. A node without children is a leaf.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeNodeView {
    /// The question, or the leaf's outcome.
    pub text: String,
    /// A second line, lighter: the number of cases. May be empty.
    pub note: String,
    /// Where the answer is yes.
    pub yes: Option<Box<TreeNodeView>>,
    /// Where the answer is no.
    pub no: Option<Box<TreeNodeView>>,
    /// The case's path leads through this node.
    pub on_path: bool,
    /// Whether the outcome of a leaf is the one the program looks for. It only tints the box: the text says it.
    pub positive: Option<bool>,
}

/// The words at the edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeWords {
    /// `ja`
    pub yes: String,
    /// `nein`
    pub no: String,
}

/// Smallest size of texts in a tree that stays readable in print.
const SMALLEST: f32 = 7.5;
/// Largest depth drawn.
const DEEPEST: usize = 24;

/// Draws a tree: with the root at the left and the leaves stacked at the right where all texts fit their columns at
/// 7.5 points or more, else as an outline, one node below the other, indented by depth. Texts stand in the order
/// question, yes and its branch, no and its branch.
///
/// # Errors
/// C03 a format out of range, a tree deeper than 24, or one too deep for the width.
pub fn surrogate_tree(root: &TreeNodeView, words: &TreeWords, format: Format) -> Checked<Drawing> {
    Checks::new("surrogate_tree", format).done()?;
    let Some(nodes) = flatten(root, DEEPEST) else {
        return Err(misfit("surrogate_tree", format!("a tree deeper than {DEEPEST}")));
    };
    let Format { width, text_size } = format;
    let largest = text_size.clamp(SMALLEST, 9.0);
    let mut size = largest;
    loop {
        let word = edge_words(words, size);
        if let Some((spots, height)) =
            beside(&nodes, width, word, |node, room| Label::set(node, size, room, false).measure())
        {
            return finish(&nodes, &spots, words, (width, height), size, false);
        }
        if size <= SMALLEST {
            break;
        }
        size = (size - 0.5).max(SMALLEST);
    }
    let word = edge_words(words, largest);
    match outline(&nodes, width, word, |node, room| Label::set(node, largest, room, true).measure())
    {
        Some((spots, height)) => finish(&nodes, &spots, words, (width, height), largest, true),
        None => Err(misfit("surrogate_tree", "a tree too deep for the width")),
    }
}

/// Type of the words at edges.
fn edge_face(size: f32) -> Type {
    Type::new(size - 0.5, INK_SOFT).bold()
}

/// Width of the wider of the two.
fn edge_words(words: &TreeWords, size: f32) -> f32 {
    natural(&words.yes, edge_face(size)).max(natural(&words.no, edge_face(size)))
}

/// Space between a box's border and its text: at the sides, above and below.
const PAD: (f32, f32) = (5.0, 3.5);

/// Widest outcome that is kept on one line, in parts of the size.
const OUTCOME: f32 = 12.0;

/// A node's texts.
struct Label {
    text: Lines,
    note: Lines,
    /// The note stands behind the text and not below it.
    one_line: bool,
    least: f32,
    wish: f32,
}

impl Label {
    /// Sets a node's texts for a box at most as wide as `room`.
    fn set(node: &Flat, size: f32, room: f32, outlined: bool) -> Self {
        let question = Type::new(size, INK);
        let (face, soft) =
            (if node.leaf { question.bold() } else { question }, Type::new(size, INK_SOFT));
        let inner = room - 2.0 * PAD.0;
        let (whole, whole_note) = (natural(&node.view.text, face), natural(&node.view.note, soft));
        // Outcomes and counts are short and stand in every leaf: breaking them makes a tree twice as high.
        let outcome = if node.leaf { whole.min(OUTCOME * size) } else { 0.0 };
        let least =
            longest_word(&node.view.text, face).max(outcome).max(whole_note.min(OUTCOME * size));
        Label {
            text: Lines::even(&node.view.text, face, inner),
            note: Lines::even(&node.view.note, soft, inner),
            one_line: outlined && whole_note > 0.0 && whole + size + whole_note <= inner,
            least: least + 2.0 * PAD.0,
            wish: whole.max(whole_note) + 2.0 * PAD.0,
        }
    }

    fn measure(&self) -> Measure {
        let (text, note) = (&self.text, &self.note);
        let (width, height) = match self.one_line {
            true => (text.width + text.face.size + note.width, text.height()),
            false => (text.width.max(note.width), text.height() + note.height()),
        };
        let size = text.face.size;
        Measure {
            least: self.least,
            wish: self.wish,
            width: width.max(size) + 2.0 * PAD.0,
            height: height.max(size) + 2.0 * PAD.1,
            lines: text.lines.len().max(note.lines.len()),
        }
    }

    fn draw(&self, canvas: &Canvas, spot: &Spot) -> Painted {
        let (left, text) = (spot.left + PAD.0, &self.text);
        if self.one_line {
            canvas.text_at(text, left, spot.middle, Anchor::Start)?;
            return canvas.text_at(
                &self.note,
                left + text.width + text.face.size,
                spot.middle,
                Anchor::Start,
            );
        }
        let top = spot.middle - (text.height() + self.note.height()) / 2.0;
        canvas.text(text, left, top, Anchor::Start)?;
        canvas.text(&self.note, left, top + text.height(), Anchor::Start)
    }
}

/// Sizes of a node's box in points.
pub(super) struct Measure {
    /// Width below which words, outcomes or counts break.
    pub least: f32,
    /// Width at which nothing breaks.
    pub wish: f32,
    /// Width when set.
    pub width: f32,
    /// Height when set.
    pub height: f32,
    /// Lines of the longer of its texts when set.
    pub lines: usize,
}

fn finish(
    nodes: &[Flat],
    spots: &[Spot],
    words: &TreeWords,
    (width, height): (f32, f32),
    size: f32,
    outlined: bool,
) -> Checked<Drawing> {
    let word = |node: &Flat| {
        let color = if node.view.on_path { ACCENT } else { INK_SOFT };
        let text = node.yes.map_or("", |yes| if yes { &words.yes } else { &words.no });
        Lines::set(text, Type { color, ..edge_face(size) }, f32::INFINITY)
    };
    paint("surrogate_tree", width, height, |canvas| {
        // Light edges first, so that the path lies on top.
        for heavy in [false, true] {
            for (node, spot) in nodes.iter().zip(spots) {
                let Some(parent) = node.parent else { continue };
                let (Some(above), Some(from)) = (nodes.get(parent), spots.get(parent)) else {
                    continue;
                };
                if heavy == (node.view.on_path && above.view.on_path) {
                    let end = spot.left - if outlined { 7.0 + word(node).width } else { 0.0 };
                    edge(canvas, from, (end, spot.middle), heavy, outlined)?;
                }
            }
        }
        for (node, spot) in nodes.iter().zip(spots) {
            let word = word(node);
            let drop = if outlined { word.height() / 2.0 } else { word.height() + 1.5 };
            canvas.text(&word, spot.left - 4.0, spot.middle - drop, Anchor::End)?;
            draw_box(canvas, node, spot, size, outlined)?;
        }
        Ok(())
    })
}

/// At right angles from the parent's box to the child's, or to the word before it.
fn edge(
    canvas: &Canvas,
    parent: &Spot,
    (x, y): (f32, f32),
    on_path: bool,
    outlined: bool,
) -> Painted {
    let style = if on_path { stroke(ACCENT, 2.4) } else { stroke(RULE, 0.8) };
    if outlined {
        let trunk = parent.left + 8.0;
        return canvas.line(&[(trunk, parent.bottom()), (trunk, y), (x, y)], style);
    }
    let trunk = parent.column_end + 7.0;
    canvas
        .line(&[(parent.right(), parent.middle), (trunk, parent.middle), (trunk, y), (x, y)], style)
}

fn draw_box(canvas: &Canvas, node: &Flat, spot: &Spot, size: f32, outlined: bool) -> Painted {
    let filled = node.leaf && node.view.on_path;
    let ground = match (filled, node.leaf, node.view.positive) {
        (true, ..) => ACCENT,
        (_, true, Some(true)) => TINT,
        _ => WHITE,
    };
    let border = match (node.view.on_path, node.view.positive) {
        (true, _) => stroke(ACCENT, 1.6),
        (_, Some(true)) if node.leaf => stroke(ACCENT, 0.8),
        _ => stroke(RULE, 0.8),
    };
    Panel { edges: [spot.left, spot.top(), spot.right(), spot.bottom()], ground, border }
        .draw(canvas)?;
    let mut label = Label::set(node, size, spot.room, outlined);
    if filled {
        label.text.face.color = WHITE;
        label.note.face.color = WHITE;
    }
    label.draw(canvas, spot)
}
