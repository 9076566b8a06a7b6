//! Plural classes of a language (CLDR): which form of a word stands with a number.

use std::collections::BTreeSet;

use fixed_decimal::Decimal;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralOperands, PluralRules, PluralRulesPreferences};

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

impl From<PluralCategory> for Plural {
    fn from(category: PluralCategory) -> Plural {
        match category {
            PluralCategory::Zero => Plural::Zero,
            PluralCategory::One => Plural::One,
            PluralCategory::Two => Plural::Two,
            PluralCategory::Few => Plural::Few,
            PluralCategory::Many => Plural::Many,
            PluralCategory::Other => Plural::Other,
        }
    }
}

/// The plural rules of a language. They are looked up for each use: what the library gives cannot be shared by threads.
#[derive(Clone, Copy)]
pub struct Plurals(PluralRulesPreferences);

impl Plurals {
    /// The rules of a BCP 47 tag; a language without rules in CLDR has the one class `other`.
    pub fn of(bcp47: &str) -> Plurals {
        let locale: Locale = bcp47.parse().unwrap_or(Locale::UNKNOWN);
        Plurals(PluralRulesPreferences::from(&locale))
    }

    fn rules(&self) -> Option<PluralRules> {
        PluralRules::try_new_cardinal(self.0).ok()
    }

    /// The class of a number as it is printed, without marks between its digits and with a point: `3`, `1.50`. Printed
    /// zeros count: German says "1 Jahr" but "1,0 Jahre".
    pub fn class(&self, number: &str) -> Plural {
        let operands = Decimal::try_from_str(number).ok();
        let operands = operands.map(|number| PluralOperands::from(&number));
        let class = self.rules().zip(operands).map(|(rules, number)| rules.category_for(number));
        class.map_or(Plural::Other, Plural::from)
    }

    /// The classes that numbers of the language can have.
    pub fn classes(&self) -> BTreeSet<Plural> {
        let rules = self.rules();
        let classes = rules.iter().flat_map(|rules| rules.categories().map(Plural::from));
        classes.chain([Plural::Other]).collect()
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
        let needed = |tag: &str| {
            let classes = Plurals::of(tag).classes();
            classes.into_iter().map(Plural::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(needed("de-DE"), "one other");
        assert_eq!(needed("uk-UA"), "one few many other");
        assert_eq!(needed("ar"), "zero one two few many other");
        assert_eq!(needed("ja"), "other");
    }
}
