//! Promise: a points table gives the points that it says, for every value; what it leaves open is told, all in one go.

use klartext::attribution::path_dependent;
use klartext::model::{FeatureKind, Form, Model, from_bytes};

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
