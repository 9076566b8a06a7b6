//! How far an attribution can be relied on: numbers about it, each with its definition.
//!
//! | what | where |
//! |---|---|
//! | does it add up to the score? | [`Attribution::residual`](super::Attribution::residual) |
//! | would another comparison group of the same kind say the same? | [`background_error`], from [`Against`] |
//! | does the other game (path-dependent) say the same? | [`agreement`] |
//! | does the score move when a reason is taken away, and does it move less without the weak ones? | [`prediction_gap`] |
//! | do cases that hardly differ get the same reasons? | [`stability`] |
//!
//! `docs/reliability.md` has them in words. Nothing here depends on chance but for the resampled comparison groups, whose
//! seed is given.

mod against;
mod agreement;
mod bootstrap;
mod gap;
mod neighbours;
mod path;
mod ranking;
mod splices;

pub use against::{Against, summed};
pub use agreement::{Agreement, agreement};
pub use bootstrap::{BackgroundError, Flip, Resamples, background_error};
pub use gap::{Gap, prediction_gap};
pub use neighbours::{Move, Stability, stability};
pub use ranking::{ranking, spearman};
pub use splices::{MOST_SPLICED, Splices};
