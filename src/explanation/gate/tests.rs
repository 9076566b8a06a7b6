//! Gates that no file of the fixtures trips: the record is spoilt here.

use std::path::Path;

use super::model::local_accuracy;
use super::*;
use crate::explanation::Record;
use crate::explanation::{Basis, Circumstances};
use crate::procedure::read_cases;
use crate::table::{Separator, read_table};

/// The record of a case of the fixtures, as `explain` makes it.
fn record() -> Record {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let procedure = Procedure::load(&project.join("models/unemployment-benefit")).unwrap();
    let model = crate::model::read(&procedure.model_file).unwrap();
    let date = jiff::civil::date(2026, 11, 23);
    let basis = Basis::new(&procedure, &model, date).unwrap();
    let table = project.join("fixtures/unemployment-benefit/cases.csv");
    let table = read_table(&table, Separator::Detect).unwrap();
    let (cases, _) = read_cases(&procedure.features, &table);
    let with = Circumstances {
        date,
        approved_by: None,
        decision: None,
        handling: Default::default(),
        recipient: None,
        letter: None,
    };
    basis.explain(&cases[0], with).unwrap()
}

/// G11: no file reaches this gate unless the program itself is wrong, so the record is spoilt
/// here: by more than 1e-9 in double precision, by more than single-precision rounding against the library.
#[test]
fn an_explanation_that_does_not_add_up_is_held_back() {
    let good = record();
    let trees = good.model.trees;
    assert_eq!(local_accuracy(&good, trees), None);
    let spoilt = |spoil: fn(&mut Record)| {
        let mut record = good.clone();
        spoil(&mut record);
        local_accuracy(&record, trees)
    };
    assert_eq!(spoilt(|record| record.attribution.residual = 9e-10), None);
    assert!(spoilt(|record| record.attribution.residual = 1.1e-9).unwrap().contains("miss"));
    assert!(spoilt(|record| record.attribution.residual = f64::NAN).is_some());
    assert_eq!(spoilt(|record| record.prediction.raw = record.prediction.exact + 1e-6), None);
    let gap = spoilt(|record| record.prediction.raw = record.prediction.exact + 1e-3);
    assert!(gap.unwrap().contains("library"));
    assert!(spoilt(|record| record.prediction.raw = f64::NAN).is_some());
}

/// G11 blocks every document, and what blocks most decides.
#[test]
fn the_hardest_consequence_decides() {
    let mut record = record();
    assert_eq!(record.consequence(), Consequence::Draft);
    let verdict = record.gates.iter_mut().find(|verdict| verdict.gate == GateCode::G11);
    verdict.unwrap().consequence = Consequence::BlockAll;
    assert_eq!(record.consequence(), Consequence::BlockAll);
    assert!(record.is_draft());
}
