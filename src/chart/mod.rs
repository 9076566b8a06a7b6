//! Charts: plotters drawings, through an own drawing back end, as vector marks and real text.

mod drawing;

pub use drawing::{Anchor, Color, Drawing, Mark};
