//! Documents: blocks, and the letter, the sheets and the report made of them as pure functions of the record.

mod block;
mod evidence;
mod letter;
mod prose;
mod report;
mod rule;
mod sheet;
mod telling;
mod tree_picture;
mod tree_words;
mod words;

pub use block::*;
pub use letter::{letter, not_written_in};
pub use prose::{names, prose};
pub use report::report;
pub use sheet::{sheet_a, sheet_b};
pub use tree_words::{TreeSentences, exact_number, rounded};
