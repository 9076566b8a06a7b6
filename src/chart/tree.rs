//! A surrogate tree: boxes with questions and their charts, edges as thick as the cases that take them, the case's path
//! in a heavy line with numbered steps.

use super::canvas::{Checks, Format, misfit, paint, stroke};
use super::drawing::{Anchor, Drawing};
use super::palette::{ACCENT, INK_SOFT, LEVEL, RULE};
use super::spread::Spread;
use super::tally::Tally;
use super::text::{Lines, Type, natural};
use super::tree_box::{NodeBox, Style, wants};
use super::tree_layout::{Flat, GAPS, Spot, beside, flatten, outline, pages};
use super::tree_legend::Legend;
use crate::fault::Checked;

/// A node as it is drawn. A node without children is a leaf.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeNodeView {
    /// The question, or the leaf's outcome.
    pub text: String,
    /// A further line, lighter: the number of cases. May be empty.
    pub note: String,
    /// A further line, heavier: the case's own value. May be empty.
    pub own: String,
    /// Cases that come here; the edge to the node is as thick as its share of the root's.
    pub rows: usize,
    /// How the cases of a leaf divide.
    pub tally: Option<Tally>,
    /// How the asked detail of a question is spread.
    pub spread: Option<Spread>,
    /// Where the answer is yes.
    pub yes: Option<Box<TreeNodeView>>,
    /// Where the answer is no.
    pub no: Option<Box<TreeNodeView>>,
    /// The case's path leads through this node.
    pub on_path: bool,
    /// Whether the outcome of a leaf is the one the program looks for. It only tints the box: the text says it.
    pub positive: Option<bool>,
}

/// The words at the edges and in the legend. An empty word of the legend leaves its entry out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeWords {
    /// `ja`
    pub yes: String,
    /// `nein`
    pub no: String,
    /// The outcomes that tallies count, in their order.
    pub outcomes: Vec<String>,
    /// Of ranges of scores: `8 von 10 Fällen, Strich: Mitte`.
    pub scores: String,
    /// Of the mark where a question divides: `Grenze der Frage`.
    pub threshold: String,
    /// Of the pin: `dieser Fall`.
    pub own: String,
    /// At cases that lack the asked value: `fehlt`.
    pub missing: String,
    /// Of the edges: `je dicker die Linie, desto mehr Fälle`.
    pub edges: String,
}

/// Smallest size of texts in a tree that stays readable in print.
const SMALLEST: f32 = 7.0;
/// Largest depth drawn.
const DEEPEST: usize = 24;

/// Draws a tree on one sheet of any height; see [`tree_pages`].
///
/// # Errors
/// As for [`tree_pages`].
pub fn surrogate_tree(root: &TreeNodeView, words: &TreeWords, format: Format) -> Checked<Drawing> {
    let drawings = tree_pages(root, words, format, f32::INFINITY)?;
    drawings.into_iter().next().ok_or_else(|| misfit("surrogate_tree", "a tree without a drawing"))
}

