//! The promises, kept end to end: every test runs the built program as a user would and looks at what it wrote.

mod bad_input;
mod program;
