//! Documents: blocks, and the letter, the sheets and the report made of them as pure functions of the record.

mod block;

pub use block::*;
