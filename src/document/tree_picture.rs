//! What the pictures of the simplified tree have in common: from the record's counts to boxes and small charts.

use super::telling::Telling;
use crate::chart::{Asked, Category, Own, Spread, Tally, TreeNodeView, TreeWords};
use crate::explanation::{ChoiceSpread, Decided, InputValue, SpreadValues, SpreadView};
use crate::procedure::Feature;

/// Categories that are drawn one by one; the rest is one bar a side.
const MOST_CATEGORIES: usize = 5;
/// Shorter words are never broken.
const SHORT_WORD: usize = 8;

impl Telling<'_> {
    /// Words at edges and in the legend of a picture in which cases are counted by the program's result.
    pub fn tree_words(&self) -> TreeWords {
        let text = |id: &str| self.wording.text(id);
        let procedure = self.procedure;
        TreeWords {
            yes: text("word-yes"),
            no: text("word-no"),
            outcomes: [&procedure.negative, &procedure.positive]
                .map(|outcome| self.of(&outcome.short).to_owned())
                .to_vec(),
            scores: String::new(),
            threshold: text("tree-key-threshold"),
            own: text("tree-key-own"),
            missing: text("tree-key-missing"),
            edges: text("tree-key-edges"),
        }
    }

    /// The feature that a column of the model belongs to.
    pub fn owner(&self, column: &str) -> Option<&Feature> {
        self.procedure.features.iter().find(|f| f.encoding.columns().contains(&column))
    }

    /// A leaf, or a branch folded to one: what most of its cases got, and how many of how many.
    pub fn tree_leaf(&self, text: String, cases: Decided, positive: bool) -> TreeNodeView {
        let number = |n: usize| self.numerals.number(n as f64, 0);
        let with = if positive { cases.positive } else { cases.negative };
        let slots = [("n", &*number(with)), ("von", &number(cases.rows()))];
        TreeNodeView {
            text: self.softened(&text),
            note: self.wording.say("tree-of", &slots),
            rows: cases.rows(),
            tally: Some(tally(cases)),
            positive: Some(positive),
            ..TreeNodeView::default()
        }
    }

    /// The small chart of a question.
    pub fn tree_spread(
        &self,
        view: &SpreadView,
        threshold: f64,
        low_is_yes: bool,
        own: Option<&InputValue>,
    ) -> Spread {
        let feature = self.feature(&view.feature);
        let (asked, own) = match &view.values {
            SpreadValues::Numbers { edges, axis_low, axis_high, open_low, open_high, bins } => {
                let axis = [*axis_low, *axis_high];
                let asked = Asked::Numbers {
                    edges: edges.clone(),
                    axis,
                    bins: bins.iter().map(|cases| tally(*cases)).collect(),
                    threshold,
                    ends: feature
                        .map(|feature| self.ends(feature, axis, [*open_low, *open_high]))
                        .unwrap_or_default(),
                };
                let own = own.map(|own| match own {
                    InputValue::Number(value) => Own::Number(*value),
                    _ => Own::Missing,
                });
                (asked, own)
            }
            SpreadValues::Choices { choices } => {
                let own = own.map(|own| match own {
                    InputValue::Word(word) => Some(word.as_str()),
                    _ => None,
                });
                let (categories, place) =
                    self.categories(feature, choices, low_is_yes, own.flatten());
                let own = own.map(|own| match (own, place) {
                    (Some(_), Some(place)) => Own::Category(place),
                    _ => Own::Missing,
                });
                (Asked::Categories(categories), own)
            }
        };
        let missing = (view.missing.rows() > 0).then(|| tally(view.missing));
        Spread { asked, missing, own }
    }

    /// What stands at the ends of the axis: round numbers, never the value of a single case. The unit stands once.
    fn ends(
        &self,
        feature: &Feature,
        [low, high]: [f64; 2],
        [open_low, open_high]: [bool; 2],
    ) -> [String; 2] {
        let full = Feature { decimals: None, ..feature.clone() };
        let say = |value: String, open: bool, id: &str| match open {
            true => self.wording.say(id, &[("wert", &value)]),
            false => value,
        };
        let bare = self.numerals.number(low, full.places(low));
        [
            say(bare, open_low, "tree-end-below"),
            say(self.quantity(&full, high), open_high, "tree-end-above"),
        ]
    }

    /// Choices as categories, at most some a side one by one; and the place of the own one.
    fn categories(
        &self,
        feature: Option<&Feature>,
        choices: &[ChoiceSpread],
        low_is_yes: bool,
        own: Option<&str>,
    ) -> (Vec<Category>, Option<usize>) {
        let name = |choice: &ChoiceSpread| {
            let known = feature.and_then(|f| f.choices.iter().find(|c| c.id == choice.choice));
            self.softened(known.map_or(choice.choice.as_str(), |known| self.of(&known.short)))
        };
        let is_own = |choice: &ChoiceSpread| own == Some(choice.choice.as_str());
        let mut occurring: Vec<&ChoiceSpread> =
            choices.iter().filter(|choice| choice.cases.rows() > 0 || is_own(choice)).collect();
        // The most frequent ones are named; the own one always.
        occurring.sort_by_key(|choice| (!is_own(choice), std::cmp::Reverse(choice.cases.rows())));
        let rest = match occurring.len() > MOST_CATEGORIES + 1 {
            true => occurring.split_off(MOST_CATEGORIES),
            false => Vec::new(),
        };
        let mut categories: Vec<Category> = choices
            .iter()
            .filter(|choice| occurring.iter().any(|kept| std::ptr::eq(*kept, *choice)))
            .map(|choice| Category {
                name: name(choice),
                yes: choice.low == low_is_yes,
                tally: tally(choice.cases),
            })
            .collect();
        let kept = choices.iter().filter(|c| occurring.iter().any(|k| std::ptr::eq(*k, *c)));
        let place = kept.clone().position(is_own);
        for yes in [true, false] {
            let side = rest.iter().filter(|choice| (choice.low == low_is_yes) == yes);
            let others = side.fold(Decided::default(), |sum, choice| Decided {
                negative: sum.negative + choice.cases.negative,
                positive: sum.positive + choice.cases.positive,
            });
            if others.rows() > 0 {
                let name = self.wording.text("tree-others");
                categories.push(Category { name, yes, tally: tally(others) });
            }
        }
        (categories, place)
    }

    /// A text with soft hyphens in its long words, where a narrow box may break them.
    pub fn softened(&self, text: &str) -> String {
        let language = match self.wording.about().bcp47.split('-').next() {
            Some("de") => hypher::Lang::German,
            Some("en") => hypher::Lang::English,
            _ => return text.to_owned(),
        };
        let word = |word: &str| {
            let is_word = word.chars().all(char::is_alphabetic);
            if !is_word || word.chars().count() < SHORT_WORD {
                return word.to_owned();
            }
            hypher::hyphenate(word, language).collect::<Vec<_>>().join("\u{ad}")
        };
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }
}

/// Counts in the order of the outcomes: negative, positive.
fn tally(cases: Decided) -> Tally {
    Tally::Outcomes(vec![cases.negative, cases.positive])
}
