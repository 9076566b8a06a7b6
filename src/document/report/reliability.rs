//! How reliable the explanations are: whether they add up, and what else could have been said of the same cases.

use super::{Report, cells, list};
use crate::document::{Align, Block};
use crate::explanation::{
    BackgroundSummary, Counted, GameSummary, GapSummary, NeighbourSummary, Reliability,
};

/// Places of the prediction gap that are told.
const TOLD: usize = 5;

impl Report<'_> {
    pub(super) fn reliability(&self) -> Vec<Block> {
        let reliability = &self.report.reliability;
        let measured = &reliability.measured;
        let mut blocks = vec![self.sums()];
        if let Some(background) = &measured.background {
            blocks.push(self.other_groups(background));
        }
        if let Some(game) = &measured.path_dependent {
            blocks.push(self.other_game(game));
        }
        blocks.push(self.gap_curves(&measured.gap));
        if let Some(neighbours) = &measured.neighbours {
            blocks.push(self.similar_cases(neighbours));
        }
        if let Some(reasons) = &reliability.reasons {
            blocks.push(self.licences(reasons));
            blocks.push(self.proofs(reasons));
        }
        blocks.push(self.tested_cases(reliability));
        blocks
    }

    /// The values are exact, and how far the sum is off.
    fn sums(&self) -> Block {
        let reliability = &self.report.reliability;
        let residual = [
            ("n", &*self.count(reliability.rows)),
            ("maximum", &at_most(reliability.residual_max)),
            ("p99", &at_most(reliability.residual_p99)),
        ];
        let exact = format!(
            "{} {}",
            self.text("report-residual-exact"),
            self.text("report-stability-exact")
        );
        list(vec![exact, self.say("report-residual", &residual)])
    }

    pub(super) fn counted(&self, counted: Counted) -> String {
        self.of_hundred(counted.count, counted.of)
    }

    /// A share of something in whole percent.
    fn part(&self, share: f64) -> String {
        self.t.numerals.percent(share, 0)
    }

    fn other_groups(&self, background: &BackgroundSummary) -> Block {
        let reliability = &self.report.reliability;
        let intro = [
            ("ziehungen", &*self.count(background.resamples)),
            ("gruppe", &self.count(self.report.background.rows)),
            ("n", &self.count(reliability.measured.rows)),
        ];
        let strongest = [("n", &*self.rate(background.firm_strongest))];
        let leading = [("n", &*self.rate(background.firm_leading))];
        let sign = [("n", &*self.counted(background.firm_sign))];
        let error = [("anteil", &*self.part(background.relative_error))];
        let mut items = vec![
            self.say("report-bootstrap-strongest", &strongest),
            self.say("report-bootstrap-leading", &leading),
            self.say("report-bootstrap-sign", &sign),
            self.say("report-bootstrap-error", &error),
        ];
        if let Some(same) = reliability.same_strongest {
            let slots = [
                ("gleich", &*self.rate(Some(same))),
                ("n", &self.count(same.of)),
                ("gruppe", &self.count(self.report.background.rows)),
            ];
            items.push(self.say("report-halves", &slots));
        }
        Block::Keep(vec![
            self.subheading("report-bootstrap-head"),
            self.paragraph("report-bootstrap", &intro),
            list(items),
            self.note("report-bootstrap-note", &[]),
        ])
    }

    fn other_game(&self, game: &GameSummary) -> Block {
        let strongest = [("n", &*self.rate(game.same_strongest))];
        let shared = [("zahl", &*self.t.numerals.number(game.shared_leading, 1))];
        let sign = [("n", &*self.counted(game.other_sign))];
        let mut items = vec![
            self.say("report-game-strongest", &strongest),
            self.say("report-game-shared", &shared),
        ];
        if let Some(r) = game.rank_correlation {
            items.push(self.say("report-game-ranks", &[("r", &self.t.numerals.number(r, 2))]));
        }
        items.push(self.say("report-game-sign", &sign));
        Block::Keep(vec![
            self.subheading("report-game-head"),
            self.paragraph("report-game", &[]),
            list(items),
            self.note("report-game-note", &[]),
        ])
    }

    fn gap_curves(&self, gap: &GapSummary) -> Block {
        let both = gap.strongest.iter().zip(&gap.weakest).enumerate().take(TOLD);
        let rows = both.map(|(k, (strongest, weakest))| {
            let number = |value: &f64| self.t.numerals.number(*value, 3);
            cells([self.count(k + 1), number(strongest), number(weakest)])
        });
        let table = Block::Table {
            caption: Some(self.say("report-gap-caption", &[("n", &self.count(gap.rows))])),
            columns: vec![
                self.column("report-col-replaced", Align::Left, 4.0),
                self.column("report-col-strongest", Align::Decimal, 3.0),
                self.column("report-col-weakest", Align::Decimal, 3.0),
            ],
            rows: rows.collect(),
        };
        let order = [("n", &*self.rate(gap.in_order))];
        let confirmed = [("n", &*self.counted(gap.confirmed))];
        Block::Keep(vec![
            self.subheading("report-gap-head"),
            self.paragraph("report-gap", &[]),
            table,
            list(vec![
                self.say("report-gap-order", &order),
                self.say("report-gap-confirmed", &confirmed),
            ]),
        ])
    }

    fn similar_cases(&self, neighbours: &NeighbourSummary) -> Block {
        let same = [
            ("alle", &*self.count(neighbours.same_decision.of)),
            ("n", &self.counted(neighbours.same_decision)),
        ];
        let strongest = [("n", &*self.counted(neighbours.other_strongest))];
        let leading = [("n", &*self.counted(neighbours.other_leading))];
        let change = [("anteil", &*self.part(neighbours.largest_change))];
        Block::Keep(vec![
            self.subheading("report-near-head"),
            self.paragraph("report-near", &[]),
            list(vec![
                self.say("report-near-same", &same),
                self.say("report-near-strongest", &strongest),
                self.say("report-near-leading", &leading),
                self.say("report-near-change", &change),
            ]),
        ])
    }

    fn tested_cases(&self, reliability: &Reliability) -> Block {
        let rates = [
            ("report-ood", reliability.unusual),
            ("report-missing-rate", reliability.missing),
            ("report-border-rate", reliability.near),
        ];
        let said = rates.into_iter().map(|(id, rate)| self.say(id, &[("n", &self.rate(rate))]));
        let items = said.chain([self.text("report-drift-none")]).collect();
        Block::Keep(vec![self.subheading("report-cases-head"), list(items)])
    }
}

/// A tiny number rounded up to one digit, as `4e-15`, so that "at most" is true.
fn at_most(value: f64) -> String {
    if value <= 0.0 {
        return "0".to_owned();
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (digit, exponent): (f64, i32) =
        (digits.parse().unwrap_or(f64::INFINITY), exponent.parse().unwrap_or(0));
    match digit.ceil() {
        up if up >= 10.0 => format!("1e{}", exponent + 1),
        up => format!("{up}e{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::at_most;

    #[test]
    fn a_bound_is_never_rounded_down() {
        assert_eq!(at_most(0.0), "0");
        assert_eq!(at_most(3.1e-15), "4e-15");
        assert_eq!(at_most(9.7e-16), "1e-15");
        for value in [1e-16, 2.220446049250313e-16, 4.4e-16, 9.999e-12] {
            assert!(at_most(value).parse::<f64>().unwrap() >= value, "{value}");
        }
    }
}