/// Draws a tree on sheets at most `tallest` points high: on one, with the root at the left and the leaves stacked at the
/// right, where all texts fit their columns at 7 points or more; else as an outline, one node below the other, indented
/// by depth, on as many sheets as it needs. Texts stand in the order question, yes and its branch, no and its branch;
/// the legend stands below the first sheet.
///
/// # Errors
/// C01 counts, values or scores that are not finite or out of order, C02 a chart without bins or categories, C03 a format
/// out of range, a tree deeper than 24, or one too deep for the width or with a node too tall for a sheet.
pub fn tree_pages(
    root: &TreeNodeView,
    words: &TreeWords,
    format: Format,
    tallest: f32,
) -> Checked<Vec<Drawing>> {
    let mut checks = Checks::new("surrogate_tree", format);
    let Some(nodes) = flatten(root, DEEPEST) else {
        return Err(misfit("surrogate_tree", format!("a tree deeper than {DEEPEST}")));
    };
    for (i, node) in nodes.iter().enumerate() {
        check(node.view, &format!("nodes[{i}]"), &mut checks);
    }
    checks.done()?;
    let Format { width, text_size } = format;
    let largest = text_size.clamp(SMALLEST, 9.0);
    let scale = scale_of(nodes.iter().map(|node| node.view));
    let style = Style {
        size: largest,
        outlined: false,
        close: false,
        hyphenated: false,
        scale,
        missing: &words.missing,
    };
    let views: Vec<&TreeNodeView> = nodes.iter().map(|node| node.view).collect();
    let soft = nodes.iter().any(|node| node.view.text.contains('\u{ad}'));
    // Words are rather broken than boxes moved together, and both rather than that the picture becomes an outline.
    for (close, hyphenated) in [(false, false), (false, true), (true, false), (true, true)] {
        if hyphenated && !soft {
            continue;
        }
        let mut size = largest;
        loop {
            let style = Style { size, close, hyphenated, ..style };
            let legend = Legend::set(&views, words, size, width);
            let between = if close { GAPS.1 } else { GAPS.0 };
            let wanted = |node: &Flat| wants(node.view, node.leaf, step(node), style);
            let measure = |node: &Flat, room| {
                NodeBox::set(node.view, node.leaf, step(node), style, room).measure()
            };
            let word = edge_words(words, size);
            if let Some((spots, height)) = beside(&nodes, (width, between), word, wanted, measure)
                && height + legend.height() <= tallest
            {
                let tree = Tree { nodes: &nodes, spots: &spots, words, style };
                return Ok(vec![tree.draw(0..nodes.len(), (0.0, height), width, Some(&legend))?]);
            }
            if size <= SMALLEST {
                break;
            }
            size = (size - 0.5).max(SMALLEST);
        }
    }
    let style = Style { outlined: true, ..style };
    let legend = Legend::set(&views, words, largest, width);
    let word = edge_words(words, largest);
    let measure =
        |node: &Flat, room| NodeBox::set(node.view, node.leaf, step(node), style, room).measure();
    let Some((spots, height)) = outline(&nodes, width, word, measure) else {
        return Err(misfit("surrogate_tree", "a tree too deep for the width"));
    };
    let Some(sheets) = pages(&spots, height, tallest, legend.height()) else {
        return Err(misfit("surrogate_tree", "a node taller than a sheet"));
    };
    let tree = Tree { nodes: &nodes, spots: &spots, words, style };
    let drawn = sheets.into_iter().enumerate().map(|(nth, (shown, from_to))| {
        tree.draw(shown, from_to, width, (nth == 0).then_some(&legend))
    });
    drawn.collect()
}

/// Adds what cannot be drawn of a node.
pub(super) fn check(view: &TreeNodeView, field: &str, checks: &mut Checks) {
    if let Some(tally) = &view.tally {
        tally.check(&format!("{field}.tally"), checks);
    }
    if let Some(spread) = &view.spread {
        spread.check(&format!("{field}.spread"), checks);
    }
}

/// Least and greatest of all scores, the scale of every box.
pub(super) fn scale_of<'a>(views: impl Iterator<Item = &'a TreeNodeView>) -> (f64, f64) {
    let tallies = views.flat_map(|view| {
        let spread = view.spread.iter().flat_map(Spread::tallies);
        view.tally.iter().chain(spread)
    });
    let ends = tallies.filter_map(|tally| match tally {
        Tally::Scores { rows, low, high, .. } if *rows > 0 => Some((*low, *high)),
        _ => None,
    });
    ends.reduce(|(low, high), (l, h)| (low.min(l), high.max(h))).unwrap_or((0.0, 1.0))
}

/// Number of a question on the path.
fn step(node: &Flat) -> Option<usize> {
    (node.view.on_path && !node.leaf).then_some(node.depth + 1)
}

/// Type of the words at edges.
pub(super) fn edge_face(size: f32) -> Type {
    Type::new(size - 0.5, INK_SOFT).bold()
}

/// Width of the wider of the two.
pub(super) fn edge_words(words: &TreeWords, size: f32) -> f32 {
    natural(&words.yes, edge_face(size)).max(natural(&words.no, edge_face(size)))
}

/// Thickness of an edge: as the share of the cases that take it, never invisible.
pub(super) fn thickness(rows: usize, all: usize) -> f32 {
    const THICKNESS: (f32, f32) = (0.8, 6.2);
    THICKNESS.0 + THICKNESS.1 * (rows.min(all) as f64 / all.max(1) as f64) as f32
}

/// Passes in which edges are drawn, so that joints of light cores do not show and the path lies on top.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pass {
    /// The outline.
    Outline,
    /// The light core.
    Core,
    /// The path.
    Path,
}

impl Pass {
    /// All, from the lowest to the highest.
    pub(super) const ALL: [Pass; 3] = [Pass::Outline, Pass::Core, Pass::Path];

