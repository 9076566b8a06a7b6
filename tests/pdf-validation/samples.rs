//! Documents that use every block and every piece of furniture, with invented content.

use klartext::chart::{Anchor, Color, Drawing, Mark};
use klartext::document::{
    Align, Attachment, Block, Cell, Direction, Document, Furniture, Inks, LetterForm, PanelTone,
    TableColumn, TextStyle, bold, plain,
};
use klartext::pdf::{self, PdfFault};

const BLUE: Color = [0x14, 0x45, 0x6b];
const BROWN: Color = [0x86, 0x45, 0x00];
const INK: Color = [0x1a, 0x1a, 0x1a];

/// A document of one kind with nothing in it but its title.
pub fn empty(furniture: Furniture) -> Document {
    Document {
        language: "de-DE".into(),
        title: "Wohngeld-Antrag: Wir nutzen ein Computerprogramm".into(),
        author: "Amt für Wohngeld".into(),
        marker: "klartext/sample/de".into(),
        date: "2026-11-23".into(),
        furniture,
        blocks: vec![heading(
            1,
            "Wohngeld-Antrag vom 3.\u{a0}November\u{a0}2026: Wir nutzen ein Computerprogramm",
        )],
        footer: "WG-2026-004711 · Prüfzeichen K7Q4-9MXD".into(),
        page_number: "Seite\u{a0}{page} von\u{a0}{pages}".into(),
        running_header: ("WG-2026-004711".into(), "23. November 2026".into()),
        watermark: None,
        body_size: 12.0,
        direction: Direction::LeftToRight,
        line_pitch: 1.35,
        sentence_a_line: false,
        inks: Inks::Colour,
        hyphenate: false,
        attachment: Attachment {
            name: "erklaerung.json".into(),
            description: "Maschinenlesbare Fassung dieser Erläuterung".into(),
            bytes: br#"{"schema":"klartext.explanation/1","case":"WG-2026-004711"}"#.to_vec(),
        },
    }
}

pub fn letter_furniture() -> Furniture {
    let row = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    Furniture::Letter {
        form: LetterForm::B,
        emblem: None,
        letterhead: "Amt für Wohngeld".into(),
        letterhead_note: "Stadt Musterstadt · Rathausplatz 1 · 12345 Musterstadt".into(),
        return_line: "Amt für Wohngeld · Rathausplatz 1 · 12345 Musterstadt".into(),
        address: vec!["Alex Beispiel".into(), "Lange Straße 12".into(), "12345 Musterstadt".into()],
        information: vec![
            row("Unser Zeichen", "WG-2026-004711"),
            row("Ansprechperson", "Kim Muster"),
            row("Telefon", "0000 1234-56"),
            row("Zeiten", "Montag bis Freitag, 9\u{a0}bis 12\u{a0}Uhr"),
            row("Datum", "23. November 2026"),
        ],
    }
}

pub fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.into() }
}

pub fn paragraph(text: &str) -> Block {
    Block::Paragraph { runs: vec![plain(text)], style: TextStyle::Body }
}

pub fn note(text: &str) -> Block {
    Block::Paragraph { runs: vec![plain(text)], style: TextStyle::Note }
}

pub fn list(items: &[&str]) -> Block {
    Block::List { items: items.iter().map(|item| vec![plain(*item)]).collect() }
}

pub fn column(title: &str, align: Align, weight: f32) -> TableColumn {
    TableColumn { title: title.into(), align, weight }
}

pub fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| Cell::Text(vec![plain(*text)])).collect()
}

pub fn tick(field: &str, text: &str) -> Cell {
    Cell::Tick { field: format!("geprueft.{field}"), text: text.into() }
}

