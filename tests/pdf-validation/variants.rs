//! Documents in the other formats: right to left, large print, black on white, form A with a logo, Leichte Sprache.

use klartext::document::{
    Align, Block, Direction, Document, Emblem, Furniture, Inks, LetterForm, PanelTone, bold, plain,
};
use klartext::logo;

use super::samples::{
    bars, cells, column, empty, heading, letter, letter_furniture, list, note, paragraph, tick,
};
use klartext::document::Cell;

/// A sign of three areas and a line.
pub const LOGO_SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 30">
<rect x="1" y="1" width="58" height="28" rx="4" fill="#14456b"/>
<circle cx="16" cy="15" r="9" fill="#ffffff"/>
<path d="M32 20 L38 8 L44 20 Z M35 17h6" fill="none" stroke="#f3d9ae" stroke-width="2"/>
</svg>"##;

/// Puts a logo into the letterhead.
pub fn with_emblem(mut document: Document, bytes: &[u8], alt: &str) -> Document {
    let logo = logo::read("logo", bytes).unwrap_or_else(|faults| panic!("{faults:?}"));
    let Furniture::Letter { emblem, .. } = &mut document.furniture else { panic!("a letter") };
    *emblem = Some(Emblem { logo, alt: alt.into() });
    document
}

/// The letter in form A, with a logo.
pub fn form_a() -> Document {
    let mut document = with_emblem(letter(), LOGO_SVG.as_bytes(), "Wappen der Stadt Musterstadt");
    let Furniture::Letter { form, .. } = &mut document.furniture else { panic!("a letter") };
    *form = LetterForm::A;
    document
}

/// The letter in large print, black on white.
pub fn large() -> Document {
    let mut document = with_emblem(letter(), LOGO_SVG.as_bytes(), "");
    document.body_size = 18.0;
    document.inks = Inks::BlackAndWhite;
    document
}

/// A letter in Leichte Sprache.
pub fn easy() -> Document {
    let mut document = empty(letter_furniture());
    document.body_size = 14.0;
    document.line_pitch = 1.5;
    document.sentence_a_line = true;
    document.blocks.extend([
        paragraph("Guten Tag Alex Beispiel,"),
        paragraph("das ist ein Brief vom Amt. In dem Brief geht es um Ihren Antrag. Sie haben Geld für die Miete beantragt."),
        heading(2, "Was hat das Programm gemacht?"),
        paragraph("Ein Computer-Programm sortiert die Anträge. Das Programm entscheidet nicht. Ein Mensch entscheidet."),
        Block::List {
            items: vec![
                vec![plain("Sie verdienen wenig Geld. Das war "), bold("wichtig"), plain(". Deshalb prüfen wir zuerst.")],
                vec![plain("In Ihrer Wohnung leben 5 Personen. Am 3. November kam der Antrag.")],
            ],
        },
    ]);
    document
}

/// The sentences of the Arabic letter that must be read as they are written.
pub const SENTENCES: [&str; 6] = [
    "هذه الرسالة معلومات وليست قرارا.",
    "استخدمنا برنامج حاسوب لفحص طلبك.",
    "القرار يتخذه إنسان.",
    "دخلك في الشهر:",
    "رقم الملف:",
    "عدد الأشخاص في البيت",
];

/// A letter in Arabic with every block; its address and the agency's own text are German.
pub fn arabic() -> Document {
    let mut document = empty(letter_furniture());
    document.language = "ar".into();
    document.direction = Direction::RightToLeft;
    document.body_size = 13.0;
    document.page_number = "صفحة {page} من {pages}".into();
    document.footer = "رقم الملف WG-2026-004711".into();
    document.running_header = ("WG-2026-004711".into(), "23.11.2026".into());
    document.title = "طلب إعانة السكن".into();
    let Furniture::Letter { information, .. } = &mut document.furniture else { panic!("a letter") };
    let labels = ["رقم الملف", "للتواصل", "الهاتف", "الأوقات", "التاريخ"];
    for (row, label) in information.iter_mut().zip(labels) {
        row.0 = label.into();
    }
    document.blocks = vec![
        heading(1, "طلب إعانة السكن: نستخدم برنامج حاسوب"),
        paragraph("مرحبا Alex Beispiel،"),
        paragraph(&format!("{} {}", SENTENCES[0], SENTENCES[1])),
        Block::Panel {
            tone: PanelTone::Summary,
            blocks: vec![
                heading(2, "أهم النقاط"),
                Block::Paragraph {
                    runs: vec![
                        plain("النتيجة: "),
                        bold("نفحص طلبك أولا."),
                        plain(" "),
                        plain(SENTENCES[2]),
                    ],
                    style: klartext::document::TextStyle::Body,
                },
            ],
        },
        heading(2, "ما الذي كان مهما؟"),
        Block::Columns(vec![
            vec![
                heading(3, "ما يؤيد النتيجة"),
                list(&[
                    "دخلك في الشهر: 1.450\u{a0}€، وهذا مهم جدا.",
                    "تاريخ الطلب: 03.11.2026، رقم الملف: WG-2026-004711.",
                ]),
            ],
            vec![
                heading(3, "ما لا يؤيد النتيجة"),
                list(&["الهاتف: 0000 1234-56 (من الساعة 9 إلى 12)"]),
            ],
        ]),
        {
            let Block::Figure { mut drawing, alt, caption } = bars(467.0) else {
                panic!("a figure")
            };
            for mark in &mut drawing.marks {
                if let klartext::chart::Mark::Text { text, .. } = mark {
                    if text == "sprach dafür" {
                        *text = "يؤيد".into();
                    } else if text == "sprach dagegen" {
                        *text = "لا يؤيد".into();
                    } else if text.starts_with("Einkommen") {
                        *text = "دخلك في الشهر: 1.450 €".into();
                    }
                }
            }
            Block::Figure {
                drawing,
                alt,
                caption: caption.map(|_| "هكذا تقرأ الصورة: اليمين يعني يؤيد.".into()),
            }
        },
        heading(2, "البيانات"),
        Block::Table {
            caption: None,
            columns: vec![
                column("البيان", Align::Left, 4.0),
                column("القيمة", Align::Decimal, 2.0),
                column("المصدر", Align::Left, 3.0),
                column("صحيح", Align::Left, 1.0),
            ],
            rows: [
                ("عدد الأشخاص في البيت", "5", "a"),
                ("دخلك في الشهر", "1.450,25", "b"),
                ("المدخرات", "3.200,5", "c"),
            ]
            .into_iter()
            .map(|(label, value, field)| {
                let mut row = cells(&[label, value, "منك"]);
                row.push(tick(field, label));
                row
            })
            .collect::<Vec<Vec<Cell>>>(),
        },
        Block::Choices {
            field: "wahl".into(),
            label: vec![plain("هل هذا صحيح؟")],
            options: vec!["نعم".into(), "لا".into()],
        },
        note("هذه ترجمة آلية. النص الألماني هو الملزم."),
        Block::InLanguage {
            language: "de-DE".into(),
            direction: Direction::LeftToRight,
            blocks: vec![Block::AgencyText {
                heading: "Datenschutz".into(),
                text: "Verantwortlich ist das Amt für Wohngeld.\nRathausplatz 1\n12345 Musterstadt"
                    .into(),
            }],
        },
    ];
    document
}

/// All of them with their names.
pub fn all() -> Vec<(&'static str, Document)> {
    vec![("form-a", form_a()), ("large", large()), ("easy", easy()), ("arabic", arabic())]
}
