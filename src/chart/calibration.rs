//! The owner's calibration chart: how often it came true against how likely the model said it was, and how many cases
//! stand behind each point.

use plotters::element::{Circle, DashedPathElement, PathElement};
use plotters::prelude::ChartBuilder;
use plotters::series::LineSeries;

use super::axis::{Axis, Tick};
use super::backend::units;
use super::canvas::{Canvas, Checks, Format, Painted, fill, font, misfit, paint, stroke};
use super::drawing::{Anchor, Drawing};
use super::element::{Bar, Look};
use super::palette::{ACCENT, GRID, INK_SOFT, LEVEL, RULE};
use super::text::{Lines, Type};
use crate::fault::Checked;

/// One bin of predicted probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Lower edge of the bin, 0 to 1.
    pub from: f64,
    /// Upper edge.
    pub to: f64,
    /// Cases in the bin.
    pub count: u64,
    /// What was predicted and observed; None in an empty bin.
    pub observed: Option<Observed>,
}

/// What became of the cases of a bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// Mean predicted probability, 0 to 1.
    pub predicted: f64,
    /// Observed frequency, 0 to 1.
    pub frequency: f64,
    /// Lower end of its interval (Wilson 1927, given by the caller).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The calibration chart.
pub struct Calibration<'a> {
    /// Bins in ascending order.
    pub bins: Vec<CalibrationBin>,
    /// Words at the x axis: `vorhergesagt`.
    pub x_label: String,
    /// Words above the y axis: `beobachtet`.
    pub y_label: String,
    /// Words above the counts: `Zahl der Fälle`.
    pub count_label: String,
    /// Legend of the dot and its interval.
    pub dot_label: String,
    /// Legend of the diagonal.
    pub diagonal_label: String,
    /// Words for a probability.
    pub tick: Tick<'a>,
    /// Words for a number of cases.
    pub count_tick: Tick<'a>,
}

/// Largest side of the square.
const SIDE: f32 = 240.0;
/// Height of the counts.
const COUNTS: f32 = 46.0;

