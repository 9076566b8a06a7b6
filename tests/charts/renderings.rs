//! What a reader of the code can see: small renderings, kept as text.

use klartext::chart::*;

use super::two;

fn reason(label: &str, share: f64) -> Reason {
    Reason { label: label.into(), share }
}

#[test]
fn reasons_chart() {
    let rows = vec![
        reason("Personen im Haushalt: 5", 0.5),
        reason("Ersparnisse: 3.200\u{a0}Euro", -0.1),
        reason("Andere Angaben zusammen", 0.05),
    ];
    let data = Reasons { against: "sprach dagegen".into(), towards: "sprach dafür".into(), rows };
    insta::assert_snapshot!(svg(&reasons(&data, Format::wide(300.0)).unwrap()));
}

#[test]
fn waterfall_chart() {
    let level = |label: &str, text: &str, value| Level {
        label: label.into(),
        value_label: text.into(),
        value,
    };
    let step = |label: &str, text: &str, delta| Step {
        label: label.into(),
        value_label: text.into(),
        delta,
    };
    let data = Waterfall {
        start: level("Vergleichsgruppe", "31 Punkte", 31.0),
        steps: vec![step("Personen im Haushalt: 5", "+60", 60.0), step("Ersparnisse", "−5", -5.0)],
        end: level("Dieser Fall", "86 Punkte", 86.0),
        threshold: Some(level("Grenze: 80", "", 80.0)),
    };
    insta::assert_snapshot!(svg(&waterfall(&data, Format::wide(400.0)).unwrap()));
}

#[test]
fn owner_charts() {
    let row = |label: &str, text: &str, value| Magnitude {
        label: label.into(),
        value_label: text.into(),
        value,
    };
    let rows = [row("Einkommen im Monat", "62,0 %", 0.62), row("Miete", "38,0 %", 0.38)];
    insta::assert_snapshot!("bars", svg(&bars(&rows, Format::wide(300.0)).unwrap()));

    let point = |attribution, level| SwarmPoint { attribution, level };
    let points = vec![point(-0.4, Some(0.0)), point(0.1, Some(1.0)), point(0.1, None)];
    let swarm = Beeswarm {
        rows: vec![SwarmRow { label: "Miete".into(), points }],
        axis: "Beitrag".into(),
        tick: &two,
        low: "niedrig".into(),
        high: "hoch".into(),
        missing: "fehlt".into(),
        most: 100,
    };
    insta::assert_snapshot!("beeswarm", svg(&beeswarm(&swarm, Format::wide(300.0)).unwrap()));

    let observed = Some(Observed { predicted: 0.2, frequency: 0.3, low: 0.25, high: 0.36 });
    let data = Calibration {
        bins: vec![
            CalibrationBin { from: 0.0, to: 0.5, count: 200, observed },
            CalibrationBin { from: 0.5, to: 1.0, count: 0, observed: None },
        ],
        x_label: "vorhergesagt".into(),
        y_label: "beobachtet".into(),
        count_label: "Fälle".into(),
        dot_label: "mit Bereich".into(),
        diagonal_label: "trifft genau zu".into(),
        tick: &two,
        count_tick: &|count| format!("{count}"),
    };
    insta::assert_snapshot!("calibration", svg(&calibration(&data, Format::wide(300.0)).unwrap()));

    let data = Effect {
        title: "Alter (Jahre)".into(),
        points: vec![(18.0, -0.4), (35.0, 0.1), (60.0, 0.25)],
        range: (-0.4, 0.3),
        y_label: "Wirkung".into(),
        x_tick: &|x| format!("{x}"),
        y_tick: &two,
    };
    insta::assert_snapshot!("effect", svg(&effect(&data, Format::wide(220.0)).unwrap()));

    let rate = Some(Estimate { value: 0.2, low: 0.15, high: 0.27 });
    let group = |label: &str, size: &str, estimate, text: &str| GroupRow {
        label: label.into(),
        size: size.into(),
        estimate,
        value_label: text.into(),
    };
    let data = Groups {
        rows: vec![
            group("unter 25", "n = 412", rate, "20 %"),
            group("keine Angabe", "n = 9", None, "zu wenige"),
        ],
        reference: Some((0.18, "alle: 18 %".into())),
        axis: "übersehen".into(),
        tick: &two,
    };
    insta::assert_snapshot!("groups", svg(&groups(&data, Format::wide(300.0)).unwrap()));
}
