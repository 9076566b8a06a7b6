//! Promise: a points table gives the points that it says, for every value; what it leaves open is told, all in one go.

use klartext::attribution::path_dependent;
use klartext::model::{FeatureKind, Form, Model, from_bytes, rows_for};
use klartext::table::{Separator, table_from_bytes};

use crate::compare::{codes, refused};
use crate::reference::path;

fn read(text: &str) -> Box<dyn Model> {
    from_bytes("t", text.as_bytes()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn raw(model: &dyn Model, row: &[f64]) -> f64 {
    let mut out = [0.0];
    model.raw(row, &mut out);
    out[0]
}

/// A model's number for the text of a cell of a category.
fn code(model: &dyn Model, feature: usize, cell: &str) -> f64 {
    let FeatureKind::Category(levels) = model.card().kind(feature) else { panic!("numbers") };
    levels.code(cell).unwrap()
}

/// Every fault as line and finding.
fn told(text: &str) -> Vec<(u64, String)> {
    let faults = from_bytes("t", text.as_bytes()).map(|_| ()).unwrap_err();
    assert!(faults.0.iter().all(|fault| fault.code == "M05"), "{faults}");
    faults.0.into_iter().map(|f| (f.place.line.unwrap(), f.found)).collect()
}

#[test]
fn both_forms_give_the_points_at_every_end() {
    for file in ["scorecard.csv", "scorecard.toml"] {
        let bytes = std::fs::read(path("models").join(file)).unwrap();
        let model = from_bytes(file, &bytes).unwrap();
        let model = model.as_ref();
        let (base, format) = match file {
            "scorecard.csv" => (200.0, "scorecard-csv"),
            _ => (200.0 - 250.0, "scorecard-toml"),
        };
        let card = model.card();
        assert_eq!((card.format.as_str(), card.covers, card.trees), (format, true, 2));
        assert_eq!(card.features, ["age", "status"]);
        let none = f64::NAN;
        for (age, points) in [
            (none, 5.0),
            (-1e300, 0.0),
            (18f64.next_down(), 0.0),
            (18.0, 12.5),
            (25f64.next_down(), 12.5),
            (25.0, 30.0),
            (65.0, 30.0),
            (65f64.next_up(), 45.0),
            (f64::MAX, 45.0),
        ] {
            assert_eq!(raw(model, &[age, none]), base + points, "{file}, {age}");
        }
        for (status, points) in [
            ("employed", 40.0),
            ("self-employed", 40.0),
            ("seeking", 15.0),
            ("retired", 10.0),
            ("", 0.0),
        ] {
            let row = [none, code(model, 1, status)];
            assert_eq!(raw(model, &row), base + 5.0 + points, "{file}, {status}");
        }
    }
}

#[test]
fn the_link_is_that_of_factor_and_offset() {
    let bytes = std::fs::read(path("models/scorecard.toml")).unwrap();
    let model = from_bytes("t", &bytes).unwrap();
    assert_eq!(model.card().positive.as_deref(), Some("suitable"));
    assert!(model.card().notes.iter().any(|note| note.contains("28.85") && note.contains("250")));
    let row = [30.0, code(model.as_ref(), 1, "seeking")];
    let mut value = [0.0];
    model.value(&[raw(model.as_ref(), &row)], &mut value);
    let points = 200.0 + 30.0 + 15.0;
    let expected = 1.0 / (1.0 + (-(points - 250.0) / 28.85f64).exp());
    assert!((value[0] - expected).abs() < 1e-15, "{} {expected}", value[0]);
}

/// Of a sum of attributes the Shapley value is the points less their mean over the counts.
#[test]
fn attributions_are_the_points_less_their_mean() {
    let bytes = std::fs::read(path("models/scorecard.csv")).unwrap();
    let model = from_bytes("t", &bytes).unwrap();
    let Form::Trees(trees) = model.form() else { panic!("no trees") };
    let age = (12.5 * 40.0 + 30.0 * 120.0 + 45.0 * 25.0 + 5.0 * 5.0) / 200.0;
    let status = (40.0 * 110.0 + 15.0 * 60.0 + 10.0 * 20.0) / 200.0;
    let found = path_dependent(trees, &[70.0, code(model.as_ref(), 1, "seeking")], 0);
    let expected = [45.0 - age, 15.0 - status, 200.0 + age + status];
    for (found, expected) in found.values.iter().chain([&found.base_value]).zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn other_fills_what_no_interval_covers_and_codes_are_numbers() {
    let model = read(
        "\u{feff}bin;points;attribute\r\n[1,2);1;x\r\n=5;2;x\r\nother|missing;9;x\r\n\
         3|4;7;code\r\nmissing;0;code\r\n",
    );
    let first = code(model.as_ref(), 1, "3.0");
    for (x, points) in [(0.0, 9.0), (1.0, 1.0), (2.0, 9.0), (5.0, 2.0), (5.1, 9.0), (f64::NAN, 9.0)]
    {
        assert_eq!(raw(model.as_ref(), &[x, first]), points + 7.0, "{x}");
    }
    let FeatureKind::Category(levels) = model.card().kind(1) else { panic!("numbers") };
    assert!(levels.code("5").is_err());
    assert!(!model.card().covers);
}

#[test]
fn a_thousand_bins_stay_a_shallow_tree() {
    let bins: String = (0..2000).map(|i| format!("x,{i}..{},{i}\n", i + 1)).collect();
    let model = read(&format!("attribute,bin,points\n{bins}x,other|missing,-1\n"));
    assert!(model.card().depth < 16, "{}", model.card().depth);
    for i in [0u32, 1, 999, 1999] {
        assert_eq!(raw(model.as_ref(), &[f64::from(i) + 0.5]), f64::from(i));
    }
    assert_eq!(raw(model.as_ref(), &[2000.0]), -1.0);
}

#[test]
fn everything_wrong_is_told_in_one_go() {
    let found = told(
        "attribute,bin,points\na,<10,1\na,\"[10,20]\",2\na,20..30,3\na,>30,4\n\
         b,x|y,1\nb,y,2\nb,missing,0\nb,missing,1\nc,<1,0\nc,red,1\nc,missing,0\n",
    );
    let expected = [
        (2, "no bin `missing` of `a`"),
        (4, "two bins of `a` for numbers [20,20]"),
        (5, "no bin of `a` for numbers [30,30]"),
        (9, "the bin `missing` of `b` again"),
        (7, "the category `y` of `b` again"),
        (11, "`red` among intervals of `c`"),
        (10, "no bin of `c` for numbers [1,inf)"),
    ];
    let expected: Vec<_> = expected.map(|(line, found)| (line, found.to_owned())).into();
    assert_eq!(found, expected);
    let found =
        told("attribute,bin,points,count\na,25..18,\"1,5\",1\n,x,NaN,-1\na,x\na,missing,inf,\n");
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 3, 3, 4, 5, 2, 3], "{found:?}");
}

/// As a German spreadsheet writes it: two sheets put together, semicolons, decimal commas, ranges in words.
const GERMAN: &str = "sheet;attribute;bin;points\n\
    Person;alter;unter 18;-1,5\nPerson;alter;18 – 25;0\nPerson;alter;26-64;2,25\n\
    Person;alter;ab 65;3\n;;;\nsheet;attribute;bin;points\nArbeit;jahre;bis unter 1,5;0\n\
    Arbeit;jahre;1,5 bis unter 10;1\nArbeit;jahre;ab 10;2\nArbeit;jahre;missing;-4\n\
    ;*;missing;refuse\n";

/// Whole numbers between ranges of whole numbers belong to one of them; what lies between has no prediction.
#[test]
fn a_table_as_agencies_write_it_is_read() {
    let model = read(GERMAN);
    for (age, years, points) in [
        (17.0, 0.0, -1.5),
        (18.0, 1.5f64.next_down(), 0.0),
        (25.0, 1.5, 1.0),
        (26.0, 10.0, 4.25),
        (64.0, f64::NAN, -1.75),
        (65.0, 9.0, 4.0),
    ] {
        assert_eq!(raw(model.as_ref(), &[age, years]), points, "{age}, {years}");
    }
    assert!(raw(model.as_ref(), &[25.5, 1.0]).is_nan());
    assert!(raw(model.as_ref(), &[f64::NAN, 1.0]).is_nan());
    let card = model.card();
    assert_eq!(card.features, ["alter", "jahre"]);
    assert!(card.missing.contains("refused of: alter."), "{}", card.missing);
    let notes = card.notes.join(" ");
    for told in ["Sheet Person: alter.", "Sheet Arbeit: jahre.", "whole numbers alone: alter."] {
        assert!(notes.contains(told), "{notes}");
    }
}

/// A row with a missing value that the table refuses is told by line and attribute, as is one between two ranges.
#[test]
fn a_refused_row_is_told_by_line_and_attribute() {
    let model = read(GERMAN);
    let text = b"jahre,alter\n1,30\n1,\n1,25.5\n,NA\n,40\n";
    let table = table_from_bytes("t.csv", text, Separator::Detect).unwrap();
    let numbers = rows_for(model.card(), &table, None, false).unwrap();
    let told: Vec<_> = numbers
        .faults
        .iter()
        .map(|f| (f.code, f.place.line.unwrap(), f.place.field.as_deref().unwrap(), &*f.found))
        .collect();
    let expected = [
        ("T08", 3, "alter", "nothing"),
        ("T08", 4, "alter", "`25.5`"),
        ("T08", 5, "alter", "`NA`"),
    ];
    assert_eq!(told, expected);
    assert_eq!(numbers.faulty_rows, [1, 2, 3]);
    assert_eq!(numbers.sound().nrows(), 2);
}

/// One rule for missing values is for attributes without one of their own.
#[test]
fn missing_values_have_a_rule_of_the_whole_table() {
    let csv = "attribute,bin,points\na,<0,1\na,>=0,2\nb,x,1\nb,missing,7\n*,missing,5\n";
    let toml = "schema = \"klartext.scorecard/1\"\nmissing = 5\n\
        [[attribute]]\nname = \"a\"\nbins = [{ bin = \"<0\", points = 1 }, { bin = \">=0\", points = 2 }]\n\
        [[attribute]]\nname = \"b\"\nbins = [{ bin = \"x\", points = 1 }, { bin = \"missing\", points = 7 }]\n";
    for text in [csv, toml] {
        let model = read(text);
        assert_eq!(raw(model.as_ref(), &[f64::NAN, f64::NAN]), 12.0);
        assert_eq!(raw(model.as_ref(), &[1.0, 0.0]), 3.0);
        assert!(model.card().demands.is_empty() && model.card().missing.contains("without one 5"));
    }
    let refusing = read(&toml.replace("missing = 5", "missing = \"refuse\""));
    assert!(raw(refusing.as_ref(), &[f64::NAN, 0.0]).is_nan());
    assert_eq!(raw(refusing.as_ref(), &[1.0, f64::NAN]), 9.0);
    let silent = toml.replace("missing = 5", "");
    assert_eq!(told(&silent), [(5, "no bin `missing` of `a`".to_owned())]);
    assert_eq!(told(&toml.replace("= 5", "= \"ask\"")).len(), 1);
    let wrong = csv.replace("*,missing,5", "*,x,5\n*,missing,refuse");
    assert_eq!(told(&wrong).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 7]);
}

