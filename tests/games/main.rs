//! Promise: whatever the scale, the players and the method, a value is what the definition of its game says: exact where
//! it is called exact, and as far off as its standard error says where it is sampled; it adds up either way. Peers that
//! compute the same agree.

#[path = "../reference/mod.rs"]
mod reference;

mod command;
mod conditional;
mod groups;
mod probability;
mod sampling;
mod world;
