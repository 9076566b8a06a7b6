//! A document as read back, and everything that could be wrong with it.

use std::collections::BTreeSet;

use crate::expected::{Expected, Record, words_with_digits};
use crate::numbers::number;
use crate::pdf::flat;

/// A document as read back.
pub struct Page<'a> {
    pub kind: &'static str,
    pub expected: &'a Expected,
    pub record: &'a Record,
    /// On one line.
    pub text: String,
    /// As extracted.
    pub raw: String,
    /// Without spaces and hyphens.
    squeezed: String,
    /// The same without what stands between the text of two pages: footer, mark of a draft, running header.
    flow: String,
}

/// What runs over two pages, without what the pages put between.
fn without_page_breaks(raw: &str, reference: &str) -> String {
    let mut lines: Vec<&str> = vec![];
    let mut after_footer = false;
    for line in raw.lines().map(|line| line.trim_matches(['\u{c}', ' '])) {
        let footer = line.starts_with(&format!("{reference} · "));
        let furniture = line.starts_with("ENTWURF")
            || line.starts_with("DRAFT")
            || line.starts_with(reference)
            || line.is_empty();
        if footer || (after_footer && furniture) {
            after_footer = true;
            continue;
        }
        after_footer = false;
        lines.push(line);
    }
    squeeze(&lines.join(" "))
}

/// Sheets are hyphenated: hyphens and spaces at line ends are the typesetter's.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{ad}')).collect()
}

impl<'a> Page<'a> {
    pub fn new(
        kind: &'static str,
        expected: &'a Expected,
        record: &'a Record,
        raw: String,
    ) -> Self {
        let text = flat(&raw);
        let flow = without_page_breaks(&raw, record.text("/case/id").unwrap_or_default());
        Page { kind, expected, record, squeezed: squeeze(&text), flow, text, raw }
    }

    /// The same page with one place changed.
    pub fn forged(&self, from: &str, to: &str) -> Self {
        assert!(self.text.contains(from), "{} has no {from}: {}", self.kind, self.text);
        Page::new(self.kind, self.expected, self.record, self.text.replacen(from, to, 1))
    }
}

