//! Promise: path-dependent values and interactions are exact for every kind of tree, and the same bits on every set of
//! instructions, in every block and on every thread.

#[path = "../reference/mod.rs"]
mod reference;

mod command;
mod deep;
mod games;
mod interactions;
mod same_bits;
mod single;
mod world;