/// Points to odds, and names of ranges of points that change no number.
#[test]
fn odds_and_bands() {
    let bytes = std::fs::read(path("models/scorecard.toml")).unwrap();
    let plain = String::from_utf8(bytes).unwrap();
    let odds = "kind = \"odds\"\npdo = 20\nbase_points = 250\nbase_odds = 4";
    let text = plain.replace("kind = \"logistic\"\nfactor = 28.85\noffset = 250", odds);
    let bands = "[[band]]\nname = \"good\"\npoints = \">=250\"\n[[band]]\nname = \"poor\"\npoints = \"<250\"\n";
    let model = read(&format!("{text}\n{bands}"));
    let row = [30.0, code(model.as_ref(), 1, "seeking")];
    let (score, mut value) = (raw(model.as_ref(), &row), [0.0]);
    model.value(&[score], &mut value);
    // 245 points: a quarter of a doubling below 4 to 1.
    let expected = 4.0 * 0.5f64.powf(0.25);
    assert!((value[0] - expected / (1.0 + expected)).abs() < 1e-14, "{}", value[0]);
    let notes = model.card().notes.join(" ");
    assert!(notes.contains("poor (-inf,250); good [250,inf)"), "{notes}");
    let wrong = bands.replace("<250", "<240").replace("good", "poor");
    assert_eq!(told(&format!("{text}\n{wrong}")).len(), 3);
    assert_eq!(told(&format!("{text}\n{}", bands.replace("<250", "<=250"))).len(), 1);
}

