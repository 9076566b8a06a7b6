//! The gates about the finished letter: words of another remedy, readability, banned words, pages. They are judged on
//! the letter's own texts and pages, and their verdicts go into the record before anything is written.

use super::documents::{DocumentKind, Rendered, render};
use super::readability::judgement;
use crate::document;
use crate::explanation::{Consequence, GateCode, GateVerdict, Record};
use crate::language::Language;
use crate::procedure::{LetterKind, Procedure, RemedyRegime};

/// Pages of a letter in the usual print without a finding, and with a warning (gate G25).
const PAGES: (usize, usize) = (3, 4);
/// Words of the remedy under the AO, and of those under SGG and VwGO.
const AO_WORDS: [&str; 2] = ["einspruch", "finanzgericht"];
const SOCIAL_WORDS: [&str; 3] = ["widerspruch", "sozialgericht", "verwaltungsgericht"];

/// Judges the letter of a record: its texts in every language of the procedure, its pages in German. Gives the German
/// letter where it was laid out and the verdicts did not change it.
/// A letter that cannot be written at all is refused where it is to be written, with its own fault; the sheets are not.
pub(super) fn complete(record: &mut Record, procedure: &Procedure) -> Option<Rendered> {
    let (mut remedy, mut hard, mut near, mut banned) = (None, None, None, None);
    for &language in &procedure.languages {
        let Ok(letter) = document::letter(record, procedure, language) else { continue };
        let words = letter.texts().join(" ").to_lowercase();
        remedy = remedy.or(remedy_words(record.letter, procedure, &words));
        let kind = DocumentKind::Letter;
        let Some(judged) = judgement(&letter, kind, record, procedure, language) else { continue };
        let of = |finding: String| format!("letter.{}: {finding}", language.tag());
        hard = hard.or(judged.readability_verdict().map(of));
        near = near.or((!judged.near.is_empty()).then(|| of(judged.near.join("; "))));
        banned = banned.or(judged.banned_verdict().map(of));
    }
    let readable = match hard {
        Some(finding) => (Consequence::BlockLetter, Some(finding)),
        None => (Consequence::Warning, near),
    };
    record.put(GateVerdict::of(GateCode::G22, readable.0, readable.1));
    record.put(GateVerdict::of(GateCode::G23, Consequence::BlockLetter, banned));
    record.put(GateVerdict::of(GateCode::G08, Consequence::BlockLetter, remedy));
    // A letter that is held back is not laid out: nobody counts its pages.
    if record.consequence() > DocumentKind::Letter.allowed_up_to() {
        return None;
    }
    let german = render(DocumentKind::Letter, record, procedure, Language::GERMAN).ok()?;
    // Large print has the same words on more pages: the same letter in the usual print was short enough.
    if record.format.large {
        return Some(german);
    }
    let verdict = length(german.pages);
    if verdict.consequence == Consequence::Pass {
        return Some(german);
    }
    record.put(verdict);
    None
}

/// G25: a warning from the fourth page, a draft from the fifth.
fn length(pages: usize) -> GateVerdict {
    let finding = (pages > PAGES.0).then(|| format!("{pages} pages"));
    let consequence = if pages > PAGES.1 { Consequence::Draft } else { Consequence::Warning };
    GateVerdict::of(GateCode::G25, consequence, finding)
}

/// G08: the first word of another remedy, also within compounds (Widerspruchsfrist).
fn remedy_words(letter: LetterKind, procedure: &Procedure, words: &str) -> Option<String> {
    let regime = procedure.remedy.as_ref().map_or(RemedyRegime::None, |remedy| remedy.regime);
    // A letter without a Bescheid tells no way to contest one; a hearing and an answer may speak of the regime's own.
    let none = letter == LetterKind::Info || letter == LetterKind::MissingDocuments;
    let wrong: Vec<&str> = match regime {
        _ if none => AO_WORDS.into_iter().chain(SOCIAL_WORDS).collect(),
        RemedyRegime::None => AO_WORDS.into_iter().chain(SOCIAL_WORDS).collect(),
        RemedyRegime::Ao => SOCIAL_WORDS.to_vec(),
        RemedyRegime::Sgg => AO_WORDS.into_iter().chain(["verwaltungsgericht"]).collect(),
        RemedyRegime::Vwgo => AO_WORDS.into_iter().chain(["sozialgericht"]).collect(),
    };
    let found = wrong.into_iter().find(|word| words.contains(word))?;
    Some(format!("“{found}” in a letter ({}) under the regime {regime:?}", letter.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn procedure(regime: RemedyRegime) -> Procedure {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/rehab-management");
        let mut procedure = Procedure::load(&folder).unwrap();
        procedure.remedy.as_mut().unwrap().regime = regime;
        procedure
    }

    /// G25: three pages are enough, a fourth is told, a fifth is a draft.
    #[test]
    fn a_letter_is_short() {
        assert_eq!(length(3), GateVerdict::of(GateCode::G25, Consequence::Pass, None));
        assert_eq!((length(4).consequence, &*length(4).finding), (Consequence::Warning, "4 pages"));
        assert_eq!((length(5).consequence, &*length(5).finding), (Consequence::Draft, "5 pages"));
    }

    /// G08: each regime has words of its own; compounds count.
    #[test]
    fn each_remedy_has_its_own_words() {
        let judge = |regime, kind, words| remedy_words(kind, &procedure(regime), words);
        let annex = LetterKind::Annex;
        assert_eq!(judge(RemedyRegime::Sgg, annex, "die widerspruchsfrist läuft"), None);
        assert!(judge(RemedyRegime::Sgg, annex, "ein einspruch").is_some());
        assert!(judge(RemedyRegime::Ao, annex, "die widerspruchsfrist läuft").is_some());
        assert_eq!(judge(RemedyRegime::Ao, annex, "ein einspruch beim finanzgericht"), None);
        assert!(judge(RemedyRegime::Vwgo, annex, "das sozialgericht").is_some());
        assert_eq!(judge(RemedyRegime::Vwgo, annex, "das verwaltungsgericht"), None);
        assert!(judge(RemedyRegime::Sgg, LetterKind::Info, "ein widerspruch").is_some());
        assert!(judge(RemedyRegime::None, annex, "ein widerspruch").is_some());
    }
}