/// Bars to the left and right of an axis.
pub fn bars(width: f32) -> Block {
    let rows = [
        ("Personen im Haushalt: 5", 0.9),
        ("Einkommen im Monat: 1.450 Euro", 0.5),
        ("Ersparnisse: 3.200 Euro", -0.2),
    ];
    let axis = width * 0.62;
    let mut marks = vec![
        text(axis - 8.0, 10.0, Anchor::End, true, BROWN, "sprach dagegen"),
        text(axis + 8.0, 10.0, Anchor::Start, true, BLUE, "sprach dafür"),
    ];
    for (nth, (label, value)) in rows.iter().enumerate() {
        let top = 20.0 + 24.0 * nth as f32;
        let (from, to) =
            (axis.min(axis + value * width * 0.36), axis.max(axis + value * width * 0.36));
        let points = vec![(from, top), (to, top), (to, top + 17.0), (from, top + 17.0)];
        marks.push(Mark::Fill {
            points,
            color: if *value > 0.0 { BLUE } else { [0xf0, 0xd2, 0xae] },
        });
        marks.push(text(0.0, top + 12.0, Anchor::Start, false, INK, label));
    }
    marks.push(Mark::Line { points: vec![(axis, 16.0), (axis, 92.0)], width: 1.2, color: INK });
    let drawing = Drawing { width, height: 94.0, marks, mirrors: false };
    let alt = "Personen im Haushalt: 5 sprach sehr stark dafür. Einkommen im Monat: 1.450 Euro sprach stark dafür. \
               Ersparnisse: 3.200 Euro sprach ein wenig dagegen.";
    let caption = "So lesen Sie das Bild: Jeder Balken steht für eine Angabe. Ein Balken nach rechts heißt: Das sprach \
                   dafür. Ein Balken nach links heißt: Das sprach dagegen.";
    Block::Figure { drawing, alt: alt.into(), caption: Some(caption.into()) }
}

fn text(x: f32, y: f32, anchor: Anchor, bold: bool, color: Color, text: &str) -> Mark {
    Mark::Text { x, y, anchor, size: 10.5, bold, color, text: text.into() }
}