/// Overlaps and gaps of ranges in words are faults as those of intervals are.
#[test]
fn ranges_in_words_leave_nothing_open() {
    let table = |bins: &str| format!("attribute,bin,points\n{bins}a,missing,0\n");
    let found = told(&table("a,unter 18,1\na,18-25,2\na,25-40,3\na,ab 40,4\n"));
    let expected = [
        (4, "two bins of `a` for numbers [25,25]".to_owned()),
        (5, "two bins of `a` for numbers [40,40]".to_owned()),
    ];
    assert_eq!(found, expected);
    let found = told(&table("a,unter 18,1\na,18-25,2\na,26-40,3\na,ab 50,4\n"));
    assert_eq!(found, [(5, "no bin of `a` for numbers [41,50)".to_owned())]);
    // Numbers with decimals are not whole, and a bin `other` takes what lies between.
    assert_eq!(told(&table("a,bis 18.5,1\na,ab 19.5,2\n")).len(), 1);
    let model = read(&table("a,bis 18,1\na,ab 19,2\na,other,9\n"));
    assert_eq!(raw(model.as_ref(), &[18.5]), 9.0);
}

#[test]
fn what_is_no_table_is_refused() {
    let toml = "schema = \"klartext.scorecard/1\"\n";
    let text = |text: &str| text.as_bytes().to_vec();
    let mut torn = text("attribute,bin,points\na,missing,1\n");
    torn.push(0xff);
    refused([
        (text("attribute,bin,points\n"), "M05", "no attribute"),
        (text("attribute,bin,points,weight\na,missing,1,2\n"), "M05", "`weight`"),
        (text("attribute,bin,points,bin\na,missing,1,x\n"), "M05", "`bin` twice"),
        (torn, "M03", "no UTF-8"),
        (text("schema = \"klartext.scorecard/2\"\n"), "M04", "klartext.scorecard/2"),
        (text(&format!("{toml}bias = 1\n")), "M03", "bias"),
        (text(&format!("{toml}base = nan\n")), "M05", "base points"),
        (text(&format!("{toml}base = \"1\"\n")), "M05", "base points"),
        (text("attribute;bin;points\na;missing;1.5\na;<0;1,5\na;>=0;1\n"), "M05", "`1.5`"),
        (text("sheet,attribute,bin,points\nx,a,<0,1\ny,a,>=0,1\n,*,missing,0\n"), "M05", "`y`"),
        (
            text(&format!("{toml}[link]\nkind = \"logistic\"\nfactor = 0\noffset = 1\n")),
            "M05",
            "factor",
        ),
        (
            text(&format!("{toml}[link]\nkind = \"probit\"\nfactor = 1\noffset = 1\n")),
            "M05",
            "probit",
        ),
        (text(&format!("{toml}x = {}", "[".repeat(100_000))), "M03", ""),
    ]);
    assert_eq!(codes(b"attribute,name,points\n"), ["M02"]);
    let many = format!("attribute,bin,points\n{}", "a,<,x\n".repeat(300_000));
    let faults = from_bytes("t", many.as_bytes()).map(|_| ()).unwrap_err();
    assert_eq!(faults.0.len(), 100);
    let large = format!("attribute,bin,points\n{}", "a,missing,1\n".repeat(1 << 19));
    assert_eq!(codes(large.as_bytes()), ["M05"]);
}
