//! When a search stops.

use std::time::Instant;

use super::frame::Frame;

/// What is left of a search's limits.
#[derive(Debug)]
pub(super) struct Patience {
    looked: usize,
    pub most: usize,
    /// Only where the user asks for a time limit: nothing else may depend on a clock.
    until: Option<Instant>,
}

impl Patience {
    /// The limits of a search that begins now.
    pub fn new(frame: &Frame<'_>) -> Self {
        let until = frame.time.and_then(|time| Instant::now().checked_add(time));
        Patience { looked: 0, most: frame.limits.max_boxes, until }
    }

    /// Counts one more box or set that is looked at.
    pub fn count(&mut self) {
        self.looked += 1;
    }

    /// Whether as many were looked at as may be, or the time is over.
    pub fn is_over(&self) -> bool {
        self.looked >= self.most || self.until.is_some_and(|until| Instant::now() >= until)
    }
}