impl Page<'_> {
    /// Everything that is wrong with the page.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = vec![];
        self.slots(&mut faults);
        self.numbers(&mut faults);
        self.dates(&mut faults);
        self.pages(&mut faults);
        self.names_of_columns(&mut faults);
        match self.kind {
            "letter" => self.letter(&mut faults),
            "sheet-a" => self.sheet_a(&mut faults),
            _ => self.sheet_b(&mut faults),
        }
        faults
    }

    /// No empty slot, no trace of one.
    fn slots(&self, faults: &mut Vec<String>) {
        for trace in [
            "{", "}", "::", ": .", ": ,", " .", " ,", "..", "()", "„“", "NaN", "null", "None",
            "\u{fffd}",
        ] {
            if self.text.contains(trace) {
                faults.push(format!("“{trace}” in the text"));
            }
        }
        faults.extend(
            self.raw
                .lines()
                .filter(|line| line.trim().contains("  "))
                .map(|line| format!("two spaces: {line}")),
        );
    }

    /// Every word with a digit is one that follows from the record, from the procedure's texts, or is structural.
    fn numbers(&self, faults: &mut Vec<String>) {
        let mut allowed = self.expected.fixed_words();
        // "of 100" in natural frequencies.
        allowed.insert("100".to_owned());
        let record = self.record;
        // What humans wrote, and ids.
        let mut written =
            vec!["/case/id", "/procedure/version", "/recipient/name", "/decision/reasons"];
        written.extend(["/decision/considerations", "/decision/decided_by_role"]);
        let written = written.into_iter().filter_map(|pointer| record.text(pointer));
        let address = record.list("/recipient/address").iter().filter_map(|line| line.as_str());
        let gates = record.list("/gates").iter().filter_map(|gate| gate["finding"].as_str());
        let mut texts: Vec<String> = written.chain(address).map(str::to_owned).collect();
        if self.kind == "sheet-b" {
            texts.extend(gates.map(str::to_owned));
        }
        let (pages, e) = (self.page_marks().len(), self.expected);
        texts.extend((1..=pages).map(|page| page.to_string()));
        texts.push(e.long_date(record.text("/date").unwrap()));
        if self.kind == "letter" {
            let dates =
                ["/case/data_as_of", "/decision/decided_at", "/decision/notice_date"].into_iter();
            texts.extend(dates.filter_map(|at| record.text(at)).map(|date| e.long_date(date)));
        }
        if self.kind != "letter" {
            texts.extend(
                ["/date", "/case/data_as_of"]
                    .iter()
                    .filter_map(|at| record.text(at))
                    .map(|date| e.short_date(date)),
            );
        }
        texts.extend(record.list("/inputs").iter().map(|input| {
            let feature = e.feature(input["feature"].as_str().unwrap());
            e.value(feature, &input["value"], "text")
        }));
        texts.extend(self.derived());
        allowed.extend(texts.iter().flat_map(|text| words_with_digits(text)));
        for word in words_with_digits(&self.text) {
            let digits: Vec<char> = word.chars().filter(char::is_ascii_digit).collect();
            if word.starts_with(['-', '−', '+']) && digits.iter().all(|digit| *digit == '0') {
                faults.push(format!("a signed nothing: {word}"));
            }
            if !allowed.contains(&word) {
                faults.push(format!(
                    "“{word}” stands neither in the record nor in the procedure's texts"
                ));
            }
        }
    }

    /// Numbers that a document may derive from the record, each computed here.
    fn derived(&self) -> Vec<String> {
        let (record, e) = (self.record, self.expected);
        let mut texts = vec![];
        let change = |change: &serde_json::Value| {
            e.value(e.feature(change["feature"].as_str().unwrap()), &change["to"], "short")
        };
        if self.kind != "sheet-a" {
            texts.extend(record.list("/counterfactual/changes").iter().map(change));
        }
        if self.kind != "sheet-a" {
            for detail in record.list("/details/turning") {
                let feature = e.feature(detail["feature"].as_str().unwrap());
                let ends = detail["ranges"].as_array().unwrap().iter();
                let ends = ends.flat_map(|range| [&range["low"], &range["high"]]);
                texts.extend(ends.map(|x| e.quantity(feature, number(x))));
                let choices = detail["choices"].as_array().unwrap().iter();
                texts.extend(choices.map(|id| e.value(feature, id, "short")));
            }
        }
        if self.kind == "letter" && record.is("/frequency/printable") {
            let (right, wrong) = self.of_hundred();
            texts.extend([right, wrong].map(|n| e.numeral(n, 0)));
            texts.push(e.numeral(record.number("/holdout/rows"), 0));
        }
        if self.kind == "sheet-b" {
            texts.extend(record.list("/counterfactual/alternatives").iter().map(change));
            for reason in record.list("/reasons/named") {
                let id = reason["feature"].as_str().unwrap();
                let inputs = record.list("/inputs");
                let input = inputs.iter().find(|input| input["feature"] == id).unwrap();
                let typical = input["typical"].as_array().into_iter().flatten();
                texts.extend(typical.map(|x| e.quantity(e.feature(id), number(x))));
            }
            texts.push(e.numeral(record.number("/statements/sufficient/most"), 0));
            for item in record.list("/statements/necessary") {
                texts.push(e.numeral(number(&item["others"]), 0));
            }
            if record.0.pointer("/statements/together/others").is_some() {
                let of = |name: &str| record.number(&format!("/statements/together/{name}"));
                texts.push(e.numeral((100.0 * of("turned") / of("others")).floor(), 0));
            }
            for reason in record.list("/reasons/uncertain") {
                let share = &reason["licence"]["background"]["number"];
                texts.push(e.numeral((100.0 * share.as_f64().unwrap_or(0.0)).round(), 0));
            }
            texts.extend(self.shares().into_iter().map(|(_, share)| share));
            let (wrong, missed) = self.wrong_and_missed();
            texts.extend([wrong, missed].map(|n| e.numeral(n, 0)));
            texts.extend(self.waterfall().into_iter().map(|(_, number)| number));
            texts.push(e.numeral(record.number("/prediction/threshold_raw"), 2));
            texts.extend(self.thresholds());
            texts.extend(self.tree_counts());
            let fidelity = record.number("/surrogate/agreeing") / record.number("/surrogate/rows");
            texts.push(e.numeral((100.0 * fidelity).floor(), 0));
        }
        texts
    }

    /// How often a result like this was right and wrong, of 100.
    fn of_hundred(&self) -> (f64, f64) {
        let right =
            100.0 * self.record.number("/frequency/right") / self.record.number("/frequency/rows");
        (right.round(), 100.0 - right.round())
    }

    fn wrong_and_missed(&self) -> (f64, f64) {
        let n = |name: &str| self.record.number(&format!("/frequency/{name}"));
        let wrong = 100.0 * (n("rows") - n("right")) / n("rows");
        (wrong.round(), (100.0 * n("missed") / n("positives")).round())
    }

    /// Whole percents of the named reasons and of the rest: together 100.
    fn shares(&self) -> Vec<(Option<String>, String)> {
        let percents = self.record.percents();
        let mut rest = 100;
        let mut out = vec![];
        for reason in self.record.list("/reasons/named") {
            let id = reason["feature"].as_str().unwrap();
            rest -= percents[id];
            out.push((Some(id.to_owned()), self.expected.percent(f64::from(percents[id]), 0)));
        }
        out.push((None, self.expected.percent(f64::from(rest), 0)));
        out
    }

    /// Label and printed number of every line of the waterfall: printed steps are differences of printed levels.
    fn waterfall(&self) -> Vec<(String, String)> {
        let (record, e) = (self.record, self.expected);
        let levels = record.levels();
        let plain = |x: i64| e.numeral(x as f64 / 100.0, 2);
        let signed = |x: i64| if x > 0 { format!("+{}", plain(x)) } else { plain(x) };
        let mut labels: Vec<String> = record
            .list("/reasons/named")
            .iter()
            .map(|reason| {
                let id = reason["feature"].as_str().unwrap();
                e.short_line(e.feature(id), record.input(id))
            })
            .collect();
        labels.push(e.say("chart-rest", &[]));
        let steps = levels.windows(2).map(|pair| signed(pair[1] - pair[0]));
        let mut out: Vec<(String, String)> = labels.into_iter().zip(steps).collect();
        out.push((e.say("waterfall-end", &[]), plain(levels[levels.len() - 1])));
        out.push((String::new(), plain(levels[0])));
        out
    }

    /// Numbers in the picture of the case's path: its steps, how the cases of leaf and branches divide, ends of axes.
    fn tree_counts(&self) -> Vec<String> {
        let (record, e) = (self.record, self.expected);
        let divided = |cases: &serde_json::Value| {
            let [negative, positive] = ["negative", "positive"].map(|side| number(&cases[side]));
            [negative, positive, negative + positive].map(|n| e.numeral(n, 0))
        };
        let mut texts = divided(&record.0["surrogate"]["leaf"]).to_vec();
        for (nth, step) in record.list("/surrogate/path").iter().enumerate() {
            texts.push((nth + 1).to_string());
            texts.extend(divided(&step["other"]));
            let values = &step["spread"]["values"];
            for end in ["axis_low", "axis_high"].map(|end| &values[end]).into_iter() {
                if let Some(end) = end.as_f64() {
                    let places =
                        end.to_string().split_once('.').map_or(0, |(_, places)| places.len());
                    texts.push(e.numeral(end, places));
                }
            }
        }
        texts
    }

    /// Roundings of the tests on the case's path that put the case on the side where it is.
    fn thresholds(&self) -> Vec<String> {
        let (record, e) = (self.record, self.expected);
        let mut texts = vec![];
        for step in record.list("/surrogate/path") {
            let inputs = record.list("/inputs");
            let owner = |input: &&serde_json::Value| {
                input["columns"].as_array().unwrap().iter().any(|c| c["column"] == step["column"])
            };
            let input = inputs.iter().find(owner).expect("a column of a feature");
            let feature = e.feature(input["feature"].as_str().unwrap());
            if feature.get("unit").is_none() && feature["kind"].as_str() != Some("percent") {
                continue;
            }
            // In full: no threshold is rounded past a value.
            let threshold = number(&step["threshold"]);
            let places =
                threshold.to_string().split_once('.').map_or(0, |(_, places)| places.len());
            texts.push(e.numeral(threshold, places));
        }
        texts
    }

    /// Every date in words is one of the record.
    fn dates(&self, faults: &mut Vec<String>) {
        let record = self.record;
        let mut known: Vec<String> =
            ["/date", "/case/data_as_of", "/decision/decided_at", "/decision/notice_date"]
                .iter()
                .filter_map(|at| record.text(at))
                .map(|date| self.expected.long_date(date))
                .collect();
        let human = ["/decision/reasons", "/decision/considerations"]
            .map(|at| record.text(at).unwrap_or_default());
        let words: Vec<&str> = self.text.split_whitespace().collect();
        known.extend(human.map(str::to_owned));
        for i in 1..words.len().saturating_sub(1) {
            let month = words[i].trim_end_matches(['.', ',']);
            let day = words[i - 1].trim_end_matches('.');
            if !self.expected.is_month(month) || day.parse::<u8>().is_err() {
                continue;
            }
            let date = format!("{} {month}", words[i - 1]);
            let whole =
                format!("{date} {}", words[i + 1].trim_end_matches(|c: char| !c.is_ascii_digit()));
            if !known.contains(&whole) && !human.iter().any(|text| text.contains(&date)) {
                faults.push(format!("the date “{whole}”"));
            }
        }
        let date = self.expected.long_date(record.text("/date").unwrap());
        if self.kind == "letter" && !self.text.contains(&date) {
            faults.push(format!("no “{date}”"));
        }
    }

    /// `Page 1 of 4`, as page and pages.
    fn page_marks(&self) -> Vec<(usize, usize)> {
        let (page, of) = if self.expected.english { ("Page", "of") } else { ("Seite", "von") };
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let marks = words.windows(4).filter(|w| w[0] == page && w[2] == of);
        marks.filter_map(|w| Some((w[1].parse().ok()?, w[3].parse().ok()?))).collect()
    }

    fn pages(&self, faults: &mut Vec<String>) {
        let marks = self.page_marks();
        let right: Vec<(usize, usize)> =
            (1..=marks.len()).map(|page| (page, marks.len())).collect();
        if marks != right || marks.is_empty() {
            faults.push(format!("pages {marks:?}"));
        }
    }

    /// No technical name reaches a document.
    fn names_of_columns(&self, faults: &mut Vec<String>) {
        let record = self.record;
        let columns =
            record.list("/attribution/columns").iter().filter_map(|item| item["column"].as_str());
        let ids = record.list("/inputs").iter().filter_map(|input| input["feature"].as_str());
        let values = record.list("/inputs").iter().filter_map(|input| input["value"].as_str());
        let human = ["/decision/reasons", "/decision/considerations"]
            .map(|at| record.text(at).unwrap_or_default());
        let words: BTreeSet<&str> =
            self.text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        // In English some ids are words as well ("age", "other"); those with an underscore, and all in German, are not.
        for name in columns.chain(ids).chain(values) {
            let technical = name.contains('_') || !self.expected.english;
            if technical && words.contains(name) && !human.iter().any(|text| text.contains(name)) {
                faults.push(format!("the technical name {name}"));
            }
        }
    }

    fn has(&self, faults: &mut Vec<String>, wanted: &str) {
        let wanted_squeezed = squeeze(wanted);
        if ![&self.squeezed, &self.flow].iter().any(|text| text.contains(&wanted_squeezed)) {
            faults.push(format!("no “{wanted}”"));
        }
    }

    fn letter(&self, faults: &mut Vec<String>) {
        let (record, e) = (self.record, self.expected);
        // Scores mean nothing to a citizen and look like probabilities.
        let mut scores = vec![
            record.number("/prediction/raw"),
            record.number("/prediction/exact"),
            record.number("/prediction/value"),
        ];
        scores.push(record.number("/attribution/base_value"));
        scores
            .extend(record.list("/attribution/features").iter().map(|item| number(&item["value"])));
        let words = words_with_digits(&self.text);
        for score in scores.into_iter().filter(|score| score.abs() >= 0.005) {
            let text = e.numeral(score, 2);
            if words.iter().any(|word| word.trim_start_matches('+') == text) {
                faults.push(format!("the score {text}"));
            }
        }
        self.details(faults);
        self.reasons(faults);
        if record.deviated() {
            self.has(faults, record.text("/decision/reasons").unwrap());
            return;
        }
        for change in record.list("/counterfactual/changes") {
            let feature = e.feature(change["feature"].as_str().unwrap());
            let [to, from] = ["to", "from"].map(|side| e.value(feature, &change[side], "short"));
            if to == from {
                faults.push(format!("“{to} instead of {from}”"));
            }
            self.has(
                faults,
                &e.say(
                    "cf-item",
                    &[("label", e.text(feature, "label")), ("cf_wert", &to), ("wert", &from)],
                ),
            );
        }
        if record.is("/frequency/printable") {
            let (right, wrong) = self.of_hundred();
            let [n, right, wrong] =
                [record.number("/holdout/rows"), right, wrong].map(|n| e.numeral(n, 0));
            self.has(
                faults,
                &e.say("unc-freq", &[("n_test", &n), ("n_richtig", &right), ("n_falsch", &wrong)]),
            );
        }
    }

    /// Direction words follow the sign of the attribution, strength words the share; a letter about a rejected
    /// suggestion tells none of it.
    fn reasons(&self, faults: &mut Vec<String>) {
        let (record, e) = (self.record, self.expected);
        let named = record.list("/reasons/named");
        let (towards, against) = if e.english {
            ("point in favour.", "point against.")
        } else {
            ("dafür gesprochen.", "dagegen gesprochen.")
        };
        let told = [towards, against].map(|words| self.text.matches(words).count());
        if record.deviated() {
            if told != [0, 0] {
                faults.push("reasons of a rejected suggestion".to_owned());
            }
            return;
        }
        let ids: Vec<&str> = named.iter().filter_map(|reason| reason["feature"].as_str()).collect();
        let favour = ids.iter().filter(|id| record.speaks_for(id)).count();
        if told != [favour, ids.len() - favour] {
            faults.push(format!("{told:?} reasons for and against, the record has {ids:?}"));
        }
        let total: f64 = record
            .list("/attribution/features")
            .iter()
            .map(|item| number(&item["value"]).abs())
            .sum();
        let share = |id: &str| record.attribution(id).abs() / total;
        for (i, reason) in named.iter().enumerate() {
            let strength = reason["strength"].as_str().unwrap();
            let usual = word_of(share(ids[i]));
            // LETTERS 10.2 (b), (d), (e): a word may only be weaker than the share's, near the average, beside a point
            // of almost the same share, or after one that was weakened.
            let tie = ids
                .iter()
                .enumerate()
                .any(|(j, id)| j != i && (share(id) - share(ids[i])).abs() <= 0.01);
            let weakened =
                i > 0 && rank(named[i - 1]["strength"].as_str().unwrap()) <= rank(strength);
            let excused = tie || weakened || record.is("/reasons/average");
            if rank(strength) > rank(usual) || (strength != usual && !excused) {
                faults.push(format!(
                    "{} is called {strength}, its share is {}",
                    ids[i],
                    share(ids[i])
                ));
            }
            self.has(faults, &e.reason(record, ids[i], strength));
        }
    }

    /// Every detail stands in the document as the program got it.
    fn details(&self, faults: &mut Vec<String>) {
        let e = self.expected;
        for input in self.record.list("/inputs") {
            let feature = e.feature(input["feature"].as_str().unwrap());
            let row = format!(
                "{}{}",
                e.text(feature, "short"),
                e.value(feature, &input["value"], "short")
            );
            self.has(faults, &row);
        }
    }

    fn sheet_a(&self, faults: &mut Vec<String>) {
        self.details(faults);
        // The own look comes before the result.
        for word in ["Anteil", "schlägt", "share", "suggests"] {
            if self.text.contains(word) {
                faults.push(format!("“{word}” before the result"));
            }
        }
    }

    fn sheet_b(&self, faults: &mut Vec<String>) {
        let (record, e) = (self.record, self.expected);
        for (feature, share) in self.shares() {
            let share = match feature {
                Some(id) => {
                    let line = e.short_line(e.feature(&id), record.input(&id));
                    format!("{line} ({}", e.say("sheet-share", &[("anteil", &share)]))
                }
                None => e.say("sheet-rest", &[("anteil", &share)]),
            };
            self.has(faults, &share);
        }
        for (label, number) in self.waterfall() {
            self.has(faults, &format!("{label}{number}"));
        }
        let (wrong, missed) = self.wrong_and_missed();
        self.has(faults, &e.say("sheet-against-wrong", &[("n_falsch", &e.numeral(wrong, 0))]));
        self.has(
            faults,
            &e.say("sheet-against-missed", &[("n_uebersehen", &e.numeral(missed, 0))]),
        );
    }

    pub fn shows_tree(&self) -> bool {
        let record = self.record;
        let fidelity = record.number("/surrogate/agreeing") / record.number("/surrogate/rows");
        fidelity >= 0.9 && record.is("/surrogate/agrees")
    }
}

/// The word of a share, LETTERS 10.2.
fn word_of(share: f64) -> &'static str {
    match share {
        s if s >= 0.30 => "very_strong",
        s if s >= 0.15 => "strong",
        s if s >= 0.07 => "medium",
        _ => "slight",
    }
}

fn rank(word: &str) -> usize {
    ["slight", "medium", "strong", "very_strong"]
        .iter()
        .position(|known| *known == word)
        .expect("a word of strength")
}
