//! The small interface between layout and writer: text lines and paths, each owned by a tag or an artifact.
//!
//! Points, upper left corner of the page first, y pointing down, as in charts.

use std::rc::Rc;

use crate::chart::Color;
use crate::chart::palette::luminance;

use super::tags::{Leaf, Node};
use super::typeset::Line;

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// A4.
pub(crate) const PAGE_WIDTH: f32 = 210.0 * MM;
/// A4.
pub(crate) const PAGE_HEIGHT: f32 = 297.0 * MM;

/// Text: nearly black, 17:1 on white.
pub(crate) const INK: Color = [0x1a, 0x1a, 0x1a];
/// Secondary text: 9:1 on white.
pub(crate) const GREY: Color = [0x47, 0x4b, 0x50];
/// Headings and rules: dark blue, 10:1 on white.
pub(crate) const ACCENT: Color = [0x14, 0x45, 0x6b];
/// Ground of the summary.
pub(crate) const ACCENT_TINT: Color = [0xec, 0xf2, 0xf7];
/// Counter-colour: 7:1 on white.
pub(crate) const WARM: Color = [0x86, 0x45, 0x00];
/// Ground of what speaks against, and of the draft band.
pub(crate) const WARM_TINT: Color = [0xfd, 0xf4, 0xe8];
/// Thin rules.
pub(crate) const RULE: Color = [0xb4, 0xbe, 0xc8];

/// Kinds of artifact (ISO 32000-1, 14.8.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Artifact {
    /// Rules, boxes, grounds.
    Layout,
    /// Header, footer, repeated band.
    Pagination,
}

/// Who a piece of content belongs to. There is no third way: unmarked content cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Content of the structure tree.
    Leaf(Leaf),
    /// Not content.
    Artifact(Artifact),
}

/// Something that leaves ink.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A set line, its origin at (x, baseline).
    Text { x: f32, y: f32, line: Rc<Line>, color: Color },
    /// A path.
    Path {
        points: Vec<(f32, f32)>,
        closed: bool,
        fill: Option<Color>,
        stroke: Option<(Color, f32)>,
    },
    /// A filled area of several closed rings.
    Rings { rings: Vec<Vec<(f32, f32)>>, even_odd: bool, color: Color },
    /// The picture of the letterhead, a place for its pixels.
    Picture { x: f32, y: f32, width: f32, height: f32 },
    /// No ink: where a figure or a form field of the structure tree stands. Left, top, right, bottom.
    Place { node: Node, field: Option<usize>, bounds: [f32; 4] },
}

/// A shape and its owner.
#[derive(Clone, Debug)]
pub(crate) struct Ink {
    pub owner: Owner,
    pub shape: Shape,
    /// Left edge and width of the group with which it stays when a page is mirrored: a chart keeps its own order.
    pub rigid: Option<(f32, f32)>,
}

impl Ink {
    /// A shape of an owner.
    pub fn new(owner: Owner, shape: Shape) -> Ink {
        Ink { owner, shape, rigid: None }
    }

    /// Where an element of the tree stands.
    pub fn place(node: Node, field: Option<usize>, bounds: [f32; 4]) -> Ink {
        Ink::new(Owner::Artifact(Artifact::Layout), Shape::Place { node, field, bounds })
    }

    /// A line of text.
    pub fn text(owner: Owner, x: f32, y: f32, line: Rc<Line>, color: Color) -> Ink {
        Ink::new(owner, Shape::Text { x, y, line, color })
    }

    /// A filled rectangle that is not content.
    pub fn ground(x: f32, y: f32, width: f32, height: f32, color: Color) -> Ink {
        let shape = Shape::Path {
            points: corners(x, y, width, height),
            closed: true,
            fill: Some(color),
            stroke: None,
        };
        Ink::new(Owner::Artifact(Artifact::Layout), shape)
    }

