//! Which details settle a result, as checked statements: "these alone were enough", "without this the result is another".
//!
//! A *player* is a detail as people see it: the columns of one feature. What the others may be is the *range of the
//! comparison group* ([`Values`]): for a number everything from its smallest to its largest value there, for a choice
//! every value that occurs there, and missing where the group has missing values. All combinations count, also those
//! that no case has: a statement over them holds for every case of the group, and for more. The case's own value counts
//! besides where it lies outside that range.
//!
//! | statement | definition | where |
//! |---|---|---|
//! | a set of details is *sufficient* | with its values kept, no combination of the others turns the result | [`Sufficiency::check`] |
//! | it is the *smallest* one | no set of fewer details is sufficient | [`Sufficiency::smallest`] |
//! | a detail is *necessary* in so many of so many cases | with its value from a case of the group that has another one, and all else as it is, the result turns | [`Replacements`] |
//!
//! A sufficient set of which no part is sufficient is an abductive explanation, or prime implicant (Shih, Choi and
//! Darwiche 2018; Ignatiev, Narodytska and Marques-Silva 2019; Marques-Silva 2022, "Logic-based explainability in
//! machine learning"). Here the word "smallest" is stronger: fewest details, not only none too many. The result is
//! always the library's own: what its prediction is at or above the threshold.
//!
//! Trees are checked by branch and bound over cells between thresholds (`search`, on boxes that `open` narrows): the sum of
//! the highest leaves that each tree can reach in a box bounds the score (Devos, Meert and Davis 2021), of small trees merged
//! (`wood`). A box in which every test is answered is evaluated by the model itself; of leaves that are weighted sums the
//! highest row is known then (`slopes`). Most sets that are not sufficient are refuted before by changing one detail after
//! the other (`climb`). Of weighted sums the highest score of a range is known at once (`line`). Nothing is said of other
//! models: [`Check::NotApplicable`].

mod answers;
mod cells;
mod climb;
mod forest;
mod hitting;
mod line;
mod open;
mod replaced;
mod search;
mod slopes;
mod smallest;
mod wood;

pub use replaced::{Replaced, Replacements, Together};
pub use smallest::Smallest;

use ndarray::ArrayView2;

use self::climb::Climbs;
use self::forest::{Case, Forest};
use self::line::Line;
use self::open::Asked;
use crate::attribution::exact_score;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::model::{Form, Model};

/// So many trees are walked in about the time of a box: the limit counts them as one.
const WALKED_A_BOX: usize = 128;

/// What a player may be when its own value is not kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// One column: every number from `low` to `high`, and missing where `missing` says so.
    Span {
        /// Smallest number.
        low: f64,
        /// Largest number.
        high: f64,
        /// Missing, too.
        missing: bool,
    },
    /// These, each with one value a column.
    Listed(Vec<Vec<f64>>),
}

/// A detail as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Player {
    /// Its columns; exactly one for a [`Values::Span`].
    pub columns: Vec<usize>,
    /// What it may be.
    pub values: Values,
}

impl Player {
    /// A player with the range that it has in a comparison group (rows × columns of the model). `number`: everything
    /// between its smallest and its largest value counts, else only the values that occur.
    pub fn seen_in(group: ArrayView2<f64>, columns: &[usize], number: bool) -> Player {
        let mut seen: Vec<Vec<f64>> = group
            .rows()
            .into_iter()
            .map(|row| columns.iter().map(|&c| value_at(row.get(c))).collect())
            .collect();
        let key = |values: &Vec<f64>| values.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
        seen.sort_by(|a, b| order(a, b));
        seen.dedup_by_key(|values| key(values));
        let known = || seen.iter().flatten().filter(|x| !x.is_nan());
        let (low, high) =
            known().fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        let values = match columns {
            [_] if number && low <= high => {
                Values::Span { low, high, missing: seen.iter().flatten().any(|x| x.is_nan()) }
            }
            _ => Values::Listed(seen),
        };
        Player { columns: columns.to_vec(), values }
    }

    /// Whether these values of its columns are in its range.
    fn admits(&self, own: &[f64]) -> bool {
        match (&self.values, own) {
            (Values::Span { missing, .. }, [x]) if x.is_nan() => *missing,
            (Values::Span { low, high, .. }, [x]) => low <= x && x <= high,
            (Values::Span { .. }, _) => false,
            (Values::Listed(values), own) => values.iter().any(|values| same(values, own)),
        }
    }

