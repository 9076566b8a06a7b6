//! From points to a probability, in the two ways that tables say it.

use serde::Deserialize;
use toml::Value;

use super::file::{NUMBER, numeric};
use super::{Finder, MOST_POINTS};

/// Points to probability: `1 / (1 + exp(-(points - offset) / factor))`.
pub struct Logistic {
    pub factor: f64,
    pub offset: f64,
}

/// The `[link]` of a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkTable {
    kind: String,
    factor: Option<Value>,
    offset: Option<Value>,
    /// Points to double the odds.
    pdo: Option<Value>,
    base_points: Option<Value>,
    /// The odds at the base points: the probability by its complement.
    base_odds: Option<Value>,
    /// The class that the probability is for.
    pub positive: Option<String>,
}

impl LinkTable {
    /// Factor and offset. Of odds: with `factor = pdo / ln 2` and `offset = base_points - factor · ln base_odds` the odds
    /// are `base_odds` at the base points and double every `pdo` points (Siddiqi, Credit Risk Scorecards, 2006, ch. 6).
    pub fn logistic(&self, finder: &mut Finder<'_>, line: u64) -> Option<Logistic> {
        let before = finder.found.0.len();
        let (given, other) =
            ([&self.factor, &self.offset], [&self.pdo, &self.base_points, &self.base_odds]);
        let mut refuse = |found: &str, expected: &str| {
            finder.say(line, found, expected);
            0.0
        };
        let of = |value: &Option<Value>, least: f64| value.as_ref().and_then(|x| numeric(x, least));
        let smallest = 1.0 / MOST_POINTS;
        let not_zero =
            |value: &Option<Value>| of(value, -MOST_POINTS).filter(|x| x.abs() >= smallest);
        let found = match self.kind.as_str() {
            "logistic" => {
                if other.into_iter().any(Option::is_some) {
                    refuse(
                        "pdo, base_points or base_odds with the link `logistic`",
                        "the link `odds`",
                    );
                }
                let factor = not_zero(&self.factor)
                    .unwrap_or_else(|| refuse("a factor that is none", "a number other than 0"));
                let offset = of(&self.offset, -MOST_POINTS)
                    .unwrap_or_else(|| refuse("an offset that is none", NUMBER));
                Logistic { factor, offset }
            }
            "odds" => {
                if given.into_iter().any(Option::is_some) {
                    refuse(
                        "factor or offset with the link `odds`",
                        "pdo, base_points and base_odds",
                    );
                }
                let pdo = not_zero(&self.pdo)
                    .unwrap_or_else(|| refuse("a pdo that is none", "a number other than 0"));
                let points = of(&self.base_points, -MOST_POINTS)
                    .unwrap_or_else(|| refuse("base_points that are none", NUMBER));
                let odds = of(&self.base_odds, smallest)
                    .unwrap_or_else(|| refuse("base_odds that are none", "a number above 0"));
                let factor = pdo / std::f64::consts::LN_2;
                Logistic { factor, offset: points - factor * pxfm::f_log(odds) }
            }
            other => {
                refuse(&format!("the link `{other}`"), "`logistic` or `odds`, or no link");
                return None;
            }
        };
        (finder.found.0.len() == before).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Faults;

    fn read(text: &str) -> (Option<Logistic>, Faults) {
        let link: LinkTable = toml::from_str(text).unwrap();
        let mut finder = Finder { file: "t", found: Faults::default() };
        let logistic = link.logistic(&mut finder, 1);
        (logistic, finder.found)
    }

    /// At the base points the odds are the base odds, and every `pdo` points they double.
    #[test]
    fn odds_double_every_pdo_points() {
        let text = "kind = 'odds'\npdo = 20\nbase_points = 600\nbase_odds = 50";
        let Logistic { factor, offset } = read(text).0.unwrap();
        for (points, odds) in [(600.0, 50.0), (620.0, 100.0), (580.0, 25.0), (700.0, 1600.0)] {
            let share: f64 = 1.0 / (1.0 + (-(points - offset) / factor).exp());
            assert!((share - odds / (1.0 + odds)).abs() < 1e-14, "{points}: {share}");
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_link_is_told() {
        let faults = |text: &str| read(text).1.0.len();
        assert_eq!(faults("kind = 'odds'\npdo = 0\nbase_odds = -1\nfactor = 1"), 4);
        assert_eq!(faults("kind = 'logistic'\npdo = 20"), 3);
        assert_eq!(faults("kind = 'probit'"), 1);
    }
}
