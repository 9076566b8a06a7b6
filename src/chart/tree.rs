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
    let mut size = text_size.min(9.0).max(SMALLEST);
    loop {
        let word_width =
            [&words.yes, &words.no].map(|word| natural(word, faces(size).2)).into_iter().fold(0.0, f32::max);
        if let Some((spots, height)) = beside(&nodes, width, word_width, |node, room| measure(node, size, room)) {
            return finish(&nodes, &spots, words, width, height, size, false);
        }
        if size <= SMALLEST {
            break;
        }
        size = (size - 0.5).max(SMALLEST);
    }
    let size = text_size.min(9.0).max(SMALLEST);
    let word_width = [&words.yes, &words.no].map(|word| natural(word, faces(size).2)).into_iter().fold(0.0, f32::max);
    match outline(&nodes, width, word_width, |node, room| measure(node, size, room)) {
        Some((spots, height)) => finish(&nodes, &spots, words, width, height, size, true),
        None => Err(misfit("surrogate_tree", "a tree too deep for the width")),
    }
}

/// Space between a box's border and its text: at the sides, above and below.
const PAD: (f32, f32) = (5.0, 3.5);

/// Types of questions, notes and edge words.
fn faces(size: f32) -> (Type, Type, Type) {
    (Type::new(size, INK), Type::new(size, INK_SOFT), Type::new(size - 0.5, INK_SOFT).bold())
}

/// A node's texts set for a box at most as wide as `room`.
fn set(node: &Flat, size: f32, room: f32) -> (Lines, Lines) {
    let (question, note, _) = faces(size);
    let outcome = if node.leaf { question.bold() } else { question };
    let room = room - 2.0 * PAD.0;
    (Lines::even(&node.view.text, outcome, room), Lines::even(&node.view.note, note, room))
}

/// Least width, wished width, and width and height when set in `room`, of a node's box.
fn measure(node: &Flat, size: f32, room: f32) -> Measure {
    let (text, note) = set(node, size, room);
    let words = longest_word(&node.view.text, text.face).max(longest_word(&node.view.note, note.face));
    let wish = natural(&node.view.text, text.face).max(natural(&node.view.note, note.face));
    Measure {
        least: words + 2.0 * PAD.0,
        wish: wish + 2.0 * PAD.0,
        width: text.width.max(note.width).max(size) + 2.0 * PAD.0,
        height: (text.height() + note.height()).max(size) + 2.0 * PAD.1,
        lines: text.lines.len() + note.lines.len(),
    }
}

/// Sizes of a node's box in points.
pub(super) struct Measure {
    /// Width below which words break.
    pub least: f32,
    /// Width at which nothing breaks.
    pub wish: f32,
    /// Width when set.
    pub width: f32,
    /// Height when set.
    pub height: f32,
    /// Lines when set.
    pub lines: usize,
}

fn finish(
    nodes: &[Flat],
    spots: &[Spot],
    words: &TreeWords,
    width: f32,
    height: f32,
    size: f32,
    outlined: bool,
) -> Checked<Drawing> {
    paint("surrogate_tree", width, height, |canvas| {
        // Light edges first, so that the path lies on top.
        for heavy in [false, true] {
            for (node, spot) in nodes.iter().zip(spots) {
                if let Some(parent) = node.parent.and_then(|parent| Some((nodes.get(parent)?, spots.get(parent)?))) {
                    let on_path = node.view.on_path && parent.0.view.on_path;
                    if on_path == heavy {
                        edge(canvas, parent.1, spot, on_path, outlined)?;
                    }
                }
            }
        }
        for (node, spot) in nodes.iter().zip(spots) {
            if let Some(yes) = node.yes {
                let (_, _, face) = faces(size);
                let color = if node.view.on_path { ACCENT } else { INK_SOFT };
                let word = Lines::set(if yes { &words.yes } else { &words.no }, Type { color, ..face }, width);
                if outlined {
                    canvas.text_at(&word, spot.left - 4.0, spot.middle, Anchor::End)?;
                } else {
                    canvas.text(&word, spot.left - 4.0, spot.middle - word.height() - 0.5, Anchor::End)?;
                }
            }
            draw_box(canvas, node, spot, size)?;
        }
        Ok(())
    })
}

/// From the parent's box at right angles to the child's; in an outline only as far as the edge word.
fn edge(canvas: &Canvas, parent: &Spot, child: &Spot, on_path: bool, outlined: bool) -> Painted {
    let style = if on_path { stroke(ACCENT, 2.4) } else { stroke(RULE, 0.8) };
    if outlined {
        let trunk = parent.left + 8.0;
        return canvas.line(&[(trunk, parent.bottom()), (trunk, child.middle), (trunk + 7.0, child.middle)], style);
    }
    let trunk = parent.column_end + 7.0;
    let ends =
        [(parent.right(), parent.middle), (trunk, parent.middle), (trunk, child.middle), (child.left, child.middle)];
    canvas.line(&ends, style)
}

fn draw_box(canvas: &Canvas, node: &Flat, spot: &Spot, size: f32) -> Painted {
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
    Panel { edges: [spot.left, spot.top(), spot.right(), spot.bottom()], ground, border }.draw(canvas)?;
    let (mut text, mut note) = set(node, size, spot.room);
    if filled {
        text.face.color = WHITE;
        note.face.color = WHITE;
    }
    let top = spot.middle - (text.height() + note.height()) / 2.0;
    canvas.text(&text, spot.left + PAD.0, top, Anchor::Start)?;
    canvas.text(&note, spot.left + PAD.0, top + text.height(), Anchor::Start)
}
