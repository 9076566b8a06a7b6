//! Records and documents of the fixtures.
