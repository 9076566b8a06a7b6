//! What a model does over many rows: how much each feature moves the score, and how the score goes with its value.
//!
//! | what | where |
//! |---|---|
//! | mean \|value\| and mean value of attributions, dependence on the feature's value | [`FeatureOverview`] |
//! | partial dependence and individual conditional expectation | [`FeatureOverview::partial`], [`CaseLine::curve`] |
//! | accumulated local effects | [`FeatureOverview::accumulated`] |
//! | permutation importance: of the loss, or of the prediction | [`Overview::loss`], [`FeatureOverview::change`] |
//!
//! Everything comes from one pass over the rows ([`overview`]), in blocks whose sums are added in the order of the rows:
//! the numbers are the same on any number of threads. `docs/global.md` has the definitions in words.
//!
//! | code | what |
//! |---|---|
//! | M28 | a target that the model or the loss cannot have |

mod grid;
mod loss;
mod moments;
mod overview;
mod what_if;

pub use grid::Grid;
pub use loss::{Loss, Target};
pub use moments::Moments;
pub use overview::{
    Asked, Bin, CaseLine, FeatureOverview, Measures, Overview, Scale, overview, permutations,
};
pub use what_if::{Known, WhatIf};
