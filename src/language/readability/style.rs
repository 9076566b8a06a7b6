//! Passive voice and nominal style: signs that nobody acts in a sentence. Found by the forms of words, so they are
//! warnings, never a gate: a rule of forms takes some sentences for passive that are none.

use super::Spelling;
use super::counts::{Token, tokens};

/// A sign of a style that is hard to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The words found.
    pub words: String,
    /// It is a passive (else: nominal style).
    pub passive: bool,
    /// What to write instead.
    pub instead: &'static str,
}

/// The signs in a sentence: at most one passive and one of nominal style.
pub fn signs(sentence: &str, spelling: Spelling) -> Vec<Sign> {
    let words: Vec<&str> = tokens(sentence)
        .filter_map(|token| match token {
            Token::Word(word) => Some(word),
            _ => None,
        })
        .collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let passive = match spelling {
        Spelling::German => german_passive(&lower),
        Spelling::English => english_passive(&lower),
    };
    let mut out = vec![];
    if let Some((auxiliary, participle)) = passive {
        out.push(Sign {
            words: format!("{auxiliary} … {participle}"),
            passive: true,
            instead: match spelling {
                Spelling::German => "sagen, wer handelt: wir prüfen, das Programm rechnet",
                Spelling::English => "say who acts: we check, the program calculates",
            },
        });
    }
    let nouns: Vec<&str> =
        words.iter().copied().filter(|word| is_action_noun(word, spelling)).collect();
    if nouns.len() >= 3 || (nouns.len() == 2 && stands_for_verb(&lower, &nouns)) {
        out.push(Sign {
            words: nouns.join(", "),
            passive: false,
            instead: match spelling {
                Spelling::German => "Verben benutzen: prüfen statt Prüfung",
                Spelling::English => "use verbs: check instead of verification",
            },
        });
    }
    out
}

/// Infinitives and other words that look like participles.
const NO_PARTICIPLES: [&str; 24] = [
    "gehen",
    "geben",
    "gelten",
    "gehören",
    "gewinnen",
    "genießen",
    "gelingen",
    "gefallen",
    "geraten",
    "geschehen",
    "gegen",
    "gerecht",
    "gesamt",
    "gut",
    "genannt",
    "gering",
    "gesundheit",
    "geld",
    "gericht",
    "gebiet",
    "gebäuden",
    "gerät",
    "geräten",
    "geleiten",
];

const SEPARABLE: [&str; 22] = [
    "ab", "an", "auf", "aus", "bei", "ein", "fest", "her", "hin", "mit", "nach", "vor", "weg",
    "zu", "zurück", "zusammen", "weiter", "heraus", "hinzu", "durch", "um", "frei",
];

fn is_german_participle(word: &str) -> bool {
    if word.chars().count() < 5 || NO_PARTICIPLES.contains(&word) {
        return false;
    }
    let verbal = word.ends_with('t') || word.ends_with("en");
    let ge = |word: &str| word.starts_with("ge") && verbal;
    let separable = || {
        SEPARABLE
            .iter()
            .any(|prefix| word.strip_prefix(prefix).is_some_and(|rest| rest.len() > 5 && ge(rest)))
    };
    let inseparable = ["be", "ver", "er", "ent", "zer", "miss", "über", "unter", "wider"];
    // With -en these are infinitives as often: "Sie werden bekommen".
    let weak = inseparable.iter().any(|prefix| word.starts_with(prefix)) && word.ends_with('t');
    ge(word) || separable() || weak || (word.ends_with("iert") && word.len() > 6)
}

fn german_passive(words: &[String]) -> Option<(String, String)> {
    let auxiliaries = ["wird", "werden", "wurde", "wurden", "worden", "würden", "würde"];
    let auxiliary = words.iter().find(|word| auxiliaries.contains(&word.as_str()))?;
    // With worden even these are no infinitives: entschieden worden.
    let worden = words.iter().any(|word| word == "worden");
    let strong = |word: &str| {
        worden
            && word.ends_with("en")
            && ["be", "ver", "er", "ent", "zer"].iter().any(|prefix| word.starts_with(prefix))
    };
    let participle = words.iter().find(|word| is_german_participle(word) || strong(word))?;
    // "Sie haben gesagt, dass es teuer wird": a perfect with haben is no passive.
    let perfect =
        words.iter().any(|word| matches!(word.as_str(), "haben" | "hat" | "hatte" | "habe"));
    (!perfect || worden).then(|| (auxiliary.clone(), participle.clone()))
}

const ENGLISH_IRREGULAR: [&str; 28] = [
    "made", "done", "given", "taken", "shown", "sent", "written", "paid", "told", "found", "kept",
    "held", "known", "seen", "read", "brought", "bought", "chosen", "drawn", "built", "lost",
    "met", "put", "set", "said", "sold", "spoken", "thought",
];

