//! What `check` says about the readability of a procedure's documents, measured on example cases.

use std::collections::BTreeMap;

use crate::fault::{Fault, Place};
use crate::language::Language;
use crate::procedure::Procedure;
use crate::run::Measured;

/// Gates and warnings of the example documents; the same finding of several examples is told once.
pub(super) fn findings(procedure: &Procedure, measured: &[Measured]) -> Vec<Fault> {
    let mut findings: Vec<Fault> = vec![];
    let mut find = |code, example: &Measured, found: &str, mend: &str| {
        let place = Place::file(&procedure.file)
            .field(format!("{}.{} of an example", example.document, example.language));
        if !findings
            .iter()
            .any(|known| (known.code, &known.place, known.found.as_str()) == (code, &place, found))
        {
            findings.push(Fault::new(code, place, found, "", mend));
        }
    };
    for example in measured {
        let letter = example.document == "letter";
        for found in &example.beyond {
            if letter {
                find(
                    "G22",
                    example,
                    found,
                    "Shorten and simplify the procedure's texts: no such letter will be written; see docs/wording.md.",
                );
            } else {
                find(
                    "P74",
                    example,
                    found,
                    "Shorten and simplify the procedure's texts; see docs/wording.md.",
                );
            }
        }
        for found in &example.words {
            find(
                "G23",
                example,
                found,
                "Replace the word: no such letter will be written; see docs/wording.md.",
            );
        }
        // How near a measure is shows in the table; here are the sentences that can be mended.
        for found in example.near.iter().filter(|found| letter && found.contains('“')) {
            find(
                "P74",
                example,
                found,
                "Make two sentences of it if you can; see docs/wording.md.",
            );
        }
    }
    findings
}

/// The measures of each kind of document and language: the worst of its examples.
pub(super) fn print(measured: &[Measured]) {
    let mut groups: BTreeMap<(&str, Language), Vec<&Measured>> = BTreeMap::new();
    for example in measured {
        groups.entry((example.document, example.language)).or_default().push(example);
    }
    if groups.is_empty() {
        return;
    }
    println!("readability of example documents, the worst of each kind (docs/wording.md):");
    for ((document, language), examples) in groups {
        let measures = || examples.iter().map(|example| &example.measures);
        let least = |values: Vec<f64>| values.into_iter().reduce(f64::min);
        let most = |values: Vec<f64>| values.into_iter().reduce(f64::max);
        let mut parts = vec![];
        let mut tell = |name: &str, value: Option<f64>| {
            parts.extend(value.map(|value| format!("{name} {value:.1}")));
        };
        tell("Amstad", least(measures().filter_map(|m| m.amstad).collect()));
        let wiener =
            |i: usize| most(measures().filter_map(|m| m.wiener?.get(i).copied()).collect());
        for (i, name) in ["Wiener 1", "Wiener 2", "Wiener 3", "Wiener 4"].iter().enumerate() {
            tell(name, wiener(i));
        }
        tell("Flesch", least(measures().filter_map(|m| m.flesch).collect()));
        tell("Flesch-Kincaid", most(measures().filter_map(|m| m.grade).collect()));
        tell("LIX", most(measures().map(|m| m.lix).collect()));
        let of = |count: fn(&Measured) -> f64| most(examples.iter().map(|e| count(e)).collect());
        tell("words a sentence", of(|e| e.measures.counts.words_per_sentence));
        tell("words a clause", of(|e| e.measures.counts.words_per_clause));
        tell("letters a word", of(|e| e.measures.counts.letters_per_word));
        tell("% long words", of(|e| e.measures.counts.long_words));
        tell("% long clauses", of(|e| e.measures.counts.long_clauses));
        tell("% long sentences", of(|e| e.measures.counts.long_sentences));
        let longest = measures().map(|m| m.longest_sentence).max().unwrap_or_default();
        println!("    {document} {language}: {}, longest sentence {longest}", parts.join(", "));
    }
}