/// A letter of three pages, a draft.
pub fn letter() -> Document {
    let mut document = empty(letter_furniture());
    document.title += " (ENTWURF – nicht versenden)";
    document.watermark = Some("ENTWURF – nicht versenden".into());
    document.blocks.extend([
        paragraph("Guten Tag Alex Beispiel,"),
        paragraph("dieses Schreiben ist eine Information. Es ist kein Bescheid."),
        Block::Panel {
            tone: PanelTone::Summary,
            blocks: vec![
                heading(2, "Das Wichtigste in Kürze"),
                Block::Paragraph {
                    runs: vec![plain("Das Ergebnis: "), bold("Wir prüfen Ihren Antrag zuerst.")],
                    style: TextStyle::Body,
                },
                paragraph(
                    "Entschieden ist noch nichts. Das macht später ein Mensch. Sie sind nicht einverstanden? Lesen Sie \
                     bitte den Teil „Das können Sie jetzt tun“.",
                ),
            ],
        },
        heading(2, "Was hat das Programm gemacht?"),
        paragraph(
            "Ein Computerprogramm sortiert die Fälle. Es schlägt vor, welche Fälle wir zuerst prüfen. Das Programm \
             entscheidet nicht über Ihren Antrag. Die Reihenfolge kann aber ändern, wie lange Sie warten. Das bedeutet \
             für Sie: Wir brauchen etwa 3\u{a0}Wochen.",
        ),
        heading(2, "Diese Punkte waren für das Programm wichtig"),
        Block::Columns(vec![
            vec![
                heading(3, "Das sprach dafür, den Antrag zuerst zu prüfen"),
                Block::List {
                    items: vec![
                        vec![
                            plain("Die Zahl der Personen im Haushalt: 5\u{a0}Personen. Das hat "),
                            bold("sehr stark"),
                            plain(" dafür gesprochen."),
                        ],
                        vec![plain("Ihr Einkommen im Monat: 1.450\u{a0}Euro. Das hat "), bold("stark"), plain(" dafür gesprochen.")],
                    ],
                },
            ],
            vec![
                heading(3, "Das sprach dagegen"),
                Block::List {
                    items: vec![vec![
                        plain("Ihre Ersparnisse: 3.200\u{a0}Euro. Das hat "),
                        bold("ein wenig"),
                        plain(" dagegen gesprochen."),
                    ]],
                },
            ],
        ]),
        bars(467.0),
        heading(2, "Wann wäre das Ergebnis des Programms anders?"),
        Block::Panel {
            tone: PanelTone::Plain,
            blocks: vec![
                paragraph("Wir haben mit anderen Werten gerechnet. Schon eine Änderung hätte gereicht:"),
                Block::Paragraph {
                    runs: vec![bold("Ihr Einkommen im Monat: 1.780\u{a0}Euro statt 1.450\u{a0}Euro.")],
                    style: TextStyle::Body,
                },
                note("Das ist nur ein Rechenbeispiel. Über Ihren Antrag entscheiden wir nach dem Gesetz."),
            ],
        },
        heading(2, "Wie sicher ist das Programm?"),
        paragraph(
            "Das Programm kann sich irren. Wir haben es mit 4.200 alten Fällen getestet. Von je 100\u{a0}Fällen mit so \
             einem Ergebnis lag es etwa 81\u{a0}Mal richtig. Etwa 19\u{a0}Mal lag es falsch.",
        ),
        paragraph(
            "Es weiß zum Beispiel nichts über: eine Kündigung der Wohnung, eine Trennung. Ist so etwas bei Ihnen \
             wichtig? Dann schreiben Sie uns das bitte. Diese Angaben hat das Programm nicht benutzt: \
             Staatsangehörigkeit, Geschlecht, Religion.",
        ),
        heading(2, "Das können Sie jetzt tun"),
        list(&[
            "Ist Ihre Lage sehr dringend? Rufen Sie uns bitte sofort an: 0000 1234-56.",
            "Eine Angabe ist falsch oder fehlt? Sagen Sie uns, was richtig ist. Wir ändern die Angabe und prüfen den \
             Fall neu.",
            "Ein Mensch soll den Fall noch einmal prüfen? Schreiben Sie uns oder rufen Sie uns an. Das kostet nichts.",
            "Sie dürfen immer nachfragen. Das schadet Ihnen nicht.",
        ]),
        heading(2, "Diese Angaben hat das Programm benutzt"),
        Block::Table {
            caption: None,
            columns: vec![
                column("Angabe", Align::Left, 4.0),
                column("Wert", Align::Left, 2.0),
                column("Quelle", Align::Left, 3.0),
            ],
            rows: vec![
                cells(&["Personen im Haushalt", "5 Personen", "von Ihnen"]),
                cells(&["Einkommen im Monat", "1.450 Euro", "von Ihnen"]),
                cells(&["Ersparnisse", "3.200 Euro", "von Ihnen"]),
                cells(&["Miete im Monat", "640 Euro", "aus unserer Akte"]),
            ],
        },
        Block::Keep(vec![paragraph("Freundliche Grüße"), paragraph("Kim Muster")]),
        Block::AgencyText {
            heading: "Datenschutz".into(),
            text: "Verantwortlich ist das Amt für Wohngeld.\nRathausplatz 1\n12345 Musterstadt\n\nSie können jederzeit \
                   Auskunft über die gespeicherten Angaben verlangen (Artikel 15 der Datenschutz-Grundverordnung)."
                .into(),
        },
    ]);
    document
}