fn english_passive(words: &[String]) -> Option<(String, String)> {
    let auxiliaries = ["is", "are", "was", "were", "be", "been", "being"];
    // States and feelings: nobody is acted upon.
    let states = ["involved", "married", "tired", "worried", "interested", "related", "unemployed"];
    let participle = |word: &str| {
        (!states.contains(&word)
            && word.len() > 4
            && word.ends_with("ed")
            && !word.ends_with("eed"))
            || ENGLISH_IRREGULAR.contains(&word)
    };
    words.iter().enumerate().filter(|(_, word)| auxiliaries.contains(&word.as_str())).find_map(
        |(at, auxiliary)| {
            // Directly, or with an adverb between.
            let found = words.iter().skip(at + 1).take(2).find(|word| participle(word))?;
            Some((auxiliary.clone(), found.clone()))
        },
    )
}

/// Nouns made of verbs, and everyday words that only look like them.
fn is_action_noun(word: &str, spelling: Spelling) -> bool {
    let lower = word.to_lowercase();
    if lower.chars().count() < 7 {
        return false;
    }
    match spelling {
        Spelling::German => {
            let everyday = [
                "wohnung",
                "leistung",
                "zeitung",
                "rechnung",
                "meinung",
                "beratung",
                "verletzung",
                "versicherung",
                "rentenversicherung",
                "unfallversicherung",
                "entscheidung",
                "erklärung",
                "behandlung",
                "bedeutung",
                "ordnung",
                "information",
                "situation",
                "abteilung",
                "ausbildung",
                "erfahrung",
                "kleidung",
                "heizung",
                "änderung",
            ];
            let stem = lower.strip_suffix("en").unwrap_or(&lower);
            word.starts_with(char::is_uppercase)
                && ["ung", "ierung", "nahme", "heit", "keit", "ität"]
                    .iter()
                    .any(|end| stem.ends_with(end))
                && !everyday.contains(&stem)
        }
        Spelling::English => {
            let stem = lower.strip_suffix('s').unwrap_or(&lower);
            let everyday = [
                "information",
                "question",
                "situation",
                "application",
                "education",
                "explanation",
                "comment",
                "document",
                "department",
                "government",
                "apartment",
                "moment",
                "payment",
                "decision",
                "unemployment",
                "treatment",
                "rehabilitation",
                "suggestion",
                "position",
                "section",
                "condition",
                "pension",
            ];
            ["tion", "sion", "ment", "ance", "ence", "ity"].iter().any(|end| stem.ends_with(end))
                && !everyday.contains(&stem)
        }
    }
}

/// Two nouns are nominal style where a preposition hangs one on the other: "zur Prüfung der Berechtigung".
fn stands_for_verb(words: &[String], nouns: &[&str]) -> bool {
    let first = nouns.first().map(|noun| noun.to_lowercase());
    let before = words
        .iter()
        .zip(words.iter().skip(1))
        .find(|(_, word)| Some(*word) == first.as_ref())
        .map(|(before, _)| before.as_str());
    matches!(
        before,
        Some(
            "zur"
                | "zum"
                | "bei"
                | "nach"
                | "durch"
                | "unter"
                | "mit"
                | "for"
                | "by"
                | "upon"
                | "after"
                | "under"
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str, spelling: Spelling) -> Vec<bool> {
        signs(text, spelling).into_iter().map(|sign| sign.passive).collect()
    }

    /// Section 7: active voice, verbs.
    #[test]
    fn passive_and_nominal_style_are_found() {
        for text in [
            "Ihr Antrag wird geprüft.",
            "Die Angaben wurden vom Programm ausgewertet.",
            "Ihr Fall ist automatisch entschieden worden.",
            "Der Betrag wird bezahlt.",
        ] {
            assert_eq!(kinds(text, Spelling::German), [true], "{text}");
        }
        for text in ["Your case was carefully checked.", "A letter is sent to you."] {
            assert_eq!(kinds(text, Spelling::English), [true], "{text}");
        }
        let nominal = "Nach Prüfung der Berechtigung senden wir Ihnen Post.";
        assert_eq!(kinds(nominal, Spelling::German), [false]);
        let english = "After verification of compliance we write to you.";
        assert_eq!(kinds(english, Spelling::English), [false]);
    }

    #[test]
    fn active_sentences_are_left_alone() {
        for text in [
            "Wir prüfen Ihren Antrag.",
            "Sie werden gesund und gehen wieder zur Arbeit.",
            "Das Programm hat Ihre Angaben ausgewertet.",
            "Manche Menschen brauchen länger, bis sie wieder arbeiten können.",
            "Die Beratung ist kostenlos.",
        ] {
            assert_eq!(kinds(text, Spelling::German), [false; 0], "{text}");
        }
        for text in [
            "We check your case.",
            "You are free to ask.",
            "It is not a promise.",
            "We ask who was involved.",
        ] {
            assert_eq!(kinds(text, Spelling::English), [false; 0], "{text}");
        }
    }
}
