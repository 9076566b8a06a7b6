//! Plural classes of a language (CLDR): which form of a word stands with a number.

use std::collections::BTreeSet;

use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

/// Numbers that between them meet every class of every language: small ones, round ones, fractions. CLDR's classes
/// repeat with the last two digits, and some languages have one for millions.
const WHOLE: std::ops::RangeInclusive<u32> = 0..=120;
const ROUND: [&str; 3] = ["1000", "100000", "1000000"];
const FRACTIONS: [&str; 5] = ["0.5", "1.0", "1.5", "2.3", "10.1"];

/// A plural class of CLDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plural {
    /// `zero`: with 0 in Arabic, with 0, 10 and 11 in Latvian.
    Zero,
    /// `one`: with 1 in German; with 1, 21, 31 in Ukrainian.
    One,
    /// `two`: with 2 in Arabic.
    Two,
    /// `few`: with 2, 3, 4, 22 in Ukrainian and Polish; with 3 to 10 in Arabic.
    Few,
    /// `many`: with 5 to 20 in Ukrainian and Polish; with 11 to 99 in Arabic.
    Many,
    /// `other`: with everything else; every language has it.
    Other,
}

impl Plural {
    /// Every class.
    pub const ALL: [Plural; 6] =
        [Plural::Zero, Plural::One, Plural::Two, Plural::Few, Plural::Many, Plural::Other];

    /// Its name in CLDR and in `procedure.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Plural::Zero => "zero",
            Plural::One => "one",
            Plural::Two => "two",
            Plural::Few => "few",
            Plural::Many => "many",
            Plural::Other => "other",
        }
    }
}

/// The plural rules of a language.
#[derive(Clone)]
pub struct Plurals(Option<PluralRules>);

impl Plurals {
    /// The rules of a BCP 47 tag; a language without rules in CLDR has the one class `other`.
    pub fn of(bcp47: &str) -> Plurals {
        let tag: Option<LanguageIdentifier> = bcp47.parse().ok();
        let rules = tag.and_then(|tag| {
            // Rules are those of the language; a few regions have their own (pt-PT).
            let alone = LanguageIdentifier::from_parts(tag.language, None, None, &[]);
            let of_region = LanguageIdentifier::from_parts(tag.language, None, tag.region, &[]);
            let create = |tag| PluralRules::create(tag, PluralRuleType::CARDINAL).ok();
            create(of_region).or_else(|| create(alone))
        });
        Plurals(rules)
    }

    /// The class of a number as it is printed, without marks between its digits and with a point: `3`, `1.50`. Printed
    /// zeros count: German says "1 Jahr" but "1,0 Jahre".
    pub fn class(&self, number: &str) -> Plural {
        match self.0.as_ref().and_then(|rules| rules.select(number).ok()) {
            Some(PluralCategory::ZERO) => Plural::Zero,
            Some(PluralCategory::ONE) => Plural::One,
            Some(PluralCategory::TWO) => Plural::Two,
            Some(PluralCategory::FEW) => Plural::Few,
            Some(PluralCategory::MANY) => Plural::Many,
            Some(PluralCategory::OTHER) | None => Plural::Other,
        }
    }

    /// The classes that numbers of the language can have; those of fractions too, where they may be printed.
    pub fn needed(&self, fractions: bool) -> BTreeSet<Plural> {
        let mut needed = BTreeSet::from([Plural::Other]);
        needed.extend(WHOLE.map(|number| self.class(&number.to_string())));
        needed.extend(ROUND.map(|number| self.class(number)));
        if fractions {
            needed.extend(FRACTIONS.map(|number| self.class(number)));
        }
        needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Promise: plural rules by CLDR. The expected classes are those of the CLDR charts (Language Plural Rules).
    #[test]
    fn classes_are_those_of_cldr() {
        use Plural::{Few, Many, One, Other, Two, Zero};
        for (tag, expected) in [
            ("de-DE", &[("0", Other), ("1", One), ("1.0", Other), ("2", Other)][..]),
            ("de-simple", &[("1", One), ("5", Other)]),
            ("en-GB", &[("1", One), ("1.5", Other), ("21", Other)]),
            ("ar", &[("0", Zero), ("1", One), ("2", Two), ("3", Few), ("10", Few), ("11", Many)]),
            ("ar", &[("99", Many), ("100", Other), ("102", Other), ("103", Few), ("1.5", Other)]),
            ("uk-UA", &[("1", One), ("21", One), ("2", Few), ("24", Few), ("5", Many)]),
            ("uk-UA", &[("0", Many), ("11", Many), ("12", Many), ("111", Many), ("1.5", Other)]),
            ("pl-PL", &[("1", One), ("21", Many), ("22", Few), ("12", Many), ("1.5", Other)]),
            ("tr", &[("1", One), ("2", Other)]),
            ("xx", &[("1", Other)]),
        ] {
            for (number, class) in expected {
                assert_eq!(Plurals::of(tag).class(number), *class, "{tag} {number}");
            }
        }
    }

    #[test]
    fn the_classes_that_a_language_needs() {
        let needed = |tag: &str, fractions| {
            let classes = Plurals::of(tag).needed(fractions);
            classes.into_iter().map(Plural::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(needed("de-DE", true), "one other");
        assert_eq!(needed("uk-UA", false), "one few many other");
        assert_eq!(needed("ar", false), "zero one two few many other");
        assert_eq!(needed("ja", true), "other");
    }
}
