//! The promises, kept end to end: every test runs the built program as a user would and looks at what it wrote.

mod bad_input;
mod command_line;
mod counterfactuals;
mod determinism;
mod expected;
mod gates;
mod global;
mod init;
mod kinds;
mod languages;
mod named;
mod numbers;
mod page;
mod pdf;
mod program;
mod read_back;
mod readability;
mod record;
mod tree;
