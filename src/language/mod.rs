//! Wording: one catalogue a language (Fluent), numbers and dates as that language writes them.
//!
//! A language is a folder of `catalogue/`: `language.toml` says what it is like, the `.ftl` files have its messages. A
//! procedure may bring a whole language in the same form. The German catalogue is the binding one: what it has, the
//! others have. A message that is missing, or a slot that is not filled, is a fault and never an empty place in a letter.

mod about;
mod catalogue;
mod messages;
mod needed;
mod numbers;
mod plural;
pub mod readability;
mod tag;

pub use about::{About, Direction, Level, Scope};
pub use catalogue::{Catalogue, Wording};
pub use numbers::{Numerals, largest_remainder, places, plain_number};
pub use plural::{Plural, Plurals};
pub use tag::Language;
