//! What is refused, and what is left out of a sample.

use klartext::chart::palette::{ACCENT, COUNTER};
use klartext::chart::*;

use super::*;

#[test]
fn a_sample_of_a_swarm_keeps_the_smallest_and_the_largest_case() {
    let points = |n: u32| {
        (0..n)
            .map(|i| SwarmPoint { attribution: f64::from(i * i) / 1e4, level: Some(0.5) })
            .collect()
    };
    let draw = |most| {
        let rows = vec![SwarmRow { label: "Miete".into(), points: points(101) }];
        let (axis, low, high) = ("Beitrag".into(), "tief".into(), "hoch".into());
        let data = Beeswarm { rows, axis, tick: &two, low, high, missing: "fehlt".into(), most };
        circles(&beeswarm(&data, Format::wide(400.0)).unwrap())
    };
    let (all, few) = (draw(1000), draw(11));
    assert_eq!((all.len(), few.len()), (101, 11));
    assert_eq!((all.first(), all.last()), (few.first(), few.last()));
}

#[test]
fn numbers_that_are_none_and_empty_data_are_refused() {
    let wide = Format::wide(400.0);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
        let rows = vec![
            Reason { label: "Miete".into(), share: bad },
            Reason { label: "Alter".into(), share: bad },
        ];
        let data = Reasons { against: "gegen".into(), towards: "für".into(), rows };
        let faults = reasons(&data, wide).unwrap_err().0;
        assert_eq!(faults.len(), 2, "all faults in one go");
        assert_eq!(faults[1].place.field.as_deref(), Some("chart.reasons.rows[1].share"));
        assert_eq!(
            code(bars(
                &[Magnitude { label: "a".into(), value_label: "".into(), value: bad }],
                wide
            )),
            "C01"
        );
        let level = |value| Level { label: "Basis".into(), value_label: "".into(), value };
        let fall = Waterfall {
            start: level(1.0),
            steps: vec![],
            end: level(1.0),
            threshold: Some(level(bad)),
        };
        assert_eq!(code(waterfall(&fall, wide)), "C01");
        let row = SwarmRow {
            label: "a".into(),
            points: vec![SwarmPoint { attribution: bad, level: None }],
        };
        let words = || "w".to_owned();
        let swarm = |rows| Beeswarm {
            rows,
            axis: words(),
            tick: &two,
            low: words(),
            high: words(),
            missing: words(),
            most: 9,
        };
        assert_eq!(code(beeswarm(&swarm(vec![row]), wide)), "C01");
        assert_eq!(code(beeswarm(&swarm(vec![]), wide)), "C02");
        let estimate = Some(Estimate { value: 0.5, low: 0.4, high: bad });
        let row = GroupRow { label: words(), size: words(), estimate, value_label: words() };
        let of = |rows| Groups { rows, reference: None, axis: words(), tick: &two };
        assert_eq!(code(groups(&of(vec![row]), wide)), "C01");
        assert_eq!(code(groups(&of(vec![]), wide)), "C02");
    }
    let of = |points, range| Effect {
        title: "t".into(),
        points,
        range,
        y_label: "y".into(),
        x_tick: &two,
        y_tick: &two,
    };
    assert_eq!(code(effect(&of(vec![], (0.0, 1.0)), wide)), "C02");
    assert_eq!(code(effect(&of(vec![(1.0, f64::NAN)], (-1.0, 1.0)), wide)), "C01");
    assert_eq!(code(effect(&of(vec![(1.0, 2.0)], (-1.0, 1.0)), wide)), "C01");
    assert_eq!(code(effect(&of(vec![(1.0, 0.2)], (0.1, 1.0)), wide)), "C01");
    assert_eq!(code(bars(&[], wide)), "C02");
    for width in [f32::NAN, f32::INFINITY, -1.0, 0.0, 30.0, 1e9] {
        assert_eq!(
            code(bars(
                &[Magnitude { label: "a".into(), value_label: "".into(), value: 1.0 }],
                Format::wide(width)
            )),
            "C03"
        );
    }
    let outside = Estimate { value: 0.5, low: 0.6, high: 0.7 };
    let row = GroupRow {
        label: "a".into(),
        size: "".into(),
        estimate: Some(outside),
        value_label: "".into(),
    };
    assert_eq!(
        code(groups(
            &Groups { rows: vec![row], reference: None, axis: "x".into(), tick: &two },
            wide
        )),
        "C01"
    );
}

#[test]
fn shares_of_nothing_draw_no_bar() {
    let rows = vec![
        Reason { label: "Miete".into(), share: 0.0 },
        Reason { label: "Alter".into(), share: -0.0 },
    ];
    let drawing = reasons(
        &Reasons { against: "gegen".into(), towards: "für".into(), rows },
        Format::wide(300.0),
    )
    .unwrap();
    assert_eq!(bars_of(&drawing, &[ACCENT, COUNTER]), []);
    assert_sound(&drawing);
}
