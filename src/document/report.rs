//! The model owner's report: what the program is, how often it errs and for whom, what moves it, and what it must not
//! be used for. It writes down a [`ModelReport`] and computes nothing but roundings.

mod effects;
mod influence;
mod quality;
mod reasons;
mod reliability;
mod tree;
mod tree_trust;
mod usage;

use super::letter::{body, footer, not_written_in, note};
use super::telling::Telling;
use super::{
    Align, Attachment, Block, Cell, Document, Furniture, Inks, PanelTone, Run, TableColumn,
    TextStyle, bold, plain,
};
use crate::chart::Format;
use crate::explanation::{FeatureSummary, GroupIdentity, ModelReport, Rate};
use crate::fault::Checked;
use crate::language::{Language, Plural};
use crate::procedure::{Feature, Kind, Procedure, Protection, Role, Source};

/// Body size of the report in points.
const BODY: f32 = 10.0;
/// Charts are as wide as the text.
const WIDE: Format = Format { width: super::letter::TEXT_WIDTH, text_size: 9.0 };

/// The report.
///
/// # Errors
/// As for [`super::letter`].
pub fn report(
    report: &ModelReport,
    procedure: &Procedure,
    language: Language,
) -> Checked<Document> {
    let t = Telling::new(procedure, language).ok_or_else(|| not_written_in(procedure, language))?;
    let writer = Report { report, t };
    let document = writer.document();
    writer.t.wording.finish(document)
}

struct Report<'a> {
    report: &'a ModelReport,
    t: Telling<'a>,
}