/// A caseworker's sheet with evidence, counter-evidence and room for a hand.
pub fn sheet() -> Document {
    let mut document = empty(Furniture::Sheet {
        subtitle: "Was das Programm berechnet hat".into(),
        head_lines: vec![
            "WG-2026-004711 · Stand der Daten 20.11.2026".into(),
            "Programm 3.2, Prüfzeichen K7Q4-9MXD".into(),
            "Teil A ausgefüllt am 23.11.2026, 10:14 Uhr".into(),
        ],
    });
    document.body_size = 10.5;
    document.hyphenate = true;
    document.blocks = vec![
        heading(1, "Prüfbogen Teil B"),
        Block::Paragraph {
            runs: vec![
                bold("Das Programm schlägt vor: Antrag zuerst prüfen. Sie entscheiden."),
                plain(
                    " In etwa 73 von 100\u{a0}Fällen mit diesem Ergebnis war der Vorschlag richtig.",
                ),
            ],
            style: TextStyle::Lead,
        },
        Block::Columns(vec![
            vec![Block::Panel {
                tone: PanelTone::Caution,
                blocks: vec![
                    heading(2, "Warum der Vorschlag falsch sein kann"),
                    list(&[
                        "Stärkster Punkt gegen den Vorschlag: Ersparnisse: 3.200\u{a0}Euro (Anteil 6\u{a0}%).",
                        "Das Programm kennt nicht: Kündigung der Wohnung, Trennung.",
                        "Ungewöhnlich an diesem Fall: 5\u{a0}Personen (nur 4 von 100\u{a0}Fällen).",
                        "Von 100 Fällen mit diesem Vorschlag waren etwa 27 falsch.",
                    ]),
                ],
            }],
            vec![Block::Panel {
                tone: PanelTone::Plain,
                blocks: vec![
                    heading(2, "Was für den Vorschlag spricht"),
                    list(&[
                        "Personen im Haushalt: 5 (Anteil 52\u{a0}%, üblich 1 bis 3)",
                        "Einkommen im Monat: 1.450\u{a0}Euro (Anteil 28\u{a0}%)",
                    ]),
                    note("Vorzeichen geprüft: stabil in 200 von 200\u{a0}Stichproben."),
                ],
            }],
        ]),
        heading(2, "So kommt das Ergebnis zustande"),
        bars(467.0),
        Block::Columns(vec![
            vec![
                heading(2, "Anderer Wert, anderes Ergebnis"),
                Block::Table {
                    caption: Some("Kleinste Änderungen".into()),
                    columns: vec![
                        column("Angabe", Align::Left, 3.0),
                        column("Wert", Align::Decimal, 2.0),
                        column("kippt ab", Align::Decimal, 2.0),
                        column("geprüft", Align::Left, 1.2),
                    ],
                    rows: vec![
                        vec![
                            Cell::Text(vec![plain("Einkommen")]),
                            Cell::Text(vec![plain("1.450,00")]),
                            Cell::Text(vec![plain("1.780,5")]),
                            tick("einkommen", "Einkommen geprüft"),
                        ],
                        vec![
                            Cell::Text(vec![plain("Personen")]),
                            Cell::Text(vec![plain("5")]),
                            Cell::Text(vec![plain("3")]),
                            tick("personen", "Personen geprüft"),
                        ],
                    ],
                },
            ],
            vec![
                heading(2, "Grenzen"),
                paragraph(
                    "Rechnung stimmt: ja. Erklärung stabil: ja. Fall im bekannten Bereich: mit Hinweis.",
                ),
            ],
        ]),
        heading(2, "Entscheidungsvermerk"),
        Block::Choices {
            field: "decision.suggestion".into(),
            label: vec![plain("Meine Entscheidung:")],
            options: vec![
                "wie Vorschlag".into(),
                "anders".into(),
                "Vorschlag nicht genutzt".into(),
            ],
        },
        Block::WriteLines {
            field: "decision.reasons".into(),
            label: vec![plain("Meine Gründe (nicht die des Programms):")],
            lines: 2,
        },
        Block::WriteLines {
            field: "decision.considerations".into(),
            label: vec![plain("Ermessenserwägungen:")],
            lines: 1,
        },
    ];
    document
}

