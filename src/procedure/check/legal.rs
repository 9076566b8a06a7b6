//! What the law asks of a procedure: full automation, remedy notice, use of the sheets.

use super::Checker;
use crate::procedure::raw::{RawProgram, RawRemedy, RawSheets};
use crate::procedure::{FullAutomation, Remedy, RemedyRegime, SheetRules};

impl Checker<'_> {
    /// Full automation, if the procedure asks for it. Only a human exercises discretion (gate G04); without discretion
    /// the agency names the law and says that no case needs an officer (gate G06).
    pub(super) fn automation(&mut self, at: usize, program: &RawProgram) -> Option<FullAutomation> {
        let full = self.word(
            at,
            "program.automation",
            &program.automation,
            &[("none", false), ("full", true)],
            false,
        );
        if !full {
            return None;
        }
        if program.discretion {
            self.fault(
                "G04",
                at,
                "program.automation",
                "“full” with discretion = true",
                "none: only a human exercises discretion (gate G04)",
                "Let a human decide, and record the decision.",
            );
        }
        if !program.no_reason_for_officer {
            self.fault(
                "G06",
                at,
                "program.no_reason_for_officer",
                "false with automation = “full”",
                "true: the agency says that there is no reason to have an officer handle a case (§ 31a sentence 1 SGB X)",
                "Confirm it, or let a human decide.",
            );
        }
        if program.automation_legal_basis.is_empty() {
            self.fault(
                "G06",
                at,
                "program.automation_legal_basis",
                "nothing",
                "the law that allows the automatic decision (§ 31a SGB X or § 155 (4) AO), in the agency's words",
                "Write the legal basis, or let a human decide.",
            );
        }
        let legal_basis = self.letter_optional(
            at,
            "program.automation_legal_basis",
            program.automation_legal_basis.clone(),
        );
        Some(FullAutomation { legal_basis })
    }

    /// The remedy notice of the agency; a regime without remedy has none.
    pub(super) fn remedy(&mut self, raw: RawRemedy) -> Remedy {
        let regime = self.word(
            0,
            "remedy.regime",
            &raw.regime,
            &[
                ("SGG", RemedyRegime::Sgg),
                ("AO", RemedyRegime::Ao),
                ("VwGO", RemedyRegime::Vwgo),
                ("none", RemedyRegime::None),
            ],
            RemedyRegime::None,
        );
        // A notice of several lines is inserted byte for byte: only left-over words are looked for.
        let text = raw.text.inspect(|text| {
            self.left_over(0, "remedy.text", text);
        });
        Remedy { regime, heading: self.filled(0, "remedy.heading", raw.heading), text }
    }

    /// How sheets are used; by default sheet B needs no record of A and every case gets one.
    pub(super) fn sheets(&mut self, raw: Option<RawSheets>) -> SheetRules {
        let raw = raw.unwrap_or_default();
        if !(0.0..=0.5).contains(&raw.control_share) {
            self.fault(
                "P35",
                0,
                "sheets.control_share",
                &raw.control_share.to_string(),
                "a share from 0 to 0.5",
                "Write the share of cases without sheet B, for example 0.05.",
            );
        }
        let known = [("usual", false), ("recourse", true)];
        let fields = raw.fields.as_deref().unwrap_or("usual");
        let recourse = self.word(0, "sheets.fields", fields, &known, false);
        SheetRules {
            first_look_required: raw.first_look_required,
            control_share: raw.control_share,
            recourse,
        }
    }
}
