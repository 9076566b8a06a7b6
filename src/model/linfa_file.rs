//! linfa.
