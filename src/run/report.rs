//! The owner's report of a procedure.