/// Draws dots with intervals in a square with its diagonal, and the counts below on the same axis. The legend stands
/// at the right where there is room, else above.
///
/// # Errors
/// C01 a probability outside 0 to 1, C02 no bins, C03 a format out of range or tick labels without room.
pub fn calibration(data: &Calibration, format: Format) -> Checked<Drawing> {
    let mut checks = Checks::new("calibration", format);
    checks.some("bins", &data.bins);
    for (i, bin) in data.bins.iter().enumerate() {
        let observed = bin.observed.map(|o| {
            [
                ("predicted", o.predicted),
                ("frequency", o.frequency),
                ("low", o.low),
                ("high", o.high),
            ]
        });
        for (name, value) in
            [("from", bin.from), ("to", bin.to)].into_iter().chain(observed.into_iter().flatten())
        {
            checks.within(|| format!("bins[{i}].{name}"), value, 0.0..=1.0);
        }
    }
    checks.done()?;

    let Format { width, text_size } = format;
    let small = Type::new(text_size - 1.0, INK_SOFT);
    let most = data.bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let count_words =
        [0.0, most as f64].map(|count| Lines::set(&(data.count_tick)(count), small, f32::INFINITY));

    // The y axis has the labels of the x axis, which is not laid out yet: room for any of them.
    let counts = count_words.iter().map(|words| words.width);
    let widest = counts.fold(Axis::widest(0.0, 1.0, small, data.tick), f32::max);
    let left = widest + 9.0;
    let overhang = Axis::overhang(0.0, 1.0, width, small, data.tick);
    let side = SIDE.min(width - left - overhang.max(2.0 * text_size));
    if side < 6.0 * text_size {
        return Err(misfit("calibration", "tick labels without room"));
    }
    let right = left + side;
    let Some(axis) = Axis::new(0.0, 1.0, left..right, width, small, data.tick) else {
        return Err(misfit("calibration", "tick labels without room"));
    };

    let beside = width - right - 30.0 >= 11.0 * text_size;
    let legend_room = if beside { width - right - 30.0 - KEY } else { width - KEY };
    let legend =
        [&data.dot_label, &data.diagonal_label].map(|text| Lines::set(text, small, legend_room));
    let legend_height = legend.iter().map(|lines| lines.height().max(14.0) + 5.0).sum::<f32>();
    let y_title = Lines::set(&data.y_label, small, if beside { right } else { width });
    let x_title = Lines::set(&data.x_label, small, right);
    let count_title = Lines::set(&data.count_label, small, right);
    let y_top = if beside { 0.0 } else { legend_height + 4.0 };
    let top = y_top + y_title.height() + 6.0;
    let bottom = top + side;
    let count_top = bottom + 10.0 + count_title.height() + small.size;
    let count_bottom = count_top + COUNTS;
    let floor = count_bottom + Axis::height(small);

    paint(
        "calibration",
        width,
        (floor + x_title.height() + 5.0).max(if beside { top + legend_height } else { 0.0 }),
        |canvas| {
            if !beside {
                draw_legend(canvas, &legend, 0.0, 0.0)?;
            }
            canvas.text(&y_title, 0.0, y_top, Anchor::Start)?;
            let words = |at: &f64| axis.word(*at, data.tick);
            let silent = |_: &f64| String::new();
            let mut plane = ChartBuilder::on(&canvas.part(0.0..right, top..bottom))
                .y_label_area_size(units(left))
                .build_cartesian_2d(axis.range.clone(), axis.range.clone())?;
            plane
                .configure_mesh()
                .x_labels(axis.ticks)
                .y_labels(axis.ticks)
                .x_label_formatter(&silent)
                .y_label_formatter(&words)
                .y_label_style(font(small))
                .axis_style(stroke(RULE, 0.8))
                .bold_line_style(stroke(GRID, 0.6))
                .light_line_style(plotters::style::TRANSPARENT)
                .set_tick_mark_size(plotters::chart::LabelAreaPosition::Left, units(3.0))
                .draw()?;
            let (zero, one) = (axis.at(0.0), axis.at(1.0));
            plane.draw_series([DashedPathElement::new(
                [(zero, zero), (one, one)],
                units(4.0),
                units(3.0),
                stroke(RULE, 1.0),
            )])?;
            let known = || data.bins.iter().filter_map(|bin| bin.observed);
            plane.draw_series(LineSeries::new(
                known().map(|o| (axis.at(o.predicted), axis.at(o.frequency))),
                stroke(ACCENT, 0.6),
            ))?;
            plane.draw_series(known().flat_map(|o| {
                let (x, cap) = (axis.at(o.predicted), (one - zero) * 0.012);
                let (low, high) = (axis.at(o.low), axis.at(o.high));
                // Caps end at the frame.
                let level = |y: f64| vec![((x - cap).max(zero), y), ((x + cap).min(one), y)];
                [vec![(x, low), (x, high)], level(low), level(high)]
                    .map(|path| PathElement::new(path, stroke(ACCENT, 1.2)))
            }))?;
            plane.draw_series(known().map(|o| {
                Circle::new((axis.at(o.predicted), axis.at(o.frequency)), units(2.8), fill(ACCENT))
            }))?;

            canvas.text(&count_title, 0.0, bottom + 10.0, Anchor::Start)?;
            let down = f64::from(count_bottom)..f64::from(count_top);
            let mut counts = ChartBuilder::on(&canvas.part(left..right, count_top..floor))
                .x_label_area_size(units(floor - count_bottom))
                .build_cartesian_2d(axis.range.clone(), down)?;
            counts.draw_series(data.bins.iter().map(|bin| {
                let height = COUNTS * (bin.count as f64 / most.max(1) as f64) as f32;
                let inset = (axis.at(bin.to) - axis.at(bin.from)) * 0.06;
                let corners = [
                    (axis.at(bin.from) + inset, f64::from(count_bottom - height)),
                    (axis.at(bin.to) - inset, f64::from(count_bottom)),
                ];
                Bar::between(corners, Look::Plain(LEVEL))
            }))?;
            // The largest count at the height of the highest bar, and 0 standing on the axis, clear of its labels.
            let [none, all] = &count_words;
            if most > 0 {
                canvas.text_at(all, left - 6.0, count_top, Anchor::End)?;
            }
            canvas.text_at(none, left - 6.0, count_bottom - 0.4 * small.size, Anchor::End)?;
            axis.draw(&mut counts, small, data.tick)?;
            canvas.text(&x_title, right, floor + 2.0, Anchor::End)?;
            if beside {
                draw_legend(canvas, &legend, right + 30.0, top)?;
            }
            Ok(())
        },
    )
}

/// Room of a sign in the legend.
const KEY: f32 = 30.0;

fn draw_legend(canvas: &Canvas, [dot, diagonal]: &[Lines; 2], x: f32, top: f32) -> Painted {
    let first = dot.height().max(14.0);
    let (middle, centre) = (top + first / 2.0, x + 9.0);
    canvas.line(&[(centre, middle - 7.0), (centre, middle + 7.0)], stroke(ACCENT, 1.2))?;
    for y in [middle - 7.0, middle + 7.0] {
        canvas.line(&[(centre - 3.0, y), (centre + 3.0, y)], stroke(ACCENT, 1.2))?;
    }
    canvas.draw(&Circle::new((units(centre), units(middle)), units(2.8), fill(ACCENT)))?;
    canvas.text_at(dot, x + KEY, middle, Anchor::Start)?;
    let second = diagonal.height().max(14.0);
    let middle = top + first + 5.0 + second / 2.0;
    let ends = [(units(x), units(middle)), (units(x + 20.0), units(middle))];
    canvas.draw(&DashedPathElement::new(ends, units(4.0), units(3.0), stroke(RULE, 1.0)))?;
    canvas.text_at(diagonal, x + KEY, middle, Anchor::Start)
}
