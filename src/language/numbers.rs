//! Numbers and dates as a language writes them, and rounding that adds up.

use jiff::civil::Date;

use super::{About, Wording};

const MINUS: char = '\u{2212}';

/// Writes numbers and dates in one language.
#[derive(Clone, Copy, Debug)]
pub struct Numerals<'a> {
    about: &'a About,
}

impl<'a> Numerals<'a> {
    /// The numerals of a language.
    pub fn new(about: &'a About) -> Self {
        Numerals { about }
    }

    /// A number with thousands marks and a fixed number of decimals: `1.234,5` in German, `1,234.5` in English.
    /// The minus is U+2212; a number that rounds to nothing has no sign.
    pub fn number(self, value: f64, decimals: usize) -> String {
        let (thousands, decimal) = (self.about.thousands, self.about.decimal);
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.push(MINUS);
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out.push(thousands);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(decimal);
            out.push_str(fraction);
        }
        out
    }

    /// A number with its sign: `+12`, `−3`, and `0` without one.
    pub fn signed(self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        let is_nothing = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if value > 0.0 && !is_nothing { format!("+{text}") } else { text }
    }

    /// A share as percent: `12 %` in German, `12%` in English.
    pub fn percent(self, share: f64, decimals: usize) -> String {
        self.per_hundred(share * 100.0, decimals)
    }

    /// A number of hundredths as percent: 12.5 is `12,5 %` in German, `12.5%` in English.
    pub fn per_hundred(self, number: f64, decimals: usize) -> String {
        self.about.percent.replace("{n}", &self.number(number, decimals))
    }

    /// A date in running text: `14. Juli 2021`, `14 July 2021`. Month names come from the catalogue.
    pub fn long_date(self, date: Date, wording: &Wording<'_>) -> String {
        let text = self.date(&self.about.long_date, date);
        if text.contains("{month}") {
            text.replace("{month}", &wording.text(&format!("month-{}", date.month())))
        } else {
            text
        }
    }

    /// A date in a field: `14.07.2021`, `14/07/2021`.
    pub fn short_date(self, date: Date) -> String {
        self.date(&self.about.short_date, date)
    }

    fn date(self, pattern: &str, date: Date) -> String {
        pattern
            .replace("{day}", &date.day().to_string())
            .replace("{dd}", &format!("{:02}", date.day()))
            .replace("{mm}", &format!("{:02}", date.month()))
            .replace("{year}", &date.year().to_string())
    }
}

/// A number in the shortest form that reads back to the same double, never `-0`.
pub fn plain_number(value: f64) -> String {
    let value = value + 0.0;
    if value.is_finite() {
        serde_json::to_string(&value).unwrap_or_default()
    } else {
        String::new()
    }
}

/// Decimal places that say a number in full.
pub fn places(value: f64) -> usize {
    // `Display` writes the shortest decimal that reads back to the same double, never with an exponent.
    value.to_string().split_once('.').map_or(0, |(_, places)| places.len())
}

/// Shares rounded to whole hundredths that add up to what the exact shares add up to (largest remainder, ties by
/// position): what is printed adds up.
///
/// `shares` are parts of 1; the result is in percent, same order.
pub fn largest_remainder(shares: &[f64]) -> Vec<u32> {
    let exact: Vec<f64> = shares.iter().map(|share| share * 100.0).collect();
    let mut whole: Vec<u32> = exact.iter().map(|share| share.max(0.0).floor() as u32).collect();
    let total = exact.iter().sum::<f64>().round() as u32;
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let missing = total.saturating_sub(whole.iter().sum()) as usize;
    for &i in order.iter().take(missing) {
        whole[i] += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn numbers_as_each_language_writes_them() {
        let of = |language: Language| Numerals::new(language.about().unwrap());
        let (de, en) = (of(Language::GERMAN), of(Language::ENGLISH));
        assert_eq!(de.number(1234567.5, 2), "1.234.567,50");
        assert_eq!(en.number(1234567.5, 2), "1,234,567.50");
        assert_eq!(de.number(-5.0, 0), "−5");
        assert_eq!(de.number(-0.04, 1), "0,0");
        assert_eq!(de.number(-0.0, 0), "0");
        assert_eq!(de.signed(3.2, 1), "+3,2");
        assert_eq!(de.signed(0.01, 1), "0,0");
        assert_eq!(de.percent(0.12, 0), "12\u{a0}%");
        assert_eq!(en.percent(0.12, 0), "12%");
        assert_eq!(de.number(999.0, 0), "999");
        let date = jiff::civil::date(2021, 7, 4);
        assert_eq!(de.short_date(date), "04.07.2021");
        assert_eq!(en.short_date(date), "04/07/2021");
    }

    #[test]
    fn what_is_printed_adds_up() {
        assert_eq!(largest_remainder(&[1.0 / 3.0; 3]), [34, 33, 33]);
        assert_eq!(largest_remainder(&[0.5, 0.25, 0.25]), [50, 25, 25]);
        assert_eq!(largest_remainder(&[0.005, 0.005, 0.99]).iter().sum::<u32>(), 100);
        assert_eq!(largest_remainder(&[]), Vec::<u32>::new());
    }

    #[test]
    fn plain_numbers_read_back() {
        assert_eq!(plain_number(-0.0), "0.0");
        assert_eq!(plain_number(0.1 + 0.2).parse::<f64>().unwrap(), 0.1 + 0.2);
    }
}
