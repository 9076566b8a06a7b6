//! A surrogate tree in words, for any model: the names of its columns and values are all that is known.
//!
//! Every number is written in the shortest form that reads back as the same double, the case's own as well as the
//! threshold. So the sentence about a step is true of the numbers in it exactly where the step was taken: nothing is rounded
//! before it is compared or after.

use crate::language::{Numerals, Wording, places};
use crate::surrogate::{Ask, Detail, Split, SplitNode, Subject, SurrogateTree, Taken};

/// The words of one tree.
#[derive(Debug)]
pub struct TreeSentences<'a> {
    tree: &'a SurrogateTree,
    wording: &'a Wording<'a>,
    /// What the classes are called, in the language of the words.
    classes: &'a [String],
}

impl<'a> TreeSentences<'a> {
    /// Words for a tree whose classes are called so.
    pub fn new(tree: &'a SurrogateTree, wording: &'a Wording<'a>, classes: &'a [String]) -> Self {
        TreeSentences { tree, wording, classes }
    }

    /// A number in full, as the language writes it.
    pub fn number(&self, x: f64) -> String {
        exact_number(self.wording, x)
    }

    fn detail(&self, split: &Split) -> Option<&Detail> {
        self.tree.details().get(split.detail)
    }

    /// The value of a step or question: a number, or the name of a category.
    fn value(&self, detail: Option<&Detail>, value: f64) -> String {
        match detail {
            Some(detail) if detail.is_category() => match detail.names().get(value as usize) {
                Some(name) => name.clone(),
                None => self.wording.text("surrogate-other-value"),
            },
            _ => self.number(value),
        }
    }

    /// `age: less than 42?`, `education: one of Masters, Doctorate?`
    pub fn question(&self, split: &Split) -> String {
        self.say(split, None, "question", None)
    }

    /// What is true of rows that answer so: `age: at least 42`.
    pub fn answer(&self, split: &Split, yes: bool) -> String {
        self.say(split, Some(yes), "answer", None)
    }

    /// The same for a rule: it says so too if rows without the value follow it.
    pub fn condition(&self, node: &SplitNode, split: &Split, yes: bool) -> String {
        let answer = self.answer(split, yes);
        if node.missing > 0 && split.missing_yes == yes {
            return self.wording.say("surrogate-answer-or-missing", &[("antwort", &answer)]);
        }
        answer
    }

    /// One step of a case in one sentence: `age: 37 is less than 42.`
    pub fn step(&self, taken: &Taken) -> String {
        let node = self.tree.nodes().get(taken.node);
        let Some(split) = node.and_then(|node| node.split.as_ref()) else { return String::new() };
        if taken.missing {
            let answer = self.answer(split, taken.yes);
            let name = self.detail(split).map(|detail| detail.name.as_str()).unwrap_or_default();
            let slots = [("angabe", name), ("antwort", &*answer)];
            return self.wording.say("surrogate-step-missing", &slots);
        }
        self.say(split, Some(taken.yes), "step", Some(taken.value))
    }

    fn say(&self, split: &Split, yes: Option<bool>, what: &str, own: Option<f64>) -> String {
        let detail = self.detail(split);
        let name = detail.map(|detail| detail.name.as_str()).unwrap_or_default();
        let own = own.map(|own| self.value(detail, own)).unwrap_or_default();
        let (kind, slot, value) = match &split.ask {
            Ask::Below(threshold) => {
                let kind = if yes == Some(false) { "from" } else { "below" };
                (kind.to_owned(), "wert", self.number(*threshold))
            }
            Ask::OneOf(places) => {
                let named: Vec<String> =
                    places.iter().map(|place| self.value(detail, *place as f64)).collect();
                let set = if named.len() == 1 { "is" } else { "among" };
                let kind = match (yes, set) {
                    (Some(false), "is") => "is-not".to_owned(),
                    (Some(false), _) => "not-among".to_owned(),
                    _ => set.to_owned(),
                };
                (kind, "werte", named.join(", "))
            }
        };
        let slots = [("angabe", name), ("eigen", &*own), (slot, &*value)];
        self.wording.say(&format!("surrogate-{what}-{kind}"), &slots)
    }

    /// What a leaf says, in one sentence.
    pub fn says(&self, node: &SplitNode) -> String {
        match (self.tree.subject(), self.classes.get(node.says)) {
            (Subject::Decision { .. }, Some(class)) => {
                self.wording.say("surrogate-says-class", &[("ergebnis", class)])
            }
            (_, class) => {
                let (mean, spread) = (rounded(node.mean), rounded(node.deviation));
                let (mean, spread) = (self.number(mean), self.number(spread));
                let slots = [("wert", &*mean), ("streuung", &*spread)];
                // What agreement is counted by is said, too.
                match class {
                    None => self.wording.say("surrogate-says-score", &slots),
                    Some(class) => {
                        let slots = [slots[0], slots[1], ("ergebnis", class)];
                        self.wording.say("surrogate-says-score-class", &slots)
                    }
                }
            }
        }
    }

    /// The same in a word or two, for a picture.
    pub fn outcome(&self, node: &SplitNode) -> String {
        match (self.tree.subject(), self.classes.get(node.says)) {
            (Subject::Decision { .. }, Some(class)) => class.clone(),
            _ => self.number(rounded(node.mean)),
        }
    }

    /// The conditions on the way to a node, from the root. Of several limits on the same side of a number the last one
    /// holds the others.
    pub fn conditions(&self, node: usize) -> Vec<String> {
        let nodes = self.tree.nodes();
        let mut way = Vec::new();
        let mut here = node;
        while let Some(parent) = nodes.get(here).and_then(|node| node.parent) {
            if let Some(above) = nodes.get(parent)
                && let Some(split) = &above.split
            {
                way.push((above, split, split.yes == here));
            }
            here = parent;
        }
        let mut found: Vec<(Option<(usize, bool)>, String)> = Vec::new();
        for (above, split, yes) in way.into_iter().rev() {
            let limit = matches!(split.ask, Ask::Below(_)).then_some((split.detail, yes));
            let text = self.condition(above, split, yes);
            match found.iter_mut().find(|(known, _)| limit.is_some() && *known == limit) {
                Some((_, known)) => *known = text,
                None => found.push((limit, text)),
            }
        }
        found.into_iter().map(|(_, text)| text).collect()
    }
}

/// A number in the shortest form that reads back as the same double, as the language writes it.
pub fn exact_number(wording: &Wording<'_>, x: f64) -> String {
    Numerals::new(wording.about()).number(x, places(x))
}

/// A mean or a spread to four significant digits: these are told, never compared.
pub fn rounded(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}
