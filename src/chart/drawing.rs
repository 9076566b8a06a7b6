//! What a chart becomes: marks at positions in points, upper left corner first, y pointing down.

/// An sRGB colour, 0 to 255.
pub type Color = [u8; 3];

/// Where a text stands relative to its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins at x.
    Start,
    /// The text is centred on x.
    Middle,
    /// The text ends at x.
    End,
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// An open or closed polyline.
    Line {
        /// Points.
        points: Vec<(f32, f32)>,
        /// Stroke width in points.
        width: f32,
        /// Colour.
        color: Color,
    },
    /// A filled polygon (non-zero winding).
    Fill {
        /// Corners.
        points: Vec<(f32, f32)>,
        /// Colour.
        color: Color,
    },
    /// One line of real text.
    Text {
        /// x of the anchor.
        x: f32,
        /// y of the baseline.
        y: f32,
        /// Which end of the text stands at x.
        anchor: Anchor,
        /// Size in points.
        size: f32,
        /// Bold face.
        bold: bool,
        /// Colour.
        color: Color,
        /// The text.
        text: String,
    },
}

/// A finished chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Marks in drawing order. Texts stand in reading order among themselves.
    pub marks: Vec<Mark>,
    /// On a page that is read from right to left it is drawn from right to left, too: bars from an axis without numbers.
    /// A drawing with a scale of numbers or of a page keeps its own left and right.
    pub mirrors: bool,
}
