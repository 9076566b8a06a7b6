//! PMML where the evaluator that the other tests compare with stops: computed by hand from the standard's text. And all
//! faults of a file in one go.

use klartext::attribution::exact_score;
use klartext::model::{Form, Model, from_bytes};

use crate::reference::path;

const NONE: f64 = f64::NAN;

/// A file around a model of `x`, `y` and `z`, which predicts the class `yes`, or the number `t`.
fn file(model: &str) -> Vec<u8> {
    let number = |name: &str| {
        format!("<DataField name=\"{name}\" optype=\"continuous\" dataType=\"double\"/>\n")
    };
    let fields = ["x", "y", "z", "t"].map(number).concat();
    let class = "<DataField name=\"k\" optype=\"categorical\" dataType=\"string\"><Value value=\"no\"/><Value value=\"yes\"/></DataField>";
    let used = ["x", "y", "z"].map(|name| format!("<MiningField name=\"{name}\"/>")).concat();
    let schema = |target| {
        format!(
            "<MiningSchema>{used}<MiningField name=\"{target}\" usageType=\"target\"/></MiningSchema>"
        )
    };
    let model = model.replace("SCHEMA-K", &schema("k")).replace("SCHEMA-T", &schema("t"));
    format!("<PMML version=\"4.4\">\n<DataDictionary>\n{fields}{class}\n</DataDictionary>\n{model}</PMML>\n")
        .into_bytes()
}

fn node(test: &str, count: u32, shares: (u32, u32), inside: &str) -> String {
    let (no, yes) = shares;
    format!(
        "<Node score=\"no\" recordCount=\"{count}\">{test}<ScoreDistribution value=\"no\" recordCount=\"{no}\"/><ScoreDistribution value=\"yes\" recordCount=\"{yes}\"/>{inside}</Node>"
    )
}

fn test(field: &str, operator: &str, at: f64) -> String {
    format!("<SimplePredicate field=\"{field}\" operator=\"{operator}\" value=\"{at}\"/>")
}

/// A tree of three branches: `x` up to 0.5, split again by `y`; `z` up to 0; the rest.
fn tree(strategy: &str) -> Vec<u8> {
    let low = node(&test("y", "lessOrEqual", 1.0), 4, (3, 1), "");
    let high = node(&test("y", "greaterThan", 1.0), 2, (0, 5), "");
    let first = node(&test("x", "lessOrEqual", 0.5), 6, (3, 6), &(low + &high));
    let second = node(&test("z", "lessOrEqual", 0.0), 10, (9, 1), "");
    let third = node("<True/>", 4, (1, 3), "");
    let root = node("<True/>", 20, (13, 10), &(first + &second + &third));
    file(&format!(
        "<TreeModel functionName=\"classification\" missingValueStrategy=\"{strategy}\">SCHEMA-K{root}</TreeModel>"
    ))
}

fn scores(bytes: &[u8], rows: &[([f64; 3], f64)]) {
    let model = from_bytes("m", bytes).unwrap_or_else(|faults| panic!("{faults}"));
    for (row, expected) in rows {
        let found = exact_score(model.as_ref(), row, 0);
        assert!((found - expected).abs() < 1e-15, "{row:?}: {found}, not {expected}");
    }
}

/// Each node that is not false is scored, weighted by its records among those that are scored.
#[test]
fn weighted_confidence() {
    let rows = [
        ([0.0, 0.0, NONE], 0.25),
        ([1.0, NONE, 1.0], 0.75),
        // `y` is missing within the first branch alone.
        ([0.0, NONE, 1.0], (4.0 * 0.25 + 2.0) / 6.0),
        // `x` is missing, `z` false: the first and the third branch.
        ([NONE, 0.0, 1.0], (6.0 * 0.25 + 4.0 * 0.75) / 10.0),
        // `x` is missing, `z` true: all three.
        ([NONE, 2.0, -1.0], (6.0 + 10.0 * 0.1 + 4.0 * 0.75) / 20.0),
        ([NONE, NONE, NONE], (6.0 * 0.5 + 10.0 * 0.1 + 4.0 * 0.75) / 20.0),
        ([1.0, 0.0, NONE], (10.0 * 0.1 + 4.0 * 0.75) / 14.0),
    ];
    scores(&tree("weightedConfidence"), &rows);
}

/// All leaves that the row may reach are one; behind a branch that is true none is reached.
#[test]
fn aggregate_nodes() {
    let rows = [
        ([0.0, 0.0, NONE], 0.25),
        ([0.0, NONE, 1.0], 6.0 / 9.0),
        ([NONE, 0.0, 1.0], (1.0 + 3.0) / (4.0 + 4.0)),
        ([NONE, 2.0, -1.0], (5.0 + 1.0) / (5.0 + 10.0)),
        ([NONE, NONE, NONE], (6.0 + 1.0 + 3.0) / (9.0 + 10.0 + 4.0)),
        ([1.0, 0.0, NONE], (1.0 + 3.0) / (10.0 + 4.0)),
    ];
    scores(&tree("aggregateNodes"), &rows);
}