/// A report with long tables, hyphenated text, and bookmarks.
pub fn report() -> Document {
    let mut document = empty(Furniture::Sheet {
        subtitle: "Bericht für die Modellverantwortlichen".into(),
        head_lines: vec!["Programm 3.2".into(), "Stand 23.11.2026".into()],
    });
    document.body_size = 10.8;
    document.hyphenate = true;
    document.watermark = Some("ENTWURF".into());
    document.blocks = vec![heading(1, "Wohngeld-Priorisierung")];
    for part in 1..=4 {
        document
            .blocks
            .push(heading(2, &format!("{part}. Abschnitt über Zuverlässigkeitsuntersuchungen")));
        for _ in 0..3 {
            document.blocks.push(paragraph(
                "Die Wahrscheinlichkeitsverteilungen der Vergleichsgruppe unterscheiden sich in Abhängigkeit von der \
                 Haushaltszusammensetzung; die Verallgemeinerungsfähigkeit wurde anhand zurückgehaltener Beobachtungen \
                 untersucht und mit Vertrauensbereichen versehen. Für Altersgruppen unter 25 liegt die \
                 Übereinstimmung bei 96,4\u{a0}% (n\u{a0}=\u{a0}412).",
            ));
        }
        document.blocks.push(heading(3, "Kennzahlen"));
        document.blocks.push(Block::Table {
            caption: Some("Einfluss der Merkmale".into()),
            columns: vec![
                column("Merkmal", Align::Left, 4.0),
                column("Einfluss", Align::Decimal, 2.0),
                column("Anteil", Align::Right, 2.0),
                column("Fälle", Align::Right, 1.5),
            ],
            rows: (0..18)
                .map(|row| {
                    let value = format!(
                        "{}{},{}",
                        if row % 3 == 0 { "−" } else { "" },
                        row * row * 7,
                        "12345".get(..row % 5 + 1).unwrap_or("0")
                    );
                    cells(&[
                        &format!("Merkmal {row} mit einem Namen"),
                        &value,
                        &format!("{row}\u{a0}%"),
                        "4.200",
                    ])
                })
                .collect(),
        });
        document.blocks.push(bars(467.0));
    }
    document
}

/// The shortest document there can be.
pub fn shortest() -> Document {
    let mut document = empty(Furniture::Sheet { subtitle: String::new(), head_lines: Vec::new() });
    document.language = "en-GB".into();
    document.blocks = vec![
        heading(1, "A title"),
        paragraph("One sentence: −5 % of 12,500.75 €."),
        paragraph(
            "Đặng Thị Hồng, Łukasz Źdźbło, Ștefan Țăran, İsmail Işık, Σωκράτης, Їжак, a\u{308}, q\u{303}\u{323}",
        ),
    ];
    document
}

/// All of them with their names.
pub fn all() -> Vec<(&'static str, Document)> {
    vec![("letter", letter()), ("sheet", sheet()), ("report", report()), ("shortest", shortest())]
}

/// Writes a document that must be written.
pub fn written(document: &Document) -> Vec<u8> {
    pdf::write(document).unwrap_or_else(|fault| panic!("{fault}")).bytes
}

/// The fault of a document that must be refused.
pub fn refused(document: &Document) -> PdfFault {
    pdf::write(document).expect_err("a refusal")
}

/// A letter with blocks below its subject.
pub fn letter_with(blocks: Vec<Block>) -> Document {
    let mut document = empty(letter_furniture());
    document.blocks.extend(blocks);
    document
}

/// A sheet with blocks below its title.
pub fn sheet_with(blocks: Vec<Block>) -> Document {
    let mut document = empty(Furniture::Sheet { subtitle: String::new(), head_lines: vec![] });
    document.blocks.extend(blocks);
    document
}

/// A table of as many rows.
pub fn table(rows: usize) -> Block {
    let column = |title: &str, align| TableColumn { title: title.into(), align, weight: 1.0 };
    let cell = |text: String| Cell::Text(vec![plain(text)]);
    Block::Table {
        caption: Some("Beschriftung".into()),
        columns: vec![column("Merkmal", Align::Left), column("Einfluss", Align::Decimal)],
        rows: (0..rows)
            .map(|row| {
                vec![
                    cell(format!("Zeile {row}")),
                    cell(format!("{},{}", row * 7, "5".repeat(row % 3 + 1))),
                ]
            })
            .collect(),
    }
}
