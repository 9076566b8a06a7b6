//! A weighted sum inside a box: what each choice of each feature adds to the score, from the model itself.

use super::asked::Ranges;
use super::choices::Choices;
use super::frame::Frame;
use super::goal::Demand;

/// One demand on a weighted sum, for one case.
#[derive(Debug)]
pub(super) struct Line {
    /// By feature and choice: what the choice adds to the score towards the goal.
    gains: Vec<Vec<f64>>,
    /// By feature: whether the gains rise or fall all the way, so that the ends of a range hold the highest.
    one_way: Vec<bool>,
    base: f64,
    /// A box whose highest score lies below this cannot hold a change that reaches the goal.
    pub goal: f64,
}

impl Line {
    /// The gains of all choices, each evaluated on its own; a weighted sum has no others.
    pub fn new(frame: &Frame<'_>, own: &[f64], choices: &[Choices], demand: Demand) -> Self {
        let mut scores = vec![0.0; frame.model.outputs()];
        let mut score = |row: &[f64]| {
            frame.model.exact(row, &mut scores);
            let of = |k: usize| scores.get(k).copied().unwrap_or(f64::NAN);
            demand.sign * (of(demand.plus) - demand.minus.map_or(0.0, of))
        };
        let base = score(own);
        let mut ranges: Ranges = choices.iter().map(|c| (c.own, c.own)).collect();
        let mut gains = Vec::with_capacity(choices.len());
        for (j, choices_of) in choices.iter().enumerate() {
            let each = (0..choices_of.len() as u32).map(|i| {
                ranges[j] = (i, i);
                score(&frame.row(own, choices, &ranges)) - base
            });
            gains.push(each.collect::<Vec<f64>>());
            ranges[j] = (choices_of.own, choices_of.own);
        }
        let size = gains.iter().flatten().fold(base.abs(), |most, gain| most.max(gain.abs()));
        // Rounding of n products and sums, and of the differences (Higham 2002, section 4.2), with room to spare.
        let slack = 64.0 * (own.len() as f64 + 4.0) * f64::EPSILON * size.max(demand.least.abs());
        let one_way = gains
            .iter()
            .map(|gains| gains.is_sorted_by(|a, b| a <= b) || gains.is_sorted_by(|a, b| a >= b));
        Line { one_way: one_way.collect(), gains, base, goal: demand.least - slack }
    }

    /// The highest score inside a box.
    pub fn highest(&self, ranges: &Ranges) -> f64 {
        let each = self.gains.iter().zip(&self.one_way).zip(ranges);
        each.fold(self.base, |sum, ((gains, one_way), (from, to))| {
            let range = gains.get(*from as usize..=*to as usize).unwrap_or_default();
            let most = match (range, one_way) {
                ([first, .., last], true) => first.max(*last),
                _ => range.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            };
            sum + most
        })
    }
}