    /// The stroke of an edge of this thickness in this pass.
    pub(super) fn stroke(
        self,
        thickness: f32,
        on_path: bool,
    ) -> Option<plotters::style::ShapeStyle> {
        match self {
            Pass::Outline => Some(stroke(RULE, thickness)),
            Pass::Core => (thickness > 1.6).then(|| stroke(LEVEL, thickness - 1.0)),
            Pass::Path => on_path.then(|| stroke(ACCENT, 2.4)),
        }
    }
}

/// A tree with its places.
struct Tree<'a> {
    nodes: &'a [Flat<'a>],
    spots: &'a [Spot],
    words: &'a TreeWords,
    style: Style<'a>,
}

impl Tree<'_> {
    /// The nodes that stand between two heights, as a drawing.
    fn draw(
        &self,
        shown: std::ops::Range<usize>,
        (from, to): (f32, f32),
        width: f32,
        legend: Option<&Legend>,
    ) -> Checked<Drawing> {
        let height = to - from + legend.map_or(0.0, Legend::height);
        let all = self.nodes.first().map_or(0, |root| root.view.rows);
        paint("surrogate_tree", width, height, |canvas| {
            for pass in Pass::ALL {
                for (i, (node, spot)) in self.nodes.iter().zip(self.spots).enumerate() {
                    let parent = node
                        .parent
                        .and_then(|at| Some((self.nodes.get(at)?, self.spots.get(at)?, at)));
                    let Some((above, start, at)) = parent else { continue };
                    let on_path = node.view.on_path && above.view.on_path;
                    let style = pass.stroke(thickness(node.view.rows, all), on_path);
                    if let (Some(style), true) = (style, at < shown.end && i >= shown.start) {
                        let ends_here = shown.contains(&i);
                        let aside = self.aside(node, all);
                        let line = self.edge(node, (start, spot, aside), ends_here, (from, to));
                        canvas.line(&line, style)?;
                    }
                }
            }
            for (node, spot) in self.nodes.iter().zip(self.spots).take(shown.end).skip(shown.start)
            {
                let word = self.word(node);
                let half = thickness(node.view.rows, all) / 2.0;
                let drop = match self.style.outlined {
                    true => word.height() / 2.0,
                    false => word.height() + half.max(1.2) + 0.5,
                };
                canvas.text(&word, spot.left - 4.0, spot.middle - from - drop, Anchor::End)?;
                NodeBox::set(node.view, node.leaf, step(node), self.style, spot.room).draw(
                    canvas,
                    spot.left,
                    spot.top() - from,
                )?;
            }
            legend.map_or(Ok(()), |legend| legend.draw(canvas, to - from))
        })
    }

    fn word(&self, node: &Flat) -> Lines {
        let color = if node.view.on_path { ACCENT } else { INK_SOFT };
        let text = match node.yes {
            Some(true) => &*self.words.yes,
            Some(false) => &self.words.no,
            None => "",
        };
        Lines::set(text, Type { color, ..edge_face(self.style.size) }, f32::INFINITY)
    }

    /// How far an edge leaves its parent's middle, so that it and its sibling lie side by side: yes above or at the right.
    fn aside(&self, node: &Flat, all: usize) -> f32 {
        let sibling = self.nodes.iter().find(|other| {
            other.parent == node.parent && other.yes.is_some() && other.yes != node.yes
        });
        let half = sibling.map_or(0.0, |other| thickness(other.view.rows, all) / 2.0);
        if node.yes == Some(true) { -half } else { half }
    }

    /// At right angles from the parent's box to the child's, or to the word before it. On a sheet on which one of the two
    /// does not stand, the line begins at its top or ends at its foot.
    fn edge(
        &self,
        node: &Flat,
        (parent, spot, aside): (&Spot, &Spot, f32),
        ends_here: bool,
        (from, to): (f32, f32),
    ) -> Vec<(f32, f32)> {
        let y = spot.middle - from;
        if self.style.outlined {
            let trunk = parent.left + 8.0 - aside;
            let start = (parent.bottom() - from).max(0.0);
            if !ends_here {
                return vec![(trunk, start), (trunk, to - from)];
            }
            let end = spot.left - 7.0 - self.word(node).width;
            return vec![(trunk, start), (trunk, y), (end, y)];
        }
        let trunk = parent.column_end + super::tree_layout::TRUNK;
        let middle = parent.middle - from + aside;
        vec![(parent.right(), middle), (trunk, middle), (trunk, y), (spot.left, y)]
    }
}
