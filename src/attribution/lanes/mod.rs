//! Rows as lanes of vectors: the same arithmetic for many rows at once, the same bits for each of them everywhere.

mod arithmetic;
mod block;
mod kernel;
mod program;
mod views;

pub use arithmetic::Instructions;
pub(super) use arithmetic::{Precise, Real};
pub(super) use block::{Prepared, Values};
pub(super) use program::Program;
pub(super) use views::Views;
