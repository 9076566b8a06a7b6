//! The tree as text: what it is, how far it can be trusted, its rules, and the way of a case.

use super::{Case, Found};
use crate::document::{TreeSentences, exact_number, rounded};
use crate::language::{Numerals, Wording};
use crate::surrogate::{Share, SurrogateTree, Withheld};

/// Lines under a heading.
pub(super) struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

/// A count of a hundred, never rounded up, and the ends of its interval, never narrower than they are.
fn of_hundred(share: &Share) -> [String; 3] {
    let of = |x: f64| format!("{x}");
    [
        share.of_hundred().to_string(),
        of((100.0 * share.low).floor()),
        of((100.0 * share.high).ceil()),
    ]
}

/// The same of a share that is no count of rows.
fn hundredths(share: f64) -> String {
    // A share that is a whole number of hundredths but for rounding is that number.
    format!("{}", (100.0 * share + 1e-9).floor())
}

impl Found<'_> {
    fn count(&self, wording: &Wording<'_>, n: usize) -> String {
        Numerals::new(wording.about()).number(n as f64, 0)
    }

    fn percent(&self, wording: &Wording<'_>, share: f64) -> String {
        // Explained variance is never rounded up: 99.97 % is not all.
        let percent = (1000.0 * share + 1e-9).floor() / 10.0;
        Numerals::new(wording.about()).per_hundred(percent, 1)
    }

    /// What the tree is, and how faithful.
    pub(super) fn trust(&self, wording: &Wording<'_>) -> Vec<String> {
        let count = |n| self.count(wording, n);
        let of = if matches!(self.tree.subject(), crate::surrogate::Subject::Score { .. }) {
            "surrogate-of-score"
        } else {
            "surrogate-of-decision"
        };
        let (leaves, depth) = (count(self.tree.leaves()), count(self.tree.depth()));
        let fitted = count(self.fitting.values.nrows());
        let size = [("blaetter", &*leaves), ("tiefe", &*depth), ("n", &*fitted)];
        let mut lines = vec![
            wording.text("surrogate-picture"),
            wording.text(of),
            wording.say("surrogate-size", &size),
        ];
        let measured = &self.faithfulness;
        if measured.rows == 0 {
            lines.push(wording.text("surrogate-not-measured"));
            return lines;
        }
        lines.push(wording.say("surrogate-measured", &[("n", &count(measured.rows))]));
        let shares = [("surrogate-agrees", measured.agreement), ("surrogate-near", measured.near)];
        for (id, share) in shares {
            if let Some(share) = share {
                let [n, low, high] = of_hundred(&share);
                let slots = [("n", &*n), ("von", &*low), ("bis", &*high)];
                lines.push(wording.say(id, &slots));
            }
        }
        if measured.explained.is_some_and(|explained| explained.value <= 0.0) {
            lines.push(wording.text("surrogate-explains-none"));
        } else if let Some(explained) = measured.explained {
            let [value, low, high] = [explained.value, explained.low, explained.high]
                .map(|share| self.percent(wording, share));
            let slots = [("anteil", &*value), ("von", &*low), ("bis", &*high)];
            lines.push(wording.say("surrogate-explains", &slots));
        }
        let stable = &self.stability;
        if self.tree.leaves() > 1 {
            let (all, same) = (count(stable.resamples), count(stable.same_first));
            let slots = [("versuche", &*all), ("gleich", &*same)];
            lines.push(wording.say("surrogate-stable", &slots));
            if let Some(agreement) = stable.agreement {
                let slots = [("n", &*hundredths(agreement))];
                lines.push(wording.say("surrogate-stable-agree", &slots));
            }
        }
        lines
    }

    fn curve_lines(&self, wording: &Wording<'_>) -> Section {
        let line = |point: &crate::surrogate::CurvePoint| {
            let agrees = point.agreement.map(|share| {
                wording.say("surrogate-curve-agrees", &[("n", &share.of_hundred().to_string())])
            });
            let explains = point.explained.map(|explained| {
                // Nothing or less: the mean of all scores would be as near or nearer.
                if explained.value <= 0.0 {
                    return wording.text("surrogate-curve-explains-none");
                }
                let share = self.percent(wording, explained.value);
                wording.say("surrogate-curve-explains", &[("anteil", &share)])
            });
            let both: Vec<String> = agrees.into_iter().chain(explains).collect();
            let leaves = self.count(wording, point.leaves);
            let slots = [("blaetter", &*leaves), ("treue", &*both.join(" "))];
            wording.say("surrogate-curve-line", &slots)
        };
        Section {
            heading: wording.text("surrogate-curve-head"),
            lines: self.curve.iter().map(line).collect(),
        }
    }

    /// The rules: conditions, what the tree says, on how many cases.
    pub(super) fn rules(&self, wording: &Wording<'_>) -> Vec<Vec<String>> {
        let classes = self.aspect.names(wording);
        let words = TreeSentences::new(&self.tree, wording, &classes);
        let leaves = self.faithfulness.leaves.iter();
        let rule = |of: &crate::surrogate::LeafFaithfulness| {
            let node = self.tree.nodes().get(of.leaf)?;
            let mut lines: Vec<String> =
                words.conditions(of.leaf).iter().map(|condition| format!("{condition}.")).collect();
            if lines.is_empty() {
                lines.push(wording.text("surrogate-rule-always"));
            }
            lines.push(words.says(node));
            let rows = self.count(wording, node.rows);
            let mut counts = wording.say("surrogate-rule-counts", &[("n", &rows)]);
            let measured = match (of.agreement, of.error) {
                (Some(share), _) => {
                    let (n, all) =
                        (self.count(wording, share.count), self.count(wording, share.of));
                    let slots = [("n", &*n), ("von", &*all)];
                    Some(wording.say("surrogate-rule-agrees", &slots))
                }
                (None, Some(error)) => {
                    let (off, all) =
                        (exact_number(wording, rounded(error)), self.count(wording, of.rows));
                    let slots = [("fehler", &*off), ("von", &*all)];
                    Some(wording.say("surrogate-rule-off", &slots))
                }
                (None, None) => None,
            };
            if let Some(measured) = measured {
                counts = format!("{counts} {measured}");
            }
            lines.push(counts);
            Some(lines)
        };
        leaves.filter_map(rule).collect()
    }

    /// The steps of a case through a tree, and what its leaf says.
    pub(super) fn steps(
        &self,
        wording: &Wording<'_>,
        tree: &SurrogateTree,
        row: &[f64],
    ) -> Vec<String> {
        let classes = self.aspect.names(wording);
        let words = TreeSentences::new(tree, wording, &classes);
        let steps = tree.path(row);
        let mut lines: Vec<String> = steps.iter().map(|taken| words.step(taken)).collect();
        lines.extend(tree.nodes().get(tree.leaf(row)).map(|leaf| words.says(leaf)));
        lines
    }

    /// The way of a case, and the tree around it.
    pub(super) fn case_sections(&self, wording: &Wording<'_>, case: &Case) -> Vec<Section> {
        let way = match self.withheld(case) {
            None => self.steps(wording, &self.tree, &case.row),
            Some(why) => vec![wording.text(&format!("surrogate-case-{why}"))],
        };
        let heading = wording.say("surrogate-case-head", &[("fall", &case.id)]);
        let heading = format!("{heading}: {}", wording.text("surrogate-case-steps"));
        let local = &case.local;
        let (rows, copies) =
            (self.count(wording, local.nearest), self.count(wording, local.copies));
        let slots = [("n", &*rows), ("kopien", &*copies)];
        let mut lines = vec![];
        let measured = !matches!(local.tree, Err(Withheld::TooFew | Withheld::Alike));
        if measured {
            lines.push(wording.say("surrogate-local-made", &slots));
            if let Some((share, low, high)) = local.agreement {
                let ends = [(100.0 * low).floor(), (100.0 * high).ceil()].map(|x| format!("{x}"));
                let slots = [("n", &*hundredths(share)), ("von", &*ends[0]), ("bis", &*ends[1])];
                lines.push(wording.say("surrogate-local-agrees", &slots));
            }
            if let Some(share) = local.explained.filter(|share| *share > 0.0) {
                let share = self.percent(wording, share);
                lines.push(wording.say("surrogate-local-explains", &[("anteil", &share)]));
            }
        }
        match &local.tree {
            Ok(tree) => lines.extend(self.steps(wording, tree, &case.row)),
            Err(why) => lines.push(wording.text(match why {
                Withheld::TooFew => "surrogate-local-too-few",
                Withheld::Alike => "surrogate-local-alike",
                Withheld::Unfaithful => "surrogate-local-unfaithful",
                Withheld::Disagrees => "surrogate-local-disagrees",
            })),
        }
        let around = Section { heading: wording.text("surrogate-local-head"), lines };
        vec![Section { heading, lines: way }, around]
    }

    /// Everything below the title.
    pub(super) fn sections(&self, wording: &Wording<'_>) -> Vec<Section> {
        let mut sections = vec![];
        if self.faithfulness.rows > 0 {
            sections.push(self.curve_lines(wording));
        }
        if let Some(case) = &self.case {
            sections.extend(self.case_sections(wording, case));
        }
        sections
    }
}

/// All of it.
pub(super) fn text(found: &Found<'_>, wording: &Wording<'_>) -> String {
    let mut out = wording.say("surrogate-head", &[("datei", &found.file())]);
    out.push_str("\n\n");
    for line in found.trust(wording) {
        out.push_str(&format!("{line}\n"));
    }
    out.push_str(&format!("\n{}\n", wording.text("surrogate-rules-head")));
    for (k, rule) in found.rules(wording).iter().enumerate() {
        let number = found.count(wording, k + 1);
        let head = wording.say("surrogate-rule", &[("nummer", &number)]);
        out.push_str(&format!("\n  {head}\n"));
        rule.iter().for_each(|line| out.push_str(&format!("    {line}\n")));
    }
    for Section { heading, lines } in found.sections(wording) {
        out.push_str(&format!("\n{heading}\n"));
        lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
    out
}
