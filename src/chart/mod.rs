//! Charts: plotters drawings, through an own drawing back end, as vector marks and real text.
//!
//! A chart is a function of plain data and ready words: it formats no number and knows no language. It places its words
//! so that none meets another and all stand on the sheet, and computes its height from them. What cannot be drawn
//! truthfully is refused with [faults](crate::fault) and not drawn: C01 a number that is not finite or out of range,
//! C02 nothing to show, C03 a format or content that does not fit, C04 steps that do not add up.

mod axis;
mod backend;
mod bars;
mod beeswarm;
mod calibration;
mod canvas;
mod drawing;
mod effect;
mod element;
mod groups;
mod page;
pub mod palette;
mod reasons;
mod spread;
mod svg;
mod tally;
mod text;
mod tree;
mod tree_box;
mod tree_layout;
mod tree_legend;
mod tree_path;
mod waterfall;

pub use axis::Tick;
pub use bars::{Magnitude, bars};
pub use beeswarm::{Beeswarm, SwarmPoint, SwarmRow, beeswarm};
pub use calibration::{Calibration, CalibrationBin, Observed, calibration};
pub use canvas::Format;
pub use drawing::{Anchor, Color, Drawing, Mark};
pub use effect::{Effect, effect};
pub use groups::{Estimate, GroupRow, Groups, groups};
pub use page::{PageView, page};
pub use reasons::{Reason, Reasons, reasons};
pub use spread::{Asked, Category, Own, Spread};
pub use svg::{AlternativeText, svg, told_svg};
pub use tally::Tally;
pub use tree::{TreeNodeView, TreeWords, surrogate_tree, tree_pages};
pub use tree_path::tree_path;
pub use waterfall::{Level, Step, Waterfall, waterfall};
