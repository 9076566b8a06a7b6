//! Where the boxes of a tree stand: in columns by depth, or as an outline.

use std::ops::Range;

use super::tree::TreeNodeView;
use super::tree_box::Measure;

/// A node in the order text, yes branch, no branch.
pub(super) struct Flat<'a> {
    /// What is drawn.
    pub view: &'a TreeNodeView,
    /// Edges from the root.
    pub depth: usize,
    /// Index of the parent.
    pub parent: Option<usize>,
    /// Whether it is its parent's yes child; None at the root.
    pub yes: Option<bool>,
    /// Without children.
    pub leaf: bool,
}

/// Place of a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Left edge.
    pub left: f32,
    /// Middle of its height.
    pub middle: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Width the texts were set for.
    pub room: f32,
    /// Right edge of the column.
    pub column_end: f32,
}

impl Spot {
    /// Upper edge.
    pub(super) fn top(&self) -> f32 {
        self.middle - self.height / 2.0
    }

    /// Lower edge.
    pub(super) fn bottom(&self) -> f32 {
        self.middle + self.height / 2.0
    }

    /// Right edge.
    pub(super) fn right(&self) -> f32 {
        self.left + self.width
    }
}

/// Nodes in reading order, parents before children; None if the tree is deeper than `deepest`.
pub(super) fn flatten(root: &TreeNodeView, deepest: usize) -> Option<Vec<Flat<'_>>> {
    let mut nodes: Vec<Flat> = Vec::new();
    let mut open = vec![(root, 0, None, None)];
    while let Some((view, depth, parent, yes)) = open.pop() {
        if depth > deepest {
            return None;
        }
        let index = nodes.len();
        nodes.push(Flat {
            view,
            depth,
            parent,
            yes,
            leaf: view.yes.is_none() && view.no.is_none(),
        });
        for (child, answer) in [(&view.no, false), (&view.yes, true)] {
            if let Some(child) = child {
                open.push((child, depth + 1, Some(index), Some(answer)));
            }
        }
    }
    Some(nodes)
}

/// Half a border, so that strokes stay inside the drawing.
const EDGE: f32 = 1.0;
/// Space between boxes, one above the other, and where they stand close.
pub(super) const GAPS: (f32, f32) = (6.0, 4.0);
const GAP: f32 = GAPS.0;
/// Lines in a box above which a column counts as too narrow.
const MOST_LINES: usize = 5;
/// From a column to the trunk of the edges that leave it.
pub(super) const TRUNK: f32 = 7.0;
/// Space between a trunk and the word at the edge, and between that word and its box.
const WORD: f32 = 7.0;

