//! How the texts of a procedure are written: too long, banned, blaming, passive, nominal, or speaking to a reader who is
//! not meant. `check` tells; a sentence of a
//! feature that is too long or banned is refused when the procedure is loaded.

use super::Checker;
use crate::fault::{Fault, Place};
use crate::language::Language;
use crate::language::readability::{
    Class, Found, Level, Spelling, Token, found, length, list, sentences, signs, tokens,
};
use crate::procedure::{Localised, Outcome, Procedure, Source};

/// What stands for a slot while a sentence is measured: two words, as in `640 Euro` or `sehr stark`.
const FILLED: &str = "640 Euro";

impl Checker<'_> {
    /// A feature's sentence: short enough and without banned words (section 10 of the content specification, rule 8).
    pub(super) fn plain(&mut self, at: usize, field: &str, language: Language, sentence: &str) {
        let Some(level) = Level::of(language, true) else { return };
        let filled = filled(sentence);
        for sentence in sentences(&filled, level.spelling()) {
            let words = length(sentence);
            if words > level.pass().longest {
                self.fault(
                    "P70",
                    at,
                    field,
                    &format!("{words} words: “{sentence}”"),
                    &format!("at most {} words in a sentence", level.pass().longest),
                    "Make two sentences of it; docs/wording.md shows how.",
                );
            }
        }
        for word in words_of(&filled, level).into_iter().filter(|word| word.class == Class::Ban) {
            self.fault(
                "P71",
                at,
                field,
                &word.verdict(),
                "everyday words",
                "Replace the word; docs/wording.md shows how.",
            );
        }
    }
}

/// A text with something in every slot.
fn filled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(FILLED);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn words_of(text: &str, level: Level) -> Vec<Found> {
    found([text], list(level.spelling()), level.spelling())
}

/// What should be mended in a procedure's own texts. Legal texts, names and addresses are the agency's and not looked at.
pub fn wording_findings(procedure: &Procedure) -> Vec<Fault> {
    let mut findings = vec![];
    for &language in &procedure.languages {
        let Some(level) = Level::of(language, true) else { continue };
        let spelling = level.spelling();
        let list = list(spelling);
        // Leichte Sprache has letters alone.
        let shared = if level == Level::Easy { vec![] } else { shared(procedure, language) };
        for (field, text) in shared {
            if let Some(word) = addressing(&text, spelling) {
                let place =
                    Place::file(&procedure.file).field(format!("{field}.{}", language.tag()));
                let found = format!("“{word}”: “{text}”");
                let mend = "Sheets and report have these words too: say it without addressing anybody; see docs/wording.md.";
                findings.push(Fault::new("P75", place, found, "", mend));
            }
        }
        for (field, text) in texts(procedure, language) {
            let mut find = |code, found: String, mend: String| {
                let place =
                    Place::file(&procedure.file).field(format!("{field}.{}", language.tag()));
                findings.push(Fault::new(code, place, found, "", mend));
            };
            let filled = filled(&text);
            for sentence in sentences(&filled, spelling) {
                let words = length(sentence);
                if words > level.pass().longest {
                    let found = format!("{words} words in a sentence: “{sentence}”");
                    let most = level.pass().longest;
                    find(
                        "P70",
                        found,
                        format!(
                            "At most {most} words: make two sentences of it; see docs/wording.md."
                        ),
                    );
                }
                for sign in signs(sentence, spelling) {
                    let what = if sign.passive { "passive" } else { "nouns for verbs" };
                    let found = format!("{what} ({}): “{sentence}”", sign.words);
                    find("P73", found, format!("Better: {}; see docs/wording.md.", sign.instead));
                }
            }
            for word in found([filled.as_str()], list, spelling) {
                let code = match word.class {
                    Class::Ban | Class::Agency => "P71",
                    // The letter explains these words in its glossary.
                    Class::Explain => continue,
                    Class::Warn | Class::Tone => "P72",
                };
                let found = format!("{}: “{}”", word.verdict(), word.sentence);
                find(code, found, "Say it in everyday words; see docs/wording.md.".to_owned());
            }
        }
    }
    findings
}