    fn trouble(&self, features: usize, taken: &mut [bool]) -> Option<String> {
        for &column in &self.columns {
            match taken.get_mut(column) {
                Some(taken) if !*taken => *taken = true,
                _ => {
                    return Some(format!("column {column} twice or beyond the model's {features}"));
                }
            }
        }
        match &self.values {
            Values::Span { low, high, .. } => {
                let single = self.columns.len() == 1;
                let sound = low.is_finite() && high.is_finite() && low <= high;
                (!single || !sound).then(|| {
                    format!("{} columns with numbers from {low} to {high}", self.columns.len())
                })
            }
            Values::Listed(values) => {
                let wrong = |values: &Vec<f64>| values.len() != self.columns.len();
                (values.is_empty() || values.iter().any(wrong) || self.columns.is_empty())
                    .then(|| "no values, or values of other columns".to_owned())
            }
        }
    }
}

/// A value with one bit pattern: no negative zero, one NaN.
fn value_at(value: Option<&f64>) -> f64 {
    match value {
        Some(x) if !x.is_nan() => x + 0.0,
        _ => f64::NAN,
    }
}

fn order(a: &[f64], b: &[f64]) -> std::cmp::Ordering {
    let pairs = a.iter().zip(b).map(|(a, b)| a.total_cmp(b));
    pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}

/// Which result a row gets: positive where the library's own prediction is at or above the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruling {
    /// The output that decides.
    pub output: usize,
    /// On the scale of the prediction.
    pub threshold: f64,
    /// The same threshold on the scale of the raw score.
    pub threshold_raw: f64,
}

impl Ruling {
    /// The result of a row.
    pub fn positive(&self, model: &dyn Model, row: &[f64]) -> bool {
        let mut raw = vec![f64::NAN; model.outputs()];
        let mut values = raw.clone();
        model.raw(row, &mut raw);
        model.value(&raw, &mut values);
        values.get(self.output).is_some_and(|value| *value >= self.threshold)
    }
}

/// Whether a set of details is sufficient.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Proven: no combination of the others turns the result.
    Proven,
    /// It is not: this row keeps the set, and has the other result.
    Refuted(Vec<f64>),
    /// The limit was reached before either was shown.
    Undecided,
    /// Nothing can be proven of such a model.
    NotApplicable,
}

/// A model, its details and their range in the comparison group, prepared for many cases.
#[derive(Debug)]
pub struct Sufficiency<'m> {
    model: &'m dyn Model,
    ruling: Ruling,
    players: Vec<Player>,
    /// Rows of the comparison group by the places of their values: those with the highest score first, and with the lowest.
    group: [Vec<Vec<u32>>; 2],
    plan: Plan<'m>,
}

/// A case, prepared for many checks.
#[derive(Debug)]
struct Question<'c> {
    row: &'c [f64],
    positive: bool,
    case: Option<Case<'c>>,
}