/// Columns by depth on a sheet of a width, with this space `between` boxes; the root at the left: every subtree has a band of its own, every node stands in the middle of its
/// children. `wants` are the width below which words break and that at which none does. Spots and total height, or None if words would have to be broken or boxes become towers.
pub(super) fn beside(
    nodes: &[Flat],
    (width, between): (f32, f32),
    word: f32,
    wants: impl Fn(&Flat) -> (f32, f32),
    measure: impl Fn(&Flat, f32) -> Measure,
) -> Option<(Vec<Spot>, f32)> {
    let columns = nodes.iter().map(|node| node.depth).max()? + 1;
    let gap = TRUNK + word + WORD;
    let room = width - 2.0 * EDGE - gap * (columns - 1) as f32;
    let (mut least, mut wish) = (vec![0.0_f32; columns], vec![0.0_f32; columns]);
    let mut leaves = vec![0.0_f32; columns];
    for node in nodes {
        let (own_least, own_wish) = wants(node);
        *least.get_mut(node.depth)? = own_least.max(*least.get(node.depth)?);
        *wish.get_mut(node.depth)? = own_wish.max(*wish.get(node.depth)?);
        if node.leaf {
            *leaves.get_mut(node.depth)? = own_wish.max(*leaves.get(node.depth)?);
        }
    }
    // Leaves are many and decide the height: what they want comes first, where it leaves the questions enough.
    let roomy: Vec<f32> =
        least.iter().zip(&leaves).map(|(least, leaves)| least.max(*leaves)).collect();
    if roomy.iter().sum::<f32>() <= room {
        least = roomy;
    }
    let (least_sum, wish_sum): (f32, f32) = (least.iter().sum(), wish.iter().sum());
    if least_sum > room {
        return None;
    }
    let share =
        if wish_sum > room { (room - least_sum) / (wish_sum - least_sum).max(1e-3) } else { 1.0 };
    let widths: Vec<f32> =
        least.iter().zip(&wish).map(|(least, wish)| least + share * (wish - least)).collect();
    let lefts: Vec<f32> = widths
        .iter()
        .scan(EDGE, |left, width| {
            let own = *left;
            *left += width + gap;
            Some(own)
        })
        .collect();

    let mut spots = Vec::with_capacity(nodes.len());
    for node in nodes {
        let (left, room) = (*lefts.get(node.depth)?, *widths.get(node.depth)? + 0.01);
        let sizes = measure(node, room);
        if sizes.lines > MOST_LINES {
            return None;
        }
        let (width, height) = (sizes.width, sizes.height);
        spots.push(Spot { left, middle: 0.0, width, height, room, column_end: left + room });
    }

    // Heights of the subtrees from the leaves up; children come after their parents in the list.
    let mut inner = vec![0.0_f32; nodes.len()];
    let mut outer = vec![0.0_f32; nodes.len()];
    for (i, node) in nodes.iter().enumerate().rev() {
        *outer.get_mut(i)? = inner.get(i)?.max(spots.get(i)?.height + between);
        if let Some(parent) = node.parent {
            *inner.get_mut(parent)? += *outer.get(i)?;
        }
    }
    // Bands from the root down.
    let mut next = vec![0.0_f32; nodes.len()];
    for (i, node) in nodes.iter().enumerate() {
        let top = match node.parent {
            Some(parent) => {
                let top = *next.get(parent)?;
                *next.get_mut(parent)? += *outer.get(i)?;
                top
            }
            None => EDGE - between / 2.0,
        };
        spots.get_mut(i)?.middle = top + outer.get(i)? / 2.0;
        *next.get_mut(i)? = top + (outer.get(i)? - inner.get(i)?) / 2.0;
    }
    // A parent stands between its children where its own band leaves the room.
    for i in (0..nodes.len()).rev() {
        let children: Vec<f32> = nodes
            .iter()
            .zip(&spots)
            .filter(|(node, _)| node.parent == Some(i))
            .map(|(_, spot)| spot.middle)
            .collect();
        if let (Some(first), Some(last)) = (children.first(), children.last()) {
            let spot = spots.get_mut(i)?;
            let slack = ((outer.get(i)? - between - spot.height) / 2.0).max(0.0);
            spot.middle = ((first + last) / 2.0).clamp(spot.middle - slack, spot.middle + slack);
        }
    }
    Some((spots, outer.first()? - between + 2.0 * EDGE))
}

/// One node below the other, indented by depth. None if less than a word's room is left at the deepest node.
pub(super) fn outline(
    nodes: &[Flat],
    width: f32,
    word: f32,
    measure: impl Fn(&Flat, f32) -> Measure,
) -> Option<(Vec<Spot>, f32)> {
    let indent = 8.0 + 7.0 + 3.0 + word + 4.0;
    let mut top = EDGE;
    let mut spots = Vec::with_capacity(nodes.len());
    for node in nodes {
        let left = EDGE + indent * node.depth as f32;
        let room = width - EDGE - left;
        if room < 50.0 {
            return None;
        }
        let sizes = measure(node, room);
        let (width, height) = (sizes.width, sizes.height);
        spots.push(Spot {
            left,
            middle: top + height / 2.0,
            width,
            height,
            room,
            column_end: left + room,
        });
        top += height + GAP;
    }
    Some((spots, top - GAP + EDGE))
}

/// The nodes on a sheet, and the heights between which they stand.
pub(super) type Sheet = (Range<usize>, (f32, f32));

/// Sheets of an outline: the nodes on each, and the heights between which they stand. A sheet is at most `tallest` high,
/// the first with its legend. None if a node is taller than that.
pub(super) fn pages(spots: &[Spot], height: f32, tallest: f32, legend: f32) -> Option<Vec<Sheet>> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let (mut first, mut from) = (0, 0.0);
    for (i, spot) in spots.iter().enumerate() {
        let room = if sheets.is_empty() { tallest - legend } else { tallest };
        if spot.bottom() + GAP / 2.0 - from > room && i > first {
            let cut = spot.top() - GAP / 2.0;
            sheets.push((first..i, (from, cut)));
            (first, from) = (i, cut);
        }
        let room = if sheets.is_empty() { tallest - legend } else { tallest };
        if spot.bottom() + GAP / 2.0 - from > room {
            return None;
        }
    }
    sheets.push((first..spots.len(), (from, height)));
    Some(sheets)
}