    /// A stroked rectangle.
    pub fn border(
        owner: Owner,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Color,
        stroke: f32,
    ) -> Ink {
        let stroke = Some((color, stroke));
        let shape =
            Shape::Path { points: corners(x, y, width, height), closed: true, fill: None, stroke };
        Ink::new(owner, shape)
    }

    /// A straight rule that is not content.
    pub fn rule(kind: Artifact, from: (f32, f32), to: (f32, f32), color: Color, width: f32) -> Ink {
        let shape = Shape::Path {
            points: vec![from, to],
            closed: false,
            fill: None,
            stroke: Some((color, width)),
        };
        Ink::new(Owner::Artifact(kind), shape)
    }

    /// Width of a line of text; 0 for everything else.
    pub fn width(&self) -> f32 {
        match &self.shape {
            Shape::Text { line, .. } => line.width,
            _ => 0.0,
        }
    }

    /// The same, elsewhere.
    pub fn moved(mut self, dx: f32, dy: f32) -> Ink {
        match &mut self.shape {
            Shape::Text { x, y, .. } | Shape::Picture { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Shape::Path { points, .. } => shift(points, dx, dy),
            Shape::Rings { rings, .. } => rings.iter_mut().for_each(|ring| shift(ring, dx, dy)),
            Shape::Place { bounds: [left, top, right, bottom], .. } => {
                *left += dx;
                *right += dx;
                *top += dy;
                *bottom += dy;
            }
        }
        if let Some((x, _)) = &mut self.rigid {
            *x += dx;
        }
        self
    }

    /// The same in a group that is mirrored as a whole; of two groups the outer counts.
    pub fn in_group(mut self, x: f32, width: f32) -> Ink {
        self.rigid = Some((x, width));
        self
    }

    /// The same on the other side of an axis at `axis / 2`: what stood so far from the left stands so far from the
    /// right. Texts and groups stay readable: their places are mirrored, they are not.
    pub fn mirrored(mut self, axis: f32) -> Ink {
        let group = self.rigid.or(match &self.shape {
            Shape::Text { x, line, .. } => Some((*x, line.width)),
            Shape::Picture { x, width, .. } => Some((*x, *width)),
            Shape::Place { bounds: [left, _, right, _], .. } => Some((*left, right - left)),
            Shape::Path { .. } | Shape::Rings { .. } => None,
        });
        if let Some((x, width)) = group {
            return self.moved(axis - width - 2.0 * x, 0.0);
        }
        if let Shape::Path { points, .. } = &mut self.shape {
            points.iter_mut().for_each(|point| point.0 = axis - point.0);
        }
        self
    }

    /// The same in black on white: dark becomes black; light areas become paper with a black edge, so that nothing that
    /// colour told apart runs together.
    pub fn in_black_and_white(mut self) -> Ink {
        const WHITE: Color = [0xff; 3];
        const BLACK: Color = [0; 3];
        match &mut self.shape {
            Shape::Text { color, .. } => *color = black_or_white(*color),
            Shape::Path { fill, stroke, .. } => {
                if let Some(color) = fill {
                    let was = std::mem::replace(color, black_or_white(*color));
                    if *color == WHITE && was != WHITE && stroke.is_none() {
                        *stroke = Some((BLACK, 0.6));
                    }
                }
                if let Some((color, _)) = stroke {
                    *color = BLACK;
                }
            }
            Shape::Rings { color, .. } => *color = black_or_white(*color),
            Shape::Picture { .. } | Shape::Place { .. } => {}
        }
        self
    }
}

fn shift(points: &mut [(f32, f32)], dx: f32, dy: f32) {
    for point in points {
        point.0 += dx;
        point.1 += dy;
    }
}

/// Black for everything that contrasts with paper by 3:1 at least (WCAG 2.2, 1.4.11), white for the rest.
pub(crate) fn black_or_white(color: Color) -> Color {
    if luminance(color) > 0.3 { [0xff; 3] } else { [0; 3] }
}

fn corners(x: f32, y: f32, width: f32, height: f32) -> Vec<(f32, f32)> {
    vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
}