/// The first word of a text that speaks to the person: caseworkers and owners would take it for themselves.
fn addressing(text: &str, spelling: Spelling) -> Option<&str> {
    let speaks = |(place, word): &(usize, &str)| match spelling {
        // "Sie" may be "they" at the beginning; "ihr" with a small letter is "her" or "their"
        Spelling::German => match *word {
            "Sie" => *place > 0,
            word => word == "Ihnen" || word.starts_with("Ihr") && word.len() <= "Ihres".len(),
        },
        Spelling::English => {
            let word = word.to_ascii_lowercase();
            matches!(word.as_str(), "you" | "your" | "yours")
        }
    };
    let words = tokens(text).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        Token::Number(_) | Token::Mark => None,
    });
    words.enumerate().find(speaks).map(|(_, word)| word)
}

/// Field and text of what sheets and the owner's report say in the same words as a letter.
fn shared(procedure: &Procedure, language: Language) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    let mut of = |field: String, texts: &Localised| {
        out.extend(texts.get(&language).map(|text| (field, text.clone())));
    };
    of("name".to_owned(), &procedure.name);
    of("outcome.positive.short".to_owned(), &procedure.positive.short);
    of("outcome.negative.short".to_owned(), &procedure.negative.short);
    for (i, item) in procedure.not_used.iter().enumerate() {
        of(format!("program.not_used[{i}].label"), &item.label);
    }
    for feature in &procedure.features {
        of(format!("feature.{}.short", feature.id), &feature.short);
        if let Source::Other(body) = &feature.source {
            of(format!("feature.{}.source_body", feature.id), body);
        }
        for choice in &feature.choices {
            of(format!("feature.{}.value.{}.short", feature.id, choice.id), &choice.short);
        }
    }
    let blind = procedure.blind_spots.get(&language).into_iter().flatten().enumerate();
    out.extend(blind.map(|(i, text)| (format!("program.blind_spots[{i}]"), text.clone())));
    out
}

/// Field and text of everything that a letter says in the procedure's own words.
fn texts(procedure: &Procedure, language: Language) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    let mut of = |field: String, texts: &Localised| {
        out.extend(texts.get(&language).map(|text| (field, text.clone())));
    };
    let mut outcome = |name: &str, outcome: &Outcome| {
        for (part, texts) in [
            ("short", &outcome.short),
            ("result", &outcome.result),
            ("suggestion", &outcome.suggestion),
            ("goal", &outcome.goal),
            ("consequence", &outcome.consequence),
            ("right_means", &outcome.right_means),
        ] {
            of(format!("outcome.{name}.{part}"), texts);
        }
    };
    outcome("positive", &procedure.positive);
    outcome("negative", &procedure.negative);
    of("name".to_owned(), &procedure.name);
    for (i, item) in procedure.not_used.iter().enumerate() {
        of(format!("program.not_used[{i}].label"), &item.label);
    }
    for feature in &procedure.features {
        let field = |part: &str| format!("feature.{}.{part}", feature.id);
        for (part, texts) in [
            ("label", &feature.label),
            ("short", &feature.short),
            ("sentence_for", &feature.sentence_for),
            ("sentence_against", &feature.sentence_against),
            ("missing", &feature.missing),
        ] {
            of(field(part), texts);
        }
        for choice in &feature.choices {
            of(field(&format!("value.{}.text", choice.id)), &choice.text);
            of(field(&format!("value.{}.short", choice.id)), &choice.short);
        }
    }
    let blind = procedure.blind_spots.get(&language).into_iter().flatten().enumerate();
    out.extend(blind.map(|(i, text)| (format!("program.blind_spots[{i}]"), text.clone())));
    if let Some(catalogue) = procedure.catalogues.get(&language) {
        for id in ["scenario-heading", "scenario", "scenario-free", "scenario-decides"] {
            out.extend(catalogue.say(id, &[]).ok().map(|text| (format!("texts.{id}"), text)));
        }
    }
    out
}
