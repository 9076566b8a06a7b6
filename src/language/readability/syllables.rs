//! Syllables of a word, by rules on its letters: for readability formulas, which were made with syllables counted by
//! people. How often the rules are wrong is measured on pronunciation dictionaries (`docs/wording.md`).
//!
//! The German rules are those of the readability section of the content specification, with the exceptions that a sample
//! of German Wiktionary showed. Syllables are those of careful speech, as a dictionary divides a word: `In-for-ma-ti-on`,
//! `Fa-mi-li-e`.

use super::Spelling;

/// Syllables of a word, at least one. The parts of a word with hyphens or middle dots are counted one by one.
pub fn syllables(word: &str, spelling: Spelling) -> usize {
    let lower = word.to_lowercase();
    let parts = lower.split(['-', '‐', '\u{2011}', '·', '\'', '’']).filter(|part| !part.is_empty());
    let count = match spelling {
        Spelling::German => german,
        Spelling::English => english,
    };
    parts.map(count).sum::<usize>().max(1)
}

fn is_german_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'ä' | 'ö' | 'ü' | 'y')
        || "áàâåéèêëíìîïóòôúùûæœø".contains(letter)
}

/// Two vowels that are spoken as one.
const GERMAN_PAIRS: [&str; 14] =
    ["äu", "eu", "ei", "ai", "au", "ie", "ey", "ay", "oy", "oi", "aa", "ee", "oo", "ou"];

/// What comes before an `ie` that is spoken as two, unless an `r` follows (`Studie`, but `studieren`).
const BEFORE_SPLIT_IE: [&str; 76] = [
    "famil", "stud", "lin", "lil", "ser", "akt", "präm", "fol", "mater", "kriter", "bakter",
    "komöd", "tragöd", "kastan", "petersil", "arter", "host", "org", "pin", "fuchs", "magnol",
    "begon", "immobil", "karr", "barr", "prem", "spez", "ital", "span", "belg", "fer", "med",
    "minister", "territor", "stipend", "prinzip", "material", "reptil", "mum", "utensil",
    "privileg", "fossil", "domizil", "textil", "chemikal", "natural", "personal", "formal",
    "lappal", "amphib", "dahl", "pistaz", "akaz", "azal", "glor", "fur", "graz", "ind", "as",
    "kolon", "hyg", "p", "var", "soz", "arm", "bras", "syr", "tschech", "bosn", "kroat", "slowen",
    "rumän", "bulgar", "jur", "dynast", "tunes",
];

/// What comes before a `-ier` whose `ie` is spoken as two (`Vegetarier`, but `Papier`).
const BEFORE_SPLIT_IER: [&str; 14] = [
    "vegetar",
    "parlamentar",
    "proletar",
    "saur",
    "span",
    "belg",
    "tun",
    "ind",
    "syr",
    "patriz",
    "arab",
    "alban",
    "port",
    "bank",
];

/// Whether a German pair of vowels is spoken as two here.
fn is_split(before: &str, pair: &str, after: &str) -> bool {
    let ends = |stems: &[&str]| stems.iter().any(|stem| before.ends_with(stem));
    let starts = |beginnings: &[&str]| beginnings.iter().any(|start| after.starts_with(start));
    // be- and ge- keep their own syllable: be-urteilen, ge-impft, be-enden.
    let prefix = ["b", "g", "unb", "ung", "abg", "aufg", "ausg", "mitb", "mitg", "vorg", "zug"];
    let prefixed = prefix.contains(&before);
    match pair {
        "ie" if ["n", "ns"].contains(&after) => {
            !(ends(&["sch", "verd", "bed"]) || ["w", "d", "l"].contains(&before))
        }
        "ie" if starts(&["nt", "nz"]) && ends(&["t", "z", "l", "r", "p", "mb"]) => true,
        "ie" if after == "ll" || (after.starts_with("lle") && !after.starts_with("llei")) => {
            !["sp", "z"].contains(&before)
        }
        "ie" if ["r", "rs", "rn", "rin", "rinnen"].contains(&after) => ends(&BEFORE_SPLIT_IER),
        "ie" => {
            let stem = BEFORE_SPLIT_IE.iter().find(|stem| before.ends_with(**stem));
            // Short stems stand at the beginning only: Pietät, but Spiel, Papier; Asiens, but Wiesen.
            stem.is_some_and(|stem| match *stem {
                "karr" | "barr" | "prem" => after.starts_with("re"),
                _ if after.starts_with('r') => false,
                "p" | "var" | "soz" => after.starts_with("tät"),
                "as" | "ind" | "arm" | "bras" | "syr" | "jur" | "fur" | "org" | "pin" | "lil"
                | "ser" | "host" | "mum" | "glor" | "lin" => {
                    after.is_empty() || after.starts_with('n')
                }
                _ => true,
            })
        }
        "ee" if after == "n" => !ends(&["q", "t", "ow", "scr", "gr"]),
        "ee" => {
            (prefixed && starts(&["h", "nd", "ng", "rd", "rb", "rn"]))
                || after.starts_with("ll")
                || (ends(&["id"]) && after.starts_with('n'))
        }
        "ei" => {
            (prefixed && starts(&["nhalt", "rr", "mpf"]))
                || ends(&["koff", "prot", "kas", "nukl", "ath"])
        }
        "eu" => {
            (prefixed && starts(&["rt", "rl", "rk", "rs"]))
                || (after.starts_with('m')
                    && ends(&["mus", "petrol", "lyz", "koloss", "mausol", "linol"]))
        }
        "äu" => ends(&["jubil"]),
        "oi" => {
            starts(&["sm", "st", "sch", "d"])
                || ends(&["her"])
                || (before == "st" && after.starts_with('k'))
        }
        "ai" => {
            starts(&["sch", "smus", "z", "st"])
                || ends(&["kok", "ukr", "mos"])
                || (ends(&["n"]) && after.starts_with('v'))
        }
        "oo" => ends(&["k"]) && starts(&["p", "rd"]) || ends(&["z"]) && starts(&["lo", "ge", "mo"]),
        "aa" => ends(&["is", "kan"]) && starts(&["k", "n"]),
        _ => false,
    }
}

