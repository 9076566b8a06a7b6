//! Promise (issue 6, points 10 to 12): what is said of wrong details, of details that are enough, of details without which
//! the result is another, and of the licence of reasons, is what its definition says (`docs/reasons.md`), and nothing of
//! it is said without its verdict. Definitions are computed here by trying everything.

#[path = "../drawn/mod.rs"]
mod drawn;
mod fixtures;
mod statements;
mod turning;
