//! The small interface between layout and writer: text lines and paths, each owned by a tag or an artifact.
//!
//! Points, upper left corner of the page first, y pointing down, as in charts.

use std::rc::Rc;

use crate::chart::Color;

use super::tags::Leaf;
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
}

/// A shape and its owner.
#[derive(Clone, Debug)]
pub(crate) struct Ink {
    pub owner: Owner,
    pub shape: Shape,
}

impl Ink {
    /// A line of text.
    pub fn text(owner: Owner, x: f32, y: f32, line: Rc<Line>, color: Color) -> Ink {
        Ink { owner, shape: Shape::Text { x, y, line, color } }
    }

    /// A filled rectangle that is not content.
    pub fn ground(x: f32, y: f32, width: f32, height: f32, color: Color) -> Ink {
        let shape = Shape::Path {
            points: corners(x, y, width, height),
            closed: true,
            fill: Some(color),
            stroke: None,
        };
        Ink { owner: Owner::Artifact(Artifact::Layout), shape }
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
        Ink { owner, shape }
    }

    /// A straight rule that is not content.
    pub fn rule(kind: Artifact, from: (f32, f32), to: (f32, f32), color: Color, width: f32) -> Ink {
        let shape = Shape::Path {
            points: vec![from, to],
            closed: false,
            fill: None,
            stroke: Some((color, width)),
        };
        Ink { owner: Owner::Artifact(kind), shape }
    }

    /// Width of a line of text; 0 for a path.
    pub fn width(&self) -> f32 {
        match &self.shape {
            Shape::Text { line, .. } => line.width,
            Shape::Path { .. } => 0.0,
        }
    }

    /// The same, elsewhere.
    pub fn moved(mut self, dx: f32, dy: f32) -> Ink {
        match &mut self.shape {
            Shape::Text { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Shape::Path { points, .. } => {
                for point in points {
                    point.0 += dx;
                    point.1 += dy;
                }
            }
        }
        self
    }
}

fn corners(x: f32, y: f32, width: f32, height: f32) -> Vec<(f32, f32)> {
    vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
}
