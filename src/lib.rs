//! Klartext explains what a tabular model did to a person's case, in words that person understands.
//!
//! The data flows down this list, and a module uses only modules above it:
//!
//! | module | what it holds |
//! |---|---|
//! | [`fault`] | what was wrong with an input: file, line, found, expected, mend |
//! | [`table`] | typed columns in and out: CSV, JSON Lines |
//! | [`model`] | what a model is (one trait), tree ensembles, linear models, one reader a file format |
//! | [`attribution`] | Shapley values: tree (path-dependent, interventional), linear, by enumeration |
//! | [`global`] | what a model does over many rows: mean influence, partial dependence, accumulated effects, permutation |
//! | [`surrogate`] | decision trees that copy a model: of the decision with linfa-trees, of anything with an own CART; fidelity, paths, files |
//! | [`counterfactual`] | smallest changes that flip the result, under constraints, with proof status |
//! | [`sufficiency`] | which details settle a result alone, and without which it turns: statements with proof status |
//! | [`audit`] | error rates, groups, calibration |
//! | [`typeface`] | the bundled faces: coverage and advance widths |
//! | [`language`] | the wording catalogue of each language, numbers and dates |
//! | [`logo`] | the agency's sign: SVG and PNG, refused where they hold more than a sign |
//! | [`procedure`] | the procedure folder: features, outcomes, texts, legal fields |
//! | [`explanation`] | the record: everything that any document says about a case |
//! | [`chart`] | plotters drawings |
//! | [`document`] | blocks; letter, sheets, report as pure functions of the record |
//! | [`pdf`] | blocks on pages, tags, archive metadata, on printpdf |
//! | [`run`] | many cases: workers, manifest, held-back list |
//! | [`cli`] | one file a command |
//!
//! Start at [`explanation`]: one record, many documents.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod attribution;
pub mod audit;
pub mod chart;
pub mod cli;
pub mod counterfactual;
pub mod document;
pub mod explanation;
pub mod fault;
pub mod global;
pub mod language;
pub mod logo;
pub mod model;
pub mod pdf;
pub mod procedure;
pub mod run;
pub mod sufficiency;
pub mod surrogate;
pub mod table;
pub mod typeface;
