//! Gates: what must hold before a document may say what it says, each with a stable code.
//!
//! Most gates are verdicts on the record. Those about the finished letter (remedy words, readability, banned words, pages)
//! pass here until [`Record::put`] replaces them by the verdicts of who wrote the letter.

mod case;
mod human;
mod legal;
mod model;
mod reasons;

pub(super) use model::prints_alike;

use super::record::Record;
use super::verdict::{Consequence, GateCode, GateVerdict};
use crate::procedure::Procedure;

impl Record {
    /// The hardest consequence of its gates.
    pub fn consequence(&self) -> Consequence {
        self.gates.iter().map(|verdict| verdict.consequence).max().unwrap_or(Consequence::Pass)
    }

    /// Documents are drafts.
    pub fn is_draft(&self) -> bool {
        self.approved_by.is_none() || self.consequence() >= Consequence::Draft
    }

    /// The gate holds.
    pub fn passes(&self, gate: GateCode) -> bool {
        self.gate(gate).is_some_and(|verdict| verdict.consequence == Consequence::Pass)
    }

    /// The gate holds, or has a warning that the documents tell.
    pub fn allows(&self, gate: GateCode) -> bool {
        self.gate(gate).is_some_and(|verdict| verdict.consequence <= Consequence::Warning)
    }

    /// The verdicts that the gates give on what the record says now.
    pub fn judged(&self, procedure: &Procedure) -> Vec<GateVerdict> {
        judge(self, procedure, self.model.trees)
    }

    /// The verdict of a gate.
    pub fn gate(&self, gate: GateCode) -> Option<&GateVerdict> {
        self.gates.iter().find(|verdict| verdict.gate == gate)
    }

    /// Replaces the verdict of a gate.
    pub fn put(&mut self, verdict: GateVerdict) {
        match self.gates.iter_mut().find(|old| old.gate == verdict.gate) {
            Some(old) => *old = verdict,
            None => self.gates.push(verdict),
        }
    }
}

/// Checks a record that is complete but for its gates.
pub(super) fn judge(record: &Record, procedure: &Procedure, trees: usize) -> Vec<GateVerdict> {
    use Consequence::{BlockAll, BlockLetter, Draft, Omit, Pass, Warning};
    GateCode::ALL
        .iter()
        .map(|&gate| {
            let (consequence, finding) = match gate {
                GateCode::G01 => (BlockLetter, legal::fields(record, procedure)),
                GateCode::G02 => (Draft, human::decision(record, procedure)),
                GateCode::G03 => (BlockAll, human::same_person(record)),
                GateCode::G04 => (BlockLetter, human::discretion(record)),
                GateCode::G05 => (Draft, human::statement(record)),
                GateCode::G06 => (BlockLetter, legal::full_automation(record, procedure)),
                GateCode::G07 => (Draft, legal::hearing(record, procedure)),
                GateCode::G09 => (BlockLetter, legal::protected_inputs(procedure)),
                GateCode::G10 => (BlockLetter, legal::protected_reasons(record, procedure)),
                GateCode::G11 => (BlockAll, model::local_accuracy(record, trees)),
                GateCode::G12 => (BlockLetter, model::stability(record)),
                GateCode::G13 => (BlockAll, model::approved(record)),
                GateCode::G14 => model::fidelity(record),
                GateCode::G15 => (Omit, model::local_fidelity(record)),
                GateCode::G16 => (Draft, case::known(record)),
                GateCode::G17 => (BlockLetter, case::filled(record)),
                GateCode::G18 => (Warning, case::near(record)),
                GateCode::G19 => (Omit, model::counterfactual(record, procedure)),
                GateCode::G20 => (Omit, case::frequency(record)),
                GateCode::G21 => (BlockLetter, legal::not_used(record, procedure)),
                GateCode::G24 => (BlockAll, case::printable(record)),
                GateCode::G26 => (BlockLetter, case::dates(record)),
                GateCode::G27 => (Omit, case::small_groups(record)),
                GateCode::G28 => (Draft, human::released(record)),
                GateCode::G29 => (BlockLetter, reasons::licensed(record)),
                // About the finished letter.
                GateCode::G08 | GateCode::G22 | GateCode::G23 | GateCode::G25 => (Pass, None),
            };
            GateVerdict::of(gate, consequence, finding)
        })
        .collect()
}

#[cfg(test)]
mod tests {
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
        basis.explain(&cases[0], Circumstances::new(date)).unwrap()
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
}
