//! Readability formulas, from counts. They measure form, not sense: a gate, never a proof of being understood.
//!
//! Sources: Amstad 1978 (the German form of Flesch's formula); Bamberger and Vanecek 1984 (Wiener Sachtextformeln);
//! Björnsson 1968 (LIX); Flesch 1948; Kincaid and others 1975. Short texts are too noisy: see [`super::LEAST_WORDS`].

use schemars::JsonSchema;
use serde::Serialize;

use super::Spelling;
use super::counts::Counts;

/// What a text measures. Formulas made for another language than the text's are absent. Rounded to hundredths, as printed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Measures {
    /// Sentences.
    pub sentences: usize,
    /// Words, numbers among them.
    pub words: usize,
    /// Words of the longest sentence.
    pub longest_sentence: usize,
    /// Flesch reading ease in Amstad's German form: 0 very hard to 100 very easy.
    pub amstad: Option<f64>,
    /// Wiener Sachtextformel 1 to 4: about the school grade that can read it, 4 to 15.
    pub wiener: Option<[f64; 4]>,
    /// LIX: below 40 easy, above 60 hard.
    pub lix: f64,
    /// Flesch reading ease (English).
    pub flesch: Option<f64>,
    /// Flesch-Kincaid grade (English).
    pub grade: Option<f64>,
    /// The six counts.
    pub counts: SixCounts,
}

/// The six counts that the Hohenheimer index looks at too. Its weights are not public, so that it is not computed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SixCounts {
    /// Mean length of a sentence in words.
    pub words_per_sentence: f64,
    /// Mean length of a part of a sentence, between marks, in words.
    pub words_per_clause: f64,
    /// Mean length of a word in letters.
    pub letters_per_word: f64,
    /// Words of more than six letters, of 100.
    pub long_words: f64,
    /// Parts of sentences of more than 12 words, of 100.
    pub long_clauses: f64,
    /// Sentences of more than 20 words, of 100.
    pub long_sentences: f64,
}

/// `part` / `whole`; 0 of nothing.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// To hundredths, without a negative zero.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}

impl Measures {
    /// All measures of a text of that spelling.
    pub fn of(counts: &Counts, spelling: Spelling) -> Measures {
        let words = counts.words - counts.numbers;
        let share = |part| 100.0 * ratio(part, words);
        // Names as in the formulas: sentence length, syllables a word, shares of 100.
        let sl = ratio(counts.words, counts.sentences);
        let syl = ratio(counts.syllables, words);
        let (ms, iw, es) =
            (share(counts.three_syllables), share(counts.long_words), share(counts.one_syllable));
        let german = spelling == Spelling::German;
        Measures {
            sentences: counts.sentences,
            words: counts.words,
            longest_sentence: counts.longest_sentence,
            amstad: german.then(|| hundredths(180.0 - sl - 58.5 * syl)),
            wiener: german.then(|| wiener(ms, sl, iw, es).map(hundredths)),
            lix: hundredths(sl + iw),
            flesch: (!german).then(|| hundredths(206.835 - 1.015 * sl - 84.6 * syl)),
            grade: (!german).then(|| hundredths(0.39 * sl + 11.8 * syl - 15.59)),
            counts: SixCounts {
                words_per_sentence: hundredths(sl),
                words_per_clause: hundredths(ratio(counts.words, counts.clauses)),
                letters_per_word: hundredths(ratio(counts.letters, words)),
                long_words: hundredths(iw),
                long_clauses: hundredths(100.0 * ratio(counts.long_clauses, counts.clauses)),
                long_sentences: hundredths(100.0 * ratio(counts.long_sentences, counts.sentences)),
            },
        }
    }
}

/// Wiener Sachtextformeln 1 to 4 of shares of words with three syllables (`ms`), more than six letters (`iw`), one
/// syllable (`es`) and the mean sentence length (`sl`).
fn wiener(ms: f64, sl: f64, iw: f64, es: f64) -> [f64; 4] {
    [
        0.1935 * ms + 0.1672 * sl + 0.1297 * iw - 0.0327 * es - 0.875,
        0.2007 * ms + 0.1682 * sl + 0.1373 * iw - 2.779,
        0.2963 * ms + 0.1905 * sl - 1.1144,
        0.2656 * sl + 0.2744 * ms - 1.693,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 8's formulas, computed by hand for 10 sentences of 8 words.
    #[test]
    fn formulas_are_those_of_their_authors() {
        let counts = Counts {
            sentences: 10,
            words: 80,
            numbers: 0,
            letters: 400,
            syllables: 140,
            one_syllable: 40,
            three_syllables: 16,
            long_words: 20,
            clauses: 16,
            long_clauses: 4,
            long_sentences: 1,
            longest_sentence: 21,
        };
        let german = Measures::of(&counts, Spelling::German);
        // 180 − 8 − 58.5 · 1.75; MS 20, IW 25, ES 50
        assert_eq!(german.amstad, Some(69.63));
        assert_eq!(german.wiener, Some([5.94, 6.01, 6.34, 5.92]));
        assert_eq!((german.lix, german.flesch, german.grade), (33.0, None, None));
        let english = Measures::of(&counts, Spelling::English);
        // 206.835 − 8.12 − 84.6 · 1.75; 3.12 + 20.65 − 15.59
        assert_eq!((english.flesch, english.grade), (Some(50.67), Some(8.18)));
        assert_eq!((english.amstad, english.wiener), (None, None));
        let six = SixCounts {
            words_per_sentence: 8.0,
            words_per_clause: 5.0,
            letters_per_word: 5.0,
            long_words: 25.0,
            long_clauses: 25.0,
            long_sentences: 10.0,
        };
        assert_eq!(english.counts, six);
    }

    #[test]
    fn no_text_measures_nothing() {
        let measures = Measures::of(&Counts::default(), Spelling::German);
        assert_eq!((measures.words, measures.lix, measures.amstad), (0, 0.0, Some(180.0)));
    }
}