#[derive(Debug)]
enum Plan<'m> {
    Trees(Forest<'m>),
    Line(Line<'m>),
    Unknown,
}

impl<'m> Sufficiency<'m> {
    /// Prepares a model. Columns of no player always keep their values. `group` holds rows × columns of the model.
    ///
    /// # Errors
    /// `R65` a player that contradicts itself, the model or another player; `R66` an output or threshold that there is not.
    pub fn new(
        model: &'m dyn Model,
        players: Vec<Player>,
        ruling: Ruling,
        group: ArrayView2<f64>,
    ) -> Checked<Self> {
        let mut faults = Faults::default();
        let features = model.card().features.len();
        let mut taken = vec![false; features];
        for (j, player) in players.iter().enumerate() {
            if let Some(found) = player.trouble(features, &mut taken) {
                faults.push(Fault::new(
                    "R65",
                    Place::default(),
                    format!("detail {j} with {found}"),
                    "columns of the model used once, and at least one value or a range for them",
                    "Correct the columns of the feature, or give a comparison group that knows it.",
                ));
            }
        }
        if ruling.output >= model.outputs() || !ruling.threshold_raw.is_finite() {
            faults.push(Fault::new(
                "R66",
                Place::default(),
                format!("output {} with threshold {}", ruling.output, ruling.threshold_raw),
                format!("an output below {} and a threshold that is a number", model.outputs()),
                "Name an output of the model and a threshold that its score can cross.",
            ));
        }
        if !faults.0.is_empty() {
            return Err(faults);
        }
        let plan = match model.form() {
            Form::Trees(trees) => Forest::new(trees, &players, ruling).map(Plan::Trees),
            Form::Linear(linear) => Line::new(linear, &players, ruling).map(Plan::Line),
            Form::Other => None,
        };
        let plan = plan.unwrap_or(Plan::Unknown);
        let group = match &plan {
            Plan::Trees(forest) => {
                let mut rows: Vec<(f64, Vec<u32>)> = vec![];
                for row in group.rows() {
                    let row = row.to_vec();
                    rows.push((exact_score(model, &row, ruling.output), forest.places(&row)));
                }
                rows.sort_by(|a, b| b.0.total_cmp(&a.0));
                let places = |(_, places): &(f64, Vec<u32>)| places.clone();
                [rows.iter().map(places).collect(), rows.iter().rev().map(places).collect()]
            }
            Plan::Line(_) | Plan::Unknown => [vec![], vec![]],
        };
        Ok(Sufficiency { model, ruling, players, group, plan })
    }

    /// Whether anything can be proven of the model.
    pub fn is_applicable(&self) -> bool {
        !matches!(self.plan, Plan::Unknown)
    }

    /// Whether the players marked in `kept` are sufficient for the result of `row`. Each box looked at takes one from
    /// `boxes`; with none left the answer is [`Check::Undecided`].
    pub fn check(&self, row: &[f64], kept: &[bool], boxes: &mut usize) -> Check {
        self.settle(&self.of(row), kept, boxes, &mut Climbs::default())
    }

    fn of<'c>(&self, row: &'c [f64]) -> Question<'c> {
        let case = match &self.plan {
            Plan::Trees(forest) => Some(forest.case(row)),
            Plan::Line(_) | Plan::Unknown => None,
        };
        Question { row, positive: self.ruling.positive(self.model, row), case }
    }

    fn settle(
        &self,
        question: &Question<'_>,
        kept: &[bool],
        boxes: &mut usize,
        climbs: &mut Climbs,
    ) -> Check {
        let positive = question.positive;
        let turns = |row: &[f64]| self.ruling.positive(self.model, row) != positive;
        match (&self.plan, &question.case) {
            (Plan::Trees(forest), Some(case)) => {
                let asked = Asked { forest, case, up: !positive };
                let [up, down] = &self.group;
                // Most sets that are not sufficient are refuted without a search.
                let group = if positive { down } else { up };
                let before = climbs.walked;
                let found = asked.found(kept, group, &turns, climbs);
                let walked = (climbs.walked - before).div_ceil(WALKED_A_BOX);
                *boxes = boxes.saturating_sub(walked);
                match found {
                    Some(found) => Check::Refuted(found),
                    None => search::check(&asked, kept, &turns, boxes),
                }
            }
            (Plan::Line(line), _) => line.check(question.row, kept, positive, &turns),
            _ => Check::NotApplicable,
        }
    }

    /// Players that turn the result alone, as far as trying finds them.
    fn turning_alone(&self, question: &Question<'_>) -> Vec<usize> {
        let (Plan::Trees(forest), Some(case)) = (&self.plan, &question.case) else { return vec![] };
        let asked = Asked { forest, case, up: !question.positive };
        let own: Vec<u32> = (0..self.players.len()).map(|j| forest.own(j)).collect();
        let (score, gains) = asked.gains(&own);
        let likely =
            gains.into_iter().filter(|gain| score + gain.gain >= forest.goal(case, asked.up));
        let turns = |gain: &climb::Gain| {
            let mut places = own.clone();
            if let Some(place) = places.get_mut(gain.player) {
                *place = gain.place;
            }
            let row = forest.row(case, places.into_iter());
            self.ruling.positive(self.model, &row) != question.positive
        };
        likely.filter(turns).map(|gain| gain.player).collect()
    }
}

/// The values of a player's own columns.
fn own_values(player: &Player, row: &[f64]) -> Vec<f64> {
    player.columns.iter().map(|&c| value_at(row.get(c))).collect()
}

/// The same values; missing equals missing.
fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || a.is_nan() && b.is_nan())
}
