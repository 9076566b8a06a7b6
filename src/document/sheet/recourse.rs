//! What sheet B asks for in the screening of accidents for recourse (§ 116 SGB X, § 110 SGB VII): who may be liable, on
//! which ground, and what the law wants examined. The dates of limitation come from the department, never from here.

use super::Sheet;
use crate::document::letter::note;
use crate::document::{Block, plain};

impl Sheet<'_> {
    /// The fields, under a note that the insured person is not accused; none where the procedure has no recourse.
    pub(super) fn recourse(&self) -> Vec<Block> {
        if !self.t.procedure.sheets.recourse {
            return vec![];
        }
        let line = |field: &str, id: &str| Block::WriteLines {
            field: format!("recourse.{field}"),
            label: vec![plain(self.say(id, &[]))],
            lines: 1,
        };
        let rules = ["sheet-recourse-family", "sheet-recourse-waiver"];
        let options = rules.map(|id| self.say(id, &[])).to_vec();
        let examined =
            Block::Choices { field: "recourse.examined".to_owned(), label: vec![], options };
        vec![
            self.heading("sheet-recourse-head"),
            note(self.say("sheet-recourse-note", &[])),
            Block::Columns(vec![
                vec![
                    line("party", "sheet-recourse-party"),
                    line("limitation", "sheet-recourse-limitation"),
                ],
                vec![line("ground", "sheet-recourse-ground"), examined],
            ]),
        ]
    }
}