/// Without a missing value both are the tree that it is without them; what the two need and lack is told.
#[test]
fn trees_that_spread_need_their_records() {
    let plain = from_bytes("m", &tree("none")).unwrap();
    assert!(matches!(plain.form(), Form::Trees(_)));
    for strategy in ["weightedConfidence", "aggregateNodes"] {
        let spread = from_bytes("m", &tree(strategy)).unwrap();
        assert!(matches!(spread.form(), Form::Other));
        for x in [0.0, 0.5, 1.0] {
            for y in [0.0, 1.0, 2.0] {
                let row = [x, y, x - y];
                let score = |model: &dyn Model| exact_score(model, &row, 0);
                assert_eq!(score(spread.as_ref()), score(plain.as_ref()), "{row:?}");
            }
        }
    }
    let wrong = |strategy: &str, from: &str, to: &str| {
        let text = String::from_utf8(tree(strategy)).unwrap();
        assert!(text.contains(from));
        let faults = from_bytes("m", text.replace(from, to).as_bytes()).map(|_| ()).unwrap_err();
        faults.0[0].found.clone()
    };
    let found = wrong("weightedConfidence", " recordCount=\"2\"", "");
    assert!(found.contains("without `recordCount`"), "{found}");
    let shares = "value=\"no\" recordCount=\"3\"";
    let found = wrong("weightedConfidence", shares, &format!("{shares} confidence=\"0.4\""));
    assert!(found.contains("`confidence` of its own"), "{found}");
    let found =
        wrong("aggregateNodes", "recordCount=\"3\"/>", "recordCount=\"3\" probability=\"0.5\"/>");
    assert!(found.contains("`probability` of its own"), "{found}");
}

/// The median of the standard's functions, of which the evaluator has none: missing values are passed over.
#[test]
fn the_median_of_fields() {
    let names = ["x", "y", "z"].map(|name| format!("<FieldRef field=\"{name}\"/>")).concat();
    let field = format!(
        "<LocalTransformations><DerivedField name=\"d\" optype=\"continuous\" dataType=\"double\"><Apply function=\"median\">{names}</Apply></DerivedField></LocalTransformations>"
    );
    let table = "<RegressionTable intercept=\"0\"><NumericPredictor name=\"d\" coefficient=\"1\"/></RegressionTable>";
    let bytes = file(&format!(
        "<RegressionModel functionName=\"regression\">SCHEMA-T{field}{table}</RegressionModel>"
    ));
    let rows = [([3.0, 1.0, 2.0], 2.0), ([3.0, NONE, 2.0], 2.5), ([NONE, 7.0, NONE], 7.0)];
    scores(&bytes, &rows);
}

/// Each unknown element, attribute and field is told with its line, once, and nothing that follows from them.
#[test]
fn all_that_is_wrong_with_a_file_is_told() {
    let term = |name: &str| format!("<NumericPredictor name=\"{name}\" coefficient=\"1\"/>\n");
    let terms = ["x", "p", "q", "y", "p"].map(term).concat();
    let bytes = file(&format!(
        "<Taxonomies/>\n<RegressionModel functionName=\"regression\">SCHEMA-T\n<RegressionTable intercept=\"0\">\n{terms}<Spline/>\n<NumericPredictor name=\"z\" coefficient=\"much\"/>\n</RegressionTable>\n</RegressionModel>\n"
    ));
    let text = String::from_utf8(bytes).unwrap();
    let text = text.replace(
        "name=\"z\" optype=\"continuous\" dataType=\"double\"",
        "name=\"z\" optype=\"continuous\" dataType=\"date\"",
    );
    let faults = from_bytes("m", text.as_bytes()).map(|_| ()).unwrap_err();
    let told: Vec<_> = faults
        .0
        .iter()
        .map(|fault| (fault.code, fault.place.line.unwrap(), fault.found.as_str()))
        .collect();
    let expected = [
        ("M04", 9, "Taxonomies in a PMML file"),
        ("M04", 10, "the data type `date`"),
        ("M05", 13, "the field `p`, which the file does not have"),
        ("M05", 14, "the field `q`, which the file does not have"),
        ("M05", 17, "a Spline without `coefficient`"),
        ("M05", 18, "`much` where a number should be"),
    ];
    assert_eq!(told, expected);
    let tests: String = (0..300)
        .map(|i| format!("<Node score=\"{i}\">{}</Node>", test(&format!("f{i}"), "equal", 1.0)))
        .collect();
    let many = file(&format!(
        "<TreeModel functionName=\"regression\">SCHEMA-T<Node><True/>{tests}</Node></TreeModel>"
    ));
    let faults = from_bytes("m", &many).map(|_| ()).unwrap_err();
    assert_eq!(faults.0.len(), 100);
}

/// What the file makes of the prediction beyond it is named by `inspect`, and changes no score.
#[test]
fn outputs_that_are_not_shown_are_named() {
    let text = std::fs::read_to_string(path("models/pmml_hand_regression_none.pmml")).unwrap();
    let plain = from_bytes("m", text.as_bytes()).unwrap();
    let output = "</MiningSchema>\n<Output><OutputField name=\"twice\" feature=\"transformedValue\" dataType=\"double\" optype=\"continuous\"><Apply function=\"*\"><FieldRef field=\"y\"/><Constant>2</Constant></Apply></OutputField><OutputField name=\"grant\" feature=\"decision\" dataType=\"string\" optype=\"categorical\"/><OutputField name=\"y1\" feature=\"predictedValue\"/></Output>";
    let with = from_bytes("m", text.replacen("</MiningSchema>", output, 1).as_bytes()).unwrap();
    let note = with.card().notes.iter().find(|note| note.contains("further outputs")).unwrap();
    assert!(note.contains("twice (transformedValue), grant (decision)."), "{note}");
    let row = [1.5, 0.25, 0.0, 1.0, 2.0];
    assert_eq!(exact_score(with.as_ref(), &row, 0), exact_score(plain.as_ref(), &row, 0));
}