/// Loan words with letters that German readers do not speak, and how many syllables the rules count too many.
const GERMAN_LOANS: [(&str, usize); 43] = [
    ("software", 1),
    ("hardware", 1),
    ("shareware", 1),
    ("freeware", 1),
    ("malware", 1),
    ("online", 1),
    ("offline", 1),
    ("hotline", 1),
    ("airline", 1),
    ("pipeline", 2),
    ("timeline", 2),
    ("deadline", 2),
    ("headline", 2),
    ("homepage", 2),
    ("update", 1),
    ("upgrade", 1),
    ("service", 1),
    ("management", 1),
    ("statement", 1),
    ("baseball", 1),
    ("interface", 1),
    ("image", 1),
    ("challenge", 1),
    ("business", 1),
    ("renaissance", 1),
    ("skateboard", 2),
    ("team", 1),
    ("leasing", 1),
    ("jeans", 1),
    ("beamer", 1),
    ("steak", 1),
    ("stream", 1),
    ("leader", 1),
    ("feature", 2),
    ("coach", 1),
    ("toast", 1),
    ("road", 1),
    ("niveau", 1),
    ("plateau", 1),
    ("tableau", 1),
    ("byte", 1),
    ("like-", 1),
    ("download", 1),
];

/// Loan words of which that is true at the end of a word only (and before a plural `s`): `Code`, but `codieren`.
const GERMAN_LOAN_ENDINGS: [&str; 8] =
    ["code", "site", "like", "regime", "orange", "chance", "date", "page"];

fn german(word: &str) -> usize {
    let word = word.replace("qu", "q");
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut count = 0usize;
    // y before a vowel at the beginning is a consonant: Yoga.
    let glide =
        word.starts_with('y') && letters.get(1).is_some_and(|&(_, letter)| is_german_vowel(letter));
    let mut i = usize::from(glide);
    while let Some(&(at, letter)) = letters.get(i) {
        i += 1;
        if !is_german_vowel(letter) {
            continue;
        }
        count += 1;
        let Some(&(next, second)) = letters.get(i) else { continue };
        let end = next + second.len_utf8();
        let (before, pair, after) = match (word.get(..at), word.get(at..end), word.get(end..)) {
            (Some(before), Some(pair), Some(after)) => (before, pair, after),
            _ => continue,
        };
        if GERMAN_PAIRS.contains(&pair) && !is_split(before, pair, after) {
            i += 1;
        }
    }
    let silent: usize =
        GERMAN_LOANS.iter().map(|&(loan, silent)| word.matches(loan).count() * silent).sum();
    let stem = word.strip_suffix('s').unwrap_or(&word);
    let ending = usize::from(GERMAN_LOAN_ENDINGS.iter().any(|loan| stem.ends_with(loan)));
    // A word of the first list is not counted twice.
    let ending = if silent > 0 { 0 } else { ending };
    count.saturating_sub(silent + ending).max(1)
}

