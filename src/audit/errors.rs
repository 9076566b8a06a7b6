//! Both kinds of error, and how often an outcome was right.

use serde::{Deserialize, Serialize};

use super::{Share, same_length};
use crate::fault::Checked;

/// Fewest tested cases of an outcome for a frequency statement (gate G20).
pub const FREQUENCY_CASES: usize = 200;

/// Decisions against what turned out to be true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorTable {
    /// Decided positively, rightly.
    pub tp: usize,
    /// Decided positively, wrongly.
    pub fp: usize,
    /// Decided negatively, rightly.
    pub tn: usize,
    /// Decided negatively, wrongly.
    #[serde(rename = "fn")]
    pub fn_: usize,
}

impl ErrorTable {
    /// Adds one case.
    pub fn count(&mut self, label: bool, decision: bool) {
        *match (decision, label) {
            (true, true) => &mut self.tp,
            (true, false) => &mut self.fp,
            (false, false) => &mut self.tn,
            (false, true) => &mut self.fn_,
        } += 1;
    }

    /// All cases.
    pub fn cases(&self) -> usize {
        self.tp + self.fp + self.tn + self.fn_
    }

    /// Share decided rightly. Not a headline: it hides both kinds of error.
    pub fn right(&self) -> Option<Share> {
        Share::new(self.tp + self.tn, self.cases())
    }

    /// Share of cases that are truly positive.
    pub fn base_rate(&self) -> Option<Share> {
        Share::new(self.tp + self.fn_, self.cases())
    }

    /// Share of cases decided positively.
    pub fn positive_rate(&self) -> Option<Share> {
        Share::new(self.tp + self.fp, self.cases())
    }

    /// Of the truly positive, those decided positively (sensitivity).
    pub fn true_positive_rate(&self) -> Option<Share> {
        Share::new(self.tp, self.tp + self.fn_)
    }

    /// Of the truly positive, those overlooked.
    pub fn false_negative_rate(&self) -> Option<Share> {
        Share::new(self.fn_, self.tp + self.fn_)
    }

    /// Of the truly negative, those decided negatively (specificity).
    pub fn true_negative_rate(&self) -> Option<Share> {
        Share::new(self.tn, self.fp + self.tn)
    }

    /// Of the truly negative, those decided positively.
    pub fn false_positive_rate(&self) -> Option<Share> {
        Share::new(self.fp, self.fp + self.tn)
    }

    /// Of those decided positively, the truly positive (precision).
    pub fn positive_predictive_value(&self) -> Option<Share> {
        Share::new(self.tp, self.tp + self.fp)
    }

    /// Of those decided negatively, the truly negative.
    pub fn negative_predictive_value(&self) -> Option<Share> {
        Share::new(self.tn, self.tn + self.fn_)
    }

    /// How often an outcome was right (gate G20).
    pub fn frequency(&self, outcome: bool) -> Frequency {
        let (right, wrong) = if outcome { (self.tp, self.fp) } else { (self.tn, self.fn_) };
        Frequency { tested: self.cases(), cases: right + wrong, right }
    }
}

/// "We tested it with `tested` old cases. In about `right` of `cases` cases with this outcome it was right."
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frequency {
    /// Held-out cases in all.
    pub tested: usize,
    /// Those with this outcome.
    pub cases: usize,
    /// Those of them that were right.
    pub right: usize,
}

impl Frequency {
    /// Whether there are enough cases with this outcome to say it (gate G20).
    pub fn enough(&self) -> bool {
        self.cases >= FREQUENCY_CASES
    }

    /// Right cases of every 100, to the nearest whole number, halves up; the wrong ones are 100 less these.
    pub fn right_of_100(&self) -> Option<usize> {
        (self.cases > 0).then(|| (200 * self.right + self.cases) / (2 * self.cases))
    }
}

/// Counts decisions against labels.
///
/// # Errors
/// `R50` lists of different lengths.
pub fn errors(labels: &[bool], decisions: &[bool]) -> Checked<ErrorTable> {
    same_length(&[("labels", labels.len()), ("decisions", decisions.len())])?;
    let mut table = ErrorTable::default();
    labels.iter().zip(decisions).for_each(|(&label, &decision)| table.count(label, decision));
    Ok(table)
}

/// How often this outcome was right among held-out cases (gate G20).
///
/// # Errors
/// `R50` lists of different lengths.
pub fn frequency(labels: &[bool], decisions: &[bool], outcome: bool) -> Checked<Frequency> {
    Ok(errors(labels, decisions)?.frequency(outcome))
}
