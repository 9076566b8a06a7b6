//! A feature of procedure.toml: checked fields become a [`Feature`].

use super::super::feature::{Choice, Direction, Encoding, Feature, Kind, Protection, Source};
use super::super::raw::RawFeature;
use super::Checker;

/// Slots of a sentence about a reason.
const OF_A_REASON: &[&str] = &["{wert}", "{staerke}", "{typ_von}", "{typ_bis}"];

impl Checker<'_> {
    pub(super) fn feature(&mut self, at: usize, raw: RawFeature) -> Feature {
        let field = |name: &str| format!("feature.{}.{name}", raw.id);
        let quantities = ["money", "count", "years", "months", "weeks", "days", "number"];
        let kind = match raw.kind.as_str() {
            "bool" => Kind::YesNo,
            "category" => Kind::Category,
            "percent" => Kind::Percent,
            kind if quantities.contains(&kind) => Kind::Quantity,
            kind => {
                let expected = format!("{}, percent, bool or category", quantities.join(", "));
                self.fault(
                    "P20",
                    at,
                    &field("kind"),
                    &format!("“{kind}”"),
                    &expected,
                    "Use one of the words.",
                );
                Kind::Quantity
            }
        };
        let is_choice = matches!(kind, Kind::YesNo | Kind::Category);
        let mut choices = vec![];
        let mut codes = vec![];
        let mut columns = vec![];
        for value in raw.value {
            let name = field(&format!("value.{}", value.id));
            let text = self.texts(at, &format!("{name}.text"), value.text);
            if kind == Kind::YesNo {
                self.clause(at, &format!("{name}.text"), &text);
            }
            choices.push(Choice {
                text,
                short: self.letter_texts(at, &format!("{name}.short"), value.short),
                id: value.id.clone(),
            });
            codes.push(match (kind, value.code, value.id.as_str()) {
                (_, Some(code), _) => Some(code),
                (Kind::YesNo, None, "yes") => Some(1.0),
                (Kind::YesNo, None, "no") => Some(0.0),
                _ => None,
            });
            columns.push(value.column);
        }
        if is_choice && choices.len() < 2 {
            let found = format!("{} values", choices.len());
            self.fault(
                "P21",
                at,
                &field("value"),
                &found,
                "at least two [[feature.value]]",
                "Name every value.",
            );
        }
        if kind == Kind::YesNo
            && !["yes", "no"].iter().all(|id| choices.iter().any(|choice| choice.id == *id))
        {
            self.fault(
                "P21",
                at,
                &field("value"),
                "other values",
                "the values yes and no",
                "Name both.",
            );
        }
        let encoding = match (raw.column, is_choice) {
            (Some(column), false) => Encoding::Number(column),
            (Some(column), true) => {
                // No code at all: the model knows the values by name, which its file will tell.
                let named = kind == Kind::Category && codes.iter().all(Option::is_none);
                if !named && codes.iter().any(Option::is_none) {
                    self.fault(
                        "P22",
                        at,
                        &field("value"),
                        "a value without a code",
                        "the number that the model knows",
                        "Add `code` to every value, or to none if the model knows the values by name.",
                    );
                }
                Encoding::Code {
                    column,
                    codes: codes.into_iter().map(|code| code.unwrap_or(f64::NAN)).collect(),
                }
            }
            (None, true) if columns.iter().flatten().count() > 0 => Encoding::OneHot(columns),
            (None, _) => {
                self.fault(
                    "P23",
                    at,
                    &field("column"),
                    "no column of the model",
                    "`column`, or a `column` for the values",
                    "Say where the model has this feature.",
                );
                Encoding::Number(raw.id.clone())
            }
        };
        let needed = kind == Kind::Quantity && raw.kind != "number";
        let unit = self.units(at, &field("unit"), &raw.unit, needed);
        let source = match raw.source.as_str() {
            "own" => Source::Own,
            "file" => Source::File,
            "other" => Source::Other(self.letter_texts(at, &field("source_body"), raw.source_body)),
            word => {
                self.fault(
                    "P25",
                    at,
                    &field("source"),
                    &format!("“{word}”"),
                    "own, file or other",
                    "Use one of the words.",
                );
                Source::File
            }
        };
        let protection = match raw.protected.as_str() {
            "none" => Protection::None,
            "protected" => {
                Protection::Protected(self.letter_texts(at, &field("legal_basis"), raw.legal_basis))
            }
            "proxy" => {
                Protection::Proxy(self.office_texts(at, &field("proxy_note"), raw.proxy_note))
            }
            word => {
                self.fault(
                    "P26",
                    at,
                    &field("protected"),
                    &format!("“{word}”"),
                    "none, protected or proxy",
                    "Use one of the words.",
                );
                Protection::None
            }
        };
        if raw.actionable && matches!(protection, Protection::Protected(_)) {
            self.fault(
                "P27",
                at,
                &field("actionable"),
                "true for a protected feature",
                "false (gate G10)",
                "A letter never suggests that a person were someone else.",
            );
        }
        let direction = raw.direction.as_deref().unwrap_or("any").to_owned();
        let direction = self.word(
            at,
            &field("direction"),
            &direction,
            &[("any", Direction::Any), ("up", Direction::Up), ("down", Direction::Down)],
            Direction::Any,
        );
        if raw.min.zip(raw.max).is_some_and(|(min, max)| min >= max)
            || raw.step.is_some_and(|step| step <= 0.0)
            || [raw.min, raw.max, raw.step].into_iter().flatten().any(|limit| !limit.is_finite())
            || raw.decimals.is_some_and(|decimals| decimals > 6)
        {
            let limits = [("min", raw.min), ("max", raw.max), ("step", raw.step)];
            let mut found: Vec<String> = limits
                .iter()
                .filter_map(|(name, limit)| Some(format!("{name} {}", (*limit)?)))
                .collect();
            found.extend(raw.decimals.map(|decimals| format!("decimals {decimals}")));
            let found = found.join(", ");
            self.fault(
                "P28",
                at,
                &field("min"),
                &found,
                "finite numbers, min below max, step above 0, decimals up to 6",
                "Correct the numbers.",
            );
        }
        let sentences = [
            ("sentence_for", raw.sentence_for, OF_A_REASON),
            ("sentence_against", raw.sentence_against, OF_A_REASON),
            ("sentence_typical", raw.sentence_typical, &["{wert}", "{typ_von}", "{typ_bis}"]),
            ("cf_sentence", raw.cf_sentence, &["{cf_wert}", "{wert}"]),
        ];
        let [sentence_for, sentence_against, sentence_typical, cf_sentence] =
            sentences.map(|(name, texts, known)| {
                let texts = self.letter_optional(at, &field(name), texts);
                self.slot_texts(at, &field(name), &texts, known);
                texts
            });
        let label = self.texts(at, &field("label"), raw.label);
        let short = self.letter_texts(at, &field("short"), raw.short);
        let missing = self.letter_texts(at, &field("missing"), raw.missing);
        Feature {
            kind,
            label,
            short,
            unit,
            decimals: raw.decimals,
            source,
            encoding,
            choices,
            protection,
            actionable: raw.actionable,
            direction,
            min: raw.min,
            max: raw.max,
            step: raw.step,
            sentence_for,
            sentence_against,
            sentence_typical,
            cf_sentence,
            missing,
            id: raw.id,
        }
    }
}