fn is_english_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// English: groups of vowels, without a silent final `e`, with the usual exceptions. A word may be wrong by one.
fn english(word: &str) -> usize {
    let letters: Vec<char> = word.chars().collect();
    let at = |i: usize| letters.get(i).copied().unwrap_or(' ');
    // y before a vowel at the beginning is a consonant: yes.
    let vowel =
        |i: usize| is_english_vowel(at(i)) && !(i == 0 && at(0) == 'y' && is_english_vowel(at(1)));
    let mut count = 0usize;
    for i in 0..letters.len() {
        if !vowel(i) {
            continue;
        }
        let before = i.checked_sub(1).map_or(' ', at);
        if !i.checked_sub(1).is_some_and(vowel) {
            count += 1;
            continue;
        }
        // Inside a group of vowels: a new syllable where two are spoken apart.
        let two_before = i.checked_sub(2).map_or(' ', at);
        let apart = match (before, at(i)) {
            // going, carrying, but not buying with its own y: a-y-i.
            ('a' | 'e' | 'i' | 'o' | 'u' | 'y', 'i') => at(i + 1) == 'n' && at(i + 2) == 'g',
            // social, nation, but not material, period.
            ('i', 'a' | 'o') => {
                !(matches!(two_before, 't' | 's' | 'c' | 'g' | 'x')
                    && matches!(at(i + 1), 'n' | 'l' | 't' | 'u'))
            }
            ('i', 'u') => true,
            // science, client, earlier; but field, believe, cities.
            ('i', 'e') => {
                (at(i + 1) == 'r' && (i + 2 == letters.len() || at(i + 2) == 's') && i > 3)
                    || (at(i + 1) == 'n'
                        && matches!(at(i + 2), 'c' | 't')
                        && two_before != 't'
                        && (two_before != 'c' || word.starts_with("sci")))
                    || (at(i + 1) == 't' && i + 2 == letters.len() && two_before == 'u')
            }
            ('e', 'o') => !matches!(at(i + 1), 'u' | 'p'),
            ('u', 'a') => two_before != 'q' && two_before != 'g' && at(i + 1) != 'd',
            ('u', 'e') => at(i + 1) == 'n' && two_before != 'q',
            // player, loyal, anyone; but played.
            ('y', 'e') => at(i + 1) == 'r',
            ('y', 'a' | 'o') => true,
            ('u', 'o') => two_before != 'q',
            ('e', 'a') => {
                word.contains("creat") && !word.contains("creature")
                    || ["idea", "area", "reali", "linear", "nuclear"]
                        .iter()
                        .any(|s| word.contains(s))
            }
            ('o', 'e') => word.contains("poe"),
            _ => false,
        };
        count += usize::from(apart);
    }
    let ends = |ending: &str| word.ends_with(ending);
    let len = letters.len();
    let third = len.checked_sub(3).map_or(' ', at);
    let fourth = len.checked_sub(4).map_or(' ', at);
    let second = len.checked_sub(2).map_or(' ', at);
    // The letter before the ending, and whether it makes the e spoken: table, centre, settled, boxes.
    let spoken = if ends("e") {
        let syllabic = matches!(second, 'l' | 'r') && third != ' ' && third != second;
        is_english_vowel(second) || (syllabic && !is_english_vowel(third))
    } else if ends("ed") {
        let syllabic = third == 'l' && !matches!(fourth, 'l' | 'r' | 'w');
        is_english_vowel(third)
            || matches!(third, 't' | 'd')
            || (syllabic && !is_english_vowel(fourth))
    } else if ends("es") {
        let hissed = matches!(third, 's' | 'x' | 'z' | 'c' | 'g')
            || (third == 'h' && matches!(fourth, 'c' | 's'));
        let syllabic = matches!(third, 'l' | 'r');
        is_english_vowel(third) || hissed || (syllabic && !is_english_vowel(fourth))
    } else {
        true
    };
    let silent = !spoken;
    let inner = [
        "ely", "eful", "eless", "ement", "eness", "etime", "ewhere", "ebody", "ething", "eone",
        "ework", "eday",
    ]
    .iter()
    .any(|ending| {
        word.find(ending).and_then(|i| i.checked_sub(1)).is_some_and(|i| !vowel(i) && i > 0)
    });
    let added = usize::from(ends("ism") || ends("isms")) + usize::from(word.starts_with("mc"));
    let silent = usize::from(silent) + usize::from(inner) + usize::from(ends("ically"));
    (count + added).saturating_sub(silent).max(1)
}
