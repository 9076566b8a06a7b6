//! Rows as lanes of vectors: the same arithmetic for many rows at once, the same bits for each of them everywhere.

mod arithmetic;
mod block;
mod kernel;
mod leaves;
mod pairs;
mod program;
mod programs;
mod views;

pub use arithmetic::Instructions;
pub(super) use arithmetic::Precise;
pub(super) use block::{Summed, Sums};
pub(super) use leaves::Leaves;
pub(super) use pairs::Pairs;
pub(super) use program::{Program, rule_size};
pub(super) use programs::{Prepared, Programs};
pub(super) use views::Views;