impl Report<'_> {
    fn say(&self, id: &str, slots: &[(&str, &str)]) -> String {
        self.t.wording.say(id, slots)
    }

    fn text(&self, id: &str) -> String {
        self.say(id, &[])
    }

    fn paragraph(&self, id: &str, slots: &[(&str, &str)]) -> Block {
        body(vec![plain(self.say(id, slots))])
    }

    fn note(&self, id: &str, slots: &[(&str, &str)]) -> Block {
        note(self.say(id, slots))
    }

    fn subheading(&self, id: &str) -> Block {
        Block::Heading { level: 3, text: self.text(id) }
    }

    fn column(&self, id: &str, align: Align, weight: f32) -> TableColumn {
        TableColumn { title: self.text(id), align, weight }
    }

    fn count(&self, n: usize) -> String {
        self.t.numerals.number(n as f64, 0)
    }

    /// A number with as few decimals as it has, for axes.
    fn shortest(&self, value: f64) -> String {
        let exact = |&places: &usize| {
            let power = 10f64.powi(places as i32);
            ((value * power).round() / power - value).abs() < 1e-9
        };
        self.t.numerals.number(value, (0..6).find(exact).unwrap_or(6))
    }

    /// `count` of every 100, to the nearest whole number; never 0 or 100 where that is not so.
    fn of_hundred(&self, count: usize, of: usize) -> String {
        if of == 0 {
            return self.text("word-missing");
        }
        match (200 * count + of) / (2 * of) {
            0 if count > 0 => self.text("report-below-one"),
            100 if count < of => self.text("report-above-99"),
            n => self.count(n),
        }
    }

    /// The rate of every 100; a rate without cases is not known.
    fn rate(&self, rate: Option<Rate>) -> String {
        rate.map_or_else(|| self.text("word-missing"), |rate| self.of_hundred(rate.count, rate.of))
    }

    /// The interval of a rate, of 100, to whole numbers outwards, so that it covers what was computed.
    fn interval(&self, rate: Rate) -> String {
        // Ends at 0 and 1 are exact; elsewhere a rounding error must not widen by one.
        let low = (100.0 * rate.low + 1e-9).floor();
        let high = (100.0 * rate.high - 1e-9).ceil();
        let number = |value: f64| self.t.numerals.number(value, 0);
        self.say("value-range", &[("von", &number(low)), ("bis", &number(high))])
    }

    fn document(&self) -> Document {
        let (report, t) = (self.report, &self.t);
        let title = self.say("report-title", &[("vorgang", t.of(&t.procedure.name))]);
        let date = t.numerals.short_date(report.date);
        let draft = report.is_draft().then(|| self.text("watermark"));
        let mut blocks = vec![Block::Heading { level: 1, text: title.clone() }];
        blocks.extend(self.summary());
        let sections = [
            ("report-purpose-head", self.purpose()),
            ("report-inputs-head", self.inputs()),
            ("report-quality-head", self.quality()),
            ("report-groups-head", self.groups()),
            ("report-influence-head", self.influence()),
            ("report-tree-head", self.tree()),
            ("report-cf-head", self.other_values()),
            ("report-reliability-head", self.reliability()),
            ("report-use-head", self.usage()),
            ("report-limits-head", self.limits()),
            ("report-identity-head", self.identity()),
        ];
        let written = sections.into_iter().filter(|(_, section)| !section.is_empty());
        for (number, (head, section)) in written.enumerate() {
            let text = format!("{} {}", number + 1, self.text(head));
            blocks.push(Block::Heading { level: 2, text });
            blocks.extend(section);
        }
        Document {
            language: t.wording.about().bcp47.clone(),
            title: match &draft {
                Some(mark) => format!("{mark}: {title}"),
                None => title.clone(),
            },
            author: t.procedure.agency.name.clone(),
            marker: format!("klartext/report/{}", t.wording.language().tag()),
            date: report.date.to_string(),
            furniture: Furniture::Sheet {
                subtitle: self.text("report-subtitle"),
                head_lines: vec![
                    t.procedure.agency.name.clone(),
                    self.say("report-date", &[("datum", &date)]),
                    self.say("report-head-version", &[("version", &t.procedure.version)]),
                ],
            },
            blocks,
            footer: footer(t, &t.procedure.id),
            page_number: self.say("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            running_header: (title, date),
            watermark: draft,
            body_size: BODY,
            direction: t.wording.about().direction,
            line_pitch: 1.35,
            sentence_a_line: false,
            inks: Inks::Colour,
            hyphenate: true,
            attachment: Attachment {
                name: "report.json".to_owned(),
                description: self.text("report-attachment"),
                bytes: report.to_json(),
            },
        }
    }

    /// What the reader must know who reads nothing else; both kinds of error, never their sum.
    fn summary(&self) -> Vec<Block> {
        let (report, t) = (self.report, &self.t);
        let role = match t.procedure.role {
            Role::Suggestion => "report-role-suggestion",
            Role::Support => "report-role-support",
            Role::Priority => "report-role-priority",
            Role::Document => "report-role-document",
        };
        let lead = format!(
            "{} {}",
            self.say("report-lead", &[("zweck", t.of(&t.procedure.purpose))]),
            self.say("report-decides-not", &[("rolle", &self.text(role))])
        );
        let strongest: Vec<String> = report
            .influence
            .features
            .iter()
            .take(3)
            .filter_map(|item| Some(t.of(&t.feature(&item.feature)?.short).to_owned()))
            .collect();
        let mut items = vec![self.tested()];
        items.extend([true, false].map(|side| self.suggested(side)));
        items.push(self.overlooked());
        items.push(self.needless());
        if let Some(gap) = self.gap(report.gap_overlooked.as_ref()) {
            items.push(self.say("report-gap-summary", &[("unterschied", &gap)]));
        }
        items.push(self.say("report-strongest", &[("liste", &strongest.join("; "))]));
        items.push(self.fidelity());
        if let Some(usage) = &report.usage {
            items.extend(self.agreement(usage));
        }
        vec![
            Block::Paragraph { runs: vec![plain(lead)], style: TextStyle::Lead },
            Block::Panel {
                tone: PanelTone::Summary,
                blocks: vec![
                    Block::Heading { level: 2, text: self.text("report-summary-head") },
                    list(items),
                ],
            },
            note(if t.procedure.invented {
                format!("{} {}", self.text("report-no-person"), self.text("report-invented"))
            } else {
                self.text("report-no-person")
            }),
        ]
    }

    fn purpose(&self) -> Vec<Block> {
        let t = &self.t;
        let procedure = t.procedure;
        let yes_no = |yes: bool| self.text(if yes { "word-yes" } else { "word-no" });
        let kind = if procedure.learned { "report-kind-learned" } else { "report-kind-rules" };
        let role = match procedure.role {
            Role::Suggestion => "report-role-suggestion",
            Role::Support => "report-role-support",
            Role::Priority => "report-role-priority",
            Role::Document => "report-role-document",
        };
        let threshold = self.shortest(100.0 * procedure.threshold);
        let meaning = self.say(
            "report-threshold-meaning",
            &[
                ("grenze", &threshold),
                ("vorschlag", t.of(&procedure.positive.suggestion)),
                ("anderer_vorschlag", t.of(&procedure.negative.suggestion)),
            ],
        );
        let rows = vec![
            ("report-agency", procedure.agency.name.clone()),
            ("report-owner", procedure.owner.clone()),
            ("report-purpose", t.of(&procedure.purpose).to_owned()),
            ("report-legal-basis", t.of(&procedure.legal_basis).to_owned()),
            ("report-role", self.text(role)),
            ("report-discretion", yes_no(procedure.discretion)),
            ("report-kind", self.text(kind)),
            ("report-version", procedure.version.clone()),
            ("report-trained-on", t.of(&procedure.trained_on).to_owned()),
            ("report-threshold", meaning),
        ];
        let mut blocks = vec![self.facts(rows)];
        if !procedure.not_used.is_empty() {
            let labels: Vec<String> =
                procedure.not_used.iter().map(|item| t.of(&item.label).to_owned()).collect();
            let text = self.say("report-not-used", &[("liste", &labels.join("; "))]);
            blocks.push(body(vec![plain(text)]));
            blocks.push(self.note("report-not-used-verified", &[]));
        }
        blocks
    }

    /// A table of names and contents.
    fn facts(&self, rows: Vec<(&str, String)>) -> Block {
        Block::Table {
            caption: None,
            columns: vec![
                self.column("report-col-fact", Align::Left, 3.0),
                self.column("report-col-content", Align::Left, 7.0),
            ],
            rows: rows.into_iter().map(|(id, value)| cells([self.text(id), value])).collect(),
        }
    }

    fn inputs(&self) -> Vec<Block> {
        let t = &self.t;
        let rows = self.report.features.iter().filter_map(|summary| {
            let feature = t.feature(&summary.feature)?;
            let range = summary.typical.filter(|_| !feature_is_choice(feature));
            let range = range.map_or_else(String::new, |(low, high)| {
                let number = |value: f64| t.numerals.number(value, feature.places(value));
                self.say("value-range", &[("von", &number(low)), ("bis", &number(high))])
            });
            Some(cells([
                t.of(&feature.short).to_owned(),
                self.unit(feature),
                self.source(feature),
                range,
                self.rate(summary.missing),
                self.protection(summary),
            ]))
        });
        let mut blocks = vec![Block::Keep(vec![
            Block::Table {
                caption: None,
                columns: vec![
                    self.column("report-col-detail", Align::Left, 3.1),
                    self.column("report-col-unit", Align::Left, 1.7),
                    self.column("report-col-source", Align::Left, 2.8),
                    self.column("report-col-typical", Align::Right, 2.0),
                    self.column("report-col-missing", Align::Right, 1.2),
                    self.column("report-col-protection", Align::Left, 1.7),
                ],
                rows: rows.collect(),
            },
            self.note("report-inputs-note", &[]),
        ])];
        let protected: Vec<Vec<Run>> = t
            .procedure
            .features
            .iter()
            .filter_map(|feature| {
                let (id, why) = match &feature.protection {
                    Protection::None => return None,
                    Protection::Protected(why) => ("report-protected-basis", why),
                    Protection::Proxy(why) => ("report-proxy-note", why),
                };
                let text = self.say(id, &[("text", t.of(why))]);
                Some(vec![bold(format!("{}: ", t.of(&feature.short))), plain(text)])
            })
            .collect();
        if protected.is_empty() {
            blocks.push(self.paragraph("report-protected-nothing", &[]));
        } else {
            blocks.push(Block::Keep(vec![
                self.subheading("report-protection-head"),
                Block::List { items: protected },
            ]));
        }
        blocks
    }

    fn unit(&self, feature: &Feature) -> String {
        match feature.kind {
            Kind::Percent => self.text("report-kind-percent"),
            Kind::YesNo => self.text("report-kind-bool"),
            Kind::Category => self.text("report-kind-category"),
            Kind::Quantity => match self.t.unit(feature, Plural::Other) {
                "" => self.text("report-kind-number"),
                unit => unit.to_owned(),
            },
        }
    }

    fn source(&self, feature: &Feature) -> String {
        match &feature.source {
            Source::Own => self.text("source-own-third"),
            Source::File => self.text("source-file-third"),
            Source::Other(body) => self.say("source-other-third", &[("stelle", self.t.of(body))]),
        }
    }

    fn protection(&self, summary: &FeatureSummary) -> String {
        self.text(match summary.protection.as_str() {
            "protected" => "report-protected-protected",
            "proxy" => "report-protected-proxy",
            _ => "report-protected-none",
        })
    }

    fn limits(&self) -> Vec<Block> {
        let procedure = self.t.procedure;
        let language = self.t.wording.language();
        let texts = |of: &std::collections::BTreeMap<Language, Vec<String>>| {
            of.get(&language).cloned().unwrap_or_default()
        };
        let general = ["report-limits-cause", "report-limits-past", "report-limits-law"];
        let mut blocks = vec![list(general.map(|id| self.text(id)).to_vec())];
        for (head, items) in [
            ("report-blind-head", texts(&procedure.blind_spots)),
            ("report-prohibited-head", texts(&procedure.prohibited_uses)),
        ] {
            if !items.is_empty() {
                blocks.push(Block::Keep(vec![self.subheading(head), list(items)]));
            }
        }
        blocks
    }

    fn identity(&self) -> Vec<Block> {
        let (report, t) = (self.report, &self.t);
        let model = &report.model;
        let group = |group: &GroupIdentity| {
            let slots = [
                ("datei", group.file.as_str()),
                ("n", &self.count(group.rows)),
                ("datum", &t.numerals.short_date(group.as_of)),
            ];
            format!("{}\n{}", self.say("report-group-file", &slots), in_eights(&group.sha256))
        };
        let approved = if model.sha256 == model.approved_sha256 {
            "report-hash-ok"
        } else {
            "report-hash-other"
        };
        let rows = vec![
            ("report-tool", format!("{} {}", report.tool.name, report.tool.version)),
            (
                "report-procedure-id",
                format!("{}\n{}", report.procedure.id, in_eights(&report.procedure.sha256)),
            ),
            (
                "report-file",
                format!(
                    "{}\n{}\n{}",
                    self.say(
                        "report-model-file",
                        &[
                            ("datei", &model.file),
                            ("format", &model.format),
                            ("werkzeug", &model.written_by),
                            ("ziel", &model.objective),
                            ("baeume", &self.count(model.trees)),
                        ],
                    ),
                    in_eights(&model.sha256),
                    self.text(approved)
                ),
            ),
            ("report-background", group(&report.background)),
            ("report-holdout", group(&report.holdout)),
            (
                "report-released",
                report.approved_by.clone().unwrap_or_else(|| self.text("report-not-released")),
            ),
        ];
        vec![Block::Keep(vec![self.paragraph("report-identity-intro", &[]), self.facts(rows)])]
    }
}

/// A checksum in groups of eight, four a line, so that it can be read out and compared.
fn in_eights(hash: &str) -> String {
    let letters: Vec<char> = hash.chars().collect();
    let groups: Vec<String> = letters.chunks(8).map(|part| part.iter().collect()).collect();
    let lines: Vec<String> = groups.chunks(4).map(|line| line.join(" ")).collect();
    lines.join("\n")
}

fn feature_is_choice(feature: &Feature) -> bool {
    matches!(feature.kind, Kind::YesNo | Kind::Category)
}

fn list(items: Vec<String>) -> Block {
    Block::List { items: items.into_iter().map(|item| vec![plain(item)]).collect() }
}

fn cells<const N: usize>(texts: [String; N]) -> Vec<Cell> {
    texts.into_iter().map(|text| Cell::Text(vec![plain(text)])).collect()
}
